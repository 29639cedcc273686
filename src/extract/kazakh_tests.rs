use super::*;

fn stemmer() -> Stemmer {
    Stemmer::new(&Knowledge::embedded()).expect("the embedded suffixes compile")
}

fn parse(tags: &str) -> Features {
    tags.split_whitespace()
        .map(|tag| {
            Feature::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(tag)).expect(tag)
        })
        .collect()
}

/// All analyses of a form, in order.
fn analyses(stemmer: &Stemmer, form: &str) -> Vec<(String, Features)> {
    let mut found = Vec::new();
    stemmer.analyses(form, |stem, features| found.push((stem.to_owned(), features)));
    found
}

fn check(form: &str, stem: &str, tags: &str) {
    let found = analyses(&stemmer(), form);
    assert!(found.contains(&(stem.to_owned(), parse(tags))), "{form}: {found:?}");
}

fn check_not(form: &str, stem: &str) {
    let found = analyses(&stemmer(), form);
    assert!(!found.iter().any(|(s, _)| s == stem), "{form}: {found:?}");
}

#[test]
fn nouns() {
    check("адамдар", "адам", "plural");
    check("кітаптарымыздан", "кітап", "plural first plural_person ablative");
    check("картасын", "карта", "third accusative");
    check("шоттарындағы", "шот", "plural third relational");
    check("кітабы", "кітап", "third");
    check("орнына", "орын", "third dative");
    check("облыстық", "облыс", "adjective");
    check("SIM-картаны".to_lowercase().as_str(), "sim-карта", "accusative");
    check("іім-нің", "іім", "genitive");
    check("банктің", "банк", "genitive");
    check("оған", "ол", "dative");
}

#[test]
fn verbs() {
    check("ұсталды", "ұста", "verb passive past");
    check("қозғалған", "қозға", "verb passive perfect");
    check("тәркіленіп", "тәркіле", "verb reflexive converb");
    check("мойындамады", "мойында", "verb negated past");
    check("тауып", "тап", "verb converb");
    check("оқуға", "оқы", "verb infinitive dative");
    check("айырылғандардың", "айыр", "verb passive perfect plural genitive");
    check("бармаймыз", "бар", "verb negated continuous by_first");
}

#[test]
fn harmony_and_assimilation_hold() {
    check_not("адамдер", "адам");
    check_not("кітаплар", "кітап");
    check_not("үйлар", "үй");
    check_not("балалер", "бала");
}

#[test]
fn any_word() {
    let stemmer = stemmer();
    for word in ["", "а", "-", "-нің", "дан", "中文дан", &"да".repeat(200)] {
        stemmer.analyses(word, |_, _| {});
    }
}

#[test]
fn mistakes_are_told() {
    let embedded = Knowledge::embedded();
    let content = embedded.get(PATH).expect("embedded");
    let with = |from: &str, to: &str| {
        let mut knowledge = Knowledge::default();
        knowledge.insert(PATH, content.replacen(from, to, 1));
        Stemmer::new(&knowledge).map(|_| ()).map_err(|e| e.to_string())
    };
    assert!(with("\"relational\", \"participle\"", "\"nowhere\"").unwrap_err().contains("nowhere"));
    assert!(with("VR = ", "VQ = ").unwrap_err().contains('Q'));
    assert!(with("[vowels]", "[vowel]").unwrap_err().contains("vowel"));
    assert!(Stemmer::new(&Knowledge::default()).is_err());
}

/// Scores the gold: every analysis whose stem is a stem of the gold is compared, the longest stems first. The
/// third that is set aside (every third line) counts on its own.
#[test]
fn gold() {
    let stemmer = stemmer();
    let gold: Vec<(&str, &str, Features)> = include_str!("../../tests/gold/kk_forms.tsv")
        .lines()
        .map(|line| {
            let mut columns = line.split('\t');
            let mut next = || columns.next().expect("form TAB stem TAB features");
            (next(), next(), parse(next()))
        })
        .collect();
    let known: std::collections::BTreeSet<(&str, bool)> =
        gold.iter().map(|(_, stem, features)| (*stem, features.has(Feature::Verb))).collect();
    let mut seen = [0, 0];
    let mut right = [0, 0];
    let mut wrong = Vec::new();
    for (n, (form, stem, features)) in gold.iter().enumerate() {
        let aside = usize::from(n % 3 == 2);
        seen[aside] += 1;
        let found: Vec<_> = analyses(&stemmer, form)
            .into_iter()
            .filter(|(s, f)| f != &Features::default() && known.contains(&(s.as_str(), f.has(Feature::Verb))))
            .collect();
        let longest = found.iter().map(|(s, _)| s.len()).max().unwrap_or(0);
        if found.contains(&((*stem).to_owned(), *features)) && longest <= stem.len() {
            right[aside] += 1;
        } else {
            wrong.push(format!("{form}: {found:?}"));
        }
    }
    println!("forms: {} of {} right, set aside {} of {}", right[0], seen[0], right[1], seen[1]);
    assert!(gold.len() >= 400);
    for aside in [0, 1] {
        assert!(right[aside] * 100 >= seen[aside] * 95, "{}", wrong.join("\n"));
    }
}

//! Word forms of toponyms, adjectives and inhabitants, generated from their nominatives.
//!
//! Toponyms follow few patterns, so small rules over the ending give all that newspapers print; a form
//! too many does no harm, as it is no word of its own. Kazakh endings follow vowel harmony and the class
//! of the last sound.

/// Nominative, genitive, dative, accusative, instrumental, prepositional.
pub type Cases = [String; 6];

fn with(stem: &str, endings: [&str; 6]) -> Cases {
    endings.map(|ending| format!("{stem}{ending}"))
}

fn stem(word: &str, letters: usize) -> &str {
    let cut = word.char_indices().rev().nth(letters - 1).map_or(0, |(at, _)| at);
    &word[..cut]
}

fn last(word: &str) -> char {
    word.chars().next_back().unwrap_or(' ')
}

/// Whether a Russian name has an adjective's form: `Рудный`, `Глубокое`, `Новая`.
pub fn is_adjective(word: &str) -> bool {
    ["ый", "ский", "цкий", "ской", "ная", "вая", "кая", "ое", "ее"].iter().any(|e| word.ends_with(e))
        || matches!(word, "южный" | "северный")
}

/// The cases of a Russian adjective in the gender of its nominative.
fn adjective_cases(word: &str) -> Cases {
    let base = stem(word, 2);
    let soft = matches!(last(base), 'к' | 'г' | 'х' | 'ж' | 'ш' | 'щ' | 'ч');
    let (ins, nom) = (if soft { "им" } else { "ым" }, &word[base.len()..]);
    match nom {
        "ая" => with(base, ["ая", "ой", "ой", "ую", "ой", "ой"]),
        "ее" => with(base, ["ее", "его", "ему", "ее", "им", "ем"]),
        _ => with(base, [nom, "ого", "ому", nom, ins, "ом"]),
    }
}

/// The cases of a Russian toponym, lower case; several paradigms where the gender cannot be told.
pub fn noun_cases(word: &str) -> Vec<Cases> {
    if is_adjective(word) {
        return vec![adjective_cases(word)];
    }
    let (base, before) = (stem(word, 1), last(stem(word, 1)));
    let same = || with(word, [""; 6]);
    match last(word) {
        'а' => {
            let gen_ending = if matches!(before, 'г' | 'к' | 'х' | 'ж' | 'ш' | 'щ' | 'ч') { "и" } else { "ы" };
            let ins = if matches!(before, 'ж' | 'ш' | 'щ' | 'ч' | 'ц') { "ей" } else { "ой" };
            vec![with(base, ["а", gen_ending, "е", "у", ins, "е"])]
        }
        'я' if before == 'и' => vec![with(base, ["я", "и", "и", "ю", "ей", "и"])],
        'я' => vec![with(base, ["я", "и", "е", "ю", "ей", "е"])],
        'ь' => {
            vec![with(base, ["ь", "я", "ю", "ь", "ем", "е"]), with(base, ["ь", "и", "и", "ь", "ью", "и"])]
        }
        'й' => vec![with(base, ["й", "я", "ю", "й", "ем", "е"])],
        'о' if ["ово", "ево", "ино"].iter().any(|e| word.ends_with(e)) => {
            vec![with(base, ["о", "а", "у", "о", "ом", "е"]), same()]
        }
        'е' if word == "поле" => vec![with(base, ["е", "я", "ю", "е", "ем", "е"])],
        'ц' | 'ж' | 'ш' | 'ч' | 'щ' => vec![with(word, ["", "а", "у", "", "ем", "е"])],
        c if is_russian_consonant(c) => vec![with(word, ["", "а", "у", "", "ом", "е"])],
        _ => vec![same()],
    }
}

fn is_russian_consonant(c: char) -> bool {
    "бвгдзклмнпрстфх".contains(c)
}

/// All forms of a name of one or more words: an adjective agrees with the noun after it, other first
/// words stay as they are (`Отеген батыра`).
pub fn name_forms(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split(' ').collect();
    let Some((&tail, heads)) = words.split_last() else { return Vec::new() };
    let mut forms = Vec::new();
    for cases in noun_cases(tail) {
        for (case, form) in cases.iter().enumerate() {
            let mut phrase = String::new();
            for head in heads {
                if is_adjective(head) {
                    phrase.push_str(&adjective_cases(head)[case]);
                } else {
                    phrase.push_str(head);
                }
                phrase.push(' ');
            }
            forms.push(phrase + form);
        }
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// All genders, numbers and cases of a Russian adjective in `-ский` or `-ый`.
pub fn adjective_forms(word: &str) -> Vec<String> {
    let base = stem(word, 2);
    let endings: &[&str] = if word.ends_with("ый") {
        &["ый", "ого", "ому", "ым", "ом", "ая", "ой", "ую", "ое", "ые", "ых", "ыми"]
    } else {
        &["ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ое", "ие", "их", "ими"]
    };
    endings.iter().map(|ending| format!("{base}{ending}")).collect()
}

/// All forms of an inhabitant's name, man, woman and plural: `алматинец` → `алматинца … алматинок`.
pub fn inhabitant_forms(word: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let mut add = |base: &str, endings: &[&str]| forms.extend(endings.iter().map(|e| format!("{base}{e}")));
    let woman = ["ка", "ки", "ке", "ку", "кой", "ок", "кам", "ками", "ках"];
    if ["лық", "лік", "дық", "дік", "тық", "тік"].iter().any(|e| word.ends_with(e)) {
        return with_plural(word);
    }
    if let Some(base) = word.strip_suffix("ец") {
        let joint = if "аеиоуыюя".contains(last(base)) { format!("{base}й") } else { base.to_owned() };
        add(base, &["ец"]);
        add(&joint, &["ца", "цу", "цем", "це", "цы", "цев", "цам", "цами", "цах"]);
        add(&joint, &woman);
    } else if let Some(base) = word.strip_suffix("нин") {
        add(base, &["нин", "нина", "нину", "нином", "нине", "не", "н", "нам", "нами", "нах"]);
        add(base, &["нка", "нки", "нке", "нку", "нкой", "нок", "нкам", "нками", "нках"]);
    } else if let Some(base) = word.strip_suffix("ка") {
        add(base, &woman);
    } else if word.ends_with('ч') {
        add(word, &["", "а", "у", "ем", "е", "и", "ей", "ам", "ами", "ах"]);
    } else {
        add(word, &["", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах"]);
        add(word, &woman);
    }
    forms
}

/// Whether the last sound of a Kazakh word is voiceless for its suffixes.
fn is_voiceless(c: char) -> bool {
    "пткқсшщчцфхһбвгд".contains(c)
}

fn is_vowel(c: char) -> bool {
    "аәеиоөуұүыіэюя".contains(c)
}

/// Whether a Kazakh word takes back suffixes (`-да`), front ones (`-де`), or its vowels do not tell.
fn is_back(word: &str) -> Option<bool> {
    word.chars().rev().find_map(|c| {
        if "аоұыяё".contains(c) {
            Some(true)
        } else if "әеөүіэ".contains(c) {
            Some(false)
        } else {
            None
        }
    })
}

/// The seven cases of a Kazakh noun, and its locative adjective (`Шымкенттегі`).
pub fn kazakh_cases(word: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    let neutral = matches!(last(word), 'у' | 'и' | 'ю');
    let back = is_back(word).unwrap_or(true);
    for (harmony, wanted) in [(true, back || neutral), (false, !back || neutral)] {
        if wanted {
            forms.extend(kazakh_harmonic(word, harmony));
        }
    }
    forms
}

fn kazakh_harmonic(word: &str, back: bool) -> Vec<String> {
    let c = last(word);
    let hard = is_voiceless(c);
    let nasal = "мнң".contains(c);
    let vowel = is_vowel(c) && c != 'у';
    let pick = |a: &'static str, b: &'static str| if back { a } else { b };
    let genitive = match (hard, nasal || vowel) {
        (true, _) => pick("тың", "тің"),
        (_, true) => pick("ның", "нің"),
        _ => pick("дың", "дің"),
    };
    let accusative = match (hard, vowel) {
        (true, _) => pick("ты", "ті"),
        (_, true) => pick("ны", "ні"),
        _ => pick("ды", "ді"),
    };
    let ablative = match (hard, nasal) {
        (true, _) => pick("тан", "тен"),
        (_, true) => pick("нан", "нен"),
        _ => pick("дан", "ден"),
    };
    let instrumental = if hard {
        "пен"
    } else if c == 'з' || c == 'ж' {
        "бен"
    } else {
        "мен"
    };
    let dative = if hard { pick("қа", "ке") } else { pick("ға", "ге") };
    let locative = if hard { pick("та", "те") } else { pick("да", "де") };
    let of_place = if hard { pick("тағы", "тегі") } else { pick("дағы", "дегі") };
    let mut endings = vec![genitive, dative, accusative, locative, ablative, instrumental, of_place];
    if c == 'у' {
        endings.push(pick("ның", "нің"));
        endings.push(pick("ны", "ні"));
    }
    endings.into_iter().map(|ending| format!("{word}{ending}")).collect()
}

/// The cases of an abbreviation, which a hyphen parts from its ending: `БҚО-да`, `ШҚО-лық`.
pub fn kazakh_abbreviation(letters: &str) -> Vec<String> {
    let endings = "да дағы ның ға дан ны мен лық лықтар лықтарды лықтың лықты";
    endings.split(' ').map(|ending| format!("{letters}-{ending}")).collect()
}

/// Kazakh inhabitants of a place (`шымкенттік`, `алматылықтар`), with cases.
pub fn kazakh_inhabitants(place: &str) -> Vec<String> {
    let c = last(place);
    let back = is_back(place).unwrap_or(true);
    let ending = if is_voiceless(c) {
        if back { "тық" } else { "тік" }
    } else if "мнңзжл".contains(c) {
        if back { "дық" } else { "дік" }
    } else if back {
        "лық"
    } else {
        "лік"
    };
    with_plural(&format!("{place}{ending}"))
}

fn with_plural(word: &str) -> Vec<String> {
    let plural = format!("{word}{}", if is_back(word).unwrap_or(true) { "тар" } else { "тер" });
    let mut forms = kazakh_cases(word);
    forms.extend(kazakh_cases(&plural));
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expect: &[&str]) {
        let forms = name_forms(name);
        for form in expect {
            assert!(forms.iter().any(|f| f == form), "{name}: {form} not in {forms:?}");
        }
    }

    fn check_kazakh(name: &str, expect: &[&str]) {
        let forms = kazakh_cases(name);
        for form in expect {
            assert!(forms.iter().any(|f| f == form), "{name}: {form} not in {forms:?}");
        }
    }

    #[test]
    fn russian_toponyms_decline() {
        check("караганда", &["караганды", "караганде", "караганду", "карагандой"]);
        check("шымкент", &["шымкента", "шымкенту", "шымкентом", "шымкенте"]);
        check("семей", &["семея", "семею", "семеем", "семее"]);
        check("сарань", &["сарани", "саранью"]);
        check("есиль", &["есиля", "есиле"]);
        check("рудный", &["рудного", "рудному", "рудным", "рудном"]);
        check("глубокое", &["глубокого", "глубоком"]);
        check("россия", &["россии", "россию", "россией"]);
        check("смирново", &["смирнова", "смирново", "смирнове"]);
        check("алматы", &["алматы"]);
        check("новая бухтарма", &["новой бухтармы", "новую бухтарму"]);
        check("западный казахстан", &["западном казахстане", "западного казахстана"]);
        check("отеген батыр", &["отеген батыре"]);
    }

    #[test]
    fn kazakh_cases_follow_harmony() {
        check_kazakh("шымкент", &["шымкентте", "шымкенттің", "шымкенттен", "шымкентке", "шымкенттегі", "шымкентпен"]);
        check_kazakh("алматы", &["алматыдан", "алматының", "алматыға", "алматыны", "алматымен", "алматыдағы"]);
        check_kazakh("ақтөбе", &["ақтөбеде", "ақтөбеге"]);
        check_kazakh("жаңаөзен", &["жаңаөзенде", "жаңаөзеннен", "жаңаөзеннің", "жаңаөзенді"]);
        check_kazakh("атырау", &["атырауда", "атыраудың", "атыраудан"]);
        check_kazakh("тараз", &["таразда", "тараздың", "тараздан", "тараздағы"]);
        check_kazakh("өскемен", &["өскеменде", "өскеменнен"]);
        check_kazakh("семей", &["семейде", "семейге", "семейден", "семейдің"]);
    }

    #[test]
    fn inhabitants_in_all_numbers() {
        for (word, form) in [
            ("алматинец", "алматинцев"),
            ("алматинец", "алматинка"),
            ("балхашец", "балхашца"),
            ("костанаец", "костанайцы"),
            ("китаец", "китайцев"),
            ("россиянин", "россияне"),
            ("россиянин", "россиянка"),
            ("москвич", "москвичей"),
            ("ресейлік", "ресейліктер"),
        ] {
            assert!(inhabitant_forms(word).iter().any(|f| f == form), "{word}: {form}");
        }
        for (place, form) in [
            ("шымкент", "шымкенттік"),
            ("алматы", "алматылықтар"),
            ("ақтөбе", "ақтөбелік"),
            ("жаңаөзен", "жаңаөзендік"),
            ("қырғызстан", "қырғызстандық"),
        ] {
            assert!(kazakh_inhabitants(place).iter().any(|f| f == form), "{place}: {form}");
        }
    }
}

use super::*;

fn check(text: &str, expect: Option<&str>) {
    assert_eq!(identify(text), expect, "{text}");
}

/// Scores the gold; prints what is wrong. The floor may rise, never fall.
#[test]
fn gold() {
    let gold = include_str!("../../tests/gold/language.tsv");
    let mut seen = 0;
    let mut wrong = Vec::new();
    for line in gold.lines() {
        let (code, sentence) = line.split_once('\t').expect("code TAB sentence");
        seen += 1;
        let found = identify(sentence).unwrap_or("-");
        if found != code {
            wrong.push(format!("{code} taken for {found}: {sentence}"));
        }
    }
    println!("language gold: {} of {seen} right", seen - wrong.len());
    assert!(seen >= 400);
    assert!(wrong.len() * 200 <= seen, "{}", wrong.join("\n"));
}

#[test]
fn neighbours() {
    check("Қылмыстық іс қозғалды", Some("kk"));
    check("Кылмыш иши козголду", Some("ky"));
    check("Җинаять эше кузгатылган", Some("tt"));
    check("Жиноят иши қўзғатилди", Some("uz"));
    check("Возбуждено уголовное дело", Some("ru"));
    check("Узбуджана крымінальная справа", Some("be"));
    check("Відкрито кримінальне провадження", Some("uk"));
}

#[test]
fn look_alikes_are_read_as_meant() {
    check("Қылмыстық iс қозғалды", Some("kk"));
    check("Кәсiпкер және жүргiзушi", Some("kk"));
    check("Zañ jäne tärtip", Some("kk"));
}

#[test]
fn nothing_is_guessed() {
    check("", None);
    check("   \n", None);
    check("123 – 456", None);
    check("Алматы", None);
    check("🙂 中文", None);
}

#[test]
fn paragraphs() {
    let text = "Қылмыстық іс қозғалды.\n\nВозбуждено уголовное дело.\n— 5 —";
    let found = identify_paragraphs(text);
    let codes: Vec<_> = found.iter().map(|(_, code)| *code).collect();
    assert_eq!(codes, [Some("kk"), Some("ru"), None]);
    assert_eq!(found[1].0.of(text), "Возбуждено уголовное дело.");
}

#[test]
fn any_text_and_cut() {
    check(&"қ".repeat(100_000), None);
    check(&"ұл ".repeat(100_000), Some("kk"));
    check(&"a-".repeat(50_000), None);
    check(&"\u{301}'-".repeat(1000), None);
}

#[test]
fn mistakes_are_told() {
    let with = |content: &str| {
        let mut knowledge = Knowledge::default();
        knowledge.insert(PATH, content);
        Identifier::new(&knowledge).map(|_| ()).map_err(|e| e.to_string())
    };
    assert!(Identifier::new(&Knowledge::default()).is_err());
    assert!(with("[[language]]\ncode='xx'\nletters='a'\nwords=''\naffixes=''").unwrap_err().contains("xx"));
    assert!(with("[[language]]\ncode='ru'\nletters='ж'\nwords=''\naffixes=''\nmore=1").unwrap_err().contains("more"));
    assert!(with("[[language]]\ncode='ru'\nletters='ж中'\nwords=''\naffixes=''").unwrap_err().contains("中"));
}

#[test]
fn embedded_knowledge_compiles() {
    let compiled = Identifier::new(&Knowledge::embedded());
    assert!(compiled.as_ref().is_ok_and(|i| i.codes.len() > 10), "{compiled:?}");
}

use super::*;
use std::sync::OnceLock;

fn finder() -> &'static LawFinder {
    static ONE: OnceLock<LawFinder> = OnceLock::new();
    ONE.get_or_init(|| LawFinder::new(&Knowledge::embedded()).unwrap())
}

fn find(text: &str, kazakh: bool) -> Vec<String> {
    let stream = TokenStream::new(text);
    finder().find(&stream, 0, stream.len(), kazakh).into_iter().filter_map(|h| h.article).collect()
}

fn check(text: &str, expect: &[&str]) {
    let kazakh = text.to_lowercase().chars().any(|c| "әғқңөұүһі".contains(c));
    assert_eq!(find(text, kazakh), expect, "{text}");
}

#[test]
fn every_example_gives_its_articles() {
    let mut wrong = Vec::new();
    for (kazakh, example) in finder().examples() {
        let found = find(&example.text, kazakh);
        if found != example.expect {
            wrong.push(format!("{:?} gives {found:?}, not {:?}", example.text, example.expect));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn figures_are_no_articles() {
    check("изъято 297 кг, 190 фактов", &[]);
    check("31 статья о коррупции", &[]);
    check("часть 5 миллионов", &[]);
    check("п. 5 и ст. лейтенант", &[]);
}

#[test]
fn offences_of_articles() {
    for (article, offence) in [
        ("УК 188 ч.4", Some("theft")),
        ("УК 188-1 ч.3", Some("livestock_theft")),
        ("УК 190", Some("fraud")),
        ("УК 218 ч.3", Some("money_laundering")),
        ("УК 232-1", Some("dropper")),
        ("УК 297 ч.3", Some("drugs")),
        ("УК 366", Some("corruption")),
        ("УК 128", Some("human_trafficking")),
        ("КоАП 73", Some("violence")),
        ("КоАП 445-1 ч.6", Some("gambling")),
        ("УК 371", None),
    ] {
        assert_eq!(finder().offence(article).as_deref(), offence, "{article}");
    }
}

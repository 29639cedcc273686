use super::*;
use std::sync::OnceLock;

fn finder() -> &'static TimeFinder {
    static ONE: OnceLock<TimeFinder> = OnceLock::new();
    ONE.get_or_init(|| TimeFinder::new(&Knowledge::embedded()).unwrap())
}

fn find(text: &str, published: &str, kazakh: bool) -> Vec<String> {
    let stream = TokenStream::new(text);
    let published = published.parse().ok();
    finder()
        .find(&stream, 0, stream.len(), kazakh, published)
        .iter()
        .map(|h| h.iso().unwrap_or_else(|| "?".to_owned()))
        .collect()
}

#[test]
fn every_example_gives_its_value() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (kazakh, example) in finder().examples() {
        count += 1;
        let found = find(&example.text, &example.published, kazakh).join(" ");
        if found != example.expect {
            wrong.push(format!("{}: {:?} gives {found:?}, not {:?}", example.place, example.text, example.expect));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 100, "{count} examples");
}

/// Russian, published on Wednesday 2025-10-08.
fn check(text: &str, expect: &str) {
    assert_eq!(find(text, "2025-10-08", false).join(" "), expect, "{text}");
}

fn check_kazakh(text: &str, expect: &str) {
    assert_eq!(find(text, "2025-10-08", true).join(" "), expect, "{text}");
}

#[test]
fn figures_that_are_no_dates() {
    for text in [
        "28-летний житель",
        "приговорён к 8 годам",
        "5 лет лишения свободы",
        "в 10:33",
        "изъято 2000 литров",
        "в 2000 случаях",
        "статья 297",
        "1995 года рождения",
        "в ходе ОПМ «Мак»",
        "план до 2030 года",
        "программа на 2026–2030 годы",
        "отсрочка до 5 мая",
        "мая и Мартовское",
        "31 февраля",
        "45 марта",
        "изъято 15 кг",
    ] {
        check(text, "");
    }
    for text in ["28 жастағы", "8 жылға бас бостандығынан", "1995 жылы туған", "2030 жылға дейін", "майды алды"]
    {
        check_kazakh(text, "");
    }
}

#[test]
fn days() {
    check("26 сентября и 2 октября 2024 г.", "2025-09-26 2024-10-02");
    check("9 октября", "2024-10-09");
    check("8 октября", "2025-10-08");
    check("29 февраля", "2024-02-29");
    check("утром 3-го сентября", "2025-09-03");
    check("01.09.2025 г.", "2025-09-01");
    check("в четверг, 2 октября", "2025-10-02");
    check("с 1 января по 30 июня 2025 года", "2025-01-01/2025-06-30");
    check("14–20 сентября", "2025-09-14/2025-09-20");
    check("28 февраля – 1 марта 2024 года", "2024-02-28/2024-03-01");
    check_kazakh("5 тамызда және 6 тамыз күні", "2025-08-05 2025-08-06");
    check_kazakh("2025 жылғы 20 мамырда", "2025-05-20");
    check_kazakh("29 тамыздан 3 қыркүйекке дейін", "2025-08-29/2025-09-03");
}

#[test]
fn periods() {
    check("за январь-октябрь 2024 года", "2024-01-01/2024-10-31");
    check("за 9 месяцев т.г.", "2025-01-01/2025-09-30");
    check("в 2023-2024 годах", "2023-01-01/2024-12-31");
    check("за последние 5 лет", "2020-10-08/2025-10-08");
    check("во II квартале 2025 года", "2025-04-01/2025-06-30");
    check("в 1-м полугодии", "2025-01-01/2025-06-30");
    check("За 9 месяцев 2025 года, за аналогичный период прошлого года", "2025-01-01/2025-09-30 2024-01-01/2024-09-30");
    check("За 2024 год 5, годом ранее 6", "2024 2023");
    check("за прошедшую неделю", "2025-09-29/2025-10-05");
    check("в августе прошлого года", "2024-08");
    check("с начала октября", "2025-10-01/2025-10-08");
    check("с 2021 года по настоящее время", "2021-01-01/2025-10-08");
    check("по итогам 2024 года", "2024");
    check("за 12 месяцев", "2024-01-01/2024-12-31");
    check_kazakh("биылғы 9 айда", "2025-01-01/2025-09-30");
    check_kazakh("өткен жылдың сәйкес кезеңінде", "2024-01-01/2024-10-08");
    check_kazakh("2025 жылдың 9 айында", "2025-01-01/2025-09-30");
    check_kazakh("2024 жылдың II тоқсанында", "2024-04-01/2024-06-30");
    check_kazakh("2020-2023 жылдары", "2020-01-01/2023-12-31");
    check_kazakh("соңғы 3 жылда", "2022-10-08/2025-10-08");
    check_kazakh("осы жылдың 8 айында", "2025-01-01/2025-08-31");
    check_kazakh("тамыз айында", "2025-08");
}

#[test]
fn moments_of_periods() {
    let moment = |text: &str| {
        let stream = TokenStream::new(text);
        let hits = finder().find(&stream, 0, stream.len(), false, "2025-10-08".parse().ok());
        hits[0].moment().map(|(start, end, _)| format!("{start}/{end}"))
    };
    assert_eq!(moment("осенью 2024 года").as_deref(), Some("2024-01-01/2024-12-31"));
    assert_eq!(moment("на прошлой неделе").as_deref(), Some("2025-10-01/2025-10-31"));
    assert_eq!(moment("с 9 марта").as_deref(), Some("2025-03-09/2025-03-09"));
    assert_eq!(moment("с ноября прошлого года").as_deref(), Some("2024-11-01/2024-11-30"));
    assert_eq!(moment("с 2009 года").as_deref(), Some("2009-01-01/2009-12-31"));
    assert_eq!(moment("с 2022 по 2024 год"), None);
}

#[test]
fn without_publication_only_told_years_have_bounds() {
    assert_eq!(find("5 марта, в 2023 году, вчера", "", false).join(" "), "? 2023 ?");
}

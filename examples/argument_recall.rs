//! How many of the gold's places, times, articles and citizenships the finders see at all.
//!
//! ```text
//! cargo run --example argument_recall -- GOLD.jsonl…
//! ```
//!
//! A gold value counts as seen if any hit of its article gives it; choosing among the hits is the
//! extractor's work. Prints the recall of each argument and, with `-v`, what is missed. Also times the
//! finders: seconds to load, articles a second.
#![allow(clippy::disallowed_methods, reason = "a tool for developers")]

use chrono::NaiveDate;
use dalel::extract::citizenship::CitizenshipFinder;
use dalel::extract::date::TimeFinder;
use dalel::extract::law::LawFinder;
use dalel::extract::place::Gazetteer;
use dalel::extract::token::TokenStream;
use dalel::knowledge::Knowledge;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Instant;

const ARGUMENTS: [&str; 6] = ["region", "locality", "period", "date", "articles", "citizenship"];

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// `2025` and `2025-01` as intervals, so that equal stretches compare equal.
fn interval(iso: &str) -> Option<(NaiveDate, NaiveDate)> {
    let edge = |text: &str, last: bool| -> Option<NaiveDate> {
        let mut parts = text.split('-').map(|p| p.parse::<u32>().ok());
        let year = i32::try_from(parts.next()??).ok()?;
        let month = parts.next().flatten();
        let day = parts.next().flatten();
        match (month, day) {
            (Some(m), Some(d)) => NaiveDate::from_ymd_opt(year, m, d),
            (Some(m), None) if last => {
                NaiveDate::from_ymd_opt(year, m, 1)?.checked_add_months(chrono::Months::new(1))?.pred_opt()
            }
            (Some(m), None) => NaiveDate::from_ymd_opt(year, m, 1),
            _ if last => NaiveDate::from_ymd_opt(year, 12, 31),
            _ => NaiveDate::from_ymd_opt(year, 1, 1),
        }
    };
    let (a, b) = iso.split_once('/').unwrap_or((iso, iso));
    Some((edge(a, false)?, edge(b, true)?))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut paths: Vec<String> = std::env::args().skip(1).collect();
    let verbose = paths.first().is_some_and(|p| p == "-v");
    if verbose {
        paths.remove(0);
    }
    let knowledge = Knowledge::embedded();
    let clock = Instant::now();
    let gazetteer = Gazetteer::new(&knowledge)?;
    println!("places loaded in {:?}", clock.elapsed());
    let clock = Instant::now();
    let (times, law, citizens) =
        (TimeFinder::new(&knowledge)?, LawFinder::new(&knowledge)?, CitizenshipFinder::new(&knowledge)?);
    println!("times, law, citizenship loaded in {:?}", clock.elapsed());
    let mut seen = [0usize; 6];
    let mut all = [0usize; 6];
    let (mut articles, mut bytes, mut spent) = (0, 0, [0.0f64; 4]);
    for path in &paths {
        for line in std::fs::read_to_string(path)?.lines() {
            let document: Value = serde_json::from_str(line)?;
            let Some(body) = document["text"].as_str() else { continue };
            let title = document["title"].as_str().unwrap_or_default();
            let text = format!("{title}\n{body}");
            let kazakh = document["lang"] == "kk";
            let published = document["published"].as_str().and_then(|d| d.get(..10)?.parse::<NaiveDate>().ok());
            let stream = TokenStream::new(&text);
            let n = stream.len();
            articles += 1;
            bytes += text.len();
            let clock = Instant::now();
            let places = gazetteer.find(&stream, 0, n, kazakh);
            spent[0] += clock.elapsed().as_secs_f64();
            let clock = Instant::now();
            let dates = times.find(&stream, 0, n, kazakh, published);
            spent[1] += clock.elapsed().as_secs_f64();
            let clock = Instant::now();
            let laws = law.find(&stream, 0, n, kazakh);
            spent[2] += clock.elapsed().as_secs_f64();
            let clock = Instant::now();
            let citizenships = citizens.find(&stream, 0, n, kazakh, &places);
            spent[3] += clock.elapsed().as_secs_f64();

            let mut found: [BTreeSet<String>; 6] = Default::default();
            for hit in &places {
                found[0].extend(hit.region.as_deref().map(str::to_owned));
                found[0].extend(gazetteer.regions_of(hit).iter().map(ToString::to_string));
                found[1].insert(hit.name.to_string());
            }
            let stretches: Vec<_> = dates.iter().filter_map(|h| h.start.zip(h.end)).collect();
            let moments: Vec<_> =
                dates.iter().filter_map(dalel::extract::date::TimeHit::moment).map(|(a, b, _)| (a, b)).collect();
            found[4].extend(laws.iter().filter_map(|h| h.article.clone()));
            found[5].extend(citizenships.iter().map(|h| h.country.to_string()));

            for event in document["events"].as_array().into_iter().flatten() {
                for (k, name) in ARGUMENTS.into_iter().enumerate() {
                    for value in strings(&event[name]) {
                        all[k] += 1;
                        let hit = match name {
                            "period" => interval(&value).is_some_and(|v| stretches.contains(&v)),
                            "date" => interval(&value).is_some_and(|v| moments.contains(&v)),
                            _ => found[k].contains(&value),
                        };
                        seen[k] += usize::from(hit);
                        if !hit && verbose {
                            println!("{} {name} {value} | {}", document["id"], event["evidence"]);
                        }
                    }
                }
            }
        }
    }
    for (k, name) in ARGUMENTS.into_iter().enumerate() {
        println!("{name}: {} of {} seen, {:.3}", seen[k], all[k], seen[k] as f64 / all[k].max(1) as f64);
    }
    for (k, name) in ["places", "times", "law", "citizenship"].into_iter().enumerate() {
        println!("{name}: {:.0} articles a second", f64::from(articles) / spent[k]);
    }
    println!("{articles} articles, {} bytes on average", bytes / usize::try_from(articles.max(1))?);
    Ok(())
}

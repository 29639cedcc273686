//! Reads scored articles (one JSON document a line) as the records that extraction would ideally give.
#![allow(clippy::disallowed_methods, reason = "tests work on files")]

use chrono::{Days, Months, NaiveDate};
use dalel::record::{Article, DatePrecision, Mention, Qualifier, Scope, Span, stable_id};
use serde_json::Value;
use std::path::Path;

/// One scored document.
#[derive(Debug, Clone)]
pub struct Document {
    /// The article.
    pub article: Article,
    /// Its mentions, as annotated.
    pub mentions: Vec<Mention>,
    /// For each mention the slug of the real-world result it states.
    pub results: Vec<Option<String>>,
    /// The slug of its story.
    pub story: Option<String>,
}

/// Reads a file; an absent file gives no documents (the gold articles are not part of a crate).
pub fn read(path: &Path) -> Vec<Document> {
    let Ok(content) = std::fs::read_to_string(path) else { return Vec::new() };
    content
        .lines()
        .filter(|l| !l.trim().is_empty())
        .map(|l| document(&serde_json::from_str(l).expect("JSON")))
        .collect()
}

fn text(v: &Value, key: &str) -> Option<String> {
    v.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// The first accepted code of a field that may hold several.
fn first(v: &Value, key: &str) -> Option<String> {
    match v.get(key)? {
        Value::Array(list) => list.first().and_then(Value::as_str).map(str::to_owned),
        other => other.as_str().map(str::to_owned),
    }
}

fn list(v: &Value, key: &str) -> Vec<String> {
    let mut all: Vec<String> = match v.get(key) {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(one)) => vec![one.clone()],
        _ => Vec::new(),
    };
    all.sort();
    all
}

/// First and last day of `2025`, `2025-07` or `2025-07-04`.
fn range(iso: &str) -> Option<(NaiveDate, NaiveDate, DatePrecision)> {
    let parts: Vec<u32> = iso.split('-').map_while(|p| p.parse().ok()).collect();
    let year = i32::try_from(*parts.first()?).ok()?;
    let start = NaiveDate::from_ymd_opt(year, parts.get(1).copied().unwrap_or(1), parts.get(2).copied().unwrap_or(1))?;
    let (end, precision) = match parts.len() {
        1 => (start + Months::new(12) - Days::new(1), DatePrecision::Year),
        2 => (start + Months::new(1) - Days::new(1), DatePrecision::Month),
        _ => (start, DatePrecision::Day),
    };
    Some((start, end, precision))
}

fn document(v: &Value) -> Document {
    let id = text(v, "id").expect("id");
    let body = text(v, "text").unwrap_or_default();
    let title = text(v, "title");
    let article = Article {
        article_id: id.clone(),
        outlet: text(v, "outlet"),
        language: text(v, "lang"),
        title: title.clone(),
        published_at: text(v, "published")
            .and_then(|p| p.get(..10).and_then(|d| d.parse::<NaiveDate>().ok()))
            .and_then(|d| d.and_hms_opt(0, 0, 0))
            .map(|t| t.and_utc()),
        published_precision: Some(DatePrecision::Day),
        text: body.clone(),
        ..Article::default()
    };
    let events = v.get("events").and_then(Value::as_array).cloned().unwrap_or_default();
    let mentions = events.iter().enumerate().map(|(n, e)| mention(&id, n, e, &body)).collect();
    Document { article, mentions, results: events.iter().map(|e| text(e, "result")).collect(), story: text(v, "story") }
}

fn mention(article_id: &str, n: usize, e: &Value, body: &str) -> Mention {
    let evidence = text(e, "evidence").unwrap_or_default();
    let at = body.find(&evidence).filter(|_| !evidence.is_empty());
    let date = text(e, "date").and_then(|d| range(&d));
    let period = text(e, "period").and_then(|p| match p.split_once('/') {
        Some((a, b)) => Some((range(a)?.0, range(b)?.1)),
        None => range(&p).map(|(a, b, _)| (a, b)),
    });
    let qualifier = match text(e, "qualifier").as_deref() {
        Some("min") => Qualifier::Min,
        Some("max") => Qualifier::Max,
        Some("approx") => Qualifier::Approx,
        _ => Qualifier::Exact,
    };
    let codes = |key| list(e, key).iter().map(|c| c.as_str().into()).collect();
    Mention {
        mention_id: stable_id("mention", &[article_id, &n.to_string()]),
        article_id: article_id.to_owned(),
        event_type: first(e, "event_type").unwrap_or_default().into(),
        object: first(e, "object").unwrap_or_default().into(),
        value: e.get("value").and_then(Value::as_f64),
        value_max: e.get("value_max").and_then(Value::as_f64),
        qualifier,
        unit: first(e, "unit").map(Into::into),
        region: codes("region"),
        locality: text(e, "locality"),
        offence: first(e, "offence").map(Into::into),
        scope: if text(e, "scope").as_deref() == Some("aggregate") { Scope::Aggregate } else { Scope::Incident },
        period_start: period.map(|p| p.0),
        period_end: period.map(|p| p.1),
        date_start: date.map(|d| d.0),
        date_end: date.map(|d| d.1),
        date_precision: date.map(|d| d.2),
        agency: codes("agency"),
        citizenship: codes("citizenship"),
        articles: list(e, "articles"),
        evidence_span: at.map_or(Span::default(), |s| Span::new(s as u32, (s + evidence.len()) as u32)),
        evidence,
        confidence: 1.0,
        ..Mention::default()
    }
}

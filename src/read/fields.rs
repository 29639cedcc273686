//! The fields of an article as inputs give them, and the article they make.

use super::bytes::Refusal;
use crate::record::{Article, DatePrecision, stable_id};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use serde::{Deserialize, Deserializer};

/// One article of a JSONL line or a Parquet row. Missing fields and nulls are the same; unknown ones are ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    #[serde(alias = "article_id", deserialize_with = "text_or_number")]
    pub id: Option<String>,
    pub url: Option<String>,
    pub canonical_url: Option<String>,
    pub outlet: Option<String>,
    #[serde(alias = "language")]
    pub lang: Option<String>,
    #[serde(alias = "published_at")]
    pub published: Option<String>,
    pub published_precision: Option<String>,
    pub fetched_at: Option<String>,
    pub author_is_agency: Option<bool>,
    pub content_hash: Option<String>,
    pub title: Option<String>,
    pub text: Option<String>,
}

/// Identifiers are words, but numbers are common in exports.
fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Id {
        Text(String),
        Number(serde_json::Number),
        None,
    }
    Ok(match Id::deserialize(deserializer)? {
        Id::Text(text) => Some(text),
        Id::Number(number) => Some(number.to_string()),
        Id::None => None,
    })
}

impl Fields {
    /// The article, or why it is refused. `raw_hash` is the blake3 of the raw line or row (hex).
    pub fn into_article(self, raw_hash: String) -> Result<Article, Refusal> {
        let filled = |s: Option<String>| s.map(|s| s.trim().to_owned()).filter(|s| !s.is_empty());
        let title = filled(self.title);
        let text = self.text.unwrap_or_default();
        if title.is_none() && text.trim().is_empty() {
            return Err(Refusal::new("no_text", "neither text nor title"));
        }
        let (published_at, stated) = match filled(self.published) {
            None => (None, None),
            Some(text) => {
                let (moment, precision) = moment(&text).ok_or_else(|| {
                    Refusal::new("invalid_date", format!("published `{text}` is neither YYYY-MM-DD nor RFC 3339"))
                })?;
                (Some(moment), Some(precision))
            }
        };
        let precision = filled(self.published_precision).and_then(|p| precision_of(&p));
        let url = filled(self.url);
        let article_id =
            filled(self.id).unwrap_or_else(|| stable_id("a", &[url.as_deref().unwrap_or_default(), &raw_hash]));
        Ok(Article {
            article_id,
            canonical_url: filled(self.canonical_url),
            url,
            outlet: filled(self.outlet),
            language: filled(self.lang).map(|l| language(&l)),
            title,
            text,
            author_is_agency: self.author_is_agency.unwrap_or_default(),
            published_at,
            published_precision: published_at.and(precision.or(stated)),
            fetched_at: filled(self.fetched_at).and_then(|t| moment(&t)).map(|(t, _)| t),
            content_hash: filled(self.content_hash).filter(|h| is_hash(h)).unwrap_or(raw_hash),
            story_id: None,
        })
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// `ru-RU` → `ru`; the country code `kz`, which many sites use for Kazakh, → `kk`.
fn language(tag: &str) -> String {
    let primary = tag.split(['-', '_']).next().unwrap_or(tag).to_lowercase();
    match primary.as_str() {
        "kz" | "kaz" => "kk".into(),
        "rus" => "ru".into(),
        _ => primary,
    }
}

fn precision_of(code: &str) -> Option<DatePrecision> {
    use DatePrecision::{Day, Minute, Month, Second, Year};
    [Year, Month, Day, Minute, Second].into_iter().find(|p| p.as_str() == code)
}

/// A day, or a moment with its zone. A moment without a zone is known to the day only: to guess the zone could
/// move it over midnight.
pub(super) fn moment(text: &str) -> Option<(DateTime<Utc>, DatePrecision)> {
    let day = |date: NaiveDate| (date.and_time(NaiveTime::MIN).and_utc(), DatePrecision::Day);
    let text = text.trim();
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some((moment.to_utc(), DatePrecision::Second));
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(day(date));
    }
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .map(|moment| day(moment.date()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let check = |text: &str, expected: Option<(&str, DatePrecision)>| {
            let found = moment(text).map(|(t, p)| (t.to_rfc3339(), p));
            assert_eq!(found, expected.map(|(t, p)| (t.to_owned(), p)), "{text}");
        };
        check("2025-08-30", Some(("2025-08-30T00:00:00+00:00", DatePrecision::Day)));
        check("2025-08-30T01:30:00+05:00", Some(("2025-08-29T20:30:00+00:00", DatePrecision::Second)));
        check("2025-08-30T01:30:00Z", Some(("2025-08-30T01:30:00+00:00", DatePrecision::Second)));
        check("2025-08-30T23:30:00", Some(("2025-08-30T00:00:00+00:00", DatePrecision::Day)));
        check("2025-08-30 23:30", Some(("2025-08-30T00:00:00+00:00", DatePrecision::Day)));
        check("30.08.2025", None);
        check("вчера", None);
        check("2025-13-01", None);
    }

    #[test]
    fn languages() {
        for (tag, expected) in [("ru", "ru"), ("RU-ru", "ru"), ("kz", "kk"), ("kk_KZ", "kk"), ("en", "en")] {
            assert_eq!(language(tag), expected);
        }
    }
}

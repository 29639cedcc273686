//! A cleaned article.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// How precisely a moment is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePrecision {
    /// A year only.
    Year,
    /// A year and a month.
    Month,
    /// A calendar day.
    Day,
    /// Hour and minute.
    Minute,
    /// Second.
    Second,
}

impl DatePrecision {
    /// All values, from coarse to fine.
    pub const ALL: [Self; 5] = [Self::Year, Self::Month, Self::Day, Self::Minute, Self::Second];

    /// Its name, as features write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "Year",
            Self::Month => "Month",
            Self::Day => "Day",
            Self::Minute => "Minute",
            Self::Second => "Second",
        }
    }

    /// The code in the tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Day => "day",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }
}

/// One article: its text and what is known of it. The text is private and never enters a release.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Article {
    /// Identifier: as given by the input, else a hash of the canonical URL.
    pub article_id: String,
    /// Address it was read from.
    pub url: Option<String>,
    /// Address without tracking parameters, as the page itself names it.
    pub canonical_url: Option<String>,
    /// Outlet: id of a source file, or the host.
    pub outlet: Option<String>,
    /// ISO 639-1: `ru`, `kk`, or another language of the page.
    pub language: Option<String>,
    /// Headline.
    pub title: Option<String>,
    /// Body: paragraphs separated by `\n`, NFC, no furniture.
    pub text: String,
    /// Whether the publisher is the authority itself (a press centre).
    pub author_is_agency: bool,
    /// Publication moment (UTC; midnight of Asia/Almaty's day where only the day is known is *not* assumed:
    /// a day is stored as midnight UTC with precision `day`).
    pub published_at: Option<DateTime<Utc>>,
    /// How precise `published_at` is.
    pub published_precision: Option<DatePrecision>,
    /// When it was fetched (UTC).
    pub fetched_at: Option<DateTime<Utc>>,
    /// blake3 of the raw input (hex, 64 digits).
    pub content_hash: String,
    /// Story it belongs to; set by `dedup`.
    pub story_id: Option<String>,
}

impl Article {
    /// The day of publication: the reference for relative dates.
    pub fn published_date(&self) -> Option<NaiveDate> {
        self.published_at.map(|t| t.date_naive())
    }

    /// Length of the text in Unicode scalar values.
    pub fn n_chars(&self) -> u32 {
        u32::try_from(self.text.chars().count()).unwrap_or(u32::MAX)
    }
}

//! A story: the articles about one operation, briefing or statement.

use chrono::{DateTime, Utc};

/// One row per story.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Story {
    /// Stable id.
    pub story_id: String,
    /// Headline of the story's origin.
    pub title: Option<String>,
    /// Number of articles.
    pub n_articles: u32,
    /// Number of distinct outlets.
    pub n_outlets: u32,
    /// Publication of the earliest article (UTC).
    pub first_published_at: Option<DateTime<Utc>>,
    /// ISO 639-1 codes of its articles, sorted.
    pub languages: Vec<String>,
}

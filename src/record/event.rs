//! An event: one real-world result, merged from its mentions.

use super::{Code, DatePrecision, Mention};
use chrono::{DateTime, Utc};

/// One row per real-world result.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Event {
    /// Stable id: that of its earliest mention's hash; an alias is left when two events merge.
    pub event_id: String,
    /// The merged arguments, as a mention whose ids and evidence are those of the representative mention;
    /// `value` is the consensus.
    pub merged: Mention,
    /// Smallest value reported by a mention.
    pub value_min: Option<f64>,
    /// Largest value reported by a mention.
    pub value_max_reported: Option<f64>,
    /// Most precise statement by the most original source.
    pub value_consensus: Option<f64>,
    /// Whether the mentions' figures disagree beyond rounding.
    pub is_disputed: bool,
    /// Number of mentions.
    pub n_mentions: u32,
    /// Number of distinct outlets.
    pub n_outlets: u32,
    /// Publication of the earliest article (UTC).
    pub first_published_at: Option<DateTime<Utc>>,
    /// Publication of the latest article (UTC).
    pub last_published_at: Option<DateTime<Utc>>,
    /// Story of the representative mention.
    pub story_id: Option<String>,
    /// Results of one operation share a case id.
    pub case_id: Option<String>,
    /// The total this event is a part of, where an article gives both.
    pub part_of: Option<String>,
    /// Members, in the order of publication: along it one reads the updates of the figure.
    pub mention_ids: Vec<String>,
}

impl Event {
    /// The event's kind.
    pub fn event_type(&self) -> &Code {
        &self.merged.event_type
    }

    /// How precisely the event is dated.
    pub fn date_precision(&self) -> Option<DatePrecision> {
        self.merged.date_precision
    }
}

//! The thresholds of deduplication: the job file's `[dedup]` table.

use serde::{Deserialize, Serialize};

/// Thresholds; every one has a default, and an unknown key is refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Two groups of articles are one story when the mean log-odds of their pairs is above this.
    pub story_threshold: f32,
    /// Two groups of mentions are one event when the mean score of their pairs is above this.
    pub event_threshold: f32,
    /// The score of two articles that never met in a block.
    pub unknown_pair: f32,
    /// The lowest score of two articles that merely have little in common.
    pub lowest_score: f32,
    /// The lowest score of two articles that exclude each other (dates, places, figures, a digest).
    pub refuted_score: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { story_threshold: 0.0, event_threshold: 0.0, unknown_pair: -3.0, lowest_score: -2.5, refuted_score: -6.0 }
    }
}

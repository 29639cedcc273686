//! A record that a stage refused.

/// What was refused, by which stage and why. Private: never in a release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reject {
    /// Stage that refused it.
    pub stage: String,
    /// Reason code, snake case: `no_body`, `ambiguous_figure` …
    pub reason: String,
    /// Identifier of the record.
    pub record_id: String,
    /// What a person needs to find the place: an offset, a word, a message.
    pub detail: String,
}

impl Reject {
    /// A reject with a reason code.
    pub fn new(stage: &str, reason: &str, record_id: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { stage: stage.into(), reason: reason.into(), record_id: record_id.into(), detail: detail.into() }
    }
}

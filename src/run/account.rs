//! The books of a run: what entered each stage, what it kept and what it refused.

use super::RunError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The stages in the order in which records flow.
const STAGES: [&str; 6] = ["read", "clean", "identify", "extract", "dedup articles", "dedup mentions"];

/// One stage's count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageCount {
    /// Records that entered.
    pub seen: usize,
    /// Records that left.
    pub kept: usize,
    /// Records refused.
    pub refused: usize,
}

/// The count of each stage, by its name, and the reasons of all refusals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Counts by stage: `read` (files, lines, rows), `clean` (pages), `identify` (articles, each id once),
    /// `extract` (candidate mentions), `dedup articles` and `dedup mentions`.
    pub stages: BTreeMap<String, StageCount>,
    /// Refusals by `stage/reason`.
    pub reasons: BTreeMap<String, usize>,
}

impl Account {
    /// Adds a stage's count.
    pub fn add(&mut self, stage: &str, seen: usize, kept: usize, refused: usize) {
        let count = self.stages.entry(stage.to_owned()).or_default();
        count.seen += seen;
        count.kept += kept;
        count.refused += refused;
    }

    /// Adds refusals to the reasons (not to the counts).
    pub fn explain<'r>(&mut self, rejects: impl IntoIterator<Item = &'r crate::record::Reject>) {
        for reject in rejects {
            *self.reasons.entry(format!("{}/{}", reject.stage, reject.reason)).or_default() += 1;
        }
    }

    /// Adds another account.
    pub fn merge(&mut self, other: &Self) {
        for (stage, count) in &other.stages {
            self.add(stage, count.seen, count.kept, count.refused);
        }
        for (reason, n) in &other.reasons {
            *self.reasons.entry(reason.clone()).or_default() += n;
        }
    }

    /// The counts in the order in which records flow.
    pub fn in_order(&self) -> impl Iterator<Item = (&str, &StageCount)> {
        let place = |name: &str| STAGES.iter().position(|stage| *stage == name).unwrap_or(STAGES.len());
        let mut counts: Vec<_> = self.stages.iter().map(|(name, count)| (name.as_str(), count)).collect();
        counts.sort_by_key(|(name, _)| place(name));
        counts.into_iter()
    }

    /// The count of one stage.
    pub fn stage(&self, name: &str) -> StageCount {
        self.stages.get(name).cloned().unwrap_or_default()
    }

    /// Checks that nothing went missing.
    ///
    /// # Errors
    /// The first stage in which in ≠ kept + refused.
    pub fn check(&self) -> Result<(), RunError> {
        for (stage, &StageCount { seen, kept, refused }) in &self.stages {
            if seen != kept + refused {
                return Err(RunError::Unaccounted { stage: stage.clone(), seen, kept, refused });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_record_is_an_error() {
        let mut account = Account::default();
        account.add("clean", 3, 2, 1);
        assert!(account.check().is_ok());
        account.add("clean", 1, 0, 0);
        let message = account.check().expect_err("one lost").to_string();
        assert!(message.starts_with("clean: 4 in, but 2 kept and 1 refused"), "{message}");
    }
}

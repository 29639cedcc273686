//! The books of a run: what entered each stage, what it kept and what it refused.

use super::RunError;
use crate::clean::layout::Fit;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The stages in the order in which records flow.
const STAGES: [&str; 8] =
    ["read", "clean", "identify", "extract", "erase", "review", "dedup articles", "dedup mentions"];

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
    /// `extract` (candidate mentions), `erase` and `review` (where people decided something), `dedup articles` and `dedup mentions`.
    pub stages: BTreeMap<String, StageCount>,
    /// Refusals by `stage/reason`.
    pub reasons: BTreeMap<String, usize>,
    /// By outlet with a layout in its spec: its pages that became articles, and where the layout did not fit them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub layouts: BTreeMap<String, LayoutCount>,
}

/// How one outlet's layout fitted its pages; what a selector did not give was read without it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutCount {
    /// Pages that became articles.
    pub pages: usize,
    /// Pages by what did not fit: `body_matches_nothing`, `title_matches_several`.
    pub missed: BTreeMap<String, usize>,
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

    /// Adds how an outlet's layout fitted one page.
    pub fn add_fit(&mut self, outlet: &str, fit: &Fit) {
        if fit.has_layout {
            let count = self.layouts.entry(outlet.to_owned()).or_default();
            count.pages += 1;
            for reason in &fit.missed {
                *count.missed.entry((*reason).to_owned()).or_default() += 1;
            }
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
        for (outlet, count) in &other.layouts {
            let own = self.layouts.entry(outlet.clone()).or_default();
            own.pages += count.pages;
            for (reason, n) in &count.missed {
                *own.missed.entry(reason.clone()).or_default() += n;
            }
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

    #[test]
    fn layouts_that_do_not_fit_are_counted_by_outlet() {
        let fit = |missed: &[&'static str]| Fit { has_layout: true, missed: missed.to_vec() };
        let mut account = Account::default();
        account.add_fit("dala", &fit(&[]));
        account.add_fit("dala", &fit(&["body_matches_nothing", "title_matches_several"]));
        account.add_fit("other", &Fit::default());
        let mut total = account.clone();
        total.merge(&account);
        let missed = [("body_matches_nothing".to_owned(), 2), ("title_matches_several".to_owned(), 2)];
        assert_eq!(total.layouts, [("dala".to_owned(), LayoutCount { pages: 4, missed: missed.into() })].into());
    }
}

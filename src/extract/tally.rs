//! Totals of a statistic: what stands with "выявлено 580 фактов, изъято 60 тонн" in one sentence or one list is counted
//! over the same time and place.

use super::candidate::Candidate;
use super::carry;
use super::pattern::Annotated;
use super::scorer::{Model, Scene};
use rustc_hash::FxHashSet;

/// Offences or cases from which on their number is a total: two may be those of one day's news.
const MANY: f64 = 3.0;
/// A list as long as this is read to its end.
const ITEMS: usize = 24;

/// The sentences that tell parts of a statistic.
#[derive(Debug, Default)]
pub(super) struct Tally {
    sentences: FxHashSet<usize>,
}

impl Tally {
    /// Finds the totals, and the items of the lists that they open.
    pub(super) fn of(
        model: Option<&Model>,
        scene: &Scene<'_, '_>,
        text: &Annotated<'_, '_>,
        candidates: &[Candidate],
    ) -> Self {
        let Some(model) = model else { return Self::default() };
        let total = |c: &&Candidate| {
            matches!(c.unit.as_deref(), Some("offence" | "case")) && c.value.is_some_and(|v| v >= MANY)
        };
        let mut sentences: FxHashSet<usize> = FxHashSet::default();
        for c in candidates.iter().filter(total) {
            if !sentences.contains(&c.sentence) && model.aggregate(scene, c) >= model.threshold {
                sentences.insert(c.sentence);
            }
        }
        let mut items = Vec::new();
        for &s in &sentences {
            let rest = s + 1..scene.reads.len().min(s + ITEMS);
            items.extend(rest.take_while(|next| carry::is_item(text, scene.reads, *next)));
        }
        sentences.extend(items);
        Self { sentences }
    }

    /// Whether the candidate is a part of a statistic; one person or case may be told as its example.
    pub(super) fn holds(&self, candidate: &Candidate) -> bool {
        let example = candidate.value == Some(1.0) && matches!(candidate.unit.as_deref(), Some("person" | "case"));
        let term = matches!(candidate.unit.as_deref(), Some("year" | "month"));
        !example && !term && self.sentences.contains(&candidate.sentence)
    }
}

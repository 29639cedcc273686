//! Totals of a statistic: what stands with "выявлено 580 фактов, изъято 60 тонн" in one sentence or one list is counted
//! over the same time and place.

use super::attribute;
use super::candidate::Candidate;
use super::carry;
use super::context::is_period;
use super::pattern::Annotated;
use super::scorer::Scene;
use crate::record::Scope;
use rustc_hash::FxHashSet;

/// Offences or cases from which on their number is a total: two may be those of one day's news.
const MANY: f64 = 3.0;
/// A figure from which on the sentence after a total goes on with it.
const LARGE: f64 = 10.0;
/// A list as long as this is read to its end.
const ITEMS: usize = 24;

/// The scope of each candidate: by itself and among the figures of the text, then by the totals that it is a part of.
pub(super) fn scopes(scene: &Scene<'_, '_>, text: &Annotated<'_, '_>, candidates: &[Candidate]) -> Vec<Scope> {
    let mut scopes = attribute::scopes::scopes(scene, candidates);
    if scene.language.scope.is_some() {
        let tally = Tally::of(&scopes, scene, text, candidates);
        for (candidate, scope) in candidates.iter().zip(&mut scopes) {
            if tally.holds(candidate, &scene.language.rules[candidate.rule as usize].event_type) {
                *scope = Scope::Aggregate;
            }
        }
    }
    scopes
}

/// The sentences that tell parts of a statistic.
#[derive(Debug, Default)]
struct Tally {
    /// Those of the totals and of the lists that they open.
    within: FxHashSet<usize>,
    /// Those that follow a large total in its paragraph.
    after: FxHashSet<usize>,
}

impl Tally {
    /// Finds the totals, what they open and what follows them, of the scopes that the candidates have so far.
    fn of(scopes: &[Scope], scene: &Scene<'_, '_>, text: &Annotated<'_, '_>, candidates: &[Candidate]) -> Self {
        let mut tally = Self::default();
        let offences = |c: &Candidate| matches!(c.unit.as_deref(), Some("offence" | "case"));
        let value = |c: &Candidate| c.value.unwrap_or(0.0);
        let reads = scene.reads;
        let many = |c: &Candidate| offences(c) && value(c) >= MANY;
        for (c, scope) in candidates.iter().zip(scopes).filter(|(c, _)| many(c)) {
            let next = c.sentence + 1;
            let seen = tally.within.contains(&c.sentence) && (value(c) < LARGE || tally.after.contains(&next));
            if seen || *scope == Scope::Incident {
                continue;
            }
            tally.within.insert(c.sentence);
            // A day of its own is that of one operation.
            let goes_on = reads.get(next).is_some_and(|r| r.sentence.paragraph == reads[c.sentence].sentence.paragraph)
                && scene.context.times_of(next).all(is_period);
            if value(c) >= LARGE && goes_on {
                tally.after.insert(next);
            }
        }
        let mut items = Vec::new();
        for &s in &tally.within {
            let rest = s + 1..reads.len().min(s + ITEMS);
            items.extend(rest.take_while(|next| carry::is_item(text, reads, *next)));
        }
        tally.within.extend(items);
        tally
    }

    /// Whether the candidate is a part of a statistic; one person or case may be told as its example.
    fn holds(&self, candidate: &Candidate, event_type: &str) -> bool {
        let unit = candidate.unit.as_deref();
        if matches!(unit, Some("year" | "month")) {
            return false;
        }
        let example = candidate.value == Some(1.0) && matches!(unit, Some("person" | "case"));
        // What one offender took, earned or has to pay may follow any total.
        let large =
            candidate.value.is_some_and(|v| v >= LARGE) && !matches!(event_type, "damage" | "proceeds" | "fine");
        !example && self.within.contains(&candidate.sentence) || large && self.after.contains(&candidate.sentence)
    }
}

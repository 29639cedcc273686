//! What is counted over a whole text.

use super::argument::{Argument, ArgumentKind};
use super::context::{Context, Surroundings, is_period};
use super::worth::is_crypto;
use crate::record::Code;
use rustc_hash::FxHashSet;

/// Paragraphs from which on a text with as many places is a digest.
const CASES: usize = 4;

/// What is counted over a whole text.
#[derive(Debug, Default)]
pub(super) struct Totals {
    /// Sentences and headline that name places at home, and abroad.
    pub(super) named: (usize, usize),
    /// Sentences that name an authority.
    pub(super) with_agency: usize,
    /// Sentences that name an offence.
    pub(super) with_offence: usize,
    /// Sentences that name a place abroad.
    pub(super) with_abroad: usize,
    /// Triggers.
    pub(super) triggers: usize,
    /// Figures above one.
    pub(super) figures: usize,
    /// Sums in tenge.
    pub(super) tenge: usize,
    /// Whether the only money told is one other country's: a purse of several, or with dollars, is a find.
    pub(super) foreign_money: bool,
    /// Whether some place has a name of its own: no region or country.
    pub(super) locality: bool,
    /// Paragraphs of cases of their own, each with its place.
    pub(super) digest: bool,
    /// The only offence that the articles of law punish.
    pub(super) cited: Option<Code>,
    /// How much more each sentence speaks of a statistic than of one operation.
    pub(super) balances: Vec<f64>,
    /// The sum of that.
    pub(super) balance: f64,
    /// Times that are periods.
    pub(super) periods: usize,
    /// The first and the last sentence that names a campaign.
    pub(super) campaigns: Option<(usize, usize)>,
}

impl Context<'_> {
    /// Whether most paragraphs name a place of their own.
    fn is_digest(&self) -> bool {
        let last = self.reads.last().map_or(0, |r| r.sentence.paragraph);
        if last < CASES {
            return false;
        }
        let mut named: FxHashSet<&str> = FxHashSet::default();
        let (mut with, mut paragraph) = (0, usize::MAX);
        for (around, read) in self.sentences.iter().zip(self.reads) {
            let new =
                around.places.iter().map(|h| h.name.as_ref()).find(|n: &&str| !n.is_empty() && !named.contains(n));
            if let Some(name) = new.filter(|_| paragraph != read.sentence.paragraph) {
                named.insert(name);
                paragraph = read.sentence.paragraph;
                with += 1;
            }
        }
        with >= CASES && with * 2 > last
    }

    /// The offence that the articles of law punish, where it is one.
    fn cited(&self) -> Option<Code> {
        let mut all = self.sentences.iter().flat_map(|s| &s.laws);
        let first = all.next()?;
        all.all(|code| code == first).then(|| first.clone())
    }

    /// Counts.
    pub(super) fn count(&self) -> Totals {
        let with = |f: fn(&Surroundings) -> bool| self.sentences.iter().filter(|s| f(s)).count();
        let figures = self.reads.iter().flat_map(|r| &r.arguments).filter(|a| a.value.is_some_and(|v| v > 1.0));
        let tenge = |a: &&Argument| a.unit.as_deref() == Some("KZT");
        let sums = self.reads.iter().flat_map(|r| &r.arguments).filter(|a| a.kind == ArgumentKind::Money);
        let mut money: Vec<&str> = sums.filter_map(|a| a.unit.as_deref()).filter(|unit| !is_crypto(unit)).collect();
        money.sort_unstable();
        money.dedup();
        let balance = |(s, around): (usize, &Surroundings)| {
            let times: f64 = self.times_of(s).map(|t| if is_period(t) { 2.0 } else { -1.0 }).sum();
            around.aggregate - around.incident + times
        };
        let balances: Vec<f64> = self.sentences.iter().enumerate().map(balance).collect();
        let mut campaigns = (0..self.sentences.len()).filter(|s| self.sentences[*s].campaign);
        let first = campaigns.next();
        Totals {
            named: self.named(),
            with_agency: with(|s| !s.agencies.is_empty()),
            with_offence: with(|s| !s.offences.is_empty()),
            with_abroad: with(|s| s.places.iter().any(|h| h.country.as_deref().is_some_and(|c| c != "KZ"))),
            triggers: self.reads.iter().map(|r| r.triggers.len()).sum(),
            figures: figures.count(),
            tenge: self.reads.iter().flat_map(|r| &r.arguments).filter(tenge).count(),
            foreign_money: money.len() == 1 && is_foreign_money(money[0]),
            locality: self.sentences.iter().any(|s| s.places.iter().any(|h| !h.name.is_empty())),
            digest: self.is_digest(),
            cited: self.cited(),
            balance: balances.iter().sum(),
            balances,
            periods: self.times.iter().filter(|t| is_period(t)).count(),
            campaigns: first.map(|first| (first, campaigns.last().unwrap_or(first))),
        }
    }
}

/// Whether only another country pays in it: dollars and euros are paid everywhere.
fn is_foreign_money(unit: &str) -> bool {
    !matches!(unit, "KZT" | "USD" | "EUR")
}

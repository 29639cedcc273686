//! Two articles → the evidence that they tell one story.
//!
//! Every feature is a small number with a name; the score is their weighted sum, so a decision can be
//! explained term by term. The weights (`pipelines/dedup/weights.toml`) were fitted by logistic
//! regression; the score is a log-odds.

use super::background::Background;
use super::claims::{self, ClaimEvidence};
use super::features::{Fingerprint, SKETCH, for_shared_at, shared};
use super::kinds::{Agreeing, Tellers, for_kinds};
use crate::knowledge::{Knowledge, KnowledgeError};
use std::collections::BTreeMap;

/// The names of the features, in the order of [`Evidence::features`].
pub const FEATURES: [&str; 32] = [
    "text",
    "text_contained",
    "lead",
    "copied",
    "names",
    "names_lead",
    "numbers",
    "numbers_differ",
    "claims",
    "claims_covered",
    "claims_lead",
    "claims_conflict",
    "claims_excluded",
    "excluded_alone",
    "conflict_alone",
    "background_alone",
    "digest",
    "lead_apart",
    "regions_shared",
    "regions_differ",
    "gap",
    "long_gap",
    "other_language",
    "unclaimed",
    "undated",
    "telling",
    "dates_shared",
    "opening_missed",
    "scope_apart",
    "gap_bare",
    "opening_excluded",
    "rare",
];

/// The evidence for one pair of articles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// The features' values, named by [`FEATURES`].
    pub features: [f32; FEATURES.len()],
}

/// Where features stand in [`FEATURES`].
const COPIED_AT: usize = 3;
const OPENING_EXCLUDED_AT: usize = 30;
/// The features that exclude one story, each by itself: `excluded_alone`, `conflict_alone`, `digest`,
/// `regions_differ`, `opening_excluded`.
const REFUTING: [usize; 5] = [13, 14, 16, 19, OPENING_EXCLUDED_AT];

impl Evidence {
    /// Whether dates, places or figures exclude that the two tell one story.
    pub fn is_refuted(&self) -> bool {
        REFUTING.iter().any(|at| self.features[*at] > 0.0)
    }

    /// Whether the results told first are of one kind and of two places or times, and neither text copies the other.
    pub fn is_another_case(&self) -> bool {
        self.features[OPENING_EXCLUDED_AT] > 0.0 && self.features[COPIED_AT] < REPRINT
    }
}

/// Share of common word pairs from which a text is a reprint.
const REPRINT: f32 = 0.4;

/// The features' weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    bias: f32,
    features: [f32; FEATURES.len()],
}

const WEIGHTS: &str = "pipelines/dedup/weights.toml";

impl Weights {
    /// Reads the weights.
    ///
    /// # Errors
    /// A file that is missing, an unknown or missing feature.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let content = knowledge.get(WEIGHTS).ok_or_else(|| KnowledgeError::invalid(WEIGHTS, "is missing"))?;
        let mut table: BTreeMap<String, f32> =
            toml::from_str(content).map_err(|e| KnowledgeError::invalid(WEIGHTS, e.to_string()))?;
        let mut take = |name: &str| {
            table.remove(name).ok_or_else(|| KnowledgeError::invalid(WEIGHTS, format!("{name} is missing")))
        };
        let bias = take("bias")?;
        let mut features = [0.0; FEATURES.len()];
        for (weight, name) in features.iter_mut().zip(FEATURES) {
            *weight = take(name)?;
        }
        if let Some(unknown) = table.keys().next() {
            return Err(KnowledgeError::invalid(WEIGHTS, format!("unknown feature {unknown}")));
        }
        Ok(Self { bias, features })
    }

    /// The log-odds that two articles tell one story.
    pub fn score(&self, evidence: &Evidence) -> f32 {
        self.bias + self.features.iter().zip(&evidence.features).map(|(w, f)| w * f).sum::<f32>()
    }

    /// What each feature adds to the score, by name; zeros left out.
    pub fn terms(&self, evidence: &Evidence) -> Vec<(&'static str, f32)> {
        let all = FEATURES.iter().zip(&self.features).zip(&evidence.features);
        all.map(|((name, w), f)| (*name, w * f)).filter(|(_, term)| *term != 0.0).collect()
    }
}

/// Estimated share of the shorter text's word pairs that stand in the other, from their sketches.
pub fn copied(a: &[u32], b: &[u32]) -> f32 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    // A full sketch is a sample: compare only below the largest hash that both would have kept.
    let limit = |s: &[u32]| if s.len() < SKETCH { u32::MAX } else { s[s.len() - 1] };
    let limit = limit(a).min(limit(b));
    let kept = |s: &[u32]| s.partition_point(|h| *h <= limit);
    let least = kept(a).min(kept(b));
    if least == 0 { 0.0 } else { shared(&a[..kept(a)], &b[..kept(b)]) as f32 / least as f32 }
}

/// Weights of the words that two articles share.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Words {
    all: f32,
    rare: f32,
    lead: f32,
    names: f32,
    names_lead: f32,
}

impl Words {
    /// Adds a word that both have.
    pub(super) fn add(&mut self, weight: f32, in_leads: bool, is_name: bool) {
        self.all += weight;
        self.rare += (weight - RARE).max(0.0);
        // Without branches: which words are names, and where they stand, cannot be foretold.
        let of = |is: bool| if is { weight } else { 0.0 };
        self.lead += of(in_leads);
        self.names += of(is_name);
        self.names_lead += of(in_leads & is_name);
    }
}

/// What two articles share, as far as all that is compared asks for it.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Shared {
    /// Weights of the common words.
    pub(super) words: Words,
    /// How many numbers both have.
    pub(super) numbers: usize,
    /// [`copied`], where the two are of one language.
    pub(super) copied: f32,
    /// The mentions that may agree.
    pub(super) agreeing: Agreeing,
}

impl Shared {
    /// From the sets of both, one after the other.
    pub(super) fn of(a: &Fingerprint, b: &Fingerprint, background: &Background) -> Self {
        let mut agreeing = Agreeing::default();
        for_kinds(&a.kinds, &b.kinds, |left, right| agreeing.add(left, right, Tellers::new(a, b)));
        Self {
            words: shared_words(a, b, background),
            numbers: shared(a.numbers(), b.numbers()),
            copied: if a.language == b.language { copied(a.sketch(), b.sketch()) } else { 0.0 },
            agreeing,
        }
    }
}

fn shared_words(a: &Fingerprint, b: &Fingerprint, background: &Background) -> Words {
    let mut words = Words::default();
    for_shared_at(a.stems(), b.stems(), |stem, i, j| {
        words.add(background.weight(stem), a.is_lead(i) && b.is_lead(j), a.is_name(i) && b.is_name(j));
    });
    words
}

/// The weight of the names alone, for the many pairs of which no more is wanted.
fn shared_names(a: &Fingerprint, b: &Fingerprint, background: &Background) -> f32 {
    let (mut left, mut right) = (a.names().peekable(), b.names().peekable());
    let mut names = 0.0;
    while let (Some(x), Some(y)) = (left.peek().copied(), right.peek().copied()) {
        if x == y {
            names += background.weight(x);
        }
        if x <= y {
            left.next();
        }
        if y <= x {
            right.next();
        }
    }
    names
}

/// Articles without mentions are worth a closer look where a seventh of the word pairs of one stands in the other,
/// or where they share this weight of names: two rare ones.
pub(super) const COPIED: f32 = 0.15;
pub(super) const NAMED: f32 = 9.0;

/// Whether two articles are worth comparing: a cheap test that refuses most chance meetings.
pub fn is_promising(a: &Fingerprint, b: &Fingerprint, background: &Background) -> bool {
    !a.claims.is_empty() && !b.claims.is_empty()
        || a.language != b.language
        || copied(a.sketch(), b.sketch()) >= COPIED
        || shared_names(a, b, background) >= NAMED
}

/// What the texts of two articles say, whatever their mentions.
#[derive(Debug, Clone, Copy)]
struct Texts {
    same_language: bool,
    words: Words,
    copied: f32,
    numbers: usize,
    fewest: usize,
    gap: f32,
}

impl Texts {
    /// Compares two texts.
    fn new(a: &Fingerprint, b: &Fingerprint, shared: &Shared) -> Self {
        Self {
            same_language: a.language == b.language,
            words: shared.words,
            copied: shared.copied,
            numbers: shared.numbers,
            fewest: a.numbers().len().min(b.numbers().len()),
            gap: match (a.day, b.day) {
                (Some(x), Some(y)) => (x - y).abs() as f32,
                _ => 0.0,
            },
        }
    }
}

impl Texts {
    /// How far apart the two are told. A follow-up that dates the earlier result reaches back to it.
    fn distance(&self, claims: &ClaimEvidence) -> f32 {
        (1.0 + claims.gap.map_or(self.gap, |told| told.min(self.gap))).ln() / 3.0
    }

    /// The same where neither names nor figures bridge it.
    fn bare(&self, distance: f32, claims: &ClaimEvidence) -> f32 {
        distance * (1.0 - ((1.0 + self.words.names).ln() + 2.0 * (1.0 + claims.figures).ln()) / 4.0).max(0.0)
    }
}

/// Compares two articles.
pub fn compare(a: &Fingerprint, b: &Fingerprint, background: &Background) -> Evidence {
    let shared = Shared::of(a, b, background);
    let agreement = claims::agreement(a, b, &shared.agreeing, background);
    let texts = Texts::new(a, b, &shared);
    evidence(a, b, &texts, &claims::compare_claims(a, b, agreement, background))
}

/// [`compare`] where the score may be above a threshold: one look after the other, the cheapest first. Nearly all pairs
/// that meet have some words and a common figure, and nothing else in common.
pub(super) fn compare_likely(
    a: &Fingerprint,
    b: &Fingerprint,
    shared: &Shared,
    background: &Background,
    weights: &Weights,
    threshold: f32,
) -> Option<Evidence> {
    let texts = Texts::new(a, b, shared);
    if highest(a, b, &texts, &shared.agreeing, weights) <= threshold {
        return None;
    }
    let agreement = claims::agreement(a, b, &shared.agreeing, background);
    // What is missing speaks against one story.
    if weights.score(&evidence(a, b, &texts, &agreement.evidence)) <= threshold {
        return None;
    }
    Some(evidence(a, b, &texts, &claims::compare_claims(a, b, agreement, background)))
}

/// The highest score that two articles can have, whatever comparing their mentions gives: nearly all pairs that meet
/// are told apart by it.
fn highest(a: &Fingerprint, b: &Fingerprint, texts: &Texts, agreeing: &Agreeing, weights: &Weights) -> f32 {
    let (least, most) = claims::bounds(a, b, agreeing);
    let least = evidence(a, b, texts, &least);
    let Some(most) = most else { return weights.score(&least) };
    let mut highest = least;
    for (at, most) in told_by_mentions(texts, &most) {
        let (least, weight) = (&mut highest.features[at], weights.features[at]);
        if weight * most > weight * *least {
            *least = most;
        }
    }
    weights.score(&highest)
}

/// The features that agreeing mentions change, by place.
fn told_by_mentions(texts: &Texts, claims: &ClaimEvidence) -> [(usize, f32); 8] {
    let distance = texts.distance(claims);
    [
        (8, (1.0 + claims.support).ln()),
        (9, claims.covered),
        (10, (1.0 + claims.support_lead).ln()),
        (15, flag(claims.support > 0.0 && claims.current == 0.0)),
        (20, distance),
        (25, (1.0 + claims.figures).ln()),
        (26, claims.dates),
        (29, texts.bare(distance, claims)),
    ]
}

/// All features of a pair.
fn evidence(a: &Fingerprint, b: &Fingerprint, texts: &Texts, claims: &ClaimEvidence) -> Evidence {
    let Texts { same_language, words, copied, numbers, fewest, gap } = *texts;
    let least = a.mass.min(b.mass).max(1.0);
    // A translation shares its names only.
    let (text, contained, lead, rare) = if same_language {
        (
            words.all / (a.mass * b.mass).sqrt().max(1.0),
            words.all / least,
            words.lead / (a.lead_mass * b.lead_mass).sqrt().max(1.0),
            words.rare,
        )
    } else {
        (0.0, 0.0, 0.0, 0.0)
    };
    let distance = texts.distance(claims);
    let features = [
        text,
        contained,
        lead,
        copied,
        (1.0 + words.names).ln(),
        (1.0 + words.names_lead).ln(),
        (1.0 + numbers as f32).ln(),
        // A follow-up weeks later tells other figures.
        if fewest >= 2 { (1.0 - numbers as f32 / fewest as f32) / (1.0 + gap / 30.0) } else { 0.0 },
        (1.0 + claims.support).ln(),
        claims.covered,
        (1.0 + claims.support_lead).ln(),
        (1.0 + claims.conflict).ln(),
        (1.0 + claims.excluded).ln(),
        flag(claims.excluded > 0.0 && claims.telling < TELLING),
        flag(claims.conflict > 0.0 && claims.telling < TELLING && fewest >= 2 && numbers == 0),
        flag(claims.support > 0.0 && claims.current == 0.0),
        flag(a.digest != b.digest),
        if same_language { (0.12 - lead).max(0.0) * 8.0 } else { 0.0 },
        claims.regions_shared,
        claims.regions_differ,
        distance,
        ((gap - 21.0).max(0.0) / 60.0).min(1.5),
        flag(!same_language),
        flag(a.claims.is_empty() || b.claims.is_empty()),
        flag(a.day.is_none() || b.day.is_none()),
        (1.0 + claims.figures).ln(),
        claims.dates,
        claims.opening_missed,
        claims.scope_apart,
        texts.bare(distance, claims),
        claims.opening_excluded,
        (1.0 + rare).ln(),
    ];
    Evidence { features }
}

pub(super) fn flag(condition: bool) -> f32 {
    f32::from(u8::from(condition))
}

/// A figure of two digits or more: two incidents seldom share it.
const TELLING: f32 = 0.9;

/// A stem that weighs more than this is rare.
const RARE: f32 = 4.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_stand_where_they_are_looked_for() {
        let names: Vec<&str> = REFUTING.iter().map(|at| FEATURES[*at]).collect();
        assert_eq!(names, ["excluded_alone", "conflict_alone", "digest", "regions_differ", "opening_excluded"]);
        assert_eq!(FEATURES[COPIED_AT], "copied");
    }
}

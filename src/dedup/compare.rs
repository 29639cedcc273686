//! Two articles → the evidence that they tell one story.
//!
//! Every feature is a small number with a name; the score is their weighted sum, so a decision can be
//! explained term by term. The weights (`pipelines/dedup/weights.toml`) were fitted by logistic
//! regression; the score is a log-odds.

use super::background::Background;
use super::claim::{self, Match, Refusal, ValueRelation};
use super::features::{Claim, Days, Fingerprint, SKETCH, for_shared_at, shared};
use super::siblings::for_same_kind;
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::Scope;
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
#[derive(Debug, Default, Clone, Copy)]
struct Words {
    all: f32,
    rare: f32,
    lead: f32,
    names: f32,
    names_lead: f32,
}

fn shared_words(a: &Fingerprint, b: &Fingerprint, background: &Background) -> Words {
    let mut words = Words::default();
    for_shared_at(a.stems(), b.stems(), |stem, i, j| {
        let weight = background.weight(stem);
        words.all += weight;
        words.rare += (weight - RARE).max(0.0);
        let lead = a.is_lead(i) && b.is_lead(j);
        if lead {
            words.lead += weight;
        }
        if a.is_name(i) && b.is_name(j) {
            words.names += weight;
            if lead {
                words.names_lead += weight;
            }
        }
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
const COPIED: f32 = 0.15;
const NAMED: f32 = 9.0;

/// Whether two articles are worth comparing: a cheap test that refuses most chance meetings.
pub fn is_promising(a: &Fingerprint, b: &Fingerprint, background: &Background) -> bool {
    !a.claims.is_empty() && !b.claims.is_empty()
        || a.language != b.language
        || copied(a.sketch(), b.sketch()) >= COPIED
        || shared_names(a, b, background) >= NAMED
}

/// Compares two articles.
pub fn compare(a: &Fingerprint, b: &Fingerprint, background: &Background) -> Evidence {
    let same_language = a.language == b.language;
    let words = shared_words(a, b, background);
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
    let numbers = shared(a.numbers(), b.numbers());
    let fewest = a.numbers().len().min(b.numbers().len());
    let claims = compare_claims(a, b, background);
    let gap = match (a.day, b.day) {
        (Some(x), Some(y)) => (x - y).abs() as f32,
        _ => 0.0,
    };
    // A follow-up that dates the earlier result reaches back to it.
    let distance = (1.0 + claims.gap.map_or(gap, |told| told.min(gap))).ln() / 3.0;
    let features = [
        text,
        contained,
        lead,
        if same_language { copied(a.sketch(), b.sketch()) } else { 0.0 },
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
        distance * (1.0 - ((1.0 + words.names).ln() + 2.0 * (1.0 + claims.figures).ln()) / 4.0).max(0.0),
        claims.opening_excluded,
        (1.0 + rare).ln(),
    ];
    Evidence { features }
}

fn flag(condition: bool) -> f32 {
    f32::from(u8::from(condition))
}

/// A figure of two digits or more: two incidents seldom share it.
const TELLING: f32 = 0.9;

/// A stem that weighs more than this is rare.
const RARE: f32 = 4.0;

/// One person, one car: figures that say nothing.
const COMMONPLACE: f32 = 0.5;

/// What the mentions of two articles say together.
#[derive(Debug, Default, Clone, Copy)]
struct ClaimEvidence {
    /// Sum of the matched mentions' evidence.
    support: f32,
    /// How many pairs of current mentions agree.
    current: f32,
    /// How telling the most telling figure is on which current mentions agree.
    telling: f32,
    /// Sum of how telling the figures are on which current mentions agree.
    figures: f32,
    /// Whether mentions agree that both date to the day.
    dates: f32,
    /// Share of the two articles whose first results the other does not tell.
    opening_missed: f32,
    /// Whether the results that they tell first are of one kind, but of other places or times.
    opening_excluded: f32,
    /// Days between the results that both tell: none where nothing agrees.
    gap: Option<f32>,
    /// Whether one opens with cases and the other with statistics.
    scope_apart: f32,
    /// Of the support, what mentions in both leads give.
    support_lead: f32,
    /// Share of the mentions of the article with fewer that are matched.
    covered: f32,
    /// Current mentions of one kind whose figures exclude each other.
    conflict: f32,
    /// Current mentions of one kind that place, date or period tells apart.
    excluded: f32,
    regions_shared: f32,
    regions_differ: f32,
}

/// A mention whose score is below this matches nothing.
const MATCH_FLOOR: f32 = 0.1;

/// What two mentions of one kind, by their numbers in two articles, say of each other.
type Compared = (usize, usize, Result<Match, Refusal>);

/// All pairs of mentions of one kind, without the agreement of their words.
fn compared(a: &Fingerprint, b: &Fingerprint, background: &Background) -> Vec<Compared> {
    let mut all = Vec::new();
    for_same_kind(&a.kinds, &b.kinds, |i, j| {
        all.push((i, j, claim::outline((&a.claims[i], a.day), (&b.claims[j], b.day), background)));
    });
    all
}

/// The best one-to-one pairing of two articles' mentions: best score first, ties by position.
fn pairing(
    a: &Fingerprint,
    b: &Fingerprint,
    compared: &[Compared],
    background: &Background,
) -> Vec<(usize, usize, Match)> {
    let mut all = Vec::new();
    for (i, j, outcome) in compared {
        if let Ok(mut m) = *outcome
            && m.value != ValueRelation::Different
        {
            m.agreement += claim::wording(&a.claims[*i], &b.claims[*j], background);
            if m.score() > MATCH_FLOOR {
                all.push((*i, *j, m));
            }
        }
    }
    all.sort_by(|p, q| q.2.score().total_cmp(&p.2.score()).then((p.0, p.1).cmp(&(q.0, q.1))));
    let (mut left, mut right) = (vec![false; a.claims.len()], vec![false; b.claims.len()]);
    all.retain(|(i, j, _)| {
        let free = !left[*i] && !right[*j];
        if free {
            left[*i] = true;
            right[*j] = true;
        }
        free
    });
    all
}

/// The days of a result: as dated, else about those of publication.
fn time(claim: &Claim, published: Option<i32>) -> Option<Days> {
    claim.date.or(claim.period).or(published.map(|day| (day, day)))
}

/// How far (bytes) from the first result of an article its opening reaches.
const OPENING: u32 = 300;

/// The results that an article tells first: what it is about, before it turns to what else there is.
fn opening(article: &Fingerprint) -> impl Iterator<Item = usize> {
    let end = opening_end(article);
    (0..article.claims.len()).filter(move |i| article.claims[*i].start <= end)
}

/// Where the opening of an article ends (bytes).
fn opening_end(article: &Fingerprint) -> u32 {
    article.claims.iter().map(|c| c.start).min().unwrap_or(0).saturating_add(OPENING)
}

fn compare_claims(a: &Fingerprint, b: &Fingerprint, background: &Background) -> ClaimEvidence {
    let mut evidence = ClaimEvidence::default();
    if a.claims.is_empty() || b.claims.is_empty() {
        return evidence;
    }
    let compared = compared(a, b, background);
    let pairs = pairing(a, b, &compared, background);
    let (mut left, mut right) = (vec![false; a.claims.len()], vec![false; b.claims.len()]);
    for (i, j, m) in &pairs {
        left[*i] = true;
        right[*j] = true;
        let (x, y) = (&a.claims[*i], &b.claims[*j]);
        let score = m.score().min(4.0) * if x.background || y.background { 0.5 } else { 1.0 };
        evidence.support += score;
        if !x.background && !y.background {
            evidence.current += 1.0;
            evidence.telling = evidence.telling.max(m.specificity);
            evidence.figures += (m.specificity - COMMONPLACE).max(0.0);
        }
        let same_day = |d: Option<Days>| d.is_some_and(|(start, end)| end - start <= 3);
        if same_day(x.date) && same_day(y.date) {
            evidence.dates = 1.0;
        }
        if let (Some(p), Some(q)) = (time(x, a.day), time(y, b.day)) {
            let days = (p.0 - q.1).max(q.0 - p.1).max(0) as f32;
            evidence.gap = Some(evidence.gap.map_or(days, |least| least.min(days)));
        }
        if x.in_lead && y.in_lead && !x.background && !y.background {
            evidence.support_lead += score;
        }
    }
    let share = |matched: &[bool]| matched.iter().filter(|m| **m).count() as f32 / matched.len() as f32;
    evidence.covered = (share(&left) * share(&right)).sqrt();
    let missed = |f: &Fingerprint, matched: &[bool]| flag(!opening(f).any(|i| matched[i]));
    evidence.opening_missed = f32::midpoint(missed(a, &left), missed(b, &right));
    let (mut agrees, mut excludes) = (false, false);
    let (first, other_first) = (opening_end(a), opening_end(b));
    for (i, j, outcome) in &compared {
        let (x, y) = (&a.claims[*i], &b.claims[*j]);
        if x.start > first || y.start > other_first || (x.event_type, x.object) != (y.event_type, y.object) {
            continue;
        }
        match outcome {
            Ok(m) => agrees |= m.value != ValueRelation::Different,
            Err(Refusal::Period | Refusal::Date | Refusal::AfterPublication | Refusal::Region) => excludes = true,
            Err(_) => {}
        }
    }
    evidence.opening_excluded = flag(excludes && !agrees);
    let all = |f: &Fingerprint, scope| opening(f).all(|i| f.claims[i].scope == scope);
    evidence.scope_apart = flag(
        all(a, Scope::Incident) && all(b, Scope::Aggregate) || all(a, Scope::Aggregate) && all(b, Scope::Incident),
    );
    // A kind of result that both tell, and agree on for now, is not in conflict over its other figures.
    let agreed: Vec<(u32, u32)> = pairs
        .iter()
        .map(|(i, j, m)| (&a.claims[*i], &b.claims[*j], m))
        .filter(|(x, y, m)| !x.background && !y.background && m.specificity > 0.3)
        .map(|(x, _, _)| (x.event_type, x.object))
        .collect();
    if shared(&a.regions, &b.regions) > 0 {
        evidence.regions_shared = 1.0;
    } else if !a.regions.is_empty() && !b.regions.is_empty() && !a.everywhere && !b.everywhere {
        evidence.regions_differ = 1.0;
    }
    let (mut first, mut second) =
        (vec![Conflict::default(); a.claims.len()], vec![Conflict::default(); b.claims.len()]);
    for (i, j, outcome) in &compared {
        let (x, y) = (&a.claims[*i], &b.claims[*j]);
        if x.background || y.background {
            continue;
        }
        let (different, excluded) = match outcome {
            Ok(m) => (m.value == ValueRelation::Different && !(x.updated || y.updated), false),
            Err(Refusal::Period | Refusal::Date | Refusal::AfterPublication) => (false, true),
            Err(Refusal::Region) => (false, evidence.regions_differ > 0.0),
            Err(_) => (false, false),
        };
        for conflict in [&mut first[*i], &mut second[*j]] {
            conflict.different |= different;
            conflict.excluded |= excluded;
        }
    }
    conflicts(a, &first, &left, &agreed, &mut evidence);
    conflicts(b, &second, &right, &agreed, &mut evidence);
    evidence
}

/// What a mention finds among the current ones of its kind in another article.
#[derive(Debug, Default, Clone, Copy)]
struct Conflict {
    /// A figure that excludes its own.
    different: bool,
    /// A result of another place, date or period.
    excluded: bool,
}

/// Adds the current mentions of an article that find some of their kind in the other, but none that could be the
/// same: each kind once.
fn conflicts(
    a: &Fingerprint,
    found: &[Conflict],
    matched: &[bool],
    agreed: &[(u32, u32)],
    evidence: &mut ClaimEvidence,
) {
    let mut seen: Vec<(u32, u32)> = agreed.to_vec();
    for ((x, found), matched) in a.claims.iter().zip(found).zip(matched) {
        if !(found.different || found.excluded) || *matched || seen.contains(&(x.event_type, x.object)) {
            continue;
        }
        seen.push((x.event_type, x.object));
        evidence.conflict += flag(found.different);
        evidence.excluded += flag(found.excluded && !found.different);
    }
}

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

//! Linking mentions across articles: which of them state one result.
//!
//! Two mentions of one story need little more than agreement; of two stories they need telling figures
//! and surroundings that the other article shares (a digest's line, a follow-up's background).

use super::background::Background;
use super::claim::{self, Match, Refusal, ValueRelation};
use super::cluster::Edge;
use super::features::{Claim, Fingerprint, for_shared, for_shared_at};

/// The score of a pair that cannot state one result.
const REFUSED: f32 = -4.0;
/// The score of two mentions of one article: they are two results unless the text says otherwise.
const SAME_ARTICLE: f32 = -3.0;

/// The score of two mentions of one story whose figures are most likely of two results.
const APART: f32 = -2.5;
/// Two figures below this that differ are two results, unless they are totals.
const FEW: f64 = 10.0;
/// Agreement on a figure less telling than this (one person, one case) says nothing across stories.
const COMMONPLACE: f32 = 0.5;

/// The evidence for one pair of mentions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Linked {
    /// Log-odds-like score.
    pub score: f32,
    /// What the mentions share, or why they are refused.
    pub outcome: Result<Match, Refusal>,
    /// Share of the surroundings that the other article holds (only across stories).
    pub context: f32,
}

/// How many claims of an article are of the same kind, object and unit.
fn of_kind(article: &Fingerprint, claim: &Claim) -> usize {
    let same = |c: &&Claim| {
        c.event_type == claim.event_type
            && c.object == claim.object
            && (c.unit == claim.unit || c.unit == 0 || claim.unit == 0)
            && c.scope == claim.scope
    };
    article.claims.iter().filter(same).count()
}

/// Share of a mention's surroundings (by weight) that an article holds.
fn context(claim: &Claim, article: &Fingerprint, same_language: bool, background: &Background) -> f32 {
    let mass: f32 = claim.context.iter().map(|s| background.weight(*s)).sum();
    let mut both = 0.0;
    if same_language {
        for_shared(&claim.context, article.stems(), |s| both += background.weight(s));
    } else {
        // A translation keeps names and numbers; what it shares of them counts double.
        for_shared_at(&claim.context, article.stems(), |s, _, at| {
            both += if article.is_name(at) { 2.0 * background.weight(s) } else { 0.0 };
        });
    }
    for_shared(&claim.context, article.numbers(), |s| both += background.weight(s));
    (both / mass.max(1.0)).min(1.0)
}

/// Whether an article has a mention of this type and object.
fn has_kind(article: &Fingerprint, event_type: u32, object: u32) -> bool {
    article.claims.iter().any(|c| c.event_type == event_type && c.object == object)
}

/// Whether no mention of its kind in the article has a larger figure.
fn is_largest(article: &Fingerprint, claim: &Claim) -> bool {
    let same = |c: &&Claim| c.event_type == claim.event_type && c.object == claim.object && c.scope == claim.scope;
    article.claims.iter().filter(same).all(|c| c.unit != claim.unit || c.value <= claim.value)
}

/// Whether a mention is what its article means by the kind: the largest of its unit, and of several units the first.
fn is_main(article: &Fingerprint, claim: &Claim) -> bool {
    let same = |c: &&Claim| c.event_type == claim.event_type && c.object == claim.object && c.scope == claim.scope;
    let first_unit = article.claims.iter().filter(same).min_by_key(|c| c.start).map(|c| c.unit);
    is_largest(article, claim) && first_unit == Some(claim.unit)
}

/// Whether a mention's figure agrees with one of its kind in another article.
fn has_partner(article: &Fingerprint, claim: &Claim, other: &Fingerprint, background: &Background) -> bool {
    other.claims.iter().filter(|c| c.value.is_some()).any(|c| {
        claim::compare((claim, article.day), (c, other.day), background)
            .is_ok_and(|m| m.value != ValueRelation::Different)
    })
}

/// What the same story adds to agreeing figures.
const SAME_STORY: f32 = 1.2;
/// Share of the surroundings from which two articles speak of one thing, whatever the figure.
const SURE_CONTEXT: f32 = 0.5;

/// What contradicting places or times cost where story and figure are the same.
const CONTRADICTION: f32 = 0.8;
/// A figure at least this telling outweighs a contradiction.
const TELLING: f32 = 0.9;

/// Two mentions of one story with the same telling figure, of which one was given another place or time: by the
/// article or by the reader of it.
fn told_apart(
    (p, p_day): (&Claim, Option<i32>),
    (q, q_day): (&Claim, Option<i32>),
    background: &Background,
) -> Option<Match> {
    let bare = |c: &Claim| Claim {
        regions: Box::default(),
        locality: 0,
        period: None,
        date: None,
        scope: p.scope,
        ..c.clone()
    };
    let mut found = claim::compare((&bare(p), p_day), (&bare(q), q_day), background).ok()?;
    found.agreement -= CONTRADICTION;
    let same = matches!(found.value, ValueRelation::Equal | ValueRelation::Rounded);
    let told = same && found.specificity >= TELLING || found.value == ValueRelation::OneGiven;
    told.then_some(found)
}

/// The score of two figures that exclude each other, in one story.
fn different_in_story(
    (a, x): (&Fingerprint, usize),
    (b, y): (&Fingerprint, usize),
    agreement: f32,
    background: &Background,
) -> f32 {
    let (p, q) = (&a.claims[x], &b.claims[y]);
    if background.is_fixed(p.event_type) || p.scope != q.scope {
        return REFUSED;
    }
    // One article tells both the old and the new figure.
    let sibling = |article: &Fingerprint, z: usize, other: &Claim, other_day| {
        update_of(article, z, background).is_some_and(|w| {
            claim::compare((&article.claims[w], article.day), (other, other_day), background)
                .is_ok_and(|m| m.value != ValueRelation::Different)
        })
    };
    if sibling(a, x, q, b.day) || sibling(b, y, p, a.day) {
        return 0.5;
    }
    if of_kind(a, p) == 1 && of_kind(b, q) == 1 {
        // The only figure of its kind in both: reported differently, or updated.
        return agreement - 0.2;
    }
    let ratio = match (p.value, q.value) {
        (Some(v), Some(w)) if v > 0.0 && w > 0.0 => v.max(w) / v.min(w),
        _ => f64::INFINITY,
    };
    // A total was updated to a total; what is only a part of one is not the total of the other.
    let (total, other_total) = (is_largest(a, p), is_largest(b, q));
    if ratio <= 1.5
        && total == other_total
        && (total || p.value.into_iter().chain(q.value).all(|v| v >= FEW))
        && !has_partner(a, p, b, background)
        && !has_partner(b, q, a, background)
    {
        return agreement - if total { 0.2 } else { 0.4 };
    }
    APART
}

/// Compares claim `x` of article `a` with claim `y` of article `b`.
pub fn link(
    (a, x): (&Fingerprint, usize),
    (b, y): (&Fingerprint, usize),
    same_story: bool,
    background: &Background,
) -> Linked {
    let (p, q) = (&a.claims[x], &b.claims[y]);
    let mut outcome = claim::compare((p, a.day), (q, b.day), background);
    // Kin codes stand for one thing only where neither article has the other's own.
    if (p.event_type, p.object) != (q.event_type, q.object)
        && (has_kind(a, q.event_type, q.object) || has_kind(b, p.event_type, p.object))
    {
        outcome = Err(Refusal::Object);
    }
    if same_story
        && let Err(Refusal::Region | Refusal::Period | Refusal::Date | Refusal::AfterPublication | Refusal::Scope) =
            outcome
    {
        outcome = told_apart((p, a.day), (q, b.day), background).map_or(outcome, Ok);
    }
    let Ok(m) = outcome else { return Linked { score: REFUSED, outcome, context: 0.0 } };
    if same_story {
        let score = match m.value {
            ValueRelation::Equal | ValueRelation::Rounded | ValueRelation::Bound | ValueRelation::NoneGiven => {
                m.score() + SAME_STORY
            }
            // "The group was detained" is the total, not a part of it.
            ValueRelation::OneGiven if is_main(a, p) && is_main(b, q) => m.agreement + 0.4,
            ValueRelation::OneGiven => APART,
            ValueRelation::Different => different_in_story((a, x), (b, y), m.agreement, background),
        };
        return Linked { score, outcome, context: 0.0 };
    }
    let same_language = a.language == b.language;
    let context = context(p, b, same_language, background).max(context(q, a, same_language, background));
    let told_again = p.background || q.background || a.digest || b.digest;
    let score = match m.value {
        ValueRelation::Different => REFUSED,
        // News of the day in two stories: only a telling figure, or the same surroundings, make them one.
        _ if !told_again && m.specificity < 2.0 && context < SURE_CONTEXT => REFUSED,
        // "A case was opened" is said of every case.
        _ if !told_again && m.specificity < COMMONPLACE => REFUSED,
        ValueRelation::OneGiven | ValueRelation::NoneGiven => m.agreement + 3.0 * context - 2.2,
        _ => m.score() + 3.0 * context - 2.0,
    };
    Linked { score, outcome, context }
}

/// What a linked neighbour in the same paragraph adds across stories.
const NEIGHBOUR: f32 = 1.0;

/// Adds the scored pairs of two articles' mentions; `first` gives the number of an article's first mention.
pub fn edges(
    (a, first_a): (&Fingerprint, u32),
    (b, first_b): (&Fingerprint, u32),
    same_story: bool,
    background: &Background,
    out: &mut Vec<Edge>,
) {
    let mut linked = Vec::new();
    for (x, p) in a.claims.iter().enumerate() {
        for (y, q) in b.claims.iter().enumerate() {
            if background.event_family(p.event_type) == background.event_family(q.event_type)
                && background.family(p.object) == background.family(q.object)
            {
                linked.push((x, y, link((a, x), (b, y), same_story, background).score));
            }
        }
    }
    for (x, y, score) in &linked {
        let neighbour = !same_story
            && *score > REFUSED
            && linked.iter().any(|(v, w, other)| {
                *other > 0.0
                    && (*v, *w) != (*x, *y)
                    && (a.claims[*v].context == a.claims[*x].context || b.claims[*w].context == b.claims[*y].context)
            });
        let score = score + if neighbour { NEIGHBOUR } else { 0.0 };
        let (i, j) = (first_a + *x as u32, first_b + *y as u32);
        out.push(Edge { a: i.min(j), b: i.max(j), score: score.clamp(REFUSED, 6.0) });
    }
}

/// Adds the pairs within one article: an update is bound to the figure it replaces, all others are apart.
pub fn own_edges(
    a: &Fingerprint,
    first: u32,
    background: &Background,
    out: &mut Vec<Edge>,
    bound: &mut Vec<(u32, u32)>,
) {
    for (x, p) in a.claims.iter().enumerate() {
        for (y, q) in a.claims.iter().enumerate().skip(x + 1) {
            if p.event_type != q.event_type || p.object != q.object {
                continue;
            }
            let (i, j) = (first + x as u32, first + y as u32);
            if update_of(a, x, background) == Some(y) {
                bound.push((i, j));
            } else {
                out.push(Edge { a: i, b: j, score: SAME_ARTICLE });
            }
        }
    }
}

/// The unit of people: a sum may be estimated anew ten times higher, but heads are counted.
const PERSON: &str = "person";

/// The mention of the article that gives the earlier or later figure of the same thing: the neighbour in
/// the text whose figure is near, where words tell an update.
fn update_of(a: &Fingerprint, x: usize, background: &Background) -> Option<usize> {
    let p = &a.claims[x];
    if background.is_fixed(p.event_type) {
        return None;
    }
    let same = |q: &Claim| {
        (p.event_type, p.object, p.unit, p.scope) == (q.event_type, q.object, q.unit, q.scope)
            && p.period == q.period
            && p.regions == q.regions
    };
    let mut kind: Vec<usize> = (0..a.claims.len()).filter(|i| same(&a.claims[*i])).collect();
    kind.sort_by_key(|i| (a.claims[*i].start, *i));
    let alone = kind.len() == 2;
    // The first pair in the text that qualifies; each mention has one partner at most.
    let pair = kind.windows(2).find(|pair| {
        let (q, r) = (&a.claims[pair[0]], &a.claims[pair[1]]);
        let near = match (q.value, r.value) {
            (Some(v), Some(w)) if v > 0.0 && w > 0.0 => {
                let ratio = v.max(w) / v.min(w);
                let part = |x: usize, y: usize| a.claims[x].part_of.is_some_and(|whole| usize::from(whole) == y);
                let people = q.unit == super::text::code(PERSON);
                ratio > 1.0 && (alone && !people || ratio <= 1.6) && !part(pair[0], pair[1]) && !part(pair[1], pair[0])
            }
            _ => false,
        };
        near && (q.updated || r.updated)
    })?;
    match (pair[0] == x, pair[1] == x) {
        (true, _) => Some(pair[1]),
        (_, true) => Some(pair[0]),
        _ => None,
    }
}

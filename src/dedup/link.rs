//! Linking mentions across articles: which of them state one result.
//!
//! Two mentions of one story need little more than agreement; of two stories they need telling figures
//! and surroundings that the other article shares (a digest's line, a follow-up's background).

use super::background::Background;
use super::claim::{self, Match, Refusal, ValueRelation};
use super::cluster::Edge;
use super::features::{Claim, Fingerprint, for_shared};

/// The score of a pair that cannot state one result.
const REFUSED: f32 = -4.0;
/// The score of two mentions of one article: they are two results unless the text says otherwise.
const SAME_ARTICLE: f32 = -3.0;

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
        c.event_type == claim.event_type && c.object == claim.object && (c.unit == claim.unit || c.unit == 0 || claim.unit == 0)
            && c.scope == claim.scope
    };
    article.claims.iter().filter(same).count()
}

/// Share of a mention's surroundings (by weight) that an article holds.
fn context(claim: &Claim, article: &Fingerprint, same_language: bool, background: &Background) -> f32 {
    let mass: f32 = claim.context.iter().map(|s| background.weight(*s)).sum();
    let mut both = 0.0;
    if same_language {
        for_shared(&claim.context, &article.stems, |s| both += background.weight(s));
    } else {
        // A translation keeps names and numbers; what it shares of them counts double.
        for_shared(&claim.context, &article.names, |s| both += 2.0 * background.weight(s));
    }
    for_shared(&claim.context, &article.numbers, |s| both += background.weight(s));
    (both / mass.max(1.0)).min(1.0)
}

/// Compares claim `x` of article `a` with claim `y` of article `b`.
pub fn link(
    (a, x): (&Fingerprint, usize),
    (b, y): (&Fingerprint, usize),
    same_story: bool,
    background: &Background,
) -> Linked {
    let (p, q) = (&a.claims[x], &b.claims[y]);
    let outcome = claim::compare((p, a.day), (q, b.day), background);
    let m = match outcome {
        Ok(m) => m,
        Err(_) => return Linked { score: REFUSED, outcome, context: 0.0 },
    };
    if same_story {
        let score = match m.value {
            ValueRelation::Equal | ValueRelation::Rounded | ValueRelation::Bound | ValueRelation::NoneGiven => {
                m.score() + 0.8
            }
            ValueRelation::OneGiven => m.agreement + 0.4,
            ValueRelation::Different if background.is_fixed(p.event_type) => REFUSED,
            // The only figure of its kind in both: reported differently, or updated.
            ValueRelation::Different if of_kind(a, p) == 1 && of_kind(b, q) == 1 && p.scope == q.scope => {
                m.agreement - 0.2
            }
            ValueRelation::Different => -2.5,
        };
        return Linked { score, outcome, context: 0.0 };
    }
    let same_language = a.language == b.language;
    let context = context(p, b, same_language, background).max(context(q, a, same_language, background));
    let told_again = p.background || q.background || a.digest || b.digest;
    let score = match m.value {
        ValueRelation::Different => REFUSED,
        ValueRelation::OneGiven | ValueRelation::NoneGiven => m.agreement + 3.0 * context - 2.6,
        _ => m.score() + 3.0 * context - 2.4,
    };
    Linked { score: score + if told_again { 0.4 } else { -0.4 }, outcome, context }
}

/// Adds the scored pairs of two articles' mentions; `first` gives the number of an article's first mention.
pub fn edges(
    (a, first_a): (&Fingerprint, u32),
    (b, first_b): (&Fingerprint, u32),
    same_story: bool,
    background: &Background,
    out: &mut Vec<Edge>,
) {
    for (x, p) in a.claims.iter().enumerate() {
        for (y, q) in b.claims.iter().enumerate() {
            if background.event_family(p.event_type) == background.event_family(q.event_type)
                && background.family(p.object) == background.family(q.object)
            {
                let linked = link((a, x), (b, y), same_story, background);
                let (i, j) = (first_a + x as u32, first_b + y as u32);
                out.push(Edge { a: i.min(j), b: i.max(j), score: linked.score.clamp(REFUSED, 6.0) });
            }
        }
    }
}

/// Adds the pairs within one article: an update is bound to the figure it replaces, all others are apart.
pub fn own_edges(a: &Fingerprint, first: u32, background: &Background, out: &mut Vec<Edge>, bound: &mut Vec<(u32, u32)>) {
    for (x, p) in a.claims.iter().enumerate() {
        for (y, q) in a.claims.iter().enumerate().skip(x + 1) {
            if p.event_type != q.event_type || p.object != q.object {
                continue;
            }
            let (i, j) = (first + x as u32, first + y as u32);
            if is_update(a, x, y, background) {
                bound.push((i, j));
            } else {
                out.push(Edge { a: i, b: j, score: SAME_ARTICLE });
            }
        }
    }
}

/// Whether two mentions of one article are an earlier and a later figure of one thing.
fn is_update(a: &Fingerprint, x: usize, y: usize, background: &Background) -> bool {
    let (p, q) = (&a.claims[x], &a.claims[y]);
    (p.updated || q.updated)
        && p.unit == q.unit
        && p.scope == q.scope
        && p.period == q.period
        && p.regions == q.regions
        && !background.is_fixed(p.event_type)
        && of_kind(a, p) == 2
        && matches!((p.value, q.value), (Some(v), Some(w)) if v != w)
}

//! Linking mentions across articles: which of them state one result.
//!
//! Two mentions of one story need little more than agreement; of two stories they need telling figures
//! and surroundings that the other article shares (a digest's line, a follow-up's background).

use super::background::Background;
use super::claim::{self, Match, Refusal, ValueRelation};
use super::features::{Claim, Fingerprint, for_shared, for_shared_at};
use super::kinds::{Agreeing, for_same_kind};

/// The score of a pair that cannot state one result.
pub const REFUSED: f32 = -4.0;
/// The highest score of one pair.
const HIGHEST: f32 = 6.0;
/// What a linked neighbour in the same paragraph adds across stories.
const NEIGHBOUR: f32 = 1.0;
/// The score of two mentions of one article: they are two results unless the text says otherwise.
const SAME_ARTICLE: f32 = -3.0;

/// The score of two mentions of one story whose figures are most likely of two results.
const APART: f32 = -2.5;
/// Two figures below this that differ are two results, unless they are totals.
const FEW: f64 = 10.0;
/// Agreement on a figure less telling than this (one person, one case) says nothing across stories.
pub(super) const COMMONPLACE: f32 = 0.5;

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

/// Share of a mention's surroundings (by weight) that an article holds.
fn context(claim: &Claim, article: &Fingerprint, same_language: bool, background: &Background) -> f32 {
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
    (both / claim.context_mass.max(1.0)).min(1.0)
}

/// Whether an article has a mention of this type and object.
fn has_kind(article: &Fingerprint, like: &Claim) -> bool {
    article.of_kind(like.kind).any(|c| c.event_type == like.event_type && c.object == like.object)
}

/// Whether a mention's figure agrees with one of its kind in another article.
fn has_partner(article: &Fingerprint, claim: &Claim, other: &Fingerprint, background: &Background) -> bool {
    other.of_kind(claim.kind).filter(|c| c.value.is_some()).any(|c| {
        claim::outline((claim, article.day), (c, other.day), background)
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

/// "More than 4,500" for 4,610: so telling that a loose figure of one story is the exact one, whatever else is read.
const LOOSE: f32 = 1.3;

/// Two mentions of one story with the same telling figure, of which one was given another place or time: by the
/// article or by the reader of it.
fn told_apart(
    (p, p_day): (&Claim, Option<i32>),
    (q, q_day): (&Claim, Option<i32>),
    background: &Background,
) -> Option<Match> {
    let (value, same) = (claim::relation(p, q), |v| matches!(v, ValueRelation::Equal | ValueRelation::Rounded));
    let loose = value == ValueRelation::Bound && p.specificity.min(q.specificity) >= LOOSE;
    let told = same(value) && claim::shared_specificity(p.specificity, q.specificity, value) >= TELLING
        || loose
        || value == ValueRelation::OneGiven;
    let mut found = told.then(|| claim::compare_bare((p, p_day), (q, q_day), background))?.ok()?;
    found.agreement -= CONTRADICTION;
    Some(found)
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
        article.claims[z].update.is_some_and(|w| {
            claim::outline((&article.claims[usize::from(w)], article.day), (other, other_day), background)
                .is_ok_and(|m| m.value != ValueRelation::Different)
        })
    };
    if sibling(a, x, q, b.day) || sibling(b, y, p, a.day) {
        return 0.5;
    }
    if p.is_alone && q.is_alone {
        // The only figure of its kind in both: reported differently, or updated.
        return agreement - 0.2;
    }
    let ratio = match (p.value, q.value) {
        (Some(v), Some(w)) if v > 0.0 && w > 0.0 => v.max(w) / v.min(w),
        _ => f64::INFINITY,
    };
    // A total was updated to a total; what is only a part of one is not the total of the other.
    let (total, other_total) = (p.is_largest, q.is_largest);
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

/// How much of the surroundings of two mentions the other's article holds: the greater share.
pub(super) trait Surroundings {
    /// Of mention `x` of article `a` and mention `y` of article `b`.
    fn contexts(&self, a: (&Fingerprint, usize), b: (&Fingerprint, usize)) -> f32;
}

/// They are found in the sets of both articles.
impl Surroundings for Background {
    fn contexts(&self, (a, x): (&Fingerprint, usize), (b, y): (&Fingerprint, usize)) -> f32 {
        let same_language = a.language == b.language;
        let one = context(&a.claims[x], b, same_language, self);
        one.max(context(&b.claims[y], a, same_language, self))
    }
}

/// Compares claim `x` of article `a` with claim `y` of article `b`.
pub fn link(
    (a, x): (&Fingerprint, usize),
    (b, y): (&Fingerprint, usize),
    same_story: bool,
    background: &Background,
) -> Linked {
    link_with((a, x), (b, y), same_story, background, || background.contexts((a, x), (b, y)))
}

/// [`link`] with the context where it is wanted.
fn link_with(
    (a, x): (&Fingerprint, usize),
    (b, y): (&Fingerprint, usize),
    same_story: bool,
    background: &Background,
    context: impl FnOnce() -> f32,
) -> Linked {
    let (p, q) = (&a.claims[x], &b.claims[y]);
    let mut outcome = claim::outline((p, a.day), (q, b.day), background);
    // Kin codes stand for one thing only where neither article has the other's own.
    if (p.event_type, p.object) != (q.event_type, q.object) && (has_kind(a, q) || has_kind(b, p)) {
        outcome = Err(Refusal::Object);
    }
    if !same_story {
        return across((a, x), (b, y), outcome, background, context);
    }
    match &mut outcome {
        Ok(m) => m.agreement += claim::wording(p, q, background),
        Err(Refusal::Region | Refusal::Period | Refusal::Date | Refusal::AfterPublication | Refusal::Scope) => {
            outcome = told_apart((p, a.day), (q, b.day), background).map_or(outcome, Ok);
        }
        Err(_) => {}
    }
    let Ok(m) = outcome else { return Linked { score: REFUSED, outcome, context: 0.0 } };
    let score = match m.value {
        ValueRelation::Equal | ValueRelation::Rounded | ValueRelation::Bound | ValueRelation::NoneGiven => {
            m.score() + SAME_STORY
        }
        // "The group was detained" is the total, not a part of it.
        ValueRelation::OneGiven if p.is_main && q.is_main => m.agreement + 0.4,
        ValueRelation::OneGiven => APART,
        ValueRelation::Different => different_in_story((a, x), (b, y), m.agreement, background),
    };
    Linked { score, outcome, context: 0.0 }
}

/// [`link_with`] for two stories; the outcome is without the agreement of the words.
fn across(
    (a, x): (&Fingerprint, usize),
    (b, y): (&Fingerprint, usize),
    outcome: Result<Match, Refusal>,
    background: &Background,
    context: impl FnOnce() -> f32,
) -> Linked {
    let (p, q) = (&a.claims[x], &b.claims[y]);
    let Ok(mut m) = outcome else { return Linked { score: REFUSED, outcome, context: 0.0 } };
    let told_again = p.background || q.background || a.digest || b.digest;
    // "A case was opened" is said of every case.
    if m.value == ValueRelation::Different || !told_again && m.specificity < COMMONPLACE {
        return Linked { score: REFUSED, outcome, context: 0.0 };
    }
    let context = context();
    // News of the day in two stories: only a telling figure, or the same surroundings, make them one.
    if !told_again && m.specificity < 2.0 && context < SURE_CONTEXT {
        return Linked { score: REFUSED, outcome, context };
    }
    // What takes the longest comes last.
    m.agreement += claim::wording(p, q, background);
    let score = match m.value {
        ValueRelation::OneGiven | ValueRelation::NoneGiven => m.agreement + 3.0 * context - 2.2,
        _ => m.score() + 3.0 * context - 2.0,
    };
    Linked { score, outcome: Ok(m), context }
}

/// A scored pair of two articles' mentions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The number of the mention in the first article.
    pub x: u16,
    /// The number of the mention in the second article.
    pub y: u16,
    /// [`REFUSED`], or the evidence.
    pub score: f32,
}

/// The scored pairs of the mentions of two articles of one story that are of one kind, those that are [`REFUSED`] left
/// out: all others of one kind have that score.
pub fn pairs_within(a: &Fingerprint, b: &Fingerprint, background: &Background) -> Vec<Pair> {
    let mut linked: Vec<Pair> = Vec::new();
    for_same_kind(&a.kinds, &b.kinds, |x, y| {
        let score = link((a, x), (b, y), true, background).score;
        if score > REFUSED {
            linked.push(Pair { x: x as u16, y: y as u16, score: score.min(HIGHEST) });
        }
    });
    linked
}

/// [`pairs_within`] for two stories: of the pairs that may agree.
pub(super) fn pairs_across(
    a: &Fingerprint,
    b: &Fingerprint,
    agreeing: &Agreeing,
    background: &Background,
    around: &impl Surroundings,
) -> Vec<Pair> {
    let mut linked: Vec<Pair> = Vec::new();
    // Many mentions stand in one paragraph.
    let mut known: Vec<((u16, u16), f32)> = Vec::new();
    for (i, j) in agreeing.hopeful() {
        let (x, y) = (usize::from(i), usize::from(j));
        let paragraphs = (a.claims[x].paragraph, b.claims[y].paragraph);
        let context = || {
            let found = known.iter().find(|k| k.0 == paragraphs).map(|k| k.1);
            let context = found.unwrap_or_else(|| around.contexts((a, x), (b, y)));
            if found.is_none() {
                known.push((paragraphs, context));
            }
            context
        };
        let score = link_with((a, x), (b, y), false, background, context).score;
        if score > REFUSED {
            linked.push(Pair { x: i, y: j, score });
        }
    }
    if linked.len() > 1 {
        let paragraphs =
            |pair: &Pair| (a.claims[usize::from(pair.x)].paragraph, b.claims[usize::from(pair.y)].paragraph);
        let agreed: Vec<(Pair, (u16, u16))> =
            linked.iter().filter(|l| l.score > 0.0).map(|l| (*l, paragraphs(l))).collect();
        for pair in &mut linked {
            let (p, q) = paragraphs(pair);
            let near =
                |(other, (r, s)): &(Pair, (u16, u16))| (other.x, other.y) != (pair.x, pair.y) && (*r == p || *s == q);
            pair.score += if agreed.iter().any(near) { NEIGHBOUR } else { 0.0 };
        }
    }
    for pair in &mut linked {
        pair.score = pair.score.min(HIGHEST);
    }
    linked
}

/// The pairs within one article: an update is bound to the figure it replaces, all others are apart.
pub fn own_pairs(a: &Fingerprint, mut f: impl FnMut(usize, usize, OwnPair)) {
    for (x, p) in a.claims.iter().enumerate() {
        for (y, q) in a.claims.iter().enumerate().skip(x + 1) {
            if (p.event_type, p.object) == (q.event_type, q.object) {
                let is_update = p.update.is_some_and(|w| usize::from(w) == y);
                f(x, y, if is_update { OwnPair::Update } else { OwnPair::Apart(SAME_ARTICLE) });
            }
        }
    }
}

/// What two mentions of one kind are in one article.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OwnPair {
    /// The earlier and the later figure of one result.
    Update,
    /// Two results, with the score that says so.
    Apart(f32),
}

//! What the mentions of two articles say together: the part of [`super::compare`] that reads claims.

use super::background::Background;
use super::claim::{self, Match, Refusal, Times, ValueRelation};
use super::compare::flag;
use super::features::{Claim, Days, Fingerprint, shared};
use super::kinds::{Agreeing, for_kinds, for_same_kind};
use crate::record::{Qualifier, Scope};

/// One person, one car: figures that say nothing.
const COMMONPLACE: f32 = 0.5;

/// What the mentions of two articles say together.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct ClaimEvidence {
    /// Sum of the matched mentions' evidence.
    pub(super) support: f32,
    /// How many pairs of current mentions agree.
    pub(super) current: f32,
    /// How telling the most telling figure is on which current mentions agree.
    pub(super) telling: f32,
    /// Sum of how telling the figures are on which current mentions agree.
    pub(super) figures: f32,
    /// Whether mentions agree that both date to the day.
    pub(super) dates: f32,
    /// Share of the two articles whose first results the other does not tell.
    pub(super) opening_missed: f32,
    /// Whether the results that they tell first are of one kind, but of other places or times.
    pub(super) opening_excluded: f32,
    /// Days between the results that both tell: none where nothing agrees.
    pub(super) gap: Option<f32>,
    /// Whether one opens with cases and the other with statistics.
    pub(super) scope_apart: f32,
    /// Of the support, what mentions in both leads give.
    pub(super) support_lead: f32,
    /// Share of the mentions of the article with fewer that are matched.
    pub(super) covered: f32,
    /// Current mentions of one kind whose figures exclude each other.
    pub(super) conflict: f32,
    /// Current mentions of one kind that place, date or period tells apart.
    pub(super) excluded: f32,
    /// Whether they share a region.
    pub(super) regions_shared: f32,
    /// Whether both name regions, and no common one.
    pub(super) regions_differ: f32,
}

/// A mention whose score is below this matches nothing.
const MATCH_FLOOR: f32 = 0.1;

/// Two mentions that agree, by their numbers in two articles.
type Paired = (usize, usize, Match);

/// The best one-to-one pairing of two articles' mentions: best score first, ties by position.
fn pairing(a: &Fingerprint, b: &Fingerprint, agreeing: &Agreeing, background: &Background) -> Vec<Paired> {
    let mut all: Vec<Paired> = Vec::new();
    for (i, j) in agreeing.iter().map(|(i, j)| (usize::from(i), usize::from(j))) {
        let (x, y) = (&a.claims[i], &b.claims[j]);
        if let Ok(mut m) = claim::outline((x, a.day), (y, b.day), background)
            && m.value != ValueRelation::Different
        {
            m.agreement += claim::wording(x, y, background);
            if m.score() > MATCH_FLOOR {
                all.push((i, j, m));
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

/// The highest support of one matched pair, and the most that one figure tells.
const HIGHEST: f32 = 4.0;
const MOST_TELLING: f32 = 3.0;

/// What comparing the mentions of two articles gives at least and at most; none where that is the same. Totals told by
/// their parts are left out.
pub(super) fn bounds(a: &Fingerprint, b: &Fingerprint, agreeing: &Agreeing) -> (ClaimEvidence, Option<ClaimEvidence>) {
    let (regions_shared, regions_differ) = regions(a, b);
    let least = ClaimEvidence { regions_shared, regions_differ, ..ClaimEvidence::default() };
    if agreeing.most == 0 {
        return (least, None);
    }
    let n = agreeing.most as f32;
    let share = |f: &Fingerprint| n / f.claims.len() as f32;
    let most = ClaimEvidence {
        support: HIGHEST * n,
        current: n,
        telling: MOST_TELLING,
        figures: agreeing.figures,
        dates: 1.0,
        gap: agreeing.gap.map(|days| days as f32),
        support_lead: HIGHEST * agreeing.leads as f32,
        covered: (share(a) * share(b)).sqrt().min(1.0),
        ..least
    };
    (least, Some(most))
}

/// Whether the current mentions share a region, and whether both articles name regions and no common one.
fn regions(a: &Fingerprint, b: &Fingerprint) -> (f32, f32) {
    let told = !a.regions.is_empty() && !b.regions.is_empty() && !a.everywhere && !b.everywhere;
    let shared = shared(&a.regions, &b.regions) > 0;
    (flag(shared), flag(!shared && told))
}

/// The mentions of two articles that agree, and what that says.
#[derive(Debug)]
pub(super) struct Agreement {
    pairs: Vec<Paired>,
    left: Vec<bool>,
    right: Vec<bool>,
    /// The evidence, without what speaks against one story.
    pub(super) evidence: ClaimEvidence,
}

/// Finds the mentions that agree.
pub(super) fn agreement(a: &Fingerprint, b: &Fingerprint, agreeing: &Agreeing, background: &Background) -> Agreement {
    let mut evidence = ClaimEvidence::default();
    (evidence.regions_shared, evidence.regions_differ) = regions(a, b);
    let pairs = pairing(a, b, agreeing, background);
    let (mut left, mut right) = (vec![false; a.claims.len()], vec![false; b.claims.len()]);
    for (i, j, m) in &pairs {
        left[*i] = true;
        right[*j] = true;
        let (x, y) = (&a.claims[*i], &b.claims[*j]);
        let score = m.score().min(HIGHEST) * if x.background || y.background { 0.5 } else { 1.0 };
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
        if let (Some(p), Some(q)) = (Times::of(x).days(a.day), Times::of(y).days(b.day)) {
            let days = (p.0 - q.1).max(q.0 - p.1).max(0) as f32;
            evidence.gap = Some(evidence.gap.map_or(days, |least| least.min(days)));
        }
        if x.in_lead && y.in_lead && !x.background && !y.background {
            evidence.support_lead += score;
        }
    }
    evidence.covered = covered(&left, &right);
    Agreement { pairs, left, right, evidence }
}

/// The share of both articles' mentions that agree.
fn covered(left: &[bool], right: &[bool]) -> f32 {
    let share = |matched: &[bool]| matched.iter().filter(|m| **m).count() as f32 / matched.len() as f32;
    if left.is_empty() || right.is_empty() { 0.0 } else { (share(left) * share(right)).sqrt() }
}

/// What the mentions of two articles say, for and against one story.
pub(super) fn compare_claims(
    a: &Fingerprint,
    b: &Fingerprint,
    found: Agreement,
    background: &Background,
) -> ClaimEvidence {
    let Agreement { pairs, mut left, mut right, mut evidence } = found;
    if a.claims.is_empty() || b.claims.is_empty() {
        return evidence;
    }
    totals(a, b, (&mut left, &mut right), background, &mut evidence);
    totals(b, a, (&mut right, &mut left), background, &mut evidence);
    evidence.covered = covered(&left, &right);
    let missed = |f: &Fingerprint, matched: &[bool]| flag(!opening(f).any(|i| matched[i]));
    evidence.opening_missed = f32::midpoint(missed(a, &left), missed(b, &right));
    let (first, other_first) = (opening_end(a), opening_end(b));
    // A kind of result that both tell, and agree on for now, is not in conflict over its other figures.
    let agreed: Vec<(u32, u32)> = pairs
        .iter()
        .map(|(i, j, m)| (&a.claims[*i], &b.claims[*j], m))
        .filter(|(x, y, m)| !x.background && !y.background && m.specificity > 0.3)
        .map(|(x, _, _)| (x.event_type, x.object))
        .collect();
    let unsettled = |f: &Fingerprint, matched: &[bool]| -> Vec<Conflict> {
        let settled = |(c, matched): (&Claim, &bool)| *matched || agreed.contains(&(c.event_type, c.object));
        let all = f.claims.iter().zip(matched).map(settled);
        all.map(|settled| Conflict { settled, ..Conflict::default() }).collect()
    };
    let (mut ours, mut theirs) = (unsettled(a, &left), unsettled(b, &right));
    let (mut agrees, mut excludes) = (false, false);
    for_same_kind(&a.kinds, &b.kinds, |i, j| {
        let (x, y) = (&a.claims[i], &b.claims[j]);
        let opening = !agrees
            && x.start <= first
            && y.start <= other_first
            && (x.event_type, x.object) == (y.event_type, y.object);
        // Comparing the two takes long, and mostly nobody asks for it any more.
        let current = !x.background && !y.background && (ours[i].asks() || theirs[j].asks());
        if !opening && !current {
            return;
        }
        let outcome = claim::outline((x, a.day), (y, b.day), background);
        if opening {
            match outcome {
                Ok(m) => agrees |= m.value != ValueRelation::Different,
                Err(Refusal::Period | Refusal::Date | Refusal::AfterPublication | Refusal::Region) => excludes = true,
                Err(_) => {}
            }
        }
        if !current {
            return;
        }
        let (different, excluded) = match outcome {
            Ok(m) => (m.value == ValueRelation::Different && !(x.updated || y.updated), false),
            Err(Refusal::Period | Refusal::Date | Refusal::AfterPublication) => (false, true),
            Err(Refusal::Region) => (false, evidence.regions_differ > 0.0),
            Err(_) => (false, false),
        };
        for conflict in [&mut ours[i], &mut theirs[j]] {
            conflict.different |= different;
            conflict.excluded |= excluded;
        }
    });
    evidence.opening_excluded = flag(excludes && !agrees);
    let all = |f: &Fingerprint, scope| opening(f).all(|i| f.claims[i].scope == scope);
    evidence.scope_apart = flag(
        all(a, Scope::Incident) && all(b, Scope::Aggregate) || all(a, Scope::Aggregate) && all(b, Scope::Incident),
    );
    conflicts(a, &ours, &mut evidence);
    conflicts(b, &theirs, &mut evidence);
    evidence
}

/// What the agreement of a total with the sum of its parts adds to the evidence, of what the figure tells.
const SUMMED: f32 = 0.5;

/// One article tells a total, the other its parts: "188 tonnes", "68 tonnes of diesel oil and 120 of petrol".
fn totals(
    a: &Fingerprint,
    b: &Fingerprint,
    (left, right): (&mut [bool], &mut [bool]),
    background: &Background,
    evidence: &mut ClaimEvidence,
) {
    for_kinds(&a.kinds, &b.kinds, |wholes, others| {
        let others = others.figures;
        for i in wholes.figures.iter().filter(|_| others.len() > 1).map(|f| usize::from(f.claim)) {
            let x = &a.claims[i];
            let Some(total) = x.value.filter(|_| !left[i] && !x.background) else { continue };
            let is_part = |j: &usize| {
                let y = &b.claims[*j];
                (y.event_type, y.object, y.unit, y.scope) == (x.event_type, x.object, x.unit, x.scope)
                    && !y.background
                    && y.value.is_some_and(|part| part < total)
            };
            let parts = others.iter().map(|f| usize::from(f.claim)).filter(is_part);
            let (n, sum) = parts.clone().fold((0, 0.0), |(n, sum), j| (n + 1, sum + b.claims[j].value.unwrap_or(0.0)));
            let relation = claim::relate((total, x.qualifier), (sum, Qualifier::Exact));
            let told = |j| claim::outline((x, a.day), (&b.claims[j], b.day), background).is_ok();
            if n > 1 && matches!(relation, ValueRelation::Equal | ValueRelation::Rounded) && parts.clone().all(told) {
                let telling = claim::specificity(sum).max(x.specificity);
                evidence.support += SUMMED * telling;
                evidence.current += 1.0;
                evidence.telling = evidence.telling.max(SUMMED * telling);
                left[i] = true;
                parts.for_each(|j| right[j] = true);
            }
        }
    });
}

/// What a mention finds among the current ones of its kind in another article.
#[derive(Debug, Default, Clone, Copy)]
struct Conflict {
    /// Whether it is matched, or its kind agreed on.
    settled: bool,
    /// A figure that excludes its own.
    different: bool,
    /// A result of another place, date or period.
    excluded: bool,
}

impl Conflict {
    /// Whether another mention may change what it comes to.
    const fn asks(self) -> bool {
        !self.settled && !self.different
    }
}

/// Adds the current mentions of an article that find some of their kind in the other, but none that could be the
/// same: each kind once.
fn conflicts(a: &Fingerprint, found: &[Conflict], evidence: &mut ClaimEvidence) {
    let mut seen: Vec<(u32, u32)> = Vec::new();
    for (x, found) in a.claims.iter().zip(found) {
        if !(found.different || found.excluded) || found.settled || seen.contains(&(x.event_type, x.object)) {
            continue;
        }
        seen.push((x.event_type, x.object));
        evidence.conflict += flag(found.different);
        evidence.excluded += flag(found.excluded && !found.different);
    }
}

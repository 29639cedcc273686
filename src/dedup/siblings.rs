//! What a mention is among those of its own article: found once, and not anew for every pair of articles.

use super::background::Background;
use super::features::{Claim, Days};
use super::{claim, text};
use crate::record::Scope;

/// The unit of people: a sum may be estimated anew ten times higher, but heads are counted.
const PERSON: &str = "person";

/// Sets what follows from the other mentions of the article, and from the tables.
pub(super) fn settle(claims: &mut [Claim], background: &Background) {
    for c in claims.iter_mut() {
        c.kind = text::pair(background.event_family(c.event_type), background.family(c.object));
        c.digits = c.value.map_or(0, text::significant_digits);
        c.specificity = c.value.map_or(0.0, claim::specificity);
        c.evidence_mass = mass(&c.evidence, background);
    }
    for i in 0..claims.len() {
        let is_alone = is_alone(claims, i);
        let (is_largest, is_main) = (is_largest(claims, i), is_main(claims, i));
        let paragraph = (0..i).find(|j| claims[*j].context == claims[i].context).unwrap_or(i) as u16;
        let update = update_of(claims, i, background).map(|j| j as u16);
        let first = usize::from(paragraph);
        let context_mass = if first < i { claims[first].context_mass } else { mass(&claims[i].context, background) };
        let known = std::mem::take(&mut claims[i]);
        claims[i] = Claim { context_mass, paragraph, is_alone, is_largest, is_main, update, ..known };
    }
}

fn mass(stems: &[u32], background: &Background) -> f32 {
    stems.iter().map(|s| background.weight(*s)).sum()
}

/// What tells most pairs of mentions apart at a glance: their kinds, figures, places and times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// The kind of the mention.
    pub kind: u32,
    /// Its number in its article.
    pub claim: u16,
    /// The figure, or the lower end of its range; below all others where it gives none.
    low: f32,
    /// The figure, or the upper end of its range; above all others where it gives none.
    high: f32,
    /// A bit for each region; two regions may have one bit. All bits where it names none.
    regions: u32,
    /// Whether it is a statistic.
    aggregate: bool,
    /// The days of the date or period; all days where it tells none.
    days: Days,
}

/// How many times larger one of two figures may be that do not exclude each other, with a margin for the rounding to
/// 32 bits: [`claim::relation`] tells all others apart.
const REACH: f32 = 1.52;
/// How far apart (days) the times of two mentions may lie that do not exclude each other, at most.
const SLACK: i32 = 3;

impl Figure {
    fn new(claim: &Claim, number: u16) -> Self {
        let (low, high) = match claim.value.filter(|v| *v >= 0.0) {
            Some(value) => (value as f32, claim.value_max.unwrap_or(value).max(value) as f32),
            None => (f32::NEG_INFINITY, f32::INFINITY),
        };
        let bits = claim.regions.iter().fold(0, |bits, region| bits | 1 << (region % u32::BITS));
        Self {
            kind: claim.kind,
            claim: number,
            low,
            high,
            regions: if bits == 0 { u32::MAX } else { bits },
            aggregate: claim.scope == Scope::Aggregate,
            days: claim.date.or(claim.period).unwrap_or((i32::MIN / 2, i32::MAX / 2)),
        }
    }

    /// Whether two mentions of one kind may state one result.
    #[inline]
    pub fn may_agree(&self, other: &Self) -> bool {
        let near = self.days.0 <= other.days.1 + SLACK && other.days.0 <= self.days.1 + SLACK;
        self.low <= other.high * REACH
            && other.low <= self.high * REACH
            && self.regions & other.regions != 0
            && (near || self.aggregate != other.aggregate)
    }
}

/// Mentions by kind, then by number.
pub(super) fn by_kind(claims: &[Claim]) -> Box<[Figure]> {
    let mut kinds: Vec<Figure> = claims.iter().zip(0..).map(|(c, i)| Figure::new(c, i)).collect();
    kinds.sort_unstable_by_key(|f| (f.kind, f.claim));
    kinds.into_boxed_slice()
}

fn same(a: &Claim, b: &Claim) -> bool {
    (a.event_type, a.object, a.scope) == (b.event_type, b.object, b.scope)
}

/// Whether no other mention is of the same kind, object and unit.
fn is_alone(claims: &[Claim], i: usize) -> bool {
    let p = &claims[i];
    let of_unit = |c: &&Claim| c.unit == p.unit || c.unit == 0 || p.unit == 0;
    claims.iter().filter(|c| same(c, p)).filter(of_unit).count() == 1
}

/// Whether no mention of its kind in the article has a larger figure.
fn is_largest(claims: &[Claim], i: usize) -> bool {
    let p = &claims[i];
    claims.iter().filter(|c| same(c, p)).all(|c| c.unit != p.unit || c.value <= p.value)
}

/// Whether a mention is what its article means by the kind: the largest of its unit, and of several units the first.
fn is_main(claims: &[Claim], i: usize) -> bool {
    let p = &claims[i];
    let first_unit = claims.iter().filter(|c| same(c, p)).min_by_key(|c| (c.start, c.end)).map(|c| c.unit);
    is_largest(claims, i) && first_unit == Some(p.unit)
}

/// The mention of the article that gives the earlier or later figure of the same thing: the neighbour in
/// the text whose figure is near, where words tell an update.
fn update_of(claims: &[Claim], x: usize, background: &Background) -> Option<usize> {
    let p = &claims[x];
    if p.value.is_none() || background.is_fixed(p.event_type) || !claims.iter().any(|c| c.updated && same(p, c)) {
        return None;
    }
    let same = |q: &Claim| same(p, q) && p.unit == q.unit && p.period == q.period && p.regions == q.regions;
    let mut kind: Vec<usize> = (0..claims.len()).filter(|i| same(&claims[*i])).collect();
    kind.sort_by_key(|i| (claims[*i].start, claims[*i].end, *i));
    let alone = kind.len() == 2;
    // The first pair in the text that qualifies; each mention has one partner at most. Between the two may stand what
    // came in addition: "21 yesterday, three more at night, now 24, 22 of them from abroad".
    let near_by = (0..kind.len()).flat_map(|i| (i + 1..kind.len().min(i + 3)).map(move |j| (i, j)));
    let pair = near_by.map(|(i, j)| [kind[i], kind[j]]).find(|pair| {
        let (q, r) = (&claims[pair[0]], &claims[pair[1]]);
        let near = match (q.value, r.value) {
            (Some(v), Some(w)) if v > 0.0 && w > 0.0 => {
                let ratio = v.max(w) / v.min(w);
                let part = |x: usize, y: usize| claims[x].part_of.is_some_and(|whole| usize::from(whole) == y);
                let people = q.unit == text::code(PERSON);
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

/// Calls `f` with the mentions of one kind of two articles, kind by kind.
pub(super) fn for_kinds<'f>(a: &'f [Figure], b: &'f [Figure], mut f: impl FnMut(&'f [Figure], &'f [Figure])) {
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i].kind, b[j].kind);
        if x == y {
            let end = |set: &[Figure], from: usize| {
                from + set[from..].iter().position(|f| f.kind != x).unwrap_or(set.len() - from)
            };
            let (until, to) = (end(a, i), end(b, j));
            f(&a[i..until], &b[j..to]);
            (i, j) = (until, to);
        } else {
            i += usize::from(x < y);
            j += usize::from(y < x);
        }
    }
}

/// Calls `f` with the numbers of the mentions of two articles that are of one kind, kind by kind.
pub(super) fn for_same_kind(a: &[Figure], b: &[Figure], mut f: impl FnMut(usize, usize)) {
    for_kinds(a, b, |left, right| {
        for p in left {
            for q in right {
                f(usize::from(p.claim), usize::from(q.claim));
            }
        }
    });
}

/// [`for_same_kind`] without the pairs that figures, places or times tell apart at a glance.
pub(super) fn for_agreeing(a: &[Figure], b: &[Figure], mut f: impl FnMut(usize, usize)) {
    for_kinds(a, b, |left, right| {
        for p in left {
            for q in right.iter().filter(|q| p.may_agree(q)) {
                f(usize::from(p.claim), usize::from(q.claim));
            }
        }
    });
}

/// How many mentions of two articles may agree, each with one of the other, at most.
pub(super) fn most_agreeing(a: &[Figure], b: &[Figure]) -> usize {
    let mut n = 0;
    for_kinds(a, b, |left, right| {
        let some = |p: &&Figure, others: &[Figure]| others.iter().any(|q| p.may_agree(q));
        let count = |set: &[Figure], others: &[Figure]| set.iter().filter(|p| some(p, others)).count();
        n += count(left, right).min(count(right, left));
    });
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(all: &[(u32, u16, f64)]) -> Vec<Figure> {
        let claim = |kind, value| Claim { kind, value: Some(value), ..Claim::default() };
        all.iter().map(|(kind, number, value)| Figure::new(&claim(*kind, *value), *number)).collect()
    }

    #[test]
    fn pairs_of_one_kind_are_all_met_and_no_others() {
        let mut met = Vec::new();
        let a = figures(&[(1, 4, 1.0), (3, 0, 5.0), (3, 2, 90.0), (9, 1, 1.0)]);
        let b = figures(&[(2, 0, 1.0), (3, 1, 6.0), (3, 5, 40.0), (9, 3, 1.0)]);
        for_same_kind(&a, &b, |i, j| met.push((i, j)));
        assert_eq!(met, [(0, 1), (0, 5), (2, 1), (2, 5), (1, 3)]);
        for_same_kind(&a, &[], |_, _| panic!("nothing to meet"));
        met.clear();
        for_agreeing(&a, &b, |i, j| met.push((i, j)));
        assert_eq!(met, [(0, 1), (1, 3)]);
        assert_eq!(most_agreeing(&a, &b), 2);
    }

    #[test]
    fn what_a_glance_tells_apart_is_refused() {
        use crate::record::Qualifier;
        let places = [vec![], vec![text::code("KZ-71")], vec![text::code("KZ-75"), text::code("KZ-79")]];
        let times = [None, Some((100, 100)), Some((103, 104)), Some((90, 120)), Some((0, 60))];
        let mut all: Vec<Claim> = Vec::new();
        for (place, time) in places.iter().flat_map(|place| times.map(|time| (place, time))) {
            let regions = || place.clone().into_boxed_slice();
            all.push(Claim { date: time, regions: regions(), ..Claim::default() });
            all.push(Claim { period: time, scope: Scope::Aggregate, regions: regions(), ..Claim::default() });
        }
        let background = Background::embedded();
        for (a, b) in all.iter().flat_map(|a| all.iter().map(move |b| (a, b))) {
            let refused = claim::compare((a, Some(130)), (b, Some(131)), &background).is_err();
            assert!(Figure::new(a, 0).may_agree(&Figure::new(b, 1)) || refused, "{a:?} {b:?}");
        }
        let values = [0.0, 0.012, 0.03, 1.0, 2.0, 3.0, 20.0, 21.0, 58.56, 90.0, 2000.0, 2170.0, 3000.0, 2.2e9];
        let all = values.iter().flat_map(|v| Qualifier::ALL.map(|q| (*v, q))).flat_map(|(value, qualifier)| {
            [None, Some(value * 1.3)].map(|value_max| Claim {
                value: Some(value),
                value_max,
                qualifier,
                ..Claim::default()
            })
        });
        let all: Vec<Claim> = all.chain([Claim::default()]).collect();
        for a in &all {
            for b in &all {
                let different = claim::relation(a, b) == claim::ValueRelation::Different;
                assert!(Figure::new(a, 0).may_agree(&Figure::new(b, 1)) || different, "{a:?} {b:?}");
            }
        }
    }
}

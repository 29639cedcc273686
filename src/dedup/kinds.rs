//! The mentions of an article by kind: what tells most pairs of two articles' mentions apart at a glance.

use super::claim::{self, Stated, Times, ValueRelation};
use super::features::{Claim, Days, Fingerprint};
use super::link::COMMONPLACE;
use crate::record::{Qualifier, Scope};

/// Within what a mention's figure, place and time lie. Nearly all pairs of mentions are told apart by it, so it lies apart
/// from the rest: a mention takes a third of a line of memory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reach {
    /// The figure, or the lower end of its range; below all others where it gives none.
    low: f32,
    /// The figure, or the upper end of its range; above all others where it gives none.
    high: f32,
    /// How many times larger another figure may be.
    factor: f32,
    /// A bit for each region; two regions may have one bit. All bits where it names none.
    regions: u32,
    /// The days of the date or period; all days where it tells none.
    days: Days,
    /// Whether it is a statistic.
    aggregate: bool,
}

/// A mention's kind, figure and time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figure {
    /// The number of the mention in its article.
    pub(super) claim: u16,
    /// Whether it is a statistic.
    aggregate: bool,
    /// Whether it is an earlier result told as background.
    background: bool,
    /// Whether it stands in the headline or the first paragraphs.
    in_lead: bool,
    event_type: u32,
    object: u32,
    unit: u32,
    times: Times,
    /// How telling the figure is.
    specificity: f32,
    /// The figure as it is stated.
    stated: Stated,
}

/// Bytes that are fetched from memory at a time.
pub(super) const LINE: usize = 64;
/// How many times larger one of two figures may be that do not exclude each other, where one of them is a bound, with a
/// margin for the rounding to 32 bits: [`claim::relation`] tells all others apart.
const BOUND: f32 = 1.52;
/// The same where none is.
const ROUNDED: f32 = 1.1;
/// How far apart (days) the times of two mentions may lie that do not exclude each other, at most.
const SLACK: i32 = 3;

impl Reach {
    fn of(claim: &Claim) -> Self {
        let (low, high) = match claim.value.filter(|v| *v >= 0.0) {
            Some(value) => (value as f32, claim.value_max.unwrap_or(value).max(value) as f32),
            None => (f32::NEG_INFINITY, f32::INFINITY),
        };
        let bits = claim.regions.iter().fold(0, |bits, region| bits | 1 << (region % u32::BITS));
        Self {
            low,
            high,
            factor: if matches!(claim.qualifier, Qualifier::Min | Qualifier::Max) { BOUND } else { ROUNDED },
            regions: if bits == 0 { u32::MAX } else { bits },
            days: claim.date.or(claim.period).unwrap_or((i32::MIN / 2, i32::MAX / 2)),
            aggregate: claim.scope == Scope::Aggregate,
        }
    }

    /// Whether two mentions of one kind may state one result.
    #[inline]
    #[expect(clippy::needless_bitwise_bool, reason = "cheaper than jumps that nobody can foretell")]
    fn may_agree(&self, other: &Self) -> bool {
        let near = (self.days.0 <= other.days.1 + SLACK) & (other.days.0 <= self.days.1 + SLACK);
        let factor = self.factor.max(other.factor);
        (self.low <= other.high * factor)
            & (other.low <= self.high * factor)
            & (self.regions & other.regions != 0)
            & (near | (self.aggregate != other.aggregate))
    }
}

impl Figure {
    fn new(claim: &Claim, number: u16) -> Self {
        Self {
            claim: number,
            aggregate: claim.scope == Scope::Aggregate,
            background: claim.background,
            in_lead: claim.in_lead,
            event_type: claim.event_type,
            object: claim.object,
            unit: claim.unit,
            times: Times::of(claim),
            specificity: claim.specificity,
            stated: Stated::of(claim),
        }
    }

    /// Whether units, scopes or times refuse that two mentions whose figures relate so state one result:
    /// [`claim::compare`] would, too.
    fn is_refused(&self, other: &Self, value: ValueRelation, tellers: &Tellers) -> bool {
        let valued = !matches!(value, ValueRelation::OneGiven | ValueRelation::NoneGiven);
        let same_codes = (self.event_type, self.object) == (other.event_type, other.object);
        let other_unit = valued && self.unit != other.unit && (same_codes || value != ValueRelation::Equal);
        let other_scope =
            self.aggregate != other.aggregate && !matches!(value, ValueRelation::Equal | ValueRelation::Rounded);
        let [day, other_day] = tellers.days;
        other_unit || other_scope || claim::times((&self.times, day), (&other.times, other_day), value).is_err()
    }
}

/// The mentions of one kind among [`Kinds`].
#[derive(Debug, Clone, Copy, PartialEq)]
struct Group {
    kind: u32,
    start: u16,
    end: u16,
}

/// The mentions of an article by kind, then by number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kinds {
    groups: Box<[Group]>,
    reaches: Box<[Reach]>,
    figures: Box<[Figure]>,
}

/// The mentions of one kind.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct OfKind<'k> {
    pub(super) reaches: &'k [Reach],
    pub(super) figures: &'k [Figure],
}

impl Kinds {
    pub(super) fn new(claims: &[Claim]) -> Self {
        let mut sorted: Vec<(u32, u16)> = claims.iter().zip(0..).map(|(c, i)| (c.kind, i)).collect();
        sorted.sort_unstable();
        let mut end = 0;
        let groups = sorted.chunk_by(|a, b| a.0 == b.0).map(|group| {
            let start = end;
            end += group.len() as u16;
            Group { kind: group[0].0, start, end }
        });
        let groups = groups.collect();
        let reaches = sorted.iter().map(|(_, i)| Reach::of(&claims[usize::from(*i)])).collect();
        let figures = sorted.iter().map(|(_, i)| Figure::new(&claims[usize::from(*i)], *i)).collect();
        Self { groups, reaches, figures }
    }

    /// Reads what telling its mentions apart asks for; see [`Fingerprint::touch`].
    pub(super) fn touch(&self) -> u32 {
        let groups = self.groups.iter().step_by(LINE / size_of::<Group>()).map(|group| group.kind);
        let reaches = self.reaches.iter().step_by(LINE / size_of::<Reach>()).map(|reach| reach.regions);
        groups.chain(reaches).fold(0, |all, word| all ^ word)
    }

    /// The kinds, sorted, each with its mentions.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, OfKind<'_>)> {
        self.groups.iter().map(|group| (group.kind, self.of_group(*group)))
    }

    #[inline]
    fn of_group(&self, group: Group) -> OfKind<'_> {
        let lie = usize::from(group.start)..usize::from(group.end);
        OfKind { reaches: &self.reaches[lie.clone()], figures: &self.figures[lie] }
    }

    /// The mentions of one kind.
    pub(super) fn of(&self, kind: u32) -> &[Figure] {
        let found = self.groups.binary_search_by_key(&kind, |group| group.kind);
        found.map_or(&[], |at| self.of_group(self.groups[at]).figures)
    }
}

/// Calls `f` with the mentions of one kind of two articles, kind by kind.
pub(super) fn for_kinds<'f>(a: &'f Kinds, b: &'f Kinds, mut f: impl FnMut(OfKind<'f>, OfKind<'f>)) {
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.groups.get(i), b.groups.get(j)) {
        if x.kind == y.kind {
            f(a.of_group(*x), b.of_group(*y));
        }
        i += usize::from(x.kind <= y.kind);
        j += usize::from(y.kind <= x.kind);
    }
}

/// Calls `f` with the numbers of the mentions of two articles that are of one kind, kind by kind.
pub(super) fn for_same_kind(a: &Kinds, b: &Kinds, mut f: impl FnMut(usize, usize)) {
    for_kinds(a, b, |left, right| {
        for p in left.figures {
            for q in right.figures {
                f(usize::from(p.claim), usize::from(q.claim));
            }
        }
    });
}

/// Two mentions that may agree.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Pair {
    x: u16,
    y: u16,
    /// Whether the two are refused as one result of two stories, whatever places, times and surroundings say: nearly
    /// all are, and their figures tell it.
    hopeless: bool,
}

/// Two articles, as far as their mentions are told by them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tellers {
    days: [Option<i32>; 2],
    digest: bool,
}

impl Tellers {
    pub(super) fn new(a: &Fingerprint, b: &Fingerprint) -> Self {
        Self { days: [a.day, b.day], digest: a.digest || b.digest }
    }
}

/// Pairs of two articles' mentions of one kind that figures, places and times do not tell apart at a glance, and what
/// comparing them can give at most.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Agreeing {
    pairs: Vec<Pair>,
    /// How many mentions may agree, each with one of the other article, at most.
    pub(super) most: usize,
    /// How many news of both leads may.
    pub(super) leads: usize,
    /// How much more the figures of news tell than commonplace ones.
    pub(super) figures: f32,
    /// The fewest days between two results; none where no days are told.
    pub(super) gap: Option<i32>,
    /// For each mention of a kind of the second article whether it was met.
    met: Vec<bool>,
}

/// More than adding the same figures in another order can change.
const ROUNDING: f32 = 1.001;

impl Agreeing {
    /// Forgets all pairs.
    pub(super) fn clear(&mut self) {
        self.pairs.clear();
        (self.most, self.leads, self.figures, self.gap) = (0, 0, 0.0, None);
    }

    /// All pairs, by the numbers of the mentions.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u16, u16)> {
        self.pairs.iter().map(|pair| (pair.x, pair.y))
    }

    /// The pairs that may be one result of two stories.
    pub(super) fn hopeful(&self) -> impl Iterator<Item = (u16, u16)> {
        self.pairs.iter().filter(|pair| !pair.hopeless).map(|pair| (pair.x, pair.y))
    }

    /// Adds the pairs of one kind.
    pub(super) fn add(&mut self, left: OfKind<'_>, right: OfKind<'_>, tellers: Tellers) {
        self.met.clear();
        self.met.resize(right.figures.len(), false);
        let mut n = 0;
        for (reach, p) in left.reaches.iter().zip(left.figures) {
            let (mut any, mut lead, mut telling) = (false, false, COMMONPLACE);
            for (at, _) in right.reaches.iter().enumerate().filter(|(_, other)| reach.may_agree(other)) {
                let q = &right.figures[at];
                let value = p.stated.relation(&q.stated);
                if value == ValueRelation::Different || p.is_refused(q, value, &tellers) {
                    continue;
                }
                (self.met[at], any) = (true, true);
                let specificity = claim::shared_specificity(p.specificity, q.specificity, value);
                let background = p.background || q.background;
                if !background {
                    lead |= p.in_lead && q.in_lead;
                    telling = telling.max(specificity);
                }
                if let (Some(p), Some(q)) = (p.times.days(tellers.days[0]), q.times.days(tellers.days[1])) {
                    let days = (p.0 - q.1).max(q.0 - p.1).max(0);
                    self.gap = Some(self.gap.map_or(days, |least| least.min(days)));
                }
                let hopeless = !background && !tellers.digest && specificity < COMMONPLACE;
                self.pairs.push(Pair { x: p.claim, y: q.claim, hopeless });
            }
            n += usize::from(any);
            self.leads += usize::from(lead);
            self.figures += (telling - COMMONPLACE) * ROUNDING;
        }
        self.most += n.min(self.met.iter().filter(|met| **met).count());
    }
}

#[cfg(test)]
mod tests {
    use super::super::background::Background;
    use super::super::text;
    use super::*;

    fn kinds(all: &[(u32, f64)]) -> Kinds {
        let claim = |(kind, value): &(u32, f64)| Claim { kind: *kind, value: Some(*value), ..Claim::default() };
        Kinds::new(&all.iter().map(claim).collect::<Vec<_>>())
    }

    #[test]
    fn pairs_of_one_kind_are_all_met_and_no_others() {
        let mut met = Vec::new();
        let a = kinds(&[(3, 5.0), (9, 1.0), (3, 90.0), (1, 1.0)]);
        let b = kinds(&[(2, 1.0), (3, 6.0), (9, 1.0), (3, 40.0)]);
        for_same_kind(&a, &b, |i, j| met.push((i, j)));
        assert_eq!(met, [(0, 1), (0, 3), (2, 1), (2, 3), (1, 2)]);
        assert_eq!(a.of(3).iter().map(|f| f.claim).collect::<Vec<_>>(), [0, 2]);
        assert!(a.of(2).is_empty());
        for_same_kind(&a, &Kinds::default(), |_, _| panic!("nothing to meet"));
        let mut agreeing = Agreeing::default();
        let tellers = Tellers { days: [Some(7), Some(3)], digest: false };
        for_kinds(&a, &b, |left, right| agreeing.add(left, right, tellers));
        assert_eq!(agreeing.iter().collect::<Vec<_>>(), [(1, 2)]);
        assert_eq!(agreeing.hopeful().collect::<Vec<_>>(), []);
        assert_eq!((agreeing.most, agreeing.gap), (1, Some(4)));
        agreeing.clear();
        for_kinds(&a, &b, |left, right| agreeing.add(left, right, Tellers { digest: true, ..tellers }));
        assert_eq!(agreeing.hopeful().collect::<Vec<_>>(), [(1, 2)]);
    }

    #[test]
    fn what_a_glance_tells_apart_is_refused() {
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
            assert!(Reach::of(a).may_agree(&Reach::of(b)) || refused, "{a:?} {b:?}");
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
                assert!(Reach::of(a).may_agree(&Reach::of(b)) || different, "{a:?} {b:?}");
            }
        }
    }
}

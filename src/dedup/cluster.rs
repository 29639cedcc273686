//! Clustering: scored pairs → groups in which the pairs agree on average.
//!
//! Average linkage over log-odds: two groups merge when the mean score of the pairs across them is above
//! the threshold, the best first. A chain of look-alikes does not glue its ends together, because every
//! pair across the groups counts, the refused ones most.

use super::column::Column;
use super::components::Components;
use super::levels;
use super::linkage::Groups;
use super::pile::Pile;
use super::shelf::Shelf;
use super::square::Square;
use rayon::prelude::*;
use std::sync::Arc;

/// A scored pair of items, `a < b`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// The first item.
    pub a: u32,
    /// The second item.
    pub b: u32,
    /// Log-odds that they belong together.
    pub score: f32,
}

/// Sum and number of the scores across two groups. Sums are of integers, so that no order of adding changes them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Link {
    pub(super) sum: i64,
    pub(super) known: u32,
    /// How many of the known pairs would else be refused.
    pub(super) told: u32,
}

/// What a score is multiplied by before it is rounded.
const FINE: f64 = (1_u64 << 30) as f64;

impl Link {
    pub(super) fn of(edge: &Edge) -> Self {
        Self { sum: (f64::from(edge.score) * FINE).round() as i64, known: 1, told: 0 }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.sum += other.sum;
        self.known += other.known;
        self.told += other.told;
    }

    /// The link with so many pairs of one score besides.
    pub(super) fn with(self, pairs: u32, score: f32) -> Self {
        let one = Self::of(&Edge { a: 0, b: 0, score });
        Self { sum: self.sum + i64::from(pairs) * one.sum, known: self.known + pairs, ..self }
    }

    /// The mean score of all pairs of two groups of these sizes.
    pub(super) fn mean(self, (a, b): (u32, u32), linkage: Linkage) -> f64 {
        let pairs = f64::from(a) * f64::from(b);
        let unknown = (pairs - f64::from(self.known)).max(0.0) * f64::from(linkage.unknown);
        (self.sum as f64 / FINE + unknown) / pairs
    }
}

/// What [`cluster`] decides by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Linkage {
    /// Groups merge above this mean score.
    pub threshold: f32,
    /// The score of a pair that was never compared.
    pub unknown: f32,
}

/// Pairs that are refused unless an edge says otherwise: too many to list.
pub(super) trait Refusals: Sync {
    /// The score of such a pair.
    const SCORE: f32;

    /// Whether two of some items, which are sorted, are refused: by their places.
    fn among<'r>(&'r self, items: &'r [u32]) -> impl Fn(u32, u32) -> bool + Sync + 'r;
}

/// Nothing is refused.
pub(super) struct Nothing;

impl Refusals for Nothing {
    const SCORE: f32 = 0.0;

    fn among<'r>(&'r self, _: &'r [u32]) -> impl Fn(u32, u32) -> bool + Sync + 'r {
        |_, _| false
    }
}

/// Scored pairs that are gone through several times, wherever they lie; two edges of one pair add up.
pub(super) trait Edges {
    /// Calls `f` with each edge.
    fn for_each(&self, f: &mut dyn FnMut(Edge));

    /// How many there are, or somewhat more.
    fn count(&self) -> usize;

    /// Where edges are put in order; in memory if nowhere.
    fn shelf(&self) -> Option<&Arc<dyn Shelf>> {
        None
    }
}

impl Edges for Pile<Edge> {
    fn for_each(&self, f: &mut dyn FnMut(Edge)) {
        Self::for_each(self, f);
    }

    fn count(&self) -> usize {
        self.len()
    }

    fn shelf(&self) -> Option<&Arc<dyn Shelf>> {
        Self::shelf(self)
    }
}

impl Edges for [Edge] {
    fn for_each(&self, f: &mut dyn FnMut(Edge)) {
        self.iter().copied().for_each(f);
    }

    fn count(&self) -> usize {
        self.len()
    }
}

/// Groups `n` items. Every edge counts; `bound` pairs are merged first, whatever their score. Returns for
/// each item the smallest item of its group.
pub fn cluster(n: u32, edges: &[Edge], bound: &[(u32, u32)], linkage: Linkage) -> Vec<u32> {
    cluster_with(n, edges, bound, linkage, &Nothing).iter().collect()
}

/// [`cluster`] with refused pairs, whose score is below the threshold, and not above that of unknown ones.
///
/// Two groups merge only over an edge above the threshold, so the items that such edges connect are grouped apart from
/// all others, some parts at a time; a part of too many edges is taken [level by level](super::levels).
pub(super) fn cluster_with<R: Refusals>(
    n: u32,
    edges: &(impl Edges + ?Sized),
    bound: &[(u32, u32)],
    linkage: Linkage,
    refusals: &R,
) -> Column<u32> {
    cluster_by(&Task { n, edges, bound, linkage, refusals, most: MOST })
}

/// What is to be grouped, and how.
pub(super) struct Task<'t, E: ?Sized, R> {
    /// How many items there are.
    pub(super) n: u32,
    /// Their scored pairs.
    pub(super) edges: &'t E,
    /// Pairs that are merged first.
    pub(super) bound: &'t [(u32, u32)],
    /// When groups merge.
    pub(super) linkage: Linkage,
    /// Refused pairs.
    pub(super) refusals: &'t R,
    /// About so many edges are put in order at a time.
    pub(super) most: usize,
}

/// [`cluster_with`] of a task.
pub(super) fn cluster_by<R: Refusals>(task: &Task<'_, impl Edges + ?Sized, R>) -> Column<u32> {
    let Task { n, edges, linkage, most, .. } = *task;
    let mut components = Components::new(n, edges.shelf().cloned());
    edges.for_each(&mut |edge| {
        if edge.score > linkage.threshold {
            components.join(edge.a, edge.b);
        }
    });
    for (a, b) in task.bound {
        components.join(*a, *b);
    }
    let labels = components.labels();
    let within = Within::new(&labels, edges, most);
    if within.has_more_than(2 * most) && linkage.threshold + levels::STEP < HIGHEST {
        drop((labels, within));
        return levels::cluster(task);
    }
    cluster_parts(task, labels, within, None)
}

/// Groups the items of each part by itself; `groups` are there already, by their smallest items, with all that is bound.
pub(super) fn cluster_parts<R: Refusals>(
    task: &Task<'_, impl Edges + ?Sized, R>,
    mut labels: Column<u32>,
    within: Within,
    groups: Option<&Column<u32>>,
) -> Column<u32> {
    let Task { linkage, refusals, .. } = *task;
    let bound = if groups.is_some() { &[] } else { task.bound };
    let mut bound: Vec<(u32, u32, u32)> = bound.iter().map(|(a, b)| (labels.get(*a), *a, *b)).collect();
    bound.sort_by_key(|pair| pair.0);
    let mut found = Pile::on(labels.shelf().cloned());
    within.for_parts(&labels, |parts| {
        let groups = parts.par_iter_mut().map(|part| {
            let label = part.items[0];
            let start = bound.partition_point(|pair| pair.0 < label);
            let own = bound[start..].iter().take_while(|pair| pair.0 == label);
            let mut own: Vec<(u32, u32)> = own.map(|(_, a, b)| (part.place(*a), part.place(*b))).collect();
            if let Some(groups) = groups {
                let with_first = part.items.iter().map(|item| (groups.get(*item), *item));
                let with_first = with_first.filter(|(first, item)| first != item);
                own.extend(with_first.map(|(first, item)| (part.place(first), part.place(item))));
            }
            let groups = part.cluster(&own, linkage, refusals);
            // Those who are in a group of their part's first item have their label already.
            let moved = part.items.iter().zip(groups).filter(|(_, group)| *group > 0);
            moved.map(|(item, group)| (*item, part.items[group as usize])).collect::<Vec<_>>()
        });
        found.extend(groups.collect::<Vec<_>>().into_iter().flatten());
    });
    found.for_each(|(item, group)| labels.set(item, group));
    labels
}

/// No score is higher.
const HIGHEST: f32 = 6.0;
/// About so many edges are put in order at a time.
const MOST: usize = 1 << 18;
/// Edges of some parts that are held before they are put away.
pub(super) const FEW: usize = 1 << 10;

/// Hands on the parts of several items, by their labels, with the edges within each, some parts at a time.
pub(super) fn for_parts(labels: &Column<u32>, edges: &(impl Edges + ?Sized), f: impl FnMut(&mut [Part<'_>])) {
    Within::new(labels, edges, MOST).for_parts(labels, f);
}

/// The edges within parts, with the label of each.
pub(super) struct Within {
    /// The label of a part is its first item: stretches of labels are some whole parts.
    stretches: Vec<Pile<(u32, Edge)>>,
}

/// Into which of some equal stretches of `n` items one falls.
pub(super) fn stretch(item: u32, n: u32, stretches: usize) -> usize {
    (u64::from(item) * stretches as u64 / u64::from(n.max(1))) as usize
}

impl Within {
    /// In stretches of about so many edges.
    pub(super) fn new(labels: &Column<u32>, edges: &(impl Edges + ?Sized), most: usize) -> Self {
        let (n, count) = (labels.len(), edges.count().div_ceil(most).max(1));
        let mut stretches: Vec<_> = (0..count).map(|_| Pile::on(edges.shelf().cloned())).collect();
        edges.for_each(&mut |edge| {
            let label = labels.get(edge.a);
            if label == labels.get(edge.b) {
                stretches[stretch(label, n, count)].push((label, edge), FEW);
            }
        });
        Self { stretches }
    }

    /// Whether a stretch has more than so many edges: then a part has many.
    fn has_more_than(&self, most: usize) -> bool {
        self.stretches.iter().any(|pile| pile.len() > most)
    }

    /// Hands on the parts of several items, some at a time.
    pub(super) fn for_parts(self, labels: &Column<u32>, mut f: impl FnMut(&mut [Part<'_>])) {
        let (n, stretches) = (labels.len(), self.stretches.len());
        // After each item the one before it in its part, and after the first the last.
        let mut before = Column::of(labels.shelf().cloned(), 0..n);
        for item in 0..n {
            let label = labels.get(item);
            if item != label {
                before.set(item, before.get(label));
                before.set(label, item);
            }
        }
        let mut label = 0;
        for (number, pile) in self.stretches.into_iter().enumerate() {
            let mut held = Vec::with_capacity(pile.len());
            pile.for_each(|edge| held.push(edge));
            drop(pile);
            held.par_sort_unstable_by_key(|(label, edge)| (*label, edge.a, edge.b, edge.score.to_bits()));
            held.dedup_by(|(_, next), (_, edge)| {
                let same = (next.a, next.b) == (edge.a, edge.b);
                edge.score += if same { next.score } else { 0.0 };
                same
            });
            // The items of each part, and where they and its edges end.
            let (mut items, mut ends, mut end) = (Vec::new(), Vec::new(), 0);
            while label < n && stretch(label, n, stretches) == number {
                let last = before.get(label);
                if last > label && labels.get(label) == label {
                    let first = items.len();
                    let earlier = |item: &u32| Some(before.get(*item)).filter(|earlier| earlier < item);
                    items.extend(std::iter::successors(Some(last), earlier));
                    items[first..].reverse();
                    end += held[end..].partition_point(|edge| edge.0 <= label);
                    ends.push((items.len(), end));
                }
                label += 1;
            }
            let mut edges: Vec<Edge> = held.into_iter().map(|(_, edge)| edge).collect();
            let (mut parts, mut own, mut start) = (Vec::with_capacity(ends.len()), &mut edges[..], (0, 0));
            for end in ends {
                let (edges, rest) = std::mem::take(&mut own).split_at_mut(end.1 - start.1);
                own = rest;
                parts.push(Part { items: &items[start.0..end.0], edges });
                start = end;
            }
            f(&mut parts);
        }
    }
}

/// Connected items, and their edges, both sorted.
pub(super) struct Part<'p> {
    pub(super) items: &'p [u32],
    pub(super) edges: &'p mut [Edge],
}

/// Up to this many items all links lie in one square table.
const SQUARE: usize = 48;

impl Part<'_> {
    /// The place of an item among the items.
    fn place(&self, item: u32) -> u32 {
        self.items.partition_point(|other| *other < item) as u32
    }

    /// For each item the smallest of its group, by place; the edges are by place from then on.
    fn cluster<R: Refusals>(&mut self, bound: &[(u32, u32)], linkage: Linkage, refusals: &R) -> Vec<u32> {
        let mut first = 0;
        for at in 0..self.edges.len() {
            let Edge { a, b, .. } = self.edges[at];
            // Edges are in the order of their first items.
            first += self.items[first..].partition_point(|item| *item < a);
            let second = first + self.items[first..].partition_point(|item| *item < b);
            (self.edges[at].a, self.edges[at].b) = (first as u32, second as u32);
        }
        let is_refused = refusals.among(self.items);
        if self.items.len() <= SQUARE {
            return Square::new(self.items.len(), self.edges, linkage, (&is_refused, R::SCORE)).cluster(bound);
        }
        Groups::new(self.items.len(), self.edges, linkage, (&is_refused, R::SCORE)).cluster(bound)
    }
}

pub(super) fn find(parent: &mut [u32], mut i: u32) -> u32 {
    while parent[i as usize] != i {
        parent[i as usize] = parent[parent[i as usize] as usize];
        i = parent[i as usize];
    }
    i
}

/// The groups of a labelling, each sorted, in the order of their first item.
pub fn groups(labels: &[u32]) -> Vec<Vec<u32>> {
    of_one_label(&by_label(labels), labels).map(<[u32]>::to_vec).collect()
}

/// The items by their labels, those of one label in their order.
pub(super) fn by_label(labels: &[u32]) -> Vec<u32> {
    let mut items: Vec<u32> = (0..labels.len() as u32).collect();
    items.sort_by_key(|item| labels[*item as usize]);
    items
}

/// The groups of items that are sorted by their labels.
pub(super) fn of_one_label<'i>(items: &'i [u32], labels: &'i [u32]) -> impl Iterator<Item = &'i [u32]> {
    items.chunk_by(|a, b| labels[*a as usize] == labels[*b as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINKAGE: Linkage = Linkage { threshold: 0.0, unknown: -2.0 };

    fn check(n: u32, edges: &[(u32, u32, f32)], expect: &[&[u32]]) {
        let edges: Vec<Edge> = edges.iter().map(|(a, b, score)| Edge { a: *a, b: *b, score: *score }).collect();
        let got = groups(&cluster(n, &edges, &[], LINKAGE));
        assert_eq!(got, expect.iter().map(|g| g.to_vec()).collect::<Vec<_>>());
    }

    #[test]
    fn pairs_that_agree_are_grouped() {
        check(4, &[(0, 1, 3.0), (2, 3, 2.0)], &[&[0, 1], &[2, 3]]);
        check(3, &[(0, 1, -1.0)], &[&[0], &[1], &[2]]);
    }

    #[test]
    fn chains_do_not_glue_their_ends() {
        check(3, &[(0, 1, 3.0), (1, 2, 2.0), (0, 2, -5.0)], &[&[0, 1], &[2]]);
        check(5, &[(0, 1, 1.0), (1, 2, 0.9), (2, 3, 0.8), (3, 4, 0.7)], &[&[0, 1], &[2, 3], &[4]]);
    }

    #[test]
    fn one_weak_pair_does_not_break_a_group() {
        check(3, &[(0, 1, 4.0), (1, 2, 3.0), (0, 2, -1.0)], &[&[0, 1, 2]]);
    }

    /// Refuses every fifth pair.
    struct Fifth;

    impl Refusals for Fifth {
        const SCORE: f32 = -4.0;

        fn among<'r>(&'r self, items: &'r [u32]) -> impl Fn(u32, u32) -> bool + Sync + 'r {
            |a, b| {
                let (a, b) = (items[a as usize], items[b as usize]);
                (a.max(b) * 7 + a.min(b)).is_multiple_of(5)
            }
        }
    }

    #[test]
    fn many_items_are_grouped_as_few_are() {
        let mut seed = 7_u32;
        let mut random = |n: u32| {
            seed = super::super::text::mix(seed);
            seed % n
        };
        let mut told_apart = 0;
        for n in [5, 30, 90, 300] {
            let mut edges: Vec<Edge> = (0..n * 4)
                .map(|_| (random(n), random(n), random(9)))
                .filter(|(a, b, _)| a != b)
                .map(|(a, b, score)| Edge { a: a.min(b), b: a.max(b), score: score as f32 - 3.0 })
                .collect();
            edges.sort_by_key(|edge| (edge.a, edge.b));
            edges.dedup_by_key(|edge| (edge.a, edge.b));
            let (items, bound) = ((0..n).collect::<Vec<u32>>(), [(0, 3)]);
            let among = |refused: &(dyn Fn(u32, u32) -> bool + Sync), score: f32| {
                let few = Square::new(items.len(), &edges, LINKAGE, (&refused, score)).cluster(&bound);
                let many = Groups::new(items.len(), &mut edges.clone(), LINKAGE, (&refused, score)).cluster(&bound);
                assert_eq!(many, few, "{n}");
                few
            };
            let few = among(&Nothing.among(&items), Nothing::SCORE);
            let refused = among(&Fifth.among(&items), Fifth::SCORE);
            told_apart += u32::from(few != refused);
        }
        assert!(told_apart >= 2, "{told_apart}");
    }

    #[test]
    fn bound_pairs_merge_whatever_their_score() {
        let edges = [Edge { a: 0, b: 1, score: -9.0 }];
        assert_eq!(cluster(2, &edges, &[(0, 1)], LINKAGE), [0, 0]);
    }
}

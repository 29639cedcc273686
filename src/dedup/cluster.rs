//! Clustering: scored pairs → groups in which the pairs agree on average.
//!
//! Average linkage over log-odds: two groups merge when the mean score of the pairs across them is above
//! the threshold, the best first. A chain of look-alikes does not glue its ends together, because every
//! pair across the groups counts, the refused ones most.

use super::linkage::Groups;
use rayon::prelude::*;

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

    /// Whether two items are one.
    fn is_refused(&self, a: u32, b: u32) -> bool;
}

/// Nothing is refused.
struct Nothing;

impl Refusals for Nothing {
    const SCORE: f32 = 0.0;

    fn is_refused(&self, _: u32, _: u32) -> bool {
        false
    }
}

/// Scored pairs that are gone through several times, wherever they lie; two edges of one pair add up.
pub(super) trait Edges {
    /// Calls `f` with each edge.
    fn for_each(&self, f: &mut dyn FnMut(Edge));
}

impl Edges for [Edge] {
    fn for_each(&self, f: &mut dyn FnMut(Edge)) {
        self.iter().copied().for_each(f);
    }
}

/// Groups `n` items. Every edge counts; `bound` pairs are merged first, whatever their score. Returns for
/// each item the smallest item of its group.
pub fn cluster(n: u32, edges: &[Edge], bound: &[(u32, u32)], linkage: Linkage) -> Vec<u32> {
    cluster_with(n, edges, bound, linkage, &Nothing)
}

/// [`cluster`] with refused pairs, whose score is below the threshold, and not above that of unknown ones.
///
/// Two groups merge only over an edge above the threshold, so the items that such edges connect are grouped apart from
/// all others. Of the edges those within such a part are held, and no others.
pub(super) fn cluster_with<R: Refusals>(
    n: u32,
    edges: &(impl Edges + ?Sized),
    bound: &[(u32, u32)],
    linkage: Linkage,
    refusals: &R,
) -> Vec<u32> {
    let mut components = Components::new(n);
    edges.for_each(&mut |edge| {
        if edge.score > linkage.threshold {
            components.join(edge.a, edge.b);
        }
    });
    for (a, b) in bound {
        components.join(*a, *b);
    }
    let mut labels = components.labels();
    let mut count = 0;
    edges.for_each(&mut |edge| count += usize::from(labels[edge.a as usize] == labels[edge.b as usize]));
    let mut within = Vec::with_capacity(count);
    edges.for_each(&mut |edge| {
        if labels[edge.a as usize] == labels[edge.b as usize] {
            within.push(edge);
        }
    });
    within.par_sort_unstable_by_key(|edge| (labels[edge.a as usize], edge.a, edge.b, edge.score.to_bits()));
    within.dedup_by(|next, edge| {
        let same = (next.a, next.b) == (edge.a, edge.b);
        edge.score += if same { next.score } else { 0.0 };
        same
    });

    // The items of each part, one part after the other, and the place of each item in its part.
    let mut sizes = vec![0_u32; n as usize];
    for label in &labels {
        sizes[*label as usize] += 1;
    }
    let mut items: Vec<u32> = (0..n).filter(|item| sizes[labels[*item as usize] as usize] > 1).collect();
    drop(sizes);
    items.sort_by_key(|item| labels[*item as usize]);
    let mut place = vec![0_u32; n as usize];
    let mut parts = Vec::new();
    let (mut edges, mut bound) = (&mut within[..], bound.to_vec());
    bound.sort_by_key(|pair| labels[pair.0 as usize]);
    let mut bound = &mut bound[..];
    for items in items.chunk_by(|a, b| labels[*a as usize] == labels[*b as usize]) {
        let label = labels[items[0] as usize];
        (0..).zip(items).for_each(|(at, item)| place[*item as usize] = at);
        let end = edges.partition_point(|edge| labels[edge.a as usize] <= label);
        let (own, rest) = std::mem::take(&mut edges).split_at_mut(end);
        edges = rest;
        let end = bound.partition_point(|pair| labels[pair.0 as usize] <= label);
        let (own_bound, rest) = std::mem::take(&mut bound).split_at_mut(end);
        bound = rest;
        for edge in own.iter_mut() {
            (edge.a, edge.b) = (place[edge.a as usize], place[edge.b as usize]);
        }
        for (a, b) in own_bound.iter_mut() {
            (*a, *b) = (place[*a as usize], place[*b as usize]);
        }
        parts.push(Part { items, edges: own, bound: own_bound });
    }
    drop(place);
    let groups = parts.into_par_iter().map(|part| (part.items, part.cluster(linkage, refusals)));
    for (items, groups) in groups.collect::<Vec<_>>() {
        for (item, group) in items.iter().zip(groups) {
            labels[*item as usize] = items[group as usize];
        }
    }
    labels
}

/// Connected items, and their edges, sorted, and bound pairs by place among them.
struct Part<'p> {
    items: &'p [u32],
    edges: &'p mut [Edge],
    bound: &'p [(u32, u32)],
}

/// Up to this many items all links lie in one square table.
const SQUARE: usize = 48;

impl Part<'_> {
    /// For each item the smallest of its group, by place.
    fn cluster<R: Refusals>(self, linkage: Linkage, refusals: &R) -> Vec<u32> {
        if self.items.len() <= SQUARE {
            return Square::new(self.items, self.edges, linkage, refusals).cluster(self.bound);
        }
        Groups::new(self.items, self.edges, linkage, refusals).cluster(self.bound)
    }
}

/// A few items with a link for each pair.
struct Square {
    n: usize,
    links: Vec<Link>,
    label: Vec<u32>,
    size: Vec<u32>,
    /// For each group the later one with which its pairs agree best, the first among equals, above the threshold.
    best: Vec<Option<(f64, usize)>>,
    linkage: Linkage,
}

impl Square {
    fn new<R: Refusals>(items: &[u32], edges: &[Edge], linkage: Linkage, refusals: &R) -> Self {
        let n = items.len();
        let mut links = vec![Link::default(); n * n];
        for edge in edges {
            for (from, to) in [(edge.a, edge.b), (edge.b, edge.a)] {
                links[from as usize * n + to as usize].add(Link::of(edge));
            }
        }
        for (a, item) in items.iter().enumerate() {
            for (b, other) in items.iter().enumerate().skip(a + 1) {
                if links[a * n + b].known == 0 && refusals.is_refused(*item, *other) {
                    links[a * n + b] = Link::default().with(1, R::SCORE);
                    links[b * n + a] = links[a * n + b];
                }
            }
        }
        let mut square =
            Self { n, links, label: (0..n as u32).collect(), size: vec![1; n], best: vec![None; n], linkage };
        for item in 0..n {
            square.best[item] = square.best_of(item);
        }
        square
    }

    fn cluster(mut self, bound: &[(u32, u32)]) -> Vec<u32> {
        for (a, b) in bound {
            let (a, b) = (self.label[*a as usize], self.label[*b as usize]);
            if a != b {
                self.merge(a.min(b) as usize, a.max(b) as usize);
            }
        }
        loop {
            let mut next: Option<(f64, usize, usize)> = None;
            for (a, best) in self.best.iter().enumerate() {
                if let Some((score, b)) = best
                    && next.is_none_or(|n| *score > n.0)
                {
                    next = Some((*score, a, *b));
                }
            }
            let Some((_, a, b)) = next else { return self.label };
            self.merge(a, b);
        }
    }

    fn is_live(&self, item: usize) -> bool {
        self.label[item] == item as u32
    }

    /// The mean score of two groups, where it is known and above the threshold.
    fn score(&self, a: usize, b: usize) -> Option<f64> {
        let link = self.links[a * self.n + b];
        let score = link.mean((self.size[a], self.size[b]), self.linkage);
        (link.known > 0 && score > f64::from(self.linkage.threshold)).then_some(score)
    }

    fn best_of(&self, a: usize) -> Option<(f64, usize)> {
        let mut best: Option<(f64, usize)> = None;
        for b in (a + 1..self.n).filter(|b| self.is_live(*b)) {
            if let Some(score) = self.score(a, b)
                && best.is_none_or(|best| score > best.0)
            {
                best = Some((score, b));
            }
        }
        best
    }

    /// Merges group `b` into group `a < b`.
    fn merge(&mut self, a: usize, b: usize) {
        self.size[a] += self.size[b];
        for other in 0..self.n {
            let moved = self.links[b * self.n + other];
            for at in [a * self.n + other, other * self.n + a] {
                self.links[at].add(moved);
            }
        }
        for label in self.label.iter_mut().filter(|l| **l == b as u32) {
            *label = a as u32;
        }
        self.best[b] = None;
        for item in (0..b).filter(|i| self.is_live(*i)).collect::<Vec<_>>() {
            let best = self.best[item];
            if item == a || best.is_some_and(|best| best.1 == a || best.1 == b) {
                self.best[item] = self.best_of(item);
            } else if item < a
                && let Some(score) = self.score(item, a)
                && best.is_none_or(|best| score > best.0 || score >= best.0 && a < best.1)
            {
                self.best[item] = Some((score, a));
            }
        }
    }
}

pub(super) fn find(parent: &mut [u32], mut i: u32) -> u32 {
    while parent[i as usize] != i {
        parent[i as usize] = parent[parent[i as usize] as usize];
        i = parent[i as usize];
    }
    i
}

/// Connected components by union-find.
pub(super) struct Components {
    parent: Vec<u32>,
}

impl Components {
    pub(super) fn new(n: u32) -> Self {
        Self { parent: (0..n).collect() }
    }

    pub(super) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (find(&mut self.parent, a), find(&mut self.parent, b));
        self.parent[a.max(b) as usize] = a.min(b);
    }

    /// For each item the smallest of its component.
    pub(super) fn labels(mut self) -> Vec<u32> {
        for item in 0..self.parent.len() {
            // What is smaller is a root, or points to one.
            self.parent[item] = self.parent[self.parent[item] as usize];
        }
        self.parent
    }
}

/// [`Components`] of some pairs.
pub(super) fn components(n: u32, pairs: impl Iterator<Item = (u32, u32)>) -> Vec<u32> {
    let mut components = Components::new(n);
    pairs.for_each(|(a, b)| components.join(a, b));
    components.labels()
}

/// The groups of a labelling, each sorted, in the order of their first item.
pub fn groups(labels: &[u32]) -> Vec<Vec<u32>> {
    let mut items: Vec<u32> = (0..labels.len() as u32).collect();
    items.sort_by_key(|item| labels[*item as usize]);
    items.chunk_by(|a, b| labels[*a as usize] == labels[*b as usize]).map(<[u32]>::to_vec).collect()
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

        fn is_refused(&self, a: u32, b: u32) -> bool {
            (a.max(b) * 7 + a.min(b)).is_multiple_of(5)
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
            let few = Square::new(&items, &edges, LINKAGE, &Nothing).cluster(&bound);
            assert_eq!(Groups::new(&items, &mut edges.clone(), LINKAGE, &Nothing).cluster(&bound), few, "{n}");
            let refused = Square::new(&items, &edges, LINKAGE, &Fifth).cluster(&bound);
            assert_eq!(Groups::new(&items, &mut edges.clone(), LINKAGE, &Fifth).cluster(&bound), refused, "{n}");
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

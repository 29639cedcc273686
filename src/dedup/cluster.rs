//! Clustering: scored pairs → groups in which the pairs agree on average.
//!
//! Average linkage over log-odds: two groups merge when the mean score of the pairs across them is above
//! the threshold, the best first. A chain of look-alikes does not glue its ends together, because every
//! pair across the groups counts, the refused ones most.

use super::linkage::Groups;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

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

/// Groups `n` items. Every edge counts; `bound` pairs are merged first, whatever their score. Returns for
/// each item the smallest item of its group.
pub fn cluster(n: u32, edges: &[Edge], bound: &[(u32, u32)], linkage: Linkage) -> Vec<u32> {
    cluster_with(n, edges, bound, linkage, &Nothing)
}

/// [`cluster`] with refused pairs, whose score is below the threshold, and not above that of unknown ones.
///
/// Two groups merge only over an edge above the threshold, so the items that such edges connect are grouped apart from
/// all others.
pub(super) fn cluster_with<R: Refusals>(
    n: u32,
    edges: &[Edge],
    bound: &[(u32, u32)],
    linkage: Linkage,
    refusals: &R,
) -> Vec<u32> {
    let speaks_for = edges.iter().filter(|e| e.score > linkage.threshold).map(|e| (e.a, e.b));
    let mut labels = components(n, speaks_for.chain(bound.iter().copied()));
    let mut place = vec![0_u32; n as usize];
    let mut parts: FxHashMap<u32, Part> = FxHashMap::default();
    for (a, b) in edges.iter().map(|e| (e.a, e.b)).chain(bound.iter().copied()) {
        if labels[a as usize] == labels[b as usize] {
            parts.entry(labels[a as usize]).or_default();
        }
    }
    for item in 0..n {
        if let Some(part) = parts.get_mut(&labels[item as usize]) {
            place[item as usize] = part.items.len() as u32;
            part.items.push(item);
        }
    }
    let local = |(a, b): (u32, u32)| (place[a as usize], place[b as usize]);
    for edge in edges.iter().filter(|e| labels[e.a as usize] == labels[e.b as usize]) {
        let (a, b) = local((edge.a, edge.b));
        if let Some(part) = parts.get_mut(&labels[edge.a as usize]) {
            part.edges.push(Edge { a, b, score: edge.score });
        }
    }
    for pair in bound {
        if let Some(part) = parts.get_mut(&labels[pair.0 as usize]) {
            part.bound.push(local(*pair));
        }
    }
    let cluster = |part: Part| (part.cluster(linkage, refusals), part.items);
    let parts: Vec<Part> = parts.into_values().collect();
    for (groups, items) in parts.into_par_iter().map(cluster).collect::<Vec<_>>() {
        for (item, group) in items.iter().zip(groups) {
            labels[*item as usize] = items[group as usize];
        }
    }
    labels
}

/// Connected items, and their edges and bound pairs by place among them.
#[derive(Debug, Default)]
struct Part {
    items: Vec<u32>,
    edges: Vec<Edge>,
    bound: Vec<(u32, u32)>,
}

/// Up to this many items all links lie in one square table.
const SQUARE: usize = 48;

impl Part {
    /// For each item the smallest of its group, by place.
    fn cluster<R: Refusals>(&self, linkage: Linkage, refusals: &R) -> Vec<u32> {
        if self.items.len() <= SQUARE {
            return Square::new(&self.items, &self.edges, linkage, refusals).cluster(&self.bound);
        }
        Groups::new(&self.items, &self.edges, linkage, refusals).cluster(&self.bound)
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

/// Connected components by union-find: for each item the smallest of its component.
pub(super) fn components(n: u32, pairs: impl Iterator<Item = (u32, u32)>) -> Vec<u32> {
    let mut parent: Vec<u32> = (0..n).collect();
    for (a, b) in pairs {
        let (a, b) = (find(&mut parent, a), find(&mut parent, b));
        parent[a.max(b) as usize] = a.min(b);
    }
    (0..n).map(|i| find(&mut parent, i)).collect()
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
            let edges: Vec<Edge> = (0..n * 4)
                .map(|_| (random(n), random(n), random(9)))
                .filter(|(a, b, _)| a != b)
                .map(|(a, b, score)| Edge { a: a.min(b), b: a.max(b), score: score as f32 - 3.0 })
                .collect();
            let (items, bound) = ((0..n).collect::<Vec<u32>>(), [(0, 3)]);
            let few = Square::new(&items, &edges, LINKAGE, &Nothing).cluster(&bound);
            assert_eq!(Groups::new(&items, &edges, LINKAGE, &Nothing).cluster(&bound), few, "{n}");
            let refused = Square::new(&items, &edges, LINKAGE, &Fifth).cluster(&bound);
            assert_eq!(Groups::new(&items, &edges, LINKAGE, &Fifth).cluster(&bound), refused, "{n}");
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

//! Clustering: scored pairs → groups in which the pairs agree on average.
//!
//! Average linkage over log-odds: two groups merge when the mean score of the pairs across them is above
//! the threshold, the best first. A chain of look-alikes does not glue its ends together, because every
//! pair across the groups counts, the refused ones most.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

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
#[derive(Debug, Clone, Copy, Default)]
struct Link {
    sum: i64,
    known: u32,
}

/// A group's link to another one. Flat, since a group of thousands has millions of them: 16 bytes instead of 24.
#[derive(Debug, Clone, Copy)]
struct Tie {
    to: u32,
    known: u32,
    sum: i64,
}

impl Tie {
    fn new(to: u32, Link { sum, known }: Link) -> Self {
        Self { to, known, sum }
    }

    fn link(self) -> Link {
        Link { sum: self.sum, known: self.known }
    }
}

/// What a score is multiplied by before it is rounded.
const FINE: f64 = (1_u64 << 30) as f64;

impl Link {
    fn of(edge: &Edge) -> Self {
        Self { sum: (f64::from(edge.score) * FINE).round() as i64, known: 1 }
    }

    fn add(&mut self, other: Self) {
        self.sum += other.sum;
        self.known += other.known;
    }

    /// The mean score of all pairs of two groups of these sizes.
    fn mean(self, (a, b): (u32, u32), linkage: Linkage) -> f64 {
        let pairs = f64::from(a) * f64::from(b);
        let unknown = (pairs - f64::from(self.known)).max(0.0) * f64::from(linkage.unknown);
        (self.sum as f64 / FINE + unknown) / pairs
    }
}

#[derive(Debug, PartialEq)]
struct Candidate {
    score: f64,
    a: u32,
    b: u32,
    stamp: (u32, u32),
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        // The smaller pair first among equals, so that the result never depends on insertion order.
        self.score.total_cmp(&other.score).then_with(|| (other.a, other.b).cmp(&(self.a, self.b)))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
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

/// Groups `n` items. Every edge counts; `bound` pairs are merged first, whatever their score. Returns for
/// each item the smallest item of its group.
pub fn cluster(n: u32, edges: &[Edge], bound: &[(u32, u32)], linkage: Linkage) -> Vec<u32> {
    cluster_with(n, edges, bound, linkage, |_, _| Vec::new())
}

/// [`cluster`] with further edges, none of them above the threshold, which are found when they are wanted.
///
/// Two groups merge only over an edge above the threshold, so the items that such edges connect are grouped apart from
/// all others: `further` is given some items that belong together, and the edges among them by place.
pub(super) fn cluster_with(
    n: u32,
    edges: &[Edge],
    bound: &[(u32, u32)],
    linkage: Linkage,
    further: impl Fn(&[u32], &mut [Edge]) -> Vec<Edge> + Sync,
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
    let cluster = |mut part: Part| {
        let mut edges = further(&part.items, &mut part.edges);
        // The further ones are many more than those that are known: they stay where they lie.
        edges.append(&mut part.edges);
        let items = std::mem::take(&mut part.items);
        (Part { edges, ..part }.cluster(items.len(), linkage), items)
    };
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

/// Up to this many items all links lie in one square table: of 16 bytes a pair.
const SQUARE: usize = 1024;

impl Part {
    /// For each item the smallest of its group, by place.
    fn cluster(self, n: usize, linkage: Linkage) -> Vec<u32> {
        if n <= SQUARE {
            return Square::new(n, &self.edges, linkage).cluster(&self.bound);
        }
        let n = n as u32;
        let mut groups = Groups::new(n, self.edges, linkage);
        for (a, b) in &self.bound {
            let (a, b) = (groups.find(*a), groups.find(*b));
            if a != b {
                groups.merge(a.min(b), a.max(b));
            }
        }
        groups.run();
        (0..n).map(|i| groups.find(i)).collect()
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
    fn new(n: usize, edges: &[Edge], linkage: Linkage) -> Self {
        let mut links = vec![Link::default(); n * n];
        for edge in edges {
            for (from, to) in [(edge.a, edge.b), (edge.b, edge.a)] {
                links[from as usize * n + to as usize].add(Link::of(edge));
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

fn find(parent: &mut [u32], mut i: u32) -> u32 {
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

/// Many items with the links that are known.
struct Groups {
    parent: Vec<u32>,
    size: Vec<u32>,
    stamp: Vec<u32>,
    /// The links of each group. They are to items that may have merged meanwhile: several may be to one group.
    links: Vec<Vec<Tie>>,
    heap: BinaryHeap<Candidate>,
    linkage: Linkage,
    /// For adding up the links of a group: one for each other group, and those of them that are in use.
    sums: Vec<Link>,
    others: Vec<u32>,
}

impl Groups {
    fn new(n: u32, edges: Vec<Edge>, linkage: Linkage) -> Self {
        let mut degrees = vec![0; n as usize];
        for edge in &edges {
            degrees[edge.a as usize] += 1;
            degrees[edge.b as usize] += 1;
        }
        let mut links: Vec<Vec<Tie>> = degrees.into_iter().map(Vec::with_capacity).collect();
        for edge in &edges {
            for (from, to) in [(edge.a, edge.b), (edge.b, edge.a)] {
                links[from as usize].push(Tie::new(to, Link::of(edge)));
            }
        }
        drop(edges);
        let mut groups = Self {
            parent: (0..n).collect(),
            size: vec![1; n as usize],
            stamp: vec![0; n as usize],
            links,
            heap: BinaryHeap::new(),
            linkage,
            sums: vec![Link::default(); n as usize],
            others: Vec::new(),
        };
        for item in 0..n {
            let links = std::mem::take(&mut groups.links[item as usize]);
            groups.add(item, &links);
            groups.settle(item, |other| item < other);
        }
        groups
    }

    fn find(&mut self, item: u32) -> u32 {
        find(&mut self.parent, item)
    }

    /// Adds links to those of a group.
    fn add(&mut self, group: u32, links: &[Tie]) {
        for tie in links {
            let other = find(&mut self.parent, tie.to);
            if other == group {
                continue;
            }
            let sum = &mut self.sums[other as usize];
            if sum.known == 0 {
                self.others.push(other);
            }
            sum.add(tie.link());
        }
    }

    /// Makes what was added up the links of a group, and offers those that are wanted.
    fn settle(&mut self, group: u32, is_wanted: impl Fn(u32) -> bool) {
        let mut links = Vec::with_capacity(self.others.len());
        for other in self.others.drain(..) {
            let link = std::mem::take(&mut self.sums[other as usize]);
            links.push(Tie::new(other, link));
            let score = link.mean((self.size[group as usize], self.size[other as usize]), self.linkage);
            if score > f64::from(self.linkage.threshold) && is_wanted(other) {
                let (a, b) = (group.min(other), group.max(other));
                self.heap.push(Candidate { score, a, b, stamp: (self.stamp[a as usize], self.stamp[b as usize]) });
            }
        }
        self.links[group as usize] = links;
    }

    fn run(&mut self) {
        while let Some(next) = self.heap.pop() {
            let live = |g: u32| self.parent[g as usize] == g;
            if live(next.a) && live(next.b) && next.stamp == (self.stamp[next.a as usize], self.stamp[next.b as usize])
            {
                self.merge(next.a, next.b);
            }
        }
    }

    /// Merges group `b` into group `a < b`.
    fn merge(&mut self, a: u32, b: u32) {
        self.parent[b as usize] = a;
        self.size[a as usize] += self.size[b as usize];
        self.stamp[a as usize] += 1;
        for group in [a, b] {
            let links = std::mem::take(&mut self.links[group as usize]);
            self.add(a, &links);
        }
        self.settle(a, |_| true);
    }
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

    #[test]
    fn many_items_are_grouped_as_few_are() {
        let mut seed = 7_u32;
        let mut random = |n: u32| {
            seed = super::super::text::mix(seed);
            seed % n
        };
        for n in [5, 30, 90, 300] {
            let edges: Vec<Edge> = (0..n * 4)
                .map(|_| (random(n), random(n), random(9)))
                .filter(|(a, b, _)| a != b)
                .map(|(a, b, score)| Edge { a: a.min(b), b: a.max(b), score: score as f32 - 3.0 })
                .collect();
            let bound = [(0, 3)];
            let mut heap = Groups::new(n, edges.clone(), LINKAGE);
            heap.merge(0, 3);
            heap.run();
            let expect: Vec<u32> = (0..n).map(|i| heap.find(i)).collect();
            assert_eq!(cluster(n, &edges, &bound, LINKAGE), expect, "{n}");
        }
    }

    #[test]
    fn bound_pairs_merge_whatever_their_score() {
        let edges = [Edge { a: 0, b: 1, score: -9.0 }];
        assert_eq!(cluster(2, &edges, &[(0, 1)], LINKAGE), [0, 0]);
    }
}

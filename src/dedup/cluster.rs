//! Clustering: scored pairs → groups in which the pairs agree on average.
//!
//! Average linkage over log-odds: two groups merge when the mean score of the pairs across them is above
//! the threshold, the best first. A chain of look-alikes does not glue its ends together, because every
//! pair across the groups counts, the refused ones most.

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

/// Sum and number of the scores across two groups.
#[derive(Debug, Clone, Copy, Default)]
struct Link {
    sum: f64,
    known: u32,
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
    let mut groups = Groups::new(n, edges, linkage);
    for (a, b) in bound {
        let (a, b) = (groups.find(*a), groups.find(*b));
        if a != b {
            groups.merge(a.min(b), a.max(b));
        }
    }
    groups.run();
    (0..n).map(|i| groups.find(i)).collect()
}

struct Groups {
    parent: Vec<u32>,
    size: Vec<u32>,
    stamp: Vec<u32>,
    links: Vec<FxHashMap<u32, Link>>,
    heap: BinaryHeap<Candidate>,
    linkage: Linkage,
}

impl Groups {
    fn new(n: u32, edges: &[Edge], linkage: Linkage) -> Self {
        let mut links: Vec<FxHashMap<u32, Link>> = vec![FxHashMap::default(); n as usize];
        for edge in edges {
            for (from, to) in [(edge.a, edge.b), (edge.b, edge.a)] {
                let link = links[from as usize].entry(to).or_default();
                link.sum += f64::from(edge.score);
                link.known += 1;
            }
        }
        let mut groups = Self {
            parent: (0..n).collect(),
            size: vec![1; n as usize],
            stamp: vec![0; n as usize],
            links,
            heap: BinaryHeap::new(),
            linkage,
        };
        for edge in edges {
            groups.offer(edge.a.min(edge.b), edge.a.max(edge.b));
        }
        groups
    }

    fn find(&mut self, mut item: u32) -> u32 {
        while self.parent[item as usize] != item {
            let up = self.parent[self.parent[item as usize] as usize];
            self.parent[item as usize] = up;
            item = up;
        }
        item
    }

    fn mean(&self, a: u32, b: u32) -> Option<f64> {
        let link = self.links[a as usize].get(&b)?;
        let pairs = f64::from(self.size[a as usize]) * f64::from(self.size[b as usize]);
        let unknown = (pairs - f64::from(link.known)).max(0.0) * f64::from(self.linkage.unknown);
        Some((link.sum + unknown) / pairs)
    }

    fn offer(&mut self, a: u32, b: u32) {
        if let Some(score) = self.mean(a, b)
            && score > f64::from(self.linkage.threshold)
        {
            self.heap.push(Candidate { score, a, b, stamp: (self.stamp[a as usize], self.stamp[b as usize]) });
        }
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
        let moved = std::mem::take(&mut self.links[b as usize]);
        let mut mine = std::mem::take(&mut self.links[a as usize]);
        mine.remove(&b);
        for (other, link) in moved {
            if other != a {
                self.links[other as usize].remove(&b);
                let sum = mine.entry(other).or_default();
                sum.sum += link.sum;
                sum.known += link.known;
            }
        }
        let mut neighbours: Vec<u32> = mine.keys().copied().collect();
        neighbours.sort_unstable();
        for other in &neighbours {
            self.links[*other as usize].insert(a, mine[other]);
        }
        self.links[a as usize] = mine;
        for other in neighbours {
            self.offer(a.min(other), a.max(other));
        }
    }
}

/// The groups of a labelling, each sorted, in the order of their first item.
pub fn groups(labels: &[u32]) -> Vec<Vec<u32>> {
    let mut by_label: std::collections::BTreeMap<u32, Vec<u32>> = std::collections::BTreeMap::new();
    for (item, label) in (0_u32..).zip(labels) {
        by_label.entry(*label).or_default().push(item);
    }
    by_label.into_values().collect()
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
    fn bound_pairs_merge_whatever_their_score() {
        let edges = [Edge { a: 0, b: 1, score: -9.0 }];
        assert_eq!(cluster(2, &edges, &[(0, 1)], LINKAGE), [0, 0]);
    }
}

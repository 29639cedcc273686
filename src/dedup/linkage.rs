//! Average linkage of many items: the links that are known, and the pairs that are refused, which are counted only
//! where two groups may merge.

use super::cluster::{Edge, Link, Linkage, Refusals, find};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A group's link to another one.
#[derive(Debug, Clone, Copy)]
struct Tie {
    to: u32,
    link: Link,
}

/// Two groups that may merge.
#[derive(Debug, PartialEq)]
struct Candidate {
    /// The mean score of their pairs; before the refused ones are counted, the highest that it can be.
    score: f64,
    a: u32,
    b: u32,
    stamp: (u32, u32),
    /// The link, before the refused ones are counted.
    open: Option<Link>,
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

/// Many items with the links that are known.
pub(super) struct Groups<'g, R> {
    refusals: &'g R,
    parent: Vec<u32>,
    /// The items of each group.
    members: Vec<Vec<u32>>,
    stamp: Vec<u32>,
    /// The links of each group. They are to items that may have merged meanwhile: several may be to one group.
    links: Vec<Vec<Tie>>,
    heap: BinaryHeap<Candidate>,
    linkage: Linkage,
    /// For adding up the links of a group: one for each other group, and those of them that are in use.
    sums: Vec<Link>,
    others: Vec<u32>,
}

impl<'g, R: Refusals> Groups<'g, R> {
    /// Edges are by place among the items.
    pub(super) fn new(items: &[u32], edges: &[Edge], linkage: Linkage, refusals: &'g R) -> Self {
        let n = items.len();
        let mut degrees = vec![0; n];
        for edge in edges {
            degrees[edge.a as usize] += 1;
            degrees[edge.b as usize] += 1;
        }
        let mut links: Vec<Vec<Tie>> = degrees.into_iter().map(Vec::with_capacity).collect();
        let mut sorted: Vec<&Edge> = edges.iter().collect();
        sorted.sort_unstable_by_key(|edge| (edge.a, edge.b));
        for pair in sorted.chunk_by(|a, b| (a.a, a.b) == (b.a, b.b)) {
            let (a, b) = (pair[0].a, pair[0].b);
            let mut link = Link::default();
            for edge in pair {
                link.add(Link::of(edge));
            }
            link.told = u32::from(refusals.is_refused(items[a as usize], items[b as usize]));
            for (from, to) in [(a, b), (b, a)] {
                links[from as usize].push(Tie { to, link });
            }
        }
        let mut groups = Self {
            refusals,
            parent: (0..n as u32).collect(),
            members: items.iter().map(|item| vec![*item]).collect(),
            stamp: vec![0; n],
            links,
            heap: BinaryHeap::new(),
            linkage,
            sums: vec![Link::default(); n],
            others: Vec::new(),
        };
        for item in 0..n as u32 {
            let links = std::mem::take(&mut groups.links[item as usize]);
            groups.add(item, &links);
            groups.settle(item, |other| item < other);
        }
        groups
    }

    /// For each item the smallest of its group, by place; `bound` pairs are merged first.
    pub(super) fn cluster(mut self, bound: &[(u32, u32)]) -> Vec<u32> {
        for (a, b) in bound {
            let (a, b) = (self.find(*a), self.find(*b));
            if a != b {
                self.merge(a.min(b), a.max(b));
            }
        }
        while let Some(next) = self.heap.pop() {
            let live = |g: u32| self.parent[g as usize] == g;
            let is_old = next.stamp != (self.stamp[next.a as usize], self.stamp[next.b as usize]);
            if !live(next.a) || !live(next.b) || is_old {
                continue;
            }
            match next.open {
                None => self.merge(next.a, next.b),
                Some(link) => {
                    let score = self.score(next.a, next.b, link.with(self.refused(next.a, next.b, link), R::SCORE));
                    if score > f64::from(self.linkage.threshold) {
                        self.heap.push(Candidate { score, open: None, ..next });
                    }
                }
            }
        }
        (0..self.parent.len() as u32).map(|item| self.find(item)).collect()
    }

    fn find(&mut self, item: u32) -> u32 {
        find(&mut self.parent, item)
    }

    fn score(&self, a: u32, b: u32, link: Link) -> f64 {
        let size = |group: u32| self.members[group as usize].len() as u32;
        link.mean((size(a), size(b)), self.linkage)
    }

    /// How many pairs of two groups are refused, those left out of which an edge says otherwise.
    fn refused(&self, a: u32, b: u32, link: Link) -> u32 {
        let (left, right) = (&self.members[a as usize], &self.members[b as usize]);
        let pairs = left.iter().flat_map(|item| right.iter().map(move |other| (*item, *other)));
        pairs.filter(|(item, other)| self.refusals.is_refused(*item, *other)).count() as u32 - link.told
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
            sum.add(tie.link);
        }
    }

    /// Makes what was added up the links of a group, and offers those that are wanted.
    fn settle(&mut self, group: u32, is_wanted: impl Fn(u32) -> bool) {
        let mut links = Vec::with_capacity(self.others.len());
        for other in std::mem::take(&mut self.others) {
            let link = std::mem::take(&mut self.sums[other as usize]);
            links.push(Tie { to: other, link });
            let score = self.score(group, other, link);
            if score > f64::from(self.linkage.threshold) && is_wanted(other) {
                let (a, b) = (group.min(other), group.max(other));
                let stamp = (self.stamp[a as usize], self.stamp[b as usize]);
                self.heap.push(Candidate { score, a, b, stamp, open: Some(link) });
            }
        }
        self.links[group as usize] = links;
    }

    /// Merges group `b` into group `a < b`.
    fn merge(&mut self, a: u32, b: u32) {
        self.parent[b as usize] = a;
        let mut members = std::mem::take(&mut self.members[b as usize]);
        self.members[a as usize].append(&mut members);
        self.stamp[a as usize] += 1;
        for group in [a, b] {
            let links = std::mem::take(&mut self.links[group as usize]);
            self.add(a, &links);
        }
        self.settle(a, |_| true);
    }
}

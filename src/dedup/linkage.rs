//! Average linkage of many items: the links that are known, and the pairs that are refused, which are counted only
//! where two groups may merge.
//!
//! With a million mentions in one part the edges are nearly all that is held of them: an item's links are its edges
//! until it is merged, and of its candidates only the next one waits in the heap.

use super::cluster::{Edge, Link, Linkage, find};
use std::cmp::{Ordering, Reverse};
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
    /// Whether the refused ones are still to be counted.
    is_open: bool,
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

/// The edges of items that are not merged, by item.
struct Base<'g> {
    /// By the first item, the highest score first, then by the second one.
    edges: &'g [Edge],
    /// Where the edges of each first item begin, and after the last.
    starts: Vec<u32>,
    /// The edges of each second item, by their places, and where each one's begin.
    back: Vec<u32>,
    back_starts: Vec<u32>,
    /// The edge of each first item that waits in the heap.
    next: Vec<u32>,
}

fn starts(n: usize, ends: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0; n + 1];
    ends.for_each(|item| starts[item as usize + 1] += 1);
    for item in 0..n {
        starts[item + 1] += starts[item];
    }
    starts
}

impl<'g> Base<'g> {
    fn new(n: usize, edges: &'g mut [Edge]) -> Self {
        edges.sort_unstable_by_key(|edge| (edge.a, Reverse(Link::of(edge).sum), edge.b));
        let edges = &*edges;
        let first = starts(n, edges.iter().map(|edge| edge.a));
        let back_starts = starts(n, edges.iter().map(|edge| edge.b));
        let (mut back, mut at) = (vec![0; edges.len()], back_starts.clone());
        for (place, edge) in (0..).zip(edges) {
            let at = &mut at[edge.b as usize];
            back[*at as usize] = place;
            *at += 1;
        }
        Self { edges, next: first[..n].to_vec(), starts: first, back, back_starts }
    }

    /// The edges of an item, each with the other item.
    fn of(&self, item: u32) -> impl Iterator<Item = (u32, &'g Edge)> {
        let item = item as usize;
        let forth = &self.edges[self.starts[item] as usize..self.starts[item + 1] as usize];
        let back = &self.back[self.back_starts[item] as usize..self.back_starts[item + 1] as usize];
        let edges = self.edges;
        let back = back.iter().map(move |place| &edges[*place as usize]).map(|edge| (edge.a, edge));
        forth.iter().map(|edge| (edge.b, edge)).chain(back)
    }

    /// The next edge of a first item.
    fn pop(&mut self, item: u32) -> Option<&'g Edge> {
        let next = &mut self.next[item as usize];
        let edge = (*next < self.starts[item as usize + 1]).then(|| &self.edges[*next as usize])?;
        *next += 1;
        Some(edge)
    }
}

/// Many items with the links that are known.
pub(super) struct Groups<'g, F> {
    /// Whether two items are refused, and the score of two that are.
    refused: (&'g F, f32),
    base: Base<'g>,
    parent: Vec<u32>,
    /// After each item the next one of its group, and after the last the first.
    ring: Vec<u32>,
    size: Vec<u32>,
    /// How often each group was merged.
    stamp: Vec<u32>,
    /// The links of each group that was merged. They are to items that may have merged meanwhile: several may be to
    /// one group.
    links: Vec<Box<[Tie]>>,
    heap: BinaryHeap<Candidate>,
    /// How long the heap may get before what is out of date is taken out.
    most: usize,
    linkage: Linkage,
    /// For adding up the links of a group: one for each other group, and those of them that are in use.
    sums: Vec<Link>,
    others: Vec<u32>,
}

/// The heap is not looked through before it has this many candidates.
const FEW: usize = 1 << 16;

impl<'g, F: Fn(u32, u32) -> bool> Groups<'g, F> {
    /// Edges are by place among the items, one for each pair.
    pub(super) fn new(n: usize, edges: &'g mut [Edge], linkage: Linkage, refused: (&'g F, f32)) -> Self {
        let mut groups = Self {
            refused,
            base: Base::new(n, edges),
            parent: (0..n as u32).collect(),
            ring: (0..n as u32).collect(),
            size: vec![1; n],
            stamp: vec![0; n],
            links: vec![Box::default(); n],
            heap: BinaryHeap::with_capacity(n),
            most: FEW.max(4 * n),
            linkage,
            sums: vec![Link::default(); n],
            others: Vec::new(),
        };
        (0..n as u32).for_each(|item| groups.offer_next(item));
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
            // A candidate of the base is followed by the next one of its item, whether it still counts or not.
            if self.waits(&next) {
                self.offer_next(next.a);
            }
            if !self.counts(&next) {
                continue;
            }
            if next.is_open {
                let link = self.link(next.a, next.b);
                let score = self.score(next.a, next.b, link.with(self.refused(next.a, next.b, link), self.refused.1));
                if score > f64::from(self.linkage.threshold) {
                    self.heap.push(Candidate { score, is_open: false, ..next });
                }
            } else {
                self.merge(next.a, next.b);
            }
        }
        (0..self.parent.len() as u32).map(|item| self.find(item)).collect()
    }

    fn find(&mut self, item: u32) -> u32 {
        find(&mut self.parent, item)
    }

    fn is_live(&self, group: u32) -> bool {
        self.parent[group as usize] == group
    }

    /// Whether the groups of a candidate are as they were when it was offered.
    fn counts(&self, it: &Candidate) -> bool {
        self.is_live(it.a) && self.is_live(it.b) && it.stamp == (self.stamp[it.a as usize], self.stamp[it.b as usize])
    }

    /// Whether a candidate is the one of the base in whose place the next one of its item comes.
    fn waits(&self, it: &Candidate) -> bool {
        it.is_open && it.stamp == (0, 0) && self.stamp[it.a as usize] == 0 && self.is_live(it.a)
    }

    fn score(&self, a: u32, b: u32, link: Link) -> f64 {
        link.mean((self.size[a as usize], self.size[b as usize]), self.linkage)
    }

    /// Offers the next candidate of an item that is not merged.
    fn offer_next(&mut self, item: u32) {
        while let Some(edge) = self.base.pop(item) {
            let score = Link::of(edge).mean((1, 1), self.linkage);
            if score <= f64::from(self.linkage.threshold) {
                return;
            }
            // What was merged meanwhile has offered itself.
            if self.is_live(edge.b) && self.stamp[edge.b as usize] == 0 {
                self.heap.push(Candidate { score, a: item, b: edge.b, stamp: (0, 0), is_open: true });
                return;
            }
        }
    }

    /// The items of a group.
    fn members(&self, group: u32) -> impl Iterator<Item = u32> {
        let mut next = Some(group);
        std::iter::from_fn(move || {
            let item = next?;
            next = Some(self.ring[item as usize]).filter(|next| *next != group);
            Some(item)
        })
    }

    /// How many pairs of two groups are refused, those left out of which an edge says otherwise.
    fn refused(&self, a: u32, b: u32, link: Link) -> u32 {
        let others: Vec<u32> = self.members(b).collect();
        let refused = |item| others.iter().filter(|other| self.is_refused(item, **other)).count() as u32;
        self.members(a).map(refused).sum::<u32>() - link.told
    }

    fn is_refused(&self, a: u32, b: u32) -> bool {
        self.refused.0(a, b)
    }

    fn tie(&self, item: u32, to: u32, edge: &Edge) -> Tie {
        let told = u32::from(self.is_refused(item, to));
        Tie { to, link: Link { told, ..Link::of(edge) } }
    }

    /// The link of two groups.
    fn link(&mut self, a: u32, b: u32) -> Link {
        let mut sum = Link::default();
        let merged = |group: u32| self.stamp[group as usize] > 0;
        // From the side that was merged, if one was: all its links are there, and each once.
        let (from, to) = if merged(a) || !merged(b) { (a, b) } else { (b, a) };
        if merged(from) {
            let links = std::mem::take(&mut self.links[from as usize]);
            for tie in &links {
                if find(&mut self.parent, tie.to) == to {
                    sum.add(tie.link);
                }
            }
            self.links[from as usize] = links;
        } else if let Some((_, edge)) = self.base.of(from).find(|(other, _)| *other == to) {
            sum = self.tie(from, to, edge).link;
        }
        sum
    }

    /// Adds a link to those of a group.
    fn add(&mut self, group: u32, tie: Tie) {
        let other = find(&mut self.parent, tie.to);
        if other == group {
            return;
        }
        let sum = &mut self.sums[other as usize];
        if sum.known == 0 {
            self.others.push(other);
        }
        sum.add(tie.link);
    }

    /// Adds all links that one of two groups had before they were merged into `group`.
    fn add_all(&mut self, group: u32, former: u32) {
        if self.stamp[former as usize] == 0 {
            let ties: Vec<Tie> = self.base.of(former).map(|(to, edge)| self.tie(former, to, edge)).collect();
            for tie in ties {
                self.add(group, tie);
            }
        } else {
            let links = std::mem::take(&mut self.links[former as usize]);
            links.iter().for_each(|tie| self.add(group, *tie));
        }
    }

    /// Makes what was added up the links of a group, and offers those that are wanted.
    fn settle(&mut self, group: u32) {
        let mut links = Vec::with_capacity(self.others.len());
        let others = std::mem::take(&mut self.others);
        for other in &others {
            let link = std::mem::take(&mut self.sums[*other as usize]);
            links.push(Tie { to: *other, link });
            let score = self.score(group, *other, link);
            if score > f64::from(self.linkage.threshold) {
                let (a, b) = (group.min(*other), group.max(*other));
                let stamp = (self.stamp[a as usize], self.stamp[b as usize]);
                self.heap.push(Candidate { score, a, b, stamp, is_open: true });
            }
        }
        self.others = others;
        self.others.clear();
        self.links[group as usize] = links.into();
        if self.heap.len() > self.most {
            self.tidy();
        }
    }

    /// Takes out what is out of date. An item's next candidate stands for those behind it.
    fn tidy(&mut self) {
        let mut heap = std::mem::take(&mut self.heap);
        heap.retain(|it| self.waits(it) || self.counts(it));
        self.most = FEW.max(4 * self.parent.len()).max(2 * heap.len());
        self.heap = heap;
    }

    /// Merges group `b` into group `a < b`.
    fn merge(&mut self, a: u32, b: u32) {
        self.parent[b as usize] = a;
        self.add_all(a, a);
        self.add_all(a, b);
        self.ring.swap(a as usize, b as usize);
        self.size[a as usize] += self.size[b as usize];
        self.stamp[a as usize] += 1;
        self.settle(a);
    }
}

//! Average linkage of a few items: all links lie in one square table.

use super::cluster::{Edge, Link, Linkage};

/// A few items with a link for each pair.
pub(super) struct Square {
    n: usize,
    links: Vec<Link>,
    label: Vec<u32>,
    size: Vec<u32>,
    /// For each group the later one with which its pairs agree best, the first among equals, above the threshold.
    best: Vec<Option<(f64, usize)>>,
    linkage: Linkage,
}

impl Square {
    /// Also whether two items are refused, and the score of two that are.
    pub(super) fn new(
        n: usize,
        edges: &[Edge],
        linkage: Linkage,
        (is_refused, score): (&impl Fn(u32, u32) -> bool, f32),
    ) -> Self {
        let mut links = vec![Link::default(); n * n];
        for edge in edges {
            for (from, to) in [(edge.a, edge.b), (edge.b, edge.a)] {
                links[from as usize * n + to as usize].add(Link::of(edge));
            }
        }
        for a in 0..n {
            for b in a + 1..n {
                if links[a * n + b].known == 0 && is_refused(a as u32, b as u32) {
                    links[a * n + b] = Link::default().with(1, score);
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

    /// For each item the smallest of its group; `bound` pairs are merged first.
    pub(super) fn cluster(mut self, bound: &[(u32, u32)]) -> Vec<u32> {
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

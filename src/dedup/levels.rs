//! Parts of more edges than memory holds, level by level.
//!
//! The best groups merge first, and no merged group agrees better with a third one than the better of the two did: a
//! mean lies between those that it is made of. So all that merges above a level does so before all else, within the parts
//! that edges above the level connect, and these are small. What is left may merge only where two groups agree on average,
//! which tells much more than one edge between them.

use super::cluster::{self, Edge, Edges, Link, Linkage, Refusals, Task, Within};
use super::column::Column;
use super::components::{self, Components};
use super::pile::Pile;

/// From one level to the next.
pub(super) const STEP: f32 = 1.5;
/// More than adding rounded scores in another way can change a mean.
const ROUNDING: f64 = 1e-3;

/// Groups what a task has, the groups above the next higher level first.
pub(super) fn cluster<R: Refusals>(task: &Task<'_, impl Edges + ?Sized, R>) -> Column<u32> {
    let higher = Linkage { threshold: task.linkage.threshold + STEP, ..task.linkage };
    let groups = cluster::cluster_by(&Task { linkage: higher, ..*task });
    let labels = joined(&groups, task.edges, task.linkage, task.most);
    let within = Within::new(&labels, task.edges, task.most);
    cluster::cluster_parts(task, labels, within, Some(&groups))
}

/// The parts that groups make which may merge: all groups of two that agree, whatever else is refused.
fn joined(groups: &Column<u32>, edges: &(impl Edges + ?Sized), linkage: Linkage, most: usize) -> Column<u32> {
    let (n, count) = (groups.len(), edges.count().div_ceil(most).max(1));
    let shelf = || edges.shelf().cloned();
    let sizes = components::sizes(groups);
    let mut between: Vec<Pile<Edge>> = (0..count).map(|_| Pile::on(shelf())).collect();
    edges.for_each(&mut |edge| {
        let (a, b) = (groups.get(edge.a), groups.get(edge.b));
        if a != b {
            let (a, b) = (a.min(b), a.max(b));
            between[cluster::stretch(a, n, count)].push(Edge { a, b, ..edge }, cluster::FEW);
        }
    });
    let mut parts = Components::of(groups);
    for pile in between {
        let mut held = Vec::with_capacity(pile.len());
        pile.for_each(|edge| held.push(edge));
        held.sort_unstable_by_key(|edge| (edge.a, edge.b));
        for edges in held.chunk_by(|x, y| (x.a, x.b) == (y.a, y.b)) {
            let (a, b) = (edges[0].a, edges[0].b);
            let mut link = Link::default();
            for edge in edges {
                link.add(Link::of(edge));
            }
            if link.mean((sizes.get(a), sizes.get(b)), linkage) > f64::from(linkage.threshold) - ROUNDING {
                parts.join(a, b);
            }
        }
    }
    parts.labels()
}

#[cfg(test)]
mod tests {
    use super::super::cluster::{Nothing, cluster_by};
    use super::super::shelf::tests::Memory;
    use super::super::text::mix;
    use super::*;
    use std::sync::Arc;

    /// Refuses every seventh pair.
    struct Seventh;

    impl Refusals for Seventh {
        const SCORE: f32 = -4.0;

        fn among<'r>(&'r self, items: &'r [u32]) -> impl Fn(u32, u32) -> bool + Sync + 'r {
            |a, b| (items[a as usize] + items[b as usize]).is_multiple_of(7)
        }
    }

    /// Items by threes that mostly agree well, each with some more edges to others, near and far.
    fn edges(n: u32, seed: u32) -> Vec<Edge> {
        let random = |at: u32, of: u32| mix(seed ^ at.wrapping_mul(0x9e37_79b9)) % of;
        let mut edges: Vec<Edge> = (0..n * 5)
            .map(|at| {
                let a = at % n;
                let near = random(at, 3) > 0;
                let b = if near { a / 3 * 3 + random(at + n * 5, 3) } else { (a + random(at + n * 9, 40)) % n };
                let score = random(at + n * 17, 1 << 10) as f32 / 1024.0 * if near { 9.0 } else { 6.0 } - 3.0;
                Edge { a: a.min(b), b: a.max(b), score: score.min(6.0) }
            })
            .filter(|edge| edge.a != edge.b)
            .collect();
        edges.sort_by_key(|edge| (edge.a, edge.b));
        edges.dedup_by_key(|edge| (edge.a, edge.b));
        edges
    }

    fn check<R: Refusals>(refusals: &R) -> usize {
        let linkage = Linkage { threshold: 0.0, unknown: -1.0 };
        let mut merged = 0;
        for seed in 0..12 {
            let n = 600;
            let edges = edges(n, seed);
            let bound = [(0, 30), (7, 400), (8, 9)];
            let whole = Task { n, edges: &edges[..], bound: &bound, linkage, refusals, most: usize::MAX / 4 };
            let whole: Vec<u32> = cluster_by(&whole).iter().collect();
            for most in [10, 200] {
                let mut pile = Pile::on(Some(Arc::new(Memory::default()) as Arc<dyn super::super::Shelf>));
                pile.extend(edges.iter().copied());
                let levels = cluster_by(&Task { n, edges: &pile, bound: &bound, linkage, refusals, most });
                assert!(levels.iter().eq(whole.iter().copied()), "{seed} {most}");
            }
            merged += (0..).zip(&whole).filter(|(item, group)| *item != **group).count();
        }
        merged
    }

    #[test]
    fn levels_leave_no_trace() {
        let (merged, apart) = (check(&Nothing), check(&Seventh));
        assert!(merged > 12 * 100 && apart > 12 * 100 && merged != apart, "{merged} {apart}");
    }
}

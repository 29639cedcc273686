//! Blocking: which pairs of articles are worth comparing.
//!
//! An article gives keys; two articles meet when they share one strong key or two weak ones. Articles are
//! ordered by day and id, and each looks back at no more than [`LOOK_BACK`] earlier holders of a key, so
//! the cost per article is bounded and, days arriving in order, a pair that was once a candidate stays
//! one: adding a day's articles gives the pairs that a full run would.

use super::background::Background;
use super::claim::specificity;
use super::features::Fingerprint;
use super::text::{mix, pair};
use rustc_hash::FxHashMap;

/// How many earlier holders of a key an article looks back at.
pub const LOOK_BACK: usize = 40;
/// How many of the sketch's hashes are keys.
const SKETCH_KEYS: usize = 32;
/// Days of a time bucket; each article stands in two, so that neighbours within it always meet.
const BUCKET: i32 = 14;
/// Hits that make a candidate; a weak key counts 1, a strong one 2.
const ENOUGH: u32 = 2;

/// A key with its weight in the lowest bit (1: strong).
pub type Key = u32;

fn weak(salt: u32, hash: u32) -> Key {
    mix(hash ^ salt.wrapping_mul(0x9e37_79b9)) & !1
}

fn strong(salt: u32, hash: u32) -> Key {
    mix(hash ^ salt.wrapping_mul(0x9e37_79b9)) | 1
}

/// The keys of an article, sorted and free of duplicates.
pub fn keys(article: &Fingerprint, background: &Background) -> Vec<Key> {
    let mut keys: Vec<Key> = article.sketch.iter().take(SKETCH_KEYS).map(|h| weak(1, *h)).collect();
    let buckets = |day: i32| [day.div_euclid(BUCKET), day.div_euclid(BUCKET) + 1].map(|b| mix(b as u32));
    let rarest = |set: &[u32], least: f32, n: usize| {
        let mut rare: Vec<(f32, u32)> =
            set.iter().map(|s| (background.weight(*s), *s)).filter(|(w, _)| *w >= least).collect();
        rare.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        rare.truncate(n);
        rare.into_iter().map(|(_, s)| s).collect::<Vec<u32>>()
    };
    for name in rarest(&article.names, 2.0, 6) {
        keys.push(weak(2, name));
        keys.extend(article.day.into_iter().flat_map(buckets).map(|b| weak(3, pair(name, b))));
    }
    let lead = rarest(&article.lead, 3.5, 5);
    for (i, a) in lead.iter().enumerate() {
        for b in &lead[i + 1..] {
            keys.push(strong(4, pair(*a.min(b), *a.max(b))));
        }
    }
    for number in article.numbers.iter().take(16) {
        keys.push(weak(5, *number));
        keys.extend(article.day.into_iter().flat_map(buckets).map(|b| weak(6, pair(*number, b))));
    }
    for claim in article.claims.iter().take(24) {
        let kind = pair(background.event_family(claim.event_type), background.family(claim.object));
        if let Some(value) = claim.value.filter(|v| *v > 0.0) {
            let telling = specificity(value);
            // Two overlapping logarithmic grids: figures within some 7 % share a cell of one of them.
            let cell = value.ln() / 0.14;
            for (grid, cell) in [(0_u32, cell.floor()), (1, (cell + 0.5).floor())] {
                let hash = pair(kind, mix(cell as i32 as u32) ^ grid);
                match telling {
                    t if t >= 2.0 => keys.push(strong(7, hash)),
                    t if t >= 0.9 => keys.push(weak(7, hash)),
                    _ => {}
                }
            }
        }
        let when = if claim.background { claim.date.map(|d| d.0) } else { article.day };
        for region in claim.regions.iter().take(3) {
            for b in when.into_iter().flat_map(buckets) {
                keys.push(weak(8, pair(kind, pair(*region, b))));
            }
        }
        if claim.regions.is_empty() {
            keys.extend(when.into_iter().flat_map(buckets).map(|b| weak(9, pair(kind, b))));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The keys of all articles so far, in order.
#[derive(Debug, Clone, Default)]
pub struct Blocks {
    /// Key and position, sorted.
    entries: Vec<(Key, u32)>,
}

/// How many articles' candidate pairs are gathered at a time; bounds the memory.
const CHUNK: u32 = 20_000;

impl Blocks {
    /// Adds articles from position `from` on; their keys in order of position.
    pub fn add(&mut self, from: u32, keys: impl Iterator<Item = Vec<Key>>) {
        for (position, keys) in (from..).zip(keys) {
            self.entries.extend(keys.into_iter().map(|k| (k, position)));
        }
        self.entries.sort_unstable();
    }

    /// Forgets the articles from position `from` on.
    pub fn truncate(&mut self, from: u32) {
        self.entries.retain(|(_, position)| *position < from);
    }

    /// Calls `f` with the candidate pairs (later, earlier) whose later article stands at `from` or after,
    /// sorted, a chunk at a time.
    pub fn candidates(&self, from: u32, to: u32, mut f: impl FnMut(&[(u32, u32)])) {
        let mut start = from;
        while start < to {
            let end = start.saturating_add(CHUNK).min(to);
            f(&self.chunk(start, end));
            start = end;
        }
    }

    fn chunk(&self, start: u32, end: u32) -> Vec<(u32, u32)> {
        let mut hits: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        for run in self.entries.chunk_by(|a, b| a.0 == b.0) {
            let strength = 1 + (run[0].0 & 1);
            let first = run.partition_point(|e| e.1 < start);
            for (i, (_, later)) in run.iter().enumerate().skip(first) {
                if *later >= end {
                    break;
                }
                for (_, earlier) in &run[i.saturating_sub(LOOK_BACK)..i] {
                    *hits.entry((*later, *earlier)).or_default() += strength;
                }
            }
        }
        let mut pairs: Vec<(u32, u32)> = hits.into_iter().filter(|(_, n)| *n >= ENOUGH).map(|(p, _)| p).collect();
        pairs.sort_unstable();
        pairs
    }
}

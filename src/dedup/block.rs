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
use rayon::prelude::*;

/// How many earlier holders of a key an article looks back at.
pub const LOOK_BACK: usize = 16;
/// The same for a weak key, which usual phrases give, too.
const LOOK_BACK_WEAK: usize = 8;
/// How many of the sketch's hashes are keys.
const SKETCH_KEYS: usize = 24;
/// Days of a time bucket; each article stands in two, so that neighbours within it always meet.
const BUCKET: i32 = 14;
/// Hits that make a candidate; a weak key counts 1, a strong one 2.
pub const ENOUGH: usize = 2;

/// A key: its weight in the lowest bit (1: strong), then eight bits of what it stands for, then its hash.
/// Keys of one thing (a name, and the name with a fortnight) count once for a pair.
pub type Key = u32;

fn key(salt: u32, thing: u32, detail: u32, is_strong: bool) -> Key {
    let hash = mix(pair(thing, detail) ^ salt.wrapping_mul(0x9e37_79b9));
    hash << 9 | (thing & 0xff) << 1 | u32::from(is_strong)
}

/// How many earlier holders of a key an article looks back at.
pub(super) const fn look_back(key: Key) -> usize {
    if key & 1 == 1 { LOOK_BACK } else { LOOK_BACK_WEAK }
}

/// What two holders of a key share: the thing it stands for, and that again under a strong key.
pub(super) fn hits(key: Key) -> impl Iterator<Item = u32> {
    let thing = key >> 1 & 0xff;
    (0..=key & 1).map(move |strong| thing << 1 | strong)
}

fn weak(salt: u32, thing: u32, detail: u32) -> Key {
    key(salt, thing, detail, false)
}

fn strong(salt: u32, thing: u32, detail: u32) -> Key {
    key(salt, thing, detail, true)
}

/// The keys of an article, sorted and free of duplicates.
pub fn keys(article: &Fingerprint, background: &Background) -> Vec<Key> {
    let mut keys: Vec<Key> = article.sketch().iter().take(SKETCH_KEYS).map(|h| weak(1, *h, 0)).collect();
    let buckets = |day: i32| [day.div_euclid(BUCKET), day.div_euclid(BUCKET) + 1].map(|b| mix(b as u32));
    let rarest = |is_of: &dyn Fn(usize) -> bool, least: f32, n: usize| {
        let set = article.stems().iter().enumerate().filter(|(at, _)| is_of(*at));
        let mut rare: Vec<(f32, u32)> =
            set.map(|(_, s)| (background.weight(*s), *s)).filter(|(w, _)| *w >= least).collect();
        rare.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        rare.truncate(n);
        rare.into_iter().map(|(_, s)| s).collect::<Vec<u32>>()
    };
    for name in rarest(&|at| article.is_name(at), 2.0, 4) {
        keys.push(weak(2, name, 0));
        keys.extend(article.day.into_iter().flat_map(buckets).map(|b| weak(2, name, b)));
    }
    let lead = rarest(&|at| article.is_lead(at), 3.5, 5);
    for (i, a) in lead.iter().enumerate() {
        for b in &lead[i + 1..] {
            keys.push(strong(4, *a.min(b), *a.max(b)));
        }
    }
    keys.extend(article.numbers().iter().take(8).map(|number| weak(5, *number, 0)));
    for claim in article.claims.iter().take(24) {
        let kind = pair(background.event_family(claim.event_type), background.family(claim.object));
        if let Some(value) = claim.value.filter(|v| *v > 0.0) {
            let telling = specificity(value);
            // Two overlapping logarithmic grids: figures within some 7 % share a cell of one of them.
            let cell = value.ln() / 0.14;
            for (grid, cell) in [(0_u32, cell.floor()), (1, (cell + 0.5).floor())] {
                let cell = mix(cell as i32 as u32) ^ grid;
                // A rounded figure has few digits: the exact one must meet it under a weak key.
                if telling >= 0.9 {
                    keys.push(weak(7, pair(kind, cell), 0));
                }
                if telling >= 2.0 {
                    keys.push(strong(7, kind, cell));
                }
            }
        }
        let when = if claim.background { claim.date.map(|d| d.0) } else { article.day };
        for region in claim.regions.iter().take(3) {
            for b in when.into_iter().flat_map(buckets) {
                keys.push(weak(8, kind, pair(*region, b)));
            }
        }
        if claim.regions.is_empty() {
            keys.extend(when.into_iter().flat_map(buckets).map(|b| weak(9, kind, b)));
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
    /// The keys of the articles that were added last, and the position of the first of these, where they are few.
    recent: Vec<Key>,
    recent_from: u32,
}

/// Looking a key up takes about as long as reading this many entries.
const LOOK_UP: usize = 64;

/// How many articles' candidate pairs are gathered at a time; bounds the memory.
const CHUNK: u32 = 50_000;

impl Blocks {
    /// Adds articles from position `from` on; their keys in order of position.
    pub fn add(&mut self, from: u32, keys: impl Iterator<Item = Vec<Key>>) {
        let mut new: Vec<(Key, u32)> =
            (from..).zip(keys).flat_map(|(position, keys)| keys.into_iter().map(move |k| (k, position))).collect();
        new.par_sort_unstable();
        self.recent_from = from;
        self.recent.clear();
        if new.len() < self.entries.len() / LOOK_UP {
            self.recent.extend(new.chunk_by(|a, b| a.0 == b.0).map(|run| run[0].0));
        }
        if self.entries.is_empty() {
            self.entries = new;
            return;
        }
        // Merge from the back, in place: the old entries are not sorted again and not copied elsewhere.
        let (mut i, mut j) = (self.entries.len(), new.len());
        self.entries.reserve_exact(j);
        self.entries.resize(i + j, (0, 0));
        while j > 0 {
            let take_old = i > 0 && self.entries[i - 1] > new[j - 1];
            self.entries[i + j - 1] = if take_old { self.entries[i - 1] } else { new[j - 1] };
            if take_old {
                i -= 1;
            } else {
                j -= 1;
            }
        }
    }

    /// Forgets the articles from position `from` on.
    pub fn truncate(&mut self, from: u32) {
        if self.entries.iter().any(|(_, position)| *position >= from) {
            self.entries.retain(|(_, position)| *position < from);
        }
    }

    /// Calls `f` with the candidate pairs (later, earlier) whose later article stands at `from` or after,
    /// sorted, a chunk at a time.
    pub fn candidates(&self, from: u32, to: u32, mut f: impl FnMut(&[(u32, u32)])) {
        if !self.recent.is_empty() && self.recent_from == from && self.recent.len() < self.entries.len() / LOOK_UP {
            return f(&self.chunk(from, to, Some(&self.recent)));
        }
        let mut start = from;
        while start < to {
            let end = start.saturating_add(CHUNK).min(to);
            f(&self.chunk(start, end, None));
            start = end;
        }
    }

    /// The candidate pairs of some articles; `keys` are all of theirs, where it is quicker to look them up.
    fn chunk(&self, start: u32, end: u32, keys: Option<&[Key]>) -> Vec<(u32, u32)> {
        let mut hits: Vec<u64> = Vec::new();
        let mut meet = |run: &[(Key, u32)]| {
            let key = run[0].0;
            let first = run.partition_point(|e| e.1 < start);
            for (i, (_, later)) in run.iter().enumerate().skip(first).take_while(|(_, e)| e.1 < end) {
                // Later article (of this chunk), earlier article, what they share.
                for (_, earlier) in &run[i.saturating_sub(look_back(key))..i] {
                    let pair = u64::from(*later - start) << 42 | u64::from(*earlier) << 10;
                    hits.extend(self::hits(key).map(|hit| pair | u64::from(hit)));
                }
            }
        };
        if let Some(keys) = keys {
            // A day's articles among many: their keys are looked up.
            for key in keys {
                let from = self.entries.partition_point(|e| e.0 < *key);
                let rest = &self.entries[from..];
                meet(&rest[..rest.partition_point(|e| e.0 == *key)]);
            }
        } else {
            let reaches = |run: &&[(Key, u32)]| run.len() > 1 && run[run.len() - 1].1 >= start;
            self.entries.chunk_by(|a, b| a.0 == b.0).filter(reaches).for_each(meet);
        }
        hits.par_sort_unstable();
        hits.dedup();
        let enough = hits.chunk_by(|a, b| a >> 10 == b >> 10).filter(|run| run.len() >= ENOUGH);
        enough.map(|run| ((run[0] >> 42) as u32 + start, (run[0] >> 10) as u32)).collect()
    }
}

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

/// A key and, below it, the position of an article that holds it.
pub(super) type Entry = u64;

pub(super) const fn entry(key: Key, position: u32) -> Entry {
    (key as u64) << 32 | position as u64
}

pub(super) const fn key_of(entry: Entry) -> Key {
    (entry >> 32) as Key
}

/// The keys of all articles so far.
#[derive(Debug, Clone, Default)]
pub struct Blocks {
    /// Levels of articles that follow each other, each at least twice as large as the next: an entry is moved a few
    /// times only, however often articles are added.
    levels: Vec<Level>,
    /// How many articles there are.
    len: u32,
}

/// The entries of some articles in a row, sorted.
#[derive(Debug, Clone)]
struct Level {
    from: u32,
    entries: Vec<Entry>,
}

impl Blocks {
    /// Adds articles from position `from` on, and finds whom they meet; their keys in order of position.
    pub fn add(&mut self, from: u32, keys: &[Vec<Key>]) -> Met {
        let mut entries = Vec::with_capacity(keys.iter().map(Vec::len).sum());
        for (position, keys) in (from..).zip(keys) {
            entries.extend(keys.iter().map(|key| entry(*key, position)));
        }
        let new = sort(entries);
        let met = self.meet(from, keys, &new);
        self.len = from + keys.len() as u32;
        self.levels.push(Level { from, entries: new });
        while let [.., before, last] = &mut self.levels[..]
            && last.entries.len() * 2 >= before.entries.len()
        {
            merge(&mut before.entries, &last.entries);
            self.levels.pop();
        }
        met
    }

    /// Forgets the articles from position `from` on.
    pub fn truncate(&mut self, from: u32) {
        if from >= self.len {
            return;
        }
        self.len = from;
        self.levels.retain(|level| level.from < from);
        if let Some(last) = self.levels.last_mut() {
            last.entries.retain(|entry| (*entry as u32) < from);
        }
    }

    /// Whom new articles meet: among all before, and among themselves.
    fn meet(&self, from: u32, keys: &[Vec<Key>], new: &[Entry]) -> Met {
        let mut met = Met { from, first: vec![0], ..Met::default() };
        met.first.extend(keys.iter().scan(0, |sum, keys| {
            *sum += keys.len() as u32;
            Some(*sum)
        }));
        met.runs = vec![Run::default(); new.len()];
        met.ends = met.first[..keys.len()].to_vec();
        let mut at = vec![0; self.levels.len()];
        let mut parts: Vec<&[Entry]> = Vec::with_capacity(at.len());
        for run in new.chunk_by(|a, b| key_of(*a) == key_of(*b)) {
            let key = key_of(run[0]);
            let reach = look_back(key);
            let mut wanted = reach;
            for (level, at) in self.levels.iter().zip(&mut at).rev() {
                let all = &level.entries[..];
                *at = seek(all, *at, |e| key_of(e) < key);
                let end = seek(all, *at, |e| key_of(e) == key);
                parts.push(&all[(*at).max(end.saturating_sub(wanted))..end]);
                wanted -= parts.last().map_or(0, |part| part.len());
                if wanted == 0 {
                    break;
                }
            }
            let start = met.holders.len();
            met.holders.extend(parts.drain(..).rev().flatten().map(|entry| *entry as u32));
            for entry in run {
                let (position, earlier) = (*entry as u32, met.holders.len() - start);
                if earlier > 0 {
                    let end = &mut met.ends[(position - from) as usize];
                    met.runs[*end as usize] = Run { key, end: met.holders.len() as u32, n: earlier.min(reach) as u32 };
                    *end += 1;
                }
                met.holders.push(position);
            }
        }
        met
    }
}

/// Whom the articles of a chunk meet under their keys.
#[derive(Debug, Default)]
pub struct Met {
    /// The position of the chunk's first article.
    from: u32,
    /// Holders of keys, key by key, in the order of positions.
    holders: Vec<u32>,
    /// The earlier holders of each key of an article, its runs one after the other.
    runs: Vec<Run>,
    /// Where each article's runs begin and end.
    first: Vec<u32>,
    ends: Vec<u32>,
}

/// Earlier holders of a key: the `n` before `end` among [`Met::holders`].
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    key: Key,
    end: u32,
    n: u32,
}

/// What [`Met::earlier`] works in, kept from article to article.
#[derive(Debug, Default)]
pub struct Seats {
    /// An open hash table: the earlier article, and what it shares.
    seats: Vec<(u32, u32)>,
    found: Vec<u32>,
}

/// An empty seat.
const NOBODY: u32 = u32::MAX;
/// Of an article that was found.
const FOUND: u32 = u32::MAX;

impl Met {
    /// The articles before the one at a position that share enough with it, sorted.
    pub fn earlier<'s>(&self, position: u32, seats: &'s mut Seats) -> &'s [u32] {
        let at = (position - self.from) as usize;
        let runs = &self.runs[self.first[at] as usize..self.ends[at] as usize];
        let runs = runs.iter().map(|run| {
            let end = run.end as usize;
            (run.key, &self.holders[end - run.n as usize..end])
        });
        seats.enough(runs)
    }
}

impl Seats {
    /// The earlier articles that share enough, sorted: from the earlier holders of each key.
    pub(super) fn enough<'r>(&mut self, runs: impl Iterator<Item = (Key, &'r [u32])> + Clone) -> &[u32] {
        let met: usize = runs.clone().map(|(_, earlier)| earlier.len()).sum();
        let bits = (2 * met).next_power_of_two().trailing_zeros().max(4);
        self.seats.clear();
        self.seats.resize(1 << bits, (NOBODY, 0));
        self.found.clear();
        for (key, earlier) in runs {
            // One strong key is enough, and so are two things.
            let shared = if key & 1 == 1 { FOUND } else { key >> 1 & 0xff };
            for earlier in earlier {
                let mut seat = (earlier.wrapping_mul(0x9e37_79b1) >> (u32::BITS - bits)) as usize;
                while self.seats[seat].0 != *earlier && self.seats[seat].0 != NOBODY {
                    seat = (seat + 1) & ((1 << bits) - 1);
                }
                let before = &mut self.seats[seat];
                if before.0 == NOBODY {
                    *before = (*earlier, shared);
                    if shared == FOUND {
                        self.found.push(*earlier);
                    }
                } else if before.1 != FOUND && before.1 != shared {
                    before.1 = FOUND;
                    self.found.push(*earlier);
                }
            }
        }
        self.found.sort_unstable();
        &self.found
    }
}

/// The first place from `at` on for which `is_before` does not hold any more; it is looked for in growing steps.
fn seek(entries: &[Entry], mut at: usize, is_before: impl Fn(Entry) -> bool) -> usize {
    let mut step = 8;
    while entries.get(at + step).is_some_and(|e| is_before(*e)) {
        at += step;
        step *= 2;
    }
    let end = entries.len().min(at + step);
    at + entries[at..end].partition_point(|e| is_before(*e))
}

/// Sorts entries that come in the order of positions by their keys: a radix sort, of 11 bits a pass.
pub(super) fn sort(mut entries: Vec<Entry>) -> Vec<Entry> {
    const BITS: u32 = 11;
    const LOWEST: Entry = (1 << BITS) - 1;
    let mut other = vec![0; entries.len()];
    for shift in (32..64).step_by(BITS as usize) {
        let digit = |entry: Entry| (entry >> shift & LOWEST) as usize;
        let mut starts = vec![0_usize; 1 << BITS];
        for entry in &entries {
            starts[digit(*entry)] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += std::mem::replace(start, sum);
        }
        for entry in &entries {
            let place = &mut starts[digit(*entry)];
            other[*place] = *entry;
            *place += 1;
        }
        std::mem::swap(&mut entries, &mut other);
    }
    entries
}

/// Merges entries into others from the back, in place: the old ones are not copied elsewhere.
fn merge(into: &mut Vec<Entry>, new: &[Entry]) {
    let (mut i, mut j) = (into.len(), new.len());
    into.reserve_exact(j);
    into.resize(i + j, 0);
    while j > 0 {
        let take_old = i > 0 && into[i - 1] > new[j - 1];
        into[i + j - 1] = if take_old { into[i - 1] } else { new[j - 1] };
        i -= usize::from(take_old);
        j -= usize::from(!take_old);
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::{Hit, Meetings};
    use super::*;

    /// The keys of some articles, of which many have the same.
    fn holders(n: u32) -> Vec<Vec<Key>> {
        let some =
            |article: u32| (0..20).map(move |i| ((mix(article * 31 + i) % 60) << 9) | (mix(i + article * 7) % 6));
        let sorted = |article: u32| some(article).collect::<std::collections::BTreeSet<Key>>().into_iter().collect();
        (0..n).map(sorted).collect()
    }

    /// The pairs with enough hits, as an engine that shuffles finds them.
    fn shuffled(keys: &[Vec<Key>]) -> Vec<(u32, u32)> {
        let mut entries: Vec<(Key, i64)> =
            (0..).zip(keys).flat_map(|(at, keys)| keys.iter().map(move |key| (*key, at))).collect();
        entries.sort_unstable();
        let (mut meetings, mut hits) = (Meetings::default(), Vec::new());
        for (key, at) in entries {
            meetings.push(key, at, &mut hits);
        }
        hits.sort_unstable_by_key(|hit| (hit.later, hit.earlier, hit.hit));
        hits.dedup();
        let pair = |hit: &Hit| (hit.later as u32, hit.earlier as u32);
        hits.chunk_by(|a, b| pair(a) == pair(b))
            .filter(|hits| hits.len() >= ENOUGH)
            .map(|hits| pair(&hits[0]))
            .collect()
    }

    #[test]
    fn articles_meet_alike_however_they_are_added() {
        let keys = holders(300);
        let expected = shuffled(&keys);
        assert!(expected.len() > 300);
        for step in [1, 7, 100, 300] {
            let (mut blocks, mut seats, mut found) = (Blocks::default(), Seats::default(), Vec::new());
            let mut from = 0;
            while from < keys.len() {
                // Some are added twice: what comes late sends the others back.
                let back = if from % 3 == 1 { from.saturating_sub(5) } else { from };
                found.retain(|(later, _)| (*later as usize) < back);
                blocks.truncate(back as u32);
                let end = (from + step).min(keys.len());
                let met = blocks.add(back as u32, &keys[back..end]);
                for later in back as u32..end as u32 {
                    found.extend(met.earlier(later, &mut seats).iter().map(|earlier| (later, *earlier)));
                }
                from = end;
            }
            assert!(found == expected, "{step} at a time");
            assert!(blocks.levels.windows(2).all(|two| two[0].entries.len() > two[1].entries.len()));
        }
    }
}

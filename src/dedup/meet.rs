//! Who meets whom, of more articles than memory holds the keys of: the keys, and then who holds each, part by part on a
//! shelf.

use super::block::{self, Key, Seats};
use super::pile::Pile;
use super::shelf::Shelf;
use std::sync::Arc;

/// Articles of a part of the keys: some million keys are sorted at a time.
const ARTICLES: usize = 1 << 13;
/// How many articles are compared at a time.
pub(super) const STRETCH: usize = 1 << 11;
/// Records of one part that are held before they are put away.
const FEW: usize = 1 << 10;

/// The keys of all articles.
pub(super) struct Keys {
    /// Keys and their holders, in the order of positions, by the keys' highest bits.
    parts: Vec<Pile<(u32, u32)>>,
    articles: usize,
    shelf: Option<Arc<dyn Shelf>>,
}

impl Keys {
    /// Of so many articles.
    pub(super) fn new(articles: usize, shelf: Option<Arc<dyn Shelf>>) -> Self {
        let parts = (0..=articles / ARTICLES).map(|_| Pile::on(shelf.clone())).collect();
        Self { parts, articles, shelf }
    }

    /// Takes the keys of the article that follows.
    pub(super) fn add(&mut self, position: u32, keys: &[Key]) {
        for key in keys {
            let part = (u64::from(*key) * self.parts.len() as u64) >> Key::BITS;
            self.parts[part as usize].push((*key, position), FEW);
        }
    }

    /// Finds the holders of each key.
    pub(super) fn holders(self) -> Holders {
        let stretches = self.articles.div_ceil(STRETCH);
        let mut stretches: Vec<Pile<u32>> = (0..stretches).map(|_| Pile::on(self.shelf.clone())).collect();
        let mut positions = Vec::new();
        for part in self.parts {
            let mut entries = Vec::with_capacity(part.len());
            part.for_each(|(key, position)| entries.push(block::entry(key, position)));
            drop(part);
            let entries = block::sort(entries);
            for run in entries.chunk_by(|a, b| block::key_of(*a) == block::key_of(*b)) {
                let key = block::key_of(run[0]);
                positions.clear();
                positions.extend(run.iter().map(|entry| *entry as u32));
                for (at, later) in positions.iter().enumerate().skip(1) {
                    let earlier = &positions[at.saturating_sub(block::look_back(key))..at];
                    let stretch = &mut stretches[*later as usize / STRETCH];
                    [*later, key, earlier.len() as u32].iter().chain(earlier).for_each(|word| stretch.push(*word, FEW));
                }
            }
        }
        Holders { stretches }
    }
}

/// The earlier holders of the keys of each article, some articles after the others.
pub(super) struct Holders {
    /// Of each run the later article, the key, how many earlier holders there are, and these.
    stretches: Vec<Pile<u32>>,
}

impl Holders {
    /// Those of the articles of one stretch after the other.
    pub(super) fn stretches(self) -> impl Iterator<Item = Stretch> {
        (0..).step_by(STRETCH).zip(self.stretches).map(|(from, pile)| {
            let mut words = Vec::with_capacity(pile.len());
            pile.for_each(|word| words.push(word));
            Stretch::new(from, words)
        })
    }
}

/// The earlier holders of the keys of some articles.
pub(super) struct Stretch {
    from: u32,
    words: Vec<u32>,
    /// Where the runs of each article begin, and where each one's are in these.
    runs: Vec<u32>,
    ends: Vec<u32>,
}

impl Stretch {
    fn new(from: u32, words: Vec<u32>) -> Self {
        let starts = || {
            let end = |at: usize| words.get(at + 2).map(|n| at + 3 + *n as usize);
            std::iter::successors(Some(0), move |at| end(*at)).filter(|at| at + 2 < words.len())
        };
        let article = |at: usize| (words[at] - from) as usize;
        let mut ends = vec![0_u32; STRETCH + 1];
        starts().for_each(|at| ends[article(at) + 1] += 1);
        for at in 0..STRETCH {
            ends[at + 1] += ends[at];
        }
        let (mut runs, mut next) = (vec![0; ends[STRETCH] as usize], ends.clone());
        for at in starts() {
            let next = &mut next[article(at)];
            runs[*next as usize] = at as u32;
            *next += 1;
        }
        Self { from, words, runs, ends }
    }

    /// The articles before the one at a position that share enough with it, sorted.
    pub(super) fn earlier<'s>(&self, position: u32, seats: &'s mut Seats) -> &'s [u32] {
        let at = (position - self.from) as usize;
        let runs = self.runs[self.ends[at] as usize..self.ends[at + 1] as usize].iter().map(|at| {
            let at = *at as usize;
            (self.words[at + 1], &self.words[at + 3..at + 3 + self.words[at + 2] as usize])
        });
        seats.enough(runs)
    }
}

#[cfg(test)]
mod tests {
    use super::super::block::Blocks;
    use super::super::shelf::tests::Memory;
    use super::super::text::mix;
    use super::*;

    #[test]
    fn articles_meet_as_they_do_in_memory() {
        let some = |article: u32| {
            let key = move |i: u32| (mix(mix(article * 31 + i) % 900) << 9) | (mix(i + article * 7) % 6);
            (0..20).map(key).collect::<std::collections::BTreeSet<Key>>().into_iter().collect::<Vec<Key>>()
        };
        let articles = 2 * ARTICLES as u32 + 77;
        let keys: Vec<Vec<Key>> = (0..articles).map(some).collect();
        let expected = Blocks::default().add(0, &keys);
        let mut own = Keys::new(keys.len(), Some(Arc::new(Memory::default())));
        assert_eq!(own.parts.len(), 3);
        (0..).zip(&keys).for_each(|(position, keys)| own.add(position, keys));
        let (mut seats, mut other, mut met, mut position) = (Seats::default(), Seats::default(), 0, 0);
        for stretch in own.holders().stretches() {
            for _ in 0..STRETCH.min(keys.len() - position as usize) {
                let earlier = stretch.earlier(position, &mut seats);
                met += earlier.len();
                assert_eq!(earlier, expected.earlier(position, &mut other), "{position}");
                position += 1;
            }
        }
        assert!(position == articles && met > 10_000, "{met}");
    }
}

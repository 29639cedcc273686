//! Records of one size in the order in which they came, more than memory holds: those of a run lie on a shelf.

use super::cluster::Edge;
use super::index::Crossing;
use super::link;
use super::shelf::Shelf;
use std::sync::Arc;

/// A record of some words.
pub(super) trait Flat: Copy {
    /// How many words of 32 bits it takes.
    const WORDS: usize;

    /// Hands its words on.
    fn put(self, word: impl FnMut(u32));

    /// The record of some words.
    fn of(word: impl Fn(usize) -> u32) -> Self;
}

impl Flat for Edge {
    const WORDS: usize = 3;

    fn put(self, word: impl FnMut(u32)) {
        [self.a, self.b, self.score.to_bits()].into_iter().for_each(word);
    }

    fn of(word: impl Fn(usize) -> u32) -> Self {
        Self { a: word(0), b: word(1), score: f32::from_bits(word(2)) }
    }
}

impl Flat for Crossing {
    const WORDS: usize = 4;

    fn put(self, word: impl FnMut(u32)) {
        let numbers = u32::from(self.pair.x) | u32::from(self.pair.y) << 16;
        [self.a, self.b, numbers, self.pair.score.to_bits()].into_iter().for_each(word);
    }

    fn of(word: impl Fn(usize) -> u32) -> Self {
        let pair = link::Pair { x: word(2) as u16, y: (word(2) >> 16) as u16, score: f32::from_bits(word(3)) };
        Self { a: word(0), b: word(1), pair }
    }
}

impl Flat for (u32, Edge) {
    const WORDS: usize = 4;

    fn put(self, word: impl FnMut(u32)) {
        [self.0, self.1.a, self.1.b, self.1.score.to_bits()].into_iter().for_each(word);
    }

    fn of(word: impl Fn(usize) -> u32) -> Self {
        (word(0), Edge { a: word(1), b: word(2), score: f32::from_bits(word(3)) })
    }
}

impl Flat for (u32, u32) {
    const WORDS: usize = 2;

    fn put(self, word: impl FnMut(u32)) {
        [self.0, self.1].into_iter().for_each(word);
    }

    fn of(word: impl Fn(usize) -> u32) -> Self {
        (word(0), word(1))
    }
}

impl Flat for (u64, u32) {
    const WORDS: usize = 3;

    fn put(self, mut word: impl FnMut(u32)) {
        self.0.put(&mut word);
        word(self.1);
    }

    fn of(word: impl Fn(usize) -> u32) -> Self {
        (u64::of(&word), word(2))
    }
}

impl Flat for u64 {
    const WORDS: usize = 2;

    fn put(self, word: impl FnMut(u32)) {
        [self as u32, (self >> 32) as u32].into_iter().for_each(word);
    }

    fn of(word: impl Fn(usize) -> u32) -> Self {
        Self::from(word(0)) | Self::from(word(1)) << 32
    }
}

impl Flat for u32 {
    const WORDS: usize = 1;

    fn put(self, mut word: impl FnMut(u32)) {
        word(self);
    }

    fn of(word: impl Fn(usize) -> u32) -> Self {
        word(0)
    }
}

/// Bytes of a word.
const WORD: usize = 4;

/// The bytes of some records.
pub(super) fn pack<T: Flat>(records: &[T], into: &mut Vec<u8>) {
    into.clear();
    into.reserve(records.len() * T::WORDS * WORD);
    for record in records {
        record.put(|word| into.extend(word.to_le_bytes()));
    }
}

/// The records of some bytes.
pub(super) fn unpack<T: Flat>(bytes: &[u8]) -> impl Iterator<Item = T> {
    bytes
        .chunks_exact(T::WORDS * WORD)
        .map(|bytes| T::of(|at| bytes[at * WORD..].first_chunk().map_or(0, |word| u32::from_le_bytes(*word))))
}

/// How many records are put away at a time, as a rule.
pub(super) const AT_A_TIME: usize = 1 << 14;

/// Records that are added at the end and read from the front.
#[derive(Debug, Clone)]
pub(super) struct Pile<T> {
    own: Vec<T>,
    shelf: Option<Arc<dyn Shelf>>,
    /// Where those on the shelf begin, and how many follow each other there.
    lent: Vec<(u64, u32)>,
}

impl<T> Default for Pile<T> {
    fn default() -> Self {
        Self { own: Vec::new(), shelf: None, lent: Vec::new() }
    }
}

impl<T: Flat> Pile<T> {
    /// On a shelf, or in memory where there is none.
    pub(super) fn on(shelf: Option<Arc<dyn Shelf>>) -> Self {
        Self { own: Vec::new(), shelf, lent: Vec::new() }
    }

    /// Where it lies.
    pub(super) fn shelf(&self) -> Option<&Arc<dyn Shelf>> {
        self.shelf.as_ref()
    }

    /// Those in memory, which alone may change.
    pub(super) fn own(&mut self) -> &mut Vec<T> {
        &mut self.own
    }

    pub(super) fn len(&self) -> usize {
        self.lent.iter().map(|(_, n)| *n as usize).sum::<usize>() + self.own.len()
    }

    /// Adds a record; so many are held before they are put away.
    pub(super) fn push(&mut self, record: T, held: usize) {
        self.own.push(record);
        if self.own.len() >= held {
            self.settle();
        }
    }

    /// Adds records.
    pub(super) fn extend(&mut self, records: impl IntoIterator<Item = T>) {
        records.into_iter().for_each(|record| self.push(record, AT_A_TIME));
    }

    /// Puts away what was added.
    pub(super) fn settle(&mut self) {
        let Some(shelf) = self.shelf.as_ref().filter(|_| !self.own.is_empty()) else { return };
        let mut held = Vec::new();
        for some in self.own.chunks(AT_A_TIME) {
            pack(some, &mut held);
            self.lent.push((shelf.put(&held), some.len() as u32));
        }
        self.own.clear();
    }

    pub(super) fn for_each(&self, mut f: impl FnMut(T)) {
        let mut held = Vec::new();
        for (at, n) in &self.lent {
            if let Some(shelf) = &self.shelf {
                shelf.get(*at, *n as usize * T::WORDS * WORD, &mut held);
            }
            unpack(&held).for_each(&mut f);
        }
        self.own.iter().copied().for_each(f);
    }
}

#[cfg(test)]
mod tests {
    use super::super::shelf::tests::Memory;
    use super::*;

    #[test]
    fn records_are_the_same_in_memory_and_on_a_shelf() {
        let crossing = |n: u32| Crossing {
            a: n,
            b: n + 7,
            pair: link::Pair { x: n as u16, y: (n * 31) as u16, score: n as f32 / 8.0 - 4.0 },
        };
        let (mut own, mut lent) = (Pile::default(), Pile::on(Some(Arc::new(Memory::default()))));
        for some in [0..10, 10..10, 10..40_000] {
            for pile in [&mut own, &mut lent] {
                pile.extend(some.clone().map(crossing));
                assert_eq!(pile.len(), some.end as usize);
            }
        }
        lent.settle();
        let all = |pile: &Pile<Crossing>| {
            let mut all = Vec::new();
            pile.for_each(|crossing| all.push(crossing));
            all
        };
        assert_eq!(all(&own), (0..40_000).map(crossing).collect::<Vec<_>>());
        assert!(all(&own) == all(&lent) && lent.own.is_empty());
        let edge = Edge { a: 3, b: u32::MAX, score: -0.5 };
        let mut bytes = Vec::new();
        pack(&[edge], &mut bytes);
        assert_eq!(unpack::<Edge>(&bytes).collect::<Vec<_>>(), [edge]);
    }
}

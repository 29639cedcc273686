//! What is known of the articles, where memory does not hold it: their fingerprints, mentions and crossings as bytes
//! that the caller keeps, on a disk as a rule.

use super::column::Column;
use super::features::Fingerprint;
use super::records::Slot;
use std::fmt::Debug;
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that are put away and read again from anywhere. Whoever keeps them tells when that failed; until then a
/// reader sees fewer bytes than it asked for, and nothing that it makes of them is used.
pub trait Shelf: Debug + Send + Sync {
    /// Puts bytes away; returns where they begin.
    fn put(&self, bytes: &[u8]) -> u64;

    /// Puts other bytes in the place of some that were put away.
    fn set(&self, at: u64, bytes: &[u8]);

    /// Reads bytes into a buffer, whose former content goes.
    fn get(&self, at: u64, length: usize, into: &mut Vec<u8>);

    /// Takes notice that the bytes of a record make none; whoever keeps them tells it.
    fn damaged(&self, at: u64);
}

/// A record on a shelf.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lying {
    /// Where it begins.
    pub at: u64,
    /// Bytes of what stories and events tell of the article.
    pub head: u32,
    /// Bytes of its fingerprint.
    pub print: u32,
    /// How many mentions there are: where each ends follows the fingerprint, four bytes each, and then they follow.
    pub mentions: u32,
}

/// Fingerprints that are held at a time, at most: of those that are compared most are of the last days.
const HELD: usize = 8_192;
/// Bytes of them on the shelf, at most; in memory they take about as many.
const BYTES: usize = 32 << 20;
/// One with more mentions than this is read each time.
const LARGE: usize = 512;

/// A fingerprint, its position and its bytes on the shelf.
type Held = (u32, Arc<Fingerprint>, u32);

/// Fingerprints on a shelf, those that were asked for last in memory.
#[derive(Debug)]
struct Lent {
    shelf: Arc<dyn Shelf>,
    slots: Arc<Column<Slot>>,
    /// Two for each remainder of a position, the one that was asked for last first.
    held: Vec<Mutex<[Option<Held>; 2]>>,
    /// Their bytes, and where the next ones are taken from when these are too many.
    bytes: AtomicUsize,
    hand: AtomicUsize,
}

/// The fingerprints of an index, by position.
#[derive(Debug, Clone, Default)]
pub(super) struct Prints {
    own: Vec<Fingerprint>,
    lent: Option<Arc<Lent>>,
}

/// A fingerprint.
pub(super) enum Print<'p> {
    Own(&'p Fingerprint),
    Lent(Arc<Fingerprint>),
}

impl Deref for Print<'_> {
    type Target = Fingerprint;

    fn deref(&self) -> &Fingerprint {
        match self {
            Self::Own(print) => print,
            Self::Lent(print) => print,
        }
    }
}

impl Prints {
    /// Those that lie on a shelf, in the order of their articles.
    pub(super) fn lent(shelf: Arc<dyn Shelf>, slots: Arc<Column<Slot>>) -> Self {
        let held = (0..HELD / 2).map(|_| Mutex::default()).collect();
        let lent = Lent { shelf, slots, held, bytes: AtomicUsize::default(), hand: AtomicUsize::default() };
        Self { own: Vec::new(), lent: Some(Arc::new(lent)) }
    }

    /// Those in memory, which alone may change.
    pub(super) fn own(&mut self) -> &mut Vec<Fingerprint> {
        &mut self.own
    }

    pub(super) fn len(&self) -> usize {
        self.lent.as_ref().map_or(self.own.len(), |lent| lent.slots.len() as usize)
    }

    /// How many mentions an article has.
    pub(super) fn mentions(&self, at: usize) -> usize {
        self.lent.as_ref().map_or_else(|| self.own[at].mentions(), |lent| lent.slots.get(at as u32).mentions())
    }

    pub(super) fn get(&self, at: u32) -> Print<'_> {
        match &self.lent {
            None => Print::Own(&self.own[at as usize]),
            Some(lent) => Print::Lent(lent.get(at)),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Print<'_>> {
        (0..self.len() as u32).map(|at| self.get(at))
    }
}

impl Lent {
    fn get(&self, at: u32) -> Arc<Fingerprint> {
        let place = &self.held[at as usize % self.held.len()];
        let held = || place.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut held = held();
            if held[1].as_ref().is_some_and(|other| other.0 == at) {
                held.swap(0, 1);
            }
            if let Some((_, print, _)) = held[0].as_ref().filter(|first| first.0 == at) {
                return print.clone();
            }
        }
        let lying = self.slots.get(at).lying;
        let print = Arc::new(self.read(lying));
        if print.claims.len() <= LARGE {
            let before = {
                let mut held = held();
                held.swap(0, 1);
                held[0].replace((at, print.clone(), lying.print))
            };
            self.account(lying.print, before);
        }
        print
    }

    /// Counts the bytes of one that is held from now on, and of one that is not any more; takes others where there are
    /// too many.
    fn account(&self, more: u32, gone: Option<Held>) {
        let take = |gone: Option<Held>| {
            let bytes = gone.map_or(0, |(.., bytes)| bytes as usize);
            self.bytes.fetch_sub(bytes, Ordering::Relaxed) - bytes
        };
        self.bytes.fetch_add(more as usize, Ordering::Relaxed);
        let mut held = take(gone);
        for _ in 0..self.held.len() {
            if held <= BYTES {
                return;
            }
            let place = &self.held[self.hand.fetch_add(1, Ordering::Relaxed) % self.held.len()];
            let mut two = place.lock().unwrap_or_else(PoisonError::into_inner);
            held = take(two[1].take().or_else(|| two[0].take()));
        }
    }

    fn read(&self, lying: Lying) -> Fingerprint {
        let mut bytes = Vec::new();
        self.shelf.get(lying.at + u64::from(lying.head), lying.print as usize, &mut bytes);
        let print = Fingerprint::from_bytes(&bytes).filter(|print| print.mentions() == lying.mentions as usize);
        print.unwrap_or_else(|| {
            self.shelf.damaged(lying.at);
            // There are as many mentions as the others count with.
            Fingerprint { uncompared: lying.mentions, ..Fingerprint::default() }
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A shelf in memory; `gone` reads nothing.
    #[derive(Debug, Default)]
    pub(in crate::dedup) struct Memory {
        pub(in crate::dedup) bytes: Mutex<Vec<u8>>,
        /// Where records lie that were none.
        pub(in crate::dedup) damaged: Mutex<Vec<u64>>,
        pub(in crate::dedup) gone: bool,
    }

    impl Shelf for Memory {
        fn put(&self, bytes: &[u8]) -> u64 {
            let mut all = self.bytes.lock().expect("lock");
            all.extend(bytes);
            (all.len() - bytes.len()) as u64
        }

        fn set(&self, at: u64, bytes: &[u8]) {
            self.bytes.lock().expect("lock")[at as usize..][..bytes.len()].copy_from_slice(bytes);
        }

        fn get(&self, at: u64, length: usize, into: &mut Vec<u8>) {
            into.clear();
            if !self.gone {
                into.extend(&self.bytes.lock().expect("lock")[at as usize..at as usize + length]);
            }
        }

        fn damaged(&self, at: u64) {
            self.damaged.lock().expect("lock").push(at);
        }
    }

    #[test]
    fn fingerprints_are_read_again_however_often_they_are_pushed_out() {
        let shelf = Memory::default();
        let print = |n: u32| Fingerprint { language: n, ..Fingerprint::default() };
        let n = 3 * HELD as u32;
        let slots = (0..n).map(|n| {
            let bytes = print(n).to_bytes();
            let at = shelf.put(&[b"..", &bytes[..]].concat());
            Slot::lying(Lying { at, head: 2, print: bytes.len() as u32, mentions: 0 })
        });
        let slots = Column::of(None, slots);
        let prints = Prints::lent(Arc::new(shelf), Arc::new(slots));
        for at in (0..n).chain([5, 5, HELD as u32 / 2 + 5, 5, n - 1, 0]) {
            assert_eq!(*prints.get(at), print(at));
        }
        let gone = Memory { gone: true, ..Memory::default() };
        let slots = Column::of(None, [Slot::lying(Lying { mentions: 3, ..Lying::default() })].into_iter());
        assert_eq!(Prints::lent(Arc::new(gone), Arc::new(slots)).get(0).mentions(), 3);
    }
}

//! Numbers by position, more than memory holds: pages of them lie on a shelf, and those that were asked for last are
//! held.

use super::pile::{self, Flat};
use super::shelf::Shelf;
use std::sync::{Arc, Mutex, PoisonError};

/// Numbers of a page, at most, and its bytes.
const PAGE: usize = 1 << 10;
const BYTES: usize = 1 << 13;
/// Pages that are held.
const HELD: usize = 1 << 8;
/// Bytes of a word.
const WORD: usize = 4;

/// Numbers that are added at the end, and read and changed anywhere: in memory, or on a shelf.
#[derive(Debug)]
pub(super) struct Column<T> {
    /// All of them, or those after the last whole page.
    own: Vec<T>,
    lent: Option<Lent>,
}

#[derive(Debug)]
struct Lent {
    shelf: Arc<dyn Shelf>,
    /// Where each page lies.
    places: Vec<u64>,
    /// By the remainder of the page.
    held: Vec<Mutex<Page>>,
}

/// A page that is held.
#[derive(Debug, Default)]
struct Page {
    /// Its number, from 1.
    number: usize,
    is_changed: bool,
    bytes: Vec<u8>,
}

impl Page {
    /// Holds a page.
    fn turn_to(&mut self, at: usize, length: usize, places: &[u64], shelf: &dyn Shelf) {
        if self.number == at + 1 {
            return;
        }
        if std::mem::take(&mut self.is_changed) {
            shelf.set(places[self.number - 1], &self.bytes);
        }
        shelf.get(places[at], length, &mut self.bytes);
        // What could not be read is told by the shelf.
        self.bytes.resize(length, 0);
        self.number = at + 1;
    }
}

impl<T: Flat> Column<T> {
    /// Numbers of a page.
    const PAGE: usize = {
        let mut numbers = PAGE;
        while numbers * T::WORDS * WORD > BYTES {
            numbers /= 2;
        }
        numbers
    };

    /// Without any numbers yet.
    pub(super) fn on(shelf: Option<Arc<dyn Shelf>>) -> Self {
        let held = || (0..HELD).map(|_| Mutex::default()).collect();
        let lent = shelf.map(|shelf| Lent { shelf, places: Vec::new(), held: held() });
        Self { own: Vec::new(), lent }
    }

    /// Of some numbers.
    pub(super) fn of(shelf: Option<Arc<dyn Shelf>>, numbers: impl Iterator<Item = T>) -> Self {
        let mut this = Self::on(shelf);
        numbers.for_each(|number| this.push(number));
        this
    }

    /// Where it lies.
    pub(super) fn shelf(&self) -> Option<&Arc<dyn Shelf>> {
        self.lent.as_ref().map(|lent| &lent.shelf)
    }

    /// How many numbers lie in pages.
    fn paged(&self) -> usize {
        self.lent.as_ref().map_or(0, |lent| lent.places.len() * Self::PAGE)
    }

    pub(super) fn len(&self) -> u32 {
        (self.paged() + self.own.len()) as u32
    }

    pub(super) fn push(&mut self, number: T) {
        self.own.push(number);
        if let Some(lent) = self.lent.as_mut().filter(|_| self.own.len() == Self::PAGE) {
            let mut bytes = Vec::new();
            pile::pack(&self.own, &mut bytes);
            lent.places.push(lent.shelf.put(&bytes));
            self.own.clear();
        }
    }

    pub(super) fn get(&self, at: u32) -> T {
        let (at, paged) = (at as usize, self.paged());
        let Some(Lent { shelf, places, held }) = self.lent.as_ref().filter(|_| at < paged) else {
            return self.own[at - paged];
        };
        let mut page = held[at / Self::PAGE % HELD].lock().unwrap_or_else(PoisonError::into_inner);
        page.turn_to(at / Self::PAGE, Self::PAGE * T::WORDS * WORD, places, &**shelf);
        let bytes = &page.bytes[at % Self::PAGE * T::WORDS * WORD..];
        T::of(|word| bytes[word * WORD..].first_chunk().map_or(0, |word| u32::from_le_bytes(*word)))
    }

    pub(super) fn set(&mut self, at: u32, number: T) {
        let (at, paged) = (at as usize, self.paged());
        let Some(Lent { shelf, places, held }) = self.lent.as_mut().filter(|_| at < paged) else {
            self.own[at - paged] = number;
            return;
        };
        let page = held[at / Self::PAGE % HELD].get_mut().unwrap_or_else(PoisonError::into_inner);
        page.turn_to(at / Self::PAGE, Self::PAGE * T::WORDS * WORD, places, &**shelf);
        page.is_changed = true;
        let mut words = page.bytes[at % Self::PAGE * T::WORDS * WORD..].chunks_exact_mut(WORD);
        number.put(|word| {
            if let Some(bytes) = words.next() {
                bytes.copy_from_slice(&word.to_le_bytes());
            }
        });
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = T> {
        (0..self.len()).map(|at| self.get(at))
    }
}

#[cfg(test)]
mod tests {
    use super::super::shelf::tests::Memory;
    use super::super::text::mix;
    use super::*;

    #[test]
    fn numbers_on_a_shelf_are_those_in_memory() {
        let n = (PAGE * HELD * 2 + 77) as u32;
        let first = |n: u32| (n, mix(n));
        let mut own = Column::of(None, (0..n).map(first));
        let mut lent = Column::of(Some(Arc::new(Memory::default())), (0..n).map(first));
        let mut seed = 1;
        for _ in 0..20_000 {
            seed = mix(seed);
            let at = seed % n;
            assert_eq!(own.get(at), lent.get(at));
            own.set(at, (seed, at));
            lent.set(at, (seed, at));
        }
        assert!(own.len() == n && lent.len() == n && own.iter().eq(lent.iter()));
        let gone: Arc<dyn Shelf> = Arc::new(Memory { gone: true, ..Memory::default() });
        assert_eq!(Column::of(Some(gone), (1..n).map(first)).get(5), (0, 0));
    }
}

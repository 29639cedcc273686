//! The stems of one article, laid out so that those of many others are looked up in them.

use super::background::Background;
use super::compare::Words;
use super::features::Fingerprint;

/// Bits of the number of slots: more than twice the stems of an article.
const BITS: u32 = 9;

/// A stem of the article; 0 where the slot is free.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    stem: u32,
    weight: f32,
    is_lead: bool,
    is_name: bool,
}

/// The stems of an article, in an open hash table.
#[derive(Debug)]
pub(super) struct Stems {
    slots: Vec<Slot>,
}

impl Default for Stems {
    fn default() -> Self {
        Self { slots: vec![Slot::default(); 1 << BITS] }
    }
}

fn home(stem: u32) -> usize {
    (stem >> (u32::BITS - BITS)) as usize
}

const fn next(slot: usize) -> usize {
    (slot + 1) & ((1 << BITS) - 1)
}

impl Stems {
    /// Takes the stems of another article.
    pub(super) fn turn_to(&mut self, print: &Fingerprint, background: &Background) {
        self.slots.fill(Slot::default());
        for (at, stem) in print.stems().iter().enumerate() {
            let mut slot = home(*stem);
            while self.slots[slot].stem != 0 {
                slot = next(slot);
            }
            let (is_lead, is_name) = (print.is_lead(at), print.is_name(at));
            self.slots[slot] = Slot { stem: *stem, weight: background.weight(*stem), is_lead, is_name };
        }
    }

    /// The words that the article shares with another one.
    pub(super) fn shared(&self, other: &Fingerprint) -> Words {
        let mut words = Words::default();
        for (at, stem) in other.stems().iter().enumerate() {
            let mut slot = home(*stem);
            while self.slots[slot].stem != *stem && self.slots[slot].stem != 0 {
                slot = next(slot);
            }
            let own = self.slots[slot];
            if own.stem != 0 {
                words.add(own.weight, own.is_lead && other.is_lead(at), own.is_name && other.is_name(at));
            }
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::super::compare::shared_words;
    use super::*;
    use crate::record::Article;

    #[test]
    fn looked_up_words_are_those_of_two_sorted_sets() {
        let background = Background::embedded();
        let texts = [
            "В Актау изъято 14 кг гашиша, сообщил Ахметов в Департаменте полиции.",
            "Гашиш изъяли в Актау: Ахметов, полиция.",
            "В Шымкенте осуждён Иванов за кражу скота.",
            "",
        ];
        let print = |text: &str| {
            let text = text.repeat(3);
            Fingerprint::new(&Article { text, ..Article::default() }, &[], &background)
        };
        let prints = texts.map(print);
        let mut stems = Stems::default();
        for a in &prints {
            stems.turn_to(a, &background);
            for b in &prints {
                assert_eq!(stems.shared(b), shared_words(a, b, &background));
            }
        }
    }
}

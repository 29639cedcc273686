//! Word forms with their senses, and a table of some hundred thousand of them in four allocations, so that a program
//! starts at once.

use super::feats::Feats;
use std::hash::BuildHasher;

/// One word of a pattern.
pub type LemmaId = u32;

/// A reading of a token: which lemma, in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sense {
    /// The lemma.
    pub lemma: LemmaId,
    /// The features of this reading.
    pub feats: Feats,
}

/// A form's place in the table.
pub type FormId = u32;

/// Word forms with their senses.
#[derive(Debug, Default, Clone)]
pub struct Forms {
    /// All forms, one after the other.
    text: String,
    /// Each form: where its text begins and ends, its first and its last sense.
    spans: Vec<[u32; 4]>,
    /// Each sense with the next one of its form.
    senses: Vec<(Sense, u32)>,
    /// Open addressing by hash: a form's number plus one, 0 where none lies.
    slots: Vec<u32>,
}

/// No further sense.
const LAST: u32 = u32::MAX;

impl Forms {
    /// A table of forms without senses, as [`Forms::parts`] gave it.
    pub fn from_parts(text: String, ends: impl Iterator<Item = u32>, slots: Vec<u32>) -> Self {
        let mut start = 0;
        let span = |end| {
            let span = [start, end, LAST, LAST];
            start = end;
            span
        };
        Self { text, spans: ends.map(span).collect(), senses: Vec::new(), slots }
    }

    /// The text of all forms, where each ends in it, and the hash slots.
    pub fn parts(&self) -> (&str, impl Iterator<Item = u32>, &[u32]) {
        (&self.text, self.spans.iter().map(|s| s[1]), &self.slots)
    }

    /// Number of forms.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// The form at a place.
    #[cfg(test)]
    pub fn word(&self, form: FormId) -> &str {
        self.text(self.spans[form as usize])
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    fn text(&self, form: [u32; 4]) -> &str {
        &self.text[form[0] as usize..form[1] as usize]
    }

    /// The slot that holds a form, or the empty one in which it belongs.
    fn slot(&self, form: &str) -> usize {
        let mask = self.slots.len() - 1;
        let hash = rustc_hash::FxBuildHasher.hash_one(form);
        let mut at = (hash >> 20) as usize & mask;
        while self.slots[at] != 0 && self.text(self.spans[self.slots[at] as usize - 1]) != form {
            at = (at + 1) & mask;
        }
        at
    }

    /// The place of a form, new where it is not known.
    pub fn place(&mut self, form: &str) -> FormId {
        if (self.spans.len() + 1) * 2 > self.slots.len() {
            self.slots = vec![0; (self.slots.len() * 2).max(1 << 12)];
            for n in 0..self.spans.len() {
                let at = self.slot(self.text(self.spans[n]));
                self.slots[at] = n as u32 + 1;
            }
        }
        let at = self.slot(form);
        if self.slots[at] == 0 {
            let start = self.text.len() as u32;
            self.text.push_str(form);
            self.spans.push([start, self.text.len() as u32, LAST, LAST]);
            self.slots[at] = self.spans.len() as u32;
        }
        self.slots[at] - 1
    }

    /// Gives a form a sense, once.
    pub fn add(&mut self, form: &str, sense: Sense) {
        let form = self.place(form);
        self.add_to(form, sense);
    }

    /// Gives the form at a place a sense, once.
    pub fn add_to(&mut self, form: FormId, sense: Sense) {
        let [_, _, first, last] = self.spans[form as usize];
        if self.chain(first).any(|known| *known == sense) {
            return;
        }
        let new = self.senses.len() as u32;
        self.senses.push((sense, LAST));
        self.spans[form as usize][3] = new;
        if first == LAST {
            self.spans[form as usize][2] = new;
        } else {
            self.senses[last as usize].1 = new;
        }
    }

    /// The senses of a form, in the order in which they were added.
    pub fn get(&self, form: &str) -> impl Iterator<Item = &Sense> {
        let number = if self.slots.is_empty() { 0 } else { self.slots[self.slot(form)] };
        self.chain(if number == 0 { LAST } else { self.spans[number as usize - 1][2] })
    }

    fn chain(&self, mut next: u32) -> impl Iterator<Item = &Sense> {
        std::iter::from_fn(move || {
            let (sense, following) = self.senses.get(next as usize)?;
            next = *following;
            Some(sense)
        })
    }
}

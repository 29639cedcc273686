//! Word forms → lemma numbers: what all patterns are compiled to.
//!
//! A *lemma number* stands for one word of a pattern in all its forms, for one exact form (`=форма`), or for
//! all words with a prefix (`нарко*`). A token has the numbers of everything it can be.

use super::feats::Feats;
use super::morphology::Morphology;
use rustc_hash::FxHashMap;
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

/// All words that any pattern of one language names.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// By form or, where endings are stripped, by stem.
    forms: Forms,
    /// The exact forms (`=форма`), never stems.
    exact: FxHashMap<Box<str>, Vec<Sense>>,
    prefixes: FxHashMap<Box<str>, LemmaId>,
    prefix_lengths: Vec<usize>,
    ids: FxHashMap<String, LemmaId>,
}

impl Vocabulary {
    /// The number of a pattern word, compiled to its forms at first sight.
    pub fn intern(&mut self, word: &str, morphology: &dyn Morphology) -> LemmaId {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        let id = self.ids.len() as LemmaId;
        self.ids.insert(word.to_owned(), id);
        if let Some(exact) = word.strip_prefix('=') {
            let sense = Sense { lemma: id, feats: morphology.feats(exact) };
            self.exact.entry(exact.into()).or_default().push(sense);
        } else if let Some(prefix) = word.strip_suffix('*') {
            let length = prefix.len();
            self.prefixes.insert(prefix.into(), id);
            if !self.prefix_lengths.contains(&length) {
                self.prefix_lengths.push(length);
                self.prefix_lengths.sort_unstable();
            }
        } else {
            let (lemma, only) = match word.split_once('@') {
                Some((lemma, "noun")) => (lemma, Feats::NOUN),
                Some((lemma, "verb")) => (lemma, Feats::VERB),
                Some((lemma, "adj")) => (lemma, Feats::ADJ),
                Some((lemma, "plur")) => (lemma, Feats::PLUR),
                Some((lemma, "sing")) => (lemma, Feats::SING),
                Some((lemma, "part")) => (lemma, Feats::PART),
                Some((lemma, "short")) => (lemma, Feats::SHORT),
                _ => (word, Feats::default()),
            };
            for (form, feats) in morphology.forms(lemma) {
                if feats.has(only) {
                    self.forms.add(&form, Sense { lemma: id, feats });
                }
            }
        }
        id
    }

    /// Appends the senses of a lower-cased word to `out`; `morphology` reads words known only by a prefix.
    pub fn senses(&self, lower: &str, morphology: &dyn Morphology, out: &mut Vec<Sense>) {
        out.extend(self.exact.get(lower).into_iter().flatten());
        morphology.readings(lower, &mut |stem, feats| {
            for sense in self.forms.get(stem) {
                out.push(Sense { lemma: sense.lemma, feats: sense.feats | feats });
            }
        });
        for &length in &self.prefix_lengths {
            if length > lower.len() {
                break;
            }
            if lower.is_char_boundary(length)
                && let Some(&lemma) = self.prefixes.get(&lower[..length])
            {
                out.push(Sense { lemma, feats: morphology.feats(lower) });
            }
        }
    }

    /// All pattern words as their lexicons write them, sorted.
    pub fn words(&self) -> Vec<&str> {
        let mut words: Vec<&str> = self.ids.keys().map(String::as_str).collect();
        words.sort_unstable();
        words
    }

    /// Number of distinct word forms.
    pub fn len(&self) -> usize {
        self.forms.len() + self.exact.len()
    }

    /// Whether no pattern named a word.
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty() && self.exact.is_empty() && self.prefixes.is_empty()
    }
}

/// Word forms with their senses: some hundred thousand, in four allocations, so that a program starts at once.
#[derive(Debug, Default)]
struct Forms {
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
    fn len(&self) -> usize {
        self.spans.len()
    }

    fn is_empty(&self) -> bool {
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

    fn add(&mut self, form: &str, sense: Sense) {
        if (self.spans.len() + 1) * 2 > self.slots.len() {
            self.slots = vec![0; (self.slots.len() * 2).max(1 << 12)];
            for n in 0..self.spans.len() {
                let at = self.slot(self.text(self.spans[n]));
                self.slots[at] = n as u32 + 1;
            }
        }
        let at = self.slot(form);
        let new = self.senses.len() as u32;
        if self.slots[at] == 0 {
            let start = self.text.len() as u32;
            self.text.push_str(form);
            self.spans.push([start, self.text.len() as u32, new, new]);
            self.slots[at] = self.spans.len() as u32;
        } else if self.get(form).any(|s| *s == sense) {
            return;
        } else {
            let known = &mut self.spans[self.slots[at] as usize - 1];
            self.senses[known[3] as usize].1 = new;
            known[3] = new;
        }
        self.senses.push((sense, LAST));
    }

    /// The senses of a form, in the order in which they were added.
    fn get(&self, form: &str) -> impl Iterator<Item = &Sense> {
        let number = if self.slots.is_empty() { 0 } else { self.slots[self.slot(form)] };
        let mut next = if number == 0 { LAST } else { self.spans[number as usize - 1][2] };
        std::iter::from_fn(move || {
            let (sense, following) = self.senses.get(next as usize)?;
            next = *following;
            Some(sense)
        })
    }
}

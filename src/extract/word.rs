//! What a language knows of a word form, worked out once and remembered: news repeats its words.

use super::feats::Feats;
use super::morphology::Morphology;
use super::vocabulary::{LemmaId, Sense, Vocabulary};
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock, RwLock};

/// Forms remembered at most; beyond it a form is analysed anew (hostile text must not fill the memory).
const REMEMBERED: usize = 200_000;

/// Longest form remembered, in bytes.
const LONGEST: usize = 64;

/// Lemmas folded into one word: where two do not meet, they have none in common.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fold(u64);

impl Fold {
    /// Folds lemmas.
    pub fn of(lemmas: impl Iterator<Item = LemmaId>) -> Self {
        Self(lemmas.fold(0, |fold, lemma| fold | 1 << (lemma % 64)))
    }

    /// The lemmas of both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether both may have a lemma in common.
    #[inline]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A word form with its readings.
#[derive(Debug, Default)]
pub struct Word {
    /// The readings that some pattern asks for.
    pub senses: Box<[Sense]>,
    /// Their lemmas, folded.
    pub fold: Fold,
    feats: OnceLock<Feats>,
}

impl Word {
    fn read(lower: &str, vocabulary: &Vocabulary, morphology: &dyn Morphology) -> Self {
        let mut senses = Vec::new();
        vocabulary.senses(lower, morphology, &mut senses);
        let fold = Fold::of(senses.iter().map(|sense| sense.lemma));
        Self { senses: senses.into(), fold, feats: OnceLock::new() }
    }

    /// The union of the features of its likely readings; `lower` is the form itself.
    pub fn feats(&self, lower: &str, morphology: &dyn Morphology) -> Feats {
        *self.feats.get_or_init(|| morphology.feats(lower))
    }
}

/// The word forms met so far.
#[derive(Debug, Default)]
pub struct Words {
    known: RwLock<FxHashMap<Box<str>, Arc<Word>>>,
}

impl Words {
    /// Looks up the words of one text: one lock for all that are known, one for all that are new.
    pub fn of<'w>(
        &self,
        lower: impl Iterator<Item = &'w str>,
        vocabulary: &Vocabulary,
        morphology: &dyn Morphology,
    ) -> Vec<Arc<Word>> {
        let mut new: Vec<(usize, &str)> = Vec::new();
        let mut words: Vec<Arc<Word>> = {
            let known = self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner);
            let none = Arc::new(Word::default());
            let look = |(i, lower): (usize, &'w str)| {
                known.get(lower).cloned().unwrap_or_else(|| {
                    new.push((i, lower));
                    Arc::clone(&none)
                })
            };
            lower.enumerate().map(look).collect()
        };
        if new.is_empty() {
            return words;
        }
        for (i, lower) in &new {
            words[*i] = Arc::new(Word::read(lower, vocabulary, morphology));
        }
        let mut known = self.known.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        for (i, lower) in new {
            if known.len() < REMEMBERED && lower.len() <= LONGEST {
                words[i] = Arc::clone(known.entry(lower.into()).or_insert_with(|| Arc::clone(&words[i])));
            }
        }
        words
    }
}

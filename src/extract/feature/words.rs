//! Features that end with a word, looked up by the word: one look tells all of them.

use super::Piece;
use rustc_hash::FxHashMap;
use std::cell::OnceCell;

/// Where the last word begins in a feature's name.
const WORD: &str = " word=";

/// Words of which each makes a feature, with what one model says of them.
#[derive(Debug, Default)]
pub struct Words<'p> {
    /// The words.
    pub pieces: Vec<Piece<'p>>,
    pub(in crate::extract) told: OnceCell<Told>,
}

/// The weights of features that end with a word.
#[derive(Debug, Clone, Default)]
pub struct WordWeights {
    /// What stands before the word, by its folded hash: a number.
    befores: FxHashMap<u64, usize>,
    /// By the word's hash: the number of what stands before it, and the weight.
    words: FxHashMap<u64, Vec<(usize, f32)>>,
}

impl WordWeights {
    /// Takes a feature, if it ends with a word.
    pub fn enter(&mut self, name: &str, weight: f32) {
        if let Some(at) = name.rfind(WORD) {
            let (before, word) = name.split_at(at + WORD.len());
            let number = self.befores.len();
            let number = *self.befores.entry(Piece::of(before).onto(0)).or_insert(number);
            self.words.entry(Piece::of(word).onto(0)).or_default().push((number, weight));
        }
    }

    /// The number of what stands before a word.
    pub(in crate::extract) fn number(&self, before: u64) -> Option<usize> {
        self.befores.get(&before).copied()
    }

    /// The weights of the features of words.
    pub(in crate::extract) fn of(&self, words: &[Piece<'_>]) -> Told {
        let known: Vec<&[(usize, f32)]> =
            words.iter().filter_map(|word| self.words.get(&word.onto(0))).map(Vec::as_slice).collect();
        let mut ends = vec![0; self.befores.len()];
        known.iter().copied().flatten().for_each(|(number, _)| ends[*number] += 1);
        let mut all = 0;
        for end in &mut ends {
            (*end, all) = (all, all + *end);
        }
        let mut weights = vec![0.0; all];
        for (number, weight) in known.into_iter().flatten() {
            weights[ends[*number]] = *weight;
            ends[*number] += 1;
        }
        Told { weights, ends }
    }
}

/// Weights by the number of what stands before the word, in the order of the words.
#[derive(Debug, Default)]
pub(in crate::extract) struct Told {
    weights: Vec<f32>,
    ends: Vec<usize>,
}

impl Told {
    /// Those of one number.
    pub(in crate::extract) fn at(&self, number: usize) -> &[f32] {
        let from = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.weights[from..self.ends[number]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_weighed_as_their_features_are() {
        let mut weights = WordWeights::default();
        for (name, weight) in
            [("code=theft word=кража", 1.0), ("none word=кража", 2.0), ("code=theft word=скот", 3.0), ("none", 4.0)]
        {
            weights.enter(name, weight);
        }
        let told = weights.of(&["скот", "слово", "кража"].map(Piece::of));
        let at = |before: &str| weights.number(Piece::of(before).onto(0)).map(|number| told.at(number));
        assert_eq!(at("code=theft word="), Some(&[3.0, 1.0][..]));
        assert_eq!(at("none word="), Some(&[2.0][..]));
        assert_eq!(at("code=fraud word="), None);
    }
}

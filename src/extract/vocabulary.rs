//! Word forms → lemma numbers: what all patterns are compiled to.
//!
//! A *lemma number* stands for one word of a pattern in all its forms, for one exact form (`=форма`), or for
//! all words with a prefix (`нарко*`). A token has the numbers of everything it can be.

use super::compiled::Compiled;
use super::feats::Feats;
use super::forms::Forms;
pub use super::forms::{LemmaId, Sense};
use super::morphology::Morphology;
use rustc_hash::FxHashMap;

/// Least letters of either half of a joined noun: shorter ones are endings and abbreviations.
const HALF: usize = 4;

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
    /// No words yet, but the forms that the language has ready.
    pub fn new(morphology: &dyn Morphology) -> Self {
        let forms = morphology.compiled().map_or_else(Forms::default, Compiled::table);
        Self { forms, ..Self::default() }
    }

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
            if let Some(forms) = morphology.compiled().and_then(|c| c.forms(lemma)) {
                for (form, feats) in forms.filter(|(_, feats)| feats.has(only)) {
                    self.forms.add_to(form, Sense { lemma: id, feats });
                }
                return id;
            }
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
        if out.is_empty() {
            self.halves(lower, morphology, out);
        }
    }

    /// Appends what the halves of a joined noun are known as, where the whole is not: "женщину-закладчицу",
    /// "грузовик-рефрижератор". Both are inflected alike; the last half says more ("премьер-министр").
    fn halves(&self, lower: &str, morphology: &dyn Morphology, out: &mut Vec<Sense>) {
        let Some((first, last)) = lower.split_once('-') else { return };
        if morphology.is_head_final() || [first, last].iter().any(|half| half.chars().count() < HALF) {
            return;
        }
        for half in [last, first] {
            let known = self.forms.get(half).filter(|s| s.feats.any(Feats::NOUN));
            out.extend(known);
            if !out.is_empty() {
                return;
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

//! Kazakh word forms → stems, by stripping suffixes.
//!
//! Kazakh is agglutinative: `кітаптарымыздан` is кітап + plural + our + from. No list holds all forms, so
//! the order of suffixes is data (`pipelines/lexicons/kk/morphology.toml`) and a word is read from its end:
//! a suffix is cut where its vowels agree with the stem's last vowel (harmony), its first sound with the
//! stem's last (assimilation), and the suffix after it allows it (order). Every stem that remains is a
//! candidate; the caller knows which stems are words. Stems that lost a vowel (`орны`: орын), that voiced
//! their end (`кітабы`: кітап), pronouns and the loan words' loose harmony are in the data, too.
//!
//! ```
//! use dalel::extract::kazakh::{Feature, Stemmer};
//! # fn main() -> Result<(), dalel::knowledge::KnowledgeError> {
//! let stemmer = Stemmer::new(&dalel::knowledge::Knowledge::embedded())?;
//! let mut found = false;
//! stemmer.analyses("кітаптарымыздан", |stem, features| {
//!     found |= stem == "кітап" && features.has(Feature::Plural) && features.has(Feature::Ablative);
//! });
//! assert!(found);
//! # Ok(())
//! # }
//! ```

mod feature;

pub use feature::{Feature, Features};

use super::feats::Feats;
use super::lexicon::syntax_error;
use super::morphology::Morphology;
use crate::knowledge::{Knowledge, KnowledgeError};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Where the data lies.
const PATH: &str = "pipelines/lexicons/kk/morphology.toml";
/// Longer words (bytes) are not analysed.
const LONGEST: usize = 96;
/// More suffixes than a word carries.
const DEEPEST: usize = 7;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    sounds: BTreeMap<char, String>,
    vowels: Vowels,
    devoiced: BTreeMap<char, char>,
    contracted: Contracted,
    irregular: Vec<Irregular>,
    suffix: Vec<SuffixSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vowels {
    back: String,
    front: String,
    neutral: String,
    loose: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contracted {
    stems: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Irregular {
    stem: String,
    forms: BTreeMap<String, Vec<Feature>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SuffixSpec {
    slot: String,
    feature: Feature,
    #[serde(default)]
    plural_person: bool,
    #[serde(default = "yes")]
    r#final: bool,
    follows: Vec<String>,
    forms: BTreeMap<String, String>,
}

const fn yes() -> bool {
    true
}

/// Which vowels a suffix or a stem has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harmony {
    Back,
    Front,
    Any,
}

/// One surface form of a suffix.
#[derive(Debug, Clone)]
struct Suffix {
    text: Box<str>,
    harmony: Harmony,
    /// Classes of the sound before it, as bits of `Stemmer::sounds`.
    after: u16,
    /// Its slot, as a bit.
    slot: u32,
    /// The slots it may stand after, as bits.
    follows: u32,
    features: Features,
    is_final: bool,
    begins_with_vowel: bool,
}

/// The compiled suffixes.
#[derive(Debug, Default)]
pub struct Stemmer {
    /// By their last letter; the longest first.
    suffixes: FxHashMap<char, Vec<Suffix>>,
    sounds: FxHashMap<char, u16>,
    vowels: FxHashMap<char, Harmony>,
    loose: Vec<String>,
    devoiced: BTreeMap<char, char>,
    contracted: FxHashMap<Box<str>, Box<str>>,
    irregular: FxHashMap<Box<str>, (Box<str>, Features)>,
}

/// Slot bits of the stem itself.
const NOUN: u32 = 1;
const VERB: u32 = 2;

/// What the suffixes cut so far say.
#[derive(Clone, Copy)]
struct Cut {
    follows: u32,
    features: Features,
    depth: usize,
}

impl Stemmer {
    /// Compiles `pipelines/lexicons/kk/morphology.toml`.
    ///
    /// # Errors
    /// The file is missing or wrong, with its place.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let content = knowledge.get(PATH).ok_or_else(|| KnowledgeError::invalid(PATH, "missing"))?;
        let file: File = toml::from_str(content).map_err(|e| syntax_error(PATH, content, &e))?;
        let mut this = Self { loose: file.vowels.loose, devoiced: file.devoiced, ..Self::default() };
        let mut class_bits: FxHashMap<char, u16> = FxHashMap::default();
        for (n, (class, letters)) in file.sounds.iter().enumerate() {
            class_bits.insert(*class, 1 << n);
            for letter in letters.chars() {
                *this.sounds.entry(letter).or_default() |= 1 << n;
            }
        }
        for (letters, harmony) in [
            (&file.vowels.back, Harmony::Back),
            (&file.vowels.front, Harmony::Front),
            (&file.vowels.neutral, Harmony::Any),
        ] {
            this.vowels.extend(letters.chars().map(|c| (c, harmony)));
        }
        for stem in file.contracted.stems.split_whitespace() {
            if let Some((at, vowel)) = stem.char_indices().rfind(|(_, c)| this.vowels.contains_key(c)) {
                let short = [&stem[..at], &stem[at + vowel.len_utf8()..]].concat();
                this.contracted.insert(short.into(), stem.into());
            }
        }
        for irregular in &file.irregular {
            for (form, features) in &irregular.forms {
                let features = features.iter().copied().collect();
                this.irregular.insert(form.as_str().into(), (irregular.stem.as_str().into(), features));
            }
        }
        let mut slots: FxHashMap<&str, u32> = [("noun", NOUN), ("verb", VERB)].into_iter().collect();
        for spec in &file.suffix {
            let next = 1 << slots.len();
            slots.entry(&spec.slot).or_insert(next);
        }
        for spec in &file.suffix {
            this.add(spec, &slots, &class_bits)?;
        }
        for suffixes in this.suffixes.values_mut() {
            suffixes.sort_by(|a, b| b.text.len().cmp(&a.text.len()).then_with(|| a.text.cmp(&b.text)));
        }
        Ok(this)
    }

    fn add(
        &mut self,
        spec: &SuffixSpec,
        slots: &FxHashMap<&str, u32>,
        class_bits: &FxHashMap<char, u16>,
    ) -> Result<(), KnowledgeError> {
        let wrong = |what: &str| KnowledgeError::invalid(PATH, format!("{:?}: {what}", spec.feature));
        let mut follows = 0;
        for slot in &spec.follows {
            follows |= slots.get(slot.as_str()).ok_or_else(|| wrong(&format!("unknown slot `{slot}`")))?;
        }
        let mut features = Features::default().with(spec.feature);
        if spec.plural_person {
            features = features.with(Feature::PluralPerson);
        }
        for (classes, forms) in &spec.forms {
            let mut after = 0;
            for class in classes.chars() {
                after |= class_bits.get(&class).ok_or_else(|| wrong(&format!("unknown class `{class}`")))?;
            }
            let pair: Vec<&str> = forms.split_whitespace().collect();
            for (n, text) in pair.iter().enumerate() {
                let harmony = match (pair.len(), n) {
                    (1, _) => Harmony::Any,
                    (2, 0) => Harmony::Back,
                    (2, 1) => Harmony::Front,
                    _ => return Err(wrong("a form is one word or two: back, front")),
                };
                let last = text.chars().next_back().ok_or_else(|| wrong("an empty form"))?;
                let begins_with_vowel = text.starts_with(|c| self.vowels.contains_key(&c));
                self.suffixes.entry(last).or_default().push(Suffix {
                    text: (*text).into(),
                    harmony,
                    after,
                    slot: slots[spec.slot.as_str()],
                    follows,
                    features,
                    is_final: spec.r#final,
                    begins_with_vowel,
                });
            }
        }
        Ok(())
    }

    /// Calls `f` with every candidate stem of a lower-cased word and what the suffixes cut from it say: the word
    /// itself first, then longer stems before shorter ones along each path. Verb stems have [`Feature::Verb`].
    pub fn analyses(&self, word: &str, mut f: impl FnMut(&str, Features)) {
        if let Some((stem, features)) = self.irregular.get(word) {
            f(stem, *features);
        }
        f(word, Features::default());
        if word.len() <= LONGEST {
            self.strip(word, Cut { follows: u32::MAX, features: Features::default(), depth: 0 }, &mut f);
        }
    }

    fn strip(&self, word: &str, cut: Cut, f: &mut dyn FnMut(&str, Features)) {
        let Some(suffixes) = word.chars().next_back().and_then(|last| self.suffixes.get(&last)) else { return };
        for suffix in suffixes {
            let allowed = if cut.depth == 0 { suffix.is_final } else { cut.follows & suffix.slot != 0 };
            if !allowed || !word.ends_with(&*suffix.text) {
                continue;
            }
            let rest = &word[..word.len() - suffix.text.len()];
            // `ІІМ-нің`, `SIM-нің`: suffixes of an abbreviation follow how it is spoken.
            let (rest, spoken) = match rest.strip_suffix('-') {
                Some(rest) => (rest, true),
                None => (rest, false),
            };
            if !spoken && !self.fits(rest, suffix) || rest.is_empty() {
                continue;
            }
            let features = cut.features.and(suffix.features);
            self.emit(rest, suffix, features, f);
            if cut.depth < DEEPEST && !spoken {
                self.strip(rest, Cut { follows: suffix.follows, features, depth: cut.depth + 1 }, f);
            }
        }
    }

    /// Whether a suffix may stand after these sounds.
    fn fits(&self, rest: &str, suffix: &Suffix) -> bool {
        let Some(last) = rest.chars().next_back() else { return false };
        // Letters of other scripts and digits: nothing is known of how they sound.
        let Some(&class) = self.sounds.get(&last) else { return matches!(last, 'ь' | 'ъ') || last.is_alphanumeric() };
        class & suffix.after != 0 && self.harmonises(rest, suffix.harmony)
    }

    fn harmonises(&self, rest: &str, wanted: Harmony) -> bool {
        if wanted == Harmony::Any || self.loose.iter().any(|ending| rest.ends_with(ending.as_str())) {
            return true;
        }
        match rest.chars().rev().find_map(|c| self.vowels.get(&c)) {
            None | Some(Harmony::Any) => true,
            Some(harmony) => *harmony == wanted,
        }
    }

    /// Gives the stem, and those that changed their end before this suffix.
    fn emit(&self, rest: &str, suffix: &Suffix, features: Features, f: &mut dyn FnMut(&str, Features)) {
        if rest.chars().nth(1).is_none() {
            return;
        }
        for (bit, features) in [(NOUN, features), (VERB, features.with(Feature::Verb))] {
            if suffix.follows & bit == 0 {
                continue;
            }
            f(rest, features);
            if !suffix.begins_with_vowel {
                continue;
            }
            let mut changed = Buffer::default();
            let last = rest.chars().next_back().unwrap_or_default();
            if let Some(hard) = self.devoiced.get(&last) {
                f(changed.join(&rest[..rest.len() - last.len_utf8()], *hard), features);
            }
            if bit == NOUN {
                if let Some(whole) = self.contracted.get(rest) {
                    f(whole, features);
                }
            } else if last == 'у' && suffix.text.starts_with(['ы', 'і']) {
                // тауып: тап; but тауарды is a noun.
                f(changed.join(&rest[..rest.len() - last.len_utf8()], 'п'), features);
            } else if suffix.text.starts_with('у') && !self.vowels.contains_key(&last) {
                // оқу: оқы.
                f(changed.join(rest, 'ы'), features);
                f(changed.join(rest, 'і'), features);
            }
        }
    }
}

/// A word built on the stack.
struct Buffer {
    bytes: [u8; LONGEST + 8],
}

impl Default for Buffer {
    fn default() -> Self {
        Self { bytes: [0; LONGEST + 8] }
    }
}

impl Buffer {
    /// `stem` and a letter; the stem alone where it is too long.
    fn join<'b>(&'b mut self, stem: &'b str, letter: char) -> &'b str {
        let end = stem.len();
        if end > LONGEST {
            return stem;
        }
        self.bytes[..end].copy_from_slice(stem.as_bytes());
        let more = letter.encode_utf8(&mut self.bytes[end..]).len();
        std::str::from_utf8(&self.bytes[..end + more]).unwrap_or(stem)
    }
}

/// Kazakh behind the engine's trait. In patterns a verb is written as its stem with a hyphen (`ұста-`), as
/// dictionaries do; anything else is a noun, which takes nouns' endings only.
#[derive(Debug)]
pub struct Kazakh {
    stemmer: Stemmer,
}

impl Kazakh {
    /// Compiles the suffixes.
    ///
    /// # Errors
    /// As [`Stemmer::new`].
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        Ok(Self { stemmer: Stemmer::new(knowledge)? })
    }
}

/// Derivations are words of their own (`қылмыстық` is no `қылмыс`); lexicons name them.
const DERIVED: [Feature; 5] = [Feature::Adjective, Feature::Without, Feature::Agent, Feature::Similar, Feature::Manner];

impl Morphology for Kazakh {
    fn forms(&self, lemma: &str) -> Vec<(String, Feats)> {
        vec![(lemma.to_owned(), if lemma.ends_with('-') { Feats::VERB } else { Feats::default() })]
    }

    /// What the word can be by its ending alone. Without a dictionary `-ды` is as often an accusative as a
    /// past tense, so that it counts only after a voice or a negation.
    fn feats(&self, form: &str) -> Feats {
        let sure = [Feature::Perfect, Feature::Evidential, Feature::Present, Feature::Converb];
        let voiced = [Feature::Passive, Feature::Reflexive, Feature::Causative, Feature::Negated];
        let mut verb = Feats::default();
        self.stemmer.analyses(form, |stem, features| {
            let told = features.any(&sure) || features.has(Feature::Past) && features.any(&voiced);
            if !features.has(Feature::Verb) && features.has(Feature::Locative) && !features.any(&DERIVED) {
                verb |= Feats::LOC;
            }
            if features.has(Feature::Verb) && told && stem.chars().nth(2).is_some() && !features.any(&DERIVED) {
                verb |= features.feats();
            }
        });
        verb
    }

    fn is_possessed(&self, form: &str) -> bool {
        let (mut possessed, mut verb) = (false, false);
        self.stemmer.analyses(form, |stem, features| {
            if features.has(Feature::Verb) {
                verb |= features.any(&[Feature::Past, Feature::Present]);
            } else {
                possessed |= features.has(Feature::Third) && stem.chars().nth(2).is_some();
            }
        });
        possessed && !verb
    }

    fn governs(&self, form: &str) -> bool {
        let governing =
            [Feature::Habitual, Feature::Perfect, Feature::Converb, Feature::Infinitive, Feature::Intention];
        let mut governs = false;
        self.stemmer.analyses(form, |stem, features| {
            governs |= features.has(Feature::Verb)
                && features.any(&governing)
                && stem.chars().nth(2).is_some()
                && stem != "бол";
        });
        governs
    }

    fn is_agent(&self, form: &str) -> bool {
        let mut agent = false;
        self.stemmer.analyses(form, |stem, features| {
            agent |= features.has(Feature::Agent) && stem.chars().nth(2).is_some();
        });
        agent
    }

    fn is_head_final(&self) -> bool {
        true
    }

    fn readings(&self, form: &str, visit: &mut dyn FnMut(&str, Feats)) {
        visit(form, Feats::NOUN | Feats::SING | Feats::NOM);
        let mut buffer = Buffer::default();
        self.stemmer.analyses(form, |stem, features| {
            if features == Features::default() || features.any(&DERIVED) {
                return;
            }
            if features.has(Feature::Verb) {
                visit(buffer.join(stem, '-'), features.feats());
            } else {
                visit(stem, features.feats());
            }
        });
    }
}

#[cfg(test)]
#[path = "kazakh_tests.rs"]
mod tests;

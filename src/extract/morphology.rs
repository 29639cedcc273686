//! Morphology behind a trait: the engine asks for word forms once, when lexicons are compiled, and for
//! the reading of a word that no lexicon knows.

use super::compiled::Compiled;
use super::feats::Feats;
use rumorph::{Analysis, Dictionary};

/// What the engine needs of a language's morphology.
pub trait Morphology: std::fmt::Debug + Send + Sync {
    /// All forms of a lemma with their features; the lemma itself where nothing is known of it.
    fn forms(&self, lemma: &str) -> Vec<(String, Feats)>;
    /// Forms that were worked out when the program was built; the same that [`Morphology::forms`] would give.
    fn compiled(&self) -> Option<&Compiled> {
        None
    }
    /// The union of the features of a form's likely readings; empty where nothing is known.
    fn feats(&self, form: &str) -> Feats;
    /// The stems under which the vocabulary may know a form, each with what the cut-off endings say. A
    /// language whose forms are compiled knows a form only as it is.
    fn readings(&self, form: &str, visit: &mut dyn FnMut(&str, Feats)) {
        visit(form, Feats::default());
    }
    /// Whether a noun's ending says that the noun before it describes it (Kazakh `-ы`, `-сы`).
    fn is_possessed(&self, _form: &str) -> bool {
        false
    }
    /// Whether the form is a participle, converb or verbal noun, whose object stands before it (Kazakh).
    fn governs(&self, _form: &str) -> bool {
        false
    }
    /// Whether a noun is derived as the one who does something (Kazakh `-шы`).
    fn is_agent(&self, _form: &str) -> bool {
        false
    }
    /// Whether the word that carries number, case and tense stands last in its phrase.
    fn is_head_final(&self) -> bool {
        false
    }
}

/// Russian, by the `OpenCorpora` dictionary of `rumorph`.
pub struct Russian {
    dictionary: Dictionary,
    compiled: Option<Compiled>,
}

impl std::fmt::Debug for Russian {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Russian")
    }
}

impl Russian {
    /// Opens the dictionary that is compiled into the program.
    ///
    /// # Errors
    /// The dictionary is damaged.
    pub fn new() -> Result<Self, String> {
        let dictionary = Dictionary::bundled().map_err(|e| e.to_string())?;
        Ok(Self { dictionary, compiled: None })
    }

    /// Adds forms that were worked out before; bytes that are none are passed over.
    #[must_use]
    pub fn with_forms(mut self, bytes: &'static [u8]) -> Self {
        self.compiled = Compiled::read(bytes);
        self
    }

    fn feats_of(&self, analysis: &Analysis) -> Feats {
        self.dictionary.ud_tag(analysis.ud).map_or_else(Feats::default, |tag| from_ud(tag.pos(), tag.feats()))
    }
}

impl Morphology for Russian {
    fn compiled(&self) -> Option<&Compiled> {
        self.compiled.as_ref()
    }

    fn forms(&self, lemma: &str) -> Vec<(String, Feats)> {
        let mut forms = Vec::new();
        let analyses = self.dictionary.analyze(lemma);
        let exact: Vec<&Analysis> = analyses.iter().filter(|a| plain(a.lemma.clone()) == lemma).collect();
        let chosen = if exact.is_empty() { analyses.iter().take(1).collect() } else { exact };
        for analysis in chosen {
            for form in self.dictionary.forms(analysis) {
                let feats = self.feats_of(&form);
                forms.push((plain(form.word), feats));
            }
        }
        forms.push((lemma.to_owned(), analyses.first().map_or_else(Feats::default, |a| self.feats_of(a))));
        forms.sort();
        forms.dedup();
        forms
    }

    fn feats(&self, form: &str) -> Feats {
        let analyses = self.dictionary.analyze(form);
        let best = analyses.first().map_or(0.0, |a| a.prob);
        let mut feats = Feats::default();
        for analysis in analyses.iter().filter(|a| a.prob >= best * 0.2) {
            feats |= self.feats_of(analysis);
        }
        feats
    }
}

/// The word in lower case, ё as е; most words of the dictionary are so already.
fn plain(word: String) -> String {
    if word.chars().all(|c| matches!(c, 'а'..='я' | '-')) { word } else { word.to_lowercase().replace('ё', "е") }
}

fn from_ud<'a>(pos: &str, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Feats {
    let mut feats = match pos {
        "NOUN" | "PROPN" => Feats::NOUN,
        "VERB" | "AUX" => Feats::VERB,
        "ADJ" | "DET" => Feats::ADJ,
        "NUM" => Feats::NUM,
        _ => Feats::OTHER,
    };
    let mut short = false;
    for (name, value) in pairs {
        feats |= match (name, value) {
            ("Number", "Sing") => Feats::SING,
            ("Number", "Plur") => Feats::PLUR,
            ("Case", "Nom") => Feats::NOM,
            ("Case", "Gen" | "Par") => Feats::GEN,
            ("Case", "Dat") => Feats::DAT,
            ("Case", "Acc") => Feats::ACC,
            ("Case", "Ins") => Feats::INS,
            ("Case", "Loc") => Feats::LOC,
            ("VerbForm", "Fin") => Feats::FINITE,
            ("VerbForm", "Inf") => Feats::INF,
            ("VerbForm", "Part") => Feats::PART,
            ("VerbForm", "Conv") => Feats::CONV,
            ("Tense", "Past") => Feats::PAST,
            ("Tense", "Pres") => Feats::PRES,
            ("Tense", "Fut") => Feats::FUT,
            ("Mood", "Imp") => Feats::IMP,
            ("Voice", "Pass") => Feats::PASS,
            ("Voice", "Act" | "Mid") => Feats::ACT,
            ("Gender", "Fem") => Feats::FEM,
            ("Gender", "Neut") => Feats::NEUT,
            ("Aspect", "Imp") => Feats::IMPF,
            _ => Feats::default(),
        };
        short |= name == "Variant" && value == "Short";
    }
    if short && feats.has(Feats::PART) {
        feats = Feats(feats.0 & !Feats::PART.0) | Feats::SHORT;
    }
    feats
}

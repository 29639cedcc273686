//! Lexicons: closed word classes as data.
//!
//! One file per language and dimension, `pipelines/lexicons/<ru|kk>/<dimension>.toml`:
//!
//! ```toml
//! [[entry]]
//! code = "mephedrone"               # what the words stand for, in this dimension
//! words = ["мефедрон", "мяу-мяу"]   # patterns (see `pattern`), each in all its forms
//! mass = true                       # no number of its own: "изъят мефедрон" has no figure
//! example = "изъяли 2 кг мефедрона" # a sentence part in which the entry must be found
//! ```
//!
//! The dimensions and what their `code` means:
//!
//! | dimension | code | further keys |
//! |---|---|---|
//! | `object` | object code | `mass`, `offence`, `weak` (needs a figure or an adjacent trigger) |
//! | `person` | role: `party`, `victim`, `officer` (acts, is not acted on), `group` | `value` |
//! | `offence` | offence code | `weight` (default 1) |
//! | `agency` | agency code | |
//! | `unit` | unit, currency or `percent`; `sack` etc. for units outside the list: `other` | `factor`, `count` (полкило), `object` (доза → drug) |
//! | `numeral` | `cardinal`, `multiple` (десяток: times what stands before it), `scale`, `half`, `suffix` (endings of digits that keep a cardinal: `30-ти`), `vague` (some, not one: ряд, несколько), `named` (what has a number for its name: дом, маршрут) | `value`; `object` (двое: person) |
//! | `qualifier` | `min`, `max`, `approx`; `worth`: what follows is the worth of what stands before; `age`: the bare figures after it are years of age | `after` (stands behind the figure) |
//! | `modality` | `clause`, `sentence` (blocks that far), `law` (Kazakh: as far as a sentence, but no finite past tense), `realis` (makes an infinitive real), `as` (Kazakh: what the person before it is called, or that they say so), `per` (Kazakh: after whose words), `says` (Kazakh: the speaker stands behind it) | |
//! | `scope` | `aggregate`, `incident`, `national`, `central` (a head office), `regional` (the region told before), `located` (a preposition of place), `passage` (of passage: from, through, beside), `administrative`, `criminal` (of which code the text speaks), `publisher` (only publishes statistics) | `weight` |
//! | `anaphora` | `all`, `one_of`, `each`, `both`; `sum` (that sum), `part` (not all of it), `loss` (what was lost), `whole` (all of it), `him` (one person), `they` (nouns that take up persons told of before), `of_them` (a part of those counted before), `former` (an earlier year, with which the present one is compared), `finding` (an examination: what a substance is) | |
//! | `abbreviation` | `never`, `maybe` (see `sentence`) | |
//! | `topic` | `enforcement`, `story`, `plot`, `history`, `sport`, `business`, `mishap`, `case`, `tariff`, `disaster` (see `topic`) | |
//!
//! An unknown key, an unknown code or a word given twice in a dimension is refused with file and line.

use super::morphology::Morphology;
use super::pattern::PatternSet;
use super::sentence::Abbreviations;
use super::vocabulary::Vocabulary;
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::Code;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

/// A word class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dimension {
    /// What results are done to.
    Object,
    /// Persons and their roles.
    Person,
    /// Words that tell the offence.
    Offence,
    /// Authorities.
    Agency,
    /// Units and currencies.
    Unit,
    /// Number words.
    Numeral,
    /// "more than", "about".
    Qualifier,
    /// Threats, plans, laws, negation.
    Modality,
    /// Statistics or one operation.
    Scope,
    /// "all of them", "one of them".
    Anaphora,
    /// Abbreviations, for sentences.
    Abbreviation,
    /// What an article is about.
    Topic,
    /// A rule's trigger.
    Trigger,
}

impl Dimension {
    /// Its name, as features write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Object => "Object",
            Self::Person => "Person",
            Self::Offence => "Offence",
            Self::Agency => "Agency",
            Self::Unit => "Unit",
            Self::Numeral => "Numeral",
            Self::Qualifier => "Qualifier",
            Self::Modality => "Modality",
            Self::Scope => "Scope",
            Self::Anaphora => "Anaphora",
            Self::Abbreviation => "Abbreviation",
            Self::Topic => "Topic",
            Self::Trigger => "Trigger",
        }
    }

    /// The dimension of a lexicon file by its stem; none for files that other modules read.
    pub fn of_file(stem: &str) -> Option<Self> {
        Some(match stem {
            "object" => Self::Object,
            "person" => Self::Person,
            "offence" => Self::Offence,
            "agency" => Self::Agency,
            "unit" => Self::Unit,
            "numeral" => Self::Numeral,
            "qualifier" => Self::Qualifier,
            "modality" => Self::Modality,
            "scope" => Self::Scope,
            "anaphora" => Self::Anaphora,
            "abbreviation" => Self::Abbreviation,
            "topic" => Self::Topic,
            _ => return None,
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    entry: Vec<EntrySpec>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntrySpec {
    code: String,
    words: Vec<String>,
    example: String,
    #[serde(default)]
    mass: bool,
    #[serde(default)]
    weak: bool,
    #[serde(default)]
    after: bool,
    offence: Option<String>,
    object: Option<String>,
    value: Option<f64>,
    factor: Option<f64>,
    count: Option<f64>,
    weight: Option<f64>,
}

/// What a pattern stands for.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Word class.
    pub dimension: Dimension,
    /// Code in the dimension; the rule's number for a trigger.
    pub code: Code,
    /// Uncountable, or a plural notion.
    pub mass: bool,
    /// Counts only with a figure or next to its trigger.
    pub weak: bool,
    /// A qualifier that follows its figure.
    pub after: bool,
    /// Offence that the word itself tells.
    pub offence: Option<Code>,
    /// Object that a unit implies.
    pub object: Option<Code>,
    /// A numeral's or a person word's number.
    pub value: Option<f64>,
    /// A unit's factor to the normalised unit.
    pub factor: f64,
    /// A unit word's own number ("полкило": 0.5).
    pub count: Option<f64>,
    /// Strength of evidence.
    pub weight: f64,
    /// Rule number for triggers.
    pub rule: u32,
    /// File that holds it.
    pub source: String,
    /// An example in which it must be found.
    pub example: String,
}

/// All lexicons of one language, compiled.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// What the patterns stand for; a mark's `entry` is an index here.
    pub entries: Vec<Entry>,
    /// The patterns.
    pub patterns: PatternSet,
    /// Their words.
    pub vocabulary: Vocabulary,
    /// Endings after which a number in digits is still a cardinal: `5-еуі`, `30-ти`.
    pub suffixes: FxHashSet<String>,
    /// Abbreviations, for the sentence splitter.
    pub abbreviations: Abbreviations,
    /// Whether it tells what articles are about.
    pub has_topics: bool,
}

impl Lexicon {
    /// Compiles the lexicons of one language (`ru`, `kk`).
    ///
    /// # Errors
    /// The first file that is wrong, with its place.
    pub fn new(knowledge: &Knowledge, language: &str, morphology: &dyn Morphology) -> Result<Self, KnowledgeError> {
        let mut lexicon = Self { vocabulary: Vocabulary::new(morphology), ..Self::default() };
        let mut seen: FxHashMap<(Dimension, String), String> = FxHashMap::default();
        for (path, content) in knowledge.files(&format!("pipelines/lexicons/{language}/"), ".toml") {
            let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".toml");
            // `object_drugs.toml` and `object.toml` are one dimension: a file stays readable in one sitting.
            let Some(dimension) = Dimension::of_file(stem.split('_').next().unwrap_or(stem)) else { continue };
            let file: File = toml::from_str(content).map_err(|e| syntax_error(path, content, &e))?;
            for spec in file.entry {
                match (dimension, spec.code.as_str()) {
                    (Dimension::Numeral, "suffix") => {
                        lexicon.suffixes.extend(spec.words);
                        continue;
                    }
                    (Dimension::Abbreviation, "never") => {
                        lexicon.abbreviations.never.extend(spec.words);
                        continue;
                    }
                    (Dimension::Abbreviation, "maybe") => {
                        lexicon.abbreviations.maybe.extend(spec.words);
                        continue;
                    }
                    _ => {}
                }
                lexicon.has_topics |= dimension == Dimension::Topic;
                let number = lexicon.entries.len() as u32;
                for word in &spec.words {
                    if let Some(first) = seen.insert((dimension, word.clone()), path.to_owned()) {
                        let message = format!("`{word}` is given twice in this dimension (first in {first})");
                        return Err(KnowledgeError::invalid(path, message));
                    }
                    lexicon
                        .patterns
                        .add(word, (dimension, number), &mut lexicon.vocabulary, morphology)
                        .map_err(|e| KnowledgeError::invalid(path, e))?;
                }
                lexicon.entries.push(Entry {
                    dimension,
                    code: spec.code.as_str().into(),
                    mass: spec.mass,
                    weak: spec.weak,
                    after: spec.after,
                    offence: spec.offence.map(Into::into),
                    object: spec.object.map(Into::into),
                    value: spec.value,
                    factor: spec.factor.unwrap_or(1.0),
                    count: spec.count,
                    weight: spec.weight.unwrap_or(1.0),
                    rule: 0,
                    source: path.to_owned(),
                    example: spec.example,
                });
            }
        }
        Ok(lexicon)
    }

    /// Adds a rule's trigger.
    ///
    /// # Errors
    /// What is wrong with the notation.
    pub fn add_trigger(
        &mut self,
        notation: &str,
        rule: u32,
        source: &str,
        morphology: &dyn Morphology,
    ) -> Result<(), String> {
        let number = self.entries.len() as u32;
        self.patterns.add(notation, (Dimension::Trigger, number), &mut self.vocabulary, morphology)?;
        self.entries.push(Entry {
            dimension: Dimension::Trigger,
            code: notation.into(),
            mass: false,
            weak: false,
            after: false,
            offence: None,
            object: None,
            value: None,
            factor: 1.0,
            count: None,
            weight: 1.0,
            rule,
            source: source.to_owned(),
            example: String::new(),
        });
        Ok(())
    }
}

/// A TOML error as one line with file and line number.
pub fn syntax_error(path: &str, content: &str, error: &toml::de::Error) -> KnowledgeError {
    let line = error.span().map_or(1, |span| content[..span.start.min(content.len())].matches('\n').count() + 1);
    KnowledgeError::invalid(format!("{path}:{line}"), error.message().replace('\n', " "))
}

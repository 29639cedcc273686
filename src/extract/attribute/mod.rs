//! Attributes chosen among what the text offers: offence, region, authority, time.
//!
//! For every attribute the text offers a few options: the offences, places, authorities and times that it
//! names, and "none". Readable features tell where an option stands: in the result's own clause, in the
//! sentence before, in the headline, throughout the article. A log-linear model over them (`pipelines/model/
//! <attribute>.txt`, one for both languages) chooses; it is trained by `make train` from the gold articles,
//! without randomness. Without a model the option that is told the closest is taken.

mod agency;
mod ground;
mod listed;
mod offence;
mod region;
mod scope;
pub mod scopes;
mod setting;
mod time;

use super::candidate::Candidate;
use super::carry;
use super::context::Place;
use super::date::TimeHit;
use super::feature::{Piece, Put, Words};
use super::scorer::{Model, Scene};
use super::token::{Kind, TokenStream};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::{Code, Scope};
use std::cell::OnceCell;

pub use agency::AgencyOption;
pub use ground::Ground;
pub(super) use listed::together;
pub use offence::OffenceOption;
pub use region::RegionOption;
pub use scope::features as scope_features;
pub use time::TimeOption;

/// An attribute that a model chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Attribute {
    /// The offence that the result is about.
    Offence,
    /// Where it lies.
    Region,
    /// Who achieved it; several may be right at once.
    Agency,
    /// When it happened, or what a statistic counts over.
    Time,
}

impl Attribute {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Offence, Self::Region, Self::Agency, Self::Time];

    /// Name of the model's file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Offence => "offence",
            Self::Region => "region",
            Self::Agency => "agency",
            Self::Time => "time",
        }
    }
}

/// The models of all attributes; none before the first training.
#[derive(Debug, Clone, Default)]
pub struct Models([Option<Model>; Attribute::ALL.len()]);

impl Models {
    /// Reads the models.
    ///
    /// # Errors
    /// A line that is not `feature<TAB>weight`.
    pub fn load(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let mut models = Self::default();
        for (slot, attribute) in models.0.iter_mut().zip(Attribute::ALL) {
            *slot = Model::load(knowledge, attribute.name())?;
        }
        Ok(models)
    }

    /// The model of an attribute.
    pub fn of(&self, attribute: Attribute) -> Option<&Model> {
        self.0[attribute as usize].as_ref()
    }
}

/// What an attribute's features are taken from.
pub struct Asked<'a, 's, 't> {
    /// The text.
    pub scene: &'a Scene<'s, 't>,
    /// The result.
    pub candidate: &'a Candidate,
    /// Statistic or incident.
    pub scope: Scope,
    /// Its event type and scope, as pieces of features' names.
    event_type: Piece<'a>,
    scope_name: Piece<'static>,
    /// Offence that the rule or the object leaves no doubt of.
    pub offence: Option<Code>,
    /// The words around it, once they are asked for.
    words: OnceCell<Words<'s>>,
}

impl<'a, 's, 't> Asked<'a, 's, 't> {
    /// What is told of a candidate.
    pub fn new(
        scene: &'a Scene<'s, 't>,
        candidate: &'a Candidate,
        scope: Scope,
        event_type: &'a str,
        offence: Option<Code>,
    ) -> Self {
        let (event_type, scope_name) = (Piece::of(event_type), Piece::of(scope.as_str()));
        Self { scene, candidate, scope, event_type, scope_name, offence, words: OnceCell::new() }
    }

    /// The words around the result, each once and without its ending.
    fn words(&self) -> &Words<'s> {
        self.words.get_or_init(|| Words { pieces: stems(self.scene, self.candidate), ..Words::default() })
    }
}

impl Asked<'_, '_, '_> {
    /// Token at which the result is told.
    fn anchor(&self) -> usize {
        let read = &self.scene.reads[self.candidate.sentence];
        self.candidate.argument.map_or(self.candidate.from, |a| read.arguments[a].start)
    }

    #[inline]
    fn paragraph(&self, s: usize) -> usize {
        self.scene.reads[s].sentence.paragraph
    }

    /// Whether a word is said of a part: behind "из них", "в том числе" that follow the figure, not at once as in
    /// "1 921 из них".
    fn is_of_part(&self, end: usize, at: usize) -> bool {
        let stream = self.scene.text.stream;
        let pair = |i: usize| (stream.lower(i), stream.lower_or_empty(i + 1));
        (end + 1..at).any(|i| matches!(pair(i), ("из" | "среди", "них" | "которых") | ("том", "числе")))
    }

    /// Whether a sentence opens a list item.
    fn is_item(&self, s: usize) -> bool {
        carry::opens_item(self.scene.text.stream, self.scene.reads, s)
    }

    /// The sentence that heads the list in which the result is an item.
    fn head(&self) -> Option<usize> {
        let own = self.candidate.sentence;
        if !self.is_item(own) {
            return None;
        }
        (0..own).rev().find(|s| !self.is_item(*s)).filter(|s| self.paragraph(own) - self.paragraph(*s) <= 15)
    }
}

/// Words of the sentence that are looked at before a figure, and from it on.
const WORDS: (usize, usize) = (20, 14);
/// Letters of a word that are kept: its stem, mostly.
const STEM: usize = 6;

/// The words around a result in its sentence, each once and without its ending.
fn stems<'s>(scene: &Scene<'s, '_>, candidate: &Candidate) -> Vec<Piece<'s>> {
    let read = &scene.reads[candidate.sentence];
    let anchor = candidate.argument.map_or(candidate.from, |a| read.arguments[a].start);
    let from = anchor.saturating_sub(WORDS.0).max(read.sentence.start);
    let to = (anchor + WORDS.1).min(read.sentence.end);
    let mut stems: Vec<Piece<'s>> = Vec::with_capacity(WORDS.0 + WORDS.1);
    for stem in scene.ground.stems(scene.text.stream)[from..to].iter().flatten() {
        if !stems.iter().any(|s| s.is(*stem)) {
            stems.push(*stem);
        }
    }
    stems
}

/// The stem of each token that is a word of three letters or more.
fn all_stems<'s>(stream: &'s TokenStream<'_>) -> Vec<Option<Piece<'s>>> {
    let stem = |i: usize| {
        let word = Some(stream.lower(i)).filter(|_| stream.token(i).kind == Kind::Word)?;
        let stem = word.char_indices().nth(STEM).map_or(word, |(end, _)| &word[..end]);
        stem.chars().nth(2).map(|_| Piece::of(stem))
    };
    (0..stream.len()).map(stem).collect()
}

/// Options of one attribute, each with the names of its features.
pub trait Options {
    /// Number of options.
    fn count(&self) -> usize;
    /// Visits the features of an option.
    fn features(&self, asked: &Asked<'_, '_, '_>, option: usize, put: &mut impl Put);
    /// The option to take without a model: the one told the closest.
    fn closest(&self) -> usize;
    /// What it stands for, as gold writes it: codes joined by `+`, empty for none.
    fn label(&self, option: usize) -> String;
}

/// The sum of an option's weights.
pub fn score(model: &Model, options: &impl Options, asked: &Asked<'_, '_, '_>, option: usize) -> f32 {
    model.visited(|sum| options.features(asked, option, sum))
}

/// The best option, the first of equals; without a model the closest.
pub fn best(model: Option<&Model>, options: &impl Options, asked: &Asked<'_, '_, '_>) -> usize {
    let Some(model) = model else { return options.closest() };
    if options.count() == 1 {
        return 0;
    }
    let mut best: Option<(usize, f32)> = None;
    for option in 0..options.count() {
        let score = score(model, options, asked, option);
        if best.is_none_or(|(_, s)| score > s) {
            best = Some((option, score));
        }
    }
    best.map_or(0, |(option, _)| option)
}

/// What was chosen for a result.
#[derive(Debug, Clone)]
pub struct Chosen<'c> {
    /// Offence code.
    pub offence: Option<Code>,
    /// Places.
    pub place: Place,
    /// Authorities, sorted.
    pub agency: Vec<Code>,
    /// Moment or period.
    pub time: Option<&'c TimeHit>,
}

/// Chooses every attribute.
pub fn choose<'c>(models: &Models, asked: &Asked<'_, 'c, '_>) -> Chosen<'c> {
    let offences = offence::options(asked);
    let regions = region::options(asked);
    let times = time::options(asked);
    let region = best(models.of(Attribute::Region), &regions, asked);
    Chosen {
        offence: offences.options[best(models.of(Attribute::Offence), &offences, asked)].code.cloned(),
        place: regions.place(asked, region),
        agency: agency::options(asked).chosen(models.of(Attribute::Agency), asked),
        time: times.options[best(models.of(Attribute::Time), &times, asked)].hit,
    }
}

/// An option with its features, for training and `explain`.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Codes joined by `+`; empty for none.
    pub label: String,
    /// Feature names.
    pub features: Vec<String>,
}

/// All options with their features.
pub fn listed(options: &impl Options, asked: &Asked<'_, '_, '_>) -> Vec<Listed> {
    (0..options.count())
        .map(|option| {
            let mut features = Vec::new();
            options.features(asked, option, &mut features);
            Listed { label: options.label(option), features }
        })
        .collect()
}

/// The options of every attribute.
pub fn all(asked: &Asked<'_, '_, '_>) -> [(Attribute, Vec<Listed>); 4] {
    [
        (Attribute::Offence, listed(&offence::options(asked), asked)),
        (Attribute::Region, listed(&region::options(asked), asked)),
        (Attribute::Agency, listed(&agency::options(asked), asked)),
        (Attribute::Time, listed(&time::options(asked), asked)),
    ]
}

/// A coarse strength.
fn level(x: f64) -> Piece<'static> {
    if x < 0.5 {
        const { Piece::of("weak") }
    } else if x < 1.5 {
        const { Piece::of("medium") }
    } else {
        const { Piece::of("strong") }
    }
}

//! A small learned scorer: rules propose, it weighs.
//!
//! A logistic regression over readable features of a candidate, its sentence and its article gives the
//! probability that the candidate is a result as coded. The model is a text file of `feature<TAB>weight`
//! (`pipelines/model/<ru|kk>.txt`), trained by `make train` from the gold articles of the repository,
//! deterministic and explained feature by feature. Without a model every candidate is kept and its
//! confidence falls with the distance of the binding.

use super::argument::ArgumentKind;
use super::attribute::Ground;
use super::candidate::Candidate;
use super::carry;
use super::context::Context;
use super::feats::Feats;
use super::feature::{self, Piece, Put, Weights, WordWeights, Words, tell};
use super::lexicon::Dimension;
use super::pattern::Annotated;
use super::reading::Read;
use super::token::Kind;
use super::{Language, rule::Rule};
use crate::knowledge::{Knowledge, KnowledgeError};

/// The model's file name begins with this line.
const HEADER: &str = "feature\tweight";

/// A trained model.
#[derive(Debug, Clone, Default)]
pub struct Model {
    weights: Weights,
    /// Features that end with a word.
    words: WordWeights,
    /// Least probability at which a candidate is kept.
    pub threshold: f32,
}

impl Model {
    /// Reads a model (`ru`, `scope` …); none where the file is missing.
    ///
    /// # Errors
    /// A line that is not `feature<TAB>weight`.
    pub fn load(knowledge: &Knowledge, name: &str) -> Result<Option<Self>, KnowledgeError> {
        let path = format!("pipelines/model/{name}.txt");
        let Some(text) = knowledge.get(&path) else { return Ok(None) };
        Self::parse(text)
            .map(Some)
            .map_err(|(line, message)| KnowledgeError::invalid(format!("{path}:{line}"), message))
    }

    /// Parses the model's text.
    ///
    /// # Errors
    /// The number of the wrong line and what is wrong.
    pub fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut threshold = 0.5;
        let mut weights = Vec::new();
        let mut lines = Vec::new();
        let mut words = WordWeights::default();
        for (n, line) in text.lines().enumerate() {
            if line == HEADER || line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, weight) =
                line.split_once('\t').ok_or_else(|| (n + 1, "expected feature<TAB>weight".to_owned()))?;
            let weight: f32 = weight.parse().map_err(|_| (n + 1, format!("`{weight}` is no number")))?;
            if name == "threshold" {
                threshold = weight;
            } else {
                weights.push((feature::hash(name), weight));
                words.enter(name, weight);
                lines.push(n + 1);
            }
        }
        let weights = Weights::new(&weights)
            .map_err(|i| (lines[i], "the feature is given twice, or another one has its hash".to_owned()))?;
        Ok(Self { weights, words, threshold })
    }

    /// A model from weights, for the trainer; of features that share a hash the first counts.
    pub fn from_weights(weights: &[(String, f32)], threshold: f32) -> Self {
        let mut hashed: Vec<(u64, f32)> = weights.iter().map(|(name, w)| (feature::hash(name), *w)).collect();
        hashed.sort_by_key(|(hash, _)| *hash);
        hashed.dedup_by_key(|(hash, _)| *hash);
        let mut words = WordWeights::default();
        for (name, weight) in weights {
            words.enter(name, *weight);
        }
        Self { weights: Weights::new(&hashed).unwrap_or_default(), words, threshold }
    }

    /// The log-odds that a candidate is right.
    pub fn log_odds(&self, scene: &Scene<'_, '_>, candidate: &Candidate) -> f32 {
        self.visited(|add| features(scene, candidate, add))
    }

    /// The weight of a feature by the hash of its name; 0 of one not seen in training.
    #[inline]
    pub fn weight(&self, hash: u64) -> f32 {
        self.weights.get(hash).unwrap_or(0.0)
    }

    /// The sum of the weights of features.
    pub fn sum(&self, features: &[String]) -> f32 {
        features.iter().map(|name| self.weight(feature::hash(name))).sum()
    }

    /// The sum of the weights of the features that are visited.
    pub(super) fn visited(&self, visit: impl FnOnce(&mut Sum<'_>)) -> f32 {
        let mut sum = Sum { model: self, sum: 0.0 };
        visit(&mut sum);
        sum.sum
    }
}

/// Adds up the weights of features.
pub(super) struct Sum<'m> {
    model: &'m Model,
    sum: f32,
}

impl Sum<'_> {
    #[inline(never)]
    fn add(&mut self, hash: u64) {
        self.sum += self.model.weight(hash);
    }
}

impl Put for Sum<'_> {
    #[inline]
    fn put(&mut self, hash: u64, _: impl FnOnce() -> String) {
        self.add(hash);
    }

    fn put_words(&mut self, before: u64, words: &Words<'_>, _: impl Fn() -> String) {
        let told = words.told.get_or_init(|| self.model.words.of(&words.pieces));
        for weight in self.model.words.number(before).map_or(&[][..], |number| told.at(number)) {
            self.sum += weight;
        }
    }
}

/// The probability that log-odds mean.
pub fn logistic(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// What the features are taken from.
pub struct Scene<'s, 't> {
    /// The language.
    pub language: &'s Language,
    /// The words.
    pub text: &'s Annotated<'s, 't>,
    /// The sentences.
    pub reads: &'s [Read],
    /// Places, offences, authorities.
    pub context: &'s Context<'s>,
    /// Whether the text is a headline.
    pub title: bool,
    /// What it offers to all its results.
    pub ground: Ground<'s>,
}

/// Visits the names of a candidate's features.
pub fn features(scene: &Scene<'_, '_>, candidate: &Candidate, put: &mut impl Put) {
    let rule: &Rule = &scene.language.rules[candidate.rule as usize];
    let read = &scene.reads[candidate.sentence];
    let home = &scene.reads[candidate.trigger_sentence];
    let trigger = &home.triggers[candidate.trigger];
    let argument = candidate.argument.map(|a| &read.arguments[a]);
    let kind = match argument.map(|a| a.kind) {
        None => "implied",
        Some(ArgumentKind::Thing) => "thing",
        Some(ArgumentKind::Person) => "person",
        Some(ArgumentKind::Money) => "money",
        Some(ArgumentKind::Duration) => "duration",
        Some(ArgumentKind::Bare) if argument.is_some_and(|a| a.unknown) => "unknown",
        Some(ArgumentKind::Bare) => "bare",
    };
    let ty = Piece::of(&rule.event_type);
    tell!(put, "bias");
    tell!(put, "rule="(&rule.id));
    tell!(put, "type=" ty " kind=" kind);
    tell!(put, "type=" ty " object=" (&candidate.object));
    let amount = match candidate.value {
        None => "none",
        Some(v) if v <= 1.0 => "one",
        Some(v) if v < 10.0 => "few",
        Some(v) if v < 1000.0 => "many",
        Some(_) => "large",
    };
    tell!(put, "amount=" amount);
    tell!(put, "type=" ty " amount=" amount);
    if let Some(role) = argument.and_then(|a| a.role.as_deref()) {
        tell!(put, "type=" ty " role=" role);
    }
    let form = form_of(trigger.feats);
    tell!(put, "form=" form);
    tell!(put, "type=" ty " form=" form);
    let words = Piece::of(&scene.language.lexicon.entries[trigger.entry as usize].code);
    tell!(put, "words=" words);
    tell!(put, "type=" ty " words=" words);
    tell!(put, "cost="((candidate.cost / 2.0).round().min(12.0) as i32));
    tell!(put, "how="(candidate.how));
    tell!(put, "how=" (candidate.how) " kind=" kind);
    tell!(put, "type=" ty " how=" (candidate.how) " cost=" ((candidate.cost / 6.0).round().min(5.0) as i32));
    let apart = read.clauses.of(argument.map_or(candidate.from, |a| a.head)).abs_diff(trigger.clause);
    tell!(put, "clauses apart=" (apart.min(4)) " kind=" kind);
    let own_verb =
        argument.is_some_and(|a| read.clauses.foreign.get(read.clauses.of(a.head)).copied().unwrap_or(false));
    tell!(put, "own verb=" own_verb " apart=" (apart.min(2)));
    let list = carry::opens_item(scene.text.stream, scene.reads, candidate.sentence);
    tell!(put, "list=" list " how=" (candidate.how));
    // A neighbouring figure is "#": the model must not remember single numbers.
    let word =
        |i: usize| if scene.text.stream.token(i).kind == Kind::Number { "#" } else { scene.text.stream.lower(i) };
    if let Some(argument) = argument {
        let side = if argument.start >= trigger.end { "after" } else { "before" };
        tell!(put, "type=" ty " side=" side " kind=" kind);
        tell!(put, "figure=" (argument.has_figure) " kind=" kind);
        if argument.start > read.sentence.start {
            tell!(put, "before-arg="(word(argument.start - 1)));
        }
        if argument.end < read.sentence.end {
            tell!(put, "after-arg="(word(argument.end)));
        }
    }
    if trigger.start > home.sentence.start {
        tell!(put, "before-trigger="(word(trigger.start - 1)));
    }
    if trigger.end < home.sentence.end {
        tell!(put, "after-trigger="(word(trigger.end)));
    }
    sentence_features(scene, read, ty, put);
    scene.context.features(candidate, ty, put);
    tell!(put, "title="(scene.title));
}

fn sentence_features(scene: &Scene<'_, '_>, read: &Read, ty: Piece<'_>, put: &mut impl Put) {
    let mut seen: Vec<(Dimension, &str)> = Vec::new();
    for mark in &read.marks {
        let entry = &scene.language.lexicon.entries[mark.entry as usize];
        let wanted = matches!(
            mark.dimension,
            Dimension::Modality | Dimension::Agency | Dimension::Offence | Dimension::Scope | Dimension::Anaphora
        );
        if wanted && !seen.contains(&(entry.dimension, &entry.code)) {
            seen.push((entry.dimension, &entry.code));
            tell!(put, "in-sentence=" (entry.dimension.name()) ":" (&entry.code));
            if entry.dimension == Dimension::Modality {
                tell!(put, "type=" ty " in-sentence=" (entry.dimension.name()) ":" (&entry.code));
            }
        }
    }
    let end = read.sentence.end;
    let last = scene.text.stream.lower_or_empty(end.saturating_sub(1));
    tell!(put, "ends="(if last == "?" { "?" } else { "." }));
    tell!(put, "paragraph="(read.sentence.paragraph.min(6)));
    let quoted = (read.sentence.start..end)
        .any(|i| scene.text.stream.token(i).kind == Kind::Punct && matches!(scene.text.stream.lower(i), "«" | "\""));
    tell!(put, "quoted=" quoted);
    let unbound = read.arguments.len().saturating_sub(read.bound.len()).min(4);
    tell!(put, "unbound=" unbound);
}

fn form_of(feats: Feats) -> &'static str {
    if feats.any(Feats::SHORT) {
        "short"
    } else if feats.has(Feats::FINITE | Feats::PAST) {
        "past"
    } else if feats.any(Feats::CONV) {
        "converb"
    } else if feats.any(Feats::PART) {
        "participle"
    } else if feats.any(Feats::INF) {
        "infinitive"
    } else if feats.any(Feats::PRES) {
        "present"
    } else if feats.any(Feats::FUT) {
        "future"
    } else if feats.any(Feats::NOUN) {
        "noun"
    } else {
        "other"
    }
}

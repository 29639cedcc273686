//! One text read sentence by sentence: candidates with what binds them, before any discourse.

use super::argument::{self, Argument, ArgumentKind, Scene};
use super::clause::{self, Clauses};
use super::date::TimeHit;
use super::feats::Feats;
use super::frame::{self, Bound};
use super::law::LawHit;
use super::lexicon::Dimension;
use super::pattern::{Annotated, Mark};
use super::quantity::{self, Quantity};
use super::rule::ObjectClasses;
use super::sentence::{self, Sentence};
use super::trigger::{self, Trigger};
use super::{Extractor, Language};
use crate::record::Article;

/// A sentence with everything found in it.
#[derive(Debug)]
pub struct Read {
    /// Token range and paragraph.
    pub sentence: Sentence,
    /// Lexicon marks, by first token.
    pub marks: Vec<Mark>,
    /// Figures.
    pub quantities: Vec<Quantity>,
    /// Argument candidates.
    pub arguments: Vec<Argument>,
    /// Triggers.
    pub triggers: Vec<Trigger>,
    /// Clauses.
    pub clauses: Clauses,
    /// Who takes what.
    pub bound: Vec<Bound>,
}

/// A text read: its sentences and the times it names.
#[derive(Debug)]
pub struct Reading {
    /// The sentences.
    pub reads: Vec<Read>,
    /// Dates and periods, by first token.
    pub times: Vec<TimeHit>,
    /// Articles of law, by first token.
    pub laws: Vec<LawHit>,
}

/// Reads all sentences of an article's text or title.
pub fn read(extractor: &Extractor, language: &Language, article: &Article, text: &Annotated<'_, '_>) -> Reading {
    let mut reading = open(extractor, language, text);
    reading.finish(extractor, language, article, text);
    reading
}

/// Finds the sentences, what the lexicons know in them, and the articles of law: enough to tell whether the text is
/// about enforcement at all.
pub fn open(extractor: &Extractor, language: &Language, text: &Annotated<'_, '_>) -> Reading {
    let laws = extractor.laws.find(text.stream, 0, text.stream.len(), language.kazakh);
    let read = |sentence: Sentence| Read {
        sentence,
        marks: language.lexicon.patterns.find(text, sentence.start, sentence.end),
        quantities: Vec::new(),
        arguments: Vec::new(),
        triggers: Vec::new(),
        clauses: Clauses::default(),
        bound: Vec::new(),
    };
    let reads = sentence::split(text.stream, &language.lexicon.abbreviations).into_iter().map(read).collect();
    Reading { reads, times: Vec::new(), laws }
}

impl Reading {
    /// Finds the times, figures, triggers and who takes what.
    pub fn finish(&mut self, extractor: &Extractor, language: &Language, article: &Article, text: &Annotated<'_, '_>) {
        let length = text.stream.len();
        self.times = extractor.times.find(text.stream, 0, length, language.kazakh, article.published_date());
        let mut taken = vec![false; length];
        for tokens in self.times.iter().map(|t| &t.tokens).chain(self.laws.iter().map(|l| &l.tokens)) {
            taken[tokens.clone()].fill(true);
        }
        for read in &mut self.reads {
            bind(language, &extractor.classes, text, read, &|i| taken[i]);
        }
        teasers(language, text, &mut self.reads);
    }
}

/// The longest heading of a list of other stories: "Читайте также:".
const HEADING: usize = 5;

/// The lines below "Читайте также:" are other stories' headlines: each a paragraph of its own without a full stop.
fn teasers(language: &Language, text: &Annotated<'_, '_>, reads: &mut [Read]) {
    let mut below: Option<usize> = None;
    for read in reads {
        let sentence = read.sentence;
        let last = text.stream.lower(sentence.end - 1);
        if let Some(paragraph) = below {
            below = (sentence.paragraph > paragraph && last != ".").then_some(sentence.paragraph);
        }
        if below.is_some() {
            read.triggers.iter_mut().for_each(|t| t.unreal = Some(trigger::Unreal::Modal));
        }
        let told = read.marks.iter().any(|m| {
            let entry = &language.lexicon.entries[m.entry as usize];
            m.dimension == Dimension::Modality && matches!(entry.code.as_ref(), "sentence" | "law")
        });
        let alone =
            sentence.end == text.stream.len() || text.stream.token(sentence.end).kind == super::token::Kind::Break;
        if told && alone && sentence.end - sentence.start <= HEADING {
            below = Some(sentence.paragraph);
        }
    }
}

/// Figures, arguments, triggers and clauses of a sentence whose marks are known.
fn bind(
    language: &Language,
    classes: &ObjectClasses,
    text: &Annotated<'_, '_>,
    read: &mut Read,
    taken: &dyn Fn(usize) -> bool,
) {
    let Sentence { start, end, .. } = read.sentence;
    let scene = Scene { text, lexicon: &language.lexicon, classes, marks: &read.marks, start, end };
    let mut triggers = trigger::triggers(&scene, &language.rules, taken);
    read.quantities = quantity::find(text, &language.lexicon, &read.marks, start, end, taken);
    if triggers.is_empty() && read.quantities.is_empty() {
        return;
    }
    let mut arguments = argument::find(&scene, &read.quantities, taken);
    // Kazakh: "мал ұрлағандар ұсталды": the participle in the plural is those who did it.
    let doers = |a: &Argument| {
        language.kazakh && a.kind == ArgumentKind::Person && a.start + 1 == a.end && a.feats.has(Feats::PLUR)
    };
    // A word of a trigger is no argument of it: "взять под стражу", "возбудить дело" names its object itself.
    arguments.retain(|a| {
        a.has_figure
            || !triggers.iter().any(|t| {
                !t.covered
                    && t.start <= a.start
                    && a.end <= t.end
                    && t.rules.iter().any(|r| {
                        let rule = &language.rules[*r as usize];
                        rule.implied.is_some() || language.kazakh && !rule.objects.contains(&a.object) && !doers(a)
                    })
            })
    });
    let clauses = clause::clauses(&scene, &triggers, language.kazakh);
    let modality = |m: &Mark, code: &str| {
        m.dimension == Dimension::Modality && language.lexicon.entries[m.entry as usize].code.as_ref() == code
    };
    // "335-бабында көзделген қылмыс": which offence it is.
    let cited = |m: &Mark| read.marks.iter().any(|c| modality(c, "cited") && c.start <= m.start && m.end <= c.end);
    let told = |code: &str| read.marks.iter().any(|m| modality(m, code) && !cited(m));
    trigger::judge(&scene, &mut triggers, &clauses, &language.rules, (told("sentence"), told("law")));
    read.bound = frame::bind(&scene, &triggers, &arguments, &clauses, &language.rules, language.kazakh);
    // A covered trigger that took nothing states nothing; they stand behind the others.
    let of_others = triggers.iter().take_while(|t| !t.covered).count();
    let taking = read.bound.iter().map(|b| b.trigger + 1).max().unwrap_or(0);
    triggers.truncate(taking.max(of_others));
    read.arguments = arguments;
    read.triggers = triggers;
    read.clauses = clauses;
}

//! Topic: whether an article is about enforcement at all, and whether a sentence tells a plot, a game or the past.
//!
//! A report on a harvest or a match has figures and verbs that rules take for results ("взыскано 3 очка",
//! "поймали 210"). News of enforcement name crimes, suspects and authorities in every other sentence; others in
//! passing at most. The words are data (dimension `topic`); a language without them has no gate.

use super::candidate::Candidate;
use super::law::LawHit;
use super::lexicon::Dimension;
use super::pattern::Annotated;
use super::reading::Read;
use super::{Language, date::TimeHit};
use chrono::Datelike;

/// Sentences from which on an article is told by shares, and its lead by itself.
const LONG: usize = 8;
/// Sentences of the lead.
const LEAD: usize = 3;
/// Kazakhstan's authorities have achieved nothing before this year.
const INDEPENDENCE: i32 = 1992;

/// What the sentences of an article are about.
#[derive(Debug)]
pub(super) struct Topic {
    /// Whether the article can state results at all.
    pub(super) relevant: bool,
    enforcement: Vec<bool>,
    /// A plot, a game or the past.
    elsewhere: Vec<bool>,
    /// Whether what the sentence does not say itself may be told by its neighbours: dense articles only.
    dense: bool,
}

impl Topic {
    /// Judges a text by its words and its headline's.
    pub(super) fn new(
        language: &Language,
        reads: &[Read],
        times: &[TimeHit],
        laws: &[LawHit],
        headline: &Annotated<'_, '_>,
    ) -> Self {
        let entry = |m: u32| &language.lexicon.entries[m as usize];
        let of = |read: &Read, code: &str| {
            read.marks.iter().any(|m| entry(m.entry).dimension == Dimension::Topic && entry(m.entry).code.as_ref() == code)
        };
        let known = language.lexicon.entries.iter().any(|e| e.dimension == Dimension::Topic);
        let enforcement: Vec<bool> = reads.iter().map(|r| of(r, "enforcement")).collect();
        let titled = headline.stream.len() > 0;
        let mut title = false;
        let mut title_elsewhere = false;
        for mark in language.lexicon.patterns.find(headline, 0, headline.stream.len()) {
            if entry(mark.entry).dimension == Dimension::Topic {
                title |= entry(mark.entry).code.as_ref() == "enforcement";
                title_elsewhere |= entry(mark.entry).code.as_ref() != "enforcement";
            }
        }
        let count = enforcement.iter().filter(|e| **e).count();
        let lead = title || enforcement.iter().take(LEAD).any(|e| *e);
        let relevant = if reads.len() < LONG {
            // An excerpt is judged as it stands.
            !titled || title || count > 0 || !laws.is_empty()
        } else {
            count * 5 >= reads.len() || lead && count > 1 || !laws.is_empty()
        };
        let marked: Vec<bool> = reads.iter().map(|r| of(r, "story") || of(r, "sport")).collect();
        let many = marked.iter().filter(|m| **m).count() * 3 >= reads.len().max(3);
        let elsewhere = (0..reads.len())
            .map(|s| {
                let near = marked[s] || s > 0 && marked[s - 1] && reads[s].sentence.paragraph == reads[s - 1].sentence.paragraph;
                near && (many || title_elsewhere || marked[s]) || (many && title_elsewhere) || is_past(reads, times, s)
            })
            .collect();
        Self { relevant: relevant || !known, dense: !known || count * 4 >= reads.len(), enforcement, elsewhere }
    }

    /// Why a candidate states nothing, if so.
    pub(super) fn refuses(&self, candidate: &Candidate, title: bool) -> Option<&'static str> {
        let s = candidate.sentence;
        let from = s.saturating_sub(3);
        if !title && !self.dense && !self.enforcement[from..(s + 3).min(self.enforcement.len())].iter().any(|e| *e) {
            return Some("off_topic");
        }
        self.elsewhere[s].then_some("story")
    }
}

/// Whether the sentence, or what its paragraph dated last, lies before the country's independence.
fn is_past(reads: &[Read], times: &[TimeHit], s: usize) -> bool {
    let paragraph = reads[s].sentence.paragraph;
    for at in (0..=s).rev().take_while(|at| reads[*at].sentence.paragraph == paragraph) {
        let sentence = reads[at].sentence;
        let years = times.iter().filter(|t| sentence.start <= t.tokens.start && t.tokens.start < sentence.end);
        let mut past = None;
        for date in years.filter_map(|t| t.start) {
            past = Some(date.year() < INDEPENDENCE);
        }
        if let Some(past) = past {
            return past;
        }
    }
    false
}

//! Topic: whether an article is about enforcement at all, and whether a sentence tells a plot, a game or the past.
//!
//! A report on a harvest or a match has figures and verbs that rules take for results ("взыскано 3 очка",
//! "поймали 210"). News of enforcement name crimes, suspects and authorities in every other sentence; others in
//! passing at most. The words are data (dimension `topic`); a language without them has no gate.

use super::Language;
use super::candidate::Candidate;
use super::feats::Feats;
use super::law::LawHit;
use super::lexicon::Dimension;
use super::pattern::{Annotated, Mark};
use super::reading::Read;
use super::token::Kind;

/// Sentences from which on an article is told by shares, and its lead by itself.
const LONG: usize = 8;
/// Sentences of the lead.
const LEAD: usize = 3;
/// Kazakhstan's authorities have achieved nothing before this year.
const INDEPENDENCE: i32 = 1992;
/// A year before this one tells the past by itself: nobody of that time is caught now.
const LIVING: i32 = 1946;

/// What the sentences of an article are about.
#[derive(Debug)]
pub(super) struct Topic {
    /// Whether anything in the article can state results.
    pub(super) relevant: bool,
    /// An article about something else: only sentences that name enforcement twice are read as news of it.
    pub(super) sparse: bool,
    enforcement: Vec<bool>,
    /// Two words of enforcement in one sentence.
    strong: Vec<bool>,
    /// A plot, a game or the past.
    elsewhere: Vec<bool>,
    /// Ends of the words for a case in sentences that tell of accidents, diseases and rescues.
    mishaps: Vec<Vec<usize>>,
    /// Sentences that tell of floods and droughts, whose damage is no offence's.
    disasters: Vec<bool>,
    /// Whether what the sentence does not say itself may be told by its neighbours: dense articles only.
    dense: bool,
}

impl Topic {
    /// Judges a text by its words and its headline's.
    pub(super) fn new(
        language: &Language,
        reads: &[Read],
        text: &Annotated<'_, '_>,
        laws: &[LawHit],
        headline: &Annotated<'_, '_>,
    ) -> Self {
        let entry = |m: u32| &language.lexicon.entries[m as usize];
        let of = |read: &Read, code: &str| {
            read.marks.iter().any(|m| m.dimension == Dimension::Topic && entry(m.entry).code.as_ref() == code)
        };
        let known = language.lexicon.has_topics;
        let enforcement: Vec<bool> = reads.iter().map(|r| of(r, "enforcement")).collect();
        let strong: Vec<bool> = reads.iter().map(|r| is_strong(language, r)).collect();
        let titled = !headline.stream.is_empty();
        let mut title = false;
        let (mut title_elsewhere, mut title_mishap, mut title_disaster, mut history) = (false, false, false, false);
        let (mut plot, mut done) = (false, false);
        for mark in language.lexicon.patterns.find(headline, 0, headline.stream.len()) {
            if mark.dimension == Dimension::Topic {
                title |= entry(mark.entry).code.as_ref() == "enforcement";
                title_elsewhere |= matches!(
                    entry(mark.entry).code.as_ref(),
                    "story" | "plot" | "sport" | "business" | "history" | "tariff"
                );
                title_mishap |= entry(mark.entry).code.as_ref() == "mishap";
                history |= matches!(entry(mark.entry).code.as_ref(), "history" | "tariff");
                title_disaster |= entry(mark.entry).code.as_ref() == "disaster";
                plot |= matches!(entry(mark.entry).code.as_ref(), "plot" | "tariff");
            }
            // "Режиссёра осудили": what happened to those who make films is no plot, nor is a fine that was paid a tariff.
            let states = |f: Feats| f.any(Feats::SHORT | Feats::FINITE) && !f.any(Feats::PRES | Feats::FUT);
            done |= mark.dimension == Dimension::Trigger && states(headline.feats(mark.head));
        }
        let count = enforcement.iter().filter(|e| **e).count();
        let lead = title || enforcement.iter().take(LEAD).any(|e| *e);
        let relevant = if reads.len() < LONG {
            // An excerpt is judged as it stands.
            !titled || title || count > 0 || !laws.is_empty()
        } else {
            count * 5 >= reads.len() || lead && count > 1 || !laws.is_empty()
        };
        // Trade and disasters have results of enforcement only in sentences that say so.
        let dense = title || count * 3 >= reads.len();
        let business = |s: usize, r: &Read| !dense && of(r, "business") && !enforcement[s];
        // "Суд приговорил тренера": who plays may be sentenced, too.
        let sport = |s: usize, r: &Read| of(r, "sport") && !(dense && !title_elsewhere && enforcement[s]);
        let marked: Vec<bool> = reads
            .iter()
            .enumerate()
            .map(|(s, r)| of(r, "story") || of(r, "plot") || of(r, "history") || sport(s, r) || business(s, r))
            .collect();
        let many = marked.iter().filter(|m| **m).count() * 3 >= reads.len().max(3);
        let throughout =
            title_elsewhere && !title && (history || many || count * 3 < reads.len().max(3)) || plot && !done;
        let past = if known { past(headline, reads, text) } else { vec![false; reads.len()] };
        let elsewhere = (0..reads.len())
            .map(|s| {
                let before = s > 0 && marked[s - 1] && reads[s].sentence.paragraph == reads[s - 1].sentence.paragraph;
                throughout || marked[s] || before && (many || title_elsewhere) || past[s]
            })
            .collect();
        // "Зарегистрировано 15 ДТП. На трассах – 4 случая": cases of what was told last.
        let mishap: Vec<bool> = reads.iter().map(|r| of(r, "mishap")).collect();
        let mishaps = (0..reads.len())
            .map(|s| {
                let before = s > 0 && mishap[s - 1] && reads[s].sentence.paragraph == reads[s - 1].sentence.paragraph;
                let case = |m: &&Mark| m.dimension == Dimension::Topic && entry(m.entry).code.as_ref() == "case";
                let cases = reads[s].marks.iter().filter(case).map(|m| m.end);
                if mishap[s] || (before || title_mishap && !title) && !enforcement[s] {
                    cases.collect()
                } else {
                    Vec::new()
                }
            })
            .collect();
        // "Пострадавшим от паводков помогли. Возмещён ущерб на 170 млн": no deed is told.
        let disaster: Vec<bool> = reads.iter().map(|r| of(r, "disaster")).collect();
        let deed = |r: &Read| r.marks.iter().any(|m| m.dimension == Dimension::Offence);
        let disasters = (0..reads.len())
            .map(|s| {
                let before = s > 0 && disaster[s - 1] && reads[s].sentence.paragraph == reads[s - 1].sentence.paragraph;
                // "Паводок принёс браконьеров: изъято полтонны рыбы": what the headline tells of is both.
                (disaster[s] || before || title_disaster && !title) && !deed(&reads[s])
            })
            .collect();
        Self {
            mishaps,
            disasters,
            relevant: relevant || !known || strong.iter().any(|s| *s),
            sparse: known && !relevant,
            strong,
            dense: !known || title || reads.len() < LONG || count * 4 >= reads.len(),
            enforcement,
            elsewhere,
        }
    }

    /// Why a candidate states nothing, if so; `loss` for damage and what makes it good.
    pub(super) fn refuses(&self, candidate: &Candidate, title: bool, loss: bool) -> Option<&'static str> {
        let s = candidate.sentence;
        if !title && self.sparse && !self.strong[s] {
            return Some("off_topic");
        }
        let from = s.saturating_sub(3);
        if !title && !self.dense && !self.enforcement[from..(s + 3).min(self.enforcement.len())].iter().any(|e| *e) {
            return Some("off_topic");
        }
        if candidate.object.as_ref() == "offence" && self.mishaps[s].contains(&candidate.to) {
            return Some("mishap");
        }
        if loss && self.disasters[s] {
            return Some("mishap");
        }
        self.elsewhere[s].then_some("story")
    }
}

/// Whether two words of a sentence, apart from each other, name enforcement.
fn is_strong(language: &Language, read: &Read) -> bool {
    let named = |m: &&super::pattern::Mark| {
        let entry = &language.lexicon.entries[m.entry as usize];
        m.dimension == Dimension::Topic && entry.code.as_ref() == "enforcement"
    };
    let mut ends = read.marks.iter().filter(named).map(|m| (m.start, m.end));
    let Some((_, first)) = ends.next() else { return false };
    ends.any(|(start, _)| start >= first)
}

/// Whether the year that each sentence is about, told last at or before it, lies before the country's independence.
/// One such year is background ("a house of 1978"), unless a sentence says that things happened then and nobody of
/// that time lives; a headline with one, or several, tell the past.
fn past(headline: &Annotated<'_, '_>, reads: &[Read], text: &Annotated<'_, '_>) -> Vec<bool> {
    let eras: Vec<Option<(i32, bool)>> = reads.iter().map(|r| era(text, r.sentence.start, r.sentence.end)).collect();
    let is_past = |e: &Option<(i32, bool)>| e.is_some_and(|(year, _)| year < INDEPENDENCE);
    let title = is_past(&era(headline, 0, headline.stream.len()));
    let several = eras.iter().filter(|e| is_past(e)).count() + usize::from(title) > 1;
    let mut last = title && several;
    // "Деда арестовали в ноябре 1937-го. При обыске изъяли наган": as long as the paragraph goes on.
    let mut long_ago: Option<usize> = None;
    let paragraphs = reads.iter().map(|r| r.sentence.paragraph);
    eras.into_iter()
        .zip(paragraphs)
        .map(|(e, paragraph)| {
            last = e.map_or(last, |(year, _)| year < INDEPENDENCE && several);
            match e {
                Some((year, then)) => long_ago = (then && year < LIVING).then_some(paragraph),
                None => long_ago = long_ago.filter(|p| *p == paragraph),
            }
            last || long_ago.is_some()
        })
        .collect()
}

/// `1937-м`, `1980-х`, `1937-жылы`, `1937-ші`: what follows a year; `1800-ден астам` is a count.
fn is_year_suffix(suffix: &str) -> bool {
    matches!(suffix, "м" | "х" | "го" | "й" | "е" | "ые" | "шы" | "ші" | "ж") || suffix.starts_with("жыл")
}

/// The last year that the tokens tell, and whether as the time of what happened: "в 1938 году", "1938 жылы".
fn era(text: &Annotated<'_, '_>, from: usize, to: usize) -> Option<(i32, bool)> {
    let stream = text.stream;
    (from..to).rev().find_map(|i| {
        let year: i32 = stream.lower(i).get(..4).filter(|_| stream.token(i).kind == Kind::Number)?.parse().ok()?;
        let after = stream.lower_or_empty(i + 1);
        // "1985 года рождения", "дом 1978 года постройки": a property.
        let property = after.starts_with("год")
            && matches!(stream.lower_or_empty(i + 2), "рождения" | "выпуска" | "постройки" | "создания" | "основания");
        let before = i.checked_sub(1).map_or("", |b| stream.lower(b));
        let told = after.starts_with("год")
            || after.starts_with("жыл")
            || stream.number_parts(i).1.is_some_and(is_year_suffix)
            || matches!(before, "в" | "с" | "за" | "до" | "–" | "—" | "-");
        // "в 1937 году", "в ноябре 1937-го".
        let month = || stream.number_parts(i).1.is_some() && i >= from + 2 && stream.lower(i - 2) == "в";
        let then = before == "в" || matches!(after, "жылы" | "жылдары") || month();
        (told && !property && (1700..2100).contains(&year)).then_some((year, then))
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::Extractor;
    use crate::knowledge::Knowledge;
    use crate::record::Article;

    #[test]
    fn a_village_and_a_poacher_at_flood_are_no_disaster() {
        let extractor = Extractor::new(&Knowledge::embedded()).unwrap();
        let told = |title: &str, text: &str| {
            let article = Article { title: Some(title.into()), text: text.into(), ..Article::default() };
            let proposals = extractor.proposals(&article);
            proposals
                .iter()
                .filter(|p| &*p.mention.event_type == "damage")
                .filter_map(|p| p.mention.value)
                .collect::<Vec<_>>()
        };
        let loss = "Полиция сообщила об итогах года. Ущерб составил 4 млн тенге.";
        assert_eq!(told("Полиция: в селе стало спокойнее", loss), [4e6]);
        assert_eq!(told("Паводок принёс браконьеров, полиция их задержала", loss), [4e6]);
        assert!(told("Паводок прошёл по селу", loss).is_empty());
        assert!(told("Сель сошёл на село", loss).is_empty());
    }
}

//! `pipelines/lexicons/<lang>/time.toml`: word classes and patterns, compiled into sequences.

use crate::extract::token::{Caps, Kind, TokenStream};
use crate::knowledge::{Knowledge, KnowledgeError};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The calendar rule that a pattern stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Gives {
    Day,
    Days,
    Month,
    Months,
    Year,
    Years,
    FirstMonths,
    Quarter,
    Half,
    YearToDate,
    SinceDay,
    SinceMonth,
    SinceYear,
    LastYears,
    LastMonths,
    LastWeeks,
    LastDays,
    YearOffset,
    MonthOffset,
    WeekOffset,
    DayOffset,
    Weekday,
    Season,
    Weekend,
    SamePeriod,
    SamePeriodOfYear,
    YearsAgo,
    /// «по состоянию на 1 сентября»: the end of the cumulative period beside it.
    AsOf,
    /// «через два дня»: after the day told before.
    DaysLater,
    /// «через год»: after the year told before.
    YearsLater,
    None,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    month: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    month_in: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    month_from: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    month_adjective: BTreeMap<String, Vec<String>>,
    weekday: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    weekday_in: BTreeMap<String, Vec<String>>,
    number: BTreeMap<String, Vec<String>>,
    ordinal: BTreeMap<String, Vec<String>>,
    class: BTreeMap<String, Vec<String>>,
    pattern: Vec<PatternEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternEntry {
    id: String,
    gives: Gives,
    #[serde(default)]
    value: i32,
    words: Vec<String>,
    examples: Vec<(String, String, String)>,
}

/// An example of a pattern: text, publication day, expected value.
#[derive(Debug, Clone)]
pub struct TimeExample {
    /// `path: id` of the pattern.
    pub place: String,
    /// Text in which it is found.
    pub text: String,
    /// Day of publication.
    pub published: String,
    /// `YYYY-MM-DD`, `YYYY-MM`, `YYYY`, `start/end`, or nothing.
    pub expect: String,
}

/// What an element of a pattern captures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Day(usize),
    Month(usize),
    Year(usize),
    Date(usize),
    Number,
    /// «прошлого»: the year before, if a word for year follows.
    Last,
    /// «былтырғы»: the year before.
    LastYear,
    BeforeLast,
    This,
    YearWord,
}

/// The kinds of number tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digits {
    Day,
    Year,
    BareYear,
    SuffixedYear,
    Date,
    /// With a suffix of the class.
    With(u64),
}

#[derive(Debug, Clone)]
pub(super) enum Element {
    /// A word of any of the classes (bits), each with its slot.
    Class(u64),
    Literal(Vec<Box<str>>),
    Number(Digits, Slot),
    /// A small number in digits or words.
    Count,
    /// An ordinal, in words, Roman or Arabic digits.
    Ordinal,
    MonthPair,
    Dash,
    /// A month by class bits, into the slot.
    Month(u64, Slot),
    Weekday(u64),
}

#[derive(Debug, Clone)]
pub(super) struct Sequence {
    pub(super) elements: Vec<Element>,
    pub(super) gives: Gives,
    pub(super) value: i32,
}

/// Sequences with one beginning, each list longest first; with each the classes of which the next word has to be, 0
/// where that is no matter of classes alone.
#[derive(Debug, Clone, Default)]
pub(super) struct Starts {
    pub(super) all: Vec<(u32, u64)>,
    /// Those of one token: what is left when the next token cannot go on.
    pub(super) single: Vec<(u32, u64)>,
    /// Classes of which the next word may be.
    second: u64,
}

impl Starts {
    fn push(&mut self, id: u32, sequence: &Sequence) {
        let second = match sequence.elements.get(1) {
            Some(Element::Class(bits) | Element::Month(bits, _) | Element::Weekday(bits)) => *bits,
            _ => 0,
        };
        self.all.push((id, second));
        self.second |= second;
        match sequence.elements.get(1) {
            None => self.single.push((id, 0)),
            Some(Element::Count) => self.second |= NUMBER,
            Some(Element::Ordinal) => self.second |= ORDINAL,
            Some(_) => {}
        }
    }

    /// The sequences that the token after the first one allows.
    pub(super) fn before(&self, next: &Info) -> &[(u32, u64)] {
        let word = &next.word;
        if next.is_number || word.literal || word.bits & self.second != 0 || next.pair.is_some() {
            &self.all
        } else {
            &self.single
        }
    }
}

/// What is known of a word: its classes and its value in each value table.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Word {
    pub(super) bits: u64,
    pub(super) month: u8,
    pub(super) weekday: u8,
    pub(super) number: u8,
    pub(super) ordinal: u8,
    /// Whether a pattern names it.
    pub(super) literal: bool,
}

const TABLES: [&str; 8] =
    ["month", "month_in", "month_from", "month_adjective", "weekday", "weekday_in", "number", "ordinal"];
pub(super) const MONTH_ADJECTIVE: u64 = 1 << 3;
pub(super) const NUMBER: u64 = 1 << 6;
pub(super) const ORDINAL: u64 = 1 << 7;

/// The compiled patterns of one language.
#[derive(Debug, Clone, Default)]
pub(super) struct TimeLexicon {
    pub(super) words: FxHashMap<Box<str>, Word>,
    pub(super) slots: Vec<(u64, Slot)>,
    pub(super) sequences: Vec<Sequence>,
    /// Sequences by their first word.
    pub(super) first: FxHashMap<Box<str>, Starts>,
    /// Sequences that begin with digits.
    pub(super) numeric: Starts,
    /// Sequences that begin with two months in one word.
    pub(super) pairs: Starts,
    pub(super) examples: Vec<TimeExample>,
}

struct Compiler {
    path: String,
    lexicon: TimeLexicon,
    classes: BTreeMap<String, u64>,
}

pub(super) fn load(knowledge: &Knowledge, language: &str) -> Result<TimeLexicon, KnowledgeError> {
    let path = format!("pipelines/lexicons/{language}/time.toml");
    let text = knowledge.get(&path).ok_or_else(|| KnowledgeError::invalid(&path, "the file is missing; restore it"))?;
    let file: File = toml::from_str(text).map_err(|e| crate::extract::lexicon::syntax_error(&path, text, &e))?;
    let mut compiler = Compiler { path, lexicon: TimeLexicon::default(), classes: BTreeMap::new() };
    let tables = [
        &file.month,
        &file.month_in,
        &file.month_from,
        &file.month_adjective,
        &file.weekday,
        &file.weekday_in,
        &file.number,
        &file.ordinal,
    ];
    for (bit, (name, table)) in TABLES.into_iter().zip(tables).enumerate() {
        compiler.classes.insert(name.to_owned(), 1 << bit);
        for (value, words) in table {
            let value: u8 =
                value.parse().map_err(|_| compiler.error(&format!("{name}.{value} is not a small number")))?;
            for word in words {
                let entry = compiler.lexicon.words.entry(word.as_str().into()).or_default();
                entry.bits |= 1 << bit;
                match bit {
                    0..=3 => entry.month = value,
                    4 | 5 => entry.weekday = value,
                    6 => entry.number = value,
                    _ => entry.ordinal = value,
                }
            }
        }
    }
    for (i, (name, words)) in file.class.iter().enumerate() {
        let bit = i + TABLES.len();
        if bit >= 64 {
            return Err(compiler.error("more than 56 classes"));
        }
        compiler.classes.insert(name.clone(), 1 << bit);
        for word in words {
            compiler.lexicon.words.entry(word.as_str().into()).or_default().bits |= 1 << bit;
        }
    }
    for (name, slot) in [
        ("last", Slot::Last),
        ("lastyear", Slot::LastYear),
        ("before_last", Slot::BeforeLast),
        ("this", Slot::This),
        ("yr", Slot::YearWord),
        ("yr1", Slot::YearWord),
    ] {
        if let Some(&bits) = compiler.classes.get(name) {
            compiler.lexicon.slots.push((bits, slot));
        }
    }
    let mut ids = BTreeSet::new();
    for entry in &file.pattern {
        if !ids.insert(entry.id.as_str()) {
            return Err(compiler.error(&format!("pattern {} is defined twice", entry.id)));
        }
        compiler.add(entry)?;
    }
    Ok(compiler.finish())
}

impl Compiler {
    fn error(&self, message: &str) -> KnowledgeError {
        KnowledgeError::invalid(&self.path, message)
    }

    fn add(&mut self, entry: &PatternEntry) -> Result<(), KnowledgeError> {
        for phrase in &entry.words {
            let mut sequences: Vec<Vec<Element>> = vec![Vec::new()];
            for item in phrase.split_whitespace() {
                let (item, optional) = item.strip_suffix('?').map_or((item, false), |i| (i, true));
                let element = self.element(item, &entry.id)?;
                if let Element::Literal(words) = &element {
                    for word in words {
                        self.lexicon.words.entry(word.clone()).or_default().literal = true;
                    }
                }
                let without = if optional { sequences.clone() } else { Vec::new() };
                for sequence in &mut sequences {
                    sequence.push(element.clone());
                }
                sequences.extend(without);
            }
            for elements in sequences.into_iter().filter(|s| !s.is_empty()) {
                self.lexicon.sequences.push(Sequence { elements, gives: entry.gives, value: entry.value });
            }
        }
        if entry.examples.is_empty() {
            return Err(self.error(&format!("pattern {} has no example", entry.id)));
        }
        for (text, published, expect) in &entry.examples {
            self.lexicon.examples.push(TimeExample {
                place: format!("{}: {}", self.path, entry.id),
                text: text.clone(),
                published: published.clone(),
                expect: expect.clone(),
            });
        }
        Ok(())
    }

    fn element(&self, item: &str, id: &str) -> Result<Element, KnowledgeError> {
        let Some(name) = item.strip_prefix('<').and_then(|i| i.strip_suffix('>')) else {
            return Ok(match item {
                "-" => Element::Dash,
                _ => Element::Literal(item.split('|').map(Into::into).collect()),
            });
        };
        let class = |name: &str| {
            self.classes
                .get(name)
                .copied()
                .ok_or_else(|| self.error(&format!("pattern {id}: <{name}> is no class; define it under [class]")))
        };
        Ok(match name {
            "day" => Element::Number(Digits::Day, Slot::Day(0)),
            "day2" => Element::Number(Digits::Day, Slot::Day(1)),
            "year" => Element::Number(Digits::Year, Slot::Year(0)),
            "year2" => Element::Number(Digits::Year, Slot::Year(1)),
            "bare_year" => Element::Number(Digits::BareYear, Slot::Year(0)),
            "suffixed_year" => Element::Number(Digits::SuffixedYear, Slot::Year(0)),
            "date" => Element::Number(Digits::Date, Slot::Date(0)),
            "date2" => Element::Number(Digits::Date, Slot::Date(1)),
            "n" => Element::Count,
            "ord" => Element::Ordinal,
            "month-month" => Element::MonthPair,
            "month" | "month_in" | "month_from" | "month_adjective" => Element::Month(class(name)?, Slot::Month(0)),
            "month2" => Element::Month(class("month")?, Slot::Month(1)),
            "weekday" | "weekday_in" => Element::Weekday(class(name)?),
            _ => {
                if let Some(suffix) = name.strip_prefix("n+") {
                    return Ok(Element::Number(Digits::With(class(suffix)?), Slot::Number));
                }
                let mut bits = 0;
                for part in name.split('|') {
                    bits |= class(part)?;
                }
                if bits & 1 == 1 { Element::Month(bits, Slot::Month(0)) } else { Element::Class(bits) }
            }
        })
    }

    fn finish(mut self) -> TimeLexicon {
        let lexicon = &mut self.lexicon;
        // Longest first; of equal ones, the one that names more words.
        lexicon.sequences.sort_by_key(|s| {
            let literals = s.elements.iter().filter(|e| matches!(e, Element::Literal(_))).count();
            std::cmp::Reverse((s.elements.len(), literals))
        });
        let mut members: Vec<(&str, u64)> = lexicon.words.iter().map(|(word, info)| (&**word, info.bits)).collect();
        members.sort_unstable();
        let mut first: FxHashMap<Box<str>, Starts> = FxHashMap::default();
        for (id, sequence) in lexicon.sequences.iter().enumerate() {
            let id = id as u32;
            let of_class = |bits: u64, first: &mut FxHashMap<Box<str>, Starts>| {
                for (word, _) in members.iter().filter(|(_, have)| have & bits != 0) {
                    first.entry((*word).into()).or_default().push(id, sequence);
                }
            };
            match &sequence.elements[0] {
                Element::Class(bits) | Element::Month(bits, _) | Element::Weekday(bits) => {
                    of_class(*bits, &mut first);
                }
                Element::Literal(words) => {
                    for word in words {
                        first.entry(word.clone()).or_default().push(id, sequence);
                    }
                }
                Element::Number(..) => lexicon.numeric.push(id, sequence),
                Element::Count => {
                    of_class(NUMBER, &mut first);
                    lexicon.numeric.push(id, sequence);
                }
                Element::Ordinal => {
                    of_class(ORDINAL, &mut first);
                    lexicon.numeric.push(id, sequence);
                }
                Element::MonthPair => lexicon.pairs.push(id, sequence),
                Element::Dash => {}
            }
        }
        lexicon.first = first;
        self.lexicon
    }
}

/// What a token is for the patterns.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Info {
    pub(super) word: Word,
    /// The number in digits, without separators; 0 for none.
    pub(super) number: u32,
    /// Day, month, year of a numeric date.
    pub(super) date: Option<(u32, u32, i32)>,
    /// Whether the number has a grammatical suffix.
    pub(super) suffixed: bool,
    /// Classes of the number's suffix: `1-тоқсан`.
    pub(super) suffix_bits: u64,
    /// Two months in one word.
    pub(super) pair: Option<(u8, u8)>,
    pub(super) is_number: bool,
}

impl TimeLexicon {
    pub(super) fn info(&self, stream: &TokenStream<'_>, i: usize) -> Info {
        let token = stream.token(i);
        match token.kind {
            Kind::Word => {
                let lower = stream.lower(i);
                let mut info = Info::default();
                if let Some(word) = self.words.get(lower) {
                    info.word = *word;
                    if token.caps != Caps::Lower {
                        info.word.bits &= !MONTH_ADJECTIVE;
                    }
                } else if let Some((a, b)) = lower.split_once('-') {
                    let month = |part: &str| self.words.get(part).map_or(0, |w| w.month);
                    info.pair = Some((month(a), month(b))).filter(|&(a, b)| a > 0 && b > 0);
                }
                info
            }
            Kind::Number => self.number_info(stream, i),
            Kind::Punct => {
                let mark = stream.lower(i);
                let mut info = Info::default();
                info.word.literal = matches!(mark, "-" | "–" | "—" | "−") || self.words.contains_key(mark);
                info
            }
            Kind::Break => Info::default(),
        }
    }

    fn number_info(&self, stream: &TokenStream<'_>, i: usize) -> Info {
        let mut info = Info { is_number: true, ..Info::default() };
        let (digits, suffix) = stream.number_parts(i);
        if let Some(suffix) = suffix {
            info.suffix_bits = self.words.get(suffix).map_or(0, |w| w.bits);
            if suffix.chars().count() > 5 && info.suffix_bits == 0 || suffix.starts_with("лет") {
                return info;
            }
            if suffix == "х" && digits.len() == 4 {
                // «в 2000-х»: a decade.
                return info;
            }
            info.suffixed = true;
        }
        if digits.len() <= 4 {
            info.number = digits.parse().unwrap_or(0);
        } else {
            let mut parts = digits.split('.');
            if let (Some(d), Some(m), Some(y), None) = (parts.next(), parts.next(), parts.next(), parts.next()) {
                let number = |s: &str| s.parse::<u32>().ok();
                if let (Some(d), Some(m), Some(y)) = (number(d), number(m), number(y)) {
                    let y = if y < 100 { 2000 + y } else { y };
                    let plausible = (1..=31).contains(&d) && (1..=12).contains(&m) && (1990..=2035).contains(&y);
                    info.date = plausible.then_some((d, m, y.cast_signed()));
                }
            }
        }
        info
    }
}

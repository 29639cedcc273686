//! Dates and periods: from words to days, against the publication day.
//!
//! The wordings are data (`pipelines/lexicons/<lang>/time.toml`): classes of words and patterns over them,
//! each with examples that run as tests. The calendar is code. At each word the longest pattern wins. A day
//! or month without its year is the latest one not after publication. Ages, prison terms, deadlines and
//! times of day are no dates.
//!
//! «Годом ранее» and «за тот же период 2021 года» mean the article's main period in another year; so run
//! [`TimeFinder::find`] over the whole article rather than sentence by sentence.
//!
//! ```
//! use chrono::NaiveDate;
//! use dalel::extract::{date::TimeFinder, token::TokenStream};
//! # fn main() -> Result<(), dalel::knowledge::KnowledgeError> {
//! let finder = TimeFinder::new(&dalel::knowledge::Knowledge::embedded())?;
//! let stream = TokenStream::new("С начала года изъято 3 кг, годом ранее – 2 кг.");
//! let published = NaiveDate::from_ymd_opt(2025, 8, 19);
//! let hits = finder.find(&stream, 0, stream.len(), false, published);
//! assert_eq!(hits[0].iso().as_deref(), Some("2025-01-01/2025-08-19"));
//! assert_eq!(hits[1].iso().as_deref(), Some("2024-01-01/2024-08-19"));
//! # Ok(())
//! # }
//! ```

mod calendar;
mod lexicon;
#[cfg(test)]
mod tests;

use super::token::{Kind, TokenStream};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::DatePrecision;
use calendar::Captures;
use chrono::{Datelike, Days, Months, NaiveDate};
use lexicon::{Digits, Element, Gives, Info, Sequence, Slot, TimeLexicon};
use std::ops::Range;

pub use lexicon::TimeExample;

/// Whether the words tell when something happened or over what time it was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeKind {
    /// A day or a month: «26 февраля», «в феврале».
    Moment,
    /// A stretch of time: «с начала года», «в 2023 году», «за первое полугодие».
    Period,
}

impl TimeKind {
    /// Its name, as features write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Moment => "Moment",
            Self::Period => "Period",
        }
    }
}

/// A date or period that the text states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeHit {
    /// Its tokens.
    pub tokens: Range<usize>,
    /// Moment or period.
    pub kind: TimeKind,
    /// First day; none where the year cannot be told.
    pub start: Option<NaiveDate>,
    /// Last day, inclusive.
    pub end: Option<NaiveDate>,
    /// How precisely it is stated.
    pub precision: DatePrecision,
    /// Whether it is counted up to publication or from the year's beginning: «с начала года», «за 8 месяцев».
    pub cumulative: bool,
    /// Years by which it repeats the article's main period: «годом ранее» is -1.
    shift: Option<i32>,
    /// Whether the shifted period's year is told in figures.
    told_year: bool,
    relation: Relation,
}

impl TimeHit {
    /// Whether it repeats another period in another year: «годом ранее».
    pub const fn is_shifted(&self) -> bool {
        self.shift.is_some()
    }
}

/// How a time hangs on another one or on publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    None,
    /// From a day, month or year up to publication.
    Since,
    /// In the year told before.
    SameYear,
    /// The end of a cumulative period.
    AsOf,
    /// Days after the day told before.
    DaysLater(u32),
    /// Years after the year told before.
    YearsLater(u32),
}

impl TimeHit {
    /// The time as that of one happening, first and last day and precision: a day; the month of a week;
    /// the year of a season; the beginning of «с 9 марта». None for longer stretches.
    pub fn moment(&self) -> Option<(NaiveDate, NaiveDate, DatePrecision)> {
        let (start, end) = (self.start?, self.end?);
        let month = |day: NaiveDate| {
            let first = day.with_day(1)?;
            Some((first, first.checked_add_months(Months::new(1))?.pred_opt()?, DatePrecision::Month))
        };
        let year = |day: NaiveDate| {
            let (first, last) = calendar::whole_year(day.year())?;
            Some((first, last, DatePrecision::Year))
        };
        if self.relation == Relation::Since {
            return match self.precision {
                DatePrecision::Year => year(start),
                DatePrecision::Month => month(start),
                _ => Some((start, start, DatePrecision::Day)),
            };
        }
        if start == end {
            Some((start, start, DatePrecision::Day))
        } else if (start.year(), start.month()) == (end.year(), end.month()) {
            month(start)
        } else if end.signed_duration_since(start).num_days() < 7 {
            // A week across two months counts for the one it ends in.
            month(end)
        } else if start.year() == end.year() {
            year(start)
        } else {
            None
        }
    }

    /// ISO 8601: a year, month or day as such, else `start/end`; none where the year cannot be told.
    pub fn iso(&self) -> Option<String> {
        let (start, end) = (self.start?, self.end?);
        let whole_year = start.ordinal() == 1 && end.month() == 12 && end.day() == 31 && start.year() == end.year();
        Some(if start == end {
            start.to_string()
        } else if whole_year && self.precision == DatePrecision::Year {
            start.year().to_string()
        } else if self.precision == DatePrecision::Month
            && start.day() == 1
            && end.succ_opt().is_some_and(|next| next.day() == 1)
            && (start.year(), start.month()) == (end.year(), end.month())
        {
            start.format("%Y-%m").to_string()
        } else {
            format!("{start}/{end}")
        })
    }
}

/// The compiled patterns of both languages.
#[derive(Debug, Clone)]
pub struct TimeFinder {
    russian: TimeLexicon,
    kazakh: TimeLexicon,
}

impl TimeFinder {
    /// Compiles `pipelines/lexicons/<lang>/time.toml`.
    ///
    /// # Errors
    /// A missing file, bad syntax, an unknown class, a pattern defined twice or without an example.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        Ok(Self { russian: lexicon::load(knowledge, "ru")?, kazakh: lexicon::load(knowledge, "kk")? })
    }

    /// The examples of all patterns with their language (`true`: Kazakh).
    pub fn examples(&self) -> impl Iterator<Item = (bool, &TimeExample)> {
        let russian = self.russian.examples.iter().map(|e| (false, e));
        russian.chain(self.kazakh.examples.iter().map(|e| (true, e)))
    }

    /// The dates and periods in the tokens `start..end`, in order, none overlapping.
    ///
    /// `published` is the day against which relative dates are resolved; without it they are found, but
    /// have no bounds.
    pub fn find(
        &self,
        stream: &TokenStream<'_>,
        start: usize,
        end: usize,
        kazakh: bool,
        published: Option<NaiveDate>,
    ) -> Vec<TimeHit> {
        let lexicon = if kazakh { &self.kazakh } else { &self.russian };
        let end = end.min(stream.len());
        let mut infos: Vec<Option<Info>> = vec![None; end.saturating_sub(start)];
        let mut hits = Vec::new();
        let mut i = start;
        while i < end {
            let starts = match stream.token(i).kind {
                Kind::Word => lexicon
                    .first
                    .get(stream.lower(i))
                    .or_else(|| if stream.lower(i).bytes().any(|b| b == b'-') { Some(&lexicon.pairs) } else { None }),
                Kind::Number => Some(&lexicon.numeric),
                _ => None,
            };
            let Some(starts) = starts else {
                i += 1;
                continue;
            };
            let candidates = if i + 1 < end {
                starts.before(infos[i + 1 - start].get_or_insert_with(|| lexicon.info(stream, i + 1)))
            } else {
                &starts.single
            };
            let mut next = i + 1;
            let next_bits = infos.get(i + 1 - start).copied().flatten().map_or(0, |info| info.word.bits);
            for &(id, second) in candidates {
                if second != 0 && second & next_bits == 0 {
                    continue;
                }
                let sequence = &lexicon.sequences[id as usize];
                let Some(captures) = capture(lexicon, stream, sequence, i, start..end, &mut infos) else { continue };
                let to = i + sequence.elements.len();
                if sequence.gives == Gives::None {
                    next = to;
                    break;
                }
                if let Some(hit) = calendar::resolve(sequence.gives, sequence.value, &captures, published, i..to) {
                    hits.push(hit);
                    next = to;
                    break;
                }
            }
            i = next;
        }
        relate(&mut hits);
        // What lies ahead of publication is a plan; a day of slack for time zones.
        let latest = published.and_then(|p| p.succ_opt());
        hits.retain(|hit| latest.is_none_or(|latest| hit.start.is_none_or(|start| start <= latest)));
        hits
    }
}

/// Resolves what hangs on another time: «годом ранее», «через два дня», «по состоянию на».
fn relate(hits: &mut Vec<TimeHit>) {
    as_of(hits);
    let mut main: Option<(NaiveDate, NaiveDate)> = None;
    let mut recent: Option<(NaiveDate, NaiveDate)> = None;
    let mut moment: Option<NaiveDate> = None;
    for hit in hits.iter_mut() {
        match hit.relation {
            Relation::DaysLater(days) => {
                let day = moment.and_then(|day| day.checked_add_days(Days::new(u64::from(days))));
                (hit.start, hit.end) = (day, day);
                continue;
            }
            Relation::YearsLater(years) => {
                let told =
                    moment.or(recent.map(|(start, _)| start)).map(|day| day.year() + years.min(100).cast_signed());
                (hit.start, hit.end) = told.and_then(calendar::whole_year).unzip();
                continue;
            }
            Relation::SameYear => {
                let shift = moment.zip(hit.start).map(|(told, start)| told.year() - start.year());
                if let Some(years) = shift {
                    hit.start = hit.start.and_then(|day| calendar::shift_years(day, years));
                    hit.end = if hit.precision == DatePrecision::Day {
                        hit.start
                    } else {
                        hit.end.and_then(|day| Some(month_end(calendar::shift_years(day, years)?, day)))
                    };
                }
            }
            Relation::None | Relation::Since | Relation::AsOf => {}
        }
        let bounds = hit.start.zip(hit.end);
        let Some(years) = hit.shift else {
            if hit.kind == TimeKind::Period {
                recent = bounds.or(recent);
                if hit.cumulative || main.is_none() || hit.precision != DatePrecision::Year {
                    main = bounds.or(main);
                }
                if hit.precision == DatePrecision::Year {
                    moment = hit.start;
                }
            } else {
                moment = hit.start;
            }
            continue;
        };
        // «Тот же период 2021 года» tells its year; the period may begin in another than publication's.
        let told = if hit.told_year { hit.start.map(|s| s.year()) } else { None };
        let base = if told.is_some() || years == 0 { main } else { recent };
        let Some((start, end)) = base else { continue };
        let years = told.map_or(years, |year| year - start.year());
        hit.start = calendar::shift_years(start, years);
        hit.end = calendar::shift_years(end, years).map(|day| month_end(day, end));
        if calendar::whole_year(start.year()) == Some((start, end)) {
            hit.precision = DatePrecision::Year;
        }
    }
    // A relation to nothing is no time.
    hits.retain(|hit| !matches!(hit.relation, Relation::DaysLater(_) | Relation::YearsLater(_)) || hit.start.is_some());
}

/// Lets «по состоянию на 30 августа» end the cumulative period beside it.
fn as_of(hits: &mut Vec<TimeHit>) {
    const NEAR: usize = 12;
    for at in 0..hits.len() {
        if hits[at].relation != Relation::AsOf {
            continue;
        }
        let (day, tokens) = (hits[at].end, hits[at].tokens.clone());
        let near = |hit: &TimeHit| {
            let gap = tokens.start.abs_diff(hit.tokens.end).min(hit.tokens.start.abs_diff(tokens.end));
            hit.cumulative && gap <= NEAR && hit.start <= day
        };
        let target = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().find(|&i| hits.get(i).is_some_and(near));
        if let (Some(target), Some(_)) = (target, day) {
            hits[target].end = day;
        }
    }
    hits.retain(|hit| hit.relation != Relation::AsOf);
}

/// Keeps an end of month one in leap years.
fn month_end(day: NaiveDate, model: NaiveDate) -> NaiveDate {
    let is_last = |d: NaiveDate| d.succ_opt().is_some_and(|next| next.month() != d.month());
    if is_last(model) && !is_last(day) { day.succ_opt().unwrap_or(day) } else { day }
}

fn capture(
    lexicon: &TimeLexicon,
    stream: &TokenStream<'_>,
    sequence: &Sequence,
    at: usize,
    range: Range<usize>,
    infos: &mut [Option<Info>],
) -> Option<Captures> {
    if at + sequence.elements.len() > range.end {
        return None;
    }
    let mut captures = Captures::default();
    let mut last = false;
    for (k, element) in sequence.elements.iter().enumerate() {
        let i = at + k;
        match element {
            Element::Literal(words) => {
                let lower = stream.lower(i);
                if !words.iter().any(|word| **word == *lower) {
                    return None;
                }
                continue;
            }
            Element::Dash => {
                if !matches!(stream.lower(i), "-" | "–" | "—" | "−") {
                    return None;
                }
                continue;
            }
            _ => {}
        }
        let info = infos[i - range.start].get_or_insert_with(|| lexicon.info(stream, i));
        match *element {
            Element::Class(bits) => {
                let hit = info.word.bits & bits;
                if hit == 0 {
                    return None;
                }
                for &(class, slot) in &lexicon.slots {
                    if class & hit != 0 {
                        match slot {
                            Slot::Last => last = true,
                            Slot::LastYear => captures.offset = Some(-1),
                            Slot::BeforeLast => captures.offset = Some(-2),
                            Slot::This => captures.offset = Some(0),
                            Slot::YearWord if last => captures.offset = Some(-1),
                            _ => {}
                        }
                    }
                }
            }
            Element::Month(bits, slot) => {
                if info.word.bits & bits == 0 {
                    return None;
                }
                if let Slot::Month(which) = slot {
                    captures.months[which] = u32::from(info.word.month);
                }
            }
            Element::Weekday(bits) => {
                if info.word.bits & bits == 0 {
                    return None;
                }
                captures.weekday = u32::from(info.word.weekday);
            }
            Element::MonthPair => {
                let (a, b) = info.pair?;
                captures.months = [u32::from(a), u32::from(b)];
            }
            Element::Ordinal => {
                captures.number = match info.word.ordinal {
                    0 if (1..=4).contains(&info.number) => info.number,
                    0 => return None,
                    ordinal => u32::from(ordinal),
                };
            }
            Element::Count => {
                captures.number = match info.word.number {
                    0 if (1..=60).contains(&info.number) => info.number,
                    0 => return None,
                    number => u32::from(number),
                };
            }
            Element::Number(digits, slot) => {
                if !fits(info, digits) {
                    return None;
                }
                match slot {
                    Slot::Day(which) => captures.days[which] = info.number,
                    Slot::Year(which) => captures.years[which] = info.number.cast_signed(),
                    Slot::Date(which) => captures.dates[which] = info.date,
                    _ => captures.number = info.number,
                }
            }
            Element::Literal(_) | Element::Dash => {}
        }
    }
    Some(captures)
}

fn fits(info: &Info, digits: Digits) -> bool {
    let year = (1991..=2035).contains(&info.number);
    match digits {
        Digits::Day => (1..=31).contains(&info.number) && info.suffix_bits == 0,
        Digits::Year => year,
        Digits::BareYear => (2010..=2035).contains(&info.number),
        Digits::SuffixedYear => year && info.suffixed,
        Digits::Date => info.date.is_some(),
        Digits::With(bits) => info.suffix_bits & bits != 0 && (1..=60).contains(&info.number),
    }
}

//! Moments as pages print them: ISO, figures, words in the languages of the lexicons.
//!
//! A time without a zone is Kazakhstan's: UTC+5 since 2024-03-01, UTC+6 before. A day without a time is
//! stored as midnight UTC with precision [`DatePrecision::Day`]. Words that mean a day relative to the
//! reader ("yesterday, 18:40") are read only where the time of fetching is known; nothing is invented.

use super::furniture::Furniture;
use crate::record::DatePrecision;
use chrono::{
    DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc,
};

/// A moment and how precisely it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// UTC.
    pub at: DateTime<Utc>,
    /// Day, minute or second.
    pub precision: DatePrecision,
}

/// Kazakhstan's offset from UTC at a local time, in hours.
/// Source: Government decree of 2024-01-19 № 20: one zone, UTC+5, from 2024-03-01.
fn local_offset(local: NaiveDateTime) -> FixedOffset {
    let hours = if (local.year(), local.month()) >= (2024, 3) { 5 } else { 6 };
    FixedOffset::east_opt(hours * 3600).unwrap_or_else(|| Utc.fix())
}

impl Moment {
    fn new(date: NaiveDate, time: Option<(NaiveTime, DatePrecision)>, offset: Option<FixedOffset>) -> Option<Self> {
        let Some((time, precision)) = time else {
            return Some(Self { at: date.and_time(NaiveTime::MIN).and_utc(), precision: DatePrecision::Day });
        };
        let local = date.and_time(time);
        let offset = offset.unwrap_or_else(|| local_offset(local));
        let at = offset.from_local_datetime(&local).single()?.with_timezone(&Utc);
        Some(Self { at, precision })
    }

    /// The day on Kazakhstan's calendar; the day itself where no more is known.
    pub fn local_day(self) -> NaiveDate {
        let utc = self.at.naive_utc();
        let is_day = self.precision <= DatePrecision::Day;
        if is_day { utc.date() } else { (utc + local_offset(utc)).date() }
    }

    /// Whether it can be a news page's: the web's age, and not after the page was fetched (a day's grace
    /// for zones).
    pub fn is_plausible(self, fetched: Option<DateTime<Utc>>) -> bool {
        (1995..2100).contains(&self.at.year()) && fetched.is_none_or(|f| self.at <= f + Days::new(1))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'t> {
    /// Value and number of digits.
    Number(u32, usize),
    Word(&'t str),
    Mark(char),
}

/// Longest stretch that is looked at, in tokens: a date stands at a line's start or is the line.
const MAX_TOKENS: usize = 400;

/// Whether a text can state a moment: all that are read here have figures.
pub fn may_state(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit())
}

/// Reads dates with the words of the lexicons.
#[derive(Debug, Clone, Copy)]
pub struct DateReader<'f> {
    /// Month names and relative words.
    pub words: &'f Furniture,
    /// When the page was fetched (UTC).
    pub fetched: Option<DateTime<Utc>>,
}

impl DateReader<'_> {
    /// The first moment in a text.
    pub fn find(&self, text: &str) -> Option<Moment> {
        if !may_state(text) {
            return None;
        }
        let lower = text.to_lowercase();
        let tokens = tokens(&lower);
        (0..tokens.len()).find_map(|at| self.date_at(&tokens, at))
    }

    /// The moment that a text begins with, after at most one word.
    pub fn find_first(&self, text: &str) -> Option<Moment> {
        let lower = text.to_lowercase();
        let tokens = tokens(&lower);
        let words =
            tokens.iter().take_while(|t| !matches!(t, Token::Number(..))).filter(|t| matches!(t, Token::Word(_)));
        let start = tokens.iter().position(|t| matches!(t, Token::Number(..))).filter(|_| words.count() <= 1)?;
        self.date_at(&tokens, start)
    }

    /// Every moment in a text is accounted for by its words: nothing but a date, its time and the words
    /// that go with them.
    pub fn is_date_line(&self, text: &str) -> bool {
        if text.len() > 120 || !may_state(text) {
            return false;
        }
        let lower = text.to_lowercase();
        let tokens = tokens(&lower);
        let is_date_word = |word: &str| {
            self.words.months.contains_key(word)
                || self.words.relative_days.contains_key(word)
                || self.words.minutes_of.contains_key(word)
                || self.words.ago.iter().any(|a| a == word)
                || self.words.year_words.iter().any(|y| y == word)
                || word.chars().count() <= 2
        };
        let words = tokens.iter().filter(|t| matches!(t, Token::Word(w) if !is_date_word(w))).count();
        let digits = tokens.iter().filter(|t| matches!(t, Token::Number(..))).count();
        words <= 1
            && digits > 0
            && (0..tokens.len()).any(|at| self.date_at(&tokens, at).is_some() || is_day_month(self, &tokens, at))
    }

    fn date_at(&self, tokens: &[Token<'_>], at: usize) -> Option<Moment> {
        let (date, next) = numeric(tokens, at)
            .or_else(|| self.worded(tokens, at))
            .or_else(|| self.relative(tokens, at))
            .or_else(|| self.ago(tokens, at))?;
        let time = time_near(tokens, at, next);
        let (time, offset) = match time {
            Some((time, precision, offset)) => (Some((time, precision)), offset),
            None => (None, None),
        };
        Moment::new(date, time, offset).filter(|m| m.is_plausible(self.fetched))
    }

    /// "26 декабря 2025 года", "29 қаңтар 2026", "2026 жылғы 29 қаңтар", "Dec 26, 2025".
    fn worded(&self, tokens: &[Token<'_>], at: usize) -> Option<(NaiveDate, usize)> {
        let month = |i: usize| match tokens.get(i) {
            Some(Token::Word(word)) => self.words.months.get(*word).copied(),
            _ => None,
        };
        let number = |i: usize| match tokens.get(i) {
            Some(&Token::Number(value, digits)) => Some((value, digits)),
            _ => None,
        };
        let skip_marks = |mut i: usize| {
            while matches!(tokens.get(i), Some(Token::Mark('.' | ',' | ' '))) {
                i += 1;
            }
            i
        };
        let (first, digits) = match tokens.get(at)? {
            Token::Number(value, digits) => (*value, *digits),
            Token::Word(_) => {
                // Month first.
                let m = month(at)?;
                let day_at = skip_marks(at + 1);
                let (day, digits) = number(day_at)?;
                let year_at = skip_marks(day_at + 1);
                let (year, 4) = number(year_at)? else { return None };
                return (digits <= 2)
                    .then(|| NaiveDate::from_ymd_opt(year.cast_signed(), m, day))
                    .flatten()
                    .map(|d| (d, year_at + 1));
            }
            Token::Mark(_) => return None,
        };
        if digits == 4 {
            // Year first: a word for "year", then day and month.
            let mut i = skip_marks(at + 1);
            while matches!(tokens.get(i), Some(Token::Word(w)) if self.words.year_words.iter().any(|y| y == w)) {
                i = skip_marks(i + 1);
            }
            let (day, 1..=2) = number(i)? else { return None };
            let month_at = skip_marks(i + 1);
            let date = NaiveDate::from_ymd_opt(first.cast_signed(), month(month_at)?, day)?;
            return Some((date, month_at + 1));
        }
        let month_at = skip_marks(at + 1);
        let m = month(month_at)?;
        let year_at = skip_marks(month_at + 1);
        if let Some((year, 4)) = number(year_at) {
            let mut end = year_at + 1;
            while matches!(tokens.get(end), Some(Token::Word(w)) if self.words.year_words.iter().any(|y| y == w)) {
                end = skip_marks(end + 1);
            }
            return NaiveDate::from_ymd_opt(year.cast_signed(), m, first).map(|d| (d, end));
        }
        // No year: the last such day before the page was fetched.
        let fetched = self.fetched?.date_naive().checked_add_days(Days::new(1))?;
        let this_year = NaiveDate::from_ymd_opt(fetched.year(), m, first);
        let date =
            this_year.filter(|d| *d <= fetched).or_else(|| NaiveDate::from_ymd_opt(fetched.year() - 1, m, first))?;
        Some((date, month_at + 1))
    }

    /// "3 часа назад", "2 күн бұрын": no more than the day is certain.
    fn ago(&self, tokens: &[Token<'_>], at: usize) -> Option<(NaiveDate, usize)> {
        let &Token::Number(count, 1..=3) = tokens.get(at)? else { return None };
        let unit = skip_blanks(tokens, at + 1);
        let Token::Word(word) = tokens.get(unit)? else { return None };
        let minutes = *self.words.minutes_of.get(*word)?;
        let end = skip_blanks(tokens, unit + 1);
        let is_ago = matches!(tokens.get(end)?, Token::Word(word) if self.words.ago.iter().any(|a| a == word));
        let then = self.fetched?.checked_sub_signed(TimeDelta::minutes(minutes * i64::from(count)))?;
        is_ago.then(|| (Moment { at: then, precision: DatePrecision::Minute }.local_day(), end + 1))
    }

    fn relative(&self, tokens: &[Token<'_>], at: usize) -> Option<(NaiveDate, usize)> {
        let Token::Word(word) = tokens.get(at)? else { return None };
        let back = *self.words.relative_days.get(*word)?;
        // A relative day dates a page only beside a clock time.
        time_near(tokens, at, at + 1)?;
        let fetched = self.fetched?;
        let local = fetched.with_timezone(&local_offset(fetched.naive_utc())).date_naive();
        Some((local.checked_sub_days(Days::new(u64::from(back)))?, at + 1))
    }
}

fn skip_blanks(tokens: &[Token<'_>], mut at: usize) -> usize {
    while matches!(tokens.get(at), Some(Token::Mark(' '))) {
        at += 1;
    }
    at
}

fn is_day_month(reader: &DateReader<'_>, tokens: &[Token<'_>], at: usize) -> bool {
    matches!(tokens.get(at), Some(Token::Number(1..=31, 1..=2)))
        && tokens[at + 1..]
            .iter()
            .find(|t| !matches!(t, Token::Mark(_)))
            .is_some_and(|t| matches!(t, Token::Word(w) if reader.words.months.contains_key(*w)))
}

/// `2025-12-26`, `26.12.2025`, `26/12/2025`, `2025/12/26`, `20251226`.
fn numeric(tokens: &[Token<'_>], at: usize) -> Option<(NaiveDate, usize)> {
    let &Token::Number(first, first_digits) = tokens.get(at)? else { return None };
    // Not the tail of a longer figure: "1.26.12.2025".
    if at > 0
        && matches!(tokens[at - 1], Token::Mark('.' | '-' | '/' | ':'))
        && at > 1
        && matches!(tokens[at - 2], Token::Number(..))
    {
        return None;
    }
    let (&Token::Mark(mark), &Token::Number(second, _)) = (tokens.get(at + 1)?, tokens.get(at + 2)?) else {
        return None;
    };
    let &Token::Mark(mark_again) = tokens.get(at + 3)? else { return None };
    let &Token::Number(third, third_digits) = tokens.get(at + 4)? else { return None };
    let goes_on = matches!((tokens.get(at + 5), tokens.get(at + 6)), (Some(Token::Mark(m)), Some(Token::Number(..))) if *m == mark);
    if mark != mark_again || goes_on || !matches!(mark, '-' | '.' | '/') {
        return None;
    }
    let date = match (first_digits, third_digits) {
        (4, 1..=2) => NaiveDate::from_ymd_opt(first.cast_signed(), second, third),
        (1..=2, 4) => NaiveDate::from_ymd_opt(third.cast_signed(), second, first),
        _ => None,
    }?;
    Some((date, at + 5))
}

/// A clock time close after a date (or close before it), with its zone.
fn time_near(
    tokens: &[Token<'_>],
    start: usize,
    end: usize,
) -> Option<(NaiveTime, DatePrecision, Option<FixedOffset>)> {
    let mut at = end;
    let mut words = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            // A letter, a preposition, a word for "hour": few words may stand between.
            Token::Word(_) if words < 2 => words += 1,
            Token::Mark(' ' | ',' | '.' | '|' | '-' | '–' | '—' | '·' | '•' | '/') => {}
            _ => break,
        }
        at += 1;
        if at > end + 8 {
            break;
        }
    }
    if let Some((time, precision, next)) = clock(tokens, at) {
        return Some((time, precision, zone(tokens, next)));
    }
    // "10:33, 26 декабря 2025"
    let mut before = start;
    while before > 0 && matches!(tokens[before - 1], Token::Mark(' ' | ',' | '|' | '-' | '–' | '—' | '/')) {
        before -= 1;
    }
    [5, 3].into_iter().filter_map(|width| before.checked_sub(width)).find_map(|from| {
        clock(tokens, from).filter(|&(_, _, next)| next == before).map(|(time, precision, _)| (time, precision, None))
    })
}

fn clock(tokens: &[Token<'_>], at: usize) -> Option<(NaiveTime, DatePrecision, usize)> {
    let &Token::Number(hour, 1..=2) = tokens.get(at)? else { return None };
    let &Token::Mark(':') = tokens.get(at + 1)? else { return None };
    let &Token::Number(minute, 2) = tokens.get(at + 2)? else { return None };
    if let (Some(Token::Mark(':')), Some(&Token::Number(second, 2))) = (tokens.get(at + 3), tokens.get(at + 4)) {
        let mut next = at + 5;
        if let (Some(Token::Mark('.')), Some(Token::Number(..))) = (tokens.get(next), tokens.get(next + 1)) {
            next += 2;
        }
        return Some((NaiveTime::from_hms_opt(hour, minute, second)?, DatePrecision::Second, next));
    }
    Some((NaiveTime::from_hms_opt(hour, minute, 0)?, DatePrecision::Minute, at + 3))
}

fn zone(tokens: &[Token<'_>], at: usize) -> Option<FixedOffset> {
    let mut at = at;
    if matches!(tokens.get(at), Some(Token::Mark(' '))) {
        at += 1;
    }
    match tokens.get(at)? {
        Token::Word("z" | "utc" | "gmt") => Some(Utc.fix()),
        Token::Mark(sign @ ('+' | '-')) => {
            let (hours, minutes) = match (tokens.get(at + 1)?, tokens.get(at + 2), tokens.get(at + 3)) {
                (&Token::Number(h, 2), Some(Token::Mark(':')), Some(&Token::Number(m, 2))) => (h, m),
                (&Token::Number(hm, 4), ..) => (hm / 100, hm % 100),
                (&Token::Number(h, 1..=2), ..) => (h, 0),
                _ => return None,
            };
            let seconds = (hours * 3600 + minutes * 60).cast_signed();
            FixedOffset::east_opt(if *sign == '-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

fn tokens(lower: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = lower;
    while let Some(c) = rest.chars().next() {
        if tokens.len() >= MAX_TOKENS {
            break;
        }
        let run = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
        let length = if c.is_ascii_digit() {
            let length = run(|c| c.is_ascii_digit());
            tokens.push(Token::Number(rest[..length].parse().unwrap_or(u32::MAX), length));
            length
        } else if super::text::is_letter(c) {
            let length = run(super::text::is_letter);
            tokens.push(Token::Word(&rest[..length]));
            length
        } else {
            let length = if c.is_whitespace() { run(char::is_whitespace) } else { c.len_utf8() };
            tokens.push(Token::Mark(if c.is_whitespace() { ' ' } else { c }));
            length
        };
        rest = &rest[length..];
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    fn furniture() -> Furniture {
        Furniture::new(&Knowledge::embedded()).expect("lexicons")
    }

    /// The moment in a text, as RFC 3339 with its precision; the page was fetched on 2026-03-05 at 06:00 UTC.
    fn check(words: &Furniture, text: &str, expect: &str) {
        let fetched = DateTime::parse_from_rfc3339("2026-03-05T06:00:00Z").expect("date").to_utc();
        let reader = DateReader { words, fetched: Some(fetched) };
        let found = reader.find(text).map(|m| format!("{} {}", m.at.format("%Y-%m-%dT%H:%M:%S"), m.precision.as_str()));
        assert_eq!(found.as_deref().unwrap_or("none"), expect, "{text}");
    }

    #[test]
    fn moments_are_read_as_printed() {
        let words = &furniture();
        for (text, expect) in [
            ("2025-12-26T10:33:15+05:00", "2025-12-26T05:33:15 second"),
            ("2025-12-26T10:33:15.123Z", "2025-12-26T10:33:15 second"),
            ("2025-12-26T10:33:15+0600", "2025-12-26T04:33:15 second"),
            ("2025-12-26 10:33", "2025-12-26T05:33:00 minute"),
            ("2025-12-26", "2025-12-26T00:00:00 day"),
            ("2025/12/26", "2025-12-26T00:00:00 day"),
            ("26.12.2025", "2025-12-26T00:00:00 day"),
            ("26.12.2025 10:33", "2025-12-26T05:33:00 minute"),
            ("26.12.2025, 10:33", "2025-12-26T05:33:00 minute"),
            ("10:33 26.12.2025", "2025-12-26T05:33:00 minute"),
            ("10:33, 26.12.2025", "2025-12-26T05:33:00 minute"),
            ("26/12/2025 в 10:33", "2025-12-26T05:33:00 minute"),
            ("Новости Дала от 26.12.2025 10:33 Фото: Дала", "2025-12-26T05:33:00 minute"),
            ("26 декабря 2025, 10:33", "2025-12-26T05:33:00 minute"),
            ("26 декабря 2025 года, 10:33", "2025-12-26T05:33:00 minute"),
            ("26 декабря 2025 г. в 10:33", "2025-12-26T05:33:00 minute"),
            ("Пятница, 26 декабря 2025", "2025-12-26T00:00:00 day"),
            ("26 дек. 2025", "2025-12-26T00:00:00 day"),
            ("26 декабря, 10:33", "2025-12-26T05:33:00 minute"),
            ("3 марта", "2026-03-03T00:00:00 day"),
            ("29 қаңтар 2026", "2026-01-29T00:00:00 day"),
            ("29 қаңтар 2026, 18:05", "2026-01-29T13:05:00 minute"),
            ("2026 жылғы 29 қаңтар", "2026-01-29T00:00:00 day"),
            ("2026 ж. 29 қаңтар, 09:00", "2026-01-29T04:00:00 minute"),
            ("29 Қаңтар, 2026", "2026-01-29T00:00:00 day"),
            ("Dec 26, 2025 10:33", "2025-12-26T05:33:00 minute"),
            ("26 December 2025", "2025-12-26T00:00:00 day"),
            ("Вчера, 18:40", "2026-03-04T13:40:00 minute"),
            ("Сегодня в 09:15", "2026-03-05T04:15:00 minute"),
            ("Бүгін, 09:15", "2026-03-05T04:15:00 minute"),
            ("Кеше 21:00", "2026-03-04T16:00:00 minute"),
            ("3 часа назад", "2026-03-05T00:00:00 day"),
            ("15 часов назад", "2026-03-04T00:00:00 day"),
            ("5 минут назад", "2026-03-05T00:00:00 day"),
            ("2 күн бұрын", "2026-03-03T00:00:00 day"),
            // UTC+6 until the end of February 2024.
            ("29.02.2024 23:30", "2024-02-29T17:30:00 minute"),
            ("01.03.2024 00:30", "2024-02-29T19:30:00 minute"),
        ] {
            check(words, text, expect);
        }
    }

    #[test]
    fn nothing_is_invented() {
        let words = &furniture();
        for text in [
            "",
            "2025",
            "декабрь 2025",
            "26 декабря 1825",
            "31.02.2025",
            "12.2025",
            "99.99.9999",
            "10:33",
            "Вчера",
            "вчера задержали",
            "5 лет назад",
            "3 часа",
            "1.2.3",
            "192.168.10.1",
            "26.12.2077",
            "8 (727) 26-12-2025-1",
            "2025-13-01",
            "5 мая задержали 3 человек",
            "в 2025 году 12 человек",
        ] {
            let expect = if text.starts_with("5 мая") { "2025-05-05T00:00:00 day" } else { "none" };
            check(words, text, expect);
        }
    }

    #[test]
    fn relative_days_need_the_time_of_fetching() {
        let words = &furniture();
        let reader = DateReader { words, fetched: None };
        for text in ["Вчера, 18:40", "26 декабря, 10:33", "Бүгін, 09:15", "3 часа назад"] {
            assert_eq!(reader.find(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_line_is_nothing_but_a_date() {
        let words = &furniture();
        let reader = DateReader { words, fetched: None };
        for (line, expect) in [
            ("26 декабря 2025, 10:33", true),
            ("10:33 | 26.12.2025", true),
            ("29 қаңтар 2026", true),
            ("26 декабря", true),
            ("Пятница, 26 декабря 2025", true),
            ("26 декабря 2025 полиция задержала троих", false),
            ("12 человек", false),
            ("10:33", false),
        ] {
            assert_eq!(reader.is_date_line(line), expect, "{line}");
        }
    }
}

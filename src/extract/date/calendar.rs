//! From what a pattern captured to days of the calendar, against the publication day.

use super::lexicon::Gives;
use super::{Relation, TimeHit, TimeKind};
use crate::record::DatePrecision;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::ops::Range;

/// What a pattern captured.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Captures {
    pub(super) days: [u32; 2],
    pub(super) months: [u32; 2],
    pub(super) years: [i32; 2],
    pub(super) dates: [Option<(u32, u32, i32)>; 2],
    pub(super) number: u32,
    pub(super) weekday: u32,
    /// Years from the publication year, where told by «прошлого года».
    pub(super) offset: Option<i32>,
}

fn first_day(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, 1)
}

fn last_day(year: i32, month: u32) -> Option<NaiveDate> {
    first_day(year, month)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// Moves a day by whole years; 29 February becomes the 28th.
pub(super) fn shift_years(day: NaiveDate, years: i32) -> Option<NaiveDate> {
    let months = Months::new(years.unsigned_abs() * 12);
    if years < 0 { day.checked_sub_months(months) } else { day.checked_add_months(months) }
}

type Bounds = (NaiveDate, NaiveDate);

struct Reading {
    kind: TimeKind,
    precision: DatePrecision,
    cumulative: bool,
    bounds: Option<Bounds>,
    shift: Option<i32>,
    relation: Relation,
}

impl Captures {
    /// The year told in figures or by «прошлого года»; else none.
    fn year(&self, published: Option<NaiveDate>) -> Option<i32> {
        if self.years[0] != 0 {
            return Some(self.years[0]);
        }
        self.offset.and_then(|offset| Some(published?.year() + offset))
    }

    /// The latest year in which a day that the closure builds is not after publication.
    fn latest(&self, published: Option<NaiveDate>, build: impl Fn(i32) -> Option<NaiveDate>) -> Option<i32> {
        if let Some(year) = self.year(published) {
            return Some(year);
        }
        let published = published?;
        (0..=4).map(|back| published.year() - back).find(|&year| build(year).is_some_and(|day| day <= published))
    }
}

/// The hit that a matched pattern gives; none if the captures are no date.
pub(super) fn resolve(
    gives: Gives,
    value: i32,
    captures: &Captures,
    published: Option<NaiveDate>,
    tokens: Range<usize>,
) -> Option<TimeHit> {
    let reading = read(gives, value, captures, published)?;
    let (start, end) = reading.bounds.map_or((None, None), |(start, end)| (Some(start), Some(end)));
    Some(TimeHit {
        tokens,
        kind: reading.kind,
        start,
        end,
        precision: reading.precision,
        cumulative: reading.cumulative,
        shift: reading.shift,
        told_year: reading.shift.is_some() && captures.years[0] != 0,
        relation: reading.relation,
    })
}

fn read(gives: Gives, value: i32, caught: &Captures, published: Option<NaiveDate>) -> Option<Reading> {
    use DatePrecision::{Day, Month, Year};
    let moment = |precision, bounds| Reading {
        kind: TimeKind::Moment,
        precision,
        cumulative: false,
        bounds,
        shift: None,
        relation: Relation::None,
    };
    let period = |precision, bounds| Reading { kind: TimeKind::Period, ..moment(precision, bounds) };
    let to_date = |bounds| Reading { cumulative: true, ..period(Day, bounds) };
    let since = |precision, bounds| Reading { relation: Relation::Since, precision, ..to_date(bounds) };
    let from = |start: Option<NaiveDate>| start.zip(published).filter(|(a, b)| a <= b);
    let count = caught.number;
    let same_year = if value == 1 { Relation::SameYear } else { Relation::None };
    Some(match gives {
        Gives::None => return None,
        Gives::Day => {
            let day = match caught.dates[0] {
                Some((d, m, y)) => Some(NaiveDate::from_ymd_opt(y, m, d)?),
                None => one_day(caught, published, 0)?,
            };
            // The night to the 6th is the later day.
            let day = if caught.days[1] == 0 { day } else { one_day(caught, published, 1)? };
            Reading { relation: same_year, ..moment(Day, day.map(|d| (d, d))) }
        }
        Gives::Days => period(Day, days(caught, published)?),
        Gives::Month => {
            let year = caught.latest(published, |year| first_day(year, caught.months[0]));
            let bounds = year.and_then(|y| Some((first_day(y, caught.months[0])?, last_day(y, caught.months[0])?)));
            Reading { relation: same_year, ..moment(Month, bounds) }
        }
        Gives::Months => {
            let end = caught.latest(published, |year| first_day(year, caught.months[1]));
            let end = if caught.years[1] == 0 { end } else { Some(caught.years[1]) };
            let start = end
                .map(|year| if caught.months[0] > caught.months[1] && caught.years[1] == 0 { year - 1 } else { year });
            let start = if caught.years[1] == 0 { start } else { Some(caught.years[0]) };
            let bounds = start
                .zip(end)
                .and_then(|(a, b)| Some((first_day(a, caught.months[0])?, last_day(b, caught.months[1])?)));
            period(Month, bounds.filter(|(a, b)| a <= b))
        }
        Gives::Year => period(Year, whole_year(caught.years[0])),
        Gives::Years => {
            let (start, end) =
                first_day(caught.years[0], 1).zip(last_day(caught.years[1], 12)).filter(|(a, b)| a < b)?;
            // Years up to the present end with publication.
            let end = published.filter(|p| p.year() == end.year()).unwrap_or(end);
            period(Year, Some((start, end)))
        }
        Gives::FirstMonths => {
            if !(1..=12).contains(&count) {
                return None;
            }
            // Figures of a month appear after it; a day or two early is possible.
            let slack = published.and_then(|p| p.checked_add_days(Days::new(3)));
            let year = caught.year(published).or_else(|| {
                let slack = slack?;
                Some(if last_day(slack.year(), count)? <= slack { slack.year() } else { slack.year() - 1 })
            });
            let bounds = year.and_then(|y| Some((first_day(y, 1)?, last_day(y, count)?)));
            Reading { cumulative: true, ..period(Month, bounds) }
        }
        Gives::Quarter | Gives::Half => {
            let (months, parts) = if gives == Gives::Quarter { (3, 4) } else { (6, 2) };
            let which = if count == 0 { value.unsigned_abs() } else { count };
            if !(1..=parts).contains(&which) {
                return None;
            }
            let start = (which - 1) * months + 1;
            let year = caught.latest(published, |year| first_day(year, start));
            let bounds = year.and_then(|y| Some((first_day(y, start)?, last_day(y, start + months - 1)?)));
            // «За полгода», said before June ends, is the last six months.
            let rolling = count == 0 && bounds.zip(published).is_some_and(|((_, end), p)| end > p);
            if rolling {
                return Some(period(Day, from(published.and_then(|p| p.checked_sub_months(Months::new(months))))));
            }
            period(Month, bounds)
        }
        Gives::YearToDate => {
            let year = caught.year(published).or_else(|| published.map(|p| p.year()));
            to_date(from(year.and_then(|y| first_day(y, 1))))
        }
        Gives::SinceDay => {
            let start = match caught.dates[0] {
                Some((d, m, y)) => NaiveDate::from_ymd_opt(y, m, d),
                None => one_day(caught, published, 0)?,
            };
            since(Day, from(start))
        }
        Gives::SinceMonth => {
            let year = caught.latest(published, |year| first_day(year, caught.months[0]));
            since(Month, from(year.and_then(|y| first_day(y, caught.months[0]))))
        }
        Gives::SinceYear => since(Year, from(caught.year(published).and_then(|y| first_day(y, 1)))),
        Gives::LastYears => {
            let years = if count == 0 { value } else { count.cast_signed() };
            if years > 40 {
                return None;
            }
            period(Day, from(published.and_then(|p| shift_years(p, -years))))
        }
        Gives::LastMonths => period(Day, from(published.and_then(|p| p.checked_sub_months(Months::new(count))))),
        Gives::LastWeeks => {
            period(Day, from(published.and_then(|p| p.checked_sub_days(Days::new(u64::from(count) * 7)))))
        }
        Gives::LastDays => {
            let count = if count == 0 { value.unsigned_abs() } else { count };
            period(Day, from(published.and_then(|p| p.checked_sub_days(Days::new(u64::from(count))))))
        }
        Gives::YearOffset => period(Year, published.and_then(|p| whole_year(p.year() + value))),
        Gives::MonthOffset => {
            let bounds = published.and_then(|p| {
                let start = shift_months(first_day(p.year(), p.month())?, value)?;
                let end = last_day(start.year(), start.month())?;
                Some((start, end.min(p)))
            });
            period(if value == 0 { Day } else { Month }, bounds)
        }
        Gives::WeekOffset => {
            let bounds = published.and_then(|p| {
                let back = u64::from(p.weekday().num_days_from_monday()) + 7 * u64::from(value.unsigned_abs());
                let start = p.checked_sub_days(Days::new(back))?;
                Some((start, start.checked_add_days(Days::new(6))?.min(p)))
            });
            period(Day, bounds)
        }
        Gives::DayOffset => {
            let day = published.and_then(|p| p.checked_sub_days(Days::new(u64::from(value.unsigned_abs()))));
            moment(Day, day.map(|d| (d, d)))
        }
        Gives::Weekday => {
            let day = published.and_then(|p| {
                let back = (p.weekday().number_from_monday() + 7 - caught.weekday) % 7;
                p.checked_sub_days(Days::new(u64::from(back)))
            });
            moment(Day, day.map(|d| (d, d)))
        }
        Gives::Season => {
            let start = value.unsigned_abs();
            let year = caught.latest(published, |year| first_day(year, start));
            let end = |y| if start == 12 { last_day(y + 1, 2) } else { last_day(y, start + 2) };
            period(Month, year.and_then(|y| Some((first_day(y, start)?, end(y)?))))
        }
        Gives::Weekend => {
            let bounds = published.and_then(|p| {
                let back = (p.weekday().num_days_from_monday() + 2) % 7;
                let saturday = p.checked_sub_days(Days::new(u64::from(back)))?;
                Some((saturday, saturday.succ_opt()?))
            });
            period(Day, bounds)
        }
        Gives::SamePeriod => Reading { shift: Some(value), ..to_date(year_ago(published, value)) },
        Gives::SamePeriodOfYear => {
            let shift = published.map(|p| caught.years[0] - p.year());
            Reading { shift, ..to_date(shift.and_then(|s| year_ago(published, s))) }
        }
        Gives::AsOf => {
            let day = match caught.dates[0] {
                Some((d, m, y)) => NaiveDate::from_ymd_opt(y, m, d),
                None => one_day(caught, published, 0)?,
            };
            Reading { relation: Relation::AsOf, ..moment(Day, day.map(|d| (d, d))) }
        }
        Gives::DaysLater => {
            let days = if count == 0 { value.unsigned_abs() } else { count };
            Reading { relation: Relation::DaysLater(days), ..moment(Day, None) }
        }
        Gives::YearsLater => {
            let years = if count == 0 { value.unsigned_abs() } else { count };
            Reading { relation: Relation::YearsLater(years), ..period(Year, None) }
        }
        Gives::YearsAgo => {
            let shift = -(count.min(30).cast_signed());
            Reading { shift: Some(shift), ..to_date(year_ago(published, shift)) }
        }
    })
}

fn year_ago(published: Option<NaiveDate>, shift: i32) -> Option<Bounds> {
    let end = shift_years(published?, shift)?;
    Some((first_day(end.year(), 1)?, end))
}

fn shift_months(day: NaiveDate, months: i32) -> Option<NaiveDate> {
    let by = Months::new(months.unsigned_abs());
    if months < 0 { day.checked_sub_months(by) } else { day.checked_add_months(by) }
}

pub(super) fn whole_year(year: i32) -> Option<Bounds> {
    first_day(year, 1).zip(last_day(year, 12))
}

/// A day of a month; the inner none if the year cannot be told, the outer if there is no such day.
#[expect(clippy::option_option, reason = "no such day and no known year are different")]
fn one_day(c: &Captures, published: Option<NaiveDate>, which: usize) -> Option<Option<NaiveDate>> {
    let (day, month) = (c.days[which], c.months[which.min(usize::from(c.months[1] != 0))]);
    // A leap year, so that 29 February is a day.
    NaiveDate::from_ymd_opt(2024, month, day)?;
    let year = c.latest(published, |year| NaiveDate::from_ymd_opt(year, month, day));
    Some(year.and_then(|y| NaiveDate::from_ymd_opt(y, month, day)))
}

#[expect(clippy::option_option, reason = "no such days and no known year are different")]
fn days(c: &Captures, published: Option<NaiveDate>) -> Option<Option<Bounds>> {
    if let [Some((d1, m1, y1)), Some((d2, m2, y2))] = c.dates {
        return Some(NaiveDate::from_ymd_opt(y1, m1, d1).zip(NaiveDate::from_ymd_opt(y2, m2, d2)));
    }
    let month2 = if c.months[1] == 0 { c.months[0] } else { c.months[1] };
    NaiveDate::from_ymd_opt(2024, c.months[0], c.days[0])?;
    NaiveDate::from_ymd_opt(2024, month2, c.days[1])?;
    let (start_year, end_year) = if c.years[1] != 0 {
        (Some(c.years[0]), Some(c.years[1]))
    } else {
        let end = c.latest(published, |year| NaiveDate::from_ymd_opt(year, c.months[0], c.days[0]));
        let wraps = (c.months[0], c.days[0]) > (month2, c.days[1]);
        let told = c.years[0] != 0;
        (end.map(|y| y - i32::from(wraps && told)), end.map(|y| y + i32::from(wraps && !told)))
    };
    let bounds = start_year.zip(end_year).and_then(|(a, b)| {
        Some((NaiveDate::from_ymd_opt(a, c.months[0], c.days[0])?, NaiveDate::from_ymd_opt(b, month2, c.days[1])?))
    });
    Some(bounds.filter(|(a, b)| a <= b))
}

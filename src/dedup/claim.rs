//! Two mentions → whether they may state one result, and how much that says.
//!
//! The outcome is either a [`Match`], whose score adds the evidence for and against, or a [`Refusal`]
//! with its reason: codes that differ, territories or dates that exclude each other, statistics of two
//! periods. Figures that differ do not refuse by themselves, since updates and loose wording are the
//! rule; [`ValueRelation::Different`] leaves that to the caller.

use super::background::Background;
use super::features::{Claim, Days, for_shared, shared};
use super::text::{ends_in_zero, significant_digits};
use crate::record::{Qualifier, Scope};

/// Why two mentions cannot state one result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// Two kinds of result.
    EventType,
    /// Two kinds of object.
    Object,
    /// Two units or currencies: two mentions of one thing, by the coding rules.
    Unit,
    /// Disjoint regions.
    Region,
    /// Statistics over two periods.
    Period,
    /// Disjoint dates.
    Date,
    /// One happened after the other was published.
    AfterPublication,
    /// One is a statistic, the other one case, and their figures differ.
    Scope,
    /// Figures that exclude each other.
    Value,
    /// Too little in common.
    Weak,
}

impl Refusal {
    /// The reason code, snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EventType => "event_type",
            Self::Object => "object",
            Self::Unit => "unit",
            Self::Region => "region",
            Self::Period => "period",
            Self::Date => "date",
            Self::AfterPublication => "after_publication",
            Self::Scope => "scope",
            Self::Value => "value",
            Self::Weak => "weak",
        }
    }
}

/// How the figures of two mentions relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueRelation {
    /// Neither gives one.
    NoneGiven,
    /// One gives none.
    OneGiven,
    /// Equal within half a per cent.
    Equal,
    /// One is the other's rounding.
    Rounded,
    /// One lies within the other's bound, not far from it.
    Bound,
    /// They exclude each other.
    Different,
}

impl ValueRelation {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoneGiven => "none given",
            Self::OneGiven => "one given",
            Self::Equal => "equal",
            Self::Rounded => "rounded",
            Self::Bound => "within bound",
            Self::Different => "different",
        }
    }
}

/// The evidence that two mentions state one result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// How telling the agreement of the figures is: 0 for none, 3 for four equal digits.
    pub specificity: f32,
    /// All other evidence, for (positive) and against.
    pub agreement: f32,
    /// How the figures relate.
    pub value: ValueRelation,
}

impl Match {
    /// The whole evidence.
    pub fn score(&self) -> f32 {
        self.specificity + self.agreement
    }
}

/// Rounds to a number of significant digits with `f`.
fn round_to(value: f64, digits: u32, f: fn(f64) -> f64) -> f64 {
    let step = 10_f64.powi(value.abs().log10().floor() as i32 + 1 - digits as i32);
    f(value / step) * step
}

#[inline]
fn near(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * a.abs().max(b.abs())
}

/// How two figures relate, by their qualifiers and the digits they state.
pub fn relate(a: (f64, Qualifier), b: (f64, Qualifier)) -> ValueRelation {
    relate_with(a, b, || (significant_digits(a.0), significant_digits(b.0)))
}

#[inline]
fn relate_with(a: (f64, Qualifier), b: (f64, Qualifier), digits: impl Fn() -> (u32, u32)) -> ValueRelation {
    if near(a.0, b.0, 0.005) {
        return ValueRelation::Equal;
    }
    // No bound below reaches further than half as much again: most pairs are told apart here.
    if !near(a.0, b.0, 0.34) {
        return ValueRelation::Different;
    }
    // Two exact figures are one only where one is the other's rounding.
    if a.1 == Qualifier::Exact && b.1 == Qualifier::Exact && !near(a.0, b.0, 0.07) {
        return ValueRelation::Different;
    }
    let (da, db) = digits();
    let (rough, fine) = if da < db || (da == db && a.1 != Qualifier::Exact) { (a, b) } else { (b, a) };
    let digits = da.min(db);
    let rounding = [f64::round as fn(f64) -> f64, f64::floor, f64::ceil];
    // Only a figure that ends in a zero, or has a fraction, can be another's rounding.
    let is_round = rough.0 >= 10.0 && ends_in_zero(rough.0) || rough.0.fract() != 0.0 || rough.1 != Qualifier::Exact;
    if da != db
        && is_round
        && near(rough.0, fine.0, if rough.1 == Qualifier::Min { 0.12 } else { 0.07 })
        && rounding.iter().any(|f| near(round_to(fine.0, digits, *f), rough.0, 1e-6))
    {
        return ValueRelation::Rounded;
    }
    let bound = |low: (f64, Qualifier), high: (f64, Qualifier)| match (low.1, high.1) {
        (Qualifier::Min, _) if high.0 >= low.0 => high.0 <= low.0 * 1.5,
        (_, Qualifier::Max) if low.0 <= high.0 => low.0 >= high.0 / 1.5,
        (Qualifier::Approx, _) | (_, Qualifier::Approx) => near(low.0, high.0, 0.08),
        _ => false,
    };
    let (low, high) = if a.0 <= b.0 { (a, b) } else { (b, a) };
    if bound(low, high) { ValueRelation::Bound } else { ValueRelation::Different }
}

/// A figure as a mention states it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stated {
    value: Option<f64>,
    value_max: Option<f64>,
    qualifier: Qualifier,
    digits: u32,
}

impl Stated {
    /// The figure of a mention.
    pub fn of(claim: &Claim) -> Self {
        Self { value: claim.value, value_max: claim.value_max, qualifier: claim.qualifier, digits: claim.digits }
    }

    /// How two figures relate.
    #[inline]
    pub fn relation(&self, other: &Self) -> ValueRelation {
        match (self.value, other.value) {
            (None, None) => ValueRelation::NoneGiven,
            (Some(_), None) | (None, Some(_)) => ValueRelation::OneGiven,
            (Some(x), Some(y)) => {
                let digits = || (self.digits, other.digits);
                let direct = relate_with((x, self.qualifier), (y, other.qualifier), digits);
                let inside = |low: f64, high: Option<f64>, v: f64| high.is_some_and(|h| (low..=h).contains(&v));
                let within = || inside(x, self.value_max, y) || inside(y, other.value_max, x);
                if direct == ValueRelation::Different && within() { ValueRelation::Bound } else { direct }
            }
        }
    }
}

/// How the figures of two mentions relate, whatever else they say.
pub fn relation(a: &Claim, b: &Claim) -> ValueRelation {
    Stated::of(a).relation(&Stated::of(b))
}

/// How telling it is that a figure occurs twice.
pub fn specificity(value: f64) -> f32 {
    match (significant_digits(value), value) {
        (0 | 1, v) if v <= 1.0 => 0.15,
        (1, v) if v < 10.0 => 0.5,
        (1, _) => 0.9,
        (2, _) => 1.3,
        (3, _) => 2.2,
        _ => 3.0,
    }
}

fn overlaps(a: Days, b: Days, slack: i32) -> bool {
    a.0 <= b.1 + slack && b.0 <= a.1 + slack
}

/// Compares two mentions; `a_day` and `b_day` are the days on which their articles were published.
///
/// # Errors
/// The first reason for which they cannot state one result.
pub fn compare(a: (&Claim, Option<i32>), b: (&Claim, Option<i32>), background: &Background) -> Result<Match, Refusal> {
    let mut found = outline(a, b, background)?;
    found.agreement += wording(a.0, b.0, background);
    Ok(found)
}

/// [`compare`] as if neither mention told its place or time, and both were of the first one's scope.
pub(super) fn compare_bare(
    (a, a_day): (&Claim, Option<i32>),
    (b, b_day): (&Claim, Option<i32>),
    background: &Background,
) -> Result<Match, Refusal> {
    let gap = a_day.zip(b_day).map_or(0, |(x, y)| (x - y).abs());
    let times = |_| {
        let stale = a.scope == Scope::Aggregate && gap > STALE;
        if stale { Err(Refusal::Period) } else { Ok(-0.004 * (gap.min(100) as f32)) }
    };
    let mut found = outline_with((a, b), background, || Ok(0.0), times, true)?;
    found.agreement += wording(a, b, background);
    Ok(found)
}

/// [`compare`] without the agreement of the words, which takes the longest to find.
///
/// # Errors
/// As [`compare`].
pub(super) fn outline(
    (a, a_day): (&Claim, Option<i32>),
    (b, b_day): (&Claim, Option<i32>),
    background: &Background,
) -> Result<Match, Refusal> {
    outline_with(
        (a, b),
        background,
        || places(a, b),
        |value| times((&Times::of(a), a_day), (&Times::of(b), b_day), value),
        a.scope == b.scope,
    )
}

fn outline_with(
    (a, b): (&Claim, &Claim),
    background: &Background,
    places: impl Fn() -> Result<f32, Refusal>,
    times: impl Fn(ValueRelation) -> Result<f32, Refusal>,
    same_scope: bool,
) -> Result<Match, Refusal> {
    let mut agreement = 0.0;
    if a.event_type != b.event_type {
        if background.event_family(a.event_type) != background.event_family(b.event_type) {
            return Err(Refusal::EventType);
        }
        agreement -= 0.8;
    }
    if a.object != b.object {
        if background.family(a.object) != background.family(b.object) {
            return Err(Refusal::Object);
        }
        agreement -= 0.5;
    }
    let value = relation(a, b);
    if a.unit != b.unit && a.value.is_some() && b.value.is_some() {
        // A figure of persons may be counted as offences where the codes are kin; sums never.
        if a.event_type == b.event_type && a.object == b.object {
            return Err(Refusal::Unit);
        }
        if value != ValueRelation::Equal {
            return Err(Refusal::Unit);
        }
        agreement -= 0.3;
    }
    agreement += places()?;
    agreement += times(value)?;
    if !same_scope {
        if !matches!(value, ValueRelation::Equal | ValueRelation::Rounded) {
            return Err(Refusal::Scope);
        }
        agreement -= 1.0;
    }
    if a.offence != 0 && b.offence != 0 {
        agreement += match background.are_kin(a.offence, b.offence) {
            _ if a.offence == b.offence => 0.2,
            true => 0.0,
            false => -0.5,
        };
    }
    if !a.agencies.is_empty() && !b.agencies.is_empty() {
        agreement += if shared(&a.agencies, &b.agencies) > 0 { 0.2 } else { -0.4 };
    }
    if !a.citizenships.is_empty() && !b.citizenships.is_empty() {
        agreement += if shared(&a.citizenships, &b.citizenships) > 0 { 0.2 } else { -0.8 };
    }
    Ok(Match { specificity: shared_specificity(a.specificity, b.specificity, value), agreement, value })
}

/// How telling the agreement of two figures is, of which each tells so much.
pub(super) fn shared_specificity(a: f32, b: f32, value: ValueRelation) -> f32 {
    match value {
        ValueRelation::Equal => a,
        ValueRelation::Rounded => 0.8 * a.max(b),
        ValueRelation::Bound => 0.4,
        ValueRelation::NoneGiven => 0.2,
        _ => 0.0,
    }
}

fn places(a: &Claim, b: &Claim) -> Result<f32, Refusal> {
    let mut agreement = 0.0;
    if !a.regions.is_empty() && !b.regions.is_empty() {
        if shared(&a.regions, &b.regions) == 0 {
            return Err(Refusal::Region);
        }
        if a.regions == b.regions {
            agreement += 0.4;
        } else if a.scope == Scope::Aggregate && b.scope == Scope::Aggregate {
            agreement -= 0.4;
        }
    } else if a.regions.len() != b.regions.len() && a.scope == Scope::Aggregate {
        // A statistic of the whole country is not that of one region.
        agreement -= 0.6;
    }
    if a.locality != 0 && b.locality != 0 {
        agreement += if a.locality == b.locality { 0.4 } else { -0.6 };
    }
    Ok(agreement)
}

/// A statistic without a period is one of the last weeks before its publication (days).
const STALE: i32 = 100;

/// When a mention's result was, as far as it tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Times {
    /// Period of an aggregate.
    period: Option<Days>,
    /// Date of an incident.
    date: Option<Days>,
    scope: Scope,
    background: bool,
}

impl Times {
    /// The times of a mention.
    pub fn of(claim: &Claim) -> Self {
        Self { period: claim.period, date: claim.date, scope: claim.scope, background: claim.background }
    }

    /// The days of the result: as dated, else that of publication.
    pub fn days(&self, published: Option<i32>) -> Option<Days> {
        self.date.or(self.period).or(published.map(|day| (day, day)))
    }
}

/// How well the times of two mentions agree, whose articles were published on these days.
///
/// # Errors
/// Times that exclude each other.
pub(super) fn times(
    (a, a_day): (&Times, Option<i32>),
    (b, b_day): (&Times, Option<i32>),
    value: ValueRelation,
) -> Result<f32, Refusal> {
    let same_figure = matches!(value, ValueRelation::Equal | ValueRelation::Rounded);
    let gap = match (a_day, b_day) {
        (Some(x), Some(y)) => (x - y).abs(),
        _ => 0,
    };
    let later = |start: i32, other: Option<i32>| other.is_some_and(|d| start > d + 1);
    let far = |end: i32, other: Option<i32>| other.is_some_and(|d| (d - end).abs() > STALE && d > end);
    match (a.period, b.period) {
        (Some(p), Some(q)) => {
            let starts = (p.0 - q.0).abs() <= 3;
            let ends = (p.1.min(a_day.unwrap_or(p.1)) - q.1.min(b_day.unwrap_or(q.1))).abs();
            return if starts && ends <= 3 {
                Ok(0.8)
            } else if starts && same_figure && p.1 - p.0 > 20 {
                // "Since January" and "in 2025": one statistic where the figures agree.
                Ok(0.2 - 0.01 * (ends.min(60) as f32))
            } else if same_figure && (p.0 <= q.0 && q.1 <= p.1 || q.0 <= p.0 && p.1 <= q.1) {
                // "In February" and "from 23 to 27 February": a campaign, told loosely by one of them.
                Ok(-0.4)
            } else {
                Err(Refusal::Period)
            };
        }
        (Some(p), None) if later(p.0, b_day) => return Err(Refusal::AfterPublication),
        (None, Some(q)) if later(q.0, a_day) => return Err(Refusal::AfterPublication),
        (Some(p), None) if far(p.1, b_day) => return Err(Refusal::Period),
        (None, Some(q)) if far(q.1, a_day) => return Err(Refusal::Period),
        (None, None) if a.scope == Scope::Aggregate && b.scope == Scope::Aggregate && gap > STALE => {
            return Err(Refusal::Period);
        }
        (Some(_), None) | (None, Some(_)) => return Ok(-0.4 - 0.02 * (gap.min(50) as f32)),
        (None, None) => {}
    }
    Ok(match (a.date, b.date) {
        (Some(p), Some(q)) => {
            let days = |r: Days| r.1 - r.0;
            let slack = i32::from(days(p) < 7 && days(q) < 7);
            if !overlaps(p, q, slack) {
                return Err(Refusal::Date);
            }
            if days(p) <= 3 && days(q) <= 3 { 1.0 } else { 0.4 }
        }
        (Some(p), None) | (None, Some(p)) => {
            let (undated, other) = if a.date.is_some() { (b, b_day) } else { (a, a_day) };
            if later(p.0, other) {
                return Err(Refusal::AfterPublication);
            }
            let distance = other.map_or(0, |d| (d - p.1).max(0));
            if undated.background { 0.0 } else { -0.01 * (distance.min(80) as f32) }
        }
        (None, None) => -0.004 * (gap.min(100) as f32),
    })
}

/// Agreement of the words that state the two (same language only; a translation shares few stems).
pub(super) fn wording(a: &Claim, b: &Claim, background: &Background) -> f32 {
    let least = a.evidence_mass.min(b.evidence_mass);
    if least <= 0.0 {
        return 0.0;
    }
    let mut both = 0.0;
    for_shared(&a.evidence, &b.evidence, |s| both += background.weight(s));
    both / least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_relate_by_their_digits_and_qualifiers() {
        use Qualifier::{Approx, Exact, Min};
        use ValueRelation::{Bound, Different, Equal, Rounded};
        fn check(a: f64, qa: Qualifier, b: f64, qb: Qualifier, expect: ValueRelation) {
            assert_eq!(relate((a, qa), (b, qb)), expect, "{a} {b}");
            assert_eq!(relate((b, qb), (a, qa)), expect, "{b} {a}");
        }
        check(58.56, Exact, 58.6, Exact, Equal);
        check(58.56, Exact, 59.0, Approx, Rounded);
        check(58.5, Exact, 58.9, Exact, Different);
        check(52.0, Min, 50.0, Min, Rounded);
        check(2.2e9, Min, 2.0e9, Min, Rounded);
        check(2.2e9, Min, 2.0e8, Min, Different);
        check(2170.0, Exact, 2000.0, Min, Rounded);
        check(4610.0, Exact, 4500.0, Min, Bound);
        check(1298.0, Exact, 1352.0, Exact, Different);
        check(69.0, Exact, 70.0, Approx, Rounded);
        check(8.0, Exact, 5.5, Exact, Different);
        check(2.0, Exact, 3.0, Exact, Different);
        check(21.0, Exact, 20.0, Exact, Rounded);
        check(1.9e6, Exact, 2.0e6, Approx, Rounded);
        check(24.0, Exact, 27.0, Exact, Different);
        check(0.03, Exact, 0.012, Exact, Different);
    }
}

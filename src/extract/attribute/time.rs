//! When a result happened, or what a statistic counts over.

use super::{Asked, Options};
use crate::extract::context::is_period;
use crate::extract::date::TimeHit;
use crate::extract::feature::{Piece, Put, pieces, tell};
use crate::record::{DatePrecision, Scope};

/// Where a time may be told, the closest first.
const SOURCES: [Piece<'static>; 9] =
    pieces(["clause", "sentence", "head", "prev1", "prev", "next", "before", "lead", "article"]);

/// A time that the text offers.
#[derive(Debug, Clone)]
pub struct TimeOption<'c> {
    /// The time; none for "not stated".
    pub hit: Option<&'c TimeHit>,
    told: [bool; SOURCES.len()],
    /// Tokens to the result, in its own sentence.
    distance: Option<usize>,
    before: bool,
    count: usize,
    /// Whether it is of the kind that the scope asks for.
    fits: bool,
    /// Whether it is the last of its sentence.
    last: bool,
}

/// The times of the text around a candidate.
#[derive(Debug)]
pub struct Times<'c> {
    /// Options; "none" comes first.
    pub options: Vec<TimeOption<'c>>,
    first: usize,
}

/// Lists the options.
pub fn options<'c>(asked: &Asked<'_, 'c, '_>) -> Times<'c> {
    let ground = asked.scene.ground.times(asked.scene.context);
    let own = asked.candidate.sentence;
    let read = &asked.scene.reads[own];
    let anchor = asked.anchor();
    let clause = read.clauses.of(anchor);
    let paragraph = asked.paragraph(own);
    let head = asked.head();
    let wanted = |hit: &TimeHit| is_period(hit) == (asked.scope == Scope::Aggregate);
    let empty = |hit: Option<&'c TimeHit>| TimeOption {
        hit,
        fits: hit.is_some_and(wanted),
        told: [false; SOURCES.len()],
        distance: None,
        before: false,
        count: 0,
        last: false,
    };
    let times = ground.times.iter().map(|hit| empty(Some(hit)));
    let mut options: Vec<TimeOption<'c>> = std::iter::once(empty(None)).chain(times).collect();
    let mut last = None;
    for (s, hit, at) in &ground.named {
        let (s, p) = (*s, asked.paragraph(*s));
        let option = &mut options[at + 1];
        option.count += 1;
        let told = &mut option.told;
        told[8] = true;
        told[7] |= s < 3;
        if s == own {
            told[1] = true;
            told[0] |= read.clauses.of(hit.tokens.start) == clause;
            let distance = hit.tokens.start.abs_diff(anchor);
            if option.distance.is_none_or(|d| distance < d) {
                option.distance = Some(distance);
                option.before = hit.tokens.start < anchor;
            }
        } else if Some(s) == head {
            told[2] = true;
        } else if p == paragraph {
            told[if s > own {
                5
            } else if s + 1 == own {
                3
            } else {
                4
            }] = true;
        } else if p + 1 == paragraph {
            told[6] = true;
        }
        if s < own && p == paragraph {
            last = Some(at + 1);
        }
    }
    if let Some(last) = last {
        options[last].last = true;
    }
    let first = (0..SOURCES.len()).find(|s| options.iter().any(|o| o.told[*s] && o.fits)).unwrap_or(SOURCES.len());
    Times { options, first }
}

impl Options for Times<'_> {
    fn count(&self) -> usize {
        self.options.len()
    }

    fn closest(&self) -> usize {
        let fits = |o: &&TimeOption<'_>| o.fits && o.told.get(self.first) == Some(&true);
        let nearest = |o: &TimeOption<'_>| o.distance.unwrap_or(usize::MAX);
        let best = self.options.iter().enumerate().filter(|(_, o)| fits(o)).min_by_key(|(_, o)| nearest(o));
        best.map_or(0, |(i, _)| i)
    }

    fn label(&self, option: usize) -> String {
        self.options[option].hit.map_or_else(String::new, label)
    }

    fn features(&self, asked: &Asked<'_, '_, '_>, option: usize, put: &mut impl Put) {
        let this = &self.options[option];
        let scope = asked.scope_name;
        let ty = asked.event_type;
        let first = SOURCES.get(self.first).copied().unwrap_or(const { Piece::of("nowhere") });
        let Some(hit) = this.hit else {
            tell!(put, "none");
            tell!(put, "none " scope);
            tell!(put, "none first=" first " " scope);
            tell!(put, "none type=" ty);
            tell!(put, "none times=" (self.options.len().min(6)) " " scope);
            tell!(put, "none paragraph=" (asked.paragraph(asked.candidate.sentence).min(4)) " " scope);
            return;
        };
        let period = is_period(hit);
        let precision = match hit.precision {
            DatePrecision::Year => "year",
            DatePrecision::Month => "month",
            _ => "day",
        };
        let fits = this.fits;
        tell!(put, "period=" period " " scope);
        tell!(put, "precision=" precision " period=" period " " scope);
        tell!(put, "cumulative=" (hit.cumulative) " " scope);
        tell!(put, "shifted=" (hit.is_shifted()) " " scope);
        for (s, source) in SOURCES.iter().enumerate() {
            if !this.told[s] {
                continue;
            }
            tell!(put, source " fits=" fits);
            tell!(put, source " period=" period " " scope);
            tell!(put, source " precision=" precision " " scope);
            tell!(put, source " first=" first " fits=" fits);
            if s == self.first {
                tell!(put, "first=" source " fits=" fits " " scope);
                tell!(put, "first=" source " precision=" precision " " scope);
            }
        }
        tell!(put, "last=" (this.last) " fits=" fits " first=" first);
        tell!(put, "count=" (this.count.min(4)) " fits=" fits);
        let most = self.options.iter().map(|o| o.count).max().unwrap_or(0);
        tell!(put, "top=" (this.count == most) " first=" first " fits=" fits);
        let latest = self.options.iter().filter_map(|o| o.hit?.end).max() == hit.end;
        tell!(put, "latest=" latest " first=" first " fits=" fits);
        if let Some(distance) = this.distance {
            tell!(put, "distance=" (distance.min(16) / 4) " before=" (this.before) " fits=" fits);
            let rival = |o: &&TimeOption<'_>| o.hit.is_some_and(|h| is_period(h) == period) && o.distance.is_some();
            let nearest = self.options.iter().filter(rival).filter_map(|o| o.distance).min() == Some(distance);
            tell!(put, "nearest=" nearest " before=" (this.before) " fits=" fits);
            let lead = self.options.iter().filter(rival).filter_map(|o| o.hit).map(|h| h.tokens.start).min();
            tell!(put, "first told=" (lead == Some(hit.tokens.start)) " before=" (this.before) " fits=" fits);
        }
    }
}

/// A time as gold writes it: a year, a month, a day, or both ends.
fn label(hit: &TimeHit) -> String {
    match (hit.start, hit.end) {
        (Some(start), Some(end)) if start != end => format!("{start}/{end}"),
        (Some(start), _) => start.to_string(),
        _ => String::new(),
    }
}

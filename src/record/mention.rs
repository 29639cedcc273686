//! An event mention: one result that one article states.

use super::{Code, DatePrecision, Span};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How a stated figure relates to the true one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Qualifier {
    /// Stated without reservation.
    #[default]
    Exact,
    /// A lower bound: "more than", "at least".
    Min,
    /// An upper bound: "up to", "less than".
    Max,
    /// Rounded: "about", "almost".
    Approx,
}

impl Qualifier {
    /// All values.
    pub const ALL: [Self; 4] = [Self::Exact, Self::Min, Self::Max, Self::Approx];

    /// The code in the tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Min => "min",
            Self::Max => "max",
            Self::Approx => "approx",
        }
    }
}

/// Whether a figure is of one operation or a statistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// One operation, case or group.
    #[default]
    Incident,
    /// A statistic over a period, a territory or a campaign.
    Aggregate,
}

impl Scope {
    /// All values.
    pub const ALL: [Self; 2] = [Self::Incident, Self::Aggregate];

    /// The code in the tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Aggregate => "aggregate",
        }
    }
}

/// One result stated by one article, coded as in `schemas/codes/`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mention {
    /// Hash of the article id and the coded fields.
    pub mention_id: String,
    /// Article that states it.
    pub article_id: String,
    /// Event it was merged into; set by `dedup`.
    pub event_id: Option<String>,
    /// Results of one operation within the article share a case id.
    pub case_id: Option<String>,
    /// Kind of result, `schemas/codes/event_type.csv`.
    pub event_type: Code,
    /// What it was done to, `schemas/codes/object.csv`.
    pub object: Code,
    /// The figure in the normalised unit; none where the text gives none.
    pub value: Option<f64>,
    /// Upper end of a stated range; then `value` is the lower.
    pub value_max: Option<f64>,
    /// Exact, bound, or rounded.
    pub qualifier: Qualifier,
    /// Normalised unit, currency or ticker, `schemas/codes/unit.csv`.
    pub unit: Option<Code>,
    /// ISO 3166-2 codes of the result's own place, sorted.
    pub region: Vec<Code>,
    /// Town, district or village, nominative, as the gazetteer spells it in the article's language.
    pub locality: Option<String>,
    /// KATO code (9 digits) of the locality or region.
    pub kato: Option<String>,
    /// Offence the result is about, `schemas/codes/offence.csv`.
    pub offence: Option<Code>,
    /// Incident or aggregate.
    pub scope: Scope,
    /// First day of an aggregate's period.
    pub period_start: Option<NaiveDate>,
    /// Last day of an aggregate's period (inclusive).
    pub period_end: Option<NaiveDate>,
    /// First possible day of an incident.
    pub date_start: Option<NaiveDate>,
    /// Last possible day of an incident (inclusive).
    pub date_end: Option<NaiveDate>,
    /// How precisely the incident is dated.
    pub date_precision: Option<DatePrecision>,
    /// Authorities that achieved it, `schemas/codes/agency.csv`, sorted.
    pub agency: Vec<Code>,
    /// ISO 3166-1 alpha-2 codes of the persons, sorted.
    pub citizenship: Vec<Code>,
    /// Articles of law: `УК 297 ч.3`, `КоАП 449`.
    pub articles: Vec<String>,
    /// The shortest sentence part that states it, at most 240 characters.
    pub evidence: String,
    /// Where the evidence lies in the article's text (UTF-8 bytes). A mention found only in the headline
    /// has an empty span at 0.
    pub evidence_span: Span,
    /// The words that triggered it, as printed.
    pub trigger: String,
    /// Rule that produced it.
    pub rule_id: String,
    /// Calibrated probability that the mention is right, 0 to 1.
    pub confidence: f32,
}

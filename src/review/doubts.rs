//! Which mentions a person should look at.

use super::corrections::Corrections;
use crate::record::{Event, Mention, Scope};
use std::collections::{BTreeMap, BTreeSet};

/// Why a mention is doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Its figure is far from all others of its kind.
    Outlier,
    /// Other articles give another figure for the same event.
    Disputed,
    /// The model is not sure.
    LowConfidence,
}

impl Why {
    /// As the sheet writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Outlier => "outlier",
            Self::Disputed => "disputed",
            Self::LowConfidence => "low_confidence",
        }
    }
}

/// From where on a mention is doubtful.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Doubts {
    /// Confidence below which a mention is listed, 0 to 1.
    pub confidence: f32,
    /// Distance from the median of its kind, in robust standard deviations of the logarithm.
    pub deviations: f64,
}

impl Default for Doubts {
    fn default() -> Self {
        Self { confidence: 0.6, deviations: 4.0 }
    }
}

/// A doubtful mention.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubt<'m> {
    /// The mention.
    pub mention: &'m Mention,
    /// All that speaks against it, the gravest first.
    pub why: Vec<Why>,
}

/// Figures of one kind below which none is an outlier.
const FEW: usize = 12;
/// The least deviation: figures of a kind that are all alike differ by something.
const LEAST: f64 = 0.75;

impl Doubts {
    /// The doubtful mentions that nobody has decided on, those with most against them first, then by confidence.
    pub fn of<'m>(&self, mentions: &'m [Mention], events: &[Event], decided: &Corrections) -> Vec<Doubt<'m>> {
        let disputed: BTreeSet<&str> =
            events.iter().filter(|e| e.is_disputed).flat_map(|e| &e.mention_ids).map(String::as_str).collect();
        let outliers = self.outliers(mentions);
        let mut found: Vec<Doubt<'m>> = mentions
            .iter()
            .filter(|m| !decided.decided(m))
            .map(|mention| {
                let id = mention.mention_id.as_str();
                let reasons = [
                    (Why::Outlier, outliers.contains(id)),
                    (Why::Disputed, disputed.contains(id)),
                    (Why::LowConfidence, mention.confidence < self.confidence),
                ];
                Doubt { mention, why: reasons.into_iter().filter(|(_, is)| *is).map(|(why, _)| why).collect() }
            })
            .filter(|doubt| !doubt.why.is_empty())
            .collect();
        found.sort_by(|a, b| {
            let grave = (b.why.len(), &a.why).cmp(&(a.why.len(), &b.why));
            let sure = a.mention.confidence.total_cmp(&b.mention.confidence);
            grave.then(sure).then_with(|| a.mention.mention_id.cmp(&b.mention.mention_id))
        });
        found
    }

    /// Ids of the mentions whose figure is far from those of its kind: on a logarithmic scale, more than
    /// `deviations` times 1.4826 MAD (median absolute deviation) from the median, see Iglewicz & Hoaglin (1993),
    /// *How to Detect and Handle Outliers*.
    fn outliers<'m>(&self, mentions: &'m [Mention]) -> BTreeSet<&'m str> {
        // Event type, object, unit and scope: what figures are compared within.
        type Kind<'k> = (&'k str, &'k str, &'k str, Scope);
        let mut kinds: BTreeMap<Kind<'_>, Vec<(f64, &str)>> = BTreeMap::new();
        for m in mentions {
            let (Some(value), Some(unit)) = (m.value.filter(|v| *v > 0.0), m.unit.as_deref()) else { continue };
            kinds.entry((&m.event_type, &m.object, unit, m.scope)).or_default().push((value.ln(), &m.mention_id));
        }
        let mut found = BTreeSet::new();
        for figures in kinds.values().filter(|figures| figures.len() >= FEW) {
            let middle = median(figures.iter().map(|(x, _)| *x).collect());
            let deviation = median(figures.iter().map(|(x, _)| (x - middle).abs()).collect());
            let bound = self.deviations * (1.4826 * deviation).max(LEAST);
            found.extend(figures.iter().filter(|(x, _)| (x - middle).abs() > bound).map(|(_, id)| *id));
        }
        found
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len().is_multiple_of(2) { f64::midpoint(values[half - 1], values[half]) } else { values[half] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubtful_ones_are_listed_the_gravest_first() {
        let mention = |n: usize| Mention {
            mention_id: format!("m-{n:02}"),
            event_type: "seizure".into(),
            object: "hashish".into(),
            value: Some(10.0 + n as f64),
            unit: Some("kg".into()),
            confidence: 0.9,
            ..Mention::default()
        };
        let mut mentions: Vec<Mention> = (0..20).map(mention).collect();
        mentions[3].value = Some(5e6);
        mentions[4].confidence = 0.5;
        mentions[5].confidence = 0.46;
        mentions[7].value = None;
        let event = Event { is_disputed: true, mention_ids: vec!["m-05".into(), "m-06".into()], ..Event::default() };
        let found = Doubts::default().of(&mentions, &[event], &Corrections::default());
        let found: Vec<_> = found.iter().map(|d| (d.mention.mention_id.as_str(), d.why.as_slice())).collect();
        let expect: [(&str, &[Why]); 4] = [
            ("m-05", &[Why::Disputed, Why::LowConfidence]),
            ("m-03", &[Why::Outlier]),
            ("m-06", &[Why::Disputed]),
            ("m-04", &[Why::LowConfidence]),
        ];
        assert_eq!(found, expect);
    }
}

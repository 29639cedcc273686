//! Accuracy against gold articles: precision, recall and F1 by type, language and attribute.
//!
//! Enters: gold documents (JSONL: the fields of an article, and `events` coded as in `schemas/codes/`) and the
//! mentions found in them. Leaves: a [`Report`].
//!
//! A mention is *right* when its document, event type, object, unit and value all agree with a gold event that no
//! other mention has taken (values within 0.5 %; without a value, the unit says nothing). In gold, type, object
//! and unit may each be a list of accepted codes, and an event marked `optional` counts neither for nor against.
//! Of the right mentions, the share whose region, offence, scope, qualifier and agency agree, too, is told by
//! attribute.
//!
//! ```
//! use dalel::eval::{Gold, Report};
//! use dalel::record::Mention;
//!
//! let gold = Gold::parse("gold.jsonl", r#"{"id": "a", "lang": "ru", "events": [
//!     {"event_type": "seizure", "object": "heroin", "value": 2.1, "unit": "kg"}]}"#.replace('\n', "").as_str())?;
//! let mention = Mention {
//!     article_id: "a".into(), event_type: "seizure".into(), object: "heroin".into(),
//!     value: Some(2.1), unit: Some("kg".into()), ..Mention::default()
//! };
//! assert_eq!(Report::new(&gold, &[mention]).total.f1(), 1.0);
//! # Ok::<(), dalel::eval::EvalError>(())
//! ```
#![expect(clippy::disallowed_methods, reason = "gold and floors are files")]

mod gold;
mod reliability;

pub use gold::{Gold, Truth};
pub use reliability::Reliability;

use crate::record::{Code, Mention};
use gold::{Document, GoldEvent};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::Path;

/// The attributes scored on right mentions.
pub const ATTRIBUTES: [&str; 5] = ["region", "offence", "scope", "qualifier", "agency"];

/// A mistake in a gold or floor file.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EvalError(String);

/// Right, extra and missed mentions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Right mentions.
    pub right: usize,
    /// Mentions without a gold event.
    pub extra: usize,
    /// Gold events without a mention.
    pub missed: usize,
}

impl Tally {
    /// Share of the mentions that are right; 0 where there is none.
    pub fn precision(&self) -> f64 {
        ratio(self.right, self.right + self.extra)
    }

    /// Share of the gold events that were found; 0 where there is none.
    pub fn recall(&self) -> f64 {
        ratio(self.right, self.right + self.missed)
    }

    /// Harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        ratio(2 * self.right, 2 * self.right + self.extra + self.missed)
    }

    fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "right": self.right, "extra": self.extra, "missed": self.missed,
            "precision": rounded(self.precision()), "recall": rounded(self.recall()), "f1": rounded(self.f1()),
        })
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn rounded(x: f64) -> f64 {
    (x * 1e4).round() / 1e4
}

/// The figures of one evaluation.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Gold documents.
    pub documents: usize,
    /// All types, languages and files.
    pub total: Tally,
    /// By type, object-blind and unit-blind: only type and value must agree.
    pub relaxed: Tally,
    /// By event type.
    pub by_type: BTreeMap<String, Tally>,
    /// By the document's language.
    pub by_language: BTreeMap<String, Tally>,
    /// By gold file.
    pub by_file: BTreeMap<String, Tally>,
    /// Of the right mentions, how many agree on the attribute.
    pub attributes: BTreeMap<&'static str, usize>,
    /// Confidence against right mentions: of all files, and of those that train nothing (`own_*`).
    pub reliability: [Reliability; 2],
    /// Documents without gold events, those of them with a mention, and these mentions.
    pub negatives: (usize, usize, usize),
    /// Missed and extra mentions, one line each.
    pub wrong: Vec<String>,
}

impl Report {
    /// Compares mentions with gold. Mentions of other documents are left out.
    pub fn new(gold: &Gold, mentions: &[Mention]) -> Self {
        let mut found: BTreeMap<&str, Vec<&Mention>> = BTreeMap::new();
        for mention in mentions {
            found.entry(&mention.article_id).or_default().push(mention);
        }
        let mut report = Self { documents: gold.len(), ..Self::default() };
        report.attributes = ATTRIBUTES.iter().map(|name| (*name, 0)).collect();
        for document in &gold.documents {
            report.document(document, found.get(document.id.as_str()).map_or(&[], Vec::as_slice));
        }
        report
    }

    fn document(&mut self, document: &Document, mentions: &[&Mention]) {
        if document.events.is_empty() {
            self.negatives.0 += 1;
            self.negatives.1 += usize::from(!mentions.is_empty());
            self.negatives.2 += mentions.len();
        }
        let (taken, tally) = pair(&document.events, mentions, true);
        add(&mut self.relaxed, pair(&document.events, mentions, false).1);
        add(&mut self.total, tally);
        add(self.by_file.entry(document.file.clone()).or_default(), tally);
        add(self.by_language.entry(document.lang.clone().unwrap_or_else(|| "?".into())).or_default(), tally);
        for (event, taken) in document.events.iter().zip(&taken).filter(|(event, _)| !event.optional) {
            let kind = event.event_type.first().map(ToString::to_string).unwrap_or_default();
            let slot = self.by_type.entry(kind).or_default();
            if let Some(mention) = taken {
                slot.right += 1;
                for name in ATTRIBUTES {
                    *self.attributes.entry(name).or_default() += usize::from(agrees(event, mentions[*mention], name));
                }
            } else {
                slot.missed += 1;
                self.wrong.push(format!("missed {} {}", document.id, event.brief()));
            }
        }
        for (index, mention) in mentions.iter().enumerate() {
            let event = taken.iter().position(|t| *t == Some(index)).map(|at| &document.events[at]);
            // An optional event counts neither for nor against.
            if event.is_none_or(|event| !event.optional) {
                self.reliability[0].add(mention.confidence, event.is_some());
                if document.file.starts_with("own_") {
                    self.reliability[1].add(mention.confidence, event.is_some());
                }
            }
            if !taken.contains(&Some(index)) {
                self.by_type.entry(mention.event_type.to_string()).or_default().extra += 1;
                self.wrong.push(format!("extra  {} {}", document.id, brief(mention)));
            }
        }
    }

    /// The share of right mentions that agree on an attribute; none where no mention is right.
    pub fn share(&self, attribute: &str) -> Option<f64> {
        (self.total.right > 0).then(|| ratio(self.attributes.get(attribute).copied().unwrap_or(0), self.total.right))
    }

    /// All figures as JSON.
    pub fn json(&self) -> serde_json::Value {
        let group = |tallies: &BTreeMap<String, Tally>| -> serde_json::Value {
            tallies.iter().map(|(name, tally)| (name.clone(), tally.json())).collect()
        };
        serde_json::json!({
            "documents": self.documents,
            "total": self.total.json(),
            "f1_type_and_value_only": rounded(self.relaxed.f1()),
            "by_type": group(&self.by_type),
            "by_language": group(&self.by_language),
            "by_file": group(&self.by_file),
            "attributes": ATTRIBUTES.iter().map(|a| ((*a).to_owned(), self.share(a).map(rounded).into()))
                .collect::<serde_json::Map<_, serde_json::Value>>(),
            "negatives": {
                "documents": self.negatives.0, "with_mentions": self.negatives.1, "mentions": self.negatives.2,
            },
        })
    }

    /// Where the report falls below a floor: one line each.
    pub fn below(&self, floor: &Floor) -> Vec<String> {
        let present = |name: &str| match name {
            "total" => Some(self.total.f1()),
            _ => self.by_file.get(name).map(Tally::f1),
        };
        let mut lines = Vec::new();
        for (name, least) in &floor.f1 {
            match present(name) {
                Some(f1) if f1 + 1e-9 >= *least => {}
                Some(f1) => lines.push(format!("{name}: F1 {f1:.4} is below the accepted floor {least:.4}")),
                None => lines.push(format!("{name}: the floor names it, but it was not evaluated")),
            }
        }
        lines
    }

    /// The floor that this report just reaches, rounded down to three digits.
    pub fn floor(&self) -> Floor {
        let down = |x: f64| (x * 1e3 + 1e-9).floor() / 1e3;
        let files = self.by_file.iter().map(|(name, tally)| (name.clone(), down(tally.f1())));
        Floor { f1: files.chain([("total".to_owned(), down(self.total.f1()))]).collect() }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = |title: &str, tallies: &BTreeMap<String, Tally>| -> fmt::Result {
            writeln!(f, "{title:<24} right extra missed  precision recall     F1")?;
            let mut rows: Vec<_> = tallies.iter().collect();
            rows.sort_by_key(|(name, t)| (std::cmp::Reverse(t.right + t.missed + t.extra), *name));
            for (name, t) in rows {
                writeln!(
                    f,
                    "{name:<24} {:>5} {:>5} {:>6}  {:>9.3} {:>6.3} {:>6.3}",
                    t.right,
                    t.extra,
                    t.missed,
                    t.precision(),
                    t.recall(),
                    t.f1()
                )?;
            }
            writeln!(f)
        };
        table("by type", &self.by_type)?;
        table("by language", &self.by_language)?;
        let mut files = self.by_file.clone();
        files.insert("total".into(), self.total);
        table("by file", &files)?;
        for (name, table) in ["all files", "files that train nothing"].iter().zip(&self.reliability) {
            if table.error().is_some() {
                writeln!(f, "{name}\n{table}")?;
            }
        }
        let mut shares = String::new();
        for name in ATTRIBUTES {
            match self.share(name) {
                Some(share) => write!(shares, "  {name} {share:.3}")?,
                None => write!(shares, "  {name} –")?,
            }
        }
        writeln!(f, "attributes of right mentions{shares}")?;
        let (documents, wrong, mentions) = self.negatives;
        writeln!(f, "articles without results: {documents}; with a false mention: {wrong} ({mentions} mentions)")?;
        writeln!(f, "type and value alone: F1 {:.3}", self.relaxed.f1())
    }
}

/// The accepted F1 by gold file, and of the whole as `total`: CI compares with it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// F1, 0 to 1.
    pub f1: BTreeMap<String, f64>,
}

impl Floor {
    /// A floor for the whole.
    pub fn of(total: f64) -> Self {
        Self { f1: [("total".to_owned(), total)].into() }
    }

    /// Reads a floor file.
    ///
    /// # Errors
    /// A file that cannot be read or is not a floor.
    pub fn open(path: &Path) -> Result<Self, EvalError> {
        let at = |e: &dyn fmt::Display| EvalError(format!("{}: {e}", path.display()));
        let content = std::fs::read_to_string(path).map_err(|e| at(&e))?;
        serde_json::from_str(&content).map_err(|e| at(&e))
    }
}

fn add(slot: &mut Tally, tally: Tally) {
    slot.right += tally.right;
    slot.extra += tally.extra;
    slot.missed += tally.missed;
}

/// Pairs gold events and mentions one to one, required events first; among equal candidates the one that agrees
/// on most attributes, then the first. Returns each event's mention, and the tally.
fn pair(events: &[GoldEvent], mentions: &[&Mention], strict: bool) -> (Vec<Option<usize>>, Tally) {
    let mut free: Vec<usize> = (0..mentions.len()).collect();
    let mut taken = vec![None; events.len()];
    let mut tally = Tally::default();
    for optional in [false, true] {
        for (slot, event) in taken.iter_mut().zip(events).filter(|(_, event)| event.optional == optional) {
            let best = free.iter().copied().filter(|i| accepts(event, mentions[*i], strict)).max_by_key(|i| {
                let agreeing = ATTRIBUTES.iter().filter(|a| agrees(event, mentions[*i], a)).count();
                (agreeing, std::cmp::Reverse(*i))
            });
            if let Some(best) = best {
                free.retain(|i| *i != best);
                *slot = Some(best);
                tally.right += usize::from(!optional);
            } else {
                tally.missed += usize::from(!optional);
            }
        }
    }
    tally.extra = free.len();
    (taken, tally)
}

fn accepts(gold: &GoldEvent, mention: &Mention, strict: bool) -> bool {
    let same_value = match (gold.value, mention.value) {
        (None, None) => true,
        (Some(a), Some(b)) => (a - b).abs() <= 0.005 * a.abs().max(b.abs()).max(1e-9),
        _ => false,
    };
    gold.event_type.contains(&mention.event_type)
        && same_value
        && (!strict
            || (gold.object.contains(&mention.object)
                && (gold.value.is_none() || mention.unit.as_ref().is_some_and(|unit| gold.unit.contains(unit)))))
}

fn agrees(gold: &GoldEvent, mention: &Mention, attribute: &str) -> bool {
    let same = |expected: &[Code], found: &[&str]| {
        expected.iter().all(|code| found.contains(&code.as_ref()))
            && found.iter().all(|code| expected.iter().any(|e| e.as_ref() == *code))
    };
    let codes = |codes: &'_ [Code]| -> Vec<String> { codes.iter().map(ToString::to_string).collect() };
    match attribute {
        "region" => same(&gold.region, &codes(&mention.region).iter().map(String::as_str).collect::<Vec<_>>()),
        // Several are each accepted.
        "offence" => match &mention.offence {
            Some(offence) => gold.offence.contains(offence),
            None => gold.offence.is_empty(),
        },
        "scope" => same(&gold.scope, &[mention.scope.as_str()]),
        "qualifier" => same(&gold.qualifier, &[mention.qualifier.as_str()]),
        _ => gold.agency.is_empty() || gold.agency.iter().any(|code| mention.agency.contains(code)),
    }
}

fn brief(mention: &Mention) -> String {
    let (kind, object) = ([mention.event_type.clone()], [mention.object.clone()]);
    let unit: Vec<Code> = mention.unit.iter().cloned().collect();
    let text = line(&kind, &object, mention.value, &unit, &mention.region, Some(&mention.evidence));
    format!("{text} [{}]", mention.rule_id)
}

fn line(
    kind: &[Code],
    object: &[Code],
    value: Option<f64>,
    unit: &[Code],
    region: &[Code],
    evidence: Option<&str>,
) -> String {
    let value = value.map_or_else(|| "–".to_owned(), |v| v.to_string());
    let evidence = evidence.unwrap_or_default();
    format!("{} {} {value} {} {} “{evidence}”", kind.join("|"), object.join("|"), unit.join("|"), region.join("+"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(events: &str, mentions: &[(&str, &str, Option<f64>, Option<&str>)], expected: (usize, usize, usize)) {
        let gold = Gold::parse("g", &format!(r#"{{"id":"a","lang":"ru","events":[{events}]}}"#)).expect("gold");
        let mentions: Vec<_> = mentions
            .iter()
            .map(|(kind, object, value, unit)| Mention {
                article_id: "a".into(),
                event_type: (*kind).into(),
                object: (*object).into(),
                value: *value,
                unit: unit.map(Into::into),
                ..Mention::default()
            })
            .collect();
        let Tally { right, extra, missed } = Report::new(&gold, &mentions).total;
        assert_eq!((right, extra, missed), expected, "{events}");
    }

    #[test]
    fn pairing_follows_the_definition() {
        let kg = r#"{"event_type":"seizure","object":["heroin","drug"],"value":100,"unit":"kg"}"#;
        check(kg, &[("seizure", "drug", Some(100.4), Some("kg"))], (1, 0, 0));
        check(kg, &[("seizure", "drug", Some(100.6), Some("kg"))], (0, 1, 1));
        check(kg, &[("seizure", "drug", Some(100.0), Some("l"))], (0, 1, 1));
        check(kg, &[("seizure", "drug", Some(100.0), None)], (0, 1, 1));
        check(kg, &[("seizure", "opium", Some(100.0), Some("kg"))], (0, 1, 1));
        check(kg, &[("seizure", "drug", None, None)], (0, 1, 1));
        check(
            kg,
            &[("seizure", "drug", Some(100.0), Some("kg")), ("seizure", "heroin", Some(100.0), Some("kg"))],
            (1, 1, 0),
        );
        check(kg, &[], (0, 0, 1));
        let none = r#"{"event_type":"detention","object":"person","value":null,"unit":null}"#;
        check(none, &[("detention", "person", None, Some("person"))], (1, 0, 0));
        check(none, &[("detention", "person", Some(1.0), Some("person"))], (0, 1, 1));
        let optional = r#"{"event_type":"detention","object":"person","value":1,"unit":"person","optional":true}"#;
        check(optional, &[], (0, 0, 0));
        check(optional, &[("detention", "person", Some(1.0), Some("person"))], (0, 0, 0));
        check(
            &format!("{optional},{}", optional.replace(",\"optional\":true", "")),
            &[("detention", "person", Some(1.0), Some("person"))],
            (1, 0, 0),
        );
    }

    #[test]
    fn a_floor_stops_what_got_worse() {
        let gold = Gold::parse("g.jsonl", r#"{"id":"a","events":[{"event_type":"x","object":"y","value":null}]}"#);
        let report = Report::new(&gold.expect("gold"), &[]);
        assert!(report.below(&report.floor()).is_empty());
        assert_eq!(report.below(&Floor::of(0.5)), ["total: F1 0.0000 is below the accepted floor 0.5000"]);
        let other = Floor { f1: [("h.jsonl".to_owned(), 0.0)].into() };
        assert_eq!(report.below(&other), ["h.jsonl: the floor names it, but it was not evaluated"]);
    }

    #[test]
    fn a_broken_gold_line_is_named() {
        let message = Gold::parse("g.jsonl", "\n{\"id\":\"a\"}\n").expect_err("no events").to_string();
        assert!(message.starts_with("g.jsonl:2: missing field `events`"), "{message}");
    }
}

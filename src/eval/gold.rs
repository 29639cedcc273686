//! Gold documents.

use super::EvalError;
use crate::record::{Code, Mention};
use serde::{Deserialize, Deserializer};
use std::path::Path;

/// Gold documents, in file order.
#[derive(Debug, Clone, Default)]
pub struct Gold {
    pub(super) documents: Vec<Document>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Document {
    #[serde(skip)]
    pub file: String,
    pub id: String,
    #[serde(default)]
    pub lang: Option<String>,
    pub events: Vec<GoldEvent>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct GoldEvent {
    #[serde(deserialize_with = "one_or_many")]
    pub event_type: Vec<Code>,
    #[serde(deserialize_with = "one_or_many")]
    pub object: Vec<Code>,
    #[serde(default)]
    pub value: Option<f64>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub unit: Vec<Code>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub region: Vec<Code>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub offence: Vec<Code>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub scope: Vec<Code>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub qualifier: Vec<Code>,
    #[serde(default, deserialize_with = "one_or_many")]
    pub agency: Vec<Code>,
    #[serde(default)]
    pub period: Option<String>,
    #[serde(default)]
    pub date: Option<String>,
    #[serde(default)]
    pub optional: bool,
    #[serde(default)]
    pub evidence: Option<String>,
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Code>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrMany {
        Many(Vec<Code>),
        One(Code),
        None,
    }
    Ok(match OneOrMany::deserialize(deserializer)? {
        OneOrMany::Many(codes) => codes,
        OneOrMany::One(code) => vec![code],
        OneOrMany::None => Vec::new(),
    })
}

impl Gold {
    /// Parses gold lines; `name` is the file's name, for messages and for the figures by file.
    ///
    /// # Errors
    /// The first line that is not a gold document: `file:line: what`.
    pub fn parse(name: &str, content: &str) -> Result<Self, EvalError> {
        let mut documents = Vec::new();
        for (index, line) in content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let document: Document =
                serde_json::from_str(line).map_err(|e| EvalError(format!("{name}:{}: {e}", index + 1)))?;
            documents.push(Document { file: name.to_owned(), ..document });
        }
        Ok(Self { documents })
    }

    /// Reads gold files.
    ///
    /// # Errors
    /// A file that cannot be read or is not gold.
    pub fn open<P: AsRef<Path>>(paths: &[P]) -> Result<Self, EvalError> {
        let mut all = Self::default();
        for path in paths.iter().map(AsRef::as_ref) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let content = std::fs::read_to_string(path).map_err(|e| EvalError(format!("{}: {e}", path.display())))?;
            all.documents.extend(Self::parse(&name, &content)?.documents);
        }
        Ok(all)
    }

    /// What gold says of a mention of an article: how the required event that accepts it is coded, nothing if only
    /// an optional one does.
    ///
    /// # Errors
    /// The mention is wrong.
    #[expect(clippy::result_unit_err, reason = "a verdict, not a failure")]
    pub fn judge(&self, article: &str, mention: &Mention) -> Result<Option<Truth>, ()> {
        let document = self.documents.iter().find(|d| d.id == article).ok_or(())?;
        let accepted: Vec<&GoldEvent> = document.events.iter().filter(|e| super::accepts(e, mention, true)).collect();
        // Of several results with one figure, the one whose words the mention shares.
        let shared = |event: &GoldEvent| {
            let words = event.evidence.as_deref().unwrap_or("");
            mention.evidence.split_whitespace().filter(|word| words.contains(*word)).count()
        };
        match accepted.iter().rev().filter(|e| !e.optional).max_by_key(|e| shared(e)) {
            Some(event) => Ok(Some(event.truth())),
            None if accepted.is_empty() => Err(()),
            None => Ok(None),
        }
    }

    /// Whether an article states no result at all.
    pub fn is_harmless(&self, article: &str) -> bool {
        self.documents.iter().any(|d| d.id == article && d.events.is_empty())
    }

    /// Number of documents.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }
}

/// How gold codes an accepted mention.
#[derive(Debug, Clone, Default)]
pub struct Truth {
    /// Accepted scopes.
    pub scope: Vec<Code>,
    /// Offence; several where several are accepted, none where none can be told.
    pub offence: Vec<Code>,
    /// Regions, sorted.
    pub region: Vec<Code>,
    /// Authorities.
    pub agency: Vec<Code>,
    /// Period or date in ISO 8601, both ends where they differ; empty where none is stated.
    pub time: String,
}

/// A year or month as both its ends.
fn ends(time: &str) -> String {
    let last = |month: &str| match month {
        "02" => "28",
        "04" | "06" | "09" | "11" => "30",
        _ => "31",
    };
    match time.len() {
        4 => format!("{time}-01-01/{time}-12-31"),
        7 => {
            let (year, month) = time.split_at(4);
            let leap = month == "-02" && year.parse::<u32>().is_ok_and(|y| y % 4 == 0);
            format!("{time}-01/{time}-{}", if leap { "29" } else { last(&month[1..]) })
        }
        _ => time.to_owned(),
    }
}

impl GoldEvent {
    fn truth(&self) -> Truth {
        let mut region = self.region.clone();
        region.sort();
        Truth {
            scope: self.scope.clone(),
            offence: self.offence.clone(),
            region,
            agency: self.agency.clone(),
            time: self.period.as_deref().or(self.date.as_deref()).map(ends).unwrap_or_default(),
        }
    }

    /// One line for a person.
    pub fn brief(&self) -> String {
        super::line(&self.event_type, &self.object, self.value, &self.unit, &self.region, self.evidence.as_deref())
    }
}

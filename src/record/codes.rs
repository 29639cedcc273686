//! The closed vocabularies: `schemas/codes/*.csv`.

use super::Code;
use crate::knowledge::{Knowledge, KnowledgeError};
use std::collections::BTreeMap;

/// The columns with which every code list begins; a mapping to another standard may follow.
const HEAD: [&str; 5] = ["code", "label_en", "label_ru", "label_kk", "definition"];

/// One closed vocabulary: its rows in the file's order, and an index by code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeList {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    index: BTreeMap<Code, usize>,
}

impl CodeList {
    /// Parses a code list.
    ///
    /// # Errors
    /// A file that is not CSV, lacks one of the leading columns, leaves a label empty, or repeats a code.
    pub fn parse(path: &str, csv: &str) -> Result<Self, KnowledgeError> {
        let wrong = |line: u64, message: String| KnowledgeError::invalid(format!("{path}:{line}"), message);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let header: Vec<String> =
            reader.headers().map_err(|e| wrong(1, e.to_string()))?.iter().map(str::to_owned).collect();
        if header.len() < HEAD.len() || header[..HEAD.len()] != HEAD {
            return Err(wrong(1, format!("a code list begins with the columns {}", HEAD.join(","))));
        }
        let mut list = Self { header, ..Self::default() };
        for record in reader.records() {
            let record = record.map_err(|e| wrong(e.position().map_or(0, csv::Position::line), e.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            if let Some(empty) = (0..HEAD.len()).find(|&i| record[i].trim().is_empty()) {
                return Err(wrong(line, format!("column {} is empty", HEAD[empty])));
            }
            if list.index.insert(Code::from(&record[0]), list.rows.len()).is_some() {
                return Err(wrong(line, format!("code {} stands twice", &record[0])));
            }
            list.rows.push(record.iter().map(str::to_owned).collect());
        }
        Ok(list)
    }

    /// The codes, in the file's order.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| row[0].as_str())
    }

    /// Whether the code is in the list.
    pub fn contains(&self, code: &str) -> bool {
        self.index.contains_key(code)
    }

    /// The shared instance of a code; none where the list does not have it.
    pub fn intern(&self, code: &str) -> Option<Code> {
        self.index.get_key_value(code).map(|(code, _)| code.clone())
    }

    /// A column of a code's row, such as `label_kk` or `iccs`; none where it is unknown or empty.
    pub fn get(&self, code: &str, column: &str) -> Option<&str> {
        let at = self.header.iter().position(|name| name == column)?;
        let row = &self.rows[*self.index.get(code)?];
        row.get(at).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// The names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.header
    }

    /// Number of codes.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether the list has no code.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// All code lists by name: `event_type`, `object`, `offence`, `agency`, `unit`, `region` …
///
/// ```
/// use dalel::{knowledge::Knowledge, record::CodeLists};
/// let codes = CodeLists::load(&Knowledge::embedded())?;
/// assert_eq!(codes.list("offence").and_then(|list| list.get("drugs", "iccs")), Some("0601"));
/// assert!(!codes.contains("unit", "pood"));
/// # Ok::<(), dalel::knowledge::KnowledgeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodeLists(BTreeMap<String, CodeList>);

impl CodeLists {
    /// Loads every list below `schemas/codes/`.
    ///
    /// # Errors
    /// The first list that is not well formed, see [`CodeList::parse`].
    pub fn load(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let mut lists = BTreeMap::new();
        for (path, csv) in knowledge.files("schemas/codes/", ".csv") {
            let name = path.trim_start_matches("schemas/codes/").trim_end_matches(".csv");
            lists.insert(name.to_owned(), CodeList::parse(path, csv)?);
        }
        Ok(Self(lists))
    }

    /// One list by name.
    pub fn list(&self, name: &str) -> Option<&CodeList> {
        self.0.get(name)
    }

    /// Whether a list has a code; false where there is no such list.
    pub fn contains(&self, list: &str, code: &str) -> bool {
        self.list(list).is_some_and(|list| list.contains(code))
    }

    /// The lists with their names, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &CodeList)> {
        self.0.iter().map(|(name, list)| (name.as_str(), list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named_with_their_line() {
        let check = |csv: &str, expect: &str| {
            let message = CodeList::parse("x.csv", csv).map(|_| ()).unwrap_err().to_string();
            assert!(message.contains(expect), "{message:?} lacks {expect:?}");
        };
        check("code,label_en\na,b\n", "x.csv:1: a code list begins with");
        check("code,label_en,label_ru,label_kk,definition\na,b,c,d,e\na,b,c,d,e\n", "x.csv:3: code a stands twice");
        check("code,label_en,label_ru,label_kk,definition\na,b,,d,e\n", "x.csv:2: column label_ru is empty");
        check("code,label_en,label_ru,label_kk,definition\na,b\n", "x.csv:");
    }
}

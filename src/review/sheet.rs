//! The sheet that a reviewer fills: doubtful mentions as CSV, and decisions from it.
//!
//! The reviewer writes `accept`, `reject` or `amend` into `decision`; to amend, the wrong cells are overwritten.
//! Rows without a decision stay for another day.

use super::corrections::{Correction, Decision, bind};
use super::doubts::Doubt;
use super::field::{FIELDS, field_of, set};
use crate::record::{Article, CodeLists, Mention};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A row that cannot be taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct SheetError {
    /// Line of the sheet's row, from 1.
    pub line: u64,
    /// What is wrong.
    pub message: String,
}

/// The sheet.
#[derive(Debug, Clone, Copy)]
pub struct Sheet;

/// The columns behind the fields: what a reviewer needs to decide, and what binds the decision.
const REST: [&str; 10] = [
    "why",
    "confidence",
    "outlet",
    "published",
    "url",
    "title",
    "evidence",
    "mention_id",
    "article_id",
    "evidence_hash",
];

/// Marks UTF-8 for spreadsheets.
const BOM: &str = "\u{feff}";

impl Sheet {
    /// Doubtful mentions as CSV. `safe` masks persons' names and disarms formulas.
    pub fn write(doubts: &[Doubt<'_>], articles: &[Article], safe: impl Fn(&str) -> String) -> String {
        let of: BTreeMap<&str, &Article> = articles.iter().map(|a| (a.article_id.as_str(), a)).collect();
        let mut writer = csv::Writer::from_writer(BOM.as_bytes().to_vec());
        let head = ["decision", "reason"].into_iter().chain(FIELDS).chain(REST);
        // Writing to memory does not fail.
        let _ = writer.write_record(head);
        for Doubt { mention, why } in doubts {
            let article = of.get(mention.article_id.as_str());
            let text = |get: fn(&Article) -> Option<&String>| {
                safe(article.and_then(|a| get(a)).map(String::as_str).unwrap_or_default())
            };
            let mut row = vec![String::new(), String::new()];
            row.extend(FIELDS.iter().map(|field| field_of(mention, field)));
            row.push(why.iter().map(|w| w.as_str()).collect::<Vec<_>>().join(" "));
            row.push(format!("{:.2}", mention.confidence));
            row.push(text(|a| a.outlet.as_ref()));
            row.push(article.and_then(|a| a.published_date()).map(|d| d.to_string()).unwrap_or_default());
            row.push(text(|a| a.url.as_ref()));
            row.push(text(|a| a.title.as_ref()));
            row.push(safe(&mention.evidence));
            row.extend([mention.mention_id.clone(), mention.article_id.clone(), bind(mention)]);
            let _ = writer.write_record(row);
        }
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// The decisions of a filled sheet; `mentions` are those of the run that the sheet was written from.
    ///
    /// # Errors
    /// The first row that is wrong: an unknown decision, a code that is none, cells changed without a decision, a
    /// mention that is gone or reads differently now.
    pub fn read(
        text: &str,
        mentions: &[Mention],
        codes: &CodeLists,
        reviewer: &str,
        day: NaiveDate,
    ) -> Result<Vec<Correction>, SheetError> {
        let text = text.strip_prefix(BOM).unwrap_or(text);
        let head = text.lines().next().unwrap_or_default();
        // Some spreadsheets write semicolons where a comma is the decimal sign.
        let delimiter = if head.contains(';') && !head.contains(',') { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
        let at = |line: u64, message: String| SheetError { line, message };
        let columns = reader.headers().map_err(|e| at(1, e.to_string()))?.clone();
        let column = |name: &str| columns.iter().position(|c| c.trim() == name);
        for name in ["decision", "mention_id", "evidence_hash"] {
            column(name).ok_or_else(|| at(1, format!("has no column {name}")))?;
        }
        let of: BTreeMap<&str, &Mention> = mentions.iter().map(|m| (m.mention_id.as_str(), m)).collect();
        let mut decisions = Vec::new();
        for row in reader.records() {
            let row = row.map_err(|e| at(e.position().map_or(0, csv::Position::line), e.to_string()))?;
            let line = row.position().map_or(0, csv::Position::line);
            let cell = |name: &str| column(name).and_then(|i| row.get(i)).map(str::trim);
            let get = |name: &str| cell(name).unwrap_or_default();
            let found = of.get(get("mention_id")).copied();
            let decision = match get("decision").to_lowercase().as_str() {
                "" => None,
                "accept" => Some(Decision::Accept),
                "reject" => Some(Decision::Reject),
                "amend" => Some(Decision::Amend),
                other => return Err(at(line, format!("{other:?} is no decision: accept, reject or amend"))),
            };
            let Some(mention) = found.filter(|m| bind(m) == get("evidence_hash")) else {
                if decision.is_none() {
                    continue;
                }
                let id = get("mention_id");
                return Err(at(line, format!("{id:?} is gone or reads differently now; write the sheet anew")));
            };
            let changed = changed(mention, &cell, codes).map_err(|message| at(line, message))?;
            let Some(decision) = decision else {
                match changed.first() {
                    None => continue,
                    Some((field, _)) => return Err(at(line, format!("{field} was changed, but nothing decided"))),
                }
            };
            let correction = |field: &str, value: String| Correction {
                decision,
                mention_id: mention.mention_id.clone(),
                article_id: mention.article_id.clone(),
                evidence_hash: bind(mention),
                field: field.to_owned(),
                value,
                reviewer: reviewer.to_owned(),
                reviewed_at: day.to_string(),
                reason: get("reason").to_owned(),
            };
            match (decision, changed.is_empty()) {
                (Decision::Amend, true) => return Err(at(line, "amend, but no cell was changed".to_owned())),
                (Decision::Amend, false) => decisions.extend(changed.into_iter().map(|(f, v)| correction(f, v))),
                (_, true) => decisions.push(correction("", String::new())),
                (_, false) => {
                    let (field, decision) = (changed[0].0, decision.as_str());
                    return Err(at(line, format!("{field} was changed, but the decision is {decision}")));
                }
            }
        }
        Ok(decisions)
    }
}

/// The fields whose cells are not what the mention has, with their new values in one form.
fn changed<'c>(
    mention: &Mention,
    cell: &impl Fn(&str) -> Option<&'c str>,
    codes: &CodeLists,
) -> Result<Vec<(&'static str, String)>, String> {
    let mut changed = Vec::new();
    for field in FIELDS {
        let Some(text) = cell(field).filter(|text| *text != field_of(mention, field)) else { continue };
        let mut amended = mention.clone();
        set(&mut amended, field, text, codes)?;
        let value = field_of(&amended, field);
        if value != field_of(mention, field) {
            changed.push((field, value));
        }
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use crate::review::{Corrections, Doubts};

    fn mention(id: &str) -> Mention {
        Mention {
            mention_id: id.into(),
            article_id: "a".into(),
            event_type: "fine".into(),
            object: "money".into(),
            value: Some(1234.5),
            unit: Some("KZT".into()),
            evidence: "=штраф".into(),
            confidence: 0.5,
            ..Mention::default()
        }
    }

    #[test]
    fn a_filled_sheet_becomes_corrections() {
        let codes = CodeLists::load(&Knowledge::embedded()).expect("codes");
        let mentions: Vec<Mention> = ["m-1", "m-2", "m-3"].map(mention).to_vec();
        let none = Corrections::default();
        let doubts = Doubts::default().of(&mentions, &[], &none);
        let sheet = Sheet::write(&doubts, &[], |text| text.replace('=', "'="));
        assert!(sheet.contains("'=штраф"));
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).expect("day");
        let read = |text: &str| Sheet::read(text, &mentions, &codes, "me", day).map_err(|e| e.to_string());
        assert_eq!(read(&sheet), Ok(vec![]), "nothing was decided");
        let lines: Vec<&str> = sheet.lines().collect();
        let filled = [
            lines[0].to_owned(),
            lines[1].replacen(',', "reject,", 1),
            lines[2].replacen(",,", "Amend,misread,", 1).replacen("1234.5", "\"1 300,0\"", 1),
            lines[3].to_owned(),
        ];
        let decisions = read(&filled.join("\n")).expect("right");
        let told: Vec<_> = decisions
            .iter()
            .map(|c| (c.decision.as_str(), c.mention_id.as_str(), c.field.as_str(), c.value.as_str()))
            .collect();
        assert_eq!(told, [("reject", "m-1", "", ""), ("amend", "m-2", "value", "1300")]);
        let file = none.with(decisions, &codes).expect("right");
        assert!(!file.contains("штраф"), "no words of an article: {file}");
        let mut knowledge = Knowledge::embedded();
        knowledge.insert("pipelines/corrections/mentions.csv", file);
        let corrections = Corrections::new(&knowledge).expect("right");
        let left = Doubts::default().of(&mentions, &[], &corrections);
        assert_eq!(left.iter().map(|d| d.mention.mention_id.as_str()).collect::<Vec<_>>(), ["m-3"]);
        assert_eq!(corrections.apply(mentions.clone(), |_| true).kept.len(), 2);
        let semicolons = filled[..2].join("\n").replace(',', ";");
        assert_eq!(read(&semicolons).expect("right").len(), 1, "a spreadsheet of another country");
    }

    #[test]
    fn mistakes_of_a_sheet_have_their_line() {
        let codes = CodeLists::load(&Knowledge::embedded()).expect("codes");
        let mentions = [mention("m-1")];
        let doubts = Doubts::default().of(&mentions, &[], &Corrections::default());
        let sheet = Sheet::write(&doubts, &[], str::to_owned);
        let (head, row) = sheet.trim_end().split_once('\n').expect("two lines");
        let check = |row: &str, expect: &str| {
            let day = NaiveDate::from_ymd_opt(2026, 11, 22).expect("day");
            let text = format!("{head}\n{row}\n");
            let error = Sheet::read(&text, &mentions, &codes, "me", day).expect_err(expect).to_string();
            assert!(error.contains(expect), "{error}");
        };
        check(&row.replacen(',', "maybe,", 1), "line 2: \"maybe\" is no decision");
        check(&row.replacen(',', "amend,", 1), "line 2: amend, but no cell was changed");
        check(&row.replacen("1234.5", "7", 1), "line 2: value was changed, but nothing decided");
        check(&row.replacen(',', "accept,", 1).replacen("1234.5", "7", 1), "but the decision is accept");
        check(&row.replacen(',', "amend,", 1).replacen("KZT", "pood", 1), "\"pood\" is no code of unit");
        check(&row.replacen(',', "reject,", 1).replacen("m-1", "m-9", 1), "\"m-9\" is gone or reads differently");
    }
}

//! What people decided, as a release tells it: `corrections.csv` and `erased.csv`. Ids and codes only, no words.

use super::ReleaseError;
use super::bundle::Bundle;
use super::table::{TableError, TableReader};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::schema::Table;
use crate::review::{Corrections, Erasure};
use arrow::array::AsArray;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// Corrections of mentions.
pub(super) const CORRECTIONS: &str = "corrections.csv";
/// Tombstones of articles that a former release had.
pub(super) const ERASED: &str = "erased.csv";

/// What a release tells of people's decisions.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    /// By mention, what was decided.
    pub(super) corrected: BTreeMap<String, Vec<String>>,
    /// Articles that were taken out on request, with the day.
    pub(super) erased: BTreeMap<String, String>,
}

impl Decisions {
    /// Reads them of a release; an older one has none.
    pub(super) fn read(release: &Path) -> Result<Self, ReleaseError> {
        let mut this = Self::default();
        rows(&release.join(CORRECTIONS), |row| {
            let told = row.iter().skip(1).collect::<Vec<_>>().join(",");
            this.corrected.entry(row[0].to_owned()).or_default().push(told);
        })?;
        rows(&release.join(ERASED), |row| {
            this.erased.insert(row[0].to_owned(), row.get(1).unwrap_or_default().to_owned());
        })?;
        Ok(this)
    }

    /// The mentions on which another decision is taken here than in a former release.
    pub(super) fn news<'d>(&'d self, former: &'d Self) -> BTreeSet<&'d str> {
        let all = self.corrected.keys().chain(former.corrected.keys());
        all.filter(|id| self.corrected.get(*id) != former.corrected.get(*id)).map(String::as_str).collect()
    }
}

fn rows(path: &Path, mut visit: impl FnMut(&csv::StringRecord)) -> Result<(), ReleaseError> {
    if !path.exists() {
        return Ok(());
    }
    let wrong = |e: csv::Error| ReleaseError::io(path, e.into());
    for row in csv::Reader::from_path(path).map_err(wrong)?.records() {
        visit(&row.map_err(wrong)?);
    }
    Ok(())
}

/// Stops a release whose tables hold an erased article, and writes both files into the bundle, whose `articles` are
/// there; `former` is the release before it.
///
/// # Errors
/// [`ReleaseError::Erased`].
pub(super) fn write(bundle: &Bundle, knowledge: &Knowledge, former: Option<&Path>) -> Result<(), ReleaseError> {
    let erasure = Erasure::new(knowledge)?;
    let (present, erased) = articles(bundle.folder(), &erasure)?;
    if !erased.is_empty() {
        return Err(ReleaseError::Erased(erased.into_keys().collect()));
    }
    let mut tombstones = match former {
        Some(former) => {
            let mut tombstones = Decisions::read(former)?.erased;
            tombstones.extend(articles(former, &erasure)?.1);
            tombstones
        }
        None => BTreeMap::new(),
    };
    tombstones.retain(|id, _| !present.contains(id));
    let mut text = "article_id,erased_at\n".to_owned();
    for (id, day) in tombstones {
        let _ = writeln!(text, "{},{day}", cell(&id));
    }
    bundle.write(ERASED, &text)?;

    let mut writer = csv::Writer::from_writer(Vec::new());
    let wrong = |e: String| KnowledgeError::invalid(CORRECTIONS, e);
    writer.write_record(["mention_id", "decision", "field", "value"]).map_err(|e| wrong(e.to_string()))?;
    for c in Corrections::new(knowledge)?.iter() {
        let row = [&c.mention_id, c.decision.as_str(), &c.field, &c.value];
        writer.write_record(row).map_err(|e| wrong(e.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|e| wrong(e.to_string()))?;
    bundle.write(CORRECTIONS, &String::from_utf8_lossy(&bytes))
}

fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// The articles of a release, and those of them that are on the list, with the day.
fn articles(release: &Path, erasure: &Erasure) -> Result<(BTreeSet<String>, BTreeMap<String, String>), ReleaseError> {
    let (mut present, mut erased) = (BTreeSet::new(), BTreeMap::new());
    let path = release.join(format!("{}.parquet", Table::Articles.name()));
    for batch in TableReader::columns(&path, Some(&["article_id", "url", "canonical_url"]))? {
        let batch: arrow::array::RecordBatch = batch?;
        let column = |name: &str| batch.column_by_name(name).and_then(|column| column.as_string_opt::<i32>());
        let lacks =
            |name: &'static str| TableError::io(&path, std::io::Error::other(format!("lacks the column {name}")));
        let ids = column("article_id").ok_or_else(|| lacks("article_id"))?;
        let urls = column("url").ok_or_else(|| lacks("url"))?;
        let canonical = column("canonical_url").ok_or_else(|| lacks("canonical_url"))?;
        for ((id, url), canonical) in ids.iter().zip(urls).zip(canonical) {
            let Some(id) = id else { continue };
            present.insert(id.to_owned());
            if let Some(day) = erasure.of(id, [url, canonical]) {
                erased.insert(id.to_owned(), day.to_string());
            }
        }
    }
    Ok((present, erased))
}

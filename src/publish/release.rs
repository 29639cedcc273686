//! The release itself: all files, checked, in one step.

use super::bundle::{Bundle, Content, FileInfo, Status};
use super::card;
use super::delimited;
use super::mask::Masker;
use super::package::{closed_schema, datapackage};
use super::prepare::prepare;
use super::spec::{LICENCE, ReleaseSpec};
use super::table::TableError;
use super::validate::{Problem, validate};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::CodeLists;
use crate::record::schema::Table;
use std::path::{Path, PathBuf};

/// Why there is no release.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// File or folder.
        path: String,
        /// Cause.
        source: std::io::Error,
    },
    /// A table cannot be read or written.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A data file of the project is wrong.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// The version exists with other bytes.
    #[error("{path}: this version is published with other content; a release never changes, choose a new version")]
    Immutable {
        /// The release.
        path: String,
    },
    /// The tables break their own schema.
    #[error("the release would be invalid: {}", list(.0))]
    Invalid(Vec<Problem>),
}

fn list(problems: &[Problem]) -> String {
    let shown = problems.iter().take(5).map(ToString::to_string).collect::<Vec<_>>().join("; ");
    match problems.len().saturating_sub(5) {
        0 => shown,
        more => format!("{shown}; and {more} more"),
    }
}

impl ReleaseError {
    pub(super) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.display().to_string(), source }
    }
}

/// A release that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// Its folder.
    pub path: PathBuf,
    /// New, or there already.
    pub status: Status,
    /// Its data files: the tables, then the code lists.
    pub files: Vec<FileInfo>,
    /// Number of texts in which a person's name was masked.
    pub masked: u64,
}

/// Publishes the tables below `source` (`articles/`, `mentions/`, `events/`, `stories/`) as
/// `releases/<version>/`.
///
/// The folder appears in one step, complete and valid, or not at all. An equal release that is there already
/// is left as it is.
///
/// # Errors
/// Tables that cannot be read; rows that break the schema, the code lists or the keys; a version that is
/// published with other content; a full or unwritable disk.
pub fn release(
    source: &Path,
    releases: &Path,
    spec: &ReleaseSpec,
    knowledge: &Knowledge,
) -> Result<Released, ReleaseError> {
    let codes = CodeLists::load(knowledge)?;
    let masker = Masker::new(knowledge)?;
    let target = spec.folder(releases);
    let bundle = Bundle::create(&target)?;
    let mut files = Vec::new();
    let mut masked = 0;
    for table in Table::PUBLIC {
        let path = format!("{}.parquet", table.name());
        let prepared = prepare(
            table,
            &source.join(table.name()),
            &bundle.folder().join(&path),
            &masker,
            footer(table, spec, &codes),
        )?;
        masked += prepared.masked;
        files.push(bundle.describe(table.name(), &path, Content::Table(table), prepared.rows)?);
        let csv = format!("{}.csv.gz", table.name());
        delimited::write(&bundle.folder().join(&path), &bundle.folder().join(&csv))?;
        files.push(bundle.describe(&format!("{}-csv", table.name()), &csv, Content::Csv(table), prepared.rows)?);
    }
    for (path, csv) in knowledge.files("schemas/codes/", ".csv") {
        let name = path.trim_start_matches("schemas/codes/").trim_end_matches(".csv");
        let path = format!("codes/{name}.csv");
        bundle.write(&path, csv)?;
        let rows = codes.list(name).map_or(0, |list| list.len() as u64);
        files.push(bundle.describe(&format!("codes-{name}"), &path, Content::CodeList, rows)?);
    }
    let package = datapackage(spec, knowledge, &codes, &files);
    bundle.write("datapackage.json", &pretty(&package))?;
    bundle.write("README.md", &card::readme(spec, &files))?;
    bundle.write("LICENSE-DATA", card::LICENCE_TEXT)?;
    bundle.sum()?;
    let problems = validate(bundle.folder())?;
    if !problems.is_empty() {
        return Err(ReleaseError::Invalid(problems));
    }
    let status = bundle.publish()?;
    Ok(Released { path: target, status, files, masked })
}

/// JSON as the release's files have it: indented, with a final line break.
pub(super) fn pretty(value: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

fn footer(table: Table, spec: &ReleaseSpec, codes: &CodeLists) -> Vec<(String, String)> {
    let schema = serde_json::to_string(&closed_schema(table, codes)).unwrap_or_default();
    [
        ("dataset", "dalel".to_owned()),
        ("title", spec.title()),
        ("table", table.name().to_owned()),
        ("version", spec.version.to_string()),
        ("license", LICENCE.to_owned()),
        ("sample", spec.sample.to_string()),
        ("table_schema", schema),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .to_vec()
}

//! The release itself: all files, checked, in one step.

use super::assertion;
use super::bundle::{Bundle, Content, FileInfo, Status};
use super::card;
use super::catalogue::{citation, dcat, zenodo};
use super::changes::{diff, former, summary};
use super::croissant::croissant;
use super::decisions;
use super::dictionary::{self, Language};
use super::mask::Masker;
use super::package::{READS, closed_schema, datapackage, pipeline};
use super::prepare::{Prepared, prepare};
use super::report::report;
use super::retired;
use super::spec::{LICENCE, ReleaseSpec};
use super::table::{Footer, TableError, write_records};
use super::validate::{Problem, validate};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::CodeLists;
use crate::record::schema::Table;
use rayon::prelude::*;
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
    /// An assertion of the job does not hold.
    #[error("assertion failed: {}", .0.join("; "))]
    Assertion(Vec<String>),
    /// The tables hold articles of the erasure list.
    #[error(
        "the tables hold {} erased article(s), such as {}: make them anew with `dalel run`",
        .0.len(), .0.first().map(String::as_str).unwrap_or_default()
    )]
    Erased(Vec<String>),
    /// The evaluation is not JSON, or of another version.
    #[error("{path}: {message}")]
    Accuracy {
        /// File.
        path: String,
        /// What is wrong.
        message: String,
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
    /// Assertions whose maximum is exceeded.
    pub warnings: Vec<String>,
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
    let written = Table::PUBLIC.par_iter().map(|table| write_table(*table, source, &bundle, &masker, spec, &codes));
    let written: Vec<(Prepared, [FileInfo; 2])> = written.collect::<Result<_, _>>()?;
    let masked = written.iter().map(|(prepared, _)| prepared.masked).sum();
    let mut files: Vec<FileInfo> = written.into_iter().flat_map(|(_, files)| files).collect();
    for (path, csv) in knowledge.files("schemas/codes/", ".csv") {
        let name = path.trim_start_matches("schemas/codes/").trim_end_matches(".csv");
        let path = format!("codes/{name}.csv");
        bundle.write(&path, csv)?;
        let rows = codes.list(name).map_or(0, |list| list.len() as u64);
        files.push(bundle.describe(&format!("codes-{name}"), &path, Content::CodeList, rows)?);
    }
    let former = former(releases, &spec.version);
    decisions::write(&bundle, knowledge, former.as_deref())?;
    let changes = match &former {
        Some(former) => diff(former, bundle.folder())?,
        None => Vec::new(),
    };
    retired::write(&bundle, former.as_deref(), &changes, spec.version.as_str())?;
    let rows = write_records(&bundle.folder().join("changes.parquet"), &changes, &changes_footer(spec, &codes))?;
    files.push(bundle.describe("changes", "changes.parquet", Content::Table(Table::Changes), rows)?);
    let findings = assertion::check(&spec.assert, bundle.folder(), former.as_deref())?;
    if !findings.failures.is_empty() {
        return Err(ReleaseError::Assertion(findings.failures));
    }
    let former = former.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy());
    describe(&bundle, spec, knowledge, &codes, &files)?;
    report(&bundle, spec, &codes)?;
    bundle.write("CHANGES.md", &summary(former.as_deref(), spec.version.as_str(), &changes))?;
    bundle.sum()?;
    let problems = validate(bundle.folder())?;
    if !problems.is_empty() {
        return Err(ReleaseError::Invalid(problems));
    }
    let status = bundle.publish()?;
    Ok(Released { path: target, status, files, masked, warnings: findings.warnings })
}

/// Writes a table as Parquet and as CSV.
fn write_table(
    table: Table,
    source: &Path,
    bundle: &Bundle,
    masker: &Masker,
    spec: &ReleaseSpec,
    codes: &CodeLists,
) -> Result<(Prepared, [FileInfo; 2]), ReleaseError> {
    let (name, folder) = (table.name(), bundle.folder());
    let (path, csv) = (format!("{name}.parquet"), format!("{name}.csv.gz"));
    let targets = (&*folder.join(&path), &*folder.join(&csv));
    let prepared = prepare(table, &source.join(name), targets, masker, footer(table, spec, codes))?;
    let parquet = bundle.describe(name, &path, Content::Table(table), prepared.rows)?;
    let csv = bundle.describe(&format!("{name}-csv"), &csv, Content::Csv(table), prepared.rows)?;
    Ok((prepared, [parquet, csv]))
}

/// Writes what describes the release, for people and programs.
fn describe(
    bundle: &Bundle,
    spec: &ReleaseSpec,
    knowledge: &Knowledge,
    codes: &CodeLists,
    files: &[FileInfo],
) -> Result<(), ReleaseError> {
    bundle.write("datapackage.json", &pretty(&datapackage(spec, knowledge, codes, files)))?;
    bundle.write("croissant.json", &pretty(&croissant(spec, codes, files)))?;
    bundle.write("dcat.jsonld", &pretty(&dcat(spec, files)))?;
    bundle.write(".zenodo.json", &pretty(&zenodo(spec)))?;
    bundle.write("CITATION.cff", &citation(spec))?;
    bundle.write("accuracy.json", &pretty(&accuracy(spec, knowledge)?))?;
    for (name, title, language) in [
        ("DICTIONARY.md", "Data dictionary", Language::English),
        ("DICTIONARY.ru.md", "Словарь данных", Language::Russian),
    ] {
        let tables = dictionary::tables(&[&Table::PUBLIC[..], &[Table::Changes]].concat(), language);
        bundle
            .write(name, &format!("# {title}: {}\n\n{tables}{}", spec.version, dictionary::codes(codes, language)))?;
    }
    bundle.write("README.md", &card::readme(spec, files))?;
    bundle.write("LICENSE-DATA", card::LICENCE_TEXT)
}

/// `accuracy.json`: the evaluation, and exactly what was evaluated. Without one it says that there is none.
fn accuracy(spec: &ReleaseSpec, knowledge: &Knowledge) -> Result<serde_json::Value, ReleaseError> {
    if let Some(made) = &spec.made {
        let (pipeline, evaluation) = (&made["pipeline"], &made["evaluation"]);
        return Ok(
            serde_json::json!({"version": spec.version.as_str(), "pipeline": pipeline, "evaluation": evaluation}),
        );
    }
    let made_with = pipeline(knowledge);
    let evaluation = match &spec.accuracy {
        None => serde_json::Value::Null,
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|e| ReleaseError::io(path, e))?;
            let wrong = |message: String| ReleaseError::Accuracy { path: path.display().to_string(), message };
            let mut evaluation: serde_json::Value = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
            if let Some(key) = READS.iter().find(|key| evaluation["pipeline"][**key] != made_with[**key]) {
                return Err(wrong(format!(
                    "is the evaluation of another version ({key} differs): run dalel eval anew"
                )));
            }
            if let Some(evaluation) = evaluation.as_object_mut() {
                evaluation.shift_remove("pipeline");
            }
            evaluation
        }
    };
    Ok(serde_json::json!({"version": spec.version.as_str(), "pipeline": made_with, "evaluation": evaluation}))
}

/// JSON as the release's files have it: indented, with a final line break.
pub(super) fn pretty(value: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

fn changes_footer(spec: &ReleaseSpec, codes: &CodeLists) -> Footer {
    Footer { metadata: footer(Table::Changes, spec, codes), ..Footer::default() }
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

//! Releases that have an erased article → versions without it, which take their place.
//!
//! A release never changes; one that has what nobody may read any longer is withdrawn as a whole. Its rows are not made
//! anew: the next version ([`Version::next`]) has the same without what the erasure list names, tombstones in
//! `erased.csv`, and what is gone in `changes.parquet`. Which version took whose place is told by [`FILE`].

use super::{Job, RunError, table};
use crate::dedup::{Deduped, without};
use crate::knowledge::Knowledge;
use crate::publish::table::{Footer, TableReader, TableWriter};
use crate::publish::{ReleaseError, Version, release};
use crate::record::Columnar;
use crate::review::Erasure;
use arrow::array::{AsArray, BooleanArray};
use arrow::compute::filter_record_batch;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Below the folder of a run: `version,replaced_by,withdrawn_at`.
pub const FILE: &str = "withdrawn.csv";

/// A release that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// Its version, whose folder is gone.
    pub version: Version,
    /// The version that has its rows without the erased articles.
    pub replaced_by: Version,
}

/// Withdraws each release below `output` that has an article of the erasure list, the oldest first; returns those of
/// this call. The job tells how releases describe themselves; its assertions are not asked, for they compare with the
/// release before.
///
/// A withdrawal that is interrupted goes on: a release goes only when the one in its place is there, whole and valid.
///
/// # Errors
/// A release that cannot be read, written or removed.
pub fn withdraw(output: &Path, job: &Job, knowledge: &Knowledge) -> Result<Vec<Withdrawn>, RunError> {
    let (erasure, releases) = (Erasure::new(knowledge)?, output.join("release"));
    let mut done = Vec::new();
    for version in versions(&releases)? {
        let old = releases.join(version.as_str());
        let tables = read(&old)?;
        let before = tables.articles.len();
        let left =
            without(tables, |a| erasure.of(&a.article_id, [a.url.as_deref(), a.canonical_url.as_deref()]).is_some());
        if left.articles.len() == before {
            continue;
        }
        let scratch = output.join("work/withdraw");
        write(&scratch, &left, &old)?;
        let replaced_by = replace(&scratch, &releases, &version, job, knowledge)?;
        fs::remove_dir_all(&scratch).map_err(|e| RunError::io(&scratch, e))?;
        let it = Withdrawn { version, replaced_by };
        note(&output.join(FILE), &it)?;
        // Out of sight in one step; then the files go.
        let hidden = releases.join(format!(".{}.withdrawn", it.version));
        fs::rename(&old, &hidden).map_err(|e| RunError::io(&old, e))?;
        fs::remove_dir_all(&hidden).map_err(|e| RunError::io(&hidden, e))?;
        done.push(it);
    }
    Ok(done)
}

/// What was ever withdrawn from the releases of a run, the oldest first.
///
/// # Errors
/// A file that cannot be read.
pub fn withdrawn(output: &Path) -> Result<Vec<Withdrawn>, RunError> {
    let path = output.join(FILE);
    let Ok(text) = fs::read_to_string(&path) else { return Ok(Vec::new()) };
    let version =
        |text: Option<&str>| Version::try_from(text.unwrap_or_default().to_owned()).map_err(|e| RunError::io(&path, e));
    let line = |line: &str| {
        let mut cells = line.split(',');
        Ok(Withdrawn { version: version(cells.next())?, replaced_by: version(cells.next())? })
    };
    text.lines().skip(1).map(line).collect()
}

/// The versions below a folder, the oldest first; what an interrupted withdrawal hid is removed.
fn versions(releases: &Path) -> Result<Vec<Version>, RunError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(releases).map_err(|e| RunError::io(releases, e))? {
        let entry = entry.map_err(|e| RunError::io(releases, e))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') && name.ends_with(".withdrawn") {
            fs::remove_dir_all(entry.path()).map_err(|e| RunError::io(&entry.path(), e))?;
        }
        found.extend(Version::try_from(name));
    }
    found.sort();
    Ok(found)
}

fn read(release: &Path) -> Result<Deduped, RunError> {
    fn of<R: Columnar>(release: &Path) -> Result<Vec<R>, RunError> {
        table::read(&release.join(format!("{}.parquet", R::TABLE.name())))
    }
    Ok(Deduped { articles: of(release)?, mentions: of(release)?, events: of(release)?, stories: of(release)? })
}

fn write(folder: &Path, tables: &Deduped, old: &Path) -> Result<(), RunError> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|e| RunError::io(folder, e))?;
    }
    copy(
        &old.join("articles.parquet"),
        &folder.join("articles/articles.parquet"),
        &tables.articles.iter().map(|a| a.article_id.as_str()).collect(),
    )?;
    table::write(&folder.join("mentions/mentions.parquet"), &tables.mentions)?;
    table::write(&folder.join("events/events.parquet"), &tables.events)?;
    table::write(&folder.join("stories/stories.parquet"), &tables.stories)
}

/// Copies the rows of some articles: a record without its body does not know how long that was.
fn copy(from: &Path, to: &Path, kept: &BTreeSet<&str>) -> Result<(), RunError> {
    let reader = TableReader::open(from)?;
    let mut writer = TableWriter::create(to, &reader.schema().clone(), &Footer::default())?;
    for batch in reader {
        let batch = batch?;
        let ids = batch.column_by_name("article_id").and_then(|ids| ids.as_string_opt::<i32>());
        let ids = ids.ok_or_else(|| RunError::io(from, "lacks the column article_id"))?;
        let stays: BooleanArray = ids.iter().map(|id| id.map(|id| kept.contains(id))).collect();
        writer.write(&filter_record_batch(&batch, &stays).map_err(|e| RunError::io(from, e))?)?;
    }
    writer.finish()?;
    Ok(())
}

/// Publishes the tables as the first version after one that is free, or that is there with the same bytes.
fn replace(
    tables: &Path,
    releases: &Path,
    version: &Version,
    job: &Job,
    knowledge: &Knowledge,
) -> Result<Version, RunError> {
    let json = |name: &str| -> Result<serde_json::Value, RunError> {
        let path: PathBuf = releases.join(version.as_str()).join(name);
        let text = fs::read_to_string(&path).map_err(|e| RunError::io(&path, e))?;
        serde_json::from_str(&text).map_err(|e| RunError::io(&path, e))
    };
    let (made, package) = (json("accuracy.json")?, json("datapackage.json")?);
    let mut next = version.next();
    loop {
        let mut spec = job.publish.spec(next.clone());
        // A DOI is that of one version.
        (spec.doi, spec.accuracy, spec.made) = (None, None, Some(made.clone()));
        spec.sample = package["sample"] == serde_json::Value::Bool(true);
        spec.assert.clear();
        match release(tables, releases, &spec, knowledge) {
            Err(ReleaseError::Immutable { .. }) => next = next.next(),
            other => return Ok(other.map(|_| next)?),
        }
    }
}

fn note(path: &Path, it: &Withdrawn) -> Result<(), RunError> {
    let before = fs::read_to_string(path).unwrap_or_else(|_| "version,replaced_by,withdrawn_at\n".to_owned());
    let start = format!("{},{},", it.version, it.replaced_by);
    if before.lines().any(|line| line.starts_with(&start)) {
        return Ok(());
    }
    let hidden = path.with_extension("tmp");
    let text = format!("{before}{start}{}\n", chrono::Utc::now().date_naive());
    fs::write(&hidden, text).and_then(|()| fs::rename(&hidden, path)).map_err(|e| RunError::io(path, e))
}

//! The work of all chunks → the tables and the release.

use super::gather::Gathered;
use super::local::Outcome;
use super::shelf::FileShelf;
use super::sort::{self, Order};
use super::store::{self, Store};
use super::{Job, RunError, aliases, table};
use crate::dedup::{Deduplicator, Shelf};
use crate::knowledge::Knowledge;
use crate::publish::{ReleaseError, Released, Version, release};
use crate::record::{Article, Reject};
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The tables, each a folder below the output with one file.
const TABLES: [&str; 5] = ["articles", "mentions", "events", "stories", "rejects"];

fn place(name: &str) -> String {
    format!("{name}/{name}.parquet")
}

/// Writes the five tables, or finds that they are written.
pub(super) fn write(
    store: &Store,
    job: &Job,
    knowledge: &Knowledge,
    context: &str,
    keys: &[String],
    outcome: &mut Outcome,
) -> Result<(), RunError> {
    let settings = format!("{:?}", job.dedup);
    let key =
        store::key([context, &store::later(knowledge), &settings].into_iter().chain(keys.iter().map(String::as_str)));
    let record = store.work("tables.json");
    let there = TABLES.iter().all(|name| store.path(&place(name)).is_file());
    let before = store::read_json::<(String, Outcome)>(&record).ok().filter(|(done, _)| there && *done == key);
    if let Some((_, before)) = before {
        *outcome = Outcome { up_to_date: true, ..before };
        return Ok(());
    }
    let deduplicator = Deduplicator::new(knowledge, job.dedup.clone())?;
    let shelf = Arc::new(FileShelf::new(store)?);
    let gathered = Gathered::new(store, keys, knowledge, (&deduplicator, &shelf), outcome)?;
    let entered = gathered.entered();
    let ((filed, outlets), home, rejects) = gathered.into_parts();
    let grouped = deduplicator.gathered(filed, outlets, &(shelf.clone() as Arc<dyn Shelf>));
    shelf.check()?;
    let (articles, mentions, events) = grouped.counts();
    outcome.account.add("dedup articles", entered.0, articles, 0);
    outcome.account.add("dedup mentions", entered.1, mentions, 0);
    outcome.account.check()?;
    let moved = aliases::renew(&aliases::Former::of(store)?, aliases::read(store.output())?, &grouped)?;
    let stories = grouped.story_count();
    let mut refused = 0;
    store.folder("tables", |folder| {
        aliases::write(&folder.join("aliases"), &moved)?;
        let articles = || {
            let mut story_of = grouped.stories_in_order();
            let parts = keys.iter().enumerate().map(|(chunk, key)| home.articles(store, key, chunk));
            let by_id = Order { key: |a: &Article| a.article_id.clone(), run: 4_096 };
            let with_story = |article: &mut Article| article.story_id = story_of(&article.article_id);
            sort::write(parts, &by_id, folder, &folder.join("articles"), with_story).map(drop)
        };
        let refusals = || {
            let parts = keys.iter().flat_map(|key| ["clean", "extract"].map(|stage| (key, stage)));
            let parts = parts.map(|(key, stage)| {
                let path = store.work(&format!("{key}.{stage}")).join("rejects.parquet");
                let mut rejects = table::read::<Reject>(&path)?;
                home.silence(&mut rejects);
                Ok(rejects)
            });
            let by_all = Order { key: Reject::clone, run: 16_384 };
            sort::write(parts.chain([Ok(rejects.clone())]), &by_all, folder, &folder.join("rejects"), |_| ())
        };
        // The longest come first; the bodies of articles, which take the most memory, before all others.
        let tables: [&(dyn Fn() -> Result<(), RunError> + Sync); 4] = [
            &articles,
            &|| table::write_all(&folder.join("mentions"), grouped.mentions()),
            &|| table::write_all(&folder.join("events"), grouped.events()),
            &|| table::write_all(&folder.join("stories"), grouped.stories()),
        ];
        let (written, rows) = rayon::join(|| tables.par_iter().try_for_each(|write| write()), refusals);
        written?;
        refused = rows?;
        // What could not be read is in no table that anybody sees.
        shelf.check()
    })?;
    // From here to the record below the tables are of two runs; without the record they are made again.
    if record.exists() {
        std::fs::remove_file(&record).map_err(|e| RunError::io(&record, e))?;
    }
    store.place(&store.work("tables").join("aliases"), aliases::FILE)?;
    for name in TABLES {
        store.place(&store.work("tables").join(name), &place(name))?;
    }
    std::fs::remove_dir(store.work("tables")).map_err(|e| RunError::io(&store.work("tables"), e))?;
    let rows = [articles, mentions, events, stories];
    let rows = rows.into_iter().chain([refused]);
    outcome.rows = TABLES.iter().map(|name| (*name).to_owned()).zip(rows).collect();
    store::write_json(&record, &(key, &*outcome))
}

/// Writes the release, or finds that it is written.
pub(super) fn publish(store: &Store, job: &Job, knowledge: &Knowledge, outcome: &mut Outcome) -> Result<(), RunError> {
    let (tables, _): (String, Outcome) = store::read_json(&store.work("tables.json"))?;
    // A file that cannot be read is told by the release.
    let accuracy =
        job.publish.accuracy.as_ref().and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    let key = store::key([tables.as_str(), &format!("{:?}", job.publish), &accuracy]);
    let record = store.work("release.json");
    let before = store::read_json::<(String, PathBuf, Vec<String>)>(&record).ok().filter(|(done, ..)| *done == key);
    let before = before.map(|(_, name, warnings)| (store.path("release").join(name), warnings));
    if let Some((path, warnings)) = before.filter(|(path, _)| path.is_dir()) {
        outcome.release = Some(path);
        outcome.warnings = warnings;
        return Ok(());
    }
    let releases = store.path("release");
    let released = match &job.publish.version {
        Some(version) => {
            let spec = job.publish.spec(version.clone());
            match release(store.output(), &releases, &spec, knowledge) {
                Err(ReleaseError::Immutable { .. }) if spec.sample => {
                    let old = spec.folder(&releases);
                    std::fs::remove_dir_all(&old).map_err(|e| RunError::io(&old, e))?;
                    release(store.output(), &releases, &spec, knowledge)?
                }
                other => other?,
            }
        }
        None => dated(store, job, &releases, knowledge)?,
    };
    outcome.up_to_date = false;
    let name = released.path.file_name().map(PathBuf::from).unwrap_or_default();
    outcome.release = Some(released.path);
    outcome.warnings = released.warnings;
    store::write_json(&record, &(key, name, &outcome.warnings))
}

/// A release named by the day, and numbered where the day has one with other content already.
fn dated(store: &Store, job: &Job, releases: &Path, knowledge: &Knowledge) -> Result<Released, RunError> {
    let day = chrono::Utc::now().format("%Y.%m.%d").to_string();
    let mut number = 1;
    loop {
        let name = if number == 1 { day.clone() } else { format!("{day}-{number}") };
        let spec = job.publish.spec(Version::try_from(name).map_err(RunError::Job)?);
        match release(store.output(), releases, &spec, knowledge) {
            Err(ReleaseError::Immutable { .. }) => number += 1,
            other => return Ok(other?),
        }
    }
}

impl From<ReleaseError> for RunError {
    fn from(error: ReleaseError) -> Self {
        match error {
            ReleaseError::Table(error) => error.into(),
            ReleaseError::Knowledge(error) => error.into(),
            ReleaseError::Io { path, source } => Self::Io { path, message: source.to_string() },
            ReleaseError::Accuracy { path, message } => Self::Io { path, message },
            ReleaseError::Immutable { .. }
            | ReleaseError::Invalid(_)
            | ReleaseError::Assertion(_)
            | ReleaseError::Erased(_) => Self::Assertion(error.to_string()),
        }
    }
}

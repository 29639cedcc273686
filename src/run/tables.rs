//! The work of all chunks → the tables and the release.

use super::local::Outcome;
use super::stages::{IDENTIFY, unique};
use super::store::{self, Store};
use super::{Job, RunError, aliases, table};
use crate::dedup::Deduplicator;
use crate::knowledge::Knowledge;
use crate::publish::{ReleaseError, Released, Version, release};
use crate::record::{Article, Mention, Reject};
use crate::review::{Corrections, Erasure};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

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
    let Collected { mut articles, mut mentions, mut rejects, doubles } = collect(store, keys)?;
    outcome.account.explain(&doubles);
    outcome.account.add(IDENTIFY, articles.len() + doubles.len(), articles.len(), doubles.len());
    rejects.extend(doubles);
    rejects.extend(review(knowledge, &mut articles, &mut mentions, outcome)?);
    let entered = (articles.len(), mentions.len());
    let deduplicator = Deduplicator::new(knowledge, job.dedup.clone())?;
    // Not counted as refused records: no record went missing, a reviewer's decision found none.
    let stale = deduplicator.stale_corrections(&articles, &mentions);
    outcome.account.explain(&stale);
    outcome.stale.extend(stale.iter().map(|reject| reject.detail.clone()));
    rejects.extend(stale);
    rejects.sort();
    let deduped = deduplicator.run(articles, mentions);
    outcome.account.add("dedup articles", entered.0, deduped.articles.len(), 0);
    outcome.account.add("dedup mentions", entered.1, deduped.mentions.len(), 0);
    outcome.account.check()?;
    let moved = aliases::renew(&aliases::former(store)?, aliases::read(store.output())?, &deduped);
    store.folder("tables", |folder| {
        aliases::write(&folder.join("aliases"), &moved)?;
        table::write(&folder.join("articles"), &deduped.articles)?;
        table::write(&folder.join("mentions"), &deduped.mentions)?;
        table::write(&folder.join("events"), &deduped.events)?;
        table::write(&folder.join("stories"), &deduped.stories)?;
        table::write(&folder.join("rejects"), &rejects)
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
    let rows = [deduped.articles.len(), deduped.mentions.len(), deduped.events.len(), deduped.stories.len()];
    let rows = rows.into_iter().chain([rejects.len()]);
    outcome.rows = TABLES.iter().map(|name| (*name).to_owned()).zip(rows).collect();
    store::write_json(&record, &(key, &*outcome))
}

/// What people decided: erased articles go, mentions are corrected.
fn review(
    knowledge: &Knowledge,
    articles: &mut Vec<Article>,
    mentions: &mut Vec<Mention>,
    outcome: &mut Outcome,
) -> Result<Vec<Reject>, RunError> {
    let (erasure, corrections) = (Erasure::new(knowledge)?, Corrections::new(knowledge)?);
    let mut refused = erasure.apply(articles, mentions);
    if !erasure.is_empty() {
        outcome.account.add(Erasure::NAME, articles.len() + refused.len(), articles.len(), refused.len());
    }
    if !corrections.is_empty() {
        let ids: BTreeSet<&str> = articles.iter().map(|a| a.article_id.as_str()).collect();
        let entered = mentions.len();
        let reviewed = corrections.apply(std::mem::take(mentions), |id| ids.contains(id));
        outcome.account.add(Corrections::NAME, entered, reviewed.kept.len(), reviewed.refused.len());
        *mentions = reviewed.kept;
        outcome.stale = reviewed.stale;
        refused.extend(reviewed.refused);
    }
    outcome.account.explain(&refused);
    Ok(refused)
}

struct Collected {
    articles: Vec<Article>,
    mentions: Vec<Mention>,
    rejects: Vec<Reject>,
    doubles: Vec<Reject>,
}

/// All chunks' records. An id that several chunks hold is kept once, with the mentions of the kept content.
fn collect(store: &Store, keys: &[String]) -> Result<Collected, RunError> {
    let (mut articles, mut mentions, mut rejects) = (Vec::new(), Vec::new(), Vec::new());
    for (chunk, key) in keys.iter().enumerate() {
        let (clean, extract) = (store.work(&format!("{key}.clean")), store.work(&format!("{key}.extract")));
        articles.extend(table::read::<Article>(&clean.join("articles.parquet"))?.into_iter().map(|a| (chunk, a)));
        mentions.extend(table::read::<Mention>(&extract.join("mentions.parquet"))?.into_iter().map(|m| (chunk, m)));
        for folder in [&clean, &extract] {
            rejects.extend(table::read::<Reject>(&folder.join("rejects.parquet"))?);
        }
    }
    let (articles, doubles) = unique(articles, |(_, article)| article);
    let home: BTreeMap<&str, usize> = articles.iter().map(|(chunk, a)| (a.article_id.as_str(), *chunk)).collect();
    mentions.retain(|(chunk, mention)| home.get(mention.article_id.as_str()) == Some(chunk));
    let mentions = mentions.into_iter().map(|(_, mention)| mention).collect();
    Ok(Collected { articles: articles.into_iter().map(|(_, a)| a).collect(), mentions, rejects, doubles })
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

//! The executor for one machine.

use super::stages::Stages;
use super::store::{self, Store};
use super::{Account, Job, Observer, RunError, table, tables};
use crate::knowledge::Knowledge;
use crate::read::{self, Inputs, Loaded};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The last stage of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// Read and clean.
    Clean,
    /// … and extract.
    Extract,
    /// … and dedup: the tables are written.
    Dedup,
    /// … and publish: the release is written.
    Publish,
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What entered, left and was refused.
    pub account: Account,
    /// Rows of each table.
    pub rows: BTreeMap<String, usize>,
    /// The release's folder, where one was written.
    pub release: Option<PathBuf>,
    /// Assertions about the release whose maximum is exceeded, one line each.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// Corrections that no longer apply, one line each.
    #[serde(default)]
    pub stale: Vec<String>,
    /// Whether all was already there, so that no file was touched.
    pub up_to_date: bool,
}

/// Runs a job: reads `job.read.input`, writes below `output`.
///
/// # Errors
/// [`RunError`]; whatever was finished before is kept and found again by the next run.
pub fn run(
    job: &Job,
    output: &Path,
    knowledge: &Knowledge,
    until: Until,
    observer: &dyn Observer,
) -> Result<Outcome, RunError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(job.run.threads)
        .build()
        .map_err(|e| RunError::Job(format!("run.threads: {e}")))?;
    let inputs = read::discover(&job.read.input)?;
    if inputs.is_empty() {
        return Err(nothing_to_read(job, &inputs));
    }
    if inputs.ignored > 0 {
        observer.note(&format!("{} files of other kinds in the input were left alone", inputs.ignored));
    }
    let store = Store::open(output)?;
    pool.install(|| Run { job, store, knowledge, observer }.run(&inputs, until))
}

fn nothing_to_read(job: &Job, inputs: &Inputs) -> RunError {
    let places: Vec<_> = job.read.input.iter().map(|p| p.display().to_string()).collect();
    RunError::NoInput(match (places.is_empty(), inputs.ignored) {
        (true, _) => "no input: name one in the job's [read] or with --input".into(),
        (false, 0) => format!("{}: no files in it", places.join(", ")),
        (false, n) => format!("{}: none of its {n} files is of a kind that dalel reads", places.join(", ")),
    })
}

struct Run<'r> {
    job: &'r Job,
    store: Store,
    knowledge: &'r Knowledge,
    observer: &'r dyn Observer,
}

impl Run<'_> {
    fn run(&self, inputs: &Inputs, until: Until) -> Result<Outcome, RunError> {
        let context = store::context(self.job, self.knowledge);
        let (keys, account) = self.chunks(inputs, &context, until)?;
        account.check()?;
        let mut outcome = Outcome { account, ..Outcome::default() };
        if until >= Until::Dedup {
            self.observer.phase("dedup", 0);
            tables::write(&self.store, self.job, self.knowledge, &context, &keys, &mut outcome)?;
            self.store.forget_all_but(&keys)?;
            outcome.stale.iter().for_each(|line| self.observer.warn(line));
        }
        let read = outcome.account.stage(read::NAME);
        if read.kept == 0 {
            let reasons: Vec<_> = outcome.account.reasons.iter().map(|(r, n)| format!("{r} {n}")).collect();
            return Err(RunError::NoInput(format!(
                "nothing could be read: all {} records were refused ({}); see {}",
                read.refused,
                reasons.join(", "),
                self.store.path("rejects").display()
            )));
        }
        if until >= Until::Publish {
            self.observer.phase("publish", 0);
            tables::publish(&self.store, self.job, self.knowledge, &mut outcome)?;
            outcome.warnings.iter().for_each(|line| self.observer.warn(line));
        }
        Ok(outcome)
    }

    /// Reads, cleans and extracts all chunks; the keys of their work, sorted.
    fn chunks(&self, inputs: &Inputs, context: &str, until: Until) -> Result<(Vec<String>, Account), RunError> {
        self.observer.phase("read, clean, extract", inputs.len());
        let limits = self.job.read.limits();
        let stages = Stages::new(self.knowledge, self.job)?;
        // Chunks of equal content are one.
        let done: Mutex<(BTreeSet<String>, Account)> = Mutex::default();
        inputs.chunks().with_limits(&limits).with_filter(&self.job.read.filter()).par_bridge().try_for_each(
            |chunk| {
                let loaded = chunk?.load(&limits)?;
                loaded.refused.iter().for_each(|reject| self.observer.refused(reject));
                let (seen, key) = (loaded.seen, store::key([context, &loaded.hash]));
                let (account, found) = self.chunk(&key, loaded, &stages, until)?;
                self.observer.chunk(seen, found);
                let (keys, total) = &mut *done.lock().unwrap_or_else(PoisonError::into_inner);
                if keys.insert(key) {
                    total.merge(&account);
                }
                Ok::<(), RunError>(())
            },
        )?;
        let (keys, total) = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok((keys.into_iter().collect(), total))
    }

    /// One chunk: what is done already is found, not done again.
    fn chunk(&self, key: &str, loaded: Loaded, stages: &Stages, until: Until) -> Result<(Account, bool), RunError> {
        let (clean, extract) = (format!("{key}.clean"), format!("{key}.extract"));
        let cleaned = self.store.has(&clean);
        let articles = if cleaned {
            None
        } else {
            let (articles, rejects, account) = stages.clean(loaded);
            self.store.folder(&clean, |folder| {
                table::write(&folder.join("articles.parquet"), &articles)?;
                table::write(&folder.join("rejects.parquet"), &rejects)?;
                store::write_json(&folder.join("account.json"), &account)
            })?;
            Some(articles)
        };
        let mut account = self.store.account(&clean)?;
        if until < Until::Extract {
            return Ok((account, cleaned));
        }
        let extracted = self.store.has(&extract);
        if !extracted {
            let articles = match articles {
                Some(articles) => articles,
                None => table::read(&self.store.work(&clean).join("articles.parquet"))?,
            };
            let (mentions, rejects, account) = stages.extract(&articles);
            self.store.folder(&extract, |folder| {
                table::write(&folder.join("mentions.parquet"), &mentions)?;
                table::write(&folder.join("rejects.parquet"), &rejects)?;
                store::write_json(&folder.join("account.json"), &account)
            })?;
        }
        account.merge(&self.store.account(&extract)?);
        Ok((account, cleaned && extracted))
    }
}

//! The stages over Arrow batches: what other engines call, one partition at a time.
//!
//! Enters: pages or articles as an engine holds them. Leaves: tables in the columns of `schemas/`. A row that cannot
//! be used is a reject, as everywhere; only a batch that lacks its columns is an error.
//!
//! ```
//! use arrow::array::{RecordBatch, StringArray};
//! use std::sync::Arc;
//! let batches = dalel::run::Batches::new(&dalel::run::Job::default(), &dalel::knowledge::Knowledge::embedded())?;
//! let text = StringArray::from(vec!["В Таразе задержан мужчина, изъято 3 кг марихуаны."]);
//! let (mentions, rejects) = batches.extract(&RecordBatch::try_from_iter([("text", Arc::new(text) as _)])?)?;
//! assert_eq!(mentions.num_rows(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use super::stages::Stages;
use super::{Job, RunError};
use crate::dedup::Deduplicator;
use crate::knowledge::Knowledge;
use crate::read::{self, Loaded};
use crate::record::{Article, Columnar, Event, Mention, Reject, Story};
use crate::review::{Corrections, Erasure};
use arrow::array::RecordBatch;

/// The stages, compiled once.
pub struct Batches {
    pub(super) stages: Stages,
    pub(super) deduplicator: Deduplicator,
    pub(super) erasure: Erasure,
    pub(super) corrections: Corrections,
}

impl Batches {
    /// Compiles the lexicons, rules and models with a job's thresholds.
    ///
    /// # Errors
    /// A mistake in a data file, with its place.
    pub fn new(job: &Job, knowledge: &Knowledge) -> Result<Self, RunError> {
        Ok(Self {
            stages: Stages::new(knowledge, job)?,
            deduplicator: Deduplicator::new(knowledge, job.dedup.clone())?,
            erasure: Erasure::new(knowledge)?,
            corrections: Corrections::new(knowledge)?,
        })
    }

    /// Pages → articles, with their text, and what was refused. Columns as [`read::pages`] takes them.
    ///
    /// # Errors
    /// A batch without a column `html`, or with a column of a wrong type.
    pub fn clean(&self, pages: &RecordBatch) -> Result<(RecordBatch, RecordBatch), RunError> {
        let (articles, rejects) = self.cleaned(read::pages(pages)?)?;
        Ok((Article::to_batch(&articles), Reject::to_batch(&rejects)))
    }

    /// Articles → mentions, and what was refused. Columns as [`read::articles`] takes them.
    ///
    /// # Errors
    /// A batch with neither `text` nor `title`, or with a column of a wrong type.
    pub fn extract(&self, articles: &RecordBatch) -> Result<(RecordBatch, RecordBatch), RunError> {
        let (articles, mut rejects) = self.cleaned(read::articles(articles)?)?;
        let (mentions, doubtful, account) = self.stages.extract(&articles);
        account.check()?;
        rejects.extend(doubtful);
        Ok((Mention::to_batch(&mentions), Reject::to_batch(&rejects)))
    }

    /// Articles and their mentions → the four tables: articles, mentions, events, stories.
    ///
    /// # Errors
    /// Batches that are not these tables.
    pub fn dedup(&self, articles: &[RecordBatch], mentions: &[RecordBatch]) -> Result<[RecordBatch; 4], RunError> {
        let found = self.deduplicator.run(records::<Article>(articles)?, records::<Mention>(mentions)?);
        Ok([
            Article::to_batch(&found.articles),
            Mention::to_batch(&found.mentions),
            Event::to_batch(&found.events),
            Story::to_batch(&found.stories),
        ])
    }

    fn cleaned(&self, loaded: Loaded) -> Result<(Vec<Article>, Vec<Reject>), RunError> {
        let (articles, rejects, account) = self.stages.clean(loaded);
        account.check()?;
        Ok((articles, rejects))
    }
}

pub(super) fn records<R: Columnar>(batches: &[RecordBatch]) -> Result<Vec<R>, RunError> {
    let mut all = Vec::new();
    for batch in batches {
        all.extend(R::from_batch(batch).map_err(|e| RunError::Columns(e.to_string()))?);
    }
    Ok(all)
}

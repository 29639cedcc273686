//! What a fetch tells while it runs and when it has ended.

use super::store::Line;
use serde::Serialize;
use std::collections::BTreeMap;

/// How far a fetch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Pages that were settled in this run: fetched, refused or failed.
    pub done: usize,
    /// Pages that are known to be fetched in this run.
    pub total: usize,
    /// Sources that are through.
    pub sources_done: usize,
    /// Sources in all.
    pub sources: usize,
    /// Bytes received for pages.
    pub bytes: usize,
}

/// Is told what a fetch does.
pub trait Observer: Send + Sync {
    /// A page or list was settled.
    fn settled(&self, line: &Line, progress: Progress);
    /// Asked between two pages: whether to end, with everything kept.
    fn stop(&self) -> bool {
        false
    }
}

/// What a fetch did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Sources asked.
    pub sources: usize,
    /// Feeds, sitemaps and listing pages read.
    pub lists: usize,
    /// Addresses met for the first time.
    pub found: usize,
    /// Pages archived.
    pub stored: usize,
    /// Pages that had not changed since they were archived.
    pub unchanged: usize,
    /// Pages that will not be kept, by reason.
    pub refused: BTreeMap<String, usize>,
    /// Pages and lists that could not be had this time, by reason.
    pub failed: BTreeMap<String, usize>,
    /// Pages left for the next run.
    pub left: usize,
    /// Bytes received for pages.
    pub bytes: usize,
    /// Time it took, in seconds.
    pub seconds: f64,
}

//! Snapshot → article: decoding, main content, date, language. Pure.

pub mod language;

use crate::record::{Article, Reject, Snapshot};
use crate::stage::{Map, Yield};

/// The stage.
#[derive(Debug, Default)]
pub struct Cleaner {}

impl Map for Cleaner {
    type In = Snapshot;
    type Out = Article;
    const NAME: &'static str = "clean";

    fn map(&self, snapshot: &Snapshot) -> Yield<Article> {
        Yield::refused(Reject::new(Self::NAME, "no_body", snapshot.snapshot_id.clone(), ""))
    }
}

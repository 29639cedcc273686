//! What the tests of the crawler share.
#![allow(dead_code, clippy::disallowed_methods, reason = "each test uses a part of it; tests work on files")]

use dalel::fetch::store::Line;
use dalel::fetch::{FetchJob, Observer, Progress, Summary, fetch};
use dalel::read::{self, Limits, Record};
use dalel::record::Snapshot;
use dalel::source::Source;
use std::path::Path;
use std::sync::Arc;

/// Says nothing.
pub struct Silent;

impl Observer for Silent {
    fn settled(&self, _: &Line, _: Progress) {}
}

pub fn job() -> FetchJob {
    FetchJob {
        contact: "mailto:test@example.org".into(),
        allow_private: true,
        backoff_seconds: 0.05,
        timeout_seconds: 2.0,
        retries: 2,
        recheck_days: 0,
        ..FetchJob::default()
    }
}

pub fn source(host: &str, period: f64, lists: &str) -> Source {
    let content = format!(
        "id = \"{host}\"\nname = \"x\"\nkind = \"news\"\nstatus = \"unverified\"\nlanguages = [\"ru\"]\nhosts = [\"{host}\"]\n\
         {lists}\n[rate]\nperiod_seconds = {period:?}\nconcurrency = 4\n[terms]\nlicence = \"all-rights-reserved\"\n"
    );
    Source::parse(&format!("{host}.toml"), &content).unwrap_or_else(|e| panic!("{e}"))
}

pub fn run(sources: &[Source], job: &FetchJob, folder: &Path) -> Summary {
    fetch(sources, job, folder, Arc::new(Silent)).unwrap_or_else(|e| panic!("{e}"))
}

/// What `read` makes of the archives.
pub fn archived(folder: &Path) -> Vec<Snapshot> {
    let inputs = read::discover(&[folder.to_owned()]).expect("a folder");
    let mut pages = Vec::new();
    for chunk in inputs.chunks() {
        let loaded = chunk.expect("readable").load(&Limits::default()).expect("readable");
        assert_eq!(loaded.refused, [], "the crawler archives pages only");
        pages.extend(loaded.records.into_iter().map(|record| match record {
            Record::Snapshot(snapshot) => snapshot,
            Record::Article(_) => panic!("an archive holds no articles"),
        }));
    }
    pages
}

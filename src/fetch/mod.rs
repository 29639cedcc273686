//! Outlets → archives: the only stage that knows a network.
//!
//! Enters: [`Sources`](crate::source::Sources) and a [`FetchJob`]. Leaves: WARC files with every page as it was sent, and
//! a ledger of what was seen when, with which answer; `read` takes it from there.
//!
//! | module | does |
//! |---|---|
//! | [`crawl`] | what is asked, in which order; the summary |
//! | [`mod@check`] | whether a source's spec still fits its site |
//! | [`client`] | one request, politely: robots, rate, retries, redirects, limits |
//! | [`host`] | what is known of a host: its robots.txt, its rate, whether it is down |
//! | [`discover`], [`robots`], [`address`] | pure: feeds, sitemaps and listings, robots.txt, canonical addresses |
//! | [`store`], [`line`](mod@line), [`archive`] | the ledger, its lines and the WARC files |
//! | [`report`] | what a fetch tells while it runs and when it has ended |
//!
//! # Invariants
//! - Nothing is asked that robots.txt forbids, and no host faster than its source and its robots.txt allow.
//! - No address outside the public internet is asked unless the job says so: neither by number nor by name, nor after a
//!   redirect.
//! - No cookies, no referrers, no guessed identity; TLS certificates are verified.
//! - Whenever the process ends, every archived page has its line in the ledger and every line its page.
#![allow(clippy::disallowed_methods, reason = "the network, the clock and the archives are what this module is for")]

pub mod address;
pub mod archive;
pub mod check;
pub mod client;
pub mod crawl;
pub mod discover;
pub mod host;
pub mod line;
pub mod report;
pub mod robots;
pub mod store;

pub use crate::run::FetchJob;
pub use check::check;
pub use crawl::fetch;
pub use report::{Observer, Progress, Summary};

use chrono::{DateTime, Utc};

/// Why an address gave no page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Failure {
    /// Reason code, snake case.
    pub code: &'static str,
    /// What a person needs to know.
    pub detail: String,
    /// Whether it may pass.
    pub transient: bool,
    /// Status of the answer, where there was one.
    pub status: Option<u16>,
}

impl Failure {
    /// One that will not pass.
    pub fn lasting(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), transient: false, status: None }
    }

    /// One that may pass.
    pub fn passing(code: &'static str, detail: impl Into<String>) -> Self {
        Self { transient: true, ..Self::lasting(code, detail) }
    }
}

/// Why a fetch ended early.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The job does not say what is needed.
    #[error("{0}")]
    Job(String),
    /// The archives cannot be written.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The runtime or the TLS library cannot be set up.
    #[error("cannot start: {0}")]
    Start(String),
    /// No source answered at all.
    #[error("no source could be reached; the first: {0}")]
    Unreachable(String),
}

fn now() -> DateTime<Utc> {
    Utc::now()
}

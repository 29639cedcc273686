//! `[fetch]` of a job file.

use serde::{Deserialize, Serialize};

/// `[fetch]`: who asks, for what, and within which bounds.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct FetchJob {
    /// How outlets reach whoever runs this: an address of a page or `mailto:`. Part of the User-Agent; without it
    /// nothing is fetched.
    pub contact: String,
    /// Ids of the sources; all that are not off, where none is named.
    pub sources: Vec<String>,
    /// Requests that may be under way at once, to all hosts together.
    pub concurrency: usize,
    /// Seconds that a request may take, with its body.
    pub timeout_seconds: f64,
    /// Further attempts after one that failed for a reason that may pass.
    pub retries: u32,
    /// Seconds before the first further attempt; doubled for each that follows.
    pub backoff_seconds: f64,
    /// Longest wait, in seconds, that a `Retry-After` may ask for; whoever asks for more is left alone for this run.
    pub max_wait_seconds: f64,
    /// Most redirects that are followed.
    pub max_redirects: usize,
    /// Largest body, in bytes as sent.
    pub max_body_bytes: u64,
    /// Largest body, in bytes after decompression.
    pub max_page_bytes: u64,
    /// Bytes after which a new archive is begun.
    pub archive_bytes: u64,
    /// Most pages that one run fetches of a source; 0 is no bound. The others wait for the next run.
    pub max_pages: usize,
    /// Days back from today to which sitemaps are followed, by their `lastmod`; 0 is no bound.
    pub sitemap_days: u32,
    /// Most sitemaps that one run reads of a source.
    pub max_sitemaps: usize,
    /// Hours after which a page that is still listed is asked for again, to see whether it changed.
    pub recheck_hours: u32,
    /// Days after its first sight during which a page is asked for again; 0 is never. A page that its sitemap or feed
    /// calls changed is asked for again at any age.
    pub recheck_days: u32,
    /// Whether private, loopback and link-local addresses may be asked: for tests and mirrors in one's own network.
    pub allow_private: bool,
    /// Hosts that may be asked at private, loopback and link-local addresses, when those of others may not.
    pub private_hosts: Vec<String>,
}

impl Default for FetchJob {
    fn default() -> Self {
        Self {
            contact: String::new(),
            sources: Vec::new(),
            concurrency: 128,
            timeout_seconds: 60.0,
            retries: 3,
            backoff_seconds: 2.0,
            max_wait_seconds: 120.0,
            max_redirects: 5,
            max_body_bytes: 8 << 20,
            max_page_bytes: 16 << 20,
            archive_bytes: 1 << 30,
            max_pages: 0,
            sitemap_days: 7,
            max_sitemaps: 100,
            recheck_hours: 24,
            recheck_days: 3,
            allow_private: false,
            private_hosts: Vec::new(),
        }
    }
}

impl FetchJob {
    /// Checks what the types do not.
    pub(super) fn check(&self) -> Result<(), String> {
        let positive = |value: f64| value > 0.0 && value <= 86_400.0;
        if !positive(self.timeout_seconds) || !positive(self.max_wait_seconds) {
            return Err("fetch.timeout_seconds and fetch.max_wait_seconds must lie above 0 and below a day".into());
        }
        if !(0.0..=3600.0).contains(&self.backoff_seconds) || self.retries > 20 || self.max_redirects > 20 {
            return Err("fetch.backoff_seconds must lie in 0 to 3600, retries and max_redirects in 0 to 20".into());
        }
        if self.concurrency == 0 || self.max_body_bytes == 0 || self.max_page_bytes == 0 || self.archive_bytes == 0 {
            return Err("fetch.concurrency and the sizes must be above 0".into());
        }
        Ok(())
    }
}

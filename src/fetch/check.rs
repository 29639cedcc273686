//! Whether a source's spec still fits its site.

use super::client::{Answer, Ask, Client, LISTS, PAGES};
use super::discover::{self, Found};
use super::{Failure, FetchError, FetchJob, address};
use crate::record::{Snapshot, SnapshotKind};
use crate::source::{Layout, Source};
use chrono::TimeDelta;
use reqwest::{Url, header};
use scraper::{Html, Selector};
use std::collections::HashSet;

/// What a look at a site showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Source's id.
    pub source: String,
    /// What works: a line for each list and the page that was looked at.
    pub fine: Vec<String>,
    /// What does not.
    pub wrong: Vec<String>,
    /// The pages that were looked at: whether an article can be read of them is for `clean` to say.
    pub pages: Vec<Snapshot>,
}

/// Pages that are looked at, the first articles of the lists.
const PAGES_SEEN: usize = 3;
/// Days after which a list's newest article is too old for a source that is expected to write every week.
const STALE_DAYS: i64 = 7;

/// Looks at a source's lists and at some of its pages. Blocks until it is done.
///
/// # Errors
/// A job without contact; a runtime or TLS library that cannot be set up.
pub fn check(source: &Source, job: &FetchJob) -> Result<Report, FetchError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| FetchError::Start(e.to_string()))?;
    let client = Client::new(job, [source])?;
    Ok(runtime.block_on(Checking { client: &client, job, source, report: Report::default() }.run()))
}

struct Checking<'c> {
    client: &'c Client,
    job: &'c FetchJob,
    source: &'c Source,
    report: Report,
}

impl Checking<'_> {
    async fn run(mut self) -> Report {
        self.report.source.clone_from(&self.source.id);
        let mut pages = Vec::new();
        for (url, is_map) in
            self.source.feeds.iter().map(|u| (u, false)).chain(self.source.sitemaps.iter().map(|u| (u, true)))
        {
            let found = self.get(url, LISTS).await.and_then(|(answer, body)| {
                let limit = self.job.max_page_bytes.max(64 << 20);
                let body = discover::gunzip(body, limit)
                    .ok_or_else(|| Failure::lasting("corrupt_gzip", "broken or too large"))?;
                if is_map {
                    let map = discover::sitemap(&answer.url, &body);
                    if map.pages.is_empty() && !map.maps.is_empty() {
                        return Ok(Err(map.maps.len()));
                    }
                    return Ok(Ok(map.pages));
                }
                discover::feed(&answer.url, &body).map(Ok).ok_or_else(|| Failure::lasting("not_a_feed", "no feed"))
            });
            match found {
                Ok(Err(maps)) => self.report.fine.push(format!("{url}: an index of {maps} sitemaps")),
                Ok(Ok(found)) => pages.extend(self.judge(url, &found)),
                Err(failure) => self.report.wrong.push(format!("{url}: {failure}")),
            }
        }
        for listing in &self.source.listings {
            match self.get(&listing.url, LISTS).await {
                Ok((answer, body)) => {
                    let (found, next) = discover::listing(listing, &answer.url, &body);
                    pages.extend(self.judge(&listing.url, &found));
                    if listing.next.is_some() && next.is_none() {
                        self.report.wrong.push(format!("{}: no link to a following page", listing.url));
                    }
                }
                Err(failure) => self.report.wrong.push(format!("{}: {failure}", listing.url)),
            }
        }
        let mut met = HashSet::new();
        pages.retain(|url| met.insert(url.clone()));
        if pages.is_empty() {
            self.report.wrong.push("no article to look at".into());
        }
        for url in pages.into_iter().take(PAGES_SEEN) {
            self.page(&url).await;
        }
        self.report
    }

    async fn get(&self, url: &str, accept: &'static str) -> Result<(Answer, Vec<u8>), Failure> {
        let url = Url::parse(url).map_err(|e| Failure::lasting("bad_url", e.to_string()))?;
        let ask = Ask { url: &url, accept, etag: None, last_modified: None, hop: &|_| Ok(()) };
        let answer = self.client.get(ask).await?;
        if answer.exchange.status != 200 {
            return Err(Failure::lasting("status", format!("the server answered {}", answer.exchange.status)));
        }
        let body = answer.decoded(self.job.max_page_bytes.max(64 << 20))?;
        Ok((answer, body))
    }

    /// Judges what a list names; the first articles of it.
    fn judge(&mut self, url: &str, found: &[Found]) -> Vec<String> {
        let canonical = |f: &Found| address::canonical(&f.url, &self.source.drop_params).ok().map(String::from);
        let taken: Vec<String> = found.iter().filter_map(canonical).filter(|url| self.source.takes(url)).collect();
        let text = format!("{url}: {} addresses, {} of them articles of this source", found.len(), taken.len());
        if taken.is_empty() { &mut self.report.wrong } else { &mut self.report.fine }.push(text);
        let newest = found.iter().filter_map(|f| f.modified).max();
        if let Some(newest) = newest
            && self.source.expect.min_articles_per_week > 0
            && super::now() - newest > TimeDelta::days(STALE_DAYS)
        {
            self.report.wrong.push(format!("{url}: its newest article is of {}", newest.date_naive()));
        }
        taken.into_iter().take(PAGES_SEEN).collect()
    }

    async fn page(&mut self, url: &str) {
        let (answer, body) = match self.get(url, PAGES).await {
            Ok(both) => both,
            Err(failure) => return self.report.wrong.push(format!("{url}: {failure}")),
        };
        let kind = answer.header(header::CONTENT_TYPE).map(str::to_owned);
        let called = kind.as_deref().unwrap_or("nothing");
        if !called.contains("html") {
            return self.report.wrong.push(format!("{url}: the server calls it {called}"));
        }
        self.selectors(url, &body);
        self.report.pages.push(Snapshot {
            snapshot_id: url.to_owned(),
            url: Some(answer.url.to_string()),
            outlet: Some(self.source.id.clone()),
            fetched_at: Some(answer.exchange.at),
            content_type: kind,
            kind: SnapshotKind::Html,
            body,
        });
    }

    fn selectors(&mut self, url: &str, body: &[u8]) {
        // Selectors are ASCII; the encoding of the text does not matter to them.
        let html = Html::parse_document(&String::from_utf8_lossy(body));
        let Some(Layout { title, body, date, .. }) = self.source.layout(None) else { return };
        for (part, selector) in [("title", title), ("body", body), ("date", date)] {
            let Some(selector) = selector else { continue };
            let found = Selector::parse(selector).is_ok_and(|s| html.select(&s).next().is_some());
            if !found {
                self.report.wrong.push(format!("{url}: nothing fits the {part}'s selector `{selector}`"));
            }
        }
    }
}

//! What is asked, and in which order.
//!
//! Every source is a task of its own: first its feeds, sitemaps and listings, then the pages that they name and those
//! that earlier runs left. What is found is written to the ledger before the list that named it, so that a list which
//! answers "unchanged" has nothing that could have been lost.

use super::archive::Exchange;
use super::client::{Answer, Ask, Client, LISTS, PAGES};
use super::discover::{self, Found};
use super::report::{Observer, Progress, Summary};
use super::store::{self, Event, Known, Line, Store};
use super::{Failure, FetchError, FetchJob, address};
use crate::source::{Listing, Source};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Url, header};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::task::JoinSet;

/// Runs that may fail to get a page before it is given up.
const RUNS: u8 = 5;

struct Crawl {
    client: Client,
    job: FetchJob,
    store: Mutex<Store>,
    claimed: Mutex<HashSet<blake3::Hash>>,
    observer: Arc<dyn Observer>,
    done: AtomicUsize,
    total: AtomicUsize,
    bytes: AtomicUsize,
    sources_done: AtomicUsize,
    sources: usize,
    broken: AtomicBool,
    summary: Mutex<Summary>,
    began: DateTime<Utc>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Fetches what the sources have new, into the folder of archives. Blocks until it is done, or the observer stops it.
///
/// # Errors
/// A job without contact, a folder that cannot be written or is in use, no source that answers.
pub fn fetch(
    sources: &[Source],
    job: &FetchJob,
    folder: &Path,
    observer: Arc<dyn Observer>,
) -> Result<Summary, FetchError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|e| FetchError::Start(e.to_string()))?;
    let client = Client::new(job, sources)?;
    let store = Store::open(folder, job.archive_bytes, &client.user_agent, job.contact.trim())?;
    let crawl = Crawl {
        client,
        job: job.clone(),
        store: Mutex::new(store),
        claimed: Mutex::new(HashSet::new()),
        observer,
        done: AtomicUsize::new(0),
        total: AtomicUsize::new(0),
        bytes: AtomicUsize::new(0),
        sources_done: AtomicUsize::new(0),
        sources: sources.len(),
        broken: AtomicBool::new(false),
        summary: Mutex::new(Summary { sources: sources.len(), ..Summary::default() }),
        began: super::now(),
    };
    runtime.block_on(Arc::new(crawl).run(sources))
}

impl Crawl {
    async fn run(self: Arc<Self>, sources: &[Source]) -> Result<Summary, FetchError> {
        let clock = Instant::now();
        let mut pending: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (source, url) in lock(&self.store).take_pending() {
            pending.entry(source).or_default().push(url);
        }
        let mut tasks = JoinSet::new();
        for source in sources {
            let (crawl, source) = (self.clone(), Arc::new(source.clone()));
            let left = pending.remove(&source.id).unwrap_or_default();
            tasks.spawn(async move { crawl.source(source, left).await });
        }
        let (mut reached, mut first_failure, mut error) = (false, None, None);
        while let Some(ended) = tasks.join_next().await {
            match ended {
                Ok(Ok(None)) => reached = true,
                Ok(Ok(Some(failure))) => first_failure = first_failure.or(Some(failure)),
                Ok(Err(e)) => error = error.or(Some(e)),
                Err(panic) => error = error.or(Some(FetchError::Start(format!("a task broke off: {panic}")))),
            }
        }
        lock(&self.store).close()?;
        if let Some(error) = error {
            return Err(error);
        }
        let mut summary = lock(&self.summary).clone();
        summary.bytes = self.bytes.load(Ordering::Relaxed);
        summary.seconds = clock.elapsed().as_secs_f64();
        match first_failure {
            Some(failure) if !reached && summary.stored + summary.unchanged == 0 && !self.observer.stop() => {
                Err(FetchError::Unreachable(failure))
            }
            _ => Ok(summary),
        }
    }

    fn stopped(&self) -> bool {
        self.broken.load(Ordering::Relaxed) || self.observer.stop()
    }

    /// Writes lines to the ledger and the books. After an error no other task writes on.
    fn write(&self, lines: &[Line]) -> Result<(), FetchError> {
        let written = lock(&self.store).write(lines);
        self.booked(written, lines)
    }

    fn booked(&self, written: Result<(), store::StoreError>, lines: &[Line]) -> Result<(), FetchError> {
        if let Err(error) = written {
            self.broken.store(true, Ordering::Relaxed);
            return Err(error.into());
        }
        let mut summary = lock(&self.summary);
        for line in lines {
            let reason = || line.reason.clone().unwrap_or_default();
            match line.event {
                Event::Found => summary.found += 1,
                Event::Stored => summary.stored += 1,
                Event::Unchanged => summary.unchanged += 1,
                Event::Refused => *summary.refused.entry(reason()).or_default() += 1,
                Event::Failed => *summary.failed.entry(reason()).or_default() += 1,
                Event::Listed => summary.lists += 1,
                Event::Archive => {}
            }
        }
        drop(summary);
        lines.iter().filter(|l| l.event != Event::Found).for_each(|line| self.observer.settled(line, self.progress()));
        Ok(())
    }

    fn progress(&self) -> Progress {
        Progress {
            done: self.done.load(Ordering::Relaxed),
            total: self.total.load(Ordering::Relaxed),
            sources_done: self.sources_done.load(Ordering::Relaxed),
            sources: self.sources,
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }

    fn claim(&self, url: &str) -> bool {
        lock(&self.claimed).insert(blake3::hash(url.as_bytes()))
    }

    /// One source. Gives the first failure where none of its lists could be read.
    async fn source(self: Arc<Self>, source: Arc<Source>, left: Vec<String>) -> Result<Option<String>, FetchError> {
        let mut queue = VecDeque::new();
        let (mut read, mut failure) = (0, None);
        let feeds = source.feeds.iter().map(|url| (url.clone(), false));
        let mut lists: VecDeque<(String, bool)> =
            feeds.chain(source.sitemaps.iter().map(|url| (url.clone(), true))).collect();
        let mut maps = 0;
        while let Some((url, is_map)) = lists.pop_front() {
            if self.stopped() || (is_map && maps >= self.job.max_sitemaps) {
                continue;
            }
            maps += usize::from(is_map);
            match self.list(&source, &url, is_map, &mut queue).await? {
                Ok(more) => {
                    read += 1;
                    lists.extend(more.into_iter().map(|map| (map, true)));
                }
                Err(why) => failure = failure.or(Some(format!("{url}: {why}"))),
            }
        }
        for listing in &source.listings {
            match self.listing(&source, listing, &mut queue).await? {
                Ok(()) => read += 1,
                Err(why) => failure = failure.or(Some(format!("{}: {why}", listing.url))),
            }
        }
        queue.extend(left);
        if self.job.max_pages > 0 && queue.len() > self.job.max_pages {
            lock(&self.summary).left += queue.len() - self.job.max_pages;
            queue.truncate(self.job.max_pages);
        }
        self.total.fetch_add(queue.len(), Ordering::Relaxed);
        let queue = Arc::new(Mutex::new(queue));
        let mut workers = JoinSet::new();
        for _ in 0..source.rate.concurrency {
            let (crawl, source, queue) = (self.clone(), source.clone(), queue.clone());
            workers.spawn(async move {
                while !crawl.stopped() {
                    let Some(url) = lock(&queue).pop_front() else { break };
                    crawl.page(&source, &url).await?;
                }
                Ok::<(), FetchError>(())
            });
        }
        while let Some(ended) = workers.join_next().await {
            ended.map_err(|panic| FetchError::Start(format!("a task broke off: {panic}")))??;
        }
        lock(&self.summary).left += lock(&queue).len();
        self.sources_done.fetch_add(1, Ordering::Relaxed);
        Ok(if read == 0 { failure } else { None })
    }

    /// Takes the addresses that are new, or due to be asked for again; their lines for the ledger.
    fn offer(&self, source: &Source, found: Vec<Found>, queue: &mut VecDeque<String>) -> Vec<Line> {
        let mut lines = Vec::new();
        for one in found {
            let Ok(url) = address::canonical(&one.url, &source.drop_params) else { continue };
            let url = String::from(url);
            if !source.takes(&url) {
                continue;
            }
            let wanted = {
                let store = lock(&self.store);
                match store.known(&url) {
                    None => true,
                    Some(known) => self.is_due(known, one.modified),
                }
            };
            // Lists overlap: the first that names a page in this run queues it.
            if wanted && lock(&self.claimed).insert(blake3::hash(format!("queued {url}").as_bytes())) {
                lines.push(Line::new(Event::Found, &source.id, &url));
                queue.push_back(url);
            }
        }
        lines
    }

    fn is_due(&self, known: &Known, modified: Option<DateTime<Utc>>) -> bool {
        let Some(fetched) = known.fetched else { return false };
        if known.pending {
            return false;
        }
        if modified.is_some_and(|m| m.timestamp() > fetched && m <= self.began) {
            return true;
        }
        let now = self.began.timestamp();
        now - fetched >= i64::from(self.job.recheck_hours) * 3600
            && now - known.first < i64::from(self.job.recheck_days) * 86_400
    }

    /// A feed or sitemap; the further sitemaps it names.
    async fn list(
        &self,
        source: &Source,
        url: &str,
        is_map: bool,
        queue: &mut VecDeque<String>,
    ) -> Result<Result<Vec<String>, Failure>, FetchError> {
        // "Unchanged" names no pages, so a list is read in full as often as its pages are looked at again.
        let read = lock(&self.store).known(url).and_then(|known| known.stored);
        let recent = read.is_some_and(|at| self.began - at < TimeDelta::hours(i64::from(self.job.recheck_hours)));
        let outcome = self.ask_list(url, self.job.recheck_days == 0 || recent).await;
        let (answer, body) = match outcome {
            Ok(Some(both)) => both,
            Ok(None) => {
                self.write(&[Line { status: Some(304), ..Line::new(Event::Listed, source.id.as_str(), url) }])?;
                return Ok(Ok(Vec::new()));
            }
            Err(failure) => {
                self.write(&[list_failure(source, url, &failure)])?;
                return Ok(Err(failure));
            }
        };
        let oldest = match self.job.sitemap_days {
            0 => None,
            days => Some(self.began - TimeDelta::days(i64::from(days))),
        };
        let fresh = |one: &Found| oldest.is_none_or(|oldest| one.modified.is_none_or(|m| m >= oldest));
        let (found, mut maps) = if is_map {
            let map = discover::sitemap(&answer.url, &body);
            (map.pages.into_iter().filter(fresh).collect(), map.maps)
        } else if let Some(found) = discover::feed(&answer.url, &body) {
            (found, Vec::new())
        } else {
            let failure = Failure::lasting("not_a_feed", "the answer is no feed that can be read");
            self.write(&[list_failure(source, url, &failure)])?;
            return Ok(Err(failure));
        };
        maps.retain(|one| fresh(one) && one.url != url && host_is_known(source, &one.url));
        maps.sort_by(|a, b| b.modified.cmp(&a.modified).then_with(|| a.url.cmp(&b.url)));
        maps.truncate(self.job.max_sitemaps);
        let maps: Vec<String> = maps.into_iter().map(|one| one.url).filter(|map| self.claim(map)).collect();
        let mut lines = self.offer(source, found, queue);
        let mut line = Line::new(Event::Listed, &source.id, url);
        line.status = Some(answer.exchange.status);
        // An index may be unchanged while the sitemaps that it names are not.
        if maps.is_empty() {
            line.etag = answer.header(header::ETAG).map(str::to_owned);
            line.last_modified = answer.header(header::LAST_MODIFIED).map(str::to_owned);
        }
        lines.push(line);
        self.write(&lines)?;
        Ok(Ok(maps))
    }

    /// Asks for a list; none where it has not changed.
    async fn ask_list(&self, url: &str, conditional: bool) -> Result<Option<(Answer, Vec<u8>)>, Failure> {
        let at = Url::parse(url).map_err(|e| Failure::lasting("bad_url", format!("{url}: {e}")))?;
        let known = lock(&self.store).known(url).filter(|_| conditional).cloned().unwrap_or_default();
        let ask = Ask {
            url: &at,
            accept: LISTS,
            etag: known.etag.as_deref(),
            last_modified: known.last_modified.as_deref(),
            hop: &|_| Ok(()),
        };
        let answer = self.client.get(ask).await?;
        if answer.is_unchanged() {
            return Ok(None);
        }
        ok(&answer)?;
        let limit = self.job.max_page_bytes.max(64 << 20);
        let body = discover::gunzip(answer.decoded(limit)?, limit)
            .ok_or_else(|| Failure::lasting("corrupt_gzip", "the list is broken or too large"))?;
        Ok(Some((answer, body)))
    }

    /// A listing page and those that follow it, until one has nothing new.
    async fn listing(
        &self,
        source: &Source,
        listing: &Listing,
        queue: &mut VecDeque<String>,
    ) -> Result<Result<(), Failure>, FetchError> {
        let mut url = listing.url.clone();
        let mut met = HashSet::new();
        for page in 1..=listing.max_pages {
            if self.stopped() || !met.insert(url.clone()) {
                break;
            }
            let (answer, body) = match self.ask_list(&url, false).await {
                Ok(Some(both)) => both,
                Ok(None) => break,
                Err(failure) => {
                    self.write(&[list_failure(source, &url, &failure)])?;
                    if page == 1 {
                        return Ok(Err(failure));
                    }
                    break;
                }
            };
            let (found, next) = discover::listing(listing, &answer.url, &body);
            if page == 1 && found.is_empty() {
                let failure = Failure::lasting("no_links", format!("no link fits `{}`", listing.link));
                self.write(&[list_failure(source, &url, &failure)])?;
                return Ok(Err(failure));
            }
            let mut lines = self.offer(source, found, queue);
            let new = lines.len();
            lines.push(Line { status: Some(200), ..Line::new(Event::Listed, &source.id, &url) });
            self.write(&lines)?;
            let next = listing.page.as_ref().map(|form| form.replace("{page}", &(page + 1).to_string())).or(next);
            match next {
                Some(next) if new > 0 && host_is_known(source, &next) => url = next,
                _ => break,
            }
        }
        Ok(Ok(()))
    }

    /// One page, settled with one line.
    async fn page(&self, source: &Source, url: &str) -> Result<(), FetchError> {
        if self.claim(url) {
            let known = lock(&self.store).known(url).cloned().unwrap_or_default();
            match self.ask_page(source, url, &known).await {
                Ok((records, line)) => {
                    let written = if records.is_empty() {
                        lock(&self.store).write(std::slice::from_ref(&line))
                    } else {
                        lock(&self.store).store(&records, line.clone())
                    };
                    self.settle();
                    self.booked(written, &[line])?;
                }
                Err(failure) => {
                    self.settle();
                    let mut line = Line::failure(&source.id, url, &failure);
                    // A host that is down says nothing of the page.
                    let counts = failure.transient && !matches!(failure.code, "host_down" | "robots_unavailable");
                    if counts && known.failures + 1 >= RUNS {
                        line.event = Event::Refused;
                    }
                    self.write(&[line])?;
                }
            }
        } else {
            self.settle();
        }
        Ok(())
    }

    fn settle(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    async fn ask_page(&self, source: &Source, url: &str, known: &Known) -> Result<(Vec<u8>, Line), Failure> {
        let at = Url::parse(url).map_err(|e| Failure::lasting("bad_url", e.to_string()))?;
        let hop = |next: &Url| {
            if !host_is_known(source, next.as_str()) {
                return Err(Failure::lasting("off_site", format!("redirects to {next}")));
            }
            let next = address::canonical(next.as_str(), &source.drop_params)?;
            // What is known through this very address may be looked at again through it.
            let met = lock(&self.store).known(next.as_str()).is_some_and(|k| k.fetched.is_some())
                && !known.led_to(next.as_str());
            if next.as_str() != url && (met || !self.claim(next.as_str())) {
                return Err(Failure::lasting("duplicate", format!("redirects to {next}, which is known")));
            }
            Ok(())
        };
        let ask = Ask {
            url: &at,
            accept: PAGES,
            etag: known.etag.as_deref(),
            last_modified: known.last_modified.as_deref(),
            hop: &hop,
        };
        let mut answer = self.client.get(ask).await?;
        self.bytes.fetch_add(answer.exchange.body.len(), Ordering::Relaxed);
        // The page is known by its canonical address from here on.
        answer.exchange.url = address::canonical(answer.url.as_str(), &source.drop_params)?.into();
        let archive = |e: std::io::Error| Failure::passing("archive", e.to_string());
        let again = |exchange: &Exchange| {
            let known = lock(&self.store).known(&exchange.url).cloned();
            store::again(&source.id, url, exchange, known.as_ref()).map_err(archive)
        };
        if answer.is_unchanged() {
            return again(&answer.exchange);
        }
        ok(&answer)?;
        let refuse =
            |code, detail: String| Failure { status: Some(answer.exchange.status), ..Failure::lasting(code, detail) };
        let kind = answer.header(header::CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !matches!(essence, "" | "text/html" | "application/xhtml+xml" | "text/plain") {
            return Err(refuse("not_html", format!("the server calls it {essence}")));
        }
        let body = answer.decoded(self.job.max_page_bytes)?;
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(refuse("empty", "the page has no bytes".into()));
        }
        let hash = blake3::hash(&body).to_hex().to_string();
        let etag = answer.header(header::ETAG).map(str::to_owned);
        let last_modified = answer.header(header::LAST_MODIFIED).map(str::to_owned);
        let same = lock(&self.store).same(url, &hash);
        let (records, mut line) = if same {
            let (records, line) = again(&answer.exchange)?;
            (records, Line { hash: Some(hash), ..line })
        } else {
            store::prepare(&source.id, url, &answer.exchange, hash).map_err(archive)?
        };
        (line.etag, line.last_modified) = (etag, last_modified);
        Ok((records, line))
    }
}

/// A list that failed is asked again by the next run anyway, so it leaves no trace but the failure.
fn list_failure(source: &Source, url: &str, failure: &Failure) -> Line {
    Line {
        url: String::new(),
        detail: Some(format!("{url}: {}", failure.detail)),
        event: Event::Failed,
        ..Line::failure(&source.id, url, failure)
    }
}

fn ok(answer: &Answer) -> Result<(), Failure> {
    let status = answer.exchange.status;
    if (200..300).contains(&status) {
        return Ok(());
    }
    Err(Failure { status: Some(status), ..Failure::lasting("status", format!("the server answered {status}")) })
}

fn host_is_known(source: &Source, url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.host_str().is_some_and(|host| source.hosts.iter().any(|h| h == host)))
}

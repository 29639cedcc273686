//! One request, politely.

use super::address::{self, Blocked, Inside, Resolver};
use super::archive::Exchange;
use super::host::{Host, Hosts};
use super::robots::{self, Rules};
use super::{Failure, FetchError, FetchJob};
use crate::read::http::Message;
use crate::source::Source;
use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Url, Version, header, redirect};
use std::error::Error as _;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// What is asked for.
pub struct Ask<'a> {
    /// Address.
    pub url: &'a Url,
    /// `Accept`.
    pub accept: &'static str,
    /// `If-None-Match`: the `ETag` of the last answer.
    pub etag: Option<&'a str>,
    /// `If-Modified-Since`: the Last-Modified of the last answer.
    pub last_modified: Option<&'a str>,
    /// Whether a redirect may be followed.
    pub hop: &'a (dyn Fn(&Url) -> Result<(), Failure> + Sync),
}

/// `Accept` for pages.
pub const PAGES: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1";
/// `Accept` for feeds and sitemaps.
pub const LISTS: &str = "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,text/xml;q=0.9,\
                         */*;q=0.5";

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// The request and the answer as they went over the wire.
    pub exchange: Exchange,
    /// Address that answered, after redirects.
    pub url: Url,
    /// The headers.
    headers: HeaderMap,
}

impl Answer {
    /// A header's value, where it is text.
    pub fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// Whether the server says that nothing has changed.
    pub const fn is_unchanged(&self) -> bool {
        self.exchange.status == 304
    }

    /// The body without its content coding.
    ///
    /// # Errors
    /// A broken or unknown coding; a body of more than `limit` bytes.
    pub fn decoded(&self, limit: u64) -> Result<Vec<u8>, Failure> {
        let block = [self.exchange.head.as_slice(), &self.exchange.body].concat();
        Message::parse(&block).and_then(|message| message.body(limit)).map_err(|refusal| Failure {
            transient: refusal.reason.starts_with("truncated_"),
            status: Some(self.exchange.status),
            ..Failure::lasting(refusal.reason, refusal.detail)
        })
    }
}

/// Asks, within the bounds of the job, of the hosts' rates and of their robots.txt.
pub struct Client {
    http: reqwest::Client,
    job: FetchJob,
    inside: Arc<Inside>,
    hosts: Hosts,
    places: Semaphore,
    /// The User-Agent sent.
    pub user_agent: String,
}

impl Client {
    /// A client for some sources.
    ///
    /// # Errors
    /// A job without contact; TLS that cannot be set up.
    pub fn new<'s>(job: &FetchJob, sources: impl IntoIterator<Item = &'s Source>) -> Result<Self, FetchError> {
        let contact = job.contact.trim();
        if contact.is_empty() || contact.chars().any(|c| c.is_control() || !c.is_ascii() || c == '(' || c == ')') {
            let message =
                "fetch.contact must say how outlets can reach you: a page's address, or mailto: and an address";
            return Err(FetchError::Job(message.into()));
        }
        let inside = Arc::new(Inside { all: job.allow_private, hosts: job.private_hosts.clone() });
        let user_agent = format!("{}/{} (+{contact})", robots::TOKEN, env!("CARGO_PKG_VERSION"));
        let http = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .http1_only()
            .connect_timeout(Duration::from_secs_f64(job.timeout_seconds.min(15.0)))
            .pool_max_idle_per_host(2)
            .dns_resolver(Resolver { inside: inside.clone() })
            .build()
            .map_err(|e| FetchError::Start(chain(&e)))?;
        Ok(Self {
            http,
            job: job.clone(),
            inside,
            hosts: Hosts::new(sources),
            places: Semaphore::new(job.concurrency),
            user_agent,
        })
    }

    /// Asks for an address and follows its redirects.
    ///
    /// # Errors
    /// Whatever keeps it from being had: robots.txt, limits, the network, a status that may pass.
    pub async fn get(&self, ask: Ask<'_>) -> Result<Answer, Failure> {
        let mut url = ask.url.clone();
        let mut met = vec![url.clone()];
        loop {
            address::check(&url, &self.inside)?;
            let host = self.hosts.of(&url);
            match host.robots.get_or_init(|| self.robots(&url, &host)).await {
                Rules::Nothing => {
                    return Err(Failure::passing("robots_unavailable", "robots.txt could not be had"));
                }
                Rules::Inside => return Err(address::blocked(url.host_str().unwrap_or_default())),
                rules if !rules.allows(url.as_str()) => {
                    return Err(Failure::lasting("robots", "robots.txt forbids it"));
                }
                _ => {}
            }
            let first = met.len() == 1;
            let headers = self.headers(ask.accept, ask.etag.filter(|_| first), ask.last_modified.filter(|_| first));
            let answer = self.patiently(&url, &host, headers).await?;
            let Some(next) = redirect_of(&answer)? else { return Ok(answer) };
            if met.contains(&next) {
                return Err(Failure::lasting("redirect_loop", format!("{next} leads back")));
            }
            if met.len() > self.job.max_redirects {
                let detail = format!("more than {} redirects", self.job.max_redirects);
                return Err(Failure::lasting("too_many_redirects", detail));
            }
            (ask.hop)(&next)?;
            met.push(next.clone());
            url = next;
        }
    }

    fn headers(&self, accept: &str, etag: Option<&str>, last_modified: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(header::USER_AGENT, &self.user_agent);
        set(header::ACCEPT, accept);
        set(header::ACCEPT_ENCODING, "gzip");
        set(header::ACCEPT_LANGUAGE, "ru,kk;q=0.9,en;q=0.1");
        if let Some(etag) = etag {
            set(header::IF_NONE_MATCH, etag);
        }
        if let Some(moment) = last_modified {
            set(header::IF_MODIFIED_SINCE, moment);
        }
        headers
    }

    async fn robots(&self, url: &Url, host: &Host) -> Rules {
        let mut at = url.clone();
        at.set_path("/robots.txt");
        at.set_query(None);
        let mut asked = None;
        for _ in 0..=self.job.max_redirects {
            // Only a host that lies inside itself is refused as such; one that leads there has no rules to be had.
            let inside = || if at.host() == url.host() { Rules::Inside } else { Rules::Nothing };
            if address::check(&at, &self.inside).is_err() {
                return inside();
            }
            let headers = self.headers("text/plain,*/*;q=0.5", None, None);
            let answer = match self.patiently(&at, &self.hosts.of(&at), headers).await {
                Ok(answer) => answer,
                Err(failure) => {
                    tracing::debug!(%at, %failure, "robots.txt");
                    return if failure.code == "blocked_address" { inside() } else { Rules::Nothing };
                }
            };
            if let Ok(Some(next)) = redirect_of(&answer) {
                at = next;
            } else {
                asked = Some(answer);
                break;
            }
        }
        // A robots.txt that only redirects is none (RFC 9309, 2.3.1.2).
        let Some(answer) = asked else { return Rules::All };
        let body = answer.decoded(1 << 20).unwrap_or_default();
        let rules = Rules::of(answer.exchange.status, &body);
        if let Some(delay) = rules.delay() {
            host.slow_down(delay);
        }
        rules
    }

    /// Asks once, and again where the reason may pass.
    async fn patiently(&self, url: &Url, host: &Host, headers: HeaderMap) -> Result<Answer, Failure> {
        let mut wait = self.job.backoff_seconds;
        let mut attempt = 0;
        loop {
            if host.is_down() {
                return Err(Failure::passing("host_down", "the host was given up for this run"));
            }
            let (result, asked_wait) = {
                let _permit = host.permits.acquire().await;
                host.turn().await;
                let _place = if let Ok(place) = self.places.try_acquire() {
                    Ok(place)
                } else {
                    // The turn passes while others are waited for; places that come free at once must not make
                    // several requests to one host go out together.
                    let place = self.places.acquire().await;
                    host.turn().await;
                    place
                };
                let limit = Duration::from_secs_f64(self.job.timeout_seconds);
                let late = || {
                    let detail = format!("no whole answer in {} s", self.job.timeout_seconds);
                    Err(Failure::passing("timeout", detail))
                };
                let result = tokio::time::timeout(limit, self.once(url, &headers)).await.unwrap_or_else(|_| late());
                judge(result)
            };
            let failure = match result {
                Ok(answer) => {
                    host.answered();
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            if failure.status.is_some() {
                host.answered();
            } else if failure.transient {
                host.strike();
            }
            if let Some(asked) = asked_wait {
                if asked > self.job.max_wait_seconds {
                    host.give_up();
                    return Err(failure);
                }
                host.pause(Duration::from_secs_f64(asked));
            }
            attempt += 1;
            if !failure.transient || attempt > self.job.retries {
                return Err(failure);
            }
            tracing::debug!(%url, %failure, attempt, "once more");
            if asked_wait.is_none() {
                tokio::time::sleep(Duration::from_secs_f64(wait)).await;
                wait = (wait * 2.0).min(self.job.max_wait_seconds);
            }
        }
    }

    async fn once(&self, url: &Url, headers: &HeaderMap) -> Result<Answer, Failure> {
        let at = super::now();
        let mut response = self.http.get(url.clone()).headers(headers.clone()).send().await.map_err(|e| failure(&e))?;
        let status = response.status().as_u16();
        let (answer_headers, peer, head) = (response.headers().clone(), response.remote_addr(), head(&response));
        let limit = self.job.max_body_bytes;
        let too_large =
            || Failure { status: Some(status), ..Failure::lasting("too_large", format!("more than {limit} bytes")) };
        if response.content_length().is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| failure(&e))? {
            if (body.len() + chunk.len()) as u64 > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let exchange = Exchange { url: url.to_string(), at, peer, request: request(url, headers), status, head, body };
        Ok(Answer { exchange, url: url.clone(), headers: answer_headers })
    }
}

/// An answer whose status may pass is a failure; with the seconds that its `Retry-After` asks for.
fn judge(result: Result<Answer, Failure>) -> (Result<Answer, Failure>, Option<f64>) {
    match result {
        Ok(answer) if matches!(answer.exchange.status, 408 | 425 | 429 | 500 | 502..=504 | 520..=524) => {
            let status = answer.exchange.status;
            let wait = answer.header(header::RETRY_AFTER).and_then(|v| retry_after(v, super::now()));
            let failure = Failure::passing("status", format!("the server answered {status}"));
            (Err(Failure { status: Some(status), ..failure }), wait)
        }
        other => (other, None),
    }
}

/// Seconds that a `Retry-After` (RFC 9110, 10.2.3) asks for: a number of them, or a moment.
fn retry_after(value: &str, now: DateTime<Utc>) -> Option<f64> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(f64::from(seconds));
    }
    let moment = DateTime::parse_from_rfc2822(value).ok()?.to_utc();
    Some((moment - now).num_milliseconds().max(0) as f64 / 1000.0)
}

fn redirect_of(answer: &Answer) -> Result<Option<Url>, Failure> {
    if !matches!(answer.exchange.status, 301..=303 | 307 | 308) {
        return Ok(None);
    }
    // Locations outside ASCII are sent as they are by many servers.
    let location = answer.headers.get(header::LOCATION).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned());
    let bad = || Failure::lasting("bad_redirect", "a redirect without a valid Location");
    let mut next = answer.url.join(location.ok_or_else(bad)?.trim()).map_err(|_| bad())?;
    next.set_fragment(None);
    if !matches!(next.scheme(), "http" | "https") || !next.username().is_empty() || next.password().is_some() {
        return Err(Failure::lasting("bad_redirect", format!("{next} is no address to follow")));
    }
    Ok(Some(next))
}

fn request(url: &Url, headers: &HeaderMap) -> Vec<u8> {
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let mut bytes = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n").into_bytes();
    push(&mut bytes, headers);
    bytes
}

fn head(response: &reqwest::Response) -> Vec<u8> {
    let version = if response.version() == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" };
    let status = response.status();
    let mut line = String::new();
    let _ = write!(line, "{version} {} {}\r\n", status.as_u16(), status.canonical_reason().unwrap_or_default());
    let mut bytes = line.into_bytes();
    push(&mut bytes, response.headers());
    bytes
}

fn push(bytes: &mut Vec<u8>, headers: &HeaderMap) {
    for (name, value) in headers {
        // The body is kept without its transfer coding, so the header must not claim one.
        if name == header::TRANSFER_ENCODING {
            bytes.extend_from_slice(b"x-crawler-");
        }
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
}

fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}

fn failure(error: &reqwest::Error) -> Failure {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(Blocked(host)) = cause.downcast_ref::<Blocked>() {
            return Failure::lasting("blocked_address", format!("{host} is not on the public internet"));
        }
        source = cause.source();
    }
    let code = match error {
        e if e.is_timeout() => "timeout",
        e if e.is_connect() => "connect",
        e if e.is_body() || e.is_decode() => "cut",
        _ => "transport",
    };
    Failure::passing(code, chain(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_that_servers_ask_for() {
        let now = DateTime::parse_from_rfc3339("2025-08-30T10:00:00Z").expect("a moment").to_utc();
        let check = |value: &str, expected: Option<f64>| assert_eq!(retry_after(value, now), expected, "{value}");
        check("120", Some(120.0));
        check(" 0 ", Some(0.0));
        check("Sat, 30 Aug 2025 10:00:30 GMT", Some(30.0));
        check("Sat, 30 Aug 2025 09:00:00 GMT", Some(0.0));
        check("soon", None);
        check("-5", None);
    }

    #[test]
    fn a_job_needs_a_contact() {
        for contact in ["", "  ", "me\r\nX: y", "почта"] {
            let job = FetchJob { contact: contact.into(), ..FetchJob::default() };
            assert!(matches!(Client::new(&job, []), Err(FetchError::Job(_))), "{contact}");
        }
        let job = FetchJob { contact: "mailto:a@b.kz".into(), ..FetchJob::default() };
        let client = Client::new(&job, []).expect("a client");
        assert_eq!(client.user_agent, format!("dalel/{} (+mailto:a@b.kz)", env!("CARGO_PKG_VERSION")));
    }
}

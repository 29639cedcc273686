//! WARC records → snapshots, streamed.
//!
//! Reads WARC 0.17 to 1.1 (ISO 28500), plain or gzip (a member per record, or one for all): archives written by
//! `dalel fetch`, by warcio or wget, and Common Crawl's CC-NEWS. Never more than one record is held, and of a
//! record never more than the limit: what is skipped is not stored.

use super::bytes::Refusal;
use super::http;
use crate::record::{Snapshot, SnapshotKind, stable_id};
use chrono::{DateTime, NaiveDate, Utc};
use std::io::{BufRead, Error, ErrorKind, Read};

/// Longest line of a record's header, in bytes, and how many of them there may be.
const LINE: u64 = 32 << 10;
const LINES: usize = 256;

/// Which records of an archive are wanted; the others are passed over without a trace, since an archive of the
/// whole web holds thousands of foreign pages for each wanted one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Hosts, each with its subdomains (`zakon.kz` takes `www.zakon.kz`, `kz` the whole country); all, where none
    /// is named.
    pub hosts: Vec<String>,
    /// First day (UTC) on which a page may have been fetched.
    pub since: Option<NaiveDate>,
    /// Last day (UTC) on which a page may have been fetched.
    pub until: Option<NaiveDate>,
}

impl Filter {
    fn takes(&self, head: &Head) -> bool {
        self.takes_host(head.uri.as_deref().and_then(http::host).unwrap_or_default()) && self.takes_day(head.date)
    }

    fn takes_host(&self, host: &str) -> bool {
        self.hosts.is_empty()
            || self.hosts.iter().any(|wanted| {
                let wanted = wanted.trim_start_matches('.');
                let Some(at) = host.len().checked_sub(wanted.len()) else { return false };
                host.is_char_boundary(at)
                    && host[at..].eq_ignore_ascii_case(wanted)
                    && (at == 0 || host.as_bytes()[at - 1] == b'.')
            })
    }

    fn takes_day(&self, date: Option<DateTime<Utc>>) -> bool {
        match date.map(|d| d.date_naive()) {
            None => self.since.is_none() && self.until.is_none(),
            Some(day) => self.since.is_none_or(|s| s <= day) && self.until.is_none_or(|u| day <= u),
        }
    }
}

/// A response as it stands in the archive.
#[derive(Debug)]
pub(super) struct Response {
    /// Number of the record in its file, from 1.
    pub number: usize,
    /// Address asked for.
    pub uri: String,
    /// When it was fetched.
    pub date: Option<DateTime<Utc>>,
    /// The HTTP message, or the body alone where `bare`; none where it was larger than the limit.
    pub block: Option<Vec<u8>>,
    /// Whether the block is a body without an HTTP head (a `resource` record), with its type.
    pub bare: Option<String>,
}

impl Response {
    /// The page, or why it is none.
    pub fn snapshot(self, limit: u64) -> Result<Snapshot, Refusal> {
        let too_large = || Refusal::new("too_large", format!("more than {limit} bytes"));
        let block = self.block.ok_or_else(too_large)?;
        let (content_type, body) = if let Some(content_type) = self.bare {
            (Some(content_type), block)
        } else {
            let message = http::Message::parse(&block)?;
            if !(200..300).contains(&message.status) {
                return Err(Refusal::new("status", format!("the server answered {}", message.status)));
            }
            (message.header("content-type").map(str::to_owned), message.body(limit)?)
        };
        let kind = kind(content_type.as_deref(), &body)?;
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(Refusal::new("empty", "the page has no bytes"));
        }
        let hash = blake3::hash(&body).to_hex();
        Ok(Snapshot {
            snapshot_id: stable_id("page", &[&self.uri, &hash]),
            outlet: http::host(&self.uri).map(|host| host.strip_prefix("www.").unwrap_or(host).to_lowercase()),
            url: Some(self.uri),
            fetched_at: self.date,
            content_type,
            kind,
            body,
        })
    }
}

fn kind(content_type: Option<&str>, body: &[u8]) -> Result<SnapshotKind, Refusal> {
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_lowercase();
    match essence.as_str() {
        "text/html" | "application/xhtml+xml" => Ok(SnapshotKind::Html),
        "text/plain" => Ok(SnapshotKind::Text),
        "" if body.trim_ascii_start().starts_with(b"<") => Ok(SnapshotKind::Html),
        "" => Err(Refusal::new("not_html", "the server did not say what it is")),
        other => Err(Refusal::new("not_html", format!("the server calls it {other}"))),
    }
}

#[derive(Debug, Default)]
struct Head {
    record_type: String,
    uri: Option<String>,
    date: Option<DateTime<Utc>>,
    content_type: String,
    length: Option<u64>,
}

/// Walks through an archive.
pub(super) struct Reader {
    source: Box<dyn BufRead + Send>,
    number: usize,
}

/// What went wrong, after which nothing more can be read of the file.
#[derive(Debug)]
pub(super) enum Broken {
    /// The bytes are no WARC from here on.
    Content(String),
    /// The bytes could not be read or decompressed.
    Io(Error),
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Io(error)
    }
}

impl Reader {
    pub fn new(source: Box<dyn BufRead + Send>) -> Self {
        Self { source, number: 0 }
    }

    /// Number of the record last begun, from 1.
    pub const fn number(&self) -> usize {
        self.number
    }

    /// The next wanted response; none at the end of the archive.
    pub fn next(&mut self, filter: &Filter, limit: u64) -> Result<Option<Response>, Broken> {
        loop {
            let Some(head) = self.head()? else { return Ok(None) };
            let length = head.length.ok_or_else(|| Broken::Content("no valid Content-Length".into()))?;
            let message = head.content_type.to_ascii_lowercase();
            let http = head.record_type == "response" && message.starts_with("application/http");
            let bare = head.record_type == "resource" || head.record_type == "response" && message.starts_with("text/");
            let web = head.uri.as_deref().is_some_and(|uri| http::host(uri).is_some());
            if !(http || bare) || !web || !filter.takes(&head) {
                self.skip(length)?;
                continue;
            }
            // A compressed body may grow; as stored, with its head, it is bounded by the same limit.
            let block = if length <= limit.saturating_add(LINE) {
                let mut block = Vec::with_capacity(length.min(1 << 20) as usize);
                if self.source.by_ref().take(length).read_to_end(&mut block)? as u64 != length {
                    return Err(Error::from(ErrorKind::UnexpectedEof).into());
                }
                Some(block)
            } else {
                self.skip(length)?;
                None
            };
            let uri = head.uri.unwrap_or_default();
            let bare = bare.then_some(head.content_type);
            return Ok(Some(Response { number: self.number, uri, date: head.date, block, bare }));
        }
    }

    fn skip(&mut self, mut left: u64) -> Result<(), Error> {
        while left > 0 {
            let have = match self.source.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                other => other?.len(),
            };
            if have == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let used = left.min(have as u64);
            self.source.consume(used as usize);
            left -= used;
        }
        Ok(())
    }

    /// A record's header; none at the end of the file.
    fn head(&mut self) -> Result<Option<Head>, Broken> {
        let mut line = Vec::new();
        // The blank lines that end the record before.
        while line.is_empty() {
            if !self.line(&mut line)? {
                return Ok(None);
            }
        }
        self.number += 1;
        if !line.starts_with(b"WARC/") {
            return Err(Broken::Content("a record must begin with WARC/1.0 or WARC/1.1".into()));
        }
        let mut head = Head::default();
        for _ in 0..LINES {
            if !self.line(&mut line)? {
                return Err(Error::from(ErrorKind::UnexpectedEof).into());
            }
            if line.is_empty() {
                return Ok(Some(head));
            }
            let text = String::from_utf8_lossy(&line);
            let Some((name, value)) = text.split_once(':') else { continue };
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "warc-type" => head.record_type = value.to_ascii_lowercase(),
                "warc-target-uri" => {
                    // WARC 1.0's grammar asked for angle brackets, which few wrote.
                    head.uri = Some(value.trim_start_matches('<').trim_end_matches('>').to_owned());
                }
                "warc-date" => head.date = DateTime::parse_from_rfc3339(value).ok().map(|d| d.to_utc()),
                "content-type" => value.clone_into(&mut head.content_type),
                "content-length" => head.length = value.parse().ok(),
                _ => {}
            }
        }
        Err(Broken::Content(format!("a record's header has more than {LINES} lines")))
    }

    /// The next line without its end; false at the end of the file.
    fn line(&mut self, line: &mut Vec<u8>) -> Result<bool, Broken> {
        line.clear();
        if self.source.by_ref().take(LINE).read_until(b'\n', line)? == 0 {
            return Ok(false);
        }
        match line.pop() {
            Some(b'\n') => {}
            _ if line.len() as u64 + 1 >= LINE => {
                return Err(Broken::Content(format!("a line of a record's header has more than {LINE} bytes")));
            }
            _ => return Err(Error::from(ErrorKind::UnexpectedEof).into()),
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn record(kind: &str, uri: &str, date: &str, content_type: &str, block: &[u8]) -> Vec<u8> {
        let mut bytes = format!(
            "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {uri}\r\nWARC-Date: {date}\r\nContent-Type: \
             {content_type}\r\nContent-Length: {}\r\n\r\n",
            block.len()
        )
        .into_bytes();
        bytes.extend_from_slice(block);
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes
    }

    fn page(uri: &str, date: &str, head: &str, body: &[u8]) -> Vec<u8> {
        let block = [format!("HTTP/1.1 {head}\r\n\r\n").as_bytes(), body].concat();
        record("response", uri, date, "application/http; msgtype=response", &block)
    }

    fn read(bytes: Vec<u8>, filter: &Filter, limit: u64) -> (Vec<Response>, Option<Broken>) {
        let mut reader = Reader::new(Box::new(Cursor::new(bytes)));
        let mut found = Vec::new();
        loop {
            match reader.next(filter, limit) {
                Ok(Some(response)) => found.push(response),
                Ok(None) => return (found, None),
                Err(broken) => return (found, Some(broken)),
            }
        }
    }

    const HTML: &str = "200 OK\r\nContent-Type: text/html; charset=utf-8";

    #[test]
    fn pages_become_snapshots() {
        let uri = "https://www.Example.kz/a?b=1";
        let bytes = [
            record("warcinfo", "", "2025-01-01T00:00:00Z", "application/warc-fields", b"software: x\r\n"),
            record(
                "request",
                uri,
                "2025-01-01T00:00:00Z",
                "application/http; msgtype=request",
                b"GET / HTTP/1.1\r\n\r\n",
            ),
            page(uri, "2025-08-30T10:11:12Z", HTML, "<p>Задержан</p>".as_bytes()),
        ]
        .concat();
        let (mut found, broken) = read(bytes, &Filter::default(), 1000);
        assert!(broken.is_none());
        assert_eq!((found.len(), found[0].number), (1, 3));
        let page = found.remove(0).snapshot(1000).expect("a page");
        assert_eq!(page.url.as_deref(), Some(uri));
        assert_eq!(page.outlet.as_deref(), Some("example.kz"));
        assert_eq!(page.fetched_at.map(|d| d.to_rfc3339()).as_deref(), Some("2025-08-30T10:11:12+00:00"));
        assert_eq!(page.content_type.as_deref(), Some("text/html; charset=utf-8"));
        assert_eq!((page.kind, page.body.as_slice()), (SnapshotKind::Html, "<p>Задержан</p>".as_bytes()));
        assert!(page.snapshot_id.starts_with("page-"));
    }

    #[test]
    fn what_is_no_page_is_refused() {
        let check = |head: &str, body: &[u8], limit: u64, expected: &str| {
            let (mut found, _) =
                read(page("http://a.kz/", "2025-01-01T00:00:00Z", head, body), &Filter::default(), limit);
            let got = found.remove(0).snapshot(limit).map_or_else(|r| r.reason, |_| "kept");
            assert_eq!(got, expected, "{head}");
        };
        check(HTML, b"<p>a", 100, "kept");
        check("200 OK", b" <p>a", 100, "kept");
        check("200", b"<p>a", 100, "kept");
        check("404 Not Found\r\nContent-Type: text/html", b"<p>a", 100, "status");
        check("301 Moved\r\nLocation: /", b"", 100, "status");
        check("200 OK\r\nContent-Type: image/png", b"\x89PNG", 100, "not_html");
        check("200 OK", b"\x89PNG", 100, "not_html");
        check(HTML, b" \r\n", 100, "empty");
        check(HTML, &[b'a'; 101], 100, "too_large");
        check(HTML, &vec![b'a'; 40_000], 100, "too_large");
        check("abc", b"<p>", 100, "corrupt_http");
    }

    #[test]
    fn hosts_and_days_are_filtered() {
        let check = |hosts: &[&str], since: Option<&str>, until: Option<&str>, uri: &str, expected: bool| {
            let day = |text: Option<&str>| text.map(|t| t.parse::<NaiveDate>().expect("a date"));
            let hosts = hosts.iter().map(|h| (*h).to_owned()).collect();
            let filter = Filter { hosts, since: day(since), until: day(until) };
            let (found, _) = read(page(uri, "2025-06-15T23:59:59Z", HTML, b"x"), &filter, 100);
            assert_eq!(found.len() == 1, expected, "{filter:?} {uri}");
        };
        check(&[], None, None, "https://a.kz/", true);
        check(&["a.kz"], None, None, "https://a.kz/", true);
        check(&["a.kz"], None, None, "https://WWW.A.kz:8080/x", true);
        check(&["kz"], None, None, "https://a.kz/", true);
        check(&[".kz"], None, None, "https://a.kz/", true);
        check(&["a.kz"], None, None, "https://ba.kz/", false);
        check(&["a.kz"], None, None, "https://a.kz.example/", false);
        check(&["b.kz", "a.kz"], None, None, "https://user@a.kz/", true);
        check(&[], Some("2025-06-15"), Some("2025-06-15"), "https://a.kz/", true);
        check(&[], Some("2025-06-16"), None, "https://a.kz/", false);
        check(&[], None, Some("2025-06-14"), "https://a.kz/", false);
        check(&[], None, None, "dns:a.kz", false);
    }

    #[test]
    fn a_broken_archive_gives_what_stands_before_the_break() {
        let good = page("http://a.kz/", "2025-01-01T00:00:00Z", HTML, b"<p>a");
        let check = |rest: &[u8], n: usize, broken: &str| {
            let (found, why) = read([&good, rest].concat(), &Filter::default(), 1000);
            let why = match why {
                None => "whole".to_owned(),
                Some(Broken::Content(message)) => message,
                Some(Broken::Io(error)) => format!("{:?}", error.kind()),
            };
            assert_eq!(found.len(), n);
            assert!(why.starts_with(broken), "{why}");
        };
        check(b"", 1, "whole");
        check(b"\r\n\r\n\n", 1, "whole");
        check(b"garbage\r\n", 1, "a record must begin");
        check(&good[..20], 1, "UnexpectedEof");
        check(&good[..good.len() - 6], 1, "UnexpectedEof");
        check(b"WARC/1.1\r\nWARC-Type: response\r\n\r\n", 1, "no valid Content-Length");
        check(b"WARC/1.1\r\nContent-Length: -5\r\n\r\n", 1, "no valid Content-Length");
        check(&vec![b'a'; 40_000], 1, "a line of a record's header");
        check(&[&b"WARC/1.1\r\n"[..], "a: b\r\n".repeat(300).as_bytes()].concat(), 1, "a record's header has more");
        check(&good, 2, "whole");
    }
}

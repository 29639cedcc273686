//! WARC files (ISO 28500:2017, version 1.1): what was asked and what was answered, as it went over the wire.
//!
//! A gzip member per record, so that each can be read on its own; a `response` with its `request` beside it, or a
//! `revisit` where the page was what an earlier record holds; digests (sha-256, hexadecimal) of block and payload. A file that is being written ends in `.open`; it is closed, and loses
//! the ending, when it is full or the run ends. Only whole records ever count: [`super::store`] cuts off the rest.

use chrono::{DateTime, SecondsFormat, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::SocketAddr;

/// A request with its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Address asked for.
    pub url: String,
    /// When the request was sent.
    pub at: DateTime<Utc>,
    /// Who answered.
    pub peer: Option<SocketAddr>,
    /// The request: its line and headers, ending in an empty line.
    pub request: Vec<u8>,
    /// Status of the answer.
    pub status: u16,
    /// Its status line and headers, ending in an empty line.
    pub head: Vec<u8>,
    /// Its body, with its content coding but without its transfer coding.
    pub body: Vec<u8>,
}

fn digest(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().iter().fold(String::from("sha256:"), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A URN for a record: a UUID of version 8 (RFC 9562) out of what the record holds.
fn record_id(kind: &str, url: &str, at: &str, digest: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [kind, url, at, digest] {
        hasher.update(part.as_bytes());
        hasher.update(b"\x1f");
    }
    let mut b = [0; 16];
    b.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    b[6] = b[6] & 0x0f | 0x80;
    b[8] = b[8] & 0x3f | 0x80;
    let hex = b.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    format!("<urn:uuid:{}-{}-{}-{}-{}>", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Header values cannot hold line ends; nothing that comes from outside may begin a new line.
fn clean(value: &str) -> String {
    value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn record(headers: &[(&str, String)], block: &[&[u8]]) -> std::io::Result<Vec<u8>> {
    let mut head = String::from("WARC/1.1\r\n");
    for (name, value) in headers {
        let _ = write!(head, "{name}: {}\r\n", clean(value));
    }
    let _ = write!(head, "Content-Length: {}\r\n\r\n", block.iter().map(|b| b.len()).sum::<usize>());
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(head.as_bytes())?;
    block.iter().try_for_each(|part| encoder.write_all(part))?;
    encoder.write_all(b"\r\n\r\n")?;
    encoder.finish()
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The record that begins a file: who wrote it and how.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn warcinfo(filename: &str, at: DateTime<Utc>, user_agent: &str, contact: &str) -> std::io::Result<Vec<u8>> {
    let fields = format!(
        "software: dalel/{}\r\nformat: WARC File Format 1.1\r\nconformsTo: \
         http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\nrobots: obey\r\nhttp-header-user-agent: \
         {}\r\noperator: {}\r\n",
        env!("CARGO_PKG_VERSION"),
        clean(user_agent),
        clean(contact),
    );
    let (at, sum) = (moment(at), digest(&[fields.as_bytes()]));
    let headers = [
        ("WARC-Type", "warcinfo".to_owned()),
        ("WARC-Record-ID", record_id("warcinfo", filename, &at, &sum)),
        ("WARC-Date", at),
        ("WARC-Filename", filename.to_owned()),
        ("WARC-Block-Digest", sum),
        ("Content-Type", "application/warc-fields".to_owned()),
    ];
    record(&headers, &[fields.as_bytes()])
}

/// Why a page is known to be what an earlier record holds (ISO 28500:2017, 6.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Same {
    /// The server said so: status 304.
    NotModified,
    /// It was sent again, byte for byte.
    IdenticalPayload,
}

impl Same {
    const fn profile(self) -> &'static str {
        match self {
            Self::NotModified => "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
            Self::IdenticalPayload => "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        }
    }
}

/// The digest of a payload, as records and ledger state it.
pub fn payload_digest(exchange: &Exchange) -> String {
    digest(&[&exchange.body])
}

/// The two records of an exchange, response first, as the bytes to append.
///
/// # Errors
/// None in practice: they are written to memory.
pub fn records(exchange: &Exchange) -> std::io::Result<Vec<u8>> {
    let payload = ("WARC-Payload-Digest", payload_digest(exchange));
    with_request(exchange, "response", vec![payload], &[&exchange.head, &exchange.body])
}

/// The two records of an exchange whose page lies in the record of `earlier`: a `revisit` with the answer's head, and
/// the request.
///
/// # Errors
/// None in practice: they are written to memory.
pub fn revisit(exchange: &Exchange, same: Same, earlier: DateTime<Utc>) -> std::io::Result<Vec<u8>> {
    let mut headers = vec![
        ("WARC-Profile", same.profile().to_owned()),
        ("WARC-Refers-To-Target-URI", exchange.url.clone()),
        ("WARC-Refers-To-Date", moment(earlier)),
    ];
    if same == Same::IdenticalPayload {
        headers.push(("WARC-Payload-Digest", payload_digest(exchange)));
    }
    with_request(exchange, "revisit", headers, &[&exchange.head])
}

fn with_request(
    exchange: &Exchange,
    kind: &str,
    more: Vec<(&'static str, String)>,
    block: &[&[u8]],
) -> std::io::Result<Vec<u8>> {
    let (at, sum) = (moment(exchange.at), digest(block));
    let id = record_id(kind, &exchange.url, &at, &sum);
    let mut headers = vec![
        ("WARC-Type", kind.to_owned()),
        ("WARC-Record-ID", id.clone()),
        ("WARC-Date", at.clone()),
        ("WARC-Target-URI", exchange.url.clone()),
        ("WARC-Block-Digest", sum),
        ("Content-Type", "application/http; msgtype=response".to_owned()),
    ];
    headers.extend(more);
    if let Some(peer) = exchange.peer {
        headers.insert(4, ("WARC-IP-Address", peer.ip().to_string()));
    }
    let mut bytes = record(&headers, block)?;
    let sum = digest(&[&exchange.request]);
    let headers = [
        ("WARC-Type", "request".to_owned()),
        ("WARC-Record-ID", record_id("request", &exchange.url, &at, &sum)),
        ("WARC-Date", at),
        ("WARC-Target-URI", exchange.url.clone()),
        ("WARC-Concurrent-To", id),
        ("WARC-Block-Digest", sum),
        ("Content-Type", "application/http; msgtype=request".to_owned()),
    ];
    bytes.extend(record(&headers, &[&exchange.request])?);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::MultiGzDecoder;
    use std::io::Read;

    fn exchange() -> Exchange {
        Exchange {
            url: "https://a.kz/1".into(),
            at: DateTime::from_timestamp(1_756_548_672, 0).expect("a moment"),
            peer: Some(([8, 8, 8, 8], 443).into()),
            request: b"GET /1 HTTP/1.1\r\nHost: a.kz\r\n\r\n".to_vec(),
            status: 200,
            head: b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".to_vec(),
            body: b"<p>\xcf\xf0</p>".to_vec(),
        }
    }

    fn plain(bytes: &[u8]) -> String {
        let mut plain = Vec::new();
        MultiGzDecoder::new(bytes).read_to_end(&mut plain).expect("gzip");
        String::from_utf8_lossy(&plain).into_owned()
    }

    #[test]
    fn a_revisit_leads_to_the_record_with_the_page() {
        let earlier = DateTime::from_timestamp(1_756_500_000, 123_456_789).expect("a moment");
        let check = |same: Same, parts: &[&str], absent: &[&str]| {
            let text = plain(&revisit(&exchange(), same, earlier).expect("memory"));
            for part in
                ["WARC-Type: revisit\r\n", "WARC-Refers-To-Date: 2025-08-29T20:40:00.123456Z\r\n"].iter().chain(parts)
            {
                assert!(text.contains(part), "{part}\n{text}");
            }
            assert!(absent.iter().all(|part| !text.contains(part)), "{text}");
            assert!(!text.contains("<p>"), "the page is not kept twice");
        };
        check(Same::NotModified, &["revisit/server-not-modified\r\n"], &["WARC-Payload-Digest"]);
        let sum = format!("WARC-Payload-Digest: {}\r\n", payload_digest(&exchange()));
        check(Same::IdenticalPayload, &["revisit/identical-payload-digest\r\n", &sum], &[]);
    }

    #[test]
    fn records_are_whole() {
        let exchange = exchange();
        let bytes = records(&exchange).expect("memory");
        assert_eq!(bytes, records(&exchange).expect("memory"), "the same exchange, the same bytes");
        let text = plain(&bytes);
        let heads: Vec<_> = text.matches("WARC/1.1\r\n").collect();
        assert_eq!(heads.len(), 2);
        for part in [
            "WARC-Type: response\r\n",
            "WARC-Date: 2025-08-30T10:11:12.000000Z\r\n",
            "WARC-IP-Address: 8.8.8.8\r\n",
            "Content-Length: 53\r\n\r\nHTTP/1.1 200 OK\r\n",
            "WARC-Type: request\r\n",
            "\r\n\r\nGET /1 HTTP/1.1\r\n",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        // printf '' | sha256sum
        assert_eq!(digest(&[b""]), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert!(record_id("a", "b", "c", "d").starts_with("<urn:uuid:"));
        assert_eq!(clean("a\r\nWARC-Type: x"), "a  WARC-Type: x");
    }
}

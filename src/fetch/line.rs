//! A line of the ledger: what happened to an address, and the records that go with it.

use super::Failure;
use super::archive::{self, Exchange, Same};
use super::store::{Known, key};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::io;

/// What happened to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// An outlet lists it; it is still to be fetched.
    Found,
    /// It was fetched and archived.
    Stored,
    /// It was fetched again, and had not changed.
    Unchanged,
    /// It will not be fetched, or its answer not kept: see `reason`.
    Refused,
    /// It could not be had this time: see `reason`. The next run tries again.
    Failed,
    /// A feed or sitemap was read.
    Listed,
    /// An archive was begun.
    Archive,
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What happened.
    pub event: Event,
    /// When.
    pub at: DateTime<Utc>,
    /// The address, canonical.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// The source's id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Status of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why it was refused or failed: a reason code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What a person needs to know of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Where redirects led.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// blake3 of the decoded body, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// Digest of the body as sent, as its record states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The answer's `ETag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The answer's Last-Modified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// The archive's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Byte in the archive at which its records begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<u64>,
    /// Byte in the archive after its records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<u64>,
}

impl Line {
    /// A line without particulars.
    pub fn new(event: Event, source: &str, url: &str) -> Self {
        Self {
            event,
            at: super::now(),
            url: url.into(),
            source: source.into(),
            status: None,
            reason: None,
            detail: None,
            to: None,
            hash: None,
            digest: None,
            etag: None,
            last_modified: None,
            file: None,
            start: None,
            end: None,
        }
    }

    /// The line of a failure: refused for good, or failed this time.
    pub fn failure(source: &str, url: &str, failure: &Failure) -> Self {
        let event = if failure.transient { Event::Failed } else { Event::Refused };
        Self {
            status: failure.status,
            reason: Some(failure.code.into()),
            detail: Some(failure.detail.clone()),
            ..Self::new(event, source, url)
        }
    }
}

/// The exchange's records and the line that goes with them.
///
/// # Errors
/// None in practice: they are written to memory.
pub fn prepare(source: &str, url: &str, exchange: &Exchange, hash: String) -> io::Result<(Vec<u8>, Line)> {
    let mut line = Line::new(Event::Stored, source, url);
    (line.at, line.status, line.hash) = (exchange.at, Some(exchange.status), Some(hash));
    line.digest = Some(archive::payload_digest(exchange));
    line.to = (exchange.url != url).then(|| exchange.url.clone());
    Ok((archive::records(exchange)?, line))
}

/// The records, if any, and the line of a page that has not changed since it was archived. `known` is what is known of
/// the address that answered. A body that was sent in another coding is no repetition of the earlier record's payload,
/// so it gets its line only.
///
/// # Errors
/// None in practice: they are written to memory.
pub fn again(source: &str, url: &str, exchange: &Exchange, known: Option<&Known>) -> io::Result<(Vec<u8>, Line)> {
    let mut line = Line::new(Event::Unchanged, source, url);
    (line.at, line.status) = (exchange.at, Some(exchange.status));
    line.to = (exchange.url != url).then(|| exchange.url.clone());
    let same = match (exchange.status, known.and_then(|k| k.payload)) {
        (304, _) => Some(Same::NotModified),
        (_, Some(payload)) if payload == key(&archive::payload_digest(exchange)) => Some(Same::IdenticalPayload),
        _ => None,
    };
    let records = match (same, known.and_then(|k| k.stored)) {
        (Some(same), Some(earlier)) => archive::revisit(exchange, same, earlier)?,
        _ => Vec::new(),
    };
    Ok((records, line))
}

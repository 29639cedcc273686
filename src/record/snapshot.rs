//! A raw page as it was fetched or read.

use chrono::{DateTime, Utc};

/// How the body of a snapshot is to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SnapshotKind {
    /// An HTML page.
    Html,
    /// A plain text dump of a page: paragraphs by newlines, with the page's furniture still in it.
    Text,
}

/// One raw page: bytes and what the transport said of them. Nothing is decoded yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Identifier: the file's stem for pages read from files, else a hash of URL and body.
    pub snapshot_id: String,
    /// Address the page was asked for, where known.
    pub url: Option<String>,
    /// Outlet (id of a source file, or host) where the input names it.
    pub outlet: Option<String>,
    /// When it was fetched (UTC), where known.
    pub fetched_at: Option<DateTime<Utc>>,
    /// The transport's `Content-Type`, where known.
    pub content_type: Option<String>,
    /// HTML page or plain dump.
    pub kind: SnapshotKind,
    /// The decompressed body.
    pub body: Vec<u8>,
}

//! Files → snapshots and articles.
//!
//! Enters: paths of files and folders. Leaves: [`Record`]s, in [`Chunk`]s of a bounded size, so that an input of
//! any length needs the memory of a few chunks.
//!
//! | file | becomes |
//! |---|---|
//! | `.html`, `.htm`, `.txt`, each also `.gz` | one [`Snapshot`], named by the file without these endings |
//! | `.jsonl`, `.jsonl.gz` | one [`Article`] a line |
//! | `.parquet` | one [`Article`] a row |
//! | `.warc`, `.warc.gz` | one [`Snapshot`] a successful response that [`Filter`] takes |
//!
//! A folder is read with its subfolders, in the order of the paths; files of other kinds are left alone and
//! counted. Every file, line and row is accounted for: it is a record, or a [`Reject`] with its place.
//!
//! # Invariants
//! - No input, however hostile, takes more memory than [`Limits`] allow: a decompression bomb is refused as
//!   `too_large`.
//! - A broken file never stops the others; only a file that cannot be *opened* (permissions, a dying disk) stops
//!   the run, because to go on would lose it silently.
//!
//! ```
//! let folder = std::env::temp_dir().join(format!("dalel-read-{}", std::process::id()));
//! std::fs::create_dir_all(&folder)?;
//! std::fs::write(folder.join("a.txt"), "Задержан житель Шымкента.")?;
//! std::fs::write(folder.join("b.txt"), "")?;
//! let inputs = dalel::read::discover(&[folder.clone()])?;
//! let loaded = inputs.chunks().next().expect("two files, one chunk")?.load(&dalel::read::Limits::default())?;
//! assert_eq!((loaded.records.len(), loaded.refused[0].reason.as_str()), (1, "empty"));
//! # std::fs::remove_dir_all(folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![expect(clippy::disallowed_methods, reason = "reading files is what this module is for")]

mod batch;
mod bytes;
mod chunk;
mod discover;
mod fields;
pub(crate) mod http;
mod jsonl;
mod parquet;
mod warc;

pub use batch::{articles, pages};
pub use chunk::{Chunk, Chunks};
pub use discover::{Inputs, Kind, discover};
pub use warc::Filter;

use crate::record::{Article, Reject, Snapshot};

/// The stage's name in `rejects.stage`.
pub const NAME: &str = "read";

/// What one file, line or row became.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// A raw page, still to be cleaned.
    Snapshot(Snapshot),
    /// An article whose text is already clean.
    Article(Article),
}

/// A chunk's content.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The records, in input order.
    pub records: Vec<Record>,
    /// Files, lines and rows that could not be read.
    pub refused: Vec<Reject>,
    /// How many files, lines and rows were looked at: records + refused.
    pub seen: usize,
    /// blake3 over the names and raw bytes of everything in the chunk, in hex.
    pub hash: String,
}

/// How much one record may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest page, in bytes after decompression.
    pub page_bytes: u64,
    /// Longest line of a JSONL file, in bytes after decompression.
    pub line_bytes: u64,
}

impl Default for Limits {
    /// 16 MiB each: five hundred times a usual news page.
    fn default() -> Self {
        Self { page_bytes: 16 << 20, line_bytes: 16 << 20 }
    }
}

/// Why an input cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The path does not exist.
    #[error("{path}: no such file or folder")]
    Missing {
        /// Path as given.
        path: String,
    },
    /// A file was named whose kind is not known.
    #[error("{path}: not an input that dalel reads (.html, .htm, .txt, .jsonl, .warc, each also .gz; .parquet)")]
    UnknownKind {
        /// Path as given.
        path: String,
    },
    /// An Arrow batch does not have the columns of an input.
    #[error("{message}")]
    Batch {
        /// What is missing or wrong.
        message: String,
    },
    /// The operating system refuses to read it.
    #[error("{path}: {source}")]
    Io {
        /// File or folder.
        path: String,
        /// Cause.
        source: std::io::Error,
    },
}

impl ReadError {
    pub(crate) fn io(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::Io { path: path.display().to_string(), source }
    }
}

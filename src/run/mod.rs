//! Runs the stages over an input of any size, on one machine.
//!
//! Enters: a [`Job`]. Leaves: a folder with `articles/`, `mentions/`, `events/`, `stories/` and `rejects/` as
//! Parquet, and `release/<version>/`.
//!
//! ```text
//! input ─ chunks ─┬─ read → clean → work/<key>.clean ─ extract → work/<key>.extract ─┐
//!                 ├─ …                                                               ├─ dedup → tables → publish
//!                 └─ …                                                               ┘
//! ```
//!
//! # Invariants
//! - A chunk's *key* is the hash of everything that its output depends on: the raw input, the data files, the
//!   code, the thresholds. Work found under its key is never done again, and nothing found under a key can be
//!   stale. So an interrupted run goes on where it stopped, and a repeated one changes no file.
//! - A chunk's folder appears whole or not at all (written beside, then renamed); so does each table.
//! - The tables are sorted by id: the number of threads and the order of chunks leave no trace in them.
//! - An id of a story or event that a later run no longer gives has an alias ([`aliases`]): the only file that
//!   depends on what lay in the folder before.
//! - in = kept + refused, for every stage; a run in which a record went missing stops with an error.
#![expect(clippy::disallowed_methods, reason = "the executor is where the pure stages meet files and the clock")]

mod account;
pub mod aliases;
mod batch;
mod error;
pub mod exchange;
pub mod expect;
mod fetch_job;
mod gather;
mod job;
mod local;
mod progress;
pub mod shard;
mod shelf;
mod sort;
mod stages;
mod store;
mod table;
mod tables;
pub mod withdraw;

pub use account::{Account, LayoutCount, StageCount};
pub use batch::Batches;
pub use error::RunError;
pub use fetch_job::FetchJob;
pub use job::{CleanJob, DedupJob, ExtractJob, Job, PublishJob, ReadJob, RunJob};
pub use local::{Outcome, Until, run};
pub use progress::{Observer, Silent};

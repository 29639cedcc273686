//! The typed records that flow between the stages.
//!
//! `Snapshot` → `Article` → `Mention` → `Event` and `Story`; `Reject` for what a stage refused. Field
//! names, units and meanings are those of `schemas/*.json`; a test fails until record and schema agree.
//! Identifiers are hashes of raw inputs, never of cleaned ones, so a better cleaner keeps the ids.

mod article;
mod change;
mod codes;
mod columnar;
mod event;
mod id;
mod mention;
mod packed;
mod reject;
pub mod schema;
mod snapshot;
mod span;
mod story;

pub use article::{Article, DatePrecision};
pub use change::Change;
pub use codes::{CodeList, CodeLists};
pub use columnar::{Columnar, ConvertError};
pub use event::Event;
pub use id::{content_hash, stable_id};
pub use mention::{Mention, Qualifier, Scope};
pub use packed::Figure;
pub use reject::Reject;
pub use snapshot::{Snapshot, SnapshotKind};
pub use span::Span;
pub use story::Story;

/// A code of a closed vocabulary (`schemas/codes/*.csv`): cheap to clone, compared by content.
pub type Code = std::sync::Arc<str>;

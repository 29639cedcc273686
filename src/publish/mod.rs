//! Tables → a release: the folder that is published, cited and read.
//!
//! What enters: the private tables of a run, `articles/`, `mentions/`, `events/`, `stories/`, each a folder of
//! Parquet files ([`table`]). What leaves: `release/<version>/` with the four tables as one Parquet file each
//! and as `.csv.gz`, the code lists, what changed since the former version ([`diff`]), descriptions for
//! people (README, dictionary, `report.html`) and programs (Frictionless, Croissant, DCAT, CFF, Zenodo), the licence,
//! `SHA256SUMS`.
//!
//! Invariants, as absences:
//! - no full text: only the columns of `schemas/*.json` are copied ([`crate::record::schema`]);
//! - no person's name in a title or evidence: every such text passes the [`Masker`];
//! - no half release: the folder is built beside its place, validated, and renamed;
//! - no changed release: a version that is there with other bytes is an error, with equal bytes a success;
//! - no clock, and nothing of how the rows were split or ordered: the same rows give the same bytes.
//!
//! # For a runner
//!
//! A job file has a [`ReleaseSpec`] as its part `[publish]`. The runner writes each stage's records with
//! [`table::write_records`] (or, as a stream, [`table::TableWriter`]) below `DIR/<table>/`, reads them back
//! with [`table::read_records`], and ends with
//! `release(DIR, &DIR.join("release"), &spec, &knowledge)`. A failed check is
//! [`ReleaseError::Invalid`] or [`ReleaseError::Assertion`]; warnings are in [`Released::warnings`].
//!
//! ```
//! use dalel::knowledge::Knowledge;
//! use dalel::publish::{ReleaseSpec, Status, Version, release, table, validate};
//! use dalel::record::{Article, Columnar, Event, Mention, Story};
//! use std::path::Path;
//!
//! fn write<R: Columnar>(dir: &Path, records: &[R]) -> Result<u64, table::TableError> {
//!     table::write_records(&dir.join(R::TABLE.name()).join("part-0.parquet"), records, &table::Footer::default())
//! }
//! let dir = tempfile::tempdir()?;
//! let article = Article { article_id: "a".into(), content_hash: "0".repeat(64), text: "…".into(), ..Article::default() };
//! write(dir.path(), &[article])?;
//! write::<Mention>(dir.path(), &[])?;
//! write::<Event>(dir.path(), &[])?;
//! write::<Story>(dir.path(), &[])?;
//!
//! let spec = ReleaseSpec::new(Version::try_from("2026.11.21".to_owned())?);
//! let releases = dir.path().join("release");
//! let first = release(dir.path(), &releases, &spec, &Knowledge::embedded())?;
//! assert_eq!((first.status, first.files[0].rows), (Status::Written, 1));
//! let again = release(dir.path(), &releases, &spec, &Knowledge::embedded())?;
//! assert_eq!(again.status, Status::Unchanged);
//! assert!(validate(&first.path)?.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![expect(clippy::disallowed_methods, reason = "a release is files")]

pub mod assertion;
mod bundle;
mod card;
mod catalogue;
mod changes;
mod croissant;
mod decisions;
mod delimited;
pub mod dictionary;
pub mod mask;
mod package;
mod prepare;
mod release;
mod report;
mod retired;
mod sorted;
pub mod spec;
pub mod table;
mod validate;

pub use assertion::{Assertion, Measure};
pub use bundle::{Content, FileInfo, Status};
pub use changes::{diff, summary};
pub use delimited::harmless;
pub use mask::Masker;
pub use package::pipeline;
pub use release::{ReleaseError, Released, release};
pub use spec::{ReleaseSpec, Version};
pub use validate::{Problem, validate};

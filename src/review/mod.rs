//! What people decide about single records: mentions that a reviewer accepted, rejected or corrected, and
//! articles that were taken out on request. Pure.
//!
//! ```text
//! extract → Mention → [corrections] → dedup → … → [doubts] → sheet (CSV) → a person → corrections
//!           Article → [erasure]     → dedup
//! ```
//!
//! What enters: `pipelines/corrections/mentions.csv` and `erased.csv`, and the records of a run. What leaves: the
//! records without what was rejected or erased, and a line for each decision that no longer applies.
//!
//! Invariants, as absences:
//! - no decision applies to other words than those that were judged: each is bound to its evidence by a hash;
//! - no decision lapses silently: where the mention is gone or reads differently, that is reported;
//! - no name or text in the files of decisions: ids, hashes and codes only.
//!
//! ```
//! use dalel::{knowledge::Knowledge, record::Mention, review::{Corrections, bind}};
//! let found = Mention { mention_id: "m-1".into(), article_id: "a-1".into(), evidence: "изъято 5 кг".into(), ..Mention::default() };
//! let mut knowledge = Knowledge::embedded();
//! knowledge.insert("pipelines/corrections/mentions.csv", format!(
//!     "decision,mention_id,article_id,evidence_hash,field,value,reviewer,reviewed_at,reason\n\
//!      amend,m-1,a-1,{},value,7,me,2026-11-22,misread\n", bind(&found)));
//! let reviewed = Corrections::new(&knowledge)?.apply(vec![found], |_| true);
//! assert_eq!(reviewed.kept[0].value, Some(7.0));
//! # Ok::<(), dalel::knowledge::KnowledgeError>(())
//! ```

mod corrections;
mod doubts;
mod erasure;
mod field;
mod sheet;

pub use corrections::{Correction, Corrections, Decision, Reviewed, bind};
pub use doubts::{Doubt, Doubts, Why};
pub use erasure::{Erasure, normal};
pub use field::{FIELDS, field_of};
pub use sheet::{Sheet, SheetError};

//! **dalel** (дәлел: proof, evidence) builds an open, versioned dataset of law-enforcement results in
//! Kazakhstan from news in Russian and Kazakh; every figure points to the words that state it.
//!
//! The stages, in the order in which records flow, each a module:
//! `fetch` and `read` give [`record::Snapshot`]s and [`record::Article`]s; `clean` makes articles of
//! snapshots; `extract` finds [`record::Mention`]s; `dedup` clusters them into [`record::Event`]s and
//! [`record::Story`]s; `publish` writes releases. The contract that all share is [`stage`].

pub mod clean;
pub mod dedup;
pub mod eval;
pub mod extract;
#[cfg(feature = "fetch")]
pub mod fetch;
pub mod knowledge;
pub mod publish;
pub mod read;
pub mod record;
pub mod review;
pub mod run;
pub mod source;
pub mod stage;
#[cfg(feature = "publish")]
pub mod upload;

//! Articles and mentions → stories and events. Pure.
//!
//! Steps, each a pure module: [`features`] reduces an article and its mentions to small sets of hashes;
//! [`block`] finds the pairs worth comparing; [`compare`] scores two articles and [`link`] two mentions,
//! term by term; [`cluster`] groups what agrees on average; [`merge`] makes one event of its mentions.
//!
//! A pair's evidence depends on the pair alone (word weights are data, not counts of the corpus), and
//! articles are taken in the order of their days. So the order of the input never matters, and adding a
//! day's articles to an index gives what a full run over all of them gives.

#![expect(clippy::many_single_char_names, reason = "a and b, x and y: the two sides of a comparison")]
#![expect(clippy::cast_possible_wrap, reason = "digits, days and logarithmic cells are small")]

pub mod alias;
pub mod background;
pub mod block;
pub mod claim;
mod claims;
pub mod cluster;
mod codec;
mod column;
pub mod compare;
mod components;
pub mod corrections;
pub mod explain;
pub mod features;
mod glance;
mod grouped;
pub mod index;
mod kinds;
mod levels;
pub mod link;
mod linkage;
mod meet;
pub mod merge;
mod met;
pub mod parts;
mod pile;
mod probe;
mod records;
mod relations;
mod run;
mod sets;
pub mod settings;
mod shelf;
mod siblings;
mod square;
pub mod text;
mod without;

use crate::record::{Article, Event, Mention, Story};
pub use grouped::{Grouped, number_of};
pub use index::Index;
pub use records::{Filed, Outlets};
pub use run::Deduplicator;
pub use settings::Settings;
pub use shelf::Shelf;
pub use without::without;

/// The four tables after deduplication.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Deduped {
    /// The articles, each with its `story_id`, sorted by id.
    pub articles: Vec<Article>,
    /// The mentions, each with its `event_id`, sorted by article and place in its text.
    pub mentions: Vec<Mention>,
    /// The merged events, sorted by id.
    pub events: Vec<Event>,
    /// The stories, sorted by id.
    pub stories: Vec<Story>,
}

/// Clusters articles into stories and mentions into events, with the default settings and the embedded
/// knowledge. The order of the input never matters.
pub fn dedup(articles: Vec<Article>, mentions: Vec<Mention>) -> Deduped {
    Deduplicator::embedded(Settings::default()).run(articles, mentions)
}

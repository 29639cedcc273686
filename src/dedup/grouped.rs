//! Articles and mentions with the groups that were found: what the tables are written from, some rows at a time.

use super::Deduped;
use super::merge::{self, Stated};
use super::met::Numbering;
use super::records::Records;
use super::run::{name_story, story_id};
use crate::record::{Event, Mention, Story, stable_id};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// The outcome of a run. Of an event it holds 24 bytes: the rest is merged from its mentions when it is wanted.
#[derive(Debug)]
pub struct Grouped {
    /// In the order of publication.
    records: Records,
    /// The mentions' numbers: by article, then by id.
    numbering: Numbering,
    /// The first article of each article's story.
    stories: Vec<u32>,
    /// The id of the story of each article that is the first of one.
    story_ids: Vec<Id>,
    /// The event of each mention.
    event_of: Vec<u32>,
    /// The mentions of each event, one event after the other, and where each ends.
    members: Vec<u32>,
    ends: Vec<u32>,
    /// The id of each event.
    ids: Vec<Id>,
    /// The figure of each event; none is not a number.
    values: Vec<f64>,
    /// The total that an event is a part of.
    totals: FxHashMap<u32, u32>,
    /// The first event of each event's case, which alone may be of a case of its own.
    cases: Vec<u32>,
}

/// The hexadecimal digits of a [`stable_id`] as a number: of one prefix they sort as the ids do.
type Id = u64;

fn id_of(text: &str) -> Id {
    text.rsplit('-').next().and_then(|digits| Id::from_str_radix(digits, 16).ok()).unwrap_or_default()
}

fn text_of(prefix: &str, id: Id) -> String {
    format!("{prefix}-{id:016x}")
}

impl Grouped {
    /// From articles in the order of publication with their mentions by id, and for each article and each mention the
    /// first of its group.
    pub(super) fn new(records: Records, numbering: Numbering, stories: Vec<u32>, event_labels: &[u32]) -> Self {
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
        let (n, totals, cases) = (ends.len(), FxHashMap::default(), Vec::new());
        let (ids, values) = (Vec::new(), Vec::new());
        let id = |(at, first): (usize, &u32)| {
            if *first as usize == at { id_of(&story_id(&records.article_id(at))) } else { 0 }
        };
        let story_ids = stories.iter().enumerate().map(id).collect();
        let this = Self { records, numbering, stories, story_ids, event_of, members, ends, ids, values, totals, cases };
        let outlines = (0..n).into_par_iter().map(|event| {
            let (id, value) = this.outline(event);
            (id_of(&id), value.unwrap_or(f64::NAN))
        });
        let (ids, values) = outlines.unzip();
        Self { ids, values, ..this }
    }

    /// The places of an event's mentions: article, and number in it.
    fn places(&self, event: usize) -> impl Iterator<Item = (usize, usize)> {
        let start = if event == 0 { 0 } else { self.ends[event - 1] };
        self.members[start as usize..self.ends[event] as usize].iter().map(|mention| {
            let at = self.numbering.article(*mention) as usize;
            (at, (mention - self.numbering.first(at)) as usize)
        })
    }

    /// The id and the figure of an event.
    fn outline(&self, event: usize) -> (String, Option<f64>) {
        let told = self.places(event).map(|(at, number)| (self.records.figure(at, number), self.records.teller(at)));
        let told: Vec<_> = told.collect();
        merge::outline(&told.iter().map(|(mention, article)| Stated { mention, article }).collect::<Vec<_>>())
    }

    /// An event by its number.
    fn event(&self, number: usize) -> Event {
        let told = self.places(number).map(|(at, number)| {
            let mut article = self.records.teller(at).into_owned();
            article.story_id = Some(self.story_id(at));
            (self.records.mention(at, number), article)
        });
        let told: Vec<_> = told.collect();
        let stated = told.iter().map(|(mention, article)| Stated { mention, article });
        let (mut event, _) = merge::merge(stated.collect());
        event.part_of = self.totals.get(&(number as u32)).map(|total| self.event_id(*total));
        event.case_id = self.case_id(number as u32);
        event.merged.case_id.clone_from(&event.case_id);
        event
    }

    fn event_id(&self, event: u32) -> String {
        text_of("event", self.ids[event as usize])
    }

    fn case_id(&self, event: u32) -> Option<String> {
        let first = *self.cases.get(event as usize).filter(|first| **first != u32::MAX)?;
        Some(stable_id("case", &[&self.event_id(first)]))
    }

    /// The id of the story of the article at a position.
    fn story_id(&self, at: usize) -> String {
        text_of("story", self.story_ids[self.stories[at] as usize])
    }

    /// How many events there are.
    pub(super) fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    /// The event of a mention, by the position of its article and its number in it.
    pub(super) fn event_of(&self, article: usize, mention: usize) -> u32 {
        self.event_of[self.numbering.first(article) as usize + mention]
    }

    /// An event's figure.
    pub(super) fn value(&self, event: u32) -> Option<f64> {
        Some(self.values[event as usize]).filter(|value| !value.is_nan())
    }

    pub(super) fn set_total(&mut self, part: u32, total: u32) {
        self.totals.insert(part, total);
    }

    /// Takes the first event of each event's case.
    pub(super) fn set_cases(&mut self, mut cases: Vec<u32>) {
        let mut sizes = vec![0_u32; cases.len()];
        for first in &cases {
            sizes[*first as usize] += 1;
        }
        cases.iter_mut().filter(|first| sizes[**first as usize] == 1).for_each(|alone| *alone = u32::MAX);
        // Figures were asked for by the totals alone.
        (self.cases, self.values) = (cases, Vec::new());
    }

    /// How many articles, mentions and events there are.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.stories.len(), self.event_of.len(), self.ends.len())
    }

    /// The stories, sorted by id.
    pub fn stories(&self) -> impl Iterator<Item = Story> {
        let mut groups: Vec<(Id, u32)> = (0..self.stories.len())
            .filter(|at| self.stories[*at] as usize == *at)
            .map(|at| (self.story_ids[at], at as u32))
            .collect();
        groups.sort_unstable();
        let mut members: Vec<u32> = (0..self.stories.len() as u32).collect();
        members.sort_by_key(|at| self.stories[*at as usize]);
        groups.into_iter().map(move |(_, first)| {
            let start = members.partition_point(|at| self.stories[*at as usize] < first);
            let own = members[start..].iter().take_while(|at| self.stories[**at as usize] == first);
            let own: Vec<_> = own.map(|at| self.records.head(*at as usize)).collect();
            name_story(&own.iter().map(|article| &**article).collect::<Vec<_>>())
        })
    }

    /// How many stories there are.
    pub fn story_count(&self) -> usize {
        self.stories.iter().zip(0..).filter(|(first, at)| **first == *at).count()
    }

    /// The merged events, sorted by id; each is merged when it is asked for.
    pub fn events(&self) -> impl Iterator<Item = Event> {
        let mut order: Vec<u32> = (0..self.len()).collect();
        order.sort_unstable_by_key(|event| (self.ids[*event as usize], *event));
        order.into_iter().map(|number| self.event(number as usize))
    }

    /// The mentions, each with its event, sorted by article and place in its text; an article's are read when they are
    /// asked for.
    pub fn mentions(&self) -> impl Iterator<Item = Mention> {
        self.records.by_id().into_iter().flat_map(move |at| {
            let mut own = self.records.mentions(at as usize);
            for (number, mention) in own.iter_mut().enumerate() {
                mention.event_id = Some(self.event_id(self.event_of(at as usize, number)));
            }
            own.sort_by(|a, b| {
                let place = |m: &Mention| m.evidence_span.start;
                place(a).cmp(&place(b)).then_with(|| a.mention_id.cmp(&b.mention_id))
            });
            own
        })
    }

    /// What tells the story of an article by its id.
    pub fn story_by_id(&self) -> impl Fn(&str) -> Option<String> {
        let order = self.records.by_id();
        move |id| Some(self.story_id(self.records.find(&order, id)? as usize))
    }

    /// Article id → story id.
    pub fn story_of(&self) -> BTreeMap<String, String> {
        (0..self.stories.len()).map(|at| (self.records.article_id(at).into_owned(), self.story_id(at))).collect()
    }

    /// Mention id → event id.
    pub fn event_of_mentions(&self) -> BTreeMap<String, String> {
        self.mentions().filter_map(|mention| Some((mention.mention_id, mention.event_id?))).collect()
    }

    /// The four tables, of records in memory.
    pub(super) fn tables(self) -> Deduped {
        let (events, stories, mentions) =
            (self.events().collect(), self.stories().collect(), self.mentions().collect());
        let story = |at: u32| (at, self.story_id(at as usize));
        let story_of: Vec<(u32, String)> = self.records.by_id().into_iter().map(story).collect();
        let Records::Own { mut articles, .. } = self.records else { return Deduped::default() };
        let article = |(at, story): (u32, String)| {
            let mut article = std::mem::take(&mut articles[at as usize]);
            article.story_id = Some(story);
            article
        };
        Deduped { articles: story_of.into_iter().map(article).collect(), mentions, events, stories }
    }
}

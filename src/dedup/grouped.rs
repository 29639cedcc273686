//! Articles and mentions with the groups that were found: what the tables are written from, some rows at a time.

use super::Deduped;
use super::column::Column;
use super::merge::{self, Stated};
use super::met::Numbering;
use super::pile::Pile;
use super::records::Records;
use super::run::{name_story, story_id};
use super::shelf::Shelf;
use crate::record::{Event, Mention, Story, stable_id};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The outcome of a run. Of mentions and events on a shelf it holds what was asked for last, and an event is merged from
/// its mentions when it is wanted.
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
    /// The event of each mention, and the next mention of the same event; 0 after the last.
    event_of: Column<u32>,
    next: Column<u32>,
    /// The first mention of each event.
    firsts: Column<u32>,
    /// The id of each event.
    ids: Column<Id>,
    /// The bits of the figure of each event; none is not a number.
    values: Column<u64>,
    /// The total that an event is a part of.
    totals: FxHashMap<u32, u32>,
    /// The first event of each event's case; none of an event that is alone.
    cases: Column<u32>,
}

/// Events that are outlined, or put in order, at a time.
const OUTLINES: usize = 1 << 13;
/// Those of one part of them that are held before they are put away.
const FEW: usize = 1 << 8;

/// The hexadecimal digits of a [`stable_id`] as a number: of one prefix they sort as the ids do.
type Id = u64;

fn id_of(text: &str) -> Id {
    text.rsplit('-').next().and_then(|digits| Id::from_str_radix(digits, 16).ok()).unwrap_or_default()
}

/// The number of the id of a story or an event; none where it is no such id.
pub fn number_of(prefix: &str, text: &str) -> Option<u64> {
    Some(id_of(text)).filter(|id| text_of(prefix, *id) == text)
}

fn text_of(prefix: &str, id: Id) -> String {
    format!("{prefix}-{id:016x}")
}

impl Grouped {
    /// From articles in the order of publication with their mentions by id, and for each article and each mention the
    /// first of its group.
    pub(super) fn new(records: Records, numbering: Numbering, stories: Vec<u32>, labels: &Column<u32>) -> Self {
        let column = || Column::on(labels.shelf().cloned());
        let (mut event_of, mut next, mut firsts, mut lasts) = (column(), column(), column(), column());
        for (mention, label) in (0..).zip(labels.iter()) {
            next.push(0);
            if label == mention {
                event_of.push(firsts.len());
                firsts.push(mention);
                lasts.push(mention);
            } else {
                let event = event_of.get(label);
                event_of.push(event);
                next.set(lasts.get(event), mention);
                lasts.set(event, mention);
            }
        }
        let id = |(at, first): (usize, &u32)| {
            if *first as usize == at { id_of(&story_id(&records.article_id(at))) } else { 0 }
        };
        let story_ids = stories.iter().enumerate().map(id).collect();
        let (ids, values) = (Column::on(labels.shelf().cloned()), Column::on(labels.shelf().cloned()));
        let (totals, cases) = (FxHashMap::default(), column());
        let mut this =
            Self { records, numbering, stories, story_ids, event_of, next, firsts, ids, values, totals, cases };
        for start in (0..this.len()).step_by(OUTLINES) {
            let some = start..this.len().min(start + OUTLINES as u32);
            let outlines: Vec<_> = some.into_par_iter().map(|event| this.outline(event)).collect();
            for (id, value) in outlines {
                this.ids.push(id_of(&id));
                this.values.push(value.unwrap_or(f64::NAN).to_bits());
            }
        }
        this
    }

    /// Where what is known of mentions and events lies.
    pub(super) fn shelf(&self) -> Option<&Arc<dyn Shelf>> {
        self.event_of.shelf()
    }

    /// The places of an event's mentions: article, and number in it.
    fn places(&self, event: u32) -> impl Iterator<Item = (usize, usize)> {
        let next = |mention: &u32| Some(self.next.get(*mention)).filter(|next| next > mention);
        std::iter::successors(Some(self.firsts.get(event)), next).map(|mention| {
            let at = self.numbering.article(mention) as usize;
            (at, (mention - self.numbering.first(at)) as usize)
        })
    }

    /// The id and the figure of an event.
    fn outline(&self, event: u32) -> (String, Option<f64>) {
        let told = self.places(event).map(|(at, number)| (self.records.figure(at, number), self.records.teller(at)));
        let told: Vec<_> = told.collect();
        merge::outline(&told.iter().map(|(mention, article)| Stated { mention, article }).collect::<Vec<_>>())
    }

    /// An event by its number.
    fn event(&self, number: u32) -> Event {
        let told = self.places(number).map(|(at, number)| {
            let mut article = self.records.teller(at).into_owned();
            article.story_id = Some(self.story_id(at));
            (self.records.mention(at, number), article)
        });
        let told: Vec<_> = told.collect();
        let stated = told.iter().map(|(mention, article)| Stated { mention, article });
        let (mut event, _) = merge::merge(stated.collect());
        event.part_of = self.totals.get(&number).map(|total| self.event_id(*total));
        event.case_id = self.case_id(number);
        event.merged.case_id.clone_from(&event.case_id);
        event
    }

    fn event_id(&self, event: u32) -> String {
        text_of("event", self.ids.get(event))
    }

    fn case_id(&self, event: u32) -> Option<String> {
        let first = Some(self.cases.get(event)).filter(|first| *first != u32::MAX)?;
        Some(stable_id("case", &[&self.event_id(first)]))
    }

    /// The id of the story of the article at a position.
    fn story_id(&self, at: usize) -> String {
        text_of("story", self.story_ids[self.stories[at] as usize])
    }

    /// How many events there are.
    pub(super) fn len(&self) -> u32 {
        self.firsts.len()
    }

    /// The event of a mention, by the position of its article and its number in it.
    pub(super) fn event_of(&self, article: usize, mention: usize) -> u32 {
        self.event_of.get(self.numbering.first(article) + mention as u32)
    }

    /// An event's figure.
    pub(super) fn value(&self, event: u32) -> Option<f64> {
        Some(f64::from_bits(self.values.get(event))).filter(|value| !value.is_nan())
    }

    pub(super) fn set_total(&mut self, part: u32, total: u32) {
        self.totals.insert(part, total);
    }

    /// Takes the first event of each event's case.
    pub(super) fn set_cases(&mut self, mut cases: Column<u32>) {
        // No event knows who follows it: one that is alone is the first of nobody else.
        let mut has_others = Column::of(self.shelf().cloned(), (0..cases.len()).map(|_| 0_u32));
        for event in 0..cases.len() {
            let first = cases.get(event);
            if first != event {
                has_others.set(first, 1);
            }
        }
        for event in 0..cases.len() {
            if cases.get(event) == event && has_others.get(event) == 0 {
                cases.set(event, u32::MAX);
            }
        }
        // Figures were asked for by the totals alone.
        (self.cases, self.values) = (cases, Column::on(None));
    }

    /// How many articles, mentions and events there are.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.stories.len(), self.event_of.len() as usize, self.len() as usize)
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
        // Ids are hashes: equal parts of them have about as many events each.
        let parts = u64::from(self.len()) / OUTLINES as u64 + 1;
        let mut events: Vec<Pile<(Id, u32)>> = (0..parts).map(|_| Pile::on(self.shelf().cloned())).collect();
        for (event, id) in (0..).zip(self.ids.iter()) {
            let part = (u128::from(id) * u128::from(parts)) >> Id::BITS;
            events[part as usize].push((id, event), FEW);
        }
        events.into_iter().flat_map(|part| {
            let mut own = Vec::with_capacity(part.len());
            part.for_each(|event| own.push(event));
            own.sort_unstable();
            own.into_iter().map(|(_, number)| self.event(number))
        })
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

    /// What tells the story of one article after the other by its id, in the order of ids.
    pub fn stories_in_order(&self) -> impl FnMut(&str) -> Option<String> {
        let mut left = self.records.by_id().into_iter().peekable();
        move |id| {
            let is_before = |at: &u32| &*self.records.article_id(*at as usize) < id;
            while left.next_if(is_before).is_some() {}
            let at = left.next_if(|at| self.records.article_id(*at as usize) == id)?;
            Some(self.story_id(at as usize))
        }
    }

    /// The numbers of the ids of all stories, by [`number_of`].
    pub fn story_numbers(&self) -> impl Iterator<Item = u64> {
        (0..).zip(&self.stories).filter(|(at, first)| at == *first).map(|(at, _)| self.story_ids[at as usize])
    }

    /// The numbers of the ids of all events, by [`number_of`].
    pub fn event_numbers(&self) -> impl Iterator<Item = u64> {
        self.ids.iter()
    }

    /// Article id → story id, of some articles.
    pub fn story_of(&self, is_asked: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
        let ids = (0..self.stories.len()).map(|at| (at, self.records.article_id(at)));
        ids.filter(|(_, id)| is_asked(id)).map(|(at, id)| (id.into_owned(), self.story_id(at))).collect()
    }

    /// Mention id → event id, of some mentions.
    pub fn event_of_mentions(&self, is_asked: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for at in 0..self.stories.len() {
            for (number, mention) in self.records.mentions(at).into_iter().enumerate() {
                if is_asked(&mention.mention_id) {
                    found.insert(mention.mention_id, self.event_id(self.event_of(at, number)));
                }
            }
        }
        found
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

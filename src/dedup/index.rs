//! The growing index: fingerprints, blocks and scored pairs of all articles so far.
//!
//! Articles stand in the order of publication. A day's articles are compared with those before them and
//! with each other, and nothing else is done again; late ones send the index back to their place in the
//! order, so the result is always that of one run over everything.

use super::block::{self, Blocks, Key, Seats};
use super::cluster::Edge;
use super::compare::{self, Shared};
use super::features::Fingerprint;
use super::glance::{Glance, Glances, Look};
use super::link;
use super::meet::{Keys, STRETCH};
use super::met::Met;
use super::pile::Pile;
use super::probe::Probe;
use super::records::Lent;
use super::run::{Deduplicator, UNSCORED};
use super::shelf::{Print, Prints, Shelf};
use crate::record::{Article, Mention};
use chrono::{DateTime, Utc};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// An article's place in the order.
pub(super) type Place = (Option<DateTime<Utc>>, Box<str>);

/// What is kept of all articles so far: about 1.6 KB each, in memory or on a shelf.
#[derive(Debug, Clone, Default)]
pub struct Index {
    pub(super) places: Vec<Place>,
    /// In their stead, of articles on a shelf.
    lent: Option<Lent>,
    pub(super) prints: Prints,
    /// The pairs that were compared.
    pub(super) met: Met,
    /// Those of them that may be of one story.
    pub(super) edges: Pile<Edge>,
    /// Mentions that may state one result in two stories, of the pairs that were compared.
    pub(super) crossings: Pile<Crossing>,
    blocks: Blocks,
    /// What tells at a glance that two articles have nothing in common, of each.
    glances: Glances,
}

/// How many articles are compared at a time with those before them; bounds the memory.
const CHUNK: u32 = 20_000;
/// How many articles are fetched before the first of them is compared.
const AHEAD: usize = 32;

/// A scored pair of mentions of two articles, should they tell two stories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Crossing {
    /// The earlier article.
    pub a: u32,
    /// The later article.
    pub b: u32,
    /// The mentions' numbers and their score.
    pub pair: link::Pair,
}

pub(super) fn place(article: &Article) -> Place {
    (article.published_at, article.article_id.as_str().into())
}

/// The mentions of each article, in the order that fingerprints take them: by id.
pub(super) fn by_article(mentions: &[Mention]) -> FxHashMap<&str, Vec<&Mention>> {
    let mut all: FxHashMap<&str, Vec<&Mention>> = FxHashMap::default();
    for mention in mentions {
        all.entry(&mention.article_id).or_default().push(mention);
    }
    for own in all.values_mut() {
        own.sort_by(|a, b| a.mention_id.cmp(&b.mention_id));
    }
    all
}

impl Index {
    /// Of articles on a shelf.
    pub(super) fn lent(articles: &Lent, shelf: &Arc<dyn Shelf>) -> Self {
        Self {
            lent: Some(articles.clone()),
            glances: Glances::on(shelf.clone()),
            prints: Prints::lent(shelf.clone(), articles.slots.clone()),
            met: Met::on(shelf.clone()),
            edges: Pile::on(Some(shelf.clone())),
            crossings: Pile::on(Some(shelf.clone())),
            ..Self::default()
        }
    }

    /// How many articles it holds.
    pub fn len(&self) -> usize {
        self.prints.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.prints.len() == 0
    }

    /// The ids of its articles, in its order: that of publication.
    pub fn article_ids(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let lent = self.lent.iter().flat_map(|lent| lent.ids().map(Cow::Owned));
        self.places.iter().map(|p| Cow::Borrowed(&*p.1)).chain(lent)
    }

    /// Adds articles with their mentions; one that is already there is replaced.
    pub fn add(&mut self, with: &Deduplicator, articles: &[Article], mentions: &[Mention]) {
        let of_article = by_article(mentions);
        let own = |a: &Article| of_article.get(a.article_id.as_str()).map_or(&[][..], Vec::as_slice);
        let prints = articles.par_iter().map(|a| (place(a), Fingerprint::new(a, own(a), with.background())));
        let mut new: Vec<(Place, Fingerprint)> = prints.collect();
        new.sort_by(|a, b| a.0.cmp(&b.0));
        new.dedup_by(|a, b| a.0.1 == b.0.1);
        let Some(earliest) = new.first().map(|n| n.0.clone()) else { return };

        // Back to the first place that changes; from there on everything is compared (again).
        let ids: FxHashSet<&str> = new.iter().map(|n| &*n.0.1).collect();
        let replaced = self.places.iter().position(|p| ids.contains(&*p.1)).unwrap_or(self.len());
        let from = self.places.partition_point(|p| *p < earliest).min(replaced);
        let prints = self.prints.own();
        let mut tail: Vec<(Place, Fingerprint)> = self.places.drain(from..).zip(prints.drain(from..)).collect();
        tail.retain(|t| !ids.contains(&*t.0.1));
        drop(ids);
        if !tail.is_empty() {
            new.append(&mut tail);
            new.sort_by(|a, b| a.0.cmp(&b.0));
        }
        let from = from as u32;
        self.edges.own().retain(|e| e.b < from);
        self.met.truncate(from);
        self.crossings.own().retain(|c| c.b < from);
        self.places.reserve_exact(new.len());
        prints.reserve_exact(new.len());
        for (place, print) in new {
            self.places.push(place);
            prints.push(print);
        }
        self.compare(with, from);
    }

    /// Finds and scores the pairs of the articles from a position on.
    pub(super) fn compare(&mut self, with: &Deduplicator, from: u32) {
        self.blocks.truncate(from);
        self.glances.truncate(from);
        let to = self.prints.len() as u32;
        for start in (from..to).step_by(CHUNK as usize) {
            self.compare_chunk(with, start, start.saturating_add(CHUNK).min(to));
        }
    }

    /// Finds and scores the pairs of some articles, all before them being compared.
    fn compare_chunk(&mut self, with: &Deduplicator, start: u32, end: u32) {
        let keys = self.look(with, start..end);
        let met = self.blocks.add(start, &keys);
        drop(keys);
        for first in (start..end).step_by(STRETCH) {
            let some = first..end.min(first + STRETCH as u32);
            self.compare_stretch(with, some, |later, seats| met.earlier(later, seats));
        }
    }

    /// Finds and scores the pairs of all articles, whose keys memory does not hold.
    pub(super) fn compare_all(&mut self, with: &Deduplicator) {
        let n = self.prints.len();
        let mut all = Keys::new(n, self.edges.shelf().cloned());
        for start in (0..n as u32).step_by(STRETCH) {
            let keys = self.look(with, start..(n as u32).min(start + STRETCH as u32));
            (start..).zip(keys).for_each(|(position, keys)| all.add(position, &keys));
        }
        let mut first = 0;
        for stretch in all.holders().stretches() {
            let some = first..(n as u32).min(first + STRETCH as u32);
            first = some.end;
            self.glances.advance(first);
            self.compare_stretch(with, some, |later, seats| stretch.earlier(later, seats));
        }
    }

    /// The keys of some articles; their glances are kept.
    fn look(&mut self, with: &Deduplicator, some: Range<u32>) -> Vec<Vec<Key>> {
        let known = some.into_par_iter().map(|at| {
            let print = self.prints.get(at);
            (block::keys(&print, with.background()), Glance::new(&print))
        });
        let (keys, glances): (Vec<Vec<Key>>, Vec<Glance>) = known.unzip();
        self.glances.extend(glances);
        keys
    }

    /// Scores the pairs of some articles with those that share enough with each.
    fn compare_stretch(
        &mut self,
        with: &Deduplicator,
        some: Range<u32>,
        earlier: impl for<'s> Fn(u32, &'s mut Seats) -> &'s [u32] + Sync,
    ) {
        let (prints, glances) = (&self.prints, &self.glances);
        let pairs_of = |(seats, look, probe): &mut (Seats, Look, Probe), later: u32| {
            let print = &*prints.get(later);
            let (mut row, mut edges, mut crossings) = (Vec::new(), Vec::new(), Vec::new());
            let others = look.among(print, earlier(later, seats), glances, with.background());
            if !others.is_empty() {
                probe.turn_to(print, with.background());
            }
            let others = others.chunks(AHEAD).flat_map(|some| {
                let prints: Vec<Print<'_>> = some.iter().map(|earlier| prints.get(*earlier)).collect();
                for other in &prints {
                    other.touch();
                }
                some.iter().zip(prints)
            });
            for (earlier, other) in others {
                let other = &*other;
                if compare::is_promising(other, print, with.background()) {
                    probe.meet(other, print);
                    let shared = probe.shared();
                    let score = with.score_if_likely(other, print, shared);
                    let pairs = link::pairs_across(other, print, &shared.agreeing, with.background(), probe);
                    crossings.extend(pairs.into_iter().map(|pair| Crossing { a: *earlier, b: later, pair }));
                    if score > UNSCORED {
                        edges.push(Edge { a: *earlier, b: later, score });
                    }
                    row.push(*earlier);
                }
            }
            row.shrink_to_fit();
            (row, edges, crossings)
        };
        let found = some.into_par_iter().map_init(Default::default, pairs_of).collect::<Vec<_>>();
        let rows = found.into_iter().map(|(row, edges, crossings)| {
            self.edges.extend(edges);
            self.crossings.extend(crossings);
            row
        });
        self.met.add(rows);
    }

    /// Takes pairs that were scored elsewhere, sorted by the later and then the earlier article, and finds their
    /// crossings.
    pub(super) fn take(&mut self, with: &Deduplicator, edges: Vec<Edge>) {
        let background = with.background();
        let found = edges.par_iter().flat_map_iter(|edge| {
            let [a, b] = [edge.a, edge.b].map(|at| self.prints.get(at));
            let shared = Shared::of(&a, &b, background);
            let pairs = link::pairs_across(&a, &b, &shared.agreeing, background, background);
            pairs.into_iter().map(|pair| Crossing { a: edge.a, b: edge.b, pair })
        });
        *self.crossings.own() = found.collect();
        let mut left = edges.iter().peekable();
        let rows = (0..self.prints.len() as u32).map(|later| {
            let mut row = Vec::new();
            while let Some(edge) = left.next_if(|edge| edge.b == later) {
                row.push(edge.a);
            }
            row
        });
        self.met = Met::default();
        self.met.add(rows.collect::<Vec<_>>().into_iter());
        *self.edges.own() = edges.into_iter().filter(|edge| edge.score > UNSCORED).collect();
    }

    /// Lets go of what only adding articles asks for.
    pub(super) fn close(&mut self) {
        (self.blocks, self.glances) = (Blocks::default(), Glances::default());
    }
}

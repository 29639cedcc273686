//! The steps of a whole run, in order: index, stories, events, tables.

use super::background::Background;
use super::cluster::{self, Edge, Linkage, Nothing, Part};
use super::column::Column;
use super::compare::{self, Shared, Weights};
use super::components::{self, Components};
use super::corrections::{Corrections, Decision, Level};
use super::features::Fingerprint;
use super::grouped::Grouped;
use super::index::{self, Index};
use super::met::{Articles, Numbering};
use super::pile::Pile;
use super::records::Records;
use super::shelf::{Prints, Shelf};
use super::{Deduped, Settings, link, relations};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::{Article, Mention, Reject, Story, stable_id};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Tables, weights, thresholds and corrections, compiled once.
#[derive(Debug, Clone)]
pub struct Deduplicator {
    background: Background,
    weights: Weights,
    settings: Settings,
    corrections: Corrections,
}

/// Likely stories of at most this many articles have all their pairs compared, not only those that met in
/// a block.
const COMPLETE: usize = 48;
/// Pairs of articles whose mentions are compared before what was found is put away.
const PAIRS: usize = 1 << 13;
/// The score of two articles that met and cannot be of one story, whatever their mentions say: it is worked out only
/// where a likely story holds both.
pub(super) const UNSCORED: f32 = f32::NEG_INFINITY;
/// The score of a pair that a reviewer split: more than any evidence can outweigh.
const SPLIT: f32 = -1e6;
/// Two mentions whose articles never met.
const UNKNOWN_MENTIONS: f32 = -1.0;
/// The highest score of two articles that open with two cases, whatever else they share: the second raid at one
/// border post tells of the first.
const ANOTHER_CASE: f32 = -1.5;
/// The highest score of one pair: no pair outweighs more than a few others.
const HIGHEST: f32 = 6.0;

impl Deduplicator {
    /// Compiles the tables.
    ///
    /// # Errors
    /// The first table that is missing or wrong, with its place.
    pub fn new(knowledge: &Knowledge, settings: Settings) -> Result<Self, KnowledgeError> {
        Ok(Self {
            background: Background::new(knowledge)?,
            weights: Weights::new(knowledge)?,
            settings,
            corrections: Corrections::new(knowledge)?,
        })
    }

    /// With the tables compiled into this build, which the tests check.
    ///
    /// # Panics
    /// Never: a wrong table fails the tests.
    pub fn embedded(settings: Settings) -> Self {
        Self::new(&Knowledge::embedded(), settings).expect("the embedded tables are tested")
    }

    pub(super) fn background(&self) -> &Background {
        &self.background
    }

    pub(super) fn weights(&self) -> &Weights {
        &self.weights
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) fn corrections(&self) -> &Corrections {
        &self.corrections
    }

    /// The log-odds that two articles tell one story, within the bounds of the settings.
    pub fn score(&self, a: &Fingerprint, b: &Fingerprint) -> f32 {
        self.score_of(&compare::compare(a, b, &self.background))
    }

    /// [`Self::score`] where it can tell one story, else [`UNSCORED`]: what nearly all pairs that meet are.
    pub(super) fn score_if_likely(&self, a: &Fingerprint, b: &Fingerprint, shared: &Shared) -> f32 {
        let (background, weights) = (&self.background, &self.weights);
        let evidence = compare::compare_likely(a, b, shared, background, weights, self.settings.story_threshold);
        evidence.map_or(UNSCORED, |evidence| self.score_of(&evidence))
    }

    fn score_of(&self, evidence: &compare::Evidence) -> f32 {
        let refuted = evidence.is_refuted();
        let lowest = if refuted { self.settings.refuted_score } else { self.settings.lowest_score };
        let highest = if evidence.is_another_case() { ANOTHER_CASE } else { HIGHEST };
        self.weights.score(evidence).clamp(lowest, highest)
    }

    /// All pairs of articles that an index compared: their ids, score and evidence.
    pub fn compared<'i>(
        &'i self,
        index: &'i Index,
    ) -> impl Iterator<Item = (&'i str, &'i str, f32, compare::Evidence)> {
        index.met.pairs().map(|(a, b)| {
            let id = |i: u32| &*index.places[i as usize].1;
            let evidence = compare::compare(&index.prints.get(a), &index.prints.get(b), &self.background);
            (id(a), id(b), self.score_of(&evidence), evidence)
        })
    }

    /// The reviewers' decisions that no longer apply to the articles and mentions of a run, as refusals of `dedup`.
    pub fn stale_corrections(
        &self,
        has_article: impl Fn(&str) -> bool,
        has_mention: impl Fn(&str) -> bool,
    ) -> Vec<Reject> {
        self.corrections.stale(|level, id| match level {
            Level::Story => has_article(id),
            Level::Event => has_mention(id),
        })
    }

    /// The mentions that reviewers paired.
    pub fn corrected_mentions(&self) -> impl Iterator<Item = &str> {
        let pairs = [Decision::Join, Decision::Split].map(|decision| self.corrections.pairs(Level::Event, decision));
        pairs.into_iter().flatten().flat_map(|(a, b)| [a, b])
    }

    /// Clusters articles into stories and mentions into events. Mentions of absent articles are dropped.
    pub fn run(&self, articles: Vec<Article>, mentions: Vec<Mention>) -> Deduped {
        let mut index = Index::default();
        index.add(self, &articles, &mentions);
        self.tables(&index, articles, mentions)
    }

    /// The tables of all articles that an index holds; `articles` and `mentions` are those it was given.
    pub fn tables(&self, index: &Index, mut articles: Vec<Article>, mentions: Vec<Mention>) -> Deduped {
        articles.sort_by_cached_key(index::place);
        articles.dedup_by(|a, b| a.article_id == b.article_id);
        let mut of_article: FxHashMap<String, Vec<Mention>> = FxHashMap::default();
        for mention in mentions {
            match of_article.get_mut(&mention.article_id) {
                Some(own) => own.push(mention),
                None => drop(of_article.insert(mention.article_id.clone(), vec![mention])),
            }
        }
        let own = |article: &Article| {
            let mut own = of_article.remove(&article.article_id).unwrap_or_default();
            own.sort_by(|a, b| a.mention_id.cmp(&b.mention_id));
            own
        };
        let mentions = articles.iter().map(own).collect();
        let (stories, events) = self.labels(index);
        Self::group(&index.prints, Records::Own { articles, mentions }, stories, &events).tables()
    }

    /// The first of its group of each article, and of each mention.
    pub(super) fn labels(&self, index: &Index) -> (Vec<u32>, Column<u32>) {
        let stories = self.story_labels(index);
        let events = self.events(index, &stories);
        (stories, events)
    }

    /// The groups of articles in the order of publication, each with its mentions by id, by their [`Self::labels`].
    pub(super) fn group(prints: &Prints, records: Records, stories: Vec<u32>, events: &Column<u32>) -> Grouped {
        let numbering = numbering(prints);
        let mut grouped = Grouped::new(records, numbering, stories, events);
        relations::relate(prints, &mut grouped);
        grouped
    }

    /// The pairs of positions that reviewers decided on, `a < b`.
    fn decided(&self, index: &Index, decision: Decision) -> Vec<(u32, u32)> {
        let wanted: Vec<(&str, &str)> = self.corrections.pairs(Level::Story, decision).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        let ids: FxHashSet<&str> = wanted.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let found = (0..).zip(index.article_ids()).filter_map(|(at, id)| Some((*ids.get(&*id)?, at)));
        let position: FxHashMap<&str, u32> = found.collect();
        wanted
            .into_iter()
            .filter_map(|(a, b)| Some((*position.get(a)?, *position.get(b)?)))
            .map(|(a, b)| (a.min(b), a.max(b)))
            .collect()
    }

    /// The story of each article of an index, in its order: the position of the story's first article.
    pub fn story_labels(&self, index: &Index) -> Vec<u32> {
        let n = index.prints.len() as u32;
        let (joined, split) = (self.decided(index, Decision::Join), self.decided(index, Decision::Split));
        let threshold = self.settings.story_threshold;
        let mut parts = Components::new(n, index.edges.shelf().cloned());
        index.edges.for_each(|e| {
            if e.score > threshold {
                parts.join(e.a, e.b);
            }
        });
        for (a, b) in &joined {
            parts.join(*a, *b);
        }
        let parts = parts.labels();
        let split: FxHashSet<(u32, u32)> = split.into_iter().collect();
        let decide = |e: Edge| Edge { score: if split.contains(&(e.a, e.b)) { SPLIT } else { e.score }, ..e };
        let mut inside = Pile::on(index.edges.shelf().cloned());
        let sizes = components::sizes(&parts);
        let is_complete = |item: u32| sizes.get(parts.get(item)) as usize <= COMPLETE;
        index.edges.for_each(|edge| {
            if parts.get(edge.a) == parts.get(edge.b) {
                inside.extend([decide(edge)]);
            }
        });
        let of_few = Chosen { edges: &index.edges, is_chosen: &is_complete };
        cluster::for_parts(&parts, &of_few, |parts| {
            let of_part = |part: &mut Part<'_>| {
                let mut edges: Vec<Edge> = Vec::new();
                if part.items.len() <= COMPLETE {
                    let known = |a: u32, b: u32| part.edges.binary_search_by_key(&(a, b), |e| (e.a, e.b)).is_ok();
                    for (i, a) in part.items.iter().enumerate() {
                        for b in part.items[i + 1..].iter().filter(|b| !known(*a, **b)) {
                            let score = self.score(&index.prints.get(*a), &index.prints.get(*b));
                            edges.push(decide(Edge { a: *a, b: *b, score }));
                        }
                    }
                }
                edges
            };
            for edges in parts.par_iter_mut().map(of_part).collect::<Vec<_>>() {
                inside.extend(edges);
            }
        });
        let linkage = Linkage { threshold, unknown: self.settings.unknown_pair };
        cluster::cluster_with(n, &inside, &joined, linkage, &Nothing).iter().collect()
    }

    /// The event of each mention (in the order of articles and their mentions): the number of its first one.
    ///
    /// Two groups merge only over a pair that speaks for it, so the mentions that such pairs connect are clustered
    /// apart from all others: pairs that speak against one event count inside of such a part only.
    fn events(&self, index: &Index, stories: &[u32]) -> Column<u32> {
        let prints = &index.prints;
        let numbering = numbering(prints);
        let number = |article: u32, claim: u16| numbering.first(article as usize) + u32::from(claim);
        let claimed = |i: u32| numbering.count(i as usize) > 0;
        let is_inside = |a: u32, b: u32| stories[a as usize] == stories[b as usize];
        let edge = |a: u32, b: u32, pair: &link::Pair| {
            let (i, j) = (number(a, pair.x), number(b, pair.y));
            Edge { a: i.min(j), b: i.max(j), score: pair.score }
        };
        let mut linked = Pile::on(index.crossings.shelf().cloned());
        let mut link = |pairs: &mut Vec<(u32, u32)>| {
            let found = pairs.par_iter().flat_map_iter(|(a, b)| {
                let pairs = link::pairs_within(&prints.get(*a), &prints.get(*b), &self.background);
                pairs.into_iter().map(|pair| edge(*a, *b, &pair)).collect::<Vec<_>>()
            });
            linked.extend(found.collect::<Vec<_>>());
            pairs.clear();
        };
        // All articles of a small story count as met.
        let (mut inside, mut complete) = (Vec::new(), vec![false; stories.len()]);
        let by_story = cluster::by_label(stories);
        for group in cluster::of_one_label(&by_story, stories).filter(|g| g.len() >= 2) {
            if group.len() <= COMPLETE {
                complete[group[0] as usize] = true;
                for (i, a) in group.iter().enumerate().filter(|(_, a)| claimed(**a)) {
                    inside.extend(group[i + 1..].iter().filter(|b| claimed(**b)).map(|b| (*a, *b)));
                }
            } else {
                for b in group.iter().filter(|b| claimed(**b)) {
                    let row = index.met.row(*b);
                    inside.extend(row.iter().filter(|a| is_inside(**a, *b) && claimed(**a)).map(|a| (*a, *b)));
                }
            }
            if inside.len() >= PAIRS {
                link(&mut inside);
            }
        }
        link(&mut inside);
        drop((inside, by_story));

        let (mut bound, mut split) = self.decided_events(index, &numbering);
        let met = Articles::new(&numbering, &index.met, stories, complete).with_kinds(prints, |article, print| {
            link::own_pairs(print, |x, y, own| {
                let (x, y) = (number(article, x as u16), number(article, y as u16));
                match own {
                    link::OwnPair::Update if split.contains(&(x, y)) => {}
                    link::OwnPair::Update => bound.push((x, y)),
                    link::OwnPair::Apart(score) => linked.extend([Edge { a: x, b: y, score }]),
                }
            });
        });
        linked.extend(split.drain().map(|(a, b)| Edge { a, b, score: SPLIT }));
        let edges = Scored { linked, index, is_inside: &is_inside, edge: &edge };
        let linkage = Linkage { threshold: self.settings.event_threshold, unknown: UNKNOWN_MENTIONS };
        cluster::cluster_with(numbering.len(), &edges, &bound, linkage, &met)
    }

    /// The pairs of mentions that reviewers joined, and those that they split.
    fn decided_events(&self, index: &Index, numbering: &Numbering) -> (Vec<Numbers>, FxHashSet<Numbers>) {
        let wanted = |decision| self.corrections.pairs(Level::Event, decision);
        let hashes: FxHashSet<u32> = self.corrected_mentions().map(super::text::code).collect();
        let mut found: FxHashMap<u32, u32> = FxHashMap::default();
        if !hashes.is_empty() {
            for (article, print) in index.prints.iter().enumerate() {
                for (claim, number) in print.claims.iter().zip(numbering.first(article)..) {
                    if hashes.contains(&claim.id) {
                        found.entry(claim.id).or_insert(number);
                    }
                }
            }
        }
        let numbers = |decision| {
            let number = |id: &str| found.get(&super::text::code(id)).copied();
            let pairs = wanted(decision).filter_map(move |(a, b)| Some((number(a)?, number(b)?)));
            pairs.map(|(a, b)| (a.min(b), a.max(b))).collect::<Vec<_>>()
        };
        let split: FxHashSet<(u32, u32)> = numbers(Decision::Split).into_iter().collect();
        let mut bound = numbers(Decision::Join);
        bound.retain(|pair| !split.contains(pair));
        (bound, split)
    }
}

/// The numbers of two mentions.
type Numbers = (u32, u32);

/// The edges of some items alone.
struct Chosen<'e, F> {
    edges: &'e Pile<Edge>,
    is_chosen: &'e F,
}

impl<F: Fn(u32) -> bool> cluster::Edges for Chosen<'_, F> {
    fn for_each(&self, f: &mut dyn FnMut(Edge)) {
        self.edges.for_each(|edge| {
            if (self.is_chosen)(edge.a) {
                f(edge);
            }
        });
    }

    fn count(&self) -> usize {
        self.edges.len()
    }

    fn shelf(&self) -> Option<&Arc<dyn Shelf>> {
        self.edges.shelf()
    }
}

/// All scored pairs of mentions: those of two stories are read where they lie.
struct Scored<'e, I, E> {
    linked: Pile<Edge>,
    index: &'e Index,
    is_inside: &'e I,
    edge: &'e E,
}

impl<I: Fn(u32, u32) -> bool, E: Fn(u32, u32, &link::Pair) -> Edge> cluster::Edges for Scored<'_, I, E> {
    fn for_each(&self, f: &mut dyn FnMut(Edge)) {
        self.index.crossings.for_each(|c| {
            if !(self.is_inside)(c.a, c.b) {
                f((self.edge)(c.a, c.b, &c.pair));
            }
        });
        self.linked.for_each(f);
    }

    fn count(&self) -> usize {
        self.index.crossings.len() + self.linked.len()
    }

    fn shelf(&self) -> Option<&Arc<dyn Shelf>> {
        self.linked.shelf()
    }
}

/// The numbers of all mentions.
pub(super) fn numbering(prints: &Prints) -> Numbering {
    Numbering::new((0..prints.len()).map(|article| prints.mentions(article)))
}

/// The id of the story whose first article this is.
pub(super) fn story_id(first: &str) -> String {
    stable_id("story", &[first])
}

/// The story of some articles in the order of their days; there is at least one.
pub(super) fn name_story(members: &[&Article]) -> Story {
    // The origin: the authority's own release where there is one, else the first article.
    let origin = members.iter().find(|a| a.author_is_agency).unwrap_or(&members[0]);
    let outlets: BTreeSet<&str> = members.iter().map(|a| a.outlet.as_deref().unwrap_or(&a.article_id)).collect();
    let languages: BTreeSet<&str> = members.iter().filter_map(|a| a.language.as_deref()).collect();
    Story {
        story_id: story_id(&members[0].article_id),
        title: origin.title.clone(),
        n_articles: members.len() as u32,
        n_outlets: outlets.len() as u32,
        first_published_at: members.iter().filter_map(|a| a.published_at).min(),
        languages: languages.into_iter().map(str::to_owned).collect(),
    }
}

/// Which group each member belongs to, for [`super::alias::aliases`].
impl Deduped {
    /// Article id → story id.
    pub fn story_of(&self) -> BTreeMap<String, String> {
        self.articles.iter().filter_map(|a| Some((a.article_id.clone(), a.story_id.clone()?))).collect()
    }

    /// Mention id → event id.
    pub fn event_of(&self) -> BTreeMap<String, String> {
        self.mentions.iter().filter_map(|m| Some((m.mention_id.clone(), m.event_id.clone()?))).collect()
    }
}

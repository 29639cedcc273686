//! The steps of a whole run, in order: index, stories, events, tables.

use super::background::Background;
use super::cluster::{self, Edge, Linkage, components};
use super::compare::{self, Shared, Weights};
use super::corrections::{Corrections, Decision, Level};
use super::features::Fingerprint;
use super::grouped::Grouped;
use super::index::{self, Index};
use super::met::Articles;
use super::{Deduped, Settings, link, relations};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::{Article, Mention, Reject, Story, stable_id};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

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
        index.edges.iter().map(|e| {
            let (a, b) = (&index.prints[e.a as usize], &index.prints[e.b as usize]);
            let id = |i: u32| &*index.places[i as usize].1;
            let evidence = compare::compare(a, b, &self.background);
            (id(e.a), id(e.b), self.score_of(&evidence), evidence)
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
        self.group(index, articles, mentions).tables()
    }

    /// The groups of all articles that an index holds, which are given in the order of publication, each with its
    /// mentions by id.
    pub(super) fn group(&self, index: &Index, articles: Vec<Article>, mentions: Vec<Vec<Mention>>) -> Grouped {
        let labels = self.story_labels(index);
        let events = self.events(index, &labels);
        let mut grouped = Grouped::new(articles, mentions, &labels, &events);
        let (outlines, event_of) = grouped.outlines();
        relations::relate(&index.prints, event_of, outlines);
        grouped
    }

    /// The pairs of positions that reviewers decided on, `a < b`.
    fn decided(&self, index: &Index, decision: Decision) -> Vec<(u32, u32)> {
        let mut wanted = self.corrections.pairs(Level::Story, decision).peekable();
        if wanted.peek().is_none() {
            return Vec::new();
        }
        let position: FxHashMap<&str, u32> = (0..).zip(&index.places).map(|(i, p)| (&*p.1, i)).collect();
        wanted
            .filter_map(|(a, b)| Some((*position.get(a)?, *position.get(b)?)))
            .map(|(a, b)| (a.min(b), a.max(b)))
            .collect()
    }

    /// The story of each article of an index, in its order: the position of the story's first article.
    pub fn story_labels(&self, index: &Index) -> Vec<u32> {
        let n = index.prints.len() as u32;
        let (joined, split) = (self.decided(index, Decision::Join), self.decided(index, Decision::Split));
        let likely = index.edges.iter().filter(|e| e.score > self.settings.story_threshold).map(|e| (e.a, e.b));
        let parts = components(n, likely.chain(joined.iter().copied()));
        let split: FxHashSet<(u32, u32)> = split.into_iter().collect();
        let decide = |e: Edge| Edge { score: if split.contains(&(e.a, e.b)) { SPLIT } else { e.score }, ..e };
        let is_near = |e: &&Edge| e.score > UNSCORED && parts[e.a as usize] == parts[e.b as usize];
        let near = index.edges.iter().filter(is_near);
        let mut inside: Vec<Edge> = near.copied().map(decide).collect();
        let known: FxHashSet<(u32, u32)> = inside.iter().map(|e| (e.a, e.b)).collect();
        for group in cluster::groups(&parts).into_iter().filter(|g| (2..=COMPLETE).contains(&g.len())) {
            for (i, a) in group.iter().enumerate() {
                for b in group[i + 1..].iter().filter(|b| !known.contains(&(*a, **b))) {
                    let score = self.score(&index.prints[*a as usize], &index.prints[*b as usize]);
                    inside.push(decide(Edge { a: *a, b: *b, score }));
                }
            }
        }
        let linkage = Linkage { threshold: self.settings.story_threshold, unknown: self.settings.unknown_pair };
        cluster::cluster(n, &inside, &joined, linkage)
    }

    /// The event of each mention (in the order of articles and their mentions): the number of its first one.
    ///
    /// Two groups merge only over a pair that speaks for it, so the mentions that such pairs connect are clustered
    /// apart from all others: pairs that speak against one event count inside of such a part only.
    fn events(&self, index: &Index, stories: &[u32]) -> Vec<u32> {
        let prints = &index.prints;
        let (first, n) = numbering(prints);
        let number = |article: u32, claim: usize| first[article as usize] + claim as u32;
        let claimed = |i: u32| !prints[i as usize].claims.is_empty();
        let is_inside = |a: u32, b: u32| stories[a as usize] == stories[b as usize];
        let (mut inside, mut across) = (Vec::new(), Vec::new());
        for e in index.edges.iter().filter(|e| claimed(e.a) && claimed(e.b)) {
            if is_inside(e.a, e.b) { &mut inside } else { &mut across }.push((e.a, e.b));
        }
        for group in cluster::groups(stories).into_iter().filter(|g| (2..=COMPLETE).contains(&g.len())) {
            for (i, a) in group.iter().enumerate().filter(|(_, a)| claimed(**a)) {
                inside.extend(group[i + 1..].iter().filter(|b| claimed(**b)).map(|b| (*a, *b)));
            }
        }
        inside.sort_unstable();
        inside.dedup();

        let edge = |a: u32, b: u32, pair: &link::Pair| {
            let (i, j) = (number(a, usize::from(pair.x)), number(b, usize::from(pair.y)));
            Edge { a: i.min(j), b: i.max(j), score: pair.score }
        };
        let crossings = index.crossings.iter().filter(|c| !is_inside(c.a, c.b));
        let mut edges: Vec<Edge> = crossings.map(|c| edge(c.a, c.b, &c.pair)).collect();
        let linked = inside.par_iter().flat_map_iter(|(a, b)| {
            let pairs = link::pairs_within(&prints[*a as usize], &prints[*b as usize], &self.background);
            pairs.into_iter().map(|pair| edge(*a, *b, &pair)).collect::<Vec<_>>()
        });
        edges.extend(linked.collect::<Vec<_>>());
        let mut bound = Vec::new();
        for (article, print) in (0..).zip(prints) {
            link::own_pairs(print, |x, y, own| match own {
                link::OwnPair::Update => bound.push((number(article, x), number(article, y))),
                link::OwnPair::Apart(score) => {
                    edges.push(Edge { a: number(article, x), b: number(article, y), score });
                }
            });
        }
        self.correct_events(index, &first, &mut edges, &mut bound);
        inside.append(&mut across);
        let met = Articles::new(prints, inside);
        let linkage = Linkage { threshold: self.settings.event_threshold, unknown: UNKNOWN_MENTIONS };
        cluster::cluster_with(n, &edges, &bound, linkage, &met)
    }

    /// Applies the reviewers' decisions on mentions.
    fn correct_events(&self, index: &Index, first: &[u32], edges: &mut Vec<Edge>, bound: &mut Vec<(u32, u32)>) {
        let number =
            |id: &str| -> Option<u32> {
                let hash = super::text::code(id);
                index.prints.iter().zip(first).find_map(|(print, first)| {
                    print.claims.iter().position(|c| c.id == hash).map(|at| first + at as u32)
                })
            };
        let numbers = |decision| -> Vec<(u32, u32)> {
            let pairs = self.corrections.pairs(Level::Event, decision);
            let found = pairs.filter_map(|(a, b)| Some((number(a)?, number(b)?)));
            found.map(|(a, b)| (a.min(b), a.max(b))).collect()
        };
        bound.extend(numbers(Decision::Join));
        let split = numbers(Decision::Split);
        bound.retain(|pair| !split.contains(pair));
        edges.extend(split.into_iter().map(|(a, b)| Edge { a, b, score: SPLIT }));
    }
}

/// The number of each article's first mention, and of all mentions.
pub(super) fn numbering(prints: &[Fingerprint]) -> (Vec<u32>, u32) {
    let mut n = 0_u32;
    let first = prints
        .iter()
        .map(|print| {
            let first = n;
            n += print.claims.len() as u32;
            first
        })
        .collect();
    (first, n)
}

/// The id of the story whose first article this is.
pub(super) fn story_id(first: &Article) -> String {
    stable_id("story", &[&first.article_id])
}

/// The story of some articles in the order of their days; there is at least one.
pub(super) fn name_story(members: &[&Article]) -> Story {
    // The origin: the authority's own release where there is one, else the first article.
    let origin = members.iter().find(|a| a.author_is_agency).unwrap_or(&members[0]);
    let outlets: BTreeSet<&str> = members.iter().map(|a| a.outlet.as_deref().unwrap_or(&a.article_id)).collect();
    let languages: BTreeSet<&str> = members.iter().filter_map(|a| a.language.as_deref()).collect();
    Story {
        story_id: story_id(members[0]),
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

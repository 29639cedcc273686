//! The steps of a whole run, in order.

use super::background::Background;
use super::block::{self, Blocks};
use super::cluster::{self, Edge, Linkage};
use super::compare::{self, Weights};
use super::features::Fingerprint;
use super::link;
use super::merge::{self, Stated};
use super::{Deduped, Settings};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::{Article, Mention, Story, stable_id};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// Tables, weights and thresholds, compiled once.
#[derive(Debug, Clone)]
pub struct Deduplicator {
    background: Background,
    weights: Weights,
    settings: Settings,
}

/// Stories of at most this many articles have all their pairs compared, not only those that met in a block.
const COMPLETE: usize = 48;

impl Deduplicator {
    /// Compiles the tables.
    ///
    /// # Errors
    /// The first table that is missing or wrong, with its place.
    pub fn new(knowledge: &Knowledge, settings: Settings) -> Result<Self, KnowledgeError> {
        Ok(Self { background: Background::new(knowledge)?, weights: Weights::new(knowledge)?, settings })
    }

    /// With the tables compiled into this build, which the tests check.
    ///
    /// # Panics
    /// Never: a wrong table fails the tests.
    pub fn embedded(settings: Settings) -> Self {
        Self::new(&Knowledge::embedded(), settings).expect("the embedded tables are tested")
    }

    /// Clusters articles into stories and mentions into events. Mentions of absent articles are dropped.
    pub fn run(&self, mut articles: Vec<Article>, mut mentions: Vec<Mention>) -> Deduped {
        articles.sort_by(|a, b| (a.published_at, &a.article_id).cmp(&(b.published_at, &b.article_id)));
        articles.dedup_by(|a, b| a.article_id == b.article_id);
        mentions.sort_by(|a, b| (&a.article_id, &a.mention_id).cmp(&(&b.article_id, &b.mention_id)));
        let mut of_article: FxHashMap<&str, Vec<&Mention>> = FxHashMap::default();
        for mention in &mentions {
            of_article.entry(&mention.article_id).or_default().push(mention);
        }
        let own = |a: &Article| of_article.get(a.article_id.as_str()).map_or(&[][..], Vec::as_slice);
        let prints: Vec<Fingerprint> =
            articles.par_iter().map(|a| Fingerprint::new(a, own(a), &self.background)).collect();

        let edges = self.story_edges(&prints);
        let labels = self.stories(&prints, &edges);
        let order: Vec<&Mention> = articles.iter().flat_map(|a| own(a).iter().copied()).collect();
        let events = self.events(&prints, &labels, &edges);

        let mut stories = name_stories(&articles, &labels);
        let story_ids: Vec<String> = labels.iter().map(|l| story_id(&articles[*l as usize])).collect();
        let by_id: FxHashMap<String, String> =
            order.iter().zip(&events).map(|(m, e)| (m.mention_id.clone(), merge_key(&order, *e))).collect();
        drop(of_article);
        for (article, id) in articles.iter_mut().zip(story_ids) {
            article.story_id = Some(id);
        }
        let position: FxHashMap<&str, &Article> = articles.iter().map(|a| (a.article_id.as_str(), a)).collect();
        mentions.retain(|m| position.contains_key(m.article_id.as_str()));
        let mut groups: BTreeMap<&str, Vec<Stated<'_>>> = BTreeMap::new();
        for mention in &mentions {
            let stated = Stated { mention, article: position[mention.article_id.as_str()] };
            groups.entry(by_id[&mention.mention_id].as_str()).or_default().push(stated);
        }
        let mut merged: Vec<_> = groups.into_values().map(|stated| merge::merge(stated).0).collect();
        merged.sort_by(|a, b| a.event_id.cmp(&b.event_id));
        let event_of: FxHashMap<String, String> =
            merged.iter().flat_map(|e| e.mention_ids.iter().map(|m| (m.clone(), e.event_id.clone()))).collect();
        drop(position);
        for mention in &mut mentions {
            mention.event_id = event_of.get(&mention.mention_id).cloned();
        }
        articles.sort_by(|a, b| a.article_id.cmp(&b.article_id));
        let place = |m: &Mention| (m.article_id.clone(), m.evidence_span.start, m.mention_id.clone());
        mentions.sort_by_cached_key(place);
        stories.sort_by(|a, b| a.story_id.cmp(&b.story_id));
        Deduped { articles, mentions, events: merged, stories }
    }

    fn score(&self, a: &Fingerprint, b: &Fingerprint) -> f32 {
        let evidence = compare::compare(a, b, &self.background);
        self.weights.score(&evidence).clamp(self.settings.lowest_score, 6.0)
    }

    /// The scored candidate pairs of articles.
    fn story_edges(&self, prints: &[Fingerprint]) -> Vec<Edge> {
        let keys: Vec<Vec<block::Key>> = prints.par_iter().map(|p| block::keys(p, &self.background)).collect();
        let mut blocks = Blocks::default();
        blocks.add(0, keys.into_iter());
        let mut edges = Vec::new();
        blocks.candidates(0, prints.len() as u32, |pairs| {
            let scored = pairs.par_iter().map(|(later, earlier)| Edge {
                a: *earlier,
                b: *later,
                score: self.score(&prints[*earlier as usize], &prints[*later as usize]),
            });
            edges.extend(scored.collect::<Vec<_>>());
        });
        edges
    }

    /// The story of each article: the position of its first article.
    fn stories(&self, prints: &[Fingerprint], edges: &[Edge]) -> Vec<u32> {
        let n = prints.len() as u32;
        let likely: Vec<Edge> = edges.iter().filter(|e| e.score > self.settings.story_threshold).copied().collect();
        let mut parts = components(n, &likely);
        let mut inside: Vec<Edge> =
            edges.iter().filter(|e| parts[e.a as usize] == parts[e.b as usize]).copied().collect();
        let known: rustc_hash::FxHashSet<(u32, u32)> = inside.iter().map(|e| (e.a, e.b)).collect();
        for group in cluster::groups(&parts).into_iter().filter(|g| (3..=COMPLETE).contains(&g.len())) {
            for (i, a) in group.iter().enumerate() {
                for b in &group[i + 1..] {
                    if !known.contains(&(*a, *b)) {
                        inside.push(Edge {
                            a: *a,
                            b: *b,
                            score: self.score(&prints[*a as usize], &prints[*b as usize]),
                        });
                    }
                }
            }
        }
        let linkage = Linkage { threshold: self.settings.story_threshold, unknown: self.settings.unknown_pair };
        parts = cluster::cluster(n, &inside, &[], linkage);
        parts
    }

    /// The event of each mention (in the order of articles and their mentions): the number of its first one.
    fn events(&self, prints: &[Fingerprint], stories: &[u32], candidates: &[Edge]) -> Vec<u32> {
        let mut first = Vec::with_capacity(prints.len());
        let mut n = 0_u32;
        for print in prints {
            first.push(n);
            n += print.claims.len() as u32;
        }
        let at = |i: u32| (&prints[i as usize], first[i as usize]);
        let mut pairs: BTreeSet<(u32, u32)> = candidates.iter().map(|e| (e.a, e.b)).collect();
        for group in cluster::groups(stories).into_iter().filter(|g| g.len() <= COMPLETE) {
            for (i, a) in group.iter().enumerate() {
                pairs.extend(group[i + 1..].iter().map(|b| (*a, *b)));
            }
        }
        let (mut edges, mut bound) = (Vec::new(), Vec::new());
        for (print, first) in prints.iter().zip(&first) {
            link::own_edges(print, *first, &self.background, &mut edges, &mut bound);
        }
        for (a, b) in pairs {
            let same = stories[a as usize] == stories[b as usize];
            link::edges(at(a), at(b), same, &self.background, &mut edges);
        }
        let linkage = Linkage { threshold: self.settings.event_threshold, unknown: -1.0 };
        cluster::cluster(n, &edges, &bound, linkage)
    }
}

fn merge_key(order: &[&Mention], event: u32) -> String {
    order[event as usize].mention_id.clone()
}

fn find(parent: &mut [u32], mut i: u32) -> u32 {
    while parent[i as usize] != i {
        parent[i as usize] = parent[parent[i as usize] as usize];
        i = parent[i as usize];
    }
    i
}

/// Connected components by union-find: for each item the smallest of its component.
fn components(n: u32, edges: &[Edge]) -> Vec<u32> {
    let mut parent: Vec<u32> = (0..n).collect();
    for edge in edges {
        let (a, b) = (find(&mut parent, edge.a), find(&mut parent, edge.b));
        parent[a.max(b) as usize] = a.min(b);
    }
    (0..n).map(|i| find(&mut parent, i)).collect()
}

/// The id of the story whose first article this is.
fn story_id(first: &Article) -> String {
    stable_id("story", &[&first.article_id])
}

fn name_stories(articles: &[Article], labels: &[u32]) -> Vec<Story> {
    let groups = cluster::groups(labels);
    groups
        .into_iter()
        .map(|group| {
            let members: Vec<&Article> = group.iter().map(|i| &articles[*i as usize]).collect();
            // The origin: the authority's own release where there is one, else the first article.
            let origin = members.iter().find(|a| a.author_is_agency).unwrap_or(&members[0]);
            let outlets: BTreeSet<&str> =
                members.iter().map(|a| a.outlet.as_deref().unwrap_or(&a.article_id)).collect();
            let languages: BTreeSet<&str> = members.iter().filter_map(|a| a.language.as_deref()).collect();
            Story {
                story_id: story_id(members[0]),
                title: origin.title.clone(),
                n_articles: members.len() as u32,
                n_outlets: outlets.len() as u32,
                first_published_at: members.iter().filter_map(|a| a.published_at).min(),
                languages: languages.into_iter().map(str::to_owned).collect(),
            }
        })
        .collect()
}

//! The steps of a run over a part of the records each, for engines that shuffle.
//!
//! ```text
//! article, mentions ─ unit ─► fingerprint, keys ─┐ by key, in the order of publication
//!                                                ▼
//!                        Meetings ─► (earlier, later, hit) ─┐ by pair; a pair with ENOUGH hits
//!                                                           ▼
//!                                     pair ─► score, binds ─┐ connected components of the pairs that bind
//!                                                           ▼
//!                                     part ─► the tables of some whole components
//! ```
//!
//! [`Deduplicator::run`] over everything gives the same rows: no story, event or case reaches over the bounds of a
//! component, because each needs a pair that binds, and what a component's clustering looks at lies within it.

use super::block::{self, Key};
use super::cluster::Edge;
use super::compare::Shared;
use super::corrections::{Decision, Level};
use super::features::Fingerprint;
use super::grouped::Grouped;
use super::index::{self, Index};
use super::records::{Filed, Lent, Outlets, Records};
use super::run::Deduplicator;
use super::shelf::Shelf;
use super::{Deduped, compare, link};
use crate::record::{Article, Mention};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::Arc;

pub use super::block::ENOUGH;

/// An article as [`Deduplicator::part`] takes it; its text is not needed any more.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Its number in the order of all articles: by publication, then by id.
    pub position: i64,
    /// The article.
    pub article: Article,
    /// Its mentions.
    pub mentions: Vec<Mention>,
    /// Its fingerprint.
    pub print: Fingerprint,
}

/// A pair of articles whose comparison is worth keeping.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Log-odds that the two tell one story; minus infinity where they cannot.
    pub score: f32,
    /// Whether the two belong to one component: they may be of one story, or state one result.
    pub binds: bool,
}

/// Pairs of ids.
pub type IdPairs = Vec<(String, String)>;

impl Deduplicator {
    /// The fingerprint of an article with its mentions, and the keys under which it meets others.
    pub fn unit(&self, article: &Article, mentions: &[Mention]) -> (Fingerprint, Vec<Key>) {
        let mut own: Vec<&Mention> = mentions.iter().collect();
        own.sort_by(|a, b| a.mention_id.cmp(&b.mention_id));
        let print = Fingerprint::new(article, &own, self.background());
        let keys = block::keys(&print, self.background());
        (print, keys)
    }

    /// Compares two articles that met; none where a glance tells that they have nothing in common.
    pub fn pair(&self, earlier: &Fingerprint, later: &Fingerprint) -> Option<Pair> {
        if !compare::is_promising(earlier, later, self.background()) {
            return None;
        }
        let shared = Shared::of(earlier, later, self.background());
        let score = self.score_if_likely(earlier, later, &shared);
        let binds = score > self.settings().story_threshold || self.links(earlier, later, &shared);
        Some(Pair { score, binds })
    }

    /// Whether two articles of different stories state one result.
    fn links(&self, a: &Fingerprint, b: &Fingerprint, shared: &Shared) -> bool {
        let pairs = link::pairs_across(a, b, &shared.agreeing, self.background(), self.background());
        pairs.iter().any(|pair| pair.score > self.settings().event_threshold)
    }

    /// Pairs of article ids, and pairs of mention ids, that reviewers joined: each pair binds.
    pub fn joined(&self) -> (IdPairs, IdPairs) {
        let pairs = |level| {
            let found = self.corrections().pairs(level, Decision::Join);
            found.map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
        };
        (pairs(Level::Story), pairs(Level::Event))
    }

    /// The groups of all articles that were put on a shelf, as [`Deduplicator::run`] finds them.
    pub fn gathered(&self, filed: Vec<Filed>, outlets: Outlets, shelf: &Arc<dyn Shelf>) -> Grouped {
        let lent = Lent::new(Arc::clone(shelf), filed, outlets);
        let mut index = Index::lent(&lent, shelf);
        index.compare_all(self);
        index.close();
        let (stories, events) = self.labels(&index);
        let prints = std::mem::take(&mut index.prints);
        drop(index);
        Self::group(&prints, Records::Lent(lent), stories, &events)
    }

    /// The tables of some whole components: all their units, and all pairs of units within one of them with their
    /// scores, by position. Pairs with a unit that is not here are passed over.
    pub fn part(&self, mut units: Vec<Unit>, pairs: &[(i64, i64, f32)]) -> Deduped {
        units.sort_by_cached_key(|unit| index::place(&unit.article));
        let at: FxHashMap<i64, u32> = (0..).zip(&units).map(|(i, unit)| (unit.position, i)).collect();
        let edges = pairs.iter().filter_map(|(a, b, score)| {
            let (a, b) = (*at.get(a)?, *at.get(b)?);
            Some(Edge { a: a.min(b), b: a.max(b), score: *score })
        });
        let mut edges: Vec<Edge> = edges.collect();
        edges.sort_by_key(|edge| (edge.b, edge.a));
        edges.dedup_by_key(|edge| (edge.b, edge.a));
        let (mut index, articles, mentions) = indexed(units);
        index.take(self, edges);
        let (stories, events) = self.labels(&index);
        Self::group(&index.prints, Records::Own { articles, mentions }, stories, &events).tables()
    }
}

/// The units in the order of publication, as an index without blocks and pairs.
fn indexed(mut units: Vec<Unit>) -> (Index, Vec<Article>, Vec<Vec<Mention>>) {
    units.sort_by_cached_key(|unit| index::place(&unit.article));
    let mut index = Index::default();
    let (mut articles, mut mentions) = (Vec::with_capacity(units.len()), Vec::with_capacity(units.len()));
    index.places.reserve_exact(units.len());
    index.prints.own().reserve_exact(units.len());
    for mut unit in units {
        index.places.push(index::place(&unit.article));
        index.prints.own().push(unit.print);
        articles.push(unit.article);
        unit.mentions.sort_by(|a, b| a.mention_id.cmp(&b.mention_id));
        mentions.push(unit.mentions);
    }
    (index, articles, mentions)
}

/// Two articles that share a key: positions of the earlier and the later one, and what they share. A pair with
/// [`ENOUGH`] different hits is worth comparing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Position of the earlier article.
    pub earlier: i64,
    /// Position of the later one.
    pub later: i64,
    /// What they share.
    pub hit: i32,
}

/// Finds who meets under the keys of one partition, in the memory of one key's look-back.
#[derive(Debug, Clone, Default)]
pub struct Meetings {
    key: Option<Key>,
    holders: VecDeque<i64>,
}

impl Meetings {
    /// Takes the next holder of a key: keys come one after the other, their holders in the order of positions.
    pub fn push(&mut self, key: Key, position: i64, out: &mut Vec<Hit>) {
        if self.key != Some(key) {
            self.key = Some(key);
            self.holders.clear();
        }
        for earlier in &self.holders {
            out.extend(block::hits(key).map(|hit| Hit { earlier: *earlier, later: position, hit: hit as i32 }));
        }
        if self.holders.len() == block::look_back(key) {
            self.holders.pop_front();
        }
        self.holders.push_back(position);
    }
}

#[cfg(test)]
mod tests {
    use super::super::shelf::tests::Memory;
    use super::*;
    use crate::dedup::Settings;

    #[test]
    fn bytes_of_another_kind_are_no_fingerprint() {
        let article = Article {
            text: "В Актау изъято 14 кг гашиша, сообщил Ахметов.".into(), ..Article::default()
        };
        let mentions = [Mention { mention_id: "m".into(), value: Some(14.0), ..Mention::default() }];
        let (print, keys) = Deduplicator::embedded(Settings::default()).unit(&article, &mentions);
        assert!(print.claims.len() == 1 && !keys.is_empty());
        let bytes = print.to_bytes();
        assert_eq!(Fingerprint::from_bytes(&bytes), Some(print));
        for cut in 0..bytes.len() {
            assert_eq!(Fingerprint::from_bytes(&bytes[..cut]), None, "{cut}");
        }
        assert_eq!(Fingerprint::from_bytes(&[&bytes[..], &[0]].concat()), None);
    }

    #[test]
    fn what_lies_on_a_shelf_is_grouped_as_what_lies_in_memory() {
        let with = Deduplicator::embedded(Settings::default());
        let towns = ["Актау", "Шымкенте", "Таразе", "Костанае", "Павлодаре"];
        let article = |n: usize| {
            // Some tell one story, some look alike, and some tell again what others told.
            let (town, kilograms) = (towns[n / 7 % 5], 11 + n / 3 % 40 * 37);
            let told = if n.is_multiple_of(5) {
                "Ранее сообщалось о другом случае."
            } else {
                "Ведётся следствие."
            };
            Article {
                article_id: if n.is_multiple_of(11) { format!("a{n}") } else { format!("page-{:016x}", n * 7_919) },
                outlet: (!n.is_multiple_of(4)).then(|| format!("outlet{}", n % 9)),
                title: Some(format!("В {town} изъяли {kilograms} кг гашиша")),
                text: format!("В {town} полицейские изъяли {kilograms} кг гашиша у жителя дома {}. {told}", n / 3),
                language: Some("ru".into()),
                author_is_agency: n % 6 == 1,
                published_at: chrono::DateTime::from_timestamp((n / 3) as i64 * 86_400, 0).filter(|_| n % 13 != 4),
                ..Article::default()
            }
        };
        let mention = |a: &Article, n: usize, i: usize| Mention {
            mention_id: format!("m{n}-{i}"),
            article_id: a.article_id.clone(),
            event_type: "seizure".into(),
            object: "hashish".into(),
            value: Some((11 + n / 3 % 40 * 37 + i * 5) as f64),
            unit: Some("kg".into()),
            evidence: a.title.clone().unwrap_or_default(),
            ..Mention::default()
        };
        let articles: Vec<Article> = (0..900).map(article).collect();
        let own = |n: usize| (0..n % 4).map(|i| mention(&articles[n], n, i)).collect::<Vec<Mention>>();
        let expected = with.run(articles.clone(), (0..900).flat_map(own).collect());
        let (shelf, outlets) = (Arc::new(Memory::default()), Outlets::default());
        let filed = (0..900).rev().map(|n| with.file(&articles[n], own(n), &*shelf, &outlets)).collect();
        let grouped = with.gathered(filed, outlets, &(shelf.clone() as Arc<dyn Shelf>));
        assert!(expected.stories.len() < 600 && expected.events.len() < 1_000);
        assert_eq!(grouped.stories().collect::<Vec<_>>(), expected.stories);
        assert_eq!(grouped.events().collect::<Vec<_>>(), expected.events);
        assert_eq!(grouped.mentions().collect::<Vec<_>>(), expected.mentions);
        assert_eq!(grouped.story_of(|_| true), expected.story_of());
        assert_eq!(grouped.event_of_mentions(|_| true), expected.event_of());
        assert!(shelf.damaged.lock().expect("lock").is_empty());
    }
}

//! The work of all chunks → what dedup asks for: each article once, without its text, with its reviewed mentions.

use super::local::Outcome;
use super::stages::{IDENTIFY, unique};
use super::store::Store;
use super::{RunError, table};
use crate::dedup::Deduplicator;
use crate::dedup::parts::Unit;
use crate::knowledge::Knowledge;
use crate::record::{Article, Mention, Reject};
use crate::review::{Corrections, Erasure};
use rayon::prelude::*;
use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

/// Everything of a run but its texts.
pub(super) struct Gathered {
    units: Vec<Unit>,
    home: Homes,
    rejects: Vec<Reject>,
}

impl Gathered {
    /// Reads the work of all chunks and writes the books of what is refused on the way.
    pub(super) fn new(
        store: &Store,
        keys: &[String],
        knowledge: &Knowledge,
        with: &Deduplicator,
        outcome: &mut Outcome,
    ) -> Result<Self, RunError> {
        let (erasure, corrections) = (Erasure::new(knowledge)?, Corrections::new(knowledge)?);
        let (mut home, doubles) = Homes::new(store, keys, &erasure)?;
        let known = home.place.len();
        outcome.account.explain(&doubles);
        outcome.account.add(IDENTIFY, known + doubles.len(), known, doubles.len());
        let mut rejects = doubles;
        let mut decided = std::mem::take(&mut home.erased);
        if !erasure.is_empty() {
            home.place.retain(|id, _| !home.gone.contains(id));
            outcome.account.add(Erasure::NAME, known, home.place.len(), decided.len());
        }
        let mut mentions = home.mentions(store, keys)?;
        if !corrections.is_empty() {
            let entered = mentions.iter().map(Vec::len).sum();
            let all = mentions.into_iter().flatten().collect();
            let reviewed = corrections.apply(all, |id| home.place.contains_key(id));
            outcome.account.add(Corrections::NAME, entered, reviewed.kept.len(), reviewed.refused.len());
            outcome.stale = reviewed.stale;
            mentions = home.by_chunk(keys.len(), reviewed.kept);
            decided.extend(reviewed.refused);
        }
        // Not counted as refused records: no record went missing, a reviewer's decision found none.
        let stale = {
            // Most runs ask for none.
            let ids: LazyCell<HashSet<&str>, _> =
                LazyCell::new(|| mentions.iter().flatten().map(|m| m.mention_id.as_str()).collect());
            with.stale_corrections(|id| home.place.contains_key(id), |id| ids.contains(id))
        };
        outcome.stale.extend(stale.iter().map(|reject| reject.detail.clone()));
        decided.extend(stale);
        outcome.account.explain(&decided);
        rejects.extend(decided);
        Ok(Self { units: home.units(store, keys, mentions, with)?, home, rejects })
    }

    /// How many articles and mentions there are.
    pub(super) fn entered(&self) -> (usize, usize) {
        (self.units.len(), self.units.iter().map(|unit| unit.mentions.len()).sum())
    }

    /// What dedup takes, where the articles lie, and what was refused.
    pub(super) fn into_parts(self) -> (Vec<Unit>, Homes, Vec<Reject>) {
        (self.units, self.home, self.rejects)
    }
}

/// Where each article lies: its chunk's number and its row there. An id that several chunks hold is kept once, with
/// the smallest content.
pub(super) struct Homes {
    place: HashMap<String, (usize, usize)>,
    erased: Vec<Reject>,
    /// The erased articles among those of the input.
    gone: HashSet<String>,
    erasure: Erasure,
}

fn articles_of(store: &Store, key: &str) -> PathBuf {
    store.work(&format!("{key}.clean")).join("articles.parquet")
}

impl Homes {
    fn new(store: &Store, keys: &[String], erasure: &Erasure) -> Result<(Self, Vec<Reject>), RunError> {
        let mut heads = Vec::new();
        let columns = ["article_id", "content_hash", "url", "canonical_url"];
        let columns = if erasure.is_empty() { &columns[..2] } else { &columns[..] };
        for (chunk, key) in keys.iter().enumerate() {
            let found = table::read_columns::<Article>(&articles_of(store, key), columns)?;
            heads.extend(found.into_iter().enumerate().map(|(row, article)| ((chunk, row), article)));
        }
        let (heads, doubles) = unique(heads, |(_, article)| article);
        let (mut place, mut articles) = (HashMap::with_capacity(heads.len()), Vec::with_capacity(heads.len()));
        for (at, article) in heads {
            place.insert(article.article_id.clone(), at);
            articles.push(article);
        }
        let erased = erasure.apply(&mut articles, &mut Vec::new());
        let gone = erased.iter().map(|reject| reject.record_id.clone()).collect();
        Ok((Self { place, erased, gone, erasure: erasure.clone() }, doubles))
    }

    /// Takes the words of erased articles out of what earlier stages refused.
    pub(super) fn silence(&self, rejects: &mut [Reject]) {
        self.erasure.silence(rejects, |id| self.gone.contains(id));
    }

    /// A chunk's articles whose home it is.
    pub(super) fn articles(&self, store: &Store, key: &str, chunk: usize) -> Result<Vec<Article>, RunError> {
        let articles = table::read::<Article>(&articles_of(store, key))?;
        let here = |row: usize, a: &Article| self.place.get(&a.article_id) == Some(&(chunk, row));
        Ok(articles.into_iter().enumerate().filter(|(row, a)| here(*row, a)).map(|(_, article)| article).collect())
    }

    /// The mentions of all articles, from their homes, chunk by chunk.
    fn mentions(&self, store: &Store, keys: &[String]) -> Result<Vec<Vec<Mention>>, RunError> {
        let of_chunk = |(chunk, key): (usize, &String)| -> Result<Vec<Mention>, RunError> {
            let path = store.work(&format!("{key}.extract")).join("mentions.parquet");
            let mut mentions = table::read::<Mention>(&path)?;
            mentions.retain(|m| self.place.get(&m.article_id).is_some_and(|home| home.0 == chunk));
            Ok(mentions)
        };
        keys.par_iter().enumerate().map(of_chunk).collect()
    }

    /// The mentions by their articles' chunks.
    fn by_chunk(&self, chunks: usize, mentions: Vec<Mention>) -> Vec<Vec<Mention>> {
        let mut of_chunk: Vec<Vec<Mention>> = (0..chunks).map(|_| Vec::new()).collect();
        for mention in mentions {
            if let Some((chunk, _)) = self.place.get(&mention.article_id) {
                of_chunk[*chunk].push(mention);
            }
        }
        of_chunk
    }

    /// All articles with their mentions, fingerprinted; their texts are read a chunk at a time and not kept.
    fn units(
        &self,
        store: &Store,
        keys: &[String],
        mentions: Vec<Vec<Mention>>,
        with: &Deduplicator,
    ) -> Result<Vec<Unit>, RunError> {
        let units_of = |(chunk, (key, mentions)): (usize, (&String, Vec<Mention>))| -> Result<Vec<Unit>, RunError> {
            let mut counts: HashMap<&str, usize> = HashMap::new();
            for mention in &mentions {
                *counts.entry(&mention.article_id).or_default() += 1;
            }
            // None is moved twice: there are many, and they are large.
            let room = |(id, n): (&str, usize)| (id.to_owned(), Vec::with_capacity(n));
            let mut of_article: HashMap<String, Vec<Mention>> = counts.into_iter().map(room).collect();
            for mention in mentions {
                if let Some(own) = of_article.get_mut(&mention.article_id) {
                    own.push(mention);
                }
            }
            let units = self.articles(store, key, chunk)?.into_iter().map(|mut article| {
                let mentions = of_article.remove(&article.article_id).unwrap_or_default();
                let print = with.unit(&article, &mentions).0;
                article.text = String::new();
                Unit { position: 0, article, mentions, print }
            });
            Ok(units.collect())
        };
        let units = keys.par_iter().zip(mentions).enumerate().map(units_of);
        let units: Vec<Vec<Unit>> = units.collect::<Result<_, _>>()?;
        Ok(units.into_iter().flatten().collect())
    }
}

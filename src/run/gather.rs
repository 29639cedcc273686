//! The work of all chunks → what dedup asks for: each article once, without its text, with its reviewed mentions.

use super::local::Outcome;
use super::shelf::FileShelf;
use super::stages::{IDENTIFY, unique};
use super::store::Store;
use super::{RunError, table};
use crate::dedup::{Deduplicator, Filed, Outlets};
use crate::knowledge::Knowledge;
use crate::record::{Article, Mention, Reject};
use crate::review::{Corrections, Erasure, Reviewed};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::cell::LazyCell;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Everything of a run but its texts, which lie in the chunks' work, and its mentions, which lie on a shelf.
pub(super) struct Gathered {
    filed: Vec<Filed>,
    outlets: Outlets,
    home: Homes,
    rejects: Vec<Reject>,
}

impl Gathered {
    /// Reads the work of all chunks, one after the other on each thread, and writes the books of what is refused on
    /// the way.
    pub(super) fn new(
        store: &Store,
        keys: &[String],
        knowledge: &Knowledge,
        (with, shelf): (&Deduplicator, &FileShelf),
        outcome: &mut Outcome,
    ) -> Result<Self, RunError> {
        let (erasure, corrections) = (Erasure::new(knowledge)?, Corrections::new(knowledge)?);
        let (home, known, mut rejects) = Homes::new(store, keys, erasure)?;
        outcome.account.explain(&rejects);
        outcome.account.add(IDENTIFY, known + rejects.len(), known, rejects.len());
        let mut decided: Vec<Reject> = home.erased();
        if !home.erasure.is_empty() {
            outcome.account.add(Erasure::NAME, known, known - decided.len(), decided.len());
        }
        let (wanted, outlets): (HashSet<&str>, _) = (with.corrected_mentions().collect(), Outlets::default());
        let file = |(chunk, key): (usize, &String)| {
            home.file(store, key, chunk, (&corrections, &wanted), (with, shelf, &outlets))
        };
        let parts = keys.par_iter().enumerate().map(file).collect::<Result<Vec<Part>, _>>()?;
        shelf.check()?;
        let (mut filed, mut seen, mut found) = (Vec::with_capacity(known), HashSet::new(), HashSet::new());
        let (mut entered, mut kept, mut refused) = (0, 0, Vec::new());
        for part in parts {
            entered += part.entered;
            kept += part.filed.iter().map(Filed::mentions).sum::<usize>();
            filed.extend(part.filed);
            seen.extend(part.seen);
            found.extend(part.found);
            refused.extend(part.reviewed.refused);
            outcome.stale.extend(part.reviewed.stale);
        }
        // Most runs ask for none.
        let stale = {
            let ids: LazyCell<HashSet<_>, _> = LazyCell::new(|| filed.iter().map(Filed::article_id).collect());
            if !corrections.is_empty() {
                outcome.account.add(Corrections::NAME, entered, kept, refused.len());
                outcome.stale.extend(corrections.unseen(&seen, |id| ids.contains(id)));
            }
            decided.extend(refused);
            with.stale_corrections(|id| ids.contains(id), |id| found.contains(id))
        };
        // Not counted as refused records: no record went missing, a reviewer's decision found none.
        outcome.stale.extend(stale.iter().map(|reject| reject.detail.clone()));
        decided.extend(stale);
        outcome.account.explain(&decided);
        rejects.extend(decided);
        Ok(Self { filed, outlets, home, rejects })
    }

    /// How many articles and mentions there are.
    pub(super) fn entered(&self) -> (usize, usize) {
        (self.filed.len(), self.filed.iter().map(Filed::mentions).sum())
    }

    /// What dedup takes, where the articles lie, and what was refused.
    pub(super) fn into_parts(self) -> ((Vec<Filed>, Outlets), Homes, Vec<Reject>) {
        ((self.filed, self.outlets), self.home, self.rejects)
    }
}

/// What one chunk gave.
struct Part {
    filed: Vec<Filed>,
    /// How many mentions it had, and what review made of them.
    entered: usize,
    reviewed: Reviewed,
    /// Those of its mentions that a reviewer decided on.
    seen: Vec<String>,
    /// Those that a reviewer paired.
    found: Vec<String>,
}

/// A chunk's number and a row there.
type Row = (u32, u32);

/// Where each article lies. An id that several chunks hold is kept once, with the smallest content.
pub(super) struct Homes {
    /// The rows that are nobody's home: doubles and erased articles.
    away: FxHashSet<Row>,
    /// The erased articles among those of the input.
    gone: HashSet<String>,
    erasure: Erasure,
}

fn hash_of(id: &str) -> u64 {
    let mut hasher = FxHasher::default();
    id.hash(&mut hasher);
    hasher.finish()
}

fn articles_of(store: &Store, key: &str) -> PathBuf {
    store.work(&format!("{key}.clean")).join("articles.parquet")
}

impl Homes {
    /// Also how many articles there are, and the doubles.
    fn new(store: &Store, keys: &[String], erasure: Erasure) -> Result<(Self, usize, Vec<Reject>), RunError> {
        // Of each row a hash of its id: only those that may be doubles are looked at.
        let all: Mutex<Vec<u64>> = Mutex::default();
        keys.par_iter().try_for_each(|key| {
            let found = table::read_columns::<Article>(&articles_of(store, key), &["article_id"])?;
            let found = found.iter().map(|article| hash_of(&article.article_id));
            all.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
            Ok::<(), RunError>(())
        })?;
        let mut hashes = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        hashes.par_sort_unstable();
        let alike: FxHashSet<u64> = hashes.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0]).collect();
        let all = hashes.len();
        drop(hashes);
        let mut heads = Vec::new();
        let mut home = Self { away: FxHashSet::default(), gone: HashSet::new(), erasure };
        let columns = ["article_id", "content_hash", "url", "canonical_url"];
        for (chunk, key) in (0..).zip(keys) {
            let wanted = |id: &str| !home.erasure.is_empty() || alike.contains(&hash_of(id));
            if home.erasure.is_empty() && alike.is_empty() {
                break;
            }
            let columns = if home.erasure.is_empty() { &columns[..2] } else { &columns[..] };
            let found = table::read_columns::<Article>(&articles_of(store, key), columns)?;
            let found = found.into_iter().zip(0..).map(|(article, row)| ((chunk, row), article));
            heads.extend(found.filter(|(_, article)| wanted(&article.article_id)));
        }
        home.away = heads.iter().map(|(row, _)| *row).collect();
        let (kept, doubles) = unique(heads, |(_, article)| article);
        for (row, article) in kept {
            let urls = [article.url.as_deref(), article.canonical_url.as_deref()];
            if home.erasure.is_empty() || home.erasure.of(&article.article_id, urls).is_none() {
                home.away.remove(&row);
            } else {
                home.gone.insert(article.article_id);
            }
        }
        let known = all - doubles.len();
        Ok((home, known, doubles))
    }

    /// The erased articles, as refusals. They have no words of them.
    fn erased(&self) -> Vec<Reject> {
        self.gone.iter().map(|id| Reject::new(Erasure::NAME, "erased", id.clone(), "on request")).collect()
    }

    /// Takes the words of erased articles out of what earlier stages refused.
    pub(super) fn silence(&self, rejects: &mut [Reject]) {
        self.erasure.silence(rejects, |id| self.gone.contains(id));
    }

    /// A chunk's articles whose home it is.
    pub(super) fn articles(&self, store: &Store, key: &str, chunk: usize) -> Result<Vec<Article>, RunError> {
        let articles = table::read::<Article>(&articles_of(store, key))?;
        let here = articles.into_iter().zip(0..).filter(|(_, row)| !self.away.contains(&(chunk as u32, *row)));
        Ok(here.map(|(article, _)| article).collect())
    }

    /// Puts a chunk's articles, fingerprinted, and their mentions on the shelf.
    fn file(
        &self,
        store: &Store,
        key: &str,
        chunk: usize,
        (corrections, wanted): (&Corrections, &HashSet<&str>),
        (with, shelf, outlets): (&Deduplicator, &FileShelf, &Outlets),
    ) -> Result<Part, RunError> {
        let articles = self.articles(store, key, chunk)?;
        let mut of_article: FxHashMap<String, Vec<Mention>> =
            articles.iter().map(|article| (article.article_id.clone(), Vec::new())).collect();
        let path = store.work(&format!("{key}.extract")).join("mentions.parquet");
        let mut mentions = table::read::<Mention>(&path)?;
        mentions.retain(|mention| of_article.contains_key(&mention.article_id));
        let entered = mentions.len();
        let mut seen = Vec::new();
        let mut reviewed = Reviewed::default();
        if !corrections.is_empty() {
            seen.extend(mentions.iter().filter(|m| corrections.names(&m.mention_id)).map(|m| m.mention_id.clone()));
            // Which decisions find no mention is known when all chunks are.
            reviewed = corrections.apply(mentions, |_| false);
            mentions = std::mem::take(&mut reviewed.kept);
        }
        let found = mentions.iter().filter(|m| wanted.contains(m.mention_id.as_str()));
        let found = found.map(|m| m.mention_id.clone()).collect();
        for mention in mentions {
            if let Some(own) = of_article.get_mut(&mention.article_id) {
                own.push(mention);
            }
        }
        let own = |article: &Article| of_article.remove(&article.article_id).unwrap_or_default();
        let own: Vec<Vec<Mention>> = articles.iter().map(own).collect();
        // A chunk is shared, too: the last one would keep all threads but one waiting.
        let filed =
            articles.par_iter().zip(own).map(|(article, own)| with.file(article, own, shelf, outlets)).collect();
        Ok(Part { filed, entered, reviewed, seen, found })
    }
}

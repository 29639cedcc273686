//! The pure stages applied to one chunk.

use super::{Account, Job, RunError};
use crate::clean::Cleaner;
use crate::clean::language::Identifier;
use crate::clean::layout::Fit;
use crate::extract::Extractor;
use crate::knowledge::Knowledge;
use crate::read::{self, Loaded, Record};
use crate::record::{Article, Mention, Reject, Snapshot};
use crate::source::Sources;
use crate::stage::{Map, Yield};
use chrono::{DateTime, Utc};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The books' name for the step in which each id is kept once.
pub(super) const IDENTIFY: &str = "identify";

/// The stages, compiled once for all chunks.
pub(super) struct Stages {
    sources: Sources,
    cleaner: Cleaner,
    languages: Identifier,
    extractor: Extractor,
    min_confidence: f32,
}

impl Stages {
    pub fn new(knowledge: &Knowledge, job: &Job) -> Result<Self, RunError> {
        Ok(Self {
            sources: Sources::load(knowledge)?,
            cleaner: Cleaner::new(knowledge)?,
            languages: Identifier::new(knowledge)?,
            extractor: Extractor::new(knowledge)?,
            min_confidence: job.extract.min_confidence,
        })
    }

    /// Pages become articles; articles pass. Each id is kept once.
    pub fn clean(&self, loaded: Loaded) -> (Vec<Article>, Vec<Reject>, Account) {
        let mut account = Account::default();
        account.add(read::NAME, loaded.seen, loaded.records.len(), loaded.refused.len());
        let pages = loaded.records.iter().filter(|r| matches!(r, Record::Snapshot(_))).count();
        let ready = loaded.records.len() - pages;
        let outcomes: Vec<Result<(Article, Fit), Reject>> = loaded
            .records
            .into_par_iter()
            .map(|record| match record {
                Record::Snapshot(snapshot) => self.cleaner.clean(&self.with_outlet(snapshot)),
                Record::Article(article) => Ok((self.with_language(article), Fit::default())),
            })
            .collect();
        let mut cleaned = Yield::default();
        for outcome in outcomes {
            match outcome {
                Ok((article, fit)) => {
                    account.add_fit(article.outlet.as_deref().unwrap_or_default(), &fit);
                    cleaned.kept.push(article);
                }
                Err(reject) => cleaned.refused.push(reject),
            }
        }
        account.add(Cleaner::NAME, pages, cleaned.kept.len().saturating_sub(ready), cleaned.refused.len());
        let (articles, doubles) = unique(cleaned.kept, |article| article);
        account.add(IDENTIFY, doubles.len(), 0, doubles.len());
        let mut rejects = loaded.refused;
        rejects.extend(cleaned.refused);
        rejects.extend(doubles);
        account.explain(&rejects);
        (articles, rejects, account)
    }

    /// A page of a known source: named by it, since several may share a host.
    fn with_outlet(&self, snapshot: Snapshot) -> Snapshot {
        let source = snapshot.url.as_deref().and_then(|url| self.sources.of_url(url));
        let outlet = source.map(|source| source.id.clone());
        Snapshot { outlet: outlet.or(snapshot.outlet), ..snapshot }
    }

    /// An article of an input that does not tell its language: told by its text.
    fn with_language(&self, article: Article) -> Article {
        if article.language.is_some() {
            return article;
        }
        let text = format!("{}\n{}", article.title.as_deref().unwrap_or_default(), article.text);
        Article { language: self.languages.identify(&text).map(str::to_owned), ..article }
    }

    /// Articles become mentions.
    pub fn extract(&self, articles: &[Article]) -> (Vec<Mention>, Vec<Reject>, Account) {
        let found: Vec<Yield<Mention>> = articles.par_iter().map(|article| self.extractor.map(article)).collect();
        let found: Yield<Mention> = found.into_iter().collect();
        let mut account = Account::default();
        let seen = found.seen();
        let mut rejects = found.refused;
        let (kept, doubtful): (Vec<_>, Vec<_>) =
            found.kept.into_iter().partition(|mention| mention.confidence >= self.min_confidence);
        rejects.extend(doubtful.into_iter().map(|mention| {
            // By the article, so that what quotes an erased one is found.
            let detail = format!("{}: confidence {:.2}: {}", mention.mention_id, mention.confidence, mention.evidence);
            Reject::new(Extractor::NAME, "low_confidence", mention.article_id, detail)
        }));
        account.add(Extractor::NAME, seen, kept.len(), rejects.len());
        account.explain(&rejects);
        (kept, rejects, account)
    }
}

/// The hash of the content, when it was fetched (not told: last), and the place.
type Candidate = (String, bool, Option<DateTime<Utc>>, usize);

/// Keeps each article id once, and of several contents under one id the one with the smallest hash, of one content
/// the one fetched first: a rule that does not depend on the order, so that no sharding changes the outcome. The kept
/// ones keep their order.
pub(super) fn unique<T>(records: Vec<T>, article: impl Fn(&T) -> &Article) -> (Vec<T>, Vec<Reject>) {
    let mut best: BTreeMap<String, Candidate> = BTreeMap::new();
    for (index, record) in records.iter().enumerate() {
        let it = article(record);
        let candidate = (it.content_hash.clone(), it.fetched_at.is_none(), it.fetched_at, index);
        let slot = best.entry(article(record).article_id.clone()).or_insert_with(|| candidate.clone());
        if candidate < *slot {
            *slot = candidate;
        }
    }
    let (mut kept, mut refused) = (Vec::with_capacity(best.len()), Vec::new());
    for (index, record) in records.into_iter().enumerate() {
        let it = article(&record);
        match best.get(&it.article_id) {
            Some((winner, .., first)) if *first != index => {
                let content = if *winner == it.content_hash { "the same content" } else { "another content" };
                let detail = format!("this id was read more than once, with {content}: {}", &it.content_hash);
                refused.push(Reject::new(IDENTIFY, "duplicate_id", it.article_id.clone(), detail));
            }
            _ => kept.push(record),
        }
    }
    (kept, refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_id_is_kept_once_whatever_the_order() {
        let article =
            |id: &str, hash: &str| Article { article_id: id.into(), content_hash: hash.into(), ..Article::default() };
        let check = |input: &[(&str, &str)], expected: &[(&str, &str)]| {
            let (kept, refused) = unique(input.iter().map(|(i, h)| article(i, h)).collect(), |a| a);
            let kept: Vec<_> = kept.iter().map(|a| (a.article_id.as_str(), a.content_hash.as_str())).collect();
            assert_eq!((kept.as_slice(), refused.len()), (expected, input.len() - expected.len()), "{input:?}");
        };
        check(&[("a", "1"), ("b", "2")], &[("a", "1"), ("b", "2")]);
        check(&[("a", "2"), ("b", "2"), ("a", "1")], &[("b", "2"), ("a", "1")]);
        check(&[("a", "1"), ("a", "1"), ("a", "1")], &[("a", "1")]);
    }

    #[test]
    fn of_one_content_the_one_fetched_first_is_kept() {
        let fetched = |day: Option<i64>| Article {
            article_id: "a".into(),
            content_hash: "1".into(),
            fetched_at: day.and_then(|d| DateTime::from_timestamp(d * 86_400, 0)),
            ..Article::default()
        };
        let (kept, refused) = unique([None, Some(9), Some(3), Some(5)].map(fetched).into(), |a| a);
        assert_eq!((kept[0].fetched_at, kept.len(), refused.len()), (fetched(Some(3)).fetched_at, 1, 3));
    }
}

//! Whether sources gave what their specs expect of a week.
//!
//! A site that was redesigned or moved seldom fails: it lists fewer articles, or articles without dates, or pages whose
//! text says nothing. The `[expect]` of a spec says what its outlet never falls below; here it is held against the
//! tables of a run.

use super::RunError;
use crate::publish::table::{TableReader, parquet_files};
use crate::record::{Article, Columnar, Mention};
use crate::source::{Expect, Source, Sources};
use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Articles below which shares say nothing.
const FEW: usize = 10;

/// What the last week of a run's articles holds, by source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Week {
    /// End of the week: when the last page was fetched. None where nothing was.
    pub until: Option<DateTime<Utc>>,
    /// Days before it for which anything was fetched, at most seven.
    pub days: f64,
    counts: BTreeMap<String, Count>,
}

/// What a week holds of one source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Articles published in the week, or fetched in it where their day is not known.
    pub articles: usize,
    /// How many of them have a date.
    pub dated: usize,
    /// How many of them have an event mention.
    pub with_events: usize,
}

impl Count {
    /// What of a spec's expectations does not hold, in words for people. Of a week that was not fetched to its end, as
    /// in the first days of a checkout, the share of the articles is expected that falls to its days; of few articles
    /// no share.
    pub fn misses(self, expect: Expect, days: f64) -> Vec<String> {
        let mut misses = Vec::new();
        let wanted = f64::from(expect.min_articles_per_week) * days / 7.0;
        if (self.articles as f64) < wanted.floor() {
            let (n, least) = (self.articles, expect.min_articles_per_week);
            misses.push(format!("{n} articles in {days:.1} days, expected at least {least} a week"));
        }
        if self.articles >= FEW {
            for (what, have, least) in [
                ("a date", self.dated, expect.min_share_with_date),
                ("an event", self.with_events, expect.min_share_with_events),
            ] {
                let share = have as f64 / self.articles as f64;
                if share < least {
                    let all = self.articles;
                    misses.push(format!("{have} of {all} articles have {what} ({share:.2}), expected {least:.2}"));
                }
            }
        }
        misses
    }
}

impl Week {
    /// Counts the tables below a run's folder. Never more than one batch of rows and the ids of the articles are held.
    ///
    /// # Errors
    /// Tables that are not there or cannot be read.
    pub fn read(output: &Path, sources: &Sources) -> Result<Self, RunError> {
        let folder = |table: &str| output.join(table);
        let (mut first, mut last) = (None, None);
        each_article(&folder(Article::TABLE.name()), |article| {
            if let Some(at) = article.fetched_at {
                first = Some(first.map_or(at, |before: DateTime<Utc>| before.min(at)));
                last = Some(last.map_or(at, |before: DateTime<Utc>| before.max(at)));
            }
        })?;
        let (Some(first), Some(until)) = (first, last) else { return Ok(Self::default()) };
        let begin = until - TimeDelta::days(7);
        let mut owners: HashMap<String, Option<String>> = HashMap::new();
        let mut counts: BTreeMap<String, Count> = BTreeMap::new();
        each_article(&folder(Article::TABLE.name()), |article| {
            let Some(source) = article.url.as_deref().and_then(|url| sources.of_url(url)) else { return };
            let Some(at) = article.published_at.or(article.fetched_at) else { return };
            // A day without a time stands for its beginning.
            if at <= begin - TimeDelta::days(1) || at > until + TimeDelta::days(1) {
                return;
            }
            let count = counts.entry(source.id.clone()).or_default();
            count.articles += 1;
            count.dated += usize::from(article.published_at.is_some());
            owners.insert(article.article_id, Some(source.id.clone()));
        })?;
        each_text(&folder(Mention::TABLE.name()), "article_id", |id| {
            // Taken, so that an article counts once.
            if let Some(count) = owners.get_mut(id).and_then(Option::take).and_then(|source| counts.get_mut(&source)) {
                count.with_events += 1;
            }
        })?;
        let days = ((until - first).num_seconds() as f64 / 86_400.0).min(7.0);
        Ok(Self { until: Some(until), days, counts })
    }

    /// What the week holds of a source.
    pub fn of(&self, source: &Source) -> Count {
        self.counts.get(&source.id).copied().unwrap_or_default()
    }
}

fn each_article(table: &Path, mut take: impl FnMut(Article)) -> Result<(), RunError> {
    let columns = ["article_id", "url", "published_at", "published_precision", "fetched_at", "content_hash"];
    for file in parquet_files(table)? {
        for batch in TableReader::columns(&file, Some(&columns))? {
            let articles = Article::from_batch(&batch?)
                .map_err(|e| RunError::Io { path: file.display().to_string(), message: e.to_string() })?;
            articles.into_iter().for_each(&mut take);
        }
    }
    Ok(())
}

fn each_text(table: &Path, column: &str, mut take: impl FnMut(&str)) -> Result<(), RunError> {
    for file in parquet_files(table)? {
        for batch in TableReader::columns(&file, Some(&[column]))? {
            let batch = batch?;
            let Some(found) = batch.column_by_name(column) else { continue };
            let texts = cast(found, &DataType::Utf8)
                .map_err(|e| RunError::Io { path: file.display().to_string(), message: e.to_string() })?;
            texts.as_string::<i32>().iter().flatten().for_each(&mut take);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use crate::publish::table::{Footer, write_records};

    #[test]
    fn expectations_are_held_against_counts() {
        let expect = Expect { min_articles_per_week: 70, min_share_with_date: 0.9, min_share_with_events: 0.1 };
        let check = |articles, dated, with_events, days: f64, expected: &[&str]| {
            assert_eq!(Count { articles, dated, with_events }.misses(expect, days), expected);
        };
        check(70, 63, 7, 7.0, &[]);
        check(69, 69, 7, 7.0, &["69 articles in 7.0 days, expected at least 70 a week"]);
        check(10, 9, 1, 1.0, &[]);
        check(9, 0, 0, 1.0, &["9 articles in 1.0 days, expected at least 70 a week"]);
        check(0, 0, 0, 0.05, &[]);
        check(100, 89, 10, 7.0, &["89 of 100 articles have a date (0.89), expected 0.90"]);
        check(100, 90, 9, 7.0, &["9 of 100 articles have an event (0.09), expected 0.10"]);
        assert!(Count::default().misses(Expect::default(), 7.0).is_empty());
    }

    #[test]
    fn weeks_are_counted_by_source() {
        let sources = Sources::load(&Knowledge::embedded()).expect("valid");
        let day = |n: i64| DateTime::from_timestamp(1_756_500_000 + n * 86_400, 0);
        let article = |id: &str, host: &str, published: Option<i64>, fetched: i64| Article {
            article_id: id.into(),
            url: Some(format!("https://{host}/{id}")),
            published_at: published.and_then(day),
            fetched_at: day(fetched),
            ..Article::default()
        };
        let articles = [
            article("a", "www.zakon.kz", Some(20), 20),
            article("b", "www.zakon.kz", None, 18),
            article("c", "www.zakon.kz", Some(5), 20),
            article("d", "www.zakon.kz", None, 2),
            article("e", "polisia.kz", Some(19), 19),
            article("f", "nobody.example", Some(19), 19),
        ];
        let mention = |id: &str| Mention { article_id: id.into(), ..Mention::default() };
        let mentions = [mention("a"), mention("a"), mention("c"), mention("f")];
        let output = tempfile::tempdir().expect("a folder");
        for table in ["articles", "mentions"] {
            std::fs::create_dir(output.path().join(table)).expect("a folder");
        }
        let footer = Footer::default();
        write_records(&output.path().join("articles/articles.parquet"), &articles, &footer).expect("written");
        write_records(&output.path().join("mentions/mentions.parquet"), &mentions, &footer).expect("written");
        let week = Week::read(output.path(), &sources).expect("tables");
        assert_eq!((week.until, week.days), (day(20), 7.0));
        let of = |id: &str| week.of(sources.get(id).expect("a source"));
        assert_eq!(of("zakon.kz"), Count { articles: 2, dated: 1, with_events: 1 });
        assert_eq!(of("polisia.kz"), Count { articles: 1, dated: 1, with_events: 0 });
        assert_eq!(of("nur.kz"), Count::default());
        assert!(Week::read(&output.path().join("nowhere"), &sources).is_err());
    }
}

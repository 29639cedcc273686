//! `pipelines/corrections/erased.csv`: articles that were taken out on request.
//!
//! A line is `what,erased_at,reason`, where `what` is an address, `blake3:` and the hash of its normal form
//! ([`normal`]; so that the list leads nobody to the page), or `id:` and an article's identifier.

use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::{Article, Mention, Reject};
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const FILE: &str = "pipelines/corrections/erased.csv";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    what: String,
    erased_at: NaiveDate,
    #[serde(rename = "reason")]
    _reason: String,
}

/// The articles that no table has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erasure {
    /// Day of erasure by hash of the address.
    addresses: BTreeMap<String, NaiveDate>,
    /// Day of erasure by identifier.
    ids: BTreeMap<String, NaiveDate>,
}

/// An address in the form in which two of one page are equal: no scheme, `www.`, `m.` or `amp.`, fragment, tracking
/// parameter or final slash.
pub fn normal(url: &str) -> String {
    let url = url.trim().split('#').next().unwrap_or_default();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (page, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = page.split_once('/').unwrap_or((page, ""));
    let mut host = host.to_lowercase();
    for part in ["www.", "m.", "amp."] {
        if let Some(rest) = host.strip_prefix(part).filter(|rest| rest.contains('.')) {
            host = rest.to_owned();
        }
    }
    let path = path.trim_end_matches('/');
    let path = path.strip_suffix("/amp").unwrap_or(path);
    let tracking = |name: &str| {
        name.starts_with("utm_") || matches!(name, "fbclid" | "gclid" | "yclid" | "ysclid" | "from" | "ref")
    };
    let mut kept: Vec<&str> =
        query.split('&').filter(|p| !p.is_empty() && !tracking(p.split('=').next().unwrap_or_default())).collect();
    kept.sort_unstable();
    let mark = if kept.is_empty() { "" } else { "?" };
    format!("{host}/{path}{mark}{}", kept.join("&"))
}

fn hash(url: &str) -> String {
    blake3::hash(normal(url).as_bytes()).to_hex().to_string()
}

impl Erasure {
    /// The stage's name in the books.
    pub const NAME: &str = "erase";

    /// Reads the list; without a file nothing is erased.
    ///
    /// # Errors
    /// A line that is wrong, with its place.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let mut this = Self::default();
        let content = knowledge.get(FILE).unwrap_or_default();
        for (line, row) in csv::Reader::from_reader(content.as_bytes()).deserialize::<Line>().enumerate() {
            let at = format!("{FILE}:{}", line + 2);
            let row = row.map_err(|e| KnowledgeError::invalid(&at, e.to_string()))?;
            let what = row.what.trim();
            if let Some(id) = what.strip_prefix("id:").filter(|id| !id.is_empty()) {
                this.ids.insert(id.to_owned(), row.erased_at);
            } else if let Some(hash) = what.strip_prefix("blake3:") {
                if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return Err(KnowledgeError::invalid(at, format!("{hash:?} is no BLAKE3 hash")));
                }
                this.addresses.insert(hash.to_lowercase(), row.erased_at);
            } else if normal(what).split('/').next().is_some_and(|host| host.contains('.')) {
                this.addresses.insert(hash(what), row.erased_at);
            } else {
                return Err(KnowledgeError::invalid(at, format!("{what:?} is no address, blake3: or id:")));
            }
        }
        Ok(this)
    }

    /// Whether nothing is erased.
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty() && self.ids.is_empty()
    }

    /// The line of the list for an address, by its hash.
    pub fn line(url: &str, day: NaiveDate, reason: &str) -> String {
        let reason = if reason.contains([',', '"', '\n']) {
            format!("\"{}\"", reason.replace('"', "\"\""))
        } else {
            reason.to_owned()
        };
        format!("blake3:{},{day},{reason}\n", hash(url))
    }

    /// The day on which an article was erased; none where it was not.
    pub fn of(&self, article_id: &str, addresses: [Option<&str>; 2]) -> Option<NaiveDate> {
        if self.is_empty() {
            return None;
        }
        let by_id = self.ids.get(article_id).copied();
        by_id.or_else(|| addresses.into_iter().flatten().find_map(|url| self.addresses.get(&hash(url)).copied()))
    }

    /// Takes the erased articles out, and their mentions. The refusals have no words of them.
    pub fn apply(&self, articles: &mut Vec<Article>, mentions: &mut Vec<Mention>) -> Vec<Reject> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut gone = BTreeSet::new();
        articles.retain(|a| {
            let erased = self.of(&a.article_id, [a.url.as_deref(), a.canonical_url.as_deref()]).is_some();
            if erased {
                gone.insert(a.article_id.clone());
            }
            !erased
        });
        mentions.retain(|m| !gone.contains(&m.article_id));
        gone.into_iter().map(|id| Reject::new(Self::NAME, "erased", id, "on request")).collect()
    }

    /// Takes the words out of what earlier stages refused of an erased article; `gone` knows the articles' identifiers.
    pub fn silence(&self, rejects: &mut [Reject], gone: impl Fn(&str) -> bool) {
        for reject in rejects.iter_mut().filter(|_| !self.is_empty()) {
            let id = reject.record_id.as_str();
            if gone(id) || self.of(id, [Some(id), None]).is_some() {
                reject.detail.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn erasure(lines: &str) -> Result<Erasure, String> {
        let mut knowledge = Knowledge::default();
        knowledge.insert(FILE, format!("what,erased_at,reason\n{lines}"));
        Erasure::new(&knowledge).map_err(|e| e.to_string())
    }

    #[test]
    fn one_page_has_one_normal_form() {
        let check = |url: &str, expect: &str| assert_eq!(normal(url), expect, "{url}");
        check("https://www.News.kz/a/1/", "news.kz/a/1");
        check("http://m.news.kz/a/1#top", "news.kz/a/1");
        check("https://news.kz/a/1/amp/?utm_source=x&fbclid=y", "news.kz/a/1");
        check("https://news.kz/?p=7&utm_medium=z&lang=ru", "news.kz/?lang=ru&p=7");
        check("news.kz", "news.kz/");
        check("https://m.kz/x", "m.kz/x");
        check("", "/");
    }

    #[test]
    fn articles_are_known_by_address_hash_and_id() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).expect("day");
        let by_hash = Erasure::line("https://news.kz/b", day, "asked, by letter");
        let list = erasure(&format!("https://www.news.kz/a/,2026-11-22,asked\n{by_hash}id:x,2026-11-22,asked\n"));
        let list = list.expect("right");
        let check = |id: &str, url: Option<&str>, canonical: Option<&str>, expect: bool| {
            assert_eq!(list.of(id, [url, canonical]).is_some(), expect, "{id} {url:?}");
        };
        check("1", Some("http://news.kz/a?utm_source=t"), None, true);
        check("1", Some("https://news.kz/c"), Some("https://news.kz/b"), true);
        check("x", None, None, true);
        check("1", Some("https://news.kz/c"), None, false);
        let article =
            |id: &str, url: &str| Article { article_id: id.into(), url: Some(url.into()), ..Article::default() };
        let mut articles = vec![article("1", "https://news.kz/a"), article("2", "https://news.kz/z")];
        let mention = |id: &str| Mention { article_id: id.into(), ..Mention::default() };
        let mut mentions = vec![mention("1"), mention("2")];
        let told = |id: &str| Reject::new("extract", "improbable", id, "its words");
        let mut rejects = [told("1"), told("2"), told("https://news.kz/a")];
        let refused = list.apply(&mut articles, &mut mentions);
        list.silence(&mut rejects, |id| id == "1");
        assert_eq!(refused, [Reject::new("erase", "erased", "1", "on request")]);
        assert_eq!(rejects.map(|r| r.detail), ["", "its words", ""]);
        assert_eq!((articles.len(), mentions.len()), (1, 1));
    }

    #[test]
    fn mistakes_have_their_place() {
        let check = |line: &str, expect: &str| {
            let error = erasure(line).expect_err(expect);
            assert!(error.contains(expect), "{error}");
        };
        check("somewhere,2026-11-22,x\n", "erased.csv:2: \"somewhere\" is no address");
        check("blake3:12,2026-11-22,x\n", "is no BLAKE3 hash");
        check("https://news.kz/a,yesterday,x\n", "erased.csv:2");
    }
}

//! Outlet specs: `pipelines/sources/<id>.toml`, one file per outlet or authority.
//!
//! Enters: the files' text. Leaves: [`Sources`], validated: an unknown key, a wrong address, a selector that does
//! not parse or a region that is no code is an error with its file. The folder is the registry; there is no list
//! to edit. `schemas/source.schema.json` tells editors the same.
//!
//! ```
//! use dalel::{knowledge::Knowledge, source::Sources};
//! let sources = Sources::load(&Knowledge::embedded())?;
//! let outlet = sources.of_url("https://www.zakon.kz/pravo/1.html").expect("a known outlet");
//! assert_eq!(outlet.id, "zakon.kz");
//! # Ok::<(), dalel::knowledge::KnowledgeError>(())
//! ```

use crate::knowledge::{Knowledge, KnowledgeError};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Where the specs lie.
const FOLDER: &str = "pipelines/sources/";

/// An outlet or authority: who it is, where it lists its articles, how its pages are built, how it is treated.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Identifier: the host without `www.`, with `-part` where several share a host. The file's stem.
    pub id: String,
    /// Name as it writes itself.
    pub name: String,
    /// What it is.
    pub kind: SourceKind,
    /// Whether the spec was seen to work.
    pub status: Status,
    /// What a person should know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// ISO 639-1 codes of the languages it writes in.
    pub languages: Vec<String>,
    /// ISO 3166-2 codes of the regions it reports from; none: the whole country.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Hosts of its pages, in lower case, without port.
    pub hosts: Vec<String>,
    /// Beginnings of its pages' paths, where several sources share a host; none: all.
    #[serde(default)]
    pub paths: Vec<String>,
    /// RSS, Atom and JSON feeds.
    #[serde(default)]
    pub feeds: Vec<String>,
    /// Sitemaps and sitemap indexes, also `.gz`.
    #[serde(default)]
    pub sitemaps: Vec<String>,
    /// Pages that list articles.
    #[serde(default)]
    pub listings: Vec<Listing>,
    /// Patterns of paths, with `*`, of which an article has one; none: every path is an article's.
    #[serde(default)]
    pub include: Vec<String>,
    /// Patterns of paths that are no articles: videos, tags, other languages.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Query parameters without meaning, beside the usual tracking ones.
    #[serde(default)]
    pub drop_params: Vec<String>,
    /// How fast it may be asked.
    #[serde(default)]
    pub rate: Rate,
    /// How its pages are built; old layouts stay, with their last day.
    #[serde(default)]
    pub layouts: Vec<Layout>,
    /// What may be done with its texts.
    pub terms: Terms,
    /// What must hold for a week's articles; else the spec is out of date.
    #[serde(default)]
    pub expect: Expect,
}

/// What a source is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A newspaper, site or broadcaster.
    #[default]
    News,
    /// A news agency, which others quote.
    Agency,
    /// A press service of the state.
    Authority,
}

/// How far a spec can be trusted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// `dalel sources check` found nothing wrong.
    Verified,
    /// Written from what is publicly known of the site; not yet seen to work.
    #[default]
    Unverified,
    /// Not fetched: gone, closed to robots, or only for browsers. The note says why.
    Off,
}

/// A page that lists articles, and its following pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// First page.
    pub url: String,
    /// CSS selector of the links to articles.
    pub link: String,
    /// CSS selector of the link to the following page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Address of the following pages, with `{page}` for 2, 3 …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Most pages that one run looks at; a page without a new article ends the walk earlier.
    #[serde(default = "one")]
    pub max_pages: u32,
    /// What is put after a link's address; `?embed=1` gives a Telegram post as a page.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub suffix: String,
}

const fn one() -> u32 {
    1
}

/// How fast a source may be asked. A longer `Crawl-delay` of its robots.txt goes first.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rate {
    /// Seconds between the starts of two requests to one host.
    pub period_seconds: f64,
    /// Requests to one host that may be under way at once.
    pub concurrency: u32,
}

impl Default for Rate {
    /// One request every two seconds.
    fn default() -> Self {
        Self { period_seconds: 2.0, concurrency: 1 }
    }
}

/// CSS selectors of a page's parts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Layout {
    /// Last day of publication on which pages were built so; none: today's layout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
    /// The headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The element that holds the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The element that holds the date of publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Elements within the text that are no text of the article.
    pub remove: Vec<String>,
}

/// What may be done with a source's texts. dalel publishes facts and short quotations with a link in any case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// SPDX identifier, or `all-rights-reserved` (the law's rule where an outlet grants nothing), or `official` (works
    /// of the state).
    pub licence: String,
    /// Page of the terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The terms in a few words; `unknown: ask the outlet` where they were not read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
}

/// What must hold for a week's articles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    /// Articles a week, at least.
    pub min_articles_per_week: u32,
    /// Share (0 to 1) of the articles that have a date, at least.
    pub min_share_with_date: f64,
    /// Share (0 to 1) of the articles that have an event, at least.
    pub min_share_with_events: f64,
}

impl Source {
    /// Parses and validates one file.
    ///
    /// # Errors
    /// No TOML, an unknown key, a value that cannot be: `path:line: what`.
    pub fn parse(path: &str, content: &str) -> Result<Self, KnowledgeError> {
        let source: Self = toml::from_str(content).map_err(|error| {
            let line = error.span().map_or(1, |span| content[..span.start].matches('\n').count() + 1);
            let message = error.message().lines().collect::<Vec<_>>().join(" ");
            KnowledgeError::invalid(format!("{path}:{line}"), message)
        })?;
        source.check(path).map_err(|message| KnowledgeError::invalid(path, message))?;
        Ok(source)
    }

    fn check(&self, path: &str) -> Result<(), String> {
        let stem = path.rsplit('/').next().and_then(|name| name.strip_suffix(".toml")).unwrap_or(path);
        if self.id != stem {
            return Err(format!("id is `{}`, but the file is called {stem}.toml", self.id));
        }
        if self.name.trim().is_empty() || self.languages.is_empty() || self.terms.licence.trim().is_empty() {
            return Err("name, languages and terms.licence must not be empty".into());
        }
        if let Some(other) = self.languages.iter().find(|l| !["ru", "kk", "en"].contains(&l.as_str())) {
            return Err(format!("language `{other}` is none of ru, kk, en"));
        }
        if self.hosts.is_empty() || self.hosts.iter().any(|h| !is_host(h)) {
            return Err("hosts must name hosts in lower case, without scheme, port and path".into());
        }
        if self.status == Status::Off && self.note.is_empty() {
            return Err("a source that is off needs a note that says why".into());
        }
        let entries = self.feeds.iter().chain(&self.sitemaps).chain(self.listings.iter().map(|l| &l.url));
        if self.status != Status::Off && entries.clone().next().is_none() {
            return Err("at least one feed, sitemap or listing is needed, or status = \"off\"".into());
        }
        for url in entries {
            let host = host_of(url).ok_or_else(|| format!("`{url}` is no address with http or https"))?;
            if !self.hosts.iter().any(|h| h == host) {
                return Err(format!("`{url}`: {host} is not among the hosts"));
            }
        }
        if let Some(path) = self.paths.iter().find(|p| !p.starts_with('/')) {
            return Err(format!("path `{path}` must begin with /"));
        }
        for pattern in self.include.iter().chain(&self.exclude) {
            glob::Pattern::new(pattern).map_err(|e| format!("pattern `{pattern}`: {e}"))?;
        }
        let mut last = None;
        for layout in &self.layouts {
            if layout.title.is_none() && layout.body.is_none() && layout.date.is_none() {
                return Err("a layout needs a title, body or date".into());
            }
            if layout.valid_until.is_some_and(|day| last.replace(day).is_some_and(|before| before >= day)) {
                return Err("layouts must stand from the oldest to the newest".into());
            }
        }
        if self.layouts.iter().rev().skip(1).any(|layout| layout.valid_until.is_none()) {
            return Err("only the last layout may lack valid_until".into());
        }
        self.check_selectors()?;
        let rate = self.rate;
        if !(0.0..=3600.0).contains(&rate.period_seconds) || !(1..=16).contains(&rate.concurrency) {
            return Err("rate.period_seconds must lie in 0 to 3600 and rate.concurrency in 1 to 16".into());
        }
        let expect = self.expect;
        if !(0.0..=1.0).contains(&expect.min_share_with_date) || !(0.0..=1.0).contains(&expect.min_share_with_events) {
            return Err("shares must lie between 0 and 1".into());
        }
        Ok(())
    }

    fn check_selectors(&self) -> Result<(), String> {
        for listing in &self.listings {
            if listing.max_pages == 0 {
                return Err("max_pages must be above 0".into());
            }
            if listing.page.as_ref().is_some_and(|page| !page.contains("{page}")) {
                return Err("a listing's page must contain {page}".into());
            }
            if listing.page.is_some() && listing.next.is_some() {
                return Err("a listing has either next or page".into());
            }
        }
        let listings = self.listings.iter().flat_map(|l| std::iter::once(&l.link).chain(&l.next));
        let layouts = self.layouts.iter().flat_map(|l| l.title.iter().chain(&l.body).chain(&l.date).chain(&l.remove));
        for selector in listings.chain(layouts) {
            scraper::Selector::parse(selector).map_err(|_| format!("`{selector}` is no CSS selector"))?;
        }
        Ok(())
    }

    /// The layout of a page that was published on a day; today's, where the day is not known.
    pub fn layout(&self, published: Option<NaiveDate>) -> Option<&Layout> {
        let valid = |layout: &&Layout| match (layout.valid_until, published) {
            (None, _) => true,
            (Some(until), Some(day)) => day <= until,
            (Some(_), None) => false,
        };
        self.layouts.iter().find(valid).or(self.layouts.last())
    }

    /// Whether an address may be one of its articles.
    pub fn takes(&self, url: &str) -> bool {
        let Some((host, path)) = split(url) else { return false };
        // Patterns were checked when the file was read.
        let matches = |pattern: &String| glob::Pattern::new(pattern).is_ok_and(|p| p.matches(path));
        self.owns(host, path)
            && (self.include.is_empty() || self.include.iter().any(matches))
            && !self.exclude.iter().any(matches)
    }

    fn owns(&self, host: &str, path: &str) -> bool {
        self.hosts.iter().any(|h| h.eq_ignore_ascii_case(host))
            && (self.paths.is_empty() || self.paths.iter().any(|p| path.starts_with(p.as_str())))
    }
}

/// All sources, sorted by their ids.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sources {
    all: Vec<Source>,
}

impl Sources {
    /// Reads all specs.
    ///
    /// # Errors
    /// The first file that is wrong, as [`Source::parse`]; two sources that own the same pages.
    pub fn load(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let mut all = Vec::new();
        let mut owned = BTreeSet::new();
        for (path, content) in knowledge.files(FOLDER, ".toml") {
            let source = Source::parse(path, content)?;
            for host in &source.hosts {
                let paths = if source.paths.is_empty() { vec![String::new()] } else { source.paths.clone() };
                if let Some(double) = paths.into_iter().find(|path| !owned.insert((host.clone(), path.clone()))) {
                    return Err(KnowledgeError::invalid(
                        path,
                        format!("{host}{double} belongs to another source, too"),
                    ));
                }
            }
            all.push(source);
        }
        all.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Self { all })
    }

    /// All of them, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.all.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The source with an id.
    pub fn get(&self, id: &str) -> Option<&Source> {
        self.all.binary_search_by(|s| s.id.as_str().cmp(id)).ok().map(|i| &self.all[i])
    }

    /// The source to which a page belongs; one with paths goes before one that has the whole host.
    pub fn of_url(&self, url: &str) -> Option<&Source> {
        let (host, path) = split(url)?;
        let owners = self.all.iter().filter(|s| s.owns(host, path));
        owners.max_by_key(|s| s.paths.iter().filter(|p| path.starts_with(p.as_str())).map(String::len).max())
    }
}

fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-')
        && !host.starts_with(['.', '-'])
        && !host.ends_with(['.', '-'])
}

/// Host (without port) and path (without query) of an address with `http` or `https`.
fn split(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let host = authority.split(':').next().unwrap_or_default();
    (!host.is_empty() && !host.contains('@')).then_some((host, if path.is_empty() { "/" } else { path }))
}

fn host_of(url: &str) -> Option<&str> {
    split(url).map(|(host, _)| host)
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod tests;

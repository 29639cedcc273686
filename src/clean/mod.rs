//! Snapshot → article: decoding, main content, date, language. Pure.
//!
//! A [`Cleaner`] takes one [`Snapshot`] and gives one
//! [`Article`], or one [`Reject`] with the reason why the
//! page has none. Selectors of an outlet's spec go first where they fit ([`layout`]); none are needed: what is article and what is furniture follows
//! from the page's structure ([`content`]) and from wording that is data ([`furniture`]).
//!
//! Invariants: any bytes are input; nothing panics; time and memory are linear in the page; the same page
//! gives the same article; a date that the page does not state is not made up.
//!
//! ```
//! use dalel::clean::Cleaner;
//! use dalel::knowledge::Knowledge;
//! use dalel::record::{Snapshot, SnapshotKind};
//! use dalel::stage::Map;
//!
//! let cleaner = Cleaner::new(&Knowledge::embedded())?;
//! let body = "<nav><a href=/>Главная</a></nav><article><h1>Изъято 20 кг гашиша</h1>\
//!     <p>В Шымкенте полицейские изъяли 20 кг гашиша у двух жителей области, сообщили в департаменте полиции города.</p>\
//!     <p>Задержанные водворены в изолятор временного содержания, расследование продолжается.</p></article>";
//! let snapshot = Snapshot {
//!     snapshot_id: "page".into(), url: None, outlet: None, fetched_at: None, content_type: None,
//!     kind: SnapshotKind::Html, body: body.into(),
//! };
//! let article = cleaner.map(&snapshot).kept.remove(0);
//! assert_eq!(article.title.as_deref(), Some("Изъято 20 кг гашиша"));
//! assert_eq!(article.text.lines().count(), 2);
//! # Ok::<(), dalel::knowledge::KnowledgeError>(())
//! ```

pub mod attribution;
pub mod charset;
pub mod content;
pub mod date;
pub mod embedded;
pub mod furniture;
pub mod html;
pub mod language;
pub mod layout;
pub mod markup;
pub mod metadata;
#[cfg(test)]
mod robust_tests;
pub mod text;

use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::{Article, Reject, Snapshot, SnapshotKind, content_hash};
use crate::stage::{Map, Yield};
use date::{DateReader, Moment};
use furniture::{Furniture, Role};
use markup::Markup;
use metadata::Metadata;

/// The stage.
#[derive(Debug, Default)]
pub struct Cleaner {
    furniture: Furniture,
    markup: Markup,
    languages: language::Identifier,
    layouts: layout::Layouts,
}

/// What was read from a page, before it becomes a record.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// What the page says of itself; for a dump, what its lines say.
    pub metadata: Metadata,
    /// The article's paragraphs.
    pub paragraphs: Vec<String>,
    /// The source that the article names, as printed.
    pub named_source: Option<String>,
    /// A reason to refuse the page.
    pub refusal: Option<&'static str>,
    /// How the outlet's spec fitted.
    pub fit: layout::Fit,
}

impl Cleaner {
    /// Compiles the lexicons and runs their examples.
    ///
    /// # Errors
    /// A mistake in a data file, with its place.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        Ok(Self {
            furniture: Furniture::new(knowledge)?,
            markup: Markup::new(knowledge)?,
            languages: language::Identifier::new(knowledge)?,
            layouts: layout::Layouts::new(knowledge)?,
        })
    }

    /// Reads a decoded HTML page without making a record of it.
    pub fn read_html(
        &self,
        source: &str,
        url: Option<&str>,
        fetched: Option<chrono::DateTime<chrono::Utc>>,
    ) -> Reading {
        let dates = DateReader { words: &self.furniture, fetched };
        let doc = html::Document::parse(source);
        let mut metadata = metadata::read(&doc, url, &dates);
        let page = content::Page::new(doc, &self.markup);
        metadata.title = metadata.title.and_then(|title| self.headline(&page, title));
        let day = metadata.published.or(metadata.dated_address);
        let spec = url.map(|url| self.layouts.find(&page, url, day, &dates)).unwrap_or_default();
        metadata.title = spec.title.clone().or(metadata.title);
        // What the page states for machines is surer than what a selector finds in its design.
        metadata.published = metadata.published.or(spec.published);
        let read = |trust| {
            let mut container = content::find(&page, metadata.title.as_deref(), trust);
            if let Some(body) = spec.body {
                container.choose(&page, body, &spec.removed);
            }
            content::paragraphs(&page, &container, &self.furniture, &metadata)
        };
        let mut paragraphs = read(content::Trust::Markup);
        if letters(&paragraphs) < text::MIN_LETTERS {
            let second = read(content::Trust::TextOnly);
            // Without hints only plain running text is believed.
            if letters(&second) >= text::MIN_LETTERS * 5 {
                paragraphs = second;
            }
        }
        if letters(&paragraphs) < text::MIN_LETTERS {
            paragraphs = self.embedded(&page, &metadata).unwrap_or(paragraphs);
        }
        metadata.published = metadata.published.or_else(|| self.printed_date(&page, &paragraphs, &metadata, &dates));
        let refusal = self.refusal(&page, &metadata, &paragraphs);
        let named_source = attribution::named_source(&paragraphs, &self.furniture);
        Reading { metadata, paragraphs, named_source, refusal, fit: spec.fit }
    }

    /// A page's title as its headline: not the name of a widget; without the site's name, where the page prints
    /// what is before it.
    fn headline(&self, page: &content::Page<'_>, title: String) -> Option<String> {
        if self.furniture.role(&title) == Some(Role::Button) {
            return None;
        }
        let cuts = [" - ", " — ", " – ", " | "].into_iter().flat_map(|s| title.match_indices(s)).map(|(at, _)| at);
        let mut heads: Vec<&str> = cuts.map(|at| &title[..at]).take(8).collect();
        heads.sort_by_key(|head| std::cmp::Reverse(head.len()));
        let is_printed = |text: &str| page.blocks.iter().any(|b| page.text_of(b) == text);
        if heads.is_empty() || is_printed(&title) {
            return Some(title);
        }
        let printed = heads.into_iter().find(|head| head.len() >= 20 && is_printed(head)).map(str::to_owned);
        Some(printed.unwrap_or(title))
    }

    /// The paragraphs of a page that carries its text as data, where it is free to read.
    fn embedded(&self, page: &content::Page<'_>, metadata: &Metadata) -> Option<Vec<String>> {
        let is_closed = metadata.is_paid || self.has_role(page, metadata, Role::Paywall);
        let text = metadata
            .article_body
            .clone()
            .or_else(|| embedded::text(&page.doc, metadata.title.as_deref()?))
            .filter(|_| !is_closed)?;
        // A second page within the first.
        let source = if text.contains("</") || text.contains("<br") {
            text
        } else {
            text.lines().flat_map(|line| ["<p>", line, "</p>"]).collect()
        };
        let inner = content::Page::new(html::Document::parse(&source), &self.markup);
        let container = content::find(&inner, None, content::Trust::Markup);
        let paragraphs = content::paragraphs(&inner, &container, &self.furniture, metadata);
        (letters(&paragraphs) >= text::MIN_LETTERS * 5).then_some(paragraphs)
    }

    /// The date printed around the article: the nearest before its text, else one right after it, else the
    /// one in its address.
    fn printed_date(
        &self,
        page: &content::Page<'_>,
        paragraphs: &[String],
        metadata: &Metadata,
        dates: &DateReader<'_>,
    ) -> Option<Moment> {
        let first = paragraphs.first()?;
        let start = page.blocks.iter().position(|b| page.text_of(b) == first)?;
        let last =
            page.blocks.iter().rposition(|b| paragraphs.last().is_some_and(|p| page.text_of(b) == p)).unwrap_or(start);
        let title = metadata.title.as_deref().unwrap_or_default();
        let headline = page.blocks[..start].iter().rposition(|b| page.text_of(b) == title).unwrap_or(start);
        let stated = |block: &content::Block, dates: &DateReader<'_>| {
            let text = page.text_of(block);
            if block.chars > 400 || !date::may_state(text) {
                return None;
            }
            let rest = if title.is_empty() { text.to_owned() } else { text.replace(title, "") };
            let is_dated = dates.is_date_line(&rest) || self.furniture.role(&rest) == Some(Role::Dated);
            is_dated.then(|| dates.find(&rest)).flatten()
        };
        // Between headline and text, other things may follow the date in its line: counters, buttons.
        let in_bar = |block: &content::Block| {
            let is_bar = block.first > page.blocks[headline].first && block.chars <= 120 && block.prose == 0;
            (is_bar && block.link_share() < 0.3).then(|| dates.find_first(page.text_of(block))).flatten()
        };
        let before = page.blocks[..start]
            .iter()
            .rev()
            .take(25)
            .find_map(|b| Some((b.first, stated(b, dates).or_else(|| in_bar(b))?)));
        let first_node = page.blocks[start].first;
        let time_before = metadata.times.iter().rev().find(|(node, _)| *node < first_node).copied();
        let nearest =
            [before, time_before].into_iter().flatten().max_by_key(|(node, _)| *node).map(|(_, moment)| moment);
        // After the text, what is relative to the reader is a comment's.
        let absolute = DateReader { fetched: None, ..*dates };
        let after = || page.blocks[start..].iter().take(last - start + 12).find_map(|b| stated(b, &absolute));
        let end_node = page.blocks.get(last + 12).map_or(page.doc.nodes.len(), |b| b.first);
        let time_after =
            || metadata.times.iter().find(|(node, _)| (first_node..end_node).contains(node)).map(|(_, m)| *m);
        nearest.or_else(after).or_else(time_after).or(metadata.dated_address)
    }

    /// Why a page is no article, if it is none.
    fn refusal(&self, page: &content::Page<'_>, metadata: &Metadata, paragraphs: &[String]) -> Option<&'static str> {
        let letters = letters(paragraphs);
        let role = |wanted: Role| self.has_role(page, metadata, wanted);
        if letters >= ENOUGH_LETTERS {
            return None;
        }
        if metadata.title.as_deref().is_some_and(|t| self.furniture.role(t) == Some(Role::ErrorPage)) {
            return Some("error_page");
        }
        if letters < 300 && role(Role::Paywall) {
            return Some("paywall");
        }
        if letters >= text::MIN_LETTERS {
            return None;
        }
        let links = page.blocks.iter().filter(|b| b.is_link()).count();
        Some(if page.blocks.is_empty() && page.doc.nodes.len() < 3 {
            "empty"
        } else if role(Role::ErrorPage) {
            "error_page"
        } else if role(Role::Script) || self.is_shell(page) {
            "javascript_shell"
        } else if links >= 6 {
            "listing"
        } else {
            "no_body"
        })
    }

    /// Whether the headline or one of the first short blocks has a role.
    fn has_role(&self, page: &content::Page<'_>, metadata: &Metadata, wanted: Role) -> bool {
        let is_it = |text: &str| self.furniture.role(text) == Some(wanted);
        metadata.title.as_deref().is_some_and(is_it)
            || page.blocks.iter().take(400).any(|b| b.chars <= 300 && is_it(page.text_of(b)))
    }

    /// Scripts and hardly a word: the page draws itself in the browser.
    fn is_shell(&self, page: &content::Page<'_>) -> bool {
        let asks = |node: &usize| {
            page.doc.nodes[*node].tag == html::Tag::Noscript
                && self.furniture.role(&page.doc.short_text(*node)) == Some(Role::Script)
        };
        let scripts = page.doc.nodes.iter().filter(|n| n.tag == html::Tag::Script).count();
        let chars: u32 = page.blocks.iter().map(|b| b.chars).sum();
        (1..page.doc.nodes.len()).take(20_000).any(|n| asks(&n)) || scripts >= 1 && chars < 200
    }

    /// [`Map::map`], and how the spec of the page's outlet fitted.
    ///
    /// # Errors
    /// The page is no article: the reject says why.
    pub fn clean(&self, snapshot: &Snapshot) -> Result<(Article, layout::Fit), Reject> {
        let refuse = |reason: &str, detail: &str| Reject::new(Self::NAME, reason, snapshot.snapshot_id.clone(), detail);
        let reading = self.read(snapshot).map_err(|reason| refuse(reason, ""))?;
        if let Some(reason) = reading.refusal {
            return Err(refuse(reason, reading.metadata.title.as_deref().unwrap_or("")));
        }
        let text = reading.paragraphs.join("\n");
        let metadata = reading.metadata;
        let Some(language) = self.languages.identify(&text).map(str::to_owned).or(metadata.language) else {
            return Err(refuse("no_language", metadata.title.as_deref().unwrap_or("")));
        };
        let address = metadata.canonical_url.clone().or_else(|| snapshot.url.clone());
        let host = address.as_deref().and_then(host_of);
        let article = Article {
            article_id: snapshot.snapshot_id.clone(),
            url: snapshot.url.clone(),
            outlet: snapshot.outlet.clone().or_else(|| {
                let known = address.as_deref().and_then(|address| self.layouts.outlet(address));
                known.or(host).map(str::to_owned)
            }),
            language: Some(language),
            author_is_agency: self.is_agency(host, metadata.site_name.as_deref()),
            canonical_url: metadata.canonical_url,
            title: metadata.title,
            text,
            published_at: metadata.published.map(|m| m.at),
            published_precision: metadata.published.map(|m| m.precision),
            fetched_at: snapshot.fetched_at,
            content_hash: content_hash(&snapshot.body),
            story_id: None,
        };
        Ok((article, reading.fit))
    }

    /// Decodes and reads a page or dump without making a record of it.
    ///
    /// # Errors
    /// The bytes are no text: `empty` or `not_text`.
    pub fn read(&self, snapshot: &Snapshot) -> Result<Reading, &'static str> {
        if snapshot.body.iter().all(u8::is_ascii_whitespace) {
            return Err("empty");
        }
        let is_html = snapshot.kind == SnapshotKind::Html;
        let text = charset::decode(&snapshot.body, snapshot.content_type.as_deref(), is_html).ok_or("not_text")?;
        if is_html {
            return Ok(self.read_html(&text, snapshot.url.as_deref(), snapshot.fetched_at));
        }
        let dates = DateReader { words: &self.furniture, fetched: snapshot.fetched_at };
        let parts = text::read_dump(&text, &self.furniture, &dates);
        let metadata = Metadata { title: parts.title, published: parts.published, ..Metadata::default() };
        let named_source = attribution::named_source(&parts.paragraphs, &self.furniture);
        let (paragraphs, refusal) = (parts.paragraphs, parts.refusal);
        Ok(Reading { metadata, paragraphs, named_source, refusal, fit: layout::Fit::default() })
    }

    fn is_agency(&self, host: Option<&str>, site_name: Option<&str>) -> bool {
        let by_host = host.is_some_and(|host| {
            self.furniture.agency_hosts.iter().any(|suffix| {
                host.strip_suffix(suffix.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.') || suffix.starts_with('.'))
            })
        });
        let site = site_name.map(furniture::normalised).unwrap_or_default();
        by_host || self.furniture.agency_sites.iter().any(|word| site.contains(word.as_str()))
    }
}

/// Letters in all paragraphs, counted no further than it matters.
fn letters(paragraphs: &[String]) -> usize {
    paragraphs.iter().flat_map(|p| p.chars()).filter(|&c| text::is_letter(c)).take(ENOUGH_LETTERS).count()
}

/// So many letters are an article, whatever else the page says.
const ENOUGH_LETTERS: usize = 600;

/// The host of an address, without `www.`.
fn host_of(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    (!host.is_empty()).then_some(host)
}

impl Map for Cleaner {
    type In = Snapshot;
    type Out = Article;
    const NAME: &'static str = "clean";

    fn map(&self, snapshot: &Snapshot) -> Yield<Article> {
        match self.clean(snapshot) {
            Ok((article, _)) => Yield::kept(article),
            Err(reject) => Yield::refused(reject),
        }
    }
}

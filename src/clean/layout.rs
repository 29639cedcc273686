//! Selectors of outlet specs, compiled: they go first where an outlet has a spec that fits the page.
//!
//! A selector is believed only if it selects exactly one element (for the body: outermost, with running text;
//! several that say the same count as one). Else that part of the page is read the generic way, and [`Fit`]
//! says why: runs count it by outlet, so that a redesign is seen.

use super::content::Page;
use super::date::{DateReader, Moment};
use super::html::{Document, NodeId, Selector};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::source::{Layout, Sources};
use std::collections::BTreeMap;

/// How an outlet's spec fitted a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fit {
    /// Whether the outlet has a layout for pages of this day.
    pub has_layout: bool,
    /// The layout's selectors that are not believed, as reason codes (`body_matches_nothing`); what they
    /// should have given was read the generic way.
    pub missed: Vec<&'static str>,
}

impl Fit {
    /// Whether there was a layout, and all of it fitted.
    pub fn is_whole(&self) -> bool {
        self.has_layout && self.missed.is_empty()
    }
}

/// Running text (characters) that a selected body must hold.
const MIN_PROSE: u64 = 100;

#[derive(Debug)]
struct Compiled {
    title: Option<Selector>,
    body: Option<Selector>,
    date: Option<Selector>,
    remove: Vec<Selector>,
}

/// All specs' selectors.
#[derive(Debug, Default)]
pub struct Layouts {
    sources: Sources,
    compiled: BTreeMap<String, Vec<Compiled>>,
}

/// What a spec's selectors found on a page.
#[derive(Debug, Default)]
pub struct Found {
    /// The element with the text.
    pub body: Option<NodeId>,
    /// Elements within it that are not its text.
    pub removed: Vec<NodeId>,
    /// The headline.
    pub title: Option<String>,
    /// The publication.
    pub published: Option<Moment>,
    /// Which selectors are not believed.
    pub fit: Fit,
}

impl Layouts {
    /// Compiles the selectors of `pipelines/sources/*.toml`.
    ///
    /// # Errors
    /// A spec that is wrong, or a selector that is not read here.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let sources = Sources::load(knowledge)?;
        let mut compiled = BTreeMap::new();
        for source in sources.iter() {
            let layouts: Result<Vec<Compiled>, _> = source.layouts.iter().map(compile).collect();
            let path = format!("pipelines/sources/{}.toml", source.id);
            compiled.insert(source.id.clone(), layouts.map_err(|e| KnowledgeError::invalid(path, e.to_string()))?);
        }
        Ok(Self { sources, compiled })
    }

    /// The outlet of an address: the id of its spec.
    pub fn outlet(&self, url: &str) -> Option<&str> {
        self.sources.of_url(url).map(|source| source.id.as_str())
    }

    /// Applies the layout that is valid for a page of this address and day. Where the day is not known
    /// otherwise, a layout's own date selector may tell that the page is of its time; else today's is taken.
    pub fn find(&self, page: &Page<'_>, url: &str, published: Option<Moment>, dates: &DateReader<'_>) -> Found {
        let Some(source) = self.sources.of_url(url) else { return Found::default() };
        let Some(compiled) = self.compiled.get(&source.id) else { return Found::default() };
        let place =
            |day| source.layout(day).and_then(|l| source.layouts.iter().position(|other| std::ptr::eq(l, other)));
        let chosen = match published {
            Some(moment) => place(Some(moment.local_day())),
            None => (0..compiled.len())
                .find(|&at| {
                    let stated = compiled[at].date.as_ref().and_then(|s| date(&page.doc, s, dates).ok());
                    stated.is_some_and(|moment| place(Some(moment.local_day())) == Some(at))
                })
                .or_else(|| place(None)),
        };
        chosen.and_then(|at| compiled.get(at)).map_or_else(Found::default, |layout| layout.apply(page, dates))
    }
}

impl Compiled {
    fn apply(&self, page: &Page<'_>, dates: &DateReader<'_>) -> Found {
        let mut fit = Fit { has_layout: true, missed: Vec::new() };
        Found {
            body: fit.note(self.body.as_ref().map(|selector| body(page, selector))),
            removed: self.remove.iter().flat_map(|selector| selector.all(&page.doc)).collect(),
            title: fit.note(self.title.as_ref().map(|selector| title(&page.doc, selector))),
            published: fit.note(self.date.as_ref().map(|selector| date(&page.doc, selector, dates))),
            fit,
        }
    }
}

impl Fit {
    fn note<T>(&mut self, found: Option<Result<T, &'static str>>) -> Option<T> {
        found?.map_err(|reason| self.missed.push(reason)).ok()
    }
}

fn compile(layout: &Layout) -> Result<Compiled, super::html::SelectorError> {
    let read = |selector: &Option<String>| selector.as_deref().map(Selector::parse).transpose();
    Ok(Compiled {
        title: read(&layout.title)?,
        body: read(&layout.body)?,
        date: read(&layout.date)?,
        remove: layout.remove.iter().map(|s| Selector::parse(s)).collect::<Result<_, _>>()?,
    })
}

/// The one outermost element that a selector selects, if it holds running text.
fn body(page: &Page<'_>, selector: &Selector) -> Result<NodeId, &'static str> {
    let mut end = 0;
    let mut found = Vec::new();
    for node in selector.all(&page.doc) {
        if node >= end {
            end = page.doc.nodes[node].end as usize;
            found.push(node);
        }
    }
    match found.as_slice() {
        [] => Err("body_matches_nothing"),
        [node] if page.prose_in(*node) < MIN_PROSE => Err("body_holds_no_text"),
        [node] => Ok(*node),
        _ => Err("body_matches_several"),
    }
}

/// The one headline that a selector selects.
fn title(doc: &Document<'_>, selector: &Selector) -> Result<String, &'static str> {
    let mut titles = selector.all(doc).map(|node| doc.short_text(node)).filter(|title| !title.is_empty());
    let first = titles.next().ok_or("title_matches_nothing")?;
    if titles.all(|other| other == first) { Ok(first) } else { Err("title_matches_several") }
}

/// The one moment that the selected elements state.
fn date(doc: &Document<'_>, selector: &Selector, dates: &DateReader<'_>) -> Result<Moment, &'static str> {
    let mut moments = selector.all(doc).map(|node| stated_date(doc, node, dates));
    let first = moments.next().ok_or("date_matches_nothing")?;
    if moments.any(|other| other != first) {
        return Err("date_matches_several");
    }
    first.ok_or("date_states_none")
}

/// The date that an element states: in an attribute, or in its text.
fn stated_date(doc: &Document<'_>, node: NodeId, dates: &DateReader<'_>) -> Option<Moment> {
    let by_attribute = ["datetime", "content", "data-time", "title"]
        .iter()
        .find_map(|name| doc.attribute(node, name).and_then(|value| dates.find(&value)));
    by_attribute.or_else(|| dates.find(&doc.short_text(node)))
}

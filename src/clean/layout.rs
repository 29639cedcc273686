//! Selectors of outlet specs, compiled: they go first where an outlet has a spec that fits the page.
//!
//! A selector is believed only if it selects exactly one element (outermost) that holds running text; else
//! the page is read the generic way, and [`Fit`] says why, so that a redesign is seen and counted.

use super::content::Page;
use super::date::{DateReader, Moment};
use super::html::{Document, NodeId, Selector};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::source::{Layout, Sources};
use std::collections::BTreeMap;

/// Whether an outlet's spec fitted a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fit {
    /// No spec, or one without selectors, for the page's address.
    #[default]
    NoSpec,
    /// The text is what the spec's selector holds.
    Fitted,
    /// The selector did not fit, with a reason code: the page was read the generic way.
    Missed(&'static str),
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
    /// The element with the text, or why none is believed.
    pub body: Option<Result<NodeId, &'static str>>,
    /// Elements within it that are not its text.
    pub removed: Vec<NodeId>,
    /// The headline.
    pub title: Option<String>,
    /// The publication.
    pub published: Option<Moment>,
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

    /// Applies the spec that is valid for a page of this address and day.
    pub fn find(&self, page: &Page<'_>, url: &str, published: Option<Moment>, dates: &DateReader<'_>) -> Found {
        let Some(source) = self.sources.of_url(url) else { return Found::default() };
        let day = published.map(|moment| moment.at.date_naive());
        let chosen = source.layout(day).and_then(|chosen| source.layouts.iter().position(|l| std::ptr::eq(l, chosen)));
        let Some(layout) = chosen.and_then(|at| self.compiled.get(&source.id)?.get(at)) else {
            return Found::default();
        };
        let doc = &page.doc;
        let first = |selector: &Option<Selector>| selector.as_ref().and_then(|s| s.all(doc).next());
        Found {
            body: layout.body.as_ref().map(|selector| body(page, selector)),
            removed: layout.remove.iter().flat_map(|selector| selector.all(doc)).collect(),
            title: first(&layout.title).map(|node| doc.text(node)).filter(|title| !title.is_empty()),
            published: first(&layout.date).and_then(|node| stated_date(doc, node, dates)),
        }
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
        [] => Err("selector_matches_nothing"),
        [node] if page.prose_in(*node) < MIN_PROSE => Err("selector_holds_no_text"),
        [node] => Ok(*node),
        _ => Err("selector_matches_several"),
    }
}

/// The date that an element states: in an attribute, or in its text.
fn stated_date(doc: &Document<'_>, node: NodeId, dates: &DateReader<'_>) -> Option<Moment> {
    let by_attribute = ["datetime", "content", "data-time", "title"]
        .iter()
        .find_map(|name| doc.attribute(node, name).and_then(|value| dates.find(&value)));
    by_attribute.or_else(|| dates.find(&doc.text(node)))
}

//! Which element holds the article.

use super::page::{Block, Page, Suspicion};
use crate::clean::furniture::normalised;
use crate::clean::html::{NodeId, Tag};

/// A child that holds at least this share of its parent's running text holds the article.
const SHARE: f64 = 0.85;
/// The share of the page's running text up to which a suspicion holds: beyond it, the class is wrong.
const MASS_OF_WEAK: f64 = 0.4;
/// The same where the class is plain: comments often outweigh their article.
const MASS_OF_STRONG: f64 = 0.9;
/// An `<article>` around the headline is the article if it has this share of the container's running text.
const SHARE_OF_TITLED: f64 = 0.2;
/// Least running text of an element that is trusted for its markup (characters).
const MIN_PROSE: u64 = 250;
/// Most blocks of running text between headline and container that are still a lead.
const MAX_LEADS: usize = 3;
/// Longest lead (characters).
const MAX_LEAD: u32 = 700;

/// Where on the page the article is.
#[derive(Debug)]
pub struct Container {
    /// The element that holds it; the root where nothing stands out.
    pub node: NodeId,
    /// The block that prints the headline.
    pub title: Option<usize>,
    /// Blocks between headline and container that are its lead.
    pub leads: Vec<usize>,
    /// For each node, whether it lies in a furniture subtree.
    pub is_furniture: Vec<bool>,
}

impl Container {
    /// Takes an element for the article's, whatever its markup says, less the parts that are to be removed.
    pub fn choose(&mut self, page: &Page<'_>, node: NodeId, removed: &[NodeId]) {
        if self.is_furniture[node] {
            // Its own or an outer class was suspected: what lies in it is judged by the text alone.
            for inner in page.doc.descendants(node) {
                self.is_furniture[inner] = page.marks[inner].is_hidden;
            }
        }
        for &part in removed {
            for inner in part..page.doc.nodes[part].end as NodeId {
                self.is_furniture[inner] = true;
            }
        }
        self.node = node;
        self.leads.clear();
    }
}

/// Sums of running text that is no furniture.
struct Prose<'p, 's> {
    page: &'p Page<'s>,
    before: Vec<u64>,
}

impl Prose<'_, '_> {
    fn inside(&self, node: NodeId) -> u64 {
        let blocks = self.page.blocks_in(node);
        self.before[blocks.end] - self.before[blocks.start]
    }

    /// From a node down to the element that still holds nearly all of its running text.
    fn descend(&self, mut node: NodeId) -> NodeId {
        loop {
            let best = self.page.doc.children(node).max_by_key(|&child| (self.inside(child), std::cmp::Reverse(child)));
            let Some(child) = best else { return node };
            let holds = self.inside(child) > 0 && self.inside(child) as f64 >= SHARE * self.inside(node) as f64;
            if !holds || self.page.doc.nodes[child].tag.is_inline() || self.page.blocks_in(child).len() < 2 {
                return node;
            }
            node = child;
        }
    }
}

/// Which hints a search believes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Tags and the words of classes.
    Markup,
    /// Nothing but what is never shown: for pages whose classes say that all of it is furniture.
    TextOnly,
}

/// Finds the element that holds the article with this headline.
pub fn find(page: &Page<'_>, title: Option<&str>, trust: Trust) -> Container {
    let is_furniture = furniture(page, trust);
    let mut before = Vec::with_capacity(page.blocks.len() + 1);
    before.push(0_u64);
    for block in &page.blocks {
        let own = if is_furniture[block.first] { 0 } else { u64::from(block.prose) };
        before.push(before.last().unwrap_or(&0) + own);
    }
    let prose = Prose { page, before };
    let title = title.and_then(|title| printed_title(page, title));
    // Of several stories on one page, the one with the headline.
    let top = title.and_then(|title| story_of(page, title, &prose)).unwrap_or(0);
    // What says of itself that it is the body is believed if it holds enough.
    let named = page
        .doc
        .descendants(top)
        .filter(|&n| page.marks[n].is_body && !is_furniture[n])
        .max_by_key(|&n| (prose.inside(n), std::cmp::Reverse(n)))
        .filter(|&n| prose.inside(n) * 5 >= prose.inside(top) && prose.inside(n) >= MIN_PROSE);
    let mut node = named.unwrap_or_else(|| prose.descend(top));
    if let (None, Some(title)) = (named, title)
        && let Some(article) = article_around(page, page.blocks[title].first)
        && page.doc.descendants(node).contains(&article)
        && prose.inside(article) >= MIN_PROSE
        && prose.inside(article) as f64 >= SHARE_OF_TITLED * prose.inside(node) as f64
    {
        node = prose.descend(article);
    }
    let leads = title.map(|title| leads(page, title, node, &is_furniture)).unwrap_or_default();
    Container { node, title, leads, is_furniture }
}

/// Where a page goes on with other stories (an endless feed), the element of the story with this headline: it has a
/// neighbour of the same tag and class, with a headline of the same rank and running text of its own.
fn story_of(page: &Page<'_>, title: usize, prose: &Prose<'_, '_>) -> Option<NodeId> {
    let doc = &page.doc;
    let mut node = page.blocks[title].first;
    while node > 0 && !doc.nodes[node].tag.is_heading() {
        node = doc.parent(node);
    }
    let rank = doc.nodes[node].tag;
    let tells_a_story = |other: NodeId| {
        let n_headings = doc.descendants(other).filter(|&n| doc.nodes[n].tag == rank).count();
        n_headings > 0 && prose.inside(other) >= MIN_PROSE
    };
    while node > 0 {
        let parent = doc.parent(node);
        let source = doc.attribute(node, "class");
        let is_alike = |&other: &NodeId| {
            other != node && doc.nodes[other].tag == doc.nodes[node].tag && doc.attribute(other, "class") == source
        };
        if prose.inside(node) >= MIN_PROSE && doc.children(parent).filter(is_alike).any(tells_a_story) {
            return Some(node);
        }
        node = parent;
    }
    None
}

/// The nearest `<article>` around a node.
fn article_around(page: &Page<'_>, mut node: NodeId) -> Option<NodeId> {
    while node > 0 {
        if page.doc.nodes[node].tag == Tag::Article {
            return Some(node);
        }
        node = page.doc.parent(node);
    }
    None
}

/// The first heading that prints the headline.
fn printed_title(page: &Page<'_>, title: &str) -> Option<usize> {
    let key = normalised(title);
    let prints = |block: &Block| {
        let mut node = block.first;
        let heading = (0..5).any(|_| {
            node = page.doc.parent(node);
            page.doc.nodes[node].tag.is_heading()
        });
        heading && block.chars <= 400 && normalised(page.text_of(block)) == key
    };
    page.blocks.iter().position(prints)
}

/// The running text between the headline and the container, where it is little: a lead set apart.
fn leads(page: &Page<'_>, title: usize, node: NodeId, is_furniture: &[bool]) -> Vec<usize> {
    let first = page.blocks_in(node).start;
    let found: Vec<usize> = (title + 1..first.max(title + 1))
        .filter(|&b| page.blocks[b].prose > 0 && !is_furniture[page.blocks[b].first])
        .collect();
    let fits = found.len() <= MAX_LEADS && found.iter().all(|&b| page.blocks[b].chars <= MAX_LEAD);
    if fits { found } else { Vec::new() }
}

/// Which nodes lie in furniture: by tag and class, unless the mass of the text in them says otherwise.
fn furniture(page: &Page<'_>, trust: Trust) -> Vec<bool> {
    let total = page.prose_in(0) as f64;
    let cards = page.cards();
    let mut is_furniture = vec![false; page.doc.nodes.len()];
    for node in 1..page.doc.nodes.len() {
        let limit = match page.marks[node].suspicion {
            _ if trust == Trust::TextOnly => -1.0,
            Suspicion::None => -1.0,
            Suspicion::Weak => MASS_OF_WEAK,
            Suspicion::Strong => MASS_OF_STRONG,
        };
        is_furniture[node] = is_furniture[page.doc.parent(node)]
            || page.marks[node].is_hidden
            || cards[node]
            || limit > 0.0 && (page.prose_in(node) as f64) <= limit * total;
    }
    is_furniture
}

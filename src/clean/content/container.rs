//! Which element holds the article.

use super::page::Page;
use crate::clean::html::NodeId;

/// A child that holds at least this share of its parent's running text holds the article.
const SHARE: f64 = 0.7;
/// An element with more than this share of the page's running text is not furniture.
const MASS: f64 = 0.4;

/// The element that holds the article, and which nodes are furniture.
#[derive(Debug)]
pub struct Container {
    /// The element; the root where nothing stands out.
    pub node: NodeId,
    /// For each node, whether it lies in a furniture subtree.
    pub is_furniture: Vec<bool>,
}

/// Finds the element that holds the article.
pub fn find(page: &Page<'_>) -> Container {
    let is_furniture = furniture(page);
    let prose = |node: NodeId| -> u64 {
        page.blocks_in(node)
            .map(|b| &page.blocks[b])
            .filter(|b| !is_furniture[b.first])
            .map(|b| u64::from(b.prose))
            .sum()
    };
    // Running text by node without furniture, by prefix sums.
    let mut before = Vec::with_capacity(page.blocks.len() + 1);
    before.push(0_u64);
    for block in &page.blocks {
        let own = if is_furniture[block.first] { 0 } else { u64::from(block.prose) };
        before.push(before.last().unwrap_or(&0) + own);
    }
    let inside = |node: NodeId| {
        let blocks = page.blocks_in(node);
        before[blocks.end] - before[blocks.start]
    };
    let _ = prose;
    let total = inside(0);
    let mut node = 0;
    // What says of itself that it is the body is believed if it holds enough.
    let named = (1..page.doc.nodes.len())
        .filter(|&n| page.marks[n].is_body && !is_furniture[n])
        .max_by_key(|&n| inside(n))
        .filter(|&n| inside(n) * 5 >= total && inside(n) >= 200);
    if let Some(named) = named {
        node = named;
    }
    loop {
        let best = page.doc.children(node).max_by_key(|&child| (inside(child), std::cmp::Reverse(child)));
        match best.filter(|&child| inside(child) as f64 >= SHARE * inside(node) as f64 && inside(child) > 0) {
            Some(child) if !page.doc.nodes[child].tag.is_inline() && page.blocks_in(child).len() > 1 => node = child,
            _ => break,
        }
    }
    Container { node, is_furniture }
}

fn furniture(page: &Page<'_>) -> Vec<bool> {
    let total = page.prose_in(0) as f64;
    let mut is_furniture = vec![false; page.doc.nodes.len()];
    for node in 1..page.doc.nodes.len() {
        is_furniture[node] = is_furniture[page.doc.parent(node)]
            || page.marks[node].is_hidden
            || page.marks[node].is_suspect && (page.prose_in(node) as f64) <= MASS * total;
    }
    is_furniture
}

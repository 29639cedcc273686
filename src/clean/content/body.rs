//! The article's paragraphs inside its container.

use super::container::Container;
use super::page::{Block, Page};
use crate::clean::furniture::{Furniture, Role, normalised};
use crate::clean::html::{NodeId, Tag};
use crate::clean::text::{ends_sentence, is_counter, is_name};

/// A candidate paragraph.
struct Candidate<'p> {
    text: &'p str,
    block: Block,
    tag: Tag,
    /// The element it is an item, a row or a quote of, else its own.
    keep: bool,
}

/// The paragraphs of the article, in order, without furniture.
pub fn paragraphs(page: &Page<'_>, container: &Container, furniture: &Furniture, title: Option<&str>) -> Vec<String> {
    let title_key = title.map(normalised);
    let link_lists = link_lists(page, container.node);
    let mut found: Vec<Candidate<'_>> = page.blocks[page.blocks_in(container.node)]
        .iter()
        .filter(|block| !container.is_furniture[block.first])
        .map(|block| {
            let text = page.text_of(block);
            let tag = kind(page, block.element);
            let in_links = link_lists.iter().any(|list| list.contains(&block.first));
            Candidate { text, block: *block, tag, keep: !in_links && keeps(block, text, tag, furniture) }
        })
        .collect();
    if let Some(key) = &title_key {
        for c in &mut found {
            c.keep &= c.block.chars > 300 || normalised(c.text) != *key;
        }
    }
    cut_after_end(&mut found, furniture);
    let Some(first) = found.iter().position(|c| c.keep && is_start(c)) else { return Vec::new() };
    let last = found.iter().rposition(|c| c.keep && is_end(c)).unwrap_or(first);
    let body = &found[first..=last.max(first)];
    body.iter().filter(|c| c.keep).map(|c| c.text.to_owned()).collect()
}

/// The tag that tells what a block is: its own element's, or that of a list item, quote or cell around it.
fn kind(page: &Page<'_>, element: NodeId) -> Tag {
    let mut node = element;
    for _ in 0..4 {
        let tag = page.doc.nodes[node].tag;
        if tag.is_heading()
            || matches!(tag, Tag::P | Tag::Li | Tag::Blockquote | Tag::Td | Tag::Th | Tag::Pre | Tag::Dd | Tag::Dt)
        {
            return tag;
        }
        node = page.doc.parent(node);
    }
    page.doc.nodes[element].tag
}

/// Node ranges of lists that consist of links.
fn link_lists(page: &Page<'_>, container: NodeId) -> Vec<std::ops::Range<NodeId>> {
    let mut lists: Vec<std::ops::Range<NodeId>> = Vec::new();
    for node in page.doc.descendants(container) {
        if !matches!(page.doc.nodes[node].tag, Tag::Ul | Tag::Ol | Tag::Dl | Tag::Table) {
            continue;
        }
        if lists.last().is_some_and(|list| list.contains(&node)) {
            continue;
        }
        let blocks = &page.blocks[page.blocks_in(node)];
        let chars: u32 = blocks.iter().map(|b| b.chars).sum();
        let links: u32 = blocks.iter().map(|b| b.link_chars).sum();
        if links * 2 > chars {
            lists.push(node..page.doc.nodes[node].end as NodeId);
        }
    }
    lists
}

fn keeps(block: &Block, text: &str, tag: Tag, furniture: &Furniture) -> bool {
    if block.chars <= 300 && furniture.role(text).is_some() {
        return false;
    }
    if block.link_share() > 0.8 && block.chars < 200 {
        return false;
    }
    if block.prose > 0 {
        return true;
    }
    match tag {
        Tag::P | Tag::Blockquote | Tag::Pre | Tag::Li | Tag::Dd | Tag::Dt | Tag::Td | Tag::Th => {
            !is_counter(text) || tag == Tag::Td
        }
        tag if tag.is_heading() => true,
        _ => ends_sentence(text) && block.chars >= 20 || block.chars >= 60,
    }
}

/// Whether a block can be the first of an article.
fn is_start(c: &Candidate<'_>) -> bool {
    c.block.prose > 0 || c.tag == Tag::P && c.block.chars >= 25 && ends_sentence(c.text)
}

/// Whether a block can be the last of an article.
fn is_end(c: &Candidate<'_>) -> bool {
    !c.tag.is_heading()
        && (c.block.prose > 0
            || matches!(c.tag, Tag::Li | Tag::Blockquote | Tag::Td | Tag::Pre)
            || c.tag == Tag::P && ends_sentence(c.text) && c.block.chars >= 12 && !is_name(c.text))
}

/// After a heading that introduces comments or other stories, nothing of the article follows.
fn cut_after_end(found: &mut [Candidate<'_>], furniture: &Furniture) {
    let total: u32 = found.iter().filter(|c| c.keep).map(|c| c.block.prose).sum();
    let mut before = 0;
    let mut cut = false;
    for c in found {
        if !cut
            && c.block.prose == 0
            && before * 2 >= total
            && c.block.chars < 60
            && furniture.role(c.text) == Some(Role::End)
        {
            cut = true;
        }
        c.keep &= !cut;
        if c.keep {
            before += c.block.prose;
        }
    }
}

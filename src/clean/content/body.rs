//! The article's paragraphs inside its container.

use super::container::Container;
use super::page::{Block, Page};
use crate::clean::furniture::{Furniture, Role, normalised};
use crate::clean::html::{NodeId, Tag};
use crate::clean::metadata::Metadata;
use crate::clean::text::{ends_sentence, is_counter, is_name};
use rustc_hash::{FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

/// A candidate paragraph.
struct Candidate<'p> {
    text: &'p str,
    block: Block,
    tag: Tag,
    /// What a short block does on its page, by its wording.
    role: Option<Role>,
    keep: bool,
}

/// The paragraphs of the article, in order, without furniture.
pub fn paragraphs(page: &Page<'_>, container: &Container, furniture: &Furniture, metadata: &Metadata) -> Vec<String> {
    let link_lists = link_lists(page, container.node);
    let mut found: Vec<Candidate<'_>> = new_leads(page, container)
        .chain(page.blocks_in(container.node))
        .map(|index| &page.blocks[index])
        .filter(|block| !container.is_furniture[block.first])
        .map(|block| {
            let text = page.text_of(block);
            let tag = kind(page, block.element);
            let before = link_lists.partition_point(|list| list.start <= block.first);
            let in_links = before > 0 && link_lists[before - 1].contains(&block.first);
            let role = if block.chars <= 300 { furniture.role(text) } else { None };
            Candidate { text, block: *block, tag, role, keep: !in_links && role.is_none() && keeps(block, text, tag) }
        })
        .collect();
    if let Some(key) = metadata.title.as_deref().map(normalised) {
        for c in &mut found {
            c.keep &= c.block.chars > 300 || normalised(c.text) != key;
        }
    }
    if let Some(title) = container.title {
        cut_before_title(&mut found, page.blocks[title].first);
    }
    cut_lists_of_links(&mut found);
    cut_after_end(&mut found, container.title.is_some());
    if let Some(stated) = &metadata.article_body {
        cut_by_stated_body(&mut found, stated);
    }
    let Some(first) = found.iter().position(|c| c.keep && is_start(c)) else { return Vec::new() };
    let last = found.iter().rposition(|c| c.keep && is_end(c)).unwrap_or(first).max(first);
    // Short sentences at the end of an element whose paragraphs are only line breaks.
    let goes_on = |c: &&Candidate<'_>| {
        c.keep && c.block.element == found[last].block.element && ends_sentence(c.text) && !is_counter(c.text)
    };
    let last = last + found[last + 1..].iter().take_while(goes_on).count();
    let body = &found[first..=last];
    body.iter().filter(|c| c.keep).map(|c| c.text.to_owned()).collect()
}

/// A lead set apart belongs to the article where it says what the text does not: a summary of what
/// follows would state every figure twice.
fn new_leads<'c>(page: &'c Page<'_>, container: &'c Container) -> impl Iterator<Item = usize> + 'c {
    let mut opening = FxHashSet::default();
    let blocks = if container.leads.is_empty() { 0..0 } else { page.blocks_in(container.node) };
    for block in &page.blocks[blocks] {
        if opening.len() < OPENING_WORDS && block.prose > 0 && !container.is_furniture[block.first] {
            opening.extend(stems(page.text_of(block)));
        }
    }
    container.leads.iter().copied().filter(move |&lead| {
        let own: Vec<String> = stems(page.text_of(&page.blocks[lead])).collect();
        own.iter().filter(|stem| opening.contains(*stem)).count() * 100 < own.len() * SUMMARY_SHARE
    })
}

/// The words of a text without their endings: the first five letters of those that have as many.
fn stems(text: &str) -> impl Iterator<Item = String> {
    let key = normalised(text);
    let stem = |word: &str| word.chars().take(5).collect::<String>();
    key.split(' ')
        .filter(|w| w.chars().count() >= 5 || w.bytes().all(|b| b.is_ascii_digit()))
        .map(stem)
        .collect::<Vec<_>>()
        .into_iter()
}

/// Running text (characters) that may be a whole article.
const ENOUGH: u32 = 400;
/// How many different words of the text a lead is compared with.
const OPENING_WORDS: usize = 120;
/// A lead with this share of its words in the text's opening is its summary (per cent).
const SUMMARY_SHARE: usize = 50;

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
    // Sums up to each block of the container: lists within lists are not added up again.
    let all = page.blocks_in(container);
    let mut sums = vec![(0_u64, 0_u64)];
    for block in &page.blocks[all.clone()] {
        let (chars, links) = sums[sums.len() - 1];
        sums.push((chars + u64::from(block.chars), links + u64::from(block.link_chars)));
    }
    for node in page.doc.descendants(container) {
        if !matches!(page.doc.nodes[node].tag, Tag::Ul | Tag::Ol | Tag::Dl | Tag::Table) {
            continue;
        }
        if lists.last().is_some_and(|list| list.contains(&node)) {
            continue;
        }
        let inside = page.blocks_in(node);
        let (from, to) = (sums[inside.start - all.start], sums[inside.end - all.start]);
        if (to.1 - from.1) * 2 > to.0 - from.0 {
            lists.push(node..page.doc.nodes[node].end as NodeId);
        }
    }
    lists
}

fn keeps(block: &Block, text: &str, tag: Tag) -> bool {
    if block.link_share() > 0.8 {
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

fn prose_of<'c, 'p: 'c>(found: impl IntoIterator<Item = &'c Candidate<'p>>) -> u32 {
    found.into_iter().filter(|c| c.keep).map(|c| c.block.prose).sum()
}

/// What stands before the printed headline is another story, unless most of the text stands there.
fn cut_before_title(found: &mut [Candidate<'_>], title: NodeId) {
    let start = found.iter().position(|c| c.block.first >= title).unwrap_or(found.len());
    let (before, after) = found.split_at_mut(start);
    if prose_of(&*after) * 3 >= prose_of(&*before) {
        for c in before {
            c.keep = false;
        }
    }
}

/// After a line that introduces links to other stories, the links are not the article's, however long.
fn cut_lists_of_links(found: &mut [Candidate<'_>]) {
    let mut in_list = false;
    for c in found {
        if c.block.chars < 80 && c.role == Some(Role::More) {
            in_list = true;
        } else if in_list && (c.block.link_share() > 0.4 || c.block.prose == 0 && c.tag != Tag::P) {
            c.keep = false;
        } else {
            in_list = false;
        }
    }
}

/// After a heading that introduces comments or other stories, nothing of the article follows. Most of the text
/// stands before it; or enough, where it is marked as a heading and the article's own is known: comments often
/// outweigh their article.
fn cut_after_end(found: &mut [Candidate<'_>], is_titled: bool) {
    let total = prose_of(&*found);
    let mut before = 0;
    let mut cut = false;
    for c in found {
        let is_late = before * 2 >= total || is_titled && c.tag.is_heading() && before >= ENOUGH;
        let may_end = !cut && c.block.prose == 0 && is_late && c.block.chars < 60;
        cut |= may_end && c.role == Some(Role::End);
        c.keep &= !cut;
        if c.keep {
            before += c.block.prose;
        }
    }
}

/// JSON-LD may state the whole text. Where it plainly does, nothing before its first paragraph or after
/// its last is the article's.
fn cut_by_stated_body(found: &mut [Candidate<'_>], stated: &str) {
    let stated = shingles(stated);
    if stated.len() < 40 {
        return;
    }
    let known: FxHashSet<u64> = stated.iter().copied().collect();
    let shares: Vec<(usize, usize)> = found
        .iter()
        .map(|c| if c.keep && c.block.prose > 0 { shingles(c.text) } else { Vec::new() })
        .map(|own| (own.iter().filter(|s| known.contains(s)).count(), own.len()))
        .collect();
    let confirmed: usize = shares.iter().map(|(hits, _)| hits).sum();
    // Cut short, or the statement of something else: no evidence.
    if confirmed * 10 < known.len() * 7 {
        return;
    }
    let is_confirmed = |&(hits, all): &(usize, usize)| hits * 2 > all;
    let prose: u32 = found.iter().zip(&shares).filter(|(_, s)| is_confirmed(s)).map(|(c, _)| c.block.prose).sum();
    if prose * 5 < prose_of(&*found) * 2 {
        return;
    }
    let Some(first) = shares.iter().position(is_confirmed) else { return };
    let Some(last) = shares.iter().rposition(is_confirmed) else { return };
    for (index, c) in found.iter_mut().enumerate() {
        c.keep &= (first..=last).contains(&index) || c.block.prose == 0;
    }
}

/// Hashes of the three-word sequences of a text.
fn shingles(text: &str) -> Vec<u64> {
    let key = normalised(text);
    let words: Vec<&str> = key.split(' ').collect();
    let hash = |window: &[&str]| {
        let mut hasher = FxHasher::default();
        window.hash(&mut hasher);
        hasher.finish()
    };
    words.windows(3).map(hash).collect()
}

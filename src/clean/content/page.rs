//! A document as a sequence of text blocks.

use crate::clean::html::{Document, NodeId, Tag, decode_references, push_collapsed};
use crate::clean::markup::Markup;
use rustc_hash::FxHashMap;

/// A run of text between two block elements (or two line breaks).
#[derive(Debug, Clone, Copy)]
pub struct Block {
    /// The nearest block element around it.
    pub element: NodeId,
    /// Its first text node.
    pub first: NodeId,
    /// Where its text lies in [`Page::text`] (bytes).
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// Length in characters.
    pub chars: u32,
    /// Characters of it inside links.
    pub link_chars: u32,
    /// How much running text it is, in characters; 0 for labels, links and headings.
    pub prose: u32,
}

impl Block {
    /// The share of its text that is links.
    pub fn link_share(&self) -> f32 {
        self.link_chars as f32 / self.chars.max(1) as f32
    }

    /// Whether it is a headline that leads elsewhere.
    pub fn is_link(&self) -> bool {
        self.chars >= 20 && self.link_share() > 0.8
    }
}

/// How sure tag, class and id are that an element is furniture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suspicion {
    /// They say nothing, or that it is article.
    #[default]
    None,
    /// They hint at it.
    Weak,
    /// They say so plainly: comments, a cookie notice.
    Strong,
}

/// What is known of a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mark {
    /// Never shown, or no text: scripts, forms' controls, hidden elements.
    pub is_hidden: bool,
    /// Furniture by tag or class, unless the mass of the text overrules it.
    pub suspicion: Suspicion,
    /// Says of itself that it is the article's body.
    pub is_body: bool,
    /// Lies in a link.
    pub in_link: bool,
}

/// A document's visible text in blocks.
#[derive(Debug)]
pub struct Page<'s> {
    /// The tree.
    pub doc: Document<'s>,
    /// What is known of each node.
    pub marks: Vec<Mark>,
    /// The text of all blocks.
    pub text: String,
    /// The blocks in document order.
    pub blocks: Vec<Block>,
    /// For each node, the number of blocks that begin before it; one entry more than there are nodes.
    block_at: Vec<u32>,
    /// Running text in all blocks before; one entry more than there are blocks.
    prose_before: Vec<u64>,
}

impl<'s> Page<'s> {
    /// Reads a document into blocks.
    pub fn new(doc: Document<'s>, markup: &Markup) -> Self {
        let marks = marks(&doc, markup);
        let mut page =
            Self { text: String::new(), blocks: Vec::new(), block_at: Vec::new(), prose_before: vec![0], marks, doc };
        page.collect();
        page
    }

    /// The text of a block.
    pub fn text_of(&self, block: &Block) -> &str {
        &self.text[block.from..block.to]
    }

    /// The blocks below a node, as a range of [`Page::blocks`].
    pub fn blocks_in(&self, node: NodeId) -> std::ops::Range<usize> {
        self.block_at[node] as usize..self.block_at[self.doc.nodes[node].end as usize] as usize
    }

    /// Running text below a node, in characters.
    pub fn prose_in(&self, node: NodeId) -> u64 {
        let blocks = self.blocks_in(node);
        self.prose_before[blocks.end] - self.prose_before[blocks.start]
    }

    /// For each node, whether it is a card of another story: one of several neighbours, each of them a
    /// linked headline with little text beside it.
    pub fn cards(&self) -> Vec<bool> {
        let sums = |measure: &dyn Fn(&Block) -> u32| {
            let mut sums = vec![0_u32];
            for block in &self.blocks {
                sums.push(sums[sums.len() - 1].saturating_add(measure(block)));
            }
            sums
        };
        let links = sums(&|b| u32::from(b.is_link()));
        let short_links = sums(&|b| u32::from(b.chars >= 8 && b.link_share() > 0.8));
        let chars = sums(&|b| b.chars);
        let inside = |sums: &[u32], node: NodeId| {
            let blocks = self.blocks_in(node);
            sums[blocks.end] - sums[blocks.start]
        };
        // By parent: children that are plain cards, that may be cards, and that hold any text.
        let mut counts = vec![(0_u32, 0_u32, 0_u32); self.doc.nodes.len()];
        let mut cards = vec![false; self.doc.nodes.len()];
        for node in 1..self.doc.nodes.len() {
            let n_blocks = self.blocks_in(node).len();
            if n_blocks == 0 || self.doc.nodes[node].tag.is_inline() {
                continue;
            }
            let is_small = n_blocks <= MAX_CARD_BLOCKS && inside(&chars, node) <= MAX_CARD;
            cards[node] = is_small && inside(&short_links, node) > 0;
            let count = &mut counts[self.doc.parent(node)];
            count.0 += u32::from(is_small && inside(&links, node) > 0);
            count.1 += u32::from(cards[node]);
            count.2 += 1;
        }
        for node in 1..self.doc.nodes.len() {
            let (plain, possible, all) = counts[self.doc.parent(node)];
            cards[node] &= plain >= MIN_CARDS && possible * 10 >= all * 6;
        }
        cards
    }

    fn collect(&mut self) {
        let n = self.doc.nodes.len();
        self.block_at.reserve(n + 1);
        let mut block_element = vec![0_u32; n];
        let mut open = Run::default();
        let mut node = 0;
        while node < n {
            self.block_at.push(self.blocks.len() as u32 + u32::from(open.is_open));
            let tag = self.doc.nodes[node].tag;
            let parent = self.doc.parent(node);
            if self.marks[node].is_hidden {
                let end = self.doc.nodes[node].end as usize;
                let count = self.blocks.len() as u32 + u32::from(open.is_open);
                self.block_at.extend(std::iter::repeat_n(count, end - node - 1));
                if !tag.is_inline() {
                    open.breaks =
                        open.breaks.max(if matches!(tag, Tag::Script | Tag::Noscript | Tag::Img) { 0 } else { 2 });
                }
                node = end;
                continue;
            }
            block_element[node] = if tag.is_inline() { block_element[parent] } else { node as u32 };
            match tag {
                Tag::Text => {
                    let element = block_element[node] as NodeId;
                    let raw = self.doc.raw_text(node);
                    if open.is_open && (open.element != element || self.breaks(&open)) {
                        // White space alone does not begin a block, nor end one.
                        if raw.bytes().all(|b| b.is_ascii_whitespace()) {
                            node += 1;
                            continue;
                        }
                        self.close(&mut open);
                        *self.block_at.last_mut().unwrap_or(&mut 0) = self.blocks.len() as u32;
                    }
                    self.append(&mut open, node, element, raw);
                }
                Tag::Br => open.breaks += 1,
                Tag::Img | Tag::Picture | Tag::Source => {}
                tag if !tag.is_inline() => open.breaks = 2,
                _ => {}
            }
            node += 1;
        }
        self.close(&mut open);
        self.block_at.push(self.blocks.len() as u32);
    }

    /// Whether what was seen since the last text ends its block: a block element, two line breaks, or one
    /// after a sentence.
    fn breaks(&self, open: &Run) -> bool {
        open.breaks >= 2 || open.breaks == 1 && self.text.trim_end().ends_with(['.', '!', '?', ':', ';', '»', '”', '"'])
    }

    fn append(&mut self, open: &mut Run, node: NodeId, element: NodeId, raw: &str) {
        let text = decode_references(raw);
        let from = self.text.len();
        if open.breaks > 0 && open.is_open && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        if open.is_open {
            push_collapsed(&mut self.text, &text);
        } else {
            self.text.push('\n');
            let start = self.text.len();
            push_collapsed(&mut self.text, &text);
            if self.text[start..].trim().is_empty() {
                self.text.truncate(from);
                return;
            }
            *open = Run { is_open: true, element, first: node, from: start, link_chars: 0, breaks: 0 };
        }
        open.breaks = 0;
        if self.marks[node].in_link {
            let start = from.max(open.from);
            open.link_chars += self.text[start..].trim_end().chars().count() as u32;
        }
    }

    fn close(&mut self, open: &mut Run) {
        if open.is_open {
            self.text.truncate(self.text.trim_end().len());
            let text = &self.text[open.from..];
            let chars = text.chars().count() as u32;
            let tag = self.doc.nodes[open.element].tag;
            let prose = prose(text, chars, open.link_chars, tag);
            self.prose_before.push(self.prose_before.last().unwrap_or(&0) + u64::from(prose));
            self.blocks.push(Block {
                element: open.element,
                first: open.first,
                from: open.from,
                to: self.text.len(),
                chars,
                link_chars: open.link_chars.min(chars),
                prose,
            });
        }
        *open = Run::default();
    }
}

/// The block that is being read.
#[derive(Default)]
struct Run {
    is_open: bool,
    element: NodeId,
    first: NodeId,
    from: usize,
    link_chars: u32,
    /// Line breaks since the last text; a block element counts as two.
    breaks: u32,
}

/// Fewer neighbours of one make are no list of cards.
const MIN_CARDS: u32 = 3;
/// Most blocks of a card: section, date, headline, lead, counters.
const MAX_CARD_BLOCKS: usize = 6;
/// Longest card (characters).
const MAX_CARD: u32 = 600;

/// The weight of class words from which on they are plain.
const STRONG: i32 = -50;

/// How much running text a block is.
fn prose(text: &str, chars: u32, link_chars: u32, tag: Tag) -> u32 {
    if tag.is_heading() || matches!(tag, Tag::Figcaption | Tag::Caption) || link_chars * 2 > chars {
        return 0;
    }
    // A character of Chinese, Japanese or Korean says about as much as two of an alphabet.
    let bytes = text.len() as u32;
    let length = if bytes * 2 >= chars * 5 { chars * 2 } else { chars };
    let ends = crate::clean::text::ends_sentence(text);
    if length >= 100 || ends && length >= 45 { chars - link_chars } else { 0 }
}

fn marks(doc: &Document<'_>, markup: &Markup) -> Vec<Mark> {
    let mut marks = vec![Mark::default(); doc.nodes.len()];
    // Pages repeat their classes.
    let mut weights = FxHashMap::default();
    for node in 1..doc.nodes.len() {
        let tag = doc.nodes[node].tag;
        let parent = marks[doc.parent(node)];
        let mut mark = Mark { in_link: parent.in_link, is_hidden: parent.is_hidden, ..Mark::default() };
        if tag != Tag::Text && !mark.is_hidden {
            mark.is_hidden = is_textless(tag);
            mark.suspicion = if is_furniture_tag(tag) { Suspicion::Weak } else { Suspicion::None };
            if tag == Tag::Input && asks_for_address(doc, node) {
                let asking = &mut marks[doc.parent(node)];
                asking.suspicion = asking.suspicion.max(Suspicion::Weak);
            }
            if !mark.is_hidden {
                by_attributes(
                    doc,
                    node,
                    tag,
                    &mut |names| *weights.entry(names).or_insert_with(|| markup.weight(names)),
                    &mut mark,
                );
            }
        }
        marks[node] = mark;
    }
    marks
}

/// Whether a control asks for an e-mail address: what stands around it asks to subscribe or to comment.
fn asks_for_address(doc: &Document<'_>, node: NodeId) -> bool {
    doc.attributes(node).any(|(name, value)| {
        name.eq_ignore_ascii_case("type") && value.eq_ignore_ascii_case("email")
            || name.eq_ignore_ascii_case("name") && value.eq_ignore_ascii_case("email")
    })
}

/// Elements whose text is never the article's.
fn is_textless(tag: Tag) -> bool {
    use Tag::{
        Audio, Canvas, Embed, Head, Iframe, Input, Map, Math, Noscript, Object, Option, Script, Select, Style, Svg,
        Template, Textarea, Title, Video, Xmp,
    };
    matches!(
        tag,
        Audio
            | Canvas
            | Embed
            | Head
            | Iframe
            | Input
            | Map
            | Math
            | Noscript
            | Object
            | Option
            | Script
            | Select
            | Style
            | Svg
            | Template
            | Textarea
            | Title
            | Video
            | Xmp
    )
}

fn is_furniture_tag(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Nav
            | Tag::Footer
            | Tag::Aside
            | Tag::Figcaption
            | Tag::Figure
            | Tag::Button
            | Tag::Form
            | Tag::Dialog
            | Tag::Menu
            | Tag::Label
            | Tag::Details
    )
}

fn by_attributes<'s>(
    doc: &Document<'s>,
    node: NodeId,
    tag: Tag,
    weight_of: &mut impl FnMut(&'s str) -> i32,
    mark: &mut Mark,
) {
    let mut weight = 0;
    let mut hidden = false;
    for (name, value) in doc.attributes(node) {
        let name_is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        match name.len() {
            // An anchor without an address is a place, not a link, and often not ended.
            4 if tag == Tag::A && name_is("href") => mark.in_link = true,
            2 if name_is("id") => weight += weight_of(value),
            4 if name_is("role") => weight += weight_of(value),
            5 if name_is("class") => weight += weight_of(value),
            5 if name_is("style") => {
                let style: String =
                    value.chars().filter(|c| !c.is_whitespace()).take(400).collect::<String>().to_ascii_lowercase();
                hidden |= style.contains("display:none") || style.contains("visibility:hidden");
            }
            6 if name_is("hidden") => hidden = true,
            8 if name_is("itemprop") => {
                let value = value.to_ascii_lowercase();
                mark.is_body = value.contains("articlebody");
                hidden |= matches!(value.as_str(), "author" | "datepublished" | "caption" | "comment" | "publisher");
            }
            _ => {}
        }
    }
    // The page's outermost elements carry words about the whole page.
    if matches!(tag, Tag::Body | Tag::Html | Tag::Main) {
        return;
    }
    let by_words = if weight <= STRONG {
        Suspicion::Strong
    } else if weight < 0 || hidden {
        Suspicion::Weak
    } else {
        Suspicion::None
    };
    mark.suspicion = mark.suspicion.max(by_words);
}

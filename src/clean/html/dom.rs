//! Bytes of markup to an arena of nodes.

use super::tag::Tag;
use memchr::{memchr, memchr3, memmem};
use std::borrow::Cow;

/// A node's place in [`Document::nodes`].
pub type NodeId = usize;

/// Elements nested deeper than this are attached to the deepest open one, as browsers do.
const MAX_DEPTH: usize = 512;
/// Reading stops after this many nodes (a page of news has a few thousand): bounds memory at about 100 MB.
const MAX_NODES: usize = 3_000_000;

/// An element or a run of text.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// What it is.
    pub tag: Tag,
    /// The element it lies in; the root is its own parent.
    pub parent: u32,
    /// One past the last descendant: the descendants are the nodes between.
    pub end: u32,
    /// Where its text, or its attributes, begin in the source (byte).
    from: u32,
    /// Where they end.
    to: u32,
}

/// A parsed page: nodes in document order, pointing into the source.
#[derive(Debug)]
pub struct Document<'s> {
    source: &'s str,
    /// All nodes; node 0 is the document.
    pub nodes: Vec<Node>,
}

impl<'s> Document<'s> {
    /// Reads a page. Any text gives a document; a source beyond 4 GiB or 3 million nodes is cut there.
    pub fn parse(source: &'s str) -> Self {
        let mut end = source.len().min(u32::MAX as usize - 1);
        while !source.is_char_boundary(end) {
            end -= 1;
        }
        let mut builder = Builder::new(&source[..end]);
        builder.run();
        Self { source, nodes: builder.finish() }
    }

    /// The node's parent.
    pub fn parent(&self, node: NodeId) -> NodeId {
        self.nodes[node].parent as usize
    }

    /// The node's descendants, in document order.
    pub fn descendants(&self, node: NodeId) -> std::ops::Range<NodeId> {
        node + 1..self.nodes[node].end as usize
    }

    /// The node's children, in document order.
    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.nodes[node].end as usize;
        let mut next = node + 1;
        std::iter::from_fn(move || {
            let child = next;
            (child < end).then(|| {
                next = self.nodes[child].end as usize;
                child
            })
        })
    }

    /// The element's name as the page spells it; empty for text and the document.
    pub fn name(&self, node: NodeId) -> &'s str {
        let n = &self.nodes[node];
        if matches!(n.tag, Tag::Text | Tag::Root) {
            return "";
        }
        let before = &self.source[..n.from as usize];
        before.rfind('<').map_or("", |lt| before[lt + 1..].trim_start_matches('/'))
    }

    /// The text of a text node as it stands in the source; empty for an element.
    pub fn raw_text(&self, node: NodeId) -> &'s str {
        let n = &self.nodes[node];
        if n.tag == Tag::Text { &self.source[n.from as usize..n.to as usize] } else { "" }
    }

    /// All text below a node, references decoded, white space collapsed.
    pub fn text(&self, node: NodeId) -> String {
        let mut text = String::new();
        for d in node..self.nodes[node].end as usize {
            match self.nodes[d].tag {
                Tag::Text => push_collapsed(&mut text, &decode_references(self.raw_text(d))),
                tag if !tag.is_inline() && !text.is_empty() && !text.ends_with(' ') => text.push(' '),
                _ => {}
            }
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// All text below a node that is meant to hold little; empty where it holds much: nested elements must not
    /// be read once for each level.
    pub fn short_text(&self, node: NodeId) -> String {
        let inside = self.descendants(node);
        let is_short = inside.len() <= 400 && inside.map(|n| self.raw_text(n).len()).sum::<usize>() <= 4000;
        if is_short { self.text(node) } else { String::new() }
    }

    /// The element's attributes as they stand in the source.
    pub fn attribute_source(&self, node: NodeId) -> &'s str {
        self.attributes(node).rest
    }

    /// The element's attributes.
    pub fn attributes(&self, node: NodeId) -> Attributes<'s> {
        let n = &self.nodes[node];
        Attributes { rest: if n.tag == Tag::Text { "" } else { &self.source[n.from as usize..n.to as usize] } }
    }

    /// One attribute's value, references decoded.
    pub fn attribute(&self, node: NodeId, name: &str) -> Option<Cow<'s, str>> {
        self.attributes(node).find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| decode_references(v))
    }
}

/// Appends text, turning each run of white space (of any script) into one space and dropping
/// invisible characters (soft hyphens, zero-width spaces, directional marks).
pub(crate) fn push_collapsed(text: &mut String, raw: &str) {
    let bytes = raw.as_bytes();
    let mut from = 0;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        // Fast path: anything that is neither ASCII white space, a control, nor a lead byte of the
        // characters treated below stays in the current run.
        if byte > b' ' && byte != 0x7F && !matches!(byte, 0xC2 | 0xCC | 0xE2 | 0xE3 | 0xEF) {
            at += 1;
            continue;
        }
        let Some(c) = raw[at..].chars().next() else { break };
        let invisible =
            matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}');
        if let Some((letter, composed)) = composed(&raw[from..at], c) {
            text.push_str(&raw[from..at - letter.len_utf8()]);
            text.push(composed);
            from = at + c.len_utf8();
        } else if c.is_whitespace() || c.is_control() || invisible {
            text.push_str(&raw[from..at]);
            if !invisible && !text.is_empty() && !text.ends_with([' ', '\n']) {
                text.push(' ');
            }
            from = at + c.len_utf8();
        }
        at += c.len_utf8();
    }
    text.push_str(&raw[from..]);
}

/// The letter before a combining mark, and the one letter that both are (the canonical composition of the Cyrillic
/// letters of Russian and its neighbours: text copied from some systems has them in two parts).
fn composed(before: &str, mark: char) -> Option<(char, char)> {
    if !matches!(mark, '\u{306}' | '\u{308}') {
        return None;
    }
    let letter = before.chars().next_back()?;
    let composed = match (letter, mark) {
        ('и', '\u{306}') => 'й',
        ('И', '\u{306}') => 'Й',
        ('у', '\u{306}') => 'ў',
        ('У', '\u{306}') => 'Ў',
        ('е', '\u{308}') => 'ё',
        ('Е', '\u{308}') => 'Ё',
        ('і', '\u{308}') => 'ї',
        ('І', '\u{308}') => 'Ї',
        _ => return None,
    };
    Some((letter, composed))
}

/// Decodes character references (`&nbsp;`, `&#1078;`).
pub fn decode_references(raw: &str) -> Cow<'_, str> {
    if memchr(b'&', raw.as_bytes()).is_none() { Cow::Borrowed(raw) } else { htmlize::unescape(raw) }
}

/// An element's attributes in source order: name and undecoded value.
#[derive(Debug, Clone)]
pub struct Attributes<'s> {
    rest: &'s str,
}

impl<'s> Iterator for Attributes<'s> {
    type Item = (&'s str, &'s str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            self.rest = "";
            return None;
        }
        let bytes = rest.as_bytes();
        // A name has at least one byte, even "=": progress is certain.
        let mut end = rest.chars().next().map_or(1, char::len_utf8);
        while end < bytes.len() && !(bytes[end].is_ascii_whitespace() || matches!(bytes[end], b'=' | b'/')) {
            end += 1;
        }
        let name = &rest[..end];
        let after = rest[end..].trim_ascii_start();
        let Some(value) = after.strip_prefix('=') else {
            self.rest = after;
            return Some((name, ""));
        };
        let value = value.trim_ascii_start();
        let quote = value.as_bytes().first().copied().filter(|b| matches!(b, b'"' | b'\''));
        let (value, rest) = if let Some(quote) = quote {
            let inner = &value[1..];
            match memchr(quote, inner.as_bytes()) {
                Some(close) => (&inner[..close], &inner[close + 1..]),
                None => (inner, ""),
            }
        } else {
            value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len()))
        };
        self.rest = rest;
        Some((name, value))
    }
}

/// An element that is still open.
struct Open {
    node: u32,
    tag: Tag,
    /// Its end tag came while a block inside it was open: it ends with that block.
    ended: bool,
}

struct Builder<'s> {
    source: &'s str,
    nodes: Vec<Node>,
    stack: Vec<Open>,
    /// Open elements by kind, so that an end tag with nothing to end costs nothing.
    open: [u16; Tag::COUNT],
    /// Elements beyond [`MAX_DEPTH`] that wait for their end tags.
    overflow: usize,
}

impl<'s> Builder<'s> {
    fn new(source: &'s str) -> Self {
        let mut nodes = Vec::with_capacity(source.len() / 24 + 8);
        nodes.push(Node { tag: Tag::Root, parent: 0, end: 0, from: 0, to: 0 });
        let mut open = [0; Tag::COUNT];
        open[Tag::Root as usize] = 1;
        Self { source, nodes, stack: vec![Open { node: 0, tag: Tag::Root, ended: false }], open, overflow: 0 }
    }

    fn run(&mut self) {
        let bytes = self.source.as_bytes();
        let mut text_from = 0;
        let mut at = 0;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr(b'<', rest)) {
            if self.nodes.len() >= MAX_NODES {
                return;
            }
            let lt = at + found;
            let next = bytes.get(lt + 1).copied().unwrap_or(0);
            let after = match next {
                b'a'..=b'z' | b'A'..=b'Z' => {
                    self.text(text_from, lt);
                    self.start_tag(lt + 1)
                }
                b'/' if bytes.get(lt + 2).is_some_and(u8::is_ascii_alphabetic) => {
                    self.text(text_from, lt);
                    self.end_tag(lt + 2)
                }
                b'!' if bytes[lt..].starts_with(b"<!--") => {
                    self.text(text_from, lt);
                    comment_end(bytes, lt + 4)
                }
                b'!' | b'?' | b'/' => {
                    self.text(text_from, lt);
                    memchr(b'>', &bytes[lt..]).map_or(bytes.len(), |gt| lt + gt + 1)
                }
                _ => {
                    at = lt + 1;
                    continue;
                }
            };
            at = after;
            text_from = after;
        }
        self.text(text_from, bytes.len());
    }

    fn finish(mut self) -> Vec<Node> {
        let total = self.nodes.len() as u32;
        for open in &self.stack {
            self.nodes[open.node as usize].end = total;
        }
        self.nodes
    }

    fn push(&mut self, tag: Tag, from: usize, to: usize) -> u32 {
        let id = self.nodes.len() as u32;
        let parent = self.stack.last().map_or(0, |open| open.node);
        self.nodes.push(Node { tag, parent, end: id + 1, from: from as u32, to: to as u32 });
        id
    }

    fn text(&mut self, from: usize, to: usize) {
        if from < to {
            self.push(Tag::Text, from, to);
        }
    }

    /// Reads a start tag whose name begins at `from`; returns where reading goes on.
    fn start_tag(&mut self, from: usize) -> usize {
        let bytes = self.source.as_bytes();
        let name_end = from + name_length(&bytes[from..]);
        let tag = Tag::of(&bytes[from..name_end]);
        let (attributes_end, after) = tag_end(bytes, name_end);
        if tag == Tag::Br || !tag.is_inline() {
            self.imply_ends(tag);
        } else if tag == Tag::A && self.open[Tag::A as usize] > 0 {
            self.end(Tag::A);
        }
        let id = self.push(tag, name_end, attributes_end);
        let is_foreign = tag == Tag::Unknown && self.open[Tag::Svg as usize] + self.open[Tag::Math as usize] > 0;
        if tag.is_void() || is_foreign && bytes[attributes_end.saturating_sub(1)] == b'/' {
            return after;
        }
        if tag.is_raw() {
            let (close, resume) = raw_end(bytes, after, &bytes[from..name_end]);
            if after < close {
                let text = self.nodes.len() as u32;
                self.nodes.push(Node {
                    tag: Tag::Text,
                    parent: id,
                    end: text + 1,
                    from: after as u32,
                    to: close as u32,
                });
                self.nodes[id as usize].end = text + 1;
            }
            return resume;
        }
        if self.stack.len() >= MAX_DEPTH {
            self.overflow += 1;
            return after;
        }
        self.stack.push(Open { node: id, tag, ended: false });
        self.open[tag as usize] += 1;
        after
    }

    fn end_tag(&mut self, from: usize) -> usize {
        let bytes = self.source.as_bytes();
        let name_end = from + name_length(&bytes[from..]);
        let tag = Tag::of(&bytes[from..name_end]);
        let (_, after) = tag_end(bytes, name_end);
        if self.overflow > 0 {
            self.overflow -= 1;
        } else if tag == Tag::Br || tag == Tag::P && self.open[Tag::P as usize] == 0 {
            self.push(tag, name_end, name_end);
        } else if tag != Tag::Body && tag != Tag::Html {
            // Content after </body> belongs to the body all the same.
            self.end(tag);
        }
        after
    }

    /// Ends the nearest open element of this kind, where one is in reach. The end tag of any heading ends
    /// whichever heading is open.
    fn end(&mut self, tag: Tag) {
        let mut tag = tag;
        if tag.is_heading() {
            match self.stack.iter().rev().find(|open| open.tag.is_heading()) {
                Some(heading) => tag = heading.tag,
                None => return,
            }
        }
        if self.open[tag as usize] == 0 {
            return;
        }
        let mut blocked = false;
        for index in (1..self.stack.len()).rev() {
            let open = &mut self.stack[index];
            if open.tag == tag && !open.ended {
                if blocked {
                    open.ended = true;
                } else {
                    self.truncate(index);
                }
                return;
            }
            // Beyond a table cell nothing ends; a formatting element ends once the blocks in it have.
            if open.tag.is_scope() && !matches!(tag, Tag::Table | Tag::Tr | Tag::Tbody | Tag::Thead | Tag::Tfoot) {
                return;
            }
            blocked |= tag.is_inline() && !open.tag.is_inline();
        }
    }

    /// Ends what the start of `tag` ends without an end tag.
    fn imply_ends(&mut self, tag: Tag) {
        if self.open[Tag::P as usize] > 0 && tag.closes_paragraph() {
            let top_block = self.stack.iter().rposition(|open| !open.tag.is_inline());
            if let Some(index) = top_block.filter(|&i| self.stack[i].tag == Tag::P) {
                self.truncate(index);
            }
        }
        let (ends, stops): (&[Tag], &[Tag]) = match tag {
            Tag::Li => (&[Tag::Li], &[Tag::Ul, Tag::Ol, Tag::Menu]),
            Tag::Dt | Tag::Dd => (&[Tag::Dt, Tag::Dd], &[Tag::Dl]),
            Tag::Option | Tag::Optgroup => (&[Tag::Option], &[Tag::Select]),
            Tag::Td | Tag::Th => (&[Tag::Td, Tag::Th], &[Tag::Tr, Tag::Table]),
            Tag::Tr => (&[Tag::Tr], &[Tag::Table]),
            Tag::Tbody | Tag::Thead | Tag::Tfoot => (&[Tag::Tbody, Tag::Thead, Tag::Tfoot], &[Tag::Table]),
            Tag::Body => (&[Tag::Head], &[Tag::Body]),
            _ => return,
        };
        if ends.iter().all(|&e| self.open[e as usize] == 0) {
            return;
        }
        for index in (1..self.stack.len()).rev() {
            let open = self.stack[index].tag;
            if ends.contains(&open) {
                self.truncate(index);
                return;
            }
            if stops.contains(&open) {
                return;
            }
        }
    }

    /// Ends the open elements from stack place `index` on, and those whose end tag came before.
    fn truncate(&mut self, index: usize) {
        let end = self.nodes.len() as u32;
        while self.stack.len() > index || self.stack.last().is_some_and(|open| open.ended) {
            let Some(open) = self.stack.pop() else { break };
            self.open[open.tag as usize] -= 1;
            self.nodes[open.node as usize].end = end;
        }
    }
}

fn name_length(bytes: &[u8]) -> usize {
    bytes.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')).unwrap_or(bytes.len())
}

/// From inside a tag: where its attributes end, and where the text after it begins.
fn tag_end(bytes: &[u8], from: usize) -> (usize, usize) {
    let mut at = from;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr3(b'>', b'"', b'\'', rest)) {
        let here = at + found;
        if bytes[here] == b'>' {
            return (here, here + 1);
        }
        // A quote opens a value only after "="; elsewhere it is a stray character.
        let opens = bytes[from..here].iter().rev().find(|b| !b.is_ascii_whitespace()) == Some(&b'=');
        at = here + 1;
        if opens {
            match memchr(bytes[here], &bytes[at..]) {
                Some(close) => at += close + 1,
                None => break,
            }
        }
    }
    (bytes.len(), bytes.len())
}

fn comment_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or(&[]);
    if rest.starts_with(b">") {
        return from + 1;
    }
    memmem::find(rest, b"-->").map_or(bytes.len(), |end| from + end + 3)
}

/// From inside a raw text element: where its text ends, and where reading goes on after its end tag.
fn raw_end(bytes: &[u8], from: usize, name: &[u8]) -> (usize, usize) {
    let mut at = from;
    while let Some(found) = bytes.get(at..).and_then(|rest| memmem::find(rest, b"</")) {
        let here = at + found;
        let named = bytes.get(here + 2..here + 2 + name.len());
        let ends = bytes.get(here + 2 + name.len()).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'));
        if ends && named.is_some_and(|n| n.eq_ignore_ascii_case(name)) {
            return (here, memchr(b'>', &bytes[here..]).map_or(bytes.len(), |gt| here + gt + 1));
        }
        at = here + 2;
    }
    (bytes.len(), bytes.len())
}

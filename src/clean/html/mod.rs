//! A forgiving HTML reader, made for one question: which words of a page are its article?
//!
//! A page becomes a flat arena of nodes in document order ([`Document`]); nodes point into the source, so
//! nothing is copied until text is asked for. Descendants of a node are one contiguous range of the arena,
//! which turns every later pass into a loop without recursion: nesting cannot overflow a stack, and time
//! and memory are linear in the page.
//!
//! It keeps the parts of the HTML parsing rules that move text from one place to another (implied end
//! tags, raw text, character references, void elements) and leaves out those that do not (adoption agency,
//! foster parenting, quirks).

mod dom;
mod select;

mod tag;

pub(crate) use dom::push_collapsed;
pub use dom::{Attributes, Document, Node, NodeId, decode_references};

pub use select::{Selector, SelectorError};
pub use tag::Tag;

//! Main content: which words of a page are its article.
//!
//! Four steps, each linear in the page:
//! 1. [`page`]: the visible text becomes blocks (runs of text between block elements), each with its
//!    length, its share of link text and its place in the tree.
//! 2. [`container`]: furniture subtrees are struck out, and from the root the walk descends to the element
//!    that holds the running text.
//! 3. [`body`]: inside it, what is no part of the article is cut: lists of links, captions, labels, what
//!    stands before the first and after the last running text.
//!
//! No hint is trusted against the mass of the text: an element that holds most of the running text is
//! never furniture, whatever its class says.

mod body;
mod container;
mod page;

pub use body::paragraphs;
pub use container::{Container, Trust, find};
pub use page::{Block, Mark, Page, Suspicion};

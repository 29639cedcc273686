//! Articles that go on with a list: «по статьям 190 ч.4, 262 ч.1 и 235 УК».

use super::{Item, LawHit, TokenStream, Words, cited};
use std::ops::Range;

/// A further article of a list.
pub(super) struct Further {
    /// Its number.
    pub number: String,
    /// Its parts.
    pub parts: Vec<String>,
    /// Its tokens.
    pub tokens: Range<usize>,
}

impl Further {
    /// What is cited of a code, each part by itself.
    pub(super) fn hits(self, code: Option<&str>) -> Vec<LawHit> {
        let hit = |part| LawHit { tokens: self.tokens.clone(), article: cited(code, &self.number, part) };
        if self.parts.is_empty() { vec![hit(None)] } else { self.parts.iter().map(|p| hit(Some(p))).collect() }
    }
}

impl Words {
    /// The article that goes on with a list behind token `i`: a number with parts of its own, or one that a code ends.
    pub(super) fn further(&self, stream: &TokenStream<'_>, i: usize, start: usize, end: usize) -> Option<Further> {
        let word = |at: usize| if at < end { stream.lower(at) } else { "" };
        if self.number_first || !matches!(word(i), "," | ";" | "и") {
            return None;
        }
        let at = if word(i) != "и" && word(i + 1) == "и" { i + 2 } else { i + 1 };
        let (number, suffix, mut to) = self.number(stream, at, end)?;
        if suffix.is_some() {
            return None;
        }
        let mut parts = Vec::new();
        let mut named = self.codes.contains_key(word(to));
        while let Some(next) = self.trailing(stream, to, start, end) {
            if next.tokens.start > to {
                break;
            }
            named = true;
            to = next.tokens.end;
            if next.item == Item::Part {
                parts.extend(next.numbers);
            }
        }
        named.then_some(Further { number, parts, tokens: at..to })
    }
}

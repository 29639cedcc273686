//! A text of book length is read a stretch at a time.
//!
//! What a result means is sought in the whole text around it, so reading takes time that grows faster than the text.
//! News ends long before that tells; a hostile page, or an archive's one file of a year, does not.
//!
//! ```
//! use dalel::extract::stretch::cut;
//! assert_eq!(cut("Изъято 3 кг. Двое задержаны."), vec![0..49]);
//! let long = "Изъято 3 кг.\n".repeat(2_000);
//! let stretches = cut(&long);
//! assert!(stretches.len() > 2 && stretches.iter().all(|s| long[s.clone()].ends_with('\n')));
//! ```

use crate::record::{Mention, Reject, Span};
use crate::stage::Yield;
use rustc_hash::FxHashSet;
use std::ops::Range;

/// Ends of sentences and lines in a stretch: some forty pages of a book.
const ENDS: usize = 800;
/// Bytes of a stretch.
const BYTES: usize = 1 << 17;

/// The byte ranges of the stretches, in order, without a gap: one for all but the longest texts. A stretch ends with
/// a paragraph where one ends in its second half, else with a sentence.
pub fn cut(text: &str) -> Vec<Range<usize>> {
    let is_end = |b: &u8| matches!(b, b'.' | b'!' | b'?' | b';' | b'\n');
    if text.len() < BYTES && text.bytes().filter(is_end).count() < ENDS {
        return std::iter::once(0..text.len()).collect();
    }
    let mut stretches = Vec::new();
    let (mut start, mut ends) = (0, 0);
    // Where the stretch can be cut: behind its last paragraph, its last sentence.
    let (mut paragraph, mut sentence) = (None, None);
    for (at, c) in text.char_indices() {
        let next = at + c.len_utf8();
        if c.is_ascii() && is_end(&(c as u8)) {
            ends += 1;
            sentence = Some(next);
            if c == '\n' && (ends * 2 > ENDS || (next - start) * 2 > BYTES) {
                paragraph = Some(next);
            }
        }
        if ends >= ENDS || next - start >= BYTES {
            let end = paragraph.or(sentence).unwrap_or(next);
            stretches.push(start..end);
            ends = text[end..next].bytes().filter(is_end).count();
            (start, paragraph, sentence) = (end, None, None);
        }
    }
    if start < text.len() || stretches.is_empty() {
        stretches.push(start..text.len());
    }
    stretches
}

/// What tells a result from others in another stretch.
type Key = (String, String, Option<u64>, Option<String>);

/// Joins what the stretches of one text yield, each told with its first byte.
#[derive(Debug, Default)]
pub struct Joined {
    all: Yield<Mention>,
    told: FxHashSet<Key>,
}

impl Joined {
    /// Takes what the next stretch yields. A result that an earlier one told is not told anew, and the headline is
    /// the first one's.
    pub fn add(&mut self, start: usize, found: Yield<Mention>) {
        let key = |m: &Mention| {
            let unit = m.unit.as_deref().map(str::to_owned);
            (m.event_type.to_string(), m.object.to_string(), m.value.map(f64::to_bits), unit)
        };
        let new = |m: &Mention| start == 0 || m.evidence_span != Span::default() && !self.told.contains(&key(m));
        let mut new: Vec<Mention> = found.kept.into_iter().filter(new).collect();
        for mention in new.iter_mut().filter(|m| m.evidence_span != Span::default()) {
            mention.evidence_span.start += start as u32;
            mention.evidence_span.end += start as u32;
        }
        self.told.extend(new.iter().map(key));
        self.all.kept.append(&mut new);
        let behind = |r: Reject| {
            if start == 0 { r } else { Reject { detail: format!("behind byte {start}: {}", r.detail), ..r } }
        };
        self.all.refused.extend(found.refused.into_iter().map(behind));
    }

    /// All of them.
    pub fn into_yield(self) -> Yield<Mention> {
        self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_cover_any_text() {
        for text in [
            String::new(),
            "а".repeat(300_000),
            ".".repeat(5_000),
            "Двое задержаны. ".repeat(3_000),
            "слово\n".repeat(70_000),
        ] {
            let stretches = cut(&text);
            assert_eq!(stretches.first().map(|s| s.start), Some(0));
            assert_eq!(stretches.last().map(|s| s.end), Some(text.len()));
            assert!(stretches.windows(2).all(|w| w[0].end == w[1].start && w[0].start < w[0].end));
            assert!(stretches.iter().all(|s| text.is_char_boundary(s.end) && s.len() <= BYTES + 4));
        }
    }

    #[test]
    fn a_result_told_again_in_another_stretch_is_one() {
        let mention = |value: f64, span: Span| Mention {
            event_type: "arrest".into(),
            object: "person".into(),
            value: Some(value),
            evidence_span: span,
            ..Mention::default()
        };
        let mut joined = Joined::default();
        joined.add(
            0,
            Yield { kept: vec![mention(2.0, Span::new(3, 9)), mention(4.0, Span::default())], refused: vec![] },
        );
        let again = vec![mention(2.0, Span::new(1, 5)), mention(3.0, Span::new(7, 9)), mention(9.0, Span::default())];
        joined.add(100, Yield { kept: again, refused: vec![] });
        let told: Vec<_> = joined.into_yield().kept.iter().map(|m| (m.value.unwrap(), m.evidence_span)).collect();
        assert_eq!(told, [(2.0, Span::new(3, 9)), (4.0, Span::default()), (3.0, Span::new(107, 109))]);
    }
}

//! Which code of law a citation is of.

use super::{LAST_CRIMINAL, Words};
use crate::extract::token::{Kind, TokenStream};
use std::ops::Range;

impl Words {
    /// The code named at `i` and its length in tokens.
    pub(super) fn code_at(&self, stream: &TokenStream<'_>, i: usize, end: usize) -> Option<(&str, usize)> {
        if stream.token(i).kind != Kind::Word {
            return None;
        }
        self.codes.get(stream.lower(i))?.iter().find_map(|(tail, code)| {
            let to = i + 1 + tail.len();
            let fits = to <= end && tail.iter().enumerate().all(|(k, word)| *word == stream.lower(i + 1 + k));
            fits.then_some((code.as_str(), 1 + tail.len()))
        })
    }

    /// The code of a citation; an empty one is other law.
    pub(super) fn code_of<'a>(
        &'a self,
        stream: &TokenStream<'_>,
        citation: &Range<usize>,
        start: usize,
        end: usize,
        last: Option<&'a str>,
        number: &str,
    ) -> Option<&'a str> {
        let after = || {
            for i in citation.end..end.min(citation.end + 14) {
                if stream.token(i).kind == Kind::Break || stream.lower(i) == ";" {
                    return None;
                }
                if let Some((code, len)) = self.code_at(stream, i, end) {
                    // «закон» as a word of its own, far from the number, is not its code.
                    if code.is_empty() && i > citation.end + 2 {
                        return None;
                    }
                    let country = stream.lower_or_empty(i + len);
                    return Some(if self.foreign.contains(country) { "" } else { code });
                }
            }
            None
        };
        let before = || {
            for i in (start.max(citation.start.saturating_sub(8))..citation.start).rev() {
                if stream.token(i).kind == Kind::Break {
                    return None;
                }
                if let Some((code, len)) = self.code_at(stream, i, citation.start) {
                    if code.is_empty() && i + len + 1 < citation.start {
                        return None;
                    }
                    return Some(code);
                }
            }
            None
        };
        // A code inside the citation: «статья 190 УК, часть 2».
        let inside = citation.clone().find_map(|i| self.code_at(stream, i, citation.end).map(|(code, _)| code));
        let named = inside
            .or_else(|| if self.number_first { before() } else { after() })
            .or_else(|| if self.number_first { None } else { before() });
        let high = number.split('-').next().and_then(|n| n.parse::<u32>().ok()).is_some_and(|n| n > LAST_CRIMINAL);
        named.or(if high { Some("КоАП") } else { last }).or(Some("УК"))
    }
}

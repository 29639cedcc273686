//! Persons' names out of texts. Pure.

use crate::extract::token::{Caps, Kind, TokenStream};
use crate::knowledge::{Knowledge, KnowledgeError};
use std::borrow::Cow;

/// Masks persons' names in evidence and titles.
#[derive(Debug, Clone)]
pub struct Masker {}

/// Endings of patronymics in the nominative; cases add at most three letters.
const PATRONYMICS: [&str; 12] =
    ["ович", "евич", "ьич", "овна", "евна", "ична", "улы", "кызы", "ұлы", "қызы", "оглы", "угли"];

impl Masker {
    /// Compiles the recogniser.
    ///
    /// # Errors
    /// A mistake in its data files.
    pub fn new(_knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        Ok(Self {})
    }

    /// The text with every person's name replaced by `[имя]`, or by `[есім]` in a Kazakh text.
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let stream = TokenStream::new(text);
        let mut spans: Vec<(usize, usize)> = Vec::new();
        let mut at = 0;
        while at < stream.len() {
            if let Some((from, to)) = person_at(&stream, at, spans.last().map_or(0, |&(_, to)| to)) {
                spans.push((from, to));
                at = to;
            } else {
                at += 1;
            }
        }
        if spans.is_empty() {
            return Cow::Borrowed(text);
        }
        let mask = if text.to_lowercase().contains(['ә', 'ғ', 'қ', 'ң', 'ө', 'ұ', 'ү', 'һ', 'і']) {
            "[есім]"
        } else {
            "[имя]"
        };
        let mut masked = String::with_capacity(text.len());
        let mut rest = 0;
        for (from, to) in spans {
            let span = stream.span(from, to);
            masked.push_str(&text[rest..span.start as usize]);
            masked.push_str(mask);
            rest = span.end as usize;
        }
        masked.push_str(&text[rest..]);
        Cow::Owned(masked)
    }
}

/// The tokens of the name whose anchor (initial or patronymic) is at `at`.
fn person_at(stream: &TokenStream<'_>, at: usize, free: usize) -> Option<(usize, usize)> {
    let title =
        |i: usize| i < stream.len() && stream.token(i).kind == Kind::Word && stream.token(i).caps == Caps::Title;
    let full = |i: usize| title(i) && stream.printed(i).chars().count() > 1;
    let initial = |i: usize| title(i) && stream.printed(i).chars().count() == 1 && stream.lower_or_empty(i + 1) == ".";
    if initial(at) {
        let mut to = at + 2;
        if initial(to) {
            to += 2;
        }
        if full(to) {
            return Some((at, to + 1));
        }
        if at > free && full(at - 1) {
            return Some((at - 1, to));
        }
        return None;
    }
    if full(at) && is_patronymic(stream.lower(at)) {
        let mut from = at;
        while from > free && at - from < 2 && full(from - 1) {
            from -= 1;
        }
        let to = if full(at + 1) && from + 2 > at { at + 2 } else { at + 1 };
        return Some((from, to));
    }
    None
}

fn is_patronymic(lower: &str) -> bool {
    PATRONYMICS.iter().any(|ending| {
        let stem = ending.trim_end_matches(['а', 'ы']);
        lower.rfind(stem).is_some_and(|at| at >= 4 && lower[at + stem.len()..].chars().count() <= 3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_patronymics_and_initials() {
        let masker = Masker::new(&Knowledge::embedded()).expect("masker");
        let check = |text: &str, expect: &str| assert_eq!(masker.mask(text), expect);
        check("задержан Ахметов А.Б.", "задержан [имя]");
        check("гр. А. Б. Ахметов осуждён", "гр. [имя] осуждён");
        check("осуждён Иванов Иван Иванович, 1980 г.р.", "осуждён [имя], 1980 г.р.");
        check("у Ивановой Марии Петровны похитили 5 млн", "у [имя] похитили 5 млн");
        check("Серік Болатұлы Ахметов ұсталды", "[есім] ұсталды");
        check("изъято 5 кг героина", "изъято 5 кг героина");
        check("ст. 188 УК РК", "ст. 188 УК РК");
    }
}

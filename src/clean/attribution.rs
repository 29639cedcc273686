//! The source that an article itself names: "… со ссылкой на пресс-службу", "… -ға сілтеме жасап".

use super::furniture::Furniture;

/// First paragraphs in which a source is looked for; beside them, it may stand in the last.
const PARAGRAPHS: usize = 3;
/// Longest name of a source, in characters.
const MAX_CHARS: usize = 80;
/// Most words of a source that stands before its phrase.
const MAX_WORDS_BEFORE: usize = 2;

/// The named source as printed (in the case that the sentence gives it), if the article names one.
pub fn named_source(paragraphs: &[String], furniture: &Furniture) -> Option<String> {
    let (head, rest) = paragraphs.split_at(PARAGRAPHS.min(paragraphs.len()));
    let opening: Vec<&String> = head.iter().chain(rest.last()).collect();
    // In the order of the lexicons: a reference outweighs "X reports", which is mostly the outlet itself.
    let after = furniture.source_after.iter().find_map(|phrase| opening.iter().find_map(|p| after(p, phrase)));
    after.or_else(|| furniture.source_before.iter().find_map(|phrase| opening.iter().find_map(|p| before(p, phrase))))
}

/// Where a phrase stands in a text as whole words: bytes of the text.
fn place(text: &str, phrase: &str) -> Option<(usize, usize)> {
    let at = text.find(phrase)?;
    let end = at + phrase.len();
    let starts = !text[..at].ends_with(char::is_alphanumeric);
    let ends = !text[end..].starts_with(char::is_alphanumeric);
    (starts && ends).then_some((at, end))
}

fn after(paragraph: &str, phrase: &str) -> Option<String> {
    let (_, end) = place(paragraph, phrase)?;
    let rest = paragraph[end..].trim_start();
    // A full stop within a name ("Dala.example") is followed by a letter.
    let stop = rest
        .char_indices()
        .find(|&(at, c)| {
            matches!(c, ',' | ';' | ':' | '(' | '!' | '?')
                || c == '.' && !rest[at + 1..].starts_with(char::is_alphanumeric)
        })
        .map_or(rest.len(), |(at, _)| at);
    name(&rest[..stop])
}

fn before(paragraph: &str, phrase: &str) -> Option<String> {
    let (at, _) = place(paragraph, phrase)?;
    let clause = paragraph[..at].rsplit([',', ';', '.', '(']).next()?;
    let words: Vec<&str> = clause.split_whitespace().collect();
    name(&words[words.len().saturating_sub(MAX_WORDS_BEFORE)..].join(" "))
}

fn name(text: &str) -> Option<String> {
    let text = text.trim_matches([' ', '«', '»', '"', '“', '”']);
    let n_chars = text.chars().count();
    (2..=MAX_CHARS).contains(&n_chars).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn sources_are_read_as_printed() {
        let furniture = Furniture::new(&Knowledge::embedded()).expect("lexicons");
        for (paragraph, expect) in [
            ("В городе прошла проверка, передаёт Дала со ссылкой на пресс-службу МВД.", Some("пресс-службу МВД")),
            ("Проверка прошла, сообщает Dala.example со ссылкой на Polisia.kz, подробности позже.", Some("Polisia.kz")),
            (
                "Қалада тексеру жүрді, деп хабарлайды полиция департаментіне сілтеме жасап.",
                Some("полиция департаментіне"),
            ),
            ("В городе прошла проверка.", None),
            ("", None),
        ] {
            assert_eq!(named_source(&[paragraph.to_owned()], &furniture).as_deref(), expect, "{paragraph}");
        }
    }
}

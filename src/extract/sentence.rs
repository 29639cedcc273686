//! Tokens → sentences.
//!
//! A sentence is a range of tokens. It ends at `.`, `!`, `?`, `…` or a paragraph's end, unless the full stop
//! belongs to an abbreviation (`ст.`, `г.`, `обл.`), an initial (`А.`), or the next word cannot begin a
//! sentence. The abbreviations are data: `pipelines/lexicons/<lang>/abbreviation.toml`.

use super::token::{Caps, Kind, TokenStream};
use rustc_hash::FxHashSet;

/// A sentence: token range and the number of its paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
    /// Zero-based paragraph.
    pub paragraph: usize,
}

/// Abbreviations, lower case, without their full stop.
#[derive(Debug, Clone, Default)]
pub struct Abbreviations {
    /// Never end a sentence: `ст`, `ул`, `им`.
    pub never: FxHashSet<String>,
    /// End one only before a capitalised word: `г`, `тыс`, `др`; those that are in both lists only behind a figure: `гр`.
    pub maybe: FxHashSet<String>,
}

/// Longest sentence, in tokens: what is longer is no prose, and is cut so that reading takes time linear in the text.
const LONGEST: usize = 400;

/// Splits the tokens into sentences.
pub fn split(stream: &TokenStream<'_>, abbreviations: &Abbreviations) -> Vec<Sentence> {
    let tokens = stream.tokens();
    let mut sentences = Vec::new();
    let (mut start, mut paragraph, mut i) = (0, 0, 0);
    while i < tokens.len() {
        if tokens[i].kind == Kind::Break {
            if start < i {
                sentences.push(Sentence { start, end: i, paragraph });
            }
            paragraph += 1;
            start = i + 1;
        } else if ends_here(stream, i, abbreviations) {
            let mut end = i + 1;
            while end < tokens.len()
                && tokens[end].kind == Kind::Punct
                && !tokens[end].space_before
                && closes(stream.lower(end))
            {
                end += 1;
            }
            sentences.push(Sentence { start, end, paragraph });
            start = end;
            i = end;
            continue;
        } else if i + 1 - start >= LONGEST {
            sentences.push(Sentence { start, end: i + 1, paragraph });
            start = i + 1;
        }
        i += 1;
    }
    if start < tokens.len() {
        sentences.push(Sentence { start, end: tokens.len(), paragraph });
    }
    sentences
}

fn closes(mark: &str) -> bool {
    matches!(mark, "»" | "\"" | "”" | ")" | "." | "!" | "?" | "…" | "'" | "]")
}

fn ends_here(stream: &TokenStream<'_>, i: usize, abbreviations: &Abbreviations) -> bool {
    let tokens = stream.tokens();
    if tokens[i].kind != Kind::Punct {
        return false;
    }
    let mark = stream.lower(i);
    if matches!(mark, "!" | "?" | "…") {
        return next_can_begin(stream, i + 1);
    }
    if mark != "." {
        return false;
    }
    if i > 0 && !tokens[i].space_before {
        let before = stream.lower(i - 1);
        let token = tokens[i - 1];
        if token.kind == Kind::Word {
            let initial = token.caps == Caps::Title && before.chars().count() == 1;
            // "125 гр. Подозреваемый" are grams, "гр. Иванов" is a citizen.
            let counted = i > 1 && tokens[i - 2].kind == Kind::Number;
            let maybe = abbreviations.maybe.contains(before);
            if initial || abbreviations.never.contains(before) && !(counted && maybe) {
                return false;
            }
            if maybe {
                // "41,7 тыс. USDT", "12 тыс. SIM-карт", "5 долл. США"
                let latin = tokens.get(i + 1).is_some_and(|t| {
                    stream.text()[t.span.start as usize..].starts_with(|c: char| c.is_ascii_alphabetic())
                });
                let country = tokens.get(i + 1).is_some_and(|t| t.caps == Caps::Upper);
                if counted && (latin || country && abbreviations.never.contains(before)) {
                    return false;
                }
                return tokens
                    .get(i + 1)
                    .is_some_and(|t| t.caps != Caps::Lower && t.kind == Kind::Word && t.space_before)
                    && next_can_begin(stream, i + 1);
            }
        }
    }
    next_can_begin(stream, i + 1)
}

/// Whether the token after a full stop can begin a sentence: a capital, a digit, a quote or a dash.
fn next_can_begin(stream: &TokenStream<'_>, mut i: usize) -> bool {
    let tokens = stream.tokens();
    while i < tokens.len() && tokens[i].kind == Kind::Punct {
        if matches!(stream.lower(i), "." | "," | ";" | ":") {
            return false;
        }
        i += 1;
    }
    match tokens.get(i) {
        None => true,
        Some(t) if t.kind == Kind::Break => true,
        Some(t) if t.kind == Kind::Number => t.space_before || i > 0 && tokens[i - 1].kind == Kind::Punct,
        Some(t) => t.caps != Caps::Lower || !stream.text()[t.span.start as usize..].starts_with(char::is_lowercase),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let stream = TokenStream::new(text);
        let set = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        let abbreviations = Abbreviations {
            never: set(&["ст", "ул", "им", "ч", "обл", "гр", "долл"]),
            maybe: set(&["г", "тыс", "млн", "кг", "др", "гр", "долл"]),
        };
        let found: Vec<&str> =
            split(&stream, &abbreviations).iter().map(|s| stream.span(s.start, s.end).of(text)).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn abbreviations_and_initials() {
        check("По ч. 3 ст. 297 УК. Дело в суде.", &["По ч. 3 ст. 297 УК.", "Дело в суде."]);
        check("Задержан А. Б. Иванов. Изъят нож.", &["Задержан А. Б. Иванов.", "Изъят нож."]);
        check("Арестовано 41,7 тыс. USDT и 12 тыс. SIM-карт.", &["Арестовано 41,7 тыс. USDT и 12 тыс. SIM-карт."]);
        check(
            "Изъято 38 кг 125 гр. Гр. Сериков и ещё двое задержаны.",
            &["Изъято 38 кг 125 гр.", "Гр. Сериков и ещё двое задержаны."],
        );
        check("Изъято 5 долл. США и 2 кг. Всё сдано.", &["Изъято 5 долл. США и 2 кг.", "Всё сдано."]);
        check("В 2023 г. Шымкент. Изъято 5 тыс. тенге.", &["В 2023 г.", "Шымкент.", "Изъято 5 тыс. тенге."]);
    }

    #[test]
    fn endless_sentences_are_cut() {
        let text = "изъято ".repeat(10 * LONGEST + 1);
        let stream = TokenStream::new(&text);
        let found = split(&stream, &Abbreviations::default());
        assert_eq!(found.len(), 11);
        assert!(found.iter().all(|s| s.end - s.start <= LONGEST && s.paragraph == 0));
        assert!(found.windows(2).all(|pair| pair[0].end == pair[1].start));
    }

    #[test]
    fn quotes_and_paragraphs() {
        check("«Да!» – сказал он.\nВсё…", &["«Да!» – сказал он.", "Всё…"]);
        check("Стоп.Изъято. 5 кг!", &["Стоп.", "Изъято.", "5 кг!"]);
    }
}

//! Text → tokens with byte spans.
//!
//! A token is a word (letters, with inner hyphens and apostrophes: `Telegram-канал`, `5-еуі` keeps its
//! suffix), a number (digits with inner separators: `1,155`, `26.12.2025`, `10:33`) or one punctuation
//! mark. Number groups split by spaces (`734 228`) stay separate tokens; `quantity` joins them. A number
//! glued to a word (`5кг`) gives two tokens. Nothing is dropped but white space.
//!
//! ```
//! use dalel::extract::token::{Kind, TokenStream};
//! let stream = TokenStream::new("Изъято 1,5 кг (2023-м).");
//! let words: Vec<_> = (0..stream.len()).map(|i| stream.lower(i)).collect();
//! assert_eq!(words, ["изъято", "1,5", "кг", "(", "2023-м", ")", "."]);
//! assert_eq!(stream.token(1).kind, Kind::Number);
//! assert_eq!(stream.number_parts(4), ("2023", Some("м")));
//! ```

use super::letter;
use crate::record::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Letters, with inner hyphens, apostrophes and digits after the first letter.
    Word,
    /// Digits with inner separators and, after a hyphen, a grammatical suffix.
    Number,
    /// One punctuation mark or symbol.
    Punct,
    /// A line break: the end of a paragraph.
    Break,
}

/// How a word is capitalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Caps {
    /// No upper-case first letter, or not a word.
    Lower,
    /// Upper-case first letter only.
    Title,
    /// All upper case (at least two letters).
    Upper,
}

/// One token; its strings live in the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Byte span in the text.
    pub span: Span,
    /// Word, number, punctuation, break.
    pub kind: Kind,
    /// Capitalisation.
    pub caps: Caps,
    /// Whether white space stands before it.
    pub space_before: bool,
    lower: Span,
}

/// The tokens of a text, with their lower-cased forms (ё as е).
#[derive(Debug, Clone)]
pub struct TokenStream<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    lower: String,
}

impl<'t> TokenStream<'t> {
    /// Tokenises a text in one pass.
    pub fn new(text: &'t str) -> Self {
        let mut stream =
            Self { text, tokens: Vec::with_capacity(text.len() / 9), lower: String::with_capacity(text.len()) };
        let (mut start, mut space) = (0, true);
        while start < text.len() {
            if text.as_bytes()[start] == b' ' {
                (start, space) = (start + 1, true);
                continue;
            }
            if let Some(end) = stream.push_plain(start, space) {
                (start, space) = (end, false);
                continue;
            }
            let Some(c) = text[start..].chars().next() else { break };
            if c == '\n' || c == '\r' || c == '\u{2028}' || c == '\u{2029}' {
                if stream.tokens.last().is_some_and(|t| t.kind != Kind::Break) {
                    stream.push(start, start + c.len_utf8(), Kind::Break, true);
                }
                space = true;
                start += c.len_utf8();
            } else if c.is_whitespace() || is_invisible(c) {
                space = true;
                start += c.len_utf8();
            } else {
                let (kind, end) = if c.is_ascii_digit() && text[start + 1..].starts_with(['\u{fe0f}', '\u{20e3}']) {
                    // A keycap ("1️⃣") numbers an item of a list: it counts nothing.
                    (Kind::Punct, start + 1)
                } else if c.is_ascii_digit() {
                    (Kind::Number, scan_number(text, start))
                } else if is_tenge_sign(text, start) {
                    (Kind::Punct, start + c.len_utf8())
                } else if letter::is_alphabetic(c) {
                    (Kind::Word, scan_word(text, start))
                } else {
                    (Kind::Punct, start + c.len_utf8())
                };
                stream.push(start, end, kind, space);
                if kind == Kind::Punct && letter::is_alphabetic(c) {
                    stream.respell_last("₸");
                }
                space = false;
                start = end;
            }
        }
        stream
    }

    /// Takes a word of plain letters and digits, as most are, in one go: its end. None where another character stands
    /// in it or behind it that is looked at more closely.
    fn push_plain(&mut self, start: usize, space_before: bool) -> Option<usize> {
        let bytes = self.text.as_bytes();
        // "Т1,5 млрд" may be a sign of money; a number is none of ours.
        if matches!(bytes[start], b'T' | b'0'..=b'9') || bytes[start..].starts_with("Т".as_bytes()) {
            return None;
        }
        let from = self.lower.len();
        let (mut end, mut letters, mut upper, mut first_upper) = (start, 0, 0, false);
        // What is in lower case is taken over as it stands, from here on.
        let mut run = start;
        let plain = loop {
            let lead = bytes.get(end).copied().unwrap_or(b' ');
            let next = bytes.get(end + 1).copied().unwrap_or(0);
            let (lower, is_upper) = match (lead, next) {
                (0xd0, 0xb0..=0xbf) | (0xd1, 0x80..=0x8f) => {
                    (letters, end) = (letters + 1, end + 2);
                    continue;
                }
                (b'a'..=b'z', _) => {
                    (letters, end) = (letters + 1, end + 1);
                    continue;
                }
                (b'0'..=b'9', _) => {
                    end += 1;
                    continue;
                }
                (b'A'..=b'Z', _) => (char::from(lead.to_ascii_lowercase()), true),
                (0xd0..=0xd4, _) => {
                    let c = char::from_u32((u32::from(lead) & 0x1f) << 6 | u32::from(next) & 0x3f).unwrap_or('\0');
                    match c {
                        'ё' | 'Ё' => ('е', c == 'Ё'),
                        _ if !letter::is_alphabetic(c) => break false,
                        _ => match letter::lower(c) {
                            Some(lower) => (lower, letter::is_uppercase(c)),
                            None => break false,
                        },
                    }
                }
                // These join two halves of a word.
                (b'-' | b'\'' | b'_', _) => break false,
                // No letter begins so, and these marks end a word.
                (0..=0x7f, _) | (0xc2, 0xa0 | 0xab | 0xbb) => break true,
                (0xe2, 0x80) if matches!(bytes.get(end + 2), Some(0x93 | 0x94)) => break true,
                _ => break false,
            };
            self.lower.push_str(&self.text[run..end]);
            self.lower.push(lower);
            first_upper |= is_upper && letters == 0;
            letters += 1;
            upper += usize::from(is_upper);
            end += if lead < 0x80 { 1 } else { 2 };
            run = end;
        };
        if !plain || letters == 0 {
            self.lower.truncate(from);
            return None;
        }
        self.lower.push_str(&self.text[run..end]);
        let caps = caps(letters, upper, first_upper);
        let (span, lower) = (Span::new(start as u32, end as u32), Span::new(from as u32, self.lower.len() as u32));
        self.tokens.push(Token { span, kind: Kind::Word, caps, space_before, lower });
        Some(end)
    }

    fn push(&mut self, start: usize, end: usize, kind: Kind, space_before: bool) {
        let word = &self.text[start..end];
        let from = self.lower.len();
        let mut upper = 0;
        let mut letters = 0;
        let mut first_upper = false;
        for (at, c) in word.chars().enumerate() {
            if letter::is_alphabetic(c) {
                letters += 1;
                if letter::is_uppercase(c) {
                    upper += 1;
                    first_upper |= at == 0;
                }
            }
            match c {
                'а'..='я' | 'a'..='z' | '0'..='9' => self.lower.push(c),
                'ё' | 'Ё' => self.lower.push('е'),
                '\u{2010}' | '\u{2011}' => self.lower.push('-'),
                '\u{301}' => {}
                _ => match letter::lower(c) {
                    Some(lower) => self.lower.push(lower),
                    None => self.lower.extend(c.to_lowercase()),
                },
            }
        }
        let caps = caps(letters, upper, first_upper);
        let lower = Span::new(from as u32, self.lower.len() as u32);
        self.tokens.push(Token { span: Span::new(start as u32, end as u32), kind, caps, space_before, lower });
    }

    /// Another spelling for the last token.
    fn respell_last(&mut self, lower: &str) {
        if let Some(token) = self.tokens.last_mut() {
            self.lower.truncate(token.lower.start as usize);
            self.lower.push_str(lower);
            token.lower = Span::new(token.lower.start, self.lower.len() as u32);
        }
    }

    /// The text that was tokenised.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Number of tokens.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// All tokens.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The token at an index.
    ///
    /// # Panics
    /// Beyond the last token.
    #[inline]
    pub fn token(&self, i: usize) -> Token {
        self.tokens[i]
    }

    /// The token as printed.
    #[inline]
    pub fn printed(&self, i: usize) -> &'t str {
        self.tokens[i].span.of(self.text)
    }

    /// The token in lower case, ё as е, stress marks dropped.
    #[inline]
    pub fn lower(&self, i: usize) -> &str {
        self.tokens[i].lower.of(&self.lower)
    }

    /// Like [`Self::lower`], but empty beyond the ends.
    #[inline]
    pub fn lower_or_empty(&self, i: usize) -> &str {
        self.tokens.get(i).map_or("", |t| t.lower.of(&self.lower))
    }

    /// A number token's digits and its grammatical suffix: `2023-м` → (`2023`, `м`).
    pub fn number_parts(&self, i: usize) -> (&str, Option<&str>) {
        let lower = self.lower(i);
        match lower.find('-') {
            Some(at) => (&lower[..at], Some(&lower[at + 1..])),
            None => (lower, None),
        }
    }

    /// The span from the first byte of token `from` to the last of token `to - 1`.
    pub fn span(&self, from: usize, to: usize) -> Span {
        if from >= to {
            return Span::default();
        }
        self.tokens[from].span.cover(self.tokens[to - 1].span)
    }
}

/// How a word with so many letters is capitalised.
const fn caps(letters: usize, upper: usize, first_upper: bool) -> Caps {
    if letters > 1 && upper == letters {
        Caps::Upper
    } else if first_upper {
        Caps::Title
    } else {
        Caps::Lower
    }
}

/// Soft hyphens, zero-width marks and byte-order marks that pages scatter.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{fe0f}' | '\u{20e3}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}')
}

/// "T212 млн", "Т1,5 млрд": a letter that outlets print for the sign of the tenge.
fn is_tenge_sign(text: &str, start: usize) -> bool {
    let Some(amount) = text[start..].strip_prefix(['T', 'Т']) else { return false };
    let scale = amount.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    let scale_word = scale.strip_prefix([' ', '\u{a0}']).unwrap_or_default();
    amount.starts_with(|c: char| c.is_ascii_digit())
        && ["млн", "млрд", "тыс", "трлн"].iter().any(|word| scale_word.starts_with(word))
}

/// End of a word: letters, digits, combining marks; a hyphen or apostrophe only between such.
fn scan_word(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut chars = text[start..].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let inner = letter::is_alphanumeric(c) || c == '\u{301}' || c == '_';
        let joins = matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\'' | '’' | 'ʼ')
            && chars.peek().is_some_and(|&(_, next)| letter::is_alphanumeric(next));
        if !(inner || joins) {
            break;
        }
        end = start + at + c.len_utf8();
    }
    end
}

/// End of a number: digits; `.`, `,`, `:` only between digits; then an optional hyphen and letters.
fn scan_number(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = start;
    while digit(end) || (matches!(bytes.get(end), Some(b'.' | b',' | b':')) && digit(end + 1)) {
        end += 1;
    }
    for hyphen in ["-", "\u{2010}", "\u{2011}"] {
        if text[end..].starts_with(hyphen) {
            let letters = end + hyphen.len();
            let len: usize = text[letters..]
                .chars()
                .take_while(|c| letter::is_alphabetic(*c) || *c == '-')
                .map(char::len_utf8)
                .sum();
            let word = text[letters..letters + len].trim_end_matches('-');
            if !word.is_empty() {
                return letters + word.len();
            }
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let stream = TokenStream::new(text);
        let found: Vec<&str> = (0..stream.len()).map(|i| stream.lower(i)).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn words_numbers_and_marks() {
        check("5кг, 26.12.2025 в 10:33", &["5", "кг", ",", "26.12.2025", "в", "10:33"]);
        check("28-летний житель", &["28-летний", "житель"]);
        check("в 2020-2023 гг.", &["в", "2020", "-", "2023", "гг", "."]);
        check("ИЖ-18 и «Планета-3»", &["иж-18", "и", "«", "планета-3", "»"]);
        check("Т\u{200b}ри", &["т", "ри"]);
        check("3097-ден 3474-ке", &["3097-ден", "3474-ке"]);
        check("а\nб\n\nв", &["а", "\n", "б", "\n", "в"]);
        check("12.", &["12", "."]);
        check("T212 млн, Т-34 и T34", &["₸", "212", "млн", ",", "т-34", "и", "t34"]);
    }

    #[test]
    fn capitals() {
        let stream = TokenStream::new("МВД Тараз и А");
        let caps: Vec<Caps> = stream.tokens().iter().map(|t| t.caps).collect();
        assert_eq!(caps, [Caps::Upper, Caps::Title, Caps::Lower, Caps::Title]);
    }
}

//! Text → hashed terms: stems, names, numbers.
//!
//! One pass over the characters, no dictionary. Letters are folded (lower case, ё as е, the Kazakh
//! letters as their Russian look-alikes), so that `Қызылорда` and `Кызылорда` agree; a word's *stem* is
//! its first five letters (four of a five-letter word), which survives Russian and Kazakh inflection.
//! Numbers are read with their scale word: `1 352`, `14,3 млрд`, `14 млрд 300 млн`.

use super::background::Background;
use std::ops::Range;
use std::sync::LazyLock;

/// What a term of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A common word.
    Word,
    /// A capitalised word inside a sentence, an acronym, or a word in Latin letters.
    Name,
    /// A number, scaled.
    Number,
}

/// One term in reading order.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    /// Hash of the stem, or of the number's value.
    pub hash: u32,
    /// Word, name or number.
    pub kind: Kind,
    /// The number's value; 0 for words.
    pub value: f64,
    /// Number of letters or digits.
    pub length: u8,
    /// Where it begins (bytes).
    pub at: u32,
}

/// Mixes 32 bits thoroughly (the finaliser of `MurmurHash3`), so that the smallest hashes are a fair sample.
pub fn mix(mut h: u32) -> u32 {
    h ^= h >> 16;
    h = h.wrapping_mul(0x85eb_ca6b);
    h ^= h >> 13;
    h = h.wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}

/// Hash of two hashes, order kept.
pub fn pair(a: u32, b: u32) -> u32 {
    mix(a.rotate_left(11) ^ b.wrapping_mul(0x9e37_79b1))
}

/// Hash of a code or any other short string; never 0, which stands for "none".
pub fn code(text: &str) -> u32 {
    let h = text.bytes().fold(FNV, |h, b| (h ^ u32::from(b)).wrapping_mul(FNV_PRIME));
    mix(h).max(1)
}

/// Hash of a number's value, the same for `58,6` and `58.60`.
pub fn number(value: f64) -> u32 {
    let bits = (value * 1000.0).round().to_bits();
    mix((bits as u32) ^ mix((bits >> 32) as u32) ^ 0x5bd1_e995).max(1)
}

const FNV: u32 = 0x811c_9dc5;
const FNV_PRIME: u32 = 0x0100_0193;

/// Lower case, with ё and the Kazakh letters as their plain Russian look-alikes.
fn fold(c: char) -> char {
    let lower = match c {
        'А'..='Я' => char::from_u32(c as u32 + 32).unwrap_or(c),
        'а'..='я' | 'a'..='z' => return c,
        'A'..='Z' => c.to_ascii_lowercase(),
        _ => c.to_lowercase().next().unwrap_or(c),
    };
    match lower {
        'ё' => 'е',
        'ә' => 'а',
        'ғ' => 'г',
        'қ' => 'к',
        'ң' => 'н',
        'ө' => 'о',
        'ұ' | 'ү' => 'у',
        'һ' => 'х',
        'і' => 'и',
        other => other,
    }
}

/// `char::is_alphabetic` with the letters of Russian and English first.
fn is_letter(c: char) -> bool {
    match c {
        'а'..='я' | 'А'..='Я' | 'a'..='z' | 'A'..='Z' | 'ё' | 'Ё' => true,
        _ if (c as u32) < 0x80 => false,
        _ => c.is_alphabetic(),
    }
}

/// `char::is_uppercase`, likewise.
fn is_capital(c: char) -> bool {
    match c {
        'а'..='я' | 'a'..='z' => false,
        'А'..='Я' | 'A'..='Z' => true,
        _ => c.is_uppercase(),
    }
}

/// What a character is.
#[derive(Debug, Clone, Copy, Default)]
struct Letter {
    folded: u32,
    alphabetic: bool,
    capital: bool,
}

impl Letter {
    fn new(c: char) -> Self {
        Self { folded: fold(c) as u32, alphabetic: is_letter(c), capital: is_capital(c) }
    }

    /// The same, looked up.
    #[inline]
    fn of(c: char) -> Self {
        LETTERS.get(c as usize).copied().unwrap_or_else(|| Self::new(c))
    }
}

/// Those of Latin, Greek and Cyrillic: asking Unicode for each takes three times as long.
static LETTERS: LazyLock<[Letter; 0x500]> =
    LazyLock::new(|| std::array::from_fn(|c| char::from_u32(c as u32).map_or_else(Letter::default, Letter::new)));

/// The stem's hash of one word (letters only).
pub fn stem(word: &str) -> u32 {
    let mut folded = [0_u32; 6];
    let mut length = 0;
    for c in word.chars() {
        if length < folded.len() {
            folded[length] = fold(c) as u32;
        }
        length += 1;
    }
    hash_stem(&folded, length)
}

/// The hash of a stem that is written out (already cut, at most five letters).
pub fn written_stem(stem: &str) -> u32 {
    mix(stem.chars().fold(FNV, |h, c| (h ^ fold(c) as u32).wrapping_mul(FNV_PRIME))).max(1)
}

fn hash_stem(folded: &[u32; 6], length: usize) -> u32 {
    let keep = if length == 5 { 4 } else { length.min(5) };
    let h = folded[..keep].iter().fold(FNV, |h, &c| (h ^ c).wrapping_mul(FNV_PRIME));
    mix(h).max(1)
}

/// The hash of the first six folded letters: enough to tell `миллион` from `миллиард`.
pub fn prefix(word: &str) -> u32 {
    word.chars().take(6).fold(FNV, |h, c| (h ^ fold(c) as u32).wrapping_mul(FNV_PRIME))
}

/// Appends the terms of a text in reading order.
pub fn scan(text: &str, background: &Background, out: &mut Vec<Term>) {
    let mut chars = text.char_indices().peekable();
    let mut sentence_start = true;
    // The last number and the factor its scale word gave it, while nothing stands between.
    let mut pending: Option<(usize, f64)> = None;
    while let Some((start, c)) = chars.next() {
        let letter = Letter::of(c);
        if letter.alphabetic {
            let mut folded = [0_u32; 6];
            let (mut length, mut upper, mut six) = (0_usize, 0_usize, FNV);
            let latin = c.is_ascii_alphabetic();
            let capital = letter.capital;
            let mut next = letter;
            loop {
                if length < 6 {
                    folded[length] = next.folded;
                    six = (six ^ next.folded).wrapping_mul(FNV_PRIME);
                }
                length += 1;
                upper += usize::from(capital && next.capital);
                match chars.peek().map(|(_, c)| Letter::of(*c)) {
                    Some(letter) if letter.alphabetic => next = letter,
                    _ => break,
                }
                chars.next();
            }
            if let Some((at, 1.0)) = pending
                && let Some(factor) = background.scale(six)
            {
                out[at].value *= factor;
                // "14 млрд 300 млн": a smaller scale directly after a larger one adds to it.
                if let Some(before) = at.checked_sub(1)
                    && out[before].kind == Kind::Number
                    && out[before].value >= factor * 1000.0
                    && out[at].value < factor * 1000.0
                    && out[before].value % (factor * 1000.0) == 0.0
                {
                    out[before].value += out[at].value;
                    out.pop();
                    out[before].hash = number(out[before].value);
                    pending = Some((before, factor));
                } else {
                    out[at].hash = number(out[at].value);
                    pending = Some((at, factor));
                }
                sentence_start = false;
                continue;
            }
            pending = None;
            let acronym = length >= 2 && upper == length;
            let name = latin || acronym || (capital && !sentence_start);
            let hash = hash_stem(&folded, length);
            out.push(Term {
                hash: if name { background.name(hash) } else { hash },
                kind: if name { Kind::Name } else { Kind::Word },
                value: 0.0,
                length: length.min(255) as u8,
                at: start as u32,
            });
            sentence_start = false;
        } else if c.is_ascii_digit() {
            let (value, digits) = read_number(c, &mut chars);
            out.push(Term { hash: number(value), kind: Kind::Number, value, length: digits, at: start as u32 });
            pending = Some((out.len() - 1, 1.0));
            sentence_start = false;
        } else if matches!(c, '.' | '!' | '?' | '…' | '\n' | '•' | '–' | '—') {
            sentence_start = true;
            if c == '\n' {
                pending = None;
            }
        } else if !c.is_whitespace() {
            pending = None;
        }
    }
}

/// Reads the rest of a number: digit groups split by single spaces, one decimal separator.
fn read_number(first: char, chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>) -> (f64, u8) {
    let mut value = f64::from(first.to_digit(10).unwrap_or(0));
    let (mut digits, mut in_group, mut decimal) = (1_u8, 1_u8, 0.0_f64);
    loop {
        let mut ahead = chars.clone();
        let Some((_, c)) = ahead.next() else { break };
        if let Some(d) = c.to_digit(10) {
            if decimal > 0.0 {
                value += f64::from(d) * decimal;
                decimal /= 10.0;
            } else if digits < 15 {
                value = value * 10.0 + f64::from(d);
            }
            digits = digits.saturating_add(1);
            in_group += u8::from(in_group < 9);
            chars.next();
        } else if matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}') && decimal == 0.0 && in_group <= 3 {
            let group: Vec<char> = ahead.by_ref().take(4).map(|(_, c)| c).collect();
            let three = group.len() >= 3 && group[..3].iter().all(char::is_ascii_digit);
            if !three || group.get(3).is_some_and(char::is_ascii_digit) {
                break;
            }
            chars.next();
            in_group = 0;
        } else if matches!(c, ',' | '.') && decimal == 0.0 && ahead.next().is_some_and(|(_, c)| c.is_ascii_digit()) {
            chars.next();
            decimal = 0.1;
        } else {
            break;
        }
    }
    (value, digits)
}

/// How many digits a figure really states: 2 for 52, 1 for 2000, 4 for 58.56.
pub fn significant_digits(value: f64) -> u32 {
    if value == 0.0 || !value.is_finite() {
        return 0;
    }
    let mut n = (value.abs() * 1000.0).round();
    let mut digits = n.log10().floor() as u32 + 1;
    while digits > 1 && ends_in_zero(n) {
        n /= 10.0;
        digits -= 1;
    }
    digits
}

/// Whether a number is a multiple of ten: the remainder of two `f64` takes as long as fifty of integers.
pub fn ends_in_zero(value: f64) -> bool {
    let whole = value as i64;
    if value.abs() < EXACT { whole as f64 - value == 0.0 && whole % 10 == 0 } else { value % 10.0 == 0.0 }
}

/// Below it every integer is an `f64`: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Where the lead ends: after the second paragraph, or a third of the text if that is more.
pub(super) fn lead_end(body: &str) -> usize {
    let second = body.split_inclusive('\n').filter(|p| !p.trim().is_empty()).take(2);
    let paragraphs: usize = second.map(|p| p.as_ptr() as usize - body.as_ptr() as usize + p.len()).last().unwrap_or(0);
    paragraphs.max(body.len() / 3)
}

/// The paragraph around a byte offset.
pub(super) fn paragraph(body: &str, at: usize) -> Range<usize> {
    let at = (0..=at).rev().find(|i| body.is_char_boundary(*i)).unwrap_or(0);
    let start = body[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = body[at..].find('\n').map_or(body.len(), |i| at + i);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<f64> {
        let mut terms = Vec::new();
        scan(text, &Background::embedded(), &mut terms);
        terms.iter().filter(|t| t.kind == Kind::Number).map(|t| t.value).collect()
    }

    #[test]
    fn numbers_are_read_with_groups_decimals_and_scales() {
        fn check(text: &str, expect: &[f64]) {
            let got = numbers(text);
            assert_eq!(got.len(), expect.len(), "{text}: {got:?}");
            for (g, e) in got.iter().zip(expect) {
                assert!((g - e).abs() < 1e-6 * e.abs().max(1.0), "{text}: {got:?}");
            }
        }
        check("пресечено 1 352 факта", &[1352.0]);
        check("14,3 млрд тенге", &[14.3e9]);
        check("14 млрд 300 млн теңгеге", &[14.3e9]);
        check("2 млн 340 мың теңге", &[2.34e6]);
        check("4,5 тысячи и 58.56", &[4500.0, 58.56]);
        check("в 2025 году 41 человек", &[2025.0, 41.0]);
        check("12 345 678 и 5", &[12_345_678.0, 5.0]);
        check("с 23 по 27 февраля", &[23.0, 27.0]);
        check("нет чисел", &[]);
    }

    #[test]
    fn stems_survive_inflection_and_script_variants() {
        fn check(a: &str, b: &str) {
            assert_eq!(stem(a), stem(b), "{a} {b}");
        }
        check("Степногорске", "Степногорскіде");
        check("Риддера", "Риддер");
        check("Қызылорда", "Кызылординской");
        check("Киеве", "Киев");
        check("саксаула", "саксаул");
        assert_ne!(stem("Тогузак"), stem("Карабалык"));
    }

    #[test]
    fn significant_digits_ignore_trailing_zeros() {
        fn check(value: f64, expect: u32) {
            assert_eq!(significant_digits(value), expect, "{value}");
        }
        check(52.0, 2);
        check(2000.0, 1);
        check(58.56, 4);
        check(600e9, 1);
        check(0.012, 2);
        check(0.0, 0);
    }

    #[test]
    fn multiples_of_ten_are_those_of_the_remainder() {
        for value in
            [0.0, -0.0, 10.0, -30.0, 0.5, 10.5, 7.0, 1e15, 1e15 + 1.0, 9.1e15, 1e19, 1e300, f64::INFINITY, f64::NAN]
        {
            assert_eq!(ends_in_zero(value), value % 10.0 == 0.0, "{value}");
        }
    }
}

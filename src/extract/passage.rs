//! Which paragraphs of a text are in the other language.
//!
//! A Kazakh article quotes an official in Russian, a Russian one in Kazakh, a paragraph at a time. Each paragraph is
//! read by the engine of its own language; the other's are blanked, byte for byte, so that spans stay true.
//!
//! ```
//! use dalel::extract::passage::part;
//! let text = "Алматыда екі адам ұсталды деп хабарлады полиция.\nВ городе Алматы вчера задержаны двое мужчин.";
//! let (own, other) = part(text, true).unwrap();
//! assert!(own.starts_with("Алматыда") && own.trim_end().ends_with('.') && !own.contains("двое"));
//! assert!(other.trim_start().starts_with("В городе") && other.len() == text.len());
//! assert!(part("Алматыда екі адам ұсталды.", true).is_none());
//! ```

use super::letter;

/// Fewer words do not tell a paragraph's language: a headline, a name, a list item.
const FEWEST: usize = 6;
/// Letters that only Kazakh has.
const KAZAKH: [char; 9] = ['ә', 'ғ', 'қ', 'ң', 'ө', 'ұ', 'ү', 'һ', 'і'];

/// The text with the other language's paragraphs blanked, and with its own: none where all are its own.
pub fn part(text: &str, kazakh: bool) -> Option<(String, String)> {
    if !kazakh && !may_hold_kazakh(text) {
        return None;
    }
    let is_own = |paragraph: &&str| is_kazakh(paragraph).is_none_or(|k| k == kazakh);
    if text.split_inclusive('\n').all(|p| is_own(&p)) {
        return None;
    }
    let (mut own, mut other) = (String::with_capacity(text.len()), String::with_capacity(text.len()));
    for paragraph in text.split_inclusive('\n') {
        let (kept, blanked) = if is_own(&paragraph) { (&mut own, &mut other) } else { (&mut other, &mut own) };
        kept.push_str(paragraph);
        for c in paragraph.chars() {
            match c {
                '\n' => blanked.push('\n'),
                _ => blanked.extend(std::iter::repeat_n(' ', c.len_utf8())),
            }
        }
    }
    Some((own, other))
}

/// Whether a text may hold a letter that only Kazakh has: without any, no paragraph is Kazakh.
fn may_hold_kazakh(text: &str) -> bool {
    let bytes = text.as_bytes();
    let pair = |a: u8, b: u8| {
        let (first, second) = (u8::from(a == 0xd0) & u8::from(b == 0x86), u8::from(a == 0xd1) & u8::from(b == 0x96));
        u8::from(a & 0xfe == 0xd2) | first | second
    };
    // All of them, without a way out, so that many are looked at in one step.
    bytes.iter().zip(bytes.get(1..).unwrap_or_default()).fold(0, |found, (a, b)| found | pair(*a, *b)) != 0
}

/// Whether a paragraph is Kazakh rather than Russian; none where it is too short, or neither.
///
/// Six Kazakh words in a row without one of the nine letters hardly occur; a Russian paragraph has a few such words,
/// names, at most.
fn is_kazakh(paragraph: &str) -> Option<bool> {
    let (mut words, mut marked) = (0_usize, 0_usize);
    let (mut letters, mut cyrillic, mut kazakh) = (0_usize, true, false);
    let bytes = paragraph.as_bytes();
    let mut at = 0;
    // One step beyond the end, which closes the last word.
    while at <= bytes.len() {
        // Nearly all letters are these; the only ones of Kazakh among them are "і" and "І".
        let lead = bytes.get(at).copied().unwrap_or(b' ');
        if lead == 0xd0 || lead == 0xd1 {
            letters += 1;
            kazakh |= bytes.get(at + 1) == Some(if lead == 0xd1 { &0x96 } else { &0x86 });
            at += 2;
            continue;
        }
        let c = paragraph[at..].chars().next().unwrap_or(' ');
        at += c.len_utf8();
        if letter::is_alphabetic(c) {
            letters += 1;
            cyrillic &= matches!(c, '\u{400}'..='\u{52f}');
            kazakh |= !matches!(c, 'А'..='я') && letter::lower(c).is_some_and(|c| KAZAKH.contains(&c));
            continue;
        }
        if letters >= 2 && cyrillic {
            words += 1;
            marked += usize::from(kazakh);
        }
        (letters, cyrillic, kazakh) = (0, true, false);
    }
    if words < FEWEST {
        None
    } else if marked * 12 < words && (marked == 0 || words > 12) {
        Some(false)
    } else if marked * 3 >= words {
        Some(true)
    } else {
        None
    }
}

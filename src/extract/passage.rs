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

/// Fewer words do not tell a paragraph's language: a headline, a name, a list item.
const FEWEST: usize = 6;
/// Letters that only Kazakh has.
const KAZAKH: &str = "әғқңөұүһі";

/// The text with the other language's paragraphs blanked, and with its own: none where all are its own.
pub fn part(text: &str, kazakh: bool) -> Option<(String, String)> {
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

/// Whether a paragraph is Kazakh rather than Russian; none where it is too short, or neither.
///
/// Six Kazakh words in a row without one of the nine letters hardly occur; a Russian paragraph has a few such words,
/// names, at most.
fn is_kazakh(paragraph: &str) -> Option<bool> {
    let (mut words, mut marked) = (0_usize, 0_usize);
    for word in paragraph.split(|c: char| !c.is_alphabetic()) {
        if word.chars().count() < 2 || !word.chars().all(|c| matches!(c, '\u{400}'..='\u{52f}')) {
            continue;
        }
        words += 1;
        marked += usize::from(word.chars().flat_map(char::to_lowercase).any(|c| KAZAKH.contains(c)));
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

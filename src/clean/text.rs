//! Plain text dumps of pages: lines with the page's furniture still among them.
//!
//! A dump has lost its markup; what is left is the lines' shape and wording. Prose (a line that is long or
//! ends like a sentence) is the article; what precedes the first prose gives headline, date and author;
//! what follows the last prose, and the lists that the wording of furniture introduces, is cut.

use super::date::{DateReader, Moment};
use super::furniture::{Furniture, Role, normalised};
use super::html::push_collapsed;
use rustc_hash::FxHashMap;

/// What a dump or a page says, before language and identifiers are settled.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parts {
    /// Headline.
    pub title: Option<String>,
    /// Paragraphs, in order.
    pub paragraphs: Vec<String>,
    /// Publication, as the dump states it.
    pub published: Option<Moment>,
    /// A reason to refuse the page, where it has no article.
    pub refusal: Option<&'static str>,
}

/// A line of a dump.
struct Line {
    text: String,
    role: Option<Role>,
    /// Whether it reads like running text.
    is_prose: bool,
    /// Whether blank lines set it apart from the line before.
    after_blank: bool,
}

/// A line at least this long (characters) is running text, however it ends.
const LONG: usize = 180;
/// A line that ends like a sentence is running text from this length on (characters).
const SENTENCE: usize = 60;
/// Fewer letters than this are no article.
pub const MIN_LETTERS: usize = 60;

/// Whether a line ends as a sentence does.
pub fn ends_sentence(line: &str) -> bool {
    let bare = line.trim_end_matches(['"', '\'', '»', '”', '“', '’', ')', ']', ' ']);
    bare.ends_with(['.', '!', '?', '…', ';', ':', '。']) && !bare.ends_with("...") && !bare.ends_with('…')
        || bare.len() < line.len() && line.ends_with(['»', '”', '"']) && line.chars().count() > LONG / 2
}

/// Whether a line reads like running text rather than like a label or a headline.
pub fn is_prose(line: &str) -> bool {
    let n_chars = line.chars().count();
    n_chars >= LONG || n_chars >= SENTENCE && ends_sentence(line)
}

/// Takes the article out of a plain dump.
pub fn read_dump(dump: &str, furniture: &Furniture, dates: &DateReader<'_>) -> Parts {
    let mut parts = Parts::default();
    let (lead, rest) = dated_lead(dump, dates);
    parts.published = lead;
    let mut lines = lines(rest, furniture, dates);
    if lines.is_empty() {
        parts.refusal = Some("empty");
        return parts;
    }
    cut_lists(&mut lines);
    let Some(first) = first_body_line(&lines) else {
        parts.refusal = Some(refusal_of(&lines));
        return parts;
    };
    let last = lines.iter().rposition(|line| line.is_prose).unwrap_or(first);
    let last = extend_list(&lines, last);
    parts.title = headline(&lines[..first]);
    if parts.published.is_none() {
        let outside = lines[..first].iter().chain(&lines[last + 1..]);
        parts.published = outside.filter(|l| is_date_bearer(l, dates)).find_map(|l| dates.find(&l.text));
    }
    let title_key = parts.title.as_deref().map(normalised);
    parts.paragraphs = lines
        .drain(first..=last)
        .filter(|line| {
            line.role.is_none() && (line.text.len() > 1000 || title_key.as_deref() != Some(&normalised(&line.text)))
        })
        .filter(|line| line.is_prose || !is_counter(&line.text) && !dates.is_date_line(&line.text))
        .map(|line| line.text)
        .collect();
    let letters: usize = parts.paragraphs.iter().map(|p| p.chars().filter(|&c| is_letter(c)).count()).sum();
    if letters < MIN_LETTERS {
        parts.refusal = Some("no_body");
    }
    parts
}

/// A dump may begin with its date: `date 2025-08-19 Text…`, `2025-08-19 Text…`.
fn dated_lead<'t>(dump: &'t str, dates: &DateReader<'_>) -> (Option<Moment>, &'t str) {
    let start = dump.trim_start();
    let Some((word, after)) = start.split_once([' ', ':', '=']) else { return (None, dump) };
    let candidate = if word.eq_ignore_ascii_case("date") { after.trim_start_matches([' ', ':', '=']) } else { start };
    let end = candidate
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | 'T' | ':' | '+' | 'Z' | '.')))
        .unwrap_or(candidate.len());
    let clock = candidate.get(end..end + 6).filter(|t| t.as_bytes()[0] == b' ' && t.as_bytes()[3] == b':');
    let end = end + clock.map_or(0, str::len);
    let stamp = &candidate[..end];
    let is_iso =
        stamp.len() >= 10 && stamp.is_char_boundary(10) && stamp.as_bytes()[4] == b'-' && stamp.as_bytes()[7] == b'-';
    match dates.find(stamp) {
        Some(moment) if is_iso => (Some(moment), &candidate[end..]),
        _ => (None, dump),
    }
}

fn lines(dump: &str, furniture: &Furniture, dates: &DateReader<'_>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut after_blank = false;
    for raw in dump.lines() {
        let mut text = String::new();
        push_collapsed(&mut text, raw);
        text.truncate(text.trim_end().len());
        if text.is_empty() {
            after_blank = true;
            continue;
        }
        let mut role = furniture.role(&text);
        let is_prose = is_prose(&text) && !is_template(&text);
        if role.is_none() && is_photo_line(&text, furniture) {
            role = Some(Role::Credit);
        } else if role.is_none() && !is_prose && (is_counter(&text) || is_template(&text)) {
            role = Some(Role::Counter);
        } else if role.is_none() && !is_prose && dates.is_date_line(&text) {
            role = Some(Role::Dated);
        }
        lines.push(Line { is_prose: is_prose && role.is_none(), text, role, after_blank });
        after_blank = false;
    }
    lines
}

/// Whether a character is a letter; the letters that are common here without the general tables.
pub fn is_letter(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | 'Ѐ'..='ҁ' => true,
        '\0'..='\u{A9}' | '\u{2000}'..='\u{206F}' => false,
        _ => c.is_alphabetic(),
    }
}

/// A figure alone, or with the signs that counters and icons leave behind.
pub fn is_counter(line: &str) -> bool {
    let digits = line.chars().filter(char::is_ascii_digit).count();
    // Two letters tell as much as all.
    let letters = line.chars().filter(|&c| is_letter(c)).take(2).count();
    letters == 0 || digits > 0 && letters <= 1 && line.chars().count() <= 12
}

/// What an unrendered template leaves: `[[year]]`, `{{ title }}`.
fn is_template(line: &str) -> bool {
    let body = line.trim_start_matches(['•', '*', '-', ' ']);
    body.starts_with("[[") && body.ends_with("]]") || body.starts_with("{{") && body.ends_with("}}")
}

/// A picture's description with its credit: "полиция, наручники, фото - Outlet от 26.12.2025 10:33 Фото: Outlet".
fn is_photo_line(line: &str, furniture: &Furniture) -> bool {
    if line.chars().count() > 400 {
        return false;
    }
    // A credit within the line, after which hardly anything follows.
    line.match_indices(':').any(|(at, _)| {
        let label = line[..at].rsplit([' ', '.', ',', '/', '(']).next().unwrap_or("");
        let tail = &line[at + 1..];
        tail.len() < 280
            && tail.chars().count() < 70
            && !tail.trim_end().ends_with(['.', '!', '?'])
            && furniture.label(label).is_some_and(|(role, _)| role == Role::Credit)
    })
}

fn is_date_bearer(line: &Line, dates: &DateReader<'_>) -> bool {
    matches!(line.role, Some(Role::Dated | Role::Credit | Role::Counter | Role::Author | Role::Section))
        || dates.is_date_line(&line.text)
}

/// Marks the lists of other stories as furniture.
///
/// After a heading of role [`Role::End`] nothing of the article follows, provided that some of it came
/// before. After one of role [`Role::More`] the article may go on: the lines up to the next running text
/// are its list.
fn cut_lists(lines: &mut Vec<Line>) {
    let mut prose_before = 0;
    let mut at = 0;
    while at < lines.len() {
        if lines[at].is_prose {
            prose_before += lines[at].text.chars().count();
        }
        match lines[at].role {
            Some(Role::End) if prose_before >= SENTENCE * 2 => {
                lines.truncate(at);
                return;
            }
            // The teaser stands on the line itself: the list ends with the block.
            Some(Role::More | Role::End) => {
                let inline = lines[at].text.chars().count() > 40;
                while at + 1 < lines.len() && !lines[at + 1].is_prose {
                    if inline && lines[at + 1].after_blank {
                        break;
                    }
                    at += 1;
                    lines[at].role = lines[at].role.or(Some(Role::More));
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// Where the body begins: the first running text, or the short sentence right before it.
fn first_body_line(lines: &[Line]) -> Option<usize> {
    let prose = lines.iter().position(|line| line.is_prose);
    let Some(prose) = prose else {
        // No running text: a short note may still be an article.
        let sentences = lines.iter().filter(|l| l.role.is_none() && ends_sentence(&l.text)).count();
        let rest = lines.iter().filter(|l| l.role.is_none()).count();
        return (sentences > 0 && rest <= sentences + 2)
            .then(|| lines.iter().position(|l| l.role.is_none() && ends_sentence(&l.text)))
            .flatten();
    };
    Some(prose)
}

/// The items of a list that the last running text introduces belong to the body.
fn extend_list(lines: &[Line], last: usize) -> usize {
    let mut end = last;
    let introduces = lines[last].text.ends_with(':');
    for (index, line) in lines.iter().enumerate().skip(last + 1) {
        let is_item = line.text.starts_with(['-', '–', '—', '•', '*'])
            || line.text.ends_with([';', '.'])
            || introduces && !line.after_blank;
        if line.role.is_some() || !is_item || is_counter(&line.text) {
            break;
        }
        end = index;
    }
    end
}

/// The headline among the lines before the body.
fn headline(lines: &[Line]) -> Option<String> {
    let fits = |line: &&Line| {
        let n_chars = line.text.chars().count();
        let n_words = line.text.split(' ').count();
        line.role.is_none() && (8..=250).contains(&n_chars) && n_words >= 2
    };
    // Of two candidates, the one that is said twice; else the first that is no name of a person.
    let candidates: Vec<&Line> = lines.iter().filter(fits).collect();
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for line in &candidates {
        *counts.entry(&line.text).or_default() += 1;
    }
    let repeated = candidates.iter().find(|line| counts[line.text.as_str()] > 1);
    let chosen = repeated.copied().or_else(|| {
        candidates
            .iter()
            .find(|l| !is_name(&l.text) && (l.text.split(' ').count() > 2 || !l.text.contains(',')))
            .copied()
    });
    chosen.map(|line| line.text.clone())
}

/// Two or three capitalised words and nothing else: a person's name, a byline.
pub fn is_name(line: &str) -> bool {
    let words: Vec<&str> = line.split([' ', ',']).filter(|w| !w.is_empty()).collect();
    (2..=3).contains(&words.len())
        && words.iter().all(|w| {
            w.chars().next().is_some_and(char::is_uppercase)
                && w.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '.'))
        })
}

/// Why a dump without a body is refused.
fn refusal_of(lines: &[Line]) -> &'static str {
    let has = |role| lines.iter().any(|line| line.role == Some(role));
    if has(Role::ErrorPage) {
        "error_page"
    } else if has(Role::Paywall) {
        "paywall"
    } else if has(Role::Script) {
        "javascript_shell"
    } else if lines.len() >= 8 {
        "listing"
    } else {
        "no_body"
    }
}

//! Texts in other letters → the alphabet that the lexicons use, with the way back.
//!
//! Kazakh is printed in Cyrillic, in several Latin alphabets, and in Cyrillic with Latin letters that look alike
//! (`ic` for `іс`). Words are respelled before anything reads them, and every span of the respelled text leads
//! back to the words as printed: evidence is never a transliteration. The alphabets are data
//! (`pipelines/lexicons/kk/script.toml`).
//!
//! Knows no clock and no state: a text that needs no respelling is not copied.

use super::letter;
use super::lexicon::{Lexicon, syntax_error};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::Span;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Where the data lies.
const PATH: &str = "pipelines/lexicons/kk/script.toml";
/// Shortest word of the lexicons that is restored from its Latin spelling, in letters.
const SHORTEST: usize = 5;
/// Letters that a Latin alphabet does not tell apart, or spells in several ways.
const BLURRED: &str = "цэяюёщьъийһ";
/// A mark speaks this much louder than a hint.
const MARK: usize = 3;
/// Fewer votes make no spelling: a brand name has one by chance.
const FEWEST: usize = 2;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    lookalikes: BTreeMap<char, char>,
    whole: Whole,
    spelling: Vec<SpellingSpec>,
    example: Vec<Example>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpellingSpec {
    name: String,
    marks: Vec<String>,
    hints: Vec<String>,
    glide: String,
    vowels: String,
    letters: BTreeMap<String, String>,
}

/// A sentence in one of the alphabets and in Cyrillic.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Name of the spelling that must be recognised.
    pub spelling: String,
    /// As printed.
    pub latin: String,
    /// As read.
    pub cyrillic: String,
}

#[derive(Debug)]
struct Spelling {
    name: String,
    marks: Vec<String>,
    hints: Vec<String>,
    glide: String,
    vowels: String,
    letters: FxHashMap<Box<str>, Box<str>>,
    longest: usize,
}

/// A text in the lexicons' alphabet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Respelled {
    /// The text to read.
    pub text: String,
    /// For every character: its first byte in `text` and in the printed text.
    bytes: Vec<(u32, u32)>,
    printed_len: u32,
}

impl Respelled {
    /// The span of the printed text for a span of [`Self::text`].
    pub fn printed(&self, span: Span) -> Span {
        if span.is_empty() {
            return span;
        }
        let at = |byte: u32| {
            let n = self.bytes.partition_point(|b| b.0 < byte);
            self.bytes.get(n).map_or(self.printed_len, |b| b.1)
        };
        Span::new(at(span.start), at(span.end))
    }
}

/// The alphabets, and the words that they blur.
#[derive(Debug, Default)]
pub struct Script {
    lookalikes: FxHashMap<char, char>,
    whole: FxHashSet<String>,
    spellings: Vec<Spelling>,
    /// Words of the lexicons by their folded form.
    loans: FxHashMap<String, String>,
    /// Latin words of the lexicons, left as they are.
    latin: FxHashSet<String>,
    examples: Vec<Example>,
}

/// Characters of the respelled text, each with its first byte in the printed one.
type Letters = Vec<(char, u32)>;

impl Script {
    /// Compiles the alphabets; the words of the lexicon restore what a Latin spelling cannot tell.
    ///
    /// # Errors
    /// The data file is missing or wrong, with its place.
    pub fn new(knowledge: &Knowledge, lexicon: &Lexicon) -> Result<Self, KnowledgeError> {
        let content = knowledge.get(PATH).ok_or_else(|| KnowledgeError::invalid(PATH, "missing"))?;
        let file: File = toml::from_str(content).map_err(|e| syntax_error(PATH, content, &e))?;
        let mut this = Self {
            lookalikes: file.lookalikes.into_iter().collect(),
            whole: file.whole.words.into_iter().collect(),
            examples: file.example,
            ..Self::default()
        };
        for spec in file.spelling {
            this.spellings.push(Spelling {
                longest: spec.letters.keys().map(|k| k.chars().count()).max().unwrap_or(1),
                letters: spec.letters.into_iter().map(|(k, v)| (k.into(), v.into())).collect(),
                name: spec.name,
                marks: spec.marks,
                hints: spec.hints,
                glide: spec.glide,
                vowels: spec.vowels,
            });
        }
        for word in lexicon.vocabulary.words() {
            let word = word.trim_start_matches('=').trim_end_matches(['-', '*']);
            for part in word.split('-').filter(|p| p.chars().all(is_latin)) {
                this.latin.insert(part.to_owned());
            }
            let blurred = word.chars().any(|c| BLURRED.contains(c));
            if blurred && word.chars().count() >= SHORTEST && !word.chars().any(is_latin) {
                this.loans.entry(fold(word)).or_insert_with(|| word.to_owned());
            }
        }
        Ok(this)
    }

    /// The examples of the data file.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// The name of the Latin spelling of a text; none where it shows no mark of any.
    pub fn spelling(&self, text: &str) -> Option<&str> {
        self.choose(text).map(|s| s.name.as_str())
    }

    /// The text in the lexicons' alphabet; none where it is so already. Only Kazakh is read in Latin letters; its
    /// spelling is that of the `sample`, the whole article.
    pub fn respell(&self, text: &str, sample: &str, kazakh: bool) -> Option<Respelled> {
        if !Self::is_suspect(text, kazakh) {
            return None;
        }
        let mut spelling: Option<Option<&Spelling>> = None;
        let mut letters: Letters = Vec::new();
        let mut is_changed = false;
        let mut from = 0;
        for paragraph in text.split_inclusive('\n') {
            let latin = paragraph.chars().filter(|c| is_latin(*c)).count();
            let cyrillic = paragraph.chars().filter(|c| is_cyrillic(*c)).count();
            let spelled =
                if kazakh && latin > cyrillic { *spelling.get_or_insert_with(|| self.choose(sample)) } else { None };
            is_changed |= match spelled {
                Some(spelling) => self.transliterate(spelling, paragraph, from, &mut letters),
                None if cyrillic > 0 => self.unmix(paragraph, from, kazakh, &mut letters),
                None => copy(paragraph, from, &mut letters),
            };
            from += paragraph.len() as u32;
        }
        if !is_changed {
            return None;
        }
        let mut respelled = Respelled {
            text: String::with_capacity(text.len() * 2),
            bytes: Vec::with_capacity(letters.len()),
            printed_len: text.len() as u32,
        };
        for (c, printed) in letters {
            respelled.bytes.push((respelled.text.len() as u32, printed));
            respelled.text.push(c);
        }
        Some(respelled)
    }

    /// Whether a text may have letters to respell: a cheap look at what [`Self::respell`] works out. Most texts have
    /// Latin letters in words of their own only.
    fn is_suspect(text: &str, kazakh: bool) -> bool {
        // Whether the word so far has Cyrillic letters, and letters that look like such.
        let (mut cyrillic, mut alike, mut hyphen) = (false, false, false);
        for c in text.chars() {
            if is_plain(c) {
                cyrillic = true;
            } else if letter::is_alphabetic(c) {
                // Kazakh in Latin letters is respelled whole.
                if kazakh {
                    return true;
                }
                cyrillic |= is_cyrillic(c);
                alike |= c.is_ascii();
            } else {
                (cyrillic, alike, hyphen) = (false, false, c == '-');
                continue;
            }
            if alike && (cyrillic || hyphen) {
                return true;
            }
        }
        false
    }

    fn choose(&self, text: &str) -> Option<&Spelling> {
        let lower: String = text.chars().map(straight).flat_map(char::to_lowercase).collect();
        let votes = |s: &Spelling| {
            let count = |parts: &[String]| -> usize { parts.iter().map(|p| lower.matches(p.as_str()).count()).sum() };
            MARK * count(&s.marks) + count(&s.hints)
        };
        let mut best: Option<(usize, &Spelling)> = None;
        for spelling in &self.spellings {
            let votes = votes(spelling);
            if votes > best.map_or(FEWEST - 1, |b| b.0) {
                best = Some((votes, spelling));
            }
        }
        best.map(|(_, s)| s)
    }

    /// Look-alike letters in words that have Cyrillic ones, or after a figure's hyphen.
    fn unmix(&self, paragraph: &str, from: u32, kazakh: bool, out: &mut Letters) -> bool {
        let mut is_changed = false;
        let mut before = [' '; 2];
        let mut rest = paragraph;
        while let Some(first) = rest.chars().next() {
            let at = from + (paragraph.len() - rest.len()) as u32;
            let len: usize = rest.chars().take_while(|c| letter::is_alphabetic(*c)).map(char::len_utf8).sum();
            if len == 0 {
                out.push((first, at));
                before = [before[1], first];
                rest = &rest[first.len_utf8()..];
                continue;
            }
            let word = &rest[..len];
            rest = &rest[len..];
            let read = |c: char| if kazakh || c.is_ascii() { self.lookalikes.get(&c).copied() } else { None };
            let mixed = word.chars().any(|c| is_cyrillic(c) && read(c).is_none())
                && word.chars().all(|c| is_cyrillic(c) || read(c).is_some());
            let suffix = before[1] == '-' && before[0].is_ascii_digit() && word.chars().all(|c| read(c).is_some());
            let meant = mixed || suffix || kazakh && self.whole.contains(word);
            for (offset, c) in word.char_indices() {
                let new = if meant { read(c).unwrap_or(c) } else { c };
                is_changed |= new != c;
                out.push((new, at + offset as u32));
            }
            before = [' ', 'a'];
        }
        is_changed
    }

    fn transliterate(&self, spelling: &Spelling, paragraph: &str, from: u32, out: &mut Letters) -> bool {
        let chars: Vec<(usize, char)> = paragraph.char_indices().collect();
        let is_letter = |c: char| is_latin(c) || straight(c) == '\'' && spelling.letters.contains_key("'");
        let mut is_changed = false;
        let mut i = 0;
        while i < chars.len() {
            let end = (i..chars.len()).find(|n| !is_letter(chars[*n].1)).unwrap_or(chars.len());
            let word = &chars[i..end];
            if word.is_empty() || !is_latin(word[0].1) || self.is_kept(word) {
                let until = end.max(i + 1);
                out.extend(chars[i..until].iter().map(|(at, c)| (*c, from + *at as u32)));
                i = until;
                continue;
            }
            let mut letters = spelling.word(word, from);
            self.restore(&mut letters);
            is_changed = true;
            out.extend(letters);
            i = end;
        }
        is_changed
    }

    fn is_kept(&self, word: &[(usize, char)]) -> bool {
        let lower: String = word.iter().flat_map(|(_, c)| c.to_lowercase()).collect();
        self.latin.contains(&lower)
    }

    /// The longest word of the lexicons that the letters begin with, as the lexicons spell it.
    fn restore(&self, letters: &mut Letters) {
        let mut folded = String::new();
        let mut best: Option<(usize, &str)> = None;
        for (n, (c, _)) in letters.iter().enumerate() {
            for lower in c.to_lowercase() {
                fold_into(&mut folded, lower);
            }
            if let Some(word) = self.loans.get(&folded) {
                best = Some((n + 1, word));
            }
        }
        let Some((count, word)) = best else { return };
        let upper = |at: usize| letters.get(at).is_some_and(|l| l.0.is_uppercase());
        let (first, second) = (upper(0), upper(1));
        let spelled: Letters = word
            .chars()
            .enumerate()
            .map(|(n, c)| {
                let c = if first && (n == 0 || second) { raise(c) } else { c };
                (c, letters[n.min(count - 1)].1)
            })
            .collect();
        letters.splice(..count, spelled);
    }
}

impl Spelling {
    /// One word in Cyrillic letters.
    fn word(&self, word: &[(usize, char)], from: u32) -> Letters {
        let mut out: Letters = Vec::with_capacity(word.len());
        let mut i = 0;
        while i < word.len() {
            let at = from + word[i].0 as u32;
            let Some((taken, meant)) = (1..=self.longest.min(word.len() - i)).rev().find_map(|n| {
                let group = &word[i..i + n];
                let exact: String = group.iter().map(|(_, c)| straight(*c)).collect();
                let lower = || group.iter().map(|(_, c)| lowered(straight(*c))).collect::<String>();
                let meant = self.letters.get(exact.as_str()).or_else(|| self.letters.get(lower().as_str()))?;
                Some((n, &**meant))
            }) else {
                out.push((word[i].1, at));
                i += 1;
                continue;
            };
            let is_upper = word[i].1.is_uppercase();
            let (taken, meant) = self.glide(word, i, taken, meant);
            out.extend(meant.chars().map(|c| (if is_upper { raise(c) } else { c }, at)));
            i += taken;
        }
        out
    }

    /// The letter for both и and й: й after a vowel; with the vowel that follows, я and ю.
    fn glide<'s>(&'s self, word: &[(usize, char)], i: usize, taken: usize, meant: &'s str) -> (usize, &'s str) {
        if self.glide.is_empty() || meant != self.glide && meant.to_lowercase() != self.glide {
            return (taken, meant);
        }
        let letter = |n: usize| word.get(n).map(|(_, c)| lowered(straight(*c)));
        let is_vowel = |c: char| self.vowels.contains(c);
        let follows = i.checked_sub(1).and_then(letter);
        let next = letter(i + taken);
        let is_u =
            next.is_some_and(|c| self.letters.get(c.encode_utf8(&mut [0; 4]) as &str).is_some_and(|m| &**m == "у"));
        match (follows.is_none_or(is_vowel), next) {
            (true, Some('a')) => (taken + 1, "я"),
            (true, _) if is_u => (taken + 1, "ю"),
            (true, _) if follows.is_some() => (taken, "й"),
            (false, Some('a')) => (taken + 1, "ия"),
            (false, _) if is_u => (taken + 1, "ию"),
            _ => (taken, meant),
        }
    }
}

fn copy(paragraph: &str, from: u32, out: &mut Letters) -> bool {
    out.extend(paragraph.char_indices().map(|(at, c)| (c, from + at as u32)));
    false
}

/// What a Latin spelling keeps of a Cyrillic word.
fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    word.chars().for_each(|c| fold_into(&mut folded, c));
    folded
}

fn fold_into(folded: &mut String, c: char) {
    for c in match c {
        'ь' | 'ъ' => "",
        'я' => "иа",
        'ю' => "иу",
        'ё' => "ио",
        'э' => "е",
        'й' => "и",
        'ц' => "с",
        'щ' => "ш",
        'һ' => "х",
        _ => {
            push(folded, c);
            return;
        }
    }
    .chars()
    {
        push(folded, c);
    }
}

/// `тс` is `ц`; two и are one.
fn push(folded: &mut String, c: char) {
    if c == 'с' && folded.ends_with('т') {
        folded.pop();
    } else if c == 'и' && folded.ends_with('и') {
        return;
    }
    folded.push(c);
}

fn is_latin(c: char) -> bool {
    ((c as u32) < 0x250 || c == 'ə' || c == 'Ə') && letter::is_alphabetic(c)
}

/// Whether a letter is one of Russian or Kazakh, and looks like no other of them.
fn is_plain(c: char) -> bool {
    matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' | 'ә' | 'ғ' | 'қ' | 'ң' | 'ө' | 'ұ' | 'ү' | 'һ' | 'і' | 'Ә' | 'Ғ' | 'Қ' | 'Ң' | 'Ө' | 'Ұ' | 'Ү' | 'Һ' | 'І')
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{52f}')
}

/// An apostrophe of any shape as `'`.
fn straight(c: char) -> char {
    if matches!(c, '’' | '‘' | 'ʼ' | 'ʻ' | '`' | '´' | '\u{2bd}') { '\'' } else { c }
}

fn lowered(c: char) -> char {
    if c == 'İ' { 'i' } else { c.to_lowercase().next().unwrap_or(c) }
}

fn raise(c: char) -> char {
    c.to_uppercase().next().unwrap_or(c)
}

#[cfg(test)]
#[path = "script_tests.rs"]
mod tests;

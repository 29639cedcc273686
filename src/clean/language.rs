//! Text → language, by alphabets, frequent words and affixes.
//!
//! Statistical identifiers take Kazakh for Belarusian or Kyrgyz, and its Latin spellings for Turkish; in
//! this family the alphabet and a few hundred function words decide almost every sentence. The knowledge is
//! `pipelines/lexicons/language.toml`. A word votes
//! - against every language of its script whose alphabet cannot spell it, and for those that can, the
//!   more strongly the fewer they are (`ұ` is Kazakh only, `ө` Kazakh, Kyrgyz, Tatar, Bashkir, Mongolian);
//! - for the languages that list it as a frequent word;
//! - for the languages that list its ending or beginning.
//!
//! So a Kazakh article that quotes Russian is Kazakh until the quotes outgrow it. Latin letters that stand
//! in for Cyrillic ones (`i` for `і`, `ə` for `ә`) are read as meant.
//!
//! ```
//! use dalel::clean::language::identify;
//! assert_eq!(identify("Қылмыстық іс қозғалды"), Some("kk"));
//! assert_eq!(identify("Возбуждено уголовное дело"), Some("ru"));
//! assert_eq!(identify("12 345"), None);
//! ```

use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::Span;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::sync::LazyLock;

/// Where the knowledge lies.
const PATH: &str = "pipelines/lexicons/language.toml";
/// Texts are judged by their first bytes; more adds nothing.
const WINDOW: usize = 8 << 10;
/// Words after which, and after each more of which, the votes are looked at: where they are far apart, the rest of
/// the window is not read.
const WORDS: u32 = 120;
/// Most entries (languages × scripts) that a mask holds.
const MOST: usize = 24;
/// Characters of a word that are looked at; longer ones are no frequent words.
const WORD: usize = 32;
/// Vote of a frequent word.
const FREQUENT: i8 = 4;
/// Words outside quotation marks count double: a quotation does not make the language.
const UNQUOTED: i32 = 2;
/// Vote of an affix.
const AFFIX: i8 = 1;
/// Vote shared among the languages whose alphabets spell a word that others cannot.
const SPELLABLE: i32 = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    language: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    letters: String,
    words: String,
    affixes: String,
}

type Votes = [i8; MOST];

/// What was counted so far.
#[derive(Default)]
struct Totals {
    votes: [i32; MOST],
    words: u32,
    is_quoted: bool,
}

impl Totals {
    fn add(&mut self, votes: &Votes, weight: i32) {
        for (total, vote) in self.votes.iter_mut().zip(votes) {
            *total += i32::from(*vote) * weight;
        }
    }
}

/// The compiled knowledge of languages.
#[derive(Debug, Default)]
pub struct Identifier {
    codes: Vec<&'static str>,
    /// The number of each letter below U+0530 in either case; 0 for other characters. Numbers are dense, so
    /// that words and pairs of letters are cheap to look up.
    numbers: Vec<u8>,
    /// By a letter's number.
    letters: Vec<Letter>,
    cyrillic: u32,
    latin: u32,
    votes: Table,
    /// Index into `pair_votes` by two letters' numbers.
    pairs: Vec<u16>,
    pair_votes: Vec<Votes>,
}

/// What is known of a letter.
#[derive(Debug, Clone, Copy, Default)]
struct Letter {
    /// The languages whose alphabets have it.
    spells: u32,
    /// Whether it is Cyrillic; hyphens and apostrophes are neither.
    is_cyrillic: bool,
    is_latin: bool,
    /// The Cyrillic letter that it may stand in for.
    meant: u8,
}

/// An open-addressing table from a hash to votes: nearly all look-ups miss, and a miss costs one read.
#[derive(Debug, Default)]
struct Table {
    keys: Vec<u64>,
    values: Vec<Votes>,
}

impl Table {
    fn new(entries: &FxHashMap<u64, Votes>) -> Self {
        let size = (entries.len() * 8).next_power_of_two();
        let mut table = Self { keys: vec![0; size], values: vec![[0; MOST]; size] };
        for (&key, votes) in entries {
            let mut at = slot(key, size);
            while table.keys[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            table.keys[at] = key;
            table.values[at] = *votes;
        }
        table
    }

    fn get(&self, key: u64) -> Option<&Votes> {
        let size = self.keys.len();
        let mut at = slot(key, size);
        while *self.keys.get(at)? != 0 {
            if self.keys[at] == key {
                return self.values.get(at);
            }
            at = (at + 1) & (size - 1);
        }
        None
    }
}

fn slot(key: u64, size: usize) -> usize {
    (key >> 32) as usize & size.wrapping_sub(1)
}

/// Equal letters mean different things as a word, an ending (read backwards), a beginning: the seeds of their keys.
const WORD_SEED: u64 = 1 << 32;
const ENDING_SEED: u64 = 2 << 32;
const BEGINNING_SEED: u64 = 3 << 32;

fn step(hash: u64, number: u8) -> u64 {
    (hash.rotate_left(5) ^ u64::from(number)).wrapping_mul(0x51_7c_c1_b7_27_22_0a_95)
}

fn key(seed: u64, numbers: impl Iterator<Item = u8>) -> u64 {
    numbers.fold(seed, step) | 1
}

/// One number per letter, and two for the marks inside words.
const HYPHEN: u8 = 1;
const APOSTROPHE: u8 = 2;
/// A letter of no alphabet.
const FOREIGN: u8 = 3;
/// More letters than there are.
const LETTERS: usize = 192;

impl Identifier {
    /// Compiles `pipelines/lexicons/language.toml`.
    ///
    /// # Errors
    /// The file is missing, is not TOML, names an unknown code or more languages than fit.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let content = knowledge.get(PATH).ok_or_else(|| KnowledgeError::invalid(PATH, "missing"))?;
        let file: File = toml::from_str(content).map_err(|e| KnowledgeError::invalid(PATH, e.to_string()))?;
        if file.language.len() > MOST {
            return Err(KnowledgeError::invalid(PATH, format!("more than {MOST} languages")));
        }
        let mut this = Self {
            numbers: vec![0; 0x530],
            letters: vec![Letter::default(); FOREIGN as usize + 1],
            pairs: vec![0; LETTERS * LETTERS],
            pair_votes: vec![[0; MOST]],
            ..Self::default()
        };
        for (at, entry) in file.language.iter().enumerate() {
            this.add_alphabet(at, entry)?;
        }
        this.add_other_characters();
        let mut votes = FxHashMap::default();
        for (at, entry) in file.language.iter().enumerate() {
            this.add_words(at, entry, &mut votes)?;
        }
        this.votes = Table::new(&votes);
        Ok(this)
    }

    fn add_alphabet(&mut self, at: usize, entry: &Entry) -> Result<(), KnowledgeError> {
        let code = CODES.iter().find(|c| **c == entry.code).ok_or_else(|| {
            KnowledgeError::invalid(PATH, format!("unknown language code `{}`; known: {CODES:?}", entry.code))
        })?;
        self.codes.push(code);
        for c in entry.letters.chars() {
            let place = u32::from(c) as usize;
            if place >= self.numbers.len() || self.letters.len() == LETTERS {
                return Err(KnowledgeError::invalid(PATH, format!("`{c}` is neither Cyrillic nor Latin")));
            }
            if c == '\'' {
                self.letters[APOSTROPHE as usize].spells |= 1 << at;
                continue;
            }
            if self.numbers[place] == 0 {
                self.numbers[place] = self.letters.len() as u8;
                let is_cyrillic = c >= '\u{400}';
                self.letters.push(Letter { is_cyrillic, is_latin: !is_cyrillic, ..Letter::default() });
            }
            self.letters[self.numbers[place] as usize].spells |= 1 << at;
        }
        let script = if entry.letters.starts_with(|c| c >= '\u{400}') { &mut self.cyrillic } else { &mut self.latin };
        *script |= 1 << at;
        Ok(())
    }

    /// Capitals, apostrophes, letters of no alphabet, and the Cyrillic letters that Latin ones stand in for.
    fn add_other_characters(&mut self) {
        self.letters[HYPHEN as usize].spells = u32::MAX;
        for place in 0..self.numbers.len() as u32 {
            let Some(c) = char::from_u32(place).filter(|c| c.is_alphabetic()) else { continue };
            let lower = lower(c);
            if self.numbers[place as usize] == 0 {
                let number = self.numbers.get(u32::from(lower) as usize).copied().unwrap_or(0);
                self.numbers[place as usize] = if number == 0 { FOREIGN } else { number };
            }
            let meant = u32::from(meant(lower)) as usize;
            let number = self.numbers[place as usize] as usize;
            if meant != u32::from(lower) as usize {
                self.letters[number].meant = self.numbers[meant];
            }
        }
    }

    fn add_words(&mut self, at: usize, entry: &Entry, votes: &mut FxHashMap<u64, Votes>) -> Result<(), KnowledgeError> {
        for word in entry.words.split_whitespace() {
            let numbers: Vec<u8> = word.chars().map(|c| self.number(c)).collect();
            votes.entry(key(WORD_SEED, numbers.iter().copied())).or_default()[at] = FREQUENT;
        }
        for affix in entry.affixes.split_whitespace() {
            let numbers: Vec<u8> = affix.trim_matches('-').chars().map(|c| self.number(c)).collect();
            let key = match (affix.starts_with('-'), affix.ends_with('-')) {
                (true, false) => key(ENDING_SEED, numbers.iter().rev().copied()),
                (false, true) => key(BEGINNING_SEED, numbers.iter().copied()),
                (true, true) if numbers.len() == 2 => {
                    let pair = &mut self.pairs[numbers[0] as usize * LETTERS + numbers[1] as usize];
                    if *pair == 0 {
                        *pair = self.pair_votes.len() as u16;
                        self.pair_votes.push([0; MOST]);
                    }
                    self.pair_votes[*pair as usize][at] = AFFIX;
                    continue;
                }
                _ => {
                    return Err(KnowledgeError::invalid(
                        PATH,
                        format!("`{affix}` is not -ending, beginning-, or -xy-"),
                    ));
                }
            };
            votes.entry(key).or_default()[at] = AFFIX;
        }
        Ok(())
    }

    /// A character's number; 0 for what is not part of a word.
    fn number(&self, c: char) -> u8 {
        match c {
            '-' | '\u{2010}' | '\u{2011}' => HYPHEN,
            '\'' | '’' | '‘' | 'ʻ' | 'ʼ' | '`' | '´' => APOSTROPHE,
            _ => self.numbers.get(u32::from(c) as usize).copied().unwrap_or(0),
        }
    }

    /// The ISO 639-1 code of a text's language; none where too little speaks for any.
    pub fn identify(&self, text: &str) -> Option<&'static str> {
        let mut end = text.len().min(WINDOW);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let mut totals = Totals::default();
        let mut word = [0_u8; WORD];
        let mut len = 0;
        let mut judged = WORDS;
        let mut chars = text[..end].chars().peekable();
        while let Some(c) = chars.next() {
            let number = self.number(c);
            if number > APOSTROPHE
                || number != 0 && len > 0 && chars.peek().is_some_and(|next| self.number(*next) > APOSTROPHE)
            {
                if len < WORD {
                    word[len] = number;
                }
                len += 1;
            } else if !matches!(c, '\u{ad}' | '\u{200b}' | '\u{301}') {
                if len > 0 {
                    self.vote(&mut word[..len.min(WORD)], len <= WORD, &mut totals);
                    len = 0;
                    if totals.words >= judged {
                        if self.is_plain(&totals) {
                            break;
                        }
                        judged += WORDS;
                    }
                }
                match c {
                    '«' | '“' | '„' => totals.is_quoted = true,
                    '»' | '”' | '\n' => totals.is_quoted = false,
                    _ => {}
                }
            }
        }
        if len > 0 {
            self.vote(&mut word[..len.min(WORD)], len <= WORD, &mut totals);
        }
        self.decide(&totals)
    }

    fn vote(&self, word: &mut [u8], whole: bool, totals: &mut Totals) {
        let script = match self.unmix(word) {
            Some(true) => self.cyrillic,
            Some(false) => self.latin,
            None => return,
        };
        totals.words += 1;
        let weight = if totals.is_quoted { 1 } else { UNQUOTED };
        let can = word.iter().fold(script, |can, number| can & self.letters[*number as usize].spells);
        let frequent = self.votes.get(key(WORD_SEED, word.iter().copied())).filter(|_| whole);
        if can != script && can != 0 {
            let share = if frequent.is_some() { 0 } else { SPELLABLE * weight / can.count_ones().cast_signed() };
            for (at, total) in totals.votes.iter_mut().enumerate() {
                if can >> at & 1 == 1 {
                    *total += share;
                } else if script >> at & 1 == 1 {
                    *total -= 2 * weight;
                }
            }
        }
        if !whole {
            return;
        }
        if let Some(votes) = frequent {
            return totals.add(votes, weight);
        }
        // The longest ending alone speaks: `-ларының` is not thrice Kazakh.
        let most = 5.min(word.len().saturating_sub(2));
        let mut hash = ENDING_SEED;
        let mut longest = None;
        for &number in word.iter().rev().take(most) {
            hash = step(hash, number);
            longest = self.votes.get(hash | 1).or(longest);
        }
        if let Some(votes) = longest {
            totals.add(votes, weight);
        }
        if word.len() > 3 {
            let one = step(BEGINNING_SEED, word[0]);
            if let Some(votes) = self.votes.get(step(one, word[1]) | 1).or_else(|| self.votes.get(one | 1)) {
                totals.add(votes, weight);
            }
            for pair in word[1..].windows(2) {
                let at = self.pairs[pair[0] as usize * LETTERS + pair[1] as usize];
                if at != 0 {
                    totals.add(&self.pair_votes[at as usize], weight);
                }
            }
        }
    }

    /// Reads Latin letters among Cyrillic ones as meant. Whether the word is Cyrillic; none where it is of two
    /// scripts all the same (`it-компания`).
    fn unmix(&self, word: &mut [u8]) -> Option<bool> {
        let (mut cyrillic, mut latin) = (0, 0);
        for &number in &*word {
            let letter = &self.letters[number as usize];
            cyrillic += usize::from(letter.is_cyrillic);
            latin += usize::from(letter.is_latin);
        }
        if cyrillic == 0 || latin == 0 {
            return (cyrillic + latin > 0).then_some(cyrillic > 0);
        }
        if cyrillic < latin {
            return None;
        }
        for number in word {
            let letter = &self.letters[*number as usize];
            if letter.is_latin {
                if letter.meant == 0 {
                    return None;
                }
                *number = letter.meant;
            }
        }
        Some(true)
    }

    /// Whether the votes are so far apart that what follows cannot matter.
    fn is_plain(&self, totals: &Totals) -> bool {
        let votes = totals.votes.get(..self.codes.len()).unwrap_or_default();
        let Some((best, &most)) = votes.iter().enumerate().max_by_key(|(_, vote)| **vote) else { return false };
        let others =
            votes.iter().zip(&self.codes).filter(|(_, code)| **code != self.codes[best]).map(|(vote, _)| *vote);
        most > 0 && others.max().unwrap_or(0).max(0) * 2 < most
    }

    fn decide(&self, totals: &Totals) -> Option<&'static str> {
        let votes = totals.votes.get(..self.codes.len())?;
        let (best, &score) = votes.iter().enumerate().max_by_key(|&(at, vote)| (*vote, MOST - at))?;
        let code = self.codes[best];
        let tied = votes.iter().zip(&self.codes).any(|(vote, other)| *vote == score && *other != code);
        // A lone name is of no language; a sentence may be told by one affix.
        let least = if totals.words < 3 { 2 * UNQUOTED } else { 1 };
        (score >= least && !tied).then_some(code)
    }

    /// The language of each paragraph (line) that holds anything but white space, with its span in bytes.
    pub fn identify_paragraphs(&self, text: &str) -> Vec<(Span, Option<&'static str>)> {
        let mut found = Vec::new();
        let mut start = 0;
        for line in text.split('\n') {
            let end = start + line.len();
            if !line.trim().is_empty() {
                found.push((Span::new(start as u32, end as u32), self.identify(line)));
            }
            start = end + 1;
        }
        found
    }
}

/// The codes that [`identify`] may return (ISO 639-1).
pub const CODES: [&str; 17] =
    ["ru", "kk", "ky", "tt", "ba", "uz", "tg", "be", "uk", "mn", "bg", "en", "tr", "az", "de", "fr", "es"];

static EMBEDDED: LazyLock<Identifier> = LazyLock::new(|| Identifier::new(&Knowledge::embedded()).unwrap_or_default());

/// The ISO 639-1 code of a text's language, by the embedded knowledge; none where it cannot be told.
pub fn identify(text: &str) -> Option<&'static str> {
    EMBEDDED.identify(text)
}

/// The language of each paragraph, by the embedded knowledge; spans are byte offsets into `text`.
pub fn identify_paragraphs(text: &str) -> Vec<(Span, Option<&'static str>)> {
    EMBEDDED.identify_paragraphs(text)
}

/// Lower case of one letter.
fn lower(c: char) -> char {
    match c {
        'İ' => 'i',
        // Signs that stand in for Kazakh letters.
        'Ɵ' | 'ɵ' => 'ө',
        'Ǝ' | 'ǝ' => 'ə',
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// The Cyrillic letter for which a Latin look-alike (lower case) stands; any other character as it is.
pub fn meant(c: char) -> char {
    match c {
        'a' => 'а',
        'c' => 'с',
        'e' => 'е',
        'h' => 'һ',
        'i' | 'ı' => 'і',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        'ə' | 'ǝ' => 'ә',
        'ɵ' => 'ө',
        _ => c,
    }
}

#[cfg(test)]
#[path = "language_tests.rs"]
mod tests;

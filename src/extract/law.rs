//! Articles of law: from «ч. 3 ст. 297 УК РК» to `УК 297 ч.3`.
//!
//! A citation is a run of numbered items (articles, their parts and points) in the order of the language.
//! The code is the one named beside it, else the one named last in the range, else the criminal code;
//! articles of other laws and of other states are no hits, but their tokens are told, so that nobody
//! reads their numbers as figures. The words are data: `pipelines/lexicons/<lang>/law.toml`.
//!
//! ```
//! use dalel::extract::{law::LawFinder, token::TokenStream};
//! # fn main() -> Result<(), dalel::knowledge::KnowledgeError> {
//! let finder = LawFinder::new(&dalel::knowledge::Knowledge::embedded())?;
//! let stream = TokenStream::new("дело по ч. 3 ст. 297 УК РК");
//! let hits = finder.find(&stream, 0, stream.len(), false);
//! assert_eq!(hits[0].article.as_deref(), Some("УК 297 ч.3"));
//! assert_eq!(finder.offence("УК 297 ч.3").as_deref(), Some("drugs"));
//! # Ok(())
//! # }
//! ```

mod code;
mod list;
mod offences;
#[cfg(test)]
mod tests;

use super::lexicon::syntax_error;
use super::token::{Caps, Kind, TokenStream};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::Code;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// One article that the text cites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawHit {
    /// The tokens of the whole citation, with parts and points; their numbers are no figures.
    pub tokens: Range<usize>,
    /// `УК 297 ч.3`, `КоАП 449`; none for other laws.
    pub article: Option<String>,
}

/// An example of `law.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawExample {
    /// Text that cites.
    pub text: String,
    /// The articles, in order.
    pub expect: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    article: Vec<String>,
    part: Vec<String>,
    point: Vec<String>,
    number_suffix: Vec<String>,
    number_before: Vec<String>,
    foreign: Vec<String>,
    ordinal: BTreeMap<String, Vec<String>>,
    code: Vec<CodeEntry>,
    example: Vec<LawExample>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeEntry {
    code: String,
    names: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Article,
    Part,
    Point,
}

/// The words of one language.
#[derive(Debug, Clone)]
struct Words {
    items: FxHashMap<String, Item>,
    number_suffix: FxHashSet<String>,
    number_before: FxHashSet<String>,
    foreign: FxHashSet<String>,
    ordinals: FxHashMap<String, u32>,
    /// The words of items and the ordinals.
    openings: FxHashSet<String>,
    /// First word → (further words, code); an empty code is other law.
    codes: FxHashMap<String, Vec<(Vec<String>, String)>>,
    examples: Vec<LawExample>,
    /// The number stands before its word, and the code before the number.
    number_first: bool,
}

/// The compiled words of both languages.
#[derive(Debug, Clone)]
pub struct LawFinder {
    russian: Words,
    kazakh: Words,
    offences: FxHashMap<String, Code>,
}

/// A numbered item: «ст. 189, 190», «часть 4», «190-бабының».
struct Numbered {
    item: Item,
    numbers: Vec<String>,
    tokens: Range<usize>,
}

/// The last article of the criminal code; higher numbers are administrative.
const LAST_CRIMINAL: u32 = 467;
/// Tokens from "статьям" to a number with its title at most.
const TITLED: usize = 30;

impl LawFinder {
    /// Compiles `pipelines/lexicons/<lang>/law.toml` and `pipelines/lexicons/law_offence.toml`.
    ///
    /// # Errors
    /// A missing file, bad syntax, an unknown offence, an article listed twice; with file and place.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        Ok(Self {
            russian: words(knowledge, "ru")?,
            kazakh: words(knowledge, "kk")?,
            offences: offences::load(knowledge)?,
        })
    }

    /// The examples of both languages (`true`: Kazakh).
    pub fn examples(&self) -> impl Iterator<Item = (bool, &LawExample)> {
        let russian = self.russian.examples.iter().map(|e| (false, e));
        russian.chain(self.kazakh.examples.iter().map(|e| (true, e)))
    }

    /// The offence that an article in the form of [`LawHit::article`] punishes; none where it tells none.
    pub fn offence(&self, article: &str) -> Option<Code> {
        let bare = article.split(" ч.").next().unwrap_or(article);
        self.offences.get(bare).cloned()
    }

    /// The articles cited in the tokens `start..end`, in order.
    pub fn find(&self, stream: &TokenStream<'_>, start: usize, end: usize, kazakh: bool) -> Vec<LawHit> {
        let words = if kazakh { &self.kazakh } else { &self.russian };
        let end = end.min(stream.len());
        let mut hits: Vec<LawHit> = Vec::new();
        let mut pending: Vec<Numbered> = Vec::new();
        let mut last_code: Option<&str> = None;
        let mut i = start;
        while i < end {
            if !words.may_open(stream, i) {
                i += 1;
                continue;
            }
            let Some(found) = words.numbered(stream, i, start, end) else {
                if let Some(hit) = words.bare_number(stream, i, (start, end), &hits) {
                    let code = words.code_of(stream, &hit.1, start, end, last_code, &hit.0);
                    hits.push(LawHit { tokens: hit.1, article: cited(code, &hit.0, None) });
                }
                i += 1;
                continue;
            };
            i = found.tokens.end;
            if pending.last().is_some_and(|p| found.tokens.start > p.tokens.end + 1) {
                pending.clear();
            }
            if found.item != Item::Article {
                pending.push(found);
                continue;
            }
            let from = pending.first().map_or(found.tokens.start, |p| p.tokens.start);
            let mut parts: Vec<String> =
                pending.drain(..).filter(|p| p.item == Item::Part).flat_map(|p| p.numbers).collect();
            if parts.is_empty() {
                while let Some(next) = words.trailing(stream, i, start, end) {
                    i = next.tokens.end;
                    if next.item == Item::Part {
                        parts.extend(next.numbers);
                    }
                }
            }
            let tokens = from..i;
            for number in &found.numbers {
                let code = words.code_of(stream, &(found.tokens.start..i), start, end, last_code, number);
                if code.is_some_and(|c| !c.is_empty()) {
                    last_code = code;
                }
                if parts.is_empty() || found.numbers.len() > 1 {
                    hits.push(LawHit { tokens: tokens.clone(), article: cited(code, number, None) });
                } else {
                    for part in &parts {
                        hits.push(LawHit { tokens: tokens.clone(), article: cited(code, number, Some(part)) });
                    }
                }
            }
            while let Some(next) = words.further(stream, i, start, end) {
                i = next.tokens.end;
                let code = words.code_of(stream, &next.tokens, start, end, last_code, &next.number);
                hits.extend(next.hits(code));
            }
        }
        hits
    }
}

fn cited(code: Option<&str>, number: &str, part: Option<&String>) -> Option<String> {
    let code = code.filter(|c| !c.is_empty())?;
    Some(part.map_or_else(|| format!("{code} {number}"), |part| format!("{code} {number} ч.{part}")))
}

fn words(knowledge: &Knowledge, language: &str) -> Result<Words, KnowledgeError> {
    let path = format!("pipelines/lexicons/{language}/law.toml");
    let text = knowledge.get(&path).ok_or_else(|| KnowledgeError::invalid(&path, "the file is missing; restore it"))?;
    let file: File = toml::from_str(text).map_err(|e| syntax_error(&path, text, &e))?;
    let mut items = FxHashMap::default();
    for (list, item) in [(file.article, Item::Article), (file.part, Item::Part), (file.point, Item::Point)] {
        items.extend(list.into_iter().map(|word| (word, item)));
    }
    let mut ordinals = FxHashMap::default();
    for (value, forms) in file.ordinal {
        let value: u32 =
            value.parse().map_err(|_| KnowledgeError::invalid(&path, format!("ordinal.{value} is not a number")))?;
        ordinals.extend(forms.into_iter().map(|form| (form, value)));
    }
    let mut codes: FxHashMap<String, Vec<(Vec<String>, String)>> = FxHashMap::default();
    for entry in file.code {
        for name in entry.names {
            let mut parts = name.split(' ').map(str::to_owned);
            let first = parts.next().unwrap_or_default();
            codes.entry(first).or_default().push((parts.collect(), entry.code.clone()));
        }
    }
    for names in codes.values_mut() {
        names.sort_by_key(|(tail, _)| std::cmp::Reverse(tail.len()));
    }
    let openings = items.keys().chain(ordinals.keys()).cloned().collect();
    Ok(Words {
        items,
        openings,
        number_suffix: file.number_suffix.into_iter().collect(),
        number_before: file.number_before.into_iter().collect(),
        foreign: file.foreign.into_iter().collect(),
        ordinals,
        codes,
        examples: file.example,
        number_first: language == "kk",
    })
}

impl Words {
    /// Whether a citation may begin with a token.
    fn may_open(&self, stream: &TokenStream<'_>, i: usize) -> bool {
        match stream.token(i).kind {
            Kind::Word => self.openings.contains(stream.lower(i)),
            Kind::Number => true,
            Kind::Punct | Kind::Break => false,
        }
    }

    /// A number of an article, part or point at `i`: itself, the item its suffix names, and its end.
    /// «188-1» is one number.
    fn number(&self, stream: &TokenStream<'_>, i: usize, end: usize) -> Option<(String, Option<&str>, usize)> {
        if i >= end || stream.token(i).kind != Kind::Number {
            return None;
        }
        let (digits, suffix) = stream.number_parts(i);
        if digits.is_empty() || digits.len() > 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let glued = |j: usize| j < end && !stream.token(j).space_before;
        if suffix.is_none() && glued(i + 1) && matches!(stream.lower(i + 1), "-" | "–") && glued(i + 2) {
            let (minor, minor_suffix) = stream.number_parts(i + 2);
            if stream.token(i + 2).kind == Kind::Number && minor.len() <= 2 && minor.parse::<u32>().is_ok() {
                let suffix = minor_suffix.map(|s| self.known(s));
                return Some((format!("{digits}-{minor}"), suffix.flatten(), i + 3));
            }
        }
        match suffix {
            None => Some((digits.to_owned(), None, i + 1)),
            Some(suffix) => {
                let known = self.known(suffix);
                (known.is_some() || self.number_suffix.contains(suffix)).then(|| (digits.to_owned(), known, i + 1))
            }
        }
    }

    /// The item word that a number's suffix is.
    fn known(&self, suffix: &str) -> Option<&str> {
        self.items.get_key_value(suffix).map(|(word, _)| word.as_str())
    }

    /// «189, 190 и 361»: the numbers from `i`, and the end. A figure with its noun ends the list.
    fn list(&self, stream: &TokenStream<'_>, i: usize, end: usize, item: Item) -> (Vec<(String, Option<&str>)>, usize) {
        let mut numbers = Vec::new();
        let (mut at, mut next) = (i, i);
        while let Some((number, suffix, to)) = self.number(stream, next, end) {
            if !numbers.is_empty() && suffix.is_none() && !self.ends_number(stream, to, end) {
                break;
            }
            // «190 ч.4 и 262 ч.1»: no code has so many parts.
            if item != Item::Article && !numbers.is_empty() && number.len() > 2 {
                break;
            }
            numbers.push((number, suffix));
            at = to;
            if suffix.is_some() || at >= end || !matches!(stream.lower(at), "," | "и" | "және" | "мен" | "или")
            {
                break;
            }
            next = at + 1;
            if next < end && stream.lower(at) == "," && stream.lower(next) == "и" {
                next += 1;
            }
        }
        (numbers, at)
    }

    /// Whether what follows a listed number shows that it is no figure.
    fn ends_number(&self, stream: &TokenStream<'_>, i: usize, end: usize) -> bool {
        if i >= end {
            return true;
        }
        let word = stream.lower(i);
        stream.token(i).kind == Kind::Punct && word != "%"
            || matches!(word, "и" | "және" | "мен")
            || self.items.contains_key(word)
            || self.codes.contains_key(word)
    }

    fn numbered(&self, stream: &TokenStream<'_>, i: usize, start: usize, end: usize) -> Option<Numbered> {
        match stream.token(i).kind {
            Kind::Word => {
                let word = stream.lower(i);
                if stream.token(i).caps == Caps::Upper {
                    return None;
                }
                if let Some(&item) = self.items.get(word) {
                    return self.after_word(stream, i, item, end);
                }
                // «второй части»
                let ordinal = *self.ordinals.get(word)?;
                let item = *self.items.get(stream.lower_or_empty(i + 1))?;
                let beyond = self.number(stream, i + 2, end).is_some() && item == Item::Part;
                (i + 1 < end && item != Item::Article && !beyond).then(|| Numbered {
                    item,
                    numbers: vec![ordinal.to_string()],
                    tokens: i..i + 2,
                })
            }
            Kind::Number => {
                let groups = |j: usize| stream.token(j).kind == Kind::Number && stream.number_parts(j).1.is_none();
                if i > start && groups(i - 1) {
                    return None;
                }
                let (numbers, to) = self.list(stream, i, end, Item::Article);
                let (_, suffix) = numbers.last()?;
                let (item, to) = if let Some(word) = suffix {
                    (*self.items.get(*word)?, to)
                } else {
                    // «202-й статьи», «190 бабының»; not «31 статья».
                    let spelt = stream.number_parts(to - 1).1.is_some() || self.number_first;
                    // «73 – бабымен»
                    let dash = self.number_first && matches!(stream.lower_or_empty(to), "-" | "–" | "—");
                    let to = to + usize::from(dash);
                    let item = *self.items.get(stream.lower_or_empty(to)).filter(|_| spelt && to < end)?;
                    (item, to + 1)
                };
                let numbers = numbers.into_iter().map(|(number, _)| number).collect();
                Some(Numbered { item, numbers, tokens: i..to })
            }
            _ => None,
        }
    }

    /// «ст. 189, 190», «статьям – 189 и 361», «части второй».
    fn after_word(&self, stream: &TokenStream<'_>, i: usize, item: Item, end: usize) -> Option<Numbered> {
        let mut at = i + 1;
        while at < end && at < i + 3 && matches!(stream.lower(at), "." | ":" | "–" | "—" | "," | "№" | "(") {
            at += 1;
        }
        // Kazakh: the number stands before: "бабымен 170 азамат жауапқа тартылды".
        if at >= end || self.number_first && item == Item::Article && at == i + 1 {
            return None;
        }
        if let Some(&ordinal) = self.ordinals.get(stream.lower(at)) {
            let numbers = vec![ordinal.to_string()];
            return (item != Item::Article && at == i + 1).then_some(Numbered { item, numbers, tokens: i..at + 1 });
        }
        let (numbers, to) = self.list(stream, at, end, item);
        if numbers.is_empty() || numbers.iter().any(|(_, suffix)| suffix.is_some()) {
            return None;
        }
        // «статьи, 28 человек»: a comma before a figure with its noun.
        if at > i + 1 && stream.lower(i + 1) != "." && !self.ends_number(stream, to, end) {
            return None;
        }
        let numbers: Vec<String> = numbers.into_iter().map(|(number, _)| number).collect();
        let plausible = match item {
            Item::Article => numbers[0].split('-').next().is_some_and(|n| n.len() >= 2),
            Item::Part | Item::Point => numbers.iter().all(|n| n.split('-').all(|n| n.len() <= 2)),
        };
        plausible.then_some(Numbered { item, numbers, tokens: i..to })
    }

    /// A part or point after its article: «ст. 297, ч. 3», «190 УК, часть 2», «188-бабы 3-бөлігі».
    fn trailing(&self, stream: &TokenStream<'_>, i: usize, start: usize, end: usize) -> Option<Numbered> {
        let mut at = i;
        for _ in 0..4 {
            if at >= end {
                return None;
            }
            if let Some(found) = self.numbered(stream, at, start, end) {
                if found.item == Item::Article {
                    return None;
                }
                // «…, ч. 2 ст. 190»: the part of the next article.
                let next = self.numbered(stream, found.tokens.end.min(end.saturating_sub(1)), start, end);
                let belongs_to_next = next.is_some_and(|n| n.item == Item::Article && n.tokens.start > at);
                return (!belongs_to_next || self.number_first).then_some(found);
            }
            let word = stream.lower(at);
            let passes = matches!(word, "," | "(") || self.code_at(stream, at, end).is_some() || word == "рк";
            if !passes {
                return None;
            }
            at += self.code_at(stream, at, end).map_or(1, |(_, len)| len);
        }
        None
    }

    /// «по 296 УК РК»: the code stands beside the number; «одно – по 339-й»: a number with an ordinal's ending, after an
    /// article was named.
    fn bare_number(
        &self,
        stream: &TokenStream<'_>,
        i: usize,
        (start, end): (usize, usize),
        hits: &[LawHit],
    ) -> Option<(String, Range<usize>)> {
        if !self.number_first
            && let Some((number, None, to)) = self.number(stream, i, end)
            && number.len() > 2
            && to < end
            && self.code_at(stream, to, end).is_some_and(|(code, _)| !code.is_empty())
        {
            return Some((number, i..to));
        }
        // «по двум статьям УК: 202 – «Повреждение имущества», 272 – «Массовые беспорядки»»
        if let Some((number, None, to)) = self.number(stream, i, end)
            && number.split('-').next().is_some_and(|n| n.len() == 3)
            && matches!(stream.lower_or_empty(to), "–" | "—" | "-" | "(")
            && matches!(stream.lower_or_empty(to + 1), "«" | "\"" | "“")
            && (start.max(i.saturating_sub(TITLED))..i)
                .any(|at| self.items.get(stream.lower(at)) == Some(&Item::Article))
        {
            return Some((number, i..to));
        }
        let last = hits.last()?;
        if stream.token(i).kind != Kind::Number || i <= start || i > last.tokens.end + 30 {
            return None;
        }
        let (digits, suffix) = stream.number_parts(i);
        let before = stream.lower(i - 1);
        let fits = digits.len() == 3
            && digits >= "099"
            && suffix.is_some_and(|s| self.number_suffix.contains(s))
            && self.number_before.contains(before);
        fits.then(|| (digits.to_owned(), i..i + 1))
    }
}

//! Citizenship: from «граждане России и Узбекистана» to ISO 3166-1 codes.
//!
//! The countries are those that the gazetteer found; here only the words are read that make them a
//! person's citizenship (`pipelines/lexicons/<lang>/citizenship.toml`). Where somebody was born, lives or
//! was detained is no citizenship.
//!
//! ```
//! use dalel::extract::{citizenship::CitizenshipFinder, place::Gazetteer, token::TokenStream};
//! # fn main() -> Result<(), dalel::knowledge::KnowledgeError> {
//! let knowledge = dalel::knowledge::Knowledge::embedded();
//! let (gazetteer, finder) = (Gazetteer::new(&knowledge)?, CitizenshipFinder::new(&knowledge)?);
//! let stream = TokenStream::new("Задержаны два гражданина Узбекистана и россиянин");
//! let places = gazetteer.find(&stream, 0, stream.len(), false);
//! let hits = finder.find(&stream, 0, stream.len(), false, &places);
//! assert_eq!(hits.iter().map(|h| &*h.country).collect::<Vec<_>>(), ["UZ", "RU"]);
//! # Ok(())
//! # }
//! ```

use super::lexicon::syntax_error;
use super::place::{PlaceHit, PlaceKind};
use super::token::{Kind, TokenStream};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::Code;
use rustc_hash::FxHashSet;
use serde::Deserialize;
use std::ops::Range;

/// A person's citizenship that the text states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitizenshipHit {
    /// The country's tokens.
    pub tokens: Range<usize>,
    /// ISO 3166-1 alpha-2.
    pub country: Code,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    citizen: FxHashSet<String>,
    between: FxHashSet<String>,
    numerals: FxHashSet<String>,
    example: Vec<CitizenshipExample>,
}

/// An example of `citizenship.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CitizenshipExample {
    /// Text.
    pub text: String,
    /// ISO 3166-1 alpha-2 codes, in order.
    pub expect: Vec<String>,
}

/// The words of both languages.
#[derive(Debug, Clone)]
pub struct CitizenshipFinder {
    russian: Words,
    kazakh: Words,
}

impl CitizenshipFinder {
    /// Reads `pipelines/lexicons/<lang>/citizenship.toml`.
    ///
    /// # Errors
    /// A missing file or bad syntax, with its place.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let words = |language: &str| {
            let path = format!("pipelines/lexicons/{language}/citizenship.toml");
            let text = knowledge
                .get(&path)
                .ok_or_else(|| KnowledgeError::invalid(&path, "the file is missing; restore it"))?;
            toml::from_str(text).map_err(|e| syntax_error(&path, text, &e))
        };
        Ok(Self { russian: words("ru")?, kazakh: words("kk")? })
    }

    /// The examples of both languages (`true`: Kazakh).
    pub fn examples(&self) -> impl Iterator<Item = (bool, &CitizenshipExample)> {
        let russian = self.russian.example.iter().map(|e| (false, e));
        russian.chain(self.kazakh.example.iter().map(|e| (true, e)))
    }

    /// The citizenships told in the tokens `start..end`; `places` are the gazetteer's hits of that range.
    pub fn find(
        &self,
        stream: &TokenStream<'_>,
        start: usize,
        end: usize,
        kazakh: bool,
        places: &[PlaceHit],
    ) -> Vec<CitizenshipHit> {
        let words = if kazakh { &self.kazakh } else { &self.russian };
        let end = end.min(stream.len());
        let mut hits: Vec<CitizenshipHit> = Vec::new();
        for (p, place) in places.iter().enumerate() {
            let Some(country) = place.country.as_ref().filter(|_| place.kind == PlaceKind::Country) else { continue };
            let told = if place.inhabitant {
                true
            } else if kazakh {
                words.before_citizen(stream, place.tokens.end, end)
            } else if place.adjective_or_inhabitant {
                words.citizen.contains(stream.lower_or_empty(place.tokens.end))
            } else {
                words.after_citizen(stream, place.tokens.start, start, &places[..p])
            };
            if told {
                hits.push(CitizenshipHit { tokens: place.tokens.clone(), country: country.clone() });
            }
        }
        hits
    }
}

impl Words {
    fn passes(&self, stream: &TokenStream<'_>, i: usize) -> bool {
        let word = stream.lower(i);
        match stream.token(i).kind {
            Kind::Number => true,
            Kind::Punct => matches!(word, "," | "(" | ")" | "–" | "—" | "-" | "«" | "»" | "\""),
            Kind::Word => self.between.contains(word) || self.numerals.contains(word),
            Kind::Break => false,
        }
    }

    /// Whether a citizen word stands before, over other countries, numbers and connectors.
    fn after_citizen(&self, stream: &TokenStream<'_>, at: usize, start: usize, places: &[PlaceHit]) -> bool {
        let mut others = places.iter().rev().peekable();
        let mut i = at;
        while i > start {
            if let Some(other) = others.next_if(|h| h.tokens.end >= i) {
                if other.kind != PlaceKind::Country || other.adjective_or_inhabitant {
                    return false;
                }
                i = other.tokens.start;
                continue;
            }
            i -= 1;
            if self.citizen.contains(stream.lower(i)) {
                return true;
            }
            if !self.passes(stream, i) {
                return false;
            }
        }
        false
    }

    /// Whether a citizen word follows, over other countries (capitalised), numbers and connectors.
    fn before_citizen(&self, stream: &TokenStream<'_>, at: usize, end: usize) -> bool {
        for i in at..end.min(at + 16) {
            if self.citizen.contains(stream.lower(i)) {
                return true;
            }
            let capital = stream.printed(i).starts_with(char::is_uppercase);
            if !capital && !self.passes(stream, i) {
                return false;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::place::Gazetteer;

    #[test]
    fn every_example_gives_its_countries() {
        let knowledge = Knowledge::embedded();
        let (gazetteer, finder) = (Gazetteer::new(&knowledge).unwrap(), CitizenshipFinder::new(&knowledge).unwrap());
        for (kazakh, example) in finder.examples() {
            let stream = TokenStream::new(&example.text);
            let places = gazetteer.find(&stream, 0, stream.len(), kazakh);
            let hits = finder.find(&stream, 0, stream.len(), kazakh, &places);
            let found: Vec<&str> = hits.iter().map(|h| &*h.country).collect();
            assert_eq!(found, example.expect, "{}", example.text);
        }
    }
}

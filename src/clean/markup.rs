//! What the words in `class` and `id` say of an element: data, `pipelines/lexicons/html/furniture.toml`.

use crate::knowledge::{Knowledge, KnowledgeError};
use rustc_hash::FxHashMap;
use serde::Deserialize;

/// The file with the hints.
pub const PATH: &str = "pipelines/lexicons/html/furniture.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    hint: Vec<Hint>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hint {
    /// Above zero: article; below: furniture.
    weight: i8,
    /// Words, or pairs of neighbours joined by a hyphen.
    words: Vec<String>,
}

/// Weights by word.
#[derive(Debug, Default)]
pub struct Markup {
    weights: FxHashMap<Box<str>, i8>,
}

impl Markup {
    /// Compiles the hints.
    ///
    /// # Errors
    /// Wrong TOML, an unknown key, a word with two weights.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let Some(content) = knowledge.get(PATH) else { return Ok(Self::default()) };
        let file: File = toml::from_str(content).map_err(|e| KnowledgeError::invalid(PATH, e.to_string()))?;
        let mut weights = FxHashMap::default();
        for hint in file.hint {
            for word in hint.words {
                if weights.insert(word.clone().into_boxed_str(), hint.weight).is_some() {
                    return Err(KnowledgeError::invalid(PATH, format!("\"{word}\" stands twice")));
                }
            }
        }
        Ok(Self { weights })
    }

    /// The sum of the weights of a name's words and pairs of words.
    pub fn weight(&self, name: &str) -> i32 {
        let mut sum = 0;
        let mut pair = String::new();
        let mut word_from = 0;
        let mut previous_lower = false;
        let bytes = name.as_bytes();
        for at in 0..=bytes.len() {
            let byte = bytes.get(at).copied().unwrap_or(b' ');
            let is_word = byte.is_ascii_alphanumeric();
            let boundary = !is_word || previous_lower && byte.is_ascii_uppercase();
            if boundary {
                if word_from < at {
                    sum += self.add_word(&name[word_from..at], &mut pair);
                }
                if byte.is_ascii_whitespace() {
                    pair.clear();
                }
                word_from = if is_word { at } else { at + 1 };
            }
            previous_lower = byte.is_ascii_lowercase();
        }
        sum
    }

    /// Weight of a word by itself and with the word before it, which `pair` holds.
    fn add_word(&self, word: &str, pair: &mut String) -> i32 {
        let weight = |key: &str| self.weights.get(key).map_or(0, |&w| i32::from(w));
        let joined_from = pair.len() + usize::from(!pair.is_empty());
        if !pair.is_empty() {
            pair.push('-');
        }
        pair.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        let single = weight(&pair[joined_from..]);
        let both = if joined_from > 0 { weight(pair) } else { 0 };
        pair.drain(..joined_from);
        single + both
    }
}

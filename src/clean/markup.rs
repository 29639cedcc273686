//! What the words in `class` and `id` say of an element: data, `pipelines/lexicons/html/furniture.toml`.

use crate::knowledge::{Knowledge, KnowledgeError};
use rustc_hash::FxHashMap;
use serde::Deserialize;

/// The file with the hints.
pub const PATH: &str = "pipelines/lexicons/html/furniture.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Words that make the word after them a property of the element: "has-sidebar".
    property_before: Vec<String>,
    /// Words that make the word before them one: "comments-open".
    property_after: Vec<String>,
    hint: Vec<Hint>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hint {
    /// Above zero: article; below: furniture.
    weight: i16,
    /// Words, or pairs of neighbours joined by a hyphen.
    words: Vec<String>,
}

/// What a word of a name does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Weighs(i32),
    /// Takes the weight of the word after it.
    PropertyBefore,
    /// Takes the weight of the word before it.
    PropertyAfter,
}

/// Weights by word.
#[derive(Debug, Default)]
pub struct Markup {
    words: FxHashMap<Box<str>, Word>,
}

impl Markup {
    /// Compiles the hints.
    ///
    /// # Errors
    /// Wrong TOML, an unknown key, a word that stands twice.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let Some(content) = knowledge.get(PATH) else { return Ok(Self::default()) };
        let file: File = toml::from_str(content).map_err(|e| KnowledgeError::invalid(PATH, e.to_string()))?;
        let hints = file.hint.into_iter().flat_map(|hint| {
            let weight = Word::Weighs(i32::from(hint.weight));
            hint.words.into_iter().map(move |word| (word, weight))
        });
        let before = file.property_before.into_iter().map(|word| (word, Word::PropertyBefore));
        let after = file.property_after.into_iter().map(|word| (word, Word::PropertyAfter));
        let mut words = FxHashMap::default();
        for (word, does) in hints.chain(before).chain(after) {
            if words.insert(word.clone().into_boxed_str(), does).is_some() {
                return Err(KnowledgeError::invalid(PATH, format!("\"{word}\" stands twice")));
            }
        }
        Ok(Self { words })
    }

    /// The sum of the weights of a name's words and pairs of neighbours.
    ///
    /// A name is split at everything but ASCII letters and digits, and at inner capitals. Words of a
    /// property ("has-sidebar", "comments-open") do not count.
    pub fn weight(&self, names: &str) -> i32 {
        names.split_ascii_whitespace().map(|name| self.weight_of_one(name)).sum()
    }

    fn weight_of_one(&self, name: &str) -> i32 {
        let mut sum = 0;
        let mut pair = String::new();
        let mut previous = 0;
        let mut is_property = false;
        for word in words(name) {
            let joined_from = pair.len() + usize::from(!pair.is_empty());
            if !pair.is_empty() {
                pair.push('-');
            }
            pair.extend(word.chars().map(|c| c.to_ascii_lowercase()));
            let mut weight = 0;
            match self.words.get(&pair[joined_from..]) {
                Some(Word::Weighs(own)) if !is_property => weight += own,
                Some(Word::PropertyAfter) => sum -= previous,
                _ => {}
            }
            is_property = self.words.get(&pair[joined_from..]) == Some(&Word::PropertyBefore);
            if joined_from > 0
                && let Some(Word::Weighs(both)) = self.words.get(pair.as_str())
            {
                weight += both;
            }
            pair.drain(..joined_from);
            sum += weight;
            previous = weight;
        }
        sum
    }
}

/// The words of one name: split at everything but ASCII letters and digits, and at inner capitals.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let bytes = name.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && !bytes[at].is_ascii_alphanumeric() {
            at += 1;
        }
        let from = at;
        while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
            at += 1;
            if at < bytes.len() && bytes[at - 1].is_ascii_lowercase() && bytes[at].is_ascii_uppercase() {
                break;
            }
        }
        (from < at).then(|| &name[from..at])
    })
}

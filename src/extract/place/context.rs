//! The words around a name that tell what it is: heads, streets, quotes.

use crate::extract::token::{Caps, Kind, TokenStream};
use rustc_hash::FxHashSet;
use serde::Deserialize;

/// A closed class of words, by whole words and by beginnings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordClass {
    #[serde(default)]
    words: FxHashSet<String>,
    #[serde(default)]
    prefixes: Vec<String>,
    /// A phrase that shows it.
    pub example: String,
}

impl WordClass {
    /// Whether a lower-case word belongs to the class.
    pub fn has(&self, word: &str) -> bool {
        self.words.contains(word) || self.prefixes.iter().any(|prefix| word.starts_with(prefix.as_str()))
    }
}

/// A name by which newspapers call a city: `южная столица`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Byname {
    /// ISO 3166-2 code of the city.
    pub region: String,
    /// The city's Russian name in the gazetteer.
    pub name: String,
    /// Word forms, lower case.
    pub forms: Vec<String>,
    /// A phrase that shows it.
    pub example: String,
}

/// What lies beside a city of republican rank is in the region around it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Around {
    /// ISO 3166-2 code of the city.
    pub city: String,
    /// ISO 3166-2 code of the region around it.
    pub region: String,
    /// A phrase that shows it.
    pub example: String,
}

/// `pipelines/gazetteers/context.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// Heads of a region's name.
    pub region: WordClass,
    /// Heads of a district's name.
    pub district: WordClass,
    /// Heads of a city's name.
    pub city: WordClass,
    /// Heads of a village's or settlement's name.
    pub settlement: WordClass,
    /// Border posts, stations, markets: they carry a place's name in quotes.
    pub post: WordClass,
    /// Offices named by a district's adjective alone.
    pub district_office: WordClass,
    /// Prepositions that make a town of a common word.
    pub preposition: WordClass,
    /// A name after these is no place.
    pub not_after: WordClass,
    /// Forms that are other words or persons' names.
    pub never: WordClass,
    /// A name before these is no place.
    pub not_before: WordClass,
    /// Roads, named by the places at their ends.
    pub road: WordClass,
    /// Persons of a place, who may be caught elsewhere.
    pub resident: WordClass,
    /// Words between a place and its resident.
    pub before_resident: WordClass,
    /// Words that put a result beside a city.
    pub beside: WordClass,
    /// The regions around cities of republican rank.
    #[serde(default)]
    pub around: Vec<Around>,
    /// Bynames of cities.
    #[serde(default)]
    pub byname: Vec<Byname>,
}

/// Which head a name needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// область, облысы
    Region,
    /// район, ауданы
    District,
}

pub(super) fn is_quote(mark: &str) -> bool {
    matches!(mark, "«" | "»" | "\"" | "“" | "”" | "„")
}

fn is_connector(word: &str) -> bool {
    matches!(word, "," | "и" | "және" | "мен" | "пен" | "бен" | "или" | "/")
}

impl Context {
    fn is_head(&self, head: Head, word: &str) -> bool {
        match head {
            Head::Region => self.region.has(word),
            Head::District => self.district.has(word) && !word.starts_with("ауданаралық"),
        }
    }

    /// The head after token `at - 1`: directly (its end), or over coordinated names
    /// («Алматинской, Жамбылской и Туркестанской областях»).
    pub fn head_after(&self, stream: &TokenStream<'_>, at: usize, limit: usize, head: Head) -> Option<usize> {
        let mut j = at;
        if j < limit && is_quote(stream.lower(j)) {
            j += 1;
        }
        if j >= limit {
            return None;
        }
        if self.is_head(head, stream.lower(j)) {
            return Some(j + 1);
        }
        for _ in 0..8 {
            if j + 2 >= limit || !is_connector(stream.lower(j)) {
                return None;
            }
            j += 1;
            if stream.lower(j) == "и" {
                j += 1;
            }
            if j >= limit || stream.token(j).caps == Caps::Lower {
                return None;
            }
            j += 1;
            if j < limit && is_connector(stream.lower(j)) {
                continue;
            }
            // A second word of the coordinated name: «Батыс Қазақстан».
            if j + 1 < limit && stream.token(j).caps != Caps::Lower {
                j += 1;
            }
            let word = stream.lower_or_empty(j);
            if j < limit && self.is_head(head, word) {
                let kazakh_singular = (word.starts_with("облыс") && !word.starts_with("облыстар"))
                    || (word.starts_with("аудан") && !word.starts_with("аудандар"));
                return (!kazakh_singular).then_some(at);
            }
        }
        None
    }

    /// The head before token `at`, directly or over coordinated names; its index.
    pub fn head_before(&self, stream: &TokenStream<'_>, at: usize, start: usize, head: Head) -> Option<usize> {
        let mut j = at;
        for _ in 0..6 {
            j = previous_word(stream, j, start)?;
            if matches!(stream.lower(j), "имени" | "им") {
                j = previous_word(stream, j, start)?;
            }
            let word = stream.lower(j);
            if self.is_head(head, word) {
                return Some(j);
            }
            if !is_connector(word) {
                return None;
            }
            j = previous_word(stream, j, start)?;
            if stream.token(j).caps == Caps::Lower {
                return None;
            }
        }
        None
    }

    /// The class word directly before a name, over a full stop and an opening quote.
    pub fn word_before<'s>(&self, stream: &'s TokenStream<'_>, at: usize, start: usize) -> (usize, &'s str) {
        let mut j = at;
        while j > start {
            j -= 1;
            let word = stream.lower(j);
            if is_quote(word) || (word == "." && j > start && stream.lower(j - 1).chars().count() <= 5) {
                continue;
            }
            return (j, word);
        }
        (at, "")
    }

    /// Whether a name at `from..to` belongs to a street, an institution or a lake.
    pub fn is_dedicated(&self, stream: &TokenStream<'_>, from: usize, to: usize, start: usize, end: usize) -> bool {
        let (mut j, mut word) = self.word_before(stream, from, start);
        for _ in 0..3 {
            if word.is_empty() {
                break;
            }
            if self.not_after.has(word) {
                return true;
            }
            // «улицы Каныша Сатпаева», «улиц Абая и Сатпаева».
            let passes = matches!(word, "и" | "–" | "-" | "—")
                || (stream.token(j).kind == Kind::Word && stream.token(j).caps == Caps::Title && j > start);
            if !passes {
                break;
            }
            (j, word) = self.word_before(stream, j, start);
        }
        let mut k = to;
        if k < end && is_quote(stream.lower(k)) {
            k += 1;
        }
        k < end && self.not_before.has(stream.lower(k)) || self.is_road_end(stream, from, to, start, end)
    }

    /// «Алматы – Өскемен тас жолында»: both are ends of a road, where nothing happened.
    fn is_road_end(&self, stream: &TokenStream<'_>, from: usize, to: usize, start: usize, end: usize) -> bool {
        let dash = |i: usize| matches!(stream.lower(i), "-" | "–" | "—");
        let road = |i: usize| {
            let i = i + usize::from(i < end && is_quote(stream.lower(i)));
            i < end && self.road.has(stream.lower(i))
        };
        let first = to + 1 < end && dash(to) && stream.token(to + 1).caps == Caps::Title && road(to + 2);
        first || from > start && dash(from - 1) && road(to)
    }
}

fn previous_word(stream: &TokenStream<'_>, at: usize, start: usize) -> Option<usize> {
    let mut j = at;
    while j > start {
        j -= 1;
        let word = stream.lower(j);
        if !is_quote(word) && word != "." {
            return Some(j);
        }
    }
    None
}

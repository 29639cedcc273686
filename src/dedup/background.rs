//! What is common knowledge: how usual a word is, which object codes are kin, which words tell an update.
//!
//! The tables are data (`pipelines/dedup/`). They do not depend on the articles that are compared, so the
//! evidence for a pair is the same whatever else is in the corpus: that is what makes an incremental run
//! equal to a full one.

use super::text;
use crate::knowledge::{Knowledge, KnowledgeError};
use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::ops::Range;

/// Weight of a word that the table does not hold: -ln of about one article in 250.
pub const UNSEEN: f32 = 5.5;

const TABLE: &str = "pipelines/dedup/background.csv";
/// Weight of a region's name, whichever of its names: about one article in twelve.
const REGION: f32 = 2.5;

const PLACES: &str = "pipelines/gazetteers/kz_places.csv";
const TERMS: &str = "pipelines/dedup/terms.toml";

/// The compiled tables.
#[derive(Debug, Clone, Default)]
pub struct Background {
    weights: FxHashMap<u32, f32>,
    scales: FxHashMap<u32, f64>,
    updates: Vec<u32>,
    parts: Option<AhoCorasick>,
    families: FxHashMap<u32, u32>,
    kin: FxHashMap<u32, u32>,
    offences: FxHashMap<u32, u32>,
    regions: FxHashMap<u32, u32>,
    penalties: Vec<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    stem: String,
    share: f32,
}

/// The columns of the gazetteer that matter here.
#[derive(Deserialize)]
struct Place {
    kato: String,
    region: String,
    kind: String,
    name_ru: String,
    name_kk: String,
    aliases: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Terms {
    scale: Vec<Scale>,
    update: Vec<Marker>,
    part: Vec<Part>,
    source: Source,
    object_family: Vec<Family>,
    offence_family: Vec<Family>,
    event_family: Vec<Family>,
    fixed_value: FixedValue,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scale {
    factor: f64,
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Marker {
    word: String,
    #[expect(dead_code, reason = "documents the entry; read by people")]
    example: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    words: String,
    #[expect(dead_code, reason = "documents the entry; read by people")]
    example: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    codes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixedValue {
    event_types: Vec<String>,
}

impl Background {
    /// Compiles the tables of a knowledge base.
    ///
    /// # Errors
    /// A table that is missing or wrong, with its place.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let content = |path: &str| knowledge.get(path).ok_or_else(|| KnowledgeError::invalid(path, "is missing"));
        let mut all = Self::default();
        for (line, row) in csv::Reader::from_reader(content(TABLE)?.as_bytes()).deserialize().enumerate() {
            let row: Row = row.map_err(|e| KnowledgeError::invalid(format!("{TABLE}:{}", line + 2), e.to_string()))?;
            if !(row.share > 0.0 && row.share <= 1.0) {
                return Err(KnowledgeError::invalid(format!("{TABLE}:{}", line + 2), "share must be in (0, 1]"));
            }
            all.weights.insert(text::written_stem(&row.stem), (-row.share.ln()).min(UNSEEN));
        }
        let terms: Terms =
            toml::from_str(content(TERMS)?).map_err(|e| KnowledgeError::invalid(TERMS, e.to_string()))?;
        for scale in &terms.scale {
            for word in &scale.words {
                all.scales.insert(text::prefix(word), scale.factor);
            }
        }
        all.regions = regions(content(PLACES)?)?;
        all.weights.extend(all.regions.values().map(|region| (*region, REGION)));
        // Who reports says nothing of what is reported.
        all.weights.extend(terms.source.names.iter().map(|name| (text::stem(name), 0.0)));
        all.updates = terms.update.iter().map(|m| text::stem(&m.word)).collect();
        all.updates.sort_unstable();
        let parts: Vec<String> = terms.part.iter().flat_map(|p| cases(&p.words)).collect();
        let parts = AhoCorasick::new(parts).map_err(|e| KnowledgeError::invalid(TERMS, e.to_string()))?;
        all.parts = Some(parts);
        let families = [
            (&terms.object_family, &mut all.families),
            (&terms.event_family, &mut all.kin),
            (&terms.offence_family, &mut all.offences),
        ];
        for (members, table) in families {
            for family in members {
                let head = text::code(family.codes.first().map_or("", String::as_str));
                for member in &family.codes {
                    if table.insert(text::code(member), head).is_some() {
                        return Err(KnowledgeError::invalid(TERMS, format!("{member} is in two families")));
                    }
                }
            }
        }
        all.penalties = terms.fixed_value.event_types.iter().map(|t| text::code(t)).collect();
        Ok(all)
    }

    /// The tables compiled into this build; they are checked by the tests.
    pub fn embedded() -> Self {
        Self::new(&Knowledge::embedded()).unwrap_or_default()
    }

    /// How much a shared stem says: -ln of the share of articles that hold it.
    #[inline]
    pub fn weight(&self, stem: u32) -> f32 {
        self.weights.get(&stem).copied().unwrap_or(UNSEEN)
    }

    /// The factor of a scale word, by the hash of its first six letters.
    pub fn scale(&self, prefix: u32) -> Option<f64> {
        self.scales.get(&prefix).copied()
    }

    /// What a name's stem stands for: a region, where it names one or its capital; else itself. A region has many
    /// names, in two languages, and an article often tells several: they are one thing that it shares with another.
    pub fn name(&self, stem: u32) -> u32 {
        self.regions.get(&stem).copied().unwrap_or(stem)
    }

    /// Whether a stem tells that a figure is an update of an earlier one.
    pub fn is_update(&self, stem: u32) -> bool {
        self.updates.binary_search(&stem).is_ok()
    }

    /// Where words of a text say that a figure is a part of another (bytes).
    pub fn parts(&self, text: &str) -> Vec<Range<usize>> {
        self.parts.iter().flat_map(|parts| parts.find_overlapping_iter(text)).map(|m| m.range()).collect()
    }

    /// The family of an object code: itself where it has none.
    pub fn family(&self, object: u32) -> u32 {
        self.families.get(&object).copied().unwrap_or(object)
    }

    /// The family of an event type: itself where it has none.
    pub fn event_family(&self, event_type: u32) -> u32 {
        self.kin.get(&event_type).copied().unwrap_or(event_type)
    }

    /// Whether two offences are easily told as each other.
    pub fn are_kin(&self, offence: u32, other: u32) -> bool {
        let family = self.offences.get(&offence);
        offence == other || family.is_some() && family == self.offences.get(&other)
    }

    /// Whether two different figures of this event type are always two results (a sentence's length).
    pub fn is_fixed(&self, event_type: u32) -> bool {
        self.penalties.contains(&event_type)
    }
}

/// Words as they stand inside a sentence, at its beginning, and in capitals.
fn cases(words: &str) -> [String; 3] {
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    [words.to_owned(), first + letters.as_str(), words.to_uppercase()]
}

/// The stems that name one region, or its capital, and no other.
fn regions(places: &str) -> Result<FxHashMap<u32, u32>, KnowledgeError> {
    let mut named: FxHashMap<u32, Option<u32>> = FxHashMap::default();
    for (line, row) in csv::Reader::from_reader(places.as_bytes()).deserialize().enumerate() {
        let place: Place = row.map_err(|e| KnowledgeError::invalid(format!("{PLACES}:{}", line + 2), e.to_string()))?;
        // A capital's code is its region's, a 1, and zeros.
        let is_capital = place.kind == "city" && place.kato.get(2..).is_some_and(|rest| rest == "1000000");
        if place.kind != "region" && !is_capital {
            continue;
        }
        let region = text::code(&place.region);
        for name in [&place.name_ru, &place.name_kk, &place.aliases] {
            for word in
                name.split(|c: char| !c.is_alphabetic()).filter(|w| w.chars().next().is_some_and(char::is_uppercase))
            {
                named.entry(text::stem(word)).and_modify(|r| *r = r.filter(|r| *r == region)).or_insert(Some(region));
            }
        }
    }
    Ok(named.into_iter().filter_map(|(stem, region)| Some((stem, region?))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_tables_are_right() {
        let background = Background::new(&Knowledge::embedded()).expect("tables");
        assert!(background.weight(text::stem("задержан")) < background.weight(text::stem("Жайсан")));
        assert_eq!(background.scale(text::prefix("миллиардов")), Some(1e9));
        assert_eq!(background.scale(text::prefix("миллионов")), Some(1e6));
        assert!(background.is_update(text::stem("увеличилось")));
        let name = |word: &str| background.name(text::stem(word));
        assert_eq!(name("Каменогорске"), name("Өскеменде"));
        assert_eq!(name("ВКО"), name("Восточно"));
        assert_ne!(name("Риддере"), name("ВКО"));
        assert_ne!(name("Костанайской"), name("ВКО"));
        assert_eq!(background.family(text::code("hashish")), background.family(text::code("drug")));
    }

    #[test]
    fn unknown_keys_and_bad_shares_are_refused_with_their_place() {
        fn check(path: &str, content: &str, expect: &str) {
            let mut knowledge = Knowledge::embedded();
            knowledge.insert(path, content);
            let error = Background::new(&knowledge).expect_err("refused").to_string();
            assert!(error.contains(expect), "{error}");
        }
        check(TABLE, "stem,share\nабв,1.5\n", "background.csv:2");
        check(TABLE, "stem,share,extra\nабв,0.5,1\n", "background.csv:2");
        check(TERMS, "nonsense = 1\n", "nonsense");
    }
}

//! What is known of a place that the text names.

use super::PlaceKind;
use crate::extract::standing::Standing;
use crate::record::Code;
use std::ops::Range;

/// A place that the text names.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about a name")]
pub struct PlaceHit {
    /// Its tokens, with the head («город», «область»).
    pub tokens: Range<usize>,
    /// What it is.
    pub kind: PlaceKind,
    /// ISO 3166-2 region; none abroad, and where several places share the name and nothing decides.
    pub region: Option<Code>,
    /// ISO 3166-1 alpha-2 country; `KZ` at home.
    pub country: Option<Code>,
    /// KATO code (9 digits) where known.
    pub kato: Option<Code>,
    /// Nominative in the text's language, as `locality` has it; empty for a region or country.
    pub name: Code,
    /// Whether it is told by an adjective or an inhabitant: «алматинские полицейские».
    pub adjective_or_inhabitant: bool,
    /// Whether it is an inhabitant: «россиянин», «алматинцы».
    pub inhabitant: bool,
    /// Whether it tells where a person is from: «житель Шымкента», «алматинец».
    pub resident: bool,
    /// Whether it opens a paragraph as a dateline: «Астана. 17 августа.»
    pub dateline: bool,
    /// How it stands in its sentence, once that is known.
    pub(in crate::extract) standing: Standing,
    /// All the gazetteer's rows of that name, while it is ambiguous.
    pub(in crate::extract) candidates: Vec<u32>,
}

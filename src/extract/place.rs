//! Places: from words to ISO 3166-2 regions, KATO codes and countries.
//!
//! The gazetteer (`pipelines/gazetteers/`) lists places in both languages. At load it is expanded into
//! word forms in a table keyed by the first word, so a text costs one hash look-up per word. A form tells
//! what it needs around it: «Жамбылская» a head («область»), «Абай» a head that says which Abai,
//! «Алматы» nothing. Streets, institutions and persons who share a name with a place are no places.
//!
//! ```
//! use dalel::extract::place::Gazetteer;
//! use dalel::extract::token::TokenStream;
//! # fn main() -> Result<(), dalel::knowledge::KnowledgeError> {
//! let gazetteer = Gazetteer::new(&dalel::knowledge::Knowledge::embedded())?;
//! let stream = TokenStream::new("в Карасайском районе Алматинской области, на улице Абая");
//! let hits = gazetteer.find(&stream, 0, stream.len(), false);
//! let place = gazetteer.combine(&hits).expect("a place");
//! assert_eq!(place.regions, ["KZ-19".into()]);
//! assert_eq!(place.locality.as_deref(), Some("Карасайский район"));
//! # Ok(())
//! # }
//! ```

pub mod context;
pub mod forms;
mod hit;
mod load;
mod resolve;
#[cfg(test)]
mod tests;

use super::standing::Standing;
use super::token::{Caps, Kind, TokenStream};
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::Code;
use context::{Context, Head, is_quote};
pub use hit::PlaceHit;
use load::{Form, Role};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::ops::Range;

pub use resolve::Locus;

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A state.
    Country,
    /// One of the 17 oblasts (the three cities of republican rank are cities).
    Region,
    /// A rural district.
    District,
    /// A city; abroad also a province.
    City,
    /// A district of a city.
    CityDistrict,
    /// A small town or urban settlement.
    Town,
    /// A village, station, border post or market.
    Village,
}

/// One row of the gazetteer.
#[derive(Debug, Clone)]
struct Place {
    kind: PlaceKind,
    region: Option<Code>,
    country: Option<Code>,
    kato: Option<Code>,
    name_ru: Code,
    name_kk: Code,
}

/// The compiled gazetteer.
#[derive(Debug, Clone)]
pub struct Gazetteer {
    places: Vec<Place>,
    first: FxHashMap<Box<str>, Vec<Form>>,
    context: Context,
    none: Code,
}

/// Whether a name opens a paragraph as a dateline, or is one of several: «Жезказган, Сатпаев».
fn shows_date(stream: &TokenStream<'_>, name: &Range<usize>) -> bool {
    let first = name.start == 0 || stream.token(name.start - 1).kind == Kind::Break;
    let after = stream.lower_or_empty(name.end);
    let before = if name.start == 0 { "" } else { stream.lower(name.start - 1) };
    first && matches!(after, "." | "," | "—" | "–")
        || matches!(before, "," | "–" | "—") && matches!(after, "," | "и" | ".")
}

/// Whether a region's adjective stands for the region: feminine, and no noun after it.
fn elliptical(stream: &TokenStream<'_>, i: usize, to: usize) -> bool {
    let word = stream.lower(i);
    stream.token(i).caps != Caps::Lower
        && ["ая", "ую", "ой"].iter().any(|e| word.ends_with(e))
        && (to >= stream.len() || stream.token(to).kind != Kind::Word)
}

/// A form that fits: how well, how far.
struct Fit {
    score: u32,
    tokens: Range<usize>,
    adjective: bool,
    inhabitant: bool,
}

impl Gazetteer {
    /// Compiles `pipelines/gazetteers/`.
    ///
    /// # Errors
    /// A missing file, an unknown column or kind, a wrong code, a duplicate; with its place.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        load::load(knowledge)
    }

    /// The places named in the tokens `start..end`, in order, none overlapping.
    ///
    /// A name that several places share takes the one whose region another hit of the range names;
    /// [`Self::combine`] over a wider range settles more.
    pub fn find(&self, stream: &TokenStream<'_>, start: usize, end: usize, kazakh: bool) -> Vec<PlaceHit> {
        let mut hits: Vec<PlaceHit> = Vec::new();
        let end = end.min(stream.len());
        let mut i = start;
        while i < end {
            let hit = match stream.token(i).kind {
                Kind::Word => {
                    let floor = hits.last().map_or(start, |h| h.tokens.end);
                    self.at(stream, i, floor, start..end, kazakh)
                        .or_else(|| self.unlisted(stream, i, floor, end, kazakh))
                }
                _ => None,
            };
            match hit {
                Some(hit) => {
                    i = hit.tokens.end.max(i + 1);
                    hits.push(hit);
                }
                None => i += 1,
            }
        }
        self.settle(&mut hits, kazakh);
        hits
    }

    /// The best reading of the word at `i`.
    fn at(
        &self,
        stream: &TokenStream<'_>,
        i: usize,
        floor: usize,
        range: Range<usize>,
        kazakh: bool,
    ) -> Option<PlaceHit> {
        let forms = self.first.get(stream.lower(i)).filter(|_| !self.context.never.has(stream.lower(i)))?;
        let mut best: Option<(Fit, Vec<u32>)> = None;
        for form in forms {
            if !(if kazakh { form.kazakh } else { form.russian }) {
                continue;
            }
            let Some(fit) = self.fit(stream, i, form, floor, &range, kazakh) else { continue };
            match &mut best {
                Some((known, places)) => {
                    let rank = |f: &Fit| (f.score, f.tokens.len());
                    if rank(&fit) > rank(known) {
                        best = Some((fit, vec![form.place]));
                    } else if rank(&fit) == rank(known) && !places.contains(&form.place) {
                        places.push(form.place);
                    }
                }
                None => best = Some((fit, vec![form.place])),
            }
        }
        let (fit, candidates) = best?;
        let place = &self.places[candidates[0] as usize];
        let first_in_paragraph = fit.tokens.start == 0 || stream.token(fit.tokens.start - 1).kind == Kind::Break;
        let dateline = first_in_paragraph
            && matches!(stream.lower_or_empty(fit.tokens.end), "." | "—" | "–" | "-" | "/" | "(" | ",")
            && !fit.adjective;
        let mut tokens = fit.tokens;
        let mut name = self.name_of(place, kazakh);
        if stream.lower(tokens.end - 1) == "ауылдық" && stream.lower_or_empty(tokens.end).starts_with("округ")
        {
            // A rural county bears its main village's name.
            name = Code::from(format!("{} ауылдық округі", stream.printed(i)));
            tokens.end += 1;
        }
        if let Some(region) = self.around(stream, &tokens, range.start, place, fit.adjective) {
            return Some(PlaceHit {
                tokens,
                kind: PlaceKind::Region,
                region: Some(region),
                country: place.country.clone(),
                kato: None,
                name: self.none.clone(),
                adjective_or_inhabitant: false,
                standing: Standing::Genitive,
                inhabitant: false,
                resident: false,
                dateline: false,
                candidates: Vec::new(),
            });
        }
        let of_there = |i: usize| self.context.resident.has(stream.lower(i));
        // "Қарағандының 36 жастағы тұрғыны"
        let between = |i: usize| self.context.before_resident.has(stream.lower(i));
        let passed = |i: &usize| stream.token(*i).kind == Kind::Number || between(*i);
        let beyond = (tokens.end..range.end.min(tokens.end + 4)).find(|i| !passed(i));
        let resident =
            fit.inhabitant || tokens.start > range.start && of_there(tokens.start - 1) || beyond.is_some_and(of_there);
        let one_region = candidates.iter().all(|&c| self.places[c as usize].region == place.region);
        let alone = candidates.len() == 1;
        Some(PlaceHit {
            tokens,
            kind: place.kind,
            region: if one_region { place.region.clone() } else { None },
            country: place.country.clone(),
            kato: if alone { place.kato.clone() } else { None },
            name,
            adjective_or_inhabitant: fit.adjective,
            standing: Standing::Genitive,
            inhabitant: fit.inhabitant,
            resident,
            dateline,
            candidates: if alone { Vec::new() } else { candidates },
        })
    }

    /// The region around a city that the text stands beside: «под Астаной».
    fn around(
        &self,
        stream: &TokenStream<'_>,
        name: &Range<usize>,
        start: usize,
        place: &Place,
        adjective: bool,
    ) -> Option<Code> {
        let city = place.region.as_ref().filter(|_| place.kind == PlaceKind::City && !adjective)?;
        let around = self.context.around.iter().find(|a| *a.city == **city)?;
        let before = name.start > start && self.context.beside.has(stream.lower(name.start - 1));
        let beside = before || self.context.beside.has(stream.lower_or_empty(name.end));
        beside.then(|| Code::from(around.region.as_str()))
    }

    fn name_of(&self, place: &Place, kazakh: bool) -> Code {
        match place.kind {
            PlaceKind::Region | PlaceKind::Country => self.none.clone(),
            _ if kazakh => place.name_kk.clone(),
            _ => place.name_ru.clone(),
        }
    }

    /// Whether a form fits at `i`.
    fn fit(
        &self,
        stream: &TokenStream<'_>,
        i: usize,
        form: &Form,
        floor: usize,
        range: &Range<usize>,
        kazakh: bool,
    ) -> Option<Fit> {
        let to = i + 1 + form.tail.len();
        if to > range.end || !form.tail.iter().enumerate().all(|(k, word)| **word == *stream.lower(i + 1 + k)) {
            return None;
        }
        let capital = stream.token(i).caps != Caps::Lower;
        let fit = |score, tokens, adjective| {
            Some(Fit { score, tokens, adjective, inhabitant: form.role == Role::Inhabitant })
        };
        match form.role {
            Role::RegionAdjective { alone } => match self.context.head_after(stream, to, range.end, Head::Region) {
                Some(head) => fit(100, i..head, false),
                // «на Алматинскую – 455»: the head was said before.
                None if elliptical(stream, i, to) => fit(40, i..to, false),
                None if alone => fit(5, i..to, true),
                None => None,
            },
            Role::DistrictAdjective if capital => {
                match self.context.head_after(stream, to, range.end, Head::District) {
                    Some(head) => fit(100, i..head, false),
                    // «Бокейординский суд»; a city with that adjective goes first.
                    None if to < range.end && self.context.district_office.has(stream.lower(to)) => {
                        fit(9, i..to + 1, false)
                    }
                    None => None,
                }
            }
            Role::RegionNoun if capital => self.beside(stream, i..to, floor, range, (Head::Region, kazakh)),
            Role::DistrictNoun if capital => self.beside(stream, i..to, floor, range, (Head::District, true)),
            Role::Name | Role::Surname | Role::Headed if capital => self.fit_name(stream, i..to, form, floor, range),
            Role::Adjective | Role::Inhabitant => {
                let next = stream.lower_or_empty(to);
                let of_nature = form.role == Role::Adjective && to < range.end && self.context.not_before.has(next);
                if of_nature { None } else { fit(10, i..to, true) }
            }
            // "БҚО-да": with its ending the word is not all in capitals.
            Role::Abbreviation if stream.token(i).caps == Caps::Upper || is_ended_abbreviation(stream.printed(i)) => {
                fit(30, i..to, false)
            }
            Role::Byname => fit(8, i..to, false),
            _ => None,
        }
    }

    /// A noun beside its head: «область Абай», «Абай облысы».
    fn beside(
        &self,
        stream: &TokenStream<'_>,
        name: Range<usize>,
        floor: usize,
        range: &Range<usize>,
        (head, coordinated): (Head, bool),
    ) -> Option<Fit> {
        if let Some(end) = self.context.head_after(stream, name.end, range.end, head) {
            let kazakh_head = ["обл", "аудан"].iter().any(|p| stream.lower(end.max(1) - 1).starts_with(p));
            // "в Алматы и Жамбылской области": in Russian a noun shares no head that stands behind another name.
            if end == name.end && coordinated || end > name.end && kazakh_head {
                return Some(Fit { score: 100, tokens: name.start..end, adjective: false, inhabitant: false });
            }
        }
        let before = self.context.head_before(stream, name.start, range.start, head)?;
        let direct = (before + 1..name.start).all(|j| {
            let word = stream.lower(j);
            is_quote(word) || matches!(word, "." | "имени" | "им")
        });
        if direct && before < floor {
            // «в Медеуском районе Алматы»: the head is the name's before.
            return None;
        }
        let mut end = name.end;
        if direct && end < range.end && is_quote(stream.lower(end)) && is_quote(stream.lower(name.start - 1)) {
            end += 1;
        }
        let start = if direct { before } else { name.start };
        Some(Fit { score: 95, tokens: start..end, adjective: false, inhabitant: false })
    }

    fn fit_name(
        &self,
        stream: &TokenStream<'_>,
        name: Range<usize>,
        form: &Form,
        floor: usize,
        range: &Range<usize>,
    ) -> Option<Fit> {
        if self.context.is_dedicated(stream, name.start, name.end, range.start, range.end) {
            return None;
        }
        let kind = self.places[form.place as usize].kind;
        let (before, word) = self.context.word_before(stream, name.start, range.start);
        let closing = usize::from(name.end < range.end && is_quote(stream.lower(name.end)));
        let after = if name.end + closing < range.end { stream.lower(name.end + closing) } else { "" };
        let class = |word: &str| -> Option<bool> {
            if word.is_empty() {
                None
            } else if self.context.city.has(word) {
                Some(matches!(kind, PlaceKind::City | PlaceKind::Country))
            } else if self.context.settlement.has(word) {
                Some(matches!(kind, PlaceKind::Town | PlaceKind::Village))
            } else {
                self.context.post.has(word).then_some(true)
            }
        };
        let kazakh_after = if form.kazakh { class(after) } else { None };
        // «с. Абай» is a village, «с Китаем» is not.
        let abbreviated = word.chars().count() == 1 && stream.lower(before + 1) != ".";
        let head_before = if before >= floor && before < name.start && !abbreviated { class(word) } else { None };
        let tokens = match (head_before, kazakh_after) {
            (_, Some(_)) => name.start..name.end + closing + 1,
            (Some(_), None) => before..name.end,
            (None, None) => name.clone(),
        };
        if let Some(same_kind) = kazakh_after.or(head_before) {
            let score = match (same_kind, form.role) {
                (true, _) => 60,
                (false, Role::Headed) => 12,
                (false, _) => 15,
            };
            return Some(Fit { score, tokens, adjective: false, inhabitant: false });
        }
        let quoted = name.start > range.start
            && is_quote(stream.lower(name.start - 1))
            && name.end < range.end
            && is_quote(stream.lower(name.end));
        let beside_a_name = || {
            let named = |j: usize| {
                let token = stream.token(j);
                token.kind == Kind::Word && token.caps == Caps::Title && token.span.len() > 4
            };
            (before + 1 == name.start && before > range.start && named(before))
                || (name.end < range.end && named(name.end) && stream.token(name.end).space_before)
                || (name.start > range.start && stream.lower(name.start - 1) == "." && word.chars().count() == 1)
        };
        // «На «Алтынколе»»; «Достык» (область Жетысу).
        let placed = !word.is_empty() && self.context.preposition.has(word);
        if quoted && (placed && form.role == Role::Name || after == "(") {
            return Some(Fit { score: 17, tokens, adjective: false, inhabitant: false });
        }
        let inflected = form.kazakh && !form.russian && {
            let place = &self.places[form.place as usize];
            stream.lower(name.start) != place.name_kk.to_lowercase()
        };
        let opens = name.start == range.start || matches!(stream.lower(name.start - 1), "." | "!" | "?");
        let shown = placed || inflected && !opens;
        match form.role {
            Role::Headed if !quoted && kind == PlaceKind::City && shown && !beside_a_name() => {
                Some(Fit { score: 14, tokens, adjective: false, inhabitant: false })
            }
            Role::Name if kind == PlaceKind::Region && beside_a_name() => None,
            Role::Name if !quoted => Some(Fit { score: 20, tokens, adjective: false, inhabitant: false }),
            Role::Surname if !quoted && (placed || inflected || shows_date(stream, &name)) && !beside_a_name() => {
                Some(Fit { score: 18, tokens, adjective: false, inhabitant: false })
            }
            _ => None,
        }
    }

    /// A village that the gazetteer does not list, told by its head: «в селе Прожектор», «Бегімбет ауылы».
    fn unlisted(&self, stream: &TokenStream<'_>, i: usize, floor: usize, end: usize, kazakh: bool) -> Option<PlaceHit> {
        // The head has a capitalised word, or a mark, beside it: the cheap test goes first.
        let neighbour = if kazakh { i.checked_sub(1) } else { Some(i + 1) };
        let neighbour = stream.tokens().get(neighbour?)?;
        let likely = if kazakh {
            neighbour.caps == Caps::Title
        } else {
            neighbour.caps == Caps::Title || neighbour.kind == Kind::Punct
        };
        if !likely || stream.token(i).caps == Caps::Upper || !self.context.settlement.has(stream.lower(i)) {
            return None;
        }
        let title = |j: usize| stream.token(j).kind == Kind::Word && stream.token(j).caps == Caps::Title;
        let head = stream.lower(i);
        let (tokens, name) = if kazakh {
            if i <= floor || !title(i - 1) || !stream.token(i).space_before || head.starts_with("мекен") {
                return None;
            }
            let county = head == "ауылдық" && stream.lower_or_empty(i + 1).starts_with("округ");
            if county {
                (i - 1..i + 2, format!("{} ауылдық округі", stream.printed(i - 1)))
            } else if head.starts_with("ауылдық")
                || !(head.ends_with('ы') || head.contains("ын") || head.contains("ін"))
            {
                return None;
            } else {
                (i - 1..i + 1, stream.printed(i - 1).to_owned())
            }
        } else {
            let mut j = i + 1;
            while j < end
                && (is_quote(stream.lower(j)) || (stream.lower(j) == "." && !head.contains(['а', 'е', 'и', 'о', 'у'])))
            {
                j += 1;
            }
            let adjective = |word: &str| ["ского", "ском", "ской", "ский"].iter().any(|e| word.ends_with(e));
            if j >= end || !title(j) || adjective(stream.lower(j)) || head.chars().count() == 1 && j == i + 1 {
                return None;
            }
            if self.at(stream, j, floor, i..end, kazakh).is_some() {
                return None;
            }
            (i..j + 1, stream.printed(j).to_owned())
        };
        Some(PlaceHit {
            tokens,
            kind: PlaceKind::Village,
            region: None,
            country: Some(Code::from("KZ")),
            kato: None,
            name: Code::from(name),
            adjective_or_inhabitant: false,
            standing: Standing::Genitive,
            inhabitant: false,
            resident: false,
            dateline: false,
            candidates: Vec::new(),
        })
    }
}

/// `БҚО-да`: capitals, a hyphen, an ending.
fn is_ended_abbreviation(printed: &str) -> bool {
    printed
        .split_once('-')
        .is_some_and(|(letters, _)| letters.chars().count() > 1 && letters.chars().all(char::is_uppercase))
}

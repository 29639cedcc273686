//! How a place stands in its sentence: where things happened, whose authority acted, or only where somebody or
//! something came from, went to or ran between.

use super::feats::Feats;
use super::feature::{Piece, pieces};
use super::lexicon::Dimension;
use super::pattern::{Annotated, Mark};
use super::place::PlaceHit;
use super::token::{Caps, Kind};

/// How a place stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// "в Шымкенте", "под Алматы".
    Located,
    /// "Тараз. Суд …", at the head of a paragraph.
    Dateline,
    /// "по Карагандинской области".
    Over,
    /// "полиция Алматы", "шымкентский суд".
    Authority,
    /// "аким Риддера", "рынок Актау".
    Genitive,
    /// "алматинский бизнесмен".
    Adjective,
    /// "житель Тараза", "студент из Рудного".
    Person,
    /// "из Шымкента".
    From,
    /// "в Астану", "до Актау".
    Toward,
    /// "поезд Алматы – Петропавловск".
    Route,
}

impl Standing {
    /// Its name in features.
    pub(super) const fn piece(self) -> Piece<'static> {
        const NAMES: [Piece<'static>; 10] = pieces([
            "located",
            "dateline",
            "over",
            "authority",
            "genitive",
            "adjective",
            "person",
            "from",
            "toward",
            "route",
        ]);
        NAMES[self as usize]
    }

    /// Whether it only tells where somebody or something came from, went to or ran between.
    pub(super) const fn passes(self) -> bool {
        matches!(self, Self::Person | Self::From | Self::Toward | Self::Route)
    }

    /// Whether it says where things happened or who acted there.
    pub(super) const fn settles(self) -> bool {
        matches!(self, Self::Located | Self::Dateline | Self::Over | Self::Authority)
    }
}

/// What the standing of the places of a sentence is taken from.
pub(super) struct Asked<'a, 't> {
    pub(super) text: &'a Annotated<'a, 't>,
    pub(super) kazakh: bool,
    pub(super) marks: &'a [Mark],
    /// First tokens of the places that describe persons.
    pub(super) persons: &'a [usize],
    /// First token of the sentence.
    pub(super) from: usize,
}

/// Tells the places of a sentence, which are in their order, how they stand.
pub(super) fn tell(asked: &Asked<'_, '_>, places: &mut [PlaceHit]) {
    let mut found: Vec<Standing> = Vec::with_capacity(places.len());
    for (i, place) in places.iter().enumerate() {
        let own = standing(asked, place);
        // "в Астане, Алматы и Шымкенте": what governs the first governs the others.
        let last = i.checked_sub(1).map(|last| (&places[last], found[last]));
        let joined = last.filter(|(other, _)| {
            let gap = other.tokens.end..place.tokens.start;
            gap.len() == 1 && is_joint(asked.text.stream.lower(gap.start)) && own == Standing::Genitive
        });
        found.push(joined.map_or(own, |(_, standing)| standing));
    }
    if asked.kazakh {
        // "Астана мен Алматы қалаларында": the last one carries the case.
        for i in (1..places.len()).rev() {
            let gap = places[i - 1].tokens.end..places[i].tokens.start;
            let joint = gap.is_empty() || gap.len() == 1 && is_joint(asked.text.stream.lower(gap.start));
            if joint && found[i - 1] == Standing::Genitive {
                found[i - 1] = found[i];
            }
        }
    }
    places.iter_mut().zip(found).for_each(|(place, standing)| place.standing = standing);
}

fn is_joint(word: &str) -> bool {
    matches!(word, "," | "и" | "или" | "және" | "мен" | "пен" | "бен" | "/")
}

fn is_dash(word: &str) -> bool {
    matches!(word, "–" | "—" | "-" | "−")
}

/// Words between a preposition and its place: "в самом городе".
const GOVERNED: usize = 2;

fn standing(asked: &Asked<'_, '_>, place: &PlaceHit) -> Standing {
    let stream = asked.text.stream;
    let (start, end) = (place.tokens.start, place.tokens.end);
    if place.dateline {
        return Standing::Dateline;
    }
    let name = |i: usize| i < stream.len() && stream.token(i).kind == Kind::Word && stream.token(i).caps != Caps::Lower;
    let quote = |i: usize| matches!(stream.lower(i), "«" | "\"" | "“");
    let before = start.checked_sub(1).filter(|i| *i >= asked.from);
    let behind = before.filter(|i| is_dash(stream.lower(*i))).is_some_and(|i| i > asked.from && name(i - 1));
    let ahead =
        end < stream.len() && is_dash(stream.lower(end)) && (name(end + 1) || end + 2 < stream.len() && quote(end + 1));
    if behind || ahead {
        return Standing::Route;
    }
    // "выехали в Шымкент, где задержали троих"
    if stream.lower_or_empty(end) == "," && stream.lower_or_empty(end + 1) == "где" {
        return Standing::Located;
    }
    if place.resident || asked.persons.contains(&start) {
        return Standing::Person;
    }
    let authority = |m: &&Mark| m.dimension == Dimension::Agency;
    let acts = asked.marks.iter().filter(authority).any(|m| {
        let follows = m.start >= end && m.start <= end + usize::from(place.adjective_or_inhabitant || asked.kazakh);
        let precedes = !asked.kazakh && m.end <= start && start - m.end <= 1;
        let within = m.start <= start && end <= m.end;
        follows && (place.adjective_or_inhabitant || asked.kazakh)
            || precedes && !place.adjective_or_inhabitant
            || within
    });
    if asked.kazakh {
        let feats = asked.text.feats(end - 1);
        // "Алматы қалаларында ұлттық қауіпсіздік комитеті": where it acted, not whose it is.
        return if feats.has(Feats::LOC) {
            Standing::Located
        } else if acts {
            Standing::Authority
        } else if feats.has(Feats::ABL) {
            Standing::From
        } else if feats.has(Feats::DAT) {
            Standing::Toward
        } else if place.adjective_or_inhabitant {
            Standing::Adjective
        } else {
            Standing::Genitive
        };
    }
    if acts {
        return Standing::Authority;
    }
    let plain = |i: &usize| stream.token(*i).kind == Kind::Word || quote(*i);
    let words = (asked.from..start).rev().take(GOVERNED + 1).take_while(plain);
    for (distance, i) in words.enumerate() {
        let word = stream.lower(i);
        let told = match word {
            "в" | "во" | "на" => {
                let feats = asked.text.feats(end - 1);
                let goes = feats.any(Feats::ACC) && !feats.any(Feats::LOC);
                Some(if goes { Standing::Toward } else { Standing::Located })
            }
            "близ" | "под" | "около" | "возле" | "у" | "вблизи" | "неподалеку" | "недалеко" => {
                Some(Standing::Located)
            }
            "из" | "с" | "со" => Some(Standing::From),
            "от" if distance == 0 => Some(Standing::From),
            "до" | "через" | "к" | "для" => Some(Standing::Toward),
            "между" => Some(Standing::Route),
            "по" => Some(Standing::Over),
            _ => None,
        };
        // "в отделе полиции Тараза": what stands between must agree with the place, not govern it.
        let passes = asked.text.feats(i).any(Feats::ADJ) || quote(i);
        match told {
            Some(_) if place.adjective_or_inhabitant && place.inhabitant => return Standing::Adjective,
            Some(told) => return told,
            None if !passes => break,
            None => {}
        }
    }
    if place.adjective_or_inhabitant { Standing::Adjective } else { Standing::Genitive }
}

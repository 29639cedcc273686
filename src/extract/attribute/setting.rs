//! What set the scene last before a result: a place of ours, one abroad, the whole country, "the region".

use super::Asked;
use super::listed::together;
use crate::extract::feature::{Piece, pieces};
use crate::extract::place::PlaceHit;
use crate::extract::standing::Standing;
use crate::record::Code;

/// Sentences back that are looked at.
const BACK: usize = 12;

/// How far back the scene was set.
const DISTANCES: [Piece<'static>; 6] = pieces(["before", "after", "paragraph", "last", "far", "title"]);

/// What set the scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scenery {
    /// A place at home.
    Home(Standing),
    /// One abroad.
    Abroad,
    /// "по стране".
    Country,
    /// "в регионе".
    Region,
    /// "в МВД".
    Central,
    /// "там", of the place told last.
    There,
    /// Nothing did.
    Unset,
}

/// What set the scene last before a result.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) scenery: Scenery,
    /// Regions of the place at home.
    pub(super) regions: Vec<Code>,
    distance: usize,
}

impl Setting {
    /// Name of what set the scene.
    pub(super) fn kind(&self) -> Piece<'static> {
        match self.scenery {
            Scenery::Home(standing) => standing.piece(),
            Scenery::Abroad => const { Piece::of("abroad") },
            Scenery::Country => const { Piece::of("country") },
            Scenery::Region => const { Piece::of("region") },
            Scenery::Central => const { Piece::of("central") },
            Scenery::There => const { Piece::of("there") },
            Scenery::Unset => const { Piece::of("unset") },
        }
    }

    /// How far back.
    pub(super) fn distance(&self) -> Piece<'static> {
        DISTANCES[self.distance]
    }
}

/// Finds what set the scene; `of_ours` looks for places of ours alone.
pub(super) fn setting(asked: &Asked<'_, '_, '_>, of_ours: bool) -> Setting {
    let context = asked.scene.context;
    let own = asked.candidate.sentence;
    let anchor = asked.anchor();
    let paragraph = asked.paragraph(own);
    let at_home = |h: &PlaceHit| h.region.is_some() || h.is_ambiguous();
    let told = |s: usize, from: usize, to: usize, last: bool| -> Option<(Scenery, Vec<Code>)> {
        let around = &context.sentences[s];
        // Of those at one place the last named counts as the last, the first as the first.
        let mut found: Option<(usize, Scenery, Option<usize>)> = None;
        let mut take = |at: usize, scenery: Scenery, hit: Option<usize>| {
            if found.is_none_or(|(known, ..)| if last { at >= known } else { at < known }) {
                found = Some((at, scenery, hit));
            }
        };
        for (i, hit) in around.places.iter().enumerate().filter(|(_, h)| (from..to).contains(&h.tokens.start)) {
            let standing = hit.standing;
            if at_home(hit) && standing.settles() {
                take(hit.tokens.start, Scenery::Home(standing), Some(i));
            } else if !of_ours
                && hit.country.as_deref().is_some_and(|c| c != "KZ")
                && standing.settles()
                && !hit.adjective_or_inhabitant
            {
                take(hit.tokens.start, Scenery::Abroad, None);
            }
        }
        if !of_ours {
            let kinds = [
                (&around.countrywide, Scenery::Country),
                (&around.centrally, Scenery::Central),
                (&around.regionally, Scenery::Region),
            ];
            for (places, scenery) in kinds {
                places.iter().filter(|at| (from..to).contains(*at)).for_each(|at| take(*at, scenery, None));
            }
        }
        let regions = |hit: usize| context.regions_of(&joined(&around.places, hit));
        found.map(|(_, scenery, hit)| (scenery, hit.map_or_else(Vec::new, regions)))
    };
    let sentence = asked.scene.reads[own].sentence;
    if let Some((at, regions)) = there(asked) {
        let since = context.sentences[own].places.iter().any(|h| at < h.tokens.start && h.tokens.start < anchor);
        if !since {
            return Setting { scenery: Scenery::There, regions, distance: 0 };
        }
    }
    let make = |(scenery, regions): (Scenery, Vec<Code>), distance: usize| Setting { scenery, regions, distance };
    if let Some(found) = told(own, sentence.start, anchor, true) {
        return make(found, 0);
    }
    if let Some(found) = told(own, anchor, sentence.end, false) {
        return make(found, 1);
    }
    for s in (own.saturating_sub(BACK)..own).rev() {
        if let Some(found) = told(s, 0, usize::MAX, true) {
            let distance = match paragraph - asked.paragraph(s) {
                0 => 2,
                1 => 3,
                _ => 4,
            };
            return make(found, distance);
        }
    }
    let title = &context.title;
    let home = title.places.iter().find(|h| at_home(h) && h.standing.settles());
    match home {
        Some(hit) => make((Scenery::Home(hit.standing), title.domestic.regions.clone()), 5),
        None if !of_ours && title.national => make((Scenery::Country, Vec::new()), 5),
        None => make((Scenery::Unset, Vec::new()), 5),
    }
}

/// Sentences back to the place that "there" means.
const THERE: usize = 2;

/// The word for "there" or "here" before a result, and the regions of the place told last before it: "Вы упоминали
/// Рудный… – Там возбуждено дело".
fn there(asked: &Asked<'_, '_, '_>) -> Option<(usize, Vec<Code>)> {
    let context = asked.scene.context;
    let own = asked.candidate.sentence;
    let start = asked.scene.reads[own].sentence.start;
    let points = |i: &usize| {
        let word = asked.scene.text.stream.lower(*i);
        matches!(word, "там" | "здесь" | "тут" | "онда" | "сонда" | "мұнда" | "осында")
    };
    let at = (start..asked.anchor()).rev().find(points)?;
    let home = |h: &&PlaceHit| (h.region.is_some() || h.is_ambiguous()) && h.tokens.start < at;
    let last = |s: usize| context.sentences[s].places.iter().rfind(home);
    let hit = (own.saturating_sub(THERE)..=own).rev().find_map(last)?;
    Some((at, context.regions_of(&[hit])))
}

/// The places at home that are named together with one of them.
fn joined(places: &[PlaceHit], at: usize) -> Vec<&PlaceHit> {
    let home = |h: &PlaceHit| h.region.is_some() || h.is_ambiguous();
    let beside = |a: &PlaceHit, b: &PlaceHit| home(a) && home(b) && b.tokens.start.saturating_sub(a.tokens.end) <= 1;
    places[together(places.len(), at, |a, b| beside(&places[a], &places[b]))].iter().collect()
}

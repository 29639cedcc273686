//! Several hits → one locus: ambiguous names settled by their neighbours, the most specific kept.

use super::{Gazetteer, PlaceHit, PlaceKind};
use crate::record::Code;
use std::borrow::{Borrow, Cow};

/// Where a result lies, of all the places that the text around it names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Locus {
    /// ISO 3166-2 regions, sorted; several where the text names several.
    pub regions: Vec<Code>,
    /// The most specific place within the one region, nominative.
    pub locality: Option<Code>,
    /// KATO code (9 digits) of the locality, else of the region.
    pub kato: Option<Code>,
    /// ISO 3166-1 alpha-2 country, where only places abroad are named.
    pub country: Option<Code>,
}

fn specificity(kind: PlaceKind) -> u8 {
    match kind {
        PlaceKind::Country => 0,
        PlaceKind::Region => 1,
        PlaceKind::District => 2,
        PlaceKind::City => 3,
        PlaceKind::CityDistrict => 4,
        PlaceKind::Town => 5,
        PlaceKind::Village => 6,
    }
}

impl Gazetteer {
    /// Gives ambiguous hits the reading whose region the nearest unambiguous hit names.
    pub(super) fn settle(&self, hits: &mut [PlaceHit], kazakh: bool) {
        for at in 0..hits.len() {
            if hits[at].candidates.is_empty() {
                continue;
            }
            let nearest = hits
                .iter()
                .enumerate()
                .filter(|(other, hit)| {
                    *other != at
                        && hit.region.is_some()
                        && hits[at].candidates.iter().any(|&c| self.places[c as usize].region == hit.region)
                })
                .min_by_key(|(other, hit)| {
                    // The region's own name («… Алматинской области») outweighs a distant city.
                    (other.abs_diff(at), specificity(hit.kind))
                })
                .and_then(|(_, hit)| hit.region.clone());
            if let Some(region) = nearest {
                self.choose(&mut hits[at], &region, kazakh);
            }
        }
    }

    /// The regions in which a hit may lie: its own, or those of all places of that name.
    pub fn regions_of(&self, hit: &PlaceHit) -> Vec<Code> {
        let mut regions: Vec<Code> =
            hit.candidates.iter().filter_map(|&c| self.places[c as usize].region.clone()).collect();
        regions.extend(hit.region.clone());
        regions.sort_unstable();
        regions.dedup();
        regions
    }

    /// Gives an ambiguous hit its reading in a region, where it has one.
    pub(in crate::extract) fn choose(&self, hit: &mut PlaceHit, region: &Code, kazakh: bool) {
        let mut fitting = hit.candidates.iter().filter(|&&c| self.places[c as usize].region.as_ref() == Some(region));
        let Some(&first) = fitting.next() else { return };
        let place = &self.places[first as usize];
        hit.kind = place.kind;
        hit.region.clone_from(&place.region);
        hit.kato.clone_from(&place.kato);
        hit.name = self.name_of(place, kazakh);
        hit.candidates.clear();
    }

    /// The places of a passage as one: the regions it names and, if it is one, its most specific place.
    ///
    /// Hits that stay ambiguous follow the others' region; with none, the gazetteer's first reading.
    pub fn combine<H: Borrow<PlaceHit>>(&self, hits: &[H]) -> Option<Locus> {
        let hits = hits.iter().map(Borrow::borrow);
        let mut regions: Vec<Code> = hits.clone().filter_map(|h| h.region.clone()).collect();
        regions.sort_unstable();
        regions.dedup();
        let mut open: Vec<Cow<'_, PlaceHit>> = hits.clone().map(Cow::Borrowed).collect();
        for hit in open.iter_mut().filter(|h| !h.candidates.is_empty()) {
            let hit = hit.to_mut();
            let kazakh = hit.candidates.iter().any(|&c| {
                let place = &self.places[c as usize];
                place.name_kk == hit.name && place.name_ru != hit.name
            });
            let known = regions
                .iter()
                .find(|r| hit.candidates.iter().any(|&c| self.places[c as usize].region.as_ref() == Some(*r)))
                .cloned();
            let region = known.or_else(|| {
                regions.is_empty().then(|| self.places[hit.candidates[0] as usize].region.clone()).flatten()
            });
            if let Some(region) = region {
                self.choose(hit, &region, kazakh);
                if !regions.contains(&region) {
                    regions.push(region);
                }
            }
        }
        if regions.is_empty() {
            let country = hits.clone().find_map(|h| h.country.clone().filter(|c| &**c != "KZ"));
            let unlisted = hits.clone().find(|h| h.kind == PlaceKind::Village);
            return match (country, unlisted) {
                (None, None) => None,
                (None, Some(hit)) => Some(Locus { locality: Some(hit.name.clone()), ..Locus::default() }),
                (country, _) => Some(Locus { country, ..Locus::default() }),
            };
        }
        regions.sort_unstable();
        if regions.len() > 1 {
            return Some(Locus { regions, ..Locus::default() });
        }
        let republican = matches!(&*regions[0], "KZ-71" | "KZ-75" | "KZ-79");
        let best = open
            .iter()
            .filter(|h| !h.name.is_empty() && (h.region.as_ref() == Some(&regions[0]) || h.is_unlisted()))
            .filter(|h| !h.adjective_or_inhabitant || republican)
            .max_by_key(|h| (specificity(h.kind), std::cmp::Reverse(h.tokens.start)));
        let kato = match best {
            Some(hit) => hit.kato.clone(),
            None => open.iter().find_map(|h| h.kato.clone()),
        };
        Some(Locus { locality: best.map(|h| h.name.clone()), kato, regions, country: None })
    }
}

impl PlaceHit {
    /// Whether it is a village told by its head only, in no known region.
    pub fn is_unlisted(&self) -> bool {
        self.region.is_none() && self.candidates.is_empty() && self.kind == PlaceKind::Village
    }

    /// Whether several places share the name and nothing in the range decided.
    pub fn is_ambiguous(&self) -> bool {
        !self.candidates.is_empty()
    }
}

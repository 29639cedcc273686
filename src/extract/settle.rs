//! Names that several regions have: settled by the text around them.

use super::context::Surroundings;
use super::place::Gazetteer;

/// Gives a name that several regions have the reading that the text around it speaks of: the nearest sentence's before it,
/// then the nearest one's behind it. "Прокурор области Жетысу … Аксуский район".
pub(super) fn settle(gazetteer: &Gazetteer, sentences: &mut [Surroundings], kazakh: bool) {
    for s in 0..sentences.len() {
        for at in 0..sentences[s].places.len() {
            if !sentences[s].places[at].is_ambiguous() {
                continue;
            }
            let possible = gazetteer.regions_of(&sentences[s].places[at]);
            let fits = |around: &Surroundings| {
                around.places.iter().rev().filter_map(|h| h.region.clone()).find(|r| possible.contains(r))
            };
            let before = sentences[..s].iter().rev().find_map(fits);
            let region = before.or_else(|| sentences[s + 1..].iter().find_map(fits));
            if let Some(region) = region {
                gazetteer.choose(&mut sentences[s].places[at], &region, kazakh);
            }
        }
    }
}

//! By how much a figure rose or fell: a difference, no number of anything.

use super::argument::Scene;
use super::feats::Feats;
use super::lexicon::Dimension;
use super::pattern::Mark;
use super::quantity::Quantity;

/// Words between "сократилось" and "на" before the difference at most.
const REACH: usize = 8;

/// "Число краж сократилось на 1 200", "снижение более чем на 6 тысяч фактов": what a word for rising or falling (qualifier
/// `changed`) puts behind "на" is a difference, no number of anything.
pub(super) fn is_difference(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let from = quantity.start.saturating_sub(1).max(scene.start);
    let Some(on) = (from..quantity.figure).rev().find(|i| scene.text.stream.lower(*i) == "на") else { return false };
    let changed = |i: usize| {
        let at = |m: &Mark| m.start == i && m.dimension == Dimension::Qualifier;
        scene.marks.iter().any(|m| at(m) && scene.entry(m).code.as_ref() == "changed")
    };
    // A verb between them has a sum of its own: "при росте краж похищено на 5 млн".
    let verb = |i: usize| {
        let feats = scene.text.feats(i);
        feats.any(Feats::FINITE | Feats::SHORT) && !feats.any(Feats::NOUN | Feats::ADJ)
    };
    for i in (on.saturating_sub(REACH).max(scene.start)..on).rev() {
        if changed(i) {
            return true;
        }
        if verb(i) || matches!(scene.text.stream.lower(i), "," | ";" | ":" | "." | "(" | ")") {
            return false;
        }
    }
    false
}

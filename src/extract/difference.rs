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
    if is_remark(scene, quantity) {
        return true;
    }
    let from = quantity.start.saturating_sub(1).max(scene.start);
    let Some(on) = (from..quantity.figure).rev().find(|i| scene.text.stream.lower(*i) == "на") else { return false };
    let changed = |i: usize| is_changed(scene, i);
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

/// "Краж – 1 188 (минус 214)", "грабежей – 15 (–4)": what a bracket or comma opens with a sign or a word for a change.
fn is_remark(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let stream = scene.text.stream;
    let Some(before) = quantity.figure.checked_sub(1).filter(|b| *b > scene.start) else { return false };
    let opens = stream.lower(before - 1);
    matches!(stream.lower(before), "–" | "-" | "—" | "−" | "+") && opens == "("
        || matches!(opens, "(" | ",") && is_changed(scene, before)
}

/// Whether a word for rising or falling begins at a token.
fn is_changed(scene: &Scene<'_>, at: usize) -> bool {
    let here = |m: &Mark| m.start == at && m.dimension == Dimension::Qualifier;
    scene.marks.iter().any(|m| here(m) && scene.entry(m).code.as_ref() == "changed")
}

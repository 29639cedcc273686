//! Figures within adjectives, of what a thing holds and of who is excepted: they count nothing.

use super::argument::Scene;
use super::feats::Feats;
use super::lexicon::Dimension;
use super::quantity::Quantity;
use super::token::Kind;

/// "два 12-этажных дома": a figure within an adjective.
pub(super) fn is_compound(scene: &Scene<'_>, i: usize) -> bool {
    i < scene.end
        && !scene.lexicon.patterns.is_head_final()
        && scene.text.stream.token(i).kind == Kind::Number
        && scene.text.stream.number_parts(i).1.is_some_and(|tail| tail.chars().count() > 4)
}

/// Where the next figure begins that is no part of an adjective.
pub(super) fn next_figure(scene: &Scene<'_>, behind: &[Quantity]) -> usize {
    behind.iter().find(|q| !is_compound(scene, q.figure)).map_or(scene.end, |q| q.start)
}

/// "20–25-летних": the lower end of what an adjective tells.
pub(super) fn is_range(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    matches!(scene.text.stream.lower_or_empty(quantity.end), "–" | "—" | "-")
        && !scene.text.stream.token(quantity.end).space_before
        && is_compound(scene, quantity.end + 1)
}

/// "бутылки объёмом 0,5 литра": what one of them holds.
pub(super) fn is_capacity(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let before = quantity.start.checked_sub(1).filter(|b| *b >= scene.start);
    let holds = |b: usize| matches!(scene.text.stream.lower(b), "объемом" | "емкостью" | "вместимостью");
    let total = |b: usize| b > 0 && scene.text.feats(b - 1).has(Feats::ADJ);
    quantity.unit.as_deref() == Some("l") && quantity.value <= 5.0 && before.is_some_and(|b| holds(b) && !total(b))
}

/// "Все подозреваемые, за исключением двоих": those are no object of the verb.
pub(super) fn is_excepted(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    scene.marks.iter().any(|m| {
        m.end == quantity.start && m.dimension == Dimension::Anaphora && scene.entry(m).code.as_ref() == "except"
    })
}

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

/// Figures before an adjective that go on in it, at most.
const AGES: usize = 4;

/// "20–25-летних", "19-ти и 23-летний жители", "20, 25 и 31-летние": what an adjective goes on with.
pub(super) fn is_range(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    if quantity.unit.is_some() || quantity.scaled || quantity.value >= 100.0 {
        return false;
    }
    let lower = |i: usize| scene.text.stream.lower_or_empty(i);
    let mut at = quantity.end;
    for _ in 0..AGES {
        // "36- и 32-летнего"
        let cut = matches!(lower(at), "-" | "–" | "—") && !scene.text.stream.token(at).space_before;
        at += usize::from(cut);
        let joined = matches!(lower(at), "," | "и" | "или");
        at += usize::from(joined);
        if !cut && !joined || at >= scene.end || scene.text.stream.token(at).kind != Kind::Number {
            return false;
        }
        if is_compound(scene, at) {
            return true;
        }
        at += 1;
    }
    false
}

/// "19-ти и 23-летний жители", "20, 25 и 31-летнему водителям": as many persons as ages stand before their noun.
pub(super) fn ages(scene: &Scene<'_>, noun: usize) -> Option<f64> {
    let stream = &scene.text.stream;
    let plain = |i: usize| scene.text.feats(i).any(Feats::ADJ | Feats::PART) && stream.token(i).kind == Kind::Word;
    let last = (scene.start..noun).rev().find(|i| !plain(*i)).filter(|i| is_compound(scene, *i))?;
    let (mut at, mut told) = (last, 1_u8);
    while at > scene.start + 1 && usize::from(told) < AGES && matches!(stream.lower(at - 1), "," | "и" | "или") {
        let cut = usize::from(matches!(stream.lower(at - 2), "-" | "–" | "—"));
        let Some(before) = (at - 2).checked_sub(cut).filter(|b| *b >= scene.start) else { break };
        let short = stream.number_parts(before).1.is_none_or(|tail| tail.chars().count() <= 2);
        let adult = stream.number_parts(before).0.parse::<u8>().is_ok_and(|age| age < 100);
        if !(is_compound(scene, before) || stream.token(before).kind == Kind::Number && short && adult) {
            break;
        }
        (at, told) = (before, told + 1);
    }
    (told > 1).then(|| f64::from(told))
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

//! What a list of unlike things is worth together.

use super::argument::Scene;
use super::feats::Feats;
use super::lexicon::Dimension;
use super::pattern::Mark;
use super::quantity::{Quantity, is_currency};

/// Words between two things of a list at most: what describes and counts the second.
const JOINED: usize = 6;

/// What a list of unlike things is together, where a word of worth stands behind the last of them: "5 квартир и 3
/// автомобиля общей стоимостью 1 млрд" are property, "станки и спирт общей стоимостью 6 млн" goods.
pub(super) fn mixed(scene: &Scene<'_>, quantity: &Quantity, nouns: &[Mark], last: usize) -> Option<&'static str> {
    let lower = |i: usize| scene.text.stream.lower(i);
    let together = |m: &Mark| {
        let between = nouns[last].end <= m.start && m.end <= quantity.start;
        between && m.dimension == Dimension::Anaphora && scene.entry(m).code.as_ref() == "together"
    };
    let code = |i: usize| scene.entry(&nouns[i]).code.as_ref();
    // "оружия и патронов на 1,9 млрд": arms are arms.
    let arms = |i: usize| matches!(code(i), "firearm" | "weapon" | "ammunition" | "explosive");
    let joined = |b: usize| nouns[b].end + 1 == nouns[last].start && lower(nouns[b].end) == "и";
    let listed = last.checked_sub(1).is_some_and(|b| arms(b) && arms(last) && code(b) != code(last) && joined(b));
    if listed {
        return Some("weapon");
    }
    if !scene.marks.iter().any(together) {
        return None;
    }
    let asset = |i: usize| scene.classes.class(code(i)) == "asset";
    let thing = |i: usize| {
        let worthy = asset(i) || scene.classes.class(code(i)) == "goods";
        nouns[i].dimension == Dimension::Object && worthy && code(i) != "money"
    };
    let breaks = |i: usize| {
        let feats = scene.text.feats(i);
        let predicate = feats.any(Feats::FINITE | Feats::SHORT) && !feats.any(Feats::NOUN | Feats::ADJ);
        matches!(lower(i), ";" | ":" | "." | "(" | ")") || predicate
    };
    let (mut at, mut mixed, mut assets) = (last, false, asset(last));
    while let Some(before) = at.checked_sub(1) {
        let mut between = nouns[before].end..nouns[at].start;
        let joined = between.clone().any(|i| matches!(lower(i), "," | "и")) && between.len() <= JOINED;
        if !joined || !thing(before) || between.any(breaks) {
            break;
        }
        mixed |= code(before) != code(last);
        assets &= asset(before);
        at = before;
    }
    match (mixed && thing(last), assets) {
        (true, true) => Some("property"),
        (true, false) => Some("goods"),
        _ => None,
    }
}

/// `1,2 млн долларов (600 млн тенге)`, `900 млн тенге, что равно 2 млн долларов`: it converts, it adds nothing.
pub(super) fn in_brackets_after_money(scene: &Scene<'_>, quantities: &[Quantity], n: usize) -> bool {
    let Some(before) = n.checked_sub(1).map(|b| &quantities[b]) else { return false };
    let quantity = &quantities[n];
    let is_money = |q: &Quantity| q.unit.as_deref().is_some_and(is_currency);
    let bracket = (before.end..quantity.start).any(|i| scene.text.stream.lower(i) == "(")
        && !(before.end..quantity.start).any(|i| scene.text.stream.lower(i) == ")");
    let crypto = |q: &Quantity| q.object.as_deref() == Some("cryptocurrency");
    let lower = |i: usize| scene.text.stream.lower(i);
    let that = lower(before.end) == "или"
        || lower(before.end) == "," && matches!(lower(before.end + 1), "что" | "или" | "это");
    (bracket || that && before.end < quantity.start)
        && quantity.start - before.end <= 6
        && (is_money(before) || crypto(before))
        && is_money(quantity)
        && before.unit != quantity.unit
}

/// Whether a unit is a ticker of the crypto-markets.
pub(super) fn is_crypto(unit: &str) -> bool {
    unit.len() > 3 || matches!(unit, "BTC" | "ETH" | "TRX" | "TON" | "BNB" | "LTC" | "XMR" | "SOL" | "XRP")
}

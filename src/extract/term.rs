//! Lengths of time: which are terms, which tell when or how long something went on.

use super::argument::Scene;
use super::feats::Feats;
use super::quantity::Quantity;
use super::token::Kind;
use crate::record::{Code, Qualifier};

/// Words from a verb to the end of what it changes at most: "сократил ему срок лишения свободы до".
const CHANGED: usize = 5;

/// `по 6`, `к семи`, `на 8`, `от четырёх до двенадцати`: what such a preposition governs is a measure, no number of
/// persons.
pub(super) fn is_governed(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let measure = |i: usize| matches!(scene.text.stream.lower(i), "по" | "к" | "ко" | "на" | "от" | "в" | "за");
    quantity.start > scene.start && measure(quantity.start - 1) || measure(quantity.start)
}

/// `, ему 18 лет.`: a clause without a verb tells an age.
pub(super) fn is_age(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let closed = |i: usize| i >= scene.end || scene.text.stream.token(i).kind == Kind::Punct;
    let opens = |i: usize| i == scene.start || closed(i - 1);
    let whom = quantity.start.checked_sub(1).filter(|i| *i >= scene.start);
    whom.is_some_and(|i| matches!(scene.text.stream.lower(i), "ему" | "ей" | "им" | "обоим") && opens(i))
        && closed(quantity.end)
}

/// `к 3, 4 и 5 годам`, `11 и 9 лет`: coordinated figures share the unit that follows the last.
pub(super) fn shared(scene: &Scene<'_>, quantities: &[Quantity], n: usize) -> Option<Code> {
    let first = &quantities[n];
    if first.unit.is_some() || first.scaled || first.value > 40.0 {
        return None;
    }
    // "вместо восьми лет он отбудет пять": the new term goes without its unit.
    let former = n.checked_sub(1).map(|b| &quantities[b]).filter(|q| super::compound::is_excepted(scene, q));
    let closed = first.end >= scene.end || scene.text.stream.token(first.end).kind == Kind::Punct;
    if let Some(unit) = former.and_then(|q| q.unit.as_ref()).filter(|u| closed && matches!(&***u, "year" | "month")) {
        return Some(unit.clone());
    }
    for pair in quantities[n..].windows(2) {
        let [low, high] = pair else { return None };
        let joined = high.figure == low.end + 1 && matches!(scene.text.stream.lower(low.end), "," | "и" | "және");
        if !joined {
            return None;
        }
        match high.unit.as_deref() {
            None if !high.scaled => {}
            Some("year" | "month") => return high.unit.clone(),
            _ => return None,
        }
    }
    None
}

/// `за два года`, `на протяжении пяти лет`, `шесть лет собиравшая`, `три года назад`: when and how long, no penalty; so
/// is `до двенадцати лет` without a lower end, which is what a law provides.
pub(super) fn is_adverbial(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    if scene.lexicon.patterns.is_head_final() {
        return false;
    }
    let stream = scene.text.stream;
    // "за последние два года", but not "за кражу на два года".
    let attribute = |i: usize| {
        let feats = scene.text.feats(i);
        stream.token(i).kind == Kind::Word && feats.any(Feats::ADJ | Feats::PART) && !feats.any(Feats::NOUN)
    };
    let mut at = quantity.start;
    while at > scene.start + 1 && attribute(at - 1) {
        at -= 1;
    }
    let before = at > scene.start
        && matches!(stream.lower(at - 1), "за" | "через" | "спустя" | "течение" | "протяжении" | "после");
    let after = |i: usize| if i < scene.end { stream.lower(i) } else { "" };
    let doing = quantity.end < scene.end && {
        let feats = scene.text.feats(quantity.end);
        feats.has(Feats::PART | Feats::ACT) && !feats.any(Feats::NOUN | Feats::SHORT)
    };
    let ago = matches!(after(quantity.end), "назад" | "подряд" | "спустя");
    // "снижен до семи лет", "сократил ему срок до четырёх лет"
    let verb = |i: usize| {
        let feats = scene.text.feats(i);
        feats.any(Feats::SHORT | Feats::FINITE | Feats::VERB) && !feats.any(Feats::NOUN)
    };
    let past = |i: usize| verb(i) && scene.text.feats(i).any(Feats::SHORT | Feats::PAST);
    let object = |i: &usize| {
        let pronoun = matches!(stream.lower(*i), "ему" | "ей" | "им");
        pronoun || scene.text.feats(*i).any(Feats::NOUN | Feats::ADJ) || verb(*i)
    };
    let mut back = (scene.start..quantity.start).rev().take(CHANGED).take_while(object);
    let changed = quantity.start > scene.start && verb(quantity.start - 1) || back.any(past);
    let bound = quantity.qualifier == Qualifier::Max && quantity.value_max.is_none() && !changed;
    before || doing || ago || bound
}

//! Lists under a counted noun: "Выявлено преступлений: в сфере закупок – 31, в школах – 44". The noun before the colon is
//! what the figures count; the labels only say which of them.

use super::argument::{Argument, ArgumentKind, Scene};
use super::feats::Feats;
use super::token::Kind;

/// Words between the noun and its colon at most: "телефонов осуждённых:".
const GAP: usize = 3;

/// Gives the figures of such a list the noun that heads it.
pub(super) fn name(scene: &Scene<'_>, arguments: &mut Vec<Argument>) {
    let lower = |i: usize| scene.text.stream.lower(i);
    let Some(colon) = (scene.start..scene.end).find(|i| lower(*i) == ":") else { return };
    let Some(head) = arguments.iter().rposition(|a| a.end <= colon) else { return };
    let noun = arguments[head].clone();
    let counted =
        matches!(noun.kind, ArgumentKind::Thing | ArgumentKind::Person) && noun.feats.has(Feats::GEN | Feats::PLUR);
    let beside = (noun.end..colon).all(|i| scene.text.stream.token(i).kind == Kind::Word) && colon - noun.end <= GAP;
    let figure = arguments[..=head].iter().any(|a| a.has_figure);
    if !counted || !beside || figure || !is_impersonal(scene, &noun) {
        return;
    }
    let parts: Vec<usize> = (head + 1..arguments.len()).filter(|i| is_part(scene, &arguments[*i])).collect();
    if parts.is_empty() {
        return;
    }
    for i in parts {
        let part = &mut arguments[i];
        part.kind = noun.kind;
        part.object = noun.object.clone();
        part.unit = noun.unit.clone().or_else(|| super::argument::unit_of(scene.classes, &noun.object));
        (part.offence, part.role) = (part.offence.take().or_else(|| noun.offence.clone()), noun.role.clone());
        (part.weak, part.unknown, part.oblique) = (false, false, false);
        part.feats |= Feats::NOM | Feats::ACC | Feats::GEN;
    }
    arguments.remove(head);
}

/// "Выявлено преступлений", "раскрыли краж": straight before the noun stands a verb without a subject.
fn is_impersonal(scene: &Scene<'_>, noun: &Argument) -> bool {
    let Some(verb) = noun.start.checked_sub(1).filter(|v| *v >= scene.start) else { return false };
    let feats = scene.text.feats(verb);
    feats.any(Feats::SHORT | Feats::FINITE)
        && feats.any(Feats::NEUT | Feats::PLUR)
        && !feats.any(Feats::NOUN | Feats::ADJ)
}

/// "в сфере закупок – 31": a plain number behind the dash of a label that a preposition opens.
fn is_part(scene: &Scene<'_>, argument: &Argument) -> bool {
    let lower = |i: usize| scene.text.stream.lower(i);
    let plain = argument.has_figure && argument.unit.as_deref().is_none_or(|u| u == "item") && !argument.worth;
    let kind = matches!(argument.kind, ArgumentKind::Bare | ArgumentKind::Thing);
    if !plain || !kind || argument.value.is_none_or(|v| v.fract() != 0.0) {
        return false;
    }
    let dash = |i: &usize| matches!(lower(*i), "–" | "—" | "-");
    let from = argument.start.saturating_sub(1).max(scene.start);
    let Some(dash) = (from..argument.end).find(dash) else { return false };
    let opens = (scene.start..dash).rev().find(|i| matches!(lower(*i), ":" | "," | ";" | "(" | ")"));
    opens.is_some_and(|i| {
        matches!(
            lower(i + 1),
            "в" | "во" | "на" | "по" | "при" | "у" | "из" | "за" | "с" | "со" | "среди" | "через" | "для"
        ) && !matches!(lower(i), "(" | ")")
    })
}

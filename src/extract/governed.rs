//! What a trigger cannot reach by grammar: nouns in a case or a number that its form does not govern, and what other
//! words of the sentence govern.

use super::argument::{Argument, ArgumentKind, Scene};
use super::feats::Feats;
use super::joint::{comma_between, substantival};
use super::trigger::Trigger;

/// Whether grammar keeps an argument from a trigger.
pub(super) fn is_ungoverned(scene: &Scene<'_>, trigger: &Trigger, argument: &Argument, arguments: &[Argument]) -> bool {
    disagrees(trigger, argument)
        || is_beyond_insertion(scene, trigger, argument)
        || is_of_its_whole(scene, trigger, argument, arguments)
        || is_where(scene, trigger, argument)
}

/// "Двое мужчин, напавших на курьера, установлены", "Гибель школьника: осуждены шестеро": a singular that is no subject
/// is nothing of a plural passive.
fn disagrees(trigger: &Trigger, argument: &Argument) -> bool {
    let passive = trigger.feats.has(Feats::SHORT | Feats::PLUR) && !trigger.feats.any(Feats::SING | Feats::FINITE);
    passive
        && argument.kind == ArgumentKind::Person
        && !argument.has_figure
        && argument.value == Some(1.0)
        && argument.feats.any(Feats::GEN | Feats::ACC)
        && !argument.feats.any(Feats::PLUR | Feats::NOM | Feats::DAT)
}

/// "Установлено пять водителей, лишённых прав, и семь человек": a participle between commas describes the noun before
/// it, not what follows the second comma.
fn is_beyond_insertion(scene: &Scene<'_>, trigger: &Trigger, argument: &Argument) -> bool {
    let full = trigger.feats.has(Feats::PART) && !trigger.feats.any(Feats::SHORT | Feats::FINITE);
    full && trigger.end <= argument.start
        && trigger.start > scene.start
        && scene.text.stream.lower(trigger.start - 1) == ","
        && comma_between(scene, trigger.end, argument.start)
}

/// "в убийстве десятерых человек", not "в отношении десятерых": straight behind a noun, whose genitive it is.
pub(super) fn is_behind_noun(scene: &Scene<'_>, start: usize) -> bool {
    let before = start.checked_sub(1).filter(|b| *b >= scene.start);
    before.is_some_and(|b| scene.text.feats(b).is_noun_alone() && scene.text.stream.lower(b) != "отношении")
}

/// "Двоим из пяти подсудимых назначили сроки": the noun of the whole says nothing of the part alone.
fn is_of_its_whole(scene: &Scene<'_>, trigger: &Trigger, argument: &Argument, arguments: &[Argument]) -> bool {
    let of = argument.end;
    let whole = |a: &Argument| a.start == of + 1 && a.start <= trigger.start && trigger.end <= a.end && a.has_figure;
    argument.has_figure
        && substantival(trigger)
        && of < trigger.start
        && scene.text.stream.lower(of) == "из"
        && arguments.iter().any(whole)
}

/// "В аэропорту арестовали иностранца": where it happened.
fn is_where(scene: &Scene<'_>, trigger: &Trigger, argument: &Argument) -> bool {
    let attribute = |i: &usize| {
        let feats = scene.text.feats(*i);
        feats.any(Feats::ADJ) && !feats.any(Feats::NOUN | Feats::SHORT)
    };
    let before = (scene.start..argument.start).rev().find(|i| !attribute(i));
    argument.kind == ArgumentKind::Thing
        && !argument.has_figure
        && trigger.feats.any(Feats::SHORT | Feats::FINITE)
        && !argument.feats.any(Feats::ACC | Feats::NOM)
        && argument.feats.any(Feats::DAT)
        && before.is_some_and(|i| matches!(scene.text.stream.lower(i), "в" | "во" | "при"))
}

/// "Признан виновным в убийстве десятерых человек, среди которых восемь полицейских": the whole that a part is among.
pub(super) fn whole_of<'a>(scene: &Scene<'_>, part: &Argument, arguments: &'a [Argument]) -> Option<&'a Argument> {
    let lower = |i: usize| scene.text.stream.lower(i);
    let among = part.start >= scene.start + 3
        && matches!(lower(part.start - 1), "которых" | "коих")
        && lower(part.start - 2) == "среди"
        && lower(part.start - 3) == ",";
    let comma = part.start.checked_sub(3).filter(|_| among)?;
    arguments.iter().rev().find(|a| a.end <= comma && a.kind == part.kind && a.has_figure)
}

/// "418 қылмыстың 301-і ашылғанын айтты": the verb behind both is told of the part.
pub(super) fn is_whole_of_part(trigger: &Trigger, argument: &Argument, arguments: &[Argument]) -> bool {
    let part = |a: &Argument| {
        a.has_figure
            && a.start > argument.start
            && a.start < argument.end
            && a.end > argument.end
            && a.end <= trigger.start
            && a.value < argument.value
    };
    argument.has_figure && argument.feats.any(Feats::GEN) && arguments.iter().any(part)
}

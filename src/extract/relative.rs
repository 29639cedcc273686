//! Relative clauses: `автомобиль и квартира, на которые наложен арест`.

use super::argument::{Argument, ArgumentKind, Scene};
use super::clause::Clauses;
use super::feats::Feats;
use super::trigger::Trigger;

/// Words of the relative pronoun begin with this.
pub(super) const PRONOUN: &str = "котор";

/// Words between the antecedent's noun and the comma: what describes it.
const TAIL: usize = 2;

/// Whether the argument is the antecedent of the relative clause that the trigger stands in, or joined to it.
pub(super) fn takes(
    scene: &Scene<'_>,
    trigger: &Trigger,
    argument: &Argument,
    arguments: &[Argument],
    clauses: &Clauses,
) -> bool {
    if argument.end > trigger.start {
        return false;
    }
    let lower = |i: usize| scene.text.stream.lower(i);
    let Some(pronoun) = (argument.end..trigger.start).find(|i| lower(*i).starts_with(PRONOUN)) else { return false };
    if clauses.of(pronoun) != trigger.clause {
        return false;
    }
    // At most a preposition stands between the comma and the pronoun.
    let comma = |i: usize| i > scene.start && lower(i) == ",";
    let Some(comma) = [1, 2].into_iter().filter_map(|b| pronoun.checked_sub(b)).find(|i| comma(*i)) else {
        return false;
    };
    // Nothing of the clause itself is what the verb takes.
    if arguments.iter().any(|a| a.start > pronoun && clauses.of(a.head) == trigger.clause) {
        return false;
    }
    let near = |a: &Argument| a.end <= comma && comma - a.end <= TAIL;
    let joined = |a: &Argument, next: &Argument| next.start == a.end + 1 && matches!(lower(a.end), "и" | ",");
    let mut at = argument;
    loop {
        if near(at) {
            return true;
        }
        let Some(next) = arguments.iter().find(|next| joined(at, next) && next.end <= comma) else { return false };
        at = next;
    }
}

/// Whether the verb of a relative clause acts upon its antecedent: "кусты, которые сожжены", "пятеро, которых выдворили", but
/// not "пятеро, которые похитили овец".
pub(super) fn is_patient(scene: &Scene<'_>, trigger: &Trigger, argument: &Argument) -> bool {
    let lower = |i: usize| scene.text.stream.lower(i);
    let Some(pronoun) = (argument.end..trigger.start).find(|i| lower(*i).starts_with(PRONOUN)) else { return false };
    let passive = trigger.feats.any(Feats::SHORT | Feats::PASS);
    let object = matches!(lower(pronoun), "которых" | "которого" | "которую");
    let thing = argument.kind != ArgumentKind::Person && lower(pronoun) == "которые";
    passive || trigger.feats.any(Feats::FINITE) && (object || thing)
}

//! Items of a list that count facts and then measure what they are about.

use super::Language;
use super::argument::{self, Argument, ArgumentKind};
use super::candidate::Candidate;
use super::reading::Read;
use super::rule::ObjectClasses;

/// What facts of smuggling and trade yield.
const SEIZURE: &str = "seizure";

/// "Пресечено 1 352 факта провоза: – ГСМ – 499 фактов, свыше 18 500 литров на 5,5 млн тенге": what stands behind the
/// number of facts measures what the item is about, and the list's verb took it.
pub(super) fn measured(
    language: &Language,
    classes: &ObjectClasses,
    read: &Read,
    (s, from, t): (usize, usize, usize),
    rules: &[u32],
    here: &mut Vec<Candidate>,
) {
    let facts = |a: &&Argument| a.has_figure && a.unit.as_deref() == Some("offence");
    let Some(facts) = read.arguments.iter().find(facts) else { return };
    let thing = |a: &&Argument| a.kind == ArgumentKind::Thing && !a.has_figure && a.end <= facts.start;
    // "ГСМ – 499 фактов (18 500 литров) на сумму 5,5 млн тенге": the sum has the label for its own.
    let worth = |a: &&Argument| a.kind == ArgumentKind::Thing && a.worth && a.start >= facts.end;
    let label = read.arguments.iter().find(thing).or_else(|| read.arguments.iter().find(worth));
    let Some(label) = label else { return };
    let seizes = |r: &&u32| &*language.rules[**r as usize].event_type == SEIZURE;
    let rules: Vec<u32> = rules.iter().filter(seizes).copied().collect();
    for (a, argument) in read.arguments.iter().enumerate() {
        // "18 фактов (678 экземпляров)" counts copies, not facts.
        let copies = argument.object.as_ref() == "offence" && argument.unit.as_deref() == Some("item");
        let sum = argument.kind == ArgumentKind::Money || argument.worth;
        let measure = argument.kind == ArgumentKind::Bare && argument.unit.is_some();
        if argument.start < facts.end || !argument.has_figure || !(copies || sum || measure) {
            continue;
        }
        let object = &label.object;
        let Some(&rule) = rules.iter().find(|r| language.rules[**r as usize].objects.contains(object)) else {
            continue;
        };
        here.retain(|c| c.argument != Some(a));
        here.push(Candidate {
            sentence: s,
            rule,
            trigger_sentence: from,
            trigger: t,
            argument: Some(a),
            object: object.clone(),
            value: argument.value,
            value_max: argument.value_max,
            qualifier: argument.qualifier,
            unit: argument.unit.clone().or_else(|| argument::unit_of(classes, object)),
            cost: 4.0,
            how: "labelled",
            from: argument.start,
            to: argument.end,
        });
    }
}

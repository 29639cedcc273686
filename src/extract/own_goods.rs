//! Goods that the sentence of a weight or worth names itself, where the rule asks for those told of before.

use super::Language;
use super::argument::{Argument, ArgumentKind};
use super::reading::Read;
use super::rule::{ObjectClasses, Rule};
use crate::record::Code;

/// Words between goods and their worth in one sentence at most.
const WORTH_REACH: usize = 6;

/// Units of weight and volume.
pub(super) fn is_measure(unit: &str) -> bool {
    matches!(unit, "kg" | "l" | "m3")
}

/// "Общий вес добычи – 52 килограмма рыбы": the measure has its own goods; "вес наркотика" is that of the drug told of.
pub(super) fn named_itself(language: &Language, rule: &Rule, argument: &Argument) -> Option<Code> {
    let own = argument.unit.as_deref().is_some_and(is_measure)
        && !language.kazakh
        && argument.kind == ArgumentKind::Thing
        && argument.object.as_ref() != "drug"
        && rule.objects.contains(&argument.object);
    own.then(|| argument.object.clone())
}

/// "Стоимость изъятого мефедрона – 900 млн тенге": where no goods were told of, the worth is of those named before it.
pub(super) fn named_before_worth(
    classes: &ObjectClasses,
    read: &Read,
    rule: &Rule,
    argument: &Argument,
) -> Option<Code> {
    let goods = |a: &&Argument| {
        a.end <= argument.start
            && argument.start - a.end <= WORTH_REACH
            && a.kind == ArgumentKind::Thing
            && matches!(classes.class(&a.object), "drug" | "goods")
    };
    // What nobody said was given back has only been taken.
    let money = argument.kind == ArgumentKind::Money && rule.event_type.as_ref() == "seizure";
    read.arguments.iter().rev().find(goods).filter(|_| money).map(|a| a.object.clone())
}

/// "Пресечено 11 фактов оборота алкоголя, из оборота изъято 94 тыс. литров": a measure without noun is of the goods that
/// its sentence named last.
pub(super) fn named_before(classes: &ObjectClasses, read: &Read, rule: &Rule, argument: &Argument) -> Option<Code> {
    argument.unit.as_deref().filter(|u| is_measure(u))?;
    let goods = |a: &&Argument| {
        a.end <= argument.start
            && matches!(classes.class(&a.object), "drug" | "goods")
            && rule.objects.contains(&a.object)
    };
    read.arguments.iter().rev().find(goods).map(|a| a.object.clone())
}

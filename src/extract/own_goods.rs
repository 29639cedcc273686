//! Goods that the sentence of a weight or worth names itself, where the rule asks for those told of before.

use super::Language;
use super::argument::{Argument, ArgumentKind};
use super::candidate::Candidate;
use super::lexicon::Dimension;
use super::pattern::{Annotated, Mark};
use super::reading::Read;
use super::rule::{ObjectClasses, Rule};
use crate::record::Code;

/// Words between goods and their worth in one sentence at most.
const WORTH_REACH: usize = 6;

/// Sentences from goods to their measure at most, and tokens of a heading that names them.
const SPOKEN: usize = 3;
const HEADING: usize = 6;

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

/// "Объём изъятых наркотиков – 6,4 тонны": drugs by their general word, weighed.
pub(super) fn drugs_at_large(language: &Language, rule: &Rule, argument: &Argument) -> Option<Code> {
    let weighed = argument.unit.as_deref().is_some_and(is_measure) && argument.kind == ArgumentKind::Thing;
    let drugs = argument.object.as_ref() == "drug" && rule.objects.contains(&argument.object);
    (weighed && drugs && !language.kazakh).then(|| argument.object.clone())
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

/// "Отдельно по наркотикам. Изъято три килограмма", "Продавали контрафактную одежду. Изъято 410 единиц": a measure or
/// a number of pieces without noun is of the goods that were named last, in its paragraph or in the heading above it.
pub(super) fn spoken_of(
    language: &Language,
    classes: &ObjectClasses,
    reads: &[Read],
    s: usize,
    rule: &Rule,
    argument: &Argument,
) -> Option<Code> {
    let unit = argument.unit.as_deref()?;
    let bare = argument.kind == ArgumentKind::Bare && argument.has_figure && !language.kazakh;
    let measured = is_measure(unit);
    if !bare || !(measured || unit == "item") {
        return None;
    }
    let fits = |o: &Code| {
        matches!(classes.class(o), "drug" | "goods")
            && !(measured && super::nearby::is_weightless(o))
            && rule.objects.contains(o)
    };
    let named = |a: &&Argument| a.kind == ArgumentKind::Thing && fits(&a.object);
    let own = reads[s].arguments.iter().rev().filter(|a| a.end <= argument.start).find(named);
    let paragraph = reads[s].sentence.paragraph;
    let near = |r: &&Read| {
        let sentence = r.sentence;
        let heading = sentence.end - sentence.start <= HEADING && !r.clauses.foreign.iter().any(|f| *f);
        sentence.paragraph == paragraph || heading && sentence.paragraph + 1 == paragraph
    };
    // A sentence without figure and trigger has words only.
    let word = |r: &Read| {
        let entry = |m: &Mark| &language.lexicon.entries[m.entry as usize];
        let mut objects =
            r.marks.iter().rev().filter(|m| m.dimension == Dimension::Object).map(|m| entry(m).code.clone());
        objects.find(fits)
    };
    let last = |r: &Read| {
        let told = || r.arguments.iter().rev().find(named).map(|a| a.object.clone());
        if r.arguments.is_empty() { word(r) } else { told() }
    };
    let mut before = reads[s.saturating_sub(SPOKEN)..s].iter().rev().take_while(near);
    let told = own.map(|a| a.object.clone()).or_else(|| before.find_map(last));
    // "Изъято 12 кг, из них 9 – марихуана": some of what the whole is.
    let part =
        |a: &&Argument| measured && a.start >= argument.end && a.has_figure && !a.worth && a.value <= argument.value;
    let after = || reads[s].arguments.iter().filter(part).find(named);
    told.or_else(|| after().map(|a| if classes.class(&a.object) == "drug" { "drug".into() } else { a.object.clone() }))
}

/// "Изъято 94 тысячи литров на сумму 131 млн тенге": the sum is the worth of the measure before it, whose goods were told
/// before.
pub(super) fn worth_of_measure(
    classes: &ObjectClasses,
    text: &Annotated<'_, '_>,
    read: &Read,
    a: usize,
    here: &[Candidate],
) -> Option<Code> {
    let (sum, measure) = (&read.arguments[a], read.arguments.get(a.checked_sub(1)?)?);
    let between = measure.end..sum.start;
    let beside = between.len() <= 3 && between.clone().next().is_some_and(|i| text.stream.lower(i) == "на");
    // The preposition may be the qualifier's: "на более чем 5 млн".
    let beside = beside || between.is_empty() && text.stream.lower(sum.start) == "на";
    let counted = measure.has_figure && measure.unit.as_deref().is_some_and(|u| is_measure(u) || u == "item");
    let goods = |o: &Code| matches!(classes.class(o), "drug" | "goods");
    let told = here.iter().find(|c| c.argument == Some(a - 1) && goods(&c.object));
    told.filter(|_| beside && counted && sum.kind == ArgumentKind::Money).map(|c| c.object.clone())
}

//! Figures that an earlier sentence gave: the whole damage made good, all the cattle returned, the suspects remanded.

use super::Language;
use super::argument::ArgumentKind;
use super::candidate::Candidate;
use super::feats::Feats;
use super::frame::Bound;
use super::lexicon::Dimension;
use super::pattern::{Annotated, Mark};
use super::reading::Read;
use super::rule::ObjectClasses;
use super::trigger::Trigger;
use crate::record::Qualifier;

/// The earlier candidate whose figure a noun without one takes: "қойлардың барлығы", "қаражат толық қайтарылды",
/// "күдіктілер қамауға алынды"; of Russian nouns those of goods straight behind their find.
pub(super) fn spoken_of(
    language: &Language,
    classes: &ObjectClasses,
    text: &Annotated<'_, '_>,
    reads: &[Read],
    (sentence, bound): (usize, &Bound),
    here: &[Candidate],
    found: &[Candidate],
) -> Option<Candidate> {
    let read = &reads[sentence];
    let argument = &read.arguments[bound.argument?];
    if argument.has_figure {
        return None;
    }
    if !language.kazakh {
        let taken_up = || goods_taken_up(language, classes, text, reads, (sentence, bound), here, found);
        return super::given::told(language, text, reads, (sentence, bound)).or_else(taken_up);
    }
    let clause = read.triggers[bound.trigger].clause;
    let person = argument.kind == ArgumentKind::Person;
    let near = |m: &Mark| person || read.clauses.of(m.start) == clause;
    let mut marks = read.marks.iter().filter(|m| m.dimension == Dimension::Anaphora && near(m));
    let is = |m: &Mark, codes: &[&str]| codes.contains(&language.lexicon.entries[m.entry as usize].code.as_ref());
    let plural = argument.feats.has(Feats::PLUR);
    let tied = match argument.kind {
        ArgumentKind::Person => {
            plural && marks.any(|m| is(m, &["definite"]) && m.start < argument.end && argument.start < m.end)
        }
        _ if argument.object.as_ref() == "money" => marks.any(|m| is(m, &["whole", "all"])),
        _ => marks.any(|m| is(m, &["whole", "all"]) && m.start + 4 > argument.end),
    };
    if !tied {
        return None;
    }
    let mut earlier = here.iter().rev().chain(found.iter().rev().take(12));
    let near = |c: &&Candidate| c.sentence + 3 > sentence;
    let last = earlier.find(|c| near(c) && c.object == argument.object && c.value.is_some_and(|v| v > 1.0))?;
    let all: Vec<&Candidate> = here.iter().chain(found).collect();
    Some(Candidate { value: together(text, reads, last, &all), ..last.clone() })
}

/// "У него нашли 98 тысяч долларов. Валюту изъяли", "Изъято 12 банок икры. Икру уничтожили": the goods without figure that
/// a verb takes first in its sentence are those of the sentence before, where it told of one such.
fn goods_taken_up(
    language: &Language,
    classes: &ObjectClasses,
    text: &Annotated<'_, '_>,
    reads: &[Read],
    (sentence, bound): (usize, &Bound),
    here: &[Candidate],
    found: &[Candidate],
) -> Option<Candidate> {
    let read = &reads[sentence];
    let argument = &read.arguments[bound.argument?];
    let event_type = |c: &Candidate| &language.rules[c.rule as usize].event_type;
    let own = &language.rules[bound.rule as usize].event_type;
    let taken = own.as_ref() == "seizure";
    // What was found is taken; what was taken is done away with, kept or given back.
    let from: &[&str] = match own.as_ref() {
        "seizure" => &["seizure"],
        "destruction" | "confiscation" | "asset_freeze" => &["seizure", "confiscation"],
        "recovery" => &["seizure", "damage"],
        _ => return None,
    };
    let first = argument.start <= read.sentence.start + 1;
    let class = classes.class(&argument.object);
    let goods = matches!(class, "drug" | "goods") || argument.object.as_ref() == "money";
    let kept = !taken && (class == "asset" || argument.object.as_ref() == "bank_card");
    let acted_upon = argument.feats.any(Feats::NOM | Feats::ACC);
    // "Возвращены овцы соседей": what stands behind the verb is new.
    let new = !taken && argument.start > read.triggers[bound.trigger].start;
    // "Сумма, которую удалось вернуть": which one, the clause says.
    let own_clause = !taken && text.stream.lower_or_empty(argument.end) == ",";
    if !first || new || own_clause || !(goods || kept) || !acted_upon || argument.value.is_some() || !here.is_empty() {
        return None;
    }
    let same = |c: &&Candidate| {
        let generic = matches!(argument.object.as_ref(), "drug" | "goods");
        c.object == argument.object || generic && classes.class(&c.object) == class
    };
    let reach = if taken { 1 } else { 2 };
    let before = found.iter().rev().take_while(|c| c.sentence + reach >= sentence);
    let of_type = |c: &&Candidate| from.contains(&event_type(c).as_ref());
    // "15 кустов весом 3 кг": how many there were.
    let counted =
        |c: &&Candidate| taken || c.unit.as_deref().is_none_or(|u| u != "KZT") || argument.object.as_ref() == "money";
    let mut figures = before.filter(|c| of_type(c) && c.value.is_some() && counted(c)).filter(same);
    let last = figures.next()?;
    let alone = figures.all(|c| c.value == last.value && c.object == last.object);
    alone.then(|| last.clone())
}

/// "екі азамат пен бір тұрғын анықталды": the persons told of together, all of them.
pub(super) fn together(text: &Annotated<'_, '_>, reads: &[Read], one: &Candidate, all: &[&Candidate]) -> Option<f64> {
    let span = |c: &Candidate| c.argument.and_then(|a| reads[c.sentence].arguments.get(a)).map(|a| (a.start, a.end));
    let joined = |from: usize, to: usize| {
        to > from && to - from <= 3 && matches!(text.stream.lower(from), "мен" | "пен" | "бен" | "және")
    };
    let other = all.iter().find(|c| {
        let same = c.sentence == one.sentence && c.trigger == one.trigger && c.rule == one.rule;
        let apart = span(c).zip(span(one)).is_some_and(|(a, b)| joined(a.1, b.0) || joined(b.1, a.0));
        same && apart && c.object.as_ref() == "person" && c.unit == one.unit && c.unit.as_deref() == Some("person")
    });
    match (one.value, other.and_then(|c| c.value)) {
        (Some(a), Some(b)) => Some(a + b),
        (value, _) => value,
    }
}

/// The last sum of money told, where a word says that all of it is meant.
pub(super) fn whole_sum(
    language: &Language,
    read: &Read,
    trigger: &Trigger,
    here: &[Candidate],
    found: &[Candidate],
) -> Option<f64> {
    let whole = read.marks.iter().any(|m| {
        let entry = &language.lexicon.entries[m.entry as usize];
        entry.dimension == Dimension::Anaphora
            && matches!(entry.code.as_ref(), "whole" | "all")
            && read.clauses.of(m.start) == trigger.clause
    });
    let mut earlier = here.iter().rev().chain(found.iter().rev().take(8));
    let last = here.last().or(found.last()).map_or(0, |c| c.sentence);
    let is_sum =
        |c: &&Candidate| c.sentence + 3 > last && c.object.as_ref() == "money" && c.unit.as_deref() == Some("KZT");
    if whole { earlier.find(is_sum).and_then(|c| c.value) } else { None }
}

/// "Работала нарколаборатория. Её закрыли", "Его деятельность пресекли": the place or group of the sentence before.
pub(super) fn places_taken_up(
    language: &Language,
    classes: &ObjectClasses,
    text: &Annotated<'_, '_>,
    reads: &[Read],
    s: usize,
    here: &mut Vec<Candidate>,
) {
    let read = &reads[s];
    for (t, trigger) in read.triggers.iter().enumerate() {
        if language.kazakh || !trigger.states() || here.iter().any(|c| c.trigger_sentence == s && c.trigger == t) {
            continue;
        }
        let pronoun = read.marks.iter().find(|m| {
            let entry = &language.lexicon.entries[m.entry as usize];
            let near = read.clauses.of(m.start) == trigger.clause && m.start.abs_diff(trigger.start) <= PRONOUN;
            entry.dimension == Dimension::Anaphora && entry.code.as_ref() == "him" && near
        });
        let Some(pronoun) = pronoun else { continue };
        let feminine = !text.stream.lower(pronoun.start).ends_with("го");
        let code = |m: &Mark| language.lexicon.entries[m.entry as usize].code.clone();
        let rule_for = |m: &Mark| {
            let takes = |r: &&u32| language.rules[**r as usize].objects.contains(&code(m));
            trigger.rules.iter().find(takes).copied()
        };
        let place = |m: &&Mark| {
            let senses = text.senses(m.head).iter().filter(|s| s.lemma == m.lemma);
            let feats = senses.fold(Feats::default(), |f, s| f | s.feats);
            m.dimension == Dimension::Object
                && classes.class(&code(m)) == "infrastructure"
                && feats.has(Feats::SING)
                && feats.has(Feats::FEM) == feminine
                && rule_for(m).is_some()
        };
        let before = |i: usize| reads[i].marks.iter().rev().filter(move |m| i < s || m.end <= pronoun.start);
        let Some(named) = (s.saturating_sub(1)..=s).rev().find_map(|i| before(i).find(place)) else { continue };
        let Some(rule) = rule_for(named) else { continue };
        here.push(Candidate {
            sentence: s,
            rule,
            trigger_sentence: s,
            trigger: t,
            argument: None,
            object: code(named),
            value: Some(1.0),
            value_max: None,
            qualifier: Qualifier::Exact,
            unit: Some("item".into()),
            cost: 4.0,
            how: "implied",
            from: pronoun.start.min(trigger.start),
            to: pronoun.end.max(trigger.end),
        });
    }
}

/// Words between a pronoun and the verb that acts upon what it stands for.
const PRONOUN: usize = 4;

/// "Екі көлік, 12 телефон алынды. Бәрі иелеріне қайтарылды": a verb without object of its own whose subject is "all of
/// them" acts upon each of the things that the clause or sentence before told.
pub(super) fn each_taken_up(
    language: &Language,
    classes: &ObjectClasses,
    reads: &[Read],
    s: usize,
    here: &mut Vec<Candidate>,
    found: &[Candidate],
) {
    let read = &reads[s];
    for (t, trigger) in read.triggers.iter().enumerate() {
        let says = trigger.feats.any(Feats::FINITE | Feats::SHORT | Feats::CONV);
        let takes = |c: &Candidate| c.trigger_sentence == s && c.trigger == t;
        if !language.kazakh || trigger.unreal.is_some() || !says || here.iter().any(takes) {
            continue;
        }
        let all = read.marks.iter().find(|m| {
            let entry = &language.lexicon.entries[m.entry as usize];
            let alone = !read.arguments.iter().any(|a| a.end == m.start);
            let own = read.clauses.of(m.start) == trigger.clause && m.end <= trigger.start;
            entry.dimension == Dimension::Anaphora && entry.code.as_ref() == "all" && own && alone
        });
        let Some(all) = all else { continue };
        let thing = |c: &&Candidate| {
            let class = classes.class(&c.object);
            matches!(class, "drug" | "goods") || class == "asset" && c.object.as_ref() != "money"
        };
        let before: Vec<Candidate> = here.iter().filter(thing).filter(|c| c.to <= all.start).cloned().collect();
        let last = found.iter().rev().take_while(|c| c.sentence + 1 == s).filter(thing);
        let told = if before.is_empty() { last.cloned().collect() } else { before };
        for one in told {
            let fits = |r: &u32| {
                let (rule, other) = (&language.rules[*r as usize], &language.rules[one.rule as usize]);
                rule.objects.contains(&one.object) && rule.event_type != other.event_type
            };
            if let Some(rule) = trigger.rules.iter().copied().find(fits) {
                here.push(Candidate {
                    sentence: s,
                    rule,
                    trigger_sentence: s,
                    trigger: t,
                    argument: None,
                    cost: 4.0,
                    how: "carried",
                    from: all.start,
                    to: trigger.end,
                    ..one
                });
            }
        }
    }
}

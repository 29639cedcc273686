//! Proceedings and offences taken up again: "13 краж; все они раскрыты, дела переданы в суд", and papers that are of
//! an administrative case ("243 административных нарушения, 8 материалов направлены в суд").

use super::Language;
use super::argument::{self, Argument};
use super::candidate::Candidate;
use super::joint::is_proceeding;
use super::lexicon::Dimension;
use super::pattern::Annotated;
use super::reading::Read;
use super::rule::ObjectClasses;
use crate::record::{Code, Qualifier};

/// What all of those counted before underwent.
pub(super) fn taken_up(
    language: &Language,
    classes: &ObjectClasses,
    reads: &[Read],
    s: usize,
    here: &mut Vec<Candidate>,
    found: &[Candidate],
) {
    let read = &reads[s];
    let spoken = |here: &[Candidate], before: usize| {
        let counted = |c: &&Candidate| {
            matches!(c.unit.as_deref(), Some("offence" | "case")) && c.value.is_some_and(|v| v > 1.0) && c.to <= before
        };
        let near = |c: &&Candidate| s - c.sentence <= 1 && c.how != "series";
        here.iter()
            .rev()
            .filter(counted)
            .max_by_key(|c| c.to)
            .or_else(|| found.iter().rev().filter(counted).find(near))
            .cloned()
    };
    let mut all = false;
    for (t, trigger) in read.triggers.iter().enumerate().filter(|(_, t)| t.unreal.is_none()) {
        let code = |wanted: &str| {
            read.marks.iter().any(|m| {
                let entry = &language.lexicon.entries[m.entry as usize];
                entry.dimension == Dimension::Anaphora
                    && entry.code.as_ref() == wanted
                    && m.start.abs_diff(trigger.start) <= 4
                    && read.clauses.of(m.start) == trigger.clause
            })
        };
        let (every, both) = (code("all"), code("both"));
        // "все они раскрыты, дела переданы в суд": what follows is of all of them as well.
        if !(every || both || all) {
            continue;
        }
        let Some(last) = spoken(here, trigger.start) else { continue };
        let value = if both { Some(2.0) } else { last.value };
        let Some(&r) = trigger.rules.iter().find(|r| is_proceeding(language.rules[**r as usize].count.as_deref()))
        else {
            continue;
        };
        let rule = &language.rules[r as usize];
        let Some(object) =
            rule.count.clone().filter(|_| rule.event_type != language.rules[last.rule as usize].event_type)
        else {
            continue;
        };
        let bound = here.iter_mut().find(|c| c.trigger == t && c.trigger_sentence == s);
        if let Some(bound) = bound {
            if bound.value.is_none() && is_proceeding(Some(&bound.object)) {
                bound.value = value;
                bound.unit = argument::unit_of(classes, &bound.object);
                all = true;
            }
            continue;
        }
        if every || both {
            all = true;
            here.push(Candidate {
                sentence: s,
                rule: r,
                trigger_sentence: s,
                trigger: t,
                argument: None,
                unit: argument::unit_of(classes, &object),
                object,
                value,
                value_max: None,
                qualifier: Qualifier::Exact,
                cost: 2.0,
                how: "implied",
                from: trigger.start,
                to: trigger.end,
            });
        }
    }
}

/// "По трём фактам возбуждены уголовные дела": as many cases as facts, where the cases are told in the plural.
pub(super) fn by_fact(classes: &ObjectClasses, text: &Annotated<'_, '_>, read: &Read, here: &mut [Candidate]) {
    let by = |i: usize| i > read.sentence.start && text.stream.lower(i - 1) == "по";
    let facts = |a: &&Argument| a.has_figure && a.object.as_ref() == "offence" && a.value.is_some() && by(a.start);
    for candidate in here.iter_mut().filter(|c| is_proceeding(Some(&c.object)) && c.object.as_ref() != "offence") {
        let Some(cases) = candidate.argument.and_then(|a| read.arguments.get(a)) else { continue };
        let clause = read.clauses.of(cases.head);
        let counted = read.arguments.iter().filter(facts).find(|a| read.clauses.of(a.head) == clause);
        let Some(counted) = counted.filter(|a| !cases.has_figure && (cases.value.is_none() || a.value == Some(2.0)))
        else {
            continue;
        };
        candidate.value = counted.value;
        candidate.qualifier = counted.qualifier;
        candidate.unit = argument::unit_of(classes, &candidate.object);
        candidate.from = candidate.from.min(counted.start);
    }
}

/// Kazakh, whose nouns tell no number here: "14 факті бойынша тергеу басталды", "700 тұрғынның ісі сотқа жолданды".
pub(super) fn by_fact_or_person(
    classes: &ObjectClasses,
    text: &Annotated<'_, '_>,
    read: &Read,
    here: &mut [Candidate],
) {
    let of_facts = |a: &&Argument| a.object.as_ref() == "offence" && is_ground(text, read, a);
    for candidate in here.iter_mut().filter(|c| is_proceeding(Some(&c.object)) && c.object.as_ref() != "offence") {
        let Some(cases) = candidate.argument.and_then(|a| read.arguments.get(a)) else { continue };
        if cases.has_figure || cases.value.is_some_and(|v| v > 1.0) {
            continue;
        }
        let clause = read.clauses.of(cases.head);
        let of_persons = |a: &&Argument| {
            a.kind == argument::ArgumentKind::Person && a.end == cases.start && a.feats.has(super::feats::Feats::GEN)
        };
        let before = || read.arguments.iter().filter(|a| a.has_figure && a.value.is_some() && a.end <= cases.start);
        let by_fact = before().filter(of_facts).find(|a| read.clauses.of(a.head) == clause);
        let Some(counted) = by_fact.or_else(|| before().find(of_persons)) else { continue };
        candidate.value = counted.value;
        candidate.qualifier = counted.qualifier;
        candidate.unit = argument::unit_of(classes, &candidate.object);
        candidate.from = candidate.from.min(counted.start);
    }
}

/// "14 факті бойынша", "екі дерекке қатысты": what something is done about.
pub(super) fn is_ground(text: &Annotated<'_, '_>, read: &Read, argument: &Argument) -> bool {
    argument.end < read.sentence.end && matches!(text.stream.lower(argument.end), "бойынша" | "қатысты" | "жөнінде")
}

/// Papers and cases whose kind the words before them tell: an administrative one where these were last.
pub(super) fn administrative(language: &Language, reads: &[Read], s: usize, here: &mut [Candidate]) {
    let cue = |read: &Read, before: usize| {
        let scope = |m: &&super::pattern::Mark| {
            let entry = &language.lexicon.entries[m.entry as usize];
            m.start < before
                && entry.dimension == Dimension::Scope
                && matches!(entry.code.as_ref(), "administrative" | "criminal")
        };
        let last = read.marks.iter().filter(scope).max_by_key(|m| m.start)?;
        Some(language.lexicon.entries[last.entry as usize].code.as_ref() == "administrative")
    };
    let sent = Code::from("case_sent_to_court");
    for candidate in here.iter_mut() {
        let rule = &language.rules[candidate.rule as usize];
        if candidate.object.as_ref() != "criminal_case"
            || rule.event_type != sent
            || !rule.objects.contains("administrative_case")
        {
            continue;
        }
        let before = || {
            s.checked_sub(1)
                .filter(|b| reads[*b].sentence.paragraph + 1 >= reads[s].sentence.paragraph)
                .and_then(|b| cue(&reads[b], usize::MAX))
        };
        if cue(&reads[s], candidate.to).or_else(before) == Some(true) {
            candidate.object = Code::from("administrative_case");
        }
    }
}

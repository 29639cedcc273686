//! Anaphora: how many persons, and which goods, words without a figure of their own speak of.

use super::Language;
use super::antecedent;
use super::argument::{Argument, ArgumentKind};
use super::candidate::Candidate;
use super::feats::Feats;
use super::lexicon::Dimension;
use super::named;
use super::pattern::{Annotated, Mark};
use super::reading::Read;
use super::rule::{ObjectClasses, Rule};
use super::trigger::Trigger;
use crate::record::Code;

/// Sentences back in which a pronoun's antecedent is looked for.
const REACH: usize = 3;
/// Sentences back in which a noun's antecedent is looked for.
const NOUN_REACH: usize = 6;
/// More persons than this are a statistic, which no pronoun takes up.
const CROWD: f64 = 40.0;

/// How many persons a trigger without argument speaks of.
pub(super) enum Persons {
    Known(f64),
    Unknown,
    Nobody,
}

/// How many persons a trigger without argument speaks of.
pub(super) fn persons(
    language: &Language,
    text: &Annotated<'_, '_>,
    reads: &[Read],
    s: usize,
    trigger: &Trigger,
    here: &[Candidate],
    found: &[Candidate],
) -> Persons {
    let read = &reads[s];
    let person = |c: &&Candidate| c.object.as_ref() == "person";
    let last = || {
        let fits = |c: &&Candidate| person(c) && c.unit.as_deref().is_none_or(|u| u == "person");
        let last = here.iter().rev().chain(found.iter().rev()).find(fits)?;
        if !language.kazakh {
            return Some(last.value);
        }
        let all: Vec<&Candidate> = here.iter().chain(found).collect();
        Some(antecedent::together(text, reads, last, &all))
    };
    let last_plural = || {
        let plural =
            |c: &&Candidate| person(c) && c.value.is_some_and(|v| v > 1.0) && c.unit.as_deref() == Some("person");
        let told = if language.kazakh { None } else { spoken_of(text, reads, s, trigger.start, REACH, CROWD) };
        let found_before = || {
            let last = here.iter().rev().chain(found.iter().rev()).find(plural)?;
            let all = || here.iter().chain(found).collect::<Vec<&Candidate>>();
            if language.kazakh {
                return antecedent::together(text, reads, last, &all());
            }
            let end = if last.sentence == s { trigger.start } else { usize::MAX };
            spoken_of(text, reads, last.sentence, end, 0, CROWD).or(last.value.filter(|v| *v < CROWD))
        };
        // Kazakh: "Үш жігіт мал ұрлаған. Олар ұсталды": who was spoken of, where no result is told of them yet.
        let spoken = || if language.kazakh { spoken_of(text, reads, s, trigger.start, REACH, CROWD) } else { None };
        told.or_else(found_before).or_else(spoken)
    };
    for mark in &read.marks {
        let entry = &language.lexicon.entries[mark.entry as usize];
        if mark.dimension != Dimension::Anaphora || read.clauses.of(mark.start) != trigger.clause {
            continue;
        }
        match entry.code.as_ref() {
            // "Поймали 2 870 водителей. Все они лишены прав", "Каждый из них отбыл арест": all of those told of in the
            // sentence before.
            "all" | "each"
                if !language.kazakh && s > 0 && (entry.code.as_ref() == "all" || mark.start == read.sentence.start) =>
            {
                let near = spoken_of(text, reads, s, trigger.start, 1, f64::INFINITY).or_else(last_plural);
                return near.map_or(Persons::Unknown, Persons::Known);
            }
            "all" => return last_plural().map_or(Persons::Unknown, Persons::Known),
            // "двое осуждены, каждый получил по 12 лет": nobody more.
            "each" if !language.kazakh => return Persons::Nobody,
            // "виновен по обеим статьям": two articles, no persons.
            "both" if is_of_things(text, read, mark.end) => {}
            "both" => return Persons::Known(2.0),
            "one" | "one_of" => return Persons::Known(1.0),
            // "санкционировал его арест": the noun is the deed that was done to him.
            "him" if is_deed(read, mark.end) || !is_possessive(language, text, read, mark.end) => {
                return Persons::Known(1.0);
            }
            _ => {}
        }
    }
    if !language.kazakh && is_shared(language, text, read, trigger) {
        return Persons::Known(1.0);
    }
    let feats = trigger.feats;
    if language.kazakh {
        if is_of_thing(text, read, trigger) {
            return Persons::Nobody;
        }
        // The verb tells no number: it is the persons spoken of last, else one; those of a statistic are not meant.
        return match last() {
            Some(Some(value)) if value < CROWD => Persons::Known(value),
            Some(None) => Persons::Unknown,
            Some(Some(_)) | None => Persons::Known(1.0),
        };
    }
    let singular = feats.has(Feats::SING) && !feats.has(Feats::PLUR);
    let passive = feats.any(Feats::SHORT | Feats::PASS);
    if singular && passive && !feats.has(Feats::NEUT) {
        return Persons::Known(1.0);
    }
    let acted_upon = !passive && feats.has(Feats::FINITE | Feats::PAST);
    if acted_upon
        && (!singular || is_by_authority(language, read, trigger))
        && let Some(count) = named::patients(text, read, trigger)
    {
        return Persons::Known(count);
    }
    if singular && !passive {
        // "получил срок", "сел": the active verb's subject is the convict; "полиция задержала": it is not.
        if !is_by_authority(language, read, trigger) {
            return Persons::Known(1.0);
        }
        // "суд санкционировал арест", "содержание под стражей": the verb and its noun are complete without saying whose.
        let noun = |i: usize| text.feats(i).has(Feats::NOUN | Feats::ACC) && !text.feats(i - 1).any(Feats::OTHER);
        let complete = is_deed(read, trigger.end) || (trigger.start + 1..trigger.end).any(noun);
        // "Его задержали, позже суд арестовал": who was told of in the same sentence.
        let shared = here.iter().rev().find(|c| person(c) && c.to <= trigger.start).and_then(|c| c.value);
        return match last() {
            _ if !complete => shared.map_or(Persons::Nobody, Persons::Known),
            Some(Some(value)) => Persons::Known(value),
            _ => one_alone(reads, s).map_or(Persons::Unknown, Persons::Known),
        };
    }
    // "Омаров и Ким получили по 8 лет"
    let happens = || passive || acted_upon && !is_by_authority(language, read, trigger);
    if let Some(count) = named::subjects(text, read, trigger).filter(|_| happens()) {
        return Persons::Known(count);
    }
    match last_plural() {
        Some(value) => Persons::Known(value),
        None if last().is_some() || feats.has(Feats::PLUR) => Persons::Unknown,
        None => Persons::Nobody,
    }
}

/// `Его нашли и арестовали на два месяца`: the object of the clause before is that of a verb joined to it.
fn is_shared(language: &Language, text: &Annotated<'_, '_>, read: &Read, trigger: &Trigger) -> bool {
    let Some(before) = trigger.clause.checked_sub(1) else { return false };
    let first = (read.sentence.start..trigger.start).rev().take_while(|i| read.clauses.of(*i) == trigger.clause).last();
    let joined = first.is_some_and(|i| text.stream.lower(i) == "и");
    let own = |a: &Argument| {
        a.kind == ArgumentKind::Person && a.end <= trigger.start && read.clauses.of(a.head) == trigger.clause
    };
    let him = |m: &Mark| {
        let entry = &language.lexicon.entries[m.entry as usize];
        m.dimension == Dimension::Anaphora
            && entry.code.as_ref() == "him"
            && read.clauses.of(m.start) == before
            && !is_possessive(language, text, read, m.end)
    };
    let verb = trigger.feats.has(Feats::FINITE | Feats::PAST) && !trigger.feats.any(Feats::SHORT | Feats::PASS);
    verb && joined && !read.arguments.iter().any(own) && read.marks.iter().any(him)
}

/// A noun that is no person stands there.
fn is_of_things(text: &Annotated<'_, '_>, read: &Read, at: usize) -> bool {
    let person = || read.marks.iter().any(|m| m.start == at && m.dimension == Dimension::Person);
    at < read.sentence.end && text.feats(at).any(Feats::NOUN) && !person()
}

/// `заңсыз жүк шекарада ұсталды`: the subject of the passive is a thing, so nobody was.
fn is_of_thing(text: &Annotated<'_, '_>, read: &Read, trigger: &Trigger) -> bool {
    let clause = |a: &&Argument| read.clauses.of(a.head) == trigger.clause && a.end <= trigger.start;
    let goods = |a: &Argument| {
        matches!(
            a.object.as_ref(),
            "goods" | "vehicle" | "fuel" | "tobacco" | "alcohol" | "fish" | "livestock" | "food"
        ) && a.feats.any(Feats::NOM)
            && !a.feats.any(Feats::INS | Feats::LOC | Feats::ABL | Feats::DAT)
    };
    // "жүк тасыған кезде ұсталды": the thing is another verb's.
    let other =
        |a: &Argument| (a.end..trigger.start).any(|i| text.feats(i).any(Feats::PART | Feats::CONV | Feats::INF));
    trigger.feats.has(Feats::PASS)
        && !read.arguments.iter().filter(clause).any(|a| a.kind == ArgumentKind::Person)
        && read.arguments.iter().filter(clause).any(|a| goods(a) && !other(a))
}

/// `его задержали`, `задержали его сотрудники полиции`, but `его сообщник`: a pronoun before a noun that is no
/// authority owns it.
pub(super) fn is_possessive(language: &Language, text: &Annotated<'_, '_>, read: &Read, next: usize) -> bool {
    if next >= read.sentence.end {
        return false;
    }
    let officer = read.marks.iter().any(|m| {
        m.start == next && {
            let entry = &language.lexicon.entries[m.entry as usize];
            entry.dimension == Dimension::Agency || entry.code.as_ref() == "officer"
        }
    });
    let feats = |i: usize| text.feats(i);
    // "признал его виновным": the instrumental is what it makes of him.
    let noun = |i: usize| {
        i < read.sentence.end
            && feats(i).any(Feats::NOUN)
            && feats(i).any(Feats::NOM | Feats::ACC | Feats::GEN)
            && !feats(i).any(Feats::VERB | Feats::OTHER)
    };
    !officer && (noun(next) || feats(next).any(Feats::ADJ) && noun(next + 1))
}

/// Whether a trigger noun begins there: "арест", "задержание".
pub(super) fn is_deed(read: &Read, at: usize) -> bool {
    read.triggers.iter().any(|t| t.start == at && t.feats.has(Feats::NOUN))
}

/// Whether an authority stands in the trigger's clause: then it is the one who acts.
fn is_by_authority(language: &Language, read: &Read, trigger: &Trigger) -> bool {
    read.marks.iter().any(|m| {
        let entry = &language.lexicon.entries[m.entry as usize];
        let authority = entry.dimension == Dimension::Agency
            || entry.dimension == Dimension::Person && entry.code.as_ref() == "officer";
        authority && read.clauses.of(m.start) == trigger.clause && m.start.abs_diff(trigger.head) <= 4
    })
}

/// One, where the sentences before spoke of a single person and nobody else.
fn one_alone(reads: &[Read], s: usize) -> Option<f64> {
    let party = |a: &&Argument| a.kind == ArgumentKind::Person && a.role.as_deref() == Some("party");
    let mut spoken = reads[s.saturating_sub(REACH)..=s].iter().flat_map(|r| &r.arguments).filter(party).peekable();
    spoken.peek()?;
    spoken.all(|a| a.value == Some(1.0)).then_some(1.0)
}

/// The persons told of last, more than one of them, before a token of sentence `s`.
fn spoken_of(
    text: &Annotated<'_, '_>,
    reads: &[Read],
    s: usize,
    before: usize,
    reach: usize,
    most: f64,
) -> Option<f64> {
    let party = |a: &&Argument| {
        a.kind == ArgumentKind::Person
            && a.role.as_deref().is_none_or(|r| r == "party")
            && a.value.is_some_and(|v| v > 1.0 && v < most)
    };
    (s.saturating_sub(reach)..=s).rev().find_map(|i| {
        let told: Vec<&Argument> =
            reads[i].arguments.iter().filter(|a| i < s || a.end <= before).filter(party).collect();
        // "задержаны четверо – лидер и трое участников": all of them, not the last part.
        let total = |n: &usize| {
            let parts = reads[i].arguments.iter().filter(|a| a.start >= told[*n].end && a.kind == ArgumentKind::Person);
            let parts: Vec<f64> = parts.filter_map(|a| a.value).collect();
            parts.len() > 1 && told[*n].value == Some(parts.iter().sum())
        };
        // "20 подозреваемых, в том числе 2 сотрудника КНБ": parts are told behind their whole.
        let opened = |n: &usize| told.get(n + 1).is_some_and(|part| is_among(text, told[*n], part));
        let whole = (0..told.len()).find(|n| total(n) || opened(n)).map(|n| told[n]);
        whole.or(told.last().copied()).and_then(|a| a.value)
    })
}

/// "20 подозреваемых, в том числе 2 сотрудника", "12 человек, среди них трое приезжих".
fn is_among(text: &Annotated<'_, '_>, whole: &Argument, part: &Argument) -> bool {
    let lower = |i: usize| text.stream.lower(i);
    let near = whole.end < part.start && part.start - whole.end <= AMONG && part.value < whole.value;
    let pair = |i: usize| matches!((lower(i), lower(i + 1)), ("том", "числе") | ("среди", "них" | "которых"));
    near && (whole.end..part.start - 1).any(pair)
}

/// Words between a whole and the first of its parts.
const AMONG: usize = 6;

/// The figure that a definite plural takes up: `Двое парней … Подозреваемые задержаны`, `Трое рыбаков … Рыбаки доставлены`.
pub(super) fn definite(
    language: &Language,
    text: &Annotated<'_, '_>,
    reads: &[Read],
    s: usize,
    argument: &Argument,
) -> Option<f64> {
    if language.kazakh || argument.kind != ArgumentKind::Person || argument.value.is_some() || argument.has_figure {
        return None;
    }
    let read = &reads[s];
    let code = |m: &Mark| language.lexicon.entries[m.entry as usize].code.as_ref();
    // "её хозяева": the pronoun stands before the noun.
    let noun = argument.start..=argument.head;
    let they = |m: &Mark| m.dimension == Dimension::Anaphora && code(m) == "they";
    let taken_up = read.marks.iter().any(|m| they(m) && (noun.contains(&m.start) || m.end == argument.end));
    let some = argument.start.saturating_sub(2)..=argument.start;
    let vague =
        read.marks.iter().any(|m| m.dimension == Dimension::Numeral && code(m) == "vague" && some.contains(&m.start));
    let acted_on = argument.feats.any(Feats::NOM | Feats::ACC | Feats::DAT);
    match (taken_up, vague || !acted_on) {
        (_, true) => None,
        (true, _) => spoken_of(text, reads, s, argument.start, NOUN_REACH, CROWD),
        (false, _) => same_noun(text, reads, s, argument),
    }
}

/// How many persons of the same noun the sentences before counted, where the plural opens its own.
fn same_noun(text: &Annotated<'_, '_>, reads: &[Read], s: usize, argument: &Argument) -> Option<f64> {
    let opens = argument.start <= reads[s].sentence.start + 1 && argument.feats.has(Feats::PLUR);
    let lemma = |a: &Argument| {
        text.senses(a.head).iter().any(|x| text.senses(argument.head).iter().any(|y| x.lemma == y.lemma))
    };
    let counted = |a: &&Argument| {
        a.kind == ArgumentKind::Person && a.has_figure && a.value.is_some_and(|v| v > 1.0 && v < CROWD) && lemma(a)
    };
    if !opens {
        return None;
    }
    reads[s.saturating_sub(REACH)..s].iter().rev().find_map(|r| r.arguments.iter().rev().find(counted)?.value)
}

/// The goods whose weight or worth is told afterwards: those of the last mention of the same type.
pub(super) fn goods(
    language: &Language,
    classes: &ObjectClasses,
    reads: &[Read],
    s: usize,
    rule: &Rule,
    told: [&[Candidate]; 2],
    measured: bool,
) -> Option<Code> {
    let paragraph = reads[s].sentence.paragraph;
    let fits = |c: &&Candidate| {
        !(measured && super::nearby::is_weightless(&c.object))
            && language.rules[c.rule as usize].event_type == rule.event_type
            && (matches!(classes.class(&c.object), "drug" | "goods")
                || classes.class(&c.object) == "asset" && c.object.as_ref() != "money")
            && c.sentence + REACH >= s
            && reads[c.sentence].sentence.paragraph + 1 >= paragraph
    };
    // "Изъято 500 бутылок водки. Стоимость изъятой продукции": the general word is for the goods told of before.
    let general = |c: &&Candidate| !language.kazakh && c.object.as_ref() == "goods" && c.value.is_none();
    let all = || told.iter().flat_map(|c| c.iter().rev()).filter(fits);
    let last = all().find(|c| !general(c)).or_else(|| all().next().filter(|_| !told[1].is_empty()))?;
    let listed = |c: &&Candidate| {
        let by = (c.sentence, c.trigger_sentence, c.trigger);
        by == (last.sentence, last.trigger_sentence, last.trigger) && fits(c) && !general(c)
    };
    let mut objects: Vec<&Code> = told.iter().flat_map(|c| c.iter()).filter(listed).map(|c| &c.object).collect();
    objects.sort_unstable();
    objects.dedup();
    let whole = if language.kazakh { None } else { together(classes, &objects) };
    Some(whole.unwrap_or_else(|| last.object.clone()))
}

/// What a list of unlike goods is together: drugs, property, or the goods beside the tools and papers they were made with.
fn together(classes: &ObjectClasses, objects: &[&Code]) -> Option<Code> {
    let all = |class: &str| objects.iter().all(|o| classes.class(o) == class);
    let beside = |o: &Code| matches!(o.as_ref(), "equipment" | "document" | "electronics" | "vehicle" | "other");
    match objects {
        [] | [_] => None,
        _ if all("drug") => Some("drug".into()),
        _ if all("asset") => Some("property".into()),
        _ => {
            let named = objects.iter().any(|o| !beside(o) && o.as_ref() != "goods");
            let ware = |o: &&&Code| !(beside(o) || named && o.as_ref() == "goods");
            let mut wares = objects.iter().filter(ware);
            let one = wares.next().map(|o| (*o).clone());
            one.filter(|_| wares.next().is_none())
        }
    }
}

/// `Задержана группа из восьми человек`, `Группа из трёх человек предстала перед судом`: what was done to the group was
/// done to its members.
pub(super) fn group_size(language: &Language, read: &Read, here: &mut [Candidate]) {
    if language.kazakh {
        return;
    }
    let takes = |trigger: usize| {
        let rules = read.triggers[trigger].rules.iter().copied();
        rules.into_iter().find(|r| {
            let rule = &language.rules[*r as usize];
            rule.objects.contains("person") && rule.implied.is_some()
        })
    };
    let bound: Vec<(usize, usize)> = here
        .iter()
        .filter(|c| c.object.as_ref() == "criminal_group" && c.value == Some(1.0))
        .filter_map(|c| c.argument.map(|a| (read.arguments[a].end, c.trigger)))
        .collect();
    let free: Vec<bool> = (0..read.triggers.len())
        .map(|t| !here.iter().any(|c| c.trigger == t && c.object.as_ref() == "person" && c.value.is_some()))
        .collect();
    for candidate in here.iter_mut().filter(|c| c.object.as_ref() == "person" && c.value.is_some_and(|v| v > 1.0)) {
        let Some(argument) = candidate.argument.map(|a| &read.arguments[a]) else { continue };
        let size = |end: usize| argument.start >= end && argument.start - end <= 4;
        let named = read.arguments.iter().any(|a| {
            a.object.as_ref() == "criminal_group" && a.feats.any(Feats::NOM) && size(a.end) && a.value == Some(1.0)
        });
        // What an earlier sentence's verb carried here has no verb of this one.
        let Some(own) =
            read.triggers.get(candidate.trigger).filter(|_| candidate.trigger_sentence == candidate.sentence)
        else {
            continue;
        };
        let subject = || {
            let behind = |t: &Trigger| t.start >= argument.end && t.clause == own.clause && t.states();
            let mut behind = read.triggers.iter().enumerate().filter(|(_, t)| behind(t));
            behind.find(|(t, _)| free[*t] && takes(*t).is_some()).map(|(t, _)| t)
        };
        let deed = bound.iter().find(|(end, _)| size(*end)).map(|(_, t)| *t);
        let deed = deed.or_else(|| if named && own.feats.has(Feats::NOUN) { subject() } else { None });
        let Some((trigger, rule)) = deed.and_then(|t| takes(t).map(|r| (t, r))) else { continue };
        if trigger != candidate.trigger {
            let (from, to) = (read.triggers[trigger].start, read.triggers[trigger].end);
            candidate.trigger = trigger;
            candidate.rule = rule;
            candidate.from = candidate.from.min(from);
            candidate.to = candidate.to.max(to);
        }
    }
}

/// `Оба водворены в изолятор` after `задержаны двое`: a pronoun's result that was told before is the same.
pub(super) fn is_repeated(language: &Language, read: &Read, candidate: &Candidate, found: &[Candidate]) -> bool {
    let taken_up = candidate.argument.is_none_or(|a| read.arguments[a].value.is_none() && candidate.value.is_some())
        || candidate.argument.is_some_and(|a| {
            let head = read.arguments[a].head;
            read.marks.iter().any(|m| {
                let entry = &language.lexicon.entries[m.entry as usize];
                entry.dimension == Dimension::Anaphora && entry.code.as_ref() == "both" && m.start == head
            })
        });
    !language.kazakh
        && candidate.object.as_ref() == "person"
        && candidate.value.is_some()
        && taken_up
        && found.iter().any(|f| {
            f.sentence + NOUN_REACH >= candidate.sentence
                && f.object == candidate.object
                && f.value == candidate.value
                && language.rules[f.rule as usize].event_type == language.rules[candidate.rule as usize].event_type
        })
}

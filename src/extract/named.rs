//! Persons told by nothing but their name: "суд приговорил Ахметова к восьми годам".

use super::anaphora::is_deed;
use super::argument::Scene;
use super::feats::Feats;
use super::pattern::{Annotated, Mark};
use super::reading::Read;
use super::token::{Caps, Kind};
use super::trigger::Trigger;

/// Surnames in the cases of one to whom something is done: accusative and dative.
const ENDINGS: [&str; 17] = [
    "ова",
    "ева",
    "ина",
    "ову",
    "еву",
    "ину",
    "овой",
    "евой",
    "иной",
    "ского",
    "цкого",
    "скую",
    "цкую",
    "скому",
    "цкому",
    "овых",
    "евых",
];

/// Surnames in the nominative and in the oblique cases.
const PLAIN: [&str; 16] = [
    "ов", "ев", "ин", "ова", "ева", "ина", "ову", "еву", "ину", "овой", "евой", "иной", "овым", "евым", "ский", "ская",
];
/// Letters of a surname in capitals at least; shorter words may be abbreviations.
const SHOUTED: usize = 5;
/// Words of one name at most, initials and their dots included.
const NAME: usize = 5;

/// How many persons the verb of an authority acts upon who are told by their names alone; none where no name stands as
/// its object.
pub(super) fn patients(text: &Annotated<'_, '_>, read: &Read, trigger: &Trigger) -> Option<f64> {
    let end = read.sentence.end;
    let own = |i: usize| i < end && read.clauses.of(i) == trigger.clause;
    // What stands behind another noun or a preposition belongs to it: "в районе Ахметова".
    let free = |i: usize| {
        let before = text.stream.lower(i - 1);
        let plain = !text.feats(i - 1).any(Feats::NOUN) && before.chars().count() > 3;
        // "санкционировал арест Ахметова": the noun is the deed that was done to him.
        i == trigger.end || plain || is_deed(read, i - 1)
    };
    // "Ахметова суд арестовал": at the very beginning, else behind the verb.
    let first = Some(read.sentence.start).filter(|i| own(*i) && *i < trigger.start);
    let name = |i: &usize| run(text, read, *i).is_some();
    // "Напомним, Ахметова арестовали", "20 ноября Ахметова осудили": straight before the verb, behind a comma or a date.
    let begins = |i: usize| {
        let dated = i > read.sentence.start + 1
            && text.stream.token(i - 2).kind == Kind::Number
            && text.stream.token(i - 1).caps == Caps::Lower;
        dated || text.stream.lower(i - 1) == ","
    };
    let beside = (read.sentence.start + 1..trigger.start)
        .find(|i| own(*i) && begins(*i) && run(text, read, *i) == Some(trigger.start));
    let mut at =
        first.filter(name).or(beside).or_else(|| (trigger.end..end).find(|i| own(*i) && name(i) && free(*i)))?;
    let mut count = 0;
    while let Some(next) = run(text, read, at).filter(|_| own(at)) {
        count += 1;
        if next >= end || !matches!(text.stream.lower(next), "и" | ",") {
            break;
        }
        at = next + 1;
    }
    Some(f64::from(count))
}

/// The end of a name that begins here: given names, initials and a surname that has a case of its own.
fn run(text: &Annotated<'_, '_>, read: &Read, from: usize) -> Option<usize> {
    let (mut i, mut surname) = (from, false);
    while i < read.sentence.end && (is_name(text, read, i) || i > from && is_initial(text, i)) {
        surname |= ENDINGS.iter().any(|e| text.stream.lower(i).ends_with(e));
        i += 1;
    }
    (i > from && surname).then_some(i)
}

/// A capitalised word that no lexicon knows; some papers spell surnames in capitals: "Марата ОСПАНОВА".
fn is_name(text: &Annotated<'_, '_>, read: &Read, i: usize) -> bool {
    could_be_name(text, i) && !read.marks.iter().any(|m| m.start <= i && i < m.end)
}

/// A capitalised word or a surname in capitals, longer than an abbreviation.
fn could_be_name(text: &Annotated<'_, '_>, i: usize) -> bool {
    let token = text.stream.token(i);
    let shouted = token.caps == Caps::Upper && text.stream.lower(i).chars().count() >= SHOUTED;
    token.kind == Kind::Word && (token.caps == Caps::Title || shouted)
}

/// Whether a name or an initial ends before the token: "Сериков – пять".
pub(super) fn ends_before(text: &Annotated<'_, '_>, read: &Read, at: usize) -> bool {
    at > read.sentence.start
        && (is_name(text, read, at - 1)
            || text.stream.lower(at - 1) == "." && at > read.sentence.start + 1 && is_letter(text, at - 2))
}

/// How many are told by name behind a plural: "его подчинённые Омаров и Ким", "подсудимые К. и М.". None where fewer
/// than two names are joined, or none of them has the form of a surname.
pub(super) fn apposed(scene: &Scene<'_>, from: usize) -> Option<f64> {
    let comma = from < scene.end && scene.text.stream.lower(from) == ",";
    joined(scene.text, scene.marks, from + usize::from(comma), scene.end).map(|(count, _)| count)
}

/// How many a plural passive happens to whose subject is names: "Омаров и Ким были осуждены".
pub(super) fn subjects(text: &Annotated<'_, '_>, read: &Read, trigger: &Trigger) -> Option<f64> {
    let opens = |i: usize| i == read.sentence.start || text.stream.token(i - 1).kind == Kind::Punct;
    let between = |i: usize| !text.feats(i).any(Feats::NOUN | Feats::ADJ | Feats::NUM);
    (read.sentence.start..trigger.start).filter(|i| opens(*i) && read.clauses.of(*i) == trigger.clause).find_map(|i| {
        let (count, end) = joined(text, &read.marks, i, trigger.start)?;
        (end..trigger.start).all(between).then_some(count)
    })
}

/// Names joined by a conjunction: how many, and where they end.
fn joined(text: &Annotated<'_, '_>, marks: &[Mark], from: usize, end: usize) -> Option<(f64, usize)> {
    let lower = |i: usize| if i < end { text.stream.lower(i) } else { "" };
    let (mut at, mut count, mut told) = (from, 0_u32, false);
    loop {
        let (to, surname) = name_from(text, marks, at, end)?;
        (count, told) = (count + 1, told || surname);
        if at > from && lower(at - 1) == "и" {
            return told.then(|| (f64::from(count), to));
        }
        if !matches!(lower(to), "," | "и") {
            return None;
        }
        at = to + 1;
    }
}

/// The end of a name and whether it has the form of a surname, or is nothing but an initial.
fn name_from(text: &Annotated<'_, '_>, marks: &[Mark], from: usize, end: usize) -> Option<(usize, bool)> {
    let free = |i: usize| !marks.iter().any(|m| m.start <= i && i < m.end);
    let (mut at, mut surname, mut initials) = (from, false, true);
    while at < end && at < from + NAME {
        if is_letter(text, at) && at + 1 < end && text.stream.lower(at + 1) == "." {
            at += 2;
        } else if could_be_name(text, at) && free(at) {
            surname |= PLAIN.iter().any(|e| text.stream.lower(at).ends_with(e));
            initials = false;
            at += 1;
        } else {
            break;
        }
    }
    (at > from).then_some((at, surname || initials))
}

/// `К` of "подсудимые К. и М."
fn is_letter(text: &Annotated<'_, '_>, i: usize) -> bool {
    text.stream.token(i).caps != Caps::Lower && text.stream.lower(i).chars().count() == 1
}

/// `А`, `.` of "Ахметова А.Б."
fn is_initial(text: &Annotated<'_, '_>, i: usize) -> bool {
    let lower = text.stream.lower(i);
    lower == "." || text.stream.token(i).caps != Caps::Lower && lower.chars().count() == 1
}

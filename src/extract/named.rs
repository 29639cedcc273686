//! Persons told by nothing but their name: "суд приговорил Ахметова к восьми годам".

use super::anaphora::is_deed;
use super::feats::Feats;
use super::frame::Trigger;
use super::pattern::Annotated;
use super::reading::Read;
use super::token::{Caps, Kind};

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
    let mut at = first.filter(name).or_else(|| (trigger.end..end).find(|i| own(*i) && name(i) && free(*i)))?;
    let mut count = 0;
    while let Some(next) = run(text, read, at).filter(|_| own(at)) {
        count += 1;
        if next >= end || text.stream.lower(next) != "и" {
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

/// A capitalised word that no lexicon knows.
fn is_name(text: &Annotated<'_, '_>, read: &Read, i: usize) -> bool {
    let token = text.stream.token(i);
    token.kind == Kind::Word && token.caps == Caps::Title && !read.marks.iter().any(|m| m.start <= i && i < m.end)
}

/// `А`, `.` of "Ахметова А.Б."
fn is_initial(text: &Annotated<'_, '_>, i: usize) -> bool {
    let lower = text.stream.lower(i);
    lower == "." || text.stream.token(i).caps != Caps::Lower && lower.chars().count() == 1
}

//! The year before: "in 2024 there were 49", told without the words of what was counted.

use super::Language;
use super::argument::ArgumentKind;
use super::candidate::Candidate;
use super::lexicon::Dimension;
use super::pattern::Annotated;
use super::reading::Read;
use super::token::Kind;

/// Words between "a year ago" and its figure at most.
const REACH: usize = 8;

/// By how much a count may differ from the year before.
const RATIO: f64 = 25.0;

/// "Былтыр 51 еді", "годом ранее – 164": a bare figure that ends its clause behind words for an earlier year counts
/// what the last result before it counts.
pub(super) fn counts(
    language: &Language,
    text: &Annotated<'_, '_>,
    read: &Read,
    s: usize,
    here: &mut Vec<Candidate>,
    found: &[Candidate],
) {
    let entry = |m: &super::pattern::Mark| &language.lexicon.entries[m.entry as usize];
    let is_counted = |c: &&Candidate| {
        let unit = c.unit.as_deref();
        c.value.is_some() && matches!(unit, Some("offence" | "case" | "person" | "item")) && c.how != "former"
    };
    for mark in read.marks.iter().filter(|m| m.dimension == Dimension::Anaphora && entry(m).code.as_ref() == "former") {
        let bare = |a: &&super::argument::Argument| {
            a.kind == ArgumentKind::Bare
                && a.unit.as_deref().is_none_or(|u| u == "item")
                && a.start >= mark.end
                && a.start - mark.end <= REACH
                && a.value.is_some_and(|v| v >= 1.0 && v.fract() == 0.0)
        };
        let Some((at, argument)) = read.arguments.iter().enumerate().find(|(_, a)| bare(a)) else { continue };
        let free = !here.iter().any(|c| c.argument == Some(at));
        // Nothing but the verb "to be" follows in the clause.
        let verb = read.marks.iter().find(|m| {
            m.start == argument.end && m.dimension == Dimension::Modality && entry(m).code.as_ref() == "auxiliary"
        });
        let after = verb.map_or(argument.end, |m| m.end);
        let ends = after >= read.sentence.end || text.stream.token(after).kind == Kind::Punct;
        let plain = (mark.end..argument.start).all(|i| !matches!(text.stream.lower(i), ";" | ":" | "("));
        if !(free && ends && plain) {
            continue;
        }
        let own = here.iter().rev().find(|c| is_counted(c) && c.to <= argument.start);
        let Some(last) = own.or_else(|| found.iter().rev().take_while(|c| c.sentence + 1 == s).find(is_counted)) else {
            continue;
        };
        let (now, then) = (last.value.unwrap_or_default(), argument.value.unwrap_or_default());
        if now.max(then) > RATIO * now.min(then) {
            continue;
        }
        let former = Candidate {
            sentence: s,
            argument: Some(at),
            value: argument.value,
            value_max: argument.value_max,
            qualifier: argument.qualifier,
            cost: last.cost + 2.0,
            how: "former",
            from: mark.start,
            to: after,
            ..last.clone()
        };
        here.push(former);
    }
}

//! Enumerations: a count broken down by kind, place or article of law: "Выявлено 88 фактов: хранение – 61, сбыт – 19",
//! the same line by line, "Алматы (1 114), Шымкент (988)". The label is no object; the figure counts what the total did.

use super::argument::{Argument, ArgumentKind};
use super::candidate::Candidate;
use super::pattern::Annotated;
use super::reading::Read;
use super::token::Kind;
use super::trigger::Trigger;

/// Sentences over which the lines of a list go on.
const LINES: usize = 15;
/// Tokens of a line's label.
const LABEL: usize = 9;

/// Adds the parts of a total told by labels, in place of what their labels were taken for.
pub(super) fn parts(
    text: &Annotated<'_, '_>,
    reads: &[Read],
    s: usize,
    here: &mut Vec<Candidate>,
    found: &[Candidate],
) {
    let read = &reads[s];
    for (a, argument) in read.arguments.iter().enumerate() {
        let Some(value) = argument.value.filter(|_| is_counted(argument)) else { continue };
        let Some(at) = labelled(text, read, argument) else { continue };
        let Some(total) = total(text, reads, s, (at, argument.start), here, found).cloned() else { continue };
        // "возбуждено 214 дел, в том числе: контрабанда – 96": the offence says which cases.
        if argument.object.as_ref() == "offence" && !matches!(total.unit.as_deref(), Some("case" | "person")) {
            continue;
        }
        if total.value.is_none_or(|t| t < value)
            || here.iter().any(|c| c.argument == Some(a) && c.object == total.object)
        {
            continue;
        }
        here.retain(|c| c.argument != Some(a));
        here.push(Candidate {
            sentence: s,
            argument: Some(a),
            value: Some(value),
            value_max: argument.value_max,
            qualifier: argument.qualifier,
            cost: 4.0,
            how: "series",
            from: at,
            to: argument.end,
            ..total
        });
    }
}

/// A plain number: no money, weight, age or offence named beside it.
fn is_counted(argument: &Argument) -> bool {
    let unit = argument.unit.as_deref();
    argument.has_figure
        && !argument.scaled
        && matches!(argument.kind, ArgumentKind::Bare | ArgumentKind::Thing | ArgumentKind::Person)
        && unit.is_none_or(|u| matches!(u, "item" | "person" | "case" | "offence"))
}

/// Where the label of a figure begins: "label – 32" to the end of the element, "Name (32)".
pub(super) fn labelled(text: &Annotated<'_, '_>, read: &Read, argument: &Argument) -> Option<usize> {
    let stream = text.stream;
    let end = argument.end;
    let figure = (argument.start..end).rev().find(|i| stream.token(*i).kind == Kind::Number || *i == argument.start)?;
    let mark = (argument.start..=figure)
        .rev()
        .find_map(|i| i.checked_sub(1).filter(|b| *b >= read.sentence.start && is_dash(text, *b)));
    let after = stream.lower_or_empty(end);
    if let Some(dash) = mark {
        // "литература – 18 фактов (678 экземпляров)": the bracket counts the things themselves.
        if (dash + 1..figure).any(|i| stream.lower(i) == "(") {
            return None;
        }
        let closed = end >= read.sentence.end || matches!(after, "," | ";" | "." | "(" | ")" | "и") || after.is_empty();
        let from =
            (read.sentence.start..dash).rev().find(|i| matches!(stream.lower(*i), "," | ";" | ":" | "(" | "•" | ")"));
        let label = from.map_or(read.sentence.start, |f| f + 1);
        let words = (label..dash).filter(|i| stream.token(*i).kind == Kind::Word).count();
        return (closed && words > 0 && dash - label <= LABEL).then_some(label);
    }
    let opened = argument.start.checked_sub(2).filter(|b| *b >= read.sentence.start)?;
    let name = stream.printed(opened).chars().next().is_some_and(char::is_uppercase);
    let bracket = stream.lower(argument.start - 1) == "(" && after == ")";
    (bracket && argument.kind == ArgumentKind::Bare && (name || matches!(stream.lower(opened), "область" | "области")))
        .then_some(argument.start)
}

fn is_dash(text: &Annotated<'_, '_>, i: usize) -> bool {
    matches!(text.stream.lower(i), "–" | "—" | "-")
}

/// The total that a label's figure is part of: before it in the sentence, behind a colon or another part; in the
/// sentence before, for names with brackets; or at the head of the list whose line it is.
fn total<'c>(
    text: &Annotated<'_, '_>,
    reads: &[Read],
    s: usize,
    (at, figure): (usize, usize),
    here: &'c [Candidate],
    found: &'c [Candidate],
) -> Option<&'c Candidate> {
    // "задержаны 23 человека, в том числе за убийство – один"
    let for_what = (at..figure).any(|i| text.stream.lower(i) == "за");
    let counted = |unit: &str| matches!(unit, "offence" | "case") || for_what && unit == "person";
    let counts = |c: &&Candidate| c.unit.as_deref().is_some_and(counted) && c.value.is_some_and(|v| v > 1.0);
    let read = &reads[s];
    let own = here.iter().rev().filter(counts).find(|c| c.to <= at);
    if let Some(own) = own {
        // "составлено 412 протоколов, в том числе в ЗКО – 168"
        let colon = (own.from..figure).any(|i| matches!(text.stream.lower(i), ":" | "числе"));
        let of_one = |c: &&Candidate| c.trigger == own.trigger && c.trigger_sentence == own.trigger_sentence;
        let whole = here.iter().filter(counts).filter(of_one).find(|c| c.how != "series");
        return (colon || own.how == "series").then(|| whole.unwrap_or(own));
    }
    let is_line = |s: usize| {
        let sentence = reads[s].sentence;
        s > 0
            && sentence.paragraph != reads[s - 1].sentence.paragraph
            && (sentence.start..sentence.end).any(|i| is_dash(text, i))
            && (sentence.start..sentence.end).len() <= 40
    };
    let ends_open = |s: usize| {
        let sentence = reads[s].sentence;
        sentence.end > sentence.start && text.stream.lower(sentence.end - 1) == ":"
    };
    let bracket = text.stream.lower(at.saturating_sub(1)) == "(";
    let head = if bracket {
        s.checked_sub(1)?
    } else {
        if !is_line(s)
            || !(read.sentence.start..at).all(|i| text.stream.token(i).kind == Kind::Punct) && at > read.sentence.start
        {
            return None;
        }
        let head = (s.saturating_sub(LINES)..s).rev().find(|h| !is_line(*h))?;
        if !ends_open(head) {
            return None;
        }
        head
    };
    // "По 19 фактам начаты дела. / У браконьеров изъято: / – лодок – 14": the heading's own verb says what is listed.
    let own = reads[head].triggers.iter().any(Trigger::states);
    // "пресечено 94 факта браконьерства, изъято:": the list is of the last verb.
    let last = reads[head].triggers.iter().rposition(Trigger::states);
    let of_last = |c: &Candidate| last.is_none_or(|t| c.trigger_sentence != head || c.trigger >= t);
    let near = |c: &&Candidate| c.sentence == head && of_last(c) || !own && c.sentence + 1 == head;
    found.iter().rev().filter(counts).find(|c| near(c) && c.how != "series")
}

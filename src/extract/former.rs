//! The year before: "in 2024 there were 49", told without the words of what was counted.

use super::Language;
use super::argument::{Argument, ArgumentKind};
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
        let bare = |a: &&Argument| is_plain(a) && a.start >= mark.end && a.start - mark.end <= REACH;
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
        let before = || found.iter().rev().take_while(|c| c.sentence + 1 == s).filter(is_counted);
        let Some(last) = own.or_else(|| first_told(before)) else { continue };
        here.extend(counted_alike(last, (s, at), argument, (mark.start, after)));
    }
    if !language.kazakh {
        years(language, text, read, s, here, found);
        pairs(language, text, read, s, here, found);
    }
}

/// "Совершено 29 краж, раскрыто 28. Годом ранее – 34 и 33", "По области Абай – 131 и 84 соответственно": two figures count
/// what the last two of the sentence before did, in their order.
fn pairs(
    language: &Language,
    text: &Annotated<'_, '_>,
    read: &Read,
    s: usize,
    here: &mut Vec<Candidate>,
    found: &[Candidate],
) {
    let mut last: Vec<&Candidate> = Vec::new();
    let counted = |c: &&Candidate| {
        let unit = matches!(c.unit.as_deref(), Some("offence" | "case" | "person" | "item"));
        unit && c.argument.is_some() && c.value.is_some() && c.how != "former"
    };
    for told in found.iter().rev().take_while(|c| c.sentence + 1 == s).filter(counted) {
        if last.len() < 2 && last.iter().all(|l| l.argument != told.argument) {
            last.insert(0, told);
        }
    }
    let &[first, second] = last.as_slice() else { return };
    let lower = |i: usize| text.stream.lower_or_empty(i);
    for a in 1..read.arguments.len() {
        let (one, other) = (&read.arguments[a - 1], &read.arguments[a]);
        let joined = other.start == one.end + 1 && lower(one.end) == "и" && is_plain(one) && is_plain(other);
        let respectively = lower(other.end) == "соответственно";
        let of_then = read.marks.iter().any(|m| {
            let code = &language.lexicon.entries[m.entry as usize].code;
            let then = m.dimension == Dimension::Anaphora && matches!(code.as_ref(), "former" | "last_year");
            then && m.end <= one.start && one.start - m.end <= REACH
        });
        if !joined || !(respectively || of_then) {
            continue;
        }
        let span = (one.start, other.end);
        let pair = [(first, a - 1, one), (second, a, other)];
        let pair: Vec<Candidate> =
            pair.into_iter().filter_map(|(last, at, argument)| counted_alike(last, (s, at), argument, span)).collect();
        if pair.len() == 2 {
            here.retain(|c| c.argument != Some(a) && c.argument != Some(a - 1));
            here.extend(pair);
        }
    }
}

/// Of what was told of the last figure the first: "Совершено 13 убийств, все раскрыты. Годом ранее было 17".
fn first_told<'c, I: Iterator<Item = &'c Candidate>>(before: impl Fn() -> I) -> Option<&'c Candidate> {
    let Some(last) = before().find(|c| c.argument.is_some()) else { return before().next() };
    let same = |c: &&Candidate| c.sentence == last.sentence && c.argument == last.argument;
    let taken_up = |c: &&Candidate| c.argument.is_none() && c.sentence == last.sentence && c.value == last.value;
    before().filter(|c| same(c) || taken_up(c)).min_by_key(|c| c.to)
}

/// A plain number: "164", "четверо", "3,1" of thousands.
fn is_plain(argument: &Argument) -> bool {
    let collective = argument.kind == ArgumentKind::Person && argument.unit.is_none();
    (argument.kind == ArgumentKind::Bare || collective)
        && argument.unit.as_deref().is_none_or(|u| u == "item")
        && argument.value.is_some_and(|v| v >= 1.0)
}

/// The figure of another year, in the thousands or millions of the present one where those are left out ("раскрыто 4,4
/// тысячи, год назад – 3,1"); none where the two cannot be compared.
fn compared(now: f64, argument: &Argument) -> Option<f64> {
    let then = argument.value?;
    let near = |then: f64| then.fract() == 0.0 && now.max(then) <= RATIO * now.min(then);
    let scales = if argument.scaled || then.fract() == 0.0 { &[1.0][..] } else { &[1.0, 1e3, 1e6] };
    scales.iter().map(|scale| (then * scale * 1e6).round() / 1e6).find(|then| near(*then))
}

/// What the last result counts, with the figure of another year.
fn counted_alike(
    last: &Candidate,
    (sentence, at): (usize, usize),
    argument: &Argument,
    (from, to): (usize, usize),
) -> Option<Candidate> {
    let value = compared(last.value.unwrap_or_default(), argument)?;
    Some(Candidate {
        sentence,
        argument: Some(at),
        value: Some(value),
        value_max: argument.value_max,
        qualifier: argument.qualifier,
        cost: last.cost + 2.0,
        how: "former",
        from,
        to,
        ..last.clone()
    })
}

/// "В прошлом году их было 26", "за весь 2024 год дел было 58", "(в 2024-м – 11)": a bare figure that a year and a
/// word for being, or a dash, lead up to. A verb that took it for want of a noun yields.
fn years(
    language: &Language,
    text: &Annotated<'_, '_>,
    read: &Read,
    s: usize,
    here: &mut Vec<Candidate>,
    found: &[Candidate],
) {
    let lower = |i: usize| text.stream.lower(i);
    let word = |i: usize, code: &str| {
        read.marks.iter().any(|m| {
            let entry = &language.lexicon.entries[m.entry as usize];
            m.dimension == Dimension::Anaphora && entry.code.as_ref() == code && m.start <= i && i < m.end
        })
    };
    let year = |i: usize| {
        let digits = lower(i).get(..4).is_some_and(|d| d.starts_with("20") && d.bytes().all(|b| b.is_ascii_digit()));
        text.stream.token(i).kind == Kind::Number && digits && !read.quantities.iter().any(|q| q.figure == i)
            || word(i, "former")
            || word(i, "last_year")
    };
    for at in 0..read.arguments.len() {
        let argument = &read.arguments[at];
        let bare = is_plain(argument) && argument.start > read.sentence.start + 1;
        let ends = argument.end >= read.sentence.end || text.stream.token(argument.end).kind == Kind::Punct;
        // "418 краж против 502 в 2022-м, раскрыто 287"
        let against = bare && lower(argument.start - 1) == "против";
        if !bare || !(ends || against) || here.iter().any(|c| c.argument == Some(at) && c.how == "former") {
            continue;
        }
        let from = argument.start.saturating_sub(REACH).max(read.sentence.start);
        let before = argument.start - 1;
        let dash = matches!(lower(before), "–" | "—" | "-");
        if !(dash || against || word(before, "were")) {
            continue;
        }
        let mut back = (from..before).rev().take_while(|i| !matches!(lower(*i), ";" | ","));
        let told = if against { Some(before) } else { back.find(|i| year(*i)) };
        let Some(told) = told else { continue };
        // "в 2024-м – 11", "в 2024 году – 11", but not "в 2024 году по статье 236 – 44".
        let far = dash && before - told > 2 || (told..before).any(|i| lower(i) == ")");
        if far || read.arguments.iter().any(|a| a.has_figure && a.start >= told && a.end <= before) {
            continue;
        }
        // "За весь 2024 год дел было 58": of what is named.
        let named = read.marks.iter().find(|m| m.dimension == Dimension::Object && m.start > told && m.end <= before);
        let named = named.map(|m| &language.lexicon.entries[m.entry as usize].code);
        let counted = |c: &&Candidate| {
            let unit = c.unit.as_deref();
            named.is_none_or(|n| *n == c.object)
                && c.value.is_some()
                && matches!(unit, Some("offence" | "case" | "person" | "item"))
                && (c.sentence != s || c.argument != Some(at))
        };
        let own: Vec<Candidate> = here.iter().filter(counted).filter(|c| c.to <= argument.start).cloned().collect();
        let end = own.iter().map(|c| c.to).max();
        let mut last: Vec<Candidate> = own.into_iter().filter(|c| Some(c.to) == end).collect();
        if last.is_empty() && !against {
            let before = || found.iter().rev().take_while(|c| c.sentence + 2 >= s).filter(counted);
            // "Возбуждено 71 дело, 44 дошли до суда. За весь 2024 год дел было 58": the noun was told with the first.
            let sentence = before().next().map(|c| c.sentence);
            let first = || before().filter(|c| Some(c.sentence) == sentence).min_by_key(|c| c.to);
            last.extend(if named.is_some() { first() } else { first_told(before) }.cloned());
        }
        let span = (argument.start, argument.end);
        let former: Vec<Candidate> =
            last.iter().filter_map(|last| counted_alike(last, (s, at), argument, span)).collect();
        if former.is_empty() {
            continue;
        }
        here.retain(|c| c.argument != Some(at));
        here.extend(former);
    }
}

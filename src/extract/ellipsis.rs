//! Figures that leave out what their neighbours say: "214 тысяч га возвращено, 54 тысячи по суду", "74 миллиона, взыскали 31".

use super::Language;
use super::argument::{Argument, ArgumentKind};
use super::candidate::Candidate;
use super::pattern::Annotated;
use super::reading::Read;
use super::rule::Rule;
use super::token::Kind;
use super::trigger::Trigger;
use super::worth::is_crypto;
use crate::record::Code;

/// From here on a scale word alone means money.
const MILLION: f64 = 1e6;

/// How much more than the figure before an elliptical one may be.
const RATIO: f64 = 3.0;

/// What thousands without a noun are of, if not money: of the hectares, the things or the coins told before them, or of
/// those told at the end of their list.
pub(super) fn of_thousands(reads: &[Read], s: usize, argument: &Argument, rule: &Rule) -> Option<(Code, Option<Code>)> {
    let value = argument.value?;
    let open = argument.kind == ArgumentKind::Bare && argument.unit.is_none();
    if !open || !argument.scaled || !rule.objects.contains("money") {
        return None;
    }
    let chained = |a: &&Argument| a.kind == ArgumentKind::Bare && a.unit.is_none() && a.scaled;
    let great = |a: &&Argument| a.has_figure && !chained(a) && a.value.is_some_and(|v| v >= 1000.0);
    let of = |a: &Argument, here: bool| {
        let unit = a.unit.as_deref()?;
        let object: Code = match unit {
            "ha" if value < MILLION => "land".into(),
            "item" if a.kind == ArgumentKind::Thing && value < MILLION && a.value.is_some_and(|v| value <= v) => {
                a.object.clone()
            }
            unit if here && a.kind == ArgumentKind::Money && is_crypto(unit) => "cryptocurrency".into(),
            _ => return None,
        };
        rule.objects.contains(&object).then(|| (object, a.unit.clone()))
    };
    let here = &reads[s].arguments;
    let before = here.iter().rev().filter(|a| a.end <= argument.start).find(great);
    if let Some(before) = before {
        return of(before, true);
    }
    let after = here.iter().filter(|a| a.start >= argument.end && a.has_figure).find(|a| !chained(a));
    let shared = after.filter(|a| a.unit.as_deref() == Some("ha")).and_then(|a| of(a, true));
    shared.or_else(|| {
        s.checked_sub(1).and_then(|b| reads[b].arguments.iter().rev().find(great)).and_then(|a| of(a, false))
    })
}

/// Whether a figure in thousands goes on with the hectares of the result before it: "за год – 15,9 тысячи".
pub(super) fn is_of_hectares(argument: &Argument, last: &Candidate) -> bool {
    let near = |v: f64| last.value.is_some_and(|before| v < MILLION && v <= before * RATIO);
    argument.scaled && argument.unit.is_none() && last.unit.as_deref() == Some("ha") && argument.value.is_some_and(near)
}

/// "Ущерб – 188 млн, возмещено 140": a plain number straight behind a verb of sums goes on with the scale and the
/// currency of the sum before it.
pub(super) fn sums(language: &Language, text: &Annotated<'_, '_>, reads: &[Read], s: usize, here: &mut Vec<Candidate>) {
    let read = &reads[s];
    let is_sum = |a: &&Argument| {
        a.scaled
            && a.value.is_some_and(|v| v >= MILLION)
            && matches!(a.object.as_ref(), "money" | "")
            && a.unit.as_deref().is_none_or(|u| u.len() == 3)
    };
    // The last part and the sum that it is of.
    let mut last: Option<(usize, f64, Option<Code>)> = None;
    for (a, argument) in read.arguments.iter().enumerate() {
        if !is_plain(text, read, argument) || here.iter().any(|c| c.argument == Some(a)) {
            continue;
        }
        let before = read.arguments[..a].iter().rposition(|b| b.has_figure);
        let told = match before {
            Some(b) if last.as_ref().is_some_and(|(part, ..)| *part == b) => last.take().map(|(_, v, u)| (v, u)),
            Some(b) => read.arguments.get(b).filter(is_sum).and_then(|b| Some((b.value?, b.unit.clone()))),
            None => s.checked_sub(1).and_then(|b| {
                let sum = reads[b].arguments.iter().rev().find(|b| b.has_figure).filter(is_sum)?;
                Some((sum.value?, sum.unit.clone()))
            }),
        };
        let Some((sum, unit)) = told else { continue };
        // "187 исков на 642 млн, удовлетворено 171": as many of the things that the sum is the worth of.
        let counts = |b: &Argument| matches!(b.unit.as_deref(), Some("item" | "case" | "offence" | "person"));
        let of_things = |b: &Argument| counts(b) && b.has_figure && b.value >= argument.value;
        let whole = argument.value.is_some_and(|v| v.fract() == 0.0);
        if whole && read.arguments[..a].iter().any(of_things) {
            continue;
        }
        let Some(scale) = [1e12, 1e9, 1e6].into_iter().find(|scale| sum >= *scale) else { continue };
        let Some(value) = argument.value.map(|v| v * scale).filter(|v| *v < sum) else { continue };
        let Some((t, rule)) = verb_of_sums(language, text, read, argument) else { continue };
        let trigger = &read.triggers[t];
        here.push(Candidate {
            sentence: s,
            rule,
            trigger_sentence: s,
            trigger: t,
            argument: Some(a),
            object: "money".into(),
            value: Some(value),
            value_max: None,
            qualifier: argument.qualifier,
            unit: unit.clone().or_else(|| Some("KZT".into())),
            cost: 1.0,
            how: "series",
            from: trigger.start,
            to: argument.end,
        });
        last = Some((a, sum, unit));
    }
}

/// A small number without noun that ends its clause.
fn is_plain(text: &Annotated<'_, '_>, read: &Read, argument: &Argument) -> bool {
    let ends = argument.end >= read.sentence.end || text.stream.token(argument.end).kind == Kind::Punct;
    let free = argument.kind == ArgumentKind::Bare && argument.unit.is_none() && !argument.scaled && !argument.weak;
    free && ends && argument.value_max.is_none() && argument.value.is_some_and(|v| v > 0.0 && v < 1000.0)
}

/// The verb straight before a figure, over a particle, and its rule that takes sums; none where it counts other things.
fn verb_of_sums(
    language: &Language,
    text: &Annotated<'_, '_>,
    read: &Read,
    argument: &Argument,
) -> Option<(usize, u32)> {
    let particle =
        |i: usize| matches!(text.stream.lower(i), "лишь" | "только" | "пока" | "уже" | "ещё" | "еще" | "всего");
    let beside =
        |t: &Trigger| t.end <= argument.start && (t.end..argument.start).all(particle) && argument.start - t.end <= 2;
    let rule = |r: &u32| &language.rules[*r as usize];
    let (t, trigger) = read.triggers.iter().enumerate().find(|(_, t)| t.states() && beside(t))?;
    let counts = trigger.rules.iter().any(|r| rule(r).count.is_some());
    let of_sums = |r: &Rule| {
        let kinds =
            matches!(r.event_type.as_ref(), "recovery" | "confiscation" | "asset_freeze" | "blocking" | "damage");
        kinds && r.objects.contains("money") && !r.inherit
    };
    let takes = trigger.rules.iter().copied().find(|r| of_sums(rule(r)));
    takes.filter(|_| !counts).map(|r| (t, r))
}

//! Goods of which the cases are counted first: "топливо – 580 фактов (более 60 тонн)".

use super::argument::{Argument, ArgumentKind, Scene, unit_of};
use super::feats::Feats;
use super::lexicon::Dimension;
use super::pattern::Mark;
use super::token::Kind;

/// Words between the cases and the amount: "объёмом", "общим весом", a bracket or comma.
const GAP: usize = 4;
/// Words between the goods and the dash.
const ATTRIBUTES: usize = 2;

/// Gives an amount behind the number of cases the goods before the dash.
pub(super) fn name(scene: &Scene<'_>, arguments: &mut [Argument]) {
    for i in 1..arguments.len() {
        let amount = &arguments[i];
        let bare = amount.kind == ArgumentKind::Bare && amount.unit.is_some();
        // "18 фактов (678 экз.)"
        let copies = amount.object.as_ref() == "offence" && amount.unit.as_deref() == Some("item");
        if !amount.has_figure || !bare && !copies {
            continue;
        }
        let cases = |a: &&Argument| {
            let near = a.end + GAP >= amount.start && a.start < amount.start;
            near && a.has_figure && a.object.as_ref() == "offence" && a.unit.as_deref() == Some("offence")
        };
        let Some(facts) = arguments[..i].iter().rev().find(cases) else { continue };
        let Some(goods) = goods(scene, facts.start) else { continue };
        let (start, end, head, code) = goods;
        let (from, to) = (facts.end, amount.end);
        let breaks = |i: usize| matches!(scene.text.stream.lower(i), ";" | "." | ":" | "–" | "—" | ")");
        if (from..amount.start.max(from)).any(breaks) || end > to {
            continue;
        }
        let amount = &mut arguments[i];
        amount.kind = ArgumentKind::Thing;
        amount.object = code.into();
        amount.unit = amount.unit.take().or_else(|| unit_of(scene.classes, code));
        amount.start = start;
        amount.head = head;
        amount.feats |= Feats::NOM | Feats::ACC | Feats::GEN;
    }
    arguments.sort_by_key(|a| (a.start, a.end));
}

/// The goods that end at the dash before the number of cases: first and last token, head, code.
fn goods<'s>(scene: &'s Scene<'_>, cases: usize) -> Option<(usize, usize, usize, &'s str)> {
    let dash = cases.checked_sub(1).filter(|d| *d > scene.start)?;
    if !matches!(scene.text.stream.lower(dash), "–" | "—" | "-" | ":") {
        return None;
    }
    // "товары народного потребления – 376 фактов": the noun's own attributes may follow it.
    let word = |i: usize| scene.text.stream.token(i).kind == Kind::Word;
    let ends = |m: &&Mark| m.end <= dash && m.end + ATTRIBUTES >= dash && (m.end..dash).all(word);
    let marks = scene.marks.iter().filter(|m| m.dimension == Dimension::Object);
    let mark = marks.filter(ends).max_by_key(|m| (m.end, m.end - m.start))?;
    let code = scene.entry(mark).code.as_ref();
    let taken = matches!(scene.classes.class(code), "goods" | "drug") || code == "money";
    taken.then_some((mark.start, mark.end, mark.head, code))
}

//! Breakdowns that add up: "Задержаны 14 водителей (Риддер – 8, Зайсан – 4, Алтай – 2)". Figures that follow a total and
//! sum to it are its parts and count what it counts, whatever stands beside them: no other figures of a text do so by
//! chance.

use super::Language;
use super::argument::{Argument, ArgumentKind};
use super::candidate::Candidate;
use super::carry;
use super::feats::Feats;
use super::lexicon::Dimension;
use super::pattern::{Annotated, Mark};
use super::reading::Read;
use crate::record::Code;

/// Sentences over which the lines of a list go on.
const LINES: usize = 15;
/// Parts of a total at most.
const PARTS: usize = 20;
/// Figures between a total and its first part at most: "Раскрыто 86 краж, таких же в мае – 90. По видам: …".
const SKIPPED: usize = 2;
/// Words from a total, or a part, to the next part at most.
const REACH: usize = 28;
/// Parts that leave no doubt whatever else speaks against them.
const MANY: usize = 3;
/// Sentences from a total to a list of its parts at most.
const BACK: usize = 8;
/// Share of a total by which its parts may miss it.
const EXACT: f64 = 1e-9;
/// Totals below this one have to be told straight before their parts, or two small numbers would do.
const SMALL: f64 = 10.0;
/// The same distance of small totals.
const NEAR: usize = 14;

/// A figure of the text.
#[derive(Debug, Clone, Copy)]
struct Figure {
    sentence: usize,
    argument: usize,
    start: usize,
    end: usize,
    /// The bracket that it stands in, by its first token.
    bracket: Option<usize>,
}

/// Which of the figures behind a total are read as its parts.
#[derive(Debug, Clone, Copy)]
enum Layout {
    /// Those of the bracket that opens behind it.
    Within(usize),
    /// Those of the running text; what stands in brackets explains them.
    Beside,
    /// One in each bracket: "Алматы (9), Шымкент (6)".
    Bracketed,
}

/// Adds the parts of all totals, in place of what series and lists took them for.
pub(super) fn complete(language: &Language, text: &Annotated<'_, '_>, reads: &[Read], found: &mut Vec<Candidate>) {
    let figures = figures(text, reads);
    let items: Vec<bool> = (0..reads.len()).map(|s| carry::is_item(text, reads, s)).collect();
    let mut told: Vec<Vec<Candidate>> = vec![Vec::new(); reads.len()];
    for candidate in found.drain(..) {
        told[candidate.sentence].push(candidate);
    }
    for total in 0..figures.len() {
        let wholes = told_of(reads, figures[total], &told);
        let is_term = |c: &Candidate| matches!(c.unit.as_deref(), None | Some("year" | "month"));
        let several = |c: &&Candidate| !is_term(c) && c.value.is_some_and(|v| v >= 2.0) && c.value_max.is_none();
        let Some(first) = wholes.first().filter(several) else { continue };
        let parts = layouts(text, &figures, total)
            .into_iter()
            .find_map(|layout| sum(text, language, reads, (&figures, total, &items), first, layout));
        add(language, reads, &wholes, &parts.unwrap_or_default(), &mut told);
    }
    for (whole, parts) in lists(text, reads, &figures, &told) {
        add(language, reads, &[whole], &parts, &mut told);
    }
    found.extend(told.into_iter().flatten());
    found.sort_by_key(|c| (c.sentence, c.from, c.to));
}

/// What is told of a figure.
fn told_of(reads: &[Read], figure: Figure, told: &[Vec<Candidate>]) -> Vec<Candidate> {
    let value = reads[figure.sentence].arguments[figure.argument].value;
    let of_figure = |c: &&Candidate| is_of(c, figure) && c.how != "former" && c.value == value;
    told[figure.sentence].iter().filter(of_figure).cloned().collect()
}

/// Adds what is told of a total for its parts, in place of what they were taken for.
fn add(
    language: &Language,
    reads: &[Read],
    wholes: &[Candidate],
    parts: &[(Figure, f64)],
    told: &mut [Vec<Candidate>],
) {
    let event_type = |c: &Candidate| &language.rules[c.rule as usize].event_type;
    for &(part, value) in parts {
        let argument = &reads[part.sentence].arguments[part.argument];
        let here = &mut told[part.sentence];
        for whole in wholes {
            // "посевы – пять" of 88 facts: the label is no object.
            let counted = matches!(whole.unit.as_deref(), Some("person" | "case" | "offence"));
            let alike = |c: &Candidate, t: &Candidate| event_type(c) == event_type(t) && (!counted || c.unit == t.unit);
            if here.iter().any(|c| is_of(c, part) && alike(c, whole)) {
                continue;
            }
            here.retain(|c| !is_of(c, part) || wholes.iter().any(|t| alike(c, t)));
            here.push(of_part(whole, argument, part, value));
        }
    }
}

fn is_of(candidate: &Candidate, figure: Figure) -> bool {
    candidate.sentence == figure.sentence && candidate.argument == Some(figure.argument)
}

/// What is told of the whole, of a part.
fn of_part(whole: &Candidate, argument: &Argument, part: Figure, value: f64) -> Candidate {
    Candidate {
        sentence: part.sentence,
        argument: Some(part.argument),
        value: Some(value),
        value_max: None,
        qualifier: argument.qualifier,
        cost: 2.0,
        how: "series",
        from: part.start,
        to: part.end,
        ..whole.clone()
    }
}

/// All figures of the text in their order.
fn figures(text: &Annotated<'_, '_>, reads: &[Read]) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (sentence, read) in reads.iter().enumerate() {
        for (argument, told) in read.arguments.iter().enumerate().filter(|(_, a)| a.has_figure && a.value.is_some()) {
            let open = (read.sentence.start..told.start).rev().find(|i| matches!(text.stream.lower(*i), "(" | ")"));
            let bracket = open.filter(|i| text.stream.lower(*i) == "(");
            figures.push(Figure { sentence, argument, start: told.start, end: told.end, bracket });
        }
    }
    figures.dedup_by_key(|f| (f.start, f.end));
    figures
}

/// The layouts in which the parts of a total may stand.
fn layouts(text: &Annotated<'_, '_>, figures: &[Figure], total: usize) -> Vec<Layout> {
    let whole = figures[total];
    let next = figures.get(total + 1).and_then(|f| f.bracket.filter(|b| *b >= whole.end));
    let plain = next.filter(|b| (whole.end..*b).all(|i| !matches!(text.stream.lower(i), ";" | ".")));
    let mut layouts: Vec<Layout> = plain.map(Layout::Within).into_iter().collect();
    layouts.push(whole.bracket.map_or(Layout::Beside, Layout::Within));
    if whole.bracket.is_none() {
        layouts.push(Layout::Bracketed);
    }
    layouts
}

/// The figures behind a total that sum to it.
fn sum(
    text: &Annotated<'_, '_>,
    language: &Language,
    reads: &[Read],
    (figures, total, items): (&[Figure], usize, &[bool]),
    whole: &Candidate,
    layout: Layout,
) -> Option<Vec<(Figure, f64)>> {
    let (at, value) = (figures[total], whole.value?);
    let argument = |f: Figure| &reads[f.sentence].arguments[f.argument];
    let of_sums = argument(at).scaled;
    let end = reach(reads, items, at.sentence);
    let behind: Vec<Figure> = figures[total + 1..]
        .iter()
        .take_while(|f| f.sentence < end)
        .filter(|f| match layout {
            Layout::Within(bracket) => f.bracket == Some(bracket),
            Layout::Beside => f.bracket.is_none(),
            Layout::Bracketed => f.bracket.is_some(),
        })
        .filter(|f| is_alike(text, argument(**f), whole, of_sums))
        .take(2 * PARTS)
        .copied()
        .collect();
    let distance = if value < SMALL { NEAR } else { REACH };
    let in_list = is_labelled(text, argument(at)) && !matches!(layout, Layout::Within(_));
    for scale in scales(value, of_sums) {
        for first in 0..=SKIPPED.min(behind.len()) {
            let mut parts: Vec<(Figure, f64)> = Vec::new();
            let (mut rest, mut last, mut least) = (value, at, if first > 0 { MANY } else { 2 });
            for &part in behind[first..].iter().take(PARTS) {
                let of_them = is_of_them(language, reads, last, part);
                // "5 ранений, среди них одно тяжкое": a part of the part.
                if of_them && !parts.is_empty() {
                    continue;
                }
                // "кражи – 41; мошенничества – 22": one item of a list has no parts in the others.
                let below = part.sentence != at.sentence && items[part.sentence] && !items[at.sentence];
                if in_list && parts.is_empty() && !of_them && !below {
                    break;
                }
                let own = in_scale(argument(part), scale);
                let far = part.start.saturating_sub(last.end) > distance;
                let doubt = doubt(text, language, reads, (last, part), whole);
                if far || own > rest * (1.0 + EXACT) || doubt == Doubt::Other {
                    break;
                }
                if doubt == Doubt::Verb || argument(part).weak {
                    least = MANY;
                }
                parts.push((part, own));
                (rest, last) = (rest - own, part);
                if rest.abs() <= value * EXACT {
                    return (parts.len() >= least).then_some(parts);
                }
            }
        }
    }
    None
}

/// The scales in which plain numbers may be told: their own, and that of the total: "21,6 млрд: 18,9 – за выбросы".
fn scales(value: f64, of_sums: bool) -> impl Iterator<Item = f64> {
    let scale = [1e12, 1e9, 1e6, 1e3].into_iter().find(|s| of_sums && value >= *s);
    std::iter::once(1.0).chain(scale)
}

/// The value of an argument, a plain number in a scale.
fn in_scale(argument: &Argument, scale: f64) -> f64 {
    let value = argument.value.unwrap_or_default();
    let plain = argument.unit.is_none() && !argument.scaled && value < 1000.0;
    if plain && scale > 1.0 { (value * scale).round() } else { value }
}

/// Adds the parts of a total told some sentences before a list without a verb: "По районам: Аксуский – 28, Сарканский – 19".
fn lists(
    text: &Annotated<'_, '_>,
    reads: &[Read],
    figures: &[Figure],
    told: &[Vec<Candidate>],
) -> Vec<(Candidate, Vec<(Figure, f64)>)> {
    let mut lists = Vec::new();
    let mut at = 0;
    while at < figures.len() {
        let s = figures[at].sentence;
        let end = at + figures[at..].iter().take_while(|f| f.sentence == s).count();
        let list: Vec<Figure> = figures[at..end].iter().filter(|f| f.bracket.is_none()).copied().collect();
        at = end;
        let read = &reads[s];
        let verb = read.clauses.foreign.iter().any(|f| *f) || read.triggers.iter().any(super::trigger::Trigger::states);
        if verb || list.len() < MANY {
            continue;
        }
        let argument = |f: &Figure| &read.arguments[f.argument];
        let total: f64 = list.iter().filter_map(|f| argument(f).value).sum();
        let adds_up = |c: &&Candidate| {
            let counted = matches!(c.unit.as_deref(), Some("item" | "person" | "case" | "offence"));
            counted
                && c.value.is_some_and(|v| (v - total).abs() < EXACT)
                && list.iter().all(|f| is_alike(text, argument(f), c, false))
        };
        let before = s.saturating_sub(BACK)..s.saturating_sub(1);
        let Some(whole) = told[before].iter().rev().flat_map(|c| c.iter().rev()).find(adds_up) else { continue };
        let parts: Vec<(Figure, f64)> = list.iter().map(|f| (*f, argument(f).value.unwrap_or_default())).collect();
        lists.push((whole.clone(), parts));
    }
    lists
}

/// One past the last sentence that may tell parts of a total: the same, the next, or a line of the list that follows.
fn reach(reads: &[Read], items: &[bool], total: usize) -> usize {
    let last = reads.len().min(total + LINES);
    // "Раскрыто 86 краж. По видам: / – из квартир – 41;"
    let heads = |s: usize| s == total + 2 && reads[s].sentence.paragraph == reads[total + 1].sentence.paragraph;
    (total + 2..last).find(|s| !items[*s] && !heads(*s)).unwrap_or(last)
}

/// Whether an argument may be a part of a total: a plain number, or one in its unit.
fn is_alike(text: &Annotated<'_, '_>, argument: &Argument, whole: &Candidate, of_sums: bool) -> bool {
    let (unit, total) = (argument.unit.as_deref(), whole.unit.as_deref());
    let bare = argument.kind == ArgumentKind::Bare;
    if argument.value_max.is_some() || argument.value.is_none_or(|v| v <= 0.0) || argument.governed {
        return false;
    }
    if !matches!(total, Some("item" | "person" | "case" | "offence")) {
        return unit == total || unit.is_none() && (bare || of_sums) && !argument.worth;
    }
    let whole_number = argument.value.is_some_and(|v| v.fract() == 0.0);
    let counted = unit.is_none_or(|u| matches!(u, "item" | "offence" | "case")) || unit == total;
    // "кражи – 41", "за разбой – 12", "88 – преступления средней тяжести": what stands beside the dash is the label.
    let labelled = is_labelled(text, argument);
    // "за остальными двенадцатью"
    if argument.feats.any(Feats::CASES) && !argument.feats.any(Feats::NOM | Feats::ACC | Feats::GEN) && !labelled {
        return false;
    }
    let alike = match argument.kind {
        ArgumentKind::Bare => true,
        ArgumentKind::Person => total == Some("person"),
        ArgumentKind::Thing => {
            let own = argument.object == whole.object && total != Some("person");
            own || labelled && !argument.worth && whole.value.is_some_and(|v| v >= SMALL)
        }
        ArgumentKind::Money | ArgumentKind::Duration => false,
    };
    whole_number && counted && alike
}

/// Whether a dash stands beside the figure: "кражи – 41", "41 – из магазинов".
fn is_labelled(text: &Annotated<'_, '_>, argument: &Argument) -> bool {
    let dash = |i: usize| matches!(text.stream.lower_or_empty(i), "–" | "—" | "-");
    dash(argument.end) || (argument.start.saturating_sub(1)..argument.end).any(dash)
}

/// Whether "of them" stands between two figures.
fn is_of_them(language: &Language, reads: &[Read], last: Figure, part: Figure) -> bool {
    let code = |m: &Mark| language.lexicon.entries[m.entry as usize].code.as_ref() == "of_them";
    // "307 из которых" is the figure's own.
    let between = |m: &&Mark| m.start > last.end && m.end <= part.start;
    reads[part.sentence].marks.iter().filter(between).any(|m| m.dimension == Dimension::Anaphora && code(m))
}

/// What speaks against a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// Nothing.
    None,
    /// A verb that states no result: "на Абай приходится 12".
    Verb,
    /// Something else is told of the part: "208 человек наказаны: 196 оштрафованы, 12 арестованы".
    Other,
}

/// What is said between a part and the one before it, and behind it up to the end of its phrase.
fn doubt(
    text: &Annotated<'_, '_>,
    language: &Language,
    reads: &[Read],
    (last, part): (Figure, Figure),
    whole: &Candidate,
) -> Doubt {
    let read = &reads[part.sentence];
    let closes = |i: &usize| matches!(text.stream.lower(*i), "," | ";" | "." | ")" | "(");
    let to = (part.end..read.sentence.end).find(closes).unwrap_or(read.sentence.end);
    let from = if last.sentence == part.sentence { last.end } else { read.sentence.start };
    let event_type = |r: u32| -> &Code { &language.rules[r as usize].event_type };
    let own = event_type(whole.rule);
    let persons = whole.unit.as_deref() == Some("person");
    // "307 из которых совершили тяжкие преступления": what persons did says nothing of what was done to them.
    let deed = |r: &u32| persons && event_type(*r).starts_with("offence");
    // "32 – к дисциплинарной"
    let stops = |r: u32| language.rules[r as usize].is_stopper() && !deed(&r);
    let stopped = read.bound.iter().any(|b| b.argument == Some(part.argument) && stops(b.rule));
    let other = read.triggers.iter().enumerate().any(|(n, t)| {
        let whole_verb = part.sentence == whole.trigger_sentence && whole.trigger == n;
        t.start >= from
            && t.end <= to
            && !whole_verb
            && t.unreal.is_none()
            && t.feats.any(Feats::SHORT | Feats::FINITE)
            && !t.rules.iter().any(|r| event_type(*r) == own || deed(r))
    });
    let verb = |i: usize, form: Feats| {
        let feats = text.feats(i);
        feats.any(form) && !feats.any(Feats::NOUN | Feats::ADJ | Feats::NUM)
    };
    let spoken = |form: Feats| (from..to).any(|i| verb(i, form));
    // "пятеро отпущены"
    let released = persons && (part.end..to).any(|i| verb(i, Feats::SHORT));
    if other || released || stopped {
        Doubt::Other
    } else if part.sentence != whole.sentence && spoken(Feats::SHORT | Feats::FINITE) {
        Doubt::Verb
    } else {
        Doubt::None
    }
}

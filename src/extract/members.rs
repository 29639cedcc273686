//! Parts of a number of persons: "19 перевозчиков, из них семь – граждане другой страны", "Из них за хулиганство – 96".
//! A part without a predicate of its own is told of what the whole was told of (rule 10 of the coding manual).

use super::Language;
use super::argument::{Argument, ArgumentKind};
use super::candidate::Candidate;
use super::lexicon::Dimension;
use super::pattern::{Annotated, Mark};
use super::reading::Read;

/// Words between "of them" and its first figure, label included.
const LABEL: usize = 10;

/// Words between one part and the next.
const NEXT: usize = 14;

/// Words before "of them" where it still opens the sentence.
const OPENING: usize = 3;

/// Adds the parts of the persons told of last.
pub(super) fn parts(
    language: &Language,
    text: &Annotated<'_, '_>,
    reads: &[Read],
    s: usize,
    here: &mut Vec<Candidate>,
    found: &[Candidate],
) {
    let read = &reads[s];
    let marks: Vec<&Mark> = read.marks.iter().filter(|m| is_of_them(language, m)).collect();
    let counted = |c: &Candidate| c.unit.as_deref() == Some("person");
    if language.kazakh || marks.is_empty() && !here.iter().any(counted) {
        return;
    }
    // The part before and its totals.
    let mut last: Option<(usize, Vec<Candidate>)> = None;
    for (a, argument) in read.arguments.iter().enumerate() {
        let Some(value) = argument.value.filter(|v| *v >= 1.0 && v.fract() == 0.0 && counts(argument)) else {
            continue;
        };
        let first = marks.iter().find(|m| m.start == argument.end).map(|_| argument.start);
        let first = first.or_else(|| marks.iter().rev().find(|m| opens(text, read, m, a)).map(|m| m.start));
        let next = || last.as_ref().filter(|(before, _)| goes_on(text, read, *before, a)).map(|(_, t)| t.clone());
        let first = first.map(|at| (at, totals(read, at, value, here, found, s)));
        let gap = || alike(text, read, argument).map(|at| (at, told_before(at, here)));
        let (at, totals) =
            first.or_else(|| next().map(|t| (argument.start, t))).or_else(gap).unwrap_or((argument.start, Vec::new()));
        if totals.is_empty() || has_predicate(read, at, argument) {
            continue;
        }
        let event_type = |c: &Candidate| &language.rules[c.rule as usize].event_type;
        let told = |c: &Candidate| c.argument == Some(a) && totals.iter().any(|t| event_type(t) == event_type(c));
        if !here.iter().any(told) {
            here.retain(|c| c.argument != Some(a));
            here.extend(totals.iter().map(|total| Candidate {
                sentence: s,
                argument: Some(a),
                value: Some(value),
                value_max: None,
                qualifier: argument.qualifier,
                unit: Some("person".into()),
                cost: 4.0,
                how: "series",
                from: at.min(argument.start),
                to: argument.end,
                ..total.clone()
            }));
        }
        last = Some((a, totals));
    }
}

/// "За хулиганство наказаны 212 человек, за распитие спиртного – 389": the verb and the persons are left out; where the
/// label begins.
fn alike(text: &Annotated<'_, '_>, read: &Read, argument: &Argument) -> Option<usize> {
    let label = super::enumeration::labelled(text, read, argument)?;
    let after = label.checked_sub(1).filter(|b| *b > read.sentence.start)?;
    let listed = matches!(text.stream.lower(after), "," | ";") && text.stream.lower(label) == "за";
    listed.then_some(label)
}

/// What was told of the last counted persons before a token of the same sentence.
fn told_before(at: usize, here: &[Candidate]) -> Vec<Candidate> {
    let persons = |c: &&Candidate| c.unit.as_deref() == Some("person") && c.value.is_some() && c.to <= at;
    let Some(last) = here.iter().rev().filter(|c| c.argument.is_some()).find(persons) else { return Vec::new() };
    let same = |c: &&Candidate| c.sentence == last.sentence && c.argument == last.argument;
    here.iter().filter(persons).filter(same).cloned().collect()
}

fn is_of_them(language: &Language, mark: &Mark) -> bool {
    mark.dimension == Dimension::Anaphora && language.lexicon.entries[mark.entry as usize].code.as_ref() == "of_them"
}

/// A plain number of nothing else than persons, or of the deeds for which they are told: "за хулиганство – 96".
fn counts(argument: &Argument) -> bool {
    let labelled = argument.kind == ArgumentKind::Thing && argument.object.as_ref() == "offence";
    let plain = argument.unit.as_deref().is_none_or(|u| matches!(u, "item" | "person" | "offence"));
    let person = matches!(argument.kind, ArgumentKind::Bare | ArgumentKind::Person);
    argument.has_figure && argument.value_max.is_none() && !argument.weak && plain && (person || labelled)
}

/// Whether "of them" stands before the argument with nothing but a label between.
fn opens(text: &Annotated<'_, '_>, read: &Read, mark: &Mark, a: usize) -> bool {
    let argument = &read.arguments[a];
    let between = mark.end..argument.start;
    mark.end <= argument.start
        && between.len() <= LABEL
        && !read.arguments[..a].iter().any(|b| b.has_figure && b.start >= mark.end)
        && between.clone().all(|i| !matches!(text.stream.lower(i), ";" | "(" | ")"))
        && is_item(text, read, argument, between.start)
}

/// Whether the argument is the next part behind another: "семь – иностранцы, двое – подростки".
fn goes_on(text: &Annotated<'_, '_>, read: &Read, before: usize, a: usize) -> bool {
    let (one, argument) = (&read.arguments[before], &read.arguments[a]);
    let between = one.end..argument.start;
    one.end <= argument.start
        && between.len() <= NEXT
        && between.clone().any(|i| matches!(text.stream.lower(i), "," | ";" | "и" | "а"))
        && is_item(text, read, argument, between.start)
        && [argument.end, argument.start.saturating_sub(1)].iter().any(|i| is_dash(text, read, *i))
            | (between.start..argument.end).any(|i| is_dash(text, read, i) && i > argument.start)
}

fn is_dash(text: &Annotated<'_, '_>, read: &Read, i: usize) -> bool {
    (read.sentence.start..read.sentence.end).contains(&i) && matches!(text.stream.lower(i), "–" | "—" | "-")
}

/// The figure is set apart from what follows it, or the label from the figure; no deed is counted without its preposition.
fn is_item(text: &Annotated<'_, '_>, read: &Read, argument: &Argument, from: usize) -> bool {
    let offence = argument.object.as_ref() == "offence";
    !offence || (from..argument.start + 2).any(|i| i < read.sentence.end && text.stream.lower(i) == "за")
}

/// Whether a predicate that states a result says something else of the part: "из них пятеро взяты под охрану".
fn has_predicate(read: &Read, at: usize, argument: &Argument) -> bool {
    let clause = read.clauses.of(argument.head);
    read.triggers.iter().any(|t| t.states() && t.start >= at && t.clause == clause)
}

/// The persons that a part is of: what its sentence told last before it, else the sentence before where the part opens
/// its own; with every result told of them.
fn totals(read: &Read, at: usize, value: f64, here: &[Candidate], found: &[Candidate], s: usize) -> Vec<Candidate> {
    let persons = |c: &&Candidate| c.unit.as_deref() == Some("person") && c.value.is_some_and(|v| v > value);
    let own = here.iter().rev().filter(persons).find(|c| c.to <= at && c.sentence == s);
    let opening = at - read.sentence.start <= OPENING;
    let before = || found.iter().rev().take_while(|c| c.sentence + 1 == s).filter(persons).last();
    let Some(total) = own.or_else(|| if opening { before() } else { None }) else { return Vec::new() };
    let same = |c: &&Candidate| c.sentence == total.sentence && c.argument == total.argument && c.value == total.value;
    here.iter().chain(found.iter().rev().take(12)).filter(persons).filter(same).cloned().collect()
}

//! What a candidate takes from the sentences before it: the unit of a term, the sum that is spoken of.

use super::Language;
use super::argument::{Argument, ArgumentKind};
use super::candidate::Candidate;
use super::feats::Feats;
use super::lexicon::{Dimension, Entry};
use super::named;
use super::pattern::{Annotated, Mark};
use super::reading::Read;
use crate::record::{Code, Qualifier};
use std::ops::Range;

/// Years that a bare figure may mean.
const LONGEST: f64 = 30.0;

/// "Лидеру назначено 8 лет, двум проводникам по 6, водителю – пять": a bare figure beside a person goes on with the
/// terms of its sentence, or of the sentence before where it has no verb.
pub(super) fn terms(
    language: &Language,
    text: &Annotated<'_, '_>,
    read: &Read,
    s: usize,
    here: &mut Vec<Candidate>,
    found: &[Candidate],
) {
    let is_term = |c: &&Candidate| {
        language.rules[c.rule as usize].objects.contains("duration") && matches!(c.unit.as_deref(), Some("year"))
    };
    let counts = |c: &Candidate| language.rules[c.rule as usize].count.as_deref() == Some("person");
    for (a, argument) in read.arguments.iter().enumerate() {
        let bare = argument.kind == ArgumentKind::Bare && argument.unit.is_none() && !argument.scaled;
        let taken = is_taken(language, text, read, argument);
        if !bare || argument.value.is_none_or(|v| v > LONGEST) || !taken && !is_ellipsis(text, read, argument) {
            continue;
        }
        let verbless = read.triggers.is_empty() && !read.clauses.foreign.iter().any(|f| *f);
        let last = here
            .iter()
            .rfind(|c| is_term(c) && c.to <= argument.start)
            .or_else(|| here.iter().find(|c| taken && is_term(c)))
            .or_else(|| found.iter().rev().take_while(|c| (verbless || taken) && c.sentence + 1 == s).find(is_term))
            .or_else(|| here.iter().find(|c| is_term(c) && shares_term(text, argument, c)));
        let Some(last) = last.cloned() else { continue };
        if here.iter().any(|c| c.argument == Some(a) && !counts(c)) {
            continue;
        }
        here.retain(|c| c.argument != Some(a));
        here.push(Candidate {
            sentence: s,
            argument: Some(a),
            value: argument.value,
            value_max: argument.value_max,
            qualifier: argument.qualifier,
            cost: last.cost + 2.0,
            how: "series",
            from: argument.start,
            to: argument.end,
            ..last
        });
    }
}

/// "Директор получил восемь лет, бухгалтер получил шесть": a bare figure straight behind the verb that takes terms.
fn is_taken(language: &Language, text: &Annotated<'_, '_>, read: &Read, argument: &Argument) -> bool {
    let ends = matches!(text.stream.lower_or_empty(argument.end), "" | "." | ";" | "," | "\n");
    let takes = |r: &u32| language.rules[*r as usize].objects.contains("duration");
    // "Осуждены двадцать восемь": the subject of a plural passive are persons.
    let persons = |t: &super::trigger::Trigger| t.feats.has(Feats::SHORT | Feats::PLUR);
    let said = |t: &super::trigger::Trigger| t.end == argument.start && t.unreal.is_none() && !persons(t);
    ends && !language.kazakh && read.triggers.iter().any(|t| said(t) && t.rules.iter().any(takes))
}

/// "по 6", "второй на 8", "водителю – пять", "родственник, помогавший скрыть следы, четыре".
fn is_ellipsis(text: &Annotated<'_, '_>, read: &Read, argument: &Argument) -> bool {
    let before = |back: usize| {
        argument.start.checked_sub(back).filter(|b| *b >= read.sentence.start).map_or("", |b| text.stream.lower(b))
    };
    let ends = matches!(text.stream.lower_or_empty(argument.end), "" | "." | ";" | "," | "\n");
    let opened = matches!(text.stream.lower(argument.start), "от" | "с") && argument.value_max.is_some();
    match before(1) {
        "по" | "к" | "на" | "от" => true,
        "–" | "—" | "-" => {
            ends && (is_subject(text, read, argument.start - 1) || named::ends_before(text, read, argument.start - 1))
        }
        "," => ends,
        _ => opened,
    }
}

/// "Один к 4, другой к 5 годам": the unit is told with the second term.
fn shares_term(text: &Annotated<'_, '_>, argument: &Argument, next: &Candidate) -> bool {
    let to = |i: usize| i.checked_sub(1).map_or("", |b| text.stream.lower(b));
    let between = argument.end..next.from;
    to(argument.start) == "к" && to(next.from) == "к" && (1..=5).contains(&between.len())
}

/// A person in the nominative or dative with what is said of it, persons with their number, an ordinal or "the other" ends
/// before the token.
fn is_subject(text: &Annotated<'_, '_>, read: &Read, at: usize) -> bool {
    let start = read.sentence.start;
    let before = |back: usize| at.checked_sub(back).filter(|b| *b >= start).map_or("", |b| text.stream.lower(b));
    let other = matches!(before(1), "другой" | "другая" | "другому" | "остальные" | "остальным");
    // "у третьего – четыре"
    let whose = before(2) == "у" && at > start && text.feats(at - 1).any(Feats::ADJ | Feats::NUM | Feats::OTHER);
    let persons = |a: &Argument| a.kind == ArgumentKind::Person && a.end == at && a.has_figure;
    if other || whose || read.arguments.iter().any(persons) {
        return true;
    }
    // "инженер технадзора – пять"
    let of = |i: usize| text.feats(i).has(Feats::NOUN | Feats::GEN) && !text.feats(i).any(Feats::VERB | Feats::ADJ);
    let mut end = at;
    while end > start + 1 && at - end < 3 && of(end - 1) && !is_person(text, read, end) {
        end -= 1;
    }
    is_person(text, read, end)
}

/// A person in the nominative or dative, or an ordinal, ends before the token.
fn is_person(text: &Annotated<'_, '_>, read: &Read, at: usize) -> bool {
    read.marks.iter().any(|m| {
        let feats =
            text.senses(m.head).iter().filter(|s| s.lemma == m.lemma).fold(Feats::default(), |f, s| f | s.feats);
        m.end == at && m.dimension == Dimension::Person && feats.any(Feats::NOM | Feats::DAT)
    }) || at > read.sentence.start && {
        let feats = text.feats(at - 1);
        feats.any(Feats::ADJ | Feats::NUM) && feats.any(Feats::NOM | Feats::DAT) && !feats.any(Feats::NOUN)
    }
}

/// "Ущерб возмещён полностью", "эту сумму суд обязал выплатить": a sum without figure is that of the last result of
/// the kinds that the rule names, where only one can be meant and nothing says that it is a part.
pub(super) fn sums(
    language: &Language,
    text: &Annotated<'_, '_>,
    reads: &[Read],
    s: usize,
    here: &mut [Candidate],
    found: &[Candidate],
) {
    for at in 0..here.len() {
        let rule = &language.rules[here[at].rule as usize];
        let open = here[at].value.is_none() && here[at].object.as_ref() == "money" && !rule.refers.is_empty();
        if !open || is_part(language, &reads[s]) {
            continue;
        }
        let sum = if pointed(language, &reads[s], &here[at]) {
            spoken_of(reads, s, here[at].from)
        } else if !is_whole(language, text, &reads[s], &here[at]) {
            None
        } else {
            stated(language, rule.refers.as_slice(), s, &here[..], found)
        };
        if let Some((value, unit, qualifier)) = sum {
            let candidate = &mut here[at];
            (candidate.value, candidate.unit, candidate.qualifier) = (Some(value), unit, qualifier);
        }
    }
}

type Sum = (f64, Option<Code>, Qualifier);

/// The anaphora marks of a sentence.
fn anaphora<'a>(language: &'a Language, read: &'a Read) -> impl Iterator<Item = (&'a Mark, &'a Entry)> {
    read.marks
        .iter()
        .map(|m| (m, &language.lexicon.entries[m.entry as usize]))
        .filter(|(_, e)| e.dimension == Dimension::Anaphora)
}

/// "погашен на 91 процент", "возмещён частично", "один из них возместил ущерб".
fn is_part(language: &Language, read: &Read) -> bool {
    anaphora(language, read).any(|(_, e)| matches!(e.code.as_ref(), "part" | "one_of"))
        || read.quantities.iter().any(|q| q.unit.as_deref() == Some("percent"))
}

/// "ущерб", "похищенное" are the loss itself; money is the same money only if all of it is meant.
fn is_whole(language: &Language, text: &Annotated<'_, '_>, read: &Read, candidate: &Candidate) -> bool {
    anaphora(language, read).any(|(m, e)| match e.code.as_ref() {
        "loss" => candidate.from <= m.start && m.end <= candidate.to,
        "whole" => true,
        // "все деньги", but not "их".
        "all" => text.stream.lower(m.start).starts_with("вс"),
        _ => false,
    })
}

/// "эту сумму", "эти деньги": what was named last.
fn pointed(language: &Language, read: &Read, candidate: &Candidate) -> bool {
    anaphora(language, read).any(|(m, e)| e.code.as_ref() == "sum" && candidate.from < m.end && m.start < candidate.to)
}

/// The last amount of money before the token, in its sentence or the one before.
fn spoken_of(reads: &[Read], s: usize, before: usize) -> Option<Sum> {
    reads[s.saturating_sub(1)..=s].iter().rev().flat_map(|r| r.arguments.iter().rev()).find_map(|a| {
        let money = a.kind == ArgumentKind::Money && a.end <= before && a.unit.is_some();
        money.then(|| a.value.map(|v| (v, a.unit.clone(), a.qualifier))).flatten()
    })
}

/// The sum of the last result of these kinds: of this sentence or the two before, or the only one of the text so far.
fn stated(language: &Language, kinds: &[Code], s: usize, here: &[Candidate], found: &[Candidate]) -> Option<Sum> {
    let wanted = |c: &&Candidate| {
        c.object.as_ref() == "money" && c.value.is_some() && kinds.contains(&language.rules[c.rule as usize].event_type)
    };
    let last = here.iter().rev().chain(found.iter().rev()).find(wanted)?;
    let alone = found.iter().filter(wanted).all(|c| c.value == last.value);
    (alone || last.sentence + 2 >= s).then(|| (last.value.unwrap_or_default(), last.unit.clone(), last.qualifier))
}

/// How many words of the sentences up to each speak of the administrative code, and how many of the criminal one.
#[derive(Debug)]
pub(super) struct Codes(Vec<(usize, usize)>);

impl Codes {
    pub(super) fn new(language: &Language, reads: &[Read]) -> Self {
        let mut sum = (0, 0);
        let mut sums = vec![sum];
        for read in reads {
            for mark in &read.marks {
                let entry = &language.lexicon.entries[mark.entry as usize];
                match entry.code.as_ref() {
                    "administrative" if entry.dimension == Dimension::Scope => sum.0 += 1,
                    "criminal" if entry.dimension == Dimension::Scope => sum.1 += 1,
                    _ => {}
                }
            }
            sums.push(sum);
        }
        Self(sums)
    }

    /// Those of the sentences from one up to another.
    fn of(&self, sentences: Range<usize>) -> (usize, usize) {
        let (from, to) = (self.0[sentences.start], self.0[sentences.end]);
        (to.0 - from.0, to.1 - from.1)
    }
}

/// "Привлечены к ответственности": under which code, the words around tell.
pub(super) fn turn(language: &Language, reads: &[Read], codes: &Codes, s: usize, here: &mut [Candidate]) {
    // The sentence tells, else its paragraph with the sentence before, else the whole where it tells more than once.
    let paragraph = reads[s].sentence.paragraph;
    let around = |i: &usize| reads[*i].sentence.paragraph == paragraph;
    let first = (0..s).rev().take_while(around).last().unwrap_or(s).min(s.saturating_sub(1));
    let last = (s..reads.len()).take_while(around).last().unwrap_or(s);
    let whole = codes.of(0..reads.len());
    let administrative = match (codes.of(s..s + 1), codes.of(first..last + 1)) {
        ((0, 0), (0, 0)) => matches!(whole, (2.., 0)),
        ((0, 0), (administrative, criminal)) => administrative > 0 && criminal == 0 && whole.0 >= whole.1,
        ((administrative, criminal), _) => administrative > 0 && criminal == 0,
    };
    for candidate in here.iter_mut().filter(|_| administrative) {
        let other = language.rules[candidate.rule as usize].turns.as_ref();
        if let Some(rule) = other.and_then(|other| language.rules.iter().position(|r| r.id == *other)) {
            candidate.rule = rule as u32;
        }
    }
}

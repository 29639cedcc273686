//! Things spoken of again: "16 овец … Овцы возвращены", "1 300 кроссовок, их сожгли". What opens its clause before the verb
//! is known, so its figure is the one told last (rule 8 of the coding manual).

use super::Language;
use super::anaphora::is_possessive;
use super::argument::{Argument, ArgumentKind};
use super::candidate::Candidate;
use super::feats::Feats;
use super::frame::Bound;
use super::lexicon::Dimension;
use super::pattern::Annotated;
use super::reading::Read;
use super::rule::{ObjectClasses, Rule};
use super::token::Kind;
use super::trigger::Trigger;
use crate::record::{Code, Qualifier};

/// Sentences back to the figure at most.
const REACH: usize = 2;

/// Words between what is given and its verb at most.
const VERB: usize = 4;

/// Words that describe what is given at most.
const ATTRIBUTES: usize = 3;

/// What is done to things that are already there.
fn acts_on_things(rule: &Rule) -> bool {
    matches!(
        rule.event_type.as_ref(),
        "seizure" | "destruction" | "recovery" | "confiscation" | "asset_freeze" | "blocking"
    )
}

/// The figure of a noun without one that opens its clause before the verb.
pub(super) fn told(
    language: &Language,
    text: &Annotated<'_, '_>,
    reads: &[Read],
    (s, bound): (usize, &Bound),
) -> Option<Candidate> {
    let read = &reads[s];
    let argument = &read.arguments[bound.argument?];
    let trigger = &read.triggers[bound.trigger];
    let rule = &language.rules[bound.rule as usize];
    let thing = matches!(argument.kind, ArgumentKind::Thing | ArgumentKind::Money) && !argument.oblique;
    let open = argument.value.is_none() && !argument.has_figure && argument.feats.any(Feats::NOM | Feats::ACC);
    let before = argument.end <= trigger.start && trigger.start - argument.end <= VERB;
    if !(thing && open && before && trigger.states() && acts_on_things(rule) && opens(language, text, read, argument)) {
        return None;
    }
    // "ущерб частично возмещён"
    let part = read.marks.iter().any(|m| {
        let code = &language.lexicon.entries[m.entry as usize].code;
        m.dimension == Dimension::Anaphora && matches!(code.as_ref(), "part" | "one_of")
    });
    let one = last_told(language, text, reads, s, argument).filter(|_| !part)?;
    Some(Candidate {
        sentence: s,
        rule: bound.rule,
        trigger_sentence: s,
        trigger: bound.trigger,
        argument: bound.argument,
        object: argument.object.clone(),
        value: one.value,
        value_max: one.value_max,
        qualifier: one.qualifier,
        unit: one.unit.clone(),
        cost: bound.cost,
        how: "bound",
        from: argument.start,
        to: trigger.end,
    })
}

/// Whether a noun opens its clause, with nothing but what describes it before.
fn opens(language: &Language, text: &Annotated<'_, '_>, read: &Read, argument: &Argument) -> bool {
    let describes = |i: usize| {
        let feats = text.feats(i);
        text.stream.token(i).kind == Kind::Word
            && (feats.any(Feats::ADJ | Feats::PART) && !feats.any(Feats::NOUN | Feats::SHORT | Feats::FINITE)
                || matches!(text.stream.lower(i), "весь" | "вся" | "всю" | "все" | "всё" | "эти" | "эту" | "этот"))
    };
    let mut first = argument.start;
    while first > read.sentence.start && argument.start - first < ATTRIBUTES && describes(first - 1) {
        first -= 1;
    }
    let vague = read.marks.iter().any(|m| {
        let numeral = m.dimension == Dimension::Numeral && m.start >= first && m.end <= argument.start;
        numeral && language.lexicon.entries[m.entry as usize].code.as_ref() == "vague"
    });
    if vague || first == read.sentence.start {
        return !vague;
    }
    let boundary = first - 1;
    let mark = matches!(text.stream.lower(boundary), "," | ";" | "и" | "а" | "–" | "—" | "«" | "\"");
    let outer = boundary.checked_sub(1).filter(|i| *i >= read.sentence.start);
    mark && outer.is_none_or(|i| read.clauses.of(i) != read.clauses.of(argument.head))
}

/// The one figure told of such things in the last clause or sentence that told any.
fn last_told<'r>(
    language: &Language,
    text: &Annotated<'_, '_>,
    reads: &'r [Read],
    s: usize,
    argument: &Argument,
) -> Option<&'r Argument> {
    let read = &reads[s];
    let apart = |a: &Argument| a.end <= argument.start && read.clauses.of(a.head) != read.clauses.of(argument.head);
    let fits = |a: &Argument| {
        let currency = a.unit.as_deref().is_some_and(|u| u.len() >= 3 && u.bytes().all(|b| b.is_ascii_uppercase()));
        let money = argument.object.as_ref() == "money";
        let told = a.has_figure && a.unit.is_some() && a.object == argument.object && currency == money;
        told && a.value.is_some_and(|v| v > 1.0) && (money || same_noun(text, a, argument))
    };
    for i in (s.saturating_sub(REACH)..=s).rev() {
        let near = reads[i].sentence.paragraph + 1 >= read.sentence.paragraph;
        let fined = |n: usize| {
            let of = |b: &Bound| b.argument == Some(n) && language.rules[b.rule as usize].event_type.as_ref() == "fine";
            reads[i].bound.iter().any(of)
        };
        let arguments = reads[i].arguments.iter().enumerate();
        let told = arguments.filter(|(n, a)| near && fits(a) && (i < s || apart(a)) && !fined(*n)).map(|(_, a)| a);
        let mut told: Vec<&Argument> = told.collect();
        // "15 кустов весом 3 кг": a plural noun is of things that are counted.
        let counted = |a: &&Argument| a.unit.as_deref() == Some("item");
        if argument.feats.has(Feats::PLUR) && told.iter().any(counted) {
            told.retain(counted);
        }
        let Some(first) = told.first() else { continue };
        return told.iter().all(|a| (a.value, &a.unit) == (first.value, &first.unit)).then_some(*first);
    }
    None
}

/// Whether a noun stands among the words of an earlier argument: "144 куста конопли", "кусты".
fn same_noun(text: &Annotated<'_, '_>, told: &Argument, noun: &Argument) -> bool {
    let same = |i: usize| text.senses(i).iter().any(|x| text.senses(noun.head).iter().any(|y| x.lemma == y.lemma));
    (told.start..told.end).any(same)
}

/// "По каждому факту начато расследование": one for each, nobody says how many there are.
pub(super) fn is_of_each(language: &Language, classes: &ObjectClasses, read: &Read, argument: &Argument) -> bool {
    let each = |m: &super::pattern::Mark| {
        m.dimension == Dimension::Anaphora
            && language.lexicon.entries[m.entry as usize].code.as_ref() == "each"
            && m.end <= argument.start
            && read.clauses.of(m.start) == read.clauses.of(argument.head)
    };
    let one = !argument.has_figure && argument.value == Some(1.0) && classes.class(&argument.object) == "proceeding";
    one && !language.kazakh && read.marks.iter().any(each)
}

/// "Изъято 1 300 кроссовок, их сожгли", "Нашли гранату. Её уничтожили": the thing that a pronoun stands for.
pub(super) fn pronouns(
    language: &Language,
    classes: &ObjectClasses,
    text: &Annotated<'_, '_>,
    reads: &[Read],
    s: usize,
    here: &mut Vec<Candidate>,
) {
    let read = &reads[s];
    for (t, trigger) in read.triggers.iter().enumerate() {
        let implied = trigger.rules.iter().any(|r| language.rules[*r as usize].implied.is_some());
        let later = trigger.feats.any(Feats::FUT) && !trigger.feats.any(Feats::PAST);
        if !trigger.states() || later || implied || here.iter().any(|c| c.trigger_sentence == s && c.trigger == t) {
            continue;
        }
        let passive = trigger.feats.any(Feats::SHORT | Feats::PASS);
        let stands = |i: usize| {
            let subject = matches!(text.stream.lower(i), "они" | "он" | "она" | "оно");
            let object = matches!(text.stream.lower(i), "их" | "его" | "её" | "ее");
            let whose = object && is_possessive(language, text, read, i + 1);
            (if passive { subject } else { object }) && !whose && read.clauses.of(i) == trigger.clause
        };
        let around =
            trigger.start.saturating_sub(VERB).max(read.sentence.start)..(trigger.end + 1).min(read.sentence.end);
        let Some(pronoun) = around.into_iter().find(|i| stands(*i)) else { continue };
        let Some((thing, rule)) = stood_for(language, classes, text, reads, s, pronoun, trigger) else { continue };
        here.push(Candidate {
            sentence: s,
            rule,
            trigger_sentence: s,
            trigger: t,
            argument: None,
            object: thing.0,
            value: thing.1,
            value_max: None,
            qualifier: thing.3,
            unit: thing.2,
            cost: 4.0,
            how: "carried",
            from: pronoun.min(trigger.start),
            to: trigger.end.max(pronoun + 1),
        });
    }
}

type Thing = (Code, Option<f64>, Option<Code>, Qualifier);

/// The last thing of the clause or sentence before that agrees with the pronoun, and the rule that acts on it.
fn stood_for(
    language: &Language,
    classes: &ObjectClasses,
    text: &Annotated<'_, '_>,
    reads: &[Read],
    s: usize,
    pronoun: usize,
    trigger: &Trigger,
) -> Option<(Thing, u32)> {
    let word = text.stream.lower(pronoun);
    let plural = matches!(word, "они" | "их");
    let feminine = matches!(word, "она" | "её" | "ее");
    let agrees = |a: &Argument| {
        let singular =
            !a.has_figure && a.value == Some(1.0) && a.feats.has(Feats::SING) && a.feats.has(Feats::FEM) == feminine;
        if plural { a.has_figure && a.value.is_some_and(|v| v > 1.0) } else { singular }
    };
    let thing = |a: &&Argument| {
        let class = classes.class(&a.object);
        matches!(a.kind, ArgumentKind::Thing | ArgumentKind::Money) && matches!(class, "drug" | "goods" | "asset")
    };
    let found = (s.saturating_sub(1)..=s).rev().find_map(|i| {
        let apart = |a: &&Argument| i < s || a.end <= pronoun && reads[i].clauses.of(a.head) != trigger.clause;
        let told: Vec<&Argument> =
            reads[i].arguments.iter().filter(thing).filter(apart).filter(|a| !a.oblique).collect();
        (!told.is_empty()).then_some((i, told))
    })?;
    // Of several things nobody says which, and a figure behind the thing says how many of them.
    let (at, told) = found;
    let many = told.len() > 1 && plural;
    let mut agreeing = told.into_iter().filter(|a| agrees(a));
    let (one, more) = (agreeing.next()?, agreeing.next());
    let of_them = |a: &Argument| a.has_figure && a.start >= one.end && (at < s || a.end <= pronoun);
    if many || plural && reads[at].arguments.iter().any(of_them) {
        return None;
    }
    let takes = |r: &&u32| {
        let rule = &language.rules[**r as usize];
        acts_on_things(rule) && rule.objects.contains(&one.object) && !rule.inherit
    };
    let rule = trigger.rules.iter().find(takes).copied()?;
    let figure = (one.object.clone(), one.value, one.unit.clone(), one.qualifier);
    more.is_none().then_some((figure, rule))
}

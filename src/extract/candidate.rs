//! Candidates: what the bindings of all sentences say once implied objects, bare figures, series and anaphora are
//! resolved.

use super::Language;
use super::anaphora::{self, Persons, persons};
use super::antecedent::{each_taken_up, places_taken_up, spoken_of, whole_sum};
use super::argument::{self, Argument, ArgumentKind};
use super::breakdown;
use super::carry::{carried, carries_on};
use super::discourse;
use super::ellipsis;
use super::enumeration;
use super::feats::Feats;
use super::finding;
use super::given;
use super::joint::told_beside;
use super::members;
use super::own_goods;
use super::pattern::Annotated;
use super::proceeding;
use super::quantity::is_currency;
use super::reading::Read;
use super::rule::{ObjectClasses, Rule};
use super::series::series;
use super::trigger::Trigger;
use crate::record::{Code, Qualifier};

/// A candidate mention: what a rule says, with the discourse still open.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Index of the sentence.
    pub sentence: usize,
    /// Rule number.
    pub rule: u32,
    /// Sentence of the trigger: an earlier one where a list or a verbless sentence carries it on.
    pub trigger_sentence: usize,
    /// Trigger index in that sentence.
    pub trigger: usize,
    /// Argument index in the sentence, if any.
    pub argument: Option<usize>,
    /// Object code.
    pub object: Code,
    /// Figure.
    pub value: Option<f64>,
    /// Upper end of a range.
    pub value_max: Option<f64>,
    /// Exact, bound or rounded.
    pub qualifier: Qualifier,
    /// Normalised unit.
    pub unit: Option<Code>,
    /// Distance measure of the binding.
    pub cost: f32,
    /// How trigger and argument met: `bound`, `implied`, `series` (of this sentence's figure), `series_on` (of an
    /// earlier sentence's), `carried`.
    pub how: &'static str,
    /// Tokens of the evidence.
    pub from: usize,
    /// One past the evidence's last token.
    pub to: usize,
}

/// Turns the bindings of all sentences into candidates: implied objects, bare figures, anaphora.
pub fn candidates(
    language: &Language,
    classes: &ObjectClasses,
    text: &Annotated<'_, '_>,
    reads: &[Read],
    refuse: &mut dyn FnMut(&'static str, usize),
) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut carry: Option<(usize, usize)> = None;
    let codes = discourse::Codes::new(language, reads);
    for (s, read) in reads.iter().enumerate() {
        let mut here: Vec<Candidate> = Vec::new();
        for bound in &read.bound {
            let trigger = &read.triggers[bound.trigger];
            if let Some(unreal) = trigger.unreal {
                refuse(unreal.as_str(), trigger.start);
                continue;
            }
            let Some(argument) = bound.argument.map(|a| &read.arguments[a]) else { continue };
            let rule = &language.rules[bound.rule as usize];
            if rule.absorbs.contains(&argument.object) || rule.is_stopper() {
                continue;
            }
            if argument.kind == ArgumentKind::Bare && counts_otherwise(language, bound, trigger, &here, &found, s) {
                continue;
            }
            let object = if rule.inherit {
                let told = || finding::told(language, classes, reads, s).filter(|o| rule.objects.contains(o));
                let measured = argument.unit.as_deref().is_some_and(own_goods::is_measure);
                let own = anaphora::goods(language, classes, reads, s, rule, [&here, &[]], measured);
                let last = || anaphora::goods(language, classes, reads, s, rule, [&here, &found], measured);
                let named = || finding::spoken_of(language, classes, reads, s, argument.start);
                let named = || named().filter(|o| !language.kazakh && rule.objects.contains(o));
                let kind = own_goods::named_itself(language, rule, argument).or(own).or_else(told).or_else(last);
                let drug = kind.as_ref().is_none_or(|k| k.as_ref() == "drug");
                let kind = if drug { named().or(kind) } else { kind };
                let worth =
                    || own_goods::named_before_worth(classes, read, rule, argument).filter(|_| !language.kazakh);
                let next = || {
                    let named = reads.get(s + 1).and_then(|read| finding::named(language, classes, read));
                    named.filter(|o| measured && !language.kazakh && rule.objects.contains(o))
                };
                let spoken = || own_goods::spoken_of(language, classes, reads, s, rule, argument);
                // "Объём изъятых наркотиков превысил 6,4 тонны": nothing was told of before, nor are drugs their plants.
                let itself = || own_goods::drugs_at_large(language, rule, argument);
                let kind = kind.filter(|o| o.as_ref() != "drug_plant" || itself().is_none());
                kind.or_else(worth).or_else(next).or_else(spoken).or_else(itself)
            } else {
                let named = || own_goods::named_before(classes, read, rule, argument);
                let measured = || own_goods::worth_of_measure(classes, text, read, bound.argument?, &here);
                let measured = if language.kazakh { None } else { measured() };
                measured
                    .filter(|o| rule.objects.contains(o))
                    .or_else(|| object_of(rule, argument, &here, &found, classes))
                    .or_else(named)
                    .or_else(|| own_goods::spoken_of(language, classes, reads, s, rule, argument))
            };
            // "четверо компенсации не получили": what is counted is no sum.
            let no_sum =
                |o: &Code| o.as_ref() == "money" && argument.unit.as_deref() == Some("item") && !argument.scaled;
            let thousands = if language.kazakh { None } else { ellipsis::of_thousands(reads, s, argument, rule) };
            let object = thousands.as_ref().map(|(object, _)| object.clone()).or(object);
            let Some(object) = object.filter(|o| !no_sum(o)) else {
                refuse("figure_without_object", argument.start);
                continue;
            };
            let told = anaphora::definite(language, text, reads, s, argument);
            let known = spoken_of(language, classes, text, reads, (s, bound), &here, &found);
            let unit = match (&known, told) {
                (Some(known), _) => known.unit.clone(),
                (None, Some(_)) => argument::unit_of(classes, &object),
                (None, None) => unit_of(rule, argument, &object, &here, &found, classes),
            };
            let each = given::is_of_each(language, classes, read, argument);
            let several = !language.kazakh && is_plural_subject(text, trigger, argument);
            let unit = thousands.map_or(unit, |(_, unit)| unit).filter(|_| !each && !several);
            let value =
                argument.value.filter(|_| !each && !several).or_else(|| known.as_ref().and_then(|c| c.value)).or(told);
            here.push(Candidate {
                sentence: s,
                rule: bound.rule,
                trigger_sentence: s,
                trigger: bound.trigger,
                argument: bound.argument,
                object: match &known {
                    Some(known) if !language.kazakh => known.object.clone(),
                    _ if object.as_ref() == "duration" => "person".into(),
                    _ => object,
                },
                value,
                value_max: argument.value_max,
                qualifier: match &known {
                    Some(c) => c.qualifier,
                    None if argument.value.is_some() => argument.qualifier,
                    None => Qualifier::Exact,
                },
                unit,
                cost: bound.cost,
                how: "bound",
                from: trigger.start.min(argument.start),
                to: trigger.end.max(argument.end),
            });
        }
        discourse::terms(language, text, read, s, &mut here, &found);
        anaphora::group_size(language, read, &mut here);
        series(language, text, read, s, &mut here, &found, carry, classes);
        carried(language, classes, text, reads, s, carry, &mut here, &found);
        if language.kazakh {
            proceeding::by_fact_or_person(classes, text, read, &mut here);
        } else {
            enumeration::parts(text, reads, s, &mut here, &found);
            members::parts(language, text, reads, s, &mut here, &found);
            ellipsis::sums(language, text, reads, s, &mut here);
            proceeding::by_fact(classes, text, read, &mut here);
            proceeding::taken_up(language, classes, reads, s, &mut here, &found);
        }
        super::former::counts(language, text, read, s, &mut here, &found);
        carry = carries_on(text, reads, s, carry);
        for (t, trigger) in read.triggers.iter().enumerate() {
            implied(language, classes, text, reads, s, t, trigger, &mut here, &found);
        }
        places_taken_up(language, classes, text, reads, s, &mut here);
        if !language.kazakh {
            given::pronouns(language, classes, text, reads, s, &mut here);
        }
        each_taken_up(language, classes, reads, s, &mut here, &found);
        discourse::sums(language, text, reads, s, &mut here, &found);
        discourse::turn(language, reads, &codes, s, &mut here);
        proceeding::administrative(language, reads, s, &mut here);
        let stated: Vec<(Code, Candidate)> =
            here.iter().map(|c| (language.rules[c.rule as usize].event_type.clone(), c.clone())).collect();
        here.retain(|c| {
            let yields = &language.rules[c.rule as usize].yields;
            !stated.iter().any(|(event_type, other)| {
                let same = other.argument == c.argument || other.argument.is_none() || other.value == c.value;
                let words = (other.trigger_sentence, other.trigger) == (c.trigger_sentence, c.trigger);
                yields.contains(event_type) && (other.object == c.object && same || words)
            })
        });
        here.retain(|c| !anaphora::is_repeated(language, read, c, &found) && !is_beyond_count(read, c));
        here.sort_by_key(|c| (c.from, c.to));
        finding::name(language, classes, reads, s, &mut here, &mut found);
        found.extend(here);
    }
    breakdown::complete(language, text, reads, &mut found);
    found
}

/// "Зарегистрировано 131 правонарушение (годом ранее 118)": of a verb's two countable objects a bare figure takes the
/// one that the verb took before, else the one spoken of last.
fn counts_otherwise(
    language: &Language,
    bound: &super::frame::Bound,
    trigger: &Trigger,
    here: &[Candidate],
    found: &[Candidate],
    s: usize,
) -> bool {
    let count = |r: u32| language.rules[r as usize].count.as_ref();
    let (Some(own), true) = (count(bound.rule), trigger.rules.iter().filter(|r| count(**r).is_some()).count() > 1)
    else {
        return false;
    };
    let taken =
        here.iter().find(|c| c.trigger == bound.trigger && c.trigger_sentence == s && c.argument != bound.argument);
    let spoken = || found.iter().rev().find(|c| matches!(c.unit.as_deref(), Some("offence" | "case")));
    match taken.or_else(spoken) {
        Some(last) => last.object != *own && trigger.rules.iter().any(|r| count(*r) == Some(&last.object)),
        None => {
            own.as_ref() != "offence"
                && trigger.rules.iter().any(|r| count(*r).is_some_and(|c| c.as_ref() == "offence"))
        }
    }
}

/// "Задержаны мастера": the subject of a plural passive is a plural, though "мастера" may be one man's genitive, too.
fn is_plural_subject(text: &Annotated<'_, '_>, trigger: &Trigger, argument: &Argument) -> bool {
    let passive = trigger.feats.has(Feats::SHORT | Feats::PLUR) && !trigger.feats.any(Feats::SING);
    let nominative = |number: Feats| text.senses(argument.head).iter().any(|s| s.feats.has(number | Feats::NOM));
    passive
        && argument.kind == ArgumentKind::Person
        && !argument.has_figure
        && argument.value == Some(1.0)
        && nominative(Feats::PLUR)
        && !nominative(Feats::SING)
}

/// So many persons nobody detains or tries; so many cases are told with their noun.
const CROWDS: f64 = 1e6;

/// Kazakhstan has about so many inhabitants; of more persons no report tells.
const INHABITANTS: f64 = 2e7;

/// "92 млн подсудимые внесли", "Общая сумма – 3,6 миллиона": a sum, whatever its neighbours count; and none are none.
fn is_beyond_count(read: &Read, candidate: &Candidate) -> bool {
    let bare = candidate.argument.is_none_or(|a| read.arguments.get(a).is_none_or(|a| a.kind == ArgumentKind::Bare));
    let counted = match candidate.unit.as_deref() {
        Some("person" | "case") => bare,
        _ => false,
    };
    let persons = candidate.unit.as_deref() == Some("person");
    counted && candidate.value.is_some_and(|v| v >= CROWDS)
        || persons && candidate.value.is_some_and(|v| v >= INHABITANTS)
        || candidate.value == Some(0.0)
}

/// The unit of an argument for an object.
fn unit_of(
    rule: &Rule,
    argument: &Argument,
    object: &Code,
    here: &[Candidate],
    found: &[Candidate],
    classes: &ObjectClasses,
) -> Option<Code> {
    argument.value?;
    let case = || argument.unit.as_deref() == Some("case");
    if rule.as_object.is_some() && (argument.kind == ArgumentKind::Person || case()) {
        return argument::unit_of(classes, object);
    }
    match (&argument.unit, argument.kind) {
        (Some(unit), _) => Some(unit.clone()),
        (None, ArgumentKind::Money) if !argument.scaled => None,
        // "возмещено 1,1 млрд": the currency of the amounts before it.
        (None, _) if object.as_ref() == "money" || argument.worth && argument.scaled => {
            let currency = |c: &&Candidate| c.unit.as_deref().is_some_and(is_currency);
            here.iter()
                .rev()
                .chain(found.iter().rev())
                .find(currency)
                .map_or_else(|| Some("KZT".into()), |c| c.unit.clone())
        }
        (None, _) => argument::unit_of(classes, object),
    }
}

/// The object of an argument for a rule.
pub(super) fn object_of(
    rule: &Rule,
    argument: &Argument,
    here: &[Candidate],
    found: &[Candidate],
    classes: &ObjectClasses,
) -> Option<Code> {
    if let Some(object) = &rule.as_object {
        return Some(object.clone());
    }
    if argument.kind != ArgumentKind::Bare {
        let as_money = argument.worth && !rule.objects.contains(&argument.object) && rule.is_of_sums();
        return Some(if as_money { "money".into() } else { argument.object.clone() });
    }
    if argument.unknown {
        return rule.objects.contains("goods").then(|| "goods".into());
    }
    if argument.scaled && argument.unit.as_deref() != Some("item") && rule.objects.contains("money") {
        return Some("money".into());
    }
    // "возвращено 1,3 млн гектаров": land is what is measured so.
    if argument.unit.as_deref() == Some("ha") && rule.objects.contains("land") {
        return Some("land".into());
    }
    let unit = argument.unit.as_deref();
    let fits = |c: &&Candidate| {
        rule.objects.contains(&c.object)
            && c.object.as_ref() != "money"
            && (unit.is_none()
                || c.unit.as_deref() == unit
                // "нашли контрафактную одежду: изъято 1 150 единиц"
                || unit == Some("item") && c.value.is_none() && classes.class(&c.object) == "goods"
                || unit != Some("item") && matches!(classes.class(&c.object), "drug" | "goods"))
    };
    if let Some(count) = &rule.count
        && unit.is_none_or(|u| u == "item")
    {
        return Some(count.clone());
    }
    let mut earlier = here.iter().rev().chain(found.iter().rev().take(6));
    if argument.part {
        // "соның 41-ін": a part is of what was counted last.
        let counted = |c: &&Candidate| {
            matches!(c.unit.as_deref(), Some("item" | "person" | "case" | "offence"))
                && c.value.is_some_and(|v| argument.value.is_some_and(|part| part <= v && v > 1.0))
        };
        return earlier.find(counted).filter(|c| rule.objects.contains(&c.object)).map(|c| c.object.clone());
    }
    earlier.find(fits).map(|c| c.object.clone())
}

/// A trigger without argument of its own: the object that the rule implies, counted by the verb's number or
/// by the persons spoken of.
#[expect(clippy::too_many_arguments, reason = "one private step of `candidates`, split for reading")]
fn implied(
    language: &Language,
    classes: &ObjectClasses,
    text: &Annotated<'_, '_>,
    reads: &[Read],
    s: usize,
    t: usize,
    trigger: &Trigger,
    here: &mut Vec<Candidate>,
    found: &[Candidate],
) {
    let read = &reads[s];
    if trigger.unreal.is_some() || trigger.covered {
        return;
    }
    let attributive = trigger.feats.has(Feats::PART) && !trigger.feats.any(Feats::SHORT | Feats::FINITE);
    let noun = trigger.feats.has(Feats::NOUN) && !trigger.feats.any(Feats::VERB);
    for (n, &r) in trigger.rules.iter().enumerate() {
        let rule = &language.rules[r as usize];
        let Some(object) = &rule.implied else { continue };
        if told_beside(text, trigger, n, trigger.head, &language.rules) {
            continue;
        }
        // A rule that takes nothing stands beside one that does: "к пожизненному сроку, остальные – к 12 годам".
        if here.iter().any(|c| {
            c.trigger == t
                && language.rules[c.rule as usize].event_type == rule.event_type
                && (c.rule == r || !rule.objects.is_empty())
        }) {
            continue;
        }
        // "арестовано имущество": what the trigger took says which of its meanings is meant.
        if here.iter().any(|c| {
            c.trigger == t
                && c.trigger_sentence == s
                && c.argument.is_some_and(|a| {
                    matches!(read.arguments.get(a).map(|a| a.kind), Some(ArgumentKind::Thing | ArgumentKind::Money))
                })
        }) && (person_like(classes, object) || language.kazakh && classes.class(object) == "proceeding")
        {
            continue;
        }
        if (attributive || noun) && rule.implied_value.is_none() {
            continue;
        }
        let person = classes.class(object) == "person";
        // "Задержан грузовик с краденым скотом": a thing was held.
        let before = |a: &Argument| a.end <= trigger.start && trigger.start <= a.end + 1;
        let beside = |a: &Argument| a.start == trigger.end || before(a);
        let vehicle = |a: &Argument| a.object.as_ref() == "vehicle" && a.feats.has(Feats::NOM) && beside(a);
        if person && trigger.feats.any(Feats::SHORT) && read.arguments.iter().any(vehicle) {
            continue;
        }
        let value = match rule.implied_value {
            // "залал толық өтелді": all of the damage told before.
            Some(0.0) if language.kazakh && object.as_ref() == "money" => {
                whole_sum(language, read, trigger, here, found)
            }
            Some(0.0) => None,
            Some(value) => Some(value),
            None if person => match persons(language, text, reads, s, trigger, here, found) {
                Persons::Known(value) => Some(value),
                Persons::Unknown => None,
                Persons::Nobody => continue,
            },
            None => Some(1.0),
        };
        here.push(Candidate {
            sentence: s,
            rule: r,
            trigger_sentence: s,
            trigger: t,
            argument: None,
            object: object.clone(),
            value,
            value_max: None,
            qualifier: Qualifier::Exact,
            unit: match object.as_ref() {
                "money" => value.map(|_| "KZT".into()),
                _ => value.and_then(|_| argument::unit_of(classes, object)),
            },
            cost: 2.0,
            how: "implied",
            from: trigger.start,
            to: trigger.end,
        });
    }
}

fn person_like(classes: &ObjectClasses, object: &str) -> bool {
    classes.class(object) == "person"
}

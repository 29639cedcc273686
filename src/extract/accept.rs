//! Whether a rule takes an argument: its object, its case and its role against the form of the trigger.
//!
//! One trigger and one argument at a time; which of several triggers gets the argument is decided in
//! [`frame`](super::frame).

use super::argument::{Argument, ArgumentKind};
use super::feats::Feats;
use super::joint::{is_no_number_of_proceedings, is_proceeding};
use super::rule::Rule;
use super::trigger::Trigger;

/// Whether a rule accepts an argument for a trigger of this form.
pub(super) fn accepts(rule: &Rule, argument: &Argument, trigger: &Trigger, kazakh: bool) -> bool {
    if kazakh && !case_fits(rule, argument, trigger) {
        return false;
    }
    if rule.figure && !argument.has_figure {
        return false;
    }
    let noun = trigger.feats.has(Feats::NOUN) && !trigger.feats.any(Feats::VERB);
    let attributive = trigger.feats.has(Feats::PART) && !trigger.feats.any(Feats::SHORT | Feats::FINITE);
    if noun && !(rule.noun && (argument.has_figure || rule.implied.is_none() && argument.start >= trigger.end)) {
        return false;
    }
    // "21 участок общей площадью 1 812 га": what the noun measures stands behind it.
    if noun && rule.inherit && !kazakh && argument.end <= trigger.start {
        return false;
    }
    if attributive && !rule.attributive && !kazakh {
        return false;
    }
    if rule.absorbs.contains(&argument.object) {
        return true;
    }
    match argument.kind {
        ArgumentKind::Bare => {
            if argument.weak {
                return rule.as_object.is_some() || argument.unknown && rule.objects.contains("goods");
            }
            // "присвоившего 14 миллионов": so many are no persons.
            let persons = rule.count.as_deref() == Some("person");
            // "412 тысяч осуждённый заплатит": nor does one person count them.
            let one =
                argument.scaled && trigger.feats.has(Feats::NOUN | Feats::SING) && !trigger.feats.any(Feats::PLUR);
            let sum = argument.value.is_some_and(|v| v >= 1e6) || one && !kazakh;
            let counts = !(persons && (argument.governed || sum));
            let counted = is_proceeding(rule.count.as_deref());
            argument.part && rule.objects.iter().any(|o| is_countable(o))
                || counts
                    && rule.count.is_some()
                    && argument.unit.as_deref().is_none_or(|u| u == "item")
                    && !(counted && (argument.others || is_no_number_of_proceedings(argument)))
                || argument.scaled && argument.unit.is_none() && rule.objects.contains("money")
                || argument.unit.is_some()
                    && rule
                        .objects
                        .iter()
                        .any(|o| !matches!(o.as_ref(), "person" | "duration" | "money") && !is_proceeding(Some(o)))
        }
        // "магазин оштрафован на 590 тысяч", "похищено имущества на 5 млн": the worth is the sum.
        _ if argument.worth && !rule.objects.contains(&argument.object) => rule.is_of_sums(),
        _ if !rule.objects.contains(&argument.object) => false,
        // "4,1 преступления на тысячу жителей"
        _ if argument.object.as_ref() == "offence" && argument.value.is_some_and(|v| v.fract() > 0.0) => false,
        ArgumentKind::Person => person_fits(rule, argument, trigger, kazakh),
        _ if !kazakh && !thing_fits(rule, argument, trigger) => false,
        _ => {
            !argument.weak
                || argument.has_figure
                || rule.strong && argument.object.as_ref() != "money" && argument.feats.any(Feats::NOM | Feats::ACC)
                || argument.start.abs_diff(trigger.end).min(trigger.start.abs_diff(argument.end)) <= 3
        }
    }
}

/// What a figure can be a part of: things, not sums, terms or persons.
fn is_countable(object: &str) -> bool {
    !matches!(object, "person" | "duration" | "money") && !is_proceeding(Some(object))
}

/// A thing without figure is acted upon in the nominative or accusative; "на счетах", "магазину" are where
/// and to whom, "партия героина" is its head's.
fn thing_fits(rule: &Rule, argument: &Argument, trigger: &Trigger) -> bool {
    let feats = argument.feats;
    if argument.has_figure {
        return !argument.oblique || feats.any(rule.cases);
    }
    if argument.oblique && !rule.adjuncts && !(trigger.start <= argument.start && argument.end <= trigger.end) {
        return false;
    }
    if !feats.any(Feats::CASES) || feats.any(rule.cases) {
        return true;
    }
    let predicate = trigger.feats.any(Feats::SHORT | Feats::FINITE | Feats::CONV | Feats::PART);
    if predicate { feats.any(Feats::NOM | Feats::ACC) } else { feats.any(Feats::NOM | Feats::ACC | Feats::GEN) }
}

/// Kazakh: what is acted upon is nominative or accusative, or as the rule says. The noun that a participle describes
/// has the case of its own clause ("ұсталған ер адамға"); a passive verb has no accusative.
fn case_fits(rule: &Rule, argument: &Argument, trigger: &Trigger) -> bool {
    let feats = argument.feats;
    if trigger.feats.has(Feats::PASS) && !trigger.feats.any(Feats::ACT) {
        let person = argument.kind == ArgumentKind::Person && !feats.has(Feats::INS);
        if person && trigger.feats.has(Feats::PART) && (trigger.end..trigger.end + 4).contains(&argument.start) {
            return true;
        }
        let accusative = feats.has(Feats::ACC) && !feats.any(Feats::NOM | rule.cases);
        // "төрт адамды алдаған күдікті ұсталды": whom another verb acts upon.
        let apart = argument.kind == ArgumentKind::Person && argument.end + 1 < trigger.start;
        if accusative && (apart || !argument.has_figure && argument.kind == ArgumentKind::Thing) {
            return false;
        }
    }
    // "ұрланған 34 жылқының 19-ы": what the participle counts has the case of its own phrase.
    argument.kind == ArgumentKind::Duration
        || describes(trigger, argument)
        || !feats.any(Feats::CASES)
        || feats.any(Feats::NOM | Feats::ACC)
        || feats.any(rule.cases)
}

/// Kazakh: a participle straight before the goods or the sum that it describes.
fn describes(trigger: &Trigger, argument: &Argument) -> bool {
    trigger.feats.has(Feats::PART)
        && !trigger.feats.any(Feats::SHORT | Feats::FINITE)
        && argument.has_figure
        && trigger.end == argument.start
        && matches!(argument.kind, ArgumentKind::Thing | ArgumentKind::Money)
}

/// Who is acted upon: nominative of a passive, accusative of an active; a numeral blurs case.
fn person_fits(rule: &Rule, argument: &Argument, trigger: &Trigger, kazakh: bool) -> bool {
    let officer = argument.role.as_deref() == Some("officer");
    if kazakh {
        let suspected = rule.event_type.as_ref() == "suspect_identified";
        if argument.role.as_deref() == Some("victim") && rule.event_type.as_ref() != "victim_rescue" {
            // Those who were robbed are no suspects; children may be detained, if they are counted.
            return argument.has_figure && !suspected;
        }
        let acted_on = rule.subject || trigger.feats.has(Feats::PASS) || argument.feats.any(Feats::ACC | rule.cases);
        return argument.has_figure || acted_on && !officer;
    }
    // "с подсудимой в пользу 14 потерпевших взыскано"
    let victim = argument.role.as_deref() == Some("victim");
    if victim && matches!(rule.event_type.as_ref(), "charge" | "conviction" | "arrest") {
        return false;
    }
    let feats = argument.feats;
    if trigger.feats.any(Feats::SHORT) || trigger.feats.has(Feats::PASS) {
        let nominative = feats.any(Feats::NOM) || argument.has_figure || feats.any(Feats::DAT | Feats::ACC) && !officer;
        return nominative && (!officer || !feats.any(Feats::INS) || argument.has_figure);
    }
    // "собрали с 1 900 человек", "среди задержанных": who stands after such a preposition is not acted upon.
    if argument.oblique {
        return false;
    }
    // "капитан, задержавший вымогателей": who stands before an active participle has done it.
    let deed = trigger.feats.has(Feats::PART | Feats::ACT) && !trigger.feats.any(Feats::SHORT | Feats::FINITE);
    if deed && !trigger.reflexive && argument.end <= trigger.start {
        return false;
    }
    if trigger.feats.has(Feats::FINITE) && trigger.feats.any(Feats::ACT) {
        if officer {
            // "Полицейского поймали на взятке"
            let acted_on = argument.start > trigger.start || argument.end == trigger.start;
            return feats.any(Feats::ACC) && !feats.any(Feats::NOM) && acted_on;
        }
        let plural_verb = trigger.feats.has(Feats::PLUR);
        return argument.has_figure
            || feats.any(Feats::ACC | Feats::DAT | Feats::GEN)
            || !plural_verb
            || !feats.any(Feats::NOM);
    }
    !officer || argument.has_figure
}

//! Series: bare figures that go on with the result before them.

use super::Language;
use super::argument::{Argument, ArgumentKind};
use super::candidate::Candidate;
use super::feats::Feats;
use super::partitive;
use super::pattern::Annotated;
use super::reading::Read;
use super::rule::ObjectClasses;
use super::trigger::Trigger;

/// Series: a bare figure after a dash, in brackets or beside "of them" goes on with the result before it:
/// "в Алматы изъято 5 кг, в Астане – 3", "Алматинской (121)", "двоим дали по 8 лет, ещё двоим – по 10".
#[expect(clippy::too_many_arguments, reason = "one private step of `candidates`, split for reading")]
pub(super) fn series(
    language: &Language,
    text: &Annotated<'_, '_>,
    read: &Read,
    s: usize,
    here: &mut Vec<Candidate>,
    found: &[Candidate],
    carry: Option<(usize, usize)>,
    classes: &ObjectClasses,
) {
    let kazakh = language.kazakh;
    // "к дисциплинарной – 305": the stopper took it.
    let stopped =
        |a: usize| read.bound.iter().any(|b| b.argument == Some(a) && language.rules[b.rule as usize].is_stopper());
    for (a, argument) in read.arguments.iter().enumerate() {
        let open = argument.kind == ArgumentKind::Bare && !argument.weak;
        if !open || stopped(a) || here.iter().any(|c| c.argument == Some(a)) {
            continue;
        }
        let before =
            argument.start.checked_sub(1).filter(|b| *b >= read.sentence.start).map_or("", |b| text.stream.lower(b));
        let after = text.stream.lower_or_empty(argument.end);
        let opened = matches!(before, "–" | "—" | "-" | "(" | "лишь" | "уже" | "ещё" | "еще");
        let partitive = matches!(after, "из") || after.is_empty() && before == ",";
        // Kazakh: a number behind a finite verb is another's: "ұстады, деп хабарлайды Хабар 24".
        let listed = |t: &Trigger| (t.end..argument.start).any(|i| text.stream.lower(i) == ":");
        let behind = |t: &Trigger| t.end <= argument.start && t.feats.has(Feats::FINITE) && !listed(t);
        if kazakh && !opened && !argument.part && !matches!(after, "–" | "—") && read.triggers.iter().any(behind) {
            let next = |t: &Trigger| t.start >= argument.end && t.feats.any(Feats::FINITE | Feats::CONV);
            if !read.triggers.iter().any(next) {
                continue;
            }
        }
        let own = here.iter().rfind(|c| c.from < argument.start);
        // "Зарегистрирован 251 случай, по 136 виновные найдены": a part of the cases, told for another reason.
        if !kazakh && argument.oblique && after == "из" {
            continue;
        }
        if before == "по" && own.is_some_and(|c| c.unit.as_deref() == Some("offence")) {
            continue;
        }
        // A list goes on for some sentences; else only the sentence before is still in mind.
        let reach = if carry.is_some() { 6 } else { 1 };
        let last = own.or_else(|| found.last().filter(|c| s - c.sentence <= reach));
        let Some(last) = last.cloned() else { continue };
        // Kazakh: "Төрт қару алынды. Екеуі де қамауда": such a numeral counts persons, or all of the things.
        let persons = |a: &Argument| a.kind == ArgumentKind::Person && a.end == argument.end;
        let collective = kazakh && read.arguments.iter().any(persons);
        let told = read.clauses.foreign.get(read.clauses.of(argument.head)).copied().unwrap_or(false)
            || !argument.feats.any(Feats::NOM);
        if collective && told && last.object.as_ref() != "person" && last.value != argument.value {
            continue;
        }
        // "Одной из потерпевших повезло": of whom something else is told.
        let direct = argument.feats.any(Feats::NOM | Feats::ACC) || !argument.feats.any(Feats::CASES);
        if !kazakh && after == "из" && !direct && !partitive::is_those(text.stream.lower_or_empty(argument.end + 1)) {
            continue;
        }
        // "одна из групп зарабатывала 5 млн" tells of one of them what the verb before did not say.
        if after == "из" && last.object.as_ref() == "criminal_group" && read.clauses.foreign.iter().any(|f| *f) {
            continue;
        }
        let unit = argument.unit.as_deref();
        let last_unit = last.unit.as_deref();
        // "төрт қорап", "2 376 дана": so many pieces are no groups, persons or facts.
        let class = classes.class(&last.object);
        if kazakh && unit == Some("item") && (class == "infrastructure" || last_unit.is_some_and(|u| u != "item")) {
            continue;
        }
        let counts = last_unit.is_some_and(|u| matches!(u, "item" | "person" | "case" | "offence"));
        let measured = unit.is_some_and(|u| u != "item");
        let money = argument.scaled && last.object.as_ref() == "money";
        // "двоим дали по 8 лет, ещё двоим – по 10".
        // "Екеуі де құқығынан айырылды": those two are no years.
        // "одному – штраф": whom, not how long.
        let whom = argument.feats.has(Feats::DAT) && !argument.feats.any(Feats::NOM | Feats::ACC | Feats::GEN);
        let term = last_unit == Some("year")
            && argument.value.is_some_and(|v| v <= 25.0)
            && !collective
            && (!whom || matches!(before, "к" | "ко" | "по"));
        let goods = matches!(classes.class(&last.object), "drug" | "goods");
        let hectares = !kazakh && super::ellipsis::is_of_hectares(argument, &last);
        // "В Риддере изъято 8 кг, в Алтае – 12": the kilograms go on.
        let kilograms = |v: f64| (1.0..1000.0).contains(&v);
        let weighed = !kazakh
            && matches!(before, "–" | "—")
            && matches!(last_unit, Some("kg" | "l"))
            && goods
            && last.value.is_some_and(kilograms)
            && last.sentence == s
            && unit.is_none()
            && !argument.scaled;
        let fits = if measured {
            unit == last_unit || goods && counts
        } else {
            counts || money || term || hectares || weighed
        };
        if !fits {
            continue;
        }
        let far = 3.0 * (s - last.sentence) as f32;
        here.push(Candidate {
            sentence: s,
            argument: Some(a),
            value: argument.value,
            value_max: argument.value_max,
            qualifier: argument.qualifier,
            unit: if measured { argument.unit.clone() } else { last.unit.clone() },
            cost: last.cost + far + if opened || partitive { 4.0 } else { 12.0 },
            how: if last.sentence == s { "series" } else { "series_on" },
            from: argument.start,
            to: argument.end,
            ..last
        });
    }
}

//! Lists, and sentences without a verb: they go on with the trigger told before them.

use super::Language;
use super::argument::{self, Argument, ArgumentKind};
use super::candidate::{Candidate, object_of};
use super::feats::Feats;
use super::frame::Bound;
use super::label;
use super::pattern::Annotated;
use super::reading::Read;
use super::rule::ObjectClasses;
use super::token::{Caps, Kind, TokenStream};

/// The trigger that the next sentence may carry on: the last real one of this sentence, else the one that
/// this sentence carried itself.
pub(super) fn carries_on(
    text: &Annotated<'_, '_>,
    reads: &[Read],
    s: usize,
    carry: Option<(usize, usize)>,
) -> Option<(usize, usize)> {
    let read = &reads[s];
    let own = read.triggers.iter().enumerate().rev().find(|(_, t)| {
        let heading = text.stream.lower(read.sentence.end - 1) == ":" && t.feats.any(Feats::PART);
        t.unreal.is_none() && (t.feats.any(Feats::SHORT | Feats::FINITE | Feats::CONV) || heading)
    });
    match own {
        Some((t, _)) => Some((s, t)),
        None if is_item(text, reads, s) || !read.clauses.foreign.iter().any(|f| *f) => carry,
        // "Распределение выглядит так:" heads the parts of what was told before.
        None if text.stream.lower(read.sentence.end - 1) == ":" => carry,
        None => None,
    }
}

/// Whether a sentence begins with a dash or a bullet.
fn has_bullet(stream: &TokenStream<'_>, read: &Read) -> bool {
    matches!(stream.lower(read.sentence.start), "–" | "—" | "-" | "•" | "*" | "·" | "●" | "▪")
}

/// Whether a sentence opens a line of a list: by its dash or bullet, or between the marks that end such lines.
pub(super) fn opens_item(stream: &TokenStream<'_>, reads: &[Read], s: usize) -> bool {
    let sentence = &reads[s].sentence;
    if has_bullet(stream, &reads[s]) {
        return true;
    }
    let last = |s: usize| stream.lower(reads[s].sentence.end - 1);
    let own_line = s > 0 && reads[s - 1].sentence.paragraph < sentence.paragraph;
    own_line && (last(s) == ";" && matches!(last(s - 1), ":" | ";") || last(s - 1) == ";")
}

/// Whether the sentence is a list item: it begins with a dash or a bullet, or goes on in lower case in a paragraph of
/// its own after a colon or another item.
pub(super) fn is_item(text: &Annotated<'_, '_>, reads: &[Read], s: usize) -> bool {
    let read = &reads[s];
    let first = read.sentence.start;
    if has_bullet(text.stream, read) {
        // "– Из-за участившихся случаев проведены встречи, – отметил он": speech, a sentence with a verb of its own.
        let capital = |i: usize| i < read.sentence.end && text.stream.token(i).caps == Caps::Title;
        let dash = matches!(text.stream.lower(first), "–" | "—" | "-");
        // Its own clause, not that of ", – сказал он".
        let verb = || read.clauses.foreign.get(read.clauses.of(first + 1)).copied().unwrap_or(false);
        return !(dash && capital(first + 1) && verb());
    }
    let lower = |s: usize| {
        let token = text.stream.token(reads[s].sentence.start);
        token.caps == Caps::Lower && token.kind != Kind::Punct
    };
    let last = |s: usize| text.stream.lower(reads[s].sentence.end - 1);
    let mut s = s;
    // Up to the heading of the list.
    // "Из гаража: девять коробок;" ends as an item does, whatever it begins with.
    let line = |s: usize| lower(s) || last(s) == ";" || s > 0 && last(s - 1) == ";";
    while s > 0 && line(s) && reads[s - 1].sentence.paragraph + 1 == reads[s].sentence.paragraph {
        s -= 1;
        if last(s) == ":" {
            return true;
        }
    }
    false
}

/// A noun that the verb cannot act upon; the genitive of "пять килограммов" is the numeral's.
fn in_oblique_case(argument: &Argument, kazakh: bool) -> bool {
    let person = argument.kind == ArgumentKind::Person;
    let direct = match kazakh {
        // "қылмыс 3107 жағдайға азайды": the dative of offences is a difference.
        true if person || argument.object.as_ref() == "offence" => Feats::NOM | Feats::ACC,
        true => Feats::NOM | Feats::ACC | Feats::DAT,
        false => Feats::NOM | Feats::ACC | Feats::GEN,
    };
    let counted = matches!(argument.unit.as_deref(), Some("item" | "person" | "case" | "offence"));
    counted && argument.kind != ArgumentKind::Bare && argument.feats.any(Feats::CASES) && !argument.feats.any(direct)
}

/// A list item, or a sentence without verb, goes on with the trigger before it: "Изъято: / – 3 кг героина; /
/// – пистолет", "Изъято 3 кг. Ещё 2 кг – в Таразе".
#[expect(clippy::too_many_arguments, reason = "one private step of `candidates`, split for reading")]
pub(super) fn carried(
    language: &Language,
    classes: &ObjectClasses,
    text: &Annotated<'_, '_>,
    reads: &[Read],
    s: usize,
    carry: Option<(usize, usize)>,
    here: &mut Vec<Candidate>,
    found: &[Candidate],
) {
    let Some((from, t)) = carry else { return };
    let read = &reads[s];
    let item = is_item(text, reads, s);
    let near = read.sentence.paragraph - reads[from].sentence.paragraph <= if item { 12 } else { 1 };
    // A noun that counts without a verb yields to the verb of the list.
    let alone = |rule: u32| language.rules[rule as usize].itself;
    let verbless =
        read.triggers.iter().all(|t| t.rules.iter().all(|r| alone(*r))) && !read.clauses.foreign.iter().any(|f| *f);
    if !near {
        return;
    }
    let trigger = &reads[from].triggers[t];
    if item && !language.kazakh {
        label::measured(language, classes, read, (s, from, t), &trigger.rules, here);
    }
    let doubtful = read.marks.iter().any(|m| {
        let entry = &language.lexicon.entries[m.entry as usize];
        entry.dimension == super::lexicon::Dimension::Modality
            && matches!(entry.code.as_ref(), "clause" | "sentence" | "law")
    });
    for (a, argument) in read.arguments.iter().enumerate() {
        let bound = |c: &&Candidate| c.argument == Some(a);
        // "7 жыл қызмет атқаруына тыйым салынды" after a sentence: the ban's term.
        let absorbs = |rule: u32| language.rules[rule as usize].absorbs.contains(&argument.object);
        let absorbed = read.bound.iter().any(|b| b.argument == Some(a) && absorbs(b.rule));
        if absorbed || here.iter().filter(bound).any(|c| c.how == "labelled") {
            continue;
        }
        if here.iter().filter(bound).any(|c| !alone(c.rule) || !(verbless || item)) || argument.weak {
            continue;
        }
        // "Эти деньги направлены на возведение 10 школ": what a stopper of this sentence holds goes on with nothing.
        let held = |b: &Bound| language.rules[b.rule as usize].absorbs.contains(&argument.object);
        if !item && !language.kazakh && read.bound.iter().any(|b| b.argument == Some(a) && held(b)) {
            continue;
        }
        // "– оружие и боеприпасы – 52 факта": a noun beside a figure is the item's label.
        if !argument.has_figure && (!item || read.arguments.iter().any(|a| a.has_figure)) {
            continue;
        }
        // "к шестерым применили обязательство о явке" after "в изолятор поместили 17".
        if argument.kind == ArgumentKind::Person && argument.oblique && !item {
            continue;
        }
        // "выделенный на питание 260 детей": the noun before says what is theirs.
        let of_noun = argument.start.checked_sub(1).filter(|b| *b >= read.sentence.start).is_some_and(|b| {
            let feats = text.feats(b);
            feats.any(Feats::NOUN) && !feats.any(Feats::VERB | Feats::OTHER | Feats::NUM | Feats::ADJ)
        });
        if argument.kind == ArgumentKind::Person && of_noun && !item && !language.kazakh {
            continue;
        }
        // "Закрыты восемь притонов. Пять салонов принадлежали одной хозяйке": another verb's.
        let clause = read.clauses.of(argument.head);
        let goods =
            matches!(classes.class(&argument.object), "drug" | "goods") || argument.object.as_ref() == "vehicle";
        if !item && !goods && read.clauses.foreign.get(clause).copied().unwrap_or(false) {
            continue;
        }
        // "На стоянку водворили 22 машины. Ещё 66 водителей рассчитались": the verb before was said of things.
        let persons =
            found.iter().any(|c| (c.trigger_sentence, c.trigger) == (from, t) && c.object.as_ref() == "person");
        if argument.kind == ArgumentKind::Person && !verbless && !item && !language.kazakh && !persons {
            continue;
        }
        // "Дело по трём фактам", "екі қоймадан": an oblique case says where, of whom or by what.
        if !item && in_oblique_case(argument, language.kazakh) {
            continue;
        }
        // "екі дерек бойынша іс қозғалды", "5 тоннасы айналымға түсуі мүмкін еді" go on with nothing.
        let ground = argument.object.as_ref() == "offence" && super::proceeding::is_ground(text, read, argument);
        let unreal = |b: &Bound| b.argument == Some(a) && read.triggers[b.trigger].unreal.is_some();
        if language.kazakh
            && !item
            && (ground || doubtful || argument.kind == ArgumentKind::Money && read.bound.iter().any(unreal))
        {
            continue;
        }
        // "Ему 46 лет" after an appointment is an age: a term follows a term.
        let follows = |c: &Candidate| (c.trigger_sentence, c.trigger) == (from, t);
        if argument.kind == ArgumentKind::Duration && !found.iter().any(follows) {
            continue;
        }
        for &r in &trigger.rules {
            let rule = &language.rules[r as usize];
            let free = argument.kind == ArgumentKind::Bare && argument.unit.as_deref().is_none_or(|u| u == "item");
            if free && !item || argument.kind != ArgumentKind::Bare && !rule.objects.contains(&argument.object) {
                continue;
            }
            let Some(object) = object_of(rule, argument, here, found, classes) else { continue };
            let unit =
                argument.value.and_then(|_| argument.unit.clone().or_else(|| argument::unit_of(classes, &object)));
            here.retain(|c| c.argument != Some(a));
            here.push(Candidate {
                sentence: s,
                rule: r,
                trigger_sentence: from,
                trigger: t,
                argument: Some(a),
                object: if object.as_ref() == "duration" { "person".into() } else { object },
                value: argument.value,
                value_max: argument.value_max,
                qualifier: argument.qualifier,
                unit,
                cost: if verbless || item { 6.0 } else { 12.0 } + 3.0 * (s - from) as f32,
                how: "carried",
                from: argument.start,
                to: argument.end,
            });
            break;
        }
    }
}

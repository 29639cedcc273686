//! Partitives: "12 из 14 подсудимых", "из 26 точек 14 закрыты", "убийств совершено 214": which figure is the part, and
//! of what.

use super::argument::{Argument, ArgumentKind, Scene, of_quantity};
use super::feats::Feats;
use super::lexicon::Dimension;
use super::pattern::Mark;
use super::quantity::Quantity;
use super::token::Kind;
use super::trigger::Trigger;

/// Words between a verb and the part that it takes of a whole.
const REACH: usize = 6;
/// Words between a whole and its part: "из 120 дел в суд ушло 87".
const GAP: usize = 4;
/// Words between one percentage of a list and the next at most.
const LISTED: usize = 5;

/// Whether a figure counts nothing that anything is done to.
pub(super) fn counts_nothing(scene: &Scene<'_>, quantities: &[Quantity], n: usize) -> bool {
    let quantity = &quantities[n];
    !scene.lexicon.patterns.is_head_final()
        && (is_one_of_others(scene, quantity)
            || is_one_of_unknown(scene, quantity)
            || is_one_after_another(scene, quantity)
            || is_of_time(scene, quantity)
            || is_lacking(scene, quantity)
            || is_percentage(scene, quantities, n)
            || is_distributive(scene, quantity)
            || is_whole_in_brackets(scene, quantities, n)
            || is_age_in_words(scene, quantity)
            || is_of_law(scene, quantity))
}

/// "Каждая четвёртая кража (96 из 412)": the whole.
fn is_whole_in_brackets(scene: &Scene<'_>, quantities: &[Quantity], n: usize) -> bool {
    let quantity = &quantities[n];
    let Some(part) = n.checked_sub(1).map(|b| &quantities[b]) else { return false };
    let beside = part.end + 1 == quantity.start && scene.text.stream.lower(part.end) == "из";
    let bracketed = part.start > scene.start
        && scene.text.stream.lower(part.start - 1) == "("
        && scene.text.stream.lower_or_empty(quantity.end) == ")";
    beside && bracketed && part.value <= quantity.value
}

/// "двадцати четырёхлетний": the tens of an age.
fn is_age_in_words(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let tens = quantity.unit.is_none() && quantity.value % 10.0 == 0.0 && (20.0..100.0).contains(&quantity.value);
    let age = |i: usize| {
        let token = scene.text.stream.token(i);
        let word = scene.text.stream.lower(i);
        token.kind == Kind::Word && word.contains("летн") && !word.starts_with("летн") && !word.contains("десят")
    };
    tens && quantity.end < scene.end && age(quantity.end)
}

/// "Смерть двух и более лиц": as the law words it.
fn is_of_law(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let lower = |i: usize| if i < scene.end { scene.text.stream.lower(i) } else { "" };
    quantity.unit.is_none() && matches!(lower(quantity.end), "и" | "или") && lower(quantity.end + 1) == "более"
}

/// "Двоим из которых нет и восемнадцати", "ему исполнилось двенадцать": an age.
fn is_lacking(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let back = |n: usize| {
        quantity.start.checked_sub(n).filter(|i| *i >= scene.start).map_or("", |i| scene.text.stream.lower(i))
    };
    let lacks = |word: &str| matches!(word, "нет" | "исполнилось" | "исполнится");
    let even = matches!(back(1), "и" | "ещё" | "еще" | "даже");
    quantity.unit.is_none()
        && quantity.value < 100.0
        && (lacks(back(1)) || even && (lacks(back(2)) || back(2) == "было"))
}

/// "Убийств – 99,1 процента, разбоев – 97", "с 61 до 68 процентов": the percent is told once.
fn is_percentage(scene: &Scene<'_>, quantities: &[Quantity], n: usize) -> bool {
    let quantity = &quantities[n];
    let percent = |q: &Quantity| q.unit.as_deref() == Some("percent");
    if quantity.unit.is_some() || quantity.scaled || quantity.value > 100.0 {
        return false;
    }
    let lower = |i: usize| scene.text.stream.lower(i);
    let to =
        quantities.get(n + 1).is_some_and(|q| percent(q) && quantity.end + 2 >= q.start && lower(quantity.end) == "до");
    let dash = |i: usize| matches!(lower(i), "–" | "—" | "-");
    let listed = |before: &Quantity| {
        let between = before.end..quantity.start;
        percent(before)
            && (2..=LISTED).contains(&between.len())
            && lower(between.start) == ","
            && dash(between.end - 1)
            && !between.clone().any(|i| scene.text.feats(i).any(Feats::FINITE | Feats::SHORT))
    };
    to || n.checked_sub(1).is_some_and(|b| listed(&quantities[b]))
}

/// "90 канистр по 20 литров": how much is in each.
fn is_distributive(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let each = quantity.start > scene.start + 1 && scene.text.stream.lower(quantity.start - 1) == "по";
    let of = |i: usize| scene.text.feats(i).any(Feats::NOUN) && !scene.text.feats(i).any(Feats::VERB);
    each && matches!(quantity.unit.as_deref(), Some("kg" | "l")) && of(quantity.start - 2)
}

/// "412 тысяч осуждённый заплатит": what so many are counted of stands in the genitive.
pub(super) fn agrees(scene: &Scene<'_>, quantity: &Quantity, noun: &Mark) -> bool {
    !quantity.scaled || noun.dimension != Dimension::Person || scene.feats(noun).any(Feats::GEN)
}

/// "Гаражи вскрыли один за другим".
fn is_one_after_another(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let lower = |i: usize| if i < scene.end { scene.text.stream.lower(i) } else { "" };
    is_one(lower(quantity.figure))
        && lower(quantity.end) == "за"
        && matches!(lower(quantity.end + 1), "другим" | "другой")
}

/// "Через двое суток подозреваемый задержан": how long, not how many.
fn is_of_time(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let units = ["сут", "час", "минут", "секунд", "недел", "дне", "дня"];
    let unit = quantity.end.checked_sub(1).map_or("", |i| scene.text.stream.lower(i));
    quantity.unit.as_deref() == Some("other") && units.iter().any(|stem| unit.starts_with(stem))
}

/// "В одном из сёл", "у одного из прохожих": where or with whom it happened.
fn is_one_of_others(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let lower = |i: usize| if i < scene.end { scene.text.stream.lower(i) } else { "" };
    let preposition = |word: &str| {
        let place = matches!(word, "в" | "во" | "на" | "с" | "со" | "из" | "у" | "от" | "за" | "к" | "по" | "при");
        place || matches!(word, "под" | "возле" | "около" | "близ" | "до" | "для" | "через" | "после" | "рядом")
    };
    // "на одного из них составлен протокол": upon whom.
    let oblique = matches!(lower(quantity.figure), "одном" | "одной" | "одним" | "одному")
        || lower(quantity.figure) == "одного" && quantity.start > scene.start && lower(quantity.start - 1) != "на";
    // "при досмотре одной из машин", not "задержание одного из угонщиков".
    let deed =
        |i: usize| scene.marks.iter().any(|m| m.dimension == Dimension::Trigger && (m.start..m.end).contains(&i));
    let of_noun = || super::governed::is_behind_noun(scene, quantity.start) && !deed(quantity.start - 1);
    quantity.unit.is_none()
        && quantity.start > scene.start
        && (preposition(lower(quantity.start - 1)) || of_noun())
        && oblique
        && lower(quantity.end) == "из"
        && !is_those(lower(quantity.end + 1))
}

/// "Один" in its cases but the plural.
fn is_one(word: &str) -> bool {
    let direct = matches!(word, "один" | "одна" | "одно" | "одного" | "одну");
    direct || matches!(word, "одной" | "одним" | "одном" | "одному")
}

/// Words from "один из" to the noun that it is one of.
const DESCRIBED: usize = 4;

/// "Борьба с наркотиками – одно из главных направлений", "в ходе одного из рейдов": one of what no result counts.
fn is_one_of_unknown(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let of = quantity.end;
    if quantity.unit.is_some()
        || !is_one(scene.text.stream.lower(quantity.figure))
        || of + 1 >= scene.end
        || scene.text.stream.lower(of) != "из"
        || is_those(scene.text.stream.lower(of + 1))
    {
        return false;
    }
    let plain = |i: usize| {
        let feats = scene.text.feats(i);
        feats.any(Feats::ADJ | Feats::PART | Feats::NUM) && !feats.any(Feats::NOUN)
    };
    let until = (of + DESCRIBED + 1).min(scene.end);
    let noun = (of + 1..until).find(|i| !plain(*i));
    let counted = |i: usize| {
        let dimension = |m: &Mark| matches!(m.dimension, Dimension::Object | Dimension::Person | Dimension::Numeral);
        scene.marks.iter().any(|m| dimension(m) && (of + 1..=i).contains(&m.start))
    };
    noun.is_some_and(|i| scene.text.feats(i).has(Feats::NOUN | Feats::PLUR) && !counted(i))
}

/// "из них", "из которых": those told before.
pub(super) fn is_those(word: &str) -> bool {
    matches!(word, "них" | "которых" | "коих" | "этих" | "всех")
}

/// Where "из" stands before a figure, if only what describes its noun is between: "из похищенных 7,5 млн".
fn preposition(scene: &Scene<'_>, argument: &Argument) -> Option<usize> {
    let describes = |i: usize| {
        let feats = scene.text.feats(i);
        feats.any(Feats::ADJ | Feats::PART) && !feats.any(Feats::NOUN | Feats::SHORT | Feats::NUM)
    };
    let mut at = argument.start;
    while at > scene.start + 1 && describes(at - 1) {
        at -= 1;
    }
    (at > scene.start && scene.text.stream.lower(at - 1) == "из").then(|| at - 1)
}

/// "Из 24,7 млрд, похищенных за год, вернули 2 млрд", "арестованы 7 из 11 задержанных": the verb takes the part, and of
/// the whole only its own participle or noun tells something.
pub(super) fn is_whole_of(scene: &Scene<'_>, trigger: &Trigger, argument: &Argument, arguments: &[Argument]) -> bool {
    if !argument.has_figure || argument.value.is_none_or(|v| v <= 1.0) {
        return false;
    }
    let Some(of) = preposition(scene, argument) else { return false };
    let feats = trigger.feats;
    let participle = feats.any(Feats::PART) && !feats.any(Feats::SHORT | Feats::FINITE);
    let noun = feats.has(Feats::NOUN) && !feats.any(Feats::VERB);
    let beside = trigger.start < argument.end + 3 && argument.start < trigger.end + 3;
    if (participle || noun) && beside || trigger.start < argument.end && argument.start < trigger.end {
        return false;
    }
    let bare = |a: &Argument| a.kind == ArgumentKind::Bare;
    let alike = |a: &Argument| {
        // "возмещён ущерб – 14,2 млрд из 14,6 млрд тенге"
        let sums = [a, argument].iter().all(|a| a.object.as_ref() == "money");
        bare(a) || bare(argument) || sums || a.kind == argument.kind && a.object == argument.object
    };
    if arguments.iter().any(|a| a.has_figure && a.end == of && alike(a) && a.value <= argument.value) {
        return true;
    }
    let part = |a: &Argument| a.has_figure && a.start >= argument.end && a.start <= trigger.end + REACH;
    trigger.start >= argument.end && arguments.iter().any(part)
}

/// Gives bare figures the noun that they count: that of their whole, or the genitive that opens the phrase.
pub(super) fn name(scene: &Scene<'_>, arguments: &mut Vec<Argument>) {
    // The whole of the part before: "из них 21 – в Алматы, 12 – в Астане".
    let mut last: Option<(usize, usize)> = None;
    for i in 0..arguments.len() {
        let all = &arguments[..];
        let told = described(scene, all, i);
        // "Изъято 210 тысяч пачек, сожжено 150 тысяч"
        let thousands = told.is_none() && is_thousands(&all[i]);
        if !is_free(&all[i]) && told.is_none() && !thousands {
            continue;
        }
        let listed = || last.filter(|(part, _)| part + 1 == i && goes_on(scene, &all[i])).map(|(_, whole)| whole);
        let found = told.or_else(|| whole(scene, all, i)).or_else(listed).filter(|_| !thousands);
        if let Some(whole) = found {
            last = Some((i, whole));
        }
        let fronted = || fronted(scene, all, i).filter(|_| !thousands);
        let found = found.or_else(fronted).or_else(|| elided(scene, all, i));
        let Some(whole) = found else { continue };
        let noun = arguments[whole].clone();
        let part = &mut arguments[i];
        part.kind = noun.kind;
        part.object = noun.object;
        (part.weak, part.unknown, part.scaled) = (false, false, false);
        part.unit = part.unit.take().or(noun.unit).or_else(|| super::argument::unit_of(scene.classes, &part.object));
        part.offence = noun.offence;
        part.role = noun.role;
        part.feats |= Feats::NOM | Feats::ACC | Feats::GEN;
        if !noun.has_figure {
            // The noun is counted by the figure, it is none of its own.
            arguments[whole].weak = true;
            arguments[whole].kind = ArgumentKind::Bare;
        }
    }
    arguments.retain(|a| a.has_figure || a.kind != ArgumentKind::Bare);
}

/// "Штраф на 3,3 млрд тенге, взыскано 2,9", "украли 6 млн, вернули 1,5": a decimal counts nothing, it goes on with the
/// scale and currency of the sum before it.
pub(super) fn go_on(arguments: &mut [Argument]) {
    for i in 1..arguments.len() {
        let decimal = |a: &Argument| a.value.is_some_and(|v| v.fract() != 0.0 && v < 1000.0);
        if !is_free(&arguments[i]) || arguments[i].unit.is_some() || !decimal(&arguments[i]) {
            continue;
        }
        let sum = |a: &&Argument| (a.kind == ArgumentKind::Money || a.worth) && a.scaled && a.unit.is_some();
        let Some(sum) = arguments[..i].iter().rfind(sum).cloned() else { continue };
        let scale = [1e12, 1e9, 1e6].into_iter().find(|scale| sum.value.is_some_and(|v| v >= *scale));
        let Some(scale) = scale else { continue };
        let part = &mut arguments[i];
        part.value = part.value.map(|v| v * scale);
        (part.kind, part.object, part.unit, part.scaled) = (ArgumentKind::Money, "money".into(), sum.unit, true);
    }
}

/// A plain number without a noun.
fn is_free(argument: &Argument) -> bool {
    argument.kind == ArgumentKind::Bare
        && argument.has_figure
        && !argument.weak
        && !argument.scaled
        && argument.unit.as_deref().is_none_or(|u| matches!(u, "item" | "kg" | "l" | "ha"))
}

/// Thousands without a noun, which may be money.
fn is_thousands(argument: &Argument) -> bool {
    let few = argument.value.is_some_and(|v| v < 1e6) && argument.unit.is_none();
    argument.kind == ArgumentKind::Bare && argument.has_figure && argument.scaled && !argument.weak && few
}

/// "14 из 26 точек", "из 26 точек 14", "56 пирамид, 41 из них": the whole of a part.
fn whole(scene: &Scene<'_>, arguments: &[Argument], i: usize) -> Option<usize> {
    let part = &arguments[i];
    let lower = |at: usize| if at < scene.end { scene.text.stream.lower(at) } else { "" };
    let things = |a: &Argument| {
        // "83 тыс. га, из них 21 тыс. га": a measure is part of the same measure.
        let counted = a.unit.as_deref().is_none_or(|u| u == "item") && part.unit.as_deref().is_none_or(|u| u == "item");
        let measured = part.unit.is_some() && a.unit == part.unit;
        a.kind == ArgumentKind::Thing
            && a.object.as_ref() != "money"
            && a.has_figure
            && (counted || measured)
            && part.value <= a.value
    };
    if lower(part.end) == "из" {
        if matches!(lower(part.end + 1), "них" | "которых" | "коих" | "этих") {
            // "Ликвидировано 185 групп, задержаны 1 391 человек, 138 из них – за рубежом": of the persons.
            let person = |w: &usize| arguments[*w].kind == ArgumentKind::Person && arguments[*w].has_figure;
            return (0..i).rev().take_while(|w| !person(w)).find(|w| things(&arguments[*w]));
        }
        // "Ликвидирована одна из крупнейших лабораторий": of what nobody counted.
        let kind = |a: &Argument| {
            a.kind == ArgumentKind::Thing && !a.has_figure && a.object.as_ref() != "money" && part.value == Some(1.0)
        };
        return arguments.iter().position(|a| (things(a) || kind(a)) && preposition(scene, a) == Some(part.end));
    }
    if is_of_them(scene, part)
        && (matches!(lower(part.end), "–" | "—") || part.unit.as_deref().is_some_and(|u| u != "item"))
    {
        return (0..i).rev().find(|w| things(&arguments[*w]));
    }
    let before = |a: &Argument| a.end <= part.start && part.start - a.end <= GAP && preposition(scene, a).is_some();
    (0..i).rev().find(|w| things(&arguments[*w]) && before(&arguments[*w]))
}

/// "из них 21", "из которых 13 тысяч".
fn is_of_them(scene: &Scene<'_>, part: &Argument) -> bool {
    let lower = |i: usize| scene.text.stream.lower(i);
    part.start >= scene.start + 2
        && lower(part.start - 2) == "из"
        && matches!(lower(part.start - 1), "них" | "которых" | "коих")
}

/// "6 ОПГ, из них 1 транснациональная", "70 тысяч дел, из которых 13 тысяч связаны с мошенничеством": the whole of a part
/// that only an adjective or a short participle describes.
fn described(scene: &Scene<'_>, arguments: &[Argument], i: usize) -> Option<usize> {
    let part = &arguments[i];
    let plain = |unit: Option<&str>| unit.is_none_or(|u| matches!(u, "item" | "case" | "offence"));
    if part.kind != ArgumentKind::Bare || !part.has_figure || !plain(part.unit.as_deref()) || part.end >= scene.end {
        return None;
    }
    let back =
        |n: usize| part.start.checked_sub(n).filter(|b| *b >= scene.start).map_or("", |b| scene.text.stream.lower(b));
    let of_them = is_of_them(scene, part);
    let feats = scene.text.feats(part.end);
    let told = feats.any(Feats::ADJ | Feats::PART | Feats::SHORT) && !feats.any(Feats::NOUN);
    if !told || !(of_them || back(2) == "том" && back(1) == "числе") {
        return None;
    }
    let whole = i.checked_sub(1)?;
    let a = &arguments[whole];
    // Offences count themselves: "47 преступлений, из которых восемь связаны с торговлей людьми".
    let itself = of_them && a.unit.as_deref() == Some("offence");
    let counted = a.kind == ArgumentKind::Thing && a.object.as_ref() != "money" && plain(a.unit.as_deref()) && !itself;
    (counted && a.has_figure && part.value <= a.value).then_some(whole)
}

/// ", 12 – в Астане": another part of the same whole.
fn goes_on(scene: &Scene<'_>, part: &Argument) -> bool {
    let lower = |i: usize| if i < scene.end { scene.text.stream.lower(i) } else { "" };
    part.start > scene.start
        && matches!(lower(part.start - 1), "," | ";" | "и" | "ещё" | "еще")
        && matches!(lower(part.end), "–" | "—")
}

/// "Похищено 640 голов, возвращено 512": straight behind a verb of its own a figure counts what the clause before counted.
fn elided(scene: &Scene<'_>, arguments: &[Argument], i: usize) -> Option<usize> {
    let part = &arguments[i];
    let verb = part.start.checked_sub(1).filter(|b| *b > scene.start)?;
    let feats = scene.text.feats(verb);
    let says = feats.any(Feats::SHORT) || feats.has(Feats::FINITE | Feats::PAST);
    let ends = part.end >= scene.end || scene.text.stream.token(part.end).kind == Kind::Punct;
    let before = i.checked_sub(1).filter(|w| {
        let a = &arguments[*w];
        let counted = a.unit.as_deref() == Some("item") && a.object.as_ref() != "money";
        a.kind == ArgumentKind::Thing && a.has_figure && counted && part.value <= a.value
    })?;
    let clause = (arguments[before].end..verb).any(|i| matches!(scene.text.stream.lower(i), "," | "и" | "а" | ";"));
    (says && ends && clause && !feats.any(Feats::NOUN | Feats::ADJ)).then_some(before)
}

/// "Нарколабораторий ликвидировано 104", "число выявленных притонов достигло 17", "закладчиков взяли 43": a genitive plural
/// before an impersonal verb is counted by the figure behind it.
fn fronted(scene: &Scene<'_>, arguments: &[Argument], i: usize) -> Option<usize> {
    let part = &arguments[i];
    let noun = i.checked_sub(1).filter(|n| {
        let a = &arguments[*n];
        !a.has_figure
            && matches!(a.kind, ArgumentKind::Thing | ArgumentKind::Person)
            && (a.feats.has(Feats::GEN | Feats::PLUR) || !a.feats.any(Feats::CASES))
    })?;
    let (from, to) = (arguments[noun].end, part.start);
    // "таких дел раскрыли 118": of cases the verb tells what they are about.
    let solved = arguments[noun].object.as_ref() != "criminal_case";
    let impersonal = |i: usize| {
        let feats = scene.text.feats(i);
        let they = feats.has(Feats::FINITE | Feats::PAST | Feats::PLUR) && !feats.any(Feats::SHORT) && solved;
        let it = feats.any(Feats::SHORT | Feats::FINITE) && feats.has(Feats::NEUT);
        (it || they) && !feats.any(Feats::NOUN | Feats::ADJ)
    };
    let words = (from..to).all(|i| scene.text.stream.token(i).kind == Kind::Word);
    if from == to || to - from > GAP || !words || (from..to).filter(|i| impersonal(*i)).count() != 1 {
        return None;
    }
    // What opens the phrase: nothing, or the word for a number.
    let describes = |i: usize| {
        let feats = scene.text.feats(i);
        feats.any(Feats::ADJ | Feats::PART) && !feats.any(Feats::NOUN | Feats::SHORT)
    };
    let mut at = arguments[noun].start;
    while at > scene.start && describes(at - 1) {
        at -= 1;
    }
    let number = |m: &super::pattern::Mark| {
        m.end == at && m.dimension == Dimension::Numeral && scene.entry(m).code.as_ref() == "number"
    };
    let opens = at == scene.start || scene.text.stream.token(at - 1).kind == Kind::Punct;
    (opens || scene.marks.iter().any(number)).then_some(noun)
}

/// "оның 488,4 миллионы": a part of the sum spoken of.
pub(super) fn part_of_sum(scene: &Scene<'_>, quantity: &Quantity, before: &[Quantity]) -> Argument {
    let mut argument = of_quantity(scene, quantity, ArgumentKind::Money, "money".into(), quantity.figure);
    let units = before.iter().rev().filter_map(|q| q.unit.clone());
    argument.unit = units.into_iter().find(|u| u.len() == 3).or_else(|| Some("KZT".into()));
    argument.scaled = true;
    argument
}

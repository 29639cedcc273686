//! Coordination and government: `хозяин и его сын` are two persons; `у подозреваемого` is neither subject nor object.

use super::argument::{Argument, ArgumentKind, Scene};
use super::feats::Feats;
use super::lexicon::Dimension;
use super::token::{Caps, Kind};

/// Words that may stand between two coordinated nouns, the conjunction included.
const SPAN: usize = 6;
/// The same where an insertion between commas tells of the first: "житель Астаны, управлявший автомобилем, и житель".
const LONG_SPAN: usize = 11;

/// Words of a genitive behind a person in a list.
const TAIL: usize = 2;

/// Joins persons in one case into one argument: one and another, or a few, with a conjunction, and those listed before
/// them: "учредитель, его супруга и три наставника" are five.
pub(super) fn join(scene: &Scene<'_>, arguments: &mut Vec<Argument>) {
    for argument in arguments.iter_mut().filter(|a| a.is_single_party() || is_few(a)) {
        if let Some(pronoun) = pronoun_before(scene, argument) {
            argument.start = pronoun;
            argument.value = argument.value.map(|v| v + 1.0);
            argument.feats = Feats(argument.feats.0 & !Feats::SING.0) | Feats::PLUR;
        }
    }
    let mut i = 0;
    while i + 1 < arguments.len() {
        let other = i + 1 + usize::from(is_told_of(scene, arguments, i));
        if let Some(mut feats) = joined(scene, &arguments[i], &arguments[other], &arguments[..i]) {
            let mut first = i;
            while let Some(before) = person_before(arguments, first)
                && let Some(shared) = listed(scene, &arguments[before], &arguments[first], feats)
            {
                (first, feats) = (before, shared);
            }
            let person = |a: &&Argument| a.kind == ArgumentKind::Person;
            let apposed = |n: usize| n > i && n < other;
            let summed = (first..=other).filter(|n| !apposed(*n)).map(|n| &arguments[n]);
            let persons: f64 = summed.filter(person).filter_map(|a| a.value).sum();
            let counted = arguments[first..=other].iter().any(|a| a.has_figure);
            let last = arguments.drain(first + 1..=other).next_back();
            let joint = &mut arguments[first];
            joint.end = last.map_or(joint.end, |a| a.end);
            joint.value = Some(persons);
            joint.has_figure = counted;
            joint.feats = Feats(feats.0 & !Feats::SING.0) | Feats::PLUR;
            i = first;
        }
        i += 1;
    }
}

/// Whether the argument behind a person says more of that one, and another follows it: "владелец цеха и его сын",
/// "организатор, 38-летний предприниматель, и двое крупье".
fn is_told_of(scene: &Scene<'_>, arguments: &[Argument], i: usize) -> bool {
    let (one, [next, other, ..]) = (&arguments[i], &arguments[i + 1..]) else { return false };
    let comma = |i: usize| scene.text.stream.lower(i) == ",";
    let genitive = next.kind == ArgumentKind::Thing
        && !next.has_figure
        && next.feats.any(Feats::GEN)
        && next.start - one.end.min(next.start) <= 1
        && !(one.end..next.start).any(comma);
    let apposed = next.is_single_party()
        && comma(one.end + genitives(scene, one.end))
        && comma(next.end)
        && other.start >= next.end + 2
        && scene.text.stream.lower(next.end + 1) == "и";
    one.is_single_party() && (genitive || apposed)
}

/// "Она и её помощник", "он и двое его сообщников": the pronoun that opens the subject is one more.
fn pronoun_before(scene: &Scene<'_>, argument: &Argument) -> Option<usize> {
    let lower = |i: usize| scene.text.stream.lower(i);
    let owned = |i: usize| matches!(lower(i), "его" | "ее");
    let mut at = argument.start.checked_sub(1)?;
    if at > scene.start && owned(at) {
        at -= 1;
    }
    let subject = |i: usize| matches!(lower(i), "он" | "она");
    let opens = at > scene.start && lower(at) == "и" && subject(at - 1) && argument.feats.any(Feats::NOM | Feats::GEN);
    opens.then(|| at - 1)
}

/// The person before an argument, over what is told of that one: "учредитель кооператива, его супруга".
fn person_before(arguments: &[Argument], at: usize) -> Option<usize> {
    let told = |a: &Argument| a.kind == ArgumentKind::Thing && !a.has_figure;
    let before = at.checked_sub(1)?;
    Some(if told(&arguments[before]) { before.checked_sub(1)? } else { before })
}

/// A few persons of one party, counted exactly.
fn is_few(argument: &Argument) -> bool {
    argument.kind == ArgumentKind::Person
        && argument.has_figure
        && argument.role.as_deref().is_none_or(|r| r == "party")
        && argument.value_max.is_none()
        && argument.value.is_some_and(|v| (2.0..=20.0).contains(&v) && v.fract() == 0.0)
}

/// "Чиновника и полицейского взяли под стражу": beside a suspect an officer is one, too.
fn is_single_officer(argument: &Argument) -> bool {
    argument.kind == ArgumentKind::Person
        && !argument.has_figure
        && argument.value == Some(1.0)
        && argument.role.as_deref() == Some("officer")
}

/// The features that two persons or a person and a few share; a numeral hides its noun's case.
fn shared(one: &Argument, other: &Argument, feats: Feats) -> Option<Feats> {
    let shared = if is_few(other) { one.feats } else { Feats(one.feats.0 & feats.0) };
    shared.any(Feats::NOM | Feats::ACC | Feats::GEN | Feats::DAT).then_some(shared)
}

/// What a person shares with the next one of a list, where nothing but a comma and what describes that one stands
/// between: "охранник, старший кассир и бухгалтер", "учредитель кооператива, его супруга и сын".
fn listed(scene: &Scene<'_>, one: &Argument, next: &Argument, feats: Feats) -> Option<Feats> {
    let between = one.end..next.start;
    let word = |i: usize| scene.text.feats(i);
    let describes = |i: usize| {
        is_own(scene, i)
            || scene.text.stream.token(i).kind != Kind::Punct
                && word(i).any(Feats::ADJ)
                && !word(i).any(Feats::NOUN | Feats::VERB)
    };
    let tail = genitives(scene, one.end);
    let mut rest = between.clone().skip(tail);
    let comma = rest.next().is_some_and(|i| scene.text.stream.lower(i) == ",");
    (one.is_single_party() && comma && between.len() < SPAN && rest.all(describes))
        .then(|| shared(one, next, feats))
        .flatten()
}

/// Genitives that follow a person: "житель Казахстана".
fn genitives(scene: &Scene<'_>, at: usize) -> usize {
    let genitive = |i: &usize| {
        let word = scene.text.feats(*i);
        let plain = word.any(Feats::GEN) && !word.any(Feats::VERB | Feats::OTHER);
        // "РФ", "Уральска" have no form that a dictionary knows.
        let name = scene.text.stream.token(*i).caps != Caps::Lower && !word.any(Feats::VERB);
        scene.text.stream.token(*i).kind == Kind::Word && (plain || name)
    };
    (at..scene.end).take(TAIL).take_while(genitive).count()
}

/// A possessive pronoun before its noun: "его супруга".
fn is_own(scene: &Scene<'_>, i: usize) -> bool {
    matches!(scene.text.stream.lower(i), "его" | "её" | "ее" | "их")
}

/// What two persons share, if a conjunction joins them; the parts of a total are none: "четверо: лидер и трое других".
fn joined(scene: &Scene<'_>, one: &Argument, other: &Argument, before: &[Argument]) -> Option<Feats> {
    let between = one.end..other.start;
    if !one.is_single_party()
        || !(other.is_single_party() || is_few(other) || is_single_officer(other))
        || between.is_empty()
        || between.len() > LONG_SPAN
    {
        return None;
    }
    let stream = scene.text.stream;
    if is_company(scene, one, other) {
        return Some(one.feats);
    }
    let also = |i: usize| stream.lower(i) == "также" && stream.lower(i - 1) == "а" && i > one.end + 1;
    let at = between.clone().find(|i| stream.lower(*i) == "и" || also(*i))?;
    // ", а также"
    let conjunction = if also(at) { at - 1 - usize::from(stream.lower(at - 2) == ",") } else { at }..at + 1;
    let opened = one.start > scene.start
        && matches!(stream.lower(one.start - 1), "–" | "—" | "-" | ":" | "(" | "среди" | "включая" | "числе");
    let total = before.iter().any(|a| is_few(a) && a.role.is_some() && one.start - a.end <= SPAN);
    if is_few(other) && (opened || total) {
        return None;
    }
    // After the conjunction only what describes the second: "и её заместитель", "и 28-летний житель"; before it an
    // apposition between commas: "организатор, 38-летний предприниматель, и двое крупье".
    let comma = one.end + genitives(scene, one.end);
    let apposed = at > comma + 1 && !also(at) && stream.lower(comma) == "," && stream.lower(at - 1) == ",";
    if !apposed && between.len() > SPAN {
        return None;
    }
    let plain = between.clone().all(|i| {
        let feats = scene.text.feats(i);
        let predicate = feats.any(Feats::FINITE | Feats::SHORT | Feats::INF | Feats::CONV) && !feats.any(Feats::NOUN);
        let comma = apposed && (i == comma || i + 1 == at);
        conjunction.contains(&i)
            || comma
            || stream.token(i).kind != Kind::Punct && !predicate && (i < at || !feats.any(Feats::NOUN))
    });
    plain.then(|| shared(one, other, other.feats)).flatten()
}

/// "Отец с сыном задержаны", "начальник вместе с посредником задержан": who stands with the subject shares what is done.
fn is_company(scene: &Scene<'_>, one: &Argument, other: &Argument) -> bool {
    let lower = |i: usize| scene.text.stream.lower(i);
    let together = lower(one.end) == "вместе" && one.end + 1 < other.start;
    let with = one.end + usize::from(together);
    let plain = (with + 1..other.start).all(|i| {
        let feats = scene.text.feats(i);
        is_own(scene, i) || feats.has(Feats::ADJ | Feats::INS) && !feats.any(Feats::NOUN | Feats::VERB)
    });
    let stops = |i: &usize| scene.text.stream.token(*i).kind == Kind::Punct;
    let says = |i: usize| {
        let feats = scene.text.feats(i);
        feats.any(Feats::SHORT | Feats::FINITE) && feats.has(Feats::PLUR) && !feats.any(Feats::NOUN | Feats::ADJ)
    };
    matches!(lower(with), "с" | "со")
        && plain
        && one.feats.any(Feats::NOM)
        && other.feats.any(Feats::INS)
        && (together || (other.end..scene.end).take_while(|i| !stops(i)).take(SPAN).any(says))
}

/// Whether a preposition stands there, over at most one attribute, whose noun is neither subject nor object.
pub(super) fn is_oblique(scene: &Scene<'_>, start: usize) -> bool {
    let at = |back: usize| start.checked_sub(back).filter(|i| *i >= scene.start);
    let preposition = |i: usize| {
        matches!(
            scene.text.stream.lower(i),
            "с" | "со"
                | "у"
                | "от"
                | "для"
                | "к"
                | "ко"
                | "при"
                | "о"
                | "об"
                | "между"
                | "через"
                | "против"
                | "без"
                | "среди"
        )
    };
    let attribute = |i: usize| {
        let feats = scene.text.feats(i);
        feats.any(Feats::ADJ) && !feats.any(Feats::NOUN | Feats::VERB | Feats::SHORT)
    };
    at(1).is_some_and(|i| preposition(i) || attribute(i) && at(2).is_some_and(preposition))
}

/// Whether a thing without figure stands in the phrase of a preposition or, in the genitive, of another noun: "с
/// территории завода", "похожий на автомат", "для перекачки топлива". What is found "с порошком" is the powder.
pub(super) fn is_adjunct(scene: &Scene<'_>, start: usize, feats: Feats) -> bool {
    let stream = scene.text.stream;
    let word = |i: usize| scene.text.feats(i);
    // "нашли при нём пистолет": a pronoun is the preposition's whole phrase.
    let pronoun =
        |i: usize| matches!(stream.lower(i), "нем" | "ней" | "них" | "него" | "нее" | "ним" | "себе" | "себя");
    let attribute = |i: usize| {
        matches!(stream.lower(i), "«" | "\"" | "“")
            || word(i).any(Feats::ADJ) && !word(i).any(Feats::NOUN | Feats::SHORT) && !pronoun(i)
    };
    let head = |from: usize| (scene.start..from).rev().take(4).find(|i| !attribute(*i));
    let preposition = |i: usize| {
        matches!(
            stream.lower(i),
            "в" | "во"
                | "на"
                | "за"
                | "под"
                | "из"
                | "от"
                | "для"
                | "к"
                | "ко"
                | "по"
                | "у"
                | "о"
                | "об"
                | "при"
                | "через"
                | "до"
                | "без"
        ) || matches!(stream.lower(i), "с" | "со") && feats.any(Feats::GEN) && !feats.any(Feats::INS)
    };
    let Some(before) = head(start) else { return false };
    if preposition(before) {
        return true;
    }
    let noun = word(before).is_noun_alone();
    // "для хранения и перекачки топлива"
    let over =
        |at: usize| head(at).map(|i| if stream.lower(i) == "и" { head(i).and_then(head).unwrap_or(i) } else { i });
    noun && feats.any(Feats::GEN) && over(before).is_some_and(preposition)
}

/// Whether one thing stands in the genitive behind a noun that states no result: "при осмотре лодки изъято",
/// "в багажнике автомашины найден".
pub(super) fn is_owner(scene: &Scene<'_>, start: usize, feats: Feats) -> bool {
    let word = |i: usize| scene.text.feats(i);
    let attribute = |i: &usize| word(*i).any(Feats::ADJ) && !word(*i).any(Feats::NOUN | Feats::SHORT);
    let Some(before) = (scene.start..start).rev().take(3).find(|i| !attribute(i)) else { return false };
    let noun = word(before).is_noun_alone();
    let states = |m: &super::pattern::Mark| m.dimension == Dimension::Trigger && (m.start..m.end).contains(&before);
    noun && feats.any(Feats::GEN) && !scene.marks.iter().any(states)
}

/// Whether a noun in the genitive stands straight behind another one: "схему хищения".
pub(super) fn is_attributive(scene: &Scene<'_>, start: usize, feats: Feats) -> bool {
    let before = start.checked_sub(1).filter(|b| *b >= scene.start);
    // "серия краж" counts the thefts.
    let counted = scene.marks.iter().any(|m| m.end == start && scene.entry(m).dimension == Dimension::Numeral);
    !counted && feats.any(Feats::GEN) && before.map(|b| scene.text.feats(b)).is_some_and(Feats::is_noun_alone)
}

/// Whether a noun stands before an officer, whose genitive it then is: "в отдел полиции доставлены", not the deed
/// itself, "арест полицейского".
pub(super) fn is_of_house(scene: &Scene<'_>, argument: &Argument) -> bool {
    let officer = argument.role.as_deref() == Some("officer") && !argument.has_figure;
    if !officer || argument.start == scene.start || !argument.feats.any(Feats::GEN) {
        return false;
    }
    let before = argument.start - 1;
    let feats = scene.text.feats(before);
    let deed = scene.marks.iter().any(|m| m.head == before && m.dimension == Dimension::Trigger);
    feats.is_noun_alone() && !deed
}

/// Whether a verbal noun stands before a noun and its attributes, whose genitive the noun then is: "хранение
/// оружия", "изготовление «синтетики»".
pub(super) fn is_of_deed(scene: &Scene<'_>, start: usize) -> bool {
    let stream = scene.text.stream;
    let skipped = |i: usize| {
        let feats = scene.text.feats(i);
        matches!(stream.lower(i), "«" | "\"" | "“" | "-") || feats.any(Feats::ADJ) && !feats.any(Feats::NOUN)
    };
    let before = (scene.start..start).rev().take(4).find(|i| !skipped(*i));
    before.is_some_and(|i| {
        let word = stream.lower(i);
        let deed = ["ния", "нию", "нии", "ние", "нием", "тия", "тие", "тии", "тию"];
        deed.iter().any(|e| word.ends_with(e)) && scene.text.feats(i).any(Feats::NOUN)
    })
}

/// Persons whose number may be that of a group.
pub(super) fn is_size(argument: &Argument) -> bool {
    argument.kind == ArgumentKind::Person && argument.has_figure && argument.value.is_some_and(|v| v > 1.0)
}

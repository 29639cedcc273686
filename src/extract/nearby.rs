//! Which noun a figure belongs to: the one ahead, the one behind, the thing whose worth it is.

use super::apposition;
use super::argument::Scene;
use super::compound;
use super::feats::Feats;
use super::lexicon::Dimension;
use super::pattern::Mark;
use super::quantity::Quantity;
use super::token::{Caps, Kind};

/// A figure that is no amount of anything: the number of a list item ("1. Астана", "1) выявлено"), a difference
/// ("на 11 больше"), a span of time without its noun ("за два").
pub(super) fn is_no_amount(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let lower = |i: usize| scene.text.stream.lower_or_empty(i);
    let before = quantity.start.checked_sub(1).filter(|b| *b >= scene.start).map_or("", lower);
    let (next, second) = (lower(quantity.end), lower(quantity.end + 1));
    let numbered = quantity.unit.is_none()
        && quantity.value <= 30.0
        && matches!(next, "." | ")")
        && quantity.end < scene.end
        && matches!(before, "" | "•" | "*");
    let compared = |w: &str| matches!(w, "больше" | "меньше" | "чаще" | "реже" | "выше" | "ниже");
    let difference = before == "на" && (compared(next) || compared(second));
    let span = before == "за" && quantity.unit.is_none() && matches!(next, "" | "." | "," | ";" | "только");
    // "позвонил на 102": emergency numbers.
    let plain = quantity.unit.is_none() && !quantity.scaled && quantity.end == quantity.figure + 1;
    let emergency = plain
        && matches!(before, "на" | "службу" | "пульт")
        && [101.0, 102.0, 103.0, 104.0, 109.0, 112.0].contains(&quantity.value)
        && !scene.text.feats(quantity.end.min(scene.end - 1)).has(Feats::NOUN | Feats::GEN);
    // "ОПМ «Магистраль – 2025»": the year in a name.
    let year = (1990.0..2100.0).contains(&quantity.value);
    let named = plain && (year || apposition::is_number_of_name(scene, quantity)) && matches!(next, "»" | "\"" | "”");
    numbered
        || difference
        || span
        || emergency
        || named
        || compound::is_range(scene, quantity)
        || compound::is_capacity(scene, quantity)
        || super::difference::is_difference(scene, quantity)
        || is_address(scene, quantity)
}

/// "улица Достык, 12", "в доме 5", "школа 12": the number of a place (numeral `named`), straight after its noun or
/// after the name that the noun has.
fn is_address(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let named = |end: usize| {
        scene.marks.iter().any(|m| {
            m.end == end
                && scene.entry(m).dimension == Dimension::Numeral
                && scene.entry(m).code.as_ref() == "named"
                && !scene.feats(m).any(Feats::PLUR) | scene.feats(m).any(Feats::SING)
        })
    };
    // "с рейса 58 пьяных водителей": what the number counts follows it.
    let counts = quantity.end < scene.end && {
        let next = scene.text.feats(quantity.end);
        next.has(Feats::GEN | Feats::PLUR) || next.any(Feats::NOUN | Feats::ADJ) && next.any(Feats::GEN)
    };
    let plain = !counts && quantity.unit.is_none() && !quantity.scaled && quantity.figure == quantity.start;
    if !plain || scene.text.stream.token(quantity.figure).kind != Kind::Number {
        return false;
    }
    let mut at = quantity.start;
    if at > scene.start && scene.text.stream.lower(at - 1) == "," {
        at -= 1;
    }
    let name = |i: usize| scene.text.stream.token(i).caps != Caps::Lower || scene.text.stream.lower(i) == ".";
    named(at) && at == quantity.start
        || (1..=4).any(|back| at > scene.start + back && (at - back..at).all(name) && named(at - back))
}

/// The noun that follows a figure over adjectives and genitives: `15 крупных партий героина`.
pub(super) fn noun_ahead(
    scene: &Scene<'_>,
    from: usize,
    until: usize,
    nouns: &[Mark],
    used: &[bool],
    measured: bool,
) -> Option<usize> {
    let reach = if measured { 7 } else { 5 };
    for i in from..until.min(from + reach) {
        if let Some(found) = nouns.iter().position(|n| n.start == i) {
            return (!used[found]).then_some(found);
        }
        let token = scene.text.stream.token(i);
        let skip = match token.kind {
            Kind::Punct => {
                let lower = scene.text.stream.lower(i);
                // "198 келісі – марихуана"
                let genitive = |n: &&Mark| n.start == i + 1 && scene.feats(n).any(Feats::GEN);
                let dash = i == from
                    && if scene.lexicon.patterns.is_head_final() {
                        measured
                    } else {
                        // "из них 151 – холодного оружия", "из которых 120 – бензин"
                        nouns.iter().any(|n| genitive(&n) || is_part_of_goods(scene, from, n, i))
                    };
                matches!(lower, "«" | "»" | "\"" | "“" | "”" | "-") || dash && matches!(lower, "–" | "—")
            }
            // "2 кг готового к фасовке мефедрона": a measure reaches over the attribute's own phrase.
            // "1,7 тыс. коррупционных и других правонарушений"
            Kind::Word => {
                let joins =
                    matches!(scene.text.stream.lower(i), "и" | "или") && !nouns.iter().any(|n| n.start == i + 1);
                // "екі өңірде ақбөкен аулаған": the figure counts the places.
                let places = scene.text.feats(i);
                let counted = i == from
                    && scene.lexicon.patterns.is_head_final()
                    && !measured
                    && places.has(Feats::LOC)
                    && !places.any(Feats::NOM | Feats::PART | Feats::NUM | Feats::ADJ);
                is_attribute(scene, i) && !counted
                    || joins && i > from && i + 1 < until && is_attribute(scene, i - 1) && is_attribute(scene, i + 1)
                    || measured
                        && scene.text.stream.lower(i).chars().count() <= 3
                        && !matches!(scene.text.stream.lower(i), "и" | "а" | "да" | "но")
            }
            _ => compound::is_compound(scene, i),
        };
        if !skip {
            return None;
        }
    }
    None
}

/// "из них 171 килограмм – марихуана, 2,3 – гашиш": a kind of goods in the nominative behind the figure of a part.
fn is_part_of_goods(scene: &Scene<'_>, figure: usize, noun: &Mark, dash: usize) -> bool {
    let pronoun = |i: usize| matches!(scene.text.stream.lower(i), "них" | "которых" | "коих");
    noun.start == dash + 1
        && scene.feats(noun).any(Feats::NOM)
        && matches!(scene.classes.class(&scene.entry(noun).code), "drug" | "goods")
        && (scene.start + 1..figure).any(|i| pronoun(i) && scene.text.stream.lower(i - 1) == "из")
}

/// The named drug that follows a general word for drugs, over a quote, a dash or a bracket.
pub(super) fn more_specific(scene: &Scene<'_>, nouns: &[Mark], i: usize) -> Option<usize> {
    let next = nouns.get(i + 1)?;
    // "55 кг готовой продукции наркотика"
    let produce = |m: &Mark| {
        let adjacent = !scene.lexicon.patterns.is_head_final() && m.end == next.start;
        adjacent && scene.entry(m).code.as_ref() == "goods" && scene.feats(next).any(Feats::GEN)
    };
    let general =
        |m: &Mark| matches!(scene.entry(m).code.as_ref(), "drug" | "synthetic_drug" | "psychotropic") || produce(m);
    let between = nouns[i].end..next.start;
    let close = between.len() <= 3
        && between.clone().all(|t| {
            scene.text.stream.token(t).kind == Kind::Punct && !matches!(scene.text.stream.lower(t), "," | ";" | ".")
                || is_attribute(scene, t)
        });
    (general(&nouns[i])
        && close
        && (scene.entry(next).code.as_ref() != "drug" || produce(&nouns[i]))
        && scene.classes.class(&scene.entry(next).code) == "drug")
        .then_some(i + 1)
}

/// A word that may stand between a figure and its noun: not a preposition, conjunction or verb.
pub(super) fn is_attribute(scene: &Scene<'_>, i: usize) -> bool {
    let lower = scene.text.stream.lower(i);
    if lower.chars().count() < 3 {
        return false;
    }
    // "107 распивали алкоголь": the verb ends the phrase of the figure.
    let feats = scene.text.feats(i);
    // Kazakh: a verb ends its clause, so what a word follows is none ("1472 күмәнді сілтеме").
    let follows = scene.lexicon.patterns.is_head_final()
        && i + 1 < scene.end
        && scene.text.stream.token(i + 1).kind == Kind::Word;
    if feats.has(Feats::FINITE)
        && !follows
        && !feats.any(Feats::NOUN | Feats::ADJ | Feats::PART | Feats::NUM | Feats::OTHER)
    {
        return false;
    }
    !scene.marks.iter().any(|m| {
        m.start == i && matches!(m.dimension, Dimension::Trigger) && {
            let feats = scene.feats(m);
            feats.any(Feats::SHORT | Feats::FINITE)
        }
    }) && !is_function_word(lower)
}

/// Words that end a noun phrase in Russian and Kazakh.
pub(super) fn is_function_word(lower: &str) -> bool {
    const WORDS: &[&str] = &[
        "для",
        "под",
        "над",
        "при",
        "без",
        "или",
        "что",
        "как",
        "еще",
        "уже",
        "был",
        "были",
        "было",
        "была",
        "это",
        "они",
        "она",
        "него",
        "них",
        "через",
        "после",
        "перед",
        "между",
        "против",
        "среди",
        "около",
        "также",
        "том",
        "числе",
        "который",
        "которые",
        "которых",
        "которая",
        "бойынша",
        "үшін",
        "және",
        "мен",
        "пен",
        "бен",
        "туралы",
    ];
    WORDS.contains(&lower)
}

/// "3 случая браконьерства", "факты незаконной охоты": the genitive says which offences, it is none of its own.
pub(super) fn is_kind_of_offence(scene: &Scene<'_>, nouns: &[Mark], i: usize) -> bool {
    let offence = |m: &Mark| scene.entry(m).code.as_ref() == "offence";
    let Some(before) = i.checked_sub(1).map(|b| &nouns[b]) else { return false };
    offence(&nouns[i])
        && offence(before)
        && before.end <= nouns[i].start
        && scene.feats(&nouns[i]).any(Feats::GEN)
        && (before.end..nouns[i].start).all(|t| scene.text.stream.token(t).kind == Kind::Word && is_attribute(scene, t))
}

/// "похищенный телефон", "задержанного таксиста": the participle describes the noun after it, it is none itself.
pub(super) fn is_participle_of(scene: &Scene<'_>, noun: &Mark, next: Option<&Mark>) -> bool {
    let feats = scene.feats(noun);
    noun.end == noun.start + 1
        && feats.any(Feats::PART)
        && next.is_some_and(|n| n.start == noun.end && scene.feats(n).any(Feats(feats.0 & Feats::CASES.0)))
}

/// Things that are counted: kilograms and litres beside them are of what they carry.
pub(super) fn is_weightless(object: &str) -> bool {
    matches!(object, "vehicle" | "electronics" | "document" | "real_estate" | "bank_card" | "bank_account" | "firearm")
}

/// The noun before a measured figure: `героин весом 3 кг`, `марихуана – 300 граммов`.
pub(super) fn noun_behind(
    scene: &Scene<'_>,
    quantity: &Quantity,
    from: usize,
    nouns: &[Mark],
    measured: bool,
) -> Option<usize> {
    let reach = if measured { 6 } else { 4 };
    let best = nouns.iter().rposition(|n| n.end <= quantity.start && n.start >= from)?;
    let noun = &nouns[best];
    if quantity.start - noun.end > reach {
        return None;
    }
    let between = noun.end..quantity.start;
    let words = between.clone().filter(|i| scene.text.stream.token(*i).kind == Kind::Word).count();
    // "разоблачили типографию: два печатника выпускали этикетки": what is counted stands behind.
    let colon =
        |i: usize| scene.text.stream.lower(i) == ":" && (measured || !followed_by_foreign_noun(scene, quantity));
    let dash = between.clone().any(|i| matches!(scene.text.stream.lower(i), "–" | "—" | "-" | "(") || colon(i));
    let comma = between.clone().any(|i| matches!(scene.text.stream.lower(i), "," | ";"));
    let entry = scene.entry(noun);
    // "в государственную собственность возвращено 6 120 га": where to, not what.
    let inside = (1..=2).filter_map(|back| noun.start.checked_sub(back)).filter(|i| *i >= scene.start);
    let inside = inside.into_iter().any(|i| matches!(scene.text.stream.lower(i), "в" | "во"));
    let unlike = entry.weak && inside && entry.code.as_ref() == "other" || is_weightless(entry.code.as_ref());
    if measured && (entry.dimension == Dimension::Person || unlike) {
        return None;
    }
    // "жена – девять": nine years, not nine wives.
    let one = quantity.value > 1.0 && !scene.feats(noun).any(Feats::PLUR) && !scene.lexicon.patterns.is_head_final();
    if entry.dimension == Dimension::Person && one {
        return None;
    }
    if apposition::is_past_predicate(scene, between.clone()) {
        return None;
    }
    if !measured && apposition::is_count_apposed(scene, noun, quantity) {
        return Some(best);
    }
    // "мефедрон, 14,6 грамма": set apart by a comma, nothing follows that the measure could be of.
    let goods = matches!(scene.classes.class(entry.code.as_ref()), "drug" | "goods");
    let ends = quantity.end >= scene.end || scene.text.stream.token(quantity.end).kind == Kind::Punct;
    // "патроны в количестве 57 штук"
    let amount = |m: &Mark| {
        m.start == noun.end
            && m.end == quantity.start
            && m.dimension == Dimension::Qualifier
            && scene.entry(m).code.as_ref() == "amount"
    };
    if !measured && scene.marks.iter().any(amount) {
        return Some(best);
    }
    if measured {
        (!comma || words > 0 || goods && ends).then_some(best)
    } else {
        (dash && words == 0 && between.len() <= 2 && !apposition::is_of_deeds(scene, noun.start)).then_some(best)
    }
}

/// The thing that an amount is the worth of: a noun before `на`, `на сумму`, `стоимостью`, over a genitive
/// of persons (`имущество обвиняемых на 113 млн`) or a number of facts.
pub(super) fn worth_of(
    scene: &Scene<'_>,
    quantity: &Quantity,
    nouns: &[Mark],
    from: usize,
    class_of: &dyn Fn(&Mark) -> String,
) -> Option<usize> {
    let cue = |i: usize| {
        scene
            .marks
            .iter()
            .any(|m| m.start == i && m.dimension == Dimension::Qualifier && scene.entry(m).code.as_ref() == "worth")
    };
    // "два завода … общей стоимостью около 20 млрд": a word of worth reaches further than a bare preposition.
    let strong = (quantity.start.saturating_sub(4)..quantity.start)
        .any(|i| cue(i) && scene.text.stream.lower(i).chars().count() > 3);
    let reach = if strong { 16 } else { 8 };
    for best in (0..nouns.len()).rev().filter(|i| nouns[*i].end <= quantity.start) {
        let noun = &nouns[best];
        if noun.end + reach < quantity.start {
            return None;
        }
        let between = noun.end..quantity.start;
        // "арестованы имущество и счета на 2 млрд"
        let account =
            |at: usize| nouns.iter().any(|n| n.start == at + 1 && scene.entry(n).code.as_ref() == "bank_account");
        let stop = |i: usize| {
            let lower = scene.text.stream.lower(i);
            matches!(lower, ";" | "." | ":") || !strong && lower == "и" && !account(i)
        };
        if between.clone().any(stop) {
            return None;
        }
        let code = scene.entry(noun).code.as_ref();
        // "оборудование и деньги на сумму 18 млн": money is its own worth.
        if code == "money" && !scene.entry(noun).weak && !scene.lexicon.patterns.is_head_final() {
            return None;
        }
        let beside_property = code == "bank_account"
            && noun.start > scene.start
            && scene.text.stream.lower(noun.start - 1) == "и"
            && best > 0
            && nouns[best - 1].end + 1 == noun.start
            && scene.entry(&nouns[best - 1]).code.as_ref() == "property";
        if noun.dimension == Dimension::Person || matches!(code, "offence" | "money") || beside_property {
            continue;
        }
        let goods = matches!(class_of(noun).as_str(), "drug" | "goods")
            || matches!(
                code,
                "property"
                    | "real_estate"
                    | "land"
                    | "vehicle"
                    | "jewellery"
                    | "securities"
                    | "cryptocurrency"
                    | "facility"
                    | "workshop"
            );
        let _ = from;
        return (goods && between.clone().any(cue)).then_some(best);
    }
    None
}

/// "На 420 млн тенге обеспечен арест имущества": the worth opens the sentence, the thing stands behind the verb.
pub(super) fn worth_ahead(scene: &Scene<'_>, quantity: &Quantity, nouns: &[Mark]) -> Option<usize> {
    let opens = |i: usize| i == scene.start || scene.text.stream.token(i - 1).kind == Kind::Punct;
    let at = quantity.start.checked_sub(1).filter(|i| *i >= scene.start && scene.text.stream.lower(*i) == "на")?;
    let noun = nouns.iter().position(|n| n.start >= quantity.end)?;
    let between = quantity.end..nouns[noun].start;
    let verb = |i: usize| scene.text.feats(i).any(Feats::SHORT | Feats::FINITE);
    let plain = between.clone().all(|i| scene.text.stream.token(i).kind == Kind::Word);
    let asset = matches!(scene.entry(&nouns[noun]).code.as_ref(), "property" | "real_estate" | "land" | "vehicle");
    (opens(at) && plain && asset && between.len() <= 4 && between.clone().any(verb)).then_some(noun)
}

/// Whether an amount is of crypto-assets: "5 млн долларов в криптовалюте", "криптокошелёк с суммой 734 228 долларов".
pub(super) fn is_of_crypto(scene: &Scene<'_>, quantity: &Quantity, nouns: &[Mark]) -> bool {
    let free = |from: usize, to: usize| !(from..to).any(|i| matches!(scene.text.stream.lower(i), "," | ";" | "и"));
    nouns.iter().any(|n| {
        let code = scene.entry(n).code.as_ref();
        let after = n.start >= quantity.end && n.start <= quantity.end + 2 && free(quantity.end, n.start);
        let before = n.end <= quantity.start && quantity.start - n.end <= 4 && free(n.end, quantity.start);
        code == "cryptocurrency" && (after || before) || code == "crypto_wallet" && before
    })
}

/// `12 районов`, `5 школ`: a figure with a noun of its own that no lexicon knows is not elliptical.
pub(super) fn followed_by_foreign_noun(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    // "пятнадцать «зиплоков»"
    let russian = !scene.lexicon.patterns.is_head_final();
    let quoted = russian && scene.text.stream.lower_or_empty(quantity.end) == "«";
    let at = quantity.end + usize::from(quoted);
    let Some(token) = scene.text.stream.tokens().get(at).filter(|_| at < scene.end) else {
        return false;
    };
    // "61 приходится на контрабанду": a verb is no noun.
    let feats = scene.text.feats(at);
    let verb = russian && feats.any(Feats::VERB | Feats::OTHER) && !feats.any(Feats::NOUN | Feats::ADJ | Feats::PART);
    token.kind == Kind::Word
        && !verb
        && scene.text.stream.lower(at).chars().count() > 3
        && !scene.marks.iter().any(|m| m.start == at && matches!(m.dimension, Dimension::Trigger))
        && !is_function_word(scene.text.stream.lower(at))
}

/// `один из пассажиров`, `в отношении 32 из них`: a bare figure of whom or what else than offences and cases.
pub(super) fn counts_others(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let lower = |i: usize| if i < scene.end { scene.text.stream.lower_or_empty(i) } else { "" };
    let before = quantity.start.checked_sub(1).filter(|i| *i >= scene.start).map_or("", |i| lower(i));
    let pronoun = matches!(lower(quantity.end + 1), "них" | "которых" | "коих" | "этих" | "всех");
    let proceeding = |m: &&Mark| {
        let entry = scene.entry(m);
        entry.dimension == Dimension::Object
            && matches!(entry.code.as_ref(), "offence" | "criminal_case" | "administrative_case" | "civil_claim")
    };
    let named = || {
        let near = quantity.end + 1..quantity.end + 4;
        scene.marks.iter().any(|m| near.contains(&m.start) && proceeding(&m))
    };
    before == "отношении" || lower(quantity.end) == "из" && !pronoun && !named()
}

/// `94 колоды карт`, `три покерных стола`: a counted noun that no lexicon knows, not after a preposition, where
/// the thing that was acted upon may stand.
pub(super) fn is_unknown_thing(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let feats = |i: usize| scene.text.feats(i);
    let governed = quantity.start > scene.start && feats(quantity.start - 1).any(Feats::OTHER);
    let noun = (quantity.end..scene.end.min(quantity.end + 3)).find(|i| feats(*i).any(Feats::NOUN));
    !governed && noun.is_some_and(|i| (quantity.end..i).all(|a| feats(a).any(Feats::ADJ | Feats::PART)))
}

/// Nouns of the sentence: object and person marks, overlaps resolved for the longest.
pub(super) fn nouns(scene: &Scene<'_>) -> Vec<Mark> {
    let mut nouns: Vec<Mark> =
        scene.marks.iter().filter(|m| matches!(m.dimension, Dimension::Object | Dimension::Person)).copied().collect();
    // "21 тыс. гектаров стоимостью 1,6 млрд": a word of worth before its figure is no thing.
    let worth = |m: &Mark| {
        let qualifier = |q: &&Mark| q.start <= m.start && m.end <= q.end && scene.entry(q).code.as_ref() == "worth";
        let figure = |i: usize| scene.text.stream.token(i).kind == Kind::Number;
        scene.marks.iter().find(qualifier).is_some_and(|q| (q.end..(q.end + 3).min(scene.end)).any(figure))
    };
    // "задержана", "арестовали": a verb of the participle that names persons is none of them.
    let verb = |m: &Mark| {
        let feats = scene.feats(m);
        m.dimension == Dimension::Person
            && feats.any(Feats::SHORT | Feats::FINITE)
            && !feats.any(Feats::NOUN | Feats::ADJ)
            && !scene.lexicon.patterns.is_head_final()
    };
    nouns.retain(|m| {
        !worth(m) && !verb(m) && !apposition::is_name_in_quotes(scene, m) && !apposition::is_apposed(scene, m)
    });
    nouns.sort_by_key(|m| (std::cmp::Reverse(m.end - m.start), std::cmp::Reverse(m.weight), m.start, m.entry));
    let mut kept: Vec<Mark> = Vec::new();
    for mark in nouns {
        if !kept.iter().any(|k| k.start < mark.end && mark.start < k.end) {
            kept.push(mark);
        }
    }
    kept.sort_by_key(|m| m.start);
    // "450 похищенных голов": the participle describes the noun behind it.
    let describes = |i: usize| {
        let thing = kept[i].dimension == Dimension::Object && !scene.lexicon.patterns.is_head_final();
        thing && is_participle_of(scene, &kept[i], kept.get(i + 1))
    };
    let described: Vec<usize> = (0..kept.len()).filter(|i| describes(*i)).collect();
    let mut at = 0..;
    kept.retain(|_| at.next().is_none_or(|i| !described.contains(&i)));
    kept
}

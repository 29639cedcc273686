//! Arguments: what a result can be about. Figures joined to their nouns, and nouns without a figure.

use super::feats::Feats;
use super::lexicon::{Dimension, Entry, Lexicon};
use super::morphology::Morphology;
use super::pattern::{Annotated, Mark};
use super::phrase;
use super::quantity::Quantity;
use super::rule::ObjectClasses;
use super::token::Kind;
use crate::record::{Code, Qualifier};

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentKind {
    /// A thing, a proceeding, an offence, a group …
    Thing,
    /// Persons.
    Person,
    /// An amount of money with no other object.
    Money,
    /// A length of time.
    Duration,
    /// A figure without noun or unit.
    Bare,
}

/// One argument candidate of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// What it is.
    pub kind: ArgumentKind,
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
    /// Token that carries case and number.
    pub head: usize,
    /// Object code; empty for [`ArgumentKind::Bare`].
    pub object: Code,
    /// Figure in the normalised unit.
    pub value: Option<f64>,
    /// Upper end of a range.
    pub value_max: Option<f64>,
    /// Exact, bound or rounded.
    pub qualifier: Qualifier,
    /// Normalised unit.
    pub unit: Option<Code>,
    /// Whether the text gives a figure.
    pub has_figure: bool,
    /// Features of the head, all readings.
    pub feats: Feats,
    /// Offence that the noun tells.
    pub offence: Option<Code>,
    /// Role of a person: `party`, `officer`, `victim`, `group`.
    pub role: Option<Code>,
    /// Needs a figure or an adjacent trigger.
    pub weak: bool,
    /// An amount that says what a thing is worth.
    pub worth: bool,
    /// A bare figure with a scale word: money as often as things.
    pub scaled: bool,
}

/// What the argument finder looks at.
pub struct Scene<'s> {
    /// The words.
    pub text: &'s Annotated<'s, 's>,
    /// The lexicon of the text's language.
    pub lexicon: &'s Lexicon,
    /// Classes of object codes.
    pub classes: &'s ObjectClasses,
    /// Word forms.
    pub morphology: &'s dyn Morphology,
    /// Marks of the sentence, sorted by first token.
    pub marks: &'s [Mark],
    /// First token of the sentence.
    pub start: usize,
    /// One past its last.
    pub end: usize,
}

impl Scene<'_> {
    fn entry(&self, mark: &Mark) -> &Entry {
        &self.lexicon.entries[mark.entry as usize]
    }

    /// The features of a mark's head, united over the readings of the matched lemma.
    pub fn feats(&self, mark: &Mark) -> Feats {
        let mut feats = Feats::default();
        for sense in self.text.senses(mark.head).iter().filter(|s| s.lemma == mark.lemma) {
            feats |= sense.feats;
        }
        feats
    }

    /// "несколько", "ряд", "десятки", "партия" before a noun: some, not one.
    fn is_vague(&self, mark: &Mark) -> bool {
        self.marks.iter().any(|m| {
            m.end <= mark.start
                && mark.start - m.end <= 2
                && self.entry(m).dimension == Dimension::Numeral
                && self.entry(m).code.as_ref() == "vague"
                && (m.end..mark.start).all(|i| self.text.stream.token(i).kind == Kind::Word)
        })
    }

    /// The number of the adjective beside the head, where it has only one: "преступного сообщества".
    fn adjective_number(&self, mark: &Mark) -> Option<Feats> {
        let from = mark.start.min(mark.head).max(self.start + 1) - 1;
        (from..mark.head).rev().find_map(|i| {
            let feats = self.morphology.feats(self.text.stream.lower(i));
            let adjective = feats.any(Feats::ADJ | Feats::PART) && !feats.any(Feats::NOUN);
            match (adjective, feats.any(Feats::SING), feats.any(Feats::PLUR)) {
                (true, true, false) => Some(Feats::SING),
                (true, false, true) => Some(Feats::PLUR),
                _ => None,
            }
        })
    }

    /// "ружья", "карты": plural as subject or object, singular only in an oblique case.
    fn is_direct_plural(&self, mark: &Mark) -> bool {
        let direct = |number: Feats| {
            self.text
                .senses(mark.head)
                .iter()
                .any(|s| s.lemma == mark.lemma && s.feats.has(number) && s.feats.any(Feats::NOM | Feats::ACC))
        };
        direct(Feats::PLUR) && !direct(Feats::SING)
    }

    /// Whether every reading of the head is plural.
    fn only(&self, mark: &Mark, wanted: Feats, other: Feats) -> bool {
        let mut senses = self.text.senses(mark.head).iter().filter(|s| s.lemma == mark.lemma).peekable();
        senses.peek().is_some() && senses.all(|s| s.feats.has(wanted) && !s.feats.has(other))
    }
}

/// Nouns of the sentence: object and person marks, overlaps resolved for the longest.
fn nouns(scene: &Scene<'_>) -> Vec<Mark> {
    let mut nouns: Vec<Mark> = scene
        .marks
        .iter()
        .filter(|m| matches!(scene.entry(m).dimension, Dimension::Object | Dimension::Person))
        .copied()
        .collect();
    nouns.sort_by_key(|m| (std::cmp::Reverse(m.end - m.start), std::cmp::Reverse(m.weight), m.start, m.entry));
    let mut kept: Vec<Mark> = Vec::new();
    for mark in nouns {
        if !kept.iter().any(|k| k.start < mark.end && mark.start < k.end) {
            kept.push(mark);
        }
    }
    kept.sort_by_key(|m| m.start);
    kept
}

/// Units that measure a thing rather than count it.
fn measures(unit: &str) -> bool {
    matches!(unit, "kg" | "l" | "m3" | "ha" | "other")
}

/// Finds the arguments of a sentence. `taken` tells tokens of dates and law articles, which are no nouns.
pub fn find(scene: &Scene<'_>, quantities: &[Quantity], taken: &dyn Fn(usize) -> bool) -> Vec<Argument> {
    let nouns: Vec<Mark> = nouns(scene).into_iter().filter(|m| !taken(m.start)).collect();
    let mut used = vec![false; nouns.len()];
    let mut arguments: Vec<Argument> = Vec::new();
    for (n, quantity) in quantities.iter().enumerate() {
        let unit = quantity.unit.as_deref();
        if matches!(unit, Some("percent" | "age")) || in_brackets_after_money(scene, quantities, n) {
            continue;
        }
        if phrase::is_age_list(scene, quantities, n) {
            continue;
        }
        if scene.lexicon.patterns.is_head_final() && phrase::is_whole(scene, quantity, quantities.get(n + 1)) {
            continue;
        }
        if matches!(unit, Some("year" | "month")) {
            arguments.push(of_quantity(scene, quantity, ArgumentKind::Duration, "duration".into(), quantity.figure));
            continue;
        }
        let until = quantities.get(n + 1).map_or(scene.end, |q| q.start);
        let from = if n > 0 { quantities[n - 1].end } else { scene.start };
        let class_of = |m: &Mark| scene.classes.class(&scene.entry(m).code).to_owned();
        // "арестовано имущества ещё на 870 млн": an amount whose currency was told before.
        if unit.is_none()
            && quantity.scaled
            && quantity.value >= 1e6
            && let Some(thing) = worth_of(scene, quantity, &nouns, from, &class_of)
        {
            used[thing] = true;
            let object = scene.entry(&nouns[thing]).code.clone();
            let mut argument = of_quantity(scene, quantity, ArgumentKind::Thing, object, quantity.figure);
            argument.worth = true;
            argument.scaled = true;
            arguments.push(argument);
            continue;
        }
        let money = unit.is_some_and(|u| !matches!(u, "item" | "person" | "case" | "offence") && !measures(u));
        if money {
            let thing = if scene.lexicon.patterns.is_head_final() {
                phrase::thing_worth(scene, quantity, &nouns)
            } else {
                worth_of(scene, quantity, &nouns, from, &class_of)
            };
            let crypto = unit.is_some_and(|u| is_crypto(u)) || is_of_crypto(scene, quantity, &nouns);
            // Its worth is what is told of a thing without a count: "имущество на 500 млн".
            if let Some(i) = thing {
                used[i] = true;
            }
            let object: Code = match thing {
                Some(i) => scene.entry(&nouns[i]).code.clone(),
                None if crypto => "cryptocurrency".into(),
                None => "money".into(),
            };
            let mut argument = of_quantity(scene, quantity, ArgumentKind::Money, object, quantity.figure);
            argument.worth = thing.is_some();
            if thing.is_some() {
                argument.kind = ArgumentKind::Thing;
            }
            // "5 млн тенге наличными": the noun after it is the same money.
            for (i, noun) in nouns.iter().enumerate() {
                if noun.start >= quantity.end
                    && noun.start <= quantity.end + 2
                    && matches!(scene.entry(noun).code.as_ref(), "money" | "cryptocurrency")
                {
                    used[i] = true;
                }
                if noun.end <= quantity.start
                    && quantity.start - noun.end <= 3
                    && scene.entry(noun).code.as_ref() == "money"
                    && noun.start >= from
                {
                    used[i] = true;
                }
            }
            arguments.push(argument);
            continue;
        }
        let measured = unit.is_some_and(measures);
        let ahead = noun_ahead(scene, quantity.end, until, &nouns, &used, measured);
        let found = match ahead {
            Some(i) if !measured || !matches!(class_of(&nouns[i]).as_str(), "person" | "proceeding") => Some(i),
            _ => noun_behind(scene, quantity, from, &nouns, measured),
        };
        let found = match found {
            None if scene.lexicon.patterns.is_head_final() => phrase::whole_noun(scene, quantity, &nouns),
            found => found,
        };
        if let Some(i) = found {
            used[i] = true;
            let i = if scene.lexicon.patterns.is_head_final() { phrase::chain_head(scene, &nouns, i) } else { i };
            // "52 кг вещества альфа-PVP": a name beside the general word says which.
            let i = more_specific(scene, &nouns, i).unwrap_or(i);
            let noun = &nouns[i];
            let entry = scene.entry(noun);
            used[i] = true;
            let mut argument = if entry.dimension == Dimension::Person {
                let mut person = of_quantity(scene, quantity, ArgumentKind::Person, "person".into(), noun.head);
                person.role = Some(entry.code.clone());
                person.unit = Some("person".into());
                person
            } else {
                let mut thing = of_quantity(scene, quantity, ArgumentKind::Thing, entry.code.clone(), noun.head);
                // "1,2 млрд наличными": the currency is that of the amount before.
                thing.scaled = quantity.scaled && entry.code.as_ref() == "money";
                if !thing.scaled {
                    thing.unit = thing.unit.or_else(|| unit_of(scene.classes, &entry.code));
                }
                thing.offence.clone_from(&entry.offence);
                thing
            };
            argument.end = argument.end.max(noun.end);
            argument.start = argument.start.min(noun.start);
            argument.feats = scene.feats(noun);
            if unit == Some("other") {
                argument.value = None;
                argument.value_max = None;
                argument.unit = None;
                argument.qualifier = Qualifier::Exact;
                argument.has_figure = false;
            }
            arguments.push(argument);
        } else if let Some(object) = quantity.object.as_ref().filter(|o| o.as_ref() != "person" || unit.is_none()) {
            let mut argument = of_quantity(scene, quantity, ArgumentKind::Thing, object.clone(), quantity.figure);
            if object.as_ref() == "person" {
                argument.kind = ArgumentKind::Person;
            }
            arguments.push(argument);
        } else if unit.is_none() || unit == Some("item") {
            let mut argument = of_quantity(scene, quantity, ArgumentKind::Bare, "".into(), quantity.figure);
            // A noun that no lexicon knows: only a rule that names its object itself takes the figure. The
            // Kazakh suffix says that the figure is a noun itself: "37-сі ашылды".
            let partitive = scene.lexicon.patterns.is_head_final() && quantity.has_suffix;
            argument.weak = !partitive && followed_by_foreign_noun(scene, quantity);
            argument.scaled = quantity.scaled;
            if partitive_sum(scene, quantity) && !argument.weak {
                // "оның 488,4 миллионы": a part of the sum spoken of.
                argument.kind = ArgumentKind::Money;
                argument.object = "money".into();
                let before = quantities[..n].iter().rev().filter_map(|q| q.unit.clone());
                argument.unit = before.into_iter().find(|u| u.len() == 3).or_else(|| Some("KZT".into()));
            }
            arguments.push(argument);
        } else if measured && unit != Some("other") {
            let mut argument = of_quantity(scene, quantity, ArgumentKind::Bare, "".into(), quantity.figure);
            argument.unit.clone_from(&quantity.unit);
            arguments.push(argument);
        }
    }
    for (noun, _) in nouns.iter().zip(&used).filter(|(_, used)| !**used) {
        let thing = scene.entry(noun).dimension == Dimension::Object;
        if thing && scene.lexicon.patterns.is_head_final() && phrase::is_modifier(scene, noun) {
            continue;
        }
        arguments.push(of_noun(scene, noun));
    }
    arguments.sort_by_key(|a| (a.start, a.end));
    arguments
}

/// A possessed scale word without noun: the sum is of what was spoken of, in Kazakhstan's money unless told.
fn partitive_sum(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    scene.lexicon.patterns.is_head_final()
        && quantity.scaled
        && quantity.value >= 1e6
        && quantity.end > quantity.figure
        && scene.text.senses(quantity.end - 1).iter().any(|s| s.feats.has(Feats::POSS))
}

fn of_quantity(scene: &Scene<'_>, quantity: &Quantity, kind: ArgumentKind, object: Code, head: usize) -> Argument {
    let mut feats = Feats::default();
    for sense in scene.text.senses(head) {
        feats |= sense.feats;
    }
    Argument {
        kind,
        start: quantity.start,
        end: quantity.end,
        head,
        object,
        value: Some(quantity.value),
        value_max: quantity.value_max,
        qualifier: quantity.qualifier,
        unit: quantity.unit.clone().filter(|u| u.as_ref() != "other"),
        has_figure: true,
        feats,
        offence: None,
        role: None,
        weak: false,
        worth: false,
        scaled: false,
    }
}

/// A noun without figure: one, if singular and countable (rule 7 of the coding manual).
fn of_noun(scene: &Scene<'_>, noun: &Mark) -> Argument {
    let entry = scene.entry(noun);
    let person = entry.dimension == Dimension::Person;
    let plural = match scene.adjective_number(noun) {
        Some(number) => number == Feats::PLUR,
        None => scene.only(noun, Feats::PLUR, Feats::SING) || scene.is_direct_plural(noun),
    };
    let vague = scene.is_vague(noun) || scene.lexicon.patterns.is_head_final() && phrase::is_several(scene, noun);
    let value = match (entry.value, plural || entry.mass || vague) {
        (Some(value), _) => Some(value),
        (None, true) => None,
        (None, false) => Some(1.0),
    };
    let object: Code = if person { "person".into() } else { entry.code.clone() };
    let unit = if value.is_none() {
        None
    } else if person {
        Some("person".into())
    } else {
        unit_of(scene.classes, &object)
    };
    Argument {
        kind: if person { ArgumentKind::Person } else { ArgumentKind::Thing },
        start: noun.start,
        end: noun.end,
        head: noun.head,
        object,
        value,
        value_max: None,
        qualifier: Qualifier::Exact,
        unit,
        has_figure: entry.value.is_some(),
        // "ряд дел направлен": the counting word takes the case.
        feats: if vague { scene.feats(noun) | Feats::NOM | Feats::ACC } else { scene.feats(noun) },
        offence: entry.offence.clone(),
        role: person.then(|| entry.code.clone()),
        weak: entry.weak,
        worth: false,
        scaled: false,
    }
}

/// The unit in which an object is counted.
pub fn unit_of(classes: &ObjectClasses, object: &str) -> Option<Code> {
    Some(
        match (classes.class(object), object) {
            (_, "legal_entity") => "item",
            ("person", _) => "person",
            (_, "offence") => "offence",
            ("proceeding", _) => "case",
            _ => "item",
        }
        .into(),
    )
}

fn is_crypto(unit: &str) -> bool {
    unit.len() > 3 || matches!(unit, "BTC" | "ETH" | "TRX" | "TON" | "BNB" | "LTC" | "XMR" | "SOL" | "XRP")
}

/// `1,2 млн долларов (600 млн тенге)`: the bracket converts, it adds nothing.
fn in_brackets_after_money(scene: &Scene<'_>, quantities: &[Quantity], n: usize) -> bool {
    let Some(before) = n.checked_sub(1).map(|b| &quantities[b]) else { return false };
    let quantity = &quantities[n];
    let is_money =
        |q: &Quantity| q.unit.as_deref().is_some_and(|u| u.len() == 3 && u.bytes().all(|b| b.is_ascii_uppercase()));
    let bracket = (before.end..quantity.start).any(|i| scene.text.stream.lower(i) == "(")
        && !(before.end..quantity.start).any(|i| scene.text.stream.lower(i) == ")");
    bracket
        && quantity.start - before.end <= 6
        && is_money(before)
        && is_money(quantity)
        && before.unit != quantity.unit
}

/// The noun that follows a figure over adjectives and genitives: `15 крупных партий героина`.
fn noun_ahead(
    scene: &Scene<'_>,
    from: usize,
    until: usize,
    nouns: &[Mark],
    used: &[bool],
    measured: bool,
) -> Option<usize> {
    let mut i = from;
    for _ in 0..if measured { 7 } else { 5 } {
        if i >= until {
            return None;
        }
        if let Some(found) = nouns.iter().position(|n| n.start == i) {
            return (!used[found]).then_some(found);
        }
        let token = scene.text.stream.token(i);
        let skip = match token.kind {
            Kind::Punct => {
                let lower = scene.text.stream.lower(i);
                // "198 келісі – марихуана"
                let dash = i == from && measured && scene.lexicon.patterns.is_head_final();
                matches!(lower, "«" | "»" | "\"" | "“" | "”" | "-") || dash && matches!(lower, "–" | "—")
            }
            // "2 кг готового к фасовке мефедрона": a measure reaches over the attribute's own phrase.
            Kind::Word => is_attribute(scene, i) || measured && scene.text.stream.lower(i).chars().count() <= 3,
            _ => false,
        };
        if !skip {
            return None;
        }
        i += 1;
    }
    None
}

/// The named drug that follows a general word for drugs, over a quote, a dash or a bracket.
fn more_specific(scene: &Scene<'_>, nouns: &[Mark], i: usize) -> Option<usize> {
    let general = |m: &Mark| matches!(scene.entry(m).code.as_ref(), "drug" | "synthetic_drug" | "psychotropic");
    let next = nouns.get(i + 1)?;
    let between = nouns[i].end..next.start;
    let close = between.len() <= 3
        && between.clone().all(|t| {
            scene.text.stream.token(t).kind == Kind::Punct && !matches!(scene.text.stream.lower(t), "," | ";" | ".")
                || is_attribute(scene, t)
        });
    (general(&nouns[i])
        && close
        && scene.entry(next).code.as_ref() != "drug"
        && scene.classes.class(&scene.entry(next).code) == "drug")
        .then_some(i + 1)
}

/// A word that may stand between a figure and its noun: not a preposition, conjunction or verb.
fn is_attribute(scene: &Scene<'_>, i: usize) -> bool {
    let lower = scene.text.stream.lower(i);
    if lower.chars().count() < 3 {
        return false;
    }
    !scene.marks.iter().any(|m| {
        m.start == i && matches!(scene.entry(m).dimension, Dimension::Trigger) && {
            let feats = scene.feats(m);
            feats.any(Feats::SHORT | Feats::FINITE)
        }
    }) && !is_function_word(lower)
}

/// Words that end a noun phrase in Russian and Kazakh.
fn is_function_word(lower: &str) -> bool {
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

/// The noun before a measured figure: `героин весом 3 кг`, `марихуана – 300 граммов`.
fn noun_behind(scene: &Scene<'_>, quantity: &Quantity, from: usize, nouns: &[Mark], measured: bool) -> Option<usize> {
    let reach = if measured { 6 } else { 2 };
    let best = nouns.iter().rposition(|n| n.end <= quantity.start && n.start >= from)?;
    let noun = &nouns[best];
    if quantity.start - noun.end > reach {
        return None;
    }
    let between = noun.end..quantity.start;
    let words = between.clone().filter(|i| scene.text.stream.token(*i).kind == Kind::Word).count();
    let dash = between.clone().any(|i| matches!(scene.text.stream.lower(i), "–" | "—" | "-" | ":" | "("));
    let comma = between.clone().any(|i| matches!(scene.text.stream.lower(i), "," | ";"));
    let entry = scene.entry(noun);
    if entry.dimension == Dimension::Person && measured {
        return None;
    }
    if measured { (!comma || words > 0).then_some(best) } else { (dash && words == 0).then_some(best) }
}

/// The thing that an amount is the worth of: a noun before `на`, `на сумму`, `стоимостью`, over a genitive
/// of persons (`имущество обвиняемых на 113 млн`) or a number of facts.
fn worth_of(
    scene: &Scene<'_>,
    quantity: &Quantity,
    nouns: &[Mark],
    from: usize,
    class_of: &dyn Fn(&Mark) -> String,
) -> Option<usize> {
    let cue = |i: usize| {
        scene.marks.iter().any(|m| {
            m.start == i && scene.entry(m).dimension == Dimension::Qualifier && scene.entry(m).code.as_ref() == "worth"
        })
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
        let stop = |i: usize| {
            let lower = scene.text.stream.lower(i);
            matches!(lower, ";" | "." | ":") || !strong && lower == "и"
        };
        if between.clone().any(stop) {
            return None;
        }
        let code = scene.entry(noun).code.as_ref();
        if scene.entry(noun).dimension == Dimension::Person || matches!(code, "offence" | "money") {
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

/// Whether an amount is of crypto-assets: "5 млн долларов в криптовалюте", "криптокошелёк с суммой 734 228 долларов".
fn is_of_crypto(scene: &Scene<'_>, quantity: &Quantity, nouns: &[Mark]) -> bool {
    let free = |from: usize, to: usize| !(from..to).any(|i| matches!(scene.text.stream.lower(i), "," | ";" | "и"));
    nouns.iter().any(|n| {
        let code = scene.entry(n).code.as_ref();
        let after = n.start >= quantity.end && n.start <= quantity.end + 2 && free(quantity.end, n.start);
        let before = n.end <= quantity.start && quantity.start - n.end <= 4 && free(n.end, quantity.start);
        code == "cryptocurrency" && (after || before) || code == "crypto_wallet" && before
    })
}

/// `12 районов`, `5 школ`: a figure with a noun of its own that no lexicon knows is not elliptical.
fn followed_by_foreign_noun(scene: &Scene<'_>, quantity: &Quantity) -> bool {
    let Some(token) = scene.text.stream.tokens().get(quantity.end).filter(|_| quantity.end < scene.end) else {
        return false;
    };
    token.kind == Kind::Word
        && scene.text.stream.lower(quantity.end).chars().count() > 3
        && !scene
            .marks
            .iter()
            .any(|m| m.start == quantity.end && matches!(scene.entry(m).dimension, Dimension::Trigger))
        && !is_function_word(scene.text.stream.lower(quantity.end))
}

//! Arguments: what a result can be about. Figures joined to their nouns, and nouns without a figure.

use super::compound;
use super::coordination;
use super::feats::Feats;
use super::lexicon::{Dimension, Entry, Lexicon};
use super::nearby::{
    counts_others, followed_by_foreign_noun, is_kind_of_offence, is_no_amount, is_of_crypto, is_participle_of,
    is_unknown_thing, more_specific, noun_ahead, noun_behind, nouns, worth_ahead, worth_of,
};
use super::noun::{self, of_noun};
use super::partitive::{self, part_of_sum};
use super::pattern::{Annotated, Mark};
use super::phrase;
use super::quantity::Quantity;
use super::rule::ObjectClasses;
use super::term;
use super::token::Kind;
use super::worth::{self, is_crypto};
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
#[expect(clippy::struct_excessive_bools, reason = "independent facts of a noun phrase")]
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
    /// A bare figure after a preposition that counts nobody: "по 6", "к семи".
    pub governed: bool,
    /// A bare figure that counts something else than proceedings: "один из пассажиров", "в отношении 32 из них".
    pub others: bool,
    /// A counted noun that no lexicon knows, where a thing acted upon may stand: "94 колоды", "три стола".
    pub unknown: bool,
    /// A person after a preposition that makes it neither subject nor object.
    pub oblique: bool,
    /// Kazakh: a bare figure that possesses: a part of what was counted before ("соның 41-ін").
    pub part: bool,
}

impl Argument {
    /// Whether it is one person without a figure, to whom something is done: such persons joined are counted together.
    pub(super) fn is_single_party(&self) -> bool {
        self.kind == ArgumentKind::Person
            && !self.has_figure
            && self.value == Some(1.0)
            && self.role.as_deref() == Some("party")
            && !self.weak
    }
}

/// The longest term of which news speaks, in months: fifty years.
const LONGEST_TERM: f64 = 600.0;

/// What the argument finder looks at.
pub struct Scene<'s> {
    /// The words.
    pub text: &'s Annotated<'s, 's>,
    /// The lexicon of the text's language.
    pub lexicon: &'s Lexicon,
    /// Classes of object codes.
    pub classes: &'s ObjectClasses,
    /// Marks of the sentence, sorted by first token.
    pub marks: &'s [Mark],
    /// First token of the sentence.
    pub start: usize,
    /// One past its last.
    pub end: usize,
}

impl Scene<'_> {
    /// What a mark stands for.
    pub fn entry(&self, mark: &Mark) -> &Entry {
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
}

/// Units that measure a thing rather than count it.
fn measures(unit: &str) -> bool {
    matches!(unit, "kg" | "l" | "m3" | "ha" | "other")
}

/// Classes whose objects are counted, never weighed: "нарколаборатория с оборотом 40 кг в месяц".
fn is_counted_only(class: &str) -> bool {
    matches!(class, "person" | "proceeding" | "infrastructure")
}

/// Finds the arguments of a sentence. `taken` tells tokens of dates and law articles, which are no nouns.
pub fn find(scene: &Scene<'_>, quantities: &[Quantity], taken: &dyn Fn(usize) -> bool) -> Vec<Argument> {
    // "миллионов тенге" of a figure is no noun beside it.
    let in_figure = |m: &Mark| quantities.iter().any(|q| q.figure < m.start && m.end <= q.end && q.object.is_none());
    let nouns: Vec<Mark> = nouns(scene).into_iter().filter(|m| !taken(m.start) && !in_figure(m)).collect();
    let mut used = vec![false; nouns.len()];
    let mut arguments: Vec<Argument> = Vec::new();
    let head_final = scene.lexicon.patterns.is_head_final();
    for (n, quantity) in quantities.iter().enumerate() {
        if compound::is_excepted(scene, quantity) || partitive::counts_nothing(scene, quantities, n) {
            continue;
        }
        let unit = quantity.unit.as_deref();
        if matches!(unit, Some("percent" | "age" | "trait")) || worth::in_brackets_after_money(scene, quantities, n) {
            continue;
        }
        if phrase::is_age_list(scene, quantities, n) || phrase::is_age(scene, quantity) || is_no_amount(scene, quantity)
        {
            // "на 6 тысяч фактов": nor is what it counts.
            let counted = |m: &Mark| {
                (quantity.end..quantity.end + 2).contains(&m.start) && super::difference::is_difference(scene, quantity)
            };
            used.iter_mut().zip(&nouns).filter(|(_, m)| counted(m)).for_each(|(used, _)| *used = true);
            continue;
        }
        if scene.lexicon.patterns.is_head_final() && phrase::is_whole(scene, quantity, quantities.get(n + 1)) {
            continue;
        }
        let shared = term::shared(scene, quantities, n);
        if matches!(unit, Some("year" | "month")) || shared.is_some() {
            // "До конца 2026 года": no term is so long.
            let told = term::is_adverbial(scene, quantity) || term::is_age(scene, quantity);
            if shared.is_none() && told || quantity.value > LONGEST_TERM {
                continue;
            }
            let mut term = of_quantity(scene, quantity, ArgumentKind::Duration, "duration".into(), quantity.figure);
            term.unit = term.unit.or(shared);
            arguments.push(term);
            continue;
        }
        let until = compound::next_figure(scene, &quantities[n + 1..]);
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
                let before = worth_of(scene, quantity, &nouns, from, &class_of);
                before.or_else(|| worth_ahead(scene, quantity, &nouns))
            };
            let crypto = unit.is_some_and(is_crypto) || is_of_crypto(scene, quantity, &nouns);
            let mixed = thing.filter(|_| !head_final).and_then(|i| super::worth::mixed(scene, quantity, &nouns, i));
            // Its worth is what is told of a thing without a count: "имущество на 500 млн".
            // One thing with its price is two mentions, as goods with a count are (rule 13 of the coding manual).
            let one = |i: &usize| {
                let noun = of_noun(scene, &nouns[*i]);
                !head_final && noun.value == Some(1.0) && !noun.weak && scene.only(&nouns[*i], Feats::SING, Feats::PLUR)
            };
            let counted = |i: &usize| head_final && quantities.get(n + 1).is_some_and(|q| q.end <= nouns[*i].start);
            if let Some(i) = thing.filter(|i| mixed.is_none() && !one(i) && !counted(i)) {
                used[i] = true;
            }
            let object: Code = match thing {
                Some(_) if mixed.is_some() => mixed.unwrap_or_default().into(),
                Some(i) => scene.entry(&nouns[i]).code.clone(),
                None if crypto => "cryptocurrency".into(),
                None => "money".into(),
            };
            let mut argument = of_quantity(scene, quantity, ArgumentKind::Money, object, quantity.figure);
            argument.worth = thing.is_some();
            argument.scaled = quantity.scaled && !head_final;
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
        if unit.is_none() && phrase::partitive_sum(scene, quantity) {
            arguments.push(part_of_sum(scene, quantity, &quantities[..n]));
            continue;
        }
        let measured = unit.is_some_and(measures);
        // "41-ін тұрғындар тапсырған": a part counts nothing that follows it.
        let part = scene.lexicon.patterns.is_head_final()
            && (quantity.has_suffix && phrase::is_part(scene, quantity)
                || phrase::is_spelt_part(scene, quantity, &nouns)
                || phrase::is_number_of_owners(scene, quantity));
        let ahead = noun_ahead(scene, quantity.end, until, &nouns, &used, measured)
            .filter(|i| !part || noun::is_called(scene, quantity, &nouns[*i]));
        // "деревья объёмом 70 кубометров на сумму": money is not weighed either.
        let money = |i: usize| !head_final && scene.entry(&nouns[i]).code.as_ref() == "money";
        // "80 тысяч гектаров пастбищ – 50 тысяч добровольно": the noun has its figure.
        let free = |i: usize| measured || !used[i] && partitive::agrees(scene, quantity, &nouns[i]);
        let fits = |i: &usize| {
            (head_final || free(*i)) && (!measured || !is_counted_only(&class_of(&nouns[*i])) && !money(*i))
        };
        let found = ahead.filter(fits).or_else(|| noun_behind(scene, quantity, from, &nouns, measured).filter(fits));
        let found = if scene.lexicon.patterns.is_head_final() {
            let found = found.or_else(|| phrase::noun_past_bracket(scene, quantities, n, &nouns));
            let found = phrase::counted_noun(scene, quantity, &nouns, found);
            // "жылқының тоғызы": the numeral is no person beside the noun that it counts.
            let within = |m: &Mark| quantity.figure <= m.start && m.end <= quantity.end;
            if found.is_some_and(|i| nouns[i].end == quantity.start) {
                used.iter_mut().zip(&nouns).filter(|(_, m)| within(m)).for_each(|(used, _)| *used = true);
            }
            found
        } else {
            found
        };
        if let Some(i) = found {
            used[i] = true;
            let i = if scene.lexicon.patterns.is_head_final() { phrase::chain_head(scene, &nouns, i) } else { i };
            // "52 кг вещества альфа-PVP": a name beside the general word says which.
            let i = std::iter::successors(Some(i), |i| more_specific(scene, &nouns, *i)).inspect(|i| used[*i] = true);
            let i = i.last().unwrap_or_default();
            let noun = &nouns[i];
            let entry = scene.entry(noun);
            used[i] = true;
            if head_final && entry.dimension == Dimension::Person && phrase::is_object_of_participle(scene, noun) {
                continue;
            }
            if head_final && entry.dimension == Dimension::Object && phrase::is_purpose(scene, noun) {
                continue;
            }
            if let Some(thing) = phrase::owned(scene, &nouns, i).filter(|_| head_final) {
                used[thing] = true;
                let object = scene.entry(&nouns[thing]).code.clone();
                let mut cards = of_quantity(scene, quantity, ArgumentKind::Thing, object.clone(), nouns[thing].head);
                cards.unit = unit_of(scene.classes, &object);
                cards.end = nouns[thing].end;
                arguments.push(cards);
            }
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
                    // "371 кг марихуаны, 28 – гашиша": the kilograms go on.
                    let dash = quantity.end < noun.start && matches!(scene.text.stream.lower(quantity.end), "–" | "—");
                    let weighed = n.checked_sub(1).map(|b| &quantities[b]).filter(|b| b.value < 1000.0);
                    let weighed = weighed.filter(|b| dash && b.unit.as_deref() == Some("kg"));
                    let goes_on = weighed.filter(|_| scene.classes.class(&entry.code) == "drug");
                    let unit = thing.unit.or_else(|| goes_on.and_then(|b| b.unit.clone()));
                    thing.unit = unit.or_else(|| unit_of(scene.classes, &entry.code));
                }
                thing.offence.clone_from(&entry.offence);
                thing
            };
            argument.end = argument.end.max(noun.end);
            argument.start = argument.start.min(noun.start);
            argument.feats = scene.feats(noun) | noun::of_all(scene, noun);
            if head_final && noun.end == quantity.start && scene.feats(noun).has(Feats::GEN) {
                argument.feats = phrase::case_of_part(scene, quantity);
            }
            let whole = matches!(argument.unit.as_deref(), Some("item" | "person" | "case" | "offence"));
            if unit == Some("other") || whole && argument.value.is_some_and(|v| v.fract() != 0.0) {
                argument.value = None;
                argument.value_max = None;
                argument.unit = None;
                argument.qualifier = Qualifier::Exact;
                argument.has_figure = false;
                // "300 метров сетей изъяты": the unit takes the case.
                argument.feats |= Feats::NOM | Feats::ACC;
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
            if argument.weak && unit.is_none() && phrase::is_counted_agent(scene, quantity) {
                argument = of_quantity(scene, quantity, ArgumentKind::Person, "person".into(), quantity.end);
                argument.unit = Some("person".into());
                argument.role = Some("party".into());
                argument.end += 1;
                argument.feats = scene.text.feats(quantity.end) | Feats::NOM | Feats::ACC;
                arguments.push(argument);
                continue;
            }
            argument.part = partitive && phrase::is_part(scene, quantity);
            argument.scaled = quantity.scaled;
            argument.governed = term::is_governed(scene, quantity);
            argument.others = counts_others(scene, quantity);
            argument.unknown =
                argument.weak && !scene.lexicon.patterns.is_head_final() && is_unknown_thing(scene, quantity);
            arguments.push(argument);
        } else if measured && unit != Some("other") {
            let mut argument = of_quantity(scene, quantity, ArgumentKind::Bare, "".into(), quantity.figure);
            argument.unit.clone_from(&quantity.unit);
            arguments.push(argument);
        }
    }
    for (i, noun) in nouns.iter().enumerate().filter(|(i, _)| !used[*i]) {
        let thing = noun.dimension == Dimension::Object;
        if scene.lexicon.patterns.is_head_final() && phrase::shares_figure(scene, &nouns, &used, i) {
            continue;
        }
        let described = match (scene.lexicon.patterns.is_head_final(), thing) {
            (true, _) if phrase::is_campaign_name(scene, noun) => true,
            (true, true) => phrase::is_modifier(scene, noun),
            (true, false) => phrase::is_nominal_predicate(scene, noun) || phrase::is_in_participle_phrase(scene, noun),
            (false, _) => is_kind_of_offence(scene, &nouns, i) || is_participle_of(scene, noun, nouns.get(i + 1)),
        };
        if described {
            continue;
        }
        let mut argument = of_noun(scene, noun);
        noun::count_names(scene, &mut argument);
        arguments.push(argument);
    }
    if !scene.lexicon.patterns.is_head_final() {
        arguments.extend(noun::ordinals(scene, &arguments));
    }
    arguments.sort_by_key(|a| (a.start, a.end));
    noun::strengthen(scene, &mut arguments);
    if !scene.lexicon.patterns.is_head_final() {
        partitive::name(scene, &mut arguments);
        partitive::go_on(&mut arguments);
        super::headed::name(scene, &mut arguments);
        super::facts::name(scene, &mut arguments);
    }
    if scene.lexicon.patterns.is_head_final() {
        phrase::join_persons(scene, &mut arguments);
    } else {
        coordination::join(scene, &mut arguments);
        super::apposition::drop_details(scene, &mut arguments);
        // "дома у одного из задержанных"
        for argument in arguments.iter_mut().filter(|a| a.kind == ArgumentKind::Bare) {
            argument.oblique = coordination::is_oblique(scene, argument.start);
        }
        for argument in arguments.iter_mut().filter(|a| a.kind == ArgumentKind::Person) {
            let of = argument.start > scene.start && scene.text.stream.lower(argument.start - 1) == "из";
            argument.oblique = coordination::is_oblique(scene, argument.start) || of && !argument.has_figure;
            if coordination::is_of_house(scene, argument) || super::apposition::is_of_person(scene, argument) {
                argument.oblique = true;
                argument.feats = Feats(argument.feats.0 & !(Feats::NOM.0 | Feats::ACC.0 | Feats::DAT.0));
            }
        }
        // "группа в составе пяти лиц": a group whose members are counted.
        let sizes: Vec<usize> = arguments.iter().filter(|a| coordination::is_size(a)).map(|a| a.start).collect();
        for group in arguments.iter_mut().filter(|a| a.object.as_ref() == "criminal_group") {
            let tied = |from: usize| matches!(scene.text.stream.lower(from), "из" | "в" | "во");
            group.weak &=
                !sizes.iter().any(|s| (group.end + 1..=group.end + GROUP_SIZE).contains(s) && tied(group.end));
        }
        // "в двух фурах обнаружили 214 самокатов": where, not what.
        for argument in arguments.iter_mut().filter(|a| a.kind == ArgumentKind::Thing && a.has_figure) {
            let inside = argument.start > scene.start
                && matches!(scene.text.stream.lower(argument.start - 1), "в" | "во" | "на");
            argument.oblique = inside && argument.feats.has(Feats::LOC) && !argument.feats.any(Feats::NOM | Feats::ACC);
        }
        for argument in arguments.iter_mut().filter(|a| a.kind == ArgumentKind::Thing && !a.has_figure) {
            if scene.text.stream.token(argument.start).kind == Kind::Number {
                continue;
            }
            let (start, feats) = (argument.start, argument.feats);
            argument.oblique = coordination::is_adjunct(scene, start, feats)
                || argument.value == Some(1.0) && coordination::is_owner(scene, start, feats)
                || argument.object.as_ref() == "offence" && coordination::is_attributive(scene, start, feats);
        }
    }
    arguments
}

/// Words between a group and the number of its members at most: "в составе не менее".
const GROUP_SIZE: usize = 4;

pub(super) fn of_quantity(
    scene: &Scene<'_>,
    quantity: &Quantity,
    kind: ArgumentKind,
    object: Code,
    head: usize,
) -> Argument {
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
        oblique: false,
        governed: false,
        others: false,
        unknown: false,
        part: false,
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

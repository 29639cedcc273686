//! Nouns without a figure: one or several, and in which case.
//!
//! "задержан мужчина" is one, "задержаны мужчины" are several, nobody says how many. What the noun's own form leaves
//! open is told by the words beside it: an adjective's number, a counting word, "несколько".

use super::argument::{Argument, ArgumentKind, Scene, unit_of};
use super::feats::Feats;
use super::lexicon::Dimension;
use super::pattern::Mark;
use super::phrase;
use super::quantity::Quantity;
use super::token::{Caps, Kind};
use super::{compound, coordination};
use crate::record::{Code, Qualifier};

/// "Двоих взяли под стражу, третьего отправили под домашний арест": after counted persons an ordinal alone is one more.
pub(super) fn ordinals(scene: &Scene<'_>, arguments: &[Argument]) -> Vec<Argument> {
    let ordinal = |m: &&Mark| m.dimension == Dimension::Anaphora && scene.entry(m).code.as_ref() == "ordinal";
    let counted = |m: &Mark| {
        let persons = |a: &&Argument| a.end <= m.start && matches!(a.kind, ArgumentKind::Person | ArgumentKind::Bare);
        arguments.iter().filter(persons).any(|a| a.has_figure && a.value.is_some_and(|v| (1.0..100.0).contains(&v)))
    };
    let alone = |m: &Mark| {
        let next = scene.text.feats(m.end.min(scene.end - 1));
        m.end < scene.end && !next.any(Feats::NOUN | Feats::ADJ | Feats::NUM)
            || scene.text.stream.token(m.end.min(scene.end - 1)).kind == Kind::Punct
    };
    let opens = |m: &Mark| {
        let before = m.start.checked_sub(1).filter(|b| *b >= scene.start);
        before.is_some_and(|b| matches!(scene.text.stream.lower(b), "," | ";" | "а" | "и" | "–" | "—"))
    };
    let marks = scene.marks.iter().filter(ordinal).filter(|m| counted(m) && alone(m) && opens(m));
    marks
        .map(|m| Argument {
            kind: ArgumentKind::Person,
            object: "person".into(),
            value: Some(1.0),
            unit: Some("person".into()),
            has_figure: true,
            feats: scene.text.feats(m.head),
            role: Some("party".into()),
            ..of_noun(scene, m)
        })
        .collect()
}

/// "Его подчинённые Омаров и Ким": the names behind a plural tell how many they are.
pub(super) fn count_names(scene: &Scene<'_>, argument: &mut Argument) {
    let plural = argument.kind == ArgumentKind::Person && !argument.has_figure && argument.feats.any(Feats::PLUR);
    if let Some(count) = super::named::apposed(scene, argument.end).filter(|_| plural) {
        (argument.value, argument.unit) = (Some(count), Some("person".into()));
    }
}

/// A noun without figure: one, if singular and countable (rule 7 of the coding manual).
pub(super) fn of_noun(scene: &Scene<'_>, noun: &Mark) -> Argument {
    let entry = scene.entry(noun);
    let person = entry.dimension == Dimension::Person;
    let counter = scene.counter(noun).filter(|_| !person);
    let counted = counter.as_ref().is_some_and(|c| scene.only(c, Feats::SING, Feats::PLUR));
    let plural = match scene.adjective_number(noun).filter(|_| counter.is_none()) {
        _ if counter.is_some() => !counted,
        Some(number) => number == Feats::PLUR,
        None => {
            scene.only(noun, Feats::PLUR, Feats::SING) || scene.is_direct_plural(noun) || scene.is_dative_plural(noun)
        }
    };
    let some = || phrase::is_several(scene, noun) || phrase::is_all_of(scene, noun);
    let vague = scene.is_vague(noun) || scene.lexicon.patterns.is_head_final() && some();
    // "Супруги задержаны": a plural that names a pair, beside the singular that it is the plural of.
    let pair = |m: &&Mark| (m.start, m.end, m.dimension) == (noun.start, noun.end, noun.dimension);
    let of_pair = || scene.marks.iter().filter(pair).find_map(|m| scene.entry(m).value);
    let ages = || if person { compound::ages(scene, noun.start) } else { None };
    let named = entry.value.or_else(ages).or_else(|| if person && plural && !vague { of_pair() } else { None });
    let value = match (named, plural || entry.mass && !counted || vague) {
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
        start: counter.map_or(noun.start, |c| c.start),
        end: noun.end,
        head: noun.head,
        object,
        value,
        value_max: None,
        qualifier: Qualifier::Exact,
        unit,
        has_figure: named.is_some(),
        // "ряд дел направлен", "қойлардың барлығы": the counting word takes the case.
        feats: match counter {
            Some(counter) => scene.feats(&counter),
            None if vague || phrase::is_all_of(scene, noun) => scene.feats(noun) | Feats::NOM | Feats::ACC,
            None if !person && coordination::is_of_deed(scene, noun.start) => {
                Feats(scene.feats(noun).0 & !(Feats::NOM.0 | Feats::ACC.0))
            }
            None => scene.feats(noun),
        },
        offence: entry.offence.clone(),
        role: person.then(|| entry.code.clone()),
        weak: entry.weak,
        worth: false,
        scaled: false,
        oblique: false,
        governed: false,
        others: false,
        unknown: false,
        part: false,
    }
}

/// `тартылды, – деді басқарманың бастығы`, `бастығы Ахметовтің айтуынша`: who says so is not acted upon.
pub(super) fn is_speaker(scene: &Scene<'_>, noun: &Mark) -> bool {
    let of = |m: &Mark, code: &str| m.dimension == Dimension::Modality && scene.entry(m).code.as_ref() == code;
    let stream = scene.text.stream;
    let word = |i: usize| stream.token(i).kind == Kind::Word;
    let behind = |m: &Mark| m.start >= scene.start && m.end <= noun.start && (m.end..noun.start).all(word);
    let name = |i: &usize| word(*i) && stream.token(*i).caps != Caps::Lower;
    let named = (noun.end..scene.end.min(noun.end + NAME)).take_while(name).count();
    scene.marks.iter().any(|m| of(m, "says") && behind(m) || of(m, "per") && m.start == noun.end + named)
}

/// `оның 34-і басшы.`: so many of them, by what they are.
pub(super) fn is_called(scene: &Scene<'_>, quantity: &Quantity, noun: &Mark) -> bool {
    let closed = noun.end >= scene.end || matches!(scene.text.stream.lower(noun.end), "." | "," | ";" | "»");
    closed
        && noun.dimension == Dimension::Person
        && noun.start == quantity.end
        && phrase::is_unmarked(scene.feats(noun))
}

/// `18 қатысушының бәрін анықтады`: the word for all of them takes their case.
pub(super) fn of_all(scene: &Scene<'_>, noun: &Mark) -> Feats {
    let all = scene.lexicon.patterns.is_head_final() && phrase::is_all_of(scene, noun);
    if all { Feats::NOM | Feats::ACC } else { Feats::default() }
}

/// Words of a name at most.
const NAME: usize = 3;

/// "Дача и внедорожник конфискованы": a word that alone may mean anything is a thing in a row of things.
pub(super) fn strengthen(scene: &Scene<'_>, arguments: &mut [Argument]) {
    let thing = |a: &Argument| {
        a.kind == ArgumentKind::Thing && (scene.classes.class(&a.object) == "asset" || a.object.as_ref() == "equipment")
    };
    for i in (0..arguments.len()).rev() {
        let joined = |x: &Argument, y: &Argument| {
            y.start == x.end + 1 && matches!(scene.text.stream.lower(x.end), "," | "и") && thing(x) && thing(y)
        };
        let weak = arguments[i].weak && !arguments[i].has_figure;
        let next = arguments.get(i + 1).is_some_and(|next| joined(&arguments[i], next) && !next.weak);
        let before = i > 0 && joined(&arguments[i - 1], &arguments[i]) && !arguments[i - 1].weak;
        if weak && (next || before) {
            arguments[i].weak = false;
        }
    }
}

impl Scene<'_> {
    /// "несколько", "ряд", "десятки", "партия" before a noun: some, not one.
    fn is_vague(&self, mark: &Mark) -> bool {
        self.marks.iter().any(|m| {
            m.end <= mark.start
                && mark.start - m.end <= 2
                && m.dimension == Dimension::Numeral
                && self.entry(m).code.as_ref() == "vague"
                && (m.end..mark.start).all(|i| self.text.stream.token(i).kind == Kind::Word)
        })
    }

    /// The number of the adjective beside the head, where it has only one: "преступного сообщества".
    fn adjective_number(&self, mark: &Mark) -> Option<Feats> {
        // Kazakh adjectives have no number.
        if self.lexicon.patterns.is_head_final() {
            return None;
        }
        let from = mark.start.min(mark.head).max(self.start + 1) - 1;
        (from..mark.head).rev().find_map(|i| {
            let lower = self.text.stream.lower(i);
            // "его счета", "всего преступлений": the possessor's number is not that of the noun.
            if matches!(lower, "его" | "ее" | "их" | "всего") {
                return None;
            }
            // "все авто": the noun may be indeclinable.
            if matches!(lower, "все" | "всех" | "эти" | "этих") {
                return Some(Feats::PLUR);
            }
            let feats = self.text.feats(i);
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
        // "деятельность группы": after a noun the form that both numbers share is the genitive singular.
        let governed = mark.start > self.start && !self.lexicon.patterns.is_head_final() && {
            let before = self.text.feats(mark.start - 1);
            // "передала в суд дела": whom they went to.
            let addressee = self.marks.iter().any(|m| m.end == mark.start && m.dimension == Dimension::Agency);
            !addressee && before.is_noun_alone()
        };
        direct(Feats::PLUR) && !direct(Feats::SING) && !governed
    }

    /// "Подозреваемым вменяют": one person would be "подозреваемому", and in the instrumental nothing is done to him.
    fn is_dative_plural(&self, mark: &Mark) -> bool {
        let senses = || self.text.senses(mark.head).iter().filter(|s| s.lemma == mark.lemma);
        let plural = |f: Feats| f.has(Feats::PLUR | Feats::DAT);
        mark.dimension == Dimension::Person
            && !self.lexicon.patterns.is_head_final()
            && senses().any(|s| plural(s.feats))
            && senses().all(|s| plural(s.feats) || s.feats.has(Feats::INS))
            && mark.end < self.end
            && {
                let verb = self.text.feats(mark.end);
                verb.any(Feats::SHORT) || verb.has(Feats::FINITE | Feats::PLUR)
            }
    }

    /// The word that counts the noun after it, where no number stands: "тушу животного", "голову скота".
    fn counter(&self, noun: &Mark) -> Option<Mark> {
        let counts = |m: &&Mark| {
            m.end == noun.start
                && m.dimension == Dimension::Unit
                && self.entry(m).code.as_ref() == "item"
                && self.feats(m).any(Feats::NOM | Feats::ACC)
        };
        if self.lexicon.patterns.is_head_final() { None } else { self.marks.iter().find(counts).copied() }
    }

    /// Whether every reading of the head has the wanted features and none has the other.
    pub(super) fn only(&self, mark: &Mark, wanted: Feats, other: Feats) -> bool {
        let mut senses = self.text.senses(mark.head).iter().filter(|s| s.lemma == mark.lemma).peekable();
        senses.peek().is_some() && senses.all(|s| s.feats.has(wanted) && !s.feats.has(other))
    }
}

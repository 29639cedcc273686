//! Persons' names out of texts. Pure.
//!
//! A name is told by its parts (given name, patronymic, surname, initials), by what stands before it (a role:
//! "судья", "күдікті"), and by what it is not: a place, a street, a firm in quotes, an ordinary word at the
//! beginning of a sentence. What a part is, the `OpenCorpora` dictionary and `pipelines/names/person.toml`
//! say. Where it is doubtful the name is masked: a release may lose a word, but not tell a name.
//!
//! ```
//! use dalel::{knowledge::Knowledge, publish::Masker};
//! let masker = Masker::new(&Knowledge::embedded())?;
//! assert_eq!(masker.mask("осуждён гр. Ахметов А.Б. из Тараза"), "осуждён гр. [имя] из Тараза");
//! assert_eq!(masker.mask("Серік Ахметовтің үйінен 2 кг табылды"), "[есім] үйінен 2 кг табылды");
//! assert_eq!(masker.mask("ТОО «Иванов и К» на улице Абая"), "ТОО «Иванов и К» на улице Абая");
//! # Ok::<(), dalel::knowledge::KnowledgeError>(())
//! ```

mod names;
mod parts;

use crate::extract::place::Gazetteer;
use crate::extract::token::TokenStream;
use crate::knowledge::{Knowledge, KnowledgeError};
use names::Names;
use parts::{Part, Parts};
use rumorph::Dictionary;
use std::borrow::Cow;

/// Masks persons' names in evidence and titles.
pub struct Masker {
    names: Names,
    places: Gazetteer,
    russian: Dictionary,
}

impl std::fmt::Debug for Masker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Masker").finish_non_exhaustive()
    }
}

impl Masker {
    /// Compiles the recogniser.
    ///
    /// # Errors
    /// A mistake in its data files.
    pub fn new(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let russian = Dictionary::bundled().map_err(|e| KnowledgeError::invalid("rumorph", e.to_string()))?;
        Ok(Self { names: Names::load(knowledge)?, places: Gazetteer::new(knowledge)?, russian })
    }

    /// The text with every person's name replaced by `[имя]`, or by `[есім]` in a Kazakh text.
    pub fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        // Asking Unicode takes long: letters of every day come first.
        if !text.chars().any(|c| !matches!(c, '\0'..='@' | 'a'..='z' | 'а'..='я') && c.is_uppercase()) {
            return Cow::Borrowed(text);
        }
        let kazakh = is_kazakh(text);
        let stream = TokenStream::new(text);
        let persons = self.find(&stream, kazakh);
        if persons.is_empty() {
            return Cow::Borrowed(text);
        }
        let mask = if kazakh { "[есім]" } else { "[имя]" };
        let mut masked = String::with_capacity(text.len());
        let mut rest = 0;
        for (from, to) in persons {
            let span = stream.span(from, to);
            masked.push_str(&text[rest..span.start as usize]);
            masked.push_str(mask);
            rest = span.end as usize;
        }
        masked.push_str(&text[rest..]);
        Cow::Owned(masked)
    }

    /// The persons' names, as ranges of tokens, in order.
    fn find(&self, stream: &TokenStream<'_>, kazakh: bool) -> Vec<(usize, usize)> {
        persons(&Parts::of(stream, &self.names, &self.places, &self.russian, kazakh))
    }
}

/// Whether a text is Kazakh: of Kazakh letters, one in seven is its own; a Russian text has them in a name only.
fn is_kazakh(text: &str) -> bool {
    let (mut letters, mut own) = (0, 0);
    for c in text.chars() {
        match c {
            '\0'..='@' => {}
            'a'..='z' | 'A'..='Z' | 'а'..='я' | 'А'..='Я' => letters += 1,
            _ => {
                letters += usize::from(c.is_alphabetic());
                own += usize::from(parts::KAZAKH.contains(&c));
            }
        }
    }
    own * 30 > letters
}

/// The persons' names, as ranges of tokens, in order.
fn persons(parts: &Parts<'_>) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    // Where the last name of several things ended.
    let mut things: Option<usize> = None;
    let mut at = 0;
    while at < parts.len() {
        let end = parts.run_end(at);
        if end == at {
            at += 1;
            continue;
        }
        let one_more = things.is_some_and(|to| parts.joined(to, at));
        if one_more || parts.names_a_thing(at, end) {
            things = (one_more || parts.of_several(at)).then_some(end);
        } else {
            let follows = found.last().is_some_and(|&(_, to)| parts.joined(to, at));
            found.extend(person_in(parts, at, end, follows));
        }
        at = end;
    }
    found
}

/// The person in a run of capitalised words and initials; `follows` tells whether it continues a list of names.
fn person_in(parts: &Parts<'_>, start: usize, end: usize, follows: bool) -> Option<(usize, usize)> {
    let is = |i: usize, part: Part| parts.is(i, part);
    let any = |part: Part| (start..end).find(|&i| is(i, part));
    let named = |i: usize| [Part::Given, Part::Surname, Part::Patronymic].into_iter().any(|part| is(i, part));
    // What may belong to a name that something beside it has shown to be there. The first word of a sentence has
    // its capital anyway.
    let may = |i: usize| {
        named(i)
            || is(i, Part::Initial)
            || !(is(i, Part::Place) || is(i, Part::Abbreviation) || (parts.begins_sentence(i) && is(i, Part::Word)))
    };
    let grow = |anchor: usize| {
        let (mut from, mut to) = (anchor, anchor + 1);
        while from > start && may(from - 1) {
            from -= 1;
        }
        // «Фаррух Раҳимов Хоргоста»: where it was is no part of a name that has its surname.
        let elsewhere = |to: usize| parts.kazakh && is(to - 1, Part::Surname) && !named(to) && parts.tells_where(to);
        while to < end && may(to) && !elsewhere(to) {
            to += 1;
        }
        // «Экстрадирован Мухтар Аблязов»: an unknown first word is none of a name that is complete without it. Of
        // Kazakh words nearly all are unknown here.
        let complete = parts.kazakh || to - from > 2;
        if from < anchor && is(from, Part::Unknown) && parts.begins_sentence(from) && complete {
            from += 1;
        }
        (from, to)
    };
    if let Some(anchor) = any(Part::Patronymic) {
        return Some(grow(anchor));
    }
    if let Some(anchor) = any(Part::Initial) {
        let (from, to) = grow(anchor);
        // Initials need a word: «корпус А.» is no person.
        return (from..to).any(|i| !is(i, Part::Initial)).then_some((from, to));
    }
    let given = |i: usize| is(i, Part::Given) && (!is(i, Part::Place) || parts.role_before(i));
    if let Some(anchor) = (start..end).find(|&i| given(i)) {
        let (from, to) = grow(anchor);
        let alone = to - from == 1 && !parts.role_before(from) && !follows && !parts.person_after(from);
        let doubtful = is(anchor, Part::NotAlone)
            || parts.follows_at(anchor)
            || (parts.begins_sentence(anchor) && is(anchor, Part::Word));
        return (!(alone && doubtful)).then_some((from, to));
    }
    if let Some(anchor) = any(Part::Surname) {
        let (from, to) = grow(anchor);
        let told = parts.role_before(from) || parts.person_after(from) || (follows && !is(anchor, Part::Place));
        let alone = to - from == 1 && !told;
        let doubtful = is(anchor, Part::Place)
            || parts.tells_where(anchor)
            || (parts.begins_sentence(anchor) && is(anchor, Part::Word));
        return (!(alone && doubtful)).then_some((from, to));
    }
    // «Тілеубердінің ағасы», «Роза апай»: what follows shows that it is a name.
    if let Some(last) = end.checked_sub(1).filter(|&i| parts.person_after(i) && !is(i, Part::Place)) {
        return Some((last, end));
    }
    // «Мусин, Тё и Гаврилюк»; «банда Рыжего».
    let short = follows && end == start + 1 && parts.is_short(start) && !parts.begins_sentence(start);
    let gang = end.checked_sub(2).is_some_and(|k| parts.is_gang(k)) && end <= start + 2;
    let plain = |i: usize| !is(i, Part::Abbreviation) && !is(i, Part::Place);
    if (short || gang) && plain(end - 1) {
        return Some((end - 1, end));
    }
    // Words with a capital inside a sentence that nobody knows: «Похитителем оказался Еркеназ». In the news they are
    // two in a thousand words, and a name among them is worth more than the rest.
    let from = (start..end).find(|&i| is(i, Part::Unknown) && !parts.begins_sentence(i))?;
    let to = (from..end).take_while(|&i| is(i, Part::Unknown)).count() + from;
    (to - from > 1 || !parts.tells_where(from)).then_some((from, to))
}

#[cfg(test)]
mod tests;

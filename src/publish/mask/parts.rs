//! What each word of a text may be of a person's name.

use super::names::Names;
use crate::extract::place::Gazetteer;
use crate::extract::token::{Caps, Kind, TokenStream};
use rumorph::Dictionary;

/// Letters that only Kazakh has.
pub(super) const KAZAKH: [char; 17] =
    ['ә', 'ғ', 'қ', 'ң', 'ө', 'ұ', 'ү', 'һ', 'і', 'Ә', 'Ғ', 'Қ', 'Ң', 'Ө', 'Ұ', 'Ү', 'І'];

/// What a capitalised word may be; several at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Part {
    Given = 1,
    Patronymic = 2,
    Surname = 4,
    /// One letter and its full stop (two tokens, both marked).
    Initial = 8,
    /// The gazetteer or the dictionary knows it as a place.
    Place = 16,
    /// An ordinary word, too, or nothing else.
    Word = 32,
    /// A given name that means something else where it stands alone.
    NotAlone = 64,
    /// Nothing is known of it.
    Unknown = 128,
    /// A role or rank: «Судья», «Прокурор».
    Role = 256,
    /// Inside the quoted name of a firm or a work.
    Quoted = 512,
    /// An abbreviation in capitals.
    Abbreviation = 1024,
}

/// Share of a reading that is still worth a thought: «Токаев» has it as a surname, «Охотников» does not.
const RARE: f64 = 5e-4;

/// The parts of a text's tokens.
pub(super) struct Parts<'s> {
    stream: &'s TokenStream<'s>,
    names: &'s Names,
    /// Whether the text is Kazakh.
    pub(super) kazakh: bool,
    /// The [`Part`]s of each token.
    marks: Vec<u16>,
}

impl<'s> Parts<'s> {
    pub(super) fn of(
        stream: &'s TokenStream<'s>,
        names: &'s Names,
        places: &Gazetteer,
        russian: &Dictionary,
        kazakh: bool,
    ) -> Self {
        let mut this = Self { stream, names, kazakh, marks: vec![0; stream.len()] };
        this.quotes();
        for i in 0..stream.len() {
            this.marks[i] |= this.word(i, russian, kazakh);
        }
        for i in 0..stream.len().saturating_sub(1) {
            // «Храпунов скрылся»: as a word this were a genitive plural, of which nobody says «скрылся».
            let word = stream.lower(i);
            let both = this.is(i, Part::Word) && names.is_surname_by_ending(word) && this.begins_sentence(i);
            if both && is_genitive_plural(word, russian) && is_of_one(stream.lower(i + 1), russian) {
                this.marks[i] = (this.marks[i] & !(Part::Word as u16)) | Part::Surname as u16;
            }
        }
        for hit in places.find(stream, 0, stream.len(), kazakh) {
            for i in hit.tokens {
                this.marks[i] = (this.marks[i] | Part::Place as u16) & !(Part::Unknown as u16);
            }
        }
        for i in 0..stream.len().saturating_sub(1) {
            let letter = stream.token(i).kind == Kind::Word && stream.printed(i).chars().count() == 1;
            let stop = stream.printed(i + 1) == "." && !stream.token(i + 1).space_before;
            if letter && stop && stream.printed(i).chars().all(char::is_uppercase) {
                this.marks[i] = Part::Initial as u16;
                this.marks[i + 1] = Part::Initial as u16;
            }
        }
        this
    }

    pub(super) fn len(&self) -> usize {
        self.marks.len()
    }

    pub(super) fn is(&self, i: usize, part: Part) -> bool {
        self.marks.get(i).is_some_and(|marks| marks & part as u16 != 0)
    }

    fn capital(&self, i: usize) -> bool {
        // A single letter is a preposition at the beginning of a sentence, or an initial.
        i < self.len()
            && self.stream.token(i).kind == Kind::Word
            && self.stream.token(i).caps != Caps::Lower
            && self.stream.printed(i).chars().nth(1).is_some()
    }

    /// Where the run of capitalised words and initials that begins at `start` ends; `start` if none does.
    pub(super) fn run_end(&self, start: usize) -> usize {
        let mut end = start;
        while end < self.len()
            && (self.capital(end) || self.is(end, Part::Initial))
            && !self.is(end, Part::Quoted)
            && !self.is(end, Part::Role)
        {
            end += 1;
        }
        end
    }

    /// What a capitalised word may be, by itself.
    fn word(&self, i: usize, russian: &Dictionary, kazakh: bool) -> u16 {
        if !self.capital(i) || self.stream.printed(i).contains(|c: char| c.is_ascii_alphabetic()) {
            return 0;
        }
        let word = self.stream.lower(i);
        let upper = self.stream.token(i).caps == Caps::Upper && word.chars().count() < 5;
        // «ҚК-нің» is an abbreviation with a case, «АИ-92» a brand.
        let capitals = self.stream.printed(i).chars().take(2).all(char::is_uppercase);
        if upper || (capitals && word.contains('-')) || word.contains(|c: char| c.is_ascii_digit()) {
            return Part::Abbreviation as u16;
        }
        let listed = self.names.is_given(word);
        // «Азамат Сейітов» is a citizen, «Азамат Сеитов» a given name.
        let first = listed && (!self.begins_sentence(i) || (!kazakh && self.capital(i + 1)));
        if self.names.is_role(word) && !first {
            return Part::Role as u16;
        }
        let known = Shares::of(word, russian);
        let ending = self.names.is_surname_by_ending(word);
        let mut marks = 0;
        let mut mark = |is: bool, part: Part| marks |= if is { part as u16 } else { 0 };
        let ordinary = known.word + known.place >= 0.5;
        mark((self.names.is_patronymic(word) && !ordinary) || known.patronymic >= 0.5, Part::Patronymic);
        // The dictionary takes «Дерек», Kazakh for "fact", for Derek.
        let trusted = !kazakh || !self.begins_sentence(i);
        let formed = self.names.is_given_by_ending(word) && !ordinary;
        mark(listed || formed || (known.given >= 0.3 && trusted), Part::Given);
        let surname = known.surname >= 0.3 || (ending && (known.surname >= RARE || !ordinary));
        mark(surname || self.names.is_surname(word), Part::Surname);
        mark(known.place >= 0.3, Part::Place);
        // «Токаев» is a genitive plural, too; a given name is taken for a word only where the list says so.
        let word_too = known.word >= 0.2 && known.surname < RARE && !listed;
        mark(word_too || self.names.is_word(word), Part::Word);
        mark(self.names.is_not_alone(word), Part::NotAlone);
        if marks == 0 && !is_adjective_of_a_place(word) && !self.names.is_proper(word) {
            let village = self.names.is_place_by_ending(word);
            marks = if village { Part::Place as u16 } else { Part::Unknown as u16 };
        }
        marks
    }

    /// Marks what stands in quotes after a word for a firm or a work.
    fn quotes(&mut self) {
        let mut i = 0;
        while i < self.len() {
            let close = match self.stream.printed(i) {
                "«" => "»",
                "“" | "„" => "”",
                "\"" => "\"",
                _ => {
                    i += 1;
                    continue;
                }
            };
            let end = (i + 1..self.len()).take(9).find(|&k| self.stream.printed(k) == close);
            let firm = (i.saturating_sub(3)..i).any(|k| self.names.is_firm(self.stream.lower(k)));
            match end {
                Some(end) if firm || (end + 1..end + 3).any(|k| self.names.is_firm(self.stream.lower_or_empty(k))) => {
                    self.marks[i..end].fill(Part::Quoted as u16);
                    i = end + 1;
                }
                _ => i += 1,
            }
        }
    }

    /// The word before a token, over the full stop of an abbreviation.
    fn before(&self, i: usize) -> Option<usize> {
        let i = i.checked_sub(1)?;
        if self.stream.printed(i) == "." { i.checked_sub(1) } else { Some(i) }
    }

    /// Whether a token is the first of its sentence, or of the text.
    pub(super) fn begins_sentence(&self, i: usize) -> bool {
        let mark = |k: usize| {
            matches!(self.stream.printed(k), "." | "!" | "?" | "…" | ":" | "«" | "\"" | "“" | "—" | "–" | "-" | "•")
        };
        // The full stop of an initial ends nothing.
        i == 0 || self.stream.token(i - 1).kind == Kind::Break || (!self.is(i - 1, Part::Initial) && mark(i - 1))
    }

    /// Whether a role stands before a token: «судья …», «гр. …», with at most two words between, none of them
    /// so short that it is a preposition («пенсионеру из …»).
    pub(super) fn role_before(&self, i: usize) -> bool {
        let Some(last) = self.before(i) else { return false };
        let stop = last + 1 < i;
        let role = |k: usize| self.names.is_role(self.stream.lower(k));
        if stop || role(last) {
            // A full stop ends the sentence, but for that of an abbreviation.
            return role(last) && !(stop && self.stream.printed(last).chars().count() > 4);
        }
        let long =
            |k: &usize| self.stream.token(*k).kind == Kind::Word && self.stream.printed(*k).chars().nth(3).is_some();
        !self.kazakh && (last.saturating_sub(2)..=last).rev().take_while(long).any(role)
    }

    /// Whether the word before names several things at once, of which this is the first.
    pub(super) fn of_several(&self, i: usize) -> bool {
        self.before(i).is_some_and(|k| self.names.are_several(self.stream.lower(k)))
    }

    /// Whether a token is of a gang, which has its leader's name.
    pub(super) fn is_gang(&self, i: usize) -> bool {
        self.names.is_gang(self.stream.lower(i))
    }

    /// Whether a token is so short that among names it is one: «Тё», «Ан».
    pub(super) fn is_short(&self, i: usize) -> bool {
        self.stream.printed(i).chars().count() < 4
    }

    /// Whether the word before says that a place follows: «в Байдибеке».
    pub(super) fn follows_at(&self, i: usize) -> bool {
        i > 0 && self.names.is_at(self.stream.lower(i - 1)) && !self.is_personal(i)
    }

    /// Whether «в» is not followed by where something is but by who: «в Смагуловой опознали».
    fn is_personal(&self, i: usize) -> bool {
        self.stream.lower(i - 1).starts_with('в') && self.names.is_personal(self.stream.lower(i))
    }

    /// Whether a word that only names have stands behind a token: «Роза апай», «Тілеубердінің ағасы».
    pub(super) fn person_after(&self, i: usize) -> bool {
        let next = self.stream.lower_or_empty(i + 1);
        let thing = self.names.names_a_thing_before(self.stream.lower_or_empty(i + 2));
        let relative = self.kazakh && self.names.is_genitive(self.stream.lower(i)) && self.names.is_kin(next);
        !thing && (self.names.is_honorific(next) || relative)
    }

    /// Whether what stands between two tokens only joins names: «Сериков, Ли».
    pub(super) fn joined(&self, end: usize, start: usize) -> bool {
        start == end + 1 && self.names.joins(self.stream.lower(end))
    }

    /// Whether a word is where something is: «в Байдибеке», «Қонаевта».
    pub(super) fn tells_where(&self, i: usize) -> bool {
        self.follows_at(i) || (self.kazakh && self.names.is_locative(self.stream.lower(i)))
    }

    /// Whether the run is the name of a street, an institution, a village, a car …
    pub(super) fn names_a_thing(&self, start: usize, end: usize) -> bool {
        let first = !self.is(start, Part::Initial) && self.names.names_a_thing_after(self.stream.lower(start));
        // «Автомат Калашникова» is a thing, «автомобиль Шамиля Гаджиева» a person's.
        let goods = |k: usize| self.names.is_goods(self.stream.lower(k));
        let from = if goods(start) { start + 1 } else { start };
        let of_goods = from > start || self.before(start).is_some_and(goods);
        let thing = of_goods && end == from + 1 && !self.is(from, Part::Given);
        let dedicated = self.before(start).is_some_and(|k| {
            let word = self.stream.lower(k);
            // «с.» is a village, «с» is "with"; «имени Абая» is a thing's name, «от имени Абая» a person's.
            let abbreviation = word.chars().count() > 1 || k + 1 < start;
            let said_of = word == "имени" && matches!(self.stream.lower_or_empty(k.wrapping_sub(1)), "от" | "по");
            self.names.names_a_thing_after(word) && abbreviation && !said_of
        });
        // «села Узынагаш Марат»: the thing's name is the first word only.
        let whole = !(end > start + 1 && self.is(start + 1, Part::Given) && !self.is(start, Part::Given));
        // «аким района Талгат Мусаханов»: a unit's name that the gazetteer does not know, and that is a person's.
        let of_unit = self.before(start).is_some_and(|k| self.names.is_unit(self.stream.lower(k)));
        let full = end > start + 1
            && (start..end).any(|i| self.is(i, Part::Given))
            && (start..end).all(|i| !self.is(i, Part::Place) || self.is(i, Part::Given));
        let whole = whole && !(of_unit && full);
        // «Авария на Рыскулова» is on a street, «протокол на Рыскулова» on a person.
        let street = start > 1
            && end == start + 1
            && self.names.is_on(self.stream.lower(start - 1))
            && self.names.is_site(self.stream.lower(start - 2));
        let after = self.stream.lower_or_empty(end);
        let after = if self.names.is_epithet(after) { self.stream.lower_or_empty(end + 1) } else { after };
        first || thing || street || (dedicated && whole) || self.names.names_a_thing_before(after)
    }
}

/// Whether a word has the form of a place's adjective: «жалагашского».
fn is_adjective_of_a_place(word: &str) -> bool {
    word.rfind("ск").is_some_and(|at| {
        let ending = &word[at + "ск".len()..];
        matches!(ending, "ий" | "ого" | "ому" | "им" | "ом" | "ая" | "ой" | "ую" | "ое" | "ие" | "их" | "ими")
    })
}

/// Whether a form of a surname is, as a word, a genitive plural and nothing else: «храпунов».
fn is_genitive_plural(word: &str, russian: &Dictionary) -> bool {
    let tags = russian.analyze(word).into_iter().filter_map(|reading| reading.tag.and_then(|tag| russian.tag(tag)));
    let mut tags = tags.filter(|tag| !tag.contains("Surn")).peekable();
    (word.ends_with("ов") || word.ends_with("ев")) && tags.peek().is_some() && tags.all(|tag| !tag.contains("nomn"))
}

/// Whether a word says what one man did or underwent, and takes no object: «скрылся», «осуждён». («Воров задержал
/// патруль» is another matter.)
fn is_of_one(word: &str, russian: &Dictionary) -> bool {
    let mut tags = russian.analyze(word).into_iter().filter_map(|reading| reading.tag.and_then(|tag| russian.tag(tag)));
    let intransitive = |tag: &str| (tag.contains("VERB") && tag.contains("intr")) || tag.contains("PRTS");
    tags.any(|tag| intransitive(tag) && tag.contains("masc") && tag.contains("sing"))
}

/// How much of a word's readings is what, 0 to 1.
#[derive(Default)]
struct Shares {
    given: f64,
    patronymic: f64,
    surname: f64,
    place: f64,
    word: f64,
}

impl Shares {
    fn of(word: &str, russian: &Dictionary) -> Self {
        let mut shares = Self::default();
        if word.contains(KAZAKH) || !russian.is_known(word) {
            return shares;
        }
        for analysis in russian.analyze(word) {
            let tag = analysis.tag.and_then(|tag| russian.tag(tag)).unwrap_or_default();
            // A possessive adjective, «иванова», is a surname where it has a capital.
            let share = if tag.contains("Surn") || tag.contains("Poss") {
                &mut shares.surname
            } else if tag.contains("Patr") {
                &mut shares.patronymic
            } else if tag.contains("Name") {
                &mut shares.given
            } else if tag.contains("Geox") {
                &mut shares.place
            } else {
                &mut shares.word
            };
            *share += analysis.prob;
        }
        shares
    }
}

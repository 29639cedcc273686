//! What the masker knows of names: `pipelines/names/person.toml`.

use crate::extract::place::forms::{kazakh_cases, name_forms};
use crate::knowledge::{Knowledge, KnowledgeError};
use rustc_hash::FxHashSet;
use serde::Deserialize;

const PATH: &str = "pipelines/names/person.toml";

/// The file as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    given: Vec<String>,
    words: Vec<String>,
    not_alone: Vec<String>,
    surnames: Vec<String>,
    given_endings: Vec<String>,
    surname_endings: Vec<String>,
    patronymic_endings: Vec<String>,
    case_tails: Vec<String>,
    not_surnames: Vec<String>,
    roles: Vec<String>,
    not_after: Vec<String>,
    not_before: Vec<String>,
    goods: Vec<String>,
    sites: Vec<String>,
    on: Vec<String>,
    proper: Vec<String>,
    firms: Vec<String>,
    at: Vec<String>,
    locative_endings: Vec<String>,
    personal_endings: Vec<String>,
    units: Vec<String>,
    epithets: Vec<String>,
    honorifics: Vec<String>,
    kin: Vec<String>,
    genitive_endings: Vec<String>,
    joins: Vec<String>,
    several: Vec<String>,
    place_endings: Vec<String>,
    gangs: Vec<String>,
}

/// The file, compiled: word forms in sets, endings as they are.
#[derive(Debug, Clone)]
pub(super) struct Names {
    given: FxHashSet<String>,
    words: FxHashSet<String>,
    not_alone: FxHashSet<String>,
    surnames: FxHashSet<String>,
    given_endings: Vec<String>,
    surname_endings: Vec<String>,
    patronymic_endings: Vec<String>,
    case_tails: FxHashSet<String>,
    /// Letters of the longest of them.
    longest_tail: usize,
    not_surnames: FxHashSet<String>,
    roles: Words,
    not_after: Words,
    not_before: Words,
    goods: Words,
    sites: Words,
    on: FxHashSet<String>,
    proper: Words,
    firms: Words,
    at: FxHashSet<String>,
    locative_endings: Vec<String>,
    personal_endings: Vec<String>,
    units: Words,
    epithets: FxHashSet<String>,
    honorifics: FxHashSet<String>,
    kin: Words,
    genitive_endings: Vec<String>,
    joins: FxHashSet<String>,
    several: FxHashSet<String>,
    place_endings: Vec<String>,
    gangs: FxHashSet<String>,
}

/// Whole words, and beginnings of words.
#[derive(Debug, Clone, Default)]
struct Words {
    whole: FxHashSet<String>,
    beginnings: Vec<String>,
}

impl Words {
    fn of(words: Vec<String>) -> Self {
        let (beginnings, whole): (Vec<_>, Vec<_>) = words.into_iter().partition(|word| word.ends_with('*'));
        let beginnings = beginnings.into_iter().map(|word| word.trim_end_matches('*').to_owned()).collect();
        Self { whole: whole.into_iter().collect(), beginnings }
    }

    fn has(&self, word: &str) -> bool {
        self.whole.contains(word) || self.beginnings.iter().any(|beginning| word.starts_with(beginning))
    }
}

/// All forms of names: as they are, and in the cases of both languages.
fn forms(names: &[String]) -> FxHashSet<String> {
    let mut forms = FxHashSet::default();
    for name in names {
        forms.extend(name_forms(name));
        forms.extend(kazakh_cases(name));
        forms.insert(name.clone());
    }
    forms
}

impl Names {
    pub(super) fn load(knowledge: &Knowledge) -> Result<Self, KnowledgeError> {
        let text = knowledge.get(PATH).ok_or_else(|| KnowledgeError::invalid(PATH, "is missing"))?;
        let file: File = toml::from_str(text).map_err(|e| KnowledgeError::invalid(PATH, e.to_string()))?;
        let lists = [
            &file.given,
            &file.words,
            &file.not_alone,
            &file.surnames,
            &file.given_endings,
            &file.surname_endings,
            &file.patronymic_endings,
            &file.case_tails,
            &file.not_surnames,
            &file.roles,
            &file.not_after,
            &file.not_before,
            &file.goods,
            &file.sites,
            &file.on,
            &file.proper,
            &file.firms,
            &file.at,
            &file.locative_endings,
            &file.personal_endings,
            &file.units,
            &file.epithets,
            &file.honorifics,
            &file.kin,
            &file.genitive_endings,
            &file.joins,
            &file.several,
            &file.place_endings,
            &file.gangs,
        ];
        for list in lists {
            let mut seen = FxHashSet::default();
            for word in list {
                if !seen.insert(word) {
                    return Err(KnowledgeError::invalid(PATH, format!("{word:?} stands twice in a list")));
                }
                if *word != word.to_lowercase() || word.contains('ё') {
                    return Err(KnowledgeError::invalid(PATH, format!("{word:?}: write lower case, and е for ё")));
                }
            }
        }
        Ok(Self {
            given: forms(&file.given),
            words: forms(&file.words),
            not_alone: forms(&file.not_alone),
            surnames: forms(&file.surnames),
            given_endings: file.given_endings,
            surname_endings: file.surname_endings,
            patronymic_endings: file.patronymic_endings,
            longest_tail: file.case_tails.iter().map(|tail| tail.chars().count()).max().unwrap_or_default(),
            case_tails: file.case_tails.into_iter().collect(),
            not_surnames: forms(&file.not_surnames),
            roles: Words::of(file.roles),
            not_after: Words::of(file.not_after),
            not_before: Words::of(file.not_before),
            goods: Words::of(file.goods),
            sites: Words::of(file.sites),
            on: file.on.into_iter().collect(),
            proper: Words::of(file.proper),
            firms: Words::of(file.firms),
            at: file.at.into_iter().collect(),
            locative_endings: file.locative_endings,
            personal_endings: file.personal_endings,
            units: Words::of(file.units),
            epithets: file.epithets.into_iter().collect(),
            honorifics: forms(&file.honorifics),
            kin: Words::of(file.kin),
            genitive_endings: file.genitive_endings,
            joins: file.joins.into_iter().collect(),
            several: file.several.into_iter().collect(),
            place_endings: file.place_endings,
            gangs: file.gangs.into_iter().collect(),
        })
    }

    pub(super) fn is_given(&self, word: &str) -> bool {
        self.given.contains(word)
    }

    /// Whether the word is formed as given names are: `…бек`, `…гүл`.
    pub(super) fn is_given_by_ending(&self, word: &str) -> bool {
        self.ends(word, &self.given_endings, 3)
    }

    /// Whether a given name is an ordinary word, too.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// Whether a given name means something else where it stands alone.
    pub(super) fn is_not_alone(&self, word: &str) -> bool {
        self.not_alone.contains(word)
    }

    pub(super) fn is_surname(&self, word: &str) -> bool {
        self.surnames.contains(word)
    }

    pub(super) fn is_surname_by_ending(&self, word: &str) -> bool {
        self.ends(word, &self.surname_endings, 3) && !self.not_surnames.contains(word)
    }

    pub(super) fn is_patronymic(&self, word: &str) -> bool {
        self.ends(word, &self.patronymic_endings, 2)
    }

    /// Whether the word is a stem of at least `stem` letters, one of the endings, and a case.
    fn ends(&self, word: &str, endings: &[String], stem: usize) -> bool {
        let ends = [word.len()].into_iter().chain(word.char_indices().rev().map(|(at, _)| at));
        ends.take(self.longest_tail + 1).filter(|end| self.case_tails.contains(&word[*end..])).any(|end| {
            let last = word.as_bytes()[..end].last();
            endings.iter().any(|ending| {
                // The last vowel of a feminine ending (`овна`, `ова`) changes with the case.
                let fixed = ending.strip_suffix('а').unwrap_or(ending);
                fixed.as_bytes().last() == last
                    && word[..end].strip_suffix(fixed).is_some_and(|before| {
                        // The last place of the ending alone counts.
                        before.chars().count() >= stem && word.rfind(fixed) == Some(before.len())
                    })
            })
        })
    }

    pub(super) fn is_role(&self, word: &str) -> bool {
        self.roles.has(word)
    }

    pub(super) fn names_a_thing_after(&self, word: &str) -> bool {
        self.not_after.has(word)
    }

    pub(super) fn names_a_thing_before(&self, word: &str) -> bool {
        self.not_before.has(word)
    }

    /// Whether a thing of a brand or make is meant: «автомат …».
    pub(super) fn is_goods(&self, word: &str) -> bool {
        self.goods.has(word)
    }

    /// Whether something that has a place is meant, or happens at one: «авария на …».
    pub(super) fn is_site(&self, word: &str) -> bool {
        self.sites.has(word)
    }

    /// Whether a street may follow: «на …».
    pub(super) fn is_on(&self, word: &str) -> bool {
        self.on.contains(word)
    }

    /// Whether the word has its capital in the name of an authority or a law.
    pub(super) fn is_proper(&self, word: &str) -> bool {
        self.proper.has(word)
    }

    /// Whether the word before says that a place follows.
    pub(super) fn is_at(&self, word: &str) -> bool {
        self.at.contains(word)
    }

    /// Whether the form says where something is.
    pub(super) fn is_locative(&self, word: &str) -> bool {
        self.locative_endings.iter().any(|ending| word.ends_with(ending.as_str()))
    }

    /// Whether the form after «в» is a person's, not a place's: «в Смагуловой».
    pub(super) fn is_personal(&self, word: &str) -> bool {
        self.personal_endings.iter().any(|ending| word.ends_with(ending.as_str()))
    }

    /// Whether a part of the country is meant: «аким района …» goes on with its name or with a person's.
    pub(super) fn is_unit(&self, word: &str) -> bool {
        self.units.has(word)
    }

    /// Whether the word belongs to the name of somebody things are named after: «Абылай хан».
    pub(super) fn is_epithet(&self, word: &str) -> bool {
        self.epithets.contains(word)
    }

    /// Whether the word stands behind a person's name: «Роза апай».
    pub(super) fn is_honorific(&self, word: &str) -> bool {
        self.honorifics.contains(word)
    }

    /// Whether somebody's relative is meant.
    pub(super) fn is_kin(&self, word: &str) -> bool {
        self.kin.has(word)
    }

    /// Whether the form is a Kazakh genitive.
    pub(super) fn is_genitive(&self, word: &str) -> bool {
        self.genitive_endings.iter().any(|ending| word.ends_with(ending.as_str()))
    }

    /// Whether the word or mark joins names: «Сериков, Ли и …».
    pub(super) fn joins(&self, word: &str) -> bool {
        self.joins.contains(word)
    }

    /// Whether the word names several things at once: «улиц Абая и Толе би».
    pub(super) fn are_several(&self, word: &str) -> bool {
        self.several.contains(word)
    }

    /// Whether the word is formed as names of villages are: `…овка`.
    pub(super) fn is_place_by_ending(&self, word: &str) -> bool {
        self.place_endings.iter().any(|ending| word.ends_with(ending.as_str()))
    }

    pub(super) fn is_gang(&self, word: &str) -> bool {
        self.gangs.contains(word)
    }

    pub(super) fn is_firm(&self, word: &str) -> bool {
        self.firms.has(word)
    }
}

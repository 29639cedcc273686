//! Abroad: whether a result is another country's, by places, authorities and what was said before.

use super::Language;
use super::candidate::Candidate;
use super::context::{Context, Domestic, Surroundings};
use super::lexicon::Dimension;
use super::pattern::Mark;
use super::place::{PlaceHit, PlaceKind};
use super::token::TokenStream;
use std::ops::Range;

/// Sentences back over which a place abroad holds on, in an article that is not about that country.
const HOLDS: usize = 6;
/// So many times more sentences about other countries than about ours make an article theirs: what is told of it
/// without a place happened where the last place was.
const THEIRS: usize = 2;

/// Whether only Kazakhstan has such an authority.
pub(super) fn is_own(code: &str) -> bool {
    matches!(code, "knb" | "afm" | "antikor" | "national_guard")
}

/// First tokens of the places that describe a person: "жителя Павлодара", "хакера из Казахстана", "казахстанского блогера".
pub(super) fn of_persons(stream: &TokenStream<'_>, marks: &[Mark], places: &[PlaceHit]) -> Vec<usize> {
    let person = |m: &&Mark| m.dimension == Dimension::Person;
    let describes = |h: &&PlaceHit| {
        let (start, end) = (h.tokens.start, h.tokens.end);
        let from = start > 0 && stream.lower(start - 1) == "из";
        let behind = |m: &Mark| m.end == start || from && m.end + 1 == start;
        marks.iter().filter(person).any(|m| behind(m) || h.adjective_or_inhabitant && m.start == end)
    };
    places.iter().filter(describes).map(|h| h.tokens.start).collect()
}

/// Whether a village is only told by its head ("в посёлке Лунево"): every country may have it.
fn is_unlisted(place: &PlaceHit) -> bool {
    place.kind == PlaceKind::Village && place.region.is_none() && place.kato.is_none() && place.candidates.is_empty()
}

/// Whether a place is another country, named and not told by an adjective or its people.
pub(super) fn is_state_abroad(place: &PlaceHit) -> bool {
    place.kind == PlaceKind::Country
        && !place.adjective_or_inhabitant
        && place.country.as_deref().is_some_and(|c| c != "KZ")
}

/// Whether a place tells whose authority a mark names: "суд Германии", "немецкий суд", "полиция Турции" as one mark.
pub(super) fn is_of(place: &PlaceHit, mark: &Mark, kazakh: bool) -> bool {
    let (start, end) = (place.tokens.start, place.tokens.end);
    let before = end == mark.start && (kazakh || place.adjective_or_inhabitant);
    let behind =
        !kazakh && start <= mark.end && mark.end <= end && !(place.adjective_or_inhabitant && start < mark.end);
    (before || behind) && place.country.as_deref().is_some_and(|c| c != "KZ") && !place.inhabitant
}

/// Whether the noun before a token is that of property, of which the token tells where it lies: "квартиры в Дубае",
/// "счета за рубежом".
pub(super) fn is_of_property(language: &Language, marks: &[Mark], at: usize) -> bool {
    let property = |m: &&Mark| {
        let code = language.lexicon.entries[m.entry as usize].code.as_ref();
        m.dimension == Dimension::Object && matches!(code, "real_estate" | "property" | "bank_account" | "land")
    };
    !language.kazakh && marks.iter().filter(property).any(|m| m.end == at)
}

/// The words between the commas around a token of a sentence.
pub(super) fn part(stream: &TokenStream<'_>, sentence: Range<usize>, at: usize) -> Range<usize> {
    let comma = |i: &usize| matches!(stream.lower(*i), "," | ";" | "(" | ")");
    let from = (sentence.start..at).rev().find(comma).map_or(sentence.start, |i| i + 1);
    let to = (at..sentence.end).find(comma).unwrap_or(sentence.end);
    from..to
}

impl Surroundings {
    /// Whether the sentence names a place at home: not a mere inhabitant, who may be anywhere.
    fn is_home(&self) -> bool {
        self.own
            || self.places.iter().any(|h| {
                let home = h.region.is_some() || h.country.as_deref() == Some("KZ") && !is_unlisted(h);
                // "ФСБ задержала уроженца Казахстана": whose somebody is tells no place beside another state's.
                let whose = self.abroad && self.persons.contains(&h.tokens.start);
                // "АСТАНА. Казинформ – В Москве задержан": where the newsroom sits.
                let office = self.abroad && h.dateline;
                // "завезены в Узбекистан из Казахстана": the country that things came from is not where they were found.
                let left = self.abroad && h.kind == PlaceKind::Country && self.passing.contains(&h.tokens.start);
                // "казахстанские банки", "казахстанские полицейские": the adjective tells whose an authority is.
                let near = h.tokens.end..h.tokens.end + WHOSE;
                let mere = h.kind == PlaceKind::Country
                    && h.adjective_or_inhabitant
                    && !self.countrywide.contains(&h.tokens.start)
                    && !self.agencies.iter().any(|(at, _)| near.contains(at));
                home && !h.inhabitant
                    && !mere
                    && !office
                    && !whose
                    && !left
                    && !self.citizens.iter().any(|(at, _)| *at == h.tokens.start)
            })
    }

    /// Whether the sentence names another country other than as a citizenship.
    fn names_abroad(&self) -> bool {
        self.abroad
            || self.places.iter().any(|h| {
                h.country.as_deref().is_some_and(|c| c != "KZ")
                    && !h.inhabitant
                    && !self.passing.contains(&h.tokens.start)
                    && !self.citizens.iter().any(|(at, _)| *at == h.tokens.start)
            })
    }
}

/// Whether a place is told as "столица": the capital of the country that the text is about.
pub(super) fn is_capital(stream: &TokenStream<'_>, place: &PlaceHit) -> bool {
    stream.lower(place.tokens.start).starts_with("столи")
}

impl Context<'_> {
    /// Forgets "столица" as a place of ours where the text tells of other countries and names nothing else of
    /// Kazakhstan, or where that capital's name or country follows: "в столице Малайзии".
    pub(super) fn without_capital(&mut self, stream: &TokenStream<'_>, title: &TokenStream<'_>) {
        let there = |h: &PlaceHit| h.country.as_deref().is_some_and(|c| c != "KZ") && !h.adjective_or_inhabitant;
        let named = |stream: &TokenStream<'_>, places: &[PlaceHit]| {
            let follows = |h: &PlaceHit| places.iter().any(|o| o.tokens.start == h.tokens.end && there(o));
            places.iter().any(|h| is_capital(stream, h) && follows(h))
        };
        let home = |stream: &TokenStream<'_>, places: &[PlaceHit]| {
            places.iter().any(|h| h.country.as_deref() == Some("KZ") && !is_capital(stream, h))
        };
        if home(title, &self.title.places)
            || self.totals.tenge > 0
            || self.sentences.iter().any(|s| s.own || s.national || home(stream, &s.places))
        {
            return;
        }
        let capital = |s: &&Surroundings| s.places.iter().any(|h| is_capital(stream, h));
        let with = self.sentences.iter().filter(capital).count();
        let abroad = self.sentences.iter().filter(|s| s.abroad && !capital(s)).count();
        let theirs = named(title, &self.title.places)
            || self.sentences.iter().any(|s| named(stream, &s.places))
            || abroad > 0 && abroad >= with;
        if theirs {
            self.title.places.retain(|h| !is_capital(title, h));
            // The numbers of the places at home count those that go.
            for (around, domestic) in self.sentences.iter_mut().zip(&mut self.domestic) {
                let before = around.places.len();
                around.places.retain(|h| !is_capital(stream, h));
                if around.places.len() < before {
                    *domestic = Domestic::default();
                }
            }
        }
    }

    /// Whether the candidate happened abroad: its sentence says so, or the last place named before it does. Assets are
    /// taken wherever they lie (`property`), unless another state's authority is named.
    pub fn is_abroad(&self, candidate: &Candidate, property: bool) -> bool {
        let around = &self.sentences[candidate.sentence];
        let (home, abroad) = self.totals.named;
        let read = &self.reads[candidate.sentence];
        // "В Италии конфисковали имущества на 30 млрд": where the deed was done, not where the thing lies.
        let opens = around.located.iter().any(|part| part.start == read.sentence.start);
        // "В Анталье накрыли казино. Конфискованы 14 рулеток": the aside goes on.
        let aside = || {
            candidate
                .sentence
                .checked_sub(1)
                .is_some_and(|s| self.reads[s].sentence.paragraph == read.sentence.paragraph && self.opens_abroad(s))
        };
        let ours = home >= abroad && home > 0 || self.totals.tenge > 2 * abroad && !self.title.foreign;
        if property && ours && !around.foreign && !opens && !aside() {
            return false;
        }
        let compatriot = || around.places.iter().any(|h| h.country.as_deref() == Some("KZ"));
        if around.is_home() || around.national && !around.abroad || home > abroad && compatriot() {
            return false;
        }
        if around.abroad && !(self.is_domestic() && self.is_aside(candidate)) {
            // "В Сингапуре таможня вскрыла контейнер": what the sentence opens with is no border that was crossed.
            return around.foreign
                || self.opens_abroad(candidate.sentence)
                || !around.agencies.iter().any(|(_, c)| c.as_ref() == "customs");
        }
        if home >= abroad && !aside() {
            return false;
        }
        let tells = |s: &&Surroundings| s.abroad || s.is_home() || s.national;
        let there = |s: &Surroundings| s.abroad && !s.is_home() && !s.national;
        // A joint operation is told with our share first; sums in tenge are of ours.
        let theirs =
            abroad > THEIRS * home && self.totals.tenge == 0 && self.sentences.iter().find(tells).is_some_and(there);
        if theirs && !property {
            let before = self.sentences[..candidate.sentence].iter().rev().find(tells);
            // A lead without a place is about what the text names next.
            return before.is_none_or(there);
        }
        let paragraph = read.sentence.paragraph;
        let last = (candidate.sentence.saturating_sub(HOLDS)..candidate.sentence)
            .rev()
            .take_while(|s| self.reads[*s].sentence.paragraph == paragraph)
            .map(|s| &self.sentences[s])
            .find(tells);
        last.is_some_and(there)
    }

    /// Whether the sentence says at its beginning that it tells of another country.
    fn opens_abroad(&self, sentence: usize) -> bool {
        let start = self.reads[sentence].sentence.start;
        let around = &self.sentences[sentence];
        let there = |h: &&PlaceHit| h.country.as_deref().is_some_and(|c| c != "KZ") && !h.adjective_or_inhabitant;
        let first = around.places.iter().filter(there).map(|h| h.tokens.start).min();
        first.is_some_and(|at| at <= start + OPENING && around.located.iter().any(|part| part.contains(&at)))
    }

    /// Whether the sentence names another country only beside the result, between commas of its own: "Шестеро задержаны,
    /// организатор, находящийся в Таиланде, объявлен в розыск".
    fn is_aside(&self, candidate: &Candidate) -> bool {
        let around = &self.sentences[candidate.sentence];
        let start = self.reads[candidate.sentence].sentence.start;
        let near = |part: &Range<usize>| part.start == start || part.start < candidate.to && candidate.from < part.end;
        !around.foreign && !around.located.is_empty() && !around.located.iter().any(near)
    }

    /// Sentences and headline that name places at home, and abroad.
    pub(super) fn named(&self) -> (usize, usize) {
        let title = |home: bool| {
            let there = |h: &PlaceHit| (h.country.as_deref() == Some("KZ")) == home && !h.inhabitant && !is_unlisted(h);
            usize::from(self.title.places.iter().any(there))
        };
        let home = self.sentences.iter().filter(|s| s.is_home()).count() + title(true);
        let abroad =
            self.sentences.iter().filter(|s| s.names_abroad()).count() + title(false) + usize::from(self.title.foreign);
        // "В посёлке Кенес задержан житель Бишкека": a village that no list has weighs little, but it weighs.
        let unlisted = self.sentences.iter().filter(|s| !s.is_home() && s.places.iter().any(is_unlisted)).count();
        let state = self.title.places.iter().any(is_state_abroad);
        let home = if !state && abroad <= UNLISTED * unlisted { home + unlisted } else { home };
        // "Таблетки изъяты. Владелица, говорят, уже в Дубае": a country named in passing makes no report its own.
        let theirs =
            |s: &Surroundings| s.places.iter().filter(|h| h.country.as_deref().is_some_and(|c| c != "KZ")).count();
        let mere = || {
            !self.title.foreign
                && !self.sentences.iter().any(|s| s.foreign)
                && !self.sentences.iter().take(LEAD).any(Surroundings::names_abroad)
                && self.title.places.iter().all(|h| h.country.as_deref() == Some("KZ"))
                && self.sentences.iter().map(theirs).sum::<usize>().max(abroad) * PASSING <= self.sentences.len()
        };
        (home, if home == 0 && abroad > 0 && mere() { 0 } else { abroad })
    }

    /// Whether the article names Kazakhstan at all, if only by its people, or no other country.
    pub fn names_home(&self) -> bool {
        let home = |s: &Surroundings| s.places.iter().any(|h| h.country.as_deref() == Some("KZ"));
        self.is_domestic() || self.sentences.iter().any(home)
    }

    /// Whether the article is of Kazakhstan: it names a place or an authority there, or no other country.
    pub fn is_domestic(&self) -> bool {
        let (home, abroad) = self.totals.named;
        if home > 0 {
            return home * FOREIGN > abroad;
        }
        let national = self.title.national || self.sentences.iter().any(|s| s.national);
        // A report in tenge that names no town is ours.
        if !self.title.foreign && abroad > 0 && self.totals.tenge > 2 * abroad {
            return true;
        }
        // "Ущерб – 300 тысяч сомов": a report in another country's money that names nothing of ours.
        if abroad == 0 && self.totals.foreign_money {
            return national || self.sentences.iter().any(|s| s.own);
        }
        abroad == 0
            || national
                && abroad < 2
                && !self.title.foreign
                && !self.title.places.iter().any(|h| h.country.as_deref().is_some_and(|c| c != "KZ") && !h.inhabitant)
    }
}

/// Sentences of the lead, which tells whose news it is.
const LEAD: usize = 2;
/// In so many sentences at least one country is named in passing.
const PASSING: usize = 5;
/// Tokens from an adjective to the authority that it describes.
const WHOSE: usize = 3;
/// Tokens within which a sentence's first place opens it: "А в турецкой Анталье".
const OPENING: usize = 3;
/// So many sentences about other countries outweigh one about Kazakhstan.
const FOREIGN: usize = 8;
/// More than so many outweigh one about a village that may be anywhere.
const UNLISTED: usize = 2;

#[cfg(test)]
mod tests {
    use crate::extract::Extractor;
    use crate::knowledge::Knowledge;
    use crate::record::Article;

    /// The types and objects that an article's text proposes.
    fn told(extractor: &Extractor, title: &str, text: &str) -> Vec<String> {
        let article = Article { title: Some(title.into()), text: text.into(), ..Article::default() };
        let proposals = extractor.proposals(&article);
        let body = proposals.iter().filter(|p| !p.title);
        body.map(|p| format!("{} {}", p.mention.event_type, p.mention.object)).collect()
    }

    #[test]
    fn where_property_lies_is_not_where_it_was_taken() {
        let extractor = Extractor::new(&Knowledge::embedded()).unwrap();
        let ours =
            "АФМ пресекло деятельность пирамиды. На квартиры в Анталье и автомобили наложен арест. Сайт заблокирован.";
        let found = told(&extractor, "Организаторы пирамиды арестованы", ours);
        for wanted in ["asset_freeze real_estate", "asset_freeze vehicle", "blocking website"] {
            assert!(found.iter().any(|f| f == wanted), "{wanted}: {found:?}");
        }
        let theirs = "Полиция Турции провела рейд. В Анталье на квартиры и автомобили наложен арест.";
        let found = told(&extractor, "В Турции задержали организаторов пирамиды", theirs);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn a_country_named_in_passing_makes_no_report_its_own() {
        let extractor = Extractor::new(&Knowledge::embedded()).unwrap();
        let ours = "Полицейские пришли в аптеку у вокзала. Таблетки изъяты, двое фармацевтов задержаны. Возбуждено дело. \
                    Аптека закрыта. Владелица, говорят, уже в Дубае, её объявили в розыск.";
        let found = told(&extractor, "Аптеку у вокзала закрыли", ours);
        for wanted in ["detention person", "wanted_notice person"] {
            assert!(found.iter().any(|f| f == wanted), "{wanted}: {found:?}");
        }
        let theirs = "В Дубае полицейские пришли в аптеку у вокзала. Таблетки изъяты, двое фармацевтов задержаны.";
        let found = told(&extractor, "Аптеку у вокзала закрыли", theirs);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn the_capital_of_another_country_is_no_place_at_home() {
        let extractor = Extractor::new(&Knowledge::embedded()).unwrap();
        let text = "В столице Малайзии полиция задержала двоих. В столице изъято 3 кг героина.";
        assert!(told(&extractor, "В столице задержаны двое", text).is_empty());
    }
}

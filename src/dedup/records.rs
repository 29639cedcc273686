//! The articles and mentions of a run, as the tables are written from them: in memory, or on a shelf.

use super::column::Column;
use super::features::Fingerprint;
use super::pile::Flat;
use super::run::Deduplicator;
use super::shelf::{Lying, Shelf};
use crate::record::{Article, Figure, Mention};
use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

/// An article that was put on a shelf with its mentions and its fingerprint, as far as its place in the order asks for
/// it: 56 bytes.
#[derive(Debug, Clone)]
pub struct Filed {
    published_at: Option<DateTime<Utc>>,
    /// Its outlet's number, from 1; 0 where it has none. The highest bit is set where an authority wrote it.
    told_by: u32,
    id: Id,
    pub(super) lying: Lying,
}

/// The bit of an authority's own articles.
const AGENCY: u32 = 1 << 31;

impl Filed {
    /// The article's id.
    pub fn article_id(&self) -> Cow<'_, str> {
        self.id.text()
    }

    /// How many mentions it has.
    pub fn mentions(&self) -> usize {
        self.lying.mentions as usize
    }

    /// The order of publication.
    pub(super) fn in_order(&self, other: &Self) -> Ordering {
        (self.published_at, &self.id).cmp(&(other.published_at, &other.id))
    }
}

/// An article's id: nearly all are `page-` and 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Id {
    Page(u64),
    Other(Box<str>),
}

impl Id {
    fn of(text: &str) -> Self {
        let digits = text.strip_prefix("page-").filter(|digits| digits.len() == 16);
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let digits = digits.filter(|digits| digits.bytes().all(is_digit));
        let number = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
        number.map_or_else(|| Self::Other(text.into()), Self::Page)
    }

    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Page(number) => Cow::Owned(format!("page-{number:016x}")),
            Self::Other(text) => Cow::Borrowed(text),
        }
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Page(a), Self::Page(b)) => a.cmp(b),
            _ => self.text().cmp(&other.text()),
        }
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A [`Filed`] article as it lies on the shelf itself: 48 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// Seconds and nanoseconds.
    published_at: Option<(i64, u32)>,
    told_by: u32,
    /// The number of an id that is one, or where its text lies.
    id: u64,
    /// One more than the bytes of the text; 0 where the id is a number.
    text: u32,
    pub(super) lying: Lying,
}

/// In the place of nanoseconds where nothing is published.
const NEVER: u32 = u32::MAX;

impl Slot {
    /// Puts the id away where it is no number.
    fn of(filed: &Filed, shelf: &dyn Shelf) -> Self {
        let (id, text) = match &filed.id {
            Id::Page(number) => (*number, 0),
            Id::Other(text) => (shelf.put(text.as_bytes()), text.len() as u32 + 1),
        };
        let published_at = filed.published_at.map(|at| (at.timestamp(), at.timestamp_subsec_nanos()));
        Self { published_at, told_by: filed.told_by, id, text, lying: filed.lying }
    }

    fn id(&self, shelf: &dyn Shelf) -> Id {
        let Some(length) = self.text.checked_sub(1) else { return Id::Page(self.id) };
        let mut bytes = Vec::new();
        shelf.get(self.id, length as usize, &mut bytes);
        let text = String::from_utf8(bytes).unwrap_or_else(|_| {
            shelf.damaged(self.id);
            String::new()
        });
        Id::Other(text.into())
    }

    /// How many mentions it has.
    pub(super) fn mentions(&self) -> usize {
        self.lying.mentions as usize
    }

    #[cfg(test)]
    pub(super) fn lying(lying: Lying) -> Self {
        Self { published_at: None, told_by: 0, id: 0, text: 0, lying }
    }
}

impl Flat for Slot {
    const WORDS: usize = 12;

    fn put(self, mut word: impl FnMut(u32)) {
        let (seconds, nanoseconds) = self.published_at.unwrap_or((0, NEVER));
        let Lying { at, head, print, mentions } = self.lying;
        for long in [seconds.cast_unsigned(), self.id, at] {
            long.put(&mut word);
        }
        [nanoseconds, self.told_by, self.text, head, print, mentions].into_iter().for_each(word);
    }

    fn of(word: impl Fn(usize) -> u32) -> Self {
        let long = |at: usize| u64::of(|part| word(at + part));
        let published_at = Some((long(0).cast_signed(), word(6))).filter(|(_, nanoseconds)| *nanoseconds != NEVER);
        let lying = Lying { at: long(4), head: word(9), print: word(10), mentions: word(11) };
        Self { published_at, told_by: word(7), id: long(2), text: word(8), lying }
    }
}

/// The names of outlets, each once.
#[derive(Debug, Default)]
pub struct Outlets(Mutex<Numbered>);

/// Numbers by name, and names by number.
type Numbered = (FxHashMap<Arc<str>, u32>, Vec<Arc<str>>);

impl Outlets {
    /// The number of an outlet, from 1.
    fn number(&self, name: &str) -> u32 {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (numbers, names) = &mut *known;
        if let Some(number) = numbers.get(name) {
            return *number;
        }
        let name: Arc<str> = name.into();
        names.push(name.clone());
        numbers.insert(name, names.len() as u32);
        names.len() as u32
    }

    fn into_names(self) -> Vec<Arc<str>> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).1
    }
}

impl Deduplicator {
    /// Puts an article and its mentions on a shelf; its text is not needed any more.
    pub fn file(&self, article: &Article, mut mentions: Vec<Mention>, shelf: &dyn Shelf, outlets: &Outlets) -> Filed {
        mentions.sort_by(|a, b| a.mention_id.cmp(&b.mention_id));
        let own: Vec<&Mention> = mentions.iter().collect();
        let print = Fingerprint::new(article, &own, self.background()).to_bytes();
        let mut bytes = Vec::new();
        article.pack_head(&mut bytes);
        let head = bytes.len() as u32;
        bytes.extend(&print);
        let mut told = Vec::new();
        for mention in own {
            mention.pack(&mut told);
            bytes.extend((told.len() as u32).to_le_bytes());
        }
        bytes.extend(told);
        let lying = Lying { at: shelf.put(&bytes), head, print: print.len() as u32, mentions: mentions.len() as u32 };
        let outlet = article.outlet.as_deref().map_or(0, |name| outlets.number(name));
        let told_by = outlet | if article.author_is_agency { AGENCY } else { 0 };
        Filed { published_at: article.published_at, told_by, id: Id::of(&article.article_id), lying }
    }
}

/// The records, by position in the order of publication.
#[derive(Debug)]
pub(super) enum Records {
    /// In memory: the articles, and the mentions of each, by id.
    Own { articles: Vec<Article>, mentions: Vec<Vec<Mention>> },
    /// On a shelf.
    Lent(Lent),
}

/// Articles on a shelf, in the order of publication.
#[derive(Debug, Clone)]
pub(super) struct Lent {
    shelf: Arc<dyn Shelf>,
    pub(super) slots: Arc<Column<Slot>>,
    outlets: Arc<[Arc<str>]>,
}

impl Lent {
    pub(super) fn new(shelf: Arc<dyn Shelf>, mut filed: Vec<Filed>, outlets: Outlets) -> Self {
        filed.sort_unstable_by(Filed::in_order);
        let slots = Column::of(Some(shelf.clone()), filed.into_iter().map(|filed| Slot::of(&filed, &*shelf)));
        Self { shelf, slots: Arc::new(slots), outlets: outlets.into_names().into() }
    }

    fn id(&self, at: usize) -> Id {
        self.slots.get(at as u32).id(&*self.shelf)
    }

    /// The ids, by position.
    pub(super) fn ids(&self) -> impl Iterator<Item = String> {
        (0..self.slots.len() as usize).map(|at| self.id(at).text().into_owned())
    }

    fn lying(&self, at: usize) -> Lying {
        self.slots.get(at as u32).lying
    }

    fn teller(&self, at: usize) -> Article {
        let slot = self.slots.get(at as u32);
        let outlet = (slot.told_by & !AGENCY).checked_sub(1);
        let published_at = slot.published_at;
        Article {
            article_id: slot.id(&*self.shelf).text().into_owned(),
            // What could not be read is told by the shelf.
            outlet: outlet.and_then(|outlet| self.outlets.get(outlet as usize)).map(ToString::to_string),
            author_is_agency: slot.told_by & AGENCY != 0,
            published_at: published_at.and_then(|(seconds, part)| DateTime::from_timestamp(seconds, part)),
            ..Article::default()
        }
    }
}

/// Bytes of where a mention ends.
const END: usize = 4;

/// A mention, or an empty one in the place of one whose bytes make none: then nothing of the run is used.
fn sound(mention: Option<Mention>, shelf: &dyn Shelf, lying: Lying) -> Mention {
    mention.unwrap_or_else(|| {
        shelf.damaged(lying.at);
        Mention::default()
    })
}

fn end_of(bytes: &[u8]) -> usize {
    bytes.first_chunk().map_or(0, |end| u32::from_le_bytes(*end)) as usize
}

impl Records {
    pub(super) fn article_id(&self, at: usize) -> Cow<'_, str> {
        match self {
            Self::Own { articles, .. } => Cow::Borrowed(&articles[at].article_id),
            Self::Lent(lent) => Cow::Owned(lent.id(at).text().into_owned()),
        }
    }

    /// The positions of the articles in the order of their ids.
    pub(super) fn by_id(&self) -> Vec<u32> {
        match self {
            Self::Own { articles, .. } => {
                let mut sorted: Vec<u32> = (0..articles.len() as u32).collect();
                sorted.sort_unstable_by_key(|at| &articles[*at as usize].article_id);
                sorted
            }
            Self::Lent(lent) => {
                let mut sorted: Vec<(Id, u32)> = (0..lent.slots.len()).map(|at| (lent.id(at as usize), at)).collect();
                sorted.sort_unstable();
                sorted.into_iter().map(|(_, at)| at).collect()
            }
        }
    }

    /// What an event asks of an article: its id, outlet and publication, and whether an authority wrote it.
    pub(super) fn teller(&self, at: usize) -> Cow<'_, Article> {
        match self {
            Self::Own { articles, .. } => Cow::Borrowed(&articles[at]),
            Self::Lent(lent) => Cow::Owned(lent.teller(at)),
        }
    }

    /// What a story asks of an article: the same, its language and title.
    pub(super) fn head(&self, at: usize) -> Cow<'_, Article> {
        match self {
            Self::Own { articles, .. } => Cow::Borrowed(&articles[at]),
            Self::Lent(lent @ Lent { shelf, .. }) => {
                let (lying, mut bytes) = (lent.lying(at), Vec::new());
                shelf.get(lying.at, lying.head as usize, &mut bytes);
                Article::unpack_head(&bytes).map_or_else(
                    || {
                        shelf.damaged(lying.at);
                        self.teller(at)
                    },
                    Cow::Owned,
                )
            }
        }
    }

    /// The bytes of the mentions of an article from one on, as far as another one.
    fn told(shelf: &dyn Shelf, lying: Lying, numbers: std::ops::Range<usize>) -> (Vec<usize>, Vec<u8>) {
        let ends_at = lying.at + u64::from(lying.head) + u64::from(lying.print);
        let told_at = ends_at + u64::from(lying.mentions) * END as u64;
        let before = numbers.start.saturating_sub(1);
        let mut bytes = Vec::new();
        shelf.get(ends_at + (before * END) as u64, (numbers.end - before) * END, &mut bytes);
        let mut ends: Vec<usize> = bytes.chunks_exact(END).map(end_of).collect();
        if numbers.start == 0 {
            ends.insert(0, 0);
        }
        let (start, end) = (ends.first().copied().unwrap_or_default(), ends.last().copied().unwrap_or_default());
        shelf.get(told_at + start as u64, end.saturating_sub(start), &mut bytes);
        for end in &mut ends {
            *end = end.saturating_sub(start);
        }
        (ends, bytes)
    }

    /// A mention's ids and figure.
    pub(super) fn figure(&self, at: usize, number: usize) -> Cow<'_, Mention> {
        match self {
            Self::Own { mentions, .. } => Cow::Borrowed(&mentions[at][number]),
            Self::Lent(lent @ Lent { shelf, .. }) => {
                let lying = lent.lying(at);
                let (_, bytes) = Self::told(&**shelf, lying, number..number + 1);
                let figure = Figure::unpack(&bytes).map(|figure| Mention {
                    mention_id: figure.mention_id.to_owned(),
                    article_id: figure.article_id.to_owned(),
                    value: figure.value,
                    qualifier: figure.qualifier,
                    ..Mention::default()
                });
                Cow::Owned(sound(figure, &**shelf, lying))
            }
        }
    }

    /// A mention.
    pub(super) fn mention(&self, at: usize, number: usize) -> Cow<'_, Mention> {
        match self {
            Self::Own { mentions, .. } => Cow::Borrowed(&mentions[at][number]),
            Self::Lent(lent @ Lent { shelf, .. }) => {
                let lying = lent.lying(at);
                let (_, bytes) = Self::told(&**shelf, lying, number..number + 1);
                Cow::Owned(sound(Mention::unpack(&bytes), &**shelf, lying))
            }
        }
    }

    /// The mentions of an article, by id.
    pub(super) fn mentions(&self, at: usize) -> Vec<Mention> {
        match self {
            Self::Own { mentions, .. } => mentions[at].clone(),
            Self::Lent(lent @ Lent { shelf, .. }) => {
                let lying = lent.lying(at);
                let n = lying.mentions as usize;
                if n == 0 {
                    return Vec::new();
                }
                let (ends, bytes) = Self::told(&**shelf, lying, 0..n);
                let mention = |ends: &[usize]| bytes.get(ends[0]..ends[1]).and_then(Mention::unpack);
                ends.windows(2).map(|ends| sound(mention(ends), &**shelf, lying)).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::super::shelf::tests::Memory;
    use super::*;

    #[test]
    fn records_on_a_shelf_are_those_in_memory() {
        let deduplicator = Deduplicator::embedded(Settings::default());
        let article = |id: usize| Article {
            article_id: format!("a{id}"),
            outlet: (id > 0).then(|| "outlet".into()),
            title: Some(format!("Заголовок {id}")),
            language: Some("ru".into()),
            author_is_agency: id == 1,
            published_at: chrono::DateTime::from_timestamp(id as i64, 0),
            ..Article::default()
        };
        let mention = |id: usize, n: usize| Mention {
            mention_id: format!("m{n}"),
            article_id: format!("a{id}"),
            value: (n > 0).then_some(n as f64),
            evidence: "слово ".repeat(n),
            ..Mention::default()
        };
        let articles: Vec<Article> = (0..4).map(article).collect();
        let mentions: Vec<Vec<Mention>> = (0..4).map(|id| (0..id).map(|n| mention(id, n)).collect()).collect();
        let shelf = Arc::new(Memory::default());
        let outlets = Outlets::default();
        let file = |(a, m): (&Article, &Vec<Mention>)| {
            deduplicator.file(a, m.iter().rev().cloned().collect(), &*shelf, &outlets)
        };
        let filed: Vec<Filed> = articles.iter().zip(&mentions).map(file).collect();
        let lent = Records::Lent(Lent::new(shelf.clone(), filed, outlets));
        let own = Records::Own { articles, mentions };
        assert_eq!(own.by_id(), lent.by_id());
        for at in 0..4 {
            assert_eq!(own.article_id(at), lent.article_id(at));
            assert_eq!(own.head(at), lent.head(at));
            assert_eq!(Article { title: None, language: None, ..own.head(at).into_owned() }, *lent.teller(at));
            assert_eq!(own.mentions(at), lent.mentions(at));
            for number in 0..at {
                assert_eq!(own.mention(at, number), lent.mention(at, number));
                let figure = lent.figure(at, number);
                assert_eq!((&figure.mention_id, figure.value), (&format!("m{number}"), own.mention(at, number).value));
            }
        }
        assert!(shelf.damaged.lock().expect("lock").is_empty());
        shelf.bytes.lock().expect("lock").fill(0);
        assert_eq!((lent.head(2).title.as_deref(), lent.mention(2, 1).into_owned()), (None, Mention::default()));
        assert_eq!(shelf.damaged.lock().expect("lock").len(), 2, "both are told");
    }

    #[test]
    fn ids_are_kept_and_sort_as_their_texts_do() {
        let texts = [
            "",
            "page-",
            "page-0",
            "page-0000000000000000",
            "page-00000000000000ff",
            "page-00000000000000FF",
            "page-000000000000000g",
            "page-+00000000000000f",
            "page-ffffffffffffffff",
            "page-ffffffffffffffff0",
            "статья",
        ];
        assert_eq!(size_of::<Filed>(), 56);
        for a in texts {
            assert_eq!(Id::of(a).text(), a);
            for b in texts {
                assert_eq!(Id::of(a).cmp(&Id::of(b)), a.cmp(b), "{a} {b}");
            }
        }
    }
}

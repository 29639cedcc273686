//! The articles and mentions of a run, as the tables are written from them: in memory, or on a shelf.

use super::features::Fingerprint;
use super::index::{self, Place};
use super::run::Deduplicator;
use super::shelf::{Lying, Shelf};
use crate::record::{Article, Figure, Mention};
use std::borrow::Cow;
use std::sync::Arc;

/// An article that was put on a shelf with its mentions and its fingerprint, as far as it is held.
#[derive(Debug, Clone)]
pub struct Filed {
    pub(super) place: Place,
    /// Its outlet.
    pub outlet: Option<Arc<str>>,
    pub(super) author_is_agency: bool,
    pub(super) lying: Lying,
}

impl Filed {
    /// The article's id.
    pub fn article_id(&self) -> &str {
        &self.place.1
    }

    /// How many mentions it has.
    pub fn mentions(&self) -> usize {
        self.lying.mentions as usize
    }
}

impl Deduplicator {
    /// Puts an article and its mentions on a shelf; its text is not needed any more.
    pub fn file(&self, article: &Article, mut mentions: Vec<Mention>, shelf: &dyn Shelf) -> Filed {
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
        let outlet = article.outlet.as_deref().map(Arc::from);
        Filed { place: index::place(article), outlet, author_is_agency: article.author_is_agency, lying }
    }
}

/// The records, by position in the order of publication.
#[derive(Debug)]
pub(super) enum Records {
    /// In memory: the articles, and the mentions of each, by id.
    Own { articles: Vec<Article>, mentions: Vec<Vec<Mention>> },
    /// On a shelf.
    Lent { shelf: Arc<dyn Shelf>, filed: Vec<Filed> },
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
    pub(super) fn article_id(&self, at: usize) -> &str {
        match self {
            Self::Own { articles, .. } => &articles[at].article_id,
            Self::Lent { filed, .. } => filed[at].article_id(),
        }
    }

    /// What an event asks of an article: its id, outlet and publication, and whether an authority wrote it.
    pub(super) fn teller(&self, at: usize) -> Cow<'_, Article> {
        match self {
            Self::Own { articles, .. } => Cow::Borrowed(&articles[at]),
            Self::Lent { filed, .. } => {
                let Filed { place: (published_at, id), outlet, author_is_agency, .. } = &filed[at];
                Cow::Owned(Article {
                    article_id: id.to_string(),
                    outlet: outlet.as_deref().map(str::to_owned),
                    author_is_agency: *author_is_agency,
                    published_at: *published_at,
                    ..Article::default()
                })
            }
        }
    }

    /// What a story asks of an article: the same, its language and title.
    pub(super) fn head(&self, at: usize) -> Cow<'_, Article> {
        match self {
            Self::Own { articles, .. } => Cow::Borrowed(&articles[at]),
            Self::Lent { shelf, filed } => {
                let (lying, mut bytes) = (filed[at].lying, Vec::new());
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
            Self::Lent { shelf, filed } => {
                let (_, bytes) = Self::told(&**shelf, filed[at].lying, number..number + 1);
                let figure = Figure::unpack(&bytes).map(|figure| Mention {
                    mention_id: figure.mention_id.to_owned(),
                    article_id: figure.article_id.to_owned(),
                    value: figure.value,
                    qualifier: figure.qualifier,
                    ..Mention::default()
                });
                Cow::Owned(sound(figure, &**shelf, filed[at].lying))
            }
        }
    }

    /// A mention.
    pub(super) fn mention(&self, at: usize, number: usize) -> Cow<'_, Mention> {
        match self {
            Self::Own { mentions, .. } => Cow::Borrowed(&mentions[at][number]),
            Self::Lent { shelf, filed } => {
                let (_, bytes) = Self::told(&**shelf, filed[at].lying, number..number + 1);
                Cow::Owned(sound(Mention::unpack(&bytes), &**shelf, filed[at].lying))
            }
        }
    }

    /// The mentions of an article, by id.
    pub(super) fn mentions(&self, at: usize) -> Vec<Mention> {
        match self {
            Self::Own { mentions, .. } => mentions[at].clone(),
            Self::Lent { shelf, filed } => {
                let n = filed[at].mentions();
                if n == 0 {
                    return Vec::new();
                }
                let (ends, bytes) = Self::told(&**shelf, filed[at].lying, 0..n);
                let mention = |ends: &[usize]| bytes.get(ends[0]..ends[1]).and_then(Mention::unpack);
                ends.windows(2).map(|ends| sound(mention(ends), &**shelf, filed[at].lying)).collect()
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
        let file = |(a, m): (&Article, &Vec<Mention>)| deduplicator.file(a, m.iter().rev().cloned().collect(), &*shelf);
        let filed: Vec<Filed> = articles.iter().zip(&mentions).map(file).collect();
        let (own, lent) = (Records::Own { articles, mentions }, Records::Lent { shelf: shelf.clone(), filed });
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
}

//! What the pairs of articles that met left behind: who met whom, and the mentions that may be one result.

use super::cluster::Refusals;
use super::features::Fingerprint;
use super::index::Crossing;
use super::link::{self, REFUSED};
use super::shelf::{Prints, Shelf};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Where the earlier articles of each article end, and all of them.
type Rows = (Box<[u32]>, Box<[u32]>);

/// The earlier articles that each article met, sorted.
#[derive(Debug, Clone, Default)]
pub(super) struct Met {
    /// Those of articles that were added together.
    rows: Vec<Rows>,
    /// The position of the first article of each, and after the last.
    from: Vec<u32>,
}

impl Met {
    /// Adds the articles that follow, with those that each one met.
    pub(super) fn add(&mut self, rows: impl ExactSizeIterator<Item = Vec<u32>>) {
        let mut ends = Vec::with_capacity(rows.len());
        let mut earlier = Vec::new();
        for row in rows {
            earlier.extend(row);
            ends.push(earlier.len() as u32);
        }
        if self.from.is_empty() {
            self.from.push(0);
        }
        self.from.push(self.len() + ends.len() as u32);
        self.rows.push((ends.into(), earlier.into()));
    }

    fn len(&self) -> u32 {
        self.from.last().copied().unwrap_or_default()
    }

    /// Forgets the articles from a position on.
    pub(super) fn truncate(&mut self, from: u32) {
        while self.len() > from {
            self.from.pop();
            let Some((ends, earlier)) = self.rows.pop() else { return };
            let kept = &ends[..from.saturating_sub(self.len()) as usize];
            if let Some(end) = kept.last() {
                self.from.push(from);
                self.rows.push((kept.into(), earlier[..*end as usize].into()));
            }
        }
    }

    /// Whom an article met.
    pub(super) fn row(&self, later: u32) -> &[u32] {
        let part = self.from.partition_point(|from| *from <= later).saturating_sub(1);
        let Some((ends, earlier)) = self.rows.get(part) else { return &[] };
        let at = (later - self.from[part]) as usize;
        let start = if at == 0 { 0 } else { ends[at - 1] };
        &earlier[start as usize..ends[at] as usize]
    }

    /// All pairs, an earlier and a later article each.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (u32, u32)> {
        (0..self.len()).flat_map(|later| self.row(later).iter().map(move |earlier| (*earlier, later)))
    }
}

/// Crossings in the order of their later articles: in memory, or on a shelf.
#[derive(Debug, Clone, Default)]
pub(super) struct Crossings {
    own: Vec<Crossing>,
    shelf: Option<Arc<dyn Shelf>>,
    /// Where those on the shelf begin, and how many follow each other there.
    lent: Vec<(u64, usize)>,
}

/// Bytes of one.
const BYTES: usize = 16;
/// How many are read at a time.
const AT_A_TIME: usize = 1 << 14;

impl Crossings {
    pub(super) fn on(shelf: Arc<dyn Shelf>) -> Self {
        Self { shelf: Some(shelf), ..Self::default() }
    }

    /// Those in memory, which alone may change.
    pub(super) fn own(&mut self) -> &mut Vec<Crossing> {
        &mut self.own
    }

    /// Puts away what was added.
    pub(super) fn settle(&mut self) {
        let Some(shelf) = self.shelf.as_ref().filter(|_| !self.own.is_empty()) else { return };
        let mut held = Vec::with_capacity(AT_A_TIME * BYTES);
        for some in self.own.chunks(AT_A_TIME) {
            held.clear();
            for Crossing { a, b, pair } in some {
                let numbers = u32::from(pair.x) | u32::from(pair.y) << 16;
                held.extend([*a, *b, numbers, pair.score.to_bits()].iter().flat_map(|word| word.to_le_bytes()));
            }
            self.lent.push((shelf.put(&held), some.len()));
        }
        self.own = Vec::new();
    }

    pub(super) fn for_each(&self, mut f: impl FnMut(&Crossing)) {
        let mut held = Vec::new();
        for (at, n) in &self.lent {
            if let Some(shelf) = &self.shelf {
                shelf.get(*at, n * BYTES, &mut held);
            }
            for bytes in held.chunks_exact(BYTES) {
                let word = |i: usize| bytes[i * 4..].first_chunk().map_or(0, |word| u32::from_le_bytes(*word));
                let (x, y) = (word(2) as u16, (word(2) >> 16) as u16);
                let pair = link::Pair { x, y, score: f32::from_bits(word(3)) };
                f(&Crossing { a: word(0), b: word(1), pair });
            }
        }
        self.own.iter().for_each(f);
    }
}

/// The number of each article's first mention, and of all mentions.
#[derive(Debug, Clone)]
pub(super) struct Numbering {
    /// Of each article, and after the last.
    first: Vec<u32>,
    /// The article of every 64th mention.
    marks: Vec<u32>,
}

impl Numbering {
    pub(super) fn new(mentions: impl Iterator<Item = usize>) -> Self {
        let (mut first, mut marks) = (vec![0_u32], Vec::new());
        for (article, n) in (0_u32..).zip(mentions) {
            let end = first[article as usize] + n as u32;
            while ((marks.len() * 64) as u32) < end {
                marks.push(article);
            }
            first.push(end);
        }
        first.shrink_to_fit();
        Self { first, marks }
    }

    /// How many mentions there are.
    pub(super) fn len(&self) -> u32 {
        self.first.last().copied().unwrap_or_default()
    }

    /// The number of an article's first mention.
    pub(super) fn first(&self, article: usize) -> u32 {
        self.first[article]
    }

    /// How many mentions an article has.
    pub(super) fn count(&self, article: usize) -> usize {
        (self.first[article + 1] - self.first[article]) as usize
    }

    /// The article of a mention.
    pub(super) fn article(&self, mention: u32) -> u32 {
        let mark = mention as usize / 64;
        let low = self.marks[mark] as usize;
        let high = self.marks.get(mark + 1).map_or(self.first.len() - 1, |next| *next as usize + 1);
        (low + self.first[low + 1..=high].partition_point(|first| *first <= mention)) as u32
    }
}

/// The pairs of mentions that are refused only because their articles met.
pub(super) struct Articles<'m> {
    numbering: &'m Numbering,
    met: &'m Met,
    stories: &'m [u32],
    /// Whether all articles of a story met, by its first one.
    complete: Vec<bool>,
    /// The kind of each mention: a number for each.
    kind: Vec<u16>,
}

impl<'m> Articles<'m> {
    /// From who met whom, the story of each article, and which stories' articles all met.
    pub(super) fn new(numbering: &'m Numbering, met: &'m Met, stories: &'m [u32], complete: Vec<bool>) -> Self {
        Self { numbering, met, stories, complete, kind: vec![0; numbering.len() as usize] }
    }

    /// Takes the kinds of all mentions.
    pub(super) fn with_kinds(mut self, prints: &Prints, mut look: impl FnMut(u32, &Fingerprint)) -> Self {
        let mut known: FxHashMap<u32, u16> = FxHashMap::default();
        for (article, print) in (0..).zip(prints.iter()) {
            let first = self.numbering.first(article as usize) as usize;
            for (at, claim) in print.claims.iter().enumerate() {
                let next = known.len() as u16;
                self.kind[first + at] = *known.entry(claim.kind).or_insert(next);
            }
            look(article, &print);
        }
        self
    }
}

impl Refusals for Articles<'_> {
    const SCORE: f32 = REFUSED;

    fn is_refused(&self, a: u32, b: u32) -> bool {
        if self.kind[a as usize] != self.kind[b as usize] {
            return false;
        }
        let [article, other] = [a, b].map(|mention| self.numbering.article(mention));
        let story = self.stories[article as usize];
        article != other
            && (story == self.stories[other as usize] && self.complete[story as usize]
                || self.met.row(article.max(other)).binary_search(&article.min(other)).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::super::shelf::tests::Memory;
    use super::*;

    #[test]
    fn mentions_are_found_by_their_numbers() {
        for counts in [vec![], vec![0, 0], vec![1; 300], vec![0, 200, 0, 0, 1, 63, 64, 65, 0, 1]] {
            let numbering = Numbering::new(counts.iter().copied());
            assert_eq!(numbering.len() as usize, counts.iter().sum::<usize>());
            let articles = (0..).zip(&counts).flat_map(|(article, n)| vec![article; *n]);
            for (mention, article) in (0..).zip(articles) {
                assert_eq!(numbering.article(mention), article, "{mention}");
                assert!(mention >= numbering.first(article as usize));
            }
            assert!((0..counts.len()).all(|article| numbering.count(article) == counts[article]));
        }
    }

    #[test]
    fn those_who_met_are_kept_up_to_where_articles_are_added_anew() {
        let row = |later: u32| (0..later).filter(|earlier| earlier % 3 == later % 3).collect::<Vec<u32>>();
        for from in 0..13 {
            let mut met = Met::default();
            met.add((0..5).map(row));
            met.add((5..6).map(row));
            met.add((6..12).map(row));
            met.truncate(from);
            met.add((from.min(12)..20).map(row));
            assert!((0..20).all(|later| met.row(later) == row(later)), "{from}");
            assert_eq!(met.pairs().count(), (0..20).map(|later| row(later).len()).sum::<usize>());
        }
    }

    #[test]
    fn crossings_are_the_same_in_memory_and_on_a_shelf() {
        let crossing = |n: u32| Crossing {
            a: n,
            b: n + 7,
            pair: link::Pair { x: n as u16, y: (n * 31) as u16, score: n as f32 / 8.0 - 4.0 },
        };
        let (mut own, mut lent) = (Crossings::default(), Crossings::on(Arc::new(Memory::default())));
        for some in [0..10, 10..10, 10..40_000] {
            for crossings in [&mut own, &mut lent] {
                crossings.own().extend(some.clone().map(crossing));
                crossings.settle();
            }
        }
        let all = |crossings: &Crossings| {
            let mut all = Vec::new();
            crossings.for_each(|crossing| all.push(*crossing));
            all
        };
        assert_eq!(all(&own).len(), 40_000);
        assert!(all(&own) == all(&lent) && lent.own.is_empty());
    }
}

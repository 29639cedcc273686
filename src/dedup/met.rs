//! Who met whom, and the mentions that are two results because their articles met.

use super::cluster::Refusals;
use super::column::Column;
use super::features::Fingerprint;
use super::link::REFUSED;
use super::pile;
use super::shelf::{Prints, Shelf};
use rustc_hash::FxHashMap;
use std::ops::Deref;
use std::sync::Arc;

/// Where the earlier articles of each article end, and all of them.
type Rows = (Box<[u32]>, Earlier);

/// The earlier articles of articles that were added together.
#[derive(Debug, Clone)]
enum Earlier {
    Own(Box<[u32]>),
    /// Where they begin on a shelf.
    Lent(u64),
}

/// The earlier articles that each article met, sorted.
#[derive(Debug, Clone, Default)]
pub(super) struct Met {
    /// Those of articles that were added together.
    rows: Vec<Rows>,
    /// The position of the first article of each, and after the last.
    from: Vec<u32>,
    shelf: Option<Arc<dyn Shelf>>,
}

/// Whom an article met.
pub(super) enum Row<'m> {
    Own(&'m [u32]),
    Lent(Vec<u32>),
}

impl Deref for Row<'_> {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        match self {
            Self::Own(row) => row,
            Self::Lent(row) => row,
        }
    }
}

impl Met {
    /// On a shelf.
    pub(super) fn on(shelf: Arc<dyn Shelf>) -> Self {
        Self { shelf: Some(shelf), ..Self::default() }
    }

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
        let earlier = match &self.shelf {
            None => Earlier::Own(earlier.into()),
            Some(shelf) => {
                let mut bytes = Vec::new();
                pile::pack(&earlier, &mut bytes);
                Earlier::Lent(shelf.put(&bytes))
            }
        };
        self.rows.push((ends.into(), earlier));
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
                let earlier = match earlier {
                    Earlier::Own(earlier) => Earlier::Own(earlier[..*end as usize].into()),
                    lent @ Earlier::Lent(_) => lent,
                };
                self.rows.push((kept.into(), earlier));
            }
        }
    }

    /// Whom an article met.
    pub(super) fn row(&self, later: u32) -> Row<'_> {
        let part = self.from.partition_point(|from| *from <= later).saturating_sub(1);
        let Some((ends, earlier)) = self.rows.get(part) else { return Row::Own(&[]) };
        let at = (later - self.from[part]) as usize;
        let (start, end) = (if at == 0 { 0 } else { ends[at - 1] }, ends[at]);
        match (earlier, &self.shelf) {
            (Earlier::Own(earlier), _) => Row::Own(&earlier[start as usize..end as usize]),
            (Earlier::Lent(from), Some(shelf)) => {
                let mut bytes = Vec::new();
                shelf.get(from + u64::from(start) * 4, (end - start) as usize * 4, &mut bytes);
                Row::Lent(pile::unpack(&bytes).collect())
            }
            (Earlier::Lent(_), None) => Row::Own(&[]),
        }
    }

    /// All pairs, an earlier and a later article each.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (u32, u32)> {
        (0..self.len()).flat_map(|later| self.row(later).to_vec().into_iter().map(move |earlier| (earlier, later)))
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
    kind: Column<u32>,
}

impl<'m> Articles<'m> {
    /// From who met whom, the story of each article, and which stories' articles all met.
    pub(super) fn new(numbering: &'m Numbering, met: &'m Met, stories: &'m [u32], complete: Vec<bool>) -> Self {
        Self { numbering, met, stories, complete, kind: Column::on(met.shelf.clone()) }
    }

    /// Takes the kinds of all mentions.
    pub(super) fn with_kinds(mut self, prints: &Prints, mut look: impl FnMut(u32, &Fingerprint)) -> Self {
        let mut known: FxHashMap<u32, u32> = FxHashMap::default();
        for (article, print) in (0..).zip(prints.iter()) {
            for claim in &print.claims {
                let next = known.len() as u32 + 1;
                self.kind.push(*known.entry(claim.kind).or_insert(next));
            }
            // Those that are not compared have none.
            (print.claims.len()..self.numbering.count(article as usize)).for_each(|_| self.kind.push(0));
            look(article, &print);
        }
        self
    }
}

impl Refusals for Articles<'_> {
    const SCORE: f32 = REFUSED;

    fn among<'r>(&'r self, items: &'r [u32]) -> impl Fn(u32, u32) -> bool + Sync + 'r {
        // The articles of the mentions, each once, and the one of each mention by its place among them.
        let (mut articles, mut places): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::with_capacity(items.len()));
        let mut end = 0;
        for item in items {
            if *item >= end {
                let article = self.numbering.article(*item);
                end = self.numbering.first(article as usize + 1);
                articles.push(article);
            }
            places.push(articles.len() as u32 - 1);
        }
        let kinds: Vec<u32> = items.iter().map(|item| self.kind.get(*item)).collect();
        // The story of each article where all of the story met, and which of the articles each one met.
        let story = |article: &u32| Some(self.stories[*article as usize]).filter(|s| self.complete[*s as usize]);
        let stories: Vec<Option<u32>> = articles.iter().map(story).collect();
        let (mut met, mut ends) = (Vec::new(), vec![0]);
        for (place, article) in articles.iter().enumerate() {
            let earlier = &articles[..place];
            // Who is of one story that all met asks for no more.
            if stories[..place].iter().any(|other| other.is_none() || *other != stories[place]) {
                let row = self.met.row(*article);
                if place < row.len() {
                    met.extend((0..).zip(earlier).filter(|(_, id)| row.binary_search(id).is_ok()).map(|(at, _)| at));
                } else {
                    met.extend(row.iter().filter_map(|id| Some(earlier.binary_search(id).ok()? as u32)));
                }
            }
            ends.push(met.len());
        }
        move |a, b| {
            let (a, b) = (a as usize, b as usize);
            if kinds[a] != kinds[b] {
                return false;
            }
            let (earlier, later) = (places[a.min(b)], places[a.max(b)] as usize);
            earlier as usize != later
                && (stories[later].is_some() && stories[later] == stories[earlier as usize]
                    || met[ends[later]..ends[later + 1]].binary_search(&earlier).is_ok())
        }
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
        for from in 0..26 {
            let mut met = if from < 13 { Met::default() } else { Met::on(Arc::new(Memory::default())) };
            let from = from % 13;
            met.add((0..5).map(row));
            met.add((5..6).map(row));
            met.add((6..12).map(row));
            met.truncate(from);
            met.add((from.min(12)..20).map(row));
            assert!((0..20).all(|later| *met.row(later) == row(later)), "{from}");
            assert_eq!(met.pairs().count(), (0..20).map(|later| row(later).len()).sum::<usize>());
        }
    }
}

//! One article laid out so that many others are compared with it: the side of a hash join that is built once.
//!
//! Of two articles it gives what [`Shared::of`] gives, and the surroundings that two mentions share, in the time that
//! it takes to read the other one's sets: the article's own words are looked up, not passed through.

use super::background::Background;
use super::compare::{Shared, Words, copied};
use super::features::{Claim, Fingerprint};
use super::kinds::{Figure, OfKind, Reach, Tellers};
use super::link::Surroundings;
use rustc_hash::FxHashMap;

/// Bits of the number of bits of a filter of some hundred hashes: one in thirty of the others passes it.
const FILTER: u32 = 14;
/// The same for the sketch.
const SKETCH_FILTER: u32 = 12;

/// A value is a stem of the article.
const STEM: u8 = 1;
/// It is one in the lead.
const LEAD: u8 = 2;
/// It is a name.
const NAME: u8 = 4;
/// It is a number.
const NUMBER: u8 = 8;

/// A value of the article: a stem, a number, or a word around a mention.
#[derive(Debug, Clone, Copy)]
struct Value {
    hash: u32,
    weight: f32,
    /// What it is in the article.
    own: u8,
    /// What it is in the other one.
    other: u8,
}

/// The article, and what the last one that it met shares with it.
#[derive(Debug)]
pub(super) struct Probe {
    sketch_filter: Vec<u64>,
    /// Sorted.
    values: Vec<Value>,
    filter: Vec<u64>,
    /// An open hash table of places among the values, one more than that; 0 where a slot is free.
    slots: Vec<u32>,
    /// The places of the words around the mentions, paragraph by paragraph.
    around: Vec<u32>,
    /// Where each mention's begin and end.
    paragraphs: Vec<(u32, u32)>,
    /// The mentions by kind: where those of a kind begin and end.
    kinds: FxHashMap<u32, (usize, usize)>,
    kinds_filter: u64,
    reaches: Vec<Reach>,
    figures: Vec<Figure>,
    /// The values that the other one has.
    met: Vec<u32>,
    /// Whether one of them is a number of it.
    any_number: bool,
    /// Those of the other's values that pass the filter.
    passed: Vec<u32>,
    shared: Shared,
}

impl Default for Probe {
    fn default() -> Self {
        Self {
            sketch_filter: vec![0; 1 << (SKETCH_FILTER - 6)],
            values: Vec::new(),
            filter: vec![0; 1 << (FILTER - 6)],
            slots: Vec::new(),
            around: Vec::new(),
            paragraphs: Vec::new(),
            kinds: FxHashMap::default(),
            kinds_filter: 0,
            reaches: Vec::new(),
            figures: Vec::new(),
            met: Vec::new(),
            any_number: false,
            passed: Vec::new(),
            shared: Shared::default(),
        }
    }
}

fn bit_of(hash: u32) -> usize {
    (hash >> (u32::BITS - FILTER)) as usize
}

fn sketch_bit(hash: u32) -> usize {
    (hash & ((1 << SKETCH_FILTER) - 1)) as usize
}

fn set(filter: &mut [u64], bit: usize) {
    filter[bit / 64] |= 1 << (bit % 64);
}

fn is_set(filter: &[u64], bit: usize) -> bool {
    filter[bit / 64] >> (bit % 64) & 1 == 1
}

/// The places of those of some hashes that may be among the values.
fn pass(filter: &[u64], hashes: &[u32], passed: &mut Vec<u32>) {
    passed.clear();
    passed.resize(hashes.len(), 0);
    let mut n = 0;
    // Without a branch: which ones pass cannot be foretold.
    for (at, hash) in (0..).zip(hashes) {
        passed[n] = at;
        n += usize::from(is_set(filter, bit_of(*hash)));
    }
    passed.truncate(n);
}

impl Probe {
    /// Takes another article.
    pub(super) fn turn_to(&mut self, print: &Fingerprint, background: &Background) {
        self.met.clear();
        self.sketch_filter.fill(0);
        print.sketch().iter().for_each(|hash| set(&mut self.sketch_filter, sketch_bit(*hash)));
        let first = |(at, claim): &(usize, &Claim)| usize::from(claim.paragraph) == *at;
        let contexts = || print.claims.iter().enumerate().filter(first).map(|(_, claim)| &claim.context);

        let mut hashes: Vec<u32> = print.stems().iter().chain(print.numbers()).copied().collect();
        hashes.extend(contexts().flat_map(|context| context.iter()));
        hashes.sort_unstable();
        hashes.dedup();
        self.values.clear();
        self.filter.fill(0);
        let size = (4 * hashes.len()).next_power_of_two().max(64);
        self.slots.clear();
        self.slots.resize(size, 0);
        for (at, hash) in (1..).zip(hashes) {
            self.values.push(Value { hash, weight: background.weight(hash), own: 0, other: 0 });
            set(&mut self.filter, bit_of(hash));
            let mut slot = self.home(hash);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            self.slots[slot] = at;
        }
        for (at, stem) in print.stems().iter().enumerate() {
            if let Some(value) = self.find(*stem) {
                let flag = |is: bool, flag: u8| if is { flag } else { 0 };
                self.values[value].own |= STEM | flag(print.is_lead(at), LEAD) | flag(print.is_name(at), NAME);
            }
        }
        for number in print.numbers() {
            if let Some(value) = self.find(*number) {
                self.values[value].own |= NUMBER;
            }
        }

        self.around.clear();
        self.paragraphs.clear();
        for claim in &print.claims {
            let known = self.paragraphs.get(usize::from(claim.paragraph)).copied();
            let range = known.unwrap_or_else(|| {
                let start = self.around.len() as u32;
                for hash in claim.context.iter() {
                    let place = self.find(*hash).map(|place| place as u32);
                    self.around.extend(place);
                }
                (start, self.around.len() as u32)
            });
            self.paragraphs.push(range);
        }

        self.kinds.clear();
        self.kinds_filter = 0;
        self.reaches.clear();
        self.figures.clear();
        for (kind, own) in print.kinds.iter() {
            let start = self.figures.len();
            self.reaches.extend_from_slice(own.reaches);
            self.figures.extend_from_slice(own.figures);
            self.kinds.insert(kind, (start, self.figures.len()));
            self.kinds_filter |= 1 << (kind % u64::BITS);
        }
    }

    fn home(&self, hash: u32) -> usize {
        // The filter has seen the upper bits; the lower ones are as well mixed.
        hash as usize & (self.slots.len() - 1)
    }

    /// The place of a hash among the values.
    fn find(&self, hash: u32) -> Option<usize> {
        let mut slot = self.home(hash);
        loop {
            let place = self.slots[slot].checked_sub(1)? as usize;
            if self.values[place].hash == hash {
                return Some(place);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    /// What the article shares with the last one that it met.
    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Finds what the article, whose fingerprint this is, shares with an earlier one.
    pub(super) fn meet(&mut self, other: &Fingerprint, print: &Fingerprint) {
        for place in self.met.drain(..) {
            self.values[place as usize].other = 0;
        }
        let mut passed = std::mem::take(&mut self.passed);
        let mut words = Words::default();
        pass(&self.filter, other.stems(), &mut passed);
        for at in passed.iter().map(|at| *at as usize) {
            let Some(place) = self.find(other.stems()[at]) else { continue };
            let value = &mut self.values[place];
            value.other |= STEM | if other.is_name(at) { NAME } else { 0 };
            self.met.push(place as u32);
            if value.own & STEM != 0 {
                let (is_lead, is_name) = (value.own & LEAD != 0, value.own & NAME != 0);
                words.add(value.weight, is_lead & other.is_lead(at), is_name & other.is_name(at));
            }
        }
        let mut numbers = 0;
        self.any_number = false;
        pass(&self.filter, other.numbers(), &mut passed);
        for at in &passed {
            let Some(place) = self.find(other.numbers()[*at as usize]) else { continue };
            let value = &mut self.values[place];
            value.other |= NUMBER;
            self.any_number = true;
            self.met.push(place as u32);
            numbers += usize::from(value.own & NUMBER != 0);
        }
        self.passed = passed;

        self.shared.words = words;
        self.shared.numbers = numbers;
        self.shared.copied = if print.language == other.language && self.may_be_copied(other) {
            copied(other.sketch(), print.sketch())
        } else {
            0.0
        };
        let tellers = Tellers::new(other, print);
        let agreeing = &mut self.shared.agreeing;
        agreeing.clear();
        for (kind, figures) in other.kinds.iter() {
            if self.kinds_filter >> (kind % u64::BITS) & 1 == 1
                && let Some((start, end)) = self.kinds.get(&kind)
            {
                let own = OfKind { reaches: &self.reaches[*start..*end], figures: &self.figures[*start..*end] };
                agreeing.add(figures, own, tellers);
            }
        }
    }

    /// Whether two sketches may share anything.
    fn may_be_copied(&self, other: &Fingerprint) -> bool {
        other.sketch().iter().fold(false, |any, hash| any | is_set(&self.sketch_filter, sketch_bit(*hash)))
    }

    /// The weight of what the other article has of the words around a mention of this one.
    fn own_context(&self, claim: usize, same_language: bool) -> f32 {
        let (start, end) = self.paragraphs[claim];
        let around = || self.around[start as usize..end as usize].iter().map(|place| &self.values[*place as usize]);
        let wanted = if same_language { STEM } else { NAME };
        let factor = if same_language { 1.0 } else { 2.0 };
        let words = around().fold(0.0, |both, v| both + if v.other & wanted == 0 { 0.0 } else { factor * v.weight });
        // Most articles share no number.
        if !self.any_number {
            return words;
        }
        around().fold(words, |both, v| both + if v.other & NUMBER == 0 { 0.0 } else { v.weight })
    }

    /// The weight of what this article has of the words around a mention of another one.
    fn other_context(&self, claim: &Claim, same_language: bool) -> f32 {
        let wanted = if same_language { STEM } else { NAME };
        let factor = if same_language { 1.0 } else { 2.0 };
        let (mut words, mut numbers) = (0.0, Vec::new());
        for hash in claim.context.iter().filter(|hash| is_set(&self.filter, bit_of(**hash))) {
            let Some(place) = self.find(*hash) else { continue };
            let value = self.values[place];
            words += if value.own & wanted == 0 { 0.0 } else { factor * value.weight };
            if value.own & NUMBER != 0 {
                numbers.push(value.weight);
            }
        }
        numbers.iter().fold(words, |both, weight| both + weight)
    }
}

impl Surroundings for Probe {
    fn contexts(&self, (a, x): (&Fingerprint, usize), (b, y): (&Fingerprint, usize)) -> f32 {
        let same_language = a.language == b.language;
        let share = |both: f32, claim: &Claim| (both / claim.context_mass.max(1.0)).min(1.0);
        let one = share(self.other_context(&a.claims[x], same_language), &a.claims[x]);
        one.max(share(self.own_context(y, same_language), &b.claims[y]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Article, Mention, Span};

    /// An article with a mention of each of its sums.
    fn print(text: &str, language: &str, day: i64, background: &Background) -> Fingerprint {
        let mention = |(at, word): (usize, &str)| {
            let value = word.parse().ok()?;
            let (start, end) = (at as u32, (at + word.len()) as u32);
            Some(Mention {
                mention_id: format!("{start}"),
                event_type: "seizure".into(),
                object: if value < 20.0 { "hashish" } else { "heroin" }.into(),
                value: Some(value),
                unit: Some("kg".into()),
                evidence: text.get(at..at + 40).unwrap_or_default().to_owned(),
                evidence_span: Span { start, end },
                ..Mention::default()
            })
        };
        let words = text.split_ascii_whitespace();
        let places = words.map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word));
        let mentions: Vec<Mention> = places.filter_map(mention).collect();
        let article = Article {
            text: text.to_owned(),
            language: Some(language.to_owned()),
            published_at: chrono::DateTime::from_timestamp(day * 86_400, 0),
            ..Article::default()
        };
        Fingerprint::new(&article, &mentions.iter().collect::<Vec<_>>(), background)
    }

    #[test]
    fn what_is_looked_up_is_what_two_sorted_sets_share() {
        let background = Background::embedded();
        let texts = [
            "В Актау изъято 14 кг гашиша, сообщил Ахметов в Департаменте полиции.\nЕщё 250 кг и 1300 кг нашли в Жанаозене.",
            "Гашиш изъяли в Актау: Ахметов, полиция, 14 кг.\nВ Шымкенте изъято 1300 кг героина, 27 кг и 250 кг.",
            "В Шымкенте осуждён Иванов за кражу скота.",
            "В Актау 14 кг гашиша, 1352 кг и 1300 кг героина: Ахметов, Иванов, Департамент полиции Жанаозена.",
            "",
        ];
        let languages = [("ru", 19_000), ("ru", 19_002), ("ru", 19_400), ("kk", 19_001), ("ru", 19_001)];
        let told = texts.iter().zip(languages);
        let prints: Vec<Fingerprint> = told.map(|(text, (l, day))| print(text, l, day, &background)).collect();
        assert!(prints[0].claims.len() == 3 && prints[0].claims[1].paragraph != prints[0].claims[0].paragraph);
        let (mut probe, mut contexts) = (Probe::default(), 0.0);
        for b in &prints {
            probe.turn_to(b, &background);
            for a in &prints {
                probe.meet(a, b);
                let expected = Shared::of(a, b, &background);
                assert!(probe.shared().agreeing.iter().eq(expected.agreeing.iter()));
                assert!(probe.shared().agreeing.hopeful().eq(expected.agreeing.hopeful()));
                let told = |s: &Shared| (s.words, s.numbers, s.copied, s.agreeing.most, s.agreeing.figures);
                assert_eq!(told(probe.shared()), told(&expected));
                for (x, y) in (0..a.claims.len()).flat_map(|x| (0..b.claims.len()).map(move |y| (x, y))) {
                    let found = probe.contexts((a, x), (b, y));
                    assert_eq!(found.to_bits(), background.contexts((a, x), (b, y)).to_bits());
                    contexts += found;
                }
            }
        }
        assert!(contexts > 10.0, "{contexts}");
    }
}

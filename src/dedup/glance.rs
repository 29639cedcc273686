//! Whether two articles are worth comparing, told by two lines of memory: nearly all that meet are not.
//!
//! [`is_promising`](super::compare::is_promising) decides; what is refused here, it would refuse. But it reads
//! fingerprints that lie all over the memory, and with a million of them waiting for these takes longer than all else.

use super::background::Background;
use super::compare::{COPIED, NAMED};
use super::features::{Fingerprint, SKETCH};
use super::shelf::Shelf;
use std::sync::Arc;

/// How many names are kept: nearly all articles have fewer.
const NAMES: usize = 24;

/// The upper half of a hash: enough to see that two sets share nothing, and sorted as the hashes are.
type Half = u16;

fn half(hash: u32) -> Half {
    (hash >> 16) as Half
}

/// The uppermost bits of a name: two names of some dozen seldom have the same.
fn byte(name: u32) -> u8 {
    (name >> 24) as u8
}

/// What is kept of an article: 128 bytes.
#[derive(Debug, Clone)]
pub(super) struct Glance {
    language: u32,
    has_claims: bool,
    /// How many hashes and names there are; more names than are kept is [`TOO_MANY`].
    hashes: u8,
    names: u8,
    sketch: [Half; SKETCH],
    named: [u8; NAMES],
}

const TOO_MANY: u8 = u8::MAX;

impl Glance {
    pub(super) fn new(print: &Fingerprint) -> Self {
        let (mut sketch, mut named) = ([0; SKETCH], [0; NAMES]);
        for (kept, hash) in sketch.iter_mut().zip(print.sketch()) {
            *kept = half(*hash);
        }
        let mut names = 0;
        for name in print.names() {
            if let Some(kept) = named.get_mut(names) {
                *kept = byte(name);
            }
            names += 1;
        }
        Self {
            language: print.language,
            has_claims: !print.claims.is_empty(),
            hashes: print.sketch().len().min(SKETCH) as u8,
            names: if names > NAMES { TOO_MANY } else { names as u8 },
            sketch,
            named,
        }
    }

    fn sketch(&self) -> &[Half] {
        &self.sketch[..usize::from(self.hashes)]
    }

    /// The largest hash of which it is known that it would be in the sketch; none where the sketch is the whole text.
    fn limit(&self) -> Option<Half> {
        self.sketch().get(SKETCH - 1).copied()
    }
}

/// Bytes of a glance.
const BYTES: usize = 128;
/// Of how many articles glances are held, of those on a shelf: nearly all that an article meets are of these.
const HELD: usize = 1 << 16;

impl Glance {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend(self.language.to_le_bytes());
        out.extend([u8::from(self.has_claims), self.hashes, self.names, 0]);
        out.extend(self.sketch.iter().flat_map(|half| half.to_le_bytes()));
        out.extend(self.named);
    }

    /// The glance of [`Self::put`].
    fn of(bytes: &[u8]) -> Option<Self> {
        let (language, [has_claims, hashes, names, _]) = (bytes.first_chunk()?, bytes[4..].first_chunk::<4>()?);
        let (mut sketch, named) = ([0; SKETCH], *bytes[8 + 2 * SKETCH..].first_chunk()?);
        for (half, bytes) in sketch.iter_mut().zip(bytes[8..].chunks_exact(2)) {
            *half = Half::from_le_bytes([bytes[0], bytes[1]]);
        }
        let language = u32::from_le_bytes(*language);
        Some(Self { language, has_claims: *has_claims != 0, hashes: *hashes, names: *names, sketch, named })
    }
}

/// Positions, and where the bytes of their glances begin on the shelf.
type Beginnings = Vec<(u32, u64)>;

/// The glances of all articles, by position; of those on a shelf the last ones up to some position are held.
#[derive(Debug, Clone, Default)]
pub(super) struct Glances {
    /// From the first article on; of those on a shelf, by the remainder of the position.
    own: Vec<Glance>,
    /// Where those that were added together begin, and where their bytes do.
    lent: Option<(Arc<dyn Shelf>, Beginnings)>,
    /// How many there are.
    len: u32,
    /// Up to which position they are held.
    end: u32,
}

impl Glances {
    pub(super) fn on(shelf: Arc<dyn Shelf>) -> Self {
        Self { lent: Some((shelf, Vec::new())), ..Self::default() }
    }

    /// Forgets those from a position on; of those in memory alone.
    pub(super) fn truncate(&mut self, from: u32) {
        self.own.truncate(from as usize);
        (self.len, self.end) = (self.own.len() as u32, self.own.len() as u32);
    }

    /// Adds those of the articles that follow.
    pub(super) fn extend(&mut self, glances: Vec<Glance>) {
        let from = self.len;
        self.len += glances.len() as u32;
        if let Some((shelf, lent)) = &mut self.lent {
            let mut bytes = Vec::with_capacity(glances.len() * BYTES);
            for glance in &glances {
                glance.put(&mut bytes);
            }
            lent.push((from, shelf.put(&bytes)));
        } else {
            self.own.extend(glances);
            self.end = self.len;
        }
    }

    /// Holds those of the articles before a position.
    pub(super) fn advance(&mut self, to: u32) {
        let mut bytes = Vec::new();
        while self.end < to.min(self.len) {
            let Some((first, next)) = self.read(self.end, self.len, &mut bytes) else { return };
            for (at, bytes) in (first..next).zip(bytes.chunks_exact(BYTES)) {
                let Some(glance) = Glance::of(bytes) else { continue };
                match self.own.get_mut(at as usize % HELD) {
                    Some(held) => *held = glance,
                    None => self.own.push(glance),
                }
            }
            self.end = next;
        }
    }

    /// Reads those from a position on that lie together, at most to another position; where they begin and end.
    fn read(&self, at: u32, to: u32, bytes: &mut Vec<u8>) -> Option<(u32, u32)> {
        let (shelf, lent) = self.lent.as_ref()?;
        let part = lent.partition_point(|(first, _)| *first <= at).checked_sub(1)?;
        let (first, begin) = lent[part];
        let end = lent.get(part + 1).map_or(self.len, |next| next.0).min(to);
        shelf.get(begin + u64::from(at - first) * BYTES as u64, (end - at) as usize * BYTES, bytes);
        Some((at, end))
    }

    /// The one of an article, where it is held.
    fn held(&self, at: u32) -> Option<&Glance> {
        match self.lent {
            None => self.own.get(at as usize),
            Some(_) if at < self.end && at + HELD as u32 >= self.end => self.own.get(at as usize % HELD),
            Some(_) => None,
        }
    }

    /// Whether something holds of an article, as far as is known.
    fn may(&self, at: u32, holds: impl Fn(&Glance) -> bool) -> bool {
        if let Some(glance) = self.held(at) {
            return holds(glance);
        }
        let mut bytes = Vec::new();
        self.read(at, at + 1, &mut bytes).and_then(|_| Glance::of(&bytes)).is_none_or(|glance| holds(&glance))
    }
}

/// An article that looks at others.
pub(super) struct Look {
    own: Option<Glance>,
    /// A bit for each half of a hash: those of its sketch.
    sketch: Vec<u64>,
    /// The weight of its names, by their bytes.
    names: [f32; 1 << u8::BITS],
    found: Vec<u32>,
}

impl Default for Look {
    fn default() -> Self {
        Self { own: None, sketch: vec![0; 1 << (Half::BITS - 6)], names: [0.0; 1 << u8::BITS], found: Vec::new() }
    }
}

/// More than adding the same weights in another order can change.
const ROUNDING: f32 = 0.01;

impl Look {
    /// Those of some articles of which [`is_promising`](super::compare::is_promising) may hold together with this one.
    pub(super) fn among<'l>(
        &'l mut self,
        print: &Fingerprint,
        others: &[u32],
        glances: &Glances,
        background: &Background,
    ) -> &'l [u32] {
        self.turn_to(print, background);
        self.found.clear();
        // First of all articles what they are: their glances are all fetched at once, and not one after the other.
        let is_one = |other: &&u32| glances.held(**other).is_none_or(|other| other.hashes < TOO_MANY);
        self.found.extend(others.iter().filter(is_one));
        if let Some(own) = &self.own {
            let (sketch, names) = (&self.sketch, &self.names);
            self.found.retain(|other| {
                glances.may(*other, |other| {
                    own.has_claims && other.has_claims
                        || own.language != other.language
                        || may_be_copied(own, sketch, other)
                        || may_be_named(names, other)
                })
            });
        }
        &self.found
    }

    fn turn_to(&mut self, print: &Fingerprint, background: &Background) {
        if let Some(before) = &self.own {
            before.sketch().iter().for_each(|half| self.sketch[usize::from(half >> 6)] = 0);
            self.names.fill(0.0);
        }
        let own = Glance::new(print);
        own.sketch().iter().for_each(|half| self.sketch[usize::from(half >> 6)] |= 1 << (half & 63));
        for name in print.names() {
            self.names[usize::from(byte(name))] += background.weight(name);
        }
        self.own = Some(own);
    }
}

/// Whether two sketches may share enough.
fn may_be_copied(own: &Glance, bits: &[u64], other: &Glance) -> bool {
    let has = |half: &Half| (bits[usize::from(half >> 6)] >> (half & 63) & 1) as usize;
    let shared = other.sketch().iter().map(has).sum::<usize>();
    if shared == 0 {
        return false;
    }
    let limit = own.limit().unwrap_or(Half::MAX).min(other.limit().unwrap_or(Half::MAX));
    let kept = |glance: &Glance| glance.sketch().partition_point(|half| *half < limit);
    let least = kept(own).min(kept(other));
    least == 0 || shared as f32 / least as f32 >= COPIED
}

/// Whether the names that both have may weigh enough.
fn may_be_named(weights: &[f32; 1 << u8::BITS], other: &Glance) -> bool {
    let Some(named) = other.named.get(..usize::from(other.names)) else { return true };
    named.iter().map(|name| weights[usize::from(*name)]).sum::<f32>() >= NAMED - ROUNDING
}

#[cfg(test)]
mod tests {
    use super::super::compare::is_promising;
    use super::super::shelf::tests::Memory;
    use super::*;
    use crate::record::Article;

    /// Texts without mentions: reprints with some words changed, others with the same names, others with neither.
    fn texts() -> Vec<String> {
        let names = ["Ахметов", "Сериков", "Жумабаев", "Оспанова", "Касымбек", "Иванов", "Тлеубаев", "Нурланова"];
        let towns = ["Актау", "Шымкенте", "Таразе", "Костанае"];
        let deeds = ["открыл выставку", "выиграл турнир", "посадил сад", "построил мост через реку", "спел песню"];
        (0..120_usize)
            .map(|n| {
                let (name, town, deed) = (names[n % 8], towns[n / 8 % 4], deeds[n / 32 % 5]);
                let (second, third) = (names[(n / 3) % 8], names[(n / 7) % 8]);
                format!(
                    "Вчера {name} вместе с {second} и {third} в {town} {deed}. Об этом рассказали жители дома {n} по \
                     улице Абая, а позже подтвердили соседи, учителя школы и {} из редакции газеты.",
                    names[n % 5]
                )
            })
            .collect()
    }

    #[test]
    fn nothing_promising_is_passed_over() {
        let background = Background::embedded();
        let print = |text: String| Fingerprint::new(&Article { text, ..Article::default() }, &[], &background);
        let unlike =
            (0..40_u32).map(|n| (0..60).map(|i| format!("слово{}", n * 1_000 + i)).collect::<Vec<_>>().join(" "));
        let prints: Vec<Fingerprint> = texts().into_iter().chain(unlike).map(print).collect();
        let (mut glances, mut lent) = (Glances::default(), Glances::on(Arc::new(Memory::default())));
        for glances in [&mut glances, &mut lent] {
            glances.extend(prints[..50].iter().map(Glance::new).collect());
            glances.extend(prints[50..].iter().map(Glance::new).collect());
        }
        let mut look = Look::default();
        let (mut refused, mut promising) = (0, 0);
        for (later, own) in prints.iter().enumerate() {
            let others: Vec<u32> = (0..later as u32).collect();
            let found = look.among(own, &others, &glances, &background).to_vec();
            // One half is held, the other half is read.
            lent.advance(later as u32 / 2);
            assert_eq!(found, look.among(own, &others, &lent, &background));
            refused += others.len() - found.len();
            for other in others.iter().filter(|o| is_promising(&prints[**o as usize], own, &background)) {
                promising += 1;
                assert!(found.contains(other), "{other} and {later}");
            }
        }
        assert!(refused > 1_000 && promising > 1_000, "{refused} refused, {promising} promising");
    }
}

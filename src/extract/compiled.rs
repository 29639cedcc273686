//! The forms of the lexicons' words, worked out when the program is built: working them out at each start would take
//! most of it.
//!
//! A word that is not among them (a lexicon read from a checkout has new ones) is worked out as ever, so what was
//! built changes how fast a program starts and nothing else.
//!
//! The bytes, all numbers little-endian `u32`: the counts of text bytes, forms, slots, lemma bytes, lemmas, readings;
//! each form's end in the text; the hash slots; each lemma's end in its text and past its last reading; each reading's
//! form and features; then the two texts in UTF-8.

use super::feats::Feats;
use super::forms::{FormId, Forms};
use super::morphology::Morphology;
use rustc_hash::FxHashMap;

/// Numbers at the beginning.
const COUNTS: usize = 6;

/// Lemmas with their forms.
#[derive(Debug, Default)]
pub struct Compiled {
    text: &'static str,
    ends: &'static [u8],
    slots: &'static [u8],
    /// Lemma → its first reading and the one past its last.
    lemmas: FxHashMap<&'static str, (u32, u32)>,
    readings: Vec<(FormId, Feats)>,
}

impl Compiled {
    /// Works out the forms of lemmas; what [`Compiled::read`] reads.
    pub fn write<'l>(lemmas: impl Iterator<Item = &'l str>, morphology: &dyn Morphology) -> Vec<u8> {
        let mut table = Forms::default();
        let (mut names, mut ends, mut readings) = (String::new(), Vec::new(), Vec::new());
        for lemma in lemmas {
            names.push_str(lemma);
            readings.extend(morphology.forms(lemma).iter().flat_map(|(form, feats)| [table.place(form), feats.0]));
            ends.extend([names.len() as u32, readings.len() as u32 / 2]);
        }
        let (text, spans, slots) = table.parts();
        let counts = [text.len(), table.len(), slots.len(), names.len(), ends.len() / 2, readings.len() / 2];
        let numbers = counts.into_iter().map(|n| n as u32).chain(spans).chain(slots.iter().copied());
        let numbers = numbers.chain(ends).chain(readings);
        numbers.flat_map(u32::to_le_bytes).chain(text.bytes()).chain(names.bytes()).collect()
    }

    /// Reads what [`Compiled::write`] wrote; none of bytes that are not so.
    pub fn read(bytes: &'static [u8]) -> Option<Self> {
        let mut rest = bytes;
        let mut take = |length: usize| {
            let (taken, left) = rest.split_at_checked(length)?;
            rest = left;
            Some(taken)
        };
        let counts: Vec<usize> = take(COUNTS * 4)?.chunks_exact(4).map(|b| number(b) as usize).collect();
        let (ends, slots) = (take(counts[1] * 4)?, take(counts[2] * 4)?);
        let bounds = take(counts[4] * 8)?.chunks_exact(8).map(|b| (number(&b[..4]), number(&b[4..])));
        let readings = take(counts[5] * 8)?.chunks_exact(8);
        let readings = readings.map(|b| (number(&b[..4]), Feats(number(&b[4..])))).collect();
        let text = str::from_utf8(take(counts[0])?).ok()?;
        let names = str::from_utf8(take(counts[3])?).ok()?;
        let (mut from, mut first) = (0, 0);
        let mut lemmas = FxHashMap::with_capacity_and_hasher(counts[4], rustc_hash::FxBuildHasher);
        for (end, last) in bounds {
            lemmas.insert(names.get(from..end as usize)?, (first, last));
            (from, first) = (end as usize, last);
        }
        Some(Self { text, ends, slots, lemmas, readings })
    }

    /// The forms, without senses.
    pub fn table(&self) -> Forms {
        let numbers = |bytes: &'static [u8]| bytes.chunks_exact(4).map(number);
        Forms::from_parts(self.text.to_owned(), numbers(self.ends), numbers(self.slots).collect())
    }

    /// The forms of a lemma; none where they were not worked out.
    pub fn forms(&self, lemma: &str) -> Option<impl Iterator<Item = (FormId, Feats)>> {
        let &(first, last) = self.lemmas.get(lemma)?;
        Some(self.readings.get(first as usize..last as usize)?.iter().copied())
    }

    /// The lemmas and their forms, sorted; for tests.
    #[cfg(test)]
    pub fn all(&self) -> Vec<(&'static str, Vec<(String, Feats)>)> {
        let table = self.table();
        let mut all: Vec<_> = self.lemmas.keys().map(|lemma| (*lemma, Vec::new())).collect();
        all.sort_by_key(|(lemma, _)| *lemma);
        for (lemma, forms) in &mut all {
            let readings = self.forms(lemma).into_iter().flatten();
            forms.extend(readings.map(|(form, feats)| (table.word(form).to_owned(), feats)));
        }
        all
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.try_into().map_or(0, u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::morphology::Russian;

    #[test]
    fn what_was_built_is_what_the_morphology_says() {
        let russian = Russian::new().unwrap().with_forms(crate::extract::FORMS);
        let all = russian.compiled().unwrap().all();
        assert!(all.len() > 3_000, "{} lemmas", all.len());
        for (lemma, forms) in all.iter().step_by(41) {
            assert_eq!(*forms, russian.forms(lemma), "{lemma}");
        }
    }

    #[test]
    fn bytes_that_are_no_forms_are_passed_over() {
        assert!(Compiled::read(&[]).is_none());
        assert!(Compiled::read(&[255; 100]).is_none());
        let russian = Russian::new().unwrap();
        let whole: &'static [u8] = Compiled::write(["сумка", "изъять"].into_iter(), &russian).leak();
        assert!(Compiled::read(whole).is_some());
        for length in 0..whole.len() {
            assert!(Compiled::read(&whole[..length]).is_none(), "{length}");
        }
    }
}

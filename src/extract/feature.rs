//! Names of features, put together from pieces that know their hashes.
//!
//! A model weighs thousands of names an article, and nobody reads them but the trainer and `explain`. So a name is
//! handed over in pieces ("type=", "seizure", " kind=", "thing"), and its hash is folded from theirs: a polynomial over
//! the bytes modulo 2^64, for which hash(ab) = hash(a) · B^|b| + hash(b). The pieces of the code are hashed when it is
//! compiled, and no text is written while an article is read.

mod words;

pub use words::{WordWeights, Words};

/// The polynomial's base: odd, so that no byte is lost (the multiplier of Knuth's MMIX generator).
const BASE: u64 = 6_364_136_223_846_793_005;

/// Texts of the whole numbers that features tell.
const NUMBERS: [&str; 73] = [
    "-8", "-7", "-6", "-5", "-4", "-3", "-2", "-1", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12",
    "13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31",
    "32", "33", "34", "35", "36", "37", "38", "39", "40", "41", "42", "43", "44", "45", "46", "47", "48", "49", "50",
    "51", "52", "53", "54", "55", "56", "57", "58", "59", "60", "61", "62", "63", "64",
];

/// A piece of a feature's name.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'p> {
    /// Its text.
    pub text: &'p str,
    hash: u64,
    power: u64,
}

impl<'p> Piece<'p> {
    /// Hashes a text.
    #[inline]
    pub const fn of(text: &'p str) -> Self {
        let bytes = text.as_bytes();
        let (mut hash, mut power, mut i) = (0_u64, 1_u64, 0);
        while i < bytes.len() {
            // Plus one, so that a zero byte counts.
            hash = hash.wrapping_mul(BASE).wrapping_add(bytes[i] as u64 + 1);
            power = power.wrapping_mul(BASE);
            i += 1;
        }
        Self { text, hash, power }
    }
}

/// What is remembered of a piece whose text lies elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    hash: u64,
    power: u64,
}

impl<'p> Piece<'p> {
    /// What is remembered of it.
    pub const fn key(self) -> Key {
        Key { hash: self.hash, power: self.power }
    }

    /// The piece of a text whose key is known.
    pub const fn with(text: &'p str, Key { hash, power }: Key) -> Self {
        Self { text, hash, power }
    }

    /// Whether both are the same text.
    #[inline]
    pub fn is(self, other: Piece<'_>) -> bool {
        self.hash == other.hash && self.text == other.text
    }
}

/// The pieces of [`NUMBERS`], and of the truth values.
const NUMBER_PIECES: [Piece<'static>; NUMBERS.len()] = pieces(NUMBERS);
const TRUE: Piece<'static> = Piece::of("true");
const FALSE: Piece<'static> = Piece::of("false");

/// Hashes a list of texts.
pub const fn pieces<const N: usize>(texts: [&'static str; N]) -> [Piece<'static>; N] {
    let mut pieces = [Piece::of(""); N];
    let mut i = 0;
    while i < N {
        pieces[i] = Piece::of(texts[i]);
        i += 1;
    }
    pieces
}

impl<'p> From<&Piece<'p>> for Piece<'p> {
    #[inline]
    fn from(piece: &Piece<'p>) -> Self {
        *piece
    }
}

impl<'p> From<&'p str> for Piece<'p> {
    #[inline]
    fn from(text: &'p str) -> Self {
        Self::of(text)
    }
}

impl<'p> From<&'p crate::record::Code> for Piece<'p> {
    #[inline]
    fn from(code: &'p crate::record::Code) -> Self {
        Self::of(code)
    }
}

impl<'p> From<&'p String> for Piece<'p> {
    #[inline]
    fn from(text: &'p String) -> Self {
        Self::of(text)
    }
}

impl From<bool> for Piece<'_> {
    #[inline]
    fn from(value: bool) -> Self {
        if value { TRUE } else { FALSE }
    }
}

impl From<i32> for Piece<'_> {
    /// Numbers beyond the table count as its ends: features tell orders of magnitude.
    #[inline]
    fn from(value: i32) -> Self {
        NUMBER_PIECES[usize::try_from(value + 8).unwrap_or(0).min(NUMBER_PIECES.len() - 1)]
    }
}

impl From<usize> for Piece<'_> {
    #[inline]
    fn from(value: usize) -> Self {
        NUMBER_PIECES[value.min(64) + 8]
    }
}

impl From<u32> for Piece<'_> {
    #[inline]
    fn from(value: u32) -> Self {
        Self::from(value as usize)
    }
}

impl Piece<'_> {
    /// Folds the piece onto the hash of what stands before it.
    #[inline]
    pub const fn onto(self, before: u64) -> u64 {
        before.wrapping_mul(self.power).wrapping_add(self.hash)
    }
}

/// Spreads a folded hash over all its bits: the low ones depend on low ones alone (the finaliser of `MurmurHash3`).
#[inline]
pub const fn spread(folded: u64) -> u64 {
    let mixed = (folded ^ (folded >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

/// The hash of a name.
pub const fn hash(name: &str) -> u64 {
    spread(Piece::of(name).onto(0))
}

/// Takes features one by one.
pub trait Put {
    /// Takes a feature: the hash of its name, and what writes the name out.
    fn put(&mut self, hash: u64, name: impl FnOnce() -> String);

    /// Takes a feature for each word: the folded hash of what stands before it, and its text.
    fn put_words(&mut self, before: u64, words: &Words<'_>, name: impl Fn() -> String) {
        for word in &words.pieces {
            self.put(spread(word.onto(before)), || name() + word.text);
        }
    }
}

/// Writes the names out.
impl Put for Vec<String> {
    fn put(&mut self, _: u64, name: impl FnOnce() -> String) {
        self.push(name());
    }
}

/// Hands over a feature: `tell!(put, "type=" ty " share=" (n * 4))`.
macro_rules! tell {
    (@ $text:literal) => {
        const { $crate::extract::feature::Piece::of($text) }
    };
    (@ $value:tt) => {
        $crate::extract::feature::Piece::from($value)
    };
    ($put:expr, $($piece:tt)+) => {{
        let mut hash = 0_u64;
        $(hash = $crate::extract::feature::tell!(@ $piece).onto(hash);)+
        $crate::extract::feature::Put::put($put, $crate::extract::feature::spread(hash), || {
            let mut name = String::new();
            $(name.push_str($crate::extract::feature::tell!(@ $piece).text);)+
            name
        })
    }};
}
pub(crate) use tell;

/// Hands over one feature for each of [`Words`], of an attribute whose names all end with one: `tell_words!(put, words,
/// "code=" code " word=")`.
macro_rules! tell_words {
    ($put:expr, $words:expr, $($piece:tt)+) => {{
        let mut before = 0_u64;
        $(before = $crate::extract::feature::tell!(@ $piece).onto(before);)+
        $crate::extract::feature::Put::put_words($put, before, $words, || {
            let mut name = String::new();
            $(name.push_str($crate::extract::feature::tell!(@ $piece).text);)+
            name
        });
    }};
}
pub(crate) use tell_words;

/// Hands over one feature for each piece: `tell_each!(put, words, "code=" code " word=")`. What stands before the piece
/// is folded once.
macro_rules! tell_each {
    ($put:expr, $last:expr, $($piece:tt)+) => {{
        let mut before = 0_u64;
        $(before = $crate::extract::feature::tell!(@ $piece).onto(before);)+
        for last in $last {
            let last = $crate::extract::feature::Piece::from(last);
            $crate::extract::feature::Put::put($put, $crate::extract::feature::spread(last.onto(before)), || {
                let mut name = String::new();
                $(name.push_str($crate::extract::feature::tell!(@ $piece).text);)+
                name + last.text
            });
        }
    }};
}
pub(crate) use tell_each;

/// Weights by the hash of their feature's name: a table that is half empty or more, eight bytes a slot, so that all of
/// it stays near the processor and the first look mostly tells. A feature without weight is taken for one with once in
/// some billion.
#[derive(Debug, Clone, Default)]
pub struct Weights {
    /// The upper half of a hash, 0 where none lies, and the weight.
    slots: Vec<(u32, f32)>,
}

impl Weights {
    /// Builds the table; the index of the first feature whose hash another one has is an error.
    ///
    /// # Errors
    /// That index.
    pub fn new(weights: &[(u64, f32)]) -> Result<Self, usize> {
        let size = (weights.len() * 2).next_power_of_two().max(4);
        let mut table = Self { slots: vec![(0, 0.0); size] };
        for (n, &(hash, weight)) in weights.iter().enumerate() {
            let at = table.slot(hash);
            if table.slots[at].0 != 0 || tag(hash) == 0 {
                return Err(n);
            }
            table.slots[at] = (tag(hash), weight);
        }
        Ok(table)
    }

    #[inline]
    fn slot(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at].0 != tag(hash) && self.slots[at].0 != 0 {
            at = (at + 1) & mask;
        }
        at
    }

    /// The weight of a feature, if it has one.
    #[inline]
    pub fn get(&self, hash: u64) -> Option<f32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            let (found, weight) = *self.slots.get(at)?;
            if found == 0 {
                return None;
            }
            if found == tag(hash) {
                return Some(weight);
            }
            at = (at + 1) & mask;
        }
    }
}

/// What tells hashes apart that share a slot.
#[inline]
const fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and hashes.
    #[derive(Default)]
    struct Seen(Vec<(String, u64)>);

    impl Put for Seen {
        fn put(&mut self, hash: u64, name: impl FnOnce() -> String) {
            self.0.push((name(), hash));
        }
    }

    #[test]
    fn pieces_hash_as_the_whole() {
        let mut put = Seen::default();
        let (ty, share) = ("seizure", 3_usize);
        tell!(&mut put, "type=" ty " share=" (share + 1) " " (share > 2) " " (-1_i32));
        let seen = std::mem::take(&mut put.0);
        assert_eq!(seen[0].0, "type=seizure share=4 true -1");
        assert_eq!(seen[0].1, hash("type=seizure share=4 true -1"));
        assert_ne!(seen[0].1, hash("type=seizure share=4 true -2"));
        assert_ne!(hash("ab"), hash("ba"));
        tell_each!(&mut put, ["a", "bc"], "type=" ty " word=");
        let words = Words { pieces: pieces(["a", "bc"]).to_vec(), ..Words::default() };
        tell_words!(&mut put, &words, "code=" ty " word=");
        let names = ["type=seizure word=a", "type=seizure word=bc", "code=seizure word=a", "code=seizure word=bc"];
        assert_eq!(put.0, names.map(|name| (name.to_owned(), hash(name))));
    }

    #[test]
    fn weights_are_found_by_hash() {
        let names: Vec<String> = (0..500).map(|n| format!("feature {n}")).collect();
        let weights: Vec<(u64, f32)> = names.iter().enumerate().map(|(n, name)| (hash(name), n as f32)).collect();
        let table = Weights::new(&weights).unwrap();
        for (n, name) in names.iter().enumerate() {
            assert_eq!(table.get(hash(name)), Some(n as f32));
        }
        assert_eq!(table.get(hash("another")), None);
        assert_eq!(Weights::default().get(1), None);
        assert_eq!(Weights::new(&[weights[0], weights[1], weights[0]]).unwrap_err(), 2);
    }
}

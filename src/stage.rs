//! The contract of a stage, written once.
//!
//! A stage is a pure function over typed records. It knows no clock, no randomness, no environment, no
//! file and no network, and it cannot fail on text: what it cannot use it *refuses*, with a reason
//! code, and both sides are counted. The invariant that every stage keeps, and that the tests assert:
//!
//! > seen = kept + refused
//!
//! [`Map`] is a stage that looks at one record at a time (clean, extract). [`Reduce`] is one that looks
//! at all the records that share a key (dedup). Executors (`run`, the Python wheel, Spark) know only
//! these two shapes, so a stage runs the same on one thread, on many, and on a cluster.
//!
//! ```
//! use dalel::record::Reject;
//! use dalel::stage::{Map, Yield};
//!
//! /// Keeps the even numbers.
//! struct Even;
//! impl Map for Even {
//!     type In = u32;
//!     type Out = u32;
//!     const NAME: &'static str = "even";
//!     fn map(&self, n: &u32) -> Yield<u32> {
//!         if n % 2 == 0 { Yield::kept(*n) } else { Yield::refused(Reject::new(Self::NAME, "odd", n.to_string(), "")) }
//!     }
//! }
//! let total: Yield<u32> = (1..=5).map(|n| Even.map(&n)).collect();
//! assert_eq!((total.kept.len(), total.refused.len(), total.seen()), (2, 3, 5));
//! ```

use crate::record::Reject;

/// What a stage returns for its input: the records it kept and those it refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Yield<T> {
    /// The records that go on to the next stage, in input order.
    pub kept: Vec<T>,
    /// The records that do not, each with its reason.
    pub refused: Vec<Reject>,
}

impl<T> Default for Yield<T> {
    fn default() -> Self {
        Self { kept: Vec::new(), refused: Vec::new() }
    }
}

impl<T> Yield<T> {
    /// One record, kept.
    pub fn kept(record: T) -> Self {
        Self { kept: vec![record], refused: Vec::new() }
    }

    /// One record, refused.
    pub fn refused(reject: Reject) -> Self {
        Self { kept: Vec::new(), refused: vec![reject] }
    }

    /// How many candidates the stage looked at: kept + refused.
    pub fn seen(&self) -> usize {
        self.kept.len() + self.refused.len()
    }

    /// Appends another yield, keeping the order.
    pub fn extend(&mut self, other: Self) {
        self.kept.extend(other.kept);
        self.refused.extend(other.refused);
    }
}

impl<T> FromIterator<Self> for Yield<T> {
    fn from_iter<I: IntoIterator<Item = Self>>(parts: I) -> Self {
        let mut all = Self::default();
        for part in parts {
            all.extend(part);
        }
        all
    }
}

/// A stage over single records: the same input always gives the same output.
pub trait Map: Sync {
    /// The record that enters.
    type In;
    /// The record that leaves, 0 to n times.
    type Out;
    /// The stage's name, as it stands in `rejects.stage`.
    const NAME: &'static str;
    /// Applies the stage to one record.
    fn map(&self, record: &Self::In) -> Yield<Self::Out>;
}

/// A stage over groups of records that share a key; the order of the input never changes the result.
pub trait Reduce: Sync {
    /// What groups records.
    type Key: Ord;
    /// The record that enters.
    type In;
    /// The record that leaves.
    type Out;
    /// The stage's name, as it stands in `rejects.stage`.
    const NAME: &'static str;
    /// The keys under which a record is to be compared (its blocks); none means that it stands alone.
    fn keys(&self, record: &Self::In) -> Vec<Self::Key>;
    /// Applies the stage to all records of one key.
    fn reduce(&self, key: &Self::Key, records: &[&Self::In]) -> Yield<Self::Out>;
}

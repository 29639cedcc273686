//! Records ↔ Arrow: each record type gives and takes the columns that its schema in `schemas/` names.
//!
//! ```
//! use dalel::record::{Columnar, Mention};
//! let mention = Mention { mention_id: "m-1".into(), event_type: "detention".into(), value: Some(2.0), ..Mention::default() };
//! let batch = Mention::to_batch(&[mention.clone()]);
//! assert_eq!(batch.schema().field(0).name(), "mention_id");
//! assert_eq!(Mention::from_batch(&batch)?, [mention]);
//! # Ok::<(), dalel::record::ConvertError>(())
//! ```

mod article;
mod build;
mod change;
mod event;
mod mention;
mod read;
mod reject;
mod story;

use super::schema::Table;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

/// A record type that is a row of a table.
pub trait Columnar: Sized {
    /// Its table.
    const TABLE: Table;

    /// The Arrow schema that [`Columnar::to_batch`] gives: the private layer's.
    fn arrow_schema() -> SchemaRef {
        Self::TABLE.arrow_private()
    }

    /// The records as columns, in order.
    fn to_batch(records: &[Self]) -> RecordBatch;

    /// The records of a batch, in order. A nullable column may be missing and a text column may have any of
    /// Arrow's text types, so that tables of other writers and older releases can be read.
    ///
    /// # Errors
    /// A required column that is missing or has a null, a column of another type, an unknown code.
    fn from_batch(batch: &RecordBatch) -> Result<Vec<Self>, ConvertError>;
}

/// Why a batch is not a table of the dataset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConvertError {
    /// A required column is not there.
    #[error("table {table} lacks the column {column}")]
    Missing {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
    },
    /// A column has a type from which the schema's cannot be had.
    #[error("table {table}, column {column}: found type {found}, expected {expected}")]
    Type {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// The batch's type.
        found: String,
        /// The schema's type.
        expected: String,
    },
    /// A required value is null.
    #[error("table {table}, column {column}, row {row}: a required value is missing")]
    Null {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// Row in the batch, from 0.
        row: usize,
    },
    /// A code that the vocabulary does not have.
    #[error("table {table}, column {column}, row {row}: unknown code {code:?}")]
    Code {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// Row in the batch, from 0.
        row: usize,
        /// The code.
        code: String,
    },
}

/// The ICCS code of an offence; the mapping is `schemas/codes/offence.csv`, compiled in.
fn iccs(offence: &str) -> Option<&'static str> {
    use super::codes::CodeList;
    static OFFENCES: std::sync::LazyLock<CodeList> = std::sync::LazyLock::new(|| {
        CodeList::parse("schemas/codes/offence.csv", include_str!("../../../schemas/codes/offence.csv"))
            .unwrap_or_default()
    });
    OFFENCES.get(offence, "iccs")
}

//! A difference between two versions of the dataset.

/// One row of a table that is not as it was in the former version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Change {
    /// Name of the table.
    pub table: String,
    /// Identifier of the row.
    pub id: String,
    /// What happened, `schemas/codes/change.csv`.
    pub change: String,
    /// Why, `schemas/codes/change_reason.csv`.
    pub reason: String,
    /// Columns whose values changed.
    pub columns: Vec<String>,
    /// Row that a removed one went into.
    pub successor: Option<String>,
}

//! What must hold of a release before it is published. As in `OpenSanctions`, a minimum stops, a maximum warns.

use super::changes::hashes;
use super::release::ReleaseError;
use super::table::{TableError, TableReader};
use crate::record::schema::Table;
use arrow::array::{Array, AsArray};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What an assertion measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Number of rows of the table.
    Rows,
    /// Rows of the table, as a multiple of those of the former release; without one it holds.
    Growth,
    /// Share of the rows in which the column is not missing and, for a list, not empty: 0 to 1.
    Filled,
    /// Number of different values of the column.
    Distinct,
}

/// One assertion of a job's `[publish]`:
///
/// ```
/// let spec: dalel::publish::ReleaseSpec = toml::from_str(r#"
///     version = "2026.11"
///     [[assert]]
///     table = "events"
///     measure = "growth"
///     min = 0.9       # a release that loses a tenth of the events is stopped
///     max = 2.0       # one that doubles them is published with a warning
///     [[assert]]
///     table = "mentions"
///     column = "region"
///     measure = "filled"
///     min = 0.5
/// "#)?;
/// assert_eq!(spec.assert.len(), 2);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// Table.
    pub table: String,
    /// Column, for `filled` and `distinct`.
    #[serde(default)]
    pub column: Option<String>,
    /// What is measured.
    pub measure: Measure,
    /// Less than this stops the release.
    #[serde(default)]
    pub min: Option<f64>,
    /// More than this is a warning.
    #[serde(default)]
    pub max: Option<f64>,
}

/// What the assertions found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Findings {
    /// These stop the release.
    pub(super) failures: Vec<String>,
    /// These do not.
    pub(super) warnings: Vec<String>,
}

/// Measures the release in `folder`; `former` is the one before it.
pub(super) fn check(assertions: &[Assertion], folder: &Path, former: Option<&Path>) -> Result<Findings, ReleaseError> {
    let mut findings = Findings::default();
    for assertion in assertions {
        let name = match &assertion.column {
            Some(column) => format!("{}.{column}", assertion.table),
            None => assertion.table.clone(),
        };
        let measured = match assertion.measure(folder, former)? {
            Ok(Some(measured)) => measured,
            Ok(None) => continue,
            Err(wrong) => {
                findings.failures.push(format!("assertion about {name}: {wrong}"));
                continue;
            }
        };
        let measure = format!("{:?}", assertion.measure).to_lowercase();
        if let Some(min) = assertion.min.filter(|min| measured < *min) {
            findings.failures.push(format!("{name}: {measure} is {measured}, must be at least {min}"));
        }
        if let Some(max) = assertion.max.filter(|max| measured > *max) {
            findings.warnings.push(format!("{name}: {measure} is {measured}, expected at most {max}"));
        }
    }
    Ok(findings)
}

impl Assertion {
    /// The figure; none where there is nothing to compare with; an error in the assertion itself.
    fn measure(&self, folder: &Path, former: Option<&Path>) -> Result<Result<Option<f64>, String>, ReleaseError> {
        let Some(table) = Table::from_name(&self.table).filter(|table| Table::PUBLIC.contains(table)) else {
            return Ok(Err(format!("there is no table {:?}", self.table)));
        };
        let file = format!("{}.parquet", table.name());
        let rows = |folder: &Path| TableReader::open(&folder.join(&file)).map(|reader| reader.rows() as f64);
        Ok(Ok(match self.measure {
            Measure::Rows => Some(rows(folder)?),
            Measure::Growth => match former {
                Some(former) => Some(rows(folder)? / rows(former)?.max(1.0)),
                None => None,
            },
            Measure::Filled | Measure::Distinct => {
                let Some(column) = self.column.as_deref().filter(|column| table.schema().field(column).is_some())
                else {
                    return Ok(Err("filled and distinct need a column of the table".to_owned()));
                };
                let (all, filled, distinct) = values(&folder.join(&file), column)?;
                Some(match self.measure {
                    Measure::Distinct => distinct as f64,
                    _ if all == 0 => 1.0,
                    _ => filled as f64 / all as f64,
                })
            }
        }))
    }
}

/// Rows, rows with a value, different values.
fn values(path: &Path, column: &str) -> Result<(usize, usize, usize), ReleaseError> {
    let (mut all, mut filled, mut distinct) = (0, 0, FxHashSet::default());
    for batch in TableReader::open(path)? {
        let batch = batch?;
        let Some(array) = batch.column_by_name(column) else { continue };
        let hashes = hashes(array).map_err(|e| TableError::parquet(path, e))?;
        for (row, hash) in hashes.into_iter().enumerate() {
            let empty = array.is_null(row) || array.as_list_opt::<i32>().is_some_and(|list| list.value(row).is_empty());
            all += 1;
            if !empty {
                filled += 1;
                distinct.insert(hash);
            }
        }
    }
    Ok((all, filled, distinct.len()))
}

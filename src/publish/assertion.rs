//! What must hold of a release before it is published. As in `OpenSanctions`, a minimum stops, a maximum warns.

use super::changes::hashes;
use super::release::ReleaseError;
use super::table::{TableError, TableReader};
use crate::record::schema::Table;
use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, TimestampMicrosecondType};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// What an assertion measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Number of rows of the table.
    Rows,
    /// Rows of the table, or the column's sum, as a multiple of those of the former release; without one it holds.
    Growth,
    /// Share of the rows in which the column is not missing and, for a list, not empty: 0 to 1.
    Filled,
    /// Number of different values of the column.
    Distinct,
    /// Sum of a column of numbers.
    Sum,
    /// Smallest number of the column.
    Smallest,
    /// Largest number of the column.
    Largest,
    /// Days without an article of each outlet that has at least 20: from its latest to the latest of all. Only of the
    /// table `articles`; `max` warns, by name.
    Silent,
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
    /// Column, for all but `rows` and `silent`.
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
        if assertion.measure == Measure::Silent {
            let longest = assertion.max.filter(|_| assertion.table == "articles" && assertion.min.is_none());
            let Some(longest) = longest else {
                findings.failures.push(format!("assertion about {name}: silent is of articles, and has a max only"));
                continue;
            };
            for (outlet, days) in silent(folder)?.into_iter().filter(|(_, days)| *days > longest) {
                findings
                    .warnings
                    .push(format!("{name}: {outlet} is silent for {days} days, expected at most {longest}"));
            }
            continue;
        }
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
            Measure::Silent => None,
            Measure::Sum | Measure::Smallest | Measure::Largest => {
                let Some(numbers) = self.numbers(table, folder)? else { return Ok(Err(NUMBERS.to_owned())) };
                match self.measure {
                    Measure::Sum => Some(numbers.sum),
                    Measure::Smallest => numbers.range.map(|(smallest, _)| smallest),
                    _ => numbers.range.map(|(_, largest)| largest),
                }
            }
            Measure::Growth if self.column.is_some() => {
                let Some(now) = self.numbers(table, folder)? else { return Ok(Err(NUMBERS.to_owned())) };
                let before = former.map(|former| self.numbers(table, former)).transpose()?.flatten();
                before.filter(|before| before.sum != 0.0).map(|before| now.sum / before.sum)
            }
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

const NUMBERS: &str = "needs a column of numbers of the table";

/// Outlets with fewer articles may be silent.
const FEW: usize = 20;

/// The numbers of a column.
#[derive(Debug, Default)]
struct Numbers {
    sum: f64,
    range: Option<(f64, f64)>,
}

impl Assertion {
    /// The column's numbers; none where it has none.
    fn numbers(&self, table: Table, folder: &Path) -> Result<Option<Numbers>, ReleaseError> {
        let path = folder.join(format!("{}.parquet", table.name()));
        let Some(column) = self.column.as_deref().filter(|column| table.schema().field(column).is_some()) else {
            return Ok(None);
        };
        let mut numbers = Numbers::default();
        for batch in TableReader::columns(&path, Some(&[column]))? {
            let batch = batch?;
            let Some(array) = batch.column_by_name(column).filter(|array| array.data_type().is_numeric()) else {
                return Ok(None);
            };
            let array = cast(array, &DataType::Float64).map_err(|e| TableError::parquet(&path, e))?;
            for number in array.as_primitive::<Float64Type>().iter().flatten() {
                numbers.sum += number;
                let (smallest, largest) = numbers.range.unwrap_or((number, number));
                numbers.range = Some((smallest.min(number), largest.max(number)));
            }
        }
        Ok(Some(numbers))
    }
}

/// By outlet, whole days from its latest article to the latest of all.
fn silent(folder: &Path) -> Result<Vec<(String, f64)>, ReleaseError> {
    let path = folder.join(format!("{}.parquet", Table::Articles.name()));
    let mut outlets: BTreeMap<String, (usize, i64)> = BTreeMap::new();
    let mut latest = i64::MIN;
    for batch in TableReader::columns(&path, Some(&["outlet", "published_at", "fetched_at"]))? {
        let batch = batch?;
        let column = |name: &str| batch.column_by_name(name);
        let (Some(outlet), Some(published), Some(fetched)) =
            (column("outlet"), column("published_at"), column("fetched_at"))
        else {
            continue;
        };
        let outlet = cast(outlet, &DataType::Utf8).map_err(|e| TableError::parquet(&path, e))?;
        let (published, fetched) =
            (published.as_primitive::<TimestampMicrosecondType>(), fetched.as_primitive::<TimestampMicrosecondType>());
        for ((outlet, published), fetched) in outlet.as_string::<i32>().iter().zip(published).zip(fetched) {
            // No page was published after it was fetched.
            let Some(at) = published.into_iter().chain(fetched).min() else { continue };
            latest = latest.max(at);
            let own = outlets.entry(outlet.unwrap_or_default().to_owned()).or_insert((0, at));
            *own = (own.0 + 1, own.1.max(at));
        }
    }
    let days = |at: i64| ((latest - at) / 86_400_000_000) as f64;
    Ok(outlets.into_iter().filter(|(_, (n, _))| *n >= FEW).map(|(outlet, (_, at))| (outlet, days(at))).collect())
}

/// Rows, rows with a value, different values.
fn values(path: &Path, column: &str) -> Result<(usize, usize, usize), ReleaseError> {
    let (mut all, mut filled, mut distinct) = (0, 0, FxHashSet::default());
    for batch in TableReader::columns(path, Some(&[column]))? {
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

//! A private table → its published form: the public columns, names masked, sorted, in one file.

use super::delimited::Lines;
use super::mask::Masker;
use super::sorted::Sorter;
use super::table::{Footer, TableError, TableReader, TableWriter, folder_of, parquet_files};
use crate::record::ConvertError;
use crate::record::schema::Table;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, new_null_array};
use arrow::compute::cast;
use arrow::error::ArrowError;
use rayon::prelude::*;
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

/// What a published table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prepared {
    /// Number of rows.
    pub(super) rows: u64,
    /// Number of texts in which a name was masked.
    pub(super) masked: u64,
}

/// The columns that hold words of an article, in which names are masked.
const fn texts(table: Table) -> &'static [&'static str] {
    match table {
        Table::Articles | Table::Stories => &["title"],
        Table::Mentions => &["evidence", "trigger"],
        Table::Events => &["evidence"],
        Table::Rejects | Table::Changes => &[],
    }
}

/// The order of the rows: what readers filter by first, then the identifier, so that it is total.
const fn order(table: Table) -> &'static [&'static str] {
    match table {
        Table::Articles => &["published_at", "article_id"],
        Table::Mentions => &["event_type", "article_id", "evidence_start", "mention_id"],
        Table::Events => &["event_type", "first_published_at", "event_id"],
        Table::Stories => &["first_published_at", "story_id"],
        Table::Rejects => &["stage", "reason", "record_id", "detail"],
        Table::Changes => &["table", "id"],
    }
}

/// The identifiers that readers look up.
const fn lookups(table: Table) -> &'static [&'static str] {
    match table {
        Table::Articles => &["article_id"],
        Table::Mentions => &["mention_id", "article_id", "event_id"],
        Table::Events => &["event_id"],
        Table::Stories => &["story_id"],
        Table::Rejects | Table::Changes => &[],
    }
}

/// Publishes the table whose private files lie in `source`, as Parquet and as CSV. Neither the number of those files nor the order of
/// their rows shows in the result.
pub(super) fn prepare(
    table: Table,
    source: &Path,
    (target, csv): (&Path, &Path),
    masker: &Masker,
    metadata: Vec<(String, String)>,
) -> Result<Prepared, TableError> {
    let mut masked = 0;
    let name = format!("{}-prepared", table.name());
    let sorter = Sorter::new(table.arrow(), order(table), folder_of(target), &name);
    let mut sorter = sorter.map_err(|e| TableError::parquet(target, e))?;
    // The others, such as the bodies of articles, are not even read.
    let columns: Vec<&str> = table.schema().fields.iter().map(|field| field.name.as_str()).collect();
    for file in parquet_files(source)? {
        for batch in TableReader::columns(&file, Some(&columns))? {
            let batch = conform(table, &batch?, masker, &mut masked).map_err(|source| match source {
                Refusal::Convert(source) => TableError::Convert { path: file.display().to_string(), source },
                Refusal::Arrow(source) => TableError::parquet(&file, source),
            })?;
            sorter.push(batch)?;
        }
    }
    let (sorted_by, bloom) = (order(table).to_vec(), lookups(table).to_vec());
    let footer = Footer { metadata, sorted_by, bloom, merged_by: None };
    let mut writer = TableWriter::create(target, &table.arrow(), &footer)?;
    let mut lines = Lines::create(csv, &table.arrow())?;
    sorter.finish(target, |batch| {
        writer.write(&batch)?;
        lines.write(batch)
    })?;
    lines.finish()?;
    Ok(Prepared { rows: writer.finish()?, masked })
}

enum Refusal {
    Convert(ConvertError),
    Arrow(ArrowError),
}

impl From<ArrowError> for Refusal {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}

/// The batch with the table's public columns and nothing else, names masked.
fn conform(table: Table, batch: &RecordBatch, masker: &Masker, masked: &mut u64) -> Result<RecordBatch, Refusal> {
    let schema = table.arrow();
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for (field, described) in schema.fields().iter().zip(&table.schema().fields) {
        let column = match batch.column_by_name(field.name()) {
            Some(column) => cast(column, field.data_type())?,
            None if field.is_nullable() => new_null_array(field.data_type(), batch.num_rows()),
            None => {
                return Err(Refusal::Convert(ConvertError::Missing { table: table.name(), column: &described.name }));
            }
        };
        let text = texts(table).contains(&field.name().as_str());
        let longest = described.constraints.as_ref().and_then(|c| c.max_length).map(|length| length as usize);
        columns.push(if text { mask(column.as_string(), masker, longest, masked) } else { column });
    }
    Ok(RecordBatch::try_new(schema, columns)?)
}

fn mask(texts: &StringArray, masker: &Masker, longest: Option<usize>, masked: &mut u64) -> ArrayRef {
    let safe: Vec<Option<Cow<'_, str>>> = (0..texts.len())
        .into_par_iter()
        .map(|row| {
            let text = texts.is_valid(row).then(|| texts.value(row))?;
            Some(match masker.mask(text) {
                // A mask may be longer than the name.
                Cow::Owned(mut safe) => {
                    let end = longest.and_then(|longest| safe.char_indices().nth(longest)).map(|(end, _)| end);
                    safe.truncate(end.unwrap_or(safe.len()));
                    Cow::Owned(safe)
                }
                unchanged @ Cow::Borrowed(_) => unchanged,
            })
        })
        .collect();
    *masked += safe.iter().filter(|text| matches!(text, Some(Cow::Owned(_)))).count() as u64;
    Arc::new(StringArray::from_iter(safe))
}

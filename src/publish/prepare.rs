//! A private table → its published form: the public columns, names masked, sorted, in one file.

use super::mask::Masker;
use super::table::{BATCH_ROWS, Footer, TableError, TableReader, TableWriter, parquet_files};
use crate::record::ConvertError;
use crate::record::schema::Table;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, new_null_array};
use arrow::compute::{cast, interleave_record_batch};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
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

/// Publishes the table whose private files lie in `source`. Neither the number of those files nor the order of
/// their rows shows in the result.
pub(super) fn prepare(
    table: Table,
    source: &Path,
    target: &Path,
    masker: &Masker,
    metadata: Vec<(String, String)>,
) -> Result<Prepared, TableError> {
    let mut masked = 0;
    let mut batches = Vec::new();
    for file in parquet_files(source)? {
        for batch in TableReader::open(&file)? {
            batches.push(conform(table, &batch?, masker, &mut masked).map_err(|source| match source {
                Refusal::Convert(source) => TableError::Convert { path: file.display().to_string(), source },
                Refusal::Arrow(source) => TableError::parquet(&file, source),
            })?);
        }
    }
    let footer = Footer { metadata, sorted_by: order(table).to_vec(), bloom: lookups(table).to_vec() };
    let mut writer = TableWriter::create(target, &table.arrow(), &footer)?;
    write_sorted(table, &batches, &mut writer).map_err(|e| match e {
        Refusal::Arrow(source) => TableError::parquet(target, source),
        Refusal::Convert(source) => TableError::Convert { path: target.display().to_string(), source },
    })?;
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

fn write_sorted(table: Table, batches: &[RecordBatch], writer: &mut TableWriter) -> Result<(), Refusal> {
    let schema = writer.schema().clone();
    let keys: Vec<usize> = order(table).iter().map(|name| schema.index_of(name)).collect::<Result<_, _>>()?;
    let converter =
        RowConverter::new(keys.iter().map(|&key| SortField::new(schema.field(key).data_type().clone())).collect())?;
    let rows = batches
        .iter()
        .map(|batch| {
            let columns: Vec<ArrayRef> = keys.iter().map(|&key| batch.column(key).clone()).collect();
            converter.convert_columns(&columns)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut sorted: Vec<(usize, usize)> =
        rows.iter().enumerate().flat_map(|(batch, rows)| (0..rows.num_rows()).map(move |row| (batch, row))).collect();
    sorted.sort_by(|&(a, i), &(b, j)| rows[a].row(i).cmp(&rows[b].row(j)));
    let batches: Vec<&RecordBatch> = batches.iter().collect();
    for chunk in sorted.chunks(BATCH_ROWS) {
        let batch = canonical(&interleave_record_batch(&batches, chunk)?, &schema)?;
        writer.write(&batch).map_err(|e| ArrowError::ExternalError(Box::new(e)))?;
    }
    Ok(())
}

/// The batch with dictionaries in the order of their first use: those of interleaved batches depend on how the
/// rows were split, and would show in the bytes.
fn canonical(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| match field.data_type() {
            DataType::Dictionary(_, values) => cast(&cast(column, values)?, field.data_type()),
            _ => Ok(column.clone()),
        })
        .collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(schema.clone(), columns)
}

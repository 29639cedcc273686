//! Rows in the order of some columns, of a table that memory does not hold: sorted runs on disk, merged.
//!
//! The batches that come out depend on the sorted rows alone, not on how they came or were cut into runs.

use super::table::{BATCH_ROWS, Footer, TableError, TableReader, TableWriter};
use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int32Array, RecordBatch, StringArray};
use arrow::compute::interleave_record_batch;
use arrow::datatypes::{DataType, Int32Type, SchemaRef};
use arrow::error::ArrowError;
use arrow::row::{OwnedRow, RowConverter, Rows, SortField};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows of a run.
const RUN: usize = 32_768;
/// Rows that are read of each run at a time.
const ROWS: usize = 128;
/// Runs that are merged at a time.
const FAN_IN: usize = 32;

/// Sorts batches of one schema by some columns, ascending, nulls first; equal rows keep the order in which they came.
pub(super) struct Sorter<'s> {
    schema: SchemaRef,
    keys: Vec<usize>,
    converter: RowConverter,
    /// Where runs lie; what is left of them goes with the sorter.
    folder: &'s Path,
    name: String,
    most: usize,
    held: Vec<RecordBatch>,
    rows: usize,
    runs: Vec<PathBuf>,
    made: usize,
}

impl<'s> Sorter<'s> {
    /// Runs get hidden names in the target's folder.
    pub(super) fn new(schema: SchemaRef, by: &[&str], folder: &'s Path, name: &str) -> Result<Self, ArrowError> {
        let keys: Vec<usize> = by.iter().map(|name| schema.index_of(name)).collect::<Result<_, _>>()?;
        let fields = keys.iter().map(|&key| SortField::new(schema.field(key).data_type().clone()));
        let converter = RowConverter::new(fields.collect())?;
        let (held, runs, name) = (Vec::new(), Vec::new(), name.to_owned());
        Ok(Self { schema, keys, converter, folder, name, most: RUN, held, rows: 0, runs, made: 0 })
    }

    fn keys_of(&self, batch: &RecordBatch) -> Result<Rows, ArrowError> {
        let columns: Vec<ArrayRef> = self.keys.iter().map(|&key| batch.column(key).clone()).collect();
        self.converter.convert_columns(&columns)
    }

    /// Takes rows.
    pub(super) fn push(&mut self, batch: RecordBatch) -> Result<(), TableError> {
        self.rows += batch.num_rows();
        self.held.push(batch);
        if self.rows >= self.most { self.put_away() } else { Ok(()) }
    }

    /// Writes what is held as a run.
    fn put_away(&mut self) -> Result<(), TableError> {
        let held = std::mem::take(&mut self.held);
        self.rows = 0;
        let run = self.next_run();
        let mut writer = TableWriter::create(&run, &self.schema, &of_run())?;
        self.write_held(&held, &mut |batch| writer.write(&batch)).map_err(|e| e.at(&run))?;
        self.runs.push(run);
        writer.finish().map(|_| ())
    }

    fn next_run(&mut self) -> PathBuf {
        self.made += 1;
        self.folder.join(format!(".{}-{}.run", self.name, self.made))
    }

    fn write_held(
        &self,
        held: &[RecordBatch],
        write: &mut dyn FnMut(RecordBatch) -> Result<(), TableError>,
    ) -> Result<(), Failed> {
        let rows = held.iter().map(|batch| self.keys_of(batch)).collect::<Result<Vec<_>, _>>()?;
        let each = |(batch, rows): (usize, &Rows)| (0..rows.num_rows()).map(move |row| (batch, row));
        let mut sorted: Vec<(usize, usize)> = rows.iter().enumerate().flat_map(each).collect();
        sorted.sort_by(|&(a, i), &(b, j)| rows[a].row(i).cmp(&rows[b].row(j)));
        let held: Vec<&RecordBatch> = held.iter().collect();
        for chunk in sorted.chunks(BATCH_ROWS) {
            write(canonical(&interleave_record_batch(&held, chunk)?, &self.schema)?)?;
        }
        Ok(())
    }

    /// Hands all rows on in their order, [`BATCH_ROWS`] at a time.
    pub(super) fn finish(
        mut self,
        target: &Path,
        mut write: impl FnMut(RecordBatch) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        if self.runs.is_empty() {
            let held = std::mem::take(&mut self.held);
            return self.write_held(&held, &mut write).map_err(|e| e.at(target));
        }
        if self.rows > 0 {
            self.put_away()?;
        }
        // Neighbours are merged with each other, so that equal rows stay in their order.
        while self.runs.len() > FAN_IN {
            let mut merged = Vec::new();
            for some in std::mem::take(&mut self.runs).chunks(FAN_IN) {
                let run = self.next_run();
                let mut writer = TableWriter::create(&run, &self.schema, &of_run())?;
                self.merge(some, &mut |batch| writer.write(&batch)).map_err(|e| e.at(&run))?;
                writer.finish()?;
                merged.push(run);
            }
            self.runs = merged;
        }
        let runs = std::mem::take(&mut self.runs);
        self.merge(&runs, &mut write).map_err(|e| e.at(target))
    }

    fn merge(
        &self,
        runs: &[PathBuf],
        write: &mut dyn FnMut(RecordBatch) -> Result<(), TableError>,
    ) -> Result<(), Failed> {
        let mut open = runs.iter().map(|run| TableReader::open_by(run, ROWS)).collect::<Result<Vec<_>, _>>()?;
        // The batches that rows are taken from, and of each run the last of them, its keys and the next row.
        let mut batches: Vec<RecordBatch> = Vec::new();
        let mut now: Vec<Option<(usize, Rows, usize)>> = Vec::new();
        let mut heap: BinaryHeap<Reverse<(OwnedRow, usize)>> = BinaryHeap::new();
        for (run, reader) in open.iter_mut().enumerate() {
            now.push(self.read(reader, &mut batches)?);
            heap.extend(now[run].as_ref().map(|(_, keys, row)| Reverse((keys.row(*row).owned(), run))));
        }
        let mut wanted: Vec<(usize, usize)> = Vec::with_capacity(BATCH_ROWS);
        while let Some(Reverse((_, run))) = heap.pop() {
            let Some((batch, keys, row)) = &mut now[run] else { continue };
            wanted.push((*batch, *row));
            *row += 1;
            if *row == keys.num_rows() {
                now[run] = self.read(&mut open[run], &mut batches)?;
            }
            heap.extend(now[run].as_ref().map(|(_, keys, row)| Reverse((keys.row(*row).owned(), run))));
            if wanted.len() == BATCH_ROWS || heap.is_empty() {
                let all: Vec<&RecordBatch> = batches.iter().collect();
                write(canonical(&interleave_record_batch(&all, &wanted)?, &self.schema)?)?;
                wanted.clear();
                let mut kept = Vec::new();
                for (batch, ..) in now.iter_mut().flatten() {
                    kept.push(batches[*batch].clone());
                    *batch = kept.len() - 1;
                }
                batches = kept;
            }
        }
        for run in runs {
            std::fs::remove_file(run).map_err(|e| TableError::io(run, e))?;
        }
        Ok(())
    }

    /// The next rows of a run; none at its end.
    fn read(
        &self,
        reader: &mut TableReader,
        batches: &mut Vec<RecordBatch>,
    ) -> Result<Option<(usize, Rows, usize)>, Failed> {
        for batch in reader {
            let batch = batch?;
            if batch.num_rows() > 0 {
                let keys = self.keys_of(&batch)?;
                batches.push(batch);
                return Ok(Some((batches.len() - 1, keys, 0)));
            }
        }
        Ok(None)
    }
}

fn of_run() -> Footer {
    Footer { merged_by: Some(ROWS), ..Footer::default() }
}

impl Drop for Sorter<'_> {
    fn drop(&mut self) {
        for run in &self.runs {
            let _ = std::fs::remove_file(run);
        }
    }
}

/// What failed, before its place is told.
enum Failed {
    Table(TableError),
    Arrow(ArrowError),
}

impl Failed {
    fn at(self, path: &Path) -> TableError {
        match self {
            Self::Table(error) => error,
            Self::Arrow(error) => TableError::parquet(path, error),
        }
    }
}

impl From<TableError> for Failed {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

impl From<ArrowError> for Failed {
    fn from(error: ArrowError) -> Self {
        Self::Arrow(error)
    }
}

/// The batch with dictionaries in the order of their first use: those of interleaved batches depend on how the
/// rows were split, and would show in the bytes.
fn canonical(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns = batch
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| match field.data_type() {
            DataType::Dictionary(..) => by_first_use(column),
            _ => Ok(column.clone()),
        })
        .collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(schema.clone(), columns)
}

/// A column of codes with the codes that it has, each once.
fn by_first_use(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let column = column.as_dictionary::<Int32Type>();
    let texts = column.values().as_string::<i32>();
    let (mut places, mut used) = (FxHashMap::default(), Vec::new());
    // The new key of each former one: of several batches each has the same codes again.
    let mut keys: Vec<Option<i32>> = vec![None; texts.len()];
    let mut key = |former: i32| {
        *keys[former as usize].get_or_insert_with(|| {
            let text = texts.value(former as usize);
            let next = used.len();
            *places.entry(text).or_insert_with(|| {
                used.push(text);
                i32::try_from(next).unwrap_or(i32::MAX)
            })
        })
    };
    let keys: Int32Array = column.keys().iter().map(|former| former.map(&mut key)).collect();
    Ok(Arc::new(DictionaryArray::try_new(keys, Arc::new(StringArray::from(used)))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Columnar, Mention};

    #[test]
    fn runs_leave_no_trace() {
        let row = |n: usize| Mention {
            mention_id: format!("{n:05}"),
            event_type: ["seizure", "arrest", "fine"][n * 7_919 % 3].into(),
            article_id: format!("{}", n * 31 % 97),
            unit: (!n.is_multiple_of(4)).then(|| "kg".into()),
            evidence: format!("слово {n}"),
            ..Mention::default()
        };
        let rows: Vec<Mention> = (0..20_000).map(row).collect();
        let folder = tempfile::tempdir().expect("folder");
        let sorted = |most: usize, part: usize| {
            let schema = Mention::arrow_schema();
            let sorter = Sorter::new(schema, &["event_type", "article_id"], folder.path(), "t");
            let mut sorter = sorter.expect("columns");
            sorter.most = most;
            rows.chunks(part).for_each(|part| sorter.push(Mention::to_batch(part)).expect("writes"));
            let mut batches = Vec::new();
            let take = |batch| {
                batches.push(batch);
                Ok(())
            };
            sorter.finish(folder.path(), take).expect("reads");
            batches
        };
        let whole = sorted(1 << 20, 3_000);
        let mut expected = rows.clone();
        expected.sort_by_key(|m| (m.event_type.clone(), m.article_id.clone()));
        let read = |batches: &[RecordBatch]| -> Vec<Mention> {
            batches.iter().flat_map(|batch| Mention::from_batch(batch).expect("mentions")).collect()
        };
        assert_eq!(read(&whole), expected);
        for (most, part) in [(7_000, 3_000), (100, 100), (19_999, 1_000)] {
            assert!(sorted(most, part) == whole, "runs of {most}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("list").count(), 0, "no run stays");
    }
}

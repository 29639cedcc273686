//! Sorting more rows than memory holds: sorted runs on disk, merged some at a time.
//!
//! What a table's bytes are depends on its sorted rows alone, not on how they came or were cut into runs.

use super::RunError;
use crate::publish::table::{Footer, TableReader, TableWriter};
use crate::record::Columnar;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::{Path, PathBuf};

/// Rows that are written at a time.
const ROWS: usize = 512;
/// Rows that are read of each run at a time.
const FEW: usize = 32;
/// Runs that are merged at a time: with some rows of each, 8 MB of article bodies.
const FAN_IN: usize = 32;

/// How a table is sorted, and how much of it is held.
pub(super) struct Order<R, K> {
    /// What rows are sorted by; equal ones keep the order in which they came.
    pub key: fn(&R) -> K,
    /// Rows of a run.
    pub run: usize,
}

/// Writes the rows of all parts to one file, sorted; runs lie in `folder` meanwhile. `last` completes each row when it is
/// written, in their order. Returns the number of rows.
pub(super) fn write<R: Columnar, K: Ord>(
    parts: impl IntoIterator<Item = Result<Vec<R>, RunError>>,
    order: &Order<R, K>,
    folder: &Path,
    target: &Path,
    mut last: impl FnMut(&mut R),
) -> Result<usize, RunError> {
    let (mut runs, mut rows, mut number) = (Vec::new(), Vec::new(), 0_usize);
    let mut name = || {
        number += 1;
        // Several tables are sorted at a time.
        let table = target.file_name().unwrap_or_default().to_string_lossy();
        folder.join(format!("{table}-run-{number}.parquet"))
    };
    for part in parts {
        rows.extend(part?);
        if rows.len() >= order.run {
            let path = name();
            rows.sort_by_cached_key(order.key);
            sequence(&path, &of_run(), rows.drain(..).map(Ok))?;
            runs.push(path);
        }
    }
    rows.sort_by_cached_key(order.key);
    if runs.is_empty() {
        let rows = rows.into_iter().map(|mut row| {
            last(&mut row);
            Ok(row)
        });
        return sequence(target, &Footer::default(), rows);
    }
    if !rows.is_empty() {
        let path = name();
        sequence(&path, &of_run(), rows.into_iter().map(Ok))?;
        runs.push(path);
    }
    // Neighbours are merged with each other, so that equal rows stay in their order.
    while runs.len() > FAN_IN {
        let mut merged = Vec::new();
        for some in runs.chunks(FAN_IN) {
            let path = name();
            merge(some, order, &of_run(), &path, |_| ())?;
            merged.push(path);
        }
        runs = merged;
    }
    merge(&runs, order, &Footer::default(), target, last)
}

fn of_run() -> Footer {
    Footer { merged_by: Some(FEW), ..Footer::default() }
}

fn merge<R: Columnar, K: Ord>(
    runs: &[PathBuf],
    order: &Order<R, K>,
    footer: &Footer,
    target: &Path,
    mut last: impl FnMut(&mut R),
) -> Result<usize, RunError> {
    let mut open = runs.iter().map(|path| rows_of::<R>(path)).collect::<Result<Vec<_>, _>>()?;
    let mut heap = BinaryHeap::new();
    let mut heads: Vec<Option<R>> = Vec::new();
    for (i, run) in open.iter_mut().enumerate() {
        let head = run.next().transpose()?;
        heap.extend(head.as_ref().map(|row| Reverse(((order.key)(row), i))));
        heads.push(head);
    }
    let sorted = std::iter::from_fn(|| {
        let Reverse((_, i)) = heap.pop()?;
        let mut row = heads[i].take();
        row.iter_mut().for_each(&mut last);
        match open[i].next() {
            Some(Ok(next)) => {
                heap.push(Reverse(((order.key)(&next), i)));
                heads[i] = Some(next);
            }
            Some(Err(error)) => return Some(Err(error)),
            None => {}
        }
        row.map(Ok)
    });
    let rows = sequence(target, footer, sorted)?;
    for run in runs {
        std::fs::remove_file(run).map_err(|e| RunError::io(run, e))?;
    }
    Ok(rows)
}

/// The rows of a file, some at a time.
fn rows_of<R: Columnar>(path: &Path) -> Result<impl Iterator<Item = Result<R, RunError>> + use<R>, RunError> {
    let place = path.to_owned();
    let batches = TableReader::open_by(path, FEW)?;
    Ok(batches.flat_map(move |batch| {
        let rows = batch.map_err(RunError::from);
        let rows = rows.and_then(|batch| R::from_batch(&batch).map_err(|e| RunError::io(&place, e)));
        let (rows, error) = match rows {
            Ok(rows) => (rows, None),
            Err(error) => (Vec::new(), Some(Err(error))),
        };
        rows.into_iter().map(Ok).chain(error)
    }))
}

fn sequence<R: Columnar>(
    target: &Path,
    footer: &Footer,
    rows: impl Iterator<Item = Result<R, RunError>>,
) -> Result<usize, RunError> {
    let mut writer = TableWriter::create(target, &R::arrow_schema(), footer)?;
    let mut held = Vec::with_capacity(ROWS);
    for row in rows {
        held.push(row?);
        if held.len() == ROWS {
            writer.write(&R::to_batch(&held))?;
            held.clear();
        }
    }
    if !held.is_empty() {
        writer.write(&R::to_batch(&held))?;
    }
    Ok(usize::try_from(writer.finish()?).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Reject;

    #[test]
    fn runs_leave_no_trace() {
        let folder = tempfile::tempdir().expect("folder");
        let row = |i: usize| Reject::new("read", "empty", format!("{}", i * 7919 % 1000 / 3), format!("{i}"));
        let rows: Vec<Reject> = (0..1000).map(row).collect();
        let path = |name: &str| folder.path().join(name);
        let sorted = |run: usize, part: usize| {
            let order = Order { key: |r: &Reject| r.record_id.clone(), run };
            let parts = rows.chunks(part).map(|part| Ok(part.to_vec()));
            assert_eq!(
                write(parts, &order, folder.path(), &path("sorted"), |row| row.detail.push('.')).expect("writes"),
                rows.len()
            );
            std::fs::read(path("sorted")).expect("file")
        };
        let whole = sorted(5000, 1000);
        let mut expected = rows.clone();
        expected.sort_by_cached_key(|r| r.record_id.clone());
        for row in &mut expected {
            row.detail.push('.');
        }
        assert_eq!(super::super::table::read::<Reject>(&path("sorted")).expect("reads"), expected);
        for (run, part) in [(100, 100), (7, 3), (1, 1), (999, 500)] {
            assert!(sorted(run, part) == whole, "runs of {run}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("list").count(), 1, "no run stays");
    }
}

//! Tables in the run's own error.

use super::RunError;
use crate::publish::table::{Footer, TableError, TableReader, read_records, write_records, write_rows};
use crate::record::Columnar;
use std::path::Path;

impl From<TableError> for RunError {
    fn from(error: TableError) -> Self {
        let (path, message) = match error {
            TableError::Io { path, source } => (path, source.to_string()),
            TableError::Parquet { path, source } => (path, source.to_string()),
            TableError::Convert { path, source } => (path, source.to_string()),
        };
        Self::Io { path, message }
    }
}

/// Writes records to a file; one without rows still has its columns.
pub(super) fn write<R: Columnar>(path: &Path, records: &[R]) -> Result<(), RunError> {
    write_records(path, records, &Footer::default())?;
    Ok(())
}

/// Writes records to a file as they come.
pub(super) fn write_all<R: Columnar>(path: &Path, records: impl Iterator<Item = R>) -> Result<(), RunError> {
    write_rows(path, records, &Footer::default())?;
    Ok(())
}

/// Reads the records of a file.
pub(super) fn read<R: Columnar>(path: &Path) -> Result<Vec<R>, RunError> {
    Ok(read_records(path)?)
}

/// Reads some columns of a file's records; the others are as in an empty record.
pub(super) fn read_columns<R: Columnar>(path: &Path, columns: &[&str]) -> Result<Vec<R>, RunError> {
    let mut records = Vec::new();
    for batch in TableReader::columns(path, Some(columns))? {
        records.extend(R::from_batch(&batch?).map_err(|e| RunError::io(path, e))?);
    }
    Ok(records)
}

//! Records ↔ Parquet files of the private layer.

use super::RunError;
use crate::record::Columnar;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::path::Path;

/// Rows converted to Arrow at a time.
const BATCH: usize = 8192;

/// Writes records to a file; one without rows still has its columns.
pub(super) fn write<R: Columnar>(path: &Path, records: &[R]) -> Result<(), RunError> {
    let file = File::create(path).map_err(|e| RunError::io(path, e))?;
    let level = ZstdLevel::try_new(3).map_err(|e| RunError::io(path, e))?;
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
    let mut writer =
        ArrowWriter::try_new(file, R::arrow_schema(), Some(properties)).map_err(|e| RunError::io(path, e))?;
    for part in records.chunks(BATCH) {
        writer.write(&R::to_batch(part)).map_err(|e| RunError::io(path, e))?;
    }
    writer.close().map_err(|e| RunError::io(path, e))?;
    Ok(())
}

/// Reads the records of a file.
pub(super) fn read<R: Columnar>(path: &Path) -> Result<Vec<R>, RunError> {
    let file = File::open(path).map_err(|e| RunError::io(path, e))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|b| b.with_batch_size(BATCH).build());
    let mut records = Vec::new();
    for batch in reader.map_err(|e| RunError::io(path, e))? {
        let batch = batch.map_err(|e| RunError::io(path, e))?;
        records.extend(R::from_batch(&batch).map_err(|e| RunError::io(path, e))?);
    }
    Ok(records)
}

/// Reads a table: a Parquet file, or a folder of them.
///
/// # Errors
/// A path that cannot be read, or that holds no such table.
pub fn read_table<R: Columnar>(path: &Path) -> Result<Vec<R>, RunError> {
    if !path.is_dir() {
        return read(path);
    }
    let entries = std::fs::read_dir(path).map_err(|e| RunError::io(path, e))?;
    let mut files = entries
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| RunError::io(path, e))?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "parquet"));
    files.sort();
    if files.is_empty() {
        return Err(RunError::io(path, "no .parquet file in it"));
    }
    files
        .iter()
        .map(|file| read(file))
        .collect::<Result<Vec<_>, _>>()
        .map(|parts| parts.into_iter().flatten().collect())
}

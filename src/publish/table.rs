//! Parquet files: written whole or not at all, read record by record or batch by batch.
//!
//! The same rows give the same bytes: nothing but the rows and the [`Footer`] enters a file.

use crate::record::{Columnar, ConvertError};
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowLeafColumn, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Rows of a full row group: `DuckDB`'s own group size, so that one of its threads takes one group.
pub const ROW_GROUP_ROWS: usize = 122_880;

/// Bytes of a full row group; article bodies reach it long before [`ROW_GROUP_ROWS`], and memory stays small.
const ROW_GROUP_BYTES: usize = 64 << 20;

/// Bytes of a row group of a file that is merged with others: it is written and read once, soon.
const MERGED_BYTES: usize = 4 << 20;

/// Rows that are converted, written or read at a time.
pub const BATCH_ROWS: usize = 8_192;

/// Columns whose values hardly ever repeat: a dictionary of them would grow, be given up and cost half of the writing.
const UNLIKE: [&str; 10] = [
    "mention_id",
    "article_id",
    "event_id",
    "story_id",
    "evidence",
    "title",
    "url",
    "canonical_url",
    "content_hash",
    "id",
];

/// Columns by whose smallest and largest value nobody looks for anything.
const WORDS: [&str; 2] = ["evidence", "title"];

/// A table that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// File or folder.
        path: String,
        /// Cause.
        source: std::io::Error,
    },
    /// The file is not Parquet, or is damaged.
    #[error("{path}: {source}")]
    Parquet {
        /// File.
        path: String,
        /// Cause.
        source: parquet::errors::ParquetError,
    },
    /// The file is Parquet but not this table.
    #[error("{path}: {source}")]
    Convert {
        /// File.
        path: String,
        /// Cause.
        source: ConvertError,
    },
}

impl TableError {
    pub(super) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.display().to_string(), source }
    }

    pub(super) fn parquet(path: &Path, source: impl Into<parquet::errors::ParquetError>) -> Self {
        Self::Parquet { path: path.display().to_string(), source: source.into() }
    }
}

/// What a file says of itself besides its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Footer {
    /// Key-value metadata, in the order in which it is written.
    pub metadata: Vec<(String, String)>,
    /// Columns by which the rows are sorted, ascending, nulls first.
    pub sorted_by: Vec<&'static str>,
    /// Columns that get a bloom filter: high-cardinality identifiers that readers look up one by one.
    pub bloom: Vec<&'static str>,
    /// Rows of a page, of a file that is merged with others and then removed: it is not compressed, and has no
    /// statistics.
    pub merged_by: Option<usize>,
}

/// A Parquet file in the making. It appears under its name when [`TableWriter::finish`] returns; until then,
/// and if that never happens, a former file of the name stays as it was.
pub struct TableWriter {
    path: PathBuf,
    temporary: PathBuf,
    schema: SchemaRef,
    writer: Option<SerializedFileWriter<BufWriter<File>>>,
    groups: ArrowRowGroupWriterFactory,
    /// The columns of the row group in the making; none between two groups.
    columns: Vec<ArrowColumnWriter>,
    /// Its rows.
    pending: usize,
    /// The bytes of a full one.
    full: usize,
    rows: u64,
}

impl TableWriter {
    /// Begins a file; its folder is made where it is missing.
    ///
    /// # Errors
    /// A folder or file that cannot be made.
    pub fn create(path: &Path, schema: &SchemaRef, footer: &Footer) -> Result<Self, TableError> {
        let folder = folder_of(path);
        std::fs::create_dir_all(folder).map_err(|e| TableError::io(folder, e))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = folder.join(format!(".{name}.tmp"));
        let file = File::create(&temporary).map_err(|e| TableError::io(&temporary, e))?;
        let (writer, groups) =
            ArrowWriter::try_new(BufWriter::new(file), schema.clone(), Some(properties(schema, footer)))
                .and_then(ArrowWriter::into_serialized_writer)
                .map_err(|e| TableError::parquet(path, e))?;
        Ok(Self {
            path: path.to_owned(),
            temporary,
            schema: schema.clone(),
            writer: Some(writer),
            groups,
            columns: Vec::new(),
            pending: 0,
            full: group_bytes(footer),
            rows: 0,
        })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// A batch of another schema; a full disk.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), TableError> {
        self.rows += batch.num_rows() as u64;
        let mut at = 0;
        while at < batch.num_rows() {
            let rows = (batch.num_rows() - at).min(ROW_GROUP_ROWS - self.pending);
            self.encode(&batch.slice(at, rows)).map_err(|e| TableError::parquet(&self.path, e))?;
            at += rows;
        }
        Ok(())
    }

    /// Encodes rows of one row group, each column on a thread of its own: what a column becomes depends on its values
    /// alone, so the bytes are the same on any number of threads.
    fn encode(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        if batch.schema_ref().fields() != self.schema.fields() {
            return Err(ParquetError::General("the rows are of another schema than the table".to_owned()));
        }
        let Some(writer) = &self.writer else { return Ok(()) };
        if self.columns.is_empty() {
            self.columns = self.groups.create_column_writers(writer.flushed_row_groups().len())?;
        }
        let leaves: Vec<Vec<ArrowLeafColumn>> = self
            .schema
            .fields()
            .par_iter()
            .zip(batch.columns())
            .map(|(field, array)| compute_leaves(field, array))
            .collect::<Result<_, _>>()?;
        let leaves: Vec<ArrowLeafColumn> = leaves.into_iter().flatten().collect();
        self.columns.par_iter_mut().zip(&leaves).try_for_each(|(column, leaf)| column.write(leaf))?;
        self.pending += batch.num_rows();
        let bytes: usize = self.columns.iter().map(ArrowColumnWriter::get_estimated_total_bytes).sum();
        if self.pending >= ROW_GROUP_ROWS || bytes >= self.full { self.close_group() } else { Ok(()) }
    }

    /// Ends the row group in the making.
    fn close_group(&mut self) -> Result<(), ParquetError> {
        let Some(writer) = self.writer.as_mut().filter(|_| self.pending > 0) else { return Ok(()) };
        self.pending = 0;
        let columns = std::mem::take(&mut self.columns);
        let chunks: Vec<ArrowColumnChunk> =
            columns.into_par_iter().map(ArrowColumnWriter::close).collect::<Result<_, _>>()?;
        let mut group = writer.next_row_group()?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close().map(|_| ())
    }

    /// The schema that batches must have.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Writes the footer, makes the file durable and gives it its name; returns the number of rows.
    ///
    /// # Errors
    /// A full disk; a name that cannot be given.
    pub fn finish(mut self) -> Result<u64, TableError> {
        self.close_group().map_err(|e| TableError::parquet(&self.path, e))?;
        if let Some(writer) = self.writer.take() {
            let buffer = writer.into_inner().map_err(|e| TableError::parquet(&self.path, e))?;
            let file = buffer.into_inner().map_err(|e| TableError::io(&self.temporary, e.into_error()))?;
            file.sync_all().map_err(|e| TableError::io(&self.temporary, e))?;
        }
        std::fs::rename(&self.temporary, &self.path).map_err(|e| TableError::io(&self.path, e))?;
        sync_folder(folder_of(&self.path));
        Ok(self.rows)
    }
}

impl Drop for TableWriter {
    fn drop(&mut self) {
        // After `finish` the temporary name is gone and this does nothing.
        let _ = std::fs::remove_file(&self.temporary);
    }
}

pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a rename durable where the system can; elsewhere (Windows) a folder cannot be opened, and need not.
pub(super) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Bytes of a full row group.
const fn group_bytes(footer: &Footer) -> usize {
    if footer.merged_by.is_some() { MERGED_BYTES } else { ROW_GROUP_BYTES }
}

fn properties(schema: &SchemaRef, footer: &Footer) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_max_row_group_bytes(Some(group_bytes(footer)))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_key_value_metadata(Some(
            footer.metadata.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect(),
        ));
    for field in schema.fields() {
        let path = ColumnPath::from(field.name().as_str());
        if field.name() == crate::record::schema::TEXT {
            // Nobody looks for a body by its smallest and largest value.
            builder = builder
                .set_column_statistics_enabled(path.clone(), EnabledStatistics::None)
                .set_column_dictionary_enabled(path, false);
            continue;
        }
        if UNLIKE.contains(&field.name().as_str()) {
            builder = builder.set_column_dictionary_enabled(path.clone(), false);
        }
        if WORDS.contains(&field.name().as_str()) {
            builder = builder.set_column_statistics_enabled(path.clone(), EnabledStatistics::None);
        }
        if field.data_type() == &DataType::Utf8 && footer.bloom.contains(&field.name().as_str()) {
            builder = builder.set_column_bloom_filter_enabled(path, true);
        }
    }
    // Every list column has one leaf, so a field's index is its leaf's.
    let sorting = footer.sorted_by.iter().filter_map(|name| schema.index_of(name).ok()).map(|index| SortingColumn {
        column_idx: i32::try_from(index).unwrap_or_default(),
        descending: false,
        nulls_first: true,
    });
    let sorting: Vec<_> = sorting.collect();
    if let Some(rows) = footer.merged_by {
        // Of each file that is merged a page of each column is held; each is read once, soon.
        let builder = builder.set_write_batch_size(rows).set_data_page_row_count_limit(rows);
        let builder = builder.set_compression(Compression::UNCOMPRESSED).set_offset_index_disabled(true);
        return builder.set_statistics_enabled(EnabledStatistics::None).build();
    }
    builder.set_sorting_columns((!sorting.is_empty()).then_some(sorting)).build()
}

/// Writes records as one file.
///
/// # Errors
/// As [`TableWriter`].
pub fn write_records<R: Columnar>(path: &Path, records: &[R], footer: &Footer) -> Result<u64, TableError> {
    let mut writer = TableWriter::create(path, &R::arrow_schema(), footer)?;
    for chunk in records.chunks(BATCH_ROWS) {
        writer.write(&R::to_batch(chunk))?;
    }
    writer.finish()
}

/// Writes records as one file, some at a time.
///
/// # Errors
/// As [`TableWriter`].
pub fn write_rows<R: Columnar>(path: &Path, rows: impl Iterator<Item = R>, footer: &Footer) -> Result<u64, TableError> {
    let mut writer = TableWriter::create(path, &R::arrow_schema(), footer)?;
    let mut held = Vec::new();
    for row in rows {
        held.push(row);
        if held.len() == BATCH_ROWS {
            writer.write(&R::to_batch(&held))?;
            held.clear();
        }
    }
    if !held.is_empty() {
        writer.write(&R::to_batch(&held))?;
    }
    writer.finish()
}

/// The `.parquet` files of a folder and its subfolders, sorted; the path itself where it is a file. Names that
/// begin with a dot are unfinished files, and are left out.
///
/// # Errors
/// A path that is not there or cannot be listed.
pub fn parquet_files(path: &Path) -> Result<Vec<PathBuf>, TableError> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|e| TableError::io(path, e))? {
        let entry = entry.map_err(|e| TableError::io(path, e))?.path();
        let hidden = entry.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if entry.is_dir() {
            files.extend(parquet_files(&entry)?);
        } else if entry.extension().is_some_and(|e| e == "parquet") {
            files.push(entry);
        }
    }
    files.sort();
    Ok(files)
}

/// The batches of one file, in order; each may fail where the file is damaged.
pub struct TableReader {
    path: PathBuf,
    schema: SchemaRef,
    rows: u64,
    reader: ParquetRecordBatchReader,
}

impl TableReader {
    /// Opens a file.
    ///
    /// # Errors
    /// A file that cannot be read or is not Parquet.
    pub fn open(path: &Path) -> Result<Self, TableError> {
        Self::columns(path, None)
    }

    /// Opens a file for some of its columns; names that it does not have are passed over.
    ///
    /// # Errors
    /// As [`TableReader::open`].
    pub fn columns(path: &Path, only: Option<&[&str]>) -> Result<Self, TableError> {
        Self::with(path, only, BATCH_ROWS)
    }

    /// Opens a file for batches of so many rows.
    ///
    /// # Errors
    /// As [`TableReader::open`].
    pub fn open_by(path: &Path, rows: usize) -> Result<Self, TableError> {
        Self::with(path, None, rows)
    }

    fn with(path: &Path, only: Option<&[&str]>, batch: usize) -> Result<Self, TableError> {
        let file = File::open(path).map_err(|e| TableError::io(path, e))?;
        let mut builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| TableError::parquet(path, e))?;
        let schema = builder.schema().clone();
        if let Some(only) = only {
            let mask = ProjectionMask::columns(builder.parquet_schema(), only.iter().copied());
            builder = builder.with_projection(mask);
        }
        let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or_default();
        let reader = builder.with_batch_size(batch).build().map_err(|e| TableError::parquet(path, e))?;
        Ok(Self { path: path.to_owned(), schema, rows, reader })
    }

    /// Number of rows of the whole file.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The schema of the whole file.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }
}

impl Iterator for TableReader {
    type Item = Result<RecordBatch, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.reader.next()?.map_err(|e| TableError::parquet(&self.path, e)))
    }
}

/// All records of a file, or of a folder's files in the order of their names.
///
/// # Errors
/// A file that cannot be read or is another table.
pub fn read_records<R: Columnar>(path: &Path) -> Result<Vec<R>, TableError> {
    let mut records = Vec::new();
    for file in parquet_files(path)? {
        for batch in TableReader::open(&file)? {
            let rows = R::from_batch(&batch?);
            records.extend(rows.map_err(|source| TableError::Convert { path: file.display().to_string(), source })?);
        }
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Mention, Reject, Story};

    fn stories(count: u32) -> Vec<Story> {
        (0..count).map(|n| Story { story_id: format!("s-{n:08}"), n_articles: n, ..Story::default() }).collect()
    }

    #[test]
    fn files_are_read_as_written_and_equal_rows_give_equal_bytes() {
        let folder = tempfile::tempdir().expect("folder");
        let (a, b) = (folder.path().join("t/b.parquet"), folder.path().join("t/a.parquet"));
        let rows = stories(20_000);
        let footer = Footer {
            metadata: vec![("dataset".into(), "dalel".into())],
            sorted_by: vec!["story_id"],
            bloom: vec!["story_id"],
            merged_by: None,
        };
        assert_eq!(write_records(&a, &rows, &footer).expect("write"), 20_000);
        write_records(&b, &rows, &footer).expect("write");
        assert_eq!(std::fs::read(&a).expect("a"), std::fs::read(&b).expect("b"));
        assert_eq!(read_records::<Story>(&a).expect("read"), rows);
        assert_eq!(read_records::<Story>(folder.path()).expect("read").len(), 40_000, "a folder is all its files");
        assert!(std::fs::read_dir(folder.path().join("t")).expect("list").count() == 2, "no temporary file stays");
    }

    #[test]
    fn an_unfinished_file_leaves_the_former_one() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("x.parquet");
        write_records(&path, &stories(3), &Footer::default()).expect("write");
        let mut writer = TableWriter::create(&path, &Story::arrow_schema(), &Footer::default()).expect("create");
        writer.write(&Story::to_batch(&stories(5))).expect("write");
        assert_eq!(read_records::<Story>(folder.path()).expect("read").len(), 3);
        drop(writer);
        assert_eq!(read_records::<Story>(folder.path()).expect("read").len(), 3);
        assert_eq!(std::fs::read_dir(folder.path()).expect("list").count(), 1);
    }

    #[test]
    fn errors_name_the_file() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("x.parquet");
        std::fs::write(&path, b"not parquet at all").expect("write");
        let error = read_records::<Story>(&path).expect_err("not parquet").to_string();
        assert!(error.contains("x.parquet"), "{error}");
        write_records(&path, &[Reject::new("clean", "no_body", "a", "")], &Footer::default()).expect("write");
        let error = read_records::<Mention>(&path).expect_err("another table").to_string();
        assert!(error.ends_with("table mentions lacks the column mention_id"), "{error}");
        let error = read_records::<Mention>(&folder.path().join("none")).expect_err("no folder").to_string();
        assert!(error.contains("none: "), "{error}");
    }
}

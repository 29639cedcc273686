//! Parquet rows → articles: dalel's own `articles` table with its private text, or any table with columns of the
//! same names as the JSONL fields.

use super::ReadError;
use super::bytes::Refusal;
use super::discover::InputFile;
use super::fields::Fields;
use crate::record::Article;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Each field's names, the project's own last.
const COLUMNS: [&[&str]; 12] = [
    &["id", "article_id"],
    &["url"],
    &["canonical_url"],
    &["outlet"],
    &["lang", "language"],
    &["published", "published_at"],
    &["published_precision"],
    &["fetched_at"],
    &["author_is_agency"],
    &["content_hash"],
    &["title"],
    &["text"],
];

/// How many row groups the file has.
pub(super) fn row_groups(file: &InputFile) -> Result<Result<usize, Refusal>, ReadError> {
    Ok(match builder(file)? {
        Ok(builder) => Ok(builder.metadata().num_row_groups()),
        Err(refusal) => Err(refusal),
    })
}

/// The rows of one row group, each an article or the reason why not; or why the group cannot be read.
pub(super) fn rows(file: &InputFile, group: usize) -> Result<Result<Rows, Refusal>, ReadError> {
    let builder = match builder(file)? {
        Ok(builder) => builder,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // Decoders of hostile files are known to panic; what they panic on is a broken file like any other.
    let read = AssertUnwindSafe(|| read_group(builder, group));
    Ok(catch_unwind(read).unwrap_or_else(|_| Err(corrupt("the decoder gave up"))))
}

/// What each row of a group became.
pub(super) type Rows = Vec<Result<Article, Refusal>>;

fn corrupt(message: impl std::fmt::Display) -> Refusal {
    Refusal::new("corrupt_parquet", message.to_string())
}

fn builder(file: &InputFile) -> Result<Result<ParquetRecordBatchReaderBuilder<File>, Refusal>, ReadError> {
    let opened = File::open(&file.path).map_err(|e| ReadError::io(&file.path, e))?;
    if opened.metadata().map_err(|e| ReadError::io(&file.path, e))?.len() == 0 {
        return Ok(Err(Refusal::new("empty", "the file has no bytes")));
    }
    let build = AssertUnwindSafe(|| ParquetRecordBatchReaderBuilder::try_new(opened).map_err(corrupt));
    Ok(catch_unwind(build).unwrap_or_else(|_| Err(corrupt("the footer cannot be read"))))
}

fn read_group(builder: ParquetRecordBatchReaderBuilder<File>, group: usize) -> Result<Rows, Refusal> {
    let schema = builder.schema().clone();
    if !["text", "title"].iter().any(|name| schema.column_with_name(name).is_some()) {
        return Err(Refusal::new("no_text_column", "the table has neither a column `text` nor `title`"));
    }
    let wanted = schema.fields().iter().enumerate().filter(|(_, f)| COLUMNS.concat().contains(&f.name().as_str()));
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted.map(|(i, _)| i));
    let reader = builder.with_projection(mask).with_row_groups(vec![group]).build().map_err(corrupt)?;
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.map_err(corrupt)?;
        let columns = Columns::new(&batch)?;
        rows.extend((0..batch.num_rows()).map(|row| columns.article(row)));
    }
    Ok(rows)
}

/// A batch's columns as articles take them.
pub(super) struct Columns {
    text: Vec<Option<ArrayRef>>,
    agency: Option<ArrayRef>,
}

impl Columns {
    pub(super) fn new(batch: &RecordBatch) -> Result<Self, Refusal> {
        let find = |names: &[&str]| names.iter().find_map(|name| batch.column_by_name(name));
        let text = COLUMNS.iter().map(|names| find(names).map(|array| as_text(names[0], array)).transpose());
        let agency = batch.column_by_name("author_is_agency").filter(|a| *a.data_type() == DataType::Boolean).cloned();
        Ok(Self { text: text.collect::<Result<_, _>>()?, agency })
    }

    /// The article of a row, or why it is none.
    pub(super) fn article(&self, row: usize) -> Result<Article, Refusal> {
        let cells: Vec<Option<String>> = self
            .text
            .iter()
            .map(|array| {
                let array = array.as_ref().filter(|a| a.is_valid(row))?;
                Some(array.as_string::<i32>().value(row).to_owned())
            })
            .collect();
        let mut hasher = blake3::Hasher::new();
        for cell in &cells {
            hasher.update(&cell.as_ref().map_or(u64::MAX, |c| c.len() as u64).to_le_bytes());
            hasher.update(cell.as_deref().unwrap_or_default().as_bytes());
        }
        let mut cells = cells.into_iter();
        let mut next = || cells.next().flatten();
        Fields {
            id: next(),
            url: next(),
            canonical_url: next(),
            outlet: next(),
            lang: next(),
            published: next(),
            published_precision: next(),
            fetched_at: next(),
            author_is_agency: next()
                .and(self.agency.as_ref().filter(|a| a.is_valid(row)))
                .map(|a| a.as_boolean().value(row)),
            content_hash: next(),
            title: next(),
            text: next(),
        }
        .into_article(hasher.finalize().to_hex().to_string())
    }
}

/// A column as text. Moments with a zone are printed as RFC 3339 in UTC, those without one as they stand.
pub(super) fn as_text(name: &str, array: &ArrayRef) -> Result<ArrayRef, Refusal> {
    use DataType::{
        Boolean, Date32, Date64, Dictionary, Int8, Int16, Int32, Int64, LargeUtf8, Null, Timestamp, UInt8, UInt16,
        UInt32, UInt64, Utf8, Utf8View,
    };
    let textual = |t: &DataType| matches!(t, Utf8 | LargeUtf8 | Utf8View | Null);
    let array = match array.data_type() {
        kind if textual(kind) => array.clone(),
        Dictionary(_, values) if textual(values) => array.clone(),
        Boolean if name == "author_is_agency" => array.clone(),
        Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | UInt64 if name == "id" => array.clone(),
        Date32 | Date64 if name == "published" => cast(array, &Date32).map_err(corrupt)?,
        Timestamp(_, None) => array.clone(),
        Timestamp(_, Some(_)) => {
            cast(array, &Timestamp(TimeUnit::Millisecond, Some("+00:00".into()))).map_err(corrupt)?
        }
        other => return Err(Refusal::new("wrong_column_type", format!("column `{name}` is {other}"))),
    };
    cast(&array, &Utf8).map_err(corrupt)
}

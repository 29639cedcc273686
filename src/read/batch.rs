//! Arrow batches → snapshots and articles, for those who hold their input in memory.

use super::parquet::{Columns, as_text};
use super::{Loaded, NAME, ReadError, Record};
use crate::record::{Reject, Snapshot, SnapshotKind, stable_id};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;

/// Pages of a batch: column `html` (text or bytes), and where they are known `id`, `url`, `outlet`, `fetched_at`
/// and `content_type`. A page without an id has a hash of its address and bytes.
///
/// # Errors
/// No column `html`; a column of a type that cannot be one.
pub fn pages(batch: &RecordBatch) -> Result<Loaded, ReadError> {
    let html = batch.column_by_name("html").ok_or_else(|| wrong("the batch has no column `html`"))?;
    let is_bytes = matches!(html.data_type(), DataType::Binary | DataType::LargeBinary | DataType::BinaryView);
    let html = if is_bytes { html.clone() } else { as_text("html", html).map_err(|refusal| wrong(refusal.detail))? };
    let bytes = cast(&html, &DataType::Binary).map_err(wrong)?;
    let bytes = bytes.as_binary::<i32>();
    let text = |name: &'static str| -> Result<Option<ArrayRef>, ReadError> {
        batch.column_by_name(name).map(|array| as_text(name, array)).transpose().map_err(|r| wrong(r.detail))
    };
    let (id, url, outlet) = (text("id")?, text("url")?, text("outlet")?);
    let (fetched_at, content_type) = (text("fetched_at")?, text("content_type")?);
    let cell = |array: &Option<ArrayRef>, row: usize| {
        let array = array.as_ref().filter(|a| a.is_valid(row))?;
        Some(array.as_string::<i32>().value(row).to_owned()).filter(|s| !s.is_empty())
    };
    let mut loaded = Loaded { seen: batch.num_rows(), ..Loaded::default() };
    for row in 0..batch.num_rows() {
        if bytes.is_null(row) {
            let place = cell(&id, row).or_else(|| cell(&url, row)).unwrap_or_else(|| format!("row {}", row + 1));
            loaded.refused.push(Reject::new(NAME, "empty", place, "html is null"));
            continue;
        }
        let (url, body) = (cell(&url, row), bytes.value(row).to_vec());
        let own = || {
            let hash = blake3::hash(&body).to_hex();
            stable_id("page", &[url.as_deref().unwrap_or_default(), &hash])
        };
        loaded.records.push(Record::Snapshot(Snapshot {
            snapshot_id: cell(&id, row).unwrap_or_else(own),
            outlet: cell(&outlet, row),
            fetched_at: cell(&fetched_at, row).and_then(|t| super::fields::moment(&t)).map(|(moment, _)| moment),
            content_type: cell(&content_type, row),
            kind: SnapshotKind::Html,
            url,
            body,
        }));
    }
    Ok(loaded)
}

/// Articles of a batch: the columns that a Parquet input has, `text` or `title` at least.
///
/// # Errors
/// Neither of the two; a column of a type that cannot be one.
pub fn articles(batch: &RecordBatch) -> Result<Loaded, ReadError> {
    if !["text", "title"].iter().any(|name| batch.column_by_name(name).is_some()) {
        return Err(wrong("the batch has neither a column `text` nor `title`"));
    }
    let columns = Columns::new(batch).map_err(|refusal| wrong(refusal.detail))?;
    let mut loaded = Loaded { seen: batch.num_rows(), ..Loaded::default() };
    for row in 0..batch.num_rows() {
        match columns.article(row) {
            Ok(article) => loaded.records.push(Record::Article(article)),
            Err(refusal) => {
                loaded.refused.push(Reject::new(NAME, refusal.reason, format!("row {}", row + 1), refusal.detail));
            }
        }
    }
    Ok(loaded)
}

fn wrong(cause: impl std::fmt::Display) -> ReadError {
    ReadError::Batch { message: cause.to_string() }
}

//! A part of the input on one core: files → one row for each article, with all that the stages found in it.
//!
//! This is the Map side for an engine that shuffles; `run::exchange` is the rest. A row holds the article, its
//! mentions, what was refused on the way, and what dedup needs to find and compare it, so that the engine never
//! has to ask for the text again.

use super::batch::Batches;
use super::exchange::{list_of, plain, plain_schema};
use super::{Job, RunError};
use crate::dedup::block::Key;
use crate::read;
use crate::record::schema::Table;
use crate::record::{Article, Columnar, Mention, Reject};
use arrow::array::{ArrayRef, BinaryArray, BooleanArray, Int32Array, ListArray, RecordBatch, StructArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::path::PathBuf;
use std::sync::Arc;

/// One article's row.
#[derive(Default)]
struct Row {
    article: Option<Article>,
    mentions: Vec<Mention>,
    rejects: Vec<Reject>,
    print: Option<Vec<u8>>,
    keys: Vec<Key>,
    erased: bool,
}

/// The columns: `article` (null in a row of refusals alone), `mentions`, `rejects`, `print`, `keys`, `erased` (on
/// request: no table may have it).
pub fn schema() -> SchemaRef {
    let structure = |table: Table| DataType::Struct(plain_schema(table).fields().clone());
    let list = |item| DataType::List(Arc::new(Field::new("element", item, true)));
    Arc::new(Schema::new(vec![
        Field::new("article", structure(Table::Articles), true),
        Field::new("mentions", list(structure(Table::Mentions)), true),
        Field::new("rejects", list(structure(Table::Rejects)), true),
        Field::new("print", DataType::Binary, true),
        Field::new("keys", list(DataType::Int32), true),
        Field::new("erased", DataType::Boolean, true),
    ]))
}

impl Batches {
    /// Reads files, cleans and extracts them, a chunk at a time; `emit` takes each chunk's rows and says whether to
    /// go on. The memory is that of one chunk.
    ///
    /// # Errors
    /// A file that is not there or that the system does not let us read.
    pub fn shard(
        &self,
        job: &Job,
        paths: &[PathBuf],
        mut emit: impl FnMut(RecordBatch) -> bool,
    ) -> Result<(), RunError> {
        let (limits, filter) = (job.read.limits(), job.read.filter());
        let inputs = read::discover(paths)?;
        for chunk in inputs.chunks().with_limits(&limits).with_filter(&filter) {
            let (articles, rejects, account) = self.stages.clean(chunk?.load(&limits)?);
            account.check()?;
            let mut rows = vec![Row { rejects, ..Row::default() }];
            for article in articles {
                let (mentions, mut rejects, account) = self.stages.extract(std::slice::from_ref(&article));
                account.check()?;
                let addresses = [article.url.as_deref(), article.canonical_url.as_deref()];
                let erased = self.erasure.of(&article.article_id, addresses).is_some();
                // Decisions that no longer apply are told by a local run; here nobody sees all articles.
                let reviewed = self.corrections.apply(mentions, |_| false);
                if !erased {
                    rejects.extend(reviewed.refused);
                }
                let mentions = reviewed.kept;
                let (print, keys) = self.deduplicator.unit(&article, &mentions);
                let print = Some(print.to_bytes());
                rows.push(Row { article: Some(article), mentions, rejects, print, keys, erased });
            }
            rows.retain(|row| row.article.is_some() || !row.rejects.is_empty());
            if !rows.is_empty() && !emit(to_batch(&rows)) {
                break;
            }
        }
        Ok(())
    }
}

fn to_batch(rows: &[Row]) -> RecordBatch {
    let known: NullBuffer = rows.iter().map(|row| row.article.is_some()).collect();
    let articles: Vec<Article> = rows.iter().map(|row| row.article.clone().unwrap_or_default()).collect();
    let article = plain(&Article::to_batch(&articles));
    let article = StructArray::new(article.schema().fields().clone(), article.columns().to_vec(), Some(known));
    let mentions: Vec<Mention> = rows.iter().flat_map(|row| row.mentions.iter().cloned()).collect();
    let rejects: Vec<Reject> = rows.iter().flat_map(|row| row.rejects.iter().cloned()).collect();
    let keys = rows.iter().flat_map(|row| row.keys.iter().map(|key| key.cast_signed()));
    let keys = ListArray::new(
        Arc::new(Field::new("element", DataType::Int32, true)),
        OffsetBuffer::from_lengths(rows.iter().map(|row| row.keys.len())),
        Arc::new(Int32Array::from_iter_values(keys)),
        None,
    );
    let columns: Vec<ArrayRef> = vec![
        Arc::new(article),
        Arc::new(list_of(&plain(&Mention::to_batch(&mentions)), rows.iter().map(|row| row.mentions.len()))),
        Arc::new(list_of(&plain(&Reject::to_batch(&rejects)), rows.iter().map(|row| row.rejects.len()))),
        Arc::new(rows.iter().map(|row| row.print.as_deref()).collect::<BinaryArray>()),
        Arc::new(keys),
        Arc::new(rows.iter().map(|row| Some(row.erased)).collect::<BooleanArray>()),
    ];
    RecordBatch::try_new(schema(), columns).expect("the columns are those of the schema")
}

//! What passes between the machines of an engine that shuffles, as Arrow batches: keys, hits, pairs, parts.
//!
//! The steps are those of [`crate::dedup::parts`]; here they get columns.

use super::RunError;
use super::batch::{Batches, records};
use crate::dedup::features::Fingerprint;
use crate::dedup::parts::{Hit, IdPairs, Meetings, Unit};
use crate::record::schema::Table;
use crate::record::{Article, Columnar, Event, Mention, Story};
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float32Array, Int32Array, Int64Array, ListArray, RecordBatch, StringArray,
    StructArray, new_null_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float32Type, Int32Type, Int64Type, Schema, SchemaRef};
use std::sync::Arc;

/// A table's schema without dictionaries and without required columns, as engines have it that know neither.
pub fn plain_schema(table: Table) -> SchemaRef {
    let plain = |field: &Arc<Field>| {
        let kind = match field.data_type() {
            DataType::Dictionary(_, values) => values.as_ref().clone(),
            DataType::List(item) => DataType::List(Arc::new(item.as_ref().clone().with_nullable(true))),
            other => other.clone(),
        };
        Field::new(field.name(), kind, true)
    };
    Arc::new(Schema::new(table.arrow_private().fields().iter().map(plain).collect::<Vec<_>>()))
}

/// A batch of a table in its [`plain_schema`].
pub(super) fn plain(batch: &RecordBatch) -> RecordBatch {
    let column = |array: &ArrayRef| match array.data_type() {
        DataType::Dictionary(_, values) => cast(array, values).unwrap_or_else(|_| array.clone()),
        DataType::List(item) => {
            let item = Arc::new(item.as_ref().clone().with_nullable(true));
            cast(array, &DataType::List(item)).unwrap_or_else(|_| array.clone())
        }
        _ => array.clone(),
    };
    let columns: Vec<ArrayRef> = batch.columns().iter().map(column).collect();
    let schema = batch.schema();
    let fields = schema.fields().iter().zip(&columns);
    let fields = fields.map(|(field, array)| Field::new(field.name(), array.data_type().clone(), true));
    let schema = Schema::new(fields.collect::<Vec<_>>());
    RecordBatch::try_new(Arc::new(schema), columns).expect("all columns of one length")
}

fn structure(batch: &RecordBatch) -> StructArray {
    StructArray::new(batch.schema().fields().clone(), batch.columns().to_vec(), None)
}

/// The rows of a batch as lists of so many each.
pub(super) fn list_of(batch: &RecordBatch, lengths: impl IntoIterator<Item = usize>) -> ListArray {
    let item = Field::new("element", DataType::Struct(batch.schema().fields().clone()), true);
    ListArray::new(Arc::new(item), OffsetBuffer::from_lengths(lengths), Arc::new(structure(batch)), None)
}

/// The columns of [`Batches::pairs`]: two positions, the log-odds of one story, and whether the two bind.
pub fn pairs_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("a", DataType::Int64, true),
        Field::new("b", DataType::Int64, true),
        Field::new("score", DataType::Float32, true),
        Field::new("binds", DataType::Boolean, true),
    ]))
}

/// The columns of [`Meets::push`]: positions of the earlier and the later article, and what they share.
pub fn hits_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("a", DataType::Int64, true),
        Field::new("b", DataType::Int64, true),
        Field::new("hit", DataType::Int32, true),
    ]))
}

/// The columns of [`Batches::part`]: in each row one of `story_of` (an article's story), `mention`, `event`, `story`.
pub fn part_schema() -> SchemaRef {
    let structure = |table| DataType::Struct(plain_schema(table).fields().clone());
    Arc::new(Schema::new(vec![
        Field::new("article_id", DataType::Utf8, true),
        Field::new("story_id", DataType::Utf8, true),
        Field::new("mention", structure(Table::Mentions), true),
        Field::new("event", structure(Table::Events), true),
        Field::new("story", structure(Table::Stories), true),
    ]))
}

/// Finds who meets, over the batches of one partition.
#[derive(Debug, Default)]
pub struct Meets(Meetings);

impl Meets {
    /// Takes rows (`key`, `position`), sorted by both over all batches; gives the hits of [`hits_schema`].
    ///
    /// # Errors
    /// A column that is missing or of another type.
    pub fn push(&mut self, batch: &RecordBatch) -> Result<RecordBatch, RunError> {
        let keys = column(batch, "key", &DataType::Int32)?;
        let positions = column(batch, "position", &DataType::Int64)?;
        let (keys, positions) = (keys.as_primitive::<Int32Type>(), positions.as_primitive::<Int64Type>());
        let mut hits: Vec<Hit> = Vec::new();
        for (key, position) in keys.values().iter().zip(positions.values()) {
            self.0.push(key.cast_unsigned(), *position, &mut hits);
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(hits.iter().map(|h| h.earlier))),
            Arc::new(Int64Array::from_iter_values(hits.iter().map(|h| h.later))),
            Arc::new(Int32Array::from_iter_values(hits.iter().map(|h| h.hit))),
        ];
        Ok(RecordBatch::try_new(hits_schema(), columns).expect("the columns are those of the schema"))
    }
}

impl Batches {
    /// Rows (`a`, `b`, `print_a`, `print_b`) → the pairs worth keeping, scored.
    ///
    /// # Errors
    /// A column that is missing or of another type; bytes that are no fingerprint of this build.
    pub fn pairs(&self, batch: &RecordBatch) -> Result<RecordBatch, RunError> {
        let (a, b) = (column(batch, "a", &DataType::Int64)?, column(batch, "b", &DataType::Int64)?);
        let (a, b) = (a.as_primitive::<Int64Type>(), b.as_primitive::<Int64Type>());
        let (x, y) = (prints(batch, "print_a")?, prints(batch, "print_b")?);
        let mut kept = Vec::new();
        for row in 0..batch.num_rows() {
            if let Some(pair) = self.deduplicator.pair(&x[row], &y[row]) {
                kept.push((a.value(row), b.value(row), pair));
            }
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(kept.iter().map(|p| p.0))),
            Arc::new(Int64Array::from_iter_values(kept.iter().map(|p| p.1))),
            Arc::new(Float32Array::from_iter_values(kept.iter().map(|p| p.2.score))),
            Arc::new(kept.iter().map(|p| Some(p.2.binds)).collect::<BooleanArray>()),
        ];
        Ok(RecordBatch::try_new(pairs_schema(), columns).expect("the columns are those of the schema"))
    }

    /// Pairs of article ids and of mention ids that reviewers joined: they bind, too.
    pub fn joined(&self) -> (IdPairs, IdPairs) {
        self.deduplicator.joined()
    }

    /// Rows of whole components → their tables, in the columns of [`part_schema`]. A row is an article (`position`,
    /// `article`, `mentions`, `print`), or a pair (`a`, `b`, `score`) with a null `position`.
    ///
    /// # Errors
    /// A column that is missing or of another type; bytes that are no fingerprint of this build.
    pub fn part(&self, batches: &[RecordBatch]) -> Result<Vec<RecordBatch>, RunError> {
        let (mut units, mut pairs) = (Vec::new(), Vec::new());
        for batch in batches {
            gather(batch, &mut units, &mut pairs)?;
        }
        let found = self.deduplicator.part(units, &pairs);
        let text = |values: Vec<Option<&str>>| Arc::new(StringArray::from(values)) as ArrayRef;
        let ids = text(found.articles.iter().map(|a| Some(a.article_id.as_str())).collect());
        let stories = text(found.articles.iter().map(|a| a.story_id.as_deref()).collect());
        Ok(vec![
            only(&[(0, ids), (1, stories)]),
            only(&[(2, Arc::new(structure(&plain(&Mention::to_batch(&found.mentions)))))]),
            only(&[(3, Arc::new(structure(&plain(&Event::to_batch(&found.events)))))]),
            only(&[(4, Arc::new(structure(&plain(&Story::to_batch(&found.stories)))))]),
        ])
    }
}

/// Rows of [`part_schema`] with some of the columns, the others null.
fn only(given: &[(usize, ArrayRef)]) -> RecordBatch {
    let rows = given.first().map_or(0, |(_, array)| array.len());
    let schema = part_schema();
    let columns = schema.fields().iter().enumerate().map(|(i, field)| {
        let own = given.iter().find(|(at, _)| *at == i);
        own.map_or_else(|| new_null_array(field.data_type(), rows), |(_, array)| array.clone())
    });
    let columns: Vec<ArrayRef> = columns.collect();
    RecordBatch::try_new(schema, columns).expect("the columns are those of the schema")
}

fn gather(batch: &RecordBatch, units: &mut Vec<Unit>, pairs: &mut Vec<(i64, i64, f32)>) -> Result<(), RunError> {
    let positions = column(batch, "position", &DataType::Int64)?;
    let positions = positions.as_primitive::<Int64Type>();
    let (a, b) = (column(batch, "a", &DataType::Int64)?, column(batch, "b", &DataType::Int64)?);
    let (a, b) = (a.as_primitive::<Int64Type>(), b.as_primitive::<Int64Type>());
    let scores = column(batch, "score", &DataType::Float32)?;
    let scores = scores.as_primitive::<Float32Type>();
    let rows: Vec<bool> = (0..batch.num_rows()).map(|row| positions.is_valid(row)).collect();
    for row in (0..batch.num_rows()).filter(|row| !rows[*row]) {
        pairs.push((a.value(row), b.value(row), scores.value(row)));
    }
    let own = arrow::compute::filter_record_batch(batch, &BooleanArray::from(rows)).map_err(wrong)?;
    let positions = column(&own, "position", &DataType::Int64)?;
    let articles = records::<Article>(&[rows_of(&own, "article")?])?;
    let prints = prints(&own, "print")?;
    let mentions = named(&own, "mentions")?.as_list_opt::<i32>().ok_or_else(|| wrong("`mentions` is no list"))?;
    let all = mentions.values().as_struct_opt().ok_or_else(|| wrong("`mentions` is no list of rows"))?;
    let all = records::<Mention>(&[table(all)?])?;
    for (row, (article, print)) in articles.into_iter().zip(prints).enumerate() {
        let lies = mentions.value_offsets()[row] as usize..mentions.value_offsets()[row + 1] as usize;
        let mentions = if mentions.is_null(row) { Vec::new() } else { all[lies].to_vec() };
        let position = positions.as_primitive::<Int64Type>().value(row);
        units.push(Unit { position, article, mentions, print });
    }
    Ok(())
}

fn rows_of(batch: &RecordBatch, name: &str) -> Result<RecordBatch, RunError> {
    let rows = named(batch, name)?.as_struct_opt().ok_or_else(|| wrong(format!("`{name}` has no columns")))?;
    table(rows)
}

/// The columns of a struct as a batch; where the struct is null, whatever lies there.
fn table(rows: &StructArray) -> Result<RecordBatch, RunError> {
    RecordBatch::try_new(Arc::new(Schema::new(rows.fields().clone())), rows.columns().to_vec()).map_err(wrong)
}

fn prints(batch: &RecordBatch, name: &str) -> Result<Vec<Fingerprint>, RunError> {
    let bytes = column(batch, name, &DataType::Binary)?;
    let all = bytes.as_binary::<i32>().iter().map(|bytes| Fingerprint::from_bytes(bytes.unwrap_or_default()));
    let other = || wrong(format!("`{name}`: bytes that are no fingerprint of this build of dalel"));
    all.map(|print| print.ok_or_else(other)).collect()
}

fn named<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b ArrayRef, RunError> {
    batch.column_by_name(name).ok_or_else(|| wrong(format!("the batch has no column `{name}`")))
}

fn column(batch: &RecordBatch, name: &str, to: &DataType) -> Result<ArrayRef, RunError> {
    cast(named(batch, name)?, to).map_err(|e| wrong(format!("`{name}`: {e}")))
}

fn wrong(cause: impl std::fmt::Display) -> RunError {
    RunError::Columns(cause.to_string())
}

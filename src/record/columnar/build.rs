//! Rows → columns.

use crate::record::schema::{Table, dictionary, list_item};
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float32Array, Float64Array, Int32Array, ListBuilder, RecordBatch,
    StringBuilder, StringDictionaryBuilder, TimestampMicrosecondArray,
};
use arrow::datatypes::{Date32Type, Int32Type, SchemaRef};
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;

/// Collects a table's columns from its rows, one after the other.
pub(super) struct Columns<'r, R> {
    rows: &'r [R],
    names: Vec<&'static str>,
    arrays: Vec<ArrayRef>,
}

impl<'r, R> Columns<'r, R> {
    pub(super) fn of(rows: &'r [R]) -> Self {
        Self { rows, names: Vec::new(), arrays: Vec::new() }
    }

    fn push(mut self, name: &'static str, array: ArrayRef) -> Self {
        self.names.push(name);
        self.arrays.push(array);
        self
    }

    /// Text with many distinct values.
    pub(super) fn text(self, name: &'static str, get: impl Fn(&'r R) -> Option<&'r str>) -> Self {
        let bytes = self.rows.iter().filter_map(&get).map(str::len).sum();
        let mut builder = StringBuilder::with_capacity(self.rows.len(), bytes);
        for row in self.rows {
            builder.append_option(get(row));
        }
        self.push(name, Arc::new(builder.finish()))
    }

    /// Text with few distinct values.
    pub(super) fn code(self, name: &'static str, get: impl Fn(&'r R) -> Option<&'r str>) -> Self {
        let mut builder = StringDictionaryBuilder::<Int32Type>::new();
        for row in self.rows {
            builder.append_option(get(row));
        }
        let array = builder.finish();
        debug_assert_eq!(arrow::array::Array::data_type(&array), &dictionary());
        self.push(name, Arc::new(array))
    }

    /// A list of texts.
    pub(super) fn list<T: AsRef<str> + 'r>(self, name: &'static str, get: impl Fn(&'r R) -> &'r [T]) -> Self {
        let mut builder = ListBuilder::new(StringBuilder::new()).with_field(list_item());
        for row in self.rows {
            for item in get(row) {
                builder.values().append_value(item);
            }
            builder.append(true);
        }
        self.push(name, Arc::new(builder.finish()))
    }

    /// A 64-bit float.
    pub(super) fn number(self, name: &'static str, get: impl Fn(&'r R) -> Option<f64>) -> Self {
        let array: Float64Array = self.rows.iter().map(get).collect();
        self.push(name, Arc::new(array))
    }

    /// A 32-bit float.
    pub(super) fn single(self, name: &'static str, get: impl Fn(&'r R) -> f32) -> Self {
        let array = Float32Array::from_iter_values(self.rows.iter().map(get));
        self.push(name, Arc::new(array))
    }

    /// A count or offset. The tables have signed 32 bits, which every reader knows; what is larger cannot
    /// come of an input within the size limits, and is cut to the largest.
    pub(super) fn integer(self, name: &'static str, get: impl Fn(&'r R) -> u32) -> Self {
        let array = Int32Array::from_iter_values(self.rows.iter().map(|r| i32::try_from(get(r)).unwrap_or(i32::MAX)));
        self.push(name, Arc::new(array))
    }

    /// True or false.
    pub(super) fn boolean(self, name: &'static str, get: impl Fn(&'r R) -> bool) -> Self {
        let array: BooleanArray = self.rows.iter().map(|row| Some(get(row))).collect();
        self.push(name, Arc::new(array))
    }

    /// A calendar day.
    pub(super) fn date(self, name: &'static str, get: impl Fn(&'r R) -> Option<NaiveDate>) -> Self {
        let array: Date32Array = self.rows.iter().map(|row| get(row).map(Date32Type::from_naive_date)).collect();
        self.push(name, Arc::new(array))
    }

    /// A moment, to the microsecond.
    pub(super) fn moment(self, name: &'static str, get: impl Fn(&'r R) -> Option<DateTime<Utc>>) -> Self {
        let array: TimestampMicrosecondArray =
            self.rows.iter().map(|row| get(row).map(|t| t.timestamp_micros())).collect();
        self.push(name, Arc::new(array.with_timezone("UTC")))
    }

    /// The batch. Names, order, types and nullability are compared with the schema; that they agree does not
    /// depend on the rows' values, so the tests' first batch shows a disagreement.
    pub(super) fn finish(self, table: Table, schema: SchemaRef) -> RecordBatch {
        let expected: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        assert_eq!(self.names, expected, "record and schemas/{}.json disagree", table.name());
        RecordBatch::try_new(schema, self.arrays)
            .unwrap_or_else(|error| panic!("record and schemas/{}.json disagree: {error}", table.name()))
    }
}

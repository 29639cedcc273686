//! Columns → rows.

use super::ConvertError;
use crate::record::Code;
use crate::record::schema::Table;
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float32Array, Float64Array, Int32Array, ListArray,
    RecordBatch, StringArray, TimestampMicrosecondArray, new_null_array,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Float32Type, Float64Type, Int32Type, TimeUnit, TimestampMicrosecondType};
use chrono::{DateTime, NaiveDate, Utc};
use rustc_hash::FxHashMap;

/// Reads a table's columns from a batch.
pub(super) struct Reader<'b> {
    table: &'static str,
    batch: &'b RecordBatch,
    codes: FxHashMap<String, Code>,
}

/// A column of a batch, cast to the schema's type.
pub(super) struct Column<A> {
    table: &'static str,
    name: &'static str,
    array: A,
}

impl<'b> Reader<'b> {
    pub(super) fn of(table: Table, batch: &'b RecordBatch) -> Self {
        Self { table: table.name(), batch, codes: FxHashMap::default() }
    }

    fn column<A>(
        &self,
        name: &'static str,
        to: &DataType,
        down: fn(&ArrayRef) -> A,
    ) -> Result<Column<A>, ConvertError> {
        let array = match self.batch.column_by_name(name) {
            None => new_null_array(to, self.batch.num_rows()),
            Some(array) => cast(array, to).map_err(|_| ConvertError::Type {
                table: self.table,
                column: name,
                found: array.data_type().to_string(),
                expected: to.to_string(),
            })?,
        };
        Ok(Column { table: self.table, name, array: down(&array) })
    }

    /// A column that every table of this kind has.
    pub(super) fn require(&self, name: &'static str) -> Result<(), ConvertError> {
        match self.batch.column_by_name(name) {
            Some(_) => Ok(()),
            None => Err(ConvertError::Missing { table: self.table, column: name }),
        }
    }

    pub(super) fn text(&self, name: &'static str) -> Result<Column<StringArray>, ConvertError> {
        self.column(name, &DataType::Utf8, |a| a.as_string::<i32>().clone())
    }

    pub(super) fn list(&self, name: &'static str) -> Result<Column<ListArray>, ConvertError> {
        let to = DataType::List(std::sync::Arc::new(arrow::datatypes::Field::new("element", DataType::Utf8, true)));
        self.column(name, &to, |a| a.as_list::<i32>().clone())
    }

    pub(super) fn number(&self, name: &'static str) -> Result<Column<Float64Array>, ConvertError> {
        self.column(name, &DataType::Float64, |a| a.as_primitive::<Float64Type>().clone())
    }

    pub(super) fn single(&self, name: &'static str) -> Result<Column<Float32Array>, ConvertError> {
        self.column(name, &DataType::Float32, |a| a.as_primitive::<Float32Type>().clone())
    }

    pub(super) fn integer(&self, name: &'static str) -> Result<Column<Int32Array>, ConvertError> {
        self.column(name, &DataType::Int32, |a| a.as_primitive::<Int32Type>().clone())
    }

    pub(super) fn boolean(&self, name: &'static str) -> Result<Column<BooleanArray>, ConvertError> {
        self.column(name, &DataType::Boolean, |a| a.as_boolean().clone())
    }

    pub(super) fn date(&self, name: &'static str) -> Result<Column<Date32Array>, ConvertError> {
        self.column(name, &DataType::Date32, |a| a.as_primitive::<Date32Type>().clone())
    }

    pub(super) fn moment(&self, name: &'static str) -> Result<Column<TimestampMicrosecondArray>, ConvertError> {
        let to = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        self.column(name, &to, |a| a.as_primitive::<TimestampMicrosecondType>().clone())
    }

    /// A code, shared with the equal ones of the batch.
    pub(super) fn code(&mut self, text: &str) -> Code {
        if let Some(code) = self.codes.get(text) {
            return code.clone();
        }
        let code = Code::from(text);
        self.codes.insert(text.to_owned(), code.clone());
        code
    }
}

impl<A: Array> Column<A> {
    fn null(&self, row: usize) -> ConvertError {
        ConvertError::Null { table: self.table, column: self.name, row }
    }

    /// The error for a code that the vocabulary does not have.
    pub(super) fn unknown(&self, row: usize, code: &str) -> ConvertError {
        ConvertError::Code { table: self.table, column: self.name, row, code: code.to_owned() }
    }
}

impl Column<StringArray> {
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        self.array.is_valid(row).then(|| self.array.value(row))
    }

    pub(super) fn owned(&self, row: usize) -> Option<String> {
        self.get(row).map(str::to_owned)
    }

    pub(super) fn must(&self, row: usize) -> Result<&str, ConvertError> {
        self.get(row).ok_or_else(|| self.null(row))
    }

    /// A value of a closed vocabulary that is an enum.
    pub(super) fn parse<T: Copy>(
        &self,
        row: usize,
        all: &[T],
        as_str: fn(T) -> &'static str,
    ) -> Result<Option<T>, ConvertError> {
        let Some(code) = self.get(row) else { return Ok(None) };
        match all.iter().find(|value| as_str(**value) == code) {
            Some(value) => Ok(Some(*value)),
            None => Err(self.unknown(row, code)),
        }
    }
}

impl Column<ListArray> {
    /// The row's items; a null list or item is left out.
    pub(super) fn items(&self, row: usize) -> Vec<String> {
        if self.array.is_null(row) {
            return Vec::new();
        }
        self.array.value(row).as_string::<i32>().iter().flatten().map(str::to_owned).collect()
    }
}

impl Column<Float64Array> {
    pub(super) fn get(&self, row: usize) -> Option<f64> {
        self.array.is_valid(row).then(|| self.array.value(row))
    }
}

impl Column<Float32Array> {
    pub(super) fn must(&self, row: usize) -> Result<f32, ConvertError> {
        if self.array.is_valid(row) { Ok(self.array.value(row)) } else { Err(self.null(row)) }
    }
}

impl Column<Int32Array> {
    /// The count or offset; 0 where it is null.
    pub(super) fn or_zero(&self, row: usize) -> u32 {
        if self.array.is_valid(row) { u32::try_from(self.array.value(row)).unwrap_or(0) } else { 0 }
    }
}

impl Column<BooleanArray> {
    /// The flag; false where it is null.
    pub(super) fn or_false(&self, row: usize) -> bool {
        self.array.is_valid(row) && self.array.value(row)
    }
}

impl Column<Date32Array> {
    pub(super) fn get(&self, row: usize) -> Option<NaiveDate> {
        if self.array.is_valid(row) { Date32Type::to_naive_date_opt(self.array.value(row)) } else { None }
    }
}

impl Column<TimestampMicrosecondArray> {
    pub(super) fn get(&self, row: usize) -> Option<DateTime<Utc>> {
        if self.array.is_valid(row) { DateTime::from_timestamp_micros(self.array.value(row)) } else { None }
    }
}

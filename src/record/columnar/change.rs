use super::build::Columns;
use super::read::Reader;
use super::{Columnar, ConvertError};
use crate::record::Change;
use crate::record::schema::Table;
use arrow::array::RecordBatch;

impl Columnar for Change {
    const TABLE: Table = Table::Changes;

    fn to_batch(records: &[Self]) -> RecordBatch {
        Columns::of(records)
            .code("table", |c| Some(&c.table))
            .text("id", |c| Some(&c.id))
            .code("change", |c| Some(&c.change))
            .code("reason", |c| Some(&c.reason))
            .list("columns", |c| &c.columns)
            .text("successor", |c| c.successor.as_deref())
            .finish(Self::TABLE, Self::arrow_schema())
    }

    fn from_batch(batch: &RecordBatch) -> Result<Vec<Self>, ConvertError> {
        let read = Reader::of(Self::TABLE, batch);
        for column in ["table", "id", "change", "reason"] {
            read.require(column)?;
        }
        let (table, id) = (read.text("table")?, read.text("id")?);
        let (change, reason) = (read.text("change")?, read.text("reason")?);
        let (columns, successor) = (read.list("columns")?, read.text("successor")?);
        (0..batch.num_rows())
            .map(|row| {
                Ok(Self {
                    table: table.must(row)?.to_owned(),
                    id: id.must(row)?.to_owned(),
                    change: change.must(row)?.to_owned(),
                    reason: reason.must(row)?.to_owned(),
                    columns: columns.items(row),
                    successor: successor.owned(row),
                })
            })
            .collect()
    }
}

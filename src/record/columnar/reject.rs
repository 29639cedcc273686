use super::build::Columns;
use super::read::Reader;
use super::{Columnar, ConvertError};
use crate::record::Reject;
use crate::record::schema::Table;
use arrow::array::RecordBatch;

impl Columnar for Reject {
    const TABLE: Table = Table::Rejects;

    fn to_batch(records: &[Self]) -> RecordBatch {
        Columns::of(records)
            .code("stage", |r| Some(&r.stage))
            .code("reason", |r| Some(&r.reason))
            .text("record_id", |r| Some(&r.record_id))
            .text("detail", |r| Some(&r.detail))
            .finish(Self::TABLE, Self::arrow_schema())
    }

    fn from_batch(batch: &RecordBatch) -> Result<Vec<Self>, ConvertError> {
        let read = Reader::of(Self::TABLE, batch);
        for column in ["stage", "reason", "record_id"] {
            read.require(column)?;
        }
        let (stage, reason) = (read.text("stage")?, read.text("reason")?);
        let (record_id, detail) = (read.text("record_id")?, read.text("detail")?);
        (0..batch.num_rows())
            .map(|row| {
                Ok(Self {
                    stage: stage.must(row)?.to_owned(),
                    reason: reason.must(row)?.to_owned(),
                    record_id: record_id.must(row)?.to_owned(),
                    detail: detail.owned(row).unwrap_or_default(),
                })
            })
            .collect()
    }
}

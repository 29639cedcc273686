use super::build::Columns;
use super::mention::{Arguments, arguments};
use super::read::Reader;
use super::{Columnar, ConvertError};
use crate::record::schema::Table;
use crate::record::{Event, Mention};
use arrow::array::RecordBatch;

impl Columnar for Event {
    const TABLE: Table = Table::Events;

    fn to_batch(records: &[Self]) -> RecordBatch {
        let columns = Columns::of(records).text("event_id", |e| Some(&e.event_id));
        arguments(columns, |e| &e.merged)
            .number("value_min", |e| e.value_min)
            .number("value_max_reported", |e| e.value_max_reported)
            .number("value_consensus", |e| e.value_consensus)
            .boolean("is_disputed", |e| e.is_disputed)
            .integer("n_mentions", |e| e.n_mentions)
            .integer("n_outlets", |e| e.n_outlets)
            .moment("first_published_at", |e| e.first_published_at)
            .moment("last_published_at", |e| e.last_published_at)
            .text("story_id", |e| e.story_id.as_deref())
            .text("case_id", |e| e.case_id.as_deref())
            .text("part_of", |e| e.part_of.as_deref())
            .text("mention_id", |e| Some(&e.merged.mention_id))
            .text("article_id", |e| Some(&e.merged.article_id))
            .text("evidence", |e| Some(&e.merged.evidence))
            .single("confidence", |e| e.merged.confidence)
            .list("mention_ids", |e| &e.mention_ids)
            .finish(Self::TABLE, Self::arrow_schema())
    }

    /// What the table does not have of the representative mention (its span, trigger and rule) stays at its
    /// default; `mentions` has it under `mention_id`.
    fn from_batch(batch: &RecordBatch) -> Result<Vec<Self>, ConvertError> {
        let mut read = Reader::of(Self::TABLE, batch);
        for column in ["event_id", "event_type", "object", "mention_id", "article_id"] {
            read.require(column)?;
        }
        let event_id = read.text("event_id")?;
        let arguments = Arguments::of(&read)?;
        let value_min = read.number("value_min")?;
        let value_max_reported = read.number("value_max_reported")?;
        let value_consensus = read.number("value_consensus")?;
        let is_disputed = read.boolean("is_disputed")?;
        let n_mentions = read.integer("n_mentions")?;
        let n_outlets = read.integer("n_outlets")?;
        let first_published_at = read.moment("first_published_at")?;
        let last_published_at = read.moment("last_published_at")?;
        let story_id = read.text("story_id")?;
        let case_id = read.text("case_id")?;
        let part_of = read.text("part_of")?;
        let mention_id = read.text("mention_id")?;
        let article_id = read.text("article_id")?;
        let evidence = read.text("evidence")?;
        let confidence = read.single("confidence")?;
        let mention_ids = read.list("mention_ids")?;
        (0..batch.num_rows())
            .map(|row| {
                Ok(Self {
                    event_id: event_id.must(row)?.to_owned(),
                    merged: Mention {
                        mention_id: mention_id.must(row)?.to_owned(),
                        article_id: article_id.must(row)?.to_owned(),
                        event_id: event_id.owned(row),
                        case_id: case_id.owned(row),
                        evidence: evidence.must(row)?.to_owned(),
                        confidence: confidence.must(row)?,
                        ..arguments.get(row, &mut read)?
                    },
                    value_min: value_min.get(row),
                    value_max_reported: value_max_reported.get(row),
                    value_consensus: value_consensus.get(row),
                    is_disputed: is_disputed.or_false(row),
                    n_mentions: n_mentions.or_zero(row),
                    n_outlets: n_outlets.or_zero(row),
                    first_published_at: first_published_at.get(row),
                    last_published_at: last_published_at.get(row),
                    story_id: story_id.owned(row),
                    case_id: case_id.owned(row),
                    part_of: part_of.owned(row),
                    mention_ids: mention_ids.items(row),
                })
            })
            .collect()
    }
}

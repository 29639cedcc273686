use super::build::Columns;
use super::read::Reader;
use super::{Columnar, ConvertError};
use crate::record::Story;
use crate::record::schema::Table;
use arrow::array::RecordBatch;

impl Columnar for Story {
    const TABLE: Table = Table::Stories;

    fn to_batch(records: &[Self]) -> RecordBatch {
        Columns::of(records)
            .text("story_id", |s| Some(&s.story_id))
            .text("title", |s| s.title.as_deref())
            .integer("n_articles", |s| s.n_articles)
            .integer("n_outlets", |s| s.n_outlets)
            .moment("first_published_at", |s| s.first_published_at)
            .list("languages", |s| &s.languages)
            .finish(Self::TABLE, Self::arrow_schema())
    }

    fn from_batch(batch: &RecordBatch) -> Result<Vec<Self>, ConvertError> {
        let read = Reader::of(Self::TABLE, batch);
        read.require("story_id")?;
        let story_id = read.text("story_id")?;
        let title = read.text("title")?;
        let n_articles = read.integer("n_articles")?;
        let n_outlets = read.integer("n_outlets")?;
        let first_published_at = read.moment("first_published_at")?;
        let languages = read.list("languages")?;
        (0..batch.num_rows())
            .map(|row| {
                Ok(Self {
                    story_id: story_id.must(row)?.to_owned(),
                    title: title.owned(row),
                    n_articles: n_articles.or_zero(row),
                    n_outlets: n_outlets.or_zero(row),
                    first_published_at: first_published_at.get(row),
                    languages: languages.items(row),
                })
            })
            .collect()
    }
}

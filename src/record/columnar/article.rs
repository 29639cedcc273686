use super::build::Columns;
use super::read::Reader;
use super::{Columnar, ConvertError};
use crate::record::schema::{TEXT, Table};
use crate::record::{Article, DatePrecision};
use arrow::array::RecordBatch;

impl Columnar for Article {
    const TABLE: Table = Table::Articles;

    fn to_batch(records: &[Self]) -> RecordBatch {
        Columns::of(records)
            .text("article_id", |a| Some(&a.article_id))
            .text("url", |a| a.url.as_deref())
            .text("canonical_url", |a| a.canonical_url.as_deref())
            .text("outlet", |a| a.outlet.as_deref())
            .code("language", |a| a.language.as_deref())
            .text("title", |a| a.title.as_deref())
            .boolean("author_is_agency", |a| a.author_is_agency)
            .moment("published_at", |a| a.published_at)
            .code("published_precision", |a| a.published_precision.map(DatePrecision::as_str))
            .moment("fetched_at", |a| a.fetched_at)
            .text("content_hash", |a| Some(&a.content_hash))
            .integer("n_chars", Article::n_chars)
            .text("story_id", |a| a.story_id.as_deref())
            .text(TEXT, |a| Some(&a.text))
            .finish(Self::TABLE, Self::arrow_schema())
    }

    /// A table without the private column [`TEXT`], as a release has it, gives articles with empty bodies.
    fn from_batch(batch: &RecordBatch) -> Result<Vec<Self>, ConvertError> {
        let read = Reader::of(Self::TABLE, batch);
        read.require("article_id")?;
        let article_id = read.text("article_id")?;
        let url = read.text("url")?;
        let canonical_url = read.text("canonical_url")?;
        let outlet = read.text("outlet")?;
        let language = read.text("language")?;
        let title = read.text("title")?;
        let author_is_agency = read.boolean("author_is_agency")?;
        let published_at = read.moment("published_at")?;
        let published_precision = read.text("published_precision")?;
        let fetched_at = read.moment("fetched_at")?;
        let content_hash = read.text("content_hash")?;
        let story_id = read.text("story_id")?;
        let text = read.text(TEXT)?;
        (0..batch.num_rows())
            .map(|row| {
                Ok(Self {
                    article_id: article_id.must(row)?.to_owned(),
                    url: url.owned(row),
                    canonical_url: canonical_url.owned(row),
                    outlet: outlet.owned(row),
                    language: language.owned(row),
                    title: title.owned(row),
                    text: text.owned(row).unwrap_or_default(),
                    author_is_agency: author_is_agency.or_false(row),
                    published_at: published_at.get(row),
                    published_precision: published_precision.parse(row, &DatePrecision::ALL, DatePrecision::as_str)?,
                    fetched_at: fetched_at.get(row),
                    content_hash: content_hash.owned(row).unwrap_or_default(),
                    story_id: story_id.owned(row),
                })
            })
            .collect()
    }
}

use super::build::Columns;
use super::read::{Column, Reader};
use super::{Columnar, ConvertError, iccs};
use crate::record::schema::Table;
use crate::record::{Code, DatePrecision, Mention, Qualifier, Scope, Span};
use arrow::array::{Date32Array, Float64Array, ListArray, RecordBatch, StringArray};

impl Columnar for Mention {
    const TABLE: Table = Table::Mentions;

    fn to_batch(records: &[Self]) -> RecordBatch {
        let columns = Columns::of(records)
            .text("mention_id", |m| Some(&m.mention_id))
            .text("article_id", |m| Some(&m.article_id))
            .text("event_id", |m| m.event_id.as_deref())
            .text("case_id", |m| m.case_id.as_deref());
        arguments(columns, |m| m)
            .text("evidence", |m| Some(&m.evidence))
            .integer("evidence_start", |m| m.evidence_span.start)
            .integer("evidence_end", |m| m.evidence_span.end)
            .text("trigger", |m| Some(&m.trigger))
            .code("rule_id", |m| Some(&m.rule_id))
            .single("confidence", |m| m.confidence)
            .finish(Self::TABLE, Self::arrow_schema())
    }

    fn from_batch(batch: &RecordBatch) -> Result<Vec<Self>, ConvertError> {
        let mut read = Reader::of(Self::TABLE, batch);
        for column in ["mention_id", "article_id", "event_type", "object"] {
            read.require(column)?;
        }
        let mention_id = read.text("mention_id")?;
        let article_id = read.text("article_id")?;
        let event_id = read.text("event_id")?;
        let case_id = read.text("case_id")?;
        let arguments = Arguments::of(&read)?;
        let evidence = read.text("evidence")?;
        let evidence_start = read.integer("evidence_start")?;
        let evidence_end = read.integer("evidence_end")?;
        let trigger = read.text("trigger")?;
        let rule_id = read.text("rule_id")?;
        let confidence = read.single("confidence")?;
        (0..batch.num_rows())
            .map(|row| {
                Ok(Self {
                    mention_id: mention_id.must(row)?.to_owned(),
                    article_id: article_id.must(row)?.to_owned(),
                    event_id: event_id.owned(row),
                    case_id: case_id.owned(row),
                    evidence: evidence.must(row)?.to_owned(),
                    evidence_span: Span::new(evidence_start.or_zero(row), evidence_end.or_zero(row)),
                    trigger: trigger.must(row)?.to_owned(),
                    rule_id: rule_id.must(row)?.to_owned(),
                    confidence: confidence.must(row)?,
                    ..arguments.get(row, &mut read)?
                })
            })
            .collect()
    }
}

/// The columns of the coded arguments, which mentions and events share.
pub(super) fn arguments<'r, R>(columns: Columns<'r, R>, of: impl Fn(&'r R) -> &'r Mention + Copy) -> Columns<'r, R> {
    columns
        .code("event_type", move |r| Some(&of(r).event_type))
        .code("object", move |r| Some(&of(r).object))
        .number("value", move |r| of(r).value)
        .number("value_max", move |r| of(r).value_max)
        .code("qualifier", move |r| Some(of(r).qualifier.as_str()))
        .code("unit", move |r| of(r).unit.as_deref())
        .list("region", move |r| &of(r).region)
        .text("locality", move |r| of(r).locality.as_deref())
        .text("kato", move |r| of(r).kato.as_deref())
        .code("offence", move |r| of(r).offence.as_deref())
        .code("iccs", move |r| of(r).offence.as_deref().and_then(iccs))
        .code("scope", move |r| Some(of(r).scope.as_str()))
        .date("period_start", move |r| of(r).period_start)
        .date("period_end", move |r| of(r).period_end)
        .date("date_start", move |r| of(r).date_start)
        .date("date_end", move |r| of(r).date_end)
        .code("date_precision", move |r| of(r).date_precision.map(DatePrecision::as_str))
        .list("agency", move |r| &of(r).agency)
        .list("citizenship", move |r| &of(r).citizenship)
        .list("articles", move |r| &of(r).articles)
}

/// The same columns, to be read.
pub(super) struct Arguments {
    event_type: Column<StringArray>,
    object: Column<StringArray>,
    value: Column<Float64Array>,
    value_max: Column<Float64Array>,
    qualifier: Column<StringArray>,
    unit: Column<StringArray>,
    region: Column<ListArray>,
    locality: Column<StringArray>,
    kato: Column<StringArray>,
    offence: Column<StringArray>,
    scope: Column<StringArray>,
    period_start: Column<Date32Array>,
    period_end: Column<Date32Array>,
    date_start: Column<Date32Array>,
    date_end: Column<Date32Array>,
    date_precision: Column<StringArray>,
    agency: Column<ListArray>,
    citizenship: Column<ListArray>,
    articles: Column<ListArray>,
}

impl Arguments {
    pub(super) fn of(read: &Reader<'_>) -> Result<Self, ConvertError> {
        Ok(Self {
            event_type: read.text("event_type")?,
            object: read.text("object")?,
            value: read.number("value")?,
            value_max: read.number("value_max")?,
            qualifier: read.text("qualifier")?,
            unit: read.text("unit")?,
            region: read.list("region")?,
            locality: read.text("locality")?,
            kato: read.text("kato")?,
            offence: read.text("offence")?,
            scope: read.text("scope")?,
            period_start: read.date("period_start")?,
            period_end: read.date("period_end")?,
            date_start: read.date("date_start")?,
            date_end: read.date("date_end")?,
            date_precision: read.text("date_precision")?,
            agency: read.list("agency")?,
            citizenship: read.list("citizenship")?,
            articles: read.list("articles")?,
        })
    }

    /// A mention with the row's arguments and nothing else.
    pub(super) fn get(&self, row: usize, read: &mut Reader<'_>) -> Result<Mention, ConvertError> {
        let mut codes =
            |list: &Column<ListArray>| -> Vec<Code> { list.items(row).iter().map(|c| read.code(c)).collect() };
        let (region, agency, citizenship) = (codes(&self.region), codes(&self.agency), codes(&self.citizenship));
        Ok(Mention {
            event_type: read.code(self.event_type.must(row)?),
            object: read.code(self.object.must(row)?),
            value: self.value.get(row),
            value_max: self.value_max.get(row),
            qualifier: self.qualifier.parse(row, &Qualifier::ALL, Qualifier::as_str)?.unwrap_or_default(),
            unit: self.unit.get(row).map(|code| read.code(code)),
            region,
            locality: self.locality.owned(row),
            kato: self.kato.owned(row),
            offence: self.offence.get(row).map(|code| read.code(code)),
            scope: self.scope.parse(row, &Scope::ALL, Scope::as_str)?.unwrap_or_default(),
            period_start: self.period_start.get(row),
            period_end: self.period_end.get(row),
            date_start: self.date_start.get(row),
            date_end: self.date_end.get(row),
            date_precision: self.date_precision.parse(row, &DatePrecision::ALL, DatePrecision::as_str)?,
            agency,
            citizenship,
            articles: self.articles.items(row),
            ..Mention::default()
        })
    }
}

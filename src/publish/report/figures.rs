//! What `report.html` shows, counted from a release's tables.

use crate::publish::release::ReleaseError;
use crate::publish::table::{TableError, TableReader};
use crate::record::{Article, Code, Columnar, Event, Scope, Story};
use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use chrono::{DateTime, Datelike, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many stories the report names.
const STORIES: usize = 8;

/// The columns of an event that are counted, and those without which it is none.
const EVENT: [&str; 14] = [
    "event_id",
    "mention_id",
    "article_id",
    "evidence",
    "confidence",
    "event_type",
    "object",
    "value",
    "unit",
    "scope",
    "region",
    "is_disputed",
    "first_published_at",
    "part_of",
];

/// A sum, and the number of results that it adds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Sum {
    /// Sum of the values, in the unit asked for.
    pub(super) value: f64,
    /// Number of results.
    pub(super) count: u64,
}

impl Sum {
    fn add(&mut self, value: f64) {
        self.value += value;
        self.count += 1;
    }
}

/// The figures of a release.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Figures {
    /// Number of articles.
    pub(super) articles: u64,
    /// Number of outlets.
    pub(super) outlets: u64,
    /// Number of events.
    pub(super) events: u64,
    /// Events on whose figure outlets disagree.
    pub(super) disputed: u64,
    /// Events by type.
    pub(super) types: BTreeMap<Code, u64>,
    /// Events by region; one that names two regions counts for both.
    pub(super) regions: BTreeMap<Code, u64>,
    /// Events by year and month (from 0) of their first report.
    pub(super) months: BTreeMap<i32, u64>,
    /// Persons detained in single operations.
    pub(super) detained: Sum,
    /// Seized in single operations, by unit and object.
    pub(super) seized: BTreeMap<(Code, Code), Sum>,
    /// The stories that most articles tell.
    pub(super) stories: Vec<Story>,
}

/// Months since year 0, so that the months between two can be counted.
pub(super) fn month(date: DateTime<Utc>) -> i32 {
    date.year() * 12 + date.month0().cast_signed()
}

impl Figures {
    /// Counts the tables of a release's folder.
    pub(super) fn read(folder: &Path) -> Result<Self, ReleaseError> {
        let mut figures = Self::default();
        each::<Event>(folder, Some(&EVENT), |event| figures.event(&event))?;
        each::<Story>(folder, None, |story| figures.stories.push(story))?;
        figures.stories.retain(|story| story.title.is_some());
        figures.stories.sort_by(|a, b| {
            let rank = |s: &Story| (std::cmp::Reverse((s.n_articles, s.n_outlets)), s.first_published_at);
            rank(a).cmp(&rank(b)).then_with(|| a.story_id.cmp(&b.story_id))
        });
        figures.stories.truncate(STORIES);
        figures.articles(folder)?;
        Ok(figures)
    }

    fn articles(&mut self, folder: &Path) -> Result<(), ReleaseError> {
        let path = folder.join(format!("{}.parquet", Article::TABLE.name()));
        let reader = TableReader::columns(&path, Some(&["outlet"]))?;
        self.articles = reader.rows();
        let mut outlets = BTreeSet::new();
        for batch in reader {
            let batch = batch?;
            let Some(column) = batch.column_by_name("outlet") else { continue };
            let texts = cast(column, &DataType::Utf8).map_err(|e| TableError::parquet(&path, e))?;
            outlets.extend(texts.as_string::<i32>().iter().flatten().map(str::to_owned));
        }
        self.outlets = outlets.len() as u64;
        Ok(())
    }

    fn event(&mut self, event: &Event) {
        self.events += 1;
        self.disputed += u64::from(event.is_disputed);
        let merged = &event.merged;
        *self.types.entry(merged.event_type.clone()).or_default() += 1;
        for region in &merged.region {
            *self.regions.entry(region.clone()).or_default() += 1;
        }
        if let Some(first) = event.first_published_at {
            *self.months.entry(month(first)).or_default() += 1;
        }
        // Aggregates overlap with incidents, and parts with their totals.
        let (true, None, Some(value)) = (merged.scope == Scope::Incident, &event.part_of, merged.value) else { return };
        let Some(unit) = &merged.unit else { return };
        match &**event.event_type() {
            "detention" if &**unit == "person" => self.detained.add(value),
            "seizure" => self.seized.entry((unit.clone(), merged.object.clone())).or_default().add(value),
            _ => {}
        }
    }

    /// What was seized in a unit, the most first.
    pub(super) fn seized_in(&self, unit: &str) -> Vec<(&Code, Sum)> {
        let of_unit = self.seized.iter().filter(|((of, _), _)| &**of == unit);
        let mut list: Vec<_> = of_unit.map(|((_, object), sum)| (object, *sum)).collect();
        list.sort_by(|a, b| b.1.value.total_cmp(&a.1.value).then_with(|| a.0.cmp(b.0)));
        list
    }
}

/// A map's entries, the most frequent first.
pub(super) fn ranked(counts: &BTreeMap<Code, u64>) -> Vec<(&Code, u64)> {
    let mut list: Vec<_> = counts.iter().map(|(code, count)| (code, *count)).collect();
    list.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), *code));
    list
}

/// Reads some columns of a table, or all, batch by batch.
fn each<R: Columnar>(folder: &Path, only: Option<&[&str]>, mut visit: impl FnMut(R)) -> Result<(), ReleaseError> {
    let path = folder.join(format!("{}.parquet", R::TABLE.name()));
    for batch in TableReader::columns(&path, only)? {
        let rows = R::from_batch(&batch?)
            .map_err(|source| TableError::Convert { path: path.display().to_string(), source })?;
        rows.into_iter().for_each(&mut visit);
    }
    Ok(())
}

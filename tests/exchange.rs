//! What an engine that shuffles does with the steps of a run, played through in one process: the same rows as a local
//! run, however the files are dealt and the components are cut.
#![allow(clippy::disallowed_methods, reason = "tests work on files")]

mod common;

use arrow::array::{
    Array, ArrayRef, AsArray, Float32Array, Int32Array, Int64Array, RecordBatch, StructArray, UInt32Array,
    new_null_array,
};
use arrow::compute::{concat_batches, interleave_record_batch, take_record_batch};
use arrow::datatypes::{Float32Type, Int32Type, Int64Type, Schema};
use common::{job, root, rows, run};
use dalel::dedup::parts::ENOUGH;
use dalel::knowledge::Knowledge;
use dalel::record::{Article, Columnar, Event, Mention, Reject, Story};
use dalel::run::exchange::{Meets, part_schema};
use dalel::run::{Batches, shard};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

fn files(folder: &std::path::Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("folder").map(|entry| entry.expect("entry").path());
    let mut found: Vec<PathBuf> = entries.flat_map(|p| if p.is_dir() { files(&p) } else { vec![p] }).collect();
    found.sort();
    found
}

fn unwrapped(rows: &StructArray) -> RecordBatch {
    RecordBatch::try_new(Arc::new(Schema::new(rows.fields().clone())), rows.columns().to_vec()).expect("columns")
}

/// The rows of one column that is a struct, where it is not null.
fn records<R: Columnar>(batch: &RecordBatch, name: &str) -> Vec<R> {
    let column = batch.column_by_name(name).expect("column").as_struct();
    let there: Vec<u32> = (0..batch.num_rows() as u32).filter(|row| column.is_valid(*row as usize)).collect();
    let own = take_record_batch(&unwrapped(column), &UInt32Array::from(there)).expect("rows");
    R::from_batch(&own).expect("the table")
}

/// The rows in all lists of a column.
fn listed<R: Columnar>(batch: &RecordBatch, name: &str) -> Vec<R> {
    let list = batch.column_by_name(name).expect("column").as_list::<i32>();
    R::from_batch(&unwrapped(list.values().as_struct())).expect("the table")
}

fn components(n: usize, pairs: impl Iterator<Item = (i64, i64)>) -> Vec<usize> {
    let mut label: Vec<usize> = (0..n).collect();
    for (a, b) in pairs {
        let (a, b) = (label[a as usize], label[b as usize]);
        label.iter_mut().filter(|l| **l == a.max(b)).for_each(|l| *l = a.min(b));
    }
    label
}

#[test]
fn an_engine_that_shuffles_gets_the_rows_of_a_local_run() {
    let dir = tempfile::tempdir().expect("folder");
    let job = job(&[root().join("pipelines/sample")]);
    run(&job, dir.path()).expect("runs");

    // Map: the files dealt to five tasks, the last first.
    let batches = Batches::new(&job, &Knowledge::embedded()).expect("embedded");
    let mut found = Vec::new();
    let all = files(&root().join("pipelines/sample"));
    let known: Vec<PathBuf> = all
        .into_iter()
        .filter(|p| dalel::read::Kind::of(&p.file_name().expect("name").to_string_lossy()).is_some())
        .collect();
    for task in (0..5).rev() {
        let own: Vec<PathBuf> = known.iter().skip(task).step_by(5).cloned().collect();
        batches
            .shard(&job, &own, |batch| {
                found.push(batch);
                true
            })
            .expect("reads");
    }
    let unit_rows = concat_batches(&shard::schema(), &found).expect("one schema");
    let mut rejects: Vec<Reject> = listed(&unit_rows, "rejects");

    // Each id once: the content with the smallest hash.
    let articles = unit_rows.column_by_name("article").expect("column").as_struct();
    let rows_with: Vec<u32> = (0..unit_rows.num_rows() as u32).filter(|r| articles.is_valid(*r as usize)).collect();
    let mut units: Vec<(u32, Article)> = rows_with.into_iter().zip(records::<Article>(&unit_rows, "article")).collect();
    units.sort_by(|a, b| {
        let key = |u: &(u32, Article)| (u.1.published_at, u.1.article_id.clone(), u.1.content_hash.clone());
        key(a).cmp(&key(b))
    });
    let ids: BTreeSet<&str> = units.iter().map(|u| u.1.article_id.as_str()).collect();
    assert_eq!(ids.len(), units.len(), "the sample has each id once");
    let order: Vec<u32> = units.iter().map(|u| u.0).collect();
    let unit_rows = take_record_batch(&unit_rows, &UInt32Array::from(order)).expect("rows");

    // By key, in the order of positions; two batches, cut where it falls.
    let keys = unit_rows.column_by_name("keys").expect("column").as_list::<i32>();
    let mut blocks: BTreeSet<(i32, i64)> = BTreeSet::new();
    for row in 0..unit_rows.num_rows() {
        blocks.extend(
            keys.value(row).as_primitive::<Int32Type>().values().iter().map(|key| (*key, i64::try_from(row).unwrap())),
        );
    }
    let blocks: Vec<(i32, i64)> = blocks.into_iter().collect();
    let mut meets = Meets::default();
    let mut met: BTreeMap<(i64, i64), BTreeSet<i32>> = BTreeMap::new();
    for part in blocks.chunks(blocks.len() / 2 + 1) {
        let key = Arc::new(Int32Array::from_iter_values(part.iter().map(|p| p.0))) as ArrayRef;
        let position = Arc::new(Int64Array::from_iter_values(part.iter().map(|p| p.1))) as ArrayRef;
        let batch = RecordBatch::try_from_iter([("key", key), ("position", position)]).expect("batch");
        let hits = meets.push(&batch).expect("hits");
        let at = |i: usize| hits.column(i).as_primitive::<Int64Type>().values().clone();
        for ((a, b), hit) in at(0).iter().zip(&at(1)).zip(hits.column(2).as_primitive::<Int32Type>().values()) {
            met.entry((*a, *b)).or_default().insert(*hit);
        }
    }

    // By pair: those that met often enough, with both fingerprints.
    let candidates: Vec<(i64, i64)> = met.into_iter().filter(|(_, h)| h.len() >= ENOUGH).map(|(p, _)| p).collect();
    let prints = unit_rows.project(&[unit_rows.schema().index_of("print").expect("column")]).expect("column");
    let side = |get: fn(&(i64, i64)) -> i64| {
        let position: Vec<i64> = candidates.iter().map(get).collect();
        let rows: Vec<(usize, usize)> = position.iter().map(|p| (0, *p as usize)).collect();
        let print = interleave_record_batch(&[&prints], &rows).expect("rows").column(0).clone();
        (Arc::new(Int64Array::from(position)) as ArrayRef, print)
    };
    let ((a, print_a), (b, print_b)) = (side(|p| p.0), side(|p| p.1));
    let batch = [("a", a), ("b", b), ("print_a", print_a), ("print_b", print_b)];
    let pairs = batches.pairs(&RecordBatch::try_from_iter(batch).expect("batch")).expect("pairs");
    let (a, b) = (pairs.column(0).as_primitive::<Int64Type>(), pairs.column(1).as_primitive::<Int64Type>());
    let (score, binds) = (pairs.column(2).as_primitive::<Float32Type>(), pairs.column(3).as_boolean());
    let binding = (0..pairs.num_rows()).filter(|i| binds.value(*i)).map(|i| (a.value(i), b.value(i)));
    let label = components(unit_rows.num_rows(), binding);

    // By component: three parts of whole components.
    let schema = unit_rows.schema();
    let mut parts = Vec::new();
    for part in 0..3 {
        let own: Vec<u32> = (0..label.len() as u32).filter(|row| label[*row as usize] % 3 == part).collect();
        assert!(!own.is_empty());
        let here: Vec<usize> = (0..pairs.num_rows()).filter(|i| label[a.value(*i) as usize] % 3 == part).collect();
        let n = own.len();
        let positions: Int64Array = own.iter().map(|row| i64::from(*row)).collect();
        let rows = take_record_batch(&unit_rows, &UInt32Array::from(own)).expect("rows");
        let mut columns: Vec<(&str, ArrayRef)> = vec![("position", Arc::new(positions))];
        for name in ["article", "mentions", "print"] {
            columns.push((name, rows.column_by_name(name).expect("column").clone()));
        }
        for (name, like) in [("a", pairs.column(0)), ("b", pairs.column(1)), ("score", pairs.column(2))] {
            columns.push((name, new_null_array(like.data_type(), n)));
        }
        let units =
            RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).expect("units");
        let null = |name| new_null_array(schema.field_with_name(name).expect("column").data_type(), here.len());
        let ends =
            |array: &Int64Array| Arc::new(here.iter().map(|i| array.value(*i)).collect::<Int64Array>()) as ArrayRef;
        let edges = RecordBatch::try_from_iter_with_nullable([
            ("position", new_null_array(&arrow::datatypes::DataType::Int64, here.len()), true),
            ("article", null("article"), true),
            ("mentions", null("mentions"), true),
            ("print", null("print"), true),
            ("a", ends(a), true),
            ("b", ends(b), true),
            ("score", Arc::new(here.iter().map(|i| score.value(*i)).collect::<Float32Array>()) as ArrayRef, true),
        ]);
        parts.extend(batches.part(&[edges.expect("edges"), units]).expect("part"));
    }
    let tables = concat_batches(&part_schema(), &parts).expect("one schema");

    let (mut mentions, mut events) = (records::<Mention>(&tables, "mention"), records::<Event>(&tables, "event"));
    let mut stories = records::<Story>(&tables, "story");
    mentions.sort_by_cached_key(|m| (m.article_id.clone(), m.evidence_span.start, m.mention_id.clone()));
    events.sort_by(|a, b| a.event_id.cmp(&b.event_id));
    stories.sort_by(|a, b| a.story_id.cmp(&b.story_id));
    rejects.sort();
    assert!(events.len() > 50 && events.len() < mentions.len() && stories.len() < units.len());
    assert_eq!(mentions, rows::<Mention>(dir.path()));
    assert_eq!(events, rows::<Event>(dir.path()));
    assert_eq!(stories, rows::<Story>(dir.path()));
    assert_eq!(rejects, rows::<Reject>(dir.path()));
    let column = |i: usize| tables.column(i).as_string::<i32>().iter().flatten().map(str::to_owned).collect::<Vec<_>>();
    let story_of: BTreeMap<String, String> = column(0).into_iter().zip(column(1)).collect();
    let mut articles: Vec<Article> = units.into_iter().map(|u| u.1).collect();
    for article in &mut articles {
        article.story_id = story_of.get(&article.article_id).cloned();
    }
    articles.sort_by(|a, b| a.article_id.cmp(&b.article_id));
    assert_eq!(articles, rows::<Article>(dir.path()));
}

//! Each stage by itself, on the development articles: `cargo bench --bench stages`.
//!
//! Rates are of bytes of input (pages for `clean`, text for the others), on one core. The whole pipeline with files,
//! and the Python stack beside it, is `make bench`.
#![allow(clippy::disallowed_methods, reason = "benchmarks read files")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dalel::clean::Cleaner;
use dalel::dedup::{Deduplicator, Settings};
use dalel::extract::Extractor;
use dalel::knowledge::Knowledge;
use dalel::read::{Limits, Record, discover};
use dalel::record::{Article, Columnar, Mention, Snapshot};
use dalel::stage::Map;
use std::hint::black_box;
use std::path::{Path, PathBuf};

/// What the files of some paths hold.
fn records(paths: &[PathBuf]) -> Vec<Record> {
    let limits = Limits::default();
    let inputs = discover(paths).expect("files");
    let chunks = inputs.chunks().map(|chunk| chunk.expect("opens").load(&limits).expect("reads"));
    chunks.flat_map(|loaded| loaded.records).collect()
}

fn bench(c: &mut Criterion) {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let gold: Vec<PathBuf> = std::fs::read_dir(tests.join("gold"))
        .expect("folder")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("dev_")))
        .collect();
    let articles: Vec<Article> = records(&gold)
        .into_iter()
        .filter_map(|record| match record {
            Record::Article(article) => Some(article),
            Record::Snapshot(_) => None,
        })
        .collect();
    let pages: Vec<Snapshot> = records(&[tests.join("pages")])
        .into_iter()
        .filter_map(|record| match record {
            Record::Snapshot(page) => Some(page),
            Record::Article(_) => None,
        })
        .collect();
    let bytes = |articles: &[Article]| Throughput::Bytes(articles.iter().map(|a| a.text.len() as u64).sum());
    let knowledge = Knowledge::embedded();
    let mut group = c.benchmark_group("stages");
    group.sample_size(10);

    group.throughput(Throughput::Bytes(gold.iter().map(|p| std::fs::metadata(p).expect("file").len()).sum()));
    group.bench_function("read", |b| b.iter(|| black_box(records(&gold)).len()));

    let cleaner = Cleaner::new(&knowledge).expect("embedded");
    group.throughput(Throughput::Bytes(pages.iter().map(|page| page.body.len() as u64).sum()));
    group.bench_function("clean", |b| b.iter(|| pages.iter().map(|page| cleaner.map(page).kept.len()).sum::<usize>()));

    let extractor = Extractor::new(&knowledge).expect("embedded");
    group.throughput(bytes(&articles));
    group.bench_function("extract", |b| {
        b.iter(|| articles.iter().map(|article| extractor.map(article).kept.len()).sum::<usize>());
    });

    let mentions: Vec<Vec<Mention>> = articles.iter().map(|article| extractor.map(article).kept).collect();
    let dedup = Deduplicator::embedded(Settings::default());
    let prints = || articles.iter().zip(&mentions).map(|(article, own)| dedup.unit(article, own));
    group.bench_function("dedup: fingerprint and keys", |b| {
        b.iter(|| prints().map(|(_, keys)| keys.len()).sum::<usize>());
    });

    let units: Vec<_> = prints().map(|(print, _)| print).collect();
    let near: Vec<_> = units.windows(2).collect();
    group.throughput(Throughput::Elements(near.len() as u64));
    group.bench_function("dedup: a pair", |b| {
        b.iter(|| near.iter().filter(|pair| dedup.pair(&pair[0], &pair[1]).is_some()).count());
    });

    let all: Vec<Mention> = mentions.into_iter().flatten().collect();
    group.throughput(Throughput::Elements(articles.len() as u64));
    group.bench_function("dedup: all", |b| b.iter(|| dedup.run(articles.clone(), all.clone()).events.len()));

    group.throughput(Throughput::Elements(all.len() as u64));
    group.bench_function("mentions to Arrow", |b| b.iter(|| Mention::to_batch(&all).num_rows()));
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);

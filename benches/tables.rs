//! How fast tables are written: records to Arrow, Arrow to Parquet (zstd, dictionary, page index).
//!
//! `cargo bench --bench tables`; beside pyarrow and polars: `make bench-parquet`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dalel::publish::table::{BATCH_ROWS, Footer, TableWriter, write_records};
use dalel::record::{Columnar, Mention, Span};
use std::hint::black_box;

/// Mentions with about the variety of real ones: few codes, many places and sums, a different evidence each.
fn mentions(count: usize) -> Vec<Mention> {
    let types = ["seizure", "detention", "damage", "conviction", "offence_detected"];
    let objects = ["heroin", "person", "money", "person", "offence"];
    let words = ["изъято", "задержан", "ущерб составил", "осуждён", "выявлено"];
    let regions = ["KZ-79", "KZ-75", "KZ-10", "KZ-31", "KZ-63", "KZ-71"];
    // A small linear congruential generator: the same rows in every run.
    let mut state = 1u64;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    (0..count)
        .map(|n| {
            let kind = next(types.len());
            Mention {
                mention_id: format!("m-{:016x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
                article_id: format!("a-{:016x}", (n / 3).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
                event_id: Some(format!("e-{:016x}", (n / 2).wrapping_mul(0x9e37_79b9_7f4a_7c15))),
                event_type: types[kind].into(),
                object: objects[kind].into(),
                value: Some(next(100_000) as f64 / 10.0),
                unit: Some("item".into()),
                region: vec![regions[next(regions.len())].into()],
                locality: Some(format!("Город {}", next(300))),
                kato: Some(format!("{:09}", next(300))),
                offence: Some("drugs".into()),
                agency: vec!["police".into()],
                evidence: format!("{} {} единиц в ходе операции № {}", words[kind], next(10_000), next(1000)),
                evidence_span: Span::new(next(5000) as u32, 5000 + next(100) as u32),
                trigger: words[kind].into(),
                rule_id: format!("{}.ru.{}", types[kind], next(40)),
                confidence: next(100) as f32 / 100.0,
                ..Mention::default()
            }
        })
        .collect()
}

fn bench(c: &mut Criterion) {
    let rows = mentions(200_000);
    let batches: Vec<_> = rows.chunks(BATCH_ROWS).map(Mention::to_batch).collect();
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-tables");
    let path = folder.join("mentions.parquet");
    let mut group = c.benchmark_group("tables");
    group.sample_size(10).throughput(Throughput::Elements(rows.len() as u64));
    group.bench_function("records to Arrow", |b| {
        b.iter(|| rows.chunks(BATCH_ROWS).map(|chunk| black_box(Mention::to_batch(chunk)).num_rows()).sum::<usize>());
    });
    group.bench_function("Arrow to Parquet", |b| {
        b.iter(|| {
            let mut writer = TableWriter::create(&path, &Mention::arrow_schema(), &Footer::default()).expect("create");
            for batch in &batches {
                writer.write(batch).expect("write");
            }
            writer.finish().expect("finish")
        });
    });
    group.bench_function("records to Parquet", |b| {
        b.iter(|| write_records(&path, &rows, &Footer::default()).expect("write"));
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);

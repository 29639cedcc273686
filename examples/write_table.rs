//! How fast a table of 25 columns is written as Parquet.
//!
//! `write_table make FILE ROWS` writes made-up mentions; `write_table write FILE` reads the file into memory and writes
//! it again several times, and prints the best time of the wall clock and of the processor as JSON.
//! `make bench-parquet` does both, with pyarrow and polars beside it on the same file.
#![allow(clippy::disallowed_methods, reason = "an example measures time")]

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use dalel::publish::table::{BATCH_ROWS, Footer, TableReader, TableWriter};
use dalel::record::{Columnar, DatePrecision, Mention, Qualifier, Scope, Span};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Columns of the mentions that are left out, so that 25 remain.
const LEFT_OUT: [&str; 5] = ["case_id", "value_max", "kato", "citizenship", "evidence_end"];

/// A small linear congruential generator: the same rows in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

/// Mentions with about the variety of real ones: few codes, many places and sums, a different evidence each, and what
/// real articles leave open left open.
fn mention(n: usize, chance: &mut Chance) -> Mention {
    const KINDS: [(&str, &str, &str, &str, &str); 6] = [
        ("seizure", "heroin", "kg", "drugs", "изъято"),
        ("detention", "person", "person", "theft", "задержаны"),
        ("damage", "money", "KZT", "fraud", "ущерб составил"),
        ("conviction", "person", "person", "corruption", "осуждены"),
        ("offence_detected", "offence", "offence", "traffic", "выявлено"),
        ("sentence", "person", "year", "robbery", "приговорены к"),
    ];
    const REGIONS: [&str; 8] = ["KZ-79", "KZ-75", "KZ-10", "KZ-31", "KZ-63", "KZ-71", "KZ-35", "KZ-47"];
    let (event_type, object, unit, offence, verb) = KINDS[chance.below(KINDS.len())];
    let id = |prefix: &str, n: usize| format!("{prefix}-{:016x}", (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let day = chrono::NaiveDate::from_ymd_opt(2021, 1, 1)
        .and_then(|d| d.checked_add_days(chrono::Days::new(chance.below(1800) as u64)));
    let aggregate = chance.below(5) == 0;
    Mention {
        mention_id: id("m", n),
        article_id: id("a", n / 3),
        event_id: Some(id("e", n / 2)),
        event_type: event_type.into(),
        object: object.into(),
        value: (chance.below(6) > 0).then(|| chance.below(100_000) as f64 / 10.0),
        qualifier: Qualifier::ALL[chance.below(12).saturating_sub(8)],
        unit: Some(unit.into()),
        region: (chance.below(3) > 0).then(|| REGIONS[chance.below(REGIONS.len())].into()).into_iter().collect(),
        locality: (chance.below(2) > 0).then(|| format!("Город {}", chance.below(300))),
        offence: Some(offence.into()),
        scope: if aggregate { Scope::Aggregate } else { Scope::Incident },
        period_start: day.filter(|_| aggregate),
        period_end: day.filter(|_| aggregate),
        date_start: day.filter(|_| !aggregate),
        date_end: day.filter(|_| !aggregate),
        date_precision: (!aggregate).then_some(DatePrecision::Day),
        agency: vec![["police", "prosecutor", "court", "afm"][chance.below(4)].into()],
        articles: (chance.below(8) == 0)
            .then(|| format!("УК {} ч.{}", 90 + chance.below(300), 1 + chance.below(4)))
            .into_iter()
            .collect(),
        evidence: format!(
            "в ходе операции № {} {verb} {} единиц на сумму {} тыс. тенге",
            chance.below(1000),
            chance.below(10_000),
            chance.below(100_000)
        ),
        evidence_span: Span::new(chance.below(5000) as u32, 5000 + chance.below(100) as u32),
        trigger: verb.into(),
        rule_id: format!("{event_type}.ru.{}", chance.below(40)),
        confidence: chance.below(1000) as f32 / 1000.0,
        ..Mention::default()
    }
}

fn narrow(batch: &RecordBatch) -> Result<RecordBatch, Box<dyn Error>> {
    let kept: Vec<usize> = (0..batch.num_columns())
        .filter(|i| !LEFT_OUT.contains(&batch.schema_ref().field(*i).name().as_str()))
        .collect();
    Ok(batch.project(&kept)?)
}

fn make(path: &Path, rows: usize) -> Result<(), Box<dyn Error>> {
    let mut chance = Chance(1);
    let schema: Schema = narrow(&Mention::to_batch(&[]))?.schema_ref().as_ref().clone();
    let mut writer = TableWriter::create(path, &Arc::new(schema), &Footer::default())?;
    for begin in (0..rows).step_by(BATCH_ROWS) {
        let part: Vec<Mention> = (begin..rows.min(begin + BATCH_ROWS)).map(|n| mention(n, &mut chance)).collect();
        writer.write(&narrow(&Mention::to_batch(&part))?)?;
    }
    writer.finish()?;
    Ok(())
}

/// Seconds of the processor that this process has used (Linux: fields 14 and 15 of `/proc/self/stat`, in 1/100 s).
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|t| t.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / 100.0
}

fn write(path: &Path) -> Result<(), Box<dyn Error>> {
    let reader = TableReader::open(path)?;
    let (schema, rows) = (reader.schema().clone(), reader.rows());
    let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>()?;
    let target = path.with_extension("dalel.parquet");
    let (mut wall, mut cpu) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..5 {
        let (begin, used) = (Instant::now(), processor());
        let mut writer = TableWriter::create(&target, &schema, &Footer::default())?;
        for batch in &batches {
            writer.write(batch)?;
        }
        writer.finish()?;
        wall = wall.min(begin.elapsed().as_secs_f64());
        cpu = cpu.min(processor() - used);
    }
    let bytes = std::fs::metadata(&target)?.len();
    let columns = schema.fields().len();
    println!("{}", serde_json::json!({"rows": rows, "columns": columns, "wall": wall, "cpu": cpu, "bytes": bytes}));
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make", path, rows] => make(Path::new(path), rows.parse()?),
        ["write", path] => write(Path::new(path)),
        _ => Err("write_table make FILE ROWS | write FILE".into()),
    }
}

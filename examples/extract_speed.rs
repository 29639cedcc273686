//! How fast `extract` reads, in how much memory, and how long it takes to start.
//!
//! ```text
//! cargo run --release --example extract_speed -- tests/gold/dev_ru_*.jsonl
//! ```
//!
//! The articles of each file are joined to texts of 7 KB: news of enforcement and nothing else, which is the slowest
//! case. Prints texts by processor second on one thread, the start-up in milliseconds of processor time, and the
//! largest memory held (Linux: `VmHWM`).
#![allow(clippy::disallowed_methods, reason = "a tool for developers")]

use dalel::{extract::Extractor, knowledge::Knowledge, record::Article, stage::Map};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZE: usize = 7_000;
/// Processor seconds measured at least.
const LEAST: f64 = 3.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let begin = cpu_seconds()?;
    let extractor = Extractor::new(&Knowledge::embedded())?;
    let start = cpu_seconds()? - begin;
    let mut articles = Vec::new();
    for path in std::env::args().skip(1) {
        let mut text = String::new();
        let mut language = None;
        for line in std::fs::read_to_string(&path)?.lines() {
            let value: serde_json::Value = serde_json::from_str(line)?;
            let own = value["lang"].as_str().map(str::to_owned);
            if own != language {
                text.clear();
                language = own;
            }
            text.push_str(value["text"].as_str().unwrap_or_default());
            text.push('\n');
            if text.len() >= SIZE {
                let text = std::mem::take(&mut text);
                let language = language.clone();
                articles.push(Article { article_id: articles.len().to_string(), language, text, ..Article::default() });
            }
        }
    }
    let bytes: usize = articles.iter().map(|a| a.text.len()).sum();
    let begin = cpu_seconds()?;
    let (mut texts, mut rounds, mut mentions) = (0, 0, 0);
    while rounds < 2 || cpu_seconds()? - begin < LEAST {
        for article in &articles {
            mentions += extractor.map(article).kept.len();
        }
        texts += articles.len();
        rounds += 1;
    }
    let seconds = cpu_seconds()? - begin;
    let memory = std::fs::read_to_string("/proc/self/status")?;
    let memory = memory.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("unknown").trim().to_owned();
    println!(
        "{:.0} texts of {} bytes a processor second ({texts} texts, {mentions} mentions), start {:.0} ms, memory {memory}",
        texts as f64 / seconds,
        bytes / articles.len().max(1),
        start * 1000.0,
    );
    Ok(())
}

/// Processor time of this process, user and system.
fn cpu_seconds() -> Result<f64, Box<dyn std::error::Error>> {
    let stat = std::fs::read_to_string("/proc/self/schedstat")?;
    let nanoseconds: f64 = stat.split(' ').next().unwrap_or("0").parse()?;
    Ok(nanoseconds / 1e9)
}

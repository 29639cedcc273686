//! Near duplicates beside gaoya, on generated articles.
//!
//! `cargo run --release -- [CLUSTERS]…` (default 10000): for each number of clusters of five articles, with 1–6 %
//! and with 10–30 % of the words edited, prints recall and precision of the pairs and articles per second of
//! process CPU time. gaoya: 5-word shingles, 128 hashes in 32 bands of 4, pairs verified at Jaccard 0.5.

#[path = "../../../tests/support/generator.rs"]
mod generator;
#[path = "../../../tests/support/gold.rs"]
#[expect(dead_code, reason = "shared with the tests; only the texts are used here")]
mod gold;

use dalel::dedup::{Deduplicator, Index, Settings};
use dalel::record::Article;
use gaoya::minhash::{MinHashIndex, MinHasher, MinHasher32};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::path::Path;

const COPIES: usize = 5;
const BANDS: usize = 32;
const BAND_WIDTH: usize = 4;
const JACCARD: f64 = 0.5;
const SHINGLE: usize = 5;

/// Seconds of CPU time that this process has used (Linux; clock ticks of 10 ms).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// The most memory that this process has held, in MB (Linux).
fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

fn cluster_of(id: &str) -> &str {
    id.split('-').next().unwrap_or(id)
}

fn report(name: &str, plan: generator::Plan, right: u64, found: u64, seconds: f64) {
    let (n, pairs) = (plan.clusters * COPIES, (plan.clusters * COPIES * (COPIES - 1) / 2) as f64);
    println!(
        "{name:6} {n:8} articles, {:2.0}–{:2.0} % edited: recall {:.4} precision {:.4}, {:6.0} docs/cpu-s, peak {:.0} MB",
        plan.edits_from * 100.0,
        plan.edits_to * 100.0,
        right as f64 / pairs,
        right as f64 / found.max(1) as f64,
        n as f64 / seconds,
        peak_megabytes()
    );
}

/// Pairs of one story; articles are generated and forgotten a batch at a time, as they would be read.
fn dalel(plan: generator::Plan, words: &[String]) {
    const BATCH: usize = 20_000;
    let deduplicator = Deduplicator::embedded(Settings::default());
    let mut index = Index::default();
    let mut seconds = 0.0;
    let mut ids: Vec<String> = Vec::new();
    let mut c = 0;
    while c < plan.clusters {
        let end = (c + BATCH / COPIES).min(plan.clusters);
        let batch: Vec<Article> = (c..end).flat_map(|c| generator::cluster(plan, words, 7, c)).collect();
        let start = cpu_seconds();
        index.add(&deduplicator, &batch, &[]);
        seconds += cpu_seconds() - start;
        c = end;
    }
    let start = cpu_seconds();
    let labels = deduplicator.story_labels(&index);
    seconds += cpu_seconds() - start;
    ids.extend(index.article_ids().map(std::borrow::Cow::into_owned));
    let mut stories: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for (id, label) in ids.iter().zip(labels) {
        stories.entry(label).or_default().push(cluster_of(id));
    }
    let (mut right, mut found) = (0, 0);
    for members in stories.values() {
        for (i, a) in members.iter().enumerate() {
            found += (members.len() - i - 1) as u64;
            right += members[i + 1..].iter().filter(|b| *b == a).count() as u64;
        }
    }
    report("dalel", plan, right, found, seconds);
}

fn gaoya(plan: generator::Plan, words: &[String]) {
    let articles: Vec<Article> = (0..plan.clusters).flat_map(|c| generator::cluster(plan, words, 7, c)).collect();
    let start = cpu_seconds();
    let hasher = MinHasher32::new(BANDS * BAND_WIDTH);
    let mut index: MinHashIndex<u32, usize> = MinHashIndex::new(BANDS, BAND_WIDTH, JACCARD);
    let signatures: Vec<Vec<u32>> = articles
        .iter()
        .map(|a| {
            let tokens: Vec<&str> = a.text.split_whitespace().collect();
            hasher.create_signature(tokens.windows(SHINGLE))
        })
        .collect();
    for (i, signature) in signatures.iter().enumerate() {
        index.insert(i, signature.clone());
    }
    let mut pairs: FxHashSet<(usize, usize)> = FxHashSet::default();
    for (i, signature) in signatures.iter().enumerate() {
        pairs.extend(index.query(signature).into_iter().filter(|j| **j < i).map(|j| (*j, i)));
    }
    let seconds = cpu_seconds() - start;
    let same = |p: &&(usize, usize)| cluster_of(&articles[p.0].article_id) == cluster_of(&articles[p.1].article_id);
    report("gaoya", plan, pairs.iter().filter(same).count() as u64, pairs.len() as u64, seconds);
}

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/gold");
    let files = ["courts", "incidents", "economic", "reports", "incidents_b", "reports_b"];
    let documents = files.iter().flat_map(|f| gold::read(&folder.join(format!("dev_ru_{f}.jsonl"))));
    let words = generator::words(&documents.map(|d| d.article.text).collect::<Vec<_>>());
    for clusters in if sizes.is_empty() { vec![10_000] } else { sizes } {
        for (edits_from, edits_to) in [(0.01, 0.06), (0.1, 0.3)] {
            let plan = generator::Plan { clusters, copies: COPIES, edits_from, edits_to, days: 3650.min(clusters) };
            dalel(plan, &words);
            if clusters <= 20_000 {
                gaoya(plan, &words);
            }
        }
    }
}

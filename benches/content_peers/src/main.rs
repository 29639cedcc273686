//! Main content beside its peers on scrapinghub/article-extraction-benchmark: F1 and speed in one run.
//!
//! `cargo run --release --manifest-path benches/content_peers/Cargo.toml -- PATH-OF-THE-BENCHMARK [PAGES]`
//!
//! PAGES is a folder of other pages, measured for speed alone: `tests/make_bench_pages.py` writes one.
//!
//! F1 is the benchmark's own: per page the shares of matched, surplus and missing 4-word shingles give
//! precision and recall, which are averaged over the pages. Speed is that of one thread, in MB of decoded
//! HTML and in pages per second of the process's CPU time, best of three rounds; parsing alone
//! (html5ever into nothing) is the yardstick.

use dalel::clean::{Cleaner, charset};
use dalel::knowledge::Knowledge;
use dalel::record::{Snapshot, SnapshotKind};
use dalel::stage::Map;
use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

/// One page of the benchmark.
struct Page {
    html: String,
    body: String,
}

fn pages(folder: &Path) -> Vec<Page> {
    let gold = std::fs::read_to_string(folder.join("ground-truth.json")).expect("ground-truth.json");
    let gold: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&gold).expect("JSON");
    gold.iter()
        .map(|(id, truth)| {
            let file = std::fs::File::open(folder.join(format!("html/{id}.html.gz"))).expect("page");
            let mut bytes = Vec::new();
            flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).expect("gzip");
            let html = charset::decode(&bytes, None, true).expect("text").into_owned();
            Page { html, body: truth["articleBody"].as_str().unwrap_or_default().to_owned() }
        })
        .collect()
}

/// Counts of the 4-word shingles of a text.
fn shingles(text: &str) -> HashMap<Vec<&str>, usize> {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let mut counts = HashMap::new();
    if !words.is_empty() {
        for window in words.windows(words.len().min(4)) {
            *counts.entry(window.to_vec()).or_insert(0) += 1;
        }
    }
    counts
}

/// Precision, recall and F1 over all pages.
fn score(pages: &[Page], found: &[String]) -> (f64, f64, f64) {
    let (mut precision, mut recall) = (Vec::new(), Vec::new());
    for (page, text) in pages.iter().zip(found) {
        let (gold, own) = (shingles(&page.body), shingles(text));
        let both: usize = gold.iter().map(|(s, n)| own.get(s).map_or(0, |m| (*n).min(*m))).sum();
        let (n_gold, n_own): (usize, usize) = (gold.values().sum(), own.values().sum());
        if n_own > 0 {
            precision.push(both as f64 / n_own as f64);
        }
        if n_gold > 0 {
            recall.push(both as f64 / n_gold as f64);
        }
    }
    let mean = |shares: &[f64]| shares.iter().sum::<f64>() / shares.len().max(1) as f64;
    let (p, r) = (mean(&precision), mean(&recall));
    (p, r, 2.0 * p * r / (p + r))
}

/// CPU time of this process, in seconds.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
    // User time, in ticks of 10 ms.
    ticks(11) / 100.0
}

fn run(name: &str, pages: &[Page], extract: &dyn Fn(&str) -> String, is_scored: bool) {
    let bytes: usize = pages.iter().map(|page| page.html.len()).sum();
    let mut best = f64::MAX;
    let mut found = Vec::new();
    for _ in 0..3 {
        let start = cpu_seconds();
        let start = cpu_seconds();
        found = pages.iter().map(|page| extract(&page.html)).collect();
        best = best.min(cpu_seconds() - start);
    }
    let quality = if is_scored {
        let (p, r, f1) = score(pages, &found);
        format!("F1 {f1:.4} (P {p:.4} R {r:.4})")
    } else {
        String::new()
    };
    let (speed, rate) = (bytes as f64 / 1e6 / best, pages.len() as f64 / best);
    println!("{name:28} {quality:32} {speed:7.1} MB/cpu-s  {rate:7.0} pages/cpu-s");
}

fn main() {
    let folder = std::env::args().nth(1).expect("the benchmark's folder");
    let cleaner = Cleaner::new(&Knowledge::embedded()).expect("lexicons");
    let gold = pages(Path::new(&folder));
    println!("{} pages of the benchmark", gold.len());
    compare(&cleaner, &gold, true);
    if let Some(folder) = std::env::args().nth(2) {
        let other = plain_pages(Path::new(&folder));
        let bytes: usize = other.iter().map(|page| page.html.len()).sum();
        let texts = other.iter().map(|page| cleaner.read_html(&page.html, None, None).paragraphs.join("\n").len());
        let text = texts.sum::<usize>() as f64 / bytes as f64;
        println!("{} pages of {} bytes, {:.0} % of them article", other.len(), bytes / other.len(), text * 100.0);
        compare(&cleaner, &other, false);
    }
}

/// The pages of a folder, several times over: a round takes long enough to be measured.
fn plain_pages(folder: &Path) -> Vec<Page> {
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("folder").map(|e| e.expect("entry").path()).collect();
    files.sort();
    let read = |file| Page { html: std::fs::read_to_string(file).expect("UTF-8"), body: String::new() };
    let mut pages: Vec<Page> = files.iter().map(read).collect();
    let one_round = pages.len();
    while pages.len() < 600 {
        pages.push(Page { html: pages[pages.len() - one_round].html.clone(), body: String::new() });
    }
    pages
}

fn compare(cleaner: &Cleaner, pages: &[Page], is_scored: bool) {
    // The whole stage: bytes to record, with decoding, language and hash.
    let snapshots = std::cell::RefCell::new(HashMap::new());
    let whole = |html: &str| {
        let mut known = snapshots.borrow_mut();
        let snapshot = known.entry(html.as_ptr()).or_insert_with(|| Snapshot {
            snapshot_id: "page".into(),
            url: Some("https://www.dala.example/news/2025/03/12/a.html".into()),
            outlet: None,
            fetched_at: None,
            content_type: None,
            kind: SnapshotKind::Html,
            body: html.as_bytes().to_vec(),
        });
        cleaner.map(snapshot).kept.pop().map(|article| article.text).unwrap_or_default()
    };
    run("dalel, bytes to record", pages, &whole, is_scored);
    run("dalel, reading alone", pages, &|html| cleaner.read_html(html, None, None).paragraphs.join("\n"), is_scored);
    run("dalel, its parser alone", pages, &|html| dalel::clean::html::Document::parse(html).nodes.len().to_string(), false);
    run("html5ever, its tokens alone", pages, &tokens, false);
    let smoothie = |html: &str| {
        dom_smoothie::Readability::new(html, None, None)
            .and_then(|mut readability| readability.parse())
            .map(|article| article.text_content.to_string())
            .unwrap_or_default()
    };
    run("dom_smoothie", pages, &smoothie, is_scored);
    let options = trafilatura::Options::default();
    let trafilatura = |html: &str| trafilatura::extract(html, &options).map(|r| r.content_text).unwrap_or_default();
    run("trafilatura (crate)", pages, &trafilatura, is_scored);
}

/// html5ever's tokenizer without a tree: the least that any tool built on it spends.
fn tokens(html: &str) -> String {
    use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
    struct Count(std::cell::Cell<usize>);
    impl TokenSink for Count {
        type Handle = ();
        fn process_token(&self, _: Token, _: u64) -> TokenSinkResult<()> {
            self.0.set(self.0.get() + 1);
            TokenSinkResult::Continue
        }
    }
    let input = BufferQueue::default();
    input.push_back(html.into());
    let tokenizer = Tokenizer::new(Count(std::cell::Cell::new(0)), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.get().to_string()
}

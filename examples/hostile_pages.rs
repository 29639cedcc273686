//! How the cleaner bears hostile pages: time at a size and at twice the size, and mutated golden pages.
//!
//! ```text
//! cargo run --release --example hostile_pages               # each hostile page at 5, 10 and 20 MB
//! cargo run --release --example hostile_pages mutate 300    # the fuzz target's body on mutated pages, for 300 s
//! ```
//!
//! A quadratic step doubles the time per megabyte with each doubling.
#![allow(clippy::disallowed_methods, reason = "a tool: it reads files and the clock")]

use dalel::clean::Cleaner;
use dalel::knowledge::Knowledge;
use dalel::record::{Snapshot, SnapshotKind};
use dalel::stage::Map;
use std::time::{Duration, Instant};

fn snapshot(body: Vec<u8>, kind: SnapshotKind) -> Snapshot {
    let url = Some("https://www.nur.kz/2025/03/12/a".into());
    Snapshot { snapshot_id: "page".into(), url, outlet: None, fetched_at: None, content_type: None, kind, body }
}

const TEXT: &str = "<p>Полиция сообщила о проверке, которая прошла в городе на этой неделе по жалобам жителей.</p>";

/// A page's beginning, the piece that is repeated, and its end.
const HOSTILE: [(&str, &str, &str, &str); 44] = [
    ("nested div", "", "<div>", ""),
    ("nested div and text", "", "<div>слово ", TEXT),
    ("nested span with classes", "", "<span class='a b-c related'>x", ""),
    ("inline open, block ends", "<b>", "<i></b>", ""),
    ("formatting across scopes", "<i><object><b>", "</i>", ""),
    ("attributes without end", "<p ", "a=1 ", ""),
    ("attributes of a class", "<p class='", "related-news entryContent ", "'>x"),
    ("distinct attributes", "<p ", "data-x=\"y\" class=a ", ">x"),
    ("quotes in a tag", "<p ", "'\" ", ">x"),
    ("open tags", "", "<p", ""),
    ("less-than signs", "", "<", ""),
    ("open attribute values", "", "<a href=\"", ""),
    ("unclosed comments", "", "<!--", ""),
    ("comment ends", "<!--", "--", ""),
    ("unclosed scripts", "", "<script>", ""),
    ("script ends that are none", "<script>", "</scrip", ""),
    ("titles", "", "<title>x</title>", TEXT),
    ("one long title", "<title>", "слово - ", "</title>"),
    ("nested headings", "", "<h1>", ""),
    ("headings", "", "<h1>Слово дня</h1>", TEXT),
    ("ampersands", "", "&", ""),
    ("entities", TEXT, "&amp;&#1078;&nbsp;", ""),
    ("an endless entity", "<p>&", "a", ""),
    ("an endless number", "<p>&#", "1", ";"),
    ("spaces", "<p>", " ", TEXT),
    ("soft hyphens", "<p>", "\u{AD}", TEXT),
    ("paragraphs", "", TEXT, ""),
    ("list of links", TEXT, "<li><a href=/>заголовок другой новости дня</a>", ""),
    ("nested lists", "", "<ul><li>a", ""),
    ("nested tables", "", "<table><tr><td>a", ""),
    ("stray ends", TEXT, "</p></div></td>", ""),
    ("nested noscript", "", "<noscript><div>", ""),
    ("tag links in tables", "", "<a rel=tag href=/>x<table><td>", ""),
    ("times", "<h1>Проверка в городе дня</h1>", "<time>12.03.2025 10:15</time> ", TEXT),
    ("nested times", "", "<time><table><td>", "12.03.2025"),
    ("dates", "<h1>Проверка в городе дня</h1>", "<p>12.03.2025 10:15</p>", TEXT),
    (
        "stories",
        "<h1>Проверка в городе дня</h1>",
        "<article><h1>Другая</h1><p>Полиция сообщила о проверке, которая прошла в городе.</p></article>",
        "",
    ),
    ("JSON-LD arrays", "<script type='application/ld+json'>", "[", "</script>"),
    ("JSON-LD scripts", TEXT, "<script type='application/ld+json'>{\"@type\":\"NewsArticle\"}</script>", ""),
    (
        "headlines of a dump",
        "",
        "Слово дня недели\n",
        "Полиция сообщила о проверке, которая прошла в городе на этой неделе.",
    ),
    ("different lines", "", "", ""),
    ("colons of a dump", "", ":a", ""),
    ("furniture of a dump", "", "Читайте также\n\n", ""),
    ("one endless word", "<p>", "слово", ""),
];

fn page(case: &(&str, &str, &str, &str), bytes: usize) -> Vec<u8> {
    let (_, head, piece, tail) = *case;
    if piece.is_empty() {
        return (0..bytes / 24).flat_map(|n| format!("Слово номер {n}\n").into_bytes()).collect();
    }
    format!("{head}{}{tail}", piece.repeat(bytes / piece.len())).into_bytes()
}

/// The most memory that the process ever had, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) / 1024
}

fn hostile(cleaner: &Cleaner) {
    println!("{:28} {:>8} {:>8} {:>8}  ms per MB at 5, 10, 20 MB", "page", "5 MB", "10 MB", "20 MB");
    for case in &HOSTILE {
        for kind in [SnapshotKind::Html, SnapshotKind::Text] {
            let times: Vec<f64> = [5, 10, 20]
                .into_iter()
                .map(|mb| {
                    let snapshot = snapshot(page(case, mb << 20), kind);
                    let start = Instant::now();
                    assert_eq!(cleaner.map(&snapshot).seen(), 1);
                    start.elapsed().as_secs_f64() * 1000.0 / mb as f64
                })
                .collect();
            let mark = if times[2] > times[0] * 2.5 {
                "  <- grows"
            } else if times[2] > 100.0 {
                "  <- slow"
            } else {
                ""
            };
            println!("{:23} {kind:?} {:8.1} {:8.1} {:8.1}{mark}", case.0, times[0], times[1], times[2]);
        }
    }
    println!("peak memory {} MB", peak());
}

/// A generator of numbers that are random enough to break pages (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

/// Pieces put in at random places.
const PIECES: [&str; 20] = [
    "<",
    ">",
    "\"",
    "'",
    "</div>",
    "<div class=\"comments\">",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "&#x10FFFF;",
    "&amp",
    "<table>",
    "</p>",
    "<h1>",
    "\u{0}",
    "\u{FFFD}",
    "<![CDATA[",
    "<time datetime=\"2025-02-30\">",
    "<input type=email>",
];

fn mutated(pages: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let mut page = pages[numbers.below(pages.len())].clone();
    for _ in 0..=numbers.below(12) {
        let at = numbers.below(page.len() + 1);
        let length = numbers.below(200).min(page.len() - at);
        match numbers.below(6) {
            0 => {
                page.drain(at..at + length);
            }
            1 => {
                let copy = page[at..at + length].to_vec();
                page.splice(at..at, copy);
            }
            2 if at < page.len() => page[at] = numbers.below(256) as u8,
            3 => {
                page.splice(at..at, PIECES[numbers.below(PIECES.len())].bytes());
            }
            4 => {
                // The rest of another page.
                let other = &pages[numbers.below(pages.len())];
                let from = numbers.below(other.len() + 1);
                page.truncate(at);
                page.extend_from_slice(&other[from..]);
            }
            _ => {
                for byte in &mut page[at..at + length] {
                    *byte ^= 1 << (at % 8);
                }
            }
        }
    }
    page
}

fn mutate(cleaner: &Cleaner, seconds: u64) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages");
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("tests/pages").map(|e| e.expect("entry").path()).collect();
    files.sort();
    let is_page = |f: &&std::path::PathBuf| f.extension().is_some_and(|ending| ending != "json");
    let pages: Vec<Vec<u8>> = files.iter().filter(is_page).map(|f| std::fs::read(f).expect("page")).collect();
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let (start, mut n, mut kept, mut slowest) = (Instant::now(), 0_u64, 0_u64, Duration::ZERO);
    while start.elapsed().as_secs() < seconds {
        let body = mutated(&pages, &mut numbers);
        for kind in [SnapshotKind::Html, SnapshotKind::Text] {
            let snapshot = snapshot(body.clone(), kind);
            let began = Instant::now();
            let first = cleaner.map(&snapshot);
            slowest = slowest.max(began.elapsed());
            assert_eq!(first.seen(), 1);
            assert_eq!(first, cleaner.map(&snapshot));
            kept += first.kept.len() as u64;
            n += 1;
        }
    }
    println!("{n} pages in {seconds} s, {kept} kept, none panicked; slowest {slowest:?}, peak memory {} MB", peak());
}

fn main() {
    let cleaner = Cleaner::new(&Knowledge::embedded()).expect("lexicons");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("mutate") => mutate(&cleaner, arguments.get(1).and_then(|s| s.parse().ok()).unwrap_or(60)),
        _ => hostile(&cleaner),
    }
}

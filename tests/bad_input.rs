//! Hostile and broken input: one clear line, the right exit code, and nothing lost.
#![allow(clippy::disallowed_methods, reason = "tests work on files")]

mod common;

use common::{dalel, rows, stderr};
use dalel::record::{Article, Reject};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

const GOOD: &str = "{\"id\": \"good\", \"lang\": \"ru\", \"published\": \"2025-01-02\", \"title\": \"Т\", \
                    \"text\": \"В Шымкенте изъято 5 кг гашиша.\"}\n";

struct Case {
    dir: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("temporary folder");
        fs::create_dir(dir.path().join("in")).expect("folder");
        Self { dir }
    }

    fn file(self, name: &str, bytes: &[u8]) -> Self {
        fs::write(self.dir.path().join("in").join(name), bytes).expect("file");
        self
    }

    fn output(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    fn run(&self) -> Output {
        let input = self.dir.path().join("in");
        dalel(&[
            "--quiet".as_ref(),
            "run".as_ref(),
            "pipelines/sample.toml".as_ref(),
            "--input".as_ref(),
            input.as_os_str(),
            "--output".as_ref(),
            self.output().as_os_str(),
        ])
    }

    /// Alone, the bad file stops the run with one line; the tables are there, and say why they are empty.
    fn alone(self, expected: &str) {
        let output = self.run();
        assert_eq!(output.status.code(), Some(1));
        let log = stderr(&output);
        let last = log.lines().last().unwrap_or_default();
        assert!(last.starts_with("dalel: ") && last.contains(expected), "{log}");
        assert!(!rows::<Reject>(&self.output()).is_empty());
        assert!(rows::<Article>(&self.output()).is_empty());
        assert!(!self.output().join("release").exists(), "an empty release is none");
    }
}

/// Beside a good article each bad file is refused with its reason, in one line, and everything else goes on.
fn check(files: &[(&str, &[u8], &str)]) {
    let case = files.iter().fold(Case::new(), |case, (name, bytes, _)| case.file(name, bytes));
    let case = case.file("good.jsonl", GOOD.as_bytes());
    let output = case.run();
    let log = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{log}");
    assert_eq!(log.lines().count(), files.len(), "one line each: {log}");
    let rejects: Vec<Reject> = rows(&case.output());
    for (name, _, reason) in files {
        let place = case.dir.path().join("in").join(name).display().to_string();
        let found: Vec<_> = rejects.iter().filter(|reject| reject.detail.starts_with(&place)).collect();
        assert_eq!(found.len(), 1, "{name}: {rejects:?}");
        assert_eq!((found[0].stage.as_str(), found[0].reason.as_str()), ("read", *reason), "{name}");
        assert!(log.lines().any(|line| line.contains(&place) && line.contains(reason)), "{name}: {log}");
    }
    let articles: Vec<Article> = rows(&case.output());
    assert_eq!(articles.iter().filter(|a| a.article_id == "good").count(), 1, "the good article is there");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn empty_files() {
    check(&[
        ("a.html", b"", "empty"),
        ("b.txt", b"", "empty"),
        ("c.txt.gz", b"", "empty"),
        ("d.html.gz", b"", "empty"),
        ("e.jsonl", b"", "empty"),
        ("f.jsonl.gz", b"", "empty"),
        ("g.parquet", b"", "empty"),
        ("packed.txt.gz", &gzip(b""), "empty"),
        ("blank.txt", b" \n\n", "empty"),
        ("blank.jsonl", b"\n\n", "empty"),
        ("packed.jsonl.gz", &gzip(b""), "empty"),
    ]);
    Case::new().file("empty.txt", b"").alone("nothing could be read: all 1 records were refused (read/empty 1)");
}

#[test]
fn truncated_gzip() {
    let page = "В Шымкенте задержали троих подозреваемых. ".repeat(500);
    let packed = gzip(page.as_bytes());
    let half = &packed[..packed.len() / 2];
    let mut flipped = packed.clone();
    let at = flipped.len() - 6;
    flipped[at] ^= 0xff;
    check(&[
        ("half.txt.gz", half, "truncated_gzip"),
        ("not.html.gz", page.as_bytes(), "corrupt_gzip"),
        ("flipped.txt.gz", &flipped, "corrupt_gzip"),
    ]);
    Case::new().file("half.txt.gz", half).alone("truncated_gzip");
}

#[test]
fn lines_before_the_end_of_a_truncated_file_are_kept() {
    let line = |n: u32| {
        let noise = blake3::hash(&n.to_le_bytes());
        format!("{{\"id\": \"{n}\", \"text\": \"Текст номер {n}, {noise}\"}}\n")
    };
    let lines = (0..4000).map(line).collect::<Vec<_>>().concat();
    let packed = gzip(lines.as_bytes());
    let case = Case::new().file("half.jsonl.gz", &packed[..packed.len() / 2]);
    let output = case.run();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let articles = rows::<Article>(&case.output()).len();
    assert!((1000..3000).contains(&articles), "{articles}");
    let rejects = rows::<Reject>(&case.output());
    assert_eq!(rejects.iter().filter(|r| r.reason == "truncated_gzip").count(), 1);
}

#[test]
fn a_windows_1251_page_that_says_utf_8() {
    let text =
        "В Шымкенте полицейские задержали троих подозреваемых в сбыте наркотиков, сообщили в департаменте полиции. ";
    let page = format!(
        "<html><head><meta charset=\"utf-8\"><title>Задержаны трое</title></head><body><article><h1>Задержаны трое</h1>\
         <p>{text}</p><p>{text}</p></article></body></html>"
    );
    let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(&page);
    let case = Case::new().file("page.html", &bytes);
    let output = case.run();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let articles: Vec<Article> = rows(&case.output());
    assert_eq!(articles.len(), 1);
    assert!(articles[0].text.contains("задержали троих подозреваемых"), "{}", articles[0].text);
    assert_eq!(articles[0].title.as_deref(), Some("Задержаны трое"));
}

#[test]
fn one_line_of_50_megabytes() {
    let text = "слово ".repeat(50_000_000 / "слово ".len());
    check(&[
        ("long.txt", text.as_bytes(), "too_large"),
        ("long.html", format!("<p>{text}").as_bytes(), "too_large"),
        ("long.jsonl", format!("{{\"text\": \"{text}\"}}\n").as_bytes(), "too_large"),
        // The same as a bomb: 50 MB in 50 KB.
        ("bomb.txt.gz", &gzip(text.as_bytes()), "too_large"),
        ("bomb.jsonl.gz", &gzip(text.as_bytes()), "too_large"),
    ]);
}

#[test]
fn binary_files_with_the_name_of_pages() {
    let noise: Vec<u8> = (0..100_000_u32).map(|n| blake3::hash(&n.to_le_bytes()).as_bytes()[0]).collect();
    check(&[
        ("noise.html", &noise, "not_text"),
        ("picture.html", b"\x89PNG\r\n\x1a\n and so on", "not_text"),
        ("paper.txt", b"%PDF-1.7 and so on", "not_text"),
        ("noise.parquet", &noise, "corrupt_parquet"),
        ("cut.parquet", b"PAR1PAR1", "corrupt_parquet"),
        ("noise.jsonl", b"\x00\x01\xff\n", "not_utf8"),
    ]);
}

#[test]
fn broken_lines_have_their_place() {
    let case = Case::new().file("a.jsonl", format!("{GOOD}\n{{\"id\": \n{{\"text\": 5}}\n").as_bytes());
    let output = case.run();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let log = stderr(&output);
    let file = case.dir.path().join("in/a.jsonl");
    assert!(log.contains(&format!("{}:3: column", file.display())), "{log}");
    assert!(log.contains(&format!("{}:4: column", file.display())), "{log}");
    assert_eq!(log.lines().count(), 2, "{log}");
}

fn fails(args: &[&str], code: i32, expected: &str) {
    let output = dalel(args);
    let log = stderr(&output);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {log}");
    assert!(log.starts_with("dalel: ") && log.contains(expected), "{args:?}: {log}");
    assert_eq!(log.lines().count(), 1, "{args:?}: {log}");
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

#[test]
fn mistakes_of_the_person_who_runs_it() {
    let dir = tempfile::tempdir().expect("temporary folder");
    let out = dir.path().join("out");
    let run = |job: &str, input: &str, code: i32, expected: &str| {
        fails(&["--quiet", "run", job, "--input", input, "--output", text(&out)], code, expected);
    };
    let sample = "pipelines/sample";
    let job = dir.path().join("job.toml");
    fs::write(&job, "[read]\ninput = []\n\n[extrakt]\n").expect("file");
    run(text(&job), sample, 2, "job.toml:4: unknown field `extrakt`");
    fs::write(&job, "[publish]\nversion = \"latest\"\n").expect("file");
    run(text(&job), sample, 2, "job.toml:2: version \"latest\"");
    fs::write(&job, "[read\n").expect("file");
    run(text(&job), sample, 2, "job.toml:1: ");
    run("no-such.toml", sample, 2, "no-such.toml: ");
    run("pipelines/backfill.toml", "no-such-folder", 2, "no-such-folder: no such file or folder");
    run("pipelines/backfill.toml", "Cargo.toml", 2, "Cargo.toml: not an input that dalel reads");
    let empty = dir.path().join("empty");
    fs::create_dir(&empty).expect("folder");
    run("pipelines/backfill.toml", text(&empty), 1, "empty: no files in it");
    fs::write(empty.join("a.docx"), "x").expect("file");
    run("pipelines/backfill.toml", text(&empty), 1, "empty: none of its 1 files is of a kind that dalel reads");
    assert!(!out.exists(), "nothing was begun");
}

#[test]
fn an_output_that_cannot_be_written() {
    let dir = tempfile::tempdir().expect("temporary folder");
    let file = dir.path().join("file");
    fs::write(&file, "in the way").expect("file");
    for output in [file.as_path(), &file.join("below"), Path::new("/proc/dalel")] {
        let args = ["--quiet", "run", "pipelines/sample.toml", "--input", "pipelines/sample", "--output", text(output)];
        fails(&args, 1, text(output));
    }
    assert_eq!(fs::read_to_string(&file).expect("still there"), "in the way");
}

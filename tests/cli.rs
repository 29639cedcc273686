//! The commands: what they print and how they end.
#![allow(clippy::disallowed_methods, reason = "tests work on files")]

mod common;

use common::{dalel, stderr, stdout};
use std::fs;

fn check(args: &[&str], code: i32, on_stdout: &str, on_stderr: &str) {
    let output = dalel(args);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}", stderr(&output));
    assert!(stdout(&output).contains(on_stdout), "{args:?}: {}", stdout(&output));
    assert!(stderr(&output).contains(on_stderr), "{args:?}: {}", stderr(&output));
}

#[test]
fn usage() {
    check(&["--help"], 0, "Usage: dalel", "");
    check(&["--version"], 0, env!("CARGO_PKG_VERSION"), "");
    check(&[], 2, "", "Usage: dalel");
    check(&["fly"], 2, "", "unrecognized subcommand 'fly'");
    check(&["run"], 2, "", "<JOB>");
    check(&["run", "pipelines/sample.toml", "--release", "latest"], 2, "", "is not of the form 2026.11");
    let train = ["train", "--gold", "tests/gold/extra_roff.jsonl", "--only", "scope,regoin"];
    check(&train, 2, "", "there is no model `regoin`");
}

#[test]
fn the_dictionary_is_printed() {
    check(&["schema"], 0, "| `event_id` | text |", "");
    check(&["schema", "events", "--language", "ru"], 0, "## events: События", "");
    check(&["schema", "--codes"], 0, "| `seizure` |", "");
    check(&["schema", "mentions", "--json"], 0, "\"name\": \"mentions\"", "");
    check(&["schema", "people"], 2, "", "no table is named `people`");
}

#[test]
fn a_run_tells_what_it_did_and_where_it_lies() {
    let dir = tempfile::tempdir().expect("temporary folder");
    let out = dir.path().to_str().expect("UTF-8");
    let run = ["run", "pipelines/sample.toml", "--output", out];
    check(&run, 0, "release ", "INFO read, clean, extract: ");
    check(&run, 0, "up to date: nothing had to be done", "");
    check(&["summary", out], 0, "THIS IS A SAMPLE", "");
    check(&["summary", out], 0, "1 read: truncated_gzip", "");
    check(&["summary", &format!("{out}/nowhere")], 1, "", "dalel: ");
    let release = format!("{out}/release/2026.11.21-sample");
    check(&["validate", &release], 0, "valid", "");
    fs::write(format!("{release}/events.parquet"), "changed").expect("file");
    check(&["validate", &release], 3, "events.parquet", "problems");

    let json = dalel(&["--log", "json", "run", "pipelines/sample.toml", "--output", out, "--threads", "1"]);
    for line in stderr(&json).lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect(line);
        assert!(line["level"].is_string() && line["message"].is_string(), "{line}");
    }
}

#[test]
fn stages_stop_where_they_are_told() {
    let dir = tempfile::tempdir().expect("temporary folder");
    let out = dir.path().to_str().expect("UTF-8");
    let there = |name: &str| dir.path().join(name).exists();
    check(&["clean", "pipelines/sample.toml", "--output", out], 0, "clean ", "");
    assert!(there("work") && !there("articles"));
    check(&["extract", "pipelines/sample.toml", "--output", out], 0, "extract ", "");
    assert!(!there("articles"));
    check(&["dedup", "pipelines/sample.toml", "--output", out], 0, "dedup mentions", "");
    assert!(there("events/events.parquet") && !there("release"));
    check(&["publish", "pipelines/sample.toml", "--output", out], 0, "release ", "");
    assert!(there("release/2026.11.21-sample/datapackage.json"));
}

#[test]
fn accuracy_is_measured_and_held() {
    let dir = tempfile::tempdir().expect("temporary folder");
    let gold = dir.path().join("gold.jsonl");
    let text = "Погода в Алматы останется тёплой.";
    fs::write(&gold, format!("{{\"id\": \"a\", \"lang\": \"ru\", \"text\": \"{text}\", \"events\": []}}\n"))
        .expect("file");
    let gold = gold.to_str().expect("UTF-8");
    check(&["eval", "--gold", gold], 0, "articles without results: 1; with a false mention: 0", "");
    check(&["eval", "--gold", gold, "--json"], 0, "\"documents\": 1", "");
    check(
        &["eval", "--gold", gold, "--min-f1", "0.5"],
        1,
        "",
        "dalel: total: F1 0.0000 is below the accepted floor 0.5000",
    );
    let floor = dir.path().join("floor.json");
    let floor = floor.to_str().expect("UTF-8");
    check(&["eval", "--gold", gold, "--write-floor", floor], 0, "", "");
    check(&["eval", "--gold", gold, "--min-f1", floor], 0, "", "");
    check(&["eval", "--gold", "nowhere.jsonl"], 1, "", "dalel: nowhere.jsonl: ");
}

#[test]
fn texts_files_and_mentions_are_explained() {
    let text = "В Шымкенте изъято 5 кг гашиша.";
    check(&["explain", text], 0, "mentions", "");
    check(&["explain", text, "--language", "en"], 0, "language en has no rules", "");
    check(&["explain", "pipelines/sample/stepnews.example/dev-st-001.html"], 0, "mentions", "");
    check(&["explain", "pipelines/sample/broken/listing.html"], 0, "refused by clean: ", "");
    check(&["explain", "nowhere.html"], 2, "", "dalel: nowhere.html: no such file");
    check(&["explain", "m-0123456789abcdef", "--output", "nowhere"], 1, "", "not among the tables of nowhere");
}

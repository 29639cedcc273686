//! The invariants of ARCHITECTURE.md, as far as a search of the source can hold them.
#![allow(clippy::disallowed_methods, reason = "tests work on files")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Whether a file holds tests only.
fn is_test(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    stem == "tests" || stem.ends_with("_tests")
}

/// A file's lines without comments and without its unit tests, numbered from 1.
fn code(path: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(path).expect("source");
    let body = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned();
    body.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(index, line)| (index + 1, line.to_owned()))
        .collect()
}

fn forbid(module: &str, words: &[&str], why: &str) {
    let root = common::root().join("src").join(module);
    let files = if root.is_dir() { sources(&root) } else { vec![root] };
    assert!(!files.is_empty(), "{module}");
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !is_test(file)) {
        for (number, line) in code(file) {
            let words = words.iter().filter(|word| line.contains(**word));
            found.extend(words.map(|word| format!("{}:{number}: `{word}`", file.display())));
        }
    }
    assert!(found.is_empty(), "{why}:\n{}", found.join("\n"));
}

#[test]
fn the_pure_stages_know_no_clock_randomness_environment_file_or_network() {
    let words = [
        "std::fs",
        "std::env",
        "std::net",
        "std::process",
        "std::io",
        "SystemTime",
        "Instant",
        "Utc::now",
        "Local::now",
        "rand::",
        "getrandom",
        "tokio",
        "reqwest",
        "println!",
        "eprintln!",
        "File::open",
        "include_dir",
    ];
    for module in ["clean", "extract", "dedup", "record", "review", "stage.rs"] {
        forbid(module, &words, "the pure stages know no clock, randomness, environment, file or network");
    }
}

#[test]
fn the_pure_stages_do_not_know_who_runs_them() {
    let words = ["crate::run", "crate::read", "crate::fetch", "crate::publish"];
    for module in ["clean", "extract", "dedup", "record", "review", "stage.rs"] {
        forbid(module, &words, "stages know records, not executors");
    }
    forbid("record", &["crate::clean", "crate::extract", "crate::dedup"], "records know no stage");
    forbid("extract", &["crate::clean", "crate::dedup"], "stages meet in records only");
    forbid("clean", &["crate::extract", "crate::dedup"], "stages meet in records only");
    forbid("publish", &["crate::dedup", "crate::clean", "crate::read", "crate::run"], "tables only");
}

#[test]
fn only_the_crawler_and_the_command_line_need_a_network_or_a_terminal() {
    for module in ["clean", "extract", "dedup", "record", "review", "read", "publish", "run", "eval", "knowledge.rs"] {
        forbid(module, &["tokio", "reqwest"], "the network is the business of fetch");
        forbid(module, &["clap", "indicatif"], "the terminal is the business of the command line");
    }
}

#[test]
fn no_event_wording_is_written_in_code() {
    // Grammar (endings, conjunctions) may be code; what an event is called may not.
    let stems = [
        "изъя",
        "задерж",
        "арест",
        "осужд",
        "осуд",
        "пригов",
        "обвин",
        "выявл",
        "раскры",
        "ликвид",
        "уничтож",
        "штраф",
        "ущерб",
        "наркот",
        "гашиш",
        "мошенн",
        "корруп",
        "полици",
        "прокур",
        "тенге",
        "тәркіле",
        "ұстал",
        "қамал",
        "анықтал",
        "айыппұл",
        "сотта",
        "теңге",
        "есірткі",
        "алаяқ",
    ];
    let wording = |line: &str| stems.iter().any(|stem| line.to_lowercase().contains(stem));
    let mut found = Vec::new();
    for module in ["extract", "dedup"] {
        for file in sources(&common::root().join("src").join(module)).iter().filter(|file| !is_test(file)) {
            for (number, line) in code(file) {
                if wording(&line) {
                    found.push(format!("{}:{number}: {}", file.display(), line.trim()));
                }
            }
        }
    }
    assert!(found.is_empty(), "words belong to pipelines/:\n{}", found.join("\n"));
}

#[test]
fn no_file_outgrows_what_a_person_reads_in_one_sitting() {
    let mut files = sources(&common::root().join("src"));
    files.extend(sources(&common::root().join("tests")));
    let long: Vec<String> = files
        .iter()
        .map(|file| (file, fs::read_to_string(file).expect("source").lines().count()))
        .filter(|(_, lines)| *lines > 500)
        .map(|(file, lines)| format!("{}: {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "to be split:\n{}", long.join("\n"));
}

#[test]
fn every_target_of_the_makefile_is_explained_and_there() {
    let makefile = fs::read_to_string(common::root().join("Makefile")).expect("Makefile");
    let phony = makefile.lines().find_map(|line| line.strip_prefix(".PHONY: ")).expect(".PHONY");
    for target in phony.split_whitespace() {
        let explained = makefile.lines().any(|line| line.starts_with(&format!("{target}:")) && line.contains("## "));
        assert!(explained, "make {target} has no `## ` line");
    }
}

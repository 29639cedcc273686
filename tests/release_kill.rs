//! A release that is killed at any moment leaves the former one as it was, and no half one.
#![allow(clippy::disallowed_methods, reason = "tests work on files")]

mod common;

use common::{dalel, root, stderr, tree};
use dalel::publish::validate;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn start(output: &Path, version: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_dalel"))
        .current_dir(root())
        .args(["--quiet", "run", "pipelines/sample.toml", "--release", version, "--output"])
        .arg(output)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts")
}

/// The releases that a reader would find: those whose name is a version.
fn versions(releases: &Path) -> Vec<String> {
    let entries = fs::read_dir(releases).expect("releases");
    let names = entries.map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

#[test]
fn a_release_that_is_killed_at_any_moment_is_there_whole_or_not_at_all() {
    let dir = tempfile::tempdir().expect("folder");
    let output = dir.path().join("out");
    let releases = output.join("release");
    let first = dalel(&[
        "--quiet",
        "run",
        "pipelines/sample.toml",
        "--release",
        "2026.11.20",
        "--output",
        output.to_str().expect("UTF-8"),
    ]);
    assert!(first.status.success(), "{}", stderr(&first));
    let former = tree(&releases.join("2026.11.20"));

    // How long an undisturbed release takes, to kill others at moments spread over it.
    let begin = Instant::now();
    assert!(start(&output, "2026.11.21").wait().expect("ends").success());
    let whole = begin.elapsed();
    let expected = tree(&releases.join("2026.11.21"));
    fs::remove_dir_all(releases.join("2026.11.21")).expect("withdrawn");

    let (mut killed, mut unfinished) = (0, 0);
    for moment in 0..24u32 {
        let mut child = start(&output, "2026.11.21");
        std::thread::sleep(whole * moment / 22);
        child.kill().expect("SIGKILL");
        killed += usize::from(!child.wait().expect("ends").success());
        assert!(tree(&releases.join("2026.11.20")) == former, "the former release is as it was");
        unfinished += usize::from(releases.join(".2026.11.21.tmp").exists());
        match versions(&releases).as_slice() {
            [only] if only == "2026.11.20" => {}
            [_, new] if new == "2026.11.21" => {
                assert!(tree(&releases.join(new)) == expected, "whole, killed at {moment}");
                fs::remove_dir_all(releases.join(new)).expect("withdrawn");
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(killed >= 10, "{killed} of 24 were killed before they ended");
    assert!(unfinished >= 1, "at least one was killed while it wrote");

    std::thread::sleep(Duration::from_millis(10));
    assert!(start(&output, "2026.11.21").wait().expect("ends").success());
    assert!(tree(&releases.join("2026.11.21")) == expected, "the same bytes after all that");
    assert_eq!(validate(&releases.join("2026.11.21")).expect("validate"), []);
    assert!(!releases.join(".2026.11.21.tmp").exists());
    assert_eq!(versions(&releases), ["2026.11.20", "2026.11.21"]);
}

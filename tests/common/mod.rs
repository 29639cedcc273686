//! What the integration tests share.
#![allow(dead_code, clippy::disallowed_methods, reason = "each test uses a part of it; tests work on files")]

pub mod corpus;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

/// The checkout.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program in the checkout.
pub fn dalel<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Output {
    assert_cmd::Command::cargo_bin("dalel").expect("built").current_dir(root()).args(args).output().expect("starts")
}

/// Standard error as text.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Standard output as text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// All files below a folder, with their bytes.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(top: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                walk(top, &path, files);
            } else {
                let name = path.strip_prefix(top).expect("below").to_string_lossy().into_owned();
                files.insert(name, fs::read(&path).expect("file"));
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(folder, folder, &mut files);
    files
}

/// Rows of a table of a run's folder.
pub fn rows<R: dalel::record::Columnar>(output: &Path) -> Vec<R> {
    dalel::publish::table::read_records(&output.join(R::TABLE.name())).expect("table")
}

/// A job that reads some paths, with a fixed release version.
pub fn job(inputs: &[PathBuf]) -> dalel::run::Job {
    let text = "[publish]\nversion = \"2026.11.21-sample\"\nsample = true\n";
    let mut job = dalel::run::Job::parse("test.toml", text).expect("valid");
    job.read.input = inputs.to_vec();
    job
}

/// Runs a job with the data files compiled in.
pub fn run(job: &dalel::run::Job, output: &Path) -> Result<dalel::run::Outcome, dalel::run::RunError> {
    let knowledge = dalel::knowledge::Knowledge::embedded();
    dalel::run::run(job, output, &knowledge, dalel::run::Until::Publish, &dalel::run::Silent)
}

//! The work folder: what is done, under keys that name everything it depends on.
//!
//! `DIR/work/<key>.clean/` holds `articles.parquet`, `rejects.parquet` and `account.json`;
//! `DIR/work/<key>.extract/` holds `mentions.parquet` and the same. A folder that exists is complete.

use super::{Account, Job, RunError};
use crate::knowledge::Knowledge;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Changes whenever the program's source changes (set by `build.rs`).
const CODE: &str = env!("DALEL_CODE_HASH");

/// The data of the stages after the chunks: reviewers' decisions come every day.
const LATER: [&str; 2] = ["pipelines/corrections/", "pipelines/dedup/"];

/// The hash of the data of the stages after the chunks.
pub(super) fn later(knowledge: &Knowledge) -> String {
    key(LATER.map(|folder| knowledge.content_hash(folder)).iter().map(String::as_str))
}

/// The hash of all that a chunk's output depends on beside the chunk: code, data files, settings.
pub(super) fn context(job: &Job, knowledge: &Knowledge) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(CODE);
    add(&job.chunk_settings());
    add(&knowledge.content_hash("schemas/"));
    for (path, content) in knowledge.files("pipelines/", "") {
        let is_job = path.matches('/').count() == 1;
        // What only dedup reads is no reason to read a page again.
        if !is_job && !LATER.iter().chain(&["pipelines/sample/"]).any(|folder| path.starts_with(folder)) {
            add(path);
            add(content);
        }
    }
    hasher.finalize().to_hex().to_string()
}

/// 128 bits over some parts, in hex: a key.
pub(super) fn key<'p>(parts: impl IntoIterator<Item = &'p str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

/// The output folder and the work in it, held by one run at a time.
#[derive(Debug)]
pub(super) struct Store {
    output: PathBuf,
    work: PathBuf,
    _lock: File,
}

impl Store {
    /// Opens or makes the folder and takes its lock.
    pub fn open(output: &Path) -> Result<Self, RunError> {
        let work = output.join("work");
        fs::create_dir_all(&work).map_err(|e| RunError::io(&work, e))?;
        let path = work.join("lock");
        let lock = File::options().create(true).append(true).open(&path).map_err(|e| RunError::io(&path, e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(RunError::io(output, "another run is working here")),
            Err(fs::TryLockError::Error(e)) => return Err(RunError::io(&path, e)),
        }
        let store = Self { output: output.to_owned(), work, _lock: lock };
        store.sweep(|name| !name.starts_with(".tmp-"))?;
        Ok(store)
    }

    /// The output folder.
    pub fn output(&self) -> &Path {
        &self.output
    }

    /// A path below the output folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.output.join(name)
    }

    /// A path below the work folder.
    pub fn work(&self, name: &str) -> PathBuf {
        self.work.join(name)
    }

    /// Whether a part of the work is done.
    pub fn has(&self, name: &str) -> bool {
        self.work(name).is_dir()
    }

    /// Writes a folder whole or not at all: `fill` writes into a hidden one, which is then renamed.
    pub fn folder(&self, name: &str, fill: impl FnOnce(&Path) -> Result<(), RunError>) -> Result<(), RunError> {
        let hidden = self.work(&format!(".tmp-{name}"));
        let target = self.work(name);
        let at = |path: &Path| {
            let path = path.to_owned();
            move |e: std::io::Error| RunError::io(&path, e)
        };
        if hidden.exists() {
            fs::remove_dir_all(&hidden).map_err(at(&hidden))?;
        }
        fs::create_dir_all(&hidden).map_err(at(&hidden))?;
        if let Err(error) = fill(&hidden) {
            // What is half written is of no use; the error that matters is the first one.
            let _ = fs::remove_dir_all(&hidden);
            return Err(error);
        }
        if target.exists() {
            fs::remove_dir_all(&target).map_err(at(&target))?;
        }
        fs::rename(&hidden, &target).map_err(at(&target))
    }

    /// Moves a finished file to its place in the output folder.
    pub fn place(&self, from: &Path, name: &str) -> Result<(), RunError> {
        let to = self.path(name);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(|e| RunError::io(folder, e))?;
        }
        fs::rename(from, &to).map_err(|e| RunError::io(&to, e))
    }

    /// The account kept with a part of the work.
    pub fn account(&self, name: &str) -> Result<Account, RunError> {
        read_json(&self.work(name).join("account.json"))
    }

    /// Removes work that the present plan does not need.
    pub fn forget_all_but(&self, keys: &[String]) -> Result<(), RunError> {
        let wanted: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
        self.sweep(|name| match name.split_once('.') {
            Some((key, "clean" | "extract")) => wanted.contains(key),
            _ => true,
        })
    }

    fn sweep(&self, keep: impl Fn(&str) -> bool) -> Result<(), RunError> {
        for entry in fs::read_dir(&self.work).map_err(|e| RunError::io(&self.work, e))? {
            let entry = entry.map_err(|e| RunError::io(&self.work, e))?;
            if !keep(&entry.file_name().to_string_lossy()) {
                let path = entry.path();
                let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
                removed.map_err(|e| RunError::io(&path, e))?;
            }
        }
        Ok(())
    }
}

/// Reads a small file of the work folder.
pub(super) fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, RunError> {
    let bytes = fs::read(path).map_err(|e| RunError::io(path, e))?;
    serde_json::from_slice(&bytes).map_err(|e| RunError::io(path, e))
}

/// Writes a small file, whole or not at all.
pub(super) fn write_json<T: serde::Serialize>(path: &Path, value: &T) -> Result<(), RunError> {
    let mut text = serde_json::to_string_pretty(value).map_err(|e| RunError::io(path, e))?;
    text.push('\n');
    let hidden = path.with_extension("tmp");
    fs::write(&hidden, text).map_err(|e| RunError::io(&hidden, e))?;
    fs::rename(&hidden, path).map_err(|e| RunError::io(path, e))
}

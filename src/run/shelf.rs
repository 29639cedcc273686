//! What dedup puts away, in one file of the work folder that goes with the run.

use super::RunError;
use super::store::Store;
use crate::dedup::Shelf;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A file that is written from the front, and read and written over anywhere meanwhile.
#[derive(Debug)]
pub(super) struct FileShelf {
    path: PathBuf,
    /// Of its own: reading moves the place at which one handle writes, on some systems.
    reading: File,
    writing: Mutex<Writing>,
}

#[derive(Debug)]
struct Writing {
    file: File,
    /// Bytes in the file.
    written: u64,
    /// Those that follow them.
    waiting: Vec<u8>,
    /// The first thing that failed.
    wrong: Option<String>,
}

/// Bytes that are written at a time.
const AT_A_TIME: usize = 1 << 20;

impl FileShelf {
    /// Makes the file; one that an interrupted run left goes when the work folder is opened.
    pub(super) fn new(store: &Store) -> Result<Self, RunError> {
        let path = store.work(".tmp-shelf");
        Self::at(path.clone()).map_err(|e| RunError::io(&path, e))
    }

    fn at(path: PathBuf) -> std::io::Result<Self> {
        let file = File::options().write(true).create(true).truncate(true).open(&path)?;
        let writing = Writing { file, written: 0, waiting: Vec::new(), wrong: None };
        Ok(Self { reading: File::open(&path)?, path, writing: Mutex::new(writing) })
    }

    /// Whether all went well so far.
    ///
    /// # Errors
    /// The first thing that could not be written or read.
    pub(super) fn check(&self) -> Result<(), RunError> {
        let mut writing = self.writing();
        writing.flush();
        writing.wrong.as_ref().map_or(Ok(()), |wrong| Err(RunError::io(&self.path, wrong)))
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writing {
    fn flush(&mut self) {
        // After a failure nothing that is read is used.
        if self.wrong.is_none() {
            self.wrong = self.file.write_all(&self.waiting).err().map(|e| e.to_string());
        }
        self.written += self.waiting.len() as u64;
        self.waiting.clear();
    }

    /// Writes over what was written before; what is added next goes behind the last byte all the same.
    #[cfg(unix)]
    fn write_at(&mut self, bytes: &[u8], at: u64) -> std::io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(&self.file, bytes, at)
    }

    #[cfg(not(unix))]
    fn write_at(&mut self, bytes: &[u8], at: u64) -> std::io::Result<()> {
        use std::io::{Seek, SeekFrom};
        self.file.seek(SeekFrom::Start(at))?;
        self.file.write_all(bytes)?;
        self.file.seek(SeekFrom::End(0)).map(drop)
    }
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, at)
}

#[cfg(windows)]
fn read_at(file: &File, mut into: &mut [u8], mut at: u64) -> std::io::Result<()> {
    while !into.is_empty() {
        let n = std::os::windows::fs::FileExt::seek_read(file, into, at)?;
        if n == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        (into, at) = (&mut into[n..], at + n as u64);
    }
    Ok(())
}

impl Shelf for FileShelf {
    fn put(&self, bytes: &[u8]) -> u64 {
        let mut writing = self.writing();
        let at = writing.written + writing.waiting.len() as u64;
        writing.waiting.extend(bytes);
        if writing.waiting.len() >= AT_A_TIME {
            writing.flush();
        }
        at
    }

    fn set(&self, at: u64, bytes: &[u8]) {
        let mut writing = self.writing();
        if at < writing.written {
            if at + bytes.len() as u64 > writing.written {
                writing.flush();
            }
            if let Err(error) = writing.write_at(bytes, at) {
                writing.wrong.get_or_insert_with(|| error.to_string());
            }
        } else {
            let start = (at - writing.written) as usize;
            writing.waiting[start..start + bytes.len()].copy_from_slice(bytes);
        }
    }

    fn get(&self, at: u64, length: usize, into: &mut Vec<u8>) {
        into.clear();
        into.resize(length, 0);
        let mut read = read_at(&self.reading, into, at);
        if read.is_err() {
            // It may still wait to be written.
            let mut writing = self.writing();
            writing.flush();
            read = read_at(&self.reading, into, at);
            if let Err(error) = &read {
                writing.wrong.get_or_insert_with(|| error.to_string());
            }
        }
        if read.is_err() {
            into.clear();
        }
    }

    fn damaged(&self, at: u64) {
        self.writing().wrong.get_or_insert_with(|| format!("what was read at byte {at} is not what was written"));
    }
}

impl Drop for FileShelf {
    fn drop(&mut self) {
        // Else it goes when the work folder is opened next.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_away_is_read_again() {
        let folder = tempfile::tempdir().expect("folder");
        let store = Store::open(folder.path()).expect("store");
        let shelf = FileShelf::new(&store).expect("shelf");
        let record = |n: usize| vec![n as u8; n % 5_000];
        let places: Vec<u64> = (0..2_000).map(|n| shelf.put(&record(n))).collect();
        let mut bytes = vec![1];
        for (n, at) in places.iter().enumerate().rev() {
            shelf.get(*at, n % 5_000, &mut bytes);
            assert_eq!(bytes, record(n));
        }
        // Also where some bytes of a record wait to be written, and others do not.
        let cut = *places.iter().rev().find(|at| **at < shelf.writing().written).expect("written");
        for at in [places[1], cut, places[1_999]] {
            let n = places.iter().position(|other| *other == at).expect("place");
            shelf.set(at, &vec![9; n % 5_000]);
            shelf.get(at, n % 5_000, &mut bytes);
            assert_eq!(bytes, vec![9; n % 5_000]);
        }
        shelf.put(b"behind");
        shelf.check().expect("all is well");
        assert!(std::fs::read(&shelf.path).expect("file").ends_with(b"behind"));
        let other = FileShelf::at(folder.path().join("other")).expect("shelf");
        other.damaged(7);
        assert!(other.check().expect_err("damaged").to_string().contains("byte 7"));
        drop(other);
        shelf.get(1 << 40, 1, &mut bytes);
        assert!(bytes.is_empty());
        let error = shelf.check().expect_err("nothing lies there").to_string();
        assert!(error.contains(".tmp-shelf") && error.lines().count() == 1, "{error}");
        drop(shelf);
        assert_eq!(std::fs::read_dir(folder.path().join("work")).expect("list").count(), 1, "the lock alone stays");
    }

    #[test]
    fn what_an_interrupted_run_left_goes() {
        let folder = tempfile::tempdir().expect("folder");
        let store = Store::open(folder.path()).expect("store");
        let shelf = FileShelf::new(&store).expect("shelf");
        shelf.put(b"half");
        let path = shelf.path.clone();
        std::mem::forget(shelf);
        drop(store);
        assert!(path.exists());
        Store::open(folder.path()).expect("store");
        assert!(!path.exists());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_told() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("shelf");
        std::os::unix::fs::symlink("/dev/full", &path).expect("link");
        let shelf = FileShelf::at(path).expect("opens");
        for _ in 0..3 {
            shelf.put(&vec![7; AT_A_TIME]);
        }
        let error = shelf.check().expect_err("no space").to_string();
        assert!(error.contains("shelf") && error.contains("No space left"), "{error}");
    }
}

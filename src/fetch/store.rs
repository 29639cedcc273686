//! What was fetched: the archives, and the ledger that says what was seen when, with which answer.
//!
//! The ledger (`ledger.ndjson`) is only ever appended to. A page's bytes go to the archive before its line goes to the
//! ledger; after a crash, what the ledger does not know of is cut off the archive, and a line cut short is dropped. So
//! every archived page has its line, every line its page, and a run that was killed is continued by the next.

use super::archive;
pub use super::line::{Event, Line, again, prepare};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const LEDGER: &str = "ledger.ndjson";
const OPEN: &str = ".open";

/// What is known of an address.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// When it was first listed or fetched, in seconds since 1970.
    pub first: i64,
    /// When it was last fetched, in seconds since 1970; none where it never was.
    pub fetched: Option<i64>,
    /// Whether it still has to be fetched.
    pub pending: bool,
    /// How many runs failed to get it.
    pub failures: u8,
    /// First half of the body's hash.
    pub hash: Option<[u8; 16]>,
    /// Half a hash of the address to which it last led.
    pub goal: Option<[u8; 16]>,
    /// When the page that its record holds was fetched; of a list, when it was last read in full.
    pub stored: Option<DateTime<Utc>>,
    /// Half a hash of the digest of that record's payload.
    pub payload: Option<[u8; 16]>,
    /// The last answer's `ETag`.
    pub etag: Option<Box<str>>,
    /// The last answer's Last-Modified.
    pub last_modified: Option<Box<str>>,
}

impl Known {
    /// Whether it led to an address when it was last fetched.
    pub fn led_to(&self, url: &str) -> bool {
        self.goal == Some(key(url))
    }
}

/// Addresses are known by half their hash: 16 bytes instead of a hundred, and no two alike in this universe.
type Key = [u8; 16];

pub(super) fn key(text: &str) -> Key {
    half(blake3::hash(text.as_bytes()).as_bytes())
}

fn half(hash: &[u8; 32]) -> Key {
    let mut key = [0; 16];
    key.copy_from_slice(&hash[..16]);
    key
}

fn half_of_hex(hex: &str) -> Option<Key> {
    blake3::Hash::from_hex(hex).ok().map(|h| half(h.as_bytes()))
}

/// Why a store cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another fetch writes to the same folder.
    #[error("{path}: another fetch is at work here")]
    Locked {
        /// Folder.
        path: String,
    },
    /// The operating system refuses: permissions, a full disk.
    #[error("{path}: {source}")]
    Io {
        /// File or folder.
        path: String,
        /// Cause.
        source: io::Error,
    },
    /// A line in the ledger's midst is no line of a ledger.
    #[error("{path}:{line}: not a line of a ledger: {message}")]
    Corrupt {
        /// File.
        path: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.display().to_string();
    move |source| StoreError::Io { path, source }
}

struct Archive {
    name: String,
    file: File,
    size: u64,
}

/// The folder of archives with its ledger.
pub struct Store {
    folder: PathBuf,
    ledger: File,
    known: HashMap<Key, Known>,
    pending: Vec<(String, String)>,
    archive: Option<Archive>,
    rotate_at: u64,
    user_agent: String,
    contact: String,
    serial: u32,
    _lock: File,
}

impl Store {
    /// Opens or makes the folder, takes its lock, and mends what a crash left.
    ///
    /// # Errors
    /// Another fetch has the lock; the disk refuses; the ledger was tampered with.
    pub fn open(folder: &Path, rotate_at: u64, user_agent: &str, contact: &str) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(at(folder))?;
        let path = folder.join("lock");
        let lock = OpenOptions::new().create(true).append(true).open(&path).map_err(at(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked { path: folder.display().to_string() }),
            Err(TryLockError::Error(source)) => return Err(at(&path)(source)),
        }
        let path = folder.join(LEDGER);
        let ledger = OpenOptions::new().create(true).read(true).append(true).open(&path).map_err(at(&path))?;
        let mut store = Self {
            folder: folder.to_owned(),
            ledger,
            known: HashMap::new(),
            pending: Vec::new(),
            archive: None,
            rotate_at,
            user_agent: user_agent.into(),
            contact: contact.into(),
            serial: 0,
            _lock: lock,
        };
        let ends = store.replay(&path)?;
        store.mend(&ends)?;
        Ok(store)
    }

    /// Reads the ledger; cuts off a last line that a crash cut short. Gives each archive's end.
    fn replay(&mut self, path: &Path) -> Result<BTreeMap<String, u64>, StoreError> {
        let sizes = self.archive_sizes()?;
        let mut reader = BufReader::with_capacity(1 << 20, self.ledger.try_clone().map_err(at(path))?);
        reader.seek(SeekFrom::Start(0)).map_err(at(path))?;
        let (mut ends, mut waiting) = (BTreeMap::new(), BTreeMap::new());
        let (mut whole, mut number, mut buffer) = (0, 0, Vec::new());
        loop {
            buffer.clear();
            let read = reader.read_until(b'\n', &mut buffer).map_err(at(path))?;
            if read == 0 || buffer.last() != Some(&b'\n') {
                break;
            }
            number += 1;
            whole += read as u64;
            let line: Line = serde_json::from_slice(&buffer).map_err(|e| StoreError::Corrupt {
                path: path.display().to_string(),
                line: number,
                message: e.to_string(),
            })?;
            if let (Some(file), Some(end)) = (&line.file, line.end) {
                // After a power failure the ledger may be ahead of the archive: such a page is fetched again. An
                // archive that is gone was moved away, with everything in it.
                if sizes.get(file).is_some_and(|size| *size < end) {
                    self.note(&Line { event: Event::Found, ..line.clone() });
                    waiting.insert(line.url, line.source);
                    continue;
                }
                ends.insert(file.clone(), end);
            }
            match line.event {
                Event::Found | Event::Failed => waiting.insert(line.url.clone(), line.source.clone()),
                Event::Archive => None,
                _ => waiting.remove(&line.url),
            };
            if let Some(to) = &line.to {
                waiting.remove(to);
            }
            self.note(&line);
        }
        self.ledger.set_len(whole).map_err(at(path))?;
        self.pending = waiting.into_iter().map(|(url, source)| (source, url)).collect();
        Ok(ends)
    }

    fn archive_sizes(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut sizes = BTreeMap::new();
        for entry in fs::read_dir(&self.folder).map_err(at(&self.folder))? {
            let entry = entry.map_err(at(&self.folder))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let size = entry.metadata().map_err(at(&entry.path()))?.len();
            if name.contains(".warc.gz") {
                sizes.insert(name.trim_end_matches(OPEN).to_owned(), size);
            }
        }
        Ok(sizes)
    }

    /// Closes the archives that a crash left open, without what the ledger does not know of.
    fn mend(&self, ends: &BTreeMap<String, u64>) -> Result<(), StoreError> {
        for name in self.archive_sizes()?.into_keys() {
            let open = self.folder.join(format!("{name}{OPEN}"));
            if !open.exists() {
                continue;
            }
            match ends.get(&name) {
                None => fs::remove_file(&open).map_err(at(&open))?,
                Some(end) => {
                    let file = OpenOptions::new().write(true).open(&open).map_err(at(&open))?;
                    file.set_len(*end).and_then(|()| file.sync_all()).map_err(at(&open))?;
                    fs::rename(&open, self.folder.join(&name)).map_err(at(&open))?;
                }
            }
        }
        Ok(())
    }

    /// Takes a line into what is known.
    fn note(&mut self, line: &Line) {
        if line.url.is_empty() {
            return;
        }
        let seconds = line.at.timestamp();
        let known = self.known.entry(key(&line.url)).or_insert_with(|| Known { first: seconds, ..Known::default() });
        match line.event {
            Event::Found => known.pending = true,
            Event::Failed => {
                known.failures = known.failures.saturating_add(1);
                known.pending = true;
            }
            Event::Stored | Event::Unchanged | Event::Refused | Event::Listed => {
                (known.fetched, known.pending, known.failures) = (Some(seconds), false, 0);
                if let Some(hash) = line.hash.as_deref().and_then(half_of_hex) {
                    known.hash = Some(hash);
                }
                if line.status != Some(304) && matches!(line.event, Event::Stored | Event::Listed)
                    || line.etag.is_some()
                {
                    known.etag = line.etag.as_deref().map(Into::into);
                    known.last_modified = line.last_modified.as_deref().map(Into::into);
                }
            }
            Event::Archive => {}
        }
        let read = line.event == Event::Listed && line.status != Some(304);
        let record = (read || line.event == Event::Stored).then(|| (Some(line.at), line.digest.as_deref().map(key)));
        if let Some(record) = record {
            (known.stored, known.payload) = record;
        }
        if let Some(to) = line.to.as_deref().filter(|to| *to != line.url) {
            known.goal = Some(key(to));
            let target = self.known.entry(key(to)).or_insert_with(|| Known { first: seconds, ..Known::default() });
            (target.fetched, target.pending) = (Some(seconds), false);
            if let Some(record) = record {
                (target.stored, target.payload) = record;
            }
            if let Some(hash) = line.hash.as_deref().and_then(half_of_hex) {
                target.hash = Some(hash);
            }
        }
    }

    /// The addresses that earlier runs found and did not get, with their sources' ids. Taken once.
    pub fn take_pending(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.pending)
    }

    /// What is known of an address.
    pub fn known(&self, url: &str) -> Option<&Known> {
        self.known.get(&key(url))
    }

    /// Whether a body is the one that was last seen at an address.
    pub fn same(&self, url: &str, hash: &str) -> bool {
        self.known(url).is_some_and(|known| known.hash.is_some() && known.hash == half_of_hex(hash))
    }

    /// Appends lines to the ledger.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write(&mut self, lines: &[Line]) -> Result<(), StoreError> {
        let path = self.folder.join(LEDGER);
        let mut bytes = Vec::new();
        for line in lines {
            serde_json::to_writer(&mut bytes, line).map_err(|e| at(&path)(e.into()))?;
            bytes.push(b'\n');
        }
        self.ledger.write_all(&bytes).map_err(at(&path))?;
        for line in lines {
            self.note(line);
        }
        Ok(())
    }

    /// Archives an exchange, given as its [`archive::records`], and writes its line.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn store(&mut self, records: &[u8], mut line: Line) -> Result<(), StoreError> {
        if self.archive.as_ref().is_some_and(|a| a.size >= self.rotate_at) {
            self.close()?;
        }
        if self.archive.is_none() {
            self.begin()?;
        }
        let Some(archive) = &mut self.archive else { return Ok(()) };
        let path = self.folder.join(&archive.name);
        if let Err(error) = archive.file.write_all(records) {
            // A full disk may have taken a part; what follows must begin at a record's start.
            let _ = archive.file.set_len(archive.size);
            return Err(at(&path)(error));
        }
        line.start = Some(archive.size);
        archive.size += records.len() as u64;
        line.end = Some(archive.size);
        line.file = Some(archive.name.clone());
        self.write(&[line])
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        let now = super::now();
        let (name, path) = loop {
            self.serial += 1;
            let name = format!("dalel-{}-{:05}.warc.gz", now.format("%Y%m%d%H%M%S"), self.serial);
            let path = self.folder.join(format!("{name}{OPEN}"));
            if !path.exists() && !self.folder.join(&name).exists() {
                break (name, path);
            }
        };
        let mut file = OpenOptions::new().create_new(true).append(true).open(&path).map_err(at(&path))?;
        let info = archive::warcinfo(&name, now, &self.user_agent, &self.contact).map_err(at(&path))?;
        file.write_all(&info).map_err(at(&path))?;
        let size = info.len() as u64;
        let mut line = Line::new(Event::Archive, "", "");
        (line.file, line.end) = (Some(name.clone()), Some(size));
        self.archive = Some(Archive { name, file, size });
        self.write(&[line])
    }

    /// Closes the archive that is open, and makes sure that everything is on the disk.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn close(&mut self) -> Result<(), StoreError> {
        if let Some(archive) = self.archive.take() {
            let open = self.folder.join(format!("{}{OPEN}", archive.name));
            archive.file.sync_all().map_err(at(&open))?;
            fs::rename(&open, self.folder.join(&archive.name)).map_err(at(&open))?;
        }
        self.ledger.sync_all().map_err(at(&self.folder.join(LEDGER)))
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;

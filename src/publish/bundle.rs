//! A release's folder in the making: built under a temporary name, published by one rename, never changed.

use super::ReleaseError;
use super::table::{folder_of, sync_folder};
use crate::record::schema::Table;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};

/// The list of checksums, in the format of `sha256sum`.
pub(super) const SUMS: &str = "SHA256SUMS";

/// What a data file of a release holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// A table, as Parquet.
    Table(Table),
    /// The same table, as compressed CSV.
    Csv(Table),
    /// A code list.
    CodeList,
}

/// A data file of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileInfo {
    /// Name of its resource in the data package.
    pub resource: String,
    /// Path below the release's folder, with `/`.
    pub path: String,
    /// What it holds.
    pub content: Content,
    /// Number of rows.
    pub rows: u64,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, hex.
    pub sha256: String,
}

/// The temporary folder. It is removed when it is dropped unpublished.
#[derive(Debug)]
pub(super) struct Bundle {
    folder: PathBuf,
    target: PathBuf,
}

/// What became of a finished bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The release is new.
    Written,
    /// The same release, byte for byte, was there already.
    Unchanged,
}

impl Bundle {
    /// Begins a bundle that is to become `target`; what an interrupted one left is removed.
    pub(super) fn create(target: &Path) -> Result<Self, ReleaseError> {
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let folder = folder_of(target).join(format!(".{name}.tmp"));
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|e| ReleaseError::io(&folder, e))?;
        }
        fs::create_dir_all(&folder).map_err(|e| ReleaseError::io(&folder, e))?;
        Ok(Self { folder, target: target.to_owned() })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file of text.
    pub(super) fn write(&self, path: &str, content: &str) -> Result<(), ReleaseError> {
        let path = self.folder.join(path);
        let at = |e| ReleaseError::io(&path, e);
        fs::create_dir_all(folder_of(&path)).map_err(at)?;
        let mut file = File::create(&path).map_err(at)?;
        file.write_all(content.as_bytes()).and_then(|()| file.sync_all()).map_err(at)
    }

    /// Describes a file that was written.
    pub(super) fn describe(
        &self,
        resource: &str,
        path: &str,
        content: Content,
        rows: u64,
    ) -> Result<FileInfo, ReleaseError> {
        let (sha256, bytes) = sha256(&self.folder.join(path))?;
        Ok(FileInfo { resource: resource.to_owned(), path: path.to_owned(), content, rows, bytes, sha256 })
    }

    /// Writes the checksums of all files.
    pub(super) fn sum(&self) -> Result<(), ReleaseError> {
        let mut sums = String::new();
        for path in files(&self.folder)? {
            let _ = writeln!(sums, "{}  {path}", sha256(&self.folder.join(&path))?.0);
        }
        self.write(SUMS, &sums)
    }

    /// Gives the folder its name in one step.
    ///
    /// # Errors
    /// There is a release of the name with other bytes.
    pub(super) fn publish(self) -> Result<Status, ReleaseError> {
        if self.target.exists() {
            let same = files(&self.folder)? == files(&self.target)?
                && files(&self.folder)?
                    .iter()
                    .map(|path| Ok(sha256(&self.folder.join(path))? == sha256(&self.target.join(path))?))
                    .collect::<Result<Vec<bool>, ReleaseError>>()?
                    .into_iter()
                    .all(|same| same);
            if same {
                return Ok(Status::Unchanged);
            }
            return Err(ReleaseError::Immutable { path: self.target.display().to_string() });
        }
        sync_folder(&self.folder);
        fs::rename(&self.folder, &self.target).map_err(|e| ReleaseError::io(&self.target, e))?;
        sync_folder(folder_of(&self.target));
        Ok(Status::Written)
    }
}

impl Drop for Bundle {
    fn drop(&mut self) {
        // After `publish` the folder has its final name and this does nothing.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The files below a folder, as sorted relative paths with `/`.
pub(super) fn files(folder: &Path) -> Result<Vec<String>, ReleaseError> {
    fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) -> Result<(), ReleaseError> {
        for entry in fs::read_dir(folder).map_err(|e| ReleaseError::io(folder, e))? {
            let path = entry.map_err(|e| ReleaseError::io(folder, e))?.path();
            if path.is_dir() {
                collect(root, &path, found)?;
            } else {
                found.push(path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/"));
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    collect(folder, folder, &mut found)?;
    found.sort();
    Ok(found)
}

/// A file's SHA-256 in hex, and its size in bytes.
pub(super) fn sha256(path: &Path) -> Result<(String, u64), ReleaseError> {
    let mut file = File::open(path).map_err(|e| ReleaseError::io(path, e))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let count = file.read(&mut buffer).map_err(|e| ReleaseError::io(path, e))?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
        bytes += count as u64;
    }
    let mut hex = String::with_capacity(64);
    for byte in hasher.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    Ok((hex, bytes))
}

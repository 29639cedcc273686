//! A folder: on this machine, or mounted.

use super::{Item, Store, UploadError, hex};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// A version's folder.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(root: &Path, version: &str) -> Self {
        Self(root.join(version))
    }

    /// Writes a file under a hidden name beside its place, durably.
    fn beside(&self, item: &Item) -> Result<(PathBuf, PathBuf), UploadError> {
        let target = self.0.join(&item.path);
        let at = |e: std::io::Error| UploadError::transfer(target.display(), e);
        let folder = target.parent().unwrap_or(&self.0);
        fs::create_dir_all(folder).map_err(at)?;
        let hidden = folder.join(format!(".{}.part", target.file_name().unwrap_or_default().to_string_lossy()));
        fs::copy(&item.local, &hidden).map_err(at)?;
        File::open(&hidden).and_then(|file| file.sync_all()).map_err(at)?;
        Ok((hidden, target))
    }
}

impl Store for Folder {
    fn place(&self) -> String {
        format!("file://{}", self.0.display())
    }

    async fn size(&self, path: &str) -> Result<Option<u64>, UploadError> {
        let path = self.0.join(path);
        match fs::metadata(&path) {
            Ok(meta) => Ok(Some(meta.len())),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(UploadError::transfer(path.display(), e)),
        }
    }

    async fn sha256(&self, path: &str) -> Result<String, UploadError> {
        let path = self.0.join(path);
        let at = |e: std::io::Error| UploadError::transfer(path.display(), e);
        let mut file = File::open(&path).map_err(at)?;
        let (mut hasher, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
        loop {
            match file.read(&mut buffer).map_err(at)? {
                0 => return Ok(hex(&hasher.finalize())),
                n => hasher.update(&buffer[..n]),
            }
        }
    }

    async fn put(&self, item: &Item) -> Result<(), UploadError> {
        let (hidden, target) = self.beside(item)?;
        fs::rename(&hidden, &target).map_err(|e| UploadError::transfer(target.display(), e))
    }

    async fn create(&self, item: &Item) -> Result<bool, UploadError> {
        let (hidden, target) = self.beside(item)?;
        // A link is made only where there is none of the name.
        let made = match fs::hard_link(&hidden, &target) {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(e) => Err(UploadError::transfer(target.display(), e)),
        };
        let _ = fs::remove_file(&hidden);
        made
    }

    async fn note(&self, path: &str, text: &str) -> Result<(), UploadError> {
        let path = self.0.join(path);
        fs::write(&path, text).map_err(|e| UploadError::transfer(path.display(), e))
    }

    async fn names(&self) -> Result<Vec<String>, UploadError> {
        let (mut names, mut folders) = (Vec::new(), vec![self.0.clone()]);
        while let Some(folder) = folders.pop() {
            let at = |e: std::io::Error| UploadError::transfer(folder.display(), e);
            let entries = match fs::read_dir(&folder) {
                Err(e) if e.kind() == ErrorKind::NotFound => continue,
                entries => entries.map_err(at)?,
            };
            for entry in entries {
                let path = entry.map_err(at)?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    names.push(path.strip_prefix(&self.0).unwrap_or(&path).to_string_lossy().replace('\\', "/"));
                }
            }
        }
        Ok(names)
    }

    async fn remove(&self, path: &str) -> Result<(), UploadError> {
        let path = self.0.join(path);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != ErrorKind::NotFound => Err(UploadError::transfer(path.display(), e)),
            _ => Ok(()),
        }
    }
}

//! A release → where its readers are: an S3 bucket, a folder, the Hugging Face Hub.
//!
//! What enters: a valid release's folder. What leaves: the same files under `<destination>/<version>/` (on the Hub: one
//! commit and a tag of the version). `SHA256SUMS` is written last: a version without it is not published, and readers
//! that ask for it first never see half a release.
//!
//! Invariants, as absences:
//! - no unverified file: each is read back from where it was put and compared by SHA-256;
//! - no file sent twice: what lies there with the right hash is left, so an interrupted upload goes on;
//! - no changed version: one that is there with another `SHA256SUMS` is an error;
//! - no secret on the command line or in a file: credentials come from the environment only (`AWS_…`, `HF_TOKEN`).
//!
//! Requests are repeated on errors of the network and of the server.
#![expect(clippy::disallowed_methods, reason = "sends files over the network, with credentials of the environment")]

mod folder;
mod hub;
mod s3;

use crate::publish::validate;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The file that makes a version published; it is written last.
pub const MANIFEST: &str = "SHA256SUMS";

/// The file that says that a version is withdrawn, and which has its rows now.
pub const WITHDRAWN: &str = "WITHDRAWN";

/// Why a release was not published.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The destination or the environment is not as it must be.
    #[error("{0}")]
    Usage(String),
    /// The release is not valid.
    #[error("{0}")]
    Invalid(String),
    /// The version is there with other content.
    #[error("{0}: this version is published with other content; a release never changes, choose a new version")]
    Immutable(String),
    /// The version was there, and is withdrawn.
    #[error("{0}: this version is withdrawn; publish the one that has its place")]
    Withdrawn(String),
    /// A file could not be sent, or did not arrive as it was sent.
    #[error("{place}: {message}")]
    Transfer {
        /// File or address.
        place: String,
        /// Cause.
        message: String,
    },
}

impl UploadError {
    fn transfer(place: impl std::fmt::Display, message: impl std::fmt::Display) -> Self {
        Self::Transfer { place: place.to_string(), message: message.to_string() }
    }

    /// The exit code of the command line.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Invalid(_) | Self::Immutable(_) | Self::Withdrawn(_) => 3,
            Self::Transfer { .. } => 1,
        }
    }
}

/// Where a release is put.
///
/// ```
/// use dalel::upload::Destination;
/// assert!("s3://bucket/data".parse::<Destination>().is_ok());
/// assert!("file:///srv/data".parse::<Destination>().is_ok());
/// assert!("hf://owner/dataset".parse::<Destination>().is_ok());
/// assert!("s3://key:secret@bucket".parse::<Destination>().is_err());
/// assert!("ftp://somewhere".parse::<Destination>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// A bucket, and a prefix that may be empty.
    S3 {
        /// Bucket.
        bucket: String,
        /// Prefix without slashes at its ends.
        prefix: String,
    },
    /// A folder.
    Folder(PathBuf),
    /// A dataset repository of the Hugging Face Hub, `owner/name`.
    Hub(String),
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)) && part != ".."
        };
        if let Some(rest) = text.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            if bucket.contains('@') {
                return Err("credentials come from the environment (AWS_ACCESS_KEY_ID …), not with the address".into());
            }
            let prefix = prefix.trim_matches('/');
            if !plain(bucket) || !(prefix.is_empty() || prefix.split('/').all(plain)) {
                return Err(format!("{text:?} is not of the form s3://bucket/prefix"));
            }
            return Ok(Self::S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned() });
        }
        if let Some(path) = text.strip_prefix("file://") {
            let absolute = Path::new(path);
            return if absolute.is_absolute() {
                Ok(Self::Folder(absolute.to_owned()))
            } else {
                Err(format!("{text:?} is not of the form file:///folder"))
            };
        }
        if let Some(rest) = text.strip_prefix("hf://") {
            let repository = rest.strip_prefix("datasets/").unwrap_or(rest).trim_end_matches('/');
            if repository.split('/').count() == 2 && repository.split('/').all(plain) {
                return Ok(Self::Hub(repository.to_owned()));
            }
            return Err(format!("{text:?} is not of the form hf://owner/dataset"));
        }
        Err(format!("{text:?}: a release is published to s3://bucket/prefix, file:///folder or hf://owner/dataset"))
    }
}

/// A file of the release.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    /// Path below the release, with `/`.
    path: String,
    /// Where it lies here.
    local: PathBuf,
    /// Bytes.
    size: u64,
    /// SHA-256, hex.
    sha256: String,
}

/// What an upload did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uploaded {
    /// Where the release is.
    pub place: String,
    /// Files sent.
    pub sent: Vec<String>,
    /// Bytes sent.
    pub bytes: u64,
    /// Files that were there already, with the right hash.
    pub kept: usize,
}

/// Publishes the release in a folder. `note` is told of each file. With `dry_run` nothing is written anywhere.
///
/// # Errors
/// A release that is not valid; a version that is there with other content; missing credentials; a network or server
/// that fails again and again; a file that does not arrive as it was sent.
pub fn upload(release: &Path, to: &Destination, dry_run: bool, note: &dyn Fn(&str)) -> Result<Uploaded, UploadError> {
    let items = items(release)?;
    let version = release.canonicalize().ok().and_then(|p| Some(p.file_name()?.to_string_lossy().into_owned()));
    let version = version.ok_or_else(|| UploadError::Usage(format!("{}: has no name", release.display())))?;
    block_on(async {
        match to {
            Destination::Folder(root) => put(&folder::Folder::new(root, &version), &items, dry_run, note).await,
            Destination::S3 { bucket, prefix } => {
                put(&s3::Bucket::new(bucket, prefix, &version)?, &items, dry_run, note).await
            }
            Destination::Hub(repository) => hub::Hub::new(repository)?.put(&version, &items, dry_run, note).await,
        }
    })
}

/// Takes a version back from where it was published; how many files went. First a note of the version that has its rows
/// is put there ([`WITHDRAWN`]), then `SHA256SUMS` goes, so that no reader takes what is left for a release, then the
/// rest. One that is interrupted goes on.
///
/// # Errors
/// Missing credentials; a network or server that fails again and again; the Hub, which keeps what it once had.
pub fn withdraw(version: &str, replaced_by: &str, to: &Destination) -> Result<usize, UploadError> {
    block_on(async {
        match to {
            Destination::Folder(root) => remove(&folder::Folder::new(root, version), replaced_by).await,
            Destination::S3 { bucket, prefix } => remove(&s3::Bucket::new(bucket, prefix, version)?, replaced_by).await,
            Destination::Hub(repository) => Err(UploadError::Usage(format!(
                "hf://{repository}: the Hub keeps every file that a commit had: delete the tag {version} there, squash \
                 the history (huggingface_hub: delete_tag, super_squash_history), and delete the LFS files on the \
                 repository's settings page"
            ))),
        }
    })
}

fn block_on<T>(work: impl Future<Output = Result<T, UploadError>>) -> Result<T, UploadError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|e| UploadError::transfer("the program", e))?.block_on(work)
}

/// The files that `SHA256SUMS` names, and itself as the last.
fn items(release: &Path) -> Result<Vec<Item>, UploadError> {
    let problems = validate(release).map_err(|e| UploadError::Invalid(e.to_string()))?;
    if let Some(first) = problems.first() {
        let (place, n) = (release.display(), problems.len());
        return Err(UploadError::Invalid(format!("{place} is no valid release ({n} problems): {first}")));
    }
    let path = release.join(MANIFEST);
    let sums = std::fs::read_to_string(&path).map_err(|e| UploadError::transfer(path.display(), e))?;
    let mut items = Vec::new();
    for line in sums.lines() {
        let Some((sha256, name)) = line.split_once("  ") else { continue };
        items.push(item(release, name, sha256.to_owned())?);
    }
    items.push(item(release, MANIFEST, hex(&Sha256::digest(sums.as_bytes())))?);
    Ok(items)
}

fn item(release: &Path, path: &str, sha256: String) -> Result<Item, UploadError> {
    let local = release.join(path);
    let size = std::fs::metadata(&local).map_err(|e| UploadError::transfer(local.display(), e))?.len();
    Ok(Item { path: path.to_owned(), local, size, sha256 })
}

/// A place that holds files by name.
trait Store {
    /// The place in words.
    fn place(&self) -> String;
    /// A file's size; none where it is not there.
    async fn size(&self, path: &str) -> Result<Option<u64>, UploadError>;
    /// A file's SHA-256, of its bytes as they are read back.
    async fn sha256(&self, path: &str) -> Result<String, UploadError>;
    /// Puts a file whole or not at all; one of the name is replaced.
    async fn put(&self, item: &Item) -> Result<(), UploadError>;
    /// Puts a small file whole; false where there is one of the name.
    async fn create(&self, item: &Item) -> Result<bool, UploadError>;
    /// Puts a short text; one of the name is replaced.
    async fn note(&self, path: &str, text: &str) -> Result<(), UploadError>;
    /// The files that are there, in no order.
    async fn names(&self) -> Result<Vec<String>, UploadError>;
    /// Removes a file; one that is not there is no error.
    async fn remove(&self, path: &str) -> Result<(), UploadError>;
}

async fn remove(store: &impl Store, replaced_by: &str) -> Result<usize, UploadError> {
    let names = store.names().await?;
    let files: Vec<&String> = names.iter().filter(|name| *name != MANIFEST && *name != WITHDRAWN).collect();
    let published = names.iter().any(|name| name == MANIFEST);
    if !published && files.is_empty() {
        return Ok(0);
    }
    store.note(WITHDRAWN, &format!("{replaced_by}\n")).await?;
    if published {
        store.remove(MANIFEST).await?;
    }
    for name in &files {
        store.remove(name).await?;
    }
    Ok(files.len() + usize::from(published))
}

/// How often a file that arrives otherwise than it was sent is sent again.
const TRIES: usize = 3;

async fn put(store: &impl Store, items: &[Item], dry_run: bool, note: &dyn Fn(&str)) -> Result<Uploaded, UploadError> {
    let mut done = Uploaded { place: store.place(), ..Uploaded::default() };
    let Some((manifest, files)) = items.split_last() else { return Ok(done) };
    if store.size(WITHDRAWN).await?.is_some() {
        return Err(UploadError::Withdrawn(store.place()));
    }
    let published = store.size(&manifest.path).await?.is_some();
    if published && store.sha256(&manifest.path).await? != manifest.sha256 {
        return Err(UploadError::Immutable(store.place()));
    }
    for item in files {
        if there(store, item).await? {
            done.kept += 1;
            continue;
        }
        if !dry_run {
            let mut tries = 0;
            loop {
                store.put(item).await?;
                if there(store, item).await? {
                    break;
                }
                tries += 1;
                if tries == TRIES {
                    let place = format!("{}/{}", store.place(), item.path);
                    return Err(UploadError::transfer(place, "what arrived is not what was sent"));
                }
            }
        }
        note(&format!("{} {}", item.path, if dry_run { "would be sent" } else { "sent and verified" }));
        done.sent.push(item.path.clone());
        done.bytes += item.size;
    }
    if published {
        done.kept += 1;
        return Ok(done);
    }
    if !dry_run && !store.create(manifest).await? && store.sha256(&manifest.path).await? != manifest.sha256 {
        return Err(UploadError::Immutable(store.place()));
    }
    done.sent.push(manifest.path.clone());
    done.bytes += manifest.size;
    Ok(done)
}

/// Whether a file is there with the right bytes.
async fn there(store: &impl Store, item: &Item) -> Result<bool, UploadError> {
    Ok(store.size(&item.path).await? == Some(item.size) && store.sha256(&item.path).await? == item.sha256)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations() {
        let check = |text: &str, expect: Option<Destination>| assert_eq!(text.parse().ok(), expect, "{text}");
        let s3 = |bucket: &str, prefix: &str| Destination::S3 { bucket: bucket.into(), prefix: prefix.into() };
        check("s3://b", Some(s3("b", "")));
        check("s3://b/x/y/", Some(s3("b", "x/y")));
        check("s3:///x", None);
        check("s3://b/../x", None);
        check("s3://b/a?b", None);
        check("file:///srv/x", Some(Destination::Folder("/srv/x".into())));
        check("file://srv/x", None);
        check("hf://datasets/o/n", Some(Destination::Hub("o/n".into())));
        check("hf://o", None);
        check("hf://o/../n", None);
        check("/srv/x", None);
        check("", None);
    }
}

//! The data files that a run needs: lexicons, rules, gazetteers, outlet specs, schemas and code lists.
//!
//! They are compiled into the program, so that the library and the Python wheel work anywhere, and can be
//! read from a checkout instead, so that a new word needs no build. Either way the content hash names
//! exactly what was used, and goes into the release.
//!
//! ```
//! let knowledge = dalel::knowledge::Knowledge::embedded();
//! assert!(knowledge.files("schemas/codes/", ".csv").count() > 0);
//! ```
#![expect(clippy::disallowed_methods, reason = "reads the data files once, for stages that read none")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(rust_embed::RustEmbed)]
#[folder = "pipelines/"]
#[prefix = "pipelines/"]
struct Pipelines;

#[derive(rust_embed::RustEmbed)]
#[folder = "schemas/"]
#[prefix = "schemas/"]
struct Schemas;

/// A mistake in a data file, with its place.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// A file could not be read.
    #[error("{path}: {source}")]
    Io {
        /// File.
        path: String,
        /// Cause.
        source: std::io::Error,
    },
    /// A file's content is wrong: syntax, unknown key, duplicate, unknown code, failed example.
    #[error("{path}: {message}")]
    Invalid {
        /// File, with `:line` where known.
        path: String,
        /// What is wrong and, where it can be told, what to do.
        message: String,
    },
}

impl KnowledgeError {
    /// An error about a file's content.
    pub fn invalid(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { path: path.into(), message: message.into() }
    }
}

/// All data files by their path relative to the project's root.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    files: BTreeMap<String, Cow<'static, str>>,
}

impl Knowledge {
    /// The files compiled into this build.
    pub fn embedded() -> Self {
        let mut files = BTreeMap::new();
        let text = |data: Cow<'static, [u8]>| match data {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        };
        for path in Pipelines::iter() {
            if let Some(content) = Pipelines::get(&path).and_then(|file| text(file.data)) {
                files.insert(path.into_owned(), content);
            }
        }
        for path in Schemas::iter() {
            if let Some(content) = Schemas::get(&path).and_then(|file| text(file.data)) {
                files.insert(path.into_owned(), content);
            }
        }
        Self { files }
    }

    /// The files of a checkout: `pipelines/` and `schemas/` below `root`.
    ///
    /// # Errors
    /// A folder or file that cannot be read, or is not UTF-8.
    pub fn open(root: &Path) -> Result<Self, KnowledgeError> {
        let mut files = BTreeMap::new();
        for top in ["pipelines", "schemas"] {
            collect(root, &root.join(top), &mut files)?;
        }
        Ok(Self { files })
    }

    /// Adds or replaces one file; for tests and callers with data of their own.
    pub fn insert(&mut self, path: impl Into<String>, content: impl Into<String>) {
        self.files.insert(path.into(), Cow::Owned(content.into()));
    }

    /// One file's content.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(AsRef::as_ref)
    }

    /// The files whose path starts with `prefix` and ends with `suffix`, sorted by path.
    pub fn files<'k>(&'k self, prefix: &'k str, suffix: &'k str) -> impl Iterator<Item = (&'k str, &'k str)> {
        self.files
            .range(prefix.to_owned()..)
            .map(|(path, content)| (path.as_str(), content.as_ref()))
            .take_while(move |(path, _)| path.starts_with(prefix))
            .filter(move |(path, _)| path.ends_with(suffix))
    }

    /// blake3 over the paths and contents below a prefix, in hex.
    pub fn content_hash(&self, prefix: &str) -> String {
        let mut hasher = blake3::Hasher::new();
        for (path, content) in self.files(prefix, "") {
            for part in [path, content] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part.as_bytes());
            }
        }
        hasher.finalize().to_hex().to_string()
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Cow<'static, str>>) -> Result<(), KnowledgeError> {
    let at = |path: &Path, source| KnowledgeError::Io { path: path.display().to_string(), source };
    for entry in std::fs::read_dir(folder).map_err(|e| at(folder, e))? {
        let path = entry.map_err(|e| at(folder, e))?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if path
            .extension()
            .is_some_and(|e| e == "toml" || e == "csv" || e == "json" || e == "jsonl" || e == "txt")
        {
            let content = std::fs::read_to_string(&path).map_err(|e| at(&path, e))?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.insert(name, Cow::Owned(content));
        }
    }
    Ok(())
}

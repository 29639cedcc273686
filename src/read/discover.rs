//! Finds the input files.

use super::ReadError;
use super::chunk::Chunks;
use std::fs;
use std::path::{Path, PathBuf};

/// What a file holds, told by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `.html`, `.htm`.
    Html,
    /// `.txt`.
    Text,
    /// `.jsonl`.
    Jsonl,
    /// `.parquet`.
    Parquet,
    /// `.warc`.
    Warc,
}

impl Kind {
    /// The kind of a file name, and whether it is compressed with gzip; none where dalel does not read it.
    pub fn of(name: &str) -> Option<(Self, bool)> {
        let name = name.to_lowercase();
        let (name, gzip) = name.strip_suffix(".gz").map_or((name.as_str(), false), |inner| (inner, true));
        let (_, ending) = name.rsplit_once('.')?;
        match ending {
            "html" | "htm" => Some((Self::Html, gzip)),
            "txt" => Some((Self::Text, gzip)),
            "jsonl" => Some((Self::Jsonl, gzip)),
            "warc" => Some((Self::Warc, gzip)),
            "parquet" if !gzip => Some((Self::Parquet, false)),
            _ => None,
        }
    }
}

/// One input file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InputFile {
    pub path: PathBuf,
    /// Path below the input folder: what decides where chunks are cut, wherever the folder lies.
    pub name: PathBuf,
    pub kind: Kind,
    pub gzip: bool,
}

impl InputFile {
    fn new(path: PathBuf, top: &Path) -> Option<Self> {
        let (kind, gzip) = Kind::of(path.file_name()?.to_str()?)?;
        let name = path.strip_prefix(top).unwrap_or(&path).to_owned();
        Some(Self { path, name, kind, gzip })
    }

    /// The name without folder, `.gz` and the ending of its kind: a page's article id.
    pub fn stem(&self) -> String {
        let name = self.path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let inner = if self.gzip { &name[..name.len() - ".gz".len()] } else { name.as_str() };
        inner.rsplit_once('.').map_or(inner, |(stem, _)| stem).to_owned()
    }
}

/// The files found, in the order in which they are read.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    pub(super) files: Vec<InputFile>,
    /// Files in the folders whose kind dalel does not read.
    pub ignored: usize,
}

impl Inputs {
    /// How many files there are to read.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files' content in chunks.
    pub fn chunks(&self) -> Chunks<'_> {
        Chunks::new(&self.files)
    }
}

/// Finds the files of the given files and folders. Symbolic links to folders are not followed below the first
/// level, so a loop of links ends.
///
/// # Errors
/// A path that does not exist, a named file of an unknown kind, a folder that cannot be listed.
pub fn discover(paths: &[PathBuf]) -> Result<Inputs, ReadError> {
    let mut found = Inputs::default();
    for path in paths {
        let meta = fs::metadata(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => ReadError::Missing { path: path.display().to_string() },
            _ => ReadError::io(path, source),
        })?;
        if meta.is_dir() {
            walk(path, path, &mut found)?;
        } else {
            let unknown = || ReadError::UnknownKind { path: path.display().to_string() };
            found.files.push(InputFile::new(path.clone(), path.parent().unwrap_or(path)).ok_or_else(unknown)?);
        }
    }
    found.files.sort_by(|a, b| a.path.cmp(&b.path));
    found.files.dedup_by(|a, b| a.path == b.path);
    Ok(found)
}

fn walk(folder: &Path, top: &Path, found: &mut Inputs) -> Result<(), ReadError> {
    for entry in fs::read_dir(folder).map_err(|e| ReadError::io(folder, e))? {
        let entry = entry.map_err(|e| ReadError::io(folder, e))?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(|e| ReadError::io(folder, e))?);
        if kind.is_dir() {
            walk(&path, top, found)?;
        } else if kind.is_file() || path.is_file() {
            match InputFile::new(path, top) {
                Some(file) => found.files.push(file),
                None => found.ignored += 1,
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_stems() {
        let check = |name: &str, expected: Option<(Kind, bool, &str)>| {
            let found = InputFile::new(PathBuf::from("some/folder").join(name), Path::new("some"));
            let found = found.as_ref().map(|f| (f.kind, f.gzip, f.stem()));
            assert_eq!(found, expected.map(|(k, g, s)| (k, g, s.to_owned())), "{name}");
        };
        check("a.html", Some((Kind::Html, false, "a")));
        check("a.b.HTM.GZ", Some((Kind::Html, true, "a.b")));
        check("000_60.txt", Some((Kind::Text, false, "000_60")));
        check("x.txt.gz", Some((Kind::Text, true, "x")));
        check("x.jsonl.gz", Some((Kind::Jsonl, true, "x")));
        check("x.parquet", Some((Kind::Parquet, false, "x")));
        check("CC-NEWS-1.warc.gz", Some((Kind::Warc, true, "CC-NEWS-1")));
        check("x.warc.gz.open", None);
        check("x.parquet.gz", None);
        check("x.pdf", None);
        check("html", None);
        check(".DS_Store", None);
        check("дело.html", Some((Kind::Html, false, "дело")));
    }
}

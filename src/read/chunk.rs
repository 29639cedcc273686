//! Cuts the input into chunks: the unit of memory, of parallel work and of resuming.
//!
//! A chunk of pages ends after a file whose *path* says so by its hash (one in 256 on average), not after a fixed
//! count: a new page in a folder then changes the one chunk that it falls into, and the work done on all others
//! is found again. Lines are cut by number, row groups are chunks already: files of these kinds are only ever
//! appended to or replaced.

use super::bytes::{self, Line, Refusal};
use super::discover::{InputFile, Kind};
use super::warc::{self, Broken, Filter};
use super::{Limits, Loaded, NAME, ReadError, Record, jsonl, parquet};
use crate::record::{Reject, Snapshot, SnapshotKind};
use std::io::{BufRead, ErrorKind};

/// Pages in a chunk: on average, and at most.
const PAGES: (u64, usize) = (256, 1024);
/// Lines in a chunk, and the bytes after which it is cut earlier.
const LINES: (usize, usize) = (512, 8 << 20);
/// Responses of an archive in a chunk, and the bytes after which it is cut earlier.
const RESPONSES: (usize, usize) = (256, 8 << 20);

/// A part of the input, not yet parsed.
#[derive(Debug)]
pub struct Chunk<'i>(Part<'i>);

#[derive(Debug)]
enum Part<'i> {
    Pages(&'i [InputFile]),
    Lines { file: &'i InputFile, lines: Vec<(usize, Line)>, end: Option<Refusal> },
    Rows { file: &'i InputFile, group: usize },
    Responses { file: &'i InputFile, responses: Vec<warc::Response>, end: Option<(usize, Refusal)> },
    Broken { file: &'i InputFile, refusal: Refusal },
}

/// The chunks of an input, in its order.
pub struct Chunks<'i> {
    files: &'i [InputFile],
    open: Open<'i>,
    limits: Limits,
    filter: Filter,
}

enum Open<'i> {
    Nothing,
    Lines { file: &'i InputFile, reader: Box<dyn BufRead + Send>, line: usize, any: bool },
    Groups { file: &'i InputFile, next: usize, all: usize },
    Archive { file: &'i InputFile, reader: warc::Reader },
}

impl<'i> Chunks<'i> {
    pub(super) fn new(files: &'i [InputFile]) -> Self {
        Self { files, open: Open::Nothing, limits: Limits::default(), filter: Filter::default() }
    }

    /// Cuts lines and archived pages at other limits than the default.
    #[must_use]
    pub fn with_limits(mut self, limits: &Limits) -> Self {
        self.limits = *limits;
        self
    }

    /// Takes only some records of WARC files.
    #[must_use]
    pub fn with_filter(mut self, filter: &Filter) -> Self {
        self.filter.clone_from(filter);
        self
    }

    fn lines(&mut self) -> Result<Option<Chunk<'i>>, ReadError> {
        let Open::Lines { file, reader, line, any } = &mut self.open else { return Ok(None) };
        let file: &'i InputFile = file;
        let (mut lines, mut size, mut end) = (Vec::new(), 0, None);
        let mut more = true;
        while more && lines.len() < LINES.0 && size < LINES.1 {
            match bytes::next_line(reader.as_mut(), self.limits.line_bytes) {
                Ok(Some(found)) => {
                    *line += 1;
                    match &found {
                        Line::Whole(content) if content.iter().all(u8::is_ascii_whitespace) => continue,
                        Line::Whole(content) => size += content.len(),
                        Line::TooLong => {}
                    }
                    *any = true;
                    lines.push((*line, found));
                }
                Ok(None) => {
                    more = false;
                    end = (!*any).then(|| Refusal::new("empty", "the file has no lines"));
                }
                Err(error) => {
                    more = false;
                    end = Some(bytes::refusal_of(file, &error).ok_or_else(|| ReadError::io(&file.path, error))?);
                }
            }
        }
        if !more {
            self.open = Open::Nothing;
        }
        let worth = !lines.is_empty() || end.is_some();
        Ok(worth.then_some(Chunk(Part::Lines { file, lines, end })))
    }

    fn responses(&mut self) -> Result<Option<Chunk<'i>>, ReadError> {
        let Open::Archive { file, reader } = &mut self.open else { return Ok(None) };
        let file: &'i InputFile = file;
        let (mut responses, mut size, mut end) = (Vec::new(), 0, None);
        let mut more = true;
        while more && responses.len() < RESPONSES.0 && size < RESPONSES.1 {
            match reader.next(&self.filter, self.limits.page_bytes) {
                Ok(Some(response)) => {
                    size += response.block.as_ref().map_or(0, Vec::len);
                    responses.push(response);
                    continue;
                }
                Ok(None) if reader.number() == 0 => {
                    end = Some((0, Refusal::new("empty", "the archive has no records")));
                }
                Ok(None) => {}
                Err(Broken::Content(message)) => end = Some((reader.number(), Refusal::new("corrupt_warc", message))),
                Err(Broken::Io(error)) if error.kind() == ErrorKind::UnexpectedEof => {
                    let refusal = Refusal::new("truncated_warc", "the archive ends within a record");
                    end = Some((reader.number(), refusal));
                }
                Err(Broken::Io(error)) => match bytes::refusal_of(file, &error) {
                    Some(refusal) => end = Some((reader.number() + 1, refusal)),
                    None => return Err(ReadError::io(&file.path, error)),
                },
            }
            more = false;
        }
        if !more {
            self.open = Open::Nothing;
        }
        let worth = !responses.is_empty() || end.is_some();
        Ok(worth.then_some(Chunk(Part::Responses { file, responses, end })))
    }

    fn start(&mut self, file: &'i InputFile) -> Result<Option<Chunk<'i>>, ReadError> {
        match file.kind {
            Kind::Html | Kind::Text => {
                let pages = self.files.iter().take_while(|f| matches!(f.kind, Kind::Html | Kind::Text));
                let cut = pages.clone().position(ends_chunk).map_or(usize::MAX, |i| i + 1);
                let n = pages.take(cut.min(PAGES.1)).count();
                let (chunk, rest) = self.files.split_at(n);
                self.files = rest;
                return Ok(Some(Chunk(Part::Pages(chunk))));
            }
            Kind::Jsonl if std::fs::metadata(&file.path).map_err(|e| ReadError::io(&file.path, e))?.len() == 0 => {
                self.files = &self.files[1..];
                let refusal = Refusal::new("empty", "the file has no bytes");
                return Ok(Some(Chunk(Part::Broken { file, refusal })));
            }
            Kind::Jsonl => self.open = Open::Lines { file, reader: bytes::open(file)?, line: 0, any: false },
            Kind::Warc => self.open = Open::Archive { file, reader: warc::Reader::new(bytes::open(file)?) },
            Kind::Parquet => match parquet::row_groups(file)? {
                Ok(0) => {}
                Ok(all) => self.open = Open::Groups { file, next: 0, all },
                Err(refusal) => {
                    self.files = &self.files[1..];
                    return Ok(Some(Chunk(Part::Broken { file, refusal })));
                }
            },
        }
        self.files = &self.files[1..];
        Ok(None)
    }

    fn advance(&mut self) -> Result<Option<Chunk<'i>>, ReadError> {
        loop {
            match &mut self.open {
                Open::Lines { .. } => {
                    if let Some(chunk) = self.lines()? {
                        return Ok(Some(chunk));
                    }
                }
                Open::Archive { .. } => {
                    if let Some(chunk) = self.responses()? {
                        return Ok(Some(chunk));
                    }
                }
                Open::Groups { file, next, all } if *next < *all => {
                    let chunk = Chunk(Part::Rows { file, group: *next });
                    *next += 1;
                    return Ok(Some(chunk));
                }
                _ => {
                    self.open = Open::Nothing;
                    let Some(file) = self.files.first() else { return Ok(None) };
                    if let Some(chunk) = self.start(file)? {
                        return Ok(Some(chunk));
                    }
                }
            }
        }
    }
}

impl<'i> Iterator for Chunks<'i> {
    type Item = Result<Chunk<'i>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.advance().transpose();
        if matches!(next, Some(Err(_))) {
            (self.files, self.open) = (&[], Open::Nothing);
        }
        next
    }
}

fn ends_chunk(file: &InputFile) -> bool {
    let hash = blake3::hash(file.name.as_os_str().as_encoded_bytes());
    u64::from_le_bytes(*hash.as_bytes().first_chunk().unwrap_or(&[0; 8])) % PAGES.0 == 0
}

impl Chunk<'_> {
    /// Reads and parses the chunk.
    ///
    /// # Errors
    /// A file that the operating system does not let us read. Whatever is wrong with a file's *content* is a
    /// reject, not an error.
    pub fn load(self, limits: &Limits) -> Result<Loaded, ReadError> {
        let mut loaded = Loading::default();
        match self.0 {
            Part::Pages(files) => {
                for file in files {
                    let id = file.stem();
                    let result = bytes::page(file, limits)?.map(|body| snapshot(file, id.clone(), body));
                    if let Ok(Record::Snapshot(page)) = &result {
                        loaded.hash(&page.body);
                    }
                    loaded.add(&id, &file.path.display().to_string(), result);
                }
            }
            Part::Lines { file, lines, end } => {
                let path = file.path.display();
                for (number, line) in lines {
                    let place = format!("{path}:{number}");
                    let result = match line {
                        Line::Whole(line) => {
                            loaded.hash(&line);
                            jsonl::article(&line).map(Record::Article)
                        }
                        Line::TooLong => Err(Refusal::new(
                            "too_large",
                            format!("the line has more than {} bytes", limits.line_bytes),
                        )),
                    };
                    loaded.add(&place, &place, result);
                }
                if let Some(refusal) = end {
                    loaded.add(&file.stem(), &path.to_string(), Err(refusal));
                }
            }
            Part::Rows { file, group } => {
                let path = file.path.display();
                match parquet::rows(file, group)? {
                    Ok(rows) => {
                        for (row, result) in rows.into_iter().enumerate() {
                            if let Ok(article) = &result {
                                loaded.hash(article.content_hash.as_bytes());
                                loaded.hash(article.text.as_bytes());
                            }
                            let place = format!("{path}: row {} of group {}", row + 1, group + 1);
                            loaded.add(&place, &place, result.map(Record::Article));
                        }
                    }
                    Err(refusal) => {
                        loaded.add(&format!("{} group {}", file.stem(), group + 1), &path.to_string(), Err(refusal));
                    }
                }
            }
            Part::Responses { file, responses, end } => {
                let path = file.path.display();
                for response in responses {
                    let (id, number) = (response.uri.clone(), response.number);
                    loaded.hash(response.block.as_deref().unwrap_or_default());
                    loaded.hash(format!("{id} {:?} {:?}", response.date, response.bare).as_bytes());
                    let result = response.snapshot(limits.page_bytes).map(Record::Snapshot);
                    loaded.add(&id, &format!("{path}: record {number} ({id})"), result);
                }
                if let Some((number, refusal)) = end {
                    loaded.add(&file.stem(), &format!("{path}: record {number}"), Err(refusal));
                }
            }
            Part::Broken { file, refusal } => {
                loaded.add(&file.stem(), &file.path.display().to_string(), Err(refusal));
            }
        }
        Ok(loaded.finish())
    }
}

fn snapshot(file: &InputFile, snapshot_id: String, body: Vec<u8>) -> Record {
    let kind = if file.kind == Kind::Html { SnapshotKind::Html } else { SnapshotKind::Text };
    Record::Snapshot(Snapshot {
        snapshot_id,
        url: None,
        outlet: None,
        fetched_at: None,
        content_type: None,
        kind,
        body,
    })
}

#[derive(Default)]
struct Loading {
    loaded: Loaded,
    hasher: blake3::Hasher,
}

impl Loading {
    fn hash(&mut self, bytes: &[u8]) {
        self.hasher.update(&(bytes.len() as u64).to_le_bytes());
        self.hasher.update(bytes);
    }

    fn add(&mut self, id: &str, place: &str, result: Result<Record, Refusal>) {
        self.loaded.seen += 1;
        self.hash(place.as_bytes());
        match result {
            Ok(record) => self.loaded.records.push(record),
            Err(refusal) => {
                self.hash(refusal.reason.as_bytes());
                let detail = format!("{place}: {}", refusal.detail);
                self.loaded.refused.push(Reject::new(NAME, refusal.reason, id, detail));
            }
        }
    }

    fn finish(mut self) -> Loaded {
        self.loaded.hash = self.hasher.finalize().to_hex().to_string();
        self.loaded
    }
}

//! Opens files, plain or gzip, and reads them within limits.

use super::discover::InputFile;
use super::{Limits, ReadError};
use flate2::bufread::MultiGzDecoder;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};

/// Why a file's bytes are of no use: a reason code and what a person needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub reason: &'static str,
    pub detail: String,
}

impl Refusal {
    pub fn new(reason: &'static str, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}

/// Opens a file for buffered reading, decompressed.
pub(super) fn open(file: &InputFile) -> Result<Box<dyn BufRead + Send>, ReadError> {
    let plain = File::open(&file.path).map_err(|e| ReadError::io(&file.path, e))?;
    let plain = BufReader::with_capacity(1 << 16, plain);
    if file.gzip {
        Ok(Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(plain))))
    } else {
        Ok(Box::new(plain))
    }
}

/// The reason code of a failed read. Of a compressed file every failure lies in its content; of a plain one,
/// in the disk.
pub(super) fn refusal_of(file: &InputFile, error: &std::io::Error) -> Option<Refusal> {
    match error.kind() {
        _ if !file.gzip => None,
        ErrorKind::UnexpectedEof => Some(Refusal::new("truncated_gzip", "the gzip stream ends too early")),
        ErrorKind::InvalidData | ErrorKind::InvalidInput => {
            Some(Refusal::new("corrupt_gzip", format!("not a valid gzip stream: {error}")))
        }
        _ => None,
    }
}

/// A whole page, or why it is refused.
pub(super) fn page(file: &InputFile, limits: &Limits) -> Result<Result<Vec<u8>, Refusal>, ReadError> {
    let stored = std::fs::metadata(&file.path).map_err(|e| ReadError::io(&file.path, e))?.len();
    if stored == 0 {
        return Ok(Err(Refusal::new("empty", "the file has no bytes")));
    }
    let mut body = Vec::new();
    match open(file)?.take(limits.page_bytes + 1).read_to_end(&mut body) {
        Err(error) => match refusal_of(file, &error) {
            Some(refusal) => return Ok(Err(refusal)),
            None => return Err(ReadError::io(&file.path, error)),
        },
        Ok(_) if body.len() as u64 > limits.page_bytes => {
            return Ok(Err(Refusal::new("too_large", format!("more than {} bytes", limits.page_bytes))));
        }
        Ok(_) => {}
    }
    Ok(if body.iter().all(u8::is_ascii_whitespace) {
        Err(Refusal::new("empty", "the file has no text"))
    } else if is_binary(&body) {
        Err(Refusal::new("not_text", "the file is binary"))
    } else {
        Ok(body)
    })
}

/// Whether bytes cannot be a page in any encoding: a NUL near the start, in what is not UTF-16 by its mark, or
/// the signature of a usual binary format without one.
fn is_binary(body: &[u8]) -> bool {
    let head = &body[..body.len().min(8192)];
    let utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let signed = [&b"%PDF-"[..], b"\x89PNG", b"PK\x03\x04", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"RIFF", b"PAR1"]
        .iter()
        .any(|signature| head.starts_with(signature));
    signed || (!utf16 && head.contains(&0))
}

/// One line without its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Its bytes.
    Whole(Vec<u8>),
    /// It was longer than allowed; it was skipped to its end.
    TooLong,
}

/// The next line, of which never more than `limit` bytes are held; none at the end.
pub(super) fn next_line(reader: &mut dyn BufRead, limit: u64) -> std::io::Result<Option<Line>> {
    let mut line = Vec::new();
    let (mut any, mut too_long) = (false, false);
    loop {
        let buffer = match reader.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            other => other?,
        };
        if buffer.is_empty() {
            break;
        }
        any = true;
        let end = buffer.iter().position(|b| *b == b'\n');
        let part = end.unwrap_or(buffer.len());
        if line.len() as u64 + part as u64 > limit {
            too_long = true;
            line = Vec::new();
        } else if !too_long {
            line.extend_from_slice(&buffer[..part]);
        }
        let used = part + usize::from(end.is_some());
        reader.consume(used);
        if end.is_some() {
            break;
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(any.then_some(if too_long { Line::TooLong } else { Line::Whole(line) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_and_bounded() {
        let lines = |text: &str, capacity: usize| {
            let mut reader = BufReader::with_capacity(capacity, text.as_bytes());
            std::iter::from_fn(|| next_line(&mut reader, 5).expect("memory")).collect::<Vec<_>>()
        };
        for capacity in [1, 2, 64] {
            let whole = |s: &str| Line::Whole(s.as_bytes().to_vec());
            assert_eq!(lines("", capacity), []);
            assert_eq!(lines("ab\r\n\ncd", capacity), [whole("ab"), whole(""), whole("cd")]);
            assert_eq!(lines("12345\n123456\n1\n", capacity), [whole("12345"), Line::TooLong, whole("1")]);
        }
    }

    #[test]
    fn binary_files_are_told_from_text() {
        let check = |body: &[u8], expected: bool| assert_eq!(is_binary(body), expected, "{body:?}");
        check("<html>".as_bytes(), false);
        check(b"\xff\xfe<\0h\0", false);
        check(b"\x7fELF\x02\x01\x01\0\0", true);
        check(b"\x89PNG\r\n", true);
        check(b"%PDF-1.7", true);
        check(b"\xcf\xf0\xe8\xe2\xe5\xf2", false);
    }
}

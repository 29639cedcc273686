//! A published table → `.csv.gz`, for readers without Parquet.
//!
//! UTF-8, comma, first line the column names. A missing value is an empty cell, a list is JSON, a moment is
//! ISO 8601 in UTC. A text of an article that a spreadsheet would take for a formula begins with an
//! apostrophe. The same table gives the same bytes.

use super::table::TableError;
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float32Array, Float64Array, Int32Array, ListArray,
    RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Float32Type, Float64Type, Int32Type, Schema, TimestampMicrosecondType};
use arrow::error::ArrowError;
use chrono::{DateTime, Datelike, Timelike, Utc};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use rayon::prelude::*;
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Of 1 to 9: half the time of the usual 6 for a twelfth more bytes.
const LEVEL: u32 = 4;

/// Head of a member of gzip (RFC 1952, 2.3), without name and time: they would differ from run to run.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// An empty last block (RFC 1951, 3.2.6).
const END: [u8; 2] = [3, 0];
/// Bytes of lines that are deflated at a time.
const PIECE: usize = 1 << 15;
/// Batches that are held at a time, at most.
const AT_ONCE: usize = 8;

/// A table in the making, batch by batch.
///
/// Each batch of rows is deflated by itself, several at a time, and ends with a whole byte (RFC 1951, 3.2.4): one behind
/// the other they are one member of gzip. The number of threads leaves no trace in it.
pub(super) struct Lines<'t> {
    target: &'t Path,
    file: BufWriter<File>,
    crc: Crc,
    held: Vec<RecordBatch>,
}

impl<'t> Lines<'t> {
    /// Begins a file with the names of the columns.
    ///
    /// # Errors
    /// A file that cannot be made; a full disk.
    pub(super) fn create(target: &'t Path, schema: &Schema) -> Result<Self, TableError> {
        let at = |e: std::io::Error| TableError::io(target, e);
        let mut file = BufWriter::new(File::create(target).map_err(at)?);
        file.write_all(&HEAD).map_err(at)?;
        let mut names = Part::new();
        for field in schema.fields() {
            put(&mut names.lines, field.name());
        }
        names.end_line().map_err(at)?;
        let mut this = Self { target, file, crc: Crc::new(), held: Vec::new() };
        this.put(&names.finish().map_err(at)?)?;
        Ok(this)
    }

    /// Adds rows.
    ///
    /// # Errors
    /// A full disk.
    pub(super) fn write(&mut self, batch: RecordBatch) -> Result<(), TableError> {
        self.held.push(batch);
        if self.held.len() >= rayon::current_num_threads().min(AT_ONCE) { self.deflate() } else { Ok(()) }
    }

    fn deflate(&mut self) -> Result<(), TableError> {
        let target = self.target;
        let parts = self.held.par_iter().map(|batch| lines(batch, target)).collect::<Result<Vec<_>, _>>()?;
        self.held.clear();
        parts.iter().try_for_each(|part| self.put(part))
    }

    fn put(&mut self, part: &Deflated) -> Result<(), TableError> {
        self.crc.combine(&part.crc);
        self.file.write_all(&part.bytes).map_err(|e| TableError::io(self.target, e))
    }

    /// Ends the file and makes it durable.
    ///
    /// # Errors
    /// A full disk.
    pub(super) fn finish(mut self) -> Result<(), TableError> {
        self.deflate()?;
        let at = |e: std::io::Error| TableError::io(self.target, e);
        self.file.write_all(&END).map_err(at)?;
        self.file.write_all(&self.crc.sum().to_le_bytes()).map_err(at)?;
        self.file.write_all(&self.crc.amount().to_le_bytes()).map_err(at)?;
        self.file.into_inner().map_err(|e| at(e.into_error()))?.sync_all().map_err(at)
    }
}

/// Lines that are deflated as they come.
struct Part {
    encoder: DeflateEncoder<Vec<u8>>,
    crc: Crc,
    lines: Vec<u8>,
}

impl Part {
    fn new() -> Self {
        let encoder = DeflateEncoder::new(Vec::new(), Compression::new(LEVEL));
        Self { encoder, crc: Crc::new(), lines: Vec::with_capacity(2 * PIECE) }
    }

    /// Ends a line.
    fn end_line(&mut self) -> std::io::Result<()> {
        // The comma behind the last cell becomes the line's end.
        if let Some(last) = self.lines.last_mut() {
            *last = b'\n';
        }
        if self.lines.len() >= PIECE { self.deflate() } else { Ok(()) }
    }

    fn deflate(&mut self) -> std::io::Result<()> {
        self.crc.update(&self.lines);
        self.encoder.write_all(&self.lines)?;
        self.lines.clear();
        Ok(())
    }

    fn finish(mut self) -> std::io::Result<Deflated> {
        self.deflate()?;
        self.encoder.flush()?;
        Ok(Deflated { bytes: std::mem::take(self.encoder.get_mut()), crc: self.crc })
    }
}

/// Some lines, deflated.
struct Deflated {
    bytes: Vec<u8>,
    crc: Crc,
}

/// Adds a cell and the comma behind it.
fn put(line: &mut Vec<u8>, cell: &str) {
    let special = |any: bool, byte: &u8| any | matches!(byte, b'"' | b',' | b'\n' | b'\r');
    if cell.as_bytes().iter().fold(false, special) {
        line.push(b'"');
        for (at, piece) in cell.split('"').enumerate() {
            if at > 0 {
                line.extend(b"\"\"");
            }
            line.extend(piece.as_bytes());
        }
        line.push(b'"');
    } else {
        line.extend(cell.as_bytes());
    }
    line.push(b',');
}

/// The lines of a batch.
fn lines(batch: &RecordBatch, target: &Path) -> Result<Deflated, TableError> {
    let columns = batch.columns().iter().map(Cells::of).collect::<Result<Vec<_>, _>>();
    let columns = columns.map_err(|e| TableError::parquet(target, e))?;
    let at = |e: std::io::Error| TableError::io(target, e);
    let (mut part, mut scratch) = (Part::new(), Vec::new());
    for row in 0..batch.num_rows() {
        for column in &columns {
            column.put(row, &mut part.lines, &mut scratch).map_err(at)?;
        }
        part.end_line().map_err(at)?;
    }
    part.finish().map_err(at)
}

/// A column whose values are asked for one by one.
enum Cells {
    Text(StringArray),
    List(ListArray, StringArray),
    Integer(Int32Array),
    Double(Float64Array),
    Single(Float32Array),
    Flag(BooleanArray),
    Day(Date32Array),
    Moment(TimestampMicrosecondArray),
}

impl Cells {
    fn of(column: &ArrayRef) -> Result<Self, ArrowError> {
        Ok(match column.data_type() {
            DataType::List(_) => {
                let list = column.as_list::<i32>();
                Self::List(list.clone(), list.values().as_string::<i32>().clone())
            }
            DataType::Int32 => Self::Integer(column.as_primitive::<Int32Type>().clone()),
            DataType::Float64 => Self::Double(column.as_primitive::<Float64Type>().clone()),
            DataType::Float32 => Self::Single(column.as_primitive::<Float32Type>().clone()),
            DataType::Boolean => Self::Flag(column.as_boolean().clone()),
            DataType::Date32 => Self::Day(column.as_primitive::<Date32Type>().clone()),
            DataType::Timestamp(..) => Self::Moment(column.as_primitive::<TimestampMicrosecondType>().clone()),
            _ => Self::Text(cast(column, &DataType::Utf8)?.as_string::<i32>().clone()),
        })
    }

    /// Adds the cell of a row and the comma behind it; `scratch` is whatever it was.
    fn put(&self, row: usize, line: &mut Vec<u8>, scratch: &mut Vec<u8>) -> std::io::Result<()> {
        match self {
            Self::Text(a) if a.is_valid(row) => {
                put(line, &harmless(a.value(row)));
                return Ok(());
            }
            Self::List(a, texts) if a.is_valid(row) => {
                let lies = a.value_offsets()[row] as usize..a.value_offsets()[row + 1] as usize;
                let items: Vec<&str> = lies.filter(|at| texts.is_valid(*at)).map(|at| texts.value(at)).collect();
                scratch.clear();
                serde_json::to_writer(&mut *scratch, &items)?;
                put(line, std::str::from_utf8(scratch).unwrap_or_default());
                return Ok(());
            }
            Self::Integer(a) if a.is_valid(row) => write!(line, "{}", a.value(row))?,
            Self::Double(a) if a.is_valid(row) => write!(line, "{}", a.value(row))?,
            Self::Single(a) if a.is_valid(row) => write!(line, "{}", a.value(row))?,
            Self::Flag(a) if a.is_valid(row) => write!(line, "{}", a.value(row))?,
            Self::Day(a) if a.is_valid(row) => {
                if let Some(day) = Date32Type::to_naive_date_opt(a.value(row)) {
                    write!(line, "{day}")?;
                }
            }
            Self::Moment(a) if a.is_valid(row) => {
                if let Some(moment) = DateTime::from_timestamp_micros(a.value(row)) {
                    put_moment(line, moment)?;
                }
            }
            _ => {}
        }
        line.push(b',');
        Ok(())
    }
}

/// A moment in ISO 8601.
fn put_moment(line: &mut Vec<u8>, t: DateTime<Utc>) -> std::io::Result<()> {
    if t.timestamp_subsec_nanos() > 0 || !(0..=9999).contains(&t.year()) {
        return write!(line, "{}", t.format("%Y-%m-%dT%H:%M:%S%.fZ"));
    }
    // As above, without reading the format anew for each cell.
    let (year, month, day) = (t.year(), t.month(), t.day());
    write!(line, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", t.hour(), t.minute(), t.second())
}

/// The text, with an apostrophe before what a spreadsheet would run as a formula.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::table::BATCH_ROWS;
    use crate::record::{Columnar, Event, Mention, Story};
    use std::io::Read;

    fn write<R: Columnar>(rows: &[R], target: &Path) {
        let mut lines = Lines::create(target, &R::arrow_schema()).expect("create");
        rows.chunks(BATCH_ROWS).for_each(|rows| lines.write(R::to_batch(rows)).expect("write"));
        lines.finish().expect("csv");
    }

    fn csv<R: Columnar>(rows: &[R]) -> String {
        let folder = tempfile::tempdir().expect("folder");
        let target = folder.path().join("t.csv.gz");
        write(rows, &target);
        let mut text = String::new();
        flate2::read::GzDecoder::new(File::open(&target).expect("open")).read_to_string(&mut text).expect("gzip");
        text
    }

    #[test]
    fn cells() {
        let check = |title: &str, cell: &str| {
            let story = Story {
                story_id: "s".into(),
                title: Some(title.into()),
                n_articles: 2,
                first_published_at: DateTime::from_timestamp(1_755_561_600, 0),
                languages: vec!["kk".into(), "ru".into()],
                ..Story::default()
            };
            let expect = format!(
                "story_id,title,n_articles,n_outlets,first_published_at,languages\ns,{cell},2,0,2025-08-19T00:00:00Z,\"[\"\"kk\"\",\"\"ru\"\"]\"\n"
            );
            assert_eq!(csv(&[story]), expect);
        };
        check("Изъято 5 кг", "Изъято 5 кг");
        check("a, \"b\"", "\"a, \"\"b\"\"\"");
        check("two\nlines", "\"two\nlines\"");
        check("=HYPERLINK(1)", "'=HYPERLINK(1)");
        check("@x", "'@x");
        check("", "");
    }

    #[test]
    fn moments_are_written_as_their_format_says() {
        for seconds in [0, 1, 59, 86_399, 951_782_400, 1_755_561_600, 253_402_300_799, 253_402_300_800, -62_167_219_201]
        {
            for nanos in [0, 5_000] {
                let t = DateTime::from_timestamp(seconds, nanos).expect("in range");
                let mut line = Vec::new();
                put_moment(&mut line, t).expect("writes");
                assert_eq!(line, t.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string().as_bytes());
            }
        }
    }

    #[test]
    fn numbers_keep_every_digit_and_missing_values_are_empty() {
        let event = |value: Option<f64>| Event {
            merged: Mention { value, event_type: "fine".into(), confidence: 0.5, ..Mention::default() },
            ..Event::default()
        };
        let text = csv(&[event(Some(2.3e9)), event(Some(0.1)), event(None)]);
        let values: Vec<&str> = text.lines().skip(1).map(|line| line.split(',').nth(3).expect("value")).collect();
        assert_eq!(values, ["2300000000", "0.1", ""]);
    }

    #[test]
    fn batches_are_one_member_whatever_the_threads() {
        let event = |n: usize| Event {
            event_id: format!("{n:05}"),
            merged: Mention { evidence: format!("изъято {} кг", n * 7_919 % 1_000), ..Mention::default() },
            ..Event::default()
        };
        let events: Vec<Event> = (0..BATCH_ROWS * 2 + 5).map(event).collect();
        let folder = tempfile::tempdir().expect("folder");
        let target = folder.path().join("t.csv.gz");
        let bytes = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("pool");
            pool.install(|| write(&events, &target));
            std::fs::read(&target).expect("read")
        };
        let (one, four) = (bytes(1), bytes(4));
        assert!(one == four);
        // A decoder of one member alone reads all of it, and nothing is left behind.
        let (mut decoder, mut text) = (flate2::bufread::GzDecoder::new(one.as_slice()), String::new());
        decoder.read_to_string(&mut text).expect("gzip");
        assert!(decoder.into_inner().is_empty());
        assert_eq!(text.lines().count(), events.len() + 1);
        assert!(text.lines().last().expect("line").contains(&events[events.len() - 1].merged.evidence));
    }

    #[test]
    fn an_empty_table_has_its_header() {
        assert_eq!(csv::<Story>(&[]), "story_id,title,n_articles,n_outlets,first_published_at,languages\n");
    }
}

//! A published table → `.csv.gz`, for readers without Parquet.
//!
//! UTF-8, comma, first line the column names. A missing value is an empty cell, a list is JSON, a moment is
//! ISO 8601 in UTC. A text of an article that a spreadsheet would take for a formula begins with an
//! apostrophe. The same table gives the same bytes.

use super::table::{TableError, TableReader};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Float32Type, Float64Type, Int32Type, TimestampMicrosecondType};
use chrono::{DateTime, Datelike, Timelike, Utc};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc, CrcWriter};
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
/// Batches that are held at a time.
const AT_ONCE: usize = 8;

/// Writes the Parquet file `table` as `target`.
///
/// Each batch of rows is deflated by itself, several at a time, and ends with a whole byte (RFC 1951, 3.2.4): one behind
/// the other they are one member of gzip. The number of threads leaves no trace in it.
///
/// # Errors
/// A table that cannot be read; a full disk.
pub(super) fn write(table: &Path, target: &Path) -> Result<(), TableError> {
    let at = |e: std::io::Error| TableError::io(target, e);
    let mut file = BufWriter::new(File::create(target).map_err(at)?);
    file.write_all(&HEAD).map_err(at)?;
    let mut batches = TableReader::open(table)?;
    let schema = batches.schema();
    let names = Part::of(|csv| csv.write_record(schema.fields().iter().map(|field| field.name()))).map_err(at)?;
    let mut crc = names.put(&mut file, Crc::new()).map_err(at)?;
    loop {
        let held = batches.by_ref().take(AT_ONCE).collect::<Result<Vec<_>, _>>()?;
        if held.is_empty() {
            break;
        }
        let deflated = |batch: &RecordBatch| {
            let columns = batch.columns().iter().map(Cells::of).collect::<Result<Vec<_>, _>>();
            let columns = columns.map_err(|e| TableError::parquet(table, e))?;
            Part::of(|csv| rows(&columns, batch.num_rows(), csv)).map_err(at)
        };
        for part in held.par_iter().map(deflated).collect::<Result<Vec<_>, _>>()? {
            crc = part.put(&mut file, crc).map_err(at)?;
        }
    }
    file.write_all(&END).map_err(at)?;
    file.write_all(&crc.sum().to_le_bytes()).map_err(at)?;
    file.write_all(&crc.amount().to_le_bytes()).map_err(at)?;
    file.into_inner().map_err(|e| at(e.into_error()))?.sync_all().map_err(at)
}

/// What lines are deflated through.
type Lines = csv::Writer<CrcWriter<DeflateEncoder<Vec<u8>>>>;

/// Some lines, deflated.
struct Part {
    bytes: Vec<u8>,
    crc: Crc,
}

impl Part {
    fn of(write: impl FnOnce(&mut Lines) -> csv::Result<()>) -> std::io::Result<Self> {
        let encoder = DeflateEncoder::new(Vec::new(), Compression::new(LEVEL));
        let mut lines = csv::Writer::from_writer(CrcWriter::new(encoder));
        write(&mut lines)?;
        let mut deflated = lines.into_inner().map_err(csv::IntoInnerError::into_error)?;
        deflated.flush()?;
        let mut crc = Crc::new();
        crc.combine(deflated.crc());
        Ok(Self { bytes: std::mem::take(deflated.get_mut().get_mut()), crc })
    }

    /// Writes the bytes; the sum of what went before and of these.
    fn put(self, file: &mut impl Write, mut before: Crc) -> std::io::Result<Crc> {
        file.write_all(&self.bytes)?;
        before.combine(&self.crc);
        Ok(before)
    }
}

fn rows(columns: &[Cells], count: usize, csv: &mut Lines) -> csv::Result<()> {
    for row in 0..count {
        for column in columns {
            csv.write_field(column.cell(row).as_bytes())?;
        }
        csv.write_record(None::<&[u8]>)?;
    }
    Ok(())
}

/// A column whose values are asked for one by one.
enum Cells {
    Text(ArrayRef),
    List(ArrayRef),
    Integer(ArrayRef),
    Double(ArrayRef),
    Single(ArrayRef),
    Flag(ArrayRef),
    Day(ArrayRef),
    Moment(ArrayRef),
}

impl Cells {
    fn of(column: &ArrayRef) -> Result<Self, arrow::error::ArrowError> {
        let same = column.clone();
        Ok(match column.data_type() {
            DataType::List(_) => Self::List(same),
            DataType::Int32 => Self::Integer(same),
            DataType::Float64 => Self::Double(same),
            DataType::Float32 => Self::Single(same),
            DataType::Boolean => Self::Flag(same),
            DataType::Date32 => Self::Day(same),
            DataType::Timestamp(..) => Self::Moment(same),
            _ => Self::Text(cast(column, &DataType::Utf8)?),
        })
    }

    fn cell(&self, row: usize) -> Cow<'_, str> {
        let (Self::Text(array)
        | Self::List(array)
        | Self::Integer(array)
        | Self::Double(array)
        | Self::Single(array)
        | Self::Flag(array)
        | Self::Day(array)
        | Self::Moment(array)) = self;
        if array.is_null(row) {
            return Cow::Borrowed("");
        }
        match self {
            Self::Text(a) => harmless(a.as_string::<i32>().value(row)),
            Self::List(a) => {
                let (list, texts) = (a.as_list::<i32>(), a.as_list::<i32>().values().as_string::<i32>());
                let lies = list.value_offsets()[row] as usize..list.value_offsets()[row + 1] as usize;
                if lies.is_empty() {
                    return Cow::Borrowed("[]");
                }
                let items: Vec<&str> = lies.filter(|at| texts.is_valid(*at)).map(|at| texts.value(at)).collect();
                serde_json::to_string(&items).unwrap_or_default().into()
            }
            Self::Integer(a) => a.as_primitive::<Int32Type>().value(row).to_string().into(),
            Self::Double(a) => a.as_primitive::<Float64Type>().value(row).to_string().into(),
            Self::Single(a) => a.as_primitive::<Float32Type>().value(row).to_string().into(),
            Self::Flag(a) => if a.as_boolean().value(row) { "true" } else { "false" }.into(),
            Self::Day(a) => Date32Type::to_naive_date_opt(a.as_primitive::<Date32Type>().value(row))
                .map_or_else(String::new, |day| day.to_string())
                .into(),
            Self::Moment(a) => DateTime::from_timestamp_micros(a.as_primitive::<TimestampMicrosecondType>().value(row))
                .map_or_else(String::new, moment)
                .into(),
        }
    }
}

/// A moment in ISO 8601.
fn moment(t: DateTime<Utc>) -> String {
    if t.timestamp_subsec_nanos() > 0 || !(0..=9999).contains(&t.year()) {
        return t.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string();
    }
    // As above, without reading the format anew for each cell.
    let (year, month, day) = (t.year(), t.month(), t.day());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", t.hour(), t.minute(), t.second())
}

/// The text, with an apostrophe before what a spreadsheet would run as a formula.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::table::{Footer, write_records};
    use crate::record::{Columnar, Event, Mention, Story};
    use std::io::Read;

    fn csv<R: Columnar>(rows: &[R]) -> String {
        let folder = tempfile::tempdir().expect("folder");
        let (table, target) = (folder.path().join("t.parquet"), folder.path().join("t.csv.gz"));
        write_records(&table, rows, &Footer::default()).expect("write");
        write(&table, &target).expect("csv");
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
                assert_eq!(moment(t), t.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string());
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
        let events: Vec<Event> = (0..crate::publish::table::BATCH_ROWS * 2 + 5).map(event).collect();
        let folder = tempfile::tempdir().expect("folder");
        let (table, target) = (folder.path().join("t.parquet"), folder.path().join("t.csv.gz"));
        write_records(&table, &events, &Footer::default()).expect("write");
        let bytes = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("pool");
            pool.install(|| write(&table, &target)).expect("csv");
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

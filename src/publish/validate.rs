//! Re-checks a release: its checksums, schemas, code lists and keys.

use super::bundle::{SUMS, files, sha256};
use super::release::ReleaseError;
use super::table::TableReader;
use crate::record::schema::{Constraints, FieldSchema, TableSchema};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use rayon::prelude::*;
use rustc_hash::{FxHashSet, FxHasher};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// One thing that is wrong with a release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// File, below the release's folder.
    pub file: String,
    /// What is wrong, where, and how often.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.file, self.message)
    }
}

/// The problems of the release in a folder; none if it is valid.
///
/// Checked are: `SHA256SUMS` against the files, both ways; `datapackage.json` against the files' sizes and
/// hashes; each table's columns against its schema (names, order, types, required values, closed
/// vocabularies, ranges, lengths); primary keys (unique) and foreign keys (resolved).
///
/// # Errors
/// The folder cannot be read. What is wrong inside it is a [`Problem`], not an error.
pub fn validate(folder: &Path) -> Result<Vec<Problem>, ReleaseError> {
    let found = files(folder)?;
    let hashed = found.par_iter().map(|path| Ok((path.clone(), sha256(&folder.join(path))?)));
    let check = Check { folder, hashed: hashed.collect::<Result<_, ReleaseError>>()?, problems: Mutex::default() };
    check.sums()?;
    check.package()?;
    Ok(check.problems.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect())
}

struct Check<'f> {
    folder: &'f Path,
    /// The files below the folder: SHA-256 and bytes.
    hashed: BTreeMap<String, (String, u64)>,
    problems: Mutex<BTreeSet<Problem>>,
}

/// An identifier, as its hash: 128 bits do not collide by chance.
type Key = [u8; 16];

fn key(text: &str) -> Key {
    let mut key = Key::default();
    key.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..16]);
    key
}

/// A table of the release.
struct Listed {
    name: String,
    /// Its file.
    path: String,
    schema: TableSchema,
    /// Its rows, as its package tells.
    told: Option<u64>,
    /// Its rows.
    rows: u64,
}

/// What is wrong with a table: how often, and an example.
type Found = BTreeMap<String, (u64, String)>;

/// By table, column and table pointed to: how many values are not there, and the smallest of them.
type Dangling = BTreeMap<(String, String, String), (usize, String)>;

/// Some of a table's identifiers, and of what points to others.
#[derive(Default)]
struct Keys {
    own: FxHashSet<Key>,
    /// By foreign column and table pointed to: the distinct keys.
    foreign: BTreeMap<(String, String), FxHashSet<Key>>,
}

/// Identifiers that are held at a time, about.
const MOST: u64 = 1 << 20;

/// One of equal parts of all identifiers: its number, and how many there are.
#[derive(Clone, Copy)]
struct Part(u64, u64);

impl Part {
    /// The key of an identifier that is in the part.
    fn key(self, text: &str) -> Option<Key> {
        let is_in = || {
            let mut hasher = FxHasher::default();
            text.hash(&mut hasher);
            hasher.finish() % self.1 == self.0
        };
        (self.1 == 1 || is_in()).then(|| key(text))
    }
}

impl Check<'_> {
    fn wrong(&self, file: &str, message: impl Into<String>) {
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        problems.insert(Problem { file: file.to_owned(), message: message.into() });
    }

    fn sums(&self) -> Result<(), ReleaseError> {
        let path = self.folder.join(SUMS);
        let sums = std::fs::read_to_string(&path).map_err(|e| ReleaseError::io(&path, e))?;
        let listed: BTreeMap<&str, &str> =
            sums.lines().filter_map(|line| line.split_once("  ")).map(|(sum, path)| (path, sum)).collect();
        for (path, (hash, _)) in self.hashed.iter().filter(|(path, _)| *path != SUMS) {
            match listed.get(path.as_str()) {
                None => self.wrong(path, format!("is not in {SUMS}")),
                Some(sum) if hash != sum => self.wrong(path, format!("differs from its checksum in {SUMS}")),
                Some(_) => {}
            }
        }
        for path in listed.keys().filter(|path| !self.hashed.contains_key(**path)) {
            self.wrong(path, format!("is in {SUMS} but not there"));
        }
        Ok(())
    }

    fn package(&self) -> Result<(), ReleaseError> {
        const FILE: &str = "datapackage.json";
        let path = self.folder.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|e| ReleaseError::io(&path, e))?;
        let package: Value = match serde_json::from_str(&text) {
            Ok(package) => package,
            Err(error) => {
                self.wrong(FILE, error.to_string());
                return Ok(());
            }
        };
        let resources = package["resources"].as_array().map_or(&[][..], Vec::as_slice);
        let tables: Vec<Listed> = resources.iter().filter_map(|resource| self.resource(FILE, resource)).collect();
        // An identifier of its own, and about one that it points to, of each row.
        let parts = (2 * tables.iter().map(|table| table.rows).sum::<u64>()).div_ceil(MOST).max(1);
        let mut found: Vec<Found> = tables.iter().map(|_| Found::new()).collect();
        let mut dangling = Dangling::new();
        let mut sound = Vec::new();
        for part in (0..parts).map(|part| Part(part, parts)) {
            let keys = tables.par_iter().zip(&mut found).enumerate().map(|(at, (table, found))| match part.0 {
                0 => self.table(table, part, found),
                _ if sound.get(at) == Some(&true) => (self.keys(table, part, found), true),
                _ => (Keys::default(), false),
            });
            let (keys, checked): (Vec<Keys>, Vec<bool>) = keys.collect::<Vec<_>>().into_iter().unzip();
            sound = checked;
            let keys = tables.iter().map(|table| table.name.as_str()).zip(keys).collect();
            self.foreign_keys(&tables, &keys, part, &mut dangling)?;
        }
        for (table, found) in tables.iter().zip(found) {
            for (what, (times, example)) in found {
                self.wrong(&table.path, format!("{what}: {times} time(s), such as {example:?}"));
            }
        }
        for ((name, column, target), (times, example)) in dangling {
            let message = format!("column {column}: {times} value(s) not in {target}, such as {example:?}");
            self.wrong(&format!("{name}.parquet"), message);
        }
        Ok(())
    }

    /// Checks what a package's file says of one of its resources; the table that it is.
    fn resource(&self, package: &str, resource: &Value) -> Option<Listed> {
        let text = |name: &str| resource[name].as_str().unwrap_or_default();
        let (name, path) = (text("name"), text("path"));
        let Some((sum, bytes)) = self.hashed.get(path) else {
            self.wrong(package, format!("resource {name}: no file {path:?} in the release"));
            return None;
        };
        if text("hash") != format!("sha256:{sum}") || resource["bytes"].as_u64() != Some(*bytes) {
            self.wrong(path, format!("differs from the size or hash in {package}"));
        }
        if text("format") != "parquet" {
            return None;
        }
        match serde_json::from_value::<TableSchema>(resource["schema"].clone()) {
            Ok(schema) => {
                // One that cannot be read is told when its rows are asked for.
                let rows = TableReader::open(&self.folder.join(path)).map_or(0, |table| table.rows());
                let (name, path, told) = (name.to_owned(), path.to_owned(), resource["rowCount"].as_u64());
                Some(Listed { name, path, schema, told, rows })
            }
            Err(error) => {
                self.wrong(package, format!("resource {name}: schema: {error}"));
                None
            }
        }
    }

    fn foreign_keys(
        &self,
        tables: &[Listed],
        keys: &BTreeMap<&str, Keys>,
        part: Part,
        dangling: &mut Dangling,
    ) -> Result<(), ReleaseError> {
        for Listed { name, path, .. } in tables {
            for ((column, target), pointers) in keys.get(name.as_str()).into_iter().flat_map(|keys| &keys.foreign) {
                let target = if target.is_empty() { name } else { target };
                let Some(target_keys) = keys.get(target.as_str()) else { continue };
                let times = pointers.iter().filter(|key| !target_keys.own.contains(*key)).count();
                if times > 0 {
                    let example = self.least_dangling(path, column, &target_keys.own, part)?;
                    let all = dangling.entry((name.clone(), column.clone(), target.clone()));
                    let all = all.or_insert_with(|| (0, example.clone()));
                    all.0 += times;
                    if example < all.1 {
                        all.1 = example;
                    }
                }
            }
        }
        Ok(())
    }

    /// The smallest value of a column, of a part of them, that is none of some keys.
    fn least_dangling(
        &self,
        path: &str,
        column: &str,
        own: &FxHashSet<Key>,
        part: Part,
    ) -> Result<String, ReleaseError> {
        let mut least: Option<String> = None;
        for batch in TableReader::columns(&self.folder.join(path), Some(&[column]))? {
            let Some(texts) = batch?.column_by_name(column).and_then(text_of) else { continue };
            let is_dangling = |text: &&str| part.key(text).is_some_and(|key| !own.contains(&key));
            for text in texts.as_string::<i32>().iter().flatten().filter(is_dangling) {
                if least.as_deref().is_none_or(|least| text < least) {
                    least = Some(text.to_owned());
                }
            }
        }
        Ok(least.unwrap_or_default())
    }

    /// Checks one table and collects a part of its keys; whether it could be read.
    fn table(&self, Listed { path, schema, told, .. }: &Listed, part: Part, found: &mut Found) -> (Keys, bool) {
        let mut keys = Keys::default();
        let mut count = 0u64;
        let batches = match TableReader::open(&self.folder.join(path)) {
            Ok(batches) => batches,
            Err(error) => {
                self.wrong(path, error.to_string());
                return (keys, false);
            }
        };
        for batch in batches {
            let batch = match batch {
                Ok(batch) => batch,
                Err(error) => {
                    self.wrong(path, error.to_string());
                    return (keys, false);
                }
            };
            let names: Vec<&str> = batch.schema_ref().fields().iter().map(|field| field.name().as_str()).collect();
            let expected: Vec<&str> = schema.fields.iter().map(|field| field.name.as_str()).collect();
            if names != expected {
                self.wrong(path, format!("columns are {names:?}, the schema has {expected:?}"));
                return (keys, false);
            }
            for (column, field) in batch.columns().iter().zip(&schema.fields) {
                if column.data_type() != &field.arrow_type() {
                    let (name, has, wanted) = (&field.name, column.data_type(), field.arrow_type());
                    self.wrong(path, format!("column {name}: type {has}, the schema has {wanted}"));
                    return (keys, false);
                }
                check_column(field, column, &mut |message, example| {
                    let entry = found.entry(format!("column {}: {message}", field.name)).or_insert((0, example));
                    entry.0 += 1;
                });
                collect_keys(schema, &field.name, column, part, &mut keys, found);
            }
            count += batch.num_rows() as u64;
        }
        if told.is_some_and(|rows| rows != count) {
            self.wrong(path, format!("has {count} rows, datapackage.json says {}", told.unwrap_or_default()));
        }
        (keys, true)
    }

    /// Another part of the keys of a table that was checked.
    fn keys(&self, Listed { path, schema, .. }: &Listed, part: Part, found: &mut Found) -> Keys {
        let mut keys = Keys::default();
        let names = schema.fields.iter().map(|field| field.name.as_str());
        let names: Vec<&str> =
            names.filter(|name| is_primary(schema, name) || foreign_of(schema, name).is_some()).collect();
        let Ok(batches) = TableReader::columns(&self.folder.join(path), Some(&names)) else { return keys };
        for batch in batches.map_while(Result::ok) {
            for name in &names {
                if let Some(column) = batch.column_by_name(name) {
                    collect_keys(schema, name, column, part, &mut keys, found);
                }
            }
        }
        keys
    }
}

fn text_of(column: &ArrayRef) -> Option<ArrayRef> {
    matches!(column.data_type(), DataType::Utf8 | DataType::Dictionary(..))
        .then(|| cast(column, &DataType::Utf8).ok())?
}

/// Whether a column alone is the primary key.
fn is_primary(schema: &TableSchema, column: &str) -> bool {
    schema.primary_key.len() == 1 && schema.primary_key[0] == column
}

/// The table that a column points to.
fn foreign_of<'s>(schema: &'s TableSchema, column: &str) -> Option<&'s str> {
    let foreign = schema.foreign_keys.iter().find(|key| key.fields.len() == 1 && key.fields[0] == column)?;
    Some(&foreign.reference.resource)
}

fn collect_keys(schema: &TableSchema, name: &str, column: &ArrayRef, part: Part, keys: &mut Keys, found: &mut Found) {
    let (primary, foreign) = (is_primary(schema, name), foreign_of(schema, name));
    if !primary && foreign.is_none() {
        return;
    }
    let Some(texts) = text_of(column) else { return };
    let texts = texts.as_string::<i32>();
    if primary {
        let is_double = |text: &&str| part.key(text).is_some_and(|key| !keys.own.insert(key));
        for text in texts.iter().flatten().filter(is_double) {
            let entry = found.entry(format!("column {name}: not unique")).or_insert((0, text.to_owned()));
            entry.0 += 1;
        }
    }
    if let Some(foreign) = foreign {
        let pointers = keys.foreign.entry((name.to_owned(), foreign.to_owned())).or_default();
        // Rows that point to one article often follow each other.
        let mut before = None;
        for text in texts.iter().flatten() {
            if before.replace(text) != Some(text) {
                pointers.extend(part.key(text));
            }
        }
    }
}

/// Compares a column's values with its field's constraints.
fn check_column(field: &FieldSchema, column: &ArrayRef, report: &mut dyn FnMut(String, String)) {
    let none = Constraints::default();
    let constraints = field.constraints.as_ref().unwrap_or(&none);
    if constraints.required == Some(true) && column.null_count() > 0 {
        report(format!("{} required value(s) missing", column.null_count()), String::new());
    }
    if let Some(texts) = text_of(column) {
        let codes = codes(constraints);
        // Of a column of codes each is looked at once, unless one of them is wrong.
        if let Some(dictionary) = column.as_any_dictionary_opt() {
            let mut wrong = false;
            for text in dictionary.values().as_string::<i32>().iter().flatten() {
                check_text(constraints, codes.as_ref(), text, &mut |_, _| wrong = true);
            }
            if !wrong {
                return;
            }
        }
        for text in texts.as_string::<i32>().iter().flatten() {
            check_text(constraints, codes.as_ref(), text, report);
        }
    } else if let DataType::List(_) = column.data_type() {
        let item = field.array_item.as_ref().and_then(|item| item.constraints.as_ref()).unwrap_or(&none);
        let codes = codes(item);
        for text in column.as_list::<i32>().values().as_string::<i32>().iter().flatten() {
            check_text(item, codes.as_ref(), text, report);
        }
    } else if column.data_type().is_numeric() {
        let Ok(numbers) = cast(column, &DataType::Float64) else { return };
        for number in numbers.as_primitive::<Float64Type>().iter().flatten() {
            if !number.is_finite() {
                report("not a finite number".to_owned(), number.to_string());
            }
            if constraints.minimum.is_some_and(|least| number < least as f64) {
                report("below its minimum".to_owned(), number.to_string());
            }
            if constraints.maximum.is_some_and(|most| number > most as f64) {
                report("above its maximum".to_owned(), number.to_string());
            }
        }
    }
}

/// The code list, laid out to be looked up in.
fn codes(constraints: &Constraints) -> Option<FxHashSet<&str>> {
    Some(constraints.one_of.as_ref()?.iter().map(String::as_str).collect())
}

fn check_text(
    constraints: &Constraints,
    codes: Option<&FxHashSet<&str>>,
    text: &str,
    report: &mut dyn FnMut(String, String),
) {
    if codes.is_some_and(|codes| !codes.contains(text)) {
        report("not in its code list".to_owned(), text.to_owned());
    }
    let length = || text.chars().count() as u32;
    if constraints.min_length.is_some_and(|least| length() < least) {
        report("too short".to_owned(), text.to_owned());
    }
    if constraints.max_length.is_some_and(|most| length() > most) {
        report("too long".to_owned(), text.to_owned());
    }
}

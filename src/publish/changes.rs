//! What changed between two releases, row by row, and why.

use super::release::ReleaseError;
use super::table::{TableError, TableReader, read_records};
use crate::record::schema::Table;
use crate::record::{Article, Change, Event, Mention};
use arrow::array::{ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A table's rows: by identifier the hash of each column's value.
#[derive(Default)]
struct Rows {
    columns: Vec<String>,
    rows: BTreeMap<String, Vec<u64>>,
}

/// One release, as far as reasons are told from it.
struct Version {
    tables: BTreeMap<Table, Rows>,
    /// Content of each article.
    articles: BTreeMap<String, String>,
    /// Article of each mention.
    mentions: BTreeMap<String, String>,
    /// Members of each event.
    members: BTreeMap<String, Vec<String>>,
    /// Event of each mention.
    events: BTreeMap<String, String>,
}

/// The differences of the release in `new` from that in `old`, sorted by table and identifier.
///
/// Rows are compared by their primary key. A column that only one of the two versions has is not compared.
///
/// # Errors
/// A table that cannot be read.
pub fn diff(old: &Path, new: &Path) -> Result<Vec<Change>, ReleaseError> {
    let (old, new) = (Version::read(old)?, Version::read(new)?);
    let mut changes = Vec::new();
    for table in Table::PUBLIC {
        let (before, after) = (&old.tables[&table], &new.tables[&table]);
        let mut push = |id: &str, change: &str, columns: Vec<String>| {
            let (reason, successor) = reason(table, id, change, &columns, &old, &new);
            changes.push(Change {
                table: table.name().to_owned(),
                id: id.to_owned(),
                change: change.to_owned(),
                reason: reason.to_owned(),
                columns,
                successor,
            });
        };
        let ids: BTreeSet<&String> = before.rows.keys().chain(after.rows.keys()).collect();
        for id in ids {
            match (before.rows.get(id), after.rows.get(id)) {
                (None, _) => push(id, "added", Vec::new()),
                (_, None) => push(id, "removed", Vec::new()),
                (Some(a), Some(b)) => {
                    let columns = differing(before, after, a, b);
                    if !columns.is_empty() {
                        push(id, "changed", columns);
                    }
                }
            }
        }
    }
    Ok(changes)
}

fn differing(before: &Rows, after: &Rows, a: &[u64], b: &[u64]) -> Vec<String> {
    let differs = |(at, name): (usize, &String)| {
        let other = after.columns.iter().position(|column| column == name)?;
        (a[at] != b[other]).then(|| name.clone())
    };
    before.columns.iter().enumerate().filter_map(differs).collect()
}

/// Why a row changed, and what a removed one went into.
fn reason(
    table: Table,
    id: &str,
    change: &str,
    columns: &[String],
    old: &Version,
    new: &Version,
) -> (&'static str, Option<String>) {
    let only = |names: &[&str]| columns.iter().all(|column| names.contains(&column.as_str()));
    let is_new = |article: Option<&String>| article.is_some_and(|a| !old.articles.contains_key(a));
    let is_gone = |article: Option<&String>| article.is_some_and(|a| !new.articles.contains_key(a));
    let rewritten = |article: Option<&String>| article.is_some_and(|a| old.articles.get(a) != new.articles.get(a));
    let told = match (table, change) {
        (Table::Articles, "added") => "new_article",
        (Table::Articles, "removed") => "article_removed",
        (Table::Articles, _) if rewritten(Some(&id.to_owned())) => "article_changed",
        (Table::Articles, _) if only(&["story_id"]) => "regrouped",
        (Table::Mentions, "added") if is_new(new.mentions.get(id)) => "new_article",
        (Table::Mentions, "removed") if is_gone(old.mentions.get(id)) => "article_removed",
        (Table::Mentions, "changed") if only(&["event_id", "case_id"]) => "regrouped",
        (Table::Mentions, _) if rewritten(new.mentions.get(id).or(old.mentions.get(id))) => "article_changed",
        (Table::Stories, _) => "regrouped",
        (Table::Events, "removed") => {
            let members = old.members.get(id).map_or(&[][..], Vec::as_slice);
            // The event that took most of the members; of equals the first by name.
            let mut taken: BTreeMap<&String, usize> = BTreeMap::new();
            for event in members.iter().filter_map(|mention| new.events.get(mention)) {
                *taken.entry(event).or_default() += 1;
            }
            let successor = taken.iter().max_by_key(|&(event, count)| (*count, std::cmp::Reverse(*event)));
            if let Some((event, _)) = successor {
                return ("merged", Some((*event).clone()));
            }
            let gone = !members.is_empty() && members.iter().all(|mention| is_gone(old.mentions.get(mention)));
            if gone { "article_removed" } else { "rule_changed" }
        }
        (Table::Events, _) => {
            let members = new.members.get(id).map_or(&[][..], Vec::as_slice);
            let fresh: Vec<&String> =
                members.iter().filter(|mention| old.events.get(*mention).is_none_or(|e| e != id)).collect();
            if fresh.iter().any(|mention| is_new(new.mentions.get(*mention))) {
                "new_article"
            } else if fresh.iter().any(|mention| old.events.contains_key(*mention)) {
                if change == "added" { "split" } else { "merged" }
            } else if only(&["story_id", "case_id", "part_of"]) && change == "changed" {
                "regrouped"
            } else {
                "rule_changed"
            }
        }
        _ => "rule_changed",
    };
    (told, None)
}

impl Version {
    fn read(release: &Path) -> Result<Self, ReleaseError> {
        let file = |table: Table| release.join(format!("{}.parquet", table.name()));
        let mut tables = BTreeMap::new();
        for table in Table::PUBLIC {
            tables.insert(table, Rows::read(table, &file(table))?);
        }
        let articles: Vec<Article> = read_records(&file(Table::Articles))?;
        let mentions: Vec<Mention> = read_records(&file(Table::Mentions))?;
        let events: Vec<Event> = read_records(&file(Table::Events))?;
        let of_event = |e: &Event| e.mention_ids.iter().map(|m| (m.clone(), e.event_id.clone())).collect::<Vec<_>>();
        Ok(Self {
            tables,
            events: events.iter().flat_map(of_event).collect(),
            members: events.into_iter().map(|e| (e.event_id, e.mention_ids)).collect(),
            articles: articles.into_iter().map(|a| (a.article_id, a.content_hash)).collect(),
            mentions: mentions.into_iter().map(|m| (m.mention_id, m.article_id)).collect(),
        })
    }
}

impl Rows {
    fn read(table: Table, path: &Path) -> Result<Self, TableError> {
        let reader = TableReader::open(path)?;
        let columns: Vec<String> = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
        let key = table.schema().primary_key.first().and_then(|key| columns.iter().position(|c| c == key));
        let mut this = Self { columns, rows: BTreeMap::new() };
        for batch in reader {
            let batch = batch?;
            let hashes = batch.columns().iter().map(hashes).collect::<Result<Vec<_>, _>>();
            let hashes = hashes.map_err(|e| TableError::parquet(path, e))?;
            let ids = key.map(|key| cast(batch.column(key), &DataType::Utf8)).transpose();
            let Some(ids) = ids.map_err(|e| TableError::parquet(path, e))? else { continue };
            for (row, id) in ids.as_string::<i32>().iter().enumerate() {
                let row = hashes.iter().map(|column| column[row]).collect();
                this.rows.insert(id.unwrap_or_default().to_owned(), row);
            }
        }
        Ok(this)
    }
}

/// A hash of each value of a column: that of its bytes in Arrow's row format, which are equal where the values
/// are, whatever the dictionary.
pub(super) fn hashes(column: &ArrayRef) -> Result<Vec<u64>, ArrowError> {
    let converter = RowConverter::new(vec![SortField::new(column.data_type().clone())])?;
    let rows = converter.convert_columns(std::slice::from_ref(column))?;
    let hash =
        |bytes: &[u8]| blake3::hash(bytes).as_bytes().iter().take(8).fold(0, |all, &b| (all << 8) | u64::from(b));
    Ok(rows.iter().map(|row| hash(row.as_ref())).collect())
}

/// The newest release below a folder that is older than a version: what a new one is compared with.
pub(super) fn former(releases: &Path, version: &super::Version) -> Option<PathBuf> {
    let entries = std::fs::read_dir(releases).ok()?;
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let versions = names.filter_map(|name| super::Version::try_from(name).ok());
    let newest = versions.filter(|other| other < version).max()?;
    Some(releases.join(newest.as_str()))
}

/// `CHANGES.md`: how many rows changed, by table, kind and reason.
pub fn summary(former: Option<&str>, version: &str, changes: &[Change]) -> String {
    let mut text = format!("# Changes in {version}\n\n");
    let Some(former) = former else {
        text += "The first version.\n";
        return text;
    };
    let _ = writeln!(text, "Compared with {former}; row by row in `changes.parquet`.\n");
    if changes.is_empty() {
        text += "No row differs.\n";
        return text;
    }
    let mut counts: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for c in changes {
        *counts.entry((&c.table, &c.change, &c.reason)).or_default() += 1;
    }
    text += "| table | change | reason | rows |\n|---|---|---|---|\n";
    for ((table, change, reason), count) in counts {
        let _ = writeln!(text, "| {table} | {change} | {} | {count} |", reason.replace('_', " "));
    }
    text
}

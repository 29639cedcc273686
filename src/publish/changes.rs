//! What changed between two releases, row by row, and why.

use super::decisions::Decisions;
use super::release::ReleaseError;
use super::table::{TableError, TableReader};
use crate::record::Change;
use crate::record::schema::Table;
use arrow::array::{ArrayRef, AsArray};
use arrow::error::ArrowError;
use arrow::row::{RowConverter, SortField};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// One release, as far as reasons are told from it.
struct Version {
    folder: PathBuf,
    /// Content of each article.
    articles: BTreeMap<String, String>,
    /// Article of each mention.
    mentions: BTreeMap<String, String>,
    /// Members of each event.
    members: BTreeMap<String, Vec<String>>,
    /// Event of each mention.
    events: BTreeMap<String, String>,
    /// Articles of each story.
    stories: BTreeMap<String, Vec<String>>,
    /// Story of each article.
    told_in: BTreeMap<String, String>,
    /// What people decided.
    decisions: Decisions,
}

/// The differences of the release in `new` from that in `old`, sorted by table and identifier.
///
/// Rows are compared by their primary key. A column that only one of the two versions has is not compared.
///
/// # Errors
/// A table that cannot be read.
pub fn diff(old: &Path, new: &Path) -> Result<Vec<Change>, ReleaseError> {
    let (old, new) = (Version::read(old)?, Version::read(new)?);
    let corrected = new.decisions.news(&old.decisions);
    let mut changes = Vec::new();
    for table in Table::PUBLIC {
        let (before, after) = (old.rows(table)?, new.rows(table)?);
        // A hash of each row is little; the columns are compared only where it differs.
        let differ = |id: &&String| before.get(*id).is_some_and(|row| after.get(*id).is_some_and(|other| row != other));
        let differing: BTreeSet<&String> = before.keys().filter(differ).collect();
        let (a, b) = (old.columns(table, &differing)?, new.columns(table, &differing)?);
        let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for id in ids {
            let (change, columns) = match (before.get(id), after.get(id)) {
                (None, _) => ("added", Vec::new()),
                (_, None) => ("removed", Vec::new()),
                _ => {
                    let columns = differing_columns(a.get(id), b.get(id));
                    if columns.is_empty() {
                        continue;
                    }
                    ("changed", columns)
                }
            };
            let (reason, successor) = reason(table, id, change, &columns, &old, &new, &corrected);
            changes.push(Change {
                table: table.name().to_owned(),
                id: id.clone(),
                change: change.to_owned(),
                reason: reason.to_owned(),
                columns,
                successor,
            });
        }
    }
    Ok(changes)
}

/// By column the hash of a row's value, in the schema's order.
type Columns = Vec<(String, u64)>;

fn differing_columns(a: Option<&Columns>, b: Option<&Columns>) -> Vec<String> {
    let (Some(a), Some(b)) = (a, b) else { return Vec::new() };
    let differs = |(name, hash): &&(String, u64)| b.iter().any(|(other, value)| other == name && value != hash);
    a.iter().filter(differs).map(|(name, _)| name.clone()).collect()
}

/// The group that took most of the members; of equals the first by name.
fn successor(members: Option<&Vec<String>>, group_of: &BTreeMap<String, String>) -> Option<String> {
    let mut taken: BTreeMap<&String, usize> = BTreeMap::new();
    for group in members.into_iter().flatten().filter_map(|member| group_of.get(member)) {
        *taken.entry(group).or_default() += 1;
    }
    let most = taken.iter().max_by_key(|&(group, count)| (*count, std::cmp::Reverse(*group)));
    most.map(|(group, _)| (*group).clone())
}

/// Why a row changed, and what a removed one went into.
fn reason(
    table: Table,
    id: &str,
    change: &str,
    columns: &[String],
    old: &Version,
    new: &Version,
    corrected: &BTreeSet<&str>,
) -> (&'static str, Option<String>) {
    let only = |names: &[&str]| columns.iter().all(|column| names.contains(&column.as_str()));
    let is_new = |article: Option<&String>| article.is_some_and(|a| !old.articles.contains_key(a));
    let is_gone = |article: Option<&String>| article.is_some_and(|a| !new.articles.contains_key(a));
    let rewritten = |article: Option<&String>| article.is_some_and(|a| old.articles.get(a) != new.articles.get(a));
    // Why articles that are no longer there are not: all of them, or some.
    let gone = |articles: &[&String]| {
        let erased = articles.iter().any(|a| new.decisions.erased.contains_key(*a));
        if erased { "erased" } else { "article_removed" }
    };
    let told = match (table, change) {
        (Table::Articles, "added") => "new_article",
        (Table::Articles, "removed") => gone(&[&id.to_owned()]),
        (Table::Articles, _) if rewritten(Some(&id.to_owned())) => "article_changed",
        (Table::Articles, _) if only(&["story_id"]) => "regrouped",
        (Table::Mentions, "added") if is_new(new.mentions.get(id)) => "new_article",
        (Table::Mentions, "removed") if is_gone(old.mentions.get(id)) => {
            gone(&old.mentions.get(id).into_iter().collect::<Vec<_>>())
        }
        (Table::Mentions, _) if corrected.contains(id) => "corrected",
        (Table::Mentions, "changed") if only(&["event_id", "case_id"]) => "regrouped",
        (Table::Mentions, _) if rewritten(new.mentions.get(id).or(old.mentions.get(id))) => "article_changed",
        (Table::Stories, "removed") => {
            let articles: Vec<&String> = old.stories.get(id).into_iter().flatten().collect();
            if let Some(story) = successor(old.stories.get(id), &new.told_in) {
                return ("regrouped", Some(story));
            }
            if articles.is_empty() { "regrouped" } else { gone(&articles) }
        }
        (Table::Stories, _) => "regrouped",
        (Table::Events, "removed") => {
            let members = old.members.get(id).map_or(&[][..], Vec::as_slice);
            if let Some(event) = successor(old.members.get(id), &new.events) {
                return ("merged", Some(event));
            }
            let articles: Vec<&String> = members.iter().filter_map(|mention| old.mentions.get(mention)).collect();
            if !members.is_empty() && articles.iter().all(|a| is_gone(Some(a))) {
                gone(&articles)
            } else if members.iter().any(|mention| corrected.contains(mention.as_str())) {
                "corrected"
            } else {
                "rule_changed"
            }
        }
        (Table::Events, _) => {
            let members = new.members.get(id).map_or(&[][..], Vec::as_slice);
            let before = old.members.get(id).map_or(&[][..], Vec::as_slice);
            let lost: Vec<&String> = before.iter().filter_map(|mention| old.mentions.get(mention)).collect();
            let lost: Vec<&String> = lost.into_iter().filter(|a| is_gone(Some(a))).collect();
            let fresh: Vec<&String> =
                members.iter().filter(|mention| old.events.get(*mention).is_none_or(|e| e != id)).collect();
            if fresh.iter().any(|mention| is_new(new.mentions.get(*mention))) {
                "new_article"
            } else if fresh.iter().any(|mention| old.events.contains_key(*mention)) {
                if change == "added" { "split" } else { "merged" }
            } else if only(&["story_id", "case_id", "part_of"]) && change == "changed" {
                "regrouped"
            } else if members.iter().chain(before).any(|mention| corrected.contains(mention.as_str())) {
                "corrected"
            } else if !lost.is_empty() {
                gone(&lost)
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
        let mut this = Self {
            folder: release.to_owned(),
            articles: BTreeMap::new(),
            mentions: BTreeMap::new(),
            members: BTreeMap::new(),
            events: BTreeMap::new(),
            stories: BTreeMap::new(),
            told_in: BTreeMap::new(),
            decisions: Decisions::read(release)?,
        };
        this.articles = this.pairs(Table::Articles, "article_id", "content_hash")?;
        this.mentions = this.pairs(Table::Mentions, "mention_id", "article_id")?;
        this.told_in = this.pairs(Table::Articles, "article_id", "story_id")?;
        for (article, story) in &this.told_in {
            this.stories.entry(story.clone()).or_default().push(article.clone());
        }
        for batch in this.open(Table::Events, Some(&["event_id", "mention_ids"]))? {
            let batch = batch?;
            let (Some(ids), Some(lists)) = (batch.column_by_name("event_id"), batch.column_by_name("mention_ids"))
            else {
                continue;
            };
            for (id, list) in ids.as_string::<i32>().iter().zip(lists.as_list::<i32>().iter()) {
                let (Some(id), Some(list)) = (id, list) else { continue };
                let members: Vec<String> = list.as_string::<i32>().iter().flatten().map(str::to_owned).collect();
                this.events.extend(members.iter().map(|mention| (mention.clone(), id.to_owned())));
                this.members.insert(id.to_owned(), members);
            }
        }
        Ok(this)
    }

    fn open(&self, table: Table, only: Option<&[&str]>) -> Result<TableReader, TableError> {
        TableReader::columns(&self.folder.join(format!("{}.parquet", table.name())), only)
    }

    /// Two text columns as a map.
    fn pairs(&self, table: Table, key: &str, value: &str) -> Result<BTreeMap<String, String>, TableError> {
        let mut pairs = BTreeMap::new();
        for batch in self.open(table, Some(&[key, value]))? {
            let batch = batch?;
            let (Some(keys), Some(values)) = (batch.column_by_name(key), batch.column_by_name(value)) else { continue };
            let values = values.as_string::<i32>().iter();
            let rows = keys.as_string::<i32>().iter().zip(values).filter_map(|(key, value)| Some((key?, value?)));
            pairs.extend(rows.map(|(key, value)| (key.to_owned(), value.to_owned())));
        }
        Ok(pairs)
    }

    /// By identifier a hash of the row.
    fn rows(&self, table: Table) -> Result<BTreeMap<String, u64>, TableError> {
        let mut rows = BTreeMap::new();
        self.each(table, |id, columns| {
            let row =
                columns.iter().flat_map(|(name, hash)| name.bytes().chain(hash.to_le_bytes())).collect::<Vec<u8>>();
            rows.insert(id.to_owned(), hash(&row));
        })?;
        Ok(rows)
    }

    /// The columns of some rows.
    fn columns(&self, table: Table, ids: &BTreeSet<&String>) -> Result<BTreeMap<String, Columns>, TableError> {
        let mut rows = BTreeMap::new();
        self.each(table, |id, columns| {
            if ids.contains(&id.to_owned()) {
                rows.insert(id.to_owned(), columns.iter().map(|&(name, hash)| (name.to_owned(), hash)).collect());
            }
        })?;
        Ok(rows)
    }

    /// Visits a table's rows: the identifier, and by column the hash of the value.
    fn each(&self, table: Table, mut visit: impl FnMut(&str, &[(&str, u64)])) -> Result<(), TableError> {
        let Some(key) = table.schema().primary_key.first() else { return Ok(()) };
        let reader = self.open(table, None)?;
        let wrong = |e: ArrowError| TableError::parquet(&self.folder.join(format!("{}.parquet", table.name())), e);
        let schema = reader.schema().clone();
        for batch in reader {
            let batch = batch?;
            let hashes = batch.columns().iter().map(hashes).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
            let Some(ids) = batch.column_by_name(key) else { continue };
            for (row, id) in ids.as_string::<i32>().iter().enumerate() {
                let columns: Vec<(&str, u64)> = schema
                    .fields()
                    .iter()
                    .zip(&hashes)
                    .map(|(field, column)| (field.name().as_str(), column[row]))
                    .collect();
                visit(id.unwrap_or_default(), &columns);
            }
        }
        Ok(())
    }
}

fn hash(bytes: &[u8]) -> u64 {
    blake3::hash(bytes).as_bytes().iter().take(8).fold(0, |all, &byte| (all << 8) | u64::from(byte))
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

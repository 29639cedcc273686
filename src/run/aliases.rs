//! `DIR/aliases/aliases.csv`: what became of the ids of stories and events that former runs gave.
//!
//! Three columns, sorted: `table` (`stories`, `events`), `old_id`, `new_id`. An id that several merges in turn did
//! away with points to the one that is given now, so one look-up is enough. A first run leaves none.

use super::RunError;
use super::store::Store;
use crate::dedup::alias::aliases;
use crate::publish::table::{TableReader, parquet_files};
use arrow::array::{Array, ArrayRef, AsArray};
use std::collections::BTreeMap;
use std::path::Path;

/// Where they lie below the output.
pub const FILE: &str = "aliases/aliases.csv";

/// Old id → new id, by table.
pub type Aliases = BTreeMap<String, BTreeMap<String, String>>;

/// Member id → id of its group, by table: of the tables that a run left.
pub(super) type Groups = BTreeMap<&'static str, BTreeMap<String, String>>;

/// The groups of the tables that lie in the output; empty where there are none yet.
pub(super) fn former(store: &Store) -> Result<Groups, RunError> {
    let mut groups = Groups::new();
    for (table, folder, member, group) in
        [("stories", "articles", "article_id", "story_id"), ("events", "mentions", "mention_id", "event_id")]
    {
        let mut of = BTreeMap::new();
        let folder = store.path(folder);
        for file in if folder.is_dir() { parquet_files(&folder)? } else { Vec::new() } {
            for batch in TableReader::columns(&file, Some(&[member, group]))? {
                let batch = batch?;
                let column = |name: &str| batch.column_by_name(name).map(text).unwrap_or_default();
                let pairs = column(member).into_iter().zip(column(group));
                of.extend(pairs.filter_map(|(member, group)| Some((member?, group?))));
            }
        }
        groups.insert(table, of);
    }
    Ok(groups)
}

/// The texts of a column, plain or by dictionary; none of another type.
fn text(column: &ArrayRef) -> Vec<Option<String>> {
    let plain = arrow::compute::cast(column, &arrow::datatypes::DataType::Utf8);
    let Ok(plain) = plain else { return vec![None; column.len()] };
    plain.as_string::<i32>().iter().map(|value| value.map(str::to_owned)).collect()
}

/// Adds to the former aliases what became of the ids of the former tables; `now` gives the groups of a table.
pub(super) fn renew(former: &Groups, known: Aliases, now: impl Fn(&str) -> BTreeMap<String, String>) -> Aliases {
    let mut all = known;
    for table in ["stories", "events"] {
        let old = all.entry(table.to_owned()).or_default();
        if former.get(table).is_none_or(BTreeMap::is_empty) && old.is_empty() {
            continue;
        }
        let after = now(table);
        let given: std::collections::BTreeSet<&String> = after.values().collect();
        let moved = former.get(table).map(|before| aliases(before, &after)).unwrap_or_default();
        for new_id in old.values_mut() {
            if let Some(next) = moved.get(new_id) {
                next.clone_into(new_id);
            }
        }
        old.extend(moved);
        // An id that is given again is no alias.
        old.retain(|id, _| !given.contains(id));
    }
    all
}

/// Reads the aliases below an output folder; none where no run left any.
///
/// # Errors
/// A file that cannot be read or has other columns.
pub fn read(output: &Path) -> Result<Aliases, RunError> {
    let path = output.join(FILE);
    let mut all = Aliases::new();
    if !path.is_file() {
        return Ok(all);
    }
    let wrong = |e: csv::Error| RunError::Io { path: path.display().to_string(), message: e.to_string() };
    for row in csv::Reader::from_path(&path).map_err(wrong)?.into_deserialize::<(String, String, String)>() {
        let (table, old, new) = row.map_err(wrong)?;
        all.entry(table).or_default().insert(old, new);
    }
    Ok(all)
}

/// Writes them to a file.
pub(super) fn write(path: &Path, all: &Aliases) -> Result<(), RunError> {
    let wrong = |e: csv::Error| RunError::Io { path: path.display().to_string(), message: e.to_string() };
    let mut out = csv::Writer::from_path(path).map_err(wrong)?;
    out.write_record(["table", "old_id", "new_id"]).map_err(wrong)?;
    for (table, ids) in all {
        for (old, new) in ids {
            out.write_record([table, old, new]).map_err(wrong)?;
        }
    }
    out.flush().map_err(|e| RunError::io(path, e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::Deduped;
    use crate::record::Mention;

    fn now(pairs: &[(&str, &str)]) -> Deduped {
        let mention = |(id, event): &(&str, &str)| Mention {
            mention_id: (*id).to_owned(),
            event_id: Some((*event).to_owned()),
            ..Mention::default()
        };
        Deduped { mentions: pairs.iter().map(mention).collect(), ..Deduped::default() }
    }

    #[test]
    fn aliases_follow_merge_after_merge_and_go_when_their_id_is_given_again() {
        let first = now(&[("m", "E1"), ("n", "E2"), ("o", "E3")]);
        let second = now(&[("m", "E1"), ("n", "E1"), ("o", "E3")]);
        let third = now(&[("m", "E3"), ("n", "E3"), ("o", "E3")]);
        let groups = |d: &Deduped| Groups::from([("events", d.event_of())]);
        let of = |all: &Aliases| all["events"].clone().into_iter().collect::<Vec<_>>();
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let renew = |former: &Groups, known: Aliases, now: &Deduped| {
            super::renew(former, known, |table| if table == "events" { now.event_of() } else { BTreeMap::new() })
        };

        let known = renew(&Groups::new(), Aliases::new(), &first);
        assert!(of(&known).is_empty());
        let known = renew(&groups(&first), known, &second);
        assert_eq!(of(&known), [pair("E2", "E1")]);
        let known = renew(&groups(&second), known, &third);
        assert_eq!(of(&known), [pair("E1", "E3"), pair("E2", "E3")]);
        assert!(of(&renew(&groups(&third), known, &first)).is_empty());
    }

    #[test]
    fn they_are_read_as_written() {
        let folder = tempfile::tempdir().expect("folder");
        assert!(read(folder.path()).expect("none").is_empty());
        let all = Aliases::from([("events".to_owned(), BTreeMap::from([("a".to_owned(), "b".to_owned())]))]);
        std::fs::create_dir(folder.path().join("aliases")).expect("folder");
        write(&folder.path().join(FILE), &all).expect("written");
        assert_eq!(read(folder.path()).expect("read"), all);
    }
}

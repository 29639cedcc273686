//! `DIR/aliases/aliases.csv`: what became of the ids of stories and events that former runs gave.
//!
//! Three columns, sorted: `table` (`stories`, `events`), `old_id`, `new_id`. An id that several merges in turn did
//! away with points to the one that is given now, so one look-up is enough. A first run leaves none.

use super::RunError;
use super::store::Store;
use crate::dedup::alias::aliases;
use crate::dedup::{Grouped, number_of};
use crate::publish::table::{TableReader, parquet_files};
use arrow::array::AsArray;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where they lie below the output.
pub const FILE: &str = "aliases/aliases.csv";

/// Old id → new id, by table.
pub type Aliases = BTreeMap<String, BTreeMap<String, String>>;

/// A table's name, its ids' prefix, and where the members of its groups lie: folder, their ids and the groups' ids.
const TABLES: [(&str, &str, &str, [&str; 2]); 2] = [
    ("stories", "story", "articles", ["article_id", "story_id"]),
    ("events", "event", "mentions", ["mention_id", "event_id"]),
];

/// Ids that are given now, as far as they are held at a time.
const MOST: u64 = 1 << 20;

/// The tables that a run left in the output; none where there are none yet.
pub(super) struct Former(Vec<Vec<PathBuf>>);

impl Former {
    /// Of the tables in the output.
    pub(super) fn of(store: &Store) -> Result<Self, RunError> {
        let folders = TABLES.iter().map(|(_, _, folder, _)| store.path(folder));
        let files = folders.map(|folder| Ok(if folder.is_dir() { parquet_files(&folder)? } else { Vec::new() }));
        Ok(Self(files.collect::<Result<_, RunError>>()?))
    }

    /// Calls `f` with each member of a table's groups and the id of its group.
    fn for_each(&self, table: usize, mut f: impl FnMut(&str, &str)) -> Result<(), RunError> {
        let [member, group] = TABLES[table].3;
        for file in &self.0[table] {
            for batch in TableReader::columns(file, Some(&[member, group]))? {
                let batch = batch?;
                let column = |name: &str| {
                    let column = batch.column_by_name(name)?;
                    arrow::compute::cast(column, &arrow::datatypes::DataType::Utf8).ok()
                };
                let (Some(members), Some(groups)) = (column(member), column(group)) else { continue };
                let pairs = members.as_string::<i32>().iter().zip(groups.as_string::<i32>());
                pairs.filter_map(|(member, group)| Some((member?, group?))).for_each(|(m, g)| f(m, g));
            }
        }
        Ok(())
    }
}

/// The groups that are given now.
pub(super) trait Given {
    /// The numbers of the ids of a table's groups.
    fn numbers(&self, table: &str) -> Box<dyn Iterator<Item = u64> + '_>;

    /// Member id → id of its group, of some members.
    fn groups(&self, table: &str, is_asked: &dyn Fn(&str) -> bool) -> BTreeMap<String, String>;
}

impl Given for Grouped {
    fn numbers(&self, table: &str) -> Box<dyn Iterator<Item = u64> + '_> {
        if table == "stories" { Box::new(self.story_numbers()) } else { Box::new(self.event_numbers()) }
    }

    fn groups(&self, table: &str, is_asked: &dyn Fn(&str) -> bool) -> BTreeMap<String, String> {
        if table == "stories" { self.story_of(is_asked) } else { self.event_of_mentions(is_asked) }
    }
}

/// Adds to the former aliases what became of the ids of the former tables. Beside the aliases it holds the groups that
/// are not given any more, with their members.
pub(super) fn renew(former: &Former, known: Aliases, now: &impl Given) -> Result<Aliases, RunError> {
    renew_by(former, known, now, MOST)
}

fn renew_by(former: &Former, known: Aliases, now: &impl Given, most: u64) -> Result<Aliases, RunError> {
    let mut all = known;
    for (at, (table, prefix, ..)) in TABLES.into_iter().enumerate() {
        let old = all.entry(table.to_owned()).or_default();
        if former.0[at].is_empty() && old.is_empty() {
            continue;
        }
        // Ids are hashes: equal parts of them are about as many each.
        let parts = now.numbers(table).count() as u64 / most + 1;
        let part_of = |number: u64| ((u128::from(number) * u128::from(parts)) >> u64::BITS) as u64;
        let mut lost = BTreeMap::new();
        for part in 0..parts {
            let mut given: Vec<u64> = now.numbers(table).filter(|number| part_of(*number) == part).collect();
            given.sort_unstable();
            let is_given = |number: Option<u64>| number.is_some_and(|number| given.binary_search(&number).is_ok());
            let is_here = |number: Option<u64>| number.map_or(0, part_of) == part;
            // Neighbours are often of one group.
            let mut before: Option<(String, bool)> = None;
            former.for_each(at, |member, group| {
                let known = before.as_ref().filter(|(id, _)| id == group).map(|(_, is_lost)| *is_lost);
                let is_lost = known.unwrap_or_else(|| {
                    let number = number_of(prefix, group);
                    is_here(number) && !is_given(number)
                });
                if known.is_none() {
                    before = Some((group.to_owned(), is_lost));
                }
                if is_lost {
                    lost.insert(member.to_owned(), group.to_owned());
                }
            })?;
            // An id that is given again is no alias.
            old.retain(|id, _| !is_given(number_of(prefix, id)));
        }
        if !lost.is_empty() {
            let moved = aliases(&lost, &now.groups(table, &|member| lost.contains_key(member)));
            for new_id in old.values_mut() {
                if let Some(next) = moved.get(new_id) {
                    next.clone_into(new_id);
                }
            }
            old.extend(moved);
        }
    }
    Ok(all)
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
    use super::super::table;
    use super::*;
    use crate::record::Mention;

    /// Mentions and their events.
    struct Events(BTreeMap<String, String>);

    impl Events {
        fn of(pairs: &[(&str, u64)]) -> Self {
            Self(pairs.iter().map(|(mention, event)| ((*mention).to_owned(), id(*event))).collect())
        }

        /// The tables of a run.
        fn written(&self, store: &Store) -> Former {
            let mention = |(mention, event): (&String, &String)| Mention {
                mention_id: mention.clone(),
                event_id: Some(event.clone()),
                ..Mention::default()
            };
            let mentions: Vec<Mention> = self.0.iter().map(mention).collect();
            table::write(&store.path("mentions").join("mentions.parquet"), &mentions).expect("written");
            Former::of(store).expect("listed")
        }
    }

    impl Given for Events {
        fn numbers(&self, table: &str) -> Box<dyn Iterator<Item = u64> + '_> {
            let ids: std::collections::BTreeSet<u64> =
                self.0.values().filter_map(|id| number_of("event", id)).collect();
            let none = table != "events";
            Box::new(ids.into_iter().filter(move |_| !none))
        }

        fn groups(&self, _: &str, is_asked: &dyn Fn(&str) -> bool) -> BTreeMap<String, String> {
            self.0.iter().filter(|(member, _)| is_asked(member)).map(|(m, e)| (m.clone(), e.clone())).collect()
        }
    }

    /// Ids all over the range.
    fn id(number: u64) -> String {
        format!("event-{:016x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    #[test]
    fn aliases_follow_merge_after_merge_and_go_when_their_id_is_given_again() {
        let first = Events::of(&[("m", 1), ("n", 2), ("o", 3)]);
        let second = Events::of(&[("m", 1), ("n", 1), ("o", 3)]);
        let third = Events::of(&[("m", 3), ("n", 3), ("o", 3)]);
        let of = |all: &Aliases| all["events"].clone().into_iter().collect::<Vec<_>>();
        for most in [1, MOST] {
            let folder = tempfile::tempdir().expect("folder");
            let store = Store::open(folder.path()).expect("store");
            let renew = |former: &Former, known, now: &Events| renew_by(former, known, now, most).expect("renewed");
            let known = renew(&Former::of(&store).expect("none"), Aliases::new(), &first);
            assert!(of(&known).is_empty());
            let known = renew(&first.written(&store), known, &second);
            assert_eq!(of(&known), [(id(2), id(1))]);
            let known = renew(&second.written(&store), known, &third);
            let mut expected = vec![(id(1), id(3)), (id(2), id(3))];
            expected.sort();
            assert_eq!(of(&known), expected);
            assert!(of(&renew(&third.written(&store), known, &first)).is_empty());
        }
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

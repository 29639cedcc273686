//! `retired.csv`: every identifier that some release had and this one has not, with what took its place.
//!
//! `changes.parquet` tells it of the former release only; whoever kept an identifier from an older one finds it here.

use super::ReleaseError;
use super::bundle::Bundle;
use crate::record::Change;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Its name in a release.
const RETIRED: &str = "retired.csv";

/// By table and identifier: the successor (empty for a tombstone), the reason, the first version without it.
type Retired = BTreeMap<(String, String), [String; 3]>;

/// Writes the list into the bundle: that of the former release, and what changed since.
pub(super) fn write(
    bundle: &Bundle,
    former: Option<&Path>,
    changes: &[Change],
    version: &str,
) -> Result<(), ReleaseError> {
    let known = former.map_or_else(|| Ok(Retired::new()), read)?;
    let mut text = "table,id,successor,reason,version\n".to_owned();
    for ((table, id), rest) in renew(known, changes, version) {
        // Identifiers that came with an article may have any character.
        let id = if id.contains([',', '"', '\n', '\r']) { format!("\"{}\"", id.replace('"', "\"\"")) } else { id };
        let _ = writeln!(text, "{table},{id},{}", rest.join(","));
    }
    bundle.write(RETIRED, &text)
}

fn read(release: &Path) -> Result<Retired, ReleaseError> {
    let path = release.join(RETIRED);
    let mut known = Retired::new();
    if !path.exists() {
        return Ok(known);
    }
    let wrong = |e: csv::Error| ReleaseError::io(&path, e.into());
    for row in csv::Reader::from_path(&path).map_err(wrong)?.records() {
        let row = row.map_err(wrong)?;
        let cell = |i: usize| row.get(i).unwrap_or_default().to_owned();
        known.insert((cell(0), cell(1)), [cell(2), cell(3), cell(4)]);
    }
    Ok(known)
}

fn renew(mut known: Retired, changes: &[Change], version: &str) -> Retired {
    let key = |change: &Change| (change.table.clone(), change.id.clone());
    for change in changes.iter().filter(|change| change.change == "removed") {
        let rest = [change.successor.clone().unwrap_or_default(), change.reason.clone(), version.to_owned()];
        known.insert(key(change), rest);
    }
    for change in changes.iter().filter(|change| change.change == "added") {
        known.remove(&key(change));
    }
    // What took an identifier's place may be gone itself. A step for each entry ends any circle.
    let follow = |table: &str, mut id: String| {
        for _ in 0..known.len() {
            match known.get(&(table.to_owned(), id.clone())) {
                Some([next, ..]) => id.clone_from(next),
                None => return id,
            }
        }
        String::new()
    };
    let followed = known.iter().map(|((table, id), [successor, reason, version])| {
        let successor = if successor.is_empty() { String::new() } else { follow(table, successor.clone()) };
        ((table.clone(), id.clone()), [successor, reason.clone(), version.clone()])
    });
    followed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(id: &str, change: &str, reason: &str, successor: Option<&str>) -> Change {
        Change {
            table: "events".into(),
            id: id.into(),
            change: change.into(),
            reason: reason.into(),
            columns: Vec::new(),
            successor: successor.map(str::to_owned),
        }
    }

    #[test]
    fn identifiers_are_followed_from_version_to_version() {
        let merged = [change("a", "removed", "merged", Some("b"))];
        let first = renew(Retired::new(), &merged, "2026.1");
        let of = |all: &Retired, id: &str| all.get(&("events".to_owned(), id.to_owned())).cloned();
        assert_eq!(of(&first, "a"), Some(["b", "merged", "2026.1"].map(str::to_owned)));
        let second = renew(first.clone(), &[change("b", "removed", "merged", Some("c"))], "2026.2");
        assert_eq!(of(&second, "a"), Some(["c", "merged", "2026.1"].map(str::to_owned)), "over both steps");
        let third = renew(second, &[change("c", "removed", "erased", None)], "2026.3");
        assert_eq!(of(&third, "a").map(|rest| rest[0].clone()), Some(String::new()), "a tombstone");
        let back = renew(first, &[change("a", "added", "split", None)], "2026.2");
        assert_eq!(of(&back, "a"), None, "what is there again is not retired");
    }
}

//! Aliases: what became of an id that is no longer given.
//!
//! A story's id follows from its earliest article, an event's from its earliest mention, so ids stay when
//! later members join. When two old groups merge, or an earlier member turns up, the id that disappears is
//! an alias of the one that holds most of its members.

use std::collections::BTreeMap;

/// Old id → new id, for the old ids that are no longer given. Both tables map a member (article or
/// mention) to the id of its group. Groups of which no member is left have no alias.
pub fn aliases(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let given: std::collections::BTreeSet<&String> = after.values().collect();
    let mut moved: BTreeMap<&String, BTreeMap<&String, usize>> = BTreeMap::new();
    for (member, old) in before {
        if let (false, Some(new)) = (given.contains(old), after.get(member)) {
            *moved.entry(old).or_default().entry(new).or_default() += 1;
        }
    }
    moved
        .into_iter()
        .filter_map(|(old, counts)| {
            // Most members; the smaller id among equals.
            let (new, _) = counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)))?;
            Some((old.clone(), new.clone()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::aliases;
    use std::collections::BTreeMap;

    fn table(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn merged_groups_leave_an_alias() {
        let before = table(&[("a", "E1"), ("b", "E1"), ("c", "E2"), ("d", "E3")]);
        let after = table(&[("a", "E1"), ("b", "E1"), ("c", "E1"), ("d", "E3"), ("e", "E3")]);
        assert_eq!(aliases(&before, &after), table(&[("E2", "E1")]));
    }

    #[test]
    fn ids_that_stay_or_vanish_have_none() {
        let before = table(&[("a", "E1"), ("b", "E2")]);
        assert_eq!(aliases(&before, &table(&[("a", "E1")])), table(&[]));
    }
}

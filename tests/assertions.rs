//! What must hold of a release before it is published.
#![allow(clippy::disallowed_methods, reason = "tests work on files")]

mod common;

use common::corpus::{publish, spec, tables, write_all};
use dalel::knowledge::Knowledge;
use dalel::publish::{Assertion, Measure, ReleaseError, ReleaseSpec, release};
use std::fs;

#[test]
fn a_minimum_stops_and_a_maximum_warns() {
    let dir = tempfile::tempdir().expect("folder");
    publish(dir.path(), &tables(10), "2026.11");
    write_all(dir.path(), &tables(8), 1);
    let check = |table: &str, column: Option<&str>, measure, min, max, expect: Result<&[&str], &str>| {
        let assertion = Assertion { table: table.into(), column: column.map(Into::into), measure, min, max };
        let spec = ReleaseSpec { assert: vec![assertion], ..spec("2026.12") };
        match (release(dir.path(), &dir.path().join("release"), &spec, &Knowledge::embedded()), expect) {
            (Ok(released), Ok(warnings)) => {
                assert_eq!(released.warnings, warnings);
                fs::remove_dir_all(&released.path).expect("remove");
            }
            (Err(ReleaseError::Assertion(failures)), Err(failure)) => {
                assert_eq!(failures, [failure]);
                assert!(!dir.path().join("release/2026.12").exists(), "nothing half-written");
            }
            (found, expect) => panic!("{found:?} is not {expect:?}"),
        }
    };
    check("events", None, Measure::Rows, Some(1.0), None, Ok(&[]));
    check("events", None, Measure::Rows, Some(5.0), None, Err("events: rows is 4, must be at least 5"));
    check("articles", None, Measure::Growth, Some(0.8), None, Ok(&[]));
    check("articles", None, Measure::Growth, Some(0.9), None, Err("articles: growth is 0.8, must be at least 0.9"));
    check("articles", None, Measure::Growth, None, Some(0.5), Ok(&["articles: growth is 0.8, expected at most 0.5"]));
    check("mentions", Some("value"), Measure::Filled, Some(0.75), None, Ok(&[]));
    check(
        "mentions",
        Some("value"),
        Measure::Filled,
        Some(0.8),
        None,
        Err("mentions.value: filled is 0.75, must be at least 0.8"),
    );
    check(
        "mentions",
        Some("citizenship"),
        Measure::Filled,
        Some(0.1),
        None,
        Err("mentions.citizenship: filled is 0, must be at least 0.1"),
    );
    check("mentions", Some("event_type"), Measure::Distinct, Some(4.0), Some(4.0), Ok(&[]));
    check(
        "mentions",
        Some("no_such"),
        Measure::Filled,
        None,
        None,
        Err("assertion about mentions.no_such: filled and distinct need a column of the table"),
    );
    let check_value = |measure, min, max, expect| check("mentions", Some("value"), measure, min, max, expect);
    check_value(Measure::Sum, None, Some(10.0), Ok(&["mentions.value: sum is 10.5, expected at most 10"]));
    check_value(Measure::Smallest, Some(0.0), None, Ok(&[]));
    check_value(Measure::Largest, None, Some(2.0), Ok(&["mentions.value: largest is 3, expected at most 2"]));
    check_value(
        Measure::Growth,
        Some(0.9),
        None,
        Err("mentions.value: growth is 0.5526315789473685, must be at least 0.9"),
    );
    check(
        "mentions",
        Some("trigger"),
        Measure::Sum,
        None,
        None,
        Err("assertion about mentions.trigger: needs a column of numbers of the table"),
    );
    check("magic", None, Measure::Rows, None, None, Err("assertion about magic: there is no table \"magic\""));
}

#[test]
fn an_outlet_that_fell_silent_is_told() {
    let dir = tempfile::tempdir().expect("folder");
    let mut tables = tables(90);
    for article in &mut tables.articles {
        let quiet = article.outlet.as_deref() == Some("outlet-1");
        article.published_at = article.published_at.map(|at| if quiet { at - chrono::Days::new(30) } else { at });
    }
    write_all(dir.path(), &tables, 1);
    let silent =
        |max| Assertion { table: "articles".into(), column: None, measure: Measure::Silent, min: None, max: Some(max) };
    let spec = ReleaseSpec { assert: vec![silent(7.0), silent(40.0)], ..spec("2026.12") };
    let released = release(dir.path(), &dir.path().join("release"), &spec, &Knowledge::embedded()).expect("release");
    assert_eq!(released.warnings, ["articles: outlet-1 is silent for 31 days, expected at most 7"]);
}

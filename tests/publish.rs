//! Releases: reproducible, immutable, valid, private.
#![allow(clippy::disallowed_methods, reason = "tests work on files")]

mod common;

use arrow::array::AsArray;
use chrono::NaiveDate;
use common::corpus::{Tables, publish, spec, tables, write_all};
use dalel::knowledge::Knowledge;
use dalel::publish::table::{TableReader, parquet_files, read_records};
use dalel::publish::{ReleaseError, ReleaseSpec, Status, diff, release, validate};
use dalel::record::{Change, Event, Mention};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).expect("list") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                collect(root, &path, found);
            } else {
                let name = path.strip_prefix(root).expect("below").display().to_string();
                found.insert(name, fs::read(&path).expect("read"));
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found);
    found
}

#[test]
fn the_same_rows_give_the_same_bytes_however_they_were_split() {
    let tables = tables(8_500);
    let [one, seven] = [1, 7].map(|shards| {
        let dir = tempfile::tempdir().expect("folder");
        write_all(dir.path(), &tables, shards);
        let released = release(dir.path(), &dir.path().join("release"), &spec("2026.11.21"), &Knowledge::embedded());
        bytes(&released.expect("release").path)
    });
    assert_eq!(one.keys().collect::<Vec<_>>(), seven.keys().collect::<Vec<_>>());
    for (name, bytes) in &one {
        assert!(bytes == &seven[name], "{name} differs");
    }
    for name in
        ["articles.parquet", "events.parquet", "codes/object.csv", "datapackage.json", "README.md", "SHA256SUMS"]
    {
        assert!(one.contains_key(name), "{name}");
    }
    let report = std::str::from_utf8(&one["report.html"]).expect("UTF-8");
    assert!(report.contains("<dd>4,250</dd><dt>events</dt>"), "the report counts the events");
    assert!(report.contains("<title>Jan 2025: "), "and shows them over time");
    assert!(!report.contains("Ахметов"), "its headlines are masked");
}

#[test]
fn a_release_is_immutable() {
    let dir = tempfile::tempdir().expect("folder");
    let releases = dir.path().join("release");
    let publish = |spec: &ReleaseSpec| release(dir.path(), &releases, spec, &Knowledge::embedded());
    write_all(dir.path(), &tables(10), 1);
    let first = publish(&spec("2026.11.21")).expect("first");
    assert_eq!(first.status, Status::Written);
    assert_eq!(publish(&spec("2026.11.21")).expect("again").status, Status::Unchanged);
    let before = bytes(&first.path);
    write_all(dir.path(), &tables(12), 1);
    let error = publish(&spec("2026.11.21")).expect_err("other rows");
    assert!(matches!(error, ReleaseError::Immutable { .. }), "{error}");
    assert_eq!(bytes(&first.path), before);
    assert_eq!(publish(&spec("2026.11.22")).expect("new version").status, Status::Written);
    let names: Vec<_> = fs::read_dir(&releases).expect("list").map(|e| e.expect("entry").file_name()).collect();
    assert_eq!(names.len(), 2, "nothing half-written stays: {names:?}");
}

#[test]
fn what_an_interrupted_release_left_does_no_harm() {
    let dir = tempfile::tempdir().expect("folder");
    let releases = dir.path().join("release");
    write_all(dir.path(), &tables(4), 1);
    fs::create_dir_all(releases.join(".2026.11.21.tmp/codes")).expect("folder");
    fs::write(releases.join(".2026.11.21.tmp/half.parquet"), b"PAR1").expect("write");
    let released = release(dir.path(), &releases, &spec("2026.11.21"), &Knowledge::embedded()).expect("release");
    assert!(!bytes(&released.path).contains_key("half.parquet"));
    assert!(!releases.join(".2026.11.21.tmp").exists());
}

#[test]
fn no_body_and_no_name_reaches_a_release() {
    let dir = tempfile::tempdir().expect("folder");
    write_all(dir.path(), &tables(50), 3);
    let released = release(dir.path(), &dir.path().join("release"), &spec("2026.11.21"), &Knowledge::embedded());
    let released = released.expect("release");
    assert_eq!(released.masked, 50 + 50 + 25 + 25, "titles, mentions, events, stories");
    let mut texts = 0;
    for file in parquet_files(&released.path).expect("files") {
        for batch in TableReader::open(&file).expect("open") {
            let batch = batch.expect("batch");
            assert!(batch.column_by_name("text").is_none());
            for column in batch.columns() {
                let Some(column) = column.as_string_opt::<i32>() else { continue };
                for text in column.iter().flatten() {
                    texts += 1;
                    for private in ["Секретный", "Ахметов", "Иванов", "Сергеевич", "Ким"]
                    {
                        assert!(!text.contains(private), "{text}");
                    }
                }
            }
        }
    }
    assert!(texts > 500);
    let mentions: Vec<Mention> = read_records(&released.path.join("mentions.parquet")).expect("mentions");
    assert!(mentions.iter().all(|m| m.evidence.starts_with("[имя], изъято ")));
    let longest = format!("{}Ли А.", "ы ".repeat(117));
    assert_eq!(longest.chars().count(), 239);
    let mut tables = tables(2);
    tables.mentions[0].evidence = longest;
    write_all(&dir.path().join("long"), &tables, 1);
    let released = release(&dir.path().join("long"), &dir.path().join("r"), &spec("2026.11"), &Knowledge::embedded());
    let released: Vec<Mention> = read_records(&released.expect("release").path.join("mentions.parquet")).expect("read");
    assert!(released.iter().any(|m| m.evidence.ends_with("ы [имя]")), "a mask may be longer than the name");
}

#[test]
fn rows_are_sorted_and_published_whole() {
    let dir = tempfile::tempdir().expect("folder");
    let tables = tables(101);
    write_all(dir.path(), &tables, 7);
    let path = release(dir.path(), &dir.path().join("release"), &spec("2026.11"), &Knowledge::embedded())
        .expect("release")
        .path;
    let events: Vec<Event> = read_records(&path.join("events.parquet")).expect("events");
    assert_eq!(events.len(), 51);
    assert!(events.is_sorted_by_key(|e| (e.event_type().clone(), e.first_published_at, e.event_id.clone())));
    let mut mentions: Vec<Mention> = read_records(&path.join("mentions.parquet")).expect("mentions");
    assert!(mentions.is_sorted_by_key(|m| (m.event_type.clone(), m.article_id.clone())));
    mentions.sort_by(|a, b| a.mention_id.cmp(&b.mention_id));
    for (published, private) in mentions.iter().zip(&tables.mentions) {
        let expect = Mention { evidence: published.evidence.clone(), ..private.clone() };
        assert_eq!(published, &expect);
    }
}

#[test]
fn a_sample_says_so() {
    let dir = tempfile::tempdir().expect("folder");
    write_all(dir.path(), &tables(4), 1);
    let check = |sample: bool| {
        let spec = ReleaseSpec { sample, ..spec(if sample { "2026.11-sample" } else { "2026.11" }) };
        let path =
            release(dir.path(), &dir.path().join("release"), &spec, &Knowledge::embedded()).expect("release").path;
        let read = |name: &str| fs::read_to_string(path.join(name)).expect(name);
        assert_eq!(read("README.md").contains("THIS IS A SAMPLE"), sample);
        let package: serde_json::Value = serde_json::from_str(&read("datapackage.json")).expect("JSON");
        assert_eq!(package["sample"], sample);
        assert_eq!(package["title"].as_str().expect("title").contains("sample"), sample);
    };
    check(true);
    check(false);
}

#[test]
fn rows_that_break_the_schema_stop_the_release() {
    let check = |change: &dyn Fn(&mut Tables), expect: &str| {
        let dir = tempfile::tempdir().expect("folder");
        let mut tables = tables(6);
        change(&mut tables);
        write_all(dir.path(), &tables, 1);
        let releases = dir.path().join("release");
        let error = release(dir.path(), &releases, &spec("2026.11"), &Knowledge::embedded()).expect_err(expect);
        assert!(error.to_string().contains(expect), "{error} lacks {expect}");
        assert_eq!(fs::read_dir(&releases).expect("list").count(), 0, "nothing half-written stays");
    };
    check(&|t| t.mentions[0].event_type = "magic".into(), "mentions.parquet: column event_type: not in its code list");
    check(
        &|t| t.mentions[1].unit = Some("pood".into()),
        "column unit: not in its code list: 1 time(s), such as \"pood\"",
    );
    check(&|t| t.mentions[1].region = vec!["KZ-99".into()], "column region: not in its code list");
    check(&|t| t.mentions[1].value = Some(-3.0), "column value: below its minimum");
    check(&|t| t.mentions[1].value = Some(f64::NAN), "column value: not a finite number");
    check(&|t| t.mentions[1].confidence = 1.5, "column confidence: above its maximum");
    check(&|t| t.mentions[1].evidence = "ы".repeat(241), "column evidence: too long");
    check(&|t| t.mentions[1].mention_id = "m-00000".into(), "column mention_id: not unique");
    check(
        &|t| t.mentions[1].article_id = "a-9".into(),
        "column article_id: 1 value(s) not in articles, such as \"a-9\"",
    );
    check(&|t| t.events[1].part_of = Some("e-9".into()), "column part_of: 1 value(s) not in events");
    check(&|t| t.articles[1].story_id = Some("s-9".into()), "column story_id: 1 value(s) not in stories");
}

#[test]
fn a_damaged_release_is_found_out() {
    let dir = tempfile::tempdir().expect("folder");
    write_all(dir.path(), &tables(6), 1);
    let check = |change: &dyn Fn(&Path), expect: &str| {
        let releases = dir.path().join("release");
        let path = release(dir.path(), &releases, &spec("2026.11"), &Knowledge::embedded()).expect("release").path;
        assert_eq!(validate(&path).expect("validate"), []);
        change(&path);
        let problems =
            validate(&path).expect("validate").iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(problems.contains(expect), "{problems:?} lacks {expect:?}");
        fs::remove_dir_all(&releases).expect("remove");
    };
    check(&|p| fs::write(p.join("stray.txt"), "x").expect("write"), "stray.txt: is not in SHA256SUMS");
    check(
        &|p| fs::remove_file(p.join("codes/unit.csv")).expect("remove"),
        "codes/unit.csv: is in SHA256SUMS but not there",
    );
    check(&|p| fs::write(p.join("README.md"), "x").expect("write"), "README.md: differs from its checksum");
    check(
        &|p| fs::write(p.join("events.parquet"), "PAR1").expect("write"),
        "events.parquet: differs from the size or hash",
    );
    check(&|p| fs::write(p.join("datapackage.json"), "{").expect("write"), "datapackage.json: EOF");
    let outside = |p: &Path| {
        let text = fs::read_to_string(p.join("datapackage.json")).expect("read");
        fs::write(p.join("datapackage.json"), text.replace("\"events.parquet\"", "\"../../x.parquet\""))
            .expect("write");
    };
    check(&outside, "no file \"../../x.parquet\" in the release");
}

#[test]
fn what_changed_is_told_with_its_reason() {
    let check = |change: &dyn Fn(&mut Tables), expect: &[(&str, &str, &str, &str, Option<&str>)]| {
        let dir = tempfile::tempdir().expect("folder");
        let old = publish(dir.path(), &tables(6), "2026.11");
        let mut next = tables(6);
        change(&mut next);
        let new = publish(dir.path(), &next, "2026.12");
        let changes = diff(&old, &new).expect("diff");
        let found: Vec<_> = changes
            .iter()
            .map(|c| (c.table.as_str(), c.id.as_str(), c.change.as_str(), c.reason.as_str(), c.successor.as_deref()))
            .collect();
        assert_eq!(found, expect);
        let published: Vec<Change> = read_records(&new.join("changes.parquet")).expect("changes");
        assert_eq!(published, changes);
        assert!(read_records::<Change>(&old.join("changes.parquet")).expect("changes").is_empty(), "the first version");
    };
    check(&|_| (), &[]);
    check(&|t| t.mentions[5].value = Some(77.0), &[("mentions", "m-00005", "changed", "rule_changed", None)]);
    check(
        &|t| t.articles[5].content_hash = "f".repeat(64),
        &[("articles", "a-00005", "changed", "article_changed", None)],
    );
    // The sixth article goes, and with it its mention.
    let shrink = |t: &mut Tables| {
        t.articles.pop();
        t.mentions.pop();
        t.events[2].mention_ids.pop();
    };
    check(
        &shrink,
        &[
            ("articles", "a-00005", "removed", "article_removed", None),
            ("mentions", "m-00005", "removed", "article_removed", None),
            ("events", "e-00002", "changed", "article_removed", None),
        ],
    );
    // Two events become one.
    let merge = |t: &mut Tables| {
        let gone = t.events.pop().expect("event");
        t.events[1].mention_ids.extend(gone.mention_ids);
        for mention in &mut t.mentions[4..] {
            mention.event_id = Some("e-00001".into());
        }
    };
    check(
        &merge,
        &[
            ("mentions", "m-00004", "changed", "regrouped", None),
            ("mentions", "m-00005", "changed", "regrouped", None),
            ("events", "e-00001", "changed", "merged", None),
            ("events", "e-00002", "removed", "merged", Some("e-00001")),
        ],
    );
    // Two stories become one.
    let join = |t: &mut Tables| {
        t.stories.pop();
        for article in &mut t.articles[4..] {
            article.story_id = Some("s-00001".into());
        }
        t.events[2].story_id = Some("s-00001".into());
    };
    check(
        &join,
        &[
            ("articles", "a-00004", "changed", "regrouped", None),
            ("articles", "a-00005", "changed", "regrouped", None),
            ("events", "e-00002", "changed", "regrouped", None),
            ("stories", "s-00002", "removed", "regrouped", Some("s-00001")),
        ],
    );
    let grow = |t: &mut Tables| *t = tables(8);
    check(
        &grow,
        &[
            ("articles", "a-00006", "added", "new_article", None),
            ("articles", "a-00007", "added", "new_article", None),
            ("mentions", "m-00006", "added", "new_article", None),
            ("mentions", "m-00007", "added", "new_article", None),
            ("events", "e-00003", "added", "new_article", None),
            ("stories", "s-00003", "added", "regrouped", None),
        ],
    );
}

#[test]
fn the_release_describes_itself() {
    let dir = tempfile::tempdir().expect("folder");
    write_all(dir.path(), &tables(4), 1);
    let evaluation = |pipeline| serde_json::json!({"f1": 0.5, "pipeline": pipeline}).to_string();
    let pipeline = dalel::publish::pipeline(&Knowledge::embedded());
    fs::write(dir.path().join("eval.json"), evaluation(pipeline.clone())).expect("write");
    let spec = ReleaseSpec {
        released: NaiveDate::from_ymd_opt(2026, 11, 21),
        doi: Some("10.5281/zenodo.1".into()),
        homepage: Some("https://dalel.example".into()),
        known_issues: vec!["One known issue.".into()],
        accuracy: Some(dir.path().join("eval.json")),
        ..spec("2026.11")
    };
    let path = release(dir.path(), &dir.path().join("release"), &spec, &Knowledge::embedded()).expect("release").path;
    let read = |name: &str| fs::read_to_string(path.join(name)).expect(name);
    let json = |name: &str| serde_json::from_str::<serde_json::Value>(&read(name)).expect(name);
    assert_eq!(json("accuracy.json")["evaluation"]["f1"], 0.5);
    assert_eq!(json("croissant.json")["datePublished"], "2026-11-21");
    assert_eq!(json("croissant.json")["recordSet"][1]["field"].as_array().expect("fields").len(), 30);
    assert_eq!(json(".zenodo.json")["publication_date"], "2026-11-21");
    assert_eq!(json("dcat.jsonld")["dcat:landingPage"]["@id"], "https://dalel.example");
    assert_eq!(json("datapackage.json")["created"], "2026-11-21T00:00:00Z");
    for (name, words) in [
        ("CITATION.cff", "doi: \"10.5281/zenodo.1\""),
        ("README.md", "- One known issue."),
        ("README.md", "  - config_name: events\n    data_files: events.parquet\n    default: true\n"),
        ("DICTIONARY.md", "| `evidence_start` | integer | bytes |"),
        ("DICTIONARY.ru.md", "| `seizure` | Изъятие |"),
        ("CHANGES.md", "The first version."),
    ] {
        assert!(read(name).contains(words), "{name} lacks {words:?}");
    }
    for name in ["README.md", "datapackage.json", "croissant.json", "dcat.jsonld", "CITATION.cff", ".zenodo.json"] {
        assert!(read(name).contains("SAMPLE"), "{name} does not say that it is a sample");
    }
    let mut other = pipeline;
    other["rules_hash"] = "0".into();
    fs::write(dir.path().join("eval.json"), evaluation(other)).expect("write");
    let error = release(dir.path(), &dir.path().join("other"), &spec, &Knowledge::embedded()).expect_err("other rules");
    assert!(error.to_string().contains("another version (rules_hash differs)"), "{error}");
    let broken = ReleaseSpec { accuracy: Some(dir.path().join("none.json")), ..spec };
    let error = release(dir.path(), &dir.path().join("other"), &broken, &Knowledge::embedded()).expect_err("no file");
    assert!(error.to_string().contains("none.json: "), "{error}");
}

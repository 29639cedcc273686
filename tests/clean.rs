//! The cleaner on whole pages: golden pages, encodings, hostile input.
#![allow(clippy::disallowed_methods, reason = "tests work on files")]

mod common;

use dalel::clean::Cleaner;
use dalel::knowledge::Knowledge;
use dalel::record::{Snapshot, SnapshotKind, content_hash};
use dalel::stage::Map;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn cleaner() -> Cleaner {
    Cleaner::new(&Knowledge::open(&common::root()).expect("knowledge")).expect("lexicons")
}

/// The golden pages: each with the JSON of the same name beside it.
fn pages() -> Vec<PathBuf> {
    let folder = common::root().join("tests/pages");
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("tests/pages")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "html" || ending == "txt"))
        .collect();
    pages.sort();
    pages
}

/// A page with what the transport said of it, from the `input` of its JSON.
fn snapshot(page: &Path, input: &Value) -> Snapshot {
    let text = |key: &str| input[key].as_str().map(str::to_owned);
    let is_html = page.extension().is_some_and(|ending| ending == "html");
    Snapshot {
        snapshot_id: page.file_stem().expect("name").to_string_lossy().into_owned(),
        url: text("url"),
        outlet: None,
        fetched_at: input["fetched_at"].as_str().map(|t| t.parse().expect("fetched_at")),
        content_type: text("content_type"),
        kind: if is_html { SnapshotKind::Html } else { SnapshotKind::Text },
        body: std::fs::read(page).expect("page"),
    }
}

/// What the cleaner made of a page, as its JSON states it.
fn outcome(cleaner: &Cleaner, snapshot: &Snapshot) -> Value {
    let result = cleaner.map(snapshot);
    assert_eq!(result.seen(), 1, "{}", snapshot.snapshot_id);
    if let Some(reject) = result.refused.first() {
        return json!({ "refusal": reject.reason });
    }
    let article = &result.kept[0];
    assert_eq!(article.article_id, snapshot.snapshot_id);
    assert_eq!(article.content_hash, content_hash(&snapshot.body));
    json!({
        "title": article.title,
        "published": article.published_at,
        "precision": article.published_precision,
        "language": article.language,
        "canonical_url": article.canonical_url,
        "outlet": article.outlet,
        "author_is_agency": article.author_is_agency,
        "paragraphs": article.text.lines().collect::<Vec<_>>(),
    })
}

#[test]
fn golden_pages_read_as_they_were_reviewed() {
    // `make fixture` writes what is read now; the difference is reviewed.
    let writes = std::env::var_os("DALEL_FIXTURE").is_some();
    let cleaner = cleaner();
    let mut wrong = Vec::new();
    let pages = pages();
    assert!(pages.len() >= 40, "{} pages", pages.len());
    for page in &pages {
        let file = page.with_extension("json");
        let mut golden: Value =
            serde_json::from_str(&std::fs::read_to_string(&file).expect("JSON of the page")).expect("JSON");
        let found = outcome(&cleaner, &snapshot(page, &golden["input"]));
        if writes {
            golden["expect"] = found;
            std::fs::write(&file, format!("{golden:#}\n")).expect("write");
        } else if golden["expect"] != found {
            wrong.push(format!("{}\n  expected {}\n  found    {found}", page.display(), golden["expect"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {} pages differ:\n{}", wrong.len(), pages.len(), wrong.join("\n"));
}

#[test]
fn the_same_page_gives_the_same_article() {
    let cleaner = cleaner();
    for page in pages().iter().step_by(7) {
        let snapshot = snapshot(page, &Value::Null);
        assert_eq!(cleaner.map(&snapshot), cleaner.map(&snapshot));
    }
}

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

/// A page of an outlet with a spec of one layout until 2024 and another since.
fn read_with_spec(page: &str) -> dalel::clean::Reading {
    let mut knowledge = Knowledge::open(&common::root()).expect("knowledge");
    let spec = r#"
        id = "dala.example"
        name = "Дала"
        kind = "news"
        status = "unverified"
        languages = ["ru"]
        hosts = ["dala.example"]
        listings = [{ url = "https://dala.example/news/", link = "a" }]
        [[layouts]]
        valid_until = "2024-12-31"
        body = ".old"
        [[layouts]]
        title = ".name"
        body = ".new"
        date = ".stamp"
        remove = [".inset"]
        [terms]
        licence = "all-rights-reserved"
    "#;
    knowledge.insert("pipelines/sources/dala.example.toml", spec);
    let cleaner = Cleaner::new(&knowledge).expect("spec");
    cleaner.read_html(page, Some("https://dala.example/news/1"), None)
}

#[test]
fn a_spec_goes_first_where_it_fits() {
    use dalel::clean::layout::Fit;
    let sentence = "Департамент полиции сообщил о проверке, которая прошла в городе по жалобам жителей на этой неделе.";
    let other = "Редакция напоминает о конкурсе, который пройдёт весной, условия участия смотрите на нашем сайте.";
    let page = |class: &str, date: &str| {
        format!(
            "<meta property='article:published_time' content='{date}'><h1>Сайт</h1><b class=name>Проверка в городе</b><i class=stamp>5 мая 2025, 10:33</i>\
             <div class='{class} comments'><p>{sentence}</p><p class=inset>{other}</p><p>{sentence} Итог.</p></div><div><p>{other}</p><p>{other}</p></div>"
        )
    };
    let read = read_with_spec(&page("new", ""));
    assert_eq!(read.fit, Fit::Fitted);
    assert_eq!(read.metadata.title.as_deref(), Some("Проверка в городе"));
    assert_eq!(read.metadata.published.map(|m| m.at.to_rfc3339()).as_deref(), Some("2025-05-05T05:33:00+00:00"));
    assert_eq!(read.paragraphs, [sentence.to_owned(), format!("{sentence} Итог.")]);
    // The old layout for old pages only.
    assert_eq!(read_with_spec(&page("old", "2023-05-05")).fit, Fit::Fitted);
    assert_eq!(read_with_spec(&page("old", "2025-05-05")).fit, Fit::Missed("selector_matches_nothing"));
    let twice = page("new", "2025-05-05") + &page("new", "2025-05-05");
    assert_eq!(read_with_spec(&twice).fit, Fit::Missed("selector_matches_several"));
    assert_eq!(read_with_spec("<div class=new>Коротко</div>").fit, Fit::Missed("selector_holds_no_text"));
}

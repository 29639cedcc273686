//! The cleaner on whole pages: golden pages, encodings, hostile input.
#![allow(clippy::disallowed_methods, reason = "tests work on files")]

mod common;

use dalel::clean::Cleaner;
use dalel::knowledge::Knowledge;
use dalel::record::{Snapshot, SnapshotKind, content_hash};
use dalel::stage::Map;
use serde_json::{Value, json};
use std::fmt::Write as _;
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
    let reading = cleaner.read(snapshot).expect("kept");
    assert_eq!(article.article_id, snapshot.snapshot_id);
    assert_eq!(article.content_hash, content_hash(&snapshot.body));
    json!({
        "title": article.title,
        "published": article.published_at,
        "precision": article.published_precision,
        "language": article.language,
        "canonical_url": article.canonical_url,
        "site_name": reading.metadata.site_name,
        "section": reading.metadata.section,
        "tags": reading.metadata.tags,
        "named_source": reading.named_source,
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

/// An outlet with one layout until 2024 and another since.
const SPEC: &str = r#"
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
    date = ".stamp"
    [[layouts]]
    title = ".name"
    body = ".new"
    date = ".stamp"
    remove = [".inset"]
    [terms]
    licence = "all-rights-reserved"
"#;

/// A page of that outlet.
fn read_with_spec(page: &str) -> dalel::clean::Reading {
    let mut knowledge = Knowledge::open(&common::root()).expect("knowledge");
    knowledge.insert("pipelines/sources/dala.example.toml", SPEC);
    let cleaner = Cleaner::new(&knowledge).expect("spec");
    cleaner.read_html(page, Some("https://dala.example/news/1"), None)
}

const SENTENCE: &str =
    "Департамент полиции сообщил о проверке, которая прошла в городе по жалобам жителей на этой неделе.";
const OTHER: &str = "Редакция напоминает о конкурсе, который пройдёт весной, условия участия смотрите на нашем сайте.";

/// A page whose text is in an element of this class, published on this date (if any) by its metadata.
fn laid_out(class: &str, date: &str, stamp: &str) -> String {
    format!(
        "<meta property='article:published_time' content='{date}'><h1>Сайт</h1><b class=name>Проверка в городе</b><i class=stamp>{stamp}</i>\
         <div class='{class} comments'><p>{SENTENCE}</p><p class=inset>{OTHER}</p><p>{SENTENCE} Итог.</p></div><div><p>{OTHER}</p><p>{OTHER}</p></div>"
    )
}

#[test]
fn a_spec_goes_first_where_it_fits() {
    let read = read_with_spec(&laid_out("new", "", "5 мая 2025, 10:33"));
    assert!(read.fit.is_whole(), "{:?}", read.fit);
    assert_eq!(read.metadata.title.as_deref(), Some("Проверка в городе"));
    assert_eq!(read.metadata.published.map(|m| m.at.to_rfc3339()).as_deref(), Some("2025-05-05T05:33:00+00:00"));
    assert_eq!(read.paragraphs, [SENTENCE.to_owned(), format!("{SENTENCE} Итог.")]);
}

#[test]
fn a_selector_that_does_not_fit_is_refused_with_a_reason() {
    let missed = |page: &str| {
        let read = read_with_spec(page);
        assert!(read.fit.has_layout && read.refusal.is_none(), "{:?}", read.refusal);
        assert!(read.paragraphs.iter().any(|p| p == SENTENCE), "the generic way gives the text: {:?}", read.paragraphs);
        read.fit.missed
    };
    let page = laid_out("new", "2025-05-05", "5 мая 2025").replace(" comments", " text");
    assert_eq!(missed(&page), [""; 0]);
    assert_eq!(missed(&page.replace("class='new ", "class='renamed ")), ["body_matches_nothing"]);
    assert_eq!(missed(&page.replace("class=name", "")), ["title_matches_nothing"]);
    assert_eq!(missed(&page.replace("class=stamp", "")), ["date_matches_nothing"]);
    assert_eq!(missed(&page.replace("5 мая 2025", "Город")), ["date_states_none"]);
    let again = format!("{page}<b class=name>Другое</b><i class=stamp>6 мая 2025</i><div class=new>{OTHER}</div>");
    assert_eq!(missed(&again), ["body_matches_several", "title_matches_several", "date_matches_several"]);
    // Said twice is not two.
    let twice = format!("{page}<b class=name>Проверка в городе</b><i class=stamp>5 мая 2025</i>");
    assert_eq!(missed(&twice), [""; 0]);
    let short = format!("{page}<div class=new>").replace("class='new ", "class='text ");
    assert_eq!(missed(&short), ["body_holds_no_text"]);
}

#[test]
fn an_old_layout_is_for_old_pages() {
    let whole = |class: &str, date: &str, stamp: &str| {
        let read = read_with_spec(&laid_out(class, date, stamp));
        read.fit.missed.iter().all(|reason| !reason.starts_with("body")) && read.fit.has_layout
    };
    assert!(whole("old", "2023-05-05", ""));
    assert!(!whole("old", "2025-05-05", ""));
    assert!(whole("new", "2025-05-05", ""));
    assert!(!whole("new", "2023-05-05", ""));
    // The last day of the layout, in Kazakhstan.
    assert!(whole("old", "2024-12-31T23:30:00+05:00", ""));
    assert!(whole("new", "2025-01-01T00:30:00+05:00", ""));
    assert!(whole("old", "2023-05-05", "6 мая 2025"));
    // Only the layouts' own date selector tells the day; where nothing does, it is today's.
    assert!(whole("old", "", "5 мая 2023"));
    assert!(whole("new", "", "5 мая 2025"));
    assert!(whole("new", "", ""));
}

#[test]
fn a_run_counts_the_layouts_that_do_not_fit() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let mut archive = String::new();
    for (number, class) in (1..).zip(["new", "renamed", "new", "renamed", "renamed"]) {
        let page = laid_out(class, "2025-05-05", "5 мая 2025").replace("<h1>", &format!("<h1>{number} "));
        let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}");
        write!(
            archive,
            "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://dala.example/news/{number}\r\nWARC-Date: 2025-05-06T10:00:00Z\r\n\
             Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
            http.len()
        )
        .expect("memory");
    }
    let input = folder.path().join("pages.warc");
    std::fs::write(&input, archive).expect("archive");
    let mut knowledge = Knowledge::open(&common::root()).expect("knowledge");
    knowledge.insert("pipelines/sources/dala.example.toml", SPEC);
    let (job, output) = (common::job(&[input]), folder.path().join("out"));
    let run = || {
        dalel::run::run(&job, &output, &knowledge, dalel::run::Until::Clean, &dalel::run::Silent).expect("runs").account
    };
    let account = run();
    account.check().expect("in = kept + refused");
    assert_eq!(account.stage("clean").kept, 5, "{:?}", account.reasons);
    let count = &account.layouts["dala.example"];
    assert_eq!((count.pages, count.missed.get("body_matches_nothing")), (5, Some(&3)), "{count:?}");
    // Nor are they forgotten where the work is done already.
    assert_eq!(run().layouts, account.layouts);
}

//! The whole pipeline on the sample corpus: the same bytes however it is run, nothing lost, nothing done twice.
#![allow(clippy::disallowed_methods, reason = "tests work on files")]

mod common;

use common::{job, root, rows, run, tree};
use dalel::record::{Article, Event, Mention, Reject, Story};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn sample() -> PathBuf {
    root().join("pipelines/sample")
}

fn is_jsonl(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "jsonl")
}

/// The sample's files dealt to `n` folders in an order that has nothing to do with their names; lines of the JSONL
/// are dealt, too.
fn shuffled(n: usize, to: &Path) {
    let deal = |name: &str| {
        let hash = blake3::hash(name.as_bytes());
        to.join(format!("shard-{}", usize::from(hash.as_bytes()[0]) % n))
    };
    for (name, bytes) in tree(&sample()) {
        if is_jsonl(&name) {
            let text = String::from_utf8(bytes).expect("UTF-8");
            for (index, line) in text.lines().enumerate() {
                let folder = deal(&format!("line {index}"));
                fs::create_dir_all(&folder).expect("folder");
                fs::write(folder.join(format!("{index}.jsonl")), line).expect("file");
            }
        } else {
            let folder = deal(&name).join("deep");
            fs::create_dir_all(&folder).expect("folder");
            let file = Path::new(&name).file_name().expect("name");
            fs::write(folder.join(file), bytes).expect("file");
        }
    }
}

#[test]
fn threads_and_shards_leave_no_trace() {
    let dir = tempfile::tempdir().expect("temporary folder");
    let mut releases = Vec::new();
    let mut counts = Vec::new();
    for threads in [1, 4] {
        let mut job = job(&[sample()]);
        job.run.threads = threads;
        let output = dir.path().join(format!("threads-{threads}"));
        counts.push(run(&job, &output).expect("runs").account);
        releases.push(tree(&output.join("release")));
    }
    let shards = dir.path().join("in");
    shuffled(7, &shards);
    let mut folders: Vec<_> = fs::read_dir(&shards).expect("shards").map(|e| e.expect("entry").path()).collect();
    folders.sort();
    folders.reverse();
    assert_eq!(folders.len(), 7);
    let output = dir.path().join("shards");
    counts.push(run(&job(&folders), &output).expect("runs").account);
    releases.push(tree(&output.join("release")));

    assert!(releases[0].len() >= 8, "{:?}", releases[0].keys());
    for release in &releases[1..] {
        assert_eq!(release.keys().collect::<Vec<_>>(), releases[0].keys().collect::<Vec<_>>());
        for (name, bytes) in release {
            assert!(*bytes == releases[0][name], "{name} differs");
        }
    }
    assert_eq!(counts[0], counts[1]);
    assert_eq!(counts[0], counts[2]);
}

#[test]
fn nothing_is_lost_and_all_refer_to_each_other() {
    let dir = tempfile::tempdir().expect("temporary folder");
    let outcome = run(&job(&[sample()]), dir.path()).expect("runs");
    outcome.account.check().expect("in = kept + refused");
    let (articles, mentions) = (rows::<Article>(dir.path()), rows::<Mention>(dir.path()));
    let (events, stories) = (rows::<Event>(dir.path()), rows::<Story>(dir.path()));
    let rejects = rows::<Reject>(dir.path());

    let read = outcome.account.stage("read");
    let files = tree(&sample());
    let lines = |bytes: &[u8]| bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty()).count();
    let records: usize = files.iter().map(|(n, b)| if is_jsonl(n) { lines(b) } else { 1 }).sum();
    assert_eq!(read.seen, records);
    let refused: usize = outcome.account.stages.values().map(|stage| stage.refused).sum();
    assert_eq!(rejects.len(), refused);
    let refused_before_extract = rejects.iter().filter(|r| r.stage != "extract").count();
    assert_eq!(articles.len() + refused_before_extract, records);

    let ids: BTreeSet<_> = articles.iter().map(|a| &a.article_id).collect();
    assert_eq!(ids.len(), articles.len());
    let stories: BTreeSet<_> = stories.iter().map(|s| &s.story_id).collect();
    assert!(articles.iter().all(|a| a.story_id.as_ref().is_some_and(|id| stories.contains(id))));
    let event_ids: BTreeSet<_> = events.iter().map(|e| &e.event_id).collect();
    assert!(mentions.len() > 100, "{} mentions", mentions.len());
    for mention in &mentions {
        assert!(ids.contains(&mention.article_id));
        assert!(mention.event_id.as_ref().is_some_and(|id| event_ids.contains(id)), "{mention:?}");
    }
    let members: usize = events.iter().map(|event| event.mention_ids.len()).sum();
    assert_eq!(members, mentions.len());
}

#[test]
fn a_repeated_run_touches_no_file() {
    let dir = tempfile::tempdir().expect("temporary folder");
    let first = run(&job(&[sample()]), dir.path()).expect("runs");
    assert!(!first.up_to_date);
    let stamps = |folder: &Path| -> Vec<_> {
        let files = tree(folder).into_keys();
        files
            .map(|name| {
                let meta = fs::metadata(folder.join(&name)).expect("meta");
                (name, meta.modified().expect("time"))
            })
            .collect()
    };
    let before = (stamps(dir.path()), tree(dir.path()));
    let second = run(&job(&[sample()]), dir.path()).expect("runs again");
    assert!(second.up_to_date);
    assert_eq!((second.account, second.rows), (first.account, first.rows));
    assert_eq!(stamps(dir.path()), before.0);
    assert!(tree(dir.path()) == before.1);
}

#[test]
fn an_interrupted_run_goes_on_where_it_stopped() {
    let dir = tempfile::tempdir().expect("temporary folder");
    let whole = dir.path().join("whole");
    run(&job(&[sample()]), &whole).expect("runs");

    // What a killed process leaves: finished chunks, a half-written one, no tables.
    let cut = dir.path().join("cut");
    let shards = dir.path().join("in");
    shuffled(3, &shards);
    run(&job(std::slice::from_ref(&shards)), &cut).expect("runs");
    for table in ["articles", "mentions", "events", "stories", "rejects", "release"] {
        fs::remove_dir_all(cut.join(table)).expect("table");
    }
    fs::remove_file(cut.join("work/tables.json")).expect("record");
    let mut work: Vec<_> = fs::read_dir(cut.join("work")).expect("work").map(|e| e.expect("entry").path()).collect();
    work.retain(|path| path.to_string_lossy().ends_with(".extract"));
    work.sort();
    let lost = work.pop().expect("some chunks");
    fs::rename(&lost, cut.join("work/.tmp-half")).expect("rename");
    fs::write(cut.join("work/.tmp-half/mentions.parquet"), b"PAR1 half").expect("write");
    let kept: Vec<_> = work.iter().map(|path| fs::metadata(path).expect("meta").modified().expect("time")).collect();

    run(&job(&[shards]), &cut).expect("goes on");
    assert!(tree(&cut.join("release")) == tree(&whole.join("release")));
    assert!(!cut.join("work/.tmp-half").exists());
    let now: Vec<_> = work.iter().map(|path| fs::metadata(path).expect("meta").modified().expect("time")).collect();
    assert_eq!(now, kept, "finished chunks are not done again");
}

#[test]
fn a_new_page_costs_its_own_chunk_only() {
    let dir = tempfile::tempdir().expect("temporary folder");
    let (input, output) = (dir.path().join("in"), dir.path().join("out"));
    for n in 0..1500 {
        let folder = input.join(format!("{:02}", n % 50));
        fs::create_dir_all(&folder).expect("folder");
        fs::write(folder.join(format!("{n}.txt")), "слишком коротко").expect("file");
    }
    let article = sample().join("articles.jsonl");
    let first = run(&job(&[input.clone(), article.clone()]), &output).expect("runs");
    let works = || -> BTreeSet<String> {
        let entries = fs::read_dir(output.join("work")).expect("work");
        entries.map(|e| e.expect("entry").file_name().to_string_lossy().into_owned()).collect()
    };
    let before = works();
    fs::write(input.join("25/new.txt"), "слишком коротко").expect("file");
    let second = run(&job(&[input, article]), &output).expect("runs");
    assert_eq!(second.account.stage("read").seen, first.account.stage("read").seen + 1);
    let new = works().difference(&before).filter(|name| matches!(name.split_once('.'), Some((_, "clean")))).count();
    assert_eq!(new, 1, "chunks done: {new}");
}

#[test]
fn one_id_twice_is_kept_once_and_counted() {
    let dir = tempfile::tempdir().expect("temporary folder");
    let input = dir.path().join("in");
    for (folder, text) in [("a", "В Шымкенте изъято 5 кг гашиша."), ("b", "В Алматы изъято 7 кг гашиша.")]
    {
        fs::create_dir_all(input.join(folder)).expect("folder");
        let line = serde_json::json!({"id": "same", "lang": "ru", "text": text, "published": "2025-01-02"});
        fs::write(input.join(folder).join("x.jsonl"), format!("{line}\n")).expect("file");
    }
    let output = dir.path().join("out");
    let outcome = run(&job(&[input]), &output).expect("runs");
    let articles = rows::<Article>(&output);
    assert_eq!(articles.len(), 1);
    assert_eq!(outcome.account.reasons.get("identify/duplicate_id"), Some(&1));
    let mentions = rows::<Mention>(&output);
    assert_eq!(mentions.len(), 1);
    assert!(articles[0].text.contains(&mentions[0].evidence), "the mention is of the kept content: {mentions:?}");
}

#[test]
fn merged_ids_leave_aliases_and_stale_corrections_are_told() {
    let dir = tempfile::tempdir().expect("temporary folder");
    run(&job(&[sample()]), dir.path()).expect("runs");
    let aliases = || fs::read_to_string(dir.path().join(dalel::run::aliases::FILE)).expect("aliases");
    assert_eq!(aliases(), "table,old_id,new_id\n");
    let works = || fs::read_dir(dir.path().join("work")).expect("work").count();
    let (done, mentions) = (works(), rows::<Mention>(dir.path()));
    let (a, b) = mentions
        .iter()
        .find_map(|a| mentions.iter().find(|b| a.event_id < b.event_id && a.event_type == b.event_type).map(|b| (a, b)))
        .expect("two events");

    let mut knowledge = dalel::knowledge::Knowledge::embedded();
    let line = |a: &str, b: &str| format!("join,event,{a},{b},me,2026-01-01,one result\n");
    let lines = line(&a.mention_id, &b.mention_id) + &line(&a.mention_id, "m-gone");
    let header = "decision,level,a,b,reviewer,reviewed_at,reason\n";
    knowledge.insert("pipelines/corrections/links.csv", format!("{header}{lines}"));
    let job = job(&[sample()]);
    let outcome =
        dalel::run::run(&job, dir.path(), &knowledge, dalel::run::Until::Dedup, &dalel::run::Silent).expect("runs");
    assert_eq!(outcome.account.reasons["dedup/stale_correction"], 1);
    assert!(rows::<Reject>(dir.path()).iter().any(|r| r.record_id == "m-gone"));
    assert_eq!(works(), done, "a correction is no reason to read a page again");
    let now = rows::<Mention>(dir.path());
    let event = |id: &str| now.iter().find(|m| m.mention_id == id).expect("is there").event_id.clone().expect("event");
    assert_eq!(event(&a.mention_id), event(&b.mention_id));
    let old =
        [&a.event_id, &b.event_id].into_iter().flatten().find(|id| **id != event(&a.mention_id)).expect("one went");
    assert!(aliases().contains(&format!("events,{old},{}", event(&a.mention_id))), "{}", aliases());
}

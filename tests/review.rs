//! What people decide: corrections of mentions, and articles that are taken out on request.
#![allow(clippy::disallowed_methods, reason = "tests work on files")]

mod common;

use common::{dalel, rows, stderr, stdout, tree};
use dalel::knowledge::Knowledge;
use dalel::publish::{ReleaseError, ReleaseSpec, Version, release};
use dalel::record::{Article, Change, Mention};
use dalel::review::bind;
use dalel::run::{Job, Observer, Outcome, RunError, Until};
use std::fmt::Write;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Mutex;

/// Three articles: two of one story, and one of another outlet.
fn input(folder: &Path) {
    let line = |id: &str, url: &str, text: &str| {
        let day = "2025-08-19";
        format!(
            "{}\n",
            serde_json::json!({"id": id, "url": url, "outlet": url, "lang": "ru", "published": day, "title": text, "text": text})
        )
    };
    let text = [
        line("a-1", "https://www.one.example/news/1/", "В Шымкенте полицейские изъяли 5 кг гашиша."),
        line(
            "a-2",
            "https://two.example/p?id=7&utm_source=x",
            "В Таразе полицейские изъяли 77 кг марихуаны у Зюзюкина.",
        ),
        line("a-3", "https://two.example/p?id=8", "В Актау суд оштрафовал торговца на 4 млн тенге."),
    ];
    fs::create_dir_all(folder).expect("folder");
    fs::write(folder.join("articles.jsonl"), text.concat()).expect("input");
}

#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Observer for Notes {
    fn note(&self, message: &str) {
        self.0.lock().expect("lock").push(message.to_owned());
    }
}

fn run(folder: &Path, version: &str, knowledge: &Knowledge) -> Result<(Outcome, Vec<String>), RunError> {
    let mut job = Job::parse("test.toml", &format!("[publish]\nversion = \"{version}\"\n")).expect("job");
    job.read.input = vec![folder.join("in")];
    let notes = Notes::default();
    let outcome = dalel::run::run(&job, &folder.join("out"), knowledge, Until::Publish, &notes)?;
    let notes = notes.0.into_inner().expect("lock");
    Ok((outcome, notes))
}

fn changes(release: &Path) -> Vec<(String, String, String, String)> {
    let changes: Vec<Change> = dalel::publish::table::read_records(&release.join("changes.parquet")).expect("changes");
    changes.into_iter().map(|c| (c.table, c.id, c.change, c.reason)).collect()
}

fn has(changes: &[(String, String, String, String)], table: &str, id: &str, change: &str, reason: &str) -> bool {
    changes.iter().any(|c| (c.0.as_str(), c.1.as_str(), c.2.as_str(), c.3.as_str()) == (table, id, change, reason))
}

/// All that a release says: its files, those that are packed unpacked, tables as their rows are printed.
fn words(release: &Path) -> String {
    let mut all = String::new();
    for (name, bytes) in tree(release) {
        all.push_str(&name);
        let ending = Path::new(&name).extension().unwrap_or_default();
        if ending == "gz" {
            flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut all).expect("gzip");
        } else if ending == "parquet" {
            for batch in dalel::publish::table::TableReader::open(&release.join(&name)).expect("table") {
                write!(all, "{:?}", batch.expect("batch")).expect("a string takes all");
            }
        } else {
            all.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    all
}

#[test]
fn an_erased_article_is_in_no_table_and_its_tombstone_says_so() {
    let dir = tempfile::tempdir().expect("folder");
    input(&dir.path().join("in"));
    let (first, _) = run(dir.path(), "2026.11.20", &Knowledge::embedded()).expect("runs");
    let first = first.release.expect("release");
    let before = words(&first);
    let gone: Vec<Mention> = rows(&dir.path().join("out"));
    let gone: Vec<Mention> = gone.into_iter().filter(|m| m.article_id == "a-2").collect();
    assert!(!gone.is_empty() && before.contains("77 кг марихуаны") && before.contains("two.example/p?id=7"));
    let old_tables = dir.path().join("old");
    for table in ["articles", "mentions", "events", "stories"] {
        fs::create_dir_all(old_tables.join(table)).expect("folder");
        let file = format!("{table}/{table}.parquet");
        fs::copy(dir.path().join("out").join(&file), old_tables.join(&file)).expect("copy");
    }

    // The address is written otherwise than the article has it; the work of the first run is still there.
    let mut knowledge = Knowledge::embedded();
    let list = "what,erased_at,reason\nhttp://two.example/p/?id=7,2026-11-21,asked by the person\n";
    knowledge.insert("pipelines/corrections/erased.csv", list);
    let (second, _) = run(dir.path(), "2026.11.21", &knowledge).expect("runs");
    assert_eq!(second.account.reasons.get("erase/erased"), Some(&1));
    let second = second.release.expect("release");
    let after = words(&second);
    for private in ["77 кг", "марихуаны у", "p?id=7", "asked by", gone[0].evidence.as_str()] {
        assert!(!after.contains(private), "{private} is still told");
    }
    let articles: Vec<Article> = dalel::publish::table::read_records(&second.join("articles.parquet")).expect("rows");
    assert_eq!(articles.iter().map(|a| a.article_id.as_str()).collect::<Vec<_>>(), ["a-1", "a-3"]);
    assert!(rows::<Mention>(&dir.path().join("out")).iter().all(|m| m.article_id != "a-2"), "private tables neither");
    let changes = changes(&second);
    assert!(has(&changes, "articles", "a-2", "removed", "erased"), "{changes:?}");
    for mention in &gone {
        assert!(has(&changes, "mentions", &mention.mention_id, "removed", "erased"), "{changes:?}");
        let event = mention.event_id.as_deref().expect("event");
        assert!(has(&changes, "events", event, "removed", "erased"), "{changes:?}");
    }
    assert!(changes.iter().any(|c| c.0 == "stories" && c.3 == "erased"), "{changes:?}");
    assert_eq!(fs::read_to_string(second.join("erased.csv")).expect("file"), "article_id,erased_at\na-2,2026-11-21\n");

    // A later version keeps the tombstone; tables that were made before are refused.
    let (third, _) = run(dir.path(), "2026.11.22", &knowledge).expect("runs");
    let third = third.release.expect("release");
    assert!(fs::read_to_string(third.join("erased.csv")).expect("file").contains("a-2,2026-11-21"));
    let spec = ReleaseSpec::new(Version::try_from("2026.11.23".to_owned()).expect("version"));
    let error = release(&old_tables, &dir.path().join("r"), &spec, &knowledge).expect_err("old tables");
    assert!(matches!(&error, ReleaseError::Erased(ids) if ids == &["a-2"]), "{error}");
    assert_eq!(RunError::from(error).exit_code(), 3);
    assert_eq!(fs::read_dir(dir.path().join("r")).expect("folder").count(), 0, "nothing half-written");
}

#[test]
fn a_release_with_an_erased_article_is_withdrawn_and_another_takes_its_place() {
    let dir = tempfile::tempdir().expect("folder");
    input(&dir.path().join("in"));
    let out = dir.path().join("out");
    let (first, _) = run(dir.path(), "2026.11.20", &Knowledge::embedded()).expect("runs");
    let first = first.release.expect("release");
    // The second release has another article, and the one that is to go as well.
    let more = serde_json::json!({"id": "a-4", "url": "https://three.example/1", "lang": "ru", "published": "2025-08-20",
        "text": "В Костанае полицейские изъяли 9 кг гашиша."});
    fs::write(dir.path().join("in/more.jsonl"), format!("{more}\n")).expect("input");
    let (second, _) = run(dir.path(), "2026.11.21", &Knowledge::embedded()).expect("runs");
    let made = fs::read_to_string(second.release.expect("release").join("accuracy.json")).expect("file");
    let private = ["77 кг", "марихуаны у", "p?id=7"];
    assert!(private.iter().all(|text| words(&first).contains(text)));

    let job = Job::parse("test.toml", "[publish]\nknown_issues = ['None is known.']\n").expect("job");
    let withdraw = |knowledge: &Knowledge| dalel::run::withdraw::withdraw(&out, &job, knowledge).expect("withdraws");
    assert!(withdraw(&Knowledge::embedded()).is_empty(), "nothing is erased");
    let mut knowledge = Knowledge::embedded();
    let list = "what,erased_at,reason\nhttp://two.example/p/?id=7,2026-11-22,asked\n";
    knowledge.insert("pipelines/corrections/erased.csv", list);
    let done = withdraw(&knowledge);
    let pairs: Vec<_> = done.iter().map(|it| (it.version.as_str(), it.replaced_by.as_str())).collect();
    assert_eq!(pairs, [("2026.11.20", "2026.11.20-2"), ("2026.11.21", "2026.11.21-2")]);
    let names: Vec<_> = fs::read_dir(out.join("release")).expect("list").flatten().map(|e| e.file_name()).collect();
    assert!(names.len() == 2 && names.iter().all(|n| n.to_string_lossy().ends_with("-2")), "{names:?}");
    assert_eq!(dalel::run::withdraw::withdrawn(&out).expect("file"), done);
    for (version, articles) in [("2026.11.20-2", 2), ("2026.11.21-2", 3)] {
        let release = out.join("release").join(version);
        assert_eq!(dalel::publish::validate(&release).expect("read"), [], "{version}");
        let told = words(&release);
        for text in private {
            assert!(!told.contains(text), "{version}: {text} is still told");
        }
        let left: Vec<Article> = dalel::publish::table::read_records(&release.join("articles.parquet")).expect("rows");
        assert_eq!(left.len(), articles);
        let tombstones = fs::read_to_string(release.join("erased.csv")).expect("file");
        assert_eq!(tombstones, "article_id,erased_at\na-2,2026-11-22\n");
        assert!(has(&changes(&release), "articles", "a-2", "removed", "erased"));
        assert!(changes(&release).iter().all(|c| c.3 == "erased"), "nothing else differs: {:?}", changes(&release));
        let retired = fs::read_to_string(release.join("retired.csv")).expect("file");
        assert!(retired.contains(&format!("\narticles,a-2,,erased,{version}\n")), "{retired}");
    }
    // What made the rows is told as before.
    let again = fs::read_to_string(out.join("release/2026.11.21-2/accuracy.json")).expect("file");
    assert_eq!(again.replace("2026.11.21-2", "2026.11.21"), made);
    assert!(withdraw(&knowledge).is_empty(), "once is enough");
}

#[test]
fn what_an_earlier_stage_refused_does_not_quote_an_erased_article() {
    let dir = tempfile::tempdir().expect("folder");
    input(&dir.path().join("in"));
    let mut job =
        Job::parse("test.toml", "[publish]\nversion = '2026.11.20'\n[extract]\nmin_confidence = 1.0\n").expect("job");
    job.read.input = vec![dir.path().join("in")];
    let quoted = |knowledge: &Knowledge| {
        dalel::run::run(&job, &dir.path().join("out"), knowledge, Until::Dedup, &Notes::default()).expect("runs");
        let rejects: Vec<dalel::record::Reject> = rows(&dir.path().join("out"));
        rejects.iter().any(|r| r.detail.contains("77 кг"))
    };
    assert!(quoted(&Knowledge::embedded()), "a doubtful mention is refused with its words");
    let mut knowledge = Knowledge::embedded();
    let list = "what,erased_at,reason\nhttps://two.example/p?id=7,2026-11-22,asked\n";
    knowledge.insert("pipelines/corrections/erased.csv", list);
    assert!(!quoted(&knowledge));
}

#[test]
fn a_correction_is_applied_without_reading_anything_again_and_told_by_the_diff() {
    let dir = tempfile::tempdir().expect("folder");
    input(&dir.path().join("in"));
    let (first, _) = run(dir.path(), "2026.11.20", &Knowledge::embedded()).expect("runs");
    let stamps = || {
        let work = dir.path().join("out/work");
        let files = tree(&work).into_keys().filter(|name| name.contains(".extract/"));
        files.map(|name| fs::metadata(work.join(&name)).expect("meta").modified().expect("time")).collect::<Vec<_>>()
    };
    let work = stamps();
    assert!(!work.is_empty());
    let mentions: Vec<Mention> = rows(&dir.path().join("out"));
    let of = |article: &str| mentions.iter().find(|m| m.article_id == article).expect("mention");
    let (amended, rejected) = (of("a-1"), of("a-3"));
    let line = |decision: &str, m: &Mention, hash: &str, field: &str, value: &str| {
        format!("{decision},{},{},{hash},{field},{value},me,2026-11-21,misread\n", m.mention_id, m.article_id)
    };
    let head = "decision,mention_id,article_id,evidence_hash,field,value,reviewer,reviewed_at,reason\n";
    let lines = [
        head.to_owned(),
        line("amend", amended, &bind(amended), "value", "50"),
        line("reject", rejected, &bind(rejected), "", ""),
        line("accept", of("a-2"), "words-0000000000000000", "", ""),
    ];
    let mut knowledge = Knowledge::embedded();
    knowledge.insert("pipelines/corrections/mentions.csv", lines.concat());
    let (second, notes) = run(dir.path(), "2026.11.21", &knowledge).expect("runs");
    assert_eq!(stamps(), work, "no article is read again");
    second.account.check().expect("in = kept + refused");
    assert_eq!(second.account.reasons.get("review/rejected"), Some(&1));
    let told = format!("correction out of date: accept {}: its evidence reads differently now", of("a-2").mention_id);
    assert_eq!((&second.stale, &notes), (&vec![told.clone()], &vec![told]));
    let now: Vec<Mention> = rows(&dir.path().join("out"));
    let found = now.iter().find(|m| m.mention_id == amended.mention_id).expect("kept under its id");
    assert_eq!((found.value, found.confidence), (Some(50.0), 1.0));
    assert!(now.iter().all(|m| m.mention_id != rejected.mention_id));
    let release = second.release.expect("release");
    let changes = changes(&release);
    assert!(has(&changes, "mentions", &amended.mention_id, "changed", "corrected"), "{changes:?}");
    assert!(has(&changes, "mentions", &rejected.mention_id, "removed", "corrected"), "{changes:?}");
    let event = amended.event_id.as_deref().expect("event");
    assert!(has(&changes, "events", event, "changed", "corrected"), "{changes:?}");
    let corrections = fs::read_to_string(release.join("corrections.csv")).expect("file");
    assert!(corrections.contains(&format!("{},amend,value,50\n", amended.mention_id)), "{corrections}");
    assert!(!corrections.contains("me,"), "who decided is nobody's business");
    assert_ne!(first.release.expect("release"), release);

    // The same again is up to date, and still tells what is out of date.
    let (third, notes) = run(dir.path(), "2026.11.21", &knowledge).expect("runs");
    assert!(third.up_to_date && notes == second.stale);
}

#[test]
fn the_command_lists_takes_back_and_erases() {
    let dir = tempfile::tempdir().expect("folder");
    input(&dir.path().join("in"));
    run(dir.path(), "2026.11.20", &Knowledge::embedded()).expect("runs");
    let checkout = dir.path().join("checkout");
    for folder in ["pipelines", "schemas"] {
        for (name, bytes) in tree(&common::root().join(folder)) {
            if !name.starts_with("sample/") {
                let target = checkout.join(folder).join(name);
                fs::create_dir_all(target.parent().expect("folder")).expect("folder");
                fs::write(target, bytes).expect("copy");
            }
        }
    }
    let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    let (root, out, sheet) = (text(&checkout), text(&dir.path().join("out")), text(&dir.path().join("doubts.csv")));
    let review = |more: &[&str]| dalel(&[&["--knowledge", &root, "review", "--output", &out][..], more].concat());
    let listed = review(&["--below", "1.1", &sheet]);
    assert!(listed.status.success(), "{}", stderr(&listed));
    assert!(stdout(&listed).contains("doubtful mentions among"), "{}", stdout(&listed));
    let written = fs::read_to_string(&sheet).expect("sheet");
    assert!(!written.contains("Зюзюкин") && written.contains("[имя]"), "names are masked: {written}");
    let (head, rest) = written.split_once('\n').expect("lines");
    fs::write(&sheet, format!("{head}\n{}", rest.replacen(',', "reject,", 1))).expect("fill");
    let taken = review(&["--take", &sheet, "--reviewer", "me"]);
    assert!(taken.status.success(), "{}", stderr(&taken));
    let file = fs::read_to_string(checkout.join("pipelines/corrections/mentions.csv")).expect("corrections");
    assert!(file.lines().count() == 2 && file.contains("\nreject,"), "{file}");
    let again = review(&["--below", "1.1"]);
    assert_eq!(stdout(&again).lines().count() + 1, written.lines().count(), "what is decided is not asked again");
    let nobody = review(&["--take", &sheet]);
    assert_eq!(nobody.status.code(), Some(2), "who decided must be told");
    let erased = review(&["--erase", "https://one.example/news/1", "--reason", "asked"]);
    assert!(erased.status.success(), "{}", stderr(&erased));
    let list = fs::read_to_string(checkout.join("pipelines/corrections/erased.csv")).expect("list");
    assert!(list.contains("\nblake3:") && !list.contains("one.example"), "{list}");
    assert!(stdout(&review(&["--erase", "https://www.one.example/news/1/"])).contains("already"));
}

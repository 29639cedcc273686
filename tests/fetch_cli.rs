//! `dalel fetch` and `dalel sources` as cron sees them: what they print, how they end.
#![cfg(feature = "fetch")]
#![allow(clippy::disallowed_methods, reason = "tests work on files, with a clock")]

mod common;
#[path = "support/server.rs"]
mod server;

use common::{dalel, stderr, stdout};
use server::{Reply, Server, feed};
use std::path::{Path, PathBuf};

/// A checkout: the data files of this one, with other sources.
struct Checkout {
    place: tempfile::TempDir,
}

impl Checkout {
    fn new() -> Self {
        let checkout = Self { place: tempfile::tempdir().expect("a folder") };
        for folder in ["pipelines", "schemas"] {
            copy(&common::root().join(folder), &checkout.root().join(folder));
        }
        for folder in ["pipelines/sources", "pipelines/sample"] {
            std::fs::remove_dir_all(checkout.root().join(folder)).expect("removed");
        }
        std::fs::create_dir(checkout.root().join("pipelines/sources")).expect("a folder");
        checkout
            .job("contact = \"mailto:test@example.org\"\nallow_private = true\nretries = 0\nbackoff_seconds = 0.05\n");
        checkout
    }

    fn root(&self) -> PathBuf {
        self.place.path().join("checkout")
    }

    fn job(&self, fetch: &str) {
        let text = format!(
            "[fetch]\n{fetch}[read]\ninput = [\"../../output/snapshots\"]\n[publish]\nversion = \"2026.11.22\"\n"
        );
        std::fs::write(self.root().join("pipelines/job.toml"), text).expect("written");
    }

    fn source(&self, server: &Server, host: &str, spec: &str) {
        let spec = spec.replace("HOST", &format!("http://{host}:{}", server.address.port()));
        let text = format!(
            "id = \"{host}\"\nname = \"x\"\nkind = \"news\"\nstatus = \"unverified\"\nlanguages = [\"ru\"]\nhosts = [\"{host}\"]\n\
             {spec}\n[rate]\nperiod_seconds = 0.0\n[terms]\nlicence = \"all-rights-reserved\"\nsummary = \"invented\"\n\
             [expect]\nmin_articles_per_week = 7\nmin_share_with_date = 0.9\nmin_share_with_events = 0.9\n"
        );
        std::fs::write(self.root().join(format!("pipelines/sources/{host}.toml")), text).expect("written");
    }

    /// Runs a command with the job and the output of this checkout; its exit code, what it printed and what it logged.
    fn run(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let text = |path: PathBuf| path.to_str().expect("UTF-8").to_owned();
        let (job, out) = (text(self.root().join("pipelines/job.toml")), text(self.place.path().join("output")));
        let args: Vec<&str> = args
            .iter()
            .map(|arg| match *arg {
                "JOB" => job.as_str(),
                "OUT" => out.as_str(),
                other => other,
            })
            .collect();
        let output = dalel(&args);
        (output.status.code(), stdout(&output), stderr(&output))
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").map(|e| e.expect("an entry")) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), &to).expect("copied");
        }
    }
}

fn article(n: u32, dated: bool) -> Reply {
    let date =
        if dated { "<meta property=\"article:published_time\" content=\"2026-11-20T10:00:00+05:00\">" } else { "" };
    Reply::html(format!(
        "<html lang=ru><head><title>Сообщение {n}</title>{date}</head><body><article><h1>Сообщение {n}</h1>\
         <p>В Шымкенте сотрудники полиции задержали {n} подозреваемых в кражах, сообщили в пресс-службе департамента.</p>\
         <p>Задержанные водворены в изолятор временного содержания, расследование продолжается, все обстоятельства \
         выясняются, жителей города просят сообщать о подобных случаях по телефону дежурной части.</p></article></body></html>"
    ))
}

#[test]
fn a_check_tells_what_is_wrong_with_a_spec() {
    let server = Server::start(|request| {
        let here = |path: &str| format!("http://{}{path}", request.headers["host"]);
        match (request.host.as_str(), request.path.as_str()) {
            ("closed.localhost", "/robots.txt") => Reply::new(200, "text/plain", "User-agent: *\nDisallow: /"),
            (_, "/robots.txt" | "/gone") => Reply::status(404),
            (_, "/feed") => feed((1..4).map(|n| here(&format!("/news/{n}")))),
            (_, "/stale") => Reply::xml(format!(
                "<rss version=\"2.0\"><channel><title>t</title><item><link>{}</link><pubDate>Sat, 30 Aug 2014 10:00:00 \
                 +0500</pubDate></item></channel></rss>",
                here("/news/1")
            )),
            (_, "/html") => Reply::html("<p>no feed"),
            (_, "/list") => Reply::html("<a class=n href='/video/1'>x</a>"),
            (_, "/kazakh") => feed([here("/kk")]),
            (_, "/kk") => Reply::html(format!("<article><h1>Хабарлама</h1>{}</article>", "<p>Полиция қызметкерлері қалада күдіктілерді ұстады, тергеу жалғасуда, деп хабарлады департаменттің баспасөз қызметі.</p>".repeat(3))),
            (_, "/pdfs") => feed([here("/pdf")]),
            (_, "/pdf") => Reply::new(200, "application/pdf", "%PDF"),
            (_, path) => article(path.rsplit('/').next().and_then(|n| n.parse().ok()).unwrap_or(1), true),
        }
    });
    let checkout = Checkout::new();
    let layout = "[[layouts]]\ntitle = \"h1\"\nbody = \"article\"\n";
    checkout.source(&server, "good.localhost", &format!("feeds = [\"HOST/feed\"]\ninclude = [\"/news/*\"]\n{layout}"));
    let (code, out, log) = checkout.run(&["sources", "check", "--job", "JOB", "good.localhost"]);
    assert_eq!(code, Some(0), "{out}{log}");
    assert!(
        out.contains("ok     http://good.localhost") && out.contains("/feed: 3 addresses, 3 of them articles"),
        "{out}"
    );
    assert!(out.contains("in ru, of 2026-11-20"), "{out}");
    let check = |host: &str, spec: &str, expected: &str| {
        checkout.source(&server, host, spec);
        let (code, out, log) = checkout.run(&["sources", "check", "--job", "JOB", host]);
        assert_eq!(code, Some(1), "{host}: {out}{log}");
        assert!(out.lines().any(|l| l.starts_with("  wrong  ") && l.contains(expected)), "{host}: {expected}\n{out}");
        assert!(log.contains("1 of 1 sources do not fit their sites"), "{log}");
    };
    check("gone.localhost", "feeds = [\"HOST/gone\"]", "/gone: status: the server answered 404");
    check("html.localhost", "feeds = [\"HOST/html\"]", "not_a_feed");
    check("closed.localhost", "feeds = [\"HOST/feed\"]", "robots.txt forbids it");
    check("stale.localhost", "feeds = [\"HOST/stale\"]", "its newest article is of 2014-08-30");
    check("moved.localhost", "feeds = [\"HOST/feed\"]\ninclude = [\"/story/*\"]", "3 addresses, 0 of them articles");
    check(
        "list.localhost",
        "[[listings]]\nurl = \"HOST/list\"\nlink = \"a.n\"\nnext = \"a.next\"",
        "no link to a following",
    );
    check(
        "design.localhost",
        "feeds = [\"HOST/feed\"]\n[[layouts]]\nbody = \".text\"",
        "nothing fits the body's selector",
    );
    check("kazakh.localhost", "feeds = [\"HOST/kazakh\"]", "its language is kk, not ru");
    check("pdf.localhost", "feeds = [\"HOST/pdfs\"]", "the server calls it application/pdf");
    let (code, _, log) = checkout.run(&["sources", "check", "--job", "JOB", "nobody.localhost"]);
    assert_eq!((code, log.contains("no source `nobody.localhost`")), (Some(2), true), "{log}");
}

#[test]
fn a_daily_run_ends_as_cron_needs_it() {
    let server = Server::start(|request| match request.path.as_str() {
        "/robots.txt" => Reply::status(404),
        "/feed" => feed((1..13).map(|n| format!("http://{}/news/{n}", request.headers["host"]))),
        path => {
            let n = path.rsplit('/').next().and_then(|n| n.parse().ok()).unwrap_or(1);
            article(n, n > 6)
        }
    });
    let checkout = Checkout::new();
    checkout.source(&server, "a.localhost", "feeds = [\"HOST/feed\"]");
    let daily = ["--log", "json", "fetch", "JOB", "--output", "OUT"];
    let (code, out, log) = checkout.run(&daily);
    assert_eq!(code, Some(0), "{log}");
    assert!(out.starts_with("12 pages archived, 0 unchanged, 12 new addresses in 1 lists of 1 sources"), "{out}");
    let lines: Vec<serde_json::Value> = log.lines().map(|l| serde_json::from_str(l).expect(l)).collect();
    let ends: Vec<_> = lines.iter().filter(|l| l["message"] == "fetched").collect();
    assert_eq!(ends.len(), 1, "one summary line: {log}");
    assert_eq!((&ends[0]["stored"], &ends[0]["failed"]), (&12.into(), &0.into()), "{log}");
    let (_, out, log) = checkout.run(&["--quiet", "fetch", "JOB", "--output", "OUT"]);
    assert_eq!((out, log), (String::new(), String::new()), "nothing to tell, nothing to mail");

    let (code, _, log) = checkout.run(&["--log", "json", "run", "JOB", "--output", "OUT"]);
    assert_eq!(code, Some(0), "{log}");
    let expect = ["--log", "json", "sources", "expect", "--job", "JOB", "--output", "OUT"];
    let (code, _, log) = checkout.run(&expect);
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("6 of 12 articles have a date (0.50), expected 0.90"), "{log}");
    assert!(log.contains("\"sources\":1,\"below\":1"), "{log}");
    let (code, _, log) = checkout.run(&[&expect[..], &["--strict"]].concat());
    assert_eq!((code, log.contains("1 of 1 sources gave less")), (Some(3), true), "{log}");

    let lock = checkout.place.path().join("output/snapshots/lock");
    let lock = std::fs::File::options().append(true).open(lock).expect("the lock");
    lock.lock().expect("free");
    let (code, _, log) = checkout.run(&["fetch", "JOB", "--output", "OUT"]);
    assert_eq!((code, log.contains("another fetch is at work here")), (Some(1), true), "{log}");
    drop(lock);
    drop(server);
    let (code, _, log) = checkout.run(&["fetch", "JOB", "--output", "OUT"]);
    assert_eq!((code, log.contains("no source could be reached")), (Some(1), true), "{log}");
    checkout.job("contact = \"\"\n");
    let (code, _, log) = checkout.run(&["fetch", "JOB", "--output", "OUT"]);
    assert_eq!((code, log.contains("fetch.contact must say")), (Some(2), true), "{log}");
}

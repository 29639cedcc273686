//! Long crawls: nothing lost, nothing repeated, at the agreed rate, within little memory.
#![cfg(feature = "fetch")]
#![allow(clippy::disallowed_methods, reason = "tests work on files, with a clock")]

#[path = "support/crawl.rs"]
mod crawl;
#[path = "support/server.rs"]
mod server;

use crawl::{archived, job, run, source};
use dalel::fetch::FetchJob;
use dalel::source::Source;
use server::{Reply, Server, feed};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// 20 hosts with some pages each, of which feeds and sitemaps name overlapping parts.
fn many_hosts(pages: u32) -> Server {
    Server::start(move |request| {
        let here = |n: u32| format!("http://{}/p/{n}", request.headers["host"]);
        match request.path.as_str() {
            "/robots.txt" => Reply::status(404),
            "/feed" => feed((0..pages * 6 / 10).map(|n| here(n) + "?utm_source=rss")),
            "/sitemap.xml" => {
                let urls: Vec<String> = (pages * 4 / 10..pages).map(here).collect();
                let urls = urls.join("</loc></url><url><loc>");
                Reply::xml(format!("<urlset><url><loc>{urls}</loc></url></urlset>"))
            }
            path => Reply::html(format!("<h1>{}{path}</h1>{}", request.host, "<p>текст</p>".repeat(200))),
        }
    })
}

fn many_sources(server: &Server, period: f64) -> Vec<(String, Source, String)> {
    (0..20)
        .map(|n| {
            let host = format!("h{n:02}.localhost");
            let lists = format!(
                "feeds = [{:?}]\nsitemaps = [{:?}]",
                server.url(&host, "/feed"),
                server.url(&host, "/sitemap.xml")
            );
            let source = source(&host, period, &lists);
            (host, source, lists)
        })
        .collect()
}

fn every_page() -> BTreeSet<String> {
    (0..20).flat_map(|h| (0..100).map(move |n| format!("h{h:02}.localhost/p/{n}"))).collect()
}

fn without_port(url: &str) -> String {
    let rest = url.strip_prefix("http://").expect("http");
    let (authority, path) = rest.split_once('/').expect("a path");
    format!("{}/{path}", authority.split(':').next().expect("a host"))
}

#[test]
fn two_thousand_pages_of_twenty_hosts_are_each_asked_once_at_their_rate() {
    const PERIOD: f64 = 0.1;
    let server = many_hosts(100);
    let sources: Vec<Source> = many_sources(&server, PERIOD).into_iter().map(|(_, source, _)| source).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let small = FetchJob { archive_bytes: 50_000, timeout_seconds: 30.0, ..job() };
    let lag = Lag::watch();
    let summary = run(&sources, &small, folder.path());
    let lag = lag.end();
    assert_eq!((summary.stored, summary.found, summary.left), (2000, 2000, 0), "{summary:?}");
    let asked: Vec<String> =
        server.log().iter().filter(|r| r.path.starts_with("/p/")).map(|r| format!("{}{}", r.host, r.path)).collect();
    assert_eq!(asked.len(), 2000);
    assert_eq!(asked.into_iter().collect::<BTreeSet<_>>(), every_page());
    let pages: Vec<String> =
        archived(folder.path()).iter().map(|p| without_port(p.url.as_deref().expect("a url"))).collect();
    assert_eq!(pages.len(), 2000);
    assert_eq!(pages.into_iter().collect::<BTreeSet<_>>(), every_page());
    let files = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert!(files > 5, "archives are rotated by size: {files}");
    let log = server.log();
    let rates = (0..20).map(|n| {
        let host = format!("h{n:02}.localhost");
        let times: Vec<_> = log.iter().filter(|r| r.host == host).map(|r| r.at).collect();
        assert_eq!(times.len(), 103, "{host}: robots.txt, two lists, a hundred pages");
        (times.len() - 1) as f64 * PERIOD / (times[times.len() - 1] - times[0]).as_secs_f64()
    });
    let (slowest, fastest) = rates.fold((f64::MAX, 0.0), |(low, high), rate| (rate.min(low), rate.max(high)));
    println!("hosts were asked at {slowest:.3} to {fastest:.3} times their rate; the machine lagged {lag:?}");
    assert!(fastest <= 1.05, "{fastest}");
    // A machine that is busy with other things leaves gaps that no crawler can help.
    assert!(slowest >= 0.95 || lag > Duration::from_millis(3), "{slowest}");
}

/// How late this machine wakes whoever sleeps, on the average.
struct Lag(std::sync::mpsc::Sender<()>, std::thread::JoinHandle<Duration>);

impl Lag {
    fn watch() -> Self {
        let (end, ended) = std::sync::mpsc::channel();
        let watcher = std::thread::spawn(move || {
            let (mut late, mut times) = (Duration::ZERO, 0);
            while ended.try_recv().is_err() {
                let begin = std::time::Instant::now();
                std::thread::sleep(Duration::from_millis(10));
                late += begin.elapsed().saturating_sub(Duration::from_millis(10));
                times += 1;
            }
            late / times.max(1)
        });
        Self(end, watcher)
    }

    fn end(self) -> Duration {
        let _ = self.0.send(());
        self.1.join().expect("watched")
    }
}

/// A checkout with a job and the specs of the twenty hosts.
fn checkout(server: &Server, place: &Path, period: f64) {
    let root = place.join("checkout");
    std::fs::create_dir_all(root.join("pipelines/sources")).expect("folders");
    std::fs::create_dir_all(root.join("schemas")).expect("folders");
    for (host, _, lists) in many_sources(server, period) {
        let spec = format!(
            "id = \"{host}\"\nname = \"x\"\nkind = \"news\"\nstatus = \"unverified\"\nlanguages = [\"ru\"]\nhosts = [\"{host}\"]\n\
             {lists}\n[rate]\nperiod_seconds = {period:?}\nconcurrency = 2\n[terms]\nlicence = \"all-rights-reserved\"\n"
        );
        std::fs::write(root.join(format!("pipelines/sources/{host}.toml")), spec).expect("written");
    }
    let text = "[fetch]\ncontact = \"mailto:test@example.org\"\nallow_private = true\nbackoff_seconds = 0.05\nrecheck_days = 0\n\
                archive_bytes = 60000\n";
    std::fs::write(root.join("job.toml"), text).expect("written");
}

fn start(place: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_dalel"))
        .args(["--quiet", "--knowledge"])
        .arg(place.join("checkout"))
        .arg("fetch")
        .arg(place.join("checkout/job.toml"))
        .arg("--output")
        .arg(place.join("output"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts")
}

#[test]
fn a_crawl_that_is_killed_ten_times_loses_and_repeats_nothing() {
    let server = many_hosts(100);
    let place = tempfile::tempdir().expect("a folder");
    checkout(&server, place.path(), 0.03);
    let snapshots = place.path().join("output/snapshots");
    for n in 0..10_u64 {
        let mut child = start(place.path());
        // Moments without a pattern, so that every kind of work is hit.
        std::thread::sleep(Duration::from_millis(120 + (n * 7919) % 613));
        child.kill().expect("SIGKILL");
        child.wait().expect("ended");
    }
    let last = start(place.path()).wait_with_output().expect("ended");
    assert!(last.status.success(), "{}", String::from_utf8_lossy(&last.stderr));
    let pages: Vec<String> =
        archived(&snapshots).iter().map(|p| without_port(p.url.as_deref().expect("a url"))).collect();
    assert_eq!(pages.len(), 2000, "no page twice");
    assert_eq!(pages.into_iter().collect::<BTreeSet<_>>(), every_page(), "no page lost");
    let open = std::fs::read_dir(&snapshots).expect("a folder").filter_map(Result::ok);
    assert_eq!(open.filter(|f| f.file_name().to_string_lossy().ends_with(".open")).count(), 0);
}

/// `VmHWM` in KiB: the most memory that a process held.
#[cfg(target_os = "linux")]
fn peak(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "takes a minute: cargo test --test fetch_crawl -- --ignored"]
fn ten_thousand_pages_need_little_memory() {
    let server = many_hosts(500);
    let place = tempfile::tempdir().expect("a folder");
    checkout(&server, place.path(), 0.0);
    let mut child = start(place.path());
    let mut most = 0;
    while child.try_wait().expect("a child").is_none() {
        most = most.max(peak(&child).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(archived(&place.path().join("output/snapshots")).len(), 10_000);
    println!("{most} KiB at most");
    assert!(most > 0 && most < 300 << 10, "{most} KiB");
}

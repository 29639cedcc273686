//! The crawler against a real server on loopback that behaves like outlets.
#![cfg(feature = "fetch")]
#![allow(clippy::disallowed_methods, reason = "tests work on files, with a clock")]

#[path = "support/server.rs"]
mod server;

use dalel::fetch::store::{Event, Line};
use dalel::fetch::{FetchError, FetchJob, Observer, Progress, Summary, fetch};
use dalel::read::{self, Limits, Record};
use dalel::record::Snapshot;
use dalel::source::Source;
use flate2::Compression;
use flate2::write::GzEncoder;
use server::{Reply, Request, Server, feed};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

struct Silent;

impl Observer for Silent {
    fn settled(&self, _: &Line, _: Progress) {}
}

fn job() -> FetchJob {
    FetchJob {
        contact: "mailto:test@example.org".into(),
        allow_private: true,
        backoff_seconds: 0.05,
        timeout_seconds: 2.0,
        retries: 2,
        recheck_days: 0,
        ..FetchJob::default()
    }
}

fn source(host: &str, period: f64, lists: &str) -> Source {
    let content = format!(
        "id = \"{host}\"\nname = \"x\"\nkind = \"news\"\nstatus = \"unverified\"\nlanguages = [\"ru\"]\nhosts = [\"{host}\"]\n\
         {lists}\n[rate]\nperiod_seconds = {period:?}\nconcurrency = 4\n[terms]\nlicence = \"all-rights-reserved\"\n"
    );
    Source::parse(&format!("{host}.toml"), &content).unwrap_or_else(|e| panic!("{e}"))
}

fn run(sources: &[Source], job: &FetchJob, folder: &Path) -> Summary {
    fetch(sources, job, folder, Arc::new(Silent)).unwrap_or_else(|e| panic!("{e}"))
}

/// The ledger's last word on each page, by path.
fn verdicts(folder: &Path) -> BTreeMap<String, String> {
    let ledger = std::fs::read_to_string(folder.join("ledger.ndjson")).expect("a ledger");
    let lines = ledger.lines().map(|line| serde_json::from_str::<Line>(line).expect("a line"));
    let pages = lines.filter(|line| line.event != Event::Listed && !line.url.is_empty());
    pages
        .map(|line| {
            let path = line.url.splitn(4, '/').nth(3).map(|p| format!("/{p}")).unwrap_or_default();
            let event = format!("{:?}", line.event).to_lowercase();
            (path, line.reason.map_or(event.clone(), |reason| format!("{event} {reason}")))
        })
        .collect()
}

/// What `read` makes of the archives.
fn archived(folder: &Path) -> Vec<Snapshot> {
    let inputs = read::discover(&[folder.to_owned()]).expect("a folder");
    let mut pages = Vec::new();
    for chunk in inputs.chunks() {
        let loaded = chunk.expect("readable").load(&Limits::default()).expect("readable");
        assert_eq!(loaded.refused, [], "the crawler archives pages only");
        pages.extend(loaded.records.into_iter().map(|record| match record {
            Record::Snapshot(snapshot) => snapshot,
            Record::Article(_) => panic!("an archive holds no articles"),
        }));
    }
    pages
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn every_kind_of_answer_is_settled() {
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |request: &Request| {
        assert!(request.headers["user-agent"].starts_with("dalel/"), "{request:?}");
        assert!(request.headers["user-agent"].contains("mailto:test@example.org"));
        for header in ["cookie", "referer"] {
            assert!(!request.headers.contains_key(header), "{header}");
        }
        let nth = if request.path == "/limited" || request.path == "/flaky" {
            asked.fetch_add(1, Ordering::SeqCst)
        } else {
            0
        };
        let page = Reply::html("<p>текст</p>".repeat(100)).with("Set-Cookie", "id=1");
        match request.path.as_str() {
            _ if request.method != "GET" => Reply::status(405),
            "/robots.txt" => Reply::new(200, "text/plain", "User-agent: *\nDisallow: /private"),
            "/feed" => feed(
                [
                    "/ok?utm_source=rss",
                    "/ok",
                    "/ok?fbclid=1#top",
                    "/moved",
                    "/target",
                    "/chain/0",
                    "/loop/1",
                    "/flaky",
                    "/limited",
                    "/slow",
                    "/cut",
                    "/longer",
                    "/bomb",
                    "/huge",
                    "/cp1251",
                    "/gzip",
                    "/private/x",
                    "/gone",
                    "/broken",
                    "/pdf",
                    "/off",
                    "/bad",
                    "/empty",
                    "/half-gzip",
                    "http://other.localhost/x",
                    "javascript:alert(1)",
                    "/to-file",
                ]
                .map(|path| {
                    if path.contains(':') {
                        path.to_owned()
                    } else {
                        format!(
                            "http://{}:{}{path}",
                            "a.localhost",
                            request.headers["host"].split(':').nth(1).unwrap_or("80")
                        )
                    }
                }),
            ),
            "/moved" => Reply::to(301, "/target?utm_medium=x"),
            "/loop/1" => Reply::to(302, "/loop/2"),
            "/loop/2" => Reply::to(302, "/loop/1"),
            path if path.starts_with("/chain/") => {
                let n: u32 = path[7..].parse().expect("a number");
                Reply::to(308, &format!("/chain/{}", n + 1))
            }
            "/flaky" | "/limited" if nth < 2 => match request.path.as_str() {
                "/flaky" => Reply::status(500),
                _ => Reply::status(429).with("Retry-After", "1"),
            },
            "/slow" => Reply { drip: Some(Duration::from_millis(400)), ..Reply::html(vec![b'a'; 40_000]) },
            "/cut" => Reply { cut: Some(100), ..page },
            "/longer" => Reply { claimed: Some(12), ..page },
            "/bomb" => Reply::html(gzip(&vec![b'a'; 100 << 20])).with("Content-Encoding", "gzip"),
            "/half-gzip" => Reply::html(&gzip("<p>т".repeat(5000).as_bytes())[..50]).with("Content-Encoding", "gzip"),
            "/huge" => Reply { claimed: Some(1 << 40), ..page },
            "/cp1251" => {
                Reply::new(200, "text/html; charset=windows-1251", &b"<p>\xc7\xe0\xe4\xe5\xf0\xe6\xe0\xed</p>"[..])
            }
            "/gzip" => Reply::html(gzip("<p>сжато".as_bytes())).with("Content-Encoding", "gzip"),
            "/gone" => Reply::status(404),
            "/broken" => Reply::status(503),
            "/pdf" => Reply::new(200, "application/pdf", "%PDF"),
            "/off" => Reply::to(302, "http://other.localhost/"),
            "/bad" => Reply::status(301),
            "/to-file" => Reply::to(302, "file:///etc/passwd"),
            "/empty" => Reply::html(" \n"),
            "/ok" | "/flaky" | "/limited" | "/target?utm_medium=x" | "/target" => page,
            other => panic!("nobody names {other}"),
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let feeds = format!("feeds = [{:?}]", server.url("a.localhost", "/feed"));
    let summary = run(&[source("a.localhost", 0.0, &feeds)], &job(), folder.path());
    let verdicts = verdicts(folder.path());
    let check =
        |path: &str, expected: &str| assert_eq!(verdicts.get(path).map(String::as_str), Some(expected), "{path}");
    for path in ["/ok", "/flaky", "/limited", "/longer", "/cp1251", "/gzip"] {
        check(path, "stored");
    }
    // One of the two is stored; the other leads to it or is known already.
    let pair = (verdicts["/moved"].as_str(), verdicts["/target"].as_str());
    assert!(matches!(pair, ("refused duplicate", "stored") | ("stored", "found")), "{pair:?}");
    for path in
        ["/chain/0", "/loop/1", "/private/x", "/gone", "/pdf", "/off", "/bad", "/to-file", "/empty", "/bomb", "/huge"]
    {
        let reason = match path {
            "/chain/0" => "too_many_redirects",
            "/loop/1" => "redirect_loop",
            "/private/x" => "robots",
            "/gone" => "status",
            "/pdf" => "not_html",
            "/off" => "off_site",
            "/bad" | "/to-file" => "bad_redirect",
            "/empty" => "empty",
            _ => "too_large",
        };
        check(path, &format!("refused {reason}"));
    }
    check("/slow", "failed timeout");
    check("/broken", "failed status");
    check("/half-gzip", "failed truncated_gzip");
    assert!(verdicts["/cut"].starts_with("failed "), "{}", verdicts["/cut"]);
    assert_eq!(verdicts.len(), 23, "{verdicts:?}");
    assert_eq!(server.count("/ok"), 1, "tracking parameters make no new page");
    assert_eq!((server.count("/broken"), server.count("/private/x")), (3, 0));
    let pages = archived(folder.path());
    assert_eq!(pages.len(), summary.stored);
    let body = |path: &str| {
        let page = pages.iter().find(|p| p.url.as_deref().is_some_and(|u| u.ends_with(path))).expect(path);
        page.body.clone()
    };
    assert_eq!(body("/cp1251"), b"<p>\xc7\xe0\xe4\xe5\xf0\xe6\xe0\xed</p>");
    assert_eq!(body("/gzip"), "<p>сжато".as_bytes());
}

#[test]
fn runs_are_incremental_and_keep_versions() {
    let day = Arc::new(AtomicUsize::new(1));
    let today = day.clone();
    let server = Server::start(move |request| {
        let day = today.load(Ordering::SeqCst);
        let etag = match request.path.as_str() {
            "/robots.txt" => return Reply::status(404),
            "/feed" => format!("\"feed-{day}\""),
            "/edited" => format!("\"edited-{day}\""),
            _ => "\"same\"".into(),
        };
        if request.headers.get("if-none-match") == Some(&etag) {
            return Reply::status(304);
        }
        let links = ["/same", "/edited", "/new"].map(|path| format!("http://{}{path}", request.headers["host"]));
        match request.path.as_str() {
            "/feed" => feed(links.into_iter().take(day + 1)).with("ETag", &etag),
            "/edited" => Reply::html(format!("<p>{day}")).with("ETag", &etag),
            _ => Reply::html("<p>same").with("ETag", &etag),
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let feeds = format!("feeds = [{:?}]", server.url("a.localhost", "/feed"));
    let sources = [source("a.localhost", 0.0, &feeds)];
    let first = run(&sources, &job(), folder.path());
    assert_eq!((first.stored, first.found, first.unchanged), (2, 2, 0));
    server.forget();
    let again = run(&sources, &job(), folder.path());
    assert_eq!((again.stored, again.found, again.unchanged, again.lists), (0, 0, 0, 1));
    assert_eq!(server.log().len(), 2, "robots.txt and the feed, which has not changed");
    day.store(2, Ordering::SeqCst);
    let recheck = FetchJob { recheck_days: 3, recheck_hours: 0, ..job() };
    let next = run(&sources, &recheck, folder.path());
    assert_eq!((next.stored, next.unchanged), (2, 1), "a new page, a changed one, and one that has not changed");
    let versions: BTreeSet<_> = archived(folder.path())
        .into_iter()
        .filter(|p| p.url.as_deref().is_some_and(|u| u.ends_with("/edited")))
        .map(|p| p.body)
        .collect();
    assert_eq!(versions, BTreeSet::from([b"<p>1".to_vec(), b"<p>2".to_vec()]));
}

#[test]
fn sitemaps_and_listings_are_followed() {
    let server = Server::start(|request| {
        let here = |path: &str| format!("http://{}{path}", request.headers["host"]);
        match request.path.as_str() {
            "/robots.txt" => Reply::status(404),
            "/sitemap.xml" => Reply::xml(format!(
                "<sitemapindex><sitemap><loc>{}</loc></sitemap><sitemap><loc>{}</loc><lastmod>2001-01-01</lastmod></sitemap>\
                 <sitemap><loc>{}</loc></sitemap></sitemapindex>",
                here("/s1.xml.gz"),
                here("/old.xml"),
                here("/sitemap.xml")
            )),
            "/s1.xml.gz" => Reply::new(
                200,
                "application/gzip",
                gzip(
                    format!(
                        "<urlset><url><loc>{}</loc></url><url><loc>{}</loc><lastmod>2001-01-01</lastmod></url></urlset>",
                        here("/from-map"),
                        here("/too-old")
                    )
                    .as_bytes(),
                ),
            ),
            "/list" => Reply::html("<a class=n href='/l1'>x</a><a class=n href='/l2'>x</a>"),
            "/list?p=2" => Reply::html("<a class=n href='/l2'>x</a><a class=n href='/l3'>x</a>"),
            "/list?p=3" => Reply::html("<a class=n href='/l3'>x</a>"),
            path if ["/from-map", "/l1", "/l2", "/l3"].contains(&path) => Reply::html("<p>x"),
            other => panic!("nobody names {other}"),
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let lists = format!(
        "sitemaps = [{:?}]\nlistings = [{{ url = {:?}, link = \"a.n\", page = {:?}, max_pages = 9 }}]",
        server.url("a.localhost", "/sitemap.xml"),
        server.url("a.localhost", "/list"),
        server.url("a.localhost", "/list?p={page}")
    );
    let summary = run(&[source("a.localhost", 0.0, &lists)], &job(), folder.path());
    assert_eq!((summary.stored, summary.found, summary.lists), (4, 4, 5));
    assert_eq!((server.count("/list?p=3"), server.count("/list?p=4")), (1, 0), "a page with nothing new is the last");
}

#[test]
fn nothing_inside_is_asked_unless_the_job_says_so() {
    let server = Server::start(|_| Reply::status(200));
    let folder = tempfile::tempdir().expect("a folder");
    let feeds = format!("feeds = [{:?}]", server.url("a.localhost", "/feed"));
    let closed = FetchJob { allow_private: false, retries: 0, ..job() };
    for host in ["a.localhost", "localhost", "127.0.0.1"] {
        let feeds = feeds.replace("a.localhost", host);
        let error = fetch(&[source(host, 0.0, &feeds)], &closed, folder.path(), Arc::new(Silent)).expect_err(host);
        assert!(matches!(error, FetchError::Unreachable(_)), "{error}");
    }
    assert_eq!(server.log().len(), 0);
    let nameless = FetchJob { contact: String::new(), ..job() };
    let error = fetch(&[source("a.localhost", 0.0, &feeds)], &nameless, folder.path(), Arc::new(Silent));
    assert!(matches!(error, Err(FetchError::Job(_))));
}

#[test]
fn robots_may_close_a_host_or_slow_it_down() {
    let server = Server::start(|request| match (request.host.as_str(), request.path.as_str()) {
        ("closed.localhost", "/robots.txt") => Reply::new(200, "text/plain", "User-agent: dalel\nDisallow: /"),
        ("down.localhost", "/robots.txt") => Reply::status(503),
        ("slow.localhost", "/robots.txt") => Reply::new(200, "text/plain", "User-agent: *\nCrawl-delay: 1"),
        (_, "/feed") => feed((0..3).map(|n| format!("http://{}/{n}", request.headers["host"]))),
        _ => Reply::html("<p>x"),
    });
    let sources: Vec<Source> = ["closed.localhost", "down.localhost", "slow.localhost"]
        .iter()
        .map(|host| source(host, 0.0, &format!("feeds = [{:?}]", server.url(host, "/feed"))))
        .collect();
    let folder = tempfile::tempdir().expect("a folder");
    let summary = run(&sources, &job(), folder.path());
    assert_eq!(summary.stored, 3);
    assert_eq!(summary.failed, BTreeMap::from([("robots".into(), 1), ("robots_unavailable".into(), 1)]));
    let log = server.log();
    assert!(log.iter().all(|r| r.host == "slow.localhost" || r.path == "/robots.txt"));
    let times: Vec<_> = log.iter().filter(|r| r.host == "slow.localhost").map(|r| r.at).collect();
    assert_eq!(times.len(), 5);
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] > Duration::from_millis(900), "{:?}", pair[1] - pair[0]);
    }
}

/// 20 hosts with 100 pages each, of which feeds and sitemaps name overlapping parts.
fn many_hosts() -> Server {
    Server::start(|request| {
        let here = |n: u32| format!("http://{}/p/{n}", request.headers["host"]);
        match request.path.as_str() {
            "/robots.txt" => Reply::status(404),
            "/feed" => feed((0..60).map(|n| here(n) + "?utm_source=rss")),
            "/sitemap.xml" => {
                let urls: String = (40..100).map(|n| format!("<url><loc>{}</loc></url>", here(n))).collect();
                Reply::xml(format!("<urlset>{urls}</urlset>"))
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
    let server = many_hosts();
    let sources: Vec<Source> = many_sources(&server, 0.05).into_iter().map(|(_, source, _)| source).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let small = FetchJob { archive_bytes: 50_000, timeout_seconds: 30.0, ..job() };
    let summary = run(&sources, &small, folder.path());
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
    for n in 0..20 {
        let host = format!("h{n:02}.localhost");
        let times: Vec<_> = server.log().iter().filter(|r| r.host == host).map(|r| r.at).collect();
        let span = (times[times.len() - 1] - times[0]).as_secs_f64();
        let rate = (times.len() - 1) as f64 / span;
        assert!(rate <= 20.0 * 1.05, "{host}: {rate} requests a second");
    }
}

#[test]
fn a_crawl_that_is_killed_ten_times_loses_and_repeats_nothing() {
    let server = many_hosts();
    let place = tempfile::tempdir().expect("a folder");
    let root = place.path().join("checkout");
    std::fs::create_dir_all(root.join("pipelines/sources")).expect("folders");
    std::fs::create_dir_all(root.join("schemas")).expect("folders");
    for (host, _, lists) in many_sources(&server, 0.03) {
        let spec = format!(
            "id = \"{host}\"\nname = \"x\"\nkind = \"news\"\nstatus = \"unverified\"\nlanguages = [\"ru\"]\nhosts = [\"{host}\"]\n\
             {lists}\n[rate]\nperiod_seconds = 0.03\nconcurrency = 2\n[terms]\nlicence = \"all-rights-reserved\"\n"
        );
        std::fs::write(root.join(format!("pipelines/sources/{host}.toml")), spec).expect("written");
    }
    let job = root.join("job.toml");
    let text = "[fetch]\ncontact = \"mailto:test@example.org\"\nallow_private = true\nbackoff_seconds = 0.05\nrecheck_days = 0\n\
                archive_bytes = 60000\n";
    std::fs::write(&job, text).expect("written");
    let output = place.path().join("output");
    let start = || {
        Command::new(env!("CARGO_BIN_EXE_dalel"))
            .args(["--quiet", "--knowledge"])
            .arg(&root)
            .arg("fetch")
            .arg(&job)
            .arg("--output")
            .arg(&output)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts")
    };
    for n in 0..10_u64 {
        let mut child = start();
        // Moments without a pattern, so that every kind of work is hit.
        std::thread::sleep(Duration::from_millis(120 + (n * 7919) % 613));
        child.kill().expect("SIGKILL");
        child.wait().expect("ended");
    }
    let last = start().wait_with_output().expect("ended");
    assert!(last.status.success(), "{}", String::from_utf8_lossy(&last.stderr));
    let snapshots = output.join("snapshots");
    let pages: Vec<String> =
        archived(&snapshots).iter().map(|p| without_port(p.url.as_deref().expect("a url"))).collect();
    assert_eq!(pages.len(), 2000, "no page twice");
    assert_eq!(pages.into_iter().collect::<BTreeSet<_>>(), every_page(), "no page lost");
    let open = std::fs::read_dir(&snapshots).expect("a folder").filter_map(Result::ok);
    assert_eq!(open.filter(|f| f.file_name().to_string_lossy().ends_with(".open")).count(), 0);
}

#[test]
fn two_fetches_do_not_write_to_one_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = dalel::fetch::store::Store::open(folder.path(), 1, "x", "y").expect("free");
    let error = fetch(&[], &job(), folder.path(), Arc::new(Silent)).expect_err("locked");
    assert!(error.to_string().ends_with("another fetch is at work here"), "{error}");
    drop(store);
    fetch(&[], &job(), folder.path(), Arc::new(Silent)).expect("free again");
}

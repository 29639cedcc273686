//! The crawler against a real server on loopback that behaves like outlets.
#![cfg(feature = "fetch")]
#![allow(clippy::disallowed_methods, reason = "tests work on files, with a clock")]

#[path = "support/crawl.rs"]
mod crawl;
#[path = "support/server.rs"]
mod server;

use crawl::{Silent, archived, job, run, source};
use dalel::fetch::store::{Event, Line};
use dalel::fetch::{FetchError, FetchJob, fetch};
use dalel::source::Source;
use flate2::Compression;
use flate2::write::GzEncoder;
use server::{Reply, Request, Server, feed};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

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

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn every_kind_of_answer_is_settled() {
    let asked = AtomicUsize::new(0);
    let bomb = gzip(&vec![b'a'; 100 << 20]);
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
            "/bomb" => Reply::html(bomb.clone()).with("Content-Encoding", "gzip"),
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
    server.forget();
    run(&sources, &job(), folder.path());
    let feed = server.log().into_iter().find(|r| r.path == "/feed").expect("asked");
    assert_eq!(feed.headers["if-none-match"], "\"feed-1\"", "an unchanged feed keeps its ETag");
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
    let revisits = revisits(folder.path());
    assert_eq!(revisits.len(), 1, "{revisits:?}");
    assert!(revisits[0].contains("/same\r\n") && revisits[0].contains("server-not-modified"), "{revisits:?}");
}

/// The headers of the archives' `revisit` records.
fn revisits(folder: &Path) -> Vec<String> {
    let mut text = String::new();
    for file in std::fs::read_dir(folder).expect("a folder").map(|f| f.expect("an entry").path()) {
        if file.to_string_lossy().ends_with(".warc.gz") {
            let mut bytes = Vec::new();
            let file = std::fs::File::open(file).expect("an archive");
            flate2::read::MultiGzDecoder::new(file).read_to_end(&mut bytes).expect("gzip");
            text += &String::from_utf8_lossy(&bytes);
        }
    }
    let records = text.split("WARC/1.1\r\n").filter(|r| r.contains("WARC-Type: revisit"));
    records.map(|r| r.split("\r\n\r\n").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_page_sent_again_is_kept_once_and_its_visit_is_archived() {
    let day = Arc::new(AtomicUsize::new(1));
    let today = day.clone();
    // No ETag, no Last-Modified: the page itself shows that it is the same; behind a redirect, too.
    let server = Server::start(move |request| match request.path.as_str() {
        "/robots.txt" => Reply::status(404),
        "/feed" => feed(["/a", "/old", "/coded"].map(|path| format!("http://{}{path}", request.headers["host"]))),
        "/old" => Reply::to(301, "/new"),
        // The same page, but not the same bytes: a day's own compression.
        "/coded" if today.load(Ordering::SeqCst) > 1 => Reply::html(gzip(b"<p>same")).with("Content-Encoding", "gzip"),
        _ => Reply::html("<p>same"),
    });
    let folder = tempfile::tempdir().expect("a folder");
    let feeds = format!("feeds = [{:?}]", server.url("a.localhost", "/feed"));
    let sources = [source("a.localhost", 0.0, &feeds)];
    let recheck = FetchJob { recheck_days: 3, recheck_hours: 0, ..job() };
    assert_eq!(run(&sources, &recheck, folder.path()).stored, 3);
    day.store(2, Ordering::SeqCst);
    let second = run(&sources, &recheck, folder.path());
    assert_eq!((second.stored, second.unchanged), (0, 3), "{second:?}");
    assert_eq!(archived(folder.path()).len(), 3, "what is read holds each page once");
    let mut revisits = revisits(folder.path());
    revisits.sort_by_key(|r| r.contains("/new\r\n"));
    assert_eq!(revisits.len(), 2, "{revisits:?}");
    assert!(revisits[1].contains("WARC-Target-URI: http://a.localhost") && revisits[1].contains("/new\r\n"));
    assert!(revisits[0].contains("identical-payload-digest") && revisits[0].contains("WARC-Payload-Digest: sha256:"));
    let archive = archived(folder.path()).into_iter().find(|p| p.url.as_deref().is_some_and(|u| u.ends_with("/a")));
    let first = archive.and_then(|page| page.fetched_at).expect("a moment");
    let stated = revisits[0].split("WARC-Refers-To-Date: ").nth(1).and_then(|rest| rest.split("\r\n").next());
    assert_eq!(stated, Some(first.to_rfc3339_opts(chrono::SecondsFormat::Micros, true).as_str()));
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
    // One host may be asked, and leads to others: by name, by number, in IPv6, to the cloud's own address.
    let goals = Arc::new(std::sync::Mutex::new(Vec::new()));
    let leads = goals.clone();
    let server = Server::start(move |request| {
        let goals: Vec<String> = leads.lock().expect("goals").clone();
        match request.path.strip_prefix("/to/").and_then(|n| n.parse::<usize>().ok()) {
            Some(n) => Reply::to(302, &goals[n]),
            None if request.path == "/robots.txt" => Reply::status(404),
            None if request.path == "/feed" => {
                let links = (0..goals.len()).map(|n| format!("http://{}/to/{n}", request.headers["host"]));
                feed(links.chain(goals.iter().map(|goal| format!("{goal}/direct"))))
            }
            None => Reply::html("<p>inside"),
        }
    });
    let port = server.address.port();
    let hosts = ["b.localhost", "127.0.0.1", "169.254.169.254", "10.0.0.1"];
    *goals.lock().expect("goals") = hosts.map(|host| format!("http://{host}:{port}/secret")).to_vec();
    let feeds = format!("feeds = [{:?}]", server.url("a.localhost", "/feed"));
    let mut outlet = source("a.localhost", 0.0, &feeds);
    outlet.hosts.extend(hosts.map(str::to_owned));
    let named = FetchJob { private_hosts: vec!["a.localhost".into()], ..closed.clone() };
    let place = tempfile::tempdir().expect("a folder");
    let summary = run(&[outlet], &named, place.path());
    assert_eq!((summary.stored, summary.refused.get("blocked_address")), (0, Some(&8)), "{summary:?}");
    assert!(server.log().iter().all(|r| r.host == "a.localhost"), "{:?}", server.log());

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

#[test]
fn two_fetches_do_not_write_to_one_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = dalel::fetch::store::Store::open(folder.path(), 1, "x", "y").expect("free");
    let error = fetch(&[], &job(), folder.path(), Arc::new(Silent)).expect_err("locked");
    assert!(error.to_string().ends_with("another fetch is at work here"), "{error}");
    drop(store);
    fetch(&[], &job(), folder.path(), Arc::new(Silent)).expect("free again");
}

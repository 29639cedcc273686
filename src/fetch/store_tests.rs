use super::super::archive::Exchange;
use super::*;

fn open(folder: &Path) -> Store {
    Store::open(folder, 1 << 30, "dalel/0 (+x)", "x").unwrap_or_else(|e| panic!("{e}"))
}

fn exchange(url: &str) -> Exchange {
    Exchange {
        url: url.into(),
        at: DateTime::from_timestamp(1_756_548_672, 0).expect("a moment"),
        peer: None,
        request: b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        status: 200,
        head: b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".to_vec(),
        body: url.into(),
    }
}

fn store(store: &mut Store, url: &str) {
    let hash = blake3::hash(url.as_bytes()).to_hex().to_string();
    let (records, line) = prepare("a", url, &exchange(url), hash).expect("memory");
    store.write(&[Line::new(Event::Found, "a", url)]).expect("written");
    store.store(&records, line).expect("written");
}

/// The archives' names and sizes.
fn archives(folder: &Path) -> Vec<(String, u64)> {
    let entries = fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry"));
    let mut found: Vec<_> = entries
        .map(|e| (e.file_name().to_string_lossy().into_owned(), e.metadata().expect("a file").len()))
        .filter(|(name, _)| name.contains(".warc"))
        .collect();
    found.sort();
    found
}

fn append(path: &Path, bytes: &[u8]) {
    let mut file = OpenOptions::new().append(true).open(path).expect("a file");
    file.write_all(bytes).expect("written");
}

/// A store with one page archived and one that still waits, as a crash leaves it.
fn crashed(folder: &Path) -> (String, u64) {
    let mut before = open(folder);
    store(&mut before, "http://a.kz/1");
    before.write(&[Line::new(Event::Found, "a", "http://a.kz/2")]).expect("written");
    let found = archives(folder);
    assert_eq!(found.len(), 1);
    assert!(found[0].0.ends_with(".warc.gz.open"), "{found:?}");
    found[0].clone()
}

#[test]
fn a_crash_leaves_whole_records_and_what_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let (name, size) = crashed(folder.path());
    append(&folder.path().join(&name), b"\x1f\x8b half a record");
    append(&folder.path().join("ledger.ndjson"), br#"{"event":"found","at":"2025-"#);
    let mut after = open(folder.path());
    assert_eq!(archives(folder.path()), [(name.trim_end_matches(".open").to_owned(), size)]);
    assert_eq!(after.take_pending(), [("a".to_owned(), "http://a.kz/2".to_owned())]);
    let known = after.known("http://a.kz/1").expect("known");
    assert!(known.fetched.is_some() && !known.pending);
    assert!(after.known("http://a.kz/3").is_none());
    assert!(after.same("http://a.kz/1", blake3::hash(b"http://a.kz/1").to_hex().as_str()));
    assert!(!after.same("http://a.kz/1", blake3::hash(b"other").to_hex().as_str()));
}

#[test]
fn a_page_that_never_reached_the_disk_is_fetched_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (name, size) = crashed(folder.path());
    let file = OpenOptions::new().write(true).open(folder.path().join(&name)).expect("a file");
    file.set_len(size - 10).expect("cut");
    let mut after = open(folder.path());
    let urls: Vec<String> = after.take_pending().into_iter().map(|(_, url)| url).collect();
    assert_eq!(urls, ["http://a.kz/1", "http://a.kz/2"]);
    let mended = archives(folder.path());
    assert!(mended[0].1 < size - 10, "the half record is cut off: {mended:?}");
}

#[test]
fn an_archive_that_the_ledger_does_not_know_of_is_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("dalel-1.warc.gz.open"), b"x").expect("written");
    fs::write(folder.path().join("other.warc.gz"), b"x").expect("written");
    drop(open(folder.path()));
    assert_eq!(archives(folder.path()), [("other.warc.gz".to_owned(), 1)], "what others put there stays");
}

#[test]
fn redirects_settle_their_goal() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut before = open(folder.path());
    before.write(&[Line::new(Event::Found, "a", "http://a.kz/new")]).expect("written");
    let (records, line) = prepare("a", "http://a.kz/old", &exchange("http://a.kz/new"), String::new()).expect("memory");
    before.store(&records, line).expect("written");
    before.close().expect("closed");
    drop(before);
    let mut after = open(folder.path());
    assert_eq!(after.take_pending(), []);
    assert!(after.known("http://a.kz/new").is_some_and(|k| k.fetched.is_some()));
}

#[test]
fn a_ledger_that_was_tampered_with_stops_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(crashed(folder.path()));
    append(&folder.path().join("ledger.ndjson"), b"junk\n");
    let error = Store::open(folder.path(), 1, "x", "x").err().expect("corrupt").to_string();
    assert!(error.contains("ledger.ndjson:5: not a line of a ledger"), "{error}");
}

//! Any bytes, as a page and as a dump, give one record and the same one again.
#![no_main]

use dalel::clean::Cleaner;
use dalel::knowledge::Knowledge;
use dalel::record::{Snapshot, SnapshotKind};
use dalel::stage::Map;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static CLEANER: LazyLock<Cleaner> = LazyLock::new(|| Cleaner::new(&Knowledge::embedded()).expect("lexicons"));

fuzz_target!(|body: &[u8]| {
    for kind in [SnapshotKind::Html, SnapshotKind::Text] {
        let snapshot = Snapshot {
            snapshot_id: "page".into(),
            url: Some("https://dala.example/2025/03/12/a".into()),
            outlet: None,
            fetched_at: None,
            content_type: None,
            kind,
            body: body.to_vec(),
        };
        let first = CLEANER.map(&snapshot);
        assert_eq!(first.seen(), 1);
        assert_eq!(first, CLEANER.map(&snapshot));
    }
});

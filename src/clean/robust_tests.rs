//! Any bytes are input: nothing panics, and time grows with the page, not with its square.

use super::html::{Document, Selector};
use super::{Cleaner, charset};
use crate::knowledge::Knowledge;
use crate::record::{Snapshot, SnapshotKind};
use crate::stage::Map;
use proptest::prelude::*;
use std::sync::LazyLock;

static CLEANER: LazyLock<Cleaner> = LazyLock::new(|| Cleaner::new(&Knowledge::embedded()).expect("lexicons"));

fn snapshot(body: Vec<u8>, kind: SnapshotKind) -> Snapshot {
    Snapshot {
        snapshot_id: "page".into(),
        url: Some("https://www.dala.example/news/2025/03/12/a?utm_source=x".into()),
        outlet: None,
        fetched_at: None,
        content_type: None,
        kind,
        body,
    }
}

/// One record in, one record out, and the same again.
fn accounts_for(body: &[u8]) {
    for kind in [SnapshotKind::Html, SnapshotKind::Text] {
        let page = snapshot(body.to_vec(), kind);
        let first = CLEANER.map(&page);
        assert_eq!(first.seen(), 1);
        assert_eq!(first, CLEANER.map(&page));
    }
}

/// The pieces that markup is made of, whole and broken.
fn markup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<p>".to_owned()),
        Just("</p>".to_owned()),
        Just("<div class=\"content\">".to_owned()),
        Just("</div>".to_owned()),
        Just("<ul><li>".to_owned()),
        Just("<table><tr><td>".to_owned()),
        Just("</table>".to_owned()),
        Just("<a href='/x'>".to_owned()),
        Just("</a>".to_owned()),
        Just("<h1>".to_owned()),
        Just("</h2>".to_owned()),
        Just("<script>".to_owned()),
        Just("</script>".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("<meta property='article:published_time' content='2025-03-12T10:00'>".to_owned()),
        Just("<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"articleBody\":\"".to_owned()),
        Just("<time datetime=\"2025-13-45\">".to_owned()),
        Just("&nbsp;&#1078;&#x110000;&amp".to_owned()),
        Just("<br>".to_owned()),
        Just("<svg/><math><x/>".to_owned()),
        Just("<p title=\"".to_owned()),
        Just("\u{0}\u{FEFF}\u{AD}".to_owned()),
        "[а-яёәғқңөұүһі ,.!?«»:0-9]{0,120}",
        "\\PC{0,40}",
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_one_record(body in proptest::collection::vec(any::<u8>(), 0..600)) {
        accounts_for(&body);
    }

    #[test]
    fn any_markup_gives_one_record(body in markup()) {
        accounts_for(body.as_bytes());
    }

    #[test]
    fn the_tree_is_well_formed(body in markup()) {
        let doc = Document::parse(&body);
        prop_assert_eq!(doc.nodes[0].end as usize, doc.nodes.len());
        for node in 1..doc.nodes.len() {
            let parent = doc.parent(node);
            prop_assert!(parent < node);
            prop_assert!(doc.nodes[node].end > node as u32 && doc.nodes[node].end <= doc.nodes[parent].end);
        }
        let children: usize = (0..doc.nodes.len()).map(|n| doc.children(n).count()).sum();
        prop_assert_eq!(children, doc.nodes.len() - 1);
    }

    #[test]
    fn any_selector_is_read_or_refused(selector in "[a-z.#\\[\\]=\"' >,*^$~-]{0,20}", body in markup()) {
        if let Ok(selector) = Selector::parse(&selector) {
            let doc = Document::parse(&body);
            prop_assert!(selector.all(&doc).count() < doc.nodes.len());
        }
    }

    #[test]
    fn any_bytes_decode_the_same_twice(body in proptest::collection::vec(any::<u8>(), 0..300), label in "[a-z0-9-]{0,12}") {
        let header = format!("text/html; charset={label}");
        prop_assert_eq!(charset::decode(&body, Some(&header), true), charset::decode(&body, Some(&header), true));
    }
}

/// Text in two parts, letter and mark, is read as the one letter that it is.
#[test]
fn letters_in_two_parts_are_put_together() {
    let doc = Document::parse(
        "<p>Полицеи\u{306}скии\u{306} Сери\u{306}к взлете\u{308}л, за\u{301}мок, \u{306}и, <b>и</b>\u{306}",
    );
    assert_eq!(doc.text(1), "Полицейский Серйк взлетёл, за\u{301}мок, \u{306}и, и\u{306}");
}

/// Pages built to make a reader slow. A reader with quadratic time would not finish this test in an hour.
#[test]
fn hostile_pages_end() {
    let n = 60_000;
    let text = "<p>Полиция сообщила о проверке, которая прошла в городе на этой неделе по жалобам жителей.</p>";
    let pages = [
        "<div>".repeat(n),
        "<b>".repeat(n) + &"</i>".repeat(n),
        format!("<p>{}{}", "<object><b>".repeat(300), "<div></div>".repeat(n)),
        "<a href=\"".repeat(n),
        "<!--".repeat(n),
        "<".repeat(n * 4),
        "</p>".repeat(n),
        "<script>".repeat(n),
        "&".repeat(n * 4),
        format!("{text}{}", "<li><a href=/>заголовок другой новости дня</a>".repeat(n / 4)),
        text.repeat(n / 40),
        format!("<h1>{}</h1>{text}", "слово ".repeat(n)),
        format!("<title>{}", "12.12.2025 ".repeat(n / 4)),
        "<table><tr><td>".repeat(n / 4),
        format!("<script type='application/ld+json'>{}</script>{text}", "[".repeat(n)),
        "<ul><li>a".repeat(n / 4),
        "<p style='".repeat(n / 4),
        " ".repeat(n * 20) + text,
        "слово ".repeat(n * 4),
        "Читайте также\n".repeat(n / 4),
        "12:30 ".repeat(n),
        "[[a]]\n".repeat(n / 4),
    ];
    for page in pages {
        accounts_for(page.as_bytes());
    }
}

#[test]
fn a_page_of_twenty_megabytes_is_read() {
    let paragraph = "<p>В городе прошла проверка, о которой сообщили в департаменте, подробности будут позже.</p>\n";
    let page = format!("<html><body><article><h1>Проверка</h1>{}</article></body></html>", paragraph.repeat(130_000));
    assert!(page.len() > 20 << 20);
    let read = CLEANER.map(&snapshot(page.into_bytes(), SnapshotKind::Html));
    assert_eq!(read.kept[0].text.lines().count(), 130_000);
}

//! Addresses of articles out of feeds, sitemaps and listing pages. Pure: bytes in, addresses out.

use crate::source::Listing;
use chrono::{DateTime, NaiveDate, Utc};
use quick_xml::events::Event;
use reqwest::Url;
use scraper::{Html, Selector};
use std::io::Read;

/// An address that an outlet lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The address, absolute.
    pub url: String,
    /// When the page was last changed or published, where told.
    pub modified: Option<DateTime<Utc>>,
}

/// The articles of an RSS, Atom or JSON feed; none where it is none of these.
pub fn feed(base: &Url, body: &[u8]) -> Option<Vec<Found>> {
    let parsed = feed_rs::parser::Builder::new().base_uri(Some(base.as_str())).build().parse(body).ok()?;
    let entries = parsed.entries.into_iter().filter_map(|entry| {
        let page = |rel: Option<&str>| rel.is_none_or(|r| r == "alternate");
        let link = entry.links.iter().find(|link| page(link.rel.as_deref()));
        // Some feeds have no link, but an address as id.
        let link =
            link.map(|l| l.href.as_str()).or_else(|| entry.id.starts_with("http").then_some(entry.id.as_str()))?;
        let url = base.join(link.trim()).ok()?.to_string();
        Some(Found { url, modified: entry.updated.or(entry.published) })
    });
    Some(entries.collect())
}

/// A sitemap's content.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sitemap {
    /// Pages.
    pub pages: Vec<Found>,
    /// Further sitemaps.
    pub maps: Vec<Found>,
}

/// Parses a sitemap or sitemap index (sitemaps.org), also a news sitemap, or a list of addresses as plain text.
/// Takes what stands before an error; a sitemap cut short is better than none.
pub fn sitemap(base: &Url, body: &[u8]) -> Sitemap {
    let mut found = Sitemap::default();
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('<') {
        let lines = text.lines().map(str::trim).filter(|l| l.starts_with("http://") || l.starts_with("https://"));
        found.pages = lines.map(|url| Found { url: url.to_owned(), modified: None }).collect();
        return found;
    }
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().trim_text(true);
    let mut at: Vec<String> = Vec::new();
    let (mut loc, mut modified) = (String::new(), String::new());
    loop {
        let text = match reader.read_event() {
            Ok(Event::Start(tag)) => {
                at.push(tag.local_name().as_ref().to_owned());
                if at.len() > 16 {
                    break;
                }
                continue;
            }
            Ok(Event::Text(text)) => text.to_string(),
            Ok(Event::CData(text)) => text.to_string(),
            Ok(Event::GeneralRef(name)) => entity(&name),
            Ok(Event::End(_)) => {
                let closed = at.pop().unwrap_or_default();
                if matches!(closed.as_str(), "url" | "sitemap") {
                    let (loc, modified) = (std::mem::take(&mut loc), std::mem::take(&mut modified));
                    if let Ok(url) = base.join(loc.trim()).map(String::from)
                        && !loc.trim().is_empty()
                    {
                        let one = Found { url, modified: moment(modified.trim()) };
                        if closed == "url" { &mut found.pages } else { &mut found.maps }.push(one);
                    }
                }
                continue;
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => continue,
        };
        match at.as_slice() {
            [.., parent, name] if matches!(parent.as_str(), "url" | "sitemap") => match name.as_str() {
                "loc" => loc.push_str(&text),
                "lastmod" => modified.push_str(&text),
                _ => {}
            },
            [.., name] if name == "publication_date" && modified.is_empty() => modified.push_str(&text),
            _ => {}
        }
    }
    found
}

fn entity(name: &str) -> String {
    match name {
        "amp" => "&".into(),
        "lt" => "<".into(),
        "gt" => ">".into(),
        "quot" => "\"".into(),
        "apos" => "'".into(),
        _ => String::new(),
    }
}

/// A W3C date and time; a day alone is its end, since the page may have changed at any time of it.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let spaced = text.replace(' ', "T");
    DateTime::parse_from_rfc3339(&spaced)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"))
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z"))
        .map(|d| d.to_utc())
        .ok()
        .or_else(|| Some(text.get(..10)?.parse::<NaiveDate>().ok()?.and_hms_opt(23, 59, 59)?.and_utc()))
}

/// Undoes gzip where the bytes say so (`sitemap.xml.gz`), up to a limit; none where it is broken or too large.
pub fn gunzip(body: Vec<u8>, limit: u64) -> Option<Vec<u8>> {
    if !body.starts_with(b"\x1f\x8b") {
        return Some(body);
    }
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(body.as_slice()).take(limit + 1).read_to_end(&mut plain).ok()?;
    (plain.len() as u64 <= limit).then_some(plain)
}

/// The articles of a listing page, and the address of the page that follows by its `next` link.
pub fn listing(spec: &Listing, base: &Url, body: &[u8]) -> (Vec<Found>, Option<String>) {
    // Links are ASCII in every encoding that is in use.
    let html = Html::parse_document(&String::from_utf8_lossy(body));
    let links = |selector: &str| -> Vec<String> {
        let Ok(selector) = Selector::parse(selector) else { return Vec::new() };
        let found = html.select(&selector).filter_map(|element| {
            let inner = Selector::parse("a[href]").ok()?;
            let link = element.attr("href").or_else(|| element.select(&inner).next()?.attr("href"))?;
            base.join(link.trim()).ok().map(String::from)
        });
        found.collect()
    };
    let next = spec.next.as_deref().and_then(|selector| links(selector).into_iter().next());
    let found = links(&spec.link).into_iter().map(|url| Found { url: url + &spec.suffix, modified: None });
    (found.collect(), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        Url::parse("https://a.kz/dir/page").expect("an address")
    }

    fn urls(found: &[Found]) -> Vec<&str> {
        found.iter().map(|f| f.url.as_str()).collect()
    }

    #[test]
    fn feeds() {
        let check = |body: &[u8], expected: Option<&[&str]>| {
            let found = feed(&base(), body);
            assert_eq!(found.as_deref().map(urls).as_deref(), expected, "{}", String::from_utf8_lossy(body));
        };
        let rss = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>т</title><link>https://a.kz</link><item>
            <title>x</title><link> https://a.kz/1?utm_source=rss </link><pubDate>Sat, 30 Aug 2025 10:00:00 +0500</pubDate>
            </item><item><title>y</title><guid isPermaLink="true">https://a.kz/2</guid></item></channel></rss>"#;
        check(rss.as_bytes(), Some(&["https://a.kz/1?utm_source=rss", "https://a.kz/2"]));
        let day = feed(&base(), rss.as_bytes()).expect("a feed")[0].modified;
        assert_eq!(day.map(|d| d.to_rfc3339()).as_deref(), Some("2025-08-30T05:00:00+00:00"));
        let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>i</id><updated>2025-01-01T00:00:00Z</updated>
            <entry><id>e</id><title>x</title><updated>2025-01-01T00:00:00Z</updated><link rel="enclosure" href="/x.mp3"/>
            <link rel="alternate" href="/3"/></entry></feed>"#;
        check(atom.as_bytes(), Some(&["https://a.kz/3"]));
        let head = b"<?xml version=\"1.0\" encoding=\"windows-1251\"?><rss version=\"2.0\"><channel><title>";
        let tail = b"</title><item><link>https://a.kz/4</link></item></channel></rss>";
        check(&[&head[..], b"\xcd\xee\xe2\xee\xf1\xf2\xe8", tail].concat(), Some(&["https://a.kz/4"]));
        check(b"<html><body>no feed</body></html>", None);
        check(b"", None);
    }

    #[test]
    fn sitemaps() {
        let check = |body: &str, pages: &[&str], maps: &[&str]| {
            let found = sitemap(&base(), body.as_bytes());
            assert_eq!((urls(&found.pages), urls(&found.maps)), (pages.to_vec(), maps.to_vec()), "{body}");
        };
        let urlset = "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>\
            <url><loc>https://a.kz/1?a=1&amp;b=2</loc><lastmod>2025-08-30</lastmod></url>\
            <url><loc>\n<![CDATA[https://a.kz/2]]>\n</loc></url></urlset>";
        check(urlset, &["https://a.kz/1?a=1&b=2", "https://a.kz/2"], &[]);
        let index = "<sitemapindex><sitemap><loc>https://a.kz/s1.xml.gz</loc><lastmod>2025-08-30T10:00:00+05:00</lastmod>\
            </sitemap><sitemap><loc>/s2.xml</loc></sitemap></sitemapindex>";
        check(index, &[], &["https://a.kz/s1.xml.gz", "https://a.kz/s2.xml"]);
        let news = "<urlset xmlns:news='n' xmlns:image='i'><url><loc>https://a.kz/3</loc><image:image><image:loc>\
            https://a.kz/3.jpg</image:loc></image:image><news:news><news:publication_date>2025-08-30T10:00:00+05:00\
            </news:publication_date><news:title>т</news:title></news:news></url></urlset>";
        check(news, &["https://a.kz/3"], &[]);
        let day = sitemap(&base(), news.as_bytes()).pages[0].modified;
        assert_eq!(day.map(|d| d.to_rfc3339()).as_deref(), Some("2025-08-30T05:00:00+00:00"));
        check("https://a.kz/1\nhttps://a.kz/2\njunk\n", &["https://a.kz/1", "https://a.kz/2"], &[]);
        check("<urlset><url><loc>https://a.kz/1</loc></url><url><loc>https://a.k", &["https://a.kz/1"], &[]);
        check(&"<a>".repeat(100_000), &[], &[]);
        check("<html>404</html>", &[], &[]);
        check("", &[], &[]);
    }

    #[test]
    fn listings() {
        let spec = Listing {
            link: ".news a, .card".into(),
            next: Some("a.next".into()),
            suffix: "?embed=1".into(),
            ..Listing::default()
        };
        let body = r#"<div class="news"><a href="1">x</a><a name="no">y</a></div><div class="card"><a href="//b.kz/2">z</a></div>
            <a class="next" href="?p=2">more</a>"#;
        let (found, next) = listing(&spec, &base(), body.as_bytes());
        assert_eq!(urls(&found), ["https://a.kz/dir/1?embed=1", "https://b.kz/2?embed=1"]);
        assert_eq!(next.as_deref(), Some("https://a.kz/dir/page?p=2"));
        assert_eq!(listing(&spec, &base(), b"\xcf\xf0\xe8"), (vec![], None));
    }

    #[test]
    fn dates() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(moment(text).map(|d| d.format("%F %T").to_string()).as_deref(), expected, "{text}");
        };
        check("2025-08-30T10:00:00+05:00", Some("2025-08-30 05:00:00"));
        check("2025-08-30T10:00+05:00", Some("2025-08-30 05:00:00"));
        check("2025-08-30T10:00:00+0500", Some("2025-08-30 05:00:00"));
        check("2025-08-30 10:00:00+05:00", Some("2025-08-30 05:00:00"));
        check("2025-08-30", Some("2025-08-30 23:59:59"));
        check("вчера", None);
        check("", None);
    }
}

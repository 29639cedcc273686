//! What a page says of itself: JSON-LD, `<meta>`, `<link>`, `<time>`, its address.

use super::date::{DateReader, Moment};
use super::html::{Document, NodeId, Tag, decode_references};
use serde_json::Value;

/// A page's statements about itself; what it does not say is none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata {
    /// Headline, without the site's name.
    pub title: Option<String>,
    /// Publication.
    pub published: Option<Moment>,
    /// Last change.
    pub modified: Option<Moment>,
    /// The address that the page calls its own.
    pub canonical_url: Option<String>,
    /// Name of the site.
    pub site_name: Option<String>,
    /// Section of the outlet.
    pub section: Option<String>,
    /// Tags, in the page's order.
    pub tags: Vec<String>,
    /// Declared language, ISO 639-1.
    pub language: Option<String>,
    /// `og:type`, lower case.
    pub kind: Option<String>,
    /// The whole text, where JSON-LD gives it.
    pub article_body: Option<String>,
    /// Whether the page says that it is for subscribers.
    pub is_paid: bool,
    /// Moments in `<time>` that say nothing of their meaning, by node: the page's own or a teaser's.
    pub times: Vec<(NodeId, Moment)>,
    /// The date in the page's address.
    pub dated_address: Option<Moment>,
}

/// Largest JSON-LD script that is read, in bytes.
pub(super) const MAX_JSON: usize = 2 << 20;
/// Longest headline, section or name of a site, in bytes.
const MAX_NAME: usize = 2000;
/// Deepest nesting of JSON-LD that is looked into.
const MAX_JSON_DEPTH: usize = 12;

/// Candidates by trust: the first that is there wins.
struct Ranked<T> {
    best: Option<(u8, T)>,
}

impl<T> Default for Ranked<T> {
    fn default() -> Self {
        Self { best: None }
    }
}

impl<T> Ranked<T> {
    /// Offers a candidate; the lower the rank, the more it is trusted.
    fn offer(&mut self, rank: u8, value: Option<T>) {
        if let Some(value) = value
            && self.best.as_ref().is_none_or(|(best, _)| rank < *best)
        {
            self.best = Some((rank, value));
        }
    }

    fn take(self) -> Option<T> {
        self.best.map(|(_, value)| value)
    }
}

#[derive(Default)]
struct Gathered {
    published: Ranked<Moment>,
    modified: Ranked<Moment>,
    headline: Ranked<String>,
    site: Ranked<String>,
    section: Ranked<String>,
    canonical: Ranked<String>,
    document_title: Option<String>,
    h1: Vec<String>,
    meta: Metadata,
}

/// Reads a page's metadata; `url` is the address it was asked for.
pub fn read(doc: &Document<'_>, url: Option<&str>, dates: &DateReader<'_>) -> Metadata {
    let mut g = Gathered::default();
    for node in 1..doc.nodes.len() {
        match doc.nodes[node].tag {
            Tag::Meta => meta(doc, node, dates, &mut g),
            Tag::Link => link(doc, node, &mut g),
            Tag::Script => script(doc, node, dates, &mut g),
            Tag::Title if g.document_title.is_none() => {
                g.document_title = Some(doc.short_text(node)).filter(|t| !t.is_empty());
            }
            Tag::H1 if g.h1.len() < 4 => g.h1.extend(Some(doc.short_text(node)).filter(|t| !t.is_empty())),
            Tag::Time => time(doc, node, dates, &mut g),
            Tag::A => tag_link(doc, node, &mut g),
            Tag::Html => {
                let lang = doc.attribute(node, "lang").or_else(|| doc.attribute(node, "xml:lang"));
                g.meta.language = lang.and_then(|l| primary_language(&l));
            }
            _ => {}
        }
    }
    let mut all = g.meta;
    all.published = g.published.take();
    all.modified = g.modified.take().filter(|m| all.published.is_none_or(|p| m.at >= p.at));
    all.site_name = g.site.take();
    all.section = g.section.take();
    all.canonical_url = g.canonical.take().and_then(|c| absolute(&c, url));
    let address = all.canonical_url.as_deref().or(url);
    all.dated_address = address.and_then(|a| date_in_url(a, dates));
    all.title = title(g.headline.take(), &g.h1, g.document_title.as_deref(), all.site_name.as_deref());
    all
}

fn meta(doc: &Document<'_>, node: NodeId, dates: &DateReader<'_>, g: &mut Gathered) {
    let mut name = None;
    let mut content = None;
    for (attribute, value) in doc.attributes(node) {
        match attribute.to_ascii_lowercase().as_str() {
            "name" | "property" | "itemprop" => name = Some(value.trim().to_ascii_lowercase()),
            "content" => content = Some(value),
            _ => {}
        }
    }
    let (Some(name), Some(content)) = (name, content) else { return };
    let content = clean(content);
    if content.is_empty() {
        return;
    }
    let date = || dates.find(&content);
    // What is longer names nothing.
    let text = || Some(content.clone()).filter(|text| text.len() <= MAX_NAME);
    match name.as_str() {
        "article:published_time" | "og:article:published_time" | "og:published_time" => g.published.offer(10, date()),
        "datepublished" => g.published.offer(12, date()),
        "pubdate"
        | "publishdate"
        | "publish-date"
        | "publish_date"
        | "published_at"
        | "publication_date"
        | "article_date_original"
        | "sailthru.date"
        | "parsely-pub-date"
        | "cxenseparse:recs:publishtime"
        | "mediator_published_time"
        | "dc.date.issued"
        | "dcterms.created"
        | "dcterms.issued"
        | "citation_publication_date"
        | "article.published"
        | "displaydate"
        | "originalpublicationdate"
        | "published-date" => g.published.offer(20, date()),
        "date" | "dc.date" | "dcterms.date" | "dc.date.created" | "datecreated" | "ptime" | "sort_date" => {
            g.published.offer(30, date());
        }
        "article:modified_time"
        | "og:updated_time"
        | "datemodified"
        | "last-modified"
        | "dcterms.modified"
        | "lastmod"
        | "revised" => {
            g.modified.offer(10, date());
        }
        "og:title" => g.headline.offer(10, text()),
        "twitter:title" | "title" | "dc.title" | "parsely-title" | "sailthru.title" | "mediator_title" => {
            g.headline.offer(30, text());
        }
        "headline" => g.headline.offer(20, text()),
        "og:site_name" => g.site.offer(10, text()),
        "application-name" | "apple-mobile-web-app-title" => g.site.offer(30, text()),
        "article:section" | "og:article:section" | "articlesection" => g.section.offer(10, text()),
        "article:tag" => push_tag(&mut g.meta.tags, &content),
        "keywords" | "news_keywords" => content.split([',', ';']).for_each(|tag| push_tag(&mut g.meta.tags, tag)),
        "og:type" => g.meta.kind = Some(content.to_ascii_lowercase()),
        "og:url" => g.canonical.offer(20, text()),
        "og:locale" if g.meta.language.is_none() => g.meta.language = primary_language(&content),
        _ => {}
    }
}

fn link(doc: &Document<'_>, node: NodeId, g: &mut Gathered) {
    let is_canonical = doc
        .attribute(node, "rel")
        .is_some_and(|rel| rel.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case("canonical")));
    if is_canonical {
        g.canonical.offer(10, doc.attribute(node, "href").map(|h| h.trim().to_owned()).filter(|h| !h.is_empty()));
    }
}

/// `<a rel="tag">` names a tag, `<a rel="category tag">` a section (`WordPress`).
fn tag_link(doc: &Document<'_>, node: NodeId, g: &mut Gathered) {
    if memchr::memmem::find(doc.attribute_source(node).as_bytes(), b"tag").is_none() {
        return;
    }
    let Some(rel) = doc.attribute(node, "rel") else { return };
    let has = |wanted: &str| rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(wanted));
    if !has("tag") {
        return;
    }
    let text = doc.short_text(node);
    if text.is_empty() || text.chars().count() > 60 {
        return;
    }
    if has("category") {
        g.section.offer(40, Some(text));
    } else {
        push_tag(&mut g.meta.tags, text.trim_start_matches('#'));
    }
}

fn time(doc: &Document<'_>, node: NodeId, dates: &DateReader<'_>, g: &mut Gathered) {
    let mut stated = None;
    let mut words = String::new();
    for (name, value) in doc.attributes(node) {
        match name.to_ascii_lowercase().as_str() {
            "datetime" | "content" => stated = dates.find(value),
            "class" | "itemprop" | "pubdate" => {
                words.push_str(&value.to_ascii_lowercase());
                words.push_str(&name.to_ascii_lowercase());
            }
            _ => {}
        }
    }
    let Some(stated) = stated.or_else(|| dates.find(&doc.short_text(node))) else { return };
    // Themes put "updated" beside the class of the publication date.
    if words.contains("publish") || words.contains("pubdate") || words.contains("entry-date") {
        g.published.offer(40, Some(stated));
    } else if words.contains("modif") || words.contains("updat") {
        g.modified.offer(40, Some(stated));
    } else if g.meta.times.len() < 500 {
        g.meta.times.push((node, stated));
    }
}

fn script(doc: &Document<'_>, node: NodeId, dates: &DateReader<'_>, g: &mut Gathered) {
    let is_json = doc.attribute(node, "type").is_some_and(|t| t.to_ascii_lowercase().contains("ld+json"));
    let Some(text) = doc.descendants(node).next().map(|t| doc.raw_text(t)).filter(|t| is_json && t.len() <= MAX_JSON)
    else {
        return;
    };
    let text = text
        .trim()
        .trim_start_matches("<![CDATA[")
        .trim_start_matches("//<![CDATA[")
        .trim_end_matches("//]]>")
        .trim_end_matches("]]>");
    let parsed: Option<Value> = serde_json::from_str(text).ok().or_else(|| {
        // Raw line breaks in strings are the commonest mistake.
        let mended: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        serde_json::from_str(mended.trim_end_matches([';', ' '])).ok()
    });
    if let Some(value) = parsed {
        json(&value, 0, dates, g);
    }
}

fn json(value: &Value, depth: usize, dates: &DateReader<'_>, g: &mut Gathered) {
    if depth > MAX_JSON_DEPTH {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| json(item, depth + 1, dates, g)),
        Value::Object(object) => {
            let types = types_of(object.get("@type"));
            let is_article = types
                .iter()
                .any(|t| t.ends_with("Article") || t.ends_with("BlogPosting") || *t == "Report" || *t == "Review");
            let is_page = types.iter().any(|t| t.ends_with("WebPage"));
            let text = |key: &str| {
                let stated = object.get(key).and_then(first_string).map(|s| clean(&s));
                stated.filter(|s| !s.is_empty() && s.len() <= MAX_NAME)
            };
            if is_article || is_page {
                let rank = if is_article { 0 } else { 50 };
                g.published.offer(rank, text("datePublished").and_then(|d| dates.find(&d)));
                g.modified.offer(rank, text("dateModified").and_then(|d| dates.find(&d)));
            }
            if is_article {
                g.headline.offer(15, text("headline"));
                g.section.offer(20, text("articleSection"));
                // Its line breaks are its paragraphs.
                let body =
                    || object.get("articleBody").and_then(first_string).map(|s| decode_references(&s).into_owned());
                g.meta.article_body = g.meta.article_body.take().or_else(body).filter(|body| !body.trim().is_empty());
                match object.get("keywords") {
                    Some(Value::String(words)) => {
                        words.split([',', ';']).for_each(|tag| push_tag(&mut g.meta.tags, &clean(tag)));
                    }
                    Some(Value::Array(words)) => {
                        words.iter().filter_map(Value::as_str).for_each(|tag| push_tag(&mut g.meta.tags, &clean(tag)));
                    }
                    _ => {}
                }
                g.site.offer(
                    20,
                    object.get("publisher").and_then(|p| p.get("name")).and_then(first_string).map(|s| clean(&s)),
                );
                g.meta.is_paid |= object.get("isAccessibleForFree").is_some_and(|v| {
                    matches!(v, Value::Bool(false)) || v.as_str().is_some_and(|s| s.eq_ignore_ascii_case("false"))
                });
            }
            for key in ["@graph", "mainEntity", "mainEntityOfPage"] {
                if let Some(inner) = object.get(key) {
                    json(inner, depth + 1, dates, g);
                }
            }
        }
        _ => {}
    }
}

fn types_of(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn first_string(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => items.iter().find_map(|item| item.as_str().map(str::to_owned)),
        _ => None,
    }
}

/// References decoded, white space collapsed; some pages escape twice.
fn clean(raw: &str) -> String {
    let mut text = String::new();
    super::html::push_collapsed(&mut text, &super::html::decode_references(&super::html::decode_references(raw)));
    text.truncate(text.trim_end().len());
    text
}

fn push_tag(tags: &mut Vec<String>, tag: &str) {
    let tag = tag.trim();
    if !tag.is_empty() && tags.len() < 64 && !tags.iter().any(|t| t == tag) {
        tags.push(tag.to_owned());
    }
}

fn primary_language(tag: &str) -> Option<String> {
    let primary: String =
        tag.trim().chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    // "kz" is a country; what is meant is its language.
    let primary = if primary == "kz" { "kk".to_owned() } else { primary };
    (primary.len() == 2).then_some(primary)
}

/// A date in an address: `/2025/12/26/`, `/2025-12-26-`, `/26-12-2025/`.
fn date_in_url(url: &str, dates: &DateReader<'_>) -> Option<Moment> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest).split(['?', '#']).next()?;
    let path = &path[path.find('/')?..];
    let bytes = path.as_bytes();
    bytes.windows(10).enumerate().find_map(|(at, window)| {
        let bounded = !bytes.get(at.wrapping_sub(1)).is_some_and(u8::is_ascii_digit)
            && !bytes.get(at + 10).is_some_and(u8::is_ascii_digit);
        let shape: Vec<u8> = window.iter().map(|b| if b.is_ascii_digit() { b'9' } else { *b }).collect();
        let is_date = matches!(shape.as_slice(), b"9999/99/99" | b"9999-99-99" | b"99-99-9999" | b"99/99/9999");
        (bounded && is_date).then(|| dates.find(std::str::from_utf8(window).ok()?)).flatten()
    })
}

/// An address without tracking parameters and fragment, made absolute with the page's own.
fn absolute(link: &str, base: Option<&str>) -> Option<String> {
    let link = link.trim();
    let whole = if link.starts_with("http://") || link.starts_with("https://") {
        link.to_owned()
    } else if let Some(rest) = link.strip_prefix("//") {
        format!("https://{rest}")
    } else {
        let base = base?;
        let scheme_end = base.find("://")? + 3;
        let host_end = base[scheme_end..].find('/').map_or(base.len(), |at| scheme_end + at);
        link.starts_with('/').then(|| format!("{}{link}", &base[..host_end]))?
    };
    Some(without_tracking(&whole))
}

/// An address without its fragment and the parameters that only count visits.
pub fn without_tracking(url: &str) -> String {
    let url = url.split('#').next().unwrap_or(url);
    let Some((path, query)) = url.split_once('?') else { return url.to_owned() };
    let is_tracking = |p: &&str| {
        let name = p.split('=').next().unwrap_or("");
        name.starts_with("utm_")
            || matches!(
                name,
                "fbclid"
                    | "gclid"
                    | "yclid"
                    | "ysclid"
                    | "_ga"
                    | "ref"
                    | "from"
                    | "amp"
                    | "mc_cid"
                    | "mc_eid"
                    | "igshid"
            )
    };
    let kept: Vec<&str> = query.split('&').filter(|p| !p.is_empty() && !is_tracking(p)).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

/// The headline: what the page's title, its metadata and a heading agree on.
fn title(stated: Option<String>, h1: &[String], document: Option<&str>, site: Option<&str>) -> Option<String> {
    let key = super::furniture::normalised;
    // "Telegram: Contact @name": a title that begins with the site names no article.
    let names_site = |d: &str| site.is_some_and(|s| key(s).len() > 3 && key(d).starts_with(&key(s)));
    let document = document.filter(|d| !names_site(d)).map(|d| without_site(d, site));
    let stated = stated.map(|s| without_site(&s, site));
    let anchors: Vec<String> = stated.iter().chain(&document).map(|t| key(t)).collect();
    // The heading as printed is the headline, if the metadata know it.
    let agreed = h1.iter().find(|h| {
        let h = key(h);
        h.len() > 8 && anchors.iter().any(|a| a.contains(&h) || h.contains(a.as_str()) && a.len() > 15)
    });
    let only = (h1.len() == 1).then(|| h1[0].clone()).filter(|h| h.split(' ').count() > 2);
    agreed.cloned().or(stated).or(only).or(document).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

/// A title without the name of its site: "Headline | Site", "Headline — Site: news".
fn without_site(title: &str, site: Option<&str>) -> String {
    let separators = [" | ", " — ", " – ", " - ", " :: ", " » ", " • ", " · "];
    let mut kept = title;
    for _ in 0..2 {
        let Some((at, separator)) = separators.iter().filter_map(|s| kept.rfind(s).map(|at| (at, *s))).max() else {
            break;
        };
        let tail = &kept[at + separator.len()..];
        let key = super::furniture::normalised(tail);
        let is_site = site.is_some_and(|s| {
            let s = super::furniture::normalised(s);
            !s.is_empty() && (key.contains(&s) || s.contains(&key))
        });
        let looks_like_site = kept[..at].chars().count() >= 20
            && (separator == " | " || separator == " :: " || tail.contains('.') && !tail.ends_with('.'))
            && tail.split(' ').count() <= 5;
        if !is_site && !looks_like_site {
            break;
        }
        kept = &kept[..at];
    }
    kept.trim().to_owned()
}

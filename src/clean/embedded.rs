//! The text of a page that draws itself in the browser, from the data that it carries for that.
//!
//! Looked at only where the markup holds no article. The text is believed if it stands beside the page's own
//! headline: such data hold other stories, too.

use super::furniture::normalised;
use super::html::{Document, Tag, decode_references};
use super::metadata::MAX_JSON;
use serde_json::{Map, Value};

/// Keys (lower case, letters only) whose value is an article's headline.
const TITLES: [&str; 5] = ["title", "headline", "name", "header", "caption"];
/// Keys (lower case, letters only) whose value is an article's text.
const BODIES: [&str; 12] = [
    "articlebody",
    "article",
    "body",
    "bodyhtml",
    "content",
    "contenthtml",
    "contentrendered",
    "detailtext",
    "fulltext",
    "html",
    "rendered",
    "text",
];
/// Deepest nesting that is looked into.
const MAX_DEPTH: usize = 24;
/// Shortest text, in bytes.
const MIN_BYTES: usize = 300;

/// The longest text that the page's data give under its headline: plain, or markup.
pub fn text(doc: &Document<'_>, title: &str) -> Option<String> {
    let key = normalised(title);
    let mut best = None;
    for node in (1..doc.nodes.len()).filter(|&n| doc.nodes[n].tag == Tag::Script) {
        let is_json = doc.attribute(node, "type").is_some_and(|t| t.eq_ignore_ascii_case("application/json"));
        let data = doc.descendants(node).next().map(|inner| doc.raw_text(inner)).unwrap_or_default();
        if is_json
            && data.len() <= MAX_JSON
            && let Ok(value) = serde_json::from_str::<Value>(data)
        {
            walk(&value, &key, 0, &mut best);
        }
    }
    best.filter(|text: &String| text.len() >= MIN_BYTES)
}

fn walk(value: &Value, title: &str, depth: usize, best: &mut Option<String>) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, title, depth + 1, best)),
        Value::Object(object) => {
            if is_about(object, title) {
                for (_, body) in object.iter().filter(|(key, _)| is_one_of(key, &BODIES)) {
                    let mut text = String::new();
                    strings(body, depth, &mut text);
                    if best.as_ref().is_none_or(|known| known.len() < text.len()) {
                        *best = Some(text);
                    }
                }
            }
            object.values().for_each(|inner| walk(inner, title, depth + 1, best));
        }
        _ => {}
    }
}

fn is_one_of(key: &str, names: &[&str]) -> bool {
    let bare: String = key.chars().filter(char::is_ascii_alphabetic).take(20).collect::<String>().to_ascii_lowercase();
    names.contains(&bare.as_str())
}

/// Whether an object has this headline (normalised).
fn is_about(object: &Map<String, Value>, title: &str) -> bool {
    let states = |value: &Value| match value {
        Value::String(text) => normalised(&decode_references(text)) == title,
        // WordPress: {"title": {"rendered": …}}.
        Value::Object(inner) => {
            inner.get("rendered").and_then(Value::as_str).is_some_and(|t| normalised(&decode_references(t)) == title)
        }
        _ => false,
    };
    object.iter().any(|(key, value)| is_one_of(key, &TITLES) && states(value))
}

/// The texts of a value, one a line: of a string itself, of the blocks of an editor in their order.
fn strings(value: &Value, depth: usize, text: &mut String) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::String(own) => {
            text.push_str(own);
            text.push('\n');
        }
        Value::Array(items) => items.iter().for_each(|item| strings(item, depth + 1, text)),
        Value::Object(object) => {
            for (key, inner) in object {
                let is_nested = inner.is_array() || inner.is_object();
                if is_one_of(key, &BODIES)
                    || is_nested && matches!(key.as_str(), "blocks" | "data" | "items" | "children")
                {
                    strings(inner, depth + 1, text);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expect: Option<&str>) {
        let page = format!("<script type='application/json'>{json}</script>");
        let found = text(&Document::parse(&page), "Проверка в городе").map(|t| t.trim_end().to_owned());
        assert_eq!(found.as_deref(), expect, "{json}");
    }

    #[test]
    fn the_text_under_the_headline_is_found() {
        let long = "Полиция сообщила о проверке. ".repeat(8).trim_end().to_owned();
        check(
            &format!(
                r#"{{"a":[{{"title":"Другое","content":"{long}{long}"}},{{"Title":"ПРОВЕРКА в городе","content":"{long}"}}]}}"#
            ),
            Some(&long),
        );
        check(
            &format!(r#"{{"title":{{"rendered":"Проверка в городе"}},"content":{{"rendered":"<p>{long}</p>"}}}}"#),
            Some(&format!("<p>{long}</p>")),
        );
        let blocks = format!(
            r#"{{"headline":"Проверка в городе","content":{{"blocks":[{{"type":"paragraph","data":{{"text":"{long}"}}}},{{"type":"paragraph","data":{{"text":"Итог."}}}}]}}}}"#
        );
        check(&blocks, Some(&format!("{long}\nИтог.")));
        check(&format!(r#"{{"title":"Другое","content":"{long}"}}"#), None);
        check(r#"{"title":"Проверка в городе","content":"Коротко."}"#, None);
        check("{broken", None);
        check(&"[".repeat(5000), None);
    }
}

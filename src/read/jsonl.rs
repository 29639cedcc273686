//! JSON lines → articles.

use super::bytes::Refusal;
use super::fields::Fields;
use crate::record::{Article, content_hash};

/// The article of one line, or why it is refused.
pub(super) fn article(line: &[u8]) -> Result<Article, Refusal> {
    let text = std::str::from_utf8(line)
        .map_err(|e| Refusal::new("not_utf8", format!("byte {} of the line is not UTF-8", e.valid_up_to() + 1)))?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if !text.starts_with('{') {
        return Err(Refusal::new("invalid_json", "the line is not a JSON object"));
    }
    let fields: Fields = serde_json::from_str(text).map_err(|e| Refusal::new(reason(&e), message(&e)))?;
    fields.into_article(content_hash(line))
}

fn reason(error: &serde_json::Error) -> &'static str {
    if error.is_data() { "invalid_record" } else { "invalid_json" }
}

/// `serde_json` counts lines within the record, always 1; the column is what helps.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    format!("column {}: {text}", error.column())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_articles() {
        let full = r#"{"id":"x1","url":"https://a.example/1","outlet":"a.example","lang":"kk","published":"2025-08-30",
            "title":"Т","text":"Мәтін.","topic":"ignored"}"#;
        let article = article(full.as_bytes()).expect("valid");
        assert_eq!(article.article_id, "x1");
        assert_eq!(article.language.as_deref(), Some("kk"));
        assert_eq!(article.published_date().map(|d| d.to_string()).as_deref(), Some("2025-08-30"));
        assert_eq!((article.text.as_str(), article.title.as_deref()), ("Мәтін.", Some("Т")));
        assert_eq!(article.content_hash.len(), 64);
    }

    #[test]
    fn fields_may_be_missing_or_numbers() {
        let check = |line: &str, id: &str| assert_eq!(article(line.as_bytes()).expect(line).article_id, id);
        check(r#"{"id":17,"text":"т"}"#, "17");
        check(r#"{"article_id":"b","title":"т","text":null}"#, "b");
        check("\u{feff}{\"id\":\"bom\",\"text\":\"т\"}", "bom");
        let nameless = |text: &str| article(format!(r#"{{"text":"{text}"}}"#).as_bytes()).expect("valid").article_id;
        assert_eq!(nameless("один"), nameless("один"));
        assert_ne!(nameless("один"), nameless("два"));
    }

    #[test]
    fn broken_lines_are_refused_with_a_reason() {
        let check = |line: &[u8], reason: &str| {
            assert_eq!(article(line).expect_err(reason).reason, reason, "{}", String::from_utf8_lossy(line));
        };
        check(b"{", "invalid_json");
        check(b"not json", "invalid_json");
        check(br#"["a", "https://a.example"]"#, "invalid_json");
        check(br#"{"text":5}"#, "invalid_record");
        check(br#"{"id":"x"}"#, "no_text");
        check(br#"{"id":"x","text":"  "}"#, "no_text");
        check(br#"{"text":"t","published":"30.08.2025"}"#, "invalid_date");
        check(b"{\"text\":\"\xcf\xf0\"}", "not_utf8");
    }
}

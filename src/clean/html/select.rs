//! CSS selectors, as far as outlet specs need them.
//!
//! Read are: element names, `*`, `#id`, `.class`, `[name]`, `[name=value]` with `=`, `^=`, `$=`, `*=`,
//! `~=`, descendants (a space), children (`>`) and lists (`,`). Anything else is an error where the spec is
//! loaded, not a silent mismatch.

use super::dom::{Document, NodeId};
use super::tag::Tag;

/// A selector that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("selector \"{selector}\": {reason}")]
pub struct SelectorError {
    /// The selector.
    pub selector: String,
    /// What is wrong with it.
    pub reason: String,
}

/// A compiled selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    alternatives: Vec<Vec<Step>>,
}

/// One element on the way to the selected one, and how the next is reached.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Step {
    /// Whether the element before is the parent, not just an ancestor.
    is_child: bool,
    name: Option<String>,
    tests: Vec<Test>,
}

/// What an attribute must be.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Test {
    attribute: String,
    operator: Operator,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Exists,
    Equals,
    HasWord,
    StartsWith,
    EndsWith,
    Contains,
}

impl Selector {
    /// Reads a selector.
    ///
    /// # Errors
    /// Syntax that is wrong or not among what is read.
    pub fn parse(selector: &str) -> Result<Self, SelectorError> {
        let wrong = |reason: &str| SelectorError { selector: selector.to_owned(), reason: reason.to_owned() };
        let mut alternatives = Vec::new();
        for alternative in split_outside_brackets(selector, ',') {
            let mut steps: Vec<Step> = Vec::new();
            let mut is_child = false;
            for part in split_outside_brackets(&alternative.replace('>', " > "), ' ') {
                match part.as_str() {
                    "" => {}
                    ">" if is_child || steps.is_empty() => return Err(wrong("a stray \">\"")),
                    ">" => is_child = true,
                    compound => {
                        steps.push(Step { is_child, ..step(compound).map_err(|reason| wrong(&reason))? });
                        is_child = false;
                    }
                }
            }
            if steps.is_empty() || is_child {
                return Err(wrong("an empty part"));
            }
            alternatives.push(steps);
        }
        Ok(Self { alternatives })
    }

    /// The selected elements, in document order.
    pub fn all<'d>(&'d self, doc: &'d Document<'_>) -> impl Iterator<Item = NodeId> + 'd {
        (1..doc.nodes.len()).filter(|&node| doc.nodes[node].tag != Tag::Text && self.matches(doc, node))
    }

    /// Whether the selector selects this element.
    pub fn matches(&self, doc: &Document<'_>, node: NodeId) -> bool {
        self.alternatives.iter().any(|steps| leads_to(doc, steps, node))
    }
}

/// Whether the steps lead to a node.
fn leads_to(doc: &Document<'_>, steps: &[Step], node: NodeId) -> bool {
    let Some((last, before)) = steps.split_last() else { return true };
    if !last.fits(doc, node) {
        return false;
    }
    if before.is_empty() {
        return true;
    }
    let mut ancestor = node;
    while ancestor > 0 {
        ancestor = doc.parent(ancestor);
        if leads_to(doc, before, ancestor) {
            return true;
        }
        if last.is_child {
            return false;
        }
    }
    false
}

impl Step {
    fn fits(&self, doc: &Document<'_>, node: NodeId) -> bool {
        node > 0
            && self.name.as_deref().is_none_or(|name| doc.name(node).eq_ignore_ascii_case(name))
            && self.tests.iter().all(|test| test.holds(doc, node))
    }
}

impl Test {
    fn holds(&self, doc: &Document<'_>, node: NodeId) -> bool {
        let Some(found) = doc.attribute(node, &self.attribute) else { return false };
        let value = self.value.as_str();
        match self.operator {
            Operator::Exists => true,
            Operator::Equals => found == value,
            Operator::HasWord => found.split_ascii_whitespace().any(|word| word == value),
            Operator::StartsWith => found.starts_with(value),
            Operator::EndsWith => found.ends_with(value),
            Operator::Contains => found.contains(value),
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// Splits at a character that is not within `[…]`, and trims the parts.
fn split_outside_brackets(text: &str, at: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_i32;
    for c in text.chars() {
        depth += i32::from(c == '[') - i32::from(c == ']');
        if c == at && depth == 0 {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

/// One element's conditions: `div.news#main[data-id]`.
fn step(compound: &str) -> Result<Step, String> {
    let mut step = Step::default();
    let name_end = compound.find(|c| !is_name(c)).unwrap_or(compound.len());
    let mut rest = &compound[name_end..];
    if name_end > 0 {
        step.name = Some(compound[..name_end].to_owned());
    } else if let Some(after) = rest.strip_prefix('*') {
        rest = after;
    }
    while let Some(sign) = rest.chars().next() {
        let inner = &rest[sign.len_utf8()..];
        match sign {
            '.' | '#' => {
                let end = inner.find(|c| !is_name(c)).unwrap_or(inner.len());
                if end == 0 {
                    return Err(format!("nothing after \"{sign}\""));
                }
                let (attribute, operator) =
                    if sign == '.' { ("class", Operator::HasWord) } else { ("id", Operator::Equals) };
                step.tests.push(Test { attribute: attribute.into(), operator, value: inner[..end].into() });
                rest = &inner[end..];
            }
            '[' => {
                let end = inner.find(']').ok_or("a \"[\" without \"]\"")?;
                step.tests.push(test(&inner[..end])?);
                rest = &inner[end + 1..];
            }
            other => return Err(format!("\"{other}\" is not among what is read here")),
        }
    }
    Ok(step)
}

/// The inside of `[…]`.
fn test(inside: &str) -> Result<Test, String> {
    let Some((name, value)) = inside.split_once('=') else {
        let attribute = inside.trim().to_owned();
        return Ok(Test { attribute, operator: Operator::Exists, value: String::new() });
    };
    let (name, operator) = match name.chars().last() {
        Some('~') => (&name[..name.len() - 1], Operator::HasWord),
        Some('^') => (&name[..name.len() - 1], Operator::StartsWith),
        Some('$') => (&name[..name.len() - 1], Operator::EndsWith),
        Some('*') => (&name[..name.len() - 1], Operator::Contains),
        _ => (name, Operator::Equals),
    };
    let value = value.trim().trim_matches(['"', '\'']);
    if name.trim().is_empty() || !name.trim().chars().all(|c| is_name(c) || c == ':') {
        return Err(format!("\"{name}\" is no attribute"));
    }
    Ok(Test { attribute: name.trim().to_owned(), operator, value: value.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(selector: &str, expect: &[&str]) {
        let page = "<div class='news item' id=one><p class=lead>a</p><div><p data-time='10:33'>b</p></div></div><x-post>c</x-post><p lang=ru-KZ>d</p>";
        let doc = Document::parse(page);
        let selector = Selector::parse(selector).expect("selector");
        let found: Vec<String> = selector.all(&doc).map(|node| doc.text(node)).collect();
        assert_eq!(found, expect, "{selector:?}");
    }

    #[test]
    fn selects() {
        check("p", &["a", "b", "d"]);
        check("p.lead", &["a"]);
        check(".news p", &["a", "b"]);
        check(".news > p", &["a"]);
        check("#one>div>p", &["b"]);
        check("div div p, x-post", &["b", "c"]);
        check("[data-time]", &["b"]);
        check("p[data-time=\"10:33\"]", &["b"]);
        check("p[lang^=ru], p[class~='lead']", &["a", "d"]);
        check("[lang$='KZ']", &["d"]);
        check("[lang*=u-K]", &["d"]);
        check("*.item .lead", &["a"]);
        check(".none", &[]);
    }

    #[test]
    fn refuses_what_it_does_not_read() {
        for wrong in ["", "p:first-child", "> p", "p >", "p,,b", ".", "[a", "a + b", "p >> b"] {
            assert!(Selector::parse(wrong).is_err(), "{wrong}");
        }
    }
}

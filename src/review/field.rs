//! The fields of a mention that a reviewer may correct, as the text of a cell.

use crate::record::{Code, CodeLists, Mention, Qualifier, Scope};
use chrono::NaiveDate;

/// The fields that can be corrected, in the order of the sheet's columns.
pub const FIELDS: [&str; 17] = [
    "event_type",
    "object",
    "value",
    "value_max",
    "qualifier",
    "unit",
    "region",
    "locality",
    "offence",
    "scope",
    "period_start",
    "period_end",
    "date_start",
    "date_end",
    "agency",
    "citizenship",
    "articles",
];

/// Separates the items of a list in a cell.
const ITEMS: char = ';';

/// A field as text: empty where it is missing, the items of a list separated by semicolons.
pub fn field_of(mention: &Mention, field: &str) -> String {
    let number = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
    let code = |code: &Option<Code>| code.as_deref().unwrap_or_default().to_owned();
    let day = |day: Option<NaiveDate>| day.map(|d| d.to_string()).unwrap_or_default();
    let list = |items: &[Code]| items.join(";");
    match field {
        "event_type" => mention.event_type.to_string(),
        "object" => mention.object.to_string(),
        "value" => number(mention.value),
        "value_max" => number(mention.value_max),
        "qualifier" => mention.qualifier.as_str().to_owned(),
        "unit" => code(&mention.unit),
        "region" => list(&mention.region),
        "locality" => mention.locality.clone().unwrap_or_default(),
        "offence" => code(&mention.offence),
        "scope" => mention.scope.as_str().to_owned(),
        "period_start" => day(mention.period_start),
        "period_end" => day(mention.period_end),
        "date_start" => day(mention.date_start),
        "date_end" => day(mention.date_end),
        "agency" => list(&mention.agency),
        "citizenship" => list(&mention.citizenship),
        "articles" => mention.articles.join(";"),
        _ => String::new(),
    }
}

/// Sets a field from text.
///
/// # Errors
/// A field that cannot be corrected; a code, number or day that is none.
pub(super) fn set(mention: &mut Mention, field: &str, text: &str, codes: &CodeLists) -> Result<(), String> {
    let text = text.trim();
    let code = |list: &str, text: &str| -> Result<Code, String> {
        let found = codes.list(list).and_then(|list| list.intern(text));
        found.ok_or_else(|| format!("{text:?} is no code of {list}"))
    };
    let optional = |list: &str| if text.is_empty() { Ok(None) } else { code(list, text).map(Some) };
    let items = || text.split(ITEMS).map(str::trim).filter(|item| !item.is_empty());
    let list = |name: &str| -> Result<Vec<Code>, String> {
        let mut found = items().map(|item| code(name, item)).collect::<Result<Vec<_>, _>>()?;
        found.sort();
        found.dedup();
        Ok(found)
    };
    match field {
        "event_type" => mention.event_type = code("event_type", text)?,
        "object" => mention.object = code("object", text)?,
        "value" => mention.value = number(text)?,
        "value_max" => mention.value_max = number(text)?,
        "qualifier" => {
            let found = Qualifier::ALL.into_iter().find(|q| q.as_str() == text);
            mention.qualifier = found.ok_or_else(|| format!("{text:?} is no qualifier"))?;
        }
        "unit" => mention.unit = optional("unit")?,
        // The code of the place was told by the words that were misread.
        "region" => (mention.region, mention.kato) = (list("region")?, None),
        "locality" => (mention.locality, mention.kato) = ((!text.is_empty()).then(|| text.to_owned()), None),
        "offence" => mention.offence = optional("offence")?,
        "scope" => {
            let found = Scope::ALL.into_iter().find(|s| s.as_str() == text);
            mention.scope = found.ok_or_else(|| format!("{text:?} is no scope"))?;
        }
        "period_start" => mention.period_start = day(text)?,
        "period_end" => mention.period_end = day(text)?,
        "date_start" => mention.date_start = day(text)?,
        "date_end" => mention.date_end = day(text)?,
        "agency" => mention.agency = list("agency")?,
        "citizenship" => {
            let right = |item: &str| item.len() == 2 && item.bytes().all(|b| b.is_ascii_uppercase());
            if let Some(wrong) = items().find(|item| !right(item)) {
                return Err(format!("{wrong:?} is no ISO 3166-1 alpha-2 code"));
            }
            let mut found: Vec<Code> = items().map(Code::from).collect();
            found.sort();
            found.dedup();
            mention.citizenship = found;
        }
        "articles" => mention.articles = items().map(str::to_owned).collect(),
        _ => return Err(format!("{field:?} is no field that can be corrected")),
    }
    Ok(())
}

/// A number as people and spreadsheets write it: `1 234,5`.
fn number(text: &str) -> Result<Option<f64>, String> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if plain.is_empty() {
        return Ok(None);
    }
    let value = plain.replace(',', ".").parse::<f64>().ok().filter(|v| v.is_finite() && *v >= 0.0);
    value.map(Some).ok_or_else(|| format!("{text:?} is no number of at least 0"))
}

fn day(text: &str) -> Result<Option<NaiveDate>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| format!("{text:?} is no day such as 2026-11-22"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn a_field_is_set_as_it_is_written() {
        let codes = CodeLists::load(&Knowledge::embedded()).expect("codes");
        let check = |field: &str, text: &str, expect: Result<&str, &str>| {
            let mut mention = Mention { event_type: "seizure".into(), object: "drug".into(), ..Mention::default() };
            match (set(&mut mention, field, text, &codes), expect) {
                (Ok(()), Ok(expect)) => assert_eq!(field_of(&mention, field), expect, "{field}"),
                (Err(found), Err(expect)) => assert!(found.contains(expect), "{found}"),
                (found, expect) => panic!("{field} {text:?}: {found:?} is not {expect:?}"),
            }
        };
        check("value", "1 234,5", Ok("1234.5"));
        check("value", "", Ok(""));
        check("value", "-3", Err("no number"));
        check("value", "NaN", Err("no number"));
        check("object", "heroin", Ok("heroin"));
        check("object", "gold", Err("no code of object"));
        check("unit", "", Ok(""));
        check("region", "KZ-79; KZ-75;KZ-79", Ok("KZ-75;KZ-79"));
        check("region", "KZ-99", Err("no code of region"));
        check("qualifier", "min", Ok("min"));
        check("scope", "campaign", Err("no scope"));
        check("date_start", "2025-02-30", Err("no day"));
        check("period_end", "2025-02-03", Ok("2025-02-03"));
        check("citizenship", "UZ;KG", Ok("KG;UZ"));
        check("citizenship", "Узбекистан", Err("no ISO"));
        check("articles", "УК 297 ч.3; УК 188", Ok("УК 297 ч.3;УК 188"));
        check("confidence", "1", Err("no field that can be corrected"));
        for field in FIELDS {
            let mut mention = Mention { event_type: "seizure".into(), object: "drug".into(), ..Mention::default() };
            let text = field_of(&mention, field);
            set(&mut mention, field, &text, &codes).unwrap_or_else(|e| panic!("{field}: {e}"));
        }
    }
}

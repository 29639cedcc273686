//! The data dictionary, generated from the schemas.

use crate::record::CodeLists;
use crate::record::schema::{FieldType, Table};
use std::fmt::Write;

/// A language of the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Russian.
    Russian,
}

/// The dictionary of some tables, in Markdown: each column with its type, unit or codes, and meaning.
pub fn tables(tables: &[Table], language: Language) -> String {
    fn choose<'t>(language: Language, english: &'t str, russian: &'t str) -> &'t str {
        if language == Language::Russian { russian } else { english }
    }
    let pick = |english, russian| choose(language, english, russian);
    let mut text = String::new();
    for table in tables {
        let schema = table.schema();
        let _ = writeln!(text, "## {}: {}\n", schema.name, pick(&schema.title, &schema.title_ru));
        let _ = writeln!(text, "{}\n", pick(&schema.description, &schema.description_ru));
        text += pick(
            "| column | type | unit or codes | meaning |\n|---|---|---|---|\n",
            "| столбец | тип | единица или коды | значение |\n|---|---|---|---|\n",
        );
        for field in &schema.fields {
            let kind = match (field.r#type, language) {
                (FieldType::String, Language::English) => "text",
                (FieldType::String, Language::Russian) => "текст",
                (FieldType::Integer, Language::English) => "integer",
                (FieldType::Integer, Language::Russian) => "целое",
                (FieldType::Number, Language::English) => "number",
                (FieldType::Number, Language::Russian) => "число",
                (FieldType::Boolean, Language::English) => "true or false",
                (FieldType::Boolean, Language::Russian) => "да или нет",
                (FieldType::Date, Language::English) => "day",
                (FieldType::Date, Language::Russian) => "день",
                (FieldType::Datetime, Language::English) => "moment (UTC)",
                (FieldType::Datetime, Language::Russian) => "момент (UTC)",
                (FieldType::Array, Language::English) => "list of texts",
                (FieldType::Array, Language::Russian) => "список текстов",
            };
            let missing =
                if field.required() { "" } else { pick(", may be missing", ", может отсутствовать") };
            let codes = field.code_list.as_ref().map(|list| format!("`codes/{list}.csv`"));
            let unit = codes.or_else(|| field.unit.clone()).unwrap_or_default();
            let meaning = pick(&field.description, &field.description_ru).replace('|', "\\|");
            let _ = writeln!(text, "| `{}` | {kind}{missing} | {unit} | {meaning} |", field.name);
        }
        text.push('\n');
    }
    text
}

/// The code lists, in Markdown.
pub fn codes(lists: &CodeLists, language: Language) -> String {
    let (label, head) = match language {
        Language::English => ("label_en", "| code | label | meaning |\n|---|---|---|\n"),
        Language::Russian => ("label_ru", "| код | название | определение (англ.) |\n|---|---|---|\n"),
    };
    let mut text = String::new();
    for (name, list) in lists.iter() {
        let _ = write!(text, "### {name}\n\n{head}");
        for code in list.codes() {
            let cell = |column| list.get(code, column).unwrap_or_default().replace('|', "\\|");
            let _ = writeln!(text, "| `{code}` | {} | {} |", cell(label), cell("definition"));
        }
        text.push('\n');
    }
    text
}

//! `schema`: the data dictionary. `validate`: whether a release is what it says.

use super::args::{Language, SchemaArgs};
use super::{Failure, print};
use dalel::knowledge::Knowledge;
use dalel::record::CodeLists;
use dalel::record::schema::Table;
use std::fmt::Write as _;
use std::path::Path;

/// Prints the dictionary in Markdown, generated from `schemas/`.
pub fn schema(args: &SchemaArgs) -> Result<(), Failure> {
    let tables = match &args.table {
        None => Table::PUBLIC.to_vec(),
        Some(name) => {
            vec![Table::from_name(name).ok_or_else(|| Failure::new(2, format!("no table is named `{name}`")))?]
        }
    };
    if args.json {
        return tables.into_iter().try_for_each(|table| print(table.schema_json()));
    }
    let russian = args.language == Language::Ru;
    let mut text = String::new();
    for table in tables {
        let schema = table.schema();
        let (title, description) =
            if russian { (&schema.title_ru, &schema.description_ru) } else { (&schema.title, &schema.description) };
        let _ = writeln!(text, "## {}: {title}\n\n{description}\n", schema.name);
        let _ = writeln!(text, "| column | type | unit or codes | meaning |\n|---|---|---|---|");
        for field in &schema.fields {
            let kind = format!("{:?}", field.r#type).to_lowercase();
            let null = if field.required() { "" } else { ", may be missing" };
            let codes = field.code_list.as_ref().map(|list| format!("codes/{list}.csv"));
            let unit = codes.or_else(|| field.unit.clone()).unwrap_or_default();
            let meaning = if russian { &field.description_ru } else { &field.description };
            let _ = writeln!(text, "| `{}` | {kind}{null} | {unit} | {} |", field.name, meaning.replace('|', "\\|"));
        }
        text.push('\n');
    }
    if args.codes {
        let lists = CodeLists::load(&Knowledge::embedded())?;
        let label = if russian { "label_ru" } else { "label_en" };
        for (name, list) in lists.iter() {
            let _ = writeln!(text, "## codes/{name}.csv\n\n| code | label |\n|---|---|");
            for code in list.codes() {
                let _ = writeln!(text, "| `{code}` | {} |", list.get(code, label).unwrap_or_default());
            }
            text.push('\n');
        }
    }
    print(text)
}

/// Checks a release's sums, schemas, codes and keys.
pub fn validate(release: &Path) -> Result<(), Failure> {
    let problems = dalel::publish::validate(release).map_err(|e| Failure::new(1, e))?;
    if problems.is_empty() {
        return print(format!("{}: valid\n", release.display()));
    }
    let lines: Vec<String> = problems.iter().map(|problem| format!("{problem}\n")).collect();
    print(lines.concat())?;
    Err(Failure::new(3, format!("{}: {} problems", release.display(), problems.len())))
}

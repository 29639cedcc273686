//! `schema`: the data dictionary.

use super::args::{Language, SchemaArgs};
use super::{Failure, print};
use dalel::knowledge::Knowledge;
use dalel::publish::dictionary;
use dalel::record::CodeLists;
use dalel::record::schema::Table;

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
    let language = match args.language {
        Language::Ru => dictionary::Language::Russian,
        Language::En => dictionary::Language::English,
    };
    let mut text = dictionary::tables(&tables, language);
    if args.codes {
        text += &dictionary::codes(&CodeLists::load(&Knowledge::embedded())?, language);
    }
    print(text)
}

//! `datapackage.json`: the release's description for programs (Frictionless Data Package 2.0).

use super::bundle::{Content, FileInfo};
use super::spec::{LICENCE, LICENCE_URL, ReleaseSpec};
use crate::knowledge::Knowledge;
use crate::record::schema::{Constraints, FieldType, Table, TableSchema};
use crate::record::{CodeList, CodeLists};
use serde_json::{Value, json};

/// A table's schema as a release states it: with every code that a closed column may have.
pub(super) fn closed_schema(table: Table, codes: &CodeLists) -> TableSchema {
    let mut schema = table.schema().clone();
    for key in &mut schema.foreign_keys {
        if key.reference.resource == table.name() {
            key.reference.resource.clear();
        }
    }
    for field in &mut schema.fields {
        let Some(list) = field.code_list.as_deref().and_then(|name| codes.list(name)) else { continue };
        let one_of = Some(list.codes().map(str::to_owned).collect());
        match (&mut field.array_item, field.r#type) {
            (Some(item), FieldType::Array) => {
                item.constraints.get_or_insert_with(Constraints::default).one_of = one_of;
            }
            _ => field.constraints.get_or_insert_with(Constraints::default).one_of = one_of,
        }
    }
    schema
}

/// The package's JSON. `files` are the release's data files in the order of their resources.
pub(super) fn datapackage(spec: &ReleaseSpec, knowledge: &Knowledge, codes: &CodeLists, files: &[FileInfo]) -> Value {
    let mut package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "dalel",
        "title": spec.title(),
        "description": spec.description(),
        "version": spec.version.as_str(),
    });
    if let Some(homepage) = &spec.homepage {
        package["homepage"] = json!(homepage);
    }
    if let Some(doi) = &spec.doi {
        package["id"] = json!(format!("https://doi.org/{doi}"));
    }
    if let Some(day) = spec.day() {
        package["created"] = json!(format!("{day}T00:00:00Z"));
    }
    package["sample"] = json!(spec.sample);
    package["licenses"] =
        json!([{"name": LICENCE, "path": LICENCE_URL, "title": "Creative Commons Attribution 4.0 International"}]);
    package["contributors"] = json!([{"title": "The dalel developers", "roles": ["creator"]}]);
    package["keywords"] = json!(KEYWORDS);
    package["pipeline"] = spec.made.as_ref().map_or_else(|| pipeline(knowledge), |made| made["pipeline"].clone());
    package["resources"] = files.iter().map(|file| resource(file, codes)).collect();
    package
}

/// What the data were made with: the program and the hash of its source, and the hashes (BLAKE3) of the files under
/// `pipelines/` and `schemas/`.
pub fn pipeline(knowledge: &Knowledge) -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "repository": env!("CARGO_PKG_REPOSITORY"),
        "code_hash": env!("DALEL_CODE_HASH"),
        "lexicons_hash": knowledge.content_hash("pipelines/lexicons/"),
        "rules_hash": knowledge.content_hash("pipelines/rules/"),
        "models_hash": knowledge.content_hash("pipelines/model/"),
        "gazetteers_hash": knowledge.content_hash("pipelines/gazetteers/"),
        "pipelines_hash": knowledge.content_hash("pipelines/"),
        "schemas_hash": knowledge.content_hash("schemas/"),
    })
}

/// What of the [`pipeline`] changes what is read in an article: an evaluation holds for this and nothing else.
pub(super) const READS: [&str; 5] = ["code_hash", "lexicons_hash", "rules_hash", "models_hash", "gazetteers_hash"];

/// What the dataset is about, for catalogues.
pub(super) const KEYWORDS: [&str; 8] = [
    "Kazakhstan",
    "law enforcement",
    "crime statistics",
    "drug seizures",
    "corruption",
    "event extraction",
    "Russian",
    "Kazakh",
];

fn resource(file: &FileInfo, codes: &CodeLists) -> Value {
    let mut resource = json!({"name": file.resource, "path": file.path});
    let schema = match file.content {
        Content::Table(table) => {
            // The one validator there is, frictionless-py, reads Parquet through pandas, where a missing number
            // is NaN and a list no list. As a file it compares sizes and hashes; the rows of the `.csv.gz`,
            // which are the same, it compares with the schema.
            resource["type"] = json!("file");
            resource["format"] = json!("parquet");
            resource["mediatype"] = json!("application/vnd.apache.parquet");
            Some(closed_schema(table, codes))
        }
        Content::Csv(table) => {
            resource["type"] = json!("table");
            resource["format"] = json!("csv");
            resource["compression"] = json!("gz");
            resource["mediatype"] = json!("text/csv");
            resource["encoding"] = json!("utf-8");
            let mut schema = closed_schema(table, codes);
            for key in &mut schema.foreign_keys {
                if !key.reference.resource.is_empty() {
                    key.reference.resource += "-csv";
                }
            }
            Some(schema)
        }
        Content::CodeList => {
            resource["type"] = json!("table");
            resource["format"] = json!("csv");
            resource["mediatype"] = json!("text/csv");
            resource["encoding"] = json!("utf-8");
            None
        }
    };
    resource["bytes"] = json!(file.bytes);
    resource["hash"] = json!(format!("sha256:{}", file.sha256));
    resource["rowCount"] = json!(file.rows);
    if let Some(schema) = schema {
        resource["title"] = json!(schema.title);
        resource["description"] = json!(schema.description);
        resource["schema"] = serde_json::to_value(schema).unwrap_or_default();
    } else {
        // A resource's name has hyphens where its file has underscores.
        let name = &file.resource.trim_start_matches("codes-").replace('-', "_");
        resource["title"] = json!(format!("Code list: {}", name.replace('_', " ")));
        resource["schema"] = codes.list(name).map(code_schema).unwrap_or_default();
    }
    resource
}

fn code_schema(list: &CodeList) -> Value {
    let describe = |name: &str| match name {
        "code" => "Code, as it stands in the tables.",
        "label_en" => "Label, English.",
        "label_ru" => "Label, Russian.",
        "label_kk" => "Label, Kazakh.",
        "definition" => "What the code means.",
        "iccs" => "Code in the International Classification of Crime for Statistical Purposes (ICCS 1.0, UNODC).",
        "un_cts" => "Stage of the criminal justice system in the UN Survey of Crime Trends (UN-CTS).",
        "kato" => "First two digits of the region's KATO codes.",
        "short_en" => "Short name for charts, English.",
        "short_ru" => "Short name for charts, Russian.",
        "short_kk" => "Short name for charts, Kazakh.",
        "tile_column" => "Column on a tile map of the regions, from 0 in the west.",
        "tile_row" => "Row on a tile map of the regions, from 0 in the north.",
        "class" => "Class of the object.",
        "unit_default" => "Unit in which the object is usually counted.",
        "dimension" => "What the unit measures.",
        "name_ru" => "Name of the main body, Russian.",
        "name_kk" => "Name of the main body, Kazakh.",
        _ => "",
    };
    let fields: Vec<Value> = list
        .columns()
        .iter()
        .map(|name| {
            let mut field = json!({"name": name, "type": "string", "description": describe(name)});
            if name == "code" {
                field["constraints"] = json!({"required": true, "unique": true});
            }
            field
        })
        .collect();
    json!({"fields": fields, "primaryKey": ["code"]})
}

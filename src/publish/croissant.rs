//! `croissant.json`: the release's description for machine learning (Croissant 1.1, by `MLCommons`).

use super::bundle::{Content, FileInfo};
use super::catalogue::cite_as;
use super::package::KEYWORDS;
use super::spec::{LICENCE_URL, ReleaseSpec};
use crate::record::schema::{FieldSchema, FieldType, Table};
use crate::record::{CodeList, CodeLists};
use serde_json::{Value, json};

/// The `@context` that the specification gives, word for word.
fn context() -> Value {
    json!({
        "@language": "en",
        "@vocab": "https://schema.org/",
        "arrayShape": "cr:arrayShape",
        "citeAs": "cr:citeAs",
        "column": "cr:column",
        "conformsTo": "dct:conformsTo",
        "containedIn": "cr:containedIn",
        "cr": "http://mlcommons.org/croissant/",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "dct": "http://purl.org/dc/terms/",
        "description": {"@container": "@language"},
        "equivalentProperty": "cr:equivalentProperty",
        "examples": {"@id": "cr:examples", "@type": "@json"},
        "extract": "cr:extract",
        "field": "cr:field",
        "fileProperty": "cr:fileProperty",
        "fileObject": "cr:fileObject",
        "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes",
        "isArray": "cr:isArray",
        "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath",
        "key": "cr:key",
        "md5": "cr:md5",
        "name": {"@container": "@language"},
        "parentField": "cr:parentField",
        "path": "cr:path",
        "recordSet": "cr:recordSet",
        "references": "cr:references",
        "regex": "cr:regex",
        "repeated": "cr:repeated",
        "replace": "cr:replace",
        "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/",
        "separator": "cr:separator",
        "source": "cr:source",
        "subField": "cr:subField",
        "transform": "cr:transform",
    })
}

/// The JSON.
pub(super) fn croissant(spec: &ReleaseSpec, codes: &CodeLists, files: &[FileInfo]) -> Value {
    let mut dataset = json!({
        "@context": context(),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": "dalel",
        "alternateName": spec.title(),
        "description": spec.description(),
        "url": spec.homepage.as_deref().unwrap_or(env!("CARGO_PKG_REPOSITORY")),
        "version": spec.version.as_str(),
        "license": LICENCE_URL,
        "citeAs": cite_as(spec),
        "inLanguage": ["ru", "kk"],
        "keywords": KEYWORDS,
        "isLiveDataset": false,
        "creator": {"@type": "Organization", "name": "The dalel developers", "url": env!("CARGO_PKG_REPOSITORY")},
    });
    if let Some(day) = spec.day() {
        dataset["datePublished"] = json!(day.to_string());
    }
    dataset["distribution"] = files.iter().map(file_object).collect();
    dataset["recordSet"] = files
        .iter()
        .filter_map(|file| match file.content {
            Content::Table(table) => Some(table_records(table, file)),
            Content::Csv(_) => None,
            Content::CodeList => Some(code_records(codes, file)),
        })
        .collect();
    dataset
}

fn file_object(file: &FileInfo) -> Value {
    let format = match file.content {
        Content::Table(_) => "application/x-parquet",
        Content::Csv(_) => "application/gzip",
        Content::CodeList => "text/csv",
    };
    json!({
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": format!("{} B", file.bytes),
        "encodingFormat": format,
        "sha256": file.sha256,
    })
}

fn table_records(table: Table, file: &FileInfo) -> Value {
    let schema = table.schema();
    let fields: Vec<Value> = schema.fields.iter().map(|field| record_field(table, field, file)).collect();
    let key: Vec<Value> =
        schema.primary_key.iter().map(|key| json!({"@id": format!("{}/{key}", schema.name)})).collect();
    let mut records = json!({
        "@type": "cr:RecordSet",
        "@id": schema.name,
        "name": schema.name,
        "description": schema.description,
        "field": fields,
    });
    if let [key] = &key[..] {
        records["key"] = key.clone();
    }
    records
}

fn record_field(table: Table, field: &FieldSchema, file: &FileInfo) -> Value {
    let kind = match field.r#type {
        FieldType::String | FieldType::Array => "sc:Text",
        FieldType::Integer => "sc:Integer",
        FieldType::Number => "sc:Float",
        FieldType::Boolean => "sc:Boolean",
        FieldType::Date => "sc:Date",
        FieldType::Datetime => "sc:DateTime",
    };
    let unit = field.unit.as_ref().map(|unit| format!(" Unit: {unit}.")).unwrap_or_default();
    let mut described = json!({
        "@type": "cr:Field",
        "@id": format!("{}/{}", table.name(), field.name),
        "name": field.name,
        "description": format!("{}{unit}", field.description),
        "dataType": kind,
        "source": {"fileObject": {"@id": file.path}, "extract": {"column": field.name}},
    });
    if field.r#type == FieldType::Array {
        described["isArray"] = json!(true);
        described["arrayShape"] = json!("-1");
    } else if let Some(list) = &field.code_list {
        described["references"] = json!({"field": {"@id": format!("codes-{list}/code")}});
    }
    described
}

fn code_records(codes: &CodeLists, file: &FileInfo) -> Value {
    let columns = codes.list(file.resource.trim_start_matches("codes-")).map(CodeList::columns);
    let fields: Vec<Value> = columns
        .unwrap_or_default()
        .iter()
        .map(|column| {
            json!({
                "@type": "cr:Field",
                "@id": format!("{}/{column}", file.resource),
                "name": column,
                "dataType": "sc:Text",
                "source": {"fileObject": {"@id": file.path}, "extract": {"column": column}},
            })
        })
        .collect();
    json!({
        "@type": "cr:RecordSet",
        "@id": file.resource,
        "name": file.resource,
        "dataType": "sc:Enumeration",
        "key": {"@id": format!("{}/code", file.resource)},
        "field": fields,
    })
}

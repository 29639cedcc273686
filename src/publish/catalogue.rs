//! The release's description for catalogues and citation managers: `CITATION.cff`, `.zenodo.json`, DCAT.

use super::bundle::{Content, FileInfo};
use super::package::KEYWORDS;
use super::spec::{LICENCE, LICENCE_URL, ReleaseSpec};
use serde_json::{Value, json};
use std::fmt::Write;

const CREATOR: &str = "The dalel developers";

/// A text as a YAML scalar: JSON strings are YAML.
fn yaml(text: &str) -> String {
    Value::from(text).to_string()
}

/// `CITATION.cff` (Citation File Format 1.2.0).
pub(super) fn citation(spec: &ReleaseSpec) -> String {
    let mut text =
        "cff-version: 1.2.0\nmessage: \"If you use these data, please cite them as below.\"\ntype: dataset\n"
            .to_owned();
    let _ = writeln!(text, "title: {}", yaml(&spec.title()));
    let _ = writeln!(text, "version: {}", yaml(spec.version.as_str()));
    if let Some(day) = spec.day() {
        let _ = writeln!(text, "date-released: {day}");
    }
    if let Some(doi) = &spec.doi {
        let _ = writeln!(text, "doi: {}", yaml(doi));
    }
    let _ = writeln!(text, "authors:\n  - name: {}", yaml(CREATOR));
    let _ = writeln!(text, "license: {LICENCE}");
    let _ = writeln!(text, "repository-code: {}", yaml(env!("CARGO_PKG_REPOSITORY")));
    if let Some(homepage) = &spec.homepage {
        let _ = writeln!(text, "url: {}", yaml(homepage));
    }
    let _ = writeln!(text, "abstract: {}", yaml(&spec.description()));
    text += "keywords:\n";
    for keyword in KEYWORDS {
        let _ = writeln!(text, "  - {}", yaml(keyword));
    }
    text
}

/// How to cite the release, in one line of text.
pub(super) fn cite_as(spec: &ReleaseSpec) -> String {
    let year = &spec.version.as_str()[..4];
    let doi = spec.doi.as_ref().map(|doi| format!(" https://doi.org/{doi}")).unwrap_or_default();
    format!("{CREATOR} ({year}). {}, version {}.{doi}", spec.title(), spec.version)
}

/// `.zenodo.json`: the metadata with which Zenodo deposits the release.
pub(super) fn zenodo(spec: &ReleaseSpec) -> Value {
    let mut record = json!({
        "upload_type": "dataset",
        "title": spec.title(),
        "description": spec.description(),
        "version": spec.version.as_str(),
        "creators": [{"name": CREATOR}],
        "access_right": "open",
        "license": LICENCE.to_lowercase(),
        "keywords": KEYWORDS,
        "related_identifiers": [
            {"identifier": env!("CARGO_PKG_REPOSITORY"), "relation": "isCompiledBy", "resource_type": "software"}
        ],
    });
    if let Some(day) = spec.day() {
        record["publication_date"] = json!(day.to_string());
    }
    if spec.sample {
        record["notes"] = json!(spec.warning());
    }
    record
}

/// `dcat.jsonld` (W3C DCAT 3), for data portals.
pub(super) fn dcat(spec: &ReleaseSpec, files: &[FileInfo]) -> Value {
    let distribution: Vec<Value> = files
        .iter()
        .map(|file| {
            let (format, media) = match file.content {
                Content::Table(_) => ("Parquet", "application/vnd.apache.parquet"),
                Content::Csv(_) => ("CSV, gzip", "text/csv"),
                Content::CodeList => ("CSV", "text/csv"),
            };
            let mut entry = json!({
                "@type": "dcat:Distribution",
                "dct:title": file.path,
                "dcat:downloadURL": {"@id": file.path},
                "dcat:mediaType": media,
                "dct:format": format,
                "dcat:byteSize": file.bytes,
                "spdx:checksum": {
                    "@type": "spdx:Checksum",
                    "spdx:algorithm": "spdx:checksumAlgorithm_sha256",
                    "spdx:checksumValue": file.sha256,
                },
            });
            if matches!(file.content, Content::Csv(_)) {
                entry["dcat:compressFormat"] = json!("application/gzip");
            }
            entry
        })
        .collect();
    let mut dataset = json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "spdx": "http://spdx.org/rdf/terms#",
        },
        "@type": "dcat:Dataset",
        "dct:title": spec.title(),
        "dct:description": spec.description(),
        "dct:license": {"@id": LICENCE_URL},
        "dct:language": ["ru", "kk"],
        "dct:spatial": {"@id": "http://publications.europa.eu/resource/authority/country/KAZ"},
        "dct:creator": {"@type": "foaf:Group", "foaf:name": CREATOR},
        "dcat:version": spec.version.as_str(),
        "dcat:keyword": KEYWORDS,
        "dcat:distribution": distribution,
    });
    if let Some(day) = spec.day() {
        dataset["dct:issued"] = json!(day.to_string());
    }
    if let Some(page) = &spec.homepage {
        dataset["dcat:landingPage"] = json!({"@id": page});
    }
    dataset
}

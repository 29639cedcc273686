//! `pipelines/lexicons/law_offence.toml`: articles → offences.

use crate::extract::lexicon::syntax_error;
use crate::knowledge::{Knowledge, KnowledgeError};
use crate::record::Code;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use std::collections::BTreeMap;

const PATH: &str = "pipelines/lexicons/law_offence.toml";
const CODES: &str = "schemas/codes/offence.csv";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    criminal: BTreeMap<String, Vec<String>>,
    administrative: BTreeMap<String, Vec<String>>,
}

/// `УК 297` → `drugs`, for every article that the file lists.
pub(super) fn load(knowledge: &Knowledge) -> Result<FxHashMap<String, Code>, KnowledgeError> {
    let text = knowledge.get(PATH).ok_or_else(|| KnowledgeError::invalid(PATH, "the file is missing; restore it"))?;
    let file: File = toml::from_str(text).map_err(|e| syntax_error(PATH, text, &e))?;
    let known: FxHashSet<&str> =
        knowledge.get(CODES).unwrap_or_default().lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let mut offences: FxHashMap<String, Code> = FxHashMap::default();
    for (code, table) in [("УК", &file.criminal), ("КоАП", &file.administrative)] {
        for (offence, articles) in table {
            if !known.is_empty() && !known.contains(offence.as_str()) {
                return Err(KnowledgeError::invalid(PATH, format!("{offence} is not in {CODES}")));
            }
            let offence = Code::from(offence.as_str());
            for item in articles {
                for article in expand(item)? {
                    let key = format!("{code} {article}");
                    if offences.insert(key, offence.clone()).is_some() {
                        return Err(KnowledgeError::invalid(PATH, format!("{code} {article} is listed twice")));
                    }
                }
            }
        }
    }
    Ok(offences)
}

/// `99 - 103` → its articles; `188-1` → itself.
fn expand(item: &str) -> Result<Vec<String>, KnowledgeError> {
    let Some((from, to)) = item.split_once(" - ") else { return Ok(vec![item.to_owned()]) };
    match (from.parse::<u32>(), to.parse::<u32>()) {
        (Ok(from), Ok(to)) if from < to => Ok((from..=to).map(|n| n.to_string()).collect()),
        _ => Err(KnowledgeError::invalid(PATH, format!("{item} is no range of articles"))),
    }
}

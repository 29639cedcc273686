//! Names the build: a hash of the source, so that work done by other code is never taken for this one's; rebuilds when
//! a data file comes or goes, since they are compiled in; and works out the forms of the lexicons' Russian words, which
//! would be most of the program's start.
#![allow(clippy::disallowed_methods, reason = "a build script reads what it builds")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The modules that work out word forms, as the program has them.
#[expect(dead_code, reason = "the program uses the rest")]
#[path = "src/extract"]
mod extract {
    pub mod compiled;
    pub mod feats;
    pub mod forms;
    pub mod morphology;
}

fn main() {
    let mut files = Vec::new();
    for folder in ["src", "schemas", "pipelines"] {
        println!("cargo:rerun-if-changed={folder}");
        collect(Path::new(folder), &mut files);
    }
    println!("cargo:rerun-if-changed=Cargo.lock");
    files.push("Cargo.lock".into());
    files.sort();
    // FNV-1a: a name for a build, not a defence; and it keeps the build free of dependencies.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for file in &files {
        add(file.to_string_lossy().replace('\\', "/").as_bytes());
        if file.starts_with("src") || file.ends_with("Cargo.lock") {
            add(&std::fs::read(file).unwrap_or_default());
        }
    }
    println!("cargo:rustc-env=DALEL_CODE_HASH={hash:016x}");
    let folder = std::env::var_os("OUT_DIR").expect("cargo names a folder for what is built");
    std::fs::write(Path::new(&folder).join("forms_ru.bin"), forms(&files)).expect("the forms are written");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// The forms of all words that Russian lexicons and rules name. A file that is no TOML is passed over here: the
/// program, which reads it too, names the mistake.
fn forms(files: &[PathBuf]) -> Vec<u8> {
    let named = |file: &PathBuf| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("ru"));
    let is_russian = |file: &&PathBuf| {
        file.starts_with("pipelines/lexicons/ru") || file.starts_with("pipelines/rules") && named(file)
    };
    let mut lemmas = BTreeSet::new();
    for file in files.iter().filter(is_russian) {
        let table = std::fs::read_to_string(file).ok().and_then(|text| text.parse::<toml::Table>().ok());
        let entries = table.iter().flatten().filter_map(|(_, value)| value.as_array()).flatten();
        for entry in entries.filter_map(toml::Value::as_table) {
            let patterns = ["words", "triggers"].iter().filter_map(|key| entry.get(*key)?.as_array()).flatten();
            for pattern in patterns.filter_map(toml::Value::as_str) {
                lemmas.extend(pattern.split(['&', '|', ' ']).filter_map(lemma).map(str::to_owned));
            }
        }
    }
    let russian = extract::morphology::Russian::new().expect("the dictionary is sound");
    extract::compiled::Compiled::write(lemmas.iter().map(String::as_str), &russian)
}

/// The lemma that a word of a pattern names; none where it names an exact form, a beginning or a class.
fn lemma(word: &str) -> Option<&str> {
    let word = word.strip_suffix('?').unwrap_or(word);
    let word = word.split('@').next().unwrap_or(word);
    (!word.is_empty() && !word.starts_with(['=', '<', '.']) && !word.ends_with('*')).then_some(word)
}

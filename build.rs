//! Names the build: a hash of the source, so that work done by other code is never taken for this one's; and
//! rebuilds when a data file comes or goes, since they are compiled in.
#![allow(clippy::disallowed_methods, reason = "a build script reads what it builds")]

use std::path::{Path, PathBuf};

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
    for file in files {
        add(file.to_string_lossy().replace('\\', "/").as_bytes());
        if file.starts_with("src") || file.ends_with("Cargo.lock") {
            add(&std::fs::read(&file).unwrap_or_default());
        }
    }
    println!("cargo:rustc-env=DALEL_CODE_HASH={hash:016x}");
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

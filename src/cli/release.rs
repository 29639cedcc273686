//! `validate`: whether a release is what it says. `diff`: what changed between two releases.

use super::args::DiffArgs;
use super::{Failure, print};
use dalel::publish::{diff, summary};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

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

/// Prints how many rows differ, and why; with `--rows` each of them.
pub fn compare(args: &DiffArgs) -> Result<(), Failure> {
    let folder = |release: &PathBuf| {
        let named = args.output.join("release").join(release);
        if release.is_dir() { release.clone() } else { named }
    };
    let name = |release: &Path| release.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (old, new) = (folder(&args.old), folder(&args.new));
    let changes = diff(&old, &new).map_err(|e| Failure::new(1, e))?;
    if !args.rows {
        return print(summary(Some(&name(&old)), &name(&new), &changes));
    }
    let mut text = "table\tid\tchange\treason\tcolumns\tsuccessor\n".to_owned();
    for c in &changes {
        let successor = c.successor.as_deref().unwrap_or_default();
        let columns = c.columns.join(",");
        let _ = writeln!(text, "{}\t{}\t{}\t{}\t{columns}\t{successor}", c.table, c.id, c.change, c.reason);
    }
    print(text)
}

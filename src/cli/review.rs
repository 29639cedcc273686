//! `review`: the doubtful mentions as a sheet, and a filled sheet as corrections.

use super::args::{Cli, ReviewArgs};
use super::{Failure, knowledge, print};
use dalel::publish::table::read_records;
use dalel::publish::{Masker, harmless};
use dalel::record::{Article, CodeLists, Columnar, Event, Mention};
use dalel::review::{Corrections, Doubts, Erasure, Sheet};
use std::path::{Path, PathBuf};

/// Below the checkout.
const CORRECTIONS: &str = "pipelines/corrections/mentions.csv";
const ERASED: &str = "pipelines/corrections/erased.csv";

pub fn run(args: &ReviewArgs, cli: &Cli) -> Result<(), Failure> {
    if let Some(url) = &args.erase {
        return erase(args, cli, url);
    }
    let knowledge = knowledge(cli, Some(Path::new("pipelines/daily.toml")).filter(|job| job.exists()))?;
    let corrections = Corrections::new(&knowledge)?;
    let mentions: Vec<Mention> = table(&args.output)?;
    if let Some(sheet) = &args.take {
        let codes = CodeLists::load(&knowledge)?;
        let text = read(sheet)?;
        let reviewer = args.reviewer.as_deref().unwrap_or_default();
        let decisions = Sheet::read(&text, &mentions, &codes, reviewer, today())
            .map_err(|e| Failure::new(1, format!("{}: {e}", sheet.display())))?;
        if decisions.is_empty() {
            return print(format!("{}: nothing was decided\n", sheet.display()));
        }
        let (n, target) = (decisions.len(), checkout(cli).join(CORRECTIONS));
        write(&target, &corrections.with(decisions, &codes)?)?;
        return print(format!("{n} corrections in {}; the next run applies them\n", target.display()));
    }
    let (articles, events): (Vec<Article>, Vec<Event>) = (table(&args.output)?, table(&args.output)?);
    let doubts = Doubts { confidence: args.below, ..Doubts::default() };
    let mut found = doubts.of(&mentions, &events, &corrections);
    let all = found.len();
    found.truncate(args.limit);
    let masker = Masker::new(&knowledge)?;
    let sheet = Sheet::write(&found, &articles, |text| harmless(&masker.mask(text)).into_owned());
    match &args.sheet {
        None => print(sheet),
        Some(path) => {
            write(path, &sheet)?;
            let shown = found.len();
            print(format!("{shown} of {all} doubtful mentions among {} in {}\n", mentions.len(), path.display()))
        }
    }
}

/// Adds an address to the erasure list, by its hash.
fn erase(args: &ReviewArgs, cli: &Cli, url: &str) -> Result<(), Failure> {
    let target = checkout(cli).join(ERASED);
    let before = if target.exists() { read(&target)? } else { "what,erased_at,reason\n".to_owned() };
    let line = Erasure::line(url, today(), args.reason.as_deref().unwrap_or("on request"));
    let hash = line.split(',').next().unwrap_or_default();
    if before.contains(hash) {
        return print(format!("{url} is on the list {} already\n", target.display()));
    }
    write(&target, &(before + &line))?;
    print(format!(
        "{url} is on the list {}; the next run leaves it out, and `dalel withdraw` takes earlier releases back that \
         have it\n",
        target.display()
    ))
}

fn table<R: Columnar>(output: &Path) -> Result<Vec<R>, Failure> {
    let folder = output.join(R::TABLE.name());
    read_records(&folder).map_err(|e| Failure::new(1, format!("{e} (a run writes the tables: dalel run)")))
}

/// The checkout whose files are written.
fn checkout(cli: &Cli) -> PathBuf {
    cli.knowledge.clone().unwrap_or_else(|| PathBuf::from("."))
}

fn today() -> chrono::NaiveDate {
    chrono::Utc::now().date_naive()
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|e| Failure::new(1, format!("{}: {e}", path.display())))
}

/// Whole or not at all.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let at = |e: std::io::Error| Failure::new(1, format!("{}: {e}", path.display()));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(at)?;
    }
    let hidden = path.with_extension("tmp");
    std::fs::write(&hidden, text).map_err(at)?;
    std::fs::rename(&hidden, path).map_err(at)
}

//! `eval`: accuracy against gold.

use super::args::{Cli, EvalArgs};
use super::{Failure, knowledge, print};
use dalel::eval::{Floor, Gold, Report};
use dalel::extract::Extractor;
use dalel::read::{self, Limits, Record};
use dalel::record::Mention;
use dalel::stage::Map as _;
use std::fmt::Write as _;
use std::path::Path;

pub fn run(args: &EvalArgs, cli: &Cli) -> Result<(), Failure> {
    let gold = Gold::open(&args.gold)?;
    let mentions = match &args.mentions {
        Some(path) => dalel::publish::table::read_records::<Mention>(path).map_err(|e| Failure::new(1, e))?,
        None => extract(args, cli)?,
    };
    let report = Report::new(&gold, &mentions);
    let mut text = String::new();
    for line in report.wrong.iter().take(args.show) {
        let _ = writeln!(text, "{line}");
    }
    if args.json {
        let mut json = report.json();
        json["pipeline"] = dalel::publish::pipeline(&knowledge(cli, None)?);
        let _ = writeln!(text, "{json:#}");
    } else {
        let _ = write!(text, "{report}");
    }
    print(text)?;
    if let Some(path) = &args.write_floor {
        let json = serde_json::to_string_pretty(&report.floor()).map_err(|e| Failure::new(1, e))?;
        std::fs::write(path, json + "\n").map_err(|e| Failure::new(1, format!("{}: {e}", path.display())))?;
    }
    let Some(floor) = &args.min_f1 else { return Ok(()) };
    let floor = match floor.parse::<f64>() {
        Ok(total) => Floor::of(total),
        Err(_) => Floor::open(Path::new(floor))?,
    };
    let below = report.below(&floor);
    if below.is_empty() { Ok(()) } else { Err(Failure::new(1, below.join("; "))) }
}

/// What this program finds in the gold articles' texts.
fn extract(args: &EvalArgs, cli: &Cli) -> Result<Vec<Mention>, Failure> {
    let extractor = Extractor::new(&knowledge(cli, None)?)?;
    let limits = Limits::default();
    let inputs = read::discover(&args.gold).map_err(|e| Failure::new(2, e))?;
    let mut mentions = Vec::new();
    for chunk in inputs.chunks() {
        let loaded = chunk.and_then(|chunk| chunk.load(&limits)).map_err(|e| Failure::new(1, e))?;
        if let Some(reject) = loaded.refused.first() {
            return Err(Failure::new(1, &reject.detail));
        }
        for record in loaded.records {
            if let Record::Article(article) = record {
                mentions.extend(extractor.map(&article).kept);
            }
        }
    }
    Ok(mentions)
}

//! `run`, `clean`, `extract`, `dedup`: one job file, up to a stage.

use super::args::{Cli, RunArgs};
use super::watch::Watch;
use super::{Failure, knowledge, print};
use dalel::run::{Job, Outcome, Until};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Runs a job up to a stage; the release's folder, where there is one.
pub fn run(args: &RunArgs, cli: &Cli, until: Until, watch: &Watch) -> Result<Option<PathBuf>, Failure> {
    let mut job = Job::open(&args.job)?;
    if !args.input.is_empty() {
        job.read.input.clone_from(&args.input);
    }
    if let Some(threads) = args.threads {
        job.run.threads = threads;
    }
    if let Some(version) = &args.release {
        job.publish.version = Some(version.clone());
    }
    if let Some(accuracy) = &args.accuracy {
        job.publish.accuracy = Some(accuracy.clone());
    }
    let knowledge = knowledge(cli, Some(&args.job))?;
    let outcome = dalel::run::run(&job, &args.output, &knowledge, until, watch)?;
    watch.finish();
    if !cli.quiet {
        print(report(&outcome, args))?;
    }
    Ok(outcome.release)
}

/// The books, the tables and where they lie.
fn report(outcome: &Outcome, args: &RunArgs) -> String {
    let mut text = format!("{:<16} {:>9} {:>9} {:>9}\n", "stage", "in", "kept", "refused");
    for (name, count) in outcome.account.in_order() {
        let _ = writeln!(text, "{name:<16} {:>9} {:>9} {:>9}", count.seen, count.kept, count.refused);
    }
    for (reason, n) in &outcome.account.reasons {
        let _ = writeln!(text, "  refused {reason}: {n}");
    }
    for (outlet, count) in &outcome.account.layouts {
        for (reason, n) in &count.missed {
            let _ = writeln!(text, "  layout of {outlet}: {reason} on {n} of {} pages, read without it", count.pages);
        }
    }
    for (table, rows) in &outcome.rows {
        let place = args.output.join(table);
        let _ = writeln!(text, "{table:<16} {rows:>9} rows in {}", place.display());
    }
    if let Some(release) = &outcome.release {
        let _ = writeln!(text, "release          {}", release.display());
    }
    if outcome.up_to_date {
        text.push_str("up to date: nothing had to be done\n");
    }
    text
}

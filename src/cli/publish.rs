//! `publish`: a job up to its release, and a release to where its readers are.

use super::args::{Cli, PublishArgs, RunArgs};
use super::watch::Watch;
use super::{Failure, run};
use dalel::publish::Version;
use dalel::run::Until;
use std::path::{Path, PathBuf};

/// The place that `--to` names.
#[cfg(feature = "publish")]
pub(super) fn destination(to: Option<&str>) -> Result<Option<dalel::upload::Destination>, Failure> {
    to.map(str::parse).transpose().map_err(|e| Failure::new(2, e))
}

#[cfg(not(feature = "publish"))]
pub(super) fn destination(to: Option<&str>) -> Result<(), Failure> {
    match to {
        Some(_) => Err(Failure::new(2, "this build has no --to: build it with the feature `publish`")),
        None => Ok(()),
    }
}

pub fn run(args: &PublishArgs, cli: &Cli, watch: &Watch) -> Result<(), Failure> {
    // A mistake in the address is told before anything is done.
    let to = destination(args.to.as_deref())?;
    let release = match &args.job {
        Some(job) => {
            let run = RunArgs {
                job: job.clone(),
                input: args.input.clone(),
                output: args.output.clone(),
                threads: args.threads,
                release: args.release.clone(),
                accuracy: args.accuracy.clone(),
            };
            run::run(&run, cli, Until::Publish, watch)?
        }
        None => Some(existing(&args.output.join("release"), args.release.as_ref())?),
    };
    #[cfg(feature = "publish")]
    if let (Some(to), Some(release)) = (to, release) {
        return send(&release, &to, args.dry_run, cli, watch);
    }
    #[cfg(not(feature = "publish"))]
    let _ = (release, to);
    Ok(())
}

/// The release of a version, or the newest.
fn existing(releases: &Path, version: Option<&Version>) -> Result<PathBuf, Failure> {
    let newest = || {
        let names =
            std::fs::read_dir(releases).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        names.filter_map(|name| Version::try_from(name).ok()).max()
    };
    let version = version.cloned().or_else(newest);
    let path = version.map(|version| releases.join(version.as_str())).filter(|path| path.is_dir());
    path.ok_or_else(|| Failure::new(2, format!("{}: no such release; `dalel run` makes one", releases.display())))
}

#[cfg(feature = "publish")]
fn send(
    release: &Path,
    to: &dalel::upload::Destination,
    dry_run: bool,
    cli: &Cli,
    watch: &Watch,
) -> Result<(), Failure> {
    use dalel::run::Observer as _;
    let note = |line: &str| watch.note(line);
    let done = dalel::upload::upload(release, to, dry_run, &note).map_err(|e| Failure::new(e.exit_code(), e))?;
    if cli.quiet {
        return Ok(());
    }
    let would = if dry_run { "would be sent" } else { "sent and verified" };
    super::print(format!(
        "{}: {} files ({} bytes) {would}, {} there already\n",
        done.place,
        done.sent.len(),
        done.bytes,
        done.kept
    ))
}

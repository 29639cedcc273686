//! `withdraw`: releases that have an erased article go, and versions without it take their place.

use super::args::{Cli, WithdrawArgs};
use super::watch::Watch;
use super::{Failure, knowledge, print};
use dalel::run::{Job, withdraw};
use std::fmt::Write as _;

pub fn run(args: &WithdrawArgs, cli: &Cli, watch: &Watch) -> Result<(), Failure> {
    // A mistake in the address is told before anything is done.
    let to = super::publish::destination(args.to.as_deref())?;
    let job = Job::open(&args.job)?;
    let knowledge = knowledge(cli, Some(&args.job))?;
    let mut told = String::new();
    for it in withdraw::withdraw(&args.output, &job, &knowledge)? {
        let _ = writeln!(told, "{} is withdrawn; {} has its place", it.version, it.replaced_by);
    }
    if told.is_empty() {
        told = format!("no release in {} has an erased article\n", args.output.join("release").display());
    }
    print(told)?;
    #[cfg(feature = "publish")]
    if let Some(to) = to {
        return send(args, &to, watch);
    }
    #[cfg(not(feature = "publish"))]
    let _ = to;
    let _ = watch;
    Ok(())
}

/// Does at a destination what was ever done here: first the version that stays, then the one that goes.
#[cfg(feature = "publish")]
fn send(args: &WithdrawArgs, to: &dalel::upload::Destination, watch: &Watch) -> Result<(), Failure> {
    use dalel::run::Observer as _;
    let fail = |e: dalel::upload::UploadError| Failure::new(e.exit_code(), e);
    for it in withdraw::withdrawn(&args.output)? {
        let stays = args.output.join("release").join(it.replaced_by.as_str());
        if stays.is_dir() {
            let note = |line: &str| watch.note(line);
            dalel::upload::upload(&stays, to, false, &note).map_err(fail)?;
        }
        let files = dalel::upload::withdraw(it.version.as_str(), it.replaced_by.as_str(), to).map_err(fail)?;
        let place = args.to.as_deref().unwrap_or_default().trim_end_matches('/');
        print(format!("{place}/{}: {files} files removed\n", it.version))?;
    }
    Ok(())
}

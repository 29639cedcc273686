//! Arguments in, exit codes out: 0 done, 1 failed, 2 wrong usage, 3 an assertion stopped a release.
#![expect(clippy::disallowed_methods, reason = "the command line is where the program meets the machine")]

mod args;
mod evaluate;
mod explain;
#[cfg(feature = "fetch")]
mod fetch;
mod publish;
mod release;
mod review;
mod run;
mod schema;
mod summary;
mod train;
mod train_scope;
mod watch;
mod withdraw;

use args::{Cli, Command};
use clap::Parser;
use dalel::knowledge::Knowledge;
use std::fmt::Display;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// Why a command failed: one line, and the exit code.
#[derive(Debug)]
struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    fn new(code: u8, message: impl Display) -> Self {
        // Some causes print several lines; a log wants one.
        let message = message.to_string().lines().map(str::trim).collect::<Vec<_>>().join(" ");
        Self { code, message }
    }
}

impl From<dalel::run::RunError> for Failure {
    fn from(error: dalel::run::RunError) -> Self {
        Self::new(error.exit_code(), error)
    }
}

impl From<dalel::knowledge::KnowledgeError> for Failure {
    fn from(error: dalel::knowledge::KnowledgeError) -> Self {
        Self::new(1, error)
    }
}

impl From<dalel::eval::EvalError> for Failure {
    fn from(error: dalel::eval::EvalError) -> Self {
        Self::new(1, error)
    }
}

/// Runs the command line.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|l| format!("{}:{}: ", l.file(), l.line())).unwrap_or_default();
        let payload = info.payload();
        let text = payload.downcast_ref::<String>().map(String::as_str).or(payload.downcast_ref::<&str>().copied());
        let text = text.unwrap_or("no message").replace('\n', " ");
        let _ = writeln!(std::io::stderr(), "dalel: {place}{text} (an error in dalel, please report it)");
    }));
    let cli = Cli::parse();
    let watch = watch::Watch::new(cli.log, cli.quiet);
    let result = std::panic::catch_unwind(|| dispatch(&cli, &watch));
    match result {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => {
            watch.fail(&failure.message);
            ExitCode::from(failure.code)
        }
        Err(_) => ExitCode::FAILURE,
    }
}

fn dispatch(cli: &Cli, watch: &watch::Watch) -> Result<(), Failure> {
    match &cli.command {
        #[cfg(feature = "fetch")]
        Command::Fetch(args) => fetch::fetch(args, cli, watch),
        #[cfg(feature = "fetch")]
        Command::Sources { command: args::SourcesCommand::Check(args) } => fetch::check(args, cli),
        #[cfg(feature = "fetch")]
        Command::Sources { command: args::SourcesCommand::Expect(args) } => fetch::expect(args, cli),
        Command::Run(args) => run::run(args, cli, dalel::run::Until::Publish, watch).map(|_| ()),
        Command::Publish(args) => publish::run(args, cli, watch),
        Command::Clean(args) => run::run(args, cli, dalel::run::Until::Clean, watch).map(|_| ()),
        Command::Extract(args) => run::run(args, cli, dalel::run::Until::Extract, watch).map(|_| ()),
        Command::Dedup(args) => run::run(args, cli, dalel::run::Until::Dedup, watch).map(|_| ()),
        Command::Summary { output } => summary::run(output),
        Command::Explain(args) => explain::run(args, cli),
        Command::Eval(args) => evaluate::run(args, cli),
        Command::Train(args) => train::run(args, cli),
        Command::Withdraw(args) => withdraw::run(args, cli, watch),
        Command::Validate { release } => release::validate(release),
        Command::Diff(args) => release::compare(args),
        Command::Review(args) => review::run(args, cli),
        Command::Schema(args) => schema::schema(args),
    }
}

/// The data files: of the given checkout, else of the one that the job file lies in, else those compiled in.
fn knowledge(cli: &Cli, job: Option<&Path>) -> Result<Knowledge, Failure> {
    if let Some(root) = &cli.knowledge {
        return Ok(Knowledge::open(root)?);
    }
    let checkout = job.and_then(|job| {
        let folder = job.parent().filter(|f| f.file_name().is_some_and(|name| name == "pipelines"))?;
        let root = folder.parent().map(|root| if root.as_os_str().is_empty() { Path::new(".") } else { root })?;
        (folder.join("lexicons").is_dir() && root.join("schemas").is_dir()).then(|| root.to_owned())
    });
    Ok(checkout.map_or_else(|| Ok(Knowledge::embedded()), |root| Knowledge::open(&root))?)
}

/// Prints to standard output; a reader that has gone away (`| head`) is no error.
fn print(text: impl Display) -> Result<(), Failure> {
    match write!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::new(1, error)),
        _ => Ok(()),
    }
}

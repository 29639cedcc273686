//! What can be typed.

use clap::{Args, Parser, Subcommand, ValueEnum};
use dalel::publish::Version;
use std::path::PathBuf;

/// An open dataset of law-enforcement results in Kazakhstan, and the pipeline that builds it.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How to log.
    #[arg(long, global = true, value_enum, default_value_t = Log::Plain, value_name = "FORM")]
    pub log: Log,
    /// Show warnings and errors only.
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Checkout whose pipelines/ and schemas/ to use [default: the job file's, else those compiled in].
    #[arg(long, global = true, value_name = "DIR")]
    pub knowledge: Option<PathBuf>,
}

/// Log forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Log {
    /// Lines for people; progress bars on a terminal.
    Plain,
    /// One JSON object a line.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Ask the sources of a job for new pages and archive them.
    #[cfg(feature = "fetch")]
    Fetch(FetchArgs),
    /// Work with the outlet specs of pipelines/sources/.
    #[cfg(feature = "fetch")]
    Sources {
        /// What to do.
        #[command(subcommand)]
        command: SourcesCommand,
    },
    /// Run a job: read, clean, extract, dedup, publish.
    Run(RunArgs),
    /// Run a job up to its articles: read, clean.
    Clean(RunArgs),
    /// Run a job up to its mentions: read, clean, extract.
    Extract(RunArgs),
    /// Run a job up to its tables: all but publish.
    Dedup(RunArgs),
    /// Run a job up to its release, or put a release where its readers are.
    Publish(PublishArgs),
    /// Tell what the tables of a run say: rows, types, largest seizures, disputed figures, refusals.
    Summary {
        /// Folder of the run.
        #[arg(default_value = "output")]
        output: PathBuf,
    },
    /// Tell what is found in a text, and why: marks, figures, triggers, and why candidates lost.
    Explain(ExplainArgs),
    /// Measure accuracy against gold articles.
    Eval(EvalArgs),
    /// Fit the models that weigh candidates, from gold articles.
    Train(TrainArgs),
    /// Take releases back that have an article of the erasure list, and publish versions without it.
    Withdraw(WithdrawArgs),
    /// Check a release: its sums, schemas, codes and keys.
    Validate {
        /// Folder of the release.
        release: PathBuf,
    },
    /// Tell what changed between two releases, and why.
    Diff(DiffArgs),
    /// List doubtful mentions as a sheet to fill, take a filled one back, or erase an article.
    Review(ReviewArgs),
    /// Print the data dictionary in Markdown.
    Schema(SchemaArgs),
}

/// Arguments of a fetch.
#[cfg(feature = "fetch")]
#[derive(Debug, Args)]
pub struct FetchArgs {
    /// Job file, `pipelines/*.toml`.
    pub job: PathBuf,
    /// Ask these sources only, not those of the job.
    #[arg(long, value_name = "ID")]
    pub source: Vec<String>,
    /// Write to `snapshots` below this folder.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,
}

/// What can be done with the outlet specs.
#[cfg(feature = "fetch")]
#[derive(Debug, Subcommand)]
pub enum SourcesCommand {
    /// Look at the live sites, and tell where a spec does not fit.
    Check(CheckArgs),
    /// Hold the last week of a run against what the specs expect: articles, dates, events.
    Expect(ExpectArgs),
}

/// Arguments of an expectation.
#[cfg(feature = "fetch")]
#[derive(Debug, Args)]
pub struct ExpectArgs {
    /// Sources, by their ids [default: the job's, else all that are not off].
    #[arg(value_name = "OUTLET")]
    pub source: Vec<String>,
    /// Job file that tells which sources are fetched.
    #[arg(long, value_name = "FILE", default_value = "pipelines/daily.toml")]
    pub job: PathBuf,
    /// Folder of the run.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,
    /// Exit with 3 where an expectation does not hold.
    #[arg(long)]
    pub strict: bool,
}

/// Arguments of a check.
#[cfg(feature = "fetch")]
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Sources, by their ids [default: all that are not off].
    #[arg(value_name = "OUTLET")]
    pub source: Vec<String>,
    /// Job file that tells the contact and the limits.
    #[arg(long, value_name = "FILE", default_value = "pipelines/daily.toml")]
    pub job: PathBuf,
}

/// Arguments of a comparison.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The former release: its version, or its folder.
    pub old: PathBuf,
    /// The later release.
    pub new: PathBuf,
    /// Folder of the run whose `release/` has the versions.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,
    /// Print every row, tab-separated, not how many.
    #[arg(long)]
    pub rows: bool,
}

/// Arguments of a withdrawal.
#[derive(Debug, Args)]
pub struct WithdrawArgs {
    /// Job file, `pipelines/*.toml`, whose releases they are.
    pub job: PathBuf,
    /// Folder of the run.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,
    /// Do there what was ever done here: `s3://bucket/prefix` or `file:///folder`, credentials as with publish.
    #[arg(long, value_name = "PLACE")]
    pub to: Option<String>,
}

/// Arguments of a publication.
#[derive(Debug, Args)]
pub struct PublishArgs {
    /// Job file, `pipelines/*.toml`; without one, the release that is there is put to --to.
    #[arg(required_unless_present = "to")]
    pub job: Option<PathBuf>,
    /// Read these files and folders, not those of the job.
    #[arg(long, value_name = "PATH", requires = "job")]
    pub input: Vec<PathBuf>,
    /// Folder of the run.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,
    /// Worker threads [default: the job's; 0 is one for each processor].
    #[arg(long, value_name = "N", requires = "job")]
    pub threads: Option<usize>,
    /// Version of the release [default: the job's, else the day; with --to alone, the newest].
    #[arg(long, value_name = "VERSION", value_parser = |text: &str| Version::try_from(text.to_owned()))]
    pub release: Option<Version>,
    /// Evaluation of this version, as eval --json prints it.
    #[arg(long, value_name = "FILE", requires = "job")]
    pub accuracy: Option<PathBuf>,
    /// Put the release there: `s3://bucket/prefix`, `file:///folder` or `hf://owner/dataset`. Credentials come from the
    /// environment: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL`; `HF_TOKEN`.
    #[arg(long, value_name = "PLACE")]
    pub to: Option<String>,
    /// Tell what would be sent, and send nothing.
    #[arg(long, requires = "to")]
    pub dry_run: bool,
}

/// Arguments of a review.
#[derive(Debug, Args)]
pub struct ReviewArgs {
    /// Write the sheet (CSV) there [default: print it].
    pub sheet: Option<PathBuf>,
    /// Take a filled sheet back into pipelines/corrections/mentions.csv.
    #[arg(long, value_name = "SHEET", conflicts_with = "sheet", requires = "reviewer")]
    pub take: Option<PathBuf>,
    /// Who decided: initials or a pseudonym; it is kept with each decision.
    #[arg(long, value_name = "WHO")]
    pub reviewer: Option<String>,
    /// Put an article's address on the erasure list, pipelines/corrections/erased.csv, as a hash.
    #[arg(long, value_name = "URL", conflicts_with_all = ["sheet", "take"])]
    pub erase: Option<String>,
    /// Why it is erased.
    #[arg(long, value_name = "TEXT", requires = "erase")]
    pub reason: Option<String>,
    /// List mentions whose confidence is below this.
    #[arg(long, value_name = "P", default_value_t = 0.6)]
    pub below: f32,
    /// List at most so many, the most doubtful first.
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub limit: usize,
    /// Folder of the run whose tables are looked through.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,
}

/// Arguments of a run.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Job file, `pipelines/*.toml`.
    pub job: PathBuf,
    /// Read these files and folders, not those of the job.
    #[arg(long, value_name = "PATH")]
    pub input: Vec<PathBuf>,
    /// Write below this folder.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,
    /// Worker threads [default: the job's; 0 is one for each processor].
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Version of the release, such as 2026.11.21 [default: the job's, else the day].
    #[arg(long, value_name = "VERSION", value_parser = |text: &str| Version::try_from(text.to_owned()))]
    pub release: Option<Version>,
    /// Evaluation of this version, as eval --json prints it; it becomes part of accuracy.json.
    #[arg(long, value_name = "FILE")]
    pub accuracy: Option<PathBuf>,
}

/// Arguments of an explanation.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A text; a file of any kind that run reads; an event's, mention's or article's id or an article's URL among the tables of --output.
    pub what: String,
    /// Folder of the run whose tables are looked in.
    #[arg(long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,
    /// Day of publication, the reference for relative dates.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub published: Option<chrono::NaiveDate>,
    /// Language of the text [default: told by the text].
    #[arg(long, value_name = "ru|kk")]
    pub language: Option<String>,
}

/// Arguments of the dictionary.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// One table only.
    pub table: Option<String>,
    /// Language of the descriptions.
    #[arg(long, value_enum, default_value_t = Language::En, value_name = "LANGUAGE")]
    pub language: Language,
    /// Print the code lists, too.
    #[arg(long)]
    pub codes: bool,
    /// Print the Table Schema (JSON).
    #[arg(long)]
    pub json: bool,
}

/// Languages of the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// English.
    En,
    /// Russian.
    Ru,
}

/// Arguments of an evaluation.
#[derive(Debug, Args)]
pub struct EvalArgs {
    /// Gold articles: JSONL with `events`.
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub gold: Vec<PathBuf>,
    /// Score these mentions (a Parquet file or a folder of them), not those that this program finds.
    #[arg(long, value_name = "PATH")]
    pub mentions: Option<PathBuf>,
    /// Fail below this F1: a number for the whole, or a floor file.
    #[arg(long, value_name = "F1|FILE")]
    pub min_f1: Option<String>,
    /// Write the floor that these figures just reach.
    #[arg(long, value_name = "FILE")]
    pub write_floor: Option<PathBuf>,
    /// Print up to N missed and extra mentions.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub show: usize,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of a training.
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Gold articles, one JSON document a line.
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub gold: Vec<PathBuf>,
    /// Write the models into this folder.
    #[arg(long, value_name = "DIR", default_value = "pipelines/model")]
    pub write: PathBuf,
    /// Fit and write these models only: languages and attributes, such as `scope,region`.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Write nothing: print the attributes' accuracy on N parts of the articles set aside in turn.
    #[arg(long, value_name = "N")]
    pub folds: Option<u8>,
    /// With `--folds`: print the wrong answers of this attribute.
    #[arg(long, value_name = "NAME")]
    pub show: Option<String>,
    /// Least probability at which a candidate is kept.
    #[arg(long, value_name = "P", default_value_t = 0.45)]
    pub threshold: f32,
}

//! `fetch` and `sources check`.

use super::args::{CheckArgs, Cli, ExpectArgs, FetchArgs};
use super::watch::Watch;
use super::{Failure, knowledge, print};
use dalel::clean::Cleaner;
use dalel::fetch::check::Report;
use dalel::fetch::store::{Event, Line};
use dalel::fetch::{FetchError, Observer, Progress, Summary};
use dalel::record::{Article, Snapshot};
use dalel::run::expect::Week;
use dalel::run::{FetchJob, Job};
use dalel::source::{Source, Sources, Status};
use dalel::stage::{Map as _, Yield};
use indicatif::{HumanDuration, ProgressBar, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Without a terminal, a line about progress at most this often.
const EVERY: Duration = Duration::from_secs(10);
/// Failures that are shown one by one; the others are counted.
const SHOWN: usize = 20;

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self::new(if matches!(error, FetchError::Job(_)) { 2 } else { 1 }, error)
    }
}

/// Asks the sources for what is new.
pub fn fetch(args: &FetchArgs, cli: &Cli, watch: &Watch) -> Result<(), Failure> {
    let job = Job::open(&args.job)?.fetch;
    let sources = Sources::load(&knowledge(cli, Some(&args.job))?)?;
    let chosen = if args.source.is_empty() { &job.sources } else { &args.source };
    let sources = choose(&sources, chosen)?;
    let ended = Arc::new(AtomicBool::new(false));
    let stop = ended.clone();
    end_on_signals(move || stop.store(true, Ordering::Relaxed));
    let teller = Arc::new(Teller::new(watch.is_terminal(), ended.clone()));
    let summary = dalel::fetch::fetch(&sources, &job, &args.output.join("snapshots"), teller.clone());
    teller.finish();
    let summary = summary?;
    tell(&summary, ended.load(Ordering::Relaxed));
    if cli.quiet { Ok(()) } else { print(report(&summary)) }
}

/// Looks whether specs fit their sites.
pub fn check(args: &CheckArgs, cli: &Cli) -> Result<(), Failure> {
    let job = FetchJob { retries: 1, ..Job::open(&args.job)?.fetch };
    let knowledge = knowledge(cli, Some(&args.job))?;
    let sources = choose(&Sources::load(&knowledge)?, &args.source)?;
    let cleaner = Cleaner::new(&knowledge)?;
    let mut wrong = 0;
    for source in &sources {
        let mut report = dalel::fetch::check(source, &job)?;
        for page in std::mem::take(&mut report.pages) {
            articles(source, &page, cleaner.map(&page), &mut report);
        }
        let mut text = format!("{} ({:?})\n", report.source, source.status).to_lowercase();
        report.fine.iter().for_each(|line| _ = writeln!(text, "  ok     {line}"));
        report.wrong.iter().for_each(|line| _ = writeln!(text, "  wrong  {line}"));
        wrong += usize::from(!report.wrong.is_empty());
        print(text)?;
    }
    match wrong {
        0 => Ok(()),
        n => Err(Failure::new(1, format!("{n} of {} sources do not fit their sites", sources.len()))),
    }
}

/// What the cleaner makes of a page, against what the spec says of its source.
fn articles(source: &Source, page: &Snapshot, found: Yield<Article>, report: &mut Report) {
    let url = page.url.as_deref().unwrap_or_default();
    for reject in found.refused {
        report.wrong.push(format!("{url}: no article: {} ({})", reject.detail, reject.reason));
    }
    for article in found.kept {
        let language = article.language.as_deref().unwrap_or("unknown");
        let day = article.published_date().map_or("unknown".to_owned(), |day| day.to_string());
        report.fine.push(format!("{url}: {} characters in {language}, of {day}", article.n_chars()));
        if article.published_at.is_none() {
            report.wrong.push(format!("{url}: no date is found"));
        }
        if article.title.is_none() {
            report.wrong.push(format!("{url}: no headline is found"));
        }
        if !source.languages.iter().any(|l| l == language) {
            report.wrong.push(format!("{url}: its language is {language}, not {}", source.languages.join(" or ")));
        }
    }
}

/// Holds the last week of a run against the specs: a line in the log for each expectation that does not hold.
pub fn expect(args: &ExpectArgs, cli: &Cli) -> Result<(), Failure> {
    let job = Job::open(&args.job)?.fetch;
    let all = Sources::load(&knowledge(cli, Some(&args.job))?)?;
    let sources = choose(&all, if args.source.is_empty() { &job.sources } else { &args.source })?;
    let week = Week::read(&args.output, &all)?;
    let mut wrong = 0;
    for source in &sources {
        let misses = week.of(source).misses(source.expect, week.days);
        wrong += usize::from(!misses.is_empty());
        for miss in misses {
            tracing::warn!(source = source.id, "{miss}");
        }
    }
    tracing::info!(sources = sources.len(), below = wrong, days = (week.days * 10.0).round() / 10.0, "expectations");
    match wrong {
        n if n > 0 && args.strict => {
            Err(Failure::new(3, format!("{n} of {} sources gave less than their specs expect", sources.len())))
        }
        _ => Ok(()),
    }
}

fn choose(sources: &Sources, ids: &[String]) -> Result<Vec<Source>, Failure> {
    if ids.is_empty() {
        return Ok(sources.iter().filter(|s| s.status != Status::Off).cloned().collect());
    }
    let unknown = |id: &String| Failure::new(2, format!("no source `{id}` in pipelines/sources/"));
    ids.iter().map(|id| sources.get(id).cloned().ok_or_else(|| unknown(id))).collect()
}

/// Ends the fetch in good order at the first SIGINT or SIGTERM; a second one kills, which loses nothing either.
fn end_on_signals(end: impl FnOnce() + Send + 'static) {
    let listen = async {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let Ok(mut term) = signal(SignalKind::terminate()) else { return };
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = term.recv() => {}
            }
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    };
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(listen);
        tracing::info!("ending; what was fetched is kept");
        end();
        runtime.block_on(async {
            let _ = tokio::signal::ctrl_c().await;
        });
        std::process::exit(1);
    });
}

/// The summary as one log line.
fn tell(summary: &Summary, stopped: bool) {
    let sum = |counts: &std::collections::BTreeMap<String, usize>| counts.values().sum::<usize>();
    tracing::info!(
        sources = summary.sources,
        lists = summary.lists,
        found = summary.found,
        stored = summary.stored,
        unchanged = summary.unchanged,
        refused = sum(&summary.refused),
        failed = sum(&summary.failed),
        left = summary.left,
        bytes = summary.bytes,
        seconds = (summary.seconds * 10.0).round() / 10.0,
        stopped,
        "fetched"
    );
}

fn report(summary: &Summary) -> String {
    let mut text = format!(
        "{} pages archived, {} unchanged, {} new addresses in {} lists of {} sources, {:.1} MB in {:.0} s\n",
        summary.stored,
        summary.unchanged,
        summary.found,
        summary.lists,
        summary.sources,
        summary.bytes as f64 / 1e6,
        summary.seconds
    );
    for (what, counts) in [("refused", &summary.refused), ("failed", &summary.failed)] {
        for (reason, n) in counts {
            let _ = writeln!(text, "  {what} {reason}: {n}");
        }
    }
    if summary.left > 0 {
        let _ = writeln!(text, "  left for the next run: {}", summary.left);
    }
    text
}

/// Pages a second since the beginning.
fn rate(state: &ProgressState) -> f64 {
    state.pos() as f64 / state.elapsed().as_secs_f64().max(0.001)
}

/// Shows how far a fetch is: a bar on a terminal, log lines elsewhere.
struct Teller {
    bar: Option<ProgressBar>,
    spoke: Mutex<Instant>,
    failures: Mutex<usize>,
    ended: Arc<AtomicBool>,
}

impl Teller {
    fn new(terminal: bool, ended: Arc<AtomicBool>) -> Self {
        let bar = (terminal && std::io::stderr().is_terminal()).then(|| {
            let form = "{bar:24} {human_pos} of {human_len} pages, {rate}, {msg}; {elapsed}, {left} to go";
            let style = ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar());
            // The rate of the whole run: hosts have their turns, so that of a moment says nothing.
            let style = style.with_key("rate", |state: &ProgressState, out: &mut dyn Write| {
                let _ = write!(out, "{:.1}/s", rate(state));
            });
            let style = style.with_key("left", |state: &ProgressState, out: &mut dyn Write| {
                let left = state.len().unwrap_or_default().saturating_sub(state.pos()) as f64;
                let _ =
                    write!(out, "{}", HumanDuration(Duration::from_secs_f64((left / rate(state).max(0.01)).min(1e7))));
            });
            let bar = ProgressBar::new(0).with_style(style);
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self { bar, spoke: Mutex::new(Instant::now()), failures: Mutex::new(0), ended }
    }

    fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let failures = *self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures > SHOWN {
            tracing::warn!("… and {} more failures; see the ledger", failures - SHOWN);
        }
    }
}

impl Observer for Teller {
    fn settled(&self, line: &Line, progress: Progress) {
        if line.event == Event::Failed {
            let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
            *failures += 1;
            if *failures <= SHOWN {
                let (reason, detail) = (line.reason.as_deref().unwrap_or_default(), line.detail.as_deref());
                let text = format!("{} {}: {}", line.source, line.url, detail.unwrap_or_default());
                if let Some(bar) = &self.bar {
                    bar.suspend(|| tracing::warn!("{text} ({reason})"));
                } else {
                    tracing::warn!(source = line.source, reason, "{text}");
                }
            }
        }
        let (sources, all, megabytes) = (progress.sources_done, progress.sources, progress.bytes as f64 / 1e6);
        if let Some(bar) = &self.bar {
            bar.set_length(progress.total as u64);
            bar.set_position(progress.done as u64);
            bar.set_message(format!("{megabytes:.1} MB, {sources} of {all} sources"));
            return;
        }
        let mut spoke = self.spoke.lock().unwrap_or_else(PoisonError::into_inner);
        if spoke.elapsed() > EVERY {
            *spoke = Instant::now();
            tracing::info!(
                "{} of {} pages, {sources} of {all} sources, {megabytes:.1} MB",
                progress.done,
                progress.total
            );
        }
    }

    fn stop(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }
}

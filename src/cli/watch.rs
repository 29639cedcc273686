//! Progress: bars on a terminal, log lines elsewhere.

use super::args::Log;
use dalel::record::Reject;
use dalel::run::Observer;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Refused files and lines that are shown one by one; the others are counted.
const SHOWN: usize = 20;
/// Without a terminal, a line about progress at most this often.
const EVERY: Duration = Duration::from_secs(10);

/// Shows what a run does.
pub struct Watch {
    json: bool,
    bars: MultiProgress,
    bar: Mutex<ProgressBar>,
    terminal: bool,
    records: AtomicUsize,
    found: AtomicUsize,
    refused: AtomicUsize,
    spoke: Mutex<Instant>,
}

impl Watch {
    /// Sets up the log as well.
    pub fn new(log: Log, quiet: bool) -> Self {
        let json = log == Log::Json;
        let terminal = !json && !quiet && std::io::stderr().is_terminal();
        let bars = MultiProgress::new();
        let level = if quiet { tracing::Level::WARN } else { tracing::Level::INFO };
        let writer = bars.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_target(false)
            .with_ansi(terminal)
            .with_writer(move || Beside(writer.clone()));
        if json {
            subscriber.json().flatten_event(true).init();
        } else if terminal {
            subscriber.without_time().init();
        } else {
            subscriber.init();
        }
        Self {
            json,
            bars,
            bar: Mutex::new(ProgressBar::hidden()),
            terminal,
            records: AtomicUsize::new(0),
            found: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            spoke: Mutex::new(Instant::now()),
        }
    }

    /// Whether bars are shown.
    #[cfg(feature = "fetch")]
    pub const fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Ends the bar.
    pub fn finish(&self) {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner).finish_and_clear();
        let refused = self.refused.swap(0, Ordering::Relaxed);
        if refused > SHOWN {
            tracing::warn!("… and {} more files, lines or rows that could not be read", refused - SHOWN);
        }
    }

    /// Prints the one line that tells why the command failed.
    pub fn fail(&self, message: &str) {
        self.finish();
        if self.json {
            tracing::error!("{message}");
        } else {
            let _ = writeln!(std::io::stderr(), "dalel: {message}");
        }
    }
}

impl Observer for Watch {
    fn phase(&self, name: &str, total: usize) {
        self.finish();
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        if self.terminal {
            *bar = self.bars.add(ProgressBar::new_spinner());
            let style = ProgressStyle::with_template("{spinner} {msg}  {human_pos} records  {per_sec}  {elapsed}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.set_message(name.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
        } else if total > 0 {
            tracing::info!("{name}: {total} files");
        } else {
            tracing::info!("{name}");
        }
    }

    fn chunk(&self, records: usize, found_done: bool) {
        let done = self.records.fetch_add(records, Ordering::Relaxed) + records;
        let found = self.found.fetch_add(if found_done { records } else { 0 }, Ordering::Relaxed);
        if self.terminal {
            self.bar.lock().unwrap_or_else(PoisonError::into_inner).set_position(done as u64);
            return;
        }
        let mut spoke = self.spoke.lock().unwrap_or_else(PoisonError::into_inner);
        if spoke.elapsed() > EVERY {
            *spoke = Instant::now();
            tracing::info!(records = done, found_done = found, "going on");
        }
    }

    fn refused(&self, reject: &Reject) {
        if self.refused.fetch_add(1, Ordering::Relaxed) < SHOWN {
            tracing::warn!("{} ({})", reject.detail, reject.reason);
        }
    }

    fn note(&self, message: &str) {
        tracing::info!("{message}");
    }

    fn warn(&self, message: &str) {
        tracing::warn!("{message}");
    }
}

/// Standard error, with the bars out of the way while it is written.
struct Beside(MultiProgress);

impl std::io::Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // A log that cannot be written must not stop the run.
        self.0.suspend(|| {
            let _ = std::io::stderr().write_all(bytes);
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

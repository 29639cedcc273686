//! What is known of the hosts: their rates, their robots.txt, whether they are down.

use super::robots::Rules;
use crate::source::{Rate, Source};
use reqwest::Url;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OnceCell, Semaphore};

/// Requests in a row without an answer after which a host counts as down for the run.
const STRIKES: u32 = 8;

/// One host and port.
pub struct Host {
    /// Places for requests under way.
    pub permits: Semaphore,
    /// Its robots.txt, once it was asked.
    pub robots: OnceCell<Rules>,
    turns: Mutex<Turns>,
    strikes: AtomicU32,
}

impl Host {
    fn new(rate: Rate) -> Self {
        Self {
            permits: Semaphore::new(rate.concurrency as usize),
            robots: OnceCell::new(),
            turns: Mutex::new(Turns { period: Duration::from_secs_f64(rate.period_seconds), next: None, paused: None }),
            strikes: AtomicU32::new(0),
        }
    }

    /// Waits for the host's turn.
    pub async fn turn(&self) {
        loop {
            let at = self.turns().take(Instant::now());
            tokio::time::sleep_until(at.into()).await;
            // Whoever waited while the host asked for a pause waits for another turn after it.
            if self.turns().paused.is_none_or(|until| until <= Instant::now()) {
                return;
            }
        }
    }

    /// Slows down to a crawl delay, where it is longer than the source's own period.
    pub fn slow_down(&self, delay: Duration) {
        let mut turns = self.turns();
        if delay > turns.period {
            // The request for robots.txt counts: the next one comes a whole delay after it.
            turns.next = Some(Instant::now() + delay);
            turns.period = delay;
        }
    }

    /// Asks nothing of the host for a while.
    pub fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut turns = self.turns();
        turns.paused = Some(turns.paused.map_or(until, |before| before.max(until)));
    }

    fn turns(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request without an answer.
    pub fn strike(&self) {
        self.strikes.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that the host answered.
    pub fn answered(&self) {
        self.strikes.store(0, Ordering::Relaxed);
    }

    /// Gives the host up for this run.
    pub fn give_up(&self) {
        self.strikes.store(STRIKES, Ordering::Relaxed);
    }

    /// Whether the host is given up for this run.
    pub fn is_down(&self) -> bool {
        self.strikes.load(Ordering::Relaxed) >= STRIKES
    }
}

/// Gives out the moments at which a host may be asked.
///
/// A turn is a period after the turn before, not after the moment at which that request left: on a busy machine
/// requests leave late, and the lateness must not add up. Turns that nobody took are not made up for.
#[derive(Debug)]
struct Turns {
    period: Duration,
    next: Option<Instant>,
    paused: Option<Instant>,
}

impl Turns {
    fn take(&mut self, now: Instant) -> Instant {
        let at = [self.next, self.paused].into_iter().flatten().fold(now, Instant::max);
        self.next = Some(at + self.period);
        at
    }
}

/// All hosts met so far.
pub struct Hosts {
    met: Mutex<HashMap<String, Arc<Host>>>,
    rates: HashMap<String, Rate>,
}

impl Hosts {
    /// Hosts with the rates of their sources; where several sources share one, the slowest.
    pub fn new<'s>(sources: impl IntoIterator<Item = &'s Source>) -> Self {
        let mut rates: HashMap<String, Rate> = HashMap::new();
        for source in sources {
            for host in &source.hosts {
                let rate = rates.entry(host.clone()).or_insert(source.rate);
                rate.period_seconds = rate.period_seconds.max(source.rate.period_seconds);
                rate.concurrency = rate.concurrency.min(source.rate.concurrency);
            }
        }
        Self { met: Mutex::new(HashMap::new()), rates }
    }

    /// The host of an address.
    pub fn of(&self, url: &Url) -> Arc<Host> {
        let name = url.host_str().unwrap_or_default();
        let key = format!("{name}:{}", url.port_or_known_default().unwrap_or_default());
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        let rate = || self.rates.get(name).copied().unwrap_or_default();
        met.entry(key).or_insert_with(|| Arc::new(Host::new(rate()))).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_does_not_add_up_and_idle_time_is_not_made_up_for() {
        let begin = Instant::now();
        let ms = |n: u64| begin + Duration::from_millis(n);
        let mut turns = Turns { period: Duration::from_millis(100), next: None, paused: None };
        let mut check = |now: u64, expected: u64| assert_eq!(turns.take(ms(now)), ms(expected), "{now}");
        check(0, 0);
        check(0, 100);
        check(107, 200);
        check(203, 300);
        // Nobody asked for a while: the next turn is at once, the one after it a whole period later.
        check(1000, 1000);
        check(1000, 1100);
        turns.paused = Some(ms(5000));
        assert_eq!(turns.take(ms(1200)), ms(5000));
        assert_eq!(turns.take(ms(1200)), ms(5100));
    }
}

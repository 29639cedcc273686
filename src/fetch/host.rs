//! What is known of the hosts: their rates, their robots.txt, whether they are down.

use super::robots::Rules;
use crate::source::{Rate, Source};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use reqwest::Url;
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
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
    period: Duration,
    limiter: Mutex<Option<Arc<DefaultDirectRateLimiter>>>,
    paused: Mutex<Option<Instant>>,
    strikes: AtomicU32,
}

impl Host {
    fn new(rate: Rate) -> Self {
        let period = Duration::from_secs_f64(rate.period_seconds);
        Self {
            permits: Semaphore::new(rate.concurrency as usize),
            robots: OnceCell::new(),
            period,
            limiter: Mutex::new(limiter(period)),
            paused: Mutex::new(None),
            strikes: AtomicU32::new(0),
        }
    }

    /// Waits for the host's turn.
    pub async fn turn(&self) {
        loop {
            let until = *self.paused.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(left) = until.and_then(|until| until.checked_duration_since(Instant::now())) else { break };
            tokio::time::sleep(left).await;
        }
        let limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(limiter) = limiter {
            limiter.until_ready().await;
        }
    }

    /// Slows down to a crawl delay, where it is longer than the source's own period.
    pub fn slow_down(&self, delay: Duration) {
        if delay > self.period {
            let slower = limiter(delay);
            // The request for robots.txt counts: the next one comes a whole delay after it.
            if let Some(limiter) = &slower {
                let _ = limiter.check();
            }
            *self.limiter.lock().unwrap_or_else(PoisonError::into_inner) = slower;
        }
    }

    /// Asks nothing of the host for a while.
    pub fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        *paused = Some(paused.map_or(until, |before| before.max(until)));
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

fn limiter(period: Duration) -> Option<Arc<DefaultDirectRateLimiter>> {
    Quota::with_period(period).map(|quota| Arc::new(RateLimiter::direct(quota.allow_burst(NonZeroU32::MIN))))
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

//! Pace: how many requests at once, and how many a second.
//!
//! Comes in: how each try went. Goes out: the number of requests allowed now, and when the next one may start. Time is
//! tokio's, so that tests pause it.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as GovernorClock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::time::Instant;

use crate::config::Jobs;

/// The most requests at once that `auto` grows to.
pub const MOST_AUTO_JOBS: usize = 16;
/// Good first tries after which `auto` allows one more.
const GOOD_BEFORE_GROWTH: u32 = 50;
/// Latency that counts as growing: half as much again as the best, and never for less than this.
const GROWN_BY: f64 = 1.5;
const NOISE: Duration = Duration::from_millis(2);

/// How many requests at once.
#[derive(Debug, Clone)]
pub struct Pace {
    limit: usize,
    auto: bool,
    good: u32,
    spent: Duration,
    best: Option<Duration>,
}

impl Pace {
    /// Starts at one for `auto`, at the given number otherwise (at least one).
    pub fn new(jobs: Jobs) -> Self {
        let (limit, auto) = match jobs {
            Jobs::Auto => (1, true),
            Jobs::Fixed(jobs) => (jobs.max(1), false),
        };
        Self { limit, auto, good: 0, spent: Duration::ZERO, best: None }
    }

    /// Requests allowed now.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The most requests that will ever be allowed.
    pub fn most(&self) -> usize {
        if self.auto { MOST_AUTO_JOBS } else { self.limit }
    }

    /// Notes a first try that the receiver answered as it should, after `latency`.
    pub fn good(&mut self, latency: Duration) {
        if !self.auto {
            return;
        }
        self.good += 1;
        self.spent += latency;
        if self.good < GOOD_BEFORE_GROWTH {
            return;
        }
        let mean = self.spent / self.good;
        (self.good, self.spent) = (0, Duration::ZERO);
        let best = self.best.unwrap_or(mean);
        if mean <= best.mul_f64(GROWN_BY).max(best + NOISE) {
            self.limit = (self.limit + 1).min(MOST_AUTO_JOBS);
        }
        // The best is forgotten slowly: a receiver may be slower in the afternoon than it was in the morning.
        self.best = Some(mean.min(best.mul_f64(1.02)));
    }

    /// Notes a 429, a 5xx or a try without an answer.
    pub fn trouble(&mut self) {
        if self.auto {
            self.limit = (self.limit / 2).max(1);
            (self.good, self.spent) = (0, Duration::ZERO);
        }
    }
}

/// tokio's clock for governor.
#[derive(Debug, Clone)]
struct TokioClock {
    start: Instant,
}

impl GovernorClock for TokioClock {
    type Instant = Nanos;

    fn now(&self) -> Self::Instant {
        self.start.elapsed().into()
    }
}

/// How many requests a second.
#[derive(Debug)]
pub struct Rate {
    clock: TokioClock,
    limiter: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Nanos>>,
}

impl Rate {
    /// `per_second` requests a second, evenly spread; none where that is no positive number.
    pub fn new(per_second: f64) -> Option<Self> {
        if !(per_second.is_finite() && per_second > 0.0) {
            return None;
        }
        let between = Duration::try_from_secs_f64(1.0 / per_second).ok()?.max(Duration::from_nanos(1));
        let quota = Quota::with_period(between)?.allow_burst(NonZeroU32::MIN);
        let clock = TokioClock { start: Instant::now() };
        Some(Self { limiter: RateLimiter::direct_with_clock(quota, clock.clone()), clock })
    }

    /// Takes a turn, or tells when one is to be had.
    pub fn take(&self) -> Result<(), Instant> {
        self.limiter.check().map_err(|wait| {
            let now = self.clock.now();
            Instant::now() + Duration::from(wait.earliest_possible().duration_since(now))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUICK: Duration = Duration::from_millis(10);

    #[test]
    fn auto_starts_at_one_and_grows_while_the_receiver_is_well() {
        let mut pace = Pace::new(Jobs::Auto);
        assert_eq!(pace.limit(), 1);
        for _ in 0..49 {
            pace.good(QUICK);
        }
        assert_eq!(pace.limit(), 1);
        pace.good(QUICK);
        assert_eq!(pace.limit(), 2);
        for _ in 0..50 * 40 {
            pace.good(QUICK);
        }
        assert_eq!(pace.limit(), MOST_AUTO_JOBS);
    }

    #[test]
    fn auto_halves_on_trouble_and_never_below_one() {
        let mut pace = Pace::new(Jobs::Auto);
        for _ in 0..50 * 7 {
            pace.good(QUICK);
        }
        assert_eq!(pace.limit(), 8);
        pace.trouble();
        assert_eq!(pace.limit(), 4);
        for _ in 0..9 {
            pace.trouble();
        }
        assert_eq!(pace.limit(), 1);
    }

    #[test]
    fn auto_does_not_grow_while_latency_does() {
        let mut pace = Pace::new(Jobs::Auto);
        for _ in 0..50 {
            pace.good(QUICK);
        }
        for _ in 0..50 {
            pace.good(QUICK * 2);
        }
        assert_eq!(pace.limit(), 2);
    }

    #[test]
    fn a_fixed_number_stays() {
        let mut pace = Pace::new(Jobs::Fixed(7));
        pace.trouble();
        for _ in 0..500 {
            pace.good(QUICK);
        }
        assert_eq!(pace.limit(), 7);
        assert_eq!(Pace::new(Jobs::Fixed(0)).limit(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_spreads_turns_evenly() {
        let rate = Rate::new(5.0).expect("a rate");
        let start = Instant::now();
        for turn in 0..11 {
            while let Err(until) = rate.take() {
                tokio::time::sleep_until(until).await;
            }
            let elapsed = start.elapsed();
            let due = Duration::from_millis(200) * turn;
            assert!(elapsed >= due && elapsed < due + Duration::from_millis(5), "turn {turn} at {elapsed:?}");
        }
        assert!(Rate::new(0.0).is_none() && Rate::new(f64::NAN).is_none() && Rate::new(-1.0).is_none());
    }
}

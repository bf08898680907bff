//! What the dispatcher takes from its surroundings besides the network: the wall clock and chance.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use ring::rand::{SecureRandom, SystemRandom};

/// The wall clock and chance; tests inject their own. Waiting itself is tokio's, which tests pause.
pub struct Ambient {
    now: Box<dyn Fn() -> SystemTime>,
    jitter: Box<dyn FnMut() -> f64>,
}

impl fmt::Debug for Ambient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ambient")
    }
}

impl Ambient {
    /// The given wall clock, and a `jitter` between −1 and 1.
    pub fn new(now: impl Fn() -> SystemTime + 'static, jitter: impl FnMut() -> f64 + 'static) -> Self {
        Self { now: Box::new(now), jitter: Box::new(jitter) }
    }

    /// The system's clock and random numbers.
    pub fn system() -> Self {
        let random = SystemRandom::new();
        Self::new(SystemTime::now, move || {
            let mut bytes = [0; 4];
            // Without random numbers the waits are only less spread.
            if random.fill(&mut bytes).is_err() {
                return 0.0;
            }
            f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX) * 2.0 - 1.0
        })
    }

    /// A clock that stands at the epoch, and no jitter.
    pub fn still() -> Self {
        Self::new(|| UNIX_EPOCH, || 0.0)
    }

    /// The wall clock now.
    pub fn now(&self) -> SystemTime {
        (self.now)()
    }

    /// The next jitter, between −1 and 1.
    pub fn jitter(&mut self) -> f64 {
        (self.jitter)()
    }
}

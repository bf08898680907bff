//! When to try again: the steps of the backoff, their jitter, and what a `Retry-After` asks for.
//!
//! Pure: the time and the jitter are parameters.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, NaiveDateTime, Utc};

/// Waits of a run that somebody watches.
pub const FOREGROUND: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(30), Duration::from_secs(120)];

/// Waits of the relay: the steps of Standard Webhooks, with the first ones of the foreground before them.
pub const BACKGROUND: [Duration; 12] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(2 * 60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3600),
    Duration::from_secs(5 * 3600),
    Duration::from_secs(10 * 3600),
    Duration::from_secs(14 * 3600),
    Duration::from_secs(20 * 3600),
    Duration::from_secs(24 * 3600),
];

/// The wait before an answer of 500 is asked again, in place.
pub const AFTER_500: Duration = Duration::from_millis(200);

/// How often an answer of 500 is asked again; the last time alone on the wire, so that no parallel writer is to blame.
pub const REPEATS_OF_500: u32 = 2;

/// Share of a wait by which chance moves it.
pub const JITTER: f64 = 0.2;

/// The waits between the tries of one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    steps: Vec<Duration>,
    retries: u32,
}

impl Backoff {
    /// `retries` further tries with the waits of `steps`; the last step repeats.
    pub fn new(steps: &[Duration], retries: u32) -> Self {
        Self { steps: steps.to_vec(), retries }
    }

    /// The wait before retry number `retry` (from 0), moved by `jitter` (−1 to 1); none where no retry is left.
    ///
    /// ```
    /// use std::time::Duration;
    /// use crm_bridge::delivery::retry::{Backoff, FOREGROUND};
    /// let backoff = Backoff::new(&FOREGROUND, 4);
    /// assert_eq!(backoff.wait(1, 0.0), Some(Duration::from_secs(5)));
    /// assert_eq!(backoff.wait(1, 1.0), Some(Duration::from_secs(6)));
    /// assert_eq!(backoff.wait(4, 0.0), None);
    /// ```
    pub fn wait(&self, retry: u32, jitter: f64) -> Option<Duration> {
        if retry >= self.retries {
            return None;
        }
        let last = self.steps.len().checked_sub(1)?;
        let step = self.steps[usize::try_from(retry).map_or(last, |retry| retry.min(last))];
        Some(step.mul_f64(1.0 + JITTER * jitter.clamp(-1.0, 1.0)))
    }
}

/// What a `Retry-After` asks for, seen at `now`: seconds or a date; none for anything else. A number too large to be
/// one is [`Duration::MAX`].
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use crm_bridge::delivery::retry::retry_after;
/// let now = SystemTime::UNIX_EPOCH;
/// assert_eq!(retry_after("120", now), Some(Duration::from_secs(120)));
/// assert_eq!(retry_after("Thu, 01 Jan 1970 00:01:00 GMT", now), Some(Duration::from_secs(60)));
/// assert_eq!(retry_after("soon", now), None);
/// assert_eq!(retry_after("99999999999999999999999", now), Some(Duration::MAX));
/// ```
pub fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(header.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let until: SystemTime = http_date(header)?.into();
    Some(until.duration_since(now).unwrap_or_default())
}

/// The three shapes that HTTP allows for a date.
fn http_date(text: &str) -> Option<DateTime<Utc>> {
    const SHAPES: [&str; 3] =
        ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    SHAPES.iter().find_map(|shape| NaiveDateTime::parse_from_str(text, shape).ok()).map(|date| date.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbage_is_ignored() {
        let now = SystemTime::UNIX_EPOCH;
        for garbage in ["", " ", "-1", "1.5", "later", "Thu, 32 Jan 1970 00:00:00 GMT", "12 s", "٣"] {
            assert_eq!(retry_after(garbage, now), None, "{garbage:?}");
        }
    }

    #[test]
    fn all_shapes_of_a_date_are_read() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777 - 30);
        for date in
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        {
            assert_eq!(retry_after(date, now), Some(Duration::from_secs(30)), "{date}");
        }
    }

    #[test]
    fn a_date_that_has_passed_is_no_wait() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000);
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(Duration::ZERO));
    }

    #[test]
    fn the_last_step_repeats_for_more_retries_than_steps() {
        let backoff = Backoff::new(&FOREGROUND, 6);
        assert_eq!(backoff.wait(5, 0.0), Some(Duration::from_secs(120)));
        assert_eq!(backoff.wait(6, 0.0), None);
        assert_eq!(Backoff::new(&[], 3).wait(0, 0.0), None);
    }

    #[test]
    fn jitter_moves_a_wait_by_a_fifth_at_most() {
        let backoff = Backoff::new(&FOREGROUND, 4);
        for jitter in [-1.0, -0.5, 0.3, 1.0, 7.0, -9.0] {
            let wait = backoff.wait(2, jitter).expect("a retry is left");
            assert!((24.0..=36.0).contains(&wait.as_secs_f64()), "{wait:?}");
        }
    }
}

//! Faults: what goes wrong on purpose, by share, by number, by time and by id. Seeded: for the same seed a share strikes
//! the same sends of the same ids, in whatever order requests arrive; numbers and times go by arrival.

mod parse;
mod script;

use std::ops::RangeInclusive;
use std::time::Duration;

use http::StatusCode;

pub use parse::duration as read_duration;
pub(super) use script::Entry;
pub use script::{ScriptError, read_script};

use super::chance::Chance;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum FaultKind {
    /// Another status, with a `Retry-After` where there is one.
    Status(StatusCode, Option<String>),
    /// A wait before the answer, log-normally spread.
    Delay {
        /// Median.
        p50: Duration,
        /// 99th percentile.
        p99: Duration,
    },
    /// The connection is reset.
    Reset,
    /// No answer at all.
    Silence,
    /// The answer breaks off in its middle.
    Truncate,
    /// Bytes that are no HTTP.
    Garbage,
    /// The answer comes byte by byte.
    SlowBody,
    /// 200 with a page for people, as a proxy or a login answers.
    Html,
}

impl FaultKind {
    /// The word in scripts, on the command line and in JSON.
    pub fn name(&self) -> String {
        match self {
            Self::Status(status, _) => status.as_str().to_owned(),
            Self::Delay { .. } => "delay".to_owned(),
            Self::Reset => "reset".to_owned(),
            Self::Silence => "timeout".to_owned(),
            Self::Truncate => "truncate".to_owned(),
            Self::Garbage => "garbage".to_owned(),
            Self::SlowBody => "slow-body".to_owned(),
            Self::Html => "html".to_owned(),
        }
    }
}

/// A fault and when it strikes.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Share of the requests that it may strike, 0.0 to 1.0.
    pub share: f64,
    /// After the webhook has done its work, instead of before.
    pub after: bool,
    /// Numbers of the webhook's requests, from 1; all where empty.
    pub requests: Vec<RangeInclusive<u64>>,
    /// Not before this time since the start.
    pub from: Option<Duration>,
    /// Not after this time since the start.
    pub until: Option<Duration>,
    /// Ids, with `*` for any characters.
    pub id: Option<String>,
}

impl Fault {
    /// Strikes every request, before the webhook does its work (after it, where the answer itself is spoiled).
    pub fn always(kind: FaultKind) -> Self {
        let after =
            matches!(kind, FaultKind::Truncate | FaultKind::Garbage | FaultKind::SlowBody | FaultKind::Html);
        Self { kind, share: 1.0, after, requests: Vec::new(), from: None, until: None, id: None }
    }

    fn strikes(&self, moment: &Moment<'_>) -> bool {
        (self.requests.is_empty() || self.requests.iter().any(|range| range.contains(&moment.n)))
            && self.from.is_none_or(|from| moment.since_start >= from)
            && self.until.is_none_or(|until| moment.since_start <= until)
            && self.id.as_deref().is_none_or(|pattern| moment.id.is_some_and(|id| glob(pattern, id)))
    }
}

/// A request, as faults see it.
pub(super) struct Moment<'a> {
    /// Number among the webhook's requests, from 1.
    pub(super) n: u64,
    /// What a share is drawn for.
    pub(super) draw: u64,
    pub(super) since_start: Duration,
    pub(super) id: Option<&'a str>,
}

/// What strikes one request.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Strike {
    pub(super) delay: Option<Duration>,
    /// The fault, and whether it comes after the webhook's work.
    pub(super) fault: Option<(FaultKind, bool)>,
}

/// The faults of a receiver, in order: delays add up, of the others the first that strikes counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FaultPlan {
    faults: Vec<Fault>,
}

impl FaultPlan {
    /// A plan of `faults`.
    pub fn new(faults: Vec<Fault>) -> Self {
        Self { faults }
    }

    /// The faults.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Whether nothing goes wrong.
    pub fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn strike(&self, moment: &Moment<'_>, chance: Chance) -> Strike {
        let mut strike = Strike::default();
        for (index, fault) in self.faults.iter().enumerate() {
            let purpose = 4 * index as u64;
            if !fault.strikes(moment) || chance.share(moment.draw, purpose) >= fault.share {
                continue;
            }
            if let FaultKind::Delay { p50, p99 } = fault.kind {
                let wait = sample(
                    p50,
                    p99,
                    chance.share(moment.draw, purpose + 1),
                    chance.share(moment.draw, purpose + 2),
                );
                strike.delay = Some(strike.delay.unwrap_or_default() + wait);
            } else if strike.fault.is_none() {
                strike.fault = Some((fault.kind.clone(), fault.after));
            }
        }
        strike
    }
}

/// The standard normal distribution's 99th percentile.
const Z99: f64 = 2.326_347_874;

/// Draws from the log-normal distribution through both percentiles (Box and Muller's way to a normal one).
fn sample(p50: Duration, p99: Duration, one: f64, other: f64) -> Duration {
    let median = p50.as_secs_f64();
    if median <= 0.0 {
        return Duration::ZERO;
    }
    let sigma = (p99.as_secs_f64() / median).max(1.0).ln() / Z99;
    let normal = (-2.0 * (1.0 - one).ln()).sqrt() * (std::f64::consts::TAU * other).cos();
    // Five minutes bound what a far tail could do.
    Duration::from_secs_f64((median * (sigma * normal).exp()).min(300.0))
}

/// Whether `text` fits `pattern`, in which `*` stands for any characters.
fn glob(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(n: u64) -> Moment<'static> {
        Moment { n, draw: n, since_start: Duration::from_secs(n), id: Some("CRM-12") }
    }

    fn plan(specs: &[&str]) -> FaultPlan {
        FaultPlan::new(specs.iter().map(|spec| spec.parse().unwrap()).collect())
    }

    #[test]
    fn shares_are_kept_and_repeated() {
        let plan = plan(&["503:10%"]);
        let struck = |seed| {
            (1..=10_000)
                .filter(|n| plan.strike(&moment(*n), Chance::new(seed)).fault.is_some())
                .collect::<Vec<_>>()
        };
        assert_eq!(struck(1), struck(1));
        assert_ne!(struck(1), struck(2));
        assert!((900..1100).contains(&struck(1).len()), "{}", struck(1).len());
    }

    #[test]
    fn numbers_times_and_ids_choose_requests() {
        let strikes = |spec: &str, n| plan(&[spec]).strike(&moment(n), Chance::new(0)).fault.is_some();
        assert!(strikes("503;n=3-5,9", 4) && strikes("503;n=3-5,9", 9) && !strikes("503;n=3-5,9", 6));
        assert!(strikes("reset;from=2s;until=3s", 2) && !strikes("reset;from=2s;until=3s", 4));
        assert!(strikes("reset;id=CRM-1*", 1) && !strikes("reset;id=CRM-2*", 1));
    }

    #[test]
    fn delays_have_the_percentiles_that_were_asked_for() {
        let plan = plan(&["delay:p50=80ms,p99=2s"]);
        let mut waits: Vec<_> = (1..=20_000)
            .filter_map(|n| plan.strike(&moment(n), Chance::new(5)).delay)
            .map(|delay| delay.as_secs_f64())
            .collect();
        waits.sort_by(f64::total_cmp);
        assert_eq!(waits.len(), 20_000);
        assert!((0.075..0.085).contains(&waits[10_000]), "{}", waits[10_000]);
        assert!((1.7..2.3).contains(&waits[19_800]), "{}", waits[19_800]);
    }

    #[test]
    fn globs() {
        for (pattern, text, fits) in [
            ("CRM-1", "CRM-1", true),
            ("CRM-1", "CRM-12", false),
            ("CRM-*", "CRM-12", true),
            ("*-12", "CRM-12", true),
            ("C*-*2", "CRM-12", true),
            ("C*x*2", "CRM-12", false),
            ("*", "", true),
        ] {
            assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
        }
    }
}

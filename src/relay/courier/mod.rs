//! The courier: brings what waits in the outbox to the receiver, through the one dispatcher.
//!
//! Comes in: the outbox's keeper, a transport, a journal. Goes out: receipts, and ends in the outbox. A run of the
//! dispatcher lasts until the receiver is not well; then deliveries pause, and single ones probe it until it is. Runs on
//! one thread of its own.

mod feed;
mod judge;
mod ledger;

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use feed::{Flying, OutboxFeed};
use ledger::{Ledger, Memory};
use tokio::time::Instant;

use super::clock::Clock;
use super::condition::Condition;
use super::keeper::Keeper;
use super::metrics::Metrics;
use crate::config::{Jobs, SendSettings};
use crate::delivery::retry::{BACKGROUND, Backoff};
use crate::delivery::{
    Ambient, Answer, Cancel, Journal, Request, RunEnd, Settings, Stop, Transport, TransportError, run,
};
use crate::lang::Said;
use crate::report::event::{Event, Observer};

/// Waits between probes; the last one repeats.
const PROBES: [Duration; 6] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(30),
    Duration::from_secs(60),
];
/// The longest pause that a `Retry-After` is granted; after it the receiver is asked again.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);
/// Waits after the journal or the outbox could not be written.
const STORAGE_PAUSE: Duration = Duration::from_secs(2);
/// Deliveries looked at ahead; the queue itself is on disk.
const WINDOW: usize = 128;

/// What the courier shares with the rest of the relay.
#[derive(Debug, Clone)]
pub struct Office {
    /// The outbox.
    pub keeper: Keeper,
    /// The wall clock.
    pub clock: Clock,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// How the relay does.
    pub condition: Arc<Condition>,
}

/// Brings what waits to the receiver.
pub struct Courier<T, J> {
    office: Office,
    transport: Measured<T>,
    journal: J,
    settings: Settings,
    schedule: Backoff,
    flying: Flying,
    memory: Memory,
    jitter: RefCell<Box<dyn FnMut() -> f64>>,
}

impl<T: Transport, J: Journal> Courier<T, J> {
    /// A courier that goes by `settings`: its jobs, rate and look-up, and at most so many of the schedule's retries.
    pub fn new(office: Office, transport: T, journal: J, settings: &SendSettings, retries: u32) -> Self {
        let mut ambient = Ambient::system();
        Self {
            transport: Measured { transport, metrics: Arc::clone(&office.metrics) },
            office,
            journal,
            settings: Settings {
                backoff: Backoff::new(&[], 0),
                // Any `Retry-After` ends the run, and the pause after it is kept here.
                max_wait: Duration::ZERO,
                max_failures: None,
                force: false,
                window: WINDOW,
                ..Settings::from(settings)
            },
            schedule: Backoff::new(&BACKGROUND, retries.min(most_retries())),
            flying: RefCell::new(HashSet::new()),
            memory: Memory::default(),
            jitter: RefCell::new(Box::new(move || ambient.jitter())),
        }
    }

    /// Gives the journal back.
    pub fn into_journal(self) -> J {
        self.journal
    }

    /// Delivers until `cancel` is pressed.
    pub async fn run(&self, cancel: &Cancel) {
        let mut probes = 0;
        let mut paused = false;
        while !cancel.is_pressed() {
            let before = self.memory.judged.get();
            let end = self.dispatch(paused, cancel).await;
            let alive = self.memory.judged.get() > before;
            let wait = match end.stop {
                Some(Stop::Interrupted) => break,
                Some(Stop::Journal(error)) => {
                    tracing::error!(%error, "receipts can't be written; deliveries wait");
                    STORAGE_PAUSE
                }
                Some(Stop::WaitTooLong(asked)) => heed(asked),
                Some(stop) => {
                    probes = if paused { probes + 1 } else { 0 };
                    paused = true;
                    self.pause(&stop);
                    probe_wait(probes)
                }
                // A probe that needed no request says nothing about the receiver.
                None if !paused || end.attempts == 0 => Duration::ZERO,
                None if !alive => {
                    probes += 1;
                    probe_wait(probes)
                }
                None => {
                    paused = false;
                    self.go_on().await;
                    Duration::ZERO
                }
            };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = cancel.gently() => {}
            }
        }
    }

    async fn dispatch(&self, probe: bool, cancel: &Cancel) -> RunEnd {
        let office = &self.office;
        let mut feed = OutboxFeed::new(office, &self.flying, probe);
        let ledger = Ledger {
            journal: &self.journal,
            keeper: &office.keeper,
            clock: &office.clock,
            metrics: &office.metrics,
            flying: &self.flying,
            memory: &self.memory,
            schedule: &self.schedule,
            jitter: &self.jitter,
            probing: probe,
        };
        let settings = Settings {
            jobs: if probe { Jobs::Fixed(1) } else { self.settings.jobs },
            ..self.settings.clone()
        };
        let clock = office.clock.clone();
        let ambient = Ambient::new(move || clock.now(), || 0.0);
        let end = run(&mut feed, &self.transport, &ledger, &mut Silent, &settings, ambient, cancel).await;
        // What the run did not bring to an end is in the outbox as it was.
        self.flying.borrow_mut().clear();
        end
    }

    fn pause(&self, stop: &Stop) {
        let (class, why): (&'static str, Said) = match stop {
            Stop::Unreachable(error) | Stop::Circuit(error) | Stop::Refused(error) => {
                (error.class, error.message.clone())
            }
            other => ("stopped", other.failure().message),
        };
        let now = self.office.clock.millis();
        if self.office.condition.pause(class, why.clone(), now) {
            tracing::warn!(class, why = %why, "the receiver is not well; deliveries pause, and it is probed");
        }
    }

    async fn go_on(&self) {
        if !self.office.condition.open() {
            return;
        }
        let now = self.office.clock.millis();
        match self.office.keeper.ask(move |outbox| outbox.hurry(now)).await {
            Ok(waiting) => tracing::info!(waiting, "the receiver is well again; deliveries go on"),
            Err(error) => tracing::error!(%error, "the queue can't be hurried"),
        }
    }
}

/// The steps of the schedule.
fn most_retries() -> u32 {
    u32::try_from(BACKGROUND.len()).unwrap_or(u32::MAX)
}

fn probe_wait(probes: usize) -> Duration {
    PROBES[probes.min(PROBES.len() - 1)]
}

/// How long to pause where the receiver asks for it.
fn heed(asked: Duration) -> Duration {
    let wait = asked.min(LONGEST_PAUSE);
    let seconds = wait.as_secs();
    tracing::warn!(seconds, "the receiver asks to wait; deliveries pause");
    wait
}

/// The relay's events are its metrics and its log.
struct Silent;

impl Observer for Silent {
    fn observe(&mut self, _: Event) {}
}

/// Measures each try.
struct Measured<T> {
    transport: T,
    metrics: Arc<Metrics>,
}

impl<T: Transport> Transport for Measured<T> {
    async fn attempt(&self, request: Request) -> Result<Answer, TransportError> {
        let start = Instant::now();
        let answer = self.transport.attempt(request).await;
        self.metrics.attempted(start.elapsed());
        answer
    }
}

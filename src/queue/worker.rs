//! The worker: takes deliveries from its share of the partitions and sees each one to its end.
//!
//! Comes in: a [`Queue`], a share of its partitions, a transport, a journal, an observer and a wish to end. Goes out:
//! events, receipts, acknowledgements and dead letters. One dispatcher as everywhere; what is different is where its
//! deliveries come from and what an end means:
//!
//! - [`partition`]: one a partition: takes a message, hands it over, signals that it is in work, and acknowledges, gives
//!   back or buries it by what became of it;
//! - [`desk`]: where messages are handed to the dispatcher and ends come back;
//! - [`hold`]: which worker has a message in work, for when the server forgot, and how often it failed;
//! - [`health`]: whether the receiver is there. While it is not, nothing is taken and nothing is counted as an attempt;
//! - [`watch`]: the transport, watched: trouble in a row is a reason to ask whether the receiver is there, and nothing is
//!   sent for a message that another worker may hold by now.

mod desk;
mod health;
mod hold;
mod partition;
mod share;
mod watch;

use std::time::Duration;

use reqwest::Url;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::desk::Desk;
use self::health::Health;
use self::partition::{Partition, Place};
use self::watch::Watch;
use super::Queue;
use crate::delivery::retry::Backoff;
use crate::delivery::{Ambient, Cancel, Journal, RunEnd, Settings, Stop, Transport, run};
use crate::error::Failure;
use crate::journal::Target;
use crate::report::event::{Counts, LatencyNote, Observer};

pub use share::Partitions;

/// Waits between the attempts of one delivery; none is longer than what a message may be held back.
pub const STEPS: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(15), Duration::from_secs(30)];
/// Attempts before a delivery that alone fails is a dead letter.
pub const ATTEMPTS: u32 = 5;
/// What the attempts of one venta may take between its intent and the last of them: their waits, and connecting.
const BETWEEN: Duration = Duration::from_secs(90);
/// How long the queue may be away when the worker is to end.
const END_WITHIN: Duration = Duration::from_secs(10);
/// How long ends wait for others to be recorded with: not at all, since a partition would wait with them.
const GATHER: Duration = Duration::ZERO;
/// The wait after the journal failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Delivers from a queue.
#[derive(Debug)]
pub struct Worker<'q> {
    queue: &'q Queue,
    share: Partitions,
    settings: Settings,
    steps: Vec<Duration>,
    target: String,
    give_up: CancellationToken,
}

/// How a worker ended.
#[derive(Debug)]
pub struct WorkEnd {
    /// What became of the deliveries that it brought to an end.
    pub counts: Counts,
    /// HTTP tries.
    pub attempts: u64,
    /// Latency of the tries; none where there was none.
    pub latency: Option<LatencyNote>,
    /// Why it ended although nobody wished it to.
    pub failure: Option<Failure>,
}

impl<'q> Worker<'q> {
    /// A worker for the partitions of `share`. Of `settings` it takes jobs, rate, look-up and the longest wait; attempts
    /// and their waits are [`ATTEMPTS`] and [`STEPS`].
    pub fn new(queue: &'q Queue, share: Partitions, settings: Settings) -> Self {
        let settings = Settings {
            backoff: Backoff::new(&STEPS, ATTEMPTS - 1),
            max_failures: None,
            // What has a receipt is done: a message that comes again must not be sent again.
            force: false,
            total: 0,
            files: desk::names(),
            gather: GATHER,
            ..settings
        };
        let steps = STEPS.to_vec();
        Self { queue, share, settings, steps, target: String::new(), give_up: CancellationToken::new() }
    }

    /// Notes beside each dead letter that it was for the receiver at `url`, so that it can be settled without it.
    #[must_use]
    pub fn delivering_to(mut self, url: &Url) -> Self {
        self.target = Target::of(url).to_string();
        self
    }

    /// Waits by other steps than [`STEPS`] between the attempts of one delivery.
    #[must_use]
    pub fn waiting(mut self, steps: &[Duration]) -> Self {
        self.settings.backoff = Backoff::new(steps, ATTEMPTS - 1);
        self.steps = steps.to_vec();
        self
    }

    /// Cancelled when a worker that is to end has waited for the queue long enough: for
    /// [`Queue::receipts`](super::Queue::receipts).
    pub fn give_up(&self) -> CancellationToken {
        self.give_up.clone()
    }

    /// How long after its intent a venta may still be on its way, where a try may take as long as `timeout`: for
    /// [`Receipts::in_work_for`](super::Receipts::in_work_for).
    pub fn in_work(timeout: Duration) -> Duration {
        timeout.saturating_add(BETWEEN)
    }

    /// Works until `cancel` is pressed, or the receiver refuses us at the very start. Runs on the current thread.
    pub async fn run<T: Transport, J: Journal>(
        &self,
        transport: &T,
        journal: &J,
        observer: &mut dyn Observer,
        cancel: &Cancel,
    ) -> WorkEnd {
        let desk = Desk::new(observer);
        let health = Health::new(transport, cancel);
        let who = Uuid::now_v7().to_string();
        let mut sessions: Option<RunEnd> = None;
        let partitions = self.share.iter().map(|partition| {
            let place = Place { queue: self.queue, number: partition, target: &self.target, who: &who };
            let partition = Partition::new(place, &desk, &health, cancel, &self.steps);
            async move { partition.work().await }
        });
        let partitions = futures_util::future::join_all(partitions);
        let work = async {
            let dispatch = self.sessions(&desk, &health, transport, journal, cancel, &mut sessions);
            tokio::join!(partitions, dispatch);
        };
        let patience = async {
            cancel.gently().await;
            tokio::select! {
                () = tokio::time::sleep(END_WITHIN) => {}
                () = cancel.at_once() => {}
            }
            self.give_up.cancel();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = work => {}
            () = patience => {}
            () = health.keep() => {}
        }
        // Acknowledgements are on their way only once the connection is flushed.
        tokio::time::timeout(AFTER_FAILURE, self.queue.client.flush()).await.ok();
        WorkEnd {
            counts: desk.counts(),
            attempts: sessions.as_ref().map_or(0, |end| end.attempts),
            latency: sessions.as_ref().and_then(RunEnd::latency_note),
            failure: health.fatal(),
        }
    }

    /// Runs the dispatcher, again after each stop.
    async fn sessions<T: Transport, J: Journal>(
        &self,
        desk: &Desk<'_>,
        health: &Health<'_, T>,
        transport: &T,
        journal: &J,
        cancel: &Cancel,
        all: &mut Option<RunEnd>,
    ) {
        let mut feed = desk.feed();
        while health.open_or_cancelled().await {
            let session = Cancel::new();
            let watch = Watch::new(transport, health, desk, &session);
            let ends = async {
                tokio::select! {
                    () = cancel.gently() => {}
                    () = health.paused() => {}
                }
                session.press();
                cancel.at_once().await;
                session.press();
                std::future::pending::<()>().await;
            };
            let mut notes = desk.notes();
            let session =
                run(&mut feed, &watch, journal, &mut notes, &self.settings, Ambient::system(), &session);
            let end = tokio::select! {
                end = session => end,
                () = ends => break,
            };
            let stop = end.stop.clone();
            match all {
                Some(all) => {
                    all.attempts += end.attempts;
                    all.latency.add(&end.latency).ok();
                }
                None => *all = Some(end),
            }
            match stop {
                None | Some(Stop::Interrupted) => {}
                Some(Stop::Journal(error)) => {
                    tracing::warn!(%error, "the receipts can't be kept; trying again");
                    tokio::select! {
                        () = tokio::time::sleep(AFTER_FAILURE) => {}
                        () = cancel.gently() => {}
                    }
                }
                Some(stop) => health.pause(&stop.failure().message),
            }
            feed.session_ended();
        }
        desk.close();
    }
}

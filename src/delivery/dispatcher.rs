//! The dispatcher: takes deliveries from a feed and sees each one to its end.
//!
//! Comes in: a feed, a transport, a journal, an observer, settings, and a wish to end. Goes out: events, receipts in the
//! journal, and a [`RunEnd`]. Four kinds of futures share one [`Board`] on one thread: the *reader* fills a bounded
//! window from the feed, the *workers* (one a request at once) take what may start, the *recorder* hands ends to the
//! journal in groups, and the caller's [`Cancel`] ends it early.
//!
//! Nothing is counted before the journal has recorded it.

mod board;
mod flight;
mod recorder;

use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use hdrhistogram::Histogram;
use tracing::Instrument as _;

use board::{Board, Next};
use recorder::Recorder;

use super::ambient::Ambient;
use super::cancel::Cancel;
use super::feed::Feed;
use super::journal::Journal;
use super::retry::{Backoff, FOREGROUND};
use super::stop::Stop;
use super::transport::Transport;
use crate::config::{Jobs, Lookup, MaxFailures, SendSettings};
use crate::report::event::{Counts, LatencyNote, Observer};

/// How long an end waits for others to be recorded with, where nothing else waits for it.
pub const GATHER: Duration = Duration::from_millis(20);

/// How a run delivers.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Requests at once.
    pub jobs: Jobs,
    /// Requests a second.
    pub rate: Option<f64>,
    /// Whether ids inside one another hold each other up.
    pub lookup: Lookup,
    /// Waits between the tries of one delivery.
    pub backoff: Backoff,
    /// The longest `Retry-After` that is waited for.
    pub max_wait: Duration,
    /// When to give up the run.
    pub max_failures: Option<MaxFailures>,
    /// Send what has a receipt all the same (a venta never).
    pub force: bool,
    /// Deliveries that the feed will give, for the progress and for a share of failures.
    pub total: u64,
    /// Names of the input files, where events are to name them.
    pub files: Vec<String>,
    /// Deliveries held in memory to look ahead for ones that may start.
    pub window: usize,
    /// How long an end waits for others to be recorded with.
    pub gather: Duration,
}

impl From<&SendSettings> for Settings {
    fn from(settings: &SendSettings) -> Self {
        Self {
            jobs: settings.jobs,
            rate: settings.rate,
            lookup: settings.lookup,
            backoff: Backoff::new(&FOREGROUND, settings.retries),
            max_wait: settings.max_wait,
            max_failures: settings.max_failures,
            force: settings.force,
            total: 0,
            files: Vec::new(),
            window: 160,
            gather: GATHER,
        }
    }
}

/// How a run ended.
#[derive(Debug)]
pub struct RunEnd {
    /// What became of the deliveries that were taken from the feed; `rows` is their number.
    pub counts: Counts,
    /// Why it stopped before the feed's end.
    pub stop: Option<Stop>,
    /// HTTP tries.
    pub attempts: u64,
    /// Latency of the tries, in microseconds.
    pub latency: Histogram<u64>,
    /// File and row of each delivery that was taken and not brought to an end: they count as unprocessed.
    pub unfinished: Vec<(u16, u64)>,
}

impl RunEnd {
    /// The latency for a report; none where nothing was sent.
    pub fn latency_note(&self) -> Option<LatencyNote> {
        if self.latency.is_empty() {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "microseconds of a run fit a float's 52 bits")]
        let ms = |micros: u64| micros as f64 / 1000.0;
        let buckets = self
            .latency
            .iter_log(64, 2.0)
            .map(|bucket| (ms(bucket.value_iterated_to() + 1), bucket.count_since_last_iteration()))
            .skip_while(|(_, count)| *count == 0)
            .collect();
        Some(LatencyNote {
            p50: ms(self.latency.value_at_quantile(0.5)),
            p90: ms(self.latency.value_at_quantile(0.9)),
            p99: ms(self.latency.value_at_quantile(0.99)),
            max: ms(self.latency.max()),
            buckets,
        })
    }
}

/// Delivers what `feed` gives. Runs on the current thread; returns when each delivery that was taken has come to its end
/// or the run has stopped. What is left in the feed then is the caller's to count.
pub async fn run<F: Feed, T: Transport, J: Journal>(
    feed: &mut F,
    transport: &T,
    journal: &J,
    observer: &mut dyn Observer,
    settings: &Settings,
    ambient: Ambient,
    cancel: &Cancel,
) -> RunEnd {
    let board = Board::new(settings, ambient);
    if settings.lookup == Lookup::Substring {
        match journal.in_doubt().await {
            Ok(ids) => board.doubt(&ids),
            Err(error) => board.stop(Stop::Journal(error)),
        }
    }
    let recorder = Recorder::new(&board, journal, observer);
    let work = async {
        let workers: FuturesUnordered<_> =
            (0..board.most_jobs()).map(|_| work(&board, transport, journal)).collect();
        let sending = async {
            tokio::join!(read(&board, feed), workers.for_each(|()| std::future::ready(())));
        };
        tokio::pin!(sending);
        let gently = async {
            cancel.gently().await;
            board.stop(Stop::Interrupted);
            cancel.at_once().await;
        };
        tokio::select! {
            () = &mut sending => {}
            () = gently => {}
        }
    };
    let work = async {
        // The futures of requests in the air are dropped here, so that nothing is sent any more when they are judged.
        work.await;
        board.abandon();
        board.close();
    };
    tokio::join!(work, recorder.run());
    board.end()
}

/// Fills the window from the feed until it ends or the run stops.
async fn read<F: Feed>(board: &Board<'_>, feed: &mut F) {
    while board.room().await {
        let next = tokio::select! {
            biased;
            () = board.stopped() => None,
            next = feed.next() => next,
        };
        let Some(delivery) = next else { break };
        board.admit(delivery);
    }
    board.feed_ended();
}

/// Takes one flight after the other until there is nothing left.
async fn work<T: Transport, J: Journal>(board: &Board<'_>, transport: &T, journal: &J) {
    loop {
        match board.next() {
            Next::Flight(flight) => {
                let span =
                    tracing::debug_span!("delivery", id = %flight.delivery.id, row = flight.delivery.row);
                flight::fly(board, flight, transport, journal).instrument(span).await;
            }
            Next::Wait(None) => board.news().await,
            Next::Wait(Some(until)) => {
                tokio::select! {
                    () = board.news() => {}
                    () = tokio::time::sleep_until(until) => {}
                }
            }
            Next::Nothing => break,
        }
    }
}

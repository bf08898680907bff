//! The feed of the dispatcher: what is due in the outbox, as it becomes due.

use std::cell::RefCell;
use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use super::Office;
use crate::delivery::{Delivery, Feed};
use crate::lang::Said;
use crate::relay::clock::Clock;
use crate::relay::keeper::Keeper;
use crate::relay::metrics::Metrics;
use crate::relay::outbox::{Due, End, Ending};

/// Entries taken from the outbox at once.
const BATCH: usize = 64;
/// Longest time without a look into the outbox: another process may have redriven dead letters.
const LOOK: Duration = Duration::from_secs(5);

/// The cause of an entry whose body can't be sent any more.
const CHANGED_BODY: &str = "body";

/// Which entries the dispatcher has. They are still heads of their lanes in the outbox.
pub(super) type Flying = RefCell<HashSet<i64>>;

/// Yields what is due.
pub(super) struct OutboxFeed<'c> {
    keeper: &'c Keeper,
    clock: &'c Clock,
    metrics: &'c Metrics,
    flying: &'c Flying,
    ready: VecDeque<Delivery>,
    /// One entry only, whether it is due or not.
    probe: bool,
    probed: bool,
}

impl<'c> OutboxFeed<'c> {
    pub(super) fn new(office: &'c Office, flying: &'c Flying, probe: bool) -> Self {
        let Office { keeper, clock, metrics, .. } = office;
        Self { keeper, clock, metrics, flying, ready: VecDeque::new(), probe, probed: false }
    }

    /// Looks into the outbox; tells how long nothing more will be due.
    async fn look(&mut self) -> Duration {
        let now = self.clock.millis();
        let (flying, most, early) =
            (self.flying.borrow().clone(), if self.probe { 1 } else { BATCH }, self.probe);
        let found = self.keeper.ask(move |outbox| outbox.due(now, &flying, most, early)).await;
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                tracing::error!(%error, "the queue can't be read");
                return Duration::from_secs(1);
            }
        };
        for due in found.entries {
            self.take(due).await;
        }
        let wait = found
            .next_at
            .map_or(LOOK, |next_at| Duration::from_millis(u64::try_from(next_at - now).unwrap_or(0)));
        wait.min(LOOK)
    }

    async fn take(&mut self, due: Due) {
        let row = due.seq.unsigned_abs();
        match Delivery::from_json((0, row), &due.body) {
            Ok(delivery) => {
                self.flying.borrow_mut().insert(due.seq);
                self.ready.push_back(delivery);
            }
            Err(error) => {
                // Only what passed the rules was queued; a body that fails here was changed by somebody else.
                let now = self.clock.millis();
                let ending =
                    Ending::Dead { class: CHANGED_BODY.to_owned(), message: Said::same(error.to_string()) };
                let end = End { seq: due.seq, attempts: 0, http_status: None, maybe_stored: false, ending };
                if self.keeper.ask(move |outbox| outbox.settle(&end, now)).await.is_ok() {
                    self.metrics.dead(CHANGED_BODY);
                }
            }
        }
    }
}

impl Feed for OutboxFeed<'_> {
    async fn next(&mut self) -> Option<Delivery> {
        loop {
            if self.probe && self.probed {
                return None;
            }
            if let Some(delivery) = self.ready.pop_front() {
                self.probed = true;
                return Some(delivery);
            }
            let wait = self.look().await;
            if self.ready.is_empty() {
                tokio::select! {
                    () = self.keeper.news() => {}
                    () = tokio::time::sleep(wait.max(Duration::from_millis(1))) => {}
                }
            }
        }
    }
}

/// The age of something received at `received_at`.
pub(super) fn age(received_at: i64, now: i64) -> Duration {
    Duration::from_millis(u64::try_from(now - received_at).unwrap_or(0))
}

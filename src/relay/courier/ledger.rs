//! The journal that the dispatcher sees: receipts go to the real one, and each end to the outbox as well.
//!
//! Receipts first: a crash between the two leaves an entry that waits and has a receipt, and it is known as a repeat
//! when it comes up again.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::feed::{Flying, age};
use super::judge::{Circumstances, judge};
use crate::delivery::retry::Backoff;
use crate::delivery::{Claim, Delivery, Journal, JournalError, Settled, Settlement};
use crate::relay::clock::Clock;
use crate::relay::keeper::Keeper;
use crate::relay::metrics::Metrics;
use crate::relay::outbox::{End, Ending};
use crate::report::event::Outcome;

/// What a courier remembers between its runs.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// When the receiver took something last, in milliseconds since 1970.
    pub(super) last_taken: Cell<Option<i64>>,
    /// Deliveries that the receiver took, or judged by their data.
    pub(super) judged: Cell<u64>,
}

/// Records ends.
pub(super) struct Ledger<'c, J> {
    pub(super) journal: &'c J,
    pub(super) keeper: &'c Keeper,
    pub(super) clock: &'c Clock,
    pub(super) metrics: &'c Metrics,
    pub(super) flying: &'c Flying,
    pub(super) memory: &'c Memory,
    pub(super) schedule: &'c Backoff,
    pub(super) jitter: &'c RefCell<Box<dyn FnMut() -> f64>>,
    pub(super) probing: bool,
}

impl<J: Journal> Journal for Ledger<'_, J> {
    async fn claim(&self, delivery: &Delivery) -> Result<Claim, JournalError> {
        self.journal.claim(delivery).await
    }

    async fn intend(&self, settlement: Settlement) -> Result<Settled, JournalError> {
        self.journal.intend(settlement).await
    }

    async fn in_doubt(&self) -> Result<Vec<String>, JournalError> {
        // What waits to be tried again is the outbox's affair: it lets no id inside such a one go first.
        self.journal.in_doubt().await
    }

    async fn settle(&self, settlements: Arc<Vec<Settlement>>) -> Result<Vec<Settled>, JournalError> {
        let settled = self.record(&settlements).await?;
        let ends = self.settle_outbox(&settlements, &settled).await?;
        for (end, received_at) in &ends {
            self.count(end, *received_at);
        }
        Ok(settled)
    }
}

impl<J: Journal> Ledger<'_, J> {
    /// Gives the journal what is a receipt, or final. A failure that is tried again is the outbox's affair alone.
    async fn record(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, JournalError> {
        let forwarded: Vec<Option<Settlement>> = settlements.iter().map(forward).collect();
        let kept: Vec<bool> = forwarded.iter().map(Option::is_some).collect();
        let forwarded: Vec<Settlement> = forwarded.into_iter().flatten().collect();
        let mut answers =
            if forwarded.is_empty() { Vec::new() } else { self.journal.settle(Arc::new(forwarded)).await? }
                .into_iter();
        Ok(kept
            .into_iter()
            .map(|kept| if kept { answers.next().unwrap_or_default() } else { Settled::default() })
            .collect())
    }

    async fn settle_outbox(
        &self,
        settlements: &Arc<Vec<Settlement>>,
        settled: &[Settled],
    ) -> Result<Vec<(End, i64)>, JournalError> {
        let now = self.clock.millis();
        let known: Vec<Circumstances> = settlements.iter().map(|_| self.circumstances(now)).collect();
        // The dispatcher wants its settlements back: the outbox's thread gets copies without bodies.
        let copies: Vec<Settlement> =
            settlements.iter().map(|one| Settlement { body: None, ..one.clone() }).collect();
        let settled = settled.to_vec();
        let ends = self
            .keeper
            .ask(move |outbox| {
                let mut ends = Vec::with_capacity(copies.len());
                for ((settlement, settled), known) in copies.iter().zip(&settled).zip(&known) {
                    let seq = i64::try_from(settlement.row).unwrap_or(i64::MAX);
                    let Some(history) = outbox.history(seq)? else { continue };
                    let end = judge(seq, settlement, settled, history, known);
                    outbox.settle(&end, known.now)?;
                    ends.push((end, history.received_at));
                }
                Ok(ends)
            })
            .await
            .map_err(|error| error.of_journal(self.keeper.path()))?;
        let mut flying = self.flying.borrow_mut();
        for settlement in settlements.iter() {
            flying.remove(&i64::try_from(settlement.row).unwrap_or(i64::MAX));
        }
        self.keeper.tell_news();
        Ok(ends)
    }

    fn circumstances(&self, now: i64) -> Circumstances {
        Circumstances {
            schedule: self.schedule.clone(),
            jitter: (self.jitter.borrow_mut())(),
            probing: self.probing,
            last_taken: self.memory.last_taken.get(),
            now,
        }
    }

    fn count(&self, end: &End, received_at: i64) {
        let now = self.clock.millis();
        let by_network = end.attempts > 0;
        match &end.ending {
            Ending::Delivered { .. } => {
                self.metrics.delivered(age(received_at, now));
                if by_network {
                    self.memory.last_taken.set(Some(now));
                }
            }
            Ending::Dead { class, .. } => self.metrics.dead(class),
            Ending::Again { .. } | Ending::Held { .. } => self.metrics.retried(),
        }
        let judged = match &end.ending {
            Ending::Delivered { .. } => true,
            Ending::Dead { class, .. } => class == "rejected" || class == "collision",
            Ending::Again { .. } | Ending::Held { .. } => false,
        };
        if judged && by_network {
            self.memory.judged.set(self.memory.judged.get() + 1);
        }
    }
}

/// What the journal is told of a settlement.
fn forward(settlement: &Settlement) -> Option<Settlement> {
    let receipt = settlement.id_presencia.is_some();
    match settlement.outcome {
        // The presencia is there, only its venta is not: that must be known at the next attempt.
        Outcome::Failed if receipt => {
            Some(Settlement { outcome: Outcome::Unprocessed, error: None, body: None, ..settlement.clone() })
        }
        Outcome::Failed => None,
        // The body of a dead letter is in the outbox, from where it can be redriven.
        _ => Some(Settlement { body: None, ..settlement.clone() }),
    }
}

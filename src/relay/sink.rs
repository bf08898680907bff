//! Where webhooks are stored before they are answered.
//!
//! The embedded outbox is one sink; a queue of an engine beside the program is another one
//! ([`publisher`](super::publisher)), behind the same trait.

use std::future::Future;

use super::keeper::Keeper;
use super::outbox::{Acceptance, Accepted, Arrival, Outbox, OutboxError, Overview};
use crate::lang::Said;
use crate::queue::QueueError;

/// Why a sink can't do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SinkError {
    /// The outbox can't.
    #[error("{0}")]
    Outbox(#[from] OutboxError),
    /// The queue can't.
    #[error("{0}")]
    Queue(#[from] QueueError),
}

impl SinkError {
    /// The error in words.
    pub fn said(&self) -> Said {
        match self {
            Self::Outbox(error) => error.said(),
            Self::Queue(error) => error.failure().message,
        }
    }

    /// Whether it is the webhook's own fault: no later try would help, and the next webhook is not concerned.
    pub fn is_of_the_webhook(&self) -> bool {
        matches!(self, Self::Queue(QueueError::TooLarge { .. }))
    }
}

/// Stores webhooks durably, and tells how they stand.
pub trait Sink: Send + Sync + 'static {
    /// Stores `arrival`, received at `now` (milliseconds since 1970). It is durable when this returns.
    fn take(&self, arrival: Arrival, now: i64) -> impl Future<Output = Result<Accepted, SinkError>> + Send;

    /// Whether one more webhook could be stored; tells how many wait.
    fn ready(&self) -> impl Future<Output = Result<u64, SinkError>> + Send;

    /// How it stands at `now`, with the counts of the last `hours` hours.
    fn overview(&self, now: i64, hours: u32) -> impl Future<Output = Result<Overview, SinkError>> + Send;
}

impl Sink for Keeper {
    async fn take(&self, arrival: Arrival, now: i64) -> Result<Accepted, SinkError> {
        let accepted = self.ask(move |outbox| outbox.accept(&arrival, now)).await?;
        if matches!(accepted.acceptance, Acceptance::Queued | Acceptance::Revived) {
            self.tell_news();
        }
        Ok(accepted)
    }

    async fn ready(&self) -> Result<u64, SinkError> {
        Ok(self.ask(Outbox::check_room).await?)
    }

    async fn overview(&self, now: i64, hours: u32) -> Result<Overview, SinkError> {
        Ok(self.ask(move |outbox| outbox.overview(now, hours)).await?)
    }
}

//! Where webhooks are stored before they are answered.
//!
//! The embedded outbox is one sink; a queue of an engine beside the program is another one, behind the same trait.

use std::future::Future;

use super::keeper::Keeper;
use super::outbox::{Acceptance, Accepted, Arrival, OutboxError};

/// Stores webhooks durably.
pub trait Sink: Send + Sync + 'static {
    /// Stores `arrival`, received at `now` (milliseconds since 1970). It is durable when this returns.
    fn take(&self, arrival: Arrival, now: i64) -> impl Future<Output = Result<Accepted, OutboxError>> + Send;
}

impl Sink for Keeper {
    async fn take(&self, arrival: Arrival, now: i64) -> Result<Accepted, OutboxError> {
        let accepted = self.ask(move |outbox| outbox.accept(&arrival, now)).await?;
        if matches!(accepted.acceptance, Acceptance::Queued | Acceptance::Revived) {
            self.tell_news();
        }
        Ok(accepted)
    }
}

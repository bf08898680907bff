//! The transport of a worker, watched.

use tokio::time::Instant;

use super::desk::Desk;
use super::health::Health;
use crate::delivery::transport::Broke;
use crate::delivery::{Answer, Cancel, Request, Transport, TransportError};

/// Makes the tries of another transport, but none for a message that another worker may hold by now.
pub(super) struct Watch<'w, 'o, T> {
    transport: &'w T,
    health: &'w Health<'w, T>,
    desk: &'w Desk<'o>,
    session: &'w Cancel,
}

impl<'w, 'o, T> Watch<'w, 'o, T> {
    pub(super) fn new(
        transport: &'w T,
        health: &'w Health<'w, T>,
        desk: &'w Desk<'o>,
        session: &'w Cancel,
    ) -> Self {
        Self { transport, health, desk, session }
    }
}

impl<T: Transport> Transport for Watch<'_, '_, T> {
    async fn attempt(&self, request: Request) -> Result<Answer, TransportError> {
        if !self.desk.is_ours(&request.id) {
            tracing::warn!(
                id = request.id,
                "the queue was away for too long: another worker may have this one"
            );
            self.session.press();
            return Err(TransportError::new(Broke::Connect, "the queue was away for too long"));
        }
        let begun = Instant::now();
        let result = self.transport.attempt(request).await;
        self.health.saw(&result, begun);
        result
    }
}

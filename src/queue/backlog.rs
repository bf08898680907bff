//! What waits in the queue.

use futures_util::future::try_join_all;

use super::layout::PARTITIONS;
use super::{Queue, QueueError};

/// What waits in a partition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// The partition.
    pub partition: u8,
    /// Deliveries that no worker has taken.
    pub pending: u64,
    /// Deliveries that a worker has taken and not brought to an end; one at most.
    pub in_flight: u64,
}

impl Backlog {
    /// Everything that is not delivered yet.
    pub fn total(&self) -> u64 {
        self.pending + self.in_flight
    }
}

impl Queue {
    /// What waits in each partition, in their order.
    pub async fn backlog(&self) -> Result<Vec<Backlog>, QueueError> {
        let each = self.consumers.iter().zip(0..PARTITIONS).map(|(consumer, partition)| async move {
            let info = consumer.get_info().await.map_err(|error| QueueError::Server(error.to_string()))?;
            let in_flight = u64::try_from(info.num_ack_pending).unwrap_or(u64::MAX);
            Ok(Backlog { partition, pending: info.num_pending, in_flight })
        });
        try_join_all(each).await
    }
}

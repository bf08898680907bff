//! What waits in the queue, and whether it takes more.

use async_nats::jetstream::consumer::Info;
use async_nats::jetstream::stream::RawMessageErrorKind;
use chrono::{DateTime, Utc};
use futures_util::future::try_join_all;

use super::layout::{self, PARTITIONS};
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

/// How the queue stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// What waits in each partition, in their order.
    pub partitions: Vec<Backlog>,
    /// When the oldest waiting delivery was published.
    pub oldest: Option<DateTime<Utc>>,
    /// Dead letters.
    pub dead: u64,
}

impl Standing {
    /// Everything that is not delivered yet.
    pub fn depth(&self) -> u64 {
        self.partitions.iter().map(Backlog::total).sum()
    }
}

impl Queue {
    /// What waits in each partition, in their order.
    pub async fn backlog(&self) -> Result<Vec<Backlog>, QueueError> {
        Ok(self.partitions().await?.into_iter().map(|(backlog, _)| backlog).collect())
    }

    /// How the queue stands. Fails at once while the connection is lost.
    pub async fn standing(&self) -> Result<Standing, QueueError> {
        if !self.is_connected() {
            return Err(self.disconnected());
        }
        let partitions = self.partitions().await?;
        let waiting = partitions.iter().filter(|(backlog, _)| backlog.total() > 0);
        let first = waiting.map(|(backlog, floor)| self.published_after(backlog.partition, *floor));
        let oldest = try_join_all(first).await?.into_iter().flatten().min();
        let partitions = partitions.into_iter().map(|(backlog, _)| backlog).collect();
        Ok(Standing { partitions, oldest, dead: self.dead_count().await? })
    }

    /// Whether one more delivery could be published, as far as the server tells: fails while it is away, and where the
    /// stream has reached a limit of its own.
    pub async fn check_room(&self) -> Result<(), QueueError> {
        if !self.is_connected() {
            return Err(self.disconnected());
        }
        let info = self.stream.get_info().await.map_err(|error| QueueError::Server(error.to_string()))?;
        let reached =
            |limit: i64, found: u64| u64::try_from(limit).is_ok_and(|limit| limit > 0 && found >= limit);
        let (limits, state) = (&info.config, &info.state);
        let full = if reached(limits.max_messages, state.messages) {
            "max_msgs"
        } else if reached(limits.max_bytes, state.bytes) {
            "max_bytes"
        } else {
            return Ok(());
        };
        Err(QueueError::Full { detail: format!("{full} of {} is reached", layout::STREAM) })
    }

    /// What waits in each partition, and up to which message of the stream all of it is acknowledged.
    async fn partitions(&self) -> Result<Vec<(Backlog, u64)>, QueueError> {
        let each = self.consumers.iter().zip(0..PARTITIONS).map(|(consumer, partition)| async move {
            let info: Info =
                consumer.get_info().await.map_err(|error| QueueError::Server(error.to_string()))?;
            let in_flight = u64::try_from(info.num_ack_pending).unwrap_or(u64::MAX);
            let backlog = Backlog { partition, pending: info.num_pending, in_flight };
            Ok((backlog, info.ack_floor.stream_sequence))
        });
        try_join_all(each).await
    }

    /// When the first message of a partition after number `floor` was published.
    async fn published_after(&self, partition: u8, floor: u64) -> Result<Option<DateTime<Utc>>, QueueError> {
        let found = self.stream.raw_message_builder().sequence(floor + 1);
        match found.next_by_subject(layout::subject(partition)).send().await {
            Ok(message) => {
                Ok(DateTime::from_timestamp(message.time.unix_timestamp(), message.time.nanosecond()))
            }
            Err(error) if matches!(error.kind(), RawMessageErrorKind::NoMessageFound) => Ok(None),
            Err(error) => Err(QueueError::Server(error.to_string())),
        }
    }
}

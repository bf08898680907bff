//! Publishing: a delivery goes into the partition of its client; the server drops a repeat.

use std::time::Duration;

use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use tokio::time::{Instant, sleep, timeout_at};

use super::envelope::{Envelope, hex};
use super::layout::{self, PARTITIONS};
use super::{Queue, QueueError, connect};
use crate::delivery::{ContentHash, Delivery};

/// How long a publication is tried again before it is given up.
const PUBLISH_FOR: Duration = Duration::from_secs(10);
/// The wait before it is tried again.
const AGAIN_AFTER: Duration = Duration::from_millis(250);
/// How long an acknowledgement is waited for at least.
const SHORTEST: Duration = Duration::from_millis(250);

/// Into which partition a delivery goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// Into that of its client: 16 clients at once, each in order.
    ByClient,
    /// Into the first one, with all others, in the order of publication: for a receiver that looks ids up inside others
    /// (`lookup = "substring"`) and ids that contain one another.
    InOrder,
}

impl Route {
    /// The partition of a delivery.
    pub fn partition(self, delivery: &Delivery) -> u8 {
        match self {
            // A remainder of 16 fits.
            Self::ByClient => u8::try_from(delivery.lane % u64::from(PARTITIONS)).unwrap_or_default(),
            Self::InOrder => 0,
        }
    }
}

/// A delivery that the server has stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// The same delivery was published a short while ago, and this one was dropped.
    pub duplicate: bool,
    /// Where it went.
    pub partition: u8,
}

impl Queue {
    /// Publishes `delivery`, which came from the file `source`, and waits until it is stored. Tries again for some
    /// seconds while the server is away: a repeat is dropped, so that this is harmless. One publication of a client must
    /// have returned before its next one is begun, or their order is not kept.
    pub async fn publish(
        &self,
        delivery: &Delivery,
        source: Option<&str>,
        route: Route,
    ) -> Result<Published, QueueError> {
        self.publish_within(delivery, source, route, PUBLISH_FOR).await
    }

    /// The same; tries again for `patience` at most.
    pub async fn publish_within(
        &self,
        delivery: &Delivery,
        source: Option<&str>,
        route: Route,
        patience: Duration,
    ) -> Result<Published, QueueError> {
        let partition = route.partition(delivery);
        let message = PublishMessage::build()
            .message_id(message_id(delivery))
            .payload(Envelope::encode(delivery, source));
        let stored = self.store_within(layout::subject(partition), message, &delivery.id, patience).await;
        Ok(Published { duplicate: stored?, partition })
    }

    /// Publishes many: the partitions at once, each in order. Ends at the first failure of a partition; what of it was
    /// not published has that failure.
    pub async fn publish_all(
        &self,
        deliveries: &[Delivery],
        source: Option<&str>,
        route: Route,
    ) -> Vec<Result<Published, QueueError>> {
        let mut partitions: Vec<Vec<usize>> = vec![Vec::new(); usize::from(PARTITIONS)];
        for (index, delivery) in deliveries.iter().enumerate() {
            partitions[usize::from(route.partition(delivery))].push(index);
        }
        let each = partitions.into_iter().filter(|indices| !indices.is_empty()).map(|indices| async move {
            let mut results = Vec::with_capacity(indices.len());
            let mut failed: Option<QueueError> = None;
            for index in indices {
                let result = match &failed {
                    Some(error) => Err(error.clone()),
                    None => self.publish(&deliveries[index], source, route).await,
                };
                failed = result.as_ref().err().cloned();
                results.push((index, result));
            }
            results
        });
        let mut results: Vec<_> = futures_util::future::join_all(each).await.into_iter().flatten().collect();
        results.sort_by_key(|(index, _)| *index);
        results.into_iter().map(|(_, result)| result).collect()
    }

    /// Stores `message` under `subject`; true where the server had it already, be it from a try whose acknowledgement was
    /// lost.
    pub(super) async fn store(
        &self,
        subject: String,
        message: PublishMessage,
        id: &str,
    ) -> Result<bool, QueueError> {
        self.store_within(subject, message, id, PUBLISH_FOR).await
    }

    /// The same; tries again for `patience` at most.
    pub(super) async fn store_within(
        &self,
        subject: String,
        message: PublishMessage,
        id: &str,
        patience: Duration,
    ) -> Result<bool, QueueError> {
        let until = Instant::now() + patience;
        loop {
            // What is handed to a connection that is lost is kept in memory until it is back.
            let error = if self.is_connected() {
                let deadline = until.max(Instant::now() + SHORTEST);
                let sent = timeout_at(deadline, self.try_to_store(&subject, &message, id)).await;
                match sent.unwrap_or(Err(QueueError::NotAcknowledged(patience))) {
                    Ok(duplicate) => return Ok(duplicate),
                    Err(error @ (QueueError::TooLarge { .. } | QueueError::Full { .. })) => {
                        return Err(error);
                    }
                    Err(error) => error,
                }
            } else {
                self.disconnected()
            };
            if Instant::now() + AGAIN_AFTER >= until {
                return Err(error);
            }
            tracing::debug!(%error, "publishing again");
            sleep(AGAIN_AFTER).await;
        }
    }

    /// Publishes once; true where it was a repeat.
    async fn try_to_store(
        &self,
        subject: &str,
        message: &PublishMessage,
        id: &str,
    ) -> Result<bool, QueueError> {
        let sent = match self.context.send_publish(subject.to_owned(), message.clone()).await {
            Ok(acknowledged) => acknowledged.await,
            Err(error) => Err(error),
        };
        let error = match sent {
            Ok(ack) => return Ok(ack.duplicate),
            Err(error) => error,
        };
        Err(match error.kind() {
            PublishErrorKind::MaxPayloadExceeded => {
                let bytes = message.clone().outbound_message(subject.to_owned()).payload.len();
                QueueError::TooLarge { id: id.to_owned(), bytes }
            }
            PublishErrorKind::TimedOut | PublishErrorKind::BrokenPipe => {
                QueueError::NotAcknowledged(connect::PATIENCE)
            }
            // A server that has just started does not know its streams yet.
            PublishErrorKind::StreamNotFound => QueueError::Server(error.to_string()),
            _ if is_full(&error.to_string()) => QueueError::Full { detail: error.to_string() },
            _ => QueueError::Server(error.to_string()),
        })
    }
}

/// Whether a server refuses because of a limit: of the stream, of the account, or of its disk.
fn is_full(told: &str) -> bool {
    ["maximum", "insufficient", "no space"].iter().any(|word| told.contains(word))
}

/// What the server knows a publication by: the id, case folded as receivers look it up, and its content.
pub fn message_id(delivery: &Delivery) -> String {
    let mut id = format!("{}-{}", key_of(&delivery.id), hex(&delivery.content.0));
    if let Some(venta) = delivery.venta_content {
        id = format!("{id}-{}", hex(&venta.0));
    }
    id
}

/// A digest of an id, case folded: fit for keys and subjects, which allow few signs.
pub(super) fn key_of(id: &str) -> String {
    hex(&ContentHash::of(id.to_lowercase().as_bytes()).0)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn delivery(id: &str, document: &str) -> Delivery {
        let body = serde_json::json!({"id_presencia_crm": id, "cliente": {"numero_documento": document}});
        Delivery::from_json((0, 1), &Bytes::from(body.to_string())).unwrap()
    }

    #[test]
    fn a_client_stays_in_its_partition() {
        // The partition is part of what is stored: it must not change from one version to the next.
        assert_eq!(Route::ByClient.partition(&delivery("CRM-1", "01234567")), 15);
        assert_eq!(Route::ByClient.partition(&delivery("CRM-2", " 01234567 ")), 15);
        assert_eq!(Route::InOrder.partition(&delivery("CRM-1", "01234567")), 0);
    }

    #[test]
    fn clients_spread_over_all_partitions() {
        let mut seen = [0_u32; 16];
        for client in 0..1600 {
            let delivery = delivery("CRM-1", &format!("{:08}", client * 7919));
            seen[usize::from(Route::ByClient.partition(&delivery))] += 1;
        }
        assert!(seen.iter().all(|count| (50..=150).contains(count)), "{seen:?}");
    }

    #[test]
    fn what_the_server_knows_a_publication_by_has_no_spaces_and_tells_contents_apart() {
        let one = delivery("CRM 1\r\nX: y", "1");
        assert!(message_id(&one).bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
        assert_eq!(message_id(&delivery("CRM-1", "1")), message_id(&delivery("CRM-1", "1")));
        assert_ne!(message_id(&delivery("CRM-1", "1")), message_id(&delivery("CRM-1", "2")));
        assert_ne!(message_id(&delivery("CRM-1", "1")), message_id(&delivery("CRM-2", "1")));
    }
}

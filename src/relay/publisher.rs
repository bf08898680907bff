//! The sink that publishes: each webhook becomes a message in a queue, and workers deliver it.
//!
//! Comes in: arrivals. Goes out: messages that the server has acknowledged, so that they outlive the relay; what a rule
//! forbids goes to the dead letters. The relay keeps nothing itself but this hour's figures, which are its own.
//!
//! A repeat is known by the server for a while, and by the workers' receipts for ever: here neither the receiver nor its
//! receipts are known, so that a later repeat is taken like a new one, and dropped by the worker that finds its receipt.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::outbox::{Acceptance, Accepted, Arrival, Cause, Hour, Overview, Queued, Refusal};
use super::sink::{Sink, SinkError};
use crate::delivery::{ContentHash, Delivery};
use crate::queue::dead::{DeadLetter, Reason};
use crate::queue::publish::message_id;
use crate::queue::{Queue, QueueError, Route};

/// What published messages come from, for people.
const SOURCE: &str = "relay";
/// How long a webhook waits for a queue that was well a moment ago: long enough for another server of a cluster to take
/// over, which takes some seconds, and well within the time that the CRM grants. It does not repeat what is refused.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it waits once the queue is known to be away: nobody gains by waiting.
const WHILE_AWAY: Duration = Duration::from_secs(1);
/// How long a full queue is taken for full without asking it again.
const FULL_FOR: Duration = Duration::from_secs(30);
/// Hours that are remembered.
const HOURS: usize = 24;
const HOUR: i64 = 3_600_000;
/// Dead letters that are looked at for their causes.
const LATEST: usize = 50;

/// Publishes webhooks.
#[derive(Debug)]
pub struct Publisher {
    queue: Queue,
    route: Route,
    /// The last webhook was not stored, and why.
    trouble: Mutex<Option<(Instant, QueueError)>>,
    /// The latest first.
    hours: Mutex<VecDeque<Hour>>,
}

impl Publisher {
    /// Publishes to `queue`, into the partitions that `route` says.
    pub fn new(queue: Queue, route: Route) -> Self {
        Self { queue, route, trouble: Mutex::default(), hours: Mutex::default() }
    }

    async fn publish(&self, arrival: &Arrival, patience: Duration) -> Result<Accepted, QueueError> {
        if let Some(refusal) = &arrival.refused {
            let reason = reason(refusal);
            self.queue.refuse(&arrival.body, &arrival.id, &reason, patience).await?;
            let delivery_id = delivery_id(&arrival.body);
            return Ok(Accepted { delivery_id, acceptance: Acceptance::Refused });
        }
        let delivery = Delivery::from_json((0, 0), &arrival.body)
            .map_err(|error| QueueError::Unreadable(error.to_string()))?;
        let published = self.queue.publish_within(&delivery, Some(SOURCE), self.route, patience).await?;
        let acceptance = if published.duplicate { Acceptance::Repeated } else { Acceptance::Queued };
        Ok(Accepted { delivery_id: delivery_id(message_id(&delivery).as_bytes()), acceptance })
    }

    fn count(&self, acceptance: Acceptance, now: i64) {
        let mut hours = lock(&self.hours);
        let number = now / HOUR;
        if hours.front().is_none_or(|hour| hour.hour < number) {
            hours.push_front(Hour { hour: number, ..Hour::default() });
            hours.truncate(HOURS);
        }
        let Some(hour) = hours.front_mut() else { return };
        match acceptance {
            Acceptance::Queued | Acceptance::Revived => hour.accepted += 1,
            Acceptance::Repeated => hour.repeated += 1,
            Acceptance::Refused => hour.dead += 1,
        }
    }
}

impl Sink for Arc<Publisher> {
    async fn take(&self, arrival: Arrival, now: i64) -> Result<Accepted, SinkError> {
        let patience = if lock(&self.trouble).is_some() { WHILE_AWAY } else { PATIENCE };
        let accepted = self.publish(&arrival, patience).await.map_err(SinkError::from);
        match &accepted {
            Ok(accepted) => {
                lock(&self.trouble).take();
                self.count(accepted.acceptance, now);
            }
            Err(SinkError::Queue(error)) if !matches!(error, QueueError::TooLarge { .. }) => {
                lock(&self.trouble).replace((Instant::now(), error.clone()));
            }
            Err(_) => {}
        }
        accepted
    }

    async fn ready(&self) -> Result<u64, SinkError> {
        self.queue.check_room().await?;
        // Not every limit shows in what the server tells of the stream.
        let full = lock(&self.trouble)
            .clone()
            .filter(|(since, error)| matches!(error, QueueError::Full { .. }) && since.elapsed() < FULL_FOR);
        if let Some((_, error)) = full {
            return Err(error.into());
        }
        let backlog = self.queue.backlog().await?;
        lock(&self.trouble).take();
        Ok(backlog.iter().map(crate::queue::backlog::Backlog::total).sum())
    }

    async fn overview(&self, now: i64, hours: u32) -> Result<Overview, SinkError> {
        let standing = self.queue.standing().await?;
        // The metrics want no causes, and they are asked for more often.
        let letters = if hours == 0 { Vec::new() } else { self.queue.latest_dead(LATEST).await? };
        let oldest_hour = now / HOUR - i64::from(hours);
        Ok(Overview {
            depth: standing.depth(),
            oldest: standing.oldest.map(|oldest| oldest.timestamp_millis()),
            dead: standing.dead,
            hours: lock(&self.hours).iter().filter(|hour| hour.hour > oldest_hour).copied().collect(),
            causes: causes(&letters),
            queued: Some(Queued {
                address: self.queue.address().to_owned(),
                partitions: standing.partitions,
            }),
        })
    }
}

/// What stands beside a webhook that a rule forbids to send.
fn reason(refusal: &Refusal) -> Reason {
    let code = refusal.code;
    Reason {
        outcome: "invalid".to_owned(),
        class: code.to_owned(),
        message: refusal.message.en.clone(),
        hint:
            "correct it in the CRM, which sends a new webhook, or send the corrected one with crm-bridge send"
                .to_owned(),
        http_status: None,
        attempts: 0,
    }
}

/// By which people speak of it: the same for each repeat, whichever relay takes it.
fn delivery_id(name: &[u8]) -> String {
    uuid::Builder::from_custom_bytes(ContentHash::of(name).0).into_uuid().to_string()
}

/// Dead letters by cause, the latest first; `letters` are the oldest first.
fn causes(letters: &[DeadLetter]) -> Vec<Cause> {
    let mut causes: BTreeMap<(&str, Option<u16>), Cause> = BTreeMap::new();
    for letter in letters {
        let DeadLetter { reason, id, at, .. } = letter;
        let cause = causes.entry((&reason.class, reason.http_status)).or_insert_with(|| Cause {
            class: reason.class.clone(),
            http_status: reason.http_status,
            count: 0,
            last_at: 0,
            last_id: String::new(),
        });
        cause.count += 1;
        cause.last_at = at.timestamp_millis();
        cause.last_id.clone_from(id);
    }
    let mut causes: Vec<Cause> = causes.into_values().collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.last_at));
    causes
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_event_has_one_name_and_another_one_has_another() {
        assert_eq!(delivery_id(b"a"), delivery_id(b"a"));
        assert_ne!(delivery_id(b"a"), delivery_id(b"b"));
        assert!(uuid::Uuid::parse_str(&delivery_id(b"a")).is_ok());
    }
}

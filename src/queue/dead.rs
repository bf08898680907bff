//! Dead letters: what was given up, with the reason beside it, and sending it again.
//!
//! Comes in: a message and why it was given up. Goes out: a message under [`layout::DEAD_SUBJECT`] with the delivery as
//! it was and headers that say why; later the list of them, and their return to the queue.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::message::{PublishMessage, StreamMessage};
use async_nats::jetstream::stream::RawMessageErrorKind;
use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::envelope::{Envelope, hex};
use super::layout::{self, PARTITIONS};
use super::publish::{Route, message_id};
use super::{Queue, QueueError};
use crate::delivery::ContentHash;
use crate::report::event::Outcome;

/// Headers of a dead letter.
mod header {
    pub(super) const ID: &str = "Crm-Id";
    pub(super) const PARTITION: &str = "Crm-Partition";
    pub(super) const OUTCOME: &str = "Crm-Outcome";
    pub(super) const CLASS: &str = "Crm-Class";
    pub(super) const REASON: &str = "Crm-Reason";
    pub(super) const HINT: &str = "Crm-Hint";
    pub(super) const STATUS: &str = "Crm-Http-Status";
    pub(super) const ATTEMPTS: &str = "Crm-Attempts";
    pub(super) const TARGET: &str = "Crm-Target";
}

/// Why a delivery was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// `rejected`, `failed`, `collision` or `unknown`; `invalid` where a rule forbade to publish it as a delivery.
    pub outcome: String,
    /// The stable word of the error: `rejected`, `server`, `timeout` …
    pub class: String,
    /// What happened, in English.
    pub message: String,
    /// What to do, in English.
    pub hint: String,
    /// Status of the last answer.
    pub http_status: Option<u16>,
    /// HTTP tries of the last worker.
    pub attempts: u32,
}

/// A delivery that was given up.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    /// Its number among the dead letters.
    pub sequence: u64,
    /// When it was given up.
    pub at: DateTime<Utc>,
    /// The partition that it came from.
    pub partition: u8,
    /// The id of the presencia; empty where the message could not be read.
    pub id: String,
    /// Why.
    pub reason: Reason,
    /// The receiver that it was for, without secrets; empty where no worker had it, or one that did not say so.
    pub target: String,
    /// The message as it was.
    pub message: Bytes,
}

impl DeadLetter {
    /// Whether nobody knows if its venta arrived.
    pub fn is_in_doubt(&self) -> bool {
        self.reason.outcome == Outcome::Unknown.name()
    }

    /// The delivery; fails where it was given up because nobody could read it.
    pub fn envelope(&self) -> Result<Envelope, QueueError> {
        Envelope::decode(&self.message)
    }
}

/// What became of dead letters that were to be sent again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Redriven {
    /// Back in the queue.
    pub sent: u64,
    /// Left where they are: not wanted, or unreadable.
    pub left: u64,
}

impl Queue {
    /// Stores a dead letter, which was for the receiver `target`. `sequence` is the number of the message in the stream:
    /// burying it twice leaves one.
    pub(super) async fn bury(
        &self,
        message: Bytes,
        id: &str,
        (partition, sequence): (u8, u64),
        target: &str,
        reason: &Reason,
    ) -> Result<(), QueueError> {
        let mut headers = headers(id, reason);
        headers.insert(header::PARTITION, partition.to_string().as_str());
        headers.insert(header::TARGET, text(target).as_str());
        let message =
            PublishMessage::build().headers(headers).message_id(format!("dead-{sequence}")).payload(message);
        self.store(layout::DEAD_SUBJECT.to_owned(), message, id).await?;
        Ok(())
    }

    /// Stores what a rule forbids to send, as it was received, among the dead letters; tries again for `patience` at
    /// most. True where it was a repeat.
    pub async fn refuse(
        &self,
        body: &Bytes,
        id: &str,
        reason: &Reason,
        patience: Duration,
    ) -> Result<bool, QueueError> {
        let name = format!("refused-{}", hex(&ContentHash::of(body).0));
        let message =
            PublishMessage::build().headers(headers(id, reason)).message_id(name).payload(body.clone());
        self.store_within(layout::DEAD_SUBJECT.to_owned(), message, id, patience).await
    }

    /// Lists dead letters, oldest first, `limit` at most, from number `from` on.
    pub async fn dead(&self, from: u64, limit: usize) -> Result<Vec<DeadLetter>, QueueError> {
        let mut letters = Vec::new();
        if limit > 0 {
            self.each_dead(from, |letter| {
                letters.push(letter);
                if letters.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })
            .await?;
        }
        Ok(letters)
    }

    /// Shows the dead letters to `visit`, oldest first, from number `from` on, until it breaks off. Each has its whole
    /// message; what `visit` keeps of it is all that is held.
    pub async fn each_dead(
        &self,
        from: u64,
        mut visit: impl FnMut(DeadLetter) -> ControlFlow<()>,
    ) -> Result<(), QueueError> {
        let mut next = from.max(1);
        while let Some(letter) = self.next_dead(next).await? {
            next = letter.sequence + 1;
            if visit(letter).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Lists the latest dead letters, oldest first, `limit` at most.
    pub async fn latest_dead(&self, limit: usize) -> Result<Vec<DeadLetter>, QueueError> {
        let info = self.dead.get_info().await.map_err(|error| QueueError::Server(error.to_string()))?;
        let mut latest = VecDeque::new();
        let (mut end, mut span) = (info.state.last_sequence, limit as u64);
        // Numbers have gaps where letters were taken off the list: what is missing is looked for further back, in
        // stretches that grow.
        while latest.len() < limit && end > 0 {
            let first = end.saturating_sub(span) + 1;
            let mut stretch = VecDeque::new();
            let room = limit - latest.len();
            self.each_dead(first, |letter| {
                if letter.sequence > end {
                    return ControlFlow::Break(());
                }
                stretch.push_back(letter);
                if stretch.len() > room {
                    stretch.pop_front();
                }
                ControlFlow::Continue(())
            })
            .await?;
            stretch.append(&mut latest);
            latest = stretch;
            (end, span) = (first - 1, span.saturating_mul(2));
        }
        Ok(latest.into())
    }

    /// How many dead letters there are.
    pub async fn dead_count(&self) -> Result<u64, QueueError> {
        let info = self.dead.get_info().await.map_err(|error| QueueError::Server(error.to_string()))?;
        Ok(info.state.messages)
    }

    /// Publishes the dead letters that `wanted` says yes to, each into the partition that it came from, and takes them
    /// off the list once they are stored. An interruption leaves each of them in one place or, harmlessly, in both.
    pub async fn redrive(&self, mut wanted: impl FnMut(&DeadLetter) -> bool) -> Result<Redriven, QueueError> {
        let info = self.dead.get_info().await.map_err(|error| QueueError::Server(error.to_string()))?;
        // What is given up again meanwhile is left for the next time.
        let last = info.state.last_sequence;
        let mut redriven = Redriven::default();
        let mut next = 1;
        while let Some(letter) = self.next_dead(next).await?.filter(|letter| letter.sequence <= last) {
            next = letter.sequence + 1;
            let envelope = if wanted(&letter) { letter.envelope().ok() } else { None };
            let Some(envelope) = envelope else {
                redriven.left += 1;
                continue;
            };
            self.publish_again(&letter, &envelope).await?;
            redriven.sent += 1;
        }
        Ok(redriven)
    }

    /// Publishes the delivery of a dead letter, and takes the letter off the list once it is stored.
    pub(super) async fn publish_again(
        &self,
        letter: &DeadLetter,
        envelope: &Envelope,
    ) -> Result<(), QueueError> {
        let partition = if letter.partition < PARTITIONS {
            letter.partition
        } else {
            Route::ByClient.partition(&envelope.delivery)
        };
        // Another name than the first time: the server would take it for a repeat.
        let name = format!("{}-again-{}", message_id(&envelope.delivery), letter.sequence);
        let message = PublishMessage::build().message_id(name).payload(letter.message.clone());
        self.store(layout::subject(partition), message, &letter.id).await?;
        self.remove_dead(letter.sequence).await
    }

    /// Takes a dead letter off the list.
    pub(super) async fn remove_dead(&self, sequence: u64) -> Result<(), QueueError> {
        let removed = self.dead.delete_message(sequence).await;
        removed.map(|_| ()).map_err(|error| QueueError::Server(error.to_string()))
    }

    async fn next_dead(&self, from: u64) -> Result<Option<DeadLetter>, QueueError> {
        let found =
            self.dead.raw_message_builder().sequence(from).next_by_subject(layout::DEAD_SUBJECT).send().await;
        match found {
            Ok(message) => Ok(Some(letter(&message))),
            Err(error) if matches!(error.kind(), RawMessageErrorKind::NoMessageFound) => Ok(None),
            Err(error) => Err(QueueError::Server(error.to_string())),
        }
    }
}

/// What stands beside a dead letter, wherever it came from.
fn headers(id: &str, reason: &Reason) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ID, text(id).as_str());
    headers.insert(header::OUTCOME, text(&reason.outcome).as_str());
    headers.insert(header::CLASS, text(&reason.class).as_str());
    headers.insert(header::REASON, text(&reason.message).as_str());
    headers.insert(header::HINT, text(&reason.hint).as_str());
    headers.insert(header::ATTEMPTS, reason.attempts.to_string().as_str());
    if let Some(status) = reason.http_status {
        headers.insert(header::STATUS, status.to_string().as_str());
    }
    headers
}

fn letter(message: &StreamMessage) -> DeadLetter {
    let read = |name: &str| message.headers.get(name).map(ToString::to_string).unwrap_or_default();
    let at = DateTime::from_timestamp(message.time.unix_timestamp(), message.time.nanosecond());
    DeadLetter {
        sequence: message.sequence,
        at: at.unwrap_or_default(),
        partition: read(header::PARTITION).parse().unwrap_or(PARTITIONS),
        id: read(header::ID),
        reason: Reason {
            outcome: read(header::OUTCOME),
            class: read(header::CLASS),
            message: read(header::REASON),
            hint: read(header::HINT),
            http_status: read(header::STATUS).parse().ok(),
            attempts: read(header::ATTEMPTS).parse().unwrap_or_default(),
        },
        target: read(header::TARGET),
        message: message.payload.clone(),
    }
}

/// A header is one line.
fn text(value: &str) -> String {
    value.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(500).collect()
}

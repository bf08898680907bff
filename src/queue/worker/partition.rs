//! One partition: takes one message at a time and answers for it until it has come to its end.

use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::{self, AckKind};
use futures_util::StreamExt;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

use super::ATTEMPTS;
use super::desk::{Desk, Fate};
use super::health::Health;
use super::hold::{Hold, Refused};
use crate::delivery::{Cancel, Transport};
use crate::queue::dead::Reason;
use crate::queue::envelope::Envelope;
use crate::queue::{Queue, QueueError};
use crate::report::event::{DeliveryNote, ErrorNote, Outcome};

/// How long one question for a message stands. Short, since a worker that is to end waits for it: a message that comes
/// after nobody waits for it would be lost to everybody until it is given out again.
const PULL_FOR: Duration = Duration::from_secs(2);
/// The wait after the queue did not answer.
const AFTER_SILENCE: Duration = Duration::from_millis(500);
/// How long a message is held back while this worker's receiver is away: another worker may reach it.
const WHILE_AWAY: Duration = Duration::from_secs(5);

/// What is to become of a message.
enum Decision {
    /// It is done.
    Done,
    /// It comes back, after a while.
    Back(Duration),
    /// Another worker has it in work: it comes back, after a while, unless that one has brought it to its end.
    InWork(Duration),
    /// It is not ours any more: another worker may hold it, whose answer counts.
    NotOurs,
}

/// Between what a partition stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'p> {
    /// Where its messages come from.
    pub(super) queue: &'p Queue,
    /// Which one it is.
    pub(super) number: u8,
    /// Where its deliveries go, for people; empty where nobody said so.
    pub(super) target: &'p str,
    /// This worker, among all.
    pub(super) who: &'p str,
}

/// Takes from one partition.
pub(super) struct Partition<'p, 'o, T> {
    queue: &'p Queue,
    consumer: &'p PullConsumer,
    number: u8,
    target: &'p str,
    desk: &'p Desk<'o>,
    health: &'p Health<'p, T>,
    hold: Hold<'p>,
    cancel: &'p Cancel,
    steps: &'p [Duration],
    ack_wait: Duration,
}

impl<'p, 'o, T: Transport> Partition<'p, 'o, T> {
    pub(super) fn new(
        place: Place<'p>,
        desk: &'p Desk<'o>,
        health: &'p Health<'p, T>,
        cancel: &'p Cancel,
        steps: &'p [Duration],
    ) -> Self {
        let Place { queue, number, target, who } = place;
        let consumer = &queue.consumers[usize::from(number)];
        let ack_wait = consumer.cached_info().config.ack_wait;
        let hold = Hold::new(&queue.bucket, number, who, ack_wait);
        Self { queue, consumer, number, target, desk, health, hold, cancel, steps, ack_wait }
    }

    /// Works until the worker is to end.
    pub(super) async fn work(&self) {
        while self.health.open_or_cancelled().await {
            match self.pull().await {
                Ok(Some(message)) => self.answer_for(&message).await,
                // Nobody waits for a message that is done, should the server forget that it is.
                Ok(None) => self.let_go().await,
                Err(error) => {
                    tracing::debug!(partition = self.number, error, "the queue does not answer");
                    tokio::select! {
                        () = sleep(AFTER_SILENCE) => {}
                        () = self.cancel.gently() => {}
                    }
                }
            }
        }
        self.let_go().await;
    }

    async fn pull(&self) -> Result<Option<jetstream::Message>, String> {
        let batch = self.consumer.batch().max_messages(1).expires(PULL_FOR).messages().await;
        let mut batch = batch.map_err(|error| error.to_string())?;
        batch.next().await.transpose().map_err(|error| error.to_string())
    }

    /// Sees a message to its end, and signals meanwhile that it is in work.
    async fn answer_for(&self, message: &jetstream::Message) {
        let taken = Instant::now();
        if self.cancel.is_pressed() || !self.health.is_open() {
            self.give_back(message, Duration::ZERO).await;
            return;
        }
        let end = self.see_to(message, taken);
        tokio::pin!(end);
        let beat = self.ack_wait / 3;
        let mut beats = interval_at(taken + beat, beat);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let decision = loop {
            tokio::select! {
                biased;
                decision = &mut end => break decision,
                _ = beats.tick() => self.signal(message).await,
            }
        };
        match decision {
            Decision::Done => {
                // One that is lost brings the message back, and the bucket says that it is done.
                message.ack().await.ok();
            }
            Decision::Back(wait) => {
                self.let_go().await;
                self.give_back(message, wait).await;
            }
            Decision::InWork(wait) => self.give_back(message, wait).await,
            Decision::NotOurs => {}
        }
        self.desk.done(self.number);
    }

    /// Lets go of what is held. Where that does not arrive, another worker waits until our time is up.
    async fn let_go(&self) {
        tokio::time::timeout(AFTER_SILENCE, self.hold.release()).await.ok();
    }

    /// Until when the server gives a message to nobody else that it was told of at `told`; less a little for the way.
    fn lease(&self, told: Instant) -> Instant {
        told + self.ack_wait * 9 / 10
    }

    /// Tells the server that the message is in work. Only an answer counts: without one, the message may be given to
    /// another worker. One that was ours no longer never is again.
    async fn signal(&self, message: &jetstream::Message) {
        if !self.desk.holds(self.number) {
            return;
        }
        let now = Instant::now();
        let told = async {
            message.double_ack_with(AckKind::Progress).await.is_ok()
                && self.hold.renew(now + self.ack_wait).await
        };
        let told = tokio::time::timeout(self.ack_wait / 3, told).await;
        if told == Ok(true) && self.desk.holds(self.number) {
            self.desk.renew(self.number, self.lease(now));
        }
    }

    async fn give_back(&self, message: &jetstream::Message, wait: Duration) {
        let wait = (!wait.is_zero()).then_some(wait);
        message.ack_with(AckKind::Nak(wait)).await.ok();
    }

    async fn see_to(&self, message: &jetstream::Message, taken: Instant) -> Decision {
        let sequence = match message.info() {
            Ok(info) => info.stream_sequence,
            Err(error) => {
                tracing::error!(partition = self.number, %error, "a message without its number");
                return Decision::NotOurs;
            }
        };
        let failed = match self.hold_on(sequence, taken).await {
            Ok(failed) => failed,
            Err(decision) => return decision,
        };
        let envelope = match Envelope::decode(&message.payload) {
            Ok(envelope) => envelope,
            Err(error) => return self.bury(message, sequence, unreadable(&error)).await,
        };
        let begun = Instant::now();
        let note = match self.desk.hand_in(self.number, envelope.delivery, self.lease(taken)).await {
            Fate::Ended(note) => self.named(DeliveryNote { file: envelope.source, ..*note }),
            Fate::Unfinished if !self.desk.holds(self.number) => return Decision::NotOurs,
            Fate::Unfinished if self.cancel.is_pressed() => return Decision::Back(Duration::ZERO),
            Fate::Unfinished => return Decision::Back(WHILE_AWAY),
        };
        match note.outcome {
            Outcome::Delivered | Outcome::Duplicate => {
                self.desk.tell(note);
                Decision::Done
            }
            Outcome::Failed => {
                // The server's own count knows no difference between a failure and a message that was handed back.
                self.hold.failed();
                if !self.health.was_there(begun).await {
                    return Decision::Back(WHILE_AWAY);
                }
                if failed + 1 >= ATTEMPTS || note.attempts >= ATTEMPTS {
                    self.bury(message, sequence, note).await
                } else {
                    let step = usize::try_from(failed).unwrap_or_default();
                    let step = self.steps.get(step).or(self.steps.last());
                    Decision::Back(step.copied().unwrap_or_default())
                }
            }
            _ => self.bury(message, sequence, note).await,
        }
    }

    /// Sees to it that no other worker has the message in work; returns how often it failed.
    async fn hold_on(&self, sequence: u64, taken: Instant) -> Result<u32, Decision> {
        let partition = self.number;
        loop {
            let take = self.hold.take(sequence, taken + self.ack_wait);
            match tokio::time::timeout_at(self.lease(taken), take).await {
                Ok(Ok(failed)) => return Ok(failed),
                Ok(Err(Refused::InWork(wait))) => {
                    tracing::info!(partition, sequence, "another worker has this one in work");
                    return Err(Decision::InWork(wait));
                }
                // Our note may stand there all the same: another worker would wait for us.
                Ok(Err(Refused::Unclear(error))) => {
                    tracing::warn!(
                        partition,
                        sequence,
                        error,
                        "nobody says who has this one in work; asking again"
                    );
                }
                Err(_) => return Err(Decision::NotOurs),
            }
            if self.cancel.is_pressed() {
                return Err(Decision::Back(Duration::ZERO));
            }
            sleep(AFTER_SILENCE).await;
        }
    }

    /// With the command that decides about a venta in doubt here, where it is no row of a run.
    fn named(&self, mut note: DeliveryNote) -> DeliveryNote {
        if note.outcome == Outcome::Unknown
            && let Some(error) = &mut note.error
        {
            error.hint = self.queue.settle_hint(&note.id_presencia_crm);
        }
        note
    }

    /// Makes a dead letter of a message, however long the queue is away; a worker that is to end gives it back.
    async fn bury(&self, message: &jetstream::Message, sequence: u64, note: DeliveryNote) -> Decision {
        let error = note.error.as_ref();
        let fields = error.map(|error| error.fields.as_slice()).unwrap_or_default();
        let fields: Vec<_> = fields.iter().map(|(field, what)| format!("{field}: {what}")).collect();
        let told = error.map(|error| error.message.en.clone()).unwrap_or_default();
        let reason = Reason {
            outcome: note.outcome.name().to_owned(),
            class: error.map(|error| error.class.to_owned()).unwrap_or_default(),
            message: if fields.is_empty() { told } else { format!("{told} ({})", fields.join("; ")) },
            hint: error.map(|error| error.hint.en.clone()).unwrap_or_default(),
            http_status: note.http_status,
            attempts: note.attempts,
        };
        loop {
            let payload = message.payload.clone();
            let (id, place) = (&note.id_presencia_crm, (self.number, sequence));
            match self.queue.bury(payload, id, place, self.target, &reason).await {
                Ok(()) => {
                    self.desk.tell(note);
                    return Decision::Done;
                }
                Err(error) => {
                    tracing::warn!(%error, id = note.id_presencia_crm, "a dead letter can't be stored; trying again");
                }
            }
            if self.cancel.is_pressed() {
                return Decision::Back(Duration::ZERO);
            }
            sleep(AFTER_SILENCE).await;
        }
    }
}

fn unreadable(error: &QueueError) -> DeliveryNote {
    let failure = error.failure();
    DeliveryNote {
        file: None,
        row: 0,
        id_presencia_crm: String::new(),
        outcome: Outcome::Failed,
        attempts: 0,
        http_status: None,
        ms: 0.0,
        id_presencia: None,
        id_venta: None,
        error: Some(ErrorNote {
            class: "unreadable",
            message: failure.message,
            hint: failure.hint.unwrap_or_default(),
            rule: None,
            fields: Vec::new(),
        }),
    }
}

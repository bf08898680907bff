//! The journal in a key-value bucket, shared by all workers: what was delivered, and which ventas are on their way.
//!
//! Comes in: claims, intents and settlements of a dispatcher. Goes out: whether to send. An intent is written by
//! compare-and-set, so that of two workers who hold the same delivery one alone sends its venta. The server acknowledges
//! what it has written to its file; whether that survives a loss of power is the server's setting (`sync_interval`,
//! replicas).

mod entry;

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::kv::{CreateErrorKind, Operation, Store, UpdateErrorKind};
use bytes::Bytes;
use chrono::Utc;
use reqwest::Url;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::envelope::hex;
use super::publish::key_of;
use super::{Queue, QueueError};
use crate::delivery::journal::{Claim, Journal, JournalError, Settled, Settlement, VentaState};
use crate::delivery::{ContentHash, Delivery};
use crate::journal::Target;
use crate::report::event::Outcome;
use entry::{Entry, Intent};

/// The first wait before a server that is away is asked again, and the longest.
const AGAIN_AFTER: Duration = Duration::from_millis(100);
const AGAIN_AT_MOST: Duration = Duration::from_secs(2);
/// How long after its intent a venta may be on its way, where nobody says how long a try may take.
const IN_WORK: Duration = Duration::from_secs(120);
/// As far as a calendar is sure to reach.
const LONGEST_IN_WORK: Duration = Duration::from_secs(365 * 24 * 3600);

/// The receipts of one receiver. While the server is away it waits for it: what a receiver acknowledged must not be
/// forgotten.
#[derive(Debug, Clone)]
pub struct Receipts {
    bucket: Store,
    /// Digest of the receiver's address.
    target: String,
    give_up: CancellationToken,
    /// Whose intents are ours.
    who: String,
    /// How long after its intent a venta may be on its way.
    in_work: Duration,
}

/// What became of a person's decision about a venta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It was in doubt, and is not any more.
    Done,
    /// It stood so already.
    AlreadySo,
    /// It is known to be delivered, whatever the person says.
    Contrary,
    /// Somebody may be sending it, for so long.
    InWork(Duration),
    /// Nothing is known about the id.
    NoReceipt,
}

/// What became of a write.
enum Write {
    Done,
    /// Somebody else wrote in between.
    Lost,
}

impl Queue {
    /// The receipts of the receiver at `url`; another scheme, host, port or path is another receiver. Once `give_up` is
    /// cancelled, a server that is away is an error instead of a wait.
    pub fn receipts(&self, url: &Url, give_up: CancellationToken) -> Receipts {
        let target = hex(&ContentHash::of(Target::of(url).as_str().as_bytes()).0[..8]);
        let who = Uuid::now_v7().to_string();
        Receipts { bucket: self.bucket.clone(), target, give_up, who, in_work: IN_WORK }
    }
}

impl Receipts {
    /// Notes in each intent that its venta may be on its way for so long, instead of two minutes.
    #[must_use]
    pub fn in_work_for(self, in_work: Duration) -> Self {
        Self { in_work, ..self }
    }

    /// Decides about a venta of which nobody knows whether it arrived: `arrived` closes it, otherwise it may be sent
    /// again. `venta` is its content. Whoever intended it may still be sending it, for as long as the intent says.
    pub async fn decide(
        &self,
        id: &str,
        arrived: bool,
        venta: Option<ContentHash>,
    ) -> Result<Decision, QueueError> {
        let key = self.receipt_key(id);
        loop {
            let Some((entry, revision)) = self.read(&key).await? else { return Ok(Decision::NoReceipt) };
            let left = entry.in_work_until().map(|until| (until - Utc::now()).to_std().unwrap_or_default());
            if let Some(left) = left.filter(|left| !left.is_zero()) {
                return Ok(Decision::InWork(left));
            }
            let decided = match entry.decide(arrived, venta) {
                Ok(decided) => decided,
                Err(decision) => return Ok(decision),
            };
            if let Write::Done = self.write(&key, &decided, revision).await? {
                return Ok(Decision::Done);
            }
        }
    }

    fn receipt_key(&self, id: &str) -> String {
        format!("{}.receipt.{}", self.target, key_of(id))
    }

    fn presencia_key(&self, id_presencia: &str) -> String {
        format!("{}.presencia.{}", self.target, hex(&ContentHash::of(id_presencia.as_bytes()).0))
    }

    /// Reads an entry with its revision.
    async fn read(&self, key: &str) -> Result<Option<(Entry, u64)>, QueueError> {
        let found = self.patiently(|| async { self.bucket.entry(key).await }).await?;
        let Some(found) = found.filter(|found| found.operation == Operation::Put) else { return Ok(None) };
        Ok(Some((Entry::decode(&found.value)?, found.revision)))
    }

    /// Writes an entry over `revision`.
    async fn write(&self, key: &str, entry: &Entry, revision: u64) -> Result<Write, QueueError> {
        let value = entry.encode();
        self.patiently(|| async {
            match self.bucket.update(key, value.clone(), revision).await {
                Ok(_) => Ok(Write::Done),
                Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(Write::Lost),
                Err(error) => Err(error),
            }
        })
        .await
    }

    /// Writes an entry where there is none.
    async fn create(&self, key: &str, value: Bytes) -> Result<Write, QueueError> {
        self.patiently(|| async {
            match self.bucket.create(key, value.clone()).await {
                Ok(_) => Ok(Write::Done),
                Err(error) if error.kind() == CreateErrorKind::AlreadyExists => Ok(Write::Lost),
                Err(error) => Err(error),
            }
        })
        .await
    }

    /// Asks until the server answers, or nobody waits any more.
    async fn patiently<T, E: std::fmt::Display, F: Future<Output = Result<T, E>>>(
        &self,
        ask: impl Fn() -> F,
    ) -> Result<T, QueueError> {
        let mut wait = AGAIN_AFTER;
        loop {
            let error = match ask().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error.to_string(),
            };
            if self.give_up.is_cancelled() {
                return Err(QueueError::Server(error));
            }
            tracing::debug!(error, "the bucket of receipts does not answer; asking again");
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.give_up.cancelled() => {}
            }
            wait = (wait * 2).min(AGAIN_AT_MOST);
        }
    }

    /// Ties `id_presencia` to the id; returns the other id that it is tied to.
    async fn tie(&self, settlement: &Settlement, id_presencia: &str) -> Result<Option<String>, QueueError> {
        let key = self.presencia_key(id_presencia);
        if let Write::Done = self.create(&key, Bytes::from(settlement.id.clone())).await? {
            return Ok(None);
        }
        let tied = self.patiently(|| async { self.bucket.get(key.as_str()).await }).await?;
        let other = tied.map(|other| String::from_utf8_lossy(&other).into_owned());
        Ok(other.filter(|other| other.to_lowercase() != settlement.id.to_lowercase()))
    }

    /// Writes what `settlement` says over what is there, by `merge`; [`None`] there means that nothing is to be
    /// changed.
    async fn put(
        &self,
        settlement: &Settlement,
        merge: impl Fn(Option<&Entry>) -> Result<Option<Entry>, QueueError>,
    ) -> Result<(), QueueError> {
        let key = self.receipt_key(&settlement.id);
        // Most deliveries are new: one trip instead of two.
        if let Some(entry) = merge(None)?
            && let Write::Done = self.create(&key, entry.encode()).await?
        {
            return Ok(());
        }
        loop {
            let Some((found, revision)) = self.read(&key).await? else {
                let Some(entry) = merge(None)? else { return Ok(()) };
                if let Write::Done = self.create(&key, entry.encode()).await? {
                    return Ok(());
                }
                continue;
            };
            let Some(entry) = merge(Some(&found))? else { return Ok(()) };
            if let Write::Done = self.write(&key, &entry, revision).await? {
                return Ok(());
            }
        }
    }

    async fn settle_one(&self, settlement: &Settlement) -> Result<Settled, QueueError> {
        if settlement.outcome == Outcome::Duplicate {
            return Ok(Settled::default());
        }
        if let Some(id_presencia) = &settlement.id_presencia {
            let collides_with = self.tie(settlement, id_presencia).await?;
            if collides_with.is_some() {
                return Ok(Settled { collides_with });
            }
        } else if settlement.venta == VentaState::None {
            return Ok(Settled::default());
        }
        self.put(settlement, |found| Ok(Entry::settled(found, settlement, &self.who))).await?;
        Ok(Settled::default())
    }
}

impl Journal for Receipts {
    async fn claim(&self, delivery: &Delivery) -> Result<Claim, JournalError> {
        let found = self.read(&self.receipt_key(&delivery.id)).await?;
        Ok(found.map_or(Claim::New, |(entry, _)| entry.claim(delivery)))
    }

    async fn intend(&self, settlement: Settlement) -> Result<Settled, JournalError> {
        let Some(id_presencia) = &settlement.id_presencia else { return Ok(Settled::default()) };
        let collides_with = self.tie(&settlement, id_presencia).await?;
        if collides_with.is_some() {
            return Ok(Settled { collides_with });
        }
        // A write whose acknowledgement was lost is known by this as ours.
        let mine = Intent::new(&self.who, Utc::now() + self.in_work.min(LONGEST_IN_WORK));
        self.put(&settlement, |found| match found {
            Some(found) if found.is_intended_by(&mine) => Ok(None),
            Some(found) if found.is_closed() => {
                Err(QueueError::Server(format!("another worker holds the venta of {}", settlement.id)))
            }
            found => Ok(Some(Entry::intended(found, &settlement, id_presencia, &mine))),
        })
        .await?;
        Ok(Settled::default())
    }

    async fn settle(&self, settlements: Arc<Vec<Settlement>>) -> Result<Vec<Settled>, JournalError> {
        let each = settlements.iter().map(|settlement| self.settle_one(settlement));
        Ok(futures_util::future::try_join_all(each).await?)
    }
}

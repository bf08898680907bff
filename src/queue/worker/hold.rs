//! Which worker has a message in work, noted in the bucket of receipts, and how often it failed.
//!
//! Comes in: the message that a partition was given. Goes out: whether it may be worked on. The server alone can't say
//! that: it writes down a little late what it gave to whom, and where it crashes in between, it gives a message to the
//! next worker while the first one still sends it. A note is in the server's file before the server acknowledges it;
//! whether it survives a loss of power is the server's setting, as with receipts.

use std::cell::Cell;
use std::time::Duration;

use async_nats::jetstream::kv::{CreateErrorKind, Operation, Store, UpdateErrorKind};
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// The version that is written.
const VERSION: u32 = 1;
/// The longest wait before a message is looked at again that another worker has in work.
const AT_MOST: Duration = Duration::from_secs(5);

/// What stands in the bucket: who works on which message of a partition. One a partition, since a server that remembers
/// gives out one message of it at a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Note {
    version: u32,
    /// The message's number in the stream.
    sequence: u64,
    by: String,
    /// Until when nobody else touches the message.
    until: String,
    /// How often a worker brought it to its end without success.
    failed: u32,
}

/// Why a message may not be worked on now.
#[derive(Debug)]
pub(super) enum Refused {
    /// Another worker has it in work; to be looked at again after a while.
    InWork(Duration),
    /// The bucket did not take our note, or another worker wrote at the same time: to be asked again.
    Unclear(String),
}

/// A message that is held.
#[derive(Debug, Clone, Copy)]
struct Held {
    sequence: u64,
    failed: u32,
}

/// What this worker holds of a partition.
#[derive(Debug)]
pub(super) struct Hold<'q> {
    bucket: &'q Store,
    key: String,
    who: &'q str,
    /// After so long without a change, another's note stands for nobody, however far ahead the clock was that it was
    /// written by.
    ack_wait: Duration,
    held: Cell<Option<Held>>,
    /// Our last note and its revision, which is the newest one unless another worker wrote since.
    ours: Cell<Option<(Held, u64)>>,
    /// The note of another worker that was last in the way, and since when.
    seen: Cell<Option<(u64, Instant)>>,
}

impl<'q> Hold<'q> {
    /// For one partition; `who` is this worker.
    pub(super) fn new(bucket: &'q Store, partition: u8, who: &'q str, ack_wait: Duration) -> Self {
        let key = format!("hold.{partition}");
        let (held, ours, seen) = (Cell::default(), Cell::default(), Cell::default());
        Self { bucket, key, who, ack_wait, held, ours, seen }
    }

    /// Takes a message for this worker alone, until `until`. Returns how often it failed.
    pub(super) async fn take(&self, sequence: u64, until: Instant) -> Result<u32, Refused> {
        self.held.set(None);
        let failed_in = |before: u64, failed: u32| if before == sequence { failed } else { 0 };
        if let Some((last, revision)) = self.ours.take() {
            let held = Held { sequence, failed: failed_in(last.sequence, last.failed) };
            if self.write(held, wall(until), revision).await? {
                return Ok(held.failed);
            }
        }
        let found = self.bucket.entry(self.key.as_str()).await;
        let found = found.map_err(|error| Refused::Unclear(error.to_string()))?;
        let found = found.map(|found| (found.operation == Operation::Put, found.value, found.revision));
        let (revision, note) = match found {
            None => (0, None),
            Some((false, _, revision)) => (revision, None),
            Some((true, value, revision)) => {
                let note = serde_json::from_slice::<Note>(&value).ok();
                if let Some(wait) = self.in_the_way(note.as_ref(), revision, sequence) {
                    return Err(Refused::InWork(wait));
                }
                (revision, note)
            }
        };
        let failed = note.map(|note| failed_in(note.sequence, note.failed)).unwrap_or_default();
        if self.write(Held { sequence, failed }, wall(until), revision).await? {
            Ok(failed)
        } else {
            Err(Refused::Unclear("another worker wrote at the same time".to_owned()))
        }
    }

    /// Notes that the message failed once more.
    pub(super) fn failed(&self) {
        self.held.set(self.held.get().map(|held| Held { failed: held.failed + 1, ..held }));
    }

    /// Holds on to the message until `until`; false where that did not come to stand in the bucket.
    pub(super) async fn renew(&self, until: Instant) -> bool {
        self.rewrite(wall(until)).await
    }

    /// Lets go of the message: whoever is given it next may take it at once, by any clock.
    pub(super) async fn release(&self) {
        self.rewrite(DateTime::UNIX_EPOCH).await;
        self.held.set(None);
    }

    /// Writes our note on the message that is held again.
    async fn rewrite(&self, until: DateTime<Utc>) -> bool {
        let Some(held) = self.held.get() else { return false };
        let revision = match self.ours.take() {
            Some((_, revision)) => revision,
            None => match self.find(held.sequence).await {
                Some(revision) => revision,
                None => return false,
            },
        };
        matches!(self.write(held, until, revision).await, Ok(true))
    }

    /// The revision of our note on the message, after one whose acknowledgement was lost.
    async fn find(&self, sequence: u64) -> Option<u64> {
        let found = self.bucket.entry(self.key.as_str()).await.ok()??;
        let note = serde_json::from_slice::<Note>(&found.value).ok()?;
        (note.by == self.who && note.sequence == sequence).then_some(found.revision)
    }

    /// Writes our note over `revision`, where that is still the newest.
    async fn write(&self, held: Held, until: DateTime<Utc>, revision: u64) -> Result<bool, Refused> {
        let note = Note {
            version: VERSION,
            sequence: held.sequence,
            by: self.who.to_owned(),
            until: until.to_rfc3339_opts(SecondsFormat::Millis, true),
            failed: held.failed,
        };
        // Strings and numbers always become JSON.
        let value = Bytes::from(serde_json::to_vec(&note).unwrap_or_default());
        let written = if revision == 0 {
            match self.bucket.create(&self.key, value).await {
                Err(error) if error.kind() == CreateErrorKind::AlreadyExists => return Ok(false),
                written => written.map_err(|error| error.to_string()),
            }
        } else {
            match self.bucket.update(&self.key, value, revision).await {
                Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => return Ok(false),
                written => written.map_err(|error| error.to_string()),
            }
        };
        self.ours.set(Some((held, written.map_err(Refused::Unclear)?)));
        self.held.set(Some(held));
        Ok(true)
    }

    /// How long a note keeps us from the message; none where it does not, or has stood there unchanged for as long as
    /// nobody works without a sign of life.
    fn in_the_way(&self, note: Option<&Note>, revision: u64, sequence: u64) -> Option<Duration> {
        let left = left(note, self.who, sequence, Utc::now())?;
        let since = match self.seen.get() {
            Some((seen, since)) if seen == revision => since,
            _ => Instant::now(),
        };
        self.seen.set(Some((revision, since)));
        let patience = self.ack_wait.saturating_sub(since.elapsed());
        (!patience.is_zero()).then(|| left.min(patience).min(AT_MOST))
    }
}

/// What the clock on the wall will say then.
fn wall(then: Instant) -> DateTime<Utc> {
    Utc::now() + then.saturating_duration_since(Instant::now())
}

/// For how much longer a note says that another worker has the message, or a later one, in work. One that can't be read
/// does not say.
fn left(note: Option<&Note>, who: &str, sequence: u64, now: DateTime<Utc>) -> Option<Duration> {
    let Some(note) = note.filter(|note| note.version <= VERSION) else { return Some(Duration::MAX) };
    let Ok(until) = note.until.parse::<DateTime<Utc>>() else { return Some(Duration::MAX) };
    // The server gives out a message once those before it are done. Or gone: of one that grew too old in work, or was
    // removed by hand, its worker may still be sending the last try.
    if note.by == who || note.sequence < sequence {
        return None;
    }
    (until - now).to_std().ok().filter(|left| !left.is_zero())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn note(by: &str, sequence: u64, until: DateTime<Utc>) -> Note {
        Note { version: VERSION, sequence, by: by.to_owned(), until: until.to_rfc3339(), failed: 0 }
    }

    #[test]
    fn another_workers_note_is_in_the_way_until_its_time_is_up() {
        let now = Utc::now();
        let left = |by, held, wanted, seconds| {
            let note = note(by, held, now + TimeDelta::seconds(seconds));
            left(Some(&note), "me", wanted, now).map(|left| left.as_secs())
        };
        assert_eq!(left("another", 7, 7, 20), Some(20));
        assert_eq!(left("another", 7, 7, -1), None);
        assert_eq!(left("me", 7, 7, 20), None);
        // A later one: the server forgot that this one is done.
        assert_eq!(left("another", 8, 7, 20), Some(20));
        assert_eq!(left("another", 6, 7, 20), None);
    }

    #[test]
    fn a_note_that_cannot_be_read_is_in_the_way() {
        let fine = note("another", 1, DateTime::UNIX_EPOCH);
        let newer = Note { version: VERSION + 1, ..fine.clone() };
        let undated = Note { until: "soon".to_owned(), ..fine };
        for note in [Some(&newer), Some(&undated), None] {
            assert_eq!(left(note, "me", 7, Utc::now()), Some(Duration::MAX));
        }
    }
}

//! Which worker has a message in work, noted in the bucket of receipts.
//!
//! Comes in: the message that a partition was given. Goes out: whether it may be worked on. The server alone can't say
//! that: it writes down a little late what it gave to whom, and where it crashes in between, it gives a message to the
//! next worker while the first one still sends it. What stands in the bucket was written before it was acknowledged.

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
/// The wait where two workers wrote at the same time.
const AFTER_A_RACE: Duration = Duration::from_secs(1);

/// What stands in the bucket: who works on which message of a partition. One a partition, since a server that remembers
/// gives out one message of it at a time.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    version: u32,
    /// The message's number in the stream. Those before it are done.
    sequence: u64,
    by: String,
    /// Until when nobody else touches the message.
    until: String,
}

/// Why a message may not be worked on now.
#[derive(Debug)]
pub(super) enum Refused {
    /// Another worker has it in work; to be looked at again after a while.
    InWork(Duration),
    /// The bucket does not answer.
    Silence(String),
}

/// What this worker holds of a partition.
#[derive(Debug)]
pub(super) struct Hold<'q> {
    bucket: &'q Store,
    key: String,
    who: &'q str,
    /// After so long without a change, a note stands for nobody, whatever clock it was written by.
    ack_wait: Duration,
    /// The message that is held.
    held: Cell<Option<u64>>,
    /// The revision of our last note, which is the newest one unless another worker wrote since.
    ours: Cell<Option<u64>>,
    /// The note of another worker that was last in the way, and since when.
    seen: Cell<Option<(u64, Instant)>>,
}

impl<'q> Hold<'q> {
    /// For one partition; `who` is this worker.
    pub(super) fn new(bucket: &'q Store, partition: u8, who: &'q str, ack_wait: Duration) -> Self {
        let key = format!("hold.{partition}");
        Self {
            bucket,
            key,
            who,
            ack_wait,
            held: Cell::default(),
            ours: Cell::default(),
            seen: Cell::default(),
        }
    }

    /// Takes a message for this worker alone, until `until`.
    pub(super) async fn take(&self, sequence: u64, until: Instant) -> Result<(), Refused> {
        self.held.set(None);
        if let Some(ours) = self.ours.take()
            && self.write(sequence, until, ours).await?
        {
            return Ok(());
        }
        let found = self.bucket.entry(self.key.as_str()).await;
        let found = found.map_err(|error| Refused::Silence(error.to_string()))?;
        let revision = match found {
            None => 0,
            Some(found) => {
                if found.operation == Operation::Put
                    && let Some(wait) = self.in_the_way(&found.value, found.revision, sequence)
                {
                    return Err(Refused::InWork(wait));
                }
                found.revision
            }
        };
        if self.write(sequence, until, revision).await? { Ok(()) } else { Err(Refused::InWork(AFTER_A_RACE)) }
    }

    /// Holds on to the message until `until`; false where that did not come to stand in the bucket.
    pub(super) async fn renew(&self, until: Instant) -> bool {
        let Some(sequence) = self.held.get() else { return false };
        let ours = match self.ours.take() {
            Some(ours) => ours,
            None => match self.find(sequence).await {
                Some(ours) => ours,
                None => return false,
            },
        };
        matches!(self.write(sequence, until, ours).await, Ok(true))
    }

    /// The revision of our note on the message, after one whose acknowledgement was lost.
    async fn find(&self, sequence: u64) -> Option<u64> {
        let found = self.bucket.entry(self.key.as_str()).await.ok()??;
        let note = serde_json::from_slice::<Note>(&found.value).ok()?;
        (note.by == self.who && note.sequence == sequence).then_some(found.revision)
    }

    /// Lets go of a message that is not done: whoever is given it next may take it at once.
    pub(super) async fn release(&self) {
        self.renew(Instant::now()).await;
        self.held.set(None);
    }

    /// Writes our note over `revision`, where that is still the newest.
    async fn write(&self, sequence: u64, until: Instant, revision: u64) -> Result<bool, Refused> {
        let until = Utc::now() + until.saturating_duration_since(Instant::now());
        let note = Note {
            version: VERSION,
            sequence,
            by: self.who.to_owned(),
            until: until.to_rfc3339_opts(SecondsFormat::Millis, true),
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
        self.ours.set(Some(written.map_err(Refused::Silence)?));
        self.held.set(Some(sequence));
        Ok(true)
    }

    /// How long a note keeps us from the message; none where it does not. One that we can't read does too, until it has
    /// stood there unchanged for as long as nobody works without a sign of life.
    fn in_the_way(&self, value: &[u8], revision: u64, sequence: u64) -> Option<Duration> {
        let left = left(value, self.who, sequence, Utc::now())?;
        let since = match self.seen.get() {
            Some((seen, since)) if seen == revision => since,
            _ => Instant::now(),
        };
        self.seen.set(Some((revision, since)));
        let patience = self.ack_wait.saturating_sub(since.elapsed());
        (!patience.is_zero()).then(|| left.min(patience).min(AT_MOST))
    }
}

/// For how much longer a note says that another worker has the message, or a later one, in work.
fn left(value: &[u8], who: &str, sequence: u64, now: DateTime<Utc>) -> Option<Duration> {
    let Some(note) = serde_json::from_slice::<Note>(value).ok().filter(|note| note.version <= VERSION) else {
        return Some(Duration::MAX);
    };
    let Ok(until) = note.until.parse::<DateTime<Utc>>() else { return Some(Duration::MAX) };
    // The server gives out a message only after those before it: whoever held one of them has let go of it.
    if note.by == who || note.sequence < sequence {
        return None;
    }
    (until - now).to_std().ok().filter(|left| !left.is_zero())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn note(by: &str, sequence: u64, seconds: i64) -> (Vec<u8>, DateTime<Utc>) {
        let now = Utc::now();
        let until = (now + TimeDelta::seconds(seconds)).to_rfc3339();
        let note = Note { version: VERSION, sequence, by: by.to_owned(), until };
        (serde_json::to_vec(&note).unwrap(), now)
    }

    #[test]
    fn another_workers_note_is_in_the_way_until_its_time_is_up() {
        let left = |by, held, wanted, seconds| {
            let (value, now) = note(by, held, seconds);
            left(&value, "me", wanted, now).map(|left| left.as_secs())
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
        let newer = br#"{"version":2,"sequence":1,"by":"another","until":"2020-01-01T00:00:00Z"}"#;
        let undated = br#"{"version":1,"sequence":1,"by":"another","until":"soon"}"#;
        for value in [&newer[..], undated, b"", b"7"] {
            assert_eq!(left(value, "me", 7, Utc::now()), Some(Duration::MAX));
        }
    }
}

//! What the queue looks like on a server: names, subjects, and the settings that its promises rest on.
//!
//! Comes in: what a server has. Goes out: what is to be made, and each [`Difference`] that would break a promise. What
//! an operator may choose (replicas, a longer age) is no difference. Leaf within the folder.

use std::fmt;
use std::time::Duration;

use async_nats::jetstream::consumer::{self, AckPolicy, DeliverPolicy, pull};
use async_nats::jetstream::stream::{self, DiscardPolicy, RetentionPolicy, StorageType};

/// Partitions, each with one request in flight at most.
pub const PARTITIONS: u8 = 16;
/// The stream of deliveries.
pub const STREAM: &str = "CRM_PRESENCIAS";
/// The stream of dead letters: they stay until they are sent again, whatever becomes of the deliveries.
pub const DEAD_STREAM: &str = "CRM_PRESENCIAS_DEAD";
/// The subject of dead letters.
pub const DEAD_SUBJECT: &str = "crm.presencias.dead";
/// The bucket of receipts, intents, and notes of who has what in work.
pub const BUCKET: &str = "CRM_PRESENCIAS_RECEIPTS";
/// How long a delivery is kept, taken or not: longer than any receiver should be away.
pub const MAX_AGE: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long the server remembers a publication, to drop its repeat. Later repeats are known by the bucket; a longer window
/// would also drop what is published again on purpose after it became a dead letter.
pub const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);
/// After how long without a sign of life a worker is replaced.
pub const ACK_WAIT: Duration = Duration::from_secs(30);

/// The subject of a partition.
pub fn subject(partition: u8) -> String {
    format!("crm.presencias.{partition}")
}

/// The durable consumer of a partition.
pub fn consumer_name(partition: u8) -> String {
    format!("presencias-{partition}")
}

/// A setting that a server has otherwise than it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The stream, consumer or bucket.
    pub object: String,
    /// The setting, as NATS calls it.
    pub setting: &'static str,
    /// What it is.
    pub found: String,
    /// What it should be.
    pub wanted: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, setting, found, wanted } = self;
        write!(f, "{object}: {setting} is {found}, it should be {wanted}")
    }
}

/// The stream to make. What was acknowledged stays until it is too old: a server that crashed may have forgotten the
/// acknowledgement but not, as work queues do, the message, and a partition whose message is gone stands still.
pub(super) fn stream(replicas: usize, max_age: Duration) -> stream::Config {
    stream::Config {
        name: STREAM.to_owned(),
        description: Some("presencia webhooks on their way to the App Comercial (crm-bridge)".to_owned()),
        subjects: (0..PARTITIONS).map(subject).collect(),
        retention: RetentionPolicy::Limits,
        // A full stream refuses what is new: the old was promised to be delivered.
        discard: DiscardPolicy::New,
        storage: StorageType::File,
        max_age,
        duplicate_window: DUPLICATE_WINDOW.min(max_age),
        num_replicas: replicas,
        ..stream::Config::default()
    }
}

/// The stream of dead letters to make.
pub(super) fn dead_stream(replicas: usize) -> stream::Config {
    stream::Config {
        name: DEAD_STREAM.to_owned(),
        description: Some("presencia webhooks that were given up (crm-bridge)".to_owned()),
        subjects: vec![DEAD_SUBJECT.to_owned()],
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::New,
        storage: StorageType::File,
        duplicate_window: DUPLICATE_WINDOW,
        num_replicas: replicas,
        ..stream::Config::default()
    }
}

/// The stream behind the bucket to make, as NATS clients make it. Not by the client's own call for buckets, whose first
/// question servers before 2.10 answer otherwise than it reads.
pub(super) fn bucket(replicas: usize) -> stream::Config {
    stream::Config {
        name: format!("KV_{BUCKET}"),
        description: Some("receipts of presencias and intents of ventas (crm-bridge)".to_owned()),
        subjects: vec![format!("$KV.{BUCKET}.>")],
        max_messages_per_subject: 1,
        discard: DiscardPolicy::New,
        storage: StorageType::File,
        num_replicas: replicas,
        allow_rollup: true,
        deny_delete: true,
        allow_direct: true,
        ..stream::Config::default()
    }
}

/// The consumer of a partition to make: one delivery in flight, whoever takes it.
pub(super) fn consumer(partition: u8, ack_wait: Duration) -> pull::Config {
    pull::Config {
        durable_name: Some(consumer_name(partition)),
        description: Some("crm-bridge worker".to_owned()),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait,
        // Attempts are counted by the workers, who know an unreachable receiver from a bad delivery.
        max_deliver: -1,
        filter_subject: subject(partition),
        max_ack_pending: 1,
        ..pull::Config::default()
    }
}

/// Compares settings and collects the differences.
struct Check {
    object: String,
    differences: Vec<Difference>,
}

impl Check {
    fn new(object: String) -> Self {
        Self { object, differences: Vec::new() }
    }

    fn demand(
        &mut self,
        fine: bool,
        setting: &'static str,
        found: impl fmt::Display,
        wanted: impl fmt::Display,
    ) {
        if !fine {
            let (found, wanted) = (found.to_string(), wanted.to_string());
            self.differences.push(Difference { object: self.object.clone(), setting, found, wanted });
        }
    }

    fn same<T: PartialEq + fmt::Debug>(&mut self, setting: &'static str, found: &T, wanted: &T) {
        self.demand(found == wanted, setting, format!("{found:?}"), format!("{wanted:?}"));
    }

    /// Zero is for ever.
    fn at_least(&mut self, setting: &'static str, found: Duration, wanted: Duration) {
        let fine = found.is_zero() || !wanted.is_zero() && found >= wanted;
        self.demand(fine, setting, age(found), format!("{} or longer", age(wanted)));
    }
}

/// What of a stream would break a promise.
pub(super) fn stream_differences(found: &stream::Config, wanted: &stream::Config) -> Vec<Difference> {
    let mut check = Check::new(format!("stream {}", wanted.name));
    let sorted = |subjects: &[String]| {
        let mut subjects = subjects.to_vec();
        subjects.sort();
        subjects.join(" ")
    };
    let (subjects, wanted_subjects) = (sorted(&found.subjects), sorted(&wanted.subjects));
    check.demand(subjects == wanted_subjects, "subjects", subjects, wanted_subjects);
    check.same("retention", &found.retention, &wanted.retention);
    check.same("discard", &found.discard, &wanted.discard);
    check.same("storage", &found.storage, &wanted.storage);
    check.at_least("max_age", found.max_age, wanted.max_age);
    check.demand(
        found.duplicate_window >= wanted.duplicate_window,
        "duplicate_window",
        age(found.duplicate_window),
        format!("{} or longer", age(wanted.duplicate_window)),
    );
    check.demand(
        found.max_messages_per_subject <= 0,
        "max_msgs_per_subject",
        found.max_messages_per_subject,
        "unlimited (-1)",
    );
    check.same("no_ack", &found.no_ack, &false);
    check.same("sealed", &found.sealed, &false);
    check.demand(found.mirror.is_none(), "mirror", "set", "unset");
    check.differences
}

/// What of a bucket would break a promise.
pub(super) fn bucket_differences(found: &stream::Config) -> Vec<Difference> {
    let mut check = Check::new(format!("bucket {BUCKET}"));
    check.same("storage", &found.storage, &StorageType::File);
    // A receipt that is forgotten is a venta that is sent twice.
    check.at_least("max_age", found.max_age, Duration::ZERO);
    check.same("discard", &found.discard, &DiscardPolicy::New);
    check.same("sealed", &found.sealed, &false);
    check.demand(found.mirror.is_none(), "mirror", "set", "unset");
    check.differences
}

/// What of a consumer would break a promise; any `ack_wait` is fine where none is demanded.
pub(super) fn consumer_differences(
    found: &consumer::Config,
    partition: u8,
    ack_wait: Option<Duration>,
) -> Vec<Difference> {
    let mut check = Check::new(format!("consumer {} of {STREAM}", consumer_name(partition)));
    check.same("filter_subject", &found.filter_subject, &subject(partition));
    check.same("max_ack_pending", &found.max_ack_pending, &1);
    check.same("ack_policy", &found.ack_policy, &AckPolicy::Explicit);
    check.same("deliver_policy", &found.deliver_policy, &DeliverPolicy::All);
    check.demand(found.max_deliver <= 0, "max_deliver", found.max_deliver, "unlimited (-1)");
    check.demand(
        found.deliver_subject.is_none(),
        "deliver_subject",
        found.deliver_subject.as_deref().unwrap_or_default(),
        "unset (a pull consumer)",
    );
    check.demand(found.backoff.is_empty(), "backoff", "set", "unset");
    check.same("headers_only", &found.headers_only, &false);
    if let Some(wanted) = ack_wait {
        check.demand(found.ack_wait == wanted, "ack_wait", age(found.ack_wait), age(wanted));
    }
    check.differences
}

fn age(age: Duration) -> String {
    if age.is_zero() { "for ever".to_owned() } else { humantime::format_duration(age).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(differences: &[Difference]) -> Vec<&str> {
        differences.iter().map(|difference| difference.setting).collect()
    }

    #[test]
    fn what_we_make_ourselves_is_fine() {
        let wanted = stream(1, MAX_AGE);
        assert_eq!(stream_differences(&wanted, &wanted), []);
        let dead = dead_stream(3);
        assert_eq!(stream_differences(&dead, &dead), []);
    }

    #[test]
    fn more_replicas_and_a_longer_age_are_the_operators_choice() {
        let wanted = stream(1, MAX_AGE);
        let mut found = stream(3, MAX_AGE * 2);
        assert_eq!(stream_differences(&found, &wanted), []);
        found.max_age = Duration::ZERO;
        assert_eq!(stream_differences(&found, &wanted), []);
    }

    #[test]
    fn each_setting_that_would_lose_or_reorder_is_named() {
        let wanted = stream(1, MAX_AGE);
        let found = stream::Config {
            subjects: vec!["crm.presencias.*".to_owned()],
            retention: RetentionPolicy::WorkQueue,
            discard: DiscardPolicy::Old,
            storage: StorageType::Memory,
            max_age: MAX_AGE / 2,
            duplicate_window: Duration::from_secs(1),
            max_messages_per_subject: 5,
            ..wanted.clone()
        };
        let differences = stream_differences(&found, &wanted);
        assert_eq!(
            settings(&differences),
            [
                "subjects",
                "retention",
                "discard",
                "storage",
                "max_age",
                "duplicate_window",
                "max_msgs_per_subject"
            ]
        );
        assert_eq!(
            differences[4].to_string(),
            "stream CRM_PRESENCIAS: max_age is 3days 12h, it should be 7days or longer"
        );
    }

    #[test]
    fn dead_letters_and_receipts_must_not_expire() {
        let wanted = dead_stream(1);
        let found = stream::Config { max_age: MAX_AGE, ..wanted.clone() };
        assert_eq!(settings(&stream_differences(&found, &wanted)), ["max_age"]);
        let bucket =
            stream::Config { storage: StorageType::File, max_age: MAX_AGE, ..stream::Config::default() };
        assert_eq!(settings(&bucket_differences(&bucket)), ["max_age", "discard"]);
    }
}

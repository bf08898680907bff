//! Who has a message in work stands in the bucket: a server that forgot it does not make two of it.

use std::time::{Duration, Instant};

use async_nats::jetstream::kv::Store;
use chrono::{TimeDelta, Utc};
use crm_bridge::queue::Queue;
use crm_bridge::queue::worker::Partitions;
use serde_json::json;

use super::killing::{Process, emptied, told};
use super::nats::{Nats, block_on};
use super::receiver::{Receiver, TOKEN, Twist};
use super::working::{backlog, publish, settings, work_until};

async fn context(queue: &Queue) -> async_nats::jetstream::Context {
    async_nats::jetstream::new(async_nats::connect(queue.server()).await.expect("a connection"))
}

async fn bucket(queue: &Queue) -> Store {
    context(queue).await.get_key_value("CRM_PRESENCIAS_RECEIPTS").await.expect("a bucket")
}

/// Makes the server forget what it gave out, and what is done: one that is killed does so now and then, one whose
/// consumers are made anew always.
async fn forget(nats: &Nats, queue: &Queue) -> Queue {
    let stream = context(queue).await.get_stream("CRM_PRESENCIAS").await.expect("a stream");
    for partition in 0..16 {
        stream.delete_consumer(&format!("presencias-{partition}")).await.expect("a consumer to delete");
    }
    nats.queue().await
}

#[test]
fn what_the_server_forgot_to_have_given_out_is_sent_by_one_worker_at_a_time() {
    let Some(nats) = Nats::start() else { return };
    let receiver = Receiver::start(Duration::from_secs(6));
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let queue = nats.queue().await;
        let mut workers: Vec<_> =
            (0..3).map(|_| Process::start(folder.path(), &nats.url(), &receiver, "3s")).collect();
        publish(&queue, 2, 1, false).await;
        while receiver.seen().most < 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let queue = forget(&nats, &queue).await;
        emptied(&queue, Duration::from_secs(60), folder.path()).await;
        for worker in &mut workers {
            assert_eq!(worker.end(), Some(0), "{:#?}", told(folder.path()));
        }
        let seen = receiver.seen();
        assert_eq!(seen.most_of_a_client, 1, "two requests of one client at once");
        assert_eq!(seen.order["00000000"], ["CRM-1", "CRM-2"]);
        assert!(seen.requests.values().all(|times| *times == 1), "{:?}", seen.requests);
        let log = std::fs::read_to_string(folder.path().join("workers.log")).unwrap();
        assert!(log.contains("another worker has this one in work"), "nobody else was given it: {log}");
    });
}

#[test]
fn nobody_waits_for_a_worker_that_has_nothing_in_work() {
    let Some(nats) = Nats::start() else { return };
    let receiver = Receiver::start(Duration::ZERO);
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let queue = nats.queue().await;
        let workers: Vec<_> =
            (0..3).map(|_| Process::start(folder.path(), &nats.url(), &receiver, "3s")).collect();
        publish(&queue, 48, 48, true).await;
        emptied(&queue, Duration::from_secs(30), folder.path()).await;
        // A question for a message stands for two seconds.
        let bucket = bucket(&queue).await;
        let until = Instant::now() + Duration::from_secs(20);
        for partition in 0..16 {
            while let Some(note) = bucket.get(format!("hold.{partition}")).await.unwrap() {
                let note: serde_json::Value = serde_json::from_slice(&note).unwrap();
                if note["until"] == "1970-01-01T00:00:00.000Z" {
                    break;
                }
                assert!(Instant::now() < until, "partition {partition} is held: {note}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        // With any acknowledgement time nobody is kept from what comes again now.
        let queue = forget(&nats, &queue).await;
        emptied(&queue, Duration::from_secs(30), folder.path()).await;
        drop(workers);
        let seen = receiver.seen();
        assert!(seen.ventas.values().all(|times| *times == 1), "{:?}", seen.ventas);
        let log = std::fs::read_to_string(folder.path().join("workers.log")).unwrap();
        assert!(!log.contains("another worker has this one in work"), "{log}");
    });
}

#[test]
fn a_note_of_nobody_holds_a_partition_up_for_a_while_and_takes_no_attempts_away() {
    let Some(nats) = Nats::start() else { return };
    let receiver = Receiver::with(Duration::ZERO, |id, _| (id == "CRM-1").then_some(Twist::Status(500)));
    block_on(async {
        let queue = nats.queue().await;
        let bucket = bucket(&queue).await;
        let until = (Utc::now() + TimeDelta::days(36_500)).to_rfc3339();
        let ahead = json!({"version": 1, "sequence": 1000, "by": "another", "until": until, "failed": 0});
        let newer = json!({"version": 2});
        for partition in 0..16 {
            let note = [ahead.to_string(), newer.to_string(), "?".to_owned()][partition % 3].clone();
            bucket.put(format!("hold.{partition}"), note.into()).await.unwrap();
        }
        publish(&queue, 48, 48, false).await;
        let begun = Instant::now();
        let settings = settings(&receiver.url, TOKEN);
        let (end, _) =
            work_until(&queue, &settings, Partitions::default(), async || backlog(&queue).await == 0).await;
        assert!(begun.elapsed() > Duration::from_secs(3), "the notes were in nobody's way");
        assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
        assert_eq!((end.counts.delivered, end.counts.failed), (47, 1));
        // Five rounds, each with the two repeats that follow a 500; and one more where nothing else was delivered between
        // them, so that the receiver was asked first whether it is there.
        let tries = receiver.seen().requests["CRM-1"];
        assert!(matches!(tries, 15 | 18), "{tries}");
    });
}

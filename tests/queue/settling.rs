//! `runs list|show|settle --queue`: what was given up there, and a person's word about a venta in doubt.

use std::time::Duration;

use crm_bridge::queue::Queue;
use crm_bridge::queue::worker::Partitions;
use serde_json::Value;

use super::nats::{Nats, block_on};
use super::program::command;
use super::receiver::{Receiver, TOKEN, Twist};
use super::working::{backlog, publish, settings, work_until};

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ran {
    fn last(&self) -> Value {
        serde_json::from_str(self.out.lines().last().unwrap_or_default()).unwrap_or_default()
    }
}

/// Runs `runs …` as an operator types it, with nothing configured.
fn runs(arguments: &[&str], further: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let output =
        command(folder.path()).arg("runs").args(arguments).args(further).output().expect("the program runs");
    Ran {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Works until the queue is empty; returns the hints of what did not go well.
async fn work(queue: &Queue, receiver: &Receiver) -> Vec<String> {
    let settings = settings(&receiver.url, TOKEN);
    let done = async || backlog(queue).await == 0;
    let (_, notes) = work_until(queue, &settings, Partitions::default(), done).await;
    notes.into_iter().filter_map(|note| Some(note.error?.hint.en)).collect()
}

/// Two ventas, of which the first meets `twist`; three presencias, of which one is rejected.
fn receiver(twist: Twist) -> Receiver {
    let mut first = true;
    Receiver::with(Duration::ZERO, move |id, venta| {
        if id == "CRM-2" {
            return Some(Twist::Status(400));
        }
        (venta && std::mem::take(&mut first)).then_some(twist)
    })
}

#[test]
fn a_venta_that_did_not_arrive_is_sent_once_by_a_worker_and_the_commands_are_those_that_are_shown() {
    let Some(nats) = Nats::start() else { return };
    let receiver = receiver(Twist::Status(503));
    block_on(async {
        let queue = nats.queue().await;
        publish(&queue, 3, 3, true).await;
        let hints = work(&queue, &receiver).await;
        let address = nats.url().as_str().trim_end_matches('/').to_owned();
        let at = ["--queue", address.as_str()];
        let command = format!("crm-bridge runs settle --queue {address} CRM-3");
        assert!(hints.iter().any(|hint| hint.contains(&format!("`{command} --delivered`"))), "{hints:?}");
        assert!(hints.iter().all(|hint| !hint.contains("settle last ROW")), "{hints:?}");

        let shown = runs(&["show"], &at);
        assert_eq!(shown.code, Some(0), "{}", shown.err);
        for words in ["dead letters 2", "1 × rejected", "CRM-2", &command, "--not-delivered", "runs redrive"]
        {
            assert!(shown.out.contains(words), "{words} is missing in\n{}", shown.out);
        }
        let shown = runs(&["show", "--lang", "es"], &at);
        assert!(shown.out.contains("no entregadas 2") && shown.out.contains("en duda"), "{}", shown.out);
        let listed = runs(&["list", "--json"], &at);
        let ids: Vec<Value> = listed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let ids: Vec<_> = ids.iter().map(|line| line["id_presencia_crm"].as_str().unwrap()).collect();
        assert!(ids.len() == 2 && ids.contains(&"CRM-2") && ids.contains(&"CRM-3"), "{ids:?}");
        assert!(runs(&["list"], &at).out.contains("CRM-3"));

        let redriven = runs(&["redrive", "--json"], &at).last();
        assert_eq!((&redriven["unknown"], &redriven["queued"]), (&1.into(), &0.into()), "nobody has decided");
        assert_eq!(runs(&["settle", "CRM-3"], &at).code, Some(2), "one of the two must be said");
        let other = runs(&["settle", "CRM-2", "--delivered"], &at);
        assert!(other.code == Some(2) && other.err.contains("in doubt"), "{}", other.err);

        let settled = runs(&["settle", "crm-3", "--not-delivered", "--json"], &at);
        assert_eq!(
            (settled.code, &settled.last()["outcome"]),
            (Some(0), &"queued".into()),
            "{}",
            settled.err
        );
        assert_eq!((backlog(&queue).await, queue.dead_count().await.unwrap()), (1, 1));
        work(&queue, &receiver).await;
        assert_eq!(receiver.seen().ventas["CRM-3"], 1);
        assert_eq!(
            runs(&["settle", "CRM-3", "--not-delivered"], &at).code,
            Some(2),
            "there is no doubt any more"
        );
        assert_eq!(queue.dead_count().await.unwrap(), 1);
    });
}

#[test]
fn a_venta_that_did_arrive_is_closed_and_no_repeat_sends_it() {
    // An answer that is no receipt says no more of a venta than a 500 does.
    for twist in [Twist::SavedBut(500), Twist::SavedBut(200)] {
        let Some(nats) = Nats::start() else { return };
        let receiver = receiver(twist);
        block_on(async {
            let queue = nats.queue().await;
            publish(&queue, 3, 3, true).await;
            work(&queue, &receiver).await;
            assert_eq!(receiver.seen().ventas["CRM-3"], 1);
            // The event once more, long after: in doubt as well, and settled with the first one.
            let client = async_nats::connect(queue.server()).await.unwrap();
            let letter =
                queue.dead(1, 10).await.unwrap().into_iter().find(|letter| letter.id == "CRM-3").unwrap();
            let subject = format!("crm.presencias.{}", letter.partition);
            let context = async_nats::jetstream::new(client);
            context.publish(subject.clone(), letter.message.clone()).await.unwrap().await.unwrap();
            work(&queue, &receiver).await;
            assert_eq!(queue.dead_count().await.unwrap(), 3);
            let url = nats.url();
            let at = ["--queue", url.as_str()];
            let settled = runs(&["settle", "CRM-3", "--delivered", "--json"], &at);
            assert_eq!((settled.code, &settled.last()["letters"]), (Some(0), &2.into()), "{}", settled.err);
            assert_eq!((backlog(&queue).await, queue.dead_count().await.unwrap()), (0, 1));
            context.publish(subject, letter.message.clone()).await.unwrap().await.unwrap();
            work(&queue, &receiver).await;
            assert_eq!(receiver.seen().ventas["CRM-3"], 1);
            assert_eq!(queue.dead_count().await.unwrap(), 1);
        });
    }
}

#[test]
fn a_row_belongs_to_a_run_and_an_id_to_a_queue() {
    let both = runs(&["settle", "CRM-3", "7", "--delivered", "--queue", "nats://127.0.0.1:9"], &[]);
    assert_eq!(both.code, Some(2), "{}", both.err);
    let neither = runs(&["settle", "last", "--delivered"], &[]);
    assert!(neither.code == Some(2) && neither.err.contains("ROW"), "{}", neither.err);
    let away = runs(&["settle", "CRM-3", "--delivered", "--queue", "nats://127.0.0.1:9"], &[]);
    assert_eq!(away.code, Some(3), "{}", away.err);
}

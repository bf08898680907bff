//! Dead letters: listed with their reasons, and sent again.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use crm_bridge::queue::dead::{Reason, Redriven};
use crm_bridge::queue::receipts::Decision;
use crm_bridge::queue::worker::Partitions;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::nats::{Nats, block_on};
use super::receiver::{Receiver, TOKEN, Twist};
use super::working::{backlog, publish, settings, work_until};

#[test]
fn what_was_rejected_is_delivered_after_its_cause_is_gone() {
    let Some(nats) = Nats::start() else { return };
    let wrong = Arc::new(AtomicBool::new(true));
    let receiver = Receiver::with(Duration::ZERO, {
        let wrong = Arc::clone(&wrong);
        move |id, _| (wrong.load(Ordering::Relaxed) && id.ends_with('5')).then_some(Twist::Status(400))
    });
    block_on(async {
        let queue = nats.queue().await;
        publish(&queue, 30, 30, false).await;
        let settings = settings(&receiver.url, TOKEN);
        let done = async || backlog(&queue).await == 0;
        work_until(&queue, &settings, Partitions::default(), done).await;
        let ids: Vec<_> = queue.dead(1, 10).await.unwrap().into_iter().map(|letter| letter.id).collect();
        assert_eq!(ids.len(), 3, "{ids:?}");

        wrong.store(false, Ordering::Relaxed);
        let redriven = queue.redrive(|letter| letter.id != "CRM-15").await.unwrap();
        assert_eq!(redriven, Redriven { sent: 2, left: 1 });
        let (end, _) = work_until(&queue, &settings, Partitions::default(), done).await;
        assert_eq!(end.counts.delivered, 2);
        let left = queue.dead(1, 10).await.unwrap();
        assert_eq!(left.iter().map(|letter| letter.id.as_str()).collect::<Vec<_>>(), ["CRM-15"]);
        assert_eq!(queue.dead(left[0].sequence + 1, 10).await.unwrap().len(), 0);
    });
}

#[test]
fn the_latest_are_found_whatever_was_taken_off_the_list() {
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        let queue = nats.queue().await;
        let reason = Reason {
            outcome: "invalid".to_owned(),
            class: "T01".to_owned(),
            message: "no phone".to_owned(),
            hint: String::new(),
            http_status: None,
            attempts: 0,
        };
        for number in 1..=40 {
            let body = Bytes::from(format!("{{\"number\":{number}}}"));
            queue.refuse(&body, &format!("CRM-{number}"), &reason, Duration::from_secs(5)).await.unwrap();
        }
        let context = async_nats::jetstream::new(async_nats::connect(queue.server()).await.unwrap());
        let stream = context.get_stream("CRM_PRESENCIAS_DEAD").await.unwrap();
        for gone in (4..=39).filter(|number| *number != 20) {
            stream.delete_message(gone).await.unwrap();
        }
        let latest = async |limit| {
            let letters = queue.latest_dead(limit).await.unwrap();
            letters.into_iter().map(|letter| letter.sequence).collect::<Vec<_>>()
        };
        assert!(latest(0).await.is_empty());
        assert_eq!(latest(1).await, [40]);
        assert_eq!(latest(3).await, [3, 20, 40]);
        assert_eq!(latest(50).await, [1, 2, 3, 20, 40]);
    });
}

#[test]
fn the_command_leaves_what_was_rejected_unless_it_is_asked_for() {
    let Some(nats) = Nats::start() else { return };
    let receiver = Receiver::with(Duration::ZERO, |id, _| id.ends_with('5').then_some(Twist::Status(400)));
    block_on(async {
        let queue = nats.queue().await;
        publish(&queue, 30, 30, false).await;
        let done = async || backlog(&queue).await == 0;
        work_until(&queue, &settings(&receiver.url, TOKEN), Partitions::default(), done).await;
        for (flags, queued, rejected, code) in [(&[][..], 0, 3, 1), (&["--rejected"][..], 3, 0, 0)] {
            let folder = tempfile::tempdir().unwrap();
            let output = Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
                .env_clear()
                .env("HOME", folder.path())
                .current_dir(folder.path())
                .args(["runs", "redrive", "--json", "--queue", nats.url().as_str()])
                .args(flags)
                .output()
                .unwrap();
            let out = String::from_utf8(output.stdout).unwrap();
            let summary: Value = serde_json::from_str(out.lines().last().unwrap_or_default()).unwrap();
            assert_eq!(
                (&summary["queued"], &summary["rejected"], output.status.code()),
                (&queued.into(), &rejected.into(), Some(code)),
                "{summary}"
            );
        }
        assert_eq!((backlog(&queue).await, queue.dead_count().await.unwrap()), (3, 0));
    });
}

#[test]
fn a_venta_in_doubt_is_sent_only_after_somebody_decided() {
    let Some(nats) = Nats::start() else { return };
    let mut first = true;
    let receiver = Receiver::with(Duration::ZERO, move |_, venta| {
        (venta && std::mem::take(&mut first)).then_some(Twist::Status(503))
    });
    block_on(async {
        let queue = nats.queue().await;
        publish(&queue, 3, 3, true).await;
        let settings = settings(&receiver.url, TOKEN);
        let done = async || backlog(&queue).await == 0;
        let (end, _) = work_until(&queue, &settings, Partitions::default(), done).await;
        assert_eq!((end.counts.delivered, end.counts.unknown), (2, 1));
        assert_eq!(queue.redrive(|_| true).await.unwrap().sent, 1);
        let (end, _) = work_until(&queue, &settings, Partitions::default(), done).await;
        assert_eq!(end.counts.unknown, 1, "nobody has decided");
        assert!(receiver.seen().ventas.is_empty());

        let receipts = queue.receipts(&settings.url, CancellationToken::new());
        assert_eq!(receipts.decide("CRM-3", false, None).await, Ok(Decision::Done));
        assert_eq!(queue.redrive(|letter| letter.reason.outcome == "unknown").await.unwrap().sent, 1);
        let (end, notes) = work_until(&queue, &settings, Partitions::default(), done).await;
        assert_eq!(end.counts.delivered, 1);
        assert_eq!(notes[0].id_venta.as_deref(), Some("VTA-CRM-3"));
        assert_eq!(receiver.seen().ventas["CRM-3"], 1);
        assert_eq!(queue.dead_count().await.unwrap(), 0);
    });
}

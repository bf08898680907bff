//! The bucket as a journal: what was delivered is known to all, a venta is nobody's twice.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use crm_bridge::delivery::{
    Ambient, Answer, Cancel, Claim, Delivery, Journal, Request, Settings, Settlement, Transport,
    TransportError, VentaState, run,
};
use crm_bridge::queue::receipts::Decision;
use crm_bridge::queue::{Queue, Receipts};
use crm_bridge::report::event::Outcome;
use tokio_util::sync::CancellationToken;

use super::nats::{Nats, block_on, delivery};
use super::working::{Notes, settings};

fn receipts(queue: &Queue) -> Receipts {
    queue.receipts(&"http://receiver.example/hook/".parse().expect("a URL"), CancellationToken::new())
}

fn settlement(delivery: &Delivery, id_presencia: &str, venta: VentaState) -> Settlement {
    Settlement {
        file: 0,
        row: delivery.row,
        id: delivery.id.clone(),
        outcome: Outcome::Delivered,
        content: delivery.content,
        venta_content: delivery.venta_content,
        id_presencia: Some(id_presencia.to_owned()),
        id_venta: None,
        venta,
        attempts: 1,
        http_status: Some(200),
        maybe_stored: false,
        error: None,
        body: None,
    }
}

async fn settle(receipts: &Receipts, settlement: Settlement) -> Option<String> {
    receipts.settle(Arc::new(vec![settlement])).await.expect("recorded").remove(0).collides_with
}

#[test]
fn what_one_worker_delivered_another_knows_whatever_the_case_of_its_id() {
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        let (one, other) = (receipts(&nats.queue().await), receipts(&nats.queue().await));
        let sent = delivery(1, "CRM-a", "1", false);
        assert_eq!(one.claim(&sent).await.unwrap(), Claim::New);
        assert_eq!(settle(&one, settlement(&sent, "PRS1", VentaState::None)).await, None);
        let done = Claim::Done { id_presencia: "PRS1".to_owned(), id_venta: None };
        assert_eq!(other.claim(&sent).await.unwrap(), done);
        assert_eq!(other.claim(&delivery(1, "CRM-a", "2", false)).await.unwrap(), Claim::Changed);
        let folded = Delivery { id: "crm-A".to_owned(), ..sent };
        assert_eq!(other.claim(&folded).await.unwrap(), done);
    });
}

#[test]
fn another_receiver_has_receipts_of_its_own() {
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        let queue = nats.queue().await;
        let sent = delivery(1, "CRM-1", "1", false);
        settle(&receipts(&queue), settlement(&sent, "PRS1", VentaState::None)).await;
        let url = "http://receiver.example:8080/hook/".parse().unwrap();
        let other = queue.receipts(&url, CancellationToken::new());
        assert_eq!(other.claim(&sent).await.unwrap(), Claim::New);
        let same = "http://receiver.example:80/hook/?x=1".parse().unwrap();
        let same = queue.receipts(&same, CancellationToken::new());
        assert_ne!(same.claim(&sent).await.unwrap(), Claim::New);
    });
}

#[test]
fn one_receipt_for_two_ids_is_a_collision_of_the_later_one() {
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        let receipts = receipts(&nats.queue().await);
        let (first, second) = (delivery(1, "CRM-12", "1", false), delivery(2, "CRM-1", "2", false));
        assert_eq!(settle(&receipts, settlement(&first, "PRS1", VentaState::None)).await, None);
        let collides = settle(&receipts, settlement(&second, "PRS1", VentaState::None)).await;
        assert_eq!(collides.as_deref(), Some("CRM-12"));
        assert_eq!(receipts.claim(&second).await.unwrap(), Claim::New);
    });
}

#[test]
fn of_many_who_intend_a_venta_one_may_send_it() {
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        let queue = nats.queue().await;
        for round in 0..20 {
            let sold = delivery(round, &format!("CRM-{round}"), "1", true);
            let receipt = format!("PRS{round}");
            let intents = (0..8).map(|_| {
                let (receipts, sold, receipt) = (receipts(&queue), sold.clone(), receipt.clone());
                async move {
                    receipts.intend(settlement(&sold, &receipt, VentaState::Intended)).await.is_ok()
                }
            });
            let won = futures_util::future::join_all(intents).await;
            assert_eq!(won.iter().filter(|won| **won).count(), 1, "round {round}: {won:?}");
        }
    });
}

#[test]
fn a_venta_in_doubt_waits_for_a_person() {
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        let receipts = receipts(&nats.queue().await);
        let sold = delivery(1, "CRM-1", "1", true);
        receipts.intend(settlement(&sold, "PRS1", VentaState::Intended)).await.unwrap();
        let doubtful = Claim::Doubtful { id_presencia: "PRS1".to_owned() };
        assert_eq!(receipts.claim(&sold).await.unwrap(), doubtful);
        assert!(receipts.intend(settlement(&sold, "PRS1", VentaState::Intended)).await.is_err());
        // Whoever intended it may be sending it, for as long as one try may take them.
        let hours = receipts.clone().in_work_for(Duration::from_secs(7200));
        assert!(matches!(receipts.decide("CRM-1", false, None).await, Ok(Decision::InWork(_))));
        assert_eq!(receipts.decide("CRM-2", false, None).await, Ok(Decision::NoReceipt));
        let slow = delivery(3, "CRM-3", "1", true);
        hours.intend(settlement(&slow, "PRS3", VentaState::Intended)).await.unwrap();
        let left = receipts.decide("CRM-3", true, None).await;
        assert!(matches!(left, Ok(Decision::InWork(left)) if left > Duration::from_secs(7000)), "{left:?}");
    });
}

#[test]
fn a_person_decides_once_nobody_can_be_sending_the_venta() {
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        let receipts = receipts(&nats.queue().await).in_work_for(Duration::ZERO);
        let sold = delivery(1, "CRM-1", "1", true);
        receipts.intend(settlement(&sold, "PRS1", VentaState::Intended)).await.unwrap();
        assert_eq!(receipts.decide("CRM-1", false, None).await, Ok(Decision::Done));
        let missing = Claim::VentaMissing { id_presencia: "PRS1".to_owned() };
        assert_eq!(receipts.claim(&sold).await.unwrap(), missing);
        receipts.intend(settlement(&sold, "PRS1", VentaState::Intended)).await.unwrap();
        assert_eq!(receipts.decide("CRM-1", true, None).await, Ok(Decision::Done));
        assert_eq!(receipts.decide("CRM-1", true, None).await, Ok(Decision::AlreadySo));
        assert!(matches!(receipts.claim(&sold).await.unwrap(), Claim::Done { .. }));
    });
}

/// Answers a presencia as a receiver does, but not before another worker has intended its venta.
struct Overtaken<'o> {
    other: &'o Receipts,
    sold: &'o Delivery,
    /// How the presencia ends.
    status: u16,
}

impl Transport for Overtaken<'_> {
    async fn attempt(&self, _: Request) -> Result<Answer, TransportError> {
        let receipt = format!("PRS-{}", self.sold.id);
        let intent = settlement(self.sold, &receipt, VentaState::Intended);
        self.other.intend(intent).await.expect("nobody was before it");
        let body = Bytes::from(format!(r#"{{"detail":"x","id_presencia":"{receipt}","id_venta":null}}"#));
        let content_type = Some("application/json".to_owned());
        Ok(Answer { status: self.status, content_type, body, ..Answer::default() })
    }
}

#[test]
fn a_worker_that_was_overtaken_leaves_the_other_ones_venta_alone() {
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        let queue = nats.queue().await;
        for (row, status) in [(1, 200), (2, 400)] {
            let (slow, other) = (receipts(&queue), receipts(&queue));
            let sold = delivery(row, &format!("CRM-{row}"), "1", true);
            let transport = Overtaken { other: &other, sold: &sold, status };
            let settings = Settings::from(&settings("http://receiver.example/hook/", "secret"));
            let mut feed = VecDeque::from([sold.clone()]);
            let (cancel, mut notes) = (Cancel::new(), Notes::default());
            run(&mut feed, &transport, &slow, &mut notes, &settings, Ambient::system(), &cancel).await;
            // The other one dies: nobody knows whether its venta arrived.
            let claim = receipts(&queue).claim(&sold).await.unwrap();
            assert!(matches!(claim, Claim::Doubtful { .. }), "{status}: {claim:?}");
        }
    });
}

#[test]
fn receipts_survive_a_crash_of_the_server() {
    let Some(mut nats) = Nats::start() else { return };
    block_on(async {
        let receipts = receipts(&nats.queue().await);
        let sold = delivery(1, "CRM-1", "1", true);
        receipts.intend(settlement(&sold, "PRS1", VentaState::Intended)).await.unwrap();
        nats.kill();
        nats.restart();
        let doubtful = Claim::Doubtful { id_presencia: "PRS1".to_owned() };
        assert_eq!(receipts.claim(&sold).await.unwrap(), doubtful);
    });
}

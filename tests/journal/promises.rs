//! What every journal promises, held for SQLite and memory alike.

use std::sync::Arc;

use crm_bridge::delivery::Delivery;
use crm_bridge::delivery::journal::{Claim, Journal, JournalError, Settled, Settlement, VentaState};
use crm_bridge::journal::{MemoryJournal, RunStatus};
use crm_bridge::report::event::Outcome;

use crate::{Place, asked, delivery, error, settlement};

async fn settle(journal: &impl Journal, settlement: Settlement) -> Settled {
    journal.settle(Arc::new(vec![settlement])).await.expect("recorded").remove(0)
}

async fn deliver(journal: &impl Journal, delivery: &Delivery, presencia: &str) -> Settled {
    settle(journal, settlement(delivery, Outcome::Delivered, Some(presencia), VentaState::None)).await
}

async fn claim(journal: &impl Journal, delivery: &Delivery) -> Claim {
    journal.claim(delivery).await.expect("an answer")
}

async fn tells_new_from_done_and_changed(journal: &impl Journal) {
    let first = delivery(2, "CRM-1", "a", None);
    assert_eq!(claim(journal, &first).await, Claim::New);
    assert_eq!(deliver(journal, &first, "PRS1").await, Settled::default());
    let done = Claim::Done { id_presencia: "PRS1".to_owned(), id_venta: None };
    assert_eq!(claim(journal, &first).await, done);
    assert_eq!(claim(journal, &delivery(9, "crm-1", "a", None)).await, done, "ids compare folded");
    assert_eq!(claim(journal, &delivery(9, "CRM-1", "b", None)).await, Claim::Changed);
    assert_eq!(claim(journal, &delivery(9, "CRM-12", "a", None)).await, Claim::New);
    let accented = delivery(10, "CITA-Ñ1", "a", None);
    deliver(journal, &accented, "PRS2").await;
    assert!(matches!(claim(journal, &delivery(9, "cita-ñ1", "a", None)).await, Claim::Done { .. }));
}

async fn finds_collisions_in_one_group_and_across(journal: &impl Journal) {
    let (a, b) = (delivery(2, "A", "a", None), delivery(3, "B", "b", None));
    let group = [&a, &b].map(|one| settlement(one, Outcome::Delivered, Some("PRS1"), VentaState::None));
    let settled = journal.settle(Arc::new(group.into())).await.expect("recorded");
    assert_eq!(settled[0].collides_with, None);
    assert_eq!(settled[1].collides_with.as_deref(), Some("A"));
    assert_eq!(
        deliver(journal, &delivery(4, "C", "c", None), "PRS1").await.collides_with.as_deref(),
        Some("A")
    );
    assert_eq!(claim(journal, &b).await, Claim::New, "a collision is no receipt");
    assert_eq!(deliver(journal, &a, "PRS1").await, Settled::default(), "the same id again is none");
}

async fn a_venta_goes_through_its_states(journal: &impl Journal) {
    let plain = delivery(2, "A", "a", None);
    let sale = delivery(2, "A", "a", Some("v"));
    deliver(journal, &plain, "PRS1").await;
    let id_presencia = "PRS1".to_owned();
    assert_eq!(claim(journal, &sale).await, Claim::VentaMissing { id_presencia: id_presencia.clone() });
    let intent = settlement(&sale, Outcome::Delivered, Some("PRS1"), VentaState::Intended);
    assert_eq!(journal.intend(intent).await.expect("recorded"), Settled::default());
    assert_eq!(claim(journal, &sale).await, Claim::Doubtful { id_presencia: id_presencia.clone() });
    // The receiver says that it did not take it.
    settle(journal, settlement(&sale, Outcome::Rejected, None, VentaState::Missing)).await;
    assert_eq!(claim(journal, &sale).await, Claim::VentaMissing { id_presencia: id_presencia.clone() });
    let intent = settlement(&sale, Outcome::Delivered, Some("PRS1"), VentaState::Intended);
    journal.intend(intent).await.expect("recorded");
    settle(journal, settlement(&sale, Outcome::Delivered, Some("PRS1"), VentaState::Delivered)).await;
    let done = Claim::Done { id_presencia: id_presencia.clone(), id_venta: Some("VTA1".to_owned()) };
    assert_eq!(claim(journal, &sale).await, done);
    assert_eq!(claim(journal, &delivery(2, "A", "a", Some("w"))).await, Claim::Changed);
    assert!(matches!(claim(journal, &plain).await, Claim::Done { .. }));
}

async fn a_delivered_venta_outlives_a_presencia_that_fails_when_forced(journal: &impl Journal) {
    let sale = delivery(2, "A", "a", Some("v"));
    settle(journal, settlement(&sale, Outcome::Delivered, Some("PRS1"), VentaState::Delivered)).await;
    let failed = settlement(&sale, Outcome::Failed, None, VentaState::Missing);
    settle(journal, Settlement { error: Some(error("server")), ..failed }).await;
    assert!(matches!(claim(journal, &sale).await, Claim::Done { .. }));
    settle(journal, settlement(&sale, Outcome::Delivered, Some("PRS1"), VentaState::Missing)).await;
    assert!(matches!(claim(journal, &sale).await, Claim::Done { .. }));
}

async fn a_venta_is_intended_once(journal: &impl Journal) {
    let sale = delivery(2, "A", "a", Some("v"));
    let intent = || settlement(&sale, Outcome::Delivered, Some("PRS1"), VentaState::Intended);
    let taken = || Err(JournalError::VentaTaken { id: "A".to_owned() });
    assert_eq!(journal.intend(intent()).await, Ok(Settled::default()));
    assert_eq!(journal.intend(intent()).await, taken(), "on its way");
    settle(journal, settlement(&sale, Outcome::Unknown, Some("PRS1"), VentaState::Doubtful)).await;
    assert_eq!(journal.intend(intent()).await, taken(), "in doubt");
    settle(journal, settlement(&sale, Outcome::Rejected, Some("PRS1"), VentaState::Missing)).await;
    assert!(matches!(claim(journal, &sale).await, Claim::Doubtful { .. }), "who knows less ends no doubt");
    settle(journal, settlement(&sale, Outcome::Delivered, Some("PRS1"), VentaState::Delivered)).await;
    assert_eq!(journal.intend(intent()).await, taken(), "it has arrived");
    assert!(matches!(claim(journal, &sale).await, Claim::Done { .. }), "a receipt ends a doubt");
}

async fn what_failed_is_no_receipt(journal: &impl Journal) {
    for (outcome, class) in [(Outcome::Failed, "server"), (Outcome::Rejected, "rejected")] {
        let one = delivery(2, "A", "a", None);
        let failed = settlement(&one, outcome, None, VentaState::None);
        settle(journal, Settlement { error: Some(error(class)), ..failed }).await;
        assert_eq!(claim(journal, &one).await, Claim::New);
    }
}

macro_rules! for_both {
    ($($promise:ident),* $(,)?) => {
        mod in_memory {
            use super::MemoryJournal;
            $(#[tokio::test]
            async fn $promise() {
                super::$promise(&MemoryJournal::new()).await;
            })*
        }
        mod on_disk {
            use super::Place;
            $(#[tokio::test]
            async fn $promise() {
                let place = Place::new();
                super::$promise(&place.start()).await;
            })*
        }
    };
}

for_both!(
    tells_new_from_done_and_changed,
    finds_collisions_in_one_group_and_across,
    a_venta_goes_through_its_states,
    a_delivered_venta_outlives_a_presencia_that_fails_when_forced,
    a_venta_is_intended_once,
    what_failed_is_no_receipt,
);

/// What was tried and has no receipt may be stored; the next run, and the resumed one that takes its letter away, know it.
#[tokio::test]
async fn ids_that_may_be_stored_are_told_until_they_have_their_receipt() {
    let place = Place::new();
    let run = place.start();
    let failed = |row, id: &str, class: &'static str| Settlement {
        error: Some(error(class)),
        http_status: None,
        ..settlement(&delivery(row, id, id, None), Outcome::Failed, None, VentaState::None)
    };
    assert!(run.in_doubt().await.expect("ids").is_empty());
    let untried = Settlement { attempts: 0, ..failed(5, "D", "transport") };
    let group =
        vec![failed(2, "A", "timeout"), failed(3, "B", "rejected"), failed(4, "C", "server"), untried];
    run.settle(Arc::new(group)).await.expect("recorded");
    assert_eq!(run.in_doubt().await.expect("ids"), ["A", "C"]);
    let id = run.id().to_owned();
    run.finish(RunStatus::Stopped, 5).expect("an end");

    let journal = place.open();
    let resumed = journal.resume(&journal.find_run(&id).expect("the run")).expect("a run");
    assert!(journal.letters(resumed.number()).expect("letters").iter().all(|letter| letter.is_final));
    let mut doubted = resumed.in_doubt().await.expect("ids");
    doubted.sort();
    doubted.dedup();
    assert_eq!(doubted, ["A", "C"]);
    drop(resumed);

    let other = place.start();
    let well = settlement(&delivery(2, "a", "A", None), Outcome::Delivered, Some("PRS1"), VentaState::None);
    other.settle(Arc::new(vec![well])).await.expect("recorded");
    assert!(!other.in_doubt().await.expect("ids").contains(&"A".to_owned()));
    let elsewhere = place.open().start(&asked("http://127.0.0.1:1/elsewhere/")).expect("a run");
    assert!(elsewhere.in_doubt().await.expect("ids").is_empty());
}

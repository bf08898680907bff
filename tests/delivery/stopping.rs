//! Ctrl-C in two stages, a journal that fails, a feed slower than the receiver.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crm_bridge::config::Jobs;
use crm_bridge::delivery::{
    Ambient, Cancel, Claim, Delivery, Journal, JournalError, RunEnd, Settings, Settled, Settlement, Stop, run,
};
use crm_bridge::journal::MemoryJournal;
use crm_bridge::report::event::Outcome;
use tokio::sync::mpsc;

use crate::script::{Act, Notes, Script, deliver, deliveries, delivery, sale, settings};

/// Runs and presses Ctrl-C at the given times.
async fn interrupted(
    all: Vec<Delivery>,
    script: &Script,
    journal: &impl Journal,
    settings: &Settings,
    presses: &[u64],
) -> (RunEnd, Notes) {
    let (mut feed, mut notes, cancel) = (VecDeque::from(all), Notes::default(), Cancel::new());
    let running = run(&mut feed, script, journal, &mut notes, settings, Ambient::still(), &cancel);
    let pressing = async {
        for press in presses {
            tokio::time::sleep(Duration::from_millis(*press)).await;
            cancel.press();
        }
    };
    let (end, ()) = tokio::join!(running, pressing);
    assert!(end.counts.add_up());
    (end, notes)
}

#[tokio::test(start_paused = true)]
async fn once_lets_what_is_in_flight_settle() {
    let ids: Vec<String> = (100..200).map(|n| format!("CRM-{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (script, journal) = (Script::new(), MemoryJournal::new());
    let (end, _) = interrupted(deliveries(&ids), &script, &journal, &settings(4), &[45]).await;
    assert_eq!(end.stop, Some(Stop::Interrupted));
    assert_eq!(end.counts.delivered, end.attempts);
    assert_eq!(journal.len() as u64, end.attempts);
    assert_eq!(end.unfinished.len() as u64, end.counts.unprocessed);
    assert!(end.attempts > 4 && end.counts.unprocessed > 0);
}

#[tokio::test(start_paused = true)]
async fn once_finishes_a_sale_that_is_in_flight() {
    let script = Script::new();
    let (end, _) =
        interrupted(vec![sale(2, "A"), sale(3, "B")], &script, &MemoryJournal::new(), &settings(1), &[5])
            .await;
    assert_eq!((end.counts.delivered, end.attempts, end.counts.unprocessed), (1, 2, 1));
}

#[tokio::test(start_paused = true)]
async fn once_does_not_wait_for_a_backoff() {
    let script = Script::new().on("B", std::iter::repeat_n(Act::Answer(crate::script::answer(503, "")), 9));
    let (end, _) =
        interrupted(deliveries(&["A", "B"]), &script, &MemoryJournal::new(), &settings(1), &[3000]).await;
    assert_eq!((end.counts.delivered, end.counts.unprocessed, end.attempts), (1, 1, 3));
}

#[tokio::test(start_paused = true)]
async fn twice_ends_at_once_and_a_venta_in_the_air_is_unknown() {
    let script = Script::new().on("B", [Act::Take, Act::Silence]).on("C", [Act::Silence]);
    let journal = MemoryJournal::new();
    let all = vec![delivery(2, "A", 2), sale(3, "B"), delivery(4, "C", 4), delivery(5, "D", 5)];
    let jobs = Settings { jobs: Jobs::Fixed(2), ..settings(2) };
    let (end, notes) = interrupted(all, &script, &journal, &jobs, &[60, 1]).await;
    assert_eq!(end.stop, Some(Stop::Interrupted));
    assert_eq!((end.counts.unknown, notes.outcome("B")), (1, Outcome::Unknown));
    assert!(end.unfinished.contains(&(0, 4)), "a presencia in the air is sent again: {:?}", end.unfinished);
    let (again, _) = deliver(vec![sale(3, "B")], &Script::new(), &journal, &settings(1)).await;
    assert_eq!((again.counts.unknown, again.attempts), (1, 0));
}

/// Works until it has settled so many groups, then its disk is full.
struct FullAfter {
    inner: MemoryJournal,
    groups: Cell<u32>,
}

impl FullAfter {
    fn check(&self) -> Result<(), JournalError> {
        if self.groups.get() == 0 {
            return Err(JournalError::Full { path: "j.db".to_owned() });
        }
        self.groups.set(self.groups.get() - 1);
        Ok(())
    }
}

impl Journal for FullAfter {
    async fn claim(&self, delivery: &Delivery) -> Result<Claim, JournalError> {
        self.inner.claim(delivery).await
    }

    async fn intend(&self, settlement: Settlement) -> Result<Settled, JournalError> {
        self.check()?;
        self.inner.intend(settlement).await
    }

    async fn settle(&self, settlements: Arc<Vec<Settlement>>) -> Result<Vec<Settled>, JournalError> {
        self.check()?;
        self.inner.settle(settlements).await
    }
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_recorded_is_not_counted_as_delivered() {
    let journal = FullAfter { inner: MemoryJournal::new(), groups: Cell::new(1) };
    let ids: Vec<String> = (100..200).map(|n| format!("CRM-{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (end, _) = deliver(deliveries(&ids), &Script::new(), &journal, &settings(1)).await;
    assert!(matches!(end.stop, Some(Stop::Journal(_))), "{:?}", end.stop);
    assert_eq!(end.counts.delivered, journal.inner.len() as u64);
    assert_eq!(end.counts.delivered + end.counts.unprocessed, end.counts.rows);
}

#[tokio::test(start_paused = true)]
async fn no_venta_is_sent_whose_intent_is_not_on_record() {
    let journal = FullAfter { inner: MemoryJournal::new(), groups: Cell::new(0) };
    let script = Script::new();
    let (end, _) = deliver(vec![sale(2, "A")], &script, &journal, &settings(1)).await;
    assert!(matches!(end.stop, Some(Stop::Journal(_))));
    assert!(script.seen.borrow().iter().all(|seen| !seen.has_venta()));
}

#[tokio::test(start_paused = true)]
async fn a_bounded_channel_is_a_feed_and_holds_its_reader_up() {
    let (sender, mut feed) = mpsc::channel(2);
    let sent = Cell::new(0);
    let script = Script::new();
    let reading = async {
        for n in 100..150 {
            sender.send(delivery(n, &format!("CRM-{n}"), n)).await.expect("the dispatcher listens");
            sent.set(sent.get() + 1);
            let ahead = sent.get() - script.seen.borrow().len();
            assert!(ahead <= 2 + 8 + 1, "{ahead} ahead");
        }
        drop(sender);
    };
    let (journal, mut notes, cancel) = (MemoryJournal::new(), Notes::default(), Cancel::new());
    let settings = Settings { window: 8, ..settings(2) };
    let running = run(&mut feed, &script, &journal, &mut notes, &settings, Ambient::still(), &cancel);
    let (end, ()) = tokio::join!(running, reading);
    assert_eq!((end.counts.delivered, end.stop), (50, None));
}

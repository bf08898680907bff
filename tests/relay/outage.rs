//! The receiver down for a simulated day: nothing is lost, and nothing is given up.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use crm_bridge::config::{Lookup, SendSettings, Token};
use crm_bridge::delivery::transport::Broke;
use crm_bridge::delivery::{Answer, Cancel, Request, Transport, TransportError};
use crm_bridge::journal::MemoryJournal;
use crm_bridge::relay::condition::Condition;
use crm_bridge::relay::courier::{Courier, Office};
use crm_bridge::relay::intake::Intake;
use crm_bridge::relay::keeper::Keeper;
use crm_bridge::relay::metrics::Metrics;
use crm_bridge::relay::outbox::{Keeping, Overview};
use crm_bridge::relay::{Clock, Sink};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::setting::webhook;

const HOUR: Duration = Duration::from_secs(3600);

/// A receiver that is down, each hour in another way, until it is well; then it is as odd as ever.
struct Sick {
    born: Instant,
    well: Cell<bool>,
    tries: Cell<u64>,
    /// The number of each presencia, and how often it came.
    stored: RefCell<BTreeMap<String, (usize, u32)>>,
    /// Ids that answer 500 for ever.
    poisoned: Vec<String>,
}

impl Transport for &Sick {
    async fn attempt(&self, request: Request) -> Result<Answer, TransportError> {
        self.tries.set(self.tries.get() + 1);
        let age = self.born.elapsed();
        let answer =
            |status, body: Value| Answer { status, body: Bytes::from(body.to_string()), ..Answer::default() };
        if !self.well.get() {
            return match age.as_secs() / 3600 % 5 {
                0 => Err(TransportError::new(Broke::Connect, "refused")),
                1 => Err(TransportError::new(Broke::Timeout, "30 s")),
                2 => Ok(answer(503, json!({}))),
                3 => Ok(answer(500, json!({}))),
                _ => Ok(Answer { retry_after: Some("900".to_owned()), ..answer(503, json!({})) }),
            };
        }
        if self.poisoned.contains(&request.id) {
            return Ok(answer(500, json!({})));
        }
        let mut stored = self.stored.borrow_mut();
        let number = stored.len() + 1;
        let (number, times) = stored.entry(request.id.clone()).or_insert((number, 0));
        *times += 1;
        if *times == 1 {
            return Ok(answer(500, json!({})));
        }
        assert!(*times == 2, "{} is sent again after its receipt", request.id);
        Ok(answer(200, json!({ "id_presencia": format!("PRS{number:05}"), "id_venta": null })))
    }
}

fn clock(born: Instant) -> Clock {
    // 2024-02-01, and as far from it as the test's own clock has come.
    Clock::new(move || UNIX_EPOCH + Duration::from_secs(1_706_745_600) + born.elapsed())
}

async fn take(office: &Office, number: u64) {
    let body = Bytes::from(webhook(number).to_string());
    let now: SystemTime = office.clock.now();
    let read = Intake::default().read(&body, now.into()).unwrap();
    office.keeper.take(read.arrival, office.clock.millis()).await.unwrap();
}

fn office(folder: &tempfile::TempDir, born: Instant) -> Office {
    let keeping = Keeping { most: 100_000, target: "target".to_owned(), lookup: Lookup::Substring };
    let clock = clock(born);
    let (keeper, _, _) = Keeper::start(&folder.path().join("journal.db"), keeping, clock.millis()).unwrap();
    Office { keeper, clock, metrics: Arc::new(Metrics::new()), condition: Arc::new(Condition::default()) }
}

fn settings() -> SendSettings {
    SendSettings::new("http://receiver.example/".parse().unwrap(), Token::new("unused"))
}

async fn overview(office: &Office) -> Overview {
    let now = office.clock.millis();
    office.keeper.ask(move |outbox| outbox.overview(now, 48)).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_is_down_for_a_day_costs_no_webhook() {
    let folder = tempfile::tempdir().unwrap();
    let born = Instant::now();
    let office = office(&folder, born);
    let sick = Sick {
        born,
        well: Cell::new(false),
        tries: Cell::new(0),
        stored: RefCell::default(),
        poisoned: Vec::new(),
    };
    let courier = Courier::new(office.clone(), &sick, MemoryJournal::new(), &settings(), u32::MAX);
    let cancel = Cancel::new();
    let crm = async {
        for number in 0..144 {
            tokio::time::sleep(Duration::from_secs(600)).await;
            take(&office, 10_000 + number).await;
            take(&office, 10_000 + number).await;
        }
        let before = overview(&office).await;
        assert_eq!((before.dead, before.depth), (0, 144), "{:?}", before.causes);
        sick.well.set(true);
        let recovered = Instant::now();
        loop {
            tokio::time::sleep(Duration::from_secs(10)).await;
            let now = overview(&office).await;
            if now.depth == 0 {
                assert_eq!(now.dead, 0, "{:?}", now.causes);
                break;
            }
            assert!(recovered.elapsed() < HOUR * 4, "{now:?} long after the receiver is well");
        }
        cancel.press();
    };
    tokio::join!(courier.run(&cancel), crm);
    assert_eq!(sick.stored.borrow().len(), 144);
    // A probe a minute, not a storm: 144 webhooks with a schedule of their own would be thousands of tries.
    let (tries, minutes) = (sick.tries.get(), born.elapsed().as_secs() / 60);
    assert!(tries < minutes * 3 + 144 * 4, "{tries} tries in {minutes} minutes");
}

#[tokio::test(start_paused = true)]
async fn one_with_a_fault_of_its_own_becomes_a_dead_letter_and_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let born = Instant::now();
    let office = office(&folder, born);
    let sick = Sick {
        born,
        well: Cell::new(true),
        tries: Cell::new(0),
        stored: RefCell::default(),
        poisoned: vec!["CRM-10000".to_owned()],
    };
    let courier = Courier::new(office.clone(), &sick, MemoryJournal::new(), &settings(), u32::MAX);
    let cancel = Cancel::new();
    let crm = async {
        take(&office, 10_000).await;
        let start = Instant::now();
        for number in 1..60 {
            take(&office, 10_000 + number).await;
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
        while overview(&office).await.depth > 0 {
            tokio::time::sleep(Duration::from_secs(5)).await;
            assert!(start.elapsed() < HOUR, "{:?}", overview(&office).await);
        }
        cancel.press();
    };
    tokio::join!(courier.run(&cancel), crm);
    let end = overview(&office).await;
    assert_eq!((end.dead, sick.stored.borrow().len()), (1, 59), "{:?}", end.causes);
    let letters = office.keeper.ask(|outbox| outbox.dead_letters(9)).await.unwrap();
    assert_eq!((letters[0].id.as_str(), letters[0].class.as_str()), ("CRM-10000", "server"));
}

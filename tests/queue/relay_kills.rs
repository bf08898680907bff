//! SIGKILL of relays, of workers and of the queue at random moments, under load: every webhook that was answered 200 is
//! delivered, once; no venta twice. A longer run with another seed:
//!
//! ```text
//! CRM_BRIDGE_KILLS=60 CRM_BRIDGE_SEED=7 cargo test --test queue -- relay_kills --nocapture
//! ```

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::nats::Nats;
use super::program::{Program, post, relay, webhook, worker};
use super::receiver::{Receiver, Twist};
use super::working::backlog;

/// Webhooks sent at once.
const CLIENTS: u64 = 4;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[derive(Default)]
struct Crm {
    next: AtomicU64,
    answered: Mutex<BTreeSet<u64>>,
    over: AtomicBool,
    url: Mutex<String>,
}

impl Crm {
    /// Sends each event twice, as the live CRM does; what is not answered is not sent again.
    async fn send(self: Arc<Self>) {
        while !self.over.load(Ordering::Acquire) {
            let number = 100_000 + self.next.fetch_add(1, Ordering::AcqRel);
            let body = webhook(number, number % 97, number.is_multiple_of(5));
            for _ in 0..2 {
                let url = self.url.lock().expect("a URL").clone();
                match post(&url, &body).await {
                    Some(answer) if answer.status == 200 => {
                        self.answered.lock().expect("a set").insert(number);
                    }
                    Some(answer) => assert_eq!(answer.status, 503, "{answer:?}"),
                    None => {}
                }
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[test]
fn every_webhook_that_was_answered_is_delivered_once_through_kills_of_everything() {
    let Some(mut nats) = Nats::start() else { return };
    let (kills, chosen) = (number("CRM_BRIDGE_KILLS", 8), number("CRM_BRIDGE_SEED", 1));
    let mut chance = fastrand::Rng::with_seed(chosen);
    let mut twist = fastrand::Rng::with_seed(chosen + 1);
    let receiver = Receiver::with(Duration::from_millis(2), move |_, _| match twist.u32(..100) {
        0..3 => Some(Twist::Status(503)),
        3..6 => Some(Twist::SavedBut(500)),
        _ => None,
    });
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let url = nats.url();
    let start_relay = || Program::relay(&mut relay(folder.path(), &url, &["--id-terminator", "]"]), &log);
    let start_worker =
        || Program::worker(&mut worker(folder.path(), &url, &receiver, &["--ack-wait", "3s"]), &log);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let queue = nats.queue().await;
        let mut relay = start_relay();
        let mut worker = start_worker();
        let crm = Arc::new(Crm { url: Mutex::new(relay.url.clone()), ..Crm::default() });
        let clients: Vec<_> = (0..CLIENTS).map(|_| tokio::spawn(Arc::clone(&crm).send())).collect();
        for _ in 0..kills {
            tokio::time::sleep(Duration::from_millis(chance.u64(100..800))).await;
            match chance.u32(..4) {
                0 => {
                    nats.kill();
                    tokio::time::sleep(Duration::from_millis(chance.u64(50..1000))).await;
                    nats.restart();
                }
                1 => {
                    worker.kill();
                    worker = start_worker();
                }
                _ => {
                    relay.kill();
                    relay = start_relay();
                    crm.url.lock().unwrap().clone_from(&relay.url);
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        crm.over.store(true, Ordering::Release);
        for client in clients {
            client.await.unwrap();
        }
        let until = Instant::now() + Duration::from_secs(60 + kills);
        while queue.backlog().await.is_err() || backlog(&queue).await > 0 {
            assert!(Instant::now() < until, "the queue does not drain");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!((worker.end(), relay.end()), (Some(0), Some(0)));

        let dead = queue.dead(1, 10_000).await.unwrap();
        let answered = crm.answered.lock().unwrap().clone();
        let seen = receiver.seen();
        assert!(answered.len() > 20, "{} were answered", answered.len());
        for number in &answered {
            let id = format!("CRM-{number}]");
            assert!(seen.presencias.contains_key(&id), "{id} was answered and is lost");
            if number % 5 == 0 {
                let times = seen.ventas.get(&id).copied().unwrap_or_default();
                let in_doubt =
                    dead.iter().any(|letter| letter.id == id && letter.reason.outcome == "unknown");
                assert!(times == 1 || times == 0 && in_doubt, "{id}: {times} ventas, in doubt: {in_doubt}");
            }
        }
        assert!(seen.ventas.values().all(|times| *times == 1), "a venta twice: {:?}", seen.ventas);
        assert_eq!(seen.most_of_a_client, 1, "two requests of one client at once");
        let others: Vec<_> = dead.iter().filter(|letter| letter.reason.outcome != "unknown").collect();
        assert!(others.is_empty(), "{others:#?}");
    });
}

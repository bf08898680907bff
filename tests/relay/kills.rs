//! SIGKILL at random moments, under load, with a flaky receiver: every webhook that was answered 200 is delivered, once.
//!
//! A longer run: `CRM_BRIDGE_KILLS=200 CRM_BRIDGE_SEED=7 cargo test --release --test relay kills -- --nocapture`.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crm_bridge::receiver::{FaultPlan, Receiver, Spec};
use serde_json::{Value, json};

use super::setting::{INSIDE, PATH, Process, odd_receiver, request, webhook};

/// Webhooks sent at once.
const CLIENTS: u64 = 4;

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Each fifth event is a sale.
fn event(number: u64) -> Value {
    let mut body = webhook(number);
    if number.is_multiple_of(5) {
        body["venta"] = json!({
            "fecha_venta": "2024-01-15", "lote": number, "tipo_venta": "contado", "plazo_meses_credito": 0,
            "valor_lote_venta": "45000.00",
        });
    }
    body
}

#[derive(Default)]
struct Crm {
    next: AtomicU64,
    answered: Mutex<BTreeSet<u64>>,
    over: AtomicBool,
}

impl Crm {
    /// Sends each event twice, as the live CRM does; what is not answered is not sent again.
    async fn send(self: Arc<Self>, addr: SocketAddr) {
        while !self.over.load(Ordering::Acquire) {
            let number = 100_000 + self.next.fetch_add(1, Ordering::AcqRel);
            let body = event(number).to_string();
            for _ in 0..2 {
                let headers = [("X-CRM-Webhook-Token", INSIDE)];
                match request(addr, "POST", PATH, &headers, body.as_bytes()).await {
                    Ok((200, ..)) => {
                        self.answered.lock().unwrap().insert(number);
                    }
                    Ok((status, _, answer)) => panic!("{status}: {answer}"),
                    Err(_) => return,
                }
            }
            // The receiver of the tests is slower than the relay: the queue must not outgrow the test.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_webhook_that_was_answered_is_delivered_once_through_kills() {
    let (kills, seed) = (number("CRM_BRIDGE_KILLS", 5), number("CRM_BRIDGE_SEED", 1));
    println!("{kills} kills, seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let flaky = ["503:4%", "reset:2%", "reset:2%;after", "truncate:1%", "delay:p50=2ms,p99=40ms"];
    let faults = FaultPlan::new(flaky.iter().map(|fault| fault.parse().unwrap()).collect());
    let receiver = Receiver::start(Spec { faults, seed, ..odd_receiver() }).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.db");
    let crm = Arc::new(Crm::default());
    for _ in 0..kills {
        let mut process = Process::start(Process::command(&journal, &receiver.url()).stderr(Stdio::null()));
        let clients: Vec<_> =
            (0..CLIENTS).map(|_| tokio::spawn(Arc::clone(&crm).send(process.addr))).collect();
        tokio::time::sleep(Duration::from_millis(random.u64(20..600))).await;
        process.child.kill().unwrap();
        process.child.wait().unwrap();
        for client in clients {
            client.await.unwrap();
        }
    }
    receiver.set_faults(FaultPlan::default());
    let process = Process::start(Process::command(&journal, &receiver.url()).stderr(Stdio::null()));
    let dead = drained(&process).await;
    let answered = crm.answered.lock().unwrap().clone();
    println!("{} answered, {} stored", answered.len(), receiver.presencias().len());
    assert!(!answered.is_empty());
    let mut stored: BTreeMap<String, u32> = BTreeMap::new();
    for presencia in receiver.presencias() {
        *stored.entry(presencia.id_presencia_crm).or_default() += 1;
    }
    for number in &answered {
        assert!(stored.contains_key(&format!("CRM-{number}")), "CRM-{number} was answered and is lost");
    }
    assert!(stored.values().all(|count| *count == 1), "a presencia is there twice: {stored:?}");
    let mut sales: BTreeMap<String, u32> = BTreeMap::new();
    for venta in receiver.ventas() {
        *sales.entry(venta.lote).or_default() += 1;
    }
    assert!(sales.values().all(|count| *count == 1), "a sale is there twice: {sales:?}");
    let wanted = answered.iter().filter(|number| number.is_multiple_of(5)).count();
    assert!(sales.len() + dead >= wanted, "{wanted} sales answered, {} saved, {dead} in doubt", sales.len());
}

/// Waits until nothing waits any more; tells how many dead letters there are.
async fn drained(process: &Process) -> usize {
    for _ in 0..1_800 {
        let (_, _, text) = request(process.addr, "GET", "/metrics", &[], b"").await.unwrap();
        let figure = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim().parse::<usize>().unwrap()
        };
        if figure("crm_bridge_relay_queue_depth ") == 0 {
            return figure("crm_bridge_relay_dead_letters ");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the queue does not drain");
}

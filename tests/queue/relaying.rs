//! `relay --queue`: what the CRM sends goes into the queue before it is answered, and workers deliver it.

use std::path::Path;
use std::time::{Duration, Instant};

use crm_bridge::queue::{Options, Queue};
use serde_json::Value;

use super::nats::{Nats, block_on};
use super::program::{Program, command, relay, webhook, worker};
use super::receiver::{Receiver, TOKEN};
use super::working::backlog;

struct Place {
    nats: Nats,
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Option<Self> {
        Some(Self { nats: Nats::start()?, folder: tempfile::tempdir().expect("a folder") })
    }

    fn log(&self) -> std::path::PathBuf {
        self.folder.path().join("log")
    }

    async fn queue(&self) -> Queue {
        Queue::connect(&self.nats.url(), &Options::default()).await.expect("a queue")
    }

    fn relay(&self, further: &[&str]) -> Program {
        Program::relay(&mut relay(self.folder.path(), &self.nats.url(), further), &self.log())
    }

    fn worker(&self, receiver: &Receiver, further: &[&str]) -> Program {
        let log = self.folder.path().join("worker.log");
        Program::worker(&mut worker(self.folder.path(), &self.nats.url(), receiver, further), &log)
    }

    /// The delivery lines of the workers.
    fn deliveries(&self) -> Vec<Value> {
        let log = std::fs::read_to_string(self.folder.path().join("worker.log")).unwrap_or_default();
        let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.filter(|line| line["kind"] == "delivery").collect()
    }
}

/// Waits until `done`; fails after half a minute.
async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !done().await {
        assert!(Instant::now() < end, "it did not come to that: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn emptied(queue: &Queue) {
    until("an empty queue", async || backlog(queue).await == 0).await;
}

fn used(partitions: &[crm_bridge::queue::backlog::Backlog]) -> usize {
    partitions.iter().filter(|partition| partition.total() > 0).count()
}

#[test]
fn what_is_answered_is_in_the_queue_once_and_workers_deliver_it_in_the_order_of_each_client() {
    let Some(place) = Place::new() else { return };
    let receiver = Receiver::start(Duration::from_millis(2));
    block_on(async {
        let queue = place.queue().await;
        // The receiver looks ids up inside others, unless somebody says that it does not.
        for (further, first, spread) in [(&[][..], 1000, false), (&["--id-terminator", "]"][..], 2000, true)]
        {
            let mut relay = place.relay(further);
            for number in first..first + 60 {
                let body = webhook(number, number % 12, number % 5 == 0);
                let mut ids = Vec::new();
                for status in ["queued", "repeated"] {
                    let answer = relay.post(&body).await.unwrap();
                    assert_eq!((answer.status, &answer.body["status"]), (200, &status.into()), "{answer:?}");
                    assert!(answer.body["detail"].is_string());
                    ids.push(answer.body["delivery_id"].as_str().unwrap().to_owned());
                }
                assert_eq!(ids[0], ids[1], "one event, one delivery");
            }
            let waiting = queue.backlog().await.unwrap();
            assert_eq!(backlog(&queue).await, 60);
            assert!(if spread { used(&waiting) > 4 } else { used(&waiting) == 1 }, "{waiting:?}");
            assert_eq!(relay.end(), Some(0));
            let mut worker = place.worker(&receiver, &[]);
            emptied(&queue).await;
            assert_eq!(worker.end(), Some(0));
        }
        assert_eq!(queue.dead_count().await.unwrap(), 0);
        let seen = receiver.seen();
        assert_eq!(seen.presencias.len(), 120);
        assert!(
            seen.ventas.len() == 24 && seen.ventas.values().all(|times| *times == 1),
            "{:?}",
            seen.ventas
        );
        assert_eq!(seen.most_of_a_client, 1);
        for order in seen.order.values() {
            let numbers = order.iter().map(|id| id[4..].trim_end_matches(']').parse::<u64>().unwrap());
            assert!(numbers.is_sorted(), "{order:?}");
        }
        assert!(place.deliveries().iter().all(|line| line["file"] == "relay" || line["file"].is_null()));
    });
}

#[test]
fn a_repeat_long_after_the_delivery_is_taken_and_dropped_by_the_worker() {
    let Some(place) = Place::new() else { return };
    let receiver = Receiver::start(Duration::ZERO);
    block_on(async {
        // So short an age makes the server forget publications soon.
        let age = ["--queue-max-age", "2s"];
        let relay = place.relay(&age);
        let _worker = place.worker(&receiver, &age);
        let body = webhook(1, 1, true);
        assert_eq!(relay.post(&body).await.unwrap().body["status"], "queued");
        until("a delivery", async || place.deliveries().len() == 1).await;
        let again = async || relay.post(&body).await.unwrap().body["status"] == "queued";
        until("a server that has forgotten", again).await;
        until("a second end", async || place.deliveries().len() == 2).await;
        assert_eq!(place.deliveries()[1]["outcome"], "duplicate");
        let seen = receiver.seen();
        assert_eq!((seen.requests["CRM-1"], seen.ventas["CRM-1"]), (2, 1), "a presencia and its venta");
    });
}

#[test]
fn a_queue_that_is_away_is_answered_503_and_nothing_is_lost() {
    let Some(mut place) = Place::new() else { return };
    let receiver = Receiver::start(Duration::ZERO);
    block_on(async {
        let mut relay = place.relay(&[]);
        assert_eq!(relay.get("readyz").await.0, 404, "only at the root");
        assert_eq!(relay.get("/readyz").await.0, 200);
        assert_eq!(relay.post(&webhook(100, 1, false)).await.unwrap().status, 200);
        place.nats.kill();
        let mut refused = Vec::new();
        for number in 101..104 {
            let answer = relay.post(&webhook(number, 1, false)).await.unwrap();
            assert_eq!(answer.status, 503, "{answer:?}");
            assert!(answer.retry_after.is_some() && answer.body["detail"].is_string(), "{answer:?}");
            refused.push(number);
        }
        // Once it is known to be away, nobody waits for it.
        let asked = Instant::now();
        assert_eq!(relay.post(&webhook(104, 1, false)).await.unwrap().status, 503);
        assert!(asked.elapsed() < Duration::from_secs(4), "{:?}", asked.elapsed());
        assert_eq!(relay.get("/healthz").await.0, 200);
        let (status, ready) = relay.get("/readyz").await;
        assert!(status == 503 && ready.contains("can't be reached"), "{status} {ready}");
        let (status, metrics) = relay.get("/metrics").await;
        assert!(status == 200 && metrics.contains("crm_bridge_relay_storing 0\n"), "{metrics}");
        assert!(metrics.contains("crm_bridge_relay_turned_away_total{status=\"503\"} 4\n"), "{metrics}");
        let (status, page) = relay.get("/").await;
        assert!(status == 200 && page.contains("id=\"storage\"") && page.contains(">—<"), "{page}");
        place.nats.restart();
        until("a relay that is ready", async || relay.get("/readyz").await.0 == 200).await;
        for number in refused.into_iter().chain([104]) {
            let answer = relay.post(&webhook(number, 1, false)).await.unwrap();
            assert_eq!(answer.status, 200, "{answer:?}");
        }
        assert!(relay.get("/metrics").await.1.contains("crm_bridge_relay_storing 1\n"));
        let _worker = place.worker(&receiver, &[]);
        until("all of them", async || receiver.seen().presencias.len() == 5).await;
        assert_eq!(relay.end(), Some(0));
        assert!(receiver.seen().requests.values().all(|times| *times == 1), "{:?}", receiver.seen().requests);
        let log = std::fs::read_to_string(place.log()).unwrap();
        assert!(log.contains("can't be") && !log.contains("Cliente Número"), "{log}");
    });
}

#[test]
fn a_short_absence_of_the_queue_is_waited_for() {
    let Some(mut place) = Place::new() else { return };
    block_on(async {
        let relay = place.relay(&[]);
        place.nats.kill();
        let body = webhook(100, 1, false);
        let posting = relay.post(&body);
        let restarting = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            place.nats.restart();
        };
        let (answer, ()) = tokio::join!(posting, restarting);
        assert_eq!(answer.unwrap().status, 200, "the CRM does not send it again by itself");
        assert_eq!(backlog(&place.queue().await).await, 1);
    });
}

#[test]
fn a_full_queue_is_answered_503_and_a_body_that_no_queue_takes_413() {
    let Some(place) = Place::new() else { return };
    block_on(async {
        let queue = place.queue().await;
        let client = async_nats::connect(queue.server()).await.unwrap();
        let context = async_nats::jetstream::new(client);
        let mut stream = context.get_stream("CRM_PRESENCIAS").await.unwrap();
        let mut config = stream.info().await.unwrap().config.clone();
        config.max_messages = 2;
        context.update_stream(&config).await.unwrap();
        let relay = place.relay(&["--max-body", "3000000"]);
        for number in 100..102 {
            assert_eq!(relay.post(&webhook(number, 1, false)).await.unwrap().status, 200);
        }
        let full = relay.post(&webhook(102, 1, false)).await.unwrap();
        assert!(full.status == 503 && full.body["detail"].as_str().unwrap().contains("full"), "{full:?}");
        let (status, ready) = relay.get("/readyz").await;
        assert!(status == 503 && ready.contains("full"), "{ready}");
        config.max_messages = -1;
        context.update_stream(&config).await.unwrap();
        assert_eq!(relay.post(&webhook(102, 1, false)).await.unwrap().status, 200);
        let mut long = webhook(103, 1, false);
        long["observaciones"] = "Pidió el plano del lote. ".repeat(50_000).into();
        let long = relay.post(&long).await.unwrap();
        assert!(long.status == 413 || long.body["status"] == "dead", "{long:?}");
        let mut odd = webhook(104, 1, false);
        odd["otro"] = "x".repeat(1_200_000).into();
        let odd = relay.post(&odd).await.unwrap();
        assert_eq!(odd.status, 413, "{odd:?}");
        assert_eq!(relay.get("/readyz").await.0, 200, "one long body says nothing of the others");
    });
}

#[test]
fn what_a_rule_forbids_is_a_dead_letter_that_no_redrive_sends() {
    let Some(place) = Place::new() else { return };
    block_on(async {
        let relay = place.relay(&[]);
        let mut wrong = webhook(100, 1, false);
        wrong["cliente"]["telefono_principal"] = "no phone".into();
        for _ in 0..2 {
            let answer = relay.post(&wrong).await.unwrap();
            assert_eq!((answer.status, &answer.body["status"]), (200, &"dead".into()), "{answer:?}");
        }
        assert_eq!(relay.post(&serde_json::json!([1, 2])).await.unwrap().body["status"], "dead");
        // The corrected one goes through although its id is that of a dead letter.
        assert_eq!(relay.post(&webhook(100, 1, false)).await.unwrap().body["status"], "queued");
        let queue = place.queue().await;
        let dead = queue.dead(1, 10).await.unwrap();
        let told: Vec<_> = dead
            .iter()
            .map(|letter| (letter.reason.outcome.as_str(), letter.reason.class.as_str()))
            .collect();
        assert_eq!(told, [("invalid", "T01"), ("invalid", "S01")], "the double send is one letter");
        assert_eq!(dead[0].id, "CRM-100");
        assert!(!dead[0].reason.message.contains("no phone"), "{:?}", dead[0].reason);

        let (status, page) = relay.get("/").await;
        assert_eq!(status, 200);
        assert!(page.contains("id=\"depth\">1<") && page.contains("data-class=\"T01\""), "{page}");
        assert!(page.contains("id=\"published\" class=\"good\">1<") && !page.contains("Cliente"), "{page}");
        let (_, metrics) = relay.get("/metrics").await;
        for line in ["accepted_total 1", "dead_letters 2", "queue_depth 1", "dead_total{cause=\"T01\"} 2"] {
            assert!(
                metrics.contains(&format!("crm_bridge_relay_{line}\n")),
                "{line} is missing in\n{metrics}"
            );
        }
        assert!(!metrics.contains("crm_bridge_relay_delivered"), "{metrics}");

        let output = command(place.folder.path())
            .args(["runs", "redrive", "--rejected", "--json", "--queue", place.nats.url().as_str()])
            .output()
            .unwrap();
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        let summary: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
        assert_eq!(output.status.code(), Some(1), "{summary}");
        assert_eq!((&summary["invalid"], &summary["queued"]), (&2.into(), &0.into()), "{summary}");
        assert_eq!(queue.dead_count().await.unwrap(), 2);
    });
}

#[test]
fn the_whole_way_goes_through_a_queue_that_wants_credentials() {
    let users = "authorization { user: ana, password: \"s3cret-word\" }";
    let Some(nats) = Nats::with(users) else { return };
    let place = Place { nats, folder: tempfile::tempdir().unwrap() };
    let receiver = Receiver::start(Duration::ZERO);
    let file = place.folder.path().join("credentials");
    std::fs::write(&file, "ana:s3cret-word\n").unwrap();
    let with = ["--queue-credentials", file.to_str().unwrap()];
    let (code, said) = refused(place.folder.path(), place.nats.url().as_str(), &[]);
    assert!(code == Some(4) && said.contains("--queue-credentials"), "{code:?} {said}");
    block_on(async {
        let mut relay = place.relay(&with);
        assert_eq!(relay.post(&webhook(100, 1, true)).await.unwrap().status, 200);
        let export = "ID Cita;Nombre;Celular;Fecha y Hora;Estado\n1;Rosa Quispe;999888777;15/01/2024 10:00;Realizada\n";
        std::fs::write(place.folder.path().join("a.csv"), export).unwrap();
        let mut exported = command(place.folder.path());
        exported.args(["replay-csv", "a.csv", "--json", "--queue", place.nats.url().as_str()]).args(with);
        let output = exported.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let mut worker = place.worker(&receiver, &with);
        until("both", async || receiver.seen().presencias.len() == 2).await;
        let shown = command(place.folder.path())
            .args(["runs", "show", "--queue", place.nats.url().as_str()])
            .args(with)
            .output()
            .unwrap();
        assert_eq!(shown.status.code(), Some(0), "{}", String::from_utf8_lossy(&shown.stderr));
        assert_eq!((relay.end(), worker.end()), (Some(0), Some(0)));
    });
    for log in ["log", "worker.log"] {
        let log = std::fs::read_to_string(place.folder.path().join(log)).unwrap();
        assert!(!log.contains("s3cret-word"), "{log}");
    }
}

fn refused(folder: &Path, queue: &str, further: &[&str]) -> (Option<i32>, String) {
    let output = relay(folder, &queue.parse().expect("a URL"), further).output().expect("a relay");
    assert!(output.stdout.is_empty());
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn flags_that_mean_nothing_to_who_publishes_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = "nats://127.0.0.1:9";
    for flag in [
        &["--journal", "a.db"][..],
        &["--url", "http://127.0.0.1:9/"],
        &["--max-queue", "5"],
        &["--rate", "5/s"],
        &["--jobs", "2"],
        &["--retries", "2"],
        &["--dry-run"],
        &["--force"],
    ] {
        for (lang, word) in [("en", "means nothing"), ("es", "no significa nada")] {
            let (code, said) = refused(folder.path(), nobody, &[flag, &["--lang", lang]].concat());
            assert!(code == Some(2) && said.contains(flag[0]) && said.contains(word), "{code:?} {said}");
        }
    }
    let (code, said) = refused(folder.path(), "nats://queue.invalid:4222", &[]);
    assert!(code == Some(2) && said.contains("--yes"), "{code:?} {said}");
    let mut without = relay(folder.path(), &nobody.parse().unwrap(), &[]);
    let output = without.env_remove("CRM_WEBHOOK_TOKEN").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("CRM_WEBHOOK_TOKEN"));
}

#[test]
fn webhooks_in_the_relays_own_outbox_are_not_forgotten() {
    let Some(place) = Place::new() else { return };
    let journal = place.folder.path().join("relay.db");
    block_on(async {
        let mut own = command(place.folder.path());
        own.args(["relay", "--json", "--listen", "127.0.0.1:0", "--url", "http://127.0.0.1:9/", "--journal"])
            .arg(&journal)
            .env("CRM_WEBHOOK_TOKEN", super::program::SECRET)
            .env("COMERCIAL_WEBHOOK_TOKEN", TOKEN);
        let mut own = Program::relay(&mut own, &place.log());
        assert_eq!(own.post(&webhook(100, 1, false)).await.unwrap().status, 200);
        own.kill();
        let mut publishing = relay(place.folder.path(), &place.nats.url(), &[]);
        let publishing = Program::relay(publishing.env("CRM_BRIDGE_JOURNAL", &journal), &place.log());
        let said = std::fs::read_to_string(place.log()).unwrap();
        assert!(said.contains("1 webhooks wait") && said.contains("relay --listen"), "{said}");
        assert_eq!(publishing.post(&webhook(101, 1, false)).await.unwrap().status, 200);
    });
}

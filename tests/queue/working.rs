//! Workers in this process: everything is delivered, in order, once; troubles of the receiver burn no attempts.

use std::collections::HashSet;
use std::time::Duration;

use crm_bridge::config::{Jobs, Lookup, SendSettings, Token};
use crm_bridge::delivery::{Cancel, HttpClient, Settings};
use crm_bridge::error::Kind;
use crm_bridge::queue::worker::{Partitions, WorkEnd};
use crm_bridge::queue::{Options, Queue, Route, Worker};
use crm_bridge::report::event::{DeliveryNote, Event, Observer, Outcome};
use futures_util::StreamExt;

use super::nats::{Nats, block_on, delivery, quick};
use super::port::Held;
use super::receiver::{Receiver, TOKEN, Twist};

/// Waits between attempts that a test can wait for.
const STEPS: [Duration; 4] = [Duration::from_millis(50); 4];

#[derive(Default)]
pub(crate) struct Notes(pub(crate) Vec<DeliveryNote>);

impl Observer for Notes {
    fn observe(&mut self, event: Event) {
        if let Event::Delivery(note) = event {
            self.0.push(note);
        }
    }
}

pub(crate) fn settings(url: &str, token: &str) -> SendSettings {
    SendSettings {
        jobs: Jobs::Fixed(16),
        lookup: Lookup::Exact,
        timeout: Duration::from_secs(5),
        ..SendSettings::new(url.parse().expect("a URL"), Token::new(token))
    }
}

/// Works until `done` says so, which is asked a few times a second.
pub(crate) async fn work_until(
    queue: &Queue,
    settings: &SendSettings,
    share: Partitions,
    mut done: impl AsyncFnMut() -> bool,
) -> (WorkEnd, Vec<DeliveryNote>) {
    let cancel = Cancel::new();
    let transport = HttpClient::new(settings).expect("a client");
    let worker =
        Worker::new(queue, share, Settings::from(settings)).waiting(&STEPS).delivering_to(&settings.url);
    let receipts = queue.receipts(&settings.url, worker.give_up());
    let mut notes = Notes::default();
    let work = worker.run(&transport, &receipts, &mut notes, &cancel);
    let watch = async {
        for _ in 0..600 {
            if done().await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        cancel.press();
        std::future::pending::<()>().await;
    };
    let end = tokio::select! {
        end = work => end,
        () = watch => unreachable!("it waits for ever"),
    };
    (end, notes.0)
}

pub(crate) async fn backlog(queue: &Queue) -> u64 {
    let backlog = queue.backlog().await.expect("a backlog");
    backlog.iter().map(crm_bridge::queue::backlog::Backlog::total).sum()
}

pub(crate) async fn publish(queue: &Queue, count: u64, clients: u64, ventas: bool) -> Vec<String> {
    let deliveries: Vec<_> = (1..=count)
        .map(|row| {
            let document = format!("{:08}", row % clients);
            delivery(row, &format!("CRM-{row}"), &document, ventas && row % 3 == 0)
        })
        .collect();
    for published in queue.publish_all(&deliveries, Some("citas.csv"), Route::ByClient).await {
        published.expect("published");
    }
    deliveries.into_iter().map(|delivery| delivery.id).collect()
}

#[test]
fn three_workers_deliver_everything_once_and_in_order() {
    let Some(nats) = Nats::start() else { return };
    let receiver = Receiver::start(Duration::from_millis(2));
    block_on(async {
        let queue = nats.queue().await;
        let ids = publish(&queue, 300, 40, true).await;
        let settings = settings(&receiver.url, TOKEN);
        let one =
            || work_until(&queue, &settings, Partitions::default(), async || backlog(&queue).await == 0);
        let ((a, notes), (b, _), (c, _)) = tokio::join!(one(), one(), one());
        assert_eq!(a.counts.delivered + b.counts.delivered + c.counts.delivered, 300);
        assert!(a.counts.delivered > 0 && b.counts.delivered > 0 && c.counts.delivered > 0);
        assert!(a.counts.add_up() && a.failure.is_none() && a.attempts > 0 && a.latency.is_some());
        assert!(notes.iter().all(|note| note.file.as_deref() == Some("citas.csv")));
        assert_eq!(backlog(&queue).await, 0);
        assert_eq!(queue.dead_count().await.unwrap(), 0);
        let seen = receiver.seen();
        assert_eq!(seen.presencias.len(), 300);
        assert_eq!(seen.ventas.len(), 100);
        assert!(seen.ventas.values().all(|times| *times == 1), "{:?}", seen.ventas);
        assert_eq!(seen.most_of_a_client, 1);
        assert!(seen.most <= 16, "{}", seen.most);
        for order in seen.order.values() {
            let rows: Vec<u64> = order.iter().map(|id| id[4..].parse().unwrap()).collect();
            assert!(rows.is_sorted(), "{rows:?}");
        }
        assert_eq!(ids.len(), seen.requests.len());
    });
}

#[test]
fn a_share_leaves_the_other_partitions_alone() {
    let Some(nats) = Nats::start() else { return };
    let receiver = Receiver::start(Duration::ZERO);
    block_on(async {
        let queue = nats.queue().await;
        publish(&queue, 64, 64, false).await;
        let share: Partitions = "0-7".parse().unwrap();
        let left = async || {
            let backlog = queue.backlog().await.unwrap();
            backlog[..8].iter().map(crm_bridge::queue::backlog::Backlog::total).sum::<u64>()
        };
        let before = backlog(&queue).await - left().await;
        assert!(before > 0 && before < 64);
        let settings = settings(&receiver.url, TOKEN);
        let (end, _) = work_until(&queue, &settings, share, async || left().await == 0).await;
        assert_eq!(end.counts.delivered, 64 - before);
        assert_eq!(backlog(&queue).await, before);
    });
}

#[test]
fn what_fails_alone_is_a_dead_letter_and_what_the_receiver_rejects_at_once() {
    let Some(nats) = Nats::start() else { return };
    let receiver = Receiver::with(Duration::ZERO, |id, _| match id {
        "CRM-7" => Some(Twist::Status(503)),
        "CRM-8" => Some(Twist::Status(500)),
        "CRM-9" => Some(Twist::Status(400)),
        _ => None,
    });
    block_on(async {
        let queue = nats.queue().await;
        publish(&queue, 30, 30, false).await;
        let settings = settings(&receiver.url, TOKEN);
        let done = async || backlog(&queue).await == 0;
        let (end, notes) = work_until(&queue, &settings, Partitions::default(), done).await;
        assert_eq!((end.counts.delivered, end.counts.failed, end.counts.rejected), (27, 2, 1));
        assert_eq!(notes.len(), 30, "each is told of once");
        let dead = queue.dead(1, 10).await.unwrap();
        let told = |id: &str| dead.iter().find(|letter| letter.id == id).expect("a dead letter");
        assert_eq!(dead.len(), 3);
        assert_eq!((told("CRM-7").reason.attempts, told("CRM-7").reason.http_status), (5, Some(503)));
        assert_eq!(told("CRM-9").reason.outcome, "rejected");
        assert_eq!(told("CRM-9").envelope().unwrap().source.as_deref(), Some("citas.csv"));
        let seen = receiver.seen();
        assert_eq!(seen.requests["CRM-7"], 5);
        assert_eq!(seen.requests["CRM-8"], 15, "five times a 500 and its two repeats in place");
        assert_eq!(seen.requests["CRM-9"], 1);
    });
}

#[test]
fn a_receiver_that_is_away_burns_no_attempts() {
    let Some(nats) = Nats::start() else { return };
    let held = Held::new();
    block_on(async {
        let queue = nats.queue().await;
        publish(&queue, 20, 20, true).await;
        let settings = settings(&format!("http://{}/api/webhook-presencia-crm/", held.addr), TOKEN);
        let (mut receiver, mut asked) = (None, 0);
        let done = async || {
            asked += 1;
            if asked == 25 {
                let listener = std::net::TcpListener::bind(held.addr).unwrap();
                receiver = Some(Receiver::on(listener, Duration::ZERO, |_, _| None));
            }
            receiver.is_some() && backlog(&queue).await == 0
        };
        let (end, _) = work_until(&queue, &settings, Partitions::default(), done).await;
        assert_eq!(end.counts.delivered, 20);
        assert_eq!(queue.dead_count().await.unwrap(), 0);
    });
}

#[test]
fn a_receiver_that_goes_away_in_the_middle_pauses_the_worker_and_nothing_is_given_up() {
    let Some(nats) = Nats::start() else { return };
    let mut request = 0;
    let receiver = Receiver::with(Duration::ZERO, move |_, _| {
        request += 1;
        (30..90).contains(&request).then_some(Twist::Status(503))
    });
    block_on(async {
        let queue = nats.queue().await;
        publish(&queue, 80, 30, true).await;
        let settings = settings(&receiver.url, TOKEN);
        let done = async || backlog(&queue).await == 0;
        let (end, _) = work_until(&queue, &settings, Partitions::default(), done).await;
        let unknown = end.counts.unknown;
        assert_eq!(end.counts.delivered + unknown, 80, "{:?}", end.counts);
        // A venta that meets a 503 is in doubt, and nothing else is given up.
        assert_eq!(queue.dead_count().await.unwrap(), unknown);
        let seen = receiver.seen();
        assert_eq!(seen.presencias.len(), 80);
        assert!(seen.ventas.values().all(|times| *times == 1), "{:?}", seen.ventas);
        assert_eq!(seen.most_of_a_client, 1);
    });
}

#[test]
fn a_wrong_token_ends_the_worker_before_it_takes_anything() {
    let Some(nats) = Nats::start() else { return };
    let receiver = Receiver::start(Duration::ZERO);
    block_on(async {
        let queue = nats.queue().await;
        publish(&queue, 5, 5, false).await;
        let settings = settings(&receiver.url, "another-token");
        let (end, notes) = work_until(&queue, &settings, Partitions::default(), async || false).await;
        assert_eq!(end.failure.map(|failure| failure.kind), Some(Kind::Refused));
        assert!(notes.is_empty());
        assert_eq!(backlog(&queue).await, 5);
    });
}

#[test]
fn what_was_delivered_is_not_sent_again_when_it_comes_again() {
    let Some(nats) = Nats::start() else { return };
    let receiver = Receiver::start(Duration::ZERO);
    block_on(async {
        let queue = nats.queue().await;
        publish(&queue, 9, 9, true).await;
        let settings = settings(&receiver.url, TOKEN);
        let done = async || backlog(&queue).await == 0;
        work_until(&queue, &settings, Partitions::default(), done).await;
        // The same messages, as a server that forgot its acknowledgements would give them out.
        let client = async_nats::connect(nats.url().as_str()).await.unwrap();
        let context = async_nats::jetstream::new(client);
        for row in 1..=9 {
            let document = format!("{:08}", row % 9);
            let again = delivery(row, &format!("CRM-{row}"), &document, row % 3 == 0);
            let subject = format!("crm.presencias.{}", Route::ByClient.partition(&again));
            let message = crm_bridge::queue::envelope::Envelope::encode(&again, None);
            context.publish(subject, message).await.unwrap().await.unwrap();
        }
        let (end, notes) = work_until(&queue, &settings, Partitions::default(), done).await;
        assert_eq!((end.counts.duplicates, end.counts.delivered), (9, 0));
        assert!(notes.iter().all(|note| note.outcome == Outcome::Duplicate));
        let seen = receiver.seen();
        let sent: HashSet<_> = seen.requests.values().copied().collect();
        assert_eq!(sent, HashSet::from([1, 2]), "one request for a presencia, one more for its venta");
    });
}

#[test]
fn a_message_of_somebody_else_is_a_dead_letter() {
    let Some(nats) = Nats::start() else { return };
    let receiver = Receiver::start(Duration::ZERO);
    block_on(async {
        let queue = nats.queue().await;
        let client = async_nats::connect(nats.url().as_str()).await.unwrap();
        client.publish("crm.presencias.3", "hello".into()).await.unwrap();
        client.publish("crm.presencias.3", r#"{"version":99}"#.into()).await.unwrap();
        client.flush().await.unwrap();
        let settings = settings(&receiver.url, TOKEN);
        let done = async || queue.dead_count().await.unwrap() == 2;
        work_until(&queue, &settings, Partitions::default(), done).await;
        let dead = queue.dead(1, 10).await.unwrap();
        assert!(dead.iter().all(|letter| letter.reason.class == "unreadable"));
        assert_eq!(dead[0].message.as_ref(), b"hello");
        assert!(dead[1].reason.message.contains("version 99"), "{:?}", dead[1].reason);
        assert_eq!(backlog(&queue).await, 0);
    });
}

#[test]
fn a_delivery_that_grew_too_old_in_flight_does_not_hold_up_the_next_ones() {
    let Some(nats) = Nats::start() else { return };
    let receiver = Receiver::start(Duration::ZERO);
    block_on(async {
        let options = Options { max_age: Duration::from_secs(2), ..quick() };
        let queue = Queue::connect(&nats.url(), &options).await.unwrap();
        let document = "00000000";
        let old = delivery(1, "CRM-1", document, false);
        queue.publish(&old, None, Route::ByClient).await.unwrap();
        // Somebody takes it and is never heard of again.
        let client = async_nats::connect(nats.url().as_str()).await.unwrap();
        let stream = async_nats::jetstream::new(client).get_stream("CRM_PRESENCIAS").await.unwrap();
        let name = format!("presencias-{}", Route::ByClient.partition(&old));
        let consumer =
            stream.get_consumer::<async_nats::jetstream::consumer::pull::Config>(&name).await.unwrap();
        let taken = consumer.fetch().max_messages(1).messages().await.unwrap().next().await;
        assert!(taken.is_some());
        while stream.get_info().await.unwrap().state.messages > 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        queue.publish(&delivery(2, "CRM-2", document, false), None, Route::ByClient).await.unwrap();
        let settings = settings(&receiver.url, TOKEN);
        let done = async || receiver.seen().presencias.contains_key("CRM-2");
        let (end, _) = work_until(&queue, &settings, Partitions::default(), done).await;
        assert_eq!(end.counts.delivered, 1);
    });
}

//! The whole sender against the receiver as it was measured: everything arrives once, or is named.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use crm_bridge::config::{Jobs, SendSettings, Token};
use crm_bridge::delivery::{Ambient, Cancel, Delivery, HttpClient, RunEnd, Settings, run};
use crm_bridge::journal::MemoryJournal;
use reqwest::Url;
use serde_json::json;

use crate::odd_receiver::{Fault, OddReceiver, Switches, TOKEN};
use crate::script::Notes;

/// Settings of a sender to `receiver`.
pub(crate) fn send_settings(url: &str) -> SendSettings {
    let mut settings = SendSettings::new(Url::parse(url).expect("a URL"), Token::new(TOKEN));
    settings.timeout = Duration::from_secs(2);
    settings
}

/// The delivery of a valid payload.
pub(crate) fn presencia(row: u64, id: &str, venta: bool) -> Delivery {
    let mut body = json!({
        "id_presencia_crm": id,
        "cliente": {
            "nombres_completos_razon_social": "Prueba Prueba",
            "tipo_documento": "DNI",
            "numero_documento": format!("{row:08}"),
            "telefono_principal": "999888777",
        },
        "fecha_hora_presencia": "2024-01-15T14:30:00",
        "observaciones": "Presencia desde CRM.",
    });
    if venta {
        body["venta"] = json!({"fecha_venta": "2024-01-15", "lote": 7, "tipo_venta": "contado", "valor_lote_venta": "1.00"});
    }
    Delivery::from_json((0, row), &Bytes::from(body.to_string())).expect("a valid payload")
}

async fn deliver(receiver: &OddReceiver, jobs: Jobs, deliveries: Vec<Delivery>) -> (RunEnd, Notes) {
    let send = SendSettings { jobs, ..send_settings(&receiver.url) };
    let client = HttpClient::new(&send).expect("a client");
    let (mut notes, mut feed) = (Notes::default(), VecDeque::from(deliveries));
    let (settings, journal) = (Settings::from(&send), MemoryJournal::new());
    let end =
        run(&mut feed, &client, &journal, &mut notes, &settings, Ambient::system(), &Cancel::new()).await;
    assert!(end.counts.add_up());
    (end, notes)
}

fn assert_holds_each_once(receiver: &OddReceiver, count: usize) {
    let held = receiver.held();
    let distinct: HashSet<&str> = held.ids().into_iter().collect();
    assert_eq!((held.presencias.len(), distinct.len()), (count, count));
}

#[tokio::test]
async fn a_500_that_saved_is_delivered_once() {
    let receiver = OddReceiver::start(Switches::measured());
    let deliveries = (1..40).map(|n| presencia(n, &format!("CRM-{n}"), false)).collect();
    let (end, _) = deliver(&receiver, Jobs::Auto, deliveries).await;
    assert_eq!((end.counts.delivered, end.stop), (39, None));
    assert_holds_each_once(&receiver, 39);
}

#[tokio::test]
async fn rows_lost_to_parallel_writers_are_found_and_sent_again() {
    let receiver = OddReceiver::start(Switches { work: Duration::from_millis(5), ..Switches::measured() });
    let deliveries = (100..140).map(|n| presencia(n, &format!("CRM-{n}"), false)).collect();
    let (end, _) = deliver(&receiver, Jobs::Fixed(8), deliveries).await;
    assert_eq!((end.counts.delivered, end.stop), (40, None));
    assert_holds_each_once(&receiver, 40);
    assert!(receiver.held().total > 80, "some rows were lost on the way");
}

#[tokio::test]
async fn shorter_ids_arrive_before_the_longer_ones_whatever_the_jobs() {
    let receiver =
        OddReceiver::start(Switches { first_post_500: false, parallel_loss: false, ..Switches::measured() });
    let deliveries = (1..=200).map(|n| presencia(n, &format!("CRM-{n}"), false)).collect();
    let (end, _) = deliver(&receiver, Jobs::Fixed(16), deliveries).await;
    assert_eq!((end.counts.delivered, end.counts.collisions), (200, 0));
    assert_holds_each_once(&receiver, 200);
}

#[tokio::test]
async fn ids_in_descending_order_are_named_as_collisions_and_never_counted_as_delivered() {
    let receiver = OddReceiver::start(Switches { first_post_500: false, ..Switches::measured() });
    let deliveries = (1..=200).rev().map(|n| presencia(n, &format!("CRM-{n}"), false)).collect();
    let (end, notes) = deliver(&receiver, Jobs::Fixed(1), deliveries).await;
    assert_eq!((end.counts.delivered, end.counts.collisions), (180, 20));
    assert_holds_each_once(&receiver, 180);
    let collided = notes.0.iter().find(|note| note.error.is_some()).expect("a collision");
    let error = collided.error.as_ref().expect("an error");
    assert!(error.message.en.starts_with("P01") && error.hint.en.contains("--id-terminator"));
}

#[tokio::test]
async fn sales_are_saved_exactly_once() {
    let receiver = OddReceiver::start(Switches::measured());
    let deliveries = (100..120).map(|n| presencia(n, &format!("CRM-{n}"), true)).collect();
    let (end, notes) = deliver(&receiver, Jobs::Auto, deliveries).await;
    assert_eq!(end.counts.delivered, 20, "{:?}", notes.0.iter().find(|note| note.error.is_some()));
    assert_holds_each_once(&receiver, 20);
    let held = receiver.held();
    let distinct: HashSet<&String> = held.ventas.iter().collect();
    assert_eq!((held.ventas.len(), distinct.len()), (20, 20));
}

#[tokio::test]
async fn a_venta_whose_answer_is_lost_is_unknown_and_saved_once() {
    for lost in [Fault::ResetAfter, Fault::Truncate, Fault::Silence] {
        let receiver =
            OddReceiver::with_faults(Switches { first_post_500: false, ..Switches::measured() }, {
                let lost = lost.clone();
                move |_, body| body.contains("\"venta\"").then(|| lost.clone())
            });
        let (end, _) = deliver(&receiver, Jobs::Auto, vec![presencia(2, "CRM-2", true)]).await;
        assert_eq!((end.counts.unknown, end.attempts), (1, 2), "{lost:?}");
        assert_eq!(receiver.held().ventas.len(), 1);
    }
}

#[tokio::test]
async fn faults_of_every_kind_are_survived() {
    let faults = |number: usize, _: &str| match number {
        3 => Some(Fault::Status(429, vec![("Retry-After", "1".to_owned())])),
        5 => Some(Fault::ResetBefore),
        7 => Some(Fault::ResetAfter),
        9 => Some(Fault::Truncate),
        11 => Some(Fault::Silence),
        13 => Some(Fault::Raw(b"this is no HTTP\r\n\r\n".to_vec())),
        15 => Some(Fault::Raw(Vec::new())),
        17 => Some(Fault::Status(503, Vec::new())),
        _ => None,
    };
    for close in [true, false] {
        let switches =
            Switches { first_post_500: false, parallel_loss: false, close, ..Switches::measured() };
        let receiver = OddReceiver::with_faults(switches, faults);
        let deliveries = (100..150).map(|n| presencia(n, &format!("CRM-{n}"), false)).collect();
        let (end, _) = deliver(&receiver, Jobs::Fixed(4), deliveries).await;
        assert_eq!((end.counts.delivered, end.stop), (50, None));
        assert_holds_each_once(&receiver, 50);
        assert_eq!(end.attempts, 58);
    }
}

#[tokio::test]
async fn an_answer_without_end_is_no_receipt_and_no_memory() {
    let receiver = OddReceiver::with_faults(Switches::measured(), |_, _| Some(Fault::Endless));
    let (end, notes) = deliver(&receiver, Jobs::Auto, vec![presencia(2, "CRM-2", false)]).await;
    assert_eq!((end.counts.failed, notes.class("CRM-2")), (1, "refused"));
    assert!(end.stop.expect("a stop").failure().message.en.contains("1 MiB"));
}

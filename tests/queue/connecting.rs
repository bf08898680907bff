//! What is made on a server, what is checked there, and how a refusal is told.

use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::consumer::{AckPolicy, pull};
use async_nats::jetstream::stream::{Config, RetentionPolicy};
use crm_bridge::error::Kind;
use crm_bridge::queue::{Options, Queue, QueueError};

use super::nats::{Nats, block_on, quick};

/// A server with an account that is not let use it.
const NO_JETSTREAM: &str = "accounts { A { users: [{user: a, password: b}] } }\nno_auth_user: a";

#[test]
fn what_is_missing_is_made_and_found_again() {
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        for _ in 0..2 {
            let queue = nats.queue().await;
            let backlog = queue.backlog().await.unwrap();
            assert_eq!(backlog.len(), 16);
            assert!(backlog.iter().all(|partition| partition.total() == 0));
        }
        let context = jetstream::new(async_nats::connect(nats.url().as_str()).await.unwrap());
        let stream = context.get_stream("CRM_PRESENCIAS").await.unwrap();
        let info = stream.get_info().await.unwrap();
        assert_eq!(info.config.subjects.len(), 16);
        assert_eq!(info.state.consumer_count, 16);
    });
}

#[test]
fn other_settings_are_named_with_what_they_should_be() {
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        let context = jetstream::new(async_nats::connect(nats.url().as_str()).await.unwrap());
        let subjects = vec!["crm.presencias.*".to_owned()];
        let name = "CRM_PRESENCIAS".to_owned();
        let other = Config { name, subjects, retention: RetentionPolicy::WorkQueue, ..Config::default() };
        context.create_stream(other).await.unwrap();
        let error = Queue::connect(&nats.url(), &quick()).await.unwrap_err();
        let told = error.to_string();
        assert!(
            told.contains("stream CRM_PRESENCIAS: retention is WorkQueue, it should be Limits"),
            "{told}"
        );
        assert!(told.contains("subjects is crm.presencias.*, it should be crm.presencias.0 "), "{told}");
        assert!(told.contains("discard is Old, it should be New"), "{told}");
        assert_eq!(error.failure().kind, Kind::Usage);
        let failure = error.failure();
        assert!(failure.message.es.contains("retention es WorkQueue, debería ser Limits"), "{failure:?}");
    });
}

#[test]
fn a_consumer_that_would_send_two_at_once_is_refused() {
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        nats.queue().await;
        let context = jetstream::new(async_nats::connect(nats.url().as_str()).await.unwrap());
        let stream = context.get_stream("CRM_PRESENCIAS").await.unwrap();
        stream.delete_consumer("presencias-3").await.unwrap();
        let consumer = pull::Config {
            durable_name: Some("presencias-3".to_owned()),
            filter_subject: "crm.presencias.3".to_owned(),
            ack_policy: AckPolicy::Explicit,
            max_ack_pending: 100,
            ..pull::Config::default()
        };
        stream.create_consumer(consumer).await.unwrap();
        let error = Queue::connect(&nats.url(), &quick()).await.unwrap_err().to_string();
        let told = "consumer presencias-3 of CRM_PRESENCIAS: max_ack_pending is 100, it should be 1";
        assert!(error.contains(told), "{error}");
        assert!(error.contains("ack_wait is 30s, it should be 3s"), "{error}");
    });
}

#[test]
fn an_ack_wait_of_the_queue_is_kept_where_none_is_demanded() {
    let Some(nats) = Nats::start() else { return };
    block_on(async {
        let queue = nats.queue().await;
        Queue::connect(&nats.url(), &Options::default()).await.unwrap();
        let context = jetstream::new(async_nats::connect(queue.server()).await.unwrap());
        let stream = context.get_stream("CRM_PRESENCIAS").await.unwrap();
        let info = stream.consumer_info("presencias-3").await.unwrap();
        let demanded = quick().ack_wait.expect("one that differs from what is made");
        assert_eq!(info.config.ack_wait, demanded);
        assert_ne!(Options::default().ack_wait, Some(demanded));
    });
}

#[test]
fn nobody_there_and_no_jetstream_are_told_apart() {
    block_on(async {
        let nobody = Queue::connect(&"nats://127.0.0.1:9".parse().unwrap(), &quick()).await.unwrap_err();
        assert_eq!(nobody.failure().kind, Kind::Unreachable);
        let other = Queue::connect(&"http://127.0.0.1:9".parse().unwrap(), &quick()).await.unwrap_err();
        assert_eq!(other, QueueError::Address);
    });
    let Some(nats) = Nats::with(NO_JETSTREAM) else { return };
    let error = block_on(Queue::connect(&nats.url(), &quick())).unwrap_err();
    assert!(matches!(error, QueueError::NoJetStream { .. }), "{error:?}");
}

#[test]
fn a_server_that_starts_step_by_step_is_given_the_time_for_each() {
    let Some(mut nats) = Nats::with(NO_JETSTREAM) else { return };
    nats.kill();
    block_on(async {
        let (url, options) = (nats.url(), quick());
        let connecting = Queue::connect_patiently(&url, &options);
        let starting = async {
            tokio::time::sleep(Duration::from_millis(2200)).await;
            nats.restart();
            tokio::time::sleep(Duration::from_millis(1800)).await;
            nats.kill();
            nats.configure("");
            nats.restart();
        };
        let (connected, ()) = tokio::join!(connecting, starting);
        connected.expect("a queue, later than it waits for each of them");
    });
}

#[test]
fn credentials_come_from_a_file_or_the_address_and_are_never_shown() {
    let users = "authorization { user: ana, password: \"s3cret-word\" }";
    let Some(nats) = Nats::with(users) else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queue");
    block_on(async {
        let error = Queue::connect(&nats.url(), &quick()).await.unwrap_err();
        assert!(matches!(error, QueueError::Unauthorised { .. }), "{error:?}");
        std::fs::write(&file, "ana:s3cret-word\n").unwrap();
        let options = Options { credentials: Some(file.clone()), ..quick() };
        let queue = Queue::connect(&nats.url(), &options).await.unwrap();
        assert!(!format!("{queue:?} {options:?}").contains("s3cret"));
        let mut url = nats.url();
        url.set_username("ana").unwrap();
        url.set_password(Some("wrong-word")).unwrap();
        let error = Queue::connect(&url, &quick()).await.unwrap_err();
        assert!(!format!("{error:?} {:?}", error.failure()).contains("wrong-word"));
        assert_eq!(error.failure().kind, Kind::Refused);
        url.set_password(Some("s3cret-word")).unwrap();
        Queue::connect(&url, &quick()).await.unwrap();
    });
}

#[test]
fn tls_needs_the_authority_of_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let config = format!("tls {{ cert_file: {certificate:?}, key_file: {key:?} }}");
    let Some(nats) = Nats::with(&config) else { return };
    let url = nats.url().as_str().replace("nats://", "tls://").parse().unwrap();
    block_on(async {
        let stranger = Queue::connect(&url, &quick()).await.unwrap_err();
        assert_eq!(stranger.failure().kind, Kind::Unreachable, "{stranger:?}");
        let options = Options { cacert: Some(certificate.clone()), ..quick() };
        Queue::connect(&url, &options).await.unwrap();
    });
}

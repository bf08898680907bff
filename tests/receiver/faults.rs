//! Faults, as a client meets them.

use std::time::Duration;

use crm_bridge::receiver::{FaultPlan, Note, Receiver, Running, Spec};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::web::{payload, post, webhook};

async fn start(faults: &[&str]) -> Running {
    start_seeded(faults, 0).await
}

async fn start_seeded(faults: &[&str], seed: u64) -> Running {
    let faults = FaultPlan::new(faults.iter().map(|fault| fault.parse().unwrap()).collect());
    Receiver::start(Spec { faults, seed, ..Spec::default() }).await.unwrap()
}

/// The raw bytes of an answer, and how the connection ended.
async fn raw(running: &Running) -> (Vec<u8>, std::io::Result<()>) {
    let mut socket = TcpStream::connect(running.addr()).await.unwrap();
    let body = payload("CRM-1").to_string();
    let head = format!(
        "POST /api/webhook-presencia-crm/ HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         x-crm-webhook-token: {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        running.token().expose(),
        body.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let end = socket.read_to_end(&mut answer).await.map(|_| ());
    (answer, end)
}

#[tokio::test]
async fn statuses_take_the_place_of_the_webhook() {
    let running = start(&["429;n=1;retry-after=2", "503;n=2", "502;n=3;after"]).await;
    let first = post(&running, &payload("CRM-1")).await;
    assert_eq!((first.status, first.header("retry-after")), (429, "2"));
    assert_eq!(post(&running, &payload("CRM-1")).await.status, 503);
    assert_eq!(running.counts().presencias, 0);
    assert_eq!(post(&running, &payload("CRM-1")).await.status, 502);
    assert_eq!(running.counts().presencias, 1, "`after` comes after saving");
    assert_eq!(post(&running, &payload("CRM-1")).await.id_presencia(), "PRS00001");
    let requests = running.requests();
    assert_eq!(requests[0].fault.as_deref(), Some("429"));
    assert_eq!((requests[0].note, requests[2].note), (Note::Faulted, Note::Created));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults() {
    let statuses = async |seed| {
        let running = start_seeded(&["503:30%"], seed).await;
        let mut statuses = Vec::new();
        for n in 0..40 {
            statuses.push(post(&running, &payload(&format!("CRM-{n}"))).await.status);
        }
        statuses
    };
    let first = statuses(7).await;
    assert_eq!(first, statuses(7).await);
    assert_ne!(first, statuses(8).await);
    assert!(first.contains(&503) && first.contains(&200));
}

#[tokio::test]
async fn the_same_ids_are_struck_whatever_the_order_of_arrival() {
    let ids: Vec<_> = (0..40).map(|n| format!("CRM-{n}")).collect();
    let struck = async |ids: &[String]| {
        let running = start_seeded(&["503:30%"], 7).await;
        let mut struck = Vec::new();
        for send in 1..=2 {
            for id in ids {
                if post(&running, &payload(id)).await.status == 503 {
                    struck.push((id.clone(), send));
                }
            }
        }
        struck.sort();
        struck
    };
    let reversed: Vec<_> = ids.iter().rev().cloned().collect();
    let first = struck(&ids).await;
    assert_eq!(first, struck(&reversed).await);
    let of = |send| first.iter().filter(|(_, at)| *at == send).map(|(id, _)| id).collect::<Vec<_>>();
    assert_ne!(of(1), of(2), "a repeat has its own luck");
}

#[tokio::test]
async fn resets_come_before_or_after_saving() {
    for (fault, stored) in [("reset", 0), ("reset;after", 1)] {
        let running = start(&[fault]).await;
        let (answer, end) = raw(&running).await;
        assert!(answer.is_empty());
        assert_eq!(end.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
        assert_eq!(running.counts().presencias, stored, "{fault}");
        assert_eq!(running.requests()[0].status, 0);
    }
}

#[tokio::test]
async fn truncated_answers_are_short_of_their_length() {
    let running = start(&["truncate"]).await;
    let (answer, _) = raw(&running).await;
    let text = String::from_utf8(answer).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let length = head
        .to_lowercase()
        .split("content-length: ")
        .nth(1)
        .unwrap()
        .split("\r\n")
        .next()
        .unwrap()
        .to_owned();
    assert!(body.starts_with("{\"detail\"") && body.len() < length.parse().unwrap(), "{text}");
}

#[tokio::test]
async fn garbage_is_no_http_and_html_is_no_receipt() {
    let running = start(&["garbage;n=1", "html;n=2"]).await;
    let (answer, _) = raw(&running).await;
    assert!(!answer.is_empty() && !answer.starts_with(b"HTTP"));
    assert!(webhook(&running, "{}").send().await.is_ok(), "other connections are not spoiled");
    let (answer, _) = raw(&running).await;
    assert!(answer.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn slow_bodies_drip() {
    let running = start(&["slow-body"]).await;
    let (answer, end) = raw(&running).await;
    end.unwrap();
    assert!(String::from_utf8(answer).unwrap().ends_with("\"id_venta\":null}"));
}

#[tokio::test]
async fn silence_never_answers_and_the_request_is_listed_all_the_same() {
    let running = start(&["timeout;after"]).await;
    let waited = tokio::time::timeout(Duration::from_millis(300), raw(&running)).await;
    assert!(waited.is_err());
    assert_eq!(running.counts().presencias, 1);
    assert_eq!(running.requests()[0].fault.as_deref(), Some("timeout"));
    let stopped = tokio::time::timeout(Duration::from_secs(20), running.shutdown()).await;
    assert!(stopped.is_ok(), "a silent request must not keep the receiver from stopping");
}

#[tokio::test]
async fn delays_answer_late() {
    let running = start(&["delay:100ms"]).await;
    let before = std::time::Instant::now();
    assert_eq!(post(&running, &payload("CRM-1")).await.status, 200);
    assert!(before.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn ids_choose_their_faults() {
    let running = start(&["503;id=CRM-1*"]).await;
    assert_eq!(post(&running, &payload("CRM-12")).await.status, 503);
    assert_eq!(post(&running, &payload("CRM-2")).await.status, 200);
}

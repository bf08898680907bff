//! Hostile clients on the port: they cost themselves, and nobody else.

use std::time::Duration;

use crm_bridge::receiver::Receiver;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::port::Held;
use super::setting::{INSIDE, PATH, Setting, odd_receiver, webhook};

async fn send(setting: &Setting, bytes: &[u8]) -> TcpStream {
    let mut socket = TcpStream::connect(setting.addr()).await.unwrap();
    socket.write_all(bytes).await.ok();
    socket
}

async fn answer(mut socket: TcpStream) -> String {
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(30), socket.read_to_end(&mut answer))
        .await
        .expect("an end")
        .ok();
    String::from_utf8_lossy(&answer).into_owned()
}

fn head(length: &str) -> String {
    format!("POST {PATH} HTTP/1.1\r\nHost: relay\r\nX-CRM-Webhook-Token: {INSIDE}\r\n{length}\r\n")
}

#[tokio::test]
async fn slow_clients_take_all_connections_and_the_crm_is_answered_all_the_same() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = Setting::new(&receiver.url(), |options| {
        options.reception.limits.connections = 20;
        options.reception.limits.head_time = Duration::from_secs(1);
        options.reception.limits.body_time = Duration::from_secs(1);
    })
    .await;
    let mut slow = Vec::new();
    for _ in 0..60 {
        slow.push(send(&setting, b"POST / HTTP/1.1\r\nHost: rel").await);
    }
    for number in 0..5 {
        assert_eq!(setting.post(&webhook(100 + number)).await.0, 200);
    }
    // Bodies that never come keep their connections for the time of a body, and no longer.
    let mut bodies = Vec::new();
    for _ in 0..20 {
        bodies.push(send(&setting, head("Content-Length: 500\r\n").as_bytes()).await);
    }
    let mut status = 0;
    for _ in 0..100 {
        let body = webhook(200).to_string();
        let headers = [("X-CRM-Webhook-Token", INSIDE)];
        let answer = super::setting::request(setting.addr(), "POST", PATH, &headers, body.as_bytes()).await;
        status = answer.map_or(0, |answer| answer.0);
        if status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(status, 200);
    setting.until(|overview| overview.depth == 0).await;
    assert_eq!(receiver.presencias().len(), 6);
    setting.shut_down().await;
}

#[tokio::test]
async fn huge_deep_broken_and_odd_requests_are_refused_one_by_one() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = Setting::new(&receiver.url(), |options| {
        options.reception.limits.body_time = Duration::from_secs(2);
    })
    .await;
    // Announced and never sent: nobody waits for it.
    let huge = send(&setting, head("Connection: close\r\nContent-Length: 100000000\r\n").as_bytes()).await;
    assert!(answer(huge).await.starts_with("HTTP/1.1 413"));
    let mut chunked = head("Connection: close\r\nTransfer-Encoding: chunked\r\n").into_bytes();
    for _ in 0..20 {
        chunked.extend_from_slice(b"10000\r\n");
        chunked.extend_from_slice(&[b' '].repeat(0x10000));
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    assert!(answer(send(&setting, &chunked).await).await.starts_with("HTTP/1.1 413"));
    let long_head = format!("POST {PATH} HTTP/1.1\r\nX: {}\r\n\r\n", "a".repeat(100_000));
    let refused = answer(send(&setting, long_head.as_bytes()).await).await;
    assert!(refused.is_empty() || refused.starts_with("HTTP/1.1 431"), "{refused}");
    answer(send(&setting, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 no HTTP\r\n\r\n").await).await;
    for opening in ["[", "{\"a\":"] {
        assert_eq!(setting.post_bytes(opening.repeat(100_000).as_bytes()).await.0, 400);
    }
    let wide = format!("[{}]", vec!["0"; 300_000].join(","));
    assert_eq!(setting.post_bytes(wide.as_bytes()).await.0, 400);
    assert_eq!(setting.post_bytes(b"{\"id_presencia_crm\":\"\xc3\x28\"}").await.0, 400);
    assert_eq!(setting.post(&webhook(1)).await.0, 200);
    setting.shut_down().await;
}

#[tokio::test]
async fn pipelined_webhooks_are_each_answered_in_order() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = Setting::new(&receiver.url(), |_| {}).await;
    let mut bytes = Vec::new();
    for number in 0..10 {
        let body = webhook(100 + number).to_string();
        let last = if number == 9 { "Connection: close\r\n" } else { "" };
        bytes.extend_from_slice(head(&format!("{last}Content-Length: {}\r\n", body.len())).as_bytes());
        bytes.extend_from_slice(body.as_bytes());
    }
    let answers = answer(send(&setting, &bytes).await).await;
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 10, "{answers}");
    setting.until(|overview| overview.depth == 0).await;
    assert_eq!(receiver.presencias().len(), 10);
    setting.shut_down().await;
}

#[tokio::test]
async fn the_pages_are_not_for_foreign_names_or_proxied_strangers() {
    let nobody = Held::new();
    let setting = Setting::new(&format!("http://{}/nobody/", nobody.addr), |_| {}).await;
    for path in ["/", "/metrics", "/status.css"] {
        let get = |headers: &str| format!("GET {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
        for foreign in ["Host: evil.example\r\n", "Host: localhost\r\nX-Forwarded-For: 1.2.3.4\r\n"] {
            let refused = answer(send(&setting, get(foreign).as_bytes()).await).await;
            assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
        }
        let shown = format!("Host: relay.example\r\nAuthorization: Bearer {INSIDE}\r\n");
        assert!(answer(send(&setting, get(&shown).as_bytes()).await).await.starts_with("HTTP/1.1 200"));
    }
    setting.shut_down().await;
}

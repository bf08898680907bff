//! The network client, by both of its ways: its headers, its limits, and how it sorts errors.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use crm_bridge::config::{SendSettings, Token};
use crm_bridge::delivery::HttpClient;
use crm_bridge::delivery::transport::{Answer, Broke, Request, Transport, TransportError};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use reqwest::Url;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::odd_receiver::{Fault, OddReceiver, Switches, TOKEN};
use crate::oddities::send_settings;
use crate::port::Held;

const BODY: &[u8] = br#"{"id_presencia_crm":"CRM-1","cliente":{"nombres_completos_razon_social":"A","numero_documento":"1"}}"#;

/// The URL as it is, which goes the short way, and with a user in it, which needs the library.
fn ways(url: &str) -> [String; 2] {
    [url.to_owned(), url.replacen("http://", "http://ana:x@", 1)]
}

async fn attempt(settings: &SendSettings) -> Result<Answer, TransportError> {
    let client = HttpClient::new(settings).expect("a client");
    client.attempt(Request { id: "CRM-1".to_owned(), body: Bytes::from_static(BODY) }).await
}

fn raw(bytes: impl Into<Vec<u8>>) -> OddReceiver {
    let bytes = bytes.into();
    OddReceiver::with_faults(Switches::default(), move |_, _| Some(Fault::Raw(bytes.clone())))
}

#[tokio::test]
async fn a_request_carries_its_headers_and_its_bytes() {
    for way in 0..2 {
        let receiver = OddReceiver::start(Switches::default());
        let url = &ways(&receiver.url)[way];
        let answer = attempt(&send_settings(url)).await.expect("an answer");
        assert_eq!(answer.status, 200);
        check_headers(&receiver);
    }
}

fn check_headers(receiver: &OddReceiver) {
    let held = receiver.held();
    let sent = held.headers[0].to_lowercase();
    for line in [
        format!("x-crm-webhook-token: {TOKEN}"),
        format!("user-agent: crm-bridge/{}", env!("CARGO_PKG_VERSION")),
        "content-type: application/json".to_owned(),
        "idempotency-key: crm-1".to_owned(),
        "accept-encoding: gzip".to_owned(),
    ] {
        assert!(sent.contains(&line), "{line} in {sent}");
    }
    assert!(!sent.contains("webhook-signature"));
    assert_eq!(held.bodies[0], BODY);
}

/// The library keeps that answer to itself; it is the proxy's word all the same, and no trouble of the network.
#[tokio::test]
async fn a_proxy_that_asks_for_a_password_before_https_answers_407() {
    let proxy = raw("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    let mut settings = send_settings("https://comercial.example.pe/x/");
    settings.proxy = Some(proxy.url.parse().expect("a URL"));
    assert_eq!(attempt(&settings).await.expect("an answer").status, 407);
}

#[tokio::test]
async fn signatures_satisfy_the_standard_for_each_secret() {
    let receiver = OddReceiver::start(Switches::default());
    let secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"];
    let mut settings = send_settings(&receiver.url);
    settings.signing_secrets = secrets.iter().map(Token::new).collect();
    attempt(&settings).await.expect("an answer");
    let held = receiver.held();
    let mut headers = http::HeaderMap::new();
    for line in held.headers[0].lines().skip(1) {
        let (name, value) = line.split_once(':').expect("a header");
        headers.insert(
            http::HeaderName::try_from(name).expect("a name"),
            value.trim().parse().expect("a value"),
        );
    }
    for secret in secrets {
        let oracle = standardwebhooks::Webhook::new(secret).expect("a secret");
        oracle.verify(&held.bodies[0], &headers).expect("a valid signature");
    }
    let other = standardwebhooks::Webhook::new("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").expect("a secret");
    assert!(other.verify(&held.bodies[0], &headers).is_err());
}

#[tokio::test]
async fn an_id_that_no_header_can_carry_is_not_signed_either() {
    let receiver = OddReceiver::start(Switches::default());
    let mut settings = send_settings(&receiver.url);
    settings.signing_secrets = vec![Token::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
    let client = HttpClient::new(&settings).expect("a client");
    for (id, headers) in [("CRM-1\n2", 0), ("CRM-1", 4)] {
        client
            .attempt(Request { id: id.to_owned(), body: Bytes::from_static(BODY) })
            .await
            .expect("an answer");
        let sent = receiver.held().headers.last().expect("a request").to_lowercase();
        let names = ["idempotency-key:", "webhook-id:", "webhook-timestamp:", "webhook-signature:"];
        assert_eq!(names.iter().filter(|name| sent.contains(**name)).count(), headers, "{sent}");
    }
}

#[tokio::test]
async fn a_connection_that_was_idle_for_long_is_not_used_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/x/", listener.local_addr().expect("an address"));
    let client = HttpClient::new(&send_settings(&url)).expect("a client");
    let request = || Request { id: "CRM-1".to_owned(), body: Bytes::from_static(BODY) };
    let connections = Rc::new(Cell::new(0));
    let serving = async {
        let mut open = FuturesUnordered::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => {
                    connections.set(connections.get() + 1);
                    open.push(answer_each(accepted.expect("a connection").0));
                }
                Some(()) = open.next() => {}
            }
        }
    };
    let asking = async {
        for (idle, expected) in [(0, 1), (29, 1), (29, 1), (30, 2)] {
            tokio::time::pause();
            tokio::time::advance(Duration::from_secs(idle)).await;
            tokio::time::resume();
            client.attempt(request()).await.expect("an answer");
            assert_eq!(connections.get(), expected, "after {idle} s");
        }
    };
    tokio::select! {
        () = serving => unreachable!("it serves for ever"),
        () = asking => {}
    }
}

/// Answers each request of a connection, however long it stays open.
async fn answer_each(mut stream: TcpStream) {
    let mut seen = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut piece).await {
        seen.extend_from_slice(&piece[..read]);
        if seen.ends_with(BODY) {
            seen.clear();
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await.expect("a reader");
        }
    }
}

#[tokio::test]
async fn redirects_are_not_followed_and_their_address_is_absolute() {
    let receiver = OddReceiver::start(Switches::default());
    for (count, url) in (1..).zip(ways(&receiver.url)) {
        let answer = attempt(&send_settings(url.trim_end_matches('/'))).await.expect("an answer");
        assert_eq!((answer.status, answer.location.as_deref()), (301, Some(url.as_str())));
        assert_eq!(receiver.held().total, count);
    }
}

#[tokio::test]
async fn what_is_no_whole_answer_is_a_transport_error_that_may_have_been_sent() {
    for bytes in [
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        "SSH-2.0-OpenSSH\r\n",
        "",
    ] {
        let receiver = raw(bytes);
        for url in ways(&receiver.url) {
            let error = attempt(&send_settings(&url)).await.expect_err(bytes);
            assert_eq!((error.broke, error.sent), (Broke::Broken, true), "{bytes:?}");
        }
    }
}

#[tokio::test]
async fn a_bomb_is_cut_at_a_mebibyte_of_what_it_expands_to() {
    use std::io::Write;
    let mut bomb = Vec::new();
    let zeros = vec![b' '; 64 * 1024 * 1024];
    let mut gzip = std::process::Command::new("gzip")
        .arg("-c")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("gzip");
    let mut input = gzip.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || input.write_all(&zeros).ok());
    let packed = gzip.wait_with_output().expect("gzip ends").stdout;
    writer.join().ok();
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", packed.len());
    bomb.extend_from_slice(head.as_bytes());
    bomb.extend_from_slice(&packed);
    let receiver = raw(bomb);
    for url in ways(&receiver.url) {
        let answer = attempt(&send_settings(&url)).await.expect("an answer");
        assert!(answer.too_long && answer.body.len() <= 1024 * 1024);
    }
}

#[tokio::test]
async fn silence_ends_with_the_timeout_of_the_whole_attempt() {
    let receiver = OddReceiver::with_faults(Switches::default(), |_, _| Some(Fault::Silence));
    for url in ways(&receiver.url) {
        let mut settings = send_settings(&url);
        settings.timeout = Duration::from_millis(200);
        let error = attempt(&settings).await.expect_err("no answer");
        assert_eq!((error.broke, error.sent, error.class()), (Broke::Timeout, true, "timeout"));
    }
}

#[tokio::test]
async fn a_closed_port_and_an_unknown_host_are_told_apart_and_were_not_sent() {
    let nobody = Held::new();
    for url in ways(&format!("http://{}/x/", nobody.addr)) {
        let refused = attempt(&send_settings(&url)).await.expect_err("refused");
        assert_eq!((refused.broke, refused.sent), (Broke::Connect, false));
    }
    for url in ways("http://does-not-exist.invalid/x/") {
        let unknown = attempt(&send_settings(&url)).await.expect_err("unknown");
        assert_eq!((unknown.broke, unknown.sent), (Broke::Dns, false));
    }
}

#[tokio::test]
async fn a_token_that_no_header_can_carry_is_refused_unseen() {
    let url = Url::parse("http://127.0.0.1:1/x/").expect("a URL");
    let error = HttpClient::new(&SendSettings::new(url, Token::new("a\nb"))).expect_err("refused");
    assert!(!error.to_string().contains('a') || !error.to_string().contains("a\nb"));
    assert_eq!(error.failure().kind.exit_code(), 2);
}

#[tokio::test]
async fn a_packed_answer_is_unpacked() {
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\xca\x4c\x89\x2f\x28\x4a\x2d\x4e\xcd\x4b\xce\x4c\x54\xb2\x52\x0a\x08\x0a\x36\x54\xaa\x05\x00\xbb\x77\xf3\x41\x17\x00\x00\x00";
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", gzip.len());
    let receiver = raw([head.as_bytes(), gzip].concat());
    for url in ways(&receiver.url) {
        let answer = attempt(&send_settings(&url)).await.expect("an answer");
        assert_eq!(answer.body, r#"{"id_presencia":"PRS1"}"#);
    }
}

#[tokio::test]
async fn a_connection_is_used_again_and_a_closed_one_is_noticed() {
    for close in [false, true] {
        let receiver = OddReceiver::start(Switches { close, ..Switches::default() });
        for url in ways(&receiver.url) {
            let client = HttpClient::new(&send_settings(&url)).expect("a client");
            for _ in 0..20 {
                let request = Request { id: "CRM-1".to_owned(), body: Bytes::from_static(BODY) };
                assert_eq!(client.attempt(request).await.expect("an answer").status, 200);
            }
        }
        assert_eq!(receiver.held().connections, if close { 40 } else { 2 });
    }
}

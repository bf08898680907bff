//! Slow, fleeting and hostile clients: each costs its own connection and nothing else.

use std::time::Duration;

use crm_bridge::ingress::Limits;
use crm_bridge::receiver::{FaultPlan, Note, Quirk, Quirks, Receiver, Running, Spec, Tls};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::web::{payload, post, send, webhook};

async fn start(limits: Limits) -> Running {
    Receiver::start(Spec { limits, ..Spec::default() }).await.unwrap()
}

fn brisk() -> Limits {
    let soon = Duration::from_millis(400);
    Limits { head_time: soon, body_time: soon, idle_time: soon, stall_time: soon, ..Limits::default() }
}

async fn connect(running: &Running) -> TcpStream {
    TcpStream::connect(running.addr()).await.unwrap()
}

/// Waits until the other side closes, and returns what it said before.
async fn closed(socket: &mut TcpStream) -> Vec<u8> {
    let mut said = Vec::new();
    // A reset is an end as well.
    timeout(Duration::from_secs(10), socket.read_to_end(&mut said)).await.expect("closed in time").ok();
    said
}

fn head(running: &Running, length: usize) -> String {
    format!(
        "POST /api/webhook-presencia-crm/ HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         x-crm-webhook-token: {}\r\ncontent-length: {length}\r\n\r\n",
        running.token().expose()
    )
}

async fn others_are_served(running: &Running) {
    let answer = timeout(Duration::from_secs(5), post(running, &payload("CRM-1"))).await;
    assert_eq!(answer.expect("an answer in time").status, 200);
}

#[tokio::test]
async fn heads_and_bodies_that_drip_are_cut_off() {
    let running = start(brisk()).await;
    let mut silent = connect(&running).await;
    let mut half_head = connect(&running).await;
    half_head.write_all(b"POST /api/webhook-presencia-crm/ HTTP/1.1\r\nx-a: ").await.unwrap();
    let mut half_body = connect(&running).await;
    half_body.write_all(head(&running, 700).as_bytes()).await.unwrap();
    half_body.write_all(b"{\"id").await.unwrap();
    let dripping = tokio::spawn(async move {
        loop {
            if half_head.write_all(b"a").await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    others_are_served(&running).await;
    assert_eq!(closed(&mut silent).await, b"");
    closed(&mut half_body).await;
    timeout(Duration::from_secs(10), dripping).await.expect("cut off").unwrap();
    assert_eq!(running.requests().len(), 1, "what was cut off for its slowness is in no list");
}

/// A Content-Length in characters instead of bytes, a sender that was killed: its maker looks for it in the list.
#[tokio::test]
async fn a_body_that_breaks_off_is_in_the_list_and_is_its_senders_fault() {
    let running = start(Limits::default()).await;
    for token in [running.token().expose(), "wrong"] {
        let mut socket = connect(&running).await;
        let head = head(&running, 700).replace(running.token().expose(), token);
        socket.write_all(format!("{head}{{\"id_presencia_crm\"").as_bytes()).await.unwrap();
        socket.shutdown().await.unwrap();
        assert_eq!(closed(&mut socket).await, b"");
    }
    let listed: Vec<_> = running.requests().iter().map(|request| (request.note, request.status)).collect();
    assert_eq!(listed, [(Note::BrokenOff, 0); 2]);
    let answered = running.answered();
    assert_eq!((answered.refused, &answered.by_status), (2, &[(0, 2)].into()));
    assert_eq!((answered.refusals[0].note, answered.refusals[0].times), (Note::BrokenOff, 2));
    assert_eq!(running.counts().presencias, 0);
}

/// Servers in use finish what has arrived, so a sender without patience sends twice what the first time would have done.
#[tokio::test]
async fn a_request_that_arrived_counts_though_its_client_closes_its_side_or_goes() {
    // Its answer takes a few milliseconds, so that the end is there before.
    let quirks = Quirks::NONE.with(Quirk::LostWrites);
    let running = Receiver::start(Spec { quirks, ..Spec::default() }).await.unwrap();
    for (n, goes) in [(1, false), (2, true)] {
        let mut socket = connect(&running).await;
        let body = payload(&format!("CRM-{n}")).to_string();
        socket.write_all((head(&running, body.len()) + &body).as_bytes()).await.unwrap();
        socket.shutdown().await.unwrap();
        if goes {
            drop(socket);
        } else {
            assert!(closed(&mut socket).await.starts_with(b"HTTP/1.1 200"));
        }
    }
    timeout(Duration::from_secs(5), async {
        while running.requests().len() < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("both are listed");
    assert_eq!(running.requests().iter().map(|request| request.status).collect::<Vec<_>>(), [200, 200]);
}

/// A request of a client that knows the receiver's certificate, and doesn't wait long.
fn impatient(running: &Running, body: String) -> reqwest::RequestBuilder {
    let certificate =
        running.certificate_pem().map(|pem| reqwest::Certificate::from_pem(pem.as_bytes()).unwrap());
    let client = reqwest::Client::builder().tls_certs_only(certificate).timeout(Duration::from_millis(700));
    let request = client.build().unwrap().post(running.url()).body(body);
    request.header("x-crm-webhook-token", running.token().expose()).header("content-type", "application/json")
}

#[tokio::test]
async fn who_is_kept_waiting_gives_up_a_place_by_going() {
    for (fault, tls) in [("timeout", Tls::Off), ("delay:500s", Tls::Off), ("timeout", Tls::SelfSigned)] {
        let faults = FaultPlan::new(vec![fault.parse().unwrap()]);
        let running = Receiver::start(Spec { faults, tls, ..Spec::default() }).await.unwrap();
        let impatient = impatient(&running, payload("CRM-1").to_string());
        assert!(impatient.send().await.unwrap_err().is_timeout());
        assert_eq!(running.requests().len(), 1, "{fault}");
        timeout(Duration::from_secs(5), async {
            while running.connections() > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .unwrap_or_else(|_| panic!("{fault} holds the place of a client that has gone"));
    }
}

#[tokio::test]
async fn idle_connections_are_closed_and_busy_ones_are_not() {
    let running = start(brisk()).await;
    let mut idle = connect(&running).await;
    let body = payload("CRM-1").to_string();
    for _ in 0..4 {
        idle.write_all(head(&running, body.len()).as_bytes()).await.unwrap();
        idle.write_all(body.as_bytes()).await.unwrap();
        let mut answer = [0; 1024];
        let read = idle.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    closed(&mut idle).await;
}

#[tokio::test]
async fn a_client_that_never_reads_is_dropped() {
    let limits = Limits { idle_time: Duration::from_secs(60), ..brisk() };
    let running = start(limits).await;
    let mut deaf = connect(&running).await;
    // The inspector's page is long, so that pipelining it fills the buffers of both sides soon, however large they are.
    let full = async {
        loop {
            if let Err(error) = deaf.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await {
                return error;
            }
        }
    };
    timeout(Duration::from_secs(60), full).await.expect("dropped in time");
    others_are_served(&running).await;
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let running = start(Limits::default()).await;
    let mut socket = connect(&running).await;
    let mut all = String::new();
    for n in 1..=20 {
        let body = payload(&format!("CRM-{n}")).to_string();
        all.push_str(&head(&running, body.len()));
        all.push_str(&body);
    }
    socket.write_all(all.as_bytes()).await.unwrap();
    socket.shutdown().await.unwrap();
    let said = String::from_utf8(closed(&mut socket).await).unwrap();
    let places: Vec<_> = (1..=20).map(|n| said.find(&format!("PRS{n:05}")).unwrap()).collect();
    assert!(places.is_sorted());
}

#[tokio::test]
async fn a_full_house_makes_room_by_closing_whoever_waits_longest() {
    let running = start(Limits { connections: 8, ..Limits::default() }).await;
    let mut idlers = Vec::new();
    for _ in 0..40 {
        idlers.push(connect(&running).await);
    }
    others_are_served(&running).await;
    assert!(running.connections() <= 8, "{} are open", running.connections());
    assert_eq!(closed(&mut idlers[0]).await, b"");
}

#[tokio::test]
async fn where_everyone_is_busy_one_more_is_told_so() {
    let spec = Spec {
        limits: Limits { connections: 2, ..Limits::default() },
        faults: FaultPlan::new(vec!["timeout".parse().unwrap()]),
        ..Spec::default()
    };
    let running = Receiver::start(spec).await.unwrap();
    let mut busy = Vec::new();
    for _ in 0..2 {
        let mut socket = connect(&running).await;
        socket.write_all(head(&running, 2).as_bytes()).await.unwrap();
        socket.write_all(b"{}").await.unwrap();
        busy.push(socket);
    }
    while running.requests().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut third = connect(&running).await;
    let said = closed(&mut third).await;
    assert!(said.starts_with(b"HTTP/1.1 503"), "{}", String::from_utf8_lossy(&said));
}

#[tokio::test]
async fn long_bodies_are_told_so_announced_or_not() {
    let running = start(Limits::default()).await;
    let long = vec![b' '; 3 * 1024 * 1024];
    assert_eq!(send(webhook(&running, long.clone())).await.status, 413);
    let mut socket = connect(&running).await;
    let chunked = head(&running, 0).replace("content-length: 0", "transfer-encoding: chunked");
    socket.write_all(chunked.as_bytes()).await.unwrap();
    for chunk in long.chunks(64 * 1024) {
        socket.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).await.unwrap();
        socket.write_all(chunk).await.unwrap();
        socket.write_all(b"\r\n").await.unwrap();
    }
    socket.write_all(b"0\r\n\r\n").await.unwrap();
    assert!(closed(&mut socket).await.starts_with(b"HTTP/1.1 413"));
    others_are_served(&running).await;
}

#[tokio::test]
async fn heads_that_are_too_long_are_431() {
    let running = start(Limits::default()).await;
    let mut socket = connect(&running).await;
    let long = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx-long: {}\r\n\r\n", "a".repeat(64 * 1024));
    // The rest may find the door closed already.
    socket.write_all(long.as_bytes()).await.ok();
    let said = closed(&mut socket).await;
    assert!(said.is_empty() || said.starts_with(b"HTTP/1.1 431"), "{}", String::from_utf8_lossy(&said));
    others_are_served(&running).await;
}

#[tokio::test]
async fn bytes_that_are_no_http_are_refused() {
    let running = start(Limits::default()).await;
    for bytes in [&b"\x16\x03\x01\x02\x00\x01\x00"[..], b"\x00\xff\xfe\r\n\r\n", b"GET  / HTTP/9.9\r\n\r\n"] {
        let mut socket = connect(&running).await;
        socket.write_all(bytes).await.unwrap();
        socket.shutdown().await.unwrap();
        let said = closed(&mut socket).await;
        assert!(said.is_empty() || said.starts_with(b"HTTP/1.1 4"), "{}", String::from_utf8_lossy(&said));
    }
    others_are_served(&running).await;
}

#[tokio::test]
async fn many_long_bodies_at_once_leave_room_for_short_ones() {
    let limits = Limits { bodies_in_flight: 256 * 1024, ..Limits::default() };
    let running = start(limits).await;
    let mut hoarders = Vec::new();
    for _ in 0..6 {
        let mut socket = connect(&running).await;
        socket.write_all(head(&running, 200_000).as_bytes()).await.unwrap();
        socket.write_all(&vec![b' '; 150_000]).await.unwrap();
        hoarders.push(socket);
    }
    others_are_served(&running).await;
    let mut said = [0; 64];
    let refused = async {
        loop {
            for socket in &mut hoarders {
                if let Ok(read) = socket.try_read(&mut said)
                    && read > 0
                {
                    return String::from_utf8_lossy(&said[..read]).into_owned();
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let said = timeout(Duration::from_secs(5), refused).await.expect("one of them is refused");
    assert!(said.starts_with("HTTP/1.1 503"), "{said}");
}

#[tokio::test]
async fn what_the_head_refuses_waits_for_no_body() {
    let running = start(Limits::default()).await;
    let wrong = |length: usize, more: &str| {
        let head = head(&running, length).replace(running.token().expose(), "wrong");
        head.replace("\r\n\r\n", &format!("\r\n{more}\r\n"))
    };
    // Announced and never sent; announced too long; asked for first.
    for (length, more) in [(700, ""), (3_000_000, ""), (3_000_000, "expect: 100-continue\r\n")] {
        let mut socket = connect(&running).await;
        socket.write_all(wrong(length, more).as_bytes()).await.unwrap();
        let said = timeout(Duration::from_secs(4), closed(&mut socket)).await.expect("an answer in time");
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(said.starts_with("HTTP/1.1 401 ") && said.contains("connection: close"), "{said}");
    }
    let strangers = |body: Vec<u8>| {
        super::web::request(http::Method::POST, &running.url())
            .header("x-crm-webhook-token", "wrong")
            .header("content-type", "application/json")
            .body(body)
    };
    assert_eq!(send(strangers(vec![b' '; 3_000_000])).await.status, 401, "and not 413");
    let statuses: Vec<_> = running.requests().iter().map(|request| request.status).collect();
    assert_eq!(statuses, [401; 4]);
    assert_eq!(running.answered().refused, 4);
    // A short body is in the list, and the connection lives on.
    let short = send(strangers(b"{}".to_vec())).await;
    assert_eq!((short.status, short.header("connection")), (401, ""));
    assert_eq!(running.requests().last().unwrap().body, "{}");
}

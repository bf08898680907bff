//! Real workers and a real server, killed at random. A longer run with another seed:
//!
//! ```text
//! CRM_BRIDGE_KILLS=200 CRM_BRIDGE_SEED=7 cargo test --test queue -- killing --nocapture
//! ```

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crm_bridge::queue::{Options, Queue};
use reqwest::Url;

use super::nats::{Nats, block_on};
use super::receiver::{Receiver, TOKEN, Twist};
use super::working::{backlog, publish};

/// A worker as a process of its own.
pub(crate) struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Process {
    pub(crate) fn start(folder: &Path, queue: &Url, receiver: &Receiver, ack_wait: &str) -> Self {
        let log = || {
            let mut options = std::fs::OpenOptions::new();
            options.create(true).append(true).open(folder.join("workers.log")).expect("a log")
        };
        let child = Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
            .args(["worker", "--json", "-v", "--jobs", "16", "--ack-wait", ack_wait, "--url", &receiver.url])
            .args(["--queue", queue.as_str()])
            .env_clear()
            .env("HOME", folder)
            .env("COMERCIAL_WEBHOOK_TOKEN", TOKEN)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(log())
            .stderr(log())
            .spawn()
            .expect("a worker");
        Self(child)
    }

    fn kill(&mut self, folder: &Path) {
        assert_eq!(self.0.try_wait().expect("a status"), None, "it ended by itself: {:#?}", told(folder));
        self.0.kill().expect("a worker to kill");
        self.0.wait().expect("a worker that ended");
    }

    /// Tells it to end; returns its exit code.
    pub(crate) fn end(&mut self) -> Option<i32> {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(status) = self.0.try_wait().expect("a status") {
                return status.code();
            }
            assert!(Instant::now() < until, "the worker did not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// Waits until nothing is left; says what is, where that does not come.
pub(crate) async fn emptied(queue: &Queue, within: Duration, folder: &Path) {
    let until = Instant::now() + within;
    loop {
        // The server may have come back this moment.
        let left = match queue.backlog().await {
            Ok(backlog) => backlog.iter().map(crm_bridge::queue::backlog::Backlog::total).sum(),
            Err(_) => u64::MAX,
        };
        if left == 0 {
            return;
        }
        if Instant::now() >= until {
            let stuck = stuck(queue).await;
            panic!("{left} are left: {stuck:#?}\n{:#?}", told(folder));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What the workers logged last, the latest first.
pub(crate) fn told(folder: &Path) -> Vec<String> {
    let log = std::fs::read_to_string(folder.join("workers.log")).unwrap_or_default();
    log.lines().rev().filter(|line| !line.contains(r#""event":"#)).take(60).map(str::to_owned).collect()
}

/// What the server says of partitions that are not empty.
async fn stuck(queue: &Queue) -> Vec<String> {
    let client = async_nats::connect(queue.server()).await.expect("a connection");
    let stream = async_nats::jetstream::new(client).get_stream("CRM_PRESENCIAS").await.expect("a stream");
    let mut stuck = Vec::new();
    for partition in 0..16 {
        let info = stream.consumer_info(format!("presencias-{partition}")).await.expect("a consumer");
        if info.num_pending > 0 || info.num_ack_pending > 0 {
            let message = stream.get_raw_message(info.delivered.stream_sequence).await;
            let message = message.map(|message| String::from_utf8_lossy(&message.payload).into_owned());
            stuck.push(format!(
                "{partition}: delivered {:?}, acknowledged {:?}, {} in flight, {} pending, {} redelivered, {} waiting; {message:?}",
                info.delivered, info.ack_floor, info.num_ack_pending, info.num_pending, info.num_redelivered, info.num_waiting
            ));
        }
    }
    stuck
}

#[test]
fn workers_and_server_killed_at_random_lose_nothing_and_double_nothing() {
    let Some(mut nats) = Nats::start() else { return };
    let (kills, chosen) = (number("CRM_BRIDGE_KILLS", 8), number("CRM_BRIDGE_SEED", 1));
    let mut chance = fastrand::Rng::with_seed(chosen);
    let mut twist = fastrand::Rng::with_seed(chosen + 1);
    let receiver = Receiver::with(Duration::from_millis(30), move |_, _| match twist.u32(..100) {
        0..3 => Some(Twist::Status(503)),
        3..6 => Some(Twist::SavedBut(500)),
        _ => None,
    });
    let folder = tempfile::tempdir().unwrap();
    let count = 150 * kills;
    block_on(async {
        let queue = nats.queue().await;
        publish(&queue, count, 60, true).await;
        let url = nats.url();
        let start = || Process::start(folder.path(), &url, &receiver, "3s");
        let mut workers: Vec<_> = (0..3).map(|_| start()).collect();
        for _ in 0..kills {
            tokio::time::sleep(Duration::from_millis(chance.u64(200..1200))).await;
            let victim = chance.usize(..4);
            if let Some(worker) = workers.get_mut(victim) {
                worker.kill(folder.path());
                *worker = start();
            } else {
                nats.kill();
                tokio::time::sleep(Duration::from_millis(chance.u64(50..1000))).await;
                nats.restart();
            }
        }
        emptied(&queue, Duration::from_secs(40 + kills), folder.path()).await;
        for worker in &mut workers {
            assert_eq!(worker.end(), Some(0), "{:#?}", told(folder.path()));
        }
        assert_eq!(backlog(&queue).await, 0, "nothing came back afterwards");

        let dead = queue.dead(1, 10_000).await.unwrap();
        let seen = receiver.seen();
        assert_eq!(u64::try_from(seen.presencias.len()).unwrap(), count);
        assert_eq!(seen.most_of_a_client, 1, "two requests of one client at once");
        assert!(seen.most <= 16, "{} requests at once", seen.most);
        for order in seen.order.values() {
            let rows: Vec<u64> = order.iter().map(|id| id[4..].parse().unwrap()).collect();
            assert!(rows.is_sorted(), "{rows:?}");
        }
        for row in (3..=count).step_by(3) {
            let id = format!("CRM-{row}");
            let times = seen.ventas.get(&id).copied().unwrap_or_default();
            let in_doubt = dead.iter().any(|letter| letter.id == id && letter.reason.outcome == "unknown");
            assert!(times == 1 || times == 0 && in_doubt, "{id}: {times} ventas, in doubt: {in_doubt}");
        }
        let others: Vec<_> = dead.iter().filter(|letter| letter.reason.outcome != "unknown").collect();
        assert!(others.is_empty(), "{others:#?}");
    });
}

#[test]
fn a_server_that_falls_silent_while_a_worker_starts_is_asked_again() {
    let Some(nats) = Nats::start() else { return };
    let receiver = Receiver::start(Duration::ZERO);
    let folder = tempfile::tempdir().unwrap();
    let between = silent_at_first(nats.url().port().unwrap());
    block_on(async {
        let queue = nats.queue().await;
        publish(&queue, 3, 3, false).await;
        let mut worker = Process::start(folder.path(), &between, &receiver, "3s");
        emptied(&queue, Duration::from_secs(30), folder.path()).await;
        assert_eq!(worker.end(), Some(0), "{:#?}", told(folder.path()));
        let told = told(folder.path());
        assert!(told.iter().any(|line| line.contains("the queue is not ready")), "{told:#?}");
    });
}

/// A way to the server that, the first time, swallows whatever is asked, as a server that is killed in the middle does.
fn silent_at_first(port: u16) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("nats://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for (number, client) in listener.incoming().map_while(Result::ok).enumerate() {
            let server = TcpStream::connect(("127.0.0.1", port)).expect("the server");
            let (from, to) = (client.try_clone().expect("a socket"), server.try_clone().expect("a socket"));
            std::thread::spawn(move || pass(from, to, number == 0));
            std::thread::spawn(move || pass(server, client, false));
        }
    });
    Url::parse(&url).expect("a URL")
}

/// Passes bytes on; from the first question to JetStream on, where that is to be swallowed, nothing.
fn pass(mut from: TcpStream, mut to: TcpStream, swallow: bool) {
    let mut buffer = [0; 8192];
    let mut silent = false;
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        silent |= swallow && buffer[..read].windows(7).any(|bytes| bytes == b"$JS.API");
        if !silent && to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    to.shutdown(Shutdown::Both).ok();
}

#[test]
fn a_worker_that_is_told_to_end_hands_over_at_once() {
    let Some(nats) = Nats::start() else { return };
    let receiver = Receiver::start(Duration::from_millis(700));
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        // A message that is not handed over would be missing for longer than this test waits.
        let options = Options { ack_wait: Some(Duration::from_secs(600)), ..Options::default() };
        let queue = Queue::connect(&nats.url(), &options).await.unwrap();
        publish(&queue, 48, 48, true).await;
        let mut first = Process::start(folder.path(), &nats.url(), &receiver, "10m");
        while receiver.seen().requests.len() < 4 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let _second = Process::start(folder.path(), &nats.url(), &receiver, "10m");
        assert_eq!(first.end(), Some(0));
        emptied(&queue, Duration::from_secs(60), folder.path()).await;
        let seen = receiver.seen();
        assert_eq!(seen.presencias.len(), 48);
        assert!(
            seen.ventas.len() == 16 && seen.ventas.values().all(|times| *times == 1),
            "{:?}",
            seen.ventas
        );
        assert!(seen.requests.values().all(|times| *times <= 2), "sent twice: {:?}", seen.requests);
    });
}

#[test]
fn a_worker_without_queue_or_receiver_says_which() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
            .arg("worker")
            .args(arguments)
            .env_clear()
            .env("HOME", folder.path())
            .env("COMERCIAL_WEBHOOK_TOKEN", TOKEN)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .expect("a worker");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, told) = run(&["--url", "http://127.0.0.1:9/"]);
    assert!(code == Some(2) && told.contains("CRM_BRIDGE_QUEUE"), "{code:?} {told}");
    let (code, told) = run(&["--url", "http://127.0.0.1:9/", "--queue", "nats://127.0.0.1:9"]);
    assert!(
        code == Some(3) && told.contains("127.0.0.1:9") && told.contains("nats-server"),
        "{code:?} {told}"
    );
    let (code, told) = run(&["--queue", "nats://127.0.0.1:9"]);
    assert!(code == Some(2) && told.contains("COMERCIAL_WEBHOOK_URL"), "{code:?} {told}");
    let (code, told) = run(&["--partitions", "3-99"]);
    assert!(code == Some(2) && told.contains("0-7,9"), "{code:?} {told}");
    let (code, told) =
        run(&["--url", "https://receiver.invalid/", "--queue", "nats://127.0.0.1:9", "--partitions", "0"]);
    assert!(code == Some(2) && told.contains("--yes"), "{code:?} {told}");
}

//! Three servers, of which one dies: what was answered is delivered, and relay and worker go on with the other two.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crm_bridge::queue::{Options, Queue};
use reqwest::Url;

use super::nats::{Nats, PROGRAM, listening};
use super::port::Held;
use super::program::{Program, relay, webhook, worker};
use super::receiver::Receiver;

/// A cluster; its servers are killed when dropped.
struct Cluster {
    servers: Vec<(Child, u16)>,
    _ports: [Held; 6],
    _folder: tempfile::TempDir,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for (server, _) in &mut self.servers {
            server.kill().ok();
            server.wait().ok();
        }
    }
}

impl Cluster {
    /// Starts three; none, said aloud, where the program is missing.
    fn start() -> Option<Self> {
        drop(Nats::start()?);
        let folder = tempfile::tempdir().expect("a folder");
        // Routes are named before anybody listens there, so that the ports can't be the servers' own choice.
        let held = [(); 6].map(|()| Held::new());
        let ports: Vec<u16> = held.iter().map(|held| held.addr.port()).collect();
        let routes: Vec<String> = ports[3..].iter().map(|port| format!("nats://127.0.0.1:{port}")).collect();
        let servers = (0..3).map(|index| {
            let store = folder.path().join(format!("store-{index}"));
            let config = format!(
                "server_name: s{index}\nlisten: 127.0.0.1:{}\njetstream {{ store_dir: \"{}\", max_file: 1GB }}\n\
                 cluster {{ name: c, listen: 127.0.0.1:{}, routes: [{}] }}\n",
                ports[index],
                store.display(),
                ports[3 + index],
                routes.join(", ")
            );
            let path = folder.path().join(format!("{index}.conf"));
            std::fs::write(&path, config).expect("a file");
            (launch(&path), ports[index])
        });
        let servers: Vec<_> = servers.collect();
        held[..3].iter().for_each(|held| listening(held.addr));
        Some(Self { servers, _ports: held, _folder: folder })
    }

    fn url(&self, index: usize) -> Url {
        format!("nats://127.0.0.1:{}", self.servers[index].1).parse().expect("a URL")
    }

    fn kill(&mut self, index: usize) {
        let (server, _) = &mut self.servers[index];
        server.kill().expect("a server to kill");
        server.wait().expect("a server that ended");
    }
}

fn launch(config: &Path) -> Child {
    Command::new(PROGRAM)
        .arg("--config")
        .arg(config)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a server")
}

#[test]
fn one_of_three_servers_may_die_and_nothing_that_was_answered_is_lost() {
    let Some(mut cluster) = Cluster::start() else { return };
    let receiver = Receiver::start(Duration::from_millis(2));
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let three = Options { replicas: 3, ack_wait: Some(Duration::from_secs(3)), ..Options::default() };
        // The servers elect their leader meanwhile.
        let queue = Queue::connect_patiently(&cluster.url(2), &three).await.unwrap();
        let replicas = ["--queue-replicas", "3"];
        let further = [&replicas[..], &["--id-terminator", "]"]].concat();
        let mut relay = Program::relay(&mut relay(folder.path(), &cluster.url(0), &further), &log);
        let further = [&replicas[..], &["--ack-wait", "3s"]].concat();
        let mut worker =
            Program::worker(&mut worker(folder.path(), &cluster.url(0), &receiver, &further), &log);
        let context = async_nats::jetstream::new(async_nats::connect(queue.server()).await.unwrap());
        for stream in ["CRM_PRESENCIAS", "CRM_PRESENCIAS_DEAD", "KV_CRM_PRESENCIAS_RECEIPTS"] {
            let stream = context.get_stream(stream).await.unwrap();
            assert_eq!(stream.cached_info().config.num_replicas, 3);
        }

        let mut answered = Vec::new();
        for number in 1000..1090 {
            if number == 1030 {
                // Relay and worker are connected to this one; it may lead any of the streams.
                cluster.kill(0);
            }
            let answer = relay.post(&webhook(number, number % 9, number % 3 == 0)).await.unwrap();
            match answer.status {
                200 => answered.push(number),
                503 => assert!(number >= 1030, "{number}: {answer:?}"),
                other => panic!("{number}: {other} {answer:?}"),
            }
        }
        assert!(answered.contains(&1089), "two of three go on: {answered:?}");
        let until = Instant::now() + Duration::from_secs(60);
        let missing = || {
            let seen = receiver.seen();
            let id = |number: &u64| format!("CRM-{number}]");
            answered.iter().map(id).filter(|id| !seen.presencias.contains_key(id)).collect::<Vec<_>>()
        };
        while !missing().is_empty() {
            let log = || std::fs::read_to_string(&log).unwrap_or_default();
            assert!(Instant::now() < until, "lost: {:?}\n{}", missing(), log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!((relay.end(), worker.end()), (Some(0), Some(0)));
        let seen = receiver.seen();
        assert_eq!(seen.most_of_a_client, 1);
        assert!(seen.ventas.values().all(|times| *times == 1), "a venta twice: {:?}", seen.ventas);
    });
}

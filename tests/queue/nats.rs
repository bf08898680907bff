//! A nats-server of the test's own: on a port of its own, with its store in a temporary folder, to be killed and started again.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crm_bridge::delivery::Delivery;
use crm_bridge::queue::{Options, Queue};
use reqwest::Url;

use super::port::Held;

pub(crate) const PROGRAM: &str = "nats-server";

/// A running server; it is killed when dropped.
pub(crate) struct Nats {
    child: Child,
    port: Held,
    folder: tempfile::TempDir,
}

impl Nats {
    /// Starts one; none, said aloud, where the program is missing.
    pub(crate) fn start() -> Option<Self> {
        Self::with("")
    }

    /// Starts one with further lines of configuration.
    pub(crate) fn with(config: &str) -> Option<Self> {
        if Command::new(PROGRAM).arg("--version").stdout(Stdio::null()).status().is_err() {
            skipped();
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        configure(folder.path(), config);
        let port = Held::new();
        let child = launch(folder.path(), port.addr);
        Some(Self { child, port, folder })
    }

    pub(crate) fn url(&self) -> Url {
        format!("nats://{}", self.port.addr).parse().expect("a URL")
    }

    pub(crate) async fn queue(&self) -> Queue {
        Queue::connect(&self.url(), &quick()).await.expect("a queue")
    }

    /// Kills the server as a crash would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("a child to kill");
        self.child.wait().expect("a child that ended");
    }

    /// Other lines of configuration, from its next start on.
    pub(crate) fn configure(&self, config: &str) {
        configure(self.folder.path(), config);
    }

    /// Starts it again, on the same port and store.
    pub(crate) fn restart(&mut self) {
        self.child = launch(self.folder.path(), self.port.addr);
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn configure(folder: &Path, config: &str) {
    let store = folder.join("store");
    let text = format!("jetstream {{ store_dir: \"{}\", max_file: 1GB }}\n{config}\n", store.display());
    std::fs::write(folder.join("nats.conf"), text).expect("a file");
}

fn launch(folder: &Path, addr: SocketAddr) -> Child {
    let child = Command::new(PROGRAM)
        .arg("--config")
        .arg(folder.join("nats.conf"))
        .args(["--addr", &addr.ip().to_string(), "--port", &addr.port().to_string()])
        .arg("--log")
        .arg(folder.join("nats.log"))
        .stdin(Stdio::null())
        .spawn()
        .expect("a server");
    listening(addr);
    child
}

/// Waits until a server listens there.
pub(crate) fn listening(addr: SocketAddr) {
    let until = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(addr).is_err() {
        assert!(Instant::now() < until, "the server did not start");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[expect(clippy::print_stderr, reason = "a test that is skipped must be heard")]
fn skipped() {
    assert!(
        std::env::var_os("CRM_BRIDGE_REQUIRE_ALL").is_none(),
        "{PROGRAM} is missing, install it with apt-get install nats-server"
    );
    eprintln!("SKIPPED: {PROGRAM} is missing, install it with apt-get install nats-server");
}

/// Options with which a lost worker is replaced soon.
pub(crate) fn quick() -> Options {
    Options { ack_wait: Some(Duration::from_secs(3)), ..Options::default() }
}

/// A delivery of the client with this document.
pub(crate) fn delivery(row: u64, id: &str, document: &str, venta: bool) -> Delivery {
    let venta = if venta { format!(r#","venta":{{"lote":{row}}}"#) } else { String::new() };
    let body = format!(
        r#"{{"id_presencia_crm":"{id}","cliente":{{"nombres_completos_razon_social":"Rosa Quispe","numero_documento":"{document}"}}{venta}}}"#
    );
    Delivery::from_json((0, row), &body.into()).expect("a delivery")
}

/// A runtime as the program has it.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

//! The program as processes of its own, relay and workers, and the CRM that sends to the relay.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::Url;
use serde_json::{Value, json};

use super::receiver::{Receiver, TOKEN};

/// The secret between the CRM of the test and the relay.
pub(crate) const SECRET: &str = "secret-of-the-crm";

/// A process; it is killed when dropped.
pub(crate) struct Program {
    pub(crate) child: Child,
    /// Where a relay takes webhooks.
    pub(crate) url: String,
    _stdout: Option<BufReader<ChildStdout>>,
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The program in `folder`, without the settings of whoever runs the tests.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crm-bridge"));
    command.env_clear().env("HOME", folder).current_dir(folder).stdin(Stdio::null());
    command
}

/// A relay that publishes to `queue`; it knows nothing of any receiver.
pub(crate) fn relay(folder: &Path, queue: &Url, further: &[&str]) -> Command {
    let mut command = command(folder);
    command.env("CRM_WEBHOOK_TOKEN", SECRET);
    command.args(["relay", "--json", "--listen", "127.0.0.1:0", "--queue", queue.as_str()]).args(further);
    command
}

/// A worker that delivers to `receiver`.
pub(crate) fn worker(folder: &Path, queue: &Url, receiver: &Receiver, further: &[&str]) -> Command {
    let mut command = command(folder);
    command.env("COMERCIAL_WEBHOOK_TOKEN", TOKEN);
    command.args(["worker", "--json", "--jobs", "16", "--url", &receiver.url]);
    command.args(["--queue", queue.as_str()]).args(further);
    command
}

impl Program {
    /// Starts a relay, and waits for its first line.
    pub(crate) fn relay(command: &mut Command, log: &Path) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(appended(log)).spawn().expect("a relay");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line).unwrap_or_default();
        let Some(url) = said["url"].as_str().map(ToOwned::to_owned) else {
            panic!("no first line but {line:?}: {}", std::fs::read_to_string(log).unwrap_or_default());
        };
        Self { child, url, _stdout: Some(stdout) }
    }

    /// Starts a worker, whose lines go to `log`.
    pub(crate) fn worker(command: &mut Command, log: &Path) -> Self {
        let child = command.stdout(appended(log)).stderr(appended(log)).spawn().expect("a worker");
        Self { child, url: String::new(), _stdout: None }
    }

    /// Kills it as a crash would.
    pub(crate) fn kill(&mut self) {
        assert_eq!(self.child.try_wait().expect("a status"), None, "it ended by itself");
        self.child.kill().expect("a process to kill");
        self.child.wait().expect("a process that ended");
    }

    /// Tells it to end; returns its exit code.
    pub(crate) fn end(&mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(status) = self.child.try_wait().expect("a status") {
                return status.code();
            }
            assert!(Instant::now() < until, "it did not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Posts `body` as the CRM does; none where no answer came.
    pub(crate) async fn post(&self, body: &Value) -> Option<Answer> {
        post(&self.url, body).await
    }

    /// Gets a page as somebody on this machine.
    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        let url = Url::parse(&self.url).expect("a URL").join(path).expect("a path");
        let answer = http().get(url).send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    }
}

/// What the CRM is answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) body: Value,
}

pub(crate) async fn post(url: &str, body: &Value) -> Option<Answer> {
    let request = http().post(url).header("X-CRM-Webhook-Token", SECRET).body(body.to_string());
    let answer = request.send().await.ok()?;
    let retry_after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let (status, retry_after) = (answer.status().as_u16(), retry_after.map(ToOwned::to_owned));
    let body = serde_json::from_slice(&answer.bytes().await.ok()?).unwrap_or_default();
    Some(Answer { status, retry_after, body })
}

fn http() -> reqwest::Client {
    crm_bridge::delivery::tls::provider();
    reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().expect("a client")
}

fn appended(log: &Path) -> std::fs::File {
    std::fs::OpenOptions::new().create(true).append(true).open(log).expect("a log")
}

/// A webhook of the client with this number, as the live CRM sends it; each `venta` is a sale.
pub(crate) fn webhook(number: u64, client: u64, venta: bool) -> Value {
    let mut body = json!({
        "id_presencia_crm": format!("CRM-{number}"),
        "cliente": {
            "nombres_completos_razon_social": format!("Cliente Número {client}"),
            "tipo_documento": "DNI",
            "numero_documento": null,
            "telefono_principal": format!("9{:08}", client * 7_919 % 100_000_000),
            "email_principal": null,
            "direccion": "Ate",
            "distrito": "Ate",
        },
        "fecha_hora_presencia": "2024-01-15T19:30:00+00:00",
        "proyecto_interes": null,
        "medio_captacion": "campo_opc",
        "modalidad": "presencial",
        "status_presencia": "realizada",
        "resultado_interaccion": "interesado_seguimiento",
        "observaciones": "Presencia desde CRM. Lugar: Sala de ventas. None",
    });
    if venta {
        body["venta"] = json!({
            "fecha_venta": "2024-01-15", "lote": number, "tipo_venta": "contado", "plazo_meses_credito": 0,
            "valor_lote_venta": "45000.00",
        });
    }
    body
}

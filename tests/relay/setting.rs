//! A relay in this process, between a client of the test and a receiver of the test; and the same as a process.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use crm_bridge::config::{SendSettings, Token};
use crm_bridge::delivery::{ContentHash, HttpClient};
use crm_bridge::ingress::Limits;
use crm_bridge::journal::{JournalFile, NewRun, RunJournal, RunStatus, Target};
use crm_bridge::lang::Lang;
use crm_bridge::receiver;
use crm_bridge::relay::intake::Intake;
use crm_bridge::relay::outbox::Overview;
use crm_bridge::relay::{Clock, Delivering, Options, Reception, Relay, Running};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

/// The secret between the CRM of the test and the relay.
pub(crate) const INSIDE: &str = "secret-of-the-inside";
/// The secret between the relay and the receiver of the test.
pub(crate) const OUTSIDE: &str = "secret-of-the-outside";
/// The path of the webhook.
pub(crate) const PATH: &str = "/api/webhook-presencia-crm/";

/// A webhook as the live CRM sends it: `TEMP-` document, null e-mail and project, UTC, a literal `None`.
pub(crate) fn webhook(number: u64) -> Value {
    let celular = format!("9{:08}", number * 7_919 % 100_000_000);
    json!({
        "id_presencia_crm": format!("CRM-{number}"),
        "cliente": {
            "nombres_completos_razon_social": format!("Cliente Número {number}"),
            "tipo_documento": "DNI",
            "numero_documento": format!("TEMP-{}", &celular[5..]),
            "telefono_principal": celular,
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
    })
}

/// A receiver as deployed, which expects [`OUTSIDE`].
pub(crate) fn odd_receiver() -> receiver::Spec {
    receiver::Spec { token: Token::new(OUTSIDE), ..receiver::Spec::jcc() }
}

/// A relay under test.
pub(crate) struct Setting {
    pub(crate) relay: Running,
    _folder: Option<tempfile::TempDir>,
}

impl Setting {
    /// Starts a relay that delivers to `url`, changed by `change`.
    pub(crate) async fn new(url: &str, change: impl FnOnce(&mut Options)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let relay = start(&folder.path().join("journal.db"), url, change).await;
        Self { relay, _folder: Some(folder) }
    }

    /// The same with a journal that outlives it.
    pub(crate) async fn at(journal: &Path, url: &str, change: impl FnOnce(&mut Options)) -> Self {
        Self { relay: start(journal, url, change).await, _folder: None }
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.relay.origin().rsplit("//").next().unwrap().parse().unwrap()
    }

    /// Posts a webhook with the right secret.
    pub(crate) async fn post(&self, body: &Value) -> (u16, Value) {
        self.post_bytes(body.to_string().as_bytes()).await
    }

    /// Posts any bytes with the right secret.
    pub(crate) async fn post_bytes(&self, body: &[u8]) -> (u16, Value) {
        let (status, _, body) =
            request(self.addr(), "POST", PATH, &[("X-CRM-Webhook-Token", INSIDE)], body).await.unwrap();
        (status, serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    /// Gets a page as somebody on this machine.
    pub(crate) async fn get(&self, path: &str) -> (u16, String, String) {
        request(self.addr(), "GET", path, &[], b"").await.unwrap()
    }

    /// Waits until the outbox stands as `wanted` says; fails after a minute.
    pub(crate) async fn until(&self, wanted: impl Fn(&Overview) -> bool) -> Overview {
        for _ in 0..6_000 {
            let overview = self.relay.overview(24).await.unwrap();
            if wanted(&overview) {
                return overview;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it did not come to that: {:?}", self.relay.overview(24).await);
    }

    /// Waits until the page at `path` shows `words`; fails after a minute.
    pub(crate) async fn until_shown(&self, path: &str, words: &str) {
        for _ in 0..6_000 {
            if self.get(path).await.2.contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{path} never showed {words}: {}", self.get(path).await.2);
    }

    pub(crate) async fn shut_down(self) {
        self.relay.shut_down(CancellationToken::new()).await;
    }
}

async fn start(journal: &Path, url: &str, change: impl FnOnce(&mut Options)) -> Running {
    let send = SendSettings {
        timeout: Duration::from_secs(5),
        ..SendSettings::new(url.parse().unwrap(), Token::new(OUTSIDE))
    };
    let reception = Reception {
        listen: "127.0.0.1:0".parse().unwrap(),
        token: Token::new(INSIDE),
        answer: http::StatusCode::OK,
        lang: Lang::En,
        tls: None,
        limits: Limits::default(),
        source_rate: None,
        intake: Intake::from(&send),
        clock: Clock::system(),
    };
    let mut options = Options {
        reception,
        most_queued: 1_000_000,
        journal: journal.to_owned(),
        target: Target::of(&send.url).to_string(),
        send,
        retries: u32::MAX,
    };
    change(&mut options);
    let settings = options.send.clone();
    let file = JournalFile::open(Some(journal)).unwrap();
    Relay::start(options, move || {
        let transport = HttpClient::new(&settings).map_err(|error| error.failure())?;
        let journal = file.start(&new_run(&settings)).map_err(|error| error.failure())?;
        let finish = Box::new(|journal: RunJournal| journal.finish(RunStatus::Finished, 0).unwrap());
        Ok(Delivering { transport, journal, finish })
    })
    .await
    .unwrap()
}

fn new_run(settings: &SendSettings) -> NewRun {
    NewRun {
        command: "relay".to_owned(),
        args: Vec::new(),
        folder: ".".into(),
        target: Target::of(&settings.url),
        mapping: ContentHash([0; 16]),
        files: Vec::new(),
    }
}

/// One request over a connection of its own: status, head, body. An error where the connection breaks off.
pub(crate) async fn request(
    addr: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> std::io::Result<(u16, String, String)> {
    let mut socket = TcpStream::connect(addr).await?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    socket.write_all(head.as_bytes()).await?;
    // A relay that refuses a body early closes while it is being sent; its answer is there all the same.
    socket.write_all(body).await.ok();
    let mut answer = Vec::new();
    let read = socket.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        read?;
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    };
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or(std::io::ErrorKind::InvalidData)?;
    Ok((status, head.to_lowercase(), body.to_owned()))
}

/// The relay as a process of its own.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) addr: SocketAddr,
    pub(crate) url: String,
    _stdout: BufReader<ChildStdout>,
}

impl Process {
    /// The command, for further arguments and variables.
    pub(crate) fn command(journal: &Path, url: &str) -> Command {
        let mut command = Self::bare(journal);
        command
            .args(["relay", "--json", "--listen", "127.0.0.1:0", "--journal"])
            .arg(journal)
            .args(["--url", url]);
        command
    }

    /// The program without arguments, and without the settings of whoever runs the tests.
    pub(crate) fn bare(journal: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crm-bridge"));
        command
            .env("CRM_WEBHOOK_TOKEN", INSIDE)
            .env("COMERCIAL_WEBHOOK_TOKEN", OUTSIDE)
            .env_remove("COMERCIAL_WEBHOOK_URL")
            .current_dir(journal.parent().unwrap())
            .env("HOME", journal.parent().unwrap())
            .env_remove("XDG_CONFIG_HOME")
            .stdin(Stdio::null());
        command
    }

    /// Starts it, and waits for its first line.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let said: Value =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("no first line but {line:?}"));
        assert_eq!(said["kind"], "listening");
        let url = said["url"].as_str().unwrap().to_owned();
        let addr = url.split('/').nth(2).unwrap().parse().unwrap();
        Self { child, addr, url, _stdout: stdout }
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

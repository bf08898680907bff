//! A receiver as odd as the deployed App Comercial was measured to be, on a loopback port.
//!
//! Written from the table of measured answers, not from the sender: a naive sender loses rows here. What it holds can be
//! asked afterwards. Each oddity is a switch, and single requests can be made to fail in ways of their own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

pub(crate) const TOKEN: &str = "a-token-of-the-tests-0123456789";
pub(crate) const PATH: &str = "/api/webhook-presencia-crm/";

/// Which oddities it has.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each oddity is a switch of its own")]
pub(crate) struct Switches {
    /// The first POST of a new presencia answers 500 although it is saved.
    pub(crate) first_post_500: bool,
    /// Presencias are looked up inside other ids.
    pub(crate) substring_lookup: bool,
    /// Keys are greatest + 1, read before they are written: two at once lose one.
    pub(crate) parallel_loss: bool,
    /// Answers close the connection.
    pub(crate) close: bool,
    /// Work on a request takes this long.
    pub(crate) work: Duration,
}

impl Switches {
    /// Everything that was measured.
    pub(crate) fn measured() -> Self {
        Self {
            first_post_500: true,
            substring_lookup: true,
            parallel_loss: true,
            close: true,
            work: Duration::from_millis(1),
        }
    }
}

/// How one request fails.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// This status and these headers, nothing saved.
    Status(u16, Vec<(&'static str, String)>),
    /// Any bytes, nothing saved.
    Raw(Vec<u8>),
    /// The connection is reset, nothing saved.
    ResetBefore,
    /// Saved, and the connection is reset instead of an answer.
    ResetAfter,
    /// Saved, and the answer stops in the middle.
    Truncate,
    /// Saved, and the answer never ends.
    Endless,
    /// Saved, and nothing is said.
    Silence,
}

/// One stored presencia.
#[derive(Debug, Clone)]
pub(crate) struct Presencia {
    pub(crate) receipt: String,
    pub(crate) id: String,
    pub(crate) body: Value,
}

/// What it was sent and holds.
#[derive(Debug, Default)]
pub(crate) struct Held {
    pub(crate) presencias: Vec<Presencia>,
    /// `id_presencia_crm` of each saved venta.
    pub(crate) ventas: Vec<String>,
    /// Requests by `id_presencia_crm`.
    pub(crate) requests: HashMap<String, usize>,
    pub(crate) total: usize,
    pub(crate) connections: usize,
    pub(crate) headers: Vec<String>,
    pub(crate) bodies: Vec<Vec<u8>>,
    next_key: usize,
}

impl Held {
    pub(crate) fn ids(&self) -> Vec<&str> {
        self.presencias.iter().map(|presencia| presencia.id.as_str()).collect()
    }
}

type Faults = dyn FnMut(usize, &str) -> Option<Fault> + Send;

struct Shared {
    switches: Switches,
    held: Mutex<Held>,
    faults: Mutex<Box<Faults>>,
}

/// A running odd receiver; it stops when dropped.
pub(crate) struct OddReceiver {
    pub(crate) url: String,
    shared: Arc<Shared>,
    stop: CancellationToken,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for OddReceiver {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

impl OddReceiver {
    /// Starts one without faults.
    pub(crate) fn start(switches: Switches) -> Self {
        Self::with_faults(switches, |_, _| None)
    }

    /// Starts one; `faults` is asked with the number of the request (from 0) and its body.
    pub(crate) fn with_faults(
        switches: Switches,
        faults: impl FnMut(usize, &str) -> Option<Fault> + Send + 'static,
    ) -> Self {
        let shared =
            Arc::new(Shared { switches, held: Mutex::default(), faults: Mutex::new(Box::new(faults)) });
        let stop = CancellationToken::new();
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        listener.set_nonblocking(true).expect("a non-blocking socket");
        let url = format!("http://{}{PATH}", listener.local_addr().expect("an address"));
        let thread = std::thread::spawn({
            let (shared, stop) = (Arc::clone(&shared), stop.clone());
            move || {
                let runtime =
                    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                runtime.block_on(stop.run_until_cancelled(serve(listener, shared)));
            }
        });
        Self { url, shared, stop, thread: Some(thread) }
    }

    pub(crate) fn held(&self) -> MutexGuard<'_, Held> {
        self.shared.held.lock().expect("no test panics while it holds this")
    }
}

async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let listener = TcpListener::from_std(listener).expect("a listener");
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).ok();
        shared.held.lock().expect("no test panics while it holds this").connections += 1;
        tokio::spawn(connection(stream, Arc::clone(&shared)));
    }
}

/// Serves one connection until it ends.
async fn connection(mut stream: TcpStream, shared: Arc<Shared>) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    loop {
        let Some((head, body)) = read_request(&mut stream, &mut buffer).await? else { return Ok(()) };
        let (number, id) = note(&shared, &head, &body);
        let text = String::from_utf8_lossy(&body).into_owned();
        let fault = (shared.faults.lock().expect("faults do not panic"))(number, &text);
        match fault {
            Some(Fault::Status(status, headers)) => {
                respond(&mut stream, status, &headers, b"{\"detail\":\"no\"}").await?;
            }
            Some(Fault::Raw(bytes)) => {
                stream.write_all(&bytes).await?;
                return Ok(());
            }
            Some(Fault::ResetBefore) => return reset(stream),
            Some(fault) => {
                answer(&shared, &head, &body, &id).await;
                return break_off(stream, fault).await;
            }
            None => {
                let (status, mut headers, body) = answer(&shared, &head, &body, &id).await;
                if shared.switches.close {
                    headers.push(("Connection", "close".to_owned()));
                }
                respond(&mut stream, status, &headers, body.as_bytes()).await?;
                if shared.switches.close {
                    return Ok(());
                }
            }
        }
    }
}

async fn break_off(mut stream: TcpStream, fault: Fault) -> std::io::Result<()> {
    match fault {
        Fault::Truncate => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{\"detail\":\"ok\",").await
        }
        Fault::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n").await?;
            let chunk = [b"2000\r\n".as_slice(), &[b' '; 0x2000], b"\r\n"].concat();
            loop {
                stream.write_all(&chunk).await?;
            }
        }
        Fault::Silence => {
            let mut byte = [0];
            stream.read_exact(&mut byte).await.map(|_| ())
        }
        _ => reset(stream),
    }
}

/// Closes with unread data pending, which makes the kernel send a reset.
#[expect(deprecated, reason = "a linger of zero is the one portable way to a reset")]
fn reset(stream: TcpStream) -> std::io::Result<()> {
    stream.set_linger(Some(Duration::ZERO))
}

async fn read_request(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
) -> std::io::Result<Option<(String, Vec<u8>)>> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            let length = header(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
            let whole = end + 4 + length;
            while buffer.len() < whole {
                if stream.read_buf(buffer).await? == 0 {
                    return Ok(None);
                }
            }
            let body = buffer[end + 4..whole].to_vec();
            buffer.drain(..whole);
            return Ok(Some((head, body)));
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().skip(1).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

async fn respond(
    stream: &mut TcpStream,
    status: u16,
    headers: &[(&'static str, String)],
    body: &[u8],
) -> std::io::Result<()> {
    let kind = if body.first() == Some(&b'<') { "text/html" } else { "application/json" };
    let mut head = format!(
        "HTTP/1.1 {status} Odd\r\nServer: gunicorn\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(&[head.as_bytes(), body].concat()).await
}

fn note(shared: &Shared, request: &str, body: &[u8]) -> (usize, String) {
    let id = serde_json::from_slice::<Value>(body)
        .ok()
        .and_then(|body| body.get("id_presencia_crm").and_then(Value::as_str).map(str::to_owned))
        .unwrap_or_default();
    let mut held = shared.held.lock().expect("no test panics while it holds this");
    let number = held.total;
    held.total += 1;
    *held.requests.entry(id.clone()).or_default() += 1;
    if held.bodies.len() < 1000 {
        held.headers.push(request.to_owned());
        held.bodies.push(body.to_vec());
    }
    (number, id)
}

type Answered = (u16, Vec<(&'static str, String)>, String);

fn json_answer(status: u16, body: Value) -> Answered {
    (status, Vec::new(), body.to_string())
}

fn server_error() -> Answered {
    (500, Vec::new(), "<h1>Server Error (500)</h1>".to_owned())
}

async fn answer(shared: &Shared, head: &str, body: &[u8], id: &str) -> Answered {
    let mut words = head.split_whitespace();
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    // A proxy is asked for whole URLs.
    let of_url = path.strip_prefix("http://").and_then(|rest| rest.find('/').map(|at| &rest[at..]));
    let path = of_url.unwrap_or(path);
    if path == "/__admin/presencias" {
        return listing(shared);
    }
    if path == PATH.trim_end_matches('/') {
        return (301, vec![("Location", PATH.to_owned())], String::new());
    }
    if path != PATH {
        return (404, Vec::new(), "<h1>Not Found</h1>".to_owned());
    }
    if method != "POST" {
        return (405, vec![("Allow", "POST, OPTIONS".to_owned())], json!({"detail": "no"}).to_string());
    }
    if header(head, "x-crm-webhook-token") != Some(TOKEN) {
        return json_answer(401, json!({"detail": "Token inválido."}));
    }
    let body: Value = match serde_json::from_slice(body) {
        Ok(Value::Object(body)) => Value::Object(body),
        Ok(_) => return server_error(),
        Err(_) => return json_answer(400, json!({"detail": "JSON parse error"})),
    };
    let cliente = &body["cliente"];
    if cliente.as_object().is_none_or(serde_json::Map::is_empty) {
        return json_answer(400, json!({"detail": "Falta cliente."}));
    }
    let nombre = cliente["nombres_completos_razon_social"].as_str().unwrap_or_default();
    if nombre.is_empty() || nombre.chars().count() > 255 {
        let errors = json!({"nombres_completos_razon_social": ["Este campo es requerido."]});
        return json_answer(400, json!({"detail": "Datos de cliente inválidos.", "errors": errors}));
    }
    store(shared, &body, id).await
}

/// What the admin side of a mock lists.
fn listing(shared: &Shared) -> Answered {
    let held = shared.held.lock().expect("no test panics while it holds this");
    let row = |one: &Presencia| json!({"id_presencia": one.receipt, "id_presencia_crm": one.id});
    let rows: Vec<Value> = held.presencias.iter().map(row).collect();
    json_answer(200, json!({ "presencias": rows }))
}

async fn store(shared: &Shared, body: &Value, id: &str) -> Answered {
    let work = shared.switches.work;
    let key = {
        let mut held = shared.held.lock().expect("no test panics while it holds this");
        if let Some(found) = find(shared.switches, &held, id) {
            // A stored presencia is never updated, but the venta of a repeat is saved again and again.
            let id_venta = body.get("venta").filter(|venta| !venta.is_null()).map(|venta| {
                held.ventas.push(id.to_owned());
                (venta["lote"] == json!("no-existe"), format!("VTA{:05}", held.ventas.len()))
            });
            if matches!(id_venta, Some((true, _))) {
                held.ventas.pop();
                return json_answer(
                    400,
                    json!({"detail": "Datos de venta inválidos.", "errors": {"lote": ["No existe."]}}),
                );
            }
            let id_venta = id_venta.map(|(_, id)| id);
            return json_answer(200, json!({"detail": "ok", "id_presencia": found, "id_venta": id_venta}));
        }
        held.next_key + 1
    };
    tokio::time::sleep(work).await;
    let mut held = shared.held.lock().expect("no test panics while it holds this");
    let key = if shared.switches.parallel_loss {
        if held.next_key >= key {
            // Somebody else took the key meanwhile: this row is lost, and the answer looks like that of a saved one.
            return server_error();
        }
        key
    } else {
        held.next_key + 1
    };
    held.next_key = key;
    let id_presencia = format!("PRS{key:05}");
    held.presencias.push(Presencia { receipt: id_presencia.clone(), id: id.to_owned(), body: body.clone() });
    if shared.switches.first_post_500 {
        return server_error();
    }
    let id_venta = body.get("venta").filter(|venta| !venta.is_null()).map(|_| {
        held.ventas.push(id.to_owned());
        format!("VTA{:05}", held.ventas.len())
    });
    json_answer(200, json!({"detail": "ok", "id_presencia": id_presencia, "id_venta": id_venta}))
}

fn find(switches: Switches, held: &Held, id: &str) -> Option<String> {
    if id.is_empty() {
        return None;
    }
    let wanted = id.to_lowercase();
    let found = held.presencias.iter().find(|presencia| {
        if switches.substring_lookup {
            let noted = presencia.body["observaciones"].as_str().unwrap_or_default();
            presencia.id.to_lowercase().contains(&wanted) || noted.contains(&format!("CRM:{id}"))
        } else {
            presencia.id == id
        }
    });
    found.map(|presencia| presencia.receipt.clone())
}

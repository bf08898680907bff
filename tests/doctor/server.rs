//! Small servers that answer as a test says, and remember what they were asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// The token that the servers expect.
pub(crate) const TOKEN: &str = "9f2c4e17a0b35d68c1e4";

/// What arrived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Received {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn has_token(&self) -> bool {
        self.header("x-crm-webhook-token") == Some(TOKEN)
    }
}

/// A server on a port of its own; it lives until the test's process ends.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

type Behaviour = Arc<dyn Fn(&Received) -> Vec<u8> + Send + Sync>;

impl Server {
    /// Answers each request with what `behaviour` makes of it.
    pub(crate) fn new(behaviour: impl Fn(&Received) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::start(None, Arc::new(behaviour))
    }

    /// The same over TLS.
    pub(crate) fn secure(
        config: ServerConfig,
        behaviour: impl Fn(&Received) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        Self::start(Some(Arc::new(config)), Arc::new(behaviour))
    }

    /// Answers every request with the same text.
    pub(crate) fn fixed(answer: String) -> Self {
        Self::new(move |_| answer.clone().into_bytes())
    }

    /// Accepts connections and does to each what `treat` says, without reading HTTP.
    pub(crate) fn raw(treat: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let treat = Arc::new(treat);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let treat = Arc::clone(&treat);
                thread::spawn(move || treat(stream));
            }
        });
        Self { address, received: Arc::default() }
    }

    fn start(tls: Option<Arc<ServerConfig>>, behaviour: Behaviour) -> Self {
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let log = Arc::clone(&received);
        let mut server = Self::raw(move |stream| match &tls {
            None => serve(stream, &behaviour, &log),
            Some(config) => {
                let Ok(connection) = ServerConnection::new(Arc::clone(config)) else { return };
                serve(StreamOwned::new(connection, stream), &behaviour, &log);
            }
        });
        server.received = received;
        server
    }

    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://127.0.0.1:{}/api/webhook-presencia-crm/", self.address.port())
    }

    /// Every request so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().expect("the log").clone()
    }

    /// Requests whose body could have created something.
    pub(crate) fn dangerous(&self) -> usize {
        self.received().iter().filter(|request| !matches!(request.body.as_str(), "" | "{}")).count()
    }
}

fn serve(stream: impl Read + Write, behaviour: &Behaviour, log: &Mutex<Vec<Received>>) {
    let mut stream = BufReader::new(stream);
    let Some(request) = read(&mut stream) else { return };
    let answer = behaviour(&request);
    log.lock().expect("the log").push(request);
    let stream = stream.get_mut();
    stream.write_all(&answer).and_then(|()| stream.flush()).ok();
}

fn read(stream: &mut impl BufRead) -> Option<Received> {
    let mut request = Received::default();
    stream.read_line(&mut request.line).ok().filter(|length| *length > 0)?;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        request.headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    request.body = String::from_utf8(body).ok()?;
    Some(request)
}

/// An HTTP answer; `head` are further header lines.
pub(crate) fn http(status: &str, head: &str, kind: &str, body: &str) -> String {
    let length = body.len();
    let head = if head.is_empty() { String::new() } else { format!("{head}\r\n") };
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

pub(crate) fn json(status: &str, body: &str) -> String {
    http(status, "", "application/json", body)
}

pub(crate) fn html(status: &str, head: &str) -> String {
    http(status, head, "text/html", "<html><head><title>Panel de control</title></head><body>…</body></html>")
}

/// An App Comercial as it should be.
pub(crate) fn healthy(request: &Received) -> Vec<u8> {
    if !request.has_token() {
        return json("401 Unauthorized", r#"{"detail":"Token inválido."}"#).into_bytes();
    }
    if request.body.contains("\"cliente\"") {
        return json("200 OK", r#"{"detail":"ok","id_presencia":"PRS00001","id_venta":null}"#).into_bytes();
    }
    json("400 Bad Request", r#"{"detail":"Falta cliente."}"#).into_bytes()
}

//! Receivers that give back what they were sent: the worst that can stand in an error.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

use crate::marks::May;
use crate::place::{Place, clean};

/// What a mirror does with the request that it shows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mirror {
    /// 400 with the request in `detail` and in `errors`.
    Refusal,
    /// 401 with the request in `detail`.
    Unauthorized,
    /// 500 with the request in an HTML page, as Django shows it under DEBUG.
    Page,
    /// A redirect to an address with the request in it.
    Redirect,
}

/// Starts a receiver that shows each request in its answer; its address.
pub(crate) fn mirror(kind: Mirror) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut stream = BufReader::new(stream);
                let Some((head, body)) = read(&mut stream) else { return };
                let answer = answer(kind, &head, &body);
                stream.get_mut().write_all(answer.as_bytes()).ok();
            });
        }
    });
    format!("http://127.0.0.1:{port}/api/webhook-presencia-crm/")
}

fn read(stream: &mut impl BufRead) -> Option<(String, String)> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|length| *length > 0)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(text) = line.to_lowercase().strip_prefix("content-length:") {
            length = text.trim().parse().ok()?;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((head, String::from_utf8(body).ok()?))
}

fn answer(kind: Mirror, head: &str, body: &str) -> String {
    let whole = format!("{head}{body}");
    let (status, extra, mime, text) = match kind {
        Mirror::Refusal => {
            let text =
                serde_json::json!({"detail": whole, "errors": {"numero_documento": [whole]}}).to_string();
            ("400 Bad Request", String::new(), "application/json", text)
        }
        Mirror::Unauthorized => {
            let text = serde_json::json!({"detail": whole}).to_string();
            ("401 Unauthorized", String::new(), "application/json", text)
        }
        Mirror::Page => {
            let text =
                format!("<html><head><title>{whole}</title></head><body><pre>{whole}</pre></body></html>");
            ("500 Internal Server Error", String::new(), "text/html", text)
        }
        Mirror::Redirect => {
            let flat: String =
                whole.chars().filter(|sign| sign.is_ascii_alphanumeric() || *sign == '-').collect();
            ("302 Found", format!("Location: /login/?next={flat}\r\n"), "text/html", String::new())
        }
    };
    let length = text.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {mime}\r\n{extra}Content-Length: {length}\r\nConnection: close\r\n\r\n{text}"
    )
}

/// `serve-mock` or `relay`, running; its outputs are searched when it ends.
pub(crate) struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    first: String,
    /// Where it listens.
    pub(crate) url: String,
}

impl Running {
    pub(crate) fn start(place: &Place, arguments: &[&str]) -> Self {
        let mut command = place.command(arguments);
        let mut child = command
            .args([
                "--listen",
                "127.0.0.1:0",
                "--json",
                "-vv",
                "--log-format",
                "json",
                "--log-file",
                "server.log",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a server");
        let mut stdout = BufReader::new(child.stdout.take().expect("its stdout"));
        let mut first = String::new();
        stdout.read_line(&mut first).expect("its first line");
        let line: serde_json::Value = serde_json::from_str(&first).expect("the line of readiness");
        let url = line["url"].as_str().expect("an address").to_owned();
        Self { child, stdout, first, url }
    }

    /// Ends it and searches what it said.
    pub(crate) fn end(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill").success());
        let mut stdout = self.first.into_bytes();
        self.stdout.read_to_end(&mut stdout).expect("its stdout");
        let mut stderr = Vec::new();
        self.child.stderr.take().expect("its stderr").read_to_end(&mut stderr).expect("its stderr");
        self.child.wait().expect("its end");
        clean("stdout of the server", &stdout, May::HoldNobody);
        clean("stderr of the server", &stderr, May::HoldNobody);
    }
}

/// Posts `body` as the CRM does; the whole answer.
pub(crate) fn post(url: &str, body: &str, token: &str) -> String {
    let (host, path) = parts(url);
    let length = body.len();
    exchange(
        host,
        &format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             X-CRM-Webhook-Token: {token}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        ),
    )
}

/// Gets another path of the same server; the whole answer.
pub(crate) fn get(url: &str, path: &str) -> String {
    let (host, _) = parts(url);
    exchange(host, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
}

fn parts(url: &str) -> (&str, &str) {
    let rest = url.trim_start_matches("http://");
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

fn exchange(host: &str, request: &str) -> String {
    let mut stream = std::net::TcpStream::connect(host).expect("the server");
    stream.write_all(request.as_bytes()).expect("a request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

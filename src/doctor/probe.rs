//! One request over one new connection, and its answer with the time of its first byte.
//!
//! Each probe connects anew, because a real App Comercial closes the connection after each answer.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::header::{
    ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, LOCATION,
    PROXY_AUTHORIZATION, RETRY_AFTER, USER_AGENT,
};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Empty, Full};
use hyper::client::conn::http1;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::TokioIo;
use reqwest::Url;
use serde_json::Value;
use tokio::time::timeout;

use super::check::Check;
use super::line::Line;
use super::reach::host_and_port;
use crate::config::Token;
use crate::delivery::echo;
use crate::delivery::verdict::{Verdict, verdict};
use crate::mask::Scrub;

/// The longest answer that is read.
const LONGEST: usize = 1024 * 1024;

/// The header that carries the shared secret.
pub(super) const TOKEN_HEADER: &str = "x-crm-webhook-token";

/// What is sent.
pub(super) struct Probe<'a> {
    /// Where.
    pub(super) url: &'a Url,
    /// The JSON body.
    pub(super) body: Bytes,
    /// Further headers.
    pub(super) headers: HeaderMap,
    /// The proxy that takes whole addresses (plain http through a proxy).
    pub(super) forward: Option<&'a Url>,
    /// For the whole attempt.
    pub(super) limit: Duration,
}

/// What came back.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// From the request to the first byte of the answer.
    pub(super) first_byte: Duration,
}

/// Why nothing came back.
#[derive(Debug, Clone)]
pub(super) enum Silence {
    /// No whole answer in time.
    Timeout,
    /// The connection broke off, or it was no HTTP.
    Broken(String),
    /// There was no connection: the step that failed.
    NoWay(Box<Check>),
}

/// The header with the token, marked so that nothing prints it.
pub(super) fn token_header(token: &Token) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(mut value) = HeaderValue::from_str(token.expose()) {
        value.set_sensitive(true);
        headers.insert(TOKEN_HEADER, value);
    }
    headers
}

/// The header of the CRM's own endpoint.
pub(super) fn bearer(token: &Token) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", token.expose())) {
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    headers
}

impl Probe<'_> {
    /// Sends it over `line`.
    pub(super) async fn send(self, line: Line) -> Result<Answer, Silence> {
        let limit = self.limit;
        timeout(limit, self.exchange(line)).await.unwrap_or(Err(Silence::Timeout))
    }

    async fn exchange(self, line: Line) -> Result<Answer, Silence> {
        let broken = |error: hyper::Error| Silence::Broken(deepest(&error));
        let request = self.request().map_err(|error| Silence::Broken(error.to_string()))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(line)).await.map_err(broken)?;
        let driver = tokio::spawn(connection);
        let started = Instant::now();
        let answered = sender.send_request(request).await;
        let first_byte = started.elapsed();
        let result = match answered {
            Ok(response) => {
                let (parts, body) = response.into_parts();
                read(body).await.map_err(broken).map(|body| Answer {
                    status: parts.status,
                    headers: parts.headers,
                    body,
                    first_byte,
                })
            }
            Err(error) => Err(broken(error)),
        };
        driver.abort();
        result
    }

    fn request(self) -> Result<Request<Full<Bytes>>, http::Error> {
        let target =
            if self.forward.is_some() { self.url.as_str().to_owned() } else { path_and_query(self.url) };
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(target)
            .header(HOST, authority(self.url))
            .header(USER_AGENT, concat!("crm-bridge/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .header(CONNECTION, "close")
            .body(Full::new(self.body))?;
        request.headers_mut().extend(self.headers);
        if let Some(secret) = self.forward.and_then(proxy_secret) {
            request.headers_mut().insert(PROXY_AUTHORIZATION, secret);
        }
        Ok(request)
    }
}

/// The path and query of a URL, without its fragment.
fn path_and_query(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

/// The host, and the port where it is not the scheme's own.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The user name and password that a proxy's address holds, read as the sender's library reads them.
fn proxy_secret(proxy: &Url) -> Option<HeaderValue> {
    let anywhere = http::Uri::from_static("https://receiver.invalid/");
    let intercepted = Matcher::builder().all(proxy.as_str()).build().intercept(&anywhere)?;
    let mut value = intercepted.basic_auth()?.clone();
    value.set_sensitive(true);
    Some(value)
}

/// Asks the proxy for a tunnel to the receiver. The proxy's own answer comes back where it refuses.
pub(super) async fn tunnel(line: Line, proxy: &Url, to: &Url) -> Result<Line, Result<Answer, Silence>> {
    let broken = |error: hyper::Error| Err(Silence::Broken(deepest(&error)));
    let (host, port) = host_and_port(to);
    let target = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    let mut request = Request::builder()
        .method(Method::CONNECT)
        .uri(&target)
        .header(HOST, &target)
        .header(USER_AGENT, concat!("crm-bridge/", env!("CARGO_PKG_VERSION")))
        .body(Empty::<Bytes>::new())
        .map_err(|error| Err(Silence::Broken(error.to_string())))?;
    if let Some(secret) = proxy_secret(proxy) {
        request.headers_mut().insert(PROXY_AUTHORIZATION, secret);
    }
    let (mut sender, connection) = http1::handshake(TokioIo::new(line)).await.map_err(broken)?;
    tokio::spawn(connection.with_upgrades());
    let started = Instant::now();
    let response = sender.send_request(request).await.map_err(broken)?;
    let first_byte = started.elapsed();
    if response.status().is_success() {
        let upgraded = hyper::upgrade::on(response).await.map_err(broken)?;
        return Ok(Line::new(TokioIo::new(upgraded)));
    }
    let (parts, body) = response.into_parts();
    let body = read(body).await.map_err(broken)?;
    Err(Ok(Answer { status: parts.status, headers: parts.headers, body, first_byte }))
}

/// Reads at most [`LONGEST`] bytes; what follows is left unread.
async fn read(mut body: hyper::body::Incoming) -> Result<Bytes, hyper::Error> {
    let mut bytes = BytesMut::new();
    while bytes.len() < LONGEST {
        let Some(frame) = body.frame().await else { break };
        if let Ok(data) = frame?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes.freeze())
}

/// The innermost cause, which is what the network said.
fn deepest(error: &dyn std::error::Error) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}

impl Answer {
    /// Takes out what is given back of secrets, as a sender does: the words of this answer will be quoted.
    pub(super) fn forget(&mut self, secrets: &Scrub) {
        if let Some(clean) = echo::cleaned(&self.body, secrets) {
            self.body = clean;
        }
        for value in self.headers.values_mut() {
            if let Cow::Owned(clean) = secrets.text(&String::from_utf8_lossy(value.as_bytes())) {
                *value = HeaderValue::from_bytes(clean.as_bytes())
                    .unwrap_or_else(|_| HeaderValue::from_static("***"));
            }
        }
    }

    /// What a sender would make of it, had it posted a presencia without a venta to `url`.
    pub(super) fn verdict(&self, url: &Url) -> Verdict {
        let text =
            |name| self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let answer = crate::delivery::Answer {
            status: self.status.as_u16(),
            content_type: text(CONTENT_TYPE),
            retry_after: text(RETRY_AFTER),
            location: self.location(url).map(String::from),
            body: self.body.clone(),
            too_long: self.body.len() >= LONGEST,
            ..crate::delivery::Answer::default()
        };
        verdict(&Ok(answer), false)
    }

    /// The id of the presencia of which this is a receipt.
    pub(super) fn receipt(&self, url: &Url) -> Option<String> {
        match self.verdict(url) {
            Verdict::Delivered { id_presencia, .. } => Some(shown(&id_presencia)),
            _ => None,
        }
    }

    /// Whether it is JSON that says why in `detail`, as each refusal of the webhook does.
    pub(super) fn has_detail(&self) -> bool {
        self.object().is_some_and(|object| object.contains_key("detail"))
    }

    /// The body, where it is a JSON object.
    pub(super) fn object(&self) -> Option<serde_json::Map<String, Value>> {
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(object)) => Some(object),
            _ => None,
        }
    }

    /// A header as text, control characters escaped.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| shown(&String::from_utf8_lossy(value.as_bytes())))
    }

    /// Where a redirect leads, made absolute.
    pub(super) fn location(&self, from: &Url) -> Option<Url> {
        let text = self.headers.get(LOCATION)?.to_str().ok()?;
        from.join(text).ok()
    }

    /// The proxy, gateway or firewall that answered or passed the answer on, by the names they give themselves.
    pub(super) fn middle(&self) -> Option<String> {
        if let Some(via) = self.header("via") {
            return Some(via);
        }
        if self.headers.contains_key("x-squid-error") {
            return Some("squid".to_owned());
        }
        if self.headers.contains_key("proxy-authenticate") || self.headers.contains_key("proxy-connection") {
            return Some(self.header("server").unwrap_or_else(|| "proxy".to_owned()));
        }
        if self.headers.contains_key("cf-ray") {
            return Some("cloudflare".to_owned());
        }
        None
    }

    /// The title of an HTML page, shortened.
    pub(super) fn title(&self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.body);
        let lower = text.to_ascii_lowercase();
        let start = lower.find("<title>")? + "<title>".len();
        let end = start + lower.get(start..)?.find("</title>")?;
        Some(shown(text.get(start..end)?.trim()))
    }
}

/// Text of a stranger: control characters escaped, at most 120 signs.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::new();
    for sign in text.chars().take(120) {
        if sign.is_control() {
            out.extend(sign.escape_default());
        } else {
            out.push(sign);
        }
    }
    out
}

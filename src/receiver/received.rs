//! One request that arrived, with its answer: what of it is kept, and how it is written down without its secrets.

use std::borrow::Cow;
use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::{Bytes, BytesMut};
use chrono::{DateTime, SecondsFormat, Utc};
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST,
    HeaderName, PROXY_AUTHORIZATION,
};
use http::{HeaderMap, Method};
use smallvec::SmallVec;

use super::note::Note;
use crate::ingress::json::{self, Json};
use crate::mask::Scrub;

/// The header that carries the token.
pub const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-crm-webhook-token");

/// Stands for a secret in everything that is kept.
pub const MASKED: &str = "***";

/// A request that arrived, and its answer.
#[derive(Debug, Clone)]
pub struct Received {
    /// Number since the start, from 1.
    pub n: u64,
    /// When it was complete.
    pub time: DateTime<Utc>,
    /// Who sent it.
    pub peer: SocketAddr,
    /// Method.
    pub method: Method,
    /// Path and query.
    pub target: Cow<'static, str>,
    /// Headers as `name: value` lines, UTF-8; secrets masked.
    pub head: Bytes,
    /// Exact body.
    pub body: Bytes,
    /// Status of the answer; 0 where there was none.
    pub status: u16,
    /// Body of the answer. The usual one fits in here: every piece of memory that a request has elsewhere is fetched
    /// from far away when the request is forgotten.
    pub answer: SmallVec<[u8; 96]>,
    /// Microseconds from request to answer.
    pub micros: u64,
    /// Number of the presencia that it made or found.
    pub presencia: Option<u32>,
    /// What became of it.
    pub note: Note,
    /// The fault that struck it.
    pub fault: Option<String>,
}

impl Received {
    /// The headers.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let head = std::str::from_utf8(&self.head).unwrap_or_default();
        head.lines().filter_map(|line| line.split_once(": "))
    }

    /// The first value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// `id_presencia_crm` of the body, where it has one.
    pub fn id(&self) -> Option<String> {
        id_of(&self.body)
    }

    /// The path without its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or(&self.target)
    }

    /// Whether a body was announced and not kept: it was too long, or came too slowly to be listened to.
    pub fn is_cut(&self) -> bool {
        let announced = || self.header("content-length").and_then(|length| length.parse::<u64>().ok());
        self.body.is_empty() && announced().is_some_and(|length| length > 0)
    }

    /// Bytes that it takes in the list, about.
    pub(super) fn weight(&self) -> usize {
        self.body.len() + self.head.len() + self.target.len() + self.answer.len() + 300
    }

    /// The line of a recording.
    ///
    /// One JSON object: `{"kind":"request","n":1,"time":"2024-01-15T19:30:00.123Z","method":"POST","path":"/…",
    /// "headers":{"content-type":"application/json","x-crm-webhook-token":"***"},"body":"…","status":200}`. The body
    /// stands in `body` where it is UTF-8, in `body_base64` otherwise, byte for byte; one that was refused unread is
    /// `"body_cut": true` instead. A header that came several times is a list.
    pub fn line(&self) -> String {
        let mut headers = serde_json::Map::new();
        for (name, value) in self.headers() {
            match headers.get_mut(name) {
                None => {
                    headers.insert(name.to_owned(), value.into());
                }
                Some(serde_json::Value::Array(values)) => values.push(value.into()),
                Some(first) => *first = serde_json::json!([first.clone(), value]),
            }
        }
        let mut line = serde_json::json!({
            "kind": "request",
            "n": self.n,
            "time": self.time.to_rfc3339_opts(SecondsFormat::Millis, true),
            "method": self.method.as_str(),
            "path": &*self.target,
            "headers": headers,
        });
        if self.is_cut() {
            // Not the same as an empty one, which would be sent again as such.
            line["body_cut"] = true.into();
        } else if let Ok(text) = std::str::from_utf8(&self.body) {
            line["body"] = text.into();
        } else {
            line["body_base64"] = BASE64.encode(&self.body).into();
        }
        line["status"] = self.status.into();
        line.to_string()
    }
}

/// The `id_presencia_crm` of a body.
pub(super) fn id_of(body: &[u8]) -> Option<String> {
    match json::parse(body).ok()?.get("id_presencia_crm")? {
        Json::Text(text) => Some(text.to_string()),
        Json::Number(number) => Some((*number).to_owned()),
        _ => None,
    }
}

/// Writes the headers down, one a line, without their secrets: those that a header is for, and the receiver's own ones
/// wherever a sender put them by mistake.
pub(super) fn write_head(head: &mut BytesMut, headers: &HeaderMap, secrets: &Scrub) {
    for (name, value) in headers {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        let plain = is_plain(name);
        if !plain && is_secret(name) {
            head.extend_from_slice(MASKED.as_bytes());
        } else {
            write_value(head, value.as_bytes(), if plain { None } else { Some(secrets) });
        }
        head.extend_from_slice(b"\n");
    }
}

fn write_value(head: &mut BytesMut, value: &[u8], secrets: Option<&Scrub>) {
    if secrets.is_none() && value.is_ascii() {
        return head.extend_from_slice(value);
    }
    let value = String::from_utf8_lossy(value);
    let value = secrets.map_or(Cow::Borrowed(&*value), |secrets| secrets.text(&value));
    head.extend_from_slice(value.as_bytes());
}

/// How long the headers become, but for masked and odd values.
pub(super) fn head_length(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 3).sum()
}

/// Whether the value of a header, named in lower case, is not kept.
pub(super) fn is_masked(name: &str) -> bool {
    name.parse().is_ok_and(|name| !is_plain(&name) && is_secret(&name))
}

/// Whether a header that is not in every request is for a secret.
fn is_secret(name: &HeaderName) -> bool {
    *name == TOKEN_HEADER
        || [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE].contains(name)
        || ["token", "secret", "api-key", "apikey", "password"]
            .iter()
            .any(|word| name.as_str().contains(word))
}

/// Headers of every request, in which nobody puts a token.
fn is_plain(name: &HeaderName) -> bool {
    [HOST, CONTENT_TYPE, CONTENT_LENGTH, CONNECTION, ACCEPT, ACCEPT_ENCODING].contains(name)
}

#[cfg(test)]
impl Received {
    /// The request of this number, with a body of so many bytes.
    pub(super) fn sample(n: u64, body: usize) -> Self {
        Self {
            n,
            time: DateTime::<Utc>::MIN_UTC,
            peer: SocketAddr::from(([127, 0, 0, 1], 1)),
            method: Method::POST,
            target: "/".into(),
            head: Bytes::new(),
            body: Bytes::from(vec![b' '; body]),
            status: 200,
            answer: SmallVec::new(),
            micros: 1,
            presencia: None,
            note: Note::Created,
            fault: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_the_exact_body() {
        let mut request =
            Received { body: Bytes::from_static(b"{\"a\": \"\xc3\xb1\"}"), ..Received::sample(1, 0) };
        let line: serde_json::Value = serde_json::from_str(&request.line()).unwrap();
        assert_eq!(line["body"], "{\"a\": \"ñ\"}");
        request.body = Bytes::from_static(b"\xff\x00");
        let line: serde_json::Value = serde_json::from_str(&request.line()).unwrap();
        assert_eq!(line["body_base64"], "/wA=");
        assert!(line.get("body").is_none());
    }
}

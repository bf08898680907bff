//! The requests that arrived, the last ones of them: what the admin side, the inspector and the recording show.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
use super::spec::Keep;
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

    fn weight(&self) -> usize {
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

/// The last requests, bounded by number and by bytes.
#[derive(Debug)]
pub(super) struct RequestList {
    keep: Keep,
    last: AtomicU64,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Each with its weight, since the oldest one's own memory is the farthest away when it goes.
    requests: VecDeque<(Arc<Received>, usize)>,
    bytes: usize,
    leaving: Leaving,
    /// How many were ever added: followers count with it, since numbers arrive out of order.
    added: u64,
    /// How often the list was emptied.
    cleared: u64,
}

/// How many requests are freed at a time, and how many bytes of them wait for it at most. So many of one size a usual
/// allocator has at hand for the next ones.
const FREED_AT_A_TIME: (usize, usize) = (7, 256 * 1024);

/// Requests that the list has no room for. Each is far away in memory by then: freed one by one they would be waited for
/// one by one, while several can be fetched at once.
#[derive(Debug, Default)]
struct Leaving {
    requests: Vec<Arc<Received>>,
    bytes: usize,
}

impl Leaving {
    fn push(&mut self, request: Arc<Received>, weight: usize) {
        self.requests.push(request);
        self.bytes += weight;
    }

    /// Those that it is time to free; nothing where others shall join them.
    fn due(&mut self) -> Option<Self> {
        let (most, bytes) = FREED_AT_A_TIME;
        let room = || Self { requests: Vec::with_capacity(most), bytes: 0 };
        (self.requests.len() >= most || self.bytes > bytes).then(|| std::mem::replace(self, room()))
    }

    /// Frees them; not while anybody waits for the list.
    fn free(self) {
        let fetched = self.requests.iter().fold(0, |sum, request| {
            let Received { n, head, answer, fault, .. } = &**request;
            sum ^ *n ^ head.len() as u64 ^ answer.len() as u64 ^ u64::from(fault.is_some())
        });
        std::hint::black_box(fetched);
    }
}

/// How far a follower has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    added: u64,
    cleared: u64,
}

impl Cursor {
    /// Before the oldest request that is kept, though the list was emptied as often as at `self`.
    pub(super) fn beginning(self) -> Self {
        Self { added: 0, ..self }
    }
}

/// What is new since a cursor.
#[derive(Debug)]
pub struct News {
    /// Oldest first.
    pub requests: Vec<Arc<Received>>,
    /// Some or all were taken out of the list in between; `requests` begins with those that are left.
    pub cleared: bool,
    /// Where to go on.
    pub cursor: Cursor,
}

impl RequestList {
    pub(super) fn new(keep: Keep) -> Self {
        Self { keep, last: AtomicU64::new(0), kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the next request.
    pub(super) fn number(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn add(&self, request: Arc<Received>) {
        let weight = request.weight();
        let mut kept = self.kept();
        kept.bytes += weight;
        kept.added += 1;
        kept.requests.push_back((request, weight));
        while kept.requests.len() > self.keep.requests || kept.bytes > self.keep.bytes {
            let Some((oldest, weight)) = kept.requests.pop_front() else { break };
            kept.bytes -= weight;
            kept.leaving.push(oldest, weight);
        }
        let due = kept.leaving.due();
        drop(kept);
        if let Some(due) = due {
            due.free();
        }
    }

    /// What was added since `cursor`, oldest first, `most` of it; all that is left, where some were taken out.
    pub(super) fn since(&self, cursor: Cursor, most: usize) -> News {
        let kept = self.kept();
        let cleared = kept.cleared != cursor.cleared;
        // After some were taken out nobody knows which ones a follower still has: it is given all that are left.
        let cursor = if cleared { Cursor { added: 0, ..cursor } } else { cursor };
        let unread = usize::try_from(kept.added - cursor.added).unwrap_or(usize::MAX);
        let unread = unread.min(kept.requests.len());
        let start = kept.requests.len() - unread;
        let requests: Vec<_> =
            kept.requests.iter().skip(start).take(most).map(|(request, _)| request.clone()).collect();
        let left = (unread - requests.len()) as u64;
        News { requests, cleared, cursor: Cursor { added: kept.added - left, cleared: kept.cleared } }
    }

    /// What was added since `cursor`, oldest first, whatever was taken out meanwhile: for who tells each request once.
    pub(super) fn added_since(&self, cursor: Cursor) -> News {
        let now = self.end();
        self.since(Cursor { cleared: now.cleared, ..cursor }, usize::MAX)
    }

    /// After the newest request.
    pub(super) fn end(&self) -> Cursor {
        let kept = self.kept();
        Cursor { added: kept.added, cleared: kept.cleared }
    }

    pub(super) fn all(&self) -> Vec<Arc<Received>> {
        self.kept().requests.iter().map(|(request, _)| request.clone()).collect()
    }

    pub(super) fn get(&self, n: u64) -> Option<Arc<Received>> {
        self.kept()
            .requests
            .iter()
            .rev()
            .find(|(request, _)| request.n == n)
            .map(|(request, _)| request.clone())
    }

    /// Takes out the requests that `fits` chooses, and returns them.
    pub(super) fn remove(&self, fits: impl Fn(&Received) -> bool) -> Vec<Arc<Received>> {
        let mut kept = self.kept();
        let all = std::mem::take(&mut kept.requests).into_iter();
        let (removed, left): (VecDeque<_>, _) = all.partition(|(request, _)| fits(request));
        kept.requests = left;
        if !removed.is_empty() {
            kept.bytes = kept.requests.iter().map(|(_, weight)| weight).sum();
            kept.cleared += 1;
        }
        removed.into_iter().map(|(request, _)| request).collect()
    }

    pub(super) fn clear(&self) {
        let old = {
            let mut kept = self.kept();
            kept.bytes = 0;
            kept.cleared += 1;
            std::mem::take(&mut kept.requests)
        };
        drop(old);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(n: u64, body: usize) -> Arc<Received> {
        Arc::new(Received {
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
        })
    }

    fn numbers(requests: &[Arc<Received>]) -> Vec<u64> {
        requests.iter().map(|request| request.n).collect()
    }

    #[test]
    fn keeps_the_last_ones_by_number_and_by_bytes() {
        let list = RequestList::new(Keep { requests: 3, bytes: 9_800, ..Keep::default() });
        for n in 1..=5 {
            list.add(received(n, 10));
        }
        assert_eq!(numbers(&list.all()), [3, 4, 5]);
        list.add(received(6, 9_000));
        assert_eq!(numbers(&list.all()), [5, 6]);
    }

    #[test]
    fn followers_miss_nothing_that_arrives_late_and_learn_of_an_emptied_list() {
        let list = RequestList::new(Keep::default());
        list.add(received(2, 1));
        list.add(received(3, 1));
        let news = list.since(Cursor::default(), 1);
        assert_eq!(numbers(&news.requests), [2]);
        list.add(received(1, 1));
        let news = list.since(news.cursor, 10);
        assert_eq!(numbers(&news.requests), [3, 1]);
        list.clear();
        list.add(received(4, 1));
        let news = list.since(news.cursor, 10);
        assert!(news.cleared);
        assert_eq!(numbers(&news.requests), [4]);
        assert!(!list.since(news.cursor, 10).cleared);
    }

    #[test]
    fn a_line_holds_the_exact_body() {
        let mut request =
            Received { body: Bytes::from_static(b"{\"a\": \"\xc3\xb1\"}"), ..(*received(1, 0)).clone() };
        let line: serde_json::Value = serde_json::from_str(&request.line()).unwrap();
        assert_eq!(line["body"], "{\"a\": \"ñ\"}");
        request.body = Bytes::from_static(b"\xff\x00");
        let line: serde_json::Value = serde_json::from_str(&request.line()).unwrap();
        assert_eq!(line["body_base64"], "/wA=");
        assert!(line.get("body").is_none());
    }
}

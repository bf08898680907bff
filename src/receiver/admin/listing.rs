//! Requests in the shapes of WireMock: serve events (newest first), logged requests.

use std::borrow::Cow;
use std::io::Write;
use std::sync::Arc;

use base64::Engine;
use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat};
use http::StatusCode;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::pieces::{self, Pieces};
use super::{not_found, ok, parameter};
use crate::ingress::Reply;
use crate::receiver::note::Note;
use crate::receiver::received::Received;
use crate::receiver::state::State;
use crate::receiver::store::presencia_id;

/// The id of a request, in the form that WireMock's clients expect.
pub(in crate::receiver) fn uuid(n: u64) -> String {
    format!("00000000-0000-4000-8000-{n:012x}")
}

/// A logged request. It borrows the body, which is written out piece by piece: a list of long ones costs no memory.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoggedRequest<'r> {
    url: &'r str,
    absolute_url: String,
    method: &'r str,
    client_ip: String,
    headers: Map<String, Value>,
    cookies: Map<String, Value>,
    browser_proxy_request: bool,
    #[serde(rename = "loggedDate")]
    millis: i64,
    #[serde(rename = "loggedDateString")]
    time: String,
    body: Cow<'r, str>,
    body_as_base64: Base64<'r>,
    scheme: &'static str,
    protocol: &'static str,
}

/// Bytes that are written in base64.
struct Base64<'r>(&'r [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Base64Display::new(self.0, &STANDARD))
    }
}

fn logged<'r>(state: &State, request: &'r Received) -> LoggedRequest<'r> {
    let mut headers = Map::new();
    for (name, value) in request.headers() {
        // WireMock joins repeated headers in its journal as well.
        match headers.get_mut(name) {
            Some(Value::String(text)) => {
                text.push_str(", ");
                text.push_str(value);
            }
            _ => {
                headers.insert(name.to_owned(), value.into());
            }
        }
    }
    let host = request.header("host").map_or_else(|| state.addr.to_string(), str::to_owned);
    let scheme = if matches!(state.spec.tls, crate::receiver::Tls::Off) { "http" } else { "https" };
    LoggedRequest {
        url: &request.target,
        absolute_url: format!("{scheme}://{host}{}", request.target),
        method: request.method.as_str(),
        client_ip: request.peer.ip().to_string(),
        headers,
        cookies: Map::new(),
        browser_proxy_request: false,
        millis: request.time.timestamp_millis(),
        time: request.time.to_rfc3339_opts(SecondsFormat::Millis, true),
        body: String::from_utf8_lossy(&request.body),
        body_as_base64: Base64(&request.body),
        scheme,
        protocol: "HTTP/1.1",
    }
}

/// A request with its answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServeEvent<'r> {
    id: String,
    request: LoggedRequest<'r>,
    response_definition: Value,
    response: Value,
    was_matched: bool,
    timing: Value,
    crm_bridge: Value,
}

fn event<'r>(state: &State, request: &'r Received) -> ServeEvent<'r> {
    ServeEvent {
        id: uuid(request.n),
        request: logged(state, request),
        response_definition: json!({ "status": request.status, "fromConfiguredStub": true }),
        response: json!({
            "status": request.status,
            "body": String::from_utf8_lossy(&request.answer),
            "bodyAsBase64": STANDARD.encode(&request.answer),
        }),
        was_matched: request.note != Note::Elsewhere,
        timing: json!({ "totalTime": request.micros / 1000 }),
        crm_bridge: json!({
            "n": request.n,
            "id_presencia_crm": request.id(),
            "id_presencia": request.presencia.map(presencia_id),
            "note": request.note.name(),
            "fault": request.fault,
            "micros": request.micros,
        }),
    }
}

/// `GET /requests?limit=&since=&unmatched=`.
pub(super) fn serve_events(state: &Arc<State>, query: &str) -> Reply {
    let mut requests = state.requests.all();
    requests.reverse();
    if parameter(query, "unmatched").is_some_and(|value| value == "true") {
        requests.retain(|request| request.note == Note::Elsewhere);
    }
    // Of what there is to be paged through.
    let total = requests.len();
    if let Some(since) = parameter(query, "since") {
        let Ok(since) = DateTime::parse_from_rfc3339(&since) else {
            return super::problem(StatusCode::BAD_REQUEST, "since is no date such as 2024-01-15T19:30:00Z");
        };
        requests.retain(|request| request.time > since.to_utc());
    }
    match super::limit(query) {
        Ok(limit) => requests.truncate(limit.unwrap_or(usize::MAX)),
        Err(refused) => return refused,
    }
    let end = format!("],\"meta\":{{\"total\":{total}}},\"requestJournalDisabled\":false}}");
    streamed(Arc::clone(state), "requests", by_number(state, &requests), write_event, end)
}

/// `GET /requests/{id}`.
pub(super) fn serve_event(state: &State, id: &str) -> Reply {
    let number = id.strip_prefix("00000000-0000-4000-8000-").and_then(|n| u64::from_str_radix(n, 16).ok());
    match number.and_then(|n| state.requests.get(n)) {
        Some(request) => ok(&json!(event(state, &request))),
        None => not_found(),
    }
}

/// `GET /requests/unmatched`.
pub(super) fn unmatched(state: &Arc<State>) -> Reply {
    let mut requests = state.requests.all();
    requests.retain(|request| request.note == Note::Elsewhere);
    found(state, &requests)
}

/// Requests that a pattern found, oldest first.
pub(super) fn found(state: &Arc<State>, requests: &[Arc<Received>]) -> Reply {
    let end = "],\"requestJournalDisabled\":false}".to_owned();
    streamed(Arc::clone(state), "requests", by_number(state, requests), write_logged, end)
}

/// Requests that were taken out of the list, oldest first.
pub(super) fn removed(state: &Arc<State>, requests: Vec<Arc<Received>>) -> Reply {
    streamed(Arc::clone(state), "serveEvents", requests.into_iter(), write_event, "]}".to_owned())
}

/// How a request is written.
type Shape = fn(&State, &Received, &mut Pieces) -> serde_json::Result<()>;

fn write_event(state: &State, request: &Received, out: &mut Pieces) -> serde_json::Result<()> {
    serde_json::to_writer(out, &event(state, request))
}

fn write_logged(state: &State, request: &Received, out: &mut Pieces) -> serde_json::Result<()> {
    serde_json::to_writer(out, &logged(state, request))
}

/// Writes `{"<key>":[…` in pieces.
fn streamed(
    state: Arc<State>,
    key: &'static str,
    requests: impl Iterator<Item = Arc<Received>> + Send + 'static,
    shape: Shape,
    end: String,
) -> Reply {
    pieces::streamed(move |out| {
        write!(out, "{{\"{key}\":[")?;
        for (index, request) in requests.enumerate() {
            if index > 0 {
                out.write_all(b",")?;
            }
            shape(&state, &request, out)?;
        }
        out.write_all(end.as_bytes())
    })
}

/// The requests with these numbers, each looked up when it is its turn: who reads slowly must not keep alive what has left
/// the list meanwhile.
fn by_number(
    state: &Arc<State>,
    requests: &[Arc<Received>],
) -> impl Iterator<Item = Arc<Received>> + Send + 'static {
    let numbers: Vec<u64> = requests.iter().map(|request| request.n).collect();
    let state = Arc::clone(state);
    numbers.into_iter().filter_map(move |n| state.requests.get(n))
}

//! Requests in the shapes of WireMock: serve events (newest first), logged requests.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{not_found, ok, parameter};
use crate::ingress::{Reply, ReplyBody};
use crate::receiver::journal::Received;
use crate::receiver::note::Note;
use crate::receiver::state::State;
use crate::receiver::store::presencia_id;

/// The id of a request, in the form that WireMock's clients expect.
pub(in crate::receiver) fn uuid(n: u64) -> String {
    format!("00000000-0000-4000-8000-{n:012x}")
}

/// A logged request.
fn logged(state: &State, request: &Received) -> Value {
    let mut headers = serde_json::Map::new();
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
    json!({
        "url": &*request.target,
        "absoluteUrl": format!("{scheme}://{host}{}", request.target),
        "method": request.method.as_str(),
        "clientIp": request.peer.ip().to_string(),
        "headers": headers,
        "cookies": {},
        "browserProxyRequest": false,
        "loggedDate": request.time.timestamp_millis(),
        "loggedDateString": request.time.to_rfc3339_opts(SecondsFormat::Millis, true),
        "body": String::from_utf8_lossy(&request.body),
        "bodyAsBase64": BASE64.encode(&request.body),
        "scheme": scheme,
        "protocol": "HTTP/1.1",
    })
}

fn event(state: &State, request: &Received) -> Value {
    json!({
        "id": uuid(request.n),
        "request": logged(state, request),
        "responseDefinition": { "status": request.status, "fromConfiguredStub": true },
        "response": {
            "status": request.status,
            "body": String::from_utf8_lossy(&request.answer),
            "bodyAsBase64": BASE64.encode(&request.answer),
        },
        "wasMatched": request.note != Note::Elsewhere,
        "timing": { "totalTime": request.micros / 1000 },
        "crmBridge": {
            "n": request.n,
            "id_presencia_crm": request.id(),
            "id_presencia": request.presencia.map(presencia_id),
            "note": request.note.name(),
            "fault": request.fault,
            "micros": request.micros,
        },
    })
}

/// `GET /requests?limit=&since=&unmatched=`.
pub(super) fn serve_events(state: &Arc<State>, query: &str) -> Reply {
    let mut requests = state.requests.all();
    let total = requests.len();
    requests.reverse();
    if let Some(since) = parameter(query, "since") {
        let Ok(since) = DateTime::parse_from_rfc3339(&since) else {
            return super::problem(StatusCode::BAD_REQUEST, "since is no date such as 2024-01-15T19:30:00Z");
        };
        requests.retain(|request| request.time > since.to_utc());
    }
    if parameter(query, "unmatched").is_some_and(|value| value == "true") {
        requests.retain(|request| request.note == Note::Elsewhere);
    }
    if let Some(limit) = parameter(query, "limit").and_then(|limit| limit.parse().ok()) {
        requests.truncate(limit);
    }
    let end = format!("],\"meta\":{{\"total\":{total}}},\"requestJournalDisabled\":false}}");
    streamed(Arc::clone(state), "requests", requests, event, end)
}

/// `GET /requests/{id}`.
pub(super) fn serve_event(state: &State, id: &str) -> Reply {
    let number = id.strip_prefix("00000000-0000-4000-8000-").and_then(|n| u64::from_str_radix(n, 16).ok());
    match number.and_then(|n| state.requests.get(n)) {
        Some(request) => ok(&event(state, &request)),
        None => not_found(),
    }
}

/// `GET /requests/unmatched`.
pub(super) fn unmatched(state: &Arc<State>) -> Reply {
    let mut requests = state.requests.all();
    requests.retain(|request| request.note == Note::Elsewhere);
    found(state, requests)
}

/// Requests that a pattern found, oldest first.
pub(super) fn found(state: &Arc<State>, requests: Vec<Arc<Received>>) -> Reply {
    let end = "],\"requestJournalDisabled\":false}".to_owned();
    streamed(Arc::clone(state), "requests", requests, logged, end)
}

/// Requests that were taken out of the list, oldest first.
pub(super) fn removed(state: &Arc<State>, requests: Vec<Arc<Received>>) -> Reply {
    streamed(Arc::clone(state), "serveEvents", requests, event, "]}".to_owned())
}

/// Writes `{"<key>":[…` in pieces: the whole of it could be larger than what the list itself may hold.
fn streamed(
    state: Arc<State>,
    key: &'static str,
    requests: Vec<Arc<Received>>,
    shape: fn(&State, &Received) -> Value,
    end: String,
) -> Reply {
    let (send, pieces) = mpsc::channel(2);
    tokio::spawn(async move {
        let mut piece = format!("{{\"{key}\":[");
        for (index, request) in requests.into_iter().enumerate() {
            if index > 0 {
                piece.push(',');
            }
            piece.push_str(&shape(&state, &request).to_string());
            if piece.len() > 64 * 1024
                && send.send(Ok(Bytes::from(std::mem::take(&mut piece)))).await.is_err()
            {
                return;
            }
        }
        piece.push_str(&end);
        send.send(Ok(Bytes::from(piece))).await.ok();
    });
    let mut reply = Reply::json(StatusCode::OK, Bytes::new());
    reply.body = ReplyBody::Pieces { pieces, length: None };
    reply
}

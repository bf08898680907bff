//! Server-sent events: the list from its beginning, then what arrives.
//!
//! Followers read the list ten times a second, so that a request costs the webhook nothing more when somebody watches.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::ingress::{Reply, ReplyBody};
use crate::receiver::note::Note;
use crate::receiver::received::Received;
use crate::receiver::state::State;
use crate::receiver::store::{StoreCounts, presencia_id};

/// Requests of one event.
const BATCH: usize = 1000;
const PULSE: Duration = Duration::from_millis(100);
/// Pulses after which a silent stream says that it lives.
const SILENT: u32 = 150;

fn event(name: &str, data: &Value) -> Bytes {
    Bytes::from(format!("event: {name}\ndata: {data}\n\n"))
}

fn row(request: &Received) -> Value {
    json!([
        request.n,
        request.time.timestamp_millis(),
        request.method.as_str(),
        &*request.target,
        request.status,
        request.id(),
        request.presencia.map(presencia_id),
        request.note.name(),
        request.fault,
        request.micros,
    ])
}

/// `GET /__inspector/stream`.
pub(in crate::receiver) fn stream(state: &Arc<State>) -> Reply {
    let (send, pieces) = mpsc::channel(4);
    tokio::spawn(follow(Arc::clone(state), send));
    let mut reply = Reply::new(StatusCode::OK, "text/event-stream; charset=utf-8", Bytes::new());
    reply.body = ReplyBody::Endless(pieces);
    reply
}

async fn follow(state: Arc<State>, send: mpsc::Sender<Result<Bytes, crate::ingress::reply::BrokenOff>>) {
    let notes: serde_json::Map<_, _> = Note::ALL
        .iter()
        .map(|note| (note.name().to_owned(), json!({ "en": note.text().en, "es": note.text().es })))
        .collect();
    let start = json!({ "url": state.url(), "keep": state.spec.keep.requests, "notes": notes });
    if send.send(Ok(event("start", &start))).await.is_err() {
        return;
    }
    let mut cursor = state.requests.end().beginning();
    let mut counts = None::<StoreCounts>;
    let mut silent = 0;
    loop {
        let news = state.requests.since(cursor, BATCH);
        cursor = news.cursor;
        let mut events = Vec::new();
        if news.cleared {
            events.push(event("cleared", &Value::Null));
        }
        if !news.requests.is_empty() {
            events.push(event("requests", &news.requests.iter().map(|request| row(request)).collect()));
        }
        let more = news.requests.len() == BATCH;
        if !more {
            let now = state.webhook.store().counts().ok();
            if now != counts {
                counts = now;
                events.push(event("counts", &json!(counts)));
            }
        }
        silent = if events.is_empty() { silent + 1 } else { 0 };
        if silent >= SILENT {
            silent = 0;
            events.push(Bytes::from_static(b": still here\n\n"));
        }
        for event in events {
            // The page has gone.
            if send.send(Ok(event)).await.is_err() {
                return;
            }
        }
        if !more {
            tokio::select! {
                () = tokio::time::sleep(PULSE) => {}
                () = send.closed() => return,
            }
        }
    }
}

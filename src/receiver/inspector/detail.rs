//! One request in full: what arrived, what the rules say about it, the presencia it made, its repeats.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::StatusCode;
use serde_json::{Value, json};

use crate::ingress::Reply;
use crate::ingress::json as strict;
use crate::lang::{Said, Text};
use crate::receiver::received::Received;
use crate::receiver::state::State;
use crate::receiver::store::presencia_id;
use crate::rules::finding::Place;
use crate::rules::payload;

/// Requests with the same id that are named.
const REPEATS: usize = 50;

fn both(text: Text) -> Value {
    json!({ "en": text.en, "es": text.es })
}

fn said(said: &Said) -> Value {
    json!({ "en": said.en, "es": said.es })
}

/// What the rules say about a body; none about what is no webhook.
fn findings(request: &Received) -> Vec<Value> {
    let refused = match strict::parse(&request.body) {
        Err(refused) => refused.said(),
        Ok(_) => match serde_json::from_slice::<Value>(&request.body) {
            Err(error) => Said::of_parser(&error.to_string()),
            Ok(json) => {
                return payload::check(&json)
                    .iter()
                    .map(|finding| {
                        let note = finding.note(Place::default(), true);
                        json!({
                            "code": note.code,
                            "severity": note.severity,
                            "field": note.field,
                            "message": said(&note.message),
                            "hint": said(&note.hint),
                        })
                    })
                    .collect();
            }
        },
    };
    vec![json!({
        "code": "JSON",
        "severity": "error",
        "message": said(&refused),
        "hint": {
            "en": "send one JSON object in UTF-8, without a byte order mark and without repeated keys",
            "es": "envíe un objeto JSON en UTF-8, sin marca de orden de bytes y sin claves repetidas",
        },
    })]
}

/// `GET /__inspector/request/{n}`.
pub(in crate::receiver) fn detail(state: &State, n: &str) -> Reply {
    let Some(request) = n.parse().ok().and_then(|n| state.requests.get(n)) else {
        return Reply::detail(StatusCode::NOT_FOUND, "this request is not kept any more");
    };
    let id = request.id();
    let repeats: Vec<Value> = match &id {
        None => Vec::new(),
        Some(id) => {
            let same = |other: &Received| {
                // Reading every body would be slow where a hundred thousand are kept.
                contains(&other.body, id.as_bytes()) && other.id().as_ref() == Some(id)
            };
            let all = state.requests.all();
            let same: Vec<_> = all
                .iter()
                .rev()
                .filter(|other| same(other))
                .take(REPEATS)
                .map(|r| json!([r.n, r.status]))
                .collect();
            same.into_iter().rev().collect()
        }
    };
    let presencia = request.presencia.map(|number| {
        let row = state.webhook.store().presencia(number).ok().flatten();
        row.map_or_else(|| json!({ "id_presencia": presencia_id(number) }), |row| json!(row))
    });
    let mut body = json!({
        "n": request.n,
        "time": request.time.timestamp_millis(),
        "peer": request.peer.to_string(),
        "method": request.method.as_str(),
        "path": &*request.target,
        "status": request.status,
        "micros": request.micros,
        "id": id,
        "headers": request.headers().map(|(name, value)| [name, value]).collect::<Vec<_>>(),
        "answer": String::from_utf8_lossy(&request.answer),
        "fault": request.fault,
        "presencia": presencia,
        "repeats": repeats,
        "findings": findings(&request),
    });
    let mut note = both(request.note.text());
    note["name"] = request.note.name().into();
    body["note"] = note;
    match std::str::from_utf8(&request.body) {
        Ok(text) => body["body"] = text.into(),
        Err(_) => body["body_base64"] = BASE64.encode(&request.body).into(),
    }
    Reply::json(StatusCode::OK, body.to_string())
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    // An id with an escape in it stands otherwise in the body.
    part.is_empty() || body.contains(&b'\\') || body.windows(part.len()).any(|window| window == part)
}

//! The admin side, under `/__admin/`: what arrived, in the shapes of WireMock's request journal, so that clients in any
//! language work; the rows; faults; reset.
//!
//! Comes in: requests that passed the [`guard`]. Goes out: JSON with `nosniff`. Reads and empties state, and never
//! touches the webhook's own answers.

pub(super) mod guard;
mod listing;
mod pattern;

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::fault::{Fault, FaultPlan};
use super::state::State;
use super::store::StoreError;
use crate::ingress::Reply;
pub(super) use listing::uuid;
use pattern::Pattern;

/// Adds what every answer of the admin side and the inspector carries.
pub(super) fn guarded(reply: Reply) -> Reply {
    reply
        .header(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"))
        .header(CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

/// Answers one request of the admin side; `path` is what follows `/__admin`.
pub(super) fn answer(state: &Arc<State>, parts: &Parts, path: &str, body: &Bytes) -> Reply {
    let query = parts.uri.query().unwrap_or_default();
    let path = path.strip_suffix('/').unwrap_or(path);
    match (&parts.method, path) {
        (&Method::GET, "/health") => health(state),
        (&Method::GET, "/requests") => listing::serve_events(state, query),
        (&Method::GET, "/requests/unmatched") => listing::unmatched(state),
        (&Method::DELETE, "/requests") | (&Method::POST, "/requests/reset") => {
            state.requests.clear();
            ok(&json!({}))
        }
        (&Method::POST, "/requests/count") => with_pattern(state, body, |pattern| {
            let count = state.requests.all().iter().filter(|request| pattern.fits(request)).count();
            ok(&json!({ "count": count, "requestJournalDisabled": false }))
        }),
        (&Method::POST, "/requests/find") => with_pattern(state, body, |pattern| {
            let found = state.requests.all().into_iter().filter(|request| pattern.fits(request)).collect();
            listing::found(state, found)
        }),
        (&Method::POST, "/requests/remove") => with_pattern(state, body, |pattern| {
            let removed = state.requests.remove(|request| pattern.fits(request));
            listing::removed(state, removed)
        }),
        (&Method::GET, "/presencias") => rows(state, query, "presencias", "id_presencia_crm"),
        (&Method::GET, "/clientes") => rows(state, query, "clientes", "numero_documento"),
        (&Method::GET, "/ventas") => rows(state, query, "ventas", "presencia"),
        (&Method::GET, "/faults") => faults(state),
        (&Method::POST | &Method::PUT, "/faults") => set_faults(state, body),
        (&Method::DELETE, "/faults") => {
            state.set_faults(FaultPlan::default());
            faults(state)
        }
        (&Method::POST, "/reset") => reset(state),
        (method, path) => match path.strip_prefix("/requests/") {
            Some(id) if *method == Method::GET => listing::serve_event(state, id),
            Some(id) if *method == Method::DELETE => {
                let removed = state.requests.remove(|request| uuid(request.n) == id);
                if removed.is_empty() { not_found() } else { ok(&json!({})) }
            }
            _ => not_found(),
        },
    }
}

fn ok(body: &Value) -> Reply {
    Reply::json(StatusCode::OK, body.to_string())
}

fn not_found() -> Reply {
    problem(StatusCode::NOT_FOUND, "the admin side has no such resource")
}

/// An error in the shape that WireMock's clients show.
fn problem(status: StatusCode, title: &str) -> Reply {
    let body = json!({ "errors": [{ "code": status.as_u16(), "title": title }] });
    Reply::json(status, body.to_string())
}

fn unreadable(error: &StoreError) -> Reply {
    problem(StatusCode::SERVICE_UNAVAILABLE, &error.to_string())
}

fn with_pattern(_state: &State, body: &Bytes, then: impl FnOnce(&Pattern) -> Reply) -> Reply {
    match Pattern::read(body) {
        Ok(pattern) => then(&pattern),
        Err(error) => problem(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    }
}

fn health(state: &State) -> Reply {
    let counts = match state.webhook.store().counts() {
        Ok(counts) => counts,
        Err(error) => return unreadable(&error),
    };
    ok(&json!({
        "status": "healthy",
        "message": "crm-bridge serve-mock is ok",
        "version": env!("CARGO_PKG_VERSION"),
        "uptimeInSeconds": state.started.elapsed().as_secs(),
        "timestamp": chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "quirks": state.spec.quirks.iter().map(super::Quirk::name).collect::<Vec<_>>(),
        "counts": counts,
    }))
}

/// The values of a query's parameter, decoded.
fn parameters(query: &str, name: &str) -> Vec<String> {
    let Ok(url) = reqwest::Url::parse(&format!("http://localhost/?{query}")) else { return Vec::new() };
    url.query_pairs().filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect()
}

/// The first of them.
fn parameter(query: &str, name: &str) -> Option<String> {
    parameters(query, name).into_iter().next()
}

/// How many are asked for; a limit that is none is refused, since all of them would look like an answer.
fn limit(query: &str) -> Result<Option<usize>, Reply> {
    let Some(text) = parameter(query, "limit") else { return Ok(None) };
    text.parse().map(Some).map_err(|_| problem(StatusCode::BAD_REQUEST, "limit is no number such as 10"))
}

/// Rows of one table; `?limit=` takes the last ones, `?<column>=` those with a value.
fn rows(state: &State, query: &str, table: &str, column: &str) -> Reply {
    let read = {
        // At once: a row that came in between would seem to be one that is no longer kept.
        let mut store = state.webhook.store();
        let rows = match table {
            "presencias" => store.presencias().map(|rows| json!(rows)),
            "clientes" => store.clientes().map(|rows| json!(rows)),
            _ => store.ventas().map(|rows| json!(rows)),
        };
        (rows, store.counts())
    };
    let (rows, counts) = match read {
        (Ok(rows), Ok(counts)) => (rows, counts),
        (Err(error), _) | (_, Err(error)) => return unreadable(&error),
    };
    let mut rows = match rows {
        Value::Array(rows) => rows,
        _ => Vec::new(),
    };
    let listed = rows.len() as u64;
    if let Some(wanted) = parameter(query, column) {
        rows.retain(|row| row[column] == wanted.as_str());
    }
    let limit = match limit(query) {
        Ok(limit) => limit.unwrap_or(rows.len()),
        Err(refused) => return refused,
    };
    let rows = rows.split_off(rows.len().saturating_sub(limit));
    let total = match table {
        "presencias" => counts.presencias,
        "clientes" => counts.clientes,
        _ => counts.ventas,
    };
    let mut body = json!({ "meta": { "total": total } });
    if listed < total {
        // Of older rows only the count and the answer are left: one that is not found here may be there all the same.
        body["meta"]["truncated"] = true.into();
        body["meta"]["kept"] = listed.into();
    }
    body[table] = rows.into();
    ok(&body)
}

fn faults(state: &State) -> Reply {
    let faults: Vec<_> = state
        .faults()
        .faults()
        .iter()
        .map(|fault| {
            json!({
                "kind": fault.kind.name(),
                "share": fault.share,
                "after": fault.after,
                "requests": fault.requests.iter().map(|r| [*r.start(), *r.end()]).collect::<Vec<_>>(),
                "id": fault.id,
            })
        })
        .collect();
    ok(&json!({ "faults": faults }))
}

/// A fault as the admin side takes it: as for `--fault`, or as in a script.
#[derive(Deserialize)]
#[serde(untagged)]
enum FaultText {
    Short(String),
    Entry(super::fault::Entry),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultsBody {
    faults: Vec<FaultText>,
}

fn set_faults(state: &State, body: &Bytes) -> Reply {
    let body: FaultsBody = match serde_json::from_slice(body) {
        Ok(body) => body,
        Err(error) => {
            let title = format!("{error}; expected {{\"faults\": [\"503:10%\"]}}");
            return problem(StatusCode::UNPROCESSABLE_ENTITY, &title);
        }
    };
    let read = |fault: &FaultText| match fault {
        FaultText::Short(text) => text.parse::<Fault>(),
        FaultText::Entry(entry) => entry.read(),
    };
    match body.faults.iter().map(read).collect() {
        Ok(plan) => {
            state.set_faults(FaultPlan::new(plan));
            faults(state)
        }
        Err(error) => problem(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    }
}

/// Empties everything: requests, rows, what arrived of what was expected, and faults that were set meanwhile.
fn reset(state: &State) -> Reply {
    if let Err(error) = state.webhook.store().clear() {
        return unreadable(&error);
    }
    state.requests.clear();
    state.tally.clear();
    state.arrivals.clear();
    state.expectation.clear();
    state.reset_faults();
    ok(&json!({}))
}

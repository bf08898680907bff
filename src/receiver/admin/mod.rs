//! The admin side, under `/__admin/`: what arrived, in the shapes of WireMock's request journal, so that clients in any
//! language work; the rows; faults; reset.
//!
//! Comes in: requests that passed the [`guard`]. Goes out: JSON with `nosniff`. Reads and empties state, and never
//! touches the webhook's own answers.

pub(super) mod guard;
mod listing;
mod pattern;
mod pieces;
mod rows;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::fault::{Fault, FaultKind, FaultPlan};
use super::own::not_allowed;
use super::state::State;
use super::store::StoreError;
use crate::ingress::Reply;
pub(super) use listing::uuid;
use pattern::Pattern;
use rows::{Table, rows};

/// Adds what every answer of the admin side and the inspector carries.
pub(super) fn guarded(reply: Reply) -> Reply {
    reply
        .header(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"))
        .header(CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

/// Answers one request of the admin side; `path` is what follows `/__admin`.
pub(super) async fn answer(
    state: &Arc<State>,
    method: &Method,
    query: &str,
    path: &str,
    body: &Bytes,
) -> Reply {
    let path = path.strip_suffix('/').unwrap_or(path);
    match (method, path) {
        (&Method::GET, "/health") => health(state),
        (&Method::GET, "/requests") => listing::serve_events(state, query),
        (&Method::GET, "/requests/unmatched") => listing::unmatched(state),
        (&Method::DELETE, "/requests") | (&Method::POST, "/requests/reset") => {
            state.requests.clear();
            ok(&json!({}))
        }
        (&Method::POST, "/requests/count") => {
            let count = search(state, body, |state, pattern| {
                state.requests.all().iter().filter(|request| pattern.fits(request)).count()
            });
            let counted = |count| ok(&json!({ "count": count, "requestJournalDisabled": false }));
            count.await.map_or_else(|refused| refused, counted)
        }
        (&Method::POST, "/requests/find") => {
            let found = search(state, body, |state, pattern| {
                let mut found = state.requests.all();
                found.retain(|request| pattern.fits(request));
                found
            });
            found.await.map_or_else(|refused| refused, |found| listing::found(state, &found))
        }
        (&Method::POST, "/requests/remove") => {
            let removed = search(state, body, |state, pattern| {
                let fits: HashSet<u64> = state
                    .requests
                    .all()
                    .iter()
                    .filter(|request| pattern.fits(request))
                    .map(|r| r.n)
                    .collect();
                state.requests.remove(|request| fits.contains(&request.n))
            });
            removed.await.map_or_else(|refused| refused, |removed| listing::removed(state, removed))
        }
        (&Method::GET, "/presencias") => rows(state, query, Table::Presencias),
        (&Method::GET, "/clientes") => rows(state, query, Table::Clientes),
        (&Method::GET, "/ventas") => rows(state, query, Table::Ventas),
        (&Method::GET, "/faults") => faults(state),
        (&Method::POST | &Method::PUT, "/faults") => set_faults(state, body),
        (&Method::DELETE, "/faults") => {
            state.set_faults(FaultPlan::default());
            faults(state)
        }
        (&Method::POST, "/reset") => reset(state),
        (_, "/health" | "/requests/unmatched" | "/presencias" | "/clientes" | "/ventas") => {
            not_allowed("GET, HEAD")
        }
        (_, "/requests") => not_allowed("GET, HEAD, DELETE"),
        (_, "/requests/reset" | "/requests/count" | "/requests/find" | "/requests/remove" | "/reset") => {
            not_allowed("POST")
        }
        (_, "/faults") => not_allowed("GET, HEAD, POST, PUT, DELETE"),
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

/// Searches the requests with the pattern of a body, on a thread of its own and one search at a time: a pattern can cost
/// seconds, which neither the webhook nor the rest of the admin side may feel.
async fn search<T: Send + 'static>(
    state: &Arc<State>,
    body: &Bytes,
    search: impl FnOnce(&State, &Pattern) -> T + Send + 'static,
) -> Result<T, Reply> {
    let pattern =
        Pattern::read(body).map_err(|error| problem(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()))?;
    let gone = || problem(StatusCode::INTERNAL_SERVER_ERROR, "the search ended without a result");
    let _turn = state.searching.acquire().await.map_err(|_| gone())?;
    let state = Arc::clone(state);
    tokio::task::spawn_blocking(move || search(&state, &pattern)).await.map_err(|_| gone())
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

fn faults(state: &State) -> Reply {
    let faults: Vec<_> = state
        .faults()
        .faults()
        .iter()
        .map(|fault| {
            let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            let mut shown = json!({
                "kind": fault.kind.name(),
                "share": fault.share,
                "after": fault.after,
                "requests": fault.requests.iter().map(|r| [*r.start(), *r.end()]).collect::<Vec<_>>(),
                "id": fault.id,
                "from_ms": fault.from.map(millis),
                "until_ms": fault.until.map(millis),
            });
            match &fault.kind {
                FaultKind::Status(_, retry_after) => shown["retry_after"] = json!(retry_after),
                FaultKind::Delay { p50, p99 } => {
                    shown["p50_ms"] = json!(millis(*p50));
                    shown["p99_ms"] = json!(millis(*p99));
                }
                _ => {}
            }
            shown
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

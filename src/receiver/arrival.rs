//! What arrived: where it was meant to go, and the request as it is kept.

use std::time::Instant;

use bytes::Bytes;
use chrono::Utc;
use http::request::Parts;

use super::journal::{Received, write_head};
use super::note::Note;
use super::spec::{TEST_PATH, WEBHOOK_PATH, WEBHOOK_PATH_PREFIXED};
use super::state::State;
use crate::ingress::Link;
use crate::mask::Scrub;

/// Where a request was meant to go.
pub(super) enum Route {
    Webhook,
    /// The webhook without its last slash.
    Unslashed,
    Test,
    /// The admin side.
    Own,
    Unknown,
}

/// Where a path leads.
pub(super) fn route(path: &str) -> Route {
    match path {
        WEBHOOK_PATH | WEBHOOK_PATH_PREFIXED => Route::Webhook,
        TEST_PATH => Route::Test,
        "/" => Route::Own,
        _ if path.starts_with("/__admin/") || path.starts_with("/__inspector/") => Route::Own,
        _ => {
            let unslashed = [WEBHOOK_PATH, WEBHOOK_PATH_PREFIXED, TEST_PATH]
                .iter()
                .any(|known| known.strip_suffix('/') == Some(path));
            if unslashed { Route::Unslashed } else { Route::Unknown }
        }
    }
}

/// A request that has arrived.
pub(super) struct Arrival {
    pub(super) n: u64,
    pub(super) clock: Instant,
    pub(super) received: Received,
}

impl Arrival {
    pub(super) fn new(state: &State, parts: &Parts, body: Bytes, link: &Link) -> Self {
        let n = state.requests.number();
        let received = Received {
            n,
            time: Utc::now(),
            peer: link.peer(),
            method: parts.method.clone(),
            target: target(parts, &state.secrets),
            head: write_head(&parts.headers, &state.secrets),
            body,
            status: 0,
            answer: Bytes::new(),
            micros: 0,
            presencia: None,
            note: Note::Elsewhere,
            fault: None,
        };
        Self { n, clock: Instant::now(), received }
    }
}

/// Path and query; a token that a sender put there is masked.
fn target(parts: &Parts, secrets: &Scrub) -> Box<str> {
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    match target {
        WEBHOOK_PATH | WEBHOOK_PATH_PREFIXED => target.into(),
        _ => secrets.text(target).into(),
    }
}

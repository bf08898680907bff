//! What arrived: where it was meant to go, and the request as it is kept.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use chrono::Utc;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use smallvec::SmallVec;

use super::note::Note;
use super::received::{Received, head_length, write_head};
use super::spec::{TEST_PATH, WEBHOOK_PATH, WEBHOOK_PATH_PREFIXED};
use super::state::State;
use crate::ingress::{Link, is_short};
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
    clock: Instant,
    /// How long the answer is held back on purpose.
    pub(super) delay: Duration,
    /// Shared with nobody yet; where it is now it stays.
    received: Arc<Received>,
}

impl Arrival {
    /// Inlined, since what is handed on in memory waits for all that was written before it: here a whole request.
    #[inline]
    pub(super) fn new(state: &State, parts: &Parts, body: Bytes, link: &Link) -> Self {
        let n = state.requests.number();
        let received = received(n, state, parts, body, link);
        Self { n, clock: Instant::now(), delay: Duration::ZERO, received }
    }

    pub(super) fn received(&self) -> &Received {
        &self.received
    }

    pub(super) fn received_mut(&mut self) -> &mut Received {
        Arc::make_mut(&mut self.received)
    }

    /// The request, for the list.
    pub(super) fn into_received(self) -> Arc<Received> {
        self.received
    }

    /// From its arrival until it is answered.
    pub(super) fn micros(&self) -> u64 {
        u64::try_from((self.clock.elapsed() + self.delay).as_micros()).unwrap_or(u64::MAX)
    }
}

/// A request as it is kept, not answered yet.
fn received(n: u64, state: &State, parts: &Parts, body: Bytes, link: &Link) -> Arc<Received> {
    let (head, body) = kept(parts, body, &state.secrets);
    Arc::new(Received {
        n,
        time: Utc::now(),
        peer: link.peer(),
        method: parts.method.clone(),
        target: target(parts, &state.secrets),
        head,
        body,
        status: 0,
        answer: SmallVec::new(),
        micros: 0,
        presencia: None,
        note: Note::Elsewhere,
        fault: None,
    })
}

/// How many bytes of kept requests are allocated at a time.
const SHEET: usize = 16 * 1024;

thread_local! {
    /// What is left of the last sheet. Requests are forgotten in the order in which they came: those of one sheet go
    /// together, where memory of their own would be fetched from far away for each, only to be given back.
    static SHEET_LEFT: RefCell<BytesMut> = RefCell::new(BytesMut::new());
}

/// Head and body as they are kept: one behind the other, unless the body is a long one, which has its own memory.
fn kept(parts: &Parts, body: Bytes, secrets: &Scrub) -> (Bytes, Bytes) {
    let head = head_length(&parts.headers);
    if !is_short(&body) {
        let mut own = BytesMut::with_capacity(head);
        write_head(&mut own, &parts.headers, secrets);
        return (own.freeze(), body);
    }
    SHEET_LEFT.with_borrow_mut(|sheet| {
        let length = body.len() + head;
        // One that would leave much of a sheet unused has its own.
        let mut own = BytesMut::new();
        let (place, room) = if length > SHEET / 4 { (&mut own, length) } else { (sheet, SHEET) };
        if place.capacity() < length {
            *place = BytesMut::with_capacity(room);
        }
        place.extend_from_slice(&body);
        write_head(place, &parts.headers, secrets);
        let mut head = place.split().freeze();
        let body = head.split_to(body.len());
        (head, body)
    })
}

/// Path and query; a token that a sender put there is masked.
fn target(parts: &Parts, secrets: &Scrub) -> Cow<'static, str> {
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    match target {
        WEBHOOK_PATH => WEBHOOK_PATH.into(),
        WEBHOOK_PATH_PREFIXED => WEBHOOK_PATH_PREFIXED.into(),
        _ => {
            if let Cow::Owned(masked) = secrets.text(target) {
                return masked.into();
            }
            // Some senders escape more signs than a query needs.
            let plain = percent_decode_str(target).decode_utf8_lossy();
            match secrets.text(&plain) {
                Cow::Owned(masked) => masked.into(),
                Cow::Borrowed(_) => target.to_owned().into(),
            }
        }
    }
}

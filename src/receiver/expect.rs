//! What a CI job waits for: so many distinct presencias, or certain payloads.
//!
//! Comes in: each accepted request. Goes out: whether everything is there, and what is missing or came besides.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::ingress::json;

/// Payloads that came besides the expected ones, of which so many are named.
const NAMED: usize = 20;

/// Why a file of expected payloads can't be used.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It can't be read.
    #[error("{path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line is no payload.
    #[error("{path}, line {line}: {source}")]
    Json {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Why.
        source: json::Refused,
    },
    /// There is nothing in it.
    #[error("{0}: no payload in it")]
    Empty(PathBuf),
}

/// Payloads that must arrive: canonical text, how often, and what to call it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExpectedPayloads {
    waiting: BTreeMap<String, Awaited>,
    /// Payloads with a venta arrive without it first.
    without_venta: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Awaited {
    id: String,
    arrived: bool,
}

/// A payload to be compared.
struct Canonical {
    text: String,
    id: String,
    /// The text without the venta, where there is one.
    without_venta: Option<String>,
}

/// Reads a payload, or the payload of a line of `--dry-run --json`.
fn canonical(body: &[u8]) -> Result<Canonical, json::Refused> {
    let json = json::parse(body)?;
    let payload = json.get("payload").unwrap_or(&json);
    let text = |skip| {
        let mut text = String::with_capacity(body.len());
        payload.canonical(&mut text, skip);
        text
    };
    Ok(Canonical {
        text: text(None),
        id: payload.get("id_presencia_crm").and_then(json::Json::text).unwrap_or("?").to_owned(),
        without_venta: payload.get("venta").map(|_| text(Some("venta"))),
    })
}

impl ExpectedPayloads {
    /// Reads payloads, one a line; lines of `--dry-run --json` are taken as they are, its summary is passed over.
    pub fn read(path: &Path) -> Result<Self, VerifyError> {
        let read = |source| VerifyError::Read { path: path.to_owned(), source };
        let file = std::fs::File::open(path).map_err(read)?;
        let mut expected = Self::default();
        for (index, line) in std::io::BufReader::new(file).lines().enumerate() {
            let line = line.map_err(read)?;
            if line.trim().is_empty() || line.starts_with("{\"kind\":\"summary\"") {
                continue;
            }
            let payload = canonical(line.as_bytes()).map_err(|source| VerifyError::Json {
                path: path.to_owned(),
                line: index + 1,
                source,
            })?;
            expected.without_venta.extend(payload.without_venta);
            expected.waiting.insert(payload.text, Awaited { id: payload.id, arrived: false });
        }
        if expected.is_empty() { Err(VerifyError::Empty(path.to_owned())) } else { Ok(expected) }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// What arrived of what was expected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// Ids of payloads that did not arrive, or arrived with other content.
    pub missing: Vec<String>,
    /// Ids of payloads that nobody expected; the first of them.
    pub unexpected: Vec<String>,
    /// How many payloads nobody expected.
    pub unexpected_count: u64,
}

impl Expected {
    /// Whether everything arrived and nothing besides.
    pub fn is_exact(&self) -> bool {
        self.missing.is_empty() && self.unexpected_count == 0
    }
}

/// The watch over arriving payloads.
#[derive(Debug, Default)]
pub(super) struct Expectation {
    watched: AtomicBool,
    arrived: Notify,
    payloads: Option<Mutex<Watched>>,
}

#[derive(Debug, Default)]
struct Watched {
    expected: ExpectedPayloads,
    left: usize,
    unexpected: Vec<String>,
    unexpected_count: u64,
}

impl Expectation {
    pub(super) fn new(payloads: Option<ExpectedPayloads>) -> Self {
        let watched = payloads.map(|expected| {
            let left = expected.len();
            Mutex::new(Watched { expected, left, ..Watched::default() })
        });
        Self { payloads: watched, ..Self::default() }
    }

    /// Takes note of an accepted body.
    pub(super) fn note(&self, body: &[u8]) {
        if let Some(payloads) = &self.payloads
            && let Ok(payload) = canonical(body)
        {
            let mut watched = payloads.lock().unwrap_or_else(PoisonError::into_inner);
            let watched = &mut *watched;
            if let Some(awaited) = watched.expected.waiting.get_mut(&payload.text) {
                watched.left -= usize::from(!awaited.arrived);
                awaited.arrived = true;
            } else if !watched.expected.without_venta.contains(&payload.text) {
                watched.unexpected_count += 1;
                if watched.unexpected.len() < NAMED && !watched.unexpected.contains(&payload.id) {
                    watched.unexpected.push(payload.id);
                }
            }
        }
        if self.watched.load(Ordering::Acquire) {
            self.arrived.notify_waiters();
        }
    }

    /// Waits for the next accepted request, but not longer than a tenth of a second.
    pub(super) async fn changed(&self) {
        self.watched.store(true, Ordering::Release);
        tokio::time::timeout(std::time::Duration::from_millis(100), self.arrived.notified()).await.ok();
    }

    /// Whether every expected payload has arrived; true where none was.
    pub(super) fn is_met(&self) -> bool {
        self.payloads
            .as_ref()
            .is_none_or(|payloads| payloads.lock().unwrap_or_else(PoisonError::into_inner).left == 0)
    }

    pub(super) fn expected(&self) -> Option<Expected> {
        let watched = self.payloads.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        let missing = watched.expected.waiting.values().filter(|awaited| !awaited.arrived);
        Some(Expected {
            missing: missing.map(|awaited| awaited.id.clone()).collect(),
            unexpected: watched.unexpected.clone(),
            unexpected_count: watched.unexpected_count,
        })
    }
}

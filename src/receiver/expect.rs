//! What a CI job waits for: so many distinct presencias, or certain payloads.
//!
//! Comes in: each accepted request. Goes out: whether everything is there, and what is missing, differs or came besides.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use super::differing::{self, Differing};
use super::verify::{ExpectedPayloads, canonical};

/// Payloads that came under ids that nobody expected, of which so many are named.
const NAMED: usize = 20;
/// Longer payloads are named, but not compared field by field.
const COMPARED: usize = 64 * 1024;

/// What arrived of what was expected.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expected {
    /// Ids of payloads that did not arrive.
    pub missing: Vec<String>,
    /// Payloads that arrived with other content.
    pub different: Vec<Differing>,
    /// Ids of payloads that nobody expected; the first of them.
    pub unexpected: Vec<String>,
    /// How many payloads nobody expected, those with other content apart.
    pub unexpected_count: u64,
}

impl Expected {
    /// Whether everything arrived and nothing besides.
    pub fn is_exact(&self) -> bool {
        self.missing.is_empty() && self.different.is_empty() && self.unexpected_count == 0
    }
}

/// What was saved of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Saved {
    /// All of it, now or before.
    Whole,
    /// The presencia alone: a venta of the body is lost unless it is sent again.
    WithoutVenta,
    /// Its venta once more, beside the one that is there.
    VentaAgain,
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
    ids: HashSet<String>,
    left: usize,
    /// By id: each expected one may have come otherwise, of others the first.
    unexpected: BTreeMap<String, Unexpected>,
    /// Ids among them that nobody expected, in the order in which they came.
    strange: Vec<String>,
    unexpected_count: u64,
}

#[derive(Debug)]
struct Unexpected {
    /// Canonical text, where it is short enough to be compared.
    text: Option<String>,
    times: u64,
}

impl Expectation {
    pub(super) fn new(payloads: Option<ExpectedPayloads>) -> Self {
        let watched = payloads.map(|expected| {
            let left = expected.len();
            let ids = expected.waiting.values().map(|awaited| awaited.id.clone()).collect();
            Mutex::new(Watched { expected, ids, left, ..Watched::default() })
        });
        Self { payloads: watched, ..Self::default() }
    }

    /// Takes note of a body of which something was saved.
    pub(super) fn note(&self, body: &[u8], saved: Saved) {
        if let Some(payloads) = &self.payloads
            && let Ok(payload) = canonical(body)
        {
            let mut watched = payloads.lock().unwrap_or_else(PoisonError::into_inner);
            let watched = &mut *watched;
            let text = match saved {
                Saved::WithoutVenta => payload.without_venta.unwrap_or(payload.text),
                Saved::Whole | Saved::VentaAgain => payload.text,
            };
            if saved == Saved::VentaAgain {
                watched.unexpected(payload.id, text);
            } else if let Some(awaited) = watched.expected.waiting.get_mut(&text) {
                watched.left -= usize::from(!awaited.arrived);
                awaited.arrived = true;
            } else if !watched.expected.without_venta.contains(&text) {
                watched.unexpected(payload.id, text);
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

    /// Begins anew: nothing has arrived.
    pub(super) fn clear(&self) {
        let Some(payloads) = &self.payloads else { return };
        let mut watched = payloads.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut expected, ids) = (std::mem::take(&mut watched.expected), std::mem::take(&mut watched.ids));
        expected.waiting.values_mut().for_each(|awaited| awaited.arrived = false);
        let left = expected.len();
        *watched = Watched { expected, ids, left, ..Watched::default() };
    }

    pub(super) fn expected(&self) -> Option<Expected> {
        let watched = self.payloads.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        Some(watched.expected())
    }
}

impl Watched {
    fn unexpected(&mut self, id: String, text: String) {
        self.unexpected_count += 1;
        if let Some(known) = self.unexpected.get_mut(&id) {
            known.times += 1;
            return;
        }
        if !self.ids.contains(&id) {
            if self.strange.len() == NAMED {
                return;
            }
            self.strange.push(id.clone());
        }
        let text = (text.len() <= COMPARED).then_some(text);
        self.unexpected.insert(id, Unexpected { text, times: 1 });
    }

    /// Pairs what came under an expected id with what was expected there: one mistake is told once.
    fn expected(&self) -> Expected {
        let mut said = Expected { unexpected_count: self.unexpected_count, ..Expected::default() };
        let mut came: BTreeMap<&str, &Unexpected> =
            self.unexpected.iter().map(|(id, unexpected)| (id.as_str(), unexpected)).collect();
        for (text, awaited) in self.expected.waiting.iter().filter(|(_, awaited)| !awaited.arrived) {
            let Some(unexpected) = came.remove(awaited.id.as_str()) else {
                said.missing.push(awaited.id.clone());
                continue;
            };
            said.unexpected_count -= unexpected.times;
            let fields = unexpected.text.as_deref().map(|arrived| differing::fields(text, arrived));
            said.different.push(Differing { id: awaited.id.clone(), fields: fields.unwrap_or_default() });
        }
        // Those that nobody expected first, then what came besides under ids that arrived as expected.
        let again = came.keys().copied().filter(|id| self.ids.contains(*id));
        let strange = self.strange.iter().map(String::as_str);
        said.unexpected = strange.chain(again).take(NAMED).map(str::to_owned).collect();
        said
    }
}

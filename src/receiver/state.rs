//! A running receiver's state, shared by the webhook, the admin side and the inspector.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::arrivals::Arrivals;
use super::chance::{Chance, Draws};
use super::expect::Expectation;
use super::fault::{FaultPlan, Moment, Strike};
use super::journal::RequestList;
use super::received::{Received, id_of};
use super::recorder::Recorder;
use super::spec::{Spec, Tls, WEBHOOK_PATH};
use super::tally::Tally;
use super::webhook::Webhook;
use crate::config::Token;
use crate::ingress::Budget;
use crate::mask::Scrub;

/// A running receiver's state.
pub(super) struct State {
    pub(super) spec: Spec,
    pub(super) addr: SocketAddr,
    pub(super) started: Instant,
    pub(super) webhook: Webhook,
    pub(super) requests: RequestList,
    pub(super) bodies: Budget,
    pub(super) expectation: Expectation,
    pub(super) tally: Tally,
    pub(super) arrivals: Arrivals,
    /// The receiver's own secrets: a sender may put one where nobody looks for it.
    pub(super) secrets: Scrub,
    /// Searches of the admin side take turns.
    pub(super) searching: Semaphore,
    recorder: Option<Recorder>,
    chance: Chance,
    draws: Draws,
    faults: RwLock<FaultPlan>,
    any_fault: AtomicBool,
    webhooks: AtomicU64,
    /// Since when the faults count time.
    rehearsed: RwLock<Instant>,
}

impl State {
    pub(super) fn new(
        spec: Spec,
        addr: SocketAddr,
        webhook: Webhook,
        recorder: Option<Recorder>,
        expectation: Expectation,
    ) -> Self {
        let faults = spec.faults.clone();
        let arrivals = Arrivals::since(&mut **webhook.store());
        Self {
            addr,
            started: Instant::now(),
            webhook,
            requests: RequestList::new(spec.keep),
            bodies: Budget::new(spec.limits.bodies_in_flight),
            expectation,
            tally: Tally::default(),
            arrivals,
            secrets: secrets(&spec),
            searching: Semaphore::new(1),
            recorder,
            chance: Chance::new(spec.seed),
            draws: Draws::default(),
            any_fault: AtomicBool::new(!faults.is_empty()),
            faults: RwLock::new(faults),
            webhooks: AtomicU64::new(0),
            rehearsed: RwLock::new(Instant::now()),
            spec,
        }
    }

    /// Counts a request of the webhook, and asks the faults about it.
    pub(super) fn strike(&self, body: &[u8]) -> Strike {
        // Faults that are set later count from there.
        if !self.any_fault.load(Ordering::Acquire) {
            return Strike::default();
        }
        let n = self.webhooks.fetch_add(1, Ordering::Relaxed) + 1;
        let id = id_of(body);
        let draw = self.draws.next(id.as_deref(), n);
        let since_start = self.rehearsed.read().unwrap_or_else(PoisonError::into_inner).elapsed();
        let moment = Moment { n, draw, since_start, id: id.as_deref() };
        self.faults.read().unwrap_or_else(PoisonError::into_inner).strike(&moment, self.chance)
    }

    pub(super) fn faults(&self) -> FaultPlan {
        self.faults.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets other faults; their numbers and times begin now.
    pub(super) fn set_faults(&self, plan: FaultPlan) {
        self.draws.clear();
        self.webhooks.store(0, Ordering::Relaxed);
        *self.rehearsed.write().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.any_fault.store(!plan.is_empty(), Ordering::Release);
        *self.faults.write().unwrap_or_else(PoisonError::into_inner) = plan;
    }

    /// Puts the faults of the specification back, as they were at the start: numbers and times begin anew.
    pub(super) fn reset_faults(&self) {
        self.set_faults(self.spec.faults.clone());
    }

    /// Whether webhooks are answered at once: nothing holds them up.
    pub(super) fn is_prompt(&self) -> bool {
        !self.any_fault.load(Ordering::Acquire) && !self.records() && !self.webhook.has_races()
    }

    /// Records a request that came to its end, where requests are recorded.
    pub(super) async fn record(&self, request: &Arc<Received>) {
        if let Some(recorder) = &self.recorder {
            recorder.record(Arc::clone(request)).await;
        }
    }

    /// Keeps a request that came to its end.
    pub(super) fn keep(&self, request: Arc<Received>) {
        self.tally.count(&request);
        self.requests.add(request);
    }

    /// Waits until the recording is on disk.
    pub(super) async fn flush(&self) {
        if let Some(recorder) = &self.recorder {
            recorder.flush().await;
        }
    }

    /// Whether requests are recorded.
    pub(super) fn records(&self) -> bool {
        self.recorder.is_some()
    }

    /// Whether a request could not be recorded.
    pub(super) fn recording_failed(&self) -> bool {
        self.recorder.as_ref().is_some_and(Recorder::failed)
    }

    /// Scheme, host and port.
    pub(super) fn origin(&self) -> String {
        let mut reached = self.addr;
        // An address that means "all" can't be connected to everywhere; loopback can.
        if reached.ip().is_unspecified() {
            reached.set_ip(match reached.ip() {
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            });
        }
        format!("{}://{reached}", if matches!(self.spec.tls, Tls::Off) { "http" } else { "https" })
    }

    /// The whole URL of the webhook.
    pub(super) fn url(&self) -> String {
        format!("{}{WEBHOOK_PATH}", self.origin())
    }
}

/// The secrets of a specification, as they are and as a query writes them.
fn secrets(spec: &Spec) -> Scrub {
    let outbound = [&spec.outbound.token, &spec.outbound.api_token];
    let others = outbound.into_iter().chain([&spec.admin_token]).flatten();
    let mut secrets = Scrub::default();
    for token in std::iter::once(&spec.token).chain(others).map(Token::expose) {
        secrets = secrets.secret(token);
        if let Ok(mut url) = reqwest::Url::parse("http://localhost/") {
            url.query_pairs_mut().append_key_only(token);
            secrets = secrets.secret(url.query().unwrap_or_default());
        }
    }
    secrets
}

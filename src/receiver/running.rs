//! Starts a receiver, and holds it while it runs.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::chance::Chance;
use super::expect::{Expectation, Expected};
use super::fault::FaultPlan;
use super::journal::{Cursor, News};
use super::quirk::Quirk;
use super::received::Received;
use super::recorder::Recorder;
use super::server::Server;
use super::spec::{Spec, Tls};
use super::state::State;
use super::store::{
    ClienteRow, MemoryStore, PresenciaRow, SqliteStore, Store, StoreCounts, StoreError, VentaRow,
};
use super::tally::Answered;
use super::verify::ExpectedPayloads;
use super::webhook::Webhook;
use crate::config::Token;
use crate::ingress::Ingress;
use crate::ingress::registry::Registry;
use crate::ingress::tls::{self, TlsError};

/// Why a receiver did not start.
#[derive(Debug, thiserror::Error)]
pub enum ReceiverError {
    /// The port can't be had.
    #[error("{addr}: {source}")]
    Bind {
        /// Where it was to listen.
        addr: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The file of the presencias can't be used.
    #[error("{path}: {source}")]
    Store {
        /// The file.
        path: PathBuf,
        /// Why.
        source: StoreError,
    },
    /// The recording can't be opened.
    #[error("{path}: {source}")]
    Record {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no certificate to serve with.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Starts receivers.
#[derive(Debug, Clone, Copy)]
pub struct Receiver;

impl Receiver {
    /// Binds and serves in tasks of the current runtime; the port is open when this returns.
    pub async fn start(spec: Spec) -> Result<Running, ReceiverError> {
        Self::start_expecting(spec, None).await
    }

    /// As [`start`](Self::start), and watches for `payloads`.
    pub async fn start_expecting(
        spec: Spec,
        payloads: Option<ExpectedPayloads>,
    ) -> Result<Running, ReceiverError> {
        let rows = open_store(&spec)?;
        let recorder = match &spec.record {
            None => None,
            Some(path) => Some(
                Recorder::open(path)
                    .map_err(|source| ReceiverError::Record { path: path.clone(), source })?,
            ),
        };
        let (config, certificate) = open_tls(&spec)?;
        let bind = |source| ReceiverError::Bind { addr: spec.listen, source };
        let mut ingress = Ingress::bind(spec.listen, config, spec.limits).await.map_err(bind)?;
        if let Some(threads) = spec.threads {
            ingress = ingress.over_threads(threads).map_err(bind)?;
        }
        let addr = ingress.local_addr().map_err(bind)?;
        let connections = ingress.registry();
        let webhook = Webhook::new(spec.quirks, spec.known_ids, Chance::new(spec.seed), rows);
        let shared = Arc::new(State::new(spec, addr, webhook, recorder, Expectation::new(payloads)));
        let stop = CancellationToken::new();
        let server = Arc::new(Server { state: Arc::clone(&shared) });
        let serving = tokio::spawn(ingress.serve(server, stop.clone()));
        Ok(Running {
            state: shared,
            certificate,
            connections,
            stop: Some(stop.drop_guard()),
            serving: Some(serving),
        })
    }
}

fn open_store(spec: &Spec) -> Result<Box<dyn Store>, ReceiverError> {
    match &spec.db {
        None => {
            let substring = spec.quirks.has(Quirk::SubstringLookup);
            Ok(Box::new(MemoryStore::new(spec.keep, spec.quirks, spec.known_ids, substring)))
        }
        Some(path) => match SqliteStore::open(path) {
            Ok(store) => Ok(Box::new(store)),
            Err(source) => Err(ReceiverError::Store { path: path.clone(), source }),
        },
    }
}

type OpenTls = (Option<Arc<rustls::ServerConfig>>, Option<String>);

fn open_tls(spec: &Spec) -> Result<OpenTls, TlsError> {
    match &spec.tls {
        Tls::Off => Ok((None, None)),
        Tls::Files { certificate, key } => Ok((Some(tls::from_files(certificate, key)?), None)),
        Tls::SelfSigned => {
            let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
            let ip = spec.listen.ip();
            if !ip.is_loopback() && !ip.is_unspecified() {
                names.push(ip.to_string());
            }
            let made = tls::self_signed(&names)?;
            Ok((Some(made.config), Some(made.pem)))
        }
    }
}

/// A receiver that runs until it is shut down or dropped.
pub struct Running {
    state: Arc<State>,
    certificate: Option<String>,
    connections: Arc<Registry>,
    stop: Option<DropGuard>,
    serving: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("url", &self.url()).finish_non_exhaustive()
    }
}

impl Running {
    /// The whole URL of the webhook.
    pub fn url(&self) -> String {
        self.state.url()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        self.state.origin()
    }

    /// The bound address.
    pub fn addr(&self) -> SocketAddr {
        self.state.addr
    }

    /// The secret that it expects.
    pub fn token(&self) -> &Token {
        &self.state.spec.token
    }

    /// The certificate that was made on the spot, PEM.
    pub fn certificate_pem(&self) -> Option<&str> {
        self.certificate.as_deref()
    }

    /// The stored presencias, oldest first (in memory: those whose fields are still kept).
    pub fn presencias(&self) -> Vec<PresenciaRow> {
        listed(self.state.webhook.store().presencias(0..u32::MAX))
    }

    /// The stored clients, oldest first.
    pub fn clientes(&self) -> Vec<ClienteRow> {
        listed(self.state.webhook.store().clientes(0..u32::MAX))
    }

    /// The stored sales, oldest first.
    pub fn ventas(&self) -> Vec<VentaRow> {
        listed(self.state.webhook.store().ventas(0..u32::MAX))
    }

    /// How many rows there are.
    pub fn counts(&self) -> StoreCounts {
        listed(self.state.webhook.store().counts())
    }

    /// Distinct presencias that arrived since the start, or the last reset.
    pub fn arrived(&self) -> u64 {
        let mut store = self.state.webhook.store();
        listed(self.state.arrivals.count(&mut **store))
    }

    /// The last requests, in the order in which they ended.
    pub fn requests(&self) -> Vec<Arc<Received>> {
        self.state.requests.all()
    }

    /// What was answered since the start, or the last reset: counts, and who was refused and why.
    pub fn answered(&self) -> Answered {
        self.state.tally.now()
    }

    /// What arrived since `cursor`, oldest first, whatever was taken out of the list meanwhile.
    pub fn added_since(&self, cursor: Cursor) -> News {
        self.state.requests.added_since(cursor)
    }

    /// What arrived since `cursor`, `most` of it; for those who follow along.
    pub fn news(&self, cursor: Cursor, most: usize) -> News {
        self.state.requests.since(cursor, most)
    }

    /// After the newest request: news from here on are those that are still to come.
    pub fn newest(&self) -> Cursor {
        self.state.requests.end()
    }

    /// Forgets the requests; presencias stay.
    pub fn forget_requests(&self) {
        self.state.requests.clear();
    }

    /// Puts other faults in place.
    pub fn set_faults(&self, plan: FaultPlan) {
        self.state.set_faults(plan);
    }

    /// Connections that are open.
    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    /// What arrived of the expected payloads; none where none were expected.
    pub fn expected(&self) -> Option<Expected> {
        self.state.expectation.expected()
    }

    /// Whether a request could not be recorded; final once it is stopped.
    pub fn recording_failed(&self) -> bool {
        self.state.recording_failed()
    }

    /// Waits until `presencias` distinct ones and every expected payload have arrived; false after `within`.
    pub async fn wait_for(&self, presencias: u64, within: Option<Duration>) -> bool {
        let all_there = async {
            while !self.has_arrived(presencias) {
                self.state.expectation.changed().await;
            }
        };
        match within {
            None => {
                all_there.await;
                true
            }
            Some(within) => tokio::time::timeout(within, all_there).await.is_ok(),
        }
    }

    /// Whether so many presencias are there now, and every expected payload.
    pub fn has_arrived(&self, presencias: u64) -> bool {
        self.arrived() >= presencias && self.state.expectation.is_met()
    }

    /// Stops: no new connections, requests in work end, the recording is on disk.
    pub async fn shutdown(mut self) {
        self.stop().await;
    }

    /// Stops as [`shutdown`](Self::shutdown) does; what arrived can still be asked for.
    pub async fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(serving) = self.serving.take() {
            serving.await.ok();
        }
        self.state.flush().await;
    }
}

fn listed<T: Default>(rows: Result<T, StoreError>) -> T {
    rows.unwrap_or_else(|error| {
        tracing::error!("the presencias can't be read: {error}");
        T::default()
    })
}

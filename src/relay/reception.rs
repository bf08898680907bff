//! The reception: a port on which webhooks are taken, whatever becomes of them afterwards.

use std::net::SocketAddr;
use std::sync::Arc;

use http::StatusCode;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::clock::Clock;
use super::condition::Condition;
use super::front::{Front, PATHS};
use super::gate::Gate;
use super::intake::Intake;
use super::metrics::Metrics;
use super::running::RelayError;
use super::sink::Sink;
use crate::config::Token;
use crate::ingress::{Budget, Ingress, Limits};
use crate::lang::Lang;

/// How webhooks are taken.
#[derive(Debug, Clone)]
pub struct Reception {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The secret that the CRM shows.
    pub token: Token,
    /// Status of an answer to a webhook that was stored.
    pub answer: StatusCode,
    /// Language of answers and of the status page.
    pub lang: Lang,
    /// Serves HTTPS with this.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// Bounds for clients.
    pub limits: Limits,
    /// Webhooks a second from one source.
    pub source_rate: Option<f64>,
    /// How bodies are read.
    pub intake: Intake,
    /// The wall clock.
    pub clock: Clock,
}

/// A bound port on which nothing is taken yet.
pub(super) struct Bound {
    reception: Reception,
    ingress: Ingress,
    door: Door,
}

/// Where a relay is found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Door {
    addr: SocketAddr,
    secure: bool,
}

impl Door {
    /// The whole URL of the webhook.
    pub(super) fn url(self) -> String {
        format!("{}{}", self.origin(), PATHS[0])
    }

    /// Scheme, host and port.
    pub(super) fn origin(self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.addr)
    }
}

impl Reception {
    /// Takes the port.
    pub(super) async fn bind(self) -> Result<Bound, RelayError> {
        let bind = |source| RelayError::Bind { addr: self.listen, source };
        let ingress = Ingress::bind(self.listen, self.tls.clone(), self.limits).await.map_err(bind)?;
        let door = Door { addr: ingress.local_addr().map_err(bind)?, secure: self.tls.is_some() };
        Ok(Bound { reception: self, ingress, door })
    }
}

impl Bound {
    /// Takes webhooks in a task of the current runtime, until `stop` is cancelled.
    pub(super) fn serve<S: Sink>(
        self,
        sink: S,
        metrics: Arc<Metrics>,
        condition: Arc<Condition>,
        stop: CancellationToken,
    ) -> (Door, JoinHandle<()>) {
        let Self { reception, ingress, door } = self;
        let front = Front {
            sink,
            intake: reception.intake,
            gate: Gate::new(reception.token, reception.source_rate),
            metrics,
            condition,
            clock: reception.clock,
            budget: Budget::new(reception.limits.bodies_in_flight),
            longest: reception.limits.body,
            answer: reception.answer,
            lang: reception.lang,
        };
        (door, tokio::spawn(ingress.serve(Arc::new(front), stop)))
    }
}

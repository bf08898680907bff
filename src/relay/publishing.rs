//! A relay that publishes, from its start to its end: the port, and a look at the queue from time to time.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::condition::Condition;
use super::metrics::Metrics;
use super::outbox::Overview;
use super::publisher::Publisher;
use super::reception::{Door, Reception};
use super::running::{Relay, RelayError};
use super::sink::{Sink, SinkError};
use crate::queue::{Queue, Route};

/// Time between two looks at the queue.
const LOOK: Duration = Duration::from_secs(2);

/// A relay that publishes until it is shut down.
#[derive(Debug)]
pub struct Publishing {
    door: Door,
    found: Overview,
    stop: CancellationToken,
    serving: tokio::task::JoinHandle<()>,
    watching: tokio::task::JoinHandle<()>,
}

impl Relay {
    /// Opens the port and publishes what comes in to `queue`, in tasks of the current runtime.
    pub async fn publish(reception: Reception, queue: Queue, route: Route) -> Result<Publishing, RelayError> {
        let publisher = Arc::new(Publisher::new(queue, route));
        // What cannot be told now is told on the page.
        let found = publisher.overview(0, 0).await.unwrap_or_default();
        let bound = reception.bind().await?;
        let condition = Arc::new(Condition::default());
        let stop = CancellationToken::new();
        let metrics = Arc::new(Metrics::publishing());
        let sink = Arc::clone(&publisher);
        let (door, serving) = bound.serve(sink, metrics, Arc::clone(&condition), stop.clone());
        let watching = tokio::spawn(watch(publisher, condition));
        Ok(Publishing { door, found, stop, serving, watching })
    }
}

impl Publishing {
    /// The whole URL of the webhook.
    pub fn url(&self) -> String {
        self.door.url()
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        self.door.origin()
    }

    /// How the queue stood when the port was opened.
    pub fn found(&self) -> &Overview {
        &self.found
    }

    /// Ends it: no further webhook is taken, those being answered are; where `at_once` is cancelled they are not waited
    /// for. What was answered with success is in the queue.
    pub async fn shut_down(self, at_once: CancellationToken) {
        self.stop.cancel();
        tokio::select! {
            _ = self.serving => {}
            () = at_once.cancelled() => {}
        }
        self.watching.abort();
    }
}

/// Whether the queue is there shows without a webhook, too.
async fn watch(publisher: Arc<Publisher>, condition: Arc<Condition>) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let trouble = publisher.ready().await.err();
        if !condition.storage(trouble.as_ref().map(SinkError::said)) {
            continue;
        }
        if let Some(error) = trouble {
            tracing::error!(%error, "webhooks can't be published; they are answered 503");
        } else {
            tracing::info!("webhooks can be published again");
        }
    }
}

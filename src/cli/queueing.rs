//! `--queue`: publishes deliveries instead of making them; workers take them from there.

use reqwest::Url;

use super::delivering::runtime;
use super::ending::Ending;
use crate::delivery::Delivery;
use crate::error::Failure;
use crate::intake::PassError;
use crate::queue::{Options, Queue, Route};
use crate::report::event::{DeliveryNote, Event, Observer, Outcome};
use crate::said;

/// Deliveries that are published before the first of them is acknowledged.
const BATCH: usize = 256;

/// Where deliveries are published, and how.
pub(crate) struct Publishing<'p> {
    /// The JetStream server.
    pub(crate) url: &'p Url,
    /// How to connect.
    pub(crate) options: Options,
    /// Into which partition a delivery goes.
    pub(crate) route: Route,
    /// Names of the input files, where there are several.
    pub(crate) files: Vec<String>,
    /// The name of the only input.
    pub(crate) only: Option<String>,
}

impl Publishing<'_> {
    /// Publishes all that `feed` gives, `total` of them; what the server did not store stays unprocessed, and the run is
    /// stopped.
    pub(crate) fn publish(
        &self,
        mut feed: impl Iterator<Item = Result<Delivery, PassError>>,
        total: u64,
        ending: &mut Ending,
        observer: &mut dyn Observer,
    ) -> Result<(), Failure> {
        let runtime = runtime()?;
        let queue =
            runtime.block_on(Queue::connect(self.url, &self.options)).map_err(|error| error.failure())?;
        let (mut queued, mut repeats) = (0, 0);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            batch.clear();
            for delivery in feed.by_ref().take(BATCH) {
                match delivery {
                    Ok(delivery) => batch.push(delivery),
                    Err(error) => {
                        ending.broke_off(Some(error.into()));
                        break;
                    }
                }
            }
            if batch.is_empty() {
                break;
            }
            let source = self.only.as_deref();
            let results = runtime.block_on(queue.publish_all(&batch, source, self.route));
            for (delivery, result) in batch.iter().zip(results) {
                match result {
                    Ok(published) => {
                        queued += 1;
                        repeats += u64::from(published.duplicate);
                        observer.observe(Event::Delivery(self.note(delivery)));
                    }
                    Err(error) => ending.broke_off(Some(error.failure())),
                }
            }
            if ending.stopped.is_some() {
                break;
            }
        }
        if repeats > 0 {
            let server = queue.address();
            observer.observe(Event::Decided(said!(
                en: "{repeats} of them were handed over a moment ago already; they wait, are delivered, or were given up: crm-bridge runs show --queue {server}",
                es: "{repeats} de ellas ya se habían entregado a la cola hace un momento; esperan, están entregadas o se abandonaron: crm-bridge runs show --queue {server}",
            )));
        }
        ending.counts.prepared = 0;
        ending.counts.queued += queued;
        ending.counts.unprocessed += total - queued;
        Ok(())
    }

    fn note(&self, delivery: &Delivery) -> DeliveryNote {
        DeliveryNote {
            file: self.files.get(usize::from(delivery.file)).cloned(),
            row: delivery.row,
            id_presencia_crm: delivery.id.clone(),
            outcome: Outcome::Queued,
            attempts: 0,
            http_status: None,
            ms: 0.0,
            id_presencia: None,
            id_venta: None,
            error: None,
        }
    }
}

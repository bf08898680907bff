//! The queue: NATS `JetStream` between whoever has deliveries and any number of workers on any number of machines.
//!
//! Comes in: [`Delivery`](crate::delivery::Delivery)s to publish. Goes out: deliveries to workers, receipts in a bucket
//! that all workers share, dead letters. `cli` and the relay import it.
//!
//! - [`layout`]: names and settings on the server, and what of them may not differ;
//! - [`connect`]: the connection, and what is made or checked at start;
//! - [`envelope`]: a delivery as a message;
//! - [`publish`]: into the partition of the client, repeats dropped;
//! - [`receipts`]: the [`Journal`](crate::delivery::Journal) in the bucket;
//! - [`worker`]: from the partitions through the dispatcher to the receiver;
//! - [`dead`]: what was given up, and sending it again;
//! - [`doubt`]: ventas in doubt, and a person's word about them;
//! - [`backlog`]: what waits.

pub mod backlog;
pub mod connect;
pub mod credentials;
pub mod dead;
pub mod doubt;
pub mod envelope;
mod error;
pub mod layout;
pub mod publish;
pub mod receipts;
pub mod worker;

use std::fmt;

use async_nats::connection::State;
use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::{Context, kv, stream};

pub use connect::Options;
pub use error::QueueError;
pub use publish::{Published, Route};
pub use receipts::Receipts;
pub use worker::Worker;

/// A connection to the queue, with everything that it needs there. Clones share the connection.
#[derive(Clone)]
pub struct Queue {
    /// Host and port, for people.
    server: String,
    /// What `--queue` would take, without secrets.
    address: String,
    client: async_nats::Client,
    context: Context,
    stream: stream::Stream,
    dead: stream::Stream,
    bucket: kv::Store,
    /// One a partition.
    consumers: Vec<PullConsumer>,
}

impl Queue {
    /// Host and port of the server, without secrets.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// What `--queue` takes to come here, without secrets.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether the connection stands at this moment.
    pub fn is_connected(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    /// What is said while it does not.
    fn disconnected(&self) -> QueueError {
        QueueError::Connect { server: self.server.clone(), detail: "the connection is lost".to_owned() }
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("server", &self.server).finish_non_exhaustive()
    }
}

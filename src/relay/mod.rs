//! The relay: takes the CRM's webhooks, answers at once, and delivers them later.
//!
//! Comes in: the CRM's requests. Goes out: an answer within milliseconds, and later one delivery for each event. What was
//! answered with success is on disk, and stays there until the receiver has given a receipt for it or it is a dead
//! letter. Only `cli` imports it.
//!
//! - [`front`]: the HTTP side, with [`gate`] (who may ask), [`intake`] (bodies become entries), [`page`] and [`metrics`];
//!   [`reception`] opens its port;
//! - [`sink`]: where webhooks are stored; [`outbox`] does it in the journal's file, on the thread of its [`keeper`],
//!   [`publisher`] in a queue, from which workers deliver;
//! - [`courier`]: brings what is in the outbox to the receiver through the one dispatcher;
//! - [`running`] and [`publishing`]: start and end all of it, with an outbox and with a queue.

pub mod clock;
pub mod condition;
pub mod courier;
pub mod front;
pub mod gate;
pub mod intake;
pub mod keeper;
pub mod metrics;
pub mod outbox;
pub mod page;
pub mod publisher;
pub mod publishing;
pub mod reception;
pub mod running;
pub mod sink;

pub use clock::Clock;
pub use outbox::{DeadLetter, OutboxError, Redrive, Redriven, dead_count, dead_letters, redrive, waiting};
pub use publishing::Publishing;
pub use reception::Reception;
pub use running::{Delivering, Options, Relay, RelayError, Running};
pub use sink::{Sink, SinkError};

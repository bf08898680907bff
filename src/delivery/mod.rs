//! Delivery: one payload to one receiver, and what became of it.
//!
//! Comes in: [`Delivery`]s from a [`Feed`] (an export, a recording, the relay's outbox, a queue). Goes out: events, and
//! receipts through the [`Journal`] trait, which others implement. Knows neither CSV nor renderers; clock, randomness
//! and the HTTP transport are injected.
//!
//! - [`transport`]: one HTTP try, and the trait behind which it happens; [`client`] does it over the network;
//! - [`verdict`]: what an answer means, as one table without I/O;
//! - [`retry`], [`pace`], [`breaker`]: when to try again, how many at once, when to give up;
//! - [`order`]: which deliveries may not overlap;
//! - [`journal`]: what must be remembered, as a trait; [`proof`]: what a receipt says, for all that implement it;
//! - [`dispatcher`]: the loop that ties these together.

pub mod ambient;
pub mod breaker;
pub mod cancel;
pub mod client;
pub mod dispatcher;
pub(crate) mod echo;
pub mod feed;
pub mod journal;
pub mod order;
pub mod pace;
pub mod proof;
pub mod retry;
pub mod signature;
pub mod stop;
pub mod tls;
pub mod transport;
pub mod verdict;

mod compose;

use bytes::Bytes;

pub use ambient::Ambient;
pub use cancel::Cancel;
pub use client::HttpClient;
pub use compose::{ComposeError, lane, terminated};
pub use dispatcher::{RunEnd, Settings, run};
pub use feed::Feed;
pub use journal::{Claim, Journal, JournalError, Settled, Settlement, VentaState};
pub use proof::Proof;
pub use stop::Stop;
pub use transport::{Answer, Request, Transport, TransportError};

/// The digest of a content, to tell a repeat from a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentHash(pub [u8; 16]);

impl ContentHash {
    /// The first 16 bytes of the SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
        let mut hash = [0; 16];
        hash.copy_from_slice(&digest.as_ref()[..16]);
        Self(hash)
    }
}

/// One payload on its way to one receiver.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Index of the input file in the run.
    pub file: u16,
    /// Physical row, or number of the record; with `file` it names the delivery to people.
    pub row: u64,
    /// `id_presencia_crm` as it is sent.
    pub id: String,
    /// The client: deliveries with the same lane never overlap and keep their order.
    pub lane: u64,
    /// The body of the presencia, without a venta.
    pub body: Bytes,
    /// The full body with the venta, sent once after the presencia has its receipt.
    pub venta: Option<Bytes>,
    /// Digest of `body`.
    pub content: ContentHash,
    /// Digest of the venta.
    pub venta_content: Option<ContentHash>,
}

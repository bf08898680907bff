//! Delivery: one payload to one receiver, and what became of it.
//!
//! Comes in: [`Delivery`]s from a feed (an export, a recording, the relay's outbox, a queue). Goes out: events, and
//! receipts through the [`journal`](crate::journal)'s trait. Knows neither CSV nor renderers; clock, randomness and
//! the HTTP transport are injected.

mod compose;

use bytes::Bytes;

pub use compose::{ComposeError, lane};

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

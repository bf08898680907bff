//! A delivery on its way, and one that waits for its time.

use std::cmp::Ordering;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::Instant;

use crate::delivery::Delivery;
use crate::delivery::journal::{Settlement, VentaState};
use crate::delivery::order::Seq;
use crate::report::event::Outcome;

/// Which request of a delivery is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::delivery::dispatcher) enum Step {
    /// The journal has not been asked yet.
    Claim,
    /// The presencia.
    Presencia,
    /// The full body with the venta; its intent is on disk.
    Venta,
}

/// A delivery on its way.
#[derive(Debug)]
pub(in crate::delivery::dispatcher) struct Flight {
    pub(in crate::delivery::dispatcher) seq: Seq,
    pub(in crate::delivery::dispatcher) delivery: Rc<Delivery>,
    pub(in crate::delivery::dispatcher) step: Step,
    /// HTTP tries so far.
    pub(in crate::delivery::dispatcher) attempts: u32,
    /// Retries with backoff so far, in this step.
    pub(in crate::delivery::dispatcher) retries: u32,
    /// Answers of 500 in a row.
    pub(in crate::delivery::dispatcher) fives: u32,
    /// Must be the only request on the wire.
    pub(in crate::delivery::dispatcher) alone: bool,
    /// Status of the last answer.
    pub(in crate::delivery::dispatcher) status: Option<u16>,
    /// Time of the last try.
    pub(in crate::delivery::dispatcher) took: Duration,
    /// Whether the presencia may be stored, though no answer says so.
    pub(in crate::delivery::dispatcher) maybe_stored: bool,
    /// The receipt of the presencia, once there is one.
    pub(in crate::delivery::dispatcher) id_presencia: Option<String>,
}

impl Flight {
    /// The venta's state where this flight knows that none was saved: one that never came to it knows nothing of it, since
    /// another sender may be at it.
    pub(in crate::delivery::dispatcher) fn unsent_venta(&self) -> VentaState {
        if self.step == Step::Venta { VentaState::Missing } else { VentaState::None }
    }

    /// The settlement of this flight as it stands.
    pub(in crate::delivery::dispatcher) fn settlement(
        &self,
        outcome: Outcome,
        venta: VentaState,
    ) -> Settlement {
        Settlement {
            file: self.delivery.file,
            row: self.delivery.row,
            id: self.delivery.id.clone(),
            outcome,
            content: self.delivery.content,
            venta_content: self.delivery.venta_content,
            id_presencia: self.id_presencia.clone(),
            id_venta: None,
            venta,
            attempts: self.attempts,
            http_status: self.status,
            maybe_stored: self.maybe_stored,
            error: None,
            body: Some(self.delivery.venta.as_ref().unwrap_or(&self.delivery.body).clone()),
        }
    }
}

/// What the board needs to know of a settlement on its way to the journal.
#[derive(Debug, Clone, Copy)]
pub(in crate::delivery::dispatcher) struct Mark {
    pub(in crate::delivery::dispatcher) seq: Seq,
    pub(in crate::delivery::dispatcher) took: Duration,
}

/// A flight that waits for its time.
#[derive(Debug)]
pub(super) struct Parked {
    pub(super) due: Instant,
    pub(super) flight: Box<Flight>,
}

impl PartialEq for Parked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Parked {}

impl PartialOrd for Parked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Parked {
    /// The greatest is the one that is due first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.due.cmp(&self.due).then_with(|| other.flight.seq.cmp(&self.flight.seq))
    }
}

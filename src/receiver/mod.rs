//! The receiver: a stand-in for the App Comercial, as strict as the document or as odd as a deployed one.
//!
//! Comes in: a [`Spec`]. Goes out: a [`Running`] receiver with its URL, and what arrived there. `serve-mock`,
//! `replay-csv --mock` and the tests embed it alike:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), crm_bridge::receiver::ReceiverError> {
//! use crm_bridge::receiver::{Receiver, Spec};
//! let running = Receiver::start(Spec::default()).await?;
//! assert!(running.url().ends_with("/api/webhook-presencia-crm/"));
//! assert!(running.presencias().is_empty());
//! running.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! Specification ([`spec`]) and runtime state are two things: a [`Spec`] can be cloned, compared and started twice.

mod admin;
mod arrival;
mod arrivals;
mod chance;
mod checks;
pub mod differing;
pub mod expect;
pub mod fault;
pub mod fecha;
mod host;
mod inspector;
pub mod journal;
pub mod note;
mod outbound;
mod own;
pub mod quirk;
pub mod received;
mod recorder;
mod running;
mod server;
pub mod spec;
mod spoil;
mod state;
pub mod store;
pub mod tally;
pub mod verify;
mod webhook;

pub use expect::Expected;
pub use fault::{Fault, FaultKind, FaultPlan};
pub use note::Note;
pub use quirk::{Quirk, Quirks};
pub use received::Received;
pub use running::{Receiver, ReceiverError, Running};
pub use spec::{Keep, Outbound, Spec, Tls};
pub use store::{ClienteRow, PresenciaRow, StoreCounts, VentaRow};
pub use verify::ExpectedPayloads;

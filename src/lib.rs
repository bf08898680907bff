//! `crm-bridge` sends, checks, replays, relays and receives the webhook by which a CRM tells the App Comercial that a
//! visit (*presencia*) took place.
//!
//! The data flows one way, and the modules are its stations:
//!
//! ```text
//! source ──▶ record ──▶ mapping ──▶ payload ──▶ rules ──▶ delivery ──▶ journal
//! (bytes→rows→cells)  (CRM side)  (pure)   (App side)  (findings)  (attempt→verdict→receipt)   │
//!                                                                                        report
//! ```
//!
//! [`cli`] wires the stations together and nothing imports it.

pub mod cli;
pub mod config;
pub mod delivery;
pub mod doctor;
pub mod error;
pub mod ingress;
pub mod intake;
pub mod journal;
pub mod lang;
pub mod mapping;
pub mod mask;
pub mod payload;
pub mod queue;
pub mod receiver;
pub mod record;
pub mod relay;
pub mod report;
pub mod rules;
pub mod source;
mod text;

mod crew;

//! The relay: takes the CRM's webhooks, answers at once, and delivers them later.

pub mod clock;
pub mod condition;
pub mod courier;
pub mod intake;
pub mod keeper;
pub mod metrics;
pub mod outbox;

//! The queue, against a real nats-server: what is made and checked, publishing, receipts, workers, dead letters.

#[path = "../support/port.rs"]
mod port;

mod cluster;
mod connecting;
mod dead;
mod exporting;
mod holding;
mod killing;
mod nats;
mod program;
mod publishing;
mod receipts;
mod receiver;
mod relay_kills;
mod relaying;
mod settling;
mod working;

//! The doctor against local servers: each trouble is told apart by check, exit code and hint, and nothing is created.

#![expect(clippy::expect_used, reason = "a test that can't set up its server has nothing to say")]

#[path = "../support/port.rs"]
mod port;

mod certificates;
mod checklist;
mod further;
mod program;
mod scenarios;
mod secrets;
mod server;
mod troubles;
mod trust;

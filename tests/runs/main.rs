//! Runs of the real binary: their journal, what kills and full disks leave behind, and the commands that go on.

#[path = "../support/odd_receiver.rs"]
#[expect(dead_code, reason = "the other themes use more of it")]
mod odd_receiver;
#[path = "../support/port.rs"]
mod port;

mod bridge;
mod commands;
mod kills;
mod recordings;
mod trouble;

//! The commands that operators use, as they use them: the real binary, real files, real receivers.

#![expect(clippy::unwrap_used, reason = "a test that can't set up its world should stop there")]

mod about_files;
mod bad_input;
mod bench;
mod columns;
mod explain;
mod interrupting;
mod long_exports;
mod next_steps;
mod odd_exports;
mod remedies;
mod replay_csv;
mod sampling;
mod send;
mod validate;
mod wording;

#[path = "../support/odd_receiver.rs"]
#[expect(dead_code, reason = "the receiver has more oddities than these tests need")]
mod odd_receiver;

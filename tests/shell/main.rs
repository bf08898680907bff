//! What the shell and its user meet: help, completions, manual pages, logs.

#![expect(clippy::expect_used, reason = "a test that can't set up its folder has nothing to say")]

mod completions;
mod generated;
mod help;
mod logs;
mod receiver;
mod usage;

//! The mapping: which rows are events, and what payload each becomes.

#![expect(clippy::unwrap_used, reason = "a test that can't read its fixtures has nothing to say")]

mod command;
mod export;
mod file;
mod fixtures;
mod properties;
mod table;

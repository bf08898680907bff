//! The receiver: what it answers, keeps, shows and endures.

#![expect(clippy::unwrap_used, reason = "what a test sets up must be there, or it fails")]

mod measured;
mod strict;
mod web;

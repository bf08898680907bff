//! The receiver: what it answers, keeps, shows and endures.

#![expect(clippy::unwrap_used, reason = "what a test sets up must be there, or it fails")]

#[path = "../support/browser.rs"]
mod chromium;

mod admin;
mod browser;
mod command;
mod endurance;
mod expecting;
mod faults;
mod inspector;
mod keeping;
mod measured;
mod process;
mod races;
mod recipes;
mod strict;
mod verifying;
mod web;

//! The relay: what it answers, what it keeps through kills, outages and hostile clients, and what it shows.

#![expect(clippy::unwrap_used, reason = "what a test sets up must be there, or it fails")]
#![expect(clippy::print_stdout, reason = "what is skipped is said aloud, and so is a seed")]

#[path = "../support/browser.rs"]
mod chromium;
#[path = "../support/port.rs"]
mod port;

mod answers;
mod changed;
mod crm;
mod dead;
mod full;
mod hostile;
mod kills;
mod outage;
mod page;
mod process;
mod sales;
mod setting;
mod tls;

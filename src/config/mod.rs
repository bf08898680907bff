//! Settings: from flags, environment, `.env`, `crm-bridge.toml` and the user's config folder to domain values.
//!
//! Comes in: strings from five places. Goes out: [`SendSettings`] and [`Token`], each value with its [`Origin`].
//! The core never sees the parser of the command line.
//!
//! - [`catalogue`]: every setting with its flag, variable, default and meaning, as data;
//! - [`environment`]: what is read from the process (injected, so that tests need not change it) and `.env`;
//! - [`mod@file`]: `crm-bridge.toml`, with line numbers and the nearest known key in its errors;
//! - [`layers`]: the strongest value of each setting, and where it came from;
//! - [`resolve`]: typed values, what is missing, what is unsafe;
//! - [`value`]: durations, rates, counts and shares as people write them.

pub mod catalogue;
pub mod environment;
pub mod file;
#[cfg(feature = "keyring")]
pub mod keyring;
pub mod layers;
mod network;
mod proxy;
pub mod resolve;
mod secret_file;
mod send;
mod token;
pub mod value;

pub use environment::{Env, ProcessEnv};
pub use layers::{Layers, Origin, Origins};
pub use network::{is_loopback, is_nowhere};
pub use resolve::{Found, Resolved};
pub use secret_file::read as read_secret_file;
pub use send::{DateTimeFormat, DocumentoSource, Jobs, Lookup, MaxFailures, Order, SendSettings};
pub use token::Token;

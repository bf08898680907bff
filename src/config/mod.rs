//! Settings: from flags, environment, `.env`, `crm-bridge.toml` and the user's config folder to domain values.
//!
//! Comes in: strings. Goes out: [`SendSettings`] and [`Token`]. The core never sees the parser of the command line.

mod token;

use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;

pub use token::Token;

/// Requests allowed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jobs {
    /// Starts at one and grows while the receiver stays healthy.
    Auto,
    /// Fixed.
    Fixed(usize),
}

/// In which order deliveries go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// By length of the id where one id is inside another one, as in the file otherwise.
    Auto,
    /// As in the file.
    File,
    /// By length of the id, then by the id.
    Id,
}

/// How the receiver finds a presencia by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// Inside other ids: shorter ids must be settled before the longer ones that contain them.
    Substring,
    /// Exactly.
    Exact,
}

/// After how many failures a run stops.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxFailures {
    /// This many deliveries.
    Count(u64),
    /// This share of the deliveries, in percent.
    Percent(f64),
}

/// Everything that a sender must know.
#[derive(Debug, Clone)]
pub struct SendSettings {
    /// The whole URL of the webhook.
    pub url: Url,
    /// The shared secret.
    pub token: Token,
    /// For a whole attempt, from connecting to the last byte.
    pub timeout: Duration,
    /// For the TCP and TLS handshakes.
    pub connect_timeout: Duration,
    /// Further attempts after the first, for answers that are worth it.
    pub retries: u32,
    /// The longest `Retry-After` that is waited for.
    pub max_wait: Duration,
    /// Deliveries a second; unlimited where none.
    pub rate: Option<f64>,
    /// Requests allowed at once.
    pub jobs: Jobs,
    /// Order of the deliveries.
    pub order: Order,
    /// How the receiver finds ids.
    pub lookup: Lookup,
    /// Appended to each id after all checks, to make the receiver's look-up exact.
    pub id_terminator: String,
    /// When to give up the run.
    pub max_failures: Option<MaxFailures>,
    /// Further certificate authorities, PEM.
    pub cacert: Option<PathBuf>,
    /// Client certificate and key, PEM.
    pub client_cert: Option<(PathBuf, PathBuf)>,
    /// Proxy URL.
    pub proxy: Option<Url>,
    /// Secrets of Standard Webhooks signatures (`whsec_…`); several while they rotate.
    pub signing_secrets: Vec<Token>,
    /// Send what was already delivered all the same.
    pub force: bool,
}

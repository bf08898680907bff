//! What every sender must know, as domain values. Leaf within the folder.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;

use super::token::Token;

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

/// How `fecha_hora_presencia` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateTimeFormat {
    /// Local Lima time without an offset.
    #[default]
    Local,
    /// With `-05:00`.
    Offset,
}

/// What stands for a document that the record does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DocumentoSource {
    /// The celular.
    #[default]
    Celular,
    /// `TEMP-` and the last four digits of the celular, as the live CRM sends it; two people can clash.
    Temp4,
}

/// Everything that a sender must know.
#[derive(Clone)]
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
    /// How dates are sent.
    pub datetime: DateTimeFormat,
    /// What stands for a missing document.
    pub documento: DocumentoSource,
    /// The file of runs and receipts; in the user's state folder where none.
    pub journal: Option<PathBuf>,
    /// Publish to this JetStream server instead of delivering.
    pub queue: Option<Url>,
    /// Where the receiver may be asked for what it holds.
    pub verify_url: Option<Url>,
    /// The token may travel in clear text beyond this machine.
    pub allow_http: bool,
}

impl SendSettings {
    /// The defaults, for a receiver at `url` that expects `token`.
    pub fn new(url: Url, token: Token) -> Self {
        Self {
            url,
            token,
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            retries: 4,
            max_wait: Duration::from_secs(300),
            rate: None,
            jobs: Jobs::Auto,
            order: Order::Auto,
            lookup: Lookup::Substring,
            id_terminator: String::new(),
            max_failures: None,
            cacert: None,
            client_cert: None,
            proxy: None,
            signing_secrets: Vec::new(),
            force: false,
            datetime: DateTimeFormat::Local,
            documento: DocumentoSource::Celular,
            journal: None,
            queue: None,
            verify_url: None,
            allow_http: false,
        }
    }
}

/// Proxy and queue URLs may hold a password, so only what can't is shown.
impl fmt::Debug for SendSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendSettings")
            .field("host", &self.url.host_str())
            .field("path", &self.url.path())
            .field("timeout", &self.timeout)
            .field("retries", &self.retries)
            .field("jobs", &self.jobs)
            .field("order", &self.order)
            .field("lookup", &self.lookup)
            .finish_non_exhaustive()
    }
}

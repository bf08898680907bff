//! What a receiver is to be like: pure specification, without anything that runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use reqwest::Url;

use super::fault::FaultPlan;
use super::quirk::Quirks;
use crate::config::Token;
use crate::ingress::Limits;

/// The path of the webhook.
pub const WEBHOOK_PATH: &str = "/api/webhook-presencia-crm/";
/// The path of the webhook in installations with a prefix.
pub const WEBHOOK_PATH_PREFIXED: &str = "/api/gestion/webhook-presencia-crm/";
/// The path of the CRM's own test.
pub const TEST_PATH: &str = "/api/test-webhook/";

/// How the receiver serves TLS.
#[derive(Debug, Clone, Default)]
pub enum Tls {
    /// Not at all.
    #[default]
    Off,
    /// With a certificate made on the spot.
    SelfSigned,
    /// With the user's own, PEM.
    Files {
        /// Certificate chain.
        certificate: PathBuf,
        /// Private key.
        key: PathBuf,
    },
}

/// What `POST /api/test-webhook/` needs to send a presencia, as the CRM does.
#[derive(Debug, Clone, Default)]
pub struct Outbound {
    /// `COMERCIAL_WEBHOOK_URL`.
    pub url: Option<Url>,
    /// `COMERCIAL_WEBHOOK_TOKEN`.
    pub token: Option<Token>,
    /// `CRM_API_TOKEN`, which the caller must show.
    pub api_token: Option<Token>,
    /// The token may travel in clear text beyond this machine.
    pub allow_http: bool,
}

/// How much is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Requests in the list.
    pub requests: usize,
    /// Bytes of their bodies and heads.
    pub bytes: usize,
    /// Distinct presencias in memory; one more answers 507.
    pub presencias: usize,
    /// Bytes of presencias whose fields can still be listed.
    pub detail_bytes: usize,
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            requests: 10_000,
            bytes: 32 * 1024 * 1024,
            presencias: 1_000_000,
            detail_bytes: 16 * 1024 * 1024,
        }
    }
}

impl Keep {
    /// Keeps the last `requests`. Who asks for more than the usual number also gets a kilobyte for each one more, so
    /// that requests of the usual size are really kept.
    pub fn last(requests: usize) -> Self {
        let usual = Self::default();
        let bytes = usual.bytes + 1024 * requests.saturating_sub(usual.requests);
        Self { requests, bytes, ..usual }
    }
}

/// A receiver's specification.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The secret that senders must show.
    pub token: Token,
    /// In what it departs from the document.
    pub quirks: Quirks,
    /// What goes wrong on purpose.
    pub faults: FaultPlan,
    /// Seeds faults and races: the same seed gives the same ones.
    pub seed: u64,
    /// How much is remembered.
    pub keep: Keep,
    /// Bounds for clients.
    pub limits: Limits,
    /// Threads of its own that its connections are spread over; tasks of the runtime that starts it where none.
    pub threads: Option<usize>,
    /// SQLite file of the presencias; memory where none.
    pub db: Option<PathBuf>,
    /// Where requests are recorded as NDJSON.
    pub record: Option<PathBuf>,
    /// TLS.
    pub tls: Tls,
    /// What the admin side demands beyond loopback, and then of everybody.
    pub admin_token: Option<Token>,
    /// For `POST /api/test-webhook/`.
    pub outbound: Outbound,
    /// Greatest number that is a known lote or adviser; greater ones are unknown.
    pub known_ids: u64,
}

impl Default for Spec {
    /// Strict, in memory, on a free port of loopback, with a made-up token.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            token: made_up_token(),
            quirks: Quirks::NONE,
            faults: FaultPlan::default(),
            seed: 0,
            keep: Keep::default(),
            limits: Limits::default(),
            threads: None,
            db: None,
            record: None,
            tls: Tls::Off,
            admin_token: None,
            outbound: Outbound::default(),
            known_ids: 99_999,
        }
    }
}

impl Spec {
    /// The measured App Comercial on SQLite, otherwise as the default.
    pub fn jcc() -> Self {
        Self { quirks: Quirks::jcc(), ..Self::default() }
    }
}

/// Makes a token of 128 random bits.
pub fn made_up_token() -> Token {
    use ring::rand::{SecureRandom, SystemRandom};
    let mut bytes = [0_u8; 16];
    if SystemRandom::new().fill(&mut bytes).is_err() {
        // Without a random source nothing secret can be made; a version 7 UUID at least differs each time.
        bytes = *uuid::Uuid::now_v7().as_bytes();
    }
    let mut text = String::from("mock-");
    for byte in bytes {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    Token::new(text)
}

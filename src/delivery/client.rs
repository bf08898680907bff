//! The transport over the network, for any URL, proxy and certificate.
//!
//! Comes in: [`SendSettings`]. Goes out: a [`Transport`]. One client keeps its connections alive; nothing is followed or
//! repeated here.

mod library;
mod plain;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::{Bytes, BytesMut};
use http::header::{ALLOW, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, SERVER};
use reqwest::Url;

use library::Library;
use plain::Plain;

use super::echo;
use super::signature::{BadSecret, Signer};
use super::tls::TlsError;
use super::transport::{Answer, Broke, LONGEST_ANSWER, Request, Transport, TransportError};
use crate::config::SendSettings;
use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::mask::Scrub;
use crate::said;

/// The header of the shared secret.
pub const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-crm-webhook-token");
/// The header by which receivers that know it tell repeats.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// How the program calls itself.
pub const USER_AGENT: &str = concat!("crm-bridge/", env!("CARGO_PKG_VERSION"));

/// How long a connection is kept without a request: a firewall may forget it without a word, and the next request would
/// wait for its whole time.
const LONGEST_IDLE: Duration = Duration::from_secs(30);

/// Why no client can be made of the settings. Secrets are never shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The token has characters that no header can carry.
    #[error("the token has characters that no HTTP header can carry")]
    Token,
    /// See [`BadSecret`].
    #[error(transparent)]
    Secret(#[from] BadSecret),
    /// See [`TlsError`].
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The proxy's URL, or something else that the HTTP library refuses.
    #[error("{0}")]
    Library(String),
}

impl ClientError {
    /// The error for people.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Token => Failure::new(
                Kind::Usage,
                said!(
                    en: "the token has characters that no HTTP header can carry",
                    es: "el token tiene caracteres que ninguna cabecera HTTP puede llevar"
                ),
            )
            .hint(said!(
                en: "check COMERCIAL_WEBHOOK_TOKEN or --token-file",
                es: "revise COMERCIAL_WEBHOOK_TOKEN o --token-file"
            )),
            Self::Secret(_) => Failure::new(
                Kind::Usage,
                said!(
                    en: "a signing secret is no whsec_ followed by base64",
                    es: "un secreto de firma no es whsec_ seguido de base64"
                ),
            )
            .hint(said!(
                en: "check signing_secret in the settings",
                es: "revise signing_secret en la configuración"
            )),
            Self::Tls(error) => {
                let Said { en, es } = error.said();
                Failure::new(Kind::Usage, said!(en: "TLS settings: {en}", es: "configuración TLS: {es}"))
                    .hint(said!(
                        en: "check the PEM files of --cacert, --client-cert and --client-key",
                        es: "revise los archivos PEM de --cacert, --client-cert y --client-key"
                    ))
            }
            Self::Library(error) => Failure::new(
                Kind::Usage,
                said!(en: "HTTP settings: {error}", es: "configuración HTTP: {error}"),
            )
            .hint(said!(en: "check --url and --proxy", es: "revise --url y --proxy")),
        }
    }
}

/// A client of the HTTP library for whatever else is asked of the receiver's side: it goes by the proxy and shows the
/// certificate of `settings`, as deliveries do.
pub fn reader(settings: &SendSettings) -> Result<reqwest::Client, ClientError> {
    library::client(settings, true)
}

/// Sends over the network: plain HTTP by the shortest way, everything else by the library that knows it all.
#[derive(Debug)]
pub struct HttpClient {
    way: Way,
    url: Url,
    headers: HeaderMap,
    signer: Signer,
    secrets: Scrub,
    timeout: Duration,
}

#[derive(Debug)]
enum Way {
    Plain(Plain),
    Library(Library),
}

impl HttpClient {
    /// Makes a client of `settings`. The system's certificates are read for https URLs only, since that takes longer
    /// than a whole request.
    pub fn new(settings: &SendSettings) -> Result<Self, ClientError> {
        let way = match Plain::new(settings) {
            Some(plain) => Way::Plain(plain),
            None => Way::Library(Library::new(settings)?),
        };
        Ok(Self {
            way,
            url: settings.url.clone(),
            headers: headers(settings)?,
            signer: Signer::new(&settings.signing_secrets)?,
            secrets: echo::secrets(settings),
            timeout: settings.timeout,
        })
    }

    async fn exchange(&self, request: Request) -> Result<Answer, TransportError> {
        let mut headers = self.headers.clone();
        dress(&mut headers, &request.id, &request.body, &self.signer, SystemTime::now());
        match &self.way {
            Way::Plain(plain) => plain.post(&self.url, headers, request.body).await,
            Way::Library(library) => library.post(&self.url, headers, request.body).await,
        }
    }
}

impl Transport for HttpClient {
    async fn attempt(&self, request: Request) -> Result<Answer, TransportError> {
        match tokio::time::timeout(self.timeout, self.exchange(request)).await {
            Ok(result) => result.map(|mut answer| {
                echo::clean(&mut answer, &self.secrets);
                answer
            }),
            Err(_) => Err(too_slow(self.timeout)),
        }
    }
}

/// The body of an answer as it arrives, up to [`LONGEST_ANSWER`] bytes.
#[derive(Debug, Default)]
struct Gathered {
    body: BytesMut,
    too_long: bool,
}

impl Gathered {
    /// Takes a piece; false where it no longer fits.
    fn take(&mut self, piece: &[u8]) -> bool {
        let room = LONGEST_ANSWER - self.body.len();
        self.too_long = piece.len() > room;
        self.body.extend_from_slice(&piece[..piece.len().min(room)]);
        !self.too_long
    }
}

/// The error of an attempt that took longer than `--timeout`.
pub(super) fn too_slow(timeout: Duration) -> TransportError {
    TransportError::new(Broke::Timeout, format!("{} s", timeout.as_secs_f64()))
}

/// The headers that every request has.
pub fn headers(settings: &SendSettings) -> Result<HeaderMap, ClientError> {
    let mut token = HeaderValue::from_str(settings.token.expose()).map_err(|_| ClientError::Token)?;
    token.set_sensitive(true);
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(TOKEN_HEADER, token);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(http::header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    Ok(headers)
}

/// Adds the headers of this request: its key, and its signature where requests are signed. An id that no header can carry
/// is sent without either: a signature is of no use without the id that it signs.
pub fn dress(headers: &mut HeaderMap, id: &str, body: &Bytes, signer: &Signer, now: SystemTime) {
    let Ok(value) = HeaderValue::from_str(id) else { return };
    headers.insert(IDEMPOTENCY_KEY, value.clone());
    if !signer.signs() {
        return;
    }
    let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    if let Ok(signature) = HeaderValue::from_str(&signer.sign(id, seconds, body)) {
        headers.insert("webhook-id", value);
        headers.insert("webhook-timestamp", HeaderValue::from(seconds));
        headers.insert("webhook-signature", signature);
    }
}

/// The head of an answer.
pub(super) fn answer(url: &Url, status: u16, headers: &HeaderMap) -> Answer {
    let text = |name: HeaderName| {
        headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let location = text(LOCATION).map(|location| url.join(&location).map_or(location, String::from));
    Answer {
        status,
        content_type: text(CONTENT_TYPE),
        retry_after: text(RETRY_AFTER),
        location,
        allow: text(ALLOW),
        server: text(SERVER),
        ..Answer::default()
    }
}

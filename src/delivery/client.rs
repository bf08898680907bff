//! The transport over the network, for any URL, proxy and certificate.
//!
//! Comes in: [`SendSettings`]. Goes out: a [`Transport`]. One client keeps its connections alive; nothing is followed or
//! repeated here.

use std::error::Error as _;
use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::{Bytes, BytesMut};
use http::header::{ALLOW, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, SERVER};
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy, Response, Url};

use super::signature::{BadSecret, Signer};
use super::tls::{TlsError, client_config, provider};
use super::transport::{Answer, Broke, LONGEST_ANSWER, Request, Transport, TransportError};
use crate::config::SendSettings;
use crate::error::{Failure, Kind};
use crate::said;

/// The header of the shared secret.
pub const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-crm-webhook-token");
/// The header by which receivers that know it tell repeats.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// How the program calls itself.
pub const USER_AGENT: &str = concat!("crm-bridge/", env!("CARGO_PKG_VERSION"));

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
                let error = error.to_string();
                Failure::new(
                    Kind::Usage,
                    said!(en: "TLS settings: {error}", es: "configuración TLS: {error}"),
                )
                .hint(said!(
                    en: "check the PEM files of --cacert and of the client certificate",
                    es: "revise los archivos PEM de --cacert y del certificado de cliente"
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

/// Sends over the network.
#[derive(Debug)]
pub struct HttpClient {
    client: Client,
    url: Url,
    headers: HeaderMap,
    signer: Signer,
    timeout: Duration,
}

impl HttpClient {
    /// Makes a client of `settings`. The system's certificates are read for https URLs only, since that takes longer
    /// than a whole request.
    pub fn new(settings: &SendSettings) -> Result<Self, ClientError> {
        provider();
        let mut builder = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .tcp_nodelay(true)
            .connect_timeout(settings.connect_timeout)
            .pool_idle_timeout(Duration::from_secs(30));
        if settings.url.scheme() == "https" {
            let client_cert = settings.client_cert.as_ref();
            let client_cert = client_cert.map(|(cert, key)| (cert.as_path(), key.as_path()));
            let config = client_config(settings.cacert.as_deref(), client_cert)?;
            builder = builder.tls_backend_preconfigured(config);
        } else {
            builder = builder.tls_certs_only([]);
        }
        // What the environment says of proxies is in the settings already; `--proxy none` must win over it.
        builder = builder.no_proxy();
        if let Some(proxy) = &settings.proxy {
            builder = builder.proxy(Proxy::all(proxy.clone()).map_err(library)?);
        }
        let client = builder.build().map_err(library)?;
        Ok(Self {
            client,
            url: settings.url.clone(),
            headers: headers(settings)?,
            signer: Signer::new(&settings.signing_secrets)?,
            timeout: settings.timeout,
        })
    }

    async fn exchange(&self, request: Request) -> Result<Answer, TransportError> {
        let mut headers = self.headers.clone();
        dress(&mut headers, &request.id, &request.body, &self.signer, SystemTime::now());
        let sent = self.client.post(self.url.clone()).headers(headers).body(request.body).send().await;
        let response = sent.map_err(broken)?;
        self.read(response).await
    }

    async fn read(&self, mut response: Response) -> Result<Answer, TransportError> {
        let mut answer = answer(&self.url, response.status().as_u16(), response.headers());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            let room = LONGEST_ANSWER - body.len();
            if chunk.len() > room {
                body.extend_from_slice(&chunk[..room]);
                answer.too_long = true;
                break;
            }
            body.extend_from_slice(&chunk);
        }
        answer.body = body.freeze();
        Ok(answer)
    }
}

impl Transport for HttpClient {
    async fn attempt(&self, request: Request) -> Result<Answer, TransportError> {
        match tokio::time::timeout(self.timeout, self.exchange(request)).await {
            Ok(result) => result,
            Err(_) => Err(too_slow(self.timeout)),
        }
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

/// Adds the headers of this request: its key, and its signature where requests are signed.
pub fn dress(headers: &mut HeaderMap, id: &str, body: &Bytes, signer: &Signer, now: SystemTime) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(IDEMPOTENCY_KEY, id.clone());
        if !signer.signs() {
            return;
        }
        let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        headers.insert("webhook-id", id);
        headers.insert("webhook-timestamp", HeaderValue::from(seconds));
    }
    if signer.signs() {
        let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        if let Ok(signature) = HeaderValue::from_str(&signer.sign(id, seconds, body)) {
            headers.insert("webhook-signature", signature);
        }
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

fn library(error: reqwest::Error) -> ClientError {
    ClientError::Library(chain(&error.without_url()))
}

/// Sorts an error of the library by where the try broke off.
fn broken(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    let broke = if error.is_dns() {
        Broke::Dns
    } else if has_cause::<rustls::Error>(&error) {
        Broke::Tls
    } else if error.is_connect() {
        Broke::Connect
    } else if error.is_timeout() {
        Broke::Timeout
    } else {
        Broke::Broken
    };
    let mut broken = TransportError::new(broke, chain(&error));
    // A failed handshake before the request is not the same as a TLS error in the middle of an answer.
    broken.sent |= broke == Broke::Tls && !error.is_connect();
    broken
}

/// Whether one of the causes is a `C`; those inside an [`io::Error`] are looked at too.
fn has_cause<C: std::error::Error + 'static>(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        let wrapped = inner.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if inner.is::<C>() || wrapped.is_some_and(<dyn std::error::Error + Send + Sync>::is::<C>) {
            return true;
        }
        cause = inner.source();
    }
    false
}

/// The innermost causes of an error: the outer ones say nothing that a person does not know.
fn chain(error: &reqwest::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        words = inner.to_string();
        cause = inner.source();
    }
    words
}

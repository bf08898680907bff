//! The way of the HTTP library: TLS, proxies, passwords in URLs.

use std::error::Error as _;
use std::io;

use bytes::Bytes;
use http::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy, Url};

use super::{ClientError, Gathered, LONGEST_IDLE, USER_AGENT, answer};
use crate::config::SendSettings;
use crate::delivery::tls::{client_config, provider};
use crate::delivery::transport::{Answer, Broke, TransportError};

/// What the library says where a proxy answers 407 to a CONNECT; it keeps the answer to itself.
const PROXY_ASKS: &str = "tunnel error: proxy authorization required";

/// A client of the library.
#[derive(Debug)]
pub(super) struct Library(Client);

impl Library {
    pub(super) fn new(settings: &SendSettings) -> Result<Self, ClientError> {
        client(settings, settings.url.scheme() == "https").map(Self)
    }

    /// Posts `body`, and reads the answer.
    pub(super) async fn post(
        &self,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, TransportError> {
        let sent = self.0.post(url.clone()).headers(headers).body(body).send().await;
        let mut response = match sent {
            Ok(response) => response,
            Err(error) if error.is_connect() && chain(&error) == PROXY_ASKS => {
                return Ok(Answer { status: 407, ..Answer::default() });
            }
            Err(error) => return Err(broken(error)),
        };
        let head = answer(url, response.status().as_u16(), response.headers());
        let mut gathered = Gathered::default();
        while let Some(piece) = response.chunk().await.map_err(broken)? {
            if !gathered.take(&piece) {
                break;
            }
        }
        Ok(Answer { body: gathered.body.freeze(), too_long: gathered.too_long, ..head })
    }
}

/// A client with the proxy of `settings`, and where it needs `tls` with their certificates.
pub(super) fn client(settings: &SendSettings, tls: bool) -> Result<Client, ClientError> {
    provider();
    let mut builder = Client::builder()
        .user_agent(USER_AGENT)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .http1_only()
        .tcp_nodelay(true)
        .connect_timeout(settings.connect_timeout)
        .pool_idle_timeout(LONGEST_IDLE);
    if tls {
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
    builder.build().map_err(library)
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

/// Whether one of the causes is a `C`; those inside an [`io::Error`] are looked at too, however deep.
fn has_cause<C: std::error::Error + 'static>(error: &(dyn std::error::Error + 'static)) -> bool {
    if error.is::<C>() {
        return true;
    }
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    match wrapped {
        Some(wrapped) => has_cause::<C>(wrapped),
        None => error.source().is_some_and(has_cause::<C>),
    }
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

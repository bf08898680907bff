//! The way to the receiver, opened step by step for the checks and at once for further requests.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::{Instant, SystemTime};

use bytes::Bytes;
use http::HeaderMap;
use reqwest::Url;
use tokio::time::timeout;

use super::check::Check;
use super::line::Line;
use super::probe::{Answer, Probe, Silence, token_header, tunnel};
use super::reach::{self, Route, host_and_port};
use super::tls::{Tls, client_certificate};
use crate::config::{SendSettings, Token};
use crate::delivery::client::{ClientError, dress};
use crate::delivery::signature::Signer;
use crate::error::{Failure, Kind};
use crate::mask::Scrub;
use crate::said;

/// A receiver, and how it is reached.
pub(super) struct Visit {
    pub(super) route: Route,
    settings: SendSettings,
    tls: Option<Tls>,
    signer: Signer,
    secrets: Scrub,
    now: fn() -> SystemTime,
    requests: Cell<u64>,
}

impl Visit {
    /// Makes the TLS side only where it is needed. Fails where a PEM file can't be used.
    pub(super) fn new(settings: &SendSettings, now: fn() -> SystemTime) -> Result<Self, Failure> {
        let route = Route {
            url: settings.url.clone(),
            proxy: settings.proxy.clone(),
            limit: settings.connect_timeout,
        };
        let secure = settings.url.scheme() == "https"
            || settings.proxy.as_ref().is_some_and(|proxy| proxy.scheme() == "https");
        let tls = if secure {
            Some(Tls::new(settings).map_err(|error| ClientError::from(error).failure())?)
        } else {
            None
        };
        let signer =
            Signer::new(&settings.signing_secrets).map_err(|error| ClientError::from(error).failure())?;
        let secrets = Scrub::default().secret(settings.token.expose());
        Ok(Self { route, settings: settings.clone(), tls, signer, secrets, now, requests: Cell::new(0) })
    }

    /// `tcp`: connects, and asks the proxy for a tunnel where there is one before https.
    pub(super) async fn open(&self, addresses: &[SocketAddr]) -> (Check, Option<Line>) {
        let (check, stream) = reach::tcp(&self.route, addresses).await;
        let Some(stream) = stream else { return (check, None) };
        let started = Instant::now();
        match self.through_proxy(Line::new(stream)).await {
            Ok(line) => (check, Some(line)),
            Err(failed) => (failed.took(started.elapsed()), None),
        }
    }

    async fn through_proxy(&self, mut line: Line) -> Result<Line, Check> {
        let Some(proxy) = &self.route.proxy else { return Ok(line) };
        let (host, port) = host_and_port(proxy);
        let fail = |why: String| {
            Check::fail(
                "tcp",
                Kind::Unreachable,
                said!(en: "the proxy {host}:{port} opens no way to the receiver: {why}", es: "el proxy {host}:{port} no abre camino al receptor: {why}"),
                said!(
                    en: "check --proxy, HTTPS_PROXY and NO_PROXY, and whether the proxy lets the host of COMERCIAL_WEBHOOK_URL pass; --proxy none goes round it",
                    es: "revise --proxy, HTTPS_PROXY y NO_PROXY, y si el proxy deja pasar el servidor de COMERCIAL_WEBHOOK_URL; --proxy none lo evita",
                ),
            )
        };
        if proxy.scheme() == "https"
            && let Some(tls) = &self.tls
        {
            line = tls.wrap(line, &host).await.map_err(|error| fail(error.to_string()))?.0;
        }
        if self.route.url.scheme() != "https" {
            return Ok(line);
        }
        match timeout(self.route.limit, tunnel(line, proxy, &self.route.url)).await {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(Ok(answer))) => Err(fail(answer.status.to_string())),
            Ok(Err(Err(Silence::Broken(why)))) => Err(fail(why)),
            Ok(Err(Err(Silence::Timeout))) | Err(_) => Err(fail("timeout".to_owned())),
        }
    }

    /// `tls`: shakes hands where the address wants it.
    pub(super) async fn secure(&self, line: Line) -> (Check, Option<Line>) {
        match &self.tls {
            Some(tls) if self.route.url.scheme() == "https" => {
                tls.check(line, &self.route, (self.now)()).await
            }
            _ => (Check::skip("tls", said!(en: "plain http", es: "http sin cifrar")), Some(line)),
        }
    }

    /// The headers by which the sender would send `body` as `id`, with `token`: signed where signing is set up.
    pub(super) fn headers(&self, id: &str, body: &Bytes, token: &Token) -> HeaderMap {
        let mut headers = token_header(token);
        dress(&mut headers, id, body, &self.signer, (self.now)());
        headers
    }

    /// Requests that were posted so far.
    pub(super) fn requests(&self) -> u64 {
        self.requests.get()
    }

    /// Posts `body` over an open line.
    pub(super) async fn post(&self, line: Line, body: Bytes, headers: HeaderMap) -> Result<Answer, Silence> {
        self.requests.set(self.requests.get() + 1);
        let forward = self.route.proxy.as_ref().filter(|_| self.route.url.scheme() == "http");
        let probe = Probe { url: &self.route.url, body, headers, forward, limit: self.settings.timeout };
        let mut answer = probe.send(line).await?;
        answer.forget(&self.secrets);
        Ok(answer)
    }

    /// Connects anew and posts `body`.
    pub(super) async fn post_anew(&self, body: Bytes, headers: HeaderMap) -> Result<Answer, Silence> {
        let broken = |check: Check| Silence::Broken(check.note.detail.en);
        let (check, addresses) = reach::dns(&self.route).await;
        if check.failed() {
            return Err(broken(check));
        }
        let (check, line) = self.open(&addresses).await;
        let Some(line) = line else { return Err(broken(check)) };
        let (check, line) = self.secure(line).await;
        let Some(line) = line else { return Err(broken(check)) };
        self.post(line, body, headers).await
    }

    /// A connection that stands, and no answer.
    pub(super) fn silence(&self, name: &'static str, silence: &Silence) -> Check {
        no_answer(name, &self.route.url, silence, self.settings.timeout.as_secs_f64())
    }
}

/// No answer from `url`, in words.
pub(super) fn no_answer(name: &'static str, url: &Url, silence: &Silence, seconds: f64) -> Check {
    let (host, port) = host_and_port(url);
    match silence {
        Silence::Timeout => Check::fail(
            name,
            Kind::Unreachable,
            said!(
                en: "{host}:{port} accepts the connection, but does not answer within {seconds} s",
                es: "{host}:{port} acepta la conexión, pero no responde en {seconds} s",
            ),
            said!(
                en: "the server hangs, or the port in COMERCIAL_WEBHOOK_URL or --url belongs to another service; --timeout waits longer",
                es: "el servidor está colgado, o el puerto en COMERCIAL_WEBHOOK_URL o --url es de otro servicio; --timeout espera más",
            ),
        ),
        Silence::Broken(why) if why.contains("CertificateRequired") => {
            let check = client_certificate(&host);
            Check { note: crate::report::event::CheckNote { name, ..check.note }, ..check }
        }
        Silence::Broken(why) => Check::fail(
            name,
            Kind::Unreachable,
            said!(en: "{host}:{port} breaks the connection off, or speaks no HTTP ({why})", es: "{host}:{port} corta la conexión, o no habla HTTP ({why})"),
            said!(
                en: "check scheme and port in COMERCIAL_WEBHOOK_URL or --url (https:// where the port speaks TLS), and the server's log",
                es: "revise esquema y puerto en COMERCIAL_WEBHOOK_URL o --url (https:// si el puerto habla TLS), y el log del servidor",
            ),
        ),
    }
}

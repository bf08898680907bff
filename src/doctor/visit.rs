//! The way to the receiver, opened step by step for the checks and at once for further requests.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::{Instant, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::time::timeout;

use super::answers::proxy_refuses;
use super::check::Check;
use super::line::Line;
use super::probe::{Answer, Probe, Silence, token_header, tunnel};
use super::reach::{self, PROXY_SETTING, Route, host_and_port};
use super::tls::{Peer, Tls};
use crate::config::{Found, SendSettings, Token};
use crate::delivery::client::{ClientError, dress};
use crate::delivery::echo;
use crate::delivery::signature::Signer;
use crate::error::{Failure, Kind};
use crate::lang::Said;
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
    /// A visit by `settings`, of which `found` holds the other secrets; `setting` says where the address is set. Makes the
    /// TLS side only where it is needed. Fails where a PEM file can't be used.
    pub(super) fn new(
        settings: &SendSettings,
        found: &Found,
        setting: Said,
        now: fn() -> SystemTime,
    ) -> Result<Self, Failure> {
        let route = Route {
            url: settings.url.clone(),
            proxy: settings.proxy.clone(),
            limit: settings.connect_timeout,
            setting,
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
        // Whoever answers may know a secret that another one was sent: the CRM knows the receiver's.
        let others = [&found.token, &found.crm_webhook_token, &found.crm_api_token].into_iter().flatten();
        let secrets = others.fold(echo::secrets(settings), |scrub, secret| scrub.secret(secret.expose()));
        Ok(Self { route, settings: settings.clone(), tls, signer, secrets, now, requests: Cell::new(0) })
    }

    /// `tcp`: connects, and asks the proxy for a tunnel where there is one before https.
    pub(super) async fn open(&self, addresses: &[SocketAddr]) -> (Check, Option<Line>) {
        let (check, stream) = reach::tcp(&self.route, addresses).await;
        let Some(stream) = stream else { return (check, None) };
        let started = Instant::now();
        match timeout(self.route.limit, self.through_proxy(Line::new(stream))).await {
            Ok(Ok(line)) => (check, Some(line)),
            Ok(Err(failed)) => (failed.took(started.elapsed()), None),
            Err(_) => (self.no_tunnel(&said!(en: "no answer in time", es: "no respondió a tiempo")), None),
        }
    }

    /// The whole of it within the limit of a step.
    async fn through_proxy(&self, mut line: Line) -> Result<Line, Check> {
        let Some(proxy) = &self.route.proxy else { return Ok(line) };
        if proxy.scheme() == "https"
            && let Some(tls) = &self.tls
        {
            let (host, port) = host_and_port(proxy);
            let peer = Peer { host: &host, port, setting: &Said::same(PROXY_SETTING) };
            let wrapped = tls.wrap(line, &host).await;
            line = wrapped.map_err(|error| tls.explain(&error, &peer).named("tcp"))?.0;
        }
        if self.route.url.scheme() != "https" {
            return Ok(line);
        }
        let refused = match tunnel(line, proxy, &self.route.url).await {
            Ok(line) => return Ok(line),
            Err(refused) => refused,
        };
        Err(match refused {
            Ok(answer) if answer.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
                proxy_refuses(&answer).named("tcp")
            }
            Ok(answer) => self.no_tunnel(&Said::same(answer.status.to_string())),
            Err(Silence::Broken(why)) => self.no_tunnel(&Said::of_system(&why)),
            Err(Silence::Timeout) => {
                self.no_tunnel(&said!(en: "no answer in time", es: "no respondió a tiempo"))
            }
            Err(Silence::NoWay(check)) => *check,
        })
    }

    fn no_tunnel(&self, why: &Said) -> Check {
        let (host, port) = self.route.next_hop();
        let (Said { en, es }, Said { en: set, es: fijado }) = (why, &self.route.setting);
        Check::fail(
            "tcp",
            Kind::Unreachable,
            said!(en: "the proxy {host}:{port} opens no way to the receiver: {en}", es: "el proxy {host}:{port} no abre camino al receptor: {es}"),
            said!(
                en: "check --proxy, HTTPS_PROXY and NO_PROXY, and whether the proxy lets the host of {set} pass; --proxy none goes round it",
                es: "revise --proxy, HTTPS_PROXY y NO_PROXY, y si el proxy deja pasar el servidor de {fijado}; --proxy none lo evita",
            ),
        )
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
        let no_way = |check| Silence::NoWay(Box::new(check));
        let (check, addresses) = reach::dns(&self.route).await;
        if check.failed() {
            return Err(no_way(check));
        }
        let (check, line) = self.open(&addresses).await;
        let Some(line) = line else { return Err(no_way(check)) };
        let (check, line) = self.secure(line).await;
        let Some(line) = line else { return Err(no_way(check)) };
        self.post(line, body, headers).await
    }

    /// No answer, in words.
    pub(super) fn silence(&self, name: &'static str, silence: &Silence) -> Check {
        let (host, port) = host_and_port(&self.route.url);
        let Said { en: set, es: fijado } = &self.route.setting;
        match silence {
            Silence::NoWay(check) => Check::clone(check).named(name),
            Silence::Timeout => {
                let seconds = self.settings.timeout.as_secs_f64();
                Check::fail(
                    name,
                    Kind::Unreachable,
                    said!(
                        en: "{host}:{port} accepts the connection, but does not answer within {seconds} s",
                        es: "{host}:{port} acepta la conexión, pero no responde en {seconds} s",
                    ),
                    said!(
                        en: "the server hangs, or the port in {set} belongs to another service; --timeout waits longer",
                        es: "el servidor está colgado, o el puerto en {fijado} es de otro servicio; --timeout espera más",
                    ),
                )
            }
            Silence::Broken(why) => {
                // From TLS 1.3 on, a server judges our certificate when the handshake is already over.
                if let Some(check) = self.tls.as_ref().and_then(|tls| tls.certificate_refused(&host, why)) {
                    return check.named(name);
                }
                let Said { en: why, es: porque } = Said::of_system(why);
                Check::fail(
                    name,
                    Kind::Unreachable,
                    said!(en: "{host}:{port} breaks the connection off, or speaks no HTTP ({why})", es: "{host}:{port} corta la conexión, o no habla HTTP ({porque})"),
                    said!(
                        en: "check scheme and port in {set} (https:// where the port speaks TLS), and the server's log",
                        es: "revise esquema y puerto en {fijado} (https:// si el puerto habla TLS), y el log del servidor",
                    ),
                )
            }
        }
    }
}

//! `dns` and `tcp`: from a name to an open connection, to the receiver or to the proxy before it.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use reqwest::Url;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::check::Check;
use crate::error::Kind;
use crate::lang::Said;
use crate::said;

/// Where a proxy is set.
pub(super) const PROXY_SETTING: &str = "--proxy, HTTPS_PROXY";

/// The way to the receiver.
#[derive(Debug, Clone)]
pub(super) struct Route {
    /// The receiver.
    pub(super) url: Url,
    /// The proxy before it.
    pub(super) proxy: Option<Url>,
    /// For each step.
    pub(super) limit: Duration,
    /// Where the receiver's address is set, for hints.
    pub(super) setting: Said,
}

impl Route {
    /// The host and port that the connection goes to.
    pub(super) fn next_hop(&self) -> (String, u16) {
        host_and_port(self.proxy.as_ref().unwrap_or(&self.url))
    }

    /// `host`, or `the proxy host`, in words.
    fn named(&self) -> Said {
        let (host, port) = self.next_hop();
        match self.proxy {
            None => Said::same(format!("{host}:{port}")),
            Some(_) => said!(en: "the proxy {host}:{port}", es: "el proxy {host}:{port}"),
        }
    }

    fn next_setting(&self) -> Said {
        if self.proxy.is_some() { Said::same(PROXY_SETTING) } else { self.setting.clone() }
    }
}

/// The host, without the brackets of IPv6, and the port of a URL.
pub(super) fn host_and_port(url: &Url) -> (String, u16) {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    (host, url.port_or_known_default().unwrap_or(443))
}

/// Looks the name up.
pub(super) async fn dns(route: &Route) -> (Check, Vec<SocketAddr>) {
    let (host, port) = route.next_hop();
    if let Ok(address) = host.parse::<IpAddr>() {
        let skipped = Check::skip(
            "dns",
            said!(en: "{host} is an address, not a name", es: "{host} es una dirección, no un nombre"),
        );
        return (skipped, vec![SocketAddr::new(address, port)]);
    }
    let started = Instant::now();
    let found = timeout(route.limit, lookup_host((host.as_str(), port))).await;
    let time = started.elapsed();
    let Said { en: set, es: fijado } = route.next_setting();
    let fail = |detail| {
        let hint = said!(
            en: "check the host's spelling in {set}; `getent hosts {host}` asks the same",
            es: "revise cómo está escrito el servidor en {fijado}; `getent hosts {host}` pregunta lo mismo",
        );
        (Check::fail("dns", Kind::Unreachable, detail, hint).took(time), Vec::new())
    };
    match found {
        Err(_) => {
            fail(said!(en: "no answer about {host} in time", es: "no hubo respuesta a tiempo sobre {host}"))
        }
        Ok(Err(error)) => {
            fail(said!(en: "{host} has no address", es: "{host} no tiene dirección").because(&error))
        }
        Ok(Ok(addresses)) => {
            let addresses: Vec<SocketAddr> = addresses.collect();
            if addresses.is_empty() {
                return fail(said!(en: "{host} has no address", es: "{host} no tiene dirección"));
            }
            let list: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
            let list = list.join(", ");
            (Check::ok("dns", Said::same(format!("{host} → {list}"))).took(time), addresses)
        }
    }
}

/// Connects to the first address that answers.
pub(super) async fn tcp(route: &Route, addresses: &[SocketAddr]) -> (Check, Option<TcpStream>) {
    let started = Instant::now();
    let mut last = None;
    for address in addresses {
        match timeout(route.limit, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                stream.set_nodelay(true).ok();
                let detail = match &route.proxy {
                    None => Said::same(address.to_string()),
                    Some(_) => said!(
                        en: "{address}, the proxy on the way to the receiver",
                        es: "{address}, el proxy camino al receptor",
                    ),
                };
                return (Check::ok("tcp", detail).took(started.elapsed()), Some(stream));
            }
            Ok(Err(error)) => last = Some(Some(error)),
            Err(_) => last = Some(None),
        }
    }
    (tcp_failure(route, last.flatten()).took(started.elapsed()), None)
}

fn tcp_failure(route: &Route, error: Option<io::Error>) -> Check {
    let named = route.named();
    let (en, es) = (named.en, named.es);
    let Said { en: set, es: fijado } = route.next_setting();
    let (detail, hint) = match error {
        None => {
            let seconds = route.limit.as_secs_f64();
            (
                said!(en: "{en} does not answer within {seconds} s", es: "{es} no responde en {seconds} s"),
                said!(
                    en: "a firewall drops the packets, or the address is wrong: check {set}, or raise --connect-timeout",
                    es: "un firewall descarta los paquetes, o la dirección es errónea: revise {fijado}, o aumente --connect-timeout",
                ),
            )
        }
        Some(error) if error.kind() == io::ErrorKind::ConnectionRefused => (
            said!(en: "{en} refuses the connection: nothing listens there", es: "{es} rechaza la conexión: nada escucha allí"),
            said!(
                en: "check the port in {set}, and whether the server runs (`crm-bridge serve-mock` is one for trying)",
                es: "revise el puerto en {fijado}, y si el servidor está en marcha (`crm-bridge serve-mock` es uno para probar)",
            ),
        ),
        Some(error) => {
            let Said { en: why, es: porque } = Said::of_system(&error.to_string());
            (
                said!(en: "{en} can't be reached ({why})", es: "no se puede llegar a {es} ({porque})"),
                said!(
                    en: "check this machine's network, {set}, or whether it needs --proxy",
                    es: "revise la red de esta máquina, {fijado}, o si necesita --proxy",
                ),
            )
        }
    };
    Check::fail("tcp", Kind::Unreachable, detail, hint)
}

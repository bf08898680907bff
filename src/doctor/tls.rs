//! `tls`: the handshake, and what is wrong with the chain where it fails.
//!
//! The chain is kept even where it is refused, so that the reason can be named; nothing is sent over a connection
//! whose chain was refused.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, ProtocolVersion,
    SignatureScheme,
};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::chain::Chain;
use super::check::Check;
use super::line::Line;
use super::reach::{Route, host_and_port};
use crate::delivery::tls::{self, TlsError};
use crate::error::Kind;
use crate::lang::Said;
use crate::said;

/// From when on an expiry is warned of.
const SOON: Duration = Duration::from_secs(21 * 24 * 3600);

/// The TLS side of a sender, and the last chain that it saw.
#[derive(Debug, Clone)]
pub(super) struct Tls {
    config: Arc<ClientConfig>,
    seen: Arc<Witness>,
    ours: Arc<Ours>,
    /// Whether a client certificate is set.
    has_ours: bool,
}

/// Whom the handshake is with, and where its address is set.
pub(super) struct Peer<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) setting: &'a Said,
}

impl Tls {
    /// The same trust as the sender's. Fails where a PEM file can't be used.
    pub(super) fn new(settings: &crate::config::SendSettings) -> Result<Self, TlsError> {
        let judge = tls::verifier(settings.cacert.as_deref())?;
        let seen = Arc::new(Witness { judge, chain: Mutex::default() });
        let verifier: Arc<dyn ServerCertVerifier> = Arc::clone(&seen) as _;
        let client = settings.client_cert.as_ref().map(|(cert, key)| (cert.as_path(), key.as_path()));
        let mut config = tls::client_config_with(verifier, client)?;
        let ours =
            Arc::new(Ours { certificate: config.client_auth_cert_resolver, asked: AtomicBool::default() });
        config.client_auth_cert_resolver = Arc::clone(&ours) as _;
        Ok(Self { config: Arc::new(config), seen, ours, has_ours: client.is_some() })
    }

    /// Shakes hands with `host` over `line`.
    pub(super) async fn wrap(
        &self,
        line: Line,
        host: &str,
    ) -> std::io::Result<(Line, Option<ProtocolVersion>)> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidInput, error))?;
        self.ours.asked.store(false, Ordering::Relaxed);
        let stream = TlsConnector::from(Arc::clone(&self.config)).connect(name, line).await?;
        let version = stream.get_ref().1.protocol_version();
        Ok((Line::new(stream), version))
    }

    /// Shakes hands with the receiver and judges its chain.
    pub(super) async fn check(&self, line: Line, route: &Route, now: SystemTime) -> (Check, Option<Line>) {
        let (host, port) = host_and_port(&route.url);
        let started = Instant::now();
        let shaken = timeout(route.limit, self.wrap(line, &host)).await;
        let time = started.elapsed();
        let peer = Peer { host: &host, port, setting: &route.setting };
        let (check, line) = match shaken {
            Err(_) => (silent(&peer), None),
            Ok(Err(error)) => (self.explain(&error, &peer), None),
            Ok(Ok((line, version))) => (accepted(version, self.chain().as_ref(), &host, now), Some(line)),
        };
        (check.took(time), line)
    }

    fn chain(&self) -> Option<Chain> {
        Chain::read(&self.seen.chain.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Why the handshake with `peer` failed.
    pub(super) fn explain(&self, error: &std::io::Error, peer: &Peer<'_>) -> Check {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
        match tls {
            Some(Error::InvalidCertificate(why)) => certificate(why, peer, self.chain().as_ref()),
            // Up to TLS 1.2, a server that misses our certificate may say no more than that the handshake failed.
            _ if self.ours.asked.load(Ordering::Relaxed) => self.client_certificate(peer.host),
            _ => explain(tls, error, peer),
        }
    }

    /// That `host` refused our certificate, or the lack of it, where `why` the line broke off is such a refusal.
    pub(super) fn certificate_refused(&self, host: &str, why: &str) -> Option<Check> {
        let refused = self.ours.asked.load(Ordering::Relaxed) && why.contains("fatal alert");
        refused.then(|| self.client_certificate(host))
    }

    fn client_certificate(&self, host: &str) -> Check {
        let (detail, hint) = if self.has_ours {
            (
                said!(en: "{host} does not accept the client certificate", es: "{host} no acepta el certificado de cliente"),
                said!(
                    en: "check --client-cert and --client-key: an authority that {host} trusts must have issued it, and it must not have expired",
                    es: "revise --client-cert y --client-key: debe haberlo emitido una autoridad en la que {host} confía, y no debe estar vencido",
                ),
            )
        } else {
            (
                said!(en: "{host} wants a client certificate", es: "{host} pide un certificado de cliente"),
                said!(en: "pass --client-cert and --client-key", es: "use --client-cert y --client-key"),
            )
        };
        Check::fail("tls", Kind::Unreachable, detail, hint)
    }
}

fn silent(peer: &Peer<'_>) -> Check {
    let Peer { host, port, setting: Said { en: set, es: fijado } } = peer;
    Check::fail(
        "tls",
        Kind::Unreachable,
        said!(
            en: "{host}:{port} accepts the connection, but does not answer the handshake",
            es: "{host}:{port} acepta la conexión, pero no responde al saludo TLS",
        ),
        said!(
            en: "check whether the port speaks https (http:// in {set}?), or raise --connect-timeout",
            es: "revise si el puerto habla https (¿http:// en {fijado}?), o aumente --connect-timeout",
        ),
    )
}

fn accepted(version: Option<ProtocolVersion>, chain: Option<&Chain>, host: &str, now: SystemTime) -> Check {
    let version = match version {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    };
    let Some(chain) = chain else { return Check::ok("tls", Said::same(version)) };
    let (issuer, until) = (&chain.issuer, chain.until());
    let detail = said!(
        en: "{version}, certificate of {issuer}, valid until {until}",
        es: "{version}, certificado de {issuer}, válido hasta {until}",
    );
    match chain.left(now) {
        Some(left) if left < SOON => {
            let days = left.as_secs() / (24 * 3600);
            Check::warn(
                "tls",
                said!(
                    en: "the certificate of {host} ends in {days} days, on {until}",
                    es: "el certificado de {host} vence en {days} días, el {until}",
                ),
                said!(
                    en: "renew it on the server before that (`certbot renew`)",
                    es: "renuévelo en el servidor antes de esa fecha (`certbot renew`)",
                ),
            )
        }
        _ => Check::ok("tls", detail),
    }
}

fn explain(tls: Option<&Error>, error: &std::io::Error, peer: &Peer<'_>) -> Check {
    let Peer { host, port, setting: Said { en: set, es: fijado } } = peer;
    let fail = |detail, hint| Check::fail("tls", Kind::Unreachable, detail, hint);
    match tls {
        Some(Error::InvalidMessage(_) | Error::InappropriateMessage { .. }) => fail(
            said!(en: "{host}:{port} speaks no TLS", es: "{host}:{port} no habla TLS"),
            said!(
                en: "the port may be one for http:// — check scheme and port in {set}",
                es: "el puerto puede ser de http://; revise esquema y puerto en {fijado}",
            ),
        ),
        Some(
            Error::PeerIncompatible(_)
            | Error::AlertReceived(
                AlertDescription::ProtocolVersion
                | AlertDescription::HandshakeFailure
                | AlertDescription::InsufficientSecurity,
            ),
        ) => fail(
            said!(
                en: "{host} and this program have no TLS version or cipher in common; TLS 1.2 or 1.3 is needed",
                es: "{host} y este programa no tienen en común versión ni cifrado TLS; hace falta TLS 1.2 o 1.3",
            ),
            said!(
                en: "switch TLS 1.2 on at the server; `openssl s_client -connect {host}:{port}` shows what it offers",
                es: "active TLS 1.2 en el servidor; `openssl s_client -connect {host}:{port}` muestra qué ofrece",
            ),
        ),
        Some(Error::AlertReceived(AlertDescription::UnrecognisedName)) => fail(
            said!(en: "the server does not know the name {host}", es: "el servidor no conoce el nombre {host}"),
            said!(
                en: "check the host in {set}",
                es: "revise el servidor en {fijado}",
            ),
        ),
        _ => {
            let why = tls.map_or_else(|| error.to_string(), ToString::to_string);
            let Said { en: why, es: porque } = Said::of_system(&why);
            fail(
                said!(en: "the handshake with {host}:{port} broke off ({why})", es: "el saludo TLS con {host}:{port} se cortó ({porque})"),
                said!(
                    en: "check scheme and port in {set}, and --proxy where one is needed",
                    es: "revise esquema y puerto en {fijado}, y --proxy si hace falta uno",
                ),
            )
        }
    }
}

fn certificate(why: &CertificateError, peer: &Peer<'_>, chain: Option<&Chain>) -> Check {
    let Peer { host, port, setting: Said { en: set, es: fijado } } = peer;
    let fail = |detail, hint| Check::fail("tls", Kind::Unreachable, detail, hint);
    let until = chain.map_or_else(String::new, Chain::until);
    let from = chain.map_or_else(String::new, Chain::from);
    let names = chain.map_or_else(String::new, |chain| chain.names.join(", "));
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => fail(
            said!(en: "the certificate of {host} expired on {until}", es: "el certificado de {host} venció el {until}"),
            said!(
                en: "renew it on the server (`certbot renew`); --cacert does not help against an expired one",
                es: "renuévelo en el servidor (`certbot renew`); --cacert no sirve con uno vencido",
            ),
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => fail(
            said!(en: "the certificate of {host} is not valid before {from}", es: "el certificado de {host} no es válido antes del {from}"),
            said!(
                en: "check this machine's clock (`date`, `timedatectl`)",
                es: "revise el reloj de esta máquina (`date`, `timedatectl`)",
            ),
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => fail(
            said!(en: "the certificate is for {names}, not for {host}", es: "el certificado es para {names}, no para {host}"),
            said!(
                en: "use the name of the certificate in {set}, or get one for {host}",
                es: "use el nombre del certificado en {fijado}, u obtenga uno para {host}",
            ),
        ),
        _ if chain.is_some_and(|chain| chain.self_signed) => fail(
            said!(en: "the certificate of {host} is self-signed", es: "el certificado de {host} es autofirmado"),
            said!(
                en: "if it is yours, save it (`openssl s_client -connect {host}:{port} </dev/null | openssl x509 > ca.pem`) and pass --cacert ca.pem",
                es: "si es suyo, guárdelo (`openssl s_client -connect {host}:{port} </dev/null | openssl x509 > ca.pem`) y use --cacert ca.pem",
            ),
        ),
        CertificateError::UnknownIssuer => {
            let issuer = chain.map_or("?", |chain| chain.issuer.as_str());
            let alone = chain.is_some_and(|chain| chain.length == 1);
            let (en, es) = if alone {
                (
                    "; the server sends no intermediate certificate",
                    "; el servidor no envía certificado intermedio",
                )
            } else {
                ("", "")
            };
            fail(
                said!(en: "nobody trusted vouches for the certificate of {host}: its issuer is {issuer}{en}", es: "nadie de confianza responde por el certificado de {host}: su emisor es {issuer}{es}"),
                said!(
                    en: "let the server send its whole chain (fullchain.pem), or pass the authority with --cacert",
                    es: "haga que el servidor envíe toda la cadena (fullchain.pem), o indique la autoridad con --cacert",
                ),
            )
        }
        other => {
            let other = Error::InvalidCertificate(other.clone());
            fail(
                said!(en: "the certificate of {host} is not accepted ({other})", es: "no se acepta el certificado de {host} ({other})"),
                said!(
                    en: "look at it with `openssl s_client -connect {host}:{port} -showcerts`, or pass its authority with --cacert",
                    es: "mírelo con `openssl s_client -connect {host}:{port} -showcerts`, o indique su autoridad con --cacert",
                ),
            )
        }
    }
}

/// Remembers whether a certificate of ours was asked for.
#[derive(Debug)]
struct Ours {
    certificate: Arc<dyn ResolvesClientCert>,
    asked: AtomicBool,
}

impl ResolvesClientCert for Ours {
    fn resolve(&self, hints: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        self.certificate.resolve(hints, schemes)
    }

    fn only_raw_public_keys(&self) -> bool {
        self.certificate.only_raw_public_keys()
    }

    fn has_certs(&self) -> bool {
        self.certificate.has_certs()
    }
}

/// Remembers the chain and leaves the judgement to the sender's own trust.
#[derive(Debug)]
struct Witness {
    judge: Arc<dyn ServerCertVerifier>,
    chain: Mutex<Vec<CertificateDer<'static>>>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.chain.lock().unwrap_or_else(PoisonError::into_inner) =
            std::iter::once(leaf).chain(intermediates).map(|cert| cert.clone().into_owned()).collect();
        self.judge.verify_server_cert(leaf, intermediates, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls12_signature(message, cert, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge.verify_tls13_signature(message, cert, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.supported_verify_schemes()
    }
}

//! One HTTP try: what goes out, what comes back, and the trait behind which it happens.
//!
//! Comes in: a [`Request`]. Goes out: an [`Answer`], whatever its status, or a [`TransportError`] that says whether the
//! receiver may have seen the request. The dispatcher, the doctor and the tests import it.

use std::future::Future;

use bytes::Bytes;

use crate::lang::Said;
use crate::said;

/// The longest answer that is read, in bytes, after decompression.
pub const LONGEST_ANSWER: usize = 1024 * 1024;

/// What one try sends.
#[derive(Debug, Clone)]
pub struct Request {
    /// The id of the presencia: it becomes the `Idempotency-Key`, and the `webhook-id` where requests are signed.
    pub id: String,
    /// The JSON body, byte for byte.
    pub body: Bytes,
}

/// What a receiver answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Retry-After`, as it came.
    pub retry_after: Option<String>,
    /// `Location`, made absolute where it can be.
    pub location: Option<String>,
    /// `Allow`.
    pub allow: Option<String>,
    /// `Server`.
    pub server: Option<String>,
    /// The body, at most [`LONGEST_ANSWER`] bytes of it.
    pub body: Bytes,
    /// Whether the body was longer than that.
    pub too_long: bool,
}

/// At which point a try broke off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broke {
    /// The name of the host has no address.
    Dns,
    /// No connection: refused, unreachable, or not in time.
    Connect,
    /// The TLS handshake failed.
    Tls,
    /// Connected, but no whole answer in time.
    Timeout,
    /// The connection was reset, or the answer was short of its length, or no HTTP.
    Broken,
}

/// A try without an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct TransportError {
    /// At which point.
    pub broke: Broke,
    /// Whether the receiver may have seen the request.
    pub sent: bool,
    /// What the network said, in English; without secrets.
    pub detail: String,
}

impl TransportError {
    /// A try that broke off at `broke`; before the connection stands, nothing can have been sent.
    pub fn new(broke: Broke, detail: impl Into<String>) -> Self {
        let sent = matches!(broke, Broke::Timeout | Broke::Broken);
        Self { broke, sent, detail: detail.into() }
    }

    /// The stable word of the report.
    pub fn class(&self) -> &'static str {
        match self.broke {
            Broke::Timeout => "timeout",
            _ => "transport",
        }
    }

    /// What happened.
    pub fn said(&self) -> Said {
        let Said { en, es } = Said::of_system(&super::verdict::shown(&self.detail));
        match self.broke {
            Broke::Dns => {
                said!(en: "the host has no address ({en})", es: "el servidor no tiene dirección ({es})")
            }
            Broke::Connect => said!(en: "no connection ({en})", es: "sin conexión ({es})"),
            Broke::Tls => {
                said!(en: "the TLS handshake failed ({en})", es: "falló la conexión TLS ({es})")
            }
            Broke::Timeout => {
                said!(en: "no whole answer in time ({en})", es: "no llegó una respuesta completa a tiempo ({es})")
            }
            Broke::Broken => {
                said!(en: "the connection broke off ({en})", es: "la conexión se cortó ({es})")
            }
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Said {
        match self.broke {
            Broke::Dns => said!(
                en: "check the host in --url (COMERCIAL_WEBHOOK_URL); `crm-bridge test` checks each step",
                es: "revise el servidor en --url (COMERCIAL_WEBHOOK_URL); `crm-bridge test` revisa cada paso"
            ),
            Broke::Connect => said!(
                en: "check host and port in --url (COMERCIAL_WEBHOOK_URL), a firewall or --proxy; `crm-bridge test` checks each step",
                es: "revise servidor y puerto en --url (COMERCIAL_WEBHOOK_URL), un firewall o --proxy; `crm-bridge test` revisa cada paso"
            ),
            Broke::Tls => said!(
                en: "check the receiver's certificate, or pass its authority with --cacert; `crm-bridge test` shows the chain",
                es: "revise el certificado del receptor, o indique su autoridad con --cacert; `crm-bridge test` muestra la cadena"
            ),
            Broke::Timeout => said!(
                en: "raise --timeout, or lower --jobs if the receiver is slow",
                es: "aumente --timeout, o baje --jobs si el receptor es lento"
            ),
            Broke::Broken => said!(
                en: "look into the receiver's log; `crm-bridge test` checks each step",
                es: "revise el log del receptor; `crm-bridge test` revisa cada paso"
            ),
        }
    }
}

/// Something that makes HTTP tries. It never follows redirects and never repeats by itself.
pub trait Transport {
    /// Makes one try, within the timeouts of the transport.
    fn attempt(&self, request: Request) -> impl Future<Output = Result<Answer, TransportError>>;
}

impl<T: Transport> Transport for &T {
    fn attempt(&self, request: Request) -> impl Future<Output = Result<Answer, TransportError>> {
        (**self).attempt(request)
    }
}

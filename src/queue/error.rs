//! What can go wrong with the queue. Addresses are shown without user, password or token.

use std::time::Duration;

use super::layout::Difference;
use crate::delivery::JournalError;
use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::said;

/// Why the queue can't do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// The URL is none of a NATS server.
    #[error("no NATS address")]
    Address,
    /// The file of credentials or certificates can't be used.
    #[error("{path}: {detail}")]
    Credentials {
        /// The file.
        path: String,
        /// What is wrong with it; never its content.
        detail: String,
    },
    /// No connection.
    #[error("{server}: {detail}")]
    Connect {
        /// Host and port.
        server: String,
        /// What the network says.
        detail: String,
    },
    /// The server does not want us.
    #[error("{server}: not authorised")]
    Unauthorised {
        /// Host and port.
        server: String,
    },
    /// The server runs without `JetStream`.
    #[error("{server}: JetStream is not enabled")]
    NoJetStream {
        /// Host and port.
        server: String,
    },
    /// A stream, consumer or bucket exists with settings that break a promise.
    #[error("{}", list(.0))]
    Different(Vec<Difference>),
    /// A delivery is larger than the server takes.
    #[error("{id}: {bytes} bytes are more than the server takes")]
    TooLarge {
        /// Its id.
        id: String,
        /// Its size in the queue.
        bytes: usize,
    },
    /// The server has no room for more.
    #[error("the queue is full: {detail}")]
    Full {
        /// What the server says.
        detail: String,
    },
    /// No acknowledgement came; the same publication may be tried again without harm.
    #[error("no acknowledgement within {} s", .0.as_secs())]
    NotAcknowledged(Duration),
    /// A message that this program can't read.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// Something else that the server says.
    #[error("{0}")]
    Server(String),
}

fn list(differences: &[Difference]) -> String {
    differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl QueueError {
    /// The error for people, with its exit code.
    #[expect(clippy::too_many_lines, reason = "one table: each error with its words in two languages")]
    pub fn failure(&self) -> Failure {
        match self {
            Self::Address => Failure::new(
                Kind::Usage,
                said!(
                    en: "the queue's address is no nats:// or tls:// URL",
                    es: "la dirección de la cola no es una URL nats:// o tls://",
                ),
            )
            .hint(said!(
                en: "use --queue nats://host:4222 (CRM_BRIDGE_QUEUE), the address of one server; it names the others of its cluster",
                es: "use --queue nats://servidor:4222 (CRM_BRIDGE_QUEUE), la dirección de un servidor; él indica los demás de su clúster",
            )),
            Self::Credentials { path, detail } => {
                Failure::new(Kind::Usage, said!(en: "{path}: {detail}", es: "{path}: {detail}")).hint(said!(
                    en: "--queue-credentials names a file with user:password, a token, or (in a build with the feature nats-creds) a .creds file; --cacert a PEM file",
                    es: "--queue-credentials nombra un archivo con usuario:contraseña, un token o (compilado con la función nats-creds) un archivo .creds; --cacert un archivo PEM",
                ))
            }
            Self::Connect { server, detail } => Failure::new(
                Kind::Unreachable,
                said!(
                    en: "the queue at {server} can't be reached: {detail}",
                    es: "no se puede llegar a la cola en {server}: {detail}",
                ),
            )
            .hint(said!(
                en: "check --queue (CRM_BRIDGE_QUEUE), a firewall, and that nats-server runs there",
                es: "revise --queue (CRM_BRIDGE_QUEUE), un firewall, y que nats-server funcione allí",
            )),
            Self::Unauthorised { server } => Failure::new(
                Kind::Refused,
                said!(
                    en: "the queue at {server} refuses these credentials",
                    es: "la cola en {server} rechaza estas credenciales",
                ),
            )
            .hint(said!(
                en: "check the file of --queue-credentials (CRM_BRIDGE_QUEUE_CREDENTIALS)",
                es: "revise el archivo de --queue-credentials (CRM_BRIDGE_QUEUE_CREDENTIALS)",
            )),
            Self::NoJetStream { server } => Failure::new(
                Kind::Usage,
                said!(
                    en: "the NATS server at {server} runs without JetStream",
                    es: "el servidor NATS en {server} funciona sin JetStream",
                ),
            )
            .hint(said!(
                en: "start it with `nats-server --jetstream --store_dir DIR`, or enable JetStream for the account of --queue-credentials",
                es: "inícielo con `nats-server --jetstream --store_dir DIR`, o habilite JetStream para la cuenta de --queue-credentials",
            )),
            Self::Different(differences) => {
                let text = |verb: &str, wish: &str| {
                    let one = |d: &Difference| {
                        format!("{}: {} {verb} {}, {wish} {}", d.object, d.setting, d.found, d.wanted)
                    };
                    differences.iter().map(one).collect::<Vec<_>>().join("; ")
                };
                Failure::new(
                    Kind::Usage,
                    Said { en: text("is", "it should be"), es: text("es", "debería ser") },
                )
                .hint(said!(
                    en: "change it with `nats stream edit` or `nats consumer edit` (for a shorter max_age say --queue-max-age), or remove it once it is empty: `crm-bridge worker` makes it anew",
                    es: "cámbielo con `nats stream edit` o `nats consumer edit` (para un max_age menor indique --queue-max-age), o elimínelo cuando esté vacío: `crm-bridge worker` lo crea de nuevo",
                ))
            }
            Self::TooLarge { id, bytes } => Failure::new(
                Kind::Usage,
                said!(
                    en: "{id} takes {bytes} bytes in the queue, more than the server allows",
                    es: "{id} ocupa {bytes} bytes en la cola, más de lo que permite el servidor",
                ),
            )
            .hint(said!(
                en: "raise `max_payload` in the configuration of nats-server, or send it without --queue",
                es: "aumente `max_payload` en la configuración de nats-server, o envíelo sin --queue",
            )),
            Self::Full { detail } => Failure::new(
                Kind::Stopped,
                said!(en: "the queue is full: {detail}", es: "la cola está llena: {detail}"),
            )
            .hint(said!(
                en: "start more `crm-bridge worker`s, or raise the limits of the stream CRM_PRESENCIAS; then `crm-bridge runs resume last`",
                es: "inicie más `crm-bridge worker`, o aumente los límites del stream CRM_PRESENCIAS; luego `crm-bridge runs resume last`",
            )),
            Self::NotAcknowledged(after) => {
                let seconds = after.as_secs();
                Failure::new(
                    Kind::Unreachable,
                    said!(
                        en: "the queue did not acknowledge within {seconds} s",
                        es: "la cola no confirmó en {seconds} s",
                    ),
                )
                .hint(said!(
                    en: "look at nats-server; repeats are dropped, so `crm-bridge runs resume last` is safe",
                    es: "revise nats-server; las repeticiones se descartan, así que `crm-bridge runs resume last` es seguro",
                ))
            }
            Self::Unreadable(detail) => Failure::new(
                Kind::Input,
                said!(
                    en: "a message in the queue can't be read: {detail}",
                    es: "no se puede leer un mensaje de la cola: {detail}",
                ),
            )
            .hint(said!(
                en: "it was published by a newer crm-bridge or by another program; `crm-bridge --version` on both sides should agree",
                es: "lo publicó un crm-bridge más nuevo u otro programa; `crm-bridge --version` debe coincidir en ambos lados",
            )),
            Self::Server(detail) => Failure::new(
                Kind::Stopped,
                said!(en: "the queue says: {detail}", es: "la cola dice: {detail}"),
            )
            .hint(said!(
                en: "look at the log of nats-server, then run `crm-bridge worker` again",
                es: "revise el log de nats-server y ejecute `crm-bridge worker` de nuevo",
            )),
        }
    }
}

/// For a journal that is a bucket.
impl From<QueueError> for JournalError {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Full { .. } => Self::Full { path: super::layout::BUCKET.to_owned() },
            other => Self::Broken { path: super::layout::BUCKET.to_owned(), detail: other.to_string() },
        }
    }
}

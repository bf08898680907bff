//! What must be remembered about deliveries, as a trait: SQLite, memory and a queue's bucket implement it elsewhere.
//!
//! Comes in: questions before a delivery is sent, and what became of it. Goes out: whether to send it, and whether its
//! receipt belongs to another id.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;

use super::{ContentHash, Delivery};
use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::report::event::{ErrorNote, Outcome};
use crate::said;

/// What the journal knows about a delivery before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nothing: send it.
    New,
    /// The same content has a receipt, its venta too where it has one.
    Done {
        /// The receipt.
        id_presencia: String,
        /// The receipt of the sale.
        id_venta: Option<String>,
    },
    /// The presencia has a receipt; its venta was never sent, or is known not to have arrived.
    VentaMissing {
        /// The receipt.
        id_presencia: String,
    },
    /// The id has a receipt for other content (X05).
    Changed,
    /// The presencia has a receipt; nobody knows whether its venta arrived.
    Doubtful {
        /// The receipt.
        id_presencia: String,
    },
}

/// How far the sale of a delivery came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VentaState {
    /// It has none.
    None,
    /// Not sent, or known not to have arrived.
    Missing,
    /// About to be sent; on disk before the request. Found after a crash it means [`VentaState::Doubtful`].
    Intended,
    /// It has a receipt.
    Delivered,
    /// It may or may not have arrived.
    Doubtful,
}

/// What became of a delivery.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// Index of the input file.
    pub file: u16,
    /// Physical row.
    pub row: u64,
    /// The id that was sent.
    pub id: String,
    /// How it ended; [`Outcome::Unprocessed`] where the run stopped in the middle of it.
    pub outcome: Outcome,
    /// Digest of the presencia.
    pub content: ContentHash,
    /// Digest of the venta, where it has one.
    pub venta_content: Option<ContentHash>,
    /// The receipt of the presencia.
    pub id_presencia: Option<String>,
    /// The receipt of the sale.
    pub id_venta: Option<String>,
    /// How far the sale came.
    pub venta: VentaState,
    /// HTTP tries.
    pub attempts: u32,
    /// Status of the last answer.
    pub http_status: Option<u16>,
    /// Whether the presencia may be stored, though no answer says so.
    pub maybe_stored: bool,
    /// Where it did not go well.
    pub error: Option<ErrorNote>,
    /// The full body, for the dead letter where it becomes one.
    pub body: Option<Bytes>,
}

impl Settlement {
    /// Whether resuming the run leaves this row alone. What a whole run stopped for, and what no receiver ever judged, is
    /// tried again; the third 500 in a row is a judgement.
    pub fn is_final(&self) -> bool {
        match self.outcome {
            Outcome::Unprocessed => false,
            Outcome::Failed => {
                self.http_status == Some(500)
                    && self.error.as_ref().is_some_and(|error| error.class == "server")
            }
            _ => true,
        }
    }
}

/// What the journal found when it recorded a settlement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    /// The id that already holds this `id_presencia`: the delivery is a collision (P01).
    pub collides_with: Option<String>,
}

/// What is said about two ids with one receipt.
pub fn collision_note(settlement: &Settlement, other: &str) -> ErrorNote {
    let id = &settlement.id;
    let receipt = settlement.id_presencia.as_deref().unwrap_or_default();
    let receipt = super::verdict::shown(receipt);
    let message = said!(
        en: "P01: the receiver took {id} for {other}: both have the id_presencia {receipt}, so {id} was not stored",
        es: "P01: el receptor tomó {id} por {other}: ambos tienen el id_presencia {receipt}, así que {id} no se guardó"
    );
    ErrorNote {
        class: "collision",
        message,
        hint: said!(
            en: "send it again with --id-terminator ']', which makes the receiver's look-up exact",
            es: "envíela otra vez con --id-terminator ']', que hace exacta la búsqueda del receptor"
        ),
        rule: Some("P01"),
        fields: Vec::new(),
    }
}

/// Why a journal can't do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// It can't be opened.
    #[error("{path}: {detail}")]
    Open {
        /// Its file.
        path: String,
        /// What the system says.
        detail: String,
    },
    /// It can be read only.
    #[error("{path}: the journal can't be written")]
    ReadOnly {
        /// Its file.
        path: String,
    },
    /// It was written by a newer program.
    #[error("{path}: version {found}, newer than {known}")]
    Newer {
        /// Its file.
        path: String,
        /// Its version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// No space is left.
    #[error("{path}: the disk is full")]
    Full {
        /// Its file.
        path: String,
    },
    /// Another run sends to the same target.
    #[error("another run is sending to {target}")]
    Locked {
        /// The target.
        target: String,
    },
    /// The venta that was to be sent has been sent by somebody else, or may have been, or is just being sent.
    #[error("the venta of {id} is not to be sent now")]
    VentaTaken {
        /// The id that was to be sent.
        id: String,
    },
    /// Another process went on with a run after it was read.
    #[error("the run {run} went on meanwhile")]
    WentOn {
        /// Id of the run.
        run: String,
    },
    /// A run is to go on that another journal holds.
    #[error("{path}: the run {run} is not in this journal")]
    OtherRun {
        /// Its file.
        path: String,
        /// Id of the run.
        run: String,
    },
    /// Something else.
    #[error("{path}: {detail}")]
    Broken {
        /// Its file.
        path: String,
        /// What the store says.
        detail: String,
    },
}

impl JournalError {
    /// The error for people, with its exit code.
    pub fn failure(&self) -> Failure {
        let elsewhere = said!(
            en: "name another place with --journal FILE",
            es: "indique otro lugar con --journal ARCHIVO"
        );
        match self {
            Self::Open { path, detail } => Failure::new(
                Kind::Usage,
                said!(en: "{path}: the journal can't be opened: {detail}", es: "{path}: no se puede abrir el registro: {detail}"),
            )
            .hint(elsewhere),
            Self::ReadOnly { path } => Failure::new(
                Kind::Usage,
                said!(en: "{path}: the journal can't be written", es: "{path}: no se puede escribir en el registro"),
            )
            .hint(said!(
                en: "make the file and its folder writable, or name another place with --journal FILE",
                es: "dé permiso de escritura al archivo y su carpeta, o indique otro lugar con --journal ARCHIVO"
            )),
            Self::Newer { path, found, known } => Failure::new(
                Kind::Usage,
                said!(
                    en: "{path}: the journal has version {found}, this program knows up to {known}",
                    es: "{path}: el registro es de la versión {found}, este programa conoce hasta la {known}"
                ),
            )
            .hint(said!(
                en: "use the newer crm-bridge that wrote it, or name another place with --journal FILE",
                es: "use el crm-bridge más nuevo que lo escribió, o indique otro lugar con --journal ARCHIVO"
            )),
            Self::Full { path } => Failure::new(
                Kind::Stopped,
                said!(
                    en: "{path}: no space left for the journal; nothing more is sent, and what was sent in the last moments is counted as not tried",
                    es: "{path}: no queda espacio para el registro; no se envía nada más, y lo enviado en los últimos instantes cuenta como sin intentar"
                ),
            )
            .hint(said!(
                en: "free some space, then `crm-bridge runs resume last`; or name another place with --journal FILE",
                es: "libere espacio y ejecute `crm-bridge runs resume last`; o indique otro lugar con --journal ARCHIVO"
            )),
            Self::Locked { target } => Failure::new(
                Kind::Input,
                said!(en: "another run is sending to {target}", es: "otra ejecución está enviando a {target}"),
            )
            .hint(said!(
                en: "wait for it to end; `crm-bridge runs list` shows it",
                es: "espere a que termine; `crm-bridge runs list` la muestra"
            )),
            Self::VentaTaken { id } => Failure::new(
                Kind::Stopped,
                said!(
                    en: "somebody else sends the venta of {id}, or has sent it",
                    es: "alguien más envía la venta de {id}, o ya la envió"
                ),
            )
            .hint(said!(
                en: "run the command again: it says what became of it",
                es: "ejecute el comando otra vez: dirá qué pasó con ella"
            )),
            Self::WentOn { run } => Failure::new(
                Kind::Input,
                said!(
                    en: "the run {run} went on in another process after this one had read what is left of it; nothing was sent here",
                    es: "la ejecución {run} continuó en otro proceso después de que este leyera lo que falta; aquí no se envió nada"
                ),
            )
            .hint(said!(
                en: "`crm-bridge runs show {run}` says what is left; the same command again takes that alone",
                es: "`crm-bridge runs show {run}` dice qué falta; el mismo comando otra vez toma solo eso"
            )),
            Self::OtherRun { path, run } => Failure::new(
                Kind::Usage,
                said!(
                    en: "{path}: this journal does not hold the run {run}",
                    es: "{path}: este registro no contiene la ejecución {run}"
                ),
            )
            .hint(said!(
                en: "name the journal of the run with --journal FILE; `crm-bridge runs list` shows what one holds",
                es: "indique el registro de la ejecución con --journal ARCHIVO; `crm-bridge runs list` muestra lo que contiene"
            )),
            Self::Broken { path, detail } => Failure::new(
                Kind::Stopped,
                Said {
                    en: format!("{path}: the journal failed: {detail}"),
                    es: format!("{path}: falló el registro: {detail}"),
                },
            )
            .hint(elsewhere),
        }
    }
}

/// Remembers deliveries for one target. Ids compare case-folded.
pub trait Journal {
    /// Tells what is known about `delivery`.
    fn claim(&self, delivery: &Delivery) -> impl Future<Output = Result<Claim, JournalError>>;

    /// Records the receipt of a presencia and that its venta is about to be sent. On disk when it returns. A venta that
    /// is on its way, has arrived or is in doubt is [`JournalError::VentaTaken`], and nothing is recorded.
    fn intend(&self, settlement: Settlement) -> impl Future<Output = Result<Settled, JournalError>>;

    /// Records what became of deliveries, in one go; recorded when it returns, with one answer for each.
    fn settle(
        &self,
        settlements: Arc<Vec<Settlement>>,
    ) -> impl Future<Output = Result<Vec<Settled>, JournalError>>;

    /// Ids that the receiver may have stored though no receipt says so: what it answers to an id inside one of them can't be
    /// believed. None where nothing of the kind is kept.
    fn in_doubt(&self) -> impl Future<Output = Result<Vec<String>, JournalError>> {
        async { Ok(Vec::new()) }
    }
}

impl<J: Journal> Journal for &J {
    fn claim(&self, delivery: &Delivery) -> impl Future<Output = Result<Claim, JournalError>> {
        (**self).claim(delivery)
    }

    fn intend(&self, settlement: Settlement) -> impl Future<Output = Result<Settled, JournalError>> {
        (**self).intend(settlement)
    }

    fn settle(
        &self,
        settlements: Arc<Vec<Settlement>>,
    ) -> impl Future<Output = Result<Vec<Settled>, JournalError>> {
        (**self).settle(settlements)
    }

    fn in_doubt(&self) -> impl Future<Output = Result<Vec<String>, JournalError>> {
        (**self).in_doubt()
    }
}

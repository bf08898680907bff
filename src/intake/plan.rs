//! What the first pass is asked, and the plan that it makes.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::entry::{Entry, MAX_ROWS};
use super::failures::Failures;
use super::second_pass::Revisit;
use super::selection::Selection;
use super::table::Tables;
use crate::config::{DocumentoSource, Lookup, Order};
use crate::delivery::Delivery;
use crate::journal::RowSet;
use crate::lang::{Lang, Said};
use crate::report::event::Counts;
use crate::rules::{Code, Finding, Policy, Severity};
use crate::said;
use crate::source::SourceError;

/// How the first pass judges.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What `--strict` and `--ignore` change.
    pub policy: Policy,
    /// In which order events go.
    pub order: Order,
    /// How the receiver finds ids.
    pub lookup: Lookup,
    /// What stands for a document.
    pub documento: DocumentoSource,
    /// Appended to ids after all checks.
    pub id_terminator: String,
    /// Which events the run is about.
    pub selection: Selection,
    /// Language of the failures.
    pub lang: Lang,
    /// Personal data unmasked.
    pub show_pii: bool,
    /// Rows that an earlier part of the run brought to their end; only what is left is sent.
    pub finished: Option<Finished>,
}

impl Settings {
    /// The status under which events are counted that the run is not about.
    pub(super) fn not_chosen(&self) -> &'static str {
        self.lang.pick("(not chosen)", "(no elegidas)")
    }
}

/// What an earlier part of the run brought to its end.
#[derive(Debug, Clone)]
pub struct Finished {
    /// The rows.
    pub rows: RowSet,
    /// None of them was invalid or repeated: they are not judged again, which would take as long as the first time.
    pub without_findings: bool,
}

/// What earlier runs left about an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownState {
    /// Nothing that keeps it from being sent, or only its venta is left.
    ToSend,
    /// Not delivered itself, but inside this id, which was: a receiver that looks inside ids takes it for that one.
    Inside(String),
    /// Delivered with the same content, under this `id_presencia`.
    Delivered(String),
    /// Delivered with other content.
    Changed,
}

/// Asks earlier runs.
pub trait Known {
    /// What is known of the delivery's id and content; the error is told to people.
    fn known(&mut self, delivery: &Delivery) -> Result<KnownState, crate::error::Failure>;
}

/// X04: `id` is inside `delivered`, which the receiver already has. Of two ids that are both to be sent the shorter goes
/// first, however strict a run is; this one would come too late.
pub fn inside_delivered(id: &str, delivered: &str, strict: bool) -> Finding {
    let severity = if strict { Severity::Error } else { Severity::Warning };
    Finding::new(Code::X04)
        .severity(severity)
        .value(id)
        .arg("id", id)
        .arg("other", delivered)
        .said(
            "what",
            said!(en: ", and the longer was delivered before", es: ", y el más largo ya se entregó"),
        )
        .said("todo", said!(en: "add it to the command: ", es: "agréguelo al comando: "))
}

/// What the first pass found out.
#[derive(Debug)]
pub struct Plan {
    /// What became of each row so far; `prepared` are the ones to send.
    pub counts: Counts,
    /// Findings by code.
    pub by_code: BTreeMap<&'static str, u64>,
    /// Rows that are no events, by status.
    pub skipped_by_status: BTreeMap<String, u64>,
    /// In which order the events go, and why.
    pub order: Said,
    /// Whether an id is a proper prefix of another one.
    pub ids_inside_ids: bool,
    /// What is wrong with which row.
    pub failures: Failures,
    /// Why nothing may be sent, where a rule stops the whole run.
    pub stopped: Option<(Said, Said)>,
    /// Rows that need nothing more: no events, invalid, repeated, or delivered before.
    pub settled: RowSet,
    pub(super) entries: Vec<Entry>,
    pub(super) tables: Arc<Tables>,
    /// Rows are judged again as they were the first time: what was ignored then is no error later.
    pub(super) policy: Policy,
}

impl Plan {
    /// Nothing may be sent, where the inputs were opened with an error about one of them.
    pub fn stop_for(&mut self, why: Option<(Said, Said)>) {
        self.stopped = why.or(self.stopped.take());
    }

    /// The inputs.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// A way back to any row, for what is written back.
    pub fn revisit(&self) -> Revisit {
        Revisit::new(self.tables.clone())
    }

    /// The number within the run of a row that is named by file and row.
    pub fn number(&self, place: (u16, u64)) -> u64 {
        self.tables.get(usize::from(place.0)).number(place.1)
    }

    /// Deliveries that are left to make.
    pub fn to_send(&self) -> u64 {
        self.entries.len() as u64
    }

    /// The rows to send, as file and row, in the order of sending.
    pub fn rows_to_send(&self) -> impl Iterator<Item = (u16, u64)> {
        self.entries.iter().map(|entry| {
            let (index, row) = self.tables.locate(entry.row());
            (u16::try_from(index).unwrap_or(u16::MAX), row)
        })
    }

    /// Puts the events into the order of the files, for writing them back once nothing is sent any more.
    pub fn sort_by_row(&mut self) {
        self.entries.sort_unstable_by_key(|entry| entry.row());
    }

    /// Takes what is wrong with which row, to add what goes wrong in delivery.
    pub fn take_failures(&mut self) -> Result<Failures, PassError> {
        Ok(std::mem::replace(&mut self.failures, Failures::new()?))
    }
}

/// Why the first pass could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    /// An input could not be read to its end.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The temporary file for failures could not be written.
    #[error("can't write a temporary file: {0}")]
    Spool(#[from] io::Error),
    /// There are more rows than a run can number.
    #[error("more than {MAX_ROWS} rows in one run")]
    TooManyRows,
    /// A row that was there is gone.
    #[error("row {0} changed while it was read")]
    Changed(String),
    /// The journal could not be asked.
    #[error("{0}")]
    Known(crate::error::Failure),
}

impl From<PassError> for crate::error::Failure {
    fn from(error: PassError) -> Self {
        use crate::error::Kind;
        match error {
            PassError::Source(error) => error.into(),
            PassError::Known(failure) => failure,
            PassError::Spool(error) => {
                Self::new(Kind::Input, said!(en: "can't write a temporary file", es: "no se puede escribir un archivo temporal").because(&error))
                    .hint(said!(en: "free some space, or point TMPDIR to another folder", es: "libere espacio, o indique otra carpeta en TMPDIR"))
            }
            PassError::TooManyRows => Self::new(
                Kind::Input,
                said!(en: "more than {MAX_ROWS} rows in one run", es: "más de {MAX_ROWS} filas en una ejecución"),
            )
            .hint(said!(en: "split the file, and run replay-csv once for each part", es: "divida el archivo, y ejecute replay-csv una vez por parte")),
            PassError::Changed(row) => Self::new(
                Kind::Input,
                said!(en: "row {row} changed while it was read", es: "la fila {row} cambió mientras se leía"),
            )
            .hint(said!(en: "let nobody edit the file during replay-csv, and run it again", es: "que nadie edite el archivo durante replay-csv, y ejecútelo de nuevo")),
        }
    }
}

//! The outbox: every webhook that the relay answered with success, on disk until it is delivered or given up.
//!
//! Comes in: [`Arrival`]s, and the [`End`]s of attempts. Goes out: what may be sent now ([`Due`]), and an
//! [`Overview`]. Synchronous and without a clock: times are parameters, in milliseconds since 1970. Only the
//! [`keeper`](super::keeper)'s thread and `runs redrive` write here.

mod accept;
mod due;
mod overview;
mod redrive;
mod schema;
mod settle;

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use rusqlite::{Connection, ErrorCode};

use crate::config::Lookup;
use crate::delivery::{ContentHash, JournalError};
use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::said;

pub use accept::{Acceptance, Accepted};
pub use due::{Due, DueNow};
pub use overview::{Cause, Hour, Overview, Queued};
pub use redrive::{DeadLetter, Redrive, Redriven, dead_count, dead_letters, redrive, waiting};
pub use settle::{End, Ending, History};

/// How long another writer of the file is waited for.
const BUSY: Duration = Duration::from_secs(10);

/// Bytes of the log that are kept for the next burst.
const LONGEST_IDLE_LOG: i64 = 64 * 1024 * 1024;

/// Why the outbox can't do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboxError {
    /// The disk has no room.
    #[error("the disk is full")]
    DiskFull,
    /// As many webhooks wait as are allowed to.
    #[error("the queue is full")]
    QueueFull,
    /// Written by a newer program.
    #[error("{path}: outbox version {found}, this program knows {known}")]
    Newer {
        /// Its file.
        path: String,
        /// Its version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// What the store says.
    #[error("{0}")]
    Broken(String),
}

impl From<rusqlite::Error> for OutboxError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            _ => Self::Broken(error.to_string()),
        }
    }
}

impl OutboxError {
    /// The error for people, with its exit code; `path` is the journal's file.
    pub fn failure(&self, path: &Path) -> Failure {
        let shown = path.display();
        let (kind, message) = match self {
            Self::Newer { found, known, .. } => (
                Kind::Usage,
                said!(
                    en: "{shown}: the relay's queue has version {found}, this program knows up to {known}",
                    es: "{shown}: la cola del relay es de la versión {found}, este programa conoce hasta la {known}",
                ),
            ),
            other => {
                let words: Said = other.said();
                let (en, es) = (words.en, words.es);
                (
                    Kind::Stopped,
                    said!(en: "{shown}: the relay's queue: {en}", es: "{shown}: la cola del relay: {es}"),
                )
            }
        };
        Failure::new(kind, message).hint(self.hint())
    }

    /// The same as an error of the journal, in whose file `path` the outbox is.
    pub(super) fn of_journal(self, path: &str) -> JournalError {
        let path = path.to_owned();
        match self {
            Self::DiskFull => JournalError::Full { path },
            Self::Newer { found, known, .. } => JournalError::Newer { path, found, known },
            other => JournalError::Broken { path, detail: other.to_string() },
        }
    }

    /// What to do about it.
    fn hint(&self) -> Said {
        match self {
            Self::DiskFull => said!(
                en: "free some space, or name another place with --journal FILE",
                es: "libere espacio, o indique otro lugar con --journal ARCHIVO",
            ),
            Self::QueueFull => said!(
                en: "look why nothing is delivered: `crm-bridge test`; --max-queue allows more to wait",
                es: "revise por qué no se entrega nada: `crm-bridge test`; --max-queue permite que esperen más",
            ),
            Self::Newer { .. } => said!(
                en: "use the newer crm-bridge that wrote it, or name another place with --journal FILE",
                es: "use el crm-bridge más nuevo que la escribió, o indique otro lugar con --journal ARCHIVO",
            ),
            Self::Broken(_) => said!(
                en: "check that the file and its folder can be written, or name another place with --journal FILE",
                es: "revise que se pueda escribir en el archivo y su carpeta, o indique otro lugar con --journal ARCHIVO",
            ),
        }
    }

    /// The error in words.
    pub fn said(&self) -> Said {
        match self {
            Self::DiskFull => said!(en: "the disk is full", es: "el disco está lleno"),
            Self::QueueFull => said!(en: "the queue is full", es: "la cola está llena"),
            other => Said::same(other.to_string()),
        }
    }
}

/// A webhook on its way into the outbox.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// `id_presencia_crm` as it will be sent; empty where the body has none.
    pub id: String,
    /// The client, the same number in every version of the program.
    pub lane: i64,
    /// Digest of the presencia.
    pub content: ContentHash,
    /// Digest of the venta.
    pub venta: Option<ContentHash>,
    /// What will be sent; what was received, where a rule forbids sending it.
    pub body: Bytes,
    /// Why it must not be sent, where a rule forbids it.
    pub refused: Option<Refusal>,
}

/// Why a webhook must not be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The code of the first rule, such as `S01`.
    pub code: &'static str,
    /// What it says.
    pub message: Said,
    /// All findings as JSON, values masked.
    pub findings: String,
}

/// How the outbox is kept.
#[derive(Debug, Clone)]
pub struct Keeping {
    /// Webhooks that may wait at once.
    pub most: u64,
    /// Where they go, without secrets: a delivery to another place is no repeat.
    pub target: String,
    /// Whether ids inside one another hold each other up.
    pub lookup: Lookup,
}

/// The store itself.
#[derive(Debug)]
pub struct Outbox {
    conn: Connection,
    path: PathBuf,
    keeping: Keeping,
    depth: u64,
}

impl Outbox {
    /// Opens the outbox in the journal's file, and makes it where it is missing. Every commit is on disk when it
    /// returns.
    pub fn open(path: &Path, keeping: Keeping) -> Result<Self, OutboxError> {
        let conn = connect(path)?;
        schema::prepare(&conn, &path.display().to_string())?;
        let mut outbox = Self { conn, path: path.to_owned(), keeping, depth: 0 };
        outbox.recount()?;
        Ok(outbox)
    }

    /// Its file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Webhooks that wait for their delivery.
    pub fn depth(&self) -> u64 {
        self.depth
    }

    /// Counts anew: another process may have redriven dead letters.
    pub fn recount(&mut self) -> Result<(), OutboxError> {
        let mut count = self.conn.prepare_cached("SELECT count(*) FROM relay_outbox WHERE state < 3")?;
        self.depth = count.query_row([], |row| row.get(0))?;
        Ok(())
    }

    /// Whether one more webhook could be stored: writes something, and tells the depth of the queue.
    pub fn check_room(&mut self) -> Result<u64, OutboxError> {
        // Longer than most webhooks with their indices, and other bytes each time: SQLite does not write what is the same.
        let mut write = self
            .conn
            .prepare_cached("INSERT OR REPLACE INTO relay_meta VALUES ('room', randomblob(65536))")?;
        write.execute([])?;
        drop(write);
        if self.depth < self.keeping.most { Ok(self.depth) } else { Err(OutboxError::QueueFull) }
    }

    /// Begins what is committed together.
    pub fn begin(&mut self) -> Result<(), OutboxError> {
        Ok(self.conn.execute_batch("BEGIN IMMEDIATE")?)
    }

    /// Puts everything since [`begin`](Self::begin) on disk.
    pub fn commit(&mut self) -> Result<(), OutboxError> {
        Ok(self.conn.execute_batch("COMMIT")?)
    }

    /// Takes back everything since [`begin`](Self::begin).
    pub fn roll_back(&mut self) {
        if !self.conn.is_autocommit() {
            self.conn.execute_batch("ROLLBACK").ok();
        }
        // The count followed what has now not happened; where it can't be read either, it is read with the next one.
        self.recount().ok();
    }
}

/// Moves what is committed from the log into the main file, over a connection of its own: where the writer did it, all
/// who wait for a commit would wait for it as well.
#[derive(Debug)]
pub struct Checkpointer {
    conn: Connection,
}

impl Checkpointer {
    /// Opens the journal's file `path`.
    pub fn open(path: &Path) -> Result<Self, OutboxError> {
        Ok(Self { conn: connect(path)? })
    }

    /// Moves what can be moved without waiting for anybody.
    pub fn checkpoint(&mut self) -> Result<(), OutboxError> {
        Ok(self.conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)
    }
}

/// A connection whose commits are on disk when they return.
fn connect(path: &Path) -> Result<Connection, OutboxError> {
    create_private(path)?;
    let conn = Connection::open(path)?;
    conn.busy_timeout(BUSY)?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    // See [`Checkpointer`]; a log that a burst made long is cut when it begins anew.
    conn.pragma_update(None, "wal_autocheckpoint", 0)?;
    conn.pragma_update(None, "journal_size_limit", LONGEST_IDLE_LOG)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}

/// The file holds personal data: nobody else may read it, from its first moment.
fn create_private(path: &Path) -> Result<(), OutboxError> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map(drop).map_err(|error| OutboxError::Broken(error.to_string()))
}

#[cfg(test)]
mod tests;

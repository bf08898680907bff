//! The tables of the journal, their version, and how an older one becomes the present one.

use rusqlite::Connection;

/// The newest version that this program knows.
pub(super) const VERSION: i64 = 2;
/// Marks a file as a journal of this program (`crmb`).
pub(super) const APPLICATION: i64 = 0x6372_6d62;

/// What leads from each version to the next one; the first makes an empty file a journal.
const STEPS: [&str; 2] = [FIRST, SECOND];

/// States of a venta are numbers, see `receipt`. Ids compare without case: `NOCASE` folds ASCII, and what is not ASCII
/// is folded before it is stored. A run's finished rows are bits, 4096 rows a chunk, so that a million of them are read
/// in a moment.
const FIRST: &str = "
CREATE TABLE targets (number INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE);
CREATE TABLE runs (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  command TEXT NOT NULL,
  args TEXT NOT NULL,
  folder TEXT NOT NULL,
  target INTEGER NOT NULL REFERENCES targets,
  mapping BLOB NOT NULL,
  version TEXT NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER,
  status TEXT NOT NULL,
  exit_code INTEGER,
  plan TEXT NOT NULL DEFAULT '{}',
  delivered INTEGER NOT NULL DEFAULT 0,
  duplicates INTEGER NOT NULL DEFAULT 0,
  rejected INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  collisions INTEGER NOT NULL DEFAULT 0,
  unknown INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE files (
  run INTEGER NOT NULL, number INTEGER NOT NULL, path TEXT NOT NULL, hash BLOB NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE TABLE finished_rows (
  run INTEGER NOT NULL, file INTEGER NOT NULL, chunk INTEGER NOT NULL, bits BLOB NOT NULL,
  PRIMARY KEY (run, file, chunk)
) WITHOUT ROWID;
CREATE TABLE receipts (
  target INTEGER NOT NULL, id TEXT NOT NULL COLLATE NOCASE, content BLOB NOT NULL, id_presencia TEXT NOT NULL,
  venta INTEGER NOT NULL, venta_content BLOB, id_venta TEXT,
  run INTEGER NOT NULL, file INTEGER NOT NULL, row INTEGER NOT NULL,
  attempts INTEGER NOT NULL, status INTEGER, at INTEGER NOT NULL,
  PRIMARY KEY (target, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX receipts_by_presencia ON receipts (target, id_presencia);
CREATE TABLE letters (
  run INTEGER NOT NULL, file INTEGER NOT NULL, row INTEGER NOT NULL, id TEXT NOT NULL,
  outcome TEXT NOT NULL, final INTEGER NOT NULL, class TEXT NOT NULL,
  message_en TEXT NOT NULL, message_es TEXT NOT NULL, hint_en TEXT NOT NULL, hint_es TEXT NOT NULL,
  fields TEXT NOT NULL, attempts INTEGER NOT NULL, status INTEGER, id_presencia TEXT, body BLOB, at INTEGER NOT NULL,
  PRIMARY KEY (run, file, row)
) WITHOUT ROWID;
";

/// The runs that had a receipt before a later one took it over, to add a venta or by force: theirs it is as well.
const SECOND: &str = "
CREATE TABLE earlier_receipts (
  run INTEGER NOT NULL, target INTEGER NOT NULL, id TEXT NOT NULL COLLATE NOCASE, file INTEGER NOT NULL, row INTEGER NOT NULL,
  PRIMARY KEY (run, target, id)
) WITHOUT ROWID;
";

/// What is wrong with a file that should be a journal.
#[derive(Debug)]
pub(super) enum SchemaError {
    /// A database of some other program.
    Foreign,
    /// Written by a newer program.
    Newer(i64),
    /// SQLite's own error.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for SchemaError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Brings the database to the present version, in one transaction.
pub(super) fn migrate(connection: &Connection) -> Result<(), SchemaError> {
    // While another program makes it, these two numbers may be of before and after: only a match can be trusted here.
    if matches!(check(connection), Ok(VERSION)) {
        return Ok(());
    }
    // Two programs may open a new file at once: the second one finds it made.
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let made = check(connection).and_then(|version| {
        for step in STEPS.iter().skip(usize::try_from(version).unwrap_or(0)) {
            connection.execute_batch(step)?;
        }
        connection.pragma_update(None, "application_id", APPLICATION)?;
        connection.pragma_update(None, "user_version", VERSION)?;
        Ok(())
    });
    connection.execute_batch(if made.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    made
}

/// The version of the database; 0 for an empty one.
fn check(connection: &Connection) -> Result<i64, SchemaError> {
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    if application != APPLICATION {
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if application != 0 || version != 0 || tables != 0 {
            return Err(SchemaError::Foreign);
        }
    }
    if version > VERSION { Err(SchemaError::Newer(version)) } else { Ok(version) }
}

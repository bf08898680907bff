//! The tables of the outbox. They live in the journal's file under names of their own, with a version of their own.
//!
//! An entry that is not settled is in one of three states, so that what may be sent now is one look into an index,
//! however long the queue is: each lane has one *head*; the others of the lane are *behind* it; and an entry whose id
//! holds an earlier id inside it is *blocked* until that one is settled.

use rusqlite::Connection;

use super::OutboxError;

/// The version that this program writes.
const VERSION: i64 = 1;

/// May be sent when its time has come.
pub(super) const HEAD: i64 = 0;
/// Waits for the head of its lane.
pub(super) const BEHIND: i64 = 1;
/// Waits for a shorter id inside its own, or for an earlier entry of the same id.
pub(super) const BLOCKED: i64 = 2;
/// Delivered.
pub(super) const DONE: i64 = 3;
/// Given up.
pub(super) const DEAD: i64 = 4;

// `state < 3` is repeated in every query for unsettled entries: SQLite uses a partial index only where the query says
// the index's own condition in the same words.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS relay_meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS relay_outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id TEXT NOT NULL,
    id TEXT NOT NULL,
    id_key TEXT NOT NULL,
    lane INTEGER NOT NULL,
    content BLOB NOT NULL,
    venta BLOB,
    body BLOB,
    state INTEGER NOT NULL,
    blocked_by INTEGER,
    received_at INTEGER NOT NULL,
    received INTEGER NOT NULL DEFAULT 1,
    next_at INTEGER NOT NULL,
    tried_at INTEGER,
    retries INTEGER NOT NULL DEFAULT 0,
    strikes INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    maybe_stored INTEGER NOT NULL DEFAULT 0,
    class TEXT,
    http_status INTEGER,
    error_en TEXT,
    error_es TEXT,
    findings TEXT,
    id_presencia TEXT,
    target TEXT,
    settled_at INTEGER
);
CREATE INDEX IF NOT EXISTS relay_due ON relay_outbox (next_at, seq) WHERE state = 0;
CREATE INDEX IF NOT EXISTS relay_lane ON relay_outbox (lane, state, seq) WHERE state < 3;
CREATE INDEX IF NOT EXISTS relay_unsettled ON relay_outbox (id_key, seq) WHERE state < 3;
CREATE INDEX IF NOT EXISTS relay_oldest ON relay_outbox (received_at) WHERE state < 3;
CREATE INDEX IF NOT EXISTS relay_blocked ON relay_outbox (blocked_by) WHERE blocked_by IS NOT NULL;
CREATE INDEX IF NOT EXISTS relay_same ON relay_outbox (id_key, content);
CREATE INDEX IF NOT EXISTS relay_settled ON relay_outbox (settled_at) WHERE state = 3;
CREATE INDEX IF NOT EXISTS relay_dead ON relay_outbox (settled_at, seq) WHERE state = 4;
CREATE TABLE IF NOT EXISTS relay_hours (
    hour INTEGER PRIMARY KEY,
    accepted INTEGER NOT NULL DEFAULT 0,
    repeated INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER NOT NULL DEFAULT 0,
    retried INTEGER NOT NULL DEFAULT 0,
    dead INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS relay_causes (
    class TEXT NOT NULL,
    http_status INTEGER NOT NULL,
    count INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    last_id TEXT NOT NULL,
    PRIMARY KEY (class, http_status)
) WITHOUT ROWID;
";

/// Makes what is missing. Fails where a newer program wrote the outbox.
pub(super) fn prepare(conn: &Connection, path: &str) -> Result<(), OutboxError> {
    conn.execute_batch(&format!("BEGIN IMMEDIATE; {TABLES} COMMIT;")).inspect_err(|_| {
        // Nothing to roll back where it never began.
        conn.execute_batch("ROLLBACK").ok();
    })?;
    let has_all: bool = conn.query_row(
        "SELECT count(*) > 0 FROM pragma_table_info('relay_outbox') WHERE name = 'maybe_stored'",
        [],
        |row| row.get(0),
    )?;
    if !has_all {
        // Of what an earlier program tried nobody knows it any more.
        conn.execute_batch(
            "ALTER TABLE relay_outbox ADD COLUMN maybe_stored INTEGER NOT NULL DEFAULT 0;
             UPDATE relay_outbox SET maybe_stored = 1 WHERE attempts > 0 AND state < 3;",
        )?;
    }
    conn.execute("INSERT OR IGNORE INTO relay_meta VALUES ('version', ?1)", [VERSION])?;
    let found: i64 =
        conn.query_row("SELECT value FROM relay_meta WHERE key = 'version'", [], |row| row.get(0))?;
    if found > VERSION {
        return Err(OutboxError::Newer { path: path.to_owned(), found, known: VERSION });
    }
    Ok(())
}

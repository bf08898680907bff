//! Dead letters: deliveries that did not go well, with their payload, so that they can be sent again.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::JournalFile;
use crate::delivery::journal::{JournalError, Settlement};
use crate::lang::Said;
use crate::report::event::{ErrorNote, Outcome};

/// A delivery that did not go well.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// Index of the input file.
    pub file: u16,
    /// Physical row.
    pub row: u64,
    /// The id that was sent.
    pub id: String,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether resuming the run leaves it alone.
    pub is_final: bool,
    /// HTTP tries.
    pub attempts: u32,
    /// Status of the last answer.
    pub http_status: Option<u16>,
    /// The receipt of the presencia, where only the venta did not go well, or which belongs to another id.
    pub id_presencia: Option<String>,
    /// What went wrong.
    pub error: ErrorNote,
    /// The full body.
    pub body: Option<Bytes>,
    /// Milliseconds since 1970.
    pub at: i64,
}

const OUTCOMES: [Outcome; 4] = [Outcome::Rejected, Outcome::Failed, Outcome::Collision, Outcome::Unknown];

/// The words that are kept; a class that this version does not know reads as `failed`.
const CLASSES: [&str; 11] = [
    "refused",
    "transport",
    "timeout",
    "rejected",
    "server",
    "rate_limited",
    "collision",
    "unknown",
    "changed",
    "not_delivered",
    "forced",
];

/// The most ids in doubt that are told; more than a receiver ever leaves behind.
const MOST_IN_DOUBT: i64 = 10_000;

/// The ids of a target that may be stored though no receipt says so: tried, and never answered or answered with what says
/// nothing.
pub(super) fn in_doubt(connection: &Connection, target: i64) -> rusqlite::Result<Vec<String>> {
    let mut find = connection.prepare_cached(
        "SELECT DISTINCT letters.id FROM letters JOIN runs ON runs.number = letters.run
         WHERE runs.target = ?1 AND letters.id_presencia IS NULL AND letters.attempts > 0
           AND letters.class NOT IN ('rejected', 'changed', 'collision', 'rate_limited')
           AND NOT (letters.class = 'refused' AND letters.status >= 300)
           AND NOT EXISTS (SELECT 1 FROM receipts WHERE receipts.target = ?1 AND receipts.id = letters.id)
         LIMIT ?2",
    )?;
    find.query_map([target, MOST_IN_DOUBT], |row| row.get(0))?.collect()
}

impl JournalFile {
    /// The dead letters of a run, by file and row.
    pub fn letters(&self, run: i64) -> Result<Vec<Letter>, JournalError> {
        let sql = "SELECT file, row, id, outcome, final, attempts, status, id_presencia, class, message_en, message_es,
                   hint_en, hint_es, fields, body, at FROM letters WHERE run = ?1 ORDER BY file, row";
        let read = |connection: &Connection| {
            let mut statement = connection.prepare(sql)?;
            let letters: rusqlite::Result<_> = statement.query_map([run], read)?.collect();
            letters
        };
        read(&self.connection).map_err(|error| self.sorted(error))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Letter> {
    let (outcome, class, fields): (String, String, String) = (row.get(3)?, row.get(8)?, row.get(13)?);
    Ok(Letter {
        file: row.get(0)?,
        row: row.get(1)?,
        id: row.get(2)?,
        outcome: OUTCOMES.into_iter().find(|known| known.name() == outcome).unwrap_or(Outcome::Failed),
        is_final: row.get(4)?,
        attempts: row.get(5)?,
        http_status: row.get(6)?,
        id_presencia: row.get(7)?,
        error: ErrorNote {
            class: CLASSES.into_iter().find(|known| *known == class).unwrap_or("failed"),
            message: Said { en: row.get(9)?, es: row.get(10)? },
            hint: Said { en: row.get(11)?, es: row.get(12)? },
            // Not on record.
            rule: None,
            fields: serde_json::from_str(&fields).unwrap_or_default(),
        },
        body: row.get::<_, Option<Vec<u8>>>(14)?.map(Bytes::from),
        at: row.get(15)?,
    })
}

/// Writes the letter of a settlement that has an error; a later one of the same row replaces it.
pub(super) fn write(
    connection: &Connection,
    run: i64,
    settlement: &Settlement,
    outcome: Outcome,
    error: &ErrorNote,
    at: i64,
) -> rusqlite::Result<()> {
    let fields = serde_json::to_string(&error.fields).unwrap_or_default();
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO letters (run, file, row, id, outcome, final, class, message_en, message_es, hint_en,
         hint_es, fields, attempts, status, id_presencia, body, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    )?;
    statement.execute(params![
        run,
        settlement.file,
        settlement.row,
        settlement.id,
        outcome.name(),
        settlement.is_final(),
        error.class,
        error.message.en,
        error.message.es,
        error.hint.en,
        error.hint.es,
        fields,
        settlement.attempts,
        settlement.http_status,
        settlement.id_presencia,
        settlement.body.as_deref(),
        at,
    ])?;
    Ok(())
}

/// Takes the letter of a settlement's row away; gives its outcome where that is in the run's counts.
pub(super) fn take(
    connection: &Connection,
    run: i64,
    settlement: &Settlement,
) -> rusqlite::Result<Option<Outcome>> {
    if settlement.outcome == Outcome::Unprocessed {
        return Ok(None);
    }
    let mut delete = connection.prepare_cached(
        "DELETE FROM letters WHERE run = ?1 AND file = ?2 AND row = ?3 RETURNING outcome, final",
    )?;
    let earlier: Option<(String, bool)> = delete
        .query_row(params![run, settlement.file, settlement.row], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let counted = earlier.filter(|(_, is_final)| *is_final).map(|(outcome, _)| outcome);
    Ok(counted.and_then(|outcome| OUTCOMES.into_iter().find(|known| known.name() == outcome)))
}

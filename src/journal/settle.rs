//! What a person saw of a venta in doubt: it arrived, or it did not.

use rusqlite::{Connection, params};

use super::receipt::{number, stored_id};
use super::{JournalFile, Letter, RunRecord, receipt};
use crate::delivery::{JournalError, VentaState};
use crate::error::{Failure, Kind};
use crate::said;

/// What a person saw in the receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// The venta is there.
    Delivered,
    /// The venta is not there: redriving sends it.
    NotDelivered,
}

/// Why a row can't be settled.
#[derive(Debug)]
pub enum SettleError {
    /// Its outcome is not in doubt.
    NotUnknown {
        /// The row.
        row: u64,
        /// What is recorded of it.
        outcome: Option<&'static str>,
    },
    /// Several files have this row.
    SeveralFiles(u64),
    /// A receipt, or an earlier word, says that this venta arrived.
    IsDelivered(String),
    /// The journal fails.
    Journal(JournalError),
}

impl SettleError {
    /// The error for people.
    pub fn failure(&self) -> Failure {
        match self {
            Self::NotUnknown { row, outcome: None } => Failure::new(
                Kind::Usage,
                said!(en: "row {row} is not in doubt in this run", es: "la fila {row} no está en duda en esta ejecución"),
            )
            .hint(said!(
                en: "`crm-bridge runs show RUN` lists the rows in doubt",
                es: "`crm-bridge runs show EJECUCIÓN` lista las filas en duda"
            )),
            Self::NotUnknown { row, outcome: Some(outcome) } => Failure::new(
                Kind::Usage,
                said!(en: "row {row} is {outcome}, not unknown", es: "la fila {row} es {outcome}, no unknown"),
            )
            .hint(said!(
                en: "`crm-bridge runs redrive RUN` sends failed rows again",
                es: "`crm-bridge runs redrive EJECUCIÓN` envía otra vez las filas fallidas"
            )),
            Self::SeveralFiles(row) => Failure::new(
                Kind::Usage,
                said!(en: "several files have a row {row} in doubt", es: "varios archivos tienen una fila {row} en duda"),
            )
            .hint(said!(
                en: "say which one: --file NUMBER, as `crm-bridge runs show RUN` numbers them",
                es: "diga cuál: --file NÚMERO, como los numera `crm-bridge runs show EJECUCIÓN`"
            )),
            Self::IsDelivered(id) => Failure::new(
                Kind::Usage,
                said!(
                    en: "the venta of {id} is in the receiver, by its receipt or by what was said of another run",
                    es: "la venta de {id} está en el receptor, según su recibo o lo que se dijo de otra ejecución"
                ),
            )
            .hint(said!(
                en: "--delivered ends the doubt about this row; a venta that is missing there all the same is entered there by hand",
                es: "--delivered termina la duda sobre esta fila; si la venta falta allí de todos modos, ingrésela allí a mano"
            )),
            Self::Journal(error) => error.failure(),
        }
    }
}

impl JournalFile {
    /// Records what a person saw of a row in doubt; gives its letter.
    pub fn settle(
        &self,
        run: &RunRecord,
        file: Option<u16>,
        row: u64,
        truth: Truth,
    ) -> Result<Letter, SettleError> {
        // A run under way would write the same rows.
        let _lock = self.lock(&run.asked.target).map_err(SettleError::Journal)?;
        let letters = self.letters(run.number).map_err(SettleError::Journal)?;
        let of_row = |letter: &Letter| letter.row == row && file.is_none_or(|file| letter.file == file);
        // Who looks again may take back that it did not arrive.
        let doubtful =
            |letter: &&Letter| letter.outcome.name() == "unknown" || letter.error.class == "not_delivered";
        let mut found = letters.iter().filter(|letter| of_row(letter)).filter(doubtful);
        let (letter, other) = (found.next(), found.next());
        let Some(letter) = letter else {
            let outcome = letters.iter().find(|letter| of_row(letter)).map(|letter| letter.outcome.name());
            return Err(SettleError::NotUnknown { row, outcome });
        };
        if other.is_some() {
            return Err(SettleError::SeveralFiles(row));
        }
        let written = write(&self.connection, run, letter, truth)
            .map_err(|error| SettleError::Journal(self.sorted(error)))?;
        if written { Ok(letter.clone()) } else { Err(SettleError::IsDelivered(letter.id.clone())) }
    }
}

/// Records it of the venta itself, and so of every row that is about it, in whichever run: a word that held for one of them
/// alone would let the next one send it again. Nothing is recorded, and false returned, where it contradicts a receipt.
fn write(connection: &Connection, run: &RunRecord, letter: &Letter, truth: Truth) -> rusqlite::Result<bool> {
    let transaction = connection.unchecked_transaction()?;
    let target: i64 =
        transaction.query_row("SELECT target FROM runs WHERE number = ?1", [run.number], |row| row.get(0))?;
    let state = receipt::proof(&transaction, target, &letter.id)?.map(|proof| proof.venta);
    // Who sent the presencia by force doubts that its receiver still has what the receipt says.
    let forced = letter.error.class == "forced";
    if truth == Truth::NotDelivered && state == Some(VentaState::Delivered) && !forced {
        return Ok(false);
    }
    let venta = match (truth, state) {
        (Truth::Delivered, Some(VentaState::Missing | VentaState::Intended | VentaState::Doubtful)) => {
            Some(VentaState::Delivered)
        }
        (Truth::NotDelivered, Some(VentaState::Delivered)) if forced => Some(VentaState::Missing),
        (Truth::NotDelivered, Some(VentaState::Intended | VentaState::Doubtful)) => Some(VentaState::Missing),
        _ => None,
    };
    if let Some(venta) = venta {
        transaction.execute(
            "UPDATE receipts SET venta = ?3 WHERE target = ?1 AND id = ?2",
            params![target, stored_id(&letter.id), number(venta)],
        )?;
    }
    for (key, outcome) in about(&transaction, target, &letter.id)? {
        settle(&transaction, key, &outcome, truth)?;
    }
    transaction.commit()?;
    Ok(true)
}

/// Run, file and row.
type Key = (i64, u16, u64);

/// The rows whose letters are about one venta: in doubt, or said not to be delivered.
fn about(connection: &Connection, target: i64, id: &str) -> rusqlite::Result<Vec<(Key, String)>> {
    let mut statement = connection.prepare(
        "SELECT l.run, l.file, l.row, l.outcome, l.id FROM letters l JOIN runs r ON r.number = l.run
         WHERE r.target = ?1 AND (l.outcome = 'unknown' OR l.class = 'not_delivered')",
    )?;
    let rows = statement.query_map([target], |row| {
        let id: String = row.get(4)?;
        Ok((((row.get(0)?, row.get(1)?, row.get(2)?), row.get(3)?), id))
    })?;
    // As receipts are told apart, which SQLite does for ASCII alone.
    let same = |other: &str| stored_id(other).eq_ignore_ascii_case(&stored_id(id));
    let about = rows.filter_map(|row| row.map(|(key, other)| same(&other).then_some(key)).transpose());
    about.collect()
}

fn settle(connection: &Connection, key: Key, outcome: &str, truth: Truth) -> rusqlite::Result<()> {
    let key = params![key.0, key.1, key.2];
    let (was_unknown, number) = (outcome == "unknown", &key[..1]);
    let before = if was_unknown { "unknown" } else { "failed" };
    match truth {
        Truth::Delivered => {
            connection.execute("DELETE FROM letters WHERE run = ?1 AND file = ?2 AND row = ?3", key)?;
            connection.execute(
                &format!(
                    "UPDATE runs SET {before} = {before} - 1, delivered = delivered + 1 WHERE number = ?1"
                ),
                number,
            )?;
        }
        Truth::NotDelivered if was_unknown => {
            connection.execute(
                "UPDATE letters SET outcome = 'failed', class = 'not_delivered' WHERE run = ?1 AND file = ?2 AND row = ?3",
                key,
            )?;
            connection.execute(
                "UPDATE runs SET unknown = unknown - 1, failed = failed + 1 WHERE number = ?1",
                number,
            )?;
        }
        Truth::NotDelivered => {}
    }
    Ok(())
}

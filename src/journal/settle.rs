//! What a person saw of a venta in doubt: it arrived, or it did not.

use rusqlite::{Connection, OptionalExtension, params};

use super::receipt::stored_id;
use super::{JournalFile, Letter, RunRecord};
use crate::delivery::JournalError;
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
        let unknown = |letter: &&Letter| letter.outcome.name() == "unknown";
        let mut found = letters.iter().filter(|letter| of_row(letter)).filter(unknown);
        let (letter, other) = (found.next(), found.next());
        let Some(letter) = letter else {
            let outcome = letters.iter().find(|letter| of_row(letter)).map(|letter| letter.outcome.name());
            return Err(SettleError::NotUnknown { row, outcome });
        };
        if other.is_some() {
            return Err(SettleError::SeveralFiles(row));
        }
        write(&self.connection, run, letter, truth)
            .map_err(|error| SettleError::Journal(self.sorted(error)))?;
        Ok(letter.clone())
    }
}

fn write(connection: &Connection, run: &RunRecord, letter: &Letter, truth: Truth) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    let target: Option<i64> = transaction
        .query_row("SELECT target FROM runs WHERE number = ?1", [run.number], |row| row.get(0))
        .optional()?;
    let venta = match truth {
        Truth::Delivered => 3,
        Truth::NotDelivered => 1,
    };
    transaction.execute(
        "UPDATE receipts SET venta = ?3 WHERE target = ?1 AND id = ?2 AND venta IN (2, 4)",
        params![target, stored_id(&letter.id), venta],
    )?;
    let key = params![run.number, letter.file, letter.row];
    match truth {
        Truth::Delivered => {
            transaction.execute("DELETE FROM letters WHERE run = ?1 AND file = ?2 AND row = ?3", key)?;
            transaction.execute(
                "UPDATE runs SET unknown = unknown - 1, delivered = delivered + 1 WHERE number = ?1",
                [run.number],
            )?;
        }
        Truth::NotDelivered => {
            transaction.execute(
                "UPDATE letters SET outcome = 'failed', class = 'not_delivered' WHERE run = ?1 AND file = ?2 AND row = ?3",
                key,
            )?;
            transaction.execute(
                "UPDATE runs SET unknown = unknown - 1, failed = failed + 1 WHERE number = ?1",
                [run.number],
            )?;
        }
    }
    transaction.commit()
}

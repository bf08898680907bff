//! Receipts as they are stored: proof that a presencia arrived, and how far its venta came.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::JournalFile;
use crate::delivery::journal::{Claim, VentaState};
use crate::delivery::{ContentHash, Delivery, JournalError, Proof};

/// A receipt, for exports and comparisons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The id that was sent.
    pub id: String,
    /// The receiver's id of the presencia.
    pub id_presencia: String,
    /// The receiver's id of the venta.
    pub id_venta: Option<String>,
    /// How far the venta came.
    pub venta: VentaState,
    /// Index of the input file.
    pub file: u16,
    /// Physical row.
    pub row: u64,
    /// HTTP tries.
    pub attempts: u32,
    /// Status of the last answer.
    pub http_status: Option<u16>,
    /// Milliseconds since 1970.
    pub at: i64,
}

impl JournalFile {
    /// Calls `each` with the receipts of a run, in the order of their ids; those too that a later run has taken over.
    pub fn each_receipt(
        &self,
        run: i64,
        each: impl FnMut(Receipt) -> std::io::Result<()>,
    ) -> Result<std::io::Result<()>, JournalError> {
        let sql = format!(
            "SELECT {COLUMNS}, file, row FROM receipts WHERE run = ?1
             UNION ALL
             SELECT {COLUMNS}, earlier.file, earlier.row
             FROM (SELECT target, id AS its, file, row FROM earlier_receipts WHERE run = ?1) AS earlier
             JOIN receipts ON receipts.target = earlier.target AND receipts.id = earlier.its AND receipts.run <> ?1
             ORDER BY 1"
        );
        self.each_of(&sql, run, each)
    }

    /// Calls `each` with every receipt of the target that a run sent to, whichever run it is of.
    pub fn each_receipt_of_target(
        &self,
        run: i64,
        each: impl FnMut(Receipt) -> std::io::Result<()>,
    ) -> Result<std::io::Result<()>, JournalError> {
        let sql = format!(
            "SELECT {COLUMNS}, file, row FROM receipts WHERE target = (SELECT target FROM runs WHERE number = ?1)"
        );
        self.each_of(&sql, run, each)
    }

    fn each_of(
        &self,
        sql: &str,
        run: i64,
        mut each: impl FnMut(Receipt) -> std::io::Result<()>,
    ) -> Result<std::io::Result<()>, JournalError> {
        let mut select = |connection: &Connection| {
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.query([run])?;
            while let Some(row) = rows.next()? {
                if let Err(error) = each(read(row)?) {
                    return Ok(Err(error));
                }
            }
            Ok(Ok(()))
        };
        select(&self.connection).map_err(|error| self.sorted(error))
    }
}

/// What is read of a receipt, but for the row that it is of.
const COLUMNS: &str = "id, id_presencia, id_venta, venta, attempts, status, at";

fn read(row: &Row<'_>) -> rusqlite::Result<Receipt> {
    Ok(Receipt {
        id: row.get(0)?,
        id_presencia: row.get(1)?,
        id_venta: row.get(2)?,
        venta: state(row.get(3)?),
        file: row.get(7)?,
        row: row.get(8)?,
        attempts: row.get(4)?,
        http_status: row.get(5)?,
        at: row.get(6)?,
    })
}

/// The number of a state in the table.
pub(super) fn number(state: VentaState) -> u8 {
    match state {
        VentaState::None => 0,
        VentaState::Missing => 1,
        VentaState::Intended => 2,
        VentaState::Delivered => 3,
        VentaState::Doubtful => 4,
    }
}

/// The state of a number in the table; one that nobody wrote is in doubt.
pub(super) fn state(number: u8) -> VentaState {
    match number {
        0 => VentaState::None,
        1 => VentaState::Missing,
        2 => VentaState::Intended,
        3 => VentaState::Delivered,
        _ => VentaState::Doubtful,
    }
}

/// The id as it is stored: SQLite folds ASCII when it compares, the rest is folded here.
pub(super) fn stored_id(id: &str) -> std::borrow::Cow<'_, str> {
    if id.is_ascii() {
        return id.into();
    }
    let fold = |letter: char| {
        let folded: Vec<char> =
            if letter.is_ascii() { vec![letter] } else { letter.to_lowercase().collect() };
        folded
    };
    id.chars().flat_map(fold).collect::<String>().into()
}

/// Whether the venta of an id has arrived, is on its way, or is in doubt: nobody may send it now.
pub(super) fn venta_is_closed(connection: &Connection, target: i64, id: &str) -> rusqlite::Result<bool> {
    Ok(proof(connection, target, id)?.is_some_and(|proof| proof.venta_is_closed()))
}

/// What the receipts of a target say about a delivery.
pub(super) fn claim(connection: &Connection, target: i64, delivery: &Delivery) -> rusqlite::Result<Claim> {
    let known = proof(connection, target, &delivery.id)?;
    Ok(known.map_or(Claim::New, |proof| proof.claim(delivery)))
}

/// What the receipts of a target say about an id.
pub(super) fn proof(connection: &Connection, target: i64, id: &str) -> rusqlite::Result<Option<Proof>> {
    let mut statement = connection.prepare_cached(
        "SELECT content, id_presencia, venta, venta_content, id_venta FROM receipts WHERE target = ?1 AND id = ?2",
    )?;
    let found = statement.query_row(params![target, stored_id(id)], |row| {
        Ok(Proof {
            content: ContentHash(row.get(0)?),
            id_presencia: row.get(1)?,
            venta: state(row.get(2)?),
            venta_content: row.get::<_, Option<_>>(3)?.map(ContentHash),
            id_venta: row.get(4)?,
        })
    });
    found.optional()
}

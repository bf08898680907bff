//! What is known about ids before anything is sent: the first pass asks, row by row.

use rusqlite::{OptionalExtension, params};

use super::{JournalFile, Target, receipt};
use crate::delivery::{Claim, Delivery, JournalError, VentaState};

/// The receipts of one target, for look-ups. Without any, a look-up costs nothing.
#[derive(Debug)]
pub struct Known<'f> {
    file: &'f JournalFile,
    target: Option<i64>,
}

impl JournalFile {
    /// The receipts of `target`.
    pub fn known(&self, target: &Target) -> Result<Known<'_>, JournalError> {
        let sql = "SELECT number FROM targets WHERE url = ?1
                   AND EXISTS (SELECT 1 FROM receipts WHERE receipts.target = targets.number)";
        let mut statement = self.connection.prepare_cached(sql).map_err(|error| self.sorted(error))?;
        let found = statement.query_row([target.as_str()], |row| row.get(0));
        let target = match found {
            Ok(number) => Some(number),
            Err(rusqlite::Error::QueryReturnedNoRows) => None,
            Err(error) => return Err(self.sorted(error)),
        };
        drop(statement);
        Ok(Known { file: self, target })
    }
}

impl Known<'_> {
    /// How far the venta of `id` came; none where the id has no receipt.
    pub fn venta(&self, id: &str) -> Result<Option<VentaState>, JournalError> {
        let Some(target) = self.target else { return Ok(None) };
        let proof =
            receipt::proof(&self.file.connection, target, id).map_err(|error| self.file.sorted(error))?;
        Ok(proof.map(|proof| proof.venta))
    }

    /// Whether the target has no receipt at all, so that every look-up would say [`Claim::New`].
    pub fn is_empty(&self) -> bool {
        self.target.is_none()
    }

    /// An id that was delivered and begins with `id`, without being it. The index puts what begins with an id right after it.
    pub fn longer(&self, id: &str) -> Result<Option<String>, JournalError> {
        let Some(target) = self.target else { return Ok(None) };
        let sql = "SELECT id FROM receipts WHERE target = ?1 AND id > ?2 ORDER BY id LIMIT 1";
        let id = receipt::stored_id(id);
        let next = || {
            let mut statement = self.file.connection.prepare_cached(sql)?;
            statement.query_row(params![target, id], |row| row.get::<_, String>(0)).optional()
        };
        let next = next().map_err(|error| self.file.sorted(error))?;
        let begins = |next: &String| {
            next.as_bytes().get(..id.len()).is_some_and(|start| start.eq_ignore_ascii_case(id.as_bytes()))
        };
        Ok(next.filter(begins))
    }

    /// What is known about `delivery`.
    pub fn look_up(&self, delivery: &Delivery) -> Result<Claim, JournalError> {
        let Some(target) = self.target else { return Ok(Claim::New) };
        receipt::claim(&self.file.connection, target, delivery).map_err(|error| self.file.sorted(error))
    }
}

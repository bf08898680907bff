//! The thread that writes: one transaction for each group of settlements, one with a sync for each intent.

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use rusqlite::{Connection, OptionalExtension, Statement, Transaction, TransactionBehavior, params};
use tokio::sync::oneshot;

use super::file::{connect, now, shown, sorted};
use super::receipt::{number, stored_id, venta_is_closed};
use super::record::counts_to;
use super::{RowSet, RunStatus, letter, receipt};
use crate::delivery::Proof;
use crate::delivery::journal::{JournalError, Settled, Settlement, VentaState, collision_note};
use crate::report::event::{Counts, Outcome};

type Reply<T> = oneshot::Sender<Result<T, JournalError>>;

/// What the thread is asked to write.
#[derive(Debug)]
pub(super) enum Order {
    Settle { settlements: Arc<Vec<Settlement>>, reply: Reply<Vec<Settled>> },
    Intend { settlement: Box<Settlement>, reply: Reply<Settled> },
    Plan { counts: Counts, rows: RowSet, reply: mpsc::SyncSender<Result<(), JournalError>> },
    Finish { status: RunStatus, exit_code: u8, reply: mpsc::SyncSender<Result<(), JournalError>> },
}

/// The thread, and the way to it; dropping it waits until everything is written.
#[derive(Debug)]
pub(super) struct Writer {
    path: PathBuf,
    orders: Option<mpsc::Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

impl Writer {
    /// Starts the thread for a run whose `finished` rows are known.
    pub(super) fn start(
        path: &Path,
        run: i64,
        target: i64,
        finished: RowSet,
        redrives: bool,
    ) -> Result<Self, JournalError> {
        let connection = connect(path)?;
        let (orders, taken) = mpsc::channel();
        let mut desk = Desk { path: path.to_owned(), connection, run, target, finished, redrives };
        let thread = thread::Builder::new().name("journal".to_owned()).spawn(move || {
            for order in taken {
                desk.carry_out(order);
            }
        });
        let thread =
            thread.map_err(|error| JournalError::Broken { path: shown(path), detail: error.to_string() })?;
        Ok(Self { path: path.to_owned(), orders: Some(orders), thread: Some(thread) })
    }

    pub(super) fn give(&self, order: Order) -> Result<(), JournalError> {
        let orders = self.orders.as_ref().ok_or_else(|| self.gone())?;
        orders.send(order).map_err(|_| self.gone())
    }

    pub(super) fn gone(&self) -> JournalError {
        JournalError::Broken { path: shown(&self.path), detail: "its thread ended".to_owned() }
    }
}

/// What the thread works with.
struct Desk {
    path: PathBuf,
    connection: Connection,
    run: i64,
    target: i64,
    finished: RowSet,
    /// Whether rows may have dead letters of before, which their new end replaces.
    redrives: bool,
}

/// What a group changes about the run's counts.
#[derive(Default)]
struct Tally {
    more: Counts,
    /// Earlier ends of the same rows, which a redrive replaces.
    less: Counts,
    attempts: u64,
}

impl Desk {
    /// A reply that nobody waits for any more is no error: what is written stays written.
    fn carry_out(&mut self, order: Order) {
        match order {
            Order::Settle { settlements, reply } => {
                let result = self.settle(&settlements);
                drop(settlements);
                reply.send(result).ok();
            }
            Order::Intend { settlement, reply } => {
                reply.send(self.intend(&settlement)).ok();
            }
            Order::Plan { counts, rows, reply } => {
                let result = self.plan(&counts, rows);
                reply.send(result.map_err(|error| sorted(&self.path, &error))).ok();
            }
            Order::Finish { status, exit_code, reply } => {
                let result = self.connection.execute(
                    "UPDATE runs SET status = ?2, exit_code = ?3, ended = ?4 WHERE number = ?1",
                    params![self.run, status.name(), exit_code, now()],
                );
                reply.send(result.map(|_| ()).map_err(|error| sorted(&self.path, &error))).ok();
            }
        }
    }

    fn settle(&mut self, settlements: &[Settlement]) -> Result<Vec<Settled>, JournalError> {
        let mut changed = Vec::with_capacity(settlements.len());
        let result = self.try_settle(settlements, &mut changed);
        if result.is_err() {
            // The bits are true only if the transaction holds.
            for (file, row) in changed {
                if !self.finished.remove(file, row) {
                    self.finished.insert(file, row);
                }
            }
        }
        result.map_err(|error| sorted(&self.path, &error))
    }

    fn try_settle(
        &mut self,
        settlements: &[Settlement],
        changed: &mut Vec<(u16, u64)>,
    ) -> rusqlite::Result<Vec<Settled>> {
        let transaction = immediate(&self.connection)?;
        let (at, mut tally) = (now(), Tally::default());
        let mut settled = Vec::with_capacity(settlements.len());
        for settlement in settlements {
            if self.redrives
                && let Some(earlier) = letter::take(&transaction, self.run, settlement)?
            {
                tally.less.add(earlier);
            }
            let known = write(&transaction, self.run, self.target, settlement, at)?;
            let outcome = if known.collides_with.is_some() { Outcome::Collision } else { settlement.outcome };
            tally.attempts += u64::from(settlement.attempts);
            let place = (settlement.file, settlement.row);
            let turns = if settlement.is_final() {
                tally.more.add(outcome);
                self.finished.insert(place.0, place.1)
            } else {
                // A redriven row whose last end was final, and whose new one is not: resuming must find it again.
                outcome != Outcome::Unprocessed && self.finished.remove(place.0, place.1)
            };
            if turns {
                changed.push(place);
            }
            settled.push(known);
        }
        let mut dirty: Vec<_> = changed.iter().map(|(file, row)| (*file, RowSet::chunk_of(*row))).collect();
        dirty.sort_unstable();
        dirty.dedup();
        write_chunks(&transaction, self.run, &self.finished, &dirty)?;
        tally.write(&transaction, self.run)?;
        transaction.commit()?;
        Ok(settled)
    }

    /// The one write that must survive even a power cut before the next request goes out. The lock keeps other runs away,
    /// but a lock's file can be taken away: of two that would send a venta, one alone finds it open here.
    fn intend(&mut self, settlement: &Settlement) -> Result<Settled, JournalError> {
        let write = || {
            self.connection.pragma_update(None, "synchronous", "FULL")?;
            let transaction = immediate(&self.connection)?;
            let closed = venta_is_closed(&transaction, self.target, &settlement.id)?;
            let settled = if closed {
                None
            } else {
                Some(write(&transaction, self.run, self.target, settlement, now())?)
            };
            transaction.commit()?;
            self.connection.pragma_update(None, "synchronous", "NORMAL")?;
            Ok(settled)
        };
        let settled = write().map_err(|error| sorted(&self.path, &error))?;
        settled.ok_or_else(|| JournalError::VentaTaken { id: settlement.id.clone() })
    }

    fn plan(&mut self, counts: &Counts, rows: RowSet) -> rusqlite::Result<()> {
        let transaction = self.connection.unchecked_transaction()?;
        transaction
            .execute("UPDATE runs SET plan = ?2 WHERE number = ?1", params![self.run, counts_to(counts)])?;
        let chunks = rows.chunk_numbers();
        self.finished.merge(rows);
        write_chunks(&transaction, self.run, &self.finished, &chunks)?;
        transaction.commit()
    }
}

impl Tally {
    fn write(&self, connection: &Connection, run: i64) -> rusqlite::Result<()> {
        let (more, less) = (&self.more, &self.less);
        let mut statement = connection.prepare_cached(
            "UPDATE runs SET delivered = delivered + ?2, duplicates = duplicates + ?3, rejected = rejected + ?4 - ?9,
             failed = failed + ?5 - ?10, collisions = collisions + ?6 - ?11, unknown = unknown + ?7 - ?12,
             attempts = attempts + ?8 WHERE number = ?1",
        )?;
        statement.execute(params![
            run,
            more.delivered,
            more.duplicates,
            more.rejected,
            more.failed,
            more.collisions,
            more.unknown,
            self.attempts,
            less.rejected,
            less.failed,
            less.collisions,
            less.unknown,
        ])?;
        Ok(())
    }
}

/// A transaction that writes from its beginning: what it reads is not changed by another process before its end.
fn immediate(connection: &Connection) -> rusqlite::Result<Transaction<'_>> {
    Transaction::new_unchecked(connection, TransactionBehavior::Immediate)
}

fn write_chunks(
    connection: &Connection,
    run: i64,
    rows: &RowSet,
    chunks: &[(u16, u64)],
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO finished_rows (run, file, chunk, bits) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (file, chunk) in chunks {
        statement.execute(params![run, file, chunk, rows.chunk(*file, *chunk)])?;
    }
    Ok(())
}

/// Writes one settlement: its receipt, the state of its venta, its dead letter.
fn write(
    connection: &Connection,
    run: i64,
    target: i64,
    settlement: &Settlement,
    at: i64,
) -> rusqlite::Result<Settled> {
    let mut settled = Settled::default();
    if settlement.outcome == Outcome::Duplicate {
        return Ok(settled);
    }
    match &settlement.id_presencia {
        Some(id_presencia) => {
            settled.collides_with = write_receipt(connection, run, target, settlement, id_presencia, at)?;
        }
        None if settlement.venta != VentaState::None => write_venta(connection, run, target, settlement)?,
        None => {}
    }
    if let Some(other) = &settled.collides_with {
        let error = collision_note(settlement, other);
        letter::write(connection, run, settlement, Outcome::Collision, &error, at)?;
    } else if let Some(error) = &settlement.error {
        letter::write(connection, run, settlement, settlement.outcome, error, at)?;
    }
    Ok(settled)
}

/// Writes a receipt unless its `id_presencia` belongs to another id, which it returns.
fn write_receipt(
    connection: &Connection,
    run: i64,
    target: i64,
    settlement: &Settlement,
    id_presencia: &str,
    at: i64,
) -> rusqlite::Result<Option<String>> {
    let id = stored_id(&settlement.id);
    let mut proof = Proof::new(settlement, id_presencia);
    let mut insert = connection.prepare_cached(
        "INSERT OR IGNORE INTO receipts (target, id, content, id_presencia, venta, venta_content, id_venta, run, file,
         row, attempts, status, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    let mut update = connection.prepare_cached(
        "UPDATE receipts SET content = ?3, id_presencia = ?4, venta = ?5, venta_content = ?6, id_venta = ?7, run = ?8,
         file = ?9, row = ?10, attempts = ?11, status = ?12, at = ?13 WHERE target = ?1 AND id = ?2",
    )?;
    let put = |statement: &mut Statement<'_>, proof: &Proof| {
        statement.execute(params![
            target,
            id,
            proof.content.0,
            proof.id_presencia,
            number(proof.venta),
            proof.venta_content.map(|content| content.0),
            proof.id_venta,
            run,
            settlement.file,
            settlement.row,
            settlement.attempts,
            settlement.http_status,
            at,
        ])
    };
    if put(&mut insert, &proof)? == 1 {
        return Ok(None);
    }
    let mut owner = connection
        .prepare_cached("SELECT id FROM receipts WHERE target = ?1 AND id_presencia = ?2 AND id <> ?3")?;
    let other: Option<String> =
        owner.query_row(params![target, id_presencia, id], |row| row.get(0)).optional()?;
    if other.is_some() {
        return Ok(other);
    }
    let mut keep = connection.prepare_cached(
        "INSERT OR REPLACE INTO earlier_receipts (run, target, id, file, row)
         SELECT run, target, id, file, row FROM receipts WHERE target = ?1 AND id = ?2 AND run <> ?3",
    )?;
    keep.execute(params![target, id, run])?;
    if let Some(known) = receipt::proof(connection, target, &settlement.id)? {
        proof = known;
        proof.take(settlement, is_of(connection, run, target, &settlement.id)?);
    }
    put(&mut update, &proof)?;
    Ok(None)
}

/// Whether a receipt was last written by `run`: an intent that stands is its own then, and it alone may take it back.
fn is_of(connection: &Connection, run: i64, target: i64, id: &str) -> rusqlite::Result<bool> {
    let mut find =
        connection.prepare_cached("SELECT 1 FROM receipts WHERE target = ?1 AND id = ?2 AND run = ?3")?;
    find.exists(params![target, stored_id(id), run])
}

/// Notes how far a venta came whose presencia has its receipt already.
fn write_venta(
    connection: &Connection,
    run: i64,
    target: i64,
    settlement: &Settlement,
) -> rusqlite::Result<()> {
    let Some(mut proof) = receipt::proof(connection, target, &settlement.id)? else { return Ok(()) };
    proof.take(settlement, is_of(connection, run, target, &settlement.id)?);
    let mut update = connection
        .prepare_cached("UPDATE receipts SET venta = ?3, venta_content = ?4 WHERE target = ?1 AND id = ?2")?;
    let venta_content = proof.venta_content.map(|content| content.0);
    update.execute(params![target, stored_id(&settlement.id), number(proof.venta), venta_content])?;
    Ok(())
}

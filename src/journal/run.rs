//! The journal of one run: holds the lock of its target, answers claims, and hands everything else to its writer.

use std::cell::RefCell;
use std::sync::{Arc, mpsc};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::file::{connect, sorted};
use super::filter::Filter;
use super::writer::{Order, Writer};
use super::{
    FindRunError, JournalFile, NewRun, RowSet, RunRecord, RunStatus, TargetLock, letter, receipt, record,
};
use crate::delivery::Delivery;
use crate::delivery::journal::{Claim, Journal, JournalError, Settled, Settlement};
use crate::report::event::Counts;

/// The journal of a run under way.
#[derive(Debug)]
pub struct RunJournal {
    id: String,
    number: i64,
    target: i64,
    path: std::path::PathBuf,
    reader: Connection,
    /// Ids that may have a receipt; none where every id has to be looked up.
    filter: RefCell<Option<Filter>>,
    /// Ids in doubt when the run began; those of letters that a resumed run takes away among them.
    doubted: Vec<String>,
    /// Those that are in doubt now, until something ends that may change them.
    in_doubt: RefCell<Option<Vec<String>>>,
    writer: Writer,
    _lock: TargetLock,
}

impl JournalFile {
    /// Begins a run and takes the lock of its target.
    pub fn start(&self, asked: &NewRun) -> Result<RunJournal, JournalError> {
        let lock = self.lock(&asked.target)?;
        let (number, id, target) =
            record::write(&self.connection, asked).map_err(|error| self.sorted(error))?;
        self.run_journal((id, number, target), RowSet::new(), Vec::new(), lock, false)
    }

    /// Goes on with a run and takes the lock of its target. Dead letters that resuming tries again are taken away.
    pub fn resume(&self, run: &RunRecord) -> Result<RunJournal, JournalError> {
        let lock = self.lock(&run.asked.target)?;
        self.demand_unchanged(run)?;
        let open = || {
            let transaction = self.connection.unchecked_transaction()?;
            if !runs_again(&transaction, run)? {
                return Ok(None);
            }
            let target = record::target_number(&transaction, &run.asked.target)?;
            let doubted = letter::in_doubt(&transaction, target)?;
            transaction.execute("DELETE FROM letters WHERE run = ?1 AND NOT final", [run.number])?;
            transaction.commit()?;
            Ok(Some((target, record::finished_rows(&self.connection, run.number)?, doubted)))
        };
        let opened = open().map_err(|error| self.sorted(error))?;
        let (target, finished, doubted) = opened.ok_or_else(|| self.not_here(run))?;
        self.run_journal((run.id.clone(), run.number, target), finished, doubted, lock, false)
    }

    /// Goes on with a run to send dead letters again, and takes the lock of its target. What becomes of a row replaces
    /// its letter, not before.
    pub fn redrive(&self, run: &RunRecord) -> Result<RunJournal, JournalError> {
        let lock = self.lock(&run.asked.target)?;
        self.demand_unchanged(run)?;
        let open = || {
            if !runs_again(&self.connection, run)? {
                return Ok(None);
            }
            let target = record::target_number(&self.connection, &run.asked.target)?;
            Ok(Some((target, record::finished_rows(&self.connection, run.number)?)))
        };
        let opened = open().map_err(|error| self.sorted(error))?;
        let (target, finished) = opened.ok_or_else(|| self.not_here(run))?;
        self.run_journal((run.id.clone(), run.number, target), finished, Vec::new(), lock, true)
    }

    /// What is left of a run was read before its lock was held, perhaps long before, while a person was asked: what another
    /// process made of it since then must not be done once more.
    fn demand_unchanged(&self, run: &RunRecord) -> Result<(), JournalError> {
        match self.find_run(&run.id) {
            Ok(now) if now.stands_as(run) => Ok(()),
            Ok(_) => Err(JournalError::WentOn { run: run.id.clone() }),
            Err(FindRunError::Journal(error)) => Err(error),
            Err(_) => Err(self.not_here(run)),
        }
    }

    fn not_here(&self, run: &RunRecord) -> JournalError {
        JournalError::OtherRun { path: self.path.display().to_string(), run: run.id.clone() }
    }

    fn run_journal(
        &self,
        (id, number, target): (String, i64, i64),
        finished: RowSet,
        doubted: Vec<String>,
        lock: TargetLock,
        redrives: bool,
    ) -> Result<RunJournal, JournalError> {
        let reader = connect(&self.path)?;
        let writer = Writer::start(&self.path, number, target, finished, redrives)?;
        let (filter, in_doubt) = (RefCell::new(None), RefCell::new(None));
        let path = self.path.clone();
        Ok(RunJournal { id, number, target, path, reader, filter, doubted, in_doubt, writer, _lock: lock })
    }
}

/// Marks a run as running again; false where this journal does not hold it, and so not its receipts either.
fn runs_again(connection: &Connection, run: &RunRecord) -> rusqlite::Result<bool> {
    let sql = "UPDATE runs SET status = 'running', ended = NULL WHERE number = ?1 AND id = ?2";
    Ok(connection.execute(sql, (run.number, &run.id))? == 1)
}

impl RunJournal {
    /// The id of the run.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The number of the run in this journal.
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Records what the first pass found, and which rows need nothing more because they are skipped, invalid or
    /// repeated. Waits until it is written.
    pub fn plan(&self, counts: &Counts, settled_rows: RowSet) -> Result<(), JournalError> {
        self.expect(counts.rows).map_err(|error| sorted(&self.path, &error))?;
        let (reply, answer) = mpsc::sync_channel(1);
        self.writer.give(Order::Plan { counts: *counts, rows: settled_rows, reply })?;
        answer.recv().unwrap_or_else(|_| Err(self.writer.gone()))
    }

    /// Prepares to answer claims of `rows` rows without a look-up each, where the target has few receipts so far.
    fn expect(&self, rows: u64) -> rusqlite::Result<()> {
        const FEW: u64 = 100_000;
        let mut ids = self.reader.prepare("SELECT id FROM receipts WHERE target = ?1 LIMIT ?2")?;
        let mut ids = ids.query([self.target, i64::try_from(FEW + 1).unwrap_or(i64::MAX)])?;
        let mut filter = Filter::new(rows + FEW);
        let mut receipts = 0;
        while let Some(id) = ids.next()? {
            filter.insert(id.get_ref(0)?.as_str()?);
            receipts += 1;
        }
        *self.filter.borrow_mut() = (receipts <= FEW).then_some(filter);
        Ok(())
    }

    /// Records the end of this part of the run, and gives the target free. Waits until it is written.
    pub fn finish(self, status: RunStatus, exit_code: u8) -> Result<(), JournalError> {
        let (reply, answer) = mpsc::sync_channel(1);
        self.writer.give(Order::Finish { status, exit_code, reply })?;
        answer.recv().unwrap_or_else(|_| Err(self.writer.gone()))
    }
}

impl Journal for RunJournal {
    async fn claim(&self, delivery: &Delivery) -> Result<Claim, JournalError> {
        // Only this run writes receipts of this target, since it holds the lock. Who got round it finds so in `intend`.
        let surely_new = self.filter.borrow_mut().as_mut().is_some_and(|filter| !filter.insert(&delivery.id));
        if surely_new {
            return Ok(Claim::New);
        }
        receipt::claim(&self.reader, self.target, delivery).map_err(|error| sorted(&self.path, &error))
    }

    async fn intend(&self, settlement: Settlement) -> Result<Settled, JournalError> {
        let (reply, answer) = oneshot::channel();
        self.writer.give(Order::Intend { settlement: Box::new(settlement), reply })?;
        answer.await.unwrap_or_else(|_| Err(self.writer.gone()))
    }

    async fn in_doubt(&self) -> Result<Vec<String>, JournalError> {
        if let Some(ids) = &*self.in_doubt.borrow() {
            return Ok(ids.clone());
        }
        let now = letter::in_doubt(&self.reader, self.target).map_err(|error| sorted(&self.path, &error))?;
        let ids: Vec<String> = self.doubted.iter().cloned().chain(now).collect();
        *self.in_doubt.borrow_mut() = Some(ids.clone());
        Ok(ids)
    }

    async fn settle(&self, settlements: Arc<Vec<Settlement>>) -> Result<Vec<Settled>, JournalError> {
        let well = |settlement: &Settlement| settlement.id_presencia.is_some();
        if !self.in_doubt.borrow().as_ref().is_some_and(Vec::is_empty) || !settlements.iter().all(well) {
            *self.in_doubt.borrow_mut() = None;
        }
        let (reply, answer) = oneshot::channel();
        self.writer.give(Order::Settle { settlements, reply })?;
        answer.await.unwrap_or_else(|_| Err(self.writer.gone()))
    }
}

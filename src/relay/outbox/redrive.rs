//! Dead letters: shown, and sent again.

use std::collections::HashMap;
use std::path::Path;

use bytes::Bytes;
use rusqlite::params;

use super::accept::key;
use super::schema::{DEAD, DONE};
use super::{Keeping, Outbox, OutboxError};
use crate::config::Lookup;
use crate::delivery::{Delivery, terminated};
use crate::lang::Said;

/// A webhook that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its number.
    pub seq: i64,
    /// By which people speak of it.
    pub delivery_id: String,
    /// `id_presencia_crm`.
    pub id: String,
    /// The stable word of the cause, or the code of the rule.
    pub class: String,
    /// What happened.
    pub message: Said,
    /// Status of the last answer.
    pub http_status: Option<u16>,
    /// HTTP tries.
    pub attempts: u32,
    /// When it was given up, in milliseconds since 1970.
    pub settled_at: i64,
    /// The findings of the rules as JSON, where it was never sent.
    pub findings: Option<String>,
}

/// Which dead letters to send again.
#[derive(Debug, Clone, Default)]
pub struct Redrive {
    /// Those of this cause alone; all where none is named.
    pub class: Option<String>,
    /// Leave what the receiver rejected where it is.
    pub leave_rejected: bool,
    /// What a person said of ventas in doubt, by their folded ids: whether they arrived.
    pub said: HashMap<String, bool>,
    /// What is appended to ids that collided; where it is empty, those stay, since they would only collide again.
    pub terminator: String,
}

/// What became of a redrive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Redriven {
    /// Queued again; a running relay takes them up within seconds, another one when it starts.
    pub queued: u64,
    /// Left alone: a rule forbids sending them as they are.
    pub refused: u64,
    /// Left alone: the sale may have arrived, and must not be sent twice.
    pub doubtful: u64,
    /// Left alone, as asked: the receiver rejected it.
    pub rejected: u64,
    /// Left alone: it would collide again under its id.
    pub collided: u64,
    /// Letters no more: a person said that the venta arrived.
    pub arrived: u64,
}

/// Sends the relay's dead letters in the journal's file `path` again, whether a relay is running or not.
///
/// What a rule forbade stays, since it would still be wrong; so does a sale in doubt, until somebody who has looked for it
/// says whether it is there.
pub fn redrive(path: &Path, which: &Redrive, now: i64) -> Result<Redriven, OutboxError> {
    let mut outbox = Outbox::open(path, Keeping::of_a_visitor())?;
    outbox.begin()?;
    let redriven = outbox.redrive(which, now);
    match redriven {
        Ok(redriven) => outbox.commit().map(|()| redriven),
        Err(error) => {
            outbox.roll_back();
            Err(error)
        }
    }
}

/// The relay's dead letters in the journal's file `path`, the oldest first, at most `most`.
pub fn dead_letters(path: &Path, most: u32) -> Result<Vec<DeadLetter>, OutboxError> {
    Outbox::open(path, Keeping::of_a_visitor())?.dead_letters(most)
}

/// How many dead letters the relay has in the journal's file `path`.
pub fn dead_count(path: &Path) -> Result<u64, OutboxError> {
    Outbox::open(path, Keeping::of_a_visitor())?.dead_count()
}

/// How many webhooks in the journal's file `path` wait for their delivery.
pub fn waiting(path: &Path) -> Result<u64, OutboxError> {
    Ok(Outbox::open(path, Keeping::of_a_visitor())?.depth())
}

impl Keeping {
    /// For those who only look at dead letters or queue them again.
    fn of_a_visitor() -> Self {
        Self { most: u64::MAX, target: String::new(), lookup: Lookup::Substring }
    }
}

impl Outbox {
    /// The dead letters, the oldest first, at most `most`.
    pub fn dead_letters(&self, most: u32) -> Result<Vec<DeadLetter>, OutboxError> {
        let mut find = self.conn.prepare_cached(
            "SELECT seq, delivery_id, id, class, error_en, error_es, http_status, attempts, settled_at, findings
             FROM relay_outbox WHERE state = 4 ORDER BY settled_at, seq LIMIT ?1",
        )?;
        let rows = find.query_map([most], |row| {
            Ok(DeadLetter {
                seq: row.get(0)?,
                delivery_id: row.get(1)?,
                id: row.get(2)?,
                class: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
                message: Said {
                    en: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
                    es: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
                },
                http_status: row.get(6)?,
                attempts: row.get(7)?,
                settled_at: row.get(8)?,
                findings: row.get(9)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Queues dead letters again.
    pub fn redrive(&mut self, which: &Redrive, now: i64) -> Result<Redriven, OutboxError> {
        let mut find = self.conn.prepare(
            "SELECT seq, lane, class, findings IS NOT NULL, id_key FROM relay_outbox WHERE state = ?1 ORDER BY seq",
        )?;
        let rows = find.query_map(params![DEAD], |row| {
            let class: Option<String> = row.get(2)?;
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, class, row.get(3)?, row.get(4)?))
        })?;
        let letters: Vec<(i64, i64, Option<String>, bool, String)> = rows.collect::<Result<_, _>>()?;
        drop(find);
        let mut redriven = Redriven::default();
        for (seq, lane, class, refused, id_key) in letters {
            if which.class.is_some() && which.class != class {
                continue;
            }
            match class.as_deref() {
                _ if refused => redriven.refused += 1,
                Some("unknown") if which.said.get(&id_key) == Some(&true) => {
                    self.arrived(seq, now)?;
                    redriven.arrived += 1;
                }
                Some("unknown") if !which.said.contains_key(&id_key) => redriven.doubtful += 1,
                Some("rejected") if which.leave_rejected => redriven.rejected += 1,
                Some("collision") if which.terminator.is_empty() => redriven.collided += 1,
                class => {
                    if class == Some("collision") {
                        self.terminate(seq, &which.terminator)?;
                    }
                    self.revive(seq, lane, None, now)?;
                    redriven.queued += 1;
                }
            }
        }
        Ok(redriven)
    }

    /// Calls a letter delivered, by a person's word.
    fn arrived(&self, seq: i64, now: i64) -> Result<(), OutboxError> {
        let mut done = self.conn.prepare_cached(
            "UPDATE relay_outbox SET state = ?2, body = NULL, class = NULL, error_en = NULL, error_es = NULL,
                settled_at = ?3
             WHERE seq = ?1",
        )?;
        done.execute(params![seq, DONE, now])?;
        Ok(())
    }

    /// Gives a letter an id that the receiver finds inside no other one.
    fn terminate(&self, seq: i64, terminator: &str) -> Result<(), OutboxError> {
        let mut find = self.conn.prepare_cached("SELECT body FROM relay_outbox WHERE seq = ?1")?;
        let body: Vec<u8> = find.query_row([seq], |row| row.get(0))?;
        let body = terminated(&Bytes::from(body), terminator);
        // Only what can be delivered was queued.
        let Ok(delivery) = Delivery::from_json((0, 0), &body) else { return Ok(()) };
        let mut update = self.conn.prepare_cached(
            "UPDATE relay_outbox SET id = ?2, id_key = ?3, body = ?4, content = ?5, venta = ?6 WHERE seq = ?1",
        )?;
        update.execute(params![
            seq,
            delivery.id,
            key(&delivery.id),
            &*body,
            delivery.content.0,
            delivery.venta_content.map(|venta| venta.0),
        ])?;
        Ok(())
    }
}

//! Notes how attempts ended.

use rusqlite::{OptionalExtension, params};

use super::schema::{BEHIND, DEAD, DONE};
use super::{Outbox, OutboxError};
use crate::lang::Said;

/// Milliseconds beyond the longest step of the schedule, which chance makes a fifth longer.
const LONGEST_WAIT: i64 = 36 * 3600 * 1000;

/// How an attempt ended, or several in a row without a pause.
#[derive(Debug, Clone)]
pub struct End {
    /// Number of the entry.
    pub seq: i64,
    /// HTTP tries.
    pub attempts: u32,
    /// Status of the last answer.
    pub http_status: Option<u16>,
    /// Whether the presencia may be stored, though no answer says so.
    pub maybe_stored: bool,
    /// What it means for the entry.
    pub ending: Ending,
}

/// What the end of an attempt means for its entry.
#[derive(Debug, Clone)]
pub enum Ending {
    /// The receiver gave a receipt.
    Delivered {
        /// The receipt.
        id_presencia: Option<String>,
    },
    /// Given up.
    Dead {
        /// The stable word of the cause.
        class: String,
        /// What happened.
        message: Said,
    },
    /// To be tried again.
    Again {
        /// When, in milliseconds since 1970.
        next_at: i64,
        /// Steps of the schedule used up, including this one.
        retries: u32,
        /// Failures that look like the entry's own fault.
        strikes: u32,
        /// The stable word of the cause.
        class: &'static str,
        /// What happened.
        message: Said,
    },
    /// To be tried again when the receiver is well: what failed was not this entry's affair.
    Held {
        /// The stable word of the cause.
        class: &'static str,
        /// What happened.
        message: Said,
    },
}

/// What an entry has behind it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct History {
    /// Steps of the schedule used up.
    pub retries: u32,
    /// Failures that look like the entry's own fault.
    pub strikes: u32,
    /// When it failed last, in milliseconds since 1970.
    pub tried_at: Option<i64>,
    /// When it was received.
    pub received_at: i64,
}

impl Outbox {
    /// What the entry `seq` has behind it; none where it is settled.
    pub fn history(&self, seq: i64) -> Result<Option<History>, OutboxError> {
        let mut find = self.conn.prepare_cached(
            "SELECT retries, strikes, tried_at, received_at FROM relay_outbox WHERE seq = ?1 AND state < 3",
        )?;
        let history = find.query_row([seq], |row| {
            Ok(History {
                retries: row.get(0)?,
                strikes: row.get(1)?,
                tried_at: row.get(2)?,
                received_at: row.get(3)?,
            })
        });
        Ok(history.optional()?)
    }

    /// Notes `end` at `now`. An entry that is settled already stays as it is.
    pub fn settle(&mut self, end: &End, now: i64) -> Result<(), OutboxError> {
        let mut find =
            self.conn.prepare_cached("SELECT id, lane FROM relay_outbox WHERE seq = ?1 AND state < 3")?;
        let entry: Option<(String, i64)> =
            find.query_row([end.seq], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        drop(find);
        let Some((id, lane)) = entry else { return Ok(()) };
        match &end.ending {
            Ending::Delivered { id_presencia } => {
                let mut done = self.conn.prepare_cached(
                    "UPDATE relay_outbox SET state = ?2, body = NULL, id_presencia = ?3, target = ?4, settled_at = ?5,
                        attempts = attempts + ?6, http_status = ?7, class = NULL, error_en = NULL, error_es = NULL,
                        blocked_by = NULL
                     WHERE seq = ?1",
                )?;
                let target = &self.keeping.target;
                done.execute(params![
                    end.seq,
                    DONE,
                    id_presencia,
                    target,
                    now,
                    end.attempts,
                    end.http_status
                ])?;
                drop(done);
                self.count_hour(now, "delivered")?;
                self.release(end.seq, lane)
            }
            Ending::Dead { class, message } => {
                let mut dead = self.conn.prepare_cached(
                    "UPDATE relay_outbox SET state = ?2, settled_at = ?3, attempts = attempts + ?4, http_status = ?5,
                        class = ?6, error_en = ?7, error_es = ?8, blocked_by = NULL
                     WHERE seq = ?1",
                )?;
                let status = end.http_status;
                dead.execute(params![
                    end.seq,
                    DEAD,
                    now,
                    end.attempts,
                    status,
                    class,
                    message.en,
                    message.es
                ])?;
                drop(dead);
                self.count_hour(now, "dead")?;
                self.note_cause(class, status, &id, now)?;
                self.release(end.seq, lane)
            }
            Ending::Again { next_at, retries, strikes, class, message } => {
                let mut again = self.conn.prepare_cached(
                    "UPDATE relay_outbox SET next_at = ?2, tried_at = ?3, retries = ?4, strikes = ?5,
                        attempts = attempts + ?6, http_status = ?7, class = ?8, error_en = ?9, error_es = ?10,
                        maybe_stored = max(maybe_stored, ?11)
                     WHERE seq = ?1",
                )?;
                again.execute(params![
                    end.seq,
                    next_at,
                    now,
                    retries,
                    strikes,
                    end.attempts,
                    end.http_status,
                    class,
                    message.en,
                    message.es,
                    end.maybe_stored
                ])?;
                drop(again);
                self.count_hour(now, "retried")?;
                self.note_cause(class, end.http_status, &id, now)
            }
            Ending::Held { class, message } => {
                let mut held = self.conn.prepare_cached(
                    "UPDATE relay_outbox SET tried_at = ?2, attempts = attempts + ?3, http_status = ?4, class = ?5,
                        error_en = ?6, error_es = ?7, maybe_stored = max(maybe_stored, ?8)
                     WHERE seq = ?1",
                )?;
                let (status, attempts) = (end.http_status, end.attempts);
                held.execute(params![
                    end.seq,
                    now,
                    attempts,
                    status,
                    class,
                    message.en,
                    message.es,
                    end.maybe_stored
                ])?;
                drop(held);
                self.count_hour(now, "retried")?;
                self.note_cause(class, end.http_status, &id, now)
            }
        }
    }

    /// Lets those go on that waited for `seq`, and its lane.
    fn release(&mut self, seq: i64, lane: i64) -> Result<(), OutboxError> {
        self.depth = self.depth.saturating_sub(1);
        let mut free = self.conn.prepare_cached(
            "UPDATE relay_outbox SET state = ?2, blocked_by = NULL WHERE blocked_by = ?1 RETURNING lane",
        )?;
        let lanes = free.query_map(params![seq, BEHIND], |row| row.get(0))?;
        let mut lanes: Vec<i64> = lanes.collect::<Result<_, _>>()?;
        drop(free);
        lanes.push(lane);
        lanes.iter().try_for_each(|lane| self.promote(*lane))
    }

    /// Makes everything due that waits because of the receiver: it is well again. Returns how many.
    pub fn hurry(&mut self, now: i64) -> Result<usize, OutboxError> {
        let mut hurry = self.conn.prepare_cached(
            "UPDATE relay_outbox SET next_at = ?1 WHERE state = 0 AND next_at > ?1 AND strikes = 0",
        )?;
        Ok(hurry.execute([now])?)
    }

    /// Brings times back that lie further ahead than any wait: they were written by a clock that was ahead, and nobody would
    /// look at them for as long. Returns how many.
    pub fn trust_the_clock(&mut self, now: i64) -> Result<usize, OutboxError> {
        let mut bring = self.conn.prepare_cached(
            "UPDATE relay_outbox SET next_at = min(next_at, ?1), received_at = min(received_at, ?1),
                tried_at = min(tried_at, ?1)
             WHERE state < 3 AND (next_at > ?1 + ?2 OR received_at > ?1 + ?2)",
        )?;
        Ok(bring.execute(params![now, LONGEST_WAIT])?)
    }

    /// Forgets what was delivered before `before`, at most `most` entries at a time; returns how many.
    pub fn forget(&mut self, before: i64, most: u32) -> Result<usize, OutboxError> {
        let mut forget = self.conn.prepare_cached(
            "DELETE FROM relay_outbox WHERE seq IN
                (SELECT seq FROM relay_outbox WHERE state = 3 AND settled_at < ?1 LIMIT ?2)",
        )?;
        Ok(forget.execute(params![before, most])?)
    }
}

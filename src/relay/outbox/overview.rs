//! How the outbox stands, for the status page, the metrics and the log.

use rusqlite::{OptionalExtension, params};

use super::{Outbox, OutboxError};
use crate::queue::backlog::Backlog;

/// Milliseconds in an hour.
pub(super) const HOUR: i64 = 3_600_000;
/// Hours that are kept.
const KEPT_HOURS: i64 = 24 * 14;

/// One hour's counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hour {
    /// Hours since 1970.
    pub hour: i64,
    /// Webhooks queued.
    pub accepted: u64,
    /// Repeats of what was there.
    pub repeated: u64,
    /// Delivered.
    pub delivered: u64,
    /// Failed attempts that are tried again.
    pub retried: u64,
    /// Given up.
    pub dead: u64,
}

/// Why attempts failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The stable word, or the code of a rule.
    pub class: String,
    /// Status of the answer, where there was one.
    pub http_status: Option<u16>,
    /// How often.
    pub count: u64,
    /// When it happened last, in milliseconds since 1970.
    pub last_at: i64,
    /// The id to which it happened last.
    pub last_id: String,
}

/// How a queue stands that takes the place of the outbox.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Queued {
    /// What `--queue` takes to come there, without secrets.
    pub address: String,
    /// What waits in each partition.
    pub partitions: Vec<Backlog>,
}

/// How the outbox stands, or the queue that takes its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overview {
    /// Webhooks that wait for their delivery.
    pub depth: u64,
    /// When the oldest of them was received, in milliseconds since 1970.
    pub oldest: Option<i64>,
    /// Dead letters.
    pub dead: u64,
    /// The last hours that saw anything, the latest first.
    pub hours: Vec<Hour>,
    /// Causes, the latest first.
    pub causes: Vec<Cause>,
    /// Set where a queue takes the outbox's place: others deliver, and the hours know what was taken alone.
    pub queued: Option<Queued>,
}

impl Outbox {
    /// How the outbox stands, with the last `hours` hours before `now`.
    pub fn overview(&self, now: i64, hours: u32) -> Result<Overview, OutboxError> {
        Ok(Overview {
            depth: self.depth,
            oldest: self.oldest()?,
            dead: self.dead_count()?,
            hours: self.hours(now, hours)?,
            causes: self.causes()?,
            queued: None,
        })
    }

    /// How many dead letters there are.
    pub fn dead_count(&self) -> Result<u64, OutboxError> {
        let mut count = self.conn.prepare_cached("SELECT count(*) FROM relay_outbox WHERE state = 4")?;
        Ok(count.query_row([], |row| row.get(0))?)
    }

    /// When the oldest waiting webhook was received.
    pub fn oldest(&self) -> Result<Option<i64>, OutboxError> {
        let mut find = self.conn.prepare_cached(
            "SELECT received_at FROM relay_outbox WHERE state < 3 ORDER BY received_at LIMIT 1",
        )?;
        Ok(find.query_row([], |row| row.get(0)).optional()?)
    }

    fn hours(&self, now: i64, hours: u32) -> Result<Vec<Hour>, OutboxError> {
        let mut find = self.conn.prepare_cached(
            "SELECT hour, accepted, repeated, delivered, retried, dead FROM relay_hours WHERE hour > ?1
             ORDER BY hour DESC",
        )?;
        let rows = find.query_map([now / HOUR - i64::from(hours)], |row| {
            Ok(Hour {
                hour: row.get(0)?,
                accepted: row.get(1)?,
                repeated: row.get(2)?,
                delivered: row.get(3)?,
                retried: row.get(4)?,
                dead: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn causes(&self) -> Result<Vec<Cause>, OutboxError> {
        let mut find = self.conn.prepare_cached(
            "SELECT class, http_status, count, last_at, last_id FROM relay_causes ORDER BY last_at DESC LIMIT 20",
        )?;
        let rows = find.query_map([], |row| {
            let status: u16 = row.get(1)?;
            Ok(Cause {
                class: row.get(0)?,
                http_status: (status != 0).then_some(status),
                count: row.get(2)?,
                last_at: row.get(3)?,
                last_id: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Counts one in the hour of `now`; `what` is a column of this file's own.
    pub(super) fn count_hour(&self, now: i64, what: &'static str) -> Result<(), OutboxError> {
        let mut count = self.conn.prepare_cached(&format!(
            "INSERT INTO relay_hours (hour, {what}) VALUES (?1, 1)
             ON CONFLICT (hour) DO UPDATE SET {what} = {what} + 1"
        ))?;
        count.execute([now / HOUR])?;
        Ok(())
    }

    /// Notes why an attempt failed.
    pub(super) fn note_cause(
        &self,
        class: &str,
        status: Option<u16>,
        id: &str,
        now: i64,
    ) -> Result<(), OutboxError> {
        let mut note = self.conn.prepare_cached(
            "INSERT INTO relay_causes VALUES (?1, ?2, 1, ?3, ?4)
             ON CONFLICT (class, http_status) DO UPDATE SET count = count + 1, last_at = ?3, last_id = ?4",
        )?;
        note.execute(params![class, status.unwrap_or(0), now, id])?;
        Ok(())
    }

    /// Forgets hours and causes that nobody looks at any more.
    pub fn forget_history(&mut self, now: i64) -> Result<(), OutboxError> {
        let oldest = now / HOUR - KEPT_HOURS;
        self.conn.execute("DELETE FROM relay_hours WHERE hour < ?1", [oldest])?;
        self.conn.execute("DELETE FROM relay_causes WHERE last_at < ?1", [oldest * HOUR])?;
        Ok(())
    }
}

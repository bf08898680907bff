//! Finds what may be sent now.

use std::collections::HashSet;

use bytes::Bytes;
use rusqlite::{OptionalExtension, params};

use super::schema::{BLOCKED, HEAD};
use super::{Outbox, OutboxError};
use crate::config::Lookup;

/// An entry that may be sent.
#[derive(Debug, Clone)]
pub struct Due {
    /// Its number; never used twice.
    pub seq: i64,
    /// What is sent.
    pub body: Bytes,
    /// When it was received, in milliseconds since 1970.
    pub received_at: i64,
}

/// What may be sent now, and when to look again.
#[derive(Debug, Clone, Default)]
pub struct DueNow {
    /// In the order in which they became due.
    pub entries: Vec<Due>,
    /// When the next one becomes due, where one waits for its time.
    pub next_at: Option<i64>,
}

struct Candidate {
    due: Due,
    id_key: String,
    lane: i64,
    /// Whether it was sent before and may be stored.
    maybe_stored: bool,
}

impl Outbox {
    /// Finds up to `most` entries that may be sent at `now` and are not among the `flying`. Where `early`, the next
    /// ones whatever their time: for a probe.
    pub fn due(
        &mut self,
        now: i64,
        flying: &HashSet<i64>,
        most: usize,
        early: bool,
    ) -> Result<DueNow, OutboxError> {
        let mut entries: Vec<Due> = Vec::new();
        let until = if early { i64::MAX } else { now };
        loop {
            // Those that fly are still heads: they must not use up the limit.
            let candidates = self.candidates(until, most + flying.len())?;
            let mut held = false;
            for one in candidates {
                let seq = one.due.seq;
                let taken = flying.contains(&seq) || entries.iter().any(|due| due.seq == seq);
                if taken || entries.len() >= most {
                    continue;
                }
                match self.blocker(&one)? {
                    Some(blocker) => {
                        self.block(&one, blocker)?;
                        held = true;
                    }
                    None => entries.push(one.due),
                }
            }
            // Blocking may have made others heads, and made room within the limit.
            if !held || entries.len() >= most {
                break;
            }
        }
        let next_at = if entries.len() < most { self.next_at(now, flying)? } else { Some(now) };
        Ok(DueNow { entries, next_at })
    }

    fn candidates(&self, until: i64, most: usize) -> Result<Vec<Candidate>, OutboxError> {
        let mut find = self.conn.prepare_cached(
            "SELECT seq, body, received_at, id_key, lane, maybe_stored FROM relay_outbox
             WHERE state = 0 AND next_at <= ?1 ORDER BY next_at, seq LIMIT ?2",
        )?;
        let rows = find.query_map(params![until, i64::try_from(most).unwrap_or(i64::MAX)], |row| {
            let body: Vec<u8> = row.get(1)?;
            Ok(Candidate {
                due: Due { seq: row.get(0)?, body: Bytes::from(body), received_at: row.get(2)? },
                id_key: row.get(3)?,
                lane: row.get(4)?,
                maybe_stored: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The unsettled entry that must be settled before `candidate`: an earlier one of the same id; one whose id is a proper
    /// prefix, since the receiver would find the longer one when it looks for the shorter; or, where the longer one may be
    /// stored already, that one: only who knows its receipt sees that it was found.
    fn blocker(&self, candidate: &Candidate) -> Result<Option<i64>, OutboxError> {
        let key = &candidate.id_key;
        let mut find = self.conn.prepare_cached(
            "SELECT seq FROM relay_outbox WHERE state < 3 AND id_key = ?1 AND seq < ?2 ORDER BY seq LIMIT 1",
        )?;
        let earlier = find.query_row(params![key, candidate.due.seq], |row| row.get(0)).optional()?;
        if earlier.is_some() || self.keeping.lookup == Lookup::Exact {
            return Ok(earlier);
        }
        let mut find = self.conn.prepare_cached(
            "SELECT seq FROM relay_outbox WHERE state < 3 AND id_key > ?1 AND id_key < ?2 AND maybe_stored LIMIT 1",
        )?;
        let longer = find.query_row([key, &format!("{key}\u{10ffff}")], |row| row.get(0)).optional()?;
        if longer.is_some() || candidate.maybe_stored {
            return Ok(longer);
        }
        let mut find = self.conn.prepare_cached(
            "SELECT seq FROM relay_outbox WHERE state < 3 AND id_key IN (SELECT value FROM json_each(?1)) LIMIT 1",
        )?;
        let prefixes: Vec<&str> = key.char_indices().skip(1).map(|(at, _)| &key[..at]).collect();
        let prefixes = serde_json::to_string(&prefixes).unwrap_or_default();
        Ok(find.query_row([prefixes], |row| row.get(0)).optional()?)
    }

    /// Lets `candidate` wait for `blocker`; the next of its lane goes on without it, so that no two lanes can wait for
    /// each other.
    fn block(&mut self, candidate: &Candidate, blocker: i64) -> Result<(), OutboxError> {
        let mut block =
            self.conn.prepare_cached("UPDATE relay_outbox SET state = ?2, blocked_by = ?3 WHERE seq = ?1")?;
        block.execute(params![candidate.due.seq, BLOCKED, blocker])?;
        drop(block);
        self.promote(candidate.lane)
    }

    /// Makes the earliest entry behind the head of `lane` its head, where it has none.
    pub(super) fn promote(&mut self, lane: i64) -> Result<(), OutboxError> {
        let mut promote = self.conn.prepare_cached(
            "UPDATE relay_outbox SET state = ?2
             WHERE seq = (SELECT min(seq) FROM relay_outbox WHERE lane = ?1 AND state < 3 AND state = 1)
               AND NOT EXISTS (SELECT 1 FROM relay_outbox WHERE lane = ?1 AND state < 3 AND state = 0)",
        )?;
        promote.execute(params![lane, HEAD])?;
        Ok(())
    }

    /// When the next head becomes due.
    fn next_at(&self, now: i64, flying: &HashSet<i64>) -> Result<Option<i64>, OutboxError> {
        let mut find = self.conn.prepare_cached(
            "SELECT seq, next_at FROM relay_outbox WHERE state = 0 ORDER BY next_at, seq LIMIT ?1",
        )?;
        let mut rows = find.query([i64::try_from(flying.len() + 1).unwrap_or(i64::MAX)])?;
        while let Some(row) = rows.next()? {
            if !flying.contains(&row.get::<_, i64>(0)?) {
                return Ok(Some(row.get::<_, i64>(1)?.max(now)));
            }
        }
        Ok(None)
    }
}

//! Takes webhooks in.

use rusqlite::{OptionalExtension, params};

use super::schema::{BEHIND, DEAD, DONE, HEAD};
use super::{Arrival, Outbox, OutboxError};
use crate::delivery::ContentHash;

/// What became of an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptance {
    /// It waits for its delivery.
    Queued,
    /// It waits already, or is delivered, with the same content.
    Repeated,
    /// It was given up before, and waits again.
    Revived,
    /// A rule forbids sending it: a dead letter.
    Refused,
}

/// The answer to an arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// By which people speak of it; a repeat has that of the first one.
    pub delivery_id: String,
    /// What became of it.
    pub acceptance: Acceptance,
}

/// An entry with the same id and content.
struct Same {
    seq: i64,
    delivery_id: String,
    state: i64,
    refused: bool,
    lane: i64,
}

impl Outbox {
    /// Takes `arrival` in at `now`, unless it is there already.
    ///
    /// Other content under an id that still waits is queued behind it: where the first one is delivered the second
    /// becomes a dead letter (X05), where the first one is given up the second may be its correction.
    pub fn accept(&mut self, arrival: &Arrival, now: i64) -> Result<Accepted, OutboxError> {
        if let Some(same) = self.same(arrival)? {
            return self.accept_again(arrival, same, now);
        }
        if self.depth >= self.keeping.most && arrival.refused.is_none() {
            return Err(OutboxError::QueueFull);
        }
        let delivery_id = uuid::Uuid::now_v7().to_string();
        let state = match arrival.refused {
            Some(_) => DEAD,
            None => self.place_in_lane(arrival.lane)?,
        };
        let refused = arrival.refused.as_ref();
        let mut insert = self.conn.prepare_cached(
            "INSERT INTO relay_outbox (delivery_id, id, id_key, lane, content, venta, body, state, received_at, next_at,
                class, error_en, error_es, findings, settled_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?;
        insert.execute(params![
            delivery_id,
            arrival.id,
            key(&arrival.id),
            arrival.lane,
            arrival.content.0,
            arrival.venta.map(|venta| venta.0),
            &*arrival.body,
            state,
            now,
            refused.map(|refused| refused.code),
            refused.map(|refused| &refused.message.en),
            refused.map(|refused| &refused.message.es),
            refused.map(|refused| &refused.findings),
            refused.map(|_| now),
        ])?;
        drop(insert);
        if let Some(refused) = refused {
            self.count_hour(now, "dead")?;
            self.note_cause(refused.code, None, &arrival.id, now)?;
            return Ok(Accepted { delivery_id, acceptance: Acceptance::Refused });
        }
        self.depth += 1;
        self.count_hour(now, "accepted")?;
        Ok(Accepted { delivery_id, acceptance: Acceptance::Queued })
    }

    fn accept_again(&mut self, arrival: &Arrival, same: Same, now: i64) -> Result<Accepted, OutboxError> {
        let mut count =
            self.conn.prepare_cached("UPDATE relay_outbox SET received = received + 1 WHERE seq = ?1")?;
        count.execute([same.seq])?;
        drop(count);
        self.count_hour(now, "repeated")?;
        let acceptance = if same.state != DEAD {
            Acceptance::Repeated
        } else if arrival.refused.is_some() {
            Acceptance::Refused
        } else {
            // What was given up because of a rule would pass it now; whatever else it was, it is wanted again.
            self.revive(same.seq, same.lane, same.refused.then_some(&arrival.body[..]), now)?;
            Acceptance::Revived
        };
        Ok(Accepted { delivery_id: same.delivery_id, acceptance })
    }

    fn same(&self, arrival: &Arrival) -> Result<Option<Same>, OutboxError> {
        let mut find = self.conn.prepare_cached(
            "SELECT seq, delivery_id, state, findings IS NOT NULL, lane FROM relay_outbox
             WHERE id_key = ?1 AND content = ?2 AND venta IS ?3 AND (state <> ?4 OR target = ?5)
             ORDER BY seq DESC LIMIT 1",
        )?;
        let venta: Option<[u8; 16]> = arrival.venta.map(|ContentHash(venta)| venta);
        let same = find.query_row(
            params![key(&arrival.id), arrival.content.0, venta, DONE, self.keeping.target],
            |row| {
                Ok(Same {
                    seq: row.get(0)?,
                    delivery_id: row.get(1)?,
                    state: row.get(2)?,
                    refused: row.get(3)?,
                    lane: row.get(4)?,
                })
            },
        );
        Ok(same.optional()?)
    }

    /// The state of a new entry in `lane`: its head, or behind it.
    pub(super) fn place_in_lane(&self, lane: i64) -> Result<i64, OutboxError> {
        let mut find = self.conn.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM relay_outbox WHERE lane = ?1 AND state < 3 AND state IN (0, 1))",
        )?;
        let taken: bool = find.query_row([lane], |row| row.get(0))?;
        Ok(if taken { BEHIND } else { HEAD })
    }

    /// Queues a dead letter again; `body` replaces what was kept of it.
    pub(super) fn revive(
        &mut self,
        seq: i64,
        lane: i64,
        body: Option<&[u8]>,
        now: i64,
    ) -> Result<(), OutboxError> {
        let state = self.place_in_lane(lane)?;
        let mut revive = self.conn.prepare_cached(
            "UPDATE relay_outbox SET state = ?2, next_at = ?3, body = coalesce(?4, body), retries = 0, strikes = 0,
                tried_at = NULL, blocked_by = NULL, class = NULL, http_status = NULL, error_en = NULL, error_es = NULL,
                findings = NULL, settled_at = NULL
             WHERE seq = ?1",
        )?;
        revive.execute(params![seq, state, now, body])?;
        drop(revive);
        self.depth += 1;
        Ok(())
    }
}

/// Ids compare without case, as the receiver compares them.
pub(super) fn key(id: &str) -> String {
    id.to_lowercase()
}

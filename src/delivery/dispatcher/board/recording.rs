//! What the recorder takes from the board, and what it brings back.

use std::time::Duration;

use tokio::time::Instant;

use super::{Board, Mark};
use crate::config::MaxFailures;
use crate::delivery::journal::{Settlement, VentaState};
use crate::delivery::order::Seq;
use crate::delivery::stop::Stop;
use crate::report::event::{Outcome, ProgressNote};

impl Board<'_> {
    pub(in crate::delivery::dispatcher) async fn to_record(&self) {
        self.to_record.notified().await;
    }

    /// How many ends wait, and whether more can come.
    pub(in crate::delivery::dispatcher) fn unrecorded(&self) -> (usize, bool) {
        let state = self.state.borrow();
        (state.pending.len(), state.closed)
    }

    pub(in crate::delivery::dispatcher) fn take_unrecorded(&self) -> Vec<(Mark, Settlement)> {
        std::mem::take(&mut self.state.borrow_mut().pending)
    }

    /// Notes that the end of a delivery is on record; true where that makes one failure too many.
    pub(in crate::delivery::dispatcher) fn recorded(&self, seq: Seq, settlement: &Settlement) {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        if settlement.outcome == Outcome::Unprocessed {
            state.unfinished.push((settlement.file, settlement.row));
        } else {
            state.counts.add(settlement.outcome);
        }
        for _ in 0..state.order.recorded(seq) {
            self.news.notify_one();
        }
        let wrong =
            !matches!(settlement.outcome, Outcome::Delivered | Outcome::Duplicate | Outcome::Unprocessed);
        if !wrong {
            return;
        }
        state.failures += 1;
        #[expect(clippy::cast_precision_loss, reason = "a share of rows needs no more than 52 bits")]
        let too_many = self.settings.max_failures.is_some_and(|most| match most {
            MaxFailures::Count(most) => state.failures >= most,
            MaxFailures::Percent(share) => {
                state.failures as f64 * 100.0 >= share * self.settings.total.max(state.counts.rows) as f64
            }
        });
        if too_many && state.stop.is_none() {
            state.stop = Some(Stop::TooManyFailures(state.failures));
            self.stopped.notify_one();
            self.room.notify_one();
            self.news.notify_waiters();
            self.news.notify_one();
        }
    }

    /// Notes that the end of a delivery could not be recorded: it counts as not processed, and is sent again when the
    /// run is resumed, which is harmless for a presencia.
    pub(in crate::delivery::dispatcher) fn not_recorded(&self, seq: Seq, settlement: &Settlement) {
        let mut state = self.state.borrow_mut();
        if matches!(settlement.venta, VentaState::Delivered | VentaState::Doubtful) {
            // Its intent is on disk, so that the journal calls it unknown from now on.
            state.counts.add(Outcome::Unknown);
        } else {
            state.unfinished.push((settlement.file, settlement.row));
        }
        state.order.recorded(seq);
    }

    /// Wakes workers that wait for the journal to catch up.
    pub(in crate::delivery::dispatcher) fn caught_up(&self) {
        self.news.notify_one();
    }

    pub(in crate::delivery::dispatcher) fn progress(&self) -> ProgressNote {
        let state = self.state.borrow();
        let counts = &state.counts;
        ProgressNote {
            done: counts.duplicates
                + counts.delivered
                + counts.rejected
                + counts.failed
                + counts.collisions
                + counts.unknown,
            total: self.settings.total,
            jobs: state.pace.limit(),
            rate: self.settings.rate,
            waiting: state.parked.len() as u64,
            next_try: state
                .parked
                .peek()
                .map_or(Duration::ZERO, |parked| parked.due.saturating_duration_since(Instant::now())),
        }
    }
}

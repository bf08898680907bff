//! The end of a run: why it stops, what becomes of whatever is still under way, and what it came to.

use std::time::Duration;

use super::{Board, Flight, Mark, State, Step};
use crate::delivery::dispatcher::RunEnd;
use crate::delivery::journal::VentaState;
use crate::delivery::stop::Stop;
use crate::delivery::verdict::settle_hint;
use crate::report::event::{ErrorNote, Outcome};
use crate::said;

impl Board<'_> {
    /// Stops the run: no further delivery starts. The first reason stays.
    pub(in crate::delivery::dispatcher) fn stop(&self, stop: Stop) {
        let mut state = self.state.borrow_mut();
        state.stop.get_or_insert(stop);
        drop(state);
        self.stopped.notify_waiters();
        self.stopped.notify_one();
        self.room.notify_one();
        self.news.notify_waiters();
        self.news.notify_one();
    }

    /// Judges what is still in the air, and what never started: after this nothing is.
    pub(in crate::delivery::dispatcher) fn abandon(&self) {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        for (seq, delivery, step, attempts) in std::mem::take(&mut state.air) {
            if step != Step::Venta {
                state.unfinished.push((delivery.file, delivery.row));
                continue;
            }
            let flight = Flight {
                seq,
                delivery,
                step,
                attempts,
                retries: 0,
                fives: 0,
                alone: false,
                status: None,
                took: Duration::ZERO,
                maybe_stored: false,
                id_presencia: None,
            };
            let mut settlement = flight.settlement(Outcome::Unknown, VentaState::Doubtful);
            settlement.error = Some(ErrorNote {
                class: "unknown",
                message: said!(
                    en: "interrupted while the venta was being sent",
                    es: "interrumpido mientras se enviaba la venta"
                ),
                hint: settle_hint(),
                rule: None,
                fields: Vec::new(),
            });
            self.record(state, (Mark { seq, took: Duration::ZERO }, settlement));
        }
        let waiting = std::mem::take(&mut state.admitted).into_values();
        state.unfinished.extend(waiting.map(|flight| (flight.delivery.file, flight.delivery.row)));
        let parked = std::mem::take(&mut state.parked).into_iter().map(|parked| parked.flight);
        let parked: Vec<_> = parked.chain(std::mem::take(&mut state.alone)).collect();
        for flight in parked {
            if flight.id_presencia.is_none() {
                state.unfinished.push((flight.delivery.file, flight.delivery.row));
            } else {
                let settlement = flight.settlement(Outcome::Unprocessed, flight.unsent_venta());
                self.record(state, (Mark { seq: flight.seq, took: flight.took }, settlement));
            }
        }
    }

    /// Lets the recorder go home once it has recorded everything.
    pub(in crate::delivery::dispatcher) fn close(&self) {
        self.state.borrow_mut().closed = true;
        self.to_record.notify_one();
    }

    /// How the run ended.
    pub(in crate::delivery::dispatcher) fn end(self) -> RunEnd {
        let State { mut counts, stop, attempts, latency, mut unfinished, .. } = self.state.into_inner();
        unfinished.sort_unstable();
        counts.unprocessed += unfinished.len() as u64;
        RunEnd { counts, stop, attempts, latency, unfinished }
    }
}

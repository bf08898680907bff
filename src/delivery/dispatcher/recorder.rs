//! The recorder: hands the ends of deliveries to the journal in groups, and tells the observer once they are recorded.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::board::{Board, Mark};
use crate::delivery::journal::{Journal, Settled, Settlement, collision_note};
use crate::delivery::stop::Stop;
use crate::report::event::{DeliveryNote, Event, Observer, Outcome};

/// Ends that are recorded together at most before the next group begins.
pub(super) const GROUP: usize = 256;
/// Time between two looks at the progress.
const TELL: Duration = Duration::from_millis(250);

/// Records what the workers finish.
pub(super) struct Recorder<'r, 's, J> {
    board: &'r Board<'s>,
    journal: &'r J,
    observer: &'r mut dyn Observer,
    told: Instant,
}

impl<'r, 's, J: Journal> Recorder<'r, 's, J> {
    pub(super) fn new(board: &'r Board<'s>, journal: &'r J, observer: &'r mut dyn Observer) -> Self {
        Self { board, journal, observer, told: Instant::now() }
    }

    /// Runs until the board is closed and everything is recorded.
    pub(super) async fn run(mut self) {
        loop {
            match self.board.unrecorded() {
                (0, true) => break,
                (0, false) => {
                    timeout(TELL, self.board.to_record()).await.ok();
                }
                (_, true) => self.record().await,
                (_, false) => {
                    self.gather().await;
                    self.record().await;
                }
            }
            self.tell();
        }
    }

    /// Waits for a full group, but not long.
    async fn gather(&self) {
        let full = async {
            while let (..GROUP, false) = self.board.unrecorded() {
                self.board.to_record().await;
            }
        };
        timeout(self.board.settings.gather, full).await.ok();
    }

    async fn record(&mut self) {
        let (marks, settlements): (Vec<_>, Vec<_>) = self.board.take_unrecorded().into_iter().unzip();
        let settlements = Arc::new(settlements);
        let settled = self.journal.settle(Arc::clone(&settlements)).await;
        // The journal has let go of them by now, so that nothing is copied.
        let settlements = Arc::try_unwrap(settlements).unwrap_or_else(|shared| (*shared).clone());
        let ends = marks.into_iter().zip(settlements);
        match settled {
            Ok(settled) => {
                let mut settled = settled.into_iter();
                for (mark, settlement) in ends {
                    self.recorded(mark, settlement, settled.next().unwrap_or_default());
                }
            }
            Err(error) => {
                self.board.stop(Stop::Journal(error));
                ends.for_each(|(mark, settlement)| self.board.not_recorded(mark.seq, &settlement));
            }
        }
        self.board.caught_up();
    }

    fn recorded(&mut self, mark: Mark, mut settlement: Settlement, settled: Settled) {
        if let Some(other) = settled.collides_with {
            settlement.error = Some(collision_note(&settlement, &other));
            settlement.outcome = Outcome::Collision;
        }
        self.board.recorded(mark.seq, &settlement);
        if settlement.outcome != Outcome::Unprocessed {
            let note = self.note(mark, settlement);
            self.observer.observe(Event::Delivery(note));
        }
    }

    fn note(&self, mark: Mark, settlement: Settlement) -> DeliveryNote {
        DeliveryNote {
            file: self.board.settings.files.get(usize::from(settlement.file)).cloned(),
            row: settlement.row,
            id_presencia_crm: settlement.id,
            outcome: settlement.outcome,
            attempts: settlement.attempts,
            http_status: settlement.http_status,
            ms: (mark.took.as_secs_f64() * 1e6).round() / 1e3,
            id_presencia: settlement.id_presencia,
            id_venta: settlement.id_venta,
            error: settlement.error,
        }
    }

    fn tell(&mut self) {
        if self.told.elapsed() >= TELL {
            self.told = Instant::now();
            self.observer.observe(Event::Progress(self.board.progress()));
        }
    }
}

//! What a settlement of the dispatcher means for an entry of the outbox. Pure.
//!
//! The dispatcher makes no retries of its own here, the repeats of a 500 apart: when to try again is decided by times on
//! disk, which outlive the process.

use crate::delivery::retry::Backoff;
use crate::delivery::{Settled, Settlement};
use crate::lang::Said;
use crate::relay::outbox::{End, Ending, History};
use crate::report::event::{ErrorNote, Outcome};
use crate::said;

/// Rounds of three 500s, while others get through, that make a data fault.
const MOST_STRIKES: u32 = 5;

/// What is known beside the settlement.
#[derive(Debug, Clone)]
pub(super) struct Circumstances {
    /// The steps of the schedule.
    pub(super) schedule: Backoff,
    /// Moves the next step, −1 to 1.
    pub(super) jitter: f64,
    /// The receiver is only being probed: it is not the entry's fault that it does not answer.
    pub(super) probing: bool,
    /// When the receiver took something last, in milliseconds since 1970.
    pub(super) last_taken: Option<i64>,
    /// Now, in milliseconds since 1970.
    pub(super) now: i64,
}

/// Judges how an attempt ended.
pub(super) fn judge(
    seq: i64,
    settlement: &Settlement,
    settled: &Settled,
    history: History,
    known: &Circumstances,
) -> End {
    let ending = match settlement.outcome {
        _ if settled.collides_with.is_some() => collision(settlement, settled),
        Outcome::Delivered | Outcome::Duplicate => {
            Ending::Delivered { id_presencia: settlement.id_presencia.clone() }
        }
        Outcome::Failed => failed(settlement, history, known),
        Outcome::Unprocessed => held("stopped", said!(en: "the relay stopped", es: "el relay se detuvo")),
        _ => dead(settlement),
    };
    End {
        seq,
        attempts: settlement.attempts,
        http_status: settlement.http_status,
        maybe_stored: settlement.maybe_stored,
        ending,
    }
}

fn failed(settlement: &Settlement, history: History, known: &Circumstances) -> Ending {
    let (class, message) = words(settlement);
    let is_500 = settlement.http_status == Some(500);
    // A probe's 500 moves the entry back, so that one with a data fault of its own can't keep the receiver out for ever.
    if class == "refused" || known.probing && !is_500 {
        return held(class, message);
    }
    let others_get_through = match (history.tried_at, known.last_taken) {
        (Some(tried), Some(taken)) => taken > tried,
        (None, taken) => taken.is_some(),
        (Some(_), None) => false,
    };
    let strikes = history.strikes + u32::from(is_500 && others_get_through);
    let wait = known.schedule.wait(history.retries, known.jitter);
    match wait {
        Some(wait) if strikes < MOST_STRIKES => Ending::Again {
            next_at: known.now.saturating_add(crate::relay::clock::millis(wait)),
            retries: history.retries + 1,
            strikes,
            class,
            message,
        },
        _ => dead(settlement),
    }
}

fn held(class: &'static str, message: Said) -> Ending {
    Ending::Held { class, message }
}

fn dead(settlement: &Settlement) -> Ending {
    let (class, message) = words(settlement);
    Ending::Dead { class: class.to_owned(), message }
}

fn collision(settlement: &Settlement, settled: &Settled) -> Ending {
    let id = &settlement.id;
    let other = settled.collides_with.as_deref().unwrap_or_default();
    let message = said!(
        en: "P01: the receiver took {id} for {other}, so it was not stored; --id-terminator ']' makes its look-up exact",
        es: "P01: el receptor tomó {id} por {other}, así que no se guardó; --id-terminator ']' hace exacta su búsqueda",
    );
    Ending::Dead { class: "collision".to_owned(), message }
}

fn words(settlement: &Settlement) -> (&'static str, Said) {
    match &settlement.error {
        Some(ErrorNote { class, message, .. }) => (class, message.clone()),
        None => (settlement.outcome.name(), Said::same(settlement.outcome.name())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::retry::BACKGROUND;
    use crate::delivery::{ContentHash, VentaState};

    fn settlement(outcome: Outcome, class: &'static str, http_status: Option<u16>) -> Settlement {
        Settlement {
            file: 0,
            row: 1,
            id: "CRM-1".to_owned(),
            outcome,
            content: ContentHash([0; 16]),
            venta_content: None,
            id_presencia: None,
            id_venta: None,
            venta: VentaState::None,
            attempts: 1,
            http_status,
            maybe_stored: false,
            error: Some(ErrorNote {
                class,
                message: Said::same("it failed"),
                hint: Said::default(),
                rule: None,
                fields: Vec::new(),
            }),
            body: None,
        }
    }

    fn known() -> Circumstances {
        Circumstances {
            schedule: Backoff::new(&BACKGROUND, 12),
            jitter: 0.0,
            probing: false,
            last_taken: Some(50),
            now: 1_000,
        }
    }

    fn ending(settlement: &Settlement, history: History, known: &Circumstances) -> Ending {
        judge(1, settlement, &Settled::default(), history, known).ending
    }

    #[test]
    fn a_failure_waits_for_the_next_step_of_the_schedule_until_there_is_none() {
        let down = settlement(Outcome::Failed, "transport", None);
        let mut history = History::default();
        let mut waits = Vec::new();
        while let Ending::Again { next_at, retries, .. } = ending(&down, history, &known()) {
            waits.push((next_at - 1_000) / 1_000);
            history.retries = retries;
        }
        assert_eq!(waits, [1, 5, 30, 120, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]);
        assert!(matches!(ending(&down, history, &known()), Ending::Dead { .. }));
    }

    #[test]
    fn five_rounds_of_500_are_a_data_fault_only_while_others_get_through() {
        let broken = settlement(Outcome::Failed, "server", Some(500));
        let strike = |tried_at, last_taken, strikes| {
            let history = History { strikes, tried_at, ..History::default() };
            ending(&broken, history, &Circumstances { last_taken, ..known() })
        };
        assert!(matches!(strike(Some(40), Some(50), 3), Ending::Again { strikes: 4, .. }));
        assert!(matches!(strike(Some(40), Some(50), 4), Ending::Dead { .. }));
        assert!(matches!(strike(Some(60), Some(50), 4), Ending::Again { strikes: 4, .. }));
        assert!(matches!(strike(None, None, 4), Ending::Again { strikes: 4, .. }));
    }

    #[test]
    fn what_is_nobodys_fault_costs_no_step() {
        let probing = Circumstances { probing: true, ..known() };
        for (class, status) in [("transport", None), ("timeout", None), ("server", Some(503))] {
            let down = settlement(Outcome::Failed, class, status);
            assert!(matches!(ending(&down, History::default(), &probing), Ending::Held { .. }), "{class}");
        }
        let refused = settlement(Outcome::Failed, "refused", Some(401));
        assert!(matches!(ending(&refused, History::default(), &known()), Ending::Held { .. }));
    }

    #[test]
    fn what_no_retry_would_help_is_given_up() {
        for (outcome, class) in
            [(Outcome::Rejected, "rejected"), (Outcome::Unknown, "unknown"), (Outcome::Rejected, "changed")]
        {
            let given_up = settlement(outcome, class, Some(400));
            let Ending::Dead { class: cause, .. } = ending(&given_up, History::default(), &known()) else {
                panic!("{class} is not given up");
            };
            assert_eq!(cause, class);
        }
        let collides = Settled { collides_with: Some("CRM-12".to_owned()) };
        let taken = settlement(Outcome::Delivered, "", Some(200));
        let end = judge(1, &taken, &collides, History::default(), &known());
        assert!(matches!(end.ending, Ending::Dead { class, .. } if class == "collision"));
    }
}

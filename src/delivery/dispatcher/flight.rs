//! One delivery on its way: asks the journal, makes one try after the other, and decides by the verdict what is next.

use tokio::time::Instant;

use super::board::{Board, Flight, Step};
use crate::delivery::echo;
use crate::delivery::journal::{Claim, Journal, JournalError, Settlement, VentaState};
use crate::delivery::retry::{AFTER_500, REPEATS_OF_500, retry_after};
use crate::delivery::stop::Stop;
use crate::delivery::transport::{Answer, Request, Transport, TransportError};
use crate::delivery::verdict::{Verdict, settle_hint, verdict};
use crate::report::event::{ErrorNote, Outcome};
use crate::said;

/// Flies until the delivery has come to its end, or has to wait for its next try.
pub(super) async fn fly<T: Transport, J: Journal>(
    board: &Board<'_>,
    mut flight: Box<Flight>,
    transport: &T,
    journal: &J,
) {
    if flight.step == Step::Claim {
        match claim(board, flight, journal).await {
            Some(claimed) => flight = claimed,
            None => return,
        }
    }
    loop {
        if board.must_not_send() {
            board.break_off(*flight);
            return;
        }
        match attempt(board, flight, transport, journal).await {
            Some(next) => flight = next,
            None => return,
        }
    }
}

/// Asks the journal; gives the flight back unless the delivery came to its end by that.
async fn claim<J: Journal>(board: &Board<'_>, mut flight: Box<Flight>, journal: &J) -> Option<Box<Flight>> {
    let claim = match journal.claim(&flight.delivery).await {
        Ok(claim) => claim,
        Err(error) => {
            board.stop(Stop::Journal(error));
            board.break_off(*flight);
            return None;
        }
    };
    let force = board.settings.force;
    flight.step = Step::Presencia;
    match claim {
        Claim::New => match board.inside_doubt(&flight.delivery.id) {
            None => Some(flight),
            Some(longer) => {
                let settlement = flight.settlement(Outcome::Failed, VentaState::None);
                board.finish(&flight, with_error(settlement, inside(&flight.delivery.id, &longer)));
                None
            }
        },
        // Its venta apart, see `deliver_venta`.
        Claim::Done { .. } if force => Some(flight),
        Claim::VentaMissing { id_presencia } => {
            flight.id_presencia = Some(id_presencia);
            intend(board, flight, journal).await
        }
        claim => {
            end_by(board, flight, claim);
            None
        }
    }
}

/// Ends a delivery by what is known of it already.
fn end_by(board: &Board<'_>, mut flight: Box<Flight>, claim: Claim) {
    let settlement = match claim {
        Claim::Done { id_presencia, id_venta } => {
            flight.id_presencia = Some(id_presencia);
            let venta =
                if flight.delivery.venta.is_some() { VentaState::Delivered } else { VentaState::None };
            Settlement { id_venta, ..flight.settlement(Outcome::Duplicate, venta) }
        }
        Claim::Changed => Settlement {
            error: Some(ErrorNote {
                class: "changed",
                message: said!(
                    en: "X05: this id was delivered before with other content",
                    es: "X05: este id ya se entregó antes con otro contenido"
                ),
                hint: said!(
                    en: "a stored presencia is never updated: correct it in the App Comercial, or send it under a new id (--id-template)",
                    es: "una presencia guardada nunca se actualiza: corríjala en la App Comercial, o envíela con otro id (--id-template)"
                ),
                rule: Some("X05"),
                fields: Vec::new(),
            }),
            ..flight.settlement(Outcome::Rejected, VentaState::None)
        },
        Claim::Doubtful { id_presencia } => {
            flight.id_presencia = Some(id_presencia);
            Settlement {
                error: Some(ErrorNote {
                    class: "unknown",
                    message: said!(
                        en: "an earlier run sent the venta and nobody knows whether it was saved",
                        es: "una ejecución anterior envió la venta y no se sabe si se guardó"
                    ),
                    hint: settle_hint(),
                    rule: None,
                    fields: Vec::new(),
                }),
                ..flight.settlement(Outcome::Unknown, VentaState::Doubtful)
            }
        }
        // Somebody else tried the venta meanwhile, and it was not taken: the next run sends it.
        Claim::New | Claim::VentaMissing { .. } => {
            board.break_off(*flight);
            return;
        }
    };
    board.finish(&flight, settlement);
}

/// Puts the venta's intent on disk, together with the presencia's receipt; gives the flight back unless the delivery
/// ended by that.
async fn intend<J: Journal>(board: &Board<'_>, mut flight: Box<Flight>, journal: &J) -> Option<Box<Flight>> {
    let intent = flight.settlement(Outcome::Delivered, VentaState::Intended);
    let error = match journal.intend(intent).await {
        Ok(settled) if settled.collides_with.is_some() => {
            // The venta would land on somebody else's presencia. The recorder finds the collision again and names it.
            board.finish(&flight, flight.settlement(Outcome::Delivered, flight.unsent_venta()));
            return None;
        }
        Ok(_) => {
            (flight.step, flight.retries, flight.fives) = (Step::Venta, 0, 0);
            return Some(flight);
        }
        Err(JournalError::VentaTaken { .. }) => match journal.claim(&flight.delivery).await {
            Ok(claim) => {
                end_by(board, flight, claim);
                return None;
            }
            Err(error) => error,
        },
        Err(error) => error,
    };
    board.stop(Stop::Journal(error));
    board.break_off(*flight);
    None
}

/// Never the body, and of an answer only its status: both hold people.
fn log_attempt(flight: &Flight, venta: bool, result: &Result<Answer, TransportError>) {
    let (attempt, ms) = (flight.attempts, flight.took.as_millis());
    match result {
        Ok(answer) => tracing::debug!(attempt, venta, status = answer.status, ms, "answered"),
        Err(error) => tracing::debug!(attempt, venta, class = error.class(), ms, "no answer"),
    }
}

/// Makes one try; gives the flight back where the next one follows at once.
async fn attempt<T: Transport, J: Journal>(
    board: &Board<'_>,
    mut flight: Box<Flight>,
    transport: &T,
    journal: &J,
) -> Option<Box<Flight>> {
    let with_venta = flight.step == Step::Venta;
    let body = match &flight.delivery.venta {
        Some(venta) if with_venta => venta.clone(),
        _ => flight.delivery.body.clone(),
    };
    flight.attempts += 1;
    board.trying(&flight);
    let start = Instant::now();
    let mut result = transport.attempt(Request { id: flight.delivery.id.clone(), body: body.clone() }).await;
    flight.took = start.elapsed();
    flight.status = result.as_ref().ok().map(|answer| answer.status);
    if !with_venta {
        flight.maybe_stored |= match &result {
            // A deployed receiver saves and answers 500; a page in place of a receipt says nothing of what is behind it.
            Ok(answer) => matches!(answer.status, 200..=299 | 409 | 500..),
            Err(error) => error.sent,
        };
    }
    board.tried(flight.took, result.is_ok());
    log_attempt(&flight, with_venta, &result);
    let first = flight.attempts == 1;
    let mut judged = verdict(&result, with_venta);
    if !matches!(judged, Verdict::Delivered { .. })
        && let Ok(answer) = &mut result
    {
        // Its words will be quoted, and may repeat the person.
        echo::clean(answer, &echo::person(&body));
        judged = verdict(&result, with_venta);
    }
    let verdict = judged;
    if first {
        board.first_try(matches!(verdict, Verdict::Again(_)));
    }
    board.went(matches!(verdict, Verdict::Delivered { .. } | Verdict::Rejected(_)), first, flight.took);
    match verdict {
        Verdict::Delivered { id_presencia, id_venta } => {
            flight.id_presencia = Some(id_presencia);
            if with_venta {
                let settlement =
                    Settlement { id_venta, ..flight.settlement(Outcome::Delivered, VentaState::Delivered) };
                board.finish(&flight, settlement);
            } else if flight.delivery.venta.is_some() {
                return deliver_venta(board, flight, journal).await;
            } else {
                board.finish(&flight, flight.settlement(Outcome::Delivered, VentaState::None));
            }
            None
        }
        Verdict::Refused(error) => {
            board.stop(Stop::Refused(error.clone()));
            fail(board, &flight, error);
            None
        }
        Verdict::Rejected(error) => {
            let settlement = flight.settlement(Outcome::Rejected, flight.unsent_venta());
            board.finish(&flight, with_error(settlement, error));
            None
        }
        Verdict::Unknown(error) => {
            doubt(board, &flight, error);
            None
        }
        Verdict::Astray { doubt: error, refusal } => {
            board.stop(Stop::Refused(refusal));
            doubt(board, &flight, error);
            None
        }
        Verdict::Again(error) => {
            flight.fives += 1;
            if flight.fives > REPEATS_OF_500 {
                give_up(board, &flight, error);
            } else {
                park_again(board, flight);
            }
            None
        }
        Verdict::Retry { error, retry_after: asked } => {
            retry(board, flight, error, asked);
            None
        }
    }
}

/// Goes on to the venta after the presencia has its receipt.
async fn deliver_venta<J: Journal>(
    board: &Board<'_>,
    flight: Box<Flight>,
    journal: &J,
) -> Option<Box<Flight>> {
    if board.must_not_send() {
        board.break_off(*flight);
        return None;
    }
    // By force the presencia went out again although its venta may be there: only the journal knows, and it knows no more
    // than that it was there once. A venta is never sent twice, not even by force.
    if board.settings.force {
        match journal.claim(&flight.delivery).await {
            Ok(Claim::Done { .. }) => {
                let settlement = flight.settlement(Outcome::Unknown, VentaState::None);
                board.finish(&flight, with_error(settlement, forced()));
                return None;
            }
            Ok(_) => {}
            Err(error) => {
                board.stop(Stop::Journal(error));
                board.break_off(*flight);
                return None;
            }
        }
    }
    // The last try of a presencia may have been alone on the wire: so is its venta then.
    intend(board, flight, journal).await
}

/// Decides whether and when to try again after an answer that is worth it.
fn retry(board: &Board<'_>, mut flight: Box<Flight>, error: ErrorNote, asked: Option<String>) {
    let asked = asked.and_then(|header| retry_after(&header, board.now()));
    if let Some(asked) = asked.filter(|asked| *asked > board.settings.max_wait) {
        board.stop(Stop::WaitTooLong(asked));
        board.break_off(*flight);
        return;
    }
    if !board.answered_once() && flight.retries >= 1 {
        board.stop(Stop::Unreachable(error.clone()));
        fail(board, &flight, error);
        return;
    }
    flight.fives = 0;
    match board.settings.backoff.wait(flight.retries, board.jitter()) {
        Some(wait) => {
            flight.retries += 1;
            let due = Instant::now() + wait.max(asked.unwrap_or_default());
            board.park(flight, due, false);
        }
        None if !board.answered_once() => {
            board.stop(Stop::Unreachable(error.clone()));
            fail(board, &flight, error);
        }
        None => give_up(board, &flight, error),
    }
}

/// Sets a flight aside for the 200 ms after a 500; before its last try it asks for the whole wire.
fn park_again(board: &Board<'_>, flight: Box<Flight>) {
    let alone = flight.fives == REPEATS_OF_500 || board.often_answers_500();
    board.park(flight, Instant::now() + AFTER_500, alone);
}

/// Ends a delivery that no retry helped, and opens the circuit where too many ended so in a row.
fn give_up(board: &Board<'_>, flight: &Flight, error: ErrorNote) {
    if board.given_up() {
        board.stop(Stop::Circuit(error.clone()));
    }
    fail(board, flight, error);
}

fn fail(board: &Board<'_>, flight: &Flight, error: ErrorNote) {
    let settlement = flight.settlement(Outcome::Failed, flight.unsent_venta());
    board.finish(flight, with_error(settlement, error));
}

/// Why an id is not sent while a longer one that it is inside of may be stored: the answer would be the other's receipt,
/// and the venta would go to the other client.
fn inside(id: &str, longer: &str) -> ErrorNote {
    ErrorNote {
        class: "collision",
        message: said!(
            en: "not sent: {id} is inside {longer}, and nobody knows whether the receiver has that one, for which it would take this",
            es: "no se envió: {id} está dentro de {longer}, y no se sabe si el receptor tiene ese, por el cual tomaría este"
        ),
        hint: said!(
            en: "first let {longer} be delivered (`crm-bridge runs list` shows its run; resume or redrive it), then this one with --id-terminator ']', which makes its look-up exact",
            es: "primero haga que se entregue {longer} (`crm-bridge runs list` muestra su ejecución; use resume o redrive), luego este con --id-terminator ']', que hace exacta su búsqueda"
        ),
        rule: None,
        fields: Vec::new(),
    }
}

/// Ends a delivery whose venta may or may not be there.
fn doubt(board: &Board<'_>, flight: &Flight, error: ErrorNote) {
    let settlement = flight.settlement(Outcome::Unknown, VentaState::Doubtful);
    board.finish(flight, with_error(settlement, error));
}

/// What is said of a venta that has a receipt, where the presencia was sent again by force.
fn forced() -> ErrorNote {
    ErrorNote {
        class: "forced",
        message: said!(
            en: "sent again by force, but without its venta: an earlier run delivered that, and nobody knows whether it is still there",
            es: "reenviada a la fuerza, pero sin su venta: una ejecución anterior la entregó, y no se sabe si sigue allí"
        ),
        hint: said!(
            en: "look for the venta in the App Comercial, then `crm-bridge runs settle last ROW --delivered`, or `--not-delivered` and `crm-bridge runs redrive last`, which sends it",
            es: "busque la venta en la App Comercial; luego `crm-bridge runs settle last FILA --delivered`, o `--not-delivered` y `crm-bridge runs redrive last`, que la envía"
        ),
        rule: None,
        fields: Vec::new(),
    }
}

fn with_error(settlement: Settlement, error: ErrorNote) -> Settlement {
    Settlement { error: Some(error), ..settlement }
}

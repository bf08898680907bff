//! Why a run stopped before its end, and how that becomes an exit code.

use std::time::Duration;

use super::breaker::GIVEN_UP_IN_A_ROW;
use super::journal::JournalError;
use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::report::event::ErrorNote;
use crate::said;

/// Why a run stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// No HTTP answer at all in this run.
    Unreachable(ErrorNote),
    /// The receiver refuses us.
    Refused(ErrorNote),
    /// A `Retry-After` beyond `--max-wait`.
    WaitTooLong(Duration),
    /// Too many deliveries in a row were given up.
    Circuit(ErrorNote),
    /// `--max-failures`.
    TooManyFailures(u64),
    /// Ctrl-C.
    Interrupted,
    /// The journal can't record any more.
    Journal(JournalError),
}

impl Stop {
    /// The stop for people, with its exit code.
    pub fn failure(&self) -> Failure {
        match self {
            Self::Unreachable(error) => Failure::new(
                Kind::Unreachable,
                Said {
                    en: format!("the receiver can't be reached: {}", error.message.en),
                    es: format!("no se puede llegar al receptor: {}", error.message.es),
                },
            )
            .hint(error.hint.clone()),
            Self::Refused(error) => {
                Failure::new(Kind::Refused, error.message.clone()).hint(error.hint.clone())
            }
            Self::WaitTooLong(wait) => {
                let wait_s = wait.as_secs();
                let message = if *wait == Duration::MAX {
                    said!(
                        en: "the receiver asks to wait without end",
                        es: "el receptor pide esperar sin fin"
                    )
                } else {
                    said!(
                        en: "the receiver asks to wait {wait_s} s, longer than --max-wait",
                        es: "el receptor pide esperar {wait_s} s, más que --max-wait"
                    )
                };
                Failure::new(Kind::Stopped, message).hint(said!(
                    en: "`crm-bridge runs resume last` later, or raise --max-wait",
                    es: "`crm-bridge runs resume last` más tarde, o aumente --max-wait"
                ))
            }
            Self::Circuit(error) => Failure::new(
                Kind::Stopped,
                Said {
                    en: format!(
                        "{GIVEN_UP_IN_A_ROW} deliveries in a row were given up; the last one: {}",
                        error.message.en
                    ),
                    es: format!(
                        "se abandonaron {GIVEN_UP_IN_A_ROW} entregas seguidas; la última: {}",
                        error.message.es
                    ),
                },
            )
            .hint(said!(
                en: "when the receiver is well again: `crm-bridge runs resume last`",
                es: "cuando el receptor se recupere: `crm-bridge runs resume last`"
            )),
            Self::TooManyFailures(count) => Failure::new(
                Kind::Stopped,
                said!(
                    en: "{count} deliveries went wrong, as many as --max-failures allows",
                    es: "{count} entregas salieron mal, el máximo que permite --max-failures"
                ),
            )
            .hint(said!(
                en: "see failed.csv, or `crm-bridge runs show last`; then `crm-bridge runs resume last`",
                es: "vea failed.csv, o `crm-bridge runs show last`; luego `crm-bridge runs resume last`"
            )),
            Self::Interrupted => {
                Failure::new(Kind::Interrupted, said!(en: "interrupted", es: "interrumpido")).hint(said!(
                    en: "go on with `crm-bridge runs resume last`",
                    es: "continúe con `crm-bridge runs resume last`"
                ))
            }
            Self::Journal(error) => error.failure(),
        }
    }
}

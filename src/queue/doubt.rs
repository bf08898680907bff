//! Ventas in doubt among the dead letters: the command with which a person decides, and what it does.
//!
//! Comes in: an id, and whether its venta is in the receiver. Goes out: a receipt that says so and no letter any more, or a
//! receipt by which a worker may send the venta, and the letter back in the queue.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::time::Duration;

use reqwest::Url;
use tokio_util::sync::CancellationToken;

use super::dead::DeadLetter;
use super::publish::message_id;
use super::receipts::Decision;
use super::{Queue, QueueError};
use crate::error::{Failure, Kind};
use crate::journal::Target;
use crate::lang::Said;
use crate::said;

/// Why a person's word could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettleError {
    /// No dead letter of this id is in doubt.
    #[error("no venta of {id} is in doubt in the queue")]
    NotInDoubt {
        /// The id.
        id: String,
        /// What `--queue` takes.
        address: String,
    },
    /// The letter does not say which receiver it was for, and nobody else does.
    #[error("no receiver is known for {id}")]
    NoReceiver {
        /// The id.
        id: String,
    },
    /// The bucket has no receipt of the presencia: it was for another receiver, or the bucket was lost.
    #[error("{id} has no receipt of {target}")]
    NoReceipt {
        /// The id.
        id: String,
        /// The receiver, without secrets.
        target: String,
    },
    /// It was not delivered, it is said, but it has its receipt.
    #[error("the venta of {id} has been delivered")]
    Delivered {
        /// The id.
        id: String,
    },
    /// A worker may be sending it at this moment.
    #[error("the venta of {id} may be on its way")]
    InWork {
        /// The id.
        id: String,
        /// For how long at most.
        left: Duration,
    },
    /// The queue fails.
    #[error("{0}")]
    Queue(#[from] QueueError),
}

impl SettleError {
    /// The error for people, with its exit code.
    pub fn failure(&self) -> Failure {
        match self {
            Self::NotInDoubt { id, address } => Failure::new(
                Kind::Usage,
                said!(en: "no venta of {id} is in doubt in the queue", es: "ninguna venta de {id} está en duda en la cola"),
            )
            .hint(said!(
                en: "`crm-bridge runs show --queue {address}` lists those that are",
                es: "`crm-bridge runs show --queue {address}` lista las que lo están",
            )),
            Self::NoReceiver { id } => Failure::new(
                Kind::Usage,
                said!(
                    en: "the dead letter of {id} does not say which receiver it was for",
                    es: "la presencia no entregada de {id} no dice para qué receptor era",
                ),
            )
            .hint(said!(
                en: "set COMERCIAL_WEBHOOK_URL to that of the workers",
                es: "defina COMERCIAL_WEBHOOK_URL con la de los workers",
            )),
            Self::NoReceipt { id, target } => Failure::new(
                Kind::Usage,
                said!(en: "{id} has no receipt of {target}", es: "{id} no tiene recibo de {target}"),
            )
            .hint(said!(
                en: "look whether COMERCIAL_WEBHOOK_URL is that of the workers; where the bucket CRM_PRESENCIAS_RECEIPTS was lost, restore it first",
                es: "revise que COMERCIAL_WEBHOOK_URL sea la de los workers; si se perdió el bucket CRM_PRESENCIAS_RECEIPTS, restáurelo primero",
            )),
            Self::Delivered { id } => Failure::new(
                Kind::Usage,
                said!(en: "the venta of {id} has its receipt by now", es: "la venta de {id} ya tiene su recibo"),
            )
            .hint(said!(
                en: "--delivered takes its dead letter away",
                es: "--delivered la retira de las no entregadas",
            )),
            Self::InWork { id, left } => {
                let minutes = left.as_secs() / 60 + 1;
                Failure::new(
                    Kind::Usage,
                    said!(
                        en: "a worker may be sending the venta of {id} at this moment",
                        es: "un worker puede estar enviando la venta de {id} en este momento",
                    ),
                )
                .hint(said!(
                    en: "wait {minutes} min, look into the App Comercial again, then repeat `crm-bridge runs settle`",
                    es: "espere {minutes} min, mire otra vez en la App Comercial y repita `crm-bridge runs settle`",
                ))
            }
            Self::Queue(error) => error.failure(),
        }
    }
}

impl Queue {
    /// What to do about a venta of `id` that is in doubt.
    pub fn settle_hint(&self, id: &str) -> Said {
        let command = self.settle_command(id);
        said!(
            en: "look for the venta in the App Comercial, then say what you saw: `{command} --delivered` or `--not-delivered`",
            es: "busque la venta en la App Comercial y diga lo que vio: `{command} --delivered` o `--not-delivered`",
        )
    }

    /// The command with which a person decides, without the decision.
    pub fn settle_command(&self, id: &str) -> String {
        format!("crm-bridge runs settle --queue {} {}", self.address(), word(id))
    }

    /// Takes a person's word about the venta of `id` that is in doubt: where it `arrived` its receipt says so and its dead
    /// letters go; otherwise a worker may send it, and it is published again. `receiver` is that of letters that don't
    /// name theirs. Returns how many letters were settled; done again after an interruption, it goes on.
    pub async fn settle(&self, id: &str, arrived: bool, receiver: Option<&Url>) -> Result<u64, SettleError> {
        let letters = self.in_doubt(id).await?;
        if letters.is_empty() {
            return Err(SettleError::NotInDoubt { id: id.to_owned(), address: self.address().to_owned() });
        }
        // All receipts before the first publication: a worker that takes it begins a doubt of its own.
        let mut decided = HashSet::new();
        for letter in &letters {
            if decided.insert(&letter.target) {
                self.decide(letter, receiver, arrived).await?;
            }
        }
        let mut published = HashSet::new();
        for letter in &letters {
            let envelope = letter.envelope()?;
            if arrived || !published.insert(message_id(&envelope.delivery)) {
                self.remove_dead(letter.sequence).await?;
            } else {
                self.publish_again(letter, &envelope).await?;
            }
        }
        Ok(letters.len() as u64)
    }

    async fn decide(
        &self,
        letter: &DeadLetter,
        receiver: Option<&Url>,
        arrived: bool,
    ) -> Result<(), SettleError> {
        let id = letter.id.clone();
        let named = letter.target.parse().ok();
        let Some(url) = named.as_ref().or(receiver) else { return Err(SettleError::NoReceiver { id }) };
        let venta = letter.envelope()?.delivery.venta_content;
        // A person waits for this: a server that is away is told at once.
        let give_up = CancellationToken::new();
        give_up.cancel();
        match self.receipts(url, give_up).decide(&id, arrived, venta).await? {
            Decision::Done | Decision::AlreadySo => Ok(()),
            Decision::Contrary => Err(SettleError::Delivered { id }),
            Decision::InWork(left) => Err(SettleError::InWork { id, left }),
            Decision::NoReceipt => Err(SettleError::NoReceipt { id, target: Target::of(url).to_string() }),
        }
    }

    /// The dead letters of `id` that are in doubt; ids compare without case.
    async fn in_doubt(&self, id: &str) -> Result<Vec<DeadLetter>, QueueError> {
        let id = id.to_lowercase();
        let mut letters = Vec::new();
        self.each_dead(1, |letter| {
            if letter.is_in_doubt() && letter.id.to_lowercase() == id {
                letters.push(letter);
            }
            ControlFlow::Continue(())
        })
        .await?;
        Ok(letters)
    }
}

/// `id` as a word of a command line.
fn word(id: &str) -> String {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "-_.:/]".contains(sign);
    if !id.is_empty() && !id.starts_with('-') && id.chars().all(plain) {
        return id.to_owned();
    }
    format!("'{}'", id.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_word_of_a_command_line() {
        assert_eq!(word("CRM-12]"), "CRM-12]");
        assert_eq!(word("LEAD 7"), "'LEAD 7'");
        assert_eq!(word("$(x)'y"), r"'$(x)'\''y'");
        assert_eq!(word(""), "''");
    }
}

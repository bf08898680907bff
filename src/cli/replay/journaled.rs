//! What earlier runs delivered, as the first pass over a recording asks for it.
//!
//! Comes in: a delivery that could be sent. Goes out: what becomes of it instead, where it is not simply sent.

use super::plan::{Judged, Plan, Reading};
use crate::delivery::Delivery;
use crate::error::Failure;
use crate::intake::{Known, KnownState, inside_delivered};
use crate::report::event::{DeliveryNote, Observer, Outcome};
use crate::rules::{Code, Finding, Policy, Severity};

/// What the journal says before anything is sent.
pub(super) struct Journaled<'j> {
    pub(super) known: &'j mut dyn Known,
    pub(super) policy: &'j Policy,
    /// What was delivered already, and what differs from it, is told here. A run that sends hears it when its turn comes.
    pub(super) only_prints: bool,
}

impl Journaled<'_> {
    /// What becomes of `delivery`, where it is not simply sent.
    pub(super) fn judge(
        &mut self,
        delivery: &Delivery,
        plan: &mut Plan,
        reading: &Reading<'_>,
        observer: &mut dyn Observer,
    ) -> Result<Option<Judged>, Failure> {
        let id = delivery.id.strip_suffix(reading.terminator).unwrap_or(&delivery.id);
        Ok(match self.known.known(delivery)? {
            KnownState::Inside(other) => {
                let mut finding =
                    inside_delivered(id, &other, self.policy.strict).pointer("/id_presencia_crm");
                let Some(severity) = self.policy.judge(finding.code, finding.severity) else {
                    return Ok(None);
                };
                finding.severity = severity;
                if severity == Severity::Error {
                    return Ok(Some(Judged::Invalid(vec![finding])));
                }
                plan.say(delivery.row, &finding, reading, observer);
                None
            }
            KnownState::Delivered(id_presencia) if self.only_prints => {
                Some(Judged::Delivered(Box::new(DeliveryNote {
                    file: None,
                    row: delivery.row,
                    id_presencia_crm: id.to_owned(),
                    outcome: Outcome::Duplicate,
                    attempts: 0,
                    http_status: None,
                    ms: 0.0,
                    id_presencia: Some(id_presencia),
                    id_venta: None,
                    error: None,
                })))
            }
            KnownState::Changed if self.only_prints => {
                let finding = Finding::new(Code::X05).pointer("/id_presencia_crm").value(id).arg("id", id);
                Some(Judged::Invalid(vec![finding]))
            }
            KnownState::ToSend | KnownState::Delivered(_) | KnownState::Changed => None,
        })
    }
}

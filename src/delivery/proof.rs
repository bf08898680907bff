//! What a receipt says: what a delivery may still need by it, and what a later settlement changes of it. Pure; every
//! [`Journal`](super::Journal) asks here, however it stores what it knows.

use super::journal::{Claim, Settlement, VentaState};
use super::{ContentHash, Delivery};

/// What is known about an id that has a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Digest of the presencia.
    pub content: ContentHash,
    /// The receipt of the presencia.
    pub id_presencia: String,
    /// How far the venta came.
    pub venta: VentaState,
    /// Digest of the venta.
    pub venta_content: Option<ContentHash>,
    /// The receipt of the venta.
    pub id_venta: Option<String>,
}

impl Proof {
    /// The first that is known about an id.
    pub fn new(settlement: &Settlement, id_presencia: &str) -> Self {
        let unsent = settlement.venta == VentaState::None && settlement.venta_content.is_some();
        Self {
            content: settlement.content,
            id_presencia: id_presencia.to_owned(),
            // Where nothing else is known, nobody has sent it.
            venta: if unsent { VentaState::Missing } else { settlement.venta },
            venta_content: settlement.venta_content,
            id_venta: settlement.id_venta.clone(),
        }
    }

    /// What it means for `delivery`.
    pub fn claim(self, delivery: &Delivery) -> Claim {
        let Self { id_presencia, id_venta, .. } = self;
        if self.content != delivery.content {
            return Claim::Changed;
        }
        if delivery.venta.is_none() {
            return Claim::Done { id_presencia, id_venta: None };
        }
        match self.venta {
            VentaState::None | VentaState::Missing => Claim::VentaMissing { id_presencia },
            // Whoever intended it died, or still sends it: neither is a reason to send it once more.
            VentaState::Intended | VentaState::Doubtful => Claim::Doubtful { id_presencia },
            VentaState::Delivered if self.venta_content != delivery.venta_content => Claim::Changed,
            VentaState::Delivered => Claim::Done { id_presencia, id_venta },
        }
    }

    /// Whether the venta has arrived, is on its way, or is in doubt: nobody may send it now.
    pub fn venta_is_closed(&self) -> bool {
        matches!(self.venta, VentaState::Intended | VentaState::Delivered | VentaState::Doubtful)
    }

    /// Takes in what `settlement` says. `ours` is whether an intent that stands is of whoever settles.
    pub fn take(&mut self, settlement: &Settlement, ours: bool) {
        if let Some(id_presencia) = &settlement.id_presencia {
            self.content = settlement.content;
            self.id_presencia.clone_from(id_presencia);
        }
        if settlement.id_venta.is_some() {
            self.id_venta.clone_from(&settlement.id_venta);
        }
        if !self.stands_against(settlement, ours) {
            self.venta = settlement.venta;
            self.venta_content = settlement.venta_content;
        }
    }

    /// Whether the state of the venta stays: by a settlement that knows less, the venta would be sent twice.
    fn stands_against(&self, settlement: &Settlement, ours: bool) -> bool {
        match (self.venta, settlement.venta) {
            (_, VentaState::None) | (VentaState::Delivered, _) => true,
            // Only a receipt, or a person, ends a doubt.
            (VentaState::Doubtful, said) => said != VentaState::Delivered,
            // Whoever intended it may still be sending it, and alone knows that it did not arrive.
            (VentaState::Intended, VentaState::Missing) => !ours,
            // Who only found the intent, and sent nothing, leaves it as it is.
            (VentaState::Intended, VentaState::Doubtful) => settlement.attempts == 0,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::report::event::Outcome;

    fn delivery(body: &str) -> Delivery {
        Delivery::from_json((0, 1), &Bytes::copy_from_slice(body.as_bytes())).unwrap()
    }

    fn with_venta() -> Delivery {
        delivery(r#"{"id_presencia_crm":"CRM-1","cliente":{"numero_documento":"1"},"venta":{"lote":3}}"#)
    }

    fn settlement(delivery: &Delivery, venta: VentaState) -> Settlement {
        Settlement {
            file: 0,
            row: 1,
            id: delivery.id.clone(),
            outcome: Outcome::Delivered,
            content: delivery.content,
            venta_content: delivery.venta_content,
            id_presencia: Some("PRS1".to_owned()),
            id_venta: None,
            venta,
            attempts: 1,
            http_status: Some(200),
            maybe_stored: false,
            error: None,
            body: None,
        }
    }

    fn in_state(venta: VentaState) -> Proof {
        Proof::new(&settlement(&with_venta(), venta), "PRS1")
    }

    #[test]
    fn each_state_of_a_venta_has_its_claim() {
        let delivery = with_venta();
        let claim = |venta| in_state(venta).claim(&delivery);
        let missing = Claim::VentaMissing { id_presencia: "PRS1".to_owned() };
        assert_eq!((claim(VentaState::None), claim(VentaState::Missing)), (missing.clone(), missing));
        let doubtful = Claim::Doubtful { id_presencia: "PRS1".to_owned() };
        assert_eq!((claim(VentaState::Intended), claim(VentaState::Doubtful)), (doubtful.clone(), doubtful));
        let done = Claim::Done { id_presencia: "PRS1".to_owned(), id_venta: None };
        assert_eq!(claim(VentaState::Delivered), done);
    }

    #[test]
    fn another_content_or_another_venta_is_a_change() {
        let proof = in_state(VentaState::Delivered);
        let venta = r#"{"id_presencia_crm":"CRM-1","cliente":{"numero_documento":"1"},"venta":{"lote":4}}"#;
        assert_eq!(proof.clone().claim(&delivery(venta)), Claim::Changed);
        let client = r#"{"id_presencia_crm":"CRM-1","cliente":{"numero_documento":"2"}}"#;
        assert_eq!(proof.claim(&delivery(client)), Claim::Changed);
    }

    #[test]
    fn who_knows_less_does_not_overrule_who_knows() {
        use VentaState::{Delivered, Doubtful, Intended, Missing, None};
        for (known, said, ours, then) in [
            (Delivered, Doubtful, true, Delivered),
            (Delivered, Missing, true, Delivered),
            (Doubtful, Missing, true, Doubtful),
            (Doubtful, Intended, true, Doubtful),
            (Doubtful, Delivered, false, Delivered),
            (Intended, None, true, Intended),
            (Intended, Missing, false, Intended),
            (Intended, Missing, true, Missing),
            (Intended, Doubtful, false, Doubtful),
            (Intended, Delivered, false, Delivered),
            (Missing, Intended, false, Intended),
            (Missing, None, false, Missing),
        ] {
            for id_presencia in [Some("PRS1".to_owned()), Option::None] {
                let mut proof = in_state(known);
                proof.take(&Settlement { id_presencia, ..settlement(&with_venta(), said) }, ours);
                assert_eq!(proof.venta, then, "{known:?}, told {said:?}, ours: {ours}");
            }
        }
        let mut intended = in_state(Intended);
        intended.take(&Settlement { attempts: 0, ..settlement(&with_venta(), Doubtful) }, false);
        assert_eq!(intended.venta, Intended, "who sent nothing only found it");
    }
}

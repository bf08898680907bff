//! One receipt as it stands in the bucket, and whose intent to send a venta it holds. Pure.

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Decision;
use crate::delivery::journal::{Claim, Settlement, VentaState};
use crate::delivery::{ContentHash, Delivery, Proof};
use crate::queue::QueueError;
use crate::queue::envelope::{hex, unhex};

/// The version that is written; a reader refuses a greater one.
const VERSION: u32 = 1;

/// What is known about an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    id: String,
    proof: Proof,
    /// The intent to send the venta, while it stands.
    intent: Option<Intent>,
}

/// That somebody is about to send a venta.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Intent {
    /// Who it is, and which of their intents.
    pub(super) by: String,
    /// Until when the venta may be on its way, to the millisecond; as long as nobody can say, where it is missing.
    pub(super) until: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Written {
    version: u32,
    id: String,
    content: String,
    id_presencia: String,
    venta: Word,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    venta_content: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id_venta: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// When it was written, for people.
    #[serde(default)]
    at: String,
}

/// The state of a venta in the bucket.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    None,
    Missing,
    Intended,
    Delivered,
    Doubtful,
}

impl From<VentaState> for Word {
    fn from(state: VentaState) -> Self {
        match state {
            VentaState::None => Self::None,
            VentaState::Missing => Self::Missing,
            VentaState::Intended => Self::Intended,
            VentaState::Delivered => Self::Delivered,
            VentaState::Doubtful => Self::Doubtful,
        }
    }
}

impl From<Word> for VentaState {
    fn from(word: Word) -> Self {
        match word {
            Word::None => Self::None,
            Word::Missing => Self::Missing,
            Word::Intended => Self::Intended,
            Word::Delivered => Self::Delivered,
            Word::Doubtful => Self::Doubtful,
        }
    }
}

impl Entry {
    pub(super) fn decode(value: &[u8]) -> Result<Self, QueueError> {
        let unreadable = |detail: String| QueueError::Unreadable(format!("a receipt: {detail}"));
        let written: Written =
            serde_json::from_slice(value).map_err(|error| unreadable(error.to_string()))?;
        if written.version > VERSION {
            return Err(unreadable(format!("version {} is newer than {VERSION}", written.version)));
        }
        Ok(Self {
            id: written.id,
            proof: Proof {
                content: unhex(&written.content)?,
                id_presencia: written.id_presencia,
                venta: written.venta.into(),
                venta_content: written.venta_content.as_deref().map(unhex).transpose()?,
                id_venta: written.id_venta,
            },
            intent: written
                .by
                .map(|by| Intent { by, until: written.until.and_then(|until| until.parse().ok()) }),
        })
    }

    pub(super) fn encode(&self) -> Bytes {
        let Self { id, proof, intent } = self;
        let until = intent.as_ref().and_then(|intent| intent.until);
        let written = Written {
            version: VERSION,
            id: id.clone(),
            content: hex(&proof.content.0),
            id_presencia: proof.id_presencia.clone(),
            venta: proof.venta.into(),
            venta_content: proof.venta_content.map(|content| hex(&content.0)),
            id_venta: proof.id_venta.clone(),
            by: intent.as_ref().map(|intent| intent.by.clone()),
            until: until.map(|until| until.to_rfc3339_opts(SecondsFormat::Millis, true)),
            at: Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
        };
        // Strings and numbers always become JSON.
        Bytes::from(serde_json::to_vec(&written).unwrap_or_default())
    }

    /// What it means for `delivery`.
    pub(super) fn claim(self, delivery: &Delivery) -> Claim {
        self.proof.claim(delivery)
    }

    /// Whether the venta is sent, being sent, or in doubt: nobody may send it now.
    pub(super) fn is_closed(&self) -> bool {
        matches!(self.proof.venta, VentaState::Intended | VentaState::Delivered | VentaState::Doubtful)
    }

    /// Until when somebody may be sending the venta.
    pub(super) fn in_work_until(&self) -> Option<DateTime<Utc>> {
        self.standing().and_then(|intent| intent.until)
    }

    /// Whether the intent that stands is this very one.
    pub(super) fn is_intended_by(&self, intent: &Intent) -> bool {
        self.standing().is_some_and(|standing| standing.by == intent.by)
    }

    fn standing(&self) -> Option<&Intent> {
        self.intent.as_ref().filter(|_| self.proof.venta == VentaState::Intended)
    }

    /// The intent to send a venta.
    pub(super) fn intended(
        found: Option<&Self>,
        settlement: &Settlement,
        id_presencia: &str,
        intent: &Intent,
    ) -> Self {
        let proof = Proof { venta: VentaState::Intended, ..Proof::new(settlement, id_presencia) };
        let id_venta = found.and_then(|found| found.proof.id_venta.clone());
        Self {
            id: found.map_or_else(|| settlement.id.clone(), |found| found.id.clone()),
            proof: Proof { id_venta, ..proof },
            intent: Some(intent.clone()),
        }
    }

    /// What a settlement of `who` makes of what was found; none where nothing changes.
    pub(super) fn settled(found: Option<&Self>, settlement: &Settlement, who: &str) -> Option<Self> {
        let Some(found) = found else {
            let id_presencia = settlement.id_presencia.as_ref()?;
            let proof = Proof::new(settlement, id_presencia);
            return Some(Self { id: settlement.id.clone(), proof, intent: None });
        };
        let mut entry = found.clone();
        entry.proof.take(settlement, found.standing().is_some_and(|intent| intent.is_of(who)));
        if entry.proof.venta != VentaState::Intended {
            entry.intent = None;
        }
        (*found != entry).then_some(entry)
    }

    /// This entry after a person's word about its venta, of this content; the decision alone where nothing changes.
    pub(super) fn decide(&self, arrived: bool, venta: Option<ContentHash>) -> Result<Self, Decision> {
        let state = match (self.proof.venta, arrived) {
            (VentaState::Delivered, true) | (VentaState::None | VentaState::Missing, false) => {
                return Err(Decision::AlreadySo);
            }
            (VentaState::Delivered, false) => return Err(Decision::Contrary),
            (_, true) => VentaState::Delivered,
            (_, false) => VentaState::Missing,
        };
        let mut proof = self.proof.clone();
        proof.venta = state;
        proof.venta_content = proof.venta_content.or(venta);
        Ok(Self { id: self.id.clone(), proof, intent: None })
    }
}

impl Intent {
    /// An intent of `who`, like no other one, whose venta may be on its way `until` then.
    pub(super) fn new(who: &str, until: DateTime<Utc>) -> Self {
        Self { by: format!("{who}/{}", Uuid::now_v7()), until: Some(until) }
    }

    fn is_of(&self, who: &str) -> bool {
        self.by.strip_prefix(who).is_some_and(|rest| rest.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
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

    /// A while from now, as exactly as it is written.
    fn soon() -> DateTime<Utc> {
        "2100-01-01T00:00:00.250Z".parse().unwrap()
    }

    #[test]
    fn a_receipt_comes_back_as_it_was_written() {
        let delivery = with_venta();
        let intent = Intent::new("me", soon());
        let intended = settlement(&delivery, VentaState::Intended);
        let entry = Entry::intended(None, &intended, "PRS1", &intent);
        let back = Entry::decode(&entry.encode()).unwrap();
        assert_eq!((back.in_work_until(), &back), (Some(soon()), &entry));
        // Another intent of the same worker is another one.
        assert!(entry.is_intended_by(&intent) && !entry.is_intended_by(&Intent::new("me", soon())));
        assert!(Entry::decode(b"{}").is_err());
    }

    #[test]
    fn who_never_intended_a_venta_erases_neither_an_intent_nor_a_doubt() {
        let delivery = with_venta();
        let told = |venta| settlement(&delivery, venta);
        let of_b = Entry::intended(None, &told(VentaState::Intended), "PRS1", &Intent::new("b", soon()));
        let broken_off = Settlement { outcome: Outcome::Unprocessed, ..told(VentaState::Missing) };
        let without_receipt = Settlement { id_presencia: None, ..broken_off.clone() };
        let mut doubtful = of_b.clone();
        doubtful.proof.venta = VentaState::Doubtful;
        for found in [&of_b, &doubtful] {
            for told in [&broken_off, &without_receipt] {
                let then = Entry::settled(Some(found), told, "a");
                let then = then.as_ref().unwrap_or(found);
                assert!(matches!(then.clone().claim(&delivery), Claim::Doubtful { .. }), "{then:?}");
            }
        }
        assert_eq!(Entry::settled(Some(&of_b), &broken_off, "a"), None);
        let taken_back = Entry::settled(Some(&of_b), &broken_off, "b").unwrap();
        assert!(matches!(taken_back.claim(&delivery), Claim::VentaMissing { .. }));
    }

    #[test]
    fn who_only_found_an_intent_leaves_it_with_its_time() {
        let delivery = with_venta();
        let intended = settlement(&delivery, VentaState::Intended);
        let intent = Entry::intended(None, &intended, "PRS1", &Intent::new("b", soon()));
        let only_told = Settlement { attempts: 0, ..settlement(&delivery, VentaState::Doubtful) };
        assert_eq!(Entry::settled(Some(&intent), &only_told, "a"), None);
    }

    #[test]
    fn a_person_decides_what_is_in_doubt_and_overrules_no_receipt() {
        let delivery = with_venta();
        let in_state = |venta| Entry::settled(None, &settlement(&delivery, venta), "me").unwrap();
        let decided =
            |venta, arrived| in_state(venta).decide(arrived, None).map(|entry| entry.claim(&delivery));
        let done = Claim::Done { id_presencia: "PRS1".to_owned(), id_venta: None };
        let missing = Claim::VentaMissing { id_presencia: "PRS1".to_owned() };
        for doubt in [VentaState::Doubtful, VentaState::Intended] {
            assert_eq!(decided(doubt, true), Ok(done.clone()));
            assert_eq!(decided(doubt, false), Ok(missing.clone()));
        }
        assert_eq!(decided(VentaState::Missing, true), Ok(done));
        assert_eq!(decided(VentaState::Missing, false), Err(Decision::AlreadySo));
        assert_eq!(decided(VentaState::Delivered, true), Err(Decision::AlreadySo));
        assert_eq!(decided(VentaState::Delivered, false), Err(Decision::Contrary));
    }
}

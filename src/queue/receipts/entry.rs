//! One receipt as it stands in the bucket, and what it means for a delivery. Pure.

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::Decision;
use crate::delivery::journal::{Claim, Settlement, VentaState};
use crate::delivery::{ContentHash, Delivery};
use crate::queue::QueueError;
use crate::queue::envelope::{hex, unhex};

/// The version that is written; a reader refuses a greater one.
const VERSION: u32 = 1;

/// What is known about an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    id: String,
    content: ContentHash,
    id_presencia: String,
    pub(super) venta: VentaState,
    venta_content: Option<ContentHash>,
    id_venta: Option<String>,
    /// Whose intent it is.
    by: Option<String>,
    /// When it was written.
    at: Option<DateTime<Utc>>,
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
            content: unhex(&written.content)?,
            id_presencia: written.id_presencia,
            venta: written.venta.into(),
            venta_content: written.venta_content.as_deref().map(unhex).transpose()?,
            id_venta: written.id_venta,
            by: written.by,
            at: written.at.parse().ok(),
        })
    }

    pub(super) fn encode(&self) -> Bytes {
        let written = Written {
            version: VERSION,
            id: self.id.clone(),
            content: hex(&self.content.0),
            id_presencia: self.id_presencia.clone(),
            venta: self.venta.into(),
            venta_content: self.venta_content.map(|content| hex(&content.0)),
            id_venta: self.id_venta.clone(),
            by: self.by.clone(),
            at: Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true),
        };
        // Strings and numbers always become JSON.
        Bytes::from(serde_json::to_vec(&written).unwrap_or_default())
    }

    /// What it means for `delivery`.
    pub(super) fn claim(&self, delivery: &Delivery) -> Claim {
        let id_presencia = self.id_presencia.clone();
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
            VentaState::Delivered => Claim::Done { id_presencia, id_venta: self.id_venta.clone() },
        }
    }

    /// Whether the venta is sent, being sent, or in doubt: nobody may send it now.
    pub(super) fn is_closed(&self) -> bool {
        matches!(self.venta, VentaState::Intended | VentaState::Delivered | VentaState::Doubtful)
    }

    /// Whether the intent to send the venta stands, and was written after `then`.
    pub(super) fn is_intended_since(&self, then: DateTime<Utc>) -> bool {
        self.venta == VentaState::Intended && self.at.is_some_and(|at| at > then)
    }

    pub(super) fn intended_by(&self, by: &str) -> bool {
        self.venta == VentaState::Intended && self.by.as_deref() == Some(by)
    }

    fn new(found: Option<&Self>, settlement: &Settlement, id_presencia: &str) -> Self {
        let fresh = || Self {
            id: settlement.id.clone(),
            content: settlement.content,
            id_presencia: id_presencia.to_owned(),
            venta: VentaState::None,
            venta_content: None,
            id_venta: None,
            by: None,
            at: None,
        };
        let mut entry = found.cloned().unwrap_or_else(fresh);
        entry.content = settlement.content;
        id_presencia.clone_into(&mut entry.id_presencia);
        entry
    }

    /// The intent to send a venta.
    pub(super) fn intent(
        found: Option<&Self>,
        settlement: &Settlement,
        id_presencia: &str,
        by: &str,
    ) -> Self {
        Self {
            venta: VentaState::Intended,
            venta_content: settlement.venta_content,
            by: Some(by.to_owned()),
            ..Self::new(found, settlement, id_presencia)
        }
    }

    /// What a settlement with a receipt makes of what was found; none where nothing changes. What is known to be
    /// delivered stays so: somebody who only doubts knows less. Who sent nothing leaves an intent as it is, with its time:
    /// whoever wrote it may still be sending.
    pub(super) fn settled(found: Option<&Self>, settlement: &Settlement, id_presencia: &str) -> Option<Self> {
        let mut entry = Self::new(found, settlement, id_presencia);
        let known = found.is_some_and(|found| match found.venta {
            VentaState::Delivered => true,
            VentaState::Intended => settlement.venta == VentaState::Doubtful && settlement.attempts == 0,
            _ => false,
        });
        if settlement.venta != VentaState::None && !known {
            entry.venta = settlement.venta;
            entry.venta_content = settlement.venta_content;
            entry.by = None;
        }
        if settlement.id_venta.is_some() {
            entry.id_venta.clone_from(&settlement.id_venta);
        }
        (found != Some(&entry)).then_some(entry)
    }

    /// This entry after a person's word about its venta, of this content; the decision alone where nothing changes.
    pub(super) fn decide(&self, arrived: bool, venta: Option<ContentHash>) -> Result<Self, Decision> {
        let state = match (self.venta, arrived) {
            (VentaState::Delivered, true) | (VentaState::None | VentaState::Missing, false) => {
                return Err(Decision::AlreadySo);
            }
            (VentaState::Delivered, false) => return Err(Decision::Contrary),
            (_, true) => VentaState::Delivered,
            (_, false) => VentaState::Missing,
        };
        let venta_content = self.venta_content.or(venta);
        Ok(Self { venta: state, venta_content, by: None, ..self.clone() })
    }

    /// This entry with another state of its venta; none where that changes nothing.
    pub(super) fn with_venta(&self, venta: VentaState) -> Option<Self> {
        if self.venta == venta || self.venta == VentaState::Delivered {
            return None;
        }
        Some(Self { venta, by: None, ..self.clone() })
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
            error: None,
            body: None,
        }
    }

    #[test]
    fn a_receipt_comes_back_as_it_was_written() {
        let delivery = with_venta();
        let entry = Entry::intent(None, &settlement(&delivery, VentaState::Intended), "PRS1", "me");
        let back = Entry::decode(&entry.encode()).unwrap();
        assert!(back.is_intended_since(Utc::now() - chrono::TimeDelta::minutes(1)));
        assert!(!back.is_intended_since(Utc::now() + chrono::TimeDelta::minutes(1)));
        assert_eq!(Entry { at: None, ..back }, entry);
        assert!(entry.intended_by("me") && !entry.intended_by("you"));
        assert!(Entry::decode(b"{}").is_err());
    }

    #[test]
    fn each_state_of_a_venta_has_its_claim() {
        let delivery = with_venta();
        let claim = |venta| {
            Entry::settled(None, &settlement(&delivery, venta), "PRS1").map(|entry| entry.claim(&delivery))
        };
        let id_presencia = || "PRS1".to_owned();
        assert_eq!(claim(VentaState::Missing), Some(Claim::VentaMissing { id_presencia: id_presencia() }));
        assert_eq!(claim(VentaState::Doubtful), Some(Claim::Doubtful { id_presencia: id_presencia() }));
        assert_eq!(claim(VentaState::Intended), Some(Claim::Doubtful { id_presencia: id_presencia() }));
        let done = Claim::Done { id_presencia: id_presencia(), id_venta: None };
        assert_eq!(claim(VentaState::Delivered), Some(done));
    }

    #[test]
    fn another_content_or_another_venta_is_a_change() {
        let first = with_venta();
        let entry = Entry::settled(None, &settlement(&first, VentaState::Delivered), "PRS1").unwrap();
        let venta = r#"{"id_presencia_crm":"CRM-1","cliente":{"numero_documento":"1"},"venta":{"lote":4}}"#;
        assert_eq!(entry.claim(&delivery(venta)), Claim::Changed);
        let client = r#"{"id_presencia_crm":"CRM-1","cliente":{"numero_documento":"2"}}"#;
        assert_eq!(entry.claim(&delivery(client)), Claim::Changed);
    }

    #[test]
    fn a_person_decides_what_is_in_doubt_and_overrules_no_receipt() {
        let delivery = with_venta();
        let in_state = |venta| Entry::settled(None, &settlement(&delivery, venta), "PRS1").unwrap();
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

    #[test]
    fn who_doubts_does_not_overrule_who_knows() {
        let delivery = with_venta();
        let known = Entry::settled(None, &settlement(&delivery, VentaState::Delivered), "PRS1").unwrap();
        assert_eq!(known.with_venta(VentaState::Doubtful), None);
        assert_eq!(Entry::settled(Some(&known), &settlement(&delivery, VentaState::Doubtful), "PRS1"), None);
        let doubted = known.clone();
        let doubted = Entry { venta: VentaState::Doubtful, ..doubted };
        let intent = Entry::intent(None, &settlement(&delivery, VentaState::Intended), "PRS1", "me");
        let only_told = Settlement { attempts: 0, ..settlement(&delivery, VentaState::Doubtful) };
        assert_eq!(Entry::settled(Some(&intent), &only_told, "PRS1"), None);
        let proven = Entry::settled(Some(&doubted), &settlement(&delivery, VentaState::Delivered), "PRS1");
        assert_eq!(proven.map(|entry| entry.venta), Some(VentaState::Delivered));
    }
}

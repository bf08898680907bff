//! A payload becomes a delivery: the bodies of its two steps, their digests, and its lane.

use bytes::Bytes;
use serde_json::Value;

use super::{ContentHash, Delivery};
use crate::payload::{Payload, canonical};

/// Why a JSON body can't be delivered at all.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum ComposeError {
    /// It is no JSON object.
    #[error("the body is no JSON object")]
    NoObject,
    /// Without an id, the receiver would store a new row on each send.
    #[error("the body has no id_presencia_crm")]
    NoId,
    /// Without a document, the receiver would pick some other client who has none.
    #[error("the body has no cliente.numero_documento")]
    NoDocument,
}

/// `body` with `terminator` at the end of its id, unless that is there already.
pub fn terminated(body: &Bytes, terminator: &str) -> Bytes {
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else { return body.clone() };
    let id = value.get("id_presencia_crm").and_then(Value::as_str).unwrap_or_default().to_owned();
    if id.ends_with(terminator) {
        return body.clone();
    }
    value["id_presencia_crm"] = format!("{id}{terminator}").into();
    Bytes::from(value.to_string())
}

impl Delivery {
    /// Composes the delivery of a mapped payload; `place` is the index of the file and the row in it.
    pub fn compose(place: (u16, u64), payload: &mut Payload<'_>) -> serde_json::Result<Self> {
        let venta = payload.venta.take();
        let body = Bytes::from(payload.json()?);
        let content = ContentHash::of(&body);
        let venta_content = match &venta {
            Some(venta) => Some(ContentHash::of(&serde_json::to_vec(venta)?)),
            None => None,
        };
        payload.venta = venta;
        let full = match venta_content {
            Some(_) => Some(Bytes::from(payload.json()?)),
            None => None,
        };
        Ok(Self {
            file: place.0,
            row: place.1,
            id: payload.id_presencia_crm.to_string(),
            lane: lane(&payload.cliente.numero_documento),
            body,
            venta: full,
            content,
            venta_content,
        })
    }

    /// Composes the delivery of a body that somebody else wrote. Its bytes are sent as they are; only the first step
    /// of a body with a venta is written anew, without it.
    pub fn from_json(place: (u16, u64), body: &Bytes) -> Result<Self, ComposeError> {
        let value: Value = serde_json::from_slice(body).map_err(|_| ComposeError::NoObject)?;
        let Value::Object(mut map) = canonical(value) else { return Err(ComposeError::NoObject) };
        let id = text(map.get("id_presencia_crm")).ok_or(ComposeError::NoId)?;
        let document = text(map.get("cliente").and_then(|c| c.get("numero_documento")))
            .ok_or(ComposeError::NoDocument)?;
        let venta = map.shift_remove("venta").filter(|venta| !venta.is_null());
        let bare = Value::Object(map).to_string();
        let content = ContentHash::of(bare.as_bytes());
        let venta_content = venta.map(|venta| ContentHash::of(venta.to_string().as_bytes()));
        let full = venta_content.map(|_| body.clone());
        let body = if full.is_some() { Bytes::from(bare) } else { body.clone() };
        Ok(Self {
            file: place.0,
            row: place.1,
            id,
            lane: lane(&document),
            body,
            venta: full,
            content,
            venta_content,
        })
    }
}

/// The lane of a client, by the document that the receiver finds clients by: the first 8 bytes of its SHA-256. The
/// same on every machine and in every version, since a queue's partitions are made of it.
pub fn lane(document: &str) -> u64 {
    let ContentHash(digest) = ContentHash::of(document.trim().as_bytes());
    digest[..8].iter().fold(0, |lane, byte| lane << 8 | u64::from(*byte))
}

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Result<Delivery, ComposeError> {
        Delivery::from_json((0, 1), &Bytes::copy_from_slice(text.as_bytes()))
    }

    #[test]
    fn key_order_and_spaces_do_not_change_the_content() {
        let one = json(r#"{"id_presencia_crm":"CRM-1","cliente":{"numero_documento":"1","distrito":"Ate"}}"#)
            .unwrap();
        let two =
            json(r#"{ "cliente": {"distrito":"Ate", "numero_documento":"1"}, "id_presencia_crm":"CRM-1" }"#)
                .unwrap();
        assert_eq!((one.content, one.lane), (two.content, two.lane));
        assert_ne!(one.body, two.body, "bytes are sent as they came");
    }

    #[test]
    fn a_venta_is_a_second_step_with_a_digest_of_its_own() {
        let without = json(r#"{"id_presencia_crm":"CRM-1","cliente":{"numero_documento":"1"}}"#).unwrap();
        let with =
            json(r#"{"id_presencia_crm":"CRM-1","cliente":{"numero_documento":"1"},"venta":{"lote":3}}"#)
                .unwrap();
        assert_eq!(with.content, without.content);
        assert!(with.venta_content.is_some() && with.venta.is_some());
        assert!(!String::from_utf8_lossy(&with.body).contains("venta"));
    }

    #[test]
    fn a_lane_is_the_same_everywhere_and_for_ever() {
        assert_eq!(lane(" 01234567 "), 0x9245_92b9_b103_f14f);
        assert_ne!(lane("01234567"), lane("01234568"));
    }

    #[test]
    fn what_would_become_somebody_else_is_refused() {
        assert_eq!(json("[]").unwrap_err(), ComposeError::NoObject);
        assert_eq!(json(r#"{"cliente":{"numero_documento":"1"}}"#).unwrap_err(), ComposeError::NoId);
        assert_eq!(
            json(r#"{"id_presencia_crm":"CRM-1","cliente":{"numero_documento":" "}}"#).unwrap_err(),
            ComposeError::NoDocument
        );
    }
}

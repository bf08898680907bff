//! The envelope: a delivery as a message, readable with any NATS tool, versioned.
//!
//! Comes in: a [`Delivery`]. Goes out: JSON bytes, and back. Bodies travel byte for byte: as text where they are UTF-8,
//! in base64 otherwise.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::QueueError;
use crate::delivery::{ContentHash, Delivery};

/// The version that is written; a reader refuses a greater one.
const VERSION: u32 = 1;

/// A delivery with what people need to find it again.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The delivery.
    pub delivery: Delivery,
    /// The file that it came from, as its sender called it.
    pub source: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Written {
    version: u32,
    id: String,
    row: u64,
    #[serde(default)]
    file: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    lane: String,
    content: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    venta_content: Option<String>,
    #[serde(flatten)]
    body: Body,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    venta: Option<Body>,
}

#[derive(Debug, Serialize, Deserialize)]
enum Body {
    #[serde(rename = "body")]
    Text(String),
    #[serde(rename = "body_base64")]
    Base64(String),
}

impl Body {
    fn write(bytes: &[u8]) -> Self {
        std::str::from_utf8(bytes)
            .map_or_else(|_| Self::Base64(STANDARD.encode(bytes)), |text| Self::Text(text.to_owned()))
    }

    fn read(self) -> Result<Bytes, QueueError> {
        match self {
            Self::Text(text) => Ok(Bytes::from(text)),
            Self::Base64(text) => STANDARD.decode(text).map(Bytes::from).map_err(|error| unreadable(&error)),
        }
    }
}

impl Envelope {
    /// Writes the message.
    pub fn encode(delivery: &Delivery, source: Option<&str>) -> Bytes {
        let written = Written {
            version: VERSION,
            id: delivery.id.clone(),
            row: delivery.row,
            file: delivery.file,
            source: source.map(ToOwned::to_owned),
            lane: format!("{:016x}", delivery.lane),
            content: hex(&delivery.content.0),
            venta_content: delivery.venta_content.map(|content| hex(&content.0)),
            body: Body::write(&delivery.body),
            venta: delivery.venta.as_deref().map(Body::write),
        };
        // Strings and numbers always become JSON.
        Bytes::from(serde_json::to_vec(&written).unwrap_or_default())
    }

    /// Reads a message. Fails where it is none of ours, or of a newer version.
    pub fn decode(message: &[u8]) -> Result<Self, QueueError> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let Version { version } = serde_json::from_slice(message).map_err(|error| unreadable(&error))?;
        if version > VERSION {
            return Err(QueueError::Unreadable(format!(
                "version {version} is newer than {VERSION}, the newest that this program knows"
            )));
        }
        let written: Written = serde_json::from_slice(message).map_err(|error| unreadable(&error))?;
        let lane = u64::from_str_radix(&written.lane, 16).map_err(|error| unreadable(&error))?;
        let venta_content = written.venta_content.as_deref().map(unhex).transpose()?;
        let venta = written.venta.map(Body::read).transpose()?;
        if venta.is_some() != venta_content.is_some() {
            return Err(QueueError::Unreadable("a venta and its digest come together".to_owned()));
        }
        let delivery = Delivery {
            file: written.file,
            row: written.row,
            id: written.id,
            lane,
            body: written.body.read()?,
            venta,
            content: unhex(&written.content)?,
            venta_content,
        };
        Ok(Self { delivery, source: written.source })
    }
}

fn unreadable(error: &dyn std::error::Error) -> QueueError {
    QueueError::Unreadable(error.to_string())
}

/// Lower-case hexadecimal: fit for keys, subjects and headers.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn unhex(text: &str) -> Result<ContentHash, QueueError> {
    u128::from_str_radix(text, 16)
        .ok()
        .filter(|_| text.len() == 32)
        .map(|number| ContentHash(number.to_be_bytes()))
        .ok_or_else(|| QueueError::Unreadable("a digest is no 32 hexadecimal digits".to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn delivery(id: &str, body: Vec<u8>, venta: Option<Vec<u8>>) -> Delivery {
        Delivery {
            file: 2,
            row: 77,
            id: id.to_owned(),
            lane: u64::MAX - 1,
            content: ContentHash::of(&body),
            venta_content: venta.as_deref().map(ContentHash::of),
            body: Bytes::from(body),
            venta: venta.map(Bytes::from),
        }
    }

    proptest! {
        #[test]
        fn every_delivery_comes_back_byte_for_byte(
            id in "\\PC{0,40}",
            body in proptest::collection::vec(any::<u8>(), 0..200),
            venta in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..200)),
            source in proptest::option::of("\\PC{0,20}"),
        ) {
            let sent = delivery(&id, body, venta);
            let back = Envelope::decode(&Envelope::encode(&sent, source.as_deref())).unwrap();
            prop_assert_eq!(format!("{:?}", back.delivery), format!("{:?}", sent));
            prop_assert_eq!(back.source, source);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            Envelope::decode(&bytes).ok();
        }
    }

    #[test]
    fn a_body_that_is_text_can_be_read_by_people() {
        let sent = delivery("CRM-1", br#"{"a":"b"}"#.to_vec(), None);
        let text = String::from_utf8(Envelope::encode(&sent, None).to_vec()).unwrap();
        assert!(text.starts_with(r#"{"version":1,"id":"CRM-1","row":77"#), "{text}");
        assert!(text.contains(r#""body":"{\"a\":\"b\"}""#), "{text}");
    }

    #[test]
    fn a_newer_version_is_refused_and_named() {
        let error = Envelope::decode(br#"{"version":2,"whatever":1}"#).unwrap_err();
        assert!(error.to_string().contains("version 2"), "{error}");
    }

    #[test]
    fn a_venta_without_its_digest_is_refused() {
        let sent = delivery("CRM-1", b"{}".to_vec(), Some(b"{}".to_vec()));
        let mut value: serde_json::Value = serde_json::from_slice(&Envelope::encode(&sent, None)).unwrap();
        value.as_object_mut().unwrap().remove("venta_content");
        assert!(Envelope::decode(value.to_string().as_bytes()).is_err());
    }
}

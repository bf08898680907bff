//! The receipt inside an answer: the two ids, read without building the whole JSON.

use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// What a successful answer holds.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Receipt {
    /// Never empty.
    #[serde(default, deserialize_with = "id")]
    pub(super) id_presencia: Option<String>,
    /// Never empty.
    #[serde(default, deserialize_with = "id")]
    pub(super) id_venta: Option<String>,
}

/// Reads the receipt; none where the answer is no JSON object.
pub(super) fn read(body: &[u8]) -> Option<Receipt> {
    let starts = body.trim_ascii_start().first() == Some(&b'{');
    starts.then(|| serde_json::from_slice(body).ok()).flatten()
}

fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(Id)
}

/// A text or a number is an id; whatever else stands there is none.
struct Id;

impl<'de> Visitor<'de> for Id {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        let text = text.trim();
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_or_a_number_is_an_id_and_nothing_else_is() {
        let cases: [(&str, Option<&str>); 10] = [
            (r#"{"id_presencia":"PRS1"}"#, Some("PRS1")),
            (r#"{"id_presencia":17}"#, Some("17")),
            (r#"{"id_presencia":" "}"#, None),
            (r#"{"id_presencia":""}"#, None),
            (r#"{"id_presencia":null}"#, None),
            (r#"{"id_presencia":true}"#, None),
            (r#"{"id_presencia":{"a":[1]}}"#, None),
            (r#"{"id_presencia":[1,"x"]}"#, None),
            (r#"{"id_presencia":1.5}"#, None),
            (r#"{"detail":"ok"}"#, None),
        ];
        for (body, expected) in cases {
            assert_eq!(read(body.as_bytes()).expect(body).id_presencia.as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn what_is_no_object_is_no_receipt() {
        for body in ["", "[]", "\"PRS1\"", "<html>", "{", "null", "{\"id_presencia\":\"PRS1\"} trailing"] {
            assert!(read(body.as_bytes()).is_none(), "{body}");
        }
    }
}

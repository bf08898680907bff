//! What differs between a payload that was expected and the one that came under its id.
//!
//! Comes in: two payloads. Goes out: the fields that differ, as JSON pointers with both values, masked and not.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::ingress::json::{self, Json};
use crate::mask::{Personal, Scrub, mask};
use crate::rules::finding::personal;
use crate::rules::person;

/// Fields of one payload that are named.
const NAMED: usize = 30;
/// Bytes about the person that are looked for in other fields; where there are more, every text is masked.
const PERSON: usize = 4096;
/// Characters of a value that are shown.
const LONGEST: usize = 200;

/// A field that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Where it is: a JSON pointer.
    pub pointer: String,
    /// What was expected there; none where nothing was.
    pub expected: Option<Shown>,
    /// What came; none where nothing did.
    pub arrived: Option<Shown>,
}

/// A value, masked where it is a person's, and as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// For everybody.
    pub masked: Value,
    /// Unmasked; shortened.
    pub whole: Value,
}

/// A payload that came under an expected id with other content.
#[derive(Debug, Clone, PartialEq)]
pub struct Differing {
    /// The id.
    pub id: String,
    /// The first fields that differ.
    pub fields: Vec<Field>,
}

/// Finds the fields that differ between two payloads.
pub(super) fn fields(expected: &str, arrived: &str) -> Vec<Field> {
    let (Ok(one), Ok(other)) = (json::parse(expected.as_bytes()), json::parse(arrived.as_bytes())) else {
        return Vec::new();
    };
    let mut scrub = Scrub::default();
    let known = [expected, arrived].iter().all(|text| {
        serde_json::from_str(text).is_ok_and(|payload| person::add(&payload, PERSON, &mut scrub))
    });
    let mut walk = Walk { scrub: known.then_some(scrub), found: Vec::new() };
    walk.compare("", Some(&one), Some(&other));
    let mut found = walk.found;
    // A sender brings the venta in a second request: its absence tells only where nothing else does.
    let of_venta = |field: &Field| field.pointer == "/venta" || field.pointer.starts_with("/venta/");
    if other.get("venta").is_none() && !found.iter().all(of_venta) {
        found.retain(|field| !of_venta(field));
    }
    found.truncate(NAMED);
    found
}

struct Walk {
    /// The people of both; none where they are too many to be looked for.
    scrub: Option<Scrub>,
    found: Vec<Field>,
}

impl Walk {
    fn compare(&mut self, pointer: &str, expected: Option<&Json<'_>>, arrived: Option<&Json<'_>>) {
        if text(expected) == text(arrived) {
            return;
        }
        if let (Some(Json::Object(_)) | None, Some(Json::Object(_)) | None) = (expected, arrived) {
            let keys: BTreeSet<&str> = keys(expected).chain(keys(arrived)).collect();
            if !keys.is_empty() {
                for key in keys {
                    let below = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                    self.compare(&below, get(expected, key), get(arrived, key));
                }
                return;
            }
        }
        let shown = |value: Option<&Json<'_>>| value.map(|value| self.shown(pointer, value));
        let field = Field { pointer: pointer.to_owned(), expected: shown(expected), arrived: shown(arrived) };
        self.found.push(field);
    }

    fn shown(&self, pointer: &str, value: &Json<'_>) -> Shown {
        let whole: Value = match value {
            Json::Null => Value::Null,
            Json::Bool(value) => (*value).into(),
            Json::Text(text) => (&**text).into(),
            // Numbers as they were written: 1.0 and 1.00 are two payloads.
            Json::Number(number) => match serde_json::from_str::<Value>(number) {
                Ok(value) => {
                    let written = value.to_string();
                    if written == *number { value } else { (*number).into() }
                }
                Err(_) => (*number).into(),
            },
            Json::List(_) | Json::Object(_) => text(Some(value)).into(),
        };
        let written = match &whole {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let masked = match (&whole, personal(Some(pointer)), &self.scrub) {
            (Value::Null | Value::Bool(_), ..) => whole.clone(),
            (_, Some(kind), _) => mask(kind, &written).into(),
            (_, None, None) => mask(Personal::Text, &written).into(),
            (_, None, Some(scrub)) => match scrub.text(&written) {
                Cow::Borrowed(_) => whole.clone(),
                Cow::Owned(clean) => clean.into(),
            },
        };
        // Masked first: half a name would not be found any more.
        Shown { masked: short(masked), whole: short(whole) }
    }
}

fn get<'j>(object: Option<&'j Json<'_>>, key: &str) -> Option<&'j Json<'j>> {
    object.and_then(|object| object.get(key))
}

fn keys<'j>(object: Option<&'j Json<'_>>) -> impl Iterator<Item = &'j str> {
    let fields = match object {
        Some(Json::Object(fields)) => fields.as_slice(),
        _ => &[],
    };
    fields.iter().map(|(key, _)| &**key)
}

fn text(value: Option<&Json<'_>>) -> String {
    let mut out = String::new();
    if let Some(value) = value {
        value.canonical(&mut out, None);
    }
    out
}

fn short(value: Value) -> Value {
    match value {
        Value::String(text) if text.chars().count() > LONGEST => {
            text.chars().take(LONGEST).chain(['…']).collect::<String>().into()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_what_differs_and_masks_the_person() {
        let expected = json!({
            "id_presencia_crm": "CRM-1", "lote": 3, "gone": {"a": 1},
            "cliente": {"telefono_principal": "999888777", "nombres_completos_razon_social": "Rosa Quispe"},
        });
        let arrived = json!({
            "id_presencia_crm": "CRM-1", "lote": "3", "a/b": "de Quispe",
            "cliente": {"telefono_principal": 999_888_000, "nombres_completos_razon_social": "Rosa Quispe"},
        });
        let found = fields(&expected.to_string(), &arrived.to_string());
        let of = |shown: &Option<Shown>| shown.as_ref().map(|shown| shown.masked.clone());
        let found: Vec<_> = found
            .iter()
            .map(|field| (field.pointer.as_str(), of(&field.expected), of(&field.arrived)))
            .collect();
        assert_eq!(
            found,
            [
                ("/a~1b", None, Some(json!("de Q***"))),
                ("/cliente/telefono_principal", Some(json!("9998****")), Some(json!("9998****"))),
                ("/gone/a", Some(json!(1)), None),
                ("/lote", Some(json!(3)), Some(json!("3"))),
            ]
        );
    }

    #[test]
    fn a_crowd_masks_every_text() {
        let crowd: Vec<_> = (0..10_000).map(|n| format!("Rosa{n}")).collect();
        let arrived = json!({ "notas": crowd, "lote": "Rosa7", "n": 7 }).to_string();
        let found = fields(r#"{"lote":"1","n":8}"#, &arrived);
        let lote =
            found.iter().find(|field| field.pointer == "/lote").and_then(|field| field.arrived.as_ref());
        assert_eq!(lote.map(|lote| &lote.masked), Some(&json!("***")));
    }

    #[test]
    fn a_venta_that_is_still_to_come_is_no_difference_beside_another() {
        let expected = r#"{"id":"1","a":1,"venta":{"x":1}}"#;
        let pointers =
            |arrived| fields(expected, arrived).into_iter().map(|field| field.pointer).collect::<Vec<_>>();
        assert_eq!(pointers(r#"{"id":"1","a":2}"#), ["/a"]);
        assert_eq!(pointers(r#"{"id":"1","a":1}"#), ["/venta/x"]);
        assert_eq!(pointers(r#"{"id":"1","a":1,"venta":{"x":1.0}}"#), ["/venta/x"]);
    }
}

//! The person in a payload: what has to be taken out of a text that may repeat it.
//!
//! Comes in: a payload. Goes out: a [`Scrub`] that knows the person by the names of the payload's fields.

use serde_json::Value;

use super::finding::personal;
use crate::mask::Scrub;

/// How the mapping begins each note.
const NOTE_BEGINS: &str = "Presencia desde CRM.";

/// Finds the person in a payload and adds it to `scrub`.
pub fn add(payload: &Value, scrub: &mut Scrub) {
    collect(payload, None, scrub);
}

fn collect(value: &Value, name: Option<&str>, scrub: &mut Scrub) {
    match value {
        Value::Object(inner) => inner.iter().for_each(|(name, value)| collect(value, Some(name), scrub)),
        Value::Array(inner) => inner.iter().for_each(|value| collect(value, name, scrub)),
        Value::String(text) => {
            if let Some(kind) = personal(name) {
                // The words that every note begins with name nobody, and stand in the webhook's own address.
                scrub.person(kind, text.trim_start_matches(NOTE_BEGINS));
            }
        }
        _ => {}
    }
}

//! The person in a payload: what has to be taken out of a text that may repeat it.
//!
//! Comes in: a payload. Goes out: a [`Scrub`] that knows the person by the names of the payload's fields.

use serde_json::Value;

use super::finding::personal;
use crate::mask::Scrub;

/// How the mapping begins each note.
const NOTE_BEGINS: &str = "Presencia desde CRM.";

/// Finds the person in a payload and adds it to `scrub`: `most` bytes of it, since a stranger's payload may name thousands
/// to keep a receiver busy. False where there was more.
pub fn add(payload: &Value, most: usize, scrub: &mut Scrub) -> bool {
    let mut left = most;
    collect(payload, None, &mut left, scrub)
}

fn collect(value: &Value, name: Option<&str>, left: &mut usize, scrub: &mut Scrub) -> bool {
    match value {
        Value::Object(inner) => inner.iter().all(|(name, value)| collect(value, Some(name), left, scrub)),
        Value::Array(inner) => inner.iter().all(|value| collect(value, name, left, scrub)),
        Value::String(text) => {
            let Some(kind) = personal(name) else { return true };
            let Some(rest) = left.checked_sub(text.len()) else { return false };
            *left = rest;
            // The words that every note begins with name nobody, and stand in the webhook's own address.
            scrub.person(kind, text.trim_start_matches(NOTE_BEGINS));
            true
        }
        _ => true,
    }
}

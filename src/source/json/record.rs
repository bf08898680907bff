//! A record's texts, out of its JSON.
//!
//! Comes in: the members of `{"lead", "appointment", "sale", "resultado_interaccion"}`. Goes out: text by field. A
//! number is taken as it was written, so that no digit of a phone or an amount is lost.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::lang::Said;
use crate::record::{Field, RawRecord};
use crate::said;

/// The members of an object, by name.
pub(super) type Members<'v> = BTreeMap<String, &'v RawValue>;

/// Takes an object apart.
pub(super) fn members(object: &RawValue) -> Result<Members<'_>, Said> {
    serde_json::from_str(object.get())
        .map_err(|error| said!(en: "not an object: {error}", es: "no es un objeto: {error}"))
}

/// Texts under names that no field has.
pub(super) type Unknown = Vec<(String, String)>;

/// Collects the text of each field, and what stands under names that no field has.
pub(super) fn read(parts: &Members<'_>) -> Result<(RawRecord<'static>, Unknown), Said> {
    let mut record = RawRecord::default();
    let mut unknown = Vec::new();
    for (part, value) in parts {
        if matches!(part.as_str(), "lead" | "appointment" | "sale") {
            if value.get() == "null" {
                continue;
            }
            let inner = members(value)
                .map_err(|_| said!(en: "{part} is not an object", es: "{part} no es un objeto"))?;
            for (key, value) in &inner {
                set(&mut record, &mut unknown, format!("{part}.{key}"), value)?;
            }
        } else if let Some(inner) = Field::from_name(part).is_none().then(|| members(value).ok()).flatten() {
            // Something like a sale under another name: told key by key.
            for (key, value) in &inner {
                put_aside(&mut unknown, format!("{part}.{key}"), value)?;
            }
        } else {
            set(&mut record, &mut unknown, part.clone(), value)?;
        }
    }
    Ok((record, unknown))
}

fn set(
    record: &mut RawRecord<'static>,
    unknown: &mut Unknown,
    name: String,
    value: &RawValue,
) -> Result<(), Said> {
    let Some(field) = Field::from_name(&name) else {
        return put_aside(unknown, name, value);
    };
    if let Some(text) = text(value, &name)? {
        record.set(field, text);
    }
    Ok(())
}

/// Keeps what stands under a name that no field has, unless that is nothing.
fn put_aside(unknown: &mut Unknown, name: String, value: &RawValue) -> Result<(), Said> {
    let text = match value.get().as_bytes().first() {
        Some(b'{' | b'[') => Some(value.get().to_owned()),
        _ => text(value, &name)?,
    };
    unknown.extend(text.filter(|text| !text.trim().is_empty()).map(|text| (name, text)));
    Ok(())
}

fn text(value: &RawValue, name: &str) -> Result<Option<String>, Said> {
    let written = value.get();
    match written.as_bytes().first() {
        Some(b'"') => serde_json::from_str(written)
            .map(Some)
            .map_err(|error| said!(en: "{name}: {error}", es: "{name}: {error}")),
        Some(b'{' | b'[') => Err(said!(en: "{name} is not a text", es: "{name} no es un texto")),
        _ if written == "null" => Ok(None),
        _ => Ok(Some(written.to_owned())),
    }
}

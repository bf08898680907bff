//! What the live CRM sends otherwise than the document says, made right before it is checked: null and missing fields
//! that have a default, dates with an offset, a literal `None` in the notes.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Map, Value};

use super::Intake;
use super::person;
use crate::config::DateTimeFormat;
use crate::mapping::{builtin, medio_word, without_searched};
use crate::payload::choice;
use crate::record::Field;
use crate::rules::cell::{DateOrder, Zone, date, email};
use crate::rules::{Code, Finding, Findings, payload};
use crate::said;

/// Repairs the body of a webhook in place.
pub(super) fn repair(
    map: &mut Map<String, Value>,
    intake: &Intake,
    now: DateTime<Utc>,
    findings: &mut Findings,
) {
    for key in ["lote_interes_inicial", "asesor_captacion_opc", "venta", "observaciones"] {
        drop_empty(map, key);
    }
    proyecto(map, findings);
    medio(map, findings);
    default_word(map, "modalidad", builtin::MODALIDAD_OTHERWISE);
    default_word(map, "status_presencia", builtin::STATUS);
    default_word(map, "resultado_interaccion", builtin::RESULTADO);
    fecha(map, intake.datetime, now, findings);
    if let Some(Value::String(notes)) = map.get_mut("observaciones")
        && let Cow::Owned(repaired) = observaciones(notes)
    {
        *notes = repaired;
    }
    if !map.contains_key("observaciones") {
        map.insert("observaciones".to_owned(), builtin::OBSERVACIONES.into());
    }
    if let Some(Value::Object(cliente)) = map.get_mut("cliente") {
        for key in ["direccion", "distrito", "email_principal"] {
            drop_empty(cliente, key);
        }
        default_word(cliente, "tipo_documento", builtin::TIPO_DOCUMENTO);
        correo(cliente, findings);
        person::repair(cliente, intake.documento, findings);
    }
}

/// Takes out what is null or an empty text.
fn drop_empty(map: &mut Map<String, Value>, key: &str) {
    if map.get(key).is_some_and(is_empty) {
        map.shift_remove(key);
    }
}

pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// Fills what is missing, null or empty.
fn default_word(map: &mut Map<String, Value>, key: &str, word: &str) {
    if map.get(key).is_none_or(is_empty) {
        map.insert(key.to_owned(), word.into());
    }
}

fn proyecto(map: &mut Map<String, Value>, findings: &mut Findings) {
    let key = "proyecto_interes";
    if map.get(key).is_none_or(is_empty) {
        let what = said!(en: "no project, sent as", es: "sin proyecto, se envía como");
        findings.push(Finding::new(Code::E02).said("what", what).arg("value", builtin::PROYECTO));
        map.insert(key.to_owned(), builtin::PROYECTO.into());
    }
}

fn medio(map: &mut Map<String, Value>, findings: &mut Findings) {
    let key = "medio_captacion";
    let word = match map.get(key) {
        Some(Value::String(word)) if choice::MEDIO.contains(&word.as_str()) => return,
        Some(value @ Value::String(label)) if !is_empty(value) => medio_word(label).unwrap_or_else(|| {
            let what = said!(en: "medio outside the table: ", es: "medio fuera de la tabla: ");
            findings.push(Finding::new(Code::E01).said("what", what).value(label.as_str()));
            builtin::MEDIO_OTHERWISE
        }),
        Some(Value::Null | Value::String(_)) | None => {
            findings.push(Finding::new(Code::E01).said("what", said!(en: "no medio", es: "sin medio")));
            builtin::MEDIO_OTHERWISE
        }
        Some(_) => return,
    };
    map.insert(key.to_owned(), word.into());
}

/// Leaves an address out that the receiver would refuse the whole client for.
fn correo(cliente: &mut Map<String, Value>, findings: &mut Findings) {
    let key = "email_principal";
    let Some(Value::String(address)) = cliente.get(key) else { return };
    match email::read(Cow::Borrowed(address.as_str()), findings) {
        Some(read) if read == *address => {}
        Some(read) => {
            let read = read.into_owned();
            cliente.insert(key.to_owned(), read.into());
        }
        None => {
            cliente.shift_remove(key);
        }
    }
}

/// Writes an instant as Lima's time. Other shapes than ISO 8601 are left to the check: here nobody can say whether day
/// or month comes first.
fn fecha(map: &mut Map<String, Value>, format: DateTimeFormat, now: DateTime<Utc>, findings: &mut Findings) {
    let key = "fecha_hora_presencia";
    let Some(value @ Value::String(text)) = map.get(key) else { return };
    if payload::problem_at("/fecha_hora_presencia", value).is_some() {
        return;
    }
    let Ok(read) = date::read(text, None, DateOrder::Ymd, Zone::LIMA) else { return };
    if !read.has_time {
        findings.push(Finding::new(Code::A05).field(Field::FechaHora).value(text.as_str()));
    }
    if let Some(finding) = date::implausible(read.at, lima(now)) {
        findings.push(finding.value(text.as_str()));
    }
    let mut written = read.at.format("%Y-%m-%dT%H:%M:%S").to_string();
    if format == DateTimeFormat::Offset {
        written.push_str("-05:00");
    }
    map.insert(key.to_owned(), written.into());
}

/// The time in Lima.
pub(super) fn lima(now: DateTime<Utc>) -> NaiveDateTime {
    Zone::LIMA.local(now)
}

/// Takes the CRM's `None` for a missing place or note out, and `CRM:`, which the receiver searches notes for.
fn observaciones(notes: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(notes);
    for missing in [" Lugar: None.", " Lugar: None", " Observaciones: None.", " Observaciones: None"] {
        if let Some(at) = text.find(missing)
            && ends_word(&text[at + missing.len()..])
        {
            text = Cow::Owned(format!("{}{}", &text[..at], &text[at + missing.len()..]));
        }
    }
    let trimmed = text.trim_end();
    if let Some(rest) = trimmed.strip_suffix("None").or_else(|| trimmed.strip_suffix("None."))
        && (rest.is_empty() || rest.ends_with([' ', '\n', '\t']))
    {
        text = Cow::Owned(rest.trim_end().to_owned());
    }
    if let Cow::Owned(without) = without_searched(&text) {
        text = Cow::Owned(without);
    }
    if text.trim().is_empty() { Cow::Owned(builtin::OBSERVACIONES.to_owned()) } else { text }
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(|letter: char| letter.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_none_is_nothing() {
        for (sent, kept) in [
            ("Presencia desde CRM. Lugar: None. None", "Presencia desde CRM."),
            (
                "Presencia desde CRM. Lugar: Sala de ventas. None",
                "Presencia desde CRM. Lugar: Sala de ventas.",
            ),
            ("Presencia desde CRM. Lugar: None.", "Presencia desde CRM."),
            ("Presencia desde CRM. Lugar: None. Llegó tarde", "Presencia desde CRM. Llegó tarde"),
            ("None", "Presencia desde CRM."),
            ("Presencia desde CRM. Lugar: Nonerto.", "Presencia desde CRM. Lugar: Nonerto."),
            ("Pidió el lote de Nonell", "Pidió el lote de Nonell"),
        ] {
            assert_eq!(observaciones(sent), kept, "{sent}");
        }
    }

    #[test]
    fn what_the_receiver_searches_for_is_taken_out() {
        assert_eq!(observaciones("Ver CRM: 12 y crm:13"), "Ver 12 y 13");
        assert_eq!(observaciones("CRMCRM::9"), "9");
        assert!(matches!(observaciones("Nada que cambiar"), Cow::Borrowed(_)));
    }
}

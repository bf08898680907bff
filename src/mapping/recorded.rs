//! A recorded payload, written anew: what the live CRM sends becomes what the document asks for.
//!
//! Comes in: the object of a recorded body. Goes out: the same in the documented order, its words those of [`builtin`].

use std::borrow::Cow;

use chrono::DateTime;
use serde_json::{Map, Value};

use super::{builtin, medio_word, without_searched};
use crate::payload::{canonical, choice};
use crate::rules::cell::Zone;

/// Writes `payload` anew; keys in the documented order.
pub fn remap(payload: Map<String, Value>) -> Value {
    let mut payload = payload;
    if payload.get("proyecto_interes").is_none_or(is_nothing) {
        payload.insert("proyecto_interes".to_owned(), builtin::PROYECTO.into());
    }
    if let Some(medio) = payload.get_mut("medio_captacion") {
        let label = medio.as_str().unwrap_or_default();
        if !choice::MEDIO.contains(&label) {
            *medio = medio_word(label).unwrap_or(builtin::MEDIO_OTHERWISE).into();
        }
    }
    if let Some(fecha) = payload.get_mut("fecha_hora_presencia")
        && let Some(local) = fecha.as_str().and_then(lima)
    {
        *fecha = local.into();
    }
    if let Some(Value::String(observaciones)) = payload.get_mut("observaciones")
        && let Cow::Owned(without) = without_searched(observaciones)
    {
        *observaciones = without;
    }
    if let Some(Value::Object(cliente)) = payload.get_mut("cliente") {
        for key in ["numero_documento", "telefono_principal"] {
            if let Some(number @ Value::Number(_)) = cliente.get_mut(key) {
                *number = number.to_string().into();
            }
        }
        cliente.retain(|_, value| !is_nothing(value));
    }
    canonical(Value::Object(payload))
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// A moment with an offset, as local time of Lima without one.
fn lima(text: &str) -> Option<String> {
    let moment = DateTime::parse_from_rfc3339(text).ok()?;
    Some(Zone::LIMA.local(moment.to_utc()).format("%Y-%m-%dT%H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_live_crm_sends_becomes_what_is_documented() {
        let sent = serde_json::json!({
            "observaciones": "Presencia desde CRM. crm:12 y CRMCRM::9",
            "fecha_hora_presencia": "2024-01-15T19:30:00+00:00",
            "proyecto_interes": null,
            "medio_captacion": "Redes Sociales (TikTok)",
            "cliente": {"email_principal": null, "numero_documento": 12_345_678},
            "id_presencia_crm": "CRM-1",
        });
        let Value::Object(sent) = sent else { unreachable!("an object") };
        assert_eq!(
            remap(sent).to_string(),
            r#"{"id_presencia_crm":"CRM-1","cliente":{"numero_documento":"12345678"},"fecha_hora_presencia":"2024-01-15T14:30:00","proyecto_interes":"OASIS 2 (AUCALLAMA)","medio_captacion":"redes_tiktok","observaciones":"Presencia desde CRM. 12 y 9"}"#
        );
    }
}

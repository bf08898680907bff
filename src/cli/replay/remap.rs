//! Writes a recorded payload anew: what the live CRM sends becomes what the document asks for.

use chrono::{DateTime, FixedOffset};
use serde_json::{Map, Value};

use crate::mapping::medio_word;
use crate::payload::{canonical, choice};

/// The project of a payload that names none.
const PROYECTO: &str = "OASIS 2 (AUCALLAMA)";
/// What the receiver would search for inside other presencias.
const SEARCHED_FOR: &str = "CRM:";
const LIMA: i32 = -5 * 3600;

/// Writes `payload` anew; keys in the documented order.
pub(super) fn remap(payload: Map<String, Value>) -> Value {
    let mut payload = payload;
    if payload.get("proyecto_interes").is_none_or(is_nothing) {
        payload.insert("proyecto_interes".to_owned(), PROYECTO.into());
    }
    if let Some(medio) = payload.get_mut("medio_captacion") {
        let label = medio.as_str().unwrap_or_default();
        if !choice::MEDIO.contains(&label) {
            *medio = medio_word(label).unwrap_or("otro").into();
        }
    }
    if let Some(fecha) = payload.get_mut("fecha_hora_presencia")
        && let Some(local) = fecha.as_str().and_then(lima)
    {
        *fecha = local.into();
    }
    if let Some(Value::String(observaciones)) = payload.get_mut("observaciones") {
        *observaciones = observaciones.replace(SEARCHED_FOR, "");
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
    let local = moment.with_timezone(&FixedOffset::east_opt(LIMA)?);
    Some(local.format("%Y-%m-%dT%H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_live_crm_sends_becomes_what_is_documented() {
        let sent = serde_json::json!({
            "observaciones": "Presencia desde CRM. CRM:12",
            "fecha_hora_presencia": "2024-01-15T19:30:00+00:00",
            "proyecto_interes": null,
            "medio_captacion": "Redes Sociales (TikTok)",
            "cliente": {"email_principal": null, "numero_documento": 12_345_678},
            "id_presencia_crm": "CRM-1",
        });
        let Value::Object(sent) = sent else { unreachable!("an object") };
        assert_eq!(
            remap(sent).to_string(),
            r#"{"id_presencia_crm":"CRM-1","cliente":{"numero_documento":"12345678"},"fecha_hora_presencia":"2024-01-15T14:30:00","proyecto_interes":"OASIS 2 (AUCALLAMA)","medio_captacion":"redes_tiktok","observaciones":"Presencia desde CRM. 12"}"#
        );
    }
}

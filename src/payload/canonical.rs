//! One spelling for a body, so that the same content is recognised whoever wrote it.

use serde_json::{Map, Value};

const TOP: [&str; 12] = [
    "id_presencia_crm",
    "cliente",
    "fecha_hora_presencia",
    "proyecto_interes",
    "medio_captacion",
    "modalidad",
    "status_presencia",
    "resultado_interaccion",
    "observaciones",
    "lote_interes_inicial",
    "asesor_captacion_opc",
    "venta",
];

const CLIENTE: [&str; 7] = [
    "nombres_completos_razon_social",
    "tipo_documento",
    "numero_documento",
    "telefono_principal",
    "email_principal",
    "direccion",
    "distrito",
];

const VENTA: [&str; 8] = [
    "fecha_venta",
    "lote",
    "tipo_venta",
    "plazo_meses_credito",
    "vendedor_principal",
    "valor_lote_venta",
    "cuota_inicial_requerida",
    "notas",
];

/// Orders the keys of a body as a mapped [`Payload`](super::Payload) has them; unknown keys follow, sorted.
///
/// Two bodies that differ only in white space or in the order of their keys become equal; values are left as they
/// are, since the receiver tells `1` from `"1"`.
///
/// ```
/// use crm_bridge::payload::canonical;
/// let body = serde_json::json!({"zeta": 1, "cliente": {"distrito": "Ate", "tipo_documento": "DNI"}, "id_presencia_crm": "CRM-1"});
/// assert_eq!(
///     canonical(body).to_string(),
///     r#"{"id_presencia_crm":"CRM-1","cliente":{"tipo_documento":"DNI","distrito":"Ate"},"zeta":1}"#
/// );
/// ```
pub fn canonical(body: Value) -> Value {
    ordered(body, &TOP, |key, value| match key {
        "cliente" => ordered(value, &CLIENTE, |_, value| sorted(value)),
        "venta" => ordered(value, &VENTA, |_, value| sorted(value)),
        _ => sorted(value),
    })
}

fn ordered(value: Value, keys: &[&str], inner: impl Fn(&str, Value) -> Value) -> Value {
    let Value::Object(mut map) = value else { return value };
    let mut out = Map::with_capacity(map.len());
    for key in keys {
        if let Some(value) = map.shift_remove(*key) {
            out.insert((*key).to_owned(), inner(key, value));
        }
    }
    let mut rest: Vec<(String, Value)> = map.into_iter().collect();
    rest.sort_by(|a, b| a.0.cmp(&b.0));
    out.extend(rest.into_iter().map(|(key, value)| {
        let value = inner(&key, value);
        (key, value)
    }));
    Value::Object(out)
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(_) => ordered(value, &[], |_, value| sorted(value)),
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::{Cliente, Payload, Venta};

    #[test]
    fn a_mapped_payload_is_canonical_already() {
        let payload = Payload {
            id_presencia_crm: "CRM-1".into(),
            cliente: Cliente {
                nombres_completos_razon_social: "Rosa Quispe".into(),
                tipo_documento: "DNI".into(),
                numero_documento: "01234567".into(),
                telefono_principal: "999888777".into(),
                email_principal: Some("rosa@example.pe".into()),
                direccion: Some("Ate".into()),
                distrito: Some("Ate".into()),
            },
            fecha_hora_presencia: "2024-01-15T14:30:00".into(),
            proyecto_interes: "OASIS 2 (AUCALLAMA)".into(),
            medio_captacion: "campo_opc".into(),
            modalidad: "presencial".into(),
            status_presencia: "realizada".into(),
            resultado_interaccion: "interesado_seguimiento".into(),
            observaciones: "Presencia desde CRM.".into(),
            lote_interes_inicial: Some(3.into()),
            asesor_captacion_opc: Some(4.into()),
            venta: Some(Box::new(Venta {
                fecha_venta: "2024-01-15".into(),
                lote: 3.into(),
                tipo_venta: "credito".into(),
                plazo_meses_credito: 12,
                vendedor_principal: Some(5.into()),
                valor_lote_venta: "120000.50".into(),
                cuota_inicial_requerida: Some("1000".into()),
                notas: Some("ninguna".into()),
            })),
            extra: Map::new(),
        };
        let text = serde_json::to_string(&payload).unwrap();
        let canonical = canonical(serde_json::from_str(&text).unwrap()).to_string();
        assert_eq!(canonical, text);
    }
}

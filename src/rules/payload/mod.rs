//! Checks of a payload as JSON (rule S01): what the App Comercial does not check itself, the bridge must.
//!
//! Comes in: a JSON value, from a file, a request, or the mapping. Goes out: findings with the JSON pointer of the place.
//! The published JSON Schema says the same; a property test holds the two together.

pub mod repeats;
mod shape;

use serde_json::{Map, Value};

use super::cell::email;
use super::{Code, Finding};
use crate::lang::Said;
use crate::payload::{choice, length};
use crate::said;
use shape::{is_amount, is_blank, is_day, is_document, is_id, is_instant};

/// The longest id that is sent, in characters.
pub const ID: usize = 120;
/// The longest notes, in characters.
pub const NOTES: usize = 20_000;

/// What a place of the payload must hold.
#[derive(Clone, Copy)]
enum Want {
    /// An id of letters, digits, `_`, `-` and `.`; a `]` may end it.
    Id,
    /// A document number.
    Document,
    /// A text that says something, of at most so many characters.
    Text(usize),
    /// A text that may be empty.
    Loose(usize),
    /// A text of several lines, which may be empty.
    Notes,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// ISO 8601, with or without time and offset.
    Instant,
    /// `YYYY-MM-DD`.
    Day,
    /// An address, or nothing.
    Email,
    /// An id of the receiver's: a whole number, or a text.
    Reference,
    /// Months of credit.
    Plazo,
    /// A decimal as text.
    Amount,
}

/// A place of the payload.
struct Place {
    key: &'static str,
    need: Need,
    want: Want,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// It must be there.
    Must,
    /// It may be left out.
    May,
    /// It may be left out, or be null.
    Nullable,
}

const fn place(key: &'static str, need: Need, want: Want) -> Place {
    Place { key, need, want }
}

const ROOT: [Place; 10] = [
    place("id_presencia_crm", Need::Must, Want::Id),
    place("fecha_hora_presencia", Need::Must, Want::Instant),
    place("proyecto_interes", Need::Must, Want::Text(length::PROYECTO)),
    place("medio_captacion", Need::Must, Want::Choice(&choice::MEDIO)),
    place("modalidad", Need::Must, Want::Choice(&choice::MODALIDAD)),
    place("status_presencia", Need::Must, Want::Choice(&choice::STATUS)),
    place("resultado_interaccion", Need::Must, Want::Choice(&choice::RESULTADO)),
    place("observaciones", Need::May, Want::Notes),
    place("lote_interes_inicial", Need::Nullable, Want::Reference),
    place("asesor_captacion_opc", Need::Nullable, Want::Reference),
];

const CLIENTE: [Place; 7] = [
    place("nombres_completos_razon_social", Need::Must, Want::Text(length::NOMBRE)),
    place("tipo_documento", Need::Must, Want::Choice(&choice::TIPO_DOCUMENTO)),
    place("numero_documento", Need::Must, Want::Document),
    place("telefono_principal", Need::Must, Want::Text(length::TELEFONO)),
    place("email_principal", Need::Nullable, Want::Email),
    place("direccion", Need::Nullable, Want::Loose(length::DIRECCION)),
    place("distrito", Need::Nullable, Want::Loose(length::DISTRITO)),
];

const VENTA: [Place; 8] = [
    place("fecha_venta", Need::Must, Want::Day),
    place("lote", Need::Must, Want::Reference),
    place("tipo_venta", Need::Must, Want::Choice(&choice::TIPO_VENTA)),
    place("plazo_meses_credito", Need::May, Want::Plazo),
    place("vendedor_principal", Need::Nullable, Want::Reference),
    place("valor_lote_venta", Need::Must, Want::Amount),
    place("cuota_inicial_requerida", Need::Nullable, Want::Amount),
    place("notas", Need::Nullable, Want::Notes),
];

/// Checks a payload; an empty list means that the App Comercial can store it as it is meant.
///
/// ```
/// use crm_bridge::rules::payload;
/// let findings = payload::check(&serde_json::json!({"id_presencia_crm": "CRM-1"}));
/// assert!(findings.iter().any(|finding| finding.field.as_deref() == Some("/cliente")));
/// ```
pub fn check(payload: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Value::Object(root) = payload else {
        findings.push(wrong("", said!(en: "not a JSON object", es: "no es un objeto JSON")));
        return findings;
    };
    check_object(root, "", &ROOT, &mut findings);
    match root.get("cliente") {
        Some(Value::Object(cliente)) => check_object(cliente, "/cliente", &CLIENTE, &mut findings),
        Some(_) => findings.push(wrong("/cliente", not_an_object())),
        None => findings.push(wrong("/cliente", missing())),
    }
    match root.get("venta") {
        Some(Value::Object(venta)) => check_object(venta, "/venta", &VENTA, &mut findings),
        Some(Value::Null) | None => {}
        Some(_) => findings.push(wrong("/venta", not_an_object())),
    }
    findings
}

/// What is wrong with `value` at the place `pointer`, if that is a place that the payload documents.
pub fn problem_at(pointer: &str, value: &Value) -> Option<Said> {
    let (places, key): (&[Place], &str) = if let Some(key) = pointer.strip_prefix("/cliente/") {
        (&CLIENTE, key)
    } else if let Some(key) = pointer.strip_prefix("/venta/") {
        (&VENTA, key)
    } else {
        (&ROOT, pointer.strip_prefix('/')?)
    };
    let place = places.iter().find(|place| place.key == key)?;
    problem(place, value)
}

fn check_object(object: &Map<String, Value>, base: &str, places: &[Place], findings: &mut Vec<Finding>) {
    for place in places {
        let problem = match object.get(place.key) {
            Some(value) => problem(place, value),
            None if place.need == Need::Must => Some(missing()),
            None => None,
        };
        if let Some(problem) = problem {
            let finding = wrong(&format!("{base}/{}", place.key), problem);
            findings.push(match object.get(place.key) {
                Some(Value::String(text)) => finding.value(text.chars().take(80).collect::<String>()),
                Some(value @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => {
                    finding.value(value.to_string())
                }
                _ => finding,
            });
        }
    }
}

fn wrong(pointer: &str, detail: Said) -> Finding {
    let shown = if pointer.is_empty() { "/" } else { pointer };
    Finding::new(Code::S01).pointer(pointer).arg("pointer", shown).said("detail", detail)
}

fn missing() -> Said {
    said!(en: "missing", es: "falta")
}

fn not_an_object() -> Said {
    said!(en: "not an object", es: "no es un objeto")
}

fn problem(place: &Place, value: &Value) -> Option<Said> {
    match (value, place.want) {
        (Value::Null, _) if place.need == Need::Nullable => None,
        (Value::Number(number), Want::Reference) => {
            let whole = number.as_f64().is_some_and(|number| number >= 0.0 && number.fract() == 0.0);
            (!whole).then(|| said!(en: "not an id", es: "no es un id"))
        }
        (Value::Number(number), Want::Plazo) => {
            let known = choice::PLAZO.iter().any(|months| number.as_f64() == Some(f64::from(*months)));
            (!known).then(not_a_term)
        }
        (_, Want::Plazo) => Some(not_a_term()),
        (Value::String(text), want) => problem_in(text, want),
        _ => Some(said!(en: "not a text", es: "no es un texto")),
    }
}

fn not_a_term() -> Said {
    said!(en: "not 0, 12, 24 or 36", es: "no es 0, 12, 24 ni 36")
}

fn problem_in(text: &str, want: Want) -> Option<Said> {
    match want {
        Want::Id => (!is_id(text))
            .then(|| {
                said!(
                    en: "letters, digits, `_`, `-` and `.` are wanted",
                    es: "debe tener letras, dígitos, `_`, `-` y `.`",
                )
            })
            .or_else(|| too_long(text, ID)),
        Want::Document => too_long(text, length::DOCUMENTO).or_else(|| {
            (!is_document(text))
                .then(|| said!(en: "not a document number", es: "no es un número de documento"))
        }),
        Want::Text(most) => is_blank(text)
            .then(|| said!(en: "empty", es: "vacío"))
            .or_else(|| too_long(text, most))
            .or_else(|| controls(text, false)),
        Want::Reference => {
            is_blank(text).then(|| said!(en: "empty", es: "vacío")).or_else(|| controls(text, false))
        }
        Want::Loose(most) => too_long(text, most).or_else(|| controls(text, false)),
        Want::Notes => too_long(text, NOTES).or_else(|| controls(text, true)),
        Want::Choice(words) => (!words.contains(&text)).then(|| {
            let words = words.join(", ");
            said!(en: "not one of {words}", es: "no es ninguno de {words}")
        }),
        Want::Instant => (!is_instant(text)).then(|| {
            said!(
                en: "not a date such as 2024-01-15T14:30:00",
                es: "no es una fecha como 2024-01-15T14:30:00",
            )
        }),
        Want::Day => (!is_day(text))
            .then(|| said!(en: "not a date such as 2024-01-15", es: "no es una fecha como 2024-01-15")),
        Want::Email => (!text.is_empty() && !email::is_valid(text))
            .then(|| said!(en: "not an e-mail address", es: "no es un correo")),
        Want::Amount => (!is_amount(text))
            .then(|| said!(en: "not an amount such as 45000.00", es: "no es un monto como 45000.00")),
        Want::Plazo => Some(not_a_term()),
    }
}

fn too_long(text: &str, most: usize) -> Option<Said> {
    if text.len() <= most {
        return None;
    }
    let count = text.chars().count();
    (count > most)
        .then(|| said!(en: "{count} characters, at most {most}", es: "{count} caracteres, máximo {most}"))
}

fn controls(text: &str, lines: bool) -> Option<Said> {
    let control = text.chars().find(|c| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t')))?;
    let sign = u32::from(control);
    Some(said!(en: "control character U+{sign:04X}", es: "carácter de control U+{sign:04X}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn documented() -> Value {
        json!({
            "id_presencia_crm": "CRM-123",
            "cliente": {
                "nombres_completos_razon_social": "Juan Pérez",
                "tipo_documento": "DNI",
                "numero_documento": "12345678",
                "telefono_principal": "999888777",
                "email_principal": "juan@email.com",
                "direccion": "Lima",
                "distrito": "Lima"
            },
            "fecha_hora_presencia": "2024-01-15T14:30:00",
            "proyecto_interes": "OASIS 2 (AUCALLAMA)",
            "medio_captacion": "campo_opc",
            "modalidad": "presencial",
            "status_presencia": "realizada",
            "resultado_interaccion": "interesado_seguimiento",
            "observaciones": "Presencia desde CRM. Lugar: Sala de ventas."
        })
    }

    fn pointers(payload: &Value) -> Vec<String> {
        check(payload).iter().filter_map(|finding| finding.field.as_deref().map(str::to_owned)).collect()
    }

    #[test]
    fn the_documented_payload_passes() {
        assert_eq!(pointers(&documented()), Vec::<String>::new());
    }

    #[test]
    fn what_the_live_crm_sends_passes() {
        let mut payload = documented();
        payload["cliente"]["email_principal"] = Value::Null;
        payload["cliente"]["numero_documento"] = json!("TEMP-8777");
        payload["fecha_hora_presencia"] = json!("2024-01-15T19:30:00.123456+00:00");
        assert_eq!(pointers(&payload), Vec::<String>::new());
    }

    #[test]
    fn each_fault_is_named_by_its_place() {
        for (pointer, value) in [
            ("/id_presencia_crm", json!("")),
            ("/id_presencia_crm", json!("CRM 1")),
            ("/cliente", json!([])),
            ("/cliente/nombres_completos_razon_social", json!(" ")),
            ("/cliente/nombres_completos_razon_social", json!("a".repeat(256))),
            ("/cliente/tipo_documento", json!("dni")),
            ("/cliente/numero_documento", json!("")),
            ("/cliente/numero_documento", json!(" 12345678")),
            ("/cliente/numero_documento", json!(12_345_678)),
            ("/cliente/telefono_principal", json!("")),
            ("/cliente/email_principal", json!("rosa@")),
            ("/fecha_hora_presencia", json!("15/01/2024 14:30")),
            ("/fecha_hora_presencia", json!("2024-02-30T14:30:00")),
            ("/fecha_hora_presencia", Value::Null),
            ("/proyecto_interes", Value::Null),
            ("/medio_captacion", json!("Facebook")),
            ("/modalidad", json!("")),
            ("/status_presencia", json!("hecha")),
            ("/observaciones", json!(5)),
            ("/observaciones", json!("a\u{0}")),
            ("/lote_interes_inicial", json!(1.5)),
            ("/venta", json!("x")),
        ] {
            let mut payload = documented();
            match payload.pointer_mut(pointer) {
                Some(place) => *place = value.clone(),
                None => payload[&pointer[1..]] = value.clone(),
            }
            assert_eq!(pointers(&payload), [pointer], "{value}");
        }
    }

    #[test]
    fn missing_keys_and_no_object() {
        let mut payload = documented();
        payload["cliente"].as_object_mut().unwrap().remove("telefono_principal");
        payload.as_object_mut().unwrap().remove("modalidad");
        assert_eq!(pointers(&payload), ["/modalidad", "/cliente/telefono_principal"]);
        assert_eq!(pointers(&json!([1])), [""]);
    }

    #[test]
    fn a_venta_is_checked_too() {
        let mut payload = documented();
        payload["venta"] = json!({
            "fecha_venta": "2024-01-15", "lote": 12, "tipo_venta": "credito", "plazo_meses_credito": 24,
            "valor_lote_venta": "45000.00", "cuota_inicial_requerida": "5000"
        });
        assert_eq!(pointers(&payload), Vec::<String>::new());
        payload["venta"]["plazo_meses_credito"] = json!(18);
        payload["venta"]["valor_lote_venta"] = json!(45000);
        payload["venta"]["fecha_venta"] = json!("2024-1-15");
        assert_eq!(
            pointers(&payload),
            ["/venta/fecha_venta", "/venta/plazo_meses_credito", "/venta/valor_lote_venta"]
        );
    }
}

use bytes::Bytes;
use chrono::{DateTime, TimeZone, Utc};
use serde_json::{Value, json};

use super::{Intake, Read};
use crate::config::{DateTimeFormat, DocumentoSource};
use crate::relay::outbox::Refusal;
use crate::rules::Code;

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap()
}

/// A webhook as the live CRM sends it.
fn live() -> Value {
    json!({
        "id_presencia_crm": "CRM-123",
        "cliente": {
            "nombres_completos_razon_social": "Rosa Ñaupari Quispe",
            "tipo_documento": "DNI",
            "numero_documento": "TEMP-8777",
            "telefono_principal": "999888777",
            "email_principal": null,
            "direccion": "Ate",
            "distrito": "Ate",
        },
        "fecha_hora_presencia": "2026-02-15T19:30:00+00:00",
        "proyecto_interes": null,
        "medio_captacion": "campo_opc",
        "modalidad": "presencial",
        "status_presencia": "realizada",
        "resultado_interaccion": "interesado_seguimiento",
        "observaciones": "Presencia desde CRM. Lugar: Sala de ventas. None",
    })
}

fn read(intake: &Intake, value: &Value) -> Read {
    // As python-requests writes it: ASCII only.
    let ascii: String = value
        .to_string()
        .chars()
        .map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", c as u32) })
        .collect();
    intake.read(&Bytes::from(ascii), now()).unwrap()
}

fn sent(intake: &Intake, value: &Value) -> Value {
    let read = read(intake, value);
    assert_eq!(read.arrival.refused, None);
    serde_json::from_slice(&read.arrival.body).unwrap()
}

fn refused(value: &Value) -> Refusal {
    read(&Intake::default(), value).arrival.refused.expect("a rule forbids it")
}

#[test]
fn the_live_crms_oddities_are_made_right() {
    let expected = json!({
        "id_presencia_crm": "CRM-123",
        "cliente": {
            "nombres_completos_razon_social": "Rosa Ñaupari Quispe",
            "tipo_documento": "DNI",
            "numero_documento": "999888777",
            "telefono_principal": "999888777",
            "direccion": "Ate",
            "distrito": "Ate",
        },
        "fecha_hora_presencia": "2026-02-15T14:30:00",
        "proyecto_interes": "OASIS 2 (AUCALLAMA)",
        "medio_captacion": "campo_opc",
        "modalidad": "presencial",
        "status_presencia": "realizada",
        "resultado_interaccion": "interesado_seguimiento",
        "observaciones": "Presencia desde CRM. Lugar: Sala de ventas.",
    });
    assert_eq!(sent(&Intake::default(), &live()).to_string(), expected.to_string());
    assert_eq!(read(&Intake::default(), &live()).codes, [Code::E02]);
}

#[test]
fn the_same_event_in_other_words_is_the_same_content() {
    let mut spelled = live();
    spelled["proyecto_interes"] = "OASIS 2 (AUCALLAMA)".into();
    spelled["fecha_hora_presencia"] = "2026-02-15T14:30:00-05:00".into();
    spelled["cliente"]["telefono_principal"] = "+51 999 888 777".into();
    let (one, two) = (read(&Intake::default(), &live()), read(&Intake::default(), &spelled));
    assert_eq!(one.arrival.content, two.arrival.content);
    assert_eq!(one.arrival.lane, two.arrival.lane);
}

#[test]
fn the_settings_decide_about_document_date_and_id() {
    let intake = Intake {
        documento: DocumentoSource::Temp4,
        datetime: DateTimeFormat::Offset,
        id_terminator: "]".to_owned(),
    };
    let sent = sent(&intake, &live());
    assert_eq!(sent["cliente"]["numero_documento"], "TEMP-8777");
    assert_eq!(sent["fecha_hora_presencia"], "2026-02-15T14:30:00-05:00");
    assert_eq!(sent["id_presencia_crm"], "CRM-123]");
}

#[test]
fn a_missing_document_becomes_the_celular_and_anothers_is_left_alone() {
    for missing in [Value::Null, "".into(), " ".into()] {
        let mut value = live();
        value["cliente"]["numero_documento"] = missing;
        assert_eq!(sent(&Intake::default(), &value)["cliente"]["numero_documento"], "999888777");
    }
    for own in ["01234567", "TEMP-1111"] {
        let mut value = live();
        value["cliente"]["numero_documento"] = own.into();
        assert_eq!(sent(&Intake::default(), &value)["cliente"]["numero_documento"], own);
    }
}

#[test]
fn what_would_be_500_for_ever_gets_its_default_or_is_never_sent() {
    for key in
        ["medio_captacion", "modalidad", "proyecto_interes", "status_presencia", "resultado_interaccion"]
    {
        let mut value = live();
        value[key] = Value::Null;
        assert!(sent(&Intake::default(), &value)[key].is_string(), "{key}");
    }
    for fecha in [Value::Null, "".into(), 7.into(), "15/01/2024 14:30".into(), "2024-13-01T00:00:00".into()] {
        let mut value = live();
        value["fecha_hora_presencia"] = fecha;
        assert_eq!(refused(&value).code, "S01");
    }
}

#[test]
fn what_fails_a_rule_is_kept_as_it_came_with_its_findings() {
    let mut value = live();
    value["cliente"]["telefono_principal"] = "999".into();
    let read = read(&Intake::default(), &value);
    let refusal = read.arrival.refused.expect("a rule forbids it");
    assert_eq!((refusal.code, read.arrival.id.as_str()), ("T04", "CRM-123"));
    let findings: Value = serde_json::from_str(&refusal.findings).unwrap();
    assert!(findings.as_array().unwrap().iter().any(|finding| finding["code"] == "T04"));
    assert!(String::from_utf8_lossy(&read.arrival.body).contains("TEMP-8777"), "nothing is lost");
    value["id_presencia_crm"] = "a b".into();
    value["cliente"] = Value::Null;
    assert_eq!(refused(&value).code, "S01");
    for no_object in [json!([]), json!("text"), json!(null), json!(1)] {
        assert_eq!(refused(&no_object).code, "S01");
    }
}

#[test]
fn an_invalid_address_is_left_out_and_a_future_visit_is_not_sent() {
    let mut value = live();
    value["cliente"]["email_principal"] = "rosa@".into();
    assert_eq!(sent(&Intake::default(), &value)["cliente"].get("email_principal"), None);
    value["fecha_hora_presencia"] = "2027-02-15T19:30:00+00:00".into();
    assert_eq!(refused(&value).code, "A06");
}

#[test]
fn a_venta_has_a_digest_of_its_own() {
    let mut value = live();
    let without = read(&Intake::default(), &value).arrival;
    value["venta"] = json!({
        "fecha_venta": "2026-02-15", "lote": 3, "tipo_venta": "contado", "plazo_meses_credito": 0,
        "valor_lote_venta": "45000.00",
    });
    let with = read(&Intake::default(), &value).arrival;
    assert_eq!(with.content, without.content);
    assert!(with.venta.is_some() && with.refused.is_none());
}

#[test]
fn what_two_parsers_could_read_in_two_ways_is_no_json() {
    let intake = Intake::default();
    let deep = "[".repeat(200) + &"]".repeat(200);
    for body in
        ["", "{", "{\"a\":1,\"a\":2}", "\u{feff}{}", "{\"a\":NaN}", "{\"a\":1e999}", "\"\\ud800\"", &deep]
    {
        assert!(intake.read(&Bytes::from(body.to_owned()), now()).is_err(), "{body}");
    }
    assert!(intake.read(&Bytes::from_static(b"{\"a\":\"\xff\"}"), now()).is_err());
}

//! The `strict` profile: the document to the letter.

use crm_bridge::receiver::{Quirk, Quirks, Receiver, Running, Spec, StoreCounts};
use http::Method;
use serde_json::{Value, json};

use super::web::{Answer, get, payload, post, request, send, venta, webhook};

async fn start() -> Running {
    Receiver::start(Spec::default()).await.unwrap()
}

fn with(pointer: &str, value: Value) -> Value {
    let mut payload = payload("CRM-123");
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    payload.pointer_mut(parent).unwrap()[key] = value;
    payload
}

fn without(pointer: &str) -> Value {
    let mut payload = payload("CRM-123");
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    payload.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key);
    payload
}

#[tokio::test]
async fn a_resend_answers_the_same_id() {
    let running = start().await;
    let first = post(&running, &payload("CRM-1")).await;
    assert_eq!(first.status, 200);
    let answer = json!({ "detail": first.json()["detail"], "id_presencia": "PRS00001", "id_venta": null });
    assert_eq!(first.json(), answer);
    assert_eq!(post(&running, &payload("CRM-1")).await.json(), answer);
    // The order of the keys is no content.
    let mut turned = payload("CRM-1");
    let id = turned.as_object_mut().unwrap().shift_remove("id_presencia_crm").unwrap();
    turned["id_presencia_crm"] = id;
    assert_eq!(post(&running, &turned).await.json(), answer);
    assert_eq!(running.counts().presencias, 1);
    assert_eq!(running.clientes()[0].id_cliente, "CLI0001");
}

#[tokio::test]
async fn ids_are_looked_up_exactly() {
    let running = start().await;
    for (id, presencia) in [("CRM-12", "PRS00001"), ("CRM-1", "PRS00002"), ("crm-1", "PRS00003")] {
        assert_eq!(post(&running, &payload(id)).await.id_presencia(), presencia, "{id}");
    }
    assert_eq!(running.counts().clientes, 1);
}

#[tokio::test]
async fn other_content_under_a_delivered_id_is_409() {
    let running = start().await;
    post(&running, &payload("CRM-123")).await;
    let changed = post(&running, &with("/proyecto_interes", "OASIS 1 (HUACHO 1)".into())).await;
    assert_eq!(changed.status, 409);
    assert!(changed.json()["detail"].is_string());
    let other = post(&running, &with("/cliente/numero_documento", "87654321".into())).await;
    assert_eq!(other.status, 409);
    assert_eq!(running.counts().clientes, 1);
}

#[tokio::test]
async fn a_venta_is_saved_once() {
    let running = start().await;
    assert_eq!(post(&running, &payload("CRM-123")).await.json()["id_venta"], Value::Null);
    for _ in 0..3 {
        let answer = post(&running, &with("/venta", venta())).await;
        assert_eq!((answer.status, answer.json()["id_venta"].clone()), (200, "VTA0001".into()));
    }
    let mut other = venta();
    other["valor_lote_venta"] = "46000.00".into();
    assert_eq!(post(&running, &with("/venta", other)).await.json()["id_venta"], "VTA0001");
    assert_eq!(running.counts().ventas, 1);
    assert_eq!(running.ventas()[0].valor_lote_venta, "45000.00");
    assert_eq!(running.presencias()[0].id_venta.as_deref(), Some("VTA0001"));
}

async fn refused(running: &Running, payload: Value, field: &str) {
    let answer = post(running, &payload).await;
    assert_eq!(answer.status, 400, "{field}: {:?}", answer.body);
    let errors = answer.json()["errors"].clone();
    assert!(errors[field][0].is_string(), "{field}: {errors}");
}

#[tokio::test]
async fn choices_lengths_dates_and_types_are_checked() {
    let running = start().await;
    let long = |length| Value::from("x".repeat(length));
    let bad = [
        ("/id_presencia_crm", "".into()),
        ("/id_presencia_crm", 5.into()),
        ("/fecha_hora_presencia", "15/01/2024 14:30".into()),
        ("/fecha_hora_presencia", "2024-01-15".into()),
        ("/fecha_hora_presencia", Value::Null),
        ("/proyecto_interes", Value::Null),
        ("/proyecto_interes", long(256)),
        ("/medio_captacion", "radio".into()),
        ("/modalidad", "Presencial".into()),
        ("/status_presencia", "hecha".into()),
        ("/resultado_interaccion", "".into()),
        ("/observaciones", "a\u{0}b".into()),
        ("/lote_interes_inicial", 999_999.into()),
        ("/asesor_captacion_opc", "Juan Huamán".into()),
        ("/cliente/nombres_completos_razon_social", " ".into()),
        ("/cliente/tipo_documento", "dni".into()),
        ("/cliente/numero_documento", "".into()),
        ("/cliente/numero_documento", 45_678_912.into()),
        ("/cliente/numero_documento", " 45678912".into()),
        ("/cliente/telefono_principal", long(21)),
        ("/cliente/email_principal", "rosa@".into()),
        ("/cliente/direccion", long(256)),
        ("/cliente/distrito", long(101)),
    ];
    for (pointer, value) in bad {
        refused(&running, with(pointer, value), pointer.rsplit('/').next().unwrap()).await;
    }
    for pointer in [
        "/id_presencia_crm",
        "/fecha_hora_presencia",
        "/proyecto_interes",
        "/medio_captacion",
        "/modalidad",
        "/status_presencia",
        "/resultado_interaccion",
        "/cliente/nombres_completos_razon_social",
        "/cliente/tipo_documento",
        "/cliente/numero_documento",
        "/cliente/telefono_principal",
    ] {
        refused(&running, without(pointer), pointer.rsplit('/').next().unwrap()).await;
    }
    for key in ["fecha_venta", "lote", "tipo_venta", "valor_lote_venta"] {
        let mut sale = venta();
        sale.as_object_mut().unwrap().remove(key);
        refused(&running, with("/venta", sale), key).await;
    }
    for (key, value) in [
        ("plazo_meses_credito", json!(18)),
        ("valor_lote_venta", json!("45,000")),
        ("vendedor_principal", json!(0)),
    ] {
        let mut sale = venta();
        sale[key] = value;
        refused(&running, with("/venta", sale), key).await;
    }
    assert_eq!(running.counts(), StoreCounts::default(), "nothing is saved of what is refused");
}

#[tokio::test]
async fn what_is_optional_may_be_left_out() {
    let running = start().await;
    for (index, pointer) in
        ["/observaciones", "/cliente/email_principal", "/cliente/direccion", "/cliente/distrito"]
            .iter()
            .enumerate()
    {
        let mut payload = without(pointer);
        payload["id_presencia_crm"] = format!("CRM-{index}").into();
        assert_eq!(post(&running, &payload).await.status, 200, "{pointer}");
    }
    let mut payload = payload("CRM-9");
    payload["lote_interes_inicial"] = 7.into();
    payload["asesor_captacion_opc"] = "ASE0003".into();
    payload["campania"] = "verano".into();
    assert_eq!(post(&running, &payload).await.status, 200);
    assert_eq!(running.presencias().last().unwrap().lote_interes_inicial.as_deref(), Some("7"));
}

fn detail_only(answer: &Answer) -> bool {
    answer.json().as_object().is_some_and(|fields| fields.len() == 1 && fields["detail"].is_string())
}

#[tokio::test]
async fn json_that_is_no_single_object_is_400() {
    let running = start().await;
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(128), "]".repeat(128));
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"texto\"",
        "{\"a\":1,\"a\":2}",
        "{\"a\":\"\\ud83d\"}",
        "\u{feff}{}",
        "{\"a\":NaN}",
        deep.as_str(),
        "{}",
        "{\"cliente\":{}}",
    ] {
        let answer = send(webhook(&running, body.to_owned())).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(detail_only(&answer), "{body}");
    }
    let answer = send(webhook(&running, b"{\"a\":\"\xf1\"}".to_vec())).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn http_is_answered_as_usual() {
    let running = start().await;
    let url = running.url();
    let token = running.token().expose();
    let status = async |request: reqwest::RequestBuilder| send(request).await.status;
    assert_eq!(status(request(Method::POST, &url).body("{}")).await, 401);
    assert_eq!(
        status(request(Method::POST, &url).header("x-crm-webhook-token", "other").body("{}")).await,
        401
    );
    let wrong_type = request(Method::POST, &url).header("x-crm-webhook-token", token).body("{}");
    assert_eq!(status(wrong_type).await, 415);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = send(request(method, &url)).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "POST, OPTIONS"));
    }
    assert_eq!(status(request(Method::OPTIONS, &url)).await, 200);
    assert_eq!(get(&running, "/api/otra-cosa/").await.status, 404);
    let unslashed = get(&running, "/api/webhook-presencia-crm").await;
    assert_eq!(unslashed.status, 404);
    assert!(unslashed.json()["detail"].as_str().unwrap().contains("/api/webhook-presencia-crm/"));
    assert_eq!(status(webhook(&running, " ".repeat(1024 * 1024 + 1))).await, 413);
    let prefixed = url.replace("/api/", "/api/gestion/");
    let request = request(Method::POST, &prefixed)
        .header("x-crm-webhook-token", token)
        .header("content-type", "application/json; charset=utf-8")
        .body(payload("CRM-5").to_string());
    assert_eq!(status(request).await, 200);
}

#[tokio::test]
async fn each_quirk_is_a_switch_of_its_own() {
    let quirks = Quirks::NONE.with(Quirk::FirstPost500);
    let running = Receiver::start(Spec { quirks, ..Spec::default() }).await.unwrap();
    assert_eq!(post(&running, &payload("CRM-12")).await.status, 500);
    assert_eq!(post(&running, &payload("CRM-12")).await.status, 200);
    assert_eq!(post(&running, &payload("CRM-1")).await.status, 500);
    assert_eq!(running.counts().presencias, 2, "ids are still looked up exactly");
    assert_eq!(post(&running, &with("/medio_captacion", "radio".into())).await.status, 400);

    let quirks = Quirks::NONE.with(Quirk::SubstringLookup);
    let running = Receiver::start(Spec { quirks, ..Spec::default() }).await.unwrap();
    assert_eq!(post(&running, &payload("CRM-12")).await.id_presencia(), "PRS00001");
    assert_eq!(post(&running, &payload("CRM-1")).await.status, 409, "other content is still told");

    let quirks = Quirks::NONE.with(Quirk::VentaEverySend);
    let running = Receiver::start(Spec { quirks, ..Spec::default() }).await.unwrap();
    for expected in ["VTA0001", "VTA0002"] {
        assert_eq!(post(&running, &with("/venta", venta())).await.json()["id_venta"], expected);
    }
}

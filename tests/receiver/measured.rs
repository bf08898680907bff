//! The `jcc` profile against the record of a deployed App Comercial, in memory and in SQLite.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use crm_bridge::receiver::{Quirk, Quirks, Receiver, Running, Spec};
use http::Method;
use serde_json::Value;

use super::web::{Answer, request, send};

fn record() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/measured-answers.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn body(base: &Value, step: &Value) -> Vec<u8> {
    if let Some(raw) = step["raw"].as_str() {
        return raw.into();
    }
    if let Some(raw) = step["raw_base64"].as_str() {
        return BASE64.decode(raw).unwrap();
    }
    let mut body = base.clone();
    for (pointer, value) in step["set"].as_object().into_iter().flatten() {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[key] = value.clone();
    }
    for pointer in step["unset"].as_array().into_iter().flatten() {
        let (parent, key) = pointer.as_str().unwrap().rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key);
    }
    if let Some(pad) = step["pad"].as_u64() {
        body["observaciones"] = "x".repeat(usize::try_from(pad).unwrap()).into();
    }
    body.to_string().into()
}

async fn take(running: &Running, base: &Value, step: &Value) -> Answer {
    let method: Method = step["method"].as_str().unwrap_or("POST").parse().unwrap();
    let url = running.url();
    let url = if step["path"] == "unslashed" { url.trim_end_matches('/') } else { &url };
    let mut request = request(method, url).body(body(base, step));
    match step["token"].as_str() {
        None => request = request.header("x-crm-webhook-token", running.token().expose()),
        Some("wrong") => request = request.header("x-crm-webhook-token", "another"),
        Some(_) => {}
    }
    match step.get("content_type") {
        None => request = request.header("content-type", "application/json"),
        Some(Value::String(kind)) => request = request.header("content-type", kind),
        Some(_) => {}
    }
    if let Some(host) = step["host"].as_str() {
        request = request.header("host", host);
    }
    send(request).await
}

fn keys(value: &Value) -> Vec<String> {
    let mut keys: Vec<_> = value.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect();
    keys.sort();
    keys
}

/// What of the answer is not as it was measured.
fn differences(running: &Running, step: &Value, answer: &Answer, earlier: &[Answer]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut same = |what: &str, measured: String, answered: String| {
        if measured != answered {
            wrong.push(format!("{what}: measured {measured}, answered {answered}"));
        }
    };
    same("status", step["status"].to_string(), answer.status.to_string());
    let html = answer.header("content-type").starts_with("text/html");
    if step["html"] == true || step["status"] == 500 {
        same("html", "true".to_owned(), html.to_string());
    }
    if answer.status == 200 {
        same(
            "keys",
            "[\"detail\", \"id_presencia\", \"id_venta\"]".to_owned(),
            format!("{:?}", keys(&answer.json())),
        );
        same("id_presencia", "PRS".to_owned(), answer.id_presencia()[..3].to_owned());
        same(
            "a venta",
            (step["venta"] == true).to_string(),
            answer.json()["id_venta"].is_string().to_string(),
        );
    }
    for what in ["keys", "errors"] {
        let Some(measured) = step[what].as_array() else { continue };
        let mut measured: Vec<_> = measured.iter().map(|key| key.as_str().unwrap().to_owned()).collect();
        measured.sort();
        let answered = if what == "keys" { answer.json() } else { answer.json()["errors"].clone() };
        same(what, format!("{measured:?}"), format!("{:?}", keys(&answered)));
    }
    for (name, value) in step["headers"].as_object().into_iter().flatten() {
        same(name, value.as_str().unwrap().to_owned(), answer.header(name).to_owned());
    }
    if let Some(index) = step["same_as"].as_u64() {
        let other = &earlier[usize::try_from(index).unwrap()];
        same("id_presencia", other.id_presencia(), answer.id_presencia());
    }
    if let Some(ventas) = step["ventas"].as_u64() {
        same("ventas", ventas.to_string(), running.counts().ventas.to_string());
    }
    if let Some(fecha) = step["stored_fecha"].as_str() {
        let rows = running.presencias();
        same("stored fecha", fecha.to_owned(), rows.last().unwrap().fecha_hora_presencia.clone());
    }
    wrong
}

async fn hold_against_the_record(quirks: Quirks, on: &str, in_a_file: bool) {
    let record = record();
    let mut wrong = Vec::new();
    let mut held = 0;
    for case in record["cases"].as_array().unwrap() {
        let applies = match case["on"].as_str() {
            None => on != "broken",
            Some(case_on) => case_on == on,
        };
        if !applies {
            continue;
        }
        held += 1;
        let folder = tempfile::tempdir().unwrap();
        let db = in_a_file.then(|| folder.path().join("mock.db"));
        let running = Receiver::start(Spec { quirks, db, ..Spec::default() }).await.unwrap();
        let mut answers = Vec::new();
        for (index, step) in case["steps"].as_array().unwrap().iter().enumerate() {
            let answer = take(&running, &record["base"], step).await;
            for difference in differences(&running, step, &answer, &answers) {
                wrong.push(format!("{}, step {index}: {difference}", case["name"]));
            }
            answers.push(answer);
        }
        if let Some(stored) = case.get("stored") {
            let counts = serde_json::to_value(running.counts()).unwrap();
            for table in ["presencias", "clientes", "ventas"] {
                if stored[table] != counts[table] {
                    wrong.push(format!("{}: measured {stored} rows, there are {counts}", case["name"]));
                    break;
                }
            }
        }
        running.shutdown().await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(held > 0, "no case was held against the receiver");
}

#[tokio::test]
async fn in_memory_as_on_sqlite() {
    hold_against_the_record(Quirks::jcc(), "sqlite", false).await;
}

#[tokio::test]
async fn in_a_file_as_on_sqlite() {
    hold_against_the_record(Quirks::jcc(), "sqlite", true).await;
}

#[tokio::test]
async fn as_on_postgres() {
    hold_against_the_record(Quirks::jcc().with(Quirk::PostgresLengths), "postgres", false).await;
}

#[tokio::test]
async fn as_an_install_that_is_broken() {
    hold_against_the_record(Quirks::jcc().with(Quirk::BrokenInstall), "broken", false).await;
}

#[test]
fn every_measured_row_is_in_the_record() {
    let record = record();
    let rows: std::collections::BTreeSet<_> =
        record["cases"].as_array().unwrap().iter().map(|case| case["row"].as_u64().unwrap()).collect();
    assert_eq!(rows, (1..=32).collect());
}

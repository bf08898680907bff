//! `--verify`: these payloads and no others.

use serde_json::json;

use super::command::{code, post, text};
use super::expecting::{last_line, stop, without_phone};
use super::process::{Process, command};
use super::web::{payload, venta};

/// Writes a file of expected payloads.
fn file(folder: &tempfile::TempDir, content: &str) -> String {
    let file = folder.path().join("expected.json");
    std::fs::write(&file, content).unwrap();
    file.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn verified_payloads_must_arrive_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    // As --dry-run --json prints them, and as plain payloads.
    let mut with_venta = payload("CRM-2");
    with_venta["venta"] = venta();
    let file = file(
        &folder,
        &format!(
            "{}\n{{\"kind\":\"finding\",\"row\":2}}\n{with_venta}\n{{\"kind\":\"summary\",\"command\":\"replay-csv\"}}\n",
            json!({ "kind": "payload", "row": 2, "payload": payload("CRM-1") }),
        ),
    );

    let process = Process::start(&["--json", "--verify", &file, "--within", "20s"]);
    post(&process, &payload("CRM-1")).await;
    post(&process, &payload("CRM-2")).await;
    post(&process, &with_venta).await;
    let output = process.end();
    assert_eq!(code(&output), Some(0), "{}", text(&output.stderr));

    let process = Process::start(&["--json", "--verify", &file]);
    post(&process, &payload("CRM-1")).await;
    post(&process, &payload("CRM-3")).await;
    let output = stop(process);
    assert_eq!(code(&output), Some(1));
    let line = last_line(&output);
    assert_eq!((&line["missing"], &line["unexpected"]), (&json!(["CRM-2"]), &json!(["CRM-3"])));

    let output = command(&["--verify", "/nonexistent.ndjson"]).output().unwrap();
    assert_eq!(code(&output), Some(6));
    assert!(text(&output.stderr).contains("hint"));
}

#[tokio::test]
async fn a_payload_with_other_content_is_told_once_with_its_fields() {
    let folder = tempfile::tempdir().unwrap();
    let mut expected = payload("CRM-1");
    expected["cliente"]["distrito"] = "Comas".into();
    let file = file(&folder, &serde_json::to_string_pretty(&expected).unwrap());
    let mut other = expected;
    other["cliente"]["telefono_principal"] = "999111222".into();
    other["cliente"].as_object_mut().unwrap().remove("distrito");
    other["proyecto_interes"] = "OASIS 1 (HUACHO 1)".into();

    let process = Process::start(&["--json", "--verify", &file]);
    assert_eq!(post(&process, &other).await, 200);
    let output = stop(process);
    assert_eq!(code(&output), Some(1));
    let line = last_line(&output);
    assert_eq!((&line["missing"], &line["unexpected"]), (&json!([]), &json!([])));
    assert_eq!(
        line["different"],
        json!([{ "id_presencia_crm": "CRM-1", "fields": [
            { "pointer": "/cliente/distrito", "expected": "Comas" },
            { "pointer": "/cliente/telefono_principal", "expected": "9998****", "arrived": "9991****" },
            { "pointer": "/proyecto_interes", "expected": "OASIS 2 (AUCALLAMA)", "arrived": "OASIS 1 (HUACHO 1)" },
        ] }])
    );

    let process = Process::start(&["--verify", &file, "--show-pii", "--lang", "es"]);
    let url = process.first_line.split_whitespace().find(|word| word.starts_with("http")).unwrap().to_owned();
    let request = super::web::request(http::Method::POST, &url)
        .header("x-crm-webhook-token", super::process::TOKEN)
        .header("content-type", "application/json")
        .body(other.to_string());
    super::web::send(request).await;
    let said = text(&stop(process).stderr);
    assert!(said.contains("CRM-1 llegó con otro contenido:"), "{said}");
    assert!(
        said.contains("/cliente/telefono_principal: se esperaba \"999888777\", llegó \"999111222\""),
        "{said}"
    );
    assert!(said.contains("/cliente/distrito: se esperaba \"Comas\", llegó nada"), "{said}");
}

#[tokio::test]
async fn a_refused_payload_is_one_that_was_not_expected() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder, &json!([payload("CRM-1")]).to_string());
    for (flags, ends) in [(&[][..], 1), (&["--allow-refused"][..], 0)] {
        let process =
            Process::start(&[&["--json", "--verify", &file, "--within", "20s"][..], flags].concat());
        assert_eq!(post(&process, &without_phone("CRM-2")).await, 400);
        post(&process, &payload("CRM-1")).await;
        let output = process.end();
        assert_eq!(code(&output), Some(ends), "{}", text(&output.stderr));
    }
}

#[tokio::test]
async fn however_many_came_with_other_content_each_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let ids: Vec<_> = (0..25).map(|n| format!("CRM-{n:02}")).collect();
    let file = file(&folder, &json!(ids.iter().map(|id| payload(id)).collect::<Vec<_>>()).to_string());
    let process = Process::start(&["--json", "--verify", &file]);
    for id in &ids {
        let mut other = payload(id);
        other["cliente"]["distrito"] = "Comas".into();
        assert_eq!(post(&process, &other).await, 200);
    }
    let line = last_line(&stop(process));
    assert_eq!(line["different"].as_array().unwrap().len(), 25);
    assert_eq!((&line["missing"], &line["unexpected"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn a_payload_that_another_id_swallowed_has_not_arrived() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder, &json!([payload("CRM-12"), payload("CRM-1")]).to_string());
    let process = Process::start(&["--json", "--profile", "jcc", "--verify", &file]);
    for (id, status) in [("CRM-12", 500), ("CRM-12", 200), ("CRM-1", 200)] {
        assert_eq!(post(&process, &payload(id)).await, status);
    }
    let output = stop(process);
    assert_eq!(code(&output), Some(1));
    assert_eq!(last_line(&output)["missing"], json!(["CRM-1"]));
}

#[tokio::test]
async fn a_reset_lets_the_payloads_arrive_anew() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder, &json!([payload("CRM-1")]).to_string());
    let process = Process::start(&["--json", "--verify", &file]);
    post(&process, &payload("CRM-1")).await;
    post(&process, &payload("CRM-2")).await;
    let reset = format!("{}/__admin/reset", process.url().split_once("/api/").unwrap().0);
    let request = super::web::request(http::Method::POST, &reset);
    assert_eq!(super::web::send(request).await.status, 200);
    let line = last_line(&stop(process));
    assert_eq!((&line["missing"], &line["unexpected"]), (&json!(["CRM-1"]), &json!([])));
}

#[test]
fn a_file_that_is_no_json_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(&folder, "{\n  \"id_presencia_crm\": \"CRM-1\",\n}\n");
    let output = command(&["--verify", &file]).output().unwrap();
    assert_eq!(code(&output), Some(6));
    assert!(text(&output.stderr).contains("line 3, column 1"), "{}", text(&output.stderr));
}

/// The deployed receiver saves the first send without its venta, and each further one saves another venta.
#[tokio::test]
async fn a_venta_that_was_lost_or_doubled_is_no_arrival() {
    let folder = tempfile::tempdir().unwrap();
    let mut with_venta = payload("CRM-1");
    with_venta["venta"] = venta();
    let file = file(&folder, &with_venta.to_string());
    for (sends, missing, unexpected) in
        [(1, json!(["CRM-1"]), json!([])), (2, json!([]), json!([])), (3, json!([]), json!(["CRM-1"]))]
    {
        let process = Process::start(&["--json", "--profile", "jcc", "--verify", &file]);
        for _ in 0..sends {
            post(&process, &with_venta).await;
        }
        let output = stop(process);
        assert_eq!(code(&output), Some(i32::from(sends != 2)), "{sends}: {}", text(&output.stderr));
        let line = last_line(&output);
        assert_eq!((&line["missing"], &line["unexpected"]), (&missing, &unexpected), "{sends}");
    }
}

//! What is kept: rows that survive a kill, recordings that hold the exact bytes, a list that forgets the oldest.

use std::os::unix::fs::PermissionsExt;

use crm_bridge::config::Token;
use crm_bridge::receiver::{Keep, Quirk, Quirks, Receiver, Spec};
use serde_json::{Value, json};

use super::process::{Process, TOKEN};
use super::web::{get, payload, post, request, send, venta, webhook};

#[tokio::test]
async fn rows_in_a_file_survive_a_kill_after_their_answer() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("mock.db");
    let db = db.to_str().unwrap();
    for round in 0..3_u32 {
        let mut process = Process::start(&["--json", "--db", db]);
        for n in 0..10 {
            let mut payload = payload(&format!("CRM-{round}-{n}"));
            payload["venta"] = venta();
            let request = request(http::Method::POST, &process.url())
                .header("x-crm-webhook-token", TOKEN)
                .header("content-type", "application/json")
                .body(payload.to_string());
            assert_eq!(send(request).await.status, 200);
        }
        process.child.kill().unwrap();
        process.child.wait().unwrap();
    }
    let rows = rusqlite::Connection::open(db).unwrap();
    let count = |sql: &str| rows.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM presencias"), 30);
    assert_eq!(count("SELECT count(*) FROM ventas"), 30);
    assert_eq!(count("SELECT count(*) FROM clientes"), 1);
    drop(rows);
    // The next one goes on where the killed one stopped.
    let running = Receiver::start(Spec { db: Some(db.into()), ..Spec::default() }).await.unwrap();
    assert_eq!(post(&running, &payload("CRM-9")).await.id_presencia(), "PRS00031");
    assert_eq!(running.arrived(), 1);
}

#[tokio::test]
async fn another_programs_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("other.db");
    rusqlite::Connection::open(&db)
        .unwrap()
        .execute_batch("CREATE TABLE t (a); PRAGMA user_version = 7")
        .unwrap();
    let error = Receiver::start(Spec { db: Some(db.clone()), ..Spec::default() }).await.unwrap_err();
    assert!(error.to_string().contains("other.db"), "{error}");
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "not a database at all, but long enough to be taken for one".repeat(20)).unwrap();
    assert!(Receiver::start(Spec { db: Some(text), ..Spec::default() }).await.is_err());
}

#[tokio::test]
async fn a_recording_holds_the_exact_bytes_and_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("requests.ndjson");
    let running = Receiver::start(Spec { record: Some(record.clone()), ..Spec::default() }).await.unwrap();
    let token = running.token().expose().to_owned();
    let exact = "{ \"id_presencia_crm\" : \"CRM-1\",\t\"cliente\":{\"nombres_completos_razon_social\":\"Ñaupari\\u00e1\"} }";
    send(webhook(&running, exact).header("x-extra", "one").header("x-extra", "two")).await;
    send(webhook(&running, b"\xff\x00\xfe".to_vec())).await;
    running.shutdown().await;
    let text = std::fs::read_to_string(&record).unwrap();
    assert!(!text.contains(&token));
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["kind"], &lines[0]["n"], &lines[0]["method"]),
        (&json!("request"), &json!(1), &json!("POST"))
    );
    assert_eq!(lines[0]["path"], "/api/webhook-presencia-crm/");
    assert_eq!(lines[0]["body"], exact);
    assert_eq!(lines[0]["headers"]["x-crm-webhook-token"], "***");
    assert_eq!(lines[0]["headers"]["x-extra"], json!(["one", "two"]));
    assert_eq!(lines[1]["body_base64"], "/wD+");
    assert!(chrono::DateTime::parse_from_rfc3339(lines[0]["time"].as_str().unwrap()).is_ok());
    assert_eq!(std::fs::metadata(&record).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_token_in_the_wrong_place_is_kept_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("requests.ndjson");
    let token = Token::new("s3cret+token/9");
    let spec = Spec { record: Some(record.clone()), token, ..Spec::default() };
    let running = Receiver::start(spec).await.unwrap();
    let token = running.token().expose().to_owned();
    let url = running.url();
    for (name, value) in [
        ("x-crm-token", token.clone()),
        ("x-api-key", token.clone()),
        ("x-webhook", format!("secret={token}")),
        ("user-agent", token.clone()),
    ] {
        let wrong = request(http::Method::POST, &url).header(name, value).body("{}");
        assert_eq!(send(wrong).await.status, 401);
    }
    for query in [&token, "s3cret%2Btoken%2F9", "s3cret%2Btoken/9", "%733cret+token%2f9"] {
        send(request(http::Method::POST, &format!("{url}?token={query}&a=b")).body("{}")).await;
    }
    let journal = get(&running, "/__admin/requests").await;
    let stream = running.requests().iter().map(|request| format!("{request:?}")).collect::<String>();
    running.shutdown().await;
    let recorded = std::fs::read_to_string(&record).unwrap();
    assert!(recorded.contains("/api/webhook-presencia-crm/?token=***&a=b"), "{recorded}");
    assert!(recorded.contains("secret=***"), "{recorded}");
    for kept in [recorded, stream, String::from_utf8_lossy(&journal.body).into_owned()] {
        assert!(!kept.contains(&token) && !kept.contains("s3cret%2B"), "{kept}");
    }
}

#[tokio::test]
async fn the_list_keeps_the_last_requests() {
    let keep = Keep { requests: 3, ..Keep::default() };
    let running = Receiver::start(Spec { keep, ..Spec::default() }).await.unwrap();
    for n in 1..=5 {
        post(&running, &payload(&format!("CRM-{n}"))).await;
    }
    let ids: Vec<_> = running.requests().iter().map(|request| request.id().unwrap()).collect();
    assert_eq!(ids, ["CRM-3", "CRM-4", "CRM-5"]);
    assert_eq!(running.counts().presencias, 5);
}

#[tokio::test]
async fn a_full_memory_says_so() {
    let keep = Keep { presencias: 2, ..Keep::default() };
    let running = Receiver::start(Spec { keep, ..Spec::default() }).await.unwrap();
    for n in 1..=2 {
        assert_eq!(post(&running, &payload(&format!("CRM-{n}"))).await.status, 200);
    }
    let full = post(&running, &payload("CRM-3")).await;
    assert_eq!(full.status, 507);
    assert!(full.json()["detail"].as_str().unwrap().contains("--db"));
    assert_eq!(post(&running, &payload("CRM-2")).await.status, 200, "what is there is still found");
}

#[tokio::test]
async fn a_file_can_be_taken_over_by_another_profile() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("mock.db");
    let lenient =
        Spec { db: Some(db.clone()), quirks: Quirks::NONE.with(Quirk::NeverUpdates), ..Spec::default() };
    let running = Receiver::start(lenient).await.unwrap();
    assert_eq!(std::fs::metadata(&db).unwrap().permissions().mode() & 0o777, 0o600);
    post(&running, &payload("CRM-1")).await;
    running.shutdown().await;
    let running = Receiver::start(Spec { db: Some(db), ..Spec::default() }).await.unwrap();
    assert_eq!(post(&running, &payload("CRM-1")).await.status, 200);
}

#[tokio::test]
async fn a_recording_goes_on_after_a_killed_one() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("requests.ndjson");
    std::fs::write(&record, "{\"kind\":\"request\",\"n\":1}\n{\"kind\":\"req").unwrap();
    for _ in 0..2 {
        let running =
            Receiver::start(Spec { record: Some(record.clone()), ..Spec::default() }).await.unwrap();
        post(&running, &payload("CRM-1")).await;
        running.shutdown().await;
    }
    let text = std::fs::read_to_string(&record).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!((lines.len(), lines[1]), (4, "{\"kind\":\"req"));
    assert!(lines[2..].iter().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{text}");
}

#[tokio::test]
async fn a_recording_that_cant_be_written_is_told_and_fails() {
    let process = Process::start(&["--json", "--record", "/dev/full"]);
    assert_eq!(super::command::post(&process, &payload("CRM-1")).await, 200);
    process.signal("TERM");
    let output = process.end();
    let said = super::command::text(&output.stderr);
    assert_eq!(super::command::code(&output), Some(1), "{said}");
    assert_eq!(said.matches("--record /dev/full").count(), 1, "{said}");
    assert!(said.lines().last().unwrap().contains("\"ended\""), "{said}");
}

/// Many clients share a receiver: none may take the room of all.
#[tokio::test]
async fn a_memory_of_so_many_presencias_holds_as_many() {
    let keep = Keep { presencias: 2, ..Keep::default() };
    let running = Receiver::start(Spec { keep, ..Spec::default() }).await.unwrap();
    for (id, documento, status) in
        [("CRM-1", "40000001", 200), ("CRM-2", "40000002", 200), ("CRM-3", "40000003", 507)]
    {
        let mut payload = payload(id);
        payload["cliente"]["numero_documento"] = documento.into();
        assert_eq!(post(&running, &payload).await.status, status, "{id}");
    }
    assert_eq!((running.counts().presencias, running.counts().clientes), (2, 2));

    let running = Receiver::start(Spec { quirks: Quirks::jcc(), ..Spec::default() }).await.unwrap();
    let mut long = payload("CRM-1");
    long["observaciones"] = "CRM:".repeat(70_000).into();
    post(&running, &long).await;
    assert_eq!(post(&running, &long).await.id_presencia(), "PRS00001", "its own id is found");
    for id in ["CRM-20", "CRM-30"] {
        let mut payload = payload(id);
        payload["cliente"]["numero_documento"] = format!("400000{}", &id[4..]).into();
        assert_eq!(post(&running, &payload).await.status, 500);
        assert_eq!(post(&running, &payload).await.status, 200, "{id}");
    }
}

#[tokio::test]
async fn a_recording_holds_refused_bodies_too_or_says_that_it_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("requests.ndjson");
    let running = Receiver::start(Spec { record: Some(record.clone()), ..Spec::default() }).await.unwrap();
    let long = "x".repeat(100_000);
    let wrong = request(http::Method::POST, &running.url())
        .header("x-crm-webhook-token", "wrong")
        .header("content-type", "application/json")
        .body(long.clone());
    assert_eq!(send(wrong).await.status, 401);
    assert_eq!(send(webhook(&running, "x".repeat(1_100_000))).await.status, 413);
    running.shutdown().await;
    let text = std::fs::read_to_string(record).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["body"], long);
    assert_eq!((&lines[1]["body_cut"], lines[1].get("body")), (&json!(true), None));
}

//! The command: its first line, its end, its exit codes, what it says and to whom.

use std::process::Output;

use serde_json::Value;

use super::process::{Process, TOKEN, command};
use super::web::{payload, request, send};

pub(crate) async fn post(process: &Process, payload: &Value) -> u16 {
    let request = request(http::Method::POST, &process.url())
        .header("x-crm-webhook-token", TOKEN)
        .header("content-type", "application/json")
        .body(payload.to_string());
    send(request).await.status
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

#[tokio::test]
async fn says_where_it_listens_and_then_is_silent_until_a_signal_ends_it() {
    for signal in ["TERM", "INT"] {
        let process = Process::start(&["--json"]);
        let line: Value = serde_json::from_str(&process.first_line).unwrap();
        assert_eq!(line.as_object().unwrap().keys().next().unwrap(), "kind");
        assert!(process.url().starts_with("http://127.0.0.1:"));
        assert!(process.url().ends_with("/api/webhook-presencia-crm/"));
        assert!(line.get("token").is_none(), "a given token is not repeated");
        assert_eq!(post(&process, &payload("CRM-1")).await, 200);
        process.signal(signal);
        let output = process.end();
        assert_eq!(code(&output), Some(0), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "");
    }
}

#[test]
fn without_a_token_one_is_made_up_and_shown_once() {
    let mut made_up = command(&[]);
    made_up.env_remove("CRM_WEBHOOK_TOKEN");
    let process = Process::spawn(made_up);
    assert!(process.first_line.starts_with("serve-mock listens on http://127.0.0.1:"));
    process.signal("TERM");
    let stderr = text(&process.end().stderr);
    assert!(stderr.contains("token for this run: mock-"), "{stderr}");

    let mut json = command(&["--json"]);
    json.env_remove("CRM_WEBHOOK_TOKEN");
    let process = Process::spawn(json);
    let line: Value = serde_json::from_str(&process.first_line).unwrap();
    assert!(line["token"].as_str().unwrap().starts_with("mock-"));
    let made_up = line["token"].as_str().unwrap().to_owned();
    process.signal("TERM");
    let stderr = text(&process.end().stderr);
    assert!(!stderr.contains(&made_up), "{stderr}");
}

#[tokio::test]
async fn the_token_comes_from_the_same_settings_as_everywhere() {
    for (file, text) in [
        (".env", "CRM_WEBHOOK_TOKEN=token-of-a-file-123\n"),
        ("crm-bridge.toml", "crm_webhook_token = \"token-of-a-file-123\"\n"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(file), text).unwrap();
        let mut command = command(&["--json"]);
        command.env_remove("CRM_WEBHOOK_TOKEN").current_dir(folder.path());
        let process = Process::spawn(command);
        assert!(!process.first_line.contains("\"token\""), "{file}: {}", process.first_line);
        let request = request(http::Method::POST, &process.url())
            .header("x-crm-webhook-token", "token-of-a-file-123")
            .header("content-type", "application/json")
            .body(payload("CRM-1").to_string());
        assert_eq!(send(request).await.status, 200, "{file}");
    }
}

#[test]
fn speaks_spanish() {
    let process = Process::start(&["--lang", "es"]);
    assert!(process.first_line.starts_with("serve-mock escucha en http://"), "{}", process.first_line);
}

#[tokio::test]
async fn what_arrives_is_told_on_stderr_where_it_is_asked_for() {
    let process = Process::start(&["--json", "-v"]);
    post(&process, &payload("CRM-1")).await;
    process.signal("TERM");
    let stderr = text(&process.end().stderr);
    let line: Value =
        serde_json::from_str(stderr.lines().find(|line| line.contains("\"received\"")).unwrap()).unwrap();
    assert_eq!(
        (&line["kind"], &line["status"], &line["id_presencia"]),
        (&"received".into(), &200.into(), &"PRS00001".into())
    );

    let process = Process::start(&["-v"]);
    let url = process.first_line.split_whitespace().find(|word| word.starts_with("http")).unwrap().to_owned();
    let request = request(http::Method::POST, &url)
        .header("x-crm-webhook-token", TOKEN)
        .header("content-type", "application/json")
        .body(payload("CRM-7\u{1b}[2J").to_string());
    send(request).await;
    process.signal("TERM");
    let stderr = text(&process.end().stderr);
    assert!(stderr.contains("CRM-7") && stderr.contains("PRS00001"), "{stderr}");
    assert!(!stderr.contains('\u{1b}'), "a sender must not move the cursor: {stderr:?}");
    assert!(!stderr.contains("Rosa") && !stderr.contains("999888777") && !stderr.contains(TOKEN), "{stderr}");
}

#[tokio::test]
async fn however_many_arrive_none_is_left_out() {
    let process = Process::start(&["--json", "-v"]);
    let requests = (0..200).map(|n| {
        let process = &process;
        async move { post(process, &payload(&format!("CRM-{n}"))).await }
    });
    futures_util::future::join_all(requests).await;
    process.signal("TERM");
    let stderr = text(&process.end().stderr);
    assert_eq!(stderr.lines().filter(|line| line.contains("\"received\"")).count(), 200);
}

#[test]
fn mistakes_are_told_before_the_port_opens() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (args, part) in [
        (vec!["--fault", "teapot:10%"], "teapot"),
        (vec!["--fault", "503;from=10s;until=5s"], "not after"),
        (vec!["--quirk", "first-post"], "first-post"),
        (vec!["--fault-script", "/nonexistent.toml"], "/nonexistent.toml"),
        (vec!["--cert", "/nonexistent.pem", "--key", "/nonexistent.pem"], "/nonexistent.pem"),
        (vec!["--db", "/nonexistent/mock.db"], "/nonexistent/mock.db"),
        (vec!["--record", "/nonexistent/requests.ndjson"], "/nonexistent/requests.ndjson"),
        (vec!["--admin-token-file", "/nonexistent"], "/nonexistent"),
    ] {
        let output = command(&args).output().unwrap();
        assert_eq!(code(&output), Some(2), "{args:?}");
        assert!(text(&output.stderr).contains(part), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "");
    }
    let mut busy = std::process::Command::new(env!("CARGO_BIN_EXE_crm-bridge"));
    let output = busy.args(["serve-mock", "--listen", &taken]).output().unwrap();
    assert_eq!(code(&output), Some(2));
    assert!(text(&output.stderr).contains("--listen"), "{}", text(&output.stderr));
}

#[test]
fn quirks_are_listed() {
    let output = command(&["--quirks"]).output().unwrap();
    assert_eq!(code(&output), Some(0));
    let listed = text(&output.stdout);
    for name in ["first-post-500", "substring-lookup", "postgres-lengths", "lost-writes"] {
        assert!(listed.lines().any(|line| line.starts_with(name)), "{name}");
    }
}

#[tokio::test]
async fn serves_https_with_a_certificate_made_on_the_spot() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mock.pem");
    let process = Process::start(&["--json", "--tls", "--cert-out", file.to_str().unwrap()]);
    assert!(process.url().starts_with("https://"));
    rustls::crypto::ring::default_provider().install_default().ok();
    let certificate = reqwest::Certificate::from_pem(&std::fs::read(&file).unwrap()).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([certificate]).build().unwrap();
    let answer = client
        .post(process.url())
        .header("x-crm-webhook-token", TOKEN)
        .header("content-type", "application/json")
        .body(payload("CRM-1").to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
}

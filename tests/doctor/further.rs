//! `--write`, `--via-crm`, `--watch`.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::program::{check, lines, test_command};
use crate::server::{Received, Server, healthy, html, json};

fn with_client(request: &Received) -> bool {
    request.body.contains("\"cliente\"")
}

/// As the deployed one answers: 500 to the first POST of a presencia, although it is saved.
#[test]
fn write_repeats_a_500_and_finds_one_presencia() {
    let count = AtomicUsize::new(0);
    let server = Server::new(move |request| {
        if with_client(request) && count.fetch_add(1, Ordering::SeqCst) == 0 {
            return html("500 Internal Server Error", "").into_bytes();
        }
        healthy(request)
    });
    let output = test_command(Some(&server.url("http")), &["--json", "--write"]).output().expect("a run");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let bodies: Vec<String> = server.received().into_iter().filter(with_client).map(|one| one.body).collect();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0]), "the identical body each time");
    assert!(bodies[0].contains("\"id_presencia_crm\":\"TEST-"), "{}", bodies[0]);
    assert!(check(&output, "write")["detail"].as_str().is_some_and(|detail| detail.contains("PRS00001")));
}

#[test]
fn write_names_a_receiver_that_keeps_two() {
    let count = AtomicUsize::new(0);
    let server = Server::new(move |request| {
        if !with_client(request) {
            return healthy(request);
        }
        let id = count.fetch_add(1, Ordering::SeqCst);
        json("200 OK", &format!(r#"{{"detail":"ok","id_presencia":"PRS{id}","id_venta":null}}"#)).into_bytes()
    });
    let output = test_command(Some(&server.url("http")), &["--json", "--write"]).output().expect("a run");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        check(&output, "write")["detail"].as_str().is_some_and(|detail| detail.contains("two presencias"))
    );
}

#[test]
fn nothing_is_written_where_an_earlier_check_failed() {
    let server = Server::new(healthy);
    let output = test_command(Some(&server.url("http")), &["--json", "--write"])
        .env("COMERCIAL_WEBHOOK_TOKEN", "another-token-of-20-signs")
        .output()
        .expect("a run");
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(check(&output, "write")["status"], "skip");
    assert_eq!(server.dangerous(), 0);
}

#[test]
fn writing_beyond_this_machine_needs_a_yes() {
    let output = test_command(Some("https://no-such-host.invalid/x/"), &["--write"]).output().expect("a run");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--yes"));
    assert!(output.stdout.is_empty(), "nothing was tried");
}

#[test]
fn via_crm_calls_its_endpoint_with_the_bearer() {
    let crm = Server::new(|request| {
        if request.header("authorization") == Some("Bearer crm-secret-of-the-test") {
            json("200 OK", r#"{"detail":"Webhook enviado"}"#).into_bytes()
        } else {
            json("401 Unauthorized", r#"{"detail":"No"}"#).into_bytes()
        }
    });
    let address = format!("http://{}", crm.address);
    let output = test_command(None, &["--json", "--via-crm", &address])
        .env("CRM_API_TOKEN", "crm-secret-of-the-test")
        .output()
        .expect("a run");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(crm.received()[0].line, "POST /api/test-webhook/ HTTP/1.1\r\n");
    assert_eq!(check(&output, "via-crm")["status"], "ok");

    let refused = test_command(None, &["--json", "--via-crm", &address])
        .env("CRM_API_TOKEN", "another")
        .output()
        .expect("a run");
    assert_eq!(refused.status.code(), Some(4));
    assert!(
        check(&refused, "via-crm")["hint"].as_str().is_some_and(|hint| hint.contains("--crm-token-file"))
    );
}

#[test]
fn via_crm_without_a_bearer_says_how_to_give_one() {
    let output = test_command(None, &["--via-crm", "http://127.0.0.1:1"]).output().expect("a run");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("CRM_API_TOKEN"));
}

#[cfg(unix)]
#[test]
fn watch_shows_what_changes_until_it_is_interrupted() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let count = AtomicUsize::new(0);
    let server = Server::new(move |request| {
        // Broken in the first round, healthy from then on.
        if count.fetch_add(1, Ordering::SeqCst) < 2 {
            html("500 Internal Server Error", "").into_bytes()
        } else {
            healthy(request)
        }
    });
    let url = server.url("http");
    let mut child = Command::new(env!("CARGO_BIN_EXE_crm-bridge"))
        .args(["test", "--json", "--watch", "100ms", "--url", &url])
        .env("COMERCIAL_WEBHOOK_TOKEN", crate::server::TOKEN)
        .current_dir("/")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut reader = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut answers = Vec::new();
    while answers.len() < 2 {
        let line = reader.next().expect("a further line").expect("text");
        let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        if line["name"] == "answer" {
            answers.push(line["status"].as_str().unwrap_or_default().to_owned());
        }
    }
    assert_eq!(answers, ["fail", "ok"]);
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(interrupted.success());
    let rest: Vec<String> = reader.map_while(Result::ok).collect();
    assert!(
        rest.last().is_some_and(|line| line.starts_with(r#"{"kind":"summary","command":"test""#)),
        "{rest:?}"
    );
    assert_eq!(child.wait().expect("an end").code(), Some(130));
}

#[test]
fn settings_that_cannot_be_read_are_a_failed_check() {
    let output = test_command(Some("https://x.example.pe/"), &["--json"])
        .env("CRM_BRIDGE_JOBS", "many")
        .output()
        .expect("a run");
    assert_eq!(output.status.code(), Some(2));
    let lines = lines(&output);
    assert_eq!(lines[0]["name"], "settings");
    assert_eq!(lines[0]["status"], "fail");
    assert!(lines[0]["hint"].as_str().is_some_and(|hint| hint.contains("CRM_BRIDGE_JOBS")));
}

#[test]
fn a_token_that_met_silence_was_sent_all_the_same() {
    let server = Server::new(|request| {
        let ours = request.header("x-crm-webhook-token") == Some(crate::server::TOKEN);
        if ours { Vec::new() } else { healthy(request) }
    });
    let output = test_command(Some(&server.url("http")), &["--json"]).output().expect("a run");
    let lines = lines(&output);
    let auth = lines.iter().find(|line| line["name"] == "auth").expect("a check");
    assert_eq!(auth["detail"], "401 to a wrong token; ours was sent and not answered");
}

#[test]
fn a_certificate_file_that_is_none_leaves_no_check_unsaid() {
    let output = test_command(Some("https://x.example.pe/"), &["--json", "--cacert", "Cargo.toml"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("a run");
    let names: Vec<_> =
        lines(&output).iter().map(|line| line["name"].as_str().unwrap_or("").to_owned()).collect();
    assert!(
        ["dns", "tcp", "tls", "path", "auth", "answer", "clock"]
            .iter()
            .all(|name| names.iter().any(|n| n == name)),
        "{names:?}"
    );
}

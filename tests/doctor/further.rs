//! `--write`, `--via-crm`, `--watch`.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::certificates::{Authority, Leaf};
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

/// The judgement of `send`: a number is a receipt, too.
#[test]
fn write_takes_a_number_for_a_receipt() {
    let server = Server::new(|request| {
        if !with_client(request) {
            return healthy(request);
        }
        json("200 OK", r#"{"detail":"ok","id_presencia":17,"id_venta":null}"#).into_bytes()
    });
    let output = test_command(Some(&server.url("http")), &["--json", "--write"]).output().expect("a run");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn write_tells_apart_why_there_is_no_receipt() {
    for (status, body, code, detail, hint) in [
        ("400 Bad Request", r#"{"detail":"no"}"#, 1, "400", "right by the document"),
        ("401 Unauthorized", r#"{"detail":"no"}"#, 4, "401", "something before the App Comercial"),
        ("302 Found", "", 4, "redirects", "--url"),
        ("429 Too Many Requests", r#"{"detail":"slow"}"#, 1, "too many requests", "--rate"),
        ("503 Service Unavailable", "", 1, "is down or starting", "--watch 30s"),
        ("200 OK", r#"{"detail":"ok"}"#, 4, "names no id_presencia", "--url"),
    ] {
        let answer = json(status, body);
        let server =
            Server::new(
                move |request| {
                    if with_client(request) { answer.clone().into_bytes() } else { healthy(request) }
                },
            );
        let output = test_command(Some(&server.url("http")), &["--json", "--write"]).output().expect("a run");
        assert_eq!(output.status.code(), Some(code), "{status}");
        let write = check(&output, "write");
        let told = |key: &str, words: &str| write[key].as_str().is_some_and(|text| text.contains(words));
        assert!(told("detail", detail) && told("hint", hint), "{status}: {write}");
    }
}

#[test]
fn write_is_skipped_where_nothing_is_reached() {
    let held = crate::port::Held::new();
    let url = format!("http://{}/api/webhook-presencia-crm/", held.addr);
    let output = test_command(Some(&url), &["--json", "--write"]).output().expect("a run");
    let write = check(&output, "write");
    assert_eq!((&write["status"], &write["detail"]), (&"skip".into(), &"not tried: tcp failed".into()));
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

/// The steps to the CRM are told apart as those to the receiver are, and its own flag is named.
#[test]
fn via_crm_says_which_step_failed() {
    let authority = Authority::new();
    let unknown = Server::secure(authority.server(Leaf::default()), healthy);
    let held = crate::port::Held::new();
    for (address, detail) in [
        (format!("http://{}/", held.addr), "nothing listens there"),
        ("https://no-such-host.invalid/".to_owned(), "no-such-host.invalid has no address"),
        (format!("https://{}/", unknown.address), "its issuer is Autoridad de prueba"),
    ] {
        let run = |lang: &str| {
            test_command(None, &["--json", "--yes", "--lang", lang, "--via-crm", &address])
                .env("CRM_API_TOKEN", "crm-secret-of-the-test")
                .output()
                .expect("a run")
        };
        let output = run("en");
        assert_eq!(output.status.code(), Some(3), "{address}");
        let crm = check(&output, "via-crm");
        assert!(crm["detail"].as_str().is_some_and(|text| text.contains(detail)), "{crm}");
        let hint = crm["hint"].as_str().expect("a hint");
        assert!(!hint.contains("COMERCIAL_WEBHOOK_URL"), "{hint}");
        assert_ne!(check(&run("es"), "via-crm")["detail"], crm["detail"]);
    }
}

#[test]
fn what_keeps_the_bearer_from_being_read_is_named() {
    let garbage = test_command(None, &["--via-crm", "http://127.0.0.1:1"])
        .env("CRM_API_TOKEN", "crm-secret-of-the-test")
        .env("COMERCIAL_WEBHOOK_URL", "garbage")
        .output()
        .expect("a run");
    assert_eq!(garbage.status.code(), Some(2));
    let told = String::from_utf8_lossy(&garbage.stderr).into_owned();
    assert!(told.contains("`url` is no URL") && !told.contains("CRM_API_TOKEN"), "{told}");

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bearer");
    std::fs::write(&file, "MARKED\nsegunda-línea").expect("a file");
    let missing = folder.path().join("missing");
    for path in [file, missing] {
        let path = path.to_string_lossy().into_owned();
        let output = test_command(None, &["--via-crm", "http://127.0.0.1:1", "--crm-token-file", &path])
            .output()
            .expect("a run");
        assert_eq!(output.status.code(), Some(2), "{path}");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains("--crm-token-file") && !told.contains("MARKED"), "{told}");
    }
}

#[test]
fn a_missing_token_is_told_with_the_line_that_could_not_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(".env"), "COMERCIAL_WEBHOOK_TOKEN=abc def ghi\n").expect("a file");
    let server = Server::new(healthy);
    let output = test_command(Some(&server.url("http")), &["--json"])
        .env_remove("COMERCIAL_WEBHOOK_TOKEN")
        .current_dir(folder.path())
        .output()
        .expect("a run");
    let detail = check(&output, "settings")["detail"].as_str().expect("a detail").to_owned();
    assert!(detail.contains("no token is set") && detail.contains(".env has a line"), "{detail}");
    assert!(!detail.contains("abc"), "{detail}");
}

#[cfg(unix)]
#[test]
fn the_file_of_a_token_that_is_used_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    std::fs::write(&file, crate::server::TOKEN).expect("a file");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("its mode");
    let server = Server::new(healthy);
    let path = file.to_string_lossy();
    let output = test_command(Some(&server.url("http")), &["--json", "--token-file", &path])
        .env("COMERCIAL_WEBHOOK_TOKEN", "another-token-of-20-signs")
        .output()
        .expect("a run");
    assert_eq!(output.status.code(), Some(0));
    let detail = check(&output, "settings")["detail"].as_str().expect("a detail").to_owned();
    assert!(detail.ends_with("token (20 signs) from --token-file"), "{detail}");
}

#[test]
fn clear_text_is_warned_of_beside_an_unusual_path() {
    let proxy = Server::new(healthy);
    let proxy_url = format!("http://{}", proxy.address);
    let arguments = ["--json", "--allow-http", "--proxy", &proxy_url];
    let output = test_command(Some("http://comercial.example.pe/otra/"), &arguments).output().expect("a run");
    let detail = check(&output, "url")["detail"].as_str().expect("a detail").to_owned();
    assert!(detail.contains("in clear text") && detail.contains("not the usual path"), "{detail}");
}

#[cfg(unix)]
#[test]
fn watch_shows_what_changes_until_it_is_interrupted() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let count = AtomicUsize::new(0);
    let server = Server::new(move |request| {
        // Broken in the first round, healthy from then on.
        if count.fetch_add(1, Ordering::SeqCst) == 0 {
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
        let at = line["at"].as_str().unwrap_or_default();
        assert!(chrono::DateTime::parse_from_rfc3339(at).is_ok(), "{line}");
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
    assert_eq!(names.iter().filter(|name| *name == "settings").count(), 1, "{names:?}");
}

//! What a CI job is told: when `--expect` ends, with which exit code, and why.

use std::process::Output;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::command::{code, post, text};
use super::process::{Process, TOKEN, command};
use super::web::{payload, request, send};

pub(crate) fn without_phone(id: &str) -> Value {
    let mut payload = payload(id);
    payload["cliente"].as_object_mut().unwrap().remove("telefono_principal");
    payload
}

/// The last line of stderr, which is JSON.
pub(crate) fn last_line(output: &Output) -> Value {
    let stderr = text(&output.stderr);
    serde_json::from_str(stderr.lines().last().expect("a last line")).expect("a line of JSON")
}

/// Stops it, as a job does at its end.
pub(crate) fn stop(process: Process) -> Output {
    process.signal("TERM");
    process.end()
}

#[tokio::test]
async fn expected_presencias_end_it_with_0() {
    let process = Process::start(&["--json", "--expect", "2", "--within", "20s"]);
    post(&process, &payload("CRM-1")).await;
    post(&process, &payload("CRM-1")).await;
    post(&process, &payload("CRM-2")).await;
    // A straggler is still answered.
    assert_eq!(post(&process, &payload("CRM-2")).await, 200);
    let output = process.end();
    assert_eq!(code(&output), Some(0), "{}", text(&output.stderr));
}

#[tokio::test]
async fn more_than_were_expected_are_enough_too() {
    let process = Process::start(&["--json", "--expect", "1", "--within", "20s"]);
    post(&process, &payload("CRM-1")).await;
    post(&process, &payload("CRM-2")).await;
    let output = process.end();
    assert_eq!(code(&output), Some(0), "{}", text(&output.stderr));
    assert_eq!(last_line(&output)["arrived"], 2);
}

#[tokio::test]
async fn missing_presencias_end_it_with_1_and_it_says_what_came_instead() {
    let process = Process::start(&["--expect", "2", "--within", "1s", "--token-file", "/dev/null"]);
    let output = process.end();
    assert_eq!(code(&output), Some(2), "an empty token file is a mistake");

    let process = Process::start(&["--json", "--expect", "2", "--within", "1500ms"]);
    post(&process, &payload("CRM-1")).await;
    for _ in 0..2 {
        assert_eq!(post(&process, &without_phone("CRM-2")).await, 400);
    }
    let output = process.end();
    assert_eq!(code(&output), Some(1));
    let line = last_line(&output);
    assert_eq!((&line["kind"], &line["met"]), (&json!("expectation"), &json!(false)));
    assert_eq!(line["arrived"], 1);
    assert_eq!(line["by_status"], json!({ "200": 1, "400": 2 }));
    assert_eq!(line["refused_count"], 2);
    let refused = &line["refused"][0];
    assert_eq!(line["refused"].as_array().unwrap().len(), 1, "{line}");
    assert_eq!((&refused["status"], &refused["times"]), (&json!(400), &json!(2)));
    assert_eq!(refused["id_presencia_crm"], "CRM-2");
    assert!(refused["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{line}");
    assert!(refused["errors"]["telefono_principal"][0].is_string(), "{line}");
}

#[tokio::test]
async fn other_refusals_are_named_too_and_nobodys_data_with_them() {
    let process = Process::start(&["--json", "--expect", "1", "--within", "1500ms"]);
    let url = process.url();
    let base = |url: &str| request(http::Method::POST, url).header("content-type", "application/json");
    let mut odd = payload("CRM-4");
    odd["cliente"]["tipo_documento"] = "Rosa Quispe".into();
    let requests = [
        base(&url).header("x-crm-webhook-token", "another-secret").body(payload("CRM-1").to_string()),
        base(url.trim_end_matches('/'))
            .header("x-crm-webhook-token", TOKEN)
            .body(payload("CRM-2").to_string()),
        request(http::Method::POST, &url)
            .header("x-crm-webhook-token", TOKEN)
            .body(payload("CRM-3").to_string()),
        base(&url).header("x-crm-webhook-token", TOKEN).body(odd.to_string()),
        request(http::Method::GET, &url),
    ];
    for request in requests {
        send(request).await;
    }
    let output = process.end();
    assert_eq!(code(&output), Some(1));
    let line = last_line(&output);
    let refused = line["refused"].as_array().unwrap();
    let told: Vec<_> = refused
        .iter()
        .map(|refused| {
            (refused["status"].as_u64().unwrap(), refused["id_presencia_crm"].as_str(), &refused["counted"])
        })
        .collect();
    let (yes, no) = (&json!(true), &json!(false));
    assert_eq!(
        told,
        [
            (401, Some("CRM-1"), yes),
            (404, Some("CRM-2"), yes),
            (415, Some("CRM-3"), yes),
            (400, Some("CRM-4"), yes),
            (405, None, no),
        ]
    );
    assert!(refused.iter().all(|refused| refused["detail"].is_string()), "{line}");
    let said = text(&output.stderr);
    assert!(said.contains("Q***"), "{said}");
    for secret in ["Quispe", "Rosa", "999888777", "another-secret", TOKEN] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

#[tokio::test]
async fn a_person_reads_why_it_failed() {
    let process = Process::start(&["--expect", "1", "--within", "1500ms"]);
    let url = process.first_line.split_whitespace().find(|word| word.starts_with("http")).unwrap().to_owned();
    let body = without_phone("CRM-1\u{1b}[2J").to_string();
    let request = request(http::Method::POST, &url)
        .header("x-crm-webhook-token", TOKEN)
        .header("content-type", "application/json")
        .body(body);
    send(request).await;
    let output = process.end();
    assert_eq!(code(&output), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("0/1 distinct presencias arrived; answers: 1 × 400"), "{said}");
    assert!(said.contains("400 POST /api/webhook-presencia-crm/ CRM-1"), "{said}");
    assert!(said.contains("[telefono_principal: "), "{said}");
    assert!(said.contains("--fail-on-refused") && !said.contains('\u{1b}'), "{said:?}");
}

#[tokio::test]
async fn a_refused_request_beside_a_good_one_fails_where_that_is_asked_for() {
    for (flags, ends) in [(&["--expect", "1"][..], 0), (&["--expect", "1", "--fail-on-refused"][..], 1)] {
        let process = Process::start(&[&["--json", "--within", "20s"][..], flags].concat());
        assert_eq!(post(&process, &without_phone("CRM-2")).await, 400);
        post(&process, &payload("CRM-1")).await;
        let output = process.end();
        assert_eq!(code(&output), Some(ends), "{flags:?}: {}", text(&output.stderr));
        let line = last_line(&output);
        assert_eq!((&line["met"], &line["refused_count"]), (&json!(ends == 0), &json!(1)));
    }
    // Without anything else to wait for, the signal ends it.
    let process = Process::start(&["--json", "--fail-on-refused"]);
    post(&process, &without_phone("CRM-2")).await;
    let output = stop(process);
    assert_eq!((code(&output), &last_line(&output)["kind"]), (Some(1), &json!("expectation")));
}

#[tokio::test]
async fn injected_faults_and_first_answers_of_500_are_no_refusals() {
    let flags = ["--json", "--expect", "1", "--within", "20s", "--fail-on-refused"];
    let process = Process::start(&[&flags[..], &["--fault", "429;n=1", "--fault", "reset;n=2"]].concat());
    assert_eq!(post(&process, &payload("CRM-1")).await, 429);
    let struck = request(http::Method::POST, &process.url())
        .header("x-crm-webhook-token", TOKEN)
        .header("content-type", "application/json")
        .body(payload("CRM-1").to_string());
    assert!(struck.send().await.is_err());
    assert_eq!(post(&process, &payload("CRM-1")).await, 200);
    let output = process.end();
    assert_eq!(code(&output), Some(0), "{}", text(&output.stderr));
    let line = last_line(&output);
    assert_eq!(line["by_fault"], json!({ "429": 1, "reset": 1 }));
    assert_eq!(line["refused"], json!([]));

    let process = Process::start(&[&flags[..], &["--profile", "jcc"]].concat());
    assert_eq!(post(&process, &payload("CRM-1")).await, 500);
    assert_eq!(post(&process, &payload("CRM-1")).await, 200);
    let output = process.end();
    assert_eq!(code(&output), Some(0), "{}", text(&output.stderr));

    // A fault that hides the refusal does not undo it.
    let process = Process::start(&["--json", "--fail-on-refused", "--fault", "503;after"]);
    assert_eq!(post(&process, &without_phone("CRM-1")).await, 503);
    let output = stop(process);
    assert_eq!((code(&output), &last_line(&output)["refused"][0]["status"]), (Some(1), &json!(400)));
}

#[tokio::test]
async fn nothing_may_arrive_for_as_long_as_within_says() {
    let before = Instant::now();
    let output =
        Process::start(&["--json", "--expect", "0", "--within", "1600ms", "--settle", "100ms"]).end();
    assert_eq!(code(&output), Some(0), "{}", text(&output.stderr));
    assert!(before.elapsed() >= Duration::from_millis(1600), "the whole time is waited for");

    let process = Process::start(&["--json", "--expect", "0", "--within", "60s", "--settle", "100ms"]);
    post(&process, &payload("CRM-1")).await;
    let before = Instant::now();
    let output = process.end();
    assert_eq!(code(&output), Some(1));
    assert_eq!(last_line(&output)["arrived"], 1);
    assert!(before.elapsed() < Duration::from_secs(50), "the first arrival settles it");
}

#[tokio::test]
async fn a_reset_begins_anew_and_a_forgotten_list_does_not() {
    for (method, path, ends) in [(http::Method::POST, "reset", 0), (http::Method::DELETE, "requests", 1)] {
        let process = Process::start(&["--json", "--fail-on-refused"]);
        post(&process, &without_phone("CRM-1")).await;
        let url = process.url();
        let (origin, _) = url.split_once("/api/").unwrap();
        assert_eq!(send(request(method, &format!("{origin}/__admin/{path}"))).await.status, 200);
        let output = stop(process);
        assert_eq!(code(&output), Some(ends), "{path}: {}", text(&output.stderr));
    }
}

/// A smoke test, a reset, the real test: the first one ends nothing.
#[tokio::test]
async fn a_reset_while_it_settles_goes_on_waiting() {
    let process = Process::start(&["--json", "--expect", "1", "--within", "20s", "--settle", "1s"]);
    let (origin, _) =
        process.url().split_once("/api/").map(|(origin, rest)| (origin.to_owned(), rest.to_owned())).unwrap();
    post(&process, &payload("CRM-1")).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(send(request(http::Method::POST, &format!("{origin}/__admin/reset"))).await.status, 200);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    post(&process, &payload("CRM-2")).await;
    let output = process.end();
    assert_eq!(code(&output), Some(0), "{}", text(&output.stderr));
}

#[tokio::test]
async fn the_verdict_is_about_requests_in_work_too() {
    for (sent, arrived, ends) in [(payload("CRM-1"), 1, 0), (without_phone("CRM-1"), 0, 1)] {
        let process = Process::start(&["--json", "--fail-on-refused"]);
        let body = sent.to_string();
        let url = process.url();
        let address = url.trim_start_matches("http://").split('/').next().unwrap();
        let mut socket = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST /api/webhook-presencia-crm/ HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             x-crm-webhook-token: {TOKEN}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let (first, rest) = body.split_at(20);
        socket.write_all(format!("{head}{first}").as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        process.signal("TERM");
        tokio::time::sleep(Duration::from_millis(300)).await;
        socket.write_all(rest.as_bytes()).await.unwrap();
        let output = process.end();
        assert_eq!(code(&output), Some(ends), "{}", text(&output.stderr));
        assert_eq!(last_line(&output)["arrived"], arrived);
    }
}

#[tokio::test]
async fn settle_is_waited_for_once() {
    let process = Process::start(&["--json", "--expect", "1", "--within", "60s", "--settle", "3s"]);
    post(&process, &payload("CRM-1")).await;
    let before = Instant::now();
    assert_eq!(code(&process.end()), Some(0));
    let took = before.elapsed();
    assert!(took > Duration::from_millis(2500) && took < Duration::from_millis(5500), "{took:?}");
}

#[tokio::test]
async fn what_was_in_the_file_before_counts_only_where_it_arrives_again() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("mock.db");
    let db = db.to_str().unwrap();
    let process = Process::start(&["--json", "--db", db]);
    for n in 1..=3 {
        post(&process, &payload(&format!("CRM-{n}"))).await;
    }
    stop(process);

    let process = Process::start(&["--json", "--db", db]);
    for id in ["CRM-2", "CRM-2", "CRM-4"] {
        post(&process, &payload(id)).await;
    }
    assert_eq!(last_line(&stop(process))["arrived"], 2);

    // After a reset nothing is there, and whatever arrives is new.
    let flags = ["--json", "--db", db, "--expect", "0", "--within", "3s", "--settle", "100ms"];
    let process = Process::start(&flags);
    let (origin, _) = process.url().split_once("/api/").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert_eq!(send(request(http::Method::POST, &format!("{origin}/__admin/reset"))).await.status, 200);
    post(&process, &payload("CRM-9")).await;
    let output = process.end();
    assert_eq!((code(&output), &last_line(&output)["arrived"]), (Some(1), &json!(1)));
}

#[test]
fn flags_that_wait_for_nothing_are_refused() {
    for (flags, part) in [
        (&["--within", "4s"][..], "--expect N"),
        (&["--expect", "0", "--verify", "/dev/null"][..], "--expect 0"),
        (&["--expect", "1", "--allow-refused"][..], "--verify"),
    ] {
        let output = command(flags).output().unwrap();
        assert_eq!(code(&output), Some(2), "{flags:?}");
        assert!(text(&output.stderr).contains(part), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "");
    }
}

#[tokio::test]
async fn a_signal_ends_it_with_one_line_of_what_arrived() {
    let said = async |flags: &[&str]| {
        let process = Process::start(&[&["--json"], flags].concat());
        post(&process, &payload("CRM-1")).await;
        post(&process, &without_phone("CRM-2")).await;
        let output = stop(process);
        assert_eq!(code(&output), Some(0));
        output
    };
    let line = last_line(&said(&[]).await);
    assert_eq!((&line["kind"], &line["arrived"]), (&json!("ended"), &json!(1)));
    assert_eq!(line["by_status"], json!({ "200": 1, "400": 1 }));
    assert_eq!(line["refused"][0]["id_presencia_crm"], "CRM-2");
    assert_eq!(text(&said(&["-q"]).await.stderr), "");

    let output = stop(Process::start(&[]));
    assert_eq!(text(&output.stderr), "0 distinct presencias arrived; answers: —\n");
}

/// It gets a row and a 500 at each send, for ever: nothing that sending again would mend.
#[tokio::test]
async fn a_payload_without_an_id_is_its_senders_fault_in_a_deployed_receiver_too() {
    let process = Process::start(&["--json", "--profile", "jcc", "--fail-on-refused"]);
    let mut nameless = payload("");
    nameless.as_object_mut().unwrap().remove("id_presencia_crm");
    assert_eq!(post(&process, &nameless).await, 500);
    assert_eq!(post(&process, &payload("CRM-1")).await, 500, "the first one, and saved");
    let output = stop(process);
    assert_eq!(code(&output), Some(1), "{}", text(&output.stderr));
    assert_eq!(last_line(&output)["refused_count"], 1);
}

#[tokio::test]
async fn an_answer_that_is_on_its_way_when_everything_has_arrived_comes_whole() {
    let process = Process::start(&["--json", "--expect", "1", "--settle", "1ms", "--fault", "slow-body"]);
    let request = request(http::Method::POST, &process.url())
        .header("x-crm-webhook-token", TOKEN)
        .header("content-type", "application/json")
        .body(payload("CRM-1").to_string());
    let answer = send(request).await;
    assert_eq!(answer.id_presencia(), "PRS00001");
    assert_eq!(code(&process.end()), Some(0));
}

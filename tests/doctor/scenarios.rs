//! Troubles are told apart; what is well passes; a stranger is told nothing.

use std::collections::BTreeMap;

use crate::port::Held;
use crate::program::{first_failure, lines, test_command};
use crate::server::{Server, healthy, html, json};
use crate::troubles::{moved, table};

#[test]
fn each_trouble_is_told_apart_in_both_languages_and_nothing_is_created() {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let held = Held::new();
    let nobody = &format!("http://{}/api/webhook-presencia-crm/", held.addr);
    for scenario in table(nobody) {
        let name = scenario.name;
        let english = scenario.run("en");
        let stdout = String::from_utf8_lossy(&english.stdout).into_owned();
        let failure = first_failure(&english).unwrap_or_else(|| panic!("{name}: nothing failed\n{stdout}"));
        assert_eq!(failure["name"], scenario.check, "{name}\n{stdout}");
        assert_eq!(english.status.code(), Some(scenario.code), "{name}\n{stdout}");
        let detail = failure["detail"].as_str().expect("a detail");
        assert!(detail.contains(scenario.detail), "{name}: {detail}");
        let hint = failure["hint"].as_str().unwrap_or_else(|| panic!("{name}: no hint"));
        assert!(hint.contains(scenario.hint), "{name}: {hint}");

        let spanish = first_failure(&scenario.run("es")).expect("the same trouble");
        assert_eq!(spanish["name"], scenario.check, "{name}");
        assert_ne!(spanish["detail"], failure["detail"], "{name}");
        let pista = spanish["hint"].as_str().expect("a hint");
        assert!(pista.contains(scenario.hint), "{name}: {pista}");
        assert_ne!(pista, hint, "{name}");

        if let Some(server) = &scenario.server {
            assert_eq!(server.dangerous(), 0, "{name}: {:?}", server.received());
        }
        if let Some(other) = seen.insert(detail.to_owned(), name) {
            panic!("{name} and {other} look the same: {detail}");
        }
    }
}

#[test]
fn a_healthy_receiver_passes_every_check() {
    let server = Server::new(healthy);
    let output = test_command(Some(&server.url("http")), &["--json"]).output().expect("a run");
    assert_eq!(output.status.code(), Some(0));
    let lines = lines(&output);
    let names: Vec<&str> = lines.iter().filter_map(|line| line["name"].as_str()).collect();
    assert_eq!(names, ["settings", "url", "dns", "tcp", "tls", "path", "auth", "answer", "clock"]);
    assert!(lines.iter().all(|line| line["status"] != "fail" && line["status"] != "warn"), "{lines:?}");
    let summary = lines.last().expect("a last line");
    assert_eq!(
        (&summary["kind"], &summary["command"], &summary["attempts"]),
        (&"summary".into(), &"test".into(), &2.into())
    );
    assert_eq!(server.dangerous(), 0);
}

/// The right token goes only to something that answered a wrong one as the webhook does.
#[test]
fn a_stranger_never_sees_the_token() {
    for (name, server) in [
        ("page", Server::fixed(html("200 OK", ""))),
        ("another service", Server::fixed(json("200 OK", r#"{"status":"up"}"#))),
        ("too large", Server::fixed(html("413 Content Too Large", ""))),
        ("another API", Server::fixed(json("415 Unsupported Media Type", r#"{"error":"multipart"}"#))),
        ("redirect", moved("https://x.example.pe/")),
        ("404", Server::fixed(html("404 Not Found", ""))),
        ("firewall", Server::fixed(html("403 Forbidden", ""))),
        ("503", Server::fixed(html("503 Service Unavailable", ""))),
        ("500", Server::fixed(html("500 Internal Server Error", ""))),
        ("501", Server::fixed(html("501 Not Implemented", ""))),
        ("a gateway", Server::fixed(json("403 Forbidden", r#"{"message":"Missing Authentication Token"}"#))),
        ("any token", Server::fixed(json("400 Bad Request", r#"{"detail":"Falta cliente."}"#))),
        ("creates for anybody", Server::fixed(json("200 OK", r#"{"id_presencia":"PRS1","id_venta":null}"#))),
    ] {
        test_command(Some(&server.url("http")), &[]).output().expect("a run");
        let received = server.received();
        assert_eq!(received.len(), 1, "{name}");
        assert_ne!(received[0].header("x-crm-webhook-token"), Some(crate::server::TOKEN), "{name}");
    }
}

#[test]
fn a_500_to_the_wrong_token_alone_is_a_warning() {
    let server = Server::new(|request| {
        let answer = String::from_utf8(healthy(request)).expect("UTF-8");
        answer.replace("401 Unauthorized", "500 Internal Server Error").into_bytes()
    });
    let output = test_command(Some(&server.url("http")), &["--json"]).output().expect("a run");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(crate::program::check(&output, "auth")["status"], "warn");
}

#[test]
fn limits_and_clocks_that_the_receiver_tells_of_are_seen() {
    let server = Server::new(|request| {
        let answer = String::from_utf8(healthy(request)).expect("UTF-8");
        let head = "X-RateLimit-Limit: 60\r\nX-RateLimit-Remaining: 58\r\nDate: Thu, 01 Jan 2015 00:00:00 GMT\r\nConnection";
        answer.replacen("Connection", head, 1).into_bytes()
    });
    let output = test_command(Some(&server.url("http")), &["--json"]).output().expect("a run");
    assert_eq!(output.status.code(), Some(0), "warnings alone are 0");
    let answer = crate::program::check(&output, "answer");
    assert_eq!(answer["status"], "warn");
    assert!(answer["detail"].as_str().is_some_and(|detail| detail.contains("58 of 60")), "{answer}");
    let clock = crate::program::check(&output, "clock");
    assert_eq!(clock["status"], "warn");
    assert!(clock["detail"].as_str().is_some_and(|detail| detail.contains("ahead of")), "{clock}");
}

/// Whatever a stranger sends is shown without its control characters.
#[test]
fn control_characters_of_a_stranger_are_escaped() {
    let body = "{\"detail\":\"\\u001b[31mred\\u0007\"}";
    let server = Server::fixed(json("401 Unauthorized", body));
    let output = test_command(Some(&server.url("http")), &[]).output().expect("a run");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'), "{text:?}");
    assert!(text.contains("\\u{1b}"), "{text}");
}

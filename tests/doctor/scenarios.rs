//! The table of troubles.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use crate::certificates::{Authority, Leaf, self_signed};
use crate::port::Held;
use crate::program::{first_failure, lines, test_command};
use crate::server::{Server, healthy, html, http, json};

/// One trouble, and what must be said about it.
struct Scenario {
    name: &'static str,
    url: Option<String>,
    server: Option<Server>,
    arguments: Vec<String>,
    token: Option<&'static str>,
    /// The first check that fails.
    check: &'static str,
    code: i32,
    /// Words of the detail, in English.
    detail: &'static str,
    /// Words of the hint, in both languages.
    hint: &'static str,
}

fn scenario(name: &'static str, url: Option<String>, server: Option<Server>) -> Scenario {
    Scenario {
        name,
        url,
        server,
        arguments: Vec::new(),
        token: None,
        check: "",
        code: 0,
        detail: "",
        hint: "",
    }
}

fn over_http(name: &'static str, server: Server) -> Scenario {
    scenario(name, Some(server.url("http")), Some(server))
}

fn over_https(name: &'static str, server: Server) -> Scenario {
    scenario(name, Some(server.url("https")), Some(server))
}

impl Scenario {
    fn says(self, check: &'static str, code: i32, detail: &'static str, hint: &'static str) -> Self {
        Self { check, code, detail, hint, ..self }
    }

    fn with(mut self, arguments: &[&str]) -> Self {
        self.arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        self
    }

    fn token(self, token: &'static str) -> Self {
        Self { token: Some(token), ..self }
    }

    fn run(&self, lang: &str) -> std::process::Output {
        let mut arguments = vec!["--json", "--lang", lang];
        arguments.extend(self.arguments.iter().map(String::as_str));
        let mut command = test_command(self.url.as_deref(), &arguments);
        match self.token {
            Some("") => command.env_remove("COMERCIAL_WEBHOOK_TOKEN"),
            Some(token) => command.env("COMERCIAL_WEBHOOK_TOKEN", token),
            None => &mut command,
        };
        command.output().expect("a run")
    }
}

fn silent() -> Server {
    Server::raw(|mut stream| {
        // Reads for ever and says nothing.
        std::io::copy(&mut stream, &mut std::io::sink()).ok();
    })
}

/// Answers the first bytes with these, whatever they were.
fn blunt(answer: &'static [u8]) -> Server {
    Server::raw(move |mut stream| {
        let mut bytes = [0; 1024];
        if stream.read(&mut bytes).is_ok() {
            stream.write_all(answer).ok();
        }
    })
}

fn moved(to: &str) -> Server {
    Server::fixed(http("301 Moved Permanently", &format!("Location: {to}"), "text/html", ""))
}

fn settings_and_network(nobody: &str) -> Vec<Scenario> {
    vec![
        scenario("settings missing", None, None).token("").says(
            "settings",
            2,
            "no webhook URL and no token",
            "COMERCIAL_WEBHOOK_URL",
        ),
        scenario("url missing", None, None).says("settings", 2, "no webhook URL is set", "--url"),
        over_http("token missing", Server::new(healthy)).token("").says(
            "settings",
            2,
            "no token is set",
            "CRM_WEBHOOK_TOKEN",
        ),
        scenario("clear text", Some("http://192.0.2.1/api/webhook-presencia-crm/".into()), None).says(
            "url",
            2,
            "in clear text",
            "--allow-http",
        ),
        scenario("dns", Some("https://no-such-host.invalid/api/webhook-presencia-crm/".into()), None).says(
            "dns",
            3,
            "no-such-host.invalid",
            "getent hosts no-such-host.invalid",
        ),
        scenario("refused", Some(nobody.to_owned()), None).says(
            "tcp",
            3,
            "nothing listens there",
            "serve-mock",
        ),
        over_http("silent", silent()).says("path", 3, "does not answer within 2 s", "--timeout"),
        over_http("no http", blunt(b"220 smtp.example.pe ESMTP\r\n")).says(
            "path",
            3,
            "speaks no HTTP",
            "https://",
        ),
    ]
}

fn tls() -> Vec<Scenario> {
    let authority = Authority::new();
    let ca = authority.pem().to_string_lossy().into_owned();
    // The file is read while the scenarios run.
    let authority: &'static Authority = Box::leak(Box::new(authority));
    let served = |leaf| Server::secure(authority.server(leaf), healthy);
    let (own, _) = self_signed(Leaf::default());
    let protocol_version_alert = b"\x15\x03\x01\x00\x02\x02\x46";
    vec![
        over_https("tls silent", silent()).says(
            "tls",
            3,
            "does not answer the handshake",
            "--connect-timeout",
        ),
        over_https("tls expired", served(Leaf { until: 2021, ..Leaf::default() }))
            .with(&["--cacert", &ca])
            .says("tls", 3, "expired on 2021-01-01", "certbot renew"),
        over_https("tls not yet", served(Leaf { from: 2098, ..Leaf::default() }))
            .with(&["--cacert", &ca])
            .says("tls", 3, "not valid before 2098-01-01", "timedatectl"),
        over_https("tls wrong name", served(Leaf { name: "otra.example.pe", ..Leaf::default() }))
            .with(&["--cacert", &ca])
            .says("tls", 3, "is for otra.example.pe, not for 127.0.0.1", "COMERCIAL_WEBHOOK_URL"),
        over_https("tls self-signed", Server::secure(own, healthy)).says(
            "tls",
            3,
            "is self-signed",
            "--cacert ca.pem",
        ),
        over_https("tls unknown issuer", served(Leaf::default())).says(
            "tls",
            3,
            "its issuer is Autoridad de prueba; the server sends no intermediate",
            "fullchain.pem",
        ),
        over_https("tls plain http", blunt(b"HTTP/1.1 400 Bad Request\r\n\r\n")).says(
            "tls",
            3,
            "speaks no TLS",
            "http://",
        ),
        over_https("tls version", blunt(protocol_version_alert)).says(
            "tls",
            3,
            "no TLS version or cipher in common",
            "openssl s_client",
        ),
        over_https(
            "tls client certificate",
            Server::secure(authority.demanding_server(Leaf::default()), healthy),
        )
        .with(&["--cacert", &ca])
        .says("path", 3, "wants a client certificate", "--client-cert"),
    ]
}

fn answers() -> Vec<Scenario> {
    let detail = r#"{"detail":"x"}"#;
    vec![
        over_http("wrong token", Server::new(healthy)).token("another-token-of-20").says(
            "auth",
            4,
            "the two tokens differ",
            "CRM_WEBHOOK_TOKEN",
        ),
        over_http("token not checked", Server::fixed(json("400 Bad Request", detail))).says(
            "auth",
            1,
            "the receiver checks none",
            "CRM_WEBHOOK_TOKEN",
        ),
        over_http("firewall", Server::fixed(html("403 Forbidden", "Server: nginx"))).says(
            "auth",
            4,
            "something before the App Comercial refuses (nginx)",
            "X-CRM-Webhook-Token",
        ),
        over_http("404", Server::fixed(html("404 Not Found", ""))).says(
            "path",
            4,
            "404: there is nothing",
            "--url",
        ),
        over_http("405", Server::fixed(http("405 Method Not Allowed", "Allow: GET, HEAD", "text/html", "")))
            .says("path", 4, "takes GET, HEAD, not POST", "--url"),
        over_http("redirect", moved("https://comercial.example.pe/nueva/")).says(
            "path",
            4,
            "301: redirects to https://comercial.example.pe/nueva/",
            "https://comercial.example.pe/nueva/",
        ),
        over_http("login", moved("/accounts/login/?next=/api/")).says(
            "path",
            4,
            "to a login page",
            "COMERCIAL_WEBHOOK_URL",
        ),
        over_http("html", Server::fixed(html("200 OK", ""))).says(
            "path",
            4,
            "a page “Panel de control”, not the webhook's JSON",
            "COMERCIAL_WEBHOOK_URL",
        ),
        over_http("unknown host", Server::fixed(html("400 Bad Request", ""))).says(
            "path",
            4,
            "does not know itself by the name 127.0.0.1",
            "ALLOWED_HOSTS",
        ),
        over_http(
            "another service",
            Server::new(|request| {
                let wrong = request.header("x-crm-webhook-token") != Some(crate::server::TOKEN);
                if wrong { healthy(request) } else { json("200 OK", r#"{"status":"up"}"#).into_bytes() }
            }),
        )
        .says("answer", 4, "without id_presencia", "COMERCIAL_WEBHOOK_URL"),
        over_http("another service to anybody", Server::fixed(json("200 OK", r#"{"status":"up"}"#))).says(
            "path",
            4,
            "no answer of the webhook",
            "COMERCIAL_WEBHOOK_URL",
        ),
        over_http("a gateway's own page", Server::fixed(html("415 Unsupported Media Type", ""))).says(
            "path",
            4,
            "415: no answer of the webhook",
            "COMERCIAL_WEBHOOK_URL",
        ),
        over_http("408", Server::fixed(html("408 Request Timeout", ""))).says(
            "answer",
            1,
            "is down or starting",
            "--watch 30s",
        ),
        over_http("503", Server::fixed(http("503 Service Unavailable", "Retry-After: 30", "text/html", "")))
            .says("answer", 1, "is down or starting; it asks to wait 30", "--watch 30s"),
        over_http("429", Server::fixed(http("429 Too Many Requests", "Retry-After: 7", "text/html", "")))
            .says("answer", 1, "too many requests; it asks to wait 7", "--rate"),
        over_http("500 to everything", Server::fixed(html("500 Internal Server Error", ""))).says(
            "answer",
            1,
            "answers 500 to a wrong token: the receiver itself is broken",
            "pip install pytz",
        ),
        over_http(
            "500 to an empty body",
            Server::new(|request| {
                let answer = String::from_utf8(healthy(request)).expect("UTF-8");
                answer.replace("400 Bad Request", "500 Internal Server Error").into_bytes()
            }),
        )
        .says("answer", 1, "500 to an empty body, where 400 is right", "test --write"),
    ]
}

fn proxies(nobody: &str) -> Vec<Scenario> {
    let page = Server::fixed(html("200 OK", "Via: 1.1 proxy.example.pe (squid/5.7)"));
    let asks = Server::fixed(http(
        "407 Proxy Authentication Required",
        "Server: squid/5.7\r\nProxy-Authenticate: Basic",
        "text/html",
        "",
    ));
    let refuses = Server::fixed(http("403 Forbidden", "Server: squid/5.7", "text/html", ""));
    let to = |server: &Server| format!("http://{}", server.address);
    let (asks_at, refuses_at) = (to(&asks), to(&refuses));
    let behind = |name, scheme: &str, server, at: &str| {
        let url = format!("{scheme}://comercial.example.pe/api/webhook-presencia-crm/");
        scenario(name, Some(url), Some(server)).with(&["--proxy", at, "--allow-http"])
    };
    vec![
        over_http("page of a proxy", page).says(
            "path",
            4,
            "of the proxy 1.1 proxy.example.pe (squid/5.7)",
            "--proxy none",
        ),
        behind("proxy wants a password", "http", asks, &asks_at).says(
            "path",
            4,
            "the proxy squid/5.7 wants a user name",
            "--proxy http://",
        ),
        behind("proxy refuses the tunnel", "https", refuses, &refuses_at).says(
            "tcp",
            3,
            "opens no way to the receiver: 403",
            "NO_PROXY",
        ),
        scenario(
            "proxy is down",
            Some("https://comercial.example.pe/api/webhook-presencia-crm/".into()),
            None,
        )
        .with(&["--proxy", nobody])
        .says("tcp", 3, "the proxy 127.0.0.1", "--proxy, HTTPS_PROXY"),
    ]
}

#[test]
fn each_trouble_is_told_apart_in_both_languages_and_nothing_is_created() {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let held = Held::new();
    let nobody = &format!("http://{}/api/webhook-presencia-crm/", held.addr);
    let table = [settings_and_network(nobody), tls(), answers(), proxies(nobody)].into_iter().flatten();
    for scenario in table {
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

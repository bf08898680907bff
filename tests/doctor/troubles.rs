//! The table of troubles: what is wrong, and what must be said about it.

use std::io::{Read, Write};

use crate::certificates::{Authority, Leaf, self_signed};
use crate::program::test_command;
use crate::server::{Server, healthy, html, http, json};

/// One trouble, and what must be said about it.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    url: Option<String>,
    pub(crate) server: Option<Server>,
    arguments: Vec<String>,
    token: Option<&'static str>,
    /// The first check that fails.
    pub(crate) check: &'static str,
    pub(crate) code: i32,
    /// Words of the detail, in English.
    pub(crate) detail: &'static str,
    /// Words of the hint, in both languages.
    pub(crate) hint: &'static str,
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

    pub(crate) fn run(&self, lang: &str) -> std::process::Output {
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

pub(crate) fn moved(to: &str) -> Server {
    Server::fixed(http("301 Moved Permanently", &format!("Location: {to}"), "text/html", ""))
}

/// Every trouble; at `nobody` there is an address where nothing listens.
pub(crate) fn table(nobody: &str) -> impl Iterator<Item = Scenario> {
    [settings_and_network(nobody), tls(), answers(), states(), proxies(nobody)].into_iter().flatten()
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
    let other: &'static Authority = Box::leak(Box::new(Authority::new()));
    let (cert, key) = other.client();
    let (cert, key) = (cert.to_string_lossy().into_owned(), key.to_string_lossy().into_owned());
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
        over_https(
            "tls client certificate of another authority",
            Server::secure(authority.demanding_server(Leaf::default()), healthy),
        )
        .with(&["--cacert", &ca, "--client-cert", &cert, "--client-key", &key])
        .says("path", 3, "does not accept the client certificate", "--client-cert"),
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
        over_http("redirect to what only begins like a login", moved("/api/authentic/")).says(
            "path",
            4,
            "/api/authentic/",
            "/api/authentic/",
        ),
        over_http("a gateway's JSON", Server::fixed(json("403 Forbidden", r#"{"message":"Missing"}"#))).says(
            "auth",
            4,
            "403 without the webhook's JSON",
            "X-CRM-Webhook-Token",
        ),
        over_http("creates for anybody", Server::fixed(json("200 OK", r#"{"id_presencia":17}"#))).says(
            "auth",
            1,
            "200 to a wrong token: the receiver checks none",
            "CRM_WEBHOOK_TOKEN",
        ),
    ]
}

/// The webhook may be there, but does not answer as it should.
fn states() -> Vec<Scenario> {
    vec![
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
    let asking = |name: &str| {
        let head = format!("Server: {name}\r\nProxy-Authenticate: Basic");
        Server::fixed(http("407 Proxy Authentication Required", &head, "text/html", ""))
    };
    let (asks, asks_too, mute) = (asking("squid/5.7"), asking("tinyproxy"), silent());
    let refuses = Server::fixed(http("403 Forbidden", "Server: squid/5.7", "text/html", ""));
    let to = |server: &Server| format!("http://{}", server.address);
    let (asks_at, asks_too_at, refuses_at) = (to(&asks), to(&asks_too), to(&refuses));
    let mute_at = format!("https://{}", mute.address);
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
        behind("proxy wants a password before https", "https", asks_too, &asks_too_at).says(
            "tcp",
            4,
            "wants a user name and password",
            "--proxy http://",
        ),
        behind("proxy over TLS is silent", "https", mute, &mute_at).says(
            "tcp",
            3,
            "no answer in time",
            "--proxy none",
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

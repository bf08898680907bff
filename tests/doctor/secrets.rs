//! What must not get out: tokens in what is shown, and tokens to whom they are not for.

use crate::port::Held;
use crate::program::{check, test_command};
use crate::server::{Received, Server, TOKEN, healthy, http, json};

/// A token with signs that JSON and addresses may escape.
const ODD: &str = "Tok/En+with=Slash01";

fn is_ours(request: &Received) -> bool {
    request.header("x-crm-webhook-token") == Some(ODD)
}

#[test]
fn a_token_that_is_given_back_is_not_shown_whatever_its_escapes() {
    for ours in [
        json("401 Unauthorized", r#"{"detail":"bad token Tok\/En+with=Slash01"}"#),
        json("401 Unauthorized", r#"{"detail":"bad token Tok\u002fEn\u002bwith=\u0053lash01"}"#),
        json("401 Unauthorized", r#"{"detail":"bad token Tok%2FEn%2Bwith%3DSlash01"}"#),
        json("401 Unauthorized", r#"{"detail":"bad token Tok/En%2bwith%3dSlash01"}"#),
        http("302 Found", "Location: /x?t=Tok%2FEn%2Bwith%3DSlash01", "text/html", ""),
        http("503 Down", "Server: \u{e9} Tok/En+with=Slash01", "text/html", ""),
    ] {
        let server = Server::new(
            move |request| {
                if is_ours(request) { ours.clone().into_bytes() } else { healthy(request) }
            },
        );
        for arguments in [&["--json"][..], &[]] {
            let output = test_command(Some(&server.url("http")), arguments)
                .env("COMERCIAL_WEBHOOK_TOKEN", ODD)
                .output()
                .expect("a run");
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(!text.contains("with") && !text.contains("lash01"), "{text}");
        }
        assert!(server.received().iter().any(is_ours), "the token was sent");
    }
}

#[test]
fn what_the_crm_says_is_shown_without_secrets_and_people() {
    let words = format!("sent with {TOKEN} for 999888777 and rosa@example.pe");
    let crm = Server::fixed(json("500 Internal Server Error", &format!(r#"{{"detail":"{words}"}}"#)));
    let output = test_command(None, &["--json", "--via-crm", &format!("http://{}", crm.address)])
        .env("CRM_API_TOKEN", "crm-secret-of-the-test")
        .output()
        .expect("a run");
    let detail = check(&output, "via-crm")["detail"].as_str().expect("a detail").to_owned();
    assert!(detail.contains("sent with *** for 9998**** and r***@***"), "{detail}");
}

#[test]
fn a_password_in_the_address_of_the_crm_is_neither_taken_nor_shown() {
    for address in ["http://ana:MARKED@127.0.0.1:1/", "http://ana:MARKED@[::1/", "ftp://MARKED.example.pe/"] {
        let output = test_command(None, &["--via-crm", address])
            .env("CRM_API_TOKEN", "crm-secret-of-the-test")
            .output()
            .expect("a run");
        assert_eq!(output.status.code(), Some(2), "{address}");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains("--via-crm") && !told.contains("MARKED"), "{told}");
    }
}

/// It is the receiver that the proxy stands before.
#[test]
fn the_bearer_of_a_crm_on_this_machine_goes_through_no_proxy() {
    let crm = Server::fixed(json("200 OK", r#"{"detail":"Webhook enviado"}"#));
    let address = format!("http://{}", crm.address);
    for by_flag in [false, true] {
        let proxy = Server::fixed(http("403 Forbidden", "", "text/html", ""));
        let proxy_url = format!("http://{}", proxy.address);
        let mut command = test_command(
            Some("https://comercial.example.pe/api/webhook-presencia-crm/"),
            &["--json", "--via-crm", &address],
        );
        if by_flag {
            command.args(["--proxy", &proxy_url]);
        } else {
            command.env("HTTPS_PROXY", &proxy_url).env("HTTP_PROXY", &proxy_url);
        }
        let output = command.env("CRM_API_TOKEN", "crm-secret-of-the-test").output().expect("a run");
        assert_eq!(check(&output, "via-crm")["status"], "ok");
        let lines: Vec<String> = proxy.received().into_iter().map(|request| request.line).collect();
        assert_eq!(lines, ["CONNECT comercial.example.pe:443 HTTP/1.1\r\n"]);
    }
    assert_eq!(crm.received().len(), 2);
}

#[test]
fn a_proxy_beyond_this_machine_is_not_asked_for_what_is_on_it() {
    let server = Server::new(healthy);
    let far = ["--json", "--proxy", "http://192.0.2.1:3128"];
    let output = test_command(Some(&server.url("http")), &far).output().expect("a run");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(check(&output, "url")["status"], "fail");
    let set = test_command(Some(&server.url("http")), &["--json"])
        .env("CRM_BRIDGE_PROXY", "http://192.0.2.1:3128")
        .output()
        .expect("a run");
    assert_eq!(set.status.code(), Some(0), "reached without it");
}

/// As `send` reads it.
#[test]
fn a_password_of_a_proxy_may_be_percent_encoded() {
    let proxy = Server::new(|request| {
        // ana:p@ss
        if request.header("proxy-authorization") == Some("Basic YW5hOnBAc3M=") {
            return healthy(request);
        }
        http("407 Proxy Authentication Required", "", "text/html", "").into_bytes()
    });
    let held = Held::new();
    let url = format!("http://{}/api/webhook-presencia-crm/", held.addr);
    let proxy_url = format!("http://ana:p%40ss@{}", proxy.address);
    let output = test_command(Some(&url), &["--json", "--proxy", &proxy_url]).output().expect("a run");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

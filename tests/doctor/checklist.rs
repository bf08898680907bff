//! The checklist as a person sees it, in both languages.

use crate::program::test_command;
use crate::server::{Server, healthy, http};

/// A run as text, without what differs from run to run: ports and times.
fn checklist(server: &Server, lang: &str, token: &str) -> String {
    let output = test_command(Some(&server.url("http")), &["--lang", lang])
        .env("COMERCIAL_WEBHOOK_TOKEN", token)
        .output()
        .expect("a run");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let text = text.replace(&server.address.port().to_string(), "[PORT]");
    text.lines().map(without_time).collect::<Vec<_>>().join("\n")
}

/// `tcp          0.1 ms 127…` → `tcp          [T] ms 127…`.
fn without_time(line: &str) -> String {
    let Some((head, tail)) = line.split_once(" ms ") else { return line.to_owned() };
    let kept = head.trim_end_matches(|sign: char| sign.is_ascii_digit() || sign == '.');
    format!("{} [T] ms {tail}", kept.trim_end())
}

#[test]
fn all_is_well() {
    let server = Server::new(healthy);
    insta::assert_snapshot!("all_is_well_en", checklist(&server, "en", crate::server::TOKEN));
    insta::assert_snapshot!("all_is_well_es", checklist(&server, "es", crate::server::TOKEN));
}

#[test]
fn wrong_and_short_token() {
    let server = Server::new(healthy);
    insta::assert_snapshot!("wrong_and_short_token_en", checklist(&server, "en", "changeme"));
    insta::assert_snapshot!("wrong_and_short_token_es", checklist(&server, "es", "changeme"));
}

#[test]
fn redirect() {
    let server = Server::fixed(http("301 Moved Permanently", "Location: /api/otra/", "text/html", ""));
    insta::assert_snapshot!("redirect_en", checklist(&server, "en", crate::server::TOKEN));
    insta::assert_snapshot!("redirect_es", checklist(&server, "es", crate::server::TOKEN));
}

//! The relay's own port with TLS, as the program is told to serve it.

use std::path::Path;
use std::process::{Command, Stdio};

use crm_bridge::delivery::tls::provider;
use crm_bridge::receiver::Receiver;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::setting::{INSIDE, PATH, Process, odd_receiver, webhook};

/// Writes a certificate for this machine, and its key; returns the certificate.
fn certificate(folder: &Path, name: &str) -> Vec<u8> {
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    std::fs::write(folder.join(format!("{name}.pem")), made.cert.pem()).unwrap();
    std::fs::write(folder.join(format!("{name}.key")), made.signing_key.serialize_pem()).unwrap();
    made.cert.pem().into_bytes()
}

/// The relay's command, serving the certificate `one` with the key `two`.
fn serving(folder: &Path, url: &str, one: &str, two: &str) -> Command {
    let mut command = Process::command(&folder.join("journal.db"), url);
    command.arg("--cert").arg(folder.join(format!("{one}.pem")));
    command.arg("--key").arg(folder.join(format!("{two}.key"))).stderr(Stdio::null());
    command
}

fn client(trusted: Option<&[u8]>) -> reqwest::Client {
    provider();
    let builder = reqwest::Client::builder().no_proxy();
    let builder = match trusted {
        Some(pem) => builder.tls_certs_only([reqwest::Certificate::from_pem(pem).unwrap()]),
        None => builder,
    };
    builder.build().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_trusts_its_certificate_is_answered_and_what_was_sent_arrives() {
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let pem = certificate(folder.path(), "a");
    let process = Process::start(&mut serving(folder.path(), &receiver.url(), "a", "a"));
    assert!(process.url.starts_with("https://127.0.0.1:") && process.url.ends_with(PATH), "{}", process.url);

    // A client that speaks no TLS gets nothing, and costs nobody else anything.
    let mut plain = TcpStream::connect(process.addr).await.unwrap();
    let request = format!("POST {PATH} HTTP/1.1\r\nHost: relay\r\nX-CRM-Webhook-Token: {INSIDE}\r\n\r\n");
    plain.write_all(request.as_bytes()).await.unwrap();
    let mut told = Vec::new();
    plain.read_to_end(&mut told).await.ok();
    assert!(!told.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&told));
    let stranger = client(None).get(&process.url).send().await.unwrap_err();
    assert!(stranger.is_connect(), "{stranger:?}");

    let knows = client(Some(&pem));
    for status in ["queued", "repeated"] {
        let posted = knows.post(&process.url).header("X-CRM-Webhook-Token", INSIDE);
        let answer = posted.body(webhook(1).to_string()).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let body: serde_json::Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!(body["status"], status);
    }
    assert!(receiver.wait_for(1, Some(std::time::Duration::from_secs(60))).await);
    let page = knows.get(format!("https://{}/", process.addr)).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("crm-bridge relay"));
    process.signal("TERM");
}

#[test]
fn a_key_of_another_certificate_and_a_file_that_is_none_are_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    certificate(folder.path(), "a");
    certificate(folder.path(), "b");
    std::fs::write(folder.path().join("none.pem"), "no certificate").unwrap();
    let nobody = "http://127.0.0.1:9/nobody/";
    for (one, two) in [("a", "b"), ("none", "a"), ("missing", "a")] {
        let output = serving(folder.path(), nobody, one, two).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{one} {two}: {said}");
        assert!(said.contains("--cert and --key") && !said.contains("PRIVATE"), "{said}");
    }
}

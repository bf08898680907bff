//! Certificates that are right, or made right by a flag.

use crate::certificates::{Authority, Leaf, self_signed};
use crate::program::{check, first_failure, test_command};
use crate::server::{Server, healthy};

#[test]
fn an_authority_of_ones_own_is_taken_with_cacert() {
    let authority = Authority::new();
    let server = Server::secure(authority.server(Leaf::default()), healthy);
    let ca = authority.pem();
    let output = test_command(Some(&server.url("https")), &["--json", "--cacert", &ca.to_string_lossy()])
        .output()
        .expect("a run");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let tls = check(&output, "tls");
    assert_eq!(tls["status"], "ok");
    let detail = tls["detail"].as_str().expect("a detail");
    assert!(
        detail.contains("TLS 1.3") && detail.contains("Autoridad de prueba") && detail.contains("2099-01-01"),
        "{detail}"
    );
}

#[test]
fn a_self_signed_leaf_is_taken_where_exactly_it_is_pinned() {
    let folder = tempfile::tempdir().expect("a folder");
    let (config, pem) = self_signed(Leaf::default());
    let server = Server::secure(config, healthy);
    let pinned = folder.path().join("pinned.pem");
    std::fs::write(&pinned, pem).expect("a file");
    let run = |file: &std::path::Path| {
        test_command(Some(&server.url("https")), &["--json", "--cacert", &file.to_string_lossy()])
            .output()
            .expect("a run")
    };
    assert_eq!(run(&pinned).status.code(), Some(0));
    let other = folder.path().join("other.pem");
    std::fs::write(&other, self_signed(Leaf::default()).1).expect("a file");
    assert_eq!(run(&other).status.code(), Some(3));
}

/// Pinning sets neither the name nor the dates aside.
#[test]
fn a_pinned_leaf_is_still_judged_by_name_and_dates() {
    let folder = tempfile::tempdir().expect("a folder");
    for (leaf, wanted) in [
        (Leaf { until: 2021, ..Leaf::default() }, "expired"),
        (Leaf { name: "otra.example.pe", ..Leaf::default() }, "not for 127.0.0.1"),
    ] {
        let (config, pem) = self_signed(leaf);
        let server = Server::secure(config, healthy);
        let pinned = folder.path().join("pinned.pem");
        std::fs::write(&pinned, pem).expect("a file");
        let output =
            test_command(Some(&server.url("https")), &["--json", "--cacert", &pinned.to_string_lossy()])
                .output()
                .expect("a run");
        let failure = first_failure(&output).expect("a failure");
        assert!(failure["detail"].as_str().is_some_and(|detail| detail.contains(wanted)), "{failure}");
    }
}

#[test]
fn a_client_certificate_is_shown_where_it_is_asked_for() {
    let authority = Authority::new();
    let server = Server::secure(authority.demanding_server(Leaf::default()), healthy);
    let (ca, (cert, key)) = (authority.pem(), authority.client());
    let (ca, cert, key) = (ca.to_string_lossy(), cert.to_string_lossy(), key.to_string_lossy());
    let arguments = ["--json", "--cacert", &ca, "--client-cert", &cert, "--client-key", &key];
    let output = test_command(Some(&server.url("https")), &arguments).output().expect("a run");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_tunnel_through_a_proxy_reaches_the_receiver() {
    let authority = Authority::new();
    let server =
        Server::secure(authority.server(Leaf { name: "comercial.example.pe", ..Leaf::default() }), healthy);
    let to = server.address;
    let proxy = Server::raw(move |client| tunnel(client, to));
    let ca = authority.pem();
    let proxy_url = format!("http://ana:MARKED@{}", proxy.address);
    let output = test_command(
        Some("https://comercial.example.pe/api/webhook-presencia-crm/"),
        &["--cacert", &ca.to_string_lossy(), "--proxy", &proxy_url],
    )
    .output()
    .expect("a run");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("the proxy on the way to the receiver"), "{text}");
    assert!(!text.contains("MARKED"), "{text}");
    assert_eq!(server.received().len(), 2);
}

/// A proxy that takes one CONNECT and then copies bytes both ways.
fn tunnel(client: std::net::TcpStream, to: std::net::SocketAddr) {
    use std::io::{BufRead, BufReader, Write, copy};
    let mut reader = BufReader::new(client.try_clone().expect("a clone"));
    let mut head = String::new();
    while reader.read_line(&mut head).is_ok_and(|length| length > 2) {}
    if !head.starts_with("CONNECT comercial.example.pe:443 ")
        || !head.to_lowercase().contains("proxy-authorization: basic ")
    {
        return;
    }
    let mut client = client;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").expect("a client");
    let mut server = std::net::TcpStream::connect(to).expect("the server");
    let mut up = server.try_clone().expect("a clone");
    std::thread::spawn(move || copy(&mut reader, &mut up));
    copy(&mut server, &mut client).ok();
}

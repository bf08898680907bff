//! Certificates: an authority, a pinned leaf that is its own authority, and what is refused.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use crm_bridge::delivery::HttpClient;
use crm_bridge::delivery::tls::provider;
use crm_bridge::delivery::transport::{Broke, Request, Transport, TransportError};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::oddities::send_settings;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

/// A certificate as `openssl req -x509` makes it: self-signed, CA:TRUE.
fn self_signed(name: &str, change: impl FnOnce(&mut CertificateParams)) -> (rcgen::Certificate, KeyPair) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    change(&mut params);
    let key = KeyPair::generate().expect("a key");
    (params.self_signed(&key).expect("a certificate"), key)
}

/// Serves one connection after the other; gives the port.
async fn serve(chain: &[&rcgen::Certificate], key: &KeyPair) -> u16 {
    let chain = chain.iter().map(|certificate| certificate.der().clone()).collect();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a certificate");
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0; 4096];
            // The request is small enough to come in one piece.
            let Ok(1..) = stream.read(&mut request).await else { continue };
            stream.write_all(ANSWER).await.ok();
            stream.shutdown().await.ok();
        }
    });
    port
}

/// One try at `https://localhost`, trusting `trusted` too.
async fn attempt(port: u16, trusted: Option<&rcgen::Certificate>) -> Result<u16, TransportError> {
    let folder = TempDir::new().expect("a folder");
    let mut settings = send_settings(&format!("https://localhost:{port}/x/"));
    settings.timeout = Duration::from_secs(5);
    if let Some(trusted) = trusted {
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, trusted.pem()).expect("a file");
        settings.cacert = Some(path);
    }
    let client = HttpClient::new(&settings).expect("a client");
    let request = Request { id: "CRM-1".to_owned(), body: Bytes::from_static(b"{}") };
    client.attempt(request).await.map(|answer| answer.status)
}

fn broke(result: Result<u16, TransportError>) -> (Broke, bool) {
    let error = result.expect_err("refused");
    (error.broke, error.sent)
}

#[tokio::test]
async fn exactly_the_pinned_leaf_is_trusted_although_it_is_its_own_authority() {
    let (leaf, key) = self_signed("localhost", |_| ());
    let port = serve(&[&leaf], &key).await;
    assert_eq!(attempt(port, Some(&leaf)).await.expect("trusted"), 200);
    assert_eq!(broke(attempt(port, None).await), (Broke::Tls, false));
    let (other, _) = self_signed("localhost", |_| ());
    assert_eq!(broke(attempt(port, Some(&other)).await), (Broke::Tls, false));
}

#[tokio::test]
async fn a_pinned_leaf_is_refused_for_another_name_and_out_of_its_dates() {
    let (wrong_name, key) = self_signed("elsewhere.example", |_| ());
    let port = serve(&[&wrong_name], &key).await;
    assert_eq!(broke(attempt(port, Some(&wrong_name)).await), (Broke::Tls, false));
    let (expired, key) =
        self_signed("localhost", |params| params.not_after = rcgen::date_time_ymd(2020, 1, 1));
    let port = serve(&[&expired], &key).await;
    assert_eq!(broke(attempt(port, Some(&expired)).await), (Broke::Tls, false));
    let (future, key) =
        self_signed("localhost", |params| params.not_before = rcgen::date_time_ymd(2999, 1, 1));
    let port = serve(&[&future], &key).await;
    assert_eq!(broke(attempt(port, Some(&future)).await), (Broke::Tls, false));
}

#[tokio::test]
async fn a_further_authority_vouches_for_what_it_signed() {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority =
        CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let leaf = CertificateParams::new(vec!["localhost".to_owned()])
        .and_then(|params| params.signed_by(&key, &authority))
        .expect("a certificate");
    let port = serve(&[&leaf], &key).await;
    assert_eq!(attempt(port, Some(authority.as_ref())).await.expect("trusted"), 200);
    assert_eq!(broke(attempt(port, None).await), (Broke::Tls, false));
}

#[test]
fn a_file_without_a_certificate_is_refused_by_name() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, "nothing").expect("a file");
    let mut settings = send_settings("https://localhost/x/");
    settings.cacert = Some(path);
    let failure = HttpClient::new(&settings).expect_err("refused").failure();
    assert!(failure.message.en.contains("ca.pem") && failure.hint.expect("a hint").en.contains("--cacert"));
}

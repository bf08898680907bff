//! Certificates made for a test: an authority, and leaves with any name and dates.

use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::TempDir;

/// What a leaf is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leaf {
    pub(crate) name: &'static str,
    pub(crate) from: i32,
    pub(crate) until: i32,
}

impl Default for Leaf {
    /// For 127.0.0.1, valid for long.
    fn default() -> Self {
        Self { name: "127.0.0.1", from: 2020, until: 2099 }
    }
}

/// An authority of the test's own.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Autoridad de prueba");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2099, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("an authority");
        Self { issuer, folder: tempfile::tempdir().expect("a folder") }
    }

    /// The authority as a PEM file.
    pub(crate) fn pem(&self) -> PathBuf {
        let path = self.folder.path().join("ca.pem");
        std::fs::write(&path, self.issuer.pem()).expect("a file");
        path
    }

    /// A server's configuration with a leaf of this authority.
    pub(crate) fn server(&self, leaf: Leaf) -> ServerConfig {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(leaf).signed_by(&key, &self.issuer).expect("a leaf");
        config(certificate.der().clone(), &key)
    }

    /// A server that demands a client certificate of this authority.
    pub(crate) fn demanding_server(&self, leaf: Leaf) -> ServerConfig {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(leaf).signed_by(&key, &self.issuer).expect("a leaf");
        let mut roots = rustls::RootCertStore::empty();
        roots.add(self.issuer.der().clone()).expect("a root");
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let verifier =
            rustls::server::WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone())
                .build()
                .expect("a verifier");
        ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![certificate.der().clone()], private(&key))
            .expect("a configuration")
    }

    /// A client certificate of this authority and its key, as PEM files.
    pub(crate) fn client(&self) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(Leaf { name: "cliente", ..Leaf::default() }).signed_by(&key, &self.issuer);
        let (cert_path, key_path) =
            (self.folder.path().join("client.pem"), self.folder.path().join("client.key"));
        std::fs::write(&cert_path, certificate.expect("a leaf").pem()).expect("a file");
        std::fs::write(&key_path, key.serialize_pem()).expect("a file");
        (cert_path, key_path)
    }
}

/// A certificate as `openssl req -x509` makes it: its own authority, and served as the leaf. With its PEM.
pub(crate) fn self_signed(leaf: Leaf) -> (ServerConfig, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = params(leaf);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).expect("a certificate");
    (config(certificate.der().clone(), &key), certificate.pem())
}

fn params(leaf: Leaf) -> CertificateParams {
    let mut params = CertificateParams::new(vec![leaf.name.to_owned()]).expect("a name");
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, leaf.name);
    params.not_before = date_time_ymd(leaf.from, 1, 1);
    params.not_after = date_time_ymd(leaf.until, 1, 1);
    params
}

fn private(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()))
}

fn config(certificate: CertificateDer<'static>, key: &KeyPair) -> ServerConfig {
    ServerConfig::builder_with_provider(std::sync::Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], private(key))
        .expect("a configuration")
}

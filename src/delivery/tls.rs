//! TLS of the sender: ring as the only provider, the system's authorities, further ones, and pinned leaves.
//!
//! Comes in: PEM files. Goes out: a rustls configuration. The doctor imports it too, so that both see the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::lang::Said;
use crate::said;

/// Why the TLS settings can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    /// A PEM file can't be read, or holds nothing of what it should.
    #[error("{}: {detail}", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// rustls refuses the settings.
    #[error("{0}")]
    Config(String),
}

impl TlsError {
    /// What is wrong, in both languages.
    pub fn said(&self) -> Said {
        match self {
            Self::Pem { path, detail } => {
                let (path, Said { en, es }) = (path.display(), Said::of_system(detail));
                said!(en: "{path}: {en}", es: "{path}: {es}")
            }
            Self::Config(detail) => Said::of_system(detail),
        }
    }
}

/// Makes ring the provider of the process, once.
pub fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    let provider = PROVIDER.get_or_init(|| {
        let provider = rustls::crypto::ring::default_provider();
        // Someone who came first installed the same one: there is no other in this program.
        provider.clone().install_default().ok();
        Arc::new(provider)
    });
    Arc::clone(provider)
}

/// The configuration of a client that trusts the system's authorities and those in `cacert`, and shows `client_cert`
/// (certificate and key) where it is asked to.
pub fn client_config(
    cacert: Option<&Path>,
    client_cert: Option<(&Path, &Path)>,
) -> Result<ClientConfig, TlsError> {
    client_config_with(verifier(cacert)?, client_cert)
}

/// Judges a receiver's chain by the system's authorities and those in `cacert`.
pub fn verifier(cacert: Option<&Path>) -> Result<Arc<dyn ServerCertVerifier>, TlsError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let pinned = match cacert {
        Some(path) => certificates(path)?,
        None => Vec::new(),
    };
    roots.add_parsable_certificates(pinned.iter().cloned());
    if roots.is_empty() && pinned.is_empty() {
        return Err(TlsError::Config("the system has no certificate authorities".to_owned()));
    }
    let webpki = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider())
        .build()
        .map_err(|error| TlsError::Config(error.to_string()))?;
    Ok(Arc::new(Verifier { webpki, pinned }))
}

/// The configuration of a client with a verifier of the caller's own: the doctor's, which remembers what it saw.
pub fn client_config_with(
    verifier: Arc<dyn ServerCertVerifier>,
    client_cert: Option<(&Path, &Path)>,
) -> Result<ClientConfig, TlsError> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::Config(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match client_cert {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = certificates(certificate)?;
            let private = PrivateKeyDer::from_pem_file(key).map_err(|error| {
                let detail = match error {
                    pem::Error::NoItemsFound => "no PEM key in it".to_owned(),
                    other => other.to_string(),
                };
                TlsError::Pem { path: key.to_owned(), detail }
            })?;
            builder.with_client_auth_cert(chain, private).map_err(|error| match error {
                Error::InconsistentKeys(_) => TlsError::Pem {
                    path: key.to_owned(),
                    detail: "the key is not the certificate's".to_owned(),
                },
                other => TlsError::Config(other.to_string()),
            })?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let wrong = |detail: String| TlsError::Pem { path: path.to_owned(), detail };
    let text = fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(error.to_string()))?;
    if certificates.is_empty() { Err(wrong("no PEM certificate in it".to_owned())) } else { Ok(certificates) }
}

/// Checks chains as usual, but takes exactly the certificates of `--cacert` as leaves too: a self-signed one with
/// CA:TRUE, as `openssl req -x509` makes, is its own authority and would be refused as a leaf.
#[derive(Debug)]
struct Verifier {
    webpki: Arc<WebPkiServerVerifier>,
    pinned: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.pinned.iter().any(|pinned| pinned == end_entity) {
            check_dates(end_entity, now)?;
            verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
            return Ok(ServerCertVerified::assertion());
        }
        self.webpki.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.webpki.supported_verify_schemes()
    }
}

fn check_dates(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
    let (_, parsed) =
        X509Certificate::from_der(certificate).map_err(|_| Error::from(CertificateError::BadEncoding))?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let validity = parsed.validity();
    if now < validity.not_before.timestamp() {
        return Err(CertificateError::NotValidYet.into());
    }
    if now > validity.not_after.timestamp() {
        return Err(CertificateError::Expired.into());
    }
    Ok(())
}

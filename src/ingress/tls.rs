//! Certificates: one made on the spot, or the user's own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// Why there is no certificate to serve with.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A PEM file can't be read.
    #[error("{path}: {source}")]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: rustls_pki_types::pem::Error,
    },
    /// The file holds no certificate.
    #[error("{0}: no certificate in it")]
    Empty(PathBuf),
    /// Certificate and key don't belong together, or can't be used.
    #[error(transparent)]
    Config(#[from] rustls::Error),
    /// The certificate could not be made.
    #[error(transparent)]
    Make(#[from] rcgen::Error),
}

/// A certificate made on the spot, and what serves with it.
#[derive(Debug, Clone)]
pub struct SelfSigned {
    /// Serves with it.
    pub config: Arc<ServerConfig>,
    /// The certificate, for clients that are to trust it.
    pub pem: String,
}

/// Makes a certificate for `names` (host names and addresses), valid from yesterday for 30 days.
pub fn self_signed(names: &[String]) -> Result<SelfSigned, TlsError> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(names.to_vec())?;
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "crm-bridge serve-mock");
    params.distinguished_name = name;
    let now = std::time::SystemTime::now();
    let day = std::time::Duration::from_secs(24 * 3600);
    params.not_before = (now - day).into();
    params.not_after = (now + 30 * day).into();
    let certificate = params.self_signed(&key)?;
    let config =
        server_config(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))?;
    Ok(SelfSigned { config, pem: certificate.pem() })
}

/// Reads a certificate chain and its key, both PEM.
pub fn from_files(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let pem = |path: &Path| {
        let path = path.to_owned();
        move |source| TlsError::Pem { path, source }
    };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(pem(certificate))?;
    if chain.is_empty() {
        return Err(TlsError::Empty(certificate.to_owned()));
    }
    server_config(chain, PrivateKeyDer::from_pem_file(key).map_err(pem(key))?)
}

fn server_config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<Arc<ServerConfig>, TlsError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

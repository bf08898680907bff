//! What a server's certificate says of itself: names, issuer, dates. Pure.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::pki_types::CertificateDer;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

/// The leaf of a chain, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chain {
    /// DNS names and addresses that it is for.
    pub(super) names: Vec<String>,
    /// Who vouches for it.
    pub(super) issuer: String,
    /// It vouches for itself.
    pub(super) self_signed: bool,
    /// How many certificates the server sent.
    pub(super) length: usize,
    not_before: i64,
    not_after: i64,
}

impl Chain {
    /// Reads the leaf; none where there is none, or it is no certificate.
    pub(super) fn read(chain: &[CertificateDer<'_>]) -> Option<Self> {
        let (_, leaf) = X509Certificate::from_der(chain.first()?).ok()?;
        let mut names: Vec<String> = leaf
            .subject_alternative_name()
            .ok()
            .flatten()
            .map(|names| names.value.general_names.iter().filter_map(general_name).collect())
            .unwrap_or_default();
        if names.is_empty() {
            names.push(short_name(leaf.subject()));
        }
        Some(Self {
            names,
            issuer: short_name(leaf.issuer()),
            self_signed: leaf.subject() == leaf.issuer(),
            length: chain.len(),
            not_before: leaf.validity().not_before.timestamp(),
            not_after: leaf.validity().not_after.timestamp(),
        })
    }

    /// The first day.
    pub(super) fn from(&self) -> String {
        day(self.not_before)
    }

    /// The last day.
    pub(super) fn until(&self) -> String {
        day(self.not_after)
    }

    /// How long it is still valid at `now`; none where it is not.
    pub(super) fn left(&self, now: SystemTime) -> Option<Duration> {
        let end = UNIX_EPOCH + Duration::from_secs(u64::try_from(self.not_after).ok()?);
        end.duration_since(now).ok()
    }
}

fn day(timestamp: i64) -> String {
    chrono::DateTime::from_timestamp(timestamp, 0)
        .map_or_else(String::new, |time| time.format("%Y-%m-%d").to_string())
}

fn general_name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(escaped(name)),
        GeneralName::IPAddress([a, b, c, d]) => Some(std::net::Ipv4Addr::new(*a, *b, *c, *d).to_string()),
        GeneralName::IPAddress(bytes) => {
            <[u8; 16]>::try_from(*bytes).ok().map(|bytes| std::net::Ipv6Addr::from(bytes).to_string())
        }
        _ => None,
    }
}

/// The common name, else the organisation, else the whole name.
fn short_name(name: &X509Name<'_>) -> String {
    let common = name.iter_common_name().chain(name.iter_organization()).find_map(|part| part.as_str().ok());
    escaped(&common.map_or_else(|| name.to_string(), str::to_owned))
}

/// Certificates come from strangers: no control characters on the terminal.
fn escaped(text: &str) -> String {
    text.chars()
        .flat_map(|sign| if sign.is_control() { sign.escape_default().collect() } else { vec![sign] })
        .collect()
}

//! Where an address leads: to this machine, or beyond it.

use std::net::IpAddr;

use reqwest::Url;

/// Stands for the receiver where none is configured and nothing is sent. No host may have this name (RFC 2606).
pub(super) const NOWHERE: &str = "http://no-url.invalid/api/webhook-presencia-crm/";

/// Whether no receiver was configured.
pub fn is_nowhere(url: &Url) -> bool {
    url.as_str() == NOWHERE
}

/// Whether `url` names this machine.
///
/// ```
/// use crm_bridge::config::is_loopback;
/// assert!(is_loopback(&"http://127.0.0.1:8001/".parse()?));
/// assert!(is_loopback(&"http://localhost/".parse()?));
/// assert!(!is_loopback(&"http://localhost.example.pe/".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let host = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    host.parse::<IpAddr>().map_or_else(
        |_| host == "localhost" || host.ends_with(".localhost"),
        |address| address.to_canonical().is_loopback(),
    )
}

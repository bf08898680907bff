//! The way to the receiver in the settings: whether it is this machine, and which proxy stands before it.

use std::net::IpAddr;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use super::environment::Env;

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

/// The address of a proxy; `http://` is understood.
pub(super) fn proxy_url(text: &str) -> Option<Url> {
    let text = text.trim();
    if text.starts_with('/') {
        return None;
    }
    let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The variable that names the proxy for `url`, by the rules of curl: lower case first, `NO_PROXY` excepts.
pub(super) fn proxy_variable(url: &Url, env: &dyn Env) -> Option<(&'static str, String)> {
    let names: &[&'static str] = if url.scheme() == "https" {
        &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    } else {
        &["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
    };
    let (name, text) = names.iter().find_map(|name| env.var(name).map(|text| (*name, text)))?;
    let no_proxy = env.var("no_proxy").or_else(|| env.var("NO_PROXY")).unwrap_or_default();
    // The same matcher as reqwest's; asked only whether NO_PROXY excepts the host.
    let matcher = Matcher::builder().all("http://proxy.invalid").no(no_proxy).build();
    let uri: http::Uri = url.as_str().parse().ok()?;
    matcher.intercept(&uri).map(|_| (name, text))
}

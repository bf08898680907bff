//! A target: the receiver that receipts belong to.

use std::fmt;

use reqwest::Url;

/// Scheme, host, port and path of a receiver; another URL is another target. Never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target(String);

impl Target {
    /// The target that `url` names: without user, password, query and fragment.
    ///
    /// ```
    /// use crm_bridge::journal::Target;
    /// let url = "https://ana:secret@Crm.Example:443/api/webhook/?x=1".parse().unwrap();
    /// assert_eq!(Target::of(&url).as_str(), "https://crm.example:443/api/webhook/");
    /// ```
    pub fn of(url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().map(|port| format!(":{port}")).unwrap_or_default();
        Self(format!("{}://{host}{port}{}", url.scheme(), url.path()))
    }

    /// The target as it is stored and shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn stored(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

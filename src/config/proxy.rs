//! The proxy before an address.
//!
//! Comes in: the setting `proxy`, and the variables that curl knows. Goes out: [`Proxies`], which is asked for each address
//! anew, since a command may talk to more than its receiver: to the CRM, to an embedded receiver, to the target of an
//! earlier run. What is on this machine is reached without a proxy, unless a flag says otherwise: a proxy that is set for
//! everything would carry token and people off the machine.

use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use super::environment::Env;
use super::layers::Origin;
use super::network::is_loopback;
use super::resolve::malformed;
use crate::error::{Failure, Kind};
use crate::said;

/// A variable that names a proxy, and its text.
type Variable = (&'static str, String);

/// Which proxy stands before which address.
#[derive(Clone, Default)]
pub(super) struct Proxies {
    /// What the settings say; it wins over the variables.
    set: Option<Setting>,
    /// For http:// and for https://.
    variables: (Option<Variable>, Option<Variable>),
    excepted: String,
}

#[derive(Clone)]
enum Setting {
    /// No proxy, whatever the variables say.
    Off,
    Proxy {
        url: Url,
        by_flag: bool,
    },
}

/// Proxies may hold a password.
impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxies").finish_non_exhaustive()
    }
}

impl Proxies {
    /// Reads both places. `set` is the setting with its origin. Fails where that is no address of a proxy; a malformed
    /// variable matters only for the addresses that it is for.
    pub(super) fn read(set: Option<(&str, &Origin)>, env: &dyn Env) -> Result<Self, Failure> {
        let set = match set {
            None => None,
            Some((text, _)) if text.trim() == "none" => Some(Setting::Off),
            Some((text, origin)) => {
                let url = proxy_url(text).ok_or_else(|| {
                    malformed(
                        "proxy",
                        origin,
                        said!(
                            en: "`proxy` is no address such as http://proxy:3128",
                            es: "`proxy` no es una dirección como http://proxy:3128",
                        ),
                    )
                })?;
                Some(Setting::Proxy { url, by_flag: matches!(origin, Origin::Flag(_)) })
            }
        };
        // By the rules of curl: lower case first.
        let first =
            |names: [&'static str; 4]| names.into_iter().find_map(|name| Some((name, env.var(name)?)));
        Ok(Self {
            set,
            variables: (
                first(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]),
                first(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            ),
            excepted: env.var("no_proxy").or_else(|| env.var("NO_PROXY")).unwrap_or_default(),
        })
    }

    /// No proxy at all.
    pub(super) fn off() -> Self {
        Self { set: Some(Setting::Off), ..Self::default() }
    }

    /// The proxy before `url`. Fails where a variable that is for it names none.
    pub(super) fn before(&self, url: &Url) -> Result<Option<Url>, Failure> {
        match &self.set {
            Some(Setting::Off) => return Ok(None),
            Some(Setting::Proxy { url: proxy, by_flag }) => {
                return Ok((*by_flag || !is_loopback(url)).then(|| proxy.clone()));
            }
            None => {}
        }
        let Some((name, text)) = self.variable(url) else { return Ok(None) };
        proxy_url(text).map(Some).ok_or_else(|| {
            Failure::new(
                Kind::Usage,
                said!(
                    en: "environment {name}: it is no address such as http://proxy:3128; a proxy of another kind (socks5://) can't be used",
                    es: "entorno {name}: no es una dirección como http://proxy:3128; no se puede usar un proxy de otro tipo (socks5://)",
                ),
            )
            .hint(said!(
                en: "correct {name}, or go round it with --proxy none",
                es: "corrija {name}, o evítelo con --proxy none",
            ))
        })
    }

    /// Where the proxy before `url` is from, where that is a variable.
    pub(super) fn origin(&self, url: &Url) -> Option<Origin> {
        let variable = self.variable(url).filter(|_| self.set.is_none());
        variable.map(|(name, _)| Origin::Variable(name))
    }

    fn variable(&self, url: &Url) -> Option<&Variable> {
        if is_loopback(url) {
            return None;
        }
        let variable =
            if url.scheme() == "https" { self.variables.1.as_ref() } else { self.variables.0.as_ref() };
        // The same matcher as reqwest's; asked only whether NO_PROXY excepts the host.
        let matcher = Matcher::builder().all("http://proxy.invalid").no(self.excepted.as_str()).build();
        let uri: http::Uri = url.as_str().parse().ok()?;
        matcher.intercept(&uri).and(variable)
    }
}

/// The address of a proxy; `http://` is understood.
fn proxy_url(text: &str) -> Option<Url> {
    let text = text.trim();
    if text.starts_with('/') {
        return None;
    }
    let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

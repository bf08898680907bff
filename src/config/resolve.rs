//! Typed settings: what is missing, what is malformed, what is unsafe.
//!
//! Comes in: [`Layers`]. Goes out: [`Found`], where the URL and the token may still be missing (a dry run needs
//! neither), and [`Resolved`], where nothing is. Every failure names the flag, the variable and the key.

use std::path::{Path, PathBuf};

use reqwest::Url;

use super::catalogue::Setting;
use super::environment::Env;
use super::layers::{FILE_NAME, Layers, Origin, Origins, TOKEN_KEYS};
use super::network::{NOWHERE, is_loopback};
use super::proxy::Proxies;
use super::send::SendSettings;
use super::token::Token;
use super::{secret_file, value};
use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::said;

/// Settings, complete.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// What the sender must know.
    pub settings: SendSettings,
    /// Where each value came from.
    pub origins: Origins,
    /// What works, but should be changed.
    pub warnings: Vec<Said>,
}

/// Settings in which the receiver may still be missing.
#[derive(Debug, Clone)]
pub struct Found {
    /// The receiver.
    pub url: Option<Url>,
    /// The shared secret.
    pub token: Option<Token>,
    /// The secret that `relay` and `serve-mock` expect.
    pub crm_webhook_token: Option<Token>,
    /// The Bearer of the CRM's own test endpoint.
    pub crm_api_token: Option<Token>,
    /// The profile in use.
    pub profile: Option<String>,
    /// Where each value came from.
    pub origins: Origins,
    /// What works, but should be changed.
    pub warnings: Vec<Said>,
    rest: SendSettings,
    proxies: Proxies,
}

impl Found {
    /// Types every setting. Fails where one is malformed, or a file that it names can't be read.
    pub fn resolve(mut layers: Layers, force: bool, env: &dyn Env) -> Result<Self, Failure> {
        let mut warnings = std::mem::take(&mut layers.warnings);
        let reader = Reader { layers: &layers };
        let url = reader.url("url")?;
        let token = reader.token(&mut warnings)?;
        let (token, from_keyring) = token_or_keyring(token, url.as_ref(), &mut warnings);
        let crm_webhook_token = reader.secret("crm_webhook_token")?;
        let crm_api_token = reader.secret("crm_api_token")?;
        let proxies = Proxies::read(reader.layers.text("proxy"), env)?;
        let mut rest = reader.rest(force)?;
        rest.proxy = url.as_ref().and_then(|url| proxies.before(url).ok().flatten());
        let mut origins = Origins::default();
        for shown in layers.shown().into_iter().filter(|shown| shown.used) {
            origins.set(shown.key, shown.origin);
        }
        if let Some(origin) = url.as_ref().and_then(|url| proxies.origin(url)) {
            origins.set("proxy", origin);
        }
        if from_keyring {
            origins.set("token", Origin::Keyring);
        }
        let profile = layers.profile;
        Ok(Self { url, token, crm_webhook_token, crm_api_token, profile, origins, warnings, rest, proxies })
    }

    /// Everything but the receiver, for commands that bring their own (`--mock`) or need none.
    ///
    /// `url` is not asked whether it is safe: an embedded receiver is on loopback. The proxy is the one before `url`.
    pub fn with_receiver(self, url: Url, token: Token) -> Resolved {
        let proxy = self.proxies.before(&url).ok().flatten();
        let settings = SendSettings { url, token, proxy, ..self.rest };
        Resolved { settings, origins: self.origins, warnings: self.warnings }
    }

    /// Demands the URL and the token, and HTTPS beyond this machine.
    pub fn demand(self) -> Result<Resolved, Failure> {
        match (self.url.clone(), self.token.clone()) {
            (Some(url), Some(token)) => {
                self.refuse_clear_text(&url)?;
                Ok(self.with_receiver(url, token))
            }
            (url, token) => Err(missing(url.is_none(), token.is_none())),
        }
    }

    /// The receiver as far as it is configured, for what is printed and not sent: nowhere, where no URL is; the token is
    /// `unset` where there is none.
    pub fn or_nowhere(self) -> Result<Resolved, Failure> {
        let url = match &self.url {
            Some(url) => url.clone(),
            None => Url::parse(NOWHERE).map_err(|_| missing(true, false))?,
        };
        let token = self.token.clone().unwrap_or_else(|| Token::new("unset"));
        Ok(self.with_receiver(url, token))
    }

    /// Refuses plain HTTP beyond this machine, and a proxy beyond it before what is on it, unless `allow_http` is set.
    pub fn refuse_clear_text(&self, url: &Url) -> Result<(), Failure> {
        let proxy = self.proxies.before(url)?;
        let host = url.host_str().unwrap_or_default();
        if self.rest.allow_http {
            return Ok(());
        }
        if is_loopback(url) {
            let Some(proxy) = proxy.filter(|proxy| !is_loopback(proxy)) else { return Ok(()) };
            let proxy = proxy.host_str().unwrap_or_default();
            return Err(Failure::new(
                Kind::Usage,
                said!(
                    en: "{host} is this machine, but --proxy would carry the token and the data to {proxy}",
                    es: "{host} es esta máquina, pero --proxy llevaría el token y los datos a {proxy}",
                ),
            )
            .hint(said!(
                en: "leave --proxy out: nothing on this machine needs one; --allow-http sends it all the same",
                es: "quite --proxy: nada en esta máquina lo necesita; --allow-http lo envía de todos modos",
            )));
        }
        if url.scheme() == "https" {
            return Ok(());
        }
        Err(Failure::new(
            Kind::Usage,
            said!(
                en: "{host} would be sent the token in clear text over http",
                es: "se enviaría el token sin cifrar a {host}, por http",
            ),
        )
        .hint(said!(
            en: "use https:// in COMERCIAL_WEBHOOK_URL or --url; --allow-http sends it all the same",
            es: "use https:// en COMERCIAL_WEBHOOK_URL o --url; --allow-http lo envía de todos modos",
        )))
    }

    /// The JetStream server, where one is set.
    pub fn queue(&self) -> Option<&Url> {
        self.rest.queue.as_ref()
    }

    /// The same, without a queue: for what is delivered here whatever the settings say.
    #[must_use]
    pub fn without_queue(mut self) -> Self {
        self.rest.queue = None;
        self
    }

    /// The same, without a proxy: for what is on this machine, where a flag names one for another address.
    #[must_use]
    pub fn without_proxy(mut self) -> Self {
        self.proxies = Proxies::off();
        self.rest.proxy = None;
        self
    }

    /// The proxy that requests to the receiver go through.
    pub fn proxy(&self) -> Option<&Url> {
        self.rest.proxy.as_ref()
    }
}

/// Asks the keyring where nothing else has a token; whether the token is from there.
#[cfg(feature = "keyring")]
fn token_or_keyring(
    token: Option<Token>,
    url: Option<&Url>,
    warnings: &mut Vec<Said>,
) -> (Option<Token>, bool) {
    let (None, Some(url)) = (&token, url) else { return (token, false) };
    match super::keyring::lookup(url) {
        Ok(kept) => {
            let found = kept.is_some();
            (kept, found)
        }
        Err(error) => {
            warnings.push(said!(en: "the keyring does not answer: {error}", es: "el llavero del sistema no responde: {error}"));
            (None, false)
        }
    }
}

#[cfg(not(feature = "keyring"))]
fn token_or_keyring(token: Option<Token>, _: Option<&Url>, _: &mut [Said]) -> (Option<Token>, bool) {
    (token, false)
}

fn missing(url: bool, token: bool) -> Failure {
    let (what, hint) = match (url, token) {
        (true, true) => (
            said!(en: "no webhook URL and no token are set", es: "no están definidos ni la URL del webhook ni el token"),
            said!(
                en: "set COMERCIAL_WEBHOOK_URL and COMERCIAL_WEBHOOK_TOKEN, pass --url and --token-file, or write `url` and `token` in {FILE_NAME} (`crm-bridge init` makes one)",
                es: "defina COMERCIAL_WEBHOOK_URL y COMERCIAL_WEBHOOK_TOKEN, use --url y --token-file, o escriba `url` y `token` en {FILE_NAME} (`crm-bridge init` crea uno)",
            ),
        ),
        (true, false) => (
            said!(en: "no webhook URL is set", es: "no está definida la URL del webhook"),
            said!(
                en: "set COMERCIAL_WEBHOOK_URL, pass --url, or write `url` in {FILE_NAME} (`crm-bridge init` makes one)",
                es: "defina COMERCIAL_WEBHOOK_URL, use --url, o escriba `url` en {FILE_NAME} (`crm-bridge init` crea uno)",
            ),
        ),
        (false, _) => (
            said!(en: "no token is set", es: "no está definido el token"),
            said!(
                en: "set COMERCIAL_WEBHOOK_TOKEN to the CRM_WEBHOOK_TOKEN of the App Comercial, pass --token-file, or write `token` in {FILE_NAME}",
                es: "defina COMERCIAL_WEBHOOK_TOKEN con el CRM_WEBHOOK_TOKEN de la App Comercial, use --token-file, o escriba `token` en {FILE_NAME}",
            ),
        ),
    };
    Failure::new(Kind::Usage, what).hint(hint)
}

/// How to set the setting `key`, for hints.
fn how(key: &str) -> Said {
    let Some(setting) = Setting::of(key) else { return Said::default() };
    let variable = setting.variable;
    match setting.flag {
        Some(flag) => said!(
            en: "correct {flag}, {variable} or `{key}` in {FILE_NAME}",
            es: "corrija {flag}, {variable} o `{key}` en {FILE_NAME}",
        ),
        None => said!(
            en: "correct {variable} or `{key}` in {FILE_NAME}",
            es: "corrija {variable} o `{key}` en {FILE_NAME}",
        ),
    }
}

pub(super) fn malformed(key: &str, origin: &Origin, what: Said) -> Failure {
    let origin = origin.said();
    let (en, es) = (format!("{}: {}", origin.en, what.en), format!("{}: {}", origin.es, what.es));
    Failure::new(Kind::Usage, Said { en, es }).hint(how(key))
}

struct Reader<'l> {
    layers: &'l Layers,
}

impl Reader<'_> {
    fn read<T>(&self, key: &str, read: impl Fn(&str) -> Result<T, Said>) -> Result<Option<T>, Failure> {
        let Some((text, origin)) = self.layers.text(key) else { return Ok(None) };
        read(text).map(Some).map_err(|wanted| {
            let (en, es) = (wanted.en, wanted.es);
            malformed(key, origin, said!(en: "`{key}` is {text:?}; it should be {en}", es: "`{key}` es {text:?}; debería ser {es}"))
        })
    }

    fn url(&self, key: &str) -> Result<Option<Url>, Failure> {
        let Some((text, origin)) = self.layers.text(key) else { return Ok(None) };
        let text = text.trim();
        let fail = |what| malformed(key, origin, what);
        let url = Url::parse(text).map_err(|_| {
            fail(said!(
                en: "`{key}` is no URL; it begins with https:// and ends with the path of the webhook",
                es: "`{key}` no es una URL; empieza con https:// y termina con la ruta del webhook",
            ))
        })?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            let scheme = url.scheme();
            return Err(fail(said!(
                en: "`{key}` begins with {scheme}: instead of https:// or http://",
                es: "`{key}` empieza con {scheme}: en vez de https:// o http://",
            )));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(fail(said!(
                en: "`{key}` holds a user name or a password; addresses are shown and stored, secrets must not be",
                es: "`{key}` contiene un usuario o una contraseña; las direcciones se muestran y se guardan, los secretos no deben",
            )));
        }
        Ok(Some(url))
    }

    fn queue(&self) -> Result<Option<Url>, Failure> {
        let url = self.read("queue", |text| {
            Url::parse(text.trim())
                .ok()
                .filter(|url| matches!(url.scheme(), "nats" | "tls") && url.has_host())
                .ok_or_else(|| Said::same("nats://host:4222"))
        });
        // The text may hold a password, which a message must not repeat.
        url.map_err(|_| {
            let origin = self.layers.text("queue").map_or(Origin::Default, |(_, origin)| origin.clone());
            malformed(
                "queue",
                &origin,
                said!(
                    en: "`queue` is no address such as nats://host:4222 or tls://host:4222, of one server",
                    es: "`queue` no es una dirección como nats://servidor:4222 o tls://servidor:4222, de un servidor",
                ),
            )
        })
    }

    fn path(&self, key: &str) -> Option<PathBuf> {
        self.layers.text(key).map(|(text, _)| PathBuf::from(text))
    }

    fn file(&self, key: &str) -> Result<Option<PathBuf>, Failure> {
        let Some((text, origin)) = self.layers.text(key) else { return Ok(None) };
        if Path::new(text).is_file() {
            return Ok(Some(PathBuf::from(text)));
        }
        Err(malformed(
            key,
            origin,
            said!(
                en: "`{key}` names {text}, which is no file",
                es: "`{key}` nombra {text}, que no es un archivo",
            ),
        ))
    }

    fn secret(&self, key: &str) -> Result<Option<Token>, Failure> {
        let Some((secrets, origin)) = self.layers.secrets(key) else { return Ok(None) };
        let Some(token) = secrets.first() else { return Ok(None) };
        usable(key, token, origin)?;
        Ok(Some(token.clone()))
    }

    fn token(&self, warnings: &mut Vec<Said>) -> Result<Option<Token>, Failure> {
        if self.layers.strongest(&TOKEN_KEYS) == Some("token_file")
            && let Some((path, origin)) = self.layers.text("token_file")
        {
            let token = secret_file::read(Path::new(path), warnings)?;
            usable("token_file", &token, origin)?;
            return Ok(Some(token));
        }
        self.secret("token")
    }

    fn client_cert(&self) -> Result<Option<(PathBuf, PathBuf)>, Failure> {
        match (self.file("client_cert")?, self.file("client_key")?) {
            (Some(cert), Some(key)) => Ok(Some((cert, key))),
            (None, None) => Ok(None),
            _ => Err(Failure::new(
                Kind::Usage,
                said!(
                    en: "a client certificate needs its key, and a key its certificate",
                    es: "un certificado de cliente necesita su clave, y una clave su certificado",
                ),
            )
            .hint(said!(
                en: "pass both --client-cert and --client-key",
                es: "use --client-cert y --client-key juntos",
            ))),
        }
    }

    fn rest(&self, force: bool) -> Result<SendSettings, Failure> {
        let signing = self.layers.secrets("signing_secret");
        if let Some((secrets, origin)) = signing {
            for secret in secrets {
                usable("signing_secret", secret, origin)?;
                if !secret.expose().starts_with("whsec_") {
                    return Err(malformed(
                        "signing_secret",
                        origin,
                        said!(
                            en: "`signing_secret` does not begin with whsec_",
                            es: "`signing_secret` no empieza con whsec_",
                        ),
                    ));
                }
            }
        }
        // The receiver is put in by `with_receiver`; until then nobody can see this one.
        let nowhere = Url::parse("http://localhost/").map_err(|error| {
            Failure::new(Kind::Internal, said!(en: "no URL: {error}", es: "sin URL: {error}"))
        })?;
        let defaults = SendSettings::new(nowhere, Token::new(""));
        Ok(SendSettings {
            timeout: self.read("timeout", value::positive_duration)?.unwrap_or(defaults.timeout),
            connect_timeout: self
                .read("connect_timeout", value::positive_duration)?
                .unwrap_or(defaults.connect_timeout),
            retries: self.read("retries", value::retries)?.unwrap_or(defaults.retries),
            max_wait: self.read("max_wait", value::duration)?.unwrap_or(defaults.max_wait),
            rate: self.read("rate", value::rate)?,
            jobs: self.read("jobs", value::jobs)?.unwrap_or(defaults.jobs),
            order: self.read("order", value::order)?.unwrap_or(defaults.order),
            lookup: self.read("lookup", value::lookup)?.unwrap_or(defaults.lookup),
            id_terminator: self
                .layers
                .text("id_terminator")
                .map(|(text, _)| text.to_owned())
                .unwrap_or_default(),
            max_failures: self.read("max_failures", value::max_failures)?,
            cacert: self.file("cacert")?,
            client_cert: self.client_cert()?,
            signing_secrets: signing.map(|(secrets, _)| secrets.to_vec()).unwrap_or_default(),
            force,
            datetime: self.read("datetime", value::datetime)?.unwrap_or_default(),
            documento: self.read("documento", value::documento)?.unwrap_or_default(),
            journal: self.path("journal"),
            queue: self.queue()?,
            verify_url: self.url("verify_url")?,
            allow_http: self.read("allow_http", value::switch)?.unwrap_or(false),
            ..defaults
        })
    }
}

/// A secret must fit into a header: otherwise every request would fail, later and less clearly.
fn usable(key: &str, token: &Token, origin: &Origin) -> Result<(), Failure> {
    if token.expose().is_empty() {
        return Err(malformed(key, origin, said!(en: "`{key}` is empty", es: "`{key}` está vacío")));
    }
    if !token.fits_a_header() {
        return Err(malformed(
            key,
            origin,
            said!(
                en: "`{key}` holds line breaks, accents or other signs that a header can't carry",
                es: "`{key}` contiene saltos de línea, tildes u otros signos que una cabecera no puede llevar",
            ),
        ));
    }
    Ok(())
}

//! `crm-bridge.toml`: text becomes layers, with line numbers in every error.
//!
//! ```toml
//! url = "https://comercial.example.pe/api/webhook-presencia-crm/"
//! profile = "dev"            # used where --profile is not given
//!
//! [profiles.dev]
//! url = "http://127.0.0.1:8001/api/webhook-presencia-crm/"
//! ```
//!
//! Unknown keys are errors that name the nearest known one: a misspelt `retries` must not be a silent default.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use secrecy::zeroize::Zeroizing;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::catalogue::{Kind, SETTINGS, Setting, nearest};
use super::layers::{Layer, Origin, Value, beside};
use super::token::Token;
use crate::error::{self, Failure};
use crate::lang::Said;
use crate::said;

/// One config file, read.
#[derive(Debug)]
pub(super) struct ConfigFile {
    /// Where it is.
    pub(super) path: PathBuf,
    /// The profile that it names for itself.
    pub(super) profile: Option<String>,
    /// Keys outside the profiles.
    pub(super) plain: Layer,
    /// Keys by profile.
    pub(super) profiles: BTreeMap<String, Layer>,
}

impl ConfigFile {
    /// Reads the file at `path`. Fails where it can't be read, is no TOML, or has a key that is not known.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let shown = path.display();
            Failure::new(
                error::Kind::Usage,
                said!(en: "{shown} can't be read", es: "no se puede leer {shown}").because(&error),
            )
            .hint(said!(
                en: "--config names the file; `crm-bridge init` writes one",
                es: "--config nombra el archivo; `crm-bridge init` escribe uno",
            ))
        })?;
        // It may hold the token.
        let text = Zeroizing::new(text);
        Self::parse(path, &text)
    }

    /// Reads `text`, which stands in `path`.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, Failure> {
        let place = Place { path, text };
        // The message alone: the error as a whole quotes the line, which may be the one with the token.
        let table = DeTable::parse(text).map_err(|error| {
            place.fail(error.span().map_or(0, |span| span.start), Said::of_parser(error.message()))
        })?;
        let mut file =
            Self { path: path.to_owned(), profile: None, plain: Layer::default(), profiles: BTreeMap::new() };
        for (key, value) in table.get_ref() {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("profile", DeValue::String(name)) => file.profile = Some(name.to_string()),
                ("profile", _) => return Err(place.fail(value.span().start, wanted("profile", Kind::Text))),
                ("profiles", DeValue::Table(profiles)) => {
                    for (name, keys) in profiles {
                        let DeValue::Table(keys) = keys.get_ref() else {
                            return Err(place.fail(
                                name.span().start,
                                said!(
                                    en: "`profiles` holds tables such as [profiles.dev]",
                                    es: "`profiles` contiene tablas como [profiles.dev]",
                                ),
                            ));
                        };
                        let name = name.get_ref().to_string();
                        let layer = place.layer(keys.iter(), Some(&name))?;
                        file.profiles.insert(name, layer);
                    }
                }
                ("profiles", _) => {
                    return Err(place.fail(
                        key.span().start,
                        said!(
                            en: "`profiles` holds tables such as [profiles.dev]",
                            es: "`profiles` contiene tablas como [profiles.dev]",
                        ),
                    ));
                }
                _ => {}
            }
        }
        let plain = table
            .get_ref()
            .iter()
            .filter(|(key, _)| !matches!(key.get_ref().as_ref(), "profile" | "profiles"));
        file.plain = place.layer(plain, None)?;
        Ok(file)
    }

    /// Whether it holds a secret.
    pub(super) fn has_secret(&self) -> bool {
        self.plain.has_secret() || self.profiles.values().any(Layer::has_secret)
    }
}

type Entry<'t, 'i> = (&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>);

struct Place<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Place<'_> {
    fn layer<'t, 'i: 't>(
        &self,
        entries: impl Iterator<Item = Entry<'t, 'i>>,
        profile: Option<&str>,
    ) -> Result<Layer, Failure> {
        let mut layer = Layer::default();
        let mut token: Option<&str> = None;
        for (key, value) in entries {
            let start = key.span().start;
            let Some(setting) = Setting::of(key.get_ref()) else {
                return Err(self.unknown(start, key.get_ref(), profile));
            };
            if setting.key == "token" || setting.key == "token_file" {
                if token.is_some() {
                    return Err(self.fail(
                        start,
                        said!(
                            en: "`token` and `token_file` are both set; keep one",
                            es: "`token` y `token_file` están ambos definidos; deje uno",
                        ),
                    ));
                }
                token = Some(setting.key);
            }
            let value = self
                .value(setting, value.get_ref())
                .ok_or_else(|| self.fail(value.span().start, wanted(setting.key, setting.kind)))?;
            let origin = Origin::File {
                path: self.path.to_owned(),
                line: self.line(start),
                profile: profile.map(str::to_owned),
            };
            layer.set(setting, value, origin);
        }
        Ok(layer)
    }

    fn value(&self, setting: &Setting, value: &DeValue<'_>) -> Option<Value> {
        let text = match (setting.kind, value) {
            (Kind::Secret | Kind::Secrets, DeValue::String(text)) => {
                return Some(Value::Secrets(vec![Token::new(text)]));
            }
            (Kind::Secrets, DeValue::Array(items)) => {
                let secrets: Option<Vec<Token>> = items
                    .iter()
                    .map(|item| match item.get_ref() {
                        DeValue::String(text) => Some(Token::new(text)),
                        _ => None,
                    })
                    .collect();
                return secrets.filter(|secrets| !secrets.is_empty()).map(Value::Secrets);
            }
            (Kind::Path, DeValue::String(path)) => beside(self.path, path),
            (Kind::Text | Kind::Number, DeValue::String(text)) => text.to_string(),
            (Kind::Number, DeValue::Integer(number)) => number.to_string(),
            (Kind::Number, DeValue::Float(number)) => number.to_string(),
            (Kind::Switch, DeValue::Boolean(on)) => on.to_string(),
            _ => return None,
        };
        Some(Value::Text(text))
    }

    fn unknown(&self, start: usize, key: &str, profile: Option<&str>) -> Failure {
        let known = SETTINGS.iter().map(|setting| setting.key);
        let outside = ["profile", "profiles"].into_iter().filter(|_| profile.is_none());
        let hint = match nearest(key, known.chain(outside)) {
            Some(near) => said!(
                en: "did you mean `{near}`? `crm-bridge init --print` shows every key",
                es: "¿quiso decir `{near}`? `crm-bridge init --print` muestra todas las claves",
            ),
            None => said!(
                en: "`crm-bridge init --print` shows every key",
                es: "`crm-bridge init --print` muestra todas las claves",
            ),
        };
        let failure = self.fail(start, said!(en: "unknown key `{key}`", es: "clave desconocida `{key}`"));
        Failure { hint: Some(hint), ..failure }
    }

    fn line(&self, offset: usize) -> usize {
        self.text.get(..offset).map_or(1, |before| before.split('\n').count())
    }

    fn fail(&self, offset: usize, what: Said) -> Failure {
        let (path, line) = (self.path.display(), self.line(offset));
        let (en, es) = (what.en, what.es);
        Failure::new(error::Kind::Usage, said!(en: "{path}:{line}: {en}", es: "{path}:{line}: {es}")).hint(
            said!(
                en: "correct the file, or name another one with --config",
                es: "corrija el archivo, o nombre otro con --config",
            ),
        )
    }
}

fn wanted(key: &str, kind: Kind) -> Said {
    match kind {
        Kind::Text | Kind::Path | Kind::Secret => {
            said!(en: "`{key}` is a text in quotes", es: "`{key}` es un texto entre comillas")
        }
        Kind::Number => said!(
            en: "`{key}` is a number, or a text in quotes",
            es: "`{key}` es un número, o un texto entre comillas",
        ),
        Kind::Switch => said!(en: "`{key}` is true or false", es: "`{key}` es true o false"),
        Kind::Secrets => said!(
            en: "`{key}` is a text in quotes, or a list of them",
            es: "`{key}` es un texto entre comillas, o una lista de ellos",
        ),
    }
}

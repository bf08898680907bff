//! What settings are read from the process: variables, the current folder, the user's config folder; and `.env`.
//!
//! Injected as [`Env`], so that tests run side by side without changing the process; `.env` is read without changing
//! it either.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use secrecy::zeroize::Zeroizing;

use super::catalogue::{Kind, SETTINGS};
use super::layers::{Layer, Origin, Value, beside};
use super::secret_file;
use crate::lang::Said;
use crate::said;

/// The surroundings that settings are read from.
pub trait Env {
    /// A variable; none where it is unset or empty.
    fn var(&self, name: &str) -> Option<String>;
    /// Whether a variable is set to what is no text.
    fn is_garbled(&self, _name: &str) -> bool {
        false
    }
    /// The folder in which the search for `.env` and `crm-bridge.toml` begins.
    fn current_dir(&self) -> PathBuf;
    /// The folder of the user's settings, such as `~/.config`.
    fn config_dir(&self) -> Option<PathBuf>;
}

/// The real process.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessEnv;

impl Env for ProcessEnv {
    fn var(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    fn is_garbled(&self, name: &str) -> bool {
        std::env::var_os(name).is_some_and(|value| value.to_str().is_none())
    }

    fn current_dir(&self) -> PathBuf {
        std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))
    }

    fn config_dir(&self) -> Option<PathBuf> {
        etcetera::choose_base_strategy().ok().map(|strategy| strategy.config_dir())
    }
}

/// The layer of the process's variables.
pub(super) fn variables(env: &dyn Env, warnings: &mut Vec<Said>) -> Layer {
    let mut layer = Layer::default();
    for setting in SETTINGS {
        let name = setting.variable;
        if let Some(text) = env.var(name) {
            layer.set(setting, Value::of(setting, &text), Origin::Variable(name));
        } else if env.is_garbled(name) {
            warnings.push(said!(
                en: "{name} is not UTF-8 text, and counts as not set",
                es: "{name} no es texto UTF-8, y cuenta como no definida",
            ));
        }
    }
    warn_of_two_tokens(&layer, &said!(en: "the environment", es: "el entorno"), warnings);
    layer
}

/// What the nearest `.env` sets.
#[derive(Debug, Default)]
pub(super) struct DotEnv {
    pub(super) layer: Layer,
    pub(super) profile: Option<String>,
    pub(super) config: Option<PathBuf>,
}

/// The nearest `.env`, here or above; variables that are not ours are left alone.
pub(super) fn dotenv(env: &dyn Env, warnings: &mut Vec<Said>) -> DotEnv {
    let mut found = DotEnv::default();
    let Some(path) = find_above(&env.current_dir(), ".env") else { return found };
    let shown = path.display();
    let Ok(bytes) = std::fs::read(&path).map(Zeroizing::new) else {
        warnings.push(
            said!(en: "{shown} can't be read and is left out", es: "no se puede leer {shown} y se omite"),
        );
        return found;
    };
    // Windows' editor begins a file with a mark that would be taken for part of the first name.
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    for entry in dotenvy::from_read_iter(text) {
        // The library's error holds the line itself, which may be the one with the token: it is never shown.
        let Ok((name, text)) = entry else {
            warnings.push(said!(
                en: "{shown} has a line that can't be read; put values with spaces in quotes",
                es: "{shown} tiene una línea que no se puede leer; ponga entre comillas los valores con espacios",
            ));
            continue;
        };
        if text.is_empty() {
            continue;
        }
        if name == PROFILE_VARIABLE {
            found.profile = Some(text);
        } else if name == CONFIG_VARIABLE {
            found.config = Some(PathBuf::from(beside(&path, &text)));
        } else if let Some(setting) = SETTINGS.iter().find(|setting| setting.variable == name) {
            let origin = Origin::DotEnv { path: path.clone(), variable: setting.variable };
            let text = if setting.kind == Kind::Path { beside(&path, &text) } else { text };
            found.layer.set(setting, Value::of(setting, &text), origin);
        }
    }
    warn_of_replaced(&path, text, warnings);
    warn_of_two_tokens(&found.layer, &Said::same(shown.to_string()), warnings);
    if found.layer.has_secret() {
        secret_file::warn_if_shared(&path, warnings);
    }
    found
}

/// One place that sets both can't mean both; a file of ours that does is refused.
fn warn_of_two_tokens(layer: &Layer, place: &Said, warnings: &mut Vec<Said>) {
    if ["token", "token_file"].iter().all(|key| layer.sets(key)) {
        let (en, es) = (&place.en, &place.es);
        warnings.push(said!(
            en: "{en} sets COMERCIAL_WEBHOOK_TOKEN and COMERCIAL_WEBHOOK_TOKEN_FILE: the file is not used; keep one of them",
            es: "{es} define COMERCIAL_WEBHOOK_TOKEN y COMERCIAL_WEBHOOK_TOKEN_FILE: el archivo no se usa; deje uno de los dos",
        ));
    }
}

/// Says which values of ours hold a `$` that is read as the name of a variable. In braces it is meant; docker and systemd
/// take it as it stands, and a token that holds one would be sent as another.
fn warn_of_replaced(path: &Path, text: &[u8], warnings: &mut Vec<Said>) {
    for (number, line) in (1..).zip(String::from_utf8_lossy(text).lines()) {
        let line = line.trim_start();
        let Some((name, value)) = line.strip_prefix("export ").unwrap_or(line).split_once('=') else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        let ours = SETTINGS.iter().any(|setting| setting.variable == name);
        if !ours || value.starts_with('\'') || !loses_a_dollar(value) {
            continue;
        }
        let shown = path.display();
        warnings.push(said!(
            en: "{shown}, line {number}: a $ and what follows it are taken for a variable; if they are part of the value, put the value in single quotes: {name}='…'",
            es: "{shown}, línea {number}: un $ y lo que le sigue se toman por una variable; si son parte del valor, ponga el valor entre comillas simples: {name}='…'",
        ));
    }
}

/// Whether a value holds a `$` that will not stay as it is.
fn loses_a_dollar(value: &str) -> bool {
    let quoted = value.starts_with('"');
    let value = value.split(" #").next().filter(|_| !quoted).unwrap_or(value);
    value.match_indices('$').any(|(at, _)| !value[..at].ends_with('\\') && !value[at + 1..].starts_with('{'))
}

/// The variable that chooses a profile.
pub(super) const PROFILE_VARIABLE: &str = "CRM_BRIDGE_PROFILE";

/// The variable that names the config file.
pub(super) const CONFIG_VARIABLE: &str = "CRM_BRIDGE_CONFIG";

/// The nearest file of this name in `folder` or above it.
pub(super) fn find_above(folder: &Path, name: &str) -> Option<PathBuf> {
    folder.ancestors().map(|above| above.join(name)).find(|path| path.is_file())
}

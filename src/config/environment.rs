//! What settings are read from the process: variables, the current folder, the user's config folder; and `.env`.
//!
//! Injected as [`Env`], so that tests run side by side without changing the process; `.env` is read without changing
//! it either.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use super::catalogue::SETTINGS;
use super::layers::{Layer, Origin, Value};
use super::secret_file;
use crate::lang::Said;
use crate::said;

/// The surroundings that settings are read from.
pub trait Env {
    /// A variable; none where it is unset or empty.
    fn var(&self, name: &str) -> Option<String>;
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

    fn current_dir(&self) -> PathBuf {
        std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))
    }

    fn config_dir(&self) -> Option<PathBuf> {
        etcetera::choose_base_strategy().ok().map(|strategy| strategy.config_dir())
    }
}

/// The layer of the process's variables.
pub(super) fn variables(env: &dyn Env) -> Layer {
    let mut layer = Layer::default();
    for setting in SETTINGS {
        if let Some(text) = env.var(setting.variable) {
            layer.set(setting, Value::of(setting, &text), Origin::Variable(setting.variable));
        }
    }
    layer
}

/// The layer of the nearest `.env`, here or above; variables that are not ours are left alone.
pub(super) fn dotenv(env: &dyn Env, warnings: &mut Vec<Said>) -> (Layer, Option<String>) {
    let mut layer = Layer::default();
    let mut profile = None;
    let Some(path) = find_above(&env.current_dir(), ".env") else { return (layer, profile) };
    let shown = path.display();
    let Ok(entries) = dotenvy::from_path_iter(&path) else {
        warnings.push(
            said!(en: "{shown} can't be read and is left out", es: "no se puede leer {shown} y se omite"),
        );
        return (layer, profile);
    };
    for entry in entries {
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
            profile = Some(text);
        } else if let Some(setting) = SETTINGS.iter().find(|setting| setting.variable == name) {
            let origin = Origin::DotEnv { path: path.clone(), variable: setting.variable };
            layer.set(setting, Value::of(setting, &text), origin);
        }
    }
    if layer.has_secret() {
        secret_file::warn_if_shared(&path, warnings);
    }
    (layer, profile)
}

/// The variable that chooses a profile.
pub(super) const PROFILE_VARIABLE: &str = "CRM_BRIDGE_PROFILE";

/// The variable that names the config file.
pub(super) const CONFIG_VARIABLE: &str = "CRM_BRIDGE_CONFIG";

/// The nearest file of this name in `folder` or above it.
pub(super) fn find_above(folder: &Path, name: &str) -> Option<PathBuf> {
    folder.ancestors().map(|above| above.join(name)).find(|path| path.is_file())
}

//! The strongest value of each setting, and where it came from.
//!
//! Comes in: a layer of flags, and the surroundings. Goes out: [`Layers`], untyped; [`resolve`](super::resolve) types
//! them. Strongest first: flags, environment, `.env`, the chosen profile in `crm-bridge.toml` and in the user's file,
//! `crm-bridge.toml` itself, the user's file itself. A profile goes before both files' plain keys, because it was
//! asked for by name.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::catalogue::{Kind, SETTINGS, Setting, nearest};
use super::environment::{CONFIG_VARIABLE, DotEnv, Env, PROFILE_VARIABLE, dotenv, find_above, variables};
use super::file::ConfigFile;
use super::secret_file;
use super::token::Token;
use crate::error::{self, Failure};
use crate::lang::Said;
use crate::mask::without_user;
use crate::said;

/// The name of the file that is looked for in the current folder and above it.
pub const FILE_NAME: &str = "crm-bridge.toml";

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A flag.
    Flag(&'static str),
    /// A variable of the process.
    Variable(&'static str),
    /// A variable in `.env`.
    DotEnv {
        /// The file.
        path: PathBuf,
        /// The variable.
        variable: &'static str,
    },
    /// A key of a config file.
    File {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// The profile that holds the key.
        profile: Option<String>,
    },
    /// The system's keyring.
    Keyring,
    /// The program's own default.
    Default,
}

impl Origin {
    /// The origin in words.
    pub fn said(&self) -> Said {
        match self {
            Self::Flag(flag) => Said::same(*flag),
            Self::Variable(name) => said!(en: "environment {name}", es: "entorno {name}"),
            Self::DotEnv { path, variable } => Said::same(format!("{} {variable}", path.display())),
            Self::File { path, line, profile: None } => Said::same(format!("{}:{line}", path.display())),
            Self::File { path, line, profile: Some(profile) } => {
                Said::same(format!("{}:{line} [profiles.{profile}]", path.display()))
            }
            Self::Keyring => said!(en: "keyring", es: "llavero del sistema"),
            Self::Default => said!(en: "default", es: "por defecto"),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said().fmt(f)
    }
}

/// The untyped value of a setting; secrets are kept apart from the start, so that `Debug` can't show them.
#[derive(Debug, Clone)]
pub enum Value {
    /// Any text.
    Text(String),
    /// One secret, or several.
    Secrets(Vec<Token>),
}

impl Value {
    /// The value of `setting` from `text`; several secrets in a variable are parted by commas.
    pub(super) fn of(setting: &Setting, text: &str) -> Self {
        match setting.kind {
            Kind::Secret => Self::Secrets(vec![Token::new(text)]),
            Kind::Secrets => Self::Secrets(text.split(',').map(Token::new).collect()),
            Kind::Text | Kind::Number | Kind::Switch | Kind::Path => Self::Text(text.to_owned()),
        }
    }

    fn masked(&self) -> String {
        match self {
            Self::Text(text) => without_user(text, "***@"),
            Self::Secrets(secrets) => vec!["***"; secrets.len()].join(", "),
        }
    }
}

/// The values that one place sets.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    values: BTreeMap<&'static str, (Value, Origin)>,
}

impl Layer {
    /// Sets what `setting` is here.
    pub(super) fn set(&mut self, setting: &Setting, value: Value, origin: Origin) {
        self.values.insert(setting.key, (value, origin));
    }

    /// Sets the setting of `key` to what a flag said; nothing where the flag was not given.
    ///
    /// Settings without a flag are left alone, so that a secret can't come this way.
    pub fn flag(&mut self, key: &'static str, text: Option<String>) {
        if let (Some(text), Some(setting)) = (text, Setting::of(key))
            && let Some(flag) = setting.flag
        {
            self.set(setting, Value::of(setting, &text), Origin::Flag(flag));
        }
    }

    /// Whether it sets `key`.
    pub(super) fn sets(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    pub(super) fn has_secret(&self) -> bool {
        self.values.values().any(|(value, _)| matches!(value, Value::Secrets(_)))
    }
}

/// Where each setting came from.
#[derive(Debug, Clone, Default)]
pub struct Origins(BTreeMap<&'static str, Origin>);

impl Origins {
    /// The origin of the setting `key`; [`Origin::Default`] where nothing set it.
    pub fn of(&self, key: &str) -> &Origin {
        self.0.get(key).unwrap_or(&Origin::Default)
    }

    pub(super) fn set(&mut self, key: &'static str, origin: Origin) {
        self.0.insert(key, origin);
    }
}

/// A setting as `config show` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The key.
    pub key: &'static str,
    /// The value, secrets masked; none where nothing set it.
    pub value: Option<String>,
    /// Where it came from.
    pub origin: Origin,
    /// Whether it counts: of a token and a token file only the stronger one does.
    pub used: bool,
}

/// The keys that stand for one another: the secret, or the file that holds it.
pub const TOKEN_KEYS: [&str; 2] = ["token", "token_file"];

/// What was asked for by flags that choose the places themselves.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// `--config`: this file instead of `crm-bridge.toml` and the user's.
    pub config: Option<PathBuf>,
    /// `--profile`.
    pub profile: Option<String>,
}

/// All layers, strongest first.
#[derive(Debug, Clone)]
pub struct Layers {
    stack: Vec<Layer>,
    /// The profile in use.
    pub profile: Option<String>,
    /// The config files that were read.
    pub files: Vec<PathBuf>,
    /// What works, but should be changed.
    pub warnings: Vec<Said>,
}

impl Layers {
    /// Reads every place. Fails where a file can't be read or has an unknown key, or a profile does not exist.
    pub fn load(flags: Layer, places: &Places, env: &dyn Env) -> Result<Self, Failure> {
        let mut warnings = Vec::new();
        let DotEnv { layer: dotenv, profile: dotenv_profile, config } = dotenv(env, &mut warnings);
        let mut files = config_paths(places, config, env)
            .iter()
            .map(|path| ConfigFile::read(path))
            .collect::<Result<Vec<_>, _>>()?;
        for file in files.iter().filter(|file| file.has_secret()) {
            secret_file::warn_if_shared(&file.path, &mut warnings);
        }
        let paths = files.iter().map(|file| file.path.clone()).collect();

        let chosen = places.profile.clone().or_else(|| env.var(PROFILE_VARIABLE)).or(dotenv_profile);
        let profile = chosen.or_else(|| files.iter().find_map(|file| file.profile.clone()));
        let variables = variables(env, &mut warnings);
        let mut layers = vec![flags, variables, dotenv];
        if let Some(name) = &profile {
            let of_profile: Vec<Layer> =
                files.iter_mut().filter_map(|file| file.profiles.remove(name)).collect();
            if of_profile.is_empty() {
                return Err(unknown_profile(name, &files));
            }
            for layer in &of_profile {
                warn_overridden(name, layer, &layers[1..3], &mut warnings);
            }
            layers.extend(of_profile);
        }
        layers.extend(files.into_iter().map(|file| file.plain));
        Ok(Self { stack: layers, profile, files: paths, warnings })
    }

    /// The strongest value of `key`.
    pub fn get(&self, key: &str) -> Option<(&Value, &Origin)> {
        self.stack.iter().find_map(|layer| layer.values.get(key)).map(|(value, origin)| (value, origin))
    }

    /// The strongest text of `key`; none for secrets.
    pub fn text(&self, key: &str) -> Option<(&str, &Origin)> {
        self.get(key).and_then(|(value, origin)| match value {
            Value::Text(text) => Some((text.as_str(), origin)),
            Value::Secrets(_) => None,
        })
    }

    /// The strongest secrets of `key`.
    pub fn secrets(&self, key: &str) -> Option<(&[Token], &Origin)> {
        self.get(key).and_then(|(value, origin)| match value {
            Value::Secrets(secrets) => Some((secrets.as_slice(), origin)),
            Value::Text(_) => None,
        })
    }

    /// Of several keys that stand for one another, the one that is set in the strongest place.
    pub fn strongest<'k>(&self, keys: &[&'k str]) -> Option<&'k str> {
        self.stack.iter().find_map(|layer| keys.iter().find(|key| layer.values.contains_key(**key)).copied())
    }

    /// Every setting with its value and origin, secrets masked.
    pub fn shown(&self) -> Vec<Shown> {
        let weaker = |key| TOKEN_KEYS.contains(&key) && self.strongest(&TOKEN_KEYS) != Some(key);
        SETTINGS
            .iter()
            .map(|setting| match self.get(setting.key) {
                Some((value, origin)) => Shown {
                    key: setting.key,
                    value: Some(value.masked()),
                    origin: origin.clone(),
                    used: !weaker(setting.key),
                },
                None => Shown {
                    key: setting.key,
                    value: setting.default.map(str::to_owned),
                    origin: Origin::Default,
                    used: true,
                },
            })
            .collect()
    }
}

/// The files that apply here: the one that was asked for, or those that are found.
fn config_paths(places: &Places, of_dotenv: Option<PathBuf>, env: &dyn Env) -> Vec<PathBuf> {
    let current = env.current_dir();
    let asked = places.config.clone().or_else(|| env.var(CONFIG_VARIABLE).map(PathBuf::from)).or(of_dotenv);
    if let Some(path) = asked {
        return vec![current.join(path)];
    }
    let project = find_above(&current, FILE_NAME);
    let user = user_file(env).filter(|path| path.is_file() && Some(path) != project.as_ref());
    project.into_iter().chain(user).collect()
}

/// The user's own file, whether or not it exists.
pub fn user_file(env: &dyn Env) -> Option<PathBuf> {
    env.config_dir().map(|folder| folder.join("crm-bridge").join("config.toml"))
}

/// The profiles of the files that apply here, for completions; files with mistakes count as empty.
pub fn profiles(places: &Places, env: &dyn Env) -> Vec<String> {
    let of_dotenv = dotenv(env, &mut Vec::new()).config;
    let mut names: Vec<String> = config_paths(places, of_dotenv, env)
        .iter()
        .filter_map(|path| ConfigFile::read(path).ok())
        .flat_map(|file| file.profiles.into_keys())
        .collect();
    names.sort();
    names.dedup();
    names
}

fn unknown_profile(name: &str, files: &[ConfigFile]) -> Failure {
    let mut known: Vec<&str> =
        files.iter().flat_map(|file| file.profiles.keys().map(String::as_str)).collect();
    known.sort_unstable();
    known.dedup();
    let hint = if let Some(near) = nearest(name, known.iter().copied()) {
        said!(en: "did you mean --profile {near}?", es: "¿quiso decir --profile {near}?")
    } else if known.is_empty() {
        said!(
            en: "add [profiles.{name}] to {FILE_NAME}; `crm-bridge init` writes one with examples",
            es: "añada [profiles.{name}] a {FILE_NAME}; `crm-bridge init` escribe uno con ejemplos",
        )
    } else {
        let list = known.join(", ");
        said!(en: "--profile knows: {list}", es: "--profile conoce: {list}")
    };
    Failure::new(
        error::Kind::Usage,
        said!(en: "there is no profile {name:?}", es: "no existe el perfil {name:?}"),
    )
    .hint(hint)
}

/// A profile that was asked for, but whose URL or token is not the one in use, is how test data reaches production.
fn warn_overridden(profile: &str, layer: &Layer, stronger: &[Layer], warnings: &mut Vec<Said>) {
    for key in layer.values.keys() {
        let alike: &[&str] = if TOKEN_KEYS.contains(key) { &TOKEN_KEYS } else { &[*key] };
        let over = |layer: &Layer| alike.iter().find_map(|key| layer.values.get(key)).cloned();
        if let Some((_, origin)) = stronger.iter().find_map(over) {
            let origin = origin.said();
            let (en, es) = (origin.en, origin.es);
            warnings.push(said!(
                en: "`{key}` of the profile {profile} is not used: {en} is stronger",
                es: "`{key}` del perfil {profile} no se usa: {es} es más fuerte",
            ));
        }
    }
}

/// Joins a relative path of a file to the folder of that file.
pub(super) fn beside(file: &Path, path: &str) -> String {
    let folder = file.parent().unwrap_or_else(|| Path::new("."));
    folder.join(path).to_string_lossy().into_owned()
}

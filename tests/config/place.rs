//! A folder with its files and variables, in which settings are read without touching the process.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crm_bridge::config::layers::{Layer, Places};
use crm_bridge::config::{Env, Found, Layers};
use crm_bridge::error::Failure;
use tempfile::TempDir;

pub(crate) const URL: &str = "https://comercial.example.pe/api/webhook-presencia-crm/";

/// The surroundings of one test.
pub(crate) struct Place {
    folder: TempDir,
    variables: BTreeMap<String, String>,
    garbled: Option<&'static str>,
    flags: Layer,
    places: Places,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir_all(folder.path().join("work/deep")).expect("a folder");
        Self {
            folder,
            variables: BTreeMap::new(),
            garbled: None,
            flags: Layer::default(),
            places: Places::default(),
        }
    }

    /// Writes a file, readable by this user alone; `name` is relative to the folder above the current one.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, text).expect("a file");
        chmod(&path, 0o600);
        self
    }

    pub(crate) fn mode(self, name: &str, mode: u32) -> Self {
        chmod(&self.path(name), mode);
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A variable that is set to no text.
    pub(crate) fn garbled(mut self, name: &'static str) -> Self {
        self.garbled = Some(name);
        self
    }

    pub(crate) fn flag(mut self, key: &'static str, value: &str) -> Self {
        self.flags.flag(key, Some(value.to_owned()));
        self
    }

    pub(crate) fn profile(mut self, name: &str) -> Self {
        self.places.profile = Some(name.to_owned());
        self
    }

    pub(crate) fn config(mut self, name: &str) -> Self {
        self.places.config = Some(self.path(name));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("work").join(name)
    }

    pub(crate) fn layers(&self) -> Result<Layers, Failure> {
        Layers::load(self.flags.clone(), &self.places, self)
    }

    pub(crate) fn found(&self) -> Result<Found, Failure> {
        Found::resolve(self.layers()?, false, self)
    }
}

impl Env for Place {
    fn var(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn is_garbled(&self, name: &str) -> bool {
        self.garbled == Some(name)
    }

    fn current_dir(&self) -> PathBuf {
        self.path("deep")
    }

    fn config_dir(&self) -> Option<PathBuf> {
        Some(self.path("home"))
    }
}

fn chmod(path: &Path, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions");
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
}

//! Fault scripts: the faults of a rehearsed day, as TOML.
//!
//! ```toml
//! [[fault]]
//! fault = "503;retry-after=2"   # as for --fault
//! requests = "1-3,7"            # the first three requests and the seventh
//!
//! [[fault]]
//! fault = "timeout"
//! from = "10s"                  # since the start
//! until = "20s"
//! id = "CRM-12*"
//! ```

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Fault;
use super::parse::{check_window, duration, of_fault, range};
use crate::lang::Said;

/// Why a script can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// The file can't be read.
    #[error("{path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no TOML of this shape.
    #[error("{path}: {source}")]
    Toml {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// One of its faults makes no sense.
    #[error("{path}: {source}")]
    Fault {
        /// The file.
        path: PathBuf,
        /// Which and why.
        source: Said,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    #[serde(default)]
    fault: Vec<Entry>,
}

/// One fault, as scripts and the admin side write it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::receiver) struct Entry {
    fault: String,
    requests: Option<String>,
    from: Option<String>,
    until: Option<String>,
    id: Option<String>,
}

impl Entry {
    /// Reads the fault.
    pub(in crate::receiver) fn read(&self) -> Result<Fault, Said> {
        let mut fault: Fault = self.fault.parse()?;
        let wrong = |problem| of_fault(&self.fault, &problem);
        for part in self.requests.iter().flat_map(|ranges| ranges.split(',')) {
            fault.requests.push(range(part).map_err(wrong)?);
        }
        if let Some(from) = &self.from {
            fault.from = Some(duration(from).map_err(wrong)?);
        }
        if let Some(until) = &self.until {
            fault.until = Some(duration(until).map_err(wrong)?);
        }
        check_window(&fault).map_err(wrong)?;
        if self.id.is_some() {
            fault.id.clone_from(&self.id);
        }
        Ok(fault)
    }
}

/// Reads the faults of a script.
pub fn read_script(path: &Path) -> Result<Vec<Fault>, ScriptError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ScriptError::Read { path: path.to_owned(), source })?;
    let script: Script = toml::from_str(&text)
        .map_err(|source| ScriptError::Toml { path: path.to_owned(), source: Box::new(source) })?;
    script
        .fault
        .iter()
        .map(|entry| entry.read().map_err(|source| ScriptError::Fault { path: path.to_owned(), source }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_script_and_names_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("faults.toml");
        let write = |text: &str| std::fs::write(&path, text).unwrap();
        write(
            "[[fault]]\nfault = \"503;retry-after=2\"\nrequests = \"1-3,7\"\n\n[[fault]]\nfault = \"timeout\"\nfrom = \"10s\"\nuntil = \"20s\"\nid = \"CRM-12*\"\n",
        );
        let faults = read_script(&path).unwrap();
        assert_eq!(faults[0].requests, [1..=3, 7..=7]);
        assert_eq!(faults[1].id.as_deref(), Some("CRM-12*"));
        write("[[fault]]\nfalut = \"503\"\n");
        assert!(read_script(&path).unwrap_err().to_string().contains("falut"));
        write("[[fault]]\nfault = \"503\"\nrequests = \"x\"\n");
        assert!(read_script(&path).unwrap_err().to_string().contains("range"));
    }
}

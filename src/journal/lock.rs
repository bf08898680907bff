//! The lock of a target: two runs at once would race for the same ids.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use super::file::shown;
use super::{JournalFile, Target};
use crate::delivery::{ContentHash, JournalError};

/// The lock of one target, held until it is dropped or the process ends in whatever way.
#[derive(Debug)]
pub struct TargetLock {
    _file: File,
}

impl JournalFile {
    /// Takes the lock of `target`; [`JournalError::Locked`] where another run holds it.
    pub fn lock(&self, target: &Target) -> Result<TargetLock, JournalError> {
        let path = lock_path(&self.path, target);
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let failed =
            |error: std::io::Error| JournalError::Open { path: shown(&path), detail: error.to_string() };
        let file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(TargetLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(JournalError::Locked { target: target.to_string() }),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

/// Beside the journal itself, not beside a link to it, with the target's digest in its name, since a URL is no file name.
fn lock_path(journal: &Path, target: &Target) -> std::path::PathBuf {
    let real = std::fs::canonicalize(journal);
    let journal = real.as_deref().unwrap_or(journal);
    let ContentHash(digest) = ContentHash::of(target.as_str().as_bytes());
    let digest = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut name = journal.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{digest}.lock"));
    journal.with_file_name(name)
}

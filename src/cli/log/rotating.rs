//! A log file of bounded size: full, it is renamed to `.1`, the older ones move up, the oldest goes.
//!
//! By size and not by day, as `tracing-appender` rotates: a relay under load fills a disk within a day. Own code of
//! one page, where the crate would bring three more with it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// At which size a file is full.
const FULL: u64 = 10 * 1024 * 1024;

/// How many older files are kept.
const KEPT: u32 = 5;

/// A log file; clones write to the same one.
#[derive(Debug, Clone)]
pub(super) struct Rotating(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    path: PathBuf,
    file: File,
    length: u64,
    full: u64,
}

impl Rotating {
    /// Opens the file to append, mode 0600 where it is new. Fails where it can't be written.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Self::with_limit(path, FULL)
    }

    fn with_limit(path: &Path, full: u64) -> io::Result<Self> {
        let file = append(path)?;
        let length = file.metadata()?.len();
        Ok(Self(Arc::new(Mutex::new(State { path: path.to_owned(), file, length, full }))))
    }
}

impl Write for Rotating {
    /// Takes a whole line at once, as the log hands them over, so that none is torn apart between two files.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.length > 0 && state.length + line.len() as u64 > state.full {
            state.rotate()?;
        }
        state.file.write_all(line)?;
        state.length += line.len() as u64;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).file.flush()
    }
}

impl State {
    fn rotate(&mut self) -> io::Result<()> {
        for older in (1..KEPT).rev() {
            // Most of them do not exist yet.
            fs::rename(numbered(&self.path, older), numbered(&self.path, older + 1)).ok();
        }
        fs::rename(&self.path, numbered(&self.path, 1))?;
        self.file = append(&self.path)?;
        self.length = 0;
        Ok(())
    }
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{number}"));
    PathBuf::from(name)
}

fn append(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_file_moves_away_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.log");
        let mut log = Rotating::with_limit(&path, 10).unwrap();
        for number in 0..20 {
            log.write_all(format!("line {number:02}\n").as_bytes()).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "line 19\n");
        assert_eq!(fs::read_to_string(numbered(&path, 1)).unwrap(), "line 18\n");
        assert_eq!(fs::read_to_string(numbered(&path, KEPT)).unwrap(), "line 14\n");
        assert!(!numbered(&path, KEPT + 1).exists());
    }

    #[test]
    fn an_existing_file_is_continued() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.log");
        fs::write(&path, "before\n").unwrap();
        Rotating::open(&path).unwrap().write_all(b"after\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "before\nafter\n");
    }
}

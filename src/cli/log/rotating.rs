//! A log file of bounded size: full, it is renamed to `.1`, the older ones move up, the oldest goes.
//!
//! By size and not by day, as `tracing-appender` rotates: a relay under load fills a disk within a day. Own code of
//! one page, where the crate would bring three more with it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::lang::Lang;
use crate::said;

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
    lang: Lang,
    /// That a line was lost was said.
    told: bool,
}

impl Rotating {
    /// Opens the file to append, mode 0600 where it is new. Fails where it can't be opened; where a line can't be written
    /// later, that is said in `lang`, once.
    pub(super) fn open(path: &Path, lang: Lang) -> io::Result<Self> {
        Self::with_limit(path, lang, FULL)
    }

    fn with_limit(path: &Path, lang: Lang, full: u64) -> io::Result<Self> {
        let file = append(path)?;
        let length = file.metadata()?.len();
        let path = path.to_owned();
        Ok(Self(Arc::new(Mutex::new(State { path, file, length, full, lang, told: false }))))
    }
}

impl Write for Rotating {
    /// Takes a whole line at once, as the log hands them over, so that none is torn apart between two files.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let written = state.append(line);
        if let Err(error) = &written {
            state.complain(error);
        }
        written.map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).file.flush()
    }
}

impl State {
    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        if self.length > 0 && self.length + line.len() as u64 > self.full {
            self.rotate()?;
        }
        self.file.write_all(line)?;
        self.length += line.len() as u64;
        Ok(())
    }

    /// Says that the log has a gap. The subscriber keeps it to itself, and a run does not end for its log.
    fn complain(&mut self, error: &io::Error) {
        if std::mem::replace(&mut self.told, true) {
            return;
        }
        let path = self.path.display();
        let said = said!(
            en: "warning: the log {path} can't be written, and has a gap from here on",
            es: "aviso: no se puede escribir el log {path}, y le faltan líneas desde aquí",
        );
        // Nobody is left to be told when stderr is closed.
        writeln!(io::stderr(), "{}", said.because(error).get(self.lang)).ok();
    }

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
        let mut log = Rotating::with_limit(&path, Lang::En, 10).unwrap();
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
        Rotating::open(&path, Lang::En).unwrap().write_all(b"after\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "before\nafter\n");
    }
}

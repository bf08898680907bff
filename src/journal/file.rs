//! An opened journal file: where it is, who may read it, and what can be asked of it.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use etcetera::BaseStrategy as _;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::schema::{self, SchemaError};
use crate::delivery::JournalError;

/// A journal file, opened for reading and writing.
#[derive(Debug)]
pub struct JournalFile {
    pub(super) path: PathBuf,
    pub(super) connection: Connection,
}

impl JournalFile {
    /// Where the journal is if nobody says so: in the user's state folder.
    pub fn default_path() -> Result<PathBuf, JournalError> {
        let folders = etcetera::choose_base_strategy().map_err(|error| JournalError::Open {
            path: "crm-bridge/journal.db".to_owned(),
            detail: error.to_string(),
        })?;
        let state = folders.state_dir().unwrap_or_else(|| folders.data_dir());
        Ok(state.join("crm-bridge").join("journal.db"))
    }

    /// Opens the journal at `path`, or the user's own; makes it where there is none, readable for its owner only.
    pub fn open(path: Option<&Path>) -> Result<Self, JournalError> {
        let path = match path {
            Some(path) => path.to_owned(),
            None => Self::default_path()?,
        };
        // A run is resumed in its own folder, where another relative path would be another file, without its receipts.
        let path = std::path::absolute(&path)
            .map_err(|error| JournalError::Open { path: shown(&path), detail: error.to_string() })?;
        make(&path)?;
        let connection = connect(&path)?;
        schema::migrate(&connection).map_err(|error| match error {
            SchemaError::Foreign => {
                JournalError::Open { path: shown(&path), detail: "a database of another program".to_owned() }
            }
            SchemaError::Newer(found) => {
                JournalError::Newer { path: shown(&path), found, known: schema::VERSION }
            }
            SchemaError::Sqlite(error) => sorted(&path, &error),
        })?;
        Ok(Self { path, connection })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn sorted(&self, error: rusqlite::Error) -> JournalError {
        sorted(&self.path, &error)
    }
}

/// Makes the file and its folder where they are missing; 0600 and 0700.
fn make(path: &Path) -> Result<(), JournalError> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => {
            JournalError::ReadOnly { path: shown(path) }
        }
        std::io::ErrorKind::StorageFull => JournalError::Full { path: shown(path) },
        _ => JournalError::Open { path: shown(path), detail: error.to_string() },
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(failed)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ()).map_err(failed)
}

/// Opens a connection with the journal's habits: write-ahead log, and no sync for each group of receipts, since a
/// crash of the program loses nothing that it wrote.
pub(super) fn connect(path: &Path) -> Result<Connection, JournalError> {
    let open = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.set_prepared_statement_cache_capacity(32);
        if !connection.is_readonly("main")? {
            use_wal(&connection)?;
        }
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        // Kibibytes a connection; receipts are appended, so that more would be memory and little else.
        connection.pragma_update(None, "cache_size", -768)?;
        Ok(connection)
    };
    let connection = open().map_err(|error| sorted(path, &error))?;
    if connection.is_readonly("main").unwrap_or(false) {
        return Err(JournalError::ReadOnly { path: shown(path) });
    }
    Ok(connection)
}

/// Switches to the write-ahead log. Two programs that do so at once are told that it is busy, without the wait that
/// other statements make.
fn use_wal(connection: &Connection) -> rusqlite::Result<()> {
    const PATIENCE: Duration = Duration::from_secs(10);
    let since = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && since.elapsed() < PATIENCE =>
            {
                std::thread::sleep(Duration::from_millis(10));
            }
            other => return other,
        }
    }
}

/// Sorts SQLite's errors by what an operator can do about them.
pub(super) fn sorted(path: &Path, error: &rusqlite::Error) -> JournalError {
    let path = shown(path);
    let extended = error.sqlite_error().map_or(0, |error| error.extended_code);
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => JournalError::Full { path },
        // A quota or a limit of the file's size ends a write in the middle.
        _ if extended == rusqlite::ffi::SQLITE_IOERR_WRITE => JournalError::Full { path },
        Some(ErrorCode::ReadOnly) => JournalError::ReadOnly { path },
        Some(ErrorCode::CannotOpen) => JournalError::Open { path, detail: error.to_string() },
        Some(ErrorCode::NotADatabase) => {
            JournalError::Open { path, detail: "not a journal of crm-bridge".to_owned() }
        }
        _ => JournalError::Broken { path, detail: error.to_string() },
    }
}

pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Milliseconds since 1970.
pub(super) fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

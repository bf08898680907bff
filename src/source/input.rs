//! Where bytes come from: a file, or stdin spooled to a temporary file, so that every reader may come back to a byte.
//!
//! Comes in: an [`Input`]. Goes out: [`Loaded`], a handle that any number of readers share without sharing a cursor.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use super::SourceError;
use super::options::Charset;

/// What the user named: a file, or `-` for stdin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

impl Input {
    /// The name in messages: the path as the user wrote it, or `-`.
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            Self::Stdin => "-".to_owned(),
        }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl FromStr for Input {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text == "-" { Self::Stdin } else { Self::Path(PathBuf::from(text)) })
    }
}

impl From<&Path> for Input {
    fn from(path: &Path) -> Self {
        Self::Path(path.to_owned())
    }
}

/// Bytes on disk, ready to be read from any place by any number of readers.
#[derive(Debug, Clone)]
pub struct Loaded {
    name: String,
    file: Arc<File>,
    len: u64,
    charset: Option<Charset>,
}

impl Loaded {
    /// The name in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Says in which character set it was written, whatever is made of it; `None` leaves that to be found out.
    #[must_use]
    pub fn written_in(self, charset: Option<Charset>) -> Self {
        Self { charset, ..self }
    }

    /// The character set that was said.
    pub(super) fn charset(&self) -> Option<Charset> {
        self.charset
    }

    /// Length in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Digest of all its bytes, to tell later whether it changed: the first 16 bytes of their SHA-256.
    pub fn digest(&self) -> io::Result<[u8; 16]> {
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        let mut buffer = vec![0; usize::try_from(self.len).unwrap_or(usize::MAX).clamp(1, 256 * 1024)];
        let mut offset = 0;
        loop {
            let read = self.read_at(&mut buffer, offset)?;
            if read == 0 {
                break;
            }
            context.update(&buffer[..read]);
            offset += read as u64;
        }
        let mut digest = [0; 16];
        digest.copy_from_slice(&context.finish().as_ref()[..16]);
        Ok(digest)
    }

    /// Takes over a file that was just written, under the name of what it was made from.
    pub(super) fn from_file(name: &str, file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { name: name.to_owned(), file: Arc::new(file), len, charset: None })
    }

    /// Reads up to `buffer.len()` bytes from `offset`; 0 at the end. What was appended since it was loaded is not read,
    /// and what was cut off is an error: two passes over it must see the same rows.
    pub(super) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        if wanted == 0 {
            return Ok(0);
        }
        loop {
            match read_at(&self.file, &mut buffer[..wanted], offset) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) => return Err(io::Error::other("it became shorter while it was being read")),
                other => return other,
            }
        }
    }

    /// A reader with a cursor of its own, from `offset` to the end.
    pub(super) fn reader(&self, offset: u64) -> Cursor {
        Cursor { loaded: self.clone(), offset }
    }

    /// The bytes from `offset` to the end, with a cursor of their own.
    pub fn bytes_from(&self, offset: u64) -> impl Read + Seek + use<> {
        self.reader(offset)
    }

    /// The first bytes, `limit` at most.
    pub(super) fn head(&self, limit: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.reader(0).take(limit as u64).read_to_end(&mut head)?;
        Ok(head)
    }
}

/// A reader over [`Loaded`] with a cursor of its own.
#[derive(Debug, Clone)]
pub(super) struct Cursor {
    loaded: Loaded,
    offset: u64,
}

impl Read for Cursor {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.loaded.read_at(buffer, self.offset)?;
        self.offset += read as u64;
        Ok(read)
    }
}

impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(delta) => self.loaded.len.checked_add_signed(delta),
            SeekFrom::Current(delta) => self.offset.checked_add_signed(delta),
        };
        self.offset = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.offset)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// Opens what `input` names; whatever can't be returned to (stdin, a pipe) is spooled to a nameless temporary file
/// that only this user can read and that vanishes with the process. Fails where it does not exist, may not be read,
/// is a folder, or is empty.
pub fn load(input: &Input) -> Result<Loaded, SourceError> {
    let name = input.name();
    let failed = |error| SourceError::io(&name, error);
    let loaded = match input {
        Input::Stdin => Loaded::from_file(&name, spool(&mut io::stdin().lock()).map_err(failed)?),
        Input::Path(path) => {
            let mut file = File::open(path).map_err(failed)?;
            let metadata = file.metadata().map_err(failed)?;
            if metadata.is_dir() {
                return Err(SourceError::Folder { name });
            }
            if metadata.is_file() {
                Loaded::from_file(&name, file)
            } else {
                Loaded::from_file(&name, spool(&mut file).map_err(failed)?)
            }
        }
    }
    .map_err(failed)?;
    if loaded.is_empty() { Err(SourceError::Empty { name }) } else { Ok(loaded) }
}

/// Takes in bytes that are already in memory, as a test or a fuzzer has them.
pub fn load_bytes(name: &str, mut bytes: &[u8]) -> Result<Loaded, SourceError> {
    let file = spool(&mut bytes).map_err(|error| SourceError::io(name, error))?;
    let loaded = Loaded::from_file(name, file).map_err(|error| SourceError::io(name, error))?;
    if loaded.is_empty() { Err(SourceError::Empty { name: name.to_owned() }) } else { Ok(loaded) }
}

fn spool(from: &mut impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(from, &mut file)?;
    file.flush()?;
    Ok(file)
}

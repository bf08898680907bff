//! Standard output, and whether all of it could be written.
//!
//! A closed pipe (`| head`) is the reader's choice. Whatever else keeps a result from arriving, a full disk above all, is an
//! error, whatever the command itself came to: half a file looks like a whole one.

use std::io::{self, Write};
use std::sync::OnceLock;

use crate::error::{Failure, Kind};
use crate::said;

/// The first thing that went wrong.
static WRONG: OnceLock<io::Error> = OnceLock::new();

/// Standard output, which remembers what could not be written.
pub(crate) fn stdout() -> Stdout {
    Stdout(io::stdout())
}

/// See [`stdout`].
#[derive(Debug)]
pub(crate) struct Stdout(io::Stdout);

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).inspect_err(remember)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().inspect_err(remember)
    }
}

fn remember(error: &io::Error) {
    let again = matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::Interrupted);
    if !again {
        let error = error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error);
        WRONG.get_or_init(|| error);
    }
}

/// Writes out what is left, and says why not all of the output arrived.
pub(crate) fn failure() -> Option<Failure> {
    stdout().flush().ok();
    let error = WRONG.get()?;
    Some(
        Failure::new(
            Kind::Input,
            said!(en: "the output can't be written", es: "no se puede escribir la salida").because(error),
        )
        .hint(said!(
            en: "what was written of it is not whole: free some space, or write it elsewhere, and run the command again",
            es: "lo que se escribió no está completo: libere espacio, o escríbalo en otro lugar, y ejecute el comando otra vez",
        )),
    )
}

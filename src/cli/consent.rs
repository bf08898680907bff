//! The question before something is written to a host that isn't this machine.

use std::io::{self, BufRead, IsTerminal, Write};

use reqwest::Url;

use super::Context;
use crate::config::is_loopback;
use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::said;

/// Asks whether `what` may be done to `url`.
///
/// No question for this machine, nor with `--yes`. Off a terminal, and after a no, it fails with exit code 2.
pub(crate) fn before_writing(context: &Context, url: &Url, what: &Said, yes: bool) -> Result<(), Failure> {
    if yes || is_loopback(url) {
        return Ok(());
    }
    let host = url.host_str().unwrap_or_default();
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Failure::new(
            Kind::Usage,
            said!(en: "{host} would be written to, and nobody is there to be asked", es: "se escribiría en {host}, y no hay nadie a quien preguntar"),
        )
        .hint(said!(en: "--yes says that it is meant", es: "--yes confirma que es intencional")));
    }
    let question = what.get(context.lang);
    let choice = context.lang.pick("[y/N]", "[s/N]");
    let mut err = io::stderr().lock();
    write!(err, "{question} → {host} {choice} ").and_then(|()| err.flush()).ok();
    drop(err);
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).ok();
    if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "s" | "si" | "sí") {
        return Ok(());
    }
    Err(Failure::new(
        Kind::Usage,
        said!(en: "not confirmed; nothing was sent", es: "sin confirmación; no se envió nada"),
    )
    .hint(said!(en: "--yes skips the question", es: "--yes omite la pregunta")))
}

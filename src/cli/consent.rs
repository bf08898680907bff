//! Asks once before something is written to a receiver, where a person could regret it.

use std::io::{self, BufRead, IsTerminal, Write};

use reqwest::Url;

use super::Context;
use crate::config::is_loopback;
use crate::error::{Failure, Kind};
use crate::lang::Said;
use crate::report::event::Counts;
use crate::said;

/// More events than this are worth a question even where nothing is wrong.
const MANY: u64 = 20;

/// Asks whether `what` may be done to `url`.
///
/// No question for this machine, nor with `--yes`. Off a terminal, and after a no, it fails with exit code 2.
pub(crate) fn before_writing(context: &Context, url: &Url, what: &Said, yes: bool) -> Result<(), Failure> {
    demand_yes(url, yes)?;
    if yes || is_loopback(url) { Ok(()) } else { confirm(context, url, what) }
}

/// Asks before a run, where there is reason to: many events, invalid rows, or a host beyond this machine. Off a terminal
/// only the host counts.
pub(crate) fn before_a_run(context: &Context, url: &Url, counts: &Counts, yes: bool) -> Result<(), Failure> {
    demand_yes(url, yes)?;
    let reason = counts.prepared > MANY || counts.invalid > 0 || !is_loopback(url);
    if yes || !reason || counts.prepared == 0 || !on_terminal() {
        return Ok(());
    }
    let count = counts.prepared;
    confirm(context, url, &said!(en: "send {count} presencias", es: "enviar {count} presencias"))
}

/// Refuses what nobody can be asked about: a host beyond this machine, off a terminal, without `--yes`.
pub(crate) fn demand_yes(url: &Url, yes: bool) -> Result<(), Failure> {
    if yes || is_loopback(url) || on_terminal() {
        return Ok(());
    }
    let host = url.host_str().unwrap_or_default();
    Err(Failure::new(
        Kind::Usage,
        said!(en: "{host} would be written to, and nobody is there to be asked", es: "se escribiría en {host}, y no hay nadie a quien preguntar"),
    )
    .hint(said!(
        en: "--yes says that it is meant; --dry-run shows what would be sent",
        es: "--yes confirma que es intencional; --dry-run muestra lo que se enviaría",
    )))
}

fn on_terminal() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn confirm(context: &Context, url: &Url, what: &Said) -> Result<(), Failure> {
    let host = url.host_str().unwrap_or_default();
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

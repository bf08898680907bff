//! Which renderer a command's events go to, by the global flags.

use std::io::{self, BufWriter, IsTerminal};

use indicatif::ProgressDrawTarget;

use super::Context;
use super::output::stdout;
use crate::report::event::Observer;
use crate::report::files::Report;
use crate::report::human::{Human, Style};
use crate::report::ndjson::Ndjson;
use crate::report::tee::Tee;

/// Enough for a few hundred lines; a system call a line would cost more than the line.
const BUFFER: usize = 64 * 1024;

/// The renderer of a run: NDJSON under `--json`, text for a person otherwise.
pub(crate) fn observer(context: &Context) -> Box<dyn Observer> {
    observer_of(context, false)
}

/// The renderer of a run whose output is `data`, for another program: what is for a person goes to stderr then.
pub(crate) fn observer_of(context: &Context, data: bool) -> Box<dyn Observer> {
    let out = BufWriter::with_capacity(BUFFER, stdout());
    if context.json {
        return Box::new(Ndjson::new(out, context.lang));
    }
    let target =
        if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = Style {
        lang: context.lang,
        verbose: context.verbose,
        quiet: context.quiet,
        points: context.points,
        data,
    };
    Box::new(Human::new(out, io::stderr(), target, style))
}

/// The renderer, and the report of the run's files before it, where one is written.
pub(crate) fn with_report(report: Option<&mut Report>, renderer: Box<dyn Observer>) -> Tee<'_> {
    let tee = Tee::default();
    let tee = match report {
        Some(report) => tee.with(report),
        None => tee,
    };
    tee.with(renderer)
}

//! Logs: to stderr by `-v`, as text or JSON lines, and to a file that rotates.
//!
//! Only this program's own events are logged: the libraries below it would log headers. An event names rows, ids,
//! counts and times; no secret and no personal data is ever one of its fields.

mod rotating;

use std::any::Any;
use std::io;
use std::panic::Location;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use self::rotating::Rotating;
use super::Context;
use crate::error::{Failure, Kind};
use crate::said;

/// Flags of the log.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct LogArgs {
    /// Form of the log on stderr and in the file [default: text; json with --json].
    #[arg(long, global = true, value_name = "FORM")]
    log_format: Option<Form>,
    /// Write the log to this file too; at 10 MiB it is renamed to FILE.1 and so on up to FILE.5.
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    log_file: Option<PathBuf>,
}

/// The form of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A line for a person.
    Text,
    /// A JSON object a line.
    Json,
}

/// Installs the log; `usual` is what the command logs where nothing is asked for: warnings, and what happens
/// (`INFO`) for a server, which has no other report. Fails where the file can't be opened.
pub(crate) fn install(args: &LogArgs, context: &Context, usual: LevelFilter) -> Result<(), Failure> {
    let level = level(context, usual);
    let form = args.log_format.unwrap_or(if context.json { Form::Json } else { Form::Text });
    let ours = |level: LevelFilter| Targets::new().with_target("crm_bridge", level);
    let stderr = layer(form, io::stderr, context.color).with_filter(ours(level));
    let file = match &args.log_file {
        None => None,
        Some(path) => {
            let file = Rotating::open(path, context.lang).map_err(|error| {
                let path = path.display();
                Failure::new(
                    Kind::Usage,
                    said!(en: "the log {path} can't be opened", es: "no se puede abrir el log {path}")
                        .because(&error),
                )
                .hint(
                    said!(en: "name another place with --log-file", es: "indique otro lugar con --log-file"),
                )
            })?;
            let level = level.max(LevelFilter::INFO);
            Some(layer(form, move || file.clone(), false).with_filter(ours(level)))
        }
    };
    // A test that runs the program twice in one process keeps the first log.
    tracing_subscriber::registry().with(stderr).with(file).try_init().ok();
    Ok(())
}

fn level(context: &Context, usual: LevelFilter) -> LevelFilter {
    let steps = [LevelFilter::WARN, LevelFilter::INFO, LevelFilter::DEBUG];
    if context.quiet {
        return LevelFilter::ERROR;
    }
    let usual = steps.iter().position(|step| *step == usual).unwrap_or(0);
    let asked = usual + usize::from(context.verbose);
    steps.get(asked).copied().unwrap_or(LevelFilter::DEBUG)
}

fn layer<S, W>(form: Form, writer: W, color: bool) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'s> tracing_subscriber::registry::LookupSpan<'s>,
    W: for<'w> tracing_subscriber::fmt::MakeWriter<'w> + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_writer(writer).with_target(false);
    match form {
        Form::Text => layer.with_ansi(color).boxed(),
        Form::Json => layer.json().flatten_event(true).with_span_list(true).boxed(),
    }
}

/// Has a panic told on stderr, in words that are safe to show.
pub(crate) fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        io::Write::write_all(&mut io::stderr(), told(panic.location(), panic.payload()).as_bytes()).ok();
    }));
}

/// Where a panic happened, and what only where the text stands in the source: anything formatted may hold a secret or a
/// person.
fn told(place: Option<&Location<'_>>, payload: &dyn Any) -> String {
    let place = place.map_or_else(String::new, |place| format!(" at {place}"));
    let what = payload.downcast_ref::<&'static str>().map_or_else(String::new, |text| format!(": {text}"));
    format!("error: a mistake in crm-bridge itself{place}{what}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_tells_nothing_that_was_formatted() {
        let here = Location::caller();
        let fixed = told(Some(here), &"a lock is held twice");
        assert!(fixed.contains("log.rs") && fixed.ends_with(": a lock is held twice\n"), "{fixed}");
        let formatted: Box<dyn Any> = Box::new(format!("no such client: {}", "Rosa Quispe"));
        let safe = told(Some(here), formatted.as_ref());
        assert!(safe.contains("log.rs") && !safe.contains("Rosa") && !safe.contains("client"), "{safe}");
    }

    #[test]
    fn flags_decide_the_level() {
        let context = |verbose, quiet| Context {
            lang: crate::lang::Lang::En,
            json: false,
            verbose,
            quiet,
            show_pii: false,
            color: false,
            points: false,
        };
        assert_eq!(level(&context(0, false), LevelFilter::WARN), LevelFilter::WARN);
        assert_eq!(level(&context(0, false), LevelFilter::INFO), LevelFilter::INFO);
        assert_eq!(level(&context(1, false), LevelFilter::WARN), LevelFilter::INFO);
        assert_eq!(level(&context(2, false), LevelFilter::WARN), LevelFilter::DEBUG);
        assert_eq!(level(&context(1, false), LevelFilter::INFO), LevelFilter::DEBUG);
        assert_eq!(level(&context(9, false), LevelFilter::INFO), LevelFilter::DEBUG);
        assert_eq!(level(&context(0, true), LevelFilter::INFO), LevelFilter::ERROR);
    }
}

//! `validate FILE…`: the checks of a replay without a network.

mod explain;
mod lined;

use std::io::BufWriter;
use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, ValueEnum};

use super::Context;
use super::ending::{Ending, broken_off};
use super::export_flags::ExportFlags;
use super::exports::{Exports, Shape, load_all, open_exports};
use super::next_command::NextCommand;
use super::observers::{observer, with_report};
use super::on_record::OnRecord;
use super::output::stdout;
use super::payloads::{are_payloads, check_payloads};
use super::run_files::{self, RunFiles};
use crate::config::{DocumentoSource, Lookup, Order};
use crate::error::{Failure, Kind};
use crate::intake::{Judge, Selection, Settings, first_pass};
use crate::report::event::{Event, Observer};
use crate::report::files::Report;
use crate::report::github::Github;
use crate::report::junit::Junit;
use crate::said;
use crate::source::{Input, Loaded};
use lined::Lined;

/// Arguments of `validate`.
#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// Exports (CSV, .xlsx, .ods, JSON records) or payloads (JSON, NDJSON) to check; - is stdin.
    #[arg(required = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    files: Vec<Input>,
    /// Write failed.csv and the reports here.
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Print findings in the form of another tool.
    #[arg(long, value_name = "FORMAT", conflicts_with = "json")]
    format: Option<Format>,
    /// Show one row of one file from its cells to the payload, numbered as a spreadsheet does.
    #[arg(long, value_name = "ROW", conflicts_with_all = ["out", "format"])]
    explain: Option<u64>,
    /// It is no failure when the files hold no event.
    #[arg(long)]
    allow_empty: bool,
    #[command(flatten)]
    export: ExportFlags,
}

/// A form that another tool reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Annotations of GitHub workflows.
    Github,
    /// `JUnit` XML.
    Junit,
}

pub(crate) fn run(args: &ValidateArgs, context: &Context) -> Result<u8, Failure> {
    if let Some(row) = args.explain {
        return explain::run(args, row, context);
    }
    let started = Instant::now();
    let mut report = args.out.as_ref().map(|_| Report::new(context.lang));
    let mut observers = with_report(report.as_mut(), renderer(args.format, context)?);
    let mut ending = match check(args, context, &mut observers) {
        Ok(ending) => ending,
        Err(failure) => return Err(broken_off("validate", failure, started, &mut observers)),
    };
    ending.allow_empty = args.allow_empty;
    if let Some(folder) = &args.out {
        ending.files.extend(run_files::report_names(folder));
    }
    let code = ending.finish(started, &mut observers)?;
    drop(observers);
    run_files::write_reports(args.out.as_deref(), report.as_ref())?;
    Ok(code)
}

fn check(args: &ValidateArgs, context: &Context, observer: &mut dyn Observer) -> Result<Ending, Failure> {
    let inputs = load_all(&args.files, args.export.encoding)?;
    let mut lined;
    let observer: &mut dyn Observer = if args.format.is_some() {
        lined = Lined::new(observer, &inputs, args.export.read_options());
        &mut lined
    } else {
        observer
    };
    if are_payloads(&inputs)? {
        check_payloads(&inputs, &args.export.policy(context)?, context, observer)
    } else {
        check_exports(args, &inputs, context, observer)
    }
}

fn renderer(format: Option<Format>, context: &Context) -> Result<Box<dyn Observer>, Failure> {
    let out = BufWriter::new(stdout());
    Ok(match format {
        None => observer(context),
        Some(Format::Github) => Box::new(Github::new(out, context.lang)),
        Some(Format::Junit) => Box::new(Junit::new(out, context.lang).map_err(|error| {
            Failure::new(
                Kind::Input,
                said!(en: "can't write a temporary file", es: "no se puede escribir un archivo temporal").because(&error),
            )
            .hint(said!(en: "free some space, or point TMPDIR to another folder", es: "libere espacio, o indique otra carpeta en TMPDIR"))
        })?),
    })
}

fn check_exports(
    args: &ValidateArgs,
    inputs: &[Loaded],
    context: &Context,
    observer: &mut dyn Observer,
) -> Result<Ending, Failure> {
    let exports = open_exports(inputs, &args.export, Shape::default(), context, observer)?;
    let Exports { tables, said, stopped, mappings } = exports;
    let settings = settings(args, context)?;
    let mut judges = mappings.judges();
    let mut plan = first_pass(tables, &mut judges, &settings, None, observer)?;
    plan.stop_for(stopped);
    mappings.warn_of_unused_values(context);
    let mut ending = Ending { command: "validate", ..Ending::default() };
    ending.add_said(&said);
    ending.take_plan(&plan);
    if let Some((message, hint)) = plan.stopped.take() {
        ending.about_file = true;
        ending.hold_back(Failure::new(Kind::Rows, message).hint(hint));
    }
    if let Some(folder) = &args.out {
        let mut failures = plan.take_failures()?;
        let mut files = RunFiles::new(folder, plan.revisit(), context.lang)?;
        files.failed(&mut failures)?;
        let next = NextCommand::of(None, &args.files, judges.iter().map(Judge::date_orders).collect());
        ending.suggest_next(files.to_correct(), &next, &OnRecord::here());
        if let Some(told) = files.told() {
            observer.observe(Event::Decided(told));
        }
        ending.files.extend(files.into_written());
    }
    Ok(ending)
}

fn settings(args: &ValidateArgs, context: &Context) -> Result<Settings, Failure> {
    Ok(Settings {
        policy: args.export.policy(context)?,
        order: Order::Auto,
        lookup: Lookup::Substring,
        documento: DocumentoSource::default(),
        id_terminator: String::new(),
        selection: Selection::default(),
        lang: context.lang,
        show_pii: context.show_pii,
        finished: None,
    })
}

//! `validate FILE…`: the checks of a replay without a network.

use std::time::Instant;

use clap::Args;

use super::Context;
use super::ending::Ending;
use super::export_flags::ExportFlags;
use super::exports::{Shape, open_exports};
use super::observers::observer;
use crate::config::{Lookup, Order};
use crate::error::Failure;
use crate::intake::{Selection, Settings, first_pass};
use crate::report::event::Observer;
use crate::source::Input;

/// Arguments of `validate`.
#[derive(Debug, Args)]
pub(crate) struct ValidateArgs {
    /// Exports to check (CSV, .xlsx, .ods, JSON, NDJSON); - is stdin.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<Input>,
    /// It is no failure when the files hold no event.
    #[arg(long)]
    allow_empty: bool,
    #[command(flatten)]
    export: ExportFlags,
}

pub(crate) fn run(args: &ValidateArgs, context: &Context) -> Result<u8, Failure> {
    let started = Instant::now();
    let mut observer = observer(context);
    let ending = check(args, context, observer.as_mut())?;
    ending.finish(started, observer.as_mut())
}

fn check(args: &ValidateArgs, context: &Context, observer: &mut dyn Observer) -> Result<Ending, Failure> {
    let exports = open_exports(&args.files, &args.export, Shape::default(), context, observer)?;
    let settings = Settings {
        policy: args.export.policy(context)?,
        order: Order::Auto,
        lookup: Lookup::Substring,
        documento: crate::config::DocumentoSource::default(),
        id_terminator: String::new(),
        selection: Selection::default(),
        lang: context.lang,
        show_pii: context.show_pii,
    };
    let judges = exports.mappings.judges();
    let plan = first_pass(exports.tables, &judges, &settings, None, observer)?;
    let mut ending = Ending {
        command: "validate",
        counts: plan.counts,
        skipped_by_status: plan.skipped_by_status,
        by_code: plan.by_code,
        allow_empty: args.allow_empty,
        ..Ending::default()
    };
    ending.add_said(&exports.said);
    Ok(ending)
}

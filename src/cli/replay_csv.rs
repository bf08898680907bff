//! `replay-csv FILE…`: maps, validates and delivers every event of CRM exports.

use std::time::Instant;

use clap::Args;
use reqwest::Url;

use super::Context;
use super::consent;
use super::delivering::{Work, deliver};
use super::embedded::Embedded;
use super::ending::Ending;
use super::export_flags::{ExportFlags, SelectionFlags};
use super::exports::{Shape, open_exports};
use super::observers::observer;
use super::send_flags::SendFlags;
use super::settling::Settling;
use crate::config::{Found, ProcessEnv, Resolved, SendSettings, Token};
use crate::delivery::Journal;
use crate::error::{Failure, Kind};
use crate::intake::{Judge, Plan, SecondPass, Settings, first_pass};
use crate::journal::MemoryJournal;
use crate::report::event::{Event, Observer, PayloadNote, PlanNote};
use crate::said;
use crate::source::Input;

/// Arguments of `replay-csv`.
#[derive(Debug, Args)]
pub(crate) struct ReplayCsvArgs {
    /// Exports to send (CSV, .xlsx, .ods, JSON, NDJSON); - is stdin.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<Input>,
    /// Send to a receiver inside this process: nothing to configure, nothing leaves the machine.
    #[arg(long, conflicts_with_all = ["url", "queue"])]
    mock: bool,
    /// It is no failure when the files hold no event.
    #[arg(long)]
    allow_empty: bool,
    #[command(flatten)]
    export: ExportFlags,
    #[command(flatten)]
    selection: SelectionFlags,
    #[command(flatten)]
    send: SendFlags,
}

pub(crate) fn run(args: &ReplayCsvArgs, context: &Context) -> Result<u8, Failure> {
    let started = Instant::now();
    let mut observer = observer(context);
    let ending = replay(args, context, observer.as_mut())?;
    ending.finish(started, observer.as_mut())
}

fn replay(args: &ReplayCsvArgs, context: &Context, observer: &mut dyn Observer) -> Result<Ending, Failure> {
    let found = args.send.found(context, &ProcessEnv)?;
    let (embedded, resolved) = receiver(args, found)?;
    let sending = &resolved.settings;
    if !args.send.dry_run {
        consent::demand_yes(&sending.url, args.send.yes)?;
    }
    let shape = Shape { documento: sending.documento, datetime: sending.datetime };
    let exports = open_exports(&args.files, &args.export, shape, context, observer)?;
    let judges = exports.mappings.judges();
    let settings = settings(args, sending, context)?;
    let plan = first_pass(exports.tables, &judges, &settings, None, observer)?;
    observer.observe(Event::Plan(PlanNote {
        target: target(&sending.url, embedded.is_some()),
        counts: plan.counts,
        order: plan.order.clone(),
    }));
    let mut ending = Ending { command: "replay-csv", allow_empty: args.allow_empty, ..Ending::default() };
    ending.add_said(&exports.said);
    ending.take_plan(&plan);
    if let Some(failure) = held_back(args, &plan) {
        ending.hold_back(failure);
        return Ok(ending);
    }
    if args.send.dry_run {
        print_payloads(&plan, &judges, sending, observer)?;
        return Ok(ending);
    }
    if embedded.is_none() {
        consent::before_a_run(context, &sending.url, &plan.counts, args.send.yes)?;
    }
    send(plan, &judges, sending, &MemoryJournal::new(), ending, context, observer)
}

/// The receiver to send to: the embedded one, the one that is configured, or none for a dry run.
fn receiver(args: &ReplayCsvArgs, found: Found) -> Result<(Option<Embedded>, Resolved), Failure> {
    if args.mock {
        let embedded = Embedded::start()?;
        let resolved = found.with_receiver(embedded.url().clone(), embedded.token().clone());
        return Ok((Some(embedded), resolved));
    }
    if args.send.dry_run && (found.url.is_none() || found.token.is_none()) {
        let nowhere = NOWHERE.parse().map_err(|_| internal())?;
        let url = found.url.clone().unwrap_or(nowhere);
        return Ok((None, found.with_receiver(url, Token::new(""))));
    }
    Ok((None, found.demand()?))
}

/// Where a dry run sends to when nothing is configured.
const NOWHERE: &str = "http://127.0.0.1/api/webhook-presencia-crm/";

fn internal() -> Failure {
    Failure::new(
        Kind::Internal,
        said!(en: "the address of a dry run is malformed", es: "la dirección de prueba está mal formada"),
    )
}

fn settings(args: &ReplayCsvArgs, sending: &SendSettings, context: &Context) -> Result<Settings, Failure> {
    Ok(Settings {
        policy: args.export.policy(context)?,
        order: sending.order,
        lookup: sending.lookup,
        documento: sending.documento,
        id_terminator: sending.id_terminator.clone(),
        selection: args.selection.selection(),
        lang: context.lang,
        show_pii: context.show_pii,
    })
}

fn target(url: &Url, embedded: bool) -> String {
    let authority = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = if embedded { " (--mock)" } else { url.path() };
    format!("{}://{authority}{port}{path}", url.scheme())
}

/// Why nothing may be sent although something could be.
fn held_back(args: &ReplayCsvArgs, plan: &Plan) -> Option<Failure> {
    if let Some((message, hint)) = &plan.stopped {
        return Some(Failure::new(Kind::Rows, message.clone()).hint(hint.clone()));
    }
    let invalid = plan.counts.invalid;
    (args.send.all_or_nothing && invalid > 0).then(|| {
        Failure::new(
            Kind::Rows,
            said!(en: "{invalid} events are invalid, and --all-or-nothing was asked for", es: "{invalid} eventos son inválidos, y se pidió --all-or-nothing"),
        )
        .hint(said!(en: "correct the rows, or leave --all-or-nothing out", es: "corrija las filas, o quite --all-or-nothing"))
    })
}

fn print_payloads(
    plan: &Plan,
    judges: &[Judge<'_>],
    sending: &SendSettings,
    observer: &mut dyn Observer,
) -> Result<(), Failure> {
    let names = plan.tables().names();
    for delivery in SecondPass::new(plan, judges, &sending.id_terminator) {
        let delivery = delivery?;
        let body = delivery.venta.unwrap_or(delivery.body);
        let body = String::from_utf8(body.into()).map_err(|_| internal())?;
        let file = names.get(usize::from(delivery.file)).cloned();
        observer.observe(Event::Payload(PayloadNote { file, row: delivery.row, body }));
    }
    Ok(())
}

fn send<J: Journal>(
    mut plan: Plan,
    judges: &[Judge<'_>],
    sending: &SendSettings,
    journal: &J,
    mut ending: Ending,
    context: &Context,
    observer: &mut dyn Observer,
) -> Result<Ending, Failure> {
    let failures = plan.take_failures()?;
    let mut settling = Settling::new(observer, plan.tables(), context.lang, failures);
    let work = Work { settings: sending, total: plan.counts.prepared, files: plan.tables().names() };
    let feed = SecondPass::new(&plan, judges, &sending.id_terminator);
    let done = deliver(work, feed, journal, &mut settling)?;
    ending.take_end(&done.end, plan.counts.prepared);
    for (code, count) in std::mem::take(&mut settling.by_code) {
        *ending.by_code.entry(code).or_default() += count;
    }
    if let Some(failure) = done.broke_off {
        ending.stopped.get_or_insert(failure);
    }
    Ok(ending)
}

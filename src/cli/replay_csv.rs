//! `replay-csv FILE…`: maps, validates and delivers every event of CRM exports.

mod recording;
mod sending;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use reqwest::Url;

use super::Context;
use super::consent;
use super::curl;
use super::embedded::Embedded;
use super::ending::{Ending, broken_off};
use super::export_flags::{ExportFlags, SelectionFlags};
use super::exports::{Exports, Shape, load_all, open_exports};
use super::journaling::Receipts;
use super::next_command::NextCommand;
use super::observers::{observer_of, with_report};
use super::on_record::OnRecord;
use super::run_files::{self, RunFiles};
use super::send_flags::SendFlags;
use super::worker::QueueFlags;
use crate::config::{Found, ProcessEnv, Resolved, SendSettings, is_nowhere};
use crate::error::{Failure, Kind};
use crate::intake::{
    Failures, Finished, Judge, PassError, Plan, SecondPass, Settings, each_payload, first_pass,
};
use crate::journal::{RowSet, RunRecord};
use crate::payload::Payload;
use crate::report::event::{Counts, Event, Observer, PayloadNote, PlanNote};
use crate::report::files::Report;
use crate::rules::Code;
use crate::said;
use crate::source::{Input, Loaded};

const COMMAND: &str = "replay-csv";

/// Arguments of `replay-csv`.
#[derive(Debug, Args)]
pub(crate) struct ReplayCsvArgs {
    /// Exports to send (CSV, .xlsx, .ods, JSON, NDJSON); - is stdin.
    #[arg(required = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    files: Vec<Input>,
    /// Send to a receiver inside this process: nothing to configure, nothing leaves the machine.
    #[arg(long, conflicts_with_all = ["url", "queue"])]
    mock: bool,
    /// Write failed.csv, unprocessed.csv and the reports here [default: failed.csv and unprocessed.csv, in this folder].
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// It is no failure when the files hold no event.
    #[arg(long)]
    allow_empty: bool,
    #[command(flatten)]
    export: ExportFlags,
    #[command(flatten)]
    selection: SelectionFlags,
    #[command(flatten)]
    send: SendFlags,
    #[command(flatten)]
    queue: QueueFlags,
}

pub(crate) fn run(args: &ReplayCsvArgs, context: &Context) -> Result<u8, Failure> {
    start(args, None, context)
}

/// Goes on with a recorded run, whose arguments were `args`.
pub(crate) fn resume(args: &ReplayCsvArgs, record: &RunRecord, context: &Context) -> Result<u8, Failure> {
    start(args, Some(record), context)
}

impl ReplayCsvArgs {
    /// The same, for a resumed run: with the journal that it is recorded in, and whether it was confirmed now.
    pub(crate) fn resuming(mut self, path: std::path::PathBuf, yes: bool) -> Self {
        self.send.journal = Some(path);
        self.send.yes |= yes;
        self
    }
}

/// Sends records that the operator vouches for (`send`): the same way, without files.
pub(crate) fn send_records(
    inputs: &[Loaded],
    export: &ExportFlags,
    send: &SendFlags,
    observers: &mut dyn Observer,
    context: &Context,
) -> Result<u8, Failure> {
    let started = Instant::now();
    let found = send.found(context, &ProcessEnv)?;
    let resolved = if send.prints_only() { send.printed(found)? } else { found.demand()? };
    let sending = &resolved.settings;
    if !send.prints_only() {
        consent::demand_yes(&sending.url, send.yes)?;
    }
    let args = ReplayCsvArgs {
        files: Vec::new(),
        mock: false,
        out: None,
        allow_empty: false,
        export: export.clone(),
        selection: SelectionFlags::default(),
        send: send.clone(),
        queue: QueueFlags::default(),
    };
    let mut replay = Replay {
        args: &args,
        command: "send",
        sending,
        embedded: false,
        resumed: None,
        context,
        observer: &mut *observers,
    };
    match replay.run(inputs) {
        Ok(ending) => ending.finish(started, observers),
        Err(failure) => Err(broken_off("send", failure, started, observers)),
    }
}

fn start(args: &ReplayCsvArgs, resumed: Option<&RunRecord>, context: &Context) -> Result<u8, Failure> {
    let started = Instant::now();
    let found = args.send.found(context, &ProcessEnv)?;
    // A run on record was delivered from here; published as a whole, what it delivered already would be sent again.
    let found = if resumed.is_some() { found.without_queue() } else { found };
    let (embedded, resolved) = receiver(args, found)?;
    let sending = &resolved.settings;
    if !args.send.prints_only() {
        consent::demand_yes(written_to(sending), args.send.yes)?;
    }
    let mut report = args.out.as_ref().map(|_| Report::new(context.lang));
    let mut observers = with_report(report.as_mut(), observer_of(context, args.send.prints_only()));
    let inputs = match load_all(&args.files, args.export.encoding) {
        Ok(inputs) => inputs,
        Err(failure) => return Err(broken_off(COMMAND, failure, started, &mut observers)),
    };
    let mut replay = Replay {
        args,
        command: COMMAND,
        sending,
        embedded: embedded.is_some(),
        resumed,
        context,
        observer: &mut observers,
    };
    let mut ending = match replay.run(&inputs) {
        Ok(ending) => ending,
        Err(failure) => return Err(broken_off(COMMAND, failure, started, &mut observers)),
    };
    if let Some(folder) = &args.out {
        ending.files.extend(run_files::report_names(folder));
    }
    let code = ending.finish(started, &mut observers)?;
    drop(observers);
    run_files::write_reports(args.out.as_deref(), report.as_ref())?;
    Ok(code)
}

struct Replay<'r> {
    args: &'r ReplayCsvArgs,
    command: &'static str,
    sending: &'r SendSettings,
    embedded: bool,
    resumed: Option<&'r RunRecord>,
    context: &'r Context,
    observer: &'r mut dyn Observer,
}

impl Replay<'_> {
    fn run(&mut self, inputs: &[Loaded]) -> Result<Ending, Failure> {
        let shape = Shape { documento: self.sending.documento, datetime: self.sending.datetime };
        let journal = self.journal(inputs)?;
        let exports = open_exports(inputs, &self.args.export, shape, self.context, self.observer)?;
        let Exports { tables, said, stopped, mappings } = exports;
        let mut judges = mappings.judges();
        let finished = match (&journal, self.resumed) {
            (Some((file, _)), Some(record)) => {
                let rows = file.finished_rows(record.number).map_err(|error| error.failure())?;
                let without_findings = record.plan.invalid == 0 && record.plan.duplicates == 0;
                Some(Finished { rows, without_findings })
            }
            _ => None,
        };
        let mut plan = {
            // What the resumed run delivered before is finished, not repeated.
            let asking = journal.as_ref().filter(|_| self.resumed.is_none());
            let mut receipts = asking.map(|(file, _)| Receipts::of(file, self.sending)).transpose()?;
            let known = receipts.as_mut().and_then(Receipts::worth_asking);
            first_pass(tables, &mut judges, &self.settings(finished)?, known, self.observer)?
        };
        plan.stop_for(stopped);
        let mut ending = self.planned(&said, &plan);
        mappings.warn_of_unused_values(self.context);
        let mut failures = plan.take_failures()?;
        let mut ended = None;
        if let Some(failure) = self.held_back(&plan) {
            ending.about_file = plan.stopped.is_some();
            ending.hold_back(failure);
        } else if self.args.send.curl {
            let deliveries = SecondPass::new(&plan, &judges, &self.sending.id_terminator);
            curl::print(self.sending, self.context.json, deliveries)?;
        } else if self.args.send.dry_run {
            self.print_payloads(&plan, &judges)?;
        } else {
            if self.args.out.is_some() || (self.command == COMMAND && plan.counts.invalid > 0) {
                run_files::demand_writable(self.folder())?;
            }
            if !self.embedded {
                let url = written_to(self.sending);
                if self.command == "send" && consent::asks(url, &plan.counts, self.args.send.yes) {
                    let payloads = SecondPass::new(&plan, &judges, &self.sending.id_terminator);
                    consent::preview(payloads.filter_map(Result::ok), self.context, self.observer);
                }
                consent::before_a_run(self.context, url, &plan.counts, self.args.send.yes)?;
            }
            ended = Some(if self.sending.queue.is_some() && !self.embedded {
                self.publish(&plan, &judges, &mut failures, &mut ending)?
            } else {
                self.send(&plan, &judges, journal, &mut failures, &mut ending)?
            });
        }
        let on_record = self.resumed.map(|record| record.asked.args.as_slice());
        let next =
            NextCommand::of(on_record, &self.args.files, judges.iter().map(Judge::date_orders).collect());
        if let Err(failure) = self.write_files(&mut plan, &mut failures, ended.as_ref(), &next, &mut ending) {
            // What was sent is told all the same.
            ending.stopped.get_or_insert(failure);
        }
        Ok(ending)
    }

    fn settings(&self, finished: Option<Finished>) -> Result<Settings, Failure> {
        let sending = self.sending;
        Ok(Settings {
            policy: self.args.export.policy(self.context)?,
            order: sending.order,
            lookup: sending.lookup,
            documento: sending.documento,
            id_terminator: sending.id_terminator.clone(),
            selection: self.args.selection.selection()?,
            lang: self.context.lang,
            show_pii: self.context.show_pii,
            finished,
        })
    }

    /// Says the plan, and begins the ending with what it found.
    fn planned(&mut self, said: &[(Code, u64)], plan: &Plan) -> Ending {
        self.observer.observe(Event::Plan(PlanNote {
            target: target(written_to(self.sending), self.embedded),
            // Of a run that goes on, what came to its end before is not sent once more.
            counts: Counts { prepared: plan.to_send(), ..plan.counts },
            order: plan.order.clone(),
        }));
        let mut ending = Ending {
            command: self.command,
            allow_empty: self.args.allow_empty,
            chosen: self.args.selection.selection().is_ok_and(|selection| !selection.is_everything()),
            ..Ending::default()
        };
        ending.add_said(said);
        ending.take_plan(plan);
        ending
    }

    /// Why nothing may be sent although something could be.
    fn held_back(&self, plan: &Plan) -> Option<Failure> {
        if let Some((message, hint)) = &plan.stopped {
            return Some(Failure::new(Kind::Rows, message.clone()).hint(hint.clone()));
        }
        let invalid = plan.counts.invalid;
        (self.args.send.all_or_nothing && invalid > 0).then(|| {
            Failure::new(
                Kind::Rows,
                said!(
                    en: "{invalid} events are invalid, and --all-or-nothing was asked for",
                    es: "{invalid} eventos son inválidos, y se pidió --all-or-nothing",
                ),
            )
            .hint(said!(
                en: "correct the rows, or leave --all-or-nothing out",
                es: "corrija las filas, o quite --all-or-nothing",
            ))
        })
    }

    fn print_payloads(&mut self, plan: &Plan, judges: &[Judge<'_>]) -> Result<(), Failure> {
        let names = plan.tables().names();
        let body = |payload: &Payload<'_>| {
            payload.json().map_err(|error| Failure::from(PassError::from(io::Error::from(error))))
        };
        each_payload(plan, judges, &self.sending.id_terminator, body, |(file, row), body| {
            let file = names.get(usize::from(file)).cloned();
            self.observer.observe(Event::Payload(PayloadNote { file, row, body }));
        })
    }

    /// Where the files of the run go.
    fn folder(&self) -> &Path {
        self.args.out.as_deref().unwrap_or(Path::new("."))
    }

    /// Writes what is to be corrected and what was not tried; the reports come after the summary.
    fn write_files(
        &mut self,
        plan: &mut Plan,
        failures: &mut Failures,
        ended: Option<&RowSet>,
        next: &NextCommand,
        ending: &mut Ending,
    ) -> Result<(), Failure> {
        let untried = ending.counts.unprocessed > 0;
        let leftover = self.resumed.is_some() && !untried;
        if self.command != COMMAND || (failures.is_empty() && !untried && !leftover) {
            return Ok(());
        }
        let folder = self.folder();
        let mut files = RunFiles::new(folder, plan.revisit(), self.context.lang)?;
        if leftover {
            files.retire_unprocessed()?;
        }
        files.failed(failures)?;
        if untried {
            plan.sort_by_row();
            let left = |place: &(u16, u64)| ended.is_none_or(|ended| !ended.contains(place.0, place.1));
            files.unprocessed(plan.rows_to_send().filter(left).map(|place| plan.number(place)))?;
        }
        let mut record = OnRecord::here().in_journal(self.sending.journal.as_deref());
        if let Some(resumed) = self.resumed {
            record = record.asked_with(&resumed.asked.args);
        }
        ending.suggest_next(files.to_correct(), next, &record);
        if let Some(told) = files.told() {
            self.observer.observe(Event::Decided(told));
        }
        ending.files.extend(files.into_written());
        Ok(())
    }
}

/// The receiver to send to: the embedded one, the one that is configured, or none for a dry run.
fn receiver(args: &ReplayCsvArgs, found: Found) -> Result<(Option<Embedded>, Resolved), Failure> {
    if args.mock {
        let embedded = Embedded::start()?;
        let resolved = found.without_proxy().with_receiver(embedded.url().clone(), embedded.token().clone());
        return Ok((Some(embedded), resolved));
    }
    if args.send.prints_only() {
        return Ok((None, args.send.printed(found)?));
    }
    Ok((None, if found.queue().is_some() { found.or_nowhere()? } else { found.demand()? }))
}

/// What a run writes to: the queue, where there is one.
fn written_to(sending: &SendSettings) -> &Url {
    sending.queue.as_ref().unwrap_or(&sending.url)
}

fn target(url: &Url, embedded: bool) -> String {
    if is_nowhere(url) {
        return String::new();
    }
    let authority = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = if embedded { " (--mock)" } else { url.path() };
    format!("{}://{authority}{port}{path}", url.scheme())
}

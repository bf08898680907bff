//! `replay FILE.ndjson`: recorded requests again, byte for byte, with the pacing, journal and outcomes of every sender.

mod plan;
mod recording;
mod remap;

use std::time::Instant;

use clap::Args;

use super::delivering::{Work, deliver};
use super::ending::Ending;
use super::observers::observer;
use super::{Context, SendFlags, consent};
use crate::config::{ProcessEnv, SendSettings};
use crate::delivery::ContentHash;
use crate::error::{Failure, Kind};
use crate::journal::{InputFile, JournalFile, NewRun, RowSet, RunJournal, RunRecord, RunStatus, Target};
use crate::report::event::{Event, Observer, PayloadNote, PlanNote};
use crate::said;
use crate::source::{Input, Loaded, load};
use plan::{Feed, Plan, Reading};

/// Arguments of `replay`.
#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// Requests as serve-mock --record writes them; - is stdin.
    #[arg(value_name = "FILE")]
    file: Input,
    /// Write each payload anew, as this program would have sent it, instead of byte for byte.
    #[arg(long)]
    remap: bool,
    /// Only the requests with these ids (CRM-12 or 12); repeatable.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    only: Vec<String>,
    /// It is no failure when the file holds no request.
    #[arg(long)]
    allow_empty: bool,
    #[command(flatten)]
    send: SendFlags,
}

pub(crate) fn run(args: &ReplayArgs, context: &Context) -> Result<u8, Failure> {
    start(args, None, context)
}

/// Goes on with a run on record.
pub(crate) fn resume(args: &ReplayArgs, record: &RunRecord, context: &Context) -> Result<u8, Failure> {
    start(args, Some(record), context)
}

impl ReplayArgs {
    /// The same, with the journal that a resumed run is recorded in.
    pub(crate) fn with_journal(mut self, path: std::path::PathBuf) -> Self {
        self.send.journal = Some(path);
        self
    }
}

fn start(args: &ReplayArgs, resumed: Option<&RunRecord>, context: &Context) -> Result<u8, Failure> {
    let started = Instant::now();
    let found = args.send.found(context, &ProcessEnv)?;
    let resolved = if args.send.dry_run { found.demand_url()? } else { found.demand()? };
    let sending = &resolved.settings;
    if !args.send.dry_run {
        consent::demand_yes(&sending.url, args.send.yes)?;
    }
    let mut observer = observer(context);
    let loaded = load(&args.file).map_err(Failure::from)?;
    let reading = Reading {
        loaded: &loaded,
        remap: args.remap,
        only: &args.only,
        terminator: &sending.id_terminator,
        show_pii: context.show_pii,
    };
    let journal = JournalFile::open(sending.journal.as_deref()).map_err(|error| error.failure())?;
    let finished = resumed.map(|record| journal.finished_rows(record.number)).transpose();
    let finished = finished.map_err(|error| error.failure())?;
    let plan = Plan::make(&reading, sending.order, sending.lookup, observer.as_mut())?;
    observer.observe(Event::Plan(PlanNote {
        target: Target::of(&sending.url).to_string(),
        counts: plan.counts,
        order: plan.said.clone(),
    }));
    let mut ending = Ending { command: "replay", allow_empty: args.allow_empty, ..Ending::default() };
    ending.counts = plan.counts;
    ending.skipped_by_status.clone_from(&plan.skipped);
    ending.by_code.clone_from(&plan.by_code);
    if args.send.all_or_nothing && plan.counts.invalid > 0 {
        ending.hold_back(all_or_nothing(plan.counts.invalid));
    } else if args.send.dry_run {
        print_payloads(&reading, &plan, observer.as_mut())?;
    } else {
        consent::before_a_run(context, &sending.url, &plan.counts, args.send.yes)?;
        let asked = asked(args, &loaded, sending)?;
        let run = open_run(&journal, &asked, resumed, &plan)?;
        ending.run = Some(run.id().to_owned());
        send(&reading, &plan, sending, finished.as_ref(), run, &mut ending, observer.as_mut())?;
        if let (Some(record), Some(id)) = (resumed, &ending.run) {
            // A resumed run sums up the whole.
            let whole = journal.find_run(id).map_err(|error| error.failure())?;
            debug_assert_eq!(whole.number, record.number, "the same run");
            ending.counts = whole.counts();
        }
    }
    ending.finish(started, observer.as_mut())
}

fn send(
    reading: &Reading<'_>,
    plan: &Plan,
    sending: &SendSettings,
    finished: Option<&RowSet>,
    run: RunJournal,
    ending: &mut Ending,
    observer: &mut dyn Observer,
) -> Result<(), Failure> {
    let feed = Feed::new(reading, plan, finished);
    let total = feed.left();
    let work = Work { settings: sending, total, files: Vec::new() };
    let done = deliver(work, feed, &run, observer)?;
    ending.take_end(&done.end, total);
    if let Some(failure) = done.broke_off {
        ending.stopped.get_or_insert(failure);
    }
    let status = match ending.stopped.as_ref().map(|failure| failure.kind) {
        None => RunStatus::Finished,
        Some(Kind::Interrupted) => RunStatus::Interrupted,
        Some(_) => RunStatus::Stopped,
    };
    run.finish(status, ending.exit_code()).map_err(|error| error.failure())
}

/// Begins the run, or goes on with the recorded one if nothing changed since.
fn open_run(
    journal: &JournalFile,
    asked: &NewRun,
    resumed: Option<&RunRecord>,
    plan: &Plan,
) -> Result<RunJournal, Failure> {
    if let Some(record) = resumed {
        record.check_files(&asked.files)?;
        record.check_mapping_and_target(asked.mapping, &asked.target)?;
        return journal.resume(record).map_err(|error| error.failure());
    }
    let run = journal.start(asked).map_err(|error| error.failure())?;
    run.plan(&plan.counts, plan.settled.clone()).map_err(|error| error.failure())?;
    Ok(run)
}

fn asked(args: &ReplayArgs, loaded: &Loaded, sending: &SendSettings) -> Result<NewRun, Failure> {
    let unreadable = |error: std::io::Error| {
        let name = loaded.name();
        Failure::new(
            Kind::Input,
            said!(en: "{name}: can't be read: {error}", es: "{name}: no se puede leer: {error}"),
        )
    };
    let hash = ContentHash(loaded.digest().map_err(unreadable)?);
    Ok(NewRun {
        command: "replay".to_owned(),
        args: std::env::args().skip(1).collect(),
        folder: std::env::current_dir().map_err(unreadable)?,
        target: Target::of(&sending.url),
        mapping: ContentHash::of(
            format!("{} {:?} {}", args.remap, args.only, sending.id_terminator).as_bytes(),
        ),
        files: vec![InputFile { path: loaded.name().to_owned(), hash, bytes: loaded.len() }],
    })
}

fn print_payloads(reading: &Reading<'_>, plan: &Plan, observer: &mut dyn Observer) -> Result<(), Failure> {
    for delivery in Feed::new(reading, plan, None) {
        let delivery = delivery?;
        let body = delivery.venta.unwrap_or(delivery.body);
        let body = String::from_utf8_lossy(&body).into_owned();
        observer.observe(Event::Payload(PayloadNote { file: None, row: delivery.row, body }));
    }
    Ok(())
}

fn all_or_nothing(invalid: u64) -> Failure {
    Failure::new(
        Kind::Rows,
        said!(
            en: "{invalid} requests are invalid, and --all-or-nothing was asked for",
            es: "{invalid} peticiones son inválidas, y se pidió --all-or-nothing"
        ),
    )
    .hint(said!(
        en: "choose the valid ones with --only, or leave --all-or-nothing out",
        es: "elija las válidas con --only, o quite --all-or-nothing"
    ))
}

//! `replay FILE.ndjson`: recorded requests again, byte for byte, with the pacing, journal and outcomes of every sender.

mod journaled;
mod plan;
mod recording;

use std::time::Instant;

use clap::Args;

use super::delivering::{Work, deliver};
use super::ending::Ending;
use super::journaling::{Receipts, finish, open};
use super::observers::observer_of;
use super::send_flags::refuse_queue;
use super::{Context, SendFlags, consent, curl};
use crate::config::{ProcessEnv, SendSettings, is_nowhere};
use crate::delivery::ContentHash;
use crate::error::{Failure, Kind};
use crate::journal::{InputFile, JournalFile, NewRun, RowSet, RunJournal, RunRecord, Target};
use crate::report::event::{Counts, Event, Observer, PayloadNote, PlanNote};
use crate::rules::Policy;
use crate::said;
use crate::source::{Input, Loaded, load};
use journaled::Journaled;
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
    /// The same, for a resumed run: with the journal that it is recorded in, and whether it was confirmed now.
    pub(crate) fn resuming(mut self, path: std::path::PathBuf, yes: bool) -> Self {
        self.send.journal = Some(path);
        self.send.yes |= yes;
        self
    }
}

fn start(args: &ReplayArgs, resumed: Option<&RunRecord>, context: &Context) -> Result<u8, Failure> {
    let started = Instant::now();
    let found = args.send.found(context, &ProcessEnv)?;
    let resolved = if args.send.prints_only() { args.send.printed(found)? } else { found.demand()? };
    let loaded = load(&args.file).map_err(Failure::from)?;
    let job = Job {
        command: "replay",
        loaded: &loaded,
        remap: args.remap,
        only: &args.only,
        policy: Policy::default(),
        flags: &args.send,
        sending: &resolved.settings,
        resumed,
    };
    let mut observer = observer_of(context, args.send.prints_only());
    let chosen = !args.only.is_empty();
    let ending = Ending { allow_empty: args.allow_empty, chosen, ..Ending::default() };
    let ending = job.perform(ending, context, observer.as_mut())?;
    ending.finish(started, observer.as_mut())
}

/// Bodies that are written already, and how they are to be sent.
pub(super) struct Job<'j> {
    /// Name of the command.
    pub(super) command: &'static str,
    /// The recording; bodies of `send` are spooled as one.
    pub(super) loaded: &'j Loaded,
    /// Whether each body is written anew.
    pub(super) remap: bool,
    /// Only these ids; all where empty.
    pub(super) only: &'j [String],
    /// How findings count.
    pub(super) policy: Policy,
    /// The flags of the command.
    pub(super) flags: &'j SendFlags,
    /// Where to, and how.
    pub(super) sending: &'j SendSettings,
    /// The run that is gone on with.
    pub(super) resumed: Option<&'j RunRecord>,
}

impl Job<'_> {
    /// Sends the bodies, or prints them. What `ending` counts already is added to.
    pub(super) fn perform(
        &self,
        mut ending: Ending,
        context: &Context,
        observer: &mut dyn Observer,
    ) -> Result<Ending, Failure> {
        let sending = self.sending;
        if !self.flags.prints_only() {
            refuse_queue(self.command, sending)?;
            consent::demand_yes(&sending.url, self.flags.yes)?;
        }
        let reading = Reading {
            loaded: self.loaded,
            remap: self.remap,
            only: self.only,
            terminator: &sending.id_terminator,
            show_pii: context.show_pii,
        };
        let journal = self.journal()?;
        let plan = {
            // What the resumed run delivered before is finished, not repeated.
            let asking = journal.as_ref().filter(|_| self.resumed.is_none());
            let mut receipts = asking.map(|file| Receipts::of(file, sending)).transpose()?;
            let only_prints = self.flags.prints_only();
            let journaled = receipts.as_mut().and_then(Receipts::worth_asking).map(|known| Journaled {
                known,
                policy: &self.policy,
                only_prints,
            });
            Plan::make(&reading, sending.order, sending.lookup, journaled, observer)?
        };
        ending.command = self.command;
        ending.counts = with(ending.counts, &plan.counts);
        ending.skipped_by_status.clone_from(&plan.skipped);
        for (code, count) in &plan.by_code {
            *ending.by_code.entry(code).or_default() += count;
        }
        observer.observe(Event::Plan(PlanNote {
            target: if is_nowhere(&sending.url) {
                String::new()
            } else {
                Target::of(&sending.url).to_string()
            },
            counts: ending.counts,
            order: plan.said.clone(),
        }));
        if self.flags.all_or_nothing && ending.counts.invalid > 0 {
            ending.hold_back(all_or_nothing(ending.counts.invalid));
        } else if self.flags.curl {
            curl::print(sending, context.json, Feed::new(&reading, &plan, None))?;
        } else if self.flags.dry_run {
            print_payloads(&reading, &plan, observer)?;
        } else {
            if self.command == "send" && consent::asks(&sending.url, &ending.counts, self.flags.yes) {
                let payloads = Feed::new(&reading, &plan, None);
                consent::preview(payloads.filter_map(Result::ok), context, observer);
            }
            consent::before_a_run(context, &sending.url, &ending.counts, self.flags.yes)?;
            let journal = match journal {
                Some(journal) => journal,
                None => open(sending.journal.as_deref())?,
            };
            self.journaled(&journal, &reading, &plan, &mut ending, observer)?;
        }
        Ok(ending)
    }

    /// The journal, but of a receiver that is not known there is none.
    fn journal(&self) -> Result<Option<JournalFile>, Failure> {
        if is_nowhere(&self.sending.url) {
            return Ok(None);
        }
        open(self.sending.journal.as_deref()).map(Some)
    }

    fn journaled(
        &self,
        journal: &JournalFile,
        reading: &Reading<'_>,
        plan: &Plan,
        ending: &mut Ending,
        observer: &mut dyn Observer,
    ) -> Result<(), Failure> {
        let finished = self.resumed.map(|record| journal.finished_rows(record.number)).transpose();
        let finished = finished.map_err(|error| error.failure())?;
        let run = open_run(journal, &self.asked()?, self.resumed, plan)?;
        ending.run = Some(run.id().to_owned());
        send(reading, plan, self.sending, finished.as_ref(), &run, ending, observer)?;
        finish(journal, run, ending, self.resumed.is_some());
        Ok(())
    }

    fn asked(&self) -> Result<NewRun, Failure> {
        let unreadable = |error: std::io::Error| {
            let name = self.loaded.name();
            Failure::new(
                Kind::Input,
                said!(en: "{name}: can't be read", es: "{name}: no se puede leer").because(&error),
            )
        };
        let hash = ContentHash(self.loaded.digest().map_err(unreadable)?);
        let mapping = format!("{} {:?} {}", self.remap, self.only, self.sending.id_terminator);
        Ok(NewRun {
            command: self.command.to_owned(),
            args: super::recorded::arguments(),
            folder: std::env::current_dir().map_err(unreadable)?,
            target: Target::of(&self.sending.url),
            mapping: ContentHash::of(mapping.as_bytes()),
            files: vec![InputFile { path: self.loaded.name().to_owned(), hash, bytes: self.loaded.len() }],
        })
    }
}

/// The counts of the plan, and of what was judged before it.
fn with(before: Counts, plan: &Counts) -> Counts {
    Counts {
        rows: before.rows + plan.rows,
        invalid: before.invalid + plan.invalid,
        duplicates: before.duplicates + plan.duplicates,
        ignored: if before.rows > 0 { before.ignored } else { plan.ignored },
        ..*plan
    }
}

fn send(
    reading: &Reading<'_>,
    plan: &Plan,
    sending: &SendSettings,
    finished: Option<&RowSet>,
    run: &RunJournal,
    ending: &mut Ending,
    observer: &mut dyn Observer,
) -> Result<(), Failure> {
    let feed = Feed::new(reading, plan, finished);
    let total = feed.left();
    let work = Work { run: Some(run.id()), settings: sending, total, files: Vec::new() };
    let done = deliver(work, feed, run, observer)?;
    ending.take_end(&done.end, total);
    if let Some(failure) = done.broke_off {
        ending.stopped.get_or_insert(failure);
    }
    Ok(())
}

/// Begins the run, or goes on with the recorded one if nothing changed since.
fn open_run(
    journal: &JournalFile,
    asked: &NewRun,
    resumed: Option<&RunRecord>,
    plan: &Plan,
) -> Result<RunJournal, Failure> {
    let run = match resumed {
        Some(record) => {
            record.check_files(&asked.files)?;
            record.check_mapping_and_target(asked.mapping, &asked.target)?;
            journal.resume(record)
        }
        None => journal.start(asked),
    }
    .map_err(|error| error.failure())?;
    // A run that was killed before its plan was on disk has none.
    if resumed.is_none_or(|record| record.plan.rows == 0) {
        run.plan(&plan.counts, plan.settled.clone()).map_err(|error| error.failure())?;
    }
    Ok(run)
}

fn print_payloads(reading: &Reading<'_>, plan: &Plan, observer: &mut dyn Observer) -> Result<(), Failure> {
    for delivery in Feed::new(reading, plan, None) {
        let delivery = delivery?;
        let body = delivery.venta.unwrap_or(delivery.body);
        let body = String::from_utf8_lossy(&body).into_owned().into_bytes();
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

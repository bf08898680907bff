//! `runs`: what was sent, what was not, and how to go on.

mod export;
mod list;
mod outbox;
mod queued;
mod redrive;
mod resume;
mod settle;
mod show;
mod verify;

use std::io::Write;
use std::path::PathBuf;

use chrono::{DateTime, FixedOffset};
use clap::{Args, Subcommand};
use reqwest::Url;
use serde_json::{Map, Value};

use super::output::stdout;
use super::{Context, SendFlags};
use crate::config::{ProcessEnv, SendSettings, Token};
use crate::error::{Failure, Kind};
use crate::journal::{JournalFile, RunRecord};
use crate::report::event::Outcome;
use crate::said;

/// Arguments of `runs`.
#[derive(Debug, Args)]
pub(crate) struct RunsArgs {
    #[command(subcommand)]
    command: RunsCommand,
}

#[derive(Debug, Subcommand)]
enum RunsCommand {
    /// List the runs on record, the newest first.
    List(list::ListArgs),
    /// Show one run: what was sent, what was not and why, and what to do next.
    Show(show::ShowArgs),
    /// Go on with a run that stopped: only what is left is sent.
    Resume(resume::ResumeArgs),
    /// Send the failed rows of a run again.
    Redrive(Box<redrive::RedriveArgs>),
    /// Say what became of a venta that is in doubt.
    Settle(settle::SettleArgs),
    /// Ask the receiver what it holds, and compare it with the receipts.
    Verify(verify::VerifyArgs),
    /// Write the receipts of a run: CSV, or NDJSON with --json.
    Export(RunArgs),
}

/// Which run, and in which journal.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunArgs {
    /// Id of the run or its beginning, or last.
    #[arg(value_name = "RUN", default_value = "last", add = super::completions::run_id())]
    run: String,
    #[command(flatten)]
    journal: JournalFlag,
}

/// Which journal.
#[derive(Debug, Clone, Args)]
pub(crate) struct JournalFlag {
    /// File of runs and receipts [env: CRM_BRIDGE_JOURNAL; default: in the user's state folder].
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    journal: Option<PathBuf>,
}

pub(crate) fn run(args: &RunsArgs, context: &Context) -> Result<u8, Failure> {
    match &args.command {
        RunsCommand::List(args) => list::run(args, context),
        RunsCommand::Show(args) => show::run(args, context),
        RunsCommand::Resume(args) => resume::run(args, context),
        RunsCommand::Redrive(args) => redrive::run(args, context),
        RunsCommand::Settle(args) => settle::run(args, context),
        RunsCommand::Verify(args) => verify::run(args, context),
        RunsCommand::Export(args) => export::run(args, context),
    }
}

impl JournalFlag {
    /// The journal that the flag, the environment or the settings name.
    fn open(&self, context: &Context) -> Result<JournalFile, Failure> {
        let flags = SendFlags::journal_only(self.journal.clone());
        let settings = settings_without_receiver(&flags, context)?;
        JournalFile::open(settings.journal.as_deref()).map_err(|error| error.failure())
    }
}

impl RunArgs {
    fn open(&self, context: &Context) -> Result<(JournalFile, RunRecord), Failure> {
        let journal = self.journal.open(context)?;
        let run = journal.find_run(&self.run).map_err(|error| error.failure())?;
        Ok((journal, run))
    }
}

/// The settings of a command that sends nothing: the receiver may be missing.
fn settings_without_receiver(flags: &SendFlags, context: &Context) -> Result<SendSettings, Failure> {
    let found = flags.found(context, &ProcessEnv)?;
    let nowhere = Url::parse("http://127.0.0.1/").map_err(|error| {
        let error = error.to_string();
        Failure::new(Kind::Internal, said!(en: "a built-in URL is malformed: {error}", es: "una URL interna está mal formada: {error}"))
    })?;
    let url = found.url.clone().unwrap_or(nowhere);
    let token = found.token.clone().unwrap_or_else(|| Token::new(""));
    Ok(found.with_receiver(url, token).settings)
}

/// Writes `text` to stdout; a closed pipe (`| head`) is the reader's choice, not an error.
fn print(text: &str) {
    stdout().write_all(text.as_bytes()).ok();
}

/// A moment as people in Lima read it.
fn moment(millis: i64) -> String {
    const LIMA: i32 = -5 * 3600;
    let lima = FixedOffset::east_opt(LIMA);
    let moment =
        DateTime::from_timestamp_millis(millis).zip(lima).map(|(utc, lima)| utc.with_timezone(&lima));
    moment.map_or_else(String::new, |moment| moment.format("%Y-%m-%d %H:%M:%S").to_string())
}

/// A moment for programs.
fn timestamp(millis: i64) -> Value {
    DateTime::from_timestamp_millis(millis)
        .map(|moment| moment.to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
        .into()
}

/// The run as one line of JSON.
fn json(run: &RunRecord, status: &str) -> Value {
    let counts = run.counts();
    let mut out = Map::new();
    out.insert("kind".to_owned(), "run".into());
    out.insert("run".to_owned(), run.id.clone().into());
    out.insert("command".to_owned(), run.asked.command.clone().into());
    out.insert("args".to_owned(), run.asked.args.clone().into());
    out.insert("folder".to_owned(), run.asked.folder.display().to_string().into());
    out.insert("target".to_owned(), run.asked.target.as_str().into());
    out.insert("status".to_owned(), status.into());
    out.insert("exit_code".to_owned(), run.exit_code.into());
    out.insert("started".to_owned(), timestamp(run.started));
    out.insert("ended".to_owned(), run.ended.map_or(Value::Null, timestamp));
    out.insert("rows".to_owned(), counts.rows.into());
    out.insert("events".to_owned(), counts.events().into());
    out.insert("ignored".to_owned(), counts.ignored.into());
    out.extend(counts.named().into_iter().map(|(name, count)| (name.to_owned(), count.into())));
    out.insert("attempts".to_owned(), run.attempts.into());
    let files = run.asked.files.iter().map(|file| file.path.clone().into()).collect();
    out.insert("files".to_owned(), Value::Array(files));
    Value::Object(out)
}

/// The status for people and programs: a run that was killed is neither running nor finished.
fn status(journal: &JournalFile, run: &RunRecord) -> &'static str {
    let killed = run.ended.is_none() && !journal.is_under_way(run);
    if killed { "killed" } else { run.status.name() }
}

/// An outcome on record in a person's language.
fn said_outcome<'o>(outcome: &'o str, context: &Context) -> &'o str {
    let known = [Outcome::Rejected, Outcome::Failed, Outcome::Collision, Outcome::Unknown]
        .into_iter()
        .find(|known| known.name() == outcome);
    match known {
        Some(known) => known.said(context.lang),
        None if outcome == "invalid" => context.lang.pick("invalid", "inválida"),
        None => outcome,
    }
}

/// The status in a person's language.
fn said_status(status: &'static str, context: &Context) -> &'static str {
    match status {
        "running" => context.lang.pick("running", "en curso"),
        "finished" => context.lang.pick("finished", "terminada"),
        "stopped" => context.lang.pick("stopped", "detenida"),
        "interrupted" => context.lang.pick("interrupted", "interrumpida"),
        _ => context.lang.pick("killed", "cortada"),
    }
}

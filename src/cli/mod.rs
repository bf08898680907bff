//! The command line: flags become domain values here, once, and each command has one file with its arguments and its
//! wiring. May import everything; nothing imports it.

mod columns_view;
mod completions;
mod config;
mod consent;
mod context;
mod curl;
mod deferred;
mod delivering;
mod embedded;
mod ending;
mod export_flags;
mod exports;
mod init;
mod journaling;
mod log;
mod man;
mod map;
mod mapping_file;
mod next_command;
mod observers;
mod on_record;
mod output;
mod payloads;
mod queueing;
mod recorded;
mod relay;
mod replay;
mod replay_csv;
mod run_files;
mod runs;
mod send;
mod send_flags;
mod serve_mock;
mod settling;
mod test;
mod usage;
mod validate;
mod worker;

use std::ffi::OsString;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use tracing::level_filters::LevelFilter;

pub use context::Context;
pub use send_flags::{ReceiverFlags, SendFlags};
pub use worker::QueueFlags;

use deferred::Deferred;

use crate::error::{Failure, Kind};
use crate::lang::Lang;

/// Sends, checks, replays, relays and receives presencia webhooks between a CRM and the App Comercial.
#[derive(Debug, Parser)]
#[command(name = "crm-bridge", version, long_version = env!("CRM_BRIDGE_VERSION"))]
#[command(propagate_version = true, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

/// Flags of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct GlobalArgs {
    /// Write NDJSON to stdout, one object a line, for scripts.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say more: repairs and skipped rows (-v), each attempt (-vv).
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say nothing but the summary and errors.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Colours; `NO_COLOR` switches them off too.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorWhen,
    /// Language of the messages [default: from the locale, else en].
    #[arg(long, global = true, value_name = "LANG")]
    pub(crate) lang: Option<LangArg>,
    /// Show names, documents, phones and e-mails unmasked.
    #[arg(long, global = true)]
    pub(crate) show_pii: bool,
    #[command(flatten)]
    log: log::LogArgs,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// A language, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LangArg {
    /// Spanish.
    Es,
    /// English.
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::Es => Self::Es,
            LangArg::En => Self::En,
        }
    }
}

/// The commands, in the order of `--help`: what operators need first.
#[derive(Debug, Subcommand)]
enum Command {
    /// Send one presencia from flags, or records or payloads from JSON.
    Send(Deferred<send::SendArgs>),
    /// Find out whether the integration works, and if not, why.
    Test(Deferred<test::TestArgs>),
    /// Check exports or payloads without a network: what would be sent, and what must be fixed.
    Validate(Deferred<validate::ValidateArgs>),
    /// Map, validate and deliver every event of CRM exports; resumable.
    ReplayCsv(Deferred<replay_csv::ReplayCsvArgs>),
    /// Send recorded requests again, byte for byte.
    Replay(Deferred<replay::ReplayArgs>),
    /// Look at recorded runs, go on with them, send dead letters again, export receipts.
    Runs(Deferred<runs::RunsArgs>),
    /// Show which column of an export feeds which field, and save that as a mapping file.
    Map(Deferred<map::MapArgs>),
    /// Run a receiver for development and CI: strict as the document, or odd as a deployed one.
    ServeMock(Deferred<serve_mock::ServeMockArgs>),
    /// Take the CRM's webhooks, answer at once, deliver with retries; nothing is lost.
    Relay(Deferred<relay::RelayArgs>),
    /// Deliver from a JetStream queue; as many as you like, on as many machines.
    Worker(Deferred<worker::WorkerArgs>),
    /// Show the settings in use and where each came from.
    Config(Deferred<config::ConfigArgs>),
    /// Write a commented crm-bridge.toml.
    Init(Deferred<init::InitArgs>),
    /// Print a completion script for a shell.
    Completions(Deferred<completions::CompletionsArgs>),
    /// Print a manual page, or write all of them.
    Man(Deferred<man::ManArgs>),
}

/// Parses `args`, runs the command and returns the exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    log::install_panic_hook();
    let args: Vec<OsString> = args.into_iter().collect();
    // The hook has said what there is to say.
    std::panic::catch_unwind(|| parse_and_run(args)).unwrap_or_else(|_| Kind::Internal.exit_code())
}

fn parse_and_run(args: Vec<OsString>) -> u8 {
    if completions::answer(&args) {
        return 0;
    }
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        // Help and version, too.
        Err(error) => return usage::report(error, &args),
    };
    let context = Context::new(&cli.global);
    let result = log::install(&cli.global.log, &context, cli.command.usual_log()).and_then(|()| {
        tracing::info!(version = env!("CARGO_PKG_VERSION"), "begins");
        run(cli.command, &context)
    });
    let result = result.and_then(|code| output::failure().map_or(Ok(code), Err));
    let code = result.as_ref().map_or_else(|failure| failure.kind.exit_code(), |code| *code);
    tracing::info!(code, "ends");
    if let Err(failure) = result {
        context.report_failure(&failure);
    }
    code
}

impl Command {
    /// What is logged where nothing is asked for: what happens, for the servers that have no other report.
    fn usual_log(&self) -> LevelFilter {
        match self {
            Self::Relay(_) | Self::Worker(_) => LevelFilter::INFO,
            _ => LevelFilter::WARN,
        }
    }
}

fn run(command: Command, context: &Context) -> Result<u8, Failure> {
    match command {
        Command::Send(Deferred(args)) => send::run(&args, context),
        Command::Test(Deferred(args)) => test::run(&args, context),
        Command::Validate(Deferred(args)) => validate::run(&args, context),
        Command::ReplayCsv(Deferred(args)) => replay_csv::run(&args, context),
        Command::Replay(Deferred(args)) => replay::run(&args, context),
        Command::Runs(Deferred(args)) => runs::run(&args, context),
        Command::Map(Deferred(args)) => map::run(&args, context),
        Command::ServeMock(Deferred(args)) => serve_mock::run(&args, context),
        Command::Relay(Deferred(args)) => relay::run(&args, context),
        Command::Worker(Deferred(args)) => worker::run(&args, context),
        Command::Config(Deferred(args)) => config::run(&args, context),
        Command::Init(Deferred(args)) => init::run(&args, context),
        Command::Completions(Deferred(args)) => Ok(completions::run(&args)),
        Command::Man(Deferred(args)) => man::run(&args),
    }
}

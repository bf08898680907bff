//! The command line: flags become domain values here, once, and each command has one file with its arguments and its
//! wiring. May import everything; nothing imports it.

mod completions;
mod config;
mod consent;
mod context;
mod init;
mod relay;
mod send_flags;
mod serve_mock;
mod test;

use std::ffi::OsString;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

pub use context::Context;
pub use send_flags::{ReceiverFlags, SendFlags};

use crate::error::Failure;
use crate::lang::Lang;

/// Sends, checks, replays, relays and receives presencia webhooks between a CRM and the App Comercial.
#[derive(Debug, Parser)]
#[command(name = "crm-bridge", version, propagate_version = true, max_term_width = 100)]
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

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a receiver for development and CI: strict as the document, or odd as a deployed one.
    ServeMock(Box<serve_mock::ServeMockArgs>),
    /// Take the CRM's webhooks, answer at once, and deliver them with retries.
    Relay(Box<relay::RelayArgs>),
    /// Print a completion script for a shell.
    Completions(completions::CompletionsArgs),
    /// Show the settings in use and where each came from.
    Config(config::ConfigArgs),
    /// Write a commented crm-bridge.toml.
    Init(init::InitArgs),
    /// Find out whether the integration works, and if not, why.
    Test(Box<test::TestArgs>),
}

/// Parses `args`, runs the command and returns the exit code.
pub fn main(args: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; a closed pipe must not become one.
            let code = if error.use_stderr() { 2 } else { 0 };
            error.print().ok();
            return code;
        }
    };
    let context = Context::new(&cli.global);
    match run(cli.command, &context) {
        Ok(code) => code,
        Err(failure) => {
            context.report_failure(&failure);
            failure.kind.exit_code()
        }
    }
}

fn run(command: Command, context: &Context) -> Result<u8, Failure> {
    match command {
        Command::ServeMock(args) => serve_mock::run(&args, context),
        Command::Relay(args) => relay::run(&args, context),
        Command::Completions(args) => Ok(completions::run(&args, context)),
        Command::Config(args) => config::run(&args, context),
        Command::Init(args) => init::run(&args, context),
        Command::Test(args) => test::run(&args, context),
    }
}

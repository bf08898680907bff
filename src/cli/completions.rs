//! `completions SHELL`: prints a completion script; and the answers to what that script asks while a person types.
//!
//! By default the script asks the program itself, which knows the profiles and runs of this place. `--static` prints
//! one that knows only commands and flags, for packages: it still works where another version is installed.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::PathBuf;
use std::sync::OnceLock;

use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::Shell;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::{CompleteEnv, Shells};

use super::Cli;
use super::output::stdout;
use crate::config::ProcessEnv;
use crate::config::layers::{Layer, Layers, Places, profiles};
use crate::journal::{JournalFile, RunRecord};

/// The variable by which a script asks.
const VARIABLE: &str = "CRM_BRIDGE_COMPLETE";

/// The name under which the program is installed.
const PROGRAM: &str = "crm-bridge";

/// How many runs are offered.
const MOST_RUNS: usize = 20;

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell to complete in.
    shell: Shell,
    /// Print a script that knows commands and flags, but not the runs and profiles of this place.
    #[arg(long = "static")]
    fixed: bool,
}

pub(crate) fn run(args: &CompletionsArgs) -> u8 {
    let mut script = Vec::new();
    if args.fixed {
        clap_complete::generate(args.shell, &mut Cli::command(), PROGRAM, &mut script);
    } else {
        let name = args.shell.to_possible_value();
        let shells = Shells::builtins();
        let shell = name.as_ref().and_then(|name| shells.completer(name.get_name()));
        if let Some(shell) = shell {
            // Into memory: it can't fail.
            shell.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script).ok();
        }
    }
    // A closed pipe (`| head`) is the reader's choice, not an error.
    stdout().write_all(&script).ok();
    0
}

/// The words of the line that is typed, where a script asks.
static TYPED: OnceLock<Vec<OsString>> = OnceLock::new();

/// Answers a script, where it is one that asks; whether it was.
pub(crate) fn answer(args: &[OsString]) -> bool {
    let folder = std::env::current_dir().ok();
    TYPED.set(args.to_vec()).ok();
    CompleteEnv::with_factory(Cli::command)
        .var(VARIABLE)
        .try_complete(args.iter().cloned(), folder.as_deref())
        .unwrap_or(false)
}

/// Completes RUN with `last` and the ids of the newest runs on record. A journal is read, never made.
pub(crate) fn run_id() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let typed = typed.to_string_lossy();
        let last = ("last".to_owned(), "the newest run".to_owned());
        std::iter::once(last)
            .chain(newest_runs().unwrap_or_default())
            .filter(|(id, _)| id.starts_with(typed.as_ref()))
            .map(|(id, what)| CompletionCandidate::new(id).help(Some(what.into())))
            .collect()
    })
}

/// The value of `flag` in the words that are typed.
fn typed(flag: &str) -> Option<String> {
    let words = TYPED.get()?;
    let mut values = words.iter().enumerate().filter_map(|(at, word)| {
        let rest = word.to_str()?.strip_prefix(flag)?;
        // The `=` is a word of its own where the shell parts words there, as bash does.
        match rest.strip_prefix('=') {
            Some(value) => Some(value.to_owned()),
            None if rest.is_empty() => {
                let mut after = words.get(at + 1..)?.iter().filter(|word| *word != "=");
                after.next().map(|word| word.to_string_lossy().into_owned())
            }
            None => None,
        }
    });
    values.next().filter(|value| !value.is_empty())
}

/// The places that the words name.
fn places() -> Places {
    Places { config: typed("--config").map(PathBuf::from), profile: typed("--profile") }
}

fn newest_runs() -> Option<Vec<(String, String)>> {
    let named = typed("--journal").map(PathBuf::from).or_else(|| {
        let layers = Layers::load(Layer::default(), &places(), &ProcessEnv).ok()?;
        layers.text("journal").map(|(path, _)| PathBuf::from(path))
    });
    let path = named.or_else(|| JournalFile::default_path().ok()).filter(|path| path.is_file())?;
    let runs = JournalFile::open(Some(&path)).ok()?.runs().ok()?;
    let words = |run: RunRecord| {
        let events = run.counts().events();
        (run.id, format!("{}, {events} events", run.asked.command))
    };
    Some(runs.into_iter().take(MOST_RUNS).map(words).collect())
}

/// Completes `--profile` with the profiles of the files that apply here.
pub(crate) fn profile() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| {
        let typed = typed.to_string_lossy();
        profiles(&Places { profile: None, ..places() }, &ProcessEnv)
            .into_iter()
            .filter(|name| name.starts_with(typed.as_ref()))
            .map(CompletionCandidate::new)
            .collect()
    })
}

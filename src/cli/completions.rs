//! `completions SHELL`: prints a completion script.

use std::io::{self, Write};

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Context};

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell to complete in.
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs, _context: &Context) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "crm-bridge", &mut script);
    // A closed pipe (`| head`) is the reader's choice, not an error.
    io::stdout().write_all(&script).ok();
    0
}

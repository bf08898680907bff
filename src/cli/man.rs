//! `man`: manual pages, one to stdout or all of them into a folder.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory};
use clap_mangen::Man;

use super::Cli;
use super::output::stdout;
use crate::error::{Failure, Kind};
use crate::said;

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The command whose page is printed, such as replay-csv or runs show; the program's own without it.
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
    /// Write every page into this folder instead.
    #[arg(long, value_name = "FOLDER", conflicts_with = "command", value_hint = clap::ValueHint::DirPath)]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &ManArgs) -> Result<u8, Failure> {
    if let Some(folder) = &args.out {
        write_all(folder)?;
    } else {
        let page = page(&args.command)?;
        // A closed pipe (`| head`) is the reader's choice, not an error.
        stdout().write_all(&page).ok();
    }
    Ok(0)
}

/// The pages say the release alone: they are committed, and a commit can't name itself.
fn program() -> clap::Command {
    let mut program = Cli::command().version(env!("CARGO_PKG_VERSION")).disable_help_subcommand(true);
    program = program.long_version(None);
    program.build();
    program
}

fn page(path: &[String]) -> Result<Vec<u8>, Failure> {
    let program = program();
    let mut command = &program;
    for name in path {
        command = command.find_subcommand(name).ok_or_else(|| {
            Failure::new(
                Kind::Usage,
                said!(en: "there is no command {name:?}", es: "no existe el comando {name:?}"),
            )
            .hint(said!(en: "`crm-bridge --help` lists them", es: "`crm-bridge --help` los muestra"))
        })?;
    }
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page).map_err(|error| {
        Failure::new(Kind::Internal, said!(en: "no page: {error}", es: "sin página: {error}"))
    })?;
    Ok(page)
}

fn write_all(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(program(), folder)).map_err(
        |error| {
            let folder = folder.display();
            Failure::new(
                Kind::Usage,
                said!(en: "{folder} can't be written", es: "no se puede escribir {folder}").because(&error),
            )
            .hint(said!(en: "name another folder with --out", es: "indique otra carpeta con --out"))
        },
    )
}

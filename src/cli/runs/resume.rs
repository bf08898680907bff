//! `runs resume RUN`: the recorded command again, for what is left of it.

use clap::{Args, Parser};

use super::RunArgs;
use crate::cli::deferred::Deferred;
use crate::cli::on_record::OnRecord;
use crate::cli::{Cli, Command, Context, replay, replay_csv};
use crate::error::{Failure, Kind};
use crate::journal::RunRecord;
use crate::said;

/// Arguments of `runs resume`.
#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    #[command(flatten)]
    run: RunArgs,
    /// Don't ask before writing; needed off a terminal for a host that isn't this machine.
    #[arg(short, long)]
    yes: bool,
}

pub(super) fn run(args: &ResumeArgs, context: &Context) -> Result<u8, Failure> {
    let (journal, run) = args.run.open(context)?;
    let path = journal.path().to_owned();
    // Two connections to one journal in one process would wait for each other's locks.
    drop(journal);
    let recorded = recorded_command(&run);
    if !matches!(recorded, Some(Command::ReplayCsv(_) | Command::Replay(_))) {
        return Err(cannot_resume(&run));
    }
    std::env::set_current_dir(&run.asked.folder).map_err(|error| {
        let folder = run.asked.folder.display();
        Failure::new(
            Kind::Input,
            said!(en: "{folder}: the folder of the run can't be entered", es: "{folder}: no se puede entrar a la carpeta de la ejecución").because(&error),
        )
    })?;
    match recorded {
        Some(Command::ReplayCsv(Deferred(recorded))) => {
            replay_csv::resume(&recorded.resuming(path, args.yes), &run, context)
        }
        Some(Command::Replay(Deferred(recorded))) => {
            replay::resume(&recorded.resuming(path, args.yes), &run, context)
        }
        _ => Err(cannot_resume(&run)),
    }
}

/// The command line on record, parsed again.
fn recorded_command(run: &RunRecord) -> Option<Command> {
    let args = std::iter::once("crm-bridge").chain(run.asked.args.iter().map(String::as_str));
    Cli::try_parse_from(args).ok().map(|cli| cli.command)
}

fn cannot_resume(run: &RunRecord) -> Failure {
    let command = &run.asked.command;
    let redrive = OnRecord::here().asked_with(&run.asked.args).redrive(&run.id, None);
    Failure::new(
        Kind::Usage,
        said!(en: "a run of `{command}` can't be resumed", es: "una ejecución de `{command}` no se puede continuar"),
    )
    .hint(said!(
        en: "run the command again: what was delivered is not sent again; `{redrive}` sends its failed rows",
        es: "ejecute el comando otra vez: lo ya entregado no se envía de nuevo; `{redrive}` envía sus filas fallidas"
    ))
}

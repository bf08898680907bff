//! `runs list`: the runs on record, the newest first; with `--queue` the dead letters there.

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};

use super::queued::{self, QueueAt};
use super::{JournalFlag, json, moment, print, said_status, status};
use crate::cli::Context;
use crate::error::Failure;
use crate::report::human::grouped;

/// Arguments of `runs list`.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Show at most so many.
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    journal: JournalFlag,
    #[command(flatten)]
    queue: QueueAt,
}

pub(super) fn run(args: &ListArgs, context: &Context) -> Result<u8, Failure> {
    if args.queue.is_named() {
        return queued::list(&args.queue, args.limit, context);
    }
    let journal = args.journal.open(context)?;
    let mut runs = journal.runs().map_err(|error| error.failure())?;
    runs.truncate(args.limit);
    if context.json {
        for run in &runs {
            print(&format!("{}\n", json(run, status(&journal, run))));
        }
        return Ok(0);
    }
    if runs.is_empty() {
        let path = journal.path().display();
        let none = context.lang.pick("no run is on record in", "no hay ejecuciones registradas en");
        print(&format!("{none} {path}\n"));
        return Ok(0);
    }
    let lang = context.lang;
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header([
        lang.pick("run", "ejecución"),
        lang.pick("started", "inicio"),
        lang.pick("command", "comando"),
        lang.pick("status", "estado"),
        lang.pick("events", "eventos"),
        lang.pick("delivered", "entregadas"),
        lang.pick("wrong", "con error"),
        lang.pick("left", "sin intentar"),
        lang.pick("target", "destino"),
    ]);
    for run in &runs {
        let counts = run.counts();
        let wrong = counts.invalid + counts.rejected + counts.failed + counts.collisions + counts.unknown;
        table.add_row([
            run.id.clone(),
            moment(run.started),
            run.asked.command.clone(),
            said_status(status(&journal, run), context).to_owned(),
            grouped(counts.events()),
            grouped(counts.delivered),
            grouped(wrong),
            grouped(counts.unprocessed),
            run.asked.target.to_string(),
        ]);
    }
    for number in 4..8 {
        if let Some(column) = table.column_mut(number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    print(&format!("{table}\n"));
    Ok(0)
}

//! `runs settle RUN ROW`, and with `--queue` `runs settle ID`: what a person saw of a venta that is in doubt.

use clap::{ArgGroup, Args};
use serde_json::json;

use super::queued::{self, QueueAt};
use super::{RunArgs, print};
use crate::cli::Context;
use crate::cli::on_record::OnRecord;
use crate::error::Failure;
use crate::journal::Truth;

/// Arguments of `runs settle`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("truth").required(true))]
pub(crate) struct SettleArgs {
    /// Id of the run or its beginning, or last; with --queue the `id_presencia_crm` in doubt.
    #[arg(value_name = "RUN|ID", add = crate::cli::completions::run_id())]
    run: String,
    /// The row, as `runs show` names it; none with --queue.
    #[arg(value_name = "ROW", conflicts_with = "at")]
    row: Option<u64>,
    /// The venta is in the App Comercial.
    #[arg(long, group = "truth")]
    delivered: bool,
    /// The venta is not in the App Comercial: `runs redrive` sends it, with --queue a worker does.
    #[arg(long, group = "truth")]
    not_delivered: bool,
    /// Number of the input file, where several have this row; 0 is the first.
    #[arg(long, value_name = "NUMBER", conflicts_with = "at")]
    file: Option<u16>,
    #[command(flatten)]
    journal: super::JournalFlag,
    #[command(flatten)]
    queue: QueueAt,
}

pub(super) fn run(args: &SettleArgs, context: &Context) -> Result<u8, Failure> {
    if args.queue.is_named() {
        return queued::settle(&args.queue, &args.run, args.delivered, context);
    }
    let row = args.row.ok_or_else(queued::row_is_missing)?;
    let of = RunArgs { run: args.run.clone(), journal: args.journal.clone() };
    let (journal, run) = of.open(context)?;
    let truth = if args.delivered { Truth::Delivered } else { Truth::NotDelivered };
    let letter = journal.settle(&run, args.file, row, truth).map_err(|error| error.failure())?;
    let outcome = if args.delivered { "delivered" } else { "failed" };
    if context.json {
        let line = json!({
            "kind": "settled", "run": run.id, "row": letter.row, "id_presencia_crm": letter.id, "outcome": outcome,
        });
        print(&format!("{line}\n"));
    } else if args.delivered {
        let said = context.lang.pick("is delivered", "queda como entregada");
        print(&format!("{} {said}\n", letter.id));
    } else {
        let said =
            context.lang.pick("was not delivered; send its venta with", "no se entregó; envíe su venta con");
        let redrive = OnRecord::here().asked_with(&run.asked.args).redrive(&run.id, None);
        print(&format!("{} {said} `{redrive}`\n", letter.id));
    }
    Ok(0)
}

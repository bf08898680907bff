//! `runs export RUN`: the receipts, as CSV or NDJSON.

use std::io::{self, BufWriter, Write};

use serde_json::json;

use super::{RunArgs, timestamp};
use crate::cli::Context;
use crate::cli::output::stdout;
use crate::delivery::VentaState;
use crate::error::{Failure, Kind};
use crate::journal::{Receipt, RunRecord};
use crate::said;

pub(super) fn run(args: &RunArgs, context: &Context) -> Result<u8, Failure> {
    let (journal, run) = args.open(context)?;
    let mut out = BufWriter::with_capacity(64 * 1024, stdout());
    let written = if context.json {
        journal.each_receipt(run.number, |receipt| writeln!(out, "{}", line(&run, &receipt)))
    } else {
        let mut csv = csv::Writer::from_writer(&mut out);
        csv.write_record([
            "file",
            "row",
            "id_presencia_crm",
            "id_presencia",
            "venta",
            "id_venta",
            "attempts",
            "http_status",
            "at",
        ])
        .and_then(|()| Ok(csv.flush()?))
        .map_err(csv_failure)?;
        journal.each_receipt(run.number, |receipt| {
            csv.write_record(record(&run, &receipt)).map_err(io::Error::other)
        })
    };
    match written.map_err(|error| error.failure())?.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(failed(&error)),
        // A closed pipe (`| head`) is the reader's choice.
        _ => Ok(0),
    }
}

fn csv_failure(error: csv::Error) -> Failure {
    failed(&io::Error::other(error))
}

fn failed(error: &io::Error) -> Failure {
    Failure::new(
        Kind::Input,
        said!(en: "can't write the receipts", es: "no se pueden escribir los recibos").because(error),
    )
}

fn file<'r>(run: &'r RunRecord, receipt: &Receipt) -> &'r str {
    run.asked.files.get(usize::from(receipt.file)).map_or("", |file| file.path.as_str())
}

fn venta(receipt: &Receipt) -> &'static str {
    match receipt.venta {
        VentaState::None => "",
        VentaState::Missing => "missing",
        VentaState::Delivered => "delivered",
        VentaState::Intended | VentaState::Doubtful => "unknown",
    }
}

fn record(run: &RunRecord, receipt: &Receipt) -> [String; 9] {
    [
        file(run, receipt).to_owned(),
        receipt.row.to_string(),
        receipt.id.clone(),
        receipt.id_presencia.clone(),
        venta(receipt).to_owned(),
        receipt.id_venta.clone().unwrap_or_default(),
        receipt.attempts.to_string(),
        receipt.http_status.map(|status| status.to_string()).unwrap_or_default(),
        timestamp(receipt.at).as_str().unwrap_or_default().to_owned(),
    ]
}

fn line(run: &RunRecord, receipt: &Receipt) -> serde_json::Value {
    json!({
        "kind": "receipt",
        "file": file(run, receipt),
        "row": receipt.row,
        "id_presencia_crm": receipt.id,
        "id_presencia": receipt.id_presencia,
        "venta": venta(receipt),
        "id_venta": receipt.id_venta,
        "attempts": receipt.attempts,
        "http_status": receipt.http_status,
        "at": timestamp(receipt.at),
    })
}

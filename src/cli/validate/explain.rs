//! `validate FILE --explain ROW`: one row from end to end instead of a summary.

use std::io::{BufWriter, Write};

use super::{ValidateArgs, settings};
use crate::cli::Context;
use crate::cli::exports::{Exports, Shape, load_all, open_exports};
use crate::cli::observers::observer;
use crate::cli::output::stdout;
use crate::cli::payloads::are_payloads;
use crate::error::{Failure, Kind, SOME_ROWS_WENT_WRONG};
use crate::intake::{Heard, explain, first_pass};
use crate::report::event::{Counts, Event, Observer, SummaryNote};
use crate::report::explanation::{Explanation, Fate};
use crate::report::human::explanation;
use crate::report::ndjson::Ndjson;
use crate::said;

/// Explains row `row` of the one file that was named.
pub(super) fn run(args: &ValidateArgs, row: u64, context: &Context) -> Result<u8, Failure> {
    let [file] = args.files.as_slice() else {
        return Err(Failure::new(
            Kind::Usage,
            said!(en: "--explain shows a row of one file", es: "--explain muestra una fila de un solo archivo"),
        )
        .hint(said!(
            en: "name that file alone: crm-bridge validate FILE --explain {row}",
            es: "nombre solo ese archivo: crm-bridge validate ARCHIVO --explain {row}",
        )));
    };
    let inputs = load_all(std::slice::from_ref(file), args.export.encoding)?;
    if are_payloads(&inputs)? {
        return Err(Failure::new(
            Kind::Usage,
            said!(
                en: "the file holds payloads; --explain shows how a record becomes one",
                es: "el archivo contiene payloads; --explain muestra cómo un registro llega a serlo",
            ),
        )
        .hint(said!(
            en: "crm-bridge validate without --explain checks payloads",
            es: "crm-bridge validate sin --explain revisa payloads",
        )));
    }
    let mut about_file = observer(context);
    let Exports { tables, mappings, stopped, .. } =
        open_exports(&inputs, &args.export, Shape::default(), context, about_file.as_mut())?;
    drop(about_file);
    let mut settings = settings(args, context)?;
    settings.policy.list_repairs = true;
    let mut judges = mappings.judges();
    let mut heard = Heard::of(row);
    let mut plan = first_pass(tables, &mut judges, &settings, None, &mut heard)?;
    plan.stop_for(stopped);
    let Some(judge) = judges.first().copied() else {
        return Err(Failure::new(
            Kind::Internal,
            said!(en: "no input was opened", es: "no se abrió ninguna entrada"),
        ));
    };
    let told = explain(&plan, judge, heard, context.show_pii)?
        .map_err(|last| no_such_row(plan.tables().get(0).name(), row, last))?;
    let mut out = BufWriter::new(stdout());
    if context.json {
        let mut lines = Ndjson::new(out, context.lang);
        lines.explanation(&told);
        lines.observe(Event::Summary(Box::new(summary(&told))));
    } else {
        explanation(&mut out, &told, context.lang, context.color);
        // Nobody is left to be told when stdout is closed.
        out.flush().ok();
    }
    let wrong = matches!(told.fate, Fate::Invalid | Fate::Unprocessed);
    Ok(if wrong { SOME_ROWS_WENT_WRONG } else { 0 })
}

/// The counts of the one row.
fn summary(told: &Explanation) -> SummaryNote {
    let mut counts = Counts { rows: 1, ..Counts::default() };
    match told.fate {
        Fate::Prepared => counts.prepared = 1,
        Fate::Invalid => counts.invalid = 1,
        Fate::Duplicate => counts.duplicates = 1,
        Fate::Skipped => counts.skipped = 1,
        Fate::Unprocessed => counts.unprocessed = 1,
        Fate::Ignored => counts = Counts { ignored: 1, ..Counts::default() },
    }
    let mut note = SummaryNote { command: "validate", counts, ..SummaryNote::default() };
    for finding in &told.findings {
        *note.by_code.entry(finding.code).or_default() += 1;
    }
    note
}

fn no_such_row(file: &str, row: u64, last: u64) -> Failure {
    Failure::new(
        Kind::Input,
        said!(
            en: "{file} has no row {row}; its last row is {last}",
            es: "{file} no tiene la fila {row}; su última fila es {last}",
        ),
    )
    .hint(said!(
        en: "give --explain the row that a spreadsheet shows: titles and the header count",
        es: "indique en --explain la fila que muestra una hoja de cálculo: los títulos y la cabecera cuentan",
    ))
}

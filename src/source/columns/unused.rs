//! What is said about the columns that nothing reads (H03): one by one where there is something to say, together
//! otherwise.
//!
//! Comes in: an inspection, with how each column was judged. Goes out: findings, each with what to do
//! to use the column.

use super::fold;
use super::inspect::{Explained, Inspection, Verdict, called};
use super::lead_export::{map_flag, quoted};
use crate::lang::Said;
use crate::record::Field;
use crate::rules::cell::is_absent;
use crate::rules::{Code, Finding, Severity};
use crate::said;

/// What is said about the columns of a file, once all of them are judged.
pub(super) fn unused(inspection: &Inspection<'_>) -> Vec<Finding> {
    let Inspection { source, columns, report, .. } = inspection;
    let explained = &report.columns;
    let told_already =
        |field: Field| report.errors.iter().any(|error| error.field.as_deref() == Some(field.name()));
    let mut notes = Vec::new();
    let mut others = Vec::new();
    for (told, column) in explained.iter().zip(*columns) {
        let unread = matches!(told.verdict, Verdict::Suggested | Verdict::Tie | Verdict::Unused);
        // What the first records don't have, a later one has.
        let a_later_one = source.is_of_records() && Field::from_name(&told.header).is_none();
        let empty = column.cells.is_empty() && !a_later_one;
        if !unread || column.is_added() || empty || told.field.is_some_and(told_already) {
            continue;
        }
        let called = called(source.header(), told.column);
        if source.is_of_records() {
            notes.push(of_records(inspection, told, &called));
        } else if let Some(field) = told.field {
            notes.push(perhaps(field, told, &called));
        } else if fold(&told.header).split(' ').any(|word| word.starts_with("apellido")) {
            notes.push(of_the_name(told, explained));
        } else if told.header.is_empty() {
            notes.push(nameless(told, explained));
        } else {
            others.push(told.header.as_str());
        }
    }
    if !others.is_empty() {
        let what = if others.len() == 1 {
            said!(en: "column", es: "columna")
        } else {
            said!(en: "columns", es: "columnas")
        };
        notes.push(
            Finding::new(Code::H03)
                .said("what", what)
                .arg("column", others.join(", "))
                .said("guess", Said::default())
                .said(
                    "remedy",
                    said!(en: "to use one: --map FIELD=COLUMN", es: "para usar una: --map CAMPO=COLUMNA"),
                ),
        );
    }
    notes
}

/// A key of JSON records that no field has; an error where a sale is lost with it.
fn of_records(inspection: &Inspection<'_>, told: &Explained, called: &str) -> Finding {
    // A sale under the name that payloads give it.
    let as_in_payloads = told.header.strip_prefix("venta.");
    let alike = as_in_payloads
        .and_then(|key| Field::from_name(&format!("sale.{key}")))
        .or_else(|| inspection.detected.guess(told.column).map(|guess| guess.field));
    let key = quoted(called);
    let (guess, remedy) = match alike {
        Some(field) => {
            let (name, map) = (field.name(), map_flag(field, called));
            (
                said!(en: "; it may be {name}", es: "; podría ser {name}"),
                said!(en: "to use it: {map}, or name the key so", es: "para usarla: {map}, o llame así a la clave"),
            )
        }
        None => (
            Said::default(),
            said!(
                en: "to use it: --map FIELD={key}; crm-bridge map --show lists the fields",
                es: "para usarla: --map CAMPO={key}; crm-bridge map --show muestra los campos"
            ),
        ),
    };
    if !loses_a_sale(inspection, told) {
        return finding(&told.header, guess, remedy);
    }
    let Said { en, es } = remedy;
    let remedy = said!(en: "{en}; to send without the sale: --ignore H03", es: "{es}; para enviar sin la venta: --ignore H03");
    let Said { en, es } = guess;
    let guess = said!(en: "{en}, and a sale would be lost", es: "{es}, y se perdería una venta");
    finding(&told.header, guess, remedy).severity(Severity::Error)
}

/// Whether a record has something of a sale there, and no sale without it.
fn loses_a_sale(inspection: &Inspection<'_>, told: &Explained) -> bool {
    let Inspection { source, report, .. } = inspection;
    if !told.header.starts_with("sale.") && !told.header.starts_with("venta.") {
        return false;
    }
    let binding = &report.binding;
    let mut rows = source.rows(binding);
    while let Some(Ok(row)) = rows.next() {
        let filled = |field| {
            binding
                .columns(field)
                .iter()
                .any(|column| row.cells.get(*column).is_some_and(|cell| !is_absent(cell.trim())))
        };
        if row.cells.filled(told.column) && !(filled(Field::Lote) && filled(Field::ValorLote)) {
            return true;
        }
    }
    false
}

/// It may be a field's.
fn perhaps(field: Field, told: &Explained, called: &str) -> Finding {
    let (name, map) = (field.name(), map_flag(field, called));
    let remedy = if told.verdict == Verdict::Suggested {
        said!(en: "to use it: {map}, or --accept-suggestions", es: "para usarla: {map}, o --accept-suggestions")
    } else {
        said!(en: "to use it: {map}", es: "para usarla: {map}")
    };
    finding(&told.header, said!(en: "; it may be {name}", es: "; podría ser {name}"), remedy)
}

/// It holds surnames, beside a column of names.
fn of_the_name(told: &Explained, explained: &[Explained]) -> Finding {
    let surnames = &told.header;
    let beside = explained.iter().find(|other| {
        other.field == Some(Field::Nombre) && matches!(other.verdict, Verdict::Taken | Verdict::Decided)
    });
    let remedy = match beside.map(|column| &column.header).filter(|header| !header.is_empty()) {
        Some(names) => said!(
            en: "a mapping file joins it to the name: under [templates] \"lead.nombre\" = \"{{{names}}} {{{surnames}}}\"; give it with --mapping FILE",
            es: "un archivo de mapeo la une al nombre: bajo [templates] \"lead.nombre\" = \"{{{names}}} {{{surnames}}}\"; indíquelo con --mapping ARCHIVO"
        ),
        None => said!(en: "to use it: --map FIELD=COLUMN", es: "para usarla: --map CAMPO=COLUMNA"),
    };
    finding(surnames, said!(en: "; surnames would be lost", es: "; se perderían los apellidos"), remedy)
}

/// It has cells, and no name: a header that was merged over several columns leaves such ones.
fn nameless(told: &Explained, explained: &[Explained]) -> Finding {
    let number = told.column + 1;
    let before = told.column.checked_sub(1).and_then(|before| explained.get(before));
    let guess = match before.map(|column| &column.header).filter(|header| !header.is_empty()) {
        Some(header) => said!(
            en: "; it has cells and no name, as where {header:?} stands over both",
            es: "; tiene celdas y no tiene nombre, como cuando {header:?} abarca ambas"
        ),
        None => said!(en: "; it has cells and no name", es: "; tiene celdas y no tiene nombre"),
    };
    let remedy = said!(
        en: "give it a name in the export, or use it with --map FIELD='#{number}'",
        es: "póngale nombre en la exportación, o úsela con --map CAMPO='#{number}'"
    );
    finding(&format!("#{number}"), guess, remedy)
}

fn finding(column: &str, guess: Said, remedy: Said) -> Finding {
    Finding::new(Code::H03)
        .said("what", said!(en: "column", es: "columna"))
        .arg("column", column)
        .said("guess", guess)
        .said("remedy", remedy)
}

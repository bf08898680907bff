//! What is said about the columns that nothing reads (H03): one by one where there is something to say, together
//! otherwise.
//!
//! Comes in: how each column was judged, its cells, the errors that were found. Goes out: findings, each with what to do
//! to use the column.

use super::detect::Column;
use super::fold;
use super::inspect::{Explained, Verdict, called};
use super::lead_export::map_flag;
use crate::lang::Said;
use crate::record::Field;
use crate::rules::{Code, Finding};
use crate::said;

/// What is said about the columns of a file with this `header`.
pub(super) fn unused(
    header: &[String],
    explained: &[Explained],
    columns: &[Column],
    errors: &[Finding],
) -> Vec<Finding> {
    let told_already = |field: Field| errors.iter().any(|error| error.field.as_deref() == Some(field.name()));
    let mut notes = Vec::new();
    let mut others = Vec::new();
    for (told, column) in explained.iter().zip(columns) {
        let unread = matches!(told.verdict, Verdict::Suggested | Verdict::Tie | Verdict::Unused);
        if !unread || column.is_added() || column.cells.is_empty() || told.field.is_some_and(told_already) {
            continue;
        }
        if let Some(field) = told.field {
            notes.push(perhaps(field, told, &called(header, told.column)));
        } else if fold(&told.header).split(' ').any(|word| word.starts_with("apellido")) {
            notes.push(of_the_name(told, explained));
        } else if told.header.is_empty() {
            notes.push(nameless(told, explained));
        } else {
            others.push(told.header.as_str());
        }
    }
    if !others.is_empty() {
        notes.push(finding(
            &others.join(", "),
            Said::default(),
            said!(en: "to use it: --map FIELD=COLUMN", es: "para usarla: --map CAMPO=COLUMNA"),
        ));
    }
    notes
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
    let named = explained.iter().find(|other| {
        other.field == Some(Field::Nombre) && matches!(other.verdict, Verdict::Taken | Verdict::Decided)
    });
    let remedy = match named.map(|column| &column.header).filter(|header| !header.is_empty()) {
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
    Finding::new(Code::H03).arg("column", column).said("guess", guess).said("remedy", remedy)
}

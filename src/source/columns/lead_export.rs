//! The command that works for an export of leads.
//!
//! Comes in: what is missing from the header. Goes out: a whole command, to be copied. Leads have no appointments, so
//! the id is made of the lead's own by a template; a row number is never used, because it changes from one export to
//! the next.

use super::content::{Fit, fit};
use super::detect::{Column, Guess};
use super::fold;
use super::inspect::{Inspection, called};
use crate::lang::Said;
use crate::record::Field;
use crate::said;

/// The command, where this is an export of leads and its columns can fill what is missing.
pub(super) fn command(
    inspection: &Inspection<'_>,
    missing: &[Field],
    unclear: &[(Field, Vec<Guess>)],
    lacks_status: bool,
) -> Option<Said> {
    if !inspection.detected.of_leads || !missing.contains(&Field::AppointmentId) {
        return None;
    }
    let id = id_column(inspection.columns)?;
    let mut taken: Vec<usize> =
        inspection.report.binding.iter().flat_map(|(_, columns)| columns.to_vec()).collect();
    taken.push(id.index);
    // As it was asked for: a check must not become a delivery, nor a rehearsal the real thing.
    let asked = inspection.wanted.asked.clone();
    let asked =
        asked.unwrap_or_else(|| format!("crm-bridge replay-csv {}", quoted(inspection.source.name())));
    let mut command = format!("{asked} --id-template {}", template(id));
    for field in missing.iter().copied().filter(|field| *field != Field::AppointmentId) {
        let suggested =
            unclear.iter().find(|(known, _)| *known == field).and_then(|(_, guesses)| guesses.first());
        let column = match suggested {
            Some(guess) => inspection.columns.get(guess.column)?,
            None => fitting_column(inspection.columns, field, &taken)?,
        };
        taken.push(column.index);
        command.push(' ');
        command.push_str(&map_flag(field, &called(inspection.source.header(), column.index)));
    }
    if lacks_status {
        command.push_str(" --trigger manual");
    }
    Some(said!(
        en: "this looks like an export of leads; try: {command}",
        es: "parece una exportación de leads; pruebe: {command}"
    ))
}

/// A column of ids of some kind: named so, and its cells differ.
fn id_column(columns: &[Column]) -> Option<&Column> {
    let named = |column: &&Column| {
        let folded = fold(&column.header);
        folded.split(' ').any(|word| matches!(word, "id" | "codigo" | "code" | "uuid"))
    };
    let distinct = |column: &&Column| fit(Field::AppointmentId, &column.cells) != Fit::Unlike;
    columns.iter().filter(|column| !column.is_outside()).filter(named).find(distinct)
}

fn fitting_column<'c>(columns: &'c [Column], field: Field, taken: &[usize]) -> Option<&'c Column> {
    // Of the other kinds too many columns would fit.
    if field != Field::FechaHora {
        return None;
    }
    let free = |column: &&Column| !column.is_outside() && !taken.contains(&column.index);
    columns.iter().filter(free).find(|column| {
        let folded = fold(&column.header);
        let birth = folded.split(' ').any(|word| word.starts_with("nac") || word.starts_with("birth"));
        !birth && !column.cells.is_empty() && matches!(fit(field, &column.cells), Fit::Fits)
    })
}

/// Whether a column of dates is among them, whatever dates these are.
pub(super) fn has_dates(columns: &[Column]) -> bool {
    fitting_column(columns, Field::FechaHora, &[]).is_some()
}

fn template(id: &Column) -> String {
    quoted(&format!("LEAD-{{{}}}", id.header))
}

/// `--map` for a field, quoted as a shell wants it.
pub(super) fn map_flag(field: Field, header: &str) -> String {
    format!("--map {}={}", field.name(), quoted(header))
}

/// A word of a command line; in single quotes where a shell would take it apart.
pub(super) fn quoted(word: &str) -> String {
    let plain = |sign: char| sign.is_alphanumeric() || "_-./:@%+,=".contains(sign);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

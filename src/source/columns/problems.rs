//! What is wrong with a header, in findings that say how to go on.
//!
//! Comes in: what was decided, what is still unclear, what is required. Goes out: H01 and H02.

use super::detect::{Column, Guess};
use super::inspect::{Inspection, called};
use super::lead_export;
use super::lead_export::quoted;
use crate::lang::Said;
use crate::record::Field;
use crate::rules::finding::shown as shown_cell;
use crate::rules::{Code, Finding};
use crate::said;
use crate::source::Source;

/// How many columns or samples a message lists.
const LISTED: usize = 12;

impl Inspection<'_> {
    /// Fields that can't do without a column.
    fn required(&self) -> Vec<Field> {
        let mut required = Vec::new();
        if !self.wanted.id_template {
            required.push(Field::AppointmentId);
        }
        required.extend([Field::Nombre, Field::Celular, Field::FechaHora]);
        required.retain(|field| !self.wanted.filled.contains(field));
        required
    }

    fn lacks_status(&self) -> bool {
        let has = |field: Field| {
            !self.report.binding.columns(field).is_empty() || self.wanted.filled.contains(&field)
        };
        !self.wanted.any_status && !has(Field::Estado) && !has(Field::Tipificacion)
    }

    /// Reports every required field without a column, and every tie.
    pub(super) fn find_problems(&mut self, unclear: &[(Field, Vec<Guess>)]) {
        let said = |field: Field| self.wanted.decided.iter().any(|(known, _)| *known == field);
        let missing: Vec<Field> = self
            .required()
            .into_iter()
            .filter(|field| self.report.binding.columns(*field).is_empty() && !said(*field))
            .collect();
        let mut errors = Vec::new();
        let ties: Vec<Field> = unclear
            .iter()
            .filter(|(field, guesses)| self.is_tie(*field, guesses))
            .map(|(field, _)| *field)
            .collect();
        for (field, guesses) in unclear.iter().filter(|(field, _)| ties.contains(field)) {
            errors.push(self.tie(*field, guesses));
        }
        let lacks_status =
            self.lacks_status() && !ties.contains(&Field::Estado) && !ties.contains(&Field::Tipificacion);
        let sheets = sheets(self.source);
        if let Some(remedy) =
            sheets.clone().filter(|_| lacks_status && missing.len() == self.required().len())
        {
            // Nothing of it is here: a summary, before the sheet of the citas.
            errors.push(missing_together(&missing, lacks_status, remedy));
        } else if let Some(command) = lead_export::command(self, &missing, unclear, lacks_status) {
            // One command helps all of them.
            errors.push(missing_together(&missing, lacks_status, command));
        } else {
            for field in missing.iter().copied().filter(|field| !ties.contains(field)) {
                let guess = unclear.iter().find(|(known, _)| *known == field);
                let remedy = self.remedy(field, guess.map(|(_, guesses)| guesses.as_slice()));
                let remedy = or_else(remedy, sheets.as_ref());
                errors.push(missing_column(Said::same(field.name()), remedy).field(field));
            }
            if lacks_status {
                let remedy = or_else(self.status_remedy(unclear), sheets.as_ref());
                errors.push(missing_column(status(), remedy).field(Field::Estado));
            }
        }
        self.report.errors.append(&mut errors);
    }

    /// Whether several columns are an error: where one of them would have been taken, or the field is required.
    fn is_tie(&self, field: Field, guesses: &[Guess]) -> bool {
        let plain = guesses.iter().any(|guess| guess.score >= super::detect::TAKEN);
        let needed = self.required().contains(&field) || self.wanted.accept_suggestions;
        guesses.len() > 1 && (plain || needed)
    }

    fn tie(&self, field: Field, guesses: &[Guess]) -> Finding {
        let repeated = |column: &Column| {
            self.columns.iter().filter(|other| other.header.eq_ignore_ascii_case(&column.header)).count() > 1
        };
        let candidates: Vec<String> = guesses
            .iter()
            .filter_map(|guess| self.columns.get(guess.column))
            .map(|column| shown(column, field, repeated(column)))
            .collect();
        Finding::new(Code::H02)
            .field(field)
            .arg("candidate_for", field.name())
            .arg("candidates", candidates.join(", "))
    }

    fn remedy(&self, field: Field, guesses: Option<&[Guess]>) -> Said {
        let name = field.name();
        let likely = guesses.and_then(<[Guess]>::first).and_then(|guess| self.columns.get(guess.column));
        if let Some(column) = likely {
            let (header, map) = (&column.header, lead_export::map_flag(field, &self.called(column)));
            return said!(
                en: "if it is the column {header:?}, say so with {map}, or take all suggestions with --accept-suggestions",
                es: "si es la columna {header:?}, indíquelo con {map}, o acepte todas las sugerencias con --accept-suggestions"
            );
        }
        let columns = self.listed();
        if field == Field::FechaHora && !lead_export::has_dates(self.columns) {
            return said!(
                en: "no column seems to hold dates: add one called \"Fecha y hora\" with the date of each visit, or name it with --map {name}=COLUMN; the columns are: {columns}",
                es: "ninguna columna parece contener fechas: agregue una llamada \"Fecha y hora\" con la fecha de cada visita, o indíquela con --map {name}=COLUMNA; las columnas son: {columns}"
            );
        }
        said!(
            en: "name its column with --map {name}=COLUMN; the columns are: {columns}",
            es: "indique su columna con --map {name}=COLUMNA; las columnas son: {columns}"
        )
    }

    fn status_remedy(&self, unclear: &[(Field, Vec<Guess>)]) -> Said {
        let likely = unclear.iter().find(|(field, _)| matches!(field, Field::Estado | Field::Tipificacion));
        if let Some((field, guesses)) = likely {
            return self.remedy(*field, Some(guesses));
        }
        let columns = self.listed();
        said!(
            en: "name its column with --map appointment.estado=COLUMN; the columns are: {columns}; without one, --trigger manual sends every row as a visit that took place",
            es: "indique su columna con --map appointment.estado=COLUMNA; las columnas son: {columns}; si no hay ninguna, --trigger manual envía cada fila como una visita realizada"
        )
    }

    /// The name by which `--map` finds a column: its number where others have the same.
    fn called(&self, column: &Column) -> String {
        called(self.source.header(), column.index)
    }

    fn listed(&self) -> String {
        let names: Vec<&str> = self
            .columns
            .iter()
            .filter(|column| !column.is_outside())
            .map(|column| column.header.as_str())
            .take(LISTED + 1)
            .collect();
        if names.len() > LISTED { format!("{} …", names[..LISTED].join(", ")) } else { names.join(", ") }
    }
}

/// Where else the columns may be: in another sheet.
fn sheets(source: &Source) -> Option<Said> {
    let [first, ..] = source.other_sheets() else { return None };
    let others = source.other_sheets().join(", ");
    let (sheet, flag) = (source.decided().sheet.as_deref().unwrap_or_default(), quoted(first));
    Some(said!(
        en: "if they are in another sheet than {sheet:?}, name it with --sheet {flag}; the others are: {others}",
        es: "si están en otra hoja que {sheet:?}, indíquela con --sheet {flag}; las otras son: {others}"
    ))
}

fn or_else(remedy: Said, other: Option<&Said>) -> Said {
    match other {
        Some(Said { en, es }) => {
            Said { en: format!("{}; {en}", remedy.en), es: format!("{}; {es}", remedy.es) }
        }
        None => remedy,
    }
}

/// The file begins with a row of data. It must not be taken for names: it would be shown, and never be sent.
pub(super) fn no_header(source: &Source) -> Finding {
    let row = source.header_row();
    let remedy = said!(
        en: "insert a row above it with the names of the columns, such as ID cita, Nombre, Celular, Fecha y hora, Estado",
        es: "inserte encima una fila con los nombres de las columnas, como ID cita, Nombre, Celular, Fecha y hora, Estado"
    );
    missing_column(
        said!(en: "any field, since row {row} holds data instead of names of columns", es: "todos los campos, pues la fila {row} contiene datos en lugar de nombres de columnas"),
        or_else(remedy, sheets(source).as_ref()),
    )
}

fn missing_column(what: Said, remedy: Said) -> Finding {
    Finding::new(Code::H01).said("missing", what).said("remedy", remedy)
}

fn missing_together(fields: &[Field], lacks_status: bool, command: Said) -> Finding {
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    let mut what = Said::same(names.join(", "));
    if lacks_status {
        let status = status();
        what = Said { en: format!("{}, {}", what.en, status.en), es: format!("{}, {}", what.es, status.es) };
    }
    missing_column(what, command)
}

fn status() -> Said {
    said!(en: "appointment.estado or lead.tipificacion", es: "appointment.estado o lead.tipificacion")
}

/// A column with its first cells, masked; by its number where others have the same name.
fn shown(column: &Column, field: Field, repeated: bool) -> String {
    let samples: Vec<String> =
        column.cells.iter().take(2).map(|cell| shown_cell(Some(field.name()), cell)).collect();
    let samples = samples.join(" · ");
    let name = if repeated { format!("#{}", column.index + 1) } else { format!("{:?}", column.header) };
    if samples.is_empty() { name } else { format!("{name} ({samples})") }
}

/// Several columns have the name by which one was asked for.
pub(super) fn repeated_name(name: &str, places: &[usize]) -> Finding {
    let numbers: Vec<String> = places.iter().map(|place| format!("#{}", place + 1)).collect();
    Finding::new(Code::H02).arg("candidate_for", format!("{name:?}")).arg("candidates", numbers.join(", "))
}

/// The file has no column of that name.
pub(super) fn no_such_column(name: &str, near: Option<&str>) -> Finding {
    let remedy = match near {
        Some(near) => said!(
            en: "the file has no column {name:?}; the nearest is {near:?}: correct --map, --id-template or the mapping file",
            es: "el archivo no tiene la columna {name:?}; la más parecida es {near:?}: corrija --map, --id-template o el archivo de mapeo"
        ),
        None => said!(
            en: "the file has no column {name:?}; crm-bridge map FILE lists its columns",
            es: "el archivo no tiene la columna {name:?}; crm-bridge map ARCHIVO muestra sus columnas"
        ),
    };
    Finding::new(Code::H01).arg("missing", format!("{name:?}")).said("remedy", remedy)
}

//! Whether the cells of a column look like what a field holds.
//!
//! Comes in: the first filled cells of a column. Goes out: a [`Fit`]. This only tells a column of dates from one of
//! phones; whether a cell is valid is for the rules to say.

use std::collections::HashSet;

use crate::record::Field;

/// How many cells of a column are looked at.
pub(super) const SAMPLES: usize = 200;

/// Below this many cells nothing can be said: the only row of a file may be the faulty one.
const FEW: usize = 5;

/// Whether a column's cells are of a field's kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// Most of them are.
    Fits,
    /// Too few, or neither clearly.
    Unknown,
    /// Hardly any is.
    Unlike,
    /// There is nothing in the column.
    Empty,
}

impl Fit {
    /// What it adds to the score of the name, in hundredths.
    pub(super) fn bonus(self) -> i32 {
        match self {
            Self::Fits => 5,
            Self::Unknown => 0,
            Self::Empty => -5,
            Self::Unlike => -30,
        }
    }
}

/// Judges whether `cells` look like what `field` holds.
pub(super) fn fit(field: Field, cells: &[String]) -> Fit {
    if cells.is_empty() {
        return Fit::Empty;
    }
    let like = cells.iter().filter(|cell| looks_like(field, cell.trim())).count();
    let few = cells.len() < FEW;
    if like * 10 >= cells.len() * 6 {
        let distinct = cells.iter().collect::<HashSet<_>>().len();
        let spread_wrongly = match field {
            Field::AppointmentId => distinct * 10 < cells.len() * 5,
            Field::Estado | Field::Tipificacion => cells.len() >= 20 && distinct * 2 > cells.len(),
            _ => false,
        };
        return if spread_wrongly && !few { Fit::Unlike } else { Fit::Fits };
    }
    if few || like * 10 >= cells.len() * 3 { Fit::Unknown } else { Fit::Unlike }
}

fn looks_like(field: Field, cell: &str) -> bool {
    match field {
        Field::AppointmentId => {
            cell.len() <= 64 && cell.chars().all(|sign| sign.is_ascii_alphanumeric() || "-_.#".contains(sign))
        }
        Field::Nombre => is_words(cell) && !cell.contains(['@', '/']),
        Field::Celular => is_phone(cell),
        Field::Documento => {
            let letters_and_digits = cell.chars().filter(char::is_ascii_alphanumeric).count();
            digits(cell) >= 3 && letters_and_digits <= 20 && !cell.contains(['/', ':', '@'])
        }
        Field::Email => cell.contains('@'),
        Field::FechaHora | Field::FechaVenta => is_date(cell),
        Field::Hora => is_time(cell) && !is_date(cell),
        // An amount may look like a serial day.
        Field::ValorLote | Field::CuotaInicial | Field::Plazo => {
            digits(cell) > 0 && !cell.contains(['/', ':'])
        }
        Field::Lote | Field::Vendedor | Field::Opc => !cell.contains(['/', ':', '@']),
        Field::Observaciones | Field::NotasVenta => true,
        Field::TipoDocumento
        | Field::Distrito
        | Field::ProyectoInteres
        | Field::Medio
        | Field::Lugar
        | Field::Estado
        | Field::Tipificacion
        | Field::TipoVenta
        | Field::Resultado => cell.chars().any(char::is_alphabetic) && !is_date(cell),
    }
}

/// Whether `header` is what only a cell holds: a phone or a document, a date, an e-mail.
pub(super) fn is_cell(header: &str) -> bool {
    let header = header.trim();
    is_phone(header) || is_date(header) || (header.contains('@') && !header.contains(' '))
}

fn digits(cell: &str) -> usize {
    cell.bytes().filter(u8::is_ascii_digit).count()
}

fn is_words(cell: &str) -> bool {
    let letters = cell.chars().filter(|sign| sign.is_alphabetic()).count();
    letters >= 2 && letters > digits(cell)
}

fn is_phone(cell: &str) -> bool {
    let exponent = cell.contains("E+") || cell.contains("e+");
    let plain = cell.chars().all(|sign| sign.is_ascii_digit() || " +-().'\u{a0}".contains(sign));
    (plain && (6..=16).contains(&digits(cell)) && !is_date(cell)) || (exponent && digits(cell) > 2)
}

/// A day, a month and a year with something between them, a month's name, or a serial day of a spreadsheet.
fn is_date(cell: &str) -> bool {
    const MONTHS: [&str; 13] =
        ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "set", "sep", "oct", "nov", "dic"];
    let serial = cell.replace(',', ".").parse::<f64>();
    if let Ok(day) = serial {
        return (20_000.0..80_000.0).contains(&day);
    }
    let parts: Vec<&str> = cell.split(['/', '-', '.', ' ', 'T']).collect();
    let numbers =
        |parts: &[&str]| parts.iter().all(|part| (1..=4).contains(&part.len()) && digits(part) == part.len());
    if parts.len() >= 3 && numbers(&parts[..3]) && cell.contains(['/', '-', '.']) {
        let lengths: Vec<usize> = parts[..3].iter().map(|part| part.len()).collect();
        return matches!(lengths.as_slice(), [4, 1..=2, 1..=2] | [1..=2, 1..=2, 2 | 4]);
    }
    let lower = cell.to_lowercase();
    digits(cell) >= 3
        && lower.split([' ', '-', '/', '.']).any(|word| MONTHS.iter().any(|month| word.starts_with(month)))
}

/// Only a time of the day, without a date.
pub(super) fn is_time(cell: &str) -> bool {
    let fraction = cell.replace(',', ".").parse::<f64>().is_ok_and(|part| part > 0.0 && part < 1.0);
    let clock =
        cell.contains(':') && cell.len() <= 16 && cell.starts_with(|sign: char| sign.is_ascii_digit());
    fraction || (clock && !is_date(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(cell: &str) -> Vec<String> {
        vec![cell.to_owned(); 10]
    }

    #[test]
    fn each_kind_of_cell_fits_its_field_and_not_another() {
        for (field, cell, other) in [
            (Field::Celular, "+51 999 888 777", "15/01/2024 14:30"),
            (Field::Celular, "9,99888777E+08", "Rosa"),
            (Field::FechaHora, "15/01/2024 14:30", "999888777"),
            (Field::FechaHora, "2024-01-15T14:30:00-05:00", "14:30"),
            (Field::FechaHora, "15 set 2024", "Setiembre"),
            (Field::FechaHora, "45306,604", "Realizada"),
            (Field::Hora, "02:30 p. m.", "15/01/2024 14:30"),
            (Field::Nombre, "Rosa Quispe Ñaupari", "999888777"),
            (Field::Email, "rosa@example.pe", "Rosa"),
            (Field::Estado, "Realizada", "15/01/2024"),
        ] {
            assert_eq!(fit(field, &cells(cell)), Fit::Fits, "{} {cell}", field.name());
            assert_eq!(fit(field, &cells(other)), Fit::Unlike, "{} {other}", field.name());
        }
    }

    #[test]
    fn one_faulty_row_says_nothing_about_a_column() {
        assert_eq!(fit(Field::Celular, &["no tiene".to_owned()]), Fit::Unknown);
        assert_eq!(fit(Field::Celular, &[]), Fit::Empty);
    }

    #[test]
    fn names_of_columns_are_no_cells() {
        for cell in ["987654321", "+51 987 654 321", "12/03/2025 10:00", "45306,604", "rosa@example.pe"] {
            assert!(is_cell(cell), "{cell}");
        }
        for header in ["Celular", "DNI (8)", "fecha_hora", "2024", "Teléfono 2", ""] {
            assert!(!is_cell(header), "{header}");
        }
    }

    #[test]
    fn ids_differ_and_states_repeat() {
        let numbered: Vec<String> = (0..40).map(|n| format!("CITA-{n}")).collect();
        assert_eq!(fit(Field::AppointmentId, &numbered), Fit::Fits);
        assert_eq!(fit(Field::Estado, &numbered), Fit::Unlike);
    }
}

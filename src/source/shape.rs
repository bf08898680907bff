//! Which physical rows are records.
//!
//! Comes in: the header, the columns that a record can't be without, and the cells of a row. Goes out: its [`RowKind`].

use super::binding::Binding;
use super::columns::fold;
use super::returned;
use super::row::{Cells, Ignored, RowKind, is_filled};
use crate::record::Field;

/// What the table looks like, as far as it tells records from other rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    header: Vec<String>,
    /// Cells up to the last column of the export itself: spreadsheets leave out the empty ones at the end of a row.
    least: usize,
    id: Vec<usize>,
    required: Vec<usize>,
    dates: Vec<usize>,
    /// A row ends with its last filled cell, as in a workbook: a short row is whole.
    short_rows: bool,
}

impl Shape {
    /// The shape of a table whose columns aren't known yet: it has no footers and no totals.
    pub(super) fn new(header: &[String], short_rows: bool) -> Self {
        let least = returned::own(header).last().map_or(0, |last| last + 1);
        Self { header: header.to_vec(), least, short_rows, ..Self::default() }
    }

    /// Learns which columns a record can't be without.
    pub(super) fn bound(mut self, binding: &Binding) -> Self {
        let columns = |field| binding.columns(field).iter().copied();
        self.id = columns(Field::AppointmentId).collect();
        self.dates = columns(Field::FechaHora).collect();
        let required = [Field::Nombre, Field::Celular, Field::FechaHora, Field::Estado, Field::Tipificacion];
        self.required = required.into_iter().flat_map(columns).collect();
        self
    }

    /// Cells of a record; those beyond the last name of the header belong to no column.
    pub(super) fn width(&self) -> usize {
        self.header.len()
    }

    /// What the row is.
    pub(super) fn kind(&self, cells: Cells<'_>) -> RowKind {
        // More are never a row outside the table.
        match cells.few_filled(2.max(self.width() / 2)) {
            Some(0) => return RowKind::Ignored(Ignored::Blank),
            Some(filled) => {
                if let Some(ignored) = self.outside(cells, filled) {
                    return RowKind::Ignored(ignored);
                }
            }
            None => {}
        }
        if self.repeats_header(cells) {
            return RowKind::Ignored(Ignored::RepeatedHeader);
        }
        let width = self.width();
        if (cells.len() < self.least && !self.short_rows)
            || (cells.len() > width && (width..cells.len()).any(|cell| cells.filled(cell)))
        {
            return RowKind::Ragged { cells: cells.len() };
        }
        RowKind::Record
    }

    /// Totals, which have no date, and footers, which have no name, no phone and no status either. A text that stands where the ids
    /// do is told from an id by the signs that no id has.
    fn outside(&self, cells: Cells<'_>, filled: usize) -> Option<Ignored> {
        let fills = |columns: &[usize]| columns.iter().any(|column| cells.filled(*column));
        if self.required.is_empty() || fills(&self.dates) {
            return None;
        }
        if cells.iter().find(|cell| is_filled(cell)).is_some_and(says_total) {
            return Some(Ignored::Total);
        }
        let id = self.id.iter().filter_map(|column| cells.get(*column)).find(|cell| is_filled(cell));
        let could_be_id = id.is_some_and(|id| id.trim().chars().all(is_id_sign));
        (filled <= 2 && !could_be_id && !fills(&self.required)).then_some(Ignored::Footer)
    }

    fn repeats_header(&self, cells: Cells<'_>) -> bool {
        let same = |(index, name): (usize, &String)| {
            cells.get(index).is_some_and(|cell| {
                // Nearly every row differs in its first sign.
                let first = cell.as_bytes().first().filter(|byte| byte.is_ascii_graphic());
                first.is_none_or(|first| {
                    name.as_bytes().first().is_some_and(|name| name.eq_ignore_ascii_case(first))
                }) && cell.trim().eq_ignore_ascii_case(name)
            })
        };
        !self.header.is_empty() && self.header.iter().enumerate().all(same)
    }
}

/// Whether a cell is the label of a total, as people write it: *TOTAL*, *Total general*, *Total de citas: 63*.
fn says_total(cell: &str) -> bool {
    let folded = fold(cell);
    let mut words = folded.split(' ');
    let total =
        matches!(words.next(), Some("total" | "totales" | "subtotal" | "subtotales" | "suma" | "sumas"));
    // A company may be called so too.
    total
        && words.next().is_none_or(|next| {
            matches!(
                next,
                "" | "citas" | "de" | "del" | "filas" | "general" | "presencias" | "registros" | "visitas"
            ) || next.bytes().all(|byte| byte.is_ascii_digit())
        })
}

fn is_id_sign(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '.')
}

//! Rows and their cells.
//!
//! Goes out: what a reader lends for as long as it stays on the row.

use super::shape::Shape;
use crate::lang::Said;
use crate::record::Columns;
use crate::said;

/// A place in an opened source that can be returned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// Byte offset in the UTF-8 text of the source.
    pub byte: u64,
    /// Physical row at that offset.
    pub row: u64,
}

/// Why a row is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ignored {
    /// No cell is filled.
    Blank,
    /// A line of totals.
    Total,
    /// Text under the table: no required cell, at most two cells filled.
    Footer,
    /// The header once more, as pages that were pasted together have it.
    RepeatedHeader,
}

impl Ignored {
    /// The reason, for the rule that tells of skipped rows.
    pub fn said(self) -> Said {
        match self {
            Self::Blank => said!(en: "blank", es: "en blanco"),
            Self::Total => said!(en: "a line of totals", es: "una línea de totales"),
            Self::Footer => said!(en: "text outside the table", es: "texto fuera de la tabla"),
            Self::RepeatedHeader => said!(en: "the header repeated", es: "la cabecera repetida"),
        }
    }
}

/// What a physical row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A record of the table.
    Record,
    /// Not a record: counted as ignored.
    Ignored(Ignored),
    /// A record with more filled cells than the header has, or fewer: the cells can't be trusted.
    Ragged {
        /// Cells in the row.
        cells: usize,
    },
}

/// One physical row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'r> {
    /// Physical row, as a spreadsheet counts it.
    pub number: u64,
    /// Where it starts.
    pub position: Position,
    /// Its cells, as text.
    pub cells: Cells<'r>,
    pub(super) shape: &'r Shape,
}

impl Row<'_> {
    /// What it is.
    pub fn kind(&self) -> RowKind {
        self.shape.kind(self.cells)
    }
}

/// The cells of one row, lent by its reader; cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'r> {
    text: &'r str,
    spans: &'r [(usize, usize)],
}

impl<'r> Cells<'r> {
    pub(super) fn new(text: &'r str, spans: &'r [(usize, usize)]) -> Self {
        Self { text, spans }
    }

    /// The text of cell `index`, untrimmed; `None` beyond the end of the row.
    pub fn get(&self, index: usize) -> Option<&'r str> {
        let (start, end) = *self.spans.get(index)?;
        self.text.get(start..end)
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The cells from left to right.
    pub fn iter(&self) -> impl Iterator<Item = &'r str> + use<'r> {
        let text = self.text;
        self.spans.iter().map(move |(start, end)| text.get(*start..*end).unwrap_or_default())
    }

    /// How many cells hold more than blanks, where they are no more than `limit`.
    pub(super) fn few_filled(&self, limit: usize) -> Option<usize> {
        let mut filled = 0;
        for (start, end) in self.spans {
            // As `is_filled`, without cutting the cell out.
            filled += usize::from(match self.text.as_bytes().get(*start) {
                _ if start == end => false,
                Some(first) if first.is_ascii_graphic() => true,
                _ => self.text.get(*start..*end).is_some_and(is_filled),
            });
            if filled > limit {
                return None;
            }
        }
        Some(filled)
    }

    /// Whether cell `index` holds more than blanks.
    pub fn filled(&self, index: usize) -> bool {
        self.get(index).is_some_and(is_filled)
    }
}

impl Columns for Cells<'_> {
    fn column(&self, index: usize) -> Option<&str> {
        self.get(index)
    }
}

/// Whether a cell holds more than blanks.
pub(super) fn is_filled(cell: &str) -> bool {
    // Nearly every cell begins with a sign that can be judged without decoding it.
    match cell.as_bytes().first() {
        None => false,
        Some(first) => first.is_ascii_graphic() || !cell.trim().is_empty(),
    }
}

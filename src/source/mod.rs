//! Sources: bytes become rows, rows become cells, headers become fields.
//!
//! Comes in: a path, or stdin (spooled to disk). Goes out: [`Row`]s with their physical number and a [`Position`] to
//! come back to, and the [`Binding`] of fields to columns. What was decided (encoding, separator) is reported once.

use std::borrow::Cow;

use crate::record::{Field, RawRecord};

/// A place in an opened source that can be returned to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// Byte offset in the UTF-8 text of the source.
    pub byte: u64,
    /// Physical row at that offset.
    pub row: u64,
}

/// What a physical row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A record of the table.
    Record,
    /// Blank, title, total, footer or repeated header: counted as ignored.
    Ignored,
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
    /// What it is.
    pub kind: RowKind,
    /// Its cells, as text.
    pub cells: &'r csv::StringRecord,
}

/// Which columns feed which field: the first one that is not empty wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Binding {
    columns: Vec<(Field, Vec<usize>)>,
}

impl Binding {
    /// Lets `columns` feed `field`.
    pub fn set(&mut self, field: Field, columns: Vec<usize>) {
        self.columns.retain(|(bound, _)| *bound != field);
        self.columns.push((field, columns));
    }

    /// The columns of `field`; empty where it has none.
    pub fn columns(&self, field: Field) -> &[usize] {
        self.columns.iter().find(|(bound, _)| *bound == field).map_or(&[], |(_, columns)| columns)
    }

    /// Collects the text of each bound field from `cells`.
    pub fn read<'r>(&self, cells: &'r csv::StringRecord) -> RawRecord<'r> {
        let mut record = RawRecord::default();
        for (field, columns) in &self.columns {
            let filled =
                columns.iter().filter_map(|column| cells.get(*column)).find(|text| !text.trim().is_empty());
            if let Some(text) = filled.or_else(|| columns.first().and_then(|column| cells.get(*column))) {
                record.set(*field, Cow::Borrowed(text));
            }
        }
        record
    }
}

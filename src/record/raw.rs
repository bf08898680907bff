//! A record before its cells are read: text by field.

use super::{Cell, Field};

/// The raw text of each field of one record; borrowed from the row where it can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRecord<'a> {
    cells: [Option<Cell<'a>>; Field::COUNT],
}

impl Default for RawRecord<'_> {
    fn default() -> Self {
        Self { cells: [const { None }; Field::COUNT] }
    }
}

impl<'a> RawRecord<'a> {
    /// The text of `field` as it stands in the row; `None` where the source has no such field.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.cells[field as usize].as_deref()
    }

    /// Takes the text of `field` out.
    pub fn take(&mut self, field: Field) -> Option<Cell<'a>> {
        self.cells[field as usize].take()
    }

    /// Sets the text of `field`.
    pub fn set(&mut self, field: Field, text: impl Into<Cell<'a>>) {
        self.cells[field as usize] = Some(text.into());
    }
}

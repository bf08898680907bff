//! Which columns feed which field of a record.
//!
//! Comes in: the decision of `columns`. Goes out: a record's raw text by field, for each row. Read once a row: no
//! allocation.

use std::borrow::Cow;

use super::row::Cells;
use crate::record::{Field, RawRecord};

/// Which columns feed which field: the first one that is not empty wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Binding {
    columns: Vec<(Field, Vec<usize>)>,
}

impl Binding {
    /// Lets `columns` feed `field`; none of them unbinds it.
    pub fn set(&mut self, field: Field, columns: Vec<usize>) {
        self.columns.retain(|(bound, _)| *bound != field);
        if !columns.is_empty() {
            self.columns.push((field, columns));
        }
    }

    /// The columns of `field`; empty where it has none.
    pub fn columns(&self, field: Field) -> &[usize] {
        self.columns.iter().find(|(bound, _)| *bound == field).map_or(&[], |(_, columns)| columns)
    }

    /// The field that `column` feeds, if any.
    pub fn field(&self, column: usize) -> Option<Field> {
        self.columns.iter().find(|(_, columns)| columns.contains(&column)).map(|(field, _)| *field)
    }

    /// Every bound field with its columns.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &[usize])> {
        self.columns.iter().map(|(field, columns)| (*field, columns.as_slice()))
    }

    /// Collects the text of each bound field from `cells`.
    pub fn read<'r>(&self, cells: Cells<'r>) -> RawRecord<'r> {
        let mut record = RawRecord::default();
        self.read_into(cells, &mut record);
        record
    }

    /// Collects the text of each bound field from `cells` in `record`.
    pub fn read_into<'r>(&self, cells: Cells<'r>, record: &mut RawRecord<'r>) {
        for (field, columns) in &self.columns {
            if let Some(text) = text(columns, cells) {
                record.set(*field, Cow::Borrowed(text));
            }
        }
    }

    /// The text of one field.
    pub fn text<'r>(&self, field: Field, cells: Cells<'r>) -> Option<&'r str> {
        text(self.columns(field), cells)
    }
}

fn text<'r>(columns: &[usize], cells: Cells<'r>) -> Option<&'r str> {
    let column = match columns {
        [only] => only,
        several => several.iter().find(|column| cells.filled(**column)).or(several.first())?,
    };
    cells.get(*column)
}

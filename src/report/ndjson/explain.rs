//! A row from end to end as one object a line: the outcome, then each cell.

use std::io::Write;

use serde::Serialize;

use super::Ndjson;
use crate::report::event::{Event, Observer};
use crate::report::explanation::{Explanation, Step};

impl<W: Write> Ndjson<W> {
    /// Writes what became of the row, its cells in order, and what the rules say of it.
    pub fn explanation(&mut self, told: &Explanation) {
        self.line(&Head {
            kind: "explain",
            file: &told.file,
            row: told.row,
            event: told.event,
            outcome: told.fate.name(),
            why: told.why.get(self.lang),
        });
        for step in &told.steps {
            self.line(&Line::new(told.row, step));
        }
        for note in &told.findings {
            self.observe(Event::Finding(note.clone()));
        }
    }
}

#[derive(Serialize)]
struct Head<'a> {
    kind: &'static str,
    file: &'a str,
    row: u64,
    event: Option<bool>,
    outcome: &'static str,
    why: &'a str,
}

#[derive(Serialize)]
struct Line<'a> {
    kind: &'static str,
    row: u64,
    column: Option<&'a str>,
    cell: Option<&'a str>,
    field: Option<&'a str>,
    codes: &'a [&'static str],
    payload_field: Option<&'a str>,
    value: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn new(row: u64, step: &'a Step) -> Self {
        Self {
            kind: "explain",
            row,
            column: step.column.as_deref(),
            cell: step.cell.as_deref(),
            field: step.field,
            codes: &step.codes,
            payload_field: step.payload_field.as_deref(),
            value: step.value.as_deref(),
        }
    }
}

//! Where in its file each row begins, for tools that point to lines.
//!
//! Comes in: a loaded input. Goes out: the line of a row, from 1. A quoted line break makes a row longer than a line, a
//! pretty-printed object too. Only places where rows and lines part are kept.

use std::sync::Arc;

use super::input::Loaded;
use super::json::{entries, looks_like_json};
use super::options::ReadOptions;
use super::row::Position;
use super::rows::Rows;
use super::shape::Shape;
use super::{Source, open_loaded};

/// A file of which nearly every row parts from its line is known up to here: a few megabytes.
const MOST_PLACES: usize = 250_000;

/// The lines of an input's rows.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    /// A row, and the line where it begins; the rows after it follow line by line.
    places: Vec<(u64, u64)>,
    /// The first row that nothing is known of.
    end: u64,
}

impl Lines {
    /// The lines of `loaded`, which is read as `options` say; none are known of a workbook, nor beyond what can be read.
    pub fn of(loaded: &Loaded, options: &ReadOptions) -> Self {
        if looks_like_json(loaded) {
            return Self::of_entries(loaded);
        }
        match open_loaded(loaded.clone(), options) {
            Ok(source) if source.decided.sheet.is_none() => Self::of_rows(&source),
            _ => Self::default(),
        }
    }

    /// The line where `row` begins, where it is known.
    pub fn line(&self, row: u64) -> Option<u64> {
        let (known, line) = *self.places[..self.places.partition_point(|(known, _)| *known <= row)].last()?;
        (row < self.end).then(|| line + (row - known))
    }

    fn of_entries(loaded: &Loaded) -> Self {
        let mut lines = Self::default();
        let entries = entries(loaded).into_iter().flatten().map_while(Result::ok);
        entries.map(|entry| (entry.number, entry.line)).all(|(row, line)| lines.add(row, line));
        lines
    }

    fn of_rows(source: &Source) -> Self {
        let mark = source.decided.bom && !source.decided.transcoded;
        let start = Position { byte: if mark { 3 } else { 0 }, row: 1 };
        let (text, delimiter) = (source.text.clone(), source.decided.delimiter.byte());
        let mut rows = Rows::new(text, delimiter, Arc::new(Shape::default()), start);
        let (mut lines, mut line) = (Self::default(), 1);
        loop {
            match rows.next() {
                Some(Ok(row)) if lines.add(row.number, line) => {
                    line += 1 + row.cells.iter().map(breaks).sum::<u64>();
                }
                // The row that can't be read begins where the one before it ended.
                Some(Err(error)) => {
                    error.row().map(|row| lines.add(row, line));
                    break;
                }
                _ => break,
            }
        }
        lines
    }

    fn add(&mut self, row: u64, line: u64) -> bool {
        if self.line_after() != Some((row, line)) {
            if self.places.len() == MOST_PLACES {
                return false;
            }
            self.places.push((row, line));
        }
        self.end = row + 1;
        true
    }

    /// The row after the last one, and its line, if it follows line by line.
    fn line_after(&self) -> Option<(u64, u64)> {
        let (row, line) = *self.places.last()?;
        Some((self.end, line + (self.end - row)))
    }
}

/// Line feeds, or carriage returns where there are no line feeds.
fn breaks(cell: &str) -> u64 {
    let feeds = memchr::memchr_iter(b'\n', cell.as_bytes()).count();
    let count = if feeds > 0 { feeds } else { memchr::memchr_iter(b'\r', cell.as_bytes()).count() };
    count as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::load_bytes;

    fn lines(name: &str, text: &str, rows: &[u64]) -> Vec<Option<u64>> {
        let lines = Lines::of(&load_bytes(name, text.as_bytes()).unwrap(), &ReadOptions::default());
        rows.iter().map(|row| lines.line(*row)).collect()
    }

    #[test]
    fn a_row_with_line_breaks_pushes_the_others_down() {
        let text = "\u{feff}\"ID\nCita\";Nombre;Celular;Fecha y hora;Estado\r\n1;Ana;2;3;4\r\n2;\"A\nn\na\";2;3;4\r\n3;Ana;2;3;4\r\n";
        assert_eq!(lines("a.csv", text, &[1, 2, 3, 4, 5]), [Some(1), Some(3), Some(4), Some(7), None]);
    }

    #[test]
    fn an_object_begins_where_its_brace_is() {
        let text = "[\n  {\n    \"lead\": {}\n  },\n  {\"lead\": {}}, {\"lead\": {}}\n]\n";
        assert_eq!(lines("a.json", text, &[1, 2, 3]), [Some(2), Some(5), Some(5)]);
    }
}

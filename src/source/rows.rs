//! Reading rows one after the other, from any place of a source.
//!
//! Comes in: UTF-8 text on disk. Goes out: [`Row`]s, lent until the next one is asked for. Memory is one buffer, which
//! grows to the longest row and never beyond [`LONGEST_ROW`]: a quote that never closes ends the reading, it does not
//! load the file.

use std::sync::Arc;

use super::SourceError;
use super::input::Loaded;
use super::row::{Cells, Position, Row, RowKind};
use super::shape::Shape;
use super::split::{BrokenCell, Split, Splitter, Text};
use crate::said;

/// The longest row that is read, in bytes. A spreadsheet's cell holds 32,767 characters at most.
pub const LONGEST_ROW: usize = 1024 * 1024;

const BUFFER: usize = 128 * 1024;

/// What is read at first after a jump: a reader that jumps about wants a few rows from each place.
const AFTER_JUMP: usize = 16 * 1024;

/// Reads rows. Not an iterator, since it lends each row until the next one.
#[derive(Debug)]
pub struct Rows {
    text: Loaded,
    shape: Arc<Shape>,
    splitter: Splitter,
    buffer: Vec<u8>,
    /// The part of `buffer` that is filled and not yet taken.
    start: usize,
    end: usize,
    /// Where in the text `buffer[start]` is.
    at: Position,
    /// How many bytes the next read asks for.
    ahead: usize,
    exhausted: bool,
    failed: bool,
}

/// A row as numbers, before its text is lent.
struct Step {
    position: Position,
    /// The bytes of the buffer that hold it, unless it was unquoted.
    plain: Option<(usize, usize)>,
}

impl Rows {
    pub(super) fn new(text: Loaded, delimiter: u8, shape: Arc<Shape>, at: Position) -> Self {
        // Room for one byte more than there is, by which the end is told from a row that goes on.
        let room = usize::try_from(text.len()).unwrap_or(BUFFER).min(BUFFER - 1) + 1;
        Self {
            text,
            shape,
            splitter: Splitter::new(delimiter),
            buffer: vec![0; room],
            start: 0,
            end: 0,
            at,
            ahead: BUFFER,
            exhausted: false,
            failed: false,
        }
    }

    /// Lends the next row; `None` at the end, and after an error.
    #[expect(clippy::should_implement_trait, reason = "an iterator can't lend its items")]
    pub fn next(&mut self) -> Option<Result<Row<'_>, SourceError>> {
        self.next_from(0)
    }

    /// Lends the next row from physical row `wanted` on; of those before it only their ends are looked for.
    pub fn next_from(&mut self, wanted: u64) -> Option<Result<Row<'_>, SourceError>> {
        if self.failed {
            return None;
        }
        let step = loop {
            match self.advance()? {
                Ok(step) if step.position.row < wanted => {}
                Ok(step) => break step,
                Err(error) => {
                    self.failed = true;
                    return Some(Err(error));
                }
            }
        };
        let bytes = match step.plain {
            Some((start, end)) => &self.buffer[start..end],
            None => &self.splitter.unquoted,
        };
        let Ok(text) = simdutf8::basic::from_utf8(bytes) else {
            self.failed = true;
            return Some(Err(changed(&self.text)));
        };
        let row = lend(&self.text, &self.shape, &self.splitter, step.position, text);
        self.failed = row.is_err();
        Some(row)
    }

    /// Where the next row starts.
    pub fn position(&self) -> Position {
        self.at
    }

    /// Goes to a place where a row starts, keeping the memory of this reader and what it has read of that place.
    pub fn seek(&mut self, to: Position) {
        let buffered = self.at.byte - self.start as u64;
        let inside = to.byte.checked_sub(buffered).and_then(|distance| usize::try_from(distance).ok());
        if let Some(distance) = inside.filter(|distance| *distance <= self.end) {
            self.start = distance;
        } else {
            (self.start, self.end) = (0, 0);
            self.exhausted = false;
            self.ahead = AFTER_JUMP;
        }
        self.at = to;
        self.failed = false;
    }

    /// Finds the next row in the buffer, and takes it.
    fn advance(&mut self) -> Option<Result<Step, SourceError>> {
        loop {
            if self.start == self.end && !self.exhausted {
                if let Err(error) = self.fill() {
                    return Some(Err(error));
                }
                continue;
            }
            if self.start == self.end {
                return None;
            }
            let pending = &self.buffer[self.start..self.end];
            match self.splitter.split(pending, self.exhausted) {
                Split::Row { taken, text } => {
                    let position = self.at;
                    let plain = match text {
                        Text::Buffer(len) => Some((self.start, self.start + len)),
                        Text::Unquoted => None,
                    };
                    self.start += taken;
                    self.at = Position { byte: position.byte + taken as u64, row: position.row + 1 };
                    return Some(Ok(Step { position, plain }));
                }
                Split::Open => return Some(Err(open_quote(&self.text, self.at.row))),
                Split::More { inside_quotes } => {
                    if self.end - self.start >= LONGEST_ROW {
                        let failure = if inside_quotes { open_quote } else { too_long };
                        return Some(Err(failure(&self.text, self.at.row)));
                    }
                    if let Err(error) = self.fill() {
                        return Some(Err(error));
                    }
                }
            }
        }
    }

    /// Reads more bytes behind the pending ones.
    fn fill(&mut self) -> Result<(), SourceError> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let offset = self.at.byte + self.end as u64;
        let limit = self.buffer.len().min(self.end + self.ahead);
        self.ahead = (self.ahead * 2).min(BUFFER);
        let read = self
            .text
            .read_at(&mut self.buffer[self.end..limit], offset)
            .map_err(|error| SourceError::io(self.text.name(), error))?;
        self.end += read;
        self.exhausted = read == 0;
        Ok(())
    }
}

/// Makes a row of what the splitter found in `text`; fails where one of its cells swallowed rows.
pub(super) fn lend<'r>(
    loaded: &Loaded,
    shape: &'r Shape,
    splitter: &'r Splitter,
    position: Position,
    text: &'r str,
) -> Result<Row<'r>, SourceError> {
    let cells = Cells::new(text, &splitter.spans);
    if splitter.broken.iter().any(|cell| swallowed_rows(cells, *cell, shape, splitter.delimiter)) {
        return Err(open_quote(loaded, position.row));
    }
    Ok(Row { number: position.row, position, cells, shape })
}

/// A quote that was opened in `row` never closes.
pub(super) fn open_quote(loaded: &Loaded, row: u64) -> SourceError {
    SourceError::OpenQuote { name: loaded.name().to_owned(), opened: row }
}

/// Nothing that a person or a spreadsheet wrote.
pub(super) fn too_long(loaded: &Loaded, row: u64) -> SourceError {
    SourceError::NotText {
        name: loaded.name().to_owned(),
        detail: said!(en: "row {row} is longer than 1 MiB", es: "la fila {row} mide más de 1 MiB"),
        row: Some(row),
        remedy: None,
    }
}

/// The text was UTF-8 when it was opened.
pub(super) fn changed(text: &Loaded) -> SourceError {
    let error = std::io::Error::other("the file changed while it was being read");
    SourceError::io(text.name(), error)
}

/// Whether a quoted cell holds what were rows of the table: a quote was opened by mistake, and the next quote of the
/// file, wherever it stood, closed it.
///
/// Told by text behind the closing quote, which then was an opening one; by the lines inside the cell having just as
/// many separators as the header; or by the separators before its first line end completing the row where it was
/// opened, and those after its last one the row where it was closed.
fn swallowed_rows(cells: Cells<'_>, broken: BrokenCell, shape: &Shape, delimiter: u8) -> bool {
    let separators = shape.width().saturating_sub(1);
    if broken.text_after {
        return true;
    }
    let Some(cell) = cells.get(broken.index) else { return false };
    let count = |line: &str| memchr::memchr_iter(delimiter, line.as_bytes()).count();
    let lines: Vec<usize> = cell.split(['\n', '\r']).filter(|line| !line.is_empty()).map(count).collect();
    let [first, inner @ .., last] = lines.as_slice() else { return false };
    let rows = inner.iter().filter(|count| **count == separators).count();
    let first_row = broken.index + first == separators;
    if matches!(shape.kind(cells), RowKind::Ragged { .. }) {
        return separators > 0 && (rows > 0 || (*first > 0 && first_row));
    }
    // A comment of several lines may hold commas too: in a narrow table a few of them prove nothing.
    let every_line_fits = rows == inner.len();
    let last_row = last + cells.len().saturating_sub(broken.index + 1) == separators;
    let enough = if separators >= 3 { 1 } else { 3 };
    every_line_fits && separators > 0 && (rows >= enough || (separators >= 3 && first_row && last_row))
}

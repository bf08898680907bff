//! Reading a whole table in blocks of whole rows, which any number of threads may split.
//!
//! Comes in: UTF-8 text on disk. Goes out: [`Block`]s, one after the other, and out of each its [`Row`]s. Finding where
//! a block ends takes the marks of it alone; the cells are found where the block is used, and its text is checked
//! there, once. As in `rows`, a quote that never closes ends the reading, it does not load the file.

use std::sync::Arc;

use super::SourceError;
use super::input::Loaded;
use super::marks::{self, Closing, Marks};
use super::row::{Position, Row};
use super::rows::{LONGEST_ROW, changed, lend, open_quote, too_long};
use super::shape::Shape;
use super::split::{Split, Splitter, Text, line_end};

/// What is read at once. Enough that handing a block over costs nothing beside splitting it, and few enough that it
/// stays in a core's cache.
const BLOCK: usize = 128 * 1024;

/// Reads blocks.
#[derive(Debug)]
pub struct Blocks {
    text: Loaded,
    shape: Arc<Shape>,
    delimiter: u8,
    /// How many bytes one read asks for.
    ahead: usize,
    /// The beginning of a row whose end was not read yet.
    rest: Vec<u8>,
    /// Where in the text `rest` is.
    at: Position,
    /// Whether `rest` and what was read before it is all that there is.
    exhausted: bool,
    /// Why there are no more blocks.
    failure: Option<SourceError>,
}

/// Whole rows of a table.
#[derive(Debug)]
pub struct Block {
    text: Loaded,
    shape: Arc<Shape>,
    bytes: Vec<u8>,
    marks: Vec<u32>,
    at: Position,
}

/// The rows of a block. Not an iterator, since it lends each row until the next one.
#[derive(Debug)]
pub struct BlockRows<'b> {
    block: &'b Block,
    text: &'b str,
    marks: Marks<'b>,
    splitter: &'b mut Splitter,
    at: Position,
}

/// The whole rows at the start of a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Whole {
    bytes: usize,
    rows: u64,
    then: Then,
}

/// What follows the whole rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// Nothing, or a row that goes on beyond the buffer.
    More { inside_quotes: bool },
    /// A row whose quotes are open at the end of the input.
    Open,
}

impl Blocks {
    pub(super) fn new(text: Loaded, delimiter: u8, shape: Arc<Shape>, at: Position) -> Self {
        Self { text, shape, delimiter, ahead: BLOCK, rest: Vec::new(), at, exhausted: false, failure: None }
    }

    /// Reads the bytes behind `bytes`.
    fn read_more(&mut self, bytes: &mut Vec<u8>) -> Result<(), SourceError> {
        let filled = bytes.len();
        let offset = self.at.byte + filled as u64;
        // No room is made, and filled with zeros, for more than there is: a single row should not cost a whole block.
        let left = usize::try_from(self.text.len().saturating_sub(offset)).unwrap_or(usize::MAX);
        bytes.resize((filled + self.ahead.min(left)).min(LONGEST_ROW.max(filled)), 0);
        let read = self
            .text
            .read_at(&mut bytes[filled..], offset)
            .map_err(|error| SourceError::io(self.text.name(), error))?;
        bytes.truncate(filled + read);
        self.exhausted = read == 0;
        Ok(())
    }

    /// Reads until there are whole rows; whatever then keeps it from going on is met by the next call.
    fn read(&mut self) -> Result<Option<Block>, SourceError> {
        let mut bytes = std::mem::take(&mut self.rest);
        while !self.exhausted {
            self.read_more(&mut bytes)?;
            let mut marks = Vec::new();
            marks::find(&bytes, self.delimiter, &mut marks);
            let whole = whole_rows(&bytes, self.delimiter, &marks, self.exhausted);
            if whole.bytes > 0 {
                if whole.then == Then::Open {
                    let opened = self.at.row + whole.rows;
                    self.failure = Some(open_quote(&self.text, opened));
                }
                self.rest.extend_from_slice(&bytes[whole.bytes..]);
                bytes.truncate(whole.bytes);
                let at = self.at;
                self.at = Position { byte: at.byte + whole.bytes as u64, row: at.row + whole.rows };
                return Ok(Some(Block {
                    text: self.text.clone(),
                    shape: self.shape.clone(),
                    bytes,
                    marks,
                    at,
                }));
            }
            let row = self.at.row;
            match whole.then {
                Then::Open => return Err(open_quote(&self.text, row)),
                Then::More { inside_quotes } if bytes.len() >= LONGEST_ROW => {
                    return Err(if inside_quotes { open_quote } else { too_long }(&self.text, row));
                }
                Then::More { .. } => {}
            }
        }
        Ok(None)
    }
}

impl Iterator for Blocks {
    type Item = Result<Block, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.failure.take() {
            self.exhausted = true;
            return Some(Err(error));
        }
        let read = self.read();
        self.exhausted |= read.is_err();
        read.transpose()
    }
}

impl Block {
    /// Its rows, found with a splitter of its table. Fails where the file changed since it was opened.
    pub fn rows<'b>(&'b self, splitter: &'b mut Splitter) -> Result<BlockRows<'b>, SourceError> {
        let text = simdutf8::basic::from_utf8(&self.bytes).map_err(|_| changed(&self.text))?;
        Ok(BlockRows { block: self, text, marks: Marks::of(&self.marks), splitter, at: self.at })
    }
}

impl BlockRows<'_> {
    /// Lends the next row; `None` at the end. After an error there is no sense in going on.
    #[expect(clippy::should_implement_trait, reason = "an iterator can't lend its items")]
    pub fn next(&mut self) -> Option<Result<Row<'_>, SourceError>> {
        let Block { text: loaded, shape, bytes, at, .. } = self.block;
        let start = usize::try_from(self.at.byte - at.byte).unwrap_or(bytes.len());
        if start == bytes.len() {
            return None;
        }
        let position = self.at;
        let Split::Row { taken, text } = self.splitter.split_marked(bytes, start, &mut self.marks) else {
            return Some(Err(open_quote(loaded, position.row)));
        };
        self.at = Position { byte: position.byte + taken as u64, row: position.row + 1 };
        let text = match text {
            Text::Buffer(_) => self.text,
            Text::Unquoted => match simdutf8::basic::from_utf8(&self.splitter.unquoted) {
                Ok(text) => text,
                Err(_) => return Some(Err(changed(loaded))),
            },
        };
        Some(lend(loaded, shape, self.splitter, position, text))
    }
}

/// Finds the whole rows at the start of `bytes` by their marks; `last` says that the input ends with them.
fn whole_rows(bytes: &[u8], delimiter: u8, marks: &[u32], last: bool) -> Whole {
    let mut whole = Whole { bytes: 0, rows: 0, then: Then::More { inside_quotes: false } };
    let mut marks = Marks::of(marks);
    let mut cell = 0;
    while let Some(at) = marks.next() {
        match bytes[at] {
            byte if byte == delimiter => cell = at + 1,
            b'"' if at == cell => match marks.closing_quote(bytes, last) {
                Closing::Found => {}
                Closing::Beyond => return Whole { then: Then::More { inside_quotes: true }, ..whole },
                Closing::Never => return Whole { then: Then::Open, ..whole },
            },
            // Inside an unquoted cell it is a sign like any other.
            b'"' => {}
            _ => {
                let Some(next) = line_end(bytes, at, last) else { return whole };
                marks.pass(next);
                whole.bytes = next;
                whole.rows += 1;
                cell = next;
            }
        }
    }
    if last && whole.bytes < bytes.len() {
        whole.bytes = bytes.len();
        whole.rows += 1;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::input::load_bytes;
    use crate::source::rows::Rows;

    type Seen = Vec<(Position, Vec<String>)>;

    fn own(row: &Row<'_>) -> (Position, Vec<String>) {
        (row.position, row.cells.iter().map(str::to_owned).collect())
    }

    fn shape() -> Arc<Shape> {
        Arc::new(Shape::new(&["a".to_owned(), "b".to_owned(), "c".to_owned()], false))
    }

    /// What is read row by row, and the error at its end.
    fn by_rows(bytes: &[u8]) -> (Seen, Option<String>) {
        let mut rows = Rows::new(load_bytes("t", bytes).unwrap(), b';', shape(), Position::default());
        let mut seen = Vec::new();
        while let Some(row) = rows.next() {
            match row {
                Ok(row) => seen.push(own(&row)),
                Err(error) => return (seen, Some(error.to_string())),
            }
        }
        (seen, None)
    }

    /// The same, read block by block.
    fn by_blocks(bytes: &[u8], ahead: usize) -> (Seen, Option<String>) {
        let mut blocks = Blocks::new(load_bytes("t", bytes).unwrap(), b';', shape(), Position::default());
        blocks.ahead = ahead;
        let mut splitter = Splitter::new(b';');
        let mut seen = Vec::new();
        for block in blocks {
            let block = match block {
                Ok(block) => block,
                Err(error) => return (seen, Some(error.to_string())),
            };
            let mut rows = block.rows(&mut splitter).unwrap();
            while let Some(row) = rows.next() {
                match row {
                    Ok(row) => seen.push(own(&row)),
                    Err(error) => return (seen, Some(error.to_string())),
                }
            }
        }
        (seen, None)
    }

    #[test]
    fn blocks_hold_the_rows_that_are_read_one_by_one() {
        let texts: [&[u8]; 12] = [
            b"a;b;c\n1;2;3\n",
            b"a;b;c\r\n1;2;3\r\n\r\n4;5;6",
            b"a\rb\r\r\nc\r",
            b"\n\n\r\n",
            b"1;\"x\ny\";3\r\n4;5;\"\"\"z\"\"\"\n\"7\";8;9",
            b"1;a\"b;3\n\"4\";5;6\n",
            b"1;\"open\n2;3\n4;5",
            b"1;2;3\n\"open\n",
            b"x\r\"y\"\rz",
            b"1;\"a\"\r",
            b"1;\"a\nb\" c;3\n4;5;6\n",
            "ñ;é;\"ó\n\";🙂\n".as_bytes(),
        ];
        for text in texts {
            for ahead in [1, 2, 3, 5, 8, 1000] {
                assert_eq!(
                    by_blocks(text, ahead),
                    by_rows(text),
                    "{:?} by {ahead}",
                    String::from_utf8_lossy(text)
                );
            }
        }
    }

    #[test]
    fn a_row_may_be_as_long_as_when_it_is_read_alone() {
        for length in [LONGEST_ROW - 1, LONGEST_ROW, LONGEST_ROW + 1] {
            let mut text = b"1;2;3\n".repeat(5000);
            text.extend(vec![b'x'; length]);
            text.extend(b"\n4;5;6\n");
            let (rows, blocks) = (by_rows(&text), by_blocks(&text, BLOCK));
            assert_eq!((rows.0.len(), rows.1), (blocks.0.len(), blocks.1), "{length}");
        }
    }
}

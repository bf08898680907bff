//! One row out of a buffer: where it ends, and where its cells are.
//!
//! Comes in: UTF-8 bytes from the start of a row. Goes out: the cells as spans, of the buffer itself wherever the row has
//! no quotes. Reads what the `csv` crate reads, cell by cell (a property test holds them together), and says three
//! things more that it can't: that a quote was still open at the end, that text follows a closing quote, and how many
//! bytes the row took, so that blank rows can be counted.

use memchr::{memchr, memchr_iter, memchr2, memchr3};

use super::marks::Marks;

/// Splits rows, keeping its memory from one to the next.
#[derive(Debug)]
pub struct Splitter {
    pub(super) delimiter: u8,
    /// Start and end of each cell.
    pub(super) spans: Vec<(usize, usize)>,
    /// The cells of a row with quotes, unquoted, one after the other.
    pub(super) unquoted: Vec<u8>,
    /// The cells that were quoted and hold line ends.
    pub(super) broken: Vec<BrokenCell>,
}

/// A quoted cell with line ends in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BrokenCell {
    pub(super) index: usize,
    /// Text follows its closing quote, which was then probably meant to open another cell.
    pub(super) text_after: bool,
}

/// What was found at the start of the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Split {
    /// A whole row.
    Row {
        /// Bytes that it took, its line end included.
        taken: usize,
        /// Where its text is.
        text: Text,
    },
    /// The row goes on beyond the buffer.
    More {
        /// A quote is open there.
        inside_quotes: bool,
    },
    /// The input ended inside quotes.
    Open,
}

/// Where the text of a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// The first bytes of the buffer.
    Buffer(usize),
    /// [`Splitter::unquoted`].
    Unquoted,
}

impl Splitter {
    pub(super) fn new(delimiter: u8) -> Self {
        Self { delimiter, spans: Vec::new(), unquoted: Vec::new(), broken: Vec::new() }
    }

    /// Splits the row that begins at `start` of a block of whole rows, whose further `marks` are those from there on;
    /// takes the row's own off them. Other than those of [`Self::split`], the spans and [`Text::Buffer`] count from the
    /// start of the block.
    pub(super) fn split_marked(&mut self, block: &[u8], start: usize, marks: &mut Marks<'_>) -> Split {
        self.spans.clear();
        self.broken.clear();
        let mut cell = start;
        loop {
            let mut end = marks.next().unwrap_or(block.len());
            if block.get(end) == Some(&self.delimiter) {
                // Nearly every cell.
                self.spans.push((unguarded(block, cell, end), end));
                cell = end + 1;
                continue;
            }
            let mut first = cell;
            if block.get(end) == Some(&b'"') {
                let Some((quote, lines)) =
                    (end == cell).then(|| marks.plainly_quoted(block, self.delimiter)).flatten()
                else {
                    let split = self.split_quoted(&block[start..], true);
                    if let Split::Row { taken, .. } = split {
                        marks.pass(start + taken);
                    }
                    return split;
                };
                if lines {
                    self.broken.push(BrokenCell { index: self.spans.len(), text_after: false });
                }
                (first, end) = (cell + 1, quote);
            }
            self.spans.push((unguarded(block, first, end), end));
            if first > cell {
                end = marks.next().unwrap_or(block.len());
            }
            match block.get(end) {
                Some(byte) if *byte == self.delimiter => cell = end + 1,
                Some(_) => {
                    let next = line_end(block, end, true).unwrap_or(block.len());
                    marks.pass(next);
                    return Split::Row { taken: next - start, text: Text::Buffer(end) };
                }
                None => return Split::Row { taken: end - start, text: Text::Buffer(end) },
            }
        }
    }

    /// Splits the row at the start of `bytes`, which must not be empty; `last` says that the input ends with them.
    pub(super) fn split(&mut self, bytes: &[u8], last: bool) -> Split {
        self.spans.clear();
        self.broken.clear();
        let (line, taken) = match memchr3(b'"', b'\n', b'\r', bytes) {
            Some(at) if bytes[at] == b'"' => return self.split_quoted(bytes, last),
            Some(at) => match line_end(bytes, at, last) {
                Some(next) => (&bytes[..at], next),
                None => return Split::More { inside_quotes: false },
            },
            None if last => (bytes, bytes.len()),
            None => return Split::More { inside_quotes: false },
        };
        let mut start = 0;
        for end in memchr_iter(self.delimiter, line) {
            self.spans.push((unguarded(line, start, end), end));
            start = end + 1;
        }
        self.spans.push((unguarded(line, start, line.len()), line.len()));
        Split::Row { taken, text: Text::Buffer(line.len()) }
    }

    fn split_quoted(&mut self, bytes: &[u8], last: bool) -> Split {
        self.spans.clear();
        self.broken.clear();
        self.unquoted.clear();
        let mut at = 0;
        loop {
            let start = self.unquoted.len();
            if bytes.get(at) == Some(&b'"') {
                match self.unquote(bytes, at + 1, last) {
                    Unquoted::Closed(next) => at = next,
                    Unquoted::More => return Split::More { inside_quotes: true },
                    Unquoted::Open => return Split::Open,
                }
                if memchr2(b'\n', b'\r', &self.unquoted[start..]).is_some() {
                    let text_after = bytes
                        .get(at)
                        .is_some_and(|byte| ![self.delimiter, b'\n', b'\r', b' '].contains(byte));
                    self.broken.push(BrokenCell { index: self.spans.len(), text_after });
                }
            }
            let rest = &bytes[at..];
            let end = memchr3(self.delimiter, b'\n', b'\r', rest);
            if end.is_none() && !last {
                return Split::More { inside_quotes: false };
            }
            let plain = &rest[..end.unwrap_or(rest.len())];
            self.unquoted.extend_from_slice(plain);
            at += plain.len();
            let end_of_cell = self.unquoted.len();
            self.spans.push((unguarded(&self.unquoted, start, end_of_cell), end_of_cell));
            match bytes.get(at) {
                Some(byte) if *byte == self.delimiter => at += 1,
                Some(_) => {
                    return match line_end(bytes, at, last) {
                        Some(taken) => Split::Row { taken, text: Text::Unquoted },
                        None => Split::More { inside_quotes: false },
                    };
                }
                None => return Split::Row { taken: at, text: Text::Unquoted },
            }
        }
    }

    /// Copies what stands between the quote before `at` and the one that closes it.
    fn unquote(&mut self, bytes: &[u8], mut at: usize, last: bool) -> Unquoted {
        loop {
            let Some(quote) = memchr(b'"', &bytes[at..]).map(|found| at + found) else {
                return if last { Unquoted::Open } else { Unquoted::More };
            };
            self.unquoted.extend_from_slice(&bytes[at..quote]);
            at = quote + 1;
            match bytes.get(at) {
                Some(b'"') => {
                    self.unquoted.push(b'"');
                    at += 1;
                }
                None if !last => return Unquoted::More,
                _ => return Unquoted::Closed(at),
            }
        }
    }
}

enum Unquoted {
    Closed(usize),
    More,
    Open,
}

/// Where the line end at `at` is over; none where the next byte has to be seen first.
pub(super) fn line_end(bytes: &[u8], at: usize, last: bool) -> Option<usize> {
    if bytes[at] == b'\n' {
        return Some(at + 1);
    }
    match bytes.get(at + 1) {
        Some(b'\n') => Some(at + 2),
        None if !last => None,
        _ => Some(at + 1),
    }
}

/// Skips the apostrophe that [`guards`] a cell from being executed by a spreadsheet.
fn unguarded(text: &[u8], start: usize, end: usize) -> usize {
    if text.get(start) == Some(&b'\'') && start < end && guards(&text[start + 1..end]) {
        start + 1
    } else {
        start
    }
}

/// Whether a spreadsheet would execute `cell`, or it looks as if it had been guarded from that: such a cell is written
/// with an apostrophe before it, and read without that. Any number of apostrophes counts, which makes it reversible.
pub(super) fn guards(cell: &[u8]) -> bool {
    let first = cell.iter().find(|byte| **byte != b'\'');
    matches!(first, Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> (Vec<String>, Split) {
        let mut splitter = Splitter::new(b';');
        let split = splitter.split(bytes, true);
        let text = match split {
            Split::Row { text: Text::Buffer(len), .. } => &bytes[..len],
            _ => &splitter.unquoted,
        };
        let cells = splitter.spans.iter().map(|(start, end)| String::from_utf8_lossy(&text[*start..*end]));
        (cells.map(String::from).collect(), split)
    }

    #[test]
    fn a_row_ends_with_any_line_end() {
        for (bytes, taken) in [(&b"a;b\nc"[..], 4), (b"a;b\r\nc", 5), (b"a;b\rc", 4), (b"a;b", 3)] {
            let (cells, split) = cells(bytes);
            assert_eq!(cells, ["a", "b"]);
            assert_eq!(split, Split::Row { taken, text: Text::Buffer(3) });
        }
    }

    #[test]
    fn a_carriage_return_at_the_end_of_the_buffer_waits_for_the_next_byte() {
        assert_eq!(Splitter::new(b';').split(b"a\r", false), Split::More { inside_quotes: false });
        assert_eq!(Splitter::new(b';').split(b"\"a\"\r", false), Split::More { inside_quotes: false });
    }

    #[test]
    fn quotes_hold_separators_line_ends_and_quotes() {
        let (cells, split) = cells(b"\"a;\"\"b\"\"\r\nc\";d\r\n");
        assert_eq!(cells, ["a;\"b\"\r\nc", "d"]);
        assert_eq!(split, Split::Row { taken: 16, text: Text::Unquoted });
    }

    #[test]
    fn an_open_quote_is_told_from_a_closed_one() {
        assert_eq!(cells(b"a;\"b\nc;d\n").1, Split::Open);
        assert_eq!(cells(b"a;\"b\"").0, ["a", "b"]);
        assert_eq!(Splitter::new(b';').split(b"a;\"b", false), Split::More { inside_quotes: true });
    }

    #[test]
    fn the_guard_before_a_formula_is_taken_off_once() {
        assert_eq!(cells(b"'=1+1;''=x;'a;'+51 999;'\n").0, ["=1+1", "'=x", "'a", "+51 999", "'"]);
        assert_eq!(cells(b"\"'-1\";x\n").0, ["-1", "x"]);
    }
}

//! Sources: bytes become rows, rows become cells, headers become fields.
//!
//! Comes in: a path, or stdin (spooled to disk). Goes out: [`Row`]s with their physical number and a [`Position`] to
//! come back to, and the [`Binding`] of fields to columns. What was decided (encoding, separator) is reported once.
//! Whatever is not UTF-8 text already is turned into that on disk first, so that memory never grows with the file.
//!
//! - `input`, `options`: what the user named, and what he said about it;
//! - `workbook`: a sheet's cells as text;
//! - `encoding`, `evidence`, `transcode`: which character set, and out of it;
//! - `dialect`, `split`, `marks`, `rows`, `blocks`, `shape`: separator and header, rows, which of them are records;
//! - `table_writer`, `returned`: rows written back as they came, and known again when they come back uncorrected;
//! - [`columns`]: which column feeds which field;
//! - [`json`]: records and payloads as JSON or NDJSON, which have no columns.

pub mod columns;
pub mod json;

mod binding;
mod blocks;
mod dialect;
mod encoding;
mod error;
mod evidence;
mod input;
mod lines;
mod marks;
mod options;
mod returned;
mod row;
mod rows;
mod shape;
mod split;
mod table_writer;
mod transcode;
mod workbook;

use std::sync::Arc;

pub use binding::Binding;
pub use blocks::{Block, BlockRows, Blocks};
pub use dialect::Newline;
pub use error::SourceError;
pub use input::{Input, Loaded, load, load_bytes};
pub use lines::Lines;
pub use options::{Charset, Delimiter, ReadOptions};
pub use returned::Returned;
pub use row::{Cells, Ignored, Position, Row, RowKind};
pub use rows::{LONGEST_ROW, Rows};
pub use split::Splitter;
pub use table_writer::{ADDED, RowNote, TableWriter};

use crate::lang::Said;
use crate::rules::{Code, Finding};
use crate::said;
use shape::Shape;

/// What was decided about an input, or said by its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Its character set.
    pub encoding: Charset,
    /// Whether it begins with a byte order mark; of a workbook, whether what is written back for it does.
    pub bom: bool,
    /// The separator of its cells.
    pub delimiter: Delimiter,
    /// The end of its first line.
    pub newline: Newline,
    /// Whether its first line quotes every cell.
    pub quote_all: bool,
    /// Whether it was decoded on disk first.
    pub transcoded: bool,
    /// The sheet, where it is a workbook.
    pub sheet: Option<String>,
}

impl Decided {
    /// What a report lists where the text had to be decoded (F02).
    pub fn finding(&self) -> Option<Finding> {
        let decoded = self.transcoded && self.sheet.is_none();
        decoded.then(|| Finding::new(Code::F02).arg("encoding", self.encoding))
    }

    /// A sentence for people.
    pub fn said(&self) -> Said {
        if let Some(sheet) = &self.sheet {
            return said!(en: "sheet {sheet:?}", es: "hoja {sheet:?}");
        }
        let (encoding, delimiter) = (self.encoding, self.delimiter);
        let mark = if self.bom { " BOM" } else { "" };
        said!(en: "{encoding}{mark}, separator {delimiter}", es: "{encoding}{mark}, separador {delimiter}")
    }
}

/// An opened table. Cheap to clone; its readers don't share a cursor.
#[derive(Debug, Clone)]
pub struct Source {
    text: Loaded,
    decided: Decided,
    header: Vec<String>,
    header_row: u64,
    first: Position,
    /// The other sheets of its workbook.
    other_sheets: Vec<String>,
}

/// Opens a table: finds its character set, separator and header, or takes what `options` say. Fails where the input
/// can't be read, is empty, no text (F01), in a character set that has to be named (F03), or has no clear separator
/// (F04).
pub fn open(input: &Input, options: &ReadOptions) -> Result<Source, SourceError> {
    open_loaded(load(input)?, options)
}

/// Opens a table that was loaded before, as [`open`] does.
pub fn open_loaded(loaded: Loaded, options: &ReadOptions) -> Result<Source, SourceError> {
    if let Some(sheet) = workbook::read(&loaded, options.sheet.as_deref())? {
        return open_sheet(sheet);
    }
    let decoding = encoding::decide(&loaded, options.encoding)?;
    let transcoded = decoding.charset != Charset::UTF_8;
    let (text, start) =
        if transcoded { (transcode::to_utf8(&loaded, decoding)?, 0) } else { (loaded, decoding.bom as u64) };
    let dialect = dialect::find(&text, start, options.delimiter)?;
    Ok(Source {
        text,
        decided: Decided {
            encoding: decoding.charset,
            bom: decoding.bom > 0,
            delimiter: dialect.delimiter,
            newline: dialect.newline,
            quote_all: dialect.quote_all,
            transcoded,
            sheet: None,
        },
        header: dialect.header,
        header_row: dialect.header_row,
        first: dialect.first,
        other_sheets: Vec::new(),
    })
}

/// What is written for a workbook's user is a text that his spreadsheet opens by a double click.
fn open_sheet(sheet: workbook::SheetText) -> Result<Source, SourceError> {
    let dialect = dialect::find(&sheet.text, 0, Some(workbook::DELIMITER))?;
    Ok(Source {
        text: sheet.text,
        decided: Decided {
            encoding: Charset::UTF_8,
            bom: true,
            delimiter: workbook::DELIMITER,
            newline: Newline::CrLf,
            quote_all: false,
            transcoded: true,
            sheet: Some(sheet.sheet),
        },
        header: dialect.header,
        header_row: dialect.header_row,
        first: dialect.first,
        other_sheets: sheet.others,
    })
}

impl Source {
    /// The sheets of its workbook that its user sees, but for the one that is read; none where it is no workbook.
    pub fn other_sheets(&self) -> &[String] {
        &self.other_sheets
    }

    /// The input as the user wrote it; `-` for stdin.
    pub fn name(&self) -> &str {
        self.text.name()
    }

    /// What was decided about it.
    pub fn decided(&self) -> &Decided {
        &self.decided
    }

    /// The names of the columns, trimmed, up to the last one that has a name.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// How rows are known that were written back and come again as they were; none in any other table.
    pub fn returned(&self) -> Option<Returned> {
        Returned::of(&self.header)
    }

    /// Physical row of the header. It and the rows above it (titles, blank rows) are no records: as many as this number
    /// are ignored before the first row that [`Self::rows`] yields.
    pub fn header_row(&self) -> u64 {
        self.header_row
    }

    /// Whether it was made of JSON records, whose keys are its columns and all hold something.
    pub fn is_of_records(&self) -> bool {
        self.header_row == 0
    }

    /// Digest of its UTF-8 text: tells whether an input is the one that an earlier run read,
    /// whatever it is called now.
    pub fn digest(&self) -> Result<[u8; 16], SourceError> {
        self.text.digest().map_err(|error| SourceError::io(self.name(), error))
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.header.len()
    }

    /// Reads every row below the header, telling records from totals and footers by the columns that `binding` knows.
    pub fn rows(&self, binding: &Binding) -> Rows {
        self.rows_at(binding, self.first)
    }

    /// Reads from a place where a row starts.
    pub fn rows_at(&self, binding: &Binding, position: Position) -> Rows {
        Rows::new(self.text.clone(), self.decided.delimiter.byte(), self.shape(binding), position)
    }

    /// Reads every row below the header as [`Self::rows`] does, but in blocks that several threads can share.
    pub fn blocks(&self, binding: &Binding) -> Blocks {
        Blocks::new(self.text.clone(), self.decided.delimiter.byte(), self.shape(binding), self.first)
    }

    /// What finds the rows in a block; one a thread, since it keeps its memory from one row to the next.
    pub fn splitter(&self) -> Splitter {
        Splitter::new(self.decided.delimiter.byte())
    }

    fn shape(&self, binding: &Binding) -> Arc<Shape> {
        Arc::new(Shape::new(&self.header, self.decided.sheet.is_some()).bound(binding))
    }
}

//! How a text is laid out as a table: separator, header row, line ends, quotes.
//!
//! Comes in: the first rows of a UTF-8 text, and what `--delimiter` said. Goes out: a [`Dialect`], or F04. The separator
//! is found by parsing the rows with each candidate, never by counting characters: decimal commas would win.

use std::sync::Arc;

use super::SourceError;
use super::columns::{fold, is_known};
use super::input::Loaded;
use super::options::Delimiter;
use super::row::{Position, is_filled};
use super::rows::Rows;
use super::shape::Shape;
use super::table_writer::ADDED;
use crate::lang::Said;
use crate::said;

/// How many rows are tried, and in how many of them the header is looked for.
const TRIED_ROWS: usize = 500;
const HEADER_ROWS: usize = 40;

/// How many bytes of cells a trial keeps.
const TRIED_BYTES: usize = 1024 * 1024;

/// As many columns as the widest spreadsheet has.
const MOST_COLUMNS: usize = 16_384;

/// So many known names in a header are no accident.
const NAMES_THAT_DECIDE: usize = 3;

/// The end of a line, as the input writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newline {
    /// `\r\n`, as Windows writes.
    CrLf,
    /// `\n`.
    Lf,
    /// `\r`, as old Macintoshes wrote.
    Cr,
}

impl Newline {
    /// The bytes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CrLf => "\r\n",
            Self::Lf => "\n",
            Self::Cr => "\r",
        }
    }
}

/// What was found out about the layout.
#[derive(Debug)]
pub(super) struct Dialect {
    pub(super) delimiter: Delimiter,
    pub(super) newline: Newline,
    pub(super) quote_all: bool,
    pub(super) header: Vec<String>,
    pub(super) header_row: u64,
    /// Where the first record starts.
    pub(super) first: Position,
}

/// Finds the layout of `text`, whose first byte after the byte order mark is at `start`.
pub(super) fn find(text: &Loaded, start: u64, asked: Option<Delimiter>) -> Result<Dialect, SourceError> {
    let head = head(text, start)?;
    let (said_so, skipped) = separator_line(&head);
    let start = Position { byte: start + skipped as u64, row: 1 };
    let body = head.get(skipped..).unwrap_or_default();
    let delimiter = match asked.or(said_so) {
        Some(delimiter) => delimiter,
        None => choose(text, start)?,
    };
    let trial = Trial::of(text, start, delimiter);
    let Some(header) = trial.header() else {
        return Err(trial.error.unwrap_or_else(|| SourceError::Empty { name: text.name().to_owned() }));
    };
    let columns = header.cells.len();
    if columns > MOST_COLUMNS {
        let row = header.number;
        return Err(unclear(
            text,
            said!(en: "row {row} has {columns} cells", es: "la fila {row} tiene {columns} celdas"),
        ));
    }
    Ok(Dialect {
        delimiter,
        newline: newline(body),
        quote_all: quotes_every_cell(body),
        header: header
            .cells
            .iter()
            .map(|cell| cell.trim().trim_start_matches('\u{feff}').to_owned())
            .collect(),
        header_row: header.number,
        first: header.after,
    })
}

fn head(text: &Loaded, start: u64) -> Result<Vec<u8>, SourceError> {
    let limit = usize::try_from(start).unwrap_or_default() + 64 * 1024;
    let mut head = text.head(limit).map_err(|error| SourceError::io(text.name(), error))?;
    head.drain(..head.len().min(usize::try_from(start).unwrap_or_default()));
    Ok(head)
}

/// `sep=;` as a first line tells spreadsheets the separator; they don't show it, so that it is no row.
fn separator_line(head: &[u8]) -> (Option<Delimiter>, usize) {
    let end = memchr::memchr2(b'\n', b'\r', head).unwrap_or(head.len());
    let line =
        head[..end].strip_prefix(b"\"").map_or(&head[..end], |line| line.strip_suffix(b"\"").unwrap_or(line));
    let delimiter = match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', byte] => Delimiter::from_byte(*byte),
        _ => None,
    };
    if delimiter.is_none() {
        return (None, 0);
    }
    let taken = if head[end..].starts_with(b"\r\n") { end + 2 } else { head.len().min(end + 1) };
    (delimiter, taken)
}

/// One candidate's view of the first rows.
struct Trial {
    delimiter: Delimiter,
    rows: Vec<TrialRow>,
    error: Option<SourceError>,
}

struct TrialRow {
    number: u64,
    cells: Vec<String>,
    /// Where the row after it starts.
    after: Position,
}

impl TrialRow {
    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| is_filled(cell)).count()
    }

    /// Cells up to the last filled one.
    fn width(&self) -> usize {
        self.cells.iter().rposition(|cell| is_filled(cell)).map_or(0, |last| last + 1)
    }

    fn known_names(&self) -> usize {
        self.cells.iter().filter(|cell| cell.len() < 100 && is_known(&fold(cell))).count()
    }
}

impl Trial {
    fn of(text: &Loaded, start: Position, delimiter: Delimiter) -> Self {
        let mut reader = Rows::new(text.clone(), delimiter.byte(), Arc::new(Shape::default()), start);
        let mut trial = Self { delimiter, rows: Vec::new(), error: None };
        let mut bytes = 0;
        while trial.rows.len() < TRIED_ROWS && bytes < TRIED_BYTES {
            let (number, cells) = match reader.next() {
                None => break,
                Some(Err(error)) => {
                    trial.error = Some(error);
                    break;
                }
                Some(Ok(row)) => (row.number, row.cells.iter().map(str::to_owned).collect()),
            };
            let row = TrialRow { number, cells, after: reader.position() };
            bytes += row.cells.iter().map(|cell| cell.len() + 24).sum::<usize>();
            if row.filled() > 0 {
                trial.rows.push(row);
            }
        }
        trial
    }

    /// The width that most rows have, where it is a table's, and how many rows have it.
    fn modal_width(&self) -> Option<(usize, usize)> {
        let mut counts = std::collections::BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.cells.len() > 1) {
            *counts.entry(row.cells.len()).or_insert(0_usize) += 1;
        }
        counts.into_iter().max_by_key(|(width, count)| (*count, *width))
    }

    fn header(&self) -> Option<TrialRow> {
        let index = self.header_index()?;
        let row = self.rows.get(index)?;
        let cells = row.cells[..row.width()].to_vec();
        Some(TrialRow { number: row.number, cells, after: row.after })
    }

    /// The row with the names that an earlier run added; else that with most of the known names; where there are hardly any,
    /// the first one as full as the table is wide.
    fn header_index(&self) -> Option<usize> {
        let top = &self.rows[..self.rows.len().min(HEADER_ROWS)];
        // The rows below name fields, too: in `_field`.
        let returned = |row: &TrialRow| ADDED.iter().all(|name| row.cells.iter().any(|cell| cell == name));
        if let Some(index) = top.iter().position(returned) {
            return Some(index);
        }
        let most = top.iter().map(TrialRow::known_names).max()?;
        if most >= 2 {
            return top.iter().position(|row| row.known_names() == most);
        }
        let width = self.modal_width().map_or(1, |(width, _)| width);
        let full = top.iter().position(|row| row.filled() >= 2.max(width.div_ceil(2)));
        full.or(Some(0))
    }
}

/// The separator that makes the most even table.
fn choose(text: &Loaded, start: Position) -> Result<Delimiter, SourceError> {
    let trials = Delimiter::TRIED.map(|delimiter| Trial::of(text, start, delimiter));
    let mut scored: Vec<(u64, usize, &Trial)> =
        trials.iter().filter_map(|trial| trial.modal_width().map(|(_, count)| score(trial, count))).collect();
    scored.sort_by_key(|(evenness, names, _)| std::cmp::Reverse((*evenness, *names)));
    if let Some(trial) = decided_by_names(&scored) {
        return Ok(trial.delimiter);
    }
    match scored.as_slice() {
        [] => one_column(text, trials),
        [(_, _, only)] => Ok(only.delimiter),
        [(evenness, names, best), (other_evenness, other_names, other), ..] => {
            // Titles and footers make any table a little uneven; a tie is what such rows could have caused.
            if evenness > &(other_evenness + 50) || names > other_names {
                return Ok(best.delimiter);
            }
            if other_names > names {
                return Ok(other.delimiter);
            }
            let (a, b) = (best.delimiter, other.delimiter);
            Err(unclear(text, said!(en: "{a} and {b} would do equally", es: "{a} y {b} servirían por igual")))
        }
    }
}

/// The candidate whose header has most of the known names, where no other comes near: ragged rows, or a comma in every
/// name, make the wrong separator look more even than the right one.
fn decided_by_names<'t>(scored: &[(u64, usize, &'t Trial)]) -> Option<&'t Trial> {
    let (_, most, trial) = scored.iter().max_by_key(|(_, names, _)| *names)?;
    let second = scored.iter().filter(|(_, _, other)| other.delimiter != trial.delimiter);
    let second = second.map(|(_, names, _)| *names).max().unwrap_or_default();
    (*most >= NAMES_THAT_DECIDE && second * 2 < *most).then_some(trial)
}

/// Evenness in thousandths, and how many names of the header are known.
fn score(trial: &Trial, rows_of_modal_width: usize) -> (u64, usize, &Trial) {
    let rows = trial.rows.len().max(1);
    let evenness = (rows_of_modal_width * 1000 / rows) as u64;
    let names = trial.header().map_or(0, |header| header.known_names());
    (evenness, names, trial)
}

/// A text in which no candidate ever separates: a table of one column where its name is a known one.
fn one_column(text: &Loaded, trials: [Trial; 4]) -> Result<Delimiter, SourceError> {
    let [first, ..] = trials;
    match first.header() {
        Some(header) if header.known_names() > 0 => Ok(Delimiter::COMMA),
        Some(_) => Err(SourceError::Separator {
            name: text.name().to_owned(),
            detail: said!(en: "no ; , | or tab in the first rows", es: "ningún ; , | ni tabulación en las primeras filas"),
            // None of those that --delimiter takes is there.
            remedy: Some(Box::new(said!(
                en: "export it again as CSV with ; or , between the cells, or give the .xlsx or .ods workbook",
                es: "expórtelo de nuevo como CSV con ; o , entre las celdas, o entregue el libro .xlsx u .ods",
            ))),
        }),
        None => Err(first.error.unwrap_or_else(|| SourceError::Empty { name: text.name().to_owned() })),
    }
}

fn unclear(text: &Loaded, detail: Said) -> SourceError {
    SourceError::Separator { name: text.name().to_owned(), detail, remedy: None }
}

fn newline(body: &[u8]) -> Newline {
    match memchr::memchr2(b'\n', b'\r', body) {
        Some(at) if body[at] == b'\r' && body.get(at + 1) == Some(&b'\n') => Newline::CrLf,
        Some(at) if body[at] == b'\r' => Newline::Cr,
        _ => Newline::Lf,
    }
}

fn quotes_every_cell(body: &[u8]) -> bool {
    let end = memchr::memchr2(b'\n', b'\r', body).unwrap_or(body.len());
    let line = &body[..end];
    line.len() > 1 && line.starts_with(b"\"") && line.ends_with(b"\"") && !line.starts_with(b"\"\"\"")
}
